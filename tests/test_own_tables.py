"""Tables and charts that a notebook makes of frames and drawings: captions, numbers, units, alt texts, data, all formats."""

import base64
import io
import zipfile
from decimal import Decimal as D

import numpy as np
import openpyxl
import pandas as pd
import pdfplumber
import pytest
from lxml import html
from matplotlib.figure import Figure
from PIL import Image

from jixiao.figures.evaluate import evaluate
from jixiao.kit.errors import ProseError
from jixiao.report import charts, mimes
from jixiao.report.report import Report
from jixiao.year import params
from kit import PROJECT
from test_closing import add_cells, short


@pytest.fixture(scope="module")
def evaluation():
    """The year 2022."""
    return evaluate(PROJECT, params.of_year(PROJECT, 2022))


@pytest.fixture
def report(evaluation):
    """A report of 2022."""
    charts.setup()
    return Report(evaluation, {})


def shown(output):
    """The table of an output as rows of texts, heads first, with its caption and notes."""
    table = output._repr_mimebundle_()[mimes.TABLE]
    heads = [column["label"] for column in table["columns"]]
    return (
        table["caption"],
        [heads, *[[cell["text"] for cell in row] for row in table["rows"]]],
        table["notes"],
    )


def test_a_frame_is_a_table_of_the_report(report):
    """Numbered caption, units in the head, exact numbers to the right, dashes for what is missing."""
    frame = pd.DataFrame(
        {
            "科室": ["甲", " 乙 ", None],
            "金额": [1.5, np.nan, 1200.0],
            "个数": [1, 2, 3],
            "精确": [D("90.50"), D("1E+2"), None],
            "完成": [True, False, True],
            "日期": pd.to_datetime(["2022-03-01", None, "2022-03-31"]),
        }
    )
    caption, rows, notes = shown(
        report.table(frame, "各科室金额", units={"金额": "万元"}, note="注：甲不含乙。")
    )
    assert caption == "表1 各科室金额"
    assert rows == [
        ["科室", "金额（万元）", "个数", "精确", "完成", "日期"],
        ["甲", "1.5", "1", "90.50", "是", "2022-03-01"],
        ["乙", "—", "2", "100", "否", "—"],
        ["—", "1200", "3", "—", "是", "2022-03-31"],
    ]
    assert notes == ["注：甲不含乙。", "注：由重构的数据表推算，没有公布过。"]
    columns = report.table(frame, "再一张")._repr_mimebundle_()[mimes.TABLE]["columns"]
    assert [column["align"] for column in columns] == ["left", "right", "right", "right", "left", "left"]


def test_an_index_that_means_something_is_the_first_column(report):
    """That of groups; not a mere count, nor the row numbers of the report's frames."""
    subjects = report.tables["subjects"]
    counts = subjects.groupby("kind").size().rename("个数").to_frame()
    assert shown(report.table(counts, "各类"))[1] == [
        ["kind", "个数"],
        ["department", "85"],
        ["project", "30"],
    ]
    part = subjects.loc[subjects["kind"] == "project", ["subject_id"]].head(1)
    assert shown(report.table(part, "一个"))[1] == [["subject_id"], [part["subject_id"].iloc[0]]]
    assert shown(report.table(pd.DataFrame({"a": ["x"]}), "计数"))[1] == [["a"], ["x"]]
    spread = report.scores[["review_total"]].describe().loc[["min", "max"]]
    assert [row[0] for row in shown(report.table(spread, "两端"))[1]] == ["index", "min", "max"]


def test_no_rows_are_no_table(report):
    """As with the report's own tables."""
    assert report.table(pd.DataFrame({"a": []}), "空表") is None


@pytest.mark.parametrize(
    ("frame", "words", "said"),
    [
        ({"a": [1]}, {"caption": ""}, ['report.table(frame)：没有题目；请写成 report.table(frame, "题目")']),
        (
            {"a": [1 / 3], "b": [0.1]},
            {"caption": "甲", "units": {"c": "个"}},
            [
                "表“甲”：units 里的“c”不是列名；请用这些之一：a、b",
                "表“甲”：“a”列的值是没有取舍的小数 0.3333333333333333；应为能精确写出的数；请先取舍，如 frame.round(2)",
            ],
        ),
        (
            {"a": [[1]], "b": [D("0.333333333333333333333")]},
            {"caption": "甲"},
            [
                '表“甲”：“a”列的值的类型是 list；应为能精确写出的数；请先取舍，如 frame["a"].map(report.rounded)',
                '表“甲”：“b”列的值是没有取舍的小数 0.333333333333333333333；应为能精确写出的数；'
                '请先取舍，如 frame["b"].map(report.rounded)',
            ],
        ),
    ],
)  # fmt: skip
def test_what_keeps_a_frame_from_being_a_table_is_told_at_once(report, frame, words, said):
    """A line each; no number of a table is used up."""
    with pytest.raises(ProseError) as told:
        report.table(pd.DataFrame(frame), **words)
    assert [str(fault) for fault in told.value.faults] == said
    assert shown(report.table(pd.DataFrame({"a": [1]}), "下一张"))[0] == "表1 下一张"


def drawn():
    """Axes with two bars."""
    axes = Figure().subplots()
    axes.bar(["甲", "乙"], [1, 2])
    return axes


DATA = pd.DataFrame({"科室": ["甲", "乙"], "个数": [1, 2]})


def test_no_label_of_a_drawing_is_cut_off(report):
    """The picture reaches as far as the labels do, also where the drawing left them no room."""
    axes = Figure(figsize=(4, 3)).subplots()
    axes.barh(["濒危剧种公益性演出等各项专项资金", "乙"], [1, 2])
    bundle = report.chart(axes, "各科室个数", "乙是甲的两倍。", DATA)._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    needed = axes.figure.get_tightbbox()
    assert needed.width > 4
    assert [picture.width >= 300 * needed.width, picture.height >= 300 * needed.height] == [True, True]


@pytest.mark.parametrize("of", [lambda axes: axes, lambda axes: axes.figure], ids=["axes", "figure"])
def test_a_drawing_is_a_chart_of_the_report(report, of):
    """Numbered caption, alt text, the table of its data behind it, and the note that it is of invented rows."""
    bundle = report.chart(
        of(drawn()), "各科室个数", "乙是甲的两倍。", DATA, units={"个数": "个"}
    )._repr_mimebundle_()
    about = bundle[mimes.CHART]
    assert (about["caption"], about["alt"]) == ("图1 各科室个数", "乙是甲的两倍。")
    assert about["note"] == "注：由重构的数据表推算，没有公布过。"
    assert about["data"]["caption"] == "图1 各科室个数（数据）"
    assert [column["label"] for column in about["data"]["columns"]] == ["科室", "个数（个）"]
    assert bundle["image/svg+xml"].startswith("<?xml")


def test_all_that_a_chart_lacks_is_told_at_once(report):
    """Caption, alt text, data, and what is no drawing, a line each with what to add."""
    with pytest.raises(ProseError) as told:
        report.chart(3)
    assert [str(fault) for fault in told.value.faults] == [
        "report.chart(…)：是 int；应为matplotlib 的图、坐标系，或 seaborn 画出的图",
        'report.chart(…)：没有题目；请加上 caption="题目"',
        'report.chart(…)：没有替代文字；应为说明图中内容的一句话，与题目不同；请加上 alt="…"',
        "report.chart(…)：没有图中的数据；应为画图所用的 DataFrame，至少一行；请加上 data=frame",
    ]
    with pytest.raises(ProseError, match="没有替代文字"):
        report.chart(drawn(), "题目", "题目", DATA)


OWN = """
import seaborn as sns
import matplotlib.pyplot as plt
scores = report.scores
means = scores.groupby("kind")["self_total"].mean().round(2).rename("自评平均").reset_index()
report.figure("own.kinds", len(means), "类", "对象种类", "有自评得分的对象种类", rows=scores["self_total"])
report.table(means, "各类自评平均分", units={"自评平均": "分"})
"""
CHART = """
axes = sns.barplot(means, x="kind", y="自评平均")
report.chart(axes, "各类自评平均", "两类相差不大。", means, units={"自评平均": "分"})
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A kit with a report that has a table and a chart of its own in a section."""
    kit = short(tmp_path_factory.mktemp("own") / "kit")
    add_cells(kit, 'report.section("自评")', OWN, CHART)
    done = kit.run("report", "2022", "--quiet")
    assert done.returncode == 0, done.stderr
    assert "没有进入报告" not in done.stderr
    return kit


def test_own_table_and_chart_are_in_all_formats(published, evaluation):
    """Caption, numbers, alt text and data, in the files that readers get; and they are made the same again."""
    folder = published.outputs / "2022"
    scores = Report(evaluation, {}).scores
    evaluated = scores[scores["kind"] == "project"]
    page = html.fromstring((folder / "public" / "annual_report.html").read_text(encoding="utf-8"))
    captions = [" ".join(one.text_content().split()) for one in page.iter("caption", "figcaption")]
    assert [one for one in ("表1 各类自评平均分", "图1 各类自评平均") if one not in captions] == []
    assert [one.get("alt") for one in page.iter("img")] == ["两类相差不大。"]
    with pdfplumber.open(folder / "public" / "annual_report.pdf") as pdf:
        paper = "".join("".join(each.extract_text() for each in pdf.pages).split())
    with zipfile.ZipFile(folder / "public" / "annual_report.docx") as document:
        word = document.read("word/document.xml").decode()
    mean = f"{evaluated['self_total'].mean():.2f}".rstrip("0")
    for said in ("各类自评平均分", "自评平均（分）", mean):
        assert said in page.text_content()
        assert said in paper
        assert said in "".join(html.fromstring(word.encode()).itertext())
    assert "两类相差不大。" in word
    book = openpyxl.load_workbook(folder / "public" / "annual_report.xlsx")
    values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "department" in values and any(isinstance(value, float) for value in values)
    assert published.run("verify", "2022", "--quiet").returncode == 0

"""Figures that a notebook defines: from rows of the tables or from a named source, exact, traced and compared like all others."""

import json
import math
from decimal import Decimal as D

import numpy as np
import pandas as pd
import pytest
from lxml import html

from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import own_from_json
from jixiao.kit.errors import ProseError
from jixiao.report import mimes
from jixiao.report.report import Report
from jixiao.year import params
from kit import PROJECT, Kit
from test_closing import add_cells, short

WORDS = {"label": "自评满分的项目", "definition": "自评总分为满分的项目数"}


@pytest.fixture(scope="module")
def evaluation():
    """The year 2022."""
    return evaluate(PROJECT, params.of_year(PROJECT, 2022))


@pytest.fixture
def report(evaluation):
    """A report of 2022."""
    return Report(evaluation, {})


def full(report):
    """Projects with a self total of 100, from the typed totals."""
    scores = report.scores
    return scores[(scores["kind"] == "project") & (scores["self_total"] == 100)]


def test_a_figure_from_rows(report):
    """It stands in sentences, knows its table and rows, and follows from the tables as all counted ones do."""
    rows = full(report)
    report.figure("projects.full", len(rows), "个", rows=rows, **WORDS)
    figure = report.figures["projects.full"]
    assert (figure.value, figure.display, figure.source, figure.basis.value) == (
        D(17),
        "17个",
        "subjects.csv",
        "推算",
    )
    assert (figure.rows.table, len(figure.rows), figure.rows.column) == ("totals", 17, "")
    assert figure.invented
    bundle = report.prose("满分的有{projects.full}。")._repr_mimebundle_()
    assert '<data value="17" data-key="projects.full">17个</data><sup>*</sup>' in bundle["text/html"]


def test_a_figure_with_a_source(report):
    """Without rows its source is what the analyst names, and its nature 申报."""
    report.figure("lectures.sessions", 3, "次", "培训次数", "全年培训", source="签到册")
    figure = report.figures["lectures.sessions"]
    assert (figure.source, figure.basis.value, figure.rows, figure.invented) == (
        "签到册",
        "申报",
        None,
        False,
    )


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (3, D(3)),
        (np.int64(3), D(3)),
        (D("90.50"), D("90.50")),
        (88.91, D("88.91")),
        (np.float64(0.1), D("0.1")),
        (1e6, D(1000000)),
        (-0.5, D("-0.5")),
        (0.000001, D("0.000001")),
        ("平台", "平台"),
    ],
)  # fmt: skip
def test_values_that_can_be_held(report, value, exact):
    """Whole numbers, decimals, texts, and floats that show as short decimals."""
    report.figure("own.value", value, "个", "某数", "某数", source="某处")
    held = report.figures["own.value"].value
    assert (held, str(held)) == (exact, str(exact))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1 / 3, "值是没有取舍的小数 0.3333333333333333"),
        (math.nan, "值是空的（NaN 或无穷大）"),
        (math.inf, "值是空的（NaN 或无穷大）"),
        (D("NaN"), "值是空的（NaN 或无穷大）"),
        (None, "值是 None，不是数也不是文字"),
        (pd.NA, "值是 <NA>，不是数也不是文字"),
        (True, "值是 True，不是数也不是文字"),
        ([1], "值的类型是 list"),
        ("  ", "值是空的"),
        (0.0000001, "值是没有取舍的小数 1e-07"),
        (D(1) / D(3), "值是没有取舍的小数 0.333333333333333333333…"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_held(report, value, said):
    """Each is one line that says how to go on; no figure is made of it."""
    with pytest.raises(ProseError) as told:
        report.figure("own.value", value, "", "某数", "某数", source="某处")
    expected = (
        f"report.figure(“own.value”)：{said}；应为能精确写出的数或文字；请先取舍，如 report.rounded(value, 2)"
    )
    assert str(told.value) == expected
    assert "own.value" not in report.figures


def test_all_that_is_wrong_is_told_at_once(report):
    """Key, label, definition, value and rows, a line each."""
    with pytest.raises(ProseError) as told:
        report.figure("Own", 1 / 3)
    assert [str(fault).split("；")[0] for fault in told.value.faults] == [
        "report.figure(“Own”)：键的写法不对",
        "report.figure(“Own”)：没有写 label",
        "report.figure(“Own”)：没有写 definition",
        "report.figure(“Own”)：值是没有取舍的小数 0.3333333333333333",
        "report.figure(“Own”)：既没有给出数据行，也没有写出处",
    ]


def test_a_key_that_a_figure_has_is_refused(report):
    """Of the year's own figures, and of another figure of the notebook; the same cell may run again."""
    with pytest.raises(ProseError, match=r"“evaluation.items”已是报告的统计数（自评数量）；请换一个键"):
        report.figure("evaluation.items", 1, "个", source="某处", **WORDS)
    report.figure("own.value", 1, "个", source="某处", **WORDS)
    report.figure("own.value", 2, "个", source="某处", **WORDS)
    assert report.figures["own.value"].value == D(2)
    with pytest.raises(ProseError, match=r"“own.value”已用于“自评满分的项目”；请换一个键"):
        report.figure("own.value", 3, "个", "另一个数", "另一个数", source="某处")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (lambda r: r.tables["subjects"].iloc[:0], "rows 里一行也没有"),
        (lambda r: pd.DataFrame({"a": [1]}), "rows 不是 report.tables、report.scores、report.data 的一部分"),
        (lambda r: r.tables["subjects"].groupby("kind").size(), "rows 不是 report.tables、report.scores、report.data 的一部分"),
        (lambda r: r.tables["subjects"].groupby("kind").sum(numeric_only=True), "重排行号后的表认不出原来的行"),
        (lambda r: r.tables["subjects"].iloc[5:9].reset_index(drop=True), "重排行号后的表认不出原来的行"),
        (lambda r: r.tables["subjects"].set_index("subject_id")["executed"], "重排行号后的表认不出原来的行"),
        (lambda r: r.tables["subjects"].describe(), "重排行号后的表认不出原来的行"),
    ],
)  # fmt: skip
def test_rows_that_lead_nowhere_are_refused(report, rows, said):
    """Only rows of the report's own frames can be traced."""
    with pytest.raises(ProseError, match=said):
        report.figure("own.value", 1, "个", rows=rows(report), **WORDS)


def test_rows_are_known_however_they_are_chosen(report):
    """Filtering, sorting, choosing columns and putting parts together keep the rows of the table."""
    subjects = report.tables["subjects"]
    parts = pd.concat([subjects.query("kind == 'project'").nlargest(2, "executed"), subjects.iloc[[0]]])
    report.figure("own.value", 1, "个", rows=parts.sort_values("executed")["executed"].dropna(), **WORDS)
    rows = report.figures["own.value"].rows
    assert (rows.table, rows.column, set(rows.numbers)) == ("subjects", "executed", set(parts.index))
    assert 2 in rows.numbers


def test_a_unit_is_a_text(report):
    """Any other is told where the figure is defined, not as an error of the program in a later sentence."""
    with pytest.raises(ProseError) as told:
        report.figure("own.value", 1, None, source="某处", **WORDS)
    assert (
        str(told.value)
        == 'report.figure(“own.value”)：unit 是 None；应为文字，如 "个"；请补上单位，没有的写 ""'
    )


def test_frames_have_types_to_compute_with(report):
    """Numbers, dates and yes or no as pandas has them; the exact ones stand beside them; changing one changes no other."""
    subjects = report.tables["subjects"]
    assert subjects["initial_budget"].dtype == np.float64
    assert subjects["finished"].dtype == "boolean"
    assert report.tables["applications"].attrs == {"table": "applications"}
    assert report.tables["rules_issued"]["issued_on"].dtype == "datetime64[ns]"
    assert report.exact["subjects"]["initial_budget"].iloc[0] == D(str(subjects["initial_budget"].iloc[0]))
    subjects["initial_budget"] = 0
    assert report.tables["subjects"]["initial_budget"].sum() > 0
    assert report.scores["review_total"].dtype == np.float64
    with pytest.raises(ProseError, match="没有这张表；请用这些之一：units、subjects"):
        _ = report.tables["unit"]
    assert set(report.tables) == set(report.exact)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(0.125, 2, "0.13"), (D("0.125"), 2, "0.13"), (2.675, 2, "2.68"), (1 / 3, 4, "0.3333"), (5, 0, "5")],
)
def test_rounding_for_figures(report, value, places, expected):
    """Half up, from the decimal that Python shows."""
    assert str(report.rounded(value, places)) == expected


@pytest.mark.parametrize(
    ("value", "held"), [("001", "001"), ("12", "12"), (12, D(12)), (D("1.50"), D("1.50"))]
)
def test_a_published_figure_is_read_back_as_it_was(report, value, held):
    """A text of digits stays a text, for whoever compares and traces by figures.json."""
    report.figure("own.value", value, "", "某数", "某数", source="某处")
    one = next(one for one in report.register()._repr_mimebundle_()[mimes.FIGURES] if "own" in one)
    assert own_from_json(json.loads(json.dumps(one))).value == held


def test_figures_can_be_searched(report):
    """By key, label or definition; the answer is for the notebook and no part of the report."""
    bundle = report.keys("第三方")._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    lines = bundle["text/plain"].splitlines()
    assert any(line.startswith("evaluation.departments.review_mean  79.50分  ") for line in lines)
    assert all("第三方" in line for line in lines)
    assert report.keys("无此")._repr_mimebundle_()["text/plain"] == "没有与“无此”有关的统计数"


OWN = """
scores = report.scores
full = scores[(scores["kind"] == "project") & (scores["self_total"] == 100)]
report.figure("projects.full", len(full), "个", "满分项目", "自评总分为满分的项目数", rows=full["self_total"])
report.figure("lectures.sessions", 3, "次", "培训次数", "全年培训", source="签到册")
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A kit with a report that defines two figures, and a published.yml that has one of them."""
    kit = short(tmp_path_factory.mktemp("own") / "kit", "projects")
    add_cells(
        kit, OWN, 'report.section("培训")', 'report.prose("培训{lectures.sessions}，满分{projects.full}。")'
    )
    with (kit.data / "published.yml").open("a", encoding="utf-8") as file:
        file.write("projects.full: 17\n")
    done = kit.run("report", "2022", "--quiet")
    assert done.returncode == 0, done.stderr
    assert "不一致" not in done.stderr
    return kit


def test_an_own_figure_is_in_page_register_and_figures_json(published):
    """With its nature: published where published.yml has it too."""
    content = json.loads((published.internal / "figures.json").read_text(encoding="utf-8"))
    own = {one["key"]: one for one in content["figures"] if "own" in one}
    assert own.keys() == {"projects.full", "lectures.sessions"}
    assert (own["projects.full"]["basis"], own["lectures.sessions"]["basis"]) == ("公布", "申报")
    assert content["differences"] == []
    page = (published.public / "annual_report.html").read_text(encoding="utf-8")
    shown = [one.text_content() for one in html.fromstring(page).iter("data") if one.get("value") == "17"]
    assert "17个" in shown
    assert "自评总分为满分的项目数。来源：subjects.csv" in page


def test_an_own_figure_is_traced_and_compared_by_the_commands(published):
    """They know it by the version that was published: rows with their parts, and the published value."""
    traced = published.run("trace", "2022", "projects.full")
    lines = traced.stdout.splitlines()
    assert (traced.returncode, lines[0]) == (0, "projects.full  满分项目 17个")
    assert sum("自评总分 100.00" in line for line in lines) == 17
    assert "  来源：签到册" in published.run("trace", "2022", "lectures.sessions").stdout.splitlines()
    compared = published.run("compare", "2022")
    assert (compared.returncode, compared.stdout.splitlines()[-1]) == (0, "共核对 47 项，全部一致。")


def test_an_own_figure_stands_in_where_the_year_has_no_value(tmp_path):
    """As a declared fact does; with a value its key is taken, and the cell may run again."""
    kit = Kit(tmp_path / "kit")
    (kit.data / "target_reviews.csv").unlink()
    report = Report(evaluate(kit.root, params.of_year(kit.root, 2022)), {})
    for count in (7, 8):
        report.figure("target_review.departments", count, "个", "会审部门", "会审部门数", source="会议纪要")
    assert report.figures["target_review.departments"].display == "8个"
    assert [*report.figures].count("target_review.departments") == 1
    with pytest.raises(ProseError, match="已是报告的统计数"):
        report.figure("evaluation.items", 7, "个", "自评", "自评数", source="会议纪要")

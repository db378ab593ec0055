"""Charts that Word draws itself: from the same numbers as the pictures of the other formats, in words too."""

from __future__ import annotations

import io
import json
import re
import zipfile
from decimal import Decimal

import openpyxl
import pdfplumber
import pytest
from docx import Document
from lxml import etree
from nbformat.v4 import new_notebook, new_output

from jixiao.archive.disclosure.document import Document as Read
from jixiao.archive.disclosure.package_texts import read_word
from jixiao.kit.private_data import Kind
from jixiao.press.word import native_charts
from jixiao.press.word.docx import to_docx
from jixiao.report import charts
from jixiao.report.charts import Bars, Points, Series
from jixiao.report.table import Cell, Column, Table
from office import converted
from press_notebook import CHART, _cell, press_notebook

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LABELS = ["100分", "90分（含）至100分", "80分（含）至90分"]
SERIES = [Series("单位自评", [16, 53, 0]), Series("财政复核", [None, 8, 27])]
COLUMNS = ("评价层级", "分数段", "个数（个）")
FOUND = "单位自评有69个达到90分；财政复核有8个"


def shown(drawn, data, alt: str, name: str = "scores"):
    charts.setup()
    return _cell(
        "chart()",
        new_output("display_data", data=charts.bundle(drawn, name, "图1 得分分布", alt, "注：甲。", data)),
    )


@pytest.fixture(scope="module")
def data() -> bytes:
    charts.setup()
    drawn = charts.grouped(LABELS, SERIES, "个", [FOUND])
    table = charts.series_data(LABELS, SERIES, COLUMNS, "图1（数据）")
    notebook = press_notebook()
    at = next(at for at, cell in enumerate(notebook.cells) if cell.source == "report.chart('departments')")
    notebook.cells[at] = shown(drawn, table, f"条形图。{FOUND}。单位自评100分 16 个。")
    return to_docx(notebook)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def cached(chart) -> dict[str, list]:
    """What the bars of a chart are, by the name of their series; the labels stand under their own name."""
    found = {}
    for series in chart.iter(f"{C}ser"):
        name = "".join(series.find(f"{C}tx").itertext(f"{C}v"))
        found["labels"] = [point.findtext(f"{C}v") for point in series.find(f"{C}cat").iter(f"{C}pt")]
        values = {
            point.get("idx"): point.findtext(f"{C}v") for point in series.find(f"{C}val").iter(f"{C}pt")
        }
        found[name] = [values.get(str(at)) for at in range(len(found["labels"]))]
    return found


WANTED = {"labels": LABELS, "单位自评": ["16", "53", "0"], "财政复核": [None, "8", "27"]}


def test_a_chart_has_the_numbers_of_the_figures_and_a_workbook_of_them(data):
    """What Word shows, and what it opens on a double click, are the counts behind the picture; what is not known is empty."""
    found = parts(data)
    assert cached(etree.fromstring(found["word/charts/chart1.xml"])) == WANTED
    sheet = openpyxl.load_workbook(io.BytesIO(found["word/embeddings/chart1.xlsx"]))["数据"]
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows == [
        [None, "单位自评", "财政复核"],
        ["100分", 16, None],
        ["90分（含）至100分", 53, 8],
        ["80分（含）至90分", 0, 27],
    ]
    places = [item.text for item in etree.fromstring(found["word/charts/chart1.xml"]).iter(f"{C}f")]
    assert places == [
        "数据!$B$1",
        "数据!$A$2:$A$4",
        "数据!$B$2:$B$4",
        "数据!$C$1",
        "数据!$A$2:$A$4",
        "数据!$C$2:$C$4",
    ]


def test_the_charts_of_2022_have_the_values_of_its_figures(built):
    """Each bar of the published Word file that has a figure equals it, in the chart and in its workbook."""
    folder = built.public
    known = {
        one["key"]: one["value"]
        for one in json.loads((folder / "figures.json").read_text("utf-8"))["figures"]
    }
    cells = json.loads((built.internal / "annual_report.ipynb").read_text("utf-8"))["cells"]
    bundles = [
        output["data"][CHART]
        for cell in cells
        for output in cell.get("outputs", ())
        if CHART in output.get("data", {})
    ]
    found = parts((folder / "annual_report.docx").read_bytes())
    drawn = [bundle["data"] for bundle in bundles if bundle["alt"].startswith("条形图")]
    assert sum(name.startswith("word/charts/chart") for name in found) == len(drawn) == 3
    for at, table in enumerate(drawn, 1):
        shown = cached(etree.fromstring(found[f"word/charts/chart{at}.xml"]))
        sheet = openpyxl.load_workbook(io.BytesIO(found[f"word/embeddings/chart{at}.xlsx"]))["数据"]
        series = [cell.value for cell in sheet[1][1:]]
        keyed = 0
        for name, label, count in table["rows"]:
            place = shown["labels"].index(label["text"])
            assert shown[name["text"]][place] == count["value"]
            assert sheet.cell(place + 2, series.index(name["text"]) + 2).value == float(count["value"])
            if count["key"]:
                keyed += 1
                assert known[count["key"]] == count["value"]
        assert keyed > 3


def test_a_chart_says_its_finding_and_has_words_for_those_who_cannot_see_it(data):
    """The title is what is to be seen; the caption below counts on; the words are those of the picture."""
    document = Document(io.BytesIO(data))
    titles = [item.text for item in etree.fromstring(parts(data)["word/charts/chart1.xml"]).iter(f"{A}t")]
    assert titles == [FOUND]
    (inline,) = [shape._inline for shape in document.inline_shapes]
    assert inline.docPr.get("descr") == f"条形图。{FOUND}。单位自评100分 16 个。"
    at = next(at for at, one in enumerate(document.paragraphs) if one.text == "图1 得分分布")
    styles = [one.style.style_id for one in document.paragraphs[at - 1 : at + 2]]
    assert styles == ["CaptionedFigure", "ImageCaption", "ReportFigureNote"]


def test_bars_have_the_fills_of_the_drawings_and_differ_in_grey(data):
    """Colours and which series have a pattern are those of the pictures; two plain ones differ in lightness."""
    drawn = [
        ("FFFFFF" if color == "white" else color.strip("#").upper(), bool(hatch))
        for color, hatch in charts.SERIES
    ]
    assert [(color, bool(pattern)) for color, pattern in native_charts.FILLS] == drawn
    chart = etree.fromstring(parts(data)["word/charts/chart1.xml"])
    fills = chart.findall(f".//{C}ser/{C}spPr/{A}solidFill/{A}srgbClr")
    grey = [sum(int(fill.get("val")[at : at + 2], 16) for at in (0, 2, 4)) / 3 for fill in fills]
    assert len(grey) == 2 and abs(grey[0] - grey[1]) > 60


def test_a_file_with_a_chart_is_opened_and_drawn(data, program, tmp_path):
    """LibreOffice opens the file, and draws the counts, the finding and the names of the series as text."""
    file = tmp_path / "chart.docx"
    file.write_bytes(data)
    with pdfplumber.open(converted(program, [file], "pdf", tmp_path / "out")[0]) as opened:
        text = "".join("".join(page.extract_text() for page in opened.pages).split())
    for words in ("16个", "53个", "27个", "单位自评", "财政复核", "80分（含）至90分", FOUND):
        assert words in text


def test_the_same_notebook_gives_the_same_charts(data):
    """No clock in the workbook either; no other part than the chart's own is added."""
    found = parts(data)
    assert {name for name in found if "chart" in name} == {
        "word/charts/chart1.xml",
        "word/charts/_rels/chart1.xml.rels",
        "word/embeddings/chart1.xlsx",
    }
    with zipfile.ZipFile(io.BytesIO(found["word/embeddings/chart1.xlsx"])) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def drawn_by_word(drawn, table, alt: str = "散点图，甲。") -> int:
    """How many charts Word draws of a notebook that shows one."""
    notebook = new_notebook(cells=[shown(drawn, table, alt)])
    return sum(name.startswith("word/charts/chart") for name in parts(to_docx(notebook)))


def test_panels_of_other_bands_are_one_chart():
    """Tiers with bands of their own stand below each other, each with empty places where the other has bands."""
    panels = [
        Bars("自评", ["满分", "其他"], [3, 4], charts.DARK),
        Bars("复核", ["优", "良"], [1, 6], charts.MID),
    ]
    found = native_charts._bars(charts.bars_data(panels, COLUMNS, ""), "条形图。甲。")
    assert list(found.labels) == ["满分", "其他", "优", "良"] and not found.beside
    assert found.series == {
        "自评": [Decimal(3), Decimal(4), None, None],
        "复核": [None, None, Decimal(1), Decimal(6)],
    }


def test_a_scatter_stays_a_picture():
    """It would carry the scores of single subjects, and say less."""
    groups = [
        Points(
            "部门",
            [Decimal(90), Decimal(95)],
            [Decimal(80), Decimal(85)],
            "o",
            charts.DARK,
            False,
            ["甲", "乙"],
        )
    ]
    charts.setup()
    drawn = charts.scatter(groups, "自评", "复核", "相等")
    table = charts.points_data(groups, ("评价对象", "类别", "自评", "复核"), "")
    assert drawn_by_word(drawn, table) == 0


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("甲", 1, "90～95", "3"), ("乙", 1, "85～90", "4")],
        [("甲", 1, "90～95", "3")],
        [("甲", 2, "90～95", "三"), ("", 1, "85～90", "4")],
        [("甲", 2, "90～95", "3"), ("", 1, "90～95", "4")],
    ],
)
def test_another_table_is_no_bar_chart(rows):
    """Rows without a common series, a single bar, words for numbers, a label twice, nothing: the picture stays."""
    cells = [
        [Cell(name, rows=down) if name else None, Cell(label), Cell(count, count)]
        for name, down, label, count in rows
    ]
    columns = [Column(COLUMNS[0]), Column(COLUMNS[1]), Column(COLUMNS[2], "right")]
    assert native_charts._bars(Table("", "", columns, cells), "条形图。甲。") is None


def test_texts_of_a_chart_stay_texts():
    """Marks and quotes in labels, units and findings end no tag, and formulas are none."""
    labels = ['=1+1"<甲>', "&乙;"]
    series = [Series("</c:v>", [1, 2]), Series('"丙"', [0, 3])]
    charts.setup()
    drawn = charts.grouped(labels, series, "个")
    table = charts.series_data(labels, series, ("层级", "段", '数（"个<b>）'), "")
    notebook = new_notebook(cells=[shown(drawn, table, "条形图。<甲>&。丁。")])
    found = parts(to_docx(notebook))
    assert cached(etree.fromstring(found["word/charts/chart1.xml"])) == {
        "labels": labels,
        "</c:v>": ["1", "2"],
        '"丙"': ["0", "3"],
    }
    sheet = openpyxl.load_workbook(io.BytesIO(found["word/embeddings/chart1.xlsx"]))["数据"]
    assert [sheet["A2"].value, sheet["A2"].data_type] == [labels[0], "s"]


@pytest.mark.parametrize(("planted", "told"), [(None, []), ("没有显示的单位", [Kind.HIDDEN])])
def test_what_a_workbook_says_beyond_its_chart_is_told(data, planted, told):
    """The scan before publishing reads the workbook; a cell that no chart shows makes it a hidden file."""
    found = parts(data)
    if planted:
        book = openpyxl.load_workbook(io.BytesIO(found["word/embeddings/chart1.xlsx"]))
        book["数据"]["F9"] = planted
        out = io.BytesIO()
        book.save(out)
        found["word/embeddings/chart1.xlsx"] = out.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    read = Read()
    read_word(read, out.getvalue())
    assert [kind for kind, place, _ in read.notes if place.endswith(".xlsx")] == told
    texts = {
        text for place, text in read.texts if place.startswith("word/embeddings/chart1.xlsx 工作表“数据”")
    }
    assert {"90分（含）至100分"} | ({planted} if planted else set()) <= texts


def test_zeros_at_the_end_of_a_number_hide_nothing(data):
    """A chart has 38.10 in its cache where the workbook behind it has 38.1."""
    found = parts(data)
    chart = found["word/charts/chart1.xml"]
    found["word/charts/chart1.xml"] = re.sub(rb"<c:v>(\d+)</c:v>", rb"<c:v>\1.00</c:v>", chart)
    assert found["word/charts/chart1.xml"] != chart
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    read = Read()
    read_word(read, out.getvalue())
    assert [note for note in read.notes if note[0] == Kind.HIDDEN] == []

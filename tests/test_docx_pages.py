"""The pages of the Word file: geometry, sections, fields, a package without fault, and what LibreOffice makes of it."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

import pdfplumber
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from jixiao.press.paper import themes
from jixiao.press.word.docx import to_docx
from office import converted
from press_notebook import PROSE, TABLE, _cell, _columns, number, press_notebook, table_output
from press_notebook import words as words_of

SENTENCE = "为落实全面实施预算绩效管理的要求城中区财政局组织开展了预算绩效管理工作并对财政支出进行绩效评价"
# The order that the schema of each kind of properties asks for; Word calls a file damaged that has another.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs wordWrap autoSpaceDE autoSpaceDN "
    "snapToGrid spacing ind contextualSpacing jc textDirection outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs strike color spacing kern sz szCs u vertAlign lang",
    "tblPr": "tblStyle tblpPr tblW jc tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tcPr": "tcW gridSpan vMerge tcBorders shd textDirection vAlign",
    "sectPr": "footerReference pgSz pgMar cols docGrid",
    "settings": "zoom defaultTabStop evenAndOddHeaders characterSpacingControl noLineBreaksAfter "
    "noLineBreaksBefore compat themeFontLang decimalSymbol "
    "listSeparator",
}

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="module")
def notebook() -> NotebookNode:
    """The sample report with a page full of text, and a paragraph before its chart."""
    notebook = press_notebook(f"{PROSE}<p>{SENTENCE * 30}</p>")
    at = next(at for at, cell in enumerate(notebook.cells) if cell.source == "report.chart('departments')")
    notebook.cells.insert(at, new_markdown_cell(f"{SENTENCE * 3}见下图。"))
    return notebook


@pytest.fixture(scope="module")
def data(notebook) -> bytes:
    return to_docx(notebook)


@pytest.fixture(scope="module")
def document(data):
    return Document(io.BytesIO(data))


@pytest.fixture(scope="module")
def printed(tmp_path_factory, program):
    """A function that gives the pages LibreOffice makes of a file."""
    folder = tmp_path_factory.mktemp("office")

    def pages(data: bytes) -> list:
        file = folder / "报告.docx"
        file.write_bytes(data)
        with pdfplumber.open(converted(program, [file], "pdf", folder)[0]) as opened:
            return [_measured(one) for one in opened.pages]

    return pages


def _measured(one) -> dict:
    """What is _measured of a page: size, lines of characters from top to bottom, and its pictures."""
    lines = defaultdict(list)
    for char in one.chars:
        lines[round(char["bottom"])].append(char)
    ordered = [sorted(lines[at], key=lambda char: char["x0"]) for at in sorted(lines)]
    return {"width": one.width, "lines": ordered, "pictures": one.images}


def words(line: list) -> str:
    return "".join(char["text"] for char in line).replace(" ", "")


@pytest.fixture(scope="module")
def pages(data, printed):
    return printed(data)


def test_page_is_that_of_an_official_document(document):
    """A4, the margins of GB/T 9704 and the grid of 22 lines of 28 characters."""
    section = document.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm, 1) for side in margins] == [37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    pitch = int(grid.get(qn("w:linePitch"))) / 20
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert int(225 * 72 / 25.4 / pitch) == 22
    normal = document.styles["Normal"]
    step = normal.font.size.pt + int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 * step <= 156 * 72 / 25.4 < 28.2 * step
    body = next(style for style in document.styles if style.style_id == "BodyText")
    assert body.paragraph_format.line_spacing.pt == pytest.approx(pitch)


def test_page_numbers_are_fields_on_the_outer_side(document):
    """Odd pages have theirs at the right, even ones at the left, as fields between dashes."""
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        properties = paragraph.style.element.pPr
        assert properties.find(qn("w:jc")).get(qn("w:val")) == side
        assert properties.ind.get(qn(f"w:{side}Chars")) == "100"
        assert " PAGE " in [item.text for item in paragraph._p.iter(qn("w:instrText"))]
    assert document.settings.odd_and_even_pages_header_footer is True


def test_a_wide_table_has_a_page_on_its_side(document):
    """The register of six columns is a section turned, with margins turned too and the number where it always is."""
    upright, turned = document.sections
    assert (turned.page_width, turned.page_height) == (upright.page_height, upright.page_width)
    margins = (turned.top_margin, turned.right_margin, turned.bottom_margin, turned.left_margin)
    wanted = (upright.left_margin, upright.top_margin, upright.right_margin, upright.bottom_margin)
    assert margins == wanted
    place = turned.footer.tables[0]._tbl.tblPr.find(qn("w:tblpPr"))
    middle = (int(place.get(qn("w:tblpX"))) + 140) * 25.4 / 1440
    assert middle == pytest.approx(35 - 7, abs=0.2)
    assert next(turned.footer._element.iter(qn("w:textDirection"))).get(qn("w:val")) == "tbRl"


def test_captions_count_by_fields(document):
    """The fields show now what the page says, and count on after an edit."""
    captions = [p for p in document.paragraphs if p.style.style_id in ("TableCaption", "ImageCaption")]
    fields = [[item.text for item in p._p.iter(qn("w:instrText"))] for p in captions]
    assert [p.text.split()[0] for p in captions] == ["表1", "图1", "表2", "表3", "附表"]
    table, chart = [r" SEQ 表 \* ARABIC "], [r" SEQ 图 \* ARABIC "]
    assert fields == [table, chart, table, table, []]


def test_a_number_out_of_order_is_held():
    """A caption whose number is not the next one says so in its field, and keeps it when fields are updated."""
    notebook = press_notebook()
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        if output.get("data", {}).get(TABLE, {}).get("caption", "").startswith("表2"):
            output.data[TABLE]["caption"] = "表7 重点项目再评价结果"
    document = Document(io.BytesIO(to_docx(notebook)))
    codes = [item.text for item in document.element.body.iter(qn("w:instrText"))]
    assert [code for code in codes if "表" in code] == [
        r" SEQ 表 \* ARABIC ",
        r" SEQ 表 \* ARABIC \r 7 ",
        r" SEQ 表 \* ARABIC \r 3 ",
    ]


def test_contents_where_the_theme_asks(notebook, document):
    """The table of contents is a field whose lines lead to the headings; by default there is none."""
    theme = replace(themes.default(), word_contents=True)
    asked = Document(io.BytesIO(to_docx(notebook, theme)))
    lines = [p for p in asked.paragraphs if p.style.style_id in ("TOC1", "TOC2")]
    marks = {
        mark.get(qn("w:name")): mark.getparent() for mark in asked.element.body.iter(qn("w:bookmarkStart"))
    }
    links = [next(line._p.iter(qn("w:hyperlink"))).get(qn("w:anchor")) for line in lines]
    texts = ["".join(part.text or "" for part in line._p.iter(qn("w:t"))) for line in lines]
    assert texts[:2] == ["一、制度建设", "二、绩效评价开展情况"] and texts[-1] == "统计数登记表"
    numbered = ["".join(t.text for t in marks[link].iter(qn("w:t"))) for link in links]
    assert numbered[:2] == ["制度建设", "绩效评价开展情况"]
    assert all(text.endswith(words) for text, words in zip(texts, numbered, strict=True))
    kinds = [item.get(qn("w:fldCharType")) for line in lines for item in line._p.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    assert not [p for p in document.paragraphs if p.style.style_id.startswith("TOC")]


def test_a_full_page_has_22_lines_of_28_characters(pages):
    """Measured in what LibreOffice sets: the lines a page, their pitch, the characters a line."""
    bodies = [[line for line in page["lines"] if round(line[0]["size"]) == 16] for page in pages]
    body = max(bodies, key=lambda lines: sum(len(line) == 28 for line in lines))
    assert len(body) == 22 and sum(len(line) == 28 for line in body) > 15
    bottoms = [line[0]["bottom"] for line in body]
    gaps = [b - a for a, b in pairwise(bottoms)]
    assert min(gaps) == pytest.approx(28.95, abs=0.1) == max(gaps)
    ends = [(line[0]["x0"], line[-1]["x1"]) for line in body if len(line) == 28 and "。" not in words(line)]
    assert all(abs(left - 28 * 72 / 25.4) < 1.2 > abs(right - 184 * 72 / 25.4) for left, right in ends)


def test_page_numbers_stand_outside_below_the_type_area(pages):
    """Odd numbers at the right, even ones at the left, a character in, the dash 7 mm below the type area."""
    for at, page in enumerate(pages, 1):
        if page["width"] < 600:
            line = next(line for line in reversed(page["lines"]) if words(line) == f"—{at}—")
            middle = (line[0]["top"] + line[0]["bottom"]) / 2
            assert middle == pytest.approx((297 - 28) * 72 / 25.4, abs=4)
            left, right = 28 * 72 / 25.4 + 14, 184 * 72 / 25.4 - 14
            assert (line[-1]["x1"] if at % 2 else line[0]["x0"]) == pytest.approx(
                right if at % 2 else left, abs=2
            )


def test_a_chart_keeps_its_caption_and_the_paragraph_that_leads_to_it(pages):
    """The end of the paragraph, the picture, its caption and its note stand on one page."""
    page = next(page for page in pages if page["pictures"])
    text = "".join(words(line) for line in page["lines"])
    assert "见下图。" in text and "图1部门整体支出自评得分" in text and "资料来源" in text


def test_a_table_keeps_its_caption(pages):
    """No caption is the last line of a page, and heads are repeated on each page of a long table."""
    turned = [page for page in pages if page["width"] > 600]
    assert len(turned) > 1
    assert all(any("定义" in words(line) for line in page["lines"]) for page in turned)
    for page in pages:
        lines = [words(line) for line in page["lines"]]
        at = [at for at, line in enumerate(lines) if line.startswith(("表1", "表2", "表3", "附表"))]
        assert all(len(lines) > place + 4 for place in at)


def test_no_page_of_the_report_of_2022_is_nearly_empty(built, printed):
    """In LibreOffice each page is filled to a third at least, but for the last of the report and of an attachment."""
    pages = printed((built.public / "annual_report.docx").read_bytes())
    assert len(pages) <= 10
    starts = [at for at, page in enumerate(pages) if re.match("附[件录]", words(page["lines"][0]))]
    assert starts
    inner = [page for at, page in enumerate(pages[:-1]) if at + 1 not in starts]
    filled = []
    for page in inner:
        lowest = max(line[0]["bottom"] for line in page["lines"][:-1])
        filled.append((lowest / 72 * 25.4 - 37) / 225)
    assert [share for share in filled if share < 1 / 3] == []


def test_a_long_table_goes_on_without_leaving_few_rows_alone():
    """Nine rows and more may go on to the next page, with three on each side; a total stays with the row before it."""
    rows = [[number(str(at)), number("1")] for at in range(1, 13)] + [[words_of("合计"), number("12")]]
    rows[6] = [words_of("合计"), number("6")]
    kept = []
    for some in (rows, rows[:8]):
        table = {
            "id": "t",
            "caption": "表1 甲",
            "columns": _columns(序号="left", 数="right"),
            "rows": some,
            "notes": [],
        }
        document = Document(io.BytesIO(to_docx(new_notebook(cells=[_cell("t", table_output(table))]))))
        tall = document.tables[0]._tbl.findall(qn("w:tr"))
        kept.append([row.find(f".//{qn('w:keepNext')}") is not None for row in tall])
    assert kept[0] == [True] * 3 + [False] * 3 + [True] + [False] * 4 + [True, True, False]
    assert kept[1] == [True] * 8 + [False]


def test_an_edit_of_a_style_changes_all_of_its_text(data, printed):
    """Sizes changed in five styles and nowhere else are the sizes of all that text on paper."""
    document = Document(io.BytesIO(data))
    sizes = {"Normal": 15, "Title": 26, "Caption": 13, "ReportTable": 9, "ReportTableHead": 11}
    for style in document.styles:
        if style.style_id in sizes:
            style.font.size = Pt(sizes[style.style_id])
    out = io.BytesIO()
    document.save(out)
    found = Counter()
    shown = defaultdict(set)
    for page in printed(out.getvalue()):
        for line in page["lines"]:
            size = round(line[0]["size"], 1)
            found[size] += 1
            shown[size].add(words(line))
    assert {15, 26, 13, 9, 11} <= set(found) and 16 not in found
    assert any("预算绩效管理工作开展情况" in line for line in shown[26])
    assert {"表2重点项目再评价结果", "表3指标分值"} <= shown[13]
    assert "一、制度建设" in shown[15] and any(SENTENCE[:10] in line for line in shown[15])
    assert any(line.startswith("类别项目名称") for line in shown[11])
    assert any("沿江廉政文化园建设" in line for line in shown[9])


def test_the_package_is_whole(data):
    """Every part has a content type, every relation an end in the file, every id is there once."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    types = etree.fromstring(parts["[Content_Types].xml"])
    kinds = {item.get("PartName") for item in types} | {item.get("Extension") for item in types}
    assert [
        n for n in parts if f"/{n}" not in kinds and n.rpartition(".")[2] not in kinds and "[" not in n
    ] == []
    for name in [name for name in parts if name.endswith(".rels")]:
        base = posixpath.dirname(posixpath.dirname(name))
        relations = etree.fromstring(parts[name])
        assert len({item.get("Id") for item in relations}) == len(relations)
        assert [
            item
            for item in relations
            if posixpath.normpath(posixpath.join(base, item.get("Target"))) not in parts
        ] == []
    root = etree.fromstring(parts["word/document.xml"])
    drawn = [item.get("id") for item in root.iter("{*}docPr")]
    marks = [item.get(qn("w:id")) for item in root.iter(qn("w:bookmarkStart"))]
    assert all(len(set(ids)) == len(ids) for ids in (drawn, marks)) and drawn
    related = {item.get("Id") for item in etree.fromstring(parts["word/_rels/document.xml.rels"])}
    used = {value for item in root.iter() for key, value in item.attrib.items() if key.startswith(f"{{{R}}}")}
    assert used and used <= related


@pytest.mark.parametrize("name", ["document", "styles", "settings", "footerOdd", "footerOddLandscape"])
def test_properties_stand_in_the_order_of_the_schema(data, name):
    """Word takes a file for damaged whose properties are in another order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read(f"word/{name}.xml"))
    wrong = []
    for kind, order in ORDER.items():
        places = {qn(f"w:{tag}"): at for at, tag in enumerate(order.split())}
        for holder in root.iter(qn(f"w:{kind}")):
            at = [places.get(child.tag, -1) for child in holder]
            if at != sorted(at) or -1 in at:
                wrong.append(etree.tostring(holder)[:300])
    assert wrong == []


def test_styles_name_only_styles_that_are_there(data):
    """No style builds on, or is followed by, one that the file lacks."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/styles.xml"))
    ids = [style.get(qn("w:styleId")) for style in root.iter(qn("w:style"))]
    names = [
        mark.get(qn("w:val")) for kind in ("basedOn", "next", "link") for mark in root.iter(qn(f"w:{kind}"))
    ]
    assert len(set(ids)) == len(ids) and set(names) <= set(ids)

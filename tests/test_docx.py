"""The Word file: real styles for East-Asian text, the same words as the page, and nothing from the clock."""

from __future__ import annotations

import io
import subprocess
import unicodedata
import zipfile

import pdfplumber
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree, html

from jixiao.publishing.docx import to_docx
from jixiao.publishing.html import images, to_html
from press_notebook import ATTACKS, TITLE, attacked, press_notebook


@pytest.fixture(scope="module")
def page() -> str:
    return to_html(press_notebook())


@pytest.fixture(scope="module")
def data(page) -> bytes:
    return to_docx(page, images(press_notebook()))


@pytest.fixture(scope="module")
def document(data):
    return Document(io.BytesIO(data))


def text_of(document) -> str:
    return "\n".join(
        "".join(part.text or "" for part in paragraph.iter(qn("w:t")))
        for paragraph in document.element.body.iter(qn("w:p"))
    )


def test_every_number_and_paragraph_is_there(page, document):
    """All `<data>` texts, paragraphs, captions and cells of the page are in the file."""
    main = html.document_fromstring(page).find(".//main")
    text = text_of(document)
    wanted = [
        " ".join(part.text_content().split()) for part in main.iter("data", "p", "caption", "td", "th", "h2")
    ]
    assert len(wanted) > 300
    assert [item for item in wanted if item not in text] == []


def test_paragraphs_have_their_styles(document):
    """Title, headings, body, captions and notes are set by style, not by hand."""
    style = {paragraph.text: paragraph.style.style_id for paragraph in document.paragraphs}
    assert style[TITLE] == "Title"
    assert [style["一、制度建设"], style["（一）部门整体支出"]] == ["Heading1", "Heading2"]
    assert style["结果见表2、表3。"] in ("FirstParagraph", "BodyText")
    assert style["表2 重点项目再评价结果"] == "TableCaption"
    assert style["图1 部门整体支出自评得分与复核得分分布"] == "ImageCaption"
    assert style["金额为年初预算数。"] == "ReportNote"
    assert style["资料来源：各单位自评表与财政复核记录。"] == "ReportFigureNote"


@pytest.mark.parametrize(
    ("style", "east"),
    [("Normal", "仿宋"), ("Heading1", "黑体"), ("ReportTableText", "宋体"), ("Title", "黑体")],
)
def test_styles_name_east_asian_fonts(document, style, east):
    """Chinese and Latin text have each a font of their own."""
    fonts = next(item for item in document.styles if item.style_id == style).element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == east
    assert fonts.get(qn("w:ascii")) == "Times New Roman"


def test_body_is_indented_by_two_characters(document):
    """The indent is counted in characters, so that it follows the size of the type."""
    indent = next(s for s in document.styles if s.style_id == "BodyText").element.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_every_style_used_is_defined(document):
    """No paragraph falls back to a default because its style is missing."""
    defined = {style.style_id for style in document.styles}
    used = {item.get(qn("w:val")) for item in document.element.body.iter(qn("w:pStyle"), qn("w:tblStyle"))}
    assert used - defined == set()


def test_language_is_chinese(data):
    """Latin text is English, for as Chinese its numbers would be torn at line ends; the rest is Chinese."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = etree.fromstring(archive.read("word/styles.xml"))
    language = styles.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert [language.get(qn("w:val")), language.get(qn("w:eastAsia"))] == ["en-US", "zh-CN"]


def test_tables_repeat_heads_and_keep_rows_whole(document):
    """Head rows are marked as such, no row is torn, cells have the style of tables."""
    assert len(document.tables) == 4
    for table in document.tables:
        rows = table._tbl.findall(qn("w:tr"))
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert sum(widths) == pytest.approx(8844, abs=len(widths))
    styles = {p.style.style_id for table in document.tables for cell in table._cells for p in cell.paragraphs}
    assert styles == {"ReportTableText", "ReportTableTextSmall"}


def test_merged_cells_stay_merged(document):
    """A group of rows keeps its one name."""
    cells = document.tables[1].columns[0].cells
    assert cells[1]._tc is cells[2]._tc is cells[3]._tc
    assert [cells[1].text, cells[4].text, cells[6].text] == ["已公开名称", "未公开名称", "合计"]


def test_three_lines_and_subtotal(document):
    """Rules above, below and under the head come from the style; a thin one stands above the total."""
    style = next(s for s in document.styles if s.style_id == "Table").element
    assert {border.tag for border in style.find(f".//{qn('w:tblBorders')}")} == {qn("w:top"), qn("w:bottom")}
    last = document.tables[0]._tbl.findall(qn("w:tr"))[-1]
    assert len(last.findall(f".//{qn('w:tcBorders')}/{qn('w:top')}")) == 3


def test_chart_keeps_size_and_alternative_text(document):
    """The picture is as wide as the drawing and says in words what it shows."""
    shape = document.inline_shapes[0]
    assert shape.width == pytest.approx(Mm(152.4), abs=Mm(0.2))
    assert shape.height / shape.width == pytest.approx(3.2 / 6, abs=0.01)
    names = {item.get("descr") for item in document.element.body.iter() if item.get("descr") is not None}
    assert len(names) == 1 and names.pop().startswith("柱形图：自评得分集中在95分以上")


def test_page_is_that_of_an_official_document(document):
    """A4, margins of GB/T 9704, page numbers as fields on the outer side."""
    section = document.sections[0]
    sides = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.left_margin,
        section.right_margin,
    )
    assert [round(side.mm) for side in sides] == [210, 297, 37, 28, 26]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert " PAGE " in [item.text for item in paragraph._p.iter(qn("w:instrText"))]
    assert document.settings.odd_and_even_pages_header_footer is True


def test_properties_come_from_the_report(document):
    """Title, author, language and dates are those of the report."""
    properties = document.core_properties
    assert [properties.title, properties.author, properties.language] == [TITLE, "城中区财政局", "zh-CN"]
    assert properties.created.isoformat()[:10] == properties.modified.isoformat()[:10] == "2023-08-25"


def test_attacks_are_plain_text():
    """Hostile prose and names are text; no field, link or formula comes of them."""
    notebook = attacked()
    document = Document(io.BytesIO(to_docx(to_html(notebook), images(notebook))))
    text = text_of(document)
    assert [attack for attack in ATTACKS if text.count(attack) < 2] == []
    assert list(document.element.body.iter(qn("w:instrText"), qn("w:hyperlink"))) == []
    assert [part.target_ref for part in document.part.rels.values() if part.is_external] == []


def test_a_drawing_without_png_is_drawn(page):
    """What only exists as SVG becomes a picture of the same size, sharp enough for print."""
    shape = Document(io.BytesIO(to_docx(page, {}))).inline_shapes[0]
    assert shape.width == pytest.approx(Mm(152.4), abs=Mm(0.2))
    picture = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
    image = Document(io.BytesIO(to_docx(page, {}))).part.related_parts[picture].image
    assert image.px_width == pytest.approx(6 * 300, abs=3)


def test_lines_of_the_title_are_balanced(document):
    """A title of two lines is as narrow as two lines of about the same length allow."""
    title = next(p for p in document.paragraphs if p.style.style_id == "Title")
    room = 442 - title.paragraph_format.left_indent.pt - title.paragraph_format.right_indent.pt
    assert 0.5 < room / (22 * len(TITLE)) < 0.7


def test_same_page_same_bytes(page, data):
    """The clock and the place have no part in the file, nor in the times of its parts."""
    assert to_docx(page, images(press_notebook())) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_libreoffice_opens_it(data, tmp_path, program):
    """An office program reads the file and sets all of its text."""
    file = tmp_path / "报告.docx"
    file.write_bytes(data)
    command = [program("soffice"), f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    with pdfplumber.open(tmp_path / "报告.pdf") as opened:
        text = "".join(one.extract_text() for one in opened.pages)
        assert len(opened.pages) >= 5
    assert "85" in text and "88.91" in text and "— 2 —" in unicodedata.normalize("NFKC", text)

"""The Word file: real styles for East-Asian text, the same words as the page, and nothing from the clock."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from itertools import pairwise

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree, html
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from jixiao.press.page.html import to_html
from jixiao.press.paper import themes
from jixiao.press.word.docx import to_docx
from press_notebook import ATTACKS, CHART, TITLE, attacked, drawing, press_notebook
from word_text import shown

OURS = re.compile(r" SEQ [表图] \\\* ARABIC | REF _Ref(Table|AttachedTitle)\d \\h ")


@pytest.fixture(scope="module")
def page() -> str:
    return to_html(press_notebook())


@pytest.fixture(scope="module")
def data() -> bytes:
    return to_docx(press_notebook())


@pytest.fixture(scope="module")
def document(data):
    return Document(io.BytesIO(data))


def text_of(document) -> str:
    return "\n".join(
        "".join(part.text or "" for part in paragraph.iter(qn("w:t")))
        for paragraph in document.element.body.iter(qn("w:p"))
    )


def test_every_number_and_paragraph_is_there(page, data):
    """All `<data>` texts, headings, paragraphs, captions and cells of the page are in the file."""
    main = html.document_fromstring(page).find(".//main")
    text = "".join("".join(words for _, words in shown(data)).split())
    for only_here in main.xpath(".//caption[@class='unseen']"):  # the groups of the register
        only_here.drop_tree()
    parts = main.iter("data", "p", "caption", "td", "th", "h2", "h3", "li", "figcaption")
    wanted = ["".join(part.text_content().split()) for part in parts]
    assert len(wanted) > 300
    assert [item for item in wanted if item not in text] == []


def test_paragraphs_have_their_styles(document):
    """Title, headings, body, captions, notes, attachments and signature are set by style."""
    style = {paragraph.text: paragraph.style.style_id for paragraph in document.paragraphs}
    assert style["柳州市城中区2022年\n预算绩效管理工作开展情况"] == "Title"
    assert [style["制度建设"], style["部门整体支出"]] == ["Heading1", "Heading2"]
    assert [style["结果见表2、表3。"], style["事前绩效评估管理"]] == ["BodyText", "ReportList"]
    assert style["表2 重点项目再评价结果"] == "TableCaption"
    assert style["图1 部门整体支出自评得分与复核得分分布"] == "ImageCaption"
    assert style["金额为年初预算数。"] == "ReportNote"
    assert style["资料来源：各单位自评表与财政复核记录。"] == "ReportFigureNote"
    assert [style["附录"], style["统计数登记表"]] == ["ReportAttached", "ReportAttachedTitle"]
    assert style["附录：统计数登记表"] == "ReportAttachments"
    assert [style["城中区财政局"], style["2023年8月25日"]] == ["ReportIssuer", "ReportDate"]


def test_nothing_is_formatted_past_the_styles(document):
    """Runs name at most a style of characters; paragraphs a style, a list, and what they stay together with."""
    looks = {part.tag for run in document.element.body.iter(qn("w:rPr")) for part in run}
    assert looks <= {qn("w:rStyle"), qn("w:rFonts")}
    fonts = [dict(font.attrib) for font in document.element.body.iter(qn("w:rFonts"))]
    assert all(font == {qn("w:hint"): "eastAsia"} for font in fonts)
    placed = {part.tag for holder in document.element.body.iter(qn("w:pPr")) for part in holder}
    assert placed <= {qn(f"w:{name}") for name in ("pStyle", "keepNext", "numPr", "sectPr")}


def test_strong_words_and_marks_have_styles_of_characters():
    """Bold, stressed and raised text names a style, so that an office can change the look of all of it."""
    notebook = new_notebook(cells=[new_markdown_cell("正文**粗**、*斜*、<sup>*</sup>、<sub>2</sub>")])
    document = Document(io.BytesIO(to_docx(notebook)))
    runs = next(p for p in document.paragraphs if "正文" in p.text).runs
    named = {run.text: run._r.rPr.find(qn("w:rStyle")) for run in runs if run._r.rPr is not None}
    found = {text: None if mark is None else mark.get(qn("w:val")) for text, mark in named.items()}
    assert [found["粗"], found["斜"], found["*"], found["2"]] == ["Strong", "Emphasis", "ReportMark", None]


@pytest.mark.parametrize(
    ("style", "east", "points"),
    [
        ("Normal", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading1", "黑体", None),
        ("Heading2", "楷体_GB2312", None),
        ("Heading3", "仿宋_GB2312", None),
        ("ReportTable", "宋体", 12),
        ("ReportTableHead", "黑体", 12),
        ("ReportTableClose", "宋体", 7.5),
        ("Caption", "黑体", 12),
        ("Footer", "宋体", 14),
    ],
)
def test_styles_name_east_asian_fonts(document, style, east, points):
    """Chinese and Latin text have each a font of their own, the sizes are those of the theme."""
    found = next(item for item in document.styles if item.style_id == style)
    fonts = found.element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == east
    assert fonts.get(qn("w:ascii")) == ("宋体" if style == "Footer" else "Times New Roman")
    assert (found.font.size and found.font.size.pt) == points


def test_fonts_of_the_theme_are_used():
    """What an office names in its theme stands first; the fonts that may stand in for it are in the table."""
    theme = themes.default()
    theme = replace(theme, fonts={**theme.fonts, "body": ["华文仿宋", "仿宋"]})
    data = to_docx(press_notebook(), theme)
    document = Document(io.BytesIO(data))
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "华文仿宋"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        fonts = etree.fromstring(archive.read("word/fontTable.xml"))
    others = {font.get(qn("w:name")): font.find(qn("w:altName")) for font in fonts}
    assert others["华文仿宋"].get(qn("w:val")).startswith("仿宋,仿宋_GB2312,")
    assert "SimHei" in others["黑体"].get(qn("w:val"))


def test_headings_stay_apart_without_the_official_fonts(data):
    """Each role names free faces of its kind, none that another role names too but for the two of serif text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        fonts = etree.fromstring(archive.read("word/fontTable.xml"))
    table = {font.get(qn("w:name")): font for font in fonts if font.find(qn("w:altName")) is not None}
    others = {name: table[name].find(qn("w:altName")).get(qn("w:val")).split(",") for name in table}
    kinds = {name: table[name].find(qn("w:family")).get(qn("w:val")) for name in table}
    assert kinds == {
        "宋体": "roman",
        "楷体_GB2312": "script",
        "黑体": "swiss",
        "仿宋_GB2312": "roman",
        "方正小标宋简体": "roman",
    }
    assert {"CESI黑体-GB2312", "方正黑体_GBK", "Noto Sans CJK SC"} <= set(others["黑体"])
    for name in ("黑体", "楷体_GB2312"):
        for other in set(others) - {name}:
            assert set(others[name]) & set(others[other]) == set()


@pytest.mark.parametrize(
    ("words", "divided"),
    [
        ("95分（含）至100分", ""),
        ("90分以上（含90分）", ""),
        ("10.81亿元", ""),
        ("财预〔2020〕10号", "财|预|〔2020〕10号"),
        ("2～5万元", ""),
        ("2022年12月31日", "2022年|12月|31日"),
        ("85个*", ""),
        ("88.91%", ""),
        ("第3条", ""),
    ],
)
def test_numbers_stay_whole_without_invisible_characters(data, words, divided):
    """By what no line may begin or end with, Word tears no number from its unit; the text is as it was written."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        settings = etree.fromstring(archive.read("word/settings.xml"))
        text = archive.read("word/document.xml").decode()
    first, last = (
        settings.find(qn(f"w:noLineBreaks{side}")).get(qn("w:val")) for side in ("Before", "After")
    )
    assert len(first) <= 100 and len(last) <= 50  # Word takes no more
    held = [a in last or b in first or (a + b).isascii() for a, b in pairwise(words)]
    marked = words[0] + "".join(b if whole else f"|{b}" for whole, b in zip(held, words[1:], strict=True))
    assert marked == (divided or words)
    assert not re.search("[\u2060\u200b-\u200f\ufeff\u00a0]", text)


def test_body_is_indented_by_two_characters(document):
    """The indent is counted in characters, so that it follows the size of the type."""
    for name in ("BodyText", "Heading1", "Heading2", "ReportAttachedHeading2", "ReportAttachedHeading3"):
        indent = next(s for s in document.styles if s.style_id == name).element.pPr.find(qn("w:ind"))
        assert indent.get(qn("w:firstLineChars")) == "200"


def test_signature_stands_two_characters_from_the_edge(document):
    """The date starts two characters to the right of the issuer's name (GB/T 9704, 7.3.5)."""
    ends = {
        name: int(
            next(s for s in document.styles if s.style_id == name).element.pPr.ind.get(qn("w:rightChars"))
        )
        for name in ("ReportIssuer", "ReportDate")
    }
    assert ends == {"ReportIssuer": 485, "ReportDate": 200}


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
    for at, table in enumerate(document.tables):
        rows = table._tbl.findall(qn("w:tr"))
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert sum(widths) == pytest.approx(12756 if at == 3 else 8845, abs=len(widths))
    styles = [
        {p.style.style_id for row in table.rows for cell in row.cells for p in cell.paragraphs}
        for table in document.tables
    ]
    ends = {f"ReportTable{head}{side}" for head in ("", "Head") for side in ("", "Right")}
    assert [styles[0], styles[3] & ends] == [ends, set()]
    assert {"ReportTableClose", "ReportTableHeadClose", "ReportTableCloseRight"} <= styles[3]


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
    """The picture has a third of the page at most, so that two go on it, and says in words what it shows."""
    shape = document.inline_shapes[0]
    assert shape.height == pytest.approx(Mm(0.32 * 225), abs=Mm(0.2))
    assert shape.height / shape.width == pytest.approx(3.2 / 6, abs=0.01)
    names = {item.get("descr") for item in document.element.body.iter() if item.get("descr") is not None}
    assert len(names) == 1 and names.pop().startswith("柱形图：自评得分集中在95分以上")


def test_captions_stay_with_what_they_name(document):
    """A table's caption keeps with the table, a picture with its caption and that with the note below."""
    for paragraph in document.paragraphs:
        if paragraph.style.style_id in ("TableCaption", "CaptionedFigure") or paragraph.text.startswith(
            "图1"
        ):
            own, style = paragraph.paragraph_format.keep_with_next, paragraph.style
            while own is None and style is not None:
                own, style = style.paragraph_format.keep_with_next, style.base_style
            assert own, paragraph.text


def test_properties_come_from_the_report(document):
    """Title, author, language and dates are those of the report."""
    properties = document.core_properties
    assert [properties.title, properties.author, properties.language] == [TITLE, "城中区财政局", "zh-CN"]
    assert properties.created.isoformat()[:10] == properties.modified.isoformat()[:10] == "2023-08-25"


def test_attacks_are_plain_text():
    """Hostile prose and names are text; no field, link or formula comes of them."""
    notebook = attacked()
    document = Document(io.BytesIO(to_docx(notebook)))
    text = text_of(document)
    assert [attack for attack in ATTACKS if text.count(attack) < 2] == []
    codes = [item.text for item in document.element.body.iter(qn("w:instrText"))]
    assert [code for code in codes if not OURS.fullmatch(code)] == []
    assert list(document.element.body.iter(qn("w:hyperlink"))) == []
    assert [part.target_ref for part in document.part.rels.values() if part.is_external] == []


def drawn(svg: str | None = None) -> NotebookNode:
    """The sample report without the PNG of its chart, perhaps with another drawing."""
    notebook = press_notebook()
    (chart,) = [o for cell in notebook.cells for o in cell.get("outputs", ()) if CHART in o.get("data", {})]
    del chart.data["image/png"]
    chart.data["image/svg+xml"] = svg or chart.data["image/svg+xml"]
    return notebook


def test_a_drawing_without_png_is_drawn():
    """What only exists as SVG becomes a picture of the same size, sharp enough for print."""
    document = Document(io.BytesIO(to_docx(drawn())))
    shape = document.inline_shapes[0]
    assert shape.height == pytest.approx(Mm(0.32 * 225), abs=Mm(0.2))
    picture = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
    image = document.part.related_parts[picture].image
    assert image.px_width == pytest.approx(6 * 300, abs=3)


@pytest.mark.parametrize("alt", ["甲|mm|乙", "甲|mm|5", "甲|mm|0"])
def test_no_alternative_text_is_taken_for_a_size(alt):
    """A picture of the notebook keeps its words and its size, whatever its words look like."""
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    sizes = []
    for text in (alt, "乙"):
        shown = f'<p><img src="data:image/png;base64,{dot}" alt="{text}" width="96"></p>'
        notebook = new_notebook(cells=[new_markdown_cell(shown)])
        inline = Document(io.BytesIO(to_docx(notebook))).inline_shapes[-1]._inline
        assert (inline.docPr.get("descr") or "") == text
        sizes.append(inline.extent.cx)
    assert sizes[0] == sizes[1]


def test_a_high_picture_keeps_its_size():
    """Labels that would become too small to read stay as they are; no picture is higher than the page."""
    for height, wanted in ((420, 420), (1500, 225 / 25.4 * 96)):
        svg = drawing()[0].replace("230.4", str(height * 0.75))
        shape = Document(io.BytesIO(to_docx(drawn(svg)))).inline_shapes[0]
        assert 0.7 * wanted < shape.height / Mm(1) / 25.4 * 96 < wanted + 1


def test_same_notebook_same_bytes(data):
    """The clock and the place have no part in the file, nor in the times of its parts."""
    assert to_docx(press_notebook()) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}

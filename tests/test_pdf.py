"""The PDF: tagged, archivable, with all the text of the page and only glyphs that exist."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata

import pdfplumber
import pikepdf
import pytest
from lxml import html
from nbformat.v4 import new_code_cell, new_notebook, new_output

from jixiao.kit.errors import ExportError
from jixiao.press.page.html import to_html
from jixiao.press.paper.pdf import to_pdf
from press_notebook import ATTACKS, ORIGIN_NOTE, TITLE, attacked, press_notebook, table_output, words

MM = 72 / 25.4


@pytest.fixture(scope="module")
def page() -> str:
    return to_html(press_notebook())


@pytest.fixture(scope="module")
def document() -> bytes:
    return to_pdf(press_notebook())


@pytest.fixture(scope="module")
def pages(document):
    with pdfplumber.open(io.BytesIO(document)) as opened:
        yield opened.pages


@pytest.fixture(scope="module")
def structure(document):
    with pikepdf.open(io.BytesIO(document)) as opened:
        yield opened


def body_of(*outputs):
    """A notebook with `outputs` and no title block."""
    return new_notebook(cells=[new_code_cell("x", outputs=[output]) for output in outputs])


def paragraph(text: str):
    return body_of(new_output("display_data", data={"text/html": f"<p>{text}</p>"}))


def tight(text: str) -> str:
    """`text` without blanks, which line ends and justification put anywhere."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def apart(text: str) -> list[str]:
    """The mark and the name of an appendix, which stand on lines of their own, or the text itself."""
    return text.split(" ", 1) if text.startswith("附录 ") else [text]


def text_of(document: bytes) -> str:
    with pdfplumber.open(io.BytesIO(document)) as opened:
        return tight("".join(one.extract_text() for one in opened.pages))


def test_every_number_is_in_the_text(page, pages):
    """All `<data>` texts of the page are in the PDF's text in default order, table rows in one line."""
    text = "\n".join(one.extract_text() for one in pages)
    wanted = {data.text for data in html.document_fromstring(page).iter("data")}
    assert len(wanted) > 40
    assert sorted(item for item in wanted if item not in text) == []
    assert "沿江廉政文化园建设 120.00 92.35 优秀" in text


def test_every_paragraph_is_in_the_text(page, document):
    """No word of the page is lost on its way."""
    main = html.document_fromstring(page).find(".//main")
    for only_here in main.xpath(".//caption[@class='unseen']"):  # the groups of the register
        only_here.drop_tree()
    text = text_of(document)
    said = [part for p in main.iter("p", "caption", "h2", "h3", "li") for part in apart(p.text_content())]
    assert [part for part in said if tight(part) not in text] == []


def test_no_glyph_is_missing(pages):
    """Every character has a glyph and a code point, and comes from the two bundled fonts."""
    characters = [char for one in pages for char in one.chars]
    assert [
        char["text"] for char in characters if "cid:" in char["text"] or char["text"] in "\ufffd\x00"
    ] == []
    families = {char["fontname"].partition("+")[2] for char in characters}
    assert families == {"NotoSerifCJKsc-Regular", "NotoSansCJKsc-Regular"}


def test_fonts_are_embedded_subsets(structure):
    """Each font is in the file, cut down to what is used, with a way back to Unicode."""
    fonts = [
        item
        for item in structure.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
    ]
    composite = [font for font in fonts if font.Subtype == "/Type0"]
    assert len(composite) >= 2 and all("/ToUnicode" in font for font in composite)
    for font in composite:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile3", "/FontFile2"} & set(descriptor.keys())
        assert re.match(r"/[A-Z]{6}\+", str(descriptor.FontName))


def test_standards_and_metadata_are_declared(structure):
    """PDF/A-2a and PDF/UA-1 in the XMP, tags, language, title, author and the date of the report."""
    with structure.open_metadata() as meta:
        assert [meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]] == ["2", "A", "1"]
        assert [meta["dc:title"], meta["dc:creator"]] == [TITLE, ["城中区财政局"]]
        assert meta["dc:description"] == ORIGIN_NOTE
        assert meta["xmp:CreateDate"].startswith("2023-08-25")
    assert structure.Root.MarkInfo.Marked is True
    assert str(structure.Root.Lang).lower() == "zh-cn"
    assert "/OutputIntents" in structure.Root


def test_outline_has_the_headings(structure):
    """The outline is that of the report, two levels deep."""
    with structure.open_outline() as outline:
        titles = [(item.title, [child.title for child in item.children]) for item in outline.root]
    assert titles == [
        ("一、制度建设", []),
        ("二、绩效评价开展情况", ["（一）部门整体支出", "（二）重点项目再评价"]),
        ("附录 统计数登记表", []),
    ]


def test_chart_has_its_alternative_text(structure):
    """The chart is a tagged figure with the alternative text of the page."""
    alts = [
        str(item.Alt) for item in structure.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
    ]
    assert [alt for alt in alts if alt.startswith("柱形图：自评得分")]


def elements(node) -> list:
    """The structure elements of a tagged file below `node`, in reading order."""
    if isinstance(node, pikepdf.Array):
        return [found for child in node for found in elements(child)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    below = elements(node.K) if "/K" in node else []
    return [node, *below] if "/S" in node else below


def test_the_structure_says_what_each_part_is(structure):
    """Title, headings, paragraphs, tables with heads of columns, captions and pictures with words."""
    found = elements(structure.Root.StructTreeRoot.K)
    kinds = [str(element.S) for element in found]
    assert kinds[:2] == ["/Document", "/Title"]
    assert [kinds.count(f"/{kind}") for kind in ("H1", "H2", "Table", "THead", "Figure")] == [3, 2, 4, 4, 1]
    assert kinds.count("/Caption") == 5 and kinds.count("/TH") == 3 + 5 + 3 + 6
    heads = [element for element in found if element.S == "/TH"]
    assert all("/Scope /Column" in element.A.unparse(resolved=True).decode() for element in heads)
    assert all("/Alt" in element for element in found if element.S == "/Figure")


def test_qpdf_finds_nothing(document, tmp_path, program):
    """The file is sound."""
    (tmp_path / "report.pdf").write_bytes(document)
    checked = subprocess.run([program("qpdf"), "--check", tmp_path / "report.pdf"], capture_output=True)
    assert checked.returncode == 0, checked.stdout


def test_nothing_in_the_file_reaches_out(structure):
    """No script, no action but links inside the file, no attachment, no encryption."""
    keys = {key for item in structure.objects if isinstance(item, pikepdf.Dictionary) for key in item}
    assert not keys & {"/JS", "/JavaScript", "/URI", "/EmbeddedFiles", "/OpenAction", "/AA", "/Launch"}
    assert not structure.is_encrypted
    (intent,) = structure.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1" and len(intent.DestOutputProfile.read_bytes()) > 300


def test_paragraphs_are_indented_but_not_tables(pages):
    """A paragraph starts two characters in; captions, cells and notes do not."""
    lines = [line for one in pages[:2] for line in one.extract_text_lines()]
    start = {line["text"][:2]: line["x0"] for line in lines}
    assert start["从自"] == pytest.approx(28 * MM + 2 * 15.79, abs=1)
    assert start["注："] == pytest.approx(28 * MM, abs=1)


def test_long_table_repeats_its_head(pages):
    """The register goes over several pages, each of which starts with the head of the table."""
    upright = [one.crop((35 * MM, 0, one.width, one.height)) for one in pages[4:]]  # without the page number
    heads = [one.extract_text().split("\n")[0] for one in upright]
    assert len(heads) >= 2 and set(heads) == {"名称 数值 单位 定义 来源 键"}


def test_a_table_breaks_between_its_groups():
    """A table of more than twelve lines fills the page; a group of rows with one name is never torn."""
    rows = [[words(group), words(f"{group}{at}")] for group in "甲乙丙" for at in range(6)]
    columns = [{"label": "组", "align": "left"}, {"label": "项", "align": "left"}]
    table = {"id": "t", "caption": "表", "columns": columns, "rows": rows, "notes": []}
    grouped = table_output(table, spans={0: 6, 6: 6, 12: 6})
    filler = "".join(f"<p>第{at}段。</p>" for at in range(12))
    output = new_output("display_data", data={"text/html": filler})
    with pdfplumber.open(io.BytesIO(to_pdf(body_of(output, grouped)))) as opened:
        texts = [one.extract_text() for one in opened.pages]
    assert len(texts) == 2
    held = [[group for group in "甲乙丙" if f"{group}0" in text] for text in texts]
    assert held in ([["甲"], ["乙", "丙"]], [["甲", "乙"], ["丙"]])
    assert all(f"{group}5" in text for text, groups in zip(texts, held, strict=True) for group in groups)
    assert "组 项" in texts[1]


def test_no_heading_stands_alone_at_the_foot():
    """A heading moves to the next page with what follows it, wherever the page happens to end."""
    for count in range(16, 24):
        filler = "".join(f"<p>第{at}段。</p>" for at in range(count))
        output = new_output("display_data", data={"text/html": f"{filler}<h2>二、标题</h2><p>正文在此。</p>"})
        with pdfplumber.open(io.BytesIO(to_pdf(body_of(output)))) as opened:
            holders = [one.extract_text() for one in opened.pages if "标题" in one.extract_text()]
        assert len(holders) == 1 and "正文在此" in holders[0]


def test_attacks_are_plain_text():
    """Hostile prose, names, captions and notes are set as they are written."""
    text = text_of(to_pdf(attacked()))
    assert [attack for attack in ATTACKS if text.count(tight(attack)) < 2] == []


@pytest.mark.parametrize(
    "text", ["a" * 300, "甲" * 300, "方向\u202e逆\u200f转", "1.[a]", "\\", '"', "--", "x\u00a0y"]
)
def test_odd_names_do_not_stop_the_report(text):
    """Very long names, marks of direction and lone signs are set, in prose and in a table."""
    table = {"id": "t", "caption": text, "columns": [{"label": "甲", "align": "left"}], "notes": [text]}
    document = to_pdf(body_of(table_output({**table, "rows": [[words(text)]]})))
    assert tight(re.sub("[\u202e\u200f]", "", text)) in text_of(document)


def test_missing_glyph_is_an_error():
    """A character that the fonts do not have is never left out or shown as a box."""
    with pytest.raises(ExportError, match=r"U\+1F600"):
        to_pdf(paragraph("完成😀项目"))
    with pytest.raises(ExportError, match=r"U\+1F600"):
        to_pdf(body_of(table_output({"id": "t", "caption": "表😀", "columns": [], "rows": [], "notes": []})))


def test_same_notebook_same_bytes(document):
    """The clock and the place have no part in the file."""
    assert to_pdf(press_notebook()) == document

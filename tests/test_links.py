"""No link of a report leads out of it, whoever wrote it and however: anchors, Markdown, bare addresses, pictures."""

from __future__ import annotations

import io
import zipfile
from html import escape

import openpyxl
import pikepdf
import pytest
from lxml import html
from nbformat.v4 import new_markdown_cell

from hostile_texts import LINKS
from jixiao.press.page.html import to_html
from jixiao.press.paper.pdf import to_pdf
from jixiao.press.word.docx import to_docx
from jixiao.press.workbook.xlsx import to_xlsx
from press_notebook import press_notebook

ADDRESSES = (
    "https://example.org/a?b=c",
    "http://192.0.2.1/",
    "javascript:alert(1)",
    "JaVa\tScRiPt:alert(1)",
    "file:///C:/a.xlsx",
    "\\\\server\\share\\a.xlsx",
    "//example.org/a",
    "mailto:a@example.org",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "a.html",
    "../b.html",
)
MARKDOWN = "\n\n".join(
    [
        *(one for one in LINKS if not one.startswith("!")),  # a picture from outside is refused
        *(f"[字]({address})" for address in ADDRESSES),
        *(f"<{address}>" for address in ADDRESSES),
        "[字][参]\n\n[参]: https://example.org/c",
        "<a href='https://example.org/e' onclick='x()'>字</a> <area href='x'> <base href='https://example.org/'>",
        "<form action='https://example.org/f'><button>字</button></form> <iframe src='https://example.org/g'></iframe>",
        "<svg><a xlink:href='https://example.org/h'><text>字</text></a></svg> <link rel='x' href='https://example.org/i'>",
    ]
)
PROSE = "".join(
    f"<p>{escape(address)} <a href='{escape(address)}' target='_blank' ping='https://example.org/'>字</a></p>"
    for address in ADDRESSES
)


@pytest.fixture(scope="module")
def notebook():
    """The sample report with every link in a Markdown cell, in its prose, and as names in a table."""
    notebook = press_notebook(PROSE, " ".join((*ADDRESSES, *LINKS)))
    notebook.cells.append(new_markdown_cell(MARKDOWN))
    return notebook


def test_no_link_leads_out_of_the_page(notebook):
    """Addresses are text; what is left of links stays within the page."""
    tree = html.fromstring(to_html(notebook))
    assert {one for one in tree.xpath("//@href") if not one.startswith("#")} == {"data:,"}  # no icon
    assert [
        one for one in tree.xpath("//@src|//@srcset|//@action") if not one.startswith("data:image/")
    ] == []
    assert tree.xpath("//iframe|//form|//base|//area|//object|//@onclick|//@ping|//@target") == []
    assert "https://example.org/a?b=c" in tree.text_content()


def test_no_link_leads_out_of_the_pdf(notebook):
    """Not even an address that stands in the text by itself becomes one."""
    with pikepdf.open(io.BytesIO(to_pdf(notebook))) as pdf:
        notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
        kinds = {str(note.A.get("/S")) for note in notes if "/A" in note}
        assert kinds <= {"/GoTo"}
        assert [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/URI" in one] == []


@pytest.mark.parametrize("make", [to_docx, to_xlsx])
def test_no_link_leads_out_of_the_office_files(notebook, make):
    """No part of the package is related to anything outside, and no field holds an address."""
    with zipfile.ZipFile(io.BytesIO(make(notebook))) as archive:
        relations = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".rels")]
        parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
    assert [one for one in relations if "External" in one] == []
    assert [one for one in parts if "HYPERLINK" in one] == []


def test_no_cell_of_the_workbook_is_a_link_out_of_it(notebook):
    """Links of cells lead to sheets of the same workbook."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(notebook)))
    links = [cell.hyperlink for sheet in book for row in sheet for cell in row if cell.hyperlink]
    assert links
    assert [link.target for link in links if link.target] == []

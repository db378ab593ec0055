"""What an analyst's own cells show: pictures and tables of any origin arrive in every format."""

from __future__ import annotations

import base64
import io

import pandas as pd
import pdfplumber
import pytest
from docx import Document
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from openpyxl import load_workbook

from jixiao.press.page.document import tables, unpublished
from jixiao.press.page.html import to_html
from jixiao.press.paper.pdf import to_pdf
from jixiao.press.word.docx import to_docx
from jixiao.press.workbook.xlsx import to_xlsx
from press_notebook import drawing

SVG, PNG = drawing()
DATA = base64.b64encode(PNG).decode()
PICTURES = {
    "inline": new_code_cell("plt.plot()", outputs=[new_output("display_data", data={"image/png": DATA})]),
    "svg": new_code_cell("SVG()", outputs=[new_output("display_data", data={"image/svg+xml": SVG})]),
    "markdown": new_markdown_cell(f"![示意](data:image/png;base64,{DATA})"),
    "in words": new_markdown_cell(f"文中![示意](data:image/png;base64,{DATA})有图"),
    "pasted": new_markdown_cell("![示意](attachment:a.png)", attachments={"a.png": {"image/png": DATA}}),
}
FRAME = pd.DataFrame({"代码": ["010203", "020304"], "数": [12, 3], "比": [0.5, 1234.25]}, index=["甲", "乙"])
ODD_TABLES = [
    "<table><tr></tr><tr><td>子</td></tr><tr></tr></table>",
    "<table><tr><td>丑<table><tr><td>内</td><td>层</td></tr></table></td><td>寅</td></tr></table>",
    "<table><caption>卯</caption></table>",
    "<table></table>",
    "<table><thead><tr><th>辰</th></tr></thead></table>",
    "<table><tr><td rowspan='9'>巳</td><td>午</td></tr><tr></tr><tr><td>未</td></tr></table>",
    "<table><tfoot><tr><td>申</td></tr></tfoot><tr><td>酉</td></tr></table>",
    "<table><tr><td colspan='3'>戌</td></tr><tr><td>亥</td></tr></table>",
]


def book(*cells):
    return new_notebook(cells=list(cells))


def shown(markup: str):
    """A cell that shows `markup`."""
    return new_code_cell("show()", outputs=[new_output("execute_result", data={"text/html": markup})])


def in_all(notebook) -> tuple:
    """The notebook as HTML tree, open PDF and Word document."""
    return (
        html.document_fromstring(to_html(notebook)),
        pdfplumber.open(io.BytesIO(to_pdf(notebook))),
        Document(io.BytesIO(to_docx(notebook))),
    )


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_in_all_formats(name):
    """Wherever a picture comes from, readers get it, with words for those who cannot see it."""
    tree, pdf, document = in_all(book(PICTURES[name]))
    assert tree.find(".//main//img").get("alt") in ("示意", "分析人员的图，第 1 个单元格")
    if name == "svg":
        assert len(pdf.pages[0].curves) + len(pdf.pages[0].rects) > 10
    else:
        (image,) = pdf.pages[0].images
        assert image["x0"] >= 79 and image["x1"] <= 595 - 73
    (shape,) = document.inline_shapes
    assert 0 < shape.width.mm <= 156.1
    alts = [item.get("descr") for item in document.element.body.iter() if item.get("descr")]
    assert set(alts) <= {"示意", "分析人员的图，第 1 个单元格"} and alts


def test_a_picture_is_named_by_what_the_analyst_says():
    """The alternative text of the output, else of the cell, is taken over; the number skips injected cells."""
    output = new_output("display_data", data={"image/png": DATA}, metadata={"image/png": {"alt": "甲"}})
    plain = new_output("display_data", data={"image/png": DATA})
    cells = [
        new_code_cell("year = 1", metadata={"tags": ["injected-parameters"]}),
        new_code_cell("x", outputs=[output]),
        new_code_cell("x", outputs=[plain], metadata={"alt": "乙"}),
        new_code_cell("x", outputs=[plain]),
    ]
    tree = html.document_fromstring(to_html(book(*cells)))
    assert [picture.get("alt") for picture in tree.iter("img")] == ["甲", "乙", "分析人员的图，第 3 个单元格"]


def test_a_frame_is_a_table_everywhere():
    """A DataFrame comes out as a table, numbers to the right, codes with their zeros."""
    notebook = book(shown(FRAME._repr_html_()))
    tree, pdf, document = in_all(notebook)
    rows = [[cell.text_content().strip() for cell in row] for row in tree.iter("tr")]
    assert rows == [
        ["", "代码", "数", "比"],
        ["甲", "010203", "12", "0.50"],
        ["乙", "020304", "3", "1234.25"],
    ]
    assert [cell.get("class").split()[0] for cell in tree.findall(".//tbody/tr")[0]] == [
        "left",
        "left",
        "right",
        "right",
    ]
    assert "甲 010203 12 0.50" in pdf.pages[0].extract_text()
    assert [cell.text for cell in document.tables[0].rows[2].cells] == ["乙", "020304", "3", "1234.25"]


def test_a_frame_is_a_sheet():
    """Its sheet is named by caption or cell; numbers are numbers with the digits shown, codes stay text."""
    captioned = FRAME.style.set_caption("比较表").to_html()
    sheets = load_workbook(io.BytesIO(to_xlsx(book(shown(FRAME._repr_html_()), shown(captioned)))))
    assert sheets.sheetnames == ["说明", "表（第1个单元格）", "比较表"]
    cells = [[(cell.value, cell.number_format) for cell in row] for row in sheets.worksheets[1]["B3:D4"]]
    assert cells == [
        [("010203", "General"), (12, "0"), (0.5, "0.00")],
        [("020304", "General"), (3, "0"), (1234.25, "0.00")],
    ]


def test_heads_of_several_rows_become_one():
    """Merged heads and merged cells are repeated in the workbook."""
    columns = pd.MultiIndex.from_tuples([("自评", "数"), ("自评", "比"), ("复核", "数")])
    rows = pd.MultiIndex.from_tuples([("甲", "一"), ("甲", "二")])
    (table,) = tables(book(shown(pd.DataFrame([[1, 2, 3], [4, 5, 6]], rows, columns)._repr_html_())))
    assert [column["label"] for column in table["columns"]] == ["", "", "自评 数", "自评 比", "复核 数"]
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["甲", "一", "1", "2", "3"],
        ["甲", "二", "4", "5", "6"],
    ]


def test_a_table_shown_in_part_says_so():
    """What pandas leaves out is said in Chinese, below the table and in the workbook."""
    notebook = book(shown(pd.DataFrame({"a": range(100)})._repr_html_()))
    note = "注：全表共100行、1列，这里没有全部列出。"
    assert html.document_fromstring(to_html(notebook)).findtext(".//main//p[@class='note']") == note
    assert tables(notebook)[0]["notes"] == [note]


def test_odd_tables_come_out():
    """Empty rows, tables in cells, captions alone, spans beyond the end: every word is in every format."""
    words = set("子丑寅卯辰巳午未申酉戌亥内层")
    notebook = book(*map(shown, ODD_TABLES))
    tree, pdf, document = in_all(notebook)
    assert words <= set(tree.find(".//main").text_content())
    assert words <= set("".join(page.extract_text() for page in pdf.pages))
    assert words <= set("".join(document.element.body.itertext()))
    assert len(document.tables) == len(tree.findall(".//main//table")) == 6
    assert to_xlsx(notebook)


def test_a_cell_with_more_than_text_keeps_it():
    """Bold words, line breaks, code and pictures in a cell of an analyst's table are in every format."""
    picture = f"<img src='data:image/png;base64,{DATA}' alt='示意'>"
    cells = f"<td>前<b>粗</b>后</td><td>上<br>下</td><td><code>a.b</code></td><td>{picture}</td>"
    tree, pdf, document = in_all(book(shown(f"<table><tr><th>甲</th>{cells}</tr></table>")))
    assert tree.findtext(".//main//td/b") == "粗" and tree.find(".//main//td/img").get("alt") == "示意"
    (row,) = document.tables[0].rows
    assert [cell.text for cell in row.cells] == ["甲", "前粗后", "上\n下", "a.b", ""]
    assert row.cells[1].paragraphs[0].runs[1].style.name == "Strong"
    assert len(document.inline_shapes) == len(pdf.pages[0].images) == 1
    assert "甲" in pdf.pages[0].extract_text() and "前粗后" in pdf.pages[0].extract_text()


def test_what_no_document_shows_is_listed():
    """Printed text and results of plain text are named by cell; tables, pictures, hidden cells are not."""
    plain = new_output("execute_result", data={"text/plain": "5"})
    printed = new_output("stream", name="stdout", text="甲\n")
    cells = [
        new_code_cell("year = 1", metadata={"tags": ["injected-parameters"]}, outputs=[printed]),
        new_code_cell("\nprint('甲')\n1", outputs=[printed]),
        shown("<p>乙</p>"),
        new_code_cell("2 + 3", outputs=[plain]),
        new_code_cell("4", outputs=[plain], metadata={"tags": ["remove"]}),
        PICTURES["inline"],
    ]
    assert unpublished(book(*cells)) == ["第 1 个单元格「print('甲')」", "第 3 个单元格「2 + 3」"]

"""Names that attack: a whole report of hostile units and projects, in which every format shows plain text."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree, html

from kit import Kit

NAMES = [
    "<script>alert(1)</script>",
    "&lt;b&gt; & <img src=x onerror=alert(1)>",
    "#let x = 1; #pagebreak() #panic()",
    "$x$ $$y$$ @a <b> `c` \\n \\u{41} // /* */",
    "*粗* _斜_ ~删~ **甲** [a](b)",
    "第一行\n第二行",
    "{{ 7*7 }} {% raw %} ${x} {report.issuer}",
    "=cmd|' /C calc'!A0",
    "甲\u202e乙丙\u202c丁\u2066戊\u200f己",
    "长" * 300,
    "A" * 300,
]
SHOWN = [re.sub("[\u200f\u202c\u202e\u2066]", "", name) for name in NAMES]
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def rename(rows: list[dict[str, str]]) -> None:
    """Give the first rows the hostile names, as many of them as there are rows."""
    for row, name in zip(rows, NAMES, strict=False):
        row["name"] = name


def many_projects(rows: list[dict[str, str]]) -> None:
    """A key project for each hostile name."""
    rows[:] = [{**rows[0], "subject_id": ""} for _ in NAMES]
    rename(rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """What the command publishes of data with hostile names, as recorded, for a reconstruction shows no names."""
    kit = Kit(tmp_path_factory.mktemp("kit"))
    kit.edit(kit.params, "data_origin: reconstruction", "data_origin: recorded")
    kit.change_table("units", rename)
    kit.change_table("subjects", rename)
    kit.change_table("key_projects", many_projects)
    result = kit.run("report", "2022", "--quiet", "--allow", "unit_score=各单位的名称都是攻击文字")
    assert result.returncode == 0, result.stderr
    return kit.outputs / "2022"


def squeezed(text: str) -> str:
    """`text` without white space: line ends differ between formats."""
    return re.sub(r"\s+", "", text)


def missing(text: str) -> list[str]:
    """The names that `text` does not show as they are written."""
    return [name[:40] for name in SHOWN if squeezed(name) not in squeezed(text)]


def test_the_page_shows_hostile_names_as_text(folder, browser):
    """In HTML each name is the text of a cell, also in the data of a chart; nothing runs, nothing turns, nothing widens."""
    file = folder / "annual_report.html"
    tree = html.fromstring(file.read_bytes())
    cells = {squeezed(cell.text_content()) for cell in tree.findall(".//table[@id='key-projects']//th")}
    assert [name[:40] for name in SHOWN if squeezed(name) not in cells] == []
    assert missing("".join(part.text_content() for part in tree.findall(".//details"))) == []
    assert TURNING.findall(file.read_text(encoding="utf-8")) == []
    said = []
    tab = browser.new_page(viewport={"width": 360, "height": 800})
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(file.as_uri())
    sideways = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    widest = tab.evaluate("document.getElementById('key-projects').scrollWidth")
    tab.close()
    assert (said, sideways) == ([], 0)
    assert widest < 2 * 360


def test_the_pdf_shows_hostile_names_as_text(folder):
    """In the PDF each name is whole and none runs off its page."""
    import pdfplumber

    with pdfplumber.open(folder / "annual_report.pdf") as pdf:
        chars = [(char, sheet.width) for sheet in pdf.pages for char in sheet.chars]
    text = "".join(char["text"] for char, _ in chars)
    assert missing(text) == []
    assert TURNING.findall(text) == []
    assert [char["text"] for char, width in chars if char["x1"] > width or char["x0"] < 0] == []


def test_the_word_file_shows_hostile_names_as_text(folder):
    """In DOCX each name is the text of a cell; no field, no link and no page break came from one."""
    import docx

    file = folder / "annual_report.docx"
    cells = {squeezed(c.text) for table in docx.Document(str(file)).tables for c in table.columns[0].cells}
    assert [name[:40] for name in SHOWN if squeezed(name) not in cells] == []
    with zipfile.ZipFile(file) as archive:
        content = archive.read("word/document.xml")
    fields = etree.fromstring(content).xpath("//*[local-name()='instrText']/text()")
    assert [field for field in fields if "cmd" in field] == []
    assert TURNING.findall(content.decode()) == []


def test_the_workbook_shows_hostile_names_as_text(folder):
    """In XLSX each name is a string, none a formula or a link out of the workbook."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "annual_report.xlsx")
    cells = [cell for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)]
    shown = {squeezed(cell.value) for cell in cells}
    assert [name[:40] for name in SHOWN if squeezed(name) not in shown] == []
    assert [
        cell.value for cell in cells if cell.data_type == "f" or (cell.hyperlink and cell.hyperlink.target)
    ] == []
    assert [cell.value for cell in cells if TURNING.search(cell.value)] == []

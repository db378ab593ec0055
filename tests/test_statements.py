"""The 75 statements of the published report of 2022, held against what readers of each format get."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pdfplumber
import pytest
from lxml import etree, html

STATEMENTS = Path(__file__).parent / "data" / "statements.csv"


def folded(text: str) -> str:
    """Text without white space, invisible characters and the star of invented numbers, which lines and pages break up."""
    return re.sub(r"[\s*\u200b\u2060\ufeff\u00ad]", "", text)


def of_page(content: bytes) -> str:
    """The text of the page."""
    return html.fromstring(content.decode()).text_content()


def of_paper(content: bytes) -> str:
    """The text of the PDF, without the numbers of its pages."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        pages = [page.extract_text() or "" for page in pdf.pages]
    return "\n".join(re.sub(r"\n—\s*\d+\s*—\s*$", "", page) for page in pages)


def of_word(content: bytes) -> str:
    """The text of the Word file."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "".join(etree.fromstring(package.read("word/document.xml")).itertext())


@pytest.mark.parametrize(("ending", "read"), [("html", of_page), ("pdf", of_paper), ("docx", of_word)])
def test_every_published_statement_is_said(built, ending, read):
    """All 75, in the words that are names or terms."""
    with STATEMENTS.open(encoding="utf-8", newline="") as file:
        statements = {row["number"]: row["words"] for row in csv.DictReader(file)}
    assert list(statements) == [str(number) for number in range(1, 76)]
    text = folded(read((built.public / f"annual_report.{ending}").read_bytes()))
    assert {number: words for number, words in statements.items() if folded(words) not in text} == {}

"""The head of an official document in the Word file: only where the theme of an office asks for it."""

from __future__ import annotations

import io
from dataclasses import replace

import pdfplumber
import pytest
from docx import Document
from docx.oxml.ns import qn

from jixiao.kit.errors import ParameterError
from jixiao.press.paper import themes
from jixiao.press.paper.pdf import to_pdf
from jixiao.press.word.docx import to_docx
from press_notebook import press_notebook

WORDS = {
    "secrecy": "机密★1年",
    "urgency": "特急",
    "marking": "城中区财政局文件",
    "number": "城中财〔2023〕5号",
    "signer": "张三",
}


def headed(**words: str):
    theme = themes.default()
    theme = replace(theme, letterhead={**theme.letterhead, **words})
    return Document(io.BytesIO(to_docx(press_notebook(), theme)))


def test_a_letterhead_stands_above_the_title():
    """Secrecy and urgency at the left, the marking in red, the number beside the signer over a red rule, the title below."""
    document = headed(**WORDS)
    lines = [(p.style.style_id, p.text) for p in document.paragraphs[:5]]
    assert lines[:4] == [
        ("ReportSecrecy", "机密★1年"),
        ("ReportSecrecy", "特急"),
        ("ReportMarking", "城中区财政局文件"),
        ("ReportSignedNumber", "城中财〔2023〕5号\t签发人：张三"),
    ]
    assert lines[4][0] == "ReportHeadedTitle"
    marking = document.styles["发文机关标志"].font
    assert [str(marking.color.rgb), marking.size.pt] == ["FF0000", 48]
    rule = document.styles["发文字号"].element.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    assert rule.get(qn("w:color")) == "FF0000"


def test_a_long_marking_fits_its_line_and_a_number_alone_stands_in_the_middle():
    """The type is smaller for a long name; without a signer the number is centred."""
    document = headed(marking="柳州市城中区预算绩效管理工作领导小组办公室文件", number=WORDS["number"])
    marking = document.styles["发文机关标志"].font.size.pt
    assert 15 < marking < 156 * 72 / 25.4 / 22
    assert [p.style.style_id for p in document.paragraphs[:2]] == ["ReportMarking", "ReportNumber"]


def test_there_is_none_by_default():
    """Without words neither lines nor styles of a letterhead are in the file."""
    document = headed()
    assert document.paragraphs[0].style.style_id == "Title"
    assert {style.style_id for style in document.styles} & {"ReportMarking", "ReportHeadedTitle"} == set()


def test_words_of_a_letterhead_are_one_short_line(tmp_path):
    """A number, a long text or several lines are told with their place in the file of the theme."""
    (tmp_path / "params").mkdir()
    file = tmp_path / themes.FILE
    file.write_text(
        'letterhead: {number: 5, signer: "甲\\n乙", marking: 城中区财政局文件}\n', encoding="utf-8"
    )
    with pytest.raises(ParameterError) as told:
        themes.of(tmp_path)
    lines = str(told.value).splitlines()
    assert len(lines) == 2 and all("不超过 40 字的一行文字" in line for line in lines)


@pytest.mark.parametrize("marks", [0, 1, 2])
def test_the_marking_stands_as_high_however_many_lines_are_above_it(marks: int) -> None:
    """Those lines and the room above the marking make 35 mm together, to the twentieth of a point."""
    document = headed(**{name: text for at, (name, text) in enumerate(WORDS.items()) if at > 1 or at < marks})
    above = document.styles["发文机关标志"].paragraph_format.space_before.pt
    assert abs(above + marks * themes.default().pitch - 35 * 72 / 25.4) < 0.2


def pages(**words: str) -> list[tuple[float, str]]:
    """The lines of the first page of the PDF with such a letterhead: millimetres from the upper edge, and text."""
    theme = themes.default()
    theme = replace(theme, letterhead={**theme.letterhead, **words})
    with pdfplumber.open(io.BytesIO(to_pdf(press_notebook(), theme))) as printed:
        return [(line["top"] * 25.4 / 72, line["text"]) for line in printed.pages[0].extract_text_lines()]


@pytest.mark.parametrize("marks", [0, 1, 2])
def test_the_pdf_has_the_letterhead_too(marks: int) -> None:
    """The marking is 35 mm below the edge of the type area however many lines stand above it; number and title follow."""
    words = {name: text for at, (name, text) in enumerate(WORDS.items()) if at > 1 or at < marks}
    lines = pages(**words)
    texts = [text.replace(" ", "") for _, text in lines]
    expected = [*["机密★1年", "特急"][:marks], "城中区财政局文件", "城中财〔2023〕5号签发人：张三"]
    assert texts[: marks + 2] == expected
    assert texts[marks + 2].startswith("柳州市城中区")
    assert 35 <= lines[marks][0] - themes.default().margins["top"] <= 36.5
    assert texts[0] not in [text.replace(" ", "") for _, text in pages()]

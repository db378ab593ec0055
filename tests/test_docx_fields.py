"""Numbers that Word counts, and references to them: right as written, and right after a clerk deleted a section."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pdfplumber
import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from nbformat.v4 import new_code_cell, new_notebook, new_output

from jixiao.press.word.docx import to_docx
from office import converted
from press_notebook import press_notebook
from word_text import shown


def cell(*parts: str):
    """A cell that shows HTML."""
    outputs = [new_output("display_data", data={"text/plain": "…", "text/html": part}) for part in parts]
    return new_code_cell("show()", outputs=outputs, execution_count=1)


def notebook(mark: str = "附件{}"):
    """The sample report without its register, with references and two attachments."""
    made = press_notebook()
    made.cells = [one for one in made.cells if "register" not in one.source]
    marks = [mark.format("一二"[at] if "录" in mark else at + 1) for at in range(2)]
    made.cells += [
        cell("<h2 id='use'>三、结果应用</h2>", f"<p>金额见表2，分值见表3、图1，办法见{marks[1]}。</p>"),
        cell(f"<h2 id='first'>{marks[0]} 名单</h2><h3>（一）单位</h3><p>按表3计分，不同于报表2。</p>"),
        cell(
            f"<h2 id='second'>{marks[1]} 评分办法</h2><h3>（一）分值</h3><p>见表9。</p><h3>（二）等级</h3><p>同{marks[1]}。</p>"
        ),
    ]
    return made


@pytest.fixture(scope="module")
def data() -> bytes:
    return to_docx(notebook())


def codes(data: bytes, kind: str) -> list[str]:
    root = Document(io.BytesIO(data)).element.body
    return [item.text.strip() for item in root.iter(qn("w:instrText")) if item.text.strip().startswith(kind)]


def test_headings_are_numbered_by_lists_of_their_styles(data):
    """No number of a heading is text; the lists give those that all formats have."""
    headings = [line for line in shown(data) if "Heading" in line[0] or line[0] == "ReportAttached"]
    assert headings == [
        ("Heading1", "一、制度建设"),
        ("Heading1", "二、绩效评价开展情况"),
        ("Heading2", "（一）部门整体支出"),
        ("Heading2", "（二）重点项目再评价"),
        ("Heading1", "三、结果应用"),
        ("ReportAttached", "附件1"),
        ("ReportAttachedHeading2", "（一）单位"),
        ("ReportAttached", "附件2"),
        ("ReportAttachedHeading2", "（一）分值"),
        ("ReportAttachedHeading2", "（二）等级"),
    ]
    texts = {paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs}
    assert {"制度建设", "部门整体支出", ""} <= texts and not {"一、制度建设", "附件1"} & texts


def test_appendices_keep_their_word_and_their_numerals():
    """附录一 is numbered as 附录一."""
    lines = shown(to_docx(notebook("附录{}")))
    assert [words for style, words in lines if style == "ReportAttached"] == ["附录一", "附录二"]


def test_a_heading_with_another_number_keeps_its_words():
    """What a list would number otherwise, or not at all, says what was written."""
    written = "<h2>五、结论</h2><p>甲</p><h2>说明</h2><p>乙</p><h3>（一）来源</h3><p>丙</p><h2>一、制度</h2><p>丁</p>"
    lines = shown(to_docx(new_notebook(cells=[cell(written)])))
    said = [words for style, words in lines if style.startswith("Heading")]
    assert said == ["五、结论", "说明", "（一）来源", "一、制度"]


def test_references_are_fields_that_lead_to_what_they_name(data):
    """Each label of the text that the file has is a field with its bookmark; others stay words."""
    assert codes(data, "REF") == [
        r"REF _RefTable2 \h",
        r"REF _RefTable3 \h",
        r"REF _RefTable2 \h",
        r"REF _RefTable3 \h",
        r"REF _RefChart1 \h",
        r"REF _RefAttached2 \n \h",
        r"REF _RefAttachedTitle1 \h",
        r"REF _RefAttachedTitle2 \h",
        r"REF _RefTable3 \h",
        r"REF _RefAttached2 \n \h",
    ]
    root = Document(io.BytesIO(data)).element.body
    marks = {mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))}
    assert {code.split()[1] for code in codes(data, "REF")} <= marks
    texts = [words for _, words in shown(data)]
    assert "金额见表2，分值见表3、图1，办法见附件2。" in texts and "附件：1.名单" in texts


def test_after_a_section_was_deleted_numbers_and_references_are_right(data, program, tmp_path):
    """Without the first section, the first table and the first attachment, LibreOffice counts and refers anew."""
    whole = tmp_path / "whole.docx"
    whole.write_bytes(data)
    shorter = tmp_path / "shorter.docx"
    shorter.write_bytes(without(data))
    before, after = (text_of(file) for file in converted(program, [whole, shorter], "pdf", tmp_path / "out"))
    for words in (
        "二、绩效评价开展情况",
        "结果见表2、表3。",
        "表3指标分值",
        "见表2，分值见表3、图1，办法见附件2。",
    ):
        assert words in before
    assert "制度建设" not in after and "部门整体支出绩效自评得分分布" not in after
    for words in (
        "一、绩效评价开展情况",
        "（一）部门整体支出",
        "结果见表1、表2。",
        "表1重点项目再评价结果",
        "表2指标分值",
        "二、结果应用",
        "见表1，分值见表2、图1，办法见附件1。",
        "附件：1.评分办法",
        "附件1评分办法（一）分值",
    ):
        assert words in after


def without(data: bytes) -> bytes:
    """The file without its first section, its first table, and its first attachment, as a clerk would delete them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(parts["word/document.xml"])
    (body,) = root
    sections = [block for block in body if style_of(block) == "Heading1"]
    sheets = [block for block in body if style_of(block) == "ReportAttached"]
    caption = next(block for block in body if style_of(block) == "TableCaption")
    listed = next(block for block in body if style_of(block) == "ReportAttachments")
    following = next(block for block in body if style_of(block) == "ReportAttachmentsMore")
    doomed = [*between(body, sections[0], sections[1]), *between(body, sheets[0], sheets[1])]
    doomed += between(body, caption, next(block for block in body if style_of(block) == "CaptionedFigure"))
    for run in list(listed.iterchildren())[
        -5:
    ]:  # the name of the first attachment: the second takes its place
        listed.remove(run)
    listed.extend(list(following.iterchildren(qn("w:r")))[-5:])
    for block in [*doomed, following]:
        body.remove(block)
    parts["word/document.xml"] = etree.tostring(root)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def text_of(file: Path) -> str:
    """The words of a PDF without blanks and page numbers."""
    with pdfplumber.open(file) as opened:
        text = "".join(page.extract_text() for page in opened.pages)
    return re.sub(r"\s+|—\s*\d+\s*—", "", text)


def between(body, start, end) -> list:
    """The blocks from `start` on, without `end`."""
    blocks = list(body)
    return blocks[blocks.index(start) : blocks.index(end)]


def style_of(block) -> str:
    """The style of a paragraph, nothing for a table."""
    mark = block.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if mark is None else mark.get(qn("w:val"))

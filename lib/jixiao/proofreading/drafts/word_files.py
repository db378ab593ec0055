"""Reads a Word file (.docx) by its parts: body, footnotes, headers and footers; deleted text is not read, inserted text is.

lxml over the parts and not python-docx: that one leaves out text boxes, notes, insertions and contents controls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from jixiao.forms.files import packages
from jixiao.forms.files.packages import Package
from jixiao.kit.errors import DraftError, Fault, FormError
from jixiao.kit.limits import DRAFT_CELLS, DRAFT_PART
from jixiao.proofreading.drafts.flow import Flow
from jixiao.proofreading.drafts.model import Cell, Draft, Kind, Passage, Sheet, Where

BODY = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SAVE = "用文字处理软件打开，另存为 .docx"
_WHOLE = "完整的 Word 文档（.docx）"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_SHOWN = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}rPr", f"{W}pPr", _FALLBACK}
_NOTES = re.compile(r"word/(footnotes|endnotes)\.xml")
_MARGINS = re.compile(r"word/(header|footer)[^/]*\.xml")
_WORDS = {"footnotes": "脚注", "endnotes": "尾注", "header": "页眉", "footer": "页脚"}
_TITLE = re.compile(r"title|标题$|文件标题", re.IGNORECASE)
_HEADING = re.compile(r"heading|^[1-6]$|标题", re.IGNORECASE)
_CAPTION = re.compile(r"caption|题注", re.IGNORECASE)
_CHART_DATA = re.compile(r"word/embeddings/[^/]*\.xlsx")
_BLANKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def read(content: bytes, file: str) -> Draft:
    """The draft in a Word file; DraftError with one fault when it cannot be read."""
    try:
        package = packages.open_package(content, file)
        return _read(package, file)
    except FormError as error:
        raise DraftError(Fault(file, error.faults[0].found, _WHOLE, _SAVE)) from None


def text_nodes(root: Any) -> Iterator[Any]:
    """The elements of a part that hold text, in order: the numbers of the pieces of a passage count them from 0."""
    return iter(root.iter(f"{W}t"))


def _read(package: Package, file: str) -> Draft:
    if BODY not in package:
        found = "是工作簿" if package.under("xl/") else "是压缩包，不是 Word 文档"
        raise DraftError(Fault(file, found, _WHOLE, _SAVE))
    sheet = Sheet(file)
    names = list(package.members)
    for name in sorted(filter(_MARGINS.fullmatch, names)):
        _Part(sheet, package, name, Kind.MARGIN).read()
    _Part(sheet, package, BODY, Kind.PARAGRAPH).read()
    for name in sorted(filter(_NOTES.fullmatch, names)):
        _Part(sheet, package, name, Kind.NOTE).read()
    embedded = [one for one in package.under("word/embeddings/") if not _CHART_DATA.fullmatch(one)]
    if embedded:
        sheet.remark(f"文件里嵌有 {len(embedded)} 个别的文件，没有读取", "需要的另行校对")
    if "word/vbaProject.bin" in package:
        sheet.remark("文件里有宏，没有读取，也不会运行")
    return sheet.draft()


class _Part:
    """A part of the file that is read into a sheet."""

    def __init__(self, sheet: Sheet, package: Package, name: str, kind: Kind) -> None:
        self.sheet = sheet
        self.name = name
        self.kind = kind
        self.root = _parsed(package, name, sheet.file)
        stem = re.sub(r"\d|Odd|Even|First|Landscape|odd|even|first|landscape", "", PurePosixPath(name).stem)
        self.words = _WORDS.get(stem, "" if name == BODY else stem)
        self.numbers = {node: number for number, node in enumerate(text_nodes(self.root))}
        self.caption = ""

    def read(self) -> None:
        """Add all passages and tables."""
        for block in _blocks(self.root):
            if block.tag == f"{W}tbl" and self.kind is Kind.MARGIN:
                for paragraph in block.iter(f"{W}p"):
                    self._paragraph(paragraph)
            elif block.tag == f"{W}tbl":
                self._table(block)
            else:
                self._paragraph(block)

    def _flow(self, block: Any, flow: Flow | None = None) -> Flow:
        flow = flow or Flow()
        for node in _shown(block):
            if node.tag == f"{W}t":
                flow.add(node.text or "", self.numbers[node], self.name)
            else:
                flow.add(_BLANKS[node.tag], -1, self.name)
        return flow

    def _paragraph(self, block: Any) -> None:
        flow = self._flow(block)
        kind = self.kind if self.kind is not Kind.PARAGRAPH else _kind(block, not self.sheet.paragraphs)
        self.sheet.paragraph(flow.text.rstrip(), flow.pieces, kind, part=self.words)
        if flow.text.strip():
            self.caption = flow.text.strip()

    def _table(self, table: Any) -> None:
        cells: list[Cell] = []
        open_above: dict[int, int] = {}  # the cell at a column that goes on downwards, by its index
        for row_number, row in enumerate(table.iterchildren(f"{W}tr"), 1):
            column = 1 + _number(row.find(f"{W}trPr/{W}gridBefore"))
            for cell in row.iter(f"{W}tc"):
                if next(cell.iterancestors(f"{W}tr")) is not row:
                    continue  # of a table within the cell
                span = max(_number(cell.find(f"{W}tcPr/{W}gridSpan")), 1)
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if (
                    merge is not None
                    and merge.get(f"{W}val", "continue") == "continue"
                    and column in open_above
                ):
                    at = open_above[column]
                    above = cells[at]
                    cells[at] = Cell(above.passage, row_number - above.where.row + 1, above.columns)
                else:
                    where = Where(table=self.sheet.next_table, row=row_number, column=column, part=self.words)
                    flow = self._flow(cell)
                    passage = Passage(flow.text.rstrip(), where, Kind.CELL, tuple(flow.pieces))
                    open_above[column] = len(cells)
                    cells.append(Cell(passage, 1, span))
                column += span
            if len(cells) > DRAFT_CELLS:
                raise DraftError(
                    Fault(self.sheet.file, "表格太大", f"不超过 {DRAFT_CELLS} 格", "分成几份再校对")
                )
        self.sheet.table(cells, self.caption)


def _parsed(package: Package, name: str, file: str) -> Any:
    from lxml import etree

    if package.members[name].file_size > DRAFT_PART:
        limit = f"不超过 {DRAFT_PART // 1_000_000} MB"
        raise DraftError(Fault(file, f"部件 {name} 太大", limit, "分成几份再校对"))
    content = b"".join(package.read(name))
    if b"<!DOCTYPE" in content[:2000] or b"<!ENTITY" in content:
        raise packages.hostile(file, "文件里有 XML 实体声明（DOCTYPE）")
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise packages.damaged(file) from None


def _blocks(root: Any) -> Iterator[Any]:
    """Paragraphs and tables in order; those of a text box follow their paragraph, those within a table are its own."""
    waiting = [iter(root)]
    while waiting:
        for element in waiting[-1]:
            if element.tag in (f"{W}p", f"{W}tbl"):
                yield element
                if element.tag == f"{W}p":
                    boxes = [one for one in element.iter(f"{W}txbxContent") if not _within_fallback(one)]
                    waiting.extend(iter(box) for box in reversed(boxes))
                    if boxes:
                        break
            elif isinstance(element.tag, str) and element.tag not in _NOT_SHOWN:
                waiting.append(iter(element))
                break
        else:
            waiting.pop()


def _within_fallback(element: Any) -> bool:
    return next(element.iterancestors(_FALLBACK), None) is not None


def _shown(block: Any) -> Iterator[Any]:
    """The texts, tabs and breaks of a block that are shown, without those of a text box in it."""
    waiting = [iter(block)]
    while waiting:
        for element in waiting[-1]:
            if element.tag == f"{W}t" or element.tag in _BLANKS:
                yield element
            elif element.tag not in _NOT_SHOWN and element.tag != f"{W}txbxContent" and not _hidden(element):
                waiting.append(iter(element))
                break
        else:
            waiting.pop()


def _hidden(element: Any) -> bool:
    """Whether a run is hidden text."""
    mark = element.find(f"{W}rPr/{W}vanish") if element.tag == f"{W}r" else None
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false", "off")


def _kind(paragraph: Any, first: bool) -> Kind:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    name = style.get(f"{W}val", "") if style is not None else ""
    level = paragraph.find(f"{W}pPr/{W}outlineLvl")
    if _CAPTION.search(name):
        return Kind.CAPTION
    if _TITLE.fullmatch(name) or (first and _TITLE.search(name)):
        return Kind.TITLE
    return Kind.HEADING if level is not None or _HEADING.search(name) else Kind.PARAGRAPH


def _number(element: Any) -> int:
    value = element.get(f"{W}val", "0") if element is not None else "0"
    return int(value) if value.isdecimal() and len(value) < 5 else 0

"""Reads plain text and Markdown: a line is a passage, lines of a Markdown table are rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jixiao.kit.errors import DraftError, Fault
from jixiao.kit.limits import DRAFT_TEXT
from jixiao.proofreading.drafts.model import Cell, Draft, Kind, Passage, Piece, Sheet, Where

_HEADING = re.compile(r"(#{1,6})\s+")
_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, or in GB18030 with a sign for what is neither."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def read(text: str, file: str) -> Draft:
    """The draft in `text`; its places are lines."""
    if len(text) > DRAFT_TEXT:
        raise DraftError(Fault(file, "文字太多", f"不超过 {DRAFT_TEXT} 字", "分成几份再校对"))
    sheet = Sheet(file)
    rows: list[tuple[int, int, str]] = []
    offset = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if line.lstrip().startswith("|"):
            rows.append((number, offset, line))
        else:
            _table(sheet, rows)
            rows = []
            _line(sheet, number, offset, line)
        offset += len(line)
    _table(sheet, rows)
    return sheet.draft()


def _line(sheet: Sheet, number: int, offset: int, line: str) -> None:
    said = line.strip()
    if not said:
        return
    heading = _HEADING.match(said)
    shown = said[heading.end() :] if heading else said
    kind = Kind.PARAGRAPH
    if heading:
        kind = Kind.TITLE if heading[1] == "#" else Kind.HEADING
    start = offset + line.index(shown)
    pieces = (Piece(0, len(shown), offset=start),)
    sheet.passages.append(Passage(shown, Where(line=number), kind, pieces))


def _table(sheet: Sheet, rows: Sequence[tuple[int, int, str]]) -> None:
    cells = []
    kept = [row for row in rows if not _RULE.fullmatch(row[2].strip())]
    for at, (number, offset, line) in enumerate(kept, 1):
        begin = offset + line.index("|") + 1
        for column, raw in enumerate(line.strip()[1:].removesuffix("|").split("|"), 1):
            shown = raw.strip()
            where = Where(line=number, table=sheet.next_table, row=at, column=column)
            pieces = (Piece(0, len(shown), offset=begin + raw.index(shown)),)
            cells.append(Cell(Passage(shown, where, Kind.CELL, pieces)))
            begin += len(raw) + 1
    if cells:
        sheet.table(cells, _caption(sheet))


def _caption(sheet: Sheet) -> str:
    return sheet.passages[-1].text if sheet.passages else ""

"""The copy of a received sheet in a return sheet: cell by cell at the same addresses, the faulty ones marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import Any

from jixiao.checks.cards import Card
from jixiao.checks.engine import Finding
from jixiao.forms.files import sheet_xml
from jixiao.forms.model import Sheet
from jixiao.kit import numbers
from jixiao.kit.workbooks import BODY, Area, Page, Style, clean, decimals, ems
from jixiao.year.words import Severity

# Fills that differ from white and from each other in grey too; the borders say the same once more.
MARKS: Mapping[Severity, Style] = {
    Severity.ERROR: {"bg_color": "#F4A582", "border": 5, "border_color": "#8B1A1A", "bold": True},
    Severity.WARNING: {"bg_color": "#FFE699", "border": 2, "border_color": "#7F6000", "bold": True},
}
_NARROWEST = 5.0  # column widths in characters
_WIDEST = 24.0
_PLACES = 4  # decimals shown; what has more is shown with two, as 94.60% for 94.5999978150912%
_SHORT = 8.0  # em: a text that stands in the middle of its cell, as labels of forms do
_COMMENT = 1500  # characters of a comment
_HEADS = {
    *("年初预算数", "全年预算数", "全年执行数", "执行率", "预算数", "执行数"),
    *("一级指标", "二级指标", "三级指标", "年度指标值", "指标值", "实际完成值", "分值", "权重", "得分"),
}
_NAMES = ("三级指标", "指标名称", "项目名称")
_VALUE = re.compile(r"[\d≥≤＞＜<>=＝±+\-—–]")


def position(text: str) -> tuple[int, int] | None:
    """Row and column from 0 of an address such as F12; None for what is none."""
    try:
        return sheet_xml.position(text)
    except ValueError:
        return None


def widths(sheet: Sheet) -> tuple[float, ...]:
    """Column widths in characters for the texts that stand in one column alone."""
    spread = {spot for area in areas(sheet) if area.left < area.right for spot in _spots(area)}
    found = []
    for column in range(max((len(row) for row in sheet.rows), default=1)):
        texts = (row[column] for at, row in enumerate(sheet.rows) if (at, column) not in spread)
        longest = max((2 * ems(line) for text in texts for line in clean(text).split("\n")), default=0)
        found.append(min(max(longest + 2, _NARROWEST), _WIDEST))
    return tuple(found)


def areas(sheet: Sheet) -> list[Area]:
    """The merged areas that a copy can have: more than a cell, inside the sheet, none over another."""
    found: list[Area] = []
    taken: set[tuple[int, int]] = set()
    last_row = len(sheet.rows) - 1
    last_column = max((len(row) for row in sheet.rows), default=0) - 1
    for one in sheet.merged:
        area = Area(one.top, one.left, min(one.bottom, last_row), min(one.right, last_column))
        spots = set(_spots(area))  # none of an area that begins outside
        if len(spots) > 1 and not spots & taken:
            taken |= spots
            found.append(area)
    return found


@dataclass(frozen=True)
class Mark:
    """How a cell is marked, and what its comment says."""

    style: Style
    comment: str
    grave: bool = False


def write(page: Page, sheet: Sheet, findings: Sequence[Finding], cards: Mapping[str, Card]) -> None:
    """Copy a sheet and mark the cells of its findings; a marked merged area is marked as a whole."""
    found: dict[tuple[int, int], list[Finding]] = {}
    for one in findings:
        for spot in filter(None, (position(place.cell) for place in (one.place, *one.also))):
            found.setdefault(spot, []).append(one)
    marks = {}
    for spot, many in found.items():
        wrong = any(one.severity == Severity.ERROR for one in many)
        style = MARKS[Severity.ERROR if wrong else Severity.WARNING]
        marks[spot] = Mark(style, "\n\n".join(comment(one, cards) for one in many), wrong)
    copy(page, sheet, marks)


def copy(page: Page, sheet: Sheet, marks: Mapping[tuple[int, int], Mark]) -> None:
    """Copy a sheet cell by cell; a mark in a merged area marks the whole of it."""
    covered = {spot: area for area in areas(sheet) for spot in _spots(area)}
    texts = {(row, at): text for row, texts in enumerate(sheet.rows) for at, text in enumerate(texts)}
    marked: dict[tuple[int, int], list[Mark]] = {}  # by the cell that shows it: the first of a merged area
    for spot, mark in marks.items():
        area = covered.get(spot, Area(*spot, *spot))
        marked.setdefault((area.top, area.left), []).append(mark)
    for row, column in sorted({*texts, *marked}):
        area = covered.get((row, column), Area(row, column, row, column))
        if (area.top, area.left) == (row, column):
            text = texts.get((row, column), "")
            typed = (row, column) in sheet.textual
            _copy(page, area, text if typed else _number(text), marked.get((row, column), ()))
    for (row, column), many in marked.items():
        text = "\n\n".join(mark.comment for mark in many)
        text = text if len(text) <= _COMMENT else text[: _COMMENT - 1] + "…"
        high = min(40 + 17 * sum(1 + int(ems(line) // 20) for line in text.split("\n")), 420)
        size = {"width": 280, "height": high, "font_name": BODY, "font_size": 10, "color": "#FFFFF0"}
        page.raw.write_comment(row, column, text, {**size, "author": "财政部门"})


def _number(text: str) -> str | tuple[Decimal, str]:
    """A number and its format where the text is exactly one; else the text."""
    digits = text.removesuffix("%")
    try:
        number = numbers.parse(digits)
    except ValueError:
        return text
    if numbers.plain(number) != digits:
        return text
    places = numbers.places_of(number)
    form = decimals(places if places <= _PLACES else 2)
    return (number, form) if digits == text else (number.scaleb(-2), f"{form}%")


def _copy(page: Page, area: Area, value: str | tuple[Decimal, str], marks: Sequence[Mark]) -> None:
    """A cell or merged area with its text or number, with the gravest of its marks."""
    style: dict[str, Any] = {"border": 1, "border_color": "#808080"}
    short = not isinstance(value, str) or ems(value) <= _SHORT
    if short or (area.top, area.left) != (area.bottom, area.right):
        style["align"] = "center"
    if marks:
        style |= next((mark for mark in marks if mark.grave), marks[0]).style
    if isinstance(value, str):
        page.put(area, value, **style)
    else:
        page.put(area, value[0], num_format=value[1], **style)


def comment(finding: Finding, cards: Mapping[str, Card]) -> str:
    """A finding as a comment says it: rule, what is wrong, what it should be, what to do."""
    name = f" {cards[finding.rule].name}" if finding.rule in cards else ""
    parts = [f"【{finding.rule}{name}】", f"问题：{finding.found}"]
    if finding.expected:
        parts.append(f"应为：{finding.expected}")
    if finding.remedy:
        parts.append(f"请：{finding.remedy}")
    return clean("\n".join(parts))


class Labels:
    """What a reader calls the cells of a sheet, whose merged areas and heads are looked for once."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = sheet.rows
        self._anchors = {spot: (area.top, area.left) for area in areas(sheet) for spot in _spots(area)}
        self._heads: list[int | None] = []  # the nearest head above each row
        self._named: dict[int, int] = {}  # the column of names under each head
        last = None
        for row, texts in enumerate(sheet.rows):
            self._heads.append(last)
            words = ["".join(text.split()) for text in texts]
            if len(_HEADS & set(words)) >= 2:
                last = row
                named = next((at for at, text in enumerate(words) if text in _NAMES), None)
                self._named |= {} if named is None else {row: named}

    def of(self, cell: str) -> str:
        """The label of the row of a cell and the head of its column, as far as there are any."""
        spot = position(cell)
        if spot is None or spot[0] >= len(self._rows):
            return ""
        row, column = spot
        head = self._heads[row]
        name = ""
        if head is not None:  # the name of the row's indicator
            named = self._named.get(head, column)
            name = self._text(row, named) if named < column and not self._spread(row, named) else ""
        if not name:  # else the last words on the left before any value
            texts = (self._text(row, at) for at in range(min(column, len(self._rows[row]))))
            before = takewhile(lambda text: not _VALUE.match(text), texts)
            name = next(filter(None, reversed(list(before))), "")
        over = "" if head is None or self._spread(row, column) else self._text(head, column)
        return "·".join(clean(text).replace("\n", "") for text in dict.fromkeys([name, over]) if text)

    def _text(self, row: int, column: int) -> str:
        """A text of the sheet, that of a merged area in all of its cells."""
        row, column = self._anchors.get((row, column), (row, column))
        return self._rows[row][column].strip() if column < len(self._rows[row]) else ""

    def _spread(self, row: int, column: int) -> bool:
        """Whether the cell is one with its neighbour, as in a row of totals below the table."""
        anchor = self._anchors.get((row, column))
        beside = (self._anchors.get((row, other)) for other in (column - 1, column + 1))
        return anchor is not None and anchor in beside


def _spots(area: Area) -> Iterator[tuple[int, int]]:
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield row, column

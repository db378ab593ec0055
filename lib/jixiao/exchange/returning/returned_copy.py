"""A received sheet and what was found in it in; its copy, cell by cell at the same addresses and marked, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from jixiao.checks.cards import Card
from jixiao.checks.engine import Finding
from jixiao.forms.model import Sheet
from jixiao.kit import numbers
from jixiao.kit.workbooks import Area, Page, clean, ems

ERROR = "E"
# Fills that differ from white and from each other in grey too; the borders say the same once more.
MARKS = {
    ERROR: {"bg_color": "#F4A582", "border": 5, "border_color": "#8B1A1A", "bold": True},
    "W": {"bg_color": "#FFE699", "border": 2, "border_color": "#7F6000", "bold": True},
}
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_ROWS, _COLUMNS = 1_048_576, 16_384  # of a sheet
_NARROW, _WIDE = 5.0, 24.0  # column widths in characters
_PLACES = 4  # decimals shown; what has more is shown with two, as 94.60% for 94.5999978150912%
_SHORT = 8.0  # em: a text that stands in the middle of its cell, as labels of forms do
_COMMENT = 1500  # characters of a comment
_HEADS = frozenset(
    (
        *("年初预算数", "全年预算数", "全年执行数", "执行率", "预算数", "执行数"),
        *("一级指标", "二级指标", "三级指标", "年度指标值", "指标值", "实际完成值", "分值", "权重", "得分"),
    )
)
_NAMES = ("三级指标", "指标名称", "项目名称")
_VALUE = re.compile(r"[\d≥≤＞＜<>=＝±+\-—–]")


def position(text: str) -> tuple[int, int] | None:
    """Row and column from 0 of an address such as F12; None for what is none."""
    parts = _CELL.fullmatch(text)
    if not parts:
        return None
    column = 0
    for letter in parts[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(parts[2])
    return (row - 1, column - 1) if row <= _ROWS and column <= _COLUMNS else None


def widths(sheet: Sheet) -> tuple[float, ...]:
    """Column widths in characters for the texts that stand in one column alone."""
    spread = {
        (row, column) for area in areas(sheet) if area.left < area.right for row, column in _cells(area)
    }
    found = []
    for column in range(max((len(row) for row in sheet.rows), default=1)):
        texts = (row[column] for at, row in enumerate(sheet.rows) if (at, column) not in spread)
        longest = max((2 * ems(line) for text in texts for line in clean(text).split("\n")), default=0)
        found.append(min(max(longest + 2, _NARROW), _WIDE))
    return tuple(found)


def areas(sheet: Sheet) -> list[Area]:
    """The merged areas that a copy can have: more than a cell, inside the sheet, none over another."""
    found: list[Area] = []
    taken: set[tuple[int, int]] = set()
    rows, columns = len(sheet.rows), max((len(row) for row in sheet.rows), default=0)
    for one in sheet.merged:
        area = Area(one.top, one.left, min(one.bottom, rows - 1), min(one.right, columns - 1))
        if area.top > area.bottom or area.left > area.right or area.top + area.left < 0:
            continue
        cells = set(_cells(area))
        if len(cells) > 1 and not cells & taken:
            taken |= cells
            found.append(area)
    return found


def write(page: Page, sheet: Sheet, findings: Sequence[Finding], cards: Mapping[str, Card]) -> None:
    """Copy a sheet and mark the cells of its findings; a marked merged area is marked as a whole."""
    merged = areas(sheet)
    at_anchor = anchored(findings, merged)
    covered = {spot: area for area in merged for spot in _cells(area)}
    spots = {(row, column) for row, texts in enumerate(sheet.rows) for column in range(len(texts))}
    for row, column in sorted(spots | set(at_anchor)):
        area = covered.get((row, column), Area(row, column, row, column))
        if (area.top, area.left) == (row, column):
            text = sheet.rows[row][column] if (row, column) in spots else ""
            _cell(page, area, _shown(sheet, row, column, text), at_anchor.get((row, column), ()))
    for (row, column), found in at_anchor.items():
        _comment(page, row, column, found, cards)
    page.set_heights()


def anchored(findings: Iterable[Finding], merged: Sequence[Area]) -> dict[tuple[int, int], list[Finding]]:
    """The findings by the cell that shows them: the first one of a merged area."""
    anchors = {spot: (area.top, area.left) for area in merged for spot in _cells(area)}
    found: dict[tuple[int, int], list[Finding]] = {}
    for finding in findings:
        if spot := position(finding.place.cell):
            found.setdefault(anchors.get(spot, spot), []).append(finding)
    return found


def label(sheet: Sheet, cell: str) -> str:
    """What a reader calls the cell: the label of its row and the head of its column, as far as there are any."""
    spot = position(cell)
    if spot is None or spot[0] >= len(sheet.rows):
        return ""
    grid = _Filled(sheet)
    head = next((row for row in range(spot[0] - 1, -1, -1) if grid.is_head(row)), None)
    column = "" if head is None or grid.spread(*spot) else grid.text(head, spot[1])
    names = dict.fromkeys([grid.row_label(spot, head), column])
    return "·".join(clean(name).replace("\n", "") for name in names if name)


class _Filled:
    """The texts of a sheet with those of merged areas in all of their cells."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = sheet.rows
        self._anchors = {spot: (area.top, area.left) for area in areas(sheet) for spot in _cells(area)}

    def text(self, row: int, column: int) -> str:
        row, column = self._anchors.get((row, column), (row, column))
        return self._rows[row][column].strip() if column < len(self._rows[row]) else ""

    def is_head(self, row: int) -> bool:
        """Whether a row names columns: at least two words of a head."""
        return len(_HEADS & {"".join(text.split()) for text in self._rows[row]}) >= 2

    def row_label(self, spot: tuple[int, int], head: int | None) -> str:
        """The name of the row's indicator, else the last words on the left before any value."""
        row, column = spot
        if head is not None:
            named = next(
                (at for at, text in enumerate(self._rows[head]) if "".join(text.split()) in _NAMES), None
            )
            if named is not None and named < column and not self.spread(row, named):
                return self.text(row, named) or self._leading(row, column)
        return self._leading(row, column)

    def spread(self, row: int, column: int) -> bool:
        """Whether the cell is one with its neighbour, as in a row of totals below the table."""
        anchor = self._anchors.get((row, column))
        return anchor is not None and any(
            self._anchors.get((row, other)) == anchor for other in (column - 1, column + 1)
        )

    def _leading(self, row: int, column: int) -> str:
        found = ""
        for at in range(column):
            text = self.text(row, at)
            if _VALUE.match(text):
                break
            found = text or found
        return found


def _cells(area: Area) -> Iterator[tuple[int, int]]:
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield row, column


def _shown(sheet: Sheet, row: int, column: int, text: str) -> tuple[str | Decimal, str]:
    """A number and its format where the text is exactly one and was not stored as text; else the text."""
    percent = text.endswith("%")
    try:
        number = numbers.parse(text.removesuffix("%"))
    except ValueError:
        return text, ""
    if (row, column) in sheet.textual or numbers.plain(number) != text.removesuffix("%"):
        return text, ""
    places = max(-int(number.as_tuple().exponent), 0)
    digits = "0." + "0" * (places if places <= _PLACES else 2) if places else "0"
    return (number.scaleb(-2), f"{digits}%") if percent else (number, digits)


def _cell(page: Page, area: Area, shown: tuple[str | Decimal, str], found: Sequence[Finding]) -> None:
    value, digits = shown
    style = {"border": 1, "border_color": "#808080"}
    if digits:
        style["num_format"] = digits
    if digits or ems(str(value)) <= _SHORT or (area.top, area.left) != (area.bottom, area.right):
        style["align"] = "center"
    if found:
        style |= MARKS[ERROR if any(one.severity == ERROR for one in found) else "W"]
    page.put(area, value, **style)


def _comment(page: Page, row: int, column: int, found: Sequence[Finding], cards: Mapping[str, Card]) -> None:
    text = "\n\n".join(said(one, cards) for one in found)
    text = text if len(text) <= _COMMENT else text[: _COMMENT - 1] + "…"
    high = min(40 + 17 * sum(1 + int(ems(line) // 20) for line in text.split("\n")), 420)
    size = {"width": 280, "height": high, "font_name": "宋体", "font_size": 10, "color": "#FFFFF0"}
    page.raw.write_comment(row, column, text, {**size, "author": "财政部门"})


def said(finding: Finding, cards: Mapping[str, Card]) -> str:
    """A finding as a comment says it: rule, what is wrong, what it should be, what to do."""
    name = cards[finding.rule].name if finding.rule in cards else ""
    parts = [f"【{finding.rule} {name}】".replace(" 】", "】"), f"问题：{finding.found}"]
    if finding.expected:
        parts.append(f"应为：{finding.expected}")
    if finding.remedy:
        parts.append(f"请：{finding.remedy}")
    return clean("\n".join(parts))

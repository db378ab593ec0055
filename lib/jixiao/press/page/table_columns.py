"""An HTML table in; the column of each cell, its alignment and how wide the columns should be, out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jixiao.press.page import unbroken

WIDE = 6  # columns from which a table is set smaller and scrolls on a phone
LONG = 18  # rows beyond which a table is set closer and ruled
WHOLE = 8  # rows up to which a table stays on one page; with more, and long cells, it is long as well
ALIGNMENTS = ("left", "right", "center")
_LONG_WORD = re.compile(r"[!-~]{16,}")
_BREAK_AFTER = re.compile(r"(?<=[._,/])(?=[^\s._,/])")
_PADDING = 1.2  # em that the space between two columns takes
_LONGEST_LINE = 26.0  # em: a cell with more is expected to wrap
_BEYOND = 0.4  # the part of a longer cell that still widens its column
_CROWDED = 44.0  # em: the room of a table in the type of plain ones
_SHORT_LINE = 8.5  # em: a date or a name, not to be broken without need
_SPARE = 0.5  # em that a line leaves free at its end, for words and brackets do not break
_STEP = 1.0  # em by which columns are widened in turn
_BREAKABLE = 7.0  # em: the least width of a column whose words can be broken


class Cell(NamedTuple):
    """A cell of a table: its element and the first column and number of columns it takes."""

    element: object
    column: int
    span: int


def cells(table) -> Iterator[Cell]:
    """Every cell of an lxml table in reading order, spans over rows and columns taken into account."""
    taken: dict[int, int] = {}  # column -> rows that a cell above still covers
    for row in table.iter("tr"):
        column, covering = 0, {}
        for element in row.iterchildren("th", "td"):
            while taken.get(column, 0):
                column += 1
            span = count(element, "colspan")
            covering.update(dict.fromkeys(range(column, column + span), count(element, "rowspan")))
            yield Cell(element, column, span)
            column += span
        taken = {at: left - 1 for at, left in {**taken, **covering}.items() if left > 1}


def column_count(table) -> int:
    """The number of columns of a table."""
    return max((cell.column + cell.span for cell in cells(table)), default=0)


def align(table, columns: Sequence[dict]) -> None:
    """Give every cell the class of its column's alignment."""
    for cell in cells(table):
        wanted = columns[cell.column].get("align") if cell.column < len(columns) else None
        if wanted in ALIGNMENTS:
            kept = [name for name in cell.element.get("class", "").split() if name not in ALIGNMENTS]
            cell.element.set("class", " ".join([*kept, wanted]))


def alignment(element) -> str | None:
    """The alignment that a cell's class asks for."""
    return next((name for name in element.get("class", "").split() if name in ALIGNMENTS), None)


def shares(table, room: float) -> list[float]:
    """The share of each column in a table `room` em wide: none narrower than its longest word.

    A table in which all cells fit on a line is spread; else the columns are such that the table is short.
    """
    least, wanted = (_in_order(demand) for demand in _demands(table))
    if sum(wanted) <= room or kind(table) == "plain":
        return _shared(least, wanted, room)
    heights = _heights(table)
    return _shortest(_unbroken(least, heights, room), heights, room)


def is_crowded(table, room: float) -> bool:
    """Whether the columns of a table would like more than `room` em, so that some cells have to wrap."""
    return sum(_demands(table)[1].values()) > room


def lay_out(table, room: float) -> None:
    """Give the columns of a table their shares of `room` em."""
    for old in table.findall("colgroup"):
        table.remove(old)
    group = table.makeelement("colgroup")
    for share in shares(table, room):
        group.append(table.makeelement("col", {"style": f"width:{share:.2%}"}))
    table.insert(0 if table.find("caption") is None else 1, group)


def kind(table) -> str:
    """How a table is set: "wide" with many columns, "long" with many rows, else "plain"."""
    rows = len(table.findall("tbody/tr"))
    if column_count(table) >= WIDE:
        return "wide"
    return "long" if rows > LONG or (rows > WHOLE and is_crowded(table, _CROWDED)) else "plain"


def count(element, name: str) -> int:
    """The rows or columns that a cell takes: its "rowspan" or "colspan"."""
    value = element.get(name, "1")
    return min(max(int(value), 1), 1000) if value.isdecimal() else 1


def _demands(table) -> tuple[dict[int, float], dict[int, float]]:
    """The least and the wanted width in em of each column."""
    wanted: dict[int, float] = {}
    least: dict[int, float] = {}
    for cell in cells(table):
        if cell.span == 1:
            lines = _lines(cell.element)
            wish, low = max(map(_wish, lines)), max(map(_longest_word, lines))
            wanted[cell.column] = max(wanted.get(cell.column, 0), wish + _PADDING)
            least[cell.column] = max(least.get(cell.column, 0), low + _PADDING)
    return least, wanted


def _lines(element) -> list[str]:
    """The text of a cell, cut where it has line breaks."""
    parts = element.xpath(".//text() | .//br")
    return "".join(part if isinstance(part, str) else "\n" for part in parts).split("\n")


def width(text: str) -> float:
    """The width of `text` in em: 1 for a full-width character, half of that for the others."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.55 for char in text)


def break_points(text: str) -> list[str]:
    """`text` cut where a long key may go on to the next line; joined again it is `text`."""
    return _BREAK_AFTER.split(text) if _LONG_WORD.search(text) else [text]


def _wish(text: str) -> float:
    """What a cell would like to have: its line, and a part of what goes beyond a long line."""
    whole = width(text)
    return whole if whole <= _LONGEST_LINE else _LONGEST_LINE + _BEYOND * (whole - _LONGEST_LINE)


def _shared(least: list[float], wanted: list[float], room: float) -> list[float]:
    """Least widths first; what is left goes to the columns by how much more they want."""
    more = [max(want - low, 0.01) for low, want in zip(least, wanted, strict=True)]
    left = max(room - sum(least), 0)
    given = min(left, sum(more))
    widths = [low + given * part / sum(more) for low, part in zip(least, more, strict=True)]
    return [part / sum(widths) for part in widths]


def _in_order(demand: dict[int, float]) -> list[float]:
    return [demand[at] for at in sorted(demand)]


def _heights(table) -> list[list[tuple[int, list[float]]]]:
    """For each row its cells of one column: the column, and the width in em of each line of the cell."""
    rows: dict[object, list[tuple[int, list[float]]]] = {}
    columns = sorted(_demands(table)[0])
    for cell in cells(table):
        if cell.span == 1:
            lines = [width(line) + _SPARE for line in _lines(cell.element)]
            rows.setdefault(cell.element.getparent(), []).append((columns.index(cell.column), lines))
    return list(rows.values())


def _unbroken(least: list[float], rows: list[list[tuple[int, list[float]]]], room: float) -> list[float]:
    """The least widths, wide enough for every short line where that leaves room for the long ones."""
    widths = list(least)
    for at, lines in (cell for row in rows for cell in row):
        widths[at] = max([widths[at], *(line + _PADDING for line in lines if line <= _SHORT_LINE)])
    return widths if sum(widths) <= room * 0.7 else least


def _shortest(least: list[float], rows: list[list[tuple[int, list[float]]]], room: float) -> list[float]:
    """Least widths first; then step by step that column is widened which makes the table shortest."""
    widths = list(least)
    while sum(widths) + _STEP <= room:
        lengths = []
        for at in range(len(widths)):
            tried = [value + _STEP * (at == place) for place, value in enumerate(widths)]
            lengths.append(sum(_height(row, tried) for row in rows))
        widths[lengths.index(min(lengths))] += _STEP
    return [part / sum(widths) for part in widths]


def _height(row: list[tuple[int, list[float]]], widths: list[float]) -> float:
    """About the lines of a row: a power mean of its cells, so that each of the higher ones counts."""
    cells_high = (sum(max(1, line / (widths[at] - _PADDING)) for line in lines) for at, lines in row)
    return sum(high**6 for high in cells_high) ** (1 / 6)


def _longest_word(text: str) -> float:
    words = [*re.findall(r"[!-~]+", text), *(piece[0] for piece in unbroken.TOGETHER.finditer(text))]
    longest = max((width(word) for word in words), default=0)
    if any(_LONG_WORD.search(word) for word in words):
        longest = max((width(part) for word in words for part in break_points(word)), default=0)
        return max(min(longest, _BREAKABLE * 2), _BREAKABLE)
    return max(longest, min(width(text), 4.0))

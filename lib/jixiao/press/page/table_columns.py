"""How wide the columns of a table are and how it is set: plain, long or wide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from jixiao.kit.workbooks import ems
from jixiao.report import table
from jixiao.report.table import Table, shown

ALIGNMENTS = table.ALIGNMENTS
WIDE = 6  # columns from which a table is set smaller and scrolls on a phone
LONG = 18  # rows beyond which a table is set closer and ruled
UNTORN = 14  # characters of a number that no line end of paper divides
WHOLE = 8  # rows up to which a table stays on one page; with more, and long cells, it is long as well
_UNIT = r"""个百分点|百分点|平方米|立方米|公里|万亿元|亿元|万元|千元|元|万人|万|亿|人次|人|万户|户|年度|年|月份|月|日
    |小时|分钟|分|个|家|项|条|份|篇|次|件|名|套|台|辆|亩|吨|米|倍|号|期|批|张|页|级|类|%|％|‰|℃"""
_NUMBER = r"\d+(?:[.,]\d+)*"
_END = rf"{_NUMBER}(?:{_UNIT})?(?:（不?含）)?"
# An interval as reports write it, which no line end divides either: 95分（含）至100分, 90分以上（含90分）, 2～5万元.
RANGE = re.sub(r"\s+", "", rf"{_END}(?:[至～~]{_END}|以[上下](?:（含{_NUMBER}(?:{_UNIT})?）)?)")
# A number with its unit, or a date, in running text.
MEASURED = re.sub(
    r"\s+", "", rf"{_NUMBER}年(?:度|{_NUMBER}月(?:{_NUMBER}日)?)?|{_NUMBER}(?:{_UNIT})(?:（不?含）)?"
)
# What of a text belongs to the number before it.
UNIT = re.sub(r"\s+", "", f"(?:{_UNIT})")
# A number with its unit, which no line end divides, in the words that Python and Typst share (no lookaround).
# A semicolon or colon, which Unicode lets start a line after an object, belongs to it.
WHOLE_NUMBER = re.sub(
    r"\s+",
    "",
    rf"""(?:{_NUMBER}年{_NUMBER}月{_NUMBER}日|{RANGE}|(?:第|\w{{0,2}}〔{_NUMBER}〕)?[-−+±≥≤＞＜><]?{_NUMBER}
    (?:（不?含）?)?(?:{_UNIT})?[*]?[~～]?)[；：]?""",
)
_LONG_WORD = re.compile(r"[!-~]{16,}")
_BREAK_AFTER = re.compile(r"(?<=[._,/])(?=[^\s._,/])")
_BREAK = re.compile(r"<br\b[^>]*>")
_PADDING = 1.2  # em that the space between two columns takes
_LONGEST_LINE = 26.0  # em: a cell with more is expected to wrap
_BEYOND = 0.4  # the part of a longer cell that still widens its column
_CROWDED = 44.0  # em: the room of a table in the type of plain ones
_SHORT_LINE = 8.5  # em: a date or a name, not to be broken without need
_SPARE = 0.5  # em that a line leaves free at its end, for words and brackets do not break
_STEP = 1.0  # em by which columns are widened in turn
_BREAKABLE = 7.0  # em: the least width of a column whose words can be broken


def kind(table: Table) -> str:
    """How a table is set: "wide" with many columns, "long" with many rows, else "plain"."""
    rows = len(table.rows)
    if len(table.columns) >= WIDE:
        return "wide"
    return "long" if rows > LONG or (rows > WHOLE and is_crowded(table, _CROWDED)) else "plain"


def is_crowded(table: Table, room: float) -> bool:
    """Whether the columns of a table would like more than `room` em, so that some cells have to wrap."""
    return sum(_demands(table)[1]) > room


def shares(table: Table, room: float) -> list[float]:
    """The share of each column in a table `room` em wide: none narrower than its longest word.

    A table in which all cells fit on a line is spread; else the columns are such that the table is short.
    """
    least, wanted = _demands(table)
    if sum(wanted) <= room or kind(table) == "plain":
        return _shared(least, wanted, room)
    rows = [
        [
            (at, _lines(cell.inner_html))
            for at, cell in enumerate(row)
            if cell is not None and cell.columns == 1
        ]
        for row in (*table.heads, *table.rows)
    ]
    lengths = [[(at, [ems(line) + _SPARE for line in lines]) for at, lines in row] for row in rows]
    return _shortest(_unbroken(least, lengths, room), lengths, room)


def break_points(text: str) -> list[str]:
    """`text` cut where a long key may go on to the next line; joined again it is `text`."""
    return _BREAK_AFTER.split(text) if _LONG_WORD.search(text) else [text]


@lru_cache(maxsize=20_000)  # a table is measured several times, and its cells are much alike
def _lines(inner_html: str) -> tuple[str, ...]:
    """The text of a cell, cut where it has line breaks."""
    return tuple(shown(line) for line in _BREAK.split(inner_html))


def _demands(table: Table) -> tuple[list[float], list[float]]:
    """The least and the wanted width in em of each column."""
    least = [0.0] * len(table.columns)
    wanted = [0.0] * len(table.columns)
    for at, cell in table.cells():
        if cell.columns == 1:
            for line in _lines(cell.inner_html):
                whole = ems(line)
                beyond = max(whole - _LONGEST_LINE, 0)  # a part of what goes beyond a long line counts
                wanted[at] = max(wanted[at], whole - beyond + _BEYOND * beyond + _PADDING)
                least[at] = max(least[at], _longest_word(line) + _PADDING)
    return least, wanted


@lru_cache(maxsize=20_000)
def _longest_word(text: str) -> float:
    words = [*re.findall(r"[!-~]+", text), *re.findall(WHOLE_NUMBER, text)]
    longest = max((ems(word) for word in words), default=0)
    if any(_LONG_WORD.search(word) for word in words):
        longest = max((ems(part) for word in words for part in break_points(word)), default=0)
        return max(min(longest, _BREAKABLE * 2), _BREAKABLE)
    return max(longest, min(ems(text), 4.0))


def _shared(least: list[float], wanted: list[float], room: float) -> list[float]:
    """Least widths first; what is left goes to the columns by how much more they want."""
    more = [max(want - low, 0.01) for low, want in zip(least, wanted, strict=True)]
    given = min(max(room - sum(least), 0), sum(more))
    widths = [low + given * part / sum(more) for low, part in zip(least, more, strict=True)]
    return [part / sum(widths) for part in widths]


Lines = Sequence[Sequence[tuple[int, Sequence[float]]]]  # for each row its cells: column, width of each line


def _unbroken(least: list[float], rows: Lines, room: float) -> list[float]:
    """The least widths, wide enough for every short line where that leaves room for the long ones."""
    widths = list(least)
    for at, lines in (cell for row in rows for cell in row):
        widths[at] = max([widths[at], *(line + _PADDING for line in lines if line <= _SHORT_LINE)])
    return widths if sum(widths) <= room * 0.7 else least


def _shortest(least: list[float], rows: Lines, room: float) -> list[float]:
    """Least widths first; then step by step that column is widened which makes the table shortest."""
    widths = list(least)
    high = [[_height(lines, widths[at]) for at, lines in row] for row in rows]
    while sum(widths) + _STEP <= room:
        tried = [_widened(at, widths[at] + _STEP, rows, high) for at in range(len(widths))]
        lengths = [sum(sum(row) ** (1 / 6) for row in heights) for heights in tried]
        best = lengths.index(min(lengths))
        widths[best] += _STEP
        high = tried[best]
    return [part / sum(widths) for part in widths]


def _widened(at: int, width: float, rows: Lines, high: list[list[float]]) -> list[list[float]]:
    """The heights of all cells once the column `at` is `width` wide."""
    return [
        [
            _height(lines, width) if at == column else known
            for (column, lines), known in zip(row, heights, strict=True)
        ]
        for row, heights in zip(rows, high, strict=True)
    ]


def _height(lines: Sequence[float], width: float) -> float:
    """About the lines of a cell, to a power that lets each of the higher cells of a row count."""
    free = max(width - _PADDING, 0.1)
    return sum(max(1, line / free) for line in lines) ** 6

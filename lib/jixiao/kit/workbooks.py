"""Values and areas in; sheets whose rows fit their text, and workbooks whose bytes depend on them alone, out."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

BODY, HEAD = "宋体", "黑体"
SIZE = 10
_DIGITS = 15  # digits that a number of a workbook holds exactly
_CELL_LIMIT = 32767  # characters that a cell may hold
_NAME_LIMIT = 31  # characters of the name of a sheet
_HIGHEST = 409  # points, the highest row
_LEADING, _PADDING = 1.33, 4  # a line over its type size; points above and below the text of a cell
_PLAIN = 15.0  # points: the height of a row that nothing raised
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_DIRECTION = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\s]+")
_EXECUTABLE = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_WORKBOOK = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Formula:
    """A formula of the kit's own (never of a text received), and the value that it has now."""

    text: str
    value: Decimal | str


@dataclass(frozen=True)
class Area:
    """Cells from a corner to a corner, both included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


def cell(row: int, column: int) -> Area:
    """A single cell."""
    return Area(row, column, row, column)


def across(row: int, left: int, right: int) -> Area:
    """Cells side by side."""
    return Area(row, left, row, right)


def clean(value: object) -> str:
    """`value` as a text without control characters or marks that turn its direction; lines stay."""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return _DIRECTION.sub("", _CONTROL.sub("", text))[:_CELL_LIMIT]


def sheet_name(wanted: str, used: Sequence[str]) -> str:
    """A name that a workbook allows, near to `wanted`, and unlike `used` whatever their case."""
    name = _FORBIDDEN.sub(" ", clean(wanted)).strip(" '.")[:_NAME_LIMIT].strip(" '") or "工作表"
    taken, stem, count = {one.lower() for one in used}, name, 2
    while name.lower() in taken or name.lower() == "history":
        name = f"{stem[: _NAME_LIMIT - 6]}（{count}）"
        count += 1
    return name


def workbook(build: Callable[[Book], None], *, title: str, author: str, created: datetime) -> bytes:
    """The bytes of the workbook that `build` fills; `created` is the only date in it."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _WORKBOOK) as raw:
        raw.set_properties({"title": clean(title)[:255], "author": clean(author)[:255], "created": created})
        build(Book(raw))
    return out.getvalue()


class Book:
    """A workbook under construction; each format is made once."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._formats: dict[tuple, Any] = {}

    def sheet(self, name: str, widths: Sequence[float]) -> Page:
        """A new sheet with columns `widths` characters wide."""
        return Page(self._raw.add_worksheet(name), widths, self.format)

    def format(self, **style: Any) -> Any:
        """The format of a style: XlsxWriter's names over the kit's type."""
        whole = {"font_name": BODY, "font_size": SIZE, "valign": "vcenter", "text_wrap": True, **style}
        key = tuple(sorted(whole.items()))
        if key not in self._formats:
            self._formats[key] = self._raw.add_format(whole)
        return self._formats[key]


class Page:
    """A sheet under construction, which remembers how high its rows must be."""

    def __init__(self, raw: Any, widths: Sequence[float], styled: Callable[..., Any]) -> None:
        self.raw = raw
        self._widths = tuple(widths)
        self._format = styled
        self.heights: dict[int, float] = {}
        self._tall: list[tuple[Area, float]] = []
        for column, width in enumerate(widths):
            raw.set_column(column, column, width)

    def put(
        self, area: Area, value: str | Decimal | Formula | None, *, least: float = 0, **style: Any
    ) -> None:
        """Write a value over an area and make its rows high enough; texts stay texts, whatever they hold."""
        style = {**style, **_prefixed(value)}
        places = {"num_format": _digits(value)} if isinstance(value, Decimal) else {}
        styled = self._format(**{**places, **style})
        if (area.top, area.left) != (area.bottom, area.right):
            self.raw.merge_range(area.top, area.left, area.bottom, area.right, "", styled)
        self._write(area.top, area.left, value, styled)
        needed = max(least, self._needed(area, value, style))
        if area.top == area.bottom:
            self.heights[area.top] = max(self.heights.get(area.top, 0), needed)
        else:
            self._tall.append((area, needed))

    def link(self, row: int, column: int, text: str, to: tuple[str, str], **style: Any) -> None:
        """Write a text that leads to a cell of this workbook: the name of its sheet, its address."""
        self.put(cell(row, column), text, **style)
        sheet, address = to
        quoted = sheet.replace("'", "''")
        styled = self._format(**style)
        self.raw.write_url(row, column, f"internal:'{quoted}'!{address}", styled, clean(text))

    def _write(self, row: int, column: int, value: str | Decimal | Formula | None, styled: Any) -> None:
        if isinstance(value, Formula):
            shown = value.value if isinstance(value.value, str) else float(value.value)
            self.raw.write_formula(row, column, value.text, styled, shown)
        elif isinstance(value, Decimal) and exact(value):
            self.raw.write_number(row, column, float(value), styled)
        elif value is None or value == "":
            self.raw.write_blank(row, column, None, styled)
        else:
            shown = format(value, "f") if isinstance(value, Decimal) else clean(value)
            self.raw.write_string(row, column, shown, styled)

    def _needed(self, area: Area, value: object, style: Mapping[str, Any]) -> float:
        size = style.get("font_size", SIZE)
        text = "" if value is None or isinstance(value, (Formula, Decimal)) else clean(value)
        room = sum(map(points, self._widths[area.left : area.right + 1])) - 6 - 7 * style.get("indent", 0)
        count = lines(text, room / size) if style.get("text_wrap", True) else 1
        return count * size * _LEADING + _PADDING

    def height(self) -> float:
        """The height in points of what was put so far, areas of several rows left out."""
        return sum(self.heights.values())

    def set_heights(self) -> float:
        """Give the rows their heights, those of an area in even shares; their sum in points is returned."""
        for area, needed in self._tall:
            rows = range(area.top, area.bottom + 1)
            missing = needed - sum(self.heights.get(row, _PLAIN) for row in rows)
            for row in rows:
                self.heights[row] = self.heights.get(row, _PLAIN) + max(missing, 0) / len(rows)
        for row, height in self.heights.items():
            self.raw.set_row(row, min(round(height, 2), _HIGHEST))
        return sum(min(height, _HIGHEST) for height in self.heights.values())


def exact(value: Decimal) -> bool:
    """Whether a workbook can hold the number without loss."""
    return value.is_finite() and len(value.as_tuple().digits) <= _DIGITS


def points(width: float) -> float:
    """The width of a column in points, from its width in characters (7 pixels each, and 5)."""
    return (width * 7 + 5) * 0.75


def ems(text: str) -> float:
    """How wide a line is in its own type: a Chinese character is one em, a Latin one about half."""
    return sum(1.0 if unicodedata.east_asian_width(ch) in "WFA" else 0.55 for ch in text)


def lines(text: str, room: float) -> int:
    """How many lines a text takes in a cell `room` em wide; no line starts with a full stop, so some end early."""
    fit = max(math.floor(room * 2) / 2, 1.0)
    early = max(fit - 0.5, 1.0)
    return sum(1 if ems(line) <= fit else math.ceil(ems(line) / early) for line in text.split("\n"))


def _prefixed(value: object) -> dict[str, bool]:
    """Excel's quote prefix for a text that would become a formula when its cell is entered again."""
    return {"quote_prefix": True} if isinstance(value, str) and clean(value).startswith(_EXECUTABLE) else {}


def _digits(value: Decimal) -> str:
    places = max(-int(value.as_tuple().exponent), 0) if value.is_finite() else 0
    return "0." + "0" * places if places else "0"

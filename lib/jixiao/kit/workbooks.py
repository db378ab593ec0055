"""Workbooks as the kit writes them: the same bytes each time, texts that stay texts, rows as high as their text."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jixiao.kit import numbers

BODY, HEAD = "宋体", "黑体"
Style = dict[str, Any]  # properties of a cell as xlsxwriter names them
HEAD_ROW: Style = {"font_name": HEAD, "top": 2, "bottom": 1}  # of the heads of columns
NOTE: Style = {"font_size": 9, "font_color": "#464646"}  # of what stands below a table
MARGINS = (0.8, 0.8, 0.9, 0.9)  # inches, of a sheet that is one of a report
SIZE = 10
_DIGITS = 15  # digits that a number of a workbook holds exactly
_CELL_LIMIT = 32767  # characters that a cell may hold
_NAME_LIMIT = 31  # characters of the name of a sheet
_TITLE_LIMIT = 255  # characters of a property of the file
_BAND_LIMIT = 60  # characters of a received text in the header or footer of a page
_HIGHEST = 409  # points, the highest row
_UNTOUCHED = 15.0  # points: the height of a row that nothing raised
_LEADING = 1.33  # a line over its type size
_PADDING = 4  # points above and below the text of a cell
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_DIRECTION = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\s]+")
_EXECUTABLE = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_OPTIONS = {
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
    shown = _DIRECTION.sub("", _CONTROL.sub("", text))[: _CELL_LIMIT - 1]
    # XlsxWriter writes a text between these tags as markup of its own; a blank behind it makes it a text
    return f"{shown} " if shown.startswith("<r>") and shown.endswith("</r>") else shown


def on_band(text: str) -> str:
    """A received text as the header or footer of a page takes it: short, on one line, & doubled."""
    return clean(text).replace("\n", " ")[:_BAND_LIMIT].replace("&", "&&")


def sheet_name(wanted: str, used: Collection[str]) -> str:
    """A name that a workbook allows, near to `wanted`, and unlike `used` whatever their case."""
    stem = _fitting(_FORBIDDEN.sub(" ", clean(wanted)).strip(" '."), _NAME_LIMIT) or "工作表"
    taken = {one.lower() for one in used} | {"history"}  # Excel keeps that one for itself
    name = stem
    count = 2
    while name.lower() in taken:
        number = f"（{count}）"
        name = _fitting(stem, _NAME_LIMIT - max(len(number), 6)) + number
        count += 1
    return name


def _fitting(name: str, limit: int) -> str:
    """The beginning of a name in at most `limit` units as Excel counts them: a rare character or an emoji is two."""
    return name.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", errors="ignore").strip(" '")


def workbook(
    build: Callable[[Book], None], *, title: str, author: str, day: date, comments: str = "", **style: Any
) -> bytes:
    """The bytes of the workbook that `build` fills; `day` is the only date in it, `style` what its cells start from."""
    import xlsxwriter

    texts = {
        "title": clean(title)[:_TITLE_LIMIT],
        "author": clean(author)[:_TITLE_LIMIT],
        "comments": clean(comments),
    }
    properties = {name: text for name, text in texts.items() if text}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as raw:
        raw.set_properties(properties | {"created": datetime(day.year, day.month, day.day)})
        build(Book(raw, style))
    return out.getvalue()


class Book:
    """A workbook under construction; each format is made once."""

    def __init__(self, raw: Any, style: Mapping[str, Any]) -> None:
        self._raw = raw
        self._formats: dict[tuple, Any] = {}
        usual = {"font_name": BODY, "font_size": SIZE, "valign": "vcenter", "text_wrap": True}
        self.style = {**usual, **style}

    def sheet(self, name: str, widths: Sequence[float]) -> Page:
        """A new sheet with columns `widths` characters wide."""
        return Page(self, self._raw.add_worksheet(name), widths)

    def format(self, style: Mapping[str, Any]) -> Any:
        """The format of a whole style, in XlsxWriter's names."""
        key = tuple(sorted(style.items()))
        if key not in self._formats:
            self._formats[key] = self._raw.add_format(style)
        return self._formats[key]


class Page:
    """A sheet under construction, which remembers how high its rows must be."""

    def __init__(self, book: Book, raw: Any, widths: Sequence[float]) -> None:
        self.raw = raw
        self.widths = tuple(widths)
        self._book = book
        self._heights: dict[int, float] = {}
        self._tall: list[tuple[Area, float]] = []
        for column, width in enumerate(widths):
            raw.set_column(column, column, width)

    def put(
        self, area: Area, value: str | Decimal | Formula | None, *, least: float = 0, **style: Any
    ) -> None:
        """Write a value over an area and make its rows high enough; texts stay texts, whatever they hold."""
        text = "" if value is None or isinstance(value, (Formula, Decimal)) else clean(value)
        style = {
            **self._book.style,
            **({"num_format": decimals(numbers.places_of(value))} if isinstance(value, Decimal) else {}),
            **style,
            **_quoted(text),
        }
        look = self._book.format(style)
        at = (area.top, area.left)
        if at != (area.bottom, area.right):
            self.raw.merge_range(*at, area.bottom, area.right, "", look)
        if isinstance(value, Formula):
            result = value.value if isinstance(value.value, str) else float(value.value)
            self.raw.write_formula(*at, value.text, look, result)
        elif isinstance(value, Decimal) and exact(value):
            self.raw.write_number(*at, float(value), look)
        elif isinstance(value, Decimal):
            self.raw.write_string(*at, format(value, "f"), look)
        elif text:
            self.raw.write_string(*at, text, look)
        else:
            self.raw.write_blank(*at, None, look)
        room = sum(map(points, self.widths[area.left : area.right + 1])) - 6 - 7 * style.get("indent", 0)
        size = style["font_size"]
        count = lines(text, room / size) if style["text_wrap"] else 1
        needed = max(least, count * size * _LEADING + _PADDING)
        if area.top == area.bottom:
            self._heights[area.top] = max(self._heights.get(area.top, 0), needed)
        else:
            self._tall.append((area, needed))

    def put_across(self, row: int, value: str | None, **style: Any) -> None:
        """Write a text over the whole width of the sheet, as titles and notes stand."""
        self.put(across(row, 0, max(len(self.widths) - 1, 0)), value, **style)

    def link(self, row: int, column: int, text: str, to: tuple[str, int, int], **style: Any) -> None:
        """Write a text that leads to a cell of this workbook: the name of its sheet, its row and column."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        self.put(cell(row, column), text, **style)
        sheet, *place = to
        quoted = sheet.replace("'", "''")
        shown = clean(text)
        look = self._book.format({**self._book.style, **style, **_quoted(shown)})
        address = f"internal:'{quoted}'!{xl_rowcol_to_cell(*place)}"
        self.raw.write_url(row, column, address, look, shown)

    def heads(self, row: int, texts: Sequence[str], count: int, name: str) -> None:
        """Write the heads of columns, and make them and the `count` rows below a table of Excel, which has a filter."""
        for column, text in enumerate(texts):
            self.put(cell(row, column), text, **HEAD_ROW)
        if count:
            look = self._book.format({**self._book.style, **HEAD_ROW})
            columns = [{"header": text, "header_format": look} for text in texts]
            about = {"name": name, "columns": columns, "style": None}
            self.raw.add_table(row, 0, row + count, len(texts) - 1, about)

    def height(self) -> float:
        """The height in points of what was put so far, areas of several rows left out."""
        return sum(self._heights.values())

    def finish(
        self,
        *,
        footer: str,
        header: str = "",
        margins: tuple[float, float, float, float] = (0.55, 0.55, 0.65, 0.7),
        landscape: bool = False,
        repeat: tuple[int, int] | None = None,
        last: tuple[int, int] | None = None,
        one_page: float = 0,
    ) -> None:
        """Give the rows their heights, and set the sheet on A4, one page wide.

        Rows from `repeat[0]` to `repeat[1]` head every page; `last` is the last row and column that are printed.
        A sheet no higher than `one_page` points becomes one page, and none of its rows is repeated.
        `margins` are left, right, top and bottom in inches.
        """
        for area, needed in self._tall:
            rows = range(area.top, area.bottom + 1)
            missing = needed - sum(self._heights.get(row, _UNTOUCHED) for row in rows)
            for row in rows:
                self._heights[row] = self._heights.get(row, _UNTOUCHED) + max(missing, 0) / len(rows)
        heights = {row: min(height, _HIGHEST) for row, height in self._heights.items()}
        for row, height in heights.items():
            self.raw.set_row(row, round(height, 2))
        single = sum(heights.values()) <= one_page
        self.raw.set_paper(9)
        if landscape:
            self.raw.set_landscape()
        self.raw.set_margins(*margins)
        self.raw.center_horizontally()
        self.raw.hide_gridlines(2)
        self.raw.fit_to_pages(1, 1 if single else 0)
        if repeat and not single:
            self.raw.repeat_rows(*repeat)
        if last:
            self.raw.print_area(0, 0, *last)
        if header:
            self.raw.set_header(header)
        self.raw.set_footer(footer)


def exact(value: Decimal) -> bool:
    """Whether a workbook can hold the number without loss."""
    return value.is_finite() and len(value.as_tuple().digits) <= _DIGITS


def points(width: float) -> float:
    """The width of a column in points, from its width in characters (7 pixels each, and 5)."""
    return (width * 7 + 5) * 0.75


@lru_cache(maxsize=20_000)  # the cells of a page are measured several times
def ems(text: str) -> float:
    """How wide a line is in its own type: a Chinese character is one em, a Latin one about half."""
    return sum(1.0 if unicodedata.east_asian_width(ch) in "WFA" else 0.55 for ch in text)


def lines(text: str, room: float) -> int:
    """How many lines a text takes in a cell `room` em wide; no line starts with a full stop, so some end early."""
    fit = max(math.floor(room * 2) / 2, 1.0)
    early = max(fit - 0.5, 1.0)
    return sum(1 if ems(line) <= fit else math.ceil(ems(line) / early) for line in text.split("\n"))


def executable(text: str) -> bool:
    """Whether a text would become a formula when its cell is entered again."""
    return text.lstrip().startswith(_EXECUTABLE)


def _quoted(text: str) -> dict[str, bool]:
    """The style of a text that would become a formula; else none."""
    return {"quote_prefix": True} if executable(text) else {}


def decimals(places: int) -> str:
    """The format that shows a number with so many decimals."""
    return "0." + "0" * places if places else "0"

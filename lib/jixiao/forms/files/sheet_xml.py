"""The cells of one sheet as texts, in one pass over its XML: values, stored results, merged areas, what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

from jixiao.forms.files import cell_text, xml_pass
from jixiao.forms.files.grids import Grid
from jixiao.forms.files.number_formats import PLAIN, Format
from jixiao.forms.model import Merged
from jixiao.kit.errors import Place, one_line
from jixiao.kit.limits import CELL_TEXT

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_ROWS = 1_048_576
_COLUMNS = 16_384
_RAW_TEXT = 8 * CELL_TEXT  # characters as stored, where one may be written as seven: _x000D_
_TRUE = ("1", "true")
# Elements that hold the text of a cell: a value, a text of its own, its runs, and their reading aids, which are not shown
_TEXTS = ("v", "is", "t", "rPh")


@dataclass(frozen=True)
class Book:
    """What all sheets of a workbook share: strings, the number format of each cell style, how days are counted.

    `text_formats` are those of the few styles whose format changes texts too, by the name of the style.
    """

    strings: Sequence[str] = ()
    formats: Sequence[tuple[Format, ...]] = ()
    text_formats: Mapping[str, str] = field(default_factory=dict)
    since_1904: bool = False


def read(content: Iterable[bytes], grid: Grid, book: Book) -> None:
    """Fill `grid` from the XML of a sheet; FormError when it is damaged or too large."""
    reader = _Reader(grid, book)
    starts: dict[str, xml_pass.Start] = {
        "row": reader.row_start,
        "c": reader.cell_start,
        "f": reader.formula_start,
        "mergeCell": reader.merged,
        "col": reader.hidden_columns,
        **{name: partial(reader.text_start, name) for name in _TEXTS},
    }
    ends: dict[str, xml_pass.End] = {
        "c": reader.cell_end,
        **{name: partial(reader.inside.discard, name) for name in _TEXTS},
    }
    xml_pass.run(content, str(Place(grid.file, grid.name)), starts, ends, reader.text)


@lru_cache(maxsize=16_384)  # forms name the same few cells again and again
def position(reference: str) -> tuple[int, int]:
    """Row and column of a cell's name; ValueError when no spreadsheet has such a cell."""
    found = _REFERENCE.fullmatch(reference)
    row = int(found[2]) - 1 if found else _ROWS
    column = column_of(found[1]) if found else _COLUMNS
    if row >= _ROWS or column >= _COLUMNS:
        raise ValueError(reference)
    return row, column


def column_of(letters: str) -> int:
    """The column that letters name: A is 0."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


class _Reader:
    """The state of the pass: the cell being read and its parts. Errors of value or index mean a damaged file."""

    def __init__(self, grid: Grid, book: Book) -> None:
        self.grid = grid
        self.book = book
        self.row = -1
        self.column = -1
        self.kind = "n"
        self.style = "0"
        self.formula = False
        self.runs: list[str] | None = None  # of the text of the cell; None where it has none
        self.length = 0  # of these runs
        self.inside: set[str] = set()  # elements of _TEXTS that are open
        self.formats = {str(style): formats for style, formats in enumerate(book.formats)}
        self.hidden = 0  # columns that were named as hidden, some perhaps again

    def row_start(self, attributes: xml_pass.Attributes) -> None:
        given = attributes.get("r")
        self.row = int(given) - 1 if given else self.row + 1
        self.column = -1
        if not 0 <= self.row < _ROWS:
            raise ValueError("no such row")
        if attributes.get("hidden") in _TRUE:
            self.grid.hidden_rows.add(self.row)

    def cell_start(self, attributes: xml_pass.Attributes) -> None:
        given = attributes.get("r")
        self.row, self.column = position(given) if given else (self.row, self.column + 1)
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "0")
        self.formula = False
        self.runs = None

    def formula_start(self, _: xml_pass.Attributes) -> None:
        self.formula = True

    def text_start(self, name: str, _: xml_pass.Attributes) -> None:
        self.inside.add(name)
        if name in ("v", "is"):
            self.runs = []
            self.length = 0

    def text(self, text: str) -> None:
        if self.runs is not None and ("v" in self.inside or self.inside == {"is", "t"}):
            self.runs.append(text)
            self.length += len(text)
            if self.length > _RAW_TEXT:
                raise self.grid.too_long(self.row, self.column, CELL_TEXT)

    def cell_end(self) -> None:
        """Put what was gathered of a cell into the grid."""
        raw = "".join(self.runs) if self.runs else ""
        if raw and self.kind == "n":
            sections = self.formats.get(self.style, PLAIN)
            self.grid.put_number(self.row, self.column, raw.strip(), sections, self.book.since_1904)
        elif raw and self.kind in ("s", "str", "inlineStr"):
            text_format = self.book.text_formats.get(self.style) if self.book.text_formats else None
            self.grid.put_typed(self.row, self.column, self.text_of(raw), text_format)
        elif raw and self.kind == "e":
            self.grid.put_error(self.row, self.column, f"错误值 {one_line(raw, 20)}")
        elif raw:
            self.grid.put(self.row, self.column, self.text_of(raw))
        elif self.formula and not (self.kind == "str" and self.runs is not None):
            self.grid.put_uncached(self.row, self.column)

    def text_of(self, raw: str) -> str:
        """The text of a cell that holds no number, by its type."""
        if self.kind == "s":
            return self.book.strings[_natural(raw)]
        if self.kind in ("str", "inlineStr"):
            return cell_text.text(cell_text.unescaped(raw))
        if self.kind == "b":
            return "TRUE" if raw.strip() in _TRUE else "FALSE"
        return cell_text.text(cell_text.day(raw.strip()) if self.kind == "d" else raw)

    def merged(self, attributes: xml_pass.Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = position(first), position(last or first)
        area = Merged(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
        self.grid.merge(area)

    def hidden_columns(self, attributes: xml_pass.Attributes) -> None:
        if attributes.get("hidden") in _TRUE:
            first = _natural(attributes["min"])
            last = _natural(attributes["max"])
            columns = range(first - 1, min(last, _COLUMNS))
            self.hidden += len(columns)
            if self.hidden > 4 * _COLUMNS:
                raise ValueError("columns are described again and again")
            self.grid.hidden_columns.update(columns)


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number

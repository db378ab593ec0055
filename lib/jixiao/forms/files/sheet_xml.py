"""The cells of one sheet as texts, in one pass over its XML: values, stored results, merged areas, what is hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.forms.files import cell_text, xml_pass
from jixiao.forms.files.grids import Grid
from jixiao.forms.files.packages import damaged
from jixiao.forms.model import Merged
from jixiao.kit.errors import Place

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_ROWS, _COLUMNS = 1_048_576, 16_384
_TRUE = ("1", "true")


@dataclass(frozen=True)
class Book:
    """What all sheets of a workbook share: strings, the number format of each cell style, how days are counted."""

    strings: Sequence[str] = ()
    formats: Sequence[tuple[cell_text.Format, ...]] = ()
    since_1904: bool = False


def read(content: bytes, grid: Grid, book: Book) -> None:
    """Fill `grid` from the XML of a sheet; FormError when it is damaged or too large."""
    reader = _Reader(grid, book)
    starts = {
        "row": reader.row_start,
        "c": reader.cell_start,
        "v": reader.value_start,
        "f": reader.formula_start,
        "is": reader.inline_start,
        "t": reader.text_start,
        "rPh": reader.phonetic_start,
        "mergeCell": reader.merged,
        "col": reader.hidden_columns,
    }
    ends = {
        "c": reader.cell_end,
        "v": reader.text_end,
        "t": reader.text_end,
        "is": reader.inline_end,
        "rPh": reader.phonetic_end,
    }
    xml_pass.run(content, str(Place(grid.file, grid.name)), starts, ends, reader.text)


@lru_cache(maxsize=16_384)  # forms name the same few cells again and again
def position(reference: str) -> tuple[int, int]:
    """Row and column of a cell's name; ValueError when no spreadsheet has such a cell."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise ValueError(reference)
    row, column = int(found[2]) - 1, column_of(found[1])
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
    """The state of the pass: the cell being read and its parts."""

    def __init__(self, grid: Grid, book: Book) -> None:
        self.grid = grid
        self.book = book
        self.row = -1
        self.column = -1
        self.kind = "n"
        self.style = "0"
        self.formula = False
        self.runs: list[str] | None = None  # of the text of the cell; None where it has none
        self.collecting = False
        self.inline = False  # in a text of the cell's own
        self.phonetic = False  # in the reading aid of a run, which is not shown

    def row_start(self, attributes: xml_pass.Attributes) -> None:
        given = attributes.get("r")
        try:
            self.row = int(given) - 1 if given else self.row + 1
        except ValueError:
            raise self.damaged() from None
        self.column = -1
        if not 0 <= self.row < _ROWS:
            raise self.damaged()
        if attributes.get("hidden") in _TRUE:
            self.grid.hidden_rows.add(self.row)

    def cell_start(self, attributes: xml_pass.Attributes) -> None:
        given = attributes.get("r")
        if given:
            try:
                self.row, self.column = position(given)
            except ValueError:
                raise self.damaged() from None
        else:
            self.column += 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "0")
        self.formula = False
        self.runs = None

    def value_start(self, _: xml_pass.Attributes) -> None:
        self.runs = []
        self.collecting = True

    def formula_start(self, _: xml_pass.Attributes) -> None:
        self.formula = True

    def inline_start(self, _: xml_pass.Attributes) -> None:
        self.runs = []
        self.inline = True

    def inline_end(self) -> None:
        self.inline = False

    def text_start(self, _: xml_pass.Attributes) -> None:
        self.collecting = self.inline and not self.phonetic

    def text_end(self) -> None:
        self.collecting = False

    def phonetic_start(self, _: xml_pass.Attributes) -> None:
        self.phonetic = True

    def phonetic_end(self) -> None:
        self.phonetic = False

    def text(self, text: str) -> None:
        if self.collecting and self.runs is not None:
            self.runs.append(text)

    def cell_end(self) -> None:
        """Put what was gathered of a cell into the grid."""
        raw = "".join(self.runs) if self.runs else ""
        if not raw:
            if self.formula and not (self.kind == "str" and self.runs is not None):
                self.grid.uncached.add((self.row, self.column))
        elif self.kind == "n":
            text = cell_text.number(raw.strip(), self.formats(), self.book.since_1904)
            self.grid.put(self.row, self.column, text)
        elif self.kind in ("s", "str", "inlineStr"):
            self.grid.put_typed(self.row, self.column, self.string(raw))
        else:
            self.grid.put(self.row, self.column, self.other(raw.strip()))

    def other(self, raw: str) -> str:
        """The text of a flag, a day or an error."""
        if self.kind == "b":
            return "TRUE" if raw in _TRUE else "FALSE"
        return cell_text.day(raw) if self.kind == "d" else cell_text.text(raw)

    def string(self, raw: str) -> str:
        """A text of the cell's own, or the shared one that it points to."""
        if self.kind != "s":
            return cell_text.text(cell_text.unescaped(raw))
        try:
            return self.book.strings[_natural(raw)]
        except (ValueError, IndexError):
            raise self.damaged() from None

    def formats(self) -> tuple[cell_text.Format, ...]:
        try:
            return self.book.formats[_natural(self.style)]
        except (ValueError, IndexError):
            return (cell_text.GENERAL,)

    def merged(self, attributes: xml_pass.Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        try:
            (top, left), (bottom, right) = position(first), position(last or first)
        except ValueError:
            raise self.damaged() from None
        self.grid.merged.append(
            Merged(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
        )

    def hidden_columns(self, attributes: xml_pass.Attributes) -> None:
        if attributes.get("hidden") not in _TRUE:
            return
        try:
            first, last = _natural(attributes["min"]), _natural(attributes["max"])
        except (KeyError, ValueError):
            raise self.damaged() from None
        self.grid.hidden_columns.update(range(first - 1, min(last, _COLUMNS)))

    def damaged(self) -> Exception:
        return damaged(str(Place(self.grid.file, self.grid.name)))


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number

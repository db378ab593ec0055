"""What a received form is made of: sheets of shown texts, and forms found in them; every value keeps its cell.

Rows and columns count from 0 here; `address` writes them as a spreadsheet does (row 0, column 5 is F1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jixiao.kit.errors import Place

KINDS = ("project", "department", "review", "targets", "list")


def address(row: int, column: int) -> str:
    """A cell's name in a spreadsheet."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reader noticed: the id of the rule (F01 … F10), where, and the words of a finding."""

    rule: str
    place: Place
    found: str
    expected: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged area, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: texts as its cells show them ("" for blank), A1 first; all rows equally long.

    `textual` are cells whose number is stored as text, `uncached` are formulas without a stored value.
    """

    file: str
    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[Merged, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    textual: frozenset[tuple[int, int]] = frozenset()
    uncached: frozenset[tuple[int, int]] = frozenset()

    def place(self, row: int, column: int) -> Place:
        """Where a cell stands, for messages."""
        return Place(self.file, self.name, address(row, column))


@dataclass(frozen=True)
class Workbook:
    """One received file: its sheets, and what was noticed on opening it (macros left out, links ignored)."""

    file: str
    sheets: tuple[Sheet, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """A text and the cell it stands in."""

    text: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The cell's name."""
        return address(self.row, self.column)


@dataclass(frozen=True)
class Form:
    """One form found in a sheet.

    `fields` are single values by name: title, year, name, code, unit, department, goal, achieved, problems,
    total_weight, total_score, header_score (a total printed in the head), amount_unit.
    `funds` are the rows of the money table, their keys: item, initial_budget, adjusted_budget, executed,
    weight, rate, score, reason. `indicators` are the rows of the indicator table, their keys the columns of
    indicators.csv (without ids); a key is missing where the form has no such column, its text "" where blank.
    """

    file: str
    sheet: str
    layout: str
    kind: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    funds: tuple[Mapping[str, Value], ...] = ()
    indicators: tuple[Mapping[str, Value], ...] = ()
    remarks: tuple[Remark, ...] = ()

    def place(self, value: Value) -> Place:
        """Where one of its values stands."""
        return Place(self.file, self.sheet, value.cell)

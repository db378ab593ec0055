"""What the cells of a table are held against: how a text becomes a value, and what must hold of it, of its row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

BLANK = "blank"
TWICE = "twice"


@dataclass(frozen=True)
class Rule:
    """What must hold of a value that is there, and what is expected where it does not."""

    holds: Callable[[Any], bool]
    expected: str


@dataclass(frozen=True)
class RowRule:
    """What must hold of each row, the column at fault where it does not, and what is expected there."""

    holds: Callable[[pd.DataFrame], pd.Series]
    column: str
    expected: str


@dataclass(frozen=True)
class Column:
    """A column: how its texts are read, and what must hold of its values; `metadata` describe its cells as written.

    A text that `parse` refuses (ValueError) stays as it is, so that a rule reports it. Where it is `nullable` its cells
    may be blank, where `unique` none comes twice, unless `required` a table may lack it.
    """

    rules: Sequence[Rule]
    parse: Callable[[str], Any] | None
    nullable: bool
    unique: bool
    required: bool
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def values(self, cells: pd.Series) -> pd.Series:
        """The values of cells, which are texts or None."""
        if self.parse is None:
            return cells
        return pd.Series([self._value(cell) for cell in cells], cells.index, dtype=object)

    def _value(self, cell: Any) -> Any:
        if self.parse is None or not isinstance(cell, str):
            return None
        try:
            return self.parse(cell)
        except ValueError:
            return cell

    def faults(self, values: pd.Series) -> Iterator[tuple[Any, str]]:
        """Row and what is wrong with the value there, the gravest first: TWICE, or what is expected."""
        there = values[values.notna()]
        if self.unique:
            yield from ((row, TWICE) for row in there.index[there.duplicated(keep=False)])
        for rule in self.rules:
            yield from (
                (row, rule.expected)
                for row, value in zip(there.index, there, strict=True)
                if not rule.holds(value)
            )


@dataclass(frozen=True)
class Schema:
    """The columns of a table in their order, rules over its rows, and the columns that together never come twice."""

    columns: Mapping[str, Column]
    row_rules: Sequence[RowRule] = ()
    unique: Sequence[str] = ()

    def faults(self, frame: pd.DataFrame) -> Iterator[tuple[Any, str, str]]:
        """Row, column and what is wrong there of a frame of values: BLANK, TWICE, or what is expected.

        The gravest fault of a cell comes before its others.
        """
        for name, column in self.columns.items():
            if not column.nullable:
                yield from ((row, name, BLANK) for row in frame.index[frame[name].isna()])
        if self.unique:
            twice = frame.index[frame.duplicated(list(self.unique), keep=False)]
            yield from (
                (row, name, TWICE) for name in self.unique for row in twice if frame.at[row, name] is not None
            )
        for name, column in self.columns.items():
            yield from ((row, name, fault) for row, fault in column.faults(frame[name]))
        for rule in self.row_rules:
            yield from ((row, rule.column, rule.expected) for row in frame.index[~rule.holds(frame)])

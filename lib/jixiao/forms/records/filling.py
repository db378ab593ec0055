"""What a form that is no evaluation fills: rows of tables, and the rows there whose place they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.forms.model import Form, Remark, Value
from jixiao.forms.records import identity, indicator_rows
from jixiao.forms.records.identity import Register
from jixiao.forms.records.indicator_rows import Known
from jixiao.year import table_files
from jixiao.year.tables import Tables

Cells = Mapping[str, Value]
Row = dict[str, Any]


@dataclass(frozen=True)
class Ledger:
    """The tables of the year that such forms are held against: who is evaluated, by which indicators, and the opinions
    on these so far."""

    register: Register
    indicators: Known
    opinions: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, known: Tables | None) -> Ledger:
        """That of the tables of a year; an empty one without any."""
        opinions = tuple(table_files.rows(known["target_reviews"])) if known is not None else ()
        return cls(identity.register(known), indicator_rows.known(known), opinions)


@dataclass(frozen=True)
class Part:
    """The rows of a form for one table, each with its cells; `whole` says of which rows there they take the place.

    A value of `whole` is what a column of those rows holds, `keys` are the columns that tell them from each other.
    """

    table: str
    whole: Mapping[str, Any]
    keys: tuple[str, ...]
    rows: Sequence[tuple[Row, Cells]]

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of the table is one of those whose place the new ones take."""
        return all(row.get(column) == value for column, value in self.whole.items())

    def key_of(self, row: Mapping[str, Any]) -> tuple[str | None, ...]:
        """What tells a row from the others of the same document."""
        return tuple(table_files.text(row.get(column)) for column in self.keys)


@dataclass(frozen=True)
class Filling:
    """What a form fills: whose it is ("" where the tables know nobody of that name), the period in words, and the rows."""

    owner: str
    period: str = ""
    parts: tuple[Part, ...] = ()
    remarks: tuple[Remark, ...] = ()


def place_of(form: Form, cells: Cells) -> Value | None:
    """The cell by which a row of a form is called: that of its name, else its first one, else the title."""
    first = cells.get("level3") or min(cells.values(), key=lambda v: (v.row, v.column), default=None)
    return first or form.fields.get("title")


def unfilled(form: Form) -> Remark:
    """F13: nothing was written on a form."""
    place = form.place(form.fields.get("title") or Value("", 0, 0))
    return Remark(
        "F13", place, f"这张{form.kind.words}没有填", "填好的表", "填好以后再交；没有要填的，不用交"
    )

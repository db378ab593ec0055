"""Turns forms that are no evaluations into rows of the tables that record the other work of a year.

`FILLED_BY` has, for each kind of such forms, the function that says which rows of which tables a form makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jixiao.forms.model import Form, FormKind, Remark
from jixiao.forms.records import filling, monitoring_rows, target_rows
from jixiao.forms.records.filling import Filling, Ledger
from jixiao.year import table_files

Row = dict[str, Any]

FILLED_BY: Mapping[FormKind, Callable[[Form, Ledger], Filling]] = {
    FormKind.MONITORING: monitoring_rows.of,
    FormKind.TARGET_OPINIONS: target_rows.opinions,
    FormKind.TARGET_CONCLUSIONS: target_rows.conclusions,
}


@dataclass(frozen=True)
class Filed:
    """A form of other work, and what it fills."""

    form: Form
    filling: Filling

    @property
    def is_silent(self) -> bool:
        """Whether a known subject has nothing on the form: in a table of many those that nobody wrote about."""
        return bool(self.filling.owner) and not self.filling.parts and not remarks(self)

    @property
    def document(self) -> tuple[FormKind, str, str]:
        """What a later form takes the place of: the kind, whose it is, and the period that it is about."""
        return self.form.kind, self.filling.owner, self.filling.period


def of(form: Form, ledger: Ledger) -> Filed:
    """A form with what it fills; who or what it is about is looked for in the tables of the year."""
    return Filed(form, FILLED_BY[form.kind](form, ledger))


def of_file(forms: Sequence[Form], ledger: Ledger) -> list[Filed]:
    """The forms of a file that say something; where none of them does, the first with the remark that it is not filled in."""
    filed = [of(form, ledger) for form in forms]
    said = [one for one in filed if not one.is_silent]
    return said or [_unfilled(one) for one in filed[:1]]


def _unfilled(filed: Filed) -> Filed:
    return replace(filed, filling=replace(filed.filling, remarks=(filling.unfilled(filed.form),)))


def replaced(known: list[Row], filed: Filed, table: str) -> list[Row]:
    """The rows of a table once a form has been taken in: its rows stand where those of the same document stood.

    A column that the form does not have keeps what the row of the same key had.
    """
    rows = list(known)
    for part in filed.filling.parts:
        if part.table != table:
            continue
        old = [at for at, row in enumerate(rows) if part.holds(row)]
        before = {part.key_of(rows[at]): rows[at] for at in old}
        new = [before.get(part.key_of(row), {}) | row for row, _ in part.rows]
        place = old[0] if old else len(rows)
        gone = set(old)
        kept = [row for at, row in enumerate(rows) if at not in gone]
        rows = [*kept[:place], *new, *kept[place:]]
    return rows


def remarks(filed: Filed) -> tuple[Remark, ...]:
    """What was noticed while the form was read, and while its rows were held against the tables."""
    return (*filed.form.remarks, *filed.filling.remarks)


def tables(filed: Filed) -> tuple[str, ...]:
    """The names of the tables that a form fills."""
    return tuple(dict.fromkeys(part.table for part in filed.filling.parts))


def text_of(value: Any) -> str:
    """A value as keys and changes write it, "" for blank."""
    return table_files.text(value) or ""

"""Tells whose form it is: the ids of subject and unit, known or new, from code, name and unit as printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from jixiao.forms.layouts import labels
from jixiao.forms.model import Form
from jixiao.year.tables import Tables

ONCE = (
    "project",
    "department",
    "targets",
)  # a second form of such a kind is another delivery, not a continuation
DEPARTMENT = "department"
_LETTERS = {DEPARTMENT: "D"}
_DEPARTMENT_WORDS = {"部门", "部门整体", "部门整体支出", DEPARTMENT}


def text(form: Form, name: str) -> str:
    """A field of a form as one line, "" where it has none."""
    value = form.fields.get(name)
    return " ".join(value.text.split()) if value else ""


def listed(form: Form, name: str) -> str:
    """A column of a subject's row in a plain list, "" where there is none."""
    row = form.indicators[0] if form.kind == "list" and form.indicators else {}
    return row[name].text if name in row else ""


def kind(form: Form) -> str:
    """Whether the subject is a department as a whole or a project."""
    said = labels.plain(listed(form, "kind")) or form.kind
    return DEPARTMENT if said in _DEPARTMENT_WORDS else "project"


@dataclass
class Register:
    """Ids given so far: those of the known tables and new ones in the order of the forms."""

    subjects: dict[str, dict[str, Any]] = field(default_factory=dict)  # id → row of subjects.csv
    units: dict[str, dict[str, Any]] = field(default_factory=dict)  # id → row of units.csv
    names: dict[str, list[str]] = field(default_factory=dict)  # bare name of a subject → ids
    unit_names: dict[str, list[str]] = field(default_factory=dict)  # bare name of a unit → ids
    given: set[str] = field(default_factory=set)  # ids of units that the tables have
    listed: set[str] = field(default_factory=set)  # ids of subjects that the tables have
    delivered: dict[tuple[str, str], int] = field(default_factory=dict)  # (subject, kind of form) → how often
    new: dict[str, Iterator[int]] = field(default_factory=dict)

    def add_subject(self, row: dict[str, Any]) -> None:
        """A subject that has an id."""
        self.subjects[row["subject_id"]] = row
        self.names.setdefault(labels.plain(row["name"] or ""), []).append(row["subject_id"])

    def add_unit(self, row: dict[str, Any]) -> None:
        """A unit that has an id."""
        self.units[row["unit_id"]] = row
        self.unit_names.setdefault(labels.plain(row["name"]), []).append(row["unit_id"])

    def fresh(self, letter: str, taken: Mapping[str, Any]) -> str:
        """The next id of a letter that nobody has: P001, P002 …"""
        numbers = self.new.setdefault(letter, count(1))
        return next(found for n in numbers if (found := f"{letter}{n:03d}") not in taken)


def register(known: Tables | None) -> Register:
    """The ids of the tables of a year."""
    book = Register()
    if known is not None:
        for row in known["units"].to_dict("records"):
            book.add_unit(row)
        book.given = set(book.units)
        for row in known["subjects"].to_dict("records"):
            book.add_subject(row)
        book.listed = set(book.subjects)
    return book


def unit_of(form: Form, book: Register) -> str | None:
    """The id of the unit of a form, a new one where its name is not known; None where it names none."""
    if printed := listed(form, "unit_id"):
        return printed
    name = text(form, "unit")
    department = text(form, "department")
    if not name and kind(form) == DEPARTMENT:
        name = department or text(form, "name")
    if not name and not department:
        return None
    above = _unit(department, None, book) if department else None
    return _unit(name or department, above, book)


def _unit(name: str, above: str | None, book: Register) -> str:
    """By name; two departments may each have an 办公室, so a unit that no table knows has its department too."""
    named = book.unit_names.get(labels.plain(name), [])
    same = [unit for unit in named if above is None or book.units[unit]["department_id"] == above]
    known = [unit for unit in named if unit in book.given]
    if same or len(known) == 1:
        return (same or known)[0]
    unit = book.fresh("U", book.units)
    book.add_unit({"unit_id": unit, "name": name, "department_id": above or unit, "section": None})
    return unit


def subject_of(form: Form, unit: str | None, book: Register) -> str:
    """The id of the subject of a form; a form delivered twice has its own id (P001-2) so that rows do not mix."""
    subject = _known(form, unit, book)
    if subject is None:
        code = text(form, "code") if form.kind == "list" else ""
        subject = code or book.fresh(_LETTERS.get(kind(form), "P"), book.subjects)
        name = text(form, "name") or text(form, "title") or None
        book.add_subject({"subject_id": subject, "kind": kind(form), "unit_id": unit, "name": name})
    return _delivery(form, subject, book)


def _known(form: Form, unit: str | None, book: Register) -> str | None:
    """By the printed code, else by name; among equal names the one of the same unit."""
    if (code := text(form, "code")) in book.subjects:
        return code
    name = labels.plain(text(form, "name"))
    named = book.names.get(name, []) if name and not (form.kind == "list" and code) else []
    same = [s for s in named if unit is None or book.subjects[s]["unit_id"] in (unit, None)]
    return same[0] if len(same) == 1 else None


def _delivery(form: Form, subject: str, book: Register) -> str:
    if form.kind not in ONCE:
        return subject
    times = book.delivered.get((subject, form.kind), 0) + 1
    while times > 1 and f"{subject}-{times}" in book.listed:
        times += 1  # a subject of its own to the tables
    book.delivered[subject, form.kind] = times
    if times == 1:
        return subject
    again = f"{subject}-{times}"
    book.subjects[again] = book.subjects[subject] | {
        "subject_id": again
    }  # not by name: the first stays the one meant
    return again

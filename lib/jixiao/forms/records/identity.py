"""Finds out whose form it is: the ids of its subject and its unit, known or new, from what the form prints."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from jixiao.forms.layouts import labels
from jixiao.forms.model import OF_ONE_SUBJECT, Form, FormKind
from jixiao.year import table_files
from jixiao.year.tables import Tables
from jixiao.year.words import SubjectKind

_LETTERS = {SubjectKind.DEPARTMENT: "D", SubjectKind.PROJECT: "P"}
# Before or behind the name of a unit: [001]某局, 某局（001001）, 101-某局; but 120急救中心 is a name.
_CODE = re.compile(
    r"^(?:[\[【〔(（][0-9A-Za-z]{3,}[\]】〕)）]|[0-9]{3,}[-—_、\s])\s*"
    r"|\s*(?:[\[【〔(（][0-9]{3,}[\]】〕)）]|[-—_/\s][0-9]{3,})$"
)
_DEPARTMENT_WORDS = ("部门", "部门整体", SubjectKind.DEPARTMENT.words, SubjectKind.DEPARTMENT)


def text(form: Form, name: str) -> str:
    """The field `name` of a form on one line, "" where the form has none."""
    value = form.fields.get(name)
    return " ".join(value.text.split()) if value else ""


def listed(form: Form, name: str) -> str:
    """What a list has in the column `name` for its subject; "" for other forms, or without such a column."""
    row = form.indicators[0] if form.kind == FormKind.LIST and form.indicators else {}
    return row[name].text if name in row else ""


def kind(form: Form) -> SubjectKind:
    """Whether the subject of a form is a department as a whole or a project."""
    word = labels.compact(listed(form, "kind")) or form.kind
    whole = form.of_department or word in _DEPARTMENT_WORDS
    return SubjectKind.DEPARTMENT if whole else SubjectKind.PROJECT


@dataclass
class Register:
    """The ids given so far: those of the year's tables, and new ones in the order of the forms."""

    subjects: dict[str, dict[str, Any]] = field(default_factory=dict)  # id → row of subjects.csv
    units: dict[str, dict[str, Any]] = field(default_factory=dict)  # id → row of units.csv
    names: dict[str, list[str]] = field(default_factory=dict)  # bare name of a subject → ids
    unit_names: dict[str, list[str]] = field(default_factory=dict)  # bare name of a unit → ids
    given: set[str] = field(default_factory=set)  # ids of units that the tables have
    listed: set[str] = field(default_factory=set)  # ids of subjects that the tables have
    new: dict[str, Iterator[int]] = field(default_factory=dict)

    def add_subject(self, row: dict[str, Any]) -> None:
        """Take in a subject, so that later forms find it by its id and its name."""
        self.subjects[row["subject_id"]] = row
        self.names.setdefault(labels.compact(row["name"] or ""), []).append(row["subject_id"])

    def add_unit(self, row: dict[str, Any]) -> None:
        """Take in a unit, so that later forms find it by its id and its name."""
        self.units[row["unit_id"]] = row
        self.unit_names.setdefault(labels.compact(row["name"]), []).append(row["unit_id"])

    def fresh(self, letter: str, taken: Mapping[str, Any]) -> str:
        """The next id with this letter that is not `taken`: P001, P002 …"""
        numbers = self.new.setdefault(letter, count(1))
        return next(found for n in numbers if (found := f"{letter}{n:03d}") not in taken)


def register(known: Tables | None) -> Register:
    """A register with the ids of the year's tables."""
    book = Register()
    if known is not None:
        for row in table_files.rows(known["units"]):
            book.add_unit(row)
        book.given = set(book.units)
        for row in table_files.rows(known["subjects"]):
            book.add_subject(row)
        book.listed = set(book.subjects)
    return book


def unit_of(form: Form, book: Register) -> str | None:
    """The id of the unit of a form, a new id for a new name; None where the form names no unit."""
    if printed := listed(form, "unit_id"):
        return printed
    name, department = (_without_code(text(form, field)) for field in ("unit", "department"))
    if not name and kind(form) == SubjectKind.DEPARTMENT:
        whole = _of_whole(text(form, "name"), book)
        if whole is not None and not department:
            return whole
        name = department or text(form, "name")
    if not name and not department:
        return None
    above = _unit(department, None, book) if department else None
    return _unit(name or department, above, book)


def _without_code(name: str) -> str:
    """The name of a unit without the code that a form asks for beside it (主管部门及代码)."""
    return _CODE.sub("", name) or name


def _of_whole(name: str, book: Register) -> str | None:
    """The unit of the department whose subject has this name (甲局部门整体支出), None where no or several have it."""
    named = [book.subjects[one] for one in book.names.get(labels.compact(name), ())]
    units = {row["unit_id"] for row in named if row["kind"] == SubjectKind.DEPARTMENT and row["unit_id"]}
    return units.pop() if len(units) == 1 else None


def _unit(name: str, above: str | None, book: Register) -> str:
    """The id of the unit of this name, below the department `above` where that is known.

    Two departments may each have an 办公室: a name alone says which unit it is only where one table row has it.
    """
    named = book.unit_names.get(labels.compact(name), [])
    same = [unit for unit in named if above is None or book.units[unit]["department_id"] == above]
    known = [unit for unit in named if unit in book.given]
    if same or len(known) == 1:
        return (same or known)[0]
    unit = book.fresh("U", book.units)
    book.add_unit({"unit_id": unit, "name": name, "department_id": above or unit, "section": None})
    return unit


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose form it is: the ids of its unit, None where it names none, and of its subject."""

    unit: str | None
    subject: str


def owner(form: Form, book: Register) -> Owner:
    """The unit and the subject of a form; new ones get ids in the order of the forms."""
    unit = unit_of(form, book)
    subject = _known(form, unit, book)
    if subject is None:
        code = text(form, "code") if form.kind == FormKind.LIST else ""
        subject = code or book.fresh(_LETTERS[kind(form)], book.subjects)
        name = text(form, "name") or text(form, "title") or None
        row = {"subject_id": subject, "kind": kind(form).value, "unit_id": unit, "name": name}
        book.add_subject(row)
    return Owner(unit, subject)


def standing(form: Form, book: Register) -> str | None:
    """The id of the subject of a form among those that the tables have, None where none or several are meant.

    Nothing is added: a form that is no evaluation brings no new subjects.
    """
    if (code := text(form, "code")) in book.listed:
        return code
    called = {_without_code(text(form, name)) for name in ("name", "unit", "department")} - {""}
    homes = {unit for name in called for unit in book.unit_names.get(labels.compact(name), ())}
    named = [one for one in book.names.get(labels.compact(text(form, "name")), ()) if one in book.listed]
    near = [one for one in named if book.subjects[one]["unit_id"] in homes]
    found = near or named
    if not found and kind(form) == SubjectKind.DEPARTMENT:
        found = [
            row["subject_id"]
            for row in book.subjects.values()
            if row["kind"] == SubjectKind.DEPARTMENT and row["unit_id"] in homes
        ]
    return found[0] if len(found) == 1 else None


@dataclass
class Further:
    """Ids for the further forms of a subject in one batch (P001-2), which keep their rows apart from those of the first."""

    listed: Collection[str] = ()  # ids of subjects that the tables have
    delivered: dict[str, int] = field(default_factory=dict)  # subject → how often
    counted: set[tuple[str, bool]] = field(default_factory=set)  # subject, and whether by its targets
    subjects: dict[str, str] = field(default_factory=dict)  # id of a further form → its subject

    def id_of(self, subject: str, form: FormKind, counts: bool) -> str:
        """The id under which a form of this kind stands; one that does not count never stands under that of its subject."""
        if form not in OF_ONE_SUBJECT:
            return subject
        document = (
            subject,
            form == FormKind.TARGETS,
        )  # targets and self-evaluation are two documents of one subject
        if counts and document not in self.counted:
            self.counted.add(document)
            return subject
        times = self.delivered.get(subject, 1) + 1
        while f"{subject}-{times}" in self.listed:
            times += 1  # the tables have a subject of this id
        self.delivered[subject] = times
        again = f"{subject}-{times}"
        self.subjects[again] = subject
        return again


def _known(form: Form, unit: str | None, book: Register) -> str | None:
    """The id of a subject that is known by its printed code, else by its name within its unit; None for a new one."""
    if (code := text(form, "code")) in book.subjects:
        return code
    name = labels.compact(text(form, "name"))
    named = book.names.get(name, []) if name and not (form.kind == FormKind.LIST and code) else []
    same = [s for s in named if unit is None or book.subjects[s]["unit_id"] in (unit, None)]
    return same[0] if len(same) == 1 else None

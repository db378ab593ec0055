"""Turns forms of the review of targets into rows: opinions on indicators, and what the review concluded on subjects."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jixiao.forms.layouts import labels
from jixiao.forms.model import Form, Remark, Value
from jixiao.forms.reading import number_cells
from jixiao.forms.records import identity
from jixiao.forms.records.filling import Cells, Filling, Ledger, Part, Row
from jixiao.forms.records.indicator_rows import Names, Taking
from jixiao.year import table_files
from jixiao.year.words import FORM_LABELS, OPINION_TEXTS, Opinion, TargetField, TargetQuality

WHOLE = "全部指标"  # what the row of opinions on all the indicators of a subject is called
_OPINIONS = "target_reviews"
_CONCLUSIONS = "target_conclusions"
_KEY = ("indicator_id", "quality", "field")
_TEXTS = ("before", "after", "answer")
_PASSED = re.compile(r"(?:[0-9]+[.、．])?(?:审核|初审)?(?:通过|同意|无意见|没有意见|无修改意见)。?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def opinions(form: Form, ledger: Ledger) -> Filling:
    """The opinions on one subject; a subject without any on the form keeps those that the table has.

    The value that an opinion is about is that of the form, of the same opinion so far, or of the tables of the year; the
    one after it that of the form, or of the tables where they have changed since.
    """
    subject = identity.standing(form, ledger.register)
    if subject is None:
        return Filling("")
    known = ledger.indicators.get(subject, ())
    earlier = {_key(row): row for row in ledger.opinions if row["subject_id"] == subject}
    taking = Taking(Names(known))
    taken: dict[str, Mapping[str, Any]] = {}
    department = _department(subject, ledger)
    remarks: list[Remark] = []
    rows: dict[tuple[str | None, ...], tuple[Row, Cells]] = {}
    for cells in form.indicators or _in_words(form):
        said = list(_said(cells))
        indicator = _indicator(cells, known, taking, taken)
        if said and indicator is None and _names_one(cells):
            remarks.append(_stranger(form, cells))
            continue
        for quality, value in said:
            row: Row = {"department_id": department, "subject_id": subject}
            row |= _opinion(form, cells, quality, value)
            row["indicator_id"] = indicator["indicator_id"] if indicator else None
            before = earlier.get(_key(row))
            row |= _values(row, before, indicator)
            if _key(row) in rows:
                remarks.append(_again(form, value))
                continue
            rows[_key(row)] = (row, {**cells, "opinion": value})
    whole = {"subject_id": subject}
    parts = (Part(_OPINIONS, whole, _KEY, tuple(rows.values())),) if rows else ()
    return Filling(subject, "", parts, tuple(remarks))


def conclusions(form: Form, ledger: Ledger) -> Filling:
    """The grades and the conclusion on one subject; a row without any of them says nothing."""
    subject = identity.standing(form, ledger.register)
    cells = form.indicators[0] if form.indicators else {}
    grades = [name for name in (*TargetQuality, "conclusion") if _text(cells, name)]
    if subject is None or not grades:
        return Filling(subject or "")
    row: Row = {"subject_id": subject, "conclusion": None}
    row |= {name: _text(cells, name) for name in (*TargetQuality, "conclusion", "note") if name in cells}
    row |= {
        name: number_cells.amount(cells[name].text, form.unit)
        for name in ("amount_asked", "amount_cut")
        if name in cells
    }
    if "reviewed_on" in cells:
        row["reviewed_on"] = _day(_text(cells, "reviewed_on"))
    part = Part(_CONCLUSIONS, {"subject_id": subject}, ("subject_id",), ((row, cells),))
    return Filling(subject, "", (part,))


def _in_words(form: Form) -> list[Cells]:
    """The row of a form without a table of indicators: its opinions together, each called by what it is about."""
    said = [(name, form.fields[name]) for name in OPINION_TEXTS if name in form.fields]
    said = [(name, value) for name, value in said if not _is_silent(value)]
    if not said:
        return []
    several = len(said) > 1 or said[0][0] != "opinion"
    texts = [
        f"{FORM_LABELS[name]}：{value.text}" if several and name != "opinion" else value.text
        for name, value in said
    ]
    return [{"opinion": said[0][1]._replace(text="；".join(text.strip().rstrip("。；;") for text in texts))}]


def _is_silent(value: Value) -> bool:
    """Whether nothing is written, or that what was reviewed has passed."""
    text = labels.compact(value.text)
    return text in number_cells.BLANKS or bool(_PASSED.fullmatch(text))


def _said(cells: Cells) -> Iterator[tuple[TargetQuality | None, Value]]:
    """The opinions of a row with the quality that each is about: of one column, or of a column for each quality."""
    columns: dict[str, TargetQuality | None] = {"opinion": _quality(cells), "opinion_other": None}
    columns |= {quality.opinion: quality for quality in TargetQuality}
    for column, quality in columns.items():
        if column in cells and not _is_silent(cells[column]):
            yield quality, cells[column]


def _quality(cells: Cells) -> TargetQuality | None:
    text = _text(cells, "quality") or ""
    return next((one for one in TargetQuality if one.words == text), None)


def _indicator(
    cells: Cells, known: Any, taking: Taking, taken: dict[str, Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The indicator of a row in the tables: by its id, else by its name; None for a row about all of them.

    `taken` has those that rows above named: a further row of the same name has one more opinion on it.
    """
    printed = _text(cells, "indicator_id")
    by_id = next((row for row in known if row["indicator_id"] == printed), None) if printed else None
    if by_id is not None or not _names_one(cells):
        return by_id
    name = labels.compact(cells["level3"].text)
    at = taking.take({name: _text(cells, name) for name in ("level2", "level3")})
    if at is not None:
        taken[name] = known[at]
    return taken.get(name)


def _names_one(cells: Cells) -> bool:
    name = _text(cells, "level3")
    return bool(name) and name != WHOLE


def _opinion(form: Form, cells: Cells, quality: TargetQuality | None, opinion: Value) -> Row:
    """What a row of the form says, without the columns that it does not have."""
    row: Row = {"opinion": _line(opinion.text), "quality": quality.words if quality else None, "field": None}
    if quality is None and "quality" in cells:
        row["quality"] = _text(
            cells, "quality"
        )  # a word that is none of the qualities, which the checks tell
    if "field" in cells:
        row["field"] = _field(_text(cells, "field"))
    if "status" in cells:
        row["status"] = _text(cells, "status") or Opinion.PENDING.words
    row |= {name: _text(cells, name) for name in _TEXTS if name in cells}
    if "amount_cut" in cells:
        row["amount_cut"] = number_cells.amount(cells["amount_cut"].text, form.unit)
    days = {"answered_on": cells.get("answered_on"), "raised_on": cells.get("raised_on")}
    days["raised_on"] = days["raised_on"] or form.fields.get("raised_on")
    return row | {name: _day(value.text) for name, value in days.items() if value is not None}


def _field(text: str | None) -> str | None:
    """The code of a column by what the form calls it; another text stays as it is."""
    field = TargetField.named(text)
    return field.value if field else text


def _values(row: Row, earlier: Mapping[str, Any] | None, indicator: Mapping[str, Any] | None) -> Row:
    """What became of an opinion where the form does not say, and the values before and after it."""
    status = row.get("status") or (earlier["status"] if earlier else Opinion.PENDING.words)
    column = row["field"] if row["field"] in tuple(TargetField) else ""
    now = table_files.text(indicator[column]) if indicator and column else None
    before = row.get("before") or (earlier["before"] if earlier else now)
    after = row.get("after") or (earlier["after"] if earlier and "after" not in row else None)
    agreed = any(one.words == status and one.changes for one in Opinion)
    if agreed and after is None and now != before:
        after = now
    if earlier is None and not row.get("before") and before == after:
        before = None  # it was changed before the form came
    return {"status": status, "before": before, "after": after}


def _key(row: Mapping[str, Any]) -> tuple[str | None, ...]:
    return tuple(row[name] for name in _KEY)


def _department(subject: str, ledger: Ledger) -> str:
    unit = ledger.register.subjects[subject]["unit_id"]
    return str(ledger.register.units[unit]["department_id"])


def _text(cells: Cells, name: str) -> str | None:
    return _line(cells[name].text) if name in cells else None


def _line(text: str) -> str | None:
    """A text on one line, None where it is blank."""
    return " ".join(text.split()) or None


def _day(text: str | None) -> dt.date | str | None:
    """A day as people write it; a text that is none stays, for the checks to tell."""
    found = _DAY.fullmatch((text or "").strip())
    try:
        return dt.date(*map(int, found.groups())) if found else text or None
    except ValueError:
        return text


def _stranger(form: Form, cells: Cells) -> Remark:
    said = f"会审意见表的指标“{_text(cells, 'level3')}”在这个对象的绩效目标里没有"
    return Remark("F07", form.place(cells["level3"]), said, "绩效目标表上的三级指标", "改正指标名称")


def _again(form: Form, value: Value) -> Remark:
    said = "同一指标的同一方面、同一栏目已经有一条意见"
    return Remark("F07", form.place(value), said, "一条意见", "合成一条，或者写明各自所指的方面和栏目")

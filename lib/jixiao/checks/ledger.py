"""Checks self-evaluation forms against the tables of the year (F14, and G19 of goals.py).

The ledger has what was approved; only a form of targets, a list or the analyst changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from jixiao.checks.engine import Check, Found, Inspection
from jixiao.checks.files import plain_name
from jixiao.forms.model import OF_OTHER_WORK, SELF_EVALUATIONS
from jixiao.forms.records.records import FORMS
from jixiao.kit import numbers
from jixiao.values.measures import Day, Interval, Measure, Number, parse_target
from jixiao.year import table_files
from jixiao.year.words import Amount, SubjectKind

Row = Mapping[str, Any]

_YUAN = 10_000
_BUDGETS = (Amount.INITIAL, Amount.ADJUSTED)


class _Form(NamedTuple):
    """A self-evaluation form and the ledger's row (`entry`) of the subject that it is about.

    `printed` is the form's own row, `unit` the ledger's name of the unit; `alone` says that no other form of the
    batch is about this subject.
    """

    row: int
    subject: str
    base: str
    printed: Row
    entry: Row
    unit: str
    alone: bool

    @property
    def names(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """The printed names: column, text, and the texts that the ledger allows there."""
        own = self.entry["name"] or ""
        allowed = (own, self.unit) if self.entry["kind"] == SubjectKind.DEPARTMENT else (own,)
        return [
            ("name", self.printed["name"] or "", allowed),
            ("unit", self.printed["unit"] or "", (self.unit,)),
        ]

    @property
    def renamed(self) -> bool:
        """Whether the name printed is not that of the subject."""
        _, name, allowed = self.names[0]
        return _other(name, allowed)


def _other(text: str, allowed: Sequence[str]) -> bool:
    """Whether `text` is none of the names `allowed`; a blank text, or nothing allowed, is no difference."""
    known = {plain_name(each) for each in allowed if each}
    return bool(text and known) and plain_name(text) not in known


def _forms(inspection: Inspection) -> Iterator[_Form]:
    """The self-evaluation forms whose subject the ledger has."""
    known = inspection.records.known
    if "subjects" not in known:
        return
    entries = {row["subject_id"]: row for row in table_files.rows(known["subjects"])}
    units = dict(zip(known["units"]["unit_id"], known["units"]["name"], strict=True))
    forms = inspection.records[FORMS]
    counts = forms["subject_id"].value_counts()
    for row, printed in zip(forms.index, table_files.rows(forms), strict=True):
        subject = printed["subject_id"]
        base = inspection.records.further.get(subject, subject)
        if printed["kind"] in SELF_EVALUATIONS and base in entries:
            entry = entries[base]
            unit = units.get(entry["unit_id"]) or ""
            yield _Form(row, subject, base, printed, entry, unit, counts[subject] == 1)


def _printed_here(inspection: Inspection, form: _Form, table: str, row: int, column: str) -> bool:
    """Whether a value stands on this form, not on another one of the same subject."""
    if form.alone:
        return True
    place = inspection.records.place(table, row, column)
    return (place.file, place.sheet) == (form.printed["file"], form.printed["sheet"])


def differs_from_ledger(inspection: Inspection) -> Iterator[Found]:
    """F14: another name, unit or budget than the ledger has; what was spent is for the unit to report."""
    subjects = _by_subject(inspection.records["subjects"])
    yield from _strangers(inspection)
    for form in _forms(inspection):
        for column, text, allowed in form.names:
            if _other(text, allowed):
                what = "项目名称" if column == "name" else "单位名称"
                found = f"{what}是“{text}”"
                expected = f"台账上 {form.base} 的“{allowed[0]}”"
                yield Found(FORMS, form.row, column, found, expected, subject=form.subject)
        for row, reported in subjects.get(form.subject, ()):
            yield from _amounts(inspection, form, row, reported)


def _strangers(inspection: Inspection) -> Iterator[Found]:
    """Forms of subjects that are not in the ledger; an empty ledger is not held against any self-evaluation."""
    known = inspection.records.known.get("subjects")
    forms = inspection.records[FORMS]
    if known is None or (known.empty and not forms["kind"].isin(OF_OTHER_WORK).any()):
        return
    ids = set(known["subject_id"])
    further = inspection.records.further
    for row, subject, kind, name in forms[["subject_id", "kind", "name"]].itertuples():
        if kind in (*SELF_EVALUATIONS, *OF_OTHER_WORK) and further.get(subject, subject) not in ids:
            found = f"台账里没有“{name or ''}”"
            remedy = "核对编码和名称；确属新增的，请财政局先在 subjects.csv 里加上"
            yield Found(FORMS, row, "name", found, "台账里的项目或部门", remedy, subject=subject or "")


def _amounts(inspection: Inspection, form: _Form, row: int, reported: Row) -> Iterator[Found]:
    """Budgets that are not those of the ledger; `reported` is row number `row` of subjects."""
    for column in _BUDGETS:
        amount = reported[column]
        approved = form.entry[column]
        if amount is None or approved is None or amount == approved:
            continue
        if _printed_here(inspection, form, "subjects", row, column):
            yuan = "，像是按元填的" if approved and amount == approved * _YUAN else ""
            found = f"{column.words}是 {numbers.plain(amount)}{yuan}"
            expected = f"台账的 {numbers.plain(approved)}"
            yield Found("subjects", row, column, found, expected, subject=form.subject)


def _by_subject(frame: pd.DataFrame) -> dict[str, list[tuple[int, Row]]]:
    """The rows of each subject with their numbers, in order."""
    found: dict[str, list[tuple[int, Row]]] = {}
    for number, row in zip(frame.index, table_files.rows(frame), strict=True):
        found.setdefault(row["subject_id"], []).append((number, row))
    return found


def differs_from_approval(inspection: Inspection) -> Iterator[Found]:
    """G19: indicators that are not those approved; a form that is of another project altogether is left to F14."""
    if "indicators" not in inspection.records.known:
        return
    approved, printed = (
        _by_subject(frame)
        for frame in (inspection.records.known["indicators"], inspection.records["indicators"])
    )
    for form in _forms(inspection):
        old = [row for _, row in approved.get(form.base, ())]
        rows = [
            (n, row)
            for n, row in printed.get(form.subject, ())
            if _printed_here(inspection, form, "indicators", n, "level3")
        ]
        shared = {_name(row) for _, row in rows} & {_name(row) for row in old}
        if old and not (form.renamed and 2 * len(shared) < len(old)):
            yield from _indicators(form, rows, old, inspection.policy.on.year)


def _name(row: Row) -> str:
    return plain_name(row["level3"] or "")


def _indicators(form: _Form, rows: list[tuple[int, Row]], old: list[Row], year: int) -> Iterator[Found]:
    """Hold the indicator rows of a form, with their numbers, against the approved ones of its subject."""
    # Ids are counted along the form: P001-01, P001-02 …
    ids = {row["indicator_id"]: at for at, row in enumerate(old)}
    places = [ids.get(f"{form.base}-{n + 1:02d}", n) for n in range(len(rows))]
    joined = _joined([row for _, row in rows], places, old)
    for (number, row), at in zip(rows, joined, strict=True):
        if at is None:
            found = f"台账没有指标“{row['level3'] or ''}”"
            yield Found("indicators", number, "level3", found, "只填批复的指标", subject=form.subject)
        elif changes := list(_changes(row, old[at], year)):
            columns, printed, wanted = zip(*changes, strict=True)
            yield Found(
                "indicators", number, columns[0], "，".join(printed), "，".join(wanted), subject=form.subject
            )
    missing = [each["level3"] or "" for at, each in enumerate(old) if at not in joined]
    if missing:
        found = "表上没有批复的指标" + "".join(f"“{name}”" for name in missing)
        yield Found(FORMS, form.row, "title", found, f"批复的 {len(old)} 项都填", subject=form.subject)
    elif None not in joined and joined != places:
        first = next(n for n, at in enumerate(joined) if at != places[n])
        found = "指标的顺序与台账不同"
        expected = f"这一行是“{old[places[first]]['level3']}”"
        yield Found("indicators", rows[first][0], "level3", found, expected, subject=form.subject)


def _joined(rows: list[Row], places: list[int], old: list[Row]) -> list[int | None]:
    """For each row of a form the position in `old` of the indicator that it reports, None for a new one.

    `places` are the positions by id. A row reports the indicator that has its name and its id, else one that has
    its name; a row with a name of its own was renamed and reports the indicator of its id.
    """
    found: list[int | None] = [None] * len(rows)
    names = [_name(row) for row in old]
    free = list(range(len(old)))

    def take(fits: Callable[[int, int, str], bool]) -> None:
        for n, row in enumerate(rows):
            if found[n] is None:
                at = next((at for at in free if fits(at, n, _name(row))), None)
                found[n] = at
                if at is not None:
                    free.remove(at)

    take(lambda at, n, name: at == places[n] and names[at] == name)
    take(lambda at, n, name: names[at] == name)
    take(lambda at, n, name: at == places[n])
    return found


def _changes(new: Row, old: Row, year: int) -> Iterator[tuple[str, str, str]]:
    """What was changed: the column, what is printed there and what was approved; blanks are left to other rules."""
    if new["level3"] and old["level3"] and _name(new) != _name(old):
        yield "level3", f"指标名称是“{new['level3']}”", f"批复的“{old['level3']}”"
    if new["target"] and old["target"] and not _same_target(new, old, year):
        yield "target", f"年度指标值是“{_whole_target(new)}”", f"批复的“{_whole_target(old)}”"
    if None not in (new["weight"], old["weight"]) and new["weight"] != old["weight"]:
        yield "weight", f"分值是 {numbers.plain(new['weight'])}", f"批复的 {numbers.plain(old['weight'])}"


def _whole_target(row: Row) -> str:
    """Operator, target and unit as one text."""
    return f"{row['operator'] or ''}{row['target'] or ''}{row['measure_unit'] or ''}"


def _same_target(new: Row, old: Row, year: int) -> bool:
    """Whether two targets mean the same, whatever their notation: 0.5万元 is 5000元."""
    if _whole_target(new) == _whole_target(old):
        return True
    one, other = (
        _measure(row["target"], row["operator"] or "", row["measure_unit"] or "", old["nature"] or "", year)
        for row in (new, old)
    )
    if all(isinstance(measure, Number | Interval | Day) for measure in (one, other)):
        return one == other
    return plain_name(_whole_target(new)) == plain_name(_whole_target(old))


@lru_cache(maxsize=1 << 14)
def _measure(target: str, operator: str, unit: str, nature: str, year: int) -> Measure:
    return parse_target(target, nature=nature, operator=operator, unit=unit, year=year)


CHECKS: dict[str, Check] = {"F14": differs_from_ledger}

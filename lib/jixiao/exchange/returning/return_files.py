"""The files that go back after a batch: a return sheet for each unit, and one overview of all for the bureau."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pandas as pd

from jixiao.checks.engine import Finding
from jixiao.exchange.importing.receive import UNCONFIRMED, Delivery, Reading
from jixiao.exchange.issuing import issue
from jixiao.exchange.returning import overview, overview_files, reading_copy, return_sheet
from jixiao.forms.files import opening
from jixiao.forms.model import FormKind, Sheet
from jixiao.forms.reading import explaining
from jixiao.forms.records.records import FORMS
from jixiao.kit import places
from jixiao.year import table_files
from jixiao.year.params import Params
from jixiao.year.words import DeliveryStatus

_FOR_THE_BUREAU = ("F24",)  # a label that nobody knows is settled in params/forms, not by the unit
OVERVIEW = "收表总表"


def write(reading: Reading, folder: Path, params: Params | None, on: dt.date) -> list[Path]:
    """Write a return sheet for each unit of which something is to be mended or explained; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [places.write_whole(folder / name, content) for name, content in sheets(reading, params, on)]


def sheets(
    reading: Reading, params: Params | None, on: dt.date, waiting: Collection[str] = ()
) -> Iterator[tuple[str, bytes]]:
    """File name and content of a return sheet for each unit of which something is to be mended or explained.

    Of the forms that are `waiting` until somebody confirms how they are read, units hear nothing yet.
    """
    issuer = params.issuer if params else ""
    used: set[str] = set()
    for unit, findings in _by_unit(reading.records[FORMS], reading.evaluated, waiting).items():
        head = return_sheet.Head(unit, issuer, on)
        content = return_sheet.workbook(_sheets(reading, findings), findings, head)
        yield issue.file_name(unit, return_sheet.FRONT, used), content
    for kind, forms in reading.other_work.records[FORMS].groupby("kind", sort=False):
        words = FormKind.of(str(kind)).words
        files = set(forms["file"])
        found = [one for one in reading.other_work.findings if one.place.file in files]
        for unit, findings in _by_unit(forms, found, waiting).items():
            head = return_sheet.Head(unit, issuer, on, form=words)
            content = return_sheet.workbook(_sheets(reading, findings), findings, head)
            yield issue.file_name(unit, f"{words}{return_sheet.FRONT}", used), content


def of_delivery(
    delivery: Delivery, folder: Path, params: Params, on: dt.date, due: dt.date | None
) -> Iterator[tuple[str, bytes | None]]:
    """File name and content of the return sheets of a delivery, and of the overview of the year as HTML and .xlsx.

    None stands for an earlier sheet in `folder` that asks a unit of this delivery for what has been done since.
    """
    written = set()
    waiting = {fate.form for fate in delivery.fates if fate.status == DeliveryStatus.UNCONFIRMED}
    for name, content in sheets(delivery.reading, params, on, waiting):
        written.add(name)
        yield name, content
    yield from _readings(delivery, folder, on)
    for unit, front in _delivered(delivery.reading):
        earlier = issue.file_name(unit, front, set())
        if earlier not in written and (folder / earlier).is_file():
            yield earlier, None
    tables = delivery.tables
    findings = delivery.reading.evaluated
    forms = overview.frame(_named(delivery), tables["subjects"], tables["units"], due)
    head = overview.Head(params.evaluated_year, params.issuer, on, due)
    others = overview.of_other_kinds(tables["received"])
    yield f"{OVERVIEW}.html", overview_files.to_html(forms, findings, head, others).encode()
    yield f"{OVERVIEW}.xlsx", overview_files.to_xlsx(forms, findings, head, others)


def _readings(delivery: Delivery, folder: Path, on: dt.date) -> Iterator[tuple[str, bytes | None]]:
    """A copy of the first form of each layout that waits to be confirmed, on which each label says how it was read.

    The copies in `folder` of those that have been confirmed since go.
    """
    reading = delivery.reading
    assert reading.layouts is not None
    paths = {received.file: path for path, received in reading.files}
    for old in sorted((folder / UNCONFIRMED).glob("*.xlsx")):
        if old.stem in reading.layouts.confirmed:
            yield f"{UNCONFIRMED}/{old.name}", None
    first: dict[str, str] = {}
    for fate in delivery.fates:
        if fate.fingerprint:
            first.setdefault(fate.fingerprint, fate.file)
    for fingerprint, file in first.items():
        found = explaining.forms(opening.open_workbook(paths[file], file), reading.layouts)
        own = [one for one in found if one.fingerprint == fingerprint]
        yield f"{UNCONFIRMED}/{fingerprint}.xlsx", reading_copy.workbook(own, on)


def _delivered(reading: Reading) -> Iterator[tuple[str, str]]:
    """The units whose forms came (or files that name none), and what the return sheets of such forms are called."""
    yield from ((unit, return_sheet.FRONT) for unit in dict.fromkeys(reading.records[FORMS]["unit"].dropna()))
    others = reading.other_work.records[FORMS][["unit", "department", "file", "kind"]]
    named: set[tuple[str, str]] = set()
    for unit, department, file, kind in others.itertuples(index=False, name=None):
        front = f"{FormKind.of(kind).words}{return_sheet.FRONT}"
        named |= {(name, front) for name in (unit or department, Path(file).stem) if name}
    yield from sorted(named)


def _by_unit(
    forms: pd.DataFrame, findings: Sequence[Finding], waiting: Collection[str]
) -> dict[str, list[Finding]]:
    """Units (or files that name none) and what each has to mend, in the order of the forms."""
    rows = table_files.rows(forms)
    by_sheet: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        by_sheet.setdefault((row["file"], row["sheet"]), []).append(row["subject_id"])
    names = {row["subject_id"]: row["unit"] or row["department"] for row in rows}
    held = {row["file"] for row in rows if row["subject_id"] in waiting}
    found: dict[str, list[Finding]] = {}
    for one in findings:
        if one.rule in _FOR_THE_BUREAU or not one.severity.needs_answer or not one.place.file:
            continue  # notes alone return no form
        subjects = [one.subject] if one.subject else by_sheet.get((one.place.file, one.place.sheet), [])
        if not subjects and one.place.file in held:
            continue
        told = [subject for subject in subjects if subject not in waiting]
        for unit in dict.fromkeys(names.get(subject) for subject in (told if subjects else [""])):
            found.setdefault(unit or Path(one.place.file).stem, []).append(one)
    return found


def _sheets(reading: Reading, findings: Sequence[Finding]) -> list[Sheet]:
    """The received sheets that findings speak of, opened again: a batch does not keep them in memory."""
    wanted = dict.fromkeys((one.place.file, one.place.sheet) for one in findings)
    paths = {received.file: path for path, received in reading.files}
    books = {file: opening.open_workbook(paths[file], file) for file in dict.fromkeys(f for f, _ in wanted)}
    return [sheet for file, name in wanted for sheet in books[file].sheets if sheet.name == name]


def _named(delivery: Delivery) -> pd.DataFrame:
    """The journal of the year's self-evaluations with the names of units and subjects, as the overview wants them.

    Work papers of reviewers and forms of other work are none of the forms that units hand in.
    """
    tables = delivery.tables
    units = dict(tables["units"][["unit_id", "name"]].itertuples(index=False, name=None))
    subjects = {row["subject_id"]: row for row in table_files.rows(tables["subjects"])}
    journal = tables["received"]
    journal = journal[~journal["kind"].isin(overview.OTHER_KINDS)].copy()
    known = [subjects.get(subject) for subject in journal["subject_id"]]
    journal["unit"] = [units.get(one["unit_id"]) if one else None for one in known]
    journal["name"] = [one["name"] if one else None for one in known]
    return journal

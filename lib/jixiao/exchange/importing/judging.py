"""Decides which forms of a batch are accepted and which are returned, and keeps the journal of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import Any

import pandas as pd

from jixiao.checks.engine import Finding
from jixiao.exchange.importing.merging import Kinds, framed
from jixiao.forms.model import OF_ONE_SUBJECT, OF_OTHER_WORK, FormKind
from jixiao.forms.reading.batch import Received
from jixiao.forms.records import ranks
from jixiao.forms.records.records import FORMS, Records
from jixiao.year import table_files
from jixiao.year.words import DeliveryStatus, Severity

NOT_OPENED = "-"  # the digest of a file that could not even be opened


@dataclass(frozen=True)
class Fate:
    """What became of one form, or of one file without any form; `subject` is None where nobody is named.

    `rules` are the ids of the rules that were broken, `form` is the id under which the form stands in the records.
    """

    subject: str | None
    file: str
    digest: str
    status: DeliveryStatus
    errors: int
    warnings: int
    kind: FormKind | None = None
    mark: str | None = None
    fingerprint: str = ""
    form: str = field(default="", compare=False)
    rules: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Verdict:
    """What became of the forms of a batch, those of a subject from the earliest to the latest.

    `kinds` are the kinds of the accepted forms that count for each subject: those under its own id in the records.
    """

    fates: tuple[Fate, ...]
    kinds: Kinds


def judged(
    records: Records,
    findings: Sequence[Finding],
    files: Sequence[Received],
    marks: Sequence[str] = (),
    replaced: Collection[str] = (),
    confirmed: Collection[str] = (),
) -> Verdict:
    """Accept each form without errors: findings about its subject or, where they name none, about its sheet.

    A form with unknown labels waits until somebody has confirmed how it is read (`confirmed`, by fingerprint); it is
    neither accepted nor returned. `marks` are the words for a correction, `replaced` the files in which a form was
    left out for a later one.
    """
    forms = records[FORMS]
    known = set(records.known["subjects"]["subject_id"]) if "subjects" in records.known else set()
    about: dict[str, list[Finding]] = {}
    for one in findings:
        there = [one.subject] if one.subject else records.by_sheet.get((one.place.file, one.place.sheet), ())
        for subject in there:
            about.setdefault(subject, []).append(one)
    counts = Counter((subject, one.severity) for subject, own in about.items() for one in own)
    delivered = set(forms["subject_id"])
    digests = {received.file: received.digest for received in files}
    fates: list[tuple[Any, Fate]] = []
    kinds = dict[str, tuple[FormKind, ...]]()
    first = dict[str, int]()
    waiting = {
        records.further.get(subject, subject)
        for subject, fingerprint in zip(forms["subject_id"], forms["fingerprint"], strict=True)
        if fingerprint is not None and fingerprint not in confirmed
    }  # of a project that has two documents both wait, for one says what the other is held against
    row: Any
    for row, rank in zip(forms.itertuples(), ranks.of_forms(forms, marks, records.further), strict=True):
        base = records.further.get(row.subject_id, row.subject_id)
        kind = FormKind.of(row.kind)
        judged_by = row.subject_id
        if not counts[judged_by, Severity.ERROR] and base != row.subject_id and base in delivered:
            judged_by = base  # it does not count where the one that does goes back
        errors = counts[judged_by, Severity.ERROR]
        warnings = counts[row.subject_id, Severity.WARNING]
        held = base in waiting
        status = (
            DeliveryStatus.UNCONFIRMED
            if held
            else DeliveryStatus.RETURNED
            if errors
            else DeliveryStatus.ACCEPTED
        )
        stranger = (errors or held) and known and base not in known  # ids of strangers are given again
        owner = None if stranger or kind == FormKind.SCORES else base
        mark = rank.words or None
        fate = Fate(
            owner,
            row.file,
            digests[row.file],
            status,
            errors,
            warnings,
            kind,
            mark,
            row.fingerprint if row.fingerprint and row.fingerprint not in confirmed else "",
            row.subject_id,
            broken(about.get(judged_by, ())),
        )
        place = (first.setdefault(base, len(first)), kind not in OF_ONE_SUBJECT, rank.position)
        fates.append((place, fate))
        if status is DeliveryStatus.ACCEPTED and base == row.subject_id:
            kinds[base] = tuple(dict.fromkeys((*kinds.get(base, ()), kind)))
    fates.sort(key=itemgetter(0))
    others = _without_forms(files, {*forms["file"], *replaced}, findings)
    return Verdict((*(fate for _, fate in fates), *others), kinds)


def broken(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The ids of the rules that the errors among the findings name, in their order."""
    return tuple(sorted({one.rule for one in findings if one.severity == Severity.ERROR}))


def failed(records: Records, findings: Sequence[Finding]) -> list[bool]:
    """For each form whether an error stands on it, or is about its subject and stands nowhere else."""
    forms = records[FORMS]
    sheets = {(row.file, row.sheet) for row in forms.itertuples()}
    wrong = {
        (one.subject, here if here in sheets else None)
        for one in findings
        if one.severity == Severity.ERROR and (here := (one.place.file, one.place.sheet))
    }
    return [
        any(
            (subject, place) in wrong
            for subject in (row.subject_id, "")
            for place in ((row.file, row.sheet), None)
            if subject or place
        )
        for row in forms.itertuples()
    ]


def _without_forms(files: Sequence[Received], known: set[str], findings: Sequence[Finding]) -> Iterator[Fate]:
    """The files that could not be read, and those in which no form was found: these are returned."""
    by_file: dict[str, list[Finding]] = {}
    for one in findings:
        by_file.setdefault(one.place.file, []).append(one)
    for received in files:
        if received.fault:
            digest = received.digest or NOT_OPENED
            yield Fate(None, received.file, digest, DeliveryStatus.UNREADABLE, 1, 0)
        elif received.file not in known:
            here = by_file.get(received.file, [])
            errors = max([one.severity for one in here].count(Severity.ERROR), 1)
            status = DeliveryStatus.RETURNED
            yield Fate(None, received.file, received.digest, status, errors, 0, rules=broken(here))


def journal(verdict: Verdict, earlier: pd.DataFrame, on: dt.date, names: Mapping[str, str]) -> pd.DataFrame:
    """New rows of received.csv, one for each form; the same files judged alike again give none.

    `earlier` are the rows so far, `names` the names under which the files are kept.
    """
    times = Counter(_counted(row["subject_id"], row.get("kind")) for row in table_files.rows(earlier))
    known: dict[tuple[str, str], list[DeliveryStatus]] = {}  # of each owner and content the statuses so far
    latest: dict[str, tuple[str, DeliveryStatus]] = {}
    for row in table_files.rows(earlier):
        owner = row["subject_id"] or row["file"]
        known.setdefault((owner, row["digest"]), []).append(row["status"])
        latest[owner] = (row["digest"], row["status"])
    groups: dict[tuple[str, str], list[Fate]] = {}
    for fate in verdict.fates:
        groups.setdefault((fate.subject or names.get(fate.file, fate.file), fate.digest), []).append(fate)
    here = {(owner, digest) for owner, digest in groups}
    rows: list[dict[str, Any]] = []
    for (owner, digest), each in groups.items():
        alike: dict[Any, list[Fate]] = {}
        for fate in each:
            alike.setdefault((fate.status, fate.kind, fate.mark), []).append(fate)
        fates = [same[-1] for same in alike.values()]
        statuses = [fate.status for fate in fates]
        content, state = latest.get(owner, ("", None))
        again = sorted(known.get((owner, digest), [])[-len(fates) :]) == sorted(statuses)
        if again and (state == statuses[-1] or (owner, content) in here):
            continue
        for fate, same in zip(fates, alike.values(), strict=True):
            counted = _counted(fate.subject, fate.kind)
            rules = sorted({rule for one in same for rule in one.rules})
            times[counted] += 1
            rows.append(
                {
                    "subject_id": fate.subject,
                    "file": names.get(fate.file, fate.file),
                    "digest": fate.digest,
                    "received_on": on,
                    "status": fate.status,
                    "errors": fate.errors,
                    "warnings": fate.warnings,
                    "version": times[counted] if fate.subject else 1,
                    "kind": fate.kind,
                    "mark": fate.mark,
                    "rules": " ".join(rules) if rules and fate.status == DeliveryStatus.RETURNED else None,
                }
            )
    return framed("received", rows)


def _counted(subject: str | None, kind: str | None) -> tuple[str | None, str]:
    """What deliveries are counted by: those of other work than evaluations each by themselves."""
    return subject, kind if kind in OF_OTHER_WORK else ""


def versions(received: pd.DataFrame, subjects: Collection[str]) -> dict[str, int]:
    """The version of the last delivery of each of the `subjects` that the rows of received.csv accept."""
    accepted = received[
        (received["status"] == DeliveryStatus.ACCEPTED)
        & received["subject_id"].isin(subjects)
        & ~received["kind"].isin(OF_OTHER_WORK)
    ]
    rows = zip(accepted["subject_id"], accepted["version"], strict=True)
    return {subject: int(Decimal(version)) for subject, version in rows}


def first_accepted(journal: pd.DataFrame, earlier: pd.DataFrame) -> set[str]:
    """The subjects that the new rows of the `journal` accept and the `earlier` ones do not."""
    new, old = (
        set(
            rows.loc[
                (rows["status"] == DeliveryStatus.ACCEPTED) & ~rows["kind"].isin(OF_OTHER_WORK), "subject_id"
            ]
        )
        for rows in (journal, earlier)
    )
    return new - old

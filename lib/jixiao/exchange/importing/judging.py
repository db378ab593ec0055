"""Decides which forms of a batch are accepted and which are returned, and keeps the journal of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.checks.engine import Finding
from jixiao.exchange.importing.merging import Kinds, framed
from jixiao.forms.model import FormKind
from jixiao.forms.reading.batch import Received
from jixiao.forms.records.records import FORMS, Records
from jixiao.year.words import DeliveryStatus, Severity

NOT_OPENED = "-"  # the digest of a file that could not even be opened


@dataclass(frozen=True)
class Fate:
    """What became of one form, or of one file without any form; `subject` is None where nobody is named."""

    subject: str | None
    file: str
    digest: str
    status: DeliveryStatus
    errors: int
    warnings: int


@dataclass(frozen=True)
class Verdict:
    """What became of the forms of a batch.

    `kinds` are the kinds of form accepted of each subject; `latest` gives the subject of each id under which the
    last of several forms of a subject stands in the records (P001-2).
    """

    fates: tuple[Fate, ...]
    kinds: Kinds
    latest: Mapping[str, str]


def judged(records: Records, findings: Sequence[Finding], files: Sequence[Received]) -> Verdict:
    """Accept each form without errors: findings about its subject or, where they name none, about its sheet."""
    forms = records[FORMS]
    known = set(records.known["subjects"]["subject_id"]) if "subjects" in records.known else set()
    homes = {(row.file, row.sheet): row.subject_id for row in forms.itertuples()}
    counts = Counter(
        (one.subject or homes.get((one.place.file, one.place.sheet)), one.severity) for one in findings
    )
    digests = {received.file: received.digest for received in files}
    fates = []
    kinds = dict[str, tuple[FormKind, ...]]()
    later = dict[str, str]()  # id of a further form → its subject
    row: Any
    for row in forms.itertuples():
        errors = counts[row.subject_id, Severity.ERROR]
        warnings = counts[row.subject_id, Severity.WARNING]
        base = records.further.get(row.subject_id, row.subject_id)
        status = DeliveryStatus.RETURNED if errors else DeliveryStatus.ACCEPTED
        owner = None if errors and known and base not in known else base  # ids of strangers are given again
        fates.append(Fate(owner, row.file, digests[row.file], status, errors, warnings))
        if not errors:
            kinds[base] = tuple(dict.fromkeys((*kinds.get(base, ()), row.kind)))
            if base != row.subject_id:
                later[row.subject_id] = base
    fates += _without_forms(files, set(forms["file"]), findings)
    last = {base: again for again, base in later.items()}  # of several further forms the last
    return Verdict(tuple(fates), kinds, {again: base for base, again in last.items()})


def _without_forms(files: Sequence[Received], known: set[str], findings: Sequence[Finding]) -> Iterator[Fate]:
    """The files that could not be read, and those in which no form was found: these are returned."""
    for received in files:
        if received.fault:
            digest = received.digest or NOT_OPENED
            yield Fate(None, received.file, digest, DeliveryStatus.UNREADABLE, 1, 0)
        elif received.file not in known:
            severities = [one.severity for one in findings if one.place.file == received.file]
            errors = max(severities.count(Severity.ERROR), 1)
            yield Fate(None, received.file, received.digest, DeliveryStatus.RETURNED, errors, 0)


def journal(verdict: Verdict, earlier: pd.DataFrame, on: dt.date, names: Mapping[str, str]) -> pd.DataFrame:
    """New rows of received.csv, one for each form; the same file judged alike again gives none.

    `earlier` are the rows so far, `names` the names under which the files are kept.
    """
    times = Counter(earlier["subject_id"])
    latest = {row.subject_id or row.file: (row.digest, row.status) for row in earlier.itertuples()}
    rows: list[dict[str, Any]] = []
    for fate in verdict.fates:
        file = names.get(fate.file, fate.file)
        if latest.get(fate.subject or file) == (fate.digest, fate.status):
            continue
        latest[fate.subject or file] = (fate.digest, fate.status)
        times[fate.subject] += 1
        rows.append(
            {
                "subject_id": fate.subject,
                "file": file,
                "digest": fate.digest,
                "received_on": on,
                "status": fate.status,
                "errors": fate.errors,
                "warnings": fate.warnings,
                "version": times[fate.subject] if fate.subject else 1,
            }
        )
    return framed("received", rows)


def versions(journal: pd.DataFrame, earlier: pd.DataFrame) -> dict[str, int]:
    """The new version of each subject that was accepted now and before, so that its changes are recorded."""
    before = set(earlier.loc[earlier["status"] == DeliveryStatus.ACCEPTED, "subject_id"])
    accepted = journal[journal["status"] == DeliveryStatus.ACCEPTED]
    rows = zip(accepted["subject_id"], accepted["version"], strict=True)
    return {subject: int(Decimal(version)) for subject, version in rows if subject in before}

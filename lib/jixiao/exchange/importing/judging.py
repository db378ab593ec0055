"""Judges a batch of forms: which are accepted and which returned, with their journal."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.checks.engine import Finding
from jixiao.exchange.importing.merging import Kinds, framed
from jixiao.forms.reading.batch import Received
from jixiao.forms.records.records import FORMS, Records

NOT_OPENED = "-"  # the digest of a file that could not even be opened
STATUSES = {"accepted": "采纳", "returned": "退回", "unreadable": "打不开"}
_AGAIN = re.compile(r"(.+)-\d+")  # the id of a second delivery in one batch

Where = tuple[str, str]  # file and sheet


@dataclass(frozen=True)
class Fate:
    """One form, or one file without any: whose it is, and what became of it."""

    subject: str | None
    file: str
    digest: str
    status: str
    errors: int
    warnings: int


@dataclass(frozen=True)
class Verdict:
    """The fate of every form; the kinds of form accepted of each subject; later deliveries and whose they are."""

    fates: tuple[Fate, ...]
    kinds: Kinds
    latest: Mapping[str, str]


def judged(records: Records, findings: Sequence[Finding], files: Sequence[Received]) -> Verdict:
    """A form is accepted when no finding of severity E speaks of its subject or, naming none, of its sheet."""
    forms = records[FORMS]
    known = set(records.known["subjects"]["subject_id"]) if "subjects" in records.known else set()
    bases = _bases(records, known)
    homes = {(row.file, row.sheet): row.subject_id for row in forms.itertuples()}
    counts = _counts(findings, homes)
    digests = {received.file: received.digest for received in files}
    fates = []
    kinds = dict[str, tuple[str, ...]]()
    latest = dict[str, str]()
    for row in forms.itertuples():
        errors = counts[row.subject_id, "E"]
        warnings = counts[row.subject_id, "W"]
        base = bases.get(row.subject_id, row.subject_id)
        status = "returned" if errors else "accepted"
        owner = None if errors and known and base not in known else base  # ids of strangers are given again
        fates.append(Fate(owner, row.file, digests[row.file], status, errors, warnings))
        if not errors:
            kinds[base] = tuple(dict.fromkeys((*kinds.get(base, ()), row.kind)))
            latest |= {row.subject_id: base} if base != row.subject_id else {}
    fates += _without_forms(files, {row.file for row in forms.itertuples()}, findings)
    return Verdict(tuple(fates), kinds, _last(latest))


def _bases(records: Records, known: set[str]) -> dict[str, str]:
    """Later deliveries of a batch ("P001-2") and the subject that each is a delivery of; a known id is its own."""
    names = dict(records["subjects"][["subject_id", "name"]].itertuples(index=False, name=None))
    found = {again: match[1] for again in names if again not in known and (match := _AGAIN.fullmatch(again))}
    return {again: base for again, base in found.items() if base in names and names[base] == names[again]}


def _last(latest: Mapping[str, str]) -> dict[str, str]:
    """Of several later deliveries of one subject the last."""
    return {again: base for base, again in {base: again for again, base in latest.items()}.items()}


def _counts(findings: Sequence[Finding], homes: Mapping[Where, str]) -> Counter[tuple[str | None, str]]:
    counts: Counter[tuple[str | None, str]] = Counter()
    for one in findings:
        counts[one.subject or homes.get((one.place.file, one.place.sheet)), one.severity] += 1
    return counts


def _without_forms(files: Sequence[Received], known: set[str], findings: Sequence[Finding]) -> Iterator[Fate]:
    for received in files:
        if received.fault:
            yield Fate(None, received.file, received.digest or NOT_OPENED, "unreadable", 1, 0)
        elif received.file not in known:
            errors = sum(one.severity == "E" for one in findings if one.place.file == received.file)
            yield Fate(None, received.file, received.digest, "returned", max(errors, 1), 0)


def journal(verdict: Verdict, earlier: pd.DataFrame, on: dt.date, names: Mapping[str, str]) -> pd.DataFrame:
    """Rows of received.csv: a row a form; the same file with the same fate is not a delivery of its own.

    `names` are those under which the files are kept.
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
    """The version of each subject now accepted that was accepted before: its changes are recorded."""
    before = set(earlier.loc[earlier["status"] == "accepted", "subject_id"])
    accepted = journal[journal["status"] == "accepted"]
    return {
        row.subject_id: int(Decimal(row.version)) for row in accepted.itertuples() if row.subject_id in before
    }

"""Takes in the forms that are no evaluations: which of a batch count, which go back, and what they change in their tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from jixiao.checks.engine import Finding
from jixiao.exchange.importing import judging, merging
from jixiao.exchange.importing.arranging import Told
from jixiao.exchange.importing.judging import Fate
from jixiao.forms.model import Remark, Value
from jixiao.forms.records import from_forms, identity, other_work, ranks
from jixiao.forms.records.other_work import Filed
from jixiao.forms.records.ranks import Order, Rank
from jixiao.forms.records.records import WORK_KEYS, Records, key_of
from jixiao.kit.errors import Place
from jixiao.year import table_files
from jixiao.year.tables import Tables
from jixiao.year.words import DeliveryStatus, Severity

Row = dict[str, Any]
Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Arrival:
    """A form of other work that came: what it fills, the digest of its file, and what it says of when it was made."""

    filed: Filed
    digest: str
    rank: Rank

    @property
    def place(self) -> Place:
        """Where messages say that it stands."""
        form = self.filed.form
        return form.place(form.fields.get("name") or form.fields.get("title") or Value("", 0, 0))

    @property
    def mark(self) -> str | None:
        """What received.csv says of it: the period that it is about, then marks and date."""
        return " ".join(filter(None, (self.filed.filling.period, self.rank.words))) or None


@dataclass(frozen=True)
class Batch:
    """The forms of other work of a batch: those that are looked at, the earliest first, those that change nothing, and
    what was found in them."""

    arrivals: tuple[Arrival, ...] = ()
    told: tuple[Told, ...] = ()
    records: Records = field(default_factory=lambda: from_forms.of_other_work(()))
    findings: tuple[Finding, ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """The names of their files in messages."""
        return frozenset(one.filed.form.file for one in self.arrivals)


def arrival(filed: Filed, digest: str, marks: Sequence[str]) -> Arrival:
    """A form that came in a file of this digest; `marks` are the words that say that it is a correction."""
    form = filed.form
    title, *names = (identity.text(form, name) for name in ("title", "name", "unit", "department", "code"))
    return Arrival(
        filed, digest, ranks.of(form.file, form.sheet, title, marks, (*names, filed.filling.owner))
    )


def arranged(arrivals: Iterable[Arrival], known: Tables | None, remarks: Iterable[Remark]) -> Batch:
    """The forms of a batch in the order in which they count, beside those that came before; findings are still to come.

    A form that came before and has been replaced since changes nothing, nor does one that says that it is earlier than
    the one in force. `remarks` are those on their files.
    """
    kept: list[Arrival] = []
    told: list[Told] = []
    said: list[Remark] = list(remarks)
    rows: dict[tuple[Any, Any], list[Row]] = {}
    for row in table_files.rows(known["received"]) if known is not None else ():
        rows.setdefault((row["subject_id"], row.get("kind")), []).append(row)
    for one in sorted(arrivals, key=lambda one: one.rank.position):
        of_owner = rows.get((one.filed.filling.owner or None, one.filed.form.kind), ())
        before = [row for row in of_owner if _of_period(row, one.filed.filling.period)]
        force = next((row for row in reversed(before) if row["status"] == DeliveryStatus.ACCEPTED), None)
        same = next((row for row in reversed(before) if row["digest"] == one.digest), None)
        owner = one.filed.filling.owner
        if force is None or force["digest"] == one.digest:
            kept.append(one)
        elif same is not None and same["status"] == DeliveryStatus.ACCEPTED:
            told.append(Told(one.filed.form.file, owner, same, force))
        elif (order := one.rank.against(ranks.read(force["mark"]))) is Order.EARLIER:
            told.append(Told(one.filed.form.file, owner, None, force))
        else:
            kept.append(one)
            if order is Order.CONTRADICTORY:
                found = f"已收过“{force['file']}”（{force['mark']}），这一份的标记和日期说的先后不一"
                said.append(Remark("F08", one.place, found, _expected(one)))
    said += _twice(kept)
    records = from_forms.of_other_work((one.filed for one in kept), known, said)
    return Batch(tuple(kept), tuple(told), records)


def _expected(one: Arrival) -> str:
    return f"一个对象{'一个月份' if one.filed.filling.period else ''}一张{one.filed.form.kind.words}"


def _of_period(row: Row, period: str) -> bool:
    """Whether a row of received.csv is a delivery of the same period, where there is one."""
    return not period or (row.get("mark") or "").split(" ")[0] == period


def _twice(kept: Sequence[Arrival]) -> Iterator[Remark]:
    """F08: forms of one document of which neither marks nor dates tell which is the later one."""
    groups: dict[tuple[str, ...], list[Arrival]] = {}
    for one in kept:
        if one.filed.filling.owner:
            groups.setdefault(one.filed.document, []).append(one)
    for group in groups.values():
        unclear = ranks.unclear(one.rank for one in group) if len(group) > 1 else {}
        for one in group:
            others = [each for each in group if each is not one and each.rank in unclear.get(one.rank, ())]
            if others:
                found = f"同一张表还有一份在 {others[0].place}，看不出哪一份在后"
                yield Remark("F08", one.place, found, _expected(one))


def judged(batch: Batch, findings: Sequence[Finding], confirmed: Iterable[str]) -> list[Fate]:
    """What becomes of each form, in their order: it is accepted where no error stands on it.

    A form with unknown labels waits until somebody has confirmed how it is read.
    """
    known = frozenset(confirmed)
    by_sheet: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_sheet.setdefault((finding.place.file, finding.place.sheet), []).append(finding)
    fates = []
    for one in batch.arrivals:
        form = one.filed.form
        owner = one.filed.filling.owner
        here = [
            finding
            for sheet in dict.fromkeys((form.sheet, ""))
            for finding in by_sheet.get((form.file, sheet), ())
            if finding.subject in ("", owner)
        ]
        held = bool(form.fingerprint) and form.fingerprint not in known
        severities = [finding.severity for finding in here]
        errors = severities.count(Severity.ERROR)
        status = (
            DeliveryStatus.UNCONFIRMED
            if held
            else DeliveryStatus.RETURNED
            if errors
            else DeliveryStatus.ACCEPTED
        )
        fates.append(
            Fate(
                owner or None,
                form.file,
                one.digest,
                status,
                errors,
                severities.count(Severity.WARNING),
                form.kind,
                one.mark,
                form.fingerprint if held else "",
                rules=judging.broken(here),
            )
        )
    return fates


def accepted(batch: Batch, fates: Sequence[Fate]) -> list[Filed]:
    """The forms that were accepted, of each document the last one."""
    found: dict[tuple[str, ...], Filed] = {}
    for one, fate in zip(batch.arrivals, fates, strict=True):
        if fate.status is DeliveryStatus.ACCEPTED:
            found[one.filed.document] = one.filed
    return list(found.values())


def merged(known: Frames, filed: Sequence[Filed]) -> dict[str, pd.DataFrame]:
    """The tables that the accepted forms fill, with their rows in place of those of the same document."""
    rows: dict[str, list[Row]] = {}
    for one in filed:
        for table in other_work.tables(one):
            before = rows[table] if table in rows else table_files.rows(known[table])
            rows[table] = other_work.replaced(before, one, table)
    return {table: merging.framed(table, own) for table, own in rows.items()}


def changes(
    known: Frames, after: Frames, filed: Sequence[Filed], received: pd.DataFrame, earlier: pd.DataFrame
) -> list[Row]:
    """Rows of changes.csv: every value that differs; of a document that comes for the first time only what it changes.

    `received` is the journal with the new deliveries, `earlier` the one without them.
    """
    versions = {_delivered(row): row["version"] for row in table_files.rows(received) if _is_in_force(row)}
    seen = {_delivered(row) for row in table_files.rows(earlier) if _is_in_force(row)}
    rows: list[Row] = []
    tables = dict.fromkeys(part.table for one in filed for part in one.filling.parts)
    keyed = {table: (_keyed(known[table], table), _keyed(after[table], table)) for table in tables}
    for one in filed:
        kind, owner, period = one.document
        version = versions[owner, kind, period]
        first = (owner, kind, period) not in seen
        for part in one.filling.parts:
            old, new = ({key: row for key, row in each if part.holds(row)} for each in keyed[part.table])
            for key in old | new:
                for column in known[part.table].columns:
                    values = [table_files.text(each.get(key, {}).get(column)) for each in (old, new)]
                    if values[0] != values[1] and not (first and values[0] is None):
                        rows.append(
                            {
                                "subject_id": owner, "version": version, "table": part.table, "key": key,
                                "column": column, "before": values[0], "after": values[1],
                            }
                        )  # fmt: skip
    return rows


def _is_in_force(row: Row) -> bool:
    return bool(row["status"] == DeliveryStatus.ACCEPTED and row["subject_id"])


def _delivered(row: Row) -> tuple[str, str, str]:
    """The document of a row of received.csv."""
    period = (row.get("mark") or "").split(" ")[0]
    return row["subject_id"], row.get("kind") or "", period if period.endswith("月") else ""


def _keyed(frame: pd.DataFrame, table: str) -> list[tuple[str, Row]]:
    return list(zip(key_of(table, frame), table_files.rows(frame), strict=True))


def sources(
    before: pd.DataFrame, after: Frames, filed: Sequence[Filed], stored: Mapping[str, str]
) -> list[Row]:
    """The rows of sources.csv about tables of other work: those of the accepted forms, and earlier ones that still hold."""
    rows: list[Row] = []
    standing = {name: set(key_of(name, after[name])) for name in WORK_KEYS}
    fresh: set[tuple[str, str]] = set()
    for one in filed:
        for part in one.filling.parts:
            keyed = merging.framed(part.table, [row for row, _ in part.rows])
            for key, (row, cells) in zip(key_of(part.table, keyed), part.rows, strict=True):
                fresh.add((part.table, key))
                read = {name: name for name in row} | {"reason": "deviation_reason"}
                pairs = [
                    f"{column}:{cells[name].cell}"
                    for column, name in read.items()
                    if name in cells and row.get(column) is not None
                ]
                if pairs:
                    rows.append(
                        {
                            "table": part.table, "key": key, "file": stored[one.form.file],
                            "sheet": one.form.sheet or None, "cells": ";".join(pairs),
                        }
                    )  # fmt: skip
    kept = [
        row
        for row in table_files.rows(before)
        if row["table"] in WORK_KEYS
        and row["key"] in standing[row["table"]]
        and (row["table"], row["key"]) not in fresh
    ]
    return [*kept, *rows]

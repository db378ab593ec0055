"""Receives files from units: what is accepted goes into the tables of the year, all is kept and journalled."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from jixiao.checks import catalogue, settings
from jixiao.checks.engine import Finding
from jixiao.exchange.importing import judging, merging, sourcing, storing
from jixiao.figures import evaluate
from jixiao.forms.layouts import layouts
from jixiao.forms.model import Form
from jixiao.forms.reading import batch
from jixiao.forms.reading.batch import Received
from jixiao.forms.records import from_forms
from jixiao.forms.records.records import FORMS, Records
from jixiao.kit import locks, places
from jixiao.kit.errors import Fault
from jixiao.rules import policy
from jixiao.year import table_files, tables
from jixiao.year.params import Params
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables

_OF_A_YEAR = ("C", "K")  # rules on coverage and key projects: a batch of forms is no year
Tick = Callable[[int, int, str], object]  # files read, files in all, the name of the last one


@dataclass(frozen=True)
class Asked:
    """What to read: files and folders, under the parameters of a year or a policy alone."""

    root: Path
    arguments: tuple[Path, ...]
    params: Params | None
    policy: str

    @property
    def folder(self) -> Path:
        """Where the tables of the year stand."""
        assert self.params is not None
        return places.inside(self.root / "data", self.params.data_folder, "参数 data_folder")


@dataclass(frozen=True)
class Reading:
    """What a batch of files held: the files, the records of their forms, what the checks found, what failed.

    `copies` are pairs of names: a file, and the earlier one of the same content, which is read in its place.
    """

    files: tuple[tuple[Path, Received], ...]
    records: Records
    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]
    copies: tuple[tuple[str, str], ...] = ()

    def summary(self) -> str:
        """How much was read."""
        return f"读了 {len(self.files)} 个文件，其中有 {len(self.records[FORMS])} 张表"


@dataclass(frozen=True)
class Delivery:
    """What will come of an import: the reading, the fate of each form, new journal rows, tables and changes.

    `before` are the digests of the tables as they were read.
    """

    reading: Reading
    fates: tuple[judging.Fate, ...]
    journal: pd.DataFrame
    changes: pd.DataFrame
    tables: dict[str, pd.DataFrame] = field(repr=False)
    before: Mapping[str, str] = field(repr=False)
    stored: dict[str, Path] = field(repr=False)

    @property
    def refused(self) -> bool:
        """Whether something was returned or could not be read."""
        return bool(self.reading.faults) or any(fate.status != "accepted" for fate in self.fates)

    def lines(self) -> Iterator[str]:
        """What the analyst reads: each form that was returned, and the sums."""
        for copy, first in self.reading.copies:
            yield f"{copy} 和 {first} 内容相同，只收一份"
        for fate in self.fates:
            if fate.status == "returned":
                yield f"退回 {fate.file}：错误 {fate.errors} 处，要说明 {fate.warnings} 处"
        counts = Counter(fate.status for fate in self.fates)
        said = "，".join(f"{name} {counts[status]}" for status, name in judging.STATUSES.items())
        yield f"{self.reading.summary()}：{said}；新收 {len(self.journal)}，与上次相比改动 {len(self.changes)} 处。"

    def as_json(self) -> dict[str, Any]:
        """The delivery for programs."""
        rows = [{k: _plain(v) for k, v in row.items()} for row in self.journal.to_dict("records")]
        changed = [{k: _plain(v) for k, v in row.items()} for row in self.changes.to_dict("records")]
        findings = [one.as_json() for one in self.reading.findings]
        unreadable = [str(fault) for fault in self.reading.faults]
        return {"received": rows, "changes": changed, "findings": findings, "unreadable": unreadable}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


def read(asked: Asked, tick: Tick, known: Tables | None = None) -> Reading:
    """Read and check the forms of files and folders; a file that cannot be read is a fault, the rest goes on."""
    if known is None and asked.params:
        known = known_tables(asked.root, asked.params)
    rules = _rules(asked)
    limits = settings.in_force(asked.root, rules)
    known_layouts = layouts.read(asked.root)
    listing = batch.files(asked.arguments)
    files: list[tuple[Path, Received]] = []
    copies: list[tuple[str, str]] = []

    def forms() -> Iterator[Form]:
        """The forms of one file after the other; none is kept, so that memory holds their rows only."""
        first = dict[str, str]()
        for path, received in zip(listing.files, batch.read(listing.files, known_layouts), strict=True):
            tick(len(files) + len(copies) + 1, len(listing.files), received.file)
            if received.forms and received.digest in first:
                copies.append((received.file, first[received.digest]))
                continue
            first[received.digest] = received.file
            files.append((path, replace(received, forms=())))
            yield from received.forms

    records = from_forms.records(forms(), known)
    remarks = (remark for _, each in files for remark in each.remarks)
    records = replace(records, remarks=(*records.remarks, *remarks))
    found = catalogue.find(records, rules, limits, asked.params)
    here = {each.file for _, each in files}
    findings = tuple(one for one in found if one.place.file in here and not one.rule.startswith(_OF_A_YEAR))
    faults = (*listing.faults, *(each.fault for _, each in files if each.fault))
    return Reading(tuple(files), records, findings, faults, tuple(copies))


def _rules(asked: Asked) -> policy.Policy:
    if asked.params:
        return policy.in_force(asked.root, asked.policy, asked.params.evaluated_year)
    return policy.on_date(asked.root, asked.policy, dt.date.today())


def of_year(root: Path, params: Params) -> tuple[Finding, ...]:
    """What the checks find in the tables of a year."""
    return evaluate.evaluate(root, params).findings


def known_tables(root: Path, params: Params) -> Tables:
    """The tables of the year as far as there are any."""
    folder = places.inside(root / "data", params.data_folder, "参数 data_folder")
    if not folder.is_dir():
        empty = {name: tables.empty(name) for name in SCHEMAS}
        return Tables(places.shown(folder, root), empty, tuple(SCHEMAS))
    return tables.read(root, params.data_folder, needed=())


@contextmanager
def alone(asked: Asked) -> Iterator[None]:
    """Hold the tables of the year from `prepared` to `store`; PublishError names the command that writes them."""
    with locks.folder_held(asked.folder, places.shown(asked.folder, asked.root)):
        yield


def prepared(asked: Asked, on: dt.date, tick: Tick) -> Delivery:
    """Read, check and judge a batch and merge what is accepted; nothing is written yet."""
    params = asked.params
    assert params is not None
    before = table_files.digests(
        asked.folder, SCHEMAS
    )  # of what is read next, or of what was there a moment earlier
    known = known_tables(asked.root, params)
    reading = read(asked, tick, known)
    verdict = judging.judged(reading.records, reading.findings, [each for _, each in reading.files])
    stored = storing.planned(reading.files, asked.folder / storing.FOLDER)
    names = {name: kept.name for name, kept in stored.items()}
    records = merging.renamed(reading.records, verdict.latest)
    frames = merging.merged(known.frames, records, verdict.kinds)
    journal = judging.journal(verdict, known["received"], on, names)
    changed = merging.changes(known.frames, frames, judging.versions(journal, known["received"]))
    frames |= {
        "sources": sourcing.sources(known.frames, frames, records, verdict.kinds, names),
        "received": merging.framed("received", _both(known["received"], journal)),
        "changes": merging.framed("changes", _both(known["changes"], changed)),
    }
    merging.typed(frames, known.folder)
    return Delivery(reading, verdict.fates, journal, changed, frames, before, stored)


def store(asked: Asked, delivery: Delivery) -> None:
    """Keep every file that came and write the tables of the year; no file is begun for a table without rows.

    RunError where a person has saved one of the tables since they were read.
    """
    folder = asked.folder
    storing.keep(delivery.reading.files, delivery.stored)
    frames = {n: f for n, f in delivery.tables.items() if len(f) or (folder / f"{n}.csv").is_file()}
    table_files.write(frames, folder, delivery.before)


def _both(old: pd.DataFrame, new: pd.DataFrame) -> Sequence[dict[Any, Any]]:
    return [*old.to_dict("records"), *new.to_dict("records")]

"""Imports the files of units: every file is kept and journalled, and accepted forms go into the year's tables."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from jixiao.checks import cards, catalogue, engine, plausible, settings
from jixiao.checks.cards import OTHER_WORK, Family
from jixiao.checks.engine import Finding
from jixiao.checks.settings import Settings
from jixiao.exchange.importing import arranging, filing, judging, kept, merging, sourcing, storing
from jixiao.exchange.importing.arranging import Arrival, Told
from jixiao.exchange.importing.filing import Batch
from jixiao.figures import evaluate
from jixiao.forms.layouts import layouts
from jixiao.forms.layouts.layouts import Layouts
from jixiao.forms.model import OF_OTHER_WORK
from jixiao.forms.reading import batch
from jixiao.forms.reading.batch import Received
from jixiao.forms.records import from_forms, identity, other_work
from jixiao.forms.records.filling import Ledger
from jixiao.forms.records.records import FORMS, Records
from jixiao.kit import commits, places
from jixiao.kit.commits import Commit, Content
from jixiao.kit.errors import Fault, JixiaoError
from jixiao.rules import policy
from jixiao.rules.policy import Policy
from jixiao.year import params as params_files
from jixiao.year import table_files, tables
from jixiao.year.params import Params
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables
from jixiao.year.words import DeliveryStatus

UNCONFIRMED = DeliveryStatus.UNCONFIRMED.words  # the folder of the copies of forms that wait
_MOST_TOLD = 50  # lines about forms that change nothing

Tick = Callable[[int, int, str], object]  # files read, files in all, the name of the last one


@dataclass(frozen=True)
class Asked:
    """What a user asks to read: files and folders, under the parameters of a year or under a policy alone."""

    root: Path
    arguments: tuple[Path, ...]
    params: Params | None
    policy: str

    @property
    def folder(self) -> Path:
        """The folder of the year's tables."""
        assert self.params is not None
        return places.inside(self.root / "data", self.params.data_folder, "参数 data_folder")


@dataclass(frozen=True)
class Reading:
    """What was read from a batch of files: the records of their forms, the findings, and the files that failed.

    `copies` are pairs of names: a file, and the earlier one of the same content, which is read in its place. `told`
    are the forms that change nothing, `marks` the words for a correction. `records` and `evaluated` are the forms of
    evaluations and what was found in them, `other_work` is all that was read of other forms; `findings` are both.
    """

    files: tuple[tuple[Path, Received], ...]
    records: Records
    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]
    copies: tuple[tuple[str, str], ...] = ()
    told: tuple[Told, ...] = ()
    marks: tuple[str, ...] = ()
    layouts: Layouts | None = None
    evaluated: tuple[Finding, ...] = ()
    other_work: Batch = field(default_factory=Batch)

    def said(self, year: int | None, done: str) -> Iterator[str]:
        """What the user reads of copies and of forms that change nothing; `done` is what is done once with copies."""
        for copy, first in self.copies:
            yield f"{copy} 和 {first} 内容相同，只{done}一份"
        for told in self.told[:_MOST_TOLD]:
            yield told.line(year)
        if len(self.told) > _MOST_TOLD:
            yield f"另有 {len(self.told) - _MOST_TOLD} 份表也已有更晚的，没有改动"

    @property
    def forms(self) -> int:
        """How many forms were read."""
        return len(self.records[FORMS]) + len(self.other_work.arrivals)

    def summary(self) -> str:
        """How many files and forms were read, as a user reads it."""
        return f"读了 {len(self.files)} 个文件，其中有 {self.forms} 张表"


@dataclass(frozen=True)
class Delivery:
    """All that an import is about to write: what became of each form, the new rows of the journal, and the tables.

    `altered` are the names of the tables whose rows are not those that were read, `before` the digests of the tables
    as they were read, `stored` the path at which each file will be kept.
    """

    reading: Reading
    fates: tuple[judging.Fate, ...]
    journal: pd.DataFrame
    changes: pd.DataFrame
    tables: dict[str, pd.DataFrame] = field(repr=False)
    altered: frozenset[str]
    before: Mapping[str, str] = field(repr=False)
    stored: dict[str, Path] = field(repr=False)
    year: int

    @property
    def refused(self) -> bool:
        """Whether something was returned or could not be read."""
        return bool(self.reading.faults) or any(fate.status != DeliveryStatus.ACCEPTED for fate in self.fates)

    def lines(self) -> Iterator[str]:
        """What the user reads: copies, each form that was returned, and how many forms had which fate."""
        yield from self.reading.said(self.year, "收")
        for fate in self.fates:
            if fate.status == DeliveryStatus.RETURNED:
                yield f"退回 {fate.file}{self._whose(fate)}：错误 {fate.errors} 处，要说明 {fate.warnings} 处"
        yield from self._unconfirmed()
        counts = Counter(fate.status for fate in self.fates)
        sums = "，".join(f"{status.words} {counts[status]}" for status in DeliveryStatus)
        yield f"{self.reading.summary()}：{sums}；新收 {len(self.journal)}，与上次相比改动 {len(self.changes)} 处。"
        if not counts[DeliveryStatus.ACCEPTED]:
            yield "没有一张表收进数据表，各表的数据没有改动。"

    @cached_property
    def _names(self) -> tuple[dict[str | None, str], dict[str | None, str]]:
        """The names of subjects by id, as the tables have them and as the forms do; of several the first."""
        subjects, forms = self.tables["subjects"], self.reading.records[FORMS]
        first_last = (frame[["subject_id", "name"]].iloc[::-1] for frame in (subjects, forms))
        of_year, of_forms = (dict(zip(one["subject_id"], one["name"], strict=True)) for one in first_last)
        return of_year, of_forms

    def _whose(self, fate: judging.Fate) -> str:
        """The id and the name of the subject of a form in brackets, as far as they are known and its file has another name."""
        of_year, of_forms = self._names
        name = of_year[fate.subject] if fate.subject in of_year else of_forms.get(fate.form)
        said = [one for one in (fate.subject, name) if one and one not in fate.file]
        return f"（{' '.join(said)}）" if said else ""

    def _unconfirmed(self) -> Iterator[str]:
        """One line for each layout with unknown labels: the first form of it, and how to confirm the reading."""
        waiting: dict[str, list[judging.Fate]] = {}
        for fate in self.fates:
            if fate.status == DeliveryStatus.UNCONFIRMED and fate.fingerprint:
                waiting.setdefault(fate.fingerprint, []).append(fate)
            elif fate.status == DeliveryStatus.UNCONFIRMED:
                yield f"待确认 {fate.file}：同一项目的另一张表要先确认，两张一起收"
        for fingerprint, fates in waiting.items():
            others = f" 等 {len(fates)} 份" if len(fates) > 1 else ""
            errors = sum(fate.errors for fate in fates)
            also = f"；另有错误 {errors} 处，确认后照常退回" if errors else ""
            copy = f"outputs/{self.year}.returns/{UNCONFIRMED}/{fingerprint}.xlsx"
            line = f'在 params/forms/confirmed.yml（没有就新建）里加一行 - "{fingerprint}" 后再收'
            yield (
                f"待确认 {fates[0].file}{others}：有没见过的列名，怎样读的、什么没有读的见 {copy}；读得对的，{line}；"
                f"不对的，照 F24 的提示在 labels.yml 里加上叫法{also}"
            )

    def as_json(self) -> dict[str, Any]:
        """The import as names and values, for JSON."""
        return {
            "received": _for_json(self.journal),
            "changes": _for_json(self.changes),
            "findings": [one.as_json() for one in self.reading.findings],
            "unreadable": [str(fault) for fault in self.reading.faults],
            "replaced": [told.line(self.year) for told in self.reading.told],
        }


def _for_json(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame; dates and decimals are texts."""

    def written(value: Any) -> Any:
        return value if value is None or isinstance(value, int | str) else str(value)

    return [{str(name): written(value) for name, value in row.items()} for row in frame.to_dict("records")]


def read(asked: Asked, tick: Tick, known: Tables | None = None) -> Reading:
    """Read and check the forms in files and folders; a file that cannot be read is a fault and does not stop the rest.

    `known` are the year's tables where they have been read already.
    """
    if known is None and asked.params:
        known = known_tables(asked.root, asked.params)
    rules = _rules(asked)
    limits = settings.in_force(asked.root, rules)
    marks = limits.values["F08"]["marks"]
    known_layouts = layouts.read(asked.root)
    listing = batch.files(asked.arguments)
    register = identity.register(known)
    files: list[tuple[Path, Received]] = []
    copies: list[tuple[str, str]] = []
    arrivals: list[Arrival] = []
    others: list[filing.Arrival] = []
    ledger = Ledger.of(known)
    first = dict[str, str]()
    for path, received in zip(listing.files, batch.read(listing.files, known_layouts), strict=True):
        tick(len(files) + len(copies) + 1, len(listing.files), received.file)
        if received.forms and received.digest in first:
            copies.append((received.file, first[received.digest]))
            continue
        first[received.digest] = received.file
        files.append((path, replace(received, forms=())))
        apart = [form for form in received.forms if form.kind in OF_OTHER_WORK]
        others += [filing.arrival(one, received.digest, marks) for one in other_work.of_file(apart, ledger)]
        evaluations = [form for form in received.forms if form.kind not in OF_OTHER_WORK]
        for form in evaluations:  # packed, so that memory holds their rows only
            owner = identity.owner(form, register)
            arrivals.append(arranging.arrival(form, owner, received.digest, marks))
    journal = arranging.Journal(known["received"] if known else None)
    beside = arranging.held_against(journal, arrivals)
    ordered = arranging.in_order(beside.kept)
    of_others = {one.filed.form.file for one in others} - {one.file for one in arrivals}
    # A file of which nothing is left says nothing any more; what it says of single cells goes with its forms.
    left = {one.file for one in ordered}
    silent = ({one.file for one in beside.told} - left) | of_others
    remarks = [remark for _, each in files if each.file not in silent for remark in each.remarks]
    remarks += beside.remarks
    here = {each.file for _, each in files} - silent
    known_cards = cards.read()
    before = last_year(asked.root, asked.params) if asked.params else None
    earlier = {} if before is None else {plausible.LAST_YEAR: before}
    while True:
        records = from_forms.of_owned(arranging.forms(ordered), register, known)
        records = replace(records, remarks=(*records.remarks, *remarks), known={**records.known, **earlier})
        found = catalogue.find(records, rules, limits, asked.params)
        findings = tuple(
            one for one in found if one.place.file in here and not known_cards[one.rule].family.of_a_year
        )
        again = arranging.without(ordered, judging.failed(records, findings))
        if again is None:
            break
        ordered = again  # each time a form less can count, so this comes to an end
    about = [remark for _, each in files if each.file in of_others for remark in each.remarks]
    filed = _of_other_work(filing.arranged(others, known, about), rules, limits, asked.params)
    faults = (*listing.faults, *(each.fault for _, each in files if each.fault))
    told = (*beside.told, *filed.told)
    return Reading(
        tuple(files),
        records,
        engine.merged(findings, filed.findings),
        faults,
        tuple(copies),
        told,
        marks,
        known_layouts,
        findings,
        filed,
    )


def _rules(asked: Asked) -> Policy:
    """The policy in force for the year asked for, or on this day where none is."""
    if asked.params:
        return policy.in_force(asked.root, asked.policy, asked.params.evaluated_year)
    return policy.on_date(asked.root, asked.policy, dt.date.today())


def _of_other_work(filed: Batch, rules: Policy, limits: Settings, params: Params | None) -> Batch:
    """Forms that are no evaluations with what the checks find: those of files, and those of the work that they record."""
    if not filed.arrivals:
        return filed
    found = catalogue.find(filed.records, rules, limits, params)
    known_cards = cards.read()
    families = (Family.FILES, *OTHER_WORK)
    here = tuple(
        one for one in found if one.place.file in filed.files and known_cards[one.rule].family in families
    )
    return replace(filed, findings=here)


def of_year(root: Path, params: Params, tick: Tick) -> tuple[Finding, ...]:
    """The findings of the checks in the tables of a year, and in the forms that are kept of it."""
    evaluation = replace(evaluate.evaluate(root, params), last_year=last_year(root, params))
    return engine.merged(evaluation.findings, kept.findings(root, params, evaluation.tables, tick))


def last_year(root: Path, params: Params) -> pd.DataFrame | None:
    """The subjects of the year before; None where there are none, they cannot be read, or they are invented."""
    try:
        before = params_files.of_year(root, params.report_year - 1)
        if before.reconstructed:
            return None
        return tables.read_one(root, before.data_folder, "subjects")
    except JixiaoError:  # another year's faults are told when that year is checked
        return None


def known_tables(root: Path, params: Params) -> Tables:
    """The tables of the year; those without a file are empty."""
    folder = places.inside(root / "data", params.data_folder, "参数 data_folder")
    if not folder.is_dir():
        empty = {name: tables.empty(name) for name in SCHEMAS}
        return Tables(places.shown(folder, root), empty, tuple(SCHEMAS))
    return tables.read(root, params.data_folder, needed=())


def prepared(asked: Asked, on: dt.date, tick: Tick) -> Delivery:
    """Read, check and judge a batch and put what is accepted into the tables, in memory: nothing is written yet."""
    params = asked.params
    assert params is not None
    # Before the tables are read: a table saved in between differs from its digest and will not be overwritten.
    before = table_files.digests(asked.folder, SCHEMAS)
    known = known_tables(asked.root, params)
    reading = read(asked, tick, known)
    replaced = {one.file for one in reading.told}
    files = [each for _, each in reading.files]
    confirmed = reading.layouts.confirmed if reading.layouts else ()
    others = reading.other_work
    verdict = judging.judged(
        reading.records, reading.evaluated, files, reading.marks, replaced | others.files, confirmed
    )
    fates = filing.judged(others, others.findings, confirmed)
    filed = filing.accepted(others, fates)
    verdict = replace(verdict, fates=(*verdict.fates, *fates))
    stored = storing.planned(reading.files, asked.folder / storing.FOLDER, known["received"])
    names = {name: kept.name for name, kept in stored.items()}
    records = reading.records
    journal = judging.journal(verdict, known["received"], on, names)
    received = merging.framed("received", _both(known["received"], journal))
    frames = {**known.frames, "received": received}
    changed = tables.empty("changes")
    if verdict.kinds or filed:
        frames |= merging.merged(known.frames, records, verdict.kinds) | filing.merged(known.frames, filed)
        # Also of forms that came before: they write over what somebody has typed into the tables since.
        versions = judging.versions(received, verdict.kinds)
        first = judging.first_accepted(journal, known["received"])
        of_evaluations = merging.changes(known.frames, frames, versions, first)
        of_other_work = filing.changes(known.frames, frames, filed, received, known["received"])
        changed = merging.framed("changes", [*table_files.rows(of_evaluations), *of_other_work])
        frames["changes"] = merging.framed("changes", _both(known["changes"], changed))
        cells = sourcing.sources(known.frames, frames, records, verdict.kinds, names)
        beside = filing.sources(known["sources"], frames, filed, names)
        frames["sources"] = merging.framed("sources", [*table_files.rows(cells), *beside])
    merging.typed(frames, known.folder)
    altered = frozenset(
        name
        for name, frame in frames.items()
        if frame is not known[name] and table_files.csv_text(frame) != table_files.csv_text(known[name])
    )
    return Delivery(
        reading, verdict.fates, journal, changed, frames, altered, before, stored, params.report_year
    )


def store(asked: Asked, delivery: Delivery, derived: Iterable[tuple[str, Content]] = ()) -> Commit | None:
    """Write the year's tables, each file that came, and what is `derived` of them: all or none; None where all is there.

    The caller holds the folder of the year. A table whose rows stay as they were keeps every byte; one that has the
    mark of UTF-8 keeps it. RunError where somebody has saved one of the tables since they were read, or a file that
    came has changed since.
    """
    assert asked.params is not None
    folder = f"{commits.SOURCES}/{asked.params.data_folder}"
    tables_ = {
        f"{folder}/{name}.csv": (
            table_files.mark_of(asked.folder / f"{name}.csv") + table_files.csv_text(frame)
        ).encode()
        for name, frame in delivery.tables.items()
        if name in delivery.altered
    }
    kept = storing.contents(delivery.reading.files, delivery.stored, folder)
    read = {f"{folder}/{name}.csv": delivery.before.get(name) for name in SCHEMAS}
    command = f"import {asked.params.report_year}"
    return commits.write(asked.root, asked.folder, command, chain(tables_.items(), kept, derived), read)


def _both(old: pd.DataFrame, new: pd.DataFrame) -> Sequence[dict[Any, Any]]:
    return [*old.to_dict("records"), *new.to_dict("records")]

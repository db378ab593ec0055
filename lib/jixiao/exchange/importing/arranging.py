"""Puts the forms of a batch in the order in which they count, and leaves out those that later ones have replaced."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from jixiao.forms.model import OF_ONE_SUBJECT, SELF_EVALUATIONS, Form, FormKind, Remark
from jixiao.forms.records import identity, ranks
from jixiao.forms.records.identity import Owner
from jixiao.forms.records.ranks import Order, Rank
from jixiao.kit.errors import Place
from jixiao.year import table_files
from jixiao.year.words import DeliveryStatus

_KINDS = (
    *SELF_EVALUATIONS,
    FormKind.TARGETS,
    FormKind.LIST,
    FormKind.REVIEW,
    FormKind.SCORES,
)  # what others build on comes first
_PLACE = "place"  # of a row in the journal
_QUICK = 1  # of zlib: a form becomes a tenth of its size in a millisecond

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Arrival:
    """A form that came: whose it is, what it says of when it was made, and the form itself, packed.

    `late` says that an earlier batch brought a later form, `failed` that the form has errors of its own: neither
    counts for its subject.
    """

    owner: Owner
    kind: FormKind
    place: Place
    digest: str
    rank: Rank
    packed: bytes = field(repr=False)
    late: bool = False
    failed: bool = False

    @property
    def file(self) -> str:
        """The name of its file in messages."""
        return self.place.file

    @property
    def document(self) -> tuple[str, bool]:
        """Its subject, and whether it is the targets of that subject: these stand beside its self-evaluation."""
        return self.owner.subject, self.kind == FormKind.TARGETS

    @property
    def form(self) -> Form:
        """The form."""
        unpacked: Form = pickle.loads(zlib.decompress(self.packed))  # packed by this process, see `arrival`
        return unpacked

    @property
    def counts(self) -> bool:
        """Whether it may stand for its subject."""
        return not self.late


class Journal:
    """The rows of received.csv about subjects, in the order in which the forms came."""

    def __init__(self, received: pd.DataFrame | None) -> None:
        self._last: dict[tuple[str, FormKind, str], Row] = {}  # by subject, kind and content
        self._force: dict[tuple[str, FormKind], Row] = {}
        for n, row in enumerate(table_files.rows(received) if received is not None else ()):
            if row["subject_id"]:
                self._add(row["subject_id"], {**row, _PLACE: n})

    def _add(self, subject: str, row: Row) -> None:
        kind = row.get("kind")
        for each in FormKind if kind is None else (kind,):  # old journals do not say which kind it was
            if row["status"] != DeliveryStatus.UNCONFIRMED:  # it was not judged, and may come again
                self._last[subject, each, row["digest"]] = row
            force = self._force.get((subject, each))
            if row["status"] == DeliveryStatus.ACCEPTED and (
                force is None or _rank(row).against(_rank(force)) is not Order.EARLIER
            ):
                self._force[subject, each] = row

    def last(self, one: Arrival) -> Row | None:
        """The last delivery of the same content."""
        return self._last.get((one.owner.subject, one.kind, one.digest))

    def in_force(self, subject: str, kind: FormKind) -> Row | None:
        """The delivery that counts: the last one accepted, unless an earlier one says that it is later."""
        return self._force.get((subject, kind))

    def gave_way(self, before: Row, force: Row) -> bool:
        """Whether a delivery was replaced by the one in force: it came before it, or was accepted and does not count."""
        if before["digest"] == force["digest"]:
            return False
        return bool(force[_PLACE] > before[_PLACE] or before["status"] == DeliveryStatus.ACCEPTED)


@dataclass(frozen=True)
class Told:
    """A form that changes nothing: its file, and the delivery that stands in its place; `again` where it is known."""

    file: str
    subject: str
    known: Row | None
    instead: Row | None

    def line(self, year: int | None) -> str:
        """What the user reads."""
        undo = f"，或用 jixiao undo {year} 撤销上一次导入" if year else ""
        back = f"要改用这一份的，在表的标题里注明第几次更正，另存后再收{undo}"
        known = f"（{_when(self.known)}）" if self.known else ""
        if self.instead is None:
            return f"{self.file} 是 {self.subject} 已收过的一份{known}，这次另有新的一份，不再收"
        instead = f"“{self.instead['file']}”（{_when(self.instead)}）"
        if self.known is None:
            return f"{self.file} 按标记或日期早于 {self.subject} 已收的 {instead}，只登记，不改数据表；{back}"
        return f"{self.file} 是 {self.subject} 已收过的一份{known}，已由 {instead} 代替，没有改动；{back}"


def _when(row: Row) -> str:
    day = f"{row['received_on']} " if row["received_on"] else ""
    return f"{day}第 {row['version']} 次"


def arrival(form: Form, owner: Owner, digest: str, marks: Sequence[str]) -> Arrival:
    """A form that came in a file of this digest; `marks` are the words that say that it is a correction."""
    title, *names = (identity.text(form, name) for name in ("title", "name", "unit", "department", "code"))
    rank = ranks.of(form.file, form.sheet, title, marks, (*names, owner.subject))
    packed = zlib.compress(pickle.dumps(form, pickle.HIGHEST_PROTOCOL), _QUICK)
    value = form.fields.get("name") or form.fields.get("title")
    place = form.place(value) if value else Place(form.file, form.sheet)
    return Arrival(owner, form.kind, place, digest, rank, packed)


@dataclass(frozen=True)
class Sorted:
    """The forms of a batch that are to be looked at, those that change nothing, and those that contradict the journal."""

    kept: list[Arrival]
    told: list[Told]
    remarks: list[Remark]


def held_against(known: Journal, arrivals: Sequence[Arrival]) -> Sorted:
    """The forms of a batch beside those that came before.

    A form whose content came before gives way to a later one that was accepted, or that this batch brings; a new one
    that by its marks or dates is earlier than an accepted one does not count.
    """
    fresh = {
        (one.owner.subject, one.kind)
        for one in arrivals
        if one.kind in OF_ONE_SUBJECT and not known.last(one)
    }
    kept: list[Arrival] = []
    told: list[Told] = []
    remarks: list[Remark] = []
    for one in arrivals:
        subject = one.owner.subject
        force = known.in_force(subject, one.kind)
        before = known.last(one)
        if before is None:
            whole = force is not None and one.kind in OF_ONE_SUBJECT
            order = one.rank.against(_rank(force)) if force and whole else Order.SILENT
            kept.append(replace(one, late=order is Order.EARLIER))
            if order is Order.EARLIER:
                told.append(Told(one.file, subject, None, force))
            elif order is Order.CONTRADICTORY:
                remarks.append(_contradiction(one, force))
        elif force and known.gave_way(before, force):
            told.append(Told(one.file, subject, before, force))
        elif (subject, one.kind) in fresh:
            told.append(Told(one.file, subject, before, None))
        else:
            kept.append(one)
    return Sorted(kept, told, remarks)


def _contradiction(one: Arrival, force: Row | None) -> Remark:
    assert force is not None
    found = f"已收过“{force['file']}”（{force['mark']}），这一份的标记和日期说的先后不一"
    return Remark("F08", one.place, found, "一个项目一张表")


def in_order(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """The forms of each subject together: first the one that counts for it, what adds to it last.

    Subjects stand in the order in which they came; the names of files decide nothing else.
    """
    found = sorted(arrivals, key=lambda one: one.digest)  # sheets of one file stay in their order
    whole = [one for one in found if one.kind in OF_ONE_SUBJECT]
    whole.sort(key=lambda one: one.rank.position, reverse=True)
    adding = [one for one in found if one.kind not in OF_ONE_SUBJECT]
    adding.sort(key=lambda one: one.rank.position)
    first: dict[str, int] = {}
    for n, one in enumerate(arrivals):
        first.setdefault(one.owner.subject, n)
    return sorted(
        [*whole, *adding],
        key=lambda one: (
            first[one.owner.subject],
            one.kind not in OF_ONE_SUBJECT,
            one.late,
            one.failed,
            _KINDS.index(one.kind),
        ),
    )


def forms(arrivals: Iterable[Arrival]) -> Iterator[tuple[Form, Owner, bool]]:
    """What the records are made of: each form, whose it is, and whether it may count; one form at a time is unpacked."""
    for one in arrivals:
        yield one.form, one.owner, one.counts


def without(arrivals: Sequence[Arrival], failed: Sequence[bool]) -> list[Arrival] | None:
    """The forms in order once those that `failed` count no more; None where no other form could count instead."""
    able = {
        one.document
        for one, wrong in zip(arrivals, failed, strict=True)
        if one.kind in OF_ONE_SUBJECT and not (wrong or one.failed or one.late)
    }
    first: dict[tuple[str, bool], bool] = {}
    for one, wrong in zip(arrivals, failed, strict=True):
        if one.kind in OF_ONE_SUBJECT:
            first.setdefault(one.document, wrong or one.failed)
    if not any(wrong and document in able for document, wrong in first.items()):
        return None
    marked = (
        replace(one, failed=True) if wrong and one.document in able else one
        for one, wrong in zip(arrivals, failed, strict=True)
    )
    return in_order(list(marked))


def _rank(row: Row) -> Rank:
    return ranks.read(row.get("mark"))

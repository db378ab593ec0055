"""All letters of a year, or some of them, written and put into their folder with an index of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.archive import letters_place
from jixiao.archive.publication import Publication
from jixiao.kit.errors import Fault, RunError
from jixiao.kit.progress import Progress
from jixiao.kit.sealed import rendered, sha256
from jixiao.letters import batch, index, recipients
from jixiao.letters.index import Entry
from jixiao.letters.recipients import Recipient
from jixiao.letters.writing import Order
from jixiao.report.letter import prepared


@dataclass(frozen=True)
class Mailing:
    """What was asked for: letters to the units `wanted` or to all; or to departments, `below` with their units."""

    publication: Publication
    wanted: Sequence[str] = ()
    below: bool = False
    reply_by: str | None = None


@dataclass(frozen=True)
class Sent:
    """The letters that were written to the folder `place`, those that were not with the reasons, and what is told of some."""

    place: str
    written: Sequence[Entry]
    failed: Sequence[Entry]
    told: Sequence[str] = ()


def write(mailing: Mailing, progress: Progress) -> Sent:
    """Write the letters that are asked for; those to others stay, and one that fails is listed and stops no other."""
    publication = mailing.publication
    progress.step("核对数据表")
    batch.prepare(publication.root, publication.params)
    units = prepared.year(publication.root, publication.params).evaluation.tables["units"]
    everyone = recipients.of_year(units)
    now = recipients.chosen(everyone, mailing.wanted, below=mailing.below)
    inputs = _digest(publication)
    with letters_place.opened(Publication(publication.root, publication.year)) as place:
        there = place.earlier()
        known = index.read(there, place.shown)
        orders = {
            Order(publication.root, publication.year, one.unit, one.below, mailing.reply_by): one
            for one in now
        }
        files: dict[str, bytes] = {}
        told: list[str] = []
        entries: dict[tuple[str, bool], Entry] = {}
        done = batch.write(
            list(orders), place.scratch, lambda n, of, unit: progress.step("写函", n, of, unit)
        )
        for written in done:
            one = orders[written.order]
            contents = {f"{one.stem}.{kind}": content for kind, content in written.files.items()}
            files |= contents
            faults = tuple(map(str, written.faults))
            told += [f"{one.unit} {one.name}：{text}" for text in written.told]
            entries[one.unit, one.below] = Entry(
                one.unit, one.name, one.below, tuple(contents), faults, inputs
            )
        if _digest(replace(publication)) != inputs:
            raise RunError(Fault("写函", "数据表、参数或笔记本在运行中被改动", remedy="改完后再运行"))
        kept = [one for one in known if (one.unit, one.below) not in entries and _still(one, everyone)]
        gone = {name for one in known if one not in kept for name in one.files}
        beside = {name: content for name, content in there.items() if name not in gone}
        listed = _in_order([*kept, *entries.values()], everyone)
        params = publication.params
        listing = index.files(listed, params.report_year, params.issuer, inputs)
        place.replace({**beside, **files, **listing})
    new = _in_order(list(entries.values()), everyone)
    made, failed = [one for one in new if one.files], [one for one in new if not one.files]
    return Sent(place.shown, made, failed, sorted(told))


def _still(entry: Entry, everyone: Sequence[Recipient]) -> bool:
    """Whether a letter of an earlier command is to a unit that is there, by the same name."""
    return any((one.unit, one.name, one.below) == (entry.unit, entry.name, entry.below) for one in everyone)


def _in_order(entries: Sequence[Entry], everyone: Sequence[Recipient]) -> list[Entry]:
    order = {(one.unit, one.below): at for at, one in enumerate(everyone)}
    return sorted(entries, key=lambda one: order[one.unit, one.below])


def _digest(publication: Publication) -> str:
    """The SHA-256 of all files that letters are made from, by name and content."""
    return sha256(rendered({"inputs": [one.as_json() for one in publication.inputs]}))

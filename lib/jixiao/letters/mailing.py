"""All letters of a year, or some of them, written and put into their folder with an index of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jixiao.archive import letters_place
from jixiao.archive.letters_place import Place
from jixiao.archive.publication import Publication
from jixiao.kit.errors import Fault, RunError
from jixiao.kit.progress import Progress
from jixiao.kit.sealed import rendered, sha256
from jixiao.letters import batch, index, recipients
from jixiao.letters.batch import Written
from jixiao.letters.index import Entry
from jixiao.letters.kept import Kept, OnDisk
from jixiao.letters.recipients import Recipient
from jixiao.letters.writing import Order
from jixiao.year import tables


@dataclass(frozen=True)
class Mailing:
    """What was asked for: letters to the units `wanted` or to all; or to departments, `below` with their units."""

    publication: Publication
    wanted: Sequence[str] = ()
    below: bool = False
    reply_by: str | None = None


@dataclass(frozen=True)
class Sent:
    """The letters that stand in the folder `place` now, those that were not written with the reasons, what is told of some.

    Of those that stand there `unchanged` were finished before.
    """

    place: str
    written: Sequence[Entry]
    failed: Sequence[Entry]
    told: Sequence[str] = ()
    unchanged: int = 0


def everyone(publication: Publication) -> list[Recipient]:
    """All that may get a letter of the year."""
    return recipients.of_year(tables.read_one(publication.root, publication.params.data_folder, "units"))


def write(mailing: Mailing, progress: Progress) -> Sent:
    """Write the letters that are asked for; those to others stay, and one that fails is listed and stops no other."""
    publication = mailing.publication
    progress.step("核对数据表")
    batch.prepare(publication.root, publication.params)
    now = recipients.chosen(everyone(publication), mailing.wanted, below=mailing.below)
    orders = [Order(publication.root, publication.year, one.unit, one.below, mailing.reply_by) for one in now]
    with letters_place.opened(Publication(publication.root, publication.year)) as place:
        written = []
        for one in batch.write(orders, place.scratch, lambda _: None, kept=Kept(publication)):
            written.append(one)
            progress.step("写函", len(written), len(orders), one.order.unit)
        return gather(place, publication, written)


def gather(place: Place, publication: Publication, written: Sequence[Written]) -> Sent:
    """Put letters that were written into their folder with those that stay, and let go of what was kept of them.

    RunError where their inputs have changed since: they are not those of one state of the data.
    """
    inputs = _digest(publication)
    if _digest(replace(publication)) != inputs:
        raise RunError(Fault("写函", "数据表、参数或笔记本在运行中被改动", remedy="改完后再运行"))
    kept = Kept(publication)
    known = index.read(_record(place), place.shown)
    everybody = everyone(publication)
    whom = {(one.unit, one.below): one for one in everybody}
    paths: dict[str, Path] = {}
    entries: dict[tuple[str, bool], Entry] = {}
    told: list[str] = []
    for each in written:
        one = whom[each.order.unit, each.order.below]
        files = {f"{one.stem}.{kind}": path for kind, path in each.files.items()}
        paths |= files
        told += [f"{one.unit} {one.name}：{text}" for text in each.told]
        entries[one.unit, one.below] = Entry(
            one.unit,
            one.name,
            one.below,
            tuple(files),
            tuple(map(str, each.faults)),
            inputs,
            kept.key(each.order),
            {name: sha256(path.read_bytes()) for name, path in files.items()},
            each.told,
        )
    stay = [one for one in known if (one.unit, one.below) not in entries and _still(one, whom)]
    staying = {(one.unit, one.below) for one in stay}
    gone = {name for one in known if (one.unit, one.below) not in staying for name in one.files}
    beside = {path.name: path for path in place.target.glob("*") if path.is_file() and path.name not in gone}
    listed = _in_order([*stay, *entries.values()], everybody)
    params = publication.params
    listing = index.files(listed, params.report_year, params.issuer, inputs)
    place.replace(OnDisk(beside | paths, listing))
    kept.clear([each.order for each in written])
    new = _in_order(entries.values(), everybody)
    made, failed = [one for one in new if one.files], [one for one in new if not one.files]
    return Sent(place.shown, made, failed, sorted(told), sum(each.unchanged for each in written))


def _record(place: Place) -> Mapping[str, bytes]:
    path = place.target / index.RECORD
    return {index.RECORD: path.read_bytes()} if path.is_file() else {}


def _still(entry: Entry, whom: Mapping[tuple[str, bool], Recipient]) -> bool:
    """Whether a letter of an earlier command is to a unit that is there, by the same name."""
    one = whom.get((entry.unit, entry.below))
    return one is not None and one.name == entry.name


def _in_order(entries: Iterable[Entry], everyone: Sequence[Recipient]) -> list[Entry]:
    order = {(one.unit, one.below): at for at, one in enumerate(everyone)}
    return sorted(entries, key=lambda one: order[one.unit, one.below])


def _digest(publication: Publication) -> str:
    """The SHA-256 of all files that letters are made from, by name and content."""
    return sha256(rendered({"inputs": [one.as_json() for one in publication.inputs]}))

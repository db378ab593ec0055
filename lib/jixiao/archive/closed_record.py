"""The record of a closed publication: what was closed, when and why it was opened again; its last entry says which.

`data/<report year>/closed.json` holds that of the annual report, `closed-<id>.json` that of another publication. They
lie there because outputs/ is not in git: a fresh clone can still tell what would change. While a closed one is opened
again the new record waits beside the old one under another name. It takes the old one's place only if the version that
it speaks of was published, by this run or, after a kill, by the next command.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.archive import crate, manifest
from jixiao.archive.publication import FIGURES, Publication
from jixiao.archive.publication import named as publication_of
from jixiao.archive.published_folder import Place
from jixiao.figures import closings
from jixiao.figures.closings import REOPENED
from jixiao.kit import disk, places
from jixiao.kit.errors import ClosingError, Fault, ParameterError, one_line
from jixiao.kit.sealed import sha256
from jixiao.year.words import Severity


@dataclass(frozen=True)
class Record:
    """The entries on one publication in order; none where it was never closed."""

    publication: Publication
    entries: tuple[Mapping[str, Any], ...] = ()

    @property
    def place(self) -> str:
        """The file as messages name it; it lies with the data of the report year, whichever folder the parameters name."""
        return closings.place(self.publication.year, self.publication.id)

    @property
    def path(self) -> Path:
        """The file."""
        data = self.publication.root / "data"
        return places.inside(data, self.place.removeprefix("data/"), self.place)

    @property
    def waiting(self) -> Path:
        """Where a new record waits for the version that it speaks of."""
        return self.path.with_name(f".{self.path.name}.waiting")

    @property
    def closed(self) -> Mapping[str, Any] | None:
        """What was closed and not opened again."""
        return closings.closed(self.entries)

    def with_entry(self, state: str, **content: Any) -> bytes:
        """The text of the record with one entry more, of today."""
        entry = {"state": state, "day": dt.date.today().isoformat(), **content}
        return manifest.sealed({"report_year": self.publication.year, "entries": [*self.entries, entry]})


@dataclass(frozen=True)
class Standing:
    """Since which day a publication is closed, and which of its published files are not those that were closed.

    `source` is the folder of what was kept for it, where it is made from that.
    """

    day: str
    different: tuple[str, ...]
    source: str = ""


def read(publication: Publication, published: bytes | None) -> Record:
    """The record of a publication; `published` is its manifest, which a record that waits may speak of.

    TableError for one that is not as it was written: damage is never taken for what is not closed.
    """
    record = Record(publication)
    path = record.waiting if _belongs(record.waiting, published) else record.path
    if not path.exists():
        return record
    return Record(publication, closings.entries(path.read_bytes(), publication.year, record.place))


def settled(publication: Publication) -> Record:
    """The record as a command finds it that holds the lock: what a killed one left is put right."""
    published = published_manifest(publication)
    record = Record(publication)
    if _belongs(record.waiting, published):
        record.waiting.replace(record.path)
    record.waiting.unlink(missing_ok=True)
    places.clear_parts(record.path.parent, f"*{record.path.name}*")
    return read(publication, published)


def standing(publication: Publication, published: Mapping[str, bytes]) -> Standing | None:
    """How published files stand to those that were closed; None where it is not closed."""
    closed = read(publication, published.get(manifest.NAME)).closed
    return Standing(closed["day"], changed_files(closed, published)) if closed else None


def refuse_changes(root: Path, year: int) -> None:
    """ClosingError for each closed publication of `year` whose tables are about to change; it says how to open it."""
    faults = []
    for notebook in closings.notebooks(root, year):
        one = publication_of(root, year, notebook)
        closed = read(one, published_manifest(one)).closed
        if closed:
            found = f"已于 {closed['day']} 封存，数据表不再改动"
            remedy = f"先运行 {one.command('report')} --reopen 写明理由重开"
            faults.append(Fault(one.label, found, remedy=remedy))
    if faults:
        raise ClosingError(*faults)


def reason(text: str, record: Record) -> str:
    """Why what is closed is opened again, as one line; ParameterError where nothing is said or nothing is closed."""
    said = one_line(text, len(text) + 1)
    if not said:
        raise ParameterError(Fault("--reopen", "没有写理由", "改动已封存数字的理由，如 更正某单位的复核得分"))
    if not record.closed:
        last = record.entries[-1] if record.entries else None
        since = f"已于 {last['day']} 重开（{last['reason']}）" if last else "没有封存"
        found = f"{record.publication.label}{since}，不必重开"
        raise ParameterError(Fault("--reopen", found, remedy="去掉 --reopen"))
    return said


def publish(
    place: Place, record: Record, files: Mapping[str, bytes], reopen: str
) -> tuple[bool, tuple[str, ...]]:
    """Publish `files` where the record allows it: whether that changed what is published, and what its maker should know.

    ClosingError lists what would change where it is closed and `reopen` gives no reason.
    """
    closed = record.closed
    if not closed:
        return place.publish(files), ()
    publication = record.publication
    figures = changed_figures(closed, files)
    changed = changed_files(closed, files)
    if reopen:
        said = f"{publication.label}已重开（{reopen}）；核对后用 {publication.command('close')} 再次封存"
        content = {"reason": reopen, "files": list(changed), "figures": figures}
        return _reopened(place, record, files, content), (said,)
    where = f"{publication.label}已于 {closed['day']} 封存"
    remedy = "恢复数据；确要改动的，加 --reopen 写明理由"
    if figures:
        found = f"有 {len(figures)} 个统计数与封存时不同，没有发布"
        raise ClosingError(Fault(where, found, remedy=remedy), *map(_figure_fault, figures))
    if errors(files):
        raise ClosingError(Fault(where, "新的报告是草稿，没有发布", remedy=remedy))
    said = f"统计数与封存时相同，这些文件不再是 {closed['day']} 封存的：{'、'.join(changed)}"
    return place.publish(files), (one_line(said),) if changed else ()


def _reopened(place: Place, record: Record, files: Mapping[str, bytes], content: Mapping[str, Any]) -> bool:
    """Publish and record that it is open again: both, or neither."""
    own = sha256(files[manifest.NAME])
    with disk.faults(record.place):
        places.write_whole(record.waiting, record.with_entry(REOPENED, manifest=own, **content))
    try:
        return place.publish(files)
    finally:
        settled(record.publication)


def changed_figures(closed: Mapping[str, Any], files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Each figure that is not as closed, in the order of the report; before or after is None where it is not there."""
    old = closed["figures"]
    new = figures(files)
    pairs = ((key, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old]))
    return [
        {"key": key, "label": (other or one)["label"], "before": _value(one), "after": _value(other)}
        for key, one, other in pairs
        if _value(one) != _value(other)
    ]


def changed_files(closed: Mapping[str, Any], files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The names of the files that are new, gone or other than those closed.

    Manifest and crate tell of these, and of the program, which may be a newer one.
    """
    old = {one["name"]: one["sha256"] for one in closed["files"] if one["name"] != crate.NAME}
    new = {name: sha256(each) for name, each in files.items() if name not in (manifest.NAME, crate.NAME)}
    return tuple(name for name in sorted({*old, *new}) if old.get(name) != new.get(name))


def figures(files: Mapping[str, bytes]) -> dict[str, dict[str, str | None]]:
    """Label, value, unit and words of every figure of a version by its key."""
    listed = json.loads(files[FIGURES])["figures"]
    parts = (*closings.VALUE, *closings.WORDS)
    return {one["key"]: {part: one[part] for part in parts if part in one} for one in listed}


def errors(files: Mapping[str, bytes]) -> int:
    """How many errors make a version a draft."""
    findings = json.loads(files[FIGURES]).get("findings", ())
    return sum(finding["severity"] == Severity.ERROR for finding in findings)


def differences(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The figures of a version that are not as its published.yml says, and are no known misprints."""
    found: list[dict[str, Any]] = json.loads(files[FIGURES]).get("differences", [])
    return found


def published_manifest(publication: Publication) -> bytes | None:
    """The manifest that is published, if there is one."""
    path = publication.folder / manifest.NAME
    return path.read_bytes() if path.is_file() else None


def _value(figure: Mapping[str, str | None] | None) -> str | None:
    """A figure's value with its unit; None where there is no such figure."""
    if figure is None:
        return None
    return "没有值" if figure["value"] is None else f"{figure['value']}{figure['unit']}"


def _figure_fault(change: Mapping[str, Any]) -> Fault:
    before, after = (f"“{value}”" if value else "没有" for value in (change["before"], change["after"]))
    return Fault(change["key"], f"{change['label']}，封存时{before}，现在{after}")


def _belongs(waiting: Path, published: bytes | None) -> bool:
    """Whether a record that waits speaks of the version that is published."""
    if published is None or not waiting.is_file():
        return False
    entries = closings.parsed(waiting.read_bytes()).get("entries", [])
    return bool(entries) and entries[-1]["manifest"] == sha256(published)

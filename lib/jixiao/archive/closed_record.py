"""The record of a closed year: what was closed, and when and why it was opened again; its last entry says which.

`data/<report year>/closed.json` holds it, because outputs/ is not in git: a fresh clone can still tell what would
change. While a closed year is opened again the new record waits beside the old one under another name. It takes the
old one's place only if the version that it speaks of was published, by this run or, after a kill, by the next command.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.archive import crate, manifest, published_folder
from jixiao.archive.published_folder import Place
from jixiao.kit import places
from jixiao.kit.errors import ClosingError, Fault, ParameterError, TableError, one_line

NAME = "closed.json"
FIGURES = "figures.json"
CLOSED, REOPENED = "closed", "reopened"
_FORMS = {  # the keys of an entry of each state
    CLOSED: {"day": str, "manifest": str, "code": dict, "files": list, "inputs": list, "figures": dict},
    REOPENED: {"day": str, "manifest": str, "reason": str, "files": list, "figures": list},
}


@dataclass(frozen=True)
class Record:
    """The entries on one year in order; none where it was never closed."""

    root: Path
    year: int
    entries: tuple[Mapping[str, Any], ...]

    @property
    def path(self) -> Path:
        """The file; it lies with the data of the report year, whichever folder the parameters name."""
        return places.inside(self.root / "data", f"{self.year}/{NAME}", shown(self.year))

    @property
    def closed(self) -> Mapping[str, Any] | None:
        """What was closed and not opened again."""
        return self.entries[-1] if self.entries and self.entries[-1]["state"] == CLOSED else None

    def with_entry(self, state: str, **content: Any) -> bytes:
        """The text of the record with one entry more, of today."""
        entry = {"state": state, "day": dt.date.today().isoformat(), **content}
        return manifest.sealed({"report_year": self.year, "entries": [*self.entries, entry]})


@dataclass(frozen=True)
class Standing:
    """Since which day a year is closed, and which of its published files are not those that were closed."""

    day: str
    different: tuple[str, ...]


def shown(year: int) -> str:
    """The file as messages name it."""
    return f"data/{year}/{NAME}"


def read(root: Path, year: int, published: bytes | None) -> Record:
    """The record of `year`; `published` is the manifest that is published, which a waiting record may speak of.

    TableError for one that is not as it was written: damage is never taken for a year that is not closed.
    """
    none = Record(root, year, ())
    counts = _waiting(none) if _belongs(_waiting(none), published) else none.path
    if not counts.exists():
        return none
    found = _parsed(counts.read_bytes())
    if found.get("report_year") != year:
        remedy = "从版本库取回原来的文件（git checkout），不要手工修改"
        raise TableError(Fault(shown(year), "封存记录已损坏，或不是本程序写的", remedy=remedy))
    return Record(root, year, tuple(found["entries"]))


def settled(root: Path, year: int, target: Path) -> Record:
    """The record as a command finds it that holds the lock of the year: what a killed one left is put right."""
    published = published_manifest(target)
    record = Record(root, year, ())
    if _belongs(_waiting(record), published):
        _waiting(record).replace(record.path)
    _waiting(record).unlink(missing_ok=True)
    places.clear_parts(record.path.parent, f"*{NAME}*")
    return read(root, year, published)


def standing(root: Path, year: int, published: Mapping[str, bytes]) -> Standing | None:
    """How published files stand to those that were closed; None where the year is not closed."""
    closed = read(root, year, published.get(manifest.NAME)).closed
    return Standing(closed["day"], changed_files(closed, published)) if closed else None


def reason(text: str, record: Record) -> str:
    """Why a closed year is opened again, as one line; ParameterError where nothing is said or nothing is closed."""
    said = one_line(text, len(text) + 1)
    if not said:
        raise ParameterError(Fault("--reopen", "没有写理由", "改动已封存数字的理由，如 更正某单位的复核得分"))
    if not record.closed:
        last = record.entries[-1] if record.entries else None
        since = f"已于 {last['day']} 重开（{last['reason']}）" if last else "没有封存"
        found = f"{record.year} 工作年度{since}，不必重开"
        raise ParameterError(Fault("--reopen", found, remedy="去掉 --reopen"))
    return said


def publish(
    place: Place, record: Record, files: Mapping[str, bytes], reopen: str
) -> tuple[bool, tuple[str, ...]]:
    """Publish `files` where the record allows it: whether that changed what is published, and what to tell.

    ClosingError lists what would change where the year is closed and `reopen` gives no reason.
    """
    closed = record.closed
    if not closed:
        return place.publish(files), ()
    figures, changed = changed_figures(closed, files), changed_files(closed, files)
    if reopen:
        content = {"reason": reopen, "files": list(changed), "figures": figures}
        return _reopened(place, record, files, content), (_opened(record.year, reopen),)
    if figures:
        raise ClosingError(_refused(record, f"有 {len(figures)} 个统计数与封存时不同"), *map(_told, figures))
    if errors(files):
        raise ClosingError(_refused(record, "新的报告是草稿"))
    said = f"统计数与封存时相同，这些文件不再是 {closed['day']} 封存的：{'、'.join(changed)}"
    return place.publish(files), (one_line(said),) if changed else ()


def _reopened(place: Place, record: Record, files: Mapping[str, bytes], content: Mapping[str, Any]) -> bool:
    """Publish and record that the year is open again: both, or neither."""
    own = manifest.sha256(files[manifest.NAME])
    with published_folder.told(shown(record.year)):
        places.write_whole(_waiting(record), record.with_entry(REOPENED, manifest=own, **content))
    try:
        return place.publish(files)
    finally:
        settled(record.root, record.year, place.target)


def changed_figures(closed: Mapping[str, Any], files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Each figure that is not as closed, in the order of the report; before or after is None where it is not there."""
    old, new = closed["figures"], figures(files)
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
    new = {
        name: manifest.sha256(each) for name, each in files.items() if name not in (manifest.NAME, crate.NAME)
    }
    return tuple(name for name in sorted({*old, *new}) if old.get(name) != new.get(name))


def figures(files: Mapping[str, bytes]) -> dict[str, dict[str, str | None]]:
    """Label, value and unit of every figure of a version by its key."""
    listed = json.loads(files[FIGURES])["figures"]
    return {one["key"]: {part: one[part] for part in ("label", "value", "unit")} for one in listed}


def errors(files: Mapping[str, bytes]) -> int:
    """How many findings of severity E make a version a draft."""
    return sum(finding["severity"] == "E" for finding in json.loads(files[FIGURES]).get("findings", ()))


def published_manifest(target: Path) -> bytes | None:
    """The manifest of the published folder `target`, if there is one."""
    path = target / manifest.NAME
    return path.read_bytes() if path.is_file() else None


def _value(figure: Mapping[str, str | None] | None) -> str | None:
    """A figure's value with its unit; None where there is no such figure."""
    if figure is None:
        return None
    return "没有值" if figure["value"] is None else f"{figure['value']}{figure['unit']}"


def _told(change: Mapping[str, Any]) -> Fault:
    before, after = (f"“{value}”" if value else "没有" for value in (change["before"], change["after"]))
    return Fault(change["key"], f"{change['label']}，封存时{before}，现在{after}")


def _opened(year: int, why: str) -> str:
    return f"{year} 工作年度已重开（{why}）；核对后用 jixiao close {year} 再次封存"


def _refused(record: Record, found: str) -> Fault:
    place = f"{record.year} 工作年度已于 {record.closed['day']} 封存"
    return Fault(place, f"{found}，没有发布", remedy="恢复数据；确要改动的，加 --reopen 写明理由")


def _waiting(record: Record) -> Path:
    return record.path.with_name(f".{NAME}.waiting")


def _belongs(waiting: Path, published: bytes | None) -> bool:
    """Whether a record that waits speaks of the version that is published."""
    if published is None or not waiting.is_file():
        return False
    entries = _parsed(waiting.read_bytes()).get("entries")
    return bool(entries) and entries[-1]["manifest"] == manifest.sha256(published)


def _parsed(content: bytes) -> dict[str, Any]:
    """What a record says; empty when it is not as it was written (the ends of its lines aside)."""
    content = content.replace(b"\r\n", b"\n")
    try:
        found = json.loads(content)
        intact = isinstance(found, dict) and manifest.sealed(found) == content
        return found if intact and _is_record(found) else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _is_record(found: Mapping[str, Any]) -> bool:
    """Whether the entries are such as this program writes: closed and reopened by turns."""
    states = [entry["state"] for entry in found["entries"]]
    turns = [(CLOSED, REOPENED)[n % 2] for n in range(len(states))]
    return bool(states) and states == turns and all(map(_is_entry, found["entries"]))


def _is_entry(entry: Mapping[str, Any]) -> bool:
    form = {"state": str, **_FORMS[entry["state"]]}
    if set(entry) != set(form) or not all(isinstance(entry[key], kind) for key, kind in form.items()):
        return False
    if entry["state"] == REOPENED:
        return True
    named = all(set(one) == {"name", "bytes", "sha256"} for one in entry["files"])
    return named and all(set(one) == {"label", "value", "unit"} for one in entry["figures"].values())

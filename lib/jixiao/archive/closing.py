"""Closing a year: its published version in, an entry in the record of the year out, or what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.archive import closed_record, manifest, published_folder, verify
from jixiao.archive.closed_record import CLOSED, Record
from jixiao.kit import locks, places
from jixiao.kit.errors import ClosingError, Fault


@dataclass(frozen=True)
class Closed:
    """The entry of a year that is closed, and whether it was closed just now."""

    entry: Mapping[str, Any]
    new: bool


def close(root: Path, year: int) -> Closed:
    """Record the published version of `year` as the closed one; ClosingError lists all that stands against it."""
    outputs = root / "outputs"
    if not outputs.is_dir():
        raise ClosingError(_nothing(year))
    with published_folder.opened(outputs, year) as place:
        record = closed_record.settled(root, year, place.target)
        published = published_folder.contents(place.target)
        if not published:
            raise ClosingError(_nothing(year))
        recorded = manifest.read(published.get(manifest.NAME), f"outputs/{year}")
        _refuse(_not_intact(published, recorded))
        if record.closed:
            _refuse(_published_since(record, record.closed, published))
            return Closed(record.closed, False)
        # Until the record stands no import may change the tables that are held against those of the report.
        data = record.path.parent
        with published_folder.told(closed_record.shown(year)), locks.folder_held(data, f"data/{year}"):
            _refuse(_unfit(record, published, recorded))
            return Closed(_recorded(record, published, recorded), True)


def _refuse(faults: Iterator[Fault]) -> None:
    found = tuple(faults)
    if found:
        raise ClosingError(*found)


def _recorded(
    record: Record, published: Mapping[str, bytes], recorded: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The new entry, written behind the earlier ones."""
    own = manifest.sha256(published[manifest.NAME])
    kept = {part: recorded[part] for part in ("code", "files", "inputs")}
    content = record.with_entry(CLOSED, manifest=own, **kept, figures=closed_record.figures(published))
    record.path.parent.mkdir(exist_ok=True)
    places.write_whole(record.path, content)
    return closed_record.read(record.root, record.year, None).closed or {}


def _nothing(year: int) -> Fault:
    return Fault(f"outputs/{year}", "还没有发布的报告，无从封存", remedy=f"先运行 jixiao report {year}")


def _not_intact(published: Mapping[str, bytes], recorded: Mapping[str, Any]) -> Iterator[Fault]:
    remedy = "重新生成报告，再封存"
    for one in verify.intact(published, recorded):
        if one.state != verify.IDENTICAL:
            yield Fault(f"outputs/{recorded['report_year']}/{one.name}", one.state, remedy=remedy)


def _published_since(
    record: Record, closed: Mapping[str, Any], published: Mapping[str, bytes]
) -> Iterator[Fault]:
    """Files that were published after the year was closed."""
    changed = closed_record.changed_files(closed, published)
    if changed:
        found = f"已于 {closed['day']} 封存，此后发布的这些文件不同：{'、'.join(changed)}"
        remedy = f"用 jixiao report {record.year} --reopen 写明理由重开，再封存"
        yield Fault(f"{record.year} 工作年度", found, remedy=remedy)


def _unfit(record: Record, published: Mapping[str, bytes], recorded: Mapping[str, Any]) -> Iterator[Fault]:
    """In a year that is open: a draft, and inputs that have changed."""
    year = record.year
    count = closed_record.errors(published)
    if count:
        yield Fault(f"outputs/{year}", f"是草稿：有 {count} 处错误级审核发现", remedy="改好后重新生成报告")
    for change in verify.changed_inputs(record.root, year, recorded["inputs"]):
        yield Fault(change.name, "发布以后有改动", remedy=f"先运行 jixiao report {year}")

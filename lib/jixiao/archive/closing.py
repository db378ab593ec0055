"""Closing a publication: an entry in its record on what is published, with all that it was made from beside it.

Record and kept files are written in one commit, or all that stands against closing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from jixiao.archive import closed_kit, closed_record, manifest, published_folder, verify
from jixiao.archive.closed_record import Record
from jixiao.archive.publication import FIGURES, Publication
from jixiao.figures.closings import CLOSED
from jixiao.kit import commits, disk, places
from jixiao.kit.errors import ClosingError, Fault
from jixiao.kit.sealed import sha256


@dataclass(frozen=True)
class Closed:
    """The entry of what is closed, file and folder that hold it as messages name them, and whether that is new."""

    entry: Mapping[str, Any]
    file: str
    folder: str
    new: bool


def close(publication: Publication) -> Closed:
    """Record the published version as the closed one; ClosingError lists all that stands against it."""
    if publication.variant:  # what it is run with stands in no file of the kit
        remedy = f"把它的参数写进 params/{publication.year}.yml 的 notebooks.{publication.id}，封存 {publication.id}"
        raise ClosingError(Fault(publication.label, "是变体，不封存", remedy=remedy))
    remedy = f"先运行 {publication.command('report')}"
    nothing = Fault(publication.place, "还没有发布的报告，无从封存", remedy=remedy)
    if not publication.outputs.is_dir():
        raise ClosingError(nothing)
    with published_folder.opened(publication) as place:
        record = closed_record.settled(publication)
        published = published_folder.contents(place.target)
        if not published:
            raise ClosingError(nothing)
        recorded = manifest.read(published.get(manifest.NAME), publication.place)
        _refuse(_not_intact(publication, published, recorded))
        if record.closed:
            _refuse(_published_since(record, record.closed, published))
            return Closed(record.closed, record.place, closed_kit.place(publication), False)
        # Until the record stands no import may change the tables that are held against those of the report.
        with disk.faults(record.place), _held(publication, record):
            _refuse(_unfit(publication, published, recorded))
            kept = closed_kit.to_keep(publication, publication.inputs)
            content = record.with_entry(
                CLOSED,
                manifest=sha256(published[manifest.NAME]),
                code=recorded["code"],
                files=recorded["files"],
                inputs=recorded["inputs"],
                figures=closed_record.figures(published),
                origin=publication.params.data_origin,
                kept=closed_kit.listed(kept),
            )
            record.path.parent.mkdir(exist_ok=True)
            files = [(record.place, content), *closed_kit.contents(publication, kept)]
            commits.write(
                publication.root, record.path.parent, publication.command("close"), files, final=True
            )
        entry = closed_record.read(publication, None).closed or {}
        return Closed(entry, record.place, closed_kit.place(publication), True)


@contextmanager
def _held(publication: Publication, record: Record) -> Iterator[None]:
    """Hold the folder of the tables, and that of the record where it is another one."""
    data = publication.root / "data"
    tables = places.inside(data, publication.params.data_folder, "参数 data_folder")
    folders = {folder.resolve(): folder for folder in (tables, record.path.parent)}
    with ExitStack() as stack:
        for _, folder in sorted(
            folders.items()
        ):  # in one order, so that two commands never wait for each other
            stack.enter_context(commits.held(publication.root, folder))
        yield


def _refuse(faults: Iterator[Fault]) -> None:
    found = tuple(faults)
    if found:
        raise ClosingError(*found)


def _not_intact(
    publication: Publication, published: Mapping[str, bytes], recorded: Mapping[str, Any]
) -> Iterator[Fault]:
    for one in verify.intact(published, recorded):
        if one.state != verify.IDENTICAL:
            yield Fault(f"{publication.place}/{one.name}", one.state, remedy="重新生成报告，再封存")


def _published_since(
    record: Record, closed: Mapping[str, Any], published: Mapping[str, bytes]
) -> Iterator[Fault]:
    """Files that were published after the closing."""
    changed = closed_record.changed_files(closed, published)
    if changed:
        publication = record.publication
        found = f"已于 {closed['day']} 封存，此后发布的这些文件不同：{'、'.join(changed)}"
        remedy = f"用 {publication.command('report')} --reopen 写明理由重开，再封存"
        yield Fault(publication.label, found, remedy=remedy)


def _unfit(
    publication: Publication, published: Mapping[str, bytes], recorded: Mapping[str, Any]
) -> Iterator[Fault]:
    """A draft, figures that are not as published and no known misprints, and inputs that have changed."""
    if FIGURES not in published:
        yield Fault(f"{publication.place}/{FIGURES}", "没有这个文件", remedy="重新生成报告，再封存")
        return
    count = closed_record.errors(published)
    if count:
        yield Fault(publication.place, f"是草稿：有 {count} 处错误级审核发现", remedy="改好后重新生成报告")
    for row in closed_record.differences(published):
        why = row.get("because") or "没有说明"
        found = f"公布 {row['published']}，计算 {row['computed'] or '无'}，{why}"
        remedy = "改正数据；确是误印的，在 published.yml 写明 printed、right、because，再重新生成报告"
        yield Fault(row["key"], found, remedy=remedy)
    for line in verify.kept_forms(publication):
        yield Fault(publication.label, line)
    for change in verify.changed_inputs(publication, recorded["inputs"]):
        yield Fault(change.name, "发布以后有改动", remedy=f"先运行 {publication.command('report')}")

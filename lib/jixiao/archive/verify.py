"""A published version held against its own manifest, and against one made anew from the same inputs."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from jixiao.archive import (
    build,
    closed_kit,
    closed_record,
    crate,
    inputs,
    manifest,
    published_folder,
)
from jixiao.archive.closed_record import Standing
from jixiao.archive.inputs import described
from jixiao.archive.publication import INTERNAL, Publication
from jixiao.exchange.importing import kept as importing_kept
from jixiao.kit import limits, places
from jixiao.kit.errors import Fault, JixiaoError, PublishError
from jixiao.kit.private_folders import private_folder
from jixiao.kit.progress import Progress
from jixiao.kit.sealed import sha256
from jixiao.year import tables
from jixiao.year.params import NOTEBOOK_ID

IDENTICAL = "一致"
TAMPERED = "发布后被改动"
MISSING = "缺少"
EXTRA = "多出"
DIFFERENT = "重建结果不同"
_ROLES = {**crate.ROLES, "code": "程序", "environment": "运行环境"}
# Inputs that are read and never run: tables and parameters of a year, values and word lists of the checks, the lock.
_DATA = re.compile(
    r"data/[^/]+/[^/]+\.csv|data/[^/]+/published\.yml|data/[^/]+/closed[a-z0-9_-]*\.json"
    r"|params/\d{4}\.yml|params/checks\.yml|requirements\.lock"
)
_HARMLESS = ("code", "environment", "lock")  # where the files are identical all the same


@dataclass(frozen=True)
class Checked:
    """What became of one published file: its state, and what in it differs."""

    name: str
    state: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """An input, the program or the environment that is no longer what the manifest names."""

    role: str
    name: str
    recorded: str
    now: str

    def __str__(self) -> str:
        return (
            f"{_ROLES[self.role]}已变  {self.name}  {self.recorded or '原来没有'} → {self.now or '现在没有'}"
        )


@dataclass(frozen=True)
class Verdict:
    """All that was found; `rebuilt` tells whether the version was made anew, `failed` why it could not be.

    `closed` is there for a publication that is closed; `manifest` is the SHA-256 of the manifest, `given` the one that
    it was to have; `untrusted` are kept inputs that are not those of this kit, and were not run.
    `kept` says what is wrong with the kept forms of the year.
    """

    files: tuple[Checked, ...]
    changes: tuple[Change, ...] = ()
    rebuilt: bool = False
    failed: tuple[str, ...] = ()
    closed: Standing | None = None
    manifest: str = ""
    given: str = ""
    untrusted: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        """Whether every file is as published, and as closed, can be made again, and no input has changed."""
        if (self.closed and self.closed.different) or self.untrusted or not self.as_given:
            return False
        inputs = [change for change in self.changes if change.role not in _HARMLESS]
        return (
            not self.failed
            and not inputs
            and not self.kept
            and all(one.state == IDENTICAL for one in self.files)
        )

    @property
    def as_given(self) -> bool:
        """Whether the manifest is the one that somebody told, if anybody did."""
        return self.given in ("", self.manifest)

    def as_json(self) -> dict[str, Any]:
        """Everything, for programs."""
        return {"identical": self.fine, **asdict(self)}


def of_folder(folder: Path, given: str = "", root: Path | None = None) -> Verdict:
    """A folder that somebody sent, by the hashes of its own manifest; nothing is made anew and nothing run.

    That it agrees with itself anybody can bring about. Where it comes from only the SHA-256 of its manifest says that
    was `given` by another way, or the record of the closed publication in the kit at `root`.
    """
    if not folder.is_dir():
        raise PublishError(Fault(folder.name, "没有这个文件夹", remedy="核对路径，或给出年份"))
    if not (folder / manifest.NAME).is_file():
        manifest.read(None, folder.name)  # says so, before all is read that lies in a wrong folder
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > limits.VERSION_BYTES:
        found = f"有 {size // 1_000_000} MB，没有读"
        expected = f"至多 {limits.VERSION_BYTES // 1_000_000} MB"
        raise PublishError(Fault(folder.name, found, expected, "核对是不是这个文件夹，移走多出的大文件"))
    published = published_folder.contents(folder)
    recorded = manifest.read(published.get(manifest.NAME), folder.name)
    closed = _closed(root, recorded, published) if root else None
    checked = tuple(intact(published, recorded))
    return Verdict(checked, closed=closed, manifest=sha256(published[manifest.NAME]), given=given)


def _closed(root: Path, recorded: Mapping[str, Any], published: Mapping[str, bytes]) -> Standing | None:
    """How a folder stands to the record in the kit of what it says that it is; None where that is not closed."""
    year = recorded["report_year"]
    if recorded.get("variant"):  # none is ever closed
        return None
    if not NOTEBOOK_ID.fullmatch(recorded["publication"]) or not places.is_year(year):
        return None
    return closed_record.standing(Publication(root, year, recorded["publication"]), published)


def of(publication: Publication, progress: Progress, given: str = "", *, trust: bool = False) -> Verdict:
    """What is published by its manifest, and file by file against what the inputs that it keeps give today.

    A kept notebook, policy or theme is a program that somebody may have put there: it is run only if it is the one of
    the kit to the byte, or with `trust`. What was kept when a publication was closed counts as the kit's.
    """
    published = published_folder.read(publication)
    recorded = manifest.read(published.get(manifest.NAME), publication.place)
    closed = closed_record.standing(publication, published)
    with closed_kit.in_force(publication) as (source, kept):
        if closed and kept:
            closed = replace(closed, source=kept.place)
        found = Verdict(
            tuple(intact(published, recorded)),
            tuple(changed_inputs(source, recorded["inputs"])),
            closed=closed,
            manifest=sha256(published[manifest.NAME]),
            given=given,
            kept=kept_forms(source),
        )
        made_from = _kept(published, recorded)
        untrusted = () if trust else tuple(_foreign(source.kit, made_from))
    if untrusted:
        return replace(found, untrusted=untrusted)
    return _rebuilt(publication, found, published, recorded, made_from, progress)


def _rebuilt(
    publication: Publication,
    found: Verdict,
    published: Mapping[str, bytes],
    recorded: Mapping[str, Any],
    made_from: Mapping[str, bytes],
    progress: Progress,
) -> Verdict:
    """What was found, with each file held against the version that is made anew from what the published was `made_from`."""
    with private_folder() as folder:
        copy = folder / "kit"
        closed_kit.write(copy, made_from)
        try:
            with places.root_named(copy):
                again = replace(publication, root=copy)
                version = build.make(again, folder / "scratch", progress, draft=True)
        except JixiaoError as error:
            return replace(found, failed=tuple(map(str, error.faults)))
    run = tuple(_changes(recorded, json.loads(version.files[manifest.NAME])))
    naming = (manifest.NAME, crate.NAME) if run else (manifest.NAME,)  # they name program and environment
    held = tuple(one if one.name in naming else _held(one, published, version.files) for one in found.files)
    return replace(found, files=held, changes=(*found.changes, *run), rebuilt=True)


def _kept(published: Mapping[str, bytes], recorded: Mapping[str, Any]) -> dict[str, bytes]:
    """The inputs that a version keeps by their names in a kit; what its manifest does not name is none."""
    names = {one["name"]: f"{INTERNAL}/{inputs.FOLDER}/{one['name']}" for one in recorded["inputs"]}
    return {name: published[kept] for name, kept in names.items() if kept in published}


def _foreign(root: Path, kept: Mapping[str, bytes]) -> Iterator[str]:
    """The names of those inputs that are more than data, and that the kit does not have just so."""
    for name, content in kept.items():
        path = root / name
        if not _DATA.fullmatch(name) and not (path.is_file() and path.read_bytes() == content):
            yield name


def kept_forms(publication: Publication) -> tuple[str, ...]:
    """What is wrong with the kept forms of the year, and with the tables beside them, a line each."""
    params = publication.params
    try:
        read = tables.read(publication.root, params.data_folder)
        found = importing_kept.findings(publication.root, params, read)
    except JixiaoError as error:
        return tuple(map(str, error.faults))
    return tuple(f"{one.severity.words} {one}" for one in found)


def intact(published: Mapping[str, bytes], recorded: Mapping[str, Any]) -> Iterator[Checked]:
    """Each file by the manifest: identical, tampered with, missing; and those it does not name."""
    named = {one["name"]: one for one in recorded["files"]}
    for name in sorted({*named, *published}):
        if name not in published:
            yield Checked(name, MISSING)
        elif name in named:
            same = described(name, published[name]) == named[name]
            yield Checked(name, IDENTICAL if same else TAMPERED)
        else:
            yield Checked(name, IDENTICAL if name == manifest.NAME else EXTRA)


def _held(checked: Checked, published: Mapping[str, bytes], made: Mapping[str, bytes]) -> Checked:
    """`checked` with what the new version says."""
    name = checked.name
    if checked.state in (MISSING, EXTRA):
        return checked
    if published[name] == made.get(name):
        return checked
    state = TAMPERED if checked.state == TAMPERED else DIFFERENT
    return Checked(name, state, tuple(_details(name, published[name], made.get(name, b""))))


def _details(name: str, old: bytes, new: bytes) -> Iterator[str]:
    """What differs inside a file: figures by their keys, the parts of a package, the first line of a text."""
    try:
        if PurePosixPath(name).name == "figures.json":
            yield from _figures(json.loads(old), json.loads(new))
        elif zipfile.is_zipfile(io.BytesIO(old)) and zipfile.is_zipfile(io.BytesIO(new)):
            before = _parts(old)
            after = _parts(new)
            yield from sorted(part for part in before | after if before.get(part) != after.get(part))
        elif not name.endswith(".pdf"):
            pairs = zip(old.splitlines(), new.splitlines(), strict=False)
            line = next((n for n, (one, other) in enumerate(pairs, 1) if one != other), None)
            yield f"从第 {line} 行起" if line else "长短不同"
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile):
        yield "结构已损坏"


def _figures(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = ({one["key"]: one for one in file["figures"]} for file in (old, new))
    for key in dict.fromkeys([*before, *after]):
        one = before.get(key, {})
        other = after.get(key, {})
        for field in dict.fromkeys([*one, *other]):
            if one.get(field) != other.get(field):
                yield f"{key} 的 {field}  发布“{one.get(field)}”，重建“{other.get(field)}”"
    yield from (field for field in old if field != "figures" and old[field] != new.get(field))


def _parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _changes(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """The program, Python, fonts and packages that are no longer as recorded."""
    if recorded["code"] != now["code"]:
        yield Change("code", "lib/jixiao", _code(recorded["code"]), _code(now["code"]))
    before = _flat(recorded["environment"])
    after = _flat(now["environment"])
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield Change("environment", name, before.get(name, ""), after.get(name, ""))


def changed_inputs(publication: Publication, recorded: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    """Inputs that changed, are gone, or that a run would read today in addition.

    What an earlier year was read from may have come to be its closed record; as long as what was read is the same, that
    is no change.
    """
    root = publication.kit
    before = {one["name"]: one for one in recorded}
    now = {
        name: {**one, **described(name, (root / name).read_bytes())}
        for name, one in before.items()
        if (root / name).is_file()
    }
    with suppress(JixiaoError):  # parameters that cannot be read are a change that is told already
        now |= {one.name: one.as_json() for one in publication.inputs}
    for name in sorted({*before, *now}):
        if name not in before and now[name]["role"] == inputs.EARLIER:
            continue
        old = before.get(name, {})
        new = now.get(name, {})
        if old.get("sha256") != new.get("sha256"):
            yield Change((old or new)["role"], name, _short(old), _short(new))


def _code(code: Mapping[str, str]) -> str:
    return f"{code['version']}（{_short(code)}）"


def _short(known: Mapping[str, Any]) -> str:
    return known.get("sha256", "")[:12]


def _flat(environment: Mapping[str, Any]) -> dict[str, str]:
    """Name -> version of all that the environment section names."""
    plain = {"system": environment["system"], "python": environment["python"]}
    return plain | {"fonts": "、".join(environment["fonts"])} | environment["packages"]

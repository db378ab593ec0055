"""The kit as a closed publication was made from it: what was kept when it was closed, with its tables as they are now.

Beside the record lies `data/<report year>/closed/` (`closed-<id>/` of another notebook than the annual report): the
notebook, the parameters, the rules, the theme and what earlier years were read from, by their names in a kit. Tables and
published numbers of the year itself stay where they are; nobody imports into a closed year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jixiao.archive import closed_record
from jixiao.archive.inputs import Input, described
from jixiao.archive.publication import Publication
from jixiao.figures import compare
from jixiao.kit import commits, places
from jixiao.kit.errors import Fault, TableError
from jixiao.kit.private_folders import private_folder
from jixiao.kit.sealed import sha256

_NOW = ("table", "lock")  # roles of inputs that are taken as they are now
_LOCK = "requirements.lock"


@dataclass(frozen=True)
class Kept:
    """What a closed publication is made from: since which day, the folder, and the files by their names in a kit."""

    day: str
    place: str
    files: Mapping[str, bytes]

    def remark(self, publication: Publication) -> str:
        """The line that tells that these are used, and which of them are not those of the kit."""
        root = publication.root
        changed = [name for name, content in self.files.items() if _read(root / name) != content]
        said = f"{publication.label}已于 {self.day} 封存，笔记本、参数和评分规则用封存时的（{self.place}）"
        if not changed:
            return said
        remedy = f"要用现在的，运行 {publication.command('report')} --reopen 写明理由"
        return f"{said}；现在的 {'、'.join(changed)} 与它不同，{remedy}"


def place(publication: Publication) -> str:
    """The folder of what is kept, as messages name it."""
    return f"data/{publication.year}/closed{publication.suffix}"


def to_keep(publication: Publication, inputs: tuple[Input, ...]) -> dict[str, bytes]:
    """The inputs that are kept when a publication is closed, by their names in a kit."""
    own = f"data/{publication.params.data_folder}/{compare.FILE}"
    return {one.name: one.content for one in inputs if one.role not in _NOW and one.name != own}


def contents(publication: Publication, kept: Mapping[str, bytes]) -> Iterator[tuple[str, bytes | None]]:
    """What a commit writes so that just these files are kept: each with its content, and None for what goes."""
    folder = place(publication)
    names = {f"{folder}/{name}": content for name, content in kept.items()}
    yield from names.items()
    for path in sorted((publication.root / folder).rglob("*")):
        name = path.relative_to(publication.root).as_posix()
        if path.is_file() and name not in names:
            yield name, None


def listed(kept: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """What the record says of the files that are kept."""
    return [described(name, content) for name, content in sorted(kept.items())]


@contextmanager
def in_force(publication: Publication, *, current: bool = False) -> Iterator[tuple[Publication, Kept | None]]:
    """The publication as it is made now: of a closed one from what was kept, unless the `current` files are asked for.

    TableError for kept files that are not those that were closed. A record of a version that kept none is no reason to
    take other files than those of the kit.
    """
    entry = closed_record.read(publication, closed_record.published_manifest(publication)).closed
    if current or not entry or not entry.get("kept"):
        yield publication, None
        return
    kept = Kept(entry["day"], place(publication), _checked(publication, entry["kept"]))
    with private_folder() as folder:
        copy = folder / "kit"
        write(copy, kept.files)
        closed = replace(publication, source=copy)
        write(copy, _as_now(publication.root, closed.params.data_folder))
        with places.root_named(copy):
            yield closed, kept


def _checked(publication: Publication, listed: list[Mapping[str, Any]]) -> dict[str, bytes]:
    """The kept files; those that git gave other ends of lines are read as they were."""
    where = place(publication)
    folder = publication.root / where
    found: dict[str, bytes] = {}
    faults = []
    for one in listed:
        name = one["name"]
        content = _read(places.inside(folder, name, f"{where}/{name}"))
        variants = () if content is None else (content, content.replace(b"\r\n", b"\n"))
        right = next((each for each in variants if sha256(each) == one["sha256"]), None)
        if right is None:
            said = "没有这个文件" if content is None else "与封存记录不符"
            remedy = "从版本库取回原来的文件（git checkout）"
            faults.append(Fault(f"{where}/{name}", said, remedy=remedy))
        else:
            found[name] = right
    if faults:
        raise TableError(*faults)
    return found


def _as_now(root: Path, data_folder: str) -> dict[str, bytes]:
    """The tables and published numbers of the year, and the lock, of one state of the files."""
    folder = places.inside(root / "data", data_folder, "参数 data_folder")

    def read() -> dict[str, bytes]:
        names = [path.name for path in sorted(folder.glob("*.csv"))] + [compare.FILE]
        found = {f"data/{data_folder}/{name}": _read(places.inside(folder, name, name)) for name in names}
        found[_LOCK] = _read(root / _LOCK)
        return {name: content for name, content in found.items() if content is not None}

    return commits.consistent(root, folder, read)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def write(copy: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their names into a kit of their own."""
    for room in ("params", "data", "notebooks"):
        (copy / room).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = places.inside(copy, name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

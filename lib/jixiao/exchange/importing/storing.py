"""Keeps every received file unchanged in data/<year>/forms/, under a name that is not taken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from jixiao.forms.reading.batch import Received
from jixiao.kit import places
from jixiao.kit.errors import one_line

FOLDER = "forms"
Files = Sequence[tuple[Path, Received]]


def planned(files: Files, folder: Path) -> dict[str, Path]:
    """The path at which each file will be kept, by its name in messages; files of the same content share one."""
    taken: dict[str, str] = {}
    found = {}
    for path, received in files:
        if received.digest:
            found[received.file] = _free(path, received.digest, folder, taken)
    return found


def _free(path: Path, digest: str, folder: Path, taken: dict[str, str]) -> Path:
    """A path in `folder` that no other content has, on the disk or among the names `taken` by this batch."""
    if path.resolve().is_relative_to(folder.resolve()):
        return path.resolve()
    plain = path.suffix.isascii() and path.suffix[1:].isalnum()
    stem = one_line(path.stem if plain else path.name)
    suffix = path.suffix if plain else ""
    count = 1
    while True:
        name = f"{stem}{suffix}" if count == 1 else f"{stem}（{count}）{suffix}"
        there = taken.get(name.casefold())
        if there is None and (folder / name).is_file():
            there = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if there in (None, digest):
            taken[name.casefold()] = digest
            return folder / name
        count += 1


def keep(files: Files, stored: Mapping[str, Path]) -> None:
    """Copy the files to where they are kept, each whole or not at all; the caller holds the folder of the year."""
    for folder in {target.parent for target in stored.values()}:
        places.clear_parts(folder, "*")
    for path, received in files:
        target = stored.get(received.file)
        if target is None or target.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        places.write_whole(target, path.read_bytes())

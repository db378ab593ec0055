"""Where every received file is kept unchanged: in data/<year>/forms/, under a name that is not taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from jixiao.exchange.importing import judging
from jixiao.forms.reading.batch import Received
from jixiao.kit import commits, places
from jixiao.kit.errors import Fault, RunError, one_line
from jixiao.kit.sealed import sha256
from jixiao.year import table_files

FOLDER = "forms"
_NAME_BYTES = 200  # of a file name without its ending and the number of a further file of the name
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}")  # of a file's name; what is longer is part of it
Files = Sequence[tuple[Path, Received]]


def planned(files: Files, folder: Path, journal: pd.DataFrame) -> dict[str, Path]:
    """The path at which each file will be kept, by its name in messages; files of the same content share one.

    A file that the `journal` knows is kept already, whatever it is called now; where what is kept has been changed
    or lost since, it is put back.
    """
    rows = table_files.rows(journal)
    kept = {row["digest"]: row["file"] for row in rows if row["digest"] != judging.NOT_OPENED}
    taken = {name.casefold(): digest for digest, name in kept.items()}  # names of lost files are not free
    found = {}
    for path, received in files:
        there = folder / kept[received.digest] if received.digest in kept else None
        now = commits.digest(there) if there else None
        if there and there.parent == folder and (now == received.digest or now not in kept):
            found[received.file] = there
        elif received.digest:
            found[received.file] = _free(path, received.digest, folder, taken)
    return found


def _free(path: Path, digest: str, folder: Path, taken: dict[str, str]) -> Path:
    """A path in `folder` that no other content has, on the disk or among the names `taken` by this batch."""
    whole = places.resolved(path)
    if whole.parent == places.resolved(folder):
        return whole
    suffix = path.suffix if _ENDING.fullmatch(path.suffix) else ""
    name = one_line(path.name.removesuffix(suffix))
    stem = places.cut(unicodedata.normalize("NFC", name), _NAME_BYTES) or "_"
    count = 1
    while True:
        name = f"{stem}{suffix}" if count == 1 else f"{stem}（{count}）{suffix}"
        there = taken.get(name.casefold())
        if there is None and (folder / name).is_file():
            there = commits.digest(folder / name)
        if there in (None, digest):
            taken[name.casefold()] = digest
            return folder / name
        count += 1


def contents(files: Files, stored: Mapping[str, Path], folder: str) -> Iterator[tuple[str, bytes]]:
    """Name from the kit's root, and content, of every file that is to be kept below `folder` and is not yet.

    RunError when a file is no longer the one that was read.
    """
    for path, received in files:
        target = stored.get(received.file)
        if target is None or commits.digest(target) == received.digest:
            continue
        content = path.read_bytes()
        if sha256(content) != received.digest:
            raise RunError(Fault(received.file, "在读取以后又被改动，什么也没有写入", remedy="再运行一次"))
        yield f"{folder}/{FOLDER}/{target.name}", content

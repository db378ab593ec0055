"""Letters that were finished, each kept at once under the SHA-256 of all that it was made from, until they stand in their folder.

A command that was killed is gone on with by the next one: it finds here what the first had finished, and in the folder
of the letters what is there unchanged. `outputs/.<year>.letters.kept/<key>/` holds the files of one letter.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jixiao.archive import build, manifest
from jixiao.archive.publication import Publication
from jixiao.archive.published_folder import LETTERS
from jixiao.kit import disk, locks
from jixiao.kit.errors import PublishError
from jixiao.kit.sealed import rendered, sha256
from jixiao.letters import index
from jixiao.letters.writing import KINDS, RESULT, Order

_DAY = 86_400  # seconds; what is older, and was not gathered, belongs to nobody any more
_PART = "part-"


class OnDisk(Mapping[str, bytes]):
    """Files by name, each of the `paths` read when it is asked for, so that many letters need no memory; and `made` ones."""

    def __init__(self, paths: Mapping[str, Path], made: Mapping[str, bytes]) -> None:
        self._files: Mapping[str, Path | bytes] = {**paths, **made}

    def __getitem__(self, name: str) -> bytes:
        found = self._files[name]
        return found if isinstance(found, bytes) else found.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True)
class Finished:
    """The files of a letter by kind, and what is told of it."""

    files: Mapping[str, Path]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """The finished letters of a year; `publication` is the notebook of the letter with its inputs."""

    publication: Publication

    @property
    def folder(self) -> Path:
        """Where they are kept."""
        return self.publication.outputs / f".{self.publication.year}.{LETTERS}.kept"

    @property
    def target(self) -> Path:
        """Where the letters stand that were sent before."""
        return Publication(self.publication.root, self.publication.year).folder / LETTERS

    @cached_property
    def made_from(self) -> str:
        """The SHA-256 of inputs, program and environment of every letter of the year."""
        return manifest.key(self.publication, build.sources_of(self.publication))

    @cached_property
    def _sent(self) -> Mapping[str, index.Entry]:
        """The letters that stand in their folder, by their keys."""
        path = self.target / index.RECORD
        record = {index.RECORD: path.read_bytes()} if path.is_file() else {}
        place = Publication(self.publication.root, self.publication.year).place
        return {one.key: one for one in index.read(record, f"{place}/{LETTERS}") if one.key and one.files}

    def key(self, order: Order) -> str:
        """The SHA-256 of all that one letter is made from."""
        said = {"unit": order.unit, "below": order.below, "reply_by": order.reply_by or ""}
        return sha256(rendered({"made_from": self.made_from, **said}))

    def find(self, order: Order) -> Finished | None:
        """The letter of an order, where it is finished: kept, or whole in the folder of the letters."""
        key = self.key(order)
        path = self.folder / key
        told = _told(path)
        if told is not None:
            return Finished({kind: path / f"letter.{kind}" for kind in KINDS}, told)
        one = self._sent.get(key)
        if one and all(_is(self.target / name, one.digests.get(name, "")) for name in one.files):
            files = {name.rpartition(".")[2]: self.target / name for name in one.files}
            return Finished(files, tuple(one.told))
        return None

    def put(self, order: Order, made: Path) -> Path:
        """Keep the letter whose files lie in the folder `made`, at once; its folder from now on."""
        path = self.folder / self.key(order)
        with disk.faults(self.folder.parent.name, "写好的函都在"):
            self.folder.mkdir(parents=True, exist_ok=True)
            if _told(path) is None:  # else another command has just finished the same one
                shutil.rmtree(path, ignore_errors=True)
                made.rename(path)
        return path

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for letters that are being written, gone in the end; where its command is killed, with the next one.

        Its lock tells whether somebody is still at work there.
        """
        folder = self.folder / f"{_PART}{secrets.token_hex(8)}"
        with disk.faults(self.folder.parent.name, "写好的函都在"):
            self.folder.mkdir(parents=True, exist_ok=True)
        with locks.held(_lock_of(folder), folder.name):
            try:
                folder.mkdir()
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def clear(self, orders: Sequence[Order]) -> None:
        """Let go of the letters of `orders`, which stand in their folder now, and of what killed commands left long ago."""
        for order in orders:
            shutil.rmtree(self.folder / self.key(order), ignore_errors=True)
        for path in self.folder.glob(f"{_PART}*/"):
            with suppress(OSError, PublishError), locks.held(_lock_of(path), path.name, patience=0):
                shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.glob("*/"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _DAY:
                    shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):  # others are still at work there
            self.folder.rmdir()


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _told(folder: Path) -> tuple[str, ...] | None:
    """What is told of the letter that is kept in a folder; None where none is, or one that a loss of power left broken."""
    try:
        return tuple(json.loads((folder / RESULT).read_bytes())["told"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()) == digest

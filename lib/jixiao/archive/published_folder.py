"""The published folder of a publication: a new version takes its place at once, and what a kill left is mended.

Under the lock of the publication a workshop `.NAME.new-xxxx/` beside the folder holds what a run makes. A version that is
complete is called `ready-HASH` there, after its manifest; one that was published before is called `earlier`.
The letters of a year stand in the folder too and are no part of any version: a new one takes them along.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.archive import manifest
from jixiao.archive.publication import Publication
from jixiao.kit import disk, locks
from jixiao.kit.errors import JixiaoError
from jixiao.kit.sealed import sha256

LETTERS = "letters"  # the folder of letters to single units, see `letters_place`
_NEW = "new-"
_READY = "ready-"
_EARLIER = "earlier"
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux
_HERE = -100  # AT_FDCWD of Linux


@dataclass(frozen=True)
class Place:
    """Where the versions of a publication stand, and the workshop beside them; `scratch` is for the run."""

    target: Path
    workshop: Path

    @property
    def scratch(self) -> Path:
        """A folder of the workshop for whatever a run leaves behind."""
        return self.workshop / "scratch"

    def publish(self, files: Mapping[str, bytes]) -> bool:
        """Put the complete version `files` in the place of the published one; False when it is there already.

        At every moment the published folder is the earlier version or the new one, whole.
        """
        if contents(self.target) == files:
            return False
        ready = self._written(files)
        if not self.target.exists():
            ready.rename(self.target)
            return True
        replace(ready, self.target, self.workshop / _EARLIER)
        _mend(self.workshop, self.target)
        return True

    def _written(self, files: Mapping[str, bytes]) -> Path:
        folder = self.workshop / "result"
        write_files(folder, files)
        return folder.rename(self.workshop / _name_of(files[manifest.NAME]))


@contextmanager
def opened(publication: Publication) -> Iterator[Place]:
    """The place of a publication, locked and mended, with a new workshop that is gone in the end."""
    outputs = publication.outputs
    with disk.faults(outputs.name), held(publication):
        workshop = Path(tempfile.mkdtemp(prefix=f".{publication.name}.{_NEW}", dir=outputs))
        try:
            place = Place(publication.folder, workshop)
            place.scratch.mkdir()
            yield place
        finally:
            _clear(workshop, publication.folder)


@contextmanager
def held(publication: Publication, patience: float = locks.PATIENCE) -> Iterator[None]:
    """The lock of a publication for one command, waited for `patience` seconds; what a killed one left is mended first."""
    outputs = publication.outputs
    with locks.held(outputs / f".{publication.name}.lock", publication.place, patience):
        for workshop in sorted(outputs.glob(f".{publication.name}.{_NEW}*/")):
            _clear(workshop, publication.folder)
        yield


def settle_all(outputs: Path) -> None:
    """Clear away the workshops that killed commands left below `outputs`: each command does so first."""
    for workshop in sorted(outputs.glob(f".*.{_NEW}*/")):
        name = workshop.name[1:].rpartition(".")[0]
        with suppress(JixiaoError, OSError), locks.held(outputs / f".{name}.lock", name, patience=0):
            _clear(workshop, outputs / name)


def read(publication: Publication) -> dict[str, bytes]:
    """The files of the published version, read while nobody publishes; empty when there is none."""
    if not publication.outputs.is_dir():
        return {}
    try:
        with held(publication):
            return contents(publication.folder)
    except OSError as error:
        if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise
        return contents(publication.folder)  # nobody publishes into a folder that cannot be written


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make `folder` with these files, each on the disk before it counts as written."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a version by its path from `folder`; empty when there is no such folder.

    Letters that stand beside it are none of its files.
    """
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in found}
    return {name: path.read_bytes() for name, path in names.items() if not name.startswith(f"{LETTERS}/")}


def replace(new: Path, old: Path, aside: Path) -> None:
    """Put `new` in the place of `old`, if that is there, in one step where the system can, else by way of `aside`."""
    if not old.exists():
        new.rename(old)
    elif not _exchanged(new, old):
        in_two_steps(new, old, aside)


def in_two_steps(new: Path, old: Path, aside: Path) -> None:
    """Put `new` in the place of `old`, which goes to `aside`; between the steps a kill leaves what `held` mends."""
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system exchanged the two names in one step."""
    call = _renameat2()
    if call is None:
        return False
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


@cache
def _renameat2() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)


def _clear(workshop: Path, target: Path) -> None:
    _mend(workshop, target)
    shutil.rmtree(workshop, ignore_errors=True)


def _mend(workshop: Path, target: Path) -> None:
    """Keep the version that `target` took the place of, or put it back where its successor did not arrive.

    A kill between any two steps leaves a state from which they can begin again.
    """
    earlier = workshop / _EARLIER
    for ready in workshop.glob(f"{_READY}*/"):
        ready.rename(workshop / "unpublished" if _never_published(ready) else earlier)
    if not earlier.exists():
        return
    if not target.exists():
        earlier.rename(target)
        return
    if (earlier / LETTERS).exists() and not (target / LETTERS).exists():
        (earlier / LETTERS).rename(target / LETTERS)
    if not any(earlier.iterdir()):  # where only letters stood there was no version before
        return
    previous = target.with_name(f"{target.name}.previous")
    if previous.exists():
        previous.rename(workshop / "oldest")
    earlier.rename(previous)


def _never_published(ready: Path) -> bool:
    """A version that was exchanged for the new one bears the new one's name."""
    path = ready / manifest.NAME
    return path.is_file() and ready.name == _name_of(path.read_bytes())


def _name_of(content: bytes) -> str:
    return _READY + sha256(content)[:16]

"""Private folders for temporary files: gone with their command, or, where it was killed, with the next one.

Beside each folder `jixiao-<16 digits>/` stands its lock, taken before the folder is made and kept until it is gone. So a
folder whose lock is free belongs to a command that was killed, and no other.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jixiao.kit import locks
from jixiao.kit.errors import PublishError

MARK = (
    "JIXIAO_PRIVATE_FOLDER"  # in the environment of whatever works for the owner of a folder, with its path
)
_NAME = re.compile(r"jixiao-[0-9a-f]{16}")
_LOCK = ".lock"
_LONGEST = 70  # bytes of the folder for temporary files: systems allow some 104 for the name of a socket


@contextmanager
def private_folder() -> Iterator[Path]:
    """A new folder that only this user can enter (mode 0700), with a path short enough for sockets."""
    parent = _temporary()
    folder = parent / f"jixiao-{secrets.token_hex(8)}"
    with locks.held(_lock_of(folder), folder.name):
        try:
            folder.mkdir(0o700)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def clear() -> None:
    """Clear away what killed commands of this user left: their private folders, and processes that belong to these."""
    with suppress(OSError):
        parent = _temporary()
        names = {path.name.removesuffix(_LOCK) for path in parent.glob("jixiao-*")}
        for name in sorted(filter(_NAME.fullmatch, names)):
            _clear(parent / name)


def end_marked(folder: Path) -> None:
    """Kill the processes that say in their environment that they belong to `folder` (Linux)."""
    mark = f"{MARK}={folder}".encode()
    for _ in range(100):  # a killed one may just have started another
        marked = [process for process, environment in _environments() if mark in environment]
        for process in marked:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
        if not marked:
            return


def _clear(folder: Path) -> None:
    """Clear one folder, if its lock is free and it is ours."""
    with suppress(OSError, PublishError):
        for path in (folder, _lock_of(folder)):
            if os.path.lexists(path) and hasattr(os, "getuid") and path.lstat().st_uid != os.getuid():
                return
        with locks.held(_lock_of(folder), folder.name, patience=0):
            end_marked(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_LOCK}")


def _temporary() -> Path:
    folder = tempfile.gettempdir()
    return Path("/tmp" if os.name != "nt" and len(os.fsencode(folder)) > _LONGEST else folder)


def _environments() -> Iterator[tuple[int, list[bytes]]]:
    """Number and environment of each process of this user but this one, where the system shows them."""
    if sys.platform != "linux":
        return
    for path in Path("/proc").glob("[0-9]*"):
        if int(path.name) != os.getpid():
            with suppress(OSError):
                yield int(path.name), (path / "environ").read_bytes().split(b"\0")

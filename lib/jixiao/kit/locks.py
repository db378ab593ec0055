"""Locks: whoever holds one is the only one to write; the system frees the lock when its holder dies."""

from __future__ import annotations

import datetime as dt
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jixiao.kit.errors import Fault, PublishError

# Seconds: another command holds the lock that long when it only reads or imports a single form. For longer work
# there is a message instead of waiting: a batch takes minutes, in which a silent command would seem to hang.
PATIENCE = 1.0
_FAR = 1 << 30  # Windows locks bytes; one far behind the text leaves the text readable


@contextmanager
def held(path: Path, what: str, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock file `path`; PublishError about `what` names the process that holds it already.

    That process is waited for, `patience` seconds at most.
    """
    handle = _acquired(path, what, patience)
    try:
        since = dt.datetime.now().isoformat(" ", "seconds")
        os.ftruncate(handle, 0)
        os.write(
            handle, f"{os.getpid()}\n{socket.gethostname()}\n{since}\n".encode()
        )  # for the message to others
        yield
    finally:
        _release(path, handle)


@contextmanager
def folder_held(folder: Path, what: str, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the folder of a year's tables, as every command does that writes there.

    Hold it from before the tables are read until the last of them is written. The lock file stands beside the
    folder, which need not exist yet.
    """
    folder = Path(os.path.realpath(folder))  # also of a link that leads back to itself
    folder.parent.mkdir(parents=True, exist_ok=True)
    with held(folder.with_name(f".{folder.name}.lock"), what, patience):
        yield


def _acquired(path: Path, what: str, patience: float) -> int:
    """Open and lock the file `path`, waiting a moment; PublishError when somebody else keeps it."""
    until = time.monotonic() + patience
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        locked = _locked(handle)
        if locked and _still_there(path, handle):
            return handle
        holder = os.read(handle, 200).decode(errors="replace").splitlines()
        os.close(handle)
        if not locked and time.monotonic() > until:
            who = ""
            if len(holder) == 3:
                process, host, since = holder
                who = f"（{host} 上的进程 {process}，{since} 起）"
            raise PublishError(Fault(what, f"另一个 jixiao 命令{who}正在写", remedy="等它结束后再运行"))
        time.sleep(0.02)


def _locked(handle: int) -> bool:
    """Try to lock an open file without waiting; says whether that succeeded."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        os.lseek(handle, 0, os.SEEK_SET)
        return False
    return True


def _still_there(path: Path, handle: int) -> bool:
    """Whether the locked file is still the one at `path`: its last holder may just have deleted it."""
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(handle))
    return False


def _release(path: Path, handle: int) -> None:
    """Delete the file while it is still locked; Windows can delete it only after it was closed."""
    if os.name == "nt":
        os.close(handle)
    with suppress(OSError):
        path.unlink(missing_ok=True)
    if os.name != "nt":
        os.close(handle)

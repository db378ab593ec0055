"""Reads many files and folders, in order, on all cores and in bounded memory.

A file that cannot be read is a fault of its own and never stops the others, not even by killing its process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jixiao.forms.files import opening
from jixiao.forms.layouts.layouts import Layouts
from jixiao.forms.model import Form, Remark
from jixiao.forms.reading import reading
from jixiao.kit import places
from jixiao.kit.errors import Fault, FormError, natural, one_line
from jixiao.kit.sealed import sha256

CHUNK = 8  # files that go to a process at once: about 30 ms of work
AHEAD = 3  # chunks per process that wait or are done before their turn
_NOT_SENT = ("thumbs.db", "desktop.ini")
_LOCKS = ("~$", ".")  # what Office and LibreOffice leave beside an open file; hidden files
_PROCESSES = 60  # Windows can wait for no more
_KILLED = ("读它的进程中断了，可能是内存不够", "一般大小的表", "删去表外的内容，另存为 .xlsx 后再报")

Named = tuple[Path, str]


@dataclass(frozen=True)
class Listing:
    """The files that the arguments of a command name, each once, and a fault for each argument without any."""

    files: tuple[Path, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Received:
    """The forms and remarks read from one file, or the fault for which it could not be read.

    `file` is its name in messages; `digest` is the SHA-256 of its `size` bytes, "" and 0 if it could not be opened.
    """

    file: str
    digest: str
    size: int
    forms: tuple[Form, ...] = ()
    remarks: tuple[Remark, ...] = ()
    fault: Fault | None = None


def files(arguments: Sequence[Path]) -> Listing:
    """Files as named, those of folders below them in order of their names; locks and hidden files left out.

    Files of other kinds are listed too: reading them says what they are.
    """
    found: dict[Path, None] = {}
    faults: list[Fault] = []
    for argument in arguments:
        if argument.is_dir():
            found |= dict.fromkeys(_below(argument, faults))
        elif argument.exists():
            found[argument] = None
        else:
            faults.append(Fault(str(argument), "没有这个文件或文件夹", remedy="检查路径"))
    return Listing(tuple(found), tuple(faults))


def _below(folder: Path, faults: list[Fault]) -> list[Path]:
    """The files in a folder and its folders; links to folders are not followed, as they may run in a circle."""

    def unreadable(error: OSError) -> None:
        faults.append(Fault(str(error.filename), "打不开这个文件夹", remedy="检查权限"))

    found = []
    for above, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if _sent(name) and name != "__MACOSX"]
        paths = [Path(above, name) for name in names if _sent(name)]
        # A link that leads out of the folder is left out.
        whole = places.resolved(folder)
        found += [p for p in paths if not p.is_symlink() or places.resolved(p).is_relative_to(whole)]
    return sorted(found, key=lambda path: [natural(part) for part in path.parts])


def _sent(name: str) -> bool:
    """Whether a file or folder was sent by somebody, and not left behind by a program."""
    return not name.startswith(_LOCKS) and name.lower() not in _NOT_SENT


def read(
    paths: Sequence[Path],
    layouts: Layouts,
    jobs: int | None = None,
    tick: Callable[[int], object] | None = None,
) -> Iterator[Received]:
    """Read files in the order of `paths`, on `jobs` processes (as many as there are cores, unless given).

    A file that cannot be read raises nothing: its fault is in its `Received`. `tick` is called with 1 after each.
    """
    named = list(zip(paths, names(paths), strict=True))
    if not jobs:
        jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    jobs = min(jobs, -(-len(named) // CHUNK), _PROCESSES)
    results = (_receive(*one, layouts) for one in named) if jobs < 2 else _in_parallel(named, layouts, jobs)
    for received in results:
        if tick:
            tick(1)
        yield received


def names(paths: Sequence[Path]) -> list[str]:
    """What files are called in messages: their path from the folder that holds all of them, three parts at most."""
    whole = [path.absolute() for path in paths]
    try:
        base = os.path.commonpath([path.parent for path in whole])
    except ValueError:  # no file, or files on several drives
        return _distinct(_readable(path.name) for path in whole)
    return _distinct(_readable(places.shown_from_here(path.relative_to(base).as_posix())) for path in whole)


def _distinct(called: Iterable[str]) -> list[str]:
    """The names, with a number where one comes again: everything behind this knows a file by its name."""
    used: dict[str, int] = {}
    found = []
    for name in called:
        used[name] = used.get(name, 0) + 1
        found.append(name if used[name] == 1 else f"{name}（{used[name]}）")
    return found


def _readable(name: str) -> str:
    """A name as text: bytes that are no UTF-8 come from archives packed under Chinese Windows."""
    try:
        name.encode()
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("gb18030", "replace")
    return one_line(name)


def _receive(path: Path, shown: str, layouts: Layouts) -> Received:
    digest, size = "", 0
    try:
        content = opening.contents(path, shown)
        digest, size = sha256(content), len(content)
        forms = reading.forms_of(opening.workbook(content, shown), layouts)
    except FormError as error:
        return Received(shown, digest, size, fault=error.faults[0])
    except MemoryError:
        return Received(shown, digest, size, fault=Fault(shown, "内存不够，没有读完", remedy="拆成几个文件"))
    except Exception as error:  # a mistake of this program must not keep the other files from being read
        found = f"程序读这个文件时出错（{type(error).__name__}）"
        return Received(shown, digest, size, fault=Fault(shown, found, remedy="把文件发给程序的维护者"))
    return Received(shown, digest, size, forms.forms, forms.remarks)


# What a worker process is given once; forms go to it by name only.
_LAYOUTS: Layouts | None = None


def _begin(layouts: Layouts) -> None:
    """Start a worker: Ctrl-C is for the process that waits for it, and with that process it ends."""
    global _LAYOUTS  # a process of a pool has no other place for what all its tasks share
    _LAYOUTS = layouts
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leave when the process that started this one is gone, which a killed one could not say."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _receive_all(chunk: Sequence[Named]) -> list[Received]:
    assert _LAYOUTS is not None
    return [_receive(path, shown, _LAYOUTS) for path, shown in chunk]


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Keep Ctrl-C from processes that are started within, even before they come to `_begin` (POSIX)."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_parallel(named: Sequence[Named], layouts: Layouts, jobs: int) -> Iterator[Received]:
    """Read in chunks; when a process dies, the files under way are read again one by one to find the one at fault."""
    chunks = deque(named[at : at + CHUNK] for at in range(0, len(named), CHUNK))
    while chunks:
        under_way = yield from _while_alive(chunks, layouts, jobs, jobs * AHEAD)
        suspects = deque([one] for chunk in under_way for one in chunk)
        while suspects:
            for ((_, shown),) in (yield from _while_alive(suspects, layouts, 1, 1)):
                yield Received(shown, "", 0, fault=Fault(shown, *_KILLED))


def _while_alive(
    chunks: deque[Sequence[Named]], layouts: Layouts, jobs: int, ahead: int
) -> Generator[Received, None, list[Sequence[Named]]]:
    """Read chunks until none are left or a process dies; gives back the chunks that were then under way."""
    waiting: deque[tuple[Sequence[Named], Future[list[Received]]]] = deque()
    # Never forked: the parent may run threads (Jupyter, progress bars). Starting afresh takes some 0.2 s.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(layouts,))
    try:
        while chunks or waiting:
            while chunks and len(waiting) < ahead:
                with _interrupts_held_back():
                    waiting.append((chunks[0], pool.submit(_receive_all, chunks[0])))
                chunks.popleft()
            results = waiting[0][1].result()
            waiting.popleft()
            yield from results
    except BrokenProcessPool:
        return [chunk for chunk, _ in waiting]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return []

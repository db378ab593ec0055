"""A few processes at once on one machine, each in a folder of its own: forked where that is safe, else a Python each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.kit.errors import Fault, one_line
from jixiao.running import kernel, warm
from jixiao.running.limits import MB

_POLL = 0.01  # seconds between two looks which has ended
_LOOK = 0.25  # seconds between two looks how much memory they hold
_PATIENCE = 5.0  # seconds a process may take to clear away when all is broken off
_LOG = "process.log"
_EXPECTED = 600 * MB  # bytes that a process with its kernel holds, by which their number is bounded
_DEATH_SIGNAL = 1  # option of prctl


@dataclass(frozen=True)
class Task:
    """What one process does: `work` where it is forked, else a Python with `words`; all it leaves lies in `folder`.

    It is ended after `deadline` seconds, or once it holds more than `memory` bytes itself. `words` are those behind
    `python`, as `-m` and the name of a module.
    """

    work: Callable[[], None]
    words: Sequence[str]
    folder: Path
    deadline: float | None = None
    memory: int | None = None


@dataclass(frozen=True)
class Ended:
    """How the process of a task ended: by itself with `code` (below zero for a signal), or ended from here.

    `expired` tells that its time was over, `swollen` that it held too much; `last_words` is the last line it printed.
    """

    task: Task
    code: int
    seconds: float
    expired: bool
    swollen: bool
    last_words: str

    def fault(self, what: str) -> Fault:
        """Why it did not do `what` it was for."""
        if self.expired:
            found = f"{what}的进程 {self.task.deadline:g} 秒内没有做完，已终止"
            return Fault("程序", found, remedy="重新运行；总是这样的，放宽时限，或告诉程序的维护者")
        if self.swollen:
            found = f"{what}的进程占用的内存超过 {(self.task.memory or 0) / MB:g} MB，已终止"
            return Fault("程序", found, remedy="放宽内存的限制，或减少数据")
        said = f"（{self.last_words}）" if self.last_words else ""
        return Fault("程序", f"{what}的进程中途结束{said}", remedy="重新运行")


@dataclass
class _Running:
    task: Task
    process: Any
    begun: float
    looked: float
    expired: bool = False
    swollen: bool = False


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def most() -> int:
    """How many processes fit side by side: one for each core, as long as there is memory for them; one at least."""
    free = _free()
    return max(1, cores() if free is None else min(cores(), free // _EXPECTED))


def run(tasks: Iterable[Task], workers: int | None = None) -> Iterator[Ended]:
    """Give each task as its process has ended; the next is taken from `tasks` only when a process is free for it.

    One that is killed, hangs or takes too much memory stops no other. Whoever stops asking ends all that are at work.
    """
    waiting = iter(tasks)
    running: list[_Running] = []
    at_once = workers or most()
    more = True
    try:
        while more or running:
            while more and len(running) < at_once:
                task = next(waiting, None)
                more = task is not None
                if task is not None:
                    now = time.monotonic()
                    running.append(_Running(task, _started(task), now, now))
            ended = [one for one in running if one.process.poll() is not None]
            for one in ended:
                running.remove(one)
                yield _ended(one)
            if not ended:
                time.sleep(_POLL)
                for one in running:
                    _watch(one)
    finally:
        _end([one.process for one in running])


def restart_if_needed(module: str) -> None:
    """On Linux start the command, which is `module`, again in the environment of kernels, from which they can be forked.

    Nothing may have been begun. Elsewhere, and where it is so already, nothing happens. Modules are looked for where they
    were before, not in the current folder, in which somebody may have put a file that is called like one of them.
    """
    wanted = kernel.fixed()
    if sys.platform == "linux" and any(os.environ.get(name) != value for name, value in wanted.items()):
        where = [] if {"", str(Path.cwd())} & {*sys.path} else ["-P"]  # else -m adds the current folder
        words = [sys.executable, *where, "-m", module, *sys.argv[1:]]
        os.execve(sys.executable, words, {**os.environ, **wanted})


def begin() -> None:
    """What a Python that was started for a task does first: it ends with the process that started it, and on SIGTERM clears away."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    end_with(os.getppid())


def _started(task: Task) -> Any:
    log = task.folder / _LOG
    if warm.ready():
        parent = os.getpid()

        def work() -> None:
            end_with(parent)
            task.work()
            os._exit(0)

        return warm.Forked(work, task.folder, log, [])
    with log.open("wb") as sink:
        return subprocess.Popen(
            [sys.executable, *task.words],
            cwd=task.folder,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )


def end_with(parent: int) -> None:
    """Let the system kill this process when its parent is gone, on Linux: nobody would clear away after it."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, ctypes.c_ulong(signal.SIGKILL), *[ctypes.c_ulong(0)] * 3)
    if os.getppid() != parent:
        os._exit(1)


def _watch(one: _Running) -> None:
    """End a process that takes too long or too much."""
    now = time.monotonic()
    if one.task.deadline is not None and now - one.begun > one.task.deadline:
        one.expired = True
        one.process.kill()
    elif one.task.memory is not None and now - one.looked > _LOOK:
        one.looked = now
        if _resident(one.process.pid) > one.task.memory:
            one.swollen = True
            one.process.kill()


def _resident(process: int) -> int:
    """The bytes of memory that a process holds; 0 where the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def _free() -> int | None:
    """The bytes of memory that the machine, or the container, still has; None where the system does not say."""
    found = []
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                found.append(int(line.split()[1]) * 1024)
    with suppress(OSError, ValueError, LookupError):
        group = Path("/sys/fs/cgroup")
        lines = (group / "memory.stat").read_text("ascii").splitlines()
        held = next(
            int(line.split()[1]) for line in lines if line.startswith("anon ")
        )  # the rest can be let go of
        found.append(int((group / "memory.max").read_text("ascii")) - held)
    return min(found, default=None)


def _ended(one: _Running) -> Ended:
    said = (one.task.folder / _LOG).read_text("utf-8", "replace").strip().splitlines()
    last = one_line(said[-1], 200) if said else ""
    seconds = time.monotonic() - one.begun
    return Ended(one.task, one.process.poll(), seconds, one.expired, one.swollen, last)


def _end(processes: Sequence[Any]) -> None:
    """End processes that are still at work, and wait until they have cleared away."""
    for process in processes:
        process.terminate()
    until = time.monotonic() + _PATIENCE
    for process in processes:
        try:
            process.wait(max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE)

"""A process that has loaded what notebooks use, and forks their shells instead of starting Python anew for each.

`prepare` loads the stack once; from then on `Kernel` forks its guard, and the guard a shell, from this very process:
each in a session, folder and environment of its own, with nothing imported a second time. Only where that is safe: the
system forks, this process has one thread, hashes as all kernels do, and the program has not changed since it was loaded.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

_STACK = (  # not matplotlib_inline.backend_inline: it ties itself to the shell that is there when it is loaded
    "ipykernel.ipkernel", "matplotlib.pyplot", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg", "pandas", "seaborn",
    "jixiao.report.report", "mistune",
)  # fmt: skip
_LIB = Path(__file__).resolve().parents[1]
_POLL = 0.005  # seconds between two looks whether a process has ended
_PATIENCE = 0.1  # seconds until a thread that was joined is gone
_loaded: frozenset[tuple[str, int, int]] | None = None


def prepare() -> None:
    """Load what notebooks use. The environment must be that of kernels (`kernel.fixed`) since this process began."""
    global _loaded
    for name in _STACK:
        importlib.import_module(name)
    shell = importlib.import_module("jixiao.running.shell")
    shell.prepare()
    settle()
    _loaded = _program()


def settle() -> None:
    """Keep all that this process holds now: a child that looks through it for garbage would copy it."""
    gc.collect()
    gc.freeze()


def ready() -> bool:
    """Whether a kernel may be forked from this process now."""
    return (
        _loaded is not None
        and sys.platform == "linux"
        and not sys.flags.hash_randomization
        and one_thread()
        and _loaded == _program()
    )


def one_thread() -> bool:
    """Whether this process has one thread (Linux); one that has been joined may take a moment until the system has ended it."""
    if threading.active_count() > 1:
        return False
    end = time.monotonic() + _PATIENCE
    while len([*Path("/proc/self/task").iterdir()]) > 1:
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True


def _program() -> frozenset[tuple[str, int, int]]:
    """Name, time and size of each file of the program: what was loaded from them holds as long as these do."""
    found = set()
    waiting = [str(_LIB)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                elif entry.name.endswith((".py", ".yml")):
                    status = entry.stat()
                    found.add((entry.path, status.st_mtime_ns, status.st_size))
    return frozenset(found)


class Forked:
    """A process that was forked from this one, with as much of subprocess.Popen as its users need.

    `stdin` is the end of the pipe that is its standard input.
    """

    def __init__(self, work: Callable[[], None], folder: Path, log: Path, keep: Sequence[int]) -> None:
        read, write = os.pipe()
        with log.open("wb") as sink:
            sys.stdout.flush()
            sys.stderr.flush()
            self.pid = os.fork()
            if not self.pid:
                _become(work, folder, read, sink.fileno(), keep)
        os.close(read)
        self.stdin = os.fdopen(write, "wb", buffering=0)  # closed by whoever ends the process
        self.stdout = self.stderr = None
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, below zero for a signal; None while it runs."""
        if self.returncode is None:
            process, status = os.waitpid(self.pid, os.WNOHANG)
            if process:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code once it has ended; subprocess.TimeoutExpired where it has not in `timeout` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        pause = _POLL / 16
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            time.sleep(pause)
            pause = min(2 * pause, _POLL)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def _become(work: Callable[[], None], folder: Path, read: int, sink: int, keep: Sequence[int]) -> None:
    """Be the forked process: nothing of the parent's open files but `keep`, `read` as input, `sink` for what it says."""
    try:
        os.setsid()
        os.dup2(read, 0)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
            if number > 2 and number not in keep and number != nothing:
                # Not closed: objects of the parent that end here would close what had taken its number.
                with suppress(OSError):
                    os.dup2(nothing, number, inheritable=False)
        os.chdir(folder)
        work()
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(1)

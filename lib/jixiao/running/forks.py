"""Pieces of work done at once, each in a fork of this process, with which it shares all that was read and loaded."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
_PATIENCE = 0.1  # seconds
_work: Sequence[Callable[[], Any]] = ()  # in a fork: what there is to do


def prepare() -> None:
    """Let numpy, which must not be loaded yet, begin no threads of its own: a process that has threads is not forked."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def results(work: Sequence[Callable[[], T]]) -> list[T]:
    """What each piece of work gives, in their order; the first error of one is raised. The longest should stand first.

    They share the cores as forks where that is safe: on Linux, while this process has one thread. Elsewhere each is done
    in a thread. What they give is pickled on its way here.
    """
    if not _may_fork():
        with ThreadPoolExecutor(max(len(work), 1)) as threads:
            return [future.result() for future in [threads.submit(one) for one in work]]
    context = multiprocessing.get_context("fork")
    at_once = max(min(len(os.sched_getaffinity(0)), len(work)), 1)
    with ProcessPoolExecutor(at_once, context, _begin, (work, os.getpid())) as forks:
        return list(forks.map(_done, range(len(work))))


def _may_fork() -> bool:
    """Whether it is safe; a thread that has been joined may take a moment until the system has ended it."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    end = time.monotonic() + _PATIENCE
    while len([*Path("/proc/self/task").iterdir()]) > 1:
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True


def _begin(work: Sequence[Callable[[], Any]], parent: int) -> None:
    """Be a fork: it ends when its parent does, and leaves it to the parent to say why."""
    global _work
    from jixiao.running import guard

    _work = work
    guard.die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _done(number: int) -> Any:
    return _work[number]()

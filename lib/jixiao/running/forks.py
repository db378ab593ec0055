"""Pieces of work done at once, each in a fork of this process, with which it shares all that was read and loaded."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from jixiao.kit.errors import Fault, RunError
from jixiao.running import at_once, warm

T = TypeVar("T")
_work: Sequence[Callable[[], Any]] = ()  # in a fork: what there is to do


def prepare() -> None:
    """Let numpy, which must not be loaded yet, begin no threads of its own: a process that has threads is not forked."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def results(work: Sequence[Callable[[], T]]) -> list[T]:
    """What each piece of work gives, in their order; the first error of one is raised. The longest should stand first.

    They share the cores as forks where that is safe: on Linux, while this process has one thread. Elsewhere they share
    threads. What they give is pickled on its way here; RunError where a fork is ended from outside.
    """
    side_by_side = max(min(at_once.cores(), len(work)), 1)
    if sys.platform != "linux" or not warm.one_thread():
        with ThreadPoolExecutor(side_by_side) as threads:
            return [future.result() for future in [threads.submit(one) for one in work]]
    context = multiprocessing.get_context("fork")
    try:
        with ProcessPoolExecutor(side_by_side, context, _begin, (work, os.getpid())) as forks:
            return list(forks.map(_done, range(len(work))))
    except BrokenProcessPool:
        found = "生成或检查文件的进程被系统结束，没有做完"
        raise RunError(Fault("程序", found, remedy="关掉占用内存的程序，再运行一次")) from None


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
    """What a piece of work gives; an error that cannot be sent on is told by one that can."""
    try:
        return _work[number]()
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        raise

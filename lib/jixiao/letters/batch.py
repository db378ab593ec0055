"""Many letters at once: each in a process of its own, as many as there are cores, all with the year evaluated once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.kit.errors import Fault, one_line
from jixiao.letters import writing
from jixiao.letters.writing import KINDS, RESULT, Order
from jixiao.running import kernel, warm
from jixiao.year.params import Params

_MANY = 4  # letters for which it pays to read beforehand what all of them read
_POLL = 0.01  # seconds between two looks which letter is done
_PATIENCE = 5.0  # seconds a process may take to clear away when all is broken off


@dataclass(frozen=True)
class Written:
    """What became of a letter: its files by kind and what is told of them, or what kept them from being made."""

    order: Order
    files: dict[str, bytes]
    faults: tuple[Fault, ...] = ()
    told: tuple[str, ...] = ()


def restart_if_needed() -> None:
    """On Linux start the command again in the environment of kernels, from which they can be forked.

    Nothing may have been begun. Elsewhere, and where it is so already, nothing happens.
    """
    wanted = kernel.fixed()
    if sys.platform == "linux" and any(os.environ.get(name) != value for name, value in wanted.items()):
        os.execve(sys.executable, [sys.executable, "-m", "jixiao", *sys.argv[1:]], {**os.environ, **wanted})


def prepare(root: Path, params: Params) -> None:
    """Evaluate the year and load all that the letters use, once for all processes that are forked from here.

    JixiaoError for what is wrong with the tables, which no letter could be written from.
    """
    import lxml.html  # noqa: F401
    import xlsxwriter  # noqa: F401

    from jixiao.kit import fonts
    from jixiao.press.paper import pdf, themes
    from jixiao.press.word import docx  # noqa: F401
    from jixiao.press.workbook import xlsx, year_sheets  # noqa: F401
    from jixiao.report.letter import letter, prepared  # noqa: F401
    from jixiao.running import canonical, session  # noqa: F401

    prepared.prepare(root, params)
    pdf.chosen(themes.of(root))
    for role in (fonts.SERIF, fonts.SANS):
        fonts.coverage(role)
    if sys.platform == "linux" and not sys.flags.hash_randomization:
        warm.prepare()


def write(
    orders: Sequence[Order],
    scratch: Path,
    begun: Callable[[int, int, str], object],
    workers: int | None = None,
) -> Iterator[Written]:
    """Write the letters, in folders of `scratch`, and give each as it is done; `begun` is told how many are, and which.

    A letter that fails, or whose process dies, stops no other.
    """
    waiting = deque(orders)
    if len(orders) >= _MANY and warm.ready():
        writing.rehearse(orders[0], scratch)
        warm.settle()
    running: list[tuple[Order, Path, Any]] = []
    at_once = workers or _cores()
    done = 0
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                order = waiting.popleft()
                folder = scratch / f"letter-{len(orders) - len(waiting)}"
                folder.mkdir()
                running.append((order, folder, _started(order, folder)))
            ended = [one for one in running if one[2].poll() is not None]
            for order, folder, process in ended:
                running.remove((order, folder, process))
                done += 1
                begun(done, len(orders), order.unit)
                yield _result(order, folder)
            if not ended:
                time.sleep(_POLL)
    finally:
        _end([process for _, _, process in running])


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _started(order: Order, folder: Path) -> Any:
    """A process that writes one letter: forked from this one where that is safe, else a Python of its own."""
    log = folder / "process.log"
    if warm.ready():

        def work() -> None:
            writing.write(order, folder)
            os._exit(0)

        return warm.Forked(work, folder, log, [])
    below = "below" if order.below else ""
    words = [str(order.root), str(order.year), order.unit, below, order.reply_by or "", str(folder)]
    with log.open("wb") as sink:
        return subprocess.Popen(
            [sys.executable, "-m", "jixiao.letters.writing", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )


def _result(order: Order, folder: Path) -> Written:
    """What a process that has ended left in its folder."""
    if not (folder / RESULT).is_file():
        said = (folder / "process.log").read_text("utf-8", "replace").strip().splitlines()
        why = f"（{one_line(said[-1], 200)}）" if said else ""
        return Written(order, {}, (Fault("程序", f"写这份函的进程中途结束{why}", remedy="重新运行"),))
    said = json.loads((folder / RESULT).read_bytes())
    faults = tuple(Fault(**one) for one in said["faults"])
    if faults:
        return Written(order, {}, faults)
    files = {kind: (folder / f"letter.{kind}").read_bytes() for kind in KINDS}
    return Written(order, files, told=tuple(said["told"]))


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

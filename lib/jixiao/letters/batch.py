"""Many letters at once: each in a process of its own, as many as there are cores, all with the year evaluated once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from jixiao.kit.errors import Fault
from jixiao.letters import writing
from jixiao.letters.kept import Kept
from jixiao.letters.writing import KINDS, RESULT, Order
from jixiao.running import at_once, warm
from jixiao.running.at_once import Ended, Task
from jixiao.year.params import Params

_EXPORTS = 300.0  # seconds a letter has for all beside its notebook


@dataclass(frozen=True)
class Written:
    """What became of a letter: its files by kind and what is told of them, or what kept them from being made.

    `unchanged` tells that it was finished already, made from the same.
    """

    order: Order
    files: Mapping[str, Path]
    faults: tuple[Fault, ...] = ()
    told: tuple[str, ...] = ()
    unchanged: bool = False
    seconds: float = field(default=0.0, compare=False)


def load() -> None:
    """Load all that documents are made with, once for all processes that are forked from here."""
    import lxml.html  # noqa: F401
    import xlsxwriter  # noqa: F401

    from jixiao.kit import fonts
    from jixiao.press.paper import pdf  # noqa: F401
    from jixiao.press.word import docx  # noqa: F401
    from jixiao.press.workbook import xlsx, year_sheets  # noqa: F401
    from jixiao.running import canonical, session  # noqa: F401

    for role in (fonts.SERIF, fonts.SANS):
        fonts.coverage(role)
    if sys.platform == "linux" and not sys.flags.hash_randomization:
        warm.prepare()


def prepare(root: Path, params: Params) -> None:
    """Evaluate the year and load all that the letters use, once for all processes that are forked from here.

    JixiaoError for what is wrong with the tables, which no letter could be written from.
    """
    from jixiao.press.paper import pdf, themes
    from jixiao.report.letter import letter, prepared  # noqa: F401

    prepared.prepare(root, params)
    pdf.chosen(themes.of(root))
    load()


def write(
    orders: Sequence[Order],
    scratch: Path,
    begun: Callable[[Order], object],
    workers: int | None = None,
    kept: Kept | None = None,
) -> Iterator[Written]:
    """Write the letters, in folders of `scratch`, and give each as it is done; `begun` is told which begins.

    A letter that fails, or whose process dies, stops no other. What is `kept` already is not written again, and what is
    finished is kept at once.
    """
    waiting = []
    for order in orders:
        found = kept.find(order) if kept else None
        if found is None:
            waiting.append(order)
        else:
            yield Written(order, found.files, told=found.told, unchanged=True)
    of = {scratch / f"letter-{number}": order for number, order in enumerate(waiting, 1)}
    for ended in at_once.run(_tasks(of, begun), workers):
        yield _result(of[ended.task.folder], ended, kept)


def _tasks(of: Mapping[Path, Order], begun: Callable[[Order], object]) -> Iterator[Task]:
    for folder, order in of.items():
        folder.mkdir()
        begun(order)
        words = ["-m", writing.__name__, *writing.words(order, folder)]
        work = partial(writing.write, order, folder)
        yield Task(work, words, folder, order.deadline + _EXPORTS, order.memory)


def _result(order: Order, ended: Ended, kept: Kept | None = None) -> Written:
    """What a process that has ended left in its folder, which is kept where it is a letter."""
    folder = ended.task.folder
    if not (folder / RESULT).is_file():
        return Written(order, {}, (ended.fault("写这份函"),), seconds=ended.seconds)
    said = json.loads((folder / RESULT).read_bytes())
    faults = tuple(Fault(**one) for one in said["faults"])
    if faults:
        return Written(order, {}, faults, seconds=ended.seconds)
    if kept:
        folder = kept.put(order, folder)
    files = {kind: folder / f"letter.{kind}" for kind in KINDS}
    return Written(order, files, told=tuple(said["told"]), seconds=ended.seconds)

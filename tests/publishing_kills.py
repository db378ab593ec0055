"""A driver: `python publishing_kills.py OUTPUTS WAY KILLS SEED` publishes real files and kills the publisher again and again.

WAY is `lines` (one kill at each line that publishing executes), `two-steps` (the same on a system that cannot exchange
two folders at once), `moments` (KILLS at moments drawn from SEED) or `command`: KILLS of the whole of `jixiao report 2022` in
the kit above OUTPUTS. Prints as JSON how many kills there were, and everything that was not as it must be.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Container
from functools import partial
from pathlib import Path

from jixiao.archive import index_pages, manifest, published_folder, verify
from jixiao.archive.publication import Publication
from jixiao.kit import locks
from jixiao.kit.errors import JixiaoError

YEAR = 2022
LETTER = "U1.pdf"  # stands beside the version
TRACED = {locks.__file__, published_folder.__file__}
CODE = {"version": "", "sha256": ""}
ENVIRONMENT = {"system": "", "python": "", "fonts": [], "packages": {}}


def version(number: int) -> dict[str, bytes]:
    """A complete version whose every file tells its number."""
    files = {f"{name}.bin": f"{name} {number}\n".encode() * 5000 for name in ("甲", "乙", "丙")}
    return files | {
        manifest.NAME: manifest.render(
            Publication(Path(), YEAR), files, manifest.Sources((), CODE, ENVIRONMENT)
        )
    }


def publish(outputs: Path, number: int) -> None:
    """What `jixiao report` does with its files."""
    with published_folder.opened(Publication(outputs.parent, YEAR)) as place:
        place.publish(version(number))


def child(work: Callable[[], None]) -> int:
    """A process of its own that does `work`, in a group of its own."""
    pid = os.fork()
    if not pid:
        os.setsid()
        try:
            work()
        finally:
            os._exit(1 if sys.exc_info()[0] else 0)
    return pid


def killed_at_line(work: Callable[[], None], at: int, files: Container[str], line: int | None = None) -> bool:
    """Do `work` in a process that is killed at the line of `files` counted `at`, or the time `at` that it is `line`.

    False when it ended before.
    """

    def count(frame, event, _):
        nonlocal at
        if frame.f_code.co_filename not in files:
            return None
        at -= event == "line" and line in (None, frame.f_lineno)
        if at == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return count

    def traced() -> None:
        sys.settrace(count)
        work()

    return os.WIFSIGNALED(os.waitpid(child(traced), 0)[1])


def kill_at_moment(outputs: Path, number: int, chance: random.Random) -> None:
    """Publish versions from `number` on, one after the other, until killed within the next thirty milliseconds."""

    def work() -> None:
        for each in range(number, number + 1000):
            publish(outputs, each)

    pid = child(work)
    time.sleep(chance.uniform(0.001, 0.03))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def faults(folder: Path) -> list[str]:
    """What is wrong with a published folder by its own manifest."""
    try:
        return [] if verify.of_folder(folder).fine else [f"{folder.name}: files do not agree"]
    except JixiaoError as error:
        return [str(error)]


def mended(outputs: Path) -> list[str]:
    """What is wrong after the next command has begun: both versions whole, the letters beside the new one, nothing else there."""
    with published_folder.held(Publication(outputs.parent, YEAR)):
        pass
    index_pages.write(outputs)
    names = {path.name for path in outputs.iterdir()} - {index_pages.PUBLIC_PAGE, index_pages.INTERNAL_PAGE}
    extra = [f"left over: {name}" for name in names - {f"{YEAR}", f"{YEAR}.previous"}]
    lost = [] if [path.parent.parent.name for path in outputs.rglob(LETTER)] == [f"{YEAR}"] else ["letters"]
    return [
        *extra,
        *lost,
        *(fault for name in sorted(names - set(extra)) for fault in faults(outputs / name)),
    ]


def at_each_line(outputs: Path, *_: object) -> tuple[int, list[str]]:
    """One kill a line; the next publisher meets what the last one left, and is killed a line later."""
    wrong, at = [], 1
    while killed_at_line(partial(publish, outputs, at), at, TRACED):
        wrong += faults(outputs / f"{YEAR}")
        at += 1
    return at - 1, wrong + mended(outputs)


def at_moments(outputs: Path, kills: int, chance: random.Random) -> tuple[int, list[str]]:
    """`kills` kills; the published folder is whole at once."""
    wrong = []
    for number in range(kills):
        kill_at_moment(outputs, (number + 1) * 1000, chance)
        wrong += faults(outputs / f"{YEAR}") + mended(outputs)
    return kills, wrong


def in_two_steps(outputs: Path, *_: object) -> tuple[int, list[str]]:
    """One kill a line where folders cannot be exchanged; whole again once the next command has begun.

    The second time only every second kill is mended at once, the others are met by the next publisher.
    """
    published_folder._renameat2 = lambda: None
    wrong, kills = [], 0
    for every in (1, 2):
        at = 1
        while killed_at_line(partial(publish, outputs, kills), at, TRACED):
            if at % every == 0:
                wrong += mended(outputs) + faults(outputs / f"{YEAR}")
            at, kills = at + 1, kills + 1
    return kills, wrong


def commands(outputs: Path, kills: int, chance: random.Random) -> tuple[int, list[str]]:
    """`kills` kills of the command with all its processes; a region of its own makes each report another."""
    from jixiao.archive import build
    from jixiao.commands import cli
    from jixiao.press.page import html  # noqa: F401  # imported once, not by each
    from jixiao.press.paper import pdf  # noqa: F401
    from jixiao.press.word import docx  # noqa: F401
    from jixiao.press.workbook import xlsx  # noqa: F401
    from jixiao.running import session  # noqa: F401

    build._PRELOAD = ()  # what the kernel would import has no part in publishing, and its notebook needs none

    def report() -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.dup2(2, 1)
        sys.argv = ["jixiao", "report", f"{YEAR}", "--quiet"]
        cli.main()

    params = outputs.parent / "params" / f"{YEAR}.yml"
    original = params.read_text(encoding="utf-8")
    began = time.monotonic()
    wrong = [] if os.waitpid(child(report), 0)[1] == 0 else ["the first run failed"]
    whole = time.monotonic() - began
    for number in range(kills):
        params.write_text(original.replace("region: ", f"region: 第{number}"), encoding="utf-8")
        pid = child(report)
        time.sleep(whole * (number + chance.random()) / kills)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        wrong += faults(outputs / f"{YEAR}")
    if os.waitpid(child(report), 0)[1]:
        wrong.append("the last run failed")
    (outputs / f"{YEAR}.run.json").unlink()
    return kills, wrong + mended(outputs)


WAYS = {"command": commands, "lines": at_each_line, "moments": at_moments, "two-steps": in_two_steps}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    publish(folder, -1)
    (folder / f"{YEAR}" / published_folder.LETTERS).mkdir()
    (folder / f"{YEAR}" / published_folder.LETTERS / LETTER).write_bytes(b"letter")
    publish(folder, 0)
    kills, wrong = WAYS[sys.argv[2]](folder, int(sys.argv[3]), random.Random(int(sys.argv[4])))
    print(json.dumps({"kills": kills, "wrong": wrong}, ensure_ascii=False))

"""A driver: `python commit_kills.py ROOT WAY KILLS SEED` changes the files of a year and kills the writer again and again.

WAY is `lines` (one kill at every KILLSth line that a commit executes), `undo` (the same of taking a commit back),
`two-steps` (KILLS at lines drawn from SEED, and then the recovery is killed too) or `moments` (KILLS at moments).
Prints as JSON how many kills there were, how often the earlier and the later state stood afterwards, and everything
that was not as it must be.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

from jixiao.kit import commits, locks, places
from publishing_kills import child, killed_at_line

TRACED = {commits.__file__, locks.__file__, places.__file__}
TABLES = ("units", "subjects", "indicators")


def version(number: int) -> dict[str, bytes | None]:
    """What an import writes: tables, one more kept form, a return sheet, and one that is no longer wanted."""
    text = f"{number}\n".encode()
    return {
        **{f"data/2022/{name}.csv": text * 3000 for name in TABLES},
        f"data/2022/forms/{number}.xlsx": text,
        f"outputs/2022.returns/{number % 2}.xlsx": text,
        f"outputs/2022.returns/{1 - number % 2}.xlsx": None,
    }


def write(root: Path, number: int) -> None:
    """What `jixiao import` does with its files."""
    folder = root / "data" / "2022"
    with commits.held(root, folder):
        commits.write(root, folder, f"import {number}", version(number).items())


def take_back(root: Path) -> None:
    """What `jixiao undo` does."""
    folder = root / "data" / "2022"
    with commits.held(root, folder):
        commits.undo(root, folder)


def state(root: Path) -> dict[str, bytes]:
    """Every file that a user sees."""
    found = [path for room in ("data", "outputs") for path in (root / room).rglob("*") if path.is_file()]
    names = {path.relative_to(root): path for path in found}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in names.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def after(before: dict[str, bytes], number: int) -> dict[str, bytes]:
    """The files as they are with a version put into `before`."""
    whole = {**before, **version(number)}
    return {name: content for name, content in whole.items() if content is not None}


def left(root: Path) -> list[str]:
    """What only a command in the midst of writing has beside or among the files."""
    names = [path.relative_to(root).as_posix() for path in root.rglob("*")]
    return [n for n in names if n.endswith((".part", ".lock", ".commit", ".undo/new")) or ".new-" in n]


def killed_at_moment(work: Callable[[], None], seconds: float) -> bool:
    """Do `work` in a process that is killed after `seconds`; False when it ended before."""
    pid = child(work)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


class Trial:
    """A kit in which one version after the other is written; tells what stood after each kill."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.outcomes = Counter[str]()
        self.wrong: list[str] = []

    def after_kill(
        self, work: Callable[[], None], killed: Callable[[], bool], later: dict[str, bytes]
    ) -> bool:
        """Have `work` killed by `killed`, recover, and hold the files against both states; False where it ended before."""
        earlier = state(self.root)
        if not killed():
            return False
        commits.settle_all(self.root)
        now = state(self.root)
        kind = "earlier" if now == earlier else "later" if now == later else "mixed"
        self.outcomes[kind] += 1
        if kind == "mixed" or left(self.root):
            self.wrong.append(f"{kind}: {left(self.root)}")
        if now != later:
            work()  # the next command works
        if state(self.root) != later:
            self.wrong.append("the next command did not work")
        return True

    def commit(self, number: int, killed: Callable[[Callable[[], None]], bool]) -> bool:
        """Write a version, killed; False where it ended before."""

        def work() -> None:
            write(self.root, number)

        return self.after_kill(work, lambda: killed(work), after(state(self.root), number))

    def lines(self, first: int, step: int) -> None:
        """Kill a commit at every `step`th line."""
        for at in count(first, step):
            if not self.commit(at, lambda work, at=at: killed_at_line(work, at, TRACED)):
                return

    def undo(self, first: int, step: int) -> None:
        """Kill the taking back of a commit at every `step`th line."""
        for at in count(first, step):
            before = state(self.root)
            write(self.root, at)

            def work(before=before) -> None:
                if state(self.root) != before:
                    take_back(self.root)

            if not self.after_kill(work, lambda work=work, at=at: killed_at_line(work, at, TRACED), before):
                return

    def two_steps(self, kills: int, chance: random.Random) -> None:
        """Kill a commit and then its recovery."""

        def twice(work: Callable[[], None]) -> bool:
            if not killed_at_line(work, chance.randrange(1, 900), TRACED):
                return False
            killed_at_line(lambda: commits.settle_all(self.root), chance.randrange(1, 120), TRACED)
            return True

        for number in range(1, kills + 1):
            self.commit(number, twice)

    def moments(self, kills: int, chance: random.Random) -> None:
        """Kill a commit at any moment."""
        for number in range(1, kills + 1):
            self.commit(number, lambda work: killed_at_moment(work, chance.uniform(0, 0.03)))


def main(root: Path, way: str, kills: int, seed: int) -> dict[str, object]:
    """Kill in the `way` asked for."""
    chance = random.Random(seed)
    (root / "data" / "2022").mkdir(parents=True)
    (root / "outputs").mkdir()
    write(root, 0)
    trial = Trial(root)
    if way in ("lines", "undo"):
        getattr(trial, way)(1 + chance.randrange(kills), kills)
    else:
        getattr(trial, way.replace("-", "_"))(kills, chance)
    return {"kills": trial.outcomes.total(), "outcomes": trial.outcomes, "wrong": trial.wrong}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))

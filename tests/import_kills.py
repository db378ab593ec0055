"""A driver: `python import_kills.py KIT FORMS KILLS SEED` imports a folder of forms and kills the import again and again.

The forms are read once; then a process of its own writes what came of them, as `jixiao import 2022 FORMS` does: it is killed
once at each line that stores (an occurrence drawn from SEED; only every KILLSth line where KILLS is below zero), and KILLS
times at moments drawn from SEED; every third time the recovery is killed as well. Prints as JSON how many kills there were,
how often the earlier and the later state stood afterwards, and everything that was not as it must be.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from commit_kills import TRACED, killed_at_moment, left, state
from jixiao.exchange.importing import receive, storing
from jixiao.exchange.returning import return_files
from jixiao.kit import commits
from jixiao.year import params
from publishing_kills import killed_at_line

STORING = {*TRACED, storing.__file__}
DAY = dt.date(2022, 3, 31)


class Import:
    """An import that has been read and judged, and can be written."""

    def __init__(self, root: Path, forms: Path) -> None:
        self.params = params.of_year(root, 2022)
        self.asked = receive.Asked(root, (forms,), self.params, self.params.policy)
        self.delivery = receive.prepared(self.asked, DAY, lambda *_: None)

    def write(self) -> None:
        """What `jixiao import` does once it has read the forms."""
        root = self.asked.root
        with commits.held(root, self.asked.folder):
            folder = root / "outputs" / "2022.returns"
            sheets = return_files.of_delivery(self.delivery, folder, self.params, DAY, None)
            named = ((f"outputs/2022.returns/{name}", content) for name, content in sheets)
            receive.store(self.asked, self.delivery, named)


def put(root: Path, files: dict[str, bytes]) -> None:
    """Make the files of the kit those of `files`."""
    now = state(root)
    for name in now.keys() - files.keys():
        (root / name).unlink()
    for name, content in files.items():
        if now.get(name) != content:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)


def lines(work: Callable[[], None]) -> dict[tuple[str, int], int]:
    """How often each line that stores is run by `work`."""
    found = Counter[tuple[str, int]]()

    def watch(frame, event, _):
        if frame.f_code.co_filename not in STORING:
            return None
        found[frame.f_code.co_filename, frame.f_lineno] += event == "line"
        return watch

    sys.settrace(watch)
    work()
    sys.settrace(None)
    return found


def main(root: Path, forms: Path, kills: int, seed: int) -> dict[str, object]:
    """Kill at lines and at moments."""
    chance = random.Random(seed)
    earlier = state(root)
    done = Import(root, forms)
    known = lines(done.write)
    later = state(root)
    put(root, earlier)
    began = time.monotonic()
    done.write()
    lasts = time.monotonic() - began
    ways: list[Callable[[], bool]] = [
        lambda place=place, count=count: killed_at_line(
            done.write, chance.randint(1, count), place[:1], place[1]
        )
        for place, count in sorted((+known).items())[:: max(1, -kills)]
    ]
    ways += [lambda: killed_at_moment(done.write, chance.uniform(0, lasts)) for _ in range(abs(kills))]
    outcomes = Counter[str]()
    wrong = []
    for number, killed in enumerate(ways):
        put(root, earlier)
        if not killed():
            continue
        if number % 3 == 0:
            killed_at_line(lambda: commits.settle_all(root), chance.randrange(1, 2000), TRACED)
        commits.settle_all(root)
        now = state(root)
        kind = "earlier" if now == earlier else "later" if now == later else "mixed"
        outcomes[kind] += 1
        if kind == "mixed" or left(root):
            wrong.append(f"{number} {kind}: {left(root)}")
    put(root, earlier)
    done.write()
    if state(root) != later:
        wrong.append("the next import did not work")
    return {"lines": len(+known), "kills": outcomes.total(), "outcomes": outcomes, "wrong": wrong}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))

"""What became of each job of a batch, written down as each ends: a line of JSON each, readable after any kill."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.batch.jobs import Outcome
from jixiao.kit import places

FILE = "ledger.jsonl"
_FINISHED = "finished"


@dataclass(frozen=True)
class Written:
    """What a ledger says: the last outcome of each job by its name, and whether the batch came to its end."""

    outcomes: dict[str, Outcome]
    finished: bool


def read(folder: Path) -> Written:
    """The ledger in `folder`; nothing where there is none. A line that a kill left half-written, or damage, is not counted."""
    path = folder / FILE
    outcomes: dict[str, Outcome] = {}
    finished = False
    for line in path.read_bytes().split(b"\n") if path.is_file() else ():
        try:
            said = json.loads(line)
            if _FINISHED in said:
                finished = True
                continue
            outcome = Outcome.from_json(said)
        except (ValueError, LookupError, TypeError, RecursionError):
            continue
        outcomes[outcome.job.name] = outcome
    return Written(outcomes, finished)


class Ledger:
    """The ledger of a batch that is running; only whoever holds the lock of its folder has one."""

    def __init__(self, folder: Path, before: Iterable[Outcome]) -> None:
        """Begin anew in `folder`, with the outcomes of `before` that still hold."""
        self._path = folder / FILE
        lines = [_line(outcome.as_json()) for outcome in before]
        places.write_whole(self._path, b"".join(lines))

    def add(self, outcome: Outcome) -> None:
        """Write down the outcome of a job that has ended."""
        self._append(_line(outcome.as_json()))

    def finish(self) -> None:
        """Write down that all that was to be done after the jobs is done."""
        self._append(_line({_FINISHED: True}))

    def _append(self, line: bytes) -> None:
        with self._path.open("ab") as file:
            file.write(line)


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"

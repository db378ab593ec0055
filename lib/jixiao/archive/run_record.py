"""What differs from run to run: when it began, how long it took and what it did; kept apart from what is published."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from jixiao.archive.publication import Publication
from jixiao.kit import places
from jixiao.kit.errors import one_line
from jixiao.kit.progress import Progress
from jixiao.kit.visible import escaped

SUFFIX = ".run.json"


class RunRecord(Progress):
    """Progress that is shown by another one and kept with its times; nothing in it tells the machine."""

    def __init__(self, terminal: Progress) -> None:
        self._terminal = terminal
        self._began = time.monotonic()
        self._started = dt.datetime.now(dt.UTC)
        self._log: list[dict[str, Any]] = []

    def step(self, label: str, done: int = 0, total: int = 0, detail: str = "") -> None:
        """Show and keep that `label` begins, or that its part `done` of `total` does."""
        entry = {
            "at": self._elapsed(),
            "step": one_line(label),
            "part": f"{done}/{total}",
            "detail": one_line(detail),
        }
        self._log.append({key: value for key, value in entry.items() if value not in ("", "0/0")})
        self._terminal.step(label, done, total, detail)

    def close(self) -> None:
        """Take the bar off the terminal."""
        self._terminal.close()

    def times(self) -> dict[str, str]:
        """When the run began, and the present moment, as a crate names them."""
        moments = {"startTime": self._started, "endTime": dt.datetime.now(dt.UTC)}
        return {name: moment.isoformat(timespec="milliseconds") for name, moment in moments.items()}

    def write(
        self,
        publication: Publication,
        outcome: str,
        manifest: str,
        remarks: Sequence[str],
        allowed: Sequence[Mapping[str, Any]] = (),
        *,
        draft: bool = False,
    ) -> None:
        """Leave the record beside what is published; `manifest` is the SHA-256 of the manifest that the run came to.

        `allowed` is what was published for a reason although it stands against publishing; so may a `draft` be.
        """
        content = {
            "outcome": outcome,
            "manifest": manifest,
            "started": self._started.isoformat(timespec="milliseconds"),
            "seconds": self._elapsed(),
            "remarks": [one_line(remark) for remark in remarks],
            "allowed": list(allowed),
            "draft": draft,
            "log": self._log,
        }
        text = escaped(json.dumps(content, ensure_ascii=False, indent=1)) + "\n"
        places.write_whole(publication.outputs / f"{publication.name}{SUFFIX}", text.encode())

    def _elapsed(self) -> float:
        return round(time.monotonic() - self._began, 3)

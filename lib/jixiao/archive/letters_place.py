"""Where the letters of a year stand: a folder beside the editions, which is no part of the published version.

It is replaced as a whole under its own lock; a new version of the report takes it along (see `published_folder`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from jixiao.archive import published_folder
from jixiao.archive.publication import Publication
from jixiao.archive.published_folder import LETTERS
from jixiao.kit import disk, locks
from jixiao.kit.errors import JixiaoError

_NEW = "letters-"
_EARLIER = "earlier"
_PATIENCE = 60.0  # seconds that a report which is being made is waited for, once all letters are written
_UNCHANGED = "以前的函没有改动"


@dataclass(frozen=True)
class Place:
    """The folder of the letters, and the workshop of one command; `publication` is the report beside which they stand."""

    target: Path
    workshop: Path
    publication: Publication

    @property
    def shown(self) -> str:
        """The folder as messages name it."""
        return f"{self.publication.place}/{LETTERS}"

    @property
    def scratch(self) -> Path:
        """A folder for whatever a run leaves behind."""
        return self.workshop / "scratch"

    def replace(self, files: Mapping[str, bytes]) -> None:
        """Put `files` in the place of the letters that are there, at once."""
        ready = self.workshop / "ready"
        published_folder.write_files(ready, files)
        with published_folder.held(
            self.publication, _PATIENCE
        ):  # no new version takes the folder away meanwhile
            self.target.parent.mkdir(parents=True, exist_ok=True)
            published_folder.replace(ready, self.target, self.workshop / _EARLIER)


@contextmanager
def opened(report: Publication) -> Iterator[Place]:
    """The place of the letters beside a report: locked, with a workshop that is gone in the end."""
    target = report.folder / LETTERS
    outputs = report.outputs
    name = f"{report.name}.{LETTERS}"
    shown = f"{report.place}/{LETTERS}"
    with disk.faults(shown, _UNCHANGED):
        outputs.mkdir(parents=True, exist_ok=True)
        with locks.held(outputs / f".{name}.lock", shown):
            for left in sorted(outputs.glob(f".{name}.{_NEW}*/")):
                _clear(left, target)
            workshop = Path(tempfile.mkdtemp(prefix=f".{name}.{_NEW}", dir=outputs))
            try:
                place = Place(target, workshop, report)
                place.scratch.mkdir()
                yield place
            finally:
                _clear(workshop, target)


def settle_all(outputs: Path) -> None:
    """Clear away what killed commands left of letters below `outputs`."""
    for workshop in sorted(outputs.glob(f".*.{LETTERS}.{_NEW}*/")):
        name = workshop.name[1:].rpartition(".")[0]
        with suppress(JixiaoError, OSError), locks.held(outputs / f".{name}.lock", name, patience=0):
            _clear(workshop, outputs / name.removesuffix(f".{LETTERS}") / LETTERS)


def _clear(workshop: Path, target: Path) -> None:
    """Remove a workshop; letters that were put aside, and whose successor did not arrive, go back to their place."""
    earlier = workshop / _EARLIER
    if earlier.exists() and not target.exists() and target.parent.is_dir():
        earlier.rename(target)
    shutil.rmtree(workshop, ignore_errors=True)

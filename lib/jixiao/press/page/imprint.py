"""What a published page says of itself at its foot and in its bar of downloads, beside what its notebook says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

FORMATS = {".pdf": "PDF", ".docx": "Word", ".xlsx": "Excel", ".json": "数据（JSON）"}


def shown_size(size: int) -> str:
    """A number of bytes as readers of a download see it."""
    return f"{size / 1024:,.0f} KB"


@dataclass(frozen=True)
class Imprint:
    """The files that lie beside a page with their numbers of bytes, its licence, and how a reader can check it."""

    files: Mapping[str, int] = field(default_factory=dict)
    licence: str = ""
    check: str = ""

    @property
    def downloads(self) -> Sequence[tuple[str, str, str]]:
        """For each file beside the page its name, its format and its size."""
        return [
            (name, FORMATS.get(PurePosixPath(name).suffix, name), shown_size(size))
            for name, size in self.files.items()
        ]

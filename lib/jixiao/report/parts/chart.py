"""A chart of a report: what was drawn, with its words and the table of what it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jixiao.report import charts, mimes
from jixiao.report.table import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Chart:
    """A chart without its number: what was drawn, what it says in words, and the table of what it shows."""

    id: str
    caption: str
    drawn: Figure
    alt: str
    data: Table
    note: str = ""
    public: Chart | None = None  # what the public edition has in its place

    def bundle(self, caption: str) -> dict[str, Any]:
        """The chart as a notebook output under its numbered `caption`."""
        data = replace(self.data, caption=f"{caption}（数据）")
        drawn = charts.bundle(self.drawn, self.id, caption, self.alt, self.note, data)
        return drawn | ({mimes.PUBLIC: self.public.bundle(caption)} if self.public else {})

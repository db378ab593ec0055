"""A sheet as people see it: every cell of a merged area has the text of its first cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from jixiao.forms.model import Merged, Sheet, Value

Cell = tuple[int, int]


@dataclass(frozen=True)
class View:
    """The columns of a sheet from `left` up to but not including `right`, with their merged areas."""

    sheet: Sheet
    left: int
    right: int

    @cached_property
    def spans(self) -> dict[Cell, Merged]:
        """Each merged area by its first cell, cut off at the edge of the sheet."""
        height = len(self.sheet.rows)
        return {
            (area.top, area.left): replace(
                area, bottom=min(area.bottom, height - 1), right=min(area.right, self.right - 1)
            )
            for area in self.sheet.merged
            if area.top < height and area.left < self.right
        }

    @cached_property
    def anchors(self) -> dict[Cell, Cell]:
        """The first cell of its merged area, for each other cell of such an area.

        A damaged file may lay many areas over each other: no more cells are taken than the sheet has twice.
        """
        room = 2 * len(self.sheet.rows) * self.right
        anchors: dict[Cell, Cell] = {}
        for first, area in self.spans.items():
            room -= (area.bottom - area.top + 1) * (area.right - area.left + 1)
            if room < 0:
                break
            for row in range(area.top, area.bottom + 1):
                for column in range(area.left, area.right + 1):
                    anchors[row, column] = first
            anchors.pop(first, None)
        return anchors

    def value(self, row: int, column: int) -> Value:
        """The text that a cell shows, and the cell in which that is written."""
        top, left = self.anchors.get((row, column), (row, column))
        return Value(self.sheet.rows[top][left].strip(), top, left)

    def own(self, row: int) -> list[tuple[int, str]]:
        """Column and text of the filled cells of a row that begin there."""
        anchors = self.anchors
        cells = enumerate(self.sheet.rows[row][self.left : self.right], self.left)
        return [(c, text) for c, text in cells if text and (row, c) not in anchors and not text.isspace()]

    def end(self, row: int, column: int) -> Cell:
        """The last row and column of the merged area that begins at a cell; the cell itself without one."""
        area = self.spans.get((row, column))
        return (area.bottom, area.right) if area else (row, column)

"""A filled form as the kit issues it: its sheet in, its lines and where its cells stand out, to be changed cell by cell."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

FIRST = 14  # the row of the first indicator
RATE, POINTS = "H7", "I7"
BUDGET, SPENT = "E7", "F7"
_TARGET = re.compile(r"([≥≤=]?)([0-9.]+)(\D*)")


class Line(NamedTuple):
    """One indicator; sign, number and unit are those of a target in figures."""

    row: int
    level1: str
    level2: str
    sign: str
    number: Decimal | None
    unit: str
    actual: Decimal | None
    weight: Decimal
    score: Decimal
    reason: str

    @property
    def met(self) -> bool:
        """Whether it has all its points, for a target in figures."""
        return self.number is not None and self.score == self.weight


class Form:
    """A filled form: its cells, its lines, and where its total stands."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.end = next(cell.row for cell in sheet["A"] if cell.value == "总分")
        self.total = f"H{self.end}"
        self.lines = self._lines()

    def _lines(self) -> list[Line]:
        found, levels = [], ["", ""]
        for row in range(FIRST, self.end):
            own = [self.text(f"{column}{row}") for column in "BC"]
            levels = [text or above for text, above in zip(own, levels, strict=True)]
            target = _TARGET.fullmatch(self.text(f"E{row}"))
            sign, number, unit = target.groups() if target else ("", None, "")
            actual = self.sheet[f"F{row}"].value
            known = None if isinstance(actual, str) or actual is None else Decimal(str(actual))
            points = self.number(f"G{row}"), self.number(f"H{row}")
            measure = sign, number and Decimal(number), unit
            found.append(Line(row, *levels, *measure, known, *points, self.text(f"I{row}")))
        return found

    def text(self, cell: str) -> str:
        """What a cell says, "" where blank."""
        return str(self.sheet[cell].value or "")

    def number(self, cell: str) -> Decimal:
        """The number in a cell."""
        return Decimal(str(self.sheet[cell].value))

    def put(self, cell: str, value: Any) -> str:
        """Write a value; the cell is returned."""
        self.sheet[cell].value = value
        return cell

    def score(self, cell: str, points: Decimal) -> str:
        """Write points and carry the difference to the total."""
        self.put(self.total, self.number(self.total) + points - self.number(cell))
        return self.put(cell, points)

    def spend(self, share: str) -> str:
        """Spend this share of the budget, with rate, points and total as they follow."""
        spent = (self.number(BUDGET) * Decimal(share)).quantize(Decimal("0.01"))
        rate = spent / self.number(BUDGET)
        self.put(RATE, rate.quantize(Decimal("0.0001")))
        self.score(POINTS, (min(rate, Decimal(1)) * 10).quantize(Decimal("0.01")))
        return self.put(SPENT, spent)

    def missed(self, line: Line, points: Decimal) -> None:
        """Reach nine tenths of a target, and claim `points`."""
        self.put(f"F{line.row}", line.number * Decimal("0.9"))
        self.score(f"H{line.row}", points)

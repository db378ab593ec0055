"""A passage as the grammar reads it: each number, band, day and name is one sign, and blanks and marks are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from jixiao.proofreading.drafts.model import Passage
from jixiao.proofreading.reading import quantities, score_bands
from jixiao.proofreading.reading.quantities import Nature, Quantity
from jixiao.proofreading.reading.score_bands import ScoreBand
from jixiao.report import digits

# The signs that stand for what was found; the grammar names them.
SIGNS = {
    Nature.COUNT: "\ue001",
    Nature.AMOUNT: "\ue002",
    Nature.PERCENT: "\ue003",
    Nature.POINTS: "\ue004",
    Nature.SCORE: "\ue005",
    Nature.PLAIN: "\ue006",
    Nature.MEASURE: "\ue007",
}
BAND = "\ue010"
YEAR = "\ue011"
NAME = "\ue012"
ENDS = "。!?"
NUMBERS = "".join(SIGNS.values())
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_LEFT_OUT = re.compile(r"[\s*\u200b\ufeff]")


@dataclass(frozen=True)
class Sign:
    """A character of the signs of a passage: where it stands in the text, and what it stands for."""

    sign: str
    start: int
    end: int
    of: Quantity | ScoreBand | None = None


@dataclass(frozen=True)
class Sentences:
    """The sentences of one passage as signs."""

    passage: Passage

    @cached_property
    def text(self) -> str:
        """The text of the passage in half-width signs, of the same length."""
        return quantities.folded(self.passage.text)

    @cached_property
    def bands(self) -> list[ScoreBand]:
        """The bands in the text."""
        return score_bands.found(self.text)

    @cached_property
    def quantities(self) -> list[Quantity]:
        """The numbers in the text that belong to no band."""
        return [
            one
            for one in quantities.found(self.text)
            if not any(band.start < one.end and one.start < band.end for band in self.bands)
        ]

    @cached_property
    def signs(self) -> list[Sign]:
        """The text as signs, in order."""
        taken: list[Sign] = [Sign(BAND, one.start, one.end, one) for one in self.bands]
        taken += [Sign(SIGNS[one.nature], one.start, one.end, one) for one in self.quantities]
        covered = digits.without_names(self.text)
        for match in re.finditer(f"{digits.NO_NUMBER}+", covered):
            if not any(one.start < match.end() and match.start() < one.end for one in taken):
                name = self.text[match.start() : match.end()]
                sign = YEAR if _YEAR.match(name) else NAME
                taken.append(Sign(sign, *match.span()))
        found = []
        at = 0
        for one in sorted(taken, key=lambda sign: sign.start):
            found += self._plain(at, one.start)
            found.append(one)
            at = one.end
        return found + self._plain(at, len(self.text))

    def _plain(self, start: int, end: int) -> list[Sign]:
        return [
            Sign(self.text[at], at, at + 1) for at in range(start, end) if not _LEFT_OUT.match(self.text[at])
        ]

    @cached_property
    def line(self) -> str:
        """The signs as one text, for patterns."""
        return "".join(one.sign for one in self.signs)

    def quantity(self, at: int) -> Quantity | None:
        """The number for which the sign at `at` stands."""
        found = self.signs[at].of
        return found if isinstance(found, Quantity) else None

    def band(self, at: int) -> ScoreBand | None:
        """The band for which the sign at `at` stands."""
        found = self.signs[at].of
        return found if isinstance(found, ScoreBand) else None

    def words(self, start: int, end: int) -> str:
        """The words of the text for which the signs `start` to `end` stand."""
        if start >= end:
            return ""
        return self.text[self.signs[start].start : self.signs[end - 1].end]

    def sentence(self, at: int) -> tuple[int, int]:
        """The signs of the sentence in which the sign at `at` stands."""
        start = max(self.line.rfind(end, 0, at) for end in ENDS) + 1
        ends = [found for end in ENDS if (found := self.line.find(end, at)) != -1]
        return start, min(ends, default=len(self.line))

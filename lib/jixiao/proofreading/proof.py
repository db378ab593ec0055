"""Proofreads a draft: every rule judges what is claimed, and what was found is told once for each number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jixiao.kit.errors import one_line
from jixiao.proofreading import blame
from jixiao.proofreading.drafts.model import Draft, Passage, Where
from jixiao.proofreading.reading.quantities import Quantity
from jixiao.proofreading.reading.reading import Reading
from jixiao.proofreading.reading.table_numbers import NumberTable
from jixiao.proofreading.rules import cards, listed, ratios, repeats, scores, sums, tables, times
from jixiao.proofreading.rules.verdict import Sure, Verdict

FAMILIES: tuple[Callable[[Reading], Iterator[Verdict]], ...] = (
    sums.judge,
    ratios.judge,
    scores.judge,
    times.judge,
    listed.judge,
    tables.judge,
    repeats.judge,
)
_AROUND = 18  # characters before and behind what was found


@dataclass(frozen=True)
class Proof:
    """A draft that was proofread: `verdicts` are all claims that were judged, those that hold too."""

    draft: Draft
    reading: Reading
    verdicts: tuple[Verdict, ...]

    @cached_property
    def findings(self) -> list[Verdict]:
        """The claims that do not hold, in the order of the draft: one for each number that is to blame."""
        order = self.reading.order
        return sorted(blame.settled(self.verdicts), key=lambda one: (order[id(one.passage)], one.start))

    @cached_property
    def numbers(self) -> list[tuple[Passage, Quantity]]:
        """Every number of the text, and of cells of tables, in order."""
        text = [(one.passage, quantity) for one in self.reading.passages for quantity in one.quantities]
        cells = [number for table in self.draft.tables for number in NumberTable(table).numbers.values()]
        return text + cells

    @cached_property
    def untied(self) -> list[tuple[Passage, Quantity]]:
        """The numbers that no claim ties to another."""
        tied = {
            (passage.where, one.start) for verdict in self.verdicts for passage, one in verdict.quantities
        }
        return [(passage, one) for passage, one in self.numbers if (passage.where, one.start) not in tied]

    @property
    def is_wrong(self) -> bool:
        """Whether anything is found that is more than worth a look."""
        return any(one.sure is not Sure.LOOK for one in self.findings)

    def as_json(self, claims: bool = False) -> dict[str, Any]:
        """The proof as names and values, for JSON; with all `claims` and untied numbers if asked."""
        document: dict[str, Any] = {
            "file": self.draft.file,
            "pages": self.draft.pages or None,
            "numbers": len(self.numbers),
            "tied": len(self.numbers) - len(self.untied),
            "remarks": [fault.found for fault in self.draft.remarks],
            "findings": [finding_as_json(one) for one in self.findings],
        }
        if claims:
            document["claims"] = [finding_as_json(one) for one in self.verdicts]
            document["untied"] = [
                {
                    "place": place_as_json(passage.where),
                    "printed": one.text,
                    "around": around(passage, one.start, one.end),
                }
                for passage, one in self.untied
            ]
        return document


def proofread(draft: Draft) -> Proof:
    """Hold the numbers of a draft against each other."""
    reading = Reading.of(draft)
    return Proof(draft, reading, tuple(one for judge in FAMILIES for one in judge(reading)))


def around(passage: Passage, start: int, end: int) -> str:
    """What stands around characters of a passage, cut with …."""
    first = max(0, start - _AROUND)
    last = min(len(passage.text), end + _AROUND)
    before = "…" if first else ""
    behind = "…" if last < len(passage.text) else ""
    return one_line(f"{before}{passage.text[first:last]}{behind}")


def finding_as_json(one: Verdict) -> dict[str, Any]:
    """A verdict as names and values."""
    return {
        "rule": one.rule,
        "name": cards.read()[one.rule].name,
        "sure": one.sure.value if one.sure else "holds",
        "place": place_as_json(one.passage.where),
        "printed": one.printed,
        "around": around(one.passage, one.start, one.end),
        "follows": one.follows,
    }


def place_as_json(where: Where) -> dict[str, Any]:
    """A place by what of it is known."""
    return {name: value for name, value in vars(where).items() if value}

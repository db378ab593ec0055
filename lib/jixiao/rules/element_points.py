"""Scores by elements: a target review adds up what each got or judges by grades, others share by elements met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from jixiao.kit import numbers


def goal_review(given: Mapping[str, Decimal], bands: Mapping[str, Decimal]) -> tuple[Decimal, str]:
    """Add up what the elements of a target review got, to one decimal, and name the band that this reaches."""
    total = numbers.rounded(sum(given.values(), Decimal(0)), 1)
    return total, next(name for name, lowest in bands.items() if total >= lowest)


def by_count(given: Sequence[int], grades: int, share: Decimal) -> int:
    """The grade that follows from several, each counted from 0 for the best: the conclusion of an ordinary project.

    It is the best one which at least `share` per cent of them reach while none is more than one grade worse; else the
    last of so many `grades`.
    """
    for grade in range(grades - 1):
        reached = sum(each <= grade for each in given)
        if reached * 100 >= share * len(given) and max(given) <= grade + 1:
            return grade
    return grades - 1


def by_points(
    given: Mapping[str, str],
    points: Mapping[str, Decimal],
    spans: Mapping[str, tuple[Decimal, Decimal]],
    bands: Mapping[str, Decimal],
) -> tuple[str, str]:
    """The worst and the best grade that the points of a key project can come to where only the grades are known.

    Each element has its `points`, of which a grade stands for a span in per cent; `bands` has the lowest total of each.
    """
    totals = [
        {name: points[name] * spans[grade][side] / 100 for name, grade in given.items()} for side in (0, 1)
    ]
    worst, best = (goal_review(each, bands)[1] for each in totals)
    return worst, best


def elements(points: Decimal, met: int, of: int, places: int, how: str) -> Decimal:
    """Give an equal share of the points for each of `met` elements out of `of`."""
    return numbers.rounded(numbers.ratio(points * met, Decimal(of)), places, how)

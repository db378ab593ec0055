"""Scores by elements: a target review adds up what each got, other scores give equal shares for each one met."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from jixiao.kit import numbers


def goal_review(given: Mapping[str, Decimal], bands: Mapping[str, Decimal]) -> tuple[Decimal, str]:
    """Add up what the elements of a target review got, to one decimal, and name the band that this reaches."""
    total = numbers.rounded(sum(given.values(), Decimal(0)), 1)
    return total, next(name for name, lowest in bands.items() if total >= lowest)


def elements(points: Decimal, met: int, of: int, places: int, how: str) -> Decimal:
    """Give an equal share of the points for each of `met` elements out of `of`."""
    return numbers.rounded(numbers.ratio(points * met, Decimal(of)), places, how)

"""Points of what is scored by elements: a target review, and equal shares for each element met."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from jixiao.kit import numbers


def goal_review(given: Mapping[str, Decimal], bands: Mapping[str, Decimal]) -> tuple[Decimal, str]:
    """The sum of what the elements of a target review got, to one decimal, and the band that it reaches."""
    total = numbers.rounded(sum(given.values(), Decimal(0)), 1)
    return total, next(name for name, lowest in bands.items() if total >= lowest)


def elements(points: Decimal, met: int, of: int, places: int, how: str) -> Decimal:
    """Equal shares of the points for each element that is met."""
    return numbers.rounded(numbers.ratio(points * met, Decimal(of)), places, how)

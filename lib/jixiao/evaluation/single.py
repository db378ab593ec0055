"""Arithmetic of a single indicator or form that needs no column: counts and sums in, points or a verdict out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jixiao import numbers


def elements(points: Decimal, met: int, of: int, places: int) -> Decimal:
    """Equal shares of the points for each element that is met."""
    return numbers.rounded(numbers.ratio(points * met, Decimal(of)), places)


def weight_total(execution: Decimal, groups: Sequence[Decimal]) -> Decimal:
    """What the weights of a form add up to."""
    return execution + sum(groups, Decimal(0))


def sums_up(total: Sequence[Decimal], parts: Sequence[Sequence[Decimal]]) -> bool:
    """Whether each column of a total row of funds is the sum of its parts."""
    return [*total] == [sum(column, Decimal(0)) for column in zip(*parts, strict=True)]

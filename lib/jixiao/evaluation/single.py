"""Ways to score a single indicator that local tables define by name: limits and values in, points out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jixiao import numbers


def step_deduction(points: Decimal, limit: Decimal, percent: Decimal, per_point: Decimal) -> Decimal:
    """Full points up to `limit` per cent; above it `per_point` points less for each percentage point, never below 0."""
    over = max(percent - limit, Decimal(0))
    return numbers.rounded(max(points - over * per_point, Decimal(0)))


def band_table(percent: Decimal, rows: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """The points of the first row (upper limit included, points), from low to high; 0 above the last limit."""
    return next((points for limit, points in rows if percent <= limit), Decimal(0))


def elements(points: Decimal, met: int, of: int, places: int) -> Decimal:
    """Equal shares of the points for each element that is met."""
    return numbers.rounded(numbers.ratio(points * met, Decimal(of)), places)


def direct(points: Decimal, achieved: bool) -> Decimal:
    """直接赋分: all or nothing."""
    return points if achieved else Decimal(0)


def weight_total(execution: Decimal, groups: Sequence[Decimal]) -> Decimal:
    """What the weights of a form add up to."""
    return execution + sum(groups, Decimal(0))


def sums_up(total: Sequence[Decimal], parts: Sequence[Sequence[Decimal]]) -> bool:
    """Whether each column of a total row of funds is the sum of its parts."""
    return [*total] == [sum(column, Decimal(0)) for column in zip(*parts, strict=True)]

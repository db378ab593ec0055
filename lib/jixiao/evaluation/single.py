"""Arithmetic of a single indicator or form that needs no column: counts and sums in, points or a verdict out."""

from __future__ import annotations

from decimal import Decimal

from jixiao import numbers


def elements(points: Decimal, met: int, of: int, places: int) -> Decimal:
    """Equal shares of the points for each element that is met."""
    return numbers.rounded(numbers.ratio(points * met, Decimal(of)), places)

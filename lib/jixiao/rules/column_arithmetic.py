"""Exact column arithmetic on whole numbers: products and quotients rounded once, as `numbers.rounded` would.

A column holds non-negative int64; what would not fit is computed with Python's unbounded integers instead.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from jixiao.kit import numbers

Wholes: TypeAlias = NDArray[np.int64] | NDArray[np.object_]  # machine words, or Python's unbounded integers

# Below, the float quotient of whole numbers never reaches the next whole number by rounding.
_FLOAT_EXACT = 2**52
_ROOM = 2.0**62  # products stay below this, so that doubling and adding cannot overflow


def product_ratio(
    factor: Wholes, part: Wholes, whole: Wholes, divisor: int = 1, how: str = numbers.HALF_UP
) -> Wholes:
    """Compute factor × part ÷ (whole × divisor) for each row, rounded; `whole` is positive, the others not negative."""
    if _fits(factor.max(initial=0), part.max(initial=0)) and _fits(whole.max(initial=1), divisor):
        return _quotient(factor * part, whole * divisor, how)
    small = (factor.astype(float) * part < _ROOM) & (whole.astype(float) * divisor < _ROOM)
    result = np.empty(len(factor), dtype=np.int64)
    result[small] = _quotient(factor[small] * part[small], whole[small] * divisor, how)
    large = [column[~small].astype(object) for column in (factor, part, whole)]
    result[~small] = _quotient(large[0] * large[1], large[2] * divisor, how).astype(np.int64)
    return result


def _fits(one: int, other: int) -> bool:
    return float(one) * float(other) < _ROOM


def _quotient(numerator: Wholes, denominator: Wholes | int, how: str) -> Wholes:
    whole = _floor(numerator, denominator)
    doubled = (numerator - whole * denominator) * 2
    up = doubled >= denominator
    if how == numbers.GB_T_8170:
        up &= (doubled != denominator) | (whole % 2 == 1)
    return whole + up


def _floor(numerator: Wholes, denominator: Wholes | int) -> Wholes:
    """Divide and drop what is left over; by floating point, which is several times faster, where that is exact."""
    if numerator.dtype != np.int64 or numerator.max(initial=0) >= _FLOAT_EXACT:
        return numerator // denominator
    return (numerator / denominator).astype(np.int64)

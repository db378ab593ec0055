"""The few distributions that bounds and tests need: normal, Student's t, F, binomial and chi-square.

Those of t and F are inverted from the regularized incomplete beta function (DLMF 8.17), by halving an interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from statistics import NormalDist

_STEPS = 200  # of the continued fraction, which stops long before
_HALVINGS = 60  # as fine as a float is
_SMALL = 1e-300
_EXACT_TO = 12  # decimals of a quantile, the same on every machine
_ODD = 9  # degrees of freedom of ten classes


def normal_quantile(share: Decimal) -> Decimal:
    """The value below which `share` of a standard normal distribution lies."""
    return _decimal(NormalDist().inv_cdf(float(share)))


def normal_two_sided(value: Decimal) -> Decimal:
    """The chance that a standard normal value is as far from zero as `value`, or farther."""
    return _decimal(math.erfc(abs(float(value)) / math.sqrt(2)))


@cache
def t_quantile(share: Decimal, freedom: int) -> Decimal:
    """The value below which `share` of Student's t distribution lies; `share` is at least one half."""
    tail = 2 * (1 - float(share))
    chance = _halved(lambda x: _incomplete_beta(x, freedom / 2, 0.5), tail)
    return _decimal(math.sqrt(freedom * (1 - chance) / chance))


@cache
def f_quantile(share: Decimal, above: float, below: float) -> Decimal:
    """The value below which `share` of the F distribution lies, with its degrees of freedom above and below the line."""
    part = _halved(lambda x: _incomplete_beta(x, above / 2, below / 2), float(share))
    return _decimal(below * part / (above * (1 - part)))


def even_two_sided(count: int, of: int) -> Decimal:
    """The exact chance that a fair coin gives `count` heads of `of` throws, or a number as far from one half."""
    far = min(count, of - count)
    ways = sum(math.comb(of, number) for number in range(far + 1))
    return min(Decimal(1), Decimal(2 * ways) / Decimal(2**of))


def ten_classes(statistic: Decimal) -> Decimal:
    """The chance that chi-square over ten classes is `statistic` or more."""
    x = float(statistic)
    rest = 0.0
    term = 1.0
    for odd in range(1, _ODD, 2):
        rest += term
        term *= x / (odd + 2)
    return _decimal(math.erfc(math.sqrt(x / 2)) + math.sqrt(2 * x / math.pi) * math.exp(-x / 2) * rest)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-_EXACT_TO))


def _halved(rising: Callable[[float], float], target: float) -> float:
    """Where between 0 and 1 a rising function has the value `target`."""
    low = 0.0
    high = 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function, by its continued fraction on the side where that converges."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(scale) / a * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, by the modified method of Lentz."""
    upper = 1.0
    lower = 1 / _nonzero(1 - (a + b) * x / (a + 1))
    found = lower
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for part in (even, odd):
            lower = 1 / _nonzero(1 + part * lower)
            upper = _nonzero(1 + part / upper)
            found *= upper * lower
        if abs(upper * lower - 1) < 1e-15:
            break
    return found


def _nonzero(value: float) -> float:
    return value if abs(value) > _SMALL else _SMALL

"""Bounds for how many of all subjects are as some of those drawn at random were found, whatever the others are.

With one stratum they are those of the hypergeometric distribution. With several, what the strata hold is not known one
by one: a number in all is possible as long as any way to divide it over the strata makes what was found likely enough.
How likely at most is computed stratum by stratum, as if an opponent chose what each one holds after having seen what
the strata before it gave. An opponent who may look is at least as strong as one who may not, so the bounds keep their
level or more. Strata that were drawn whole are known and add no doubt.

Of a large sample from several strata the bounds are those of the score test, which keep their level within a point.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_MOST_STEPS = 5 * 10**8  # of arithmetic; above, the wider bounds of Hoeffding are given, which cost none
_EVEN = 1 - 1e-9  # what is as likely as the level up to rounding is possible
_IMPOSSIBLE = -1.0
LARGE = 100  # drawn from several strata
_FEW = 10  # found, or drawn and not found: with fewer a sum is not normal
_ROUNDING = 1e-12
_HALVINGS = 40

Chances = NDArray[np.float64]


@dataclass(frozen=True)
class Stratum:
    """A part of a frame of `size` subjects, of which `drawn` were drawn at random, and `found` of these counted."""

    size: int
    drawn: int
    found: int

    @property
    def whole(self) -> bool:
        """Whether all of it was drawn."""
        return self.drawn == self.size


def least(strata: Sequence[Stratum], level: Decimal) -> int:
    """The least number in the whole frame with which so many, or more, are found with a chance above `level`."""
    known = sum(one.found for one in strata if one.whole)
    open_ones = [one for one in strata if not one.whole]
    found = sum(one.found for one in open_ones)
    if not found:
        return known
    if len(open_ones) == 1:
        return known + _least_of_one(open_ones[0], level)
    weights = _weights(open_ones)
    reached = sum(weight * one.found for weight, one in zip(weights, open_ones, strict=True))
    size = sum(one.size for one in open_ones)
    if _is_large(open_ones):
        return known + max(found, _least_by_score(open_ones, level))
    steps = sum((one.size + 1) * (one.drawn + 1) for one in open_ones) * (size + 1) * (reached + 1)
    if steps > _MOST_STEPS:
        wider = (_least_by_hoeffding(open_ones, level), _least_by_poisson(open_ones, level))
        return known + max(found, *wider)
    chances = _most_likely(open_ones, weights, reached)
    possible = np.nonzero(chances > float(level) * _EVEN)[0]
    return known + max(found, int(possible[0]))


def most(strata: Sequence[Stratum], level: Decimal) -> int:
    """The greatest number in the whole frame with which so many, or fewer, are found with a chance above `level`."""
    others = [Stratum(one.size, one.drawn, one.drawn - one.found) for one in strata]
    return sum(one.size for one in strata) - least(others, level)


def _least_of_one(stratum: Stratum, level: Decimal) -> int:
    """`least` for one stratum, in whole numbers and so without any error."""
    ways = math.comb(stratum.size, stratum.drawn)
    for held in range(stratum.found, stratum.size + 1):
        rest = stratum.size - held
        above = sum(
            math.comb(held, x) * math.comb(rest, stratum.drawn - x)
            for x in range(stratum.found, min(held, stratum.drawn) + 1)
        )
        if Fraction(above, ways) > Fraction(level):
            return held
    raise AssertionError("a stratum that holds nothing else gives what was found")


def _weights(strata: Sequence[Stratum]) -> list[int]:
    """How many subjects one that was drawn stands for, as whole multiples of the least; 1 where none was drawn."""
    stand_for = [Fraction(one.size, one.drawn) if one.drawn else None for one in strata]
    least_of_all = min((each for each in stand_for if each), default=Fraction(1))
    return [int(each / least_of_all + Fraction(1, 2)) if each else 1 for each in stand_for]


def _most_likely(strata: Sequence[Stratum], weights: Sequence[int], reached: int) -> Chances:
    """For each number in all strata: the greatest chance that the weighted finds come to `reached` or more."""
    size = sum(one.size for one in strata)
    chances = np.full(
        (size + 1, reached + 1), _IMPOSSIBLE
    )  # by the number held, and what is still to be found
    chances[0] = 0.0
    chances[0, 0] = 1.0
    held_so_far = 0
    for stratum, weight in zip(strata, weights, strict=True):
        better = np.full_like(chances, _IMPOSSIBLE)
        for held in range(stratum.size + 1):
            before = chances[: held_so_far + 1]
            given = np.zeros_like(before)
            for found, chance in _hypergeometric(stratum, held):
                counted = min(weight * found, reached)
                given[:, counted:] += chance * before[:, : reached + 1 - counted]
                given[:, :counted] += chance * before[:, :1]
            there = better[held : held + len(given)]
            np.maximum(there, given, out=there)
        chances = better
        held_so_far += stratum.size
    found_all: Chances = chances[:, reached]
    return found_all


def _hypergeometric(stratum: Stratum, held: int) -> list[tuple[int, float]]:
    """How many of `held` subjects a draw from the stratum finds, with the chance of each number."""
    ways = math.comb(stratum.size, stratum.drawn)
    rest = stratum.size - held
    numbers = range(max(0, stratum.drawn - rest), min(held, stratum.drawn) + 1)
    return [(x, math.comb(held, x) * math.comb(rest, stratum.drawn - x) / ways) for x in numbers]


def _is_large(strata: Sequence[Stratum]) -> bool:
    """Whether so many were found, and so many not, in strata of all of which some were drawn, that a sum is normal."""
    found, drawn = sum(one.found for one in strata), sum(one.drawn for one in strata)
    return all(one.drawn for one in strata) and drawn >= LARGE and min(found, drawn - found) >= _FEW


def _least_by_score(strata: Sequence[Stratum], level: Decimal) -> int:
    """The least number that the estimate does not lie too far above, by a normal distribution (Wilson's interval).

    Its variance is the greatest that a number in all can have, however it is divided over the strata (Neyman 1934).
    """
    sizes, drawn = (
        np.array([getattr(one, name) for one in strata], dtype=float) for name in ("size", "drawn")
    )
    spread = sizes**3 * (1 - drawn / sizes) / (drawn * (sizes - 1))
    estimate = sum(one.size * one.found / one.drawn for one in strata)
    far = NormalDist().inv_cdf(1 - float(level))

    def is_possible(held: int) -> bool:
        return estimate - held <= far * math.sqrt(_greatest_variance(sizes, spread, held)) * (1 + _ROUNDING)

    return bisect_left(range(int(sizes.sum()) + 1), True, key=is_possible)


def _greatest_variance(sizes: Chances, spread: Chances, held: int) -> float:
    """The greatest sum of `spread` p (1 - p) over strata of which `held` in all count, by Lagrange's multiplier."""
    low, high = -float(np.max(spread / sizes)), float(np.max(spread / sizes))
    shares = sizes * 0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        shares = np.clip((1 - middle * sizes / spread) / 2, 0, 1)
        low, high = (middle, high) if float(sizes @ shares) > held else (low, middle)
    return float(spread @ (shares * (1 - shares)))


def _least_by_poisson(strata: Sequence[Stratum], level: Decimal) -> int:
    """A bound that is sharp where almost all that were drawn count, or almost none, rounded down.

    What a stratum gives is a sum of independent draws of 0 and 1 (Vatutin and Mikhailov 1982), and so is the whole; its
    tails are less than those of a Poisson distribution of the same mean (Hoeffding 1956), one from the mean.
    """
    size = sum(one.size for one in strata)
    found, drawn = sum(one.found for one in strata), sum(one.drawn for one in strata)
    rest = drawn - found
    chances = [one.drawn / one.size for one in strata]

    def few(mean: float) -> float:
        """How likely at most so few others are drawn as were, with a `mean` of them."""
        return 1.0 if rest > mean - 1 else _at_most(rest, mean)

    def many(mean: float) -> float:
        """How likely at most so many are found as were, with a `mean` of them."""
        return 1.0 if found < mean + 1 else 1 - _at_most(found - 1, mean)

    edge = float(level)
    others = bisect_left(range(size + 1), True, key=lambda held: few(min(chances) * held) <= edge) - 1
    least_ = bisect_left(range(size + 1), True, key=lambda held: many(max(chances) * held) > edge)
    return max(size - others, least_)


def _at_most(count: int, mean: float) -> float:
    """The chance of so many or fewer under a Poisson distribution."""
    return math.fsum(
        math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) if mean else n == 0 for n in range(count + 1)
    )


def _least_by_hoeffding(strata: Sequence[Stratum], level: Decimal) -> int:
    """A bound that holds for any strata (Hoeffding 1963, theorems 2 and 4), rounded down."""
    size = sum(one.size for one in strata)
    seen = [one for one in strata if one.drawn]
    estimate = sum(Fraction(one.size * one.found, one.drawn) for one in seen)
    spread = sum(Fraction(one.size**2, one.drawn) for one in seen)
    below = math.sqrt(float(spread) * math.log(1 / float(level)) / 2)
    return max(0, min(size, math.floor(float(estimate) - below)))

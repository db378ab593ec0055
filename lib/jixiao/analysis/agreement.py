"""How far the scores of two tiers agree: moves of grades, bias with limits, intraclass correlation, ranks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from jixiao.analysis import distributions
from jixiao.kit import numbers

LEAST_FOR_BIAS = 10  # pairs: below, the bounds of a mean say little
LEAST_FOR_LIMITS = 30
LEAST_FOR_MOVES = 10
LEAST_FOR_RANKS = 20
_ROWS = 256  # of the table of all pairs, held at once
_UPPER = Decimal("0.975")  # both ends leave out 5 %
_WITHIN = Decimal("1.96")  # standard deviations that hold 95 % of normal differences


@dataclass(frozen=True)
class Disconnect:
    """How many grades fell and rose, and the net share of all that fell, in percent, by number and by money."""

    n: int
    fell: int
    rose: int
    net_percent: Decimal | None
    net_money_percent: Decimal | None

    @property
    def allowed(self) -> bool:
        """Whether there are pairs enough."""
        return self.n >= LEAST_FOR_MOVES


def disconnect(
    own: Sequence[str], other: Sequence[str], order: Sequence[str], money: Sequence[Decimal]
) -> Disconnect:
    """Hold two grades of each subject against each other; `order` has the grades from best to worst."""
    places = {name: at for at, name in enumerate(order)}
    moves = [places[after] - places[before] for before, after in zip(own, other, strict=True)]
    fell = sum(move > 0 for move in moves)
    rose = sum(move < 0 for move in moves)
    weighted = sum(((move > 0) - (move < 0)) * amount for move, amount in zip(moves, money, strict=True))
    return Disconnect(
        len(moves),
        fell,
        rose,
        numbers.percent(fell - rose, len(moves)),
        numbers.percent(Decimal(weighted), sum(money, Decimal(0))),
    )


@dataclass(frozen=True)
class Limits:
    """The mean difference of two scores with its 95 % interval, and the limits within which 95 % of differences lie.

    `limits_low` and `limits_high` are the intervals of the two limits themselves. `slope` is by how much the difference
    grows with each point of the mean of both; None where all means are the same.
    """

    n: int
    bias: Decimal
    spread: Decimal
    bias_low: Decimal
    bias_high: Decimal
    low: Decimal
    high: Decimal
    limits_low: tuple[Decimal, Decimal]
    limits_high: tuple[Decimal, Decimal]
    slope: Decimal | None

    @property
    def allowed(self) -> bool:
        """Whether there are pairs enough for the mean difference and its interval."""
        return self.n >= LEAST_FOR_BIAS

    @property
    def limits_allowed(self) -> bool:
        """Whether there are pairs enough for the limits of agreement."""
        return self.n >= LEAST_FOR_LIMITS


def limits(own: Sequence[Decimal], other: Sequence[Decimal]) -> Limits | None:
    """Bias and limits of agreement of Bland and Altman (1986, 1999); None of fewer than two pairs."""
    n = len(own)
    if n < 2:
        return None
    gaps = [one - two for one, two in zip(own, other, strict=True)]
    means = [(one + two) / 2 for one, two in zip(own, other, strict=True)]
    bias = sum(gaps, Decimal(0)) / n
    spread = (sum(((gap - bias) ** 2 for gap in gaps), Decimal(0)) / (n - 1)).sqrt()
    t = distributions.t_quantile(_UPPER, n - 1)
    reach = t * spread / Decimal(n).sqrt()
    of_limit = t * spread * (Decimal(1) / n + _WITHIN**2 / (2 * (n - 1))).sqrt()
    low = bias - _WITHIN * spread
    high = bias + _WITHIN * spread
    return Limits(
        n,
        bias,
        spread,
        bias - reach,
        bias + reach,
        low,
        high,
        (low - of_limit, low + of_limit),
        (high - of_limit, high + of_limit),
        _slope(means, gaps),
    )


def _slope(x: Sequence[Decimal], y: Sequence[Decimal]) -> Decimal | None:
    """The slope of the line of least squares."""
    mean_x = sum(x, Decimal(0)) / len(x)
    mean_y = sum(y, Decimal(0)) / len(y)
    squares = sum((one - mean_x) ** 2 for one in x)
    if not squares:
        return None
    return sum((one - mean_x) * (two - mean_y) for one, two in zip(x, y, strict=True)) / squares


@dataclass(frozen=True)
class Correlation:
    """An intraclass correlation of single scores with its 95 % interval."""

    n: int
    value: Decimal
    low: Decimal
    high: Decimal

    @property
    def allowed(self) -> bool:
        """Whether there are subjects enough."""
        return self.n >= LEAST_FOR_LIMITS


def correlations(scores: Sequence[Sequence[Decimal]]) -> tuple[Correlation, Correlation] | None:
    """ICC(A,1) for agreement and ICC(C,1) for consistency, in two ways, after McGraw and Wong (1996).

    `scores` has a row a subject, a column a tier. None of fewer than three subjects, and where scores do not vary.
    """
    n = len(scores)
    k = len(scores[0]) if scores else 0
    if n < 3:
        return None
    mean = sum((sum(row, Decimal(0)) for row in scores), Decimal(0)) / (n * k)
    between = sum(((sum(row, Decimal(0)) / k - mean) ** 2 for row in scores), Decimal(0)) * k
    tiers = [sum(column, Decimal(0)) / n for column in zip(*scores, strict=True)]
    by_tier = sum(((of_tier - mean) ** 2 for of_tier in tiers), Decimal(0)) * n
    whole = sum(((score - mean) ** 2 for row in scores for score in row), Decimal(0))
    rows = between / (n - 1)
    columns = by_tier / (k - 1)
    error = (whole - between - by_tier) / ((n - 1) * (k - 1))
    if error <= 0 or rows <= 0:
        return None
    return _absolute(n, k, rows, columns, error), _consistent(n, k, rows, error)


def _consistent(n: int, k: int, rows: Decimal, error: Decimal) -> Correlation:
    freedom = (n - 1) * (k - 1)
    ratio = rows / error
    low = ratio / distributions.f_quantile(_UPPER, n - 1, freedom)
    high = ratio * distributions.f_quantile(_UPPER, freedom, n - 1)
    value, low, high = ((one - 1) / (one + k - 1) for one in (ratio, low, high))
    return Correlation(n, value, low, high)


def _absolute(n: int, k: int, rows: Decimal, columns: Decimal, error: Decimal) -> Correlation:
    value = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    parts = (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    freedom = float((a * columns + b * error) ** 2 / parts)
    f_low = distributions.f_quantile(_UPPER, n - 1, freedom)
    f_high = distributions.f_quantile(_UPPER, freedom, n - 1)
    noise = k * columns + (k * n - k - n) * error
    low = n * (rows - f_low * error) / (f_low * noise + n * rows)
    high = n * (f_high * rows - error) / (noise + n * f_high * rows)
    return Correlation(n, value, low, high)


@dataclass(frozen=True)
class Ranks:
    """Whether the order of the scores of one tier is that of another.

    `tau` is Kendall's tau-b, `chance` how often one as far from zero comes of no relation, `tied_percent` how many of the
    own scores are the same as another's. `bottom_percent` is how much of the lowest quarter by the other tier is found
    in the lowest quarter of the own scores, where equal scores are drawn by lot; a blind draw finds `blind_percent`.
    """

    n: int
    tau: Decimal | None
    chance: Decimal | None
    tied_percent: Decimal
    bottom_percent: Decimal
    top_percent: Decimal
    blind_percent: Decimal

    @property
    def allowed(self) -> bool:
        """Whether there are pairs enough, and scores that differ."""
        return self.n >= LEAST_FOR_RANKS and self.tau is not None

    @property
    def informative(self) -> bool:
        """Whether the order of the own scores tells something of the other order, with 95 % confidence."""
        return (
            self.chance is not None
            and self.tau is not None
            and self.chance < Decimal("0.05")
            and self.tau > 0
        )


def ranks(own: Sequence[Decimal], other: Sequence[Decimal]) -> Ranks | None:
    """Kendall's tau-b with its approximate test, and the overlap of the quarters; None of fewer than four pairs."""
    n = len(own)
    if n < 4:
        return None
    concordance = _concordance(own, other)
    ties = [Counter(scores) for scores in (own, other)]
    untied = [n * (n - 1) // 2 - sum(t * (t - 1) // 2 for t in found.values()) for found in ties]
    tau = Decimal(concordance) / Decimal(untied[0] * untied[1]).sqrt() if all(untied) else None
    z = Decimal(concordance) / _tau_variance(n, *ties).sqrt() if all(untied) else None
    quarter = n // 4
    tied = sum(t for t in ties[0].values() if t > 1)
    tied_percent = numbers.percent(tied, n)
    blind = numbers.percent(quarter, n)
    assert tied_percent is not None
    assert blind is not None
    return Ranks(
        n,
        tau,
        None if z is None else distributions.normal_two_sided(z),
        tied_percent,
        _overlap(own, other, quarter),
        _overlap([-score for score in own], [-score for score in other], quarter),
        blind,
    )


def _concordance(own: Sequence[Decimal], other: Sequence[Decimal]) -> int:
    """How many pairs are in the same order by both scores, less those in the opposite order."""
    places = [_places(scores) for scores in (own, other)]
    twice = 0
    for start in range(0, len(own), _ROWS):
        signs = [np.sign(place[start : start + _ROWS, None] - place[None, :]) for place in places]
        twice += int((signs[0] * signs[1]).sum())
    return twice // 2


def _places(scores: Sequence[Decimal]) -> NDArray[np.int64]:
    """The place of each score among the different ones, from the lowest."""
    places = {score: at for at, score in enumerate(sorted(set(scores)))}
    return np.array([places[score] for score in scores], np.int64)


def _tau_variance(n: int, own: Mapping[Decimal, int], other: Mapping[Decimal, int]) -> Decimal:
    """The variance of concordant less discordant pairs where there is no relation, with ties (Kendall 1970)."""
    ties = [list(found.values()) for found in (own, other)]
    pairs = [sum(t * (t - 1) for t in each) for each in ties]
    triples = [sum(t * (t - 1) * (t - 2) for t in each) for each in ties]
    whole = n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for each in ties for t in each)
    found = (
        Fraction(whole, 18)
        + Fraction(triples[0] * triples[1], 9 * n * (n - 1) * (n - 2))
        + Fraction(pairs[0] * pairs[1], 2 * n * (n - 1))
    )
    return Decimal(found.numerator) / Decimal(found.denominator)


def _overlap(own: Sequence[Decimal], other: Sequence[Decimal], quarter: int) -> Decimal:
    """How much of the lowest quarter of one list is expected in the lowest quarter of the other, in percent."""
    members = [_membership(scores, quarter) for scores in (own, other)]
    both = sum((one * two for one, two in zip(*members, strict=True)), Fraction(0)) * 100 / quarter
    return numbers.rounded(Decimal(both.numerator) / Decimal(both.denominator))


def _membership(scores: Sequence[Decimal], quarter: int) -> list[Fraction]:
    """The chance of each to be among the lowest, where equal scores are drawn by lot."""
    limit = sorted(scores)[quarter - 1]
    below = sum(score < limit for score in scores)
    chance = Fraction(quarter - below, sum(score == limit for score in scores))
    return [Fraction(1) if score < limit else chance if score == limit else Fraction(0) for score in scores]

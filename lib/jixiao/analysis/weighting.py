"""The mean score of a whole district from subjects drawn at random, each standing for as many as its stratum says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.analysis import distributions

LEAST = 10  # subjects drawn at random and reviewed
_UPPER = Decimal("0.975")


@dataclass(frozen=True)
class DistrictMean:
    """The mean of all `size` subjects as estimated from `n` of them, with its 95 % interval; `plain` is that of the `n`."""

    size: int
    n: int
    plain: Decimal
    mean: Decimal
    low: Decimal
    high: Decimal

    @property
    def allowed(self) -> bool:
        """Whether subjects enough were drawn."""
        return self.n >= LEAST


@dataclass(frozen=True)
class _Stratum:
    size: int
    scores: Sequence[Decimal]


def district_mean(sizes: Mapping[str, int], scores: Mapping[str, Sequence[Decimal]]) -> DistrictMean | None:
    """Horvitz and Thompson's estimate: each stratum counts with its size, whatever part of it was drawn.

    Strata of which a single subject was drawn say nothing of their spread: theirs is taken from all such strata together,
    which is not too small. None where a stratum has no score, and where the spread cannot be told.
    """
    strata = [_Stratum(size, scores.get(name, ())) for name, size in sizes.items()]
    if not strata or not all(one.scores for one in strata):
        return None
    size = sum(one.size for one in strata)
    mean = sum((one.size * _mean(one.scores) for one in strata), Decimal(0)) / size
    drawn_in_part = [one for one in strata if len(one.scores) < one.size]
    alone = [one for one in drawn_in_part if len(one.scores) == 1]
    parts = [(one, one.scores) for one in drawn_in_part if len(one.scores) > 1]
    together = [score for one in alone for score in one.scores]
    if len(together) == 1:
        return None
    parts += [(one, together) for one in alone]
    freedom = sum(len(one.scores) - 1 for one, _ in parts) + max(len(together) - 1, 0)
    variance = sum((_share_of_variance(one, spread) for one, spread in parts), Decimal(0)) / size**2
    reach = distributions.t_quantile(_UPPER, freedom) * variance.sqrt() if freedom else Decimal(0)
    every = [score for one in strata for score in one.scores]
    return DistrictMean(size, len(every), _mean(every), mean, mean - reach, mean + reach)


def _share_of_variance(stratum: _Stratum, spread: Sequence[Decimal]) -> Decimal:
    """What a stratum adds to the variance of the total, where its spread is that of the scores in `spread`."""
    n = len(stratum.scores)
    middle = _mean(spread)
    variance = sum(((score - middle) ** 2 for score in spread), Decimal(0)) / (len(spread) - 1)
    return stratum.size**2 * (1 - Decimal(n) / stratum.size) * variance / n


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)

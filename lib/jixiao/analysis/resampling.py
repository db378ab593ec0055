"""How sure a mean is: intervals from drawing whole departments again and again, since units of one department are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

LEAST_GROUPS = 10
DRAWS = 2000
SEED = 2022
_TAIL = 40  # one in so many draws is left out at either end: a 95 % interval


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval, from `groups` departments that hold `n` values."""

    n: int
    groups: int
    mean: Decimal
    low: Decimal
    high: Decimal

    @property
    def allowed(self) -> bool:
        """Whether there are departments enough to draw from, and they differ: of values all alike it says nothing."""
        return self.groups >= LEAST_GROUPS and self.low < self.high


def interval(
    values: Mapping[str, Sequence[Decimal]], draws: int = DRAWS, seed: int = SEED
) -> Interval | None:
    """The mean of all values, and the interval of the means of `draws` samples of as many departments; None of none."""
    own = [each for _, each in sorted(values.items()) if each]
    if not own:
        return None
    n = sum(len(each) for each in own)
    places = max(max(-int(value.as_tuple().exponent), 0) for each in own for value in each)
    sums = np.array([int(sum(each, Decimal(0)).scaleb(places)) for each in own], np.int64)
    counts = np.array([len(each) for each in own], np.int64)
    times = _times_drawn(len(own), draws, seed)
    means = np.sort(times @ sums / (times @ counts))
    skipped = draws // _TAIL
    low, high = (Decimal(repr(float(means[at]))).scaleb(-places) for at in (skipped, draws - 1 - skipped))
    return Interval(n, len(own), sum((value for each in own for value in each), Decimal(0)) / n, low, high)


@cache
def _times_drawn(groups: int, draws: int, seed: int) -> NDArray[np.int64]:
    """How often each department is in each sample: a row a sample, the same for the same seed."""
    drawn = np.random.Generator(np.random.MT19937(seed)).random(draws * groups)
    chosen = (drawn * groups).astype(np.int64).reshape(draws, groups)
    rows = np.arange(draws)[:, None] * groups
    return np.bincount((chosen + rows).ravel(), minlength=draws * groups).reshape(draws, groups)

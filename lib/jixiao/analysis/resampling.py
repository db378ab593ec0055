"""How sure a mean is: intervals from drawing whole departments again and again, since units of one department are alike."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

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
        """Whether there are departments enough to draw from."""
        return self.groups >= LEAST_GROUPS


def interval(
    values: Mapping[str, Sequence[Decimal]], draws: int = DRAWS, seed: int = SEED
) -> Interval | None:
    """The mean of all values, and the interval of the means of `draws` samples of as many departments; None of none."""
    own = [(sum(each, Decimal(0)), len(each)) for _, each in sorted(values.items()) if each]
    if not own:
        return None
    whole = sum((total for total, _ in own), Decimal(0))
    n = sum(count for _, count in own)
    # whole numbers are added much faster than decimals
    scale = max(-int(total.as_tuple().exponent) for total, _ in own)
    sums = [int(total.scaleb(max(scale, 0))) for total, _ in own]
    counts = [count for _, count in own]
    drawn = random.Random(seed)
    places = range(len(own))
    means = []
    for _ in range(draws):
        chosen = drawn.choices(places, k=len(own))
        means.append(sum(sums[at] for at in chosen) / sum(counts[at] for at in chosen))
    means.sort()
    skipped = draws // _TAIL
    low, high = (Decimal(repr(means[at])).scaleb(-max(scale, 0)) for at in (skipped, draws - 1 - skipped))
    return Interval(n, len(own), whole / n, low, high)

"""Where scores pile up: on round numbers, on last digits, and just above the score from which a better grade begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.analysis import distributions
from jixiao.kit import numbers

LEAST = 30  # scores: a portfolio, no single unit
LEAST_AT_A_CUT = 10  # scores within a point of the cut
LEAST_FOR_DIGITS = 50
_ROUND = 5
_FULL = Decimal(100)
_AROUND = 5  # points on either side in which other limits are looked at


@dataclass(frozen=True)
class Mass:
    """How many scores are exactly `score`, and their share in percent."""

    n: int
    score: Decimal
    count: int
    percent: Decimal | None

    @property
    def allowed(self) -> bool:
        """Whether there are scores enough."""
        return self.n >= LEAST


def masses(scores: Sequence[Decimal], at: Sequence[Decimal]) -> list[Mass]:
    """How many scores lie exactly at each of the scores `at`."""
    counts = Counter(scores)
    return [Mass(len(scores), one, counts[one], numbers.percent(counts[one], len(scores))) for one in at]


def round_share(scores: Sequence[Decimal]) -> Mass:
    """How many of the scores below the full mark are whole multiples of five."""
    below = [score for score in scores if score < _FULL]
    count = sum(score % _ROUND == 0 for score in below)
    return Mass(len(below), Decimal(_ROUND), count, numbers.percent(count, len(below)))


@dataclass(frozen=True)
class Jump:
    """How many scores lie within a point below a limit, and within a point from it on.

    `chance` is how often a division as uneven comes of none, exactly. `placebos` is how many other whole numbers around
    have scores enough to be looked at, `as_uneven` how many of these are as uneven, or more.
    """

    limit: Decimal
    below: int
    above: int
    chance: Decimal
    placebos: int
    as_uneven: int

    @property
    def n(self) -> int:
        """How many scores lie around the limit."""
        return self.below + self.above

    @property
    def allowed(self) -> bool:
        """Whether there are scores enough around the limit."""
        return self.n >= LEAST_AT_A_CUT

    @property
    def suspicious(self) -> bool:
        """Whether more lie above than chance explains, and at no other limit around as many."""
        return (
            self.allowed and self.above > self.below and self.chance < Decimal("0.05") and not self.as_uneven
        )


def jump(scores: Sequence[Decimal], limit: Decimal) -> Jump:
    """The division of scores around a limit, held against that around other whole numbers; full marks are left out."""
    below, above = _around(scores, limit)
    chance = distributions.even_two_sided(below, below + above)
    others = [limit + step for step in range(-_AROUND, _AROUND + 1) if step and limit + step < _FULL]
    counts = [_around(scores, other) for other in others]
    enough = [pair for pair in counts if sum(pair) >= LEAST_AT_A_CUT]
    uneven = sum(
        high > low and distributions.even_two_sided(low, low + high) <= chance for low, high in enough
    )
    return Jump(limit, below, above, chance, len(enough), uneven)


def _around(scores: Sequence[Decimal], limit: Decimal) -> tuple[int, int]:
    inside = [score for score in scores if score < _FULL]
    return sum(limit - 1 <= score < limit for score in inside), sum(
        limit <= score < limit + 1 for score in inside
    )


@dataclass(frozen=True)
class LastDigits:
    """How the last of two decimals is distributed: a count for each digit, chi-square, and its chance."""

    counts: tuple[int, ...]
    statistic: Decimal
    chance: Decimal

    @property
    def n(self) -> int:
        """How many scores there are."""
        return sum(self.counts)

    @property
    def allowed(self) -> bool:
        """Whether there are scores enough."""
        return self.n >= LEAST_FOR_DIGITS


def last_digits(scores: Sequence[Decimal]) -> LastDigits | None:
    """The last digits of the scores below the full mark, held against ten equal classes; None of no score."""
    digits = Counter(int(score * 100) % 10 for score in scores if score < _FULL)
    n = sum(digits.values())
    if not n:
        return None
    counts = tuple(digits[digit] for digit in range(10))
    even = Decimal(n) / 10
    statistic = sum((count - even) ** 2 / even for count in counts)
    return LastDigits(counts, Decimal(statistic), distributions.ten_classes(Decimal(statistic)))

"""How long problems stay open: the curve of Kaplan and Meier over those that were ended and those that still are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jixiao.kit import numbers

LEAST = 10  # problems
LEAST_ENDED = 5  # of them; with fewer the curve hardly has steps
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Life:
    """How many days a problem was seen open, and whether it had ended then or was only looked at no longer."""

    days: int
    ended: bool


@dataclass(frozen=True)
class Step:
    """A day on which problems ended: how many were still open before it, how many ended, the share open after it."""

    day: int
    at_risk: int
    ended: int
    open: Fraction


@dataclass(frozen=True)
class Curve:
    """The share of problems still open by days; beyond the longest life nothing is known of it."""

    n: int
    ended: int
    longest: int
    steps: tuple[Step, ...]

    @property
    def allowed(self) -> bool:
        """Whether there are problems enough, and enough of them ended."""
        return self.n >= LEAST and self.ended >= LEAST_ENDED

    @property
    def median(self) -> int | None:
        """The first day after which at most half of the problems are open; None where the curve stays above."""
        return next((step.day for step in self.steps if step.open <= _HALF), None)

    def open_percent(self, day: int) -> Decimal | None:
        """The share still open after `day`, in percent; None beyond the longest life."""
        if day > self.longest:
            return None
        share = next((step.open for step in reversed(self.steps) if step.day <= day), Fraction(1))
        return numbers.percent(share.numerator, share.denominator)


def curve(lives: Iterable[Life]) -> Curve:
    """The curve over lives; one that ends on the day on which another is last seen counts as before it."""
    known = list(lives)
    steps: list[Step] = []
    share = Fraction(1)
    for day in sorted({life.days for life in known if life.ended}):
        at_risk = sum(life.days >= day for life in known)
        ended = sum(life.ended and life.days == day for life in known)
        share *= 1 - Fraction(ended, at_risk)
        steps.append(Step(day, at_risk, ended, share))
    longest = max((life.days for life in known), default=0)
    return Curve(len(known), sum(life.ended for life in known), longest, tuple(steps))

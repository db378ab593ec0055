"""How hard targets were: the number reached as a part of the number aimed at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from jixiao.kit import numbers

LEAST = 30  # targets
LEAST_IN_A_GROUP = 10  # targets of a department that is named
SOFT = Decimal(
    "1.3"
)  # above, the target counts as soft: 财预〔2020〕10号, Article 16, asks for an explanation


@dataclass(frozen=True)
class Hardness:
    """How many numbers reached are below, exactly at and above their targets, and how many of them far above."""

    below: int
    exact: int
    above: int
    soft: int

    @property
    def n(self) -> int:
        """How many targets there are; those far above are counted among those above."""
        return self.below + self.exact + self.above

    @property
    def allowed(self) -> bool:
        """Whether there are targets enough."""
        return self.n >= LEAST

    @property
    def may_be_named(self) -> bool:
        """Whether these are targets enough to name the department that set them."""
        return self.n >= LEAST_IN_A_GROUP

    @property
    def exact_percent(self) -> Decimal | None:
        """How many are reached exactly, in percent."""
        return numbers.percent(self.exact, self.n)

    @property
    def soft_percent(self) -> Decimal | None:
        """How many are exceeded by far, in percent."""
        return numbers.percent(self.soft, self.n)


def hardness(pairs: Iterable[tuple[Decimal, Decimal]]) -> Hardness:
    """Count targets and numbers reached, of indicators where more is better; a target that is not above zero is left out."""
    usable = [(target, reached) for target, reached in pairs if target > 0]
    return Hardness(
        below=sum(reached < target for target, reached in usable),
        exact=sum(reached == target for target, reached in usable),
        above=sum(reached > target for target, reached in usable),
        soft=sum(reached > SOFT * target for target, reached in usable),
    )

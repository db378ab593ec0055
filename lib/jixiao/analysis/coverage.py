"""How much of all money each step of performance management reached, and how much nothing is known of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from jixiao.kit import numbers

_ZERO = Decimal(0)


@dataclass(frozen=True)
class Reach:
    """How many subjects a step reached, with how much money, and what share of all money that is, in percent.

    `unknown` is how many of them have no amount; with any, money and share say too little and are not given.
    """

    n: int
    amount: Decimal | None
    percent: Decimal | None
    unknown: int

    @property
    def allowed(self) -> bool:
        """Whether the money of all subjects reached is known."""
        return self.amount is not None


def reach(amounts: Mapping[str, Decimal | None], reached: Collection[str], whole: Decimal | None) -> Reach:
    """Add up the money of the subjects `reached`, each once, and hold it against the `whole`."""
    own = [amounts.get(subject) for subject in sorted(set(reached))]
    known = [amount for amount in own if amount is not None]
    unknown = len(own) - len(known)
    amount = None if unknown else sum(known, _ZERO)
    percent = None if amount is None or not whole else numbers.percent(amount, whole)
    return Reach(len(own), amount, percent, unknown)

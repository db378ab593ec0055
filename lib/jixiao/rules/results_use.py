"""What a grade means for the next budget under a policy, and how much of it may be taken."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.kit import numbers
from jixiao.rules.method_words import BudgetMeasure
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import number

RULE = "results_use"
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Consequence:
    """The measure of a grade and the shares of the budget (%) that it takes, None where the law names none.

    `above` says that the lower share itself is too little.
    """

    measure: BudgetMeasure
    low: Decimal | None = None
    high: Decimal | None = None
    above: bool = False

    @property
    def said(self) -> str:
        """The shares as readers see them; empty where there are none."""
        if self.low is None or self.high is None:
            return ""
        low = f"{'高于' if self.above else ''}{numbers.plain(self.low)}%"
        return (
            f"{low}，至 {numbers.plain(self.high)}%" if self.above else f"{low}～{numbers.plain(self.high)}%"
        )

    def amounts(self, budget: Decimal | None) -> tuple[Decimal, Decimal] | None:
        """The least and the most that is to be taken of `budget`, to two decimals; None where that is not known."""
        if budget is None or self.low is None or self.high is None:
            return None
        return numbers.rounded(budget * self.low / _HUNDRED), numbers.rounded(budget * self.high / _HUNDRED)

    def too_little(self, amount: Decimal, least: Decimal) -> bool:
        """Whether less is taken than the rule asks, whose least amount is `least`."""
        return amount < least or (self.above and amount == least)


def consequences(policy: Policy) -> dict[str, Consequence]:
    """What each grade means, by its name; nothing where the policy does not say."""
    if RULE not in policy:
        return {}
    return {grade: consequence(said) for grade, said in policy[RULE].value.items()}


def consequence(said: Any) -> Consequence:
    """The consequence that a policy file writes for one grade."""
    above = "above" in said
    low = said.get("above", said.get("from"))
    return Consequence(
        BudgetMeasure.of(said["measure"]),
        None if low is None else number(low),
        None if low is None else number(said["to"]),
        above,
    )

"""Gives points for the execution rate of a budget, or the reason why not, and the cap that it puts on a total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.kit import numbers
from jixiao.rules.method_words import MethodWord
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import number

HUNDRED = Decimal(100)
NO_BUDGET = "全年预算数为零或没有填，不计算执行率得分"
UNKNOWN = "没有全年执行数，不计算执行率得分"
SILENT = "规则没有规定这种情形的执行率得分，不给分"
UNSAID = "按规则要看项目是否完成，请注明（--finished 或 --unfinished）"
ABOVE = "执行数大于预算数，请说明原因"


@dataclass(frozen=True)
class ExecutionPoints:
    """The points for an execution rate, None where there are none, with the share of the weight that they are."""

    points: Decimal | None
    rate: Decimal | None
    share: Decimal | None
    warning: str = ""


def rate(budget: Decimal | None, executed: Decimal | None) -> Decimal | None:
    """Divide 全年执行数 by 全年预算数; None where there is no budget or nothing is known, never a default."""
    if not budget or executed is None:
        return None
    return numbers.ratio(executed, budget)


def points(
    budget: Decimal | None,
    executed: Decimal | None,
    weight: Decimal,
    policy: Policy,
    finished: bool | None = None,
) -> ExecutionPoints:
    """Give points, `weight` at most, for having spent `executed` of `budget` under the policy."""
    return points_of_rate(rate(budget, executed), weight, policy, finished, UNKNOWN if budget else NO_BUDGET)


def points_of_rate(
    spent: Decimal | None,
    weight: Decimal,
    policy: Policy,
    finished: bool | None = None,
    unknown: str = UNKNOWN,
) -> ExecutionPoints:
    """Give points for the rate `spent`, of which 1 is everything; where it is None, `unknown` says why."""
    if weight == 0:
        return ExecutionPoints(Decimal(0), spent, None)
    if spent is None:
        return ExecutionPoints(None, None, None, unknown)
    if spent < 0:
        return ExecutionPoints(None, spent, None, SILENT)
    rule = policy["execution"].value
    share = (
        _tier_share(spent, rule, finished) if rule["method"] == MethodWord.TIERS else min(spent, Decimal(1))
    )
    if share is None:
        return ExecutionPoints(None, spent, None, UNSAID if finished is None else SILENT)
    return ExecutionPoints(rounded(share * weight, policy), spent, share, ABOVE if spent > 1 else "")


def _tier_share(spent: Decimal, rule: dict[str, Any], finished: bool | None) -> Decimal | None:
    """财预〔2021〕101号 三（七）2: finished within budget is full; unfinished by tiers below 100 %; else silent."""
    if finished and spent <= 1:
        return number(rule["finished"]) / HUNDRED
    if finished is False and spent < 1:
        return reached(spent * HUNDRED, rule["unfinished"]) / HUNDRED
    return None


def reached(percent: Decimal, tiers: Sequence[dict[str, Any]]) -> Decimal:
    """Return the share (%) of the highest tier whose lower limit `percent` reaches."""
    return next(number(tier["share"]) for tier in tiers if percent >= number(tier["from"]))


def cap(spent: Decimal | None, policy: Policy) -> Decimal | None:
    """Return the highest total that the execution rate allows, None where there is no cap."""
    if "total_cap" not in policy or spent is None:
        return None
    tiers = policy["total_cap"].value
    return next((number(tier["cap"]) for tier in tiers if spent * HUNDRED < number(tier["below"])), None)


def capped(total: Decimal, spent: Decimal | None, policy: Policy) -> Decimal:
    """Take off what a total has above the cap of its execution rate."""
    highest = cap(spent, policy)
    return total if highest is None else min(total, highest)


def inconsistent(indicator_share: Decimal, spent: Decimal, tolerance: Decimal) -> bool:
    """Tell whether the share of points exceeds the share of money spent by more than `tolerance` of the former."""
    return indicator_share > 0 and indicator_share - spent > tolerance * indicator_share


def rounded(score: Decimal, policy: Policy) -> Decimal:
    """Round a score as the policy prints it."""
    rule = policy["rounding"].value
    return numbers.rounded(score, rule["places"], rule["how"])

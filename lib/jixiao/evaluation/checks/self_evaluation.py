"""Self-evaluation, money and totals (S): a matter in, what units' own figures contradict out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jixiao import numbers
from jixiao.evaluation.checks.engine import Check, Found, Matter

HUNDRED = Decimal(100)


def no_budget(matter: Matter) -> Iterator[Found]:
    columns = ["subject_id", "adjusted_budget", "executed"]
    for row, subject, budget, executed in matter.records["subjects"][columns].itertuples():
        if not budget:
            spent = "却有全年执行数" if executed else "不能计算执行率得分和总分"
            found = f"{subject} 的全年预算数为零或没有填，{spent}"
            yield Found("subjects", row, "adjusted_budget", found, subject=subject)


def little_spent(matter: Matter) -> Iterator[Found]:
    share = matter.settings["S07"]["share"]
    columns = ["subject_id", "adjusted_budget", "executed"]
    for row, subject, budget, executed in matter.records["subjects"][columns].itertuples():
        if budget and executed is not None and (budget - executed) * HUNDRED > share * budget:
            left = numbers.plain(numbers.rounded(numbers.ratio((budget - executed) * HUNDRED, budget)))
            found = f"{subject} 的全年预算数有 {left}% 没有执行"
            yield Found(
                "subjects", row, "executed", found, f"不超过 {numbers.plain(share)}%", subject=subject
            )


CHECKS: dict[str, Check] = {"S04": no_budget, "S07": little_spent}

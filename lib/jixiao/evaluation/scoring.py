"""Scores under a policy: indicator points and execution rates in, totals and grades out."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from jixiao import numbers
from jixiao.evaluation.policy import EXECUTION, Policy

ONE = Decimal(1)


def execution_rate(budget: Decimal | None, executed: Decimal | None) -> Decimal | None:
    """全年执行数 over 全年预算数; None where there is no budget or nothing is known (never a default)."""
    if budget is None or executed is None or budget == 0:
        return None
    return numbers.ratio(executed, budget)


def execution_points(budget: Decimal | None, executed: Decimal | None, policy: Policy) -> Decimal | None:
    """Points for the execution rate: rate × points, a rate above 1 counting as 1 (`linear_capped`)."""
    rate = execution_rate(budget, executed)
    if rate is None:
        return None
    policy["execution"]  # in force, and the one method that its loader admits
    full = Decimal(policy["weights"].value[EXECUTION])
    return rounded(min(rate, ONE) * full, policy)


def rounded(score: Decimal, policy: Policy) -> Decimal:
    """`score` as the policy prints it."""
    rule = policy["rounding"].value
    return numbers.rounded(score, rule["places"], rule["how"])


def grade(score: Decimal, policy: Policy) -> str:
    """The grade of a printed score: the highest whose lower limit it reaches."""
    return next(name for name, low in policy["grades"].value.items() if score >= low)


def same_grade(word: str, policy: Policy) -> str:
    """The policy's own name for a grade written as `word` (优秀 is 优)."""
    return policy["grade_words"].value.get(word, word)


def totals(subjects: pd.DataFrame, indicators: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """One row a subject: execution_points, self_total, review_total and their grades.

    A total is the sum of indicator points and execution points, rounded once; it is None as long as any of
    its parts is missing.
    """
    frame = subjects[["subject_id", "kind", "unit_id", "name"]].copy()
    frame["execution_points"] = [
        execution_points(budget, executed, policy)
        for budget, executed in zip(subjects["adjusted_budget"], subjects["executed"], strict=True)
    ]
    for tier in ("self", "review"):
        sums = _sums(indicators, f"{tier}_score")
        frame[f"{tier}_total"] = [
            _total(sums.get(subject), points, policy)
            for subject, points in zip(frame["subject_id"], frame["execution_points"], strict=True)
        ]
        frame[f"{tier}_grade"] = [t if t is None else grade(t, policy) for t in frame[f"{tier}_total"]]
    return frame.astype(object).where(frame.notna(), None)


def _sums(indicators: pd.DataFrame, column: str) -> dict[str, Decimal | None]:
    """Points per subject, None where a row has none."""
    scores = indicators.groupby("subject_id", sort=False)[column].agg(list)
    return {
        subject: None if None in points else sum(points, Decimal(0)) for subject, points in scores.items()
    }


def _total(points: Decimal | None, execution: Decimal | None, policy: Policy) -> Decimal | None:
    if points is None or execution is None:
        return None
    return rounded(points + execution, policy)

"""Totals under a policy: claimed or reviewed indicator points and execution rates in, totals and grades out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from jixiao.evaluation import execution, grades
from jixiao.evaluation.policy import EXECUTION, Policy

SATISFACTION_GROUP = "满意度指标"
BENEFIT_GROUP = "效益指标"


def execution_weight(policy: Policy, variant: str | None = None) -> Decimal:
    """The points of the execution rate in a variant of the weights (the first one if none is named)."""
    variants: Mapping[str, Mapping[str, int]] = policy["weights"].value
    return Decimal(variants[variant or next(iter(variants))][EXECUTION])


def total(
    points: Decimal, execution_points: Decimal, policy: Policy, spent: Decimal | None = None
) -> Decimal:
    """Indicator and execution points added, capped by the execution rate where the policy says so, rounded once."""
    return execution.rounded(execution.capped(points + execution_points, spent, policy), policy)


def with_missing_satisfaction(
    groups: Mapping[str, Decimal], policy: Policy
) -> tuple[dict[str, Decimal], Decimal]:
    """Weights of the groups and a factor for the points, where nobody can be asked about satisfaction.

    to_benefits moves the weight to the benefits; rescale enlarges all points; full gives the group's points.
    The factor is what the sum of the other groups' points is multiplied by.
    """
    rest = {name: weight for name, weight in groups.items() if name != SATISFACTION_GROUP}
    missing = groups.get(SATISFACTION_GROUP, Decimal(0))
    how = policy["missing_satisfaction"].value
    if how == "to_benefits":
        return rest | {BENEFIT_GROUP: rest.get(BENEFIT_GROUP, Decimal(0)) + missing}, Decimal(1)
    if how == "rescale":
        whole = sum(rest.values(), Decimal(0))
        return rest, (whole + missing) / whole
    return dict(groups), Decimal(1)


def totals(subjects: pd.DataFrame, indicators: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """One row a subject: whether it reported, execution_points, self_total, review_total and their grades.

    A total is the sum of indicator points and execution points, rounded once; it is None as long as any of
    its parts is missing.
    """
    frame = subjects[["subject_id", "kind", "unit_id", "name"]].copy()
    weight = execution_weight(policy)
    budgets = zip(subjects["adjusted_budget"], subjects["executed"], subjects["finished"], strict=True)
    spent = [
        execution.points(budget, executed, weight, policy, finished) for budget, executed, finished in budgets
    ]
    frame["reported"] = frame["subject_id"].isin(set(indicators.dropna(subset=["self_score"])["subject_id"]))
    frame["execution_points"] = pd.Series([each.points for each in spent], frame.index, dtype=object)
    for tier in ("self", "review"):
        sums = _sums(indicators, f"{tier}_score")
        found = [
            _total(sums.get(subject), each, policy)
            for subject, each in zip(frame["subject_id"], spent, strict=True)
        ]
        frame[f"{tier}_total"] = pd.Series(found, frame.index, dtype=object)
        names = [None if score is None else grades.grade(score, policy) for score in found]
        frame[f"{tier}_grade"] = pd.Series(names, frame.index, dtype=object)
    return frame


def _sums(indicators: pd.DataFrame, column: str) -> dict[str, Decimal | None]:
    """Points per subject, None where a row has none."""
    scores = indicators.groupby("subject_id", sort=False)[column].agg(list)
    return {
        subject: None if None in points else sum(points, Decimal(0)) for subject, points in scores.items()
    }


def _total(points: Decimal | None, spent: execution.ExecutionPoints, policy: Policy) -> Decimal | None:
    if points is None or spent.points is None:
        return None
    return total(points, spent.points, policy, spent.rate)

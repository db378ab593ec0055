"""Totals under a policy: claimed or reviewed indicator points and execution rates in, totals and grades out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from jixiao.kit import numbers
from jixiao.rules import execution, grades
from jixiao.rules.policy import EXECUTION, Policy

SATISFACTION_GROUP = "满意度指标"
BENEFIT_GROUP = "效益指标"
FREE_GROUP = "其他指标"  # in a policy's weights: points that the unit divides as it likes


def execution_weight(policy: Policy, variant: str | None = None) -> Decimal:
    """The points of the execution rate in a variant of the weights (the first one if none is named)."""
    variants: Mapping[str, Mapping[str, int]] = policy["weights"].value
    return Decimal(variants[variant or next(iter(variants))][EXECUTION])


def total(
    points: Decimal, execution_points: Decimal, policy: Policy, spent: Decimal | None = None
) -> Decimal:
    """Indicator and execution points added, capped by the execution rate where the policy says so, rounded once."""
    return execution.rounded(execution.capped(points + execution_points, spent, policy), policy)


def variant_of(groups: Mapping[str, Decimal], policy: Policy) -> str | None:
    """The variant of the weights that these points by level 1 follow, None where they follow none."""
    for name, weights in policy["weights"].value.items():
        expected = {
            group: Decimal(points) for group, points in weights.items() if group != EXECUTION and points
        }
        free = FREE_GROUP in expected and sum(groups.values()) == sum(expected.values())
        if free or groups == expected or groups == _without_satisfaction(expected, groups, policy):
            return name
    return None


def _without_satisfaction(
    expected: Mapping[str, Decimal], groups: Mapping[str, Decimal], policy: Policy
) -> dict[str, Decimal] | None:
    """What is expected of a subject of which nobody can be asked: the points moved to the benefits, or missing."""
    missing = expected.get(SATISFACTION_GROUP)
    if missing is None or SATISFACTION_GROUP in groups or "missing_satisfaction" not in policy:
        return None
    rest = {name: points for name, points in expected.items() if name != SATISFACTION_GROUP}
    if policy["missing_satisfaction"].value == "to_benefits":
        return rest | {BENEFIT_GROUP: rest.get(BENEFIT_GROUP, Decimal(0)) + missing}
    return rest


def completed(points: Decimal, groups: Mapping[str, Decimal], policy: Policy) -> Decimal:
    """Indicator points, made up for missing satisfaction: rescaled, or with its points in full; else as they are."""
    there = sum(groups.values(), Decimal(0))
    if SATISFACTION_GROUP in groups or "missing_satisfaction" not in policy or not there:
        return points
    whole = policy["full_mark"].value - execution_weight(policy, variant_of(groups, policy))
    if there >= whole:
        return points
    if policy["missing_satisfaction"].value == "rescale":
        return numbers.ratio(points * whole, there)
    return points + (whole - there)


def totals(subjects: pd.DataFrame, indicators: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """One row a subject: whether it reported, execution_points, self_total, review_total and their grades.

    A total is the sum of indicator points and execution points, rounded once; it is None as long as any of
    its parts is missing.
    """
    frame = subjects[["subject_id", "kind", "unit_id", "name"]].copy()
    frame["reported"] = frame["subject_id"].isin(set(indicators.dropna(subset=["self_score"])["subject_id"]))
    groups = group_weights(indicators)
    spent = [
        execution.points(
            budget,
            executed,
            execution_weight(policy, variant_of(groups.get(subject, {}), policy)),
            policy,
            done,
        )
        for subject, budget, executed, done in subjects[list(_SPENDING)].itertuples(index=False)
    ]
    frame["execution_points"] = pd.Series([each.points for each in spent], frame.index, dtype=object)
    for tier in ("self", "review"):
        sums = _sums(indicators, f"{tier}_score")
        subjects_spent = zip(frame["subject_id"], spent, strict=True)
        found = [_total(sums.get(one), groups.get(one, {}), each, policy) for one, each in subjects_spent]
        frame[f"{tier}_total"] = pd.Series(found, frame.index, dtype=object)
        names = [None if score is None else grades.grade(score, policy) for score in found]
        frame[f"{tier}_grade"] = pd.Series(names, frame.index, dtype=object)
    return frame


_SPENDING = ("subject_id", "adjusted_budget", "executed", "finished")


def group_weights(indicators: pd.DataFrame) -> dict[str, dict[str, Decimal]]:
    """subject -> points of each level-1 group."""
    found: dict[str, dict[str, Decimal]] = {}
    for subject, group, weight in indicators[["subject_id", "level1", "weight"]].itertuples(index=False):
        groups = found.setdefault(subject, {})
        groups[group] = groups.get(group, Decimal(0)) + weight
    return found


def _sums(indicators: pd.DataFrame, column: str) -> dict[str, Decimal | None]:
    """Points per subject, None where a row has none."""
    scores = indicators.groupby("subject_id", sort=False)[column].agg(list)
    return {
        subject: None if None in points else sum(points, Decimal(0)) for subject, points in scores.items()
    }


def _total(
    points: Decimal | None, groups: Mapping[str, Decimal], spent: execution.ExecutionPoints, policy: Policy
) -> Decimal | None:
    if points is None or spent.points is None:
        return None
    return total(completed(points, groups, policy), spent.points, policy, spent.rate)

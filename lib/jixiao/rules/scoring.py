"""Adds indicator points and execution points to the total of a subject, step by step under a policy, and grades it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from jixiao.kit import numbers
from jixiao.rules import execution, formulas, grades
from jixiao.rules.method_words import MethodWord
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import EXECUTION
from jixiao.year.words import SCORED_TIERS, Amount, Tier, TierColumns

SATISFACTION_GROUP = "满意度指标"
BENEFIT_GROUP = "效益指标"
FREE_GROUP = "其他指标"  # in a policy's weights: points that the unit divides as it likes


def execution_weight(policy: Policy, variant: str | None = None) -> Decimal:
    """Return the points of the execution rate in a variant of the weights, the first one if none is named."""
    variants: Mapping[str, Mapping[str, int]] = policy["weights"].value
    return Decimal(variants[variant or next(iter(variants))][EXECUTION])


def variant_of(groups: Mapping[str, Decimal], policy: Policy) -> str | None:
    """Name the variant of the weights that these points by level 1 follow, None where they follow none."""
    variants: Mapping[str, Mapping[str, int]] = policy["weights"].value
    for name, weights in variants.items():
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
    """Return the points that a subject without satisfaction should have: moved to the benefits, or missing."""
    missing = expected.get(SATISFACTION_GROUP)
    if missing is None or SATISFACTION_GROUP in groups or "missing_satisfaction" not in policy:
        return None
    rest = {name: points for name, points in expected.items() if name != SATISFACTION_GROUP}
    if policy["missing_satisfaction"].value == MethodWord.TO_BENEFITS:
        return rest | {BENEFIT_GROUP: rest.get(BENEFIT_GROUP, Decimal(0)) + missing}
    return rest


def scored_by(groups: Mapping[str, Decimal], policy: Policy) -> str | None:
    """Name the variant that a subject is scored by: the one its points follow, or would follow with satisfaction."""
    variants: Mapping[str, Mapping[str, int]] = policy["weights"].value
    for name, weights in variants.items():
        others = {group: points for group, points in weights.items() if group not in _APART and points}
        if groups == others:
            return name
    return variant_of(groups, policy)


_APART = (EXECUTION, SATISFACTION_GROUP)


def unplaced(groups: Mapping[str, Decimal], policy: Policy) -> Decimal:
    """Return the points of missing satisfaction that the form has not given to its other indicators itself.

    Whatever else is missing stays missing: at most the weight of satisfaction is placed.
    """
    if not groups or SATISFACTION_GROUP in groups or "missing_satisfaction" not in policy:
        return Decimal(0)
    variants: Mapping[str, Mapping[str, int]] = policy["weights"].value
    weights = variants[scored_by(groups, policy) or next(iter(variants))]
    full_mark: int = policy["full_mark"].value
    short = full_mark - weights[EXECUTION] - sum(groups.values(), Decimal(0))
    return max(min(Decimal(weights.get(SATISFACTION_GROUP, 0)), short), Decimal(0))


def without_place(groups: Mapping[str, Decimal], policy: Policy) -> bool:
    """Tell whether points of missing satisfaction have no indicators to go to, so that no total can be known."""
    if not unplaced(groups, policy) or policy["missing_satisfaction"].value == MethodWord.FULL:
        return False
    return _carrying(groups, policy) <= 0


def _carrying(amounts: Mapping[str, Decimal], policy: Policy) -> Decimal:
    """Add up the weights (or points) of the indicators that take over the weight of missing satisfaction."""
    if policy["missing_satisfaction"].value == MethodWord.TO_BENEFITS:
        return amounts.get(BENEFIT_GROUP, Decimal(0))
    return sum(amounts.values(), Decimal(0))


@dataclass(frozen=True)
class Step:
    """What a rule adds to the indicator points on the way to the total (or takes off), and its arithmetic."""

    name: str
    rule: str
    points: Decimal
    formula: str


@dataclass(frozen=True)
class Total:
    """A total as printed, None where it cannot be known, and the steps from the indicator points to it.

    The indicator points and the points of all steps are together just the total.
    """

    points: Decimal | None
    steps: tuple[Step, ...] = ()


def total(
    points: Mapping[str, Decimal],
    groups: Mapping[str, Decimal],
    spent: execution.ExecutionPoints,
    policy: Policy,
    amounts: tuple[Decimal | None, Decimal | None] = (None, None),
) -> Total:
    """Come to the total of a subject from its points and weights by level 1 and the points of its execution rate.

    `amounts` are budget and spending, with which the rate is written out where more than the rate is known.
    Weight of missing satisfaction is moved, the sum capped, both as the policy says, and rounded once.
    """
    capless = "total_cap" in policy and spent.rate is None
    if spent.points is None or capless or without_place(groups, policy):
        return Total(None)
    earned = sum(points.values(), Decimal(0)) + spent.points
    spendable = execution_weight(policy, scored_by(groups, policy))
    spending = formulas.execution(*amounts, spendable, spent) if spendable else "执行率不设分值"
    steps = [Step(f"{EXECUTION}得分", "execution", spent.points, spending)]
    exactly = earned
    if weight := unplaced(groups, policy):
        moved, arithmetic = _moved(weight, points, groups, policy)
        exactly = earned + moved
        places = policy["rounding"].value["places"] + _MORE  # for it may have no last digit
        shown = numbers.rounded(moved, places)
        name = formulas.moving(MethodWord.of(policy["missing_satisfaction"].value))
        steps.append(Step(name, "missing_satisfaction", shown, arithmetic))
        earned += shown
    limit = execution.cap(spent.rate, policy)
    if limit is not None and spent.rate is not None and earned > limit:
        steps.append(Step("总分上限", "total_cap", limit - earned, formulas.limit(spent.rate, limit)))
        earned = limit
    printed = execution.rounded(execution.capped(exactly, spent.rate, policy), policy)
    if printed != earned:
        steps.append(Step("舍入", "rounding", printed - earned, formulas.rounding(policy["rounding"].value)))
    return Total(printed, tuple(steps))


_MORE = 2  # decimals of a moved weight beyond those of a total


def _moved(
    weight: Decimal, points: Mapping[str, Decimal], groups: Mapping[str, Decimal], policy: Policy
) -> tuple[Decimal, str]:
    """Let the weight of missing satisfaction earn points at the rate of the indicators that carry it."""
    if policy["missing_satisfaction"].value == MethodWord.FULL:
        return weight, f"分值 {numbers.plain(weight)}"
    reached = _carrying(points, policy)
    whole = _carrying(groups, policy)
    return numbers.ratio(reached * weight, whole), formulas.moved(weight, reached, whole)


def totals(
    subjects: pd.DataFrame,
    indicators: pd.DataFrame,
    policy: Policy,
    scores: pd.DataFrame | None = None,
    tiers: Iterable[TierColumns] = (),
) -> pd.DataFrame:
    """Make a frame with a row for each subject: reported, execution_points, and for each tier total, grade, declared.

    The tiers are those that score indicators, and other `tiers`. A total is computed from the points of the
    indicators, and None as long as any part of it is missing or the policy leaves it open (see `total`). Of a subject
    of which a tier scored no indicator it is the one printed in `scores` (the table scores.csv), and `declared`.
    """
    frame = subjects[["subject_id", "kind", "unit_id", "name"]].copy()
    groups = group_weights(indicators)
    spent = [
        execution_of(budget, executed, done, groups.get(subject, {}), policy)
        for subject, budget, executed, done in subjects[list(_SPENDING)].itertuples(index=False)
    ]
    own = _pointed(indicators, Tier.SELF) | _printed(scores, Tier.SELF).keys()
    frame["reported"] = frame["subject_id"].isin(own)
    frame["execution_points"] = pd.Series([each.points for each in spent], frame.index, dtype=object)
    for tier in {str(one): one for one in (*SCORED_TIERS, *tiers)}.values():
        scores_indicators = str(tier) in SCORED_TIERS
        points = group_points(indicators, tier.points) if scores_indicators else {}
        pointed = _pointed(indicators, tier) if scores_indicators else set()
        printed = _printed(scores, tier)
        found: list[Decimal | None] = []
        for subject, paid in zip(frame["subject_id"], spent, strict=True):
            reached = points.get(subject)
            if subject not in pointed:
                found.append(printed.get(subject))
            else:
                found.append(
                    None if reached is None else total(reached, groups[subject], paid, policy).points
                )
        frame[tier.total] = pd.Series(found, frame.index, dtype=object)
        names = [None if score is None else grades.grade(score, policy) for score in found]
        frame[tier.grade] = pd.Series(names, frame.index, dtype=object)
        frame[tier.declared] = frame["subject_id"].isin(printed.keys() - pointed)
    return frame


def _pointed(indicators: pd.DataFrame, tier: TierColumns) -> set[str]:
    """The subjects of which a tier gave points to any indicator."""
    return set(indicators.dropna(subset=[tier.points])["subject_id"])


def _printed(scores: pd.DataFrame | None, tier: TierColumns) -> dict[str, Decimal]:
    """The totals that a tier printed, by subject."""
    if scores is None:
        return {}
    rows = scores[(scores["tier"] == str(tier)) & scores["score"].notna()]
    return dict(zip(rows["subject_id"], rows["score"], strict=True))


_SPENDING = ("subject_id", Amount.ADJUSTED.value, Amount.EXECUTED.value, "finished")


_POINTS = [tier.points for tier in SCORED_TIERS]


def group_weights(indicators: pd.DataFrame) -> dict[str, dict[str, Decimal]]:
    """Add up the weights of each level-1 group for each subject.

    A row without weight and without any points does not apply; a group of such rows is not there.
    """
    found: dict[str, dict[str, Decimal]] = {}
    columns = ["subject_id", "level1", "weight"]
    scored = indicators[indicators.columns.intersection(_POINTS)].notna().any(axis=1)
    for (subject, group, weight), given in zip(
        indicators[columns].itertuples(index=False), scored, strict=True
    ):
        groups = found.setdefault(subject, {})
        if weight or given:
            groups[group] = groups.get(group, Decimal(0)) + weight
    return found


def group_points(indicators: pd.DataFrame, column: str) -> dict[str, dict[str, Decimal] | None]:
    """Add up the points of each level-1 group for each subject; None for one of which a row has no points.

    A row without weight does not apply, and needs none.
    """
    found: dict[str, dict[str, Decimal] | None] = {}
    columns = ["subject_id", "level1", "weight", column]
    for subject, group, weight, points in indicators[columns].itertuples(index=False):
        groups = found.setdefault(subject, {})
        if points is None and weight == 0:
            continue
        if points is None:
            found[subject] = None
        elif groups is not None:
            groups[group] = groups.get(group, Decimal(0)) + points
    return found


def execution_of(
    budget: Decimal | None,
    executed: Decimal | None,
    finished: bool | None,
    groups: Mapping[str, Decimal],
    policy: Policy,
) -> execution.ExecutionPoints:
    """Give points for the execution rate of a subject with these weights by level 1."""
    weight = execution_weight(policy, scored_by(groups, policy))
    return execution.points(budget, executed, weight, policy, finished)

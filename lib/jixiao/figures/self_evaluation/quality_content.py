"""Figures of what self-evaluations hold: money reached, results against spending, hardness of targets, copied explanations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from jixiao.analysis import copied_texts, coverage, hardness, quadrants
from jixiao.analysis.copied_texts import Copies
from jixiao.analysis.hardness import Hardness
from jixiao.analysis.quadrants import Point, Quadrants
from jixiao.figures.model import Figure, Rows
from jixiao.figures.wording import figure
from jixiao.kit import numbers
from jixiao.rules import execution, grades
from jixiao.rules.policy import Policy
from jixiao.year.params import Params
from jixiao.year.tables import INDICATORS, Tables
from jixiao.year.tiers import YearTier
from jixiao.year.words import Amount, SubjectKind

_HUNDRED = Decimal(100)
_PERCENT = ("%", "％")
STEPS = {  # the steps of management, each with its words
    "goals": "设定绩效目标",
    "monitored": "运行监控",
    "self": "单位自评",
    "reviewed": "复核",
    "key": "重点项目再评价",
}
QUADRANTS = {  # how execution and results may meet
    "both": "钱花出去了，结果较好",
    "spent_only": "钱花出去了，结果较差",
    "served_only": "钱没有花完，结果较好",
    "neither": "钱没有花完，结果较差",
}


def money(
    params: Params, tables: Tables, totals: pd.DataFrame, own: YearTier, other: YearTier
) -> Iterator[Figure]:
    """A11: how much of the initial budget each step reached; the rest is without data."""
    subjects = tables["subjects"]
    amounts = dict(zip(subjects["subject_id"], subjects[Amount.INITIAL.value], strict=True))
    indicators = tables[INDICATORS]
    reached = {
        "goals": indicators.loc[indicators["target"].notna(), "subject_id"],
        "monitored": tables["monitoring"]["subject_id"],
        "self": totals.loc[totals[own.total].notna(), "subject_id"],
        "reviewed": totals.loc[totals[other.total].notna(), "subject_id"],
    }
    whole = params.total_initial_budget
    shown = None if whole is None else numbers.rounded(whole)
    yield figure("quality.money.whole_wan_yuan", shown, year=str(params.report_year))
    for step, ids in reached.items():
        found = coverage.reach(amounts, set(ids), whole)
        behind = Rows.of("subjects", subjects[subjects["subject_id"].isin(set(ids))], Amount.INITIAL.value)
        yield from _reached(step, found, behind)
    projects = tables["key_projects"]
    by_row = {str(number): amount for number, amount in projects["amount"].items()}
    yield from _reached(
        "key", coverage.reach(by_row, by_row, whole), Rows.of("key_projects", projects, "amount")
    )


def _reached(step: str, found: coverage.Reach, behind: Rows) -> Iterator[Figure]:
    said = {"step": step, "word": STEPS[step]}
    known = found.n > 0 and found.amount is not None
    amount = numbers.rounded(found.amount) if known and found.amount is not None else None
    yield figure("quality.money.{step}_wan_yuan", amount, behind, **said)
    yield figure("quality.money.{step}_percent", found.percent if known else None, behind, **said)


def results(
    said: Mapping[str, str], kind: SubjectKind, params: Params, tables: Tables, policy: Policy, tier: YearTier
) -> Iterator[Figure]:
    """A12: how many subjects spent their money and reached results, one of the two, or neither."""
    found = quadrants_of(kind, tables, policy, tier)
    subjects = tables["subjects"]
    limits = {"spent": numbers.plain(quadrants.SPENT), "served": numbers.plain(results_limit(policy))}
    for name, word in QUADRANTS.items():
        points = getattr(found, name) if found else ()
        behind = subjects[subjects["subject_id"].isin({point.name for point in points})]
        yield figure(
            "quality.{kinds}.quadrant.{quadrant}",
            len(points) if found else None,
            Rows.of("subjects", behind, Amount.EXECUTED.value),
            quadrant=name,
            word=word,
            **limits,
            **said,
        )


def results_limit(policy: Policy) -> Decimal:
    """The share of points from which results count as reached: where the second grade begins."""
    every = list(grades.bands(policy).values())
    return every[min(1, len(every) - 1)].low


def quadrants_of(kind: SubjectKind, tables: Tables, policy: Policy, tier: YearTier) -> Quadrants | None:
    """The subjects of a kind by execution and by the points that `tier` gave to indicators; None for too few of them."""
    indicators = tables[INDICATORS]
    if not tier.by_indicators:
        return None
    subjects = tables["subjects"]
    own = subjects[subjects["kind"] == kind]
    given = indicators[indicators["subject_id"].isin(own["subject_id"])].dropna(
        subset=["weight", tier.points]
    )
    sums = {
        subject: (sum(rows[tier.points], Decimal(0)), sum(rows["weight"], Decimal(0)))
        for subject, rows in given.groupby("subject_id", sort=False)
    }
    columns = ["subject_id", Amount.ADJUSTED.value, Amount.EXECUTED.value]
    points = []
    for subject, budget, executed in own[columns].itertuples(index=False):
        spent = execution.rate(budget, executed)
        got, of = sums.get(subject, (Decimal(0), Decimal(0)))
        if spent is not None and of:
            points.append(Point(subject, spent * _HUNDRED, numbers.ratio(got * _HUNDRED, of)))
    found = quadrants.quadrants(points, results_limit(policy))
    return found if found.allowed else None


def targets(tables: Tables) -> Iterator[Figure]:
    """A13: how often targets are met exactly, missed, and passed by far."""
    rows = numeric(tables[INDICATORS])
    found = hardness.hardness(zip(rows["target"], rows["actual"], strict=True))
    known = found if found.allowed else None
    behind = Rows.of(INDICATORS, rows, "target")
    yield figure("quality.targets.count", known.n if known else None, behind)
    ratios = [
        numbers.ratio(actual, target) for target, actual in zip(rows["target"], rows["actual"], strict=True)
    ]
    chosen = {
        "below": [ratio < 1 for ratio in ratios],
        "exact": [ratio == 1 for ratio in ratios],
        "above": [ratio > 1 for ratio in ratios],
        "soft": [ratio > hardness.SOFT for ratio in ratios],
    }
    for name, own in chosen.items():
        counted = Rows.of(INDICATORS, rows[pd.Series(own, rows.index, dtype=bool)], "target")
        yield figure(f"quality.targets.{name}", getattr(known, name, None), counted)
    for name in ("exact_percent", "soft_percent"):
        yield figure(f"quality.targets.{name}", getattr(known, name, None), behind)


def numeric(indicators: pd.DataFrame) -> pd.DataFrame:
    """The indicators where more is better whose target and number reached are plain numbers, the target above zero."""
    chosen = indicators[indicators["operator"] == "≥"].dropna(subset=["target", "actual"])
    read = [_numbers(*texts) for texts in chosen[["target", "actual"]].itertuples(index=False, name=None)]
    found = chosen[["subject_id"]].copy()
    for at, column in enumerate(("target", "actual")):
        found[column] = pd.Series([pair[at] if pair else None for pair in read], chosen.index, dtype=object)
    return found[pd.Series([bool(pair and pair[0] > 0) for pair in read], found.index, dtype=bool)]


def _numbers(target: str, actual: str) -> tuple[Decimal, Decimal] | None:
    """Both cells as numbers; None where one is more than a number, or has a percent sign that the other has not."""
    if target.endswith(_PERCENT) != actual.endswith(_PERCENT):
        return None
    try:
        return numbers.parse(target.rstrip("%％")), numbers.parse(actual.rstrip("%％"))
    except ValueError:
        return None


def targets_by_department(tables: Tables) -> dict[str, Hardness]:
    """How hard the targets of each department were that set enough of them to be named."""
    units = tables["units"].set_index("unit_id")["department_id"]
    unit_of = tables["subjects"].set_index("subject_id")["unit_id"]
    rows = numeric(tables[INDICATORS])
    departments = [units.get(unit_of.get(subject)) or unit_of.get(subject) for subject in rows["subject_id"]]
    found = {
        str(name): hardness.hardness(zip(own["target"], own["actual"], strict=True))
        for name, own in rows.groupby(pd.Series(departments, rows.index, dtype=object), sort=False)
    }
    return {name: one for name, one in found.items() if one.may_be_named}


@dataclass(frozen=True)
class Explanations:
    """The indicators that have an explanation of a deviation, and which explanations are alike."""

    rows: pd.DataFrame
    copies: Copies


def explanations(tables: Tables) -> Explanations:
    """A15: the explanations of deviations, with those that are alike between units."""
    rows = tables[INDICATORS].dropna(subset=["deviation_reason"])
    unit_of = dict(zip(tables["subjects"]["subject_id"], tables["subjects"]["unit_id"], strict=True))
    texts = [
        (str(unit_of.get(subject)), text)
        for subject, text in zip(rows["subject_id"], rows["deviation_reason"], strict=True)
    ]
    return Explanations(rows, copied_texts.copies(texts))


def texts(tables: Tables) -> Iterator[Figure]:
    """How many explanations there are, and how many of them are alike those of other units."""
    found = explanations(tables)
    copies = found.copies if found.copies.allowed else None
    behind = Rows.of(INDICATORS, found.rows, "deviation_reason")
    yield figure("quality.texts.count", copies.n if copies else None, behind)
    places = sorted(place for cluster in found.copies.clusters for place in cluster.places)
    alike = Rows.of(INDICATORS, found.rows.iloc[places], "deviation_reason")
    yield figure("quality.texts.copied", copies.copied if copies else None, alike)
    yield figure("quality.texts.copied_percent", copies.percent if copies else None, behind)
    yield figure("quality.texts.clusters", len(copies.clusters) if copies else None, behind)
    largest = max((cluster.units for cluster in copies.clusters), default=0) if copies else None
    yield figure("quality.texts.largest_units", largest, behind)

"""Findings: what in valid tables contradicts itself; rule id, severity, place and what to do.

The ids are those of the catalogue of checks; a finding never changes a figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal

import pandas as pd

from jixiao import numbers
from jixiao.errors import Fault
from jixiao.evaluation import grades
from jixiao.evaluation.policy import Policy
from jixiao.evaluation.scoring import execution_weight
from jixiao.evaluation.statistics import KINDS, TIER_NAMES
from jixiao.intake.bands import count
from jixiao.intake.params import Params
from jixiao.intake.tables import Tables


@dataclass(frozen=True)
class Finding:
    """One contradiction: `severity` is E (an error), W (to be explained) or I (a note)."""

    rule: str
    severity: str
    fault: Fault

    def __str__(self) -> str:
        return f"[{self.rule}] {self.fault}"

    def as_json(self) -> dict[str, str]:
        """The finding for programs."""
        return {"rule": self.rule, "severity": self.severity, **asdict(self.fault)}


def find(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> tuple[Finding, ...]:
    """All findings, in the order of the tables."""

    def every() -> Iterator[Finding]:
        yield from _no_budget(tables)
        yield from _weights(tables, policy)
        yield from _half_reviewed(tables)
        yield from _printed_totals(tables, totals)
        yield from _outside_bands(params, totals)
        yield from _grade_words(tables, policy)

    return tuple(every())


def _no_budget(tables: Tables) -> Iterator[Finding]:
    columns = ["subject_id", "adjusted_budget", "executed"]
    for row, subject, budget, executed in tables["subjects"][columns].itertuples():
        if budget and executed is None:
            place = tables.place("subjects", row, "executed")
            found = f"{subject} 没有填全年执行数，不能计算执行率得分和总分"
            yield Finding("S03", "E", Fault(place, found, remedy="补上全年执行数"))
        if not budget:
            fault = Fault(
                tables.place("subjects", row, "adjusted_budget"),
                f"{subject} 的全年预算数为零或没有填，不能计算执行率得分和总分",
                remedy="补上全年预算数，或由人工确定评价方式",
            )
            yield Finding("S04", "E", fault)


def _weights(tables: Tables, policy: Policy) -> Iterator[Finding]:
    full = policy["full_mark"].value - execution_weight(policy)
    indicators = tables["indicators"]
    for subject, rows in indicators.groupby("subject_id", sort=False):
        weights = sum(rows["weight"], Decimal(0))
        if weights != full:
            place = tables.place("indicators", rows.index[0], "weight")
            yield Finding(
                "G01", "E", Fault(place, f"{subject} 的指标分值合计 {numbers.plain(weights)}", f"{full}")
            )


def _half_reviewed(tables: Tables) -> Iterator[Finding]:
    indicators = tables["indicators"]
    blank = indicators["review_score"].isna()
    reviewed = set(indicators.loc[~blank, "subject_id"])
    for row, subject in indicators.loc[blank, "subject_id"].items():
        if subject in reviewed:
            place = tables.place("indicators", row, "review_score")
            yield Finding(
                "R01", "E", Fault(place, f"{subject} 的其他指标已复核，这一项没有复核得分", remedy="补上")
            )


def _printed_totals(tables: Tables, totals: pd.DataFrame) -> Iterator[Finding]:
    computed = totals.set_index("subject_id")
    rules = {"self": "S02", "review": "R18"}
    scores = tables["scores"]
    for row, subject, tier, printed in scores[["subject_id", "tier", "score"]].itertuples():
        if tier not in rules:
            continue
        total = computed.at[subject, f"{tier}_total"]
        if total is not None and total != printed:
            place = tables.place("scores", row, "score")
            found = f"{subject} 的{TIER_NAMES[tier]}总分印作 {numbers.plain(printed)}"
            yield Finding(
                rules[tier],
                "W",
                Fault(place, found, f"各项得分之和 {numbers.plain(total)}", "核对（统计用后者）"),
            )


def _outside_bands(params: Params, totals: pd.DataFrame) -> Iterator[Finding]:
    for name, (kind, label) in KINDS.items():
        for tier, tier_name in TIER_NAMES.items():
            scores = list(totals.loc[totals["kind"] == kind, f"{tier}_total"].dropna())
            other = count(scores, params.bands[f"{name}.{tier}"])["other"]
            if other:
                place = f"params/{params.report_year}.yml 的 bands.{name}.{tier}"
                found = f"有 {other} 个{label}的{tier_name}总分不在所列分数段"
                yield Finding("D01", "W", Fault(place, found, remedy="核对分数，或补上分数段"))


def _grade_words(tables: Tables, policy: Policy) -> Iterator[Finding]:
    projects = tables["key_projects"]
    for row, score, word in projects[["score", "grade"]].itertuples():
        own = grades.same(word, policy)
        if own not in grades.names(policy):
            allowed = [*grades.names(policy), *grades.words(policy)]
            fault = Fault(tables.place("key_projects", row, "grade"), f"等级是“{word}”", "、".join(allowed))
            yield Finding("K01", "E", fault)
        elif own != grades.grade(score, policy):
            place = tables.place("key_projects", row, "grade")
            expected = f"{grades.grade(score, policy)}（{policy['grades'].citation}）"
            yield Finding("S21", "E", Fault(place, f"{numbers.plain(score)} 分的等级写作“{word}”", expected))

"""Explains one score, rate, total or grade: points, arithmetic, rule and article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.kit import numbers
from jixiao.rules import claims, element_points, execution, formulas, grades, points, scoring
from jixiao.rules.method_words import MethodWord
from jixiao.rules.outcomes import Method, Notice, Status
from jixiao.rules.policy import Policy, Rule
from jixiao.rules.policy_values import EXECUTION, number
from jixiao.values.measure_frame import parse_frame


@dataclass(frozen=True)
class Explanation:
    """Why a score is what it is; `points` is None where the rule gives none, `low`–`high` bound a judgement."""

    what: str
    points: Decimal | None
    status: str
    formula: str
    rule: Rule
    rounding: Rule
    low: Decimal | None = None
    high: Decimal | None = None
    high_in: bool = True
    warnings: tuple[str, ...] = ()
    grade: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the explanation to programs, numbers as text, so that no digit is lost."""
        return {
            "what": self.what,
            "points": _shown(self.points),
            "low": _shown(self.low),
            "high": _shown(self.high),
            "high_included": self.high_in,
            "status": self.status,
            "grade": self.grade,
            "formula": self.formula,
            "rule": self.rule.name,
            "meaning": self.rule.meaning,
            "article": self.rule.citation,
            "basis": self.rule.basis,
            "since": self.rule.since.isoformat(),
            "reference": self.rule.reference(),
            "rounding": {**self.rounding.value, "article": self.rounding.citation},
            "warnings": list(self.warnings),
        }

    def as_text(self) -> str:
        """Give the explanation to people, one fact in a line."""
        lines = [
            f"{self.what}：{self._result()}",
            f"算式：{self.formula}",
            f"规则：{self.rule.meaning}（{self.rule.name}）",
            f"依据：{self.rule.citation}（{self.rule.basis.words}）",
        ]
        if self.points is not None and self.grade is None:
            lines.append(f"舍入：{formulas.rounding(self.rounding.value)}（{self.rounding.basis.words}）")
        lines += [f"提示：{warning}" for warning in self.warnings]
        return "\n".join(lines)

    def _result(self) -> str:
        if self.grade is not None:
            return f"等级为{self.grade}"
        if self.points is not None:
            return f"{numbers.plain(self.points)} 分"
        if self.low is not None and self.high is not None:
            end = "（含）" if self.high_in else "（不含）"
            return f"{numbers.plain(self.low)}分（含）至{numbers.plain(self.high)}分{end}，由评价人在档内确定"
        return f"不给分（{self.status}）"


def indicator(
    policy: Policy,
    weight: Decimal,
    target: str,
    actual: str,
    *,
    unit: str = "",
    nature: str = "",
    satisfaction: bool = False,
    claimed: Decimal | None = None,
    name: str = "",
) -> Explanation:
    """Explain the points of one indicator, and by what the claimed points differ from them."""
    cells = {"target": target, "actual": actual, "measure_unit": unit, "nature": nature, "operator": ""}
    parsed = parse_frame(pd.DataFrame([cells]), policy.on.year)
    weights = points.whole_weights(pd.Series([weight]))
    row = points.score(parsed, weights, pd.Series([satisfaction]), policy, pd.Series([name])).iloc[0]
    name = points.unquoted(name)
    found = Explanation(
        "指标得分",
        points=_decimal(row["points"], policy),
        status=Status.of(row["status"]).words,
        formula=formulas.indicator(parsed.iloc[0].copy(), row, weight, policy, name),
        rule=_rule_of(row, policy),
        rounding=policy["rounding"],
        low=_decimal(row["low"], policy),
        high=_decimal(row["high"], policy),
        high_in=not row["open"],
    )
    warnings = (
        parsed["problem"].iloc[0],
        parsed["note"].iloc[0],
        Notice.of(row["notice"]).words,
        _claim(claimed, found, policy),
    )
    return replace(found, warnings=tuple(filter(None, warnings)))


def goal_review(policy: Policy, given: Mapping[str, Decimal]) -> Explanation:
    """Explain the points of a target review (目标审核) from what each element got, and the band of their sum."""
    bands = {name: number(lowest) for name, lowest in policy["goal_review"].value["bands"].items()}
    found, band = element_points.goal_review(given, bands)
    parts = " + ".join(f"{name} {numbers.plain(points)}" for name, points in given.items())
    formula = f"{parts} = {numbers.plain(found)}，属于“{band}”（{numbers.plain(bands[band])} 分起）"
    return Explanation(
        "目标审核得分",
        found,
        Status.SCORED.words,
        formula,
        policy["goal_review"],
        policy["rounding"],
        grade=band,
    )


def elements(policy: Policy, weight: Decimal, met: int, of: int) -> Explanation:
    """Explain the points for `met` elements out of `of` (按要素计分)."""
    found = element_points.elements(weight, met, of, **policy["rounding"].value)
    formula = f"{numbers.plain(weight)} × {met} ÷ {of} = {numbers.plain(found)}"
    return Explanation(
        "要素得分", found, Status.SCORED.words, formula, policy["elements"], policy["rounding"]
    )


def execution_rate(
    policy: Policy, budget: Decimal | None, spent: Decimal | None, finished: bool | None = None
) -> Explanation:
    """Explain the points for having spent so much of a budget."""
    return _execution(
        policy,
        execution.points(budget, spent, scoring.execution_weight(policy), policy, finished),
        budget,
        spent,
    )


def known_rate(policy: Policy, spent: Decimal, finished: bool | None = None) -> Explanation:
    """Explain the points of an execution rate that is known, of which 1 is everything."""
    return _execution(
        policy, execution.points_of_rate(spent, scoring.execution_weight(policy), policy, finished)
    )


def _execution(
    policy: Policy,
    found: execution.ExecutionPoints,
    budget: Decimal | None = None,
    spent: Decimal | None = None,
) -> Explanation:
    return Explanation(
        f"{EXECUTION}得分",
        found.points,
        Status.SCORED.words if found.points is not None else Status.SILENT.words,
        formulas.execution(budget, spent, scoring.execution_weight(policy), found),
        policy["execution"],
        policy["rounding"],
        warnings=tuple(filter(None, [found.warning])),
    )


def total(policy: Policy, score: Decimal, spent: Decimal | None) -> Explanation:
    """Explain a total under the cap of its execution rate; without the rate a capped total cannot be known."""
    unknown = "total_cap" in policy and spent is None
    limit = execution.cap(spent, policy)
    found = None if unknown else execution.rounded(execution.capped(score, spent, policy), policy)
    formula = "没有算式" if found is None else formulas.total(score, spent, limit, found)
    rule = policy["total_cap" if unknown or limit is not None else "indicator_total"]
    warnings = ("总分按执行率封顶，请给出 --execution-rate",) if unknown else ()
    status = Status.NO_DATA.words if unknown else Status.SCORED.words
    return Explanation("总分", found, status, formula, rule, policy["rounding"], warnings=warnings)


def total_of_groups(
    policy: Policy,
    given: Mapping[str, tuple[Decimal, Decimal]],
    spent: Decimal | None,
    finished: bool | None = None,
) -> Explanation:
    """Explain a total, step by step, from points and weight of each level-1 group and the execution rate."""
    reached = {group: points for group, (points, _) in given.items()}
    groups = {group: weight for group, (_, weight) in given.items()}
    weight = scoring.execution_weight(policy, scoring.scored_by(groups, policy))
    paid = execution.points_of_rate(spent, weight, policy, finished)
    found = scoring.total(reached, groups, paid, policy)
    steps = [(step.name, step.points, step.formula) for step in found.steps]
    if scoring.without_place(groups, policy):
        rules = ["missing_satisfaction"]
        warning = "没有指标可以接受满意度指标的分值，不能计算总分"
    else:
        rules = [step.rule for step in found.steps if step.rule in ("missing_satisfaction", "total_cap")]
        warning = paid.warning
    return Explanation(
        "总分",
        found.points,
        Status.SILENT.words if found.points is None else Status.SCORED.words,
        "没有算式" if found.points is None else formulas.sum_of(reached, steps, found.points),
        policy[(*rules, "indicator_total")[0]],
        policy["rounding"],
        warnings=tuple(filter(None, [warning])),
    )


def grade(policy: Policy, score: Decimal) -> Explanation:
    """Explain the grade of a score, which is rounded as the policy prints it before it is graded."""
    printed = execution.rounded(score, policy)
    name = grades.grade(printed, policy)
    warning = "" if name else "分数落在两个等级之间，请先按规则取整"
    return Explanation(
        "等级",
        printed,
        Status.SCORED.words if name else Status.SILENT.words,
        formulas.grade(score, printed, policy),
        policy["grades"],
        policy["rounding"],
        warnings=tuple(filter(None, [warning])),
        grade=name or "无",
    )


def _rule_of(row: pd.Series, policy: Policy) -> Rule:
    name = row["rule"]
    if row["notice"] == Notice.DEDUCTED.label:
        return policy["over_achievement"]
    if (
        name == Method.SATISFACTION.label
        and policy["satisfaction"].value["method"] == MethodWord.AS_QUANTITATIVE
    ):
        name = Method.QUANTITATIVE.label
    return policy[name] if name in policy else policy["indicator_total"]


def _claim(claimed: Decimal | None, found: Explanation, policy: Policy) -> str:
    """Tell a difference of the claimed points above the tolerance; they stay as they are."""
    if claimed is None or "claimed_difference" not in policy:
        return ""
    if not claims.outside(claimed, found.points, found.low, found.high, not found.high_in, policy):
        return ""
    if found.points is None:
        return f"自评 {numbers.plain(claimed)} 分，不在定性档的区间内"
    return f"自评 {numbers.plain(claimed)} 分，与规则得分相差 {numbers.plain(claimed - found.points)} 分"


def _decimal(whole: int, policy: Policy) -> Decimal | None:
    return None if whole < 0 else Decimal(int(whole)).scaleb(-policy["rounding"].value["places"])


def _shown(value: Decimal | None) -> str | None:
    return None if value is None else numbers.plain(value)

"""Execution rates: points by each way and variant, rates that cannot be known, caps, and agreement with results."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.rules import execution, explain, scoring
from jixiao.rules.policy import in_force, known
from kit import PROJECT

D = Decimal
POLICIES = {name: in_force(PROJECT, name, 2021) for name in known(PROJECT)}
MEASURE, GUIDE, CAPS = (POLICIES[name] for name in ("mof-2020-10", "mof-2021-101", "platform-caps"))


def number(text: str | None) -> Decimal | None:
    """A number as written, None for none."""
    return None if text is None else D(text)


LINEAR = [  # budget, executed, weight; points, rate, warning
    ("100", "100", "10", "10.00", "1", ""),
    ("100", "100.01", "10", "10.00", "1.0001", execution.ABOVE),
    ("100", "99.99", "10", "10.00", "0.9999", ""),
    ("100", "99.94", "10", "9.99", "0.9994", ""),
    ("100", "50", "20", "10.00", "0.5", ""),
    ("100", "0", "10", "0.00", "0", ""),
    ("100", "-1", "10", None, "-0.01", execution.SILENT),
    ("0", "5", "10", None, None, execution.NO_BUDGET),
    (None, "5", "10", None, None, execution.NO_BUDGET),
    (None, None, "10", None, None, execution.NO_BUDGET),
    ("100", None, "10", None, None, execution.UNKNOWN),
    ("100", "50", "0", "0", "0.5", ""),
    (None, None, "0", "0", None, ""),
]


@pytest.mark.parametrize(("budget", "executed", "weight", "points", "rate", "warning"), LINEAR)
def test_rate_times_weight(budget, executed, weight, points, rate, warning):
    """The rate counts up to 1; nothing to divide by, or nothing known, earns no points and says why."""
    found = execution.points(number(budget), number(executed), D(weight), MEASURE)
    assert (None if found.points is None else str(found.points), found.rate, found.warning) == (
        points, number(rate), warning,
    )  # fmt: skip


def test_warnings_are_sentences_for_the_reader():
    """What a reader is told, word by word."""
    assert (execution.NO_BUDGET, execution.UNKNOWN) == (
        "全年预算数为零或没有填，不计算执行率得分",
        "没有全年执行数，不计算执行率得分",
    )
    assert (execution.SILENT, execution.UNSAID, execution.ABOVE) == (
        "规则没有规定这种情形的执行率得分，不给分",
        "按规则要看项目是否完成，请注明（--finished 或 --unfinished）",
        "执行数大于预算数，请说明原因",
    )


TIERS = [  # rate, whether finished; points of 10, warning
    ("1", True, "10.00", ""),
    ("0", True, "10.00", ""),
    ("0.5", True, "10.00", ""),
    ("1.0001", True, None, execution.SILENT),
    ("0.9999", False, "7.00", ""),
    ("0.8", False, "7.00", ""),
    ("0.7999", False, "5.00", ""),
    ("0.6", False, "5.00", ""),
    ("0.5999", False, "0.00", ""),
    ("0", False, "0.00", ""),
    ("1", False, None, execution.SILENT),
    ("1.2", False, None, execution.SILENT),
    ("-0.1", False, None, execution.SILENT),
    ("-0.1", True, None, execution.SILENT),
    ("0.85", None, None, execution.UNSAID),
    ("1.2", None, None, execution.UNSAID),
]


@pytest.mark.parametrize(("rate", "finished", "points", "warning"), TIERS)
def test_tiers_of_101(rate, finished, points, warning):
    """三（七）2: finished within the budget is full, unfinished goes by tiers, all else is not laid down."""
    found = execution.points_of_rate(D(rate), D(10), GUIDE, finished)
    assert (None if found.points is None else str(found.points), found.warning) == (points, warning)
    assert found.rate == D(rate)
    share = {"10.00": D(1), "7.00": D("0.7"), "5.00": D("0.5"), "0.00": D(0)}
    assert found.share == (None if points is None else share[points])


VARIANTS = [  # policy, points by level 1; variant, points of the execution rate
    ("mof-2020-10", "产50 效30 满10", "通用", 10),
    ("mof-2020-10", "产50 效30", "通用", 10),
    ("mof-2020-10", "产60 效20 满10", None, 10),
    ("mof-2021-101", "成20 产40 效20 满10", "有成本指标", 10),
    ("mof-2021-101", "产50 效30 满10", "无成本指标", 10),
    ("mof-2021-101", "产50 效40", "无成本指标", 10),
    ("mof-2021-101", "产50 效30", "无成本指标", 10),
    ("bonds-2021-61", "成20 产40 效20 满10", "建设期", 10),
    ("bonds-2021-61", "成20 产40 效30", "建设期", 10),
    ("bonds-2021-61", "成20 产40 效20", "建设期", 10),
    ("bonds-2021-61", "成30 产40 效20 满10", "运营期", 0),
    ("bonds-2021-61", "成30 产40 效30", "运营期", 0),
    ("bonds-2021-61", "成30 产40 效20", "运营期", 0),
    ("bonds-2021-61", "成40 产40 效20", None, 10),
    ("hubei-2020", "产40 效30 满10", "通用", 20),
    ("hubei-2020", "产80", "通用", 20),
    ("hubei-2020", "产79", None, 20),
    ("sichuan", "产90", "通用", 10),
    ("sichuan", "产60 效30", "通用", 10),
    ("sichuan", "产60 效40", None, 10),
    ("zhengzhou", "产50 效30 满10", "通用", 10),
    ("platform-caps", "产50 效30", "通用", 10),
]
SHORT = {"成": "成本指标", "产": "产出指标", "效": "效益指标", "满": "满意度指标"}


def groups_of(text: str) -> dict[str, Decimal]:
    """Weights by level 1, written 产50 效30."""
    return {SHORT[part[0]]: D(part[1:]) for part in text.split()}


@pytest.mark.parametrize(("scheme", "text", "variant", "weight"), VARIANTS)
def test_the_execution_rate_weighs_what_its_variant_says(scheme, text, variant, weight):
    """Satisfaction moved or not, a subject is scored by one variant; one that follows none by the first."""
    policy, groups = POLICIES[scheme], groups_of(text)
    assert (scoring.scored_by(groups, policy), scoring.execution_weight(policy, variant)) == (variant, weight)
    assert scoring.execution_weight(policy, scoring.scored_by(groups, policy)) == weight


FOLLOWED = [  # what a form should have: satisfaction that is missing has been moved where the policy moves it
    ("mof-2020-10", "产50 效30 满10", "通用"),
    ("mof-2020-10", "产50 效30", None),
    ("mof-2020-10", "产50 效30 满9.99", None),
    ("mof-2021-101", "产50 效40", "无成本指标"),
    ("mof-2021-101", "产50 效30", None),
    ("mof-2021-101", "成20 产40 效30", "有成本指标"),
    ("mof-2021-101", "成20 产40 效20", None),
    ("platform-caps", "产50 效30", "通用"),
    ("platform-caps", "产50 效40", None),
    ("bonds-2021-61", "成30 产40 效30", "运营期"),
    ("sichuan", "产45 效45", "通用"),
]


@pytest.mark.parametrize(("scheme", "text", "variant"), FOLLOWED)
def test_the_variant_that_a_form_follows(scheme, text, variant):
    """To the benefits the points must have moved; where the others are enlarged they may be missing."""
    assert scoring.variant_of(groups_of(text), POLICIES[scheme]) == variant


def test_the_first_variant_counts_where_none_is_named():
    """Of several variants with different weights of the execution rate the first."""
    weights = {"甲": {"预算执行率": 20, "产出指标": 80}, "乙": {"预算执行率": 5, "产出指标": 95}}
    policy = replace(MEASURE, rules={**MEASURE.rules, "weights": replace(MEASURE["weights"], value=weights)})
    found = [scoring.execution_weight(policy, variant) for variant in (None, "甲", "乙")]
    assert found == [20, 20, 5]
    assert scoring.scored_by({"产出指标": D(95)}, policy) == "乙"


LIMITS = [
    ("1", None), ("0.8", None), ("0.7999", "89"), ("0.7", "89"), ("0.6999", "79"), ("0.6", "79"),
    ("0.5999", "69"), ("0.5", "69"), ("0.4999", "59"), ("0", "59"),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "limit"), LIMITS)
def test_limits_of_totals_by_execution_rate(rate, limit):
    """A rate on an edge has the higher limit; the limit itself is allowed, what is above it is taken off."""
    assert execution.cap(D(rate), CAPS) == number(limit)
    for total in ("58.99", "59", "59.01", "89", "89.01", "100"):
        allowed = min(D(total), number(limit) or D(100))
        assert execution.capped(D(total), D(rate), CAPS) == allowed
    assert execution.cap(D(rate), MEASURE) is None
    assert execution.cap(None, CAPS) is None


AGREEMENT = [  # share of the indicators' points, execution rate, whether they disagree by more than 5 %
    ("1", "0.95", False),
    ("1", "0.9499", True),
    ("0.9", "0.855", False),
    ("0.9", "0.8549", True),
    ("0.9", "1", False),
    ("0", "0", False),
    ("0", "-1", False),
    ("0.0001", "0", True),
]


@pytest.mark.parametrize(("share", "rate", "differ"), AGREEMENT)
def test_results_and_spending_agree_or_not(share, rate, differ):
    """Only points above spending disagree with it, and just five per cent of them is not more than five per cent."""
    assert execution.inconsistent(D(share), D(rate), D("0.05")) is differ


TOTALS = [  # policy, total, rate; points, formula, rule, status, warnings
    ("platform-caps", "95", "0.75", "89.00", "执行率 75%，总分上限 89：min(95, 89) = 89.00", "total_cap", "已计分", ()),
    ("platform-caps", "80", "0.75", "80.00", "执行率 75%，总分上限 89：min(80, 89) = 80.00", "total_cap", "已计分", ()),
    ("platform-caps", "95", "0", "59.00", "执行率 0%，总分上限 59：min(95, 59) = 59.00", "total_cap", "已计分", ()),
    ("platform-caps", "95", "0.8", "95.00", "95，没有适用的上限 = 95.00", "indicator_total", "已计分", ()),
    ("platform-caps", "95", None, None, "没有算式", "total_cap", "没有数据", ("总分按执行率封顶，请给出 --execution-rate",)),
    ("mof-2020-10", "89.995", None, "90.00", "89.995，没有适用的上限 = 90.00", "indicator_total", "已计分", ()),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "total", "rate", "points", "formula", "rule", "status", "said"), TOTALS)
def test_a_total_is_explained_with_its_limit(scheme, total, rate, points, formula, rule, status, said):
    """The limit that applies, or none; without a rate a limited total is not known."""
    found = explain.total(POLICIES[scheme], D(total), number(rate))
    assert (None if found.points is None else str(found.points), found.formula) == (points, formula)
    assert (found.rule.name, found.status, found.warnings) == (rule, status, said)


RATES = [  # policy, rate, finished; formula
    ("mof-2020-10", "0.95", None, "执行率 95%；10 × 0.95 = 9.50"),
    ("mof-2020-10", "0.66666", None, "执行率约 66.67%；10 × 0.66666 = 6.67"),
    ("mof-2020-10", "1.2", None, "执行率 120%；10 × 100% = 10.00"),
    ("mof-2021-101", "0.85", False, "执行率 85%；10 × 70% = 7.00"),
    ("mof-2021-101", "0.85", None, "执行率 85%"),
    ("hubei-2020", "0.5", None, "执行率 50%；20 × 0.5 = 10.00"),
]


@pytest.mark.parametrize(("scheme", "rate", "finished", "formula"), RATES)
def test_a_rate_is_explained_with_its_arithmetic(scheme, rate, finished, formula):
    """A known rate and the two amounts it follows from give the same points."""
    found = explain.known_rate(POLICIES[scheme], D(rate), finished)
    amounts = explain.execution_rate(POLICIES[scheme], D(100_000), D(rate) * 100_000, finished)
    assert (found.formula, found.points) == (formula, amounts.points)
    assert (found.rule.name, found.what) == ("execution", "预算执行率得分")
    assert found.status == ("规则未定" if found.points is None else "已计分")

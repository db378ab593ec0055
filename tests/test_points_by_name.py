"""Indicators scored by their name: steps above a limit and tables of limits, below zero too."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.rules import explain
from jixiao.rules.policy import Policy, in_force
from kit import PROJECT

HUNAN = in_force(PROJECT, "hunan-departments", 2021)
NAMED = HUNAN["named"]


def by_name(name: str, target: str, actual: str, weight: str, policy: Policy = HUNAN):
    """The explanation of an indicator that the policy knows by its name."""
    return explain.indicator(policy, Decimal(weight), target, actual, name=name)


FALLS = [
    ("三公经费变动率", "-5%", "8", "8.00"),  # a fall of 5 %, at 0.8 points a percentage point
    ("三公经费变动率", "-0.01%", "8", "8.00"),
    ("三公经费变动率", "0%", "8", "8.00"),
    ("三公经费变动率", "0.01%", "8", "7.99"),
    ("三公经费变动率", "1%", "8", "7.20"),
    ("三公经费变动率", "9.99%", "8", "0.01"),
    ("三公经费变动率", "10%", "8", "0.00"),
    ("三公经费变动率", "11%", "8", "0.00"),
    ("三公经费变动率", "-40000000%", "8", "8.00"),
    ("三公经费变动率", "-123456789012345678901%", "8", "8.00"),
    ("在职人员控制率", "99.99%", "5", "5.00"),
    ("在职人员控制率", "100%", "5", "5.00"),
    ("在职人员控制率", "100.1%", "5", "4.95"),
    ("预算控制率", "-5%", "5", "5.00"),
    ("预算控制率", "0%", "5", "5.00"),
    ("预算控制率", "0.01%", "5", "4.00"),
    ("预算控制率", "10%", "5", "4.00"),
    ("预算控制率", "10.01%", "5", "3.00"),
    ("预算控制率", "30%", "5", "2.00"),
    ("预算控制率", "30.01%", "5", "0.00"),
    ("预算控制率", "31%", "100", "0.00"),
]


@pytest.mark.parametrize(("name", "actual", "weight", "expected"), FALLS)
def test_steps_and_tables_on_and_beside_their_limits(name, actual, weight, expected):
    """A fall is within every limit; a limit belongs to what is below it; points never go below nothing."""
    limit = "≤100%" if name == "在职人员控制率" else "≤0%"
    found = by_name(name, limit, actual, weight)
    assert (str(found.points), found.status, found.rule.name) == (expected, "已计分", "named")


WRITTEN = [
    ("0", "下降5%", "8.00"),
    ("0%", "-0.05", "8.00"),
    ("≤0", "-5%", "8.00"),
    ("≤0%", "同比下降5%", "8.00"),
    ("0", "增长1%", "7.20"),
    ("≤0%", "上升1%", "7.20"),
]


@pytest.mark.parametrize(("target", "actual", "expected"), WRITTEN)
def test_a_fall_is_scored_however_it_is_written(target, actual, expected):
    """下降5% is -5 %, and where the target is a bare 0 the per cent of the actual value is enough."""
    found = by_name("三公经费变动率", target, actual, "8")
    assert (str(found.points), found.status) == (expected, "已计分")


def ruled(**ways) -> Policy:
    """The policy with other rules by name."""
    return replace(HUNAN, rules={**HUNAN.rules, "named": replace(NAMED, value=ways)})


BELOW_ZERO = [
    ({"method": "steps", "limit": -3, "per_point": 12.5}, "-3%", "4.00"),
    ({"method": "steps", "limit": -3, "per_point": 12.5}, "-4%", "4.00"),
    ({"method": "steps", "limit": -3, "per_point": 12.5}, "-2%", "3.50"),
    ({"method": "steps", "limit": -3, "per_point": "0.25"}, "-2%", "3.99"),
    ({"method": "table", "rows": [{"to": "-2.5", "share": 100}, {"to": 0, "share": 62.5}]}, "-2.5%", "4.00"),
    ({"method": "table", "rows": [{"to": "-2.5", "share": 100}, {"to": 0, "share": 62.5}]}, "-2.49%", "2.50"),
    ({"method": "table", "rows": [{"to": "-2.5", "share": 100}, {"to": 0, "share": 62.5}]}, "0.01%", "0.00"),
]


@pytest.mark.parametrize(("way", "actual", "expected"), BELOW_ZERO)
def test_limits_below_zero(way, actual, expected):
    """A limit may itself be a fall (压减 3%), with two decimals like every percentage of a policy."""
    found = by_name("公用经费变动率", "≤0%", actual, "4", ruled(公用经费变动率=way))
    assert str(found.points) == expected


def test_quotes_and_spaces_in_a_name_do_not_matter():
    """“三公经费” 变动率 is the same indicator; another name is scored by its operator."""
    assert str(by_name("“三公经费” 变动率", "≤0%", "5%", "8").points) == "4.00"
    assert by_name("会议费变动率", "≤0%", "5%", "8").rule.name == "reverse"


def test_each_name_has_its_own_way():
    """Two rules by name in one policy: each indicator takes its own."""
    policy = ruled(
        甲率={"method": "steps", "limit": 0, "per_point": 10},
        乙率={"method": "steps", "limit": 0, "per_point": 20},
    )
    found = [str(by_name(name, "≤0%", "1%", "10", policy).points) for name in ("甲率", "乙率")]
    assert found == ["9.00", "8.00"]


@pytest.mark.parametrize(("target", "actual"), [("≤3人", "2人"), ("较好", "较好")])
def test_what_is_no_percentage_is_not_scored_by_a_rule_for_percentages(target, actual):
    """Steps and tables are laid down in per cent: people and words get no points and a reason."""
    found = by_name("三公经费变动率", target, actual, "8")
    assert (found.points, found.status) == (None, "规则未定")
    assert found.warnings[-1] == "完成值不是百分数，不能按档得分"


ARITHMETIC = [
    ("三公经费变动率", "-5%", "实际 -5% 不超过 0%，得满分：8 = 8.00"),
    ("三公经费变动率", "0%", "实际 0% 不超过 0%，得满分：8 = 8.00"),
    ("三公经费变动率", "1.5%", "超过 0% 的 1.5 个百分点：8 × max(100% − 1.5 × 10%, 0) = 6.80"),
    ("预算控制率", "-5%", "预算控制率 -5%：8 × 100% = 8.00"),
    ("预算控制率", "30.5%", "预算控制率 30.5%：8 × 0% = 0.00"),
]


@pytest.mark.parametrize(("name", "actual", "formula"), ARITHMETIC)
def test_the_arithmetic_of_a_fall_is_said(name, actual, formula):
    """Within the limit the full points are said, above it what is taken off."""
    assert by_name(name, "≤0%", actual, "8").formula == formula

"""Halves: one rounding, half up or to even, the same in columns, in single scores and in totals; expected by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from jixiao.rules import element_points, execution, explain, points
from jixiao.rules.column_arithmetic import product_ratio
from jixiao.rules.policy import Policy, in_force
from jixiao.values.measure_frame import parse_frame
from kit import PROJECT

D = Decimal
MEASURE = in_force(PROJECT, "mof-2020-10", 2021)
ZHENGZHOU = in_force(PROJECT, "zhengzhou", 2021)


def printed(places: int, how: str, policy: Policy = MEASURE) -> Policy:
    """A policy that prints its scores otherwise."""
    rounding = replace(policy["rounding"], value={"places": places, "how": how})
    return replace(policy, rules={**policy.rules, "rounding": rounding})


# weight, target, actual, places: weight × actual ÷ target is just a half of the last place, or beside it; the points
HALVES = [
    ("1", "≥200", "1", 2, "0.01", "0.00"),
    ("3", "≥200", "1", 2, "0.02", "0.02"),
    ("5", "≥200", "1", 2, "0.03", "0.02"),
    ("7", "≥200", "1", 2, "0.04", "0.04"),
    ("1", "≥200.001", "1", 2, "0.00", "0.00"),
    ("1", "≥199.999", "1", 2, "0.01", "0.01"),
    ("10", "≥2000", "1999", 2, "10.00", "10.00"),
    ("10", "≥2000", "1997", 2, "9.99", "9.98"),
    ("0.5", "≥2", "1", 1, "0.3", "0.2"),
    ("1.5", "≥2", "1", 1, "0.8", "0.8"),
    ("1", "≥2", "1", 0, "1", "0"),
    ("3", "≥2", "1", 0, "2", "2"),
    ("5", "≥2", "1", 0, "3", "2"),
    ("0.0001", "≥2", "1", 4, "0.0001", "0.0000"),
    ("0.0003", "≥2", "1", 4, "0.0002", "0.0002"),
    ("1", "≥2000", "1", 3, "0.001", "0.000"),
    ("1", "≤1", "200", 2, "0.01", "0.00"),
    ("5", "≤1", "200", 2, "0.03", "0.02"),
    ("5", "2~3", "0.01", 2, "0.03", "0.02"),  # below: actual ÷ lower end
    ("5", "0.01~0.02", "4", 2, "0.03", "0.02"),  # above: upper end ÷ actual
    ("5", "≥2000000000000", "10000000000", 2, "0.03", "0.02"),  # beyond the machine word
    ("5", "≥0.00000002", "0.0000000001", 2, "0.03", "0.02"),  # finer than millionths
]


@pytest.mark.parametrize(("weight", "target", "actual", "places", "up", "even"), HALVES)
def test_points_of_an_indicator_on_a_half(weight, target, actual, places, up, even):
    """四舍五入 takes a half up, GB/T 8170 to the even digit, whatever the number of places."""
    for how, expected in (("half_up", up), ("gb_t_8170", even)):
        found = explain.indicator(printed(places, how), D(weight), target, actual)
        assert str(found.points) == expected


def test_a_column_takes_the_same_halves_as_single_scores():
    """All rows of HALVES with two places in one frame: neighbours change nothing, small or beyond the machine word."""
    rows = [row for row in HALVES if row[3] == 2]
    frame = pd.DataFrame([row[1:3] for row in rows], columns=["target", "actual"], dtype=object)
    weights = points.whole_weights(pd.Series([D(row[0]) for row in rows]))
    flags = pd.Series([False] * len(rows))
    for how, at in (("half_up", 4), ("gb_t_8170", 5)):
        policy = printed(2, how)
        scored = points.score(parse_frame(frame, 2021), weights, flags, policy)["points"]
        assert [str(each) for each in points.decimals(scored, policy)] == [row[at] for row in rows]


# factor, part, whole, divisor; half up, to even
QUOTIENTS = [
    (1, 1, 2, 1, 1, 0),
    (3, 1, 2, 1, 2, 2),
    (5, 1, 2, 1, 3, 2),
    (5, 1, 2, 100, 0, 0),
    (150, 1, 3, 100, 1, 0),
    (1, 1, 3, 1, 0, 0),
    (2, 1, 3, 1, 1, 1),
    (0, 5, 3, 1, 0, 0),
    (7, 0, 3, 100, 0, 0),
    (400_000, 2**50, 2**51, 100, 2000, 2000),
    (400_000, 3, 2**60, 10_000, 0, 0),
    (3, 2**60 - 1, 3, 1, 2**60 - 1, 2**60 - 1),
    (1, 3 * 2**58 - 1, 3, 1, 2**58, 2**58),  # a float quotient would reach the next whole number here
    (1, 3 * 2**58 - 2, 3, 1, 2**58 - 1, 2**58 - 1),
    (1, 5 * 10**18, 6 * 10**18, 1, 1, 1),  # twice the rest is beyond the machine word
    (1, 2 * 10**18, 6 * 10**18, 1, 0, 0),
    (1, 3 * 10**18, 6 * 10**18, 1, 1, 0),
    (400_000, 9 * 10**18, 9 * 10**18, 100, 4000, 4000),
    (400_000, 9 * 10**18 - 1, 9 * 10**18, 100, 4000, 4000),
    (50, 9 * 10**18, 9 * 10**18, 100, 1, 0),
    (150, 9 * 10**18, 9 * 10**18, 100, 2, 2),
]


@pytest.mark.parametrize("how", ["half_up", "gb_t_8170"])
def test_quotients_of_whole_numbers(how):
    """Each quotient by itself, and all with one divisor in one column, small beside large."""
    for divisor in {row[3] for row in QUOTIENTS}:
        rows = [row for row in QUOTIENTS if row[3] == divisor]
        expected = [row[4 if how == "half_up" else 5] for row in rows]
        columns = [np.array(column, dtype=np.int64) for column in list(zip(*rows, strict=True))[:3]]
        together = product_ratio(*columns, divisor, how)
        assert (together.tolist(), together.dtype) == (expected, np.dtype(np.int64))
        apart = [product_ratio(*(c[at : at + 1] for c in columns), divisor, how) for at in range(len(rows))]
        assert [each.tolist() for each in apart] == [[each] for each in expected]


def test_quotients_round_half_up_to_whole_numbers_unless_told_otherwise():
    """Without divisor and rounding: 5 × 1 ÷ 2 is 3; no rows give no rows."""
    one, two, five = (np.array([number], dtype=np.int64) for number in (1, 2, 5))
    assert product_ratio(five, one, two).tolist() == [3]
    none = np.zeros(0, dtype=np.int64)
    assert product_ratio(none, none, none).tolist() == []


def test_numbers_without_bound_stay_exact():
    """Columns of Python integers: 10^30 times as large, the same halves."""
    large = [np.array([number * 10**30], dtype=object) for number in (5, 2)]
    factor = np.array([1], dtype=object)
    assert product_ratio(factor, *large).tolist() == [3]
    assert product_ratio(factor, *large, how="gb_t_8170").tolist() == [2]


SPENDING = [  # budget, executed, weight, places; half up, to even
    ("2000", "1", "10", 2, "0.01", "0.00"),
    ("2000", "3", "10", 2, "0.02", "0.02"),
    ("2000", "5", "10", 2, "0.03", "0.02"),
    ("2000", "1999", "10", 2, "10.00", "10.00"),
    ("2000", "1997", "10", 2, "9.99", "9.98"),
    ("4000", "3", "20", 2, "0.02", "0.02"),
    ("3", "2", "10", 2, "6.67", "6.67"),
    ("100", "85", "10", 0, "9", "8"),
    ("100", "45", "10", 0, "5", "4"),
    ("100", "75", "10", 0, "8", "8"),
]


@pytest.mark.parametrize(("budget", "executed", "weight", "places", "up", "even"), SPENDING)
def test_points_of_the_execution_rate_on_a_half(budget, executed, weight, places, up, even):
    """Rate times weight is rounded once, as the policy says."""
    for how, expected in (("half_up", up), ("gb_t_8170", even)):
        found = execution.points(D(budget), D(executed), D(weight), printed(places, how))
        assert str(found.points) == expected


ELEMENTS = [  # points, met, of, places; half up, to even
    ("1", 1, 200, 2, "0.01", "0.00"),
    ("5", 1, 200, 2, "0.03", "0.02"),
    ("10", 2, 3, 2, "6.67", "6.67"),
    ("10", 1, 3, 2, "3.33", "3.33"),
    ("5", 1, 2, 0, "3", "2"),
    ("7", 3, 3, 2, "7.00", "7.00"),
    ("7", 0, 3, 2, "0.00", "0.00"),
]


@pytest.mark.parametrize(("weight", "met", "of", "places", "up", "even"), ELEMENTS)
def test_points_of_elements_on_a_half(weight, met, of, places, up, even):
    """按要素计分 rounds as the policy says too."""
    for how, expected in (("half_up", up), ("gb_t_8170", even)):
        found = explain.elements(printed(places, how, ZHENGZHOU), D(weight), met, of)
        assert str(found.points) == expected


GOALS = [  # what two elements got; the total to one decimal and its band
    ("60", "29.94", "89.9", "良"),
    ("60", "29.95", "90.0", "优"),
    ("60", "29.949999", "89.9", "良"),
    ("60", "30.05", "90.1", "优"),
    ("50", "29.95", "80.0", "良"),
    ("50", "29.94", "79.9", "中"),
    ("30", "30", "60.0", "中"),
    ("30", "29.94", "59.9", "差"),
    ("0", "0", "0.0", "差"),
]


@pytest.mark.parametrize(("one", "other", "total", "band"), GOALS)
def test_a_target_review_is_rounded_to_one_decimal_and_then_judged(one, other, total, band):
    """89.95 is printed 90.0 and 优; the band's lower limit belongs to it."""
    bands = {"优": D(90), "良": D(80), "中": D(60), "差": D(0)}
    found = element_points.goal_review({"完整性": D(one), "相关性": D(other)}, bands)
    assert (str(found[0]), found[1]) == (total, band)


def test_points_are_whole_ten_thousandths_and_nothing_finer():
    """Weights keep four decimals; the fifth is refused, never rounded."""
    weights = pd.Series([D("7.5"), D("0.0001"), D("10.0000000")], index=[4, 7, 9])
    found = points.whole_weights(weights)
    assert (found.to_dict(), found.dtype) == ({4: 75_000, 7: 1, 9: 100_000}, np.dtype(np.int64))
    with pytest.raises(ValueError, match="more than four decimals"):
        points.whole_weights(pd.Series([D("7.5"), D("0.00005")]))


def test_points_become_decimals_of_the_policys_places():
    """-1 stands for no points; 0 points are points."""
    found = points.decimals(pd.Series([-1, 0, 1, 1050], index=[2, 3, 4, 5]), printed(3, "half_up"))
    assert [found[at] if found[at] is None else str(found[at]) for at in (2, 3, 4, 5)] == [
        None, "0.000", "0.001", "1.050",
    ]  # fmt: skip

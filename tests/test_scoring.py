"""Totals and grades under 财预〔2020〕10号: just below, on and above each threshold; the known traps."""

from decimal import Decimal

import pandas as pd
import pytest

from jixiao.rules import execution, explain, grades, scoring
from jixiao.rules.policy import in_force
from kit import PROJECT

D = Decimal


@pytest.fixture(scope="module")
def policy():
    """The ministry's measure as in force in 2021."""
    return in_force(PROJECT, "mof-2020-10", 2021)


@pytest.mark.parametrize(
    ("budget", "executed", "points"),
    [
        ("100", "100", "10.00"),
        ("100", "95", "9.50"),
        ("100", "120", "10.00"),
        ("3", "2", "6.67"),
        ("100", "0", "0.00"),
        ("0", "5", None),
        (None, "5", None),
        ("100", None, None),
    ],
)
def test_execution_points(policy, budget, executed, points):
    """Rate times ten, capped at ten (trap: 120/100); no budget gives no points, never a default (trap: zero budget)."""
    given = [None if text is None else D(text) for text in (budget, executed)]
    found = execution.points(*given, D(10), policy)
    assert (None if found.points is None else str(found.points)) == points
    assert bool(found.warning) == (points is None or (budget == "100" and executed == "120"))


@pytest.mark.parametrize(
    ("score", "grade"),
    [("100", "优"), ("90", "优"), ("89.99", "良"), ("80", "良"), ("79.99", "中"), ("60", "中"), ("59.99", "差"), ("0", "差")],
)  # fmt: skip
def test_grades_take_their_lower_limit_in(policy, score, grade):
    """第十八条: 90（含）优, 80（含）良, 60（含）中, below 差."""
    assert grades.grade(D(score), policy) == grade


def totals_of(policy, self_scores, review_scores, executed="100"):
    """The totals of one subject with these indicator scores."""
    subject = ["A", "project", "U", "n", D(100), D(executed), True]
    names = ["subject_id", "kind", "unit_id", "name", "adjusted_budget", "executed", "finished"]
    subjects = pd.DataFrame([subject], columns=names, dtype=object)
    columns = {"self_score": self_scores, "review_score": review_scores}
    exact = {name: [None if v is None else D(v) for v in values] for name, values in columns.items()}
    indicators = pd.DataFrame({"subject_id": "A", "level1": "产出指标", **exact}, dtype=object)
    indicators["weight"] = D(45)
    return scoring.totals(subjects, indicators, policy).iloc[0]


def test_a_total_is_points_plus_execution(policy):
    """Indicator points and execution points are added exactly."""
    total = totals_of(policy, ["40.10", "39.90"], ["40.05", "30"])
    assert (str(total["self_total"]), str(total["review_total"])) == ("90.00", "80.05")
    assert (total["self_grade"], total["review_grade"]) == ("优", "良")


def test_the_printed_score_is_graded(policy):
    """Trap: 89.995 is printed 90.00 and graded 优; 89.994 is printed 89.99 and graded 良."""
    total = totals_of(policy, ["79.995"], ["79.994"])
    assert (total["self_grade"], total["review_grade"]) == ("优", "良")


def test_missing_points_give_no_total(policy):
    """One missing review score leaves the review total missing, not smaller."""
    total = totals_of(policy, ["40", "40"], ["40", None])
    assert total["review_total"] is None
    assert total["self_total"] == D("90")


def test_a_row_without_weight_needs_no_points():
    """What does not apply leaves the sums of its subject known, and makes no first level present."""
    rows = [("P001", "产出指标", D(50), D(40)), ("P001", "满意度指标", D(0), None)]
    frame = pd.DataFrame(rows, columns=["subject_id", "level1", "weight", "self_score"], dtype=object)
    assert scoring.group_points(frame, "self_score") == {"P001": {"产出指标": 40}}
    assert scoring.group_weights(frame) == {"P001": {"产出指标": 50}}


@pytest.mark.parametrize(
    ("share", "rate", "fires"), [("1", "0.95", False), ("1", "0.9499", True), ("0.9", "0.855", False), ("0.9", "0.8549", True)]
)  # fmt: skip
def test_five_per_cent_is_not_more_than_five_per_cent(share, rate, fires):
    """Trap: 0.95 against 1 is exactly 5 % below; a float says 5.000000000000004 %."""
    assert execution.inconsistent(D(share), D(rate), D("0.05")) == fires


@pytest.mark.parametrize(
    ("target", "actual", "points", "words"),
    [
        ("≤90万元", "900000元", "8.00", ""),
        ("≤90万元", "90", "8.00", "万元"),
        ("≥50个", "45人", None, "单位不同"),
        ("≥95%", "0.95", "8.00", "读作95%"),
        ("≤5%", "0.5", None, "不能确定"),
    ],
)
def test_unit_mixes(policy, target, actual, points, words):
    """Trap: money is converted, other units are not mixed, and 0.95 against 95 % is 95 %, which is told."""
    found = explain.indicator(policy, D(8), target, actual)
    assert (None if found.points is None else str(found.points)) == points
    assert words in "".join(found.warnings)


@pytest.mark.parametrize(
    ("rate", "cap"),
    [("0.8", None), ("0.7999", "89"), ("0.7", "89"), ("0.6999", "79"), ("0.6", "79"), ("0.5999", "69"), ("0.4999", "59")],
)  # fmt: skip
def test_caps_by_execution_rate(rate, cap):
    """A total is cut to the cap of its execution rate, the lower edge of each tier belonging to it."""
    found = execution.cap(D(rate), in_force(PROJECT, "platform-caps", 2021))
    assert (None if found is None else str(found)) == cap


GROUPS = {"产出指标": D(50), "效益指标": D(30)}


def test_missing_satisfaction_goes_to_the_benefits_under_101():
    """Without satisfaction 101号 gives its 10 points to the benefits: such weights follow the variant."""
    guide = in_force(PROJECT, "mof-2021-101", 2021)
    moved = GROUPS | {"效益指标": D(40)}
    assert scoring.variant_of(moved, guide) == "无成本指标"
    assert scoring.variant_of(GROUPS, guide) is None
    assert scoring.scored_by(GROUPS, guide) == "无成本指标"


def test_missing_satisfaction_is_rescaled_where_the_policy_says_so():
    """Weights without satisfaction follow the variant where the others are enlarged."""
    caps = in_force(PROJECT, "platform-caps", 2021)
    assert scoring.variant_of(GROUPS, caps) == "通用"


def test_without_a_rule_missing_satisfaction_is_a_finding(policy):
    """10号 says nothing: weights without satisfaction follow no variant."""
    assert scoring.variant_of(GROUPS, policy) is None


def test_bonds_in_operation_have_no_execution_points():
    """运营期 without fiscal money: execution weighs nothing, and no budget is needed."""
    bonds = in_force(PROJECT, "bonds-2021-61", 2021)
    groups = {"成本指标": D(30), "产出指标": D(40), "效益指标": D(20), "满意度指标": D(10)}
    variant = scoring.variant_of(groups, bonds)
    weight = scoring.execution_weight(bonds, variant)
    assert (variant, weight) == ("运营期", 0)
    assert execution.points(None, None, weight, bonds).points == 0

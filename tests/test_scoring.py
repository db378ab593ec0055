"""Scoring under 财预〔2020〕10号: execution points, totals and grades, just below, on and above each threshold."""

from decimal import Decimal

import pandas as pd
import pytest

from jixiao.evaluation import scoring
from jixiao.evaluation.policy import in_force
from kit import PROJECT


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
    """Rate times ten, capped at ten; no budget or nothing known gives no points, never a default."""
    given = [None if text is None else Decimal(text) for text in (budget, executed)]
    found = scoring.execution_points(*given, policy)
    assert (None if found is None else str(found)) == points


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ],
)
def test_grades_take_their_lower_limit_in(policy, score, grade):
    """第十八条: 90（含）优, 80（含）良, 60（含）中, below 差."""
    assert scoring.grade(Decimal(score), policy) == grade


def _totals(policy, self_scores, review_scores, executed="100"):
    subjects = pd.DataFrame(
        {
            "subject_id": ["A"], "kind": ["project"], "unit_id": ["U"], "name": ["n"],
            "adjusted_budget": [Decimal(100)], "executed": [Decimal(executed)],
        },
        dtype=object,
    )  # fmt: skip
    decimal = [
        [None if text is None else Decimal(text) for text in row] for row in (self_scores, review_scores)
    ]
    indicators = pd.DataFrame(
        {"subject_id": ["A"] * len(self_scores), "self_score": decimal[0], "review_score": decimal[1]},
        dtype=object,
    )
    return scoring.totals(subjects, indicators, policy).iloc[0]


def test_a_total_is_points_plus_execution(policy):
    """Indicator points and execution points are added exactly."""
    total = _totals(policy, ["40.10", "39.90"], ["40.05", "30"])
    assert (str(total["self_total"]), str(total["review_total"])) == ("90.00", "80.05")
    assert (total["self_grade"], total["review_grade"]) == ("优", "良")


def test_the_printed_score_is_graded(policy):
    """89.995 is printed 90.00 and graded 优: rounded once, then graded."""
    assert _totals(policy, ["79.995"], ["79.994"])["self_grade"] == "优"
    assert _totals(policy, ["79.995"], ["79.994"])["review_grade"] == "良"


def test_missing_points_give_no_total(policy):
    """One missing review score leaves the review total missing, not smaller."""
    total = _totals(policy, ["40", "40"], ["40", None])
    assert total["review_total"] is None
    assert total["self_total"] == Decimal("90")

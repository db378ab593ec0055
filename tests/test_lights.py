"""Warning lights of monitoring: each threshold from just below it to just above it, and what a light asks for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jixiao.checks import settings
from jixiao.figures import monitored
from jixiao.rules import lights, policy
from jixiao.rules.lights import Light, Limits
from test_counted import read

ROOT = Path(__file__).resolve().parents[1]
LIMITS = Limits.of(settings.in_force(ROOT, policy.in_force(ROOT, "mof-2020-10", 2021)).values)


@pytest.mark.parametrize(
    ("budget", "executed", "month", "light"),
    [
        ("100", "34.99", 7, "red"),  # 60 % of 7/12 is 35
        ("100", "35", 7, "yellow"),
        ("300", "139.99", 7, "yellow"),  # 80 % of 7/12 of it is 140
        ("300", "140", 7, "green"),
        ("100", "0", 1, "red"),
        ("100", None, 7, None),
        ("0", "0", 7, None),
        ("-100", "10", 7, None),
        (None, "1", 7, None),
    ],
)
def test_the_light_of_spending(
    budget: str | None, executed: str | None, month: int, light: str | None
) -> None:
    """Against an even year; nothing where a part is not known."""
    amounts = [None if one is None else Decimal(one) for one in (budget, executed)]
    assert lights.of_spending(*amounts, month, LIMITS) == light


@pytest.mark.parametrize(
    ("operator", "target", "unit", "actual", "light"),
    [
        ("≥", "120", "次", "41.9", "red"),  # 70 are due by July
        ("≥", "120", "次", "42", "yellow"),
        ("≥", "120", "次", "55.9", "yellow"),
        ("≥", "120", "次", "56", "green"),
        ("≥", "120", "次", "83.9", "green"),
        ("≥", "120", "次", "84", "blue"),
        ("≥", "90", "%", "53.9", "red"),  # a rate is not a twelfth a month
        ("≥", "90", "%", "72", "green"),
        ("≥", "90", "%", "100", "green"),
        ("", "120-240", "次", "42", "yellow"),  # of an interval its lower end is due
        ("", "0-50", "次", "30", None),
        ("≤", "5", "起", "5", "green"),
        ("≤", "5", "起", "5.1", "red"),
        ("<", "5", "起", "4.9", "green"),
        ("<", "5", "起", "5", "red"),
        ("≥", "0", "起", "5", "green"),
        ("=", "0", "起", "0", "green"),
        ("=", "0", "起", "1", "red"),
        ("", "健全制度", "", "部分达成并具有一定效果", "yellow"),
        ("", "健全制度", "", "未达成且效果较差", "red"),
        ("", "健全制度", "", "达成年度指标", "green"),
        ("", "健全制度", "", "见附件", None),
        ("≤", "2021年6月", "", "2021年6月", "green"),
        ("≤", "2021年6月", "", "2021年7月", "red"),
        ("≥", "120", "次", "", None),
        ("≥", "120", "次", "50元", None),
    ],
)
def test_the_light_of_an_indicator(
    operator: str, target: str, unit: str, actual: str, light: str | None
) -> None:
    """By the end of July: a number by its part of the year, rates, ceilings, days and words in their own way."""
    row = {"operator": operator, "target": target, "measure_unit": unit, "level3": "指标"}
    assert lights.of_indicator(*lights.measures(row, actual, 2021), 7, LIMITS) == light


READINGS = (
    "subject_id,month,executed,indicator_id,actual,forecast,reason,budget,progress,cause,possibility,measure,"
    "state,answered_on\n"
)


def figures(rows: str) -> dict[str, Any]:
    """The figures of these rows of monitoring.csv, without their common beginning."""
    found = monitored.figures(read(monitoring=READINGS + rows), 2021, LIMITS)
    return {one.key.removeprefix("monitoring."): one.value for one in found}


def test_money_is_counted_once_a_form_and_only_of_the_last_month() -> None:
    """Two rows of one form are one amount; what an earlier month said is no longer counted."""
    found = figures(
        "P1,7,1,,,,,100,,,,,,\nP1,9,30,,,,慢,100,,经费保障、其他,,,整改中,\nP1,9,30,,,,,100,,,,,,\nP2,9,80,,,,,100,,,,,,\n"
    )
    wanted = {
        "month": 9, "last_subjects": 2, "budget_wan_yuan": 200, "executed_wan_yuan": 110, "execution_percent": 55,
        "schedule_percent": 75, "schedule_gap": 20, "schedule_lead": None, "money.red": 1, "money.green": 1,
        "overall.red": 1, "warned": 1, "warned_explained": 1, "warned_measured": 0, "cause.funding": 1,
        "cause.other": 1, "cause.staff": 0, "state.open": 1, "unanswered": 0,
    }  # fmt: skip
    assert {key: found[key] for key in wanted} == wanted


def test_money_of_which_a_half_is_unknown_and_departments_without_a_light_do_not_count() -> None:
    """Neither the budget of a form that says nothing of what was spent, nor a department whose lights are all green."""
    found = figures("P1,7,1,,,,,100,,其他保障,,,,\nP2,7,60,,,,,100,,,,,,\nD2,7,,,,,,900,,,,,,\n")
    wanted = {
        "budget_wan_yuan": 200, "executed_wan_yuan": 61, "departments": 2, "departments_warned": 1, "cause.other": 0,
    }  # fmt: skip
    assert {key: found[key] for key in wanted} == wanted


def test_who_spends_ahead_lags_by_nothing() -> None:
    """The gap to an even year is said on one side only."""
    found = figures("P1,7,70,,,,,100,,,,,,\n")
    assert (found["schedule_gap"], found["schedule_lead"]) == (None, Decimal("11.67"))


def test_one_row_answers_for_the_spending() -> None:
    """The first with a reason or a measure, so that a form with many indicators explains its spending once."""
    readings = pd.DataFrame(
        {
            "subject_id": ["P1"] * 3, "month": [Decimal(7)] * 3, "indicator_id": [None] * 3, "actual": [None] * 3,
            "budget": [Decimal(100)] * 3, "executed": [Decimal(1)] * 3, "reason": [None, None, "慢"], "measure": [None] * 3,
        }
    )  # fmt: skip
    nothing = pd.DataFrame(columns=["subject_id", "adjusted_budget", "indicator_id"])
    lit = lights.frame(readings, nothing, nothing, 2021, LIMITS)
    assert list(lit["warning"]) == [None, None, Light.RED]
    lit = lights.frame(readings.assign(reason=None), nothing, nothing, 2021, LIMITS)
    assert list(lit["warning"]) == [Light.RED, None, None]
    measured = readings.assign(reason=None, measure=[None, "按月督促", None])
    assert list(lights.frame(measured, nothing, nothing, 2021, LIMITS)["warning"]) == [None, Light.RED, None]
    ledger = pd.DataFrame({"subject_id": ["P1"], "adjusted_budget": [Decimal(50)]})
    budgets = readings.assign(budget=[Decimal(0), None, Decimal(100)])
    assert list(lights.frame(budgets, ledger, nothing, 2021, LIMITS)["money"]) == [0, 50, 100]

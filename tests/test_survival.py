"""How long problems stay open, against lifetimes worked out by hand and a published example."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction as F

import pytest

from jixiao.analysis import survival
from jixiao.analysis.survival import Life
from jixiao.exchange.importing.merging import framed
from jixiao.figures.self_evaluation import follow_up
from jixiao.year.tables import Tables

D = Decimal


def curve(*lives):
    """The curve over lives as 6 or 6+: the days, and + for one that had not ended."""
    return survival.curve(Life(int(one.rstrip("+")), not one.endswith("+")) for one in lives)


BY_HAND = [
    (
        "all ended",
        "1 2 3 4",
        [(1, 4, 1, F(3, 4)), (2, 3, 1, F(1, 2)), (3, 2, 1, F(1, 4)), (4, 1, 1, F(0))],
        2,
    ),
    ("none ended", "5+ 10+", [], None),
    ("one not ended in between", "3 5+ 7", [(3, 3, 1, F(2, 3)), (7, 1, 1, F(0))], 7),
    ("ended and not ended on one day", "4 4+ 8 8+", [(4, 4, 1, F(3, 4)), (8, 2, 1, F(3, 8))], 8),
    ("exactly half, on the day itself", "0 0 6+ 6+", [(0, 4, 2, F(1, 2))], 0),
    ("just above half", "2 2 6+ 6+ 6+", [(2, 5, 2, F(3, 5))], None),
    ("nothing", "", [], None),
]


@pytest.mark.parametrize(("lives", "steps", "median"), [e[1:] for e in BY_HAND], ids=[e[0] for e in BY_HAND])
def test_the_curve_falls_as_worked_out_by_hand(lives, steps, median):
    found = curve(*lives.split())
    assert [(one.day, one.at_risk, one.ended, one.open) for one in found.steps] == steps
    assert found.median == median


def test_the_curve_is_that_of_the_published_example():
    """Weeks in remission under 6-MP (Freireich and others 1963), as textbooks print the estimate."""
    weeks = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
    found = curve(*weeks.split())
    printed = {6: "85.71", 7: "80.67", 10: "75.29", 13: "69.02", 16: "62.75", 22: "53.78", 23: "44.82"}
    assert {one.day: str(found.open_percent(one.day)) for one in found.steps} == printed
    assert (found.n, found.ended, found.longest, found.median) == (21, 9, 35, 23)


@pytest.mark.parametrize(
    ("day", "share"), [(0, "100.00"), (2, "100.00"), (3, "66.67"), (6, "66.67"), (7, "0.00"), (8, None)]
)
def test_the_share_still_open_holds_from_a_step_to_the_next(day, share):
    """Beyond the longest life nothing is known."""
    assert curve("3", "5+", "7").open_percent(day) == (None if share is None else D(share))


@pytest.mark.parametrize(
    ("ended", "still", "allowed"), [(5, 5, True), (5, 4, False), (4, 9, False), (10, 0, True)]
)
def test_a_curve_needs_problems_enough_that_ended(ended, still, allowed):
    assert curve(*["3"] * ended, *["9+"] * still).allowed == allowed


ON = dt.date(2022, 12, 31)
DONE = {"state": "已整改", "raised_on": dt.date(2022, 1, 1), "closed_on": dt.date(2022, 1, 11)}
LIVES = [
    ("done", DONE, (10, True)),
    ("done on the day", {**DONE, "closed_on": dt.date(2022, 1, 1)}, (0, True)),
    ("done before it was told", {**DONE, "closed_on": dt.date(2021, 12, 31)}, None),
    ("done without a day", {**DONE, "closed_on": None}, None),
    ("never told", {**DONE, "raised_on": None}, None),
    ("open", {"state": "整改中", "raised_on": dt.date(2022, 12, 1)}, (30, False)),
    ("open, with a day by mistake", {**DONE, "state": "整改中"}, (364, False)),
    ("not to be done", {**DONE, "state": "未整改", "closed_on": None}, (364, False)),
    ("told after publication", {"state": "整改中", "raised_on": dt.date(2023, 1, 1)}, None),
]


def ledger(*problems):
    """Tables with these problems."""
    rows = [{"problem_id": f"W{at}", "problem": "甲"} | one for at, one in enumerate(problems)]
    return Tables("", {"problems": framed("problems", rows)})


@pytest.mark.parametrize(("problem", "life"), [e[1:] for e in LIVES], ids=[e[0] for e in LIVES])
def test_a_problem_lives_from_the_day_it_was_told(problem, life):
    """To the day it was done, else to publication; one whose days are missing or contradict each other has no life."""
    found = follow_up.lives(ledger(problem), ON)
    assert list(zip(found["days"], found["ended"], strict=True)) == ([] if life is None else [life])


def test_figures_of_problems_need_enough_of_them():
    """All of them have no value below the size that the curve needs."""
    still = {"state": "整改中", "raised_on": dt.date(2022, 6, 30)}
    enough = ledger(*[DONE] * 5, *[still] * 5)
    found = {one.key.removeprefix("quality.problems."): one.value for one in follow_up.problems(enough, ON)}
    assert found == {
        "dated": 10, "ended": 5, "median_days": 10, "open_percent.90": D("50.00"), "open_percent.180": D("50.00"),
        "open_percent.365": None, "longest_days": 184,
    }  # fmt: skip
    assert {one.value for one in follow_up.problems(ledger(*[DONE] * 5, *[still] * 4), ON)} == {None}

"""Drafts of forms at their edges: points for spending, totals under caps, what was known, what was reached before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from jixiao.exchange.importing import merging
from jixiao.exchange.issuing import drafts
from jixiao.exchange.issuing.drafts import Amounts, Draft, Scheme
from jixiao.rules import policy
from jixiao.rules.method_words import Basis
from jixiao.rules.policy import Policy, Rule
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables
from jixiao.year.words import SubjectKind
from kit import PROJECT

D = Decimal
BASIS = "《项目支出绩效评价管理办法》（财预〔2020〕10号）"
BLANK = Amounts(None, None, None)
CAPS = ((D(50), D(59)), (D(80), D(89)))


def draft(budget="100", spent="90", scores=("50", "40"), **scheme):
    """A draft with a budget, spending, the self scores of its indicators, and a scheme."""
    amounts = [None if each is None else D(each) for each in (budget, spent)]
    rows = tuple(SimpleNamespace(self_score=None if each is None else D(each)) for each in scores)
    return Draft(
        2021,
        "局",
        SubjectKind.PROJECT,
        "P1",
        "甲",
        "所",
        "局",
        (Amounts(None, *amounts),),
        rows,
        Scheme(**scheme),
    )


@pytest.mark.parametrize(
    ("given", "points"),
    [
        (draft(), "9.00"),
        (draft(spent="100"), "10.00"),
        (draft(spent="100.01"), "10.00"),
        (draft(spent="0"), "0.00"),
        (draft("3", "1"), "3.33"),
        (draft("300", "0.15"), "0.01"),
        (draft("3", "1", places=1), "3.3"),
        (draft(weight=D(20)), "18.00"),
        (draft(budget="0"), None),
        (draft(budget=None), None),
        (draft(spent=None), None),
        (draft(by_rate=False), None),
    ],
)
def test_points_for_spending(given, points):
    """The rate, at most one, of the weight; none where it is unknown or no formula can say it."""
    found = drafts.spending_points(given)
    assert (None if found is None else str(found)) == points


@pytest.mark.parametrize(
    ("given", "total"),
    [
        (draft(), "99.00"),
        (draft(scores=("50.005", "40")), "99.01"),
        (draft(scores=("50.005", "40"), places=1), "99.0"),
        (draft(scores=("0", "0"), spent="0"), "0.00"),
        (draft(scores=("50", None)), None),
        (draft(scores=()), None),
        (draft(spent=None), None),
        (draft(by_sum=False), None),
        (draft(by_rate=False), None),
        (draft(spent="49.99", caps=CAPS), "59.00"),
        (draft(spent="50", caps=CAPS), "89.00"),
        (draft(spent="79.99", caps=CAPS), "89.00"),
        (draft(spent="80", caps=CAPS), "98.00"),
        (draft(spent="40", scores=("54.9", "0"), caps=CAPS), "58.90"),
    ],
)
def test_the_total_of_a_form(given, total):
    """The sum of scores and spending, under the cap of its rate; none as long as a part is missing."""
    found = drafts.total(given)
    assert (None if found is None else str(found)) == total


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("2021年排水改造", "排水改造"),
        ("2021年度排水改造", "排水改造"),
        ("1999 年排水 改造", "排水改造"),
        ("排水改造2020", "排水改造"),
        ("2101排水改造", "2101排水改造"),
        ("2021度排水", "排水"),
        ("2020年2021年排水", "排水"),
    ],
)
def test_a_name_without_its_year(name, bare):
    """Years of this century and the one before; blanks do not count."""
    assert drafts.bare(name) == bare


def rule(name, value):
    """A rule of a policy."""
    return Rule(name, "", value, dt.date(2020, 1, 1), Basis.LAW, "办法", "", "一", "", "2026-11-20")


def of(number="一号", **values):
    """A policy of these values over the ministry's."""
    known = policy.in_force(PROJECT, "mof-2020-10", 2021)
    rules = {**known.rules, **{name: rule(name, value) for name, value in values.items()}}
    return Policy("x", "某办法", number, "", known.on, rules)


GROUPS = {"产出指标": D(50), "效益指标": D(30), "满意度指标": D(10)}
TIERS = {"method": "tiers", "finished": 100, "unfinished": [{"from": 0, "share": 0}]}


@pytest.mark.parametrize(
    ("rules", "groups", "expected"),
    [
        (None, GROUPS, Scheme(D(10), True, True, (), 2, BASIS)),
        (of(), GROUPS, Scheme(D(10), True, True, (), 2, "《某办法》（一号）")),
        (of(number=""), GROUPS, Scheme(D(10), True, True, (), 2, "《某办法》")),
        (of(execution=TIERS), GROUPS, Scheme(D(10), False, True, (), 2, "《某办法》（一号）")),
        (of(rounding={"places": 1, "how": "half_up"}), GROUPS, Scheme(D(10), True, True, (), 1, "《某办法》（一号）")),
        (of(rounding={"places": 2, "how": "gb_t_8170"}), GROUPS, Scheme(D(10), False, False, (), 2, "《某办法》（一号）")),
        (of(total_cap=[{"below": 50, "cap": "59.5"}]), GROUPS,
         Scheme(D(10), True, True, ((D(50), D("59.5")),), 2, "《某办法》（一号）")),
        (of(weights={"通用": {"预算执行率": 20, "产出指标": 80}}), {"产出指标": D(80)},
         Scheme(D(20), True, True, (), 2, "《某办法》（一号）")),
    ],
)  # fmt: skip
def test_the_scheme_of_a_policy(rules, groups, expected):
    """Weight, what a formula can say, caps, decimals and the name of the measure."""
    assert drafts.scheme(rules, groups) == expected


def test_what_is_scaled_up_to_the_full_mark_is_no_sum():
    """Without satisfaction indicators the rest counts for more: the unit enters the total."""
    caps = policy.in_force(PROJECT, "platform-caps", 2022)
    assert drafts.scheme(caps, GROUPS).by_sum is True
    assert drafts.scheme(caps, {"产出指标": D(50), "效益指标": D(30)}).by_sum is False


def test_a_draft_says_nothing_by_itself():
    """A scheme is the ministry's, a form blank, until something is given."""
    plain = draft()
    assert Scheme() == Scheme(D(10), True, True, (), 2, BASIS)
    assert (plain.last_year, plain.filled, plain.finished, plain.printed_total) == ({}, False, None, None)
    assert Amounts() == BLANK
    assert drafts.ITEMS == ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金")


UNITS = [
    {"unit_id": "U1", "name": "水务局", "department_id": "U1"},
    {"unit_id": "U2", "name": "河道所", "department_id": "U1"},
]
SUBJECT = {
    "subject_id": "P1", "kind": "project", "unit_id": "U2", "name": "2021年清淤", "initial_budget": D(1),
    "adjusted_budget": D(2), "executed": D(3), "finished": True, "is_new": False,
}  # fmt: skip


def indicator(number, subject="P1", level3="长度", **values):
    """An indicator of 50 points."""
    return {
        "subject_id": subject, "indicator_id": f"{subject}-{number}", "level1": "产出指标", "level3": level3,
        "weight": D(50), "measure_unit": "公里", "actual": "9", **values,
    }  # fmt: skip


def tables(**rows):
    """The tables of a year."""
    return Tables("data/2022", {name: merging.framed(name, rows.get(name, ())) for name in SCHEMAS})


YEAR = tables(
    units=UNITS,
    subjects=[SUBJECT, SUBJECT | {"subject_id": "P2", "name": "办公", "finished": False}],
    indicators=[indicator(1), indicator(2), indicator(1, "P3")],
    funds=[
        {"subject_id": "P1", "item": item, "initial_budget": D(n), "adjusted_budget": D(n), "executed": D(n)}
        for n, item in enumerate(["总额", "其中：财政拨款", "上年结转资金", "其他", "其他（2）", "自筹"], 10)
    ],
    scores=[
        {"subject_id": "P1", "tier": "review", "score": D(80)},
        {"subject_id": "P1", "tier": "self", "score": D(90)},
    ],
)
PARAMS = SimpleNamespace(evaluated_year=2021, issuer="财政局")


def made(year=YEAR, last=None, rules=None, filled=False):
    """The drafts of a year."""
    return list(drafts.drafts(year, PARAMS, last, rules, filled))


def amounts(number):
    """A row of money with one number."""
    return Amounts(D(number), D(number), D(number))


def test_a_draft_for_every_subject():
    """Head, money row by row, indicators, scheme, whether it is finished, and the printed total of the unit."""
    first, second = made()
    assert (first.year, first.issuer, first.kind, first.code, first.name, first.unit, first.department) == (
        2021, "财政局", "project", "P1", "2021年清淤", "河道所", "水务局",
    )  # fmt: skip
    assert first.funds == (Amounts(D(1), D(2), D(3)), amounts(11), amounts(12), amounts(13))
    assert [row.indicator_id for row in first.indicators] == ["P1-1", "P1-2"]
    assert (first.scheme, first.last_year, first.filled, first.finished, first.printed_total) == (
        Scheme(), {}, False, True, D(90),
    )  # fmt: skip
    assert second.funds == (Amounts(D(1), D(2), D(3)), BLANK, BLANK, BLANK)
    assert (second.code, second.indicators, second.finished, second.printed_total) == ("P2", (), False, None)
    assert [each.filled for each in made(filled=True)] == [True, True]


def test_the_scheme_goes_by_the_groups_of_the_subject():
    """The variant of the weights is that of the points of its indicators; without indicators the usual one."""
    weights = {"甲": {"预算执行率": 20, "产出指标": 80}, "乙": {"预算执行率": 0, "产出指标": 100}}
    year = replace(
        YEAR, frames={**YEAR.frames, "indicators": merging.framed("indicators", [indicator(1), indicator(2)])}
    )
    first, _ = made(year, rules=of(weights=weights))
    assert first.scheme.weight == D(0)
    assert made(rules=of(total_cap=[{"below": 50, "cap": 59}]))[1].scheme.caps == ((D(50), D(59)),)


def test_optional_tables_may_be_missing():
    """Neither money nor totals are known then."""
    frames = {name: frame for name, frame in YEAR.frames.items() if name not in ("funds", "scores")}
    first, _ = made(Tables("data/2022", frames))
    assert (first.funds[1:], first.printed_total) == ((BLANK,) * 3, None)


LAST = tables(
    units=UNITS,
    subjects=[
        SUBJECT | {"subject_id": "X1", "name": "2020年 清淤"},
        SUBJECT | {"subject_id": "X2", "unit_id": "U1", "name": "办公"},
    ],
    indicators=[
        indicator(1, "X1"), indicator(2, "X1", actual="7"), indicator(3, "X1", "宽度", measure_unit=None),
        indicator(4, "X1", "深度", actual=None), indicator(1, "X2", "次数"), indicator(1, "X3", "孤儿"),
    ],
)  # fmt: skip


def test_what_was_reached_the_year_before():
    """Of the same unit and name without its year; the first of one name, with its unit, not where it is blank."""
    first, second = made(last=LAST)
    assert first.last_year == {"长度": "9公里", "宽度": "9"}
    assert second.last_year == {}

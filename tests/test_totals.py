"""Totals: missing satisfaction moved but never given, caps, one rounding, and steps that add up to the total."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jixiao.figures import trace
from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import TOTALS, Rows
from jixiao.rules import scoring
from jixiao.rules.policy import Policy, in_force, known
from jixiao.year import params
from kit import PROJECT
from rule_run import run

D = Decimal
BASE = {name: in_force(PROJECT, name, 2021) for name in known(PROJECT)}


def changed(policy: Policy, **values) -> Policy:
    """A policy with other values of some rules; None leaves a rule out."""
    rules = {name: rule for name, rule in policy.rules.items() if values.get(name, rule) is not None}
    some = BASE["platform-caps"].rules
    new = {name: replace(some[name], value=value) for name, value in values.items() if value is not None}
    return replace(policy, rules=rules | new)


POLICIES = {
    name: policy for name, policy in BASE.items() if "weights" in policy and "execution" in policy
} | {
    "full": changed(BASE["mof-2020-10"], missing_satisfaction="full"),
    "to_benefits with caps": changed(BASE["platform-caps"], missing_satisfaction="to_benefits"),
    "one decimal": changed(BASE["platform-caps"], rounding={"places": 1, "how": "half_up"}),
    "gb_t_8170": changed(BASE["mof-2021-101"], rounding={"places": 2, "how": "gb_t_8170"}),
    "without satisfaction": changed(
        BASE["mof-2021-101"], weights={"通用": {"预算执行率": 10, "产出指标": 90}}
    ),
    "two satisfactions": changed(
        BASE["bonds-2021-61"],
        weights={
            "甲": {"预算执行率": 10, "产出指标": 50, "效益指标": 35, "满意度指标": 5},
            "乙": {"预算执行率": 0, "产出指标": 50, "效益指标": 30, "满意度指标": 20},
            "丙": {"预算执行率": 20, "产出指标": 80},
        },
    ),
}
SHORT = {"成": "成本指标", "产": "产出指标", "效": "效益指标", "满": "满意度指标"}


def groups_of(text: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Points and weight of each level-1 group, written 产45/50 效30/30."""
    pairs = {SHORT[part[0]]: part[1:].split("/") for part in text.split()}
    return {name: (D(points), D(weight)) for name, (points, weight) in pairs.items()}


def frames(text: str, budget: str = "100", executed: str = "100", finished: bool = True):
    """The tables of one subject, a row a group."""
    money = [D(each) if each else None for each in (budget, executed)]
    names = ["subject_id", "kind", "unit_id", "name", "adjusted_budget", "executed", "finished"]
    subjects = pd.DataFrame([["A", "project", "U", "n", *money, finished]], columns=names, dtype=object)
    rows = [["A", name, weight, points, points] for name, (points, weight) in groups_of(text).items()]
    names = ["subject_id", "level1", "weight", "self_score", "review_score"]
    return subjects, pd.DataFrame(rows, columns=names, dtype=object)


# points/weight of each group, execution rate in per cent ("": no budget), total
SATISFACTION_MISSING = [
    # 101号: its weight moves to the benefits, and is earned as they are
    ("mof-2021-101", "产50/50 效30/30", "100", "100.00"),
    ("mof-2021-101", "产50/50 效15/30", "100", "80.00"),
    ("mof-2021-101", "产50/50 效0/30", "100", "60.00"),
    ("mof-2021-101", "产0/50 效0/30", "100", "10.00"),
    ("mof-2021-101", "产0/50 效30/30", "100", "50.00"),
    ("mof-2021-101", "产50/50 效20/30", "100", "86.67"),
    ("mof-2021-101", "成20/20 产40/40 效10/20", "100", "85.00"),
    # the form moved it itself, to the benefits or elsewhere, whole or in part
    ("mof-2021-101", "产50/50 效32/40", "100", "92.00"),
    ("mof-2021-101", "产60/60 效15/30", "100", "85.00"),
    ("mof-2021-101", "产90/90", "100", "100.00"),
    ("mof-2021-101", "产50/50 效28/35", "100", "92.00"),
    ("mof-2021-101", "产55/60 效35/35", "100", "100.00"),
    # whatever else is missing is not filled
    ("mof-2021-101", "产40/40 效20/20", "100", "80.00"),
    ("mof-2021-101", "效30/30", "100", "50.00"),
    ("mof-2021-101", "效30/30 满10/10", "100", "50.00"),
    # nothing to move it to
    ("mof-2021-101", "产50/50", "100", None),
    ("mof-2021-101", "产50/50 效0/0", "100", None),
    ("mof-2021-101", "产50/50 效1/1", "100", "71.00"),
    # nothing missing
    ("mof-2021-101", "产50/50 效15/30 满5/10", "100", "80.00"),
    ("mof-2021-101", "产50/50 效15/30 满0/0", "100", "75.00"),
    # bonds: without execution points in operation
    ("bonds-2021-61", "成20/20 产40/40 效20/20", "95", "99.50"),
    ("bonds-2021-61", "成20/20 产40/40 效5/20", "95", "77.00"),
    ("bonds-2021-61", "成30/30 产40/40 效10/20", "", "85.00"),
    ("bonds-2021-61", "成30/30 产40/40 效15/30", "", "85.00"),
    ("bonds-2021-61", "成30/30 产40/40 效20/20 满1/10", "", "91.00"),
    ("bonds-2021-61", "成20/20 产40/40 效20/20", "", None),
    # the others enlarged
    ("platform-caps", "产50/50 效22/30", "100", "91.00"),
    ("platform-caps", "产50/50 效0/30", "75", "63.75"),
    ("platform-caps", "产40/40 效20/20", "100", "80.00"),
    ("platform-caps", "产47/50 效30/35", "100", "91.53"),
    ("platform-caps", "产50/50", "100", "70.00"),
    ("platform-caps", "产0/0", "100", None),
    # its points in full, only those
    ("full", "产50/50 效15/30", "100", "85.00"),
    ("full", "产40/40 效0/20", "100", "60.00"),
    ("full", "产50/50", "100", "70.00"),
    ("full", "产50/50 效15/35", "100", "80.00"),
    # no rule says anything of it
    ("mof-2020-10", "产50/50 效15/30", "100", "75.00"),
    ("sichuan", "产60/60 效15/30", "100", "85.00"),
    # each variant has its own weight of satisfaction
    ("two satisfactions", "产50/50 效7/35", "100", "68.00"),
    ("two satisfactions", "产50/50 效15/30", "100", "75.00"),
    ("two satisfactions", "产10/10 效10/20", "100", "32.50"),
]


@pytest.mark.parametrize(("scheme", "text", "rate", "expected"), SATISFACTION_MISSING)
def test_weight_of_missing_satisfaction_is_earned_not_given(scheme, text, rate, expected):
    """It moves as the policy says and earns what the indicators earn that take it over; nothing else is filled."""
    subjects, indicators = frames(text, "100" if rate else "", rate)
    total = scoring.totals(subjects, indicators, POLICIES[scheme]).iloc[0]
    found = [None if score is None else str(score) for score in (total["self_total"], total["review_total"])]
    assert found == [expected, expected]
    assert total["self_grade"] == (None if expected is None else "优良中差"[
        (D(expected) < 90) + (D(expected) < 80) + (D(expected) < 60)
    ])  # fmt: skip


UNPLACED = [  # policy, weights by level 1; weight of satisfaction to be moved, whether nothing can take it
    ("mof-2021-101", "产50/50 效30/30", "10", False),
    ("mof-2021-101", "产50/50 效35/35", "5", False),
    ("mof-2021-101", "产50/50 效40/40", "0", False),
    ("mof-2021-101", "产50/50 效50/50", "0", False),
    ("mof-2021-101", "产50/50", "10", True),
    ("mof-2021-101", "满10/10", "0", False),
    ("mof-2021-101", "", "0", False),
    ("mof-2020-10", "产50/50 效30/30", "0", False),
    ("full", "产50/50", "10", False),
    ("platform-caps", "产50/50", "10", False),
    ("two satisfactions", "产80/80", "0", False),
    ("two satisfactions", "产50/50 效35/35", "5", False),
    ("two satisfactions", "产50/50 效30/30", "20", False),
    ("without satisfaction", "产80/80", "0", False),
]


@pytest.mark.parametrize(("scheme", "text", "weight", "stranded"), UNPLACED)
def test_the_weight_that_is_left_to_move(scheme, text, weight, stranded):
    """What the form has not moved itself; it may have nowhere to go."""
    groups = {name: pair[1] for name, pair in groups_of(text).items()}
    assert scoring.unplaced(groups, POLICIES[scheme]) == D(weight)
    assert scoring.without_place(groups, POLICIES[scheme]) is stranded


def test_points_move_also_where_a_variant_has_no_benefits():
    """产出 80 and satisfaction 10: without satisfaction 10 points of benefits are expected beside the outputs."""
    weights = {"通用": {"预算执行率": 10, "产出指标": 80, "满意度指标": 10}}
    policy = changed(BASE["mof-2021-101"], weights=weights)
    found = [scoring.variant_of({"产出指标": D(80), "效益指标": D(points)}, policy) for points in (10, 11)]
    assert found == ["通用", None]


def test_a_total_that_cannot_be_known_is_told():
    """Points of nobody's satisfaction and no benefits to take them over: G01 says that there is no total."""
    rows = [*[{"level1": "产出指标"}] * 6, None]
    (found,) = run("G01", "mof-2021-101", indicators=rows, funds=[None])
    assert (
        found.found == "“甲单位部门整体支出”的指标分值合计 80；没有指标可以接受满意度指标的分值，不能计算总分"
    )
    (found,) = run("G01", "mof-2020-10", indicators=rows, funds=[None])
    assert found.found == "“甲单位部门整体支出”的指标分值合计 80"


amounts = st.decimals(0, 40, places=2)


@st.composite
def subjects_of_any_kind(draw) -> tuple[str, str, str, bool | None]:
    """Groups with points and weights, amounts and whether the project is finished."""
    text = []
    for group in draw(st.lists(st.sampled_from("成产效满"), min_size=1, max_size=4, unique=True)):
        weight = draw(
            st.sampled_from(["0", "5", "10", "20", "30", "35", "40", "50", "60"]) | amounts.map(str)
        )
        lost = draw(st.decimals(0, 1, places=3))
        points = D(weight) * (1 - lost)
        text.append(f"{group}{points:.{draw(st.integers(0, 5))}f}/{weight}")
    spent = draw(
        st.sampled_from(["0", "49.99", "50", "69.995", "75", "80", "100", "130", ""]) | amounts.map(str)
    )
    return (
        " ".join(text),
        draw(st.sampled_from(["100", "3", "0", ""])),
        spent,
        draw(st.booleans() | st.none()),
    )


@settings(max_examples=200, deadline=None, derandomize=True)
@given(subjects_of_any_kind(), st.sampled_from(sorted(POLICIES)))
@example(("产50/50 效29/35", "100", "75", True), "platform-caps")
@example(("产50/50 效20/30", "100", "100", True), "mof-2021-101")
@example(("产49.995/50 效30/30 满10/10", "100", "100", True), "gb_t_8170")
def test_indicator_points_and_steps_are_together_the_total(subject, scheme):
    """Under every policy: exact to the last digit, no more than full marks and cap, and each step under its rule."""
    text, budget, spent, finished = subject
    policy = POLICIES[scheme]
    found = groups_of(text)
    points, groups = ({name: pair[at] for name, pair in found.items()} for at in (0, 1))
    money = [D(each) if each else None for each in (budget, spent)]
    paid = scoring.execution_of(*money, finished, groups, policy)
    total = scoring.total(points, groups, paid, policy)
    if total.points is None:
        assert total.steps == ()
        return
    earned = sum(points.values()) + sum(step.points for step in total.steps)
    assert (earned, total.points.as_tuple().exponent) == (total.points, -policy["rounding"].value["places"])
    assert [step.rule for step in total.steps if step.rule not in policy] == []
    rules = ["execution", "missing_satisfaction", "total_cap", "rounding"]
    assert [step.rule for step in total.steps] == [
        rule for rule in rules if rule in {step.rule for step in total.steps}
    ]
    changes = {step.rule: step.points for step in total.steps}
    assert changes.get("total_cap", -1) < 0 and abs(changes.get("rounding", D(0))) < D("0.06")
    assert 0 <= changes.get("missing_satisfaction", 0) <= D("20.0001")


@pytest.fixture(scope="module")
def year():
    """The year 2022, evaluated."""
    return evaluate(PROJECT, params.of_year(PROJECT, 2022))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(subjects_of_any_kind(), st.sampled_from(sorted(POLICIES)))
@example(("产50/50 效29/35", "100", "75", True), "platform-caps")
@example(("产50/50 效20/30", "100", "100", True), "mof-2021-101")
@example(("成30/30 产40/40 效20/20", "", "", True), "bonds-2021-61")
def test_the_parts_of_a_traced_total_are_together_the_total(year, subject, scheme):
    """What `jixiao trace --parts` lists under a subject adds up to its total; what rules add has their article."""
    text, budget, spent, finished = subject
    policy = POLICIES[scheme]
    subjects, indicators = frames(text, budget, spent, finished)
    indicators = indicators.assign(indicator_id="A-01", level3="场次")
    totals = scoring.totals(subjects, indicators, policy)
    tables = replace(
        year.tables, frames={**year.tables.frames, "subjects": subjects, "indicators": indicators}
    )
    evaluation = replace(year, policy=policy, tables=tables, totals=totals)
    if totals.at[0, "self_total"] is None:
        return
    (row,) = trace.Year(evaluation).rows(Rows(TOTALS, (0,), "self_total"))
    parts = [part for part in row.parts if part.points]
    assert sum(D(part.points) for part in parts) == totals.at[0, "self_total"]
    assert all(part.value.split("/")[0].removesuffix("分") == part.points for part in parts)
    added = [part for part in parts if part.rule]
    assert len(added) == len(parts) - len(indicators)
    assert [part.article for part in added] == [policy[part.rule].citation for part in added]
    assert all(part.formula for part in added)
    assert [
        part.formula for part in added if re.search(r"× 0\.\d+ =", part.formula)
    ] == []  # but its two amounts


# points/weight of each group, execution rate in per cent; what follows on the indicator points
STEPS = [
    ("mof-2021-101", "产48/50 效24/30", "95", [
        ("预算执行率得分", "execution", "10.00", "执行率 95%；10 × 100% = 10.00"),
        ("满意度指标的分值加到效益指标", "missing_satisfaction", "8.0000", "24 × 10 ÷ 30"),
    ]),
    ("mof-2021-101", "产48/50 效20/30", "95", [
        ("预算执行率得分", "execution", "10.00", "执行率 95%；10 × 100% = 10.00"),
        ("满意度指标的分值加到效益指标", "missing_satisfaction", "6.6667", "20 × 10 ÷ 30"),
        ("舍入", "rounding", "0.0033", "保留 2 位小数，四舍五入，只舍入一次"),
    ]),
    ("mof-2021-101", "产48/50 效0/30", "95", [
        ("预算执行率得分", "execution", "10.00", "执行率 95%；10 × 100% = 10.00"),
        ("满意度指标的分值加到效益指标", "missing_satisfaction", "0.0000", "0 × 10 ÷ 30"),
    ]),
    ("platform-caps", "产50/50 效29/35", "75", [
        ("预算执行率得分", "execution", "7.50", "执行率 75%；10 × 0.75 = 7.50"),
        ("没有满意度指标，其余按比例放大", "missing_satisfaction", "4.6471", "79 × 5 ÷ 85"),
        ("总分上限", "total_cap", "-2.1471", "执行率 75%，总分上限 89"),
    ]),
    ("platform-caps", "产50/50 效25/30 满6.5/10", "75", [
        ("预算执行率得分", "execution", "7.50", "执行率 75%；10 × 0.75 = 7.50"),
    ]),
    ("full", "产50/50 效30/30", "33.333", [
        ("预算执行率得分", "execution", "3.33", "执行率约 33.33%；10 × 0.33333 = 3.33"),
        ("没有满意度指标，得满分", "missing_satisfaction", "10.0000", "分值 10"),
    ]),
    ("bonds-2021-61", "成30/30 产40/40 效20/20 满9.995/10", "", [
        ("预算执行率得分", "execution", "0", "执行率不设分值"),
        ("舍入", "rounding", "0.005", "保留 2 位小数，四舍五入，只舍入一次"),
    ]),
    ("gb_t_8170", "产50/50 效30/30 满9.985/10", "100", [
        ("预算执行率得分", "execution", "10.00", "执行率 100%；10 × 1 = 10.00"),
        ("舍入", "rounding", "-0.005", "保留 2 位小数，按 GB/T 8170 修约，只舍入一次"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "text", "rate", "expected"), STEPS)
def test_each_step_says_its_rule_and_arithmetic(scheme, text, rate, expected):
    """Execution, moved weight, cap and rounding in this order, each only where it applies."""
    found = groups_of(text)
    points, groups = ({name: pair[at] for name, pair in found.items()} for at in (0, 1))
    spent = D(rate) if rate else None
    paid = scoring.execution_of(D(100) if rate else None, spent, True, groups, POLICIES[scheme])
    steps = scoring.total(points, groups, paid, POLICIES[scheme]).steps
    assert [(step.name, step.rule, str(step.points), step.formula) for step in steps] == expected


def test_the_step_of_the_execution_rate_has_the_amounts_where_they_are_known():
    """A rate without end is written as the division that it comes from."""
    found = groups_of("产50/50 效30/30 满10/10")
    points, groups = ({name: pair[at] for name, pair in found.items()} for at in (0, 1))
    amounts = (D("915.37"), D("865.94"))
    policy = POLICIES["mof-2020-10"]
    paid = scoring.execution_of(*amounts, None, groups, policy)
    (step,) = scoring.total(points, groups, paid, policy, amounts).steps
    assert step.formula == "执行率约 94.6%；10 × 865.94 ÷ 915.37 = 9.46"


# total before the cap as points of one group of 90, execution rate in per cent, total
CAPS = [
    ("79.99", "79.99", "87.99"),  # 79.99 + 8.00: under the cap
    ("81.00", "79.99", "89.00"),  # just on it
    ("81.004", "79.99", "89.00"),
    ("81.01", "79.99", "89.00"),
    ("80.996", "79.99", "89.00"),  # rounded up to it
    ("90", "79.99", "89.00"),
    ("90", "80", "98.00"),
    ("80.99", "80", "88.99"),
    ("81.006", "80", "89.01"),
    ("90", "70", "89.00"),
    ("90", "69.99", "79.00"),
    ("90", "60", "79.00"),
    ("90", "59.99", "69.00"),
    ("90", "50", "69.00"),
    ("90", "49.99", "59.00"),
    ("90", "0", "59.00"),
    ("58.999", "0", "59.00"),
    ("58.994", "0", "58.99"),
]


@pytest.mark.parametrize(("points", "rate", "expected"), CAPS)
def test_caps_on_and_beside_their_edges(points, rate, expected):
    """What is above the cap is taken off before the one rounding; an execution rate on a limit has the higher cap."""
    subjects, indicators = frames(f"产{points}/90", "100", rate)
    assert (
        str(scoring.totals(subjects, indicators, POLICIES["platform-caps"]).at[0, "self_total"]) == expected
    )


def test_without_an_execution_rate_a_capped_total_is_not_known():
    """Execution without weight asks for no budget, but a cap by its rate does."""
    weights = {"通用": {"预算执行率": 0, "产出指标": 90, "满意度指标": 10}}
    capped, free = (
        changed(BASE["platform-caps"], weights=weights, total_cap=cap)
        for cap in ([{"below": 50, "cap": 59}], None)
    )
    subjects, indicators = frames("产90/90 满10/10", "", "")
    assert scoring.totals(subjects, indicators, capped).at[0, "self_total"] is None
    assert str(scoring.totals(subjects, indicators, free).at[0, "self_total"]) == "100.00"
    subjects, indicators = frames("产90/90 满10/10", "100", "49")
    assert str(scoring.totals(subjects, indicators, capped).at[0, "self_total"]) == "59.00"

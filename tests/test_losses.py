"""Why points were lost, from a few rows: first levels, causes, spending, shortfalls and moves, and the problems listed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.figures import counted, stated
from jixiao.rules import causes
from jixiao.rules.policy import in_force
from kit import PROJECT
from test_counted import MEASURE, SMALL, read, totals

HEAD = (
    "subject_id,indicator_id,level1,level2,level3,nature,operator,target,measure_unit,actual,weight,self_score,"
    "deviation_reason,review_actual,review_score,review_remark\n"
)
ROWS = [
    # subject, first level, weight, self, reason, review, remark
    ("D1", "产出指标（50分）", "50", "50", "", "40", "未提供佐证材料，扣20%"),
    ("D1", "效益指标", "30", "28.5", "天气", "28.5", ""),
    ("D1", "自设指标", "10", "10", "", "9", "口径不同"),
    ("D2", "产出指标", "50", "49", "", "46", "佐证材料不充分"),
    ("D2", "效益指标", "30", "29", "", "30", "加分"),  # what a tier adds is not set against what it took
    ("D2", "满意度指标", "10", "10", "", "8", ""),
    ("D3", "产出指标", "50", "50", "", "", ""),  # not reviewed
    ("P1", "产出指标", "50", "50", "", "50", ""),
]


def indicators(rows=ROWS):
    """The file of indicators with these rows."""
    lines = [
        f"{subject},{subject}-{at},{level},数量指标,指标{at},定量,≥,1,个,1,{weight},{own},{reason},,{given},{remark}\n"
        for at, (subject, level, weight, own, reason, given, remark) in enumerate(rows)
    ]
    return HEAD + "".join(lines)


def figures(policy=MEASURE, **files):
    """The figures of the year with these tables."""
    data = read(**{"indicators": indicators(), **files})
    return counted.figures(SMALL, data, policy, totals(data))


def below(found, prefix):
    """Key without prefix -> value and rows, in their order."""
    return {
        key.removeprefix(prefix): (None if one.value is None else str(one.value), one.rows.numbers)
        for key, one in found.items()
        if key.startswith(prefix)
    }


def test_points_taken_off_by_first_level():
    """The mean of each judged subject, the greatest first, levels that the policy does not know as one and last."""
    assert below(figures(), "evaluation.departments.review_taken.") == {
        "产出指标": ("6.50", (2, 5)),  # 10 and 3, of two subjects
        "满意度指标": ("1.00", (7,)),
        "效益指标": ("0.00", ()),
        "其他指标": ("0.50", (4,)),
    }
    assert figures()["evaluation.departments.review_cut"].value == 4


@pytest.mark.parametrize(
    "level",
    [
        "一、产出指标",
        "（一）产出指标（50分）",
        "1.产出指标",
        "2、产出指标",
        "①产出指标",
        "A．产出指标",
        "Ⅱ、产出指标",
        "★产出指标",
    ],
)
def test_a_first_level_with_a_list_mark_is_that_level(level):
    """一、产出指标 counts as 产出指标."""
    rows = [(row[0], level, *row[2:]) if row[1] == "产出指标" else row for row in ROWS]
    found = below(figures(indicators=indicators(rows)), "evaluation.departments.review_taken.")
    assert (found["产出指标"][0], found["其他指标"][0]) == ("6.50", "0.50")


def test_points_taken_off_by_cause():
    """Shares of all 16 points, the greatest first, what names no cause of the policy last; they add up to all."""
    found = below(figures(), "evaluation.departments.review_cause.")
    assert {key: value for key, (value, _) in found.items() if value != "0.00"} == {
        "未提供佐证材料": "62.50",
        "佐证材料不充分": "18.75",
        "没有写明原因": "12.50",
        "其他原因": "6.25",
    }
    assert [*found][:2] == ["未提供佐证材料", "佐证材料不充分"]
    assert sorted([*found][-2:]) == sorted(causes.UNNAMED)
    assert found["未提供佐证材料"][1] == (2,)


def test_nothing_is_said_where_nothing_was_judged():
    """Without a review there are the same figures without values; without a rule on causes, no cause has one."""
    unreviewed = [(*row[:5], "", "") for row in ROWS]
    found = figures(indicators=indicators(unreviewed))
    for part in ("taken", "cause"):
        values = below(found, f"evaluation.departments.review_{part}.")
        assert values and {value for value, _ in values.values()} == {None}
    assert found["evaluation.departments.review_cut"].value is None
    even = [(*row[:5], row[3], "") for row in ROWS]
    values = below(figures(indicators=indicators(even)), "evaluation.departments.review_cause.")
    assert {value for value, _ in values.values()} == {None}  # no share of nothing
    assert figures(indicators=indicators(even))["evaluation.departments.review_cut"].value == 0
    bare = replace(MEASURE, rules={name: rule for name, rule in MEASURE.rules.items() if name != causes.RULE})
    assert below(figures(bare), "evaluation.departments.review_cause.") == {
        causes.OTHER: (None, (2, 4, 5)),
        causes.NONE: (None, (7,)),
    }


def test_spending_and_shortfalls():
    """All that was spent of all budgets, of subjects that report both; indicators below their points, and why."""
    found = figures()
    assert str(found["evaluation.departments.execution_percent"].value) == "100.00"
    assert [found[f"evaluation.departments.{key}"].value for key in ("short", "short_explained")] == [3, 1]
    subjects = (
        "subject_id,kind,unit_id,name,initial_budget,adjusted_budget,executed,finished,is_new\n"
        "D1,department,U1,一,100,300,100,true,false\n"
        "D2,department,U2,二,100,,100,true,false\n"
        "D3,department,U3,三,50,100,0,true,false\n"  # did not report
        "P1,project,U1,四,100,0,0,true,false\n"
        "P2,project,U3,五,10,100,100,true,false\n"
    )
    found = figures(subjects=subjects)
    assert str(found["evaluation.departments.execution_percent"].value) == "33.33"
    assert found["evaluation.projects.execution_percent"].value is None


def test_moves_of_grades():
    """A figure for each pair of grades, zero where nobody went that way."""
    found = below(figures(), "evaluation.departments.review_moved.")
    assert len(found) == 16
    assert {key: rows for key, (value, rows) in found.items() if value != "0"} == {
        "优.良": (2,),
        "优.优": (3,),
    }


@pytest.mark.parametrize(
    ("remark", "cause"),
    [
        (None, "没有写明原因"),
        (" ", "没有写明原因"),
        ("未提供佐证材料，佐证材料不充分", "未提供佐证材料"),
        ("佐证材料不足", "佐证材料不充分"),
        ("指标不具备考核性", "指标设置不具考核性"),
        ("与项目无关", "指标与支出无关"),
        ("完成值核定为３％", "完成值核减"),
        ("酌情扣分", "其他原因"),
    ],
)
def test_the_cause_that_a_remark_names(remark, cause):
    """The first of the policy's causes of which a word stands there."""
    assert causes.of(remark, MEASURE) == cause


def test_every_policy_of_the_kit_knows_causes():
    """So that the same notebook says them everywhere."""
    ids = sorted(path.stem for path in (PROJECT / "params" / "policies").glob("*.yml"))
    known = [name for name in ids if causes.RULE in in_force(PROJECT, name, 2024)]
    assert known == ids


PROBLEMS = (
    "problem_id,subject_id,tier,problem,recommendation,addressee,due,state,evidence,closed_on,amount\n"
    "W1,,review,佐证不足。,补充佐证,甲,2023-12-31,整改中,,,\n"
    "W2,,,目标偏低；,,,,已整改,,2023-01-02,\n"
    "W3,,review,佐证不足。,补充佐证,乙,,未整改,没有资料,,12.5\n"
)


def test_problems_are_listed_once_and_counted_by_state():
    """一是…；二是…, each text once; a single measure stands alone."""
    found = figures(problems=PROBLEMS)
    assert found["problems.count"].value == 3
    assert [found[f"problems.{state}"].value for state in ("open", "done", "not_done")] == [1, 1, 1]
    assert found["problems.listed"].value == "一是佐证不足；二是目标偏低"
    assert found["problems.recommended"].value == "补充佐证（甲，2023年12月31日前）"
    assert (found["problems.measures"].value, found["problems.due"].display) == (1, "2023年12月31日")


def test_a_problem_of_one_subject_is_counted_and_not_listed():
    """Its text, its measure and who is charged with it may name the unit, and the lists are public."""
    found = figures(problems=PROBLEMS.replace("W1,,", "W1,D1,").replace("W3,,", "W3,P1,"))
    assert found["problems.count"].value == 3
    assert found["problems.listed"].value == "目标偏低"
    keys = ("recommended", "measures", "due")
    assert [found[f"problems.{key}"].value for key in keys] == [None] * 3


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (34, "三十四"),
        (99, "九十九"),
        (100, "100"),
    ],
)
def test_places_in_a_list_in_chinese(number, written):
    """As official texts count; nobody counts to a hundred in words."""
    assert stated.chinese(number) == written


def test_a_list_of_nothing_is_nothing():
    """And one of many counts on."""
    assert stated.enumerated([]) is None
    assert stated.enumerated(["甲"] * 11).split("；")[10] == "十一是甲"


def test_money_that_results_moved():
    """The amounts that there are; none at all is not zero."""
    uses = (
        "subject_id,tier,measure,amount,target_year,status,note\nD1,review,整改,,,,\n"
        "P1,review,预算安排,{},,,\nP1,review,政策调整,{},,,\n"
    )
    found = figures(applications=uses.format("10.005", "2"))
    assert str(found["results_use.amount_wan_yuan"].value) == "12.01"
    assert found["results_use.amount_subjects"].value == Decimal(1)
    assert found["results_use.amount_year"].value is None
    found = figures(applications=uses.format("", ""))
    assert [found[f"results_use.amount_{key}"].value for key in ("wan_yuan", "subjects")] == [None, None]


def test_what_becomes_of_the_money():
    """Whose it is, and for which year where all that have an amount say the same; how it changes no table says."""
    uses = (
        "subject_id,tier,measure,amount,target_year,status,note\n"
        "P1,review,预算安排,3,2023,,核减预算\nP1,review,预算安排,2,{},,核减预算\nD1,review,整改,,2025,,限期整改\n"
    )
    keys = [f"results_use.{key}" for key in ("amount_kinds", "amount_year", "amount_effect")]
    found = figures(applications=uses.format("2023"))
    assert [found[key].value for key in keys] == ["项目支出", Decimal(2023), None]
    found = figures(applications=uses.format("2024"))
    assert [found[key].value for key in keys] == ["项目支出", None, None]


def test_monitoring_counts_subjects_once():
    """Readings, those with a reason, and the subjects behind them."""
    readings = "subject_id,month,executed,indicator_id,actual,forecast,reason\nP1,7,,,,,\nP1,9,,,,,进度慢\nP2,7,,,,,\n"
    found = figures(monitoring=readings)
    assert [found[f"monitoring.{key}"].value for key in ("subjects", "readings", "explained")] == [2, 3, 1]

"""Checks of reviews: blanks, points, what remarks say and what was taken off."""

from decimal import Decimal

import pytest

from jixiao.checks import review_remarks, reviews
from jixiao.checks.review_remarks import Said
from jixiao.values import notation
from rule_run import at, indicator, run


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({}, []),
        ({"review_score": ""}, [(1, "review_score")]),
        ({"review_actual": ""}, [(1, "review_actual")]),
        ({"review_score": "", "review_actual": ""}, [(1, "review_score")]),
    ],
)
def test_a_review_leaves_nothing_blank(cells, found):
    """R01: a score or a value is missing that the other indicators have."""
    assert at("R01", indicators=[cells]) == found


def test_a_form_without_review_is_not_half_reviewed():
    """R01: nothing reviewed is nothing missing; a remark without score, or a form without reviewed values, is told apart."""
    none = {"review_score": "", "review_actual": ""}
    assert at("R01", indicators=[none] * 7) == []
    assert at("R01", indicators=[none | {"review_remark": "佐证不足"}] + [none] * 6) == [(1, "review_score")]
    assert at("R01", indicators=[none | {"review_remark": "/"}] + [none] * 6) == []
    assert at("R01", indicators=[{"review_actual": ""}] * 7) == []


@pytest.mark.parametrize(
    ("score", "remark", "lowered", "raised"),
    [
        ("20", "", 0, 0),
        ("19.99", "", 1, 0),
        ("19.99", "－", 1, 0),
        ("19.99", "少一场", 0, 0),
        ("20.01", "", 0, 1),
        ("20.01", "多一场", 0, 0),
        ("", "", 0, 0),
    ],
)
def test_points_change_with_a_word(score, remark, lowered, raised):
    """R02 and R11: points taken off or added need a remark."""
    rows = [{"review_score": score, "review_remark": remark}]
    assert at("R02", indicators=rows) == [(1, "review_remark")] * lowered
    assert at("R11", indicators=rows) == [(1, "review_remark")] * raised


@pytest.mark.parametrize(
    ("remark", "share", "points", "left"),
    [
        ("佐证材料不充分，扣30%", "30", None, None),
        ("佐证不足扣３０％", "30", None, None),
        ("扣该项分值的30%", "30", None, None),
        ("扣1.5分", None, "1.5", None),
        ("扣减2分", None, "2", None),
        ("一处扣1分，另一处扣0.5分", None, "1.5", None),
        ("一处扣1分，另一处扣0.5分，共扣1.5分", None, "1.5", None),
        ("按30%扣，扣6分", None, "6", None),
        ("扣30%，即扣6分", "30", "6", None),
        ("每超一天扣1分，超2天", None, None, None),
        ("每超一天扣1分，共扣2分", None, "2", None),
        ("不扣分", None, None, None),
        ("未扣30%", None, None, None),
        ("扣百分之三十", None, None, None),
        ("得14分", None, None, "14"),
        ("核定为14分", None, None, "14"),
        ("完成值核定为95%，按比例计分", None, None, None),
        ("扣除三分之一", None, None, None),
        ("扣3个百分点", "3", None, None),
        ("", None, None, None),
    ],
)
def test_a_remark_is_read_for_what_it_says_was_taken(remark, share, points, left):
    """Shares and points taken off, several of them added up; standards (每…) and 不扣 are no deductions."""
    found = review_remarks.said(notation.fold(remark))
    numbers = [None if text is None else Decimal(text) for text in (share, points, left)]
    assert found == Said(*numbers, of_weight="分值" in remark)


@pytest.mark.parametrize(
    ("score", "remark", "found"),
    [
        ("14", "扣30%", 0),
        ("17", "扣30%", 0),
        ("16.99", "扣30%", 0),
        ("17.01", "扣30%", 1),
        ("11", "扣30%", 0),
        ("10.99", "扣30%", 1),
        ("18", "扣2分", 0),
        ("17.99", "扣2分", 0),
        ("17.98", "扣2分", 1),
        ("18.02", "扣2分", 1),
        ("14", "扣30%，即扣5分", 0),
        ("13", "扣30%，即扣7分", 0),
        ("20", "扣30%", 1),
        ("19", "没有签到表", 0),
        ("", "扣30%", 0),
    ],
)
def test_the_points_taken_are_those_of_the_remark(score, remark, found):
    """R03: up to 15 points of per cent, or 0.01 point, may differ."""
    rows = [{"review_score": score, "review_remark": remark}]
    assert at("R03", indicators=rows) == [(1, "review_score")] * found


def test_a_share_of_the_weight_is_held_against_the_weight():
    """R03: 扣该项分值的50% of 20 points is 10, also where only 16 were claimed."""
    rows = [{"self_score": "16", "review_score": "6", "review_remark": "扣该项分值的50%"}]
    assert at("R03", indicators=rows) == []
    rows[0]["review_remark"] = "扣30%"
    assert at("R03", indicators=rows) == [(1, "review_score")]


def test_nothing_claimed_gives_no_share():
    """R03, R04, R07, R12: with a claim of 0 there is nothing to divide by."""
    rows = [{"self_score": "0", "review_score": "0", "review_remark": "不具考核性，扣30%"}]
    assert [at(rule, indicators=rows) for rule in ("R03", "R04", "R07", "R12")] == [[], [], [], []]


@pytest.mark.parametrize(
    ("score", "remark", "swapped", "differs"),
    [
        ("6", "扣6分", 1, 0),
        ("14", "扣6分", 0, 0),
        ("7", "扣6分", 0, 1),
        ("10", "扣10分", 0, 0),
        ("6", "扣30%", 1, 0),
        ("6.2", "扣30%", 1, 0),
        ("6.21", "扣30%", 0, 1),
        ("10", "扣50%", 0, 0),
        ("6", "得14分", 1, 0),
        ("14", "得14分", 0, 0),
        ("13", "得14分", 0, 0),
    ],
)
def test_taken_and_left_are_not_exchanged(score, remark, swapped, differs):
    """R04 is told in place of R03 where what is called taken off is what is left."""
    rows = [{"review_score": score, "review_remark": remark}]
    assert at("R04", indicators=rows) == [(1, "review_score")] * swapped
    assert at("R03", indicators=rows) == [(1, "review_score")] * differs


@pytest.mark.parametrize(
    ("rule", "row", "remark"),
    [("R05", 1, "未提供佐证材料"), ("R06", 1, "内容与项目无关"), ("R08", 7, "未开展满意度调查")],
)
def test_no_points_against_the_remark(rule, row, remark):
    """R05, R06, R08: more than zero points where the remark leaves nothing to give them for."""
    for score, found in (("0", []), ("0.01", [(row, "review_score")])):
        cells = {"review_score": score, "review_remark": remark}
        assert at(rule, indicators=indicator(row, **cells)) == found


@pytest.mark.parametrize(
    ("remark", "found"),
    [
        ("未提供佐证材料，扣30%", True),
        ("部分任务无佐证，扣30%", False),
        ("部分任务已核；满意度无资料", True),
        ("未提供佐证材料，后已补充", False),
        ("佐证材料不充分", False),
        ("未提供佐证材料，经两次通知仍未补充", True),
        ("", False),
    ],
)
def test_a_part_or_a_later_delivery_is_no_lack(remark, found):
    """A word that limits counts in its own clause, one that takes back in the whole remark."""
    words = {
        "words": ("无佐证", "无资料", "未提供佐证"),
        "softened": ("部分", "不充分"),
        "withdrawn": ("已补",),
    }
    assert reviews.tells(notation.fold(remark), words) is found


def test_satisfaction_without_any_value_gives_no_points():
    """R08: neither the unit nor the reviewer has a value; other indicators are not meant."""
    blank = {"actual": "", "review_actual": ""}
    assert at("R08", indicators=indicator(7, **blank)) == [(7, "review_score")]
    assert at("R08", indicators=indicator(7, **blank, review_score="0")) == []
    assert at("R08", indicators=indicator(7, actual="")) == []
    assert at("R08", indicators=indicator(1, **blank)) == []
    assert at("R08", indicators=indicator(1, review_remark="未开展满意度调查")) == []


@pytest.mark.parametrize(
    ("score", "remark", "expected"),
    [
        ("14", "不具考核性，扣30%", []),
        ("14.2", "不具考核性", []),
        ("14.21", "不具考核性", ["100% 或 60% 或 30%"]),
        ("8", "不具考核性（中等）", []),
        ("8", "不具考核性（轻微）", ["30%"]),
        ("0", "不具考核性（严重）", []),
        ("20", "不具考核性", []),
        ("15", "佐证不足", []),
    ],
)
def test_deductions_follow_the_ladder(score, remark, expected):
    """R07: 100, 60 and 30 per cent within one point; where the remark names the step, that one."""
    found = run("R07", indicators=[{"review_score": score, "review_remark": remark}])
    assert [one.expected for one in found] == expected


@pytest.mark.parametrize(
    ("policy_id", "cells", "found"),
    [
        ("mof-2021-101", {"actual": "26"}, 0),
        ("mof-2021-101", {"actual": "26.01"}, 1),
        ("mof-2020-10", {"actual": "26.01"}, 0),
        ("mof-2021-101", {"actual": "30", "review_remark": "佐证材料不充分"}, 0),
        ("mof-2021-101", {"actual": "30", "review_score": "20"}, 0),
        ("mof-2021-101", {"actual": "30", "operator": "≤"}, 0),
        ("mof-2021-101", {"actual": "30", "operator": "", "target": "已举办", "measure_unit": ""}, 0),
        ("mof-2021-101", {"actual": ""}, 0),
        ("mof-2021-101", {"actual": "30", "target": "0"}, 0),
    ],
)
def test_more_than_the_target_costs_no_points_where_the_rule_says_so(policy_id, cells, found):
    """R09: above 130 % of the target, points taken off for that, under a policy without such a deduction."""
    row = {"review_score": "15", "review_remark": "完成值超过目标过多，扣25%"} | cells
    assert len(run("R09", policy_id, indicators=[row])) == found


@pytest.mark.parametrize(("score", "found"), [("4", []), ("3.96", []), ("3.9", [(2, "review_score")])])
def test_one_kind_of_fault_costs_the_same(score, found):
    """R12: 30 and 60 per cent, rounded to whole ones, are as far apart as they may be."""
    rows = [
        {"review_score": "14", "review_remark": "佐证材料不充分"},
        {"review_score": score, "review_remark": "佐证不足"},
    ]
    assert at("R12", indicators=rows) == found


@pytest.mark.parametrize(
    ("score", "printed", "expected"),
    [
        ("20", "100", []),
        ("-0.01", "79.99", [("indicators", "review_score")]),
        ("20.01", "100.01", [("indicators", "review_score")]),
        ("19", "99", []),
        ("19", "99.01", [("scores", "score")]),
        ("", "99", []),
    ],
)
def test_review_points_and_total_add_up(score, printed, expected):
    """R18: each score within its points, the printed total their sum with the execution points."""
    found = run("R18", indicators=[{"review_score": score}], scores=[{}, {"score": printed}])
    assert [(one.table, one.column) for one in found] == expected


def test_a_score_without_points_is_only_held_against_zero():
    """R18: where the form has no weights nothing is known of too much."""
    assert at("R18", indicators=[{"weight": "", "review_score": "50"}]) == []
    assert at("R18", indicators=[{"weight": "", "review_score": "-1"}]) == [(1, "review_score")]

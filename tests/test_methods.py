"""Each way to score on its edges and beside them: operators, zero, below zero, satisfaction, words, far above."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from jixiao.rules import explain, methods, points
from jixiao.rules.policy import Policy, in_force
from jixiao.values.measure_frame import parse_frame
from kit import PROJECT

D = Decimal
MEASURE, GUIDE, CAPS, HUBEI = (
    in_force(PROJECT, name, 2021) for name in ("mof-2020-10", "mof-2021-101", "platform-caps", "hubei-2020")
)
UNDECIDED = "规则没有规定这种情形如何得分，不给分"
UPWARDS = "目标没有写比较符，按越大越好计；越小越好的请写 ≤"
FAR = "完成值远高于目标，请分析原因；目标明显偏低的，适度调减分值"


def changed(policy: Policy, **values) -> Policy:
    """A policy with other values of some rules; None leaves a rule out."""
    rules = dict(policy.rules)
    for name, value in values.items():
        rule = rules.pop(name)
        if value is not None:
            rules[name] = replace(rule, value=value)
    return replace(policy, rules=rules)


def shown(found: explain.Explanation) -> str:
    """Points, or why there are none."""
    return str(found.points) if found.points is not None else found.status


# target, actual, points of 10 under 10号, what is said
OPERATORS = [
    ("≥90%", "89%", "9.89", ""),
    ("≥90%", "89.99%", "10.00", ""),
    ("≥90%", "90%", "10.00", ""),
    ("≥90%", "91%", "10.00", ""),
    (">90%", "89%", "9.89", ""),
    (">90%", "90%", "规则未定", UNDECIDED),
    (">90%", "90.01%", "10.00", ""),
    ("=90%", "89%", "9.89", ""),
    ("=90%", "90%", "10.00", ""),
    ("=90%", "90.01%", "规则未定", UNDECIDED),
    ("90%", "89%", "9.89", UPWARDS),
    ("90%", "90%", "10.00", ""),
    ("90%", "91%", "10.00", UPWARDS),
    ("≤90%", "89%", "10.00", ""),
    ("≤90%", "90%", "10.00", ""),
    ("≤90%", "91%", "9.89", ""),
    ("<90%", "89.99%", "10.00", ""),
    ("<90%", "90%", "规则未定", UNDECIDED),
    ("<90%", "91%", "9.89", ""),
    ("≈90%", "90%", "规则未定", UNDECIDED),
]


@pytest.mark.parametrize(("target", "actual", "expected", "said"), OPERATORS)
@pytest.mark.parametrize("satisfaction", [False, True])
def test_each_operator_below_on_and_above_its_target(target, actual, expected, said, satisfaction):
    """Strict and exact operators leave their edge open; satisfaction counts like any quantity under 10号."""
    found = explain.indicator(MEASURE, D(10), target, actual, satisfaction=satisfaction)
    assert (shown(found), "".join(found.warnings)) == (expected, said)
    assert found.rule.name == ("reverse" if target[0] in "≤<" else "quantitative")


# target, actual, points of 10 under 101号, rule
SATISFACTION = [
    ("≥90%", "90%", "10.00", "satisfaction"),
    ("≥90%", "89.99%", "8.00", "satisfaction"),
    ("≥90%", "80%", "8.00", "satisfaction"),
    ("≥90%", "79.99%", "5.00", "satisfaction"),
    ("≥90%", "60%", "5.00", "satisfaction"),
    ("≥90%", "59.99%", "0.00", "satisfaction"),
    ("≥90%", "0%", "0.00", "satisfaction"),
    ("≥90%", "-1%", "0.00", "satisfaction"),
    ("≥95%", "90%", "10.00", "satisfaction"),
    (">90%", "90%", "10.00", "satisfaction"),
    ("=90%", "91%", "10.00", "satisfaction"),
    ("90%", "85%", "8.00", "satisfaction"),
    ("≤10%", "5%", "10.00", "reverse"),
    ("≤10%", "20%", "5.00", "reverse"),
    ("<10%", "10%", "规则未定", "reverse"),
    ("≥90分", "90分", "规则未定", "satisfaction"),
    ("≥900人", "900人", "规则未定", "satisfaction"),
    ("≈90%", "90%", "规则未定", "satisfaction"),
    ("85%~90%", "80%", "9.41", "interval"),
    ("≥90%", "99999999999999999999%", "10.00", "satisfaction"),
]


@pytest.mark.parametrize(("target", "actual", "expected", "rule"), SATISFACTION)
def test_tiers_of_satisfaction(target, actual, expected, rule):
    """Tiers count the percentage itself, whatever the operator, lower limits included; ceilings count as such."""
    found = explain.indicator(GUIDE, D(10), target, actual, satisfaction=True)
    assert (shown(found), found.rule.name) == (expected, rule)


# target, actual, points of 10
BELOW_ZERO = [
    ("-5~-2", "-5", "10.00"),
    ("-5~-2", "-3", "10.00"),
    ("-5~-2", "-2", "10.00"),
    ("-5~-2", "-5.01", "规则未定"),
    ("-5~-2", "-1.99", "规则未定"),
    ("-5~2", "-6", "规则未定"),
    ("-5~2", "2", "10.00"),
    ("-5~2", "2.5", "8.00"),
    ("-5~0", "0", "10.00"),
    ("-5~0", "1", "0.00"),
    ("0~5", "-1", "规则未定"),
    ("0~5", "0", "10.00"),
    ("0~5", "6.25", "8.00"),
    ("5~10", "-1", "0.00"),
    ("5~10", "0", "0.00"),
    ("5~10", "4.99", "9.98"),
    ("0.000001~2", "0", "0.00"),
    ("0.000002~0.000003", "0", "0.00"),
    ("5~10", "10.01", "9.99"),
    ("-5%~5%", "-2%", "10.00"),
    ("-5%~5%", "10%", "5.00"),
    ("≥-3%", "-3%", "10.00"),
    ("≥-3%", "-3.01%", "规则未定"),
    ("≥-3%", "0%", "10.00"),
    ("≤-3%", "-3%", "10.00"),
    ("≤-3%", "-4%", "10.00"),
    ("≤-3%", "-2.99%", "规则未定"),
    ("≤-3%", "1%", "规则未定"),
    ("≤0", "0", "10.00"),
    ("≤0", "-1", "10.00"),
    ("≤0", "1", "0.00"),
    ("≤0", "0.000001", "0.00"),
    ("≤5", "-1", "10.00"),
    ("≤5", "0", "10.00"),
    ("<0", "0", "规则未定"),
    ("<0", "-1", "10.00"),
    ("≥5", "-1", "0.00"),
    ("≥5", "0", "0.00"),
    ("≥0.000001", "0", "0.00"),
    ("≥0", "-1", "规则未定"),
    ("≥0", "0", "10.00"),
    ("≥0", "1", "10.00"),
    ("=0", "0", "10.00"),
    ("=0", "1", "规则未定"),
    ("=0", "-1", "规则未定"),
    (">0", "0", "规则未定"),
    (">0", "1", "10.00"),
    ("=-3", "-3", "10.00"),
    ("=-3", "-2", "规则未定"),
]


@pytest.mark.parametrize(("target", "actual", "expected"), BELOW_ZERO)
def test_zero_and_below(target, actual, expected):
    """Where a ratio means nothing, a target that is met gives full points, and one that is not leaves it open."""
    found = explain.indicator(MEASURE, D(10), target, actual)
    assert shown(found) == expected
    assert found.warnings == ((UNDECIDED,) if expected == "规则未定" else ())


GATE = [  # actual against ≥100, points of 10
    ("-1", "0.00"),
    ("0", "0.00"),
    ("59.99", "0.00"),
    ("60", "0.00"),
    ("60.01", "0.00"),
    ("60.02", "0.01"),
    ("80", "5.00"),
    ("99.99", "10.00"),
    ("99.97", "9.99"),
    ("100", "10.00"),
    ("101", "10.00"),
]


@pytest.mark.parametrize(("actual", "expected"), GATE)
def test_the_gate_of_101(actual, expected):
    """Nothing up to 60 %, then what is above it by 40 % of the target."""
    assert shown(explain.indicator(GUIDE, D(10), "≥100", actual)) == expected
    large = f"{D(actual) * 10**8}"  # a hundredth of a per cent of it does not fit a machine word
    assert shown(explain.indicator(GUIDE, D(10), "≥10000000000", large)) == expected


def test_a_gate_with_two_decimals():
    """At 62.25 % nothing, at 81.125 % half."""
    policy = changed(GUIDE, quantitative={"method": "gate", "gate": "62.25"})
    found = [
        shown(explain.indicator(policy, D(10), "≥100", actual)) for actual in ("62.25", "81.125", "99.9")
    ]
    assert found == ["0.00", "5.00", "9.97"]


FAR_ABOVE = [  # target, actual; points and what is said where it is explained, and where two points are deducted
    ("≥100", "129.99", "10.00", "", "10.00"),
    ("≥100", "130", "10.00", FAR, "8.00"),
    ("≥100", "130.01", "10.00", FAR, "8.00"),
    ("100", "130", "10.00", FAR, "8.00"),
    (">100", "130", "10.00", FAR, "8.00"),
    ("≥0", "130", "10.00", "", "10.00"),
    ("≥-1", "130", "10.00", "", "10.00"),
    ("≤100", "130", "7.69", "", "7.69"),
    ("90~100", "130", "7.69", "", "7.69"),
    ("=100", "130", "规则未定", UNDECIDED, "规则未定"),
    ("≥10000000000", "13000000000", "10.00", FAR, "8.00"),
    ("≥10000000000", "12999999999", "10.00", "", "10.00"),
]


@pytest.mark.parametrize(("target", "actual", "expected", "said", "deducted"), FAR_ABOVE)
def test_results_far_above_their_target(target, actual, expected, said, deducted):
    """10号 asks for an explanation from 130 %, the platform takes off two points; ceilings and zero have no far above."""
    found = explain.indicator(MEASURE, D(10), target, actual)
    assert (shown(found), "".join(found.warnings)) == (expected, said)
    found = explain.indicator(CAPS, D(10), target, actual)
    assert shown(found) == deducted
    assert (found.rule.name == "over_achievement") == (deducted == "8.00")
    assert found.warnings == (("完成值远高于目标，已按规则扣分",) if deducted == "8.00" else found.warnings)
    assert not explain.indicator(GUIDE, D(10), "≥100", "130").warnings


@pytest.mark.parametrize(
    ("weight", "expected"), [("1.5", "0.00"), ("2", "0.00"), ("2.01", "0.01"), ("3", "1.00")]
)
def test_a_deduction_ends_at_nothing(weight, expected):
    """Two points off 1.5 leave 0; satisfaction is deducted from as well."""
    assert shown(explain.indicator(CAPS, D(weight), "≥100", "200")) == expected
    assert shown(explain.indicator(CAPS, D(weight), "≥50%", "100%", satisfaction=True)) == expected


def test_tiers_of_satisfaction_are_deducted_from_far_above():
    """Tiers under a policy that deducts: 100 % against 50 % is far above, 64 % is not."""
    policy = changed(CAPS, satisfaction=GUIDE["satisfaction"].value)
    found = [
        shown(explain.indicator(policy, D(10), "≥50%", a, satisfaction=True)) for a in ("100%", "64%", "65%")
    ]
    assert found == ["8.00", "5.00", "3.00"]


def test_a_deduction_has_the_places_of_the_policy():
    """0.5 points off in tenths and in thousandths."""
    for places, expected in ((1, "9.5"), (3, "9.500")):
        rounding = {"places": places, "how": "half_up"}
        policy = changed(
            CAPS, rounding=rounding, over_achievement={"method": "deduct", "from": 110, "points": "0.5"}
        )
        assert shown(explain.indicator(policy, D(10), "≥100", "110")) == expected


BANDS = [  # word, lowest and highest of 10 points, whether the highest is in, under 10号
    ("达成年度指标", "8.00", "10.00", True),
    ("达成预期指标", "8.00", "10.00", True),
    ("部分达成年度指标并具有一定效果", "6.00", "8.00", False),
    ("未达成年度指标且效果较差", "0.00", "6.00", False),
]


@pytest.mark.parametrize(("word", "low", "high", "inside"), BANDS)
def test_words_choose_a_band(word, low, high, inside):
    """The band bounds the points; which of them is a judgement."""
    found = explain.indicator(MEASURE, D(10), "效果明显", word, nature="定性")
    assert (str(found.low), str(found.high), found.high_in, found.points) == (low, high, inside, None)
    assert (found.status, found.warnings, found.rule.name) == ("由评价人在档内确定", (), "qualitative")


def test_a_strange_word_chooses_no_band():
    """还行 is in no band: not scored, and said."""
    found = explain.indicator(MEASURE, D(10), "效果明显", "还行", nature="定性")
    assert (found.points, found.low, found.high, found.status) == (None, None, None, "读不出")
    assert found.warnings == ("完成情况的用词不在规则的定性档里，不给分",)


def test_words_beside_each_other_keep_their_own_bands():
    """Rows of one column: each word its band and weight, a strange one none, and no word left over."""
    words = ["部分达成", "还行", "达成", "未达成", "达成"]
    frame = pd.DataFrame(
        {"target": "效果明显", "actual": words, "nature": "定性"}, dtype=object, index=[9, 7, 5, 3, 2]
    )
    weights = points.whole_weights(pd.Series([D(10), D(10), D(20), D(5), D("2.5")]))
    found = points.score(parse_frame(frame, 2021), weights, pd.Series([False] * 5), HUBEI)
    columns = ["points", "low", "high", "open", "status", "rule", "notice"]
    assert found[columns].to_numpy().tolist() == [
        [-1, 500, 800, True, "judged", "qualitative", "fine"],
        [-1, -1, -1, False, "unreadable", "qualitative", "strange_word"],
        [-1, 1600, 2000, False, "judged", "qualitative", "fine"],
        [-1, 0, 250, True, "judged", "qualitative", "fine"],
        [-1, 200, 250, False, "judged", "qualitative", "fine"],
    ]
    assert list(found.index) == [9, 7, 5, 3, 2]


DIRECT = [
    ("是", "是", "10.00", "direct"),
    ("是", "否", "0.00", "direct"),
    ("有", "无", "没有数据", "direct"),  # 无 also says that there is no value
    ("合格", "不合格", "0.00", "direct"),
    ("是", "还行", "规则未定", "direct"),
    ("达成", "是", "读不出", "qualitative"),
]


@pytest.mark.parametrize(("target", "actual", "expected", "rule"), DIRECT)
def test_yes_and_no(target, actual, expected, rule):
    """直接赋分: everything or nothing where the target is one of the words for met."""
    found = explain.indicator(GUIDE, D(10), target, actual)
    assert (shown(found), found.rule.name) == (expected, rule)


def test_what_the_policy_leaves_out_is_open():
    """Without a rule for ceilings and intervals these are not scored, others still are."""
    policy = changed(MEASURE, reverse=None, interval=None)
    for target, actual, expected in (("≤5", "4", "规则未定"), ("3~5", "4", "规则未定"), ("≥5", "4", "8.00")):
        found = explain.indicator(policy, D(10), target, actual)
        assert shown(found) == expected
        assert found.warnings == ((UNDECIDED,) if expected == "规则未定" else ())


def test_dates_are_met_or_left_open():
    """On the last day is on time; a day later is late, and no clause says what that earns."""
    days = [("2021年6月30日", "10.00"), ("2021年7月1日", "规则未定"), ("2021年6月1日", "10.00")]
    for done, expected in days:
        found = explain.indicator(MEASURE, D(10), "2021年6月30日前（含）", done)
        assert shown(found) == expected
    assert explain.indicator(MEASURE, D(10), "2021年6月底前", "2021年7月1日").warnings == (
        "逾期完成，规则没有规定如何得分，不给分",
    )


SETTLED = [  # target, actual, status
    ("≥5", "不适用", "不适用"),
    ("≥5", "不涉及", "不适用"),
    ("≥5", "n/a", "不适用"),
    ("≥5", "NA", "不适用"),
    ("≥5", "未到期", "未到期"),
    ("≥5", "尚未到期", "未到期"),
    ("≥5", "无数据", "没有数据"),
    ("≥5", "", "没有数据"),
    ("", "5", "没有数据"),
    ("", "", "没有数据"),
    ("≥5", "好", "读不出"),
    ("≥5", "3/4", "读不出"),
    ("3/4", "5", "读不出"),
]


@pytest.mark.parametrize(("target", "actual", "status"), SETTLED)
def test_what_reading_settles(target, actual, status):
    """A row that cannot be scored says which of four things it is, and earns nothing, not zero."""
    found = explain.indicator(MEASURE, D(10), target, actual)
    assert (found.points, found.status, found.formula) == (None, status, "没有算式")


def test_long_columns_are_scored_a_piece_at_a_time(monkeypatch):
    """Pieces of three rows give what one piece gives, also with rows that fit no machine word among them."""
    pairs = [("≥4", "3"), ("≤4", "5"), ("≥90000000000000", "45000000000000"), ("≥0.00000001", "0.000000005"),
             ("4~5", "8"), ("≥9000000000000", "4500000000000"), ("≥4", "好")]  # fmt: skip
    frame = pd.DataFrame(pairs, columns=["target", "actual"], dtype=object)
    weights, flags = points.whole_weights(pd.Series([D(10)] * 7)), pd.Series([False] * 7)
    expected = [750, 800, 500, 500, 625, 500, -1]
    for chunk in (1 << 16, 3, 1):
        monkeypatch.setattr(points, "CHUNK", chunk)
        assert points.score(parse_frame(frame, 2021), weights, flags, MEASURE)["points"].tolist() == expected


def test_columns_say_how_many_rows_they_hold():
    """A part of the rows keeps the words and the unit that they share."""
    frame = pd.DataFrame({"target": ["≥4", "≥5"], "actual": ["3", "4"]}, dtype=object)
    columns = points._columns(parse_frame(frame, 2021), pd.Series([1, 2]), pd.Series([False, False]))
    part = columns.part(slice(1, 2))
    assert (len(columns), len(part), part.unit, part.words) == (2, 1, methods.VALUE_UNIT, columns.words)
    assert (part.low.tolist(), part.weight.tolist()) == ([5_000_000], [2])
    assert methods.too_large(columns).tolist() == []

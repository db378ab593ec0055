"""The values that rules of a policy may have: for each rule what is fine, and at each bound what is said of it."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest

from jixiao.rules import policy_values
from jixiao.rules.policy_values import FORMS, are_points, exact, number, problem

SHAPE = "写法不对，照 params/policies 里的例子写"
METHODS = "应为 {{method: …}}，method 为 {} 之一"
PERCENT = "是“{}”，应为 0 到 100 之间的百分数"
WEIGHTS = "应为 {方案: {一级指标: 分值}}，分值为整数"
TIERS = "各档应为 {from: 下限（%）, share: 得分比例（%）}"
FROM = "各档的 from 应从高到低，最末一档为 0"
SHARE = "各档的 share 应在 0 到 100 之间，并且从高到低"
OVER = "from 应大于 100，points 不小于 0"
BANDS = "应为 {bands: {档: 区间}, words: {用词: 档}}"
GRADES = "应为 {kind: continuous 或 integer, bands: {等级: 区间}}"
INTERVAL = '分数段写作 "[90,95)" 或 "=100"，而不是“{}”'
ENDS = "各区间应从 100（含）到 0（含）"
GAP = "“{}”与“{}”之间有空档或顺序不对"
WHOLE = "整数区间两端都含并且是整数，写作 [80,89]，而不是“{}”"
ROUNDING = "应有 places 和 how（half_up、gb_t_8170）"
CAP = "各档应为 {below: 执行率上限（%，不含）, cap: 总分上限}"
CAP_ORDER = "各档的 below、cap 应从低到高，不重复"
CAP_SPAN = "below 应在 0 到 100 之间，cap 不小于 0"
TOLERANCE = "应为 {tolerance: 不小于 0 的数}"
DIRECT = "应为 {met: [用词…], missed: [用词…]}，用词是文字，两边不重复"
NAMED = "应为 {指标名: {method: steps 或 table, …}}"
STEPS = "“甲”的 limit 应为数，per_point 应为大于 0、不超过 100 的百分数"
TABLE = "“甲”的 rows 应从低到高列出 {to: 上限（%，含）, share: 得分比例（%，0 到 100，从高到低）}"
REVIEW = "应为 {elements: {要素: 分值}, bands: {等级: 最低分}}，分值为整数"
REVIEW_BANDS = "bands 的最低分应从高到低，不超过 100，最末一档为 0"
FINE = "“{}”最多写两位小数"


def tiers(*pairs):
    """Tiers of pairs (from, share)."""
    return [{"from": limit, "share": share} for limit, share in pairs]


def unfinished(*pairs, finished=100):
    """The execution rule by tiers."""
    return {"method": "tiers", "finished": finished, "unfinished": tiers(*pairs)}


def by_tiers(*pairs):
    """The satisfaction rule by tiers."""
    return {"method": "tiers", "tiers": tiers(*pairs)}


def caps(*pairs):
    """The cap rule of pairs (below, cap)."""
    return [{"below": below, "cap": cap} for below, cap in pairs]


def steps(limit, per_point):
    """A named rule by steps."""
    return {"甲": {"method": "steps", "limit": limit, "per_point": per_point}}


def table(*pairs):
    """A named rule by a table of pairs (to, share)."""
    return {"甲": {"method": "table", "rows": [{"to": to, "share": share} for to, share in pairs]}}


def continuous(**bands):
    """Grades by intervals that meet."""
    return {"kind": "continuous", "bands": bands}


def integer(**bands):
    """Grades by whole scores."""
    return {"kind": "integer", "bands": bands}


def qualitative(bands, **words):
    """A judgement by bands."""
    return {"bands": bands, "words": words}


def review(elements, bands):
    """A goal review."""
    return {"elements": elements, "bands": bands}


EXECUTION = METHODS.format("linear_capped、rate_times_weight、tiers")
QUANTITATIVE = METHODS.format("ratio、gate")
SATISFACTION = METHODS.format("as_quantitative、tiers")
OVERS = METHODS.format("none、explain、deduct")
WAYS = "“甲”" + METHODS.format("steps、table")
HALVES = {"优": "[50,100]", "差": "[0,50)"}

SHARE_KEYS = "“中”的核减比例应写 from（含）或 above（不含），和 to（含），条文没有的不写"
SHARES = "“中”的核减比例应为 0 到 100 之间的百分数，从低到高"
CAUSES = "应为 {原因: [复核意见里的词]}，每个原因至少一个词，原因里没有括号和点"
VALUES = [
    ("full_mark", 1, ""),
    ("full_mark", 100, ""),
    ("full_mark", 0, "应为大于零的整数"),
    ("full_mark", -1, "应为大于零的整数"),
    ("full_mark", 100.0, "应为大于零的整数"),
    ("full_mark", True, "应为大于零的整数"),
    ("full_mark", "100", "应为大于零的整数"),
    ("weights", {"通用": {"预算执行率": 10, "产出指标": 90}}, ""),
    ("weights", {"通用": {"预算执行率": 0}}, ""),
    ("weights", {"通用": {"预算执行率": -1}}, WEIGHTS),
    ("weights", {"通用": {"预算执行率": 10.5}}, WEIGHTS),
    ("weights", {"通用": {"预算执行率": True}}, WEIGHTS),
    ("weights", {"通用": {}}, WEIGHTS),
    ("weights", {"通用": 100}, WEIGHTS),
    ("weights", {}, WEIGHTS),
    ("weights", [{"预算执行率": 10}], WEIGHTS),
    ("weights", {"一": {"预算执行率": 10}, "二": {"产出指标": -5}}, WEIGHTS),
    ("weights", {"一": {"预算执行率": 10}, "二": {"产出指标": 5}, "三": {"产出指标": 5}}, "“二”没有“预算执行率”的分值（不设的写 0）"),
    ("indicator_total", "sum", ""),
    ("indicator_total", "mean", "是“mean”，应为 sum 之一"),
    ("missing_satisfaction", "to_benefits", ""),
    ("missing_satisfaction", "rescale", ""),
    ("missing_satisfaction", "full", ""),
    ("missing_satisfaction", None, "是“None”，应为 to_benefits、rescale、full 之一"),
    ("execution", {"method": "linear_capped"}, ""),
    ("execution", {"method": "rate_times_weight"}, ""),
    ("execution", unfinished((0, 0)), ""),
    ("execution", unfinished((80, 70), (60, 50), (0, 0)), ""),
    ("execution", unfinished((80, 100), (0, 100)), ""),
    ("execution", unfinished((80, "70.25"), (0, 0)), ""),
    ("execution", {"method": "linear"}, EXECUTION),
    ("execution", {}, EXECUTION),
    ("execution", "linear_capped", EXECUTION),
    ("execution", {"method": ["tiers"]}, EXECUTION),
    ("execution", {"method": "linear_capped", "finished": 100}, "method linear_capped 的键应为 method"),
    ("execution", {"method": "tiers", "finished": 100}, "method tiers 的键应为 finished、method、unfinished"),
    ("execution", unfinished(), TIERS),
    ("execution", {"method": "tiers", "finished": 100, "unfinished": {"from": 0, "share": 0}}, TIERS),
    ("execution", {"method": "tiers", "finished": 100, "unfinished": [0]}, TIERS),
    ("execution", {"method": "tiers", "finished": 100, "unfinished": [{"from": 0}]}, TIERS),
    ("execution", unfinished((60, 50), (80, 70), (0, 0)), FROM),
    ("execution", unfinished((60, 50), (60, 40), (0, 0)), FROM),
    ("execution", unfinished((80, 70), (1, 0)), FROM),
    ("execution", unfinished((80, 70), ("-1", 0)), FROM),
    ("execution", unfinished((80, 70), ("nan", 0)), FROM),
    ("execution", unfinished((80, "x"), (0, 0)), FROM),
    ("execution", unfinished((80, 101), (0, 0)), SHARE),
    ("execution", unfinished((80, "100.01"), (0, 0)), SHARE),
    ("execution", unfinished((80, 100), (0, -1)), SHARE),
    ("execution", unfinished((80, 50), (60, 70), (0, 0)), SHARE),
    ("execution", unfinished((0, 0), finished=0), ""),
    ("execution", unfinished((0, 0), finished=-1), PERCENT.format(-1)),
    ("execution", unfinished((0, 0), finished=101), PERCENT.format(101)),
    ("execution", unfinished((0, 0), finished="100.01"), PERCENT.format("100.01")),
    ("execution", unfinished((0, 0), finished=True), PERCENT.format(True)),
    ("execution", unfinished((80, "70.255"), (0, 0)), FINE.format("70.255")),
    ("execution", unfinished((0, 0), finished=99.125), FINE.format("99.125")),
    ("quantitative", {"method": "ratio"}, ""),
    ("quantitative", {"method": "gate", "gate": 0}, ""),
    ("quantitative", {"method": "gate", "gate": 99}, ""),
    ("quantitative", {"method": "gate", "gate": "99.99"}, ""),
    ("quantitative", {"method": "gate", "gate": 100}, PERCENT.format(100)),
    ("quantitative", {"method": "gate", "gate": "-0.01"}, PERCENT.format("-0.01")),
    ("quantitative", {"method": "gate", "gate": "0.001"}, FINE.format("0.001")),
    ("quantitative", {"method": "gate"}, "method gate 的键应为 gate、method"),
    ("quantitative", {"method": "ratio", "gate": 60}, "method ratio 的键应为 method"),
    ("quantitative", {"method": "tiers"}, QUANTITATIVE),
    ("reverse", {"method": "ratio"}, ""),
    ("reverse", {"method": "gate"}, METHODS.format("ratio")),
    ("interval", {"method": "nearest_end"}, ""),
    ("interval", {"method": "ratio"}, METHODS.format("nearest_end")),
    ("elements", {"method": "equal_shares"}, ""),
    ("elements", {"method": "shares"}, METHODS.format("equal_shares")),
    ("dates", {"method": "on_time"}, ""),
    ("dates", {"method": "late"}, METHODS.format("on_time")),
    ("dates", {"method": "on_time", "from": 1}, "method on_time 的键应为 method"),
    ("satisfaction", {"method": "as_quantitative"}, ""),
    ("satisfaction", by_tiers((90, 100), (0, 0)), ""),
    ("satisfaction", by_tiers((90, 100)), FROM),
    ("satisfaction", by_tiers((90, "99.999"), (0, 0)), FINE.format("99.999")),
    ("satisfaction", {"method": "tiers"}, "method tiers 的键应为 method、tiers"),
    ("satisfaction", {"method": "gate"}, SATISFACTION),
    ("over_achievement", {"method": "none"}, ""),
    ("over_achievement", {"method": "explain", "from": 101}, ""),
    ("over_achievement", {"method": "explain", "from": "100.01"}, ""),
    ("over_achievement", {"method": "explain", "from": 100}, OVER),
    ("over_achievement", {"method": "explain", "from": 0}, OVER),
    ("over_achievement", {"method": "explain", "from": "x"}, OVER),
    ("over_achievement", {"method": "explain", "from": "130.001"}, FINE.format("130.001")),
    ("over_achievement", {"method": "deduct", "from": 130, "points": 0}, ""),
    ("over_achievement", {"method": "deduct", "from": 130, "points": 2}, ""),
    ("over_achievement", {"method": "deduct", "from": 130, "points": "-0.01"}, OVER),
    ("over_achievement", {"method": "deduct", "from": 130, "points": None}, OVER),
    ("over_achievement", {"method": "deduct", "from": 100, "points": 2}, OVER),
    ("over_achievement", {"method": "explain"}, "method explain 的键应为 from、method"),
    ("over_achievement", {"method": "deduct", "from": 130}, "method deduct 的键应为 from、method、points"),
    ("over_achievement", {"method": "none", "from": 130}, "method none 的键应为 method"),
    ("over_achievement", {"method": "bonus"}, OVERS),
    ("qualitative", qualitative(HALVES, 好="优", 坏="差"), ""),
    ("qualitative", qualitative(HALVES), ""),
    ("qualitative", qualitative(HALVES, 好="优", 中="中", 坏="坏"), "用词“中”指向没有的档"),
    ("qualitative", {"bands": HALVES}, BANDS),
    ("qualitative", [], BANDS),
    ("qualitative", qualitative({"优": "[50,100]", "差": "[0,50]"}), "分数段不重叠，而“[50,100]”与“[0,50]”重叠"),
    ("grades", continuous(优="[50,100]", 差="[0,50)"), ""),
    ("grades", continuous(优="(50,100]", 差="[0,50]"), ""),
    ("grades", continuous(优="[0,100]"), ""),
    ("grades", continuous(优="=100", 良="[50,100)", 差="[0,50)"), ""),
    ("grades", continuous(优="(50,100]", 差="[0,50)"), GAP.format("(50,100]", "[0,50)")),
    ("grades", continuous(优="[50,100]", 差="[0,49)"), GAP.format("[50,100]", "[0,49)")),
    ("grades", continuous(良="[50,60)", 优="[60,100]", 差="[0,50)"), ENDS),
    ("grades", continuous(优="[60,100]", 差="[40,50)", 中="[50,60)", 末="[0,40)"), GAP.format("[60,100]", "[40,50)")),
    ("grades", continuous(优="[50,100)", 差="[0,50)"), ENDS),
    ("grades", continuous(优="[50,99]", 差="[0,50)"), ENDS),
    ("grades", continuous(优="[50,101]", 差="[0,50)"), ENDS),
    ("grades", continuous(优="[50,100]", 差="(0,50)"), ENDS),
    ("grades", continuous(优="[50,100]", 差="[1,50)"), ENDS),
    ("grades", continuous(优="50-100"), INTERVAL.format("50-100")),
    ("grades", continuous(优=100), "应为 {名称: 区间}"),
    ("grades", {"kind": "continuous", "bands": ["[0,100]"]}, "应为 {名称: 区间}"),
    ("grades", continuous(), SHAPE),
    ("grades", {"kind": "whole", "bands": HALVES}, GRADES),
    ("grades", {"kind": "integer"}, GRADES),
    ("grades", "continuous", GRADES),
    ("grades", integer(优="[50,100]", 差="[0,49]"), ""),
    ("grades", integer(优="[50,100]", 差="[0,48]"), GAP.format("[50,100]", "[0,48]")),
    ("grades", integer(优="[50,100]", 差="[0,50)"), GAP.format("[50,100]", "[0,50)")),
    ("grades", integer(优="[51,100]", 差="[0,50)"), WHOLE.format("[0,50)")),
    ("grades", integer(优="(50,100]", 差="[0,49]"), WHOLE.format("(50,100]")),
    ("grades", integer(优="[50.5,100]", 差="[0,49.5]"), WHOLE.format("[50.5,100]")),
    ("grade_words", {"优秀": "优"}, ""),
    ("grade_words", {}, ""),
    ("grade_words", {"优秀": 1}, "应为 {写法: 等级}"),
    ("grade_words", ["优秀"], "应为 {写法: 等级}"),
    ("remark_causes", {"佐证": ["无佐证"]}, ""),
    ("remark_causes", {}, CAUSES),
    ("remark_causes", [], CAUSES),
    ("remark_causes", {"佐证": []}, CAUSES),
    ("remark_causes", {"佐证": "无佐证"}, CAUSES),
    ("remark_causes", {"佐证": [" "]}, CAUSES),
    ("remark_causes", {"佐证.材料": ["无"]}, CAUSES),
    ("remark_causes", {"佐{证": ["无"]}, CAUSES),
    ("remark_causes", {3: ["无"]}, CAUSES),
    ("results_use", {"中": {"measure": "cut"}}, ""),
    ("results_use", {"中": {"measure": "cut", "from": 0, "to": 30}}, ""),
    ("results_use", {"差": {"measure": "stop", "above": 30, "to": 100}}, ""),
    ("results_use", {}, "应为 {等级: {measure: priority、keep、cut、stop 之一, …}}"),
    ("results_use", {"中": {"measure": "halve"}}, "“中”的 measure 应为 priority、keep、cut、stop 之一"),
    ("results_use", {"中": "cut"}, "“中”的 measure 应为 priority、keep、cut、stop 之一"),
    ("results_use", {"优": {"measure": "keep", "from": 1, "to": 2}}, "“优”的 measure keep 不核减，不写比例"),
    ("results_use", {"中": {"measure": "cut", "from": 10}}, SHARE_KEYS),
    ("results_use", {"中": {"measure": "cut", "from": 10, "above": 10, "to": 30}}, SHARE_KEYS),
    ("results_use", {"中": {"measure": "cut", "from": 30, "to": 10}}, SHARES),
    ("results_use", {"中": {"measure": "cut", "from": 0, "to": 0}}, SHARES),
    ("results_use", {"中": {"measure": "cut", "from": -1, "to": 10}}, SHARES),
    ("results_use", {"中": {"measure": "cut", "from": 10, "to": 101}}, SHARES),
    ("results_use", {"中": {"measure": "cut", "from": "一成", "to": 30}}, SHARES),
    ("rounding", {"places": 0, "how": "half_up"}, ""),
    ("rounding", {"places": 4, "how": "gb_t_8170"}, ""),
    ("rounding", {"places": -1, "how": "half_up"}, "places 应为 0 到 4"),
    ("rounding", {"places": 5, "how": "half_up"}, "places 应为 0 到 4"),
    ("rounding", {"places": "2", "how": "half_up"}, "places 应为 0 到 4"),
    ("rounding", {"places": True, "how": "half_up"}, "places 应为 0 到 4"),
    ("rounding", {"places": 2, "how": "down"}, ROUNDING),
    ("rounding", {"places": 2}, ROUNDING),
    ("rounding", 2, ROUNDING),
    ("total_cap", caps((50, 59), (60, 69)), ""),
    ("total_cap", caps(("0.01", 0)), ""),
    ("total_cap", caps((100, 99)), ""),
    ("total_cap", caps((0, 59)), CAP_SPAN),
    ("total_cap", caps(("-1", 59)), CAP_SPAN),
    ("total_cap", caps((50, 59), ("100.01", 69)), CAP_SPAN),
    ("total_cap", caps((50, "-0.01")), CAP_SPAN),
    ("total_cap", caps((50, 59), (50, 69)), CAP_ORDER),
    ("total_cap", caps((50, 59), (60, 59)), CAP_ORDER),
    ("total_cap", caps((60, 59), (50, 69)), CAP_ORDER),
    ("total_cap", caps((50, 69), (60, 59)), CAP_ORDER),
    ("total_cap", caps(("x", 59)), CAP_ORDER),
    ("total_cap", caps((50, "x")), CAP_ORDER),
    ("total_cap", caps((50, "59.001")), FINE.format("59.001")),
    ("total_cap", [], CAP),
    ("total_cap", {"below": 50, "cap": 59}, CAP),
    ("total_cap", [50], CAP),
    ("total_cap", [{"below": 50, "cap": 59}, {"below": 60}], CAP),
    ("claimed_difference", {"tolerance": 0}, ""),
    ("claimed_difference", {"tolerance": "0.001"}, ""),
    ("claimed_difference", {"tolerance": "-0.01"}, TOLERANCE),
    ("claimed_difference", {"tolerance": "x"}, TOLERANCE),
    ("claimed_difference", {"tolerance": 0, "from": 1}, TOLERANCE),
    ("claimed_difference", 0, TOLERANCE),
    ("consistency", {"tolerance": "0.05"}, ""),
    ("consistency", {}, TOLERANCE),
    ("direct", {"met": ["是"], "missed": ["否"]}, ""),
    ("direct", {"met": ["是", "有"], "missed": ["否", "有"]}, DIRECT),
    ("direct", {"met": [], "missed": ["否"]}, DIRECT),
    ("direct", {"met": ["是"], "missed": []}, DIRECT),
    ("direct", {"met": [""], "missed": ["否"]}, DIRECT),
    ("direct", {"met": ["是", 1], "missed": ["否"]}, DIRECT),
    ("direct", {"met": "是", "missed": ["否"]}, DIRECT),
    ("direct", {"met": ["是"]}, DIRECT),
    ("direct", ["是"], DIRECT),
    ("named", steps(0, 1), ""),
    ("named", steps(-5, 1), ""),
    ("named", steps(100, "0.01"), ""),
    ("named", steps(100, 100), ""),
    ("named", steps(100, 0), STEPS),
    ("named", steps(100, -1), STEPS),
    ("named", steps(100, "100.01"), STEPS),
    ("named", steps("x", 1), STEPS),
    ("named", steps(100, "x"), STEPS),
    ("named", steps("0.001", 1), FINE.format("0.001")),
    ("named", {"甲": {"method": "steps", "limit": 0}}, "“甲”method steps 的键应为 limit、method、per_point"),
    ("named", {"甲": {"method": "table"}}, "“甲”method table 的键应为 method、rows"),
    ("named", {"甲": {"method": "gate"}}, WAYS),
    ("named", {**table((0, 100)), "乙": {"method": "gate"}}, WAYS.replace("甲", "乙")),
    ("named", {}, NAMED),
    ("named", ["甲"], NAMED),
    ("named", table((0, 100)), ""),
    ("named", table((-5, 100), (0, 100), (5, 0)), ""),
    ("named", table(), TABLE),
    ("named", {"甲": {"method": "table", "rows": {"to": 0, "share": 1}}}, TABLE),
    ("named", {"甲": {"method": "table", "rows": [{"to": 0}]}}, TABLE),
    ("named", {"甲": {"method": "table", "rows": [{"to": 0, "share": 1}, {"to": 1}]}}, TABLE),
    ("named", table((5, 100), (0, 50)), TABLE),
    ("named", table((0, 100), (0, 50)), TABLE),
    ("named", table((0, 50), (5, 100)), TABLE),
    ("named", table((0, "100.01")), TABLE),
    ("named", table((0, "-0.01")), TABLE),
    ("named", table((0, "x")), TABLE),
    ("named", table(("x", 1)), TABLE),
    ("named", table((0, "99.999")), FINE.format("99.999")),
    ("goal_review", review({"甲": 100}, {"优": 90, "差": 0}), ""),
    ("goal_review", review({"甲": 40, "乙": 60}, {"优": 100, "差": 0}), ""),
    ("goal_review", review({"甲": 100}, {"差": 0}), ""),
    ("goal_review", review({"甲": 99}, {"差": 0}), "各要素分值合计 99，应为 100"),
    ("goal_review", review({"甲": 41, "乙": 60}, {"差": 0}), "各要素分值合计 101，应为 100"),
    ("goal_review", review({"甲": 100}, {"优": "100.01", "差": 0}), REVIEW_BANDS),
    ("goal_review", review({"甲": 100}, {"优": 90, "差": 1}), REVIEW_BANDS),
    ("goal_review", review({"甲": 100}, {"优": 90, "差": "-1"}), REVIEW_BANDS),
    ("goal_review", review({"甲": 100}, {"优": 90, "良": 90, "差": 0}), REVIEW_BANDS),
    ("goal_review", review({"甲": 100}, {"优": "x", "差": 0}), REVIEW_BANDS),
    ("goal_review", review({"甲": 100}, {}), REVIEW_BANDS),
    ("goal_review", review({"甲": 100.0}, {"差": 0}), REVIEW),
    ("goal_review", {"elements": {"甲": 100}}, REVIEW),
    ("goal_review", [100], REVIEW),
    ("goal_review", review({"甲": 100}, ["差"]), SHAPE),
    ("checks", {"not_used": {"A01": "本地不评"}}, ""),
    ("checks", [], SHAPE),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "value", "said"), VALUES, ids=lambda each: str(each)[:60])
def test_each_bound_of_each_rule(rule, value, said):
    """Just below, on and above every bound, and every other shape: nothing to say, or the whole sentence."""
    given = copy.deepcopy(value)
    assert problem(rule, value, FORMS) == said
    assert value == given


def test_every_rule_has_its_form():
    """These are the rules that a policy file may have; no table above leaves one out."""
    assert [*FORMS] == [
        "full_mark", "weights", "indicator_total", "execution", "quantitative", "reverse", "interval", "direct",
        "named", "elements", "dates", "qualitative", "satisfaction", "missing_satisfaction", "over_achievement",
        "total_cap", "claimed_difference", "consistency", "goal_review", "grades", "grade_words",
        "remark_causes", "results_use", "rounding", "checks",
    ]  # fmt: skip
    assert {rule for rule, _, said in VALUES if not said} == set(FORMS)
    assert {rule for rule, _, said in VALUES if said} == set(FORMS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, Decimal(1)), (0.1, Decimal("0.1")), ("0.10", Decimal("0.10")), (-2, Decimal(-2)), ("x", None),
        ("nan", None), ("Infinity", None), (True, None), (False, None), (None, None),
    ],
)  # fmt: skip
def test_a_number_of_a_policy_file_is_exact(value, expected):
    """Plain or quoted, with its own decimals; a truth value, NaN and infinity are none."""
    assert str(exact(value)) == str(expected)


def test_what_has_been_checked_is_a_number():
    """A rule never computes with nothing: what is no number after all is an error."""
    assert [str(number(value)) for value in (60, "0.10", 0)] == ["60", "0.10", "0"]
    for value in ("x", "nan", True, None):
        with pytest.raises(ValueError, match="no number in a checked policy"):
            number(value)


@pytest.mark.parametrize(
    ("value", "fine"),
    [({"甲": 0}, True), ({"甲": 1}, True), ({"甲": -1}, False), ({"甲": 1, "乙": 1.0}, False), ({}, False), ([1], False)],
)  # fmt: skip
def test_points_are_whole_and_not_negative(value, fine):
    """Names with whole numbers from zero on; nothing at all is no points."""
    assert are_points(value) is fine


@pytest.mark.parametrize("rule", ["grades", "weights", "full_mark"])
@pytest.mark.parametrize("error", [TypeError, ValueError, AttributeError, KeyError, IndexError])
def test_another_shape_altogether_is_told_and_no_traceback(rule, error):
    """Whatever a form stumbles over, the reader is sent to the examples."""

    def stumble(_value):
        raise error

    assert problem(rule, 1, {rule: stumble}) == SHAPE


def test_a_mistake_of_the_program_is_not_told_as_one_of_the_file():
    """Only what comes of another shape is caught."""

    def stumble(_value):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        problem("grades", 1, {"grades": stumble})


@pytest.mark.parametrize("rule", ["execution", "quantitative", "satisfaction", "over_achievement", "total_cap", "named"])  # fmt: skip
def test_percentages_have_at_most_two_decimals(rule):
    """Anywhere inside the value; other rules may be finer."""
    forms = {rule: lambda _value: "", "consistency": lambda _value: ""}
    value = {"a": [{"b": "1.25"}, {"c": "1.125"}, {"d": "2.125"}]}
    assert problem(rule, value, forms) == "“1.125”最多写两位小数"
    assert problem(rule, {"a": ["1.25", True, "x", 3]}, forms) == ""
    assert problem("consistency", value, forms) == ""


CHECKS_OFF = "not_used 应为 {规则号: 不用的理由}"
CHECKS = "应为 {not_used: {规则号: 理由}, 规则号: {参数: 值}}"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"not_used": {"A01": "本地不评"}}, ""),
        ({"A01": {"limit": 1}}, ""),
        ({"not_used": {"A01": "不评"}, "B02": {"limit": 1}}, ""),
        ({"not_used": {}, "B02": {"limit": 1}}, ""),
        ({"not_used": {"A01": " "}}, CHECKS_OFF),
        ({"not_used": {"A01": ""}}, CHECKS_OFF),
        ({"not_used": {"A01": "不评", "A02": 1}}, CHECKS_OFF),
        ({"not_used": {}}, CHECKS),
        ({}, CHECKS),
        ({"A01": {}}, CHECKS),
        ({"A01": 1}, CHECKS),
        ({"A01": {"limit": 1}, "A02": {}}, CHECKS),
        ({"A1": {"limit": 1}}, CHECKS),
        ({"A011": {"limit": 1}}, CHECKS),
        ({"a01": {"limit": 1}}, CHECKS),
        ({"AA01": {"limit": 1}}, CHECKS),
        ({"A01": {"limit": 1}, "x": {"limit": 1}}, CHECKS),
        ({"not_used": {"第一条": "不评"}}, CHECKS),
        ({"not_used": ["A01"]}, SHAPE),
    ],
)
def test_the_checks_that_a_policy_turns_off_or_changes(value, said):
    """Rules off with a reason, parameters of others; every key is the id of a rule."""
    assert problem("checks", value, policy_values.FORMS) == said

"""Questions about scores: for each way of scoring, just below, on and above its bounds, the points and the arithmetic."""

from __future__ import annotations

import datetime as dt

import pytest

from jixiao.kit.errors import ParameterError, PolicyError
from jixiao.rules import formulas, policy, questions
from jixiao.rules.method_words import Basis
from jixiao.rules.policy import Policy, Rule
from jixiao.rules.questions import Question
from kit import PROJECT

POLICIES = {name: policy.in_force(PROJECT, name, 2022) for name in policy.known(PROJECT)}
M, C, Z, K, H = "mof-2020-10", "mof-2021-101", "zhengzhou", "platform-caps", "hunan-departments"
NO_FORMULA = "没有算式"
NO_SIGN = "目标没有写比较符，按越大越好计；越小越好的请写 ≤"
HIGH = "完成值远高于目标，请分析原因；目标明显偏低的，适度调减分值"
DEDUCTED = "完成值远高于目标，已按规则扣分"


def ask(scheme, **question):
    """The answer of a policy to a question."""
    return questions.answer(POLICIES[scheme], Question(**question))


def text(value):
    """A number with its decimals."""
    return None if value is None else str(value)


INDICATORS = [
    (M, "≥50个", "45个", "7.20", "8 × 45 ÷ 50 = 7.20", "quantitative", ()),
    (M, "≥50个", "50个", "8.00", "实际 50个 达到目标 50个，得满分：8 = 8.00", "quantitative", ()),
    (M, "≥50个", "64个", "8.00", "实际 64个 达到目标 50个，得满分：8 = 8.00", "quantitative", ()),
    (M, "≥50个", "65个", "8.00", "实际 65个 达到目标 50个，得满分：8 = 8.00", "quantitative", (HIGH,)),
    (M, "≥50个", "0个", "0.00", "8 × 0 ÷ 50 = 0.00", "quantitative", ()),
    (M, "≥50个", "-5个", "0.00", "8 × max(-5, 0) ÷ 50 = 0.00", "quantitative", ()),
    (M, "1000000", "250000", "2.00", "8 × 250000 ÷ 1000000 = 2.00", "quantitative", (NO_SIGN,)),
    (M, "≥3000000000000000", "1500000000000000", "4.00", "8 × 1500000000000000 ÷ 3000000000000000 = 4.00", "quantitative", ()),
    (M, "≥0.0000001", "0.00000005", "4.00", "8 × 0.00000005 ÷ 0.0000001 = 4.00", "quantitative", ()),
    (M, "≤50天", "50天", "8.00", "实际 50天 不超过目标 50天，得满分：8 = 8.00", "reverse", ()),
    (M, "≤50天", "60天", "6.67", "8 × 50 ÷ 60 = 6.67", "reverse", ()),
    (M, "10~20", "10", "8.00", "实际 10 在 10~20 之内，得满分：8 = 8.00", "interval", ()),
    (M, "10~20", "20", "8.00", "实际 20 在 10~20 之内，得满分：8 = 8.00", "interval", ()),
    (M, "10~20", "8", "6.40", "8 × 8 ÷ 10 = 6.40", "interval", ()),
    (M, "10~20", "25", "6.40", "8 × 20 ÷ 25 = 6.40", "interval", ()),
    (M, "10~20", "-1", "0.00", "8 × max(-1, 0) ÷ 10 = 0.00", "interval", ()),
    (M, "2022年6月30日前", "2022年6月30日", "8.00", "期限 2022-06-30，2022-06-30 完成，得满分：8 = 8.00", "dates", ()),
    (M, "2022年6月30日前", "按期完成", "8.00", "期限 2022-06-30，按期完成，得满分：8 = 8.00", "dates", ()),
    (C, "≥100个", "59个", "0.00", "完成约 59%，不足 60%：0 = 0.00", "quantitative", ()),
    (C, "≥100个", "60个", "0.00", "8 ×（60 ÷ 100 − 60%）÷（1 − 60%） = 0.00", "quantitative", ()),
    (C, "≥100个", "80个", "4.00", "8 ×（80 ÷ 100 − 60%）÷（1 − 60%） = 4.00", "quantitative", ()),
    (C, "≥100个", "100个", "8.00", "实际 100个 达到目标 100个，得满分：8 = 8.00", "quantitative", ()),
    (C, "≥3个", "1个", "0.00", "完成约 33.3333%，不足 60%：0 = 0.00", "quantitative", ()),
    (C, "是", "有", "8.00", "“有”，得满分：8 = 8.00", "direct", ()),
    (C, "是", "否", "0.00", "“否”，不得分：0 = 0.00", "direct", ()),
    (K, "≥100", "129", "8.00", "实际 129 达到目标 100，得满分：8 = 8.00", "quantitative", ()),
    (K, "≥100", "130", "6.00", "max(实际 130 达到目标 100，得满分：8 − 2, 0) = 6.00", "over_achievement", (DEDUCTED,)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "target", "actual", "points", "formula", "rule", "warnings"), INDICATORS)
def test_the_points_of_an_indicator(name, target, actual, points, formula, rule, warnings):
    """Of 8 points: what the rule gives, and the arithmetic that a reader can do again by hand."""
    found = ask(name, weight="8", target=target, actual=actual)
    assert (text(found.points), found.formula, found.rule.name, found.warnings) == (
        points,
        formula,
        rule,
        warnings,
    )
    assert (found.what, found.status, found.low, found.high, found.grade) == (
        "指标得分",
        "已计分",
        None,
        None,
        None,
    )
    assert found.rounding.name == "rounding"


NONE = [
    (M, "2022年6月30日前", "2022年7月1日", "规则未定", "dates", "逾期完成，规则没有规定如何得分，不给分"),
    (M, "达成", "很好", "读不出", "qualitative", "完成情况的用词不在规则的定性档里，不给分"),
    (M, "≥50个", "不适用", "不适用", "quantitative", "没有实际完成值：不适用"),
    (M, "≥50个", "未到期", "未到期", "quantitative", "没有实际完成值：未到期"),
    (M, "≥50个", "abc", "读不出", "quantitative", "目标是数，实际不是数"),
    (M, "", "", "没有数据", "quantitative", "没有指标值"),
    (M, "≥50个", "", "没有数据", "quantitative", "没有实际完成值"),
    (M, "≈50个", "50个", "规则未定", "quantitative", "规则没有规定这种情形如何得分，不给分"),
]


@pytest.mark.parametrize(("name", "target", "actual", "status", "rule", "warning"), NONE)
def test_an_indicator_without_points_has_no_arithmetic(name, target, actual, status, rule, warning):
    """Why there are none is said once."""
    found = ask(name, weight="8", target=target, actual=actual)
    assert (found.points, found.low, found.high, found.formula) == (None, None, None, NO_FORMULA)
    assert (found.status, found.rule.name, found.warnings) == (status, rule, (warning,))


JUDGED = [
    ("达成年度指标", "8.00", "10.00", True, "“达成年度指标”属于“达成”档 [80,100]%：10 分的这一比例"),
    ("部分达成", "6.00", "8.00", False, "“部分达成”属于“部分达成”档 [60,80)%：10 分的这一比例"),
    ("未达成", "0.00", "6.00", False, "“未达成”属于“未达成”档 [0,60)%：10 分的这一比例"),
]


@pytest.mark.parametrize(("actual", "low", "high", "high_in", "formula"), JUDGED)
def test_a_judgement_has_bounds(actual, low, high, high_in, formula):
    """From the low end, always included, to the high one, included in the best band only."""
    found = ask(M, weight="10", target="达成", actual=actual)
    assert (found.points, text(found.low), text(found.high), found.high_in) == (None, low, high, high_in)
    assert (found.formula, found.rule.name, found.warnings) == (formula, "qualitative", ())
    end = "（含）" if high_in else "（不含）"
    assert found.as_text().splitlines()[0] == f"指标得分：{low}分（含）至{high}分{end}，由评价人在档内确定"
    assert (found.as_json()["low"], found.as_json()["high_included"]) == (low, high_in)


SATISFACTION = [
    (C, "95.5%", "8.00", "满意度 95.5% 达到 90% 档：8 × 100% = 8.00", "satisfaction"),
    (C, "90%", "8.00", "满意度 90% 达到 90% 档：8 × 100% = 8.00", "satisfaction"),
    (C, "89.9%", "6.40", "满意度 89.9% 达到 80% 档：8 × 80% = 6.40", "satisfaction"),
    (C, "60%", "4.00", "满意度 60% 达到 60% 档：8 × 50% = 4.00", "satisfaction"),
    (C, "59%", "0.00", "满意度 59% 达到 0% 档：8 × 0% = 0.00", "satisfaction"),
    (C, "-5%", "0.00", "满意度 -5% 低于最低的 0% 档，按这一档：8 × 0% = 0.00", "satisfaction"),
    (M, "85%", "7.56", "8 × 85 ÷ 90 = 7.56", "quantitative"),
    (M, "90%", "8.00", "实际 90% 达到目标 90%，得满分：8 = 8.00", "quantitative"),
]


@pytest.mark.parametrize(("name", "actual", "points", "formula", "rule"), SATISFACTION)
def test_satisfaction_by_tiers_or_as_any_number(name, actual, points, formula, rule):
    """The tier that is reached, or the share of the target; the rule named is the one that counted."""
    found = ask(name, weight="8", target="≥90%", actual=actual, satisfaction=True)
    assert (text(found.points), found.formula, found.rule.name) == (points, formula, rule)


NAMED = [
    ("在职人员控制率", "100%", "5.00", "实际 100% 不超过 100%，得满分：5 = 5.00"),
    ("在职人员控制率", "105%", "2.50", "超过 100% 的 5 个百分点：5 × max(100% − 5 × 10%, 0) = 2.50"),
    ("在职人员控制率", "110%", "0.00", "超过 100% 的 10 个百分点：5 × max(100% − 10 × 10%, 0) = 0.00"),
    ("在职人员控制率", "120%", "0.00", "超过 100% 的 20 个百分点：5 × max(100% − 20 × 10%, 0) = 0.00"),
    ("预算控制率", "0%", "5.00", "预算控制率 0%：5 × 100% = 5.00"),
    ("预算控制率", "10%", "4.00", "预算控制率 10%：5 × 80% = 4.00"),
    ("预算控制率", "10.01%", "3.00", "预算控制率 10.01%：5 × 60% = 3.00"),
    ("预算控制率", "30%", "2.00", "预算控制率 30%：5 × 40% = 2.00"),
    ("预算控制率", "30.01%", "0.00", "预算控制率 30.01%：5 × 0% = 0.00"),
]


@pytest.mark.parametrize(("name", "actual", "points", "formula"), NAMED)
def test_indicators_that_a_policy_scores_by_name(name, actual, points, formula):
    """By percentage points above a limit, or by a table whose upper limits are included."""
    found = ask(H, weight="5", name=name, target="≤100%", actual=actual)
    assert (text(found.points), found.formula, found.rule.name) == (points, formula, "named")


CLAIMS = [
    ("≥10个", "9个", "5", "自评 5 分，与规则得分相差 0.50 分"),
    ("≥10个", "9个", "4.52", "自评 4.52 分，与规则得分相差 0.02 分"),
    ("≥10个", "9个", "4.51", None),
    ("≥10个", "9个", "4.49", None),
    ("≥10个", "9个", "4.48", "自评 4.48 分，与规则得分相差 -0.02 分"),
    ("≥10个", "", "5", None),
    ("达成", "达成年度指标", "5", None),
    ("达成", "达成年度指标", "4", None),
    ("达成", "达成年度指标", "3.99", "自评 3.99 分，不在定性档的区间内"),
    ("达成", "部分达成", "4", "自评 4 分，不在定性档的区间内"),
    ("达成", "部分达成", "3", None),
]


@pytest.mark.parametrize(("target", "actual", "claimed", "said"), CLAIMS)
def test_a_claim_is_told_where_it_differs(target, actual, claimed, said):
    """By more than the tolerance, or outside of the band; the points stay those of the rule."""
    found = ask(M, weight="5", target=target, actual=actual, claimed=claimed)
    assert ([each for each in found.warnings if each.startswith("自评")] or [None]) == [said]
    assert found.points == ask(M, weight="5", target=target, actual=actual).points


EXECUTION = [
    (M, ("100", "95"), None, "9.50", "执行率 95%；10 × 95 ÷ 100 = 9.50", ()),
    (M, ("100", "100"), None, "10.00", "执行率 100%；10 × 100 ÷ 100 = 10.00", ()),
    (M, ("100", "100.01"), None, "10.00", "执行率 100.01%；10 × 100% = 10.00", ("执行数大于预算数，请说明原因",)),
    (M, ("3", "1"), None, "3.33", "执行率约 33.33%；10 × 1 ÷ 3 = 3.33", ()),
    (M, ("100", "0"), None, "0.00", "执行率 0%；10 × 0 ÷ 100 = 0.00", ()),
    (M, ("0", "5"), None, None, NO_FORMULA, ("全年预算数为零或没有填，不计算执行率得分",)),
    (C, ("100", "80"), False, "7.00", "执行率 80%；10 × 70% = 7.00", ()),
    (C, ("100", "79.99"), False, "5.00", "执行率 79.99%；10 × 50% = 5.00", ()),
    (C, ("100", "60"), False, "5.00", "执行率 60%；10 × 50% = 5.00", ()),
    (C, ("100", "59"), False, "0.00", "执行率 59%；10 × 0% = 0.00", ()),
    (C, ("100", "100"), False, None, "执行率 100%", ("规则没有规定这种情形的执行率得分，不给分",)),
    (C, ("100", "100"), True, "10.00", "执行率 100%；10 × 100 ÷ 100 = 10.00", ()),
    (C, ("100", "85"), True, "10.00", "执行率 85%；10 × 100% = 10.00", ()),
    (C, ("100", "101"), True, None, "执行率 101%", ("规则没有规定这种情形的执行率得分，不给分",)),
    (C, ("100", "85"), None, None, "执行率 85%", ("按规则要看项目是否完成，请注明（--finished 或 --unfinished）",)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "finished", "points", "formula", "warnings"), EXECUTION)
def test_the_points_of_the_execution_rate(name, given, finished, points, formula, warnings):
    """From budget and spending; without points the status says that the rule leaves it open."""
    found = ask(name, execution=given, finished=finished)
    assert (text(found.points), found.formula, found.warnings) == (points, formula, warnings)
    assert (found.what, found.rule.name, found.rounding.name) == ("预算执行率得分", "execution", "rounding")
    assert found.status == ("规则未定" if points is None else "已计分")


@pytest.mark.parametrize(
    ("given", "points", "formula"),
    [
        ("95%", "9.50", "执行率 95%；10 × 0.95 = 9.50"),
        (" 95％ ", "9.50", "执行率 95%；10 × 0.95 = 9.50"),
        ("0.95", "9.50", "执行率 95%；10 × 0.95 = 9.50"),
        ("1", "10.00", "执行率 100%；10 × 1 = 10.00"),
        ("1.2", "10.00", "执行率 120%；10 × 100% = 10.00"),
        ("0", "0.00", "执行率 0%；10 × 0 = 0.00"),
        ("33.333%", "3.33", "执行率约 33.33%；10 × 0.33333 = 3.33"),
    ],
)
def test_a_rate_alone_gives_its_points(given, points, formula):
    """In per cent or as a share of one."""
    found = ask(M, execution_rate=given)
    assert (text(found.points), found.formula, found.what) == (points, formula, "预算执行率得分")
    unfinished = ask(C, execution_rate=given if given != "1.2" else "0.5", finished=False)
    assert unfinished.rule.name == "execution"


def test_a_known_rate_is_told_whether_the_project_is_finished():
    """Tiers need it; 85 % of an unfinished project gets 70 % of the points, of a finished one all."""
    assert text(ask(C, execution_rate="85%", finished=False).points) == "7.00"
    assert text(ask(C, execution_rate="85%", finished=True).points) == "10.00"
    assert ask(C, execution_rate="85%").points is None


TOTALS = [
    (K, "95", "49.99%", "59.00", "执行率 49.99%，总分上限 59：min(95, 59) = 59.00", "total_cap"),
    (K, "95", "50%", "69.00", "执行率 50%，总分上限 69：min(95, 69) = 69.00", "total_cap"),
    (K, "95", "79.999%", "89.00", "执行率约 80%，总分上限 89：min(95, 89) = 89.00", "total_cap"),
    (K, "95", "80%", "95.00", "95，没有适用的上限 = 95.00", "indicator_total"),
    (K, "58.999", "0", "59.00", "执行率 0%，总分上限 59：min(58.999, 59) = 59.00", "total_cap"),
    (K, "58.5", "49%", "58.50", "执行率 49%，总分上限 59：min(58.5, 59) = 58.50", "total_cap"),
    (M, "89.995", None, "90.00", "89.995，没有适用的上限 = 90.00", "indicator_total"),
    (M, "89.994", "10%", "89.99", "89.994，没有适用的上限 = 89.99", "indicator_total"),
]


@pytest.mark.parametrize(("name", "score", "spent", "points", "formula", "rule"), TOTALS)
def test_a_total_under_the_cap_of_its_rate(name, score, spent, points, formula, rule):
    """Capped where a cap applies, rounded once; the rule named is the cap, or that totals are sums."""
    found = ask(name, total=score, execution_rate=spent)
    assert (text(found.points), found.formula, found.rule.name) == (points, formula, rule)
    assert (found.what, found.status, found.warnings) == ("总分", "已计分", ())


def test_a_capped_total_needs_the_rate():
    """Nothing is given rather than too much."""
    found = ask(K, total="95")
    assert (found.points, found.status, found.formula, found.rule.name) == (
        None,
        "没有数据",
        NO_FORMULA,
        "total_cap",
    )
    assert found.warnings == ("总分按执行率封顶，请给出 --execution-rate",)


FOUR = "优 [90,100]，良 [80,90)，中 [60,80)，差 [0,60)"
WHOLE = "优 [90,100]，良 [80,89]，中 [60,79]，差 [0,59]"


@pytest.mark.parametrize(
    ("name", "score", "grade", "formula"),
    [
        (M, "100", "优", f"100 舍入为 100.00；{FOUR}"),
        (M, "90", "优", f"90 舍入为 90.00；{FOUR}"),
        (M, "89.995", "优", f"89.995 舍入为 90.00；{FOUR}"),
        (M, "89.994", "良", f"89.994 舍入为 89.99；{FOUR}"),
        (M, "59.99", "差", f"59.99 舍入为 59.99；{FOUR}"),
        (M, "0", "差", f"0 舍入为 0.00；{FOUR}"),
        (Z, "89.004", "良", f"89.004 舍入为 89.00；{WHOLE}"),
        (Z, "89.005", "无", f"89.005 舍入为 89.01；{WHOLE}"),
    ],
)
def test_a_grade_is_that_of_the_printed_score(name, score, grade, formula):
    """Rounded first; a score between two whole grades has none and says so."""
    found = ask(name, grade=score)
    none = grade == "无"
    assert (found.grade, found.formula, found.what, found.rule.name) == (grade, formula, "等级", "grades")
    assert found.status == ("规则未定" if none else "已计分")
    assert found.warnings == (("分数落在两个等级之间，请先按规则取整",) if none else ())
    assert found.as_text().splitlines()[0] == f"等级：等级为{grade}"


@pytest.mark.parametrize(
    ("given", "points", "formula", "grade"),
    [
        ("完整性=18，相关性=27，适当性=25.55，可行性=18", "88.6", "18 + 27 + 25.55 + 18 = 88.6，属于“良”（80 分起）", "良"),
        ("完整性=20,相关性=30,适当性=30,可行性=10", "90.0", "20 + 30 + 30 + 10 = 90.0，属于“优”（90 分起）", "优"),
        (" 完整性 =20、相关性=30、适当性=30、可行性=9.94", "89.9", "20 + 30 + 30 + 9.94 = 89.9，属于“良”（80 分起）", "良"),
        ("完整性=0,相关性=0,适当性=0,可行性=0", "0.0", "0 + 0 + 0 + 0 = 0.0，属于“差”（0 分起）", "差"),
    ],
)  # fmt: skip
def test_a_goal_review_adds_its_elements(given, points, formula, grade):
    """To one decimal; the band is that of the rounded sum."""
    found = ask(Z, goal_review=given)
    parts, _, total = formula.partition(" = ")
    named = zip(("完整性", "相关性", "适当性", "可行性"), parts.split(" + "), strict=True)
    written = " + ".join(f"{name} {part}" for name, part in named)
    assert (text(found.points), found.formula, found.grade) == (points, f"{written} = {total}", grade)
    assert (found.what, found.status, found.rule.name) == ("目标审核得分", "已计分", "goal_review")
    assert found.rounding.name == "rounding"


@pytest.mark.parametrize(("met", "points"), [("0", "0.00"), ("2", "6.67"), ("3.0", "10.00")])
def test_elements_share_the_points(met, points):
    """None, some or all of three."""
    found = ask(Z, weight="10", elements=(met, "3"))
    assert (text(found.points), found.formula) == (points, f"10 × {met[0]} ÷ 3 = {points}")
    assert (found.what, found.status, found.rule.name) == ("要素得分", "已计分", "elements")
    assert found.rounding.name == "rounding"


FORMS = "--weight --target --actual，或 --execution，或 --total --execution-rate，或 --groups，或 --grade"
ELEMENTS = "--elements：不是“符合几项 共几项”；应为两个整数，并给出 --weight"
SCORES = {"weight": "8", "target": "≥5", "actual": "5"}
GROUPS = "应为每个一级指标一次，写作 产出指标=48/50，效益指标=24/30"
FULL = "完整性=20，相关性=30，适当性=30，可行性=20"
MISTAKES = [
    (M, {}, f"问题：没有说要算什么；应为{FORMS}"),
    (M, {"weight": "8", "actual": "5"}, f"问题：没有说要算什么；应为{FORMS}"),
    (M, {"grade": "90", "total": "90"}, "问题：同时问了 total、grade；应为一次问一件事"),
    (M, {**SCORES, "elements": ("1", "2"), "execution": ("1", "2")}, "问题：同时问了 target、elements、execution；应为一次问一件事"),
    (Z, {"goal_review": "", "grade": "1"}, "问题：同时问了 goal_review、grade；应为一次问一件事"),
    (M, {"weight": "8", "target": "5"}, "问题：缺少 --weight 或 --actual；请补上分值和实际完成值"),
    (M, {"actual": "8", "target": "5"}, "问题：缺少 --weight 或 --actual；请补上分值和实际完成值"),
    (M, {**SCORES, "claimed": "x"}, "--claimed：“x”不是数字；应为如 8 或 7.5"),
    (M, {**SCORES, "claimed": "-1"}, "--claimed：是 -1；应为不小于 0"),
    (M, {**SCORES, "weight": "八"}, "--weight：“八”不是数字；应为如 8 或 7.5"),
    (M, {**SCORES, "weight": "1000.0001"}, "--weight：是 1000.0001；应为0 到 1000 之间"),
    (M, {**SCORES, "weight": "8.00001"}, "--weight：是 8.00001；应为至多四位小数"),
    (Z, {"elements": ("1", "2")}, ELEMENTS),
    (Z, {"weight": "8", "elements": ("3", "2")}, ELEMENTS),
    (Z, {"weight": "8", "elements": ("0", "0")}, ELEMENTS),
    (Z, {"weight": "8", "elements": ("1.5", "2")}, ELEMENTS),
    (Z, {"weight": "8", "elements": ("1", "2.5")}, ELEMENTS),
    (Z, {"weight": "8", "elements": ("1.5", "2.5")}, ELEMENTS),
    (Z, {"weight": "8", "elements": ("x", "2")}, "--elements：“x”不是数字；应为如 8 或 7.5"),
    (Z, {"weight": "8", "elements": ("1", "x")}, "--elements：“x”不是数字；应为如 8 或 7.5"),
    (C, {"groups": "产出指标=48/50， 效益指标=24 "}, f"--groups：是“效益指标=24”；{GROUPS}"),
    (C, {"groups": "产出指标=48/50，产出指标=1/2"}, f"--groups：是“产出指标=1/2”；{GROUPS}"),
    (C, {"groups": " =48/50"}, f"--groups：是“=48/50”；{GROUPS}"),
    (C, {"groups": "产出指标=x/50"}, "--groups：“x”不是数字；应为如 8 或 7.5"),
    (C, {"groups": "产出指标=48/y"}, "--groups：“y”不是数字；应为如 8 或 7.5"),
    (C, {"groups": "产出指标=50.01/50"}, "--groups：是 50.01；应为0 到 50 之间"),
    (C, {"groups": "产出指标=1/100.01"}, "--groups：是 100.01；应为0 到 100 之间"),
    (Z, {"goal_review": "完整性=18,相关性=27"}, f"--goal-review：要素是 完整性、相关性；应为满分写作 {FULL}"),
    (Z, {"goal_review": "完整性=20.01"}, "--goal-review：是 20.01；应为0 到 20 之间"),
    (Z, {"goal_review": "完整性"}, "--goal-review：“”不是数字；应为如 8 或 7.5"),
    (M, {"execution": ("1", "x")}, "--execution：“x”不是数字；应为如 8 或 7.5"),
    (M, {"execution_rate": "x%"}, "--execution-rate：“x”不是数字；应为如 8 或 7.5"),
    (M, {"execution_rate": "-1%"}, "--execution-rate：是 -1；应为不小于 0"),
    (K, {"total": "1", "execution_rate": "x"}, "--execution-rate：“x”不是数字；应为如 8 或 7.5"),
    (K, {"total": "100.01", "execution_rate": "1"}, "--total：是 100.01；应为0 到 100 之间"),
    (K, {"total": "", "execution_rate": "1"}, "--total：“”不是数字；应为如 8 或 7.5"),
    (M, {"grade": "100.01"}, "--grade：是 100.01；应为0 到 100 之间"),
    (M, {"grade": "-0.01"}, "--grade：是 -0.01；应为0 到 100 之间"),
    (M, {"grade": ""}, "--grade：“”不是数字；应为如 8 或 7.5"),
    (M, {"weight": "8", "target": "≥9\udcff0%", "actual": "85"}, "问题：有不能用的字符 U+DCFF；请重新输入"),
    (M, {"grade": "1.000000000000000000000"}, "--grade：数字太长；应为整数部分至多 15 位、小数至多 20 位的数"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "question", "said"), MISTAKES)
def test_a_question_that_cannot_be_answered(name, question, said):
    """One line: which option, what was expected, what came, what to do."""
    with pytest.raises(ParameterError) as refused:
        ask(name, **question)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("name", "question", "points"),
    [
        (M, {**SCORES, "weight": "1000"}, "1000.00"),
        (M, {**SCORES, "weight": "8.0001"}, "8.00"),
        (M, {**SCORES, "weight": "0"}, "0.00"),
        (M, {**SCORES, "weight": "８"}, "8.00"),
        (M, {"grade": "1.00000000000000000000"}, "1.00"),
        (K, {"total": "100", "execution_rate": "1"}, "100.00"),
        (Z, {"weight": "8", "elements": ("1", "1")}, "8.00"),
        (M, {"execution": ("123456789012345", "0")}, "0.00"),
    ],
)
def test_numbers_on_the_bounds_are_taken(name, question, points):
    """The highest weight, the longest number, all elements of one."""
    assert text(ask(name, **question).points) == points


@pytest.mark.parametrize(
    ("scheme", "groups", "rate", "rule"),
    [
        (K, "产出指标=50/50，效益指标=29/30，满意度指标=9/10", "0.75", "total_cap"),
        (K, "产出指标=50/50，效益指标=29/30，满意度指标=9/10", "1", "indicator_total"),
        (K, "产出指标=50/50，效益指标=29/35", "0.75", "missing_satisfaction"),
        (C, "产出指标=48/50，效益指标=24/30", "1", "missing_satisfaction"),
        (C, "产出指标=48/50，效益指标=24/30，满意度指标=9/10", "1", "indicator_total"),
    ],
)
def test_a_total_of_groups_cites_the_rule_that_changed_it(scheme, groups, rate, rule):
    """The first step that is more than a sum, if there is one: the transfer of satisfaction, or the cap."""
    found = ask(scheme, groups=groups, execution_rate=rate, finished=True)
    assert (found.rule.name, found.status) == (rule, "已计分")


@pytest.mark.parametrize(
    ("scheme", "question", "points"),
    [
        (H, {"name": "在职人员控制率", "target": "≤100%", "actual": "102.00000001%"}, "4.00"),
        (H, {"name": "预算控制率", "target": "≤0%", "actual": "29.99999999%"}, "2.00"),
        (H, {"name": "预算控制率", "target": "≤0%", "actual": "30.00000001%"}, "0.00"),
        (C, {"satisfaction": True, "target": "≥90%", "actual": "80.00000001%"}, "4.00"),
        (C, {"satisfaction": True, "target": "≥90%", "actual": "79.99999999%"}, "2.50"),
    ],
)
def test_values_finer_than_a_millionth_meet_the_limits_of_a_rule(scheme, question, points):
    """Limits and tiers are counted in the unit of the value: just beside one it lies on its own side."""
    assert text(ask(scheme, weight="5", **question).points) == points


def test_what_is_asked_of_an_indicator_reaches_the_rule():
    """Unit, nature and name count: 9 of 10 people, a sign beside the target, a name that a policy knows."""
    assert ask(M, weight="8", target="10", unit="人", actual="9人").formula == "8 × 9 ÷ 10 = 7.20"
    assert ask(M, weight="8", target="10", nature="≤", actual="11").formula == "8 × 10 ÷ 11 = 7.27"
    assert ask(M, weight="8", target="10", nature="定性", actual="9").status == "读不出"
    assert ask(H, weight="8", target="≤100%", actual="100%", name="在职人员控制率").rule.name == "named"
    assert ask(H, weight="8", target="≤100%", actual="100%").rule.name == "reverse"


def test_a_question_asks_nothing_by_itself():
    """Every part is absent until it is given."""
    assert Question() == Question(
        weight=None, target=None, actual=None, claimed=None, unit="", nature="", name="", satisfaction=False,
        elements=None, goal_review=None, execution=None, finished=None, total=None, execution_rate=None, grade=None,
    )  # fmt: skip


def test_a_rule_that_a_policy_lacks_is_no_zero():
    """The ministry's measure has neither elements nor goal reviews."""
    for question in ({"weight": "8", "elements": ("1", "2")}, {"goal_review": "完整性=1"}):
        with pytest.raises(PolicyError, match="2022-12-31 没有施行中的"):
            ask(M, **question)


def test_a_date_as_typed():
    """Today where none was given."""
    assert questions.day("2021-12-31") == dt.date(2021, 12, 31)
    assert questions.day(None) == questions.day("") == dt.date.today()
    with pytest.raises(ParameterError) as refused:
        questions.day("2021-02-29")
    assert str(refused.value) == "--on：“2021-02-29”不是日期；应为如 2021-12-31"


def rule(name="full_mark", value=100, issued="2020-02-25", number="一号", basis="law"):
    """A rule in force since 25 February 2020."""
    return Rule(
        name,
        "满分",
        value,
        dt.date(2020, 2, 25),
        Basis.of(basis),
        "办法",
        number,
        "第一条",
        issued,
        "2026-11-20",
    )


def of(*rules, number="一号"):
    """A policy of these rules."""
    return Policy("x", "题", number, "注", dt.date(2022, 1, 1), {each.name: each for each in rules})


def test_a_policy_is_printed_with_its_sources():
    """A line and a note; with `whole` two lines a rule. A rule in force since its issue 施行, else 取用."""
    assert [*questions.policy_as_text(of(rule()), False)] == ["x  题（一号）", "  注"]
    rules = [
        rule(),
        rule("weights", {"通用": {"甲": 1}}, "", "", "practice"),
        rule("reverse", {"method": "ratio"}, "2019-01-01"),
    ]
    assert [*questions.policy_as_text(of(*rules, number=""), True)] == [
        "x  题",
        "  注",
        "  full_mark：100",
        "    满分；《办法》（一号）第一条，条文，2020-02-25 印发，自 2020-02-25 施行，核对于 2026-11-20",
        "  weights：甲 1",
        "    满分；《办法》第一条，惯例，自 2020-02-25 取用，核对于 2026-11-20",
        "  reverse：实际÷目标（越小越好的相反）",
        "    满分；《办法》（一号）第一条，条文，2019-01-01 印发，自 2020-02-25 取用，核对于 2026-11-20",
    ]


def test_a_policy_for_programs():
    """Each rule with value, meaning, basis, date and reference; dates as text."""
    reference = {
        "title": "办法",
        "number": "一号",
        "article": "第一条",
        "issued": "2020-02-25",
        "checked": "2026-11-20",
    }
    assert questions.policy_as_json(of(rule())) == {
        "id": "x", "title": "题", "number": "一号", "on": "2022-01-01",
        "rules": {
            "full_mark": {"value": 100, "meaning": "满分", "basis": "law", "since": "2020-02-25", "reference": reference}
        },
    }  # fmt: skip


def test_an_explanation_for_programs_and_for_people():
    """All of it, numbers as text; the rounding is not told of a grade nor where there are no points."""
    found = ask(M, weight="8", target="≥50个", actual="45个", claimed="8")
    reference = {
        "title": "项目支出绩效评价管理办法", "number": "财预〔2020〕10号", "article": "第十六条",
        "issued": "2020-02-25", "checked": "2026-11-20",
    }  # fmt: skip
    assert found.as_json() == {
        "what": "指标得分", "points": "7.20", "low": None, "high": None, "high_included": True, "status": "已计分",
        "grade": None, "formula": "8 × 45 ÷ 50 = 7.20", "rule": "quantitative",
        "meaning": "定量指标：达到目标得满分，未达到按实际值与目标值之比得分",
        "article": "《项目支出绩效评价管理办法》（财预〔2020〕10号）第十六条", "basis": "law", "since": "2020-02-25",
        "reference": reference,
        "rounding": {"places": 2, "how": "half_up", "article": POLICIES[M]["rounding"].citation},
        "warnings": ["自评 8 分，与规则得分相差 0.80 分"],
    }  # fmt: skip
    assert found.as_text().splitlines()[3:] == [
        "依据：《项目支出绩效评价管理办法》（财预〔2020〕10号）第十六条（条文）",
        "舍入：保留 2 位小数，四舍五入，只舍入一次（惯例）",
        "提示：自评 8 分，与规则得分相差 0.80 分",
    ]
    assert "舍入：" not in ask(M, grade="90").as_text()
    late = ask(M, weight="8", target="2022年6月30日前", actual="2022年7月1日").as_text().splitlines()
    assert (late[0], [line for line in late if line.startswith("舍入：")]) == (
        "指标得分：不给分（规则未定）",
        [],
    )


VALUES = [
    ("full_mark", 100, "100"),
    ("indicator_total", "sum", "加总"),
    ("missing_satisfaction", "to_benefits", "加到效益指标"),
    ("missing_satisfaction", "rescale", "其余按比例放大"),
    ("missing_satisfaction", "full", "得满分"),
    ("weights", {"通用": {"甲": 1, "乙": 2}}, "甲 1，乙 2"),
    ("weights", {"一": {"甲": 1}, "二": {"乙": 2}}, "一：甲 1；二：乙 2"),
    ("execution", {"method": "linear_capped"}, "执行率×分值，封顶"),
    ("execution", {"method": "rate_times_weight"}, "执行率×分值"),
    ("execution", {"method": "tiers", "finished": 100, "unfinished": [{"from": 80, "share": 70}, {"from": 0, "share": 0}]},
     "分档，已完成得（%） 100，未完成 达到（%） 80，得（%） 70；达到（%） 0，得（%） 0"),
    ("quantitative", {"method": "gate", "gate": 60}, "超出门槛部分按比例，门槛（%） 60"),
    ("interval", {"method": "nearest_end"}, "与较近的一端比较"),
    ("dates", {"method": "on_time"}, "按期得满分"),
    ("elements", {"method": "equal_shares"}, "按要素均分"),
    ("satisfaction", {"method": "as_quantitative"}, "同定量指标"),
    ("satisfaction", {"method": "tiers", "tiers": [{"from": 0, "share": 1}]}, "分档，各档 达到（%） 0，得（%） 1"),
    ("over_achievement", {"method": "none"}, "不调整"),
    ("over_achievement", {"method": "explain", "from": 130}, "达到目标值 130% 的，说明原因"),
    ("over_achievement", {"method": "deduct", "from": 130, "points": 2}, "扣分，达到（%） 130，扣（分） 2"),
    ("total_cap", [{"below": 50, "cap": 59}, {"below": 60, "cap": 69}], "低于（%） 50，总分不超过 59，低于（%） 60，总分不超过 69"),
    ("claimed_difference", {"tolerance": "0.01"}, "容许相差 0.01"),
    ("grade_words", {"优秀": "优", "良好": "良"}, "优秀即优，良好即良"),
    ("grades", {"kind": "continuous", "bands": {"优": "[50,100]", "差": "[0,50)"}}, "优 [50,100]，差 [0,50)"),
    ("qualitative", {"bands": {"达成": "[0,100]"}, "words": {}}, "达成 [0,100]"),
    ("direct", {"met": ["是", "有"], "missed": ["否", "无"]}, "是、有 得满分，否、无 不得分"),
    ("goal_review", {"elements": {"甲": 40, "乙": 60}, "bands": {"优": 90}}, "甲 40，乙 60；优 90"),
    ("named", {"甲": {"method": "steps", "limit": 0, "per_point": 1}, "乙": {"method": "table", "rows": [{"to": 0, "share": 1}]}},
     "甲：按百分点扣分，上限（%） 0，每百分点扣（%） 1；乙：按档得分，各档 至（%） 0，得（%） 1"),
    ("rounding", {"places": 2, "how": "half_up"}, "保留 2 位小数，四舍五入，只舍入一次"),
    ("rounding", {"places": 0, "how": "gb_t_8170"}, "保留 0 位小数，按 GB/T 8170 修约，只舍入一次"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "words"), VALUES)
def test_a_value_of_a_rule_in_words(name, value, words):
    """As the list of policies prints it."""
    assert formulas.value(name, value) == words

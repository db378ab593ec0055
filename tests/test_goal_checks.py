"""Checks of goals and indicators: points, kinds, texts, directions and units at their thresholds."""

from decimal import Decimal
from difflib import SequenceMatcher
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.checks import goal_texts, kinds
from rule_run import at, indicator, run

# Points


@pytest.mark.parametrize(
    ("first", "printed", "expected"),
    [
        ("19.99", "10", [("indicators", 1, "weight")]),
        ("20", "10", []),
        ("20.01", "10", [("indicators", 1, "weight")]),
        ("20", "9", [("funds", 1, "weight")]),
        ("20", "10.00", []),
        ("20", "", []),
        ("30", "9", [("indicators", 1, "weight"), ("funds", 1, "weight")]),
        ("-20", "10", [("indicators", 1, "weight")]),
    ],
)
def test_points_of_indicators_and_of_execution_are_the_policys(first, printed, expected):
    """G01 falls on a sum other than 90 and on points of the execution rate other than 10, each by itself."""
    found = run("G01", indicators=[{"weight": first}], funds=[{"weight": printed}])
    assert [(one.table, one.row, one.column) for one in found] == expected


def test_a_wrong_sum_is_told_with_what_is_printed_for_the_execution_rate():
    """100 points of indicators and 10 of the execution rate are told as 110."""
    (found,) = run("G01", indicators=[{"weight": "30"}])
    assert (found.found, found.expected) == (
        "“甲单位部门整体支出”的指标分值合计 100（连预算执行率 10 共 110）",
        "指标分值合计 90",
    )


def test_blank_points_are_not_zero():
    """A form without points has no sum; one that lacks some is told how many."""
    assert at("G01", indicators=[{"weight": ""}] * 7) == []
    assert at("G02", indicators=[{"weight": ""}] * 7) == []
    shifted = [{"weight": "30"}, *[{}] * 5]
    assert at("G02", indicators=[*shifted, {"weight": "0"}]) == [(1, "level1")]
    assert at("G02", indicators=[*shifted, {"weight": ""}]) == []
    (found,) = run("G01", indicators=[{"weight": ""}], funds=[None])
    assert found.found == "“甲单位部门整体支出”的指标分值合计 70，另有 1 项没有分值"
    assert at("G01", indicators=[{"weight": ""}, {"weight": "30"}]) == []


@pytest.mark.parametrize(
    ("policy_id", "weights", "g01", "g02"),
    [
        ("mof-2020-10", ("20", "10", "10", "10", "15", "15", "10"), 0, 0),
        ("mof-2020-10", ("25", "10", "10", "10", "15", "10", "10"), 0, 1),
        ("mof-2021-101", ("20", "10", "10", "10", "15", "15", "10"), 0, 0),
        ("mof-2021-101", ("20", "10", "10", "10", "20", "20", None), 0, 0),
        ("mof-2020-10", ("20", "10", "10", "10", "20", "20", None), 0, 1),
        ("mof-2021-101", ("20", "10", "10", "10", "20", "19", None), 1, 0),
        ("sichuan", ("50", "10", "10", "10", "5", "3", "2"), 0, 0),
        ("hubei-2020", ("20", "10", "10", "10", "10", "10", "10"), 0, 0),
        ("hubei-2020", ("20", "10", "10", "10", "15", "15", "10"), 1, 0),
    ],
)
def test_points_follow_the_policy_in_use(policy_id, weights, g01, g02):
    """Variants, free points, satisfaction moved to the benefits and 20 + 80 are the policy's, not constants."""
    rows = [None if weight is None else {"weight": weight} for weight in weights]
    assert len([f for f in run("G01", policy_id, indicators=rows) if f.table == "indicators"]) == g01
    assert len(run("G02", policy_id, indicators=rows)) == g02


def test_first_levels_with_their_points_printed_behind_are_the_same_groups():
    """产出指标（50分） is 产出指标; forms without first levels are not held against groups."""
    rows = [{"level1": "产出指标（50分）"}, {"level1": "产出指标(50分)"}]
    assert at("G02", indicators=rows) == []
    assert at("G02", indicators=[{"level1": ""}] * 7) == []


@pytest.mark.parametrize(("weight", "found"), [("-0.01", 1), ("0", 1), ("0.01", 0), ("", 0)])
def test_points_are_more_than_zero(weight, found):
    """G03: zero and less is found, a blank is not a zero."""
    assert at("G03", indicators=[{"weight": weight}]) == [(1, "weight")] * found


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, ""),
        (indicator(3, level2="进度指标"), ""),
        (indicator(3, level2="质量指标"), "时效"),
        (indicator(4, level1="成本指标", level2="经济成本指标"), ""),
        (indicator(4, level2="数量指标"), "成本"),
        (indicator(7, level1="效益指标", level2="满意度指标"), ""),
        ([{}, {}, {}, {}, None], ""),
        ([{}, {}, {}, {}, None, None], "效益"),
        ([{}, {}, {}, {}, None, None, None], "效益、满意度"),
        ([{"level1": "", "level2": ""}] * 7, ""),
        (
            [{"level1": "", "level2": "数量指标"}, *[{"level1": "", "level2": ""}] * 6],
            "质量、时效、成本、效益、满意度",
        ),
    ],
)
def test_every_kind_of_indicator_is_there(change, missing):
    """G04 names the kinds that are missing; a form that knows no kinds is left alone."""
    found = [one.found for one in run("G04", indicators=change)]
    assert found == ([f"没有{missing}指标"] if missing else [])


@pytest.mark.parametrize(("rows", "found"), [(2, [(1, "level3")]), (3, [])])
def test_three_indicators_are_enough(rows, found):
    """G05: fewer than three is too few."""
    kept = [{"weight": "30"}] * rows + [None] * (7 - rows)
    settled = [one for one in at("G05", indicators=kept) if one[1] == "level3"]
    assert settled == found


@pytest.mark.parametrize(
    ("weight", "other", "found"), [("26.99", "3.01", 0), ("27", "3", 0), ("27.01", "2.99", 1)]
)
def test_one_indicator_carries_at_most_the_share(weight, other, found):
    """G05: 30 % of 90 points is 27; one hundredth more is too much."""
    assert at("G05", indicators=[{"weight": weight}, {"weight": other}]) == [(1, "weight")] * found


# Texts


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"target": "效果明显"}, ["target"]),
        ({"target": "效 果\n明显"}, ["target"]),
        ({"target": "满意度提升至95%"}, []),
        ({"target": "提升至三次"}, []),
        ({"target": "提升方案印发"}, []),
        ({"target": "高"}, ["target"]),
        ({"target": "高出上年"}, []),
        ({"target": "好坏"}, []),
        ({"target": ""}, ["target"]),
        ({"target": "／"}, ["target"]),
        ({"level3": ""}, ["level3"]),
        ({"level3": "指标2："}, ["level3"]),
        ({"level3": "指标1：/"}, ["level3"]),
        ({"level3": "公猪舍(≥**平方米)"}, ["level3"]),
        ({"level3": "★指标1：培训场次"}, []),
    ],
)
def test_a_target_can_be_measured(cells, found):
    """G06 falls on blanks, marks never filled in and vague words, not on numbers and visible results."""
    assert [column for _, column in at("G06", indicators=[cells])] == found


def test_a_target_divided_into_parts_may_be_blank():
    """A row whose 其中 rows have the targets needs none itself."""
    blank = [{"target": ""}]
    assert at("G06", indicators=blank, parts=[{"of": "D001-01"}]) == []
    assert at("G06", indicators=blank, parts=[{"of": "D001-02"}]) == [(1, "target")]


@pytest.mark.parametrize(
    ("name", "target", "unit", "found"),
    [
        ("办学能力", "94.99", "%", 0),
        ("办学能力", "95", "%", 1),
        ("办学能力", "100", "%", 1),
        ("办学能力", "100.01", "%", 0),
        ("办学能力", "100", "", 1),
        ("办学能力", "99", "", 0),
        ("办学能力", "99", "分", 0),
        ("入学率", "100", "%", 0),
        ("安全生产保障率", "100", "%", 1),
        ("", "100", "%", 1),
    ],
)
def test_a_benefit_of_nearly_all_says_of_what(name, target, unit, found):
    """G07: a name that counts nothing with 95 % to 100 %."""
    rows = indicator(5, level3=name, target=target, measure_unit=unit)
    assert at("G07", indicators=rows) == [(5, "target")] * found


def test_only_benefits_are_hollow():
    """A satisfaction of 100 % is no benefit."""
    assert at("G07", indicators=indicator(7, level3="学生感受", target="100")) == []


@pytest.mark.parametrize(
    ("row", "name", "found"),
    [
        (1, "工程资金金额", 1),
        (2, "指标1：预算执行率", 1),
        (3, "年度资金支付完成率100%", 1),
        (3, "惠农补贴按期兑付率", 0),
        (4, "资金支付率", 0),
        (5, "资金使用率", 0),
        (7, "整编资料审核", 1),
        (7, "群众投诉件数", 0),
        (7, "", 0),
    ],
)
def test_an_indicator_stands_where_it_belongs(row, name, found):
    """G08: money spent is no output, and satisfaction is about how content people are."""
    assert at("G08", indicators=indicator(row, level3=name)) == [(row, "level3")] * found


@pytest.mark.parametrize(
    ("output", "benefit", "same"),
    [
        ("甲乙丙丁戊己庚辛壬癸", "甲乙丙丁戊己庚辛壬子", True),
        ("甲乙丙丁戊己庚辛壬", "甲乙丙丁戊己庚辛子", False),
        ("培训人数", "★指标1：培训人数", True),
        ("培训（人数）", "培训(人数)", True),
        ("培训人数", "人数培训", False),
    ],
)
def test_output_and_benefit_are_different_things(output, benefit, same):
    """G09: nine of ten characters in order make a repetition, eight of nine do not."""
    rows = [{"level3": output}, {}, {}, {}, {"level3": benefit}]
    assert at("G09", indicators=rows) == [(5, "level3")] * same


def test_a_repetition_is_looked_for_within_one_project():
    """Two projects may well have the same indicators, and two outputs of one may."""
    assert at("G09", indicators=[{"level3": "培训人数"}, {"level3": "培训人数"}]) == []
    rows = [{"level3": "培训人数"}, *[{}] * 11, {"level3": "培训人数"}]
    assert at("G09", subjects=[{}, {}], indicators=rows) == []


@settings(max_examples=300)
@given(st.text("甲乙丙丁", min_size=1, max_size=14), st.text("甲乙丙丁戊", min_size=1, max_size=14))
def test_the_quick_comparison_says_what_the_slow_one_says(one, other):
    """Sorting out by length and characters never changes the verdict of the comparison in order."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    same = Fraction(2 * sum(block.size for block in blocks), len(one) + len(other)) >= Fraction(9, 10)
    assert goal_texts.alike(one, other, Decimal(90)) == same


# Values


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"operator": "≤"}, 0),
        ({"operator": "="}, 0),
        ({"operator": ""}, 0),
        ({"operator": "≥"}, 1),
        ({"operator": ">"}, 1),
        ({"operator": "", "target": "不少于20万元", "measure_unit": ""}, 1),
        ({"operator": "≥", "level3": "采购成本节约率"}, 0),
    ],
)
def test_a_cost_is_not_met_by_spending_more(cells, found):
    """G10 reads the comparison from its column or from the target; what is saved may be at least so much."""
    assert at("G10", indicators=indicator(4, **cells)) == [(4, "target")] * found
    assert at("G10", indicators=indicator(1, **cells)) == []


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"nature": "定性", "operator": "", "target": "20"}, 1),
        ({"nature": "定性", "operator": "", "target": "≥20场", "measure_unit": ""}, 1),
        ({"nature": "定性", "operator": "", "target": "分3批完成", "measure_unit": ""}, 0),
        ({"nature": "定性", "operator": "", "target": "名录公布", "measure_unit": ""}, 0),
        ({"nature": "定量", "operator": "", "target": "名录公布", "measure_unit": ""}, 1),
        ({"nature": "", "operator": "", "target": "名录公布", "measure_unit": ""}, 0),
        ({"operator": "", "target": "20"}, 1),
        ({"operator": "", "target": "不少于20"}, 0),
        ({"operator": "", "target": "100", "measure_unit": "%"}, 0),
        ({"operator": "", "target": "0"}, 0),
        ({"operator": "", "target": "12月底前", "measure_unit": ""}, 0),
        ({"operator": "", "target": "建成1座", "measure_unit": ""}, 0),
        ({"operator": "", "target": "完成1项", "measure_unit": ""}, 0),
        ({"operator": "", "target": "每月1次", "measure_unit": ""}, 0),
        ({"operator": "", "target": "1", "measure_unit": "次/月"}, 0),
        ({"operator": "", "target": "增长5%", "measure_unit": ""}, 0),
        ({"operator": "", "target": "全年20场", "measure_unit": ""}, 1),
        ({"operator": "", "target": "300", "measure_unit": "元/月"}, 1),
        ({"operator": "", "target": "控制在5天", "measure_unit": ""}, 0),
    ],
)
def test_nature_value_and_direction_agree(cells, found):
    """G11: a judged number, a counted word, a number without comparison; 100 %, 0, dates and what words direct need none."""
    assert at("G11", indicators=[cells]) == [(1, "target")] * found


@pytest.mark.parametrize(("without", "found"), [(3, 3), (4, 1), (7, 1)])
def test_a_form_that_writes_no_comparisons_is_left_alone(without, found):
    """G11: missing comparisons are told where most of the numbers have one, 4 of 7; else of costs and once, 3 of 7."""
    rows = [{"operator": "", "target": "20", "measure_unit": "份"}] * without
    assert len(at("G11", indicators=rows)) == found


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"nature": "定性", "target": "按计划举办"}, 1),
        ({"nature": "", "operator": "", "target": "按计划举办", "measure_unit": ""}, 1),
        ({"nature": "", "operator": "", "target": "举办3期", "measure_unit": ""}, 0),
        ({"nature": "定量"}, 0),
    ],
)
def test_a_quantity_is_counted(cells, found):
    """G12: a quantity that is judged, or has no number at all."""
    assert at("G12", indicators=[cells]) == [(1, "target")] * found


@pytest.mark.parametrize(
    ("cells", "severity"),
    [
        ({"level3": "受益面", "target": "-0.01", "measure_unit": "%"}, "E"),
        ({"level3": "受益面", "target": "0", "measure_unit": "%"}, ""),
        ({"level3": "受益面", "target": "100", "measure_unit": "%"}, ""),
        ({"level3": "受益面", "target": "100.01", "measure_unit": "%"}, "E"),
        ({"level3": "财政收入增长率", "target": "-5", "measure_unit": "%"}, ""),
        ({"level3": "能耗", "target": "下降≥5%", "operator": "", "measure_unit": ""}, ""),
        ({"level3": "能耗", "target": "下降5%", "operator": "", "measure_unit": ""}, ""),
        ({"level3": "产量", "target": "增长150%", "operator": "", "measure_unit": ""}, ""),
        ({"level3": "验收合格率", "operator": "≥", "target": "100", "measure_unit": "%"}, "E"),
        ({"level3": "验收合格率", "operator": "=", "target": "100", "measure_unit": "%"}, ""),
        ({"level3": "任务完成率", "operator": "≥", "target": "100", "measure_unit": "%"}, ""),
        ({"target": "20.5", "measure_unit": "人"}, "E"),
        ({"target": "20.0", "measure_unit": "人"}, ""),
        ({"target": "1.5", "measure_unit": "万人次"}, ""),
        ({"target": "20.5", "measure_unit": "亩"}, ""),
        ({"level3": "人均培训次数", "target": "1.5", "measure_unit": "次"}, ""),
        ({"level3": "设备完好率", "target": "95", "measure_unit": "台"}, "E"),
        ({"level3": "巡查频率", "target": "2", "measure_unit": "次"}, ""),
        ({"level3": "设备完好率", "target": "95", "measure_unit": ""}, "W"),
        ({"level3": "设备完好率", "target": "0.95", "measure_unit": ""}, ""),
        ({"level3": "受训人数", "target": "95", "measure_unit": "%"}, "E"),
        ({"level3": "2020年12月完成", "operator": "=", "target": "95", "measure_unit": "%"}, "E"),
        ({"target": "≥100百分比", "operator": "", "measure_unit": "", "level3": "报告合格率"}, "E"),
        ({"target": "", "measure_unit": "人"}, ""),
        ({"target": "百分之一百零一", "measure_unit": ""}, "E"),
    ],
)
def test_unit_and_value_fit_the_name(cells, severity):
    """G15: shares within 0–100, whole people, rates in per cent; a missing unit is only to be explained."""
    found = run("G15", indicators=[cells | {"actual": ""}])
    assert [(one.column, one.severity or "E") for one in found] == (
        [("target", severity)] if severity else []
    )


@pytest.mark.parametrize(
    ("actual", "reason", "found"),
    [("100", "", 0), ("100.01", "", 1), ("100.01", "按新口径", 0), ("", "", 0)],
)
def test_an_actual_share_is_within_the_whole(actual, reason, found):
    """G15: of a pass rate at most all can be reached, unless a reason is given."""
    rows = indicator(2, actual=actual, deviation_reason=reason)
    assert at("G15", indicators=rows) == [(2, "actual")] * found


@pytest.mark.parametrize(
    ("actual", "found"),
    [
        ("≥20场", 1), ("=20", 1), ("不少于20场", 1), ("20场", 0), ("约20场", 0), ("完成", 0), ("", 0), ("/", 0),
        ("好坏", 1), ("优 良 中低差", 1), ("好", 0), ("优", 0), ("好坏参半", 0),
    ],
)  # fmt: skip
def test_an_actual_value_is_no_copy_of_the_target(actual, found):
    """G21: a comparison, or all grades of a scale instead of the one reached, in the actual value."""
    assert at("G21", indicators=[{"actual": actual}]) == [(1, "actual")] * found


# What a row is about


@pytest.mark.parametrize(
    ("level1", "level2", "expected"),
    [
        ("产出指标", "数量指标", "数量"),
        ("项目产出(30分)", "质量指标(5分)", "质量"),
        ("产出指标", "进度指标", "时效"),
        ("成本指标", "生态环境成本指标", "成本"),
        ("效益指标", "可持续影响指标", "效益"),
        ("效益指标", "满意度指标", "满意度"),
        ("满意度指标", None, "满意度"),
        ("产出指标", None, ""),
        (None, None, ""),
    ],
)
def test_the_kind_of_a_row_is_told_by_its_levels(level1, level2, expected):
    """The second level says it, else the first."""
    assert kinds.kind(level1, level2) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("★指标1：培训人数", "培训人数"),
        ("指标１培训人数", "培训人数"),
        ("指标完成率", "指标完成率"),
        ("3.5亿元投资", "3.5亿元投资"),
        ("2、培训 人数", "培训人数"),
        ("其中：桃树", "桃树"),
        ("指标2：……", "……"),
        ("—", ""),
        (None, ""),
    ],
)
def test_a_name_loses_its_list_marks(name, expected):
    """Numbers and stars before a name go, what belongs to it stays."""
    assert kinds.bare(name) == expected

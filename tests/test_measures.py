"""Measures: cells in every notation that forms use, exact, and refused where they can mean two things."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.values import units
from jixiao.values.measures import (
    Blank,
    Day,
    Done,
    Interval,
    Measure,
    Number,
    UndatedDay,
    UnreadableCell,
    Words,
    comparable,
    has_copied_operator,
    parse_actual,
    parse_target,
)

OPERATORS = {
    "≥": "≥ >= ≧ ⩾ 》= ＞＝ ＞= ≥= => ≮ 不少于 不低于 不小于 至少 大于等于 大于或等于",
    "≤": "≤ <= ≦ ⩽ ‹= 《= 〈= ＜＝ =< ≯ 不超过 不高于 不大于 小于等于 小于或等于",
    "=": "= ﹦ ＝ == ＝＝ 等于",
    ">": "> ＞ 超过 大于 高于",
    "<": "< ＜ 低于 小于 少于",
    "≈": "≈ 约 大约",
}


def number(operator: str, value: str, unit: str = "") -> Measure:
    """What a number should be read as."""
    return Number(operator, Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "sign"), [(word, sign) for sign, words in OPERATORS.items() for word in words.split()]
)
def test_every_way_to_write_a_comparison(text, sign):
    """Signs of all widths, signs typed with quotation marks, and words."""
    assert parse_target(f"{text}50个") == parse_target(f" {text} ５０ 个") == number(sign, "50", "个")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90%以上", number("≥", "90", "%")),
        ("90%以上(含)", number("≥", "90", "%")),
        ("90%（含）以上", number("≥", "90", "%")),
        ("90%以上（含90%）", number("≥", "90", "%")),
        ("90%及以上", number("≥", "90", "%")),
        ("90%以上（不含）", number(">", "90", "%")),
        ("不低于90%以上", number("≥", "90", "%")),
        ("5%以下", number("≤", "5", "%")),
        ("5%以下（不含）", number("<", "5", "%")),
        ("5%以内", number("≤", "5", "%")),
        ("5%之内", number("≤", "5", "%")),
        ("30天内", number("≤", "30", "天")),
        ("15个工作日内", number("≤", "15", "个工作日")),
        ("50人左右", number("≈", "50", "人")),
        ("控制在5%以内", number("≤", "5", "%")),
        ("达到95%以上", number("≥", "95", "%")),
        ("完成50个", number("", "50", "个")),
        ("100%完成", number("", "100", "%")),
    ],
)
def test_words_around_a_number_compare(text, expected):
    """以上, 以内, 左右 and the like stand behind the number."""
    assert parse_target(text) == expected


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,234.5万元", "12345000", "元"),
        ("１，２３４．５ 万元", "12345000", "元"),
        ("12345000元", "12345000", "元"),
        ("3千元", "3000", "元"),
        ("2百万元", "2000000", "元"),
        ("0.5亿元", "50000000", "元"),
        ("2万元/亩", "20000", "元/亩"),
        ("3000元/人·月", "3000", "元/人·月"),
        ("5‰", "0.5", "%"),
        ("5％", "5", "%"),
        ("5百分比", "5", "%"),
        ("百分之5", "5", "%"),
        ("百分之九十五", "95", "%"),
        ("百分之一百", "100", "%"),
        ("百分百", "100", "%"),
        ("千分之五", "0.5", "%"),
        ("3个百分点", "3", "百分点"),
        ("28万亩", "280000", "亩"),
        ("1.2万人次", "12000", "人次"),
        ("2万", "20000", ""),
        ("50m²", "50", "m2"),
        ("50㎡", "50", "m2"),
        ("10 kW·h", "10", "kW·h"),
        ("50(个)", "50", "个"),
        ("50台（套）", "50", "台"),
        ("50个（其中新建20个）", "50", "个"),
        ("50万元（含税）", "500000", "元"),
        ("50个。", "50", "个"),
        ("-5%", "-5", "%"),
        (".5", "0.5", ""),
        ("0起", "0", "起"),
    ],
)
def test_units_are_turned_into_their_base(text, value, unit):
    """Money into 元, ratios into %, 万 before a counted thing into its number; all else as written."""
    assert parse_target(text) == number("", value, unit)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("63%~68%", "63", "68", "%"),
        ("６３％～６８％", "63", "68", "%"),
        ("18~25%", "18", "25", "%"),
        ("18-25%", "18", "25", "%"),
        ("18–25%", "18", "25", "%"),
        ("18—25%", "18", "25", "%"),
        ("18至25%", "18", "25", "%"),
        ("18 到 25 %", "18", "25", "%"),
        ("2万~5万", "20000", "50000", ""),
        ("10~20万元", "100000", "200000", "元"),
        ("500元~2万元", "500", "20000", "元"),
        ("-5~-3", "-5", "-3", ""),
        ("3-5个月", "3", "5", "个月"),
    ],
)
def test_ranges_have_two_ends(text, low, high, unit):
    """~ – 至 and their like; the unit may stand at the second end alone."""
    assert parse_target(text) == Interval(Decimal(low), Decimal(high), unit)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022年12月底前", "2022-12-31"),
        ("2022年12月31日前完成", "2022-12-31"),
        ("2022年12月31日前完成项目验收", "2022-12-31"),
        ("12月30日", "2022-12-30"),
        ("不晚于12月30日", "2022-12-30"),
        ("完成时间为2022年12月30日", "2022-12-30"),
        ("2022年12月", "2022-12-31"),
        ("2021年12月完成", "2021-12-31"),
        ("2020年2月", "2020-02-29"),
        ("2022-12-31", "2022-12-31"),
        ("2022/12/31", "2022-12-31"),
        ("2022.12.31", "2022-12-31"),
        ("2022.12", "2022-12-31"),
        ("2022-12", "2022-12-31"),
        ("２０２２年 6 月份", "2022-06-30"),
        ("6月上旬", "2022-06-10"),
        ("6月中旬", "2022-06-20"),
        ("6月下旬", "2022-06-30"),
        ("年底前", "2022-12-31"),
        ("2022年年底", "2022-12-31"),
        ("年内", "2022-12-31"),
        ("2022年", "2022-12-31"),
        ("上半年", "2022-06-30"),
        ("2023年下半年", "2023-12-31"),
        ("第三季度", "2022-09-30"),
        ("2022年一季度末", "2022-03-31"),
        ("9月前", "2022-08-31"),
        ("9月底前", "2022-09-30"),
    ],
)
def test_dates_give_the_last_day(text, day):
    """The last day allowed, in the evaluated year where none is written."""
    measure = parse_target(text, year=2022)
    assert isinstance(measure, Day)
    assert measure.last == dt.date.fromisoformat(day)


def test_a_month_without_a_year_stays_a_date():
    """Without the evaluated year the day is not known, and that is said."""
    measure = parse_target("9月前")
    assert isinstance(measure, UndatedDay)
    assert "没有写年份" in comparable(measure, parse_actual("7月", measure, year=2022))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("1,5", "逗号不在千位上"),
        ("12,34万元", "逗号不在千位上"),
        ("1 500", "空白"),
        ("1, 500", "空白"),
        ("3/4", "分数还是日期"),
        ("1:3", "比例"),
        ("10-20-30", "3个数"),
        ("3个、5个", "2个数"),
        ("≥50≤60", "2个数"),
        ("1.2.3", "小数点"),
        ("±5%", "偏差"),
        ("约", "没有数"),
        ("≥", "没有数"),
        ("百分之", "没有数"),
        ("…", "看不清"),
        ("50……", "看不清"),
        ("(截断)", "截断"),
        ('(粘连"250105010")50万亩', "粘连"),
        ("≥90%(OCR印290%)", "OCR"),
        ("1?", "看不清"),
        ("≥**平方米", "看不清"),
        ("≥XX个", "看不清"),
        ("1O0", "字母"),
        ("10O%", "字母"),
        ("5O个", "字母"),
        ("②50", "不认识的符号"),
        ("10²", "不是单位"),
        ("٥٠", "不是数"),
        ("٥٠个", "不是数"),
        ("5级", "等级"),
        ("50几个", "不是确数"),
        ("数个", "汉字数字"),
        ("几十个", "汉字数字"),
        ("未完成50个", "写法"),
        ("第3名", "写法"),
        ("100%(95%)", "以哪个为准"),
        ("(50)", "只有括号"),
        ("50(个", "没有配对"),
        (">5以下", "互相矛盾"),
        ("≥63%~68%", "比较符"),
        ("68%~63%", "下限大于上限"),
        ("5%~5个", "单位不同"),
        ("63%~68", "单位不同"),
        ("2~5万", "不能确定"),
        ("2022.1", "1月、10月"),
        ("20221231", "日期还是一个数"),
        ("2022年2月30日", "日历"),
        ("2022年13月", "日历"),
        ("1-12月", "一段时间"),
        ("2021-2022", "一段时间"),
        ("次年3月底前", "哪一年"),
        ("≥2022年12月", "不知何意"),
        ("9" * 31, "太长"),
        ("好" * 501, "太长"),
        ("定性", "没有值"),
        ("。", "不是数"),
    ],
)
def test_what_can_mean_two_things_is_refused(text, word):
    """An ambiguous or damaged cell gives no number, and says why."""
    for measure in (parse_target(text, year=2022), parse_actual(text, year=2022)):
        assert isinstance(measure, UnreadableCell)
        assert word in measure.reason


@pytest.mark.parametrize("text", [None, "", "  ", "无", "/", "-", "—", "——", "－", "一", "\\", float("nan")])
def test_signs_for_nothing_are_blank(text):
    """A placeholder is no value, and no zero."""
    assert parse_target(text) == parse_actual(text) == Blank()


@pytest.mark.parametrize("text", ["不适用", "尚未到期", "无数据", "N/A"])
def test_why_there_is_no_value_is_kept(text):
    """Not applicable, not yet due and no data stay what they say."""
    assert parse_actual(text) == Blank(text)
    assert text in comparable(number("", "5"), parse_actual(text))


QUALITATIVE = (
    "优 良 中 低 差 好 较好 一般 较差 高 中 低 显著提升 有效改善 达成预期指标 部分达成并具有一定效果 达成年度指标 未达成 可持续 "
    "优良中低差 严格执行相关制度规定 一次性完成"
)


@pytest.mark.parametrize("text", QUALITATIVE.split())
def test_qualitative_words_are_kept(text):
    """A word or a sentence without a number is what it says."""
    assert parse_target(text) == parse_actual(text) == Words(text)


@pytest.mark.parametrize("text", ["完成", "已完成", "全部完成", "达成", "已全部完成", "顺利完成"])
def test_done_is_not_a_number(text):
    """完成 as an actual value claims completion and gives no figure."""
    assert parse_actual(text) == Done()
    assert "没有数" in comparable(number("≥", "50", "个"), parse_actual(text))
    assert "哪天" in comparable(parse_target("2022年6月底前"), parse_actual(text))
    assert comparable(parse_target("提交报告"), parse_actual(text)) == ""


def test_done_in_full_or_in_time_says_more():
    """100%完成 answers a target in %, 按时完成 answers a date."""
    assert comparable(number("=", "100", "%"), parse_actual("100%完成")) == ""
    assert "单位不同" in comparable(number("=", "50", "个"), parse_actual("100%完成"))
    assert comparable(parse_target("2022年6月底前"), parse_actual("按时完成")) == ""


@pytest.mark.parametrize("text", ["≥266米", "=266米", "不少于266米", "２６６米以上"])
def test_an_actual_copied_with_its_operator_is_marked(text):
    """The value is read, and that it was copied is known."""
    measure = parse_actual(text, parse_target("≥266米"))
    assert isinstance(measure, Number)
    assert (measure.value, measure.unit) == (Decimal(266), "米")
    assert has_copied_operator(measure)
    assert not has_copied_operator(parse_actual("266米"))
    assert not has_copied_operator(parse_actual("约266米"))


@pytest.mark.parametrize(
    ("cell", "columns", "expected"),
    [
        ("50", {"operator": "≥", "unit": "个"}, number("≥", "50", "个")),
        ("50", {"nature": "≥", "unit": "个"}, number("≥", "50", "个")),
        ("50个", {"operator": ">=", "unit": "个"}, number("≥", "50", "个")),
        ("≥50", {"operator": "≥", "nature": "定量"}, number("≥", "50")),
        ("50", {"operator": "不低于", "unit": "/"}, number("≥", "50")),
        ("5", {"operator": "≤", "unit": "万元"}, number("≤", "50000", "元")),
        ("5万元", {"unit": "元"}, number("", "50000", "元")),
        ("5万", {"unit": "万元"}, number("", "50000", "元")),
        ("28万", {"unit": "亩"}, number("", "280000", "亩")),
        ("5", {"unit": "‰"}, number("", "0.5", "%")),
        ("2", {"unit": "个百分点"}, number("", "2", "百分点")),
        ("63~68", {"operator": "=", "unit": "%"}, Interval(Decimal(63), Decimal(68), "%")),
        ("优良中低差", {"operator": "定性"}, Words("优良中低差")),
        ("好坏", {"nature": "定性(好坏)"}, Words("好坏")),
        ("好", {"operator": "=", "nature": "定量"}, Words("好", "=")),
        ("2022", {"operator": "≤", "unit": "年"}, Day("≤", dt.date(2022, 12, 31))),
        ("2022年12月", {"unit": "时间"}, Day("", dt.date(2022, 12, 31))),
    ],
)
def test_split_columns_say_the_same(cell, columns, expected):
    """Operator, target and unit in columns of their own."""
    assert parse_target(cell, **columns) == expected


@pytest.mark.parametrize(
    ("cell", "columns", "word"),
    [
        ("≥50", {"operator": "≤"}, "互相矛盾"),
        ("50", {"operator": "≤", "nature": "≥"}, "互相矛盾"),
        ("50", {"operator": "正"}, "不认识比较符"),
        ("50个", {"unit": "人"}, "单位栏"),
        ("50元", {"unit": "万元"}, "单位栏"),
        ("95%", {"nature": "定性"}, "定性"),
        ("63~68", {"operator": "≥"}, "比较符"),
    ],
)
def test_columns_that_contradict_the_cell_are_refused(cell, columns, word):
    """Neither is taken for the truth."""
    measure = parse_target(cell, **columns)
    assert measure.kind == "unreadable"
    assert word in measure.reason


def test_sichuan_writes_both_columns_in_one_cell():
    """定性 好坏 is the nature and the word."""
    assert parse_target("定性 好坏") == Words("好坏")


UNITS = {
    "": (1, ""),
    "个": (1, "个"),
    "万元": (10**4, "元"),
    "亿元": (10**8, "元"),
    "%": (1, "%"),
    "万亩": (10**4, "亩"),
}
BLANKS = st.sampled_from(["", " ", "\u3000", "\n"])


@st.composite
def written(draw):
    """A number in some notation: its text, its operator, its value and unit."""
    value = draw(st.decimals(0, 10**9, places=draw(st.integers(0, 4))))
    sign = draw(st.sampled_from(["", *OPERATORS]))
    word = draw(st.sampled_from(OPERATORS[sign].split())) if sign else ""
    unit = draw(st.sampled_from(list(UNITS)))
    digits = format(value, draw(st.sampled_from(["f", ",f"])))
    if draw(st.booleans()):
        digits = digits.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.,"})
    gaps = [draw(BLANKS) for _ in range(4)]
    text = (
        f"{gaps[0]}{word}{gaps[1]}{digits}{gaps[2]}{unit.replace('%', draw(st.sampled_from('%％')))}{gaps[3]}"
    )
    return text, sign, value, unit


@given(written())
def test_a_number_reads_the_same_in_any_notation(case):
    """Operator, width, separators, unit and blanks do not change what is read."""
    text, sign, value, unit = case
    scale, base = UNITS[unit]
    assert parse_target(text, operator="" if sign else "=") == number(sign or "=", str(value * scale), base)


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_the_reader(target, actual):
    """Whatever stands in the cells, they are read or the reason is given."""
    wanted = parse_target(target, year=2022)
    reached = parse_actual(actual, wanted, year=2022)
    assert isinstance(comparable(wanted, reached), str)
    assert [m for m in (wanted, reached) if isinstance(m, UnreadableCell | UndatedDay) and not m.reason] == []


@pytest.mark.parametrize(
    "part", ["<=", "≥=", "百分之", "1,000", "完成", "实际", "1~", "2022年", "以上", "()"]
)
def test_long_cells_are_answered_at_once(part):
    """A cell of one sign over and over is refused or kept, and never tried in all ways."""
    assert not parse_target((part * 250)[:499] + "!").kind.numeric


@pytest.mark.parametrize(
    ("target", "actual", "value", "doubted"),
    [
        ("≥2公顷", "30亩", "2", False),
        ("≥2公顷", "20亩", "1.333333", False),
        ("≥30亩", "2公顷", "30", False),
        ("≥2公斤", "2000克", "2", False),
        ("≤15分钟", "0.25小时", "15", False),
        ("≥48小时", "2天", "48", True),
        ("≤3天", "60小时", "2.5", True),
        ("≤300元/公里", "0.3元/米", "300", False),
        ("≤4000元/吨", "4元/公斤", "4000", False),
        ("≤120万元", "￥114万元", "1140000", False),
    ],
)
def test_an_actual_value_is_held_against_the_unit_of_its_target(target, actual, value, doubted):
    """Areas, weights, times and what is below a stroke are converted; a day of 24 hours is said to be one."""
    asked = parse_target(target)
    done = parse_actual(actual, asked)
    assert (done.value, bool(done.doubt), comparable(asked, done)) == (Decimal(value), doubted, "")


@pytest.mark.parametrize(("one", "other"), [("元/公里", "元/米"), ("元/吨", "元/公斤"), ("元/公顷", "元/亩")])
def test_a_thousand_times_below_the_stroke_is_not_the_same(one, other):
    """300 元 for a 公里 are not 300 元 for a 米."""
    assert not units.alike(one, other)


@pytest.mark.parametrize(
    ("actual", "target", "problem"),
    [("2个工作日", "≤16小时", True), ("1个月", "≤30天", True)],
)
def test_times_without_a_fixed_length_are_not_converted(actual, target, problem):
    """A working day and a month have none."""
    asked = parse_target(target)
    assert bool(comparable(asked, parse_actual(actual, asked))) == problem

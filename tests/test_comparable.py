"""Comparable: a target and an actual value are held against each other only where both mean the same thing."""

from decimal import Decimal

import pytest

from jixiao.values.measures import Done, Interval, Measure, Number, comparable, parse_actual, parse_target


def number(measure: Measure) -> Decimal | None:
    """The number that a cell gives: of an interval its lower end, 100 where it says 100% done."""
    match measure:
        case Number(_, value, _) | Interval(value, _, _):
            return value
        case Done(whole=True):
            return Decimal(100)
    return None


@pytest.mark.parametrize(
    ("target", "actual", "value", "problem"),
    [
        ("≥50个", "45个", "45", ""),
        ("≥50个", "45", "45", ""),
        ("≥50个", "45人", "45", "单位不同"),
        ("50", "45个", "45", ""),
        ("≤5万元", "40000元", "40000", ""),
        ("≤5万元", "4", "40000", ""),
        ("≤5万元", "4.5万", "45000", ""),
        ("≤90", "89.974万元", "89.974", ""),
        ("28万亩", "28", "28", "没有写"),
        ("28万亩", "28万", "280000", ""),
        ("28万亩", "0", "0", ""),
        ("5‰", "0.4%", "0.4", ""),
        ("≥95%", "95", "95", ""),
        ("≥95%", "0.95", "95", ""),
        ("≥95%", "1", "100", ""),
        ("≤0.4%", "0.1", "0.1", "0.1%还是10%"),
        ("≤5%", "0", "0", ""),
        ("≤5%", "0.0", "0", ""),
        ("≤5个百分点", "3%", "3", "单位不同"),
        ("2022.12万元", "2022.12", "20221200", ""),
        ("63%~68%", "65", "65", ""),
        ("≥50个", "45~50个", "45", "区间"),
        ("≥50个", "好", None, "实际不是数"),
        ("≥50个", "无", None, "没有实际完成值"),
        ("无", "45个", "45", "没有指标值"),
        ("好", "45个", "45", "实际不是文字"),
        ("好", "较好", None, ""),
        ("2022年9月底前", "2022年7月", None, ""),
        ("2022年9月20日前", "2022年9月", None, "不知是否晚于"),
        ("2022年9月前", "2022年9月15日", None, "2022-08-31还是2022-09-30"),
        ("2022年9月前", "2022年10月", None, ""),
        ("2022年9月前", "45", "45", "实际不是日期"),
        ("1,5", "45", "45", "目标："),
        ("45", "1,5", None, "实际："),
    ],
)
def test_only_like_is_held_against_like(target, actual, value, problem):
    """Money is converted, a bare number takes the target's unit where that is certain, all else is said."""
    wanted = parse_target(target)
    reached = parse_actual(actual, wanted)
    assert number(reached) == (None if value is None else Decimal(value))
    reason = comparable(wanted, reached)
    assert problem in reason and bool(problem) == bool(reason)


def test_a_unit_taken_from_the_target_is_said_where_it_is_money():
    """90 against 90万元 is read as 90万元, and a reader is told."""
    assert "读作万元" in parse_actual("90", parse_target("≤90万元")).note
    assert parse_actual("90", parse_target("≤90个")).note == ""


@pytest.mark.parametrize(
    ("target", "actual", "doubt"),
    [
        ("≥95%", "0.95", "读作95%"),
        ("≥95%", "1", "读作100%"),
        ("≤90", "89.974万元", "读作万元"),
        ("≥95%", "95", ""),
        ("≥50个", "45个", ""),
    ],
)
def test_what_was_guessed_of_a_value_is_said(target, actual, doubt):
    """A fraction against per cent and a target without unit are compared, and it is told how they were read."""
    told = parse_actual(actual, parse_target(target)).doubt
    assert doubt in told and bool(doubt) == bool(told)


def test_a_column_of_units_makes_small_percentages_plain():
    """0.1 against 0.4 in a column of % is 0.1 %; 0.95 against 95 there is told to be read as 95 %."""
    small, large = (parse_target(text, operator="≤", unit="%") for text in ("0.4", "95"))
    assert comparable(small, parse_actual("0.1", small, unit="%")) == ""
    assert "读作95%" in parse_actual("0.95", large, unit="%").doubt

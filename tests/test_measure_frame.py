"""Measure frame: many cells at once give row by row what the parser of one cell gives, in exact integers."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.values.measure_frame import COLUMNS, LARGEST, NO_NUMBER, SCALE, parse_frame
from jixiao.values.measures import (
    Blank,
    Day,
    Done,
    Interval,
    Kind,
    Measure,
    Number,
    UndatedDay,
    Words,
    comparable,
    parse_actual,
    parse_target,
)

YEAR = 2022
NUMBERS = ("target_low", "target_high", "actual")

TARGETS = ["≥50个", "50", "95", "≤5万元", "63%~68%", "9月前", "优良", "1,5", "0.0000001", "", None, "28万亩"]
ACTUALS = [
    "45",
    "45个",
    "0.95",
    "4",
    "≥50个",
    "完成",
    "100%完成",
    "7月",
    "好",
    "/",
    None,
    "45~50个",
    "(截断)",
]
CELL = st.fixed_dictionaries(
    {
        "operator": st.sampled_from([None, "", "≥", "≤", "定性"]),
        "target": st.sampled_from(TARGETS),
        "measure_unit": st.sampled_from([None, "", "个", "%", "万元"]),
        "nature": st.sampled_from(["定量", "定性"]),
        "actual": st.sampled_from(ACTUALS),
    }
)


def frame(*rows: dict[str, str | None]) -> pd.DataFrame:
    """Rows of cells as a frame whose index is not 0, 1, 2 …"""
    return pd.DataFrame(list(rows), columns=list(COLUMNS), index=range(7, 7 + len(rows)), dtype=object)


def pair(row: dict[str, str | None]) -> tuple[Measure, Measure]:
    """The measures of one row, by the functions for one cell."""
    unit = row["measure_unit"]
    given = {name: row[name] for name in ("nature", "operator")}
    target = parse_target(row["target"], unit=unit, year=YEAR, **given)
    return target, parse_actual(row["actual"], target, unit=unit, year=YEAR)


def value(parsed: pd.Series, name: str) -> Decimal | None:
    """A number of a parsed row, wherever it is kept."""
    if not parsed["exact"]:
        return parsed[f"{name}_exact"]
    return None if parsed[name] == NO_NUMBER else Decimal(int(parsed[name])) / SCALE


def said(parsed: pd.Series) -> dict[str, object]:
    """What a parsed row says, in the words of `expected`."""
    days = {
        name: None if pd.isna(parsed[name]) else parsed[name].date() for name in ("target_day", "actual_day")
    }
    same = (
        "kind",
        "actual_kind",
        "operator",
        "unit",
        "target_words",
        "actual_words",
        "copied_operator",
        "problem",
    )
    return {name: value(parsed, name) for name in NUMBERS} | days | {name: parsed[name] for name in same}


def number(measure: Measure, end: str) -> Decimal | None:
    """The number of a measure, or one end of an interval."""
    match measure:
        case Number(_, value, _):
            return value
        case Interval(low, high, _):
            return low if end == "low" else high
    return None


def words(measure: Measure) -> str:
    """What a measure says in words."""
    match measure:
        case Words(said, _) | UndatedDay(_, said) | Blank(said):
            return said
        case Done(_, timely):
            return "按时" if timely else ""
    return ""


def expected(target: Measure, actual: Measure) -> dict[str, object]:
    """What a row of the frame must say of two measures."""
    reached = number(actual, "low") if isinstance(actual, Number) else None
    return {
        "target_low": number(target, "low"),
        "target_high": number(target, "high"),
        "actual": Decimal(100) if isinstance(actual, Done) and actual.whole else reached,
        "target_day": target.last if isinstance(target, Day) else None,
        "actual_day": actual.last if isinstance(actual, Day) else None,
        "kind": target.kind,
        "actual_kind": actual.kind,
        "operator": getattr(target, "operator", ""),
        "unit": getattr(target, "unit", ""),
        "target_words": words(target),
        "actual_words": words(actual),
        "copied_operator": getattr(actual, "operator", "") not in ("", "≈") and not isinstance(actual, Words),
        "problem": comparable(target, actual),
    }


@given(st.lists(CELL, max_size=12))
def test_rows_say_what_single_cells_say(rows):
    """The frame is the scalar functions, row by row, whatever repeats and in whatever order."""
    parsed = parse_frame(frame(*rows), YEAR)
    assert list(parsed.index) == list(range(7, 7 + len(rows)))
    assert [said(row) for _, row in parsed.iterrows()] == [expected(*pair(row)) for row in rows]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("0.000001", True),
        ("0.0000001", False),
        (str(LARGEST), True),
        (f"-{LARGEST}", True),
        (str(LARGEST + 1), False),
        (f"{LARGEST}.000001", False),
    ],
)
def test_numbers_that_do_not_fit_stay_decimals(text, fits):
    """More than six decimals or more than 9 × 10^12 is flagged and kept exactly."""
    row = parse_frame(frame({"target": text, "actual": "1"}), None).loc[7]
    assert row["exact"] == fits
    assert value(row, "target_low") == Decimal(text)
    assert value(row, "actual") == 1
    assert (row["target_low"] == NO_NUMBER) == (not fits)


def test_columns_have_their_types_even_without_rows():
    """Sums and comparisons of columns need no conversion, and an empty frame has the same columns."""
    full, empty = parse_frame(frame({"target": "≥50个", "actual": "45"}), None), parse_frame(frame(), None)
    assert list(map(str, full.dtypes)) == list(map(str, empty.dtypes))
    assert [full[name].dtype for name in NUMBERS] == [np.dtype("int64")] * 3
    assert list(full["kind"].cat.categories) == [kind.value for kind in Kind]
    assert full["target_day"].dtype.kind == "M"


def test_only_the_target_is_needed():
    """Columns that a table lacks count as empty, also in the text type of pandas."""
    parsed = parse_frame(pd.DataFrame({"target": pd.array(["≥50个", None], dtype="str")}), None)
    assert list(parsed["kind"]) == ["number", "blank"]
    assert list(parsed["problem"]) == ["没有实际完成值", "没有指标值"]


def test_each_distinct_row_is_parsed_once():
    """A hundred thousand rows of two kinds share the two results."""
    row = {"operator": "≥", "target": "50", "measure_unit": "个", "nature": "定量", "actual": "1,5"}
    many = pd.concat([frame(row, row | {"actual": "45"})] * 50_000)
    parsed = parse_frame(many, None)
    assert parsed.index.equals(many.index)
    assert len({id(problem) for problem in parsed["problem"]}) == 2
    assert int(parsed.loc[8, "actual"].sum()) == 50_000 * 45 * SCALE

"""Amounts in other units than 万元 come into the tables exactly, and the form is told that they were converted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.forms.reading import number_cells
from jixiao.forms.records import from_forms
from test_unknown_columns import FORM, errors, one

FACTORS = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "百万元": Decimal(100),
    "亿元": Decimal(10_000),
}


def in_unit(unit: str) -> str:
    """The usual form with its money in this unit."""
    scaled = {"100": Decimal(100), "98": Decimal(98)}
    text = FORM.replace("（万元）", f"（{unit}）", 1)
    for old, number in scaled.items():
        text = text.replace(f"| {old} ", f"| {number / FACTORS[unit]:f} ")
    # the points of the total stay what they are
    return text.replace(f"| {Decimal(100) / FACTORS[unit]:f} | 99.3", "| 100 | 99.3")


@pytest.mark.parametrize("unit", FACTORS)
def test_amounts_are_the_same_in_every_unit(unit: str) -> None:
    """100 万元 is 1,000,000 元, 1,000 千元, 1 百万元 and 0.01 亿元; one warning where it is not 万元."""
    records = from_forms.records((one(in_unit(unit)),))
    (subject,) = records["subjects"].itertuples()
    assert [subject.initial_budget, subject.adjusted_budget, subject.executed] == [100, 100, 98]
    funds = [(row.initial_budget, row.executed) for row in records["funds"].itertuples()]
    assert funds[:2] == [(100, 98), (100, 98)]
    assert [rule for rule, _ in errors(in_unit(unit))] == ([] if unit == "万元" else ["F05"])


@pytest.mark.parametrize("unit", FACTORS)
@given(st.decimals(0, 10**9, places=6, allow_nan=False))
def test_a_conversion_loses_no_digit(unit: str, number: Decimal) -> None:
    """Back in its unit an amount is what was written."""
    converted = number_cells.amount(f"{number:f}", unit)
    assert converted is not None
    assert converted / FACTORS[unit] == number


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("12345.67", "元", "1.234567"),
        ("0.1", "元", "0.00001"),
        ("1,234,567", "元", "123.4567"),
        ("3.3", "千元", "0.33"),
        ("0.7", "百万元", "70"),
        ("0.0307", "亿元", "307"),
        ("5000元", "万元", "0.5"),
        ("1.5亿元", "万元", "15000"),
        ("2万元", "元", "2"),
        ("7", "", "7"),
    ],
)
def test_the_unit_beside_an_amount_counts_before_that_of_the_form(
    text: str, declared: str, expected: str
) -> None:
    """5000元 under a head of 万元 is 0.5; without any unit an amount is in 万元."""
    assert number_cells.amount(text, declared) == Decimal(expected)


@pytest.mark.parametrize("text", ["", "—", "无", "待定"])
def test_what_is_no_amount_stays_none(text: str) -> None:
    """In any unit; nothing becomes 0."""
    assert [number_cells.amount(text, unit) for unit in FACTORS] == [None] * len(FACTORS)

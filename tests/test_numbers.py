"""Numbers: parsed from their text, rounded once, written without loss."""

import threading
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jixiao.kit import numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", "12.50"),
        (" 1,234,567.8 ", "1234567.8"),
        ("１２．５", "12.5"),
        ("-0.0365", "-0.0365"),
        ("−3", "-3"),
        (".5", "0.5"),
    ],
)
def test_parse_reads_numbers_as_people_write_them(text, value):
    """Full-width digits, thousands separators and a typographic minus give the exact decimal."""
    assert numbers.parse(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "1e5", "nan", "inf", "12%", "1,23", "12 个", "1_000", "0x10"])
def test_parse_refuses_everything_else(text):
    """What is not a plain decimal raises instead of becoming a wrong number."""
    with pytest.raises(ValueError, match="not a decimal"):
        numbers.parse(text)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("9" * 15, True),
        ("9" * 16, False),
        ("-" + "9" * 15 + "." + "9" * 20, True),
        ("0." + "0" * 19 + "1", True),
        ("0." + "0" * 20 + "1", False),
        ("000" + "9" * 15, True),
        ("９" * 16, False),
        ("1" + ",000" * 5, False),
        ("9" * 100_000, False),
    ],
)
def test_numbers_of_more_digits_than_anybody_means_are_refused(text, fits):
    """Fifteen digits before the point and twenty behind it are read exactly; one more is an error of its own kind."""
    if fits:
        assert numbers.parse(text) == Decimal(text)
    else:
        with pytest.raises(numbers.TooLongError):
            numbers.parse(text)


def test_sums_of_the_longest_numbers_are_exact_in_every_thread():
    """Python's own precision of 28 digits would drop the last ones, in threads as well as here."""
    one = numbers.parse("9" * 15 + "." + "9" * 20)
    given = []
    worker = threading.Thread(target=lambda: given.append(one + one))
    worker.start()
    worker.join()
    assert [one + one, one * one] == [given[0], Decimal("9" * 35) * Decimal("9" * 35) / 10**40]
    assert str(one + one) == "1" + "9" * 15 + "." + "9" * 19 + "8"


@pytest.mark.parametrize(
    ("value", "places", "half_up", "even"),
    [
        ("28.165", 2, "28.17", "28.16"),
        ("28.175", 2, "28.18", "28.18"),
        ("28.250", 1, "28.3", "28.2"),
        ("28.350", 1, "28.4", "28.4"),
        ("0.35", 1, "0.4", "0.4"),
        ("-0.0365", 3, "-0.037", "-0.036"),
        ("15.4546", 0, "15", "15"),
        ("12.1498", 1, "12.1", "12.1"),
        ("10.5002", 0, "11", "11"),
        ("89.995", 2, "90.00", "90.00"),
        ("89.994999", 2, "89.99", "89.99"),
    ],
)
def test_rounding_half_up_and_by_gb_t_8170(value, places, half_up, even):
    """The examples of GB/T 8170-2008 and the places where 四舍五入 differs from it."""
    assert str(numbers.rounded(Decimal(value), places)) == half_up
    assert str(numbers.rounded(Decimal(value), places, numbers.GB_T_8170)) == even


@settings(derandomize=True)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
@example(Decimal("90.50"))
@example(Decimal("-0.0005"))
def test_plain_text_parses_to_the_same_value(value):
    """Writing and reading a number loses nothing."""
    assert numbers.parse(numbers.plain(value)) == value

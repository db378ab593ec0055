"""Numbers that no budget has pass through all checks and become findings, never an error of the program."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from jixiao.checks import catalogue, settings
from jixiao.forms.records import from_forms
from jixiao.kit.limits import POINTS
from jixiao.rules import points, policy
from kit import PROJECT
from text_sheets import FORM, found

RULES = policy.on_date(PROJECT, "mof-2020-10", dt.date(2022, 3, 1))


def findings(old: str, new: str) -> set[tuple[str, str]]:
    """Rule and cell of what is found in the form with one text changed."""
    assert FORM.count(old) == 1
    records = from_forms.records(found(FORM.replace(old, new)).forms)
    limits = settings.in_force(PROJECT, RULES)
    return {(one.rule, one.place.cell) for one in catalogue.find(records, RULES, limits, None)}


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("10公里 | 20 | 20", f"10公里 | {'9' * 15} | 20", ("F13", "G12")),
        ("10公里 | 20 | 20", f"10公里 | 1{'0' * 16} | 20", ("F06", "G12")),
        ("10公里 | 20 | 20", f"10公里 | 20 | {'9' * 15}.{'9' * 20}", ("S01", "H12")),
        ("100 | 100 | 90 | 10", f"100 | 100 | {'9' * 48} | 10", ("F06", "F5")),
        ("100 | 100 | 90 | 10", f"{'9' * 15}.5 | 0.{'0' * 19}1 | 90 | 10", ("D06", "H5")),
    ],
)
def test_a_number_of_many_digits_is_a_finding_at_its_cell(old, new, finding):
    """Fifteen digits are read and judged, more are told; neither ends the reading of the form."""
    assert finding in findings(old, new)


def test_weights_beyond_any_that_is_scored_are_refused():
    """1000 points are whole 1/10000 points in a machine word; what is larger would not be."""
    assert list(points.whole_weights(pd.Series([Decimal(POINTS)]))) == [POINTS * 10_000]
    with pytest.raises(ValueError, match="larger"):
        points.whole_weights(pd.Series([Decimal(10**15)]))

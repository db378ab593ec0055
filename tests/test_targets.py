"""A target printed in one cell comes apart into nature, operator, number and unit, where it is plain."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.forms.records import targets
from jixiao.year import tables

KNOWN = tables.read(Path(__file__).resolve().parents[1], "2022")


def test_every_target_of_the_year_is_split_as_it_was_joined() -> None:
    """Operator, target and unit written as one text come apart again, with their nature."""
    columns = ["nature", "operator", "target", "measure_unit"]
    frame = KNOWN["indicators"][columns]
    joined = ["".join(part or "" for part in row[1:]) for row in frame.itertuples(index=False)]

    told = [
        (text, row)
        for text, row in zip(joined, frame.itertuples(index=False, name=None), strict=True)
        if targets.split(text) != row
    ]

    assert (len(joined), told) == (1143, [])


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("≥ 50 个", ("定量", "≥", "50", "个")),
        ("＝１００％", ("定量", "=", "100", "%")),
        ("1", ("定量", None, "1", None)),
        ("≥1,000.5万元", ("定量", "≥", "1,000.5", "万元")),
        ("≥1000（元）", ("定量", None, "≥1000（元）", None)),
        ("不少于50个", ("定量", None, "不少于50个", None)),
        ("80%-90%", ("定量", None, "80%-90%", None)),
        ("2021年12月完成", ("定量", None, "2021年12月完成", None)),
        ("效果明显", ("定性", None, "效果明显", None)),
        ("≥80%和≤90%", ("定量", None, "≥80%和≤90%", None)),
        ("/", (None, None, "/", None)),
        ("", (None, None, None, None)),
    ],
)
def test_only_plain_targets_are_split(text: str, split: tuple[str | None, ...]) -> None:
    """Sign, number and unit come apart; anything else stays one text."""
    assert targets.split(text) == split


@pytest.mark.parametrize(
    ("operator", "text", "unit", "split"),
    [
        ("≥", "95", "%", ("定量", "≥", "95", "%")),
        (">=", "95", "%", ("定量", "≥", "95", "%")),
        ("定性", "好坏", "", ("定性", None, "好坏", None)),
        ("定量", "90%", "", ("定量", None, "90", "%")),
        ("定量", "好坏", "", ("定量", None, "好坏", None)),
        ("", "好坏", "", ("定性", None, "好坏", None)),
        ("", "≥28万亩", "", ("定量", "≥", "28", "万亩")),
        ("", "28", "万亩", ("定量", None, "28", "万亩")),
    ],
)
def test_columns_that_a_form_splits_itself_stay_apart(
    operator: str, text: str, unit: str, split: tuple[str | None, ...]
) -> None:
    """指标性质 holds a sign or a nature."""
    assert targets.given(operator, text, unit) == split

"""Points column by column: bounded, monotonic, blind to notation and order, and the same as one by one."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jixiao.kit import numbers
from jixiao.rules import claims, explain, methods, points
from jixiao.rules.column_arithmetic import product_ratio
from jixiao.rules.outcomes import Status
from jixiao.rules.policy import in_force
from jixiao.values.measure_frame import parse_frame
from kit import PROJECT

SCHEMES = ("mof-2020-10", "mof-2021-101", "platform-caps", "hubei-2020", "zhengzhou")
POLICIES = {name: in_force(PROJECT, name, 2021) for name in SCHEMES}
OPERATORS = ("≥", "≤", "=", ">", "<", "", "~", "定性", "日期")
WORDS = ("达成年度指标", "部分达成年度指标并具有一定效果", "未达成年度指标且效果较差", "还行")
amounts = st.decimals(min_value=0, max_value=10**7, places=3, allow_nan=False, allow_infinity=False)
weights = st.decimals(min_value=Decimal("0.5"), max_value=40, places=1, allow_nan=False, allow_infinity=False)


@st.composite
def cells(draw) -> tuple[str, str, str, Decimal]:
    """Target, actual, nature and weight of an indicator of any kind."""
    kind, target, actual = draw(st.sampled_from(OPERATORS)), draw(amounts), draw(amounts)
    if kind == "定性":
        return "达成年度指标", draw(st.sampled_from(WORDS)), "定性", draw(weights)
    if kind == "日期":
        return "2021年6月30日前", f"2021年{draw(st.integers(1, 12))}月15日", "定量", draw(weights)
    text = f"{target}~{target + 10}" if kind == "~" else f"{kind}{target}"
    return text, str(actual), "定量", draw(weights)


def scored(
    rows: list[tuple[str, str, str, Decimal]], scheme: str, satisfaction: bool = False
) -> pd.DataFrame:
    """The points of indicators under a scheme, in units of 10^-places."""
    frame = pd.DataFrame([row[:3] for row in rows], columns=["target", "actual", "nature"], dtype=object)
    whole = points.whole_weights(pd.Series([row[3] for row in rows]))
    flags = pd.Series([satisfaction] * len(rows))
    return points.score(parse_frame(frame, 2021), whole, flags, POLICIES[scheme])


@settings(max_examples=60)
@given(st.lists(cells(), min_size=1, max_size=12), st.sampled_from(SCHEMES))
@example([("≥2", "1", "定量", Decimal("0.5")), ("≥100", "130", "定量", Decimal(1))], "platform-caps")
@example([("≥0", "0", "定量", Decimal(10)), (">0", "0", "定量", Decimal(10))], "mof-2020-10")
def test_points_lie_between_nothing_and_the_weight(rows, scheme):
    """0 ≤ points ≤ weight (as printed), bounds of a judgement too; no points only with another status."""
    found = scored(rows, scheme)
    places = POLICIES[scheme]["rounding"].value["places"]
    full = [int(numbers.rounded(row[3], places).scaleb(places)) for row in rows]
    for name in ("points", "low", "high"):
        given_ = found[name].to_numpy()
        assert ((given_ == methods.NONE) | ((given_ >= 0) & (given_ <= full))).all()
    assert ((found["points"] == methods.NONE) == (found["status"] != "scored")).all()


@settings(max_examples=40)
@given(st.lists(cells(), min_size=1, max_size=8), st.sampled_from(SCHEMES))
@example([("≥200", "1", "定量", Decimal(n)) for n in (1, 3, 5, 7)], "mof-2020-10")  # halves of the last place
@example([("≥100", "60.02", "定量", Decimal(n)) for n in (10, 30)], "mof-2021-101")
def test_a_column_gives_what_explain_gives_row_by_row(rows, scheme):
    """Scoring a frame and explaining each of its rows are the same arithmetic."""
    policy = POLICIES[scheme]
    found = scored(rows, scheme)
    together = points.decimals(found["points"], policy)
    for at, (target, actual, nature, weight) in enumerate(rows):
        one = explain.indicator(policy, weight, target, actual, nature=nature)
        assert (one.points, one.status) == (together[at], Status[found["status"][at].upper()].words)


@settings(max_examples=40)
@given(st.lists(cells(), min_size=2, max_size=10), st.randoms())
@example([("≥200", str(n), "定量", Decimal(1)) for n in (1, 3, 5)], Random(0))
def test_the_order_of_rows_does_not_matter(rows, random):
    """A row's points do not depend on its neighbours."""
    order = list(range(len(rows)))
    random.shuffle(order)
    straight, shuffled = scored(rows, "mof-2020-10"), scored([rows[at] for at in order], "mof-2020-10")
    assert list(straight["points"].iloc[order]) == list(shuffled["points"])


@settings(max_examples=80)
@given(amounts, amounts, amounts, weights, st.sampled_from(("mof-2020-10", "mof-2021-101", "hubei-2020")))
@example(Decimal(200), Decimal(1), Decimal("0.999"), Decimal(1), "mof-2020-10")
@example(Decimal(0), Decimal(0), Decimal("0.001"), Decimal(1), "mof-2020-10")
@example(Decimal(100), Decimal(60), Decimal("60.01"), Decimal(10), "mof-2021-101")
def test_a_better_value_never_scores_less(target, one, other, weight, scheme):
    """Upwards more is better, downwards less is better; within a scheme without deductions."""
    worse, better = sorted((one, other))
    up = scored([(f"≥{target}", str(value), "定量", weight) for value in (worse, better)], scheme)["points"]
    down = scored([(f"≤{target}", str(value), "定量", weight) for value in (better, worse)], scheme)["points"]
    assert up[0] <= up[1]
    assert down[0] <= down[1]


@settings(max_examples=60)
@given(st.integers(1, 10**7), st.integers(0, 10**7), weights)
@example(200, 1, Decimal(1))
def test_the_notation_of_a_number_does_not_matter(target, actual, weight):
    """Full-width digits, thousands separators, operators in words and 万元 for 元 give the same points."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    notations = [
        (f"≥{target}元", f"{actual}元"),
        (f">={target:,}元", f"{actual:,} 元"),
        (f"不少于{target}元".translate(wide), f"{actual}元".translate(wide)),
        (f"{Decimal(target) / 10000}万元以上（含）", f"{Decimal(actual) / 10000}万元"),
    ]
    found = scored([(*pair, "定量", weight) for pair in notations], "mof-2020-10")["points"]
    assert len(set(found)) == 1


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(*[st.integers(0, 2**61)] * 2, st.integers(1, 2**61)), min_size=1, max_size=8),
    st.sampled_from([1, 100, 10_000]),
    st.sampled_from(list(numbers.ROUNDINGS)),
)
@example([(1, 1, 2), (3, 1, 2), (5, 1, 2), (1, 1, 3)], 1, numbers.GB_T_8170)
@example([(50, 2**50, 2**50), (150, 2**50, 2**50)], 100, numbers.GB_T_8170)
@example([(1, 3 * 2**58 - 1, 3)], 1, numbers.HALF_UP)
def test_column_division_rounds_like_the_one_place_that_rounds(rows, divisor, how):
    """product_ratio is numbers.rounded on exact decimals, for small and for unbounded values alike."""
    factor, part, whole = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    small = factor % 1_000_000
    if (part.astype(object) * small > whole.astype(object) * 2**61).any():
        part = np.minimum(part, whole)
    found = product_ratio(small, part, whole, divisor, how)
    for at, (f, p, w) in enumerate(zip(small.tolist(), part.tolist(), whole.tolist(), strict=True)):
        whole_part, rest = divmod(f * p, w * divisor)
        up = 2 * rest > w * divisor or (
            2 * rest == w * divisor and (how == numbers.HALF_UP or whole_part % 2)
        )
        assert found[at] == whole_part + up


LARGE = [
    ("≥123456789012.345678", "98765432109.87654", "8.00"),
    ("≥9000000000000", "4500000000000", "5.00"),
    ("≥0.12345678", "0.06172839", "5.00"),
    ("≤123456789012345678", "246913578024691356", "5.00"),
]


@pytest.mark.parametrize(("target", "actual", "expected"), LARGE)
def test_values_beyond_the_machine_word_are_exact(target, actual, expected):
    """Values that do not fit whole millionths, or whose products overflow, are scored exactly."""
    found = explain.indicator(POLICIES["mof-2020-10"], Decimal(10), target, actual)
    assert str(found.points) == expected


STATUSES = [
    ("≥5", "不适用", "不适用"),
    ("≥5", "未到期", "未到期"),
    ("≥5", "无数据", "没有数据"),
    ("≥5", "", "没有数据"),
    ("", "5", "没有数据"),
    ("≥5", "3/4", "读不出"),
    ("5左右", "5", "规则未定"),
    ("≥-3", "-5", "规则未定"),
    ("2021年6月底前", "2021年8月", "规则未定"),
]


@pytest.mark.parametrize(("target", "actual", "status"), STATUSES)
def test_what_cannot_be_scored_has_a_status_of_its_own(target, actual, status):
    """Not applicable, not due, no data, unreadable and undecided are never full points, and never zero."""
    found = explain.indicator(POLICIES["mof-2020-10"], Decimal(10), target, actual)
    assert (found.points, found.status) == (None, status)


EDGES_WITHOUT_POINTS = [
    (">50", "50"),
    ("<5%", "5%"),
    ("=50个", "60个"),
    ("≥90%", "<90%"),
    ("≥50个", "约50个"),
]


@pytest.mark.parametrize(("target", "actual"), EDGES_WITHOUT_POINTS)
def test_what_no_clause_decides_gets_no_points_and_a_warning(target, actual):
    """A value on a strict target, above an exact one, or given as a range is not scored, and says why."""
    found = explain.indicator(POLICIES["mof-2020-10"], Decimal(10), target, actual)
    assert found.points is None
    assert found.warnings


def test_a_target_without_operator_is_said_to_be_read_upwards():
    """20万元 as a target may be a ceiling: the direction that was taken is told."""
    found = explain.indicator(POLICIES["mof-2020-10"], Decimal(10), "20万元", "15万元")
    assert "目标没有写比较符" in "".join(found.warnings)


def test_large_losses_are_not_taken_for_over_achievement():
    """A negative actual far from its target earns nothing and is not called far above."""
    found = explain.indicator(POLICIES["platform-caps"], Decimal(10), "≥1万元", "-1000000000元")
    assert (str(found.points), found.warnings) == ("0.00", ())


EDGES = [
    ("mof-2020-10", "≥0", "0", "10.00"),
    ("mof-2020-10", "≤0", "0", "10.00"),
    ("mof-2020-10", "≤0", "3", "0.00"),
    ("mof-2020-10", "5~10", "5", "10.00"),
    ("mof-2020-10", "5~10", "10", "10.00"),
    ("mof-2020-10", "5~10", "4", "8.00"),
    ("mof-2020-10", "5~10", "20", "5.00"),
    ("mof-2021-101", "≥100", "60", "0.00"),
    ("mof-2021-101", "≥100", "60.01", "0.00"),
    ("mof-2021-101", "≥100", "61", "0.25"),
    ("platform-caps", "≥100", "129.99", "10.00"),
    ("platform-caps", "≥100", "130", "8.00"),
    ("zhengzhou", "≥3", "2", "6.67"),
]


@pytest.mark.parametrize(("scheme", "target", "actual", "expected"), EDGES)
def test_edges_of_each_way(scheme, target, actual, expected):
    """Zero targets, ends of intervals, the gate and the over-achievement limit, on and beside them."""
    assert str(explain.indicator(POLICIES[scheme], Decimal(10), target, actual).points) == expected


def test_claims_stand_and_differences_are_told():
    """A claim above the rule's points, and one outside its qualitative band, are listed; the claim is not changed."""
    rows = [["A", "产出指标", "场次", "≥50个", "45个", "定量", Decimal(8), Decimal(8)],
            ["A", "产出指标", "场次", "≥50个", "45个", "定量", Decimal(8), Decimal("7.2")],
            ["A", "效益指标", "效果", "达成年度指标", "部分达成并具有一定效果", "定性", Decimal(10), Decimal(9)],
            ["A", "效益指标", "效果", "达成年度指标", "达成年度指标", "定性", Decimal(10), Decimal(9)],
            ["A", "效益指标", "效果", "达成年度指标", "部分达成并具有一定效果", "定性", Decimal(10), Decimal(8)]]  # fmt: skip
    names = ["subject_id", "level1", "level3", "target", "actual", "nature", "weight", "self_score"]
    indicators = pd.DataFrame(rows, columns=names, dtype=object, index=[2, 3, 4, 5, 6])
    policy = POLICIES["mof-2020-10"]
    found = claims.differences(indicators, claims.by_rule(indicators, policy), policy)
    assert found[["claimed", "by_rule"]].T.to_dict("list") == {
        2: [8, "7.20"],
        4: [9, "6.00~8.00"],
        6: [8, "6.00~8.00"],
    }


def computed(formula: str) -> Fraction:
    """What the arithmetic of a formula gives, read as a person with a calculator would."""
    left = re.sub(r".*：", "", formula.split(" = ")[0])
    text = re.sub(r"(\d+(?:\.\d+)?)", r"Fraction('\1')", left)
    for sign, meaning in (("×", "*"), ("÷", "/"), ("−", "-"), ("（", "("), ("）", ")"), ("%", "/100")):
        text = text.replace(sign, meaning)
    return eval(text, {"Fraction": Fraction, "max": max})


@settings(max_examples=80)
@given(cells(), st.sampled_from(SCHEMES))
@example(("≥200", "1", "定量", Decimal(5)), "mof-2020-10")
@example(("≤1", "200", "定量", Decimal(5)), "mof-2020-10")
@example(("5~15", "20", "定量", Decimal("0.5")), "zhengzhou")
def test_the_formula_computes_to_the_points(row, scheme):
    """The arithmetic that is shown gives the points that are shown, rounded as the policy says."""
    target, actual, nature, weight = row
    policy = POLICIES[scheme]
    found = explain.indicator(policy, weight, target, actual, nature=nature)
    if found.points is None or "分" in found.formula:  # a date, or a sentence without arithmetic
        return
    places = policy["rounding"].value["places"]
    exact = computed(found.formula)
    shown = numbers.rounded(Decimal(exact.numerator) / Decimal(exact.denominator), places)
    assert abs(shown - found.points) <= (0 if (exact * 2 * 10**places).denominator == 1 else Decimal("1e-20"))

"""Claims held against the rule's points: within the tolerance, on it, beyond it; inside a band and on its ends."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from jixiao.rules import claims, explain
from jixiao.rules.policy import Policy, in_force
from jixiao.values.measure_frame import parse_frame
from kit import PROJECT

D = Decimal
MEASURE, GUIDE = (in_force(PROJECT, name, 2021) for name in ("mof-2020-10", "mof-2021-101"))
WITHOUT = replace(
    MEASURE, rules={name: r for name, r in MEASURE.rules.items() if name != "claimed_difference"}
)


def number(text: str | None) -> Decimal | None:
    """A number as written, None for none."""
    return None if text is None else D(text)


OUTSIDE = [  # claimed, points, low, high, whether the highest is out; outside
    ("7.20", "7.20", None, None, False, False),
    ("7.21", "7.20", None, None, False, False),
    ("7.19", "7.20", None, None, False, False),
    ("7.2101", "7.20", None, None, False, True),
    ("7.1899", "7.20", None, None, False, True),
    ("0", "0.00", None, None, False, False),
    ("8", None, "6", "8", False, False),
    ("8", None, "6", "8", True, True),
    ("7.99", None, "6", "8", True, False),
    ("6", None, "6", "8", True, False),
    ("5.99", None, "6", "8", False, True),
    ("8.01", None, "6", "8", False, True),
    ("5", None, None, None, False, False),
    ("5", None, "6", None, False, False),
    ("5", None, None, "4", False, False),
]


@pytest.mark.parametrize(("claimed", "score", "low", "high", "is_open", "outside"), OUTSIDE)
def test_a_claim_is_off_or_not(claimed, score, low, high, is_open, outside):
    """Just the tolerance is no difference; a band holds its lower end, its upper end as it says; nothing is not off."""
    given = D(claimed), *map(number, (score, low, high)), is_open
    assert claims.outside(*given, MEASURE) is outside


# level 1, target, actual, nature, weight, claimed; what the rule gives under 10号 and 101号, "" where claims agree
ROWS = [
    ("产出指标", "≥50个", "45个", "定量", "8", "8", "7.20", "6.00"),
    ("产出指标", "≥50个", "45个", "定量", "8", "7.2", "", "6.00"),
    ("效益指标", "效果", "部分达成", "定性", "10", "9", "6.00~8.00", "6.00~8.00"),
    ("效益指标", "效果", "部分达成", "定性", "10", "8", "6.00~8.00", "6.00~8.00"),
    ("效益指标", "效果", "部分达成", "定性", "10", "6", "", ""),
    ("效益指标", "效果", "达成", "定性", "10", "10", "", ""),
    ("效益指标", "效果", "还行", "定性", "10", "10", "", ""),
    ("产出指标", "≥50个", "45人", "定量", "8", "8", "", ""),
    ("满意度指标", "≥90%", "85%", "定量", "10", "9.44", "", "8.00"),
    ("产出指标", "≥90%", "85%", "定量", "10", "8.00", "9.44", "8.61"),
]


def frame(rows) -> pd.DataFrame:
    """Indicators of one subject, under row numbers of their own."""
    columns = ["level1", "target", "actual", "nature", "weight", "self_score"]
    cells = [[*row[:4], D(row[4]), D(row[5])] for row in rows]
    made = pd.DataFrame(cells, columns=columns, dtype=object, index=range(7, 7 + len(rows)))
    return made.assign(subject_id="A", level3="场次")


@pytest.mark.parametrize(("policy", "at"), [(MEASURE, 6), (GUIDE, 7)])
def test_claims_off_the_rule_are_listed(policy: Policy, at: int):
    """Row by row: what was claimed, what the rule gives, and whether that is a judgement; the claim stands."""
    indicators = frame(ROWS)
    found = claims.differences(indicators, claims.by_rule(indicators, policy), policy)
    expected = [[7 + n, "A", D(row[5]), row[at], "~" in row[at]] for n, row in enumerate(ROWS) if row[at]]
    assert found.reset_index().to_numpy().tolist() == expected
    assert list(found.columns) == ["subject_id", "claimed", "by_rule", "judged"]
    assert indicators["self_score"].tolist() == [D(row[5]) for row in ROWS]


def test_measures_that_were_read_before_give_the_same():
    """A caller who has the measures need not have them read again."""
    indicators = frame(ROWS)
    parsed = parse_frame(indicators, 2021)
    pd.testing.assert_frame_equal(
        claims.by_rule(indicators, GUIDE, parsed), claims.by_rule(indicators, GUIDE)
    )


def test_nothing_is_listed_where_nothing_is_compared():
    """Without a tolerance, or without claims: the same columns and no rows."""
    indicators = frame(ROWS)
    for rows, policy in ((indicators, WITHOUT), (indicators.head(0), MEASURE)):
        found = claims.differences(rows, claims.by_rule(indicators, MEASURE).loc[rows.index], policy)
        assert (len(found), list(found.columns)) == (0, ["subject_id", "claimed", "by_rule", "judged"])


EXPLAINED = [  # weight, target, actual, nature, claimed; what is said
    ("8", "≥50个", "45个", "定量", "8", "自评 8 分，与规则得分相差 0.80 分"),
    ("8", "≥50个", "45个", "定量", "7", "自评 7 分，与规则得分相差 -0.20 分"),
    ("8", "≥50个", "45个", "定量", "7.21", ""),
    ("10", "效果", "部分达成", "定性", "8", "自评 8 分，不在定性档的区间内"),
    ("10", "效果", "部分达成", "定性", "7.99", ""),
    ("8", "≥50个", "45个", "定量", None, ""),
]


@pytest.mark.parametrize(("weight", "target", "actual", "nature", "claimed", "said"), EXPLAINED)
def test_a_claim_is_told_beside_the_points(weight, target, actual, nature, claimed, said):
    """The difference with its sign, or that a claim is in no band; not where the policy does not compare."""
    for policy, expected in ((MEASURE, said), (WITHOUT, "")):
        found = explain.indicator(policy, D(weight), target, actual, nature=nature, claimed=number(claimed))
        assert "".join(found.warnings) == expected


def test_indicators_known_by_their_name_are_held_against_the_points_of_that_name():
    """A rise of 5 % of 三公经费变动率 loses a step for each percentage point; another rate is scored by its target."""
    policy = in_force(PROJECT, "hunan-departments", 2021)
    rows = pd.DataFrame(
        [
            {"level1": "投入", "level3": name, "weight": D(8), "operator": "≤", "target": "0", "measure_unit": "%",
             "nature": "定量", "actual": "5%"}
            for name in ("三公经费变动率", "公用经费变动率")
        ]
    )  # fmt: skip
    assert claims.by_rule(rows, policy)["points"].tolist() == [D("4.00"), D("0.00")]

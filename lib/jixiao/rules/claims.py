"""Holds the points that units gave themselves against those of the rule; the claim stands, the difference is told."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from jixiao.rules import points
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import number
from jixiao.rules.scoring import SATISFACTION_GROUP
from jixiao.values.measure_frame import parse_frame
from jixiao.year.words import Tier


def by_rule(indicators: pd.DataFrame, policy: Policy, parsed: pd.DataFrame | None = None) -> pd.DataFrame:
    """Score each indicator row by the policy's rule.

    The columns are those of `points.score`, but points, low and high are decimals, or None where there are none.
    `parsed` are the measures of these rows where the caller has them already.
    """
    parsed = parse_frame(indicators, policy.on.year) if parsed is None else parsed
    satisfaction = indicators["level1"] == SATISFACTION_GROUP
    weights = points.whole_weights(indicators["weight"])
    scored = points.score(parsed, weights, satisfaction, policy, indicators["level3"])
    for name in ("points", "low", "high"):
        scored[name] = points.decimals(scored[name], policy)
    return scored


def differences(claimed: pd.DataFrame, ruled: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Find the rows of `claimed` (with a self score each) that differ from the rule's points, or lie outside its band.

    `ruled` is what `by_rule` gives for these rows. Columns: subject_id, claimed, by_rule (text), judged.
    Empty where the policy does not compare claims.
    """
    if "claimed_difference" not in policy or claimed.empty:
        return pd.DataFrame(columns=["subject_id", "claimed", "by_rule", "judged"], dtype=object)
    scores = zip(
        claimed[Tier.SELF.points], ruled["points"], ruled["low"], ruled["high"], ruled["open"], strict=True
    )
    off = [
        outside(claim, score, low, high, high_is_open, policy)
        for claim, score, low, high, high_is_open in scores
    ]
    points = ruled["points"][off]
    judged = points.isna()
    bands = ruled["low"][off].astype(str) + "~" + ruled["high"][off].astype(str)
    return pd.DataFrame(
        {
            "subject_id": claimed["subject_id"][off],
            "claimed": claimed[Tier.SELF.points][off],
            "by_rule": points.astype(str).where(~judged, bands),
            "judged": judged,
        }
    )


def outside(
    claimed: Decimal,
    score: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    high_is_open: bool,
    policy: Policy,
) -> bool:
    """Whether a claim is not what the rule gives; False where the rule gives nothing to compare."""
    if score is not None:
        return abs(claimed - score) > number(policy["claimed_difference"].value["tolerance"])
    if low is None or high is None:
        return False
    return not low <= claimed <= high or (high_is_open and claimed == high)

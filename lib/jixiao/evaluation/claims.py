"""Claims: self scores held against the rule's points; the claim stands, the difference is told."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from jixiao.evaluation import points
from jixiao.evaluation.policy import Policy
from jixiao.evaluation.policy_values import exact
from jixiao.evaluation.scoring import SATISFACTION_GROUP
from jixiao.intake.measure_frame import parse_frame


def by_rule(indicators: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Points of each indicator row by the policy's rule: points, low, high (decimals or None), open, status, warning."""
    parsed = parse_frame(indicators, policy.on.year)
    satisfaction = indicators["level1"] == SATISFACTION_GROUP
    weights = points.whole_weights(indicators["weight"])
    scored = points.score(parsed, weights, satisfaction, policy, indicators["level3"])
    for name in ("points", "low", "high"):
        scored[name] = points.decimals(scored[name], policy)
    return scored


def differences(indicators: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Rows whose claim is off the rule's points by more than the policy tolerates, or outside their band.

    Columns: subject_id, claimed, by_rule (text), judged. Empty where the policy does not compare claims.
    """
    claimed = indicators[indicators["self_score"].notna()]
    if "claimed_difference" not in policy or claimed.empty:
        return pd.DataFrame(columns=["subject_id", "claimed", "by_rule", "judged"], dtype=object)
    ruled = by_rule(claimed, policy)
    off = [
        outside(*row, policy)
        for row in zip(claimed["self_score"], *(ruled[name] for name in _RULED), strict=True)
    ]
    rows, ruled = claimed[off], ruled[off]
    judged = ruled["points"].isna()
    spans = ruled["low"].astype(str) + "~" + ruled["high"].astype(str)
    return pd.DataFrame(
        {
            "subject_id": rows["subject_id"],
            "claimed": rows["self_score"],
            "by_rule": ruled["points"].astype(str).where(~judged, spans),
            "judged": judged,
        }
    )


_RULED = ("points", "low", "high", "open")


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
        return abs(claimed - score) > exact(policy["claimed_difference"].value["tolerance"])
    if low is None or high is None:
        return False
    return not low <= claimed <= high or (high_is_open and claimed == high)

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
    """Points of each indicator row by the policy's rule: points, low, high (decimals or None), open, status, warning.

    `problem` says in Chinese why a row could not be read.
    """
    parsed = parse_frame(indicators, policy.on.year)
    satisfaction = indicators["level1"] == SATISFACTION_GROUP
    weights = points.whole_weights(indicators["weight"])
    scored = points.score(parsed, weights, satisfaction, policy, indicators["level3"])
    for name in ("points", "low", "high"):
        scored[name] = points.decimals(scored[name], policy)
    return scored.assign(problem=parsed["problem"].astype(object))


def differences(indicators: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Rows whose claim is off the rule's points by more than the policy tolerates, or outside their band.

    Columns: subject_id, claimed, by_rule (text). Empty where the policy does not compare claims.
    """
    found = pd.DataFrame(columns=["subject_id", "claimed", "by_rule"], dtype=object)
    if "claimed_difference" not in policy:
        return found
    tolerance = exact(policy["claimed_difference"].value["tolerance"])
    ruled = by_rule(indicators, policy)
    rows = zip(
        indicators.index, indicators["self_score"], ruled["points"], ruled["low"], ruled["high"], strict=True
    )
    for row, claimed, score, low, high in rows:
        expected = _expected(claimed, score, low, high, tolerance)
        if expected:
            found.loc[row] = [indicators.at[row, "subject_id"], claimed, expected]
    return found


def _expected(
    claimed: Decimal | None,
    score: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    tolerance: Decimal,
) -> str:
    """What the rule gives where the claim is not that; empty where it is, or where nothing can be compared."""
    if claimed is None:
        return ""
    if score is not None:
        return "" if abs(claimed - score) <= tolerance else f"{score}"
    if low is None or high is None or low <= claimed <= high:
        return ""
    return f"{low}~{high}（定性档）"

"""Checks of the totals of one tier: indicators left blank, and printed totals that do not add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pandas as pd

from jixiao.checks.engine import Found, Inspection
from jixiao.checks.money import Fund
from jixiao.forms.records.records import FORMS
from jixiao.kit import numbers
from jixiao.year.words import Tier

_PRINTED = ("total_score", "header_score")
_ZERO = Decimal(0)


def printed(inspection: Inspection) -> Iterator[tuple[str, int, str, str, Decimal]]:
    """Every total that a unit printed for itself: table, row, column, subject, total; those of forms first."""
    told = set()
    for column in _PRINTED:
        for row, subject, total in inspection.records[FORMS][["subject_id", column]].itertuples():
            if total is not None:
                told.add(subject)
                yield FORMS, row, column, subject, total
    scores = inspection.records["scores"]
    for row, subject, total in scores.loc[scores["tier"] == "self", ["subject_id", "score"]].itertuples():
        if subject not in told:
            yield "scores", row, "score", subject, total


def out_of_range(inspection: Inspection) -> Iterator[Found]:
    """Printed totals below zero or above the full mark."""
    full = inspection.policy["full_mark"].value
    for table, row, column, subject, total in printed(inspection):
        if not 0 <= total <= full:
            yield Found(
                table, row, column, f"总分是 {numbers.plain(total)}", f"0 到 {full} 之间", subject=subject
            )


def half_scored(inspection: Inspection, column: str, tier: str) -> Iterator[Found]:
    """Indicators left blank by a tier that scored others of the same subject."""
    indicators = inspection.records["indicators"]
    blank = indicators[column].isna()
    scored = set(indicators.loc[~blank, "subject_id"])
    weighted = set(indicators.loc[indicators["weight"].notna(), "subject_id"])
    for row, subject, weight in indicators.loc[blank, ["subject_id", "weight"]].itertuples():
        if subject in scored and (weight is not None or subject not in weighted):
            found = f"{subject} 的其他指标有{tier}得分，这一项没有，不能计算总分"
            yield Found("indicators", row, column, found, remedy="补上", subject=subject)


def printed_total(inspection: Inspection, tier: str) -> Iterator[Found]:
    """Totals in scores.csv that are not the computed ones; these are counted, so that it is a warning."""
    computed = inspection.totals.set_index("subject_id")[f"{tier}_total"]
    scores = inspection.records["scores"]
    forms = inspection.records[FORMS]
    own = set(forms.loc[forms[list(_PRINTED)].notna().any(axis=1), "subject_id"]) if tier == "self" else set()
    for row, subject, total in scores.loc[scores["tier"] == tier, ["subject_id", "score"]].itertuples():
        known = computed.get(subject)
        if known is not None and known != total and subject not in own:
            found = f"{subject} 的{Tier(tier).words}总分印作 {numbers.plain(total)}"
            expected = f"各项得分之和 {numbers.plain(known)}"
            yield Found("scores", row, "score", found, expected, "核对（统计用后者）", subject, severity="W")


def form_totals(inspection: Inspection, whole: Mapping[str, Fund], tolerance: Decimal) -> Iterator[Found]:
    """Totals printed in a form against the scores printed in it; of a form that is cut off, what was lost counts."""
    groups = dict(iter(inspection.records["indicators"].groupby("subject_id", sort=False)))
    for table, row, column, subject, total in printed(inspection):
        if table == FORMS and subject in groups:
            said = _against(
                groups[subject], whole.get(subject), total, inspection.policy["full_mark"].value, tolerance
            )
            if said:
                found = f"{subject} 的总分印作 {numbers.plain(total)}"
                yield Found(FORMS, row, column, found, said, "核对各项得分和总分", subject)


def _against(rows: pd.DataFrame, fund: Fund | None, total: Decimal, full: int, tolerance: Decimal) -> str:
    """What a total should be, "" where it is that or cannot be known."""
    pairs = list(zip(rows["weight"], rows["self_score"], strict=True))
    pairs += (
        [(fund.weight, fund.score)] if fund and (fund.score is not None or fund.weight is not None) else []
    )
    scores = [score for _, score in pairs if score is not None]
    lost = sum((w - s for w, s in pairs if w is not None and s is not None), _ZERO)
    weights = [weight for weight, _ in pairs if weight is not None]
    complete = len(scores) == len(pairs) and (not weights or sum(weights) >= full)
    if complete and abs(sum(scores, _ZERO) - total) > tolerance:
        return f"各项得分之和 {numbers.plain(sum(scores, _ZERO))}"
    if not complete and weights and total - (full - lost) > tolerance:
        return f"不超过 {numbers.plain(full - lost)}（各项已扣 {numbers.plain(lost)} 分）"
    return ""

"""Checks of printed totals: out of range, not the sum of their scores, or of subjects with blank scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pandas as pd

from jixiao.checks.engine import Found, Inspection
from jixiao.checks.money import Fund
from jixiao.forms.records.records import FORMS
from jixiao.kit import numbers
from jixiao.year.words import Severity, Tier

_PRINTED = ("total_score", "header_score")
_ZERO = Decimal(0)


def printed(inspection: Inspection) -> Iterator[tuple[str, int, str, str, Decimal]]:
    """Every self-evaluated total as printed: table, row, column, subject and total.

    Those of scores.csv are given only for subjects of which no form prints a total.
    """
    on_forms = set()
    for column in _PRINTED:
        for row, subject, total in inspection.records[FORMS][["subject_id", column]].itertuples():
            if total is not None:
                on_forms.add(subject)
                yield FORMS, row, column, subject, total
    scores = inspection.records["scores"]
    for row, subject, total in scores.loc[scores["tier"] == Tier.SELF, ["subject_id", "score"]].itertuples():
        if subject not in on_forms:
            yield "scores", row, "score", subject, total


def out_of_range(inspection: Inspection) -> Iterator[Found]:
    """Printed totals below zero or above the full mark."""
    full = inspection.policy["full_mark"].value
    for table, row, column, subject, total in printed(inspection):
        if not 0 <= total <= full:
            yield Found(
                table, row, column, f"总分是 {numbers.plain(total)}", f"0 到 {full} 之间", subject=subject
            )


def half_scored(inspection: Inspection) -> Iterator[Found]:
    """Indicators without self score of subjects that have scored others."""
    indicators = inspection.indicators
    blank = indicators[Tier.SELF.points].isna()
    scored = set(indicators.loc[~blank, "subject_id"])
    weighted = set(indicators.loc[indicators["weight"].notna(), "subject_id"])
    for row, subject, weight in indicators.loc[blank, ["subject_id", "weight"]].itertuples():
        if subject in scored and (weight is not None or subject not in weighted):
            found = f"其他指标有{Tier.SELF.words}得分，这一项没有，不能计算总分"
            yield Found("indicators", row, Tier.SELF.points, found, remedy="补上", subject=subject)


def printed_total(inspection: Inspection, tier: Tier) -> Iterator[Found]:
    """Totals in scores.csv that are not the computed ones; only a warning, since the computed ones are counted."""
    computed = inspection.totals.set_index("subject_id")[tier.total]
    scores = inspection.records["scores"]
    forms = inspection.records[FORMS]
    own = set()
    if tier == Tier.SELF:
        own = set(forms.loc[forms[list(_PRINTED)].notna().any(axis=1), "subject_id"])
    for row, subject, total in scores.loc[scores["tier"] == tier, ["subject_id", "score"]].itertuples():
        known = computed.get(subject)
        if known is not None and known != total and subject not in own:
            found = f"{inspection.called(subject)}的{tier.words}总分印作 {numbers.plain(total)}"
            expected = f"各项得分之和 {numbers.plain(known)}"
            yield Found(
                "scores", row, "score", found, expected, "核对（统计用后者）", subject, Severity.WARNING
            )


def blank_totals(inspection: Inspection) -> Iterator[Found]:
    """Forms with a total row in which no score is written, although there are scores."""
    indicators = inspection.records["indicators"]
    scored = set(indicators.loc[indicators[Tier.SELF.points].notna(), "subject_id"])
    forms = inspection.records[FORMS]
    blank = forms[list(_PRINTED)].isna().all(axis=1)
    asked = forms["columns"].fillna("").str.split().map(lambda columns: "total_score" in columns)
    for row, subject in forms.loc[blank & asked.astype(bool), ["subject_id"]].itertuples():
        if subject in scored:
            found = "总分一行没有写总分"
            yield Found(
                FORMS, row, "total_score", found, "各项得分之和", "补上总分", subject, Severity.WARNING
            )


def form_totals(inspection: Inspection, whole: Mapping[str, Fund], tolerance: Decimal) -> Iterator[Found]:
    """Totals printed on a form that are not the sum of its scores.

    Of a form that is cut off the sum is not known; its total can still be too high for the points given up.
    """
    groups = dict(iter(inspection.indicators.groupby("subject_id", sort=False)))
    for table, row, column, subject, total in printed(inspection):
        if table == FORMS and subject in groups:
            full = inspection.policy["full_mark"].value
            expected = _due(groups[subject], whole.get(subject), total, full, tolerance)
            if expected:
                found = f"{inspection.called(subject)}的总分印作 {numbers.plain(total)}"
                yield Found(FORMS, row, column, found, expected, "核对各项得分和总分", subject)


def _due(rows: pd.DataFrame, fund: Fund | None, total: Decimal, full: int, tolerance: Decimal) -> str:
    """What a printed total should have been; "" where it is right, or nothing is known against it."""
    pairs = list(zip(rows["weight"], rows["self_score"], strict=True))
    if fund and (fund.score is not None or fund.weight is not None):
        pairs.append((fund.weight, fund.score))
    scores = [score for _, score in pairs if score is not None]
    lost = sum((w - s for w, s in pairs if w is not None and s is not None), _ZERO)
    weights = [weight for weight, _ in pairs if weight is not None]
    complete = len(scores) == len(pairs) and (not weights or sum(weights) >= full)
    if complete and abs(sum(scores, _ZERO) - total) > tolerance:
        return f"各项得分之和 {numbers.plain(sum(scores, _ZERO))}"
    if not complete and weights and total - (full - lost) > tolerance:
        return f"不超过 {numbers.plain(full - lost)}（各项已扣 {numbers.plain(lost)} 分）"
    return ""

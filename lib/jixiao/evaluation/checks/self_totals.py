"""Totals of one tier: a matter in, indicators left blank and printed totals that do not add up out."""

from __future__ import annotations

from collections.abc import Iterator

from jixiao import numbers
from jixiao.evaluation.checks.engine import Found, Matter
from jixiao.evaluation.statistics import TIER_NAMES


def half_scored(matter: Matter, column: str, tier: str) -> Iterator[Found]:
    """Indicators left blank by a tier that scored others of the same subject."""
    indicators = matter.records["indicators"]
    blank = indicators[column].isna()
    scored = set(indicators.loc[~blank, "subject_id"])
    for row, subject in indicators.loc[blank, "subject_id"].items():
        if subject in scored:
            found = f"{subject} 的其他指标有{tier}得分，这一项没有，不能计算总分"
            yield Found("indicators", row, column, found, remedy="补上", subject=subject)


def printed_total(matter: Matter, tier: str) -> Iterator[Found]:
    """Totals in scores.csv that are not the computed ones; these are counted, so that it is a warning."""
    computed = matter.totals.set_index("subject_id")[f"{tier}_total"]
    scores = matter.records["scores"]
    for row, subject, printed in scores.loc[scores["tier"] == tier, ["subject_id", "score"]].itertuples():
        total = computed.get(subject)
        if total is not None and total != printed:
            found = f"{subject} 的{TIER_NAMES[tier]}总分印作 {numbers.plain(printed)}"
            expected = f"各项得分之和 {numbers.plain(total)}"
            remedy = "核对（统计用后者）"
            yield Found("scores", row, "score", found, expected, remedy, subject, severity="W")

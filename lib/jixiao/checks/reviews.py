"""Checks of reviews (R): what is blank or contradictory in the scores and remarks of reviewers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jixiao.checks import kinds, review_remarks
from jixiao.checks.engine import Check, Found, Inspection
from jixiao.checks.review_remarks import Reviewed, reviewed
from jixiao.checks.self_totals import printed_total
from jixiao.kit import numbers
from jixiao.values import notation
from jixiao.year.words import Tier


def _found(row: Reviewed, column: str, found: str, expected: str = "", remedy: str = "") -> Found:
    return Found("indicators", row.row, column, found, expected, remedy, row.subject)


def half_reviewed(inspection: Inspection) -> Iterator[Found]:
    """R01: no review score beside a remark or among scored indicators, or a review score without reviewed value."""
    indicators = inspection.indicators
    scored = set(indicators.loc[indicators["review_score"].notna(), "subject_id"])
    valued = set(indicators.loc[indicators["review_actual"].notna(), "subject_id"])
    columns = ["subject_id", "review_actual", "review_score", "review_remark"]
    for row, subject, actual, score, remark in indicators[columns].itertuples():
        if score is None and (subject in scored or _filled(remark)):
            found = "其他指标有复核得分，这一项没有，不能计算总分"
            if subject not in scored:
                found = "写了复核意见，没有复核得分"
            yield Found("indicators", row, "review_score", found, subject=subject)
        elif score is not None and actual is None and subject in valued:
            yield Found("indicators", row, "review_actual", "有复核得分，没有复核值", subject=subject)


def lowered_silently(inspection: Inspection) -> Iterator[Found]:
    """R02: points taken off without a remark."""
    for row in reviewed(inspection):
        if row.taken > 0 and not _filled(row.remark):
            found = f"复核比自评少 {numbers.plain(row.taken)} 分，没有写意见"
            yield _found(row, "review_remark", found)


def raised_silently(inspection: Inspection) -> Iterator[Found]:
    """R11: points added without a remark."""
    for row in reviewed(inspection):
        if row.taken < 0 and not _filled(row.remark):
            found = f"复核比自评多 {numbers.plain(-row.taken)} 分，没有写理由"
            yield _found(row, "review_remark", found)


def points_without_evidence(inspection: Inspection) -> Iterator[Found]:
    """R05: the remark says that there is no evidence at all, and points were given."""
    words = inspection.settings["R05"]
    for row in reviewed(inspection):
        if row.given > 0 and tells(row.remark, words):
            yield _found(row, "review_score", f"意见说没有佐证，复核仍得 {numbers.plain(row.given)} 分", "0")


def points_without_relation(inspection: Inspection) -> Iterator[Found]:
    """R06: the remark says that the indicator has nothing to do with the project, and points were given."""
    words = inspection.settings["R06"]
    for row in reviewed(inspection):
        if row.given > 0 and tells(row.remark, words):
            yield _found(
                row, "review_score", f"意见说与项目无关，复核仍得 {numbers.plain(row.given)} 分", "0"
            )


def tells(remark: str, settings: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a folded remark says what `settings["words"]` stand for, without limiting it or taking it back.

    A clause with one of `softened` speaks of a part only; one of `withdrawn` anywhere takes all of it back.
    """
    if any(word in remark for word in settings.get("withdrawn", ())):
        return False
    return any(
        any(word in clause for word in settings["words"])
        and not any(word in clause for word in settings["softened"])
        for clause in review_remarks.CLAUSE.split(remark)
    )


def satisfaction_unasked(inspection: Inspection) -> Iterator[Found]:
    """R08: points for satisfaction without any value, or although the remark says that nobody was asked."""
    words = inspection.settings["R08"]
    indicators = inspection.indicators
    columns = ["level1", "level2", "actual", "review_actual"]
    rows = dict(zip(indicators.index, indicators[columns].itertuples(index=False, name=None), strict=True))
    for row in reviewed(inspection):
        level1, level2, *values = rows[row.row]
        if row.given > 0 and kinds.kind(level1, level2) == kinds.SATISFACTION:
            blank = not any(_filled(value) for value in values)
            if blank or tells(row.remark, words):
                found = f"满意度没有调查数据，复核仍得 {numbers.plain(row.given)} 分"
                yield _found(row, "review_score", found, "0")


def outside_points(inspection: Inspection) -> Iterator[Found]:
    """R18: a review score below zero or above the points of its indicator, or scores that do not add up to the total."""
    columns = ["subject_id", "weight", "review_score"]
    for row, subject, weight, score in inspection.indicators[columns].itertuples():
        if score is not None and (score < 0 or (weight is not None and score > weight)):
            expected = "0 以上" if weight is None else f"0 到 {numbers.plain(weight)}"
            found = f"复核得分是 {numbers.plain(score)}"
            yield Found("indicators", row, "review_score", found, expected, subject=subject)
    yield from printed_total(inspection, Tier.REVIEW)


def _filled(text: Any) -> bool:
    return isinstance(text, str) and not notation.blank(notation.fold(text))


CHECKS: dict[str, Check] = {
    "R01": half_reviewed,
    "R02": lowered_silently,
    "R05": points_without_evidence,
    "R06": points_without_relation,
    "R08": satisfaction_unasked,
    "R11": raised_silently,
    "R18": outside_points,
    **review_remarks.CHECKS,
}

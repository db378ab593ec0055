"""Checks of self-evaluations by indicator (S): self scores that the target or the actual value contradicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

import numpy as np
import pandas as pd

from jixiao.checks import kinds
from jixiao.checks.engine import Found, Inspection
from jixiao.forms.model import FormKind
from jixiao.forms.records.records import FORMS, PARTS
from jixiao.kit import numbers
from jixiao.rules import claims
from jixiao.rules.method_words import MethodWord
from jixiao.rules.outcomes import Notice
from jixiao.values import notation
from jixiao.values.measure_frame import NO_NUMBER, SCALE, is_a_fall
from jixiao.values.measures import Kind
from jixiao.year.words import Severity

_PLACES_OF_REASONS = {"deviation_reason", "problems", "reasons", "measures"}  # columns and fields of a form
_UPWARD = ("", "≥", ">", "=")
_LEAST = ("≥", ">")
_WHOLE = 100 * SCALE


def _says_something(text: str | None, empty: Iterable[str]) -> bool:
    """Whether a cell is neither blank nor filled with one of the words `empty` that stand for nothing (无)."""
    folded = notation.fold(text or "")
    return not notation.blank(folded) and folded not in empty


def _reasons(inspection: Inspection) -> pd.Series:
    """The reason of each indicator: its own, or that of one of its parts, whose points and score stand with it."""
    empty = inspection.settings["S13"]["empty"]
    parts = inspection.records[PARTS][["of", "deviation_reason"]].itertuples(index=False)
    of_parts = {of: reason for of, reason in parts if _says_something(reason, empty)}
    rows = inspection.indicators[["indicator_id", "deviation_reason"]].itertuples()
    found = {
        row: reason if _says_something(reason, empty) else of_parts.get(indicator)
        for row, indicator, reason in rows
    }
    return pd.Series(found, dtype=object)


def out_of_range(inspection: Inspection) -> Iterator[Found]:
    """S01 for indicators: a self score below zero or above the points of its indicator."""
    columns = ["subject_id", "weight", "self_score"]
    for row, subject, weight, score in inspection.indicators[columns].itertuples():
        if score is not None and (score < 0 or (weight is not None and score > weight)):
            high = f"0 到 {numbers.plain(weight)} 之间" if weight is not None else "不小于 0 的数"
            yield Found(
                "indicators", row, "self_score", f"得分是 {numbers.plain(score)}", high, subject=subject
            )


def far_above_target(inspection: Inspection) -> Iterator[Found]:
    """S09: far above the target without a reason, or without the deduction that the policy makes for it."""
    empty = inspection.settings["S13"]["empty"]
    rows = inspection.scored
    notices = inspection.ruled["notice"].astype(str)
    points = inspection.ruled["points"]
    for row in rows.index[notices.isin((Notice.FAR_ABOVE.label, Notice.DEDUCTED.label))]:
        claim = rows.loc[row].to_dict()
        score = claim["self_score"]
        kept = notices[row] == Notice.DEDUCTED.label and score > points[row]
        if kept or not _says_something(claim["deviation_reason"], empty):
            found = f"完成值“{claim['actual']}”远高于目标“{claim['target']}”"
            found += f"，得 {numbers.plain(score)} 分" if kept else "，没有写原因"
            expected = f"按规则得 {numbers.plain(points[row])} 分" if kept else ""
            yield Found("indicators", row, "actual", found, expected, subject=claim["subject_id"])
    yield from _far_above_unscored(inspection)


def _far_above_unscored(inspection: Inspection) -> Iterator[Found]:
    """The same of forms that give no points at all (those of transfers), of which the policy says no share.

    A policy without a rule on it asks nothing.
    """
    rule = inspection.policy["over_achievement"].value if "over_achievement" in inspection.policy else {}
    if rule.get("method", MethodWord.NONE) == MethodWord.NONE:
        return
    empty = inspection.settings["S13"]["empty"]
    share = int(inspection.settings["S09"]["unscored"])
    indicators = inspection.indicators
    parsed = inspection.parsed
    unscored = indicators["self_score"].isna().groupby(indicators["subject_id"]).transform("all")
    least = parsed["operator"].astype(str).isin(_LEAST) & (parsed["kind"] == Kind.NUMBER)
    actual = parsed["actual"].astype(object)  # exact, however large
    target = parsed["target_low"].astype(object)
    far = (parsed["target_low"] > 0) & (actual * 100 >= target * share)
    columns = ("target", "actual", "deviation_reason")
    for row, subject, asked, reached, reason in _rows_where(indicators, unscored & least & far, *columns):
        if not _says_something(reason, empty):
            found = f"完成值“{reached}”远高于目标“{asked}”，没有写原因"
            yield Found("indicators", row, "actual", found, subject=subject)


def _less_is_better(inspection: Inspection) -> pd.Series:
    """Which rows have a target without comparison and are a cost, or have a name such as 结余率: less may be better.

    A bare 0 is no such target: nothing but 0 reaches it. G11 tells of them.
    """
    words = inspection.settings["S11"]["downward"]
    rows = inspection.indicators[["level1", "level2", "level3"]].itertuples(index=False, name=None)
    parsed = inspection.parsed
    less = [less_may_be_better(level1, level2, name, words) for level1, level2, name in rows]
    named = pd.Series(less, parsed.index, dtype=bool)
    return named & (parsed["operator"].astype(str) == "") & (parsed["target_low"] != 0)


def less_may_be_better(
    level1: str | None, level2: str | None, name: str | None, words: Iterable[str]
) -> bool:
    """Whether less of an indicator may be better: a cost, or one of `words` in its name; not of a fall (投诉下降率)."""
    name = name or ""
    cost = kinds.kind(level1, level2) == kinds.COST
    return (cost or any(word in name for word in words)) and not is_a_fall(name)


def nothing_done(inspection: Inspection) -> Iterator[Found]:
    """S10: points for an indicator that should be high, and of which nothing was reached."""
    indicators = inspection.indicators
    parsed = inspection.parsed
    upward = parsed["operator"].astype(str).isin(_UPWARD) & (parsed["kind"] == Kind.NUMBER)
    none = (parsed["actual"] <= 0) & (parsed["actual"] != NO_NUMBER) & (parsed["target_low"] > 0)
    where = upward & none & ~_less_is_better(inspection)
    for row, subject, actual, score in _rows_where(indicators, where, "actual", "self_score"):
        if score:
            found = f"完成值是“{actual}”，却得 {numbers.plain(score)} 分"
            yield Found("indicators", row, "self_score", found, "0 分", subject=subject)


def _rows_where(frame: pd.DataFrame, where: pd.Series, *columns: str) -> Iterator[tuple]:
    """Row number, subject and `columns` of the rows in which `where` is true."""
    return frame.loc[where.to_numpy(dtype=bool), ["subject_id", *columns]].itertuples(name=None)


def off_the_rule(inspection: Inspection) -> Iterator[Found]:
    """S11: a self score that the policy's rule does not give; points given up with a reason are left out."""
    yield from _off(inspection, judged=False)


def outside_band(inspection: Inspection) -> Iterator[Found]:
    """S12: the self score of a qualitative indicator lies outside the band of the word that was chosen."""
    yield from _off(inspection, judged=True)


def _off(inspection: Inspection, judged: bool) -> Iterator[Found]:
    """Self scores other than the rule's: those of qualitative indicators if `judged`, else those of counted ones."""
    empty = inspection.settings["S13"]["empty"]
    reasons = _reasons(inspection)
    passed = inspection.ruled["notice"].astype(str) == Notice.DEDUCTED.label
    if not judged:  # a word of completion has no direction
        passed |= _less_is_better(inspection)[inspection.scored.index]
    off = claims.differences(inspection.scored, inspection.ruled, inspection.policy)
    for row, subject, claimed, expected, band in off[off["judged"] == judged].itertuples():
        low = not band and claimed < Decimal(expected)
        if not band and _as_printed(claimed, Decimal(expected)):
            continue
        if passed[row] or (low and _says_something(reasons[row], empty)):
            continue
        found = f"自评得 {numbers.plain(claimed)} 分，与规则不符"
        yield Found("indicators", row, "self_score", found, f"{expected} 分", subject=subject)


def _as_printed(claimed: Decimal, points: Decimal) -> bool:
    """Whether two scores are the same at the decimals with which the first is printed: 19 and 18.97, but not 19.0."""
    places = numbers.places_of(claimed)
    return any(numbers.rounded(points, places, how) == claimed for how in numbers.ROUNDINGS)


def unexplained(inspection: Inspection) -> Iterator[Found]:
    """S13: the target was missed, or points were given up, without a reason.

    A form without any place for a reason is not asked for one where it holds no results against targets (tables judged
    by a standard, score tables), nor of the execution of the budget, which the money says by itself.
    """
    empty = inspection.settings["S13"]["empty"]
    forms = inspection.records[FORMS]
    below = {  # a reason for all of them stands at the foot of the form
        subject
        for subject, *texts in forms[["subject_id", "reasons", "measures"]].itertuples(index=False)
        if any(_says_something(text, empty) for text in texts)
    }
    without_place = {
        subject: kind == FormKind.SCORES or not {"target", "actual"} <= set(columns.split())
        for subject, kind, columns in forms[["subject_id", "kind", "columns"]].itertuples(index=False)
        if columns and not _PLACES_OF_REASONS & set(columns.split())
    }  # and whether it is judged by a standard
    indicators = inspection.indicators
    short_of = missed(inspection.parsed) & ~_less_is_better(inspection).to_numpy()
    reasons = _reasons(inspection)
    columns = ["subject_id", "level3", "weight", "self_score", "actual"]
    scored = indicators[["weight", "self_score"]].notna().any(axis=1)
    unscored = set(indicators["subject_id"]) - set(indicators.loc[scored, "subject_id"])
    for (row, subject, name, weight, score, actual), short in zip(
        indicators[columns].itertuples(), short_of, strict=True
    ):
        lost = weight is not None and score is not None and score < weight
        if subject in below:
            continue
        if subject in without_place and (without_place[subject] or kinds.is_execution_rate(name)):
            continue
        judged = score is not None or subject in unscored
        if (lost or (short and judged)) and not _says_something(reasons[row], empty):
            parts = [f"完成值“{actual}”没有达到目标"] if short else []
            parts += [f"扣了 {numbers.plain(weight - score)} 分"] if lost else []
            found = "，".join(parts) + "，没有写原因"
            yield Found("indicators", row, "deviation_reason", found, subject=subject)


def missed(parsed: pd.DataFrame) -> np.ndarray:
    """For each row whether its actual value misses the target; False where the two cannot be compared."""
    low, high, actual = (parsed[name].to_numpy() for name in ("target_low", "target_high", "actual"))
    operator = parsed["operator"].astype(str)
    known = (parsed["problem"] == "").to_numpy(dtype=bool) & (actual != NO_NUMBER) & (low != NO_NUMBER)
    downward = operator.isin(("≤", "<")).to_numpy()
    exact = (operator == "=").to_numpy()
    # A bare 0 (0起) is reached by 0 alone; what falls below it, such as a change of -5 %, is no miss.
    zero = (operator == "").to_numpy() & (low == 0) & (high == 0)
    exact = exact | zero
    about = (operator == "≈").to_numpy() & (actual // 9 >= low // 10)  # of about 500, 450 is no miss
    below = (actual < low) & ~downward & ~zero & ~about
    above = (actual > high) & (downward | exact | (parsed["kind"] == Kind.INTERVAL).to_numpy())
    late = (parsed["target_day"] < parsed["actual_day"]).to_numpy()
    return (known & (below | above)) | late


def late_in_full(inspection: Inspection) -> Iterator[Found]:
    """S18: full points for what was finished after the day that the target sets."""
    rows = inspection.scored
    late = inspection.ruled["notice"].astype(str) == Notice.LATE.label
    for row, subject, target, actual, weight, score in _rows_where(
        rows, late, "target", "actual", "weight", "self_score"
    ):
        if score == weight:
            found = f"目标“{target}”，完成于“{actual}”，却得满分 {numbers.plain(score)}"
            yield Found("indicators", row, "self_score", found, "按逾期情况扣分", subject=subject)


def unasked(inspection: Inspection) -> Iterator[Found]:
    """S19: satisfaction derived from the absence of complaints, or 100 % satisfaction without any survey."""
    words = inspection.settings["S19"]
    indicators = inspection.indicators
    columns = ["subject_id", "level1", "level2", "level3", "actual", "deviation_reason", "self_score"]
    asked = [
        kinds.kind(*levels) == kinds.SATISFACTION
        for levels in zip(indicators["level1"], indicators["level2"], strict=True)
    ]
    rows = indicators.loc[asked, columns]
    whole = inspection.parsed["actual"] == _WHOLE
    for row, subject, _, _, name, actual, reason, score in rows.itertuples():
        texts = f"{name or ''}{actual or ''}{reason or ''}"
        if score and not any(word in texts for word in words["survey"]):
            if any(word in texts for word in words["complaints"]):
                found = f"以没有投诉作为满意度，得 {numbers.plain(score)} 分"
                yield Found("indicators", row, "actual", found, "问卷或访谈得出的满意度", subject=subject)
            elif whole[row]:
                found = "满意度是 100%，没有写调查的时间、方式和份数"
                yield Found("indicators", row, "actual", found, subject=subject, severity=Severity.NOTE)

"""Checks of goals (G) on values: direction, nature, unit and range of targets, and actual values copied from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from jixiao.checks import kinds
from jixiao.checks.engine import Check, Found, Inspection
from jixiao.values import notation
from jixiao.values.measure_frame import NO_NUMBER, SCALE
from jixiao.values.measures import Kind, parse_target
from jixiao.values.units import PERCENT

_HUNDRED = 100 * SCALE
_DIGIT = re.compile(r"\d")
_DUE = re.compile(
    r"\d月(?:份|底|末|初|中旬|上旬|下旬|\d+日)?(?:之?前|以前)?(?:全部|按期)?(?:完成|完工|竣工|到位)"
)
_MORE = ("≥", ">")


class Row(NamedTuple):
    """One indicator with its target as read: numbers are millionths, `NO_NUMBER` for none."""

    index: int
    subject: str
    kind: str
    name: str
    nature: str
    target: str
    shown: str
    reads: str
    operator: str
    unit: str
    low: int
    actual: int
    copied: bool
    done: str
    excused: bool


_COLUMNS = (
    "subject_id", "level1", "level2", "level3", "nature", "operator", "target", "measure_unit", "actual",
    "deviation_reason",
)  # fmt: skip
_READ = ("kind", "operator", "unit", "target_low", "actual", "copied_operator")


def _rows(inspection: Inspection) -> Iterator[Row]:
    frame = inspection.records["indicators"]
    read = inspection.parsed
    columns = [frame[name].tolist() for name in _COLUMNS] + [read[name].tolist() for name in _READ]
    for index, (subject, one, two, three, nature, sign, target, measured, done, reason, *said) in zip(
        frame.index, zip(*columns, strict=True), strict=True
    ):
        reads, operator, unit, low, actual, copied = said
        kind = kinds.kind(one, two)
        name = kinds.bare(three)
        excused = bool(reason)
        shown = f"{sign or ''}{target or ''}{measured or ''}"
        yield Row(
            index, subject, kind, name, nature or "", target or "", shown,
            reads, operator, unit, low, actual, copied, done or "", excused,
        )  # fmt: skip


def _found(row: Row, column: str, found: str, expected: str = "", **more: str) -> Found:
    return Found("indicators", row.index, column, found, expected, subject=row.subject, **more)


def rewards_spending(inspection: Inspection) -> Iterator[Found]:
    """G10: a cost that is met by spending more; savings may well be at least so much."""
    savings = inspection.settings["G10"]["savings"]
    for row in _rows(inspection):
        if row.kind == kinds.COST and row.operator in _MORE and not _has(row.name, savings):
            yield _found(row, "target", f"成本指标“{row.name}”的目标是“{row.operator}”，花得越多越好", "≤")


def contradicts_nature(inspection: Inspection) -> Iterator[Found]:
    """G11: a judged indicator with a number, a counted one with words, or a number that says no direction."""
    directed = _directed(inspection)
    for row in _rows(inspection):
        if row.nature.startswith("定性"):
            if _is_number(row.target):
                yield _found(row, "target", f"指标性质是定性，指标值却是数“{row.shown}”", "文字，或改为定量")
        elif row.nature.startswith("定量") and row.reads == "words" and not _DIGIT.search(row.target):
            yield _found(
                row, "target", f"指标性质是定量，指标值却是文字“{row.target}”", "数和单位，或改为定性"
            )
        elif _lacks_direction(row) and row.subject in directed:
            yield _found(row, "target", f"“{row.shown}”没有写方向，本表其他指标写了", "≥、≤ 或 =")


def _directed(inspection: Inspection) -> set[str]:
    """Subjects that write a direction at most of their numbers: where one lacks it there, it was forgotten."""
    said: dict[str, list[bool]] = {}
    for row in _rows(inspection):
        if row.reads == "number":
            said.setdefault(row.subject, []).append(bool(row.operator))
    share = inspection.settings["G11"]["share"]
    return {subject for subject, signs in said.items() if sum(signs) * 100 > share * len(signs)}


def _lacks_direction(row: Row) -> bool:
    """Whether a number stands without comparison; 100 % and 0 can only be met exactly."""
    plain = row.low == 0 or (row.unit == PERCENT and row.low == _HUNDRED)
    return row.reads == "number" and not row.operator and not plain


@lru_cache(maxsize=1 << 16)
def _is_number(target: str) -> bool:
    return bool(_DIGIT.search(target)) and parse_target(target).kind.numeric


def quantity_in_words(inspection: Inspection) -> Iterator[Found]:
    """G12: an indicator of quantity that is judged, not counted."""
    for row in _rows(inspection):
        words = row.reads == "words" and not _DIGIT.search(row.target)
        if row.kind == kinds.QUANTITY and (row.nature.startswith("定性") or (words and not row.nature)):
            yield _found(row, "target", f"数量指标的指标值是文字“{row.target}”", "数和单位")


def unit_does_not_fit(inspection: Inspection) -> Iterator[Found]:
    """G15: a share outside 0–100 %, part of a person, a rate in 个, a number of people in %, a date in %."""
    words = inspection.settings["G15"]
    for row in _rows(inspection):
        if row.reads == "number":
            yield from _target_faults(row, words)
        bounded = row.unit == PERCENT and _has(row.name, words["bounded"])
        if bounded and row.actual != NO_NUMBER and not (row.excused or 0 <= row.actual <= _HUNDRED):
            yield _found(row, "actual", f"“{row.name}”的完成值是“{row.done}”", "0 到 100% 之间")


def _target_faults(row: Row, words: dict[str, Any]) -> Iterator[Found]:
    for wrong, expected in (
        (_outside(row, words), "0 到 100% 之间"),
        (_above_all(row, words), "=100%"),
        (_broken(row, words), "整数"),
        (_named_otherwise(row, words), "与指标名称相符的单位"),
        (_date_in_percent(row), "完成日期"),
    ):
        if wrong:
            yield _found(row, "target", wrong, expected)
            return
    if row.low > SCALE and not row.unit and _is_rate(row.name, words):
        yield _found(
            row, "target", f"“{row.name}”的指标值“{row.target}”没有单位", f"{row.target}%", severity="W"
        )


def _outside(row: Row, words: dict[str, Any]) -> str:
    within = row.unit != PERCENT or (0 <= row.low <= _HUNDRED)
    return "" if within or _has(row.name, words["unbounded"]) else f"百分数“{row.shown}”超出范围"


def _above_all(row: Row, words: dict[str, Any]) -> str:
    """A part of a whole cannot be more than the whole."""
    at_most = row.unit == PERCENT and row.low == _HUNDRED and row.operator in _MORE
    fits = not at_most or not _has(row.name, words["bounded"])
    return "" if fits else f"“{row.name}”不会超过 100%，目标却写作“{row.shown}”"


def _broken(row: Row, words: dict[str, Any]) -> str:
    whole = row.unit not in words["whole"] or row.low % SCALE == 0
    return "" if whole or _has(row.name, words["averages"]) else f"“{row.shown}”不是整{row.unit}"


def _named_otherwise(row: Row, words: dict[str, Any]) -> str:
    """A rate counted in things, or things counted in percent."""
    rate = _is_rate(row.name, words) and row.unit and row.unit not in words["rate_units"]
    count = row.name.endswith(tuple(words["counts"])) and row.unit == PERCENT
    return f"“{row.name}”的单位是“{row.unit}”" if rate or count else ""


def _date_in_percent(row: Row) -> str:
    dated = row.unit == PERCENT and _DUE.search(row.name)
    return f"“{row.name}”是完成时间，指标值却是“{row.shown}”" if dated else ""


def _is_rate(name: str, words: dict[str, Any]) -> bool:
    return name.endswith(tuple(words["rates"])) and not name.endswith(tuple(words["not_rates"]))


def copied_target(inspection: Inspection) -> Iterator[Found]:
    """G21: the target was copied, nothing was counted or judged: a comparison, or a whole scale, stands as actual value."""
    scales = inspection.settings["G21"]["scales"]
    for row in _rows(inspection):
        done = notation.fold(row.done)
        if row.copied and not notation.blank(done):
            yield _found(row, "actual", f"完成值“{row.done}”带着比较符", "实际完成的数")
        elif done in scales:
            yield _found(row, "actual", f"完成值“{row.done}”是分级标准，没有写达到哪一级", "其中的一级")


def not_countable(inspection: Inspection) -> Iterator[Found]:
    """G22: the target is a number, and what was done is told in words, as a span or as a date."""
    said = inspection.parsed["actual_kind"].tolist()
    for row, done in zip(_rows(inspection), said, strict=True):
        if Kind(row.reads).numeric and row.actual == NO_NUMBER and done not in ("number", "blank"):
            yield _found(row, "actual", f"目标是“{row.shown}”，完成值写的是“{row.done}”", "实际完成的数")


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


CHECKS: dict[str, Check] = {
    "G10": rewards_spending,
    "G11": contradicts_nature,
    "G12": quantity_in_words,
    "G15": unit_does_not_fit,
    "G21": copied_target,
    "G22": not_countable,
}

"""Checks of goals (G) on values: direction, nature, unit and range of targets, and actual values copied from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from jixiao.checks import kinds
from jixiao.checks.engine import Check, Found, Inspection
from jixiao.values import notation
from jixiao.values.measure_frame import NO_NUMBER, SCALE, is_a_fall
from jixiao.values.measures import Kind, Number, is_plain_number, parse_target
from jixiao.values.notation import Nature
from jixiao.values.units import MONEY, PERCENT, a_year
from jixiao.year.words import Severity

_HUNDRED = 100 * SCALE
_DIGIT = re.compile(r"\d")
_DUE = re.compile(
    r"\d月(?:份|底|末|初|中旬|上旬|下旬|\d+日)?(?:之?前|以前)?(?:全部|按期)?(?:完成|完工|竣工|到位)"
)
_MORE = ("≥", ">")
_RISES = ("增长", "增加", "提高", "提升", "上升")
_MOST_NAMED = 5  # indicators that a finding about several of them names


class Row(NamedTuple):
    """An indicator with its target and actual value as numbers, in millionths; `NO_NUMBER` where there is none.

    `printed` is the target with operator and unit as one text, `done` the actual value as written.
    """

    index: int
    subject: str
    kind: str
    name: str
    nature: str
    target: str
    printed: str
    target_kind: str
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
    frame = inspection.indicators
    read = inspection.parsed
    columns = [frame[name].tolist() for name in _COLUMNS] + [read[name].tolist() for name in _READ]
    for index, values in zip(frame.index, zip(*columns, strict=True), strict=True):
        subject, level1, level2, level3, nature, sign, target, measured, done, reason, *numbers = values
        target_kind, operator, unit, low, actual, copied = numbers
        yield Row(
            index=index, subject=subject, kind=kinds.kind(level1, level2), name=kinds.bare(level3),
            nature=nature or "", target=target or "", printed=f"{sign or ''}{target or ''}{measured or ''}",
            target_kind=target_kind, operator=operator, unit=unit, low=low, actual=actual, copied=copied,
            done=done or "", excused=bool(reason),
        )  # fmt: skip


def _found(row: Row, column: str, found: str, expected: str = "", **more: Any) -> Found:
    return Found("indicators", row.index, column, found, expected, subject=row.subject, **more)


def rewards_spending(inspection: Inspection) -> Iterator[Found]:
    """G10: a cost indicator whose target is reached by spending more; savings are left out."""
    savings = inspection.settings["G10"]["savings"]
    for row in _rows(inspection):
        if row.kind == kinds.COST and row.operator in _MORE and not _has(row.name, savings):
            yield _found(row, "target", f"成本指标“{row.name}”的目标是“{row.operator}”，花得越多越好", "≤")


def contradicts_nature(inspection: Inspection) -> Iterator[Found]:
    """G11: 定性 with a number, 定量 with words, or a number without ≥, ≤ or = on a form that writes them elsewhere."""
    directed = _directed(inspection)
    for row in _rows(inspection):
        if row.nature.startswith(Nature.QUALITATIVE):
            if _is_number(row.target):
                yield _found(
                    row, "target", f"指标性质是定性，指标值却是数“{row.printed}”", "文字，或改为定量"
                )
        elif (
            row.nature.startswith(Nature.QUANTITATIVE)
            and row.target_kind == Kind.WORDS
            and not _DIGIT.search(row.target)
        ):
            yield _found(
                row, "target", f"指标性质是定量，指标值却是文字“{row.target}”", "数和单位，或改为定性"
            )
        elif _lacks_direction(row) and row.subject in directed and not _says_what_to_do(row):
            yield _found(row, "target", f"“{row.printed}”没有写方向，本表其他指标写了", "≥、≤ 或 =")
    yield from _either_way(inspection, directed)


def _either_way(inspection: Inspection, directed: set[str]) -> Iterator[Found]:
    """Targets of which less may be better (结余率, 成本) and that do not say so, where it matters: one finding a form."""
    words = inspection.settings["S11"]["downward"]
    unsure: dict[str, list[Row]] = {}
    for row in _rows(inspection):
        known = row.actual not in (NO_NUMBER, row.low)
        less = (row.kind == kinds.COST or _has(row.name, words)) and not is_a_fall(row.name)
        if known and less and _lacks_direction(row) and row.subject not in directed:
            unsure.setdefault(row.subject, []).append(row)
    for rows in unsure.values():
        names = "、".join(f"“{one.name}”" for one in rows[:_MOST_NAMED]) + "等" * (len(rows) > _MOST_NAMED)
        found = f"{names} {len(rows)} 项没有写 ≥ 或 ≤，越多越好还是越少越好不能确定，没有与目标核对"
        yield _found(rows[0], "target", found, "≥、≤ 或 =", severity=Severity.WARNING, remedy="补上比较符")


def _directed(inspection: Inspection) -> set[str]:
    """Subjects that write a comparison at most of their numbers: where one of them lacks it, it was forgotten."""
    signed: dict[str, list[bool]] = {}
    for row in _rows(inspection):
        if row.target_kind == Kind.NUMBER:
            signed.setdefault(row.subject, []).append(bool(row.operator))
    share = inspection.settings["G11"]["share"]
    return {subject for subject, signs in signed.items() if sum(signs) * 100 > share * len(signs)}


def _lacks_direction(row: Row) -> bool:
    """Whether a number has no comparison and needs one; 100 % and 0 can only be met exactly."""
    obvious = row.low == 0 or (row.unit == PERCENT and row.low == _HUNDRED)
    return row.target_kind == Kind.NUMBER and not row.operator and not obvious


def _says_what_to_do(row: Row) -> bool:
    """Whether the words of a target without comparison give its direction: 建成1座, 每月1次, 增长5%; of no cost."""
    target = parse_target(row.target, nature=row.nature)
    if not isinstance(target, Number) or row.kind == kinds.COST:
        return False
    often = a_year(row.unit)[1] > 0 and not row.unit.startswith(MONEY)
    return target.change or target.done or often


@lru_cache(maxsize=1 << 16)
def _is_number(target: str) -> bool:
    return bool(_DIGIT.search(target)) and is_plain_number(target)


def quantity_in_words(inspection: Inspection) -> Iterator[Found]:
    """G12: an indicator of quantity that has words for a target."""
    for row in _rows(inspection):
        words = row.target_kind == Kind.WORDS and not _DIGIT.search(row.target)
        if row.kind == kinds.QUANTITY and (
            row.nature.startswith(Nature.QUALITATIVE) or (words and not row.nature)
        ):
            yield _found(row, "target", f"数量指标的指标值是文字“{row.target}”", "数和单位")


def unit_does_not_fit(inspection: Inspection) -> Iterator[Found]:
    """G15: a number or a unit that cannot be: a share above 100 %, half a person, a rate in 个, people or a date in %."""
    words = inspection.settings["G15"]
    for row in _rows(inspection):
        if row.target_kind == Kind.NUMBER:
            yield from _target_faults(row, words)
        bounded = row.unit == PERCENT and _has(row.name, words["bounded"])
        if bounded and row.actual != NO_NUMBER and not (row.excused or 0 <= row.actual <= _HUNDRED):
            yield _found(row, "actual", f"“{row.name}”的完成值是“{row.done}”", "0 到 100% 之间")
    yield from _read_by_guess(inspection)


def _read_by_guess(inspection: Inspection) -> Iterator[Found]:
    """Values that were read although their unit is not written (0.5 for 50 %), or that are numbers of days: one a form."""
    doubts = inspection.parsed["doubt"].tolist()
    guessed: dict[str, list[tuple[Row, str]]] = {}
    for row, doubt in zip(_rows(inspection), doubts, strict=True):
        if doubt:
            guessed.setdefault(row.subject, []).append((row, doubt))
    for rows in guessed.values():
        row, doubt = rows[0]
        found = f"“{row.name}”的值{doubt}"
        if rest := [one.name for one, _ in rows[1:]]:
            found += f"；另有 {len(rest)} 项也是这样读的：{'、'.join(rest[:_MOST_NAMED])}{'等' * (len(rest) > _MOST_NAMED)}"
        yield _found(row, "actual", found, "写明单位的数，或写全的日期", severity=Severity.WARNING)


def _target_faults(row: Row, words: dict[str, Any]) -> Iterator[Found]:
    """The first thing wrong with the number or the unit of a target."""
    percent = row.unit == PERCENT
    is_rate = row.name.endswith(tuple(words["rates"])) and not row.name.endswith(tuple(words["not_rates"]))
    changes = is_a_fall(row.printed) or _has(row.printed, _RISES)
    if percent and not (0 <= row.low <= _HUNDRED or changes or _has(row.name, words["unbounded"])):
        yield _found(row, "target", f"百分数“{row.printed}”超出范围", "0 到 100% 之间")
    elif percent and row.low == _HUNDRED and row.operator in _MORE and _has(row.name, words["bounded"]):
        found = f"“{row.name}”不会超过 100%，目标却写作“{row.printed}”"  # a part is never more than the whole
        yield _found(row, "target", found, "=100%")
    elif row.unit in words["whole"] and row.low % SCALE and not _has(row.name, words["averages"]):
        yield _found(row, "target", f"“{row.printed}”不是整{row.unit}", "整数")
    elif (is_rate and row.unit and row.unit not in words["rate_units"]) or (
        percent and row.name.endswith(tuple(words["counts"]))
    ):
        yield _found(row, "target", f"“{row.name}”的单位是“{row.unit}”", "与指标名称相符的单位")
    elif percent and _DUE.search(row.name):
        yield _found(row, "target", f"“{row.name}”是完成时间，指标值却是“{row.printed}”", "完成日期")
    elif is_rate and not row.unit and row.low > SCALE:
        found = f"“{row.name}”的指标值“{row.target}”没有单位"
        yield _found(row, "target", found, f"{row.target}%", severity=Severity.WARNING)


def copied_target(inspection: Inspection) -> Iterator[Found]:
    """G21: the actual value was copied from the target: it has a comparison sign, or is a whole scale of words."""
    scales = inspection.settings["G21"]["scales"]
    for row in _rows(inspection):
        done = notation.fold(row.done)
        if row.copied and not notation.blank(done):
            yield _found(row, "actual", f"完成值“{row.done}”带着比较符", "实际完成的数")
        elif done in scales:
            yield _found(row, "actual", f"完成值“{row.done}”是分级标准，没有写达到哪一级", "其中的一级")


def not_countable(inspection: Inspection) -> Iterator[Found]:
    """G22: the target is a number, and the actual value is words, an interval or a date, or a number of something else."""
    parsed = inspection.parsed
    read = zip(*(parsed[name].tolist() for name in ("actual_kind", "actual_unit", "problem")), strict=True)
    for row, (actual_kind, unit, problem) in zip(_rows(inspection), read, strict=True):
        if not Kind(row.target_kind).numeric or actual_kind == Kind.BLANK or row.copied:
            continue
        if actual_kind != Kind.NUMBER and row.actual == NO_NUMBER:
            yield _found(row, "actual", f"目标是“{row.printed}”，完成值写的是“{row.done}”", "实际完成的数")
        elif actual_kind == Kind.NUMBER and problem and row.unit != unit:
            found = f"“{row.name}”没有与目标“{row.printed}”核对：{problem}"
            yield _found(row, "actual", found, "与目标同一单位的数")


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

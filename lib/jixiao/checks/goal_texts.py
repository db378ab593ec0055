"""Checks of goals (G) on texts: what cannot be measured, hollow figures, indicators filed or named twice wrongly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import product
from typing import Any

from jixiao.checks import kinds
from jixiao.checks.engine import Check, Found, Inspection
from jixiao.forms.records.records import PARTS
from jixiao.values import notation
from jixiao.values.measure_frame import NO_NUMBER, SCALE
from jixiao.values.measures import Kind
from jixiao.values.units import PERCENT

_HUNDRED = 100 * SCALE
_COUNTED = re.compile(r"\d|[零一二两三四五六七八九十百千万]+(?:[成次倍个人户天月年项起件场]|分之)")


def not_measurable(inspection: Inspection) -> Iterator[Found]:
    """G06: an indicator whose name was not filled in, or whose target is missing or too vague to be measured."""
    words = inspection.settings["G06"]
    divided = set(inspection.records[PARTS]["of"].dropna())
    columns = ["subject_id", "indicator_id", "level1", "level3", "target"]
    for row, subject, indicator, level1, level3, target in inspection.indicators[columns].itertuples():
        column, found = _unclear(level3, target, words)
        if column == "target" and kinds.by_standard(level1, target):
            continue
        if column and not (column == "target" and not target and indicator in divided):
            yield Found("indicators", row, column, found, subject=subject)


def _unclear(level3: str | None, target: str | None, words: Mapping[str, Any]) -> tuple[str, str]:
    """The column that says nothing, and the finding; two empty texts where name and target both say something."""
    name = kinds.bare(level3)
    if not name:
        return "level3", f"三级指标是“{level3}”，没有写内容" if level3 else "三级指标是空的"
    if any(mark in name for mark in words["marks"]):
        return "level3", f"三级指标“{level3}”留着没有填写的空位"
    if target is None or notation.blank(notation.fold(target)):
        return "target", f"“{name}”没有年度指标值"
    return ("target", f"“{name}”的指标值“{target}”不能衡量") if vague(target, words) else ("", "")


def vague(target: str, words: Mapping[str, Any]) -> bool:
    """Whether a target has neither a number nor anything that can be inspected, only words such as 明显提高."""
    folded = notation.fold(target)
    if _COUNTED.search(folded) or any(word in folded for word in words["concrete"]):
        return False
    return folded in words["whole"] or any(word in folded for word in words["vague"])


def hollow(inspection: Inspection) -> Iterator[Found]:
    """G07: a benefit with a target near 100 %, whose name does not say what is divided by what."""
    settings = inspection.settings["G07"]
    frame = inspection.indicators
    read = inspection.parsed
    columns = [frame[name].tolist() for name in ("subject_id", "level1", "level2", "level3")]
    texts = [frame[name].tolist() for name in ("operator", "target", "measure_unit")]
    measures = [read[name].tolist() for name in ("kind", "unit", "target_low")]
    rows = zip(frame.index, *columns, zip(*texts, strict=True), zip(*measures, strict=True), strict=True)
    for row, subject, level1, level2, level3, written, (target_kind, unit, low) in rows:
        name = kinds.bare(level3)
        high = target_kind == Kind.NUMBER and low != NO_NUMBER and nearly_all(low, unit, settings)
        if high and kinds.kind(level1, level2) == kinds.BENEFIT and empty_rate(name, settings):
            found = f"效益指标“{name}”写作“{''.join(filter(None, written))}”，没有说明怎样计算"
            yield Found("indicators", row, "target", found, subject=subject)


def nearly_all(low: int, unit: str, settings: Mapping[str, Any]) -> bool:
    """Whether a target (in millionths) is a percentage at or above the limit; 100 without a unit counts as 100 %."""
    share = unit == PERCENT or (not unit and low == _HUNDRED)
    return share and settings["share"] * SCALE <= low <= _HUNDRED


def empty_rate(name: str, settings: Mapping[str, Any]) -> bool:
    """Whether the name of an indicator does not say what is counted: it is no rate, or one like 带动率 or 提升率."""
    counted = name.endswith(tuple(settings["countable"]))
    return not counted or any(word in name for word in settings["hollow"])


def filed_wrongly(inspection: Inspection) -> Iterator[Found]:
    """G08: spending filed as quantity, quality or time, or something else than satisfaction filed as satisfaction."""
    words = inspection.settings["G08"]
    columns = ["subject_id", "level1", "level2", "level3"]
    for row, subject, level1, level2, level3 in inspection.indicators[columns].itertuples():
        kind = kinds.kind(level1, level2)
        name = kinds.bare(level3)
        if wrong := misfiled(kind, name, words):
            yield Found("indicators", row, "level3", f"“{name}”列在{kind}指标，{wrong}", subject=subject)


def misfiled(kind: str, name: str, words: Mapping[str, Any]) -> str:
    """Why a name does not belong under a kind of indicator; "" where it may stand there."""
    if kind in (kinds.QUANTITY, kinds.QUALITY, kinds.TIME) and any(word in name for word in words["money"]):
        return "说的是资金执行"
    if kind == kinds.SATISFACTION and name and not any(word in name for word in words["satisfaction"]):
        return "与满意程度无关"
    return ""


def counted_twice(inspection: Inspection) -> Iterator[Found]:
    """G09: the same indicator under output and under benefit."""
    share = inspection.settings["G09"]["share"]
    sides: dict[str, tuple[list[tuple[int, str]], list[tuple[int, str]]]] = {}
    columns = ["subject_id", "level1", "level2", "level3"]
    for row, subject, level1, level2, level3 in inspection.indicators[columns].itertuples():
        kind = kinds.kind(level1, level2)
        name = kinds.bare(level3)
        if name and (kind in kinds.OUTPUTS or kind == kinds.BENEFIT):
            sides.setdefault(subject, ([], []))[kind == kinds.BENEFIT].append((row, name))
    for subject, (outputs, benefits) in sides.items():
        for (_, output), (row, benefit) in product(outputs, benefits):
            if alike(output, benefit, share):
                found = f"效益指标“{benefit}”与产出指标“{output}”是同一件事"
                yield Found("indicators", row, "level3", found, subject=subject)


def alike(one: str, other: str, share: Decimal) -> bool:
    """Whether two names are the same but for at most 100 − `share` per cent of their characters."""
    if one == other:
        return True
    both = len(one) + len(other)
    if 200 * min(len(one), len(other)) < share * both:
        return False
    # Cheap to count, and never fewer than the characters shared in order.
    in_any_order = (_characters(one) & _characters(other)).total()
    if 200 * in_any_order < share * both:
        return False
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return 200 * sum(block.size for block in blocks) >= share * both


@lru_cache(maxsize=1 << 16)
def _characters(text: str) -> Counter[str]:
    return Counter(text)


CHECKS: dict[str, Check] = {
    "G06": not_measurable,
    "G07": hollow,
    "G08": filed_wrongly,
    "G09": counted_twice,
}

"""Splits a target that a form prints in one cell into nature, operator, target and measure unit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from jixiao.values import measures, notation
from jixiao.values.measures import Kind
from jixiao.values.notation import Nature

_NUMBER_WITH_UNIT = re.compile(r"([≥≤=><]?)([0-9][0-9,]*(?:\.[0-9]+)?)([^0-9.,~≥≤=><+\-]*)")


_DIRECTIONS = {"正向": "≥", "反向": "≤", "负向": "≤", "逆向": "≤"}  # which way is better


class Target(NamedTuple):
    """Four columns of indicators.csv; None where the form does not say."""

    nature: Nature | None
    operator: str | None
    target: str | None
    measure_unit: str | None


@lru_cache(maxsize=1 << 15)
def split(text: str) -> Target:
    """Split a target into its columns: ≥50个 is 定量, ≥, 50 and 个; a text of any other shape stays whole.

    A target is 定量 when it can be counted: a number, an interval or a date; also when it holds digits that
    cannot be read, so that what is wrong is the number and not the nature.
    """
    measure = measures.parse_target(text)
    if measure.kind is Kind.BLANK:
        return Target(None, None, text or None, None)
    counted = measure.kind.counted or (measure.kind is Kind.UNREADABLE and bool(re.search("[0-9]", text)))
    nature = Nature.QUANTITATIVE if counted else Nature.QUALITATIVE
    found = _NUMBER_WITH_UNIT.fullmatch(notation.fold(text)) if measure.kind is Kind.NUMBER else None
    if found:
        sign, number, unit = (part or None for part in found.groups())
        if measures.parse_target(number, nature=nature, operator=sign or "", unit=unit or "") == measure:
            return Target(nature, sign, number, unit)
    return Target(nature, None, text, None)


def given(operator: str, text: str, unit: str) -> Target:
    """The columns of a target that the form prints in several columns, where `operator` may be ≥, =, 定性 or 定量."""
    folded = notation.fold(operator)
    if folded.startswith(Nature.QUALITATIVE):
        return Target(Nature.QUALITATIVE, None, text or None, unit or None)
    sign = notation.OPERATOR.get(folded) or _DIRECTIONS.get(folded.removesuffix("指标"))
    if sign is None and not unit:
        whole = split(text)
        return whole._replace(nature=Nature.QUANTITATIVE) if folded == Nature.QUANTITATIVE else whole
    nature = Nature.QUANTITATIVE if sign or folded == Nature.QUANTITATIVE else split(text + unit).nature
    return Target(nature, sign, text or None, unit or None)

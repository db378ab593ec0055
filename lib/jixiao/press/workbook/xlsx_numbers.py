"""A cell of a table of the report in; the number that a workbook holds, and the format that shows it alike, out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jixiao.kit import numbers

_DIGITS = 15  # digits that a number of a workbook holds exactly
_SHOWN = re.compile(r'([+\-−]?[\d,]*\.?\d+)([^\d"]*)')  # a number and its unit


def number(cell: Mapping[str, Any]) -> tuple[float, str] | None:
    """The number of a cell and the format that shows it as the report does; None where that is not exact."""
    shown = _SHOWN.fullmatch(str(cell.get("text", "")))
    if cell.get("value") is None or shown is None:
        return None
    printed, unit = numbers.parse(shown[1]), shown[2]
    places = max(-printed.as_tuple().exponent, 0)
    exact = _exact(str(cell["value"]), printed, places, unit == "%")
    if exact is None or len(exact.as_tuple().digits) > _DIGITS:
        return None
    whole = "#,##0" if "," in shown[1] else "0"
    unit = f'"{unit}"' if unit and unit != "%" else unit
    return float(exact), whole + ("." + "0" * places if places else "") + unit


def _exact(value: str, number: Decimal, places: int, percent: bool) -> Decimal | None:
    """The value behind a shown number: its own where that has few enough digits, else the shown one."""
    try:
        own = numbers.parse(value)
    except ValueError:
        return None
    scale = 2 if percent else 0
    for candidate in (own, own.scaleb(-scale)):
        if numbers.rounded(candidate.scaleb(scale), places) == number:
            fits = len(candidate.as_tuple().digits) <= _DIGITS
            return candidate if fits else number.scaleb(-scale)
    return None

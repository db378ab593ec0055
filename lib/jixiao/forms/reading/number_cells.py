"""Reads cells that should hold a number, and says what is odd about the way it is written."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from jixiao.forms.layouts import labels
from jixiao.kit import numbers

BLANKS = frozenset(
    {"", "-", "—", "–", "--", "——", "/", "\\", "无", "一", "―", "_", "…", "……", "...", "......"}
)
_SHORT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_SUFFIXED = re.compile(r"([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)(分|亿元|百万元|万元|千元|万|元|%)")
AMOUNT_UNITS = ("万元", "元", "千元", "百万元", "亿元")
_IN_FULL = {"万": "万元"}  # 5.8万
_IN_TEN_THOUSANDS = {  # 万元 in one of each unit
    "万元": Decimal(1),
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "百万元": Decimal(100),
    "亿元": Decimal(10_000),
}


@lru_cache(maxsize=8192)
def read(text: str) -> tuple[Decimal | None, str]:
    """The number in a cell, None where there is none, and what is odd about the way it is written, "" for nothing.

    10分 and 93.5万元 are read without their unit, １０ as 10 and 86% as 86; each of these is odd.
    """
    if _SHORT.fullmatch(text):
        return Decimal(text), ""
    compact = labels.compact(text).replace("−", "-")
    if compact in BLANKS or compact in AMOUNT_UNITS:  # a unit alone stands where an amount belongs
        return None, ""
    suffixed = _SUFFIXED.fullmatch(compact)
    try:
        number = numbers.parse(suffixed[1] if suffixed else compact)
    except numbers.TooLongError:
        return None, numbers.TOO_LONG
    except ValueError:
        return None, "不是数字"
    if suffixed:
        return number, f"数字后面带“{suffixed[2]}”"
    return number, "" if text.strip().isascii() else "数字用了全角字符"


def amount(text: str, declared: str) -> Decimal | None:
    """The amount in a cell in 万元: by the unit that it is written with, else by the one `declared` for the form."""
    number = read(text)[0]
    factor = _IN_TEN_THOUSANDS[unit(text) or declared or "万元"]
    if number is None or factor == 1:
        return number
    whole = format(number * factor, "f")
    return Decimal(whole.rstrip("0").rstrip(".") if "." in whole else whole)


def unit(text: str) -> str:
    """The unit (元, 万元 …) with which an amount is written; "" for an amount without one."""
    if _SHORT.fullmatch(text):
        return ""
    found = _SUFFIXED.fullmatch(labels.compact(text))
    written = _IN_FULL.get(found[2], found[2]) if found else ""
    return written if written in AMOUNT_UNITS else ""

"""Exact decimals: parsing a number from its text, rounding it once, writing it for readers."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

HALF_UP = "half_up"  # 四舍五入
GB_T_8170 = "gb_t_8170"  # GB/T 8170-2008, 四舍六入五成双
ROUNDINGS = {HALF_UP: ROUND_HALF_UP, GB_T_8170: ROUND_HALF_EVEN}

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+")
_EXACT = Context(prec=50)


def parse(text: str) -> Decimal:
    """The exact number written in `text`; ValueError when it is not a plain decimal.

    Full-width digits and thousands separators are read; exponents, units, `nan` and `inf` are not numbers.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"not a decimal number: {text!r}")
    return Decimal(plain.replace(",", ""))


def rounded(value: Decimal, places: int = 2, how: str = HALF_UP) -> Decimal:
    """`value` rounded once to `places` decimals, half up unless GB/T 8170 is asked for."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUNDINGS[how], context=_EXACT)


def ratio(part: Decimal, whole: Decimal) -> Decimal:
    """`part` over `whole` to 40 significant digits; the caller has made sure that `whole` is not zero."""
    return Context(prec=40).divide(part, whole)


def plain(value: Decimal) -> str:
    """`value` without exponent, keeping its own number of decimals: 90.50 stays 90.50."""
    return format(value, "f")

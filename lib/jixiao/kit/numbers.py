"""Exact decimals: reading a number from a text, rounding it once, and writing it."""

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
    folded = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if not _NUMBER.fullmatch(folded):
        raise ValueError(f"not a decimal number: {text!r}")
    return Decimal(folded.replace(",", ""))


def rounded(value: Decimal, places: int = 2, how: str = HALF_UP) -> Decimal:
    """`value` rounded once to `places` decimals: half up, or by GB/T 8170-2008 (half to even)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUNDINGS[how], context=_EXACT)


def ratio(part: Decimal, whole: Decimal) -> Decimal:
    """`part` divided by `whole`, to 40 significant digits; `whole` must not be zero."""
    return Context(prec=40).divide(part, whole)


def places_of(value: Decimal) -> int:
    """How many decimals `value` is written with: 2 for 90.50, none for 1E+2 and for what is no number."""
    return max(-int(value.as_tuple().exponent), 0) if value.is_finite() else 0


def plain(value: Decimal) -> str:
    """`value` written out in full, without an exponent and with all its decimals: 90.50 stays 90.50."""
    return format(value, "f")

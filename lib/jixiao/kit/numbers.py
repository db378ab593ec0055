"""Exact decimals: reading a number from a text, rounding it once, and writing it."""

from __future__ import annotations

import decimal
import re
import unicodedata
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from jixiao.kit.limits import DECIMAL_DIGITS, INTEGER_DIGITS

HALF_UP = "half_up"  # 四舍五入
GB_T_8170 = "gb_t_8170"  # GB/T 8170-2008, 四舍六入五成双
ROUNDINGS = {HALF_UP: ROUND_HALF_UP, GB_T_8170: ROUND_HALF_EVEN}
SIZE = f"整数部分至多 {INTEGER_DIGITS} 位、小数至多 {DECIMAL_DIGITS} 位的数"
TOO_LONG = "位数太多，读不了"

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+")
# The product of two numbers that are read has at most twice their digits; sums of millions of them a few more.
_PRECISION = 2 * (INTEGER_DIGITS + DECIMAL_DIGITS) + 10
_EXACT = Context(prec=_PRECISION)

# Sums and products with + and * are exact too, in this thread and in those that are started later.
decimal.DefaultContext.prec = _PRECISION
decimal.getcontext().prec = _PRECISION


class TooLongError(ValueError):
    """Raised for a number with more digits than any that is meant (limits.py)."""


def parse(text: str) -> Decimal:
    """The exact number written in `text`; ValueError when it is not a plain decimal, TooLongError when it is a long one.

    Full-width digits and thousands separators are read; exponents, units, `nan` and `inf` are not numbers.
    """
    folded = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if not _NUMBER.fullmatch(folded):
        raise ValueError(f"not a decimal number: {text[:40]!r}")
    bare = folded.replace(",", "")
    if too_long(bare):
        raise TooLongError(f"a number of {len(bare)} characters")
    return Decimal(bare)


def too_long(text: str) -> bool:
    """Whether a plain number without separators has more digits than are read; zeros in front do not count."""
    whole, _, decimals = text.lstrip("+-").partition(".")
    if len(whole) <= INTEGER_DIGITS and len(decimals) <= DECIMAL_DIGITS:
        return False
    return len(whole.lstrip("0")) > INTEGER_DIGITS or len(decimals) > DECIMAL_DIGITS


def rounded(value: Decimal, places: int = 2, how: str = HALF_UP) -> Decimal:
    """`value` rounded once to `places` decimals: half up, or by GB/T 8170-2008 (half to even)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUNDINGS[how], context=_EXACT)


def ratio(part: Decimal, whole: Decimal) -> Decimal:
    """`part` divided by `whole`, to 40 significant digits; `whole` must not be zero."""
    return Context(prec=40).divide(part, whole)


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Divide `part` by `whole` in per cent to two decimals; None when `whole` is zero."""
    return rounded(ratio(Decimal(part) * 100, Decimal(whole))) if whole else None


def places_of(value: Decimal) -> int:
    """How many decimals `value` is written with: 2 for 90.50, none for 1E+2 and for what is no number."""
    return max(-int(value.as_tuple().exponent), 0) if value.is_finite() else 0


def plain(value: Decimal) -> str:
    """`value` written out in full, without an exponent and with all its decimals: 90.50 stays 90.50."""
    return format(value, "f")

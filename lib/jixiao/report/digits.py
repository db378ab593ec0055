"""Numbers typed by hand are refused, with an error that quotes the number and what stands around it."""

from __future__ import annotations

import re
import unicodedata

from jixiao.kit.errors import Fault, ProseError, one_line

_CITATION = re.compile(r"《[^》]*》|[一-鿿]*〔\d{4}〕\d+号")
_NUMERIC = ("Nd", "Nl", "No")  # decimal digits, Roman numerals, fractions and circled numbers
_AROUND = 10


def refuse(text: str, place: str) -> None:
    """ProseError when `text` holds a number; titles in 《》 and document numbers such as 财预〔2020〕10号 pass."""
    rest = _CITATION.sub("", text)
    at = next((n for n, char in enumerate(rest) if unicodedata.category(char) in _NUMERIC), None)
    if at is None:
        return
    end = at
    while end < len(rest) and (unicodedata.category(rest[end]) in _NUMERIC or rest[end] in ".,%"):
        end += 1
    around = one_line(rest[max(0, at - _AROUND) : end + _AROUND])
    remedy = "改用统计数（文号的年份用〔 〕括起）"
    raise ProseError(Fault(f"{place}“…{around}…”", f"有手写的数字“{rest[at:end]}”", "{统计数的键}", remedy))

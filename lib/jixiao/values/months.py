"""Reads up to which month a table says that it goes: 1-7月, 截至6月底, 上半年."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {digit: n for n, digit in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_NUMBER = r"([0-9]{1,2}|十[一二]|[一二三四五六七八九十])"
_SPAN = re.compile(rf"(?:1|一)月?份?[-—–~至到]{_NUMBER}月")
_UP_TO = re.compile(rf"截[至止]到?(?:(?:19|20)[0-9]{{2}}年)?{_NUMBER}月")
_ALONE = re.compile(
    rf"(?<![0-9一二三四五六七八九十]){_NUMBER}月(?!份?[-—–~至到]|[0-9一二三四五六七八九十]+日)"
)
_WORDED = (("前三季度", 9), ("三季度", 9), ("上半年", 6), ("二季度", 6), ("一季度", 3))
_YEAR = 12


def spanned(text: str) -> int | None:
    """The last month of a span that begins with the year (1-7月, 截至6月底), None where the text has none."""
    bare = _bare(text)
    found = _SPAN.search(bare) or _UP_TO.search(bare)
    return _month(found[1]) if found else None


def up_to(text: str) -> int | None:
    """The month up to which a text goes that says nothing else, or the title of a table; None where it says none."""
    found = spanned(text)
    if found is not None:
        return found
    bare = _bare(text)
    if alone := _ALONE.search(bare):
        return _month(alone[1])
    return next((month for word, month in _WORDED if word in bare), None)


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _month(text: str) -> int | None:
    number = int(text) if text.isdecimal() else _DIGITS[text]
    return number if 1 <= number <= _YEAR else None

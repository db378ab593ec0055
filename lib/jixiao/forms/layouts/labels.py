"""Brings labels as people print them into the bare form that layouts are written in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 40  # no label is longer; a longer text is prose
_BRACKET = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[0-9]+[.、]|\([一二三四五六七八九十0-9]+\))(?=[^0-9])"
)
_INLINE = re.compile(r"\s*([^:：]{2,16}?)\s*[:：]\s*(.*)", re.DOTALL)
_FORMULA_LETTER = re.compile(r"(?<=[^\x00-\x7f])[A-D]$")  # 全年预算数A


def compact(text: str) -> str:
    """`text` without blanks and in half-width characters, so that two ways of printing it are equal."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """A label without blanks, brackets, numbering, colon and formula letter; "" for a text that is no label.

    项目资金（万元）： → 项目资金, 得分（20分*执行率） → 得分, 全年（调整）预算数 → 全年预算数.
    """
    if len(text) > LONGEST or not text:
        return ""
    whole = _NUMBERING.sub("", compact(text))
    bare = _BRACKET.sub("", whole) or whole.strip("()[]【】〔〕")
    bare = _FORMULA_LETTER.sub("", bare.strip(":;,.、*★·"))
    return bare.lower()


def inline(text: str) -> tuple[str, str]:
    """The label and the value in a cell that has both (项目名称：某某项目); two empty texts for any other cell."""
    found = _INLINE.fullmatch(text)
    return (key(found[1]), found[2].strip()) if found else ("", "")

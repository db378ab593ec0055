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


def plain(text: str) -> str:
    """`text` in half-width signs without any blank."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """The bare label: no blanks, brackets, numbering, colon or formula letter; "" for what is no label.

    项目资金（万元）： → 项目资金, 得分（20分*执行率） → 得分, 全年（调整）预算数 → 全年预算数.
    """
    if len(text) > LONGEST or not text:
        return ""
    whole = _NUMBERING.sub("", plain(text))
    bare = _BRACKET.sub("", whole) or whole.strip("()[]【】〔〕")
    bare = _FORMULA_LETTER.sub("", bare.strip(":;,.、*★·"))
    return bare.lower()


def inline(text: str) -> tuple[str, str]:
    """A label and its value that share one cell (项目名称：某某项目); the label is "" where there is none."""
    found = _INLINE.fullmatch(text)
    return (key(found[1]), found[2].strip()) if found else ("", "")

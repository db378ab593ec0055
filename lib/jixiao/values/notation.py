"""Brings the text of a cell into one notation, or says why the text cannot be trusted."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache

LONGEST_CELL = 500
NOT_APPLICABLE = "不适用"

_DASH = "−﹣"
_BLANK = re.compile(r"[/\\|\-–—―_一]+|无|暂?缺|")
_STATUS = re.compile(r"不适用|不涉及|N/?A|(?:尚)?未到期|(?:暂)?无数据|暂无", re.IGNORECASE)
_NOT_APPLICABLE = re.compile(
    "N/?A|(?:[此该本](?:项目?|指标|项指标)?)?(?:不适用|不适应|不涉及|不考核|无[此该]项)(?:[此该本]项?)?(?:指标|内容)?(?:考核)?",
    re.IGNORECASE,
)
_STROKES = re.compile(r"[/\\\-–—―]+|无")
_IN_UNIT = r"(?<=[A-Za-z㐀-鿿])\*(?=[A-Za-z㐀-鿿])"  # 元/人*月
_DAMAGE = re.compile(
    rf"\.{{2,}}|[…⋯]|截断|粘连|OCR|�|□|■|\?+|(?!{_IN_UNIT})\*+|×{{2,}}|[xX]{{2,}}", re.IGNORECASE
)
_REMARK = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|〔([^〔〕]*)〕")
_BELOW_IN_BRACKETS = re.compile(r"/\(([^()0-9]+)\)")  # 元/(人·天)
_BRACKET = re.compile(r"[()\[\]【】〔〕]")
_BLANK_TO_DROP = re.compile(r"(?<![0-9,.]) | (?![0-9,.])")
_END = "。;,、"

_OPERATORS = {
    "≥": "≥ ≧ ⩾ >= => ≥= 》= 〉= ›= ≮ 大于等于 大于或等于 大于或者等于 高于等于 高于或等于 不少于 不少 不低于 不小于 "
    "不得少于 不得低于 至少 最少",
    "≤": "≤ ≦ ⩽ <= =< ≤= 《= 〈= ‹= ≯ 小于等于 小于或等于 小于或者等于 低于等于 低于或等于 不超过 不超 未超过 未超 "
    "不得超过 不得高于 不高于 不大于 不多于 至多 最多 不晚于 不迟于",
    "=": "= == ═ 等于",
    ">": "> 》 〉 超过 大于 高于 多于 优于 好于 超 逾",
    "<": "< 《 〈 低于 小于 少于 不足 不满 不到",
    "≈": "≈ 大约 大概 约为 约 将近 接近",
}
OPERATOR = {word: sign for sign, words in _OPERATORS.items() for word in words.split()}
OPERATOR_WORD = "|".join(re.escape(word) for word in sorted(OPERATOR, key=len, reverse=True))
_SUFFIX = re.compile(r"(.*?)(及其?以上|以上|及其?以下|以下|以内|之内|左右|上下|(?<=[天日年时月周])内)")
SUFFIX = {"以上": "≥", "以下": "≤", "以内": "≤", "之内": "≤", "内": "≤", "左右": "≈", "上下": "≈"}


class Nature(StrEnum):
    """Whether an indicator is counted or judged, as forms and tables write it."""

    QUANTITATIVE = "定量"
    QUALITATIVE = "定性"


class Unreadable(ValueError):
    """Raised when a cell has not exactly one meaning; the message says in Chinese what was found and why."""


@lru_cache(maxsize=1 << 15)  # several checks ask for the same cells
def fold(text: str) -> str:
    """`text` with half-width characters, and without blanks except between two digits.

    Circled, raised and other numbered signs stay as they are: ② is a list mark and 10² is not 102.
    """
    folded = "".join(_half_width(sign) for sign in text) if not text.isascii() else text
    folded = re.sub(r"(?<=[A-Za-z])([²³])", lambda power: str("²³".index(power[1]) + 2), folded)
    folded = _BLANK_TO_DROP.sub("", " ".join(folded.split()))
    return folded.rstrip(_END) or folded


@cache
def _half_width(sign: str) -> str:
    if sign in _DASH:
        return "-"
    if sign in "～〜∼…":
        return "…" if sign == "…" else "~"
    if unicodedata.category(sign) == "Cf":
        return ""
    narrow = unicodedata.normalize("NFKC", sign)
    holds_digit = any("0" <= part <= "9" for part in narrow)
    return sign if holds_digit and not sign.isdecimal() and not narrow[0].isalpha() else narrow


def blank(folded: str) -> bool:
    """Whether nothing was filled in, or only a sign or word that stands for nothing (—, 无)."""
    return bool(_BLANK.fullmatch(folded))


def status(folded: str) -> str:
    """The word that says why there is no value (不适用, 未到期 …), "" for any other cell."""
    if folded[:1].isdecimal():  # by far the most cells
        return ""
    if _STATUS.fullmatch(folded):
        return folded
    return NOT_APPLICABLE if _NOT_APPLICABLE.fullmatch(folded) else ""


@cache
def not_applicable(text: str) -> bool:
    """Whether a cell says that it does not apply: 不适用, 无, / or —; a blank one says nothing."""
    folded = fold(text)
    return bool(_STROKES.fullmatch(folded) or _NOT_APPLICABLE.fullmatch(folded))


def refuse_damage(folded: str) -> None:
    """Raise Unreadable for a text that is too long, or has marks of being cut off, illegible or never filled in."""
    if len(folded) > LONGEST_CELL:
        raise Unreadable(f"文字有 {len(folded)} 字，太长")
    if mark := _DAMAGE.search(folded):
        raise Unreadable(f"有“{mark[0]}”，原文不完整或看不清")


def split_remarks(folded: str) -> tuple[str, list[str]]:
    """The text without what stands in brackets, and the texts that do."""
    folded = _BELOW_IN_BRACKETS.sub(r"/\1", folded)
    remarks = ["".join(filter(None, found.groups())) for found in _REMARK.finditer(folded)]
    body = _REMARK.sub("", folded).rstrip(_END)
    if bracket := _BRACKET.search(body):
        raise Unreadable(f"括号“{bracket[0]}”没有配对")
    if not body:
        raise Unreadable("只有括号里的说明，没有值" if remarks else f"“{folded}”不是数，也不是文字")
    return body, remarks


def split_suffix(body: str, remarks: list[str]) -> tuple[str, str]:
    """`body` without a comparing word at its end (以上, 以内, 左右 …), and the sign of that word."""
    found = _SUFFIX.fullmatch(body)
    if not found:
        return body, ""
    sign = SUFFIX[found[2].removeprefix("及").removeprefix("其")]
    if "不含" in remarks or "不含本数" in remarks:
        sign = {"≥": ">", "≤": "<"}.get(sign, sign)
    return found[1], sign


def one_operator(*signs: str) -> str:
    """The operator that `signs` agree on, "" where none of them is one; Unreadable where they contradict each other."""
    found = sorted({sign for sign in signs if sign})
    if len(found) > 1:
        raise Unreadable(f"比较符互相矛盾：{'、'.join(found)}")
    return found[0] if found else ""

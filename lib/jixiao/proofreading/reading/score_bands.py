"""Finds bands in a passage, such as 90分以上（含90分）, 80-90分, [80,90), and what their words say of either end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_N = r"\d{1,3}(?:\.\d+)?"
_TO = r"\s?[-~至到]{1,2}\s?"
_MOST = 1000  # no score lies above


@dataclass(frozen=True)
class ScoreBand:
    """A band as it is written: characters `start` to `end` of the text.

    `low_in` and `high_in` are None where the words do not say whether the end belongs to it.
    `other` is the number that the words 含… name, where it is neither end.
    """

    text: str
    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    low_in: bool | None
    high_in: bool | None
    other: str = ""
    percent: bool = False

    def __contains__(self, score: Decimal) -> bool:
        above = self.low is None or score > self.low or (score == self.low and self.low_in is not False)
        below = self.high is None or score < self.high or (score == self.high and self.high_in is True)
        return above and below


_NOTED = r"(?:\s?(?P<{0}>\((?:不?含|不?包[含括])[^()]{{0,8}}\)))?"  # （含）, （含90分）, （不含80分）
_NOTE = re.compile(rf"\((不?)(?:含|包[含括])(?:本数)?\s?({_N})?")
_RANGE = re.compile(
    rf"(?<![\d.年月-])(?P<low>{_N})(?P<lowunit>\s?[分%]?){_NOTED.format('a')}{_TO}"
    rf"(?P<high>{_N})(?P<unit>\s?[分%]?){_NOTED.format('b')}(?P<below>以下|以内|之间)?{_NOTED.format('c')}(?:(?<=[分%)下内间])|(?![\d年月日]))"
)
_ONE = re.compile(
    rf"(?<![\d.])(?P<value>{_N})\s?(?P<unit>[分%]){_NOTED.format('a')}"
    rf"\s?(?P<side>(?:及其?|含)?以[上下]){_NOTED.format('b')}"
)
_JOINED = re.compile(r"\s?[,、]?\s?(?:至|到|且|而|但|并)?\s?")  # between the two ends of one band
_SIGN = re.compile(rf"(?P<sign>[≥≤<>])\s?=?\s?(?P<value>{_N})\s?(?P<unit>[分%])")
_UNDER = re.compile(rf"(?P<word>低于|不足|不到|不满|高于|超过|不低于)\s?(?P<value>{_N})\s?(?P<unit>分)")
_MATH = re.compile(
    rf"(?P<open>[\[(])\s?(?P<low>{_N})\s?,\s?(?P<high>{_N})\s?(?P<close>[\])])(?P<unit>\s?[分%])?"
)


def found(text: str) -> list[ScoreBand]:
    """The bands of a text that `quantities.folded` gave, in order; none lies within another."""
    bands = [
        *map(_of_interval, _MATH.finditer(text)),
        *(one for match in _RANGE.finditer(text) if (one := _of_range(match))),
        *map(_of_one, _ONE.finditer(text)),
        *map(_of_sign, _SIGN.finditer(text)),
        *map(_of_word, _UNDER.finditer(text)),
    ]
    taken: list[ScoreBand] = []
    for band in sorted(bands, key=lambda one: (one.start, -one.end)):
        if taken and band.start < taken[-1].end:
            continue
        both = _both(text, taken[-1], band) if taken else None
        if both:
            taken[-1] = both
        else:
            taken.append(band)
    return taken


def _both(text: str, first: ScoreBand, second: ScoreBand) -> ScoreBand | None:
    """One band of two that give its ends one right after the other: 80分以上（含80分）不足90分, 90分以下80分以上."""
    joined = _JOINED.fullmatch(text[first.end : second.start])
    if not joined or first.other or second.other or first.percent is not second.percent:
        return None
    lower, upper = (first, second) if first.high is None else (second, first)
    if lower.high is not None or upper.low is not None or lower.low is None or upper.high is None:
        return None
    if lower.low >= upper.high:
        return None
    span = (first.start, second.end)
    ends = (lower.low_in, upper.high_in)
    return ScoreBand(text[slice(*span)], *span, lower.low, upper.high, *ends, percent=first.percent)


def _of_interval(match: re.Match[str]) -> ScoreBand:
    low = Decimal(match["low"])
    high = Decimal(match["high"])
    ends = (match["open"] == "[", match["close"] == "]")
    return ScoreBand(match[0], *match.span(), low, high, *ends, percent="%" in (match["unit"] or ""))


def _of_range(match: re.Match[str]) -> ScoreBand | None:
    low = Decimal(match["low"])
    high = Decimal(match["high"])
    unit = match["unit"].strip() or match["lowunit"].strip()
    if not unit or low == high or max(low, high) > _MOST:
        return None
    ends: dict[Decimal, bool] = {}
    other = ""
    for name, default in (("a", low), ("b", high), ("c", high)):
        note = _NOTE.match(match[name] or "")
        if note:
            value = Decimal(note[2]) if note[2] else default
            contradicts = ends.get(value) is bool(note[1])  # 80分（含80分）至90分（不含80分）
            ends.setdefault(value, not note[1])
            other = other or ("" if value in (low, high) and not contradicts else note[2])
    high_in = ends.get(high, False if match["below"] == "以下" else None)
    return ScoreBand(match[0], *match.span(), low, high, ends.get(low), high_in, other, unit == "%")


def _of_one(match: re.Match[str]) -> ScoreBand:
    value = Decimal(match["value"])
    end_in: bool | None = True if match["side"][0] in "及含" else None
    other = ""
    is_up = match["side"].endswith("上")
    percent = match["unit"] == "%"
    for name in ("a", "b"):
        note = _NOTE.match(match[name] or "")
        if note and (not note[2] or Decimal(note[2]) == value):
            end_in = not note[1]
        elif note and note[1] and (Decimal(note[2]) > value) is is_up:  # 90分以上（不含100分）
            far = Decimal(note[2])
            if is_up:
                return ScoreBand(match[0], *match.span(), value, far, end_in, False, percent=percent)
            return ScoreBand(match[0], *match.span(), far, value, False, end_in, percent=percent)
        elif note:
            other = note[2]
    if is_up:
        return ScoreBand(match[0], *match.span(), value, None, end_in, None, other, percent)
    return ScoreBand(match[0], *match.span(), None, value, None, end_in, other, percent)


def _of_sign(match: re.Match[str]) -> ScoreBand:
    value = Decimal(match["value"])
    sign = match["sign"]
    span = match.span()
    percent = match["unit"] == "%"
    if sign in "≥>":
        return ScoreBand(match[0], *span, value, None, sign == "≥", None, percent=percent)
    return ScoreBand(match[0], *span, None, value, None, sign == "≤", percent=percent)


def _of_word(match: re.Match[str]) -> ScoreBand:
    value = Decimal(match["value"])
    span = match.span()
    if match["word"] in ("高于", "超过", "不低于"):
        return ScoreBand(match[0], *span, value, None, match["word"] == "不低于", None)
    return ScoreBand(match[0], *span, None, value, None, False)

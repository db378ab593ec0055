"""Finds the numbers in a passage: their exact value, the decimals they are printed with, their unit, their place.

What holds digits and is no number passes by the rules of the report's own text (report/digits.py): dates, document numbers,
titles, list numbers. Units stand in units.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.kit import numbers, strict_yaml
from jixiao.kit.codes import Code
from jixiao.report import digits
from jixiao.values import quantities as chinese_numbers
from jixiao.values.notation import Unreadable

_FILE = Path(__file__).with_name("units.yml")
_SIGNS = (
    "，, ；; ：: （( ）) ％% ～~ 〜~ ∼~ –- —- －- −- ．. ＋+ ＝= ＜< ＞> ≧≥ ≦≤ ［[ ］] ”“ ‘“ ’“ 「“ 」“ ！! ？? "
    "０0 １1 ２2 ３3 ４4 ５5 ６6 ７7 ８8 ９9 個个 項项 萬万 億亿 總总 計计 評评 價价 為为 優优 應应 實实 際际 佔占 較较 餘余 "
    "額额 預预 報报 達达 "
    "與与 點点 則则 處处 區区 縣县 單单 審审 開开 張张 條条 筆笔 戶户 資资 門门 務务 長长 減减 增增 結结 轉转 數数 無无 對对 關关 級级 間间"
)
_SIMPLE = str.maketrans({pair[0]: pair[1] for pair in _SIGNS.split()})
_LONG = 400  # characters of a number and what stands around it


class Nature(Code):
    """What a number counts or measures; only numbers of one nature are compared."""

    AMOUNT = "amount", "金额"
    PERCENT = "percent", "百分数"
    POINTS = "points", "百分点"
    SCORE = "score", "分数"
    COUNT = "count", "个数"
    MEASURE = "measure", "数量"
    PLAIN = "plain", "数"


@dataclass(frozen=True)
class Quantity:
    """A number of a passage: characters `start` to `end` of its text, which read `text`.

    `value` is in the base unit (元, 个, 分, per cent); `step` is the last decimal that is printed, in that unit.
    `exact` is False where the text says about, more than, at least.
    """

    value: Decimal
    step: Decimal
    scale: Decimal
    nature: Nature
    unit: str
    text: str
    start: int
    end: int
    exact: bool = True

    @property
    def slack(self) -> Decimal:
        """How far the true value may lie from the printed one: half the last decimal; 0 for whole things that are counted."""
        whole = self.nature in (Nature.COUNT, Nature.PLAIN) and self.scale == 1 and self.step == 1
        return Decimal(0) if whole else self.step / 2

    @property
    def places(self) -> int:
        """The decimals that are printed."""
        return numbers.places_of(self.step / self.scale)

    def alike(self, other: Quantity) -> bool:
        """Whether the two may be added or compared."""
        same_unit = self.nature is not Nature.COUNT or _thing(self.unit) == _thing(other.unit)
        return (
            self.nature is other.nature
            and same_unit
            and (self.nature is not Nature.MEASURE or self.unit == other.unit)
        )

    def said(self, value: Decimal) -> str:
        """Another value as this one is written: in its unit, with its decimals, or as many more as it needs."""
        shown = value / self.scale
        places = self.places
        if numbers.rounded(shown, places) != shown:
            places = min(places + 2, 6)
        return f"{numbers.plain(numbers.rounded(shown, places))}{self.unit_words}"

    @property
    def unit_words(self) -> str:
        """What is printed behind the digits: 万元, 个, %."""
        return re.sub(r"^(?:[\d.,\s+-]+|[零〇一二两三四五六七八九十百千万亿]+)|[*\s]", "", self.text)


def folded(text: str) -> str:
    """`text` of the same length in half-width signs and the simplified characters of the grammar's words."""
    return text.translate(_SIMPLE)


def found(text: str) -> list[Quantity]:
    """The numbers of a text that `folded` gave, in order."""
    covered = digits.without_names(text)
    arabic = [one for match in _pattern().finditer(covered) if (one := _quantity(match, covered, text))]
    taken = [(one.start, one.end) for one in arabic]
    written = [
        one
        for one in _written(text, covered)
        if not any(start < one.end and one.start < end for start, end in taken)
    ]
    return sorted([*arabic, *written], key=lambda one: one.start)


def plain(text: str, nature: Nature, unit: str, scale: Decimal) -> Quantity | None:
    """The number that a cell holds and nothing else, in the unit of its column; None where it holds another text."""
    bare = re.sub(r"[\s*,]", "", folded(text))
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(%?)", bare)
    if not match or numbers.too_long(match[1]):
        return None
    if match[2]:
        nature = Nature.PERCENT
        unit = "%"
        scale = Decimal(1)
    value = Decimal(match[1])
    step = Decimal(1).scaleb(-numbers.places_of(value)) * scale
    return Quantity(value * scale, step, scale, nature, unit, text.strip(), 0, len(text))


def _quantity(match: re.Match[str], covered: str, text: str) -> Quantity | None:
    number = match["number"].replace(",", "")
    if numbers.too_long(number):
        return None
    scale = Decimal(_units()["scale"].get(match["scale"] or "", "1"))
    nature, unit = _nature(match["unit"] or "")
    if nature is Nature.PLAIN and match["scale"] in ("万", "亿", "万亿"):
        nature = Nature.AMOUNT  # 支出1.2亿
    if match["unit"] == "‰":
        return None
    value = Decimal(match["sign"] + number)
    step = Decimal(1).scaleb(-numbers.places_of(value))
    exact = not (match["more"] or match["further"]) and _is_exact(covered, match.start(), match.end(), nature)
    end = match.end()
    return Quantity(
        value * scale, step * scale, scale, nature, unit, text[match.start() : end], match.start(), end, exact
    )


def _written(text: str, covered: str) -> Iterator[Quantity]:
    """Numbers in Chinese numerals before a counter: 五个, 三十二家."""
    for start, end, numeral, counter in digits.numerals(text):
        if not numeral or covered[start] == digits.NO_NUMBER:
            continue
        nature, unit = _nature(counter)
        try:
            value = Decimal(chinese_numbers.chinese(numeral.replace("两", "二")))
        except Unreadable:
            continue
        exact = _is_exact(text, start, end, nature)
        yield Quantity(value, Decimal(1), Decimal(1), nature, unit, text[start:end], start, end, exact)


def _is_exact(text: str, start: int, end: int, nature: Nature) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" *")
    behind = text[end : end + 4].lstrip(" *")
    words = _units()
    fine = words["exact_with_percent"] if nature is Nature.PERCENT else ()
    vague = [word for word in words["about_before"] if word not in fine]
    spans = re.match(r"[-~至到]\d", behind) or re.search(r"\d(?:%|分|万元|亿元|元|个)?[-~至到]$", before)
    return not (before.endswith(tuple(vague)) or behind.startswith(tuple(words["about_behind"])) or spans)


def _nature(unit: str) -> tuple[Nature, str]:
    for nature in Nature:
        if unit and unit in _units().get(nature.value, ()):
            return nature, unit
    return Nature.PLAIN, ""


def _thing(unit: str) -> str:
    """The unit by which things are compared: 个, 家 and 项 all count the same things in these reports."""
    return "个" if unit in ("个", "家", "项", "部门", "单位", "项目", "企业", "机构") else unit


@cache
def _units() -> Mapping[str, Any]:
    document: Mapping[str, Any] = strict_yaml.read(_FILE, _FILE.name).value
    return document


def _any_of(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@cache
def _pattern() -> re.Pattern[str]:
    data = _units()
    units = [unit for nature in Nature for unit in data.get(nature.value, ())] + ["‰"]
    number = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]\d)|\d+(?:\.\d+)?"
    return re.compile(
        rf"(?P<sign>(?:(?<=[为率长:( ])-)?)(?<![\dA-Za-z])(?<!\d\.)(?P<number>{number})(?![\dA-Za-z])\s?"
        rf"(?P<more>[多余几]?)\s?(?P<scale>{_any_of(list(data['scale']))})?(?P<further>[多余]?)\s?"
        rf"(?P<unit>(?!{_any_of(data['not_units'])})(?:{_any_of(units)}))?",
        re.ASCII,
    )

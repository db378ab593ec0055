"""Reads units of measure: the base unit (元) and how many of it one written unit (万元) is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jixiao.values.notation import Unreadable, fold

ONE = Decimal(1)
MONEY = "元"
PERCENT = "%"
_COUNTERS = (
    "个 人 人次 户 次 场 场次 批 批次 台 套 台套 份 篇 件 项 名 家 期 条 处 座 只 头 亩 起 例 本 幅 册 部 辆 张 块 米 公里 "
    "平方米 立方米 公顷 吨 公斤 天 年 个月 小时 元 万元 亿元 % ‰"
)
COUNTERS = frozenset(_COUNTERS.split())

_POWERS = {"万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12}
_MULTIPLE = re.compile(rf"({'|'.join(sorted(_POWERS, key=len, reverse=True))})(.*)")
_MONEY_ONLY = {"百元": 2, "千元": 3}
_RATIOS = {
    PERCENT: ONE,
    "百分比": ONE,
    "百分率": ONE,
    "‰": Decimal("0.1"),
    "千分比": Decimal("0.1"),
    "‱": Decimal("0.01"),
}
_WORD = r"(?:[A-Za-zΩμ°$]+[23]?|[㐀-鿿]{1,8})"
_SHAPE = re.compile(rf"{_WORD}(?:[/·]{_WORD})*")
_LOOKS_LIKE_DIGIT = re.compile(r"[OolI](?![A-Za-z])")
_VAGUE = re.compile(r"[余多几来]|[数第]")
_NOT_A_UNIT = re.compile(
    r"[的了是为已未不没达完成增减高低前后内外上下至到和与及或且等以按约左右共均率无有初底末]|提升|[级星]|月份"
)
_RANKS = re.compile(r"[级星等档类]")


@dataclass(frozen=True)
class Unit:
    """A base unit (元, %, 亩 …), how many of it one written unit is, and the unit as written."""

    name: str = ""
    scale: Decimal = ONE
    written: str = ""

    @property
    def bare(self) -> bool:
        """Whether nothing was written."""
        return not self.written

    @property
    def multiplied(self) -> bool:
        """Whether one written unit is several things (万亩), so that a number without unit may have left out the 万."""
        return self.scale != ONE and not self.money and self.name != PERCENT

    @property
    def money(self) -> bool:
        """Whether this is money, or money for each of something (元/人)."""
        return self.name.split("/")[0] == MONEY


def read(text: str) -> Unit:
    """The unit written after a number; Unreadable when the text is no unit."""
    if not text:
        return Unit()
    if text in _RATIOS:
        return Unit(PERCENT, _RATIOS[text], text)
    scale, base = _multiple(text)
    base = base.removeprefix("个") if base == "个百分点" else base
    if not base:
        return Unit(base, scale, text)
    if _LOOKS_LIKE_DIGIT.match(base):
        raise Unreadable(f"“{base}”像数字也像字母")
    if _VAGUE.match(base):
        raise Unreadable(f"“{base}”说明前面不是确数")
    if _RANKS.fullmatch(base):
        raise Unreadable(f"“{base}”是等级，不是数量")
    if not _SHAPE.fullmatch(base) or _NOT_A_UNIT.search(base):
        raise Unreadable(f"数字后面的“{base}”不是单位")
    return Unit(base, scale, text)


@lru_cache(maxsize=4096)
def column(text: str) -> Unit:
    """The unit that a form gives in a column of its own; whatever stands there is taken for one."""
    folded = fold(text)
    if folded in ("", "/", "-", "—", "无", "一"):
        return Unit()
    if folded in _RATIOS:
        return Unit(PERCENT, _RATIOS[folded], folded)
    scale, base = _multiple(folded)
    return Unit("百分点" if base == "个百分点" else base, scale, folded)


def joined(cell: Unit, given: Unit) -> Unit | None:
    """The unit of a value that is written with the unit `cell` where a column, or the target, has `given`.

    The unit written with the value counts, if the other is its base unit or the same: 5万元 in a column 元 is
    50,000 元. None for 50元 in a column 万元, which has no certain meaning.
    """
    if given.bare:
        return cell
    if cell.bare:
        return given
    same_base = cell.name in ("", given.name)
    if not same_base or given.scale not in (ONE, cell.scale):
        return None
    return Unit(given.name, cell.scale, cell.written if cell.name else cell.written + given.name)


def _multiple(text: str) -> tuple[Decimal, str]:
    """How many base units a unit is, and the base unit: 10,000 and 元 for 万元."""
    head, slash, tail = text.partition("/")
    if head in _MONEY_ONLY:
        return ONE.scaleb(_MONEY_ONLY[head]), MONEY + slash + tail
    found = _MULTIPLE.fullmatch(text)
    return (ONE.scaleb(_POWERS[found[1]]), found[2]) if found else (ONE, text)

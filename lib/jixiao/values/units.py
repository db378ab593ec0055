"""Reads units of measure: the base unit (元) and how many of it one written unit (万元) is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, getcontext
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
SPELT = (
    COUNTERS - {"元", "万元", "亿元", "%", "‰", "本"}
    | set("栋幢所宗门间支株周天")
    | {
        "个小时",
        "个工作日",
        "学时",
        "课时",
    }
)

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
_JOINTS = "*×·•、"  # between two units that are multiplied, or that both stand below the stroke: 元/人*月
_WORD = r"(?:[A-Za-zΩμ°$]+[23]?|[㐀-鿿]{1,8})"
_SHAPE = re.compile(rf"/?{_WORD}(?:[/{_JOINTS}]{_WORD})*")
_LOOKS_LIKE_DIGIT = re.compile(r"[OolI](?![A-Za-z])")
_VAGUE = re.compile(r"[几来]|[数第]")
_YEARLY = re.compile(r"(?:/?一年|/?每年|/全年)$")
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
    text = _YEARLY.sub("/年", text)
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
    same_base = cell.name in ("", given.name) or measured(cell.name) == measured(given.name)
    if not same_base or given.scale not in (ONE, cell.scale):
        return None
    return Unit(given.name, cell.scale, cell.written if cell.name else cell.written + given.name)


_SYNONYMS = {  # what a unit is called by: the unit, and how many of it
    **dict.fromkeys(("m2", "平米", "平", "平方"), ("平方米", ONE)),
    **dict.fromkeys(("m3", "方", "立方"), ("立方米", ONE)),
    **dict.fromkeys(("m", "M", "延米", "延长米"), ("米", ONE)),
    **dict.fromkeys(("公里", "千米", "km", "KM", "Km"), ("米", Decimal(1000))),
    **dict.fromkeys(("公顷", "hm2", "ha"), ("亩", Decimal(15))),
    **dict.fromkeys(("千克", "kg", "KG", "Kg"), ("公斤", ONE)),
    **dict.fromkeys(("克", "g"), ("公斤", Decimal("0.001"))),
    **dict.fromkeys(("吨", "t", "T"), ("公斤", Decimal(1000))),
    **dict.fromkeys(("个小时", "h", "H"), ("小时", ONE)),
    **dict.fromkeys(("min",), ("分钟", ONE)),
    **dict.fromkeys(("日", "日历天"), ("天", ONE)),
    **dict.fromkeys(("月", "月份"), ("个月", ONE)),
    **dict.fromkeys(("工作日", "个工作天"), ("个工作日", ONE)),
    **dict.fromkeys(("名", "位"), ("人", ONE)),
    **dict.fromkeys(("人/次", "人·次"), ("人次", ONE)),
    **dict.fromkeys(("次数", "频次"), ("次", ONE)),
    **dict.fromkeys(("场次",), ("场", ONE)),
    **dict.fromkeys(("台套", "台/套", "套台"), ("台", ONE)),
    **dict.fromkeys(("度", "kWh", "KWh", "kW·h"), ("千瓦时", ONE)),
    **dict.fromkeys(("学时",), ("课时", ONE)),
    **dict.fromkeys(("°C", "℃"), ("摄氏度", ONE)),
    **dict.fromkeys(("个百分点",), ("百分点", ONE)),
}
_MINUTES = {"分钟": ONE, "小时": Decimal(60), "天": Decimal(1440)}
_ONE_WORD = {"人天": "人·天", "人日": "人·天", "人月": "人·月", "人年": "人·年", "生年": "生·年"}
# Counted one by one: of such a thing 个 can always be said.
_SINGLY = frozenset("项家处座所栋幢台套件份篇部条辆门间口块宗起例批期场种类本册片支只棵株站班点户")
_NO_NOUN = ("个月", "个小时", "个工作日", "个百分点", "个人次")
_TIMES_A_YEAR = {
    "年": ONE,
    "年度": ONE,
    "半年": Decimal(2),
    "季度": Decimal(4),
    "季": Decimal(4),
    "双月": Decimal(6),
}
_TIMES_A_YEAR |= {"月": Decimal(12), "个月": Decimal(12)}


@lru_cache(maxsize=4096)
def measured(name: str) -> tuple[str, Decimal]:
    """The unit by which all its spellings are known, and how many of it one is: 1000 of 米 for 公里, 平方米 for m2.

    What is below the stroke stands there in one order: 元/人·月, 元/月/人 and 元/人*月 are the same; 元/公里 is 0.001 of
    元/米.
    """
    if name in _SYNONYMS:
        return _SYNONYMS[name]
    head, *below = name.split("/")
    head, many = _SYNONYMS.get(_thing(head), (_thing(head), ONE))
    words = [word for part in below for word in re.split(f"[{_JOINTS}]", _ONE_WORD.get(part, part))]
    known: list[str] = []
    for word in words:
        base, of_it = _SYNONYMS.get(word, (word, ONE)) if word not in _TIMES_A_YEAR else (word, ONE)
        if of_it != ONE and _has_no_end(many / of_it):
            base, of_it = word, ONE  # 元/公顷 is no decimal number of 元/亩
        known.append(base)
        many /= of_it
    return "/".join([head, *sorted(known)]), many


def _has_no_end(number: Decimal) -> bool:
    """Whether a number was cut where its decimals go on."""
    return len(number.as_tuple().digits) == getcontext().prec


def minutes(name: str) -> Decimal:
    """How many minutes one unit of time is, 0 for what is no unit of time or has no fixed length (个工作日, 个月)."""
    return _MINUTES.get(measured(name)[0], Decimal(0))


def _thing(name: str) -> str:
    """The counter alone where the thing that is counted stands behind it: 个 for 个危险边坡, 场 for 场培训."""
    counter = name[:1]
    if name.startswith(_NO_NOUN) or (counter != "个" and (counter not in _SINGLY or len(name) < 3)):
        return name
    return counter


def alike(one: str, other: str) -> bool:
    """Whether two units count the same in the same amount: 个 and 家, 平方米 and m2; not 公里 and 米, nor 人 and 人次."""
    first, second = measured(one), measured(other)
    both = {first[0], second[0]}
    return first == second or ("个" in both and both <= {"个", *_SINGLY})


def a_year(name: str) -> tuple[str, Decimal]:
    """A unit without the part of the year for which it is given, and how often that is in a year: 次 and 12 for 次/月.

    Days and weeks are not turned into years, for nobody knows how many of them were worked; then, and where there is
    no part of a year, the unit stays and is given 0 times.
    """
    head, slash, period = name.rpartition("/")
    return (head, _TIMES_A_YEAR[period]) if slash and period in _TIMES_A_YEAR else (name, Decimal(0))


def _multiple(text: str) -> tuple[Decimal, str]:
    """How many base units a unit is, and the base unit: 10,000 and 元 for 万元."""
    head, slash, tail = text.partition("/")
    if head in _MONEY_ONLY:
        return ONE.scaleb(_MONEY_ONLY[head]), MONEY + slash + tail
    found = _MULTIPLE.fullmatch(text)
    return (ONE.scaleb(_POWERS[found[1]]), found[2]) if found else (ONE, text)

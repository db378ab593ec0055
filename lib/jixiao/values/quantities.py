"""Reads numbers and intervals with their units as exact decimals in the base unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Context, Decimal, Inexact

from jixiao.kit.limits import MEASURE_TEXT
from jixiao.values import notation, sentences, units
from jixiao.values.notation import OPERATOR, Unreadable
from jixiao.values.units import Unit

_EXACT = Context(prec=80, traps=[Inexact])
_NUMBER = r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|[+-]?\.[0-9]+"
_TO = r"[~–—―\-至到]"
_UNIT = r"(?:[^0-9.,~–—―\-+至到]|(?<=[A-Za-z])[23])*"
_SINGLE = re.compile(rf"(?P<a>{_NUMBER})(?P<ua>{_UNIT})")
_RANGE = re.compile(rf"(?P<a>{_NUMBER})(?P<ua>{_UNIT}){_TO}(?P<b>{_NUMBER})(?P<ub>{_UNIT})")
_BETWEEN = re.compile(  # ≥80%且≤100%; ≥50≤60 may be two slips
    rf"(?P<op>{notation.OPERATOR_WORD})(?P<a>{_NUMBER})(?P<ua>{_UNIT}?)(?:,?并?且|[,、;])"
    rf"(?P<op2>{notation.OPERATOR_WORD})(?P<b>{_NUMBER})(?P<ub>{_UNIT})"
)
_AROUND = re.compile(rf"(?P<a>{_NUMBER})(?P<ua>{_UNIT}?)±(?P<b>{_NUMBER})(?P<ub>{_UNIT})")
_LEAD = r"(?:(?:实际|累计|合计|共计?|已)*(?:完成|达到|达|实现|控制在|保持在|稳定在|保持|控制|在)?)"
_DONE = re.compile("完成|达|实现")
_OPERATED = re.compile(rf"{_LEAD}(?P<op>{notation.OPERATOR_WORD})?{_LEAD}(?P<rest>.*)")
_OF_HUNDRED = re.compile(rf"([百千万])分之(?:({_NUMBER})|([零一二两三四五六七八九十百]+))")
_MONEY_SIGN = re.compile(rf"(?:[¥$]?人民币|¥|RMB)({_NUMBER})(万|亿)?元?(?=$|/)")
_RATIO_SIGN = {"百": "%", "千": "‰", "万": "‱"}
_CHINESE = "[零一二两三四五六七八九十百千几数半]"
_SPELT = re.compile(
    rf"(?P<op>{notation.OPERATOR_WORD})?(?P<n>{_CHINESE}+)(?P<u>{'|'.join(sorted(units.SPELT, key=len, reverse=True))})"
    r"(?P<end>及?以上|及?以下|以内|之内|左右|内)?"
)
_OPERATOR_ONLY = (
    re.compile(  # possessive: <= is also < and =, and a long row of them must not be tried in all ways
        rf"(?:{notation.OPERATOR_WORD}|以上|以下|以内|左右|[百千万]分之|百分比|[%‰~+\-])++"
    )
)
_DIGIT = re.compile("[0-9]")
_DOT_BELOW = re.compile(r"(?<=/[㐀-鿿])\.(?=[㐀-鿿])")  # 元/人.天
_IN_WORDS = dict.fromkeys(("全覆盖", "全部覆盖", "全面覆盖"), "100%")
_NONE = re.compile(
    "零(?:事故|投诉|上访|信访|差错|失误|死亡|伤亡|感染|发生|舆情|污染|排放|违规|新增|超支|缺陷|火灾|案件|举报|报告)(?:率|数|发生)?"
)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}

_WHY = (
    (r"[0-9,.] +[0-9,.]", "数字中间有空白"),
    (r"[0-9][a-zA-Z][0-9]", "数字中间有字母，可能认错了字"),
    (r"[0-9]/[0-9]", "是分数还是日期，不能确定"),
    (r"[0-9][:∶][0-9]", "是比例，不是一个数"),
    (r"[0-9]\.[0-9]+\.[0-9]", "有两个小数点"),
    (r"[0-9],[0-9]", "逗号不在千位上，是小数点、分节号还是两个数，不能确定"),
    (r"[±]", "是偏差范围，没有说中心值"),
    (r"[^0-9A-Za-z -⁯⺀-￿℀-⋿＀-￯]", "有不认识的符号"),
)


@dataclass(frozen=True)
class Quantity:
    """A number (low == high) or an interval, in the base unit, with the comparison that is written with it."""

    operator: str
    low: Decimal
    high: Decimal
    unit: Unit
    is_range: bool = False
    note: str = ""
    change: bool = False  # written as a rise or a fall (增长5%, 下降5%), and not as a level
    done: bool = False  # words say what is to be done (建成1座), or how often (每月1次)


def read(body: str, remarks: list[str], *, in_sentences: bool = True) -> Quantity | None:
    """The quantity written in `body`; None when there is no number in it, Unreadable when the number is doubtful.

    A number within a sentence is one only if `in_sentences`.
    """
    body = _OF_HUNDRED.sub(_ratio, body).replace("百分百", "100%")
    body = _MONEY_SIGN.sub(r"\1\2元", body)
    body = _DOT_BELOW.sub("·", _IN_WORDS.get(body, body))
    if _NONE.fullmatch(body):
        return Quantity("", Decimal(0), Decimal(0), Unit(), note=f"“{body}”读作0")
    if not _DIGIT.search(body) and (spelt := _SPELT.fullmatch(body)):
        body = f"{spelt['op'] or ''}{_spelt(spelt['n'], body)}{spelt['u']}{spelt['end'] or ''}"
    if _OPERATOR_ONLY.fullmatch(body):
        raise Unreadable(f"“{body}”后面没有数")
    if not _DIGIT.search(body):
        return None
    try:
        return _plain(body, remarks)
    except Unreadable:
        if in_sentences and (said := sentences.taken_apart(body)):
            return _said(said, body, remarks)
        raise


def _plain(body: str, remarks: list[str]) -> Quantity:
    """The quantity in a text of comparison, number and unit; Unreadable for any other text."""
    if between := _BETWEEN.fullmatch(body):
        return _between(between)
    core, suffix = notation.split_suffix(body, remarks)
    found = _OPERATED.fullmatch(core)
    assert found is not None  # whatever stands there is its rest
    operator = notation.one_operator(OPERATOR.get(found["op"] or "", ""), suffix)
    rest = re.sub(r"(?<=[%‰])完成$|之间$", "", found["rest"])
    if around := _AROUND.fullmatch(rest):
        return _around(around, operator)
    if span := _RANGE.fullmatch(rest):
        return _range(span, operator)
    if single := _SINGLE.fullmatch(rest):
        lead = core[: len(core) - len(found["rest"])]
        return replace(_number(single, operator, remarks), done=bool(_DONE.search(lead)))
    raise Unreadable(_why_not(rest, body))


def _said(said: sentences.Said, body: str, remarks: list[str]) -> Quantity:
    """The quantity in a sentence (全年举办培训不少于12场), with a note that says how it was read."""
    plain = _plain(said.operator + said.number + said.unit, remarks)
    operator = notation.one_operator(plain.operator, said.suffix)
    low, high = plain.low, plain.high
    if said.falls:  # a fall of at least 5 % is a change of at most -5 %
        low, high = -high, -low
        operator = {"≥": "≤", ">": "<", "≤": "≥", "<": ">", "": "≤"}.get(operator, operator)
    unit = plain.unit
    if said.period and not unit.bare:
        unit = Unit(f"{unit.name}/{said.period}", unit.scale, f"{unit.written}/{said.period}")
    sign = "-" if said.falls else ""
    note = f"“{body}”读作{operator}{sign}{said.number}{unit.written}"
    return Quantity(operator, low, high, unit, note=note, change=said.change, done=said.done)


def _number(found: re.Match[str], operator: str, remarks: list[str]) -> Quantity:
    written = found["ua"]
    about = written[:1] if written[:1] in ("余", "多") else ""
    unit = units.read(written.removeprefix(about))
    for remark in remarks:
        if unit.bare and remark in units.COUNTERS:
            unit = units.read(remark)
        elif (inner := _SINGLE.fullmatch(remark)) and inner["a"] != found["a"]:
            raise Unreadable(f"括号外是“{found[0]}”，括号内是“{remark}”，不知以哪个为准")
    value = _times(found["a"], unit)
    note = f"“{found[0]}”不是确数，读作{found['a']}{unit.written}" if about else ""
    return Quantity(operator, value, value, unit, note=note)


def _range(found: re.Match[str], operator: str) -> Quantity:
    text = found[0]
    if operator:
        raise Unreadable(f"区间“{text}”又带比较符“{operator}”")
    low_unit, high_unit = units.read(found["ua"]), units.read(found["ub"])
    if low_unit.bare and not high_unit.bare:
        if not high_unit.name:
            raise Unreadable(f"“{text}”的前一个数有没有“{high_unit.written}”，不能确定")
        low_unit = high_unit
    if low_unit.name != high_unit.name or low_unit.bare != high_unit.bare:
        raise Unreadable(f"区间“{text}”两端的单位不同")
    low, high = _times(found["a"], low_unit), _times(found["b"], high_unit)
    if low > high:
        raise Unreadable(f"区间“{text}”的下限大于上限")
    return Quantity("", low, high, high_unit, is_range=True)


def _between(found: re.Match[str]) -> Quantity:
    """The interval of two comparisons (≥80%且≤100%), both ends included; Unreadable for any other two."""
    signs = [OPERATOR[found[name]] for name in ("op", "op2")]
    if sorted(signs) != ["≤", "≥"]:
        raise Unreadable(f"“{found[0]}”有两个比较符，读不成一个区间")
    units_ = [units.read(found[name]) for name in ("ua", "ub")]
    unit = units_[1] if units_[0].bare else units_[0]
    if any(not one.bare and one.name != unit.name for one in units_):
        raise Unreadable(f"“{found[0]}”两端的单位不同")
    ends = [_times(found[name], unit) for name in ("a", "b")]
    low, high = ends if signs[0] == "≥" else reversed(ends)
    if low > high:
        raise Unreadable(f"“{found[0]}”的下限大于上限")
    return Quantity("", low, high, unit, is_range=True)


def _around(found: re.Match[str], operator: str) -> Quantity:
    """The interval around a number (30±2处), both ends included; a share of it (30±5%) is not read."""
    inner, outer = units.read(found["ua"]), units.read(found["ub"])
    if (
        operator
        or (not inner.bare and inner.name != outer.name)
        or (inner.bare and outer.name == units.PERCENT)
    ):
        raise Unreadable(f"“{found[0]}”偏差多少，不能确定")
    middle, width = (_times(found[name], outer) for name in ("a", "b"))
    return Quantity("", middle - abs(width), middle + abs(width), outer, is_range=True)


def _times(number: str, unit: Unit) -> Decimal:
    if len(number) > MEASURE_TEXT:
        raise Unreadable(f"数字有 {len(number)} 位，太长")
    return times(Decimal(number.replace(",", "")), unit.scale)


def times(value: Decimal, scale: Decimal) -> Decimal:
    """`value` times `scale`, exact and without an exponent."""
    if scale == units.ONE:
        return value
    product = _EXACT.multiply(value, scale)
    return product if product.as_tuple().exponent <= 0 else product.quantize(units.ONE, context=_EXACT)


def _ratio(found: re.Match[str]) -> str:
    """百分之九十五 as 95%."""
    number = found[2] or str(chinese(found[3]))
    return number + _RATIO_SIGN[found[1]]


def _spelt(text: str, body: str) -> str:
    """The digits of a number in Chinese words: 2 for 两, 0.5 for 半; Unreadable for 几 and 数, which are no number."""
    if text == "半":
        return "0.5"
    if re.search("[几数半千]", text):
        raise Unreadable(f"“{body}”里的汉字数字不当作数读")
    return str(chinese(text))


def chinese(text: str) -> int:
    """The value of a Chinese number below 1,000: 95 for 九十五; Unreadable where it is none."""
    head, hundred, rest = text.rpartition("百")
    if not hundred:
        head = ""
        rest = text
    tens, ten, ones = rest.rpartition("十")
    try:
        value = (_DIGITS[head] if head else 1) * 100 if hundred else 0
        value += (_DIGITS[tens.lstrip("零")] if tens.lstrip("零") else 1) * 10 if ten else 0
        return value + (_DIGITS[ones.lstrip("零")] if ones.lstrip("零") else 0)
    except KeyError:
        raise Unreadable(f"“{text}”不是一个汉字数") from None


def _why_not(rest: str, body: str) -> str:
    """Why a text with digits cannot be read as a quantity."""
    for pattern, why in _WHY:
        if re.search(pattern, rest):
            return f"“{body}”{why}"
    count = len(re.findall(r"[0-9]+(?:\.[0-9]+)?", rest))
    return f"“{body}”里有{count}个数，不能读成一个" if count > 1 else f"“{body}”不是“比较符＋数＋单位”的写法"

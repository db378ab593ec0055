"""Finds the one number that a short sentence is about: 全年举办培训不少于12场, 每月1次, 建成1座, 同比下降5%, 100%覆盖."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jixiao.values import notation, units

_WORDS = r"[㐀-鿿A-Za-z、“”]"
_ONE_NUMBER = re.compile(
    rf"(?P<head>(?:{_WORDS}|[<>=≥≤≈])*?)(?P<op>(?:{notation.OPERATOR_WORD})*+)过?"
    rf"(?P<a>[+-]?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]+)?)(?P<rest>[^0-9,.~+\-–—―]*)"
)
# A head of which the number may not be the value, but a rank, a date, a span before or a thing denied.
_OTHERWISE = re.compile(
    r"[未没无非第前后不仅尚差欠]|除[了去外]|次年|[上去近每]年|同期|至$|(?<!达)到$|从|自[^评动主]|其中|分别|或|剩余|还|(?<![得扣计评总])分$"
)
_NOT_REACHED = re.compile(r"[未没无非不尚差欠]")
_PERIOD = re.compile(
    r"每(?P<p>双月|季度|季|半年|年度|年|个?月|周|星期|天|日|人次|人|户|场|次|亩|生|套|台|个|项|公里)"
)
_CALENDAR = re.compile(r"[月日号点时:年]")
_RISE = "增长|增加|增幅|提高|提升|上升|上涨|上浮|增"
_FALL = "下降|降低|减少|下浮|压减|压缩|缩减|削减|减|降"
_CHANGE = re.compile(rf"(?:(?P<rise>{_RISE})|(?P<fall>{_FALL}))(?:了|达到?|约|幅度为?|率?为)?$")
_TO = re.compile(rf"(?:{_RISE}|{_FALL})[到至为]$")
_COMPARED = re.compile(
    r"(?:与|较|比|同)?(?:上年|去年|上一?年度|往年|同期|上年同期|环)(?:同期|相比|比)?|同比|环比"
)
_SUFFIX = re.compile(
    r"(?P<unit>.*?)(?P<suffix>及其?以上|以上|及其?以下|以下|以内|之内|左右|(?<=[天日年时月周])内)(?P<tail>.*)"
)
_FILLING = re.compile(
    "全年|年度|本年|当年|共计?|合计|总计|为|数"
)  # words that say nothing of what is to be done
_LONGEST_HEAD, _LONGEST_TAIL = 30, 12
_COUNTER = re.compile(
    "|".join(sorted({*units.SPELT, "元", "万元", "亿元", "%", "‰", "个百分点"}, key=len, reverse=True))
)


@dataclass(frozen=True)
class Said:
    """What a sentence says of its number: the comparison before and behind it, the unit, and the part of the year.

    `change` says that it is a rise or a fall and no level, `falls` that it is a fall, `done` that words say what is to be
    done (建成1座), or how often (每月1次).
    """

    operator: str
    number: str
    unit: str
    suffix: str = ""
    period: str = ""
    change: bool = False
    falls: bool = False
    done: bool = False


def taken_apart(body: str) -> Said | None:
    """The parts of a sentence with one number; None where it cannot be said for certain what the number is."""
    main, _, clause = body.partition(",")
    if (
        clause
        and not re.search("[0-9]", clause)
        and not _NOT_REACHED.search(clause)
        and len(clause) <= _LONGEST_HEAD
    ):
        body = main  # 建成1座,已投入使用
    found = _ONE_NUMBER.fullmatch(body)
    if not found:
        return None
    head = found["head"]
    signs = set(map(notation.OPERATOR.__getitem__, re.findall(notation.OPERATOR_WORD, found["op"])))
    periods = [part["p"].removeprefix("个") for part in _PERIOD.finditer(head)]
    head = _PERIOD.sub("", head)
    level = bool(_TO.search(head))
    change = None if level else _CHANGE.search(head)
    if change:
        head = _COMPARED.sub("", head[: change.start()])
    elif level:
        head = _TO.sub("", head)
    if head.endswith("近") and not found["rest"].startswith("年"):
        head = head.removesuffix("近")
        signs.add("≈")
    unsure = len(head) > _LONGEST_HEAD or len(signs) > 1 or _OTHERWISE.search(head)
    ends = _unit_and_tail(found["rest"], found["a"])
    if unsure or ends is None:
        return None
    unit, suffix = ends
    return Said(
        operator=signs.pop() if signs else "",
        number=found["a"],
        unit=unit,
        suffix=suffix,
        period="/".join(periods) if "/" not in unit else "",
        change=change is not None,
        falls=change is not None and change["fall"] is not None,
        done=bool(periods or _FILLING.sub("", head)),
    )


def _unit_and_tail(rest: str, number: str) -> tuple[str, str] | None:
    """The unit behind a number and the sign of the comparing word behind that; None where what follows is no unit."""
    ending = _SUFFIX.fullmatch(rest)
    sign = ""
    tail = ""
    if ending:
        rest, tail = ending["unit"], ending["tail"]
        word = ending["suffix"].removeprefix("及").removeprefix("其")
        sign = notation.SUFFIX[word]
    if _CALENDAR.match(rest) and not (rest[0] == "年" and len(number) < 3):
        return None
    if _NOT_REACHED.search(tail) or len(tail) > _LONGEST_TAIL:
        return None
    try:
        units.read(rest.removeprefix("余").removeprefix("多"))
        return rest, sign
    except notation.Unreadable:
        pass
    counter = _COUNTER.match(rest)
    if counter is None or ending:
        return None
    tail = rest[counter.end() :]
    if _NOT_REACHED.search(tail) or len(tail) > _LONGEST_TAIL or not re.fullmatch(_WORDS + "*", tail):
        return None
    return counter[0], sign

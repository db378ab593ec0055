"""Where a line of the page must not end, and where it may: classes and `<wbr>` in its elements."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jixiao.press.page import table_columns

_WHOLE = {"th": 6, "td": 6, "data": 9}  # characters that stay on one line
_ENDLESS = re.compile(r"[!-~]{24}")  # a word that would not fit in a column
# The number of an official document, with its brackets: （城中办发〔2021〕12号）.
_DOCUMENT = r"（[^\s（）《》，。；：]{1,12}〔\d{4}〕\d+号）|\w{1,6}〔\d{4}〕\d+号"
_HELD = re.compile(f"({_DOCUMENT}|{table_columns.RANGE}|{table_columns.MEASURED})")
_UNIT = re.compile(table_columns.UNIT)
_AS_WRITTEN = ("pre", "code", "svg")
# The words of which titles of such reports are made; a line of a title may end beside each.
_WORD = re.compile(
    r"\d{4}年度?|关于|预算绩效管理|绩效管理|绩效评价|绩效自评|绩效目标|绩效运行监控|绩效监控|部门整体支出|项目支出"
    "|重点项目|财政支出|预算|工作|开展情况|实施情况|完成情况|进展情况|情况|结果|应用|公开|报告|通报|总结|说明|通知"
)


def keep(body: Any) -> None:
    """Numbers with their marks, ranges and short cells are not torn at the end of a line; many words are."""
    for element in body.iter("data", "th", "td"):
        name = "short" if _is_short(element) else "endless"
        if name == "short" or _ENDLESS.search(element.text_content()):
            element.set("class", f"{element.get('class', '')} {name}".strip())
    hold_marks(body, "short", _is_short)
    _hold_units(body)
    for element in list(body.iter()):
        if element.tag not in _AS_WRITTEN and next(element.iterancestors(*_AS_WRITTEN), None) is None:
            _hold(element)


def phrase(title: Any, *names: str) -> None:
    """Let the lines of a title end only between its words, and beside each of the `names` in it."""
    known = "|".join([*(re.escape(name) for name in names if name), _WORD.pattern])
    parts = [part for part in re.split(f"((?:{known})的?)", title.text or "") if part]
    title.text = parts[0] if parts else title.text
    for part in reversed(parts[1:]):
        mark = title.makeelement("wbr")
        mark.tail = part
        title.insert(0, mark)


def hold_marks(body: Any, name: str, fits: Callable[[Any], bool]) -> None:
    """Put each number that `fits` on a line, and the mark raised behind it, into a span of the class `name`."""
    for number in list(body.iter("data")):
        mark = number.getnext()
        if mark is not None and mark.tag == "sup" and not number.tail and fits(number):
            holder = number.makeelement("span", {"class": name})
            number.addprevious(holder)
            holder.tail = mark.tail
            mark.tail = None
            holder.extend((number, mark))


def allow(cell: Any) -> None:
    """A long key in `cell` may go on to the next line after its dots and dashes."""
    for element in cell.iter():
        parts = table_columns.break_points(element.text or "")
        if len(parts) > 1:
            element.text = parts[0]
            for part in reversed(parts[1:]):
                mark = element.makeelement("wbr")
                mark.tail = part
                element.insert(0, mark)


def _is_short(element: Any) -> bool:
    """Whether the words of a cell, or a number, stay on one line."""
    words = element.text_content().strip()
    return len(words) <= _WHOLE[element.tag] and (element.tag != "data" or any(map(str.isdecimal, words)))


def _hold_units(body: Any) -> None:
    """Put each number and the unit that is written behind it into a span: 85个, 2021年度."""
    for number in list(body.iter("data")):
        words = number.text_content()
        unit = _UNIT.match(number.tail or "") if words[-1:].isdecimal() else None
        length = len(unit[0]) if unit else 0
        if words.endswith("年") and (number.tail or "").startswith("度"):
            length = 1
        if length and _is_short(number):
            holder = number.makeelement("span", {"class": "short"})
            number.addprevious(holder)
            after = number.tail
            holder.append(number)
            number.tail = after[:length]
            holder.tail = after[length:]


def _hold(element: Any) -> None:
    """Put the ranges, numbers with units and numbers of documents in an element, and after it, into spans."""
    start, *held = _HELD.split(element.text or "")
    if held and "short" not in element.get("class", "").split():
        element.text = start
        for at, span in enumerate(_spans(element, held)):
            element.insert(at, span)
    start, *held = _HELD.split(element.tail or "")
    parent = element.getparent()
    if held and parent is not None and "short" not in parent.get("class", "").split():
        element.tail = None
        for span in reversed(_spans(element, held)):
            element.addnext(span)
        element.tail = start


def _spans(element: Any, held: list[str]) -> list[Any]:
    """`held` is a range, the text after it, a range …"""
    spans = [element.makeelement("span", {"class": "short"}) for _ in held[::2]]
    for span, words, after in zip(spans, held[::2], held[1::2], strict=True):
        span.text = words
        span.tail = after
    return spans

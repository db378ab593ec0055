"""Where a line of the page must not end, and where it may: classes and `<wbr>` in its elements."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jixiao.press.page import table_columns

_WHOLE = {"th": 6, "td": 6, "data": 9}  # characters that stay on one line
_ENDLESS = re.compile(r"[!-~]{24}")  # a word that would not fit in a column
_RANGE = re.compile(f"({table_columns.RANGE})")
_AS_WRITTEN = ("pre", "code", "svg")


def keep(body: Any) -> None:
    """Numbers with their marks, ranges and short cells are not torn at the end of a line; many words are."""
    for element in body.iter("data", "th", "td"):
        name = "short" if _is_short(element) else "endless"
        if name == "short" or _ENDLESS.search(element.text_content()):
            element.set("class", f"{element.get('class', '')} {name}".strip())
    hold_marks(body, "short", _is_short)
    for element in list(body.iter()):
        if element.tag not in _AS_WRITTEN and next(element.iterancestors(*_AS_WRITTEN), None) is None:
            _hold_ranges(element)


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


def _hold_ranges(element: Any) -> None:
    """Put the ranges in the text of an element, and in the text after it, into spans."""
    start, *held = _RANGE.split(element.text or "")
    if held:
        element.text = start
        for at, span in enumerate(_spans(element, held)):
            element.insert(at, span)
    start, *held = _RANGE.split(element.tail or "")
    if held and element.getparent() is not None:
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

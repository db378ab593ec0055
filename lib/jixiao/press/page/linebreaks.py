"""The elements of a page in; the same with marks where a line must not, and where it may, end, out."""

from __future__ import annotations

import re
from typing import Any

from jixiao.press.page import table_columns

_WHOLE = {"th": 6, "td": 6, "data": 9}  # characters that stay on one line
_ENDLESS = re.compile(r"[!-~]{24}")  # a word that would not fit in a column
_RANGE = re.compile(  # 95（含）~100分: a line may end behind its sign only
    r"(\d[\d.]*(?:（含）)?~|(?<=~)\d[\d.]*(?:（含）)?[%分]?)"
)
_AS_WRITTEN = ("pre", "code", "svg")


def keep(body: Any) -> None:
    """Numbers with their marks, ranges and short cells are not torn at the end of a line; many words are."""
    for element in body.iter("data", "th", "td"):
        words = element.text_content().strip()
        if len(words) <= _WHOLE[element.tag] and (element.tag != "data" or any(map(str.isdecimal, words))):
            _add_class(element, "short")
        elif _ENDLESS.search(words):
            _add_class(element, "endless")
    for number in list(body.iter("data")):
        _hold_mark(number)
    for element in [part for part in body.iter() if not _is_as_written(part)]:
        _hold_ranges(element)


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


def _add_class(element: Any, name: str) -> None:
    element.set("class", f"{element.get('class', '')} {name}".strip())


def _hold_mark(number: Any) -> None:
    """The mark behind a number never starts a line."""
    mark = number.getnext()
    if mark is None or mark.tag != "sup" or number.tail or "short" not in number.get("class", "").split():
        return
    holder = number.makeelement("span", {"class": "short"})
    number.addprevious(holder)
    holder.tail, mark.tail = mark.tail, None
    holder.extend((number, mark))


def _is_as_written(element: Any) -> bool:
    return element.tag in _AS_WRITTEN or next(element.iterancestors(*_AS_WRITTEN), None) is not None


def _hold_ranges(element: Any) -> None:
    start, *held = _RANGE.split(element.text or "")
    if held:
        element.text = start
        for at, span in enumerate(_spans(element, held)):
            element.insert(at, span)
    start, *held = _RANGE.split(element.tail or "")
    if held and element.getparent() is not None:
        element.tail = start
        for span in reversed(_spans(element, held)):
            after = element.tail
            element.tail = None
            element.addnext(span)
            element.tail = after


def _spans(element: Any, held: list[str]) -> list[Any]:
    """`held` is an end of a range, the text after it, an end of a range …"""
    spans = []
    for words, after in zip(held[::2], held[1::2], strict=True):
        span = element.makeelement("span", {"class": "short"})
        span.text, span.tail = words, after
        spans.append(span)
    return spans

"""The elements of a page in; the same with each number and its unit in one piece, which no line end divides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

CLASS = "unbroken"
_NUMBER = r"\d+(?:[.,]\d+)*"
_UNIT = r"""个百分点|百分点|平方米|立方米|公里|万亿元|亿元|万元|千元|元|万人|万|亿|人次|人|万户|户|年度|年|月份|月|日
    |小时|分钟|分|个|家|项|条|份|篇|次|件|名|套|台|辆|亩|吨|米|倍|号|期|批|张|页|级|类|%|％|‰|℃"""
TOGETHER = re.compile(
    rf"""(?:第|\w{{0,2}}〔{_NUMBER}〕)?[-−+±≥≤＞＜><]?{_NUMBER}
    (?:（不?含）(?=[~～]|{_UNIT})|（不?含(?=）))?(?:{_UNIT})?[*]?[~～]?[；：]?""",
    re.VERBOSE,
)  # a semicolon or colon, which Unicode lets start a line after an object, belongs to the piece
_LONGEST = 14  # characters: what is longer may be divided
_BLOCKS = ("p", "li", "dt", "dd", "caption", "figcaption", "td", "th", *(f"h{n}" for n in range(1, 7)))
_WHOLE, _MARKS = ("data", "a"), ("sup", "sub")  # elements that go into a piece as they are


def keep(body: Any) -> None:
    """Wrap each number with its unit in a span of class `unbroken`, also where `<data>` stands between."""
    for block in list(body.iter(*_BLOCKS)):
        for holder in [block, *block.iter("strong", "em", "span", "a", "data")]:
            if all(up.get("class") != CLASS for up in holder.iterancestors("span")):
                _keep_in(holder)


def _keep_in(holder: Any) -> None:
    parts = _parts(holder)
    text = "".join(shown for shown, _ in parts)
    spans = [span for span in _widened(text, parts) if 1 < span[1] - span[0] <= _LONGEST]
    if not spans:
        return
    holder.text = None
    for child in list(holder):
        holder.remove(child)
        child.tail = None
    _write(holder, parts, spans)


def _parts(holder: Any) -> list[tuple[str, Any]]:
    """What stands in an element: text with None, or an element with its text; others count as a line end."""
    parts = [(holder.text or "", None)]
    for child in holder:
        parts += [(_shown(child), child), (child.tail or "", None)]
    return [(text, child) for text, child in parts if text or child is not None]


def _shown(child: Any) -> str:
    """The text of a number or a mark; what has more in it is looked at by itself."""
    text = child.text_content()
    return text if child.tag in _MARKS or (child.tag in _WHOLE and TOGETHER.fullmatch(text)) else "\n"


def _widened(text: str, parts: list[tuple[str, Any]]) -> Iterator[tuple[int, int]]:
    """The places of the pieces in `text`; an element of which a piece has a part belongs to it as a whole."""
    edges = [0]
    for shown, _ in parts:
        edges.append(edges[-1] + len(shown))
    wholes = [span for span, (_, child) in zip(pairwise(edges), parts, strict=True) if child is not None]
    last = 0
    for found in TOGETHER.finditer(text):
        start, end = found.span()
        touched = [whole for whole in wholes if whole[0] < end and whole[1] > start]
        start, end = min([start, *(a for a, _ in touched)]), max([end, *(b for _, b in touched)])
        if start >= last:
            last = end
            yield start, end


def _write(holder: Any, parts: list[tuple[str, Any]], spans: list[tuple[int, int]]) -> None:
    """Put the parts back into `holder`, those inside one of `spans` into an element of their own."""
    at, piece, pending = 0, None, list(spans)
    for shown, child in parts:
        for text, start in _cut(shown if child is None else None, at, spans) or [(shown, at)]:
            while pending and pending[0][1] <= start:
                pending.pop(0)
                piece = None
            inside = bool(pending) and pending[0][0] <= start
            if inside and piece is None:
                piece = holder.makeelement("span", {"class": CLASS})
                holder.append(piece)
            _add(piece if inside else holder, text, child)
        at += len(shown)


def _cut(text: str | None, at: int, spans: list[tuple[int, int]]) -> list[tuple[str, int]]:
    """`text`, which starts at `at`, cut where a span begins or ends: pieces and where they start."""
    if text is None:
        return []
    inner = {edge for span in spans for edge in span if at < edge < at + len(text)}
    edges = sorted({at, at + len(text), *inner})
    return [(text[a - at : b - at], a) for a, b in pairwise(edges)]


def _add(holder: Any, text: str, child: Any) -> None:
    if child is not None:
        holder.append(child)
    elif len(holder):
        holder[-1].tail = (holder[-1].tail or "") + text
    else:
        holder.text = (holder.text or "") + text

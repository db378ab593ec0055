"""Lists of numbers with their labels in a passage, from a place on or up to it, and the numbers before a place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from jixiao.proofreading.reading.quantities import Quantity
from jixiao.proofreading.reading.sentences import Sentences

_SEPARATORS = ",、;和及与"
_ITEMS = 40  # numbers of a list
_LABEL = 40  # signs between two numbers of a list
_SUBORDINATE = ("其中", "包括", "主要是", "主要为")


@dataclass(frozen=True)
class Item:
    """A number of a list with the words of its label, and the mark that sets it off from the one before it."""

    label: str
    quantity: Quantity
    mark: str = ""


def list_from(sentences: Sentences, start: int) -> list[list[Item]]:
    """The lists that may begin at the sign `start`, the likeliest first: numbers of one kind with labels.

    The likeliest ends where the separator of its items changes; the others are its longer and shorter heads, and the same
    without what stands in brackets or behind a further 其中.
    """
    _, end = sentences.sentence(start)
    items, separators = _items(sentences, start, end)
    if len(items) < 2:
        return []
    first = separators[0]
    likely = 2
    while likely < len(items) and separators[likely - 1] in (first, "和", "及"):
        likely += 1
    lengths = [likely, *(n for n in range(len(items), 1, -1) if n != likely)]
    return [items[:length] for length in lengths]


def _items(sentences: Sentences, start: int, end: int) -> tuple[list[Item], list[str]]:
    """The numbers of one kind from `start` on with their labels, and the separator before each but the first."""
    items: list[Item] = []
    separators: list[str] = []
    label_start = start
    for at in _outermost(sentences, start, end):
        quantity = sentences.quantity(at)
        if quantity is None or (items and not quantity.alike(items[-1].quantity)):
            continue
        words = sentences.line[label_start:at]
        separator = next((one for one in words if one in _SEPARATORS), "")
        if len(words) > _LABEL or (items and not separator) or len(items) == _ITEMS:
            break
        if items:
            separators.append(separator)
        items.append(Item(_label(words), quantity, separator if items else ""))
        label_start = at + 1
    return items, separators


def _outermost(sentences: Sentences, start: int, end: int) -> Iterator[int]:
    """The signs up to the bracket that closes, without what stands in brackets or behind a further 其中 or 包括 up to a semicolon."""
    depth = 0
    subordinate = False
    for at in range(start, end):
        sign = sentences.line[at]
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return
        if sign == ";":
            subordinate = False
        if at > start and sentences.line.startswith(_SUBORDINATE, at):
            subordinate = True
        if not depth and not subordinate:
            yield at


def list_before(sentences: Sentences, end: int) -> list[list[Item]]:
    """The lists that may end before the sign `end`, the longest first; they lie in one sentence, or one part of it."""
    start, _ = sentences.sentence(max(end - 1, 0))
    start = max(start, end - _ITEMS * _LABEL // 2)
    borders = [at + 1 for at in range(start, end) if sentences.line[at] in ",;:("]
    starts = [start, *borders[-_ITEMS:]]
    found = []
    for begin in starts:
        items, _separators = _items(sentences, begin, end)
        if len(items) > 1 and items[-1].quantity is sentences.quantity(end - 1):
            found.append(items)
    return sorted(found, key=len, reverse=True)


def _label(words: str) -> str:
    """The words of a label: behind the last separator before its number."""
    kept = re.split("[,、;:]", words.strip(_SEPARATORS + ":"))[-1]
    return re.sub(r"[“()\[\]]|的$", "", kept)


def numbers_before(sentences: Sentences, at: int, like: Quantity) -> list[Quantity]:
    """Numbers before the sign `at` that may be compared with `like`, the nearest first."""
    found = (sentences.quantity(n) for n in range(at - 1, -1, -1))
    return list(islice((one for one in found if one is not None and one.alike(like)), _ITEMS))


def joined(items: Sequence[Item]) -> str:
    """A sum as it is printed: 4个＋3个＋2个."""
    return "＋".join(item.quantity.text.strip(" *") for item in items)

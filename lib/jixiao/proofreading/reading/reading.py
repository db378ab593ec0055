"""What was read of a draft for its rules: the sentences of each passage, its sections, and matches of the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jixiao.proofreading.drafts.model import Draft, Kind, Passage
from jixiao.proofreading.reading import grammar
from jixiao.proofreading.reading.grammar import Form
from jixiao.proofreading.reading.quantities import Quantity
from jixiao.proofreading.reading.sentences import Sentences

_SEPARATORS = ",、;和及与"
_LONG_CELL = 25  # characters from which the text of a cell has sentences
_LABEL = 40  # signs between two numbers of a list
_SUBORDINATE = "其中"


@dataclass(frozen=True)
class Item:
    """A number of a list with the words of its label, before it or behind it."""

    label: str
    quantity: Quantity


@dataclass(frozen=True)
class Match:
    """A place where a pattern of the grammar holds: the numbers in its slots, by name."""

    form: Form
    sentences: Sentences
    start: int  # signs
    end: int
    slots: Mapping[str, Quantity]
    groups: Mapping[str, str]

    @property
    def words(self) -> str:
        """What the text says there."""
        return self.sentences.words(self.start, self.end)

    def at(self, name: str) -> int:
        """The sign that stands in a slot."""
        return next(n for n in range(self.start, self.end) if self.sentences.signs[n].of is self.slots[name])


@dataclass(frozen=True)
class Reading:
    """A draft as its rules look at it."""

    draft: Draft
    name: str = ""  # of the file
    passages: tuple[Sentences, ...] = field(default=())

    @classmethod
    def of(cls, draft: Draft) -> Reading:
        """Read the sentences of a draft."""
        read = [Sentences(one) for one in draft.passages if _says_sentences(one)]
        return cls(draft, draft.file, tuple(read))

    @cached_property
    def sections(self) -> Mapping[int, int]:
        """The number of the section of each passage, by its place in `passages`: a heading begins a section."""
        found = {}
        section = 0
        for at, sentences in enumerate(self.passages):
            section += sentences.passage.kind in (Kind.HEADING, Kind.TITLE)
            found[at] = section
        return found

    def matches(self, relation: str) -> Iterator[Match]:
        """Every place of the draft where a pattern of a relation holds; a number is claimed of by its first pattern alone."""
        for sentences in self.passages:
            yield from matches(sentences, relation)

    def earlier(self, sentences: Sentences) -> list[Sentences]:
        """The passages before this one in its section, the nearest first."""
        at = self.passages.index(sentences)
        section = self.sections[at]
        return [self.passages[n] for n in range(at - 1, -1, -1) if self.sections[n] == section]


def _says_sentences(passage: Passage) -> bool:
    return passage.kind.is_prose and (passage.kind is not Kind.CELL or len(passage.text) >= _LONG_CELL)


def matches(sentences: Sentences, relation: str) -> Iterator[Match]:
    """The places of one passage where a pattern of a relation holds."""
    line = sentences.line
    taken: set[tuple[int, ...]] = set()
    for form in grammar.forms()[relation]:
        at = 0
        while (found := form.pattern.search(line, at)) is not None:
            at = found.start() + 1
            places = {name: found.start(name) for name in form.slots if found.start(name) != -1}
            slots = {name: sentences.quantity(place) for name, place in places.items()}
            key = tuple(sorted(places.values())) or found.span()
            if key in taken or any(one is None for one in slots.values()):
                continue
            taken.add(key)
            numbers = {name: one for name, one in slots.items() if one is not None}
            groups = {
                name: value for name, value in found.groupdict().items() if value and name not in places
            }
            yield Match(form, sentences, *found.span(), numbers, groups)


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
        if len(words) > _LABEL or (items and not separator):
            break
        if items:
            separators.append(separator)
        items.append(Item(_label(words), quantity))
        label_start = at + 1
    return items, separators


def _outermost(sentences: Sentences, start: int, end: int) -> Iterator[int]:
    """The signs up to the bracket that closes, without what stands in brackets or behind a further 其中 up to a semicolon."""
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
    starts = [start] + [at + 1 for at in range(start, end) if sentences.line[at] in ",;:("]
    found = []
    for begin in starts:
        items, _separators = _items(sentences, begin, end)
        if len(items) > 1 and items not in found:
            found.append(items)
    return sorted(found, key=len, reverse=True)


def _label(words: str) -> str:
    """The words of a label: behind the last separator before its number."""
    kept = re.split("[,、;:]", words.strip(_SEPARATORS + ":"))[-1]
    return re.sub(r"[“()\[\]]|的$", "", kept)


def numbers_before(sentences: Sentences, at: int, like: Quantity) -> list[Quantity]:
    """Numbers before the sign `at` that may be compared with `like`, the nearest first."""
    found = (sentences.quantity(n) for n in range(at - 1, -1, -1))
    return [one for one in found if one is not None and one.alike(like)]


def joined(items: Sequence[Item]) -> str:
    """A sum as it is printed: 4个＋3个＋2个."""
    return "＋".join(item.quantity.text.strip(" *") for item in items)

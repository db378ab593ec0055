"""What was read of a draft for its rules: the sentences of each passage, its sections, and matches of the grammar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from jixiao.proofreading.drafts.model import Draft, Kind, Passage
from jixiao.proofreading.reading import grammar, spreads
from jixiao.proofreading.reading.grammar import Form
from jixiao.proofreading.reading.lists import Item
from jixiao.proofreading.reading.quantities import Quantity
from jixiao.proofreading.reading.sentences import Sentences

_LONG_CELL = 25  # characters from which the text of a cell has sentences
_EARLIER = 6  # passages before one, in which a total that it speaks of is looked for
_LONGEST = 4_000  # characters of a passage that are read at once; a longer one is cut after a sentence


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
        read = [Sentences(part) for one in draft.passages if _says_sentences(one) for part in _cut(one)]
        return cls(draft, draft.file, tuple(read))

    @cached_property
    def order(self) -> Mapping[int, int]:
        """Where each passage stands in the draft, by its id, the parts of a long one too."""
        whole = {one.where: at for at, one in enumerate(self.draft.passages)}
        found = {id(one): at for at, one in enumerate(self.draft.passages)}
        return found | {id(one.passage): whole[one.passage.where] for one in self.passages}

    @cached_property
    def _places(self) -> Mapping[int, int]:
        return {id(one): at for at, one in enumerate(self.passages)}

    @cached_property
    def sections(self) -> Mapping[int, int]:
        """The number of the section of each passage, by its place in `passages`: a heading begins a section."""
        found = {}
        section = 0
        for at, sentences in enumerate(self.passages):
            section += sentences.passage.kind in (Kind.HEADING, Kind.TITLE)
            found[at] = section
        return found

    def spreads(self, sentences: Sentences) -> list[tuple[list[Item], int]]:
        """The runs of counts of grades or bands in a passage, and the sign at which each begins."""
        if id(sentences) not in self._spreads:
            self._spreads[id(sentences)] = list(spreads.of(sentences))
        return self._spreads[id(sentences)]

    @cached_property
    def _spreads(self) -> dict[int, list[tuple[list[Item], int]]]:
        return {}

    def matches_in(self, sentences: Sentences, relation: str) -> list[Match]:
        """The places of one passage where a pattern of a relation holds."""
        key = (id(sentences), relation)
        if key not in self._matches:
            self._matches[key] = list(matches(sentences, relation))
        return self._matches[key]

    @cached_property
    def _matches(self) -> dict[tuple[int, str], list[Match]]:
        return {}

    def matches(self, relation: str) -> Iterator[Match]:
        """Every place of the draft where a pattern of a relation holds; a number is claimed of by its first pattern alone."""
        for sentences in self.passages:
            yield from self.matches_in(sentences, relation)

    def earlier(self, sentences: Sentences) -> list[Sentences]:
        """The passages before this one in its section, the nearest first."""
        at = self._places[id(sentences)]
        section = self.sections[at]
        found: list[Sentences] = []
        while at and self.sections[at - 1] == section and len(found) < _EARLIER:
            at -= 1
            found.append(self.passages[at])
        return found


def _says_sentences(passage: Passage) -> bool:
    return passage.kind.is_prose and (passage.kind is not Kind.CELL or len(passage.text) >= _LONG_CELL)


def _cut(passage: Passage) -> Iterator[Passage]:
    """The passage, or the parts of one that is very long."""
    start = 0
    while len(passage.text) - start > _LONGEST:
        end = passage.text.rfind("。", start, start + _LONGEST) + 1 or start + _LONGEST
        yield _part(passage, start, end)
        start = end
    yield _part(passage, start, len(passage.text)) if start else passage


def _part(passage: Passage, start: int, end: int) -> Passage:
    pieces = [
        replace(one, start=one.start - start, end=one.end - start) for one in passage.pieces_of(start, end)
    ]
    return replace(passage, text=passage.text[start:end], pieces=tuple(pieces))


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

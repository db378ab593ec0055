"""Explanations that read the same in different units, but for numbers and names: pairs to be looked at, not accusations."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jixiao.kit import numbers

LEAST = 30  # texts
ALIKE = Fraction(4, 5)  # of the pieces that two texts have together
MOST_COMPARED = (
    5000  # different texts; of more, only those that are the same but for numbers are brought together
)
SHORTEST = 15  # signs: what is shorter is alike by chance
_PIECE = 4  # signs
_GONE = re.compile(r"[\d.%\s]+|[，。；：、！？“”‘’（）《》,;:!?()]")


@dataclass(frozen=True)
class Cluster:
    """Texts that are alike, by their place in the list that was looked at, from `units` different units."""

    places: tuple[int, ...]
    units: int
    text: str


@dataclass(frozen=True)
class Copies:
    """How many of `n` texts are alike others of other units, by clusters, the greatest first."""

    n: int
    clusters: tuple[Cluster, ...]

    @property
    def allowed(self) -> bool:
        """Whether there are texts enough."""
        return self.n >= LEAST

    @property
    def copied(self) -> int:
        """How many texts are in a cluster."""
        return sum(len(cluster.places) for cluster in self.clusters)

    @property
    def percent(self) -> Decimal | None:
        """How many texts are in a cluster, in percent."""
        return numbers.percent(self.copied, self.n)


def copies(texts: Sequence[tuple[str, str]]) -> Copies:
    """Bring together texts, each with its unit, that share four fifths of their pieces of four signs (Jaccard).

    Numbers and punctuation do not count. What is alike inside one unit only is no cluster. Of more different texts than
    `MOST_COMPARED` only those that are the same but for numbers are brought together.
    """
    bodies: dict[str, list[int]] = defaultdict(list)
    for place, (_, text) in enumerate(texts):
        body = _GONE.sub("", unicodedata.normalize("NFKC", text))
        if len(body) >= SHORTEST:
            bodies[body].append(place)
    clusters = []
    different = sorted(bodies)
    groups = _together(different) if len(different) <= MOST_COMPARED else [[body] for body in different]
    for alike in groups:
        places = tuple(sorted(place for body in alike for place in bodies[body]))
        units = len({texts[place][0] for place in places})
        if units > 1:
            clusters.append(Cluster(places, units, texts[places[0]][1]))
    return Copies(
        sum(map(len, bodies.values())),
        tuple(sorted(clusters, key=lambda one: (-len(one.places), one.places))),
    )


def _together(bodies: Sequence[str]) -> list[list[str]]:
    """The bodies in groups, where each is alike at least one other of its group."""
    pieces = [frozenset(body[at : at + _PIECE] for at in range(len(body) - _PIECE + 1)) for body in bodies]
    group = list(range(len(bodies)))
    for one, other in _alike(pieces):
        first, second = _first(group, one), _first(group, other)
        group[max(first, second)] = min(first, second)
    found: Mapping[int, list[str]] = defaultdict(list)
    for at, body in enumerate(bodies):
        found[_first(group, at)].append(body)
    return list(found.values())


def _alike(pieces: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """The pairs that share enough; only those are compared that share one of their rarest pieces.

    Of two that share four fifths of all, each has at most a fifth without the other: one piece more than that, the rarest
    first, holds one that both have.
    """
    often = Counter(piece for own in pieces for piece in own)
    by_piece: dict[str, list[int]] = defaultdict(list)
    found = []
    for at, own in enumerate(pieces):
        rarest = sorted(own, key=lambda piece: (often[piece], piece))[
            : len(own) - int(ALIKE * len(own) + 1) + 2
        ]
        candidates = {other for piece in rarest for other in by_piece[piece]}
        for other in sorted(candidates):
            shared = len(own & pieces[other])
            if shared >= ALIKE * (len(own) + len(pieces[other]) - shared):
                found.append((other, at))
        for piece in rarest:
            by_piece[piece].append(at)
    return found


def _first(group: Sequence[int], at: int) -> int:
    while group[at] != at:
        at = group[at]
    return at

"""Money spent against results reached: where the two contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

LEAST = 10  # subjects
SPENT = Decimal(90)  # percent of the budget from which money counts as spent
MOST_LISTED = 10


@dataclass(frozen=True)
class Point:
    """A subject with its execution rate and its share of the points for results, both in percent."""

    name: str
    spent: Decimal
    served: Decimal


@dataclass(frozen=True)
class Quadrants:
    """The subjects by whether their money was spent and their results reached `limit`, in percent of the points."""

    limit: Decimal
    both: tuple[Point, ...]
    served_only: tuple[Point, ...]
    spent_only: tuple[Point, ...]
    neither: tuple[Point, ...]

    @property
    def n(self) -> int:
        """How many subjects there are."""
        return len(self.both) + len(self.served_only) + len(self.spent_only) + len(self.neither)

    @property
    def allowed(self) -> bool:
        """Whether there are subjects enough."""
        return self.n >= LEAST

    def contradictions(self) -> Sequence[Point]:
        """The few subjects whose money and results differ most, of those where the two contradict each other."""
        found = [*self.served_only, *self.spent_only]
        return sorted(found, key=lambda point: -abs(point.spent - point.served))[:MOST_LISTED]


def quadrants(points: Iterable[Point], limit: Decimal) -> Quadrants:
    """Divide the subjects; whoever is exactly at a limit has reached it."""
    places: dict[tuple[bool, bool], list[Point]] = {}
    for point in points:
        places.setdefault((point.spent >= SPENT, point.served >= limit), []).append(point)
    both, spent_only, served_only, neither = (
        tuple(places.get(place, ())) for place in ((True, True), (True, False), (False, True), (False, False))
    )
    return Quadrants(limit, both, served_only, spent_only, neither)

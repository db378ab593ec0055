"""Points of indicators by second level, in groups of districts that score and review in one way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.figures.province.province import Province
from jixiao.figures.trends.measures import Method
from jixiao.kit import numbers
from jixiao.year import table_files

LEAST = 30  # indicators of which shares are told
_ZERO = Decimal(0)
_SUMS = ("count", "weight", "own", "full", "reviewed", "reviewed_weight", "other")
_REVIEWED = _SUMS.index("reviewed")
_OF_REVIEW = ("reviewed", "reviewed_weight", "other")


@dataclass(frozen=True)
class Line:
    """A second level in its first: indicators, their points and what self-evaluation gave, and the same where reviewed."""

    level1: str
    name: str
    count: int
    weight: Decimal
    own: Decimal
    full: int
    reviewed: int
    reviewed_weight: Decimal
    other: Decimal
    lost: Decimal  # the points that the review took, or self-evaluation where the group has no review

    @property
    def full_percent(self) -> Decimal | None:
        """The share of indicators that gave themselves all points."""
        return numbers.percent(self.full, self.count)

    @property
    def own_percent(self) -> Decimal | None:
        """The share of points that self-evaluation gave."""
        return numbers.percent(self.own, self.weight)

    @property
    def other_percent(self) -> Decimal | None:
        """The share of points that the review gave; None where it gave none any."""
        return numbers.percent(self.other, self.reviewed_weight) if self.reviewed else None


@dataclass(frozen=True)
class Levels:
    """The levels of a group of districts, what lost most points first; `name` is that of the group."""

    name: str
    rows: tuple[int, ...]
    lines: tuple[Line, ...]

    @property
    def reviewed(self) -> bool:
        """Whether the points lost are those that the review took."""
        return any(line.reviewed for line in self.lines)

    @property
    def count(self) -> int:
        """How many indicators there are."""
        return sum(line.count for line in self.lines)


def groups(found: Province) -> list[Levels]:
    """Each group of districts of one way that has indicators enough, the largest first."""
    counts = found.counts
    if counts is None:
        return []
    made = []
    for group in found.groups((Method.POLICY, Method.REVIEW)):
        if not group.known:
            continue
        frame = counts.levels[counts.levels["district"].isin(group.rows)]
        sums: dict[tuple[str, str], list[Decimal]] = {}
        for row in table_files.rows(frame):
            own = sums.setdefault((row["level1"] or "", row["level2"] or ""), [_ZERO] * len(_SUMS))
            for at, column in enumerate(_SUMS):
                own[at] += _taken(row, column, row["district"] in found.reviewed_rows)
        reviewed = any(values[_REVIEWED] for values in sums.values())
        lines = [_line(names, values, reviewed=reviewed) for names, values in sums.items()]
        lines.sort(key=lambda line: (-line.lost, line.level1, line.name))
        rows = tuple(sorted({int(row) for row in frame["district"]}))
        one = Levels(group.name, rows, tuple(lines))
        made += [one] if one.count >= LEAST else []
    return sorted(made, key=lambda one: -one.count)


def _taken(row: Mapping[str, object], column: str, reviewed: bool) -> Decimal:
    """A sum of a row; nothing of the points of another tier than the review."""
    value = row[column]
    if value is None or (column in _OF_REVIEW and not reviewed):
        return _ZERO
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _line(names: tuple[str, str], sums: Sequence[Decimal], *, reviewed: bool) -> Line:
    count, weight, own, full, judged, judged_weight, other = sums
    lost = judged_weight - other if reviewed else weight - own
    return Line(*names, int(count), weight, own, int(full), int(judged), judged_weight, other, lost)


def main(found: Province) -> Levels | None:
    """The group that has most indicators."""
    return next(iter(groups(found)), None)


def whole(found: Levels) -> Line:
    """All levels of a group together."""
    sums = [sum((Decimal(getattr(line, name)) for line in found.lines), _ZERO) for name in _SUMS]
    return _line(("", ""), sums, reviewed=found.reviewed)

"""The districts of a province side by side: measures of each, in groups of one method, with what is lacking or of too few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from jixiao.figures.model import Figure
from jixiao.figures.province import rows, sources, ways
from jixiao.figures.province.rows import Counts
from jixiao.figures.province.sources import District
from jixiao.figures.province.ways import Group, Way
from jixiao.figures.small_groups import LEAST
from jixiao.figures.trends import measures
from jixiao.figures.trends.measures import Area, Measure, Method
from jixiao.kit import numbers
from jixiao.year.params import Params
from jixiao.year.tiers import YearTier
from jixiao.year.words import SubjectKind, Tier

ITEMS = "evaluation.items"
LEAST_SPREAD = (
    10  # subjects of a district of which percentiles are told: those of fewer are scores of single ones
)
LEAST_QUARTERS = 5  # districts of which quartiles are told
QUARTERS = (Decimal("0.25"), Decimal("0.5"), Decimal("0.75"))
TENTHS = (Decimal("0.1"), Decimal("0.5"), Decimal("0.9"))
_COUNTS = (
    "items",
    "problems",
    "left",
    "overdue",
)  # measures that are no amounts or scores, told of however few


@dataclass(frozen=True)
class Province:
    """All districts with what they sent; `counts` is what was counted of their rows, None where none sent any.

    `other` is the tier that self-evaluation is held against.
    """

    districts: tuple[District, ...]
    measures: tuple[Measure, ...]
    own: YearTier | None
    other: YearTier | None
    counts: Counts | None = None

    @cached_property
    def received(self) -> tuple[District, ...]:
        """The districts that sent something."""
        return tuple(one for one in self.districts if one.standing.received)

    @cached_property
    def by_row(self) -> Mapping[int, District]:
        """Each district by its row in districts.csv."""
        return {one.row: one for one in self.districts}

    @cached_property
    def ways(self) -> Mapping[Method, tuple[Way, ...]]:
        """The ways of each method among the districts that sent something."""
        return {method: ways.ways(method, self.received, self.other) for method in Method}

    def groups(self, methods: Iterable[Method]) -> tuple[Group, ...]:
        """The districts that are alike in some methods, the largest group first; all of them where nothing rests on any."""
        asked = tuple(methods)
        if not asked:
            return (Group("", tuple(one.row for one in self.received)),) if self.received else ()
        return ways.groups(self.ways, asked)

    def of(self, area: Area) -> list[Measure]:
        """The measures of an area that some district has a number of."""
        return [one for one in self.measures if one.area is area and self.values(one)]

    def value(self, measure: Measure, district: District) -> Decimal | None:
        """The number of a measure; None where the district has none, or it is of too few to be told."""
        return None if self.is_of_few(measure, district) else district.number(measure.key)

    @cached_property
    def _values(self) -> Mapping[str, Mapping[int, Decimal]]:
        """The numbers of every measure by the row of the district."""
        return {
            measure.name: {
                one.row: value for one in self.received if (value := self.value(measure, one)) is not None
            }
            for measure in self.measures
        }

    def values(self, measure: Measure, among: Sequence[int] | None = None) -> dict[int, Decimal]:
        """The numbers of a measure by the row of the district, of all or of those `among`."""
        found = self._values[measure.name]
        return {row: value for row, value in found.items() if among is None or row in among}

    def is_of_few(self, measure: Measure, district: District) -> bool:
        """Whether an amount, a score or a share of a district is of one or two subjects, each of which it would give away."""
        if measure.name in _COUNTS or measure.area is Area.PROBLEMS or district.number(measure.key) is None:
            return False
        count = district.number(self._behind(measure))
        return count is None or 0 < count < LEAST

    def of_few(self, measure: Measure) -> list[District]:
        """The districts whose number of a measure is not told."""
        return [one for one in self.received if self.is_of_few(measure, one)]

    def lacking(self, measure: Measure) -> list[District]:
        """The districts that sent figures without this one, which others have."""
        return (
            [one for one in self.received if one.number(measure.key) is None] if self.values(measure) else []
        )

    def _behind(self, measure: Measure) -> str:
        """The key of the figure that counts the subjects behind a measure."""
        kind = next((each.key for each in SubjectKind if measure.name.startswith(f"{each.key}_")), "")
        if not kind:
            return ITEMS
        if measure.area is Area.EXECUTION:
            return f"evaluation.{kind}.reporting"
        tier = self.own if "_self" in measure.name else self.other
        return f"evaluation.{kind}.{tier.id if tier else Tier.SELF}_count"

    def figure(self, district: District, key: str) -> Figure | None:
        """A figure of a district."""
        return district.figures.get(key)

    @cached_property
    def with_rows(self) -> tuple[District, ...]:
        """The districts that sent rows."""
        return tuple(one for one in self.received if one.rows)

    @cached_property
    def reviewed_rows(self) -> frozenset[int]:
        """The districts whose rows have the points of the tier that the province holds self-evaluation against."""
        if self.counts is None or self.other is None:
            return frozenset()
        return frozenset(row for row, tier in self.counts.others.items() if tier == self.other.id)


def read(root: Path, params: Params) -> Province:
    """The province of a year; JixiaoError for what of its districts cannot be used."""
    districts = sources.read(root, params)
    tiers = params.tiers
    own = next((tier for tier in tiers.values() if tier.is_self), None)
    others = [tier for tier in tiers.values() if not tier.is_self]
    other = next((tier for tier in others if tier.id == Tier.REVIEW), others[0] if others else None)
    compared = tuple(measures.measures(own, other))
    counts = rows.counted(root, districts, params.report_year)
    return Province(districts, compared, own, other, counts)


def percentile(values: Sequence[Decimal], share: Decimal) -> Decimal:
    """The value below which `share` of sorted `values` lies, between two of them in proportion, to two decimals."""
    at = share * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return numbers.rounded(values[low] + (values[high] - values[low]) * (at - low))


def expanded(pairs: Iterable[tuple[Decimal, int]]) -> list[Decimal]:
    """Each value as often as it was counted, in order."""
    return [value for value, count in sorted(pairs) for _ in range(count)]


@dataclass(frozen=True)
class Spread:
    """The scores of a district in a kind and tier: how many, and the value below which a tenth, half, nine tenths lie."""

    row: int
    count: int
    low: Decimal
    middle: Decimal
    high: Decimal


def spreads(found: Province, kind: SubjectKind, tier: str) -> dict[int, Spread]:
    """The spread of scores of each district that has enough of them; `tier` is own or other."""
    counts = found.counts
    if counts is None:
        return {}
    scores = counts.scores
    chosen = scores[(scores["kind"] == kind.value) & (scores["tier"] == tier)]
    made = {}
    for row, part in chosen.groupby("district", sort=True):
        if tier == "other" and row not in found.reviewed_rows:
            continue
        values = expanded(zip(part["score"], part["count"], strict=True))
        if len(values) >= LEAST_SPREAD:
            low, middle, high = (percentile(values, share) for share in TENTHS)
            made[int(row)] = Spread(int(row), len(values), low, middle, high)  # type: ignore[arg-type]
    return made


def gaps(found: Province, group: Group) -> dict[int, list[Decimal]]:
    """For each district of a group by how much the gap of each subject passes the mean gap of its kind in the group."""
    counts = found.counts
    if counts is None:
        return {}
    wanted = set(group.rows) & found.reviewed_rows
    frame = counts.gaps[counts.gaps["district"].isin(wanted)]
    made: dict[int, list[Decimal]] = {}
    for _, of_kind in frame.groupby("kind", sort=True):
        whole = sum(
            (gap * count for gap, count in zip(of_kind["gap"], of_kind["count"], strict=True)), Decimal(0)
        )
        mean = numbers.ratio(whole, Decimal(int(of_kind["count"].sum())))
        for row, part in of_kind.groupby("district", sort=True):
            values = expanded(zip(part["gap"], part["count"], strict=True))
            made.setdefault(int(row), []).extend(value - mean for value in values)  # type: ignore[arg-type]
    return made

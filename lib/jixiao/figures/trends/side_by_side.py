"""Years side by side: the figures of each year in, measures by year with what a year lacks and where a method breaks out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from jixiao.figures.model import Figure
from jixiao.figures.trends.indicators import Stable
from jixiao.figures.trends.measures import Area, Measure, Method, band_of, basis
from jixiao.year.tiers import YearTier

LATEST = 6  # years that are shown; more would not fit beside each other


@dataclass(frozen=True)
class Break:
    """That a method of `year` is not that of the year shown before it, or not known to be the same."""

    method: Method
    before: int
    year: int
    known: bool

    @property
    def says(self) -> str:
        """The break in words."""
        if not self.known:
            return f"{self.before} 和 {self.year} 年度中有的没有记录{self.method.words}"
        return f"{self.before} 和 {self.year} 年度的{self.method.words}不同"


@dataclass(frozen=True)
class SideBySide:
    """The measures of years in order, the present one last: `figures` are those of each year by their keys there."""

    measures: tuple[Measure, ...]
    figures: Mapping[int, Mapping[str, Figure]]
    breaks: tuple[Break, ...]
    stable: Stable | None = None  # the indicators that go on from the year before

    @property
    def years(self) -> tuple[int, ...]:
        """The years that are shown."""
        return tuple(self.figures)

    @property
    def present(self) -> int:
        """The year of the report."""
        return self.years[-1]

    @property
    def is_one(self) -> bool:
        """Whether there is no other year to compare with."""
        return len(self.figures) < 2

    def of(self, area: Area) -> list[Measure]:
        """The measures of an area that some year has a number of."""
        return [one for one in self.measures if one.area is area and self.values(one)]

    def figure(self, measure: Measure, year: int) -> Figure | None:
        """What a year says of a measure; None where it has no such number."""
        found = self.figures[year].get(measure.key) if year in self.figures else None
        return found if found is not None and isinstance(found.value, Decimal) else None

    def values(self, measure: Measure) -> dict[int, Figure]:
        """The years that have a number of the measure, with it."""
        found = {year: self.figure(measure, year) for year in self.years}
        return {year: one for year, one in found.items() if one is not None}

    def numbers(self, measure: Measure) -> dict[int, Decimal]:
        """The numbers of a measure by year."""
        return {
            year: one.value for year, one in self.values(measure).items() if isinstance(one.value, Decimal)
        }

    def lacking(self, measure: Measure) -> list[int]:
        """The years that have no number of a measure which others have."""
        return [year for year in self.years if self.values(measure) and not self.figure(measure, year)]

    def may_compare(self, measure: Measure, before: int, year: int) -> bool:
        """Whether the numbers of two neighbouring years were found in one way: no year, no number, no method between."""
        one, other = self.figure(measure, before), self.figure(measure, year)
        if one is None or other is None or year - before != 1 or one.unit != other.unit:
            return False
        return not any(each.year == year and each.method in measure.rests_on for each in self.breaks)

    def runs(self, measure: Measure) -> list[list[int]]:
        """The years of a measure in runs within which each may be compared with the one before it."""
        found: list[list[int]] = []
        for year in self.values(measure):
            if found and self.may_compare(measure, found[-1][-1], year):
                found[-1].append(year)
            else:
                found.append([year])
        return found

    def breaks_of(self, measures: Sequence[Measure]) -> list[Break]:
        """The breaks that concern some of the measures."""
        methods = {method for one in measures for method in one.rests_on}
        return [one for one in self.breaks if one.method in methods]

    def bands(self) -> list[tuple[str, str, str]]:
        """Kind, tier and key of each band that some year counts, those of the present year first."""
        keys = dict.fromkeys(key for year in reversed(self.years) for key in self.figures[year])
        found = [(*each[:2], key) for key in keys if (each := band_of(key)) is not None]
        return [one for one in found if any(self._is_counted(one[2], year) for year in self.years)]

    def _is_counted(self, key: str, year: int) -> bool:
        found = self.figures[year].get(key)
        return found is not None and isinstance(found.value, Decimal)


def of(
    measures: Sequence[Measure],
    years: Mapping[int, Mapping[str, Figure]],
    other: YearTier | None,
    stable: Stable | None = None,
) -> SideBySide:
    """The latest of `years` side by side; `other` is the tier that self-evaluation is held against."""
    shown = {year: years[year] for year in sorted(years)[-LATEST:]}
    return SideBySide(tuple(measures), shown, tuple(_breaks(shown, other)), stable)


def _breaks(years: Mapping[int, Mapping[str, Figure]], other: YearTier | None) -> Iterator[Break]:
    for before, year in pairwise(years):
        for method in Method:
            one, two = (basis(method, years[each], other) for each in (before, year))
            if one is None or two is None:
                yield Break(method, before, year, known=False)
            elif one != two:
                yield Break(method, before, year, known=True)

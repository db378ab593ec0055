"""Bands: intervals of scores in which a report counts subjects, written "[90,95)" or "=100"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from jixiao.kit import numbers
from jixiao.kit.errors import one_line

_INTERVAL = re.compile(r"([\[(])(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)([\])])", re.ASCII)
_POINT = re.compile(r"=(\d+(?:\.\d+)?)", re.ASCII)
_DIGITS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_FULL = 100  # the most that a total can be
_QUOTED = 60  # characters of a text that a message repeats


@dataclass(frozen=True)
class Band:
    """An interval of scores, written as `text`; `low_in` and `high_in` say whether the ends belong to it.

    `name` is what the report calls it (一等), "" where it goes by its ends.
    """

    text: str
    low: Decimal
    high: Decimal
    low_in: bool
    high_in: bool
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Band:
        """The band that is written as `text`; ValueError with a Chinese message for any other text."""
        if any(numbers.too_long(number) for number in _DIGITS.findall(text)):
            raise ValueError(f"分数段“{one_line(text, _QUOTED)}”里的数位数太多，读不了")
        if point := _POINT.fullmatch(text):
            value = Decimal(point[1])
            return cls(text, value, value, True, True)
        interval = _INTERVAL.fullmatch(text)
        if not interval or Decimal(interval[2]) >= Decimal(interval[3]):
            raise ValueError(f'分数段写作 "[90,95)" 或 "=100"，而不是“{text}”')
        return cls(text, Decimal(interval[2]), Decimal(interval[3]), interval[1] == "[", interval[4] == "]")

    def named(self, name: str) -> Band:
        """The same interval under a name."""
        return replace(self, name=name)

    def __contains__(self, score: Decimal) -> bool:
        above = score > self.low or (self.low_in and score == self.low)
        below = score < self.high or (self.high_in and score == self.high)
        return above and below

    def meets(self, other: Band) -> bool:
        """Whether the two have a score in common."""
        low = max(self, other, key=lambda band: (band.low, not band.low_in))
        return max(self.low, other.low) < min(self.high, other.high) or (low.low in self and low.low in other)

    @property
    def label(self) -> str:
        """What the report calls the band: its name, or its ends."""
        return self.name or self.span

    @property
    def full_label(self) -> str:
        """The band with its name, where it has one, and its ends."""
        return f"{self.name}（{self.span}）" if self.name else self.span

    @property
    def span(self) -> str:
        """The ends of the band as a Chinese reader writes them: 95分（含）至100分, 90分以上（含90分）."""
        low, high = numbers.plain(self.low), numbers.plain(self.high)
        if self.low == self.high:
            return f"{low}分"
        if self.low == 0 and self.low_in:
            return f"{high}分以下" + (f"（含{high}分）" if self.high_in else "")
        if self.high == _FULL and self.high_in:
            return f"{low}分以上" + (f"（含{low}分）" if self.low_in else "")
        return f"{low}分{'（含）' if self.low_in else '（不含）'}至{high}分{'（含）' if self.high_in else ''}"


def check_disjoint(bands: Sequence[Band]) -> None:
    """Raise ValueError with a Chinese message when two of `bands` have a score in common."""
    for one, other in combinations(bands, 2):
        if one.meets(other):
            raise ValueError(f"分数段不重叠，而“{one.text}”与“{other.text}”重叠")


def common(lists: Sequence[Sequence[Band]]) -> list[Band]:
    """The narrowest bands that hold every band of all `lists` whole, the highest first."""
    found: list[Band] = []
    for band in sorted(
        (band for bands in lists for band in bands), key=lambda one: (one.low, not one.low_in)
    ):
        if found and found[-1].meets(band):
            found[-1] = _joined(found[-1], band)
        else:
            found.append(band)
    return found[::-1]


def _joined(one: Band, other: Band) -> Band:
    """The band from the lower end of `one`, which is the lower, to the higher end of both; only equal ones keep a name."""
    top = max(one, other, key=lambda band: (band.high, band.high_in))
    ends = (one.low, top.high, one.low_in, top.high_in)
    name = one.name if one == other else ""
    if one.low == top.high:
        return Band(f"={one.low}", *ends, name)
    return Band(f"{'[' if one.low_in else '('}{one.low},{top.high}{']' if top.high_in else ')'}", *ends, name)


def members(scores: Mapping[int, Decimal], bands: Sequence[Band]) -> dict[str, tuple[int, ...]]:
    """The rows in each band, by its text, and under "other" the rows in none; `scores` are scores by row."""
    found = {band.text: tuple(row for row, score in scores.items() if score in band) for band in bands}
    inside = {row for rows in found.values() for row in rows}
    return found | {"other": tuple(row for row in scores if row not in inside)}

"""How often forms go back before they are accepted: for which rules, from whom, and how long that takes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from jixiao.kit import numbers

LEAST = 10  # forms, or forms and returns that a statement rests on
LEAST_IN_A_GROUP = 3  # forms of a department that is named
MOST_OF_THEM = Decimal(80)  # percent of the reasons for which forms went back that a few rules give


@dataclass(frozen=True)
class Judged:
    """A delivery of a form: the day, whether it was accepted or went back, and the rules for which it did."""

    day: dt.date | None
    accepted: bool
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """A form with its deliveries from the first to the last, and the department that it is from, where that is known."""

    form: str
    department: str | None
    deliveries: tuple[Judged, ...]

    @property
    def returned(self) -> int:
        """How often it went back."""
        return sum(not one.accepted for one in self.deliveries)

    @property
    def at_once(self) -> bool:
        """Whether the first delivery was accepted."""
        return self.deliveries[0].accepted

    @property
    def pending(self) -> bool:
        """Whether it went back and was never accepted."""
        return not any(one.accepted for one in self.deliveries)

    @property
    def days(self) -> int | None:
        """The days from the first delivery to the first that was accepted; None where a day is missing, or there is none."""
        taken = next((one.day for one in self.deliveries if one.accepted), None)
        first = self.deliveries[0].day
        return (taken - first).days if taken and first else None


@dataclass(frozen=True)
class Loop:
    """The forms of a year as they came, went back and came again."""

    histories: tuple[History, ...]

    @property
    def n(self) -> int:
        """How many forms there are."""
        return len(self.histories)

    @property
    def allowed(self) -> bool:
        """Whether these are forms enough."""
        return self.n >= LEAST

    @property
    def returned(self) -> tuple[History, ...]:
        """The forms that went back at least once."""
        return tuple(one for one in self.histories if one.returned)

    @property
    def at_once_percent(self) -> Decimal | None:
        """How many were accepted the first time, in percent."""
        return numbers.percent(sum(one.at_once for one in self.histories), self.n)

    @property
    def waited(self) -> tuple[int, ...]:
        """The days that forms took which went back first and were accepted in the end."""
        return tuple(one.days for one in self.returned if not one.at_once and one.days is not None)

    @property
    def reasons(self) -> Reasons:
        """The rules for which forms went back, the most frequent first."""
        told = [one.rules for each in self.histories for one in each.deliveries if one.rules]
        counts = Counter(rule for rules in told for rule in rules)
        return Reasons(len(told), tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0]))))


@dataclass(frozen=True)
class Reasons:
    """How many returns name their rules, and how often each rule was named."""

    n: int
    counts: tuple[tuple[str, int], ...]

    @property
    def allowed(self) -> bool:
        """Whether these are returns enough."""
        return self.n >= LEAST

    @property
    def total(self) -> int:
        """How often rules were named."""
        return sum(count for _, count in self.counts)

    def percent(self, first: int) -> Decimal | None:
        """How much of all that was named the `first` rules are, in percent."""
        return numbers.percent(sum(count for _, count in self.counts[:first]), self.total)

    @property
    def few(self) -> tuple[str, ...]:
        """The fewest rules, the most frequent first, that are MOST_OF_THEM of all that was named."""
        rules: list[str] = []
        sofar = 0
        for rule, count in self.counts:
            rules.append(rule)
            sofar += count
            if sofar * 100 >= MOST_OF_THEM * self.total:
                break
        return tuple(rules)


def middle(days: Sequence[int]) -> Decimal | None:
    """The median of days; None for none."""
    return Decimal(median(days)) if days else None


def by_department(histories: Iterable[History]) -> dict[str, Loop]:
    """The forms of each department that has enough of them to be named."""
    groups: dict[str, list[History]] = {}
    for one in histories:
        if one.department:
            groups.setdefault(one.department, []).append(one)
    return {name: Loop(tuple(own)) for name, own in sorted(groups.items()) if len(own) >= LEAST_IN_A_GROUP}

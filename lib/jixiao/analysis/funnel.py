"""Departments by their mean gap and their number of subjects, within limits that small departments are allowed to leave less easily."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.analysis import distributions

LEAST_GROUPS = 10
LEAST_IN_A_GROUP = 3  # subjects: a department with fewer is drawn and never named
_CUT = 10  # one in so many z values at either end is drawn in before over-dispersion is estimated
INNER = Decimal("0.975")  # 95 % limits
OUTER = Decimal("0.999")  # 99.8 % limits


@dataclass(frozen=True)
class Group:
    """A department: how many subjects it has, their mean, and how many (inflated) standard errors that is from the centre."""

    name: str
    n: int
    mean: Decimal
    z: Decimal

    @property
    def allowed(self) -> bool:
        """Whether it has subjects enough to be named."""
        return self.n >= LEAST_IN_A_GROUP


@dataclass(frozen=True)
class Funnel:
    """All departments around the mean of all, with the spread inside departments and the factor of over-dispersion."""

    groups: tuple[Group, ...]
    centre: Decimal
    spread: Decimal
    dispersion: Decimal

    @property
    def n(self) -> int:
        """How many departments there are."""
        return len(self.groups)

    @property
    def allowed(self) -> bool:
        """Whether there are departments enough."""
        return self.n >= LEAST_GROUPS

    def reach(self, n: int, share: Decimal) -> Decimal:
        """How far from the centre the limit lies for a department of `n` subjects."""
        error = self.spread * self.dispersion.sqrt() / Decimal(n).sqrt()
        return distributions.normal_quantile(share) * error

    def outside(self, share: Decimal) -> list[Group]:
        """The departments beyond the limit that have subjects enough to be named, the farthest first."""
        limit = distributions.normal_quantile(share)
        found = [group for group in self.groups if group.allowed and abs(group.z) > limit]
        return sorted(found, key=lambda group: -abs(group.z))


def funnel(values: Mapping[str, Sequence[Decimal]]) -> Funnel | None:
    """Place the departments after Spiegelhalter (2005): over-dispersion from z values whose ends were drawn in.

    None where no department has two subjects, or all of their values are the same.
    """
    every = [value for own in values.values() for value in own]
    freedom = len(every) - len(values)
    if freedom < 1:
        return None
    centre = sum(every, Decimal(0)) / len(every)
    means = {name: sum(own, Decimal(0)) / len(own) for name, own in values.items()}
    squares = sum((value - means[name]) ** 2 for name, own in values.items() for value in own)
    if not squares:
        return None
    spread = (Decimal(squares) / freedom).sqrt()
    z = {name: (means[name] - centre) * Decimal(len(own)).sqrt() / spread for name, own in values.items()}
    dispersion = max(Decimal(1), _dispersion(list(z.values())))
    groups = [Group(name, len(own), means[name], z[name] / dispersion.sqrt()) for name, own in values.items()]
    return Funnel(tuple(groups), centre, spread, dispersion)


def _dispersion(z: Sequence[Decimal]) -> Decimal:
    """The mean square of z values, the lowest and highest tenth drawn in to the next one."""
    ordered = sorted(z)
    drop = len(ordered) // _CUT
    low = ordered[drop]
    high = ordered[-drop - 1]
    drawn_in = [min(max(value, low), high) for value in ordered]
    return sum((value**2 for value in drawn_in), Decimal(0)) / len(drawn_in)

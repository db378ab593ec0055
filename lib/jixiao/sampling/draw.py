"""Draws a sample from a frame: a random arm by department, and a risk arm from what is left.

Chance is the SHA-256 of year, seed and subject: it is the same on any machine, with any version of Python, and a subject
that is added later does not change the order of the others.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.kit import numbers
from jixiao.sampling.frame import ONE_STRATUM, Candidate
from jixiao.year.words import Arm

SMALL = "小部门合并"  # the stratum of the departments that a number to draw leaves less than one
PLACES = 6  # decimals of an inclusion probability as the table has it
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Size:
    """How many subjects an arm takes: a share in percent, of each stratum, or a number in all."""

    share: Decimal | None = None
    count: int | None = None

    def of(self, whole: int) -> int:
        """How many of so many; a share is rounded up."""
        if self.count is not None:
            return min(self.count, whole)
        assert self.share is not None
        return math.ceil(whole * self.share / _HUNDRED)

    @property
    def words(self) -> str:
        """The size as the rule of a sample says it."""
        return f"{numbers.plain(self.share)}%" if self.share is not None else f"{self.count}个"


@dataclass(frozen=True)
class Drawn:
    """A subject that was drawn; one of the risk arm has no inclusion probability."""

    candidate: Candidate
    arm: Arm
    stratum: str
    probability: Decimal | None
    rule: str


@dataclass(frozen=True)
class Draw:
    """A sample with its frame, in which each candidate has the stratum from which it was drawn."""

    frame: tuple[Candidate, ...]
    drawn: tuple[Drawn, ...]

    def of(self, arm: Arm) -> list[Drawn]:
        """What one arm drew."""
        return [one for one in self.drawn if one.arm is arm]


def draw(frame: Sequence[Candidate], year: int, seed: int, size: Size, risk: Size | None = None) -> Draw:
    """Draw both arms. Within a stratum the subjects with the smallest ranks are drawn: simple random sampling.

    A share is taken of each stratum, rounded up, so that a department with any subject has at least one drawn. A
    number is spread by the sizes of the strata with the largest remainders; departments that it leaves less than one
    are one stratum together, so that each subject can be drawn. The risk arm takes the highest risks of the others.
    """
    placed = list(frame) if size.count is None else _pooled(frame, size.count)
    strata = _strata(placed)
    counts = (
        {name: size.of(len(own)) for name, own in strata.items()}
        if size.count is None
        else _spread({name: len(own) for name, own in strata.items()}, min(size.count, len(frame)))
    )
    drawn: list[Drawn] = []
    rule = f"随机抽{size.words}"
    if set(strata) != {ONE_STRATUM}:
        rule = f"每个部门{rule}，不足一个的抽一个" if size.count is None else f"{rule}，按部门分层"
    for name, own in strata.items():
        ranked = sorted(own, key=lambda one: rank(year, seed, one.subject_id))
        probability = numbers.rounded(numbers.ratio(Decimal(counts[name]), Decimal(len(own))), PLACES)
        drawn += [Drawn(one, Arm.RANDOM, name, probability, rule) for one in ranked[: counts[name]]]
    if risk:
        taken = {one.candidate.subject_id for one in drawn}
        rest = [one for one in placed if one.subject_id not in taken]
        rule = f"按风险分从高到低抽{risk.words}"
        drawn += [
            Drawn(one, Arm.RISK, one.stratum, None, rule) for one in riskiest(rest, risk.of(len(frame)))
        ]
    order = {one.subject_id: place for place, one in enumerate(placed)}
    drawn.sort(key=lambda one: (one.arm is Arm.RISK, order[one.candidate.subject_id]))
    return Draw(tuple(placed), tuple(drawn))


def rank(year: int, seed: int | str, subject: str) -> str:
    """The place of a subject in the order of chance, as a hexadecimal number."""
    return hashlib.sha256(f"jixiao sample {year} {seed} {subject}".encode()).hexdigest()


def riskiest(candidates: Iterable[Candidate], count: int) -> list[Candidate]:
    """The candidates with the highest risk above zero; of equal ones the larger amount, then the first id."""
    ordered = sorted(candidates, key=lambda one: (-one.risk, -(one.amount or Decimal(0)), one.subject_id))
    return [one for one in ordered[:count] if one.risk > 0]


def _strata(frame: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    strata: dict[str, list[Candidate]] = {}
    for one in frame:
        strata.setdefault(one.stratum, []).append(one)
    return strata


def _pooled(frame: Sequence[Candidate], count: int) -> list[Candidate]:
    """The frame with the strata to which their share of `count` gives less than one put together."""
    sizes = {name: len(own) for name, own in _strata(frame).items()}
    small = {name for name, size in sizes.items() if size * count < len(frame)}
    if len(small) < 2:
        return list(frame)
    return [
        Candidate(one.subject_id, one.department, SMALL, one.amount, one.risk, one.signals)
        if one.stratum in small
        else one
        for one in frame
    ]


def _spread(sizes: dict[str, int], count: int) -> dict[str, int]:
    """So many spread over strata by their sizes: whole parts and at least one each, then the largest remainders."""
    whole = sum(sizes.values())
    shares = {name: divmod(size * count, whole) for name, size in sizes.items()}
    given = {name: max(part, 1) for name, (part, _) in shares.items()}
    by_remainder = sorted(sizes, key=lambda name: (shares[name][0] == 0, -shares[name][1], name))
    for name in by_remainder:
        if sum(given.values()) < count and given[name] < sizes[name]:
            given[name] += 1
    return given

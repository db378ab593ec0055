"""Plans the numbers: published aggregates and a size in, each subject's money and two totals out.

Everything is counted in whole hundredths (of a point, of 万元), so that no platform rounds differently.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from math import isqrt

from jixiao.kit import numbers
from jixiao.kit.errors import Fault, ParameterError
from jixiao.year.bands import Band

FULL = 10_000  # a total of 100 points
EDGE = 25  # planned totals stay so far from a band's edge
TOLERANCE = 10  # and built ones so near to the planned
GAP = 100  # a reviewed total is planned at least so far below the self total
AIM = 500  # correlation of self and review totals, in thousandths
FLOORS = {"department": 3_000, "project": 2_000}  # smallest budgets
PROJECT_SHARE = 23  # of all the money evaluated one part in so many goes to projects


@dataclass(frozen=True)
class Subject:
    """A thing to evaluate: money in hundredths of 万元, planned totals in hundredths of a point."""

    subject_id: str
    kind: str
    unit: int
    name: str
    initial: int
    self_total: int
    review_total: int
    adjusted: int = 0
    executed: int = 0

    @property
    def execution_points(self) -> int:
        """10 × 全年执行数 / 全年预算数, at most 10 points, rounded half up to hundredths."""
        return min(half_up(1_000 * self.executed, self.adjusted), 1_000)


def half_up(part: int, whole: int) -> int:
    """`part` / `whole` rounded half up; both positive."""
    return (2 * part + whole) // (2 * whole)


def hundredths(value: object) -> int:
    """A published number as whole hundredths."""
    return int(numbers.rounded(Decimal(str(value)) * 100, 0))


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split in proportion to `weights` into whole parts that add up to it."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def total_initial_budget(evaluation: Mapping) -> Decimal:
    """The total initial budget in 万元 behind the published share: never published, rounded up to tens."""
    amount = Decimal(str(evaluation["amount_yi_yuan"])) * 10_000
    share = Decimal(str(evaluation["share_of_initial_budget_percent"])) / 100
    return (amount / share / 10).to_integral_value(ROUND_CEILING) * 10


def amount_evaluated(evaluation: Mapping, subjects: int) -> int:
    """The sum of all initial budgets; it grows with the number of subjects."""
    share = Decimal(str(evaluation["share_of_initial_budget_percent"]))
    published = hundredths(total_initial_budget(evaluation) * share / 100)
    items = evaluation["departments"]["reporting"] + evaluation["projects"]["reporting"]
    return half_up(published * subjects, items)


def long_tail(total: int, count: int, floor: int, rng: random.Random) -> list[int]:
    """`count` budgets from `floor` up that add up to `total`: many small ones, a few large."""
    if not count:
        return []
    weights = []
    for rank in range(count):
        depth = 85 * (2 * rank + 1) * 1_000 // (2 * count)  # 0 to 85,000, whatever the count
        weights.append((10**12 // (depth + 5_000) - 11_000_000) * rng.randrange(88, 113))
    rng.shuffle(weights)
    return [floor + part for part in largest_remainder(total - floor * count, weights)]


def drawn_totals(bands: Mapping[str, int], count: int, rng: random.Random) -> list[int]:
    """`count` totals, highest first, spread over the bands as the published counts are."""
    parts = largest_remainder(count, list(bands.values()))
    ladder = sorted(zip(map(Band.parse, bands), parts, strict=True), key=lambda pair: -pair[0].low)
    last = len(ladder) - 1
    leans = {0: min, last: max}  # the outer bands thin out away from the middle
    totals = []
    for place, (band, part) in enumerate(ladder):
        lean = leans.get(place, _first)
        totals += [lean(_within(band, rng), _within(band, rng)) for _ in range(part)]
    return sorted(totals, reverse=True)


def _first(one: int, _: int) -> int:
    return one


def _within(band: Band, rng: random.Random) -> int:
    low, high = hundredths(band.low), hundredths(band.high)
    if low == high:
        return low
    top = high - (
        GAP if band.high_in else EDGE
    )  # a review that may reach 100 still needs a higher self total
    return rng.randrange(low + EDGE, top + 1)


def paired_totals(side: Mapping, count: int, rng: random.Random) -> list[tuple[int, int]]:
    """Self and review totals of `count` subjects, correlated near `AIM`, review always below self."""
    own, reviewed = (drawn_totals(side[tier], count, rng) for tier in ("self", "review"))
    merit = _shuffled(own, rng)
    noise = _shuffled(range(count), rng)
    ranks = _shuffled(range(count), rng)
    order = sorted(range(count), key=lambda i: (-merit[i], ranks[i]))
    place = {subject: rank for rank, subject in enumerate(order)}
    tries = []
    for share in range(0, 101, 4):
        by_merit = sorted(range(count), key=lambda i: (share * place[i] + (100 - share) * noise[i], i))
        given = dict(zip(by_merit, reviewed, strict=True))
        pairs = _feasible([(merit[i], given[i]) for i in range(count)])
        tries.append((abs(correlation(pairs) - AIM), share, pairs))
    return min(tries)[2]


def _shuffled(values: Sequence[int], rng: random.Random) -> list[int]:
    mixed = list(values)
    rng.shuffle(mixed)
    return mixed


def _feasible(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """`pairs` with review totals exchanged until each lies below its self total."""
    mended = list(pairs)
    for i, (own, reviewed) in enumerate(mended):
        if reviewed <= own - GAP:
            continue
        partners = (j for j, (o, r) in enumerate(mended) if r <= own - GAP and reviewed <= o - GAP)
        j = next(partners, None)
        if j is None:
            found = f"复核总分 {reviewed / 100} 没有相配的自评总分"
            raise ParameterError(Fault("evaluation", found, "复核分数段整体低于自评分数段"))
        mended[i], mended[j] = (own, mended[j][1]), (mended[j][0], reviewed)
    return mended


def correlation(pairs: Sequence[tuple[int, int]]) -> int:
    """Pearson's correlation in thousandths; 0 where one side does not vary."""
    n, xs, ys = len(pairs), [x for x, _ in pairs], [y for _, y in pairs]
    both = n * sum(x * y for x, y in pairs) - sum(xs) * sum(ys)
    spread = (n * sum(x * x for x in xs) - sum(xs) ** 2) * (n * sum(y * y for y in ys) - sum(ys) ** 2)
    return both * 1_000 // isqrt(spread) if spread else 0


def budgeted(subject: Subject, rng: random.Random) -> Subject:
    """`subject` with adjusted budget and spending that leave the rest of its lost points to indicators."""
    change = rng.choice((100, 100, 100, 100, 94, 96, 98, 101, 103, 106))
    adjusted = subject.initial * change // 100
    lost = FULL - subject.self_total
    unspent = 0
    if lost:  # never so much that the spending would contradict the indicators (CHECKS S06)
        most = min(43 + lost * 9 // 100, lost - 15)
        unspent = most * rng.randrange(10, 101) // 100
    return replace(subject, adjusted=adjusted, executed=adjusted * (1_000 - unspent) // 1_000)

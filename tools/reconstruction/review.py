"""Reviews self-evaluated rows: rows and a planned review total in, the same rows with deductions out."""

from __future__ import annotations

import random
from dataclasses import replace

from tools.reconstruction.indicators import Row, shown, words
from tools.reconstruction.totals import Subject, half_up

from jixiao.kit.errors import Fault, ParameterError

LADDER = (30, 60, 100)  # slight, medium, severe: per cent of the self score
MOST = 28  # the final adjusting deduction takes no more per cent than this
LEAST = 20  # and no less than so many hundredths of a point
TRIES = 50  # now and then an order of rows leaves more than the adjusting deductions may take
NO_VALUE = "无法核实"


def reviewed(subject: Subject, rows: list[Row], rng: random.Random) -> list[Row]:
    """`rows` with review scores that come to the planned review total of `subject` exactly."""
    left = sum(row.score for row in rows) + subject.execution_points - subject.review_total
    for _ in range(TRIES):
        order = list(range(len(rows)))
        rng.shuffle(order)
        percents, parts = _deductions(rows, order, left, rng)
        if sum(parts.values()) <= sum(rows[i].score * MOST // 100 for i in parts):
            found = enumerate(rows)
            return [_found(subject, row, percents.get(i, 0), parts.get(i, 0), rng) for i, row in found]
    raise ParameterError(
        Fault(subject.subject_id, f"复核要扣 {left / 100} 分，无法由扣分档次构成", remedy="提高复核分数段")
    )


def _deductions(
    rows: list[Row], order: list[int], left: int, rng: random.Random
) -> tuple[dict[int, int], dict[int, int]]:
    """Per cent taken by the ladder from some rows, and the points that two others are left to give."""
    adjusting = [i for i in order if rows[i].fine][:2]
    room = [rows[i].score * MOST // 100 for i in adjusting]
    percents = _steps(rows, [i for i in order if i not in adjusting], left, sum(room), rng)
    left -= sum(_deduction(rows[i], percent) for i, percent in percents.items())
    first = left if left <= room[0] else left - max(left - room[0], LEAST)
    return percents, dict(zip(adjusting, (first, left - first), strict=True))


def _deduction(row: Row, percent: int) -> int:
    return half_up(row.score * percent, 100)


def _steps(rows: list[Row], order: list[int], left: int, room: int, rng: random.Random) -> dict[int, int]:
    """The step of the ladder for some rows, so that `LEAST` to `room` is left to deduct, if it can be."""
    steps: dict[int, int] = {}
    for severe in (False, True):  # once as it comes, once more as hard as needed
        for i in order:
            if left <= room:
                return steps
            before = _deduction(rows[i], steps.get(i, 0))
            ladder = [p for p in _ladder(rows[i]) if left + before - _deduction(rows[i], p) >= LEAST]
            harder = [p for p in ladder if p > steps.get(i, 0)]
            if not harder or (not severe and rng.randrange(4) == 0):
                continue
            steps[i] = harder[-1] if severe else _drawn(harder, rng)
            left += before - _deduction(rows[i], steps[i])
    return steps


def _ladder(row: Row) -> tuple[int, ...]:
    """The steps open to a row: a survey is there or not; a late task alone is a slight finding."""
    if row.level1 == "满意度指标":
        return LADDER[2:]
    return LADDER[::2] if row.level2 == "时效指标" else LADDER


def _drawn(ladder: list[int], rng: random.Random) -> int:
    return min(rng.choice(ladder), rng.choice(ladder))


def _found(subject: Subject, row: Row, percent: int, part: int, rng: random.Random) -> Row:
    """`row` as the review leaves it: unchanged, with a step of the ladder, or with the adjusting part."""
    if part:
        return _adjusted(row, part, rng)
    score = row.score - _deduction(row, percent)
    if not percent:
        return replace(row, reviewed=row.actual, review_score=score)
    kind = _kind(subject, row, percent, rng)
    value = row.actual if percent < 100 or kind == "unrelated" else NO_VALUE
    return replace(row, reviewed=value, review_score=score, remark=rng.choice(words()["findings"][kind]))


def _kind(subject: Subject, row: Row, percent: int, rng: random.Random) -> str:
    if percent == 100 and row.level1 == "满意度指标":
        return "satisfaction"
    if percent == 100 and subject.kind == "project" and rng.randrange(5) == 0:
        return "unrelated"
    return str(percent)


def _adjusted(row: Row, part: int, rng: random.Random) -> Row:
    """`row` with the actual value that the review accepts, its score lower by `part`."""
    score = row.score - part
    value = half_up(row.target * score, row.weight)
    percent = half_up(100 * part, row.score)
    remark = rng.choice(words()["findings"]["adjusting"])
    remark = remark.format(value=shown(value, row.unit), percent=percent)
    return replace(row, reviewed=value, review_score=score, remark=remark)

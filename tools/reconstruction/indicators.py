"""Writes the indicators of a subject as its unit fills them in: a planned subject in, scored rows out.

Targets, actual values, weights and points are whole hundredths; a qualitative indicator's are words.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import yaml
from tools.reconstruction.totals import FULL, Subject, half_up

REACHED, PARTLY = "达成年度指标", "部分达成并具有一定效果"
OUTPUT = ("数量指标", "质量指标", "时效指标", "成本指标")
BENEFIT = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")
LEVEL1 = dict.fromkeys(OUTPUT, "产出指标") | dict.fromkeys(BENEFIT, "效益指标")
COUNTS = {"department": (3, 2, 1, 1), "project": (2, 1, 1, 1)}  # rows of each output kind
BENEFITS = {"department": (2, 3), "project": (2, 3)}
WEIGHTS = {  # 财预〔2020〕10号第十三条: 产出 50, 效益 30; satisfaction's 10 are one row
    7: ((8, 8, 8, 8, 6, 6, 6), (10, 8, 8, 6, 6, 6, 6), (9, 8, 8, 7, 6, 6, 6)),
    5: ((10, 10, 10, 10, 10), (12, 10, 10, 10, 8), (12, 12, 10, 8, 8)),
    3: ((10, 10, 10), (12, 10, 8), (12, 9, 9)),
    2: ((15, 15), (15, 15), (16, 14)),
}


@dataclass(frozen=True)
class Row:
    """One level-3 indicator; `actual` and `reviewed` are words where a number says nothing."""

    level2: str
    name: str
    operator: str
    unit: str
    target: int | str
    weight: int
    actual: int | str
    score: int
    reason: str = ""
    reviewed: int | str = ""
    review_score: int = 0
    remark: str = ""

    @property
    def level1(self) -> str:
        return LEVEL1.get(self.level2, "满意度指标")

    @property
    def lost(self) -> int:
        """The points that the unit did not give itself."""
        return self.weight - self.score

    @property
    def fine(self) -> bool:
        """Whether its actual value is a high percentage, so that its score moves in small steps."""
        return self.operator == "≥" and self.unit == "%" and self.target >= 5_000


@cache
def words() -> dict:
    """The vocabularies of words.yml."""
    return yaml.safe_load(resources.files(__package__).joinpath("words.yml").read_text(encoding="utf-8"))


def self_evaluated(subject: Subject, domain: dict, rng: random.Random) -> list[Row]:
    """The indicators of `subject` with self scores that come to its planned self total."""
    rows = _lose(_met(subject, domain, rng), FULL - 1_000, subject, rng)
    return [replace(row, reason=_reason(row, rng)) for row in rows]


def _met(subject: Subject, domain: dict, rng: random.Random) -> list[Row]:
    """The indicators of `subject`, every target reached."""
    benefits = _some([kind for kind in BENEFIT if kind in domain], rng.choice(BENEFITS[subject.kind]), rng)
    benefits.sort(key=BENEFIT.index)
    outputs = [kind for kind, n in zip(OUTPUT, COUNTS[subject.kind], strict=True) for _ in range(n)]
    points = _weights(len(outputs), rng) + _weights(len(benefits), rng) + [10]
    kinds = [*outputs, *benefits, "服务对象满意度指标"]
    stock = {kind: _some(domain.get(kind, domain["满意度"]), 3, rng) for kind in dict.fromkeys(kinds)}
    rows = []
    for kind, weight in zip(kinds, points, strict=True):
        cost = kind == "成本指标"
        rows.append(_cost(subject, weight, rng) if cost else _reached(kind, stock[kind].pop(), weight, rng))
    return rows


def _some(values: list, count: int, rng: random.Random) -> list:
    mixed = list(values)
    rng.shuffle(mixed)
    return mixed[:count]


def _weights(count: int, rng: random.Random) -> list[int]:
    return _some(rng.choice(WEIGHTS[count]), count, rng)


def _cost(subject: Subject, weight: int, rng: random.Random) -> Row:
    name = rng.choice(words()["cost"][subject.kind])
    share = rng.choice((100, 100, 80, 60))
    target, spent = subject.adjusted * share // 100, subject.executed * share // 100
    return Row("成本指标", name, "≤", "万元", target, weight * 100, spent, weight * 100)


def _reached(kind: str, text: str, weight: int, rng: random.Random) -> Row:
    """The indicator that words.yml writes as `text`, with a target drawn and reached."""
    name, operator, *rest = text.split()
    points = weight * 100
    if operator == "定性":
        return Row(kind, name, "", "", rest[0], points, REACHED, points)
    low, high = map(int, rest[0].split(".."))
    target = rng.randrange(low, high + 1)
    target = target // 10 * 10 if target > 100 else target
    row = Row(kind, name, operator, rest[1], target * 100, points, target * 100, points)
    survey = kind == "服务对象满意度指标"
    return replace(row, actual=_beyond(row, rng)) if survey or rng.randrange(100) < 35 else row


def _beyond(row: Row, rng: random.Random) -> int:
    """An actual value at or better than the target, never by more than three tenths of it."""
    more = row.target * rng.randrange(1, 16) // 100
    if row.unit == "%":
        return min(row.target + rng.randrange(1, 40) * 10, row.target * 12 // 100 * 10, 9_950)
    if row.operator == "≤":
        return row.target - more // 100 * 100
    return row.target + more // 100 * 100 if row.operator == "≥" else row.target


def _lose(rows: list[Row], points: int, subject: Subject, rng: random.Random) -> list[Row]:
    """`rows` with targets missed until they and the execution points come to the planned self total."""
    left = points + subject.execution_points - subject.self_total
    if not left:
        return rows
    order = _some(range(len(rows)), len(rows), rng)
    last = next(i for i in order if rows[i].fine)
    order.remove(last)
    most = rows[last].weight * 35 // 100
    share = left // (1 + left // 250 + rng.randrange(2)) + 1
    missed: dict[int, Row] = {}
    for i, loss, enough in [(i, share, share * 3 // 2) for i in order] + [(i, left, most) for i in order]:
        if left <= min(most, enough):
            break
        before = missed.get(i, rows[i]).lost
        row = _missed(rows[i], min(loss, left - 5) + before)
        if row and before < row.lost <= left + before - 5:
            missed[i], left = row, left + before - row.lost
    missed[last] = _missed(rows[last], left)
    return [missed.get(i, row) for i, row in enumerate(rows)]


def _missed(row: Row, loss: int) -> Row | None:
    """`row` with an actual value that costs about `loss` points; None where none can.

    A missed target earns weight × actual / target (财预〔2020〕10号第十六条); for ≤ the other way round.
    """
    loss = min(loss, row.weight * 35 // 100)
    if row.level2 == "成本指标":
        return None
    if not row.operator:
        percent = min(max(100 - half_up(100 * loss, row.weight), 61), 79)
        return replace(row, actual=PARTLY, score=row.weight * percent // 100)
    if row.operator == "≤":
        days = half_up(row.target * row.weight, (row.weight - loss) * 100) * 100
        if not row.target < days <= row.target * 13 // 10:
            return None
        return replace(row, actual=days, score=half_up(row.weight * row.target, days))
    step = 10 if row.unit == "%" else 100
    short = max(half_up(row.target * loss, row.weight * step), 1) * step
    if short * 5 > row.target * 2:  # a small count cannot miss a little
        return None
    return replace(
        row, actual=row.target - short, score=half_up(row.weight * (row.target - short), row.target)
    )


def _reason(row: Row, rng: random.Random) -> str:
    """Reason and measure where the actual value is not the target; a survey always says how it was made."""
    if row.actual in (row.target, REACHED):
        return ""
    texts = words()["reasons"]
    sent = rng.randrange(60, 401)
    return rng.choice(texts[_style(row)]).format(
        cause=rng.choice(texts["causes"]),
        measure=rng.choice(texts["measures"]),
        name=row.name,
        actual=shown(row.actual, row.unit),
        target=shown(row.target, row.unit),
        month=rng.randrange(10, 13),
        sent=sent,
        valid=sent * rng.randrange(82, 100) // 100,
    )


def _style(row: Row) -> str:
    """Which kind of deviation the actual value of `row` is."""
    if row.level1 == "满意度指标":
        return "survey"
    if row.score < row.weight:
        return "shortfall"
    return "saving" if row.level2 == "成本指标" else "surplus"


def number(value: int | str, unit: str = "") -> str:
    """`value` as a form shows it: two decimals for money, none that say nothing for other units."""
    if isinstance(value, str):
        return value
    text = f"{value // 100}.{value % 100:02d}"
    return text if unit == "万元" else text.rstrip("0").rstrip(".")


def shown(value: int | str, unit: str) -> str:
    """`value` with its unit, for a sentence; words in quotation marks."""
    return f"“{value}”" if isinstance(value, str) else number(value, unit) + unit

"""Lays out who is evaluated: aggregates and a size in, units, key projects and planned subjects out."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.reconstruction.indicators import words
from tools.reconstruction.totals import (
    FLOORS,
    PROJECT_SHARE,
    Subject,
    amount_evaluated,
    budgeted,
    half_up,
    hundredths,
    largest_remainder,
    long_tail,
    paired_totals,
)

from jixiao.kit.errors import Fault, ParameterError

GRADES = {"优秀": (9_000, 10_000), "良好": (8_000, 8_999), "合格": (6_000, 7_999), "不合格": (0, 5_999)}
FEWEST = {"departments": 5, "projects": 2}
DEPARTMENTS_PER_85_UNITS = 30
AGENCIES = ("第三方机构甲", "第三方机构乙", "第三方机构丙")


@dataclass(frozen=True)
class Unit:
    """A budget unit; `department` is the place of its department's own unit, `domain` what it works on."""

    unit_id: str
    name: str
    department: int
    domain: Mapping[str, Any]


@dataclass(frozen=True)
class KeyProject:
    """A re-evaluated project: with its published name, or with the place of one of the projects evaluated."""

    name: str
    project: int | None
    amount: int
    agency: str
    score: int
    grade: str
    recommendations: str


def sizes(evaluation: Mapping, departments: int | None, projects: int | None) -> tuple[int, int]:
    """How many departments and projects to make; the published counts where none are given."""
    asked = {"departments": departments, "projects": projects}
    counts = {name: evaluation[name]["reporting"] if n is None else n for name, n in asked.items()}
    faults = [
        Fault(name, str(counts[name]), f"至少 {fewest}", "增大数量")
        for name, fewest in FEWEST.items()
        if counts[name] < fewest
    ]
    if faults:
        raise ParameterError(*faults)
    return counts["departments"], counts["projects"]


def numbered(letter: str, place: int, count: int) -> str:
    """An identifier such as D001, wide enough for `count` of them."""
    return f"{letter}{place + 1:0{max(3, len(str(count)))}d}"


def units(count: int, rng: random.Random) -> list[Unit]:
    """`count` units: each department followed by its subordinate units."""
    departments = max(5, half_up(count * DEPARTMENTS_PER_85_UNITS, 85))
    tail = [rng.randrange(1, 10) ** 2 for _ in range(departments)]
    subordinates = largest_remainder(count - departments, tail)
    domains = list(words()["domains"])
    rng.shuffle(domains)
    made: list[Unit] = []
    for place, below in enumerate(subordinates):
        head = len(made)
        for i in range(head, head + 1 + below):
            name = "预算单位" + numbered("", i, count)
            made.append(Unit(numbered("U", i, count), name, head, domains[place % len(domains)]))
    return made


def key_projects(published: Mapping, projects: int, rng: random.Random) -> list[KeyProject]:
    """The published number of key projects with their names, their grades, mean score and budget."""
    count = published["count"]
    weights = [rng.randrange(60, 200) for _ in range(count)]
    amounts = largest_remainder(hundredths(published["budget_wan_yuan"]), weights)
    grades = _grades(published, rng)
    scores = _scores(grades, hundredths(published["mean_score"]) * count, rng)
    unnamed = list(range(projects))
    rng.shuffle(unnamed)
    named = [(name, None) for name in published["named"]]
    who = named + [("", place) for place in sorted(unnamed[: count - len(named)])]
    return [
        KeyProject(name, place, amounts[i], AGENCIES[i % len(AGENCIES)], scores[i], grades[i], _advice(rng))
        for i, (name, place) in enumerate(who)
    ]


def _grades(published: Mapping, rng: random.Random) -> list[str]:
    fixed = list(published["named"].values())
    fixed += [None] * (published["count"] - len(fixed))
    free = [grade for grade, n in published["grades"].items() for _ in range(n - fixed.count(grade))]
    rng.shuffle(free)
    return [grade or free.pop() for grade in fixed]


def _scores(grades: Sequence[str], total: int, rng: random.Random) -> list[int]:
    """A score within each grade, all of which add up to `total`."""
    spans = [GRADES[grade] for grade in grades]
    scores = [low + (high - low) * rng.randrange(25, 76) // 100 for low, high in spans]
    for i, (low, high) in 4 * list(enumerate(spans)):
        missing = total - sum(scores)
        sign = 1 if missing > 0 else -1
        share = -sign * (-abs(missing) // (len(scores) - i))  # rounded up, lest the last one need take it all
        scores[i] = min(max(scores[i] + share, low + 20), high - 20)
    if sum(scores) != total:
        raise ParameterError(
            Fault("key_projects", "平均分与等级的个数不相容", remedy="核对公布的平均分和等级")
        )
    return scores


def _advice(rng: random.Random) -> str:
    advice = list(words()["recommendations"])
    rng.shuffle(advice)
    return "；".join(advice[: rng.randrange(2, 5)])


def planned(
    evaluation: Mapping,
    made: Sequence[Unit],
    projects: int,
    keys: Sequence[KeyProject],
    seed: object,
    before: int = 0,
) -> list[Subject]:
    """Every unit as a whole and each project: its money and the totals that its rows are to reach.

    Projects are called by numbers behind those of the `before` that earlier years had.
    """
    rng = random.Random(f"{seed}/subjects")
    fixed = {key.project: key.amount for key in keys if key.project is not None}
    amount = amount_evaluated(evaluation, len(made) + projects)
    smallest = 2 * FLOORS["project"] * (projects - len(fixed))
    spread = max(amount // PROJECT_SHARE - sum(fixed.values()), smallest)
    rest = long_tail(spread, projects - len(fixed), FLOORS["project"], rng)
    small = [fixed[i] if i in fixed else rest.pop() for i in range(projects)]
    large = long_tail(amount - sum(small), len(made), FLOORS["department"], rng)
    homes = list(range(len(made)))
    rng.shuffle(homes)
    names = (
        [unit.name + "部门整体支出" for unit in made],
        [numbered("项目", before + i, before + projects) for i in range(projects)],
    )
    homes = homes * (1 + projects // len(made))
    return [
        *_subjects("department", evaluation["departments"], large, range(len(made)), names[0], rng),
        *_subjects("project", evaluation["projects"], small, sorted(homes[:projects]), names[1], rng),
    ]


def _subjects(
    kind: str,
    side: Mapping,
    budgets: Sequence[int],
    homes: Sequence[int],
    names: Sequence[str],
    rng: random.Random,
) -> list[Subject]:
    letter, count = kind[0].upper(), len(budgets)
    totals = paired_totals(side, count, rng)
    return [
        budgeted(Subject(numbered(letter, i, count), kind, homes[i], names[i], budgets[i], *totals[i]), rng)
        for i in range(count)
    ]

"""Writes the contracts of agencies and the ex-ante evaluations: units, planned subjects and key projects in, records out."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from tools.reconstruction.lists import Records, money
from tools.reconstruction.subjects import KeyProject, Unit
from tools.reconstruction.totals import Subject

REVIEWER = "第三方机构丁"  # who reviewed the self-evaluations; key projects have agencies of their own
CRITERIA = ("team", "plan", "consultation", "archive", "conduct")
FULL = 20
LEAST = 80  # below this quality a part of the fee is taken off
LARGE = 50_00  # a new project with less needs no ex-ante evaluation (hundredths of 万元)
ASKED = 24  # how many were evaluated in the work year, for the budget of the next
_TOPICS = (
    "设施维修",
    "设备更新",
    "信息系统建设",
    "人才培训",
    "环境整治",
    "公共服务采购",
    "安全改造",
    "文化活动",
)
_CONCLUSIONS = ("予以支持",) * 4 + ("调整完善后予以支持",) * 5 + ("部分支持",) * 4 + ("不予支持",) * 2


def agencies(
    keys: Sequence[KeyProject], subjects: Sequence[Subject], year: int, rng: random.Random
) -> Records:
    """A contract for each agency that evaluated key projects, and the one for the review of all self-evaluations."""
    projects = [subject.subject_id for subject in subjects if subject.kind == "project"]
    work: dict[str, list[str]] = {}
    for key in keys:
        work.setdefault(key.agency, []).append(key.name or projects[key.project or 0])
    records = [
        _contract(agency, f"{year}-Z{at:02d}", rng.randrange(180, 420) * len(named), "；".join(named), rng)
        for at, (agency, named) in enumerate(work.items(), 1)
    ]
    return [*records, _contract(REVIEWER, f"{year}-Z{len(work) + 1:02d}", 38_60, "全部", rng)]


def _contract(agency: str, number: str, fee: int, subjects: str, rng: random.Random) -> dict[str, str]:
    points = {criterion: rng.randrange(14, FULL + 1) for criterion in CRITERIA}
    quality = sum(points.values())
    deducted = fee * 5 // 100 if quality < LEAST else 0
    return {
        "agency": agency,
        "contract": number,
        "fee": money(fee),
        "subjects": subjects,
        "quality_score": str(quality),
        **{criterion: str(given) for criterion, given in points.items()},
        "fee_deducted": money(deducted),
        "note": "重构",
    }


def ex_ante(
    units: Sequence[Unit], subjects: Sequence[Subject], new: set[str], year: int, rng: random.Random
) -> Records:
    """What was evaluated before it got money: the large new projects of the year that is evaluated, then new requests."""
    earlier = [
        _evaluation(
            subject.name,
            units[subject.unit].unit_id,
            subject.initial,
            "予以支持",
            subject.initial,
            dt.date(year - 2, 10, 15),
        )
        | {"subject_id": subject.subject_id, "budget_year": str(year - 1)}
        for subject in subjects
        if subject.subject_id in new and subject.initial >= LARGE
    ]
    return [*earlier, *(_request(at, units, year, rng) for at in range(1, ASKED + 1))]


def _request(at: int, units: Sequence[Unit], year: int, rng: random.Random) -> dict[str, str]:
    unit = rng.choice(units)
    asked = rng.randrange(50, 400) * 100
    conclusion = rng.choice(_CONCLUSIONS)
    approved = {
        "予以支持": asked,
        "调整完善后予以支持": asked * rng.randrange(85, 98) // 100,
        "部分支持": asked * rng.randrange(45, 75) // 100,
        "不予支持": 0,
    }[conclusion]
    day = dt.date(year, 10, 8) + dt.timedelta(days=rng.randrange(45))
    name = f"{rng.choice(_TOPICS)}{at:02d}（名称为重构）"
    return _evaluation(name, unit.unit_id, asked, conclusion, approved, day) | {"budget_year": str(year + 1)}


def _evaluation(
    name: str, unit: str, asked: int, conclusion: str, approved: int, day: dt.date
) -> dict[str, str]:
    return {
        "name": name,
        "unit_id": unit,
        "amount_asked": money(asked),
        "conclusion": conclusion,
        "amount_approved": money(approved),
        "decided_on": str(day),
        "note": "重构",
    }

"""Writes the problems of single projects: planned subjects in, rows of this year's and of earlier years' ledgers out."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence

from tools.reconstruction.lists import LOW, Records, money
from tools.reconstruction.subjects import Unit
from tools.reconstruction.totals import Subject

DONE, OPEN, NOT_DONE = "已整改", "整改中", "未整改"
_FOUND = (  # what was found, what is to be done about it, and what shows that it is done
    ("绩效目标没有随预算调整修改", "按调整后的预算修改绩效目标", "整改报告和修改后的目标表"),
    ("资金年底集中支付，执行进度滞后", "按项目进度编制用款计划，按季核对", "用款计划和支付凭证"),
    ("完成值与佐证材料不一致", "按佐证材料更正完成值，建立指标台账", "更正说明和佐证材料"),
    ("合同验收资料不全", "补齐验收资料，明确验收责任人", "补齐的验收资料"),
    ("项目结余资金没有及时清理", "清理结余资金，按规定交回", "结余资金交回凭证"),
)
_CLEARED = 4  # the place in _FOUND of the finding about money
_REASON = "项目已经撤销，原实施科室并入其他单位"
_EARLIER = {2: (OPEN,), 1: (DONE, OPEN, NOT_DONE)}  # what became of problems of so many years before
_STATES = (DONE, DONE, OPEN, DONE, OPEN)


def evidence_of(problem: str) -> str:
    """What shows that a problem is done; of a general one the report on it."""
    return next((evidence for found, _, evidence in _FOUND if found == problem), "整改报告")


def problems(units: Sequence[Unit], subjects: Sequence[Subject], year: int, rng: random.Random) -> Records:
    """A problem of each project with a low review."""
    projects = [subject for subject in subjects if subject.kind == "project"]
    low = [subject for subject in projects if subject.review_total < LOW]
    records = []
    for at, subject in enumerate(low, 1):
        own = {"problem_id": f"W{year}-{at:02d}", "subject_id": subject.subject_id, "found_year": str(year)}
        due = rng.choice((dt.date(year + 1, 6, 30), dt.date(year + 1, 12, 31)))
        state = _STATES[at % len(_STATES)]
        records.append(
            own | _problem(units[subject.unit].name, due, state, rng, closing=dt.date(year, 10, 8))
        )
    return records


def raised(records: Records, year: int, rng: random.Random) -> Records:
    """The problems with the day on which units were told of them: in the summer of the year that found them.

    Those of an earlier year keep theirs.
    """
    return [record if record.get("raised_on") else record | _raised(record, year, rng) for record in records]


def _raised(record: Mapping[str, str], year: int, rng: random.Random) -> dict[str, str]:
    summer = dt.date(int(record.get("found_year") or year), 7, 1)
    return {"raised_on": str(summer + dt.timedelta(rng.randrange(75)))}


def earlier(units: Sequence[Unit], year: int, rng: random.Random) -> Records:
    """For a year that follows no other one: problems that were still open when this year began; the last of them could not be done."""
    records = []
    for before, states in _EARLIER.items():
        found = year - before
        for at, state in enumerate(states, 1):
            project = rng.randrange(1, 30)
            own = {
                "problem_id": f"W{found}-{at + 3:02d}",
                "found_year": str(found),
                "found_of": f"P{project:03d} 项目{project:03d}",
            }
            due = dt.date(year, 6 * min(at, 2), 30)
            unit = rng.choice(units).name
            records.append(own | _problem(unit, due, state, rng, closing=dt.date(year, 3, 1)))
    return records


def _problem(unit: str, due: dt.date, state: str, rng: random.Random, closing: dt.date) -> dict[str, str]:
    """What was found and what became of it; where it is done, within the three months from `closing`."""
    at = rng.randrange(len(_FOUND))
    problem, recommendation, evidence = _FOUND[at]
    closed = closing + dt.timedelta(days=rng.randrange(90))
    return {
        "tier": "review",
        "problem": problem,
        "recommendation": recommendation,
        "addressee": unit,
        "due": str(due),
        "state": state,
        "evidence": {DONE: evidence, NOT_DONE: _REASON, OPEN: ""}[state],
        "closed_on": str(closed) if state == DONE else "",
        "amount": money(rng.randrange(2, 40) * 50) if at == _CLEARED else "",
    }

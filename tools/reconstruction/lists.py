"""Writes the tables beside the indicators: planned subjects and their rows in, lists of records out."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence

from tools.reconstruction.indicators import Row, number, shown, words
from tools.reconstruction.subjects import KeyProject, Unit
from tools.reconstruction.totals import Subject

Rows = Mapping[str, Sequence[Row]]  # the indicators of each subject
Records = list[dict[str, str]]

OPINIONS = (60, 90)  # how many opinions the review of targets gave, where there are indicators enough
STATUSES = ("已采纳",) * 6 + ("部分采纳",) * 2 + ("未采纳",)
SMALLEST_RAISED = 200  # a smaller target cannot have been lower before
LOW = 8_000  # below 80 points the grade is 中 or 差, and the next budget is cut (财预〔2020〕10号第二十七条)


def money(value: int) -> str:
    """Hundredths as text with two decimals."""
    return f"{value // 100}.{value % 100:02d}"


def indicator_id(subject: Subject, place: int) -> str:
    """The identifier of a subject's indicator."""
    return f"{subject.subject_id}-{place + 1:02d}"


def scores(subjects: Sequence[Subject], rows: Rows, year: int, rng: random.Random) -> Records:
    """The totals that units and the finance bureau printed: what the rows and the spending come to."""
    tiers = (("self", "score", "预算单位自评", 3), ("review", "review_score", "第三方机构", 6))
    return [
        {
            "subject_id": subject.subject_id,
            "tier": tier,
            "score": money(
                sum(getattr(r, column) for r in rows[subject.subject_id]) + subject.execution_points
            ),
            "evaluator": evaluator,
            "scored_on": str(dt.date(year, month, rng.randrange(1, 31))),
        }
        for tier, column, evaluator, month in tiers
        for subject in subjects
    ]


def key_projects(keys: Sequence[KeyProject], subjects: Sequence[Subject]) -> Records:
    """The re-evaluated key projects."""
    ids = [subject.subject_id for subject in subjects if subject.kind == "project"]
    return [
        {
            "subject_id": "" if key.project is None else ids[key.project],
            "name": key.name,
            "amount": money(key.amount),
            "agency": key.agency,
            "score": money(key.score),
            "grade": key.grade,
            "recommendations": key.recommendations,
        }
        for key in keys
    ]


def target_reviews(
    aggregates: Mapping, units: Sequence[Unit], subjects: Sequence[Subject], rows: Rows, rng: random.Random
) -> Records:
    """Opinions on the whole-department and project targets of the published number of departments."""
    chosen = _under_review(units, subjects, aggregates["target_review"]["departments"])
    places = [(subject, i) for subject in chosen for i in range(len(rows[subject.subject_id]))]
    rng.shuffle(places)
    places.sort(key=lambda place: place[1] > 0)  # each subject's first indicator is among them
    first = max(rng.randrange(OPINIONS[0], OPINIONS[1] + 1), len(chosen))
    kept = sorted(places[:first], key=lambda place: (place[0].subject_id, place[1]))
    year = aggregates["report"]["report_year"]
    return [
        {
            "department_id": units[units[subject.unit].department].unit_id,
            "subject_id": subject.subject_id,
            "indicator_id": indicator_id(subject, i),
            **_opinion(rows[subject.subject_id][i], rng),
            "answered_on": str(dt.date(year, 10, 8) + dt.timedelta(days=rng.randrange(30))),
        }
        for subject, i in kept
    ]


def _under_review(units: Sequence[Unit], subjects: Sequence[Subject], count: int) -> list[Subject]:
    """The whole-department subjects of `count` departments with many projects, and those projects."""
    projects: dict[int, list[Subject]] = {}
    for subject in subjects:
        if subject.kind == "project":
            projects.setdefault(units[subject.unit].department, []).append(subject)
    heads = sorted({unit.department for unit in units}, key=lambda d: (-len(projects.get(d, ())), d))[:count]
    return [subject for head in heads for subject in (subjects[head], *projects.get(head, ()))]


def _opinion(row: Row, rng: random.Random) -> dict[str, str]:
    """What was said of `row`, what came of it, and what was changed or why nothing was."""
    texts = words()["opinions"]
    facts = _facts(row, rng)
    matter = _matter(row, rng)
    opinion, change = (text.format(**facts) for text in texts[matter])
    status = rng.choice(STATUSES)
    changes = {
        "已采纳": change,
        "部分采纳": texts["partly"].format(change=change),
        "未采纳": texts["refused"],
    }
    said = {"opinion": opinion, "status": status, "change": changes[status]}
    return said | {"matter": matter, "more": facts["more"], "before": facts.get("before", "")}


def _facts(row: Row, rng: random.Random) -> dict[str, str]:
    """`row` as it stands, and what it may have said before."""
    facts = {
        "name": row.name,
        "unit": row.unit,
        "weight": number(row.weight),
        "more": number(row.weight + 200),
    }
    if isinstance(row.target, str):
        return facts | {"target": row.target}
    before = row.target * rng.randrange(70, 92) // 10_000 * 100
    told = {"target": shown(row.target, row.unit), "old": shown(before, row.unit)}
    return facts | told | {"before": number(before, row.unit)}


def _matter(row: Row, rng: random.Random) -> str:
    """What the opinion on `row` is about."""
    if not row.operator:
        return "standard"
    if row.operator == "≤":
        return "cost" if row.level2 == "成本指标" else rng.choice(("weight", "name", "unit"))
    raised = ("target", "target") if row.target >= SMALLEST_RAISED else ()
    return rng.choice((*raised, "weight", "name", "unit"))


def rules_issued(published: Mapping) -> Records:
    """The parent measure, then one measure for each published topic; dates were not published."""
    parent = {
        "title": "柳州市城中区关于全面实施预算绩效管理的实施方案",
        "number": published["parent"],
        "level": "上位文件",
        "status": "现行",
    }
    measures = [
        {"title": f"{topic}办法（名称为重构）", "topic": topic, "level": "配套办法", "status": "现行"}
        for topic in published["topics"]
    ]
    return [parent, *measures]


def monitoring(subjects: Sequence[Subject], rows: Rows, rng: random.Random) -> Records:
    """What each project had spent and done by the end of July, with a reason where it lagged."""
    readings = []
    for subject in subjects:
        if subject.kind != "project":
            continue
        row = rows[subject.subject_id][0]
        spent = subject.executed * rng.randrange(42, 61) // 100
        done = row.actual * rng.randrange(51, 61) // 10_000 * 100
        readings.append(_reading(subject, row, spent, done, rng.choice(words()["monitoring"])))
    return readings


def _reading(subject: Subject, row: Row, spent: int, done: int, reason: str) -> dict[str, str]:
    """One reading; it lags below 85 % of an even year's seven months."""
    lags = any(
        part * 12 * 100 < whole * 7 * 85 for part, whole in ((spent, subject.adjusted), (done, row.target))
    )
    return {
        "subject_id": subject.subject_id,
        "month": "7",
        "executed": money(spent),
        "indicator_id": indicator_id(subject, 0),
        "actual": number(done, row.unit),
        "forecast": number(row.actual, row.unit),
        "reason": reason if lags else "",
    }


def applications(
    subjects: Sequence[Subject], measures: Sequence[str], year: int, rng: random.Random
) -> Records:
    """How results were used: budgets of low projects cut, policies adjusted, departments appraised."""
    budget, policy, appraisal = measures
    projects = sorted(
        (s for s in subjects if s.kind == "project"), key=lambda s: (s.review_total, s.subject_id)
    )
    low = [s for s in projects if s.review_total < LOW] or projects[:1]
    common = {"tier": "review", "target_year": str(year + 1), "status": "已落实"}
    cuts = [(s, {"amount": money(s.initial * rng.choice((10, 15, 20, 30)) // 100)}) for s in low]
    return [
        *(_use(s, budget, "按评价结果核减预算", common | amount) for s, amount in cuts),
        *(_use(s, policy, "修订项目管理办法并调整支持范围", common) for s in projects[:3]),
        *(_use(s, appraisal, "评价得分计入部门年度考评", common) for s in subjects if s.kind == "department"),
    ]


def _use(subject: Subject, measure: str, note: str, others: Mapping[str, str]) -> dict[str, str]:
    return {"subject_id": subject.subject_id, "measure": measure, "note": note, **others}


def disclosures(units: Sequence[Unit], document: str, year: int, rng: random.Random) -> Records:
    """Each unit's final accounts: published within 20 days of approval (预算法第十四条)."""
    made = []
    for unit in units:
        approved = dt.date(year, 9, 1) + dt.timedelta(days=rng.randrange(10))
        published = approved + dt.timedelta(days=rng.randrange(3, 19))
        dates = {"approved_on": str(approved), "published_on": str(published)}
        made.append({"unit_id": unit.unit_id, "document": document, **dates})
    return made


def problems(year: int, found: Sequence[Sequence[str]] = (), letter: str = "W") -> Records:
    """What the reviewers' invented remarks come to, with what is to be done by the end of the year of publication.

    `found` takes the place of what words.yml says; ids begin with `letter`.
    """
    return [
        {
            "problem_id": f"{letter}{number:02d}",
            "tier": "review",
            "problem": problem,
            "recommendation": recommendation,
            "addressee": addressee,
            "due": str(dt.date(year + 1, 12, 31)),
            "state": "整改中",
        }
        for number, (problem, recommendation, addressee) in enumerate(found or words()["problems"], 1)
    ]

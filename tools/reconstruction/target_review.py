"""Writes what the review of targets was about, and what it concluded: opinions in, whole rows and conclusions out."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.reconstruction.indicators import Row, number, words
from tools.reconstruction.lists import Records, Rows, indicator_id, money
from tools.reconstruction.totals import Subject, half_up

from jixiao.rules import element_points

QUALITIES = {  # what an opinion is about: the quality, and the column of indicators.csv
    "name": ("完整性", "level3"),
    "unit": ("完整性", "measure_unit"),
    "weight": ("相关性", "weight"),
    "standard": ("相关性", "target"),
    "target": ("适当性", "target"),
    "cost": ("适当性", "target"),
}
COLUMNS = {"完整性": "completeness", "相关性": "relevance", "适当性": "suitability", "可行性": "feasibility"}
GRADES = ("优", "良", "中", "差")
MANY = 2  # opinions on one quality that are not wholly met, from which it is 中
SHARE = Decimal(75)  # three of four qualities
CUT = (2, 8)  # the per cent of a cost that an opinion on it cuts
ASKED = (103, 112)  # the per cent of the last budget that is asked for
FIRST, LAST = (9, 19), (11, 14)  # the days of the first and of the last meeting


@dataclass(frozen=True)
class Review:
    """The rows of target_reviews.csv and of target_conclusions.csv."""

    opinions: Records
    conclusions: Records


def completed(
    opinions: Records, subjects: Sequence[Subject], rows: Rows, year: int, rng: random.Random
) -> Review:
    """Add to each opinion what it was about, the values before and after, and the answer; and conclude."""
    by_id = {subject.subject_id: subject for subject in subjects}
    indicators = {
        indicator_id(subject, place): row
        for subject in subjects
        for place, row in enumerate(rows[subject.subject_id])
    }
    departments = list(dict.fromkeys(sorted(said["department_id"] for said in opinions)))
    whole = [
        said
        | _about(said, indicators[said["indicator_id"]], rng)
        | {
            "raised_on": str(
                dt.date(year, *FIRST) + dt.timedelta(days=departments.index(said["department_id"]))
            )
        }
        for said in opinions
    ]
    reviewed = dict.fromkeys((said["subject_id"], said["department_id"]) for said in whole)
    conclusions = [
        _conclusion(
            by_id[subject],
            [said for said in whole if said["subject_id"] == subject],
            dt.date(year, *LAST) + dt.timedelta(days=departments.index(department)),
            rng,
        )
        for subject, department in reviewed
    ]
    return Review(whole, conclusions)


def _about(said: dict[str, str], row: Row, rng: random.Random) -> dict[str, str]:
    texts = words()["opinions"]
    matter, status = said["matter"], said["status"]
    quality, column = QUALITIES[matter]
    befores = {
        "name": rng.choice(texts["vague"][row.level2]),
        "unit": "",
        "weight": said["more"],
        "standard": rng.choice(texts["standards"]),
        "target": said["before"],
        "cost": "",
    }
    afters = {"level3": row.name, "measure_unit": row.unit, "weight": number(row.weight)}
    after = afters.get(column) or number(row.target, row.unit)
    percent = rng.randrange(*CUT)
    cut = half_up(row.target * percent, 100) if matter == "cost" and isinstance(row.target, int) else 0
    refused = status == "未采纳"
    return {
        "quality": quality,
        "field": column,
        "before": befores[matter],
        "after": "" if refused else after,
        "answer": rng.choice(texts["answers"][status]),
        "amount_cut": money(cut) if cut and not refused else "",
    }


def _conclusion(subject: Subject, opinions: Records, day: dt.date, rng: random.Random) -> dict[str, str]:
    """What is left to wish for once the unit has answered, by quality; a refusal leaves a doubt whether it can be done."""
    counts = Counter(said["quality"] for said in opinions if said["status"] != "已采纳")
    counts["可行性"] = sum(said["status"] == "未采纳" for said in opinions)
    places = {name: (count > 0) + (count >= MANY) for name in COLUMNS for count in (counts[name],)}
    conclusion = element_points.by_count(list(places.values()), len(GRADES), SHARE)
    asked = half_up(subject.initial * rng.randrange(*ASKED), 100)
    cut = sum(int(Decimal(said["amount_cut"]) * 100) for said in opinions if said["amount_cut"])
    return {
        "subject_id": subject.subject_id,
        **{column: GRADES[places[name]] for name, column in COLUMNS.items()},
        "conclusion": GRADES[conclusion],
        "amount_asked": money(asked),
        "amount_cut": money(cut),
        "reviewed_on": str(day),
    }

"""Writes what forms of monitoring say beside the readings: budget, progress, and what is done where a project lags."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence

from tools.reconstruction.indicators import Row
from tools.reconstruction.lists import Records, Rows, money
from tools.reconstruction.totals import Subject

_CAUSES = ("经费保障", "制度保障", "人员保障", "其他")
_MEASURE = "；措施："  # what a reason of the readings says behind it
_STATES = ("已整改",) * 5 + ("整改中",) * 3 + ("未整改",)
_FAR = 115  # per cent of a target: who expects more says what is done about it
_RAISED = "预计超额较多，来年按实际提高年度指标值"
_FEEDBACK = dt.timedelta(days=45)  # after the end of July, at the latest


def completed(
    readings: Records, subjects: Sequence[Subject], rows: Rows, year: int, rng: random.Random
) -> Records:
    """The readings of the fiscal `year`, each with the further columns of the form; what they say already stays."""
    known: Mapping[str, Subject] = {one.subject_id: one for one in subjects}
    return [
        reading | _further(reading, known[reading["subject_id"]], rows[reading["subject_id"]][0], year, rng)
        for reading in readings
    ]


def _further(
    reading: dict[str, str], subject: Subject, indicator: Row, year: int, rng: random.Random
) -> dict[str, str]:
    """What the form says beside a reading; a project that does not lag needs no cause, measure or state."""
    spent = int(reading["executed"].replace(".", "")) * 100 // subject.adjusted
    said = {
        "budget": money(subject.adjusted),
        "progress": str(min(spent + rng.randrange(-6, 19), 100)),
        "possibility": "确定能",
    }
    cause = rng.choice(_CAUSES)
    doubtful = rng.randrange(3) == 0
    state = rng.choice(_STATES)
    answered = dt.date(year, 8, 1) + rng.randrange(1, _FEEDBACK.days) * dt.timedelta(days=1)
    if not reading["reason"]:
        return said | ({"measure": _RAISED} if indicator.actual * 100 > indicator.target * _FAR else {})
    return said | {
        "cause": cause,
        "possibility": "有可能" if doubtful else "确定能",
        "measure": reading["reason"].partition(_MEASURE)[2],
        "state": state,
        "answered_on": answered.isoformat() if state == "已整改" else "",
    }

"""Counts the latest monitoring of each subject of the year: money and indicators by their warning lights, and what is done about them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from jixiao.figures.model import Figure, Rows
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.rules import lights
from jixiao.rules.lights import Light, Limits
from jixiao.year.tables import Tables
from jixiao.year.words import Cause, Possibility, ProblemState, SubjectKind

_TABLE = "monitoring"
_OF_MONEY, _OF_INDICATOR, _OVERALL = "spending", "indicator", "light"


def last(tables: Tables, year: int | None, limits: Limits) -> pd.DataFrame:
    """The latest readings of each subject, with their lights; `light` is the gravest of a subject.

    A subject that did not report for the last month is counted with the month for which it did, and held against what
    was due by then.
    """
    readings = tables[_TABLE]
    latest = readings.groupby("subject_id")["month"].transform("max")
    readings = readings[readings["month"] == latest] if len(readings) else readings
    lit = lights.frame(readings, tables["subjects"], tables["indicators"], year, limits)
    worst = {
        subject: lights.worst([*rows[_OF_MONEY], *rows[_OF_INDICATOR]])
        for subject, rows in lit.groupby("subject_id")
    }
    overall = [worst[subject] for subject in lit["subject_id"]]
    return lit.assign(**{_OVERALL: pd.Series(overall, lit.index, dtype=object)})


def of_subjects(lit: pd.DataFrame) -> pd.DataFrame:
    """The first row of each subject, since money and the gravest light are said of the whole form."""
    return lit.drop_duplicates("subject_id")


def late(lit: pd.DataFrame) -> pd.DataFrame:
    """The first row of each subject whose latest reading is of an earlier month than the last of all."""
    subjects = of_subjects(lit)
    return subjects[subjects["month"] < lit["month"].max()] if len(subjects) else subjects


def adding_up(tables: Tables, subjects: pd.DataFrame) -> pd.DataFrame:
    """The rows of single subjects whose money adds up: both amounts are known, and nothing is counted twice.

    A project is part of its unit or department where that is monitored as a whole, too.
    """
    known = subjects[subjects["money"].notna() & subjects["executed"].notna()]
    listed = tables["subjects"]
    kinds = dict(zip(listed["subject_id"], listed["kind"], strict=True))
    units = dict(zip(listed["subject_id"], listed["unit_id"], strict=True))
    wholes = {units[one] for one in known["subject_id"] if kinds[one] == SubjectKind.DEPARTMENT}
    homes = zip(known["subject_id"], departments(tables, known), strict=True)
    inside = [
        kinds[one] == SubjectKind.PROJECT and not wholes.isdisjoint({units[one], home}) for one, home in homes
    ]
    return known.loc[~pd.Series(inside, known.index, dtype=bool)]


def warned(lit: pd.DataFrame) -> pd.DataFrame:
    """The rows that have to answer for a red or yellow light."""
    lights_up = [light is not None and light.warns for light in lit["warning"]]
    return lit[pd.Series(lights_up, lit.index, dtype=bool)]


def figures(tables: Tables, year: int | None, limits: Limits | None) -> Iterator[Figure]:
    """Make the figures of the last monitoring of the year; none where nobody knows when lights begin."""
    if limits is None:
        return
    lit = last(tables, year, limits)
    subjects = of_subjects(lit)
    yield from _of_money(tables, lit, subjects)
    for key, rows, column in (
        ("monitoring.money.{light}", subjects, _OF_MONEY),
        ("monitoring.indicators.{light}", lit[lit["indicator_id"].notna()], _OF_INDICATOR),
        ("monitoring.overall.{light}", subjects, _OVERALL),
    ):
        for light in Light:
            of_light = rows[rows[column] == light]
            yield count(key, Rows.of(_TABLE, of_light), light=light.value, word=light.words)
    lagging = warned(lit)
    yield count("monitoring.warned", Rows.of(_TABLE, lagging))
    for key, column in (("monitoring.warned_explained", "reason"), ("monitoring.warned_measured", "measure")):
        yield count(key, Rows.of(_TABLE, lagging[lagging[column].notna()], column))
    homes = departments(tables, lagging)
    yield figure("monitoring.departments_warned", homes.nunique(), Rows.of(_TABLE, lagging, "subject_id"))
    yield from _of_answers(lit, lagging)


def _of_money(tables: Tables, lit: pd.DataFrame, subjects: pd.DataFrame) -> Iterator[Figure]:
    """Up to which month, how many departments, and what was spent of the money that was monitored."""
    months = {int(month) for month in lit["month"]}
    month = max(months, default=None)
    yield figure("monitoring.month", month, Rows.of(_TABLE, lit, "month"))
    yield count("monitoring.last_subjects", Rows.of(_TABLE, subjects, "subject_id"))
    yield count("monitoring.late_subjects", Rows.of(_TABLE, late(lit), "month"))
    yield count("monitoring.indicators_count", Rows.of(_TABLE, lit[lit["indicator_id"].notna()]))
    homes = departments(tables, subjects)
    yield figure("monitoring.departments", homes.nunique(), Rows.of(_TABLE, subjects, "subject_id"))
    known = adding_up(tables, subjects)
    rows = Rows.of(_TABLE, known, "executed")
    budget, executed = (
        sum(known[name], Decimal(0)) if len(known) else None for name in ("money", "executed")
    )
    for key, amount in (("budget_wan_yuan", budget), ("executed_wan_yuan", executed)):
        yield figure(f"monitoring.{key}", None if amount is None else numbers.rounded(amount), rows)
    rate = numbers.percent(executed, budget) if budget and executed is not None else None
    yield figure("monitoring.execution_percent", rate, rows)
    pace = None if month is None else _pace(known, month)
    yield figure("monitoring.schedule_percent", pace, Rows.of(_TABLE, lit, "month"))
    behind = None if rate is None or pace is None else pace - rate
    yield figure("monitoring.schedule_gap", behind if behind is not None and behind > 0 else None, rows)
    ahead = None if behind is None or behind > 0 else -behind
    yield figure("monitoring.schedule_lead", ahead, rows)


def _pace(known: pd.DataFrame, month: int) -> Decimal | None:
    """The part of the year in per cent: up to the last month, or of each budget up to the month of its reading."""
    budget = sum(known["money"], Decimal(0))
    if not budget or (known["month"] == month).all():
        return numbers.percent(month, lights.MONTHS)
    due = sum(
        (money * months for money, months in known[["money", "month"]].itertuples(index=False)), Decimal(0)
    )
    return numbers.percent(due, budget * lights.MONTHS)


def _of_answers(lit: pd.DataFrame, lagging: pd.DataFrame) -> Iterator[Figure]:
    """What units say of their targets, of what holds them up, and of what became of it."""
    for possibility in Possibility:
        rows = lit[lit["possibility"] == possibility.words]
        key = "monitoring.possibility.{possibility}"
        yield count(
            key,
            Rows.of(_TABLE, rows, "possibility"),
            possibility=possibility.value,
            word=possibility.words,
        )
    for cause in Cause:
        said = [cause.words in (text or "").split("、") for text in lagging["cause"]]
        rows = lagging[pd.Series(said, lagging.index, dtype=bool)]
        yield count(
            "monitoring.cause.{cause}", Rows.of(_TABLE, rows, "cause"), cause=cause.value, word=cause.words
        )
    for state in ProblemState:
        rows = lagging[lagging["state"] == state.words]
        yield count(
            "monitoring.state.{state}", Rows.of(_TABLE, rows, "state"), state=state.value, word=state.words
        )
    silent = lagging[lagging["state"].isna()]
    yield count("monitoring.unanswered", Rows.of(_TABLE, silent, "state"))


def departments(tables: Tables, rows: pd.DataFrame) -> pd.Series:
    """The id of the department of each row with a subject."""
    units = tables["units"]
    subjects = tables["subjects"]
    home = dict(zip(units["unit_id"], units["department_id"], strict=True))
    unit = dict(zip(subjects["subject_id"], subjects["unit_id"], strict=True))
    return pd.Series([home.get(unit.get(one)) for one in rows["subject_id"]], rows.index, dtype=object)

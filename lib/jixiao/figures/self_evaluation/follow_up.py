"""Figures of what follows a check or an evaluation: how long problems stay open, and how often forms go back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.analysis import return_loop, survival
from jixiao.analysis.return_loop import History, Judged, Loop
from jixiao.analysis.survival import Curve, Life
from jixiao.figures import monitored
from jixiao.figures.model import LIST_MARK, Figure, Rows
from jixiao.figures.wording import figure
from jixiao.kit import numbers
from jixiao.year import table_files
from jixiao.year.tables import Tables
from jixiao.year.words import DeliveryStatus, ProblemState

PROBLEMS, RECEIVED = "problems", "received"
AFTER = (90, 180, 365)  # days after which the share still open is said


def lives(tables: Tables, on: dt.date) -> pd.DataFrame:
    """The problems whose life is known, with its `days`, and whether it is `ended`; on the day `on` the others are looked at.

    A problem lives from the day on which units were told of it. One that was done without a day, or whose days contradict
    each other, is none of them; one that could not be done is as open as one that still is to be done.
    """
    found = tables[PROBLEMS]
    ended = found["state"] == ProblemState.DONE.words
    last = [day if done else on for day, done in zip(found["closed_on"], ended, strict=True)]
    days = [
        (end - told).days if told is not None and end is not None else None
        for told, end in zip(found["raised_on"], last, strict=True)
    ]
    known = pd.Series([one is not None and one >= 0 for one in days], found.index, dtype=bool)
    return found.assign(days=pd.Series(days, found.index, dtype=object), ended=ended)[known]


def curve(tables: Tables, on: dt.date) -> Curve:
    """A16: how long problems stay open."""
    return _curve(lives(tables, on))


def _curve(found: pd.DataFrame) -> Curve:
    return survival.curve(
        Life(int(days), bool(ended)) for days, ended in zip(found["days"], found["ended"], strict=True)
    )


def problems(tables: Tables, on: dt.date) -> Iterator[Figure]:
    """A16: when half of the problems are done, and how many are open after some time; none without problems enough."""
    rows = lives(tables, on)
    found = _curve(rows)
    known = found if found.allowed else None
    behind = Rows.of(PROBLEMS, rows, "raised_on")
    yield figure("quality.problems.dated", known.n if known else None, behind)
    done = Rows.of(PROBLEMS, rows[rows["ended"]], "closed_on")
    yield figure("quality.problems.ended", known.ended if known else None, done)
    yield figure("quality.problems.median_days", known.median if known else None, behind)
    for days in AFTER:
        share = known.open_percent(days) if known else None
        yield figure("quality.problems.open_percent.{days}", share, behind, days=str(days))
    still_open = rows[rows["state"] == ProblemState.OPEN.words]
    longest = max(still_open["days"], default=None) if known else None
    rows_open = Rows.of(PROBLEMS, still_open, "raised_on")
    yield figure("quality.problems.longest_days", None if longest is None else int(longest), rows_open)


def loop(tables: Tables) -> Loop:
    """A18: the forms that came, each with its deliveries in the order of received.csv.

    A form is what one subject sends of one kind, of monitoring for one month; where no subject is known, a file. Files that
    could not be opened and forms that wait for confirmation were not judged.
    """
    rows = _judged(tables[RECEIVED])
    homes = monitored.departments(tables, rows)
    units = set(tables["units"]["unit_id"])
    forms: dict[tuple[str, str, str], list[Judged]] = {}
    owners: dict[tuple[str, str, str], str | None] = {}
    for row, home in zip(table_files.rows(rows), homes, strict=True):
        key = _form(row)
        accepted = row["status"] == DeliveryStatus.ACCEPTED
        rules = () if accepted else tuple((row["rules"] or "").split())
        forms.setdefault(key, []).append(Judged(row["received_on"], accepted, rules))
        owners[key] = home or (row["subject_id"] if row["subject_id"] in units else None)
    return Loop(tuple(History(key[0], owners[key], tuple(own)) for key, own in forms.items()))


def _judged(received: pd.DataFrame) -> pd.DataFrame:
    return received[received["status"].isin([DeliveryStatus.ACCEPTED, DeliveryStatus.RETURNED])]


def _form(row: dict[str, Any]) -> tuple[str, str, str]:
    """What is the same in all deliveries of one form: who it is about, its kind, and the month that it is of."""
    period = (row["mark"] or "").split(" ")[0]
    return row["subject_id"] or row["file"], row["kind"] or "", period if period.endswith("月") else ""


def returns(tables: Tables) -> Iterator[Figure]:
    """A18: how many forms were accepted at once, how often the others went back, and which rules sent most of them."""
    rows = _judged(tables[RECEIVED])
    found = loop(tables)
    known = found if found.allowed else None
    behind = Rows.of(RECEIVED, rows, "status")
    sent_back = Rows.of(RECEIVED, rows[rows["status"] == DeliveryStatus.RETURNED], "status")
    times = [one.returned for one in found.returned]
    yield figure("quality.returns.forms", known.n if known else None, behind)
    yield figure("quality.returns.at_once_percent", known.at_once_percent if known else None, behind)
    yield figure("quality.returns.returned", len(times) if known else None, sent_back)
    yield figure("quality.returns.times", sum(times) if known else None, sent_back)
    yield figure("quality.returns.most_times", max(times, default=0) if known else None, sent_back)
    pending = sum(one.pending for one in found.returned)
    yield figure("quality.returns.pending", pending if known else None, sent_back)
    waited = found.waited if len(found.waited) >= return_loop.LEAST else ()
    yield figure("quality.returns.days", _days(return_loop.middle(waited)), behind)
    yield figure("quality.returns.longest_days", max(waited, default=None), behind)
    reasons = found.reasons
    few = reasons.few if reasons.allowed else ()
    named = Rows.of(RECEIVED, rows[rows["rules"].notna()], "rules")
    yield figure("quality.returns.reasons", reasons.n if few else None, named)
    yield figure("quality.returns.few_rules", len(few) or None, named)
    yield figure("quality.returns.few_percent", reasons.percent(len(few)) if few else None, named)
    yield figure("quality.returns.few_listed", LIST_MARK.join(few) or None, named)


def _days(value: Decimal | None) -> Decimal | None:
    """A number of days, with one decimal where it lies between two."""
    if value is None or value == value.to_integral_value():
        return None if value is None else value.quantize(Decimal(1))
    return numbers.rounded(value, 1)

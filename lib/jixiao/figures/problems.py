"""Figures of what becomes of problems: how many are done, how old the open ones are, and which are late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from jixiao.figures.model import Figure, Rows
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.year.ledger_of_problems import years_found
from jixiao.year.tables import Tables
from jixiao.year.words import ProblemState

TABLE = "problems"


def problems(tables: Tables, report_year: int, published_on: dt.date) -> Iterator[Figure]:
    """Count what was done of the problems on the year's ledger, and how long the rest has been open or late.

    A problem is as many years old as have passed since the work year that found it; whether it is late is asked on the
    day of publication.
    """
    found = tables[TABLE]
    done = found[found["state"] == ProblemState.DONE.words]
    rate = numbers.percent(len(done), len(found))
    yield figure("problems.done_percent", rate, Rows.of(TABLE, found, "state"))
    ages = years_old(found, report_year)
    earlier = found[ages > 0]
    yield count("problems.earlier", Rows.of(TABLE, earlier, "found_year"))
    still_open = found[found["state"] == ProblemState.OPEN.words]
    yield count("problems.earlier_open", Rows.of(TABLE, still_open[ages[still_open.index] > 0], "state"))
    oldest = max(ages[still_open.index], default=None)
    rows = Rows.of(TABLE, still_open, "found_year")
    yield figure("problems.oldest_years", None if oldest is None else int(oldest), rows)
    late = days_late(found, published_on)
    overdue = found.loc[late[late.notna()].index]
    rows = Rows.of(TABLE, overdue, "due")
    yield count("problems.overdue", rows)
    longest = max(late[overdue.index], default=None)
    yield figure("problems.overdue_days", None if longest is None else int(longest), rows)
    asked = still_open["addressee"].dropna()
    yield figure("problems.addressees", asked.nunique(), Rows.of(TABLE, still_open, "addressee"))
    priced = found[found["amount"].notna()]
    amount = numbers.rounded(sum(priced["amount"], Decimal(0))) if len(priced) else None
    yield figure("problems.amount_wan_yuan", amount, Rows.of(TABLE, priced, "amount"))


def years_old(found: pd.DataFrame, report_year: int) -> pd.Series:
    """How many years have passed since each problem was found."""
    return report_year - years_found(found, report_year)


def days_late(found: pd.DataFrame, on: dt.date) -> pd.Series:
    """By how many days each open problem is past its due day; None where it is not."""
    late = [
        (on - due).days if state == ProblemState.OPEN.words and due is not None and due < on else None
        for state, due in zip(found["state"], found["due"], strict=True)
    ]
    return pd.Series(late, found.index, dtype=object)

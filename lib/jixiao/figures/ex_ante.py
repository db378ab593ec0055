"""Figures of ex-ante evaluations: how many there were, what they concluded, and how much money was not approved."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from jixiao.figures.model import Figure, Rows
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.year.tables import Tables
from jixiao.year.words import ExAnteConclusion

TABLE = "ex_ante"


def ex_ante(tables: Tables, report_year: int) -> Iterator[Figure]:
    """Count the ex-ante evaluations of a work year: those concluded in it, and those without a conclusion yet.

    Money that was not approved is counted only where it is known what was approved.
    """
    table = of_year(tables[TABLE], report_year)
    yield count("ex_ante.count", Rows.of(TABLE, table, "name"))
    yield figure("ex_ante.units", table["unit_id"].nunique(), Rows.of(TABLE, table, "unit_id"))
    for conclusion in ExAnteConclusion:
        rows = Rows.of(TABLE, table[table["conclusion"] == conclusion.words], "conclusion")
        yield count(
            "ex_ante.concluded.{conclusion}", rows, conclusion=conclusion.value, word=conclusion.words
        )
    pending = table[table["conclusion"].isna()]
    yield count("ex_ante.pending", Rows.of(TABLE, pending, "name"))
    asked = _sum(table["amount_asked"])
    yield figure("ex_ante.asked_wan_yuan", asked, Rows.of(TABLE, table, "amount_asked"))
    approved = table[table["amount_approved"].notna()]
    given, asked = _sum(approved["amount_approved"]), _sum(approved["amount_asked"])
    rows = Rows.of(TABLE, approved, "amount_approved")
    yield figure("ex_ante.approved_wan_yuan", given, rows)
    cut = None if given is None or asked is None else asked - given
    rows = Rows.of(TABLE, approved[approved["amount_approved"] != approved["amount_asked"]], "amount_asked")
    yield figure("ex_ante.cut_wan_yuan", cut, rows)
    share = numbers.rounded(numbers.ratio(cut * 100, asked)) if cut is not None and asked else None
    yield figure("ex_ante.cut_percent", share, rows)


def of_year(table: pd.DataFrame, report_year: int) -> pd.DataFrame:
    """The rows of a work year; an evaluation that an earlier year concluded is kept for its project alone."""
    decided = [day is None or day.year == report_year for day in table["decided_on"]]
    return table[pd.Series(decided, table.index, dtype=bool)]


def _sum(amounts: pd.Series) -> Decimal | None:
    """The amounts together to two decimals, in 万元; None of none."""
    return numbers.rounded(sum(amounts, Decimal(0))) if len(amounts) else None

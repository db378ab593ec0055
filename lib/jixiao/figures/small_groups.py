"""Tells which amounts and scores are those of so few that the public edition would give away what a single one has."""

from __future__ import annotations

from jixiao.figures.model import Basis, Figure
from jixiao.year.tables import Tables

LEAST = 3  # of two, each can work out the other
_WHOSE = {
    "monitoring": "subject_id",
    "target_conclusions": "subject_id",
    "ex_ante": "name",
    "agencies": "agency",
}
_UNITS = ("万元", "亿元", "分", "%", "个百分点")  # counts may be of one


def of_few(figure: Figure, tables: Tables) -> bool:
    """Whether an amount, a score or a share of money of the work beside evaluation is of fewer than three.

    A row that adds nothing to a sum does not make its group larger. What the bureau itself has published stays.
    """
    rows = figure.rows
    if rows is None or rows.table not in _WHOSE or figure.value is None or figure.basis is Basis.PUBLISHED:
        return False
    table = tables[rows.table]
    if figure.unit not in _UNITS or rows.column not in table:
        return False
    own = table.loc[list(rows.numbers)]
    given = own[own[rows.column].notna() & (own[rows.column] != 0)]
    return 0 < given[_WHOSE[rows.table]].nunique() < LEAST

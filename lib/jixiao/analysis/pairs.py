"""Subjects with two scores: what the units gave themselves, and what a later tier gave."""

from __future__ import annotations

import pandas as pd

from jixiao.year.tables import Tables
from jixiao.year.tiers import YearTier
from jixiao.year.words import Amount, SubjectKind


def of_kind(
    kind: SubjectKind, totals: pd.DataFrame, tables: Tables, own: YearTier, other: YearTier
) -> pd.DataFrame:
    """The subjects of a kind that have both scores: own and other score and grade, their gap, department and amount.

    The rows keep their numbers of subjects.csv; a unit without a department is one of its own.
    """
    rows = totals[totals["kind"] == kind].dropna(subset=[own.total, other.total])
    units = tables["units"].set_index("unit_id")["department_id"]
    departments = [units.get(unit) or unit for unit in rows["unit_id"]]
    return pd.DataFrame(
        {
            "subject_id": rows["subject_id"],
            "department_id": pd.Series(departments, rows.index, dtype=object),
            "amount": tables["subjects"].loc[rows.index, Amount.INITIAL.value],
            "own": rows[own.total],
            "other": rows[other.total],
            "gap": rows[own.total] - rows[other.total],
            "own_grade": rows[own.grade],
            "other_grade": rows[other.grade],
        },
        index=rows.index,
    )

"""The ledger of problems over the years: when each was found, and which go on into the next year."""

from __future__ import annotations

import pandas as pd

from jixiao.year.words import ProblemState


def years_found(problems: pd.DataFrame, report_year: int) -> pd.Series:
    """The work year in which each problem of a year's ledger was found: where nothing is said, that year itself."""
    years = [int(year) if year else report_year for year in problems["found_year"]]
    return pd.Series(years, problems.index, dtype=int)


def carried_over(problems: pd.DataFrame, subjects: pd.DataFrame, report_year: int) -> pd.DataFrame:
    """The problems of `report_year` that are still open, as the ledger of the next year begins with them.

    Each keeps its id and the year in which it was found. The ids of subjects are those of one year, so that a problem
    of a single one names it by id and name under `found_of`.
    """
    still_open = problems[problems["state"] == ProblemState.OPEN.words]
    names = dict(zip(subjects["subject_id"], subjects["name"], strict=True))
    found_of = [
        f"{subject} {names.get(subject) or ''}".strip() if subject else earlier
        for subject, earlier in zip(still_open["subject_id"], still_open["found_of"], strict=True)
    ]
    return still_open.assign(
        subject_id=None,
        found_year=years_found(still_open, report_year).map(str).astype(object),
        found_of=pd.Series(found_of, still_open.index, dtype=object),
    )


def of_subjects(problems: pd.DataFrame) -> pd.Series:
    """Which problems were found of single subjects, of this year or an earlier one; the others are general."""
    return problems["subject_id"].notna() | problems["found_of"].notna()

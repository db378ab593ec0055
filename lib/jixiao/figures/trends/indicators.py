"""Indicators that the same subject had a year ago under the same name: tables of two years in, pairs of targets out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from jixiao.figures.self_evaluation.quality_content import numeric
from jixiao.year.tables import INDICATORS

SUBJECTS = "subjects"
TABLES = (INDICATORS, SUBJECTS)  # what is read of the year before
LEAST = 30  # indicators of which shares are told
_SAME = ["name", "level3", "measure_unit"]


@dataclass(frozen=True)
class Stable:
    """The indicators of both years, a row each of this year's table: the targets, and what was reached a year ago."""

    year: int
    rows: pd.DataFrame

    @property
    def raised(self) -> pd.DataFrame:
        """Those whose target is higher than a year ago."""
        return self._where(self.rows["target"] > self.rows["target_before"])

    @property
    def lowered(self) -> pd.DataFrame:
        """Those whose target is lower than a year ago."""
        return self._where(self.rows["target"] < self.rows["target_before"])

    @property
    def kept(self) -> pd.DataFrame:
        """Those whose target is that of a year ago."""
        return self._where(self.rows["target"] == self.rows["target_before"])

    @property
    def below(self) -> pd.DataFrame:
        """Those whose target is lower than what was reached a year ago."""
        return self._where(self.rows["target"] < self.rows["actual_before"])

    def _where(self, chosen: pd.Series) -> pd.DataFrame:
        return self.rows[chosen.astype(bool)]


def stable(now: dict[str, pd.DataFrame], before: dict[str, pd.DataFrame], year: int) -> Stable:
    """Pair the numeric indicators where more is better by subject, name and unit; what is there twice is left out.

    `before` are the tables of `year`. Ids are those of one year, so that a subject is known by its name.
    """
    ours, theirs = (_named(tables) for tables in (now, before))
    columns = {"target": "target_before", "actual": "actual_before"}
    found = ours.reset_index().merge(
        theirs[[*_SAME, *columns]].rename(columns=columns), on=_SAME, validate="one_to_one"
    )
    return Stable(year, found.set_index("index").sort_index())


def _named(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The numeric indicators with the name of their subject, each name once."""
    indicators, subjects = tables[INDICATORS], tables[SUBJECTS]
    rows = numeric(indicators)
    names = subjects.set_index("subject_id")["name"]
    rows["name"] = rows["subject_id"].map(names)
    for column in ("indicator_id", "level3", "measure_unit"):
        rows[column] = indicators.loc[rows.index, column]
    rows = rows.dropna(subset=["name", "level3"])
    return rows[~rows.duplicated(_SAME, keep=False)]


def far_below(found: Stable) -> pd.DataFrame:
    """Those below what was reached a year ago, the furthest below first."""
    below = found.below
    parts = [
        Decimal(target) / Decimal(reached)
        for target, reached in zip(below["target"], below["actual_before"], strict=True)
    ]
    return below.assign(part=pd.Series(parts, below.index, dtype=object)).sort_values("part", kind="stable")

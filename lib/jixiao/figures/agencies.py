"""Figures of the third parties: how many agencies worked under which contracts, for what fees, and how well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

import pandas as pd

from jixiao.figures.model import Figure, Rows
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.year.tables import Tables
from jixiao.year.words import ALL_SUBJECTS

TABLE = "agencies"
CRITERIA = {  # the columns of points, each with what it is about
    "team": "人员配备",
    "plan": "工作方案",
    "consultation": "征求意见",
    "archive": "档案资料",
    "conduct": "执业纪律",
}


def agencies(tables: Tables) -> Iterator[Figure]:
    """Count agencies, contracts and what they evaluated, and add up fees, what was taken off them, and quality scores."""
    contracts = tables[TABLE]
    rows = Rows.of(TABLE, contracts, "agency")
    yield figure("agencies.count", contracts["agency"].nunique(), rows)
    yield count("agencies.contracts", Rows.of(TABLE, contracts, "contract"))
    evaluated = subjects(contracts, tables["subjects"]["subject_id"])
    yield figure("agencies.subjects", len(evaluated) or None, Rows.of(TABLE, contracts, "subjects"))
    for key, column in (("fee_wan_yuan", "fee"), ("deducted_wan_yuan", "fee_deducted")):
        given = contracts[contracts[column].notna()]
        amount = numbers.rounded(sum(given[column], Decimal(0))) if len(given) else None
        yield figure(f"agencies.{key}", amount, Rows.of(TABLE, given, column))
    scored = contracts[contracts["quality_score"].notna()]
    yield figure(
        "agencies.quality_mean", _mean(scored["quality_score"]), Rows.of(TABLE, scored, "quality_score")
    )
    for criterion, word in CRITERIA.items():
        given = contracts[contracts[criterion].notna()]
        rows = Rows.of(TABLE, given, criterion)
        yield figure(
            "agencies.quality.{criterion}", _mean(given[criterion]), rows, criterion=criterion, word=word
        )


def subjects(contracts: pd.DataFrame, every: Iterable[str]) -> set[str]:
    """What the contracts are about: ids of subjects and names of key projects; of 全部 `every` one."""
    cells = contracts["subjects"].dropna()
    named = {part.strip() for cell in cells for part in re.split(r"[；;\n]", cell) if part.strip()}
    return (named - {ALL_SUBJECTS}) | set(every) if ALL_SUBJECTS in named else named


def _mean(values: pd.Series) -> Decimal | None:
    """The mean of the values to two decimals; None of none."""
    return (
        numbers.rounded(numbers.ratio(sum(values, Decimal(0)), Decimal(len(values)))) if len(values) else None
    )

"""Counts the figures that say why points were lost: spending, first levels, causes that reviewers name, moves of grades."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pandas as pd

from jixiao.checks import kinds
from jixiao.figures.model import TOTALS, Figure, Rows
from jixiao.figures.wording import figure
from jixiao.kit import numbers
from jixiao.rules import causes, grades
from jixiao.rules.execution import rounded
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import EXECUTION
from jixiao.year.tables import INDICATORS, Tables
from jixiao.year.tiers import YearTier
from jixiao.year.words import Amount

OTHER_LEVELS = "其他指标"
_ZERO = Decimal(0)
# 一、 1. A． ① Ⅰ、 1 before a name; kinds.group has taken away (一) and (1) already
_LIST_MARK = re.compile(
    r"^(?:(?:[一二三四五六七八九十]+|\d+|[A-Za-z]+)[、.．:：)）]|[①-⑳*★●·-]|\d+(?!\d|[年月日%]))+\s*"
)


def spending(said: Mapping[str, str], subjects: pd.DataFrame) -> Iterator[Figure]:
    """How much of the money of `subjects` was spent, of those that name both their budget and their spending."""
    both = subjects.dropna(subset=[Amount.ADJUSTED.value, Amount.EXECUTED.value])
    budget = sum(both[Amount.ADJUSTED.value], _ZERO)
    rate = numbers.percent(sum(both[Amount.EXECUTED.value], _ZERO), budget)
    rows = Rows.of("subjects", both, Amount.EXECUTED.value)
    yield figure("evaluation.{kinds}.execution_percent", rate, rows, **said)


def shortfalls(said: Mapping[str, str], indicators: pd.DataFrame) -> Iterator[Figure]:
    """How many indicators did not get their points in self-evaluation, and how many of these say why."""
    both = indicators.dropna(subset=["weight", "self_score"])
    short = both[(both["self_score"] < both["weight"]).astype(bool)]
    explained = short[short["deviation_reason"].notna()]
    known = len(both) > 0
    for key, rows in (("short", short), ("short_explained", explained)):
        behind = Rows.of(INDICATORS, rows, "self_score")
        yield figure(f"evaluation.{{kinds}}.{key}", len(rows) if known else None, behind, **said)


def taken(
    said: Mapping[str, str], own: YearTier, tier: YearTier, tables: Tables, rows: pd.DataFrame, policy: Policy
) -> Iterator[Figure]:
    """What a tier took off the points that the units gave themselves: by first level and by the cause it names.

    `rows` are the totals of the subjects. Indicators without points of both tiers are not counted, nor what the tier
    added. The greatest comes first; where nothing was judged there are no values.
    """
    indicators = tables[INDICATORS]
    of_kind = indicators[indicators["subject_id"].isin(list(rows["subject_id"]))]
    both = of_kind.dropna(subset=[own.points, tier.points])
    lower = both[(both[tier.points] < both[own.points]).astype(bool)]
    cut = Cut(lower, lower[own.points] - lower[tier.points], both["subject_id"].nunique(), tier.points)
    yield cut.figure("evaluation.{kinds}.{tier}_cut", len(lower), lower, said)
    levels = [name for points in policy["weights"].value.values() for name in points if name != EXECUTION]
    levels = [*dict.fromkeys(levels), OTHER_LEVELS]
    found = pd.Series([_level(level, levels) for level in lower["level1"]], lower.index, dtype=object)
    for level, points, behind in cut.parts(found, levels, (OTHER_LEVELS,)):
        mean = rounded(numbers.ratio(points, Decimal(cut.judged)), policy) if cut.judged else None
        yield cut.figure("evaluation.{kinds}.{tier}_taken.{level}", mean, behind, {**said, "level": level})
    known = causes.RULE in policy
    named = [*(policy[causes.RULE].value if known else ()), *causes.UNNAMED]
    found = pd.Series(
        [causes.of(remark, policy) for remark in lower["review_remark"]], lower.index, dtype=object
    )
    whole = sum(cut.lost, _ZERO)
    for cause, points, behind in cut.parts(found, named, causes.UNNAMED):
        share = numbers.percent(points, whole) if known else None
        yield cut.figure("evaluation.{kinds}.{tier}_cause.{cause}", share, behind, {**said, "cause": cause})


@dataclass(frozen=True)
class Cut:
    """Indicators to which a tier gave less: their rows, what each lost, how many subjects it judged, and its column."""

    rows: pd.DataFrame
    lost: pd.Series
    judged: int
    column: str

    def parts(
        self, found: pd.Series, names: Sequence[str], last: Sequence[str]
    ) -> Iterator[tuple[str, Decimal, pd.DataFrame]]:
        """The points lost and the rows of each of `names`, which `found` has for each row: most first, then those of `last`."""
        sums = {name: sum(self.lost[found == name], _ZERO) for name in names}
        for name in sorted(names, key=lambda name: (name in last, -sums[name])):
            yield name, sums[name], self.rows[found == name]

    def figure(
        self, key: str, value: Decimal | int | None, behind: pd.DataFrame, said: Mapping[str, str]
    ) -> Figure:
        """The figure of some of the rows; without value where nothing was judged."""
        rows = Rows.of(INDICATORS, behind, self.column)
        return figure(key, value if self.judged else None, rows, **said)


def _level(level: str, known: Sequence[str]) -> str:
    """The first level as the policy names it: 产出指标 for 一、产出指标（50分）; those it does not know are one."""
    name = _LIST_MARK.sub("", kinds.group(level))
    return name if name in known else OTHER_LEVELS


def moves(
    said: Mapping[str, str], own: YearTier, tier: YearTier, rows: pd.DataFrame, policy: Policy
) -> Iterator[Figure]:
    """How many subjects went from which grade to which."""
    both = rows.dropna(subset=[own.grade, tier.grade])
    names = grades.names(policy)
    for before, after in product(names, names):
        same = both[(both[own.grade] == before) & (both[tier.grade] == after)]
        behind = Rows.of(TOTALS, same, tier.total)
        moved = {**said, "before": before, "after": after}
        yield figure(
            "evaluation.{kinds}.{tier}_moved.{before}.{after}",
            len(same) if len(both) else None,
            behind,
            **moved,
        )

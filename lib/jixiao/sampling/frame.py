"""The frame of a sample: the self-evaluations of one kind that may be drawn, each with its stratum and its risk."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from jixiao.kit import numbers
from jixiao.rules import execution
from jixiao.values.measure_frame import COLUMNS, NO_NUMBER, parse_frame
from jixiao.values.measures import Kind
from jixiao.year import table_files
from jixiao.year.subject_names import bare
from jixiao.year.tables import Tables
from jixiao.year.words import Amount, SubjectKind, Tier

Signals = Mapping[str, Mapping[str, Decimal]]  # what params/sampling.yml says of each signal of risk
Signal = tuple[str, Decimal, str]  # a subject, the points, and why

ONE_STRATUM = (
    "全部部门"  # of whole departments: each has but one, so that a stratum a department would draw them all
)
_UPWARD = ("≥", ">")
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Candidate:
    """A subject that may be drawn.

    `amount` is 年初预算数 in 万元, `risk` the sum of the points of its signals, `signals` these in words.
    """

    subject_id: str
    department: str
    stratum: str
    amount: Decimal | None
    risk: Decimal
    signals: str


def candidates(
    tables: Tables, totals: pd.DataFrame, kind: SubjectKind, risk: Signals, gaps: Mapping[str, Decimal]
) -> list[Candidate]:
    """The subjects of a kind that reported a self-evaluation, in the order of subjects.csv.

    `totals` are those of scoring.totals; `gaps` say by how many points the self total of the year before was above the
    review's, by subject.
    """
    subjects = tables["subjects"]
    rows = subjects[(subjects["kind"] == kind) & totals["reported"].to_numpy(dtype=bool)]
    departments = dict(zip(tables["units"]["unit_id"], tables["units"]["department_id"], strict=True))
    said = _signals(tables, rows, risk, gaps)
    found = []
    for row in table_files.rows(rows):
        subject = row["subject_id"]
        department = departments[row["unit_id"]]
        stratum = department if kind is SubjectKind.PROJECT else ONE_STRATUM
        signals = said[subject]
        points = sum((points for points, _ in signals), Decimal(0))
        words = "；".join(words for _, words in signals)
        found.append(Candidate(subject, department, stratum, row[Amount.INITIAL], points, words))
    return found


def gaps_before(
    tables: Tables, before: Tables | None, totals_before: pd.DataFrame | None
) -> dict[str, Decimal]:
    """Subject -> by how many points its self total of the year before was above the review's, where both are known.

    Subjects are known again by the name of their unit and their own name without the year.
    """
    if before is None or totals_before is None:
        return {}
    names = dict(zip(before["units"]["unit_id"], before["units"]["name"], strict=True))
    known: dict[tuple[str, str], Decimal] = {}
    for row in table_files.rows(totals_before):
        own, review = row[Tier.SELF.total], row[Tier.REVIEW.total]
        if own is not None and review is not None:
            known[names[row["unit_id"]], bare(row["name"])] = own - review
    now = dict(zip(tables["units"]["unit_id"], tables["units"]["name"], strict=True))
    found = {}
    for row in table_files.rows(tables["subjects"]):
        gap = known.get((now[row["unit_id"]], bare(row["name"])))
        if gap is not None:
            found[row["subject_id"]] = gap
    return found


def _signals(
    tables: Tables, subjects: pd.DataFrame, risk: Signals, gaps: Mapping[str, Decimal]
) -> dict[str, list[tuple[Decimal, str]]]:
    """Subject -> the signals of risk that it shows: the points of each, and its words."""
    indicators = tables["indicators"]
    own = indicators[indicators["subject_id"].isin(list(subjects["subject_id"]))]
    shown: dict[str, Callable[[Mapping[str, Decimal]], Iterator[Signal]]] = {
        "low_execution": partial(_low_execution, subjects),
        "all_full": partial(_all_full, own),
        "soft_targets": partial(_soft_targets, own),
        "last_gap": partial(_last_gap, gaps),
        "size": partial(_largest, subjects),
    }
    found: dict[str, list[tuple[Decimal, str]]] = {subject: [] for subject in subjects["subject_id"]}
    for name, signal in shown.items():
        for subject, points, words in signal(risk[name]) if name in risk else ():
            if subject in found:
                found[subject].append((points, words))
    return found


def _low_execution(subjects: pd.DataFrame, rule: Mapping[str, Decimal]) -> Iterator[Signal]:
    """Too little of the budget was spent."""
    columns = ["subject_id", Amount.ADJUSTED, Amount.EXECUTED]
    for subject, budget, executed in subjects[columns].itertuples(index=False, name=None):
        rate = execution.rate(budget, executed)
        if rate is not None and rate * _HUNDRED < rule["below"]:
            shown = numbers.plain(numbers.rounded(rate * _HUNDRED, 1))
            yield subject, rule["points"], f"执行率{shown}%"


def _all_full(indicators: pd.DataFrame, rule: Mapping[str, Decimal]) -> Iterator[Signal]:
    """A unit gave itself all points of every indicator."""
    for subject, rows in indicators.groupby("subject_id", sort=False):
        pairs = zip(rows["weight"], rows["self_score"], strict=True)
        if all(weight is not None and weight == score for weight, score in pairs):
            yield str(subject), rule["points"], "指标全部满分"


def _soft_targets(indicators: pd.DataFrame, rule: Mapping[str, Decimal]) -> Iterator[Signal]:
    """Indicators of which more is better reached a multiple of their targets: these had been set low."""
    columns: list[str] = [*COLUMNS, "level3"]
    parsed = parse_frame(indicators[columns], None)
    counts: dict[str, int] = {}
    read: Any = parsed[["operator", "kind", "target_low", "actual"]].itertuples(index=False, name=None)
    for subject, (operator, kind, target, actual) in zip(indicators["subject_id"], read, strict=True):
        known = kind == Kind.NUMBER and target != NO_NUMBER and actual != NO_NUMBER and target > 0
        if known and operator in _UPWARD and int(actual) * _HUNDRED >= int(target) * rule["share"]:
            counts[subject] = counts.get(subject, 0) + 1
    for subject, count in counts.items():
        words = f"{count}项指标的完成值达到目标值的{numbers.plain(rule['share'])}%"
        yield subject, min(rule["points"] * count, rule["most"]), words


def _last_gap(gaps: Mapping[str, Decimal], rule: Mapping[str, Decimal]) -> Iterator[Signal]:
    """The year before a review took much from the self total."""
    for subject, gap in gaps.items():
        if gap > rule["above"]:
            yield subject, rule["points"], f"上年自评比复核高{numbers.plain(gap)}分"


def _largest(subjects: pd.DataFrame, rule: Mapping[str, Decimal]) -> Iterator[Signal]:
    """The largest amounts, that share of the subjects rounded up; of equal amounts the first id."""
    pairs = subjects[["subject_id", Amount.INITIAL]].itertuples(index=False, name=None)
    known = [(subject, amount) for subject, amount in pairs if amount is not None]
    ordered = sorted(known, key=lambda one: (-one[1], one[0]))
    count = math.ceil(len(subjects) * rule["largest"] / _HUNDRED)
    for subject, _ in ordered[:count]:
        yield subject, rule["points"], f"金额居前{numbers.plain(rule['largest'])}%"

"""What the form of each subject starts with, and how its points and total follow from what is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from jixiao.kit import numbers
from jixiao.rules import execution, scoring
from jixiao.rules.method_words import MethodWord
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import number
from jixiao.year.params import Params
from jixiao.year.subject_names import bare
from jixiao.year.tables import Tables
from jixiao.year.words import SubjectKind, Tier

BASIS = "《项目支出绩效评价管理办法》（财预〔2020〕10号）"
ITEMS = ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金")
_ITEM_WORDS = ("总额", "财政拨款", "结转", "其他")  # what a row of funds.csv says, whatever else it says


class Amounts(NamedTuple):
    """A row of the money table, in 万元; None where nothing is known."""

    initial_budget: Decimal | None = None
    adjusted_budget: Decimal | None = None
    executed: Decimal | None = None


@dataclass(frozen=True)
class Scheme:
    """How points for spending and the total follow from what a unit fills in.

    `by_rate` and `by_sum` are whether a formula can say it; otherwise the unit enters the points. `caps` are
    pairs of an execution rate in percent and the highest total allowed below it, the lowest rate first.
    """

    weight: Decimal = Decimal(10)
    by_rate: bool = True
    by_sum: bool = True
    caps: tuple[tuple[Decimal, Decimal], ...] = ()
    places: int = 2
    basis: str = BASIS


@dataclass(frozen=True)
class Draft:
    """One form to be: what is printed in it, and with `filled` what the unit reported.

    `indicators` are rows as in indicators.csv, `funds` the rows of ITEMS, `last_year` what was reached the
    year before by level-3 name, `printed_total` the total of the self-evaluation as it was printed.
    """

    year: int
    issuer: str
    kind: SubjectKind
    code: str
    name: str
    unit: str
    department: str
    funds: tuple[Amounts, ...]
    indicators: tuple[Any, ...]
    scheme: Scheme = field(default_factory=Scheme)
    last_year: Mapping[str, str] = field(default_factory=dict)
    filled: bool = False
    finished: bool | None = None
    printed_total: Decimal | None = None


def scheme(policy: Policy | None, groups: Mapping[str, Decimal]) -> Scheme:
    """The scheme of a subject whose level-1 groups have these points; the ministry's without a policy."""
    if policy is None:
        return Scheme()
    rounding = policy["rounding"].value
    half_up = rounding["how"] == numbers.HALF_UP
    caps = policy["total_cap"].value if "total_cap" in policy else ()
    return Scheme(
        weight=scoring.execution_weight(policy, scoring.scored_by(groups, policy)),
        by_rate=policy["execution"].value["method"] != MethodWord.TIERS and half_up,
        by_sum=not scoring.unplaced(groups, policy) and half_up,
        caps=tuple((number(tier["below"]), number(tier["cap"])) for tier in caps),
        places=rounding["places"],
        basis=f"《{policy.title}》" + (f"（{policy.number}）" if policy.number else ""),
    )


def drafts(
    tables: Tables, params: Params, last_year: Tables | None, policy: Policy | None, filled: bool
) -> Iterator[Draft]:
    """A draft for every row of subjects.csv, in its order."""
    units = tables["units"].set_index("unit_id")
    rows = {key: tuple(group.itertuples()) for key, group in tables["indicators"].groupby("subject_id")}
    weights = scoring.group_weights(tables["indicators"])
    reached = _reached(last_year)
    scores = tables.frames.get("scores", pd.DataFrame(columns=["subject_id", "tier", "score"]))
    own = scores[scores["tier"] == Tier.SELF]
    printed = dict(zip(own["subject_id"], own["score"], strict=True))
    funds = _funds(tables)
    subject: Any
    for subject in tables["subjects"].itertuples():
        unit = units.loc[subject.unit_id]
        yield Draft(
            year=params.evaluated_year,
            issuer=params.issuer,
            kind=SubjectKind.of(subject.kind),
            code=subject.subject_id,
            name=subject.name,
            unit=unit["name"],
            department=units.loc[unit["department_id"], "name"],
            funds=(_amounts(subject), *(funds.get((subject.subject_id, at), Amounts()) for at in (1, 2, 3))),
            indicators=rows.get(subject.subject_id, ()),
            scheme=scheme(policy, weights.get(subject.subject_id, {})),
            last_year=reached.get((unit["name"], bare(subject.name)), {}),
            filled=filled,
            finished=subject.finished,
            printed_total=printed.get(subject.subject_id),
        )


def spending_points(draft: Draft) -> Decimal | None:
    """The points of the execution rate, None where they cannot be computed."""
    rate = execution.rate(draft.funds[0].adjusted_budget, draft.funds[0].executed)
    if rate is None or not draft.scheme.by_rate:
        return None
    return numbers.rounded(min(rate, Decimal(1)) * draft.scheme.weight, draft.scheme.places)


def total(draft: Draft) -> Decimal | None:
    """The total that the form's formula gives, None as long as a part is missing."""
    spending = spending_points(draft)
    points = [row.self_score for row in draft.indicators]
    rate = execution.rate(draft.funds[0].adjusted_budget, draft.funds[0].executed)
    if not draft.scheme.by_sum or not points or None in points or spending is None or rate is None:
        return None
    highest = next((cap for below, cap in draft.scheme.caps if rate * 100 < below), None)
    whole = sum(points, spending)
    return numbers.rounded(whole if highest is None else min(whole, highest), draft.scheme.places)


def _amounts(row: Any) -> Amounts:
    return Amounts(row.initial_budget, row.adjusted_budget, row.executed)


def _funds(tables: Tables) -> dict[tuple[str, int], Amounts]:
    """(subject, row of ITEMS) -> its amounts, where funds.csv has them."""
    found: dict[tuple[str, int], Amounts] = {}
    row: Any
    for row in tables.frames.get("funds", pd.DataFrame()).itertuples():
        at = next((at for at, word in enumerate(_ITEM_WORDS) if word in row.item), None)
        if at:
            found.setdefault((row.subject_id, at), _amounts(row))
    return found


def _reached(last_year: Tables | None) -> dict[tuple[str, str], dict[str, str]]:
    """(unit, subject) -> level-3 name -> what was reached, with its measure unit."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    if last_year is None:
        return found
    subjects = last_year["subjects"].merge(last_year["units"], on="unit_id", suffixes=("", "_unit"))
    names = zip(subjects["subject_id"], subjects["name_unit"], subjects["name"], strict=True)
    keys = {subject: (unit, bare(name)) for subject, unit, name in names}
    row: Any
    for row in last_year["indicators"].dropna(subset=["actual"]).itertuples():
        if row.subject_id in keys:
            known = found.setdefault(keys[row.subject_id], {})
            known.setdefault(row.level3, row.actual + (row.measure_unit or ""))
    return found

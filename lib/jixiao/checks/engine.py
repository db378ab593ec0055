"""Runs checks over records and puts what they found in order of place.

A check is a function that yields what it found; severity, remedy and everything a reader needs stand on its card.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd

from jixiao.checks import kinds
from jixiao.checks.cards import Card
from jixiao.forms.records.records import Records
from jixiao.kit.errors import Fault, Place
from jixiao.rules import claims, scoring
from jixiao.rules.policy import Policy
from jixiao.values.measure_frame import parse_frame
from jixiao.year.params import Params

# As the table of a Found: the parameters, the policy and the published facts; its column says which of them.
PARAMS = "params"
POLICY = "policy"
PUBLISHED = "published"
_EXPONENT = -4  # weights are scored in 1/10000 points
_ROW = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found, in which row (of the frame's index) and column; "" stands for what the card says."""

    table: str
    row: int | None
    column: str
    found: str
    expected: str = ""
    remedy: str = ""
    subject: str = ""
    severity: str = ""


@dataclass(frozen=True)
class Published:
    """What was published: facts of the year, those of the year before, and the latter as this year quotes them."""

    year: Mapping[str, Decimal | str] = field(default_factory=dict)
    before: Mapping[str, Decimal | str] = field(default_factory=dict)
    quoted: Mapping[str, Decimal | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Inspection:
    """What a check is given; `settings` are the parameters of each rule by its id, `totals` those of scoring."""

    records: Records
    policy: Policy
    settings: Mapping[str, Mapping[str, Any]]
    params: Params | None = None
    totals: pd.DataFrame | None = None
    published: Published = field(default_factory=lambda: Published())

    @cached_property
    def parsed(self) -> pd.DataFrame:
        """Targets and actual values of all indicators, as parse_frame gives them, row for row."""
        return parse_frame(self.records["indicators"], self.policy.on.year)

    @cached_property
    def scored(self) -> pd.DataFrame:
        """Indicators with points and a self score, their first level without what is printed behind it."""
        indicators = self.records["indicators"]
        fine = [
            weight is not None
            and score is not None
            and weight >= 0
            and weight.as_tuple().exponent >= _EXPONENT
            for weight, score in zip(indicators["weight"], indicators["self_score"], strict=True)
        ]
        rows = indicators[pd.Series(fine, indicators.index, dtype=bool)]
        return rows.assign(level1=[kinds.group(level) for level in rows["level1"]])

    @cached_property
    def ruled(self) -> pd.DataFrame:
        """What the policy's rules give for each row of `scored`, as claims.by_rule tells it."""
        return claims.by_rule(self.scored, self.policy, self.parsed.loc[self.scored.index])


Check = Callable[[Inspection], Iterator[Found]]


@dataclass(frozen=True)
class Finding:
    """One contradiction: `severity` is E (to be mended), W (to be explained) or I (a note)."""

    rule: str
    severity: str
    subject: str
    place: Place
    found: str
    expected: str = ""
    remedy: str = ""

    @property
    def fault(self) -> Fault:
        """The sentence a user needs to mend it."""
        return Fault(str(self.place), self.found, self.expected, self.remedy)

    def __str__(self) -> str:
        return str(replace(self.fault, found=f"[{self.rule}] {self.found}"))

    def as_json(self) -> dict[str, str]:
        """The finding for programs."""
        said = {"place": str(self.place), "found": self.found}
        said |= {"expected": self.expected, "remedy": self.remedy, "subject": self.subject}
        place = {"file": self.place.file, "sheet": self.place.sheet, "cell": self.place.cell}
        return {"rule": self.rule, "severity": self.severity, **said, **place}


def run(
    checks: Mapping[str, Check], cards: Mapping[str, Card], inspection: Inspection
) -> tuple[Finding, ...]:
    """What all `checks` (by rule id) find, in order of place; remarks of the reading are left to `told`."""
    findings = [
        _finding(cards[rule], found, inspection)
        for rule, check in checks.items()
        for found in check(inspection)
    ]
    return tuple(sorted(findings, key=_order))


def told(records: Records, cards: Mapping[str, Card]) -> tuple[Finding, ...]:
    """What the reading itself noticed, as findings of the rules in `cards`."""
    return tuple(
        Finding(r.rule, card.severity, "", r.place, r.found, r.expected, r.remedy or card.remedy)
        for r in records.remarks
        if (card := cards.get(r.rule))
    )


def merged(*findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings of several origins in order of place, each once."""
    return tuple(sorted(dict.fromkeys(one for some in findings for one in some), key=_order))


def inspection_of(
    records: Records,
    policy: Policy,
    settings: Mapping[str, Mapping[str, Any]],
    params: Params | None = None,
    published: Published | None = None,
) -> Inspection:
    """What the checks of one run are given: rows in the order of their numbers, so that no finding depends on how they came."""
    frames = {name: frame.sort_index() for name, frame in records.frames.items()}
    ordered = replace(records, frames=frames)
    return Inspection(ordered, policy, settings, params, _totals(ordered, policy), published or Published())


def _totals(records: Records, policy: Policy) -> pd.DataFrame:
    """Totals of the subjects; a form without weights (or an indicator without level 1) has none."""
    subjects = records["subjects"]
    indicators = records["indicators"]
    partial = indicators[["level1", "weight"]].isna().any(axis=1)
    unknown = set(indicators.loc[partial, "subject_id"])
    known = indicators[~indicators["subject_id"].isin(unknown)]
    known = known.assign(level1=[kinds.group(level) for level in known["level1"]])
    totals = scoring.totals(subjects, known, policy)
    scored = set(indicators.dropna(subset=["self_score"])["subject_id"])
    totals["reported"] = totals["subject_id"].isin(scored)
    return totals


def _finding(card: Card, found: Found, inspection: Inspection) -> Finding:
    severity = found.severity or card.severity
    remedy = found.remedy or card.remedy
    place = place_of(inspection, found.table, found.row, found.column)
    return Finding(card.id, severity, found.subject, place, found.found, found.expected, remedy)


def place_of(inspection: Inspection, table: str, row: int | None, column: str) -> Place:
    """Where a row of a table, a parameter, a rule or a published fact stands."""
    cell = f"的 {column}" if column else ""
    if table == POLICY:
        return Place(f"params/policies/{inspection.policy.id}.yml", "", cell)
    if inspection.params and table == PARAMS:
        return Place(f"params/{inspection.params.report_year}.yml", "", cell)
    if inspection.params and table == PUBLISHED:
        return Place(f"data/{inspection.params.data_folder}/published.yml", "", cell)
    return inspection.records.place(table, row, column)


def _order(finding: Finding) -> tuple[str, str, int, int, str, str, str]:
    """By file and sheet, then by row: F9 before F12, row 9 before row 12."""
    place = finding.place
    row = _ROW.search(place.cell)
    at = (place.file, place.sheet, int(row[0]) if row else 0)
    return *at, len(place.cell), place.cell, finding.rule, finding.found

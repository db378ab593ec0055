"""Counts and amounts of the section of the final accounts: goals, monitoring, self-evaluation by grade, and problems."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from jixiao.figures import counted
from jixiao.figures.model import TOTALS, Figure, Rows, files
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.rules import grades
from jixiao.rules.policy import Policy
from jixiao.year.ledger_of_problems import years_found
from jixiao.year.params import Params
from jixiao.year.tables import INDICATORS, Tables
from jixiao.year.words import Amount, ProblemState, SubjectKind, Tier

_SUBJECTS, _PROBLEMS = "subjects", "problems"
STEPS = {  # what each step of the year is called, and the table beside subjects.csv that says whom it reached
    "goals": ("编报绩效目标", INDICATORS),
    "monitored": ("开展绩效运行监控", "monitoring"),
    "evaluated": ("开展绩效自评", INDICATORS),
}


def figures(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> Iterator[Figure]:
    """Count, for projects and for whole departments, what each step of the year reached; then the problems and their end."""
    for kind in SubjectKind:
        yield from _steps(kind, tables, totals)
        yield from _grades(kind, params, policy, totals)
    yield from _problems(tables, params.report_year)


def with_targets(tables: Tables) -> set[str]:
    """The subjects that have at least one indicator with a target."""
    indicators = tables[INDICATORS]
    return set(indicators.loc[indicators["target"].notna(), "subject_id"])


def _steps(kind: SubjectKind, tables: Tables, totals: pd.DataFrame) -> Iterator[Figure]:
    """How many subjects of a kind each step reached, and how much money they have; the amount only where all of it is known."""
    subjects = tables[_SUBJECTS]
    own = subjects[subjects["kind"] == kind]
    reached = {
        "goals": with_targets(tables),
        "monitored": set(tables["monitoring"]["subject_id"]),
        "evaluated": set(totals.loc[totals["reported"].astype(bool), "subject_id"]),
    }
    said = {"kinds": kind.key, "subjects": kind.words}
    for step, ids in reached.items():
        rows = own[own["subject_id"].isin(ids)]
        word, table = STEPS[step]
        of_step = {**said, "step": step, "word": word, "sources": files(_SUBJECTS, table)}
        recorded = len(rows) if ids else None
        yield figure("final_accounts.{kinds}.{step}", recorded, Rows.of(_SUBJECTS, rows, "kind"), **of_step)
        amounts = rows[Amount.INITIAL.value]
        whole = numbers.rounded(sum(amounts, Decimal(0))) if ids and amounts.notna().all() else None
        behind = Rows.of(_SUBJECTS, rows, Amount.INITIAL.value)
        yield figure("final_accounts.{kinds}.{step}_wan_yuan", whole, behind, **of_step)


def _grades(kind: SubjectKind, params: Params, policy: Policy, totals: pd.DataFrame) -> Iterator[Figure]:
    """The mean of self-evaluation of a kind, and how many subjects have each grade; no values without self-evaluation."""
    tier = params.tiers.get(Tier.SELF)
    known = totals[totals["kind"] == kind]
    known = known.iloc[:0] if tier is None else known[known[tier.total].notna()]
    said = {"kinds": kind.key, "subjects": kind.words}
    mean = counted.mean(list(known[tier.total]), policy) if tier else None
    behind = Rows.of(TOTALS, known, tier.total if tier else "")
    yield figure("final_accounts.{kinds}.mean", mean, behind, **said)
    for grade in grades.names(policy):
        rows = known[known[tier.grade] == grade] if tier else known
        value = len(rows) if len(known) else None
        behind = Rows.of(_SUBJECTS, rows, "kind")
        yield figure("final_accounts.{kinds}.grade.{grade}", value, behind, grade=grade, **said)


def _problems(tables: Tables, report_year: int) -> Iterator[Figure]:
    """The problems that this year found and those that came along from earlier years, with what became of them."""
    found = tables[_PROBLEMS]
    new = years_found(found, report_year) >= report_year
    for key, words, own in (
        ("found", "本年度发现的", found[new]),
        ("earlier", "以前年度发现的", found[~new]),
    ):
        said = {"found": key, "words": words}
        yield count("final_accounts.{found}.count", Rows.of(_PROBLEMS, own, "problem"), **said)
        for state in ProblemState:
            rows = Rows.of(_PROBLEMS, own[own["state"] == state.words], "state")
            yield count("final_accounts.{found}.{state}", rows, state=state.value, word=state.words, **said)

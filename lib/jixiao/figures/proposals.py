"""What the policy proposes for the next budgets of projects after their grades, beside what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.figures.model import Figure, Rows
from jixiao.figures.wording import figure
from jixiao.kit import numbers
from jixiao.kit.codes import Code
from jixiao.rules import results_use
from jixiao.rules.method_words import BudgetMeasure
from jixiao.rules.policy import Policy
from jixiao.rules.results_use import Consequence
from jixiao.year import table_files
from jixiao.year.params import Params
from jixiao.year.tables import Tables
from jixiao.year.words import Amount, SubjectKind

SUBJECTS = "subjects"
APPLICATIONS = "applications"


class Outcome(Code):
    """How what was decided stands to what the policy proposes."""

    AS_PROPOSED = "as_proposed", "按规则核减"
    LESS = "less", "少于规则"
    MORE = "more", "多于规则"
    UNDECIDED = "undecided", "没有决定"
    UNASKED = "unasked", "规则不核减，另有金额"
    NONE = "none", "不核减"


@dataclass(frozen=True)
class Proposal:
    """One project: row and id, the score and grade that count, what follows from them, its budget and what was decided.

    `amounts` are the least and the most that the rule takes of the budget, None where it names no share or the budget
    is not known. `decided` is the money of its uses, None where there is none.
    """

    row: int
    subject_id: str
    name: str
    score: Decimal
    grade: str
    consequence: Consequence
    budget: Decimal | None
    amounts: tuple[Decimal, Decimal] | None
    decided: Decimal | None

    @property
    def outcome(self) -> Outcome:
        """How the decision stands to the proposal; without a share in the rule any cut is as proposed."""
        if not self.consequence.measure.takes:
            return Outcome.UNASKED if self.decided else Outcome.NONE
        if self.decided is None:
            return Outcome.UNDECIDED
        if self.amounts is None:
            return Outcome.AS_PROPOSED if self.decided else Outcome.LESS
        least, most = self.amounts
        if self.consequence.too_little(self.decided, least):
            return Outcome.LESS
        return Outcome.MORE if self.decided > most else Outcome.AS_PROPOSED


def proposals(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> list[Proposal]:
    """What follows for each project that has a grade; nothing where the policy does not say what follows from grades.

    The grade that counts is that of the last tier, in the order of the parameters, which gave the project a score.
    """
    follows = results_use.consequences(policy)
    decided = _decided(tables[APPLICATIONS])
    made = []
    for row, subject, score, grade in _scored(params, tables, totals):
        if grade in follows:
            key, budget = subject["subject_id"], subject[Amount.INITIAL.value]
            one = follows[grade]
            amounts = one.amounts(budget)
            made.append(
                Proposal(row, key, subject["name"], score, grade, one, budget, amounts, decided.get(key))
            )
    return made


def _scored(
    params: Params, tables: Tables, totals: pd.DataFrame
) -> Iterator[tuple[int, Mapping[str, Any], Decimal, str]]:
    """The projects that have a score: row, subject, score and grade, "" where the score has none."""
    subjects = tables[SUBJECTS]
    scored = table_files.rows(totals)
    for row, subject, total in zip(subjects.index, table_files.rows(subjects), scored, strict=True):
        score, grade = _last(total, params)
        if subject["kind"] == SubjectKind.PROJECT and score is not None:
            yield row, subject, score, grade


def _last(total: Mapping[str, object], params: Params) -> tuple[Decimal | None, str]:
    """The score and the grade of the last tier that gave a score; a score between two grades has none."""
    for tier in reversed(list(params.tiers.values())):
        score = total[tier.total]
        if isinstance(score, Decimal):
            return score, str(total[tier.grade] or "")
    return None, ""


def _decided(applications: pd.DataFrame) -> dict[str, Decimal]:
    """The money that the uses of each subject's results move."""
    decided: dict[str, Decimal] = {}
    moved = applications[applications["amount"].notna()]
    for subject, amount in zip(moved["subject_id"], moved["amount"], strict=True):
        decided[subject] = decided.get(subject, Decimal(0)) + amount
    return decided


def figures(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> Iterator[Figure]:
    """Count what is proposed and how it was decided; no figure has a value where the policy proposes nothing."""
    made = proposals(params, tables, policy, totals)
    known = results_use.RULE in policy
    cited = {"cited": policy[results_use.RULE].citation if known else "评分规则没有规定"}

    def counted(key: str, chosen: Sequence[Proposal], **words: str) -> Figure:
        return figure(key, len(chosen) if known else None, _rows(chosen), **words, **cited)

    yield counted("results_use.graded", made)
    without = [row for row, _, _, grade in _scored(params, tables, totals) if not grade]
    rows = Rows(SUBJECTS, tuple(without))
    yield figure("results_use.ungraded", len(without) if known else None, rows, **cited)
    for measure in BudgetMeasure:
        own = [one for one in made if one.consequence.measure is measure]
        yield counted("results_use.proposed.{measure}", own, measure=measure.value, word=measure.words)
    for outcome in Outcome:
        if outcome is not Outcome.NONE:
            own = [one for one in made if one.outcome is outcome]
            yield counted("results_use.outcome.{outcome}", own, outcome=outcome.value, word=outcome.words)
    taken = [one for one in made if one.consequence.measure.takes]
    yield counted("results_use.proposed_count", taken)
    budgets = _sum(one.budget for one in taken)
    yield figure("results_use.proposed_budget_wan_yuan", budgets, _rows(taken, Amount.INITIAL.value), **cited)
    shares = [one for one in taken if one.amounts]
    for at, end in enumerate(("least", "most")):
        amount = _sum(one.amounts[at] for one in shares if one.amounts)
        yield figure(f"results_use.proposed_{end}_wan_yuan", amount, _rows(shares), **cited)
    cut = [one for one in taken if one.decided is not None]
    amount = _sum(one.decided for one in cut)
    yield figure("results_use.decided_wan_yuan", amount, _rows(cut), **cited)
    whole = _sum(one.budget for one in cut)
    share = numbers.percent(amount, whole) if amount is not None and whole else None
    yield figure("results_use.decided_percent", share, _rows(cut), **cited)


def _rows(made: Iterable[Proposal], column: str = "") -> Rows:
    return Rows(SUBJECTS, tuple(one.row for one in made), column)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The known amounts together to two decimals, in 万元; None of none."""
    known = [amount for amount in amounts if amount is not None]
    return numbers.rounded(sum(known, Decimal(0))) if known else None

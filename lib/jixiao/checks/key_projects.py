"""Checks of key evaluations (K): grades and reports of key projects that contradict themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from jixiao.checks.engine import Check, Found, Inspection
from jixiao.kit import numbers
from jixiao.rules import grades
from jixiao.rules.execution import rounded
from jixiao.year.words import Tier

_TIERS = (Tier.REEVALUATION, Tier.THIRD_PARTY)
_SEPARATORS = re.compile(r"[；;\n]+")


def unknown_grade(inspection: Inspection) -> Iterator[Found]:
    """K01: a grade word that the policy does not know."""
    policy = inspection.policy
    written = inspection.records["key_projects"]["grade"]
    for row, word in zip(written.index, written, strict=True):
        if word is not None and grades.same(word, policy) not in grades.names(policy):
            allowed = "、".join([*grades.names(policy), *grades.words(policy)])
            yield Found("key_projects", row, "grade", f"等级是“{word}”", allowed)


def graded_otherwise(inspection: Inspection) -> Iterator[Found]:
    """K02: the grade of a key project is not that of the score that its evaluators gave."""
    policy = inspection.policy
    scores = inspection.records["scores"]
    given = scores[scores["tier"].isin(_TIERS)]
    evaluated = {
        s: (tier, score) for s, tier, score in given[["subject_id", "tier", "score"]].itertuples(index=False)
    }
    for row, subject, word in inspection.records["key_projects"][["subject_id", "grade"]].itertuples():
        if subject in evaluated and word is not None:
            tier, score = evaluated[subject]
            theirs = grades.grade(rounded(score, policy), policy)
            if theirs != grades.same(word, policy):
                found = f"等级写作“{word}”，{Tier.of(tier).words}得 {numbers.plain(score)} 分"
                yield Found("key_projects", row, "grade", found, str(theirs), subject=subject)


def nothing_recommended(inspection: Inspection) -> Iterator[Found]:
    """K04: points were taken off, and too few recommendations were made."""
    least = inspection.settings["K04"]["count"]
    full = inspection.policy["full_mark"].value
    for row, score, text in inspection.records["key_projects"][["score", "recommendations"]].itertuples():
        made = [part for part in _SEPARATORS.split(text or "") if part.strip()]
        if score is not None and score < full and len(made) < least:
            found = f"得 {numbers.plain(score)} 分，建议 {len(made)} 条"
            expected = f"不少于 {numbers.plain(least)} 条"
            yield Found("key_projects", row, "recommendations", found, expected)


def above_the_budget(inspection: Inspection) -> Iterator[Found]:
    """K08: the key projects have more money, one of them or together, than the whole budget of the parameters."""
    total = inspection.params.total_initial_budget if inspection.params else None
    amounts = inspection.records["key_projects"][["amount"]].itertuples()
    if total is None:
        return
    expected = f"不超过预算总额 {numbers.plain(total)} 万元"
    every = [(row, amount) for row, amount in amounts if amount is not None]
    single = [(row, amount) for row, amount in every if amount > total]
    for row, amount in single:
        yield Found("key_projects", row, "amount", f"预算金额是 {numbers.plain(amount)} 万元", expected)
    whole = sum((amount for _, amount in every), Decimal(0))
    if whole > total and not single:
        found = f"预算金额合计 {numbers.plain(whole)} 万元"
        yield Found("key_projects", None, "amount", found, expected)


CHECKS: dict[str, Check] = {
    "K01": unknown_grade,
    "K02": graded_otherwise,
    "K04": nothing_recommended,
    "K08": above_the_budget,
}

"""Checks of key evaluations (K): reports of key projects that contradict themselves, and the agencies that made them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from jixiao.checks.engine import Check, Found, Inspection
from jixiao.kit import numbers
from jixiao.rules import grades
from jixiao.rules.execution import rounded
from jixiao.year import table_files
from jixiao.year.words import ALL_SUBJECTS, Tier

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
        made = _listed(text)
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


def agency_not_apart(inspection: Inspection) -> Iterator[Found]:
    """K06: an agency evaluates whom it serves otherwise, or its contract, its quality or what followed is not recorded."""
    contracts = inspection.records["agencies"]
    homes = _homes(inspection)
    units = _units(inspection)
    least = inspection.settings["K06"]["score"]
    for row, one in zip(contracts.index, table_files.rows(contracts), strict=True):
        yield from _serves_otherwise(row, one, homes, units)
        yield from _not_recorded(row, one, least)
    known = set(contracts["agency"])
    for row, agency in inspection.records["key_projects"][["agency"]].itertuples():
        if known and agency is not None and agency not in known:
            yield Found("key_projects", row, "agency", f"“{agency}”没有合同", "agencies.csv 里的机构")


def _serves_otherwise(
    row: int, one: Mapping[str, Any], homes: Mapping[str, tuple[str, ...]], units: Mapping[str, str]
) -> Iterator[Found]:
    """The units of a contract that its agency evaluates and serves otherwise in the same year; names that nobody knows."""
    evaluated: dict[str, str] = {}  # the units and departments that it evaluates, each with the subject
    for subject in _listed(one["subjects"]):
        if subject not in homes:
            expected = "subjects.csv 的代码，或 key_projects.csv 的名称"
            yield Found("agencies", row, "subjects", f"没有“{subject}”", expected)
        evaluated |= {unit: subject for unit in homes.get(subject, ())}
    for name in _listed(one["also_serves"]):
        unit = units.get(name)
        if unit is None:
            yield Found("agencies", row, "also_serves", f"没有单位“{name}”", "units.csv 的代码或名称")
        elif unit in evaluated:
            found = f"{one['agency']}评价“{evaluated[unit]}”，同年又为“{name}”提供服务"
            yield Found("agencies", row, "also_serves", found, "评价的单位同年没有委托它做别的")


def _homes(inspection: Inspection) -> dict[str, tuple[str, ...]]:
    """The ids of subjects, the names of key projects and 全部, each with the units that it belongs to and their departments."""
    records = inspection.records
    above = dict(zip(records["units"]["unit_id"], records["units"]["department_id"], strict=True))
    homes = {
        subject: tuple(filter(None, (unit, above.get(unit))))
        for subject, unit in records["subjects"][["subject_id", "unit_id"]].itertuples(index=False)
    }
    for subject, name in records["key_projects"][["subject_id", "name"]].itertuples(index=False):
        if name is not None:
            homes.setdefault(name, homes.get(subject, ()))
    homes[ALL_SUBJECTS] = tuple(dict.fromkeys(unit for units in homes.values() for unit in units))
    return homes


def _units(inspection: Inspection) -> dict[str, str]:
    """The ids of units by their ids and names."""
    units = inspection.records["units"][["unit_id", "name"]]
    return {text: unit for unit, name in units.itertuples(index=False) for text in (name, unit)}


def _listed(text: str | None) -> list[str]:
    """The names in a cell, between semicolons."""
    return [part.strip() for part in _SEPARATORS.split(text or "") if part.strip()]


def _not_recorded(row: int, one: Mapping[str, Any], least: Decimal) -> Iterator[Found]:
    """What a contract lacks of fee, quality score and, where the work was poor, of what was taken off the fee."""
    score = one["quality_score"]
    if one["fee"] is None:
        yield Found("agencies", row, "fee", f"{one['agency']}的合同没有金额", "合同金额（万元）")
    if score is None:
        yield Found("agencies", row, "quality_score", f"{one['agency']}的工作没有质量得分", "0 到 100 的数")
    elif score < least and one["fee_deducted"] is None:
        found = f"{one['agency']}的质量得分是 {numbers.plain(score)}，没有写扣减的费用"
        yield Found(
            "agencies", row, "fee_deducted", found, f"低于 {numbers.plain(least)} 分的写明，没有扣减的填 0"
        )


def quality_adds_up(inspection: Inspection) -> Iterator[Found]:
    """K09: the points of the criteria are above their full marks, or do not add up to the quality score that is printed."""
    full = inspection.settings["K09"]["points"]
    contracts = inspection.records["agencies"]
    for row, one in zip(contracts.index, table_files.rows(contracts), strict=True):
        given = {name: one[name] for name in full}
        for name, points in given.items():
            if points is not None and points > full[name]:
                expected = f"不超过 {numbers.plain(full[name])}"
                yield Found("agencies", row, name, f"得分是 {numbers.plain(points)}", expected)
        whole = sum(points for points in given.values() if points is not None)
        printed = one["quality_score"]
        if printed is not None and None not in given.values() and whole != printed:
            found = f"质量得分印作 {numbers.plain(printed)}"
            yield Found("agencies", row, "quality_score", found, f"各项相加的 {numbers.plain(whole)}")


CHECKS: dict[str, Check] = {
    "K01": unknown_grade,
    "K02": graded_otherwise,
    "K04": nothing_recommended,
    "K06": agency_not_apart,
    "K08": above_the_budget,
    "K09": quality_adds_up,
}

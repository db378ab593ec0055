"""Checks of the report and its disclosure (D): sums, rates, orders and sources that do not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from jixiao.checks import money
from jixiao.checks.engine import PARAMS, POLICY, PUBLISHED, Check, Found, Inspection
from jixiao.forms.records.records import FORMS
from jixiao.kit import numbers
from jixiao.rules import execution, grades
from jixiao.rules.method_words import Basis
from jixiao.year.bands import Band, members
from jixiao.year.words import SCORED_TIERS, Amount, Severity, SubjectKind

_HUNDRED = Decimal(100)
_GROUP = re.compile(r"[（(](\d+(?:\.\d+)?)分[)）]")
_REPEALED = re.compile("废止|失效|停止执行")


def outside_bands(inspection: Inspection) -> Iterator[Found]:
    """D01: totals that lie in none of the bands of scores for which the report counts subjects."""
    if inspection.params is None:
        return
    for kind in SubjectKind:
        rows = inspection.totals[inspection.totals["kind"] == kind]
        for tier in inspection.params.tiers.values():
            if kind.key in tier.bands and tier.total in rows:
                other = members(dict(rows[tier.total].dropna()), tier.bands[kind.key])["other"]
                if other:
                    found = f"有 {len(other)} 个{kind.words}的{tier.name}总分不在所列分数段"
                    yield Found(PARAMS, None, f"tiers.{tier.id}.bands.{kind.key}", found)


def impossible_mean(inspection: Inspection) -> Iterator[Found]:
    """D02: a published mean that is not possible with the published numbers of subjects in each band."""
    facts = inspection.published.year
    bands = grades.bands(inspection.policy)
    words = {word: bands[grade] for word, grade in grades.words(inspection.policy).items()}
    named = {f"key_projects.grades.{word}": band for word, band in (bands | words).items()}
    yield from _mean_of(facts, "key_projects.mean_score", {k: b for k, b in named.items() if k in facts})
    tiers = [*inspection.params.tiers] if inspection.params else [*SCORED_TIERS]
    for kind in SubjectKind:
        for tier in tiers:
            prefix = f"evaluation.{kind.key}.{tier}."
            keys = {key: key.removeprefix(prefix) for key in facts if key.startswith(prefix)}
            found = {key: _band(text) for key, text in keys.items()}
            bands = {key: band for key, band in found.items() if band}
            yield from _mean_of(facts, f"evaluation.{kind.key}.{tier}_mean", bands)


def _band(text: str) -> Band | None:
    """The band that a key names; None for any other key, such as `count`."""
    try:
        return Band.parse(text)
    except ValueError:
        return None


def _mean_of(facts: Mapping[str, Any], key: str, bands: Mapping[str, Band]) -> Iterator[Found]:
    """Hold the mean published as `key` against the numbers of subjects published as the keys of `bands`."""
    mean = facts.get(key)
    counts = {key: count for key in bands if isinstance(count := facts[key], Decimal)}
    whole = sum(counts.values(), Decimal(0))
    if not isinstance(mean, Decimal) or not whole or len(counts) < len(bands):
        return
    low, high = (
        sum((counts[k] * getattr(b, end) for k, b in bands.items()), Decimal(0)) for end in ("low", "high")
    )
    half = money.half_unit(mean, Decimal("0.5"))
    if not low - half * whole <= mean * whole <= high + half * whole:
        span = "～".join(numbers.plain(numbers.rounded(numbers.ratio(end, whole))) for end in (low, high))
        yield Found(PUBLISHED, None, key, f"平均分 {numbers.plain(mean)}，与各段个数不合", span)


def order_broken(inspection: Inspection) -> Iterator[Found]:
    """D03: of one kind of subjects more were monitored than have targets, or more evaluated than monitored."""
    totals = inspection.totals
    monitored = set(inspection.records["monitoring"]["subject_id"])
    aimed = set(inspection.records["indicators"]["subject_id"])
    for kind in SubjectKind:
        rows = totals[totals["kind"] == kind]
        subjects = set(rows["subject_id"])
        done = set(rows.loc[rows["reported"].astype(bool), "subject_id"])
        counts = [len(subjects & aimed), len(subjects & monitored), len(done)]
        if counts[1] and counts != sorted(counts, reverse=True):
            found = f"{kind.words}设目标 {counts[0]} 个，监控 {counts[1]} 个，自评 {counts[2]} 个"
            yield Found("monitoring", None, "subject_id", found, "依次不增加")


def parts_do_not_add_up(inspection: Inspection) -> Iterator[Found]:
    """D04: money that is not the sum of its parts; points printed with a first level that its rows do not add up to."""
    units = inspection.settings["D04"]["units"]
    whole = money.totals(inspection)
    for subject, parts in money.parts(inspection).items():
        for column in Amount:
            total = getattr(whole[subject], column)
            given = [(p.item, getattr(p, column)) for p in parts if getattr(p, column) is not None]
            if total is not None and given and money.differs(total, given, units):
                added = numbers.plain(sum((amount for _, amount in given), Decimal(0)))
                found = f"{column.words}是 {numbers.plain(total)}，各分项合计 {added}"
                yield Found("funds", whole[subject].row, column, found, "总额等于分项之和", subject=subject)
    yield from _group_sums(inspection)


def _group_sums(inspection: Inspection) -> Iterator[Found]:
    """First levels whose printed points, 产出指标（50分）, are not those of their rows.

    A form without its total row may be cut off: there only too many points are a finding.
    """
    forms = inspection.records[FORMS]
    indicators = inspection.records["indicators"]
    whole = set(forms.loc[forms[["total_score", "total_weight"]].notna().any(axis=1), "subject_id"])
    for key, rows in indicators.groupby(["subject_id", "level1"], sort=False):
        subject, level = map(str, key)
        printed = _GROUP.search(level)
        if printed and rows["weight"].notna().all():
            added = sum(rows["weight"], Decimal(0))
            points = Decimal(printed[1])
            if added > points or (added < points and subject in whole):
                found = f"“{level}”各项分值合计 {numbers.plain(added)}"
                row = rows.index[0]
                yield Found(
                    "indicators",
                    row,
                    "level1",
                    found,
                    numbers.plain(points),
                    subject=subject,
                    of_subject=True,
                )


def wrong_rate(inspection: Inspection) -> Iterator[Found]:
    """D06: a printed execution rate that is not 全年执行数 divided by 全年预算数, to the last digit printed."""
    units = inspection.settings["D06"]["units"]
    for fund in money.rows(inspection):
        printed = money.rate(fund.rate, units)
        spent = execution.rate(fund.adjusted_budget, fund.executed)
        if printed is None or spent is None:
            continue
        percent = f"{numbers.plain(numbers.rounded(spent * _HUNDRED))}%"
        if not money.agrees(printed, spent):
            found = f"执行率印作 {fund.rate}"
            yield Found("funds", fund.row, "rate", found, percent, subject=fund.subject_id)
        elif money.lacks_sign(printed, spent):
            found = f"执行率印作 {fund.rate}，没有百分号"
            yield Found(
                "funds", fund.row, "rate", found, percent, "补上百分号", fund.subject_id, Severity.WARNING
            )


def quoted_otherwise(inspection: Inspection) -> Iterator[Found]:
    """D12: figures of the year before that are quoted otherwise than they were published."""
    before = inspection.published.before
    for key, value in inspection.published.quoted.items():
        if key in before and before[key] != value:
            found = f"上年数写作 {value}"
            yield Found(PUBLISHED, None, f"last_year.{key}", found, f"上年公布的 {before[key]}")


def unfit_sources(inspection: Inspection) -> Iterator[Found]:
    """D13: documents without a number, repealed or issued too late, whether listed or cited by the policy."""
    columns = ["title", "number", "issued_on", "status"]
    latest = inspection.params.report_year if inspection.params else None
    for row, title, number, issued, status in inspection.records["rules_issued"][columns].itertuples():
        if not number:
            yield Found("rules_issued", row, "number", f"《{title}》没有写文号")
        if issued and latest and issued.year > latest:
            found = f"《{title}》印发于 {issued}"
            yield Found("rules_issued", row, "issued_on", found, f"{latest} 年及以前", "改列到印发的那一年")
        if status and _REPEALED.search(status):
            found = f"《{title}》的状态是“{status}”"
            yield Found("rules_issued", row, "status", found, "现行", "改引现行的文件")
    yield from _policy_sources(inspection)


def _policy_sources(inspection: Inspection) -> Iterator[Found]:
    """Rules of the policy that cite a law without its number, or one issued after the day on which they are applied."""
    policy = inspection.policy
    for name, rule in policy.rules.items():
        if rule.basis == Basis.LAW and not rule.number:
            yield Found(POLICY, None, name, f"依据《{rule.title}》没有写文号")
        if rule.issued and rule.issued > policy.on.isoformat():
            found = f"依据《{rule.title}》印发于 {rule.issued}"
            yield Found(POLICY, None, name, found, f"{policy.on} 及以前", "换用当时施行的文件")


CHECKS: dict[str, Check] = {
    "D01": outside_bands,
    "D02": impossible_mean,
    "D03": order_broken,
    "D04": parts_do_not_add_up,
    "D06": wrong_rate,
    "D12": quoted_otherwise,
    "D13": unfit_sources,
}

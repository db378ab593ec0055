"""Findings: what in valid tables contradicts itself; rule id, severity, place and what to do.

The ids are those of the catalogue of checks; a finding never changes a figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal

import pandas as pd

from jixiao import numbers
from jixiao.errors import Fault
from jixiao.evaluation import claims, grades
from jixiao.evaluation.execution import inconsistent, rate, rounded
from jixiao.evaluation.policy import EXECUTION, Policy
from jixiao.evaluation.scoring import group_weights, variant_of
from jixiao.evaluation.statistics import KINDS, TIER_NAMES
from jixiao.intake.bands import count
from jixiao.intake.params import Params
from jixiao.intake.tables import Tables

_SECTIONS = {
    "rules_issued": ("制度建设", "没有印发新的制度"),
    "target_reviews": ("目标集中会审", "没有开展集中会审"),
    "key_projects": ("绩效评价开展情况", "没有开展重点项目再评价"),
    "applications": ("结果应用", "应用情况没有记录"),
    "disclosures": ("结果应用", "公开情况没有记录"),
}


@dataclass(frozen=True)
class Finding:
    """One contradiction: `severity` is E (an error), W (to be explained) or I (a note)."""

    rule: str
    severity: str
    fault: Fault

    def __str__(self) -> str:
        return f"[{self.rule}] {self.fault}"

    def as_json(self) -> dict[str, str]:
        """The finding for programs."""
        return {"rule": self.rule, "severity": self.severity, **asdict(self.fault)}


def find(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> tuple[Finding, ...]:
    """All findings, in the order of the tables."""

    def every() -> Iterator[Finding]:
        yield from _years(params)
        yield from _missing_files(params, tables)
        yield from _no_budget(tables)
        yield from _weights(tables, policy)
        yield from _inconsistent(tables, policy)
        yield from _half_scored(tables)
        yield from _not_reported(tables, totals)
        yield from _claims(tables, policy)
        yield from _printed_totals(tables, totals)
        yield from _outside_bands(params, totals)
        yield from _grade_words(tables, policy)

    return tuple(every())


def _years(params: Params) -> Iterator[Finding]:
    """Years of one parameter file that do not belong together: left over from the year before, probably."""
    year, place = params.report_year, f"params/{params.report_year}.yml"
    if params.evaluated_year != year - 1:
        found = f"工作年度 {year} 的被评价年度是 {params.evaluated_year}"
        yield Finding("F10", "W", Fault(place, found, f"一般为 {year - 1}", "核对 evaluated_year"))
    if params.data_folder != str(year):
        found = f"工作年度 {year} 用的是 data/{params.data_folder} 的数据"
        yield Finding("F10", "W", Fault(place, found, f"一般为 data/{year}", "核对 data_folder"))
    if params.published_on.year <= year:
        found = f"工作年度 {year} 的发布日期是 {params.published_on}"
        yield Finding("F10", "W", Fault(place, found, f"{year} 年以后的日期", "核对 published_on"))


def _missing_files(params: Params, tables: Tables) -> Iterator[Finding]:
    """Optional files whose section is written: the text will say that nothing was done."""
    for name, (section, said) in _SECTIONS.items():
        if name in tables.absent and section in params.sections:
            found = f"没有这个文件，正文将写{said}"
            remedy = f"补上这张表，或从 sections 去掉“{section}”"
            yield Finding("F02", "W", Fault(tables.place(name), found, remedy=remedy))


def _no_budget(tables: Tables) -> Iterator[Finding]:
    columns = ["subject_id", "adjusted_budget", "executed"]
    for row, subject, budget, executed in tables["subjects"][columns].itertuples():
        if budget and executed is None:
            place = tables.place("subjects", row, "executed")
            found = f"{subject} 没有填全年执行数，不能计算执行率得分和总分"
            yield Finding("S03", "E", Fault(place, found, remedy="补上全年执行数"))
        if not budget:
            fault = Fault(
                tables.place("subjects", row, "adjusted_budget"),
                f"{subject} 的全年预算数为零或没有填，不能计算执行率得分和总分",
                remedy="补上全年预算数，或由人工确定评价方式",
            )
            yield Finding("S04", "E", fault)


def _weights(tables: Tables, policy: Policy) -> Iterator[Finding]:
    """Points by level 1 that follow no variant of the policy: the sum is wrong (G01), or how it is divided (G02)."""
    first = tables["indicators"].drop_duplicates("subject_id")
    rows = dict(zip(first["subject_id"], first.index, strict=True))
    variants = [
        {g: p for g, p in v.items() if g != EXECUTION and p} for v in policy["weights"].value.values()
    ]
    wholes = {sum(variant.values()) for variant in variants}
    for subject, groups in group_weights(tables["indicators"]).items():
        if variant_of(groups, policy) is not None:
            continue
        whole = sum(groups.values(), Decimal(0))
        if whole not in wholes:
            place, found = tables.place("indicators", rows[subject], "weight"), numbers.plain(whole)
            expected = " 或 ".join(map(str, sorted(wholes)))
            yield Finding("G01", "E", Fault(place, f"{subject} 的指标分值合计 {found}", expected))
        else:
            place = tables.place("indicators", rows[subject], "level1")
            expected = " 或 ".join("，".join(f"{g} {p}" for g, p in variant.items()) for variant in variants)
            shown = "，".join(f"{group} {numbers.plain(points)}" for group, points in groups.items())
            yield Finding("G02", "E", Fault(place, f"{subject} 的一级指标分值为 {shown}", expected))


def _inconsistent(tables: Tables, policy: Policy) -> Iterator[Finding]:
    """Indicators that score higher than money was spent, by more than the policy tolerates."""
    if "consistency" not in policy:
        return
    sums = tables["indicators"].dropna(subset=["self_score"]).groupby("subject_id", sort=False)
    shares = {s: numbers.ratio(sum(g["self_score"]), sum(g["weight"])) for s, g in sums if sum(g["weight"])}
    columns = ["subject_id", "adjusted_budget", "executed"]
    for row, subject, budget, executed in tables["subjects"][columns].itertuples():
        spent, share = rate(budget, executed), shares.get(subject)
        if spent is not None and share is not None and inconsistent(share, spent, policy):
            place = tables.place("subjects", row, "executed")
            parts = [numbers.plain(numbers.rounded(part * 100)) for part in (share, spent)]
            found = f"{subject} 的指标得分率 {parts[0]}%，执行率 {parts[1]}%"
            yield Finding("S06", "W", Fault(place, found, "两者相近", "说明钱少花而任务完成的原因"))


def _half_scored(tables: Tables) -> Iterator[Finding]:
    """Subjects of which one tier scored some indicators and left others blank."""
    indicators = tables["indicators"]
    for column, rule, tier in (("self_score", "S02", "单位自评"), ("review_score", "R01", "财政复核")):
        blank = indicators[column].isna()
        scored = set(indicators.loc[~blank, "subject_id"])
        for row, subject in indicators.loc[blank, "subject_id"].items():
            if subject in scored:
                found = f"{subject} 的其他指标有{tier}得分，这一项没有，不能计算总分"
                yield Finding(rule, "E", Fault(tables.place("indicators", row, column), found, remedy="补上"))


def _not_reported(tables: Tables, totals: pd.DataFrame) -> Iterator[Finding]:
    for row, subject in totals.loc[~totals["reported"].astype(bool), "subject_id"].items():
        place = tables.place("subjects", row, "subject_id")
        yield Finding(
            "C05", "W", Fault(place, f"{subject} 没有自评得分", remedy="补上指标得分，或注明免评、迟报")
        )


def _claims(tables: Tables, policy: Policy) -> Iterator[Finding]:
    """Self scores that the rule does not give, where the policy says that this is to be told."""
    for row, subject, claimed, expected, judged in claims.differences(
        tables["indicators"], policy
    ).itertuples():
        place = tables.place("indicators", row, "self_score")
        rule = "S12" if judged else "S11"
        found = f"{subject} 自评得 {numbers.plain(claimed)} 分，与规则不符"
        yield Finding(rule, "W", Fault(place, found, f"{expected} 分", "核对完成值和得分，或说明原因"))


def _printed_totals(tables: Tables, totals: pd.DataFrame) -> Iterator[Finding]:
    computed = totals.set_index("subject_id")
    rules = {"self": "S02", "review": "R18"}
    scores = tables["scores"]
    for row, subject, tier, printed in scores[["subject_id", "tier", "score"]].itertuples():
        if tier not in rules:
            continue
        total = computed.at[subject, f"{tier}_total"]
        if total is not None and total != printed:
            place = tables.place("scores", row, "score")
            found = f"{subject} 的{TIER_NAMES[tier]}总分印作 {numbers.plain(printed)}"
            yield Finding(
                rules[tier],
                "W",
                Fault(place, found, f"各项得分之和 {numbers.plain(total)}", "核对（统计用后者）"),
            )


def _outside_bands(params: Params, totals: pd.DataFrame) -> Iterator[Finding]:
    for name, (kind, label) in KINDS.items():
        for tier, tier_name in TIER_NAMES.items():
            scores = list(totals.loc[totals["kind"] == kind, f"{tier}_total"].dropna())
            other = count(scores, params.bands[f"{name}.{tier}"])["other"]
            if other:
                place = f"params/{params.report_year}.yml 的 bands.{name}.{tier}"
                found = f"有 {other} 个{label}的{tier_name}总分不在所列分数段"
                yield Finding("D01", "W", Fault(place, found, remedy="核对分数，或补上分数段"))


def _grade_words(tables: Tables, policy: Policy) -> Iterator[Finding]:
    projects = tables["key_projects"]
    for row, score, word in projects[["score", "grade"]].itertuples():
        own = grades.same(word, policy)
        if own not in grades.names(policy):
            allowed = [*grades.names(policy), *grades.words(policy)]
            fault = Fault(tables.place("key_projects", row, "grade"), f"等级是“{word}”", "、".join(allowed))
            yield Finding("K01", "E", fault)
        elif own != grades.grade(rounded(score, policy), policy):
            place = tables.place("key_projects", row, "grade")
            expected = f"{grades.grade(rounded(score, policy), policy)}（{policy['grades'].citation}）"
            yield Finding("S21", "E", Fault(place, f"{numbers.plain(score)} 分的等级写作“{word}”", expected))

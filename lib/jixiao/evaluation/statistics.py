"""Statistics: tables and totals in, every figure of the report out, each with its definition and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from jixiao import numbers
from jixiao.evaluation import facts, grades
from jixiao.evaluation.execution import rounded
from jixiao.evaluation.figures import Figure, Figures, counted
from jixiao.evaluation.policy import Policy
from jixiao.intake import bands
from jixiao.intake.params import Params
from jixiao.intake.tables import Tables

TIER_NAMES = {"self": "单位自评", "review": "财政复核"}
KINDS = {"departments": ("department", "部门整体支出"), "projects": ("project", "项目支出")}
HUNDRED = Decimal(100)
WAN_PER_YI = Decimal(10000)
NAMED = "key_projects.named."  # keys of the grades of projects that the report names


def figures(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> Figures:
    """All figures of the report year; a figure that the data do not give has no value."""

    def every() -> Iterator[Figure]:
        yield from facts.stated_facts(params, policy)
        yield from facts.listed(tables)
        yield from _coverage(params, tables, totals)
        for name in KINDS:
            yield from _kind(name, params, policy, totals)
        yield from _key_projects(tables["key_projects"], policy)

    return Figures(every())


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """`part` in per cent of `whole` to two decimals, each rounded on its own; None when `whole` is zero."""
    if not whole:
        return None
    return numbers.rounded(numbers.ratio(Decimal(part) * HUNDRED, Decimal(whole)))


def mean(values: Sequence[Decimal], policy: Policy) -> Decimal | None:
    """The arithmetic mean as the policy rounds scores; None for no values."""
    if not values:
        return None
    return rounded(numbers.ratio(sum(values, Decimal(0)), Decimal(len(values))), policy)


def _coverage(params: Params, tables: Tables, totals: pd.DataFrame) -> Iterator[Figure]:
    inside = tables["subjects"][totals["reported"].to_numpy(dtype=bool)]
    amount = sum(inside["initial_budget"], Decimal(0))
    units = share(inside["unit_id"].nunique(), len(tables["units"]))
    part = share(amount, params.total_initial_budget or 0)
    source = "subjects.csv、indicators.csv（有自评得分的评价对象）"
    whole = f"{source}；params/{params.report_year}.yml 的 total_initial_budget"
    prefix = "evaluation"
    said = "开展自评的预算单位数÷预算单位总数"
    yield Figure(
        f"{prefix}.unit_coverage_percent",
        _trimmed(units),
        "%",
        "自评单位覆盖率",
        said,
        f"units.csv、{source}",
    )
    said = "开展自评的部门整体支出和项目支出总数"
    yield counted(f"{prefix}.items", len(inside), "个", "自评数量", said, source)
    said = "开展自评的评价对象的年初预算数合计"
    yield Figure(
        f"{prefix}.amount_yi_yuan", numbers.rounded(amount / WAN_PER_YI), "亿元", "自评金额", said, source
    )
    said = "自评金额（未四舍五入）÷全区年初预算总额"
    yield Figure(f"{prefix}.share_of_initial_budget_percent", part, "%", "占年初预算比重", said, whole)


def _trimmed(value: Decimal | None) -> Decimal | None:
    """A percentage that is whole, without its zeros."""
    return value if value is None or value != value.to_integral_value() else value.to_integral_value()


def _kind(name: str, params: Params, policy: Policy, totals: pd.DataFrame) -> Iterator[Figure]:
    kind, label = KINDS[name]
    rows = totals[totals["kind"] == kind]
    prefix, source = f"evaluation.{name}", f"indicators.csv、subjects.csv，kind = {kind}"
    reported = int(rows["reported"].sum())
    yield counted(f"{prefix}.reporting", reported, "个", f"{label}自评数", f"报送自评的{label}数", source)
    for tier, tier_name in TIER_NAMES.items():
        scores = list(rows[f"{tier}_total"].dropna())
        about = f"{label}{tier_name}"
        yield from _distribution(f"{prefix}.{tier}", about, source, scores, params)
        average = mean(scores, policy)
        yield Figure(
            f"{prefix}.{tier}_mean", average, "分", f"{about}平均分", f"{about}总分的算术平均", source
        )
    yield from _gap(prefix, label, f"{source}，自评与复核都有总分", rows, policy)


def _distribution(
    prefix: str, about: str, source: str, scores: list[Decimal], params: Params
) -> Iterator[Figure]:
    declared = params.bands[prefix.removeprefix("evaluation.")]
    counts = bands.count(scores, declared)
    keys = tuple(f"{prefix}.{band.text}" for band in declared)
    for key, band in zip(keys, declared, strict=True):
        label, said = f"{about}{band.label}", f"{about}总分在{band.label}的个数"
        yield counted(key, counts[band.text], "个", label, said, source).as_short(band.label)
        part = share(counts[band.text], len(scores))
        said += "÷有总分的个数"
        yield Figure(f"{prefix}_share.{band.text}", part, "%", f"{label}占比", said, source, follows=keys)
    said = "总分不在所列分数段的个数"
    yield counted(f"{prefix}.other", counts["other"], "个", f"{about}未列分数段", said, source).as_short(
        "其他分数"
    )
    known = counted(
        f"{prefix}_count", len(scores), "个", f"{about}有总分的个数", f"{about}能计算总分的个数", source
    )
    yield replace(known, follows=keys)


def _gap(prefix: str, label: str, source: str, rows: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    both = rows.dropna(subset=["self_total", "review_total"])
    gaps = [s - r for s, r in zip(both["self_total"], both["review_total"], strict=True)]
    said = "自评总分减复核总分的算术平均"
    yield Figure(f"{prefix}.mean_gap", mean(gaps, policy), "分", f"{label}自评与复核平均相差", said, source)
    lower, said = sum(gap > 0 for gap in gaps), "复核总分低于自评总分的个数"
    yield counted(f"{prefix}.lowered", lower, "个", f"{label}复核低于自评", said, source)
    changed = sum(s != r for s, r in zip(both["self_grade"], both["review_grade"], strict=True))
    said = "复核后等级与自评等级不同的个数"
    yield counted(f"{prefix}.grade_changed", changed, "个", f"{label}等级变化", said, source)


def _key_projects(projects: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    source, prefix = "key_projects.csv", "key_projects"
    yield counted(f"{prefix}.count", len(projects), "个", "重点项目数", "开展再评价的重点项目个数", source)
    amount = numbers.rounded(sum(projects["amount"], Decimal(0)))
    said = "开展再评价的重点项目的预算金额合计"
    yield Figure(f"{prefix}.budget_wan_yuan", amount, "万元", "重点项目金额", said, source)
    average, said = mean(list(projects["score"]), policy), "重点项目再评价得分的算术平均"
    yield Figure(f"{prefix}.mean_score", average, "分", "重点项目平均分", said, source)
    counts = Counter(grades.same(word, policy) for word in projects["grade"])
    for name in grades.names(policy):
        word = grades.report_word(name, policy)
        label, said = f"重点项目等级为{word}", f"等级为{word}的重点项目数"
        yield counted(f"{prefix}.grades.{word}", counts[name], "个", label, said, source).as_short(word)
    for name, word in projects.dropna(subset=["name"])[["name", "grade"]].itertuples(index=False):
        yield Figure(f"{NAMED}{name}", word, "", f"{name}的等级", "再评价报告给出的等级", source)

"""Statistics: tables and totals in, every figure of the report out, each with its definition and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
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
        yield from facts.stated(params, policy)
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
    subjects = tables["subjects"]
    evaluated = set(tables["indicators"].dropna(subset=["self_score"])["subject_id"])
    inside = subjects[subjects["subject_id"].isin(evaluated)]
    amount = sum(inside["initial_budget"], Decimal(0))
    source = "subjects.csv、indicators.csv（有自评得分的评价对象）"
    yield Figure(
        "evaluation.unit_coverage_percent",
        _trimmed(share(inside["unit_id"].nunique(), len(tables["units"]))),
        "%",
        "自评单位覆盖率",
        "开展自评的预算单位数÷预算单位总数",
        "units.csv、subjects.csv、indicators.csv",
    )
    yield counted(
        "evaluation.items", len(inside), "个", "自评数量", "开展自评的部门整体支出和项目支出总数", source
    )
    yield Figure(
        "evaluation.amount_yi_yuan",
        numbers.rounded(amount / WAN_PER_YI),
        "亿元",
        "自评金额",
        "开展自评的评价对象的年初预算数合计",
        source,
    )
    yield Figure(
        "evaluation.share_of_initial_budget_percent",
        share(amount, params.total_initial_budget),
        "%",
        "占年初预算比重",
        "自评金额（未四舍五入）÷全区年初预算总额",
        f"{source}；params/{params.report_year}.yml 的 total_initial_budget",
    )


def _trimmed(value: Decimal | None) -> Decimal | None:
    """A percentage that is whole, without its zeros."""
    return value if value is None or value != value.to_integral_value() else value.to_integral_value()


def _kind(name: str, params: Params, policy: Policy, totals: pd.DataFrame) -> Iterator[Figure]:
    kind, label = KINDS[name]
    rows = totals[totals["kind"] == kind]
    prefix = f"evaluation.{name}"
    yield counted(
        f"{prefix}.reporting",
        int(rows["self_total"].notna().sum()),
        "个",
        f"{label}自评数",
        f"报送自评并能计算总分的{label}数",
        f"indicators.csv、subjects.csv，kind = {kind}",
    )
    for tier in TIER_NAMES:
        scores = list(rows[f"{tier}_total"].dropna())
        yield from _distribution(f"{prefix}.{tier}", f"{label}{TIER_NAMES[tier]}", kind, scores, params)
        yield from _mean(f"{prefix}.{tier}_mean", f"{label}{TIER_NAMES[tier]}", kind, scores, policy)
    yield from _gap(prefix, label, kind, rows, policy)


def _distribution(
    prefix: str, label: str, kind: str, scores: list[Decimal], params: Params
) -> Iterator[Figure]:
    declared = params.bands[prefix.removeprefix("evaluation.")]
    counts = bands.count(scores, declared)
    source = f"indicators.csv、subjects.csv，kind = {kind}"
    for band in declared:
        definition = f"{label}总分在{band.label}的个数"
        yield counted(f"{prefix}.{band.text}", counts[band.text], "个", band.label, definition, source)
        yield Figure(
            f"{prefix}_share.{band.text}",
            share(counts[band.text], len(scores)),
            "%",
            f"{band.label}占比",
            f"{label}总分在{band.label}的个数÷有总分的个数",
            source,
        )
    yield counted(
        f"{prefix}.other", counts["other"], "个", f"{label}未列分数段", "总分不在所列分数段的个数", source
    )
    yield counted(
        f"{prefix}_count", len(scores), "个", f"{label}有总分的个数", f"{label}能计算总分的个数", source
    )


def _mean(prefix: str, label: str, kind: str, scores: list[Decimal], policy: Policy) -> Iterator[Figure]:
    source = f"indicators.csv、subjects.csv，kind = {kind}"
    yield Figure(prefix, mean(scores, policy), "分", f"{label}平均分", f"{label}总分的算术平均", source)


def _gap(prefix: str, label: str, kind: str, rows: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    both = rows.dropna(subset=["self_total", "review_total"])
    gaps = [s - r for s, r in zip(both["self_total"], both["review_total"], strict=True)]
    source = f"indicators.csv、subjects.csv，kind = {kind}，自评与复核都有总分"
    yield Figure(
        f"{prefix}.mean_gap",
        mean(gaps, policy),
        "分",
        f"{label}平均核减",
        "自评总分减复核总分的算术平均",
        source,
    )
    changed = sum(s != r for s, r in zip(both["self_grade"], both["review_grade"], strict=True))
    yield counted(
        f"{prefix}.grade_changed", changed, "个", f"{label}等级变化", "复核后等级与自评等级不同的个数", source
    )


def _key_projects(projects: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    source = "key_projects.csv"
    yield counted("key_projects.count", len(projects), "个", "重点项目数", "开展再评价的重点项目个数", source)
    yield Figure(
        "key_projects.budget_wan_yuan",
        numbers.rounded(sum(projects["amount"], Decimal(0))),
        "万元",
        "重点项目金额",
        "开展再评价的重点项目的预算金额合计",
        source,
    )
    yield Figure(
        "key_projects.mean_score",
        mean(list(projects["score"]), policy),
        "分",
        "重点项目平均分",
        "重点项目再评价得分的算术平均",
        source,
    )
    words = Counter(projects["grade"])
    for word in sorted(words, key=lambda word: _rank(word, policy)):
        yield counted(
            f"key_projects.grades.{word}",
            words[word],
            "个",
            f"重点项目{word}",
            f"等级为{word}的重点项目数",
            source,
        )
    for name, word in projects.dropna(subset=["name"])[["name", "grade"]].itertuples(index=False):
        yield Figure(f"{NAMED}{name}", word, "", f"{name}的等级", "再评价报告给出的等级", source)


def _rank(word: str, policy: Policy) -> tuple[int, str]:
    order = grades.names(policy)
    own = grades.same(word, policy)
    return (order.index(own) if own in order else len(order), word)

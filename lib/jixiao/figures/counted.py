"""Counts the figures that follow from scores: coverage, bands, means, gaps and key projects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain

import pandas as pd

from jixiao.figures import stated
from jixiao.figures.model import TOTALS, Figure, Figures, Rows, counted
from jixiao.kit import numbers
from jixiao.rules import grades
from jixiao.rules.execution import rounded
from jixiao.rules.policy import Policy
from jixiao.year import bands
from jixiao.year.params import Params
from jixiao.year.tables import Tables
from jixiao.year.words import KINDS, TIER_NAMES

HUNDRED = Decimal(100)
WAN_PER_YI = Decimal(10000)
# The rules that every total rests on, where the policy has them.
SCORING_RULES = ("weights", "execution", "missing_satisfaction", "total_cap", "rounding")
NAMED = "key_projects.named."  # keys of the grades of projects that the report names


def figures(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> Figures:
    """All figures of the report year; a figure that the data do not give has no value."""

    def every() -> Iterator[Figure]:
        yield from stated.stated_facts(params, policy)
        yield from stated.listed(tables)
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
    rows = Rows.of("subjects", inside, "initial_budget")
    amount = sum(inside["initial_budget"], Decimal(0))
    units = share(inside["unit_id"].nunique(), len(tables["units"]))
    part = share(amount, params.total_initial_budget or 0)
    source = "subjects.csv、indicators.csv（有自评得分的评价对象）"
    whole = f"{source}；params/{params.report_year}.yml 的 total_initial_budget"
    prefix = "evaluation"
    said = "开展自评的预算单位数÷预算单位总数"
    key, label = f"{prefix}.unit_coverage_percent", "自评单位覆盖率"
    owners = replace(rows, column="unit_id")
    yield Figure(key, _trimmed(units), "%", label, said, f"units.csv、{source}", rows=owners)
    said = "开展自评的部门整体支出和项目支出总数"
    yield counted(f"{prefix}.items", replace(rows, column="kind"), "个", "自评数量", said, source)
    said, yi = "开展自评的评价对象的年初预算数合计", numbers.rounded(amount / WAN_PER_YI)
    yield Figure(f"{prefix}.amount_yi_yuan", yi, "亿元", "自评金额", said, source, rows=rows)
    said, key = "自评金额（未四舍五入）÷全区年初预算总额", f"{prefix}.share_of_initial_budget_percent"
    yield Figure(key, part, "%", "占年初预算比重", said, whole, rows=rows)


def _trimmed(value: Decimal | None) -> Decimal | None:
    """A percentage that is whole, without its zeros."""
    return value if value is None or value != value.to_integral_value() else value.to_integral_value()


def _kind(name: str, params: Params, policy: Policy, totals: pd.DataFrame) -> Iterator[Figure]:
    kind, label = KINDS[name]
    rows = totals[totals["kind"] == kind]
    prefix, source = f"evaluation.{name}", f"indicators.csv、subjects.csv，kind = {kind}"
    reported = Rows.of("subjects", rows[rows["reported"].astype(bool)], "kind")
    yield counted(f"{prefix}.reporting", reported, "个", f"{label}自评数", f"报送自评的{label}数", source)
    rules = tuple(rule for rule in SCORING_RULES if rule in policy)
    for figure in chain(
        *(_tier(f"{prefix}.{tier}", label, source, rows, params, policy) for tier in TIER_NAMES)
    ):
        yield replace(figure, rules=rules)
    for figure in _gap(prefix, label, f"{source}，自评与复核都有总分", rows, policy):
        graded = ("grades",) if figure.key.endswith("grade_changed") else ()
        yield replace(figure, rules=(*rules, *graded))


def _tier(
    prefix: str, label: str, source: str, totals: pd.DataFrame, params: Params, policy: Policy
) -> Iterator[Figure]:
    tier = prefix.rpartition(".")[2]
    about, column = f"{label}{TIER_NAMES[tier]}", f"{tier}_total"
    scores = totals[column].dropna()
    rows = Rows.of(TOTALS, totals.loc[scores.index], column)
    yield from _distribution(prefix, about, source, scores, params)
    average, said = mean(list(scores), policy), f"{about}总分的算术平均"
    yield Figure(f"{prefix}_mean", average, "分", f"{about}平均分", said, source, rows=rows)


def _distribution(
    prefix: str, about: str, source: str, scores: pd.Series, params: Params
) -> Iterator[Figure]:
    declared, column = params.bands[prefix.removeprefix("evaluation.")], str(scores.name)
    found = {text: Rows(TOTALS, at, column) for text, at in bands.members(dict(scores), declared).items()}
    keys = tuple(f"{prefix}.{band.text}" for band in declared)
    for key, band in zip(keys, declared, strict=True):
        label, said, rows = f"{about}{band.label}", f"{about}总分在{band.label}的个数", found[band.text]
        yield counted(key, rows, "个", label, said, source).as_short(band.label)
        part, key = share(len(rows), len(scores)), f"{prefix}_share.{band.text}"
        said += "÷有总分的个数"
        yield Figure(key, part, "%", f"{label}占比", said, source, follows=keys, rows=rows)
    said, label = "总分不在所列分数段的个数", f"{about}未列分数段"
    yield counted(f"{prefix}.other", found["other"], "个", label, said, source).as_short("其他分数")
    every, said = Rows(TOTALS, tuple(scores.index), column), f"{about}能计算总分的个数"
    known = counted(f"{prefix}_count", every, "个", f"{about}有总分的个数", said, source)
    yield replace(known, follows=keys)


def _gap(prefix: str, label: str, source: str, rows: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    both = rows.dropna(subset=["self_total", "review_total"])
    gaps = both["self_total"] - both["review_total"]
    said, every = "自评总分减复核总分的算术平均", Rows.of(TOTALS, both, "review_total")
    average = mean(list(gaps), policy)
    yield Figure(f"{prefix}.mean_gap", average, "分", f"{label}自评与复核平均相差", said, source, rows=every)
    lower, said = Rows.of(TOTALS, both[gaps > 0], "review_total"), "复核总分低于自评总分的个数"
    yield counted(f"{prefix}.lowered", lower, "个", f"{label}复核低于自评", said, source)
    grades_given = zip(both["self_grade"], both["review_grade"], strict=True)
    differing = [one != other for one, other in grades_given]  # a total may have no grade, None is None
    changed = Rows.of(TOTALS, both[differing], "review_total")
    said = "复核后等级与自评等级不同的个数"
    yield counted(f"{prefix}.grade_changed", changed, "个", f"{label}等级变化", said, source)


def _key_projects(projects: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    source, prefix = "key_projects.csv", "key_projects"
    rows, said = Rows.of(prefix, projects, "amount"), "开展再评价的重点项目个数"
    yield counted(f"{prefix}.count", rows, "个", "重点项目数", said, source)
    amount, said = numbers.rounded(sum(projects["amount"], Decimal(0))), "开展再评价的重点项目的预算金额合计"
    yield Figure(f"{prefix}.budget_wan_yuan", amount, "万元", "重点项目金额", said, source, rows=rows)
    average, said = mean(list(projects["score"]), policy), "重点项目再评价得分的算术平均"
    key, scored = f"{prefix}.mean_score", replace(rows, column="score")
    yield Figure(key, average, "分", "重点项目平均分", said, source, rows=scored, rules=("rounding",))
    given = projects["grade"].map(lambda word: grades.same(word, policy))
    for name in grades.names(policy):
        word, rows = grades.report_word(name, policy), Rows.of(prefix, projects[given == name], "grade")
        label, said = f"重点项目等级为{word}", f"等级为{word}的重点项目数"
        yield counted(f"{prefix}.grades.{word}", rows, "个", label, said, source).as_short(word)
    for at, project in projects.dropna(subset=["name"]).iterrows():
        said, label = "再评价报告给出的等级", f"{project['name']}的等级"
        row = Rows(prefix, (at,), "grade")
        yield Figure(f"{NAMED}{project['name']}", project["grade"], "", label, said, source, rows=row)

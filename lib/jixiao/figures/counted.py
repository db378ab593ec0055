"""Counts the figures that follow from scores: coverage, bands, means, gaps and key projects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from jixiao.figures import stated
from jixiao.figures.model import TOTALS, Figure, Figures, Rows, counted, files
from jixiao.kit import numbers
from jixiao.rules import grades
from jixiao.rules.execution import rounded
from jixiao.rules.policy import Policy
from jixiao.year import bands
from jixiao.year.params import Params
from jixiao.year.tables import Tables
from jixiao.year.words import SCORED_TIERS, Amount, SubjectKind, Tier

HUNDRED = Decimal(100)
WAN_PER_YI = Decimal(10000)
# The rules that every total rests on, where the policy has them.
SCORING_RULES = ("weights", "execution", "missing_satisfaction", "total_cap", "rounding")
KEY_PROJECTS = "key_projects"


def figures(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> Figures:
    """Make all figures of the report year; a figure that the data do not give has no value."""

    def every() -> Iterator[Figure]:
        yield from stated.of_params(params)
        yield from stated.of_policy(policy)
        yield from stated.of_lists(tables)
        yield from _coverage(params, tables, totals)
        for kind in SubjectKind:
            yield from _kind(kind, params, policy, totals)
        yield from _key_projects(tables[KEY_PROJECTS], policy)

    return Figures(every())


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Divide `part` by `whole` in per cent to two decimals; None when `whole` is zero."""
    if not whole:
        return None
    return numbers.rounded(numbers.ratio(Decimal(part) * HUNDRED, Decimal(whole)))


def mean(values: Sequence[Decimal], policy: Policy) -> Decimal | None:
    """Return the arithmetic mean, rounded as the policy rounds scores; None for no values."""
    if not values:
        return None
    return rounded(numbers.ratio(sum(values, Decimal(0)), Decimal(len(values))), policy)


def _coverage(params: Params, tables: Tables, totals: pd.DataFrame) -> Iterator[Figure]:
    """Count how many units and subjects took part in self-evaluation, and with how much of the budget."""
    behind = ("subjects", "indicators")
    source = f"{files(*behind)}（有自评得分的评价对象）"
    evaluated = tables["subjects"][totals["reported"].to_numpy(dtype=bool)]
    amount = sum(evaluated[Amount.INITIAL.value], Decimal(0))
    units = share(evaluated["unit_id"].nunique(), len(tables["units"]))
    if units is not None and units == units.to_integral_value():
        units = units.to_integral_value()  # 100%, not 100.00%
    yield Figure(
        key="evaluation.unit_coverage_percent",
        value=units,
        unit="%",
        label="自评单位覆盖率",
        definition="开展自评的预算单位数÷预算单位总数",
        source=f"{files('units')}、{source}",
        tables=("units", *behind),
        rows=Rows.of("subjects", evaluated, "unit_id"),
    )
    yield counted(
        key="evaluation.items",
        rows=Rows.of("subjects", evaluated, "kind"),
        unit="个",
        label="自评数量",
        definition="开展自评的部门整体支出和项目支出总数",
        source=source,
        tables=behind,
    )
    yield Figure(
        key="evaluation.amount_yi_yuan",
        value=numbers.rounded(amount / WAN_PER_YI),
        unit="亿元",
        label="自评金额",
        definition="开展自评的评价对象的年初预算数合计",
        source=source,
        tables=behind,
        rows=Rows.of("subjects", evaluated, Amount.INITIAL.value),
    )
    yield Figure(
        key="evaluation.share_of_initial_budget_percent",
        value=share(amount, params.total_initial_budget or 0),
        unit="%",
        label="占年初预算比重",
        definition="自评金额（未四舍五入）÷全区年初预算总额",
        source=f"{source}；params/{params.report_year}.yml 的 total_initial_budget",
        tables=behind,
        rows=Rows.of("subjects", evaluated, Amount.INITIAL.value),
    )


def _kind(kind: SubjectKind, params: Params, policy: Policy, totals: pd.DataFrame) -> Iterator[Figure]:
    """Count what the totals of departments, or of projects, come to."""
    behind = ("indicators", "subjects")
    source = f"{files(*behind)}，kind = {kind}"
    rows = totals[totals["kind"] == kind]
    yield counted(
        key=f"evaluation.{kind.key}.reporting",
        rows=Rows.of("subjects", rows[rows["reported"].astype(bool)], "kind"),
        unit="个",
        label=f"{kind.words}自评数",
        definition=f"报送自评的{kind.words}数",
        source=source,
        tables=behind,
    )
    scored: list[Figure] = []
    for tier in SCORED_TIERS:
        scored.extend(_tier(kind, tier, source, rows, params, policy))
    scored.extend(_gap(kind, source, rows, policy))
    rules = tuple(rule for rule in SCORING_RULES if rule in policy)
    for figure in scored:
        yield replace(figure, tables=behind, rules=(*rules, *figure.rules))


def _tier(
    kind: SubjectKind, tier: Tier, source: str, totals: pd.DataFrame, params: Params, policy: Policy
) -> Iterator[Figure]:
    """Count how the totals that a tier gave are spread over the bands of the report, and take their mean."""
    prefix = f"evaluation.{kind.key}.{tier}"
    about = f"{kind.words}{tier.words}"
    scores = totals[tier.total].dropna()
    declared = params.bands[f"{kind.key}.{tier}"]
    members = bands.members(dict(scores), declared)
    counts = tuple(f"{prefix}.{band.text}" for band in declared)
    for band in declared:
        inside = Rows(TOTALS, members[band.text], tier.total)
        yield counted(
            key=f"{prefix}.{band.text}",
            rows=inside,
            unit="个",
            label=f"{about}{band.label}",
            definition=f"{about}总分在{band.label}的个数",
            source=source,
            short=band.label,
        )
        yield Figure(
            key=f"{prefix}_share.{band.text}",
            value=share(len(inside), len(scores)),
            unit="%",
            label=f"{about}{band.label}占比",
            definition=f"{about}总分在{band.label}的个数÷有总分的个数",
            source=source,
            follows=counts,
            rows=inside,
        )
    yield counted(
        key=f"{prefix}.other",
        rows=Rows(TOTALS, members["other"], tier.total),
        unit="个",
        label=f"{about}未列分数段",
        definition="总分不在所列分数段的个数",
        source=source,
        short="其他分数",
    )
    every = Rows(TOTALS, tuple(scores.index), tier.total)
    yield counted(
        key=f"{prefix}_count",
        rows=every,
        unit="个",
        label=f"{about}有总分的个数",
        definition=f"{about}能计算总分的个数",
        source=source,
        follows=counts,
    )
    yield Figure(
        key=f"{prefix}_mean",
        value=mean(list(scores), policy),
        unit="分",
        label=f"{about}平均分",
        definition=f"{about}总分的算术平均",
        source=source,
        rows=every,
    )


def _gap(kind: SubjectKind, source: str, rows: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    """Count where the review changed what the units gave themselves, and by how much."""
    prefix = f"evaluation.{kind.key}"
    where = f"{source}，自评与复核都有总分"
    both = rows.dropna(subset=[Tier.SELF.total, Tier.REVIEW.total])
    gaps = both[Tier.SELF.total] - both[Tier.REVIEW.total]
    yield Figure(
        key=f"{prefix}.mean_gap",
        value=mean(list(gaps), policy),
        unit="分",
        label=f"{kind.words}自评与复核平均相差",
        definition="自评总分减复核总分的算术平均",
        source=where,
        rows=Rows.of(TOTALS, both, Tier.REVIEW.total),
    )
    yield counted(
        key=f"{prefix}.lowered",
        rows=Rows.of(TOTALS, both[gaps > 0], Tier.REVIEW.total),
        unit="个",
        label=f"{kind.words}复核低于自评",
        definition="复核总分低于自评总分的个数",
        source=where,
    )
    grades_given = zip(both[Tier.SELF.grade], both[Tier.REVIEW.grade], strict=True)
    differing = [one != other for one, other in grades_given]  # a total may have no grade, None is None
    yield counted(
        key=f"{prefix}.grade_changed",
        rows=Rows.of(TOTALS, both[differing], Tier.REVIEW.total),
        unit="个",
        label=f"{kind.words}等级变化",
        definition="复核后等级与自评等级不同的个数",
        source=where,
        rules=("grades",),
    )


def _key_projects(projects: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    """Count the key projects, their money, their scores and grades, and give the grade of each that has a name."""
    source = files(KEY_PROJECTS)
    behind = (KEY_PROJECTS,)
    yield counted(
        key="key_projects.count",
        rows=Rows.of(KEY_PROJECTS, projects, "amount"),
        unit="个",
        label="重点项目数",
        definition="开展再评价的重点项目个数",
        source=source,
        tables=behind,
    )
    yield Figure(
        key="key_projects.budget_wan_yuan",
        value=numbers.rounded(sum(projects["amount"], Decimal(0))),
        unit="万元",
        label="重点项目金额",
        definition="开展再评价的重点项目的预算金额合计",
        source=source,
        tables=behind,
        rows=Rows.of(KEY_PROJECTS, projects, "amount"),
    )
    yield Figure(
        key="key_projects.mean_score",
        value=mean(list(projects["score"]), policy),
        unit="分",
        label="重点项目平均分",
        definition="重点项目再评价得分的算术平均",
        source=source,
        tables=behind,
        rows=Rows.of(KEY_PROJECTS, projects, "score"),
        rules=("rounding",),
    )
    given = projects["grade"].map(lambda word: grades.same(word, policy))
    for name in grades.names(policy):
        word = grades.report_word(name, policy)
        yield counted(
            key=f"key_projects.grades.{word}",
            rows=Rows.of(KEY_PROJECTS, projects[given == name], "grade"),
            unit="个",
            label=f"重点项目等级为{word}",
            definition=f"等级为{word}的重点项目数",
            source=source,
            tables=behind,
            short=word,
        )
    named = projects.dropna(subset=["name"])[["name", "grade"]]
    for number, name, grade in named.itertuples():
        yield Figure(
            key=f"key_projects.named.{name}",
            value=grade,
            unit="",
            label=f"{name}的等级",
            definition="再评价报告给出的等级",
            source=source,
            tables=behind,
            rows=Rows(KEY_PROJECTS, (number,), "grade"),
            project=name,
        )

"""Counts the figures that follow from scores: coverage, bands, means, gaps and key projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from jixiao.figures import agencies, ex_ante, losses, problems, proposals, stated
from jixiao.figures.model import LIST_MARK, TOTALS, Figure, Figures, Rows, files
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.rules import grades
from jixiao.rules.execution import rounded
from jixiao.rules.policy import Policy
from jixiao.year import bands
from jixiao.year.params import Params
from jixiao.year.tables import INDICATORS, SCORES, Tables
from jixiao.year.tiers import YearTier
from jixiao.year.words import Amount, SubjectKind, Tier

WAN_PER_YI = Decimal(10000)
# The rules that every total rests on, where the policy has them.
SCORING_RULES = ("weights", "execution", "missing_satisfaction", "total_cap", "rounding")
KEY_PROJECTS = "key_projects"


def figures(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> Figures:
    """Make all figures of the report year; a figure that the data do not give has no value."""

    def every() -> Iterator[Figure]:
        yield from stated.of_params(params)
        yield from stated.of_policy(policy)
        yield from stated.of_lists(tables, params.report_year)
        yield from proposals.figures(params, tables, policy, totals)
        yield from problems.problems(tables, params.report_year, params.published_on)
        yield from agencies.agencies(tables)
        yield from ex_ante.ex_ante(tables, params.report_year)
        yield from _coverage(params, tables, totals)
        for kind in SubjectKind:
            yield from _kind(kind, params, tables, policy, totals)
        yield from _key_projects(tables[KEY_PROJECTS], policy)

    return Figures(every())


def mean(values: Sequence[Decimal], policy: Policy) -> Decimal | None:
    """Return the arithmetic mean, rounded as the policy rounds scores; None for no values."""
    if not values:
        return None
    return rounded(numbers.ratio(sum(values, Decimal(0)), Decimal(len(values))), policy)


def _coverage(params: Params, tables: Tables, totals: pd.DataFrame) -> Iterator[Figure]:
    """Count how many units and subjects took part in self-evaluation, and with how much of the budget."""
    evaluated = tables["subjects"][totals["reported"].to_numpy(dtype=bool)]
    amount = sum(evaluated[Amount.INITIAL.value], Decimal(0))
    amounts = Rows.of("subjects", evaluated, Amount.INITIAL.value)
    units = numbers.percent(evaluated["unit_id"].nunique(), len(tables["units"]))
    if units is not None and units == units.to_integral_value():
        units = units.to_integral_value()  # 100%, not 100.00%
    of_budget = numbers.percent(amount, params.total_initial_budget or 0)
    year = str(params.report_year)
    given = _given(totals, params.tiers.get(Tier.SELF))
    for one in (
        figure("evaluation.unit_coverage_percent", units, Rows.of("subjects", evaluated, "unit_id")),
        count("evaluation.items", Rows.of("subjects", evaluated, "kind")),
        figure("evaluation.amount_yi_yuan", numbers.rounded(amount / WAN_PER_YI), amounts),
        figure("evaluation.share_of_initial_budget_percent", of_budget, amounts, year=year),
    ):
        yield _sourced(one, given)


def _kind(
    kind: SubjectKind, params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame
) -> Iterator[Figure]:
    """Count what the totals of departments, or of projects, come to: by each tier that has bands or scores."""
    said = {"kinds": kind.key, "kind": kind.value, "subjects": kind.words}
    rows = totals[totals["kind"] == kind]
    own = params.tiers.get(Tier.SELF)
    reporting = Rows.of("subjects", rows[rows["reported"].astype(bool)], "kind")
    yield _sourced(count("evaluation.{kinds}.reporting", reporting, **said), _given(rows, own))
    subjects = tables["subjects"].loc[list(reporting.numbers)]
    indicators = tables[INDICATORS]
    yield from losses.spending(said, subjects)
    yield from losses.shortfalls(
        said, indicators[indicators["subject_id"].isin(list(subjects["subject_id"]))]
    )
    for tier in params.tiers.values():
        if not _is_counted(tier, kind, rows):
            continue
        of_tier = {**said, "tier": tier.id, "scores": tier.name}
        found = [*_tier(of_tier, tier, rows, policy), *_gap(of_tier, own, tier, tables, rows, policy)]
        if tier.sample:
            found += _drawn(of_tier, tier, rows, tables["subjects"])
        if not tier.is_self and not rows[tier.total].notna().any():
            found = [replace(one, value=None) for one in found]  # nothing was recorded, which is not zero
        given = _given(rows, tier)
        rules = SCORING_RULES if _any_computed(tier, rows) else ("rounding",)
        for one in found:
            known = (*(rule for rule in rules if rule in policy), *one.rules)
            yield _sourced(replace(one, rules=tuple(dict.fromkeys(known))), given)


def _is_counted(tier: YearTier, kind: SubjectKind, rows: pd.DataFrame) -> bool:
    """Whether a tier has figures of a kind of subjects: where indicators ask for its points, by bands or by scores."""
    return tier.by_indicators or kind.key in tier.bands or bool(rows[tier.total].notna().any())


def _any_computed(tier: YearTier, rows: pd.DataFrame) -> bool:
    """Whether any total that a tier gave was computed from the points of indicators."""
    return bool(rows.loc[~rows[tier.declared].astype(bool), tier.total].notna().any())


def _given(rows: pd.DataFrame, tier: YearTier | None) -> tuple[str, ...]:
    """The tables that the totals of a tier are from: indicators, printed totals, or both."""
    if tier is None:
        return (INDICATORS,)
    declared = rows[tier.declared].astype(bool)
    computed = tier.by_indicators and (_any_computed(tier, rows) or not declared.any())
    printed = declared.any() or not tier.by_indicators
    return (*((INDICATORS,) if computed else ()), *((SCORES,) if printed else ()))


def _sourced(one: Figure, given: Sequence[str]) -> Figure:
    """A figure with the tables that the totals behind it are `given` in."""
    tables = [name for table in one.tables for name in (given if table == INDICATORS else (table,))]
    return replace(one, tables=tuple(tables), source=one.source.replace(files(*one.tables), files(*tables)))


def _tier(said: Mapping[str, str], tier: YearTier, rows: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    """Count how the totals that a tier gave are spread over the bands of the report, their mean, and the high ones.

    `said` is what figures.yml calls the subjects and the tier, `rows` are the totals of the subjects.
    """
    scores = rows[tier.total].dropna()
    declared = tier.bands.get(said["kinds"], ())
    members = bands.members(dict(scores), declared)
    counts = tuple(f"evaluation.{said['kinds']}.{tier.id}.{band.text}" for band in declared)
    for band in declared:
        inside = Rows(TOTALS, members[band.text], tier.total)
        part = numbers.percent(len(inside), len(scores))
        banded = {**said, "band": band.text, "name": band.label, "span": band.full_label}
        yield count("evaluation.{kinds}.{tier}.{band}", inside, **banded)
        shared = figure("evaluation.{kinds}.{tier}_share.{band}", part, inside, **banded)
        yield replace(shared, follows=counts)
    if declared:
        yield count("evaluation.{kinds}.{tier}.other", Rows(TOTALS, members["other"], tier.total), **said)
    every = Rows(TOTALS, tuple(scores.index), tier.total)
    yield replace(count("evaluation.{kinds}.{tier}_count", every, **said), follows=counts)
    yield figure("evaluation.{kinds}.{tier}_mean", mean(list(scores), policy), every, **said)
    printed = rows[rows[tier.declared].astype(bool)]
    if len(printed):
        yield count("evaluation.{kinds}.{tier}_declared", Rows.of(TOTALS, printed, tier.total), **said)
    yield from _high(said, tier, scores, () if members["other"] else counts, policy)


def _high(
    said: Mapping[str, str], tier: YearTier, scores: pd.Series, counts: Sequence[str], policy: Policy
) -> Iterator[Figure]:
    """Count how many of the totals of a tier are near the full mark, and how many have the best grade.

    The figure follows from the `counts` of its bands where no band lies on both sides of the limit; there are none of
    them where a total lies outside all bands.
    """
    declared = tier.bands.get(said["kinds"], ())
    for name, limit in (("near_full", stated.near_full(policy)), ("best_grade", stated.best_grade(policy))):
        inside = Rows(TOTALS, tuple(scores.index[scores >= limit]), tier.total)
        torn = any(band.low < limit and (limit < band.high or limit in band) for band in declared)
        words = {**said, "limit": numbers.plain(limit), "high": name}
        reached = count("evaluation.{kinds}.{tier}_{high}", inside, **words)
        part = numbers.percent(len(inside), len(scores))
        shared = figure("evaluation.{kinds}.{tier}_{high}_percent", part, inside, **words)
        known = len(scores) > 0  # where nobody has a score, it is not known how many are high
        for one in (reached, shared):
            follows = () if torn else tuple(counts)
            yield replace(one, follows=follows, value=one.value if known else None)


def _drawn(
    said: Mapping[str, str], tier: YearTier, rows: pd.DataFrame, subjects: pd.DataFrame
) -> Iterator[Figure]:
    """Say how much of all subjects of a kind a tier saw that covers a sample: by number and by money."""
    budgets = subjects.loc[rows.index, Amount.INITIAL.value]
    drawn = budgets[rows[tier.total].notna()]
    seen = Rows("subjects", tuple(drawn.index), Amount.INITIAL.value)
    money = sum(drawn, Decimal(0))
    of_all = sum(budgets, Decimal(0))
    yield count("evaluation.{kinds}.{tier}_drawn", seen, **said)
    yield figure(
        "evaluation.{kinds}.{tier}_drawn_percent", numbers.percent(len(drawn), len(budgets)), seen, **said
    )
    yield figure("evaluation.{kinds}.{tier}_drawn_wan_yuan", numbers.rounded(money), seen, **said)
    yield figure(
        "evaluation.{kinds}.{tier}_drawn_money_percent", numbers.percent(money, of_all), seen, **said
    )


def _gap(
    said: Mapping[str, str],
    own: YearTier | None,
    tier: YearTier,
    tables: Tables,
    rows: pd.DataFrame,
    policy: Policy,
) -> Iterator[Figure]:
    """Count where a tier changed what the units gave themselves, by how much, and why."""
    if own is None or tier.is_self:
        return
    plain = "" if tier.id == Tier.REVIEW else f"{tier.id}_"  # the keys of the review go without its id
    said = {**said, "tier_": plain, "own": own.name}
    both = rows.dropna(subset=[own.total, tier.total])
    gaps = both[own.total] - both[tier.total]
    compared = Rows.of(TOTALS, both, tier.total)
    yield figure("evaluation.{kinds}.{tier_}mean_gap", mean(list(gaps), policy), compared, **said)
    # Where some have no score, their means do not differ by the mean gap: what the others gave themselves does.
    some = 0 < len(both) < rows[own.total].notna().sum()
    yield figure("evaluation.{kinds}.{tier_}compared", len(both) if some else None, compared, **said)
    own_mean = mean(list(both[own.total]), policy) if some else None
    yield figure("evaluation.{kinds}.{tier_}compared_self_mean", own_mean, compared, **said)
    yield count("evaluation.{kinds}.{tier_}lowered", Rows.of(TOTALS, both[gaps > 0], tier.total), **said)
    grades_given = zip(both[own.grade], both[tier.grade], strict=True)
    differing = [one != other for one, other in grades_given]  # a total may have no grade, None is None
    changed = Rows.of(TOTALS, both[differing], tier.total)
    yield count("evaluation.{kinds}.{tier_}grade_changed", changed, **said)
    yield from losses.moves(said, own, tier, both, policy)
    if own.by_indicators and tier.by_indicators:
        yield from losses.taken(said, own, tier, tables, rows, policy)


def _key_projects(projects: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    """Count the key projects, their money, their scores and grades, and give the grade of each that has a name.

    What one of them lacks is not added up from the others: a sum or mean of a part has no value.
    """
    amounts = Rows.of(KEY_PROJECTS, projects, "amount")
    scores = Rows.of(KEY_PROJECTS, projects, "score")
    known = projects["amount"].notna().all()
    budget = numbers.rounded(sum(projects["amount"], Decimal(0))) if known else None
    given = list(projects["score"]) if projects["score"].notna().all() else []
    yield count("key_projects.count", amounts)
    yield figure("key_projects.budget_wan_yuan", budget, amounts)
    yield figure("key_projects.mean_score", mean(given, policy), scores)
    words = projects["grade"].map(lambda word: None if word is None else grades.same(word, policy))
    graded = len(projects) == 0 or words.notna().any()
    for name in grades.names(policy):
        rows = Rows.of(KEY_PROJECTS, projects[words == name], "grade")
        counted = count("key_projects.grades.{word}", rows, word=grades.report_word(name, policy))
        yield counted if graded else replace(counted, value=None)
    bearing = projects.dropna(subset=["name"])
    names = Rows.of(KEY_PROJECTS, bearing, "name")
    yield figure("key_projects.names", LIST_MARK.join(bearing["name"]) or None, names)
    for name in grades.names(policy):
        alike = bearing[words[bearing.index] == name]
        said = grades.report_word(name, policy)
        behind = Rows.of(KEY_PROJECTS, alike, "grade")
        listed = LIST_MARK.join(alike["name"]) or None
        yield figure("key_projects.graded.{project}", listed, behind, project=said, word=said)
    named = projects.dropna(subset=["name", "grade"])[["name", "grade"]]
    for number, name, grade in named.itertuples():
        row = Rows(KEY_PROJECTS, (number,), "grade")
        yield figure("key_projects.named.{project}", grade, row, project=name)

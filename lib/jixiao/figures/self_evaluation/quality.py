"""Figures of how well self-evaluation holds: agreement with the later tier, heaping, departments, and how sure means are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

import pandas as pd

from jixiao.analysis import agreement, funnel, heaping, pairs, resampling, weighting
from jixiao.analysis.funnel import Funnel
from jixiao.figures import stated
from jixiao.figures.model import TOTALS, Figure, Rows
from jixiao.figures.self_evaluation import quality_content
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.rules import grades
from jixiao.rules.policy import Policy
from jixiao.year.params import Params
from jixiao.year.tables import Tables
from jixiao.year.tiers import YearTier
from jixiao.year.words import Arm, SubjectKind, Tier

_HUNDRED = Decimal(100)
_ENDS = {"": "mean", "_low": "low", "_high": "high"}  # of a mean: how keys end, and what it is there
ROUND = tuple(map(Decimal, (100, 95, 90, 80, 60)))


@dataclass(frozen=True)
class Compared:
    """The self-evaluation, and the tier that it is held against."""

    own: YearTier
    other: YearTier


def compared(params: Params, totals: pd.DataFrame) -> Compared | None:
    """The self-evaluation with the review, or else with the first other tier that gave scores; None without both."""
    scored = [tier for tier in params.tiers.values() if totals[tier.total].notna().any()]
    own = next((tier for tier in scored if tier.is_self), None)
    others = [tier for tier in scored if not tier.is_self]
    if own is None or not others:
        return None
    return Compared(own, next((tier for tier in others if tier.id == Tier.REVIEW), others[0]))


def figures(params: Params, tables: Tables, policy: Policy, totals: pd.DataFrame) -> Iterator[Figure]:
    """Make the figures of the quality of self-evaluation; none where no other tier gave scores."""
    pair = compared(params, totals)
    if pair is None:
        return
    yield figure("quality.other", pair.other.name, year=str(params.report_year))
    for kind in SubjectKind:
        both = pairs.of_kind(kind, totals, tables, pair.own, pair.other)
        said = {
            "kinds": kind.key, "kind": kind.value, "subjects": kind.words,
            "own": pair.own.name, "other": pair.other.name,
        }  # fmt: skip
        yield from chain(
            _moves(said, both, policy),
            _bias(said, both),
            _correlations(said, both),
            _ranks(said, both),
            _heaps(said, both, policy),
            _intervals(said, both, policy),
            _district(said, kind, tables, both),
        )
        yield from quality_content.results(said, kind, params, tables, policy, pair.other)
    yield from _departments(gaps(tables, totals, pair), totals)
    yield from quality_content.money(params, tables, totals, pair.own, pair.other)
    yield from quality_content.targets(tables)
    yield from quality_content.texts(tables)


def _behind(both: pd.DataFrame) -> Rows:
    return Rows.of(TOTALS, both)


def _two(found: object, name: str) -> Decimal | None:
    """The value `name` of a result to two decimals; None where there is no result."""
    value = getattr(found, name, None)
    return numbers.rounded(value) if isinstance(value, Decimal) else None


def _moves(said: Mapping[str, str], both: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    """A1: how many grades fell and rose, and the net share, by number and by money."""
    graded = both.dropna(subset=["own_grade", "other_grade"])
    order = grades.names(policy)
    money = [amount or Decimal(0) for amount in graded["amount"]]
    found = agreement.disconnect(list(graded["own_grade"]), list(graded["other_grade"]), order, money)
    behind = _behind(graded)
    known = found.allowed
    places = {name: at for at, name in enumerate(order)}
    down = graded["other_grade"].map(places) - graded["own_grade"].map(places)
    for name, rows in (("fell", graded[down > 0]), ("rose", graded[down < 0])):
        yield figure(f"quality.{{kinds}}.{name}", len(rows) if known else None, _behind(rows), **said)
    yield figure("quality.{kinds}.net_percent", found.net_percent if known else None, behind, **said)
    net = found.net_money_percent if known and graded["amount"].notna().all() else None
    yield figure("quality.{kinds}.net_money_percent", net, behind, **said)


def _bias(said: Mapping[str, str], both: pd.DataFrame) -> Iterator[Figure]:
    """A2: the mean difference with its interval, and the limits that hold 95 % of the differences."""
    found = agreement.limits(list(both["own"]), list(both["other"]))
    behind = _behind(both)
    yield count("quality.{kinds}.pairs", behind, **said)
    known = found if found and found.allowed else None
    for name in ("bias", "bias_low", "bias_high"):
        yield figure(f"quality.{{kinds}}.{name}", _two(known, name), behind, **said)
    known = found if found and found.limits_allowed else None
    for key, name in (("limit_low", "low"), ("limit_high", "high"), ("slope", "slope")):
        yield figure(f"quality.{{kinds}}.{key}", _two(known, name), behind, **said)


def _correlations(said: Mapping[str, str], both: pd.DataFrame) -> Iterator[Figure]:
    """A3: agreement and consistency beside each other, each with its interval."""
    found = agreement.correlations(list(zip(both["own"], both["other"], strict=True)))
    for at, form in enumerate(("agreement", "consistency")):
        own = found[at] if found and found[at].allowed else None
        for end, name in (("", "value"), ("_low", "low"), ("_high", "high")):
            yield figure(f"quality.{{kinds}}.icc_{form}{end}", _two(own, name), _behind(both), **said)


def _ranks(said: Mapping[str, str], both: pd.DataFrame) -> Iterator[Figure]:
    """A4: whether the order of the own scores says anything of the order of the others."""
    found = agreement.ranks(list(both["own"]), list(both["other"]))
    known = found if found and found.allowed else None
    order = None
    if known:
        order = "有参考作用" if known.informative else "看不出有参考作用"
    behind = _behind(both)
    yield figure("quality.{kinds}.order", order, behind, **said)
    yield figure("quality.{kinds}.tau", _two(known, "tau"), behind, **said)
    for name in ("tied_percent", "bottom_percent", "top_percent", "blind_percent"):
        yield figure(f"quality.{{kinds}}.{name}", getattr(known, name, None), behind, **said)


def _heaps(said: Mapping[str, str], both: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    """A5: own scores at the full mark and on round numbers, and those around where the best grade begins."""
    scores = list(both["own"])
    behind = _behind(both)
    for mass in heaping.masses(scores, ROUND):
        value = mass.count if mass.allowed else None
        there = _behind(both[[score == mass.score for score in scores]] if scores else both)
        yield figure("quality.{kinds}.at.{score}", value, there, score=numbers.plain(mass.score), **said)
    full = heaping.masses(scores, ROUND[:1])[0]
    yield figure("quality.{kinds}.full_percent", full.percent if full.allowed else None, behind, **said)
    limit = stated.best_grade(policy)
    found = heaping.jump(scores, limit)
    known = found if full.allowed and found.allowed else None
    limited = {**said, "limit": numbers.plain(limit)}
    yield figure("quality.{kinds}.below_limit", known.below if known else None, behind, **limited)
    yield figure("quality.{kinds}.above_limit", known.above if known else None, behind, **limited)
    says = None
    if known:
        says = "之上异常地多" if known.suspicious else "两侧没有异常"
    yield figure("quality.{kinds}.limit_says", says, behind, **limited)
    digits = heaping.last_digits(scores)
    even = None
    if digits and digits.allowed:
        even = "有异常" if digits.chance < Decimal("0.05") else "没有异常"
    yield figure("quality.{kinds}.digits", even, behind, **said)


def _intervals(said: Mapping[str, str], both: pd.DataFrame, policy: Policy) -> Iterator[Figure]:
    """A20: how sure the means and the shares of the best grade are, drawn by department."""
    best = stated.best_grade(policy)
    for side in ("own", "other"):
        by_department = of_departments(both, side)
        shares = {name: [_HUNDRED * (score >= best) for score in own] for name, own in by_department.items()}
        for name, values in (("mean", by_department), ("best", shares)):
            found = resampling.interval(values)
            known = found if found and found.allowed else None
            sided = {**said, "side": side, "scores": said[side], "limit": numbers.plain(best)}
            for end, part in _ENDS.items():
                key = f"quality.{{kinds}}.{{side}}_{name}{end}"
                yield figure(key, _two(known, part), _behind(both), **sided)


def of_departments(both: pd.DataFrame, column: str) -> dict[str, list[Decimal]]:
    """The values of a column by department."""
    return {str(name): list(rows[column]) for name, rows in both.groupby("department_id", sort=False)}


def _district(
    said: Mapping[str, str], kind: SubjectKind, tables: Tables, both: pd.DataFrame
) -> Iterator[Figure]:
    """A7: the mean of all subjects as the random arm of the sample tells it."""
    of_kind = set(tables["subjects"].loc[lambda rows: rows["kind"] == kind, "subject_id"])
    frame, samples = (
        tables[name][tables[name]["subject_id"].isin(of_kind)] for name in ("sample_frame", "samples")
    )
    drawn = samples[samples["arm"] == Arm.RANDOM]
    given = dict(zip(both["subject_id"], both["other"], strict=True))
    reviewed = drawn[drawn["subject_id"].isin(given)]
    scores = {
        str(name): [given[subject] for subject in rows["subject_id"]]
        for name, rows in reviewed.groupby("stratum", sort=False)
    }
    sizes = {str(name): int(size) for name, size in frame["stratum"].value_counts(sort=False).items()}
    found = weighting.district_mean(sizes, scores) if len(reviewed) == len(drawn) else None
    known = found if found and found.allowed else None
    behind = Rows.of("samples", drawn, "subject_id")
    every = [given[subject] for subject in samples["subject_id"] if subject in given]
    plain = numbers.rounded(sum(every, Decimal(0)) / len(every)) if known else None
    yield figure("quality.{kinds}.drawn_mean", plain, Rows.of("samples", samples, "subject_id"), **said)
    for end, part in _ENDS.items():
        yield figure(f"quality.{{kinds}}.district_mean{end}", _two(known, part), behind, **said)


def gaps(tables: Tables, totals: pd.DataFrame, pair: Compared) -> dict[str, list[Decimal]]:
    """For each department by how much the gap of each of its subjects passes the mean gap of subjects of its kind."""
    found: dict[str, list[Decimal]] = {}
    for kind in SubjectKind:
        both = pairs.of_kind(kind, totals, tables, pair.own, pair.other)
        if both.empty:
            continue
        mean = sum(both["gap"], Decimal(0)) / len(both)
        for name, own in of_departments(both, "gap").items():
            found.setdefault(name, []).extend(gap - mean for gap in own)
    return found


def funnel_of(values: Mapping[str, Sequence[Decimal]]) -> Funnel | None:
    """A8: the departments beside each other; None where there are too few of them."""
    found = funnel.funnel(values)
    return found if found and found.allowed else None


def _departments(values: Mapping[str, Sequence[Decimal]], totals: pd.DataFrame) -> Iterator[Figure]:
    found = funnel_of(values)
    behind = Rows.of(TOTALS, totals)
    largest = [group for group in found.groups if group.allowed] if found else []
    yield figure("quality.funnel.departments", found.n if found else None, behind)
    yield figure("quality.funnel.large", len(largest) if found else None, behind)
    for name, share in (("beyond_95", funnel.INNER), ("beyond_998", funnel.OUTER)):
        value = len(found.outside(share)) if found else None
        yield figure(f"quality.funnel.{name}", value, behind)
    yield figure("quality.funnel.dispersion", _two(found, "dispersion"), behind)

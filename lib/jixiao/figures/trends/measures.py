"""What of a year is held against other years: each measure with the key of its figure, and what its method rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jixiao.figures.model import Figure
from jixiao.kit.codes import Code
from jixiao.year.bands import Band
from jixiao.year.tiers import YearTier
from jixiao.year.words import SubjectKind, Tier

_SHARE = "_share"  # how the tier in the key of the share of a band ends
_DRAWN = "_drawn"  # how the key ends that counts what a tier that covers a sample has drawn


class Area(Code):
    """What a measure is about; each area has a table and a chart of its own."""

    COVERAGE = "coverage", "评价覆盖"
    SCORES = "scores", "自评和复核平均分"
    GRADES = "grades", "最高等级占比"
    EXECUTION = "execution", "预算执行率"
    PROBLEMS = "problems", "问题整改"


class Method(Code):
    """What must be the same in two years before a measure of them may be compared."""

    POLICY = "policy", "评分规则"
    REVIEW = "review", "复核的主体或范围"
    BANDS = "bands", "分数段"


@dataclass(frozen=True)
class Measure:
    """One number of a year: its name among the figures of trends, the key of its figure, its label in a panel."""

    name: str
    key: str
    area: Area
    label: str
    panel: str
    rests_on: tuple[Method, ...] = ()


def measures(own: YearTier | None, other: YearTier | None) -> Iterator[Measure]:
    """All measures, in the order of the report; `own` and `other` are the self-evaluation and what it is held against."""
    self_id = own.id if own else str(Tier.SELF)
    other_id = other.id if other else str(Tier.REVIEW)
    yield from _coverage()
    for kind in SubjectKind:
        yield from _scores(kind, self_id, other_id)
    for kind in SubjectKind:
        yield from _grades(kind, self_id, other_id)
    for kind in SubjectKind:
        key = f"evaluation.{kind.key}.execution_percent"
        label = f"{kind.words}预算执行率"
        yield Measure(f"{kind.key}_execution", key, Area.EXECUTION, label, kind.words)
    yield from _problems()


def _coverage() -> Iterator[Measure]:
    for name, key, label in (
        ("coverage", "evaluation.unit_coverage_percent", "自评覆盖率"),
        ("share", "evaluation.share_of_initial_budget_percent", "自评金额占年初预算"),
        ("items", "evaluation.items", "自评的评价对象"),
        ("amount", "evaluation.amount_yi_yuan", "自评金额"),
    ):
        yield Measure(name, key, Area.COVERAGE, label, label)


def _scores(kind: SubjectKind, self_id: str, other_id: str) -> Iterator[Measure]:
    key = f"evaluation.{kind.key}"
    gap = "mean_gap" if other_id == Tier.REVIEW else f"{other_id}_mean_gap"
    reviewed = (Method.POLICY, Method.REVIEW)
    for name, end, label, rests in (
        ("self", f"{self_id}_mean", "自评平均分", (Method.POLICY,)),
        ("other", f"{other_id}_mean", "复核平均分", reviewed),
        ("gap", gap, "平均差距", reviewed),
    ):
        label = f"{kind.words}{label}"
        yield Measure(f"{kind.key}_{name}", f"{key}.{end}", Area.SCORES, label, kind.words, rests)


def _grades(kind: SubjectKind, self_id: str, other_id: str) -> Iterator[Measure]:
    for name, tier, word, rests in (
        ("self_best", self_id, "自评", (Method.POLICY,)),
        ("other_best", other_id, "复核", (Method.POLICY, Method.REVIEW)),
    ):
        key = f"evaluation.{kind.key}.{tier}_best_grade_percent"
        label = f"{kind.words}{word}最高等级占比"
        yield Measure(f"{kind.key}_{name}", key, Area.GRADES, label, kind.words, rests)


def _problems() -> Iterator[Measure]:
    for name, key, label in (
        ("problems", "problems.count", "台账上的问题"),
        ("done", "problems.done_percent", "整改完成率"),
        ("left", "problems.earlier_open", "以前年度没有整改完的"),
        ("overdue", "problems.overdue", "逾期没有整改完的"),
    ):
        yield Measure(name, key, Area.PROBLEMS, label, label)


def basis(
    method: Method, figures: Mapping[str, Figure], other: YearTier | None
) -> tuple[tuple[str, str], ...] | None:
    """What the figures of a year say of a method, to be held against another year; None where they say nothing.

    Of bands, and of a part that was drawn, it counts that they are there; of all else what they say.
    """
    said = [
        (key, "" if band_of(key) or key.endswith(_DRAWN) else figures[key].number)
        for key in figures
        if _tells(method, key, other)
    ]
    return tuple(sorted(said)) or None


def _tells(method: Method, key: str, other: YearTier | None) -> bool:
    """Whether a figure says of a year how it was done."""
    if method is Method.POLICY:
        return key.startswith("policy.")
    tier = other.id if other else Tier.REVIEW
    if method is Method.REVIEW:
        return key in (f"tiers.{tier}.name", f"tiers.{tier}.by") or key.endswith(f".{tier}{_DRAWN}")
    return band_of(key) is not None


def band_of(key: str) -> tuple[str, str, Band] | None:
    """Kind, tier and band of a figure that counts the scores in a band; None for any other."""
    parts = key.split(".", 3)
    if len(parts) != 4 or parts[0] != "evaluation":
        return None
    _, kind, tier, text = parts
    if tier.endswith(_SHARE):
        return None
    try:
        return kind, tier, Band.parse(text)
    except ValueError:
        return None

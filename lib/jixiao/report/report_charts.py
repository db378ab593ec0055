"""The charts of a report by name, each drawn from an evaluated year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from jixiao.figures import trace
from jixiao.figures.evaluate import Evaluation
from jixiao.kit.errors import Fault, ProseError
from jixiao.kit.strict_yaml import suggestion
from jixiao.report import charts
from jixiao.report.charts import Bars, Points
from jixiao.report.table import Table
from jixiao.year.tiers import YearTier
from jixiao.year.words import SubjectKind, Tier

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Chart:
    """A chart without its number: what was drawn, what it says in words, and the table of what it shows."""

    id: str
    caption: str
    drawn: Figure
    alt: str
    data: Table
    note: str = ""

    def bundle(self, caption: str) -> dict[str, Any]:
        """The chart as a notebook output under its numbered `caption`."""
        data = replace(self.data, caption=f"{caption}（数据）")
        return charts.bundle(self.drawn, self.id, caption, self.alt, self.note, data)


def of(evaluation: Evaluation, name: str) -> Chart | None:
    """The chart `name` of CHARTS; None where there is nothing to show, ProseError for another name."""
    if name not in CHARTS:
        raise ProseError(Fault(f"图“{name}”", "没有这张图", remedy=suggestion(name, tuple(CHARTS))))
    return CHARTS[name](evaluation)


def distribution(evaluation: Evaluation, kind: SubjectKind) -> Chart | None:
    """How the scores of a kind of subjects are distributed, a panel for each tier that has bands and scores."""
    panels = [_panel(evaluation, kind, tier) for tier in trace.banded(evaluation, kind)]
    if not panels:
        return None
    counts = ["，".join(f"{b} {n} 个" for b, n in zip(p.labels, p.counts, strict=True)) for p in panels]
    parts = "；".join(f"{p.title}{c}" for p, c in zip(panels, counts, strict=True))
    return Chart(
        f"chart-{kind.key}",
        f"{kind.words}各层级得分分布",
        charts.distribution(panels, "个"),
        f"{_DRAWN.get(len(panels), '多幅条形图')}。{parts}。",
        charts.bars_data(panels, ("评价层级", "分数段", "个数（个）"), ""),
    )


_DRAWN = {1: "条形图", 2: "上下两幅条形图", 3: "上下三幅条形图"}


def _panel(evaluation: Evaluation, kind: SubjectKind, tier: YearTier) -> Bars:
    figures = evaluation.figures
    key = f"evaluation.{kind.key}.{tier.id}"
    bands = tier.bands[kind.key]
    labels = [band.label for band in bands]
    keys = [f"{key}.{band.text}" for band in bands]
    if figures[f"{key}.other"].value:
        labels.append("其他分数")
        keys.append(f"{key}.other")
    counts = [int(figures[each].value or 0) for each in keys]
    color = charts.DARK if tier.is_self else charts.MID
    return Bars(tier.name, labels, counts, color, keys)


def agreement(evaluation: Evaluation, against: str = Tier.REVIEW) -> Chart | None:
    """Each subject's self score against the one that another tier gave; nothing where no subject has both."""
    tiers = evaluation.params.tiers
    if Tier.SELF not in tiers or against not in tiers:
        return None
    pair = (tiers[Tier.SELF], tiers[against])
    groups = [group for group in (_points(evaluation, kind, pair) for kind in SubjectKind) if group.x]
    if not groups:
        return None
    below = sum(y < x for group in groups for x, y in zip(group.x, group.y, strict=True))
    count = sum(len(group.x) for group in groups)
    own, other = (tier.name for tier in pair)
    scores = (f"{own}得分（分）", f"{other}得分（分）")
    invented = evaluation.params.reconstructed
    return Chart(
        "chart-agreement",
        f"各评价对象{own}与{other}得分",
        charts.scatter(groups, *scores, "两分相等"),
        f"散点图，横轴为{own}得分，纵轴为{other}得分，共 {count} 个评价对象，"
        f"其中 {below} 个在两分相等的虚线之下，即{other}低于{own}。",
        charts.points_data(groups, ("评价对象", "类别", *scores), ""),
        "注：逐个评价对象的得分为重构数据，没有公布过。" if invented else "",
    )


def _points(evaluation: Evaluation, kind: SubjectKind, pair: tuple[YearTier, YearTier]) -> Points:
    both = [tier.total for tier in pair]
    totals = evaluation.totals
    rows = totals[totals["kind"] == kind].dropna(subset=both)
    rows = rows.sort_values(both, ascending=False, kind="stable")
    names = [str(row.name or row.subject_id) for row in rows[["subject_id", "name"]].itertuples(index=False)]
    if evaluation.params.reconstructed:  # reconstructed scores are not set beside real names
        names = [f"{kind.words}（{at}）" for at in range(1, len(rows) + 1)]
    style = ("o", charts.DARK, False) if kind is SubjectKind.DEPARTMENT else ("^", charts.MID, True)
    own, other = (list(rows[column]) for column in both)
    return Points(kind.words, own, other, *style, names)


CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {
    **{f"scores.{kind.key}": partial(distribution, kind=kind) for kind in SubjectKind},
    "agreement": agreement,
}

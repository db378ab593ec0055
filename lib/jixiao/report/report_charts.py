"""The charts of a report by name, each drawn from an evaluated year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from jixiao.figures.evaluate import Evaluation
from jixiao.kit.errors import Fault, ProseError
from jixiao.kit.strict_yaml import suggestion
from jixiao.report import charts
from jixiao.report.charts import Bars, Points
from jixiao.report.table import Table
from jixiao.year.words import SCORED_TIERS, SubjectKind, Tier

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


def distribution(evaluation: Evaluation, kind: SubjectKind) -> Chart:
    """How the scores of a kind of subjects are distributed, a panel a tier."""
    panels = [_panel(evaluation, kind, tier) for tier in SCORED_TIERS]
    counts = ["，".join(f"{b} {n} 个" for b, n in zip(p.labels, p.counts, strict=True)) for p in panels]
    parts = "；".join(f"{p.title}{c}" for p, c in zip(panels, counts, strict=True))
    return Chart(
        f"chart-{kind.key}",
        f"{kind.words}自评与复核得分分布",
        charts.distribution(panels, "个"),
        f"上下两幅条形图。{parts}。",
        charts.bars_data(panels, ("评价层级", "分数段", "个数（个）"), ""),
    )


def _panel(evaluation: Evaluation, kind: SubjectKind, tier: Tier) -> Bars:
    figures = evaluation.figures
    key = f"evaluation.{kind.key}.{tier}"
    bands = evaluation.params.bands[f"{kind.key}.{tier}"]
    labels = [band.label for band in bands]
    keys = [f"{key}.{band.text}" for band in bands]
    if figures[f"{key}.other"].value:
        labels.append("其他分数")
        keys.append(f"{key}.other")
    counts = [int(figures[each].value or 0) for each in keys]
    color = charts.DARK if tier is Tier.SELF else charts.MID
    return Bars(tier.words, labels, counts, color, keys)


def agreement(evaluation: Evaluation) -> Chart | None:
    """Each subject's self score against its review score; nothing where no subject has both."""
    groups = [group for group in (_points(evaluation, kind) for kind in SubjectKind) if group.x]
    if not groups:
        return None
    below = sum(y < x for group in groups for x, y in zip(group.x, group.y, strict=True))
    count = sum(len(group.x) for group in groups)
    scores = ("单位自评得分（分）", "财政复核得分（分）")
    invented = evaluation.params.reconstructed
    return Chart(
        "chart-agreement",
        "各评价对象自评得分与复核得分",
        charts.scatter(groups, *scores, "自评＝复核"),
        f"散点图，横轴为自评得分，纵轴为复核得分，共 {count} 个评价对象，"
        f"其中 {below} 个在两分相等的虚线之下，即复核低于自评。",
        charts.points_data(groups, ("评价对象", "类别", *scores), ""),
        "注：逐个评价对象的得分为重构数据，没有公布过。" if invented else "",
    )


def _points(evaluation: Evaluation, kind: SubjectKind) -> Points:
    both = [tier.total for tier in SCORED_TIERS]
    totals = evaluation.totals
    rows = totals[totals["kind"] == kind].dropna(subset=both)
    rows = rows.sort_values(both, ascending=False, kind="stable")
    names = [str(row.name or row.subject_id) for row in rows[["subject_id", "name"]].itertuples(index=False)]
    if evaluation.params.reconstructed:  # reconstructed scores are not set beside real names
        names = [f"{kind.words}（{at}）" for at in range(1, len(rows) + 1)]
    style = ("o", charts.DARK, False) if kind is SubjectKind.DEPARTMENT else ("^", charts.MID, True)
    own, review = (list(rows[column]) for column in both)
    return Points(kind.words, own, review, *style, names)


CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {
    **{f"scores.{kind.key}": partial(distribution, kind=kind) for kind in SubjectKind},
    "agreement": agreement,
}

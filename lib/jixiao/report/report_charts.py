"""The charts of a report by name, each drawn from an evaluated year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from jixiao.figures import trace
from jixiao.figures.evaluate import Evaluation
from jixiao.kit.errors import Fault, ProseError
from jixiao.kit.strict_yaml import suggestion
from jixiao.report import charts, mimes
from jixiao.report.charts import Bars, Points
from jixiao.report.table import Cell, Column, Table, text
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
    public: Chart | None = None  # what the public edition has in its place

    def bundle(self, caption: str) -> dict[str, Any]:
        """The chart as a notebook output under its numbered `caption`."""
        data = replace(self.data, caption=f"{caption}（数据）")
        drawn = charts.bundle(self.drawn, self.id, caption, self.alt, self.note, data)
        return drawn | ({mimes.PUBLIC: self.public.bundle(caption)} if self.public else {})


def of(evaluation: Evaluation, name: str) -> Chart | None:
    """The chart `name` of CHARTS; None where there is nothing to show, ProseError for another name."""
    if name not in CHARTS:
        raise ProseError(Fault(f"图“{name}”", "没有这张图", remedy=suggestion(name, tuple(CHARTS))))
    return CHARTS[name](evaluation)


def distribution(evaluation: Evaluation, kind: SubjectKind) -> Chart | None:
    """How the scores of a kind of subjects are distributed, a panel for each tier that has bands and scores."""
    tiers = [
        tier
        for tier in trace.banded(evaluation, kind)
        if evaluation.figures[f"evaluation.{kind.key}.{tier.id}_count"].value
    ]
    if not tiers:
        return None
    panels = [_panel(evaluation, kind, tier) for tier in tiers]
    counts = ["，".join(f"{b} {n} 个" for b, n in zip(p.labels, p.counts, strict=True)) for p in panels]
    parts = "；".join(f"{p.title}{c}" for p, c in zip(panels, counts, strict=True))
    return Chart(
        f"chart-{kind.key}",
        f"{kind.words}各层级得分分布",
        charts.distribution(panels, "个"),
        f"{_DRAWN.get(len(panels), '多幅条形图')}。{parts}。",
        charts.bars_data(panels, ("评价层级", "分数段", "个数（个）"), ""),
    )


_LOW = 50  # points: below it bands of five would be too many
_BANDS = "注：各段含起点，不含终点。"
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
        _counted(groups, scores, (count, below), invented=invented),
    )


def _counted(
    groups: Sequence[Points], scores: tuple[str, str], said: tuple[int, int], *, invented: bool
) -> Chart:
    """The same two scores of all subjects, counted by bands, so that no single score can be read off."""
    lowest = min(min(*group.x, *group.y) for group in groups)
    step = 5 if lowest >= _LOW else 10
    cells = [
        Counter((int(x) // step * step, int(y) // step * step) for x, y in zip(group.x, group.y, strict=True))
        for group in groups
    ]
    total = sum(cells, Counter())
    own, other = scores
    rows = [
        [
            text(charts.band(x, step)),
            text(charts.band(y, step)),
            *(Cell(str(each[x, y]), str(each[x, y])) for each in cells),
        ]
        for x, y in sorted(total, reverse=True)
    ]
    heads = [Column(own), Column(other), *(Column(f"{group.label}（个）", "right") for group in groups)]
    count, below = said
    own_name, other_name = (one.removesuffix("得分（分）") for one in scores)
    return Chart(
        "chart-agreement",
        f"各评价对象{own_name}与{other_name}得分",
        charts.grid(total, step, own, other),
        f"方格图，横轴为{own_name}得分，纵轴为{other_name}得分，每 {step} 分一段，格中为个数，共 {count} 个评价对象，"
        f"其中 {below} 个{other_name}低于{own_name}；虚线上两分相等。",
        Table("", "", heads, rows, [_BANDS]),
        "注：个数由重构数据推算，没有公布过。" if invented else "",
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

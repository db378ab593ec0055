"""The charts of a report by name, each drawn from an evaluated year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from jixiao.figures import stated, trace
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.model import LIST_MARK
from jixiao.figures.model import Figure as FigureOfReport
from jixiao.kit import numbers
from jixiao.kit.errors import Fault, ProseError
from jixiao.kit.strict_yaml import suggestion
from jixiao.report import charts, prose
from jixiao.report.charts import Bars, Moves, Points, Series
from jixiao.report.parts import (
    agencies,
    ex_ante,
    follow_up,
    monitoring,
    problems,
    proposals,
    quality,
    quality_content,
    sampling,
    target_review,
    trends,
)
from jixiao.report.parts.cells import mark, note
from jixiao.report.parts.chart import Chart
from jixiao.report.parts.province import province_charts
from jixiao.rules import causes, grades
from jixiao.year import bands
from jixiao.year.bands import Band
from jixiao.year.tiers import YearTier
from jixiao.year.words import SubjectKind, Tier


def of(evaluation: Evaluation, name: str) -> Chart | None:
    """The chart `name` of CHARTS; None where there is nothing to show, ProseError for another name."""
    if name not in CHARTS:
        raise ProseError(Fault(f"图“{name}”", "没有这张图", remedy=suggestion(name, tuple(CHARTS))))
    return CHARTS[name](evaluation)


def distribution(evaluation: Evaluation, kind: SubjectKind) -> Chart | None:
    """How the scores of a kind of subjects are distributed, by each tier that has bands and scores.

    All tiers are on common bands: those that overlap are counted as one. Where that would leave one band alone, each
    tier has a panel with its own.
    """
    tiers = trace.banded(evaluation, kind)
    if not tiers:
        return None
    common = bands.common([tier.bands[kind.key] for tier in tiers])
    found = _highs(evaluation, kind, tiers, common)
    columns = ("评价层级", "分数段", "个数（个）")
    if len(common) > 1 or max(len(tier.bands[kind.key]) for tier in tiers) == 1:
        labels, series = _series(evaluation, kind, tiers, common)
        drawn = charts.grouped(labels, series, "个", found)
        data = charts.series_data(labels, series, columns, "")
        said = {one.name: list(zip(labels, one.counts, strict=True)) for one in series}
    else:
        panels = [_panel(evaluation, kind, tier) for tier in tiers]
        drawn = charts.distribution(panels, "个")
        data = charts.bars_data(panels, columns, "")
        said = {one.title: list(zip(one.labels, one.counts, strict=True)) for one in panels}
    parts = "；".join(
        name + "，".join(f"{label} {count} 个" for label, count in counts if count)
        for name, counts in said.items()
    )
    alt = f"条形图。{''.join(found)}。{parts}。"
    names = LIST_MARK.join(tier.name for tier in tiers)
    return Chart(f"chart-{kind.key}", f"{kind.words}{names}得分分布", drawn, alt, data)


def _highs(
    evaluation: Evaluation, kind: SubjectKind, tiers: Sequence[YearTier], common: Sequence[Band]
) -> list[str]:
    """What the chart shows, a line for each tier: how many units have the best grade.

    Where the `common` bands have no end there, but one near the full mark, all tiers are told by that.
    """
    high, best = stated.near_full(evaluation.policy), stated.best_grade(evaluation.policy)
    ends = {band.low for band in common}
    name, limit = ("near_full", high) if best not in ends and high in ends else ("best_grade", best)
    lines = []
    for tier in tiers:
        key = f"evaluation.{kind.key}.{tier.id}_{name}"
        count, part = (evaluation.figures[each] for each in (key, f"{key}_percent"))
        mark = prose.mark_of(count, marked=evaluation.params.reconstructed)
        reached = f"达到{numbers.plain(limit)}分"
        if not count.value:
            said = f"没有{reached}的{mark}"
        elif part.value == 100:
            said = f"全部{count.display}{mark}{reached}"
        else:
            said = f"有{count.display}{mark}{reached}" + (f"，占{part.display}{mark}" if tier.is_self else "")
        lines.append(f"{tier.name}{said}")
    return [f"{line}；" for line in lines[:-1]] + lines[-1:]


def _series(
    evaluation: Evaluation, kind: SubjectKind, tiers: Sequence[YearTier], common: Sequence[Band]
) -> tuple[list[str], list[Series]]:
    """The labels of the common bands, and the counts of each tier in them, sums of those that the report prints."""
    figures = evaluation.figures
    others = {tier.id: figures[f"evaluation.{kind.key}.{tier.id}.other"] for tier in tiers}
    labels = [band.label for band in common]
    labels += ["其他分数"] if any(one.value for one in others.values()) else []
    series = []
    for tier in tiers:
        counts: list[int | Decimal | None] = []
        keys: list[str | None] = []
        for band in common:
            inside = [
                f"evaluation.{kind.key}.{tier.id}.{b.text}" for b in tier.bands[kind.key] if b.meets(band)
            ]
            known = inside or not others[tier.id].value  # a score outside its bands may lie here
            counts.append(sum(int(figures[key].value or 0) for key in inside) if known else None)
            keys.append(inside[0] if len(inside) == 1 else None)
        if len(labels) > len(common):
            counts.append(int(others[tier.id].value or 0))
            keys.append(others[tier.id].key)
        series.append(Series(tier.name, counts, keys))
    return labels, series


def _panel(evaluation: Evaluation, kind: SubjectKind, tier: YearTier) -> Bars:
    figures = evaluation.figures
    key = f"evaluation.{kind.key}.{tier.id}"
    own = tier.bands[kind.key]
    labels = [band.label for band in own]
    keys = [f"{key}.{band.text}" for band in own]
    if figures[f"{key}.other"].value:
        labels.append("其他分数")
        keys.append(f"{key}.other")
    counts = [int(figures[each].value or 0) for each in keys]
    color = charts.DARK if tier.is_self else charts.MID
    return Bars(tier.name, labels, counts, color, keys)


def _compared(evaluation: Evaluation) -> tuple[YearTier, YearTier] | None:
    """The self-evaluation and the tier that is held against it: the review, or else the first that gave scores."""
    tiers = evaluation.params.tiers
    others = [tier for tier in trace.scored(evaluation) if not tier.is_self]
    if Tier.SELF not in tiers or not others:
        return None
    return tiers[Tier.SELF], next((tier for tier in others if tier.id == Tier.REVIEW), others[0])


def agreement(evaluation: Evaluation) -> Chart | None:
    """Each subject's self score against the one that another tier gave, and how grades moved; nothing without both."""
    pair = _compared(evaluation)
    groups = [_points(evaluation, kind, pair) for kind in SubjectKind] if pair else []
    groups = [group for group in groups if group.x]
    if not pair or not groups:
        return None
    below = sum(y < x for group in groups for x, y in zip(group.x, group.y, strict=True))
    count = sum(len(group.x) for group in groups)
    own, other = (tier.name for tier in pair)
    columns = (f"{own}得分（分）", f"{other}得分（分）", f"{own}等级", f"{other}等级")
    invented = evaluation.params.reconstructed
    mark = prose.MARK if invented else ""
    if below == count:
        found = [f"{count}个评价对象的{other}全部{mark}低于{own}"]
    elif below:
        found = [f"{count}个评价对象中，有{below}个{mark}的{other}低于{own}"]
    else:
        found = [f"没有{other}低于{own}的评价对象{mark}"]
    moved = _moves(evaluation, groups, (own, other))
    said = ""
    if moved:
        found = [f"{found[0]}；", _kept(moved, grades.names(evaluation.policy)[0], mark)]
        said = "等级变化：" + "，".join(
            f"{before}到{after} {number} 个"
            for before, line in zip(moved.before, moved.counts, strict=True)
            for after, number in zip(moved.after, line, strict=True)
            if number
        ) + "。"  # fmt: skip
    full = sum(x == 100 for group in groups for x in group.x)
    caption = f"各评价对象{own}与{other}得分和等级"
    axes = f"横轴为{own}得分，纵轴为{other}得分，共 {count} 个评价对象，其中 {below} 个在两分相等的虚线之下"
    far = "、".join(
        f"{name}（{numbers.plain(x)}分，{numbers.plain(y)}分）" for name, x, y in charts.furthest(groups)
    )
    step = charts.step_of(groups)
    public = Chart(
        "chart-agreement",
        caption,
        charts.binned(groups, *columns[:2], "两分在同一段", found, moved),
        f"方格图，横为{own}得分，竖为{other}得分，共 {count} 个评价对象；每 {step} 分一段，格中为个数。{''.join(found)}。{said}",
        charts.binned_data(groups, columns[:2], ""),
        f"注：每{step}分一段，含起点，不含终点，满分单列{'；个数由重构数据推算，没有公布过' if invented else ''}。",
    )
    return Chart(
        "chart-agreement",
        caption,
        charts.scatter(groups, *columns[:2], "两分相等", found, moved),
        f"散点图，{axes}；上边和右边的条形是各分的个数，{own}满分的 {full} 个。{''.join(found)}。{said}"
        + (f"离虚线最远的：{far}。" if far else ""),
        charts.points_data(groups, ("评价对象", "类别", *columns[: 4 if moved else 2]), ""),
        "注：逐个评价对象的得分和等级为重构数据，没有公布过。" if invented else "",
        public,
    )


def _kept(moved: Moves, best: str, mark: str) -> str:
    """How many had the best grade, and how many of them kept it."""
    own, other = moved.heads
    if best not in moved.before:
        return f"{own}没有为{best}的"
    line = moved.counts[list(moved.before).index(best)]
    kept = line[list(moved.after).index(best)] if best in moved.after else 0
    return f"{own}为{best}的{sum(line)}个{mark}，{other}" + (
        f"仍为{best}的{kept}个{mark}" if kept else f"没有仍为{best}的"
    )


def _moves(evaluation: Evaluation, groups: Sequence[Points], heads: tuple[str, str]) -> Moves | None:
    """All subjects by both grades, from the best grade that occurs to the worst; None where one has no grade."""
    both = [pair for group in groups for pair in group.grades]
    if not both:
        return None
    order = grades.names(evaluation.policy)
    before, after = ([name for name in order if name in {pair[side] for pair in both}] for side in (0, 1))
    counts = [[both.count((one, other)) for other in after] for one in before]
    return Moves(before, after, counts, heads, "等级变化（个）")


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
    given = list(zip(*(rows[tier.grade] for tier in pair), strict=True))
    return Points(kind.words, own, other, *style, names, given if all(map(all, given)) else ())


def losses(evaluation: Evaluation) -> Chart | None:
    """Why points were taken off: the share of each cause, the greatest first, for each kind of subjects beside the other."""
    pair = _compared(evaluation)
    if not pair:
        return None
    other = pair[1]
    found = {kind: _causes(evaluation, kind, other) for kind in SubjectKind}
    found = {kind: known for kind, known in found.items() if known}
    if not found:
        return None
    labels = list(dict.fromkeys(figure.short for known in found.values() for figure in known))
    series = []
    for kind, known in found.items():
        by_label = {figure.short: figure for figure in known}
        shares = [by_label[label].value if label in by_label else Decimal(0) for label in labels]
        keys = [by_label[label].key if label in by_label else None for label in labels]
        series.append(Series(kind.words, [one if isinstance(one, Decimal) else None for one in shares], keys))
    title = _most(found)
    said = "；".join(
        f"{kind.words}" + "，".join(f"{figure.short} {figure.display}" for figure in known)
        for kind, known in found.items()
    )
    return Chart(
        "chart-losses",
        f"{other.name}扣分的原因",
        charts.grouped(labels, series, f"%{mark(evaluation)}", title),
        f"条形图，各原因的扣分占全部扣分的百分数。{''.join(title)}。{said}。",
        charts.series_data(labels, series, ("类别", "扣分原因", "占比（%）"), ""),
        note(evaluation, "占该类对象全部扣分的百分数，按意见里写明的原因归类"),
    )


def _most(found: Mapping[SubjectKind, Sequence[FigureOfReport]]) -> list[str]:
    """For which cause most points were taken off, a line for each kind; also where the remarks name none."""
    most = {kind: max(known, key=lambda one: Decimal(str(one.value))).short for kind, known in found.items()}
    if not set(most.values()) & set(causes.UNNAMED):
        lines = [f"{kind.words}因{cause}" for kind, cause in most.items()]
        return [f"{line}、" for line in lines[:-1]] + [f"{lines[-1]}扣分最多"]
    lines = [
        f"{kind.words}扣分以{cause}的最多" if cause in causes.UNNAMED else f"{kind.words}因{cause}扣分最多"
        for kind, cause in most.items()
    ]
    return [f"{line}；" for line in lines[:-1]] + lines[-1:]


def _causes(evaluation: Evaluation, kind: SubjectKind, tier: YearTier) -> list[FigureOfReport]:
    """The figures of the causes for which a tier took points off, those that it named."""
    prefix = f"evaluation.{kind.key}.{tier.id}_cause."
    return [one for key, one in evaluation.figures.items() if key.startswith(prefix) and one.value]


CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {
    **{f"scores.{kind.key}": partial(distribution, kind=kind) for kind in SubjectKind},
    "agreement": agreement,
    "losses": losses,
    **agencies.CHARTS,
    **ex_ante.CHARTS,
    **follow_up.CHARTS,
    **proposals.CHARTS,
    **problems.CHARTS,
    **monitoring.CHARTS,
    **quality.CHARTS,
    **quality_content.CHARTS,
    **sampling.CHARTS,
    **target_review.CHARTS,
    **province_charts.CHARTS,
    **trends.CHARTS,
}

"""The charts of a province: money evaluated, scores of districts side by side, gaps in a funnel, points lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from jixiao.analysis import funnel
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.province import levels, province, province_figures
from jixiao.figures.province.province import Province, Spread
from jixiao.figures.province.sources import Standing
from jixiao.figures.province.ways import Group
from jixiao.figures.trends.measures import Method
from jixiao.kit import numbers
from jixiao.report import charts
from jixiao.report.charts import Series
from jixiao.report.parts.cells import amount_cell, count_cell, mark, note
from jixiao.report.parts.chart import Chart
from jixiao.report.parts.province import drawing
from jixiao.report.parts.province.drawing import Dot, Place, Reach
from jixiao.report.table import Cell, Column, Table, text
from jixiao.year.words import SubjectKind

_SHARE = "share"  # the measure of money evaluated
_REACH = ("十分之一到十分之九的对象", "中位数")
_STEPS = 60  # points from which a line of limits is drawn
_LOST = 12  # second levels that are drawn


def coverage(evaluation: Evaluation) -> Chart | None:
    """What share of its budget each district evaluated."""
    found = evaluation.province
    measure = found and next((one for one in found.measures if one.name == _SHARE), None)
    values = found.values(measure) if found and measure else {}
    if not found or not measure or not values:
        return None
    figures = evaluation.figures
    low, middle = (figures[f"province.{_SHARE}.{name}"] for name in ("low", "median"))
    sign = mark(evaluation)
    title = [
        f"半数区县自评的金额占年初预算{middle.display}{sign}以上"
        if middle.value is not None
        else f"{len(values)}个区县自评的金额占年初预算的比重{sign}"
    ]
    listed = [(one.name, values.get(one.row)) for one in found.districts]
    drawn = drawing.shares(listed, title, Standing.MISSING.words)
    rest = [one for one in found.districts if one.row not in values]
    lacking = (
        f"；{province_figures.names(rest)}没有这个数，不画" if rest and len(listed) > drawing.FEW else ""
    )
    rows: list[list[Cell | None]] = [
        [text(found.by_row[row].name), amount_cell(values[row])]
        for row in sorted(values, key=lambda row: values[row])
    ]
    data = Table("", "", [Column("区县"), Column("自评金额占年初预算（%）", "right")], rows)
    ends = f"，最低 {low.display}" if low.value is not None else ""
    alt = f"条形图，一条一个区县，共 {len(values)} 个{ends}。{title[0]}。"
    return Chart(
        "chart-province-coverage", "各区县自评金额占年初预算的比重", drawn, alt, data,
        note(evaluation, f"区县按占比排列{lacking}"),
    )  # fmt: skip


def scores(evaluation: Evaluation, kind: SubjectKind) -> Chart | None:
    """The scores of each district in both tiers, districts of one way together."""
    found = evaluation.province
    if not found:
        return None
    tiers = {"own": "自评", "other": "复核"}
    spreads = {tier: province.spreads(found, kind, tier) for tier in tiers}
    rows = sorted({row for each in spreads.values() for row in each})
    if not rows:
        return None
    ordered = _in_groups(found, rows, spreads["own"])
    places = [
        Place(
            found.by_row[row].name,
            group.name,
            {tiers[tier]: _reach(each[row]) for tier, each in spreads.items() if row in each},
        )
        for group, row in ordered
    ]
    panels = [word for tier, word in tiers.items() if spreads[tier]]
    title = [_middles(evaluation, spreads, ordered)]
    groups = list(dict.fromkeys(group.name for group, _ in ordered))
    said = (
        "；".join(f"{drawing.sign(at)}{group}" for at, group in enumerate(groups)) if len(groups) > 1 else ""
    )
    apart = f"口径不同的分组排列，组间不比较（{said}）" if said else ""
    few = [one for one in found.with_rows if one.row not in rows and one.number(province.ITEMS)]
    left = f"{province_figures.names(few)}的{kind.words}不足十个，不画" if few else ""
    notes = "；".join(
        filter(None, (apart, left, "纵轴不从零起" if len(places) > drawing.FEW else "横轴不从零起"))
    )
    return Chart(
        f"chart-province-{kind.key}",
        f"各区县{kind.words}得分的分布",
        drawing.reaches(places, panels, _REACH, title),
        f"区间图，一条线一个区县，线从十分之一的对象到十分之九的对象，点为中位数，共 {len(places)} 个区县。{title[0]}。",
        _reach_data(found, ordered, spreads, tiers),
        note(evaluation, notes),
    )


def _in_groups(
    found: Province, rows: Sequence[int], spreads: Mapping[int, Spread]
) -> list[tuple[Group, int]]:
    """The districts by group, the largest first, in each by the middle of their own scores."""
    wanted = set(rows)
    lowest = Decimal(0)
    return [
        (group, row)
        for group in found.groups((Method.POLICY, Method.REVIEW))
        for row in sorted(
            wanted.intersection(group.rows),
            key=lambda row: (spreads[row].middle if row in spreads else lowest, row),
        )
    ]


def _reach(one: Spread) -> Reach:
    return Reach(one.low, one.middle, one.high)


def _middles(
    evaluation: Evaluation, spreads: Mapping[str, Mapping[int, Spread]], ordered: Sequence[tuple[Group, int]]
) -> str:
    """Between which scores the middles of the largest group lie, of both tiers."""
    first = ordered[0][0]
    own = [row for group, row in ordered if group == first]
    sign = mark(evaluation)
    parts = []
    for tier, word in (("own", "自评"), ("other", "复核")):
        middles = sorted(spreads[tier][row].middle for row in own if row in spreads[tier])
        if middles:
            ends = [numbers.plain(numbers.rounded(each, 1)) for each in (middles[0], middles[-1])]
            span = f"{ends[0]}到{ends[1]}分" if ends[0] != ends[1] else f"{ends[0]}分"
            parts.append(f"{word}{span}{sign}")
    return f"{first.name}{'的' * bool(first.name)}区县中位数：{'，'.join(parts)}"


def _reach_data(
    found: Province,
    ordered: Sequence[tuple[Group, int]],
    spreads: Mapping[str, Mapping[int, Spread]],
    tiers: Mapping[str, str],
) -> Table:
    rows: list[list[Cell | None]] = [
        [
            text(found.by_row[row].name),
            text(group.name),
            text(word),
            count_cell(one.count),
            *map(amount_cell, (one.low, one.middle, one.high)),
        ]
        for group, row in ordered
        for tier, word in tiers.items()
        if (one := spreads[tier].get(row))
    ]
    heads = ("对象（个）", "十分之一（分）", "中位数（分）", "十分之九（分）")
    columns = [Column("区县"), Column("口径"), Column("层级"), *(Column(head, "right") for head in heads)]
    return Table("", "", columns, rows)


def funnel_chart(evaluation: Evaluation) -> Chart | None:
    """Districts by number of subjects and by how far their gap passes that of all."""
    found = evaluation.province
    own = found and province_figures.funnel_of(found)
    if not found or not own:
        return None
    group, made = own
    shown = [one for one in made.groups if one.allowed]
    beyond = made.outside(funnel.OUTER)
    far = {one.name for one in beyond}
    order = [*beyond, *(one for one in shown if one.name not in far)]
    dots = [
        Dot(one.n, one.mean - made.centre, found.by_row[int(one.name)].name if one.name in far else "")
        for one in order
    ]
    widest = max(one.n for one in shown)
    smallest = min(one.n for one in shown)
    at = sorted({max(round(widest * (step / _STEPS) ** 2), smallest) for step in range(1, _STEPS + 1)})
    limits = [
        (label, [(n, numbers.rounded(made.reach(n, share), 4)) for n in at])
        for label, share in (("95%控制线", funnel.INNER), ("99.8%控制线", funnel.OUTER))
    ]
    counted = evaluation.figures["province.funnel.beyond_998"]
    sign = mark(evaluation)
    title = [
        f"{counted.display}{sign}区县自评与复核的差距超出99.8%控制线"
        if beyond
        else f"没有区县的差距超出99.8%控制线{sign}"
    ]
    rows: list[list[Cell | None]] = [
        [
            text(found.by_row[int(one.name)].name),
            count_cell(one.n),
            *(amount_cell(numbers.rounded(each)) for each in (
                one.mean - made.centre, made.reach(one.n, funnel.INNER), made.reach(one.n, funnel.OUTER)
            )),
        ]
        for one in sorted(shown, key=lambda one: -abs(one.z))
    ]  # fmt: skip
    heads = ("可比对象（个）", "比同类高出（分）", "95%控制线（±分）", "99.8%控制线（±分）")
    data = Table("", "", [Column("区县"), *(Column(head, "right") for head in heads)], rows)
    outside = [one for one in found.with_rows if one.row not in {int(each.name) for each in made.groups}]
    left = f"口径不同或没有复核得分的{len(outside)}个区县不在内" if outside else ""
    few = len(made.groups) - len(shown)
    small = f"{few}个区县的可比对象不足三个，不画" if few else ""
    where = f"口径为{group.name}" if group.name else ""
    return Chart(
        "chart-province-funnel",
        "各区县自评与复核的差距和评价对象数",
        drawing.funnel(dots, limits, ("可比的评价对象（个）", "比同类多高出（分）"), title),
        f"漏斗图，横轴为区县的可比对象数，纵轴为自评比复核高出的分数减同类平均，两对曲线为控制线，共 {len(shown)} 个区县。{title[0]}。",
        data,
        note(evaluation, "；".join(filter(None, (where, left, small, "控制线按区县间的离散放宽")))),
    )


def lost(evaluation: Evaluation) -> Chart | None:
    """The share of points that each second level lost, in self-evaluation and in the review."""
    found = evaluation.province
    own = found and levels.main(found)
    if not own:
        return None
    lines = [line for line in own.lines if line.weight][:_LOST]
    series = [Series("自评", [_rest(line.own_percent) for line in lines])]
    if own.reviewed:
        series.append(Series("复核", [_rest(line.other_percent) for line in lines]))
    labels = [line.name or line.level1 for line in lines]
    most = evaluation.figures["province.levels.most"]
    share = evaluation.figures["province.levels.most_percent"]
    sign = mark(evaluation)
    word = "复核" if own.reviewed else "自评"
    title = [
        f"{word}的失分有{share.display}{sign}在{most.number}"
        if most.value is not None
        else f"{word}没有失分{sign}"
    ]
    said = "；".join(
        f"{label}"
        + "，".join(
            f"{one.name} {numbers.plain(value)}%"
            for one in series
            if isinstance(value := one.counts[at], Decimal)
        )
        for at, label in enumerate(labels)
    )
    where = f"；口径为{own.name}" if own.name else ""
    return Chart(
        "chart-province-levels",
        "各二级指标的失分率",
        charts.grouped(labels, series, "%", title),
        f"条形图，每个二级指标的失分率。{title[0]}。{said}。",
        charts.series_data(labels, series, ("层级", "二级指标", "失分率（%）"), ""),
        note(evaluation, f"失分率是没有得到的分值占分值的比重，失分多的在前{where}"),
    )


def _rest(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else Decimal(100) - percent


CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {
    "province.coverage": coverage,
    **{f"province.scores.{kind.key}": partial(scores, kind=kind) for kind in SubjectKind},
    "province.funnel": funnel_chart,
    "province.levels": lost,
}

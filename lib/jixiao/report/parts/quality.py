"""The tables and charts of how well self-evaluation holds: agreement, order, heaping, departments, sureness of means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from jixiao.analysis import funnel, pairs
from jixiao.figures import stated
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.model import Figure
from jixiao.figures.self_evaluation import quality
from jixiao.kit import numbers
from jixiao.report import charts, prose
from jixiao.report.charts import Series
from jixiao.report.parts import drawing
from jixiao.report.parts.cells import count_cell, mark, marks, note, number
from jixiao.report.parts.chart import Chart
from jixiao.report.parts.drawing import Dot, Span
from jixiao.report.table import Cell, Column, Table, text
from jixiao.year.words import SubjectKind


def known(evaluation: Evaluation, key: str) -> Figure | None:
    """The figure, where it is there and has a value."""
    found = evaluation.figures.get(key) if key in evaluation.figures else None
    return found if found is not None and found.value is not None else None


def value(found: Figure | None) -> Decimal | None:
    """The number of a figure, where there is one."""
    return found.value if found is not None and isinstance(found.value, Decimal) else None


def _span(evaluation: Evaluation, label: str, middle: str, low: str, high: str) -> Span | None:
    found = value(known(evaluation, middle))
    ends = [value(known(evaluation, key)) for key in (low, high)]
    return None if found is None else Span(label, found, *ends)


def bias_chart(evaluation: Evaluation) -> Chart | None:
    """A2: for each kind the mean difference and the limits that hold 95 % of the differences."""
    found = [
        _span(evaluation, kind.words, f"{key}.bias", f"{key}.limit_low", f"{key}.limit_high")
        for kind in SubjectKind
        for key in (f"quality.{kind.key}",)
    ]
    lines = [one for one in found if one]
    if not lines:
        return None
    sign = mark(evaluation)
    parts = [f"{one.label}自评平均高{numbers.plain(one.middle)}分{sign}" for one in lines]
    title = [f"{part}；" for part in parts[:-1]] + parts[-1:]
    said = "；".join(
        f"{one.label}平均 {numbers.plain(one.middle)}"
        + (
            ""
            if one.low is None or one.high is None
            else f"，约95%在 {numbers.plain(one.low)} 到 {numbers.plain(one.high)} 之间"
        )
        for one in lines
    )
    names = ("约95%的对象在这一段", "平均差距")
    return Chart(
        "chart-quality-bias",
        "自评比复核高出的分数",
        drawing.spans(lines, "分", names, title, mark(evaluation)),
        f"区间图，横轴为自评减复核的分数，点为平均，线为约95%的对象所在的范围。{said}。",
        drawing.spans_data(lines, ("类别", "平均差距（分）", "一致性界限下限（分）", "上限（分）")),
        note(evaluation, "一致性界限为平均差距加减1.96倍标准差，不足三十个对象的不画"),
    )


_MEASURES = {  # rows of the table of agreement
    "bias": "平均差距（自评减复核）",
    "slope": "平均得分每高一分，差距的变化",
    "icc_agreement": "ICC(A,1)，绝对一致",
    "icc_consistency": "ICC(C,1)，相对一致",
}


def agreement_table(evaluation: Evaluation) -> Table | None:
    """A2, A3: the mean difference and both intraclass correlations, each with its interval, by kind."""
    rows: list[list[Cell | None]] = []
    marked = marks(evaluation)
    for kind in SubjectKind:
        own = [name for name in _MEASURES if known(evaluation, f"quality.{kind.key}.{name}")]
        for at, name in enumerate(own):
            first = None if at else text(kind.words, rows=len(own))
            keys = [f"quality.{kind.key}.{name}{end}" for end in ("", "_low", "_high")]
            found = [known(evaluation, key) for key in keys]
            cells = [number(one, marked=marked) if one else text(None) for one in found]
            rows.append([first, text(_MEASURES[name]), *cells])
    if not rows:
        return None
    columns = [Column("类别"), Column("指标"), *(Column(head, "right") for head in ("数值", "下限", "上限"))]
    notes = [
        "注：上下限为95%区间。得分挤在满分附近时，组内相关系数因分数差别小而偏低，不说明评价人不可靠，因此以平均差距为准；绝对一致低于相对一致，差的就是普遍偏高。"
    ]
    return Table("quality-agreement", "自评与复核的一致程度", columns, rows, notes)


def order_chart(evaluation: Evaluation) -> Chart | None:
    """A4: how much of the lowest and the highest quarter by review the own order finds, beside a draw by lot."""
    kinds = [kind for kind in SubjectKind if known(evaluation, f"quality.{kind.key}.bottom_percent")]
    if not kinds:
        return None
    names = {"bottom_percent": "最低的四分之一", "top_percent": "最高的四分之一", "blind_percent": "抽签"}
    labels = list(names.values())
    series = []
    for kind in kinds:
        keys = [f"quality.{kind.key}.{name}" for name in names]
        series.append(Series(kind.words, [value(known(evaluation, key)) for key in keys], keys))
    title = [f"{kind.words}按自评能找出{_shown(evaluation, kind, 'bottom_percent')}最低的" for kind in kinds]
    title = [f"{line}；" for line in title[:-1]] + title[-1:]
    said = "；".join(
        kind.words + "，".join(f"{word} {_shown(evaluation, kind, name)}" for name, word in names.items())
        for kind in kinds
    )
    return Chart(
        "chart-quality-order",
        "按自评排序能找出多少复核最低和最高的",
        charts.grouped(labels, series, f"%{mark(evaluation)}", title),
        f"条形图，复核最低、最高的四分之一中按自评也在同一个四分之一的占比，与抽签相比。{''.join(title)}。{said}。",
        charts.series_data(labels, series, ("类别", "哪一部分", "重合占比（%）"), ""),
        note(evaluation, "同分的按抽签计；与抽签差不多的，自评排序没有信息"),
    )


def _shown(evaluation: Evaluation, kind: SubjectKind, name: str) -> str:
    found = evaluation.figures[f"quality.{kind.key}.{name}"]
    return f"{found.display}{prose.mark_of(found, marked=marks(evaluation))}"


def heaps_chart(evaluation: Evaluation, kind: SubjectKind) -> Chart | None:
    """A5: how many scores of a kind begin with each whole number, by self-evaluation and by the other tier."""
    pair = quality.compared(evaluation.params, evaluation.totals)
    full = known(evaluation, f"quality.{kind.key}.full_percent")
    if pair is None or full is None:
        return None
    both = pairs.of_kind(kind, evaluation.totals, evaluation.tables, pair.own, pair.other)
    found = [Counter(int(score) for score in both[side]) for side in ("own", "other")]
    ends = [score for counts in found for score in counts]
    counts = [(score, found[0][score], found[1][score]) for score in range(min(ends), max(ends) + 1)]
    limit = int(stated.best_grade(evaluation.policy))
    names = (pair.own.name, pair.other.name)
    title = [f"{kind.words}{names[0]}有{full.display}{prose.mark_of(full, marked=marks(evaluation))}是满分"]
    heads = ("得分（分）", *(f"{name}（个）" for name in names))
    rows: list[list[Cell | None]] = [[count_cell(each) for each in line] for line in counts if any(line[1:])]
    said = "；".join(
        name + "，".join(f"{each[0]}分 {each[side]}" for each in counts if each[side])
        for side, name in enumerate(names, 1)
    )
    return Chart(
        f"chart-quality-heaps-{kind.key}",
        f"{kind.words}自评与复核得分的集中",
        drawing.histogram(counts, names, limit, title, mark(evaluation)),
        f"直方图，横轴为得分的整数部分，纵轴为个数，虚线为最高等级的界限。{title[0]}。{said}。",
        Table("", "", [Column(head, "right") for head in heads], rows),
        note(evaluation, "每一分为一段，含起点；虚线为最高等级的下限"),
    )


def district_chart(evaluation: Evaluation) -> Chart | None:
    """A7: the mean of self-evaluation, of those drawn, and of all as the random arm tells it."""
    lines = []
    for kind in SubjectKind:
        key = f"quality.{kind.key}"
        found = _span(
            evaluation,
            f"{kind.words}推断",
            f"{key}.district_mean",
            f"{key}.district_mean_low",
            f"{key}.district_mean_high",
        )
        own, drawn = (value(known(evaluation, f"{key}.{name}")) for name in ("own_mean", "drawn_mean"))
        if found and own is not None and drawn is not None:
            lines += [
                Span(f"{kind.words}自评", own, None, None),
                Span(f"{kind.words}抽到的", drawn, None, None),
                found,
            ]
    if not lines:
        return None
    sign = mark(evaluation)
    inferred = [(kind, known(evaluation, f"quality.{kind.key}.district_mean")) for kind in SubjectKind]
    parts = [f"全部{kind.words}复核平均约{found.display}{sign}" for kind, found in inferred if found]
    title = [f"{part}；" for part in parts[:-1]] + parts[-1:]
    said = "；".join(f"{one.label} {numbers.plain(one.middle)}" for one in lines)
    return Chart(
        "chart-quality-district",
        "自评平均分、抽到的复核平均分和推断的全部平均分",
        drawing.spans(lines, "分", ("95%区间", "平均分"), title, mark(evaluation)),
        f"区间图，横轴为平均分。{said}。",
        drawing.spans_data(lines, ("平均分", "数值（分）", "下限（分）", "上限（分）")),
        note(evaluation, "推断只用随机抽取的；抽到的含风险抽取的"),
    )


def funnel_chart(evaluation: Evaluation) -> Chart | None:
    """A8: departments by number of subjects and mean gap; the public one has no names."""
    pair = quality.compared(evaluation.params, evaluation.totals)
    found = pair and quality.funnel_of(quality.gaps(evaluation.tables, evaluation.totals, pair))
    if not found:
        return None
    beyond = found.outside(funnel.INNER)
    names = dict(zip(evaluation.tables["units"]["unit_id"], evaluation.tables["units"]["name"], strict=True))
    named = {group.name for group in beyond}
    dots = [
        Dot(one.n, one.mean - found.centre, names.get(one.name, one.name) if one.name in named else "")
        for one in found.groups
    ]
    widest = max(one.n for one in found.groups)
    limits = [
        (label, [(n, numbers.rounded(found.reach(n, share), 4)) for n in range(1, widest + 1)])
        for label, share in (("95%控制线", funnel.INNER), ("99.8%控制线", funnel.OUTER))
    ]
    counted = evaluation.figures["quality.funnel.beyond_95"]
    sign = mark(evaluation)
    title = [f"有{counted.display}{sign}部门超出偶然的范围" if beyond else f"没有部门超出偶然的范围{sign}"]
    labels = ("可比的评价对象（个）", "比同类多高出（分）")
    sizes = Counter(one.n for one in found.groups)
    rows: list[list[Cell | None]] = [
        [
            count_cell(n),
            count_cell(count),
            *(_two_cells(found.reach(n, share) for share in (funnel.INNER, funnel.OUTER))),
        ]
        for n, count in sorted(sizes.items())
    ]
    heads = ("对象数（个）", "部门数（个）", "95%控制线（±分）", "99.8%控制线（±分）")
    data = Table("", "", [Column(head, "right") for head in heads], rows)
    alt = f"漏斗图，横轴为部门的评价对象数，纵轴为自评比复核高出的分数减同类平均，两对曲线为控制线，共 {found.n} 个部门。{title[0]}。"
    said = note(
        evaluation,
        "不足三个对象的部门不单独判断",
    )
    caption = "各部门自评偏高的程度与评价对象数"

    nameless = drawing.funnel([Dot(dot.n, dot.mean) for dot in dots], limits, labels, title)
    public = Chart("chart-quality-funnel", caption, nameless, alt, data, said)
    if not named:
        return public
    return replace(public, drawn=drawing.funnel(dots, limits, labels, title), public=public)


def _two_cells(values: Iterable[Decimal]) -> list[Cell]:
    shown = [numbers.plain(numbers.rounded(each)) for each in values]
    return [Cell(one, one) for one in shown]


def sureness_chart(evaluation: Evaluation) -> Chart | None:
    """A20: the means of both tiers with their intervals, by kind."""
    lines = []
    for kind in SubjectKind:
        for side, word in (("own", "自评"), ("other", "复核")):
            key = f"quality.{kind.key}.{side}_mean"
            found = _span(evaluation, f"{kind.words}{word}", key, f"{key}_low", f"{key}_high")
            lines += [found] if found else []
    if not lines:
        return None
    widest = max(
        (one.high - one.low for one in lines if one.low is not None and one.high is not None),
        default=Decimal(0),
    )
    title = [f"各平均分的区间宽不超过{numbers.plain(numbers.rounded(widest))}分{mark(evaluation)}"]
    said = "；".join(
        f"{one.label} {numbers.plain(one.middle)}"
        + (
            ""
            if one.low is None or one.high is None
            else f"（{numbers.plain(one.low)} 到 {numbers.plain(one.high)}）"
        )
        for one in lines
    )
    return Chart(
        "chart-quality-sureness",
        "平均分的可靠程度",
        drawing.spans(lines, "分", ("95%区间", "平均分"), title, mark(evaluation)),
        f"区间图，横轴为平均分，线为95%区间。{said}。",
        drawing.spans_data(lines, ("平均分", "数值（分）", "下限（分）", "上限（分）")),
        note(evaluation, "按部门重复抽取两千次得出，随机种子固定，重算结果相同"),
    )


_SURE = {"mean": "平均分（分）", "best": "最高等级占比（%）"}


def sureness_table(evaluation: Evaluation) -> Table | None:
    """A20: the means and the shares of the best grade of both tiers, each with its interval."""
    rows: list[list[Cell | None]] = []
    marked = marks(evaluation)
    for kind in SubjectKind:
        parts = [(side, word, name) for side, word in (("own", "自评"), ("other", "复核")) for name in _SURE]
        own = [part for part in parts if known(evaluation, f"quality.{kind.key}.{part[0]}_{part[2]}")]
        for at, (side, word, name) in enumerate(own):
            first = None if at else text(kind.words, rows=len(own))
            key = f"quality.{kind.key}.{side}_{name}"
            ends = [number(evaluation.figures[f"{key}{end}"], marked=marked) for end in ("", "_low", "_high")]
            rows.append([first, text(f"{word}{_SURE[name]}"), *ends])
    if not rows:
        return None
    columns = [
        Column("类别"),
        Column("统计数"),
        *(Column(head, "right") for head in ("数值", "下限", "上限")),
    ]
    notes = ["注：上下限为按部门重复抽取的95%区间；各对象全部相同的占比给不出区间，不列。"]
    return Table("quality-sureness", "平均分和占比的可靠程度", columns, rows, notes)


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "quality.agreement": agreement_table,
    "quality.sureness": sureness_table,
}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {
    "quality.bias": bias_chart,
    "quality.order": order_chart,
    "quality.heaps.departments": lambda evaluation: heaps_chart(evaluation, SubjectKind.DEPARTMENT),
    "quality.heaps.projects": lambda evaluation: heaps_chart(evaluation, SubjectKind.PROJECT),
    "quality.district": district_chart,
    "quality.funnel": funnel_chart,
    "quality.sureness": sureness_chart,
}

"""The tables and charts of what self-evaluations hold: money reached, results, hardness of targets, copied explanations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jixiao.analysis import quadrants
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.self_evaluation import quality, quality_content
from jixiao.kit import numbers
from jixiao.report import charts
from jixiao.report.charts import Series
from jixiao.report.parts.cells import count_cell, mark, marks, note
from jixiao.report.parts.chart import Chart
from jixiao.report.parts.quality import known, value
from jixiao.report.table import Cell, Column, Table, text
from jixiao.year.words import SubjectKind

_TEXTS_LISTED = 10
_UNITS = ((2, 2), (3, 5), (6, 10), (11, None))  # classes of how many units have the same explanation


def money_chart(evaluation: Evaluation) -> Chart | None:
    """A11: what share of all money each step reached."""
    keys = {step: f"quality.money.{step}_percent" for step in quality_content.STEPS}
    found = {step: known(evaluation, key) for step, key in keys.items()}
    steps = [step for step, one in found.items() if one]
    if not steps:
        return None
    labels = ["全部资金", *(quality_content.STEPS[step] for step in steps)]
    whole = numbers.percent(1, 1)
    shares = [whole, *(value(found[step]) for step in steps)]
    series = [Series("金额占比", shares, [None, *(keys[step] for step in steps)])]
    own = found.get("self")
    title = [f"自评覆盖全部资金的{own.display}{mark(evaluation)}" if own else "各环节覆盖的资金"]
    said = "，".join(f"{label} {share}%" for label, share in zip(labels, shares, strict=True))
    return Chart(
        "chart-quality-money",
        "各环节覆盖的资金",
        charts.grouped(labels, series, f"%{mark(evaluation)}", title),
        f"条形图，各环节的年初预算数占全区年初预算总额的百分数。{''.join(title)}。{said}。",
        charts.series_data(labels, series, ("", "环节", "金额占比（%）"), ""),
        note(
            evaluation,
            "占全区年初预算总额的百分数",
        ),
    )


def results_chart(evaluation: Evaluation) -> Chart | None:
    """A12: how many subjects spent their money and reached results, one of the two, or neither."""
    kinds = [kind for kind in SubjectKind if known(evaluation, f"quality.{kind.key}.quadrant.both")]
    if not kinds:
        return None
    labels = list(quality_content.QUADRANTS.values())
    series = []
    for kind in kinds:
        keys = [f"quality.{kind.key}.quadrant.{name}" for name in quality_content.QUADRANTS]
        counts = [int(value(known(evaluation, key)) or 0) for key in keys]
        series.append(Series(kind.words, counts, keys))
    sign = mark(evaluation)
    parts = [
        f"{kind.words}有{evaluation.figures[f'quality.{kind.key}.quadrant.spent_only'].display}{sign}钱花了而结果较差"
        for kind in kinds
    ]
    title = [f"{part}；" for part in parts[:-1]] + parts[-1:]
    said = "；".join(
        one.name + "，".join(f"{label} {count}" for label, count in zip(labels, one.counts, strict=True))
        for one in series
    )
    served = numbers.plain(quality_content.results_limit(evaluation.policy))
    spent = numbers.plain(quadrants.SPENT)
    return Chart(
        "chart-quality-results",
        "预算执行与复核的结果",
        charts.grouped(labels, series, f"个{sign}", title),
        f"条形图，按预算执行率和复核的指标得分率分成四类的个数。{''.join(title)}。{said}。",
        charts.series_data(labels, series, ("类别", "执行与结果", "个数（个）"), ""),
        note(
            evaluation,
            f"执行率{spent}%以上算花出去了，复核的指标得分率{served}%以上算结果较好",
        ),
    )


def contradictions(evaluation: Evaluation) -> Table | None:
    """A12: the few subjects of each kind whose money and results contradict each other most."""
    pair = quality.compared(evaluation.params, evaluation.totals)
    subjects = evaluation.tables["subjects"].set_index("subject_id")["name"]
    rows: list[list[Cell | None]] = []
    for kind in SubjectKind if pair else ():
        found = pair and quality_content.quadrants_of(kind, evaluation.tables, evaluation.policy, pair.other)
        for point in found.contradictions() if found else ():
            name = point.name if marks(evaluation) else str(subjects.get(point.name) or point.name)
            shown = [numbers.plain(numbers.rounded(one)) for one in (point.spent, point.served)]
            what = "结果较差" if point.spent > point.served else "没有花完"
            rows.append([text(name), text(kind.words), *(Cell(one, one) for one in shown), text(what)])
    if not rows:
        return None
    columns = [
        Column("评价对象"),
        Column("类别"),
        Column("执行率（%）", "right"),
        Column("得分率（%）", "right"),
        Column("矛盾"),
    ]
    return Table(
        "quality-contradictions",
        "执行与结果矛盾最大的对象",
        columns,
        rows,
        ["注：得分率为复核的指标得分率；每类至多列十个，供核实原因，不是结论。"],
    )


_REACHED = {"below": "没有达到", "exact": "正好达到", "above": "超过", "soft": "其中：超过三成以上"}


def targets_chart(evaluation: Evaluation) -> Chart | None:
    """A13: how many targets were missed, met exactly, passed, and passed by far."""
    exact = known(evaluation, "quality.targets.exact_percent")
    if not exact:
        return None
    keys = [f"quality.targets.{name}" for name in _REACHED]
    labels = list(_REACHED.values())
    series = [Series("指标", [int(value(known(evaluation, key)) or 0) for key in keys], keys)]
    title = [f"{exact.display}{mark(evaluation)}的定量指标正好等于目标"]
    said = "，".join(f"{label} {count}" for label, count in zip(labels, series[0].counts, strict=True))
    return Chart(
        "chart-quality-targets",
        "完成值与目标的关系",
        charts.grouped(labels, series, f"项{mark(evaluation)}", title),
        f"条形图，越大越好的定量指标按完成值与目标的关系分类的项数。{''.join(title)}。{said}。",
        charts.series_data(labels, series, ("", "完成值与目标", "指标（项）"), ""),
        note(
            evaluation,
            "只计目标和完成值都是数、越大越好的指标",
        ),
    )


def targets_table(evaluation: Evaluation) -> Table | None:
    """A13: for each department with targets enough: how many were met exactly, and how many passed by far."""
    names = dict(zip(evaluation.tables["units"]["unit_id"], evaluation.tables["units"]["name"], strict=True))
    found = quality_content.targets_by_department(evaluation.tables)
    if not found or not known(evaluation, "quality.targets.count"):
        return None
    order = sorted(found.items(), key=lambda one: (-(one[1].exact_percent or 0), one[0]))
    rows: list[list[Cell | None]] = [
        [
            text(str(names.get(name, name))),
            *(Cell(shown, shown) for shown in (str(one.n), str(one.exact_percent), str(one.soft_percent))),
        ]
        for name, one in order
    ]
    heads = ("指标（项）", "正好达到（%）", "超三成（%）")
    columns = [Column("部门"), *(Column(head, "right") for head in heads)]
    return Table(
        "quality-targets",
        "各部门目标的松紧",
        columns,
        rows,
        ["注：只计目标和完成值都是数、越大越好的指标，不足十项的部门不列。"],
    )


def texts_chart(evaluation: Evaluation) -> Chart | None:
    """A15: how many explanations are alike those of other units, by how many units have the same."""
    copied = known(evaluation, "quality.texts.copied_percent")
    if not copied:
        return None
    clusters = quality_content.explanations(evaluation.tables).copies.clusters
    labels = [
        f"{low}个单位" if low == high else f"{low}～{high}个单位" if high else f"{low}个单位以上"
        for low, high in _UNITS
    ]
    counts = [
        sum(len(one.places) for one in clusters if one.units >= low and (high is None or one.units <= high))
        for low, high in _UNITS
    ]
    series = [Series("说明", counts)]
    title = [f"{copied.display}{mark(evaluation)}的偏差说明与别的单位雷同"]
    said = "，".join(f"{label} {count}" for label, count in zip(labels, counts, strict=True))
    return Chart(
        "chart-quality-texts",
        "雷同的偏差说明",
        charts.grouped(labels, series, f"条{mark(evaluation)}", title),
        f"条形图，雷同的偏差说明按涉及的单位数分类的条数。{''.join(title)}。{said}。",
        charts.series_data(labels, series, ("", "同一说明涉及", "说明（条）"), ""),
        note(evaluation, "除数字和标点外八成以上相同的算雷同"),
    )


def texts_table(evaluation: Evaluation) -> Table | None:
    """A15: the explanations that most units have alike."""
    found = quality_content.explanations(evaluation.tables).copies
    if not found.allowed or not found.clusters:
        return None
    rows: list[list[Cell | None]] = [
        [text(one.text), count_cell(len(one.places)), count_cell(one.units)]
        for one in found.clusters[:_TEXTS_LISTED]
    ]
    columns = [Column("说明（其中一条）"), Column("条数", "right"), Column("单位数", "right")]
    return Table("quality-texts", "雷同最多的偏差说明", columns, rows, ["注：至多列十组，每组只列一条原文。"])


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "quality.contradictions": contradictions,
    "quality.targets": targets_table,
    "quality.texts": texts_table,
}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {
    "quality.money": money_chart,
    "quality.results": results_chart,
    "quality.targets": targets_chart,
    "quality.texts": texts_chart,
}

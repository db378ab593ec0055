"""The tables and the chart of a sample for review: what was drawn, what was found of it, and what holds for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from jixiao.figures import sampled
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.model import Figure
from jixiao.report import charts
from jixiao.report.charts import Interval
from jixiao.report.parts.cells import count_cell, mark, marks, note, number
from jixiao.report.parts.chart import Chart
from jixiao.report.table import Cell, Column, Table, text
from jixiao.sampling import bounds, settings
from jixiao.sampling.frame import ONE_STRATUM
from jixiao.year.words import Arm, SubjectKind

_NAMES = ("区间", "推断占比", "全部复核的结果")  # as the legend of the chart has them
_TWO_ARMS = "注：风险抽取的只说明抽到的对象，不参加推断。"


def _figure(evaluation: Evaluation, kind: SubjectKind, name: str) -> Figure:
    return evaluation.figures[f"sampling.{kind.key}.{name}"]


def _drawn(evaluation: Evaluation) -> list[SubjectKind]:
    """The kinds of subjects of which any were drawn."""
    return [kind for kind in SubjectKind if _figure(evaluation, kind, "drawn").value]


def _estimated(evaluation: Evaluation) -> list[SubjectKind]:
    """The kinds of which the random arm says something of all."""
    return [kind for kind in SubjectKind if _figure(evaluation, kind, "low_percent").value is not None]


def arms(evaluation: Evaluation) -> Table | None:
    """For each kind and arm: how many were drawn, how many of them reviewed, and how many of these found overstated."""
    rows: list[list[Cell | None]] = []
    for kind in _drawn(evaluation):
        own = [arm for arm in Arm if _figure(evaluation, kind, f"{arm.value}_drawn").value]
        for at, arm in enumerate(own):
            names = ("drawn", "reviewed", "overstated", "overstated_percent")
            found = [_figure(evaluation, kind, f"{arm.value}_{name}") for name in names]
            first = None if at else text(kind.words, rows=len(own))
            rows.append([first, text(arm.words), *(number(one, marked=marks(evaluation)) for one in found)])
    if not rows:
        return None
    heads = ("抽取（个）", "已复核（个）", "自评偏高（个）", "占已复核（%）")
    columns = [Column("类别"), Column("怎样抽取"), *(Column(head, "right") for head in heads)]
    risky = any(_figure(evaluation, kind, f"{Arm.RISK.value}_drawn").value for kind in _drawn(evaluation))
    return Table("sampling-arms", "抽取对象的复核结果", columns, rows, [_TWO_ARMS] if risky else [])


def estimates(evaluation: Evaluation) -> Table | None:
    """For each kind what the random arm says of all its subjects: the estimate with both ends of its interval."""
    rows: list[list[Cell | None]] = []
    for kind in _estimated(evaluation):
        names = ("frame", "random_reviewed", "estimate_percent", "low_percent", "high_percent", "low", "high")
        found = [_figure(evaluation, kind, name) for name in names]
        rows.append([text(kind.words), *(number(one, marked=marks(evaluation)) for one in found)])
    if not rows:
        return None
    heads = (
        "全部（个）",
        "随机抽取并复核（个）",
        "推断占比（%）",
        "下限（%）",
        "上限（%）",
        "下限（个）",
        "上限（个）",
    )
    columns = [Column("类别"), *(Column(head, "right") for head in heads)]
    confidence = evaluation.figures["sampling.confidence_percent"].display
    notes = [
        f"注：下限、上限是把握程度为{confidence}的精确区间，不论真实情况如何，把握都不低于这一程度；"
        f"分层抽取{bounds.LARGE}个以上的用得分法，把握至多低一个百分点。"
    ]
    return Table("sampling-estimates", "由随机抽取推断的自评偏高", columns, rows, notes)


def strata(evaluation: Evaluation) -> Table | None:
    """For each department: its subjects, those drawn by each arm, and what the review found of them."""
    in_force = settings.in_force(evaluation.root, evaluation.policy.on)
    units = evaluation.tables["units"]
    names = dict(zip(units["unit_id"], units["name"], strict=True))
    rows: list[list[Cell | None]] = []
    for kind in _drawn(evaluation):
        own = list(sampled.of_kind(kind, evaluation.tables, evaluation.totals, in_force).by_department())
        for at, (stratum, *counts) in enumerate(own):
            first = None if at else text(kind.words, rows=len(own))
            rows.append([first, text(names.get(stratum, stratum)), *map(count_cell, counts)])
    if not rows:
        return None
    heads = ("全部（个）", "随机抽取（个）", "风险抽取（个）", "已复核（个）", "自评偏高（个）")
    columns = [Column("类别"), Column("部门"), *(Column(head, "right") for head in heads)]
    notes = [f"注：“{ONE_STRATUM}”是部门整体支出，合为一层抽取。"]
    notes = notes if any(row[1] and row[1].text == ONE_STRATUM for row in rows) else []
    return Table("sampling-strata", "各部门的抽取和复核", columns, rows, notes)


def intervals(evaluation: Evaluation) -> Chart | None:
    """The interval of each kind as a line with the estimate on it, and the truth beside it where all were reviewed."""
    kinds = _estimated(evaluation)
    if not kinds:
        return None
    sign = mark(evaluation)
    lines = [_interval(evaluation, kind) for kind in kinds]
    shown = [
        (kind.words, *(_figure(evaluation, kind, f"{end}_percent").display for end in ("low", "high")))
        for kind in kinds
    ]
    title = [f"{name}自评偏高的占{low}{sign}到{high}{sign}" for name, low, high in shown]
    title = [f"{line}，" for line in title[:-1]] + title[-1:]
    confidence = evaluation.figures["sampling.confidence_percent"].display
    said = "；".join(f"{name}在 {low} 到 {high} 之间" for name, low, high in shown)
    return Chart(
        "chart-sampling",
        "由随机抽取推断的自评偏高占比",
        charts.intervals(lines, _NAMES, title),
        f"区间图，横轴为自评偏高的占比，线为把握程度{confidence}的区间，点为推断占比。{said}。",
        charts.intervals_data(
            lines, ("类别", "下限（%）", "推断占比（%）", "上限（%）", f"{_NAMES[-1]}（%）")
        ),
        note(evaluation, f"区间的把握程度为{confidence}"),
    )


def _interval(evaluation: Evaluation, kind: SubjectKind) -> Interval:
    names = ("low_percent", "estimate_percent", "high_percent", "all_overstated_percent")
    values = [_figure(evaluation, kind, name).value for name in names]
    low, estimate, high, known = (one if isinstance(one, Decimal) else None for one in values)
    assert low is not None
    assert high is not None
    return Interval(kind.words, low, estimate, high, known)


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "sampling.arms": arms,
    "sampling.estimates": estimates,
    "sampling.strata": strata,
}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {"sampling.estimates": intervals}

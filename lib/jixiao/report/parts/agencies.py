"""The table and the chart of how well third parties worked, by criterion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from jixiao.checks import settings
from jixiao.figures.agencies import CRITERIA
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.model import Figure
from jixiao.report import charts
from jixiao.report.charts import Series
from jixiao.report.parts.cells import amount_cell, mark, marks, note, number
from jixiao.report.parts.chart import Chart
from jixiao.report.table import Column, Table, text

_RULE = "K09"  # its parameters have the full marks


def _means(evaluation: Evaluation) -> list[Figure]:
    """The mean points of the criteria that have any."""
    found = [evaluation.figures[f"agencies.quality.{criterion}"] for criterion in CRITERIA]
    return [one for one in found if one.value is not None]


def _full(evaluation: Evaluation) -> Mapping[str, Decimal]:
    """The full marks of the criteria, by their words."""
    points = settings.in_force(evaluation.root, evaluation.policy).values[_RULE]["points"]
    return {CRITERIA[criterion]: given for criterion, given in points.items()}


def quality_table(evaluation: Evaluation) -> Table | None:
    """The mean points of each criterion beside its full mark; nothing where no criterion has points."""
    means = _means(evaluation)
    if not means:
        return None
    full = _full(evaluation)
    marked = marks(evaluation)
    rows = [[text(one.short), amount_cell(full[one.short]), number(one, marked=marked)] for one in means]
    whole = evaluation.figures["agencies.quality_mean"]
    rows.append([text("质量得分"), amount_cell(sum(full.values(), Decimal(0))), number(whole, marked=marked)])
    columns = [Column("项目"), Column("满分（分）", "right"), Column("平均得分（分）", "right")]
    note = "注：各项的要求见《第三方机构预算绩效评价业务监督管理暂行办法》（财监〔2021〕4号）；满分由审核参数确定。"
    return Table("agencies-quality", "第三方机构工作质量", columns, rows, [note], frozenset({len(rows) - 1}))


def quality_chart(evaluation: Evaluation) -> Chart | None:
    """The mean points of each criterion as a share of its full mark, the lowest first."""
    means = _means(evaluation)
    full = _full(evaluation)
    if len(means) < 2:
        return None
    shares = {one.short: _share(one, full[one.short]) for one in means}
    labels = sorted(shares, key=lambda label: shares[label])
    keys = {one.short: one.key for one in means}
    series = [Series("得分率", [shares[label] for label in labels], [keys[label] for label in labels])]
    title = [_extremes(shares)]
    said = "，".join(f"{label} {shares[label]}%" for label in labels)
    return Chart(
        "chart-agencies-quality",
        "第三方机构各项工作的得分率",
        charts.grouped(labels, series, f"%{mark(evaluation)}", title),
        f"条形图，各项平均得分占满分的百分数。{title[0]}。{said}。",
        charts.series_data(labels, series, ("", "项目", "得分率（%）"), ""),
        note(evaluation, "平均得分占该项满分的百分数"),
    )


def _extremes(shares: Mapping[str, Decimal]) -> str:
    """Which criteria have the lowest and the highest share."""
    low, high = (
        "、".join(one for one in shares if shares[one] == end(shares.values())) for end in (min, max)
    )
    return "各项的得分率相同" if low == high else f"{low}的得分率最低，{high}的最高"


def _share(mean: Figure, full: Decimal) -> Decimal:
    """The mean as a share of the full mark, in whole per cent."""
    assert isinstance(mean.value, Decimal)
    return (mean.value * 100 / full).quantize(Decimal(1), rounding="ROUND_HALF_UP")


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {"agencies.quality": quality_table}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {"agencies.quality": quality_chart}

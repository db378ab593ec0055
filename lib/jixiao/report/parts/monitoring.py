"""The tables and the chart of monitoring during the year: by department, by light, and what is red."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.figures import monitored
from jixiao.figures.evaluate import Evaluation, light_limits
from jixiao.kit import numbers
from jixiao.report import charts
from jixiao.report.charts import Series
from jixiao.report.parts.cells import amount_cell, mark, marks, number
from jixiao.report.parts.chart import Chart
from jixiao.report.table import Cell, Column, Table, text
from jixiao.rules import execution
from jixiao.rules.lights import Light
from jixiao.year import table_files
from jixiao.year.tables import Tables
from jixiao.year.words import ProblemState

_SHOWN = (Light.RED, Light.YELLOW, Light.GREEN)
_WARNING = tuple(light for light in Light if light.warns)
_PARTS = (("money", "资金支出", "个"), ("indicators", "绩效指标", "项"), ("overall", "综合", "个"))
_UNANSWERED = "没有反馈"


def departments(evaluation: Evaluation) -> Table | None:
    """Money and lights of each department, those with the most red and yellow ones first."""
    lit = _last(evaluation)
    if lit is None:
        return None
    units = evaluation.tables["units"]
    names = dict(zip(units["unit_id"], units["name"], strict=True))
    homes = monitored.departments(evaluation.tables, lit)
    parts = {str(home): part for home, part in lit.groupby(homes, sort=False)}
    order = sorted(parts, key=lambda home: _order(parts[home]))
    lines = [_department(str(names.get(home, home)), parts[home], evaluation.tables) for home in order]
    lines.append(_total(evaluation))
    heads = [
        Column("部门"),
        *(
            Column(head, "right")
            for head in ("对象（个）", "预算数（万元）", "执行数（万元）", "执行率（%）")
        ),
    ]
    heads += [Column(f"{part}{light.words}", "right") for part in ("资金", "指标") for light in _WARNING]
    behind = monitored.late(lit)
    if len(behind):
        heads.insert(2, Column("未报最近月份（个）", "right"))
        of = monitored.departments(evaluation.tables, behind)
        counted = [int((of == home).sum()) for home in order]
        for line, count in zip(lines, [*counted, len(behind)], strict=True):
            line.insert(2, amount_cell(Decimal(count)))
    notes = [_note(evaluation)]
    return Table("monitoring-departments", "各部门监控情况", heads, lines, notes, frozenset({len(lines) - 1}))


def _department(name: str, rows: pd.DataFrame, tables: Tables) -> list[Cell | None]:
    subjects = monitored.of_subjects(rows)
    known = monitored.adding_up(tables, subjects)
    cells: list[Cell | None] = [text(name), amount_cell(Decimal(len(subjects)))]
    if len(known):
        budget, spent = (sum(known[column], Decimal(0)) for column in ("money", "executed"))
        rate = execution.rate(budget, spent)
        cells += [amount_cell(numbers.rounded(amount)) for amount in (budget, spent)]
        cells.append(amount_cell(None if rate is None else numbers.rounded(rate * 100)))
    else:
        cells += [text(None)] * 3
    for part, column in ((subjects, "spending"), (rows, "indicator")):
        cells += [amount_cell(Decimal(int((part[column] == light).sum()))) for light in _WARNING]
    return cells


def _order(rows: pd.DataFrame) -> tuple[int, ...]:
    """What sorts the departments: how many lights warn, the gravest first."""
    subjects = monitored.of_subjects(rows)
    return tuple(
        -int((subjects["spending"] == light).sum()) - int((rows["indicator"] == light).sum())
        for light in Light
        if light.warns
    )


def _total(evaluation: Evaluation) -> list[Cell | None]:
    keys = ["last_subjects", "budget_wan_yuan", "executed_wan_yuan", "execution_percent"]
    keys += [f"{part}.{light}" for part in ("money", "indicators") for light in _WARNING]
    return [text("合计"), *(_counted(evaluation, f"monitoring.{key}") for key in keys)]


def by_light(evaluation: Evaluation) -> Table | None:
    """How many subjects and indicators have which light, and their shares."""
    if _last(evaluation) is None:
        return None
    shown = [light for light in Light if light in _SHOWN or _counts(evaluation, light)]
    rows: list[list[Cell | None]] = []
    for key, words, unit in _PARTS:
        figures = [evaluation.figures[f"monitoring.{key}.{light}"] for light in shown]
        rows.append(
            [text(words), text(unit), *(number(figure, marked=marks(evaluation)) for figure in figures)]
        )
    heads = [Column("监控内容"), Column("单位", "center"), *(Column(light.words, "right") for light in shown)]
    return Table("monitoring-lights", "监控预警情况", heads, rows, [_note(evaluation)])


def _counts(evaluation: Evaluation, light: Light) -> bool:
    return any(evaluation.figures[f"monitoring.{key}.{light}"].value for key, *_ in _PARTS)


def warned(evaluation: Evaluation) -> Table | None:
    """What is red or yellow, the gravest first, with reason, measure and what became of it."""
    lit = _last(evaluation)
    rows = monitored.warned(lit) if lit is not None else None
    if lit is None or rows is None or rows.empty:
        return None
    order = list(Light)
    rows = rows.sort_values("warning", key=lambda lights: lights.map(order.index), kind="stable")
    names, level3 = (
        dict(zip(evaluation.tables[table][key], evaluation.tables[table][name], strict=True))
        for table, key, name in (("subjects", "subject_id", "name"), ("indicators", "indicator_id", "level3"))
    )
    month = lit["month"].max()
    lines = [_warned(row, names, level3, month) for row in table_files.rows(rows)]
    heads = [
        Column("灯色", "center"),
        Column("评价对象"),
        Column("预警内容"),
        Column("偏差原因"),
        Column("整改措施"),
    ]
    heads += [Column("整改情况", "center")]
    return Table("monitoring-warned", "红灯、黄灯清单", heads, lines)


def _warned(
    row: Mapping[str, Any], names: Mapping[str, str], level3: Mapping[str, str], month: Decimal
) -> list[Cell | None]:
    said = []
    if row["spending"] is not None and row["spending"].warns:
        said.append(f"执行率{numbers.percent(row['executed'], row['money'])}%（{row['spending'].words}）")
    if row["indicator"] is not None and row["indicator"].warns:
        said.append(f"{level3.get(row['indicator_id'], '')}完成{row['actual']}（{row['indicator'].words}）")
    answered = f"（{row['answered_on'].isoformat()}）" if row["answered_on"] else ""
    state = f"{row['state'] or _UNANSWERED}{answered}"
    until = f"（报到{numbers.plain(row['month'])}月）" if row["month"] < month else ""
    subject = f"{names.get(row['subject_id'], row['subject_id'])}{until}"
    reason = (row["reason"] or "").split("；措施：")[0]
    return [text(row["warning"].words), *map(text, (subject, "；".join(said), reason, row["measure"], state))]


def states(evaluation: Evaluation) -> Table | None:
    """What became of red and yellow lights: how many are mended, being mended, not mended or without an answer."""
    if _last(evaluation) is None or not evaluation.figures["monitoring.warned"].value:
        return None
    keys = [(state.words, f"state.{state}") for state in ProblemState] + [(_UNANSWERED, "unanswered")]
    rows: list[list[Cell | None]] = [
        [text(words), _counted(evaluation, f"monitoring.{key}")] for words, key in keys
    ]
    rows.append([text("合计"), _counted(evaluation, "monitoring.warned")])
    heads = [Column("整改情况"), Column("监控记录（条）", "right")]
    return Table("monitoring-states", "亮灯事项整改情况", heads, rows, [], frozenset({len(rows) - 1}))


def lights_chart(evaluation: Evaluation) -> Chart | None:
    """How many subjects and indicators have which warning light, side by side."""
    if _last(evaluation) is None:
        return None
    shown = [light for light in Light if light in _SHOWN or _counts(evaluation, light)]
    labels = [light.words for light in shown]
    series = [
        Series(
            f"{words}（{unit}）",
            [int(evaluation.figures[f"monitoring.{key}.{light}"].value or 0) for light in shown],
            [f"monitoring.{key}.{light}" for light in shown],
        )
        for key, words, unit in _PARTS[:2]
    ]
    sign = mark(evaluation)
    found = [
        words + "，".join(_lit(evaluation, f"{key}.{light}", light, unit, sign) for light in _WARNING)
        for key, words, unit in _PARTS[:2]
    ]
    found = [f"{found[0]}；", found[1]]
    alt = f"条形图。{''.join(found)}。" + "；".join(
        one.name + "，".join(f"{label} {count}" for label, count in zip(labels, one.counts, strict=True))
        for one in series
    ) + "。"  # fmt: skip
    data = charts.series_data(labels, series, ("监控内容", "灯色", "个数"), "")
    note = "注：个数由重构数据推算，没有公布过。" if evaluation.params.reconstructed else ""
    drawn = charts.grouped(labels, series, "", found)
    return Chart("chart-monitoring", "资金支出和绩效指标的预警", drawn, alt, data, note)


def _lit(evaluation: Evaluation, key: str, light: Light, unit: str, mark: str) -> str:
    value = evaluation.figures[f"monitoring.{key}"].value
    return f"亮{light.words}的{value}{unit}{mark}" if value else f"没有亮{light.words}的{mark}"


def _last(evaluation: Evaluation) -> pd.DataFrame | None:
    """The last monitoring with its lights; None where there is none."""
    limits = light_limits(evaluation.root, evaluation.policy)
    if limits is None or evaluation.tables["monitoring"].empty:
        return None
    return monitored.last(evaluation.tables, evaluation.params.evaluated_year, limits)


def _note(evaluation: Evaluation) -> str:
    """What the lights rest on."""
    limits = light_limits(evaluation.root, evaluation.policy)
    assert limits is not None  # there is a table
    money = [numbers.plain(one) for one in (limits.spending_red, limits.spending_yellow)]
    reached = [numbers.plain(one) for one in (limits.red, limits.yellow)]
    return (
        f"注：执行率低于序时进度{money[0]}%的为红灯，低于{money[1]}%的为黄灯；"
        f"指标完成值低于应完成数{reached[0]}%的为红灯，低于{reached[1]}%的为黄灯，率不按月折算。"
    )


def _counted(evaluation: Evaluation, key: str) -> Cell:
    return number(evaluation.figures[key], marked=marks(evaluation))


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "monitoring.departments": departments,
    "monitoring.lights": by_light,
    "monitoring.warned": warned,
    "monitoring.states": states,
}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {"monitoring.lights": lights_chart}

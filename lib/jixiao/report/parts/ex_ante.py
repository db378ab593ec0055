"""The table and the chart of ex-ante evaluations: what they concluded, and the money asked for and approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from jixiao.figures import small_groups
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.ex_ante import TABLE, of_year
from jixiao.kit import numbers
from jixiao.report import charts
from jixiao.report.charts import Series
from jixiao.report.parts.cells import amount_cell, mark, marks, note, number
from jixiao.report.parts.chart import Chart
from jixiao.report.table import Column, Table, text
from jixiao.year.words import ExAnteConclusion

_OF_FEW = "注：有的结论只涉及不到三个项目，各结论的金额不列。"


class _Line(NamedTuple):
    """One conclusion with the money of its evaluations, in 万元, None where of none is known what was approved.

    `unknown` of its evaluations do not say what was approved; their money is none of these sums. `of_few` tells that it
    is of so few evaluations that it would give away what single ones asked for.
    """

    conclusion: ExAnteConclusion
    asked: Decimal | None
    approved: Decimal | None
    unknown: int
    of_few: bool = False

    @property
    def cut(self) -> Decimal | None:
        """The money that was not approved."""
        return None if self.asked is None or self.approved is None else self.asked - self.approved


def _lines(evaluation: Evaluation) -> list[_Line]:
    """The conclusions that were drawn."""
    rows = of_year(evaluation.tables[TABLE], evaluation.params.report_year)
    found = []
    for conclusion in ExAnteConclusion:
        own = rows[rows["conclusion"] == conclusion.words]
        known = own[own["amount_approved"].notna()]
        asked, approved = (
            numbers.rounded(sum(known[column], Decimal(0))) if len(known) else None
            for column in ("amount_asked", "amount_approved")
        )
        if len(own):
            found.append(_Line(conclusion, asked, approved, len(own) - len(known), _is_of_few(known)))
    return found


def _is_of_few(known: pd.DataFrame) -> bool:
    """Whether the amounts of a conclusion, or what was cut of them, are those of fewer than can be told apart."""
    cut = known[known["amount_approved"] != known["amount_asked"]]
    return any(0 < len(rows) < small_groups.LEAST for rows in (known, cut))


def conclusions_table(evaluation: Evaluation) -> Table | None:
    """Each conclusion with the number of evaluations, the money asked for, approved and not approved."""
    lines = _lines(evaluation)
    if not lines:
        return None
    figures = evaluation.figures
    marked = marks(evaluation)
    few = any(line.of_few for line in lines)  # with one of them left out the others would give it away
    rows = [
        [
            text(line.conclusion.words),
            number(figures[f"ex_ante.concluded.{line.conclusion}"], marked=marked),
            *(amount_cell(None if few else one) for one in (line.asked, line.approved, line.cut)),
        ]
        for line in lines
    ]
    total = ("ex_ante.approved_wan_yuan", "ex_ante.cut_wan_yuan")
    known = [line.asked for line in lines if line.asked is not None]
    single = small_groups.of_few(figures[total[0]], evaluation.tables)
    asked = amount_cell(sum(known, Decimal(0)) if known and not single else None)
    counted = number(figures["ex_ante.count"], marked=marked)
    rows.append([text("合计"), counted, asked, *(number(figures[key], marked=marked) for key in total)])
    heads = ("项数", "申请（万元）", "核定（万元）", "核减（万元）")
    columns = [Column("结论"), *(Column(head, "right") for head in heads)]
    pending = figures["ex_ante.pending"].value
    notes = [f"注：合计的项数含还没有结论的{pending}项，金额不含。"] if pending else []
    unknown = sum(line.unknown for line in lines)
    notes += [_OF_FEW] if few else []
    notes += [f"注：{unknown}项有结论，没有写核定金额，只计项数，不计金额。"] if unknown else []
    return Table("ex-ante", "事前绩效评估的结论和金额", columns, rows, notes, frozenset({len(rows) - 1}))


def conclusions_chart(evaluation: Evaluation) -> Chart | None:
    """The money asked for and approved beside each other, by conclusion."""
    lines = [line for line in _lines(evaluation) if line.asked is not None and line.approved is not None]
    cut = evaluation.figures["ex_ante.cut_percent"]
    if not lines or cut.value is None or any(line.of_few for line in lines):
        return None
    labels = [line.conclusion.words for line in lines]
    series = [
        Series("申请金额", [line.asked or Decimal(0) for line in lines]),
        Series("核定金额", [line.approved or Decimal(0) for line in lines]),
    ]
    title = [f"申请的金额核减{cut.display}{mark(evaluation)}" if cut.value else "申请的金额没有核减"]
    said = "；".join(f"{line.conclusion.words}：申请 {line.asked}，核定 {line.approved}" for line in lines)
    return Chart(
        "chart-ex-ante",
        "事前绩效评估申请和核定的金额",
        charts.grouped(labels, series, "", title),
        f"条形图，各结论申请和核定的金额，单位万元。{title[0]}。{said}。",
        charts.series_data(labels, series, ("", "结论", "金额（万元）"), ""),
        note(evaluation, "单位万元"),
    )


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {"ex_ante.conclusions": conclusions_table}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {"ex_ante.conclusions": conclusions_chart}

"""The tables and the chart of problems: by year found, by addressee, and those that have been open longest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from jixiao.figures.evaluate import Evaluation
from jixiao.figures.problems import TABLE, days_late, years_old
from jixiao.kit import numbers
from jixiao.report import charts
from jixiao.report.charts import Series
from jixiao.report.parts.cells import count_cell, mark, note
from jixiao.report.parts.chart import Chart
from jixiao.report.table import Cell, Column, Table, text
from jixiao.year import table_files
from jixiao.year.ledger_of_problems import years_found
from jixiao.year.words import ProblemState

_OLDEST = 10  # problems that the list of the oldest has
_NOBODY = "没有写明"


def _ledger(evaluation: Evaluation) -> pd.DataFrame:
    """The problems of the year with the year found, the age and the days late."""
    found = evaluation.tables[TABLE]
    year = evaluation.params.report_year
    return found.assign(
        year=years_found(found, year),
        age=years_old(found, year),
        late=days_late(found, evaluation.params.published_on),
    )


def _by(name: str, groups: Mapping[str, pd.DataFrame], id: str, caption: str, notes: list[str]) -> Table:
    """Groups of problems by state, late ones and the rate done, with a total."""
    rows = []
    for label, own in groups.items():
        counts = [int((own["state"] == state.words).sum()) for state in ProblemState]
        done = counts[list(ProblemState).index(ProblemState.DONE)]
        rate = numbers.percent(done, len(own))
        cells = [count_cell(number) for number in (len(own), *counts, int(own["late"].notna().sum()))]
        rows.append([text(label), *cells, Cell(f"{rate}", f"{rate}") if rate is not None else text(None)])
    heads = ("问题", *(state.words for state in ProblemState), "其中：逾期", "完成率（%）")
    columns = [Column(name), *(Column(head, "right") for head in heads)]
    return Table(id, caption, columns, rows, notes, frozenset({len(rows) - 1}))


def by_year(evaluation: Evaluation) -> Table | None:
    """The problems by the work year that found them, the earliest first."""
    ledger = _ledger(evaluation)
    if ledger.empty:
        return None
    groups = {f"{year} 年度": own for year, own in ledger.groupby("year")} | {"合计": ledger}
    notes = ["注：单位为个；逾期是整改中、到发布之日已过整改期限的；完成率是已整改的占问题的百分数。"]
    return _by("发现年度", groups, "problems-years", "各年度发现问题的整改情况", notes)


def by_addressee(evaluation: Evaluation) -> Table | None:
    """The problems by who is charged with them, whoever has most open ones first."""
    ledger = _ledger(evaluation)
    if ledger.empty:
        return None
    charged = ledger["addressee"].fillna(_NOBODY)
    still_open = ledger["state"] == ProblemState.OPEN.words
    ranked = sorted(set(charged), key=lambda who: (-int(still_open[charged == who].sum()), who))
    groups = {who: ledger[charged == who] for who in ranked} | {"合计": ledger}
    return _by("责任单位", groups, "problems-addressees", "各责任单位的整改情况", ["注：单位为个。"])


def oldest(evaluation: Evaluation) -> Table | None:
    """The ten problems that have been open longest: the oldest first, of one year those that are latest."""
    ledger = _ledger(evaluation)
    ledger = ledger[ledger["state"] == ProblemState.OPEN.words]
    if ledger.empty:
        return None
    names = dict(evaluation.tables["subjects"][["subject_id", "name"]].itertuples(index=False, name=None))
    ranked = sorted(
        table_files.rows(ledger), key=lambda one: (-one["age"], -(one["late"] or 0), one["problem_id"])
    )
    rows = [
        [
            text(one["problem_id"]),
            text(names.get(one["subject_id"]) or one["found_of"] or "普遍性问题"),
            text(one["problem"]),
            text(one["addressee"]),
            text(one["due"].isoformat() if one["due"] else None),
            count_cell(int(one["age"])),
            text(None) if one["late"] is None else count_cell(int(one["late"])),
        ]
        for one in ranked[:_OLDEST]
    ]
    columns = [
        Column("编号"), Column("评价对象"), Column("问题"), Column("责任单位"), Column("整改期限", "center"),
        Column("已过（年）", "right"), Column("逾期（天）", "right"),
    ]  # fmt: skip
    note = "注：已过年数是工作年度减发现问题的工作年度；逾期天数算到发布之日。"
    return Table("problems-oldest", "整改中时间最长的问题", columns, rows, [note])


def years_chart(evaluation: Evaluation) -> Chart | None:
    """The problems by the work year that found them, and what became of them."""
    ledger = _ledger(evaluation)
    years = sorted(set(ledger["year"]))
    if len(years) < 2:
        return None
    labels = [f"{year} 年度" for year in years]
    series = [
        Series(
            state.words,
            [int(((ledger["year"] == year) & (ledger["state"] == state.words)).sum()) for year in years],
        )
        for state in ProblemState
        if (ledger["state"] == state.words).any()
    ]
    sign = mark(evaluation)
    earlier = evaluation.figures["problems.earlier_open"]
    title = [
        f"以前年度发现的问题还有{earlier.display}{sign}没有整改完"
        if earlier.value
        else "以前年度发现的问题都已有结果"
    ]
    said = "；".join(
        f"{label}：" + "，".join(f"{one.name} {one.counts[at]}个" for one in series)
        for at, label in enumerate(labels)
    )
    return Chart(
        "chart-problems-years",
        "各年度发现的问题和整改情况",
        charts.grouped(labels, series, f"个{sign}", title),
        f"条形图，各工作年度发现的问题按整改情况统计的个数。{title[0]}。{said}。",
        charts.series_data(labels, series, ("整改情况", "发现年度", "问题（个）"), ""),
        note(evaluation, "单位为个"),
    )


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "problems.years": by_year,
    "problems.addressees": by_addressee,
    "problems.oldest": oldest,
}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {"problems.years": years_chart}

"""The tables and charts of years side by side: measures by area, bands, and indicators whose targets fell behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from jixiao.figures import trace
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.model import LIST_MARK, Figure
from jixiao.figures.trends import indicators
from jixiao.figures.trends.measures import Area, Measure, Method, band_of
from jixiao.figures.trends.side_by_side import SideBySide
from jixiao.figures.trends.trend_figures import lacking_words
from jixiao.kit import numbers
from jixiao.report import prose
from jixiao.report.parts import small_multiples
from jixiao.report.parts.cells import amount_cell, marks, number
from jixiao.report.parts.chart import Chart
from jixiao.report.parts.small_multiples import Line, Panel
from jixiao.report.table import Cell, Column, Table, text
from jixiao.year import table_files
from jixiao.year.words import SubjectKind

LACKING = "没有这个数"
NOT_COMPARED = "口径不同，不比较"
_SENTENCES = 2  # changes that the finding above a chart tells
_FURTHEST = 10  # indicators that are listed
_LINES = {"self": "自评", "other": "复核"}  # the lines of a panel by what their names say
_SAID = {  # the finding of an area: the measures whose change is told, as far as there is one
    Area.COVERAGE: ("share", "items"),
    Area.SCORES: ("departments_gap", "projects_gap"),
    Area.GRADES: ("departments_other_best", "projects_other_best"),
    Area.EXECUTION: ("departments_execution", "projects_execution"),
    Area.PROBLEMS: ("done", "left"),
}


def table(evaluation: Evaluation) -> Table | None:
    """All measures by area and year, with the difference from last year where both were found in one way."""
    found = evaluation.side_by_side
    if found is None or found.is_one:
        return None
    marked = marks(evaluation)
    rows: list[list[Cell | None]] = []
    for area in Area:
        own = found.of(area)
        for at, measure in enumerate(own):
            first = None if at else text(area.words, rows=len(own))
            shown = [found.figure(measure, year) for year in found.years]
            units = {one.unit for one in shown if one}
            unit = units.pop() if len(units) == 1 else ""
            label = f"{measure.label}（{unit}）" if unit else measure.label
            cells = [number(one, marked=marked, unit=not unit) if one else text(LACKING) for one in shown]
            rows.append([first, text(label), *cells, _change(evaluation, found, measure)])
    columns = [
        Column("方面"),
        Column("统计数"),
        *(Column(f"{year} 年度", "right") for year in found.years),
        Column("比上年", "right"),
    ]
    notes = _notes(found, found.measures)
    return Table("trends-measures", "各年度主要统计数", columns, rows, notes)


def _change(evaluation: Evaluation, found: SideBySide, measure: Measure) -> Cell:
    change = evaluation.figures[f"trends.{measure.name}.change"]
    if change.value is not None:
        return number(change, marked=marks(evaluation), unit=True)
    last = found.present - 1
    both = found.figure(measure, found.present) and found.figure(measure, last)
    return text(NOT_COMPARED if both else None)


def _notes(found: SideBySide, own: Sequence[Measure]) -> list[str]:
    """What breaks and what is lacking in a table or chart, one note."""
    said = [one.says for one in found.breaks_of(own)]
    parts = [f"{'；'.join(said)}，前后不比较"] if said else []
    lacking = lacking_words(found, own)
    parts += [lacking] if lacking else []
    return [f"注：{'。'.join(parts)}。"] if parts else []


def chart(evaluation: Evaluation, area: Area) -> Chart | None:
    """The measures of an area as small panels over the years."""
    found = evaluation.side_by_side
    if found is None or found.is_one or not found.of(area):
        return None
    own = [one for one in found.of(area) if not one.name.endswith("_gap")]
    grouped: dict[str, list[Measure]] = {}
    for measure in own:
        grouped.setdefault(measure.panel, []).append(measure)
    invented = _is_invented(evaluation, found, own)
    made = [_panel(evaluation, found, name, each) for name, each in grouped.items()]
    title = _title(evaluation, found, area)
    drawn = small_multiples.panels(made, found.years, title)
    said = "；".join(
        f"{measure.label}：" + "，".join(_said(found, measure, year) for year in found.years)
        for measure in own
    )
    notes = [one.removeprefix("注：").removesuffix("。") for one in _notes(found, own)]
    origin = "由重构数据推算，没有公布过" if invented else ""
    shape = "分和百分数的纵轴不从零起，口径不同的年度之间不连线"
    return Chart(
        f"chart-trends-{area.value}",
        f"历年{area.words}",
        drawn,
        f"折线图，每格一项，横轴为工作年度。{''.join(title)}。{said}。",
        _data(found, own),
        f"注：{'；'.join(filter(None, (shape, *notes, origin)))}。",
    )


def _is_invented(evaluation: Evaluation, found: SideBySide, own: Sequence[Measure]) -> bool:
    """Whether some number of the chart follows from invented rows."""
    shown = [one for measure in own for one in found.values(measure).values()]
    return any(prose.mark_of(one, marked=marks(evaluation)) for one in shown)


def _panel(evaluation: Evaluation, found: SideBySide, name: str, own: Sequence[Measure]) -> Panel:
    lines = [
        Line(
            _line_name(measure, own),
            found.numbers(measure),
            found.runs(measure),
            {
                year: prose.mark_of(one, marked=marks(evaluation))
                for year, one in found.values(measure).items()
            },
        )
        for measure in own
    ]
    units = {one.unit for measure in own for one in found.values(measure).values()}
    breaks = sorted({one.year for one in found.breaks_of(own)})
    return Panel(name, LIST_MARK.join(sorted(units)), lines, breaks)


def _line_name(measure: Measure, own: Sequence[Measure]) -> str:
    """What the legend calls a line; nothing where a panel has one alone."""
    if len(own) < 2:
        return ""
    return next((word for part, word in _LINES.items() if f"_{part}" in measure.name), measure.label)


def _said(found: SideBySide, measure: Measure, year: int) -> str:
    one = found.figure(measure, year)
    return f"{year} 年 {one.display}" if one else f"{year} 年{LACKING}"


def _title(evaluation: Evaluation, found: SideBySide, area: Area) -> list[str]:
    """What is to be seen: how the measures that matter most have changed, or else others, or that none can be compared."""
    own = {one.name: one for one in found.measures if one.area is area}
    changes = {name: evaluation.figures[f"trends.{name}.change"] for name in (*_SAID[area], *own)}
    known = [name for name, change in changes.items() if change.value is not None]
    most = [name for name in known if name in _SAID[area]] or known[:_SENTENCES]
    lines = [
        f"{own[name].label}{changes[name].display}{prose.mark_of(changes[name], marked=marks(evaluation))}"
        for name in most
    ]
    if not lines:
        return ["同上年没有可以比较的数"]
    lines[0] = f"与上年比，{lines[0]}"
    return [f"{line}；" for line in lines[:-1]] + lines[-1:]


def _data(found: SideBySide, own: Sequence[Measure]) -> Table:
    """What a chart shows, as a table."""
    rows: list[list[Cell | None]] = [
        [text(measure.label), text(str(year)), *_cells(found.figure(measure, year))]
        for measure in own
        for year in found.years
    ]
    columns = [Column("统计数"), Column("工作年度", "center"), Column("数值", "right"), Column("单位")]
    return Table("", "", columns, rows)


def _cells(one: Figure | None) -> list[Cell]:
    return [number(one, marked=False), text(one.unit)] if one else [text(LACKING), text(None)]


def bands(evaluation: Evaluation) -> Table | None:
    """How many subjects lie in each band, by year; a year that has other bands says so."""
    found = evaluation.side_by_side
    if found is None or found.is_one:
        return None
    tiers = {tier.id: tier.name for tier in evaluation.params.tiers.values()}
    kinds = {kind.key: kind.words for kind in SubjectKind}
    marked = marks(evaluation)
    rows: list[list[Cell | None]] = []
    for kind, tier, key in found.bands():
        shown = [found.figures[year].get(key) for year in found.years]
        said = next(one for one in reversed(shown) if one is not None)
        band = band_of(key)
        label = said.short or (band[2].full_label if band else said.label)
        name = f"{kinds.get(kind, kind)}{tiers.get(tier, tier)}"
        cells = [number(one, marked=marked) if one else text(LACKING) for one in shown]
        rows.append([text(name), text(label), *cells])
    if not rows:
        return None
    breaks = [one.says for one in found.breaks if one.method in (Method.BANDS, Method.REVIEW)]
    parted = f"；{'；'.join(breaks)}，前后不比较" if breaks else ""
    notes = [f"注：单位为个{parted}。"]
    columns = [
        Column("评价层级"),
        Column("分数段"),
        *(Column(f"{year} 年度", "right") for year in found.years),
    ]
    return Table("trends-bands", "各年度各分数段的评价对象", columns, _merged(rows), notes)


def _merged(rows: Sequence[list[Cell | None]]) -> list[list[Cell | None]]:
    """The rows with one first cell for all that begin alike."""
    found: list[list[Cell | None]] = []
    for at, row in enumerate(rows):
        first = row[0]
        assert first is not None
        if at and rows[at - 1][0] == first:
            found.append([None, *row[1:]])
            continue
        alike = 1
        while at + alike < len(rows) and rows[at + alike][0] == first:
            alike += 1
        found.append([text(first.text, rows=alike), *row[1:]])
    return found


def behind(evaluation: Evaluation) -> Table | None:
    """The indicators whose target is furthest below what was reached a year ago."""
    found = evaluation.side_by_side
    if found is None or found.stable is None or found.stable.below.empty:
        return None
    rows: list[list[Cell | None]] = [
        [
            text(one["name"]),
            text(one["level3"]),
            text(one["measure_unit"]),
            *(amount_cell(one[column]) for column in ("target_before", "actual_before", "target")),
            Cell(f"{share}", f"{share}"),
        ]
        for one in table_files.rows(indicators.far_below(found.stable).head(_FURTHEST))
        for share in (numbers.percent(one["target"], one["actual_before"]),)
    ]
    heads = ("上年目标", "上年完成", "本年目标", "本年目标是上年完成的（%）")
    columns = [
        Column("评价对象"),
        Column("指标"),
        Column("单位", "center"),
        *(Column(head, "right") for head in heads),
    ]
    origin = f"；{trace.INVENTED}" if marks(evaluation) else ""
    note = f"注：同一评价对象、同名、同计量单位、越大越好的定量指标；相差最大的在前{origin}。"
    return Table("trends-behind", "本年目标低于上年完成值的指标", columns, rows, [note])


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "trends.measures": table,
    "trends.bands": bands,
    "trends.behind": behind,
}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {
    f"trends.{area.value}": partial(chart, area=area) for area in Area
}

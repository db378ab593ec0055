"""How years are drawn beside each other: a small panel for each measure, lines only where years may be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from jixiao.kit import numbers
from jixiao.report import charts

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 1.3  # inches of a row of panels
_LINE = 0.18  # inches of a line of text
_LABELLED = 4  # years that all have their value written at the mark; of more only the ends
_STYLES = ((charts.DARK, "o", charts.DARK, "solid"), (charts.MID, "s", "white", (0, (4, 2))))
_POINTS = ("分", "%")
_LEAST = 10.0  # points: a panel that showed fewer would make much of little
BREAK = "口径不同"
NONE = "无"


@dataclass(frozen=True)
class Line:
    """One measure over years: its name in the legend, its numbers, and the runs of years that may be joined.

    `marks` has what stands behind the number of a year.
    """

    name: str
    values: Mapping[int, Decimal]
    runs: Sequence[Sequence[int]]
    marks: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """One panel: its title, the unit of its numbers, its lines, and the years before which a method breaks."""

    title: str
    unit: str
    lines: Sequence[Line]
    breaks: Sequence[int] = ()


def panels(found: Sequence[Panel], years: Sequence[int], title: Sequence[str]) -> Figure:
    """The panels two in a row on one scale of years, each with its own scale of numbers, told at the marks."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    title = charts.joined(title)
    rows = -(-len(found) // 2)
    names = list(dict.fromkeys(line.name for panel in found for line in panel.lines if line.name))
    names += [BREAK] if any(panel.breaks for panel in found) else []
    height = _ROW * rows + _LINE * len(title) + (0.27 if names else 0.08)
    figure = Figure(figsize=(charts.WIDTH, height), layout="constrained")
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(hspace=0.1, wspace=0.08)
    places = figure.subplots(rows, 2 if len(found) > 1 else 1, squeeze=False).ravel()
    for axes in places[len(found) :]:
        axes.set_axis_off()
    handles: dict[str, Artist] = {}
    for axes, panel in zip(places, found, strict=False):
        handles |= _panel(axes, panel, years)
    if names:
        figure.legend(
            [handles[name] for name in names],
            names,
            loc="outside lower left",
            ncols=len(names),
            **charts.LEGEND,
        )
    charts.say(figure, title)
    return figure


def _panel(axes: Axes, panel: Panel, years: Sequence[int]) -> dict[str, Artist]:
    """Draw one panel, and give a mark for each name of its legend."""
    import seaborn as sns

    handles: dict[str, Artist] = {}
    low, high = _scale(panel)
    room = high - low
    axes.set_ylim(low if panel.unit not in _POINTS and low == 0 else low - room * 0.6, high + room * 0.5)
    axes.set_xlim(years[0] - 0.45, years[-1] + 0.45)
    for at, line in enumerate(panel.lines):
        color, marker, fill, style = _STYLES[at % len(_STYLES)]
        for run in line.runs:
            drawn = axes.plot(
                run,
                [float(line.values[year]) for year in run],
                color=color,
                marker=marker,
                markerfacecolor=fill,
                markersize=4.5,
                linewidth=1.2,
                linestyle=style,
                clip_on=False,
                zorder=2,
            )[0]
            handles[line.name] = drawn
        for year in _labelled(line, years):
            across, up = _side(panel, line, year)
            axes.annotate(
                f"{shown(line.values[year], panel.unit)}{line.marks.get(year, '')}",
                (year, float(line.values[year])),
                (2 * across, 4 * up),
                textcoords="offset points",
                ha={-1: "right", 0: "center", 1: "left"}[across],
                va="bottom" if up > 0 else "top",
            )
    for year in years:
        if not any(year in line.values for line in panel.lines):
            axes.annotate(NONE, (year, low), ha="center", va="center", color=charts.INK)
    for year in panel.breaks:
        handles[BREAK] = axes.axvline(
            year - 0.5, color=charts.INK, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1
        )
    axes.set_title(f"{panel.title}（{panel.unit}）")
    axes.set_xticks(list(years), [str(year) for year in years])
    axes.set_yticks([])
    sns.despine(ax=axes, left=True)
    return handles


def _scale(panel: Panel) -> tuple[float, float]:
    """Between which numbers a panel stands: counts and amounts from zero, points and percentages never too close."""
    there = [float(value) for line in panel.lines for value in line.values.values()]
    if panel.unit not in _POINTS:
        return min(0.0, *there), max(there) or 1.0
    middle = (min(there) + max(there)) / 2
    half = max((max(there) - min(there)) / 2, _LEAST / 2)
    return middle - half, middle + half


def _side(panel: Panel, line: Line, year: int) -> tuple[int, int]:
    """Where a value is written, across and up: clear of the other line, or of its own where that comes from above."""
    value = line.values[year]
    others = [other.values[year] for other in panel.lines if other is not line and year in other.values]
    if others:
        return 0, 1 if value >= max(others) else -1
    run = next(run for run in line.runs if year in run)
    before, after = (line.values[each] if each in run else value for each in (year - 1, year + 1))
    if before > value >= after:
        return 1, 1
    if after > value >= before:
        return -1, 1
    return 0, 1


def _labelled(line: Line, years: Sequence[int]) -> list[int]:
    """The years whose values are written: all of a few, else those at the ends of runs."""
    if len(years) <= _LABELLED:
        return list(line.values)
    return sorted({end for run in line.runs for end in (run[0], run[-1])})


def shown(value: Decimal, unit: str) -> str:
    """A number at a mark: points and percentages to one decimal, all else as it is."""
    return numbers.plain(numbers.rounded(value, 1) if unit in _POINTS else value)

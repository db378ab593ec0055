"""How charts of the quality of self-evaluation are drawn: intervals on any scale, a histogram of scores, a funnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jixiao.kit import numbers
from jixiao.report import charts
from jixiao.report.parts.cells import amount_cell
from jixiao.report.table import Cell, Column, Table, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LINE = 0.18  # inches of a line of text
_ROW = 0.3  # inches from one interval to the next
_APART = 12  # percent between two values beside a line, so that one above the other can be read
_NAMED = 5  # departments whose names stand in a funnel


@dataclass(frozen=True)
class Span:
    """One line of a chart of intervals: its name, its middle, and its ends where they are known."""

    label: str
    middle: Decimal
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class Dot:
    """A department in a funnel: how many subjects it has and their mean, and its name where that may be said."""

    n: int
    mean: Decimal
    name: str = ""


def spans(
    lines: Sequence[Span], unit: str, names: tuple[str, str], title: Sequence[str], mark: str = ""
) -> Figure:
    """A line from end to end for each interval, with a dot and its value in the middle; `names` are those of the legend.

    `mark` stands behind the values where they are of a reconstruction.
    """
    import seaborn as sns
    from matplotlib.figure import Figure

    title = charts.joined(title)
    figure = Figure(
        figsize=(charts.WIDTH, _ROW * len(lines) + _LINE * len(title) + 0.62), layout="constrained"
    )
    axes = figure.subplots()
    known = [
        (float(one.low), float(one.high), at)
        for at, one in enumerate(lines)
        if one.low is not None and one.high is not None
    ]
    bars = [
        axes.plot([low, high], [at, at], color=charts.MID, linewidth=5, solid_capstyle="butt", zorder=1)[0]
        for low, high, at in known
    ]
    dots = axes.scatter(
        [float(one.middle) for one in lines], range(len(lines)), s=22, color=charts.DARK, zorder=2
    )
    for at, one in enumerate(lines):
        axes.annotate(
            f"{numbers.plain(one.middle)}{unit}{mark}",
            (float(one.middle), at),
            (0, 5),
            textcoords="offset points",
            ha="center",
            va="bottom",
        )
    axes.set(ylim=(len(lines) - 0.5, -0.75))
    axes.margins(x=0.12)
    axes.set_yticks(range(len(lines)), [one.label for one in lines])
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}{unit}")
    sns.despine(ax=axes, left=True)
    handles = [*bars[:1], dots]
    figure.legend(handles, names[-len(handles) :], loc="outside lower left", ncols=2, **charts.LEGEND)
    charts.say(figure, title)
    return figure


def spans_data(lines: Sequence[Span], columns: Sequence[str]) -> Table:
    """What a chart of intervals shows, as a table; `columns` are the heads of name, middle and both ends."""
    rows: list[list[Cell | None]] = [
        [text(one.label), *map(amount_cell, (one.middle, one.low, one.high))] for one in lines
    ]
    return Table("", "", [Column(columns[0]), *(Column(head, "right") for head in columns[1:])], rows)


def histogram(
    counts: Sequence[tuple[int, int, int]],
    names: tuple[str, str],
    limit: int,
    title: Sequence[str],
    mark: str = "",
) -> Figure:
    """How many scores begin with each whole number: those of two tiers beside each other, and a line at a `limit`."""
    import seaborn as sns
    from matplotlib.figure import Figure

    title = charts.joined(title)
    figure = Figure(figsize=(charts.WIDTH, 1.5 + _LINE * len(title)), layout="constrained")
    axes = figure.subplots()
    for side, (name, color) in enumerate(zip(names, (charts.DARK, charts.MID), strict=True)):
        axes.bar(
            [score + (side - 0.5) * 0.42 for score, *_ in counts],
            [each[side + 1] for each in counts],
            width=0.42,
            color=color,
            label=name,
        )
    score, count, _ = max(counts, key=lambda each: each[1])
    at_end = score == counts[-1][0]
    axes.annotate(
        f"{score}分{count}个{mark}",
        (score, count),
        (8 if at_end else 0, 2),
        textcoords="offset points",
        ha="right" if at_end else "center",
        va="bottom",
    )
    axes.margins(y=0.2)
    axes.axvline(limit - 0.5, color=charts.INK, linewidth=0.8, linestyle=(0, (5, 3)))
    axes.set(xlabel="得分（分，按整数分段）", ylabel="个数（个）")
    sns.despine(ax=axes)
    figure.legend(loc="outside lower left", ncols=2, **charts.LEGEND)
    charts.say(figure, title)
    return figure


def funnel(
    dots: Sequence[Dot],
    limits: Sequence[tuple[str, Sequence[tuple[int, Decimal]]]],
    labels: tuple[str, str],
    title: Sequence[str],
) -> Figure:
    """Departments by number of subjects and mean, between the limits around zero that narrow as the number grows."""
    import seaborn as sns
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    title = charts.joined(title)
    figure = Figure(figsize=(charts.WIDTH, 1.95 + _LINE * len(title)), layout="constrained")
    axes = figure.subplots()
    for (name, reach), style in zip(limits, ((0, (5, 3)), "solid"), strict=True):
        at = [n for n, _ in reach]
        for sign in (1, -1):
            values = [sign * float(far) for _, far in reach]
            axes.plot(
                at, values, color=charts.MID, linewidth=0.9, linestyle=style, label=name if sign > 0 else None
            )
    axes.axhline(0, color=charts.INK, linewidth=0.8)
    axes.scatter(
        [dot.n for dot in dots], [float(dot.mean) for dot in dots], s=18, color=charts.DARK, zorder=2
    )
    for dot in [one for one in dots if one.name][:_NAMED]:
        axes.annotate(dot.name, (dot.n, float(dot.mean)), (5, 0), textcoords="offset points", va="center")
    axes.set(xlabel=labels[0], ylabel=labels[1])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    sns.despine(ax=axes)
    figure.legend(loc="outside lower left", ncols=2, **charts.LEGEND)
    charts.say(figure, title)
    return figure


def steps(
    line: Sequence[tuple[int, Decimal]],
    named: Sequence[tuple[int, Decimal]],
    labels: tuple[str, str],
    title: Sequence[str],
    mark: str = "",
) -> Figure:
    """A line that falls in steps from one day to the next, in percent; the days of `named` have their values beside them."""
    import seaborn as sns
    from matplotlib.figure import Figure

    title = charts.joined(title)
    figure = Figure(figsize=(charts.WIDTH, 1.75 + _LINE * len(title)), layout="constrained")
    axes = figure.subplots()
    axes.step([day for day, _ in line], [float(share) for _, share in line], where="post", color=charts.DARK)
    axes.scatter([day for day, _ in named], [float(share) for _, share in named], s=18, color=charts.DARK)
    before: Decimal | None = None
    for day, share in named:
        text = f"{numbers.plain(share)}%{mark}"
        low = before is not None and before - share < _APART  # beside the one before it would stand on it
        place: Any = (
            {"xytext": (-3, -5), "ha": "right", "va": "top"} if low else {"xytext": (3, 4), "va": "bottom"}
        )
        axes.annotate(text, (day, float(share)), textcoords="offset points", **place)
        before = None if low else share
    axes.set(xlabel=labels[0], ylabel=labels[1], ylim=(0, 112), xlim=(0, None))
    axes.set_yticks([0, 25, 50, 75, 100])
    sns.despine(ax=axes)
    charts.say(figure, title)
    return figure

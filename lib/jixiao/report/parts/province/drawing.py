"""How districts are drawn beside each other: named rows where there are few, ranked columns where there are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from jixiao.kit import numbers
from jixiao.report import charts

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEW = 20  # districts that all have their name
_LINE = 0.18  # inches of a line of text
_ROW = 0.27  # inches from one named district to the next
_PANEL = 1.5  # inches of a panel of ranked districts
_NAMED = 3  # ranked districts at the low end whose names are written
_SIGNS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_APART = 1.5  # columns between two groups


@dataclass(frozen=True)
class Reach:
    """From where to where the scores of a district reach, and the middle."""

    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True)
class Place:
    """A district in a chart: its name, its group, and its reach in each panel, by the name of the panel."""

    name: str
    group: str
    reaches: Mapping[str, Reach]


def sign(at: int) -> str:
    """What stands for the group `at` in a chart."""
    return _SIGNS[at] if at < len(_SIGNS) else f"（{at + 1}）"


def shares(values: Sequence[tuple[str, Decimal | None]], title: Sequence[str], none: str) -> Figure:
    """A bar for the share of each district in percent, the lowest first; `none` stands where one has no number."""
    known = [(name, value) for name, value in values if value is not None]
    ordered = sorted(known, key=lambda one: one[1])
    if len(values) <= FEW:
        unknown = [(name, value) for name, value in values if value is None]
        return _named_shares([*reversed(ordered), *unknown], title, none)
    return _ranked_shares(ordered, title)


def _named_shares(values: Sequence[tuple[str, Decimal | None]], title: Sequence[str], none: str) -> Figure:
    import seaborn as sns
    from matplotlib.figure import Figure

    title = charts.joined(title)
    height = 0.2 * len(values) + _LINE * len(title) + 0.2
    figure = Figure(figsize=(charts.WIDTH, height), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(range(len(values)), [float(value or 0) for _, value in values], 0.66, color=charts.DARK)
    axes.bar_label(
        bars, [none if value is None else f"{numbers.plain(value)}%" for _, value in values], padding=3
    )
    axes.set_yticks(range(len(values)), [name for name, _ in values])
    axes.set(ylim=(len(values) - 0.5, -0.5), xlim=(0, 118))
    axes.xaxis.set_visible(False)
    axes.tick_params(axis="y", length=0)
    sns.despine(ax=axes, bottom=True)
    charts.say(figure, title)
    return figure


def _ranked_shares(ordered: Sequence[tuple[str, Decimal]], title: Sequence[str]) -> Figure:
    import seaborn as sns
    from matplotlib.figure import Figure

    title = charts.joined(title)
    figure = Figure(figsize=(charts.WIDTH, _PANEL + 0.35 + _LINE * len(title)), layout="constrained")
    axes = figure.subplots()
    values = [float(value) for _, value in ordered]
    axes.bar(range(len(values)), values, 0.72, color=charts.MID, linewidth=0)
    middle = values[len(values) // 2] if len(values) % 2 else sum(values[len(values) // 2 - 1 :][:2]) / 2
    axes.axhline(middle, color=charts.INK, linewidth=0.9, linestyle=(0, (5, 3)))
    axes.annotate(
        f"中位数 {numbers.plain(numbers.rounded(Decimal(str(middle)), 1))}%", (0, middle), (0, 3),
        textcoords="offset points", va="bottom",
    )  # fmt: skip
    _name_ends(axes, ordered)
    axes.set(
        xlabel="区县（个，按占比从低到高）",
        ylabel="占比（%）",
        ylim=(0, max(112.0, *values)),
        yticks=range(0, 101, 25),
    )
    axes.margins(x=0.01)
    _count_ticks(axes, len(values))
    sns.despine(ax=axes)
    charts.say(figure, title)
    return figure


def _name_ends(axes: Axes, ordered: Sequence[tuple[str, Decimal]]) -> None:
    """The names of the lowest in one line at the top left, where no bar reaches."""
    said = "、".join(name for name, _ in ordered[:_NAMED])
    axes.annotate(f"最低：{said}", (0.01, 1), xycoords="axes fraction", va="top")


def _count_ticks(axes: Axes, count: int) -> None:
    step = next(each for each in (5, 10, 20, 50, 100, 500) if count / each <= 10 or each == 500)
    at = [0, *range(step - 1, count, step)]
    axes.set_xticks(at, [str(one + 1) for one in at])


def reaches(
    places: Sequence[Place], panels: Sequence[str], names: tuple[str, str], title: Sequence[str]
) -> Figure:
    """From a tenth to nine tenths of the scores of each district, with the middle; groups stand apart, in their order.

    `panels` are the names of what is drawn, beside each other for few districts, one above the other for many.
    """
    if len(places) <= FEW:
        return _named_reaches(places, panels, names, title)
    return _ranked_reaches(places, panels, names, title)


def _named_reaches(
    places: Sequence[Place], panels: Sequence[str], names: tuple[str, str], title: Sequence[str]
) -> Figure:
    import seaborn as sns
    from matplotlib.figure import Figure

    title = charts.joined(title)
    rows, breaks = _laid_out(places, 0.5)
    height = _ROW * (rows[-1] + 1 if rows else 1) + _LINE * len(title) + 0.95
    figure = Figure(figsize=(charts.WIDTH, height), layout="constrained")
    found = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, panel in zip(found, panels, strict=True):
        for at, place in zip(rows, places, strict=True):
            reach = place.reaches.get(panel)
            if reach is None:
                axes.annotate("—", (0.5, at), xycoords=("axes fraction", "data"), ha="center", va="center")
                continue
            axes.plot([float(reach.low), float(reach.high)], [at, at], **_BAR, label=names[0])
            axes.scatter([float(reach.middle)], [at], s=18, color=charts.DARK, zorder=2, label=names[1])
        for at in breaks:
            axes.axhline(at, **_BREAK)
        axes.set(title=panel, ylim=(rows[-1] + 0.6 if rows else 1, -0.6), xlabel="得分（分）")
        axes.tick_params(axis="y", length=0)
        sns.despine(ax=axes, left=True)
    signs = _signs(places)
    labels = [f"{place.name}{signs.get(place.group, '')}" for place in places]
    found[0].set_yticks(rows, labels)
    _legend(figure, list(found), names)
    charts.say(figure, title)
    return figure


def _ranked_reaches(
    places: Sequence[Place], panels: Sequence[str], names: tuple[str, str], title: Sequence[str]
) -> Figure:
    import seaborn as sns
    from matplotlib.figure import Figure

    title = charts.joined(title)
    columns, breaks = _laid_out(places, _APART)
    height = _PANEL * len(panels) + _LINE * len(title) + 0.6
    figure = Figure(figsize=(charts.WIDTH, height), layout="constrained")
    found = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    signs = _signs(places)
    for axes, panel in zip(found, panels, strict=True):
        there = [
            (at, place.reaches[panel])
            for at, place in zip(columns, places, strict=True)
            if panel in place.reaches
        ]
        axes.vlines(
            [at for at, _ in there],
            [float(reach.low) for _, reach in there],
            [float(reach.high) for _, reach in there],
            color=charts.MID,
            linewidth=1.4,
            zorder=1,
            label=names[0],
        )
        axes.scatter(
            [at for at, _ in there],
            [float(reach.middle) for _, reach in there],
            s=5,
            color=charts.DARK,
            linewidth=0,
            zorder=2,
            label=names[1],
        )
        for at in breaks:
            axes.axvline(at, **_BREAK)
        axes.set(title=panel, ylabel="得分（分）")
        axes.margins(x=0.01)
        sns.despine(ax=axes)
    for group, own in groupby(zip(columns, places, strict=True), key=lambda one: one[1].group):
        if group in signs:
            ends = [one for one, _ in own]
            found[0].annotate(
                signs[group],
                ((ends[0] + ends[-1]) / 2, 1.0),
                xycoords=("data", "axes fraction"),
                ha="center",
                va="bottom",
            )
    found[-1].set_xticks([])
    found[-1].set_xlabel("区县（一条线一个，各组内按自评中位数从低到高）")
    _legend(figure, list(found), names)
    charts.say(figure, title)
    return figure


@dataclass(frozen=True)
class Dot:
    """A district in a funnel: how many subjects it has, how far it lies from the middle, its name where it is told."""

    n: int
    far: Decimal
    name: str = ""


def funnel(
    dots: Sequence[Dot],
    limits: Sequence[tuple[str, Sequence[tuple[int, Decimal]]]],
    labels: tuple[str, str],
    title: Sequence[str],
) -> Figure:
    """Districts by number of subjects and distance from the middle, between limits that narrow as the number grows."""
    import seaborn as sns
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    title = charts.joined(title)
    figure = Figure(figsize=(charts.WIDTH, 2.5 + _LINE * len(title)), layout="constrained")
    axes = figure.subplots()
    smallest = min(dot.n for dot in dots)
    outer = max(float(far) for n, far in limits[-1][1] if n >= smallest)
    high = 1.35 * max(outer, *(abs(float(dot.far)) for dot in dots))
    for (name, reach), style in zip(limits, ((0, (5, 3)), "solid"), strict=True):
        for side in (1, -1):
            axes.plot(
                [n for n, _ in reach], [side * float(far) for _, far in reach], color=charts.MID, linewidth=0.9,
                linestyle=style, label=name if side > 0 else None,
            )  # fmt: skip
    axes.axhline(0, color=charts.INK, linewidth=0.8)
    plain = [dot for dot in dots if not dot.name]
    named = [dot for dot in dots if dot.name]
    axes.scatter(
        [d.n for d in plain], [float(d.far) for d in plain], s=12, color=charts.DARK, linewidth=0, zorder=2
    )
    axes.scatter(
        [d.n for d in named],
        [float(d.far) for d in named],
        s=20,
        marker="D",
        color="white",
        edgecolor=charts.DARK,
        zorder=3,
    )
    right = max(dot.n for dot in dots) * 1.06
    axes.set(xlabel=labels[0], ylabel=labels[1], xlim=(0, right), ylim=(-high, high))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    _name_dots(axes, named[:_FARTHEST], right)
    sns.despine(ax=axes)
    figure.legend(loc="outside lower left", ncols=2, **charts.LEGEND)
    charts.say(figure, title)
    return figure


_FARTHEST = 8  # districts of a funnel whose names are written
_NAME = 0.22  # of the width of a chart that a name takes
_HIGH = 0.12  # of the height of a chart within which two names would touch


def _name_dots(axes: Axes, named: Sequence[Dot], right: float) -> None:
    """The name beside each dot, on the side where no other named dot is; above or below it between two of them."""
    low, high = axes.get_ylim()
    places = [(dot.n / right, float(dot.far) / (high - low)) for dot in named]
    for dot, (x, y) in zip(named, places, strict=True):
        near = [a for a, b in places if (a, b) != (x, y) and abs(a - x) < 2 * _NAME and abs(b - y) < _HIGH]
        free_right = x + _NAME < 1 and not any(a >= x for a in near)
        free_left = x > _NAME and not any(a <= x for a in near)
        if free_right or free_left:
            side = 1 if free_right else -1
            shift, across, up = (6 * side, 0), "left" if side > 0 else "right", "center"
        else:
            side = 1 if dot.far > 0 else -1
            shift, across, up = (0, 6 * side), "center", "bottom" if side > 0 else "top"
        axes.annotate(
            dot.name, (dot.n, float(dot.far)), shift, textcoords="offset points", ha=across, va=up, zorder=4
        )


_BAR = {"color": charts.MID, "linewidth": 5, "solid_capstyle": "butt", "zorder": 1}
_BREAK = {"color": charts.INK, "linewidth": 0.9, "linestyle": (0, (1, 2)), "zorder": 1}


def _laid_out(places: Sequence[Place], apart: float) -> tuple[list[float], list[float]]:
    """Where each district stands, and where groups part."""
    found: list[float] = []
    breaks: list[float] = []
    at = 0.0
    for number, place in enumerate(places):
        if number and place.group != places[number - 1].group:
            breaks.append(at + (apart - 1) / 2)
            at += apart
        found.append(at)
        at += 1
    return found, breaks


def _signs(places: Sequence[Place]) -> dict[str, str]:
    """The sign of each group; none where there is one alone."""
    groups = list(dict.fromkeys(place.group for place in places))
    return {group: sign(at) for at, group in enumerate(groups)} if len(groups) > 1 else {}


def _legend(figure: Figure, found: Sequence[Axes], names: tuple[str, str]) -> None:
    handles: dict[str, Artist] = {}
    for axes in found:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    shown = [name for name in names if name in handles]
    figure.legend(
        [handles[name] for name in shown], shown, loc="outside lower left", ncols=2, **charts.LEGEND
    )

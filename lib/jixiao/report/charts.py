"""How charts of a report are drawn, as SVG and PNG, with caption, alternative text and the table of what they show.

One house style: Chinese labels from a font file, no colour that is lost in grey, values written at the marks,
and narrow enough for labels that can be read on a phone.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jixiao.kit import fonts, numbers
from jixiao.kit.errors import ExportError, Fault
from jixiao.kit.workbooks import ems
from jixiao.report import mimes
from jixiao.report.table import Cell, Column, Table, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

# WCAG: marks have a contrast of 3 to paper, and differ in grey
DARK = "#1f3b57"
MID = "#7b8fa4"
INK = "#222222"
# Fill and hatch of each series
SERIES = ((DARK, ""), (MID, ""), ("white", "////"), ("white", "...."), (DARK, "xxx"))
# Inches: paper enlarges it to its full width, in type of its tables; on a phone labels have 9 pixels.
WIDTH = 4.4
_SIZE = 9.0  # points
_BAR = 0.185  # inches from bar to bar
_BESIDE = 0.15  # inches from bar to bar in a group
_APART = 0.06  # inches from group to group
_LINE = 0.18  # inches of a line of text
_LONGEST = 34.0  # em of a line above a chart
_TITLE = 0.4  # inches that the name of a panel takes
_LOW = 50  # points: below it bands of five would be too many
_DPI = 300
_NAMED = 3  # marks of a scatter whose names stand below it
_AROUND = (
    (-1, -1),
    (0, -1.2),
    (1, -1),
    (-1.2, 0),
    (1.2, 0),
    (-1, 1),
    (1, 1),
    (0, 1.2),
)  # down first: marks lie below the line
_NEAR = 12  # points of the page from a number to a mark that are enough
_DIGIT = 5  # points from the middle of a number to its edge
_HEAT = ("white", "#b3c1d0")  # ink can be read on all of it
_CELL = (0.48, 0.21)  # inches of a cell of a table in a chart
_HAIR = "#9aa2ac"
_SIZES = (
    "font.size",
    "axes.titlesize",
    "axes.labelsize",
    "xtick.labelsize",
    "ytick.labelsize",
    "legend.fontsize",
    "figure.titlesize",
)
_COLORS = ("text.color", "axes.edgecolor", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color")


@dataclass(frozen=True)
class Bars:
    """One panel of a bar chart: labels from top to bottom, a count each, and the figure that says it."""

    title: str
    labels: Sequence[str]
    counts: Sequence[int]
    color: str
    keys: Sequence[str] = ()


@dataclass(frozen=True)
class Series:
    """One series of a grouped bar chart: a number for each label, None where it is not known, and its figures."""

    name: str
    counts: Sequence[int | Decimal | None]
    keys: Sequence[str | None] = ()


@dataclass(frozen=True)
class Moves:
    """How many subjects went from which grade (row) to which (column), and what rows and columns are."""

    before: Sequence[str]
    after: Sequence[str]
    counts: Sequence[Sequence[int]]
    heads: tuple[str, str]
    title: str


@dataclass(frozen=True)
class Points:
    """One group of a scatter plot: a mark for each of its `names`."""

    label: str
    x: Sequence[Decimal]
    y: Sequence[Decimal]
    marker: str
    color: str
    filled: bool
    names: Sequence[str] = ()
    grades: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Interval:
    """One line of a chart of intervals, in percent: both ends, the estimate, and what is known of all where it is."""

    label: str
    low: Decimal
    estimate: Decimal | None
    high: Decimal
    known: Decimal | None = None


def setup() -> None:
    """Make every chart of this process Chinese-capable, and a character without glyph an error."""
    import matplotlib as mpl
    import seaborn as sns
    from matplotlib import font_manager

    mpl.rcdefaults()  # whatever a matplotlibrc of this user says
    sns.set_theme(context="paper", style="ticks")
    font_manager.fontManager.addfont(str(fonts.font_files()[fonts.SANS]))
    mpl.rcParams.update(
        {
            "font.family": [fonts.FAMILIES[fonts.SANS]],
            **dict.fromkeys(_SIZES, _SIZE),
            **dict.fromkeys(_COLORS, INK),
            "axes.titlelocation": "left",
            "axes.titlepad": 5,
            "axes.unicode_minus": False,
            "svg.fonttype": "none",  # text stays text: it can be found, and paper sets it in its own fonts
            "hatch.color": DARK,
            "hatch.linewidth": 0.6,
            "figure.dpi": 100,
        }
    )
    warnings.filterwarnings("error", message=r"Glyph \d+")


def distribution(panels: Sequence[Bars], unit: str) -> Figure:
    """Horizontal bars, one panel below the other on one scale, the count at the end of each bar."""
    from matplotlib.figure import Figure

    rows = [max(len(panel.labels), 1) for panel in panels]
    height = _BAR * sum(rows) + _TITLE * len(rows)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.get_layout_engine().set(hspace=0.12)
    most = max(max(panel.counts, default=1) for panel in panels)
    places = figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=rows)[:, 0]
    for axes, panel, count in zip(places, panels, rows, strict=True):
        _bars(axes, panel, most, unit)
        axes.set_ylim(count - 0.5, -0.5)
    return figure


def _bars(axes: Axes, panel: Bars, most: int, unit: str) -> None:
    import seaborn as sns

    sns.barplot(
        x=list(panel.counts), y=list(panel.labels), color=panel.color, saturation=1, width=0.62, ax=axes
    )
    axes.bar_label(axes.containers[0], fmt=f"%d{unit}", padding=3)
    axes.set(title=panel.title, xlim=(0, most * 1.2 or 1), xlabel="", ylabel="")
    axes.xaxis.set_visible(False)
    axes.tick_params(axis="y", length=0)
    sns.despine(ax=axes, bottom=True)


def grouped(labels: Sequence[str], series: Sequence[Series], unit: str, title: Sequence[str] = ()) -> Figure:
    """Horizontal bars by label, those of a label below each other, the count at the end of each.

    Where no label has bars of two series, each has one row. `title` are the lines that say what is to be seen.
    """
    import pandas as pd
    import seaborn as sns
    from matplotlib.figure import Figure

    beside = any(sum(bool(one.counts[at]) for one in series) > 1 for at, _ in enumerate(labels))
    row = max(_BAR, _BESIDE * len(series) + _APART) if beside else _BAR
    title = joined(title)
    height = row * len(labels) + _LINE * len(title) + (0.27 if len(series) > 1 else 0.1)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots()
    counts = [
        (label, one.name, float(one.counts[at] or 0)) for one in series for at, label in enumerate(labels)
    ]
    sns.barplot(
        pd.DataFrame(counts, columns=["label", "name", "count"]),
        x="count", y="label", hue="name", order=list(labels), dodge=beside, legend=False, saturation=1,
        palette=[fill for fill, _ in SERIES[: len(series)]], width=_BESIDE * len(series) / row if beside else 0.66,
        gap=0.12 if beside else 0, ax=axes,
    )  # fmt: skip
    for one, bars, (_, hatch) in zip(series, axes.containers, SERIES, strict=False):
        for bar in bars:
            bar.set(hatch=hatch, label=one.name, edgecolor=DARK if hatch else "none", linewidth=0.6)
        axes.bar_label(bars, labels=[f"{count}{unit}" if count else "" for count in one.counts], padding=3)
    most = max((float(count) for one in series for count in one.counts if count), default=1)
    axes.set(xlim=(0, most * 1.15), xlabel="", ylabel="")
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.xaxis.set_visible(False)
    axes.tick_params(axis="y", length=0)
    sns.despine(ax=axes, bottom=True)
    if len(series) > 1:
        handles = [bars[0] for bars in axes.containers]
        figure.legend(
            handles, [one.name for one in series], loc="outside lower left", ncols=len(series), **LEGEND
        )
    say(figure, title)
    return figure


LEGEND = {
    "frameon": False,
    "borderaxespad": 0.1,
    "handlelength": 1.2,
    "handletextpad": 0.5,
    "columnspacing": 1.5,
}


def joined(lines: Sequence[str]) -> list[str]:
    """The lines, in one where it is not too long."""
    return ["".join(lines)] if ems("".join(lines)) <= _LONGEST else list(lines)


def say(figure: Figure, lines: Sequence[str]) -> None:
    """Write what is to be seen above a chart."""
    if lines:
        figure.suptitle("\n".join(lines), x=0.01, ha="left", linespacing=1.3, color=INK)


def intervals(lines: Sequence[Interval], names: tuple[str, str, str], title: Sequence[str] = ()) -> Figure:
    """A line from end to end for each interval on one scale from 0 to 100 %, with a mark at the estimate.

    `names` are what the legend calls interval, estimate and what is known of all, which has a mark of its own.
    """
    import seaborn as sns
    from matplotlib.figure import Figure

    title = joined(title)
    height = 2 * _BAR * len(lines) + _LINE * len(title) + 0.6
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots()
    for at, one in enumerate(lines):
        low, high = float(one.low), float(one.high)
        axes.plot([low, high], [at, at], color=MID, linewidth=5, solid_capstyle="butt", zorder=1)
        for end, side in ((one.low, "right"), (one.high, "left")):
            axes.annotate(
                f"{numbers.plain(end)}%",
                (float(end), at),
                (-7 if side == "right" else 7, 0),
                textcoords="offset points",
                ha=side,
                va="center",
            )
    for value, marker, fill in (("estimate", "o", DARK), ("known", "D", "white")):
        known = [
            (float(getattr(one, value)), at)
            for at, one in enumerate(lines)
            if getattr(one, value) is not None
        ]
        if known:
            axes.scatter(*zip(*known, strict=True), marker=marker, s=22, color=fill, edgecolor=DARK, zorder=2)
    handles = [axes.lines[0], *axes.collections]
    some = [any(one.estimate is not None for one in lines), any(one.known is not None for one in lines)]
    shown = [names[0], *(name for name, there in zip(names[1:], some, strict=True) if there)]
    figure.legend(handles, shown, loc="outside lower left", ncols=len(shown), **LEGEND)
    axes.set(xlim=(0, 122), xticks=range(0, 101, 20), ylim=(len(lines) - 0.5, -0.5))
    axes.set_xticklabels([f"{tick}%" for tick in range(0, 101, 20)])
    axes.set_yticks(range(len(lines)), [one.label for one in lines])
    axes.tick_params(axis="y", length=0)
    sns.despine(ax=axes, left=True)
    axes.spines.bottom.set_bounds(0, 100)
    say(figure, title)
    return figure


def scatter(
    groups: Sequence[Points],
    x_label: str,
    y_label: str,
    identity: str,
    title: Sequence[str] = (),
    moved: Moves | None = None,
    unit: str = "个",
) -> Figure:
    """One mark a subject on two equal scales, with the line on which the two scores are equal.

    Strips above and at the right tell how many marks lie at each point, since many lie on one another. Beside them
    stands, where there are grades, from which to which the subjects `moved`, darker for more. The marks that lie
    `furthest` from the line have numbers, whose names stand below.
    """
    import pandas as pd
    import seaborn as sns
    from matplotlib.figure import Figure

    title = joined(title)
    named = furthest(groups)
    # Inches: the strips stand exactly at their marks.
    left = 0.52
    bottom = 0.44 + (_LINE * len(named) + 0.08 if named else 0)
    side = 1.78
    strip = 0.34
    gap = 0.05
    height = bottom + side + gap + strip + _LINE * len(title) + 0.1
    figure = Figure(figsize=(WIDTH, height))

    def placed(x: float, y: float, width: float, high: float, **more: Any) -> Axes:
        return figure.add_axes((x / WIDTH, y / height, width / WIDTH, high / height), **more)

    axes = placed(left, bottom, side, side)
    low = _floor([v for g in groups for v in (*g.x, *g.y)])
    top = 101.0
    _equal_scales(axes, (low, top), x_label, y_label)
    for group in groups:
        sns.scatterplot(
            x=[float(value) for value in group.x],
            y=[float(value) for value in group.y],
            marker=group.marker,
            s=16,
            color=group.color if group.filled else "white",
            edgecolor=group.color,
            linewidth=0.7,
            label=group.label,
            legend=False,
            zorder=2,
            ax=axes,
        )
    _name_line(axes, identity, low + (top - low) * 0.32)
    _number_marks(axes, named, groups, side * 72 / (top - low))
    for at, (name, x, y) in enumerate(named):
        line = f"{at + 1}  {_cut(name)}（{numbers.plain(x)}，{numbers.plain(y)}）"
        figure.text(0.044 / WIDTH, (_LINE * (len(named) - at) - 0.06) / height, line, va="center")
    marks = pd.DataFrame(
        [
            (group.label, float(x), float(y))
            for group in groups
            for x, y in zip(group.x, group.y, strict=True)
        ],
        columns=["group", "x", "y"],
    )
    upper = bottom + side + gap
    right = left + side + gap
    ends = (int(low), 101)
    _strip(placed(left, upper, side, strip, sharex=axes), marks, "x", groups, ends, unit)
    _strip(placed(right, bottom, strip, side, sharey=axes), marks, "y", groups, ends, unit)
    beside = placed(right + strip, upper, WIDTH - right - strip - 0.05, strip)
    beside.set_axis_off()
    beside.legend(*axes.get_legend_handles_labels(), loc="upper right", alignment="left", **LEGEND)
    if moved:
        high = 0.22 * len(moved.before)
        _moves(placed(WIDTH - 1.02, bottom + side - 0.32 - high, 0.84, high), moved)
    _say_above(figure, title)
    return figure


def furthest(groups: Sequence[Points]) -> list[tuple[str, Decimal, Decimal]]:
    """Name and both scores of the few marks that lie furthest from the line, the first the furthest."""
    found = [
        (name, x, y)
        for group in groups
        for name, x, y in zip(group.names, group.x, group.y, strict=False)
        if x != y
    ]
    return sorted(found, key=lambda one: -abs(one[1] - one[2]))[:_NAMED]


def _number_marks(
    axes: Axes, named: Sequence[tuple[str, Decimal, Decimal]], groups: Sequence[Points], scale: float
) -> None:
    """A number at each of the `named` marks, at the end of a line, where it covers no mark and no other number.

    `scale` is how many points of the page a point of the score takes.
    """
    taken = [
        (float(x) * scale, float(y) * scale)
        for group in groups
        for x, y in zip(group.x, group.y, strict=True)
    ]
    low, high = (end * scale for end in axes.get_xlim())
    for at, (_, x, y) in enumerate(named, 1):
        mark = (float(x) * scale, float(y) * scale)
        around = [(mark[0] + dx * far, mark[1] + dy * far) for far in (11, 15, 20, 26) for dx, dy in _AROUND]
        inside = [
            (left, up)
            for left, up in around
            if low + _DIGIT < left < high - _DIGIT and low + _DIGIT < up < high - _DIGIT
        ]
        place = max(
            inside or around,
            key=lambda one: min(_NEAR, min(abs(one[0] - a) + abs(one[1] - b) for a, b in taken)),
        )
        taken.append(place)
        axes.annotate(
            str(at), (float(x), float(y)), (place[0] - mark[0], place[1] - mark[1]), textcoords="offset points",
            ha="center", va="center", arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2},
            zorder=3,
        )  # fmt: skip


def _cut(name: str) -> str:
    """A name with no more characters than a line of the chart has room for, beside two scores."""
    at = next((at for at in range(len(name)) if ems(name[: at + 1]) > _LONGEST - 12), len(name))
    return name if at == len(name) else f"{name[: at - 1]}…"


def binned(
    groups: Sequence[Points],
    x_label: str,
    y_label: str,
    same: str,
    title: Sequence[str] = (),
    moved: Moves | None = None,
    unit: str = "个",
) -> Figure:
    """How many subjects have both scores in the same two bands; no single score can be read off.

    From the lowest band that occurs to the highest, the greatest at the right and at the top. A cell with a dashed frame
    has both scores in one band, which `same` says. Beside it stands what `scatter` has there.
    """
    import seaborn as sns
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    title = joined(title)
    step = step_of(groups)
    counts = in_bands(groups, step)
    across, up = (sorted({cell[side] for cell in counts}) for side in (0, 1))
    across, up = (list(range(found[0], found[-1] + step, step)) for found in (across, up[:]))
    up.reverse()
    left = 0.86
    bottom = 0.44
    right = 1.3 if moved else 0.1
    wide = min(_CELL[0], (WIDTH - left - right) / len(across))
    turned = wide < _CELL[0]
    bottom += 0.3 if turned else 0
    high = _CELL[1] * max(len(up), 4)
    height = bottom + high + 0.32 + _LINE * len(title)
    figure = Figure(figsize=(WIDTH, height))

    def placed(x: float, y: float, width: float, high: float) -> Axes:
        return figure.add_axes((x / WIDTH, y / height, width / WIDTH, high / height))

    axes = placed(left, bottom, wide * len(across), high)
    shown = [[counts[x, y] for x in across] for y in up]
    words = [[str(count or "") for count in line] for line in shown]
    labels = ([_band(x, step) for x in across], [_band(y, step) for y in up])
    _table(axes, shown, words, *labels)
    axes.tick_params(axis="x", rotation=90 if turned else 0)
    axes.set(title=f"{'（a）' if moved else ''}得分（{unit}）", xlabel=x_label, ylabel=y_label)
    equal = [
        axes.add_patch(
            Rectangle((column, row), 1, 1, fill=False, edgecolor=INK, linestyle=(0, (3, 2)), linewidth=0.9, clip_on=False)
        )
        for column, x in enumerate(across) for row, y in enumerate(up) if x == y
    ]  # fmt: skip
    if equal:
        figure.legend(
            equal[:1], [same], loc="lower right", bbox_to_anchor=(1 - 0.05 / WIDTH, 0.02 / height), **LEGEND
        )
    if moved:
        rows = _CELL[1] * len(moved.before)
        _moves(
            placed(WIDTH - 0.3 * len(moved.after) - 0.1, bottom + high - rows, 0.3 * len(moved.after), rows),
            moved,
            "（b）",
        )
    sns.despine(ax=axes, left=True, bottom=True)
    _say_above(figure, title)
    return figure


def step_of(groups: Sequence[Points]) -> int:
    """How many points a band of `binned` takes: five, or ten where low scores would make too many."""
    return 5 if min(min(*group.x, *group.y) for group in groups) >= _LOW else 10


def in_bands(groups: Sequence[Points], step: int) -> Counter[tuple[int, int]]:
    """How many subjects of `groups` have their two scores in the same two bands, by where the bands begin."""
    return Counter(
        (int(x) // step * step, int(y) // step * step)
        for group in groups
        for x, y in zip(group.x, group.y, strict=True)
    )


def _equal_scales(axes: Axes, ends: tuple[float, float], x_label: str, y_label: str) -> None:
    """Two scales with the same `ends`, and the line on which both values are equal."""
    import seaborn as sns

    axes.plot(ends, ends, color=INK, linewidth=0.8, linestyle=(0, (5, 3)), zorder=1.8)
    ticks = list(range(-(-int(ends[0]) // 10) * 10, 101, 10))
    axes.set(xlim=ends, ylim=ends, xlabel=x_label, ylabel=y_label, xticks=ticks, yticks=ticks)
    sns.despine(ax=axes)


def _say_above(figure: Figure, lines: Sequence[str]) -> None:
    """Write what is to be seen above a chart whose parts have places of their own."""
    if lines:
        width, height = figure.get_size_inches()
        figure.text(0.044 / width, 1 - 0.04 / height, "\n".join(lines), va="top", linespacing=1.3)


def _heat() -> Colormap:
    """From white to a colour on which ink is read well, also on a photocopy."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("house", _HEAT)


def _strip(
    axes: Axes, marks: Any, axis: str, groups: Sequence[Points], ends: tuple[int, int], unit: str
) -> None:
    """How many marks lie at each whole point, the highest bar with its count."""
    import seaborn as sns

    sns.histplot(
        marks, **{axis: axis}, hue="group", hue_order=[group.label for group in groups],
        palette=[group.color for group in groups], multiple="stack", binwidth=1, binrange=ends,
        alpha=1, linewidth=0.3, edgecolor="white", legend=False, ax=axes,
    )  # fmt: skip
    whole = [int(value) for value in marks[axis]]
    at, count = max(((value, whole.count(value)) for value in set(whole)), key=lambda found: found[1])
    place = (at + 0.5, count) if axis == "x" else (count, at + 0.5)
    beside = (
        {"xytext": (-7, -3), "ha": "right", "va": "center"}
        if axis == "x"
        else {"xytext": (3, 0), "va": "center"}
    )
    axes.annotate(
        f"{at}分{count}{unit}" if axis == "x" else f"{count}{unit}",
        place,
        textcoords="offset points",
        **beside,
    )
    axes.set_axis_off()


def _moves(axes: Axes, moved: Moves, letter: str = "") -> None:
    """A table from the grade before (row) to the grade after (column), darker for more."""
    words = [[str(count or "") for count in line] for line in moved.counts]
    _table(axes, moved.counts, words, list(moved.after), list(moved.before))
    before, after = moved.heads
    axes.set(xlabel=_wrapped(after), ylabel=_wrapped(before))
    axes.set_title(f"{letter}{moved.title}", loc="right" if letter else "left")


def _table(
    axes: Axes,
    counts: Sequence[Sequence[int]],
    words: Sequence[Sequence[str]],
    across: Sequence[str],
    down: Sequence[str],
) -> None:
    """A table of counts, darker for more."""
    import seaborn as sns

    sns.heatmap(
        [list(line) for line in counts], annot=[list(line) for line in words], fmt="", cmap=_heat(), vmin=0, cbar=False,
        clip_on=False, annot_kws={"color": INK}, linewidths=0.6, linecolor=_HAIR,
        xticklabels=list(across), yticklabels=list(down), ax=axes,
    )  # fmt: skip
    axes.tick_params(length=0)
    axes.tick_params(axis="y", rotation=0)


def _wrapped(name: str) -> str:
    """A name in two lines where one is too long for the side of a small table."""
    return name if ems(name) <= 8 else f"{name[: -(-len(name) // 2)]}\n{name[-(-len(name) // 2) :]}"


def _name_line(axes: Axes, name: str, at: float) -> None:
    """Write `name` on the diagonal at `at`, in its direction on the page."""
    label = axes.text(at, at, f"{name}\n", ha="center", va="center", linespacing=1.7)
    label.set(rotation=45, rotation_mode="anchor", transform_rotates_text=True)


def _floor(values: Sequence[Decimal]) -> float:
    """The whole five below all values, with a little room for the marks on it."""
    return int(min(values)) // 5 * 5 - 1 if values else 0


def bars_data(panels: Sequence[Bars], columns: Sequence[str], caption: str) -> Table:
    """What a bar chart shows, as a table; `columns` are the heads of panel, label and count."""
    rows = [row for one in panels for row in _counted(one.title, one.labels, one.counts, one.keys)]
    return _counts(rows, columns, caption)


def series_data(
    labels: Sequence[str], series: Sequence[Series], columns: Sequence[str], caption: str
) -> Table:
    """What a grouped bar chart shows, as a table; `columns` are the heads of series, label and count."""
    rows = [row for one in series for row in _counted(one.name, labels, one.counts, one.keys)]
    return _counts(rows, columns, caption)


def _counted(
    name: str, labels: Sequence[str], counts: Sequence[int | Decimal | None], keys: Sequence[str | None]
) -> Iterator[list[Cell | None]]:
    """A row for each label with its count, below each other under one `name`."""
    for at, (label, count, key) in enumerate(zip(labels, counts, keys or [None] * len(counts), strict=True)):
        first = None if at else text(name, rows=len(labels))
        yield [first, text(label), text(None) if count is None else Cell(str(count), str(count), key)]


def _counts(rows: Sequence[list[Cell | None]], columns: Sequence[str], caption: str) -> Table:
    return Table("", caption, [Column(columns[0]), Column(columns[1]), Column(columns[2], "right")], rows)


def intervals_data(lines: Sequence[Interval], columns: Sequence[str]) -> Table:
    """What a chart of intervals shows, as a table; `columns` are the heads of name, both ends about the estimate, and known."""
    rows: list[list[Cell | None]] = []
    for one in lines:
        values = (one.low, one.estimate, one.high, one.known)
        rows.append([text(one.label), *(text(None) if value is None else _value(value) for value in values)])
    return Table("", "", [Column(columns[0]), *(Column(head, "right") for head in columns[1:])], rows)


def points_data(groups: Sequence[Points], columns: Sequence[str], caption: str) -> Table:
    """What a scatter plot shows, as a table; `columns` are the heads of name, group, the two values and the two grades."""
    rows = [
        [text(name), text(group.label), _value(x), _value(y), *map(text, grades)]
        for group in groups
        for name, x, y, grades in zip(
            group.names, group.x, group.y, group.grades or [()] * len(group.x), strict=True
        )
    ]
    measures = [Column(label, "right") for label in columns[2:4]]
    named = [Column(label, "center") for label in columns[4:]]
    return Table("", caption, [Column(columns[0]), Column(columns[1]), *measures, *named], rows)


def binned_data(groups: Sequence[Points], columns: Sequence[str], caption: str) -> Table:
    """What `binned` shows, by group, as a table; `columns` are the heads of the two bands."""
    step = step_of(groups)
    counts = [in_bands([group], step) for group in groups]
    rows = [
        [
            text(_band(x, step)),
            text(_band(y, step)),
            *(Cell(str(each[x, y]), str(each[x, y])) for each in counts),
        ]
        for x, y in sorted(sum(counts, Counter()), reverse=True)
    ]
    heads = [*map(Column, columns), *(Column(f"{group.label}（个）", "right") for group in groups)]
    return Table("", caption, heads, rows, ["注：各段含起点，不含终点。"])


def _band(start: int, step: int) -> str:
    """A band of whole points as a table names it; the full mark stands alone."""
    return str(start) if start == 100 else f"{start}～{start + step}"


def _value(value: Decimal) -> Cell:
    return Cell(numbers.plain(value), numbers.plain(value))


def bundle(
    figure: Figure,
    chart_id: str,
    caption: str,
    alt: str,
    note: str = "",
    data: Table | None = None,
    *,
    own: bool = False,
) -> dict[str, Any]:
    """The drawn figure as a notebook output, with the table of its `data`; the same bytes for the same figure.

    One of the notebook's `own` may not leave room for its labels; its picture reaches as far as they do.
    """
    if not alt.strip() or alt == caption:
        raise ExportError(Fault(f"图 {chart_id}", "没有替代文字", "说明图中内容的一句话", "填写 alt"))
    about = {"id": chart_id, "caption": caption, "alt": alt, "note": note}
    if data is not None:
        about["data"] = data.as_json()
    box = "tight" if own else None
    return {
        "image/svg+xml": _drawn(figure, chart_id, "svg", box).decode(),
        "image/png": base64.b64encode(_drawn(figure, chart_id, "png", box)).decode(),
        "text/plain": caption,
        mimes.CHART: about,
    }


def close(figure: Figure) -> None:
    """Forget a figure that pyplot keeps, which would be shown once more below its cell."""
    import sys

    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)


def _drawn(figure: Figure, chart_id: str, kind: str, box: str | None) -> bytes:
    import matplotlib as mpl

    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    with mpl.rc_context({"svg.hashsalt": chart_id}), io.BytesIO() as buffer:
        try:
            figure.savefig(buffer, format=kind, dpi=_DPI, metadata=metadata, bbox_inches=box)
        except UserWarning as warning:  # setup() turned the missing-glyph warning into an error
            remedy = "改用字体里有的字，或重新安装 mplfonts"
            raise ExportError(
                Fault(f"图 {chart_id}", f"有字符显示不出来（{warning}）", remedy=remedy)
            ) from None
        return buffer.getvalue()

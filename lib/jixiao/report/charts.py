"""How charts of a report are drawn, as SVG and PNG, with caption, alternative text and the table of what they show.

One house style: Chinese labels from a font file, no colour that is lost in grey, values written at the marks,
and narrow enough for labels that can be read on a phone.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jixiao.kit import fonts, numbers
from jixiao.kit.errors import ExportError, Fault
from jixiao.report import mimes
from jixiao.report.table import Cell, Column, Table, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DARK, MID, INK = (
    "#1f3b57",
    "#7b8fa4",
    "#222222",
)  # WCAG: marks have a contrast of 3 to paper, and differ in grey
WIDTH = 4.6  # inches: three quarters of the type area; on a phone the labels shrink to 10 pixels, not to 6
_SIZE = 10.5  # points: 五号
_BAR = 0.29  # inches from bar to bar
_TITLE = 0.46  # inches that the name of a panel takes
_ROW, _LABELS = 0.3, 0.6  # inches: a row of a grid, and what stands below all of them
_RULE = "#d5d9de"  # between the cells of a grid
_UPRIGHT = 6  # columns whose names fit side by side
_DPI = 300
_SIZES = (
    "font.size",
    "axes.titlesize",
    "axes.labelsize",
    "xtick.labelsize",
    "ytick.labelsize",
    "legend.fontsize",
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
class Points:
    """One group of a scatter plot: a mark for each of its `names`."""

    label: str
    x: Sequence[Decimal]
    y: Sequence[Decimal]
    marker: str
    color: str
    filled: bool
    names: Sequence[str] = ()


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
            "svg.fonttype": "path",
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


def scatter(groups: Sequence[Points], x_label: str, y_label: str, identity: str) -> Figure:
    """One mark a subject, with the line on which the two scores are equal."""
    import seaborn as sns
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 3.3), layout="constrained")
    axes = figure.subplots()
    (left, bottom), top = (_floor([v for g in groups for v in getattr(g, axis)]) for axis in "xy"), 100.8
    axes.plot((bottom, top), (bottom, top), color=INK, linewidth=0.8, linestyle=(0, (5, 3)), zorder=1)
    for group in groups:
        face = group.color if group.filled else "white"
        sns.scatterplot(
            x=[float(value) for value in group.x],
            y=[float(value) for value in group.y],
            marker=group.marker,
            s=30,
            color=face,
            edgecolor=group.color,
            linewidth=0.9,
            label=group.label,
            ax=axes,
        )
    axes.set(xlim=(left, top), ylim=(bottom, top), xlabel=x_label, ylabel=y_label)
    _name_line(axes, identity, left + (top - left) * 0.3)
    axes.legend(frameon=False, loc="upper left", handletextpad=0.2)  # above the line: review is seldom higher
    sns.despine(ax=axes)
    return figure


def grid(cells: Mapping[tuple[int, int], int], step: int, x_label: str, y_label: str) -> Figure:
    """How many subjects have two scores in the same two bands of `step` points, by where the bands begin.

    Dashed is the line on which the two scores are equal.
    """
    import numpy as np
    import seaborn as sns
    from matplotlib.figure import Figure

    columns, rows = (range(min(each), 100 + step, step) for each in zip(*cells, strict=True))
    counts = np.array([[cells.get((x, y), 0) for x in columns] for y in rows])
    figure = Figure(figsize=(WIDTH, _ROW * len(rows) + _LABELS), layout="constrained")
    axes = figure.subplots()
    sns.heatmap(
        counts,
        mask=counts == 0,
        annot=True,
        annot_kws={"color": INK, "size": _SIZE},
        fmt="d",
        cmap=sns.light_palette(MID, as_cmap=True),
        cbar=False,
        linewidths=0.6,
        linecolor=_RULE,
        xticklabels=[band(start, step) for start in columns],
        yticklabels=[band(start, step) for start in rows],
        ax=axes,
    )
    axes.invert_yaxis()
    ends = np.array((max(columns[0], rows[0]), 100 + step))
    line = [(ends - first) / step for first in (columns[0], rows[0])]
    axes.plot(*line, color=INK, linewidth=0.8, linestyle=(0, (5, 3)))
    axes.set(xlabel=x_label, ylabel=y_label)
    axes.tick_params(length=0, rotation=90 if len(columns) > _UPRIGHT else 0, axis="x")
    axes.tick_params(length=0, rotation=0, axis="y")
    return figure


def band(start: int, step: int) -> str:
    """A band of whole points as an axis or a table names it: its end is the last whole point; 100 stands alone."""
    return str(start) if start == 100 else f"{start}～{start + step}"


def _name_line(axes: Axes, name: str, at: float) -> None:
    """Write `name` on the diagonal at `at`, in its direction on the page."""
    label = axes.text(at, at, f"{name}\n", fontsize=9, ha="center", va="center", linespacing=1.7)
    label.set(rotation=45, rotation_mode="anchor", transform_rotates_text=True)


def _floor(values: Sequence[Decimal]) -> float:
    """The whole five below all values, with a little room for the marks on it."""
    return int(min(values)) // 5 * 5 - 0.8 if values else 0


def bars_data(panels: Sequence[Bars], columns: Sequence[str], caption: str) -> Table:
    """What a bar chart shows, as a table; `columns` are the heads of panel, label and count."""
    rows: list[list[Cell | None]] = []
    for panel in panels:
        keys = panel.keys or [None] * len(panel.counts)
        for at, (label, count, key) in enumerate(zip(panel.labels, panel.counts, keys, strict=True)):
            first = None if at else text(panel.title, rows=len(panel.labels))
            rows.append([first, text(label), Cell(str(count), str(count), key)])
    heads = [Column(columns[0]), Column(columns[1]), Column(columns[2], "right")]
    return Table("", caption, heads, rows)


def points_data(groups: Sequence[Points], columns: Sequence[str], caption: str) -> Table:
    """What a scatter plot shows, as a table; `columns` are the heads of name, group and the two values."""
    rows = [
        [text(name), text(group.label), _value(x), _value(y)]
        for group in groups
        for name, x, y in zip(group.names, group.x, group.y, strict=True)
    ]
    measures = [Column(label, "right") for label in columns[2:]]
    return Table("", caption, [Column(columns[0]), Column(columns[1]), *measures], rows)


def _value(value: Decimal) -> Cell:
    return Cell(numbers.plain(value), numbers.plain(value))


def bundle(
    figure: Figure, chart_id: str, caption: str, alt: str, note: str = "", data: Table | None = None
) -> dict[str, Any]:
    """The drawn figure as a notebook output, with the table of its `data`; the same bytes for the same figure."""
    if not alt.strip() or alt == caption:
        raise ExportError(Fault(f"图 {chart_id}", "没有替代文字", "说明图中内容的一句话", "填写 alt"))
    about = {"id": chart_id, "caption": caption, "alt": alt, "note": note}
    if data is not None:
        about["data"] = data.as_json()
    return {
        "image/svg+xml": _drawn(figure, chart_id, "svg").decode(),
        "image/png": base64.b64encode(_drawn(figure, chart_id, "png")).decode(),
        "text/plain": caption,
        mimes.CHART: about,
    }


def close(figure: Figure) -> None:
    """Forget a figure that pyplot keeps, which would be shown once more below its cell."""
    import sys

    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)


def _drawn(figure: Figure, chart_id: str, kind: str) -> bytes:
    import matplotlib as mpl

    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    with mpl.rc_context({"svg.hashsalt": chart_id}), io.BytesIO() as buffer:
        try:
            figure.savefig(buffer, format=kind, dpi=_DPI, metadata=metadata)
        except UserWarning as warning:  # setup() turned the missing-glyph warning into an error
            remedy = "改用字体里有的字，或重新安装 mplfonts"
            raise ExportError(
                Fault(f"图 {chart_id}", f"有字符显示不出来（{warning}）", remedy=remedy)
            ) from None
        return buffer.getvalue()

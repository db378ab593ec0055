"""Tables and charts of a notebook's own: a frame and a drawing become what the report's own are, in every format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from jixiao.figures.model import TOTALS
from jixiao.kit import numbers
from jixiao.kit.errors import Fault, ProseError
from jixiao.report import own_figures
from jixiao.report.own_figures import ROW, TABLE
from jixiao.report.table import Cell, Column, Table, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INVENTED_NOTE = "注：由重构的数据表推算，没有公布过。"


def of_frame(
    frame: pd.DataFrame, caption: str, units: Mapping[str, str], note: str, *, invented: bool
) -> Table | None:
    """The table that shows `frame`; None for no rows; ProseError lists all that keeps it from being one.

    Columns are headed by their names, with the unit that `units` has for them; numbers stand exact and to the right,
    what is missing is a dash. An index with a meaning of its own is the first column; the rows of the report's
    frames have none. `invented` says so below the table.
    """
    if not _means_nothing(frame):
        frame = frame.reset_index()
    labels = [str(column) for column in frame.columns]
    faults = []
    if not caption.strip():
        faults.append(Fault("report.table(frame)", "没有题目", remedy='写成 report.table(frame, "题目")'))
    strange = [column for column in units if column not in labels]
    place = f"表“{caption}”"
    faults += [
        Fault(place, f"units 里的“{one}”不是列名", remedy=f"用这些之一：{'、'.join(labels)}")
        for one in strange
    ]
    columns: list[list[Cell]] = []
    for label, (_, values) in zip(labels, frame.items(), strict=True):
        cells, problem = _cells(values)
        columns.append(cells)
        if problem:
            rounded = (
                "frame.round(2)" if values.dtype.kind == "f" else f'frame["{label}"].map(report.rounded)'
            )
            faults.append(Fault(place, f"“{label}”列{problem}", "能精确写出的数", f"先取舍，如 {rounded}"))
    if faults:
        raise ProseError(*faults)
    if frame.empty:
        return None
    heads = [
        Column(f"{label}（{units[label]}）" if label in units else label, _alignment(cells))
        for label, cells in zip(labels, columns, strict=True)
    ]
    notes = [one for one in (note, INVENTED_NOTE if invented else "") if one]
    return Table("", caption.strip(), heads, [list(row) for row in zip(*columns, strict=True)], notes)


def drawing(chart: Any, caption: str, alt: str, data: object) -> Figure:
    """The drawing of a chart: a matplotlib Figure, the one of Axes, or of a grid of seaborn's.

    ProseError lists what is missing: caption, alternative text, the frame of what it shows.
    """
    from matplotlib.figure import Figure

    figure = chart if isinstance(chart, Figure) else getattr(chart, "figure", None)
    place = f"图“{caption}”" if caption.strip() else "report.chart(…)"
    faults = []
    if not isinstance(figure, Figure):
        faults.append(
            Fault(place, f"是 {type(chart).__name__}", "matplotlib 的图、坐标系，或 seaborn 画出的图")
        )
    if not caption.strip():
        faults.append(Fault(place, "没有题目", remedy='加上 caption="题目"'))
    if not alt.strip() or alt.strip() == caption.strip():
        faults.append(Fault(place, "没有替代文字", "说明图中内容的一句话，与题目不同", '加上 alt="…"'))
    if not isinstance(data, pd.DataFrame) or data.empty:
        faults.append(Fault(place, "没有图中的数据", "画图所用的 DataFrame，至少一行", "加上 data=frame"))
    if faults:
        raise ProseError(*faults)
    assert isinstance(figure, Figure)
    return figure


def of_table(frame: pd.DataFrame) -> str:
    """The table of the report that a frame was made from, as far as it knows; "" for any other."""
    return str(frame.attrs.get(TABLE, ""))


def has_single_rows(frame: pd.DataFrame, withheld: Collection[str], whole: pd.DataFrame | None) -> bool:
    """Whether `frame` has rows of one of the `withheld` tables of the report, or totals if `scores` is withheld.

    Rows that still have their index are; where it was thrown away, those are that have a column of the `whole` table,
    by whatever name, most of whose values stand there only once. What was counted or averaged has other values.
    """
    table = of_table(frame)
    single = "scores" if table == TOTALS else table
    if single not in withheld or frame.empty:
        return False
    if frame.index.name == ROW or whole is None:
        return True
    columns = [values for _, values in frame.reset_index().items()]
    return any(_is_taken(values, among) for values in columns for _, among in whole.items())


def _is_taken(values: pd.Series, among: pd.Series) -> bool:
    """Whether most of the values stand just once `among` others: a row of totals may be added to them."""
    found = set(values.dropna())
    times = among.value_counts()
    once = sum(int(times.get(one, 0)) == 1 for one in found)
    return 2 * once > len(found)


def _means_nothing(frame: pd.DataFrame) -> bool:
    """Whether the index only counts, or has the row numbers of one of the report's frames."""
    counts = frame.index.name is None and pd.api.types.is_integer_dtype(frame.index)
    return frame.index.nlevels == 1 and (frame.index.name == ROW or counts)


def _cells(values: pd.Series) -> tuple[list[Cell], str]:
    """The cells of a column, and what is wrong with the first value that cannot be shown exactly."""
    cells: list[Cell] = []
    for value in values:
        if isinstance(value, str):
            cells.append(text(value.strip()))
        elif _is_missing(value):
            cells.append(text(None))
        elif isinstance(value, bool) or str(values.dtype) in ("bool", "boolean"):
            cells.append(text("是" if value else "否"))
        elif isinstance(value, dt.date):
            cells.append(text(value.strftime("%Y-%m-%d")))
        else:
            exact, problem = own_figures.exact(value)
            if problem or exact is None:
                return cells, f"的{problem}"
            written = exact if isinstance(exact, str) else numbers.plain(exact)
            cells.append(Cell(written, written))
    return cells, ""


def _is_missing(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _alignment(cells: list[Cell]) -> str:
    shown = [cell for cell in cells if cell.text != "—"]
    return "right" if shown and all(cell.value is not None for cell in shown) else "left"

"""Reads a CSV file of the bureau's own beside the tables of the year; it is read as they are, and has no schema."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from jixiao.kit import commits, numbers, places
from jixiao.kit.errors import Fault, PlaceError, TableError, one_line
from jixiao.kit.strict_yaml import suggestion
from jixiao.report.own_figures import ROW
from jixiao.year import tables

FILE = "file"  # what a frame of this kind is of, in its `attrs`: the file as users see it
_SUFFIX = ".csv"
_CALL = "report.data(“{}”)"
_MOST_ROWS = 20  # that a source names


def read(root: Path, data_folder: str, name: str, decimals: Collection[str]) -> pd.DataFrame:
    """The rows of data/<data_folder>/<name> as texts, the columns `decimals` as exact decimals; blank cells are None.

    PlaceError for a name that is not of a CSV file in that very folder; TableError where there is none, it is no
    table, or cells of `decimals` are no numbers: a line each.
    """
    decimals = (decimals,) if isinstance(decimals, str) else decimals
    folder = places.inside(root / "data", data_folder, "参数 data_folder")
    place = _CALL.format(one_line(str(name), 60))
    shown = places.shown(folder, root)
    if Path(name).name != name or not name.endswith(_SUFFIX):
        expected = f"{shown}/ 里 .csv 文件的名称"
        raise PlaceError(Fault(place, "不是这个文件夹里的文件", expected, "只写文件名，如 培训.csv"))
    path = places.inside(folder, name, place)
    if not path.is_file():
        there = tuple(sorted(one.name for one in folder.glob(f"*{_SUFFIX}")))
        raise TableError(Fault(f"{shown}/{name}", "没有这个文件", remedy=suggestion(name, there)))
    content = commits.consistent(root, folder, path.read_bytes)
    frame = tables.parse(content, f"{shown}/{name}")
    strange = [column for column in decimals if column not in frame]
    faults = [
        Fault(f"{place} 的 numbers", f"没有“{column}”列", remedy=suggestion(column, tuple(map(str, frame))))
        for column in strange
    ]
    for column in [one for one in decimals if one not in strange]:
        values, wrong = _exact(frame[column])
        frame[column] = pd.Series(values, index=frame.index, dtype=object)
        faults += [
            Fault(f"{shown}/{name} 第 {row} 行 {column} 列", f"是“{one_line(text, 60)}”", "数", "改正这一格")
            for row, text in wrong
        ]
    if faults:
        raise TableError(*faults)
    frame.attrs = {FILE: f"{shown}/{name}"}
    return frame.rename_axis(ROW)


def source(rows: object) -> str:
    """The file and the rows of a part of a frame that `read` gave, as the source of a figure; "" for any other."""
    if not isinstance(rows, pd.DataFrame | pd.Series) or FILE not in rows.attrs or rows.empty:
        return ""
    if rows.index.name != ROW:  # grouped, or with another index: these are no rows of the file
        return ""
    shown = "、".join(str(row) for row in rows.index[:_MOST_ROWS])
    more = "等" if len(rows) > _MOST_ROWS else ""
    return f"{rows.attrs[FILE]} 第 {shown} {more}行"


def _exact(cells: pd.Series) -> tuple[list[Decimal | None], list[tuple[Any, str]]]:
    """The numbers of a column, and row and text of each cell that is none."""
    values: list[Decimal | None] = []
    wrong: list[tuple[Any, str]] = []
    for row, text in cells.items():
        try:
            values.append(None if text is None else numbers.parse(text))
        except ValueError:
            values.append(None)
            wrong.append((row, text))
    return values, wrong

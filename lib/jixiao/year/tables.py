"""Reads the tables of a report year and lists all their faults at once.

A frame's index is the row number as a spreadsheet shows it (the header is row 1), so every later message can
name the row. Numbers are exact decimals; what was not filled in is None, never zero.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from jixiao.kit import characters, commits, limits, numbers, places
from jixiao.kit.errors import Fault, TableError, one_line
from jixiao.year.cells import BLANK, TWICE
from jixiao.year.schemas import NEEDED, OF_DISTRICTS, REFERENCES, SCHEMAS
from jixiao.year.table_files import unguarded

FACTS = "facts"
SCORES = "scores"
INDICATORS = "indicators"
_QUOTED = 100  # characters of a cell that a message repeats
_MOST_ROWS = 20  # rows that a message names
_MOST_SHOWN = 3  # and of cells that lead nowhere, whose texts it repeats


@dataclass(frozen=True)
class Tables:
    """All tables of a year by name, and their folder as users see it.

    `absent` are the tables without a file: they are here too, and empty.
    """

    folder: str
    frames: Mapping[str, pd.DataFrame]
    absent: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]

    def place(self, name: str, row: int | None = None, column: str = "") -> str:
        """The file, row and column of something, as messages name it."""
        return _place(f"{self.folder}/{name}.csv", row, column)


def read(root: Path, data_folder: str, needed: Collection[str] = NEEDED) -> Tables:
    """Read and validate data/<data_folder>/*.csv; TableError lists every fault of every file.

    The tables `needed` must have rows, unless the year is told by declared facts, or without indicators by totals
    alone; a year of districts need not have them; the others may be missing or empty. All are of one state: an import that
    writes meanwhile is waited for, and one that was killed while it wrote is finished first.
    """
    folder = places.inside(root / "data", data_folder, "参数 data_folder")
    return commits.consistent(root, folder, lambda: _read(root, folder, needed))


def read_one(root: Path, data_folder: str, name: str) -> pd.DataFrame:
    """Read and validate one table of data/<data_folder>/, which is empty where it has no file."""
    folder = places.inside(root / "data", data_folder, "参数 data_folder")
    return commits.consistent(root, folder, lambda: _read_table(folder, name, places.shown(folder, root)))


def _read(root: Path, folder: Path, needed: Collection[str]) -> Tables:
    if not folder.is_dir():
        raise TableError(
            Fault(places.shown(folder, root), "没有这个文件夹", remedy="放入数据表，或改参数 data_folder")
        )
    frames: dict[str, pd.DataFrame] = {}
    faults: list[Fault] = []
    for name in SCHEMAS:
        try:
            frames[name] = _read_table(folder, name, places.shown(folder, root))
        except TableError as error:
            faults.extend(error.faults)
    absent = tuple(name for name in SCHEMAS if not (folder / f"{name}.csv").is_file())
    tables = Tables(places.shown(folder, root), frames, absent)
    faults += [*_not_there(tables, needed), *_leading_nowhere(tables)]
    if faults:
        raise TableError(*faults)
    return tables


def _not_there(tables: Tables, needed: Collection[str]) -> Iterator[Fault]:
    """Tables without which there is nothing to report: their file is missing, or it has no rows."""
    districts = tables.frames.get(OF_DISTRICTS)
    if districts is not None and not districts.empty:
        return
    for name in needed:
        if name not in tables.frames:
            continue  # its own fault is told
        if name in tables.absent:
            yield Fault(tables.place(name), "没有这个文件", remedy="补上这张表")
        elif tables[name].empty and not _does_without(name, tables.frames):
            yield Fault(tables.place(name), "是空表，没有数据行", remedy="填入数据")


def _leading_nowhere(tables: Tables) -> Iterator[Fault]:
    """Cells that name a row of another table which is not there: one fault for all of a column."""
    frames = tables.frames
    for name, column, target, key in REFERENCES:
        if name in frames and target in frames:
            values = frames[name][column].dropna()
            strange = values[~values.isin(frames[target][key])]
            if len(strange):
                place = _places(f"{tables.folder}/{name}.csv", list(strange.index), column, _MOST_SHOWN)
                shown = "、".join(f"“{value}”" for value in list(dict.fromkeys(strange))[:_MOST_SHOWN])
                several = f"等 {len(strange)} 格" if len(strange) > 1 else ""
                yield Fault(place, f"{shown}{several}不在 {target}.csv 里", f"{target}.csv 的 {key}")


def _does_without(name: str, frames: Mapping[str, pd.DataFrame]) -> bool:
    """Whether the year can be told without rows in a needed table: by declared facts, or by totals alone."""
    others = (FACTS, SCORES) if name == INDICATORS else (FACTS,)
    return any(other in frames and not frames[other].empty for other in others)


def _read_table(folder: Path, name: str, shown: str) -> pd.DataFrame:
    """Read one table, which is empty where it has no file; `shown` is its folder as messages name it."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        if os.path.lexists(path):
            raise TableError(Fault(f"{shown}/{name}.csv", "不是文件，打不开", "CSV 文件", "换成这张表"))
        return empty(name)
    places.inside(folder, path.name, f"{shown}/{name}.csv")
    return validated(parse(path.read_bytes(), f"{shown}/{name}.csv"), name, shown)


def empty(name: str) -> pd.DataFrame:
    """The table `name` without rows."""
    return _empty(name).copy()


@cache
def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(SCHEMAS[name].columns), dtype=object)


def parse(content: bytes, file: str) -> pd.DataFrame:
    """The texts of a CSV file (UTF-8 or GB18030); blank cells are None, and the index is the row of the spreadsheet.

    TableError when the file is empty, a column comes twice, or rows have more or fewer cells than the header.
    """
    rows = _rows(content, file)
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise TableError(Fault(file, "文件是空的", "第 1 行是表头"))
    if len(rows[0]) > limits.TABLE_COLUMNS:
        found = f"有 {len(rows[0])} 列"
        raise TableError(Fault(_place(file, 1), found, f"至多 {limits.TABLE_COLUMNS} 列", "删去多余的列"))
    header = [cell.strip() for cell in rows[0]]
    body = {n: row for n, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)}
    faults = [
        Fault(_place(file, n), f"有 {len(row)} 格", f"{len(header)} 格，与表头相同", "检查多余或缺少的逗号")
        for n, row in body.items()
        if len(row) != len(header)
    ]
    faults += [Fault(file, f"表头的“{c}”列出现两次") for c in dict.fromkeys(header) if header.count(c) > 1]
    faults += [
        Fault(_place(file, n, column), f"有 {len(cell)} 字", f"至多 {limits.CELL_TEXT} 字", "缩短这一格")
        for n, row in body.items()
        for column, cell in zip(header, row, strict=False)
        if len(cell) > limits.CELL_TEXT
    ]
    if faults:
        raise TableError(*faults)
    cells = [[unguarded(cell.strip()) or None for cell in row] for row in body.values()]
    return pd.DataFrame(cells, index=list(body), columns=header, dtype=object)


def _rows(content: bytes, file: str) -> list[list[str]]:
    """The cells of a CSV file as it has them; TableError when it is too large or no CSV."""
    if len(content) > limits.TABLE_BYTES:
        found = f"有 {len(content) // 1_000_000} MB"
        raise TableError(Fault(file, found, f"至多 {limits.TABLE_BYTES // 1_000_000} MB", "分到各年度"))
    reader = csv.reader(io.StringIO(decoded(content, file)[0], newline=""))
    try:
        return list(reader)
    except csv.Error:
        place = _place(file, reader.line_num)
        remedy = "缩短这一格；或检查引号，少一个引号会把以下各行并成一格"
        raise TableError(Fault(place, "一格太长", f"至多 {limits.CELL_TEXT} 字", remedy)) from None


def decoded(content: bytes, file: str) -> tuple[str, str]:
    """The text of a CSV file and its encoding: UTF-8, with or without BOM, or GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
        place = _place(file, text.count("\n", 0, text.index("\0")) + 1)
        raise TableError(Fault(place, "有 NUL 字符（U+0000）", "只有文字", "删去它，另存为 CSV UTF-8"))
    raise TableError(Fault(file, "读不出文字", "UTF-8 或 GB18030 编码的 CSV", "在表格软件里另存为 CSV UTF-8"))


@dataclass(frozen=True)
class Misfit:
    """A cell that does not fit the schema of its table: row and column, the words of a fault, whether it is `blank`."""

    row: int
    column: str
    found: str
    expected: str = ""
    remedy: str = ""
    blank: bool = False


def validated(frame: pd.DataFrame, name: str, shown: str) -> pd.DataFrame:
    """The texts of `frame` as values of the types that the table `name` has; TableError lists all faults.

    `shown` is the folder of the table as messages name it.
    """
    file = f"{shown}/{name}.csv"
    columns = SCHEMAS[name].columns
    missing = [c for c, column in columns.items() if column.required and c not in frame]
    unknown = [c for c in frame if c not in columns]
    header = _place(file, 1)
    faults = [Fault(header, f"缺少“{c}”列", remedy="补上这一列") for c in missing]
    faults += [Fault(header, f"不认识“{c}”列", "、".join(columns), "改列名或删去") for c in unknown]
    typed, misfits = held_against(frame, name)
    misfits = [
        one for one in misfits if one.column in frame
    ]  # a missing column is one fault, not one for each row
    blanks: dict[str, list[Misfit]] = {}
    for one in misfits:
        if one.blank:
            blanks.setdefault(one.column, []).append(one)
    for one in misfits:
        alike = blanks[one.column] if one.blank else [one]
        if len(alike) == 1:
            faults.append(Fault(_place(file, one.row, one.column), one.found, one.expected, one.remedy))
        elif one is alike[0]:
            faults.append(_blanks(file, alike))
    if faults:
        raise TableError(*faults)
    return typed


def _blanks(file: str, misfits: list[Misfit]) -> Fault:
    """One fault for all the cells of a column that are not filled in."""
    place = _places(file, [one.row for one in misfits], misfits[0].column)
    return Fault(place, f"{len(misfits)} 格没有填", misfits[0].expected, "填上；用不到的，删去整行")


def held_against(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[Misfit]]:
    """The texts of `frame` as values of the types that the table `name` has, and every cell that does not fit.

    If any cell does not fit, the frame that is given back holds the texts as they were.
    """
    schema = SCHEMAS[name]
    whole = frame.reindex(columns=list(schema.columns)).astype(object)
    whole = whole.where(whole.notna(), None)
    typed = pd.DataFrame({key: column.values(whole[key]) for key, column in schema.columns.items()})
    order = {key: at for at, key in enumerate(schema.columns)}
    found: dict[tuple[int, int], Misfit] = {}  # the first that is told of a cell, row by row
    for row, column, fault in schema.faults(typed):
        kind = schema.columns[column].metadata["type"]
        misfit = _misfit(row, column, whole.at[row, column], fault, kind)
        found.setdefault((row, order[column]), misfit)
    return (whole, [found[key] for key in sorted(found)]) if found else (typed, [])


def _misfit(row: int, column: str, value: object, fault: str, kind: str) -> Misfit:
    if fault == BLANK:
        return Misfit(row, column, "没有填", remedy="填上", blank=True)
    if fault == TWICE:
        return Misfit(row, column, f"“{value}”重复", remedy="每个只留一行")
    if value is None:
        return Misfit(row, column, "没有填", fault)
    text = one_line(str(value), _QUOTED)
    if isinstance(value, str) and (hidden := characters.unseen(value)):
        found = f"“{text}”里有看不见的字符 {hidden}"
        return Misfit(row, column, found, remedy="删去它；看不出在哪里的，重新输入这一格")
    if kind == "number" and _is_too_long(value):
        return Misfit(row, column, f"“{text}”{numbers.TOO_LONG}", numbers.SIZE, "核对这一格")
    return Misfit(row, column, f"是“{text}”", fault)


def _is_too_long(value: object) -> bool:
    """Whether a cell holds a number of more digits than are read."""
    try:
        numbers.parse(str(value))
    except numbers.TooLongError:
        return True
    except ValueError:
        return False
    return False


def _places(file: str, rows: Sequence[int], column: str, most: int = _MOST_ROWS) -> str:
    """Cells of a column as a message names them: the first ones, and whether there are more."""
    shown = "、".join(map(str, rows[:most]))
    return f"{file} 第 {shown} 行{'等' * (len(rows) > most)} {column} 列"


def _place(file: str, row: int | None = None, column: str = "") -> str:
    return file + (f" 第 {row} 行" if row is not None else "") + (f" {column} 列" if column else "")

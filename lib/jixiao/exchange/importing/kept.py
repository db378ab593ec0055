"""Holds the kept forms against the journal, and the tables against the cells that they were read from (F15, F16)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from jixiao.checks import cards, settings
from jixiao.checks.engine import Finding
from jixiao.exchange.importing import storing
from jixiao.exchange.importing.judging import NOT_OPENED
from jixiao.forms.layouts import labels, layouts
from jixiao.forms.model import Form
from jixiao.forms.reading import batch, number_cells
from jixiao.forms.records import indicator_rows
from jixiao.forms.records.records import KEYS, form_cells, key_of
from jixiao.kit import commits, numbers, places
from jixiao.kit.errors import Place
from jixiao.rules import policy
from jixiao.year import table_files
from jixiao.year.params import Params
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables
from jixiao.year.words import AMOUNTS

MISSING, DIFFERENT = "F15", "F16"
_TOTALS = ("header_score", "total_score")
_AGAIN = re.compile(r"（\d+）$")  # an item of the money table that comes again

Tick = Callable[[int, int, str], object]
Cell = tuple[str, str, str, str]  # sheet, table, column, cell


def findings(
    root: Path, params: Params, tables: Tables, tick: Tick = lambda _n, _of, _name: None
) -> tuple[Finding, ...]:
    """Every kept form that is missing or changed, and every value that its cell does not say any more.

    Each file is read once, those without cells in the tables only for their digest.
    """
    wanted: dict[str, dict[Cell, list[tuple[int, Any]]]] = {}
    for file, at, row, value in _sourced(tables):
        wanted.setdefault(file, {}).setdefault(at, []).append((row, value))
    folder = places.inside(root / "data", params.data_folder, "参数 data_folder") / storing.FOLDER
    wrong = dict(_files_at_fault(folder, tables["received"], wanted))
    found = [
        _finding(MISSING, Place(f"{tables.folder}/{storing.FOLDER}/{file}"), said)
        for file, said in wrong.items()
    ]
    files = [file for file in wanted if file not in wrong]
    read = batch.read([folder / file for file in files], layouts.read(root))
    for n, (file, received) in enumerate(zip(files, read, strict=True), 1):
        tick(n, len(files), file)
        cells = {at: value for form in received.forms for at, value in _values(form)}
        found += _held(tables, file, wanted[file], cells)
    off = settings.in_force(root, policy.in_force(root, params.policy, params.evaluated_year)).off
    return tuple(one for one in found if one.rule not in off)


def _files_at_fault(
    folder: Path, received: pd.DataFrame, sourced: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The files that are missing or changed, and what is wrong with each."""
    digests: dict[str, set[str]] = {}
    for row in table_files.rows(received):
        if row["digest"] != NOT_OPENED:
            digests.setdefault(row["file"], set()).add(row["digest"])
    for name in sorted({*digests, *sourced}):
        path = folder / name
        if path.parent != folder or not path.is_file():
            yield name, "没有这个文件"
        elif digests.get(name, set()) - {commits.digest(path)}:
            yield name, "内容与收到时不同（SHA-256 不符）"


def _sourced(tables: Tables) -> Iterator[tuple[str, Cell, int, Any]]:
    """What sources.csv says: the file, the cell, and number and value of the row of a table that was read from it."""
    known = form_cells(tables["sources"])
    for name in KEYS:
        frame = tables[name]
        rows = zip(key_of(name, frame), frame.index, table_files.rows(frame), strict=True)
        for key, number, row in rows:
            for column, place in known.get((name, key), {}).items():
                if column in row:
                    yield place.file, (place.sheet, name, column, place.cell), int(number), row[column]


def _values(form: Form) -> Iterator[tuple[Cell, Any]]:
    """The values of all cells of a form that tables are made of."""
    for found in indicator_rows.of(form):
        for column, value in found.cells.items():
            yield (form.sheet, "indicators", column, value.cell), found.row.get(column, value.text)
    listed = form.indicators[:1]  # a list has the money of its subject in the row of its first indicator
    money = [pair for cells in (*form.funds, *listed) for pair in cells.items()]
    totals = [("score", form.fields[name]) for name in _TOTALS if name in form.fields]
    for tables, pairs in ((("funds", "subjects"), money), (("scores",), totals)):
        for table, (column, value) in product(tables, pairs):
            yield (form.sheet, table, column, value.cell), _typed(table, column, value.text, form.unit)


def _typed(table: str, column: str, text: str, unit: str) -> Any:
    """A text of a form as the value that the table has; amounts are in 万元, whatever the form's `unit`."""
    if column in AMOUNTS:
        return number_cells.amount(text, unit)
    metadata = SCHEMAS[table].columns[column].metadata if column in SCHEMAS[table].columns else None
    number = metadata is not None and metadata.get("type") == "number"
    return number_cells.read(text)[0] if number else text


def _held(
    tables: Tables, file: str, wanted: Mapping[Cell, list[tuple[int, Any]]], cells: Mapping[Cell, Any]
) -> Iterator[Finding]:
    """The values of the tables that the cells of one file do not say."""
    unread = [at for at in wanted if at not in cells]
    if unread:
        sheet, _, _, cell = unread[0]
        place = Place(f"{tables.folder}/forms/{file}", sheet, cell)
        said = f"数据表有 {len(unread)} 个值出自这样的格，现在读不出了"
        yield _finding(DIFFERENT, place, said, remedy="恢复 params/forms 里读它的表样，或核对 sources.csv")
    for at, rows in wanted.items():
        sheet, table, column, cell = at
        for row, value in rows:
            if at in cells and not _same(column, value, cells[at]):
                place = Place(f"{tables.folder}/{table}.csv", "", f"第 {row} 行 {column} 列", row)
                where = f"{storing.FOLDER}/{file}" + (f" 工作表“{sheet}”" if sheet else "") + f" {cell}"
                said = f"{_shown(value)}，原件 {where} {_shown(cells[at])}"
                yield _finding(DIFFERENT, place, said, "与原件相同")


def _same(column: str, value: Any, cell: Any) -> bool:
    """Whether a table and a form say the same: numbers as numbers, texts without blanks."""
    if value == cell:
        return True
    ours, theirs = (labels.compact(table_files.text(each) or "") for each in (value, cell))
    if column == "item":
        ours = _AGAIN.sub("", ours)
    try:
        return ours == theirs or numbers.parse(ours) == numbers.parse(theirs)
    except ValueError:
        return False


def _shown(value: Any) -> str:
    text = table_files.text(value)
    return f"是“{text}”" if text else "是空的"


def _finding(rule: str, place: Place, found: str, expected: str = "", remedy: str = "") -> Finding:
    card = cards.read()[rule]
    return Finding(rule, card.severity, "", place, found, expected, remedy or card.remedy)

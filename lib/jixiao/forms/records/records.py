"""Records: what the checks look at, whether it came from tables or from forms; every value keeps its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from jixiao.forms.files import sheet_xml
from jixiao.forms.model import Remark
from jixiao.kit.errors import Place
from jixiao.year import table_files
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables

# Frames that only forms fill: what a form prints beside what the tables keep.
FORMS = "forms"
PARTS = "parts"
FORM_COLUMNS = (
    "subject_id", "file", "sheet", "layout", "kind", "title", "year", "name", "code", "unit", "department",
    "goal", "achieved", "problems", "reasons", "measures", "total_weight", "total_score", "header_score",
    "indicator_points", "amount_unit", "columns", "unread", "fingerprint",
)  # fmt: skip
# What names a row of a table in sources.csv and changes.csv.
KEYS = {
    "subjects": ("subject_id",),
    "indicators": ("indicator_id",),
    "funds": ("subject_id", "item"),
    "scores": ("subject_id", "tier"),
}
# The same of the tables that forms fill which are no evaluations.
WORK_KEYS = {
    "monitoring": ("subject_id", "month", "indicator_id"),
    "target_reviews": ("subject_id", "indicator_id", "quality", "field"),
    "target_conclusions": ("subject_id",),
}
PART_COLUMNS = ("of", *SCHEMAS["indicators"].columns)


@dataclass(frozen=True)
class Records:
    """Frames by name: the tables of a year, and `forms` and `parts` (rows 其中 below an indicator).

    In `forms` the texts `columns` and `unread` name what a form asks for and what it may hold in columns that were not
    understood, with blanks between. Values are None where blank, Decimal where a number column could be read; a text
    that should have been a number is None here, and a remark of rule F06 names it. `place` names the cell of a value
    by frame, row (the frame's index) and column. `remarks` are what the reading itself noticed; `absent` names
    optional tables of the year whose files are missing. `known` is the ledger that forms are held against: the tables
    of the year by name, empty where there is none. `cells` gives the cells of forms that a row was read from, by
    column; a column that no cell gave is not there. `further` gives the subject of each id that stands for a further
    form of a subject in one batch (P001-2 is P001).
    """

    frames: Mapping[str, pd.DataFrame]
    place: Callable[[str, int | None, str], Place]
    remarks: tuple[Remark, ...] = field(default=())
    absent: tuple[str, ...] = ()
    known: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    cells: Callable[[str, int], Mapping[str, Place]] = field(default=lambda _name, _row: {})
    further: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]

    @cached_property
    def by_sheet(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """The subjects of the forms on each sheet, by file and sheet: what is said of a sheet is said of all of them."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        columns = ["file", "sheet", "subject_id"]
        for file, sheet, subject in self.frames[FORMS][columns].itertuples(index=False, name=None):
            found.setdefault((file, sheet), {})[subject] = None
        return {sheet: list(subjects) for sheet, subjects in found.items()}


def of_tables(tables: Tables) -> Records:
    """The tables of a year as records; rows that were imported from forms have the places of their cells there."""
    keys = {
        name: dict(zip(tables[name].index, key_of(name, tables[name]), strict=True))
        for name in (*KEYS, *WORK_KEYS)
        if name in tables.frames
    }
    known = form_cells(tables["sources"], f"{tables.folder}/forms/")

    def cells(name: str, row: int) -> Mapping[str, Place]:
        return known.get((name, keys[name].get(row, "")), {}) if name in keys else {}

    def place(name: str, row: int | None, column: str) -> Place:
        found = cells(name, row) if row is not None else {}
        if column in found:
            return found[column]
        cell = (f"第 {row} 行" if row is not None else "") + (f" {column} 列" if column else "")
        return Place(f"{tables.folder}/{name}.csv", "", cell.strip(), row or 0)

    empty = {
        FORMS: pd.DataFrame(columns=list(FORM_COLUMNS), dtype=object),
        PARTS: pd.DataFrame(columns=list(PART_COLUMNS), dtype=object),
    }
    return Records({**empty, **tables.frames}, place, absent=tables.absent, cells=cells)


def key_of(name: str, frame: pd.DataFrame) -> list[str]:
    """The key of each row of a table as sources.csv writes it: "P001 上级资金" in funds."""
    parts = [frame[column] for column in (KEYS | WORK_KEYS)[name]]
    return [" ".join(filter(None, map(table_files.text, key))) for key in zip(*parts, strict=True)]


FormCells = dict[tuple[str, str], dict[str, Place]]  # table and key of a row -> column -> cell of a form


def form_cells(sources: pd.DataFrame, folder: str = "") -> FormCells:
    """The cells of forms from which each row of the tables was read, as sources.csv has them.

    `folder` is put before the names of files. A row may have cells of several forms.
    """
    found: FormCells = {}
    for table, key, file, sheet, cells in sources.itertuples(index=False):
        for pair in cells.split(";"):
            column, _, cell = pair.partition(":")
            place = Place(f"{folder}{file}", sheet or "", cell, _row(cell))
            found.setdefault((table, key), {})[column] = place
    return found


def _row(cell: str) -> int:
    """The row of a cell by its name, 0 for what is no name of a cell."""
    try:
        return sheet_xml.position(cell)[0] + 1
    except ValueError:
        return 0

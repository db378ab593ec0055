"""Records: what checks look at, whether it came from tables or from forms; every value knows its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from jixiao.errors import Place
from jixiao.intake.forms.model import Remark
from jixiao.intake.schemas import SCHEMAS
from jixiao.intake.tables import Tables

# Frames that only forms fill: what a form prints beside what the tables keep.
FORMS = "forms"
PARTS = "parts"
FORM_COLUMNS = (
    "subject_id", "file", "sheet", "layout", "kind", "title", "year", "name", "code", "unit", "department",
    "goal", "achieved", "problems", "total_weight", "total_score", "header_score", "amount_unit",
)  # fmt: skip
# What names a row of a table in sources.csv and changes.csv.
KEYS = {
    "subjects": ("subject_id",),
    "indicators": ("indicator_id",),
    "funds": ("subject_id", "item"),
    "scores": ("subject_id", "tier"),
}
PART_COLUMNS = ("of", *SCHEMAS["indicators"].columns)


@dataclass(frozen=True)
class Records:
    """Frames by name: the tables of a year, and `forms` and `parts` (rows 其中 below an indicator).

    Values are None where blank, Decimal where a number column could be read; a text that should have been a
    number is None here and a remark of rule F06 tells it. `place` names the cell of a value by frame, row
    (the frame's index) and column. `remarks` are what the reading itself noticed; `absent` names optional
    tables of the year whose files are missing. `known` is the ledger that forms are held against: the tables of
    the year by name, empty where there is none.
    """

    frames: Mapping[str, pd.DataFrame]
    place: Callable[[str, int, str], Place]
    remarks: tuple[Remark, ...] = field(default=())
    absent: tuple[str, ...] = ()
    known: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]


def of_tables(tables: Tables) -> Records:
    """The tables of a year as records; nothing is known of forms, but of imported rows their cells are."""
    keys, cells = _keys(tables), cells_of_tables(tables)

    def place(name: str, row: int | None, column: str) -> Place:
        found = cells.get((name, keys[name].get(row, ""))) if name in keys else None
        if found and column in found:
            return found[column]
        cell = (f"第 {row} 行" if row is not None else "") + (f" {column} 列" if column else "")
        return Place(f"{tables.folder}/{name}.csv", "", cell.strip())

    empty = {
        FORMS: pd.DataFrame(columns=list(FORM_COLUMNS), dtype=object),
        PARTS: pd.DataFrame(columns=list(PART_COLUMNS), dtype=object),
    }
    return Records({**empty, **tables.frames}, place, absent=tables.absent)


def _keys(tables: Tables) -> dict[str, dict[int, str]]:
    """Row -> key of the tables that sources.csv speaks of."""
    frames = {name: tables.frames[name] for name in KEYS if name in tables.frames}
    return {name: dict(zip(frame.index, key_of(name, frame), strict=True)) for name, frame in frames.items()}


def key_of(name: str, frame: pd.DataFrame) -> list[str]:
    """The key of each row of a table, as sources.csv writes it."""
    parts = [frame[column] for column in KEYS[name]]
    return [" ".join(map(str, key)) for key in zip(*parts, strict=True)]


def cells_of_tables(tables: Tables) -> dict[tuple[str, str], dict[str, Place]]:
    """(table, key) -> column -> the cell of the form that it was taken from."""
    found: dict[tuple[str, str], dict[str, Place]] = {}
    if "sources" in tables.frames:
        for table, key, file, sheet, cells in tables["sources"].itertuples(index=False):
            name = f"{tables.folder}/forms/{file}"
            places = {column: Place(name, sheet or "", cell) for column, cell in cells_of(cells).items()}
            found.setdefault((table, key), {}).update(places)
    return found


def cells_of(text: str) -> dict[str, str]:
    """Column -> cell, from a cell of sources.csv."""
    return {column: cell for column, _, cell in (pair.partition(":") for pair in text.split(";"))}


def cells_text(cells: Mapping[str, str]) -> str:
    """The same written down."""
    return ";".join(f"{column}:{cell}" for column, cell in cells.items())

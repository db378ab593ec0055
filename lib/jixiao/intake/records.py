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
PART_COLUMNS = ("of", *SCHEMAS["indicators"].columns)


@dataclass(frozen=True)
class Records:
    """Frames by name: the tables of a year, and `forms` and `parts` (rows 其中 below an indicator).

    Values are None where blank, Decimal where a number column could be read; a text that should have been a
    number is None here and a remark of rule F06 tells it. `place` names the cell of a value by frame, row
    (the frame's index) and column. `remarks` are what the reading itself noticed.
    """

    frames: Mapping[str, pd.DataFrame]
    place: Callable[[str, int, str], Place]
    remarks: tuple[Remark, ...] = field(default=())

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]


def of_tables(tables: Tables) -> Records:
    """The tables of a year as records; nothing is known of forms."""

    def place(name: str, row: int, column: str) -> Place:
        cell = (f"第 {row} 行" if row is not None else "") + (f" {column} 列" if column else "")
        return Place(f"{tables.folder}/{name}.csv", "", cell.strip())

    empty = {
        FORMS: pd.DataFrame(columns=list(FORM_COLUMNS), dtype=object),
        PARTS: pd.DataFrame(columns=list(PART_COLUMNS), dtype=object),
    }
    return Records({**empty, **tables.frames}, place)

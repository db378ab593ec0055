"""The kit's own forms, filled and read back, are the tables that they were written from."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from jixiao.exchange.issuing import issue
from jixiao.forms.files import opening
from jixiao.forms.model import Form
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.forms.records.records import Records
from jixiao.year import params, tables
from text_sheets import LAYOUTS

ROOT = Path(__file__).resolve().parents[1]
KNOWN = tables.read(ROOT, "2022")
REVIEW = ["review_actual", "review_score", "review_remark"]


def test_issued_forms_give_back_the_tables_of_the_year(tmp_path: Path) -> None:
    """115 forms written by the kit and read back are the rows they were written from."""
    records = from_forms.records(list(issued(tmp_path)), KNOWN)

    assert [remark.found for remark in records.remarks] == []
    assert set(records["forms"]["layout"]) == {"mof-2020-10", "department-wide"}
    for name in ("units", "subjects"):
        assert differences(name, records, KNOWN[name]) == []
    assert differences("indicators", records, KNOWN["indicators"].assign(**dict.fromkeys(REVIEW))) == []
    assert differences("scores", records, KNOWN["scores"][KNOWN["scores"]["tier"] == "self"]) == []


def issued(folder: Path) -> list[Form]:
    """The filled forms of the year, written to files and read."""
    values = params.checked(params.read(ROOT, 2022), lambda *_: "")
    found = []
    for name, content in issue.forms(KNOWN, values, filled=True):
        (folder / name).write_bytes(content)
        found += reading.forms_of(opening.open_workbook(folder / name, name), LAYOUTS).forms
    return found


def differences(name: str, records: Records, expected: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Cells that differ; a number in a text column counts by its value, since a form prints 12.00 as 12."""
    frame = records[name]
    if len(frame) != len(expected):
        return [("rows", len(frame), len(expected))]
    pairs = zip(frame.to_dict("records"), expected.to_dict("records"), strict=True)
    return [
        (*list(row.values())[:2], column, row[column], other[column])
        for row, other in pairs
        for column in other
        if _number(row[column]) != _number(other[column])
    ]


def _number(value: Any) -> Any:
    try:
        return Decimal(value) if isinstance(value, str) else value
    except ArithmeticError:
        return value

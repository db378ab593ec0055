"""Records of tables: keys of rows, and where each value stands, in a form or in the table."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from jixiao.exchange.importing import merging
from jixiao.forms.records import records
from jixiao.forms.records.records import (
    FORM_COLUMNS,
    KEYS,
    PART_COLUMNS,
    Records,
    form_cells,
    key_of,
    of_tables,
)
from jixiao.kit.errors import Place
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables


def source(table, key, cells, file="a.xlsx", sheet="甲"):
    """A row of sources.csv."""
    return {"table": table, "key": key, "file": file, "sheet": sheet, "cells": cells}


def year(*sources, **rows):
    """Tables of a year whose rows begin in line 2."""
    frames = {name: merging.framed(name, rows.get(name, ())) for name in SCHEMAS}
    frames["sources"] = merging.framed("sources", sources)
    for name, frame in frames.items():
        frames[name] = frame.set_axis(range(2, len(frame) + 2))
    return Tables("data/2022", frames, ("funds",))


def test_the_key_of_a_row_is_what_tells_it_apart():
    """One column, or two with a blank between them."""
    rows = {"subject_id": "P1", "indicator_id": "P1-01", "item": "总额", "tier": "self"}
    frame = pd.DataFrame([rows, rows | {"indicator_id": "P1-02", "item": "其他 资金", "tier": "review"}])
    assert {name: key_of(name, frame) for name in KEYS} == {
        "subjects": ["P1", "P1"],
        "indicators": ["P1-01", "P1-02"],
        "funds": ["P1 总额", "P1 其他 资金"],
        "scores": ["P1 self", "P1 review"],
    }
    assert key_of("funds", frame.iloc[:0]) == []


def test_the_cells_that_sources_name():
    """Of several rows of one key all; the later counts; the folder goes before the file; no sheet is an empty one."""
    frame = merging.framed(
        "sources",
        [
            source("subjects", "P1", "executed:F5;initial_budget:D5"),
            source("subjects", "P1", "executed:C2", "b.csv", None),
            source("indicators", "P1", "actual:E9"),
            source("indicators", "P2", "target:"),
        ],
    )
    assert form_cells(frame, "x/") == {
        ("subjects", "P1"): {
            "executed": Place("x/b.csv", "", "C2"),
            "initial_budget": Place("x/a.xlsx", "甲", "D5"),
        },
        ("indicators", "P1"): {"actual": Place("x/a.xlsx", "甲", "E9")},
        ("indicators", "P2"): {"target": Place("x/a.xlsx", "甲", "")},
    }
    assert form_cells(frame)["indicators", "P1"] == {"actual": Place("a.xlsx", "甲", "E9")}


TABLES = year(
    source("subjects", "P2", "executed:F5"),
    source("funds", "P1 总额", "score:I5"),
    source("units", "U1", "name:B2"),
    subjects=[{"subject_id": "P1"}, {"subject_id": "P2"}],
    funds=[{"subject_id": "P1", "item": "总额"}],
    units=[{"unit_id": "U1"}],
)


def test_a_value_of_an_imported_row_stands_in_its_form():
    """In forms/ of the year; any other value in its table, by line and column as far as known."""
    found = of_tables(TABLES)
    assert [
        str(found.place(*where))
        for where in (
            ("subjects", 3, "executed"), ("subjects", 2, "executed"), ("subjects", 3, "name"), ("funds", 2, "score"),
            ("units", 2, "name"), ("subjects", None, "executed"), ("subjects", None, ""), ("subjects", 9, ""),
            ("other", 2, "x"),
        )
    ] == [
        "data/2022/forms/a.xlsx 工作表“甲” F5", "data/2022/subjects.csv 第 2 行 executed 列",
        "data/2022/subjects.csv 第 3 行 name 列", "data/2022/forms/a.xlsx 工作表“甲” I5",
        "data/2022/units.csv 第 2 行 name 列", "data/2022/subjects.csv executed 列", "data/2022/subjects.csv",
        "data/2022/subjects.csv 第 9 行", "data/2022/other.csv 第 2 行 x 列",
    ]  # fmt: skip
    assert found.cells("subjects", 3) == {"executed": Place("data/2022/forms/a.xlsx", "甲", "F5")}
    assert (found.cells("subjects", 2), found.cells("subjects", 9), found.cells("units", 2)) == ({}, {}, {})


def test_a_place_has_the_row_by_which_findings_are_put_in_order():
    """That of the cell of a form, or of the table; 0 for what is no row, and for a cell whose name is none."""
    row = {"subject_id": "P1", "executed": Decimal(1)}
    found = of_tables(year(source("subjects", "P1", "executed:F12;name:F0"), subjects=[row]))
    places = [
        found.place("subjects", 2, "executed"),
        found.place("subjects", 2, "name"),
        found.place("subjects", 2, "kind"),
        found.place("subjects", None, "kind"),
    ]
    assert [place.row for place in places] == [12, 0, 2, 0]


def test_records_of_tables_have_no_forms():
    """The frames that only forms fill are empty, with their columns; optional tables that lack are named."""
    found = of_tables(TABLES)
    assert (tuple(found["forms"].columns), len(found["forms"])) == (FORM_COLUMNS, 0)
    assert (tuple(found["parts"].columns), len(found["parts"])) == (PART_COLUMNS, 0)
    assert {str(kind) for name in ("forms", "parts") for kind in found[name].dtypes} == {"object"}
    assert found["subjects"] is TABLES.frames["subjects"]
    assert (found.absent, found.remarks, found.known) == (("funds",), (), {})
    assert PART_COLUMNS[0] == "of" and PART_COLUMNS[1:] == tuple(SCHEMAS["indicators"].columns)
    assert FORM_COLUMNS == (
        "subject_id", "file", "sheet", "layout", "kind", "title", "year", "name", "code", "unit", "department",
        "goal", "achieved", "problems", "reasons", "measures", "total_weight", "total_score", "header_score",
        "indicator_points", "amount_unit", "columns", "unread", "fingerprint",
    )  # fmt: skip
    assert (records.FORMS, records.PARTS) == ("forms", "parts")


def test_a_year_may_lack_tables_that_sources_speak_of():
    """Without funds.csv no row of it has a cell."""
    frames = {name: frame for name, frame in TABLES.frames.items() if name != "funds"}
    found = of_tables(Tables("data/2022", frames))
    assert found.cells("funds", 2) == {}
    assert str(found.place("funds", 2, "score")) == "data/2022/funds.csv 第 2 行 score 列"


def test_records_without_more_say_nothing():
    """No cells, no remarks, nothing known."""
    bare = Records({"subjects": pd.DataFrame({"executed": [Decimal(1)]})}, lambda *_: Place("x"))
    assert (bare.cells("subjects", 1), bare.remarks, bare.absent, dict(bare.known)) == ({}, (), (), {})

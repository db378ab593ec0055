"""Sources: each value of the tables keeps the cell it came from, through reviews, new orders and later forms."""

from __future__ import annotations

import pytest

from jixiao.exchange.importing import merging, sourcing
from jixiao.forms.records.records import Records, form_cells
from jixiao.kit.errors import Place
from jixiao.year import tables
from kit import PROJECT

YEAR = tables.read(PROJECT, "2022").frames
ONE, TWO = "D001-01", "D001-02"
SELF = {"level3": "D14", "self_score": "H14"}
REVIEW = {"review_score": "K3", "review_remark": "L3"}


def said(*rows):
    """sources.csv of indicators: (key, file, column -> cell)."""
    return merging.framed(
        "sources",
        [
            {
                "table": "indicators", "key": key, "file": file, "sheet": "表",
                "cells": ";".join(f"{column}:{cell}" for column, cell in cells.items()),
            }
            for key, file, cells in rows
        ],
    )  # fmt: skip


def delivered(frames, kinds, cells, known=YEAR):
    """The cells that sources.csv names after an import: `cells` are those of the new form, by row and column."""
    records = Records(
        {name: frames[name] for name in tables.SCHEMAS},
        lambda *_: None,
        cells=lambda name, row: cells.get(row, {}) if name == "indicators" else {},
    )
    frame = sourcing.sources(known, frames, records, kinds, {"new.xlsx": "kept.xlsx"})
    assert not frame.duplicated(["table", "key", "file", "sheet"]).any()
    return {key: found for (_, key), found in form_cells(frame).items()}


@pytest.fixture
def known():
    """The tables of 2022 after a form and a review of D001's first two indicators came."""
    earlier = said(
        (ONE, "form.xlsx", SELF),
        (ONE, "review.xlsx", REVIEW),
        (TWO, "form.xlsx", {"self_score": "H15"}),
        (TWO, "review.xlsx", {"review_score": "K4"}),
    )
    return {**YEAR, "sources": earlier}


def test_forms_of_several_files_stand_beside_each_other(known):
    """A review paper adds its cells and takes none away; another one takes their place."""
    new = {2: {"review_score": Place("new.xlsx", "甲", "K9"), "self_score": Place("new.xlsx", "甲", "H9")}}
    found = delivered(known, {"D001": ("review",)}, new, known)[ONE]
    assert found["review_score"] == Place("kept.xlsx", "甲", "K9")
    assert found["review_remark"] == Place("review.xlsx", "表", "L3")
    assert found["self_score"] == Place("form.xlsx", "表", "H14")  # a review has no say in it


def test_a_review_that_moved_with_its_name_keeps_its_cell(known):
    """Where a later form has the indicators in another order, the cells of the review go with their names."""
    after = known["indicators"].copy()
    names = ["level2", "level3", "review_score", "review_remark"]
    after.loc[[2, 3], names] = after.loc[[3, 2], names].to_numpy()
    found = delivered({**known, "indicators": after}, {"D001": ("department",)}, {}, known)
    assert found[ONE]["review_score"] == Place("review.xlsx", "表", "K4")
    assert found[TWO]["review_score"] == Place("review.xlsx", "表", "K3")
    assert found[TWO]["self_score"] == Place("form.xlsx", "表", "H15")


def test_what_is_no_longer_there_has_no_cell(known):
    """A void review and a row that is gone take their cells with them."""
    after = known["indicators"].copy()
    after.at[2, "review_score"] = None
    found = delivered({**known, "indicators": after.drop(index=3)}, {"D001": ("department",)}, {}, known)
    assert "review_score" not in found[ONE] and TWO not in found


def test_other_subjects_are_left_alone(known):
    """A delivery of one subject changes nothing of what is said of the others."""
    assert delivered(known, {"D002": ("department",)}, {}, known) == {
        key: found for (_, key), found in form_cells(known["sources"]).items()
    }


def test_a_row_for_each_table_file_and_sheet():
    """Pairs of column and cell in the order in which they came; the sheet of a CSV file is blank."""
    frames = {**YEAR, "sources": said()}
    cells = {
        ("subjects", 1): {
            "executed": Place("a.xlsx", "甲", "F5"),
            "initial_budget": Place("b.csv", "", "C2"),
            "adjusted_budget": Place("a.xlsx", "甲", "E5"),
        },
        ("indicators", 2): {"actual": Place("a.xlsx", "乙", "E9")},
        ("scores", 2): {"score": Place("a.xlsx", "甲", "H17")},
    }  # fmt: skip
    frames = {**frames, "subjects": YEAR["subjects"].set_axis(range(1, len(YEAR["subjects"]) + 1))}
    records = Records(frames, lambda *_: None, cells=lambda name, row: cells.get((name, row), {}))
    kept = {"a.xlsx": "a（2）.xlsx", "b.csv": "b.csv"}
    found = sourcing.sources(frames, frames, records, {"D001": ("department",)}, kept)
    assert [*found.itertuples(index=False, name=None)] == [
        ("subjects", "D001", "a（2）.xlsx", "甲", "executed:F5;adjusted_budget:E5"),
        ("subjects", "D001", "b.csv", None, "initial_budget:C2"),
        ("indicators", ONE, "a（2）.xlsx", "乙", "actual:E9"),
        ("scores", "D001 self", "a（2）.xlsx", "甲", "score:H17"),
    ]


def test_a_list_with_a_blank_cell_leaves_the_value_its_earlier_cell(known):
    """The known value stays, and so does where it came from."""
    frames = {**known, "indicators": known["indicators"].copy()}
    frames["indicators"].at[2, "self_score"] = None
    new = {2: {"self_score": Place("new.xlsx", "甲", "H9"), "level3": Place("new.xlsx", "甲", "D9")}}
    records = Records(
        {name: frames[name] for name in tables.SCHEMAS},
        lambda *_: None,
        cells=lambda name, row: new.get(row, {}) if name == "indicators" else {},
    )
    rows = sourcing.sources(known, known, records, {"D001": ("list",)}, {"new.xlsx": "kept.xlsx"})
    found = {key: cells for (_, key), cells in form_cells(rows).items()}[ONE]
    assert found["self_score"] == Place("form.xlsx", "表", "H14")
    assert found["level3"] == Place("kept.xlsx", "甲", "D9")


def test_a_review_without_a_cell_gives_none_to_the_indicator_that_takes_it_over(known):
    """The remark of the indicator that stood under the number before is not its own."""
    after = known["indicators"].copy()
    names = ["level2", "level3"]
    after.loc[[2, 3], names] = after.loc[[3, 2], names].to_numpy()
    after.at[2, "review_remark"] = "有"
    found = delivered({**known, "indicators": after}, {"D001": ("department",)}, {}, known)
    assert "review_remark" not in found[ONE]
    after.at[2, "level3"] = "从未有过的名称"
    found = delivered({**known, "indicators": after}, {"D001": ("department",)}, {}, known)
    assert [column for column in found[ONE] if column.startswith("review_")] == []


def test_a_form_that_comes_with_its_review_paper_keeps_cells_by_number(known):
    """Nothing is taken over by name where the paper itself is there."""
    after = known["indicators"].copy()
    names = ["level2", "level3"]
    after.loc[[2, 3], names] = after.loc[[3, 2], names].to_numpy()
    after.at[2, "review_remark"] = "有"
    new = {2: {"review_score": Place("new.xlsx", "甲", "K9")}}
    found = delivered({**known, "indicators": after}, {"D001": ("department", "review")}, new, known)
    assert found[ONE]["review_score"] == Place("kept.xlsx", "甲", "K9")
    assert found[ONE]["review_remark"] == Place("review.xlsx", "表", "L3")


def test_a_form_that_was_not_accepted_names_no_cell(known):
    """Its records are there, its cells are not."""
    new = {2: {"self_score": Place("new.xlsx", "甲", "H9")}}
    assert delivered(known, {}, new, known)[ONE]["self_score"] == Place("form.xlsx", "表", "H14")

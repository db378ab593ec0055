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

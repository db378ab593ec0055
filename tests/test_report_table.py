"""The table of a report: one frozen value that goes through JSON unchanged."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from jixiao.report.table import Cell, Column, Evidence, Table

FULL = Table(
    "t",
    "表1 全",
    [Column("层级"), Column("个数", "right"), Column("说明", "center")],
    [
        [Cell("自评", rows=2), Cell("16", "16", "a.b", mark="*"), Cell("甲", detail="a.b")],
        [None, Cell("合计", columns=2), None],
        [
            Cell("复核"),
            Cell("—"),
            Cell("乙", evidence=Evidence("依据 2 行", "一、二", (("r", "规则"),), True)),
        ],
    ],
    ["注：甲。"],
    frozenset({1}),
    ["一", "二", "三"],
    row_heads=2,
    head=[[Cell("上", columns=3), None, None], [Cell("层级"), Cell("个数"), Cell("说明")]],
)


def test_json_holds_all_of_a_table():
    """What a notebook output says is read back into the same value."""
    assert Table.from_json(json.loads(json.dumps(FULL.as_json()))) == FULL


def test_json_has_a_cell_a_column():
    """Programs find a merged cell in each place that it covers, and a code in the text of its cell."""
    texts = [[cell["text"] for cell in row] for row in FULL.as_json()["rows"]]
    assert texts == [["自评", "16", "甲（a.b）"], ["自评", "合计", "合计"], ["复核", "—", "乙"]]


def test_a_row_of_another_length_is_made_to_fit():
    """JSON written by hand gives a table whose rows have a cell a column."""
    said = {"columns": [{"label": "甲"}, {"label": "乙"}], "rows": [[{"text": "一"}], [{"text": "二"}] * 3]}
    assert [[cell.text for cell in row] for row in Table.from_json(said).rows] == [["一", ""], ["二", "二"]]


def test_a_table_does_not_change():
    """Neither its fields, nor the lists that it was made from, change it."""
    rows = [[Cell("甲")]]
    table = Table("", "", [Column("甲")], rows)
    rows[0].append(Cell("乙"))
    rows.append([Cell("丙")])
    assert table.rows == ((Cell("甲"),),)
    with pytest.raises(FrozenInstanceError):
        table.caption = "乙"

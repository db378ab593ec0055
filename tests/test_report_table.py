"""The table of a report: one frozen value that goes through JSON unchanged."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from jixiao.press.page import table_columns
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


@pytest.mark.parametrize(
    ("row", "spans"),
    [
        ([{"rows": "2"}, {}], [[(2, 1), (1, 1)], [None, (1, 1)]]),
        ([{"rows": "二", "columns": None}, {}], [[(1, 1), (1, 1)], [(1, 1), (1, 1)]]),
        ([{"rows": 9, "columns": 9}, {}], [[(2, 2), None], [None, None]]),
        ([{"rows": 0, "columns": -1}, {}], [[(1, 1), (1, 1)], [(1, 1), (1, 1)]]),
        ([{}, {"columns": 2, "rows": 2}], [[(1, 1), (2, 1)], [(1, 1), None]]),
        ([{}, {"merged": True}], [[(1, 1), (1, 1)], [(1, 1), (1, 1)]]),
    ],
)
def test_spans_written_by_hand_are_made_to_fit(row, spans):
    """They are whole numbers, end with the table, and every place is one cell or below another one."""
    table = Table.from_json({"columns": [{}, {}], "rows": [row, [{}, {}]]})
    assert [[cell and (cell.rows, cell.columns) for cell in each] for each in table.rows] == spans


def test_spans_written_by_hand_do_not_overlap():
    """A cell that another one reaches over from above bounds the spans of its row."""
    rows = [[{}, {"rows": 2}], [{"columns": 2}, {}]]
    table = Table.from_json({"columns": [{}, {}], "rows": rows})
    assert [[cell and (cell.rows, cell.columns) for cell in row] for row in table.rows] == [
        [(1, 1), (2, 1)],
        [(1, 1), None],
    ]


def test_what_else_is_written_by_hand_is_made_to_fit():
    """Rows without an id have none in the page; numbers may be texts, texts may be numbers or missing."""
    cells = [
        [{"text": None, "mark": 1, "value": 2, "key": "k"}],
        [{"text": 3, "evidence": {"summary": "据"}}],
    ]
    said = {
        "columns": [{"label": "甲"}],
        "rows": cells,
        "anchors": ["一"],
        "subtotals": ["1"],
        "row_heads": "0",
    }
    table = Table.from_json(said)
    assert [row[0] for row in table.rows] == [
        Cell("", "2", "k", mark="1"),
        Cell("3", evidence=Evidence("据")),
    ]
    page = table.as_html()
    assert ('<tr id="一"><td' in page, '<tr class="subtotal"><td' in page) == (True, True)
    assert Table.from_json(said | {"anchors": ["一", "二", "三"]}).anchors == ("一", "二")


def test_a_table_does_not_change():
    """Neither its fields, nor the lists that it was made from, change it."""
    rows = [[Cell("甲")]]
    table = Table("", "", [Column("甲")], rows)
    rows[0].append(Cell("乙"))
    rows.append([Cell("丙")])
    assert table.rows == ((Cell("甲"),),)
    with pytest.raises(FrozenInstanceError):
        table.caption = "乙"


@pytest.mark.parametrize(
    ("first", "second", "widths"),
    [
        (lambda n: f"evaluation.departments.key_{n}", lambda n: "很长的说明，" * n, [0.2379, 0.0637, 0.6985]),
        (
            lambda n: "长的词语在这里，" * (n % 5),
            lambda n: "很长的说明，" * (20 - n),
            [0.2821, 0.0642, 0.6537],
        ),
    ],
)
def test_columns_are_as_wide_as_makes_the_table_short(first, second, widths):
    """Step by step that column is widened which makes the rows lowest; keys and short cells keep their room."""
    rows = [[Cell(first(n)), Cell(f"{n}个"), Cell(second(n))] for n in range(1, 21)]
    long = Table("t", "表", [Column("键"), Column("数值"), Column("定义与来源")], rows)
    assert [round(share, 4) for share in table_columns.shares(long, 60.0)] == widths

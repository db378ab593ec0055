"""The workbook: one sheet a table, numbers as numbers that show the digits of the report, text as text."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from openpyxl import load_workbook

from jixiao.publishing.xlsx import to_xlsx
from press_notebook import ATTACKS, ORIGIN_NOTE, TITLE, attacked, press_notebook, table_output, words


@pytest.fixture(scope="module")
def data() -> bytes:
    return to_xlsx(press_notebook())


@pytest.fixture(scope="module")
def book(data):
    return load_workbook(io.BytesIO(data))


def cell_of(cell: dict):
    """The one cell of a table as openpyxl reads it back."""
    columns = [{"label": "甲", "align": "right"}]
    table = {"id": "t", "caption": "表", "columns": columns, "rows": [[cell]], "notes": []}
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[table_output(table)])])
    return load_workbook(io.BytesIO(to_xlsx(notebook))).worksheets[1]["A3"]


def values(sheet) -> list[list]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_front_sheet_says_what_this_is(book):
    """Title, issuer, date, the nature of the data, and every sheet with its table."""
    front = values(book["说明"])
    assert front[0][0] == TITLE
    rows = [tuple(row) for row in front[2:]]
    assert ("发布单位", "城中区财政局") in rows and ("发布日期", "2023-08-25") in rows
    assert ("数据性质", ORIGIN_NOTE) in rows
    assert next(said for label, said in rows if label == "工作表").startswith("表1 部门整体支出")


def test_each_table_has_a_sheet(book):
    """The sheets are named by the captions, in the order of the report, the register last."""
    assert book.sheetnames == [
        "说明",
        "表1 部门整体支出绩效自评得分分布",
        "表2 重点项目再评价结果",
        "表3 指标分值",
        "附表 统计数登记表",
    ]
    assert book.worksheets[4].max_row == 2 + 50 + 2


def test_table_is_complete(book):
    """Caption, head, typed rows, notes and the nature of the data stand one under the other."""
    sheet = book.worksheets[1]
    assert values(sheet) == [
        ["表1 部门整体支出绩效自评得分分布", None, None],
        ["分数段", "单位数", "占比"],
        ["100分", 16, 0.1882],
        ["[95,100)", 53, 0.6235],
        ["[90,95)", 16, 0.1882],
        ["合计", 85, 1],
        ["注：各项占比分别四舍五入，合计与分项之和可能有尾差。", None, None],
        [ORIGIN_NOTE, None, None],
    ]
    assert sheet["C3"].number_format == "0.00%"


@pytest.mark.parametrize(
    ("text", "value", "number", "shown_as"),
    [
        ("53", "53", 53, "0"),
        ("90.50", "90.50", 90.5, "0.00"),
        ("-0.05", "-0.05", -0.05, "0.00"),
        ("18.82%", "18.82", 0.1882, "0.00%"),
        ("18.82%", "0.1882", 0.1882, "0.00%"),
        ("1,234.50", "1234.50", 1234.5, "#,##0.00"),
        ("85个", "85", 85, '0"个"'),
        ("33.33", "33.333333333333333333333333", 33.33, "0.00"),
        ("12.35", "12.345", 12.345, "0.00"),
    ],
)
def test_number_shows_the_digits_of_the_report(text, value, number, shown_as):
    """A number keeps its exact value, and its format the decimals and the unit that the report shows."""
    cell = cell_of({"text": text, "value": value, "key": None})
    assert [cell.data_type, cell.value, cell.number_format] == ["n", number, shown_as]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010203", None),
        ("53", None),
        ("—", "0"),
        ("1234567890123456.78", "1234567890123456.78"),
        ("54", "53"),
        ("1e5", "1e5"),
    ],
)
def test_what_is_no_exact_number_stays_text(text, value):
    """Codes, dashes, numbers beyond 15 digits, and numbers that differ from their text are text."""
    cell = cell_of({"text": text, "value": value, "key": None})
    assert [cell.data_type, cell.value] == ["s", text]


@pytest.mark.parametrize("text", [*ATTACKS, "=1+1", "+1", "-1", "@SUM(A1)", "{=A1}", "https://example.com"])
def test_text_is_never_a_formula_or_link(text):
    """Text that starts like a formula, and addresses, stay text."""
    cell = cell_of(words(text))
    assert [cell.data_type, cell.value, cell.hyperlink] == ["s", text, None]


def test_attacked_report_has_valid_sheet_names():
    """Captions that a workbook does not allow as names are changed, and stay whole in the sheet."""
    book = load_workbook(io.BytesIO(to_xlsx(attacked())))
    assert book.worksheets[-1]["A1"].value == ATTACKS[2]
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)


def test_same_caption_twice_gives_two_sheets():
    """Two tables with one caption do not fight for a name."""
    table = {"id": "t", "caption": "同名" * 20, "columns": [], "rows": [], "notes": []}
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[table_output(table)]) for _ in range(3)])
    names = load_workbook(io.BytesIO(to_xlsx(notebook))).sheetnames
    assert len(set(names)) == 4


def test_sheets_are_ready_to_read_and_print(book):
    """Heads stay in sight and are printed on each page of A4; columns fit Chinese text."""
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A3"
        assert sheet.print_title_rows == "$2:$2"
        assert [sheet.page_setup.paperSize, sheet.page_setup.fitToHeight] == ["9", "0"] or (
            [sheet.page_setup.paperSize, sheet.page_setup.fitToHeight] == [9, 0]
        )
    assert book.worksheets[2].column_dimensions["B"].width >= 2 * len("文旅融合试点单位建设")
    assert book.worksheets[4].page_setup.orientation == "landscape"


def test_same_notebook_same_bytes(data, book):
    """The clock has no part in the file."""
    assert to_xlsx(press_notebook()) == data
    assert book.properties.created == datetime(2023, 8, 25)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {item.date_time[:3] for item in archive.infolist()} == {(1980, 1, 1)}

"""The workbook: one sheet a table, numbers as numbers that show the digits of the report, text as text."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from openpyxl import load_workbook

from jixiao.press.workbook.xlsx import to_xlsx
from jixiao.report.mimes import CHART
from jixiao.report.table import Cell, Column, Table, text
from press_notebook import (
    ATTACKS,
    FIGURES,
    ORIGIN_NOTE,
    REPORT,
    REPORT_DATA,
    TITLE,
    attacked,
    press_notebook,
    table_output,
    words,
)


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
    """Title, issuer, dates, the nature of the data, how to read it, and every sheet with its table."""
    front = values(book["说明"])
    assert front[0][0] == TITLE
    rows = [tuple(row) for row in front[2:]]
    assert rows[0][0] == "示例数据" and "重构" in rows[0][1]
    assert rows[1:7] == [
        ("发布单位", "城中区财政局"),
        ("发布日期", "2023-08-25"),
        ("地区", "柳州市城中区"),
        ("工作年度", "2022"),
        ("被评价年度", "2021"),
        ("数据性质", ORIGIN_NOTE),
    ]
    assert [label for label, _ in rows[7:]] == ["怎样阅读", None, None, None, "工作表", None, None, None]
    assert next(said for label, said in rows if label == "工作表").startswith("表1 部门整体支出")


def test_front_sheet_leads_to_the_others(book):
    """The name of each sheet is a link to its first cell, inside the workbook."""
    links = [cell.hyperlink for row in book["说明"].iter_rows() for cell in row if cell.hyperlink]
    assert [link.location for link in links] == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert [link.target for link in links] == [None] * 4


def test_real_data_are_not_called_an_example():
    """A report of the office's own data has no such label, on no sheet."""
    notebook = press_notebook()
    title = next(cell for cell in notebook.cells if cell.source == "report.title()")
    title.outputs[1].data[REPORT] = {**REPORT_DATA, "origin": "office", "origin_note": ""}
    book = load_workbook(io.BytesIO(to_xlsx(notebook)))
    assert not [cell for sheet in book for row in values(sheet) for cell in row if "重构" in str(cell)]


def test_register_can_be_filtered_and_leads_to_the_tables():
    """The register is a table of Excel with all of its rows; a figure that a table shows is a link to its cell."""
    notebook = press_notebook()
    register = next(cell for cell in notebook.cells if cell.source == "report.register()")
    known = register.outputs[1].data[FIGURES][0]
    known["key"] = "key_projects.budget_wan_yuan"
    book = load_workbook(io.BytesIO(to_xlsx(notebook)))
    sheet = book.worksheets[-1]
    assert sheet.tables["figures"].ref == "A2:G52"
    heads = ["统计数", "键", "数值", "单位", "定义", "来源", "性质"]
    assert [column.name for column in sheet.tables["figures"].tableColumns] == heads
    assert [cell.value for cell in sheet[2]] == heads
    links = {
        cell.coordinate: cell.hyperlink.location
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert links == {"A3": "'表2 重点项目再评价结果'!C8"}
    assert [book.worksheets[2]["C8"].value, sheet["A3"].value] == [752.11, known["label"]]
    assert [one.auto_filter.ref for one in book.worksheets[:-1]] == [None] * 4


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


@pytest.mark.parametrize("caption", ["名" * 30 + "'" + "尾", "History", "'" * 40])
def test_captions_that_excel_would_refuse_as_names(caption):
    """An apostrophe where the name is cut, and the name that Excel keeps for itself."""
    table = {"id": "t", "caption": caption, "columns": [], "rows": [], "notes": []}
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[table_output(table)])])
    name = load_workbook(io.BytesIO(to_xlsx(notebook))).sheetnames[1]
    assert not name.endswith("'") and name.lower() != "history"


def test_sheets_are_ready_to_read_and_print(book):
    """Heads stay in sight and are printed on each page of A4; columns fit Chinese text."""
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == ("B3" if sheet is book.worksheets[-1] else "A3")
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.oddFooter.center.text == "— &P —"
        assert [sheet.page_setup.paperSize, sheet.page_setup.fitToHeight] == ["9", "0"] or (
            [sheet.page_setup.paperSize, sheet.page_setup.fitToHeight] == [9, 0]
        )
    assert book.worksheets[2].column_dimensions["B"].width >= 2 * len("文旅融合试点单位建设")
    turned = [sheet.title for sheet in book if sheet.page_setup.orientation == "landscape"]
    assert turned == ["附表 统计数登记表"]


def test_rows_are_as_high_as_their_text(book):
    """A definition of several lines is shown whole, on the screen and on paper."""
    sheet = book.worksheets[4]
    definition = max((sheet[f"E{row}"].value or "" for row in range(3, 53)), key=len)
    row = next(row for row in range(3, 53) if sheet[f"E{row}"].value == definition)
    lines = 2 * len(definition) / sheet.column_dimensions["E"].width
    assert lines > 0.9 and sheet.row_dimensions[row].height >= 15 * lines
    assert book["说明"].row_dimensions[3].height == pytest.approx(18.6, abs=0.2)  # one line of 11 points


def test_captions_and_notes_take_the_width_of_their_table(book):
    """Words longer than the columns stand over all of them, in a row high enough, and are not cut on paper."""
    sheet = book.worksheets[1]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:C1", "A7:C7", "A8:C8"}
    long, short = (sheet.row_dimensions[row].height for row in (8, 7))
    assert long >= short >= 2 * 1.3 * 9  # two lines of 9 points
    assert all(sheet[f"A{row}"].alignment.wrap_text for row in (1, 7, 8))


def test_same_notebook_same_bytes(data, book):
    """The clock has no part in the file."""
    assert to_xlsx(press_notebook()) == data
    assert book.properties.created == datetime(2023, 8, 25)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {item.date_time[:3] for item in archive.infolist()} == {(1980, 1, 1)}


def test_shares_are_fractions_on_every_sheet():
    """Below a head in per cent, in the register and with a sign of its own: 18.82% is 0.1882, shown as 18.82%."""
    notebook = press_notebook()
    register = next(cell for cell in notebook.cells if cell.source == "report.register()")
    share = register.outputs[1].data[FIGURES][1]
    share |= {"value": "18.82", "unit": "%", "display": "18.82%"}
    head = Column("占比（%）", "right")
    chart = Table("", "图1 占比（数据）", [Column("类别"), head], [[text("甲"), Cell("39.17", "39.17")]])
    output = nbformat.v4.new_output(
        "display_data", {CHART: {"id": "c", "caption": "图1", "data": chart.as_json()}}
    )
    notebook.cells.insert(-1, nbformat.v4.new_code_cell("report.chart()", outputs=[output]))
    book = load_workbook(io.BytesIO(to_xlsx(notebook)))
    shown = [book["图1 占比（数据）"]["B3"], book.worksheets[-1]["C4"]]
    assert [(cell.value, cell.number_format) for cell in shown] == [(0.3917, "0.00%"), (0.1882, "0.00%")]
    assert book.worksheets[-1]["D4"].value == "%"


def years(sheet):
    """The columns whose years are names and no numbers."""
    heads = [cell for row in sheet.iter_rows(max_row=2) for cell in row]
    return {cell.column_letter for cell in heads if cell.value == "发现问题的工作年度"}


def test_no_number_is_a_text(built):
    """In neither workbook of 2022, but for the names of bands and of years and what a rule says."""
    for folder in (built.public, built.internal):
        book = load_workbook(folder / "annual_report.xlsx")
        cells = [
            cell
            for sheet in book.worksheets[1:]
            for row in sheet.iter_rows(min_row=3, min_col=3 if sheet.title[:1] in "图表" else 2)
            for cell in row
            if cell.value and not sheet.title.endswith("评分规则") and cell.column_letter not in years(sheet)
        ]
        assert len(cells) > 500
        written = [c.value for c in cells if isinstance(c.value, str) and re.fullmatch(r"[\d.,]+%?", c.value)]
        assert written == []


def test_what_a_chart_shows_is_a_sheet(built):
    """Each chart of 2022 has its data in the workbook, with the numbers of its figures."""
    book = load_workbook(built.public / "annual_report.xlsx")
    charts = [name for name in book.sheetnames if name.startswith("图")]
    assert [name.split()[0] for name in charts] == ["图1", "图2", "图3", "图4"]
    rows = {(row[0], row[1]): row[2] for row in book[charts[3]].iter_rows(min_row=3, values_only=True)}
    assert rows["部门整体支出", "佐证材料不充分"] == 0.3917

"""Return sheets: the list of what to mend, the received form again with its faulty cells marked, harmless texts."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest
from openpyxl import load_workbook

from hostile_texts import HOSTILE
from jixiao.checks.engine import Finding
from jixiao.exchange.returning import return_sheet, returned_copy
from jixiao.forms.model import Merged, Sheet, address
from jixiao.kit.errors import Place
from jixiao.kit.workbooks import clean
from jixiao.year.words import Severity
from office import converted

HEAD = return_sheet.Head("预算单位001", "城中区财政局", dt.date(2022, 3, 30), dt.date(2022, 4, 15))
FILE, NAME = "预算单位001/自评表.xlsx", "自评表"
ROWS = (
    ("项目支出绩效自评表", "", "", "", "", "", ""),
    ("项目名称", "项目001", "", "", "", "", ""),
    ("项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "执行率", "得分"),
    ("", "年度资金总额", "100.00", "120.50", "96.4", "80.0000008%", "8"),
    ("一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
    ("产出指标", "培训场次", "≥22场", "21", "10", "10", ""),
    ("", "2号楼改造", "≥3栋", "3", "20", "２０", "无"),
    ("效益指标", "知晓率", "≥90%", "95%", "60", "60", "=1+1"),
    ("总分", "", "", "", "90", "98", ""),
    ("存在问题", "", "", "", "", "", ""),
)
MERGED = (
    Merged(0, 0, 0, 6),
    Merged(1, 1, 1, 6),
    Merged(2, 0, 3, 0),
    Merged(5, 0, 6, 0),
    Merged(8, 0, 8, 3),
    Merged(9, 1, 9, 6),
)
SHEET = Sheet(FILE, NAME, ROWS, MERGED, textual=frozenset({(8, 5)}))


def finding(rule, severity, cell, found="不对", expected="", remedy="改正", sheet=NAME, file=FILE) -> Finding:
    """A finding in the sheet of these tests."""
    return Finding(rule, Severity.of(severity), "P001", Place(file, sheet, cell), found, expected, remedy)


FINDINGS = (
    finding("S11", "W", "F6", "没有达到指标值而得满分", "9.55", "按比例扣分"),
    finding("S13", "E", "G6", "没有写原因", "原因和措施", "补写原因和措施"),
    finding("F06", "W", "F6", "两处问题之二", "", "核对"),
    finding("S02", "E", "F9", "总分 98 与各项之和不等", "88", "重新计算总分"),
    finding("S23", "W", "D10", "没有写存在问题", "", "写明"),
    finding("F01", "E", "", "没有找到表头", "", "用下发的表", sheet="", file="另一个文件.xlsx"),
)


@pytest.fixture(scope="module")
def content() -> bytes:
    return return_sheet.workbook([SHEET], FINDINGS, HEAD)


@pytest.fixture(scope="module")
def book(content):
    return load_workbook(io.BytesIO(content))


def listed(sheet) -> list[list[object]]:
    """The rows of the table on the first sheet, below its head."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(at for at, row in enumerate(rows) if row[0] == "序号")
    return rows[start:]


def links(sheet) -> list[tuple[object, str, str | None]]:
    """Text, place in the workbook and outside address of every link."""
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    return [(cell.value, cell.hyperlink.location, cell.hyperlink.target) for cell in cells]


def test_first_sheet_lists_what_to_mend_first(book):
    """Head, then errors, then what is to be explained, each with its place in words."""
    assert book.sheetnames == ["退回意见", NAME]
    name = {row[7].split()[0]: row[7] for row in listed(book.worksheets[0])[1:] if row[7]}
    assert listed(book.worksheets[0]) == [
        list(return_sheet.COLUMNS),
        ["必须改正（3 处）", *[None] * 7],
        [
            "1",
            NAME,
            "G6",
            "培训场次·偏差原因分析及改进措施",
            "没有写原因",
            "原因和措施",
            "补写原因和措施",
            name["S13"],
        ],
        ["2", NAME, "F9", "总分·得分", "总分 98 与各项之和不等", "88", "重新计算总分", name["S02"]],
        ["3", "另一个文件.xlsx", None, None, "没有找到表头", None, "用下发的表", name["F01"]],
        ["请核对：有误的改正，无误的写明理由（3 处）", *[None] * 7],
        ["4", NAME, "F6", "培训场次·得分", "没有达到指标值而得满分", "9.55", "按比例扣分", name["S11"]],
        ["5", NAME, "F6", "培训场次·得分", "两处问题之二", None, "核对", name["F06"]],
        ["6", NAME, "D10", "存在问题", "没有写存在问题", None, "写明", name["S23"]],
    ]


def test_head_names_unit_file_and_days(book):
    """The unit reads whose form it is, when it was returned, and until when it is to answer."""
    said = "\n".join(
        str(cell.value) for row in book.worksheets[0].iter_rows(max_row=8) for cell in row if cell.value
    )
    for words in (
        "预算单位001",
        FILE,
        "2022年3月30日",
        "城中区财政局",
        "共 6 处，其中必须改正的 3 处",
        "2022年4月15日前",
    ):
        assert words in said


def test_each_line_leads_to_its_cell(book):
    """Links stay in the workbook; what is in no received sheet has none."""
    assert sorted(links(book.worksheets[0])) == sorted(
        (cell, f"'{NAME}'!{cell}", None) for cell in ("G6", "F9", "F6", "F6", "D10")
    )


def test_copy_repeats_the_form_at_the_same_addresses(book):
    """Texts and numbers stand where the unit had them, in the same merged areas; text numbers stay text."""
    sheet = book[NAME]
    assert {str(area) for area in sheet.merged_cells.ranges} == {
        f"{address(one.top, one.left)}:{address(one.bottom, one.right)}" for one in MERGED
    }
    shown = {
        "C4": 100,
        "D4": 120.5,
        "F4": 0.800000008,
        "C6": "≥22场",
        "D6": 21,
        "D8": 0.95,
        "F9": "98",
        "F7": "２０",
    }
    assert {at: sheet[at].value for at in shown} == shown
    assert [sheet["C4"].number_format, sheet["F4"].number_format] == ["0.00", "0.00%"]
    assert [sheet["G8"].value, sheet["G8"].data_type, sheet["G8"].quotePrefix] == ["=1+1", "s", True]


def test_faulty_cells_alone_are_marked_and_commented(book):
    """One comment a cell with all its findings; a finding within a merged area is at its first cell."""
    sheet = book[NAME]
    comments = {
        cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment
    }
    assert sorted(comments) == ["B10", "F6", "F9", "G6"]
    assert "S11" in comments["F6"] and "F06" in comments["F6"] and "应为：9.55" in comments["F6"]
    assert "请：补写原因和措施" in comments["G6"]
    marked = {
        cell.coordinate: (cell.fill.fgColor.rgb, cell.border.left.style, cell.font.b)
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.comment
    }
    error, warning = ("FFF4A582", "thick", True), ("FFFFE699", "medium", True)
    assert marked == {"G6": error, "F9": error, "F6": warning, "B10": warning}
    filled = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type == "solid"}
    assert filled == {"G6", "F9", "F6", "B10"}


def test_all_cells_of_one_finding_are_marked():
    """A finding that is said of several cells is listed once and marks each of them."""
    several = replace(finding("F06", "W", "F6"), also=(Place(FILE, NAME, "F9"), Place(FILE, NAME, "G6")))
    book = load_workbook(io.BytesIO(return_sheet.workbook([SHEET], [several], HEAD)))
    marked = {cell.coordinate for row in book[NAME].iter_rows() for cell in row if cell.comment}
    assert marked == {"F6", "F9", "G6"}
    assert [row[2] for row in listed(book.worksheets[0]) if row[0] == "1"] == ["F6"]


def test_marks_differ_in_grey():
    """Printed without colour, an error is darker than a warning, and both than paper."""
    error, warning = (
        _grey(returned_copy.MARKS[name]["bg_color"]) for name in (Severity.ERROR, Severity.WARNING)
    )
    assert 255 - warning > 15 and warning - error > 30


def _grey(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        ("F6", "培训场次·得分"),
        ("F7", "2号楼改造·得分"),
        ("B7", "产出指标·三级指标"),
        ("E4", "年度资金总额·全年执行数"),
        ("B2", "项目名称"),
        ("A1", ""),
        ("E9", "总分·分值"),
        ("XFD1048577", ""),
        ("Z99", ""),
        ("第 3 行", ""),
    ],
)
def test_place_in_words(cell, label):
    """The label of the row and the head of the column, where the form has them."""
    assert returned_copy.Labels(SHEET).of(cell) == label


def test_sheets_are_told_apart_whatever_their_names():
    """Names that Excel forbids or that two files share are changed; findings and links follow their own sheet."""
    names = ["../x[1]", "退回意见", "自评表", "自评表", "=1+1", "'", "甲" * 50, "abc", "ABC"]
    sheets = [Sheet(f"{at}.xlsx", name, (("一", "二"),)) for at, name in enumerate(names)]
    found = [
        finding("S01", "E", "B1", f"第{at}个", sheet=name, file=f"{at}.xlsx") for at, name in enumerate(names)
    ]
    book = load_workbook(io.BytesIO(return_sheet.workbook(sheets, found, HEAD)))
    shown = book.sheetnames[1:]
    assert len({name.lower() for name in book.sheetnames}) == len(names) + 1
    assert all(1 <= len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in shown)
    for at, name in enumerate(shown):
        assert f"第{at}个" in book[name]["B1"].comment.text
    quoted = [name.replace("'", "''") for name in shown]
    assert sorted(links(book.worksheets[0])) == sorted(("B1", f"'{name}'!B1", None) for name in quoted)
    assert f"{shown[2]}\n（2.xlsx）" in [row[1] for row in listed(book.worksheets[0])]


@pytest.mark.parametrize("text", ["+1", "-1+1", "甲\x00乙\x1b", *HOSTILE])
def test_received_texts_do_no_harm(text):
    """Formulas, links and control characters of a form come back as plain text, in cells, list and comments."""
    sheet = Sheet(text, NAME, ((text, "1"),))
    found = [finding("S01", "E", "A1", text, text, text, file=text)]
    head = return_sheet.Head(text, text, dt.date(2022, 3, 30))
    book = load_workbook(io.BytesIO(return_sheet.workbook([sheet], found, head)))
    plain = clean(text)
    line = listed(book.worksheets[0])[2]
    assert [book[NAME]["A1"].value, book[NAME]["A1"].data_type, line[4], line[6]] == [
        plain,
        "s",
        plain,
        plain,
    ]
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert "f" not in kinds and book[NAME]["A1"].hyperlink is None


def test_impossible_areas_and_far_cells_are_taken_as_they_are():
    """Merged areas one over another or beyond the sheet spoil nothing; a cell beyond the rows is still marked."""
    merged = (
        Merged(0, 0, 0, 1),
        Merged(0, 1, 1, 1),
        Merged(1, 0, 1, 0),
        Merged(5, 5, 9, 9),
        Merged(1, 1, 99, 99),
    )
    sheet = Sheet(FILE, NAME, (("甲", ""), ("乙", "丙")), merged)
    found = [finding("S01", "E", "D7"), finding("S01", "E", "AAAA1"), finding("S01", "E", "A0")]
    book = load_workbook(io.BytesIO(return_sheet.workbook([sheet], found, HEAD)))
    assert [str(area) for area in book[NAME].merged_cells.ranges] == ["A1:B1"]
    assert [book[NAME]["B2"].value, bool(book[NAME]["D7"].comment)] == ["丙", True]
    assert [where for _, where, _ in links(book.worksheets[0])] == [
        f"'{NAME}'!{at}" for at in ("D7", "A1", "A1")
    ]


def test_return_sheet_is_ready_to_print(book):
    """A4 across, one page wide, the head of the table on every page."""
    front = book.worksheets[0]
    assert [int(front.page_setup.paperSize), front.page_setup.orientation] == [9, "landscape"]
    assert [front.sheet_properties.pageSetUpPr.fitToPage, front.page_setup.fitToHeight] == [True, 0]
    assert front.print_title_rows == "$9:$9" and front["A9"].value == "序号"
    assert int(book[NAME].page_setup.paperSize) == 9


def test_same_findings_same_bytes(content):
    """The clock has no part in a return sheet."""
    assert return_sheet.workbook([SHEET], FINDINGS, HEAD) == content


def test_office_opens_the_return_sheet(program, tmp_path: Path, content):
    """An office program reads it without repair, and prints list and form with all their texts."""
    file = tmp_path / "return.xlsx"
    file.write_bytes(content)
    with pdfplumber.open(converted(program, [file], "pdf", tmp_path / "pdf")[0]) as pdf:
        pages = ["".join(page.extract_text().split()) for page in pdf.pages]
    assert len(pages) == 2
    for words in ("绩效自评表退回意见", "总分98与各项之和不等", "补写原因和措施", "第1页，共2页"):
        assert words in pages[0]
    for words in ("项目支出绩效自评表", "培训场次", "80.00%", "=1+1"):
        assert words in pages[1]


def test_of_very_many_findings_the_gravest_are_listed(monkeypatch):
    """The list says how many there are and that more will come; a note or a warning is left out before an error."""
    monkeypatch.setattr(return_sheet, "RETURN_FINDINGS", 4)
    front = load_workbook(io.BytesIO(return_sheet.workbook([SHEET], FINDINGS, HEAD)))[return_sheet.FRONT]
    texts = [cell for row in front.iter_rows(values_only=True) for cell in row if cell]
    rules = [str(text)[:3] for text in texts if re.match("[SF][0-9]{2} ", str(text))]
    assert rules == ["S13", "S02", "F01", "S11"]
    assert [text for text in texts if "只列出前 4 处" in str(text) and "共 6 处" in str(text)] != []


def test_a_sheet_larger_than_any_form_is_listed_and_not_copied(monkeypatch):
    """Its findings keep the names of their cells, and the front says that there is no copy."""
    monkeypatch.setattr(return_sheet, "RETURN_CELLS", 69)
    book = load_workbook(io.BytesIO(return_sheet.workbook([SHEET], FINDINGS, HEAD)))
    texts = [cell for row in book[return_sheet.FRONT].iter_rows(values_only=True) for cell in row if cell]
    assert (book.sheetnames, "F9" in texts) == ([return_sheet.FRONT], True)
    assert [text for text in texts if "超过 69 格的工作表没有照抄" in str(text)] != []

"""Received files become sheets of texts: the same ones whatever program wrote the file and whatever its name says."""

import datetime as dt
import io
import shutil
from decimal import Context, Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from jixiao.forms.files.opening import open_workbook, workbook
from jixiao.forms.model import Merged
from jixiao.kit.errors import FormError
from office import converted
from raw_workbooks import edited, package, parts

# What is typed, its number format, and the text read
CELLS = [
    (100.0, "General", "100"),
    (0.958, "General", "0.958"),
    (0.1 + 0.2, "General", "0.3"),
    (1 / 3, "General", "0.333333333333333"),
    (1e-7, "General", "0.0000001"),
    (3.5e10, "0.00E+00", "35000000000"),
    (123456789012345, "0", "123456789012345"),
    (-0.5, "0.00;[Red]-0.00", "-0.5"),
    (1234.5, "#,##0.00", "1234.5"),
    (12, "000000", "000012"),
    (0.958, "0.00%", "95.8%"),
    (1, "0%", "100%"),
    (0.79274, "0.00%", "79.274%"),
    (0.07, "0%", "7%"),
    (-0.25, "0%;[Red]-0%", "-25%"),
    (95.8, '0.0"%"', "95.8%"),
    (95.8, r"0.0\%", "95.8%"),
    (dt.datetime(2022, 12, 30), "yyyy-mm-dd", "2022-12-30"),
    (dt.datetime(2022, 12, 30), 'yyyy"年"m"月"d"日"', "2022-12-30"),
    (dt.datetime(2022, 12, 30), "[$-804]m/d/yy;@", "2022-12-30"),
    (dt.datetime(2022, 12, 1), 'yyyy"年"m"月"', "2022年12月"),
    (dt.datetime(2022, 12, 30, 8, 30), "yyyy/m/d h:mm", "2022-12-30 08:30"),
    (dt.datetime(2022, 12, 30, 8, 30), "yyyy/m/d", "2022-12-30"),
    (dt.datetime(1900, 1, 5), "yyyy-mm-dd", "1900-01-05"),
    (dt.time(8, 30, 5), "h:mm:ss", "08:30:05"),
    (True, "General", "TRUE"),
    (False, "General", "FALSE"),
    ("#DIV/0!", "General", ""),
    (1000000, r"0\.0000", "100"),
    (1000000, '#,##0.00,"千元"', "1000千元"),
    (95, '"≥"0"%"', "≥95%"),
    (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0"),
    ("　数量指标 ", "General", "数量指标"),
    ("第一行\n第二行", "General", "第一行\n第二行"),
    ("a\u200bb\u00a0c\td", "General", "ab c d"),
    ("≥95%", "General", "≥95%"),
    ("=SUM(A1)", "text", "=SUM(A1)"),
    ("00123", "@", "00123"),
    ("１２３", "General", "１２３"),
]


@pytest.fixture(scope="module")
def typed(tmp_path_factory) -> Path:
    """A workbook with the cells above, one a row; a merged area, hidden parts and formulas beside them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "自评表"
    for row, (value, code, _) in enumerate(CELLS, 1):
        cell = sheet.cell(row, 1, value)
        cell.number_format = "General" if code == "text" else code
        if code == "text":
            cell.data_type = "s"
    sheet["C1"], sheet["C4"], sheet["E5"] = "合并", "=1+1", "右边"
    sheet.merge_cells("C1:E2")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.create_sheet("底稿")["B2"] = "旧"
    book["底稿"].sheet_state = "hidden"
    path = tmp_path_factory.mktemp("typed") / "表.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def written(typed, program, tmp_path_factory):
    """A function that gives the workbook as LibreOffice writes it in a format, its formula computed."""
    folder = tmp_path_factory.mktemp("written")

    def convert(suffix: str) -> Path:
        path = folder / f"{typed.stem}.{suffix}"
        return path if path.exists() else converted(program, [typed], suffix, folder)[0]

    return convert


def read(content: bytes):
    """The first sheet in `content`."""
    return workbook(content, "表.xlsx").sheets[0]


def one(rows: str, **more) -> str:
    """The text of A1 in a workbook of raw rows."""
    return read(package(parts(rows, **more))).rows[0][0]


def unlike(path: Path) -> list[tuple]:
    """The cells that were not read as they should be."""
    rows = open_workbook(path, "表").sheets[0].rows
    return [(*cell, row[0]) for cell, row in zip(CELLS, rows, strict=True) if row[0] != cell[2]]


def test_cells_are_read_as_texts_exactly_as_they_hold_them(typed):
    """Numbers to 15 digits without exponent, percents unrounded, days as ISO texts, blanks trimmed."""
    assert unlike(typed) == []


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_another_program_and_format_give_the_same_texts(written, suffix):
    """What LibreOffice writes as .xlsx, .xls (BIFF) and .ods reads the same; its own calendar has no 29 February 1900."""
    differing = [cell for cell in unlike(written(suffix)) if suffix != "ods" or cell[2] != "1900-01-05"]
    assert differing == []


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_structure_is_the_same_in_both_formats(written, suffix):
    """Merged areas, hidden rows, columns and sheets, numbers stored as text; a cached result is used."""
    book = open_workbook(written(suffix), "表")
    (sheet,) = book.sheets
    assert (Merged(0, 2, 1, 4),) == sheet.merged
    assert {2} == sheet.hidden_rows
    assert {"00123", "１２３"} == {sheet.rows[row][column] for row, column in sheet.textual}
    assert sheet.rows[3][2] == "2"
    error = [row for row, cell in enumerate(CELLS) if cell[0] == "#DIV/0!"]
    assert {(row, 0) for row in error} == sheet.errors
    assert sheet.name == "自评表"
    hidden = [(remark.found, remark.place.sheet) for remark in book.remarks if remark.rule == "F11"]
    assert hidden == [
        ("第 3 行是隐藏的", "自评表"),
        ("C 列是隐藏的", "自评表"),
        ("这张工作表是隐藏的，没有读取", "底稿"),
    ]
    assert {"F11", "F31", "F32"} == {remark.rule for remark in book.remarks}


def test_a_formula_without_a_stored_result_is_blank_and_remarked(typed):
    """openpyxl stores none: the cell is named, and never taken for zero."""
    book = open_workbook(typed, "表")
    assert book.sheets[0].rows[3][2] == ""
    assert {(3, 2)} == book.sheets[0].uncached
    assert [str(r.place) for r in book.remarks if r.rule == "F12"] == ["表 工作表“自评表” C4"]


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
def test_the_name_of_a_file_does_not_matter(written, suffix, tmp_path):
    """An .xls saved as .xlsx and the reverse are told by their first bytes."""
    other = tmp_path / {"xlsx": "a.xls", "xls": "a.xlsx"}[suffix]
    shutil.copyfile(written(suffix), other)
    assert open_workbook(written(suffix), "表") == open_workbook(other, "表")


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
def test_values_agree_with_those_of_an_independent_reader(written, suffix):
    """python-calamine, which reads both formats on its own, sees the same in the same cells; it tells no errors."""
    path = written(suffix)
    theirs = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    ours = open_workbook(path, "表").sheets[0].rows
    wrong = []
    for row, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        code = CELLS[row][1]
        if isinstance(other[0], float) and not set("%!\\千") & set(code) and code != "000000":
            wrong += [row] if float(mine[0]) != float(f"{other[0]:.15g}") else []
        elif isinstance(other[0], str) and other[0].isprintable() and not mine[0].startswith("#"):
            wrong += [row] if mine[0] != other[0].strip() else []
    assert wrong == []


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
NUMBERS = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.floats(min_value=-1e15, max_value=1e15, allow_subnormal=False),
)


@settings(max_examples=120)
@given(st.lists(st.lists(st.one_of(TEXTS, NUMBERS), min_size=1, max_size=5), min_size=1, max_size=6))
def test_texts_and_numbers_written_come_back(rows):
    """Texts are equal, numbers equal to 15 significant digits, each in its cell."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                write = sheet.write_string if isinstance(value, str) else sheet.write_number
                write(row, column, value)
    found = read(made.getvalue()).rows
    expected = [[_text(value) for value in values] for values in rows]
    assert expected == [[_number(t) for t in row[: len(e)]] for row, e in zip(found, expected, strict=True)]


def _text(value: str | float) -> str | Decimal:
    return _number(value) if isinstance(value, str) else Context(prec=15).create_decimal(repr(value)) + 0


def _number(text: str) -> str | Decimal:
    """A text, or the number that it is: an apostrophe in front of a number is not part of it."""
    plain = text.lstrip("'’‘＇")
    try:
        return Decimal(plain) + 0 if plain[-1:].isdecimal() and "_" not in plain else text
    except ArithmeticError:
        return text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (
            '<c t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r><rPh sb="0" eb="1"><t>jia</t></rPh></is></c>',
            "甲乙",
        ),
        ('<c t="str"><f>A2</f><v>甲_x000D_\n乙</v></c>', "甲\n乙"),
        ('<c t="s"><v>0</v></c>', "丙丁"),
        ('<c t="d"><v>2022-12-30T00:00:00Z</v></c>', "2022-12-30"),
        ("<c><v>0.95799999999999996</v></c>", "0.958"),
        ("<c><v>1.0049999999999999</v></c>", "1.005"),
        ("<c><v>1E+400</v></c>", "1E+400"),
        ("<c><v>1E+99999999</v></c>", "1E+99999999"),
        (f"<c><v>-1E+{'9' * 30}</v></c>", f"-1E+{'9' * 30}"),
        ("<c><v>NaN</v></c>", "NaN"),
        ('<c t="str"><v>_xD800_甲</v></c>', "甲"),
        ('<x:c r="A1"><x:v>7</x:v></x:c>', "7"),
        ('<c r="A1"><extLst><ext><f>1</f></ext></extLst><v>7</v></c>', "7"),
    ],
)
def test_rare_ways_to_write_a_cell_are_read(cell, text):
    """Rich texts without reading aids, escapes, prefixes, numbers no double holds, cells without a name."""
    strings = "<si><r><t>丙</t></r><r><t>丁</t></r><rPh><t>bing</t></rPh></si>"
    cell = cell.replace("<x:c", '<x:c xmlns:x="u"')
    assert text == one(f"<row>{cell}<c><v>1</v></c></row>", strings=strings)


def test_days_may_be_counted_from_1904():
    """A workbook from an old Mac says so; day 1 is then 2 January 1904."""
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    rows = '<row><c s="1"><v>43463</v></c></row>'
    assert one(rows, styles=styles, settings='<workbookPr date1904="1"/>') == "2022-12-30"


@pytest.mark.parametrize(("serial", "day"), [(1, "1900-01-01"), (59, "1900-02-28"), (61, "1900-03-01")])
def test_days_before_march_1900_count_a_day_that_never_was(serial, day):
    """The serial numbers of Excel have a 29 February 1900."""
    styles = '<cellXfs><xf numFmtId="14"/></cellXfs>'
    assert one(f"<row><c><v>{serial}</v></c></row>", styles=styles) == day


def test_cells_and_rows_without_names_follow_each_other():
    """Positions may be left out; a named cell sets where the next one stands."""
    rows = (
        '<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r="3"><c r="B3"><v>4</v></c><c><v>5</v></c></row>'
    )
    assert read(package(parts(rows))).rows == (("1", "", "3"), ("", "", ""), ("", "4", "5"))


def test_blank_rows_and_columns_at_the_end_are_cut_and_merged_areas_with_them():
    """Formatted cells without content do not count, and a merged area ends where the sheet ends."""
    rows = '<row><c><v>1</v></c><c r="XFD1" s="0"/></row><row r="1048576"><c s="0"/></row>'
    merges = '<mergeCells><mergeCell ref="A1:A9"/><mergeCell ref="C1:D9"/></mergeCells>'
    sheet = read(package(parts(rows, around=("", merges))))
    assert sheet.rows == (("1",),)
    assert sheet.merged == ()


def test_what_a_merged_area_covers_is_not_read_but_said():
    """A value left behind under a merged area is on no screen: it is not read, and remarked."""
    rows = "<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>"
    book = workbook(package(parts(rows, around=("", '<mergeCell ref="A1:B1"/>'))), "表.xlsx")
    assert book.sheets[0].rows == (("1", "", "3"),)
    assert [(r.rule, r.place.cell, r.found) for r in book.remarks] == [
        ("F11", "B1", "合并单元格盖住了 1 格内容")
    ]


def test_many_formulas_without_results_are_named_up_to_a_limit():
    """The twentieth remark says how many more there are."""
    book = workbook(package(parts(f"<row>{'<c><f>1+1</f></c>' * 25}</row>")), "表.xlsx")
    assert len(book.sheets[0].uncached) == 25
    assert [r.found for r in book.remarks] == ["公式没有存下结果"] * 19 + [
        "公式没有存下结果（另有 5 格也是）"
    ]


def test_a_formula_whose_result_is_an_empty_text_has_a_result():
    """IF(A2="","",1) is blank by computation."""
    sheet = read(package(parts('<row><c t="str"><f>""</f><v></v></c><c><v>1</v></c></row>')))
    assert sheet.rows == (("", "1"),)
    assert frozenset() == sheet.uncached


CSV = '项目,年初预算数,说明\n甲,\'100,"一,二\n三"\n乙,,="007"\n'
ROWS = (("项目", "年初预算数", "说明"), ("甲", "100", "一,二\n三"), ("乙", "", "007"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_plain_text_is_read_in_each_encoding_and_with_each_separator(encoding, separator, end):
    """As spreadsheet programs write it; a number behind an apostrophe is a number stored as text."""
    text = CSV.replace("一,二", "一;;二" if separator == "," else "一,二").replace("一;;二", "一,二")
    lines = text.replace("项目,年初预算数,说明", separator.join(("项目", "年初预算数", "说明")))
    lines = lines.replace("甲,'100,", separator.join(("甲", "'100", ""))).replace(
        "乙,,", f"乙{separator * 2}"
    )
    sheet = read(lines.replace("\n", end).encode(encoding))
    assert sheet.rows == ROWS
    assert {(1, 1)} == sheet.textual
    assert sheet.name == ""


def test_what_a_program_writes_in_place_of_a_value_is_told_in_plain_text_too():
    """Errors, a row of # and a shortened code, whether as CSV or as texts of a workbook; other texts with # stay."""
    book = workbook(b'#N/A,####,4.50202E+19,#1,"=DISPIMG(""ID_1"",1)",Err:502\n', "表.csv")
    assert book.sheets[0].rows == (("", "", "4.50202E+19", "#1", "", ""),)
    assert [(one.rule, one.place.cell) for one in book.remarks] == [
        ("F32", "A1"), ("F32", "B1"), ("F32", "E1"), ("F32", "F1"), ("F33", "C1"),
    ]  # fmt: skip


def test_texts_are_read_as_their_format_shows_them():
    """A sign that a format puts before texts counts, a text that it hides is told, and a long code is whole."""
    styles = '<numFmts><numFmt numFmtId="200" formatCode="&quot;≥&quot;@"/><numFmt numFmtId="201" formatCode=";;;"/></numFmts>'
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/><xf numFmtId="201"/></cellXfs>'
    rows = "".join(
        f'<c s="{style}" t="str"><v>{text}</v></c>' for style, text in ((1, "95%"), (2, "藏"), (1, "9" * 20))
    )
    book = workbook(package(parts(f"<row>{rows}</row>", styles=styles)), "表.xlsx")
    assert book.sheets[0].rows == (("≥95%", "", "≥" + "9" * 20),)
    assert book.sheets[0].stored == {(0, 0): "95%", (0, 1): "藏", (0, 2): "9" * 20}
    assert [(one.rule, one.place.cell) for one in book.remarks] == [("F31", "B1")]


def test_a_merged_area_over_equal_texts_hides_nothing():
    """Exporting programs repeat the text in each cell; blanks do not count."""
    rows = '<row><c t="str"><v>甲 乙</v></c><c t="str"><v>甲乙</v></c></row><row><c><v>1</v></c><c><v>1</v></c></row>'
    merges = '<mergeCell ref="A1:B1"/><mergeCell ref="A2:B2"/><mergeCell ref="A2:B2"/>'
    book = workbook(package(parts(rows, around=("", merges))), "表.xlsx")
    assert book.sheets[0].rows == (("甲 乙", ""), ("1", ""))
    assert book.remarks == ()


def test_a_quote_that_is_never_closed_is_a_fault_with_its_line():
    """Nothing is guessed about where the cell ends."""
    with pytest.raises(FormError, match=r"^表\.csv 第 3 行：引号不成对"):
        workbook('项目,数\n甲,"1\n乙,2\n'.encode(), "表.csv")


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("xl/vbaProject.bin", "宏"),
        ("xl/macrosheets/sheet1.xml", "宏表"),
        ("xl/externalLinks/externalLink1.xml", "别的文件"),
        ("xl/embeddings/oleObject1.bin", "嵌有别的文档"),
        ("xl/activeX/activeX1.xml", "控件"),
        ("xl/connections.xml", "外部数据"),
    ],
)
def test_what_is_never_read_is_remarked(prefix, words):
    """Macros, links (DDE among them), embedded documents, controls, connections: said, and the sheet is read."""
    book = workbook(package(parts("<row><c><v>1</v></c></row>") | {prefix: "x"}), "表.xlsm")
    assert book.sheets[0].rows == (("1",),)
    assert [remark.rule for remark in book.remarks] == ["F11"]
    assert words in book.remarks[0].found


def test_a_sheet_may_be_found_by_a_path_from_the_root_and_with_backslashes(typed):
    """Some writers name parts so; they are the same parts."""
    content = edited(
        typed.read_bytes(), "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b'"/xl/', b'"\\xl\\')
    )
    assert open_workbook(typed, "表").sheets == workbook(content, "表").sheets

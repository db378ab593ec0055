"""Tables: broken input told with file, row and column, all faults at once; good input read whole."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from jixiao.kit.errors import JixiaoError, PlaceError, TableError
from jixiao.year import cells, tables
from kit import PROJECT, Kit


@pytest.fixture
def kit(tmp_path):
    """A copy of the kit."""
    return Kit(tmp_path)


def read_fails(kit: Kit, *words: str, error: type[JixiaoError] = TableError) -> list[str]:
    """Reading raises `error` with all `words`; gives its lines."""
    with pytest.raises(error) as refused:
        tables.read(kit.root, "2022")
    message = str(refused.value)
    assert [word for word in words if word not in message] == []
    return message.splitlines()


def set_cell(row: int, column: str, value: str):
    """A change: the cell of a spreadsheet row (the header is row 1)."""
    return lambda rows: rows[row - 2].__setitem__(column, value)


def test_the_committed_tables_are_valid():
    """2022 reads into typed frames whose index is the spreadsheet row."""
    data = tables.read(PROJECT, "2022")
    assert (len(data["units"]), len(data["subjects"])) == (85, 115)
    assert data["indicators"].index[0] == 2
    assert isinstance(data["indicators"].loc[2, "weight"], Decimal)
    assert data["key_projects"].loc[2, "subject_id"] is None


CELLS = [
    (
        "indicators",
        7,
        "review_score",
        "abc",
        ["indicators.csv 第 7 行 review_score 列", "“abc”", "得分的数字"],
    ),
    (
        "indicators",
        7,
        "review_score",
        "55",
        ["indicators.csv 第 7 行 review_score 列", "“55”", "不大于同一行的 weight"],
    ),
    ("indicators", 7, "self_score", "-1", ["第 7 行 self_score 列", "“-1”", "不小于 0"]),
    ("indicators", 9, "level3", "", ["第 9 行 level3 列", "没有填"]),
    ("indicators", 9, "nature", "量化", ["第 9 行 nature 列", "“量化”", "定量、定性 之一"]),
    ("indicators", 9, "indicator_id", "D001-01", ["第 9 行 indicator_id 列", "“D001-01”重复"]),
    ("indicators", 9, "subject_id", "X999", ["第 9 行 subject_id 列", "“X999”不在 subjects.csv 里"]),
    (
        "subjects",
        3,
        "initial_budget",
        "12万元",
        ["subjects.csv 第 3 行 initial_budget 列", "“12万元”", "万元的数字"],
    ),
    ("subjects", 3, "finished", "完成", ["第 3 行 finished 列", "“完成”", "是 或 否"]),
    ("subjects", 3, "subject_id", "D001", ["第 3 行 subject_id 列", "“D001”重复"]),
    ("subjects", 4, "unit_id", "U999", ["第 4 行 unit_id 列", "“U999”不在 units.csv 里"]),
    ("scores", 5, "subject_id", "P999", ["scores.csv 第 5 行 subject_id 列", "“P999”不在 subjects.csv 里"]),
    ("scores", 5, "score", "100.01", ["第 5 行 score 列", "0 到 100"]),
    ("scores", 5, "scored_on", "2022/13/1", ["第 5 行 scored_on 列", "“2022/13/1”", "2022-09-30"]),
    ("key_projects", 2, "name", "", ["key_projects.csv 第 2 行 name 列", "没有 subject_id 的必须填"]),
    ("target_reviews", 2, "status", "已采用", ["第 2 行 status 列", "“已采用”", "已采纳、部分采纳、未采纳"]),
    ("scores", 5, "tier", "自评", ["第 5 行 tier 列", "参数 tiers 里的层级代号"]),
    ("key_projects", 2, "amount", "9" * 40, ["第 2 行 amount 列", "位数太多", "整数部分至多 15 位"]),
    ("scores", 5, "score", "0." + "1" * 21, ["第 5 行 score 列", "位数太多", "小数至多 20 位"]),
    ("subjects", 4, "name", "河道\u200b清淤", ["第 4 行 name 列", "看不见的字符 U+200B", "删去"]),
    ("subjects", 3, "unit_id", "U0\u202e01", ["第 3 行 unit_id 列", "看不见的字符 U+202E"]),
    ("scores", 5, "scored_on", "\u20662022-03-01", ["第 5 行 scored_on 列", "看不见的字符 U+2066"]),
    ("indicators", 9, "deviation_reason", "字" * 32_768, ["第 9 行 deviation_reason 列", "至多 32767 字"]),
    ("indicators", 9, "deviation_reason", "字" * 140_000, ["indicators.csv 第 9 行", "至多 32767 字"]),
]


@pytest.mark.parametrize(("table", "row", "column", "value", "words"), CELLS)
def test_a_bad_cell_is_named(kit, table, row, column, value, words):
    """One wrong cell gives a line with its file, row and column, what was expected and what came."""
    kit.change_table(table, set_cell(row, column, value))
    lines = read_fails(kit, *words)
    assert [line for line in lines if f"第 {row} 行" in line]


def test_all_faults_of_all_files_come_at_once(kit):
    """Three faults in two files are three lines of one error."""
    kit.change_table("indicators", set_cell(7, "weight", "x"))
    kit.change_table("indicators", set_cell(8, "self_score", "y"))
    kit.change_table("subjects", set_cell(3, "executed", "z"))
    assert len(read_fails(kit, "“x”", "“y”", "“z”")) == 3


def test_a_missing_column_is_named(kit):
    """A table without one of its columns says which."""
    path = kit.data / "indicators.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",weight,", ",wieght,", 1), encoding="utf-8")
    read_fails(kit, "indicators.csv 第 1 行：缺少“weight”列", "不认识“wieght”列")


def test_an_empty_table_is_refused(kit):
    """A header without rows, and a file without anything, are told apart."""
    (kit.data / "facts.csv").unlink()  # which could tell a year without subjects
    path = kit.data / "subjects.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    read_fails(kit, "subjects.csv：是空表")
    path.write_bytes(b"")
    read_fails(kit, "subjects.csv：文件是空的")


def test_a_missing_file_is_refused_where_it_is_needed(kit):
    """Without indicators nothing can be reported; without monitoring the report stands."""
    (kit.data / "monitoring.csv").unlink()
    assert tables.read(kit.root, "2022")["monitoring"].empty
    (kit.data / "indicators.csv").unlink()
    read_fails(kit, "indicators.csv：没有这个文件")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_encodings_of_spreadsheet_programs_are_read(kit, encoding):
    """A CSV saved by Excel or WPS in GB18030, or with a BOM and CRLF, reads like the original."""
    expected = tables.read(PROJECT, "2022")["indicators"]
    path = kit.data / "indicators.csv"
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(text.encode(encoding))
    found = tables.read(kit.root, "2022")["indicators"]
    assert found.equals(expected)


@pytest.mark.parametrize("written", ["2022/9/1", "2022年9月1日", "2022.9.1", "2022-09-01"])
def test_dates_as_spreadsheets_write_them_are_read(kit, written):
    """Excel rewrites 2022-09-01 as 2022/9/1 when it saves a CSV."""
    kit.change_table("scores", set_cell(5, "scored_on", written))
    assert tables.read(kit.root, "2022")["scores"].loc[5, "scored_on"] == dt.date(2022, 9, 1)


def test_whether_a_subject_is_new_need_not_be_known(kit):
    """A blank cell is not said, which is neither yes nor no."""
    kit.change_table("subjects", set_cell(3, "is_new", ""))
    read = tables.read(kit.root, "2022")["subjects"]["is_new"]
    assert (read[2], read[3]) == (False, None)


def test_bytes_that_are_no_text_are_refused(kit):
    """An .xlsx renamed to .csv says what a CSV is."""
    (kit.data / "scores.csv").write_bytes(b"PK\x03\x04\x00\x00\xff\xff\xfe")
    read_fails(kit, "scores.csv：读不出文字", "CSV UTF-8")


def test_a_row_with_too_many_cells_is_named(kit):
    """An unquoted comma shifts no value into the wrong column."""
    path = kit.data / "units.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] += ",多余"
    path.write_text("\n".join(lines), encoding="utf-8")
    read_fails(kit, "units.csv 第 5 行：有 5 格", "4 格")


@pytest.mark.parametrize("folder", ["../outside", "/etc", "..", "2022/../../x", "."])
def test_a_data_folder_outside_data_is_refused(kit, folder):
    """The parameter data_folder cannot leave data/."""
    with pytest.raises(PlaceError, match="data 文件夹之外"):
        tables.read(kit.root, folder)


def test_a_link_out_of_the_data_folder_is_refused(kit, tmp_path_factory):
    """A table that is a symbolic link to elsewhere is not read."""
    outside = tmp_path_factory.mktemp("outside") / "units.csv"
    (kit.data / "units.csv").rename(outside)
    (kit.data / "units.csv").symlink_to(outside)
    read_fails(kit, "文件夹之外", error=PlaceError)


def test_characters_that_nobody_sees_stay_in_texts(kit):
    """A reason with a mark of zero width is read as it was written; only names and ids must be free of them."""
    kit.change_table("indicators", set_cell(7, "deviation_reason", "雨季\u200b长"))
    assert tables.read(kit.root, "2022")["indicators"].loc[7, "deviation_reason"] == "雨季\u200b长"


def test_a_nul_is_named_with_its_row(kit):
    """What copying from memory cards leaves behind is one line, and no error of the library."""
    path = kit.data / "scores.csv"
    rows = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*rows[:3], rows[3] + b"\0", *rows[4:]]))
    read_fails(kit, "scores.csv 第 4 行", "NUL", "删去")


def test_a_table_is_not_wider_than_any_that_is_read():
    """Thousands of columns are one line and no list of thousands of unknown names."""
    with pytest.raises(TableError, match="有 5000 列；应为至多 200 列"):
        tables.parse(b"x," * 4999 + b"x\n", "宽.csv")


@pytest.mark.parametrize("kind", ["folder", "loop"])
def test_a_table_that_is_no_file_is_not_taken_for_one_that_is_missing(kit, kind):
    """Scores would be gone without a word."""
    path = kit.data / "scores.csv"
    path.unlink()
    path.mkdir() if kind == "folder" else path.symlink_to(path)
    with pytest.raises(TableError, match=r"^data/2022/scores.csv：不是文件，打不开"):
        tables.read(kit.root, "2022")


def test_cells_that_lead_nowhere_are_one_line_for_a_column(kit):
    """With the first three of them and how many there are."""
    kit.change_table("subjects", lambda rows: [row.update(unit_id=f"X{n}") for n, row in enumerate(rows[:5])])
    (said,) = read_fails(kit)
    assert "subjects.csv 第 2、3、4 行等 unit_id 列：“X0”、“X1”、“X2”等 5 格不在 units.csv 里" in said


def test_blank_cells_of_a_column_without_repeats_are_no_repeats():
    """Where no value may come twice and blanks are allowed, several blanks are fine and two equal values are not."""
    column = cells.Column((), None, nullable=True, unique=True, required=True)
    values = pd.Series([None, "甲", None, "乙", "甲"], index=[2, 3, 4, 5, 6], dtype=object)
    assert list(column.faults(values)) == [(3, cells.TWICE), (6, cells.TWICE)]

"""Tables are written whole, read back the same, and no spreadsheet executes what a unit wrote."""

import csv
import io
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile_texts import HOSTILE
from jixiao.kit.errors import TableError
from jixiao.year import table_files, tables
from jixiao.year.table_files import csv_text, guarded, unguarded


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+86 电话",
        "-待定",
        "@SUM(A1)",
        "'=1",
        "=100%",
        "\t=1+1",
        " ＝1",
        "\u200b=1",
        "\r=1",
    ],
)
def test_a_text_that_a_spreadsheet_would_run_is_guarded(text):
    """An apostrophe stands before it, and reading takes it away again."""
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["=", "-5", "+3.5", "≥", "50个", "'50", "a=b", ""])
def test_numbers_operators_and_plain_texts_stay_as_they_are(text):
    """What no spreadsheet runs is written as it is."""
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_guarding_can_always_be_undone(text):
    """Whatever a unit wrote comes back."""
    assert unguarded(guarded(text)) == text


def test_every_hostile_text_comes_back_from_a_table_and_begins_no_formula():
    """Read as a spreadsheet reads it, no cell begins with an operator; read by the kit, each text is what it was."""
    frame = pd.DataFrame({"key": ["P001"] * len(HOSTILE), "text": HOSTILE}, dtype=object)
    content = csv_text(frame)
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert [len(row) for row in rows] == [2] * (len(HOSTILE) + 1)
    assert [row[1] for row in rows if row[1].lstrip()[:1] in tuple("=+-@＝＋－＠")] == []
    assert tables.parse(content.encode(), "some.csv")["text"].tolist() == list(HOSTILE)


def test_a_table_written_is_read_back_the_same():
    """Blanks, exact decimals, line breaks, quotes and formulas survive the way to the file and back."""
    rows = [["P001", Decimal("90.50"), None, 'a"b,\nc'], ["P002", Decimal("1E+2"), "=1+1", "'x"]]
    frame = pd.DataFrame(rows, columns=["key", "number", "blank", "text"], dtype=object)
    back = tables.parse(csv_text(frame).encode(), "some.csv")
    assert back.values.tolist() == [["P001", "90.50", None, 'a"b,\nc'], ["P002", "100", "=1+1", "'x"]]


def test_only_the_tables_asked_for_must_be_there(tmp_path):
    """Before anything was received a year may have a ledger only."""
    (tmp_path / "data" / "2023").mkdir(parents=True)
    text = "unit_id,name,department_id,section\nU1,预算单位001,U1,\n"
    (tmp_path / "data" / "2023" / "units.csv").write_text(text, encoding="utf-8")
    ledger = tables.read(tmp_path, "2023", needed=("units",))
    assert list(ledger["units"]["name"]) == ["预算单位001"]
    assert ledger["indicators"].empty
    with pytest.raises(TableError, match=r"indicators\.csv"):
        tables.read(tmp_path, "2023")


def test_a_table_of_no_rows_is_its_header():
    """The columns are still told."""
    assert csv_text(tables.empty("changes")).count("\n") == 1


def test_rows_are_values_of_python_and_none_where_something_is_missing():
    """Whatever type pandas gives a column, a row is what `to_dict` makes of it."""
    frame = pd.DataFrame(
        {
            "amount": pd.Series([Decimal("7.00"), None], dtype=object),
            "count": [1, 2],
            "done": pd.Series([True, None], dtype="boolean"),
            "name": pd.Series(["桥", None], dtype="string"),
        }
    )
    expected = [
        {"amount": Decimal("7.00"), "count": 1, "done": True, "name": "桥"},
        {"amount": None, "count": 2, "done": None, "name": None},
    ]
    assert table_files.rows(frame) == expected == frame.to_dict("records")
    assert [type(value) for value in table_files.rows(frame)[0].values()] == [Decimal, int, bool, str]
    assert table_files.rows(frame.iloc[:0]) == []

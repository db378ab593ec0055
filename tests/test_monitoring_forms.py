"""Forms of monitoring: issued, filled in as a unit would, and read back into the rows that were meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jixiao.kit.errors import ParameterError
from kit import Kit
from test_receiving import deliver, rows, run

FIRST = 14  # the row of the first indicator
NAMES = ("P001", "P002", "D001")


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The forms of 2022 up to July, of few subjects."""
    kit = Kit(tmp_path_factory.mktemp("issued"))
    kit.leave_few()
    done = run(kit, "forms", "2022", "--of", "monitoring", "--month", "7", "--quiet")
    assert (done.exit_code, done.stdout) == (0, "outputs/2022.forms-monitoring  14 张表\n"), done.output
    return kit.outputs / "2022.forms-monitoring"


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """A kit without readings of monitoring."""
    own = Kit(tmp_path)
    own.leave_few()
    (own.data / "monitoring.csv").unlink()
    (tmp_path / "post").mkdir()
    return own


def fill(kit: Kit, issued: Path, code: str, cells: Mapping[str, Any], name: str = "") -> Path:
    """The form of a subject with values in its open cells, and only there, put into `post`."""
    path = next(issued.glob(f"{code} *.xlsx"))
    book = openpyxl.load_workbook(path)
    sheet = book.active
    locked = [cell for cell in cells if sheet[cell].protection.locked]
    assert locked == []
    for cell, value in cells.items():
        sheet[cell] = value
    target = kit.root / "post" / (name or path.name)
    book.save(target)
    return target


def usual(kit: Kit, code: str) -> dict[str, Any]:
    """What a unit writes that is on its way: all targets as they are, half of the money spent."""
    known = [row for row in rows(kit, "indicators") if row["subject_id"] == code]
    (subject,) = [row for row in rows(kit, "subjects") if row["subject_id"] == code]
    spent = round(float(subject["adjusted_budget"]) * 0.55, 2)
    cells: dict[str, Any] = {"F7": spent, "L7": float(subject["adjusted_budget"]), "Q5": 60}
    for at, row in enumerate(known, FIRST):
        cells |= {f"E{at}": row["target"], f"F{at}": row["target"], f"M{at}": "√"}
    return cells


def test_what_units_fill_in_is_what_the_table_has(kit: Kit, issued: Path) -> None:
    """Every row of three forms, of projects and of a department, with its reason, measure, state and day."""
    said = {
        "G14": "√", "H14": "√", "L14": "招标推迟", "M14": None, "N14": "√", "P14": "三季度补招", "Q14": "已整改",
        "R14": dt.date(2021, 9, 10),
    }  # fmt: skip
    for code in NAMES:
        fill(kit, issued, code, usual(kit, code) | said)

    done = deliver(kit, kit.root / "post", on="2022-08-05")

    assert done.exit_code == 0, done.output
    assert {(row["subject_id"], row["status"], row["mark"]) for row in rows(kit, "received")} == {
        (code, "accepted", "1-7月") for code in NAMES
    }
    indicators = {row["indicator_id"]: row for row in rows(kit, "indicators") if row["subject_id"] in NAMES}
    subjects = {row["subject_id"]: row for row in rows(kit, "subjects")}
    written = rows(kit, "monitoring")
    assert {row["indicator_id"] for row in written} == set(indicators)
    for row in written:
        target = indicators[row["indicator_id"]]["target"]
        assert (row["actual"], row["forecast"]) == (target, target)
        assert row["budget"] == subjects[row["subject_id"]]["adjusted_budget"]
        assert (row["month"], row["progress"]) == ("7", "60")
        assert float(row["executed"]) == pytest.approx(float(row["budget"]) * 0.55, abs=0.006)
        first = row["indicator_id"].endswith("-01")
        assert [
            row[name] for name in ("reason", "cause", "possibility", "measure", "state", "answered_on")
        ] == (
            ["招标推迟", "经费保障、制度保障", "有可能", "三季度补招", "已整改", "2021-09-10"]
            if first
            else ["", "", "确定能", "", "", ""]
        )


def test_a_form_that_is_red_without_a_word_goes_back(kit: Kit, issued: Path) -> None:
    """Slow spending asks for one reason and measure a form, an indicator behind for one in its row."""
    cells = usual(kit, "P001")
    spending = {"F7": 1}
    path = fill(kit, issued, "P001", cells | spending | {"E14": 1})
    told = run(kit, "check", str(path), "--year", "2022").output
    assert told.count("[M05]") == 2  # reason and measure of the first row, which answers for both
    name = next(row["level3"] for row in rows(kit, "indicators") if row["indicator_id"] == "P001-01")
    assert told.count(f"“{name}”红灯，没有写") == 2
    alone = run(kit, "check", str(fill(kit, issued, "P001", cells | spending)), "--year", "2022").output
    assert alone.count("支出红灯，没有写") == 2
    assert deliver(kit, path).exit_code == 1
    assert not (kit.data / "monitoring.csv").exists()

    path = fill(kit, issued, "P001", cells | spending | {"C11": "招标推迟", "M11": "按月督促"})
    assert "[M05]" not in run(kit, "check", str(path), "--year", "2022").output
    assert deliver(kit, path).exit_code == 0
    assert {(row["reason"], row["measure"]) for row in rows(kit, "monitoring")} == {("招标推迟", "按月督促")}
    cells_of = {row["key"]: row["cells"].split(";") for row in rows(kit, "sources")}
    assert {"reason:C11", "measure:M11"} < set(cells_of["P001 7 P001-02"])


def test_a_second_delivery_takes_the_place_of_the_first(kit: Kit, issued: Path) -> None:
    """And changes.csv says in which cells: the state of a rectification and its day."""
    cells = usual(kit, "P001") | {"L14": "招标推迟", "P14": "三季度补招", "Q14": "整改中"}
    deliver(kit, fill(kit, issued, "P001", cells), on="2022-08-05")
    again = cells | {"Q14": "已整改", "R14": dt.date(2021, 9, 10), "P14": None}

    done = deliver(kit, fill(kit, issued, "P001", again, "第二次.xlsx"), on="2022-09-12")

    assert done.exit_code == 0, done.output
    told = [tuple(row[name] for name in ("key", "column", "before", "after")) for row in rows(kit, "changes")]
    assert told == [
        ("P001 7 P001-01", "measure", "三季度补招", ""),
        ("P001 7 P001-01", "state", "整改中", "已整改"),
        ("P001 7 P001-01", "answered_on", "", "2021-09-10"),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--of", "monitoring"), "没有写监控到几月"),
        (("--month", "7"), "只用于监控表"),
        (("--of", "monitoring", "--month", "7", "--filled"), "监控表没有这个选项"),
    ],
)
def test_options_of_another_form_are_refused(kit: Kit, words: tuple[str, ...], told: str) -> None:
    """A month belongs to monitoring alone, and monitoring needs one."""
    done = run(kit, "forms", "2022", *words, "--quiet")
    assert isinstance(done.exception, ParameterError)
    assert told in str(done.exception)
    assert not kit.outputs.exists()

"""Forms that are no evaluations become rows of their own tables, in the same import as all others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kit import Kit
from test_receiving import deliver, digests, rows, run

TITLE = "项目支出绩效运行监控表（1-7月）"
MONEY = ("", "年初预算数", "1-7月执行数", "1-7月执行率", "全年预计执行数")
UPPER = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "1-7月执行情况",
    "全年预计完成情况",
    "偏差原因分析",
    *[""] * 5,
)
UPPER += ("完成目标可能性", "", "", "整改措施")
LOWER = (
    *[""] * 6,
    "经费保障",
    "制度保障",
    "人员保障",
    "硬件条件保障",
    "其他",
    "原因说明",
    "确定能",
    "有可能",
    "完全不可能",
)
INDICATORS = (
    (
        "产出指标",
        "数量指标",
        "产品抽检批次",
        "≥520批次",
        "250",
        "520",
        "",
        "",
        "✔",
        "",
        "",
        "人手不足",
        "",
        "✔",
        "",
        "补充人员",
    ),
    ("产出指标", "数量指标", "企业走访家数", "≥410家", "260", "410", "", "", "", "", "", "", "✔", "", "", ""),
)


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """A kit without readings of monitoring."""
    own = Kit(tmp_path)
    own.leave_few()
    (own.data / "monitoring.csv").unlink()
    (tmp_path / "post").mkdir()
    return own


def form(kit: Kit, name: str, title: str = TITLE, subject: str = "项目001", **changed: Any) -> Path:
    """A form of monitoring as a ministry's system draws it; `changed` are cells by their address."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append(["项目名称", subject, "", "年度", "2021"])
    sheet.append(["实施单位", "预算单位009"])
    sheet.append(["项目资金（万元）", *MONEY[1:]])
    sheet.append(["年度资金总额：", "54.20", "26.58", "", "54.20"])
    sheet.append(UPPER)
    sheet.append(LOWER)
    for row in INDICATORS:
        sheet.append(row)
    for area in ("A6:A7", "B6:B7", "C6:C7", "D6:D7", "E6:E7", "F6:F7", "G6:L6", "M6:O6", "P6:P7"):
        sheet.merge_cells(area)
    for cell, value in changed.items():
        sheet[cell] = value
    path = kit.root / "post" / f"{name}.xlsx"
    book.save(path)
    return path


def test_a_form_of_monitoring_becomes_rows_of_its_table(kit: Kit) -> None:
    """With the money in each row, ticks as words, and a line in the journal; evaluations stay as they are."""
    before = digests(kit.data)
    done = deliver(kit, form(kit, "一"), on="2022-08-05")

    assert (done.exit_code, done.stderr) == (0, ""), done.exception
    first, second = rows(kit, "monitoring")
    assert first == {
        "subject_id": "P001", "month": "7", "executed": "26.58", "indicator_id": "P001-01", "actual": "250",
        "forecast": "520", "reason": "人手不足", "budget": "54.20", "progress": "", "cause": "人员保障",
        "possibility": "有可能", "measure": "补充人员", "state": "", "answered_on": "",
    }  # fmt: skip
    assert (second["indicator_id"], second["possibility"], second["reason"]) == ("P001-02", "确定能", "")
    (journal,) = rows(kit, "received")
    assert [journal[name] for name in ("subject_id", "status", "version", "kind", "mark")] == [
        "P001", "accepted", "1", "monitoring", "1-7月",
    ]  # fmt: skip
    assert (kit.data / "forms/一.xlsx").is_file()
    after = digests(kit.data)
    assert {name for name in after if after[name] != before.get(name)} == {
        "monitoring.csv", "received.csv", "sources.csv",
    }  # fmt: skip
    cells = {row["key"]: row["cells"] for row in rows(kit, "sources")}
    assert "actual:E8" in cells["P001 7 P001-01"].split(";")


def test_a_second_delivery_of_the_month_replaces_the_first_and_is_recorded(kit: Kit) -> None:
    """The rows of the month change and every change is told; another month stands beside it, and undo takes it back."""
    deliver(kit, form(kit, "一"), on="2022-08-05")
    deliver(
        kit, form(kit, "二", TITLE.replace("7", "9"), E6="1-9月执行情况", C4="1-9月执行数", D4="1-9月执行率")
    )
    before = digests(kit.data)

    done = deliver(kit, form(kit, "三", E8="300", C5="30"), on="2022-08-09")

    assert done.exit_code == 0, done.output
    assert [(row["month"], row["actual"], row["executed"]) for row in rows(kit, "monitoring")] == [
        ("7", "300", "30"), ("7", "260", "30"), ("9", "250", "26.58"), ("9", "260", "26.58"),
    ]  # fmt: skip
    told = {
        (row["version"], row["key"], row["column"], row["before"], row["after"])
        for row in rows(kit, "changes")
    }
    assert told == {
        ("3", "P001 7 P001-01", "actual", "250", "300"),
        ("3", "P001 7 P001-01", "executed", "26.58", "30"),
        ("3", "P001 7 P001-02", "executed", "26.58", "30"),
    }
    assert run(kit, "undo", "2022").exit_code == 0
    assert digests(kit.data) == before


def test_the_first_form_changes_nothing_once_it_has_been_replaced(kit: Kit) -> None:
    """It is told that a later one stands in its place."""
    first = form(kit, "一")
    deliver(kit, first)
    deliver(kit, form(kit, "二", E8="300"))
    before = digests(kit.data)

    done = deliver(kit, first)

    assert "已由 “二.xlsx”" in done.output
    assert digests(kit.data) == before


@pytest.mark.parametrize(
    ("title", "subject", "changed", "words"),
    [
        ("项目支出绩效运行监控表", "项目001", {"E6": "当前完成值", "C4": "执行数", "D4": "执行率"}, "没有写监控到几月"),
        (TITLE, "某某新项目", {}, "台账里没有“某某新项目”"),
        (TITLE, "项目001", {"C8": "抽检的批次"}, "监控表的指标“抽检的批次”在这个对象的绩效目标里没有"),
        (TITLE, "项目001", {"M8": "✔"}, "同时勾了确定能、有可能"),
        (TITLE, "项目001", {"E2": "2020"}, "这张表是 2020 年度的"),
        (TITLE.replace("7", "9"), "项目001", {}, "和“1-7月执行数”写的月份不同"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_the_table_goes_back(
    kit: Kit, title: str, subject: str, changed: dict[str, str], words: str
) -> None:
    """With one line of the reason, and a return sheet of its own; nothing of it comes into the table."""
    path = form(kit, "一", title, subject, **changed)

    assert words in run(kit, "check", str(path), "--year", "2022").output
    done = deliver(kit, path)
    assert done.exit_code == 1
    assert not (kit.data / "monitoring.csv").exists()
    sheets = [each.name for each in (kit.outputs / "2022.returns").glob("*绩效运行监控表退回意见*.xlsx")]
    assert len(sheets) == 1
    book = openpyxl.load_workbook(kit.outputs / "2022.returns" / sheets[0])
    assert book.active["A1"].value == "绩效运行监控表退回意见"


def test_forms_of_all_kinds_come_together(kit: Kit) -> None:
    """A self-evaluation with a fault does not hold up the form of monitoring of the same project, nor the reverse."""
    assert run(kit, "forms", "2022", "--filled", "--quiet").exit_code == 0
    own = next((kit.outputs / "2022.forms").glob("P001 *.xlsx"))
    (kit.root / "post" / own.name).write_bytes(own.read_bytes())
    form(kit, "一", M8="✔")

    done = deliver(kit, kit.root / "post")

    assert {(row["kind"], row["status"]) for row in rows(kit, "received")} == {
        ("project", "accepted"), ("monitoring", "returned"),
    }  # fmt: skip
    assert done.exit_code == 1

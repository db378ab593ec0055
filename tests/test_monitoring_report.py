"""The report on monitoring: what it says of the year, and that nobody is named in the public edition."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from jixiao.figures import monitored
from jixiao.figures.evaluate import evaluate
from jixiao.report.parts import monitoring
from jixiao.year import params
from kit import Kit

NAME = re.compile(r"预算单位\d{3}|项目\d{3}|[DP]\d{3}")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """A kit in which the report on monitoring of 2022 was built."""
    kit = Kit(tmp_path_factory.mktemp("monitoring"), whole=True)
    done = kit.run("report", "2022", "monitoring", "--quiet")
    assert done.returncode == 0, done.stderr
    return kit


def test_nobody_is_named_in_the_public_edition(built: Kit) -> None:
    """Departments and what is red stand in the internal edition alone."""
    pages = {
        edition: (built.outputs / "2022-monitoring" / edition / "monitoring.html").read_text(encoding="utf-8")
        for edition in ("public", "internal")
    }
    assert NAME.findall(pages["public"]) == []
    for caption in ("各部门监控情况", "红灯、黄灯清单"):
        assert (caption in pages["public"], caption in pages["internal"]) == (False, True)
    for caption in ("监控预警情况", "亮灯事项整改情况", "资金支出和绩效指标的预警"):
        assert caption in pages["public"]


def test_the_figures_agree_with_each_other(built: Kit) -> None:
    """Lights of money and of the whole add up to the subjects, states to the readings that warn."""
    listed = json.loads((built.outputs / "2022-monitoring/public/figures.json").read_text(encoding="utf-8"))
    found = {one["key"]: one["value"] for one in listed["figures"]}

    def summed(prefix: str) -> int:
        return sum(int(value) for key, value in found.items() if key.startswith(f"monitoring.{prefix}."))

    subjects, warned = (int(found[f"monitoring.{key}"]) for key in ("last_subjects", "warned"))
    assert summed("money") == summed("overall") == subjects
    assert summed("state") + int(found["monitoring.unanswered"]) == warned > 0


def test_the_gravest_stands_first(tmp_path: Path) -> None:
    """A red light before yellow ones, with what its form says of it; the department with red lights leads, too."""
    kit = Kit(tmp_path)

    def last_is_red(rows: list[dict[str, str]]) -> None:
        rows[-1] |= {
            "executed": "0.01",
            "reason": "招标推迟",
            "measure": "按月督促",
            "state": "",
            "answered_on": "",
        }

    kit.change_table("monitoring", last_is_red)
    evaluation = evaluate(kit.root, params.of_year(kit.root, 2022))
    warned = monitoring.warned(evaluation)
    assert warned is not None
    texts = [[cell.text for cell in row if cell] for row in warned.rows]
    assert [row[0] for row in texts] == sorted((row[0] for row in texts), key=("红灯", "黄灯").index)
    (own,) = [row for row in texts if row[1] == "项目030"]
    assert own[0] == "红灯" and own[3:] == ["招标推迟", "按月督促", "没有反馈"]
    table = monitoring.departments(evaluation)
    assert table is not None
    red = [int(row[5].text) + int(row[7].text) for row in table.rows[:-1] if row[5] and row[7]]
    assert red == sorted(red, reverse=True) and red[0] > 0


def test_money_that_is_not_known_is_no_0(tmp_path: Path) -> None:
    """A department of which no form says what was spent has blank amounts and no rate."""
    kit = Kit(tmp_path)
    kit.change_table("monitoring", lambda rows: [row.update(executed="") for row in rows])
    table = monitoring.departments(evaluate(kit.root, params.of_year(kit.root, 2022)))
    assert table is not None
    texts = [[cell.text for cell in row if cell] for row in table.rows]
    assert {tuple(row[2:5]) for row in texts} == {("—", "—", "—")}


def test_without_monitoring_there_is_nothing_to_show(tmp_path: Path) -> None:
    """Neither tables nor a chart, and no figure has a value."""
    kit = Kit(tmp_path)
    (kit.data / "monitoring.csv").unlink()
    evaluation = evaluate(kit.root, params.of_year(kit.root, 2022))
    assert [name for name, make in monitoring.TABLES.items() if make(evaluation)] == []
    assert monitoring.lights_chart(evaluation) is None
    found = {key: one.value for key, one in evaluation.figures.items() if key.startswith("monitoring.")}
    assert len(found) > 30 and set(found.values()) == {None}


@pytest.mark.parametrize(
    ("monitored_subjects", "expected"),
    [
        ({"P1": "100"}, "100.00"),
        ({"P1": "100", "P2": "20"}, "120.00"),
        ({"P1": "100", "D1": "300"}, "300.00"),  # the project is a part of its unit
        ({"P2": "20", "D1": "300"}, "300.00"),  # and one of a unit below the department
        ({"P3": "7", "D1": "300"}, "307.00"),  # one of another department is not
        ({"D1": "300", "D2": "5"}, "305.00"),
        ({"P1": "100", "D1": None}, "100.00"),  # of a whole whose money nobody knows nothing is a part
    ],
)
def test_a_project_is_not_added_to_its_department(
    monitored_subjects: dict[str, str | None], expected: str
) -> None:
    """Money adds up over subjects of which none is a part of another."""
    units = pd.DataFrame([("U1", "U1"), ("U2", "U1"), ("U3", "U3")], columns=["unit_id", "department_id"])
    subjects = pd.DataFrame(
        [
            ("D1", "department", "U1"),
            ("D2", "department", "U3"),
            ("P1", "project", "U1"),
            ("P2", "project", "U2"),
            ("P3", "project", "U3"),
        ],
        columns=["subject_id", "kind", "unit_id"],
    )
    amounts = [(one, amount and Decimal(amount)) for one, amount in monitored_subjects.items()]
    rows = pd.DataFrame(
        [(one, amount, amount) for one, amount in amounts], columns=["subject_id", "money", "executed"]
    )
    found = monitored.adding_up({"units": units, "subjects": subjects}, rows)  # type: ignore[arg-type]
    assert f"{sum(found['money']):.2f}" == expected


def test_who_did_not_report_the_last_month_is_counted_with_the_latest(tmp_path: Path) -> None:
    """Its lights are those of its own month, and so is the part of the year that is due; how many there are is said."""
    kit = Kit(tmp_path)

    def two_are_late(rows: list[dict[str, str]]) -> None:
        for row in rows[:2]:
            row |= {"month": "5", "budget": "120", "executed": "50"}  # just what is due by then
        early = [{**row, "month": "4", "executed": "1"} for row in rows[:3]]
        rows += early  # replaced by later ones

    kit.change_table("monitoring", two_are_late)
    evaluation = evaluate(kit.root, params.of_year(kit.root, 2022))
    found = {key: one.value for key, one in evaluation.figures.items() if key.startswith("monitoring.")}
    whole = evaluate(Kit(tmp_path / "whole").root, params.of_year(kit.root, 2022)).figures
    names = ("last_subjects", "indicators_count", "departments")
    assert [found[f"monitoring.{key}"] for key in names] == [
        whole[f"monitoring.{key}"].value for key in names
    ]
    assert (found["monitoring.month"], found["monitoring.late_subjects"]) == (7, 2)
    assert whole["monitoring.late_subjects"].value == 0

    lit = monitoring._last(evaluation)
    assert lit is not None
    assert list(lit["month"].iloc[:2]) == [5, 5] and {light.value for light in lit["spending"].iloc[:2]} == {
        "green"
    }
    known = monitored.adding_up(evaluation.tables, monitored.of_subjects(lit))
    due = sum(known["money"] * known["month"]) / sum(known["money"]) / 12 * 100
    assert abs(due - found["monitoring.schedule_percent"]) <= Decimal("0.005")
    table = monitoring.departments(evaluation)
    assert table is not None
    assert table.columns[2].label == "未报最近月份（个）"
    counts = [int(row[2].text) for row in table.rows if row[2]]
    assert sum(counts[:-1]) == counts[-1] == 2

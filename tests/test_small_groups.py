"""Amounts and scores of fewer than three subjects or agencies stand in the internal edition alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from jixiao.archive import editions
from jixiao.figures import small_groups
from jixiao.figures.model import Basis, Figure, Rows
from jixiao.kit import quick_nbformat
from jixiao.report import mimes, report_tables
from jixiao.report.parts import ex_ante as parts
from jixiao.report.table import Cell, Column, Table, text
from kit import PROJECT
from test_editions import YEAR
from test_figures import evaluation_of

COLUMNS = {
    "monitoring": "executed",
    "target_conclusions": "amount_cut",
    "agencies": "fee",
    "ex_ante": "amount_asked",
}


@pytest.fixture(scope="module")
def evaluation() -> Any:
    """That of the committed data."""
    return evaluation_of(PROJECT)


def of(table: str, rows: int, evaluation: Any, unit: str = "万元", column: str = "") -> Figure:
    """A sum over the first rows of a table that have an amount which is not zero, each of another one."""
    column = column or COLUMNS[table]
    frame = evaluation.tables[table]
    whose = {"agencies": "agency", "ex_ante": "name"}.get(table, "subject_id")
    frame = frame[frame[column].notna() & (frame[column] != 0)].drop_duplicates(whose).head(rows)
    return Figure("x", D(1), unit, "", "", "", rows=Rows.of(table, frame, column))


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize(("rows", "expected"), [(0, False), (1, True), (2, True), (3, False)])
def test_three_are_enough(table: str, rows: int, expected: bool, evaluation: Any) -> None:
    """None at all give nothing away, nor does a count."""
    found = of(table, rows, evaluation)

    assert small_groups.of_few(found, evaluation.tables) is expected
    assert not small_groups.of_few(replace(found, unit="个"), evaluation.tables)
    assert not small_groups.of_few(replace(found, basis=Basis.PUBLISHED), evaluation.tables)


def test_what_adds_nothing_makes_no_group_larger(evaluation: Any) -> None:
    """Four agencies, of two of which something was taken off: the sum is that of two."""
    taken = evaluation.figures["agencies.deducted_wan_yuan"]

    assert len(taken.rows) == 4
    assert (evaluation.tables["agencies"]["fee_deducted"] != 0).sum() == 2
    assert small_groups.of_few(taken, evaluation.tables)
    assert report_tables.is_withheld(evaluation, taken.key, report_tables.single_names(evaluation))


def test_the_amounts_of_one_department_are_withheld_and_its_count_stays(evaluation: Any) -> None:
    """Of five departments one lost money."""
    names = report_tables.single_names(evaluation)
    keys = ("asked_wan_yuan", "cut_wan_yuan", "cut_percent", "cut_subjects")

    hidden = [
        report_tables.is_withheld(evaluation, f"target_review.departments.{key}", names) for key in keys
    ]

    assert hidden == [False, True, True, False]


def notebook(*bundles: dict[str, Any]) -> Any:
    """An executed notebook with these outputs."""
    nbformat = quick_nbformat.load()
    outputs = [nbformat.v4.new_output("display_data", data=data) for data in bundles]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])


def test_the_public_edition_has_a_word_in_their_place() -> None:
    """A row of other figures stays, a table and a chart of nothing else go."""
    cells: list[Cell | None] = [text("部门"), Cell("5", "5", "a"), Cell("7.31", "7.31", "b", "*")]
    table = Table("", "表1 金额", [Column("类别"), Column("申报"), Column("核减")], [cells])
    alone = Table("", "表2 核减", [Column("类别"), Column("核减")], [[text("部门"), cells[2]]])
    chart = {mimes.CHART: {"caption": "图1 核减", "data": alone.as_json()}}
    figures = [{"key": key, "basis": "推算", **more} for key, more in (("a", {}), ("b", {"withheld": True}))]

    public = editions.public(
        notebook(table.bundle(), alone.bundle(), chart, {mimes.FIGURES: figures}), YEAR, []
    )

    outputs = [output["data"] for output in public.cells[0].outputs]
    tables = [Table.from_json(one[mimes.TABLE]) for one in outputs if mimes.TABLE in one]
    assert [[cell.text for cell in row if cell] for one in tables for row in one.rows] == [
        ["部门", "5", "不公开"]
    ]
    assert not any(mimes.CHART in one for one in outputs)
    assert "7.31" not in str(outputs)


def test_conclusions_of_few_have_no_money(evaluation: Any) -> None:
    """With one conclusion of two evaluations left out, the others and the sum would give it away."""
    frame = evaluation.tables["ex_ante"]
    refused = frame[frame["conclusion"] == "不予支持"]
    fewer = frame.copy()
    fewer.loc[refused.index[2:], "conclusion"] = "部分支持"
    tables = replace(evaluation.tables, frames={**evaluation.tables.frames, "ex_ante": fewer})
    table = parts.conclusions_table(replace(evaluation, tables=tables))

    assert table is not None
    assert {cell.text for row in table.rows[:-1] for cell in row[2:] if cell} == {"—"}
    assert any("不到三个项目" in note for note in table.notes)
    assert parts.conclusions_chart(replace(evaluation, tables=tables)) is None
    assert parts.conclusions_chart(evaluation) is not None

"""What the charts and lists of every area of work have in common: the origin of numbers, and what paper lists of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.archive import publication
from jixiao.report import charts, report_charts, report_tables
from jixiao.year import params
from kit import PROJECT, Kit
from test_figures import evaluation_of

PUBLISHED = ("scores.departments", "scores.projects")  # the report of 2022 printed these counts
WITHOUT_ROWS = ("quality.returns",)  # nothing of 2022 says which forms went back


@pytest.fixture(scope="module")
def reconstructed():
    """The evaluation of the committed year, whose tables are a reconstruction."""
    charts.setup()
    return evaluation_of(PROJECT)


# What is drawn from several years or districts is held by the tests of trends and of the province.
OF_SEVERAL = {name for name in report_charts.CHARTS if name.startswith(("trends.", "province."))}


@pytest.mark.parametrize("name", sorted(set(report_charts.CHARTS) - {*PUBLISHED, *WITHOUT_ROWS, *OF_SEVERAL}))
def test_a_chart_says_that_its_numbers_are_reconstructed(reconstructed, name):
    """The note below says so where they are, and not of a year that was recorded."""
    recorded = replace(reconstructed, params=replace(reconstructed.params, data_origin="recorded"))
    notes = [report_charts.CHARTS[name](each).note for each in (reconstructed, recorded)]
    assert ["重构数据" in note for note in notes] == [True, False]


@pytest.mark.parametrize("area", ["monitoring", "target_review", "quality", "ex_ante", "agencies"])
def test_paper_lists_of_an_area_no_members_of_lists_and_no_zeros(reconstructed, area):
    """Members stand in the tables of the area; each other figure with a number is there once, in its order."""
    listed = [row[1].key for row in report_tables.area_figures(reconstructed, [area]).rows]
    expected = [
        key
        for key, one in reconstructed.figures.items()
        if key.startswith(f"{area}.") and isinstance(one.value, Decimal) and one.value and not one.short
    ]
    assert listed == expected != []


def test_a_report_without_rows_is_not_made(tmp_path):
    """One that is asked for is refused, one of all is told and left out; a year that says so has its report."""
    kit = Kit(tmp_path)
    kit.change_table("agencies", lambda rows: rows.clear())
    said = "agencies.csv：没有数据行，没有做 outputs/2022-agencies；请填入数据"
    asked = kit.run("report", "2022", "agencies")
    assert asked.returncode == 2 and said in asked.stderr
    assert publication.named(kit.root, 2022, "annual_report").without_rows == ()
    assert publication.named(kit.root, 2022, "ex_ante").without_rows == ()

    path = kit.root / "params/2022.yml"
    path.write_text(path.read_text("utf-8") + "\nnot_done: [agencies]\n", "utf-8")
    assert "agencies" in params.of_year(kit.root, 2022).not_done
    assert publication.named(kit.root, 2022, "agencies").without_rows == ()

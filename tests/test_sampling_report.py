"""The report on a sample: its tables, its chart, and what the public may read of it."""

from __future__ import annotations

import re

import pytest
from lxml import html

from jixiao.figures.evaluate import evaluate
from jixiao.report import charts
from jixiao.report.parts import sampling
from jixiao.year import params
from kit import PROJECT, Kit


@pytest.fixture(scope="module")
def year():
    """The evaluation of 2022."""
    charts.setup()
    return evaluate(PROJECT, params.of_year(PROJECT, 2022))


def texts(table):
    """The words of the rows of a table; None where the cell above reaches."""
    return [[cell and cell.text for cell in row] for row in table.rows]


def test_both_arms_stand_beside_each_other_and_are_never_summed(year):
    """A row for each kind and arm, without a total."""
    assert texts(sampling.arms(year)) == [
        ["部门整体支出", "随机抽取", "13", "13", "13", "100.00"],
        [None, "风险抽取", "5", "5", "5", "100.00"],
        ["项目支出", "随机抽取", "17", "17", "16", "94.12"],
        [None, "风险抽取", "2", "2", "2", "100.00"],
    ]


def test_what_holds_for_all_has_both_ends(year):
    """Table and chart give the same estimate with the same ends."""
    assert texts(sampling.estimates(year)) == [
        ["部门整体支出", "85", "13", "100.00", "77.65", "100.00", "66", "85"],
        ["项目支出", "30", "17", "96.67", "76.67", "96.67", "23", "29"],
    ]
    chart = sampling.intervals(year)
    assert texts(chart.data) == [
        ["部门整体支出", "77.65", "100.00", "100.00", "100.00"],
        ["项目支出", "76.67", "96.67", "96.67", "90.00"],
    ]
    assert "项目支出在 76.67% 到 96.67% 之间" in chart.alt


def test_departments_add_up_to_what_was_drawn(year):
    """Each stratum has its line; their sums are the frame and the arms."""
    numbers = [[int(cell) for cell in row[2:]] for row in texts(sampling.strata(year))]
    assert [sum(column) for column in zip(*numbers, strict=True)] == [115, 30, 7, 37, 36]


def test_a_year_without_a_sample_has_nothing_to_show(tmp_path):
    """No table and no chart."""
    kit = Kit(tmp_path)
    for name in ("samples", "sample_frame"):
        (kit.data / f"{name}.csv").unlink()
    year = evaluate(kit.root, params.of_year(kit.root, 2022))
    assert [make(year) for make in (*sampling.TABLES.values(), *sampling.CHARTS.values())] == [None] * 4


def test_the_public_reads_intervals_and_no_single_unit(tmp_path):
    """The notebook of 2022: what is said of all stands with its interval; departments and subjects are for the bureau."""
    kit = Kit(tmp_path)
    done = kit.run("report", "2022", "sampling", "--quiet")
    assert done.returncode == 0, done.stderr
    pages = {}
    for edition in ("public", "internal"):
        page = html.parse(str(kit.outputs / "2022-sampling" / edition / "sampling.html"))
        pages[edition] = re.sub(r"\s+|\*", "", page.getroot().text_content())
    said = "全部30个项目支出中自评偏高的，有95%的把握占76.67%到96.67%，即23个到29个。按入样概率推断的占比为96.67%。"
    assert all(said in page for page in pages.values())
    assert "预算单位0" in pages["internal"]
    assert "预算单位0" not in pages["public"]
    assert "P009" not in pages["public"]

"""The report on the quality of self-evaluation: its figures, what a small year holds back, and what the public may read."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import html

from jixiao.figures.evaluate import evaluate
from jixiao.figures.self_evaluation import quality, quality_content
from jixiao.report import charts
from jixiao.report.parts import quality as parts
from jixiao.report.parts import quality_content as content
from jixiao.year import params
from jixiao.year.words import SubjectKind
from kit import PROJECT, Kit

D = Decimal
MAKERS = [*parts.TABLES.values(), *content.TABLES.values(), *parts.CHARTS.values(), *content.CHARTS.values()]


@pytest.fixture(scope="module")
def year():
    """The evaluation of 2022."""
    charts.setup()
    return evaluate(PROJECT, params.of_year(PROJECT, 2022))


def smaller(year, subjects):
    """The figures of the same year with these subjects alone."""
    kept = set(subjects)
    names = ("subjects", "indicators", "scores", "monitoring", "samples", "sample_frame")
    frames = {
        name: frame[frame["subject_id"].isin(kept)] if name in names else frame
        for name, frame in year.tables.frames.items()
    }
    totals = year.totals[year.totals["subject_id"].isin(kept)]
    data = replace(year.tables, frames=frames)
    return {one.key: one.value for one in quality.figures(year.params, data, year.policy, totals)}


def test_figures_agree_with_those_that_are_counted_otherwise(year):
    """Means, gaps, grades that changed and money are the same as the annual report has them."""
    figures = year.figures
    for kinds in ("departments", "projects"):
        own, other = (figures[f"quality.{kinds}.{side}_mean"].value for side in ("own", "other"))
        assert own == figures[f"evaluation.{kinds}.self_mean"].value
        assert other == figures[f"evaluation.{kinds}.review_mean"].value
        assert figures[f"quality.{kinds}.bias"].value == figures[f"evaluation.{kinds}.mean_gap"].value
        changed = figures[f"quality.{kinds}.fell"].value + figures[f"quality.{kinds}.rose"].value
        assert changed == figures[f"evaluation.{kinds}.grade_changed"].value
        assert figures[f"quality.{kinds}.at.100"].value == figures[f"evaluation.{kinds}.self.=100"].value
    assert (
        figures["quality.money.self_percent"].value
        == figures["evaluation.share_of_initial_budget_percent"].value
    )
    assert figures["quality.money.key_wan_yuan"].value == figures["key_projects.budget_wan_yuan"].value


COUNTS = ("fell", "rose", ".at.", ".quadrant.", "targets.", "texts.copied", "pairs")


def test_a_count_has_the_rows_that_it_counts(year):
    """What is traced is what was counted."""
    counts = [
        one
        for key, one in year.figures.items()
        if key.startswith("quality.") and any(c in key for c in COUNTS)
    ]
    counts = [one for one in counts if one.unit in ("个", "项", "条")]
    assert len(counts) == 30
    assert [one.key for one in counts if one.value != len(one.rows)] == []


def test_figures_are_those_that_scipy_and_numpy_gave(year):
    """Of the 85 departments of 2022: mean with t interval, 1.96 standard deviations, Kendall's tau-b."""
    expected = {
        "bias": "17.54", "bias_low": "16.85", "bias_high": "18.22", "limit_low": "11.32", "limit_high": "23.76",
        "tau": "0.34", "tied_percent": "34.12", "order": "有参考作用", "icc_agreement": "0.03", "icc_consistency": "0.46",
    }  # fmt: skip
    assert {name: year.figures[f"quality.departments.{name}"].number for name in expected} == expected


SIZES = [  # subjects; figures that have a value, and that have none
    (9, [], ["bias", "limit_low", "tau", "full_percent", "net_percent", "icc_agreement", "quadrant.both"]),
    (10, ["bias", "net_percent", "quadrant.both"], ["limit_low", "tau", "full_percent", "icc_agreement"]),
    (20, ["bias", "tau", "bottom_percent"], ["limit_low", "full_percent", "icc_agreement", "digits"]),
    (30, ["bias", "limit_low", "tau", "full_percent", "icc_agreement", "slope"], ["digits"]),
    (70, ["bias", "limit_low", "tau", "full_percent", "icc_agreement", "digits"], []),
]


@pytest.mark.parametrize(("size", "given", "held_back"), SIZES)
def test_a_figure_needs_as_many_subjects_as_its_analysis(year, size, given, held_back):
    subjects = year.totals.loc[year.totals["kind"] == SubjectKind.DEPARTMENT, "subject_id"].head(size)
    found = smaller(year, subjects)
    assert [name for name in given if found[f"quality.departments.{name}"] is None] == []
    assert [name for name in held_back if found[f"quality.departments.{name}"] is not None] == []


def test_too_few_departments_are_neither_compared_nor_drawn_from(year):
    found = smaller(year, year.totals["subject_id"].head(12))
    assert found["quality.funnel.departments"] is None
    assert found["quality.departments.own_mean_low"] is None


def test_a_year_without_a_later_tier_has_no_figures(year):
    totals = year.totals.assign(review_total=None, review_grade=None)
    assert list(quality.figures(year.params, year.tables, year.policy, totals)) == []


def test_what_is_missing_has_no_table_and_no_chart(tmp_path):
    """A year whose lists of scores and indicators are empty."""
    kit = Kit(tmp_path)
    for name in ("scores", "indicators", "samples", "sample_frame", "monitoring", "target_reviews"):
        path = kit.data / f"{name}.csv"
        path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    empty = evaluate(kit.root, params.of_year(kit.root, 2022))
    assert [make(empty) for make in MAKERS] == [None] * len(MAKERS)


@pytest.mark.parametrize(
    ("operator", "target", "actual", "counted"),
    [
        ("≥", "10", "1,000", True),
        ("≥", "90%", "９５％", True),
        ("≥", "90%", "0.95", False),
        ("≥", "10万元", "10", False),
        ("≥", "按期完成", "已完成", False),
        ("≥", "0", "5", False),
        ("≤", "10", "5", False),
        (None, "10", "5", False),
    ],
)
def test_targets_are_compared_where_both_cells_are_numbers(year, operator, target, actual, counted):
    row = year.tables["indicators"].head(1).assign(operator=operator, target=target, actual=actual)
    assert len(quality_content.numeric(row)) == counted


def test_only_departments_with_targets_enough_are_named(year):
    found = quality_content.targets_by_department(year.tables)
    assert found and min(one.n for one in found.values()) >= 10
    assert sum(one.n for one in found.values()) <= year.figures["quality.targets.count"].value


def test_charts_say_in_words_what_they_show(year):
    """Kind, finding and numbers, in sentences; Word takes the second for the title of a chart of its own."""
    for make in (*parts.CHARTS.values(), *content.CHARTS.values()):
        chart = make(year)
        sentences = chart.alt.split("。")
        assert len(sentences) >= 3 and chart.data.rows, chart.id


def test_no_public_chart_names_a_department(year):
    """With three departments that are far off, the internal funnel names them and the public one does not."""
    far = year.totals["unit_id"].isin(["U003", "U004"])
    totals = year.totals.copy()
    totals.loc[far, "review_total"] = D(20)
    chart = parts.funnel_chart(replace(year, totals=totals))
    assert chart.public is not None
    texts = [[text.get_text() for text in one.drawn.axes[0].texts] for one in (chart, chart.public)]
    assert texts[0] and not texts[1]


def test_the_public_reads_no_single_unit(tmp_path):
    """The notebook of 2022: what holds of all is public, tables of units are for the bureau."""
    kit = Kit(tmp_path)
    done = kit.run("report", "2022", "self_evaluation_quality", "--quiet")
    assert done.returncode == 0, done.stderr
    pages = {}
    for edition in ("public", "internal"):
        path = kit.outputs / "2022-self_evaluation_quality" / edition / "self_evaluation_quality.html"
        pages[edition] = re.sub(r"\s+|\*", "", html.parse(str(path)).getroot().text_content())
    assert all("自评平均比复核高17.54分（误差范围16.85分到18.22分）" in page for page in pages.values())
    assert "预算单位0" in pages["internal"] and "执行与结果矛盾最大的对象" in pages["internal"]
    assert not re.search(r"预算单位0|D0\d\d|P0\d\d|矛盾最大的对象|雷同最多", pages["public"])

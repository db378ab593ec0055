"""What goes up: the statistics form and the section of the final accounts, each number a figure, nothing undeclared a zero."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from lxml import etree

from jixiao.figures.evaluate import AREAS, evaluate, with_area
from jixiao.figures.upward import statistics
from jixiao.kit.errors import ProseError, TableError
from jixiao.report.report import open_report
from jixiao.upward import statistics_form, statistics_sheet
from jixiao.upward.writing import SECTION
from jixiao.year import params
from kit import PROJECT, Kit
from office import converted
from test_figures import evaluation_of

D = Decimal
FIRST = 4  # the row below the heads


@pytest.fixture(scope="module")
def year():
    """The evaluation of 2022."""
    return evaluation_of(PROJECT)


def with_tables(year, **frames):
    """The year with other rows in some tables."""
    return replace(year, tables=replace(year.tables, frames={**year.tables.frames, **frames}))


def values(year, area):
    """The values of the figures of an area by key."""
    before = year.figures
    return {key: one.value for key, one in with_area(year, area).figures.items() if key not in before}


def without_facts(year):
    """The year in which nothing is declared."""
    facts = year.tables["facts"]
    bare = with_tables(year, facts=facts[~facts["key"].isin(statistics.DECLARED)])
    return replace(bare, figures=bare.figures.without(statistics.DECLARED))


def sheets(year):
    """The workbook of the form, as it is read back."""
    content = statistics_sheet.workbook(statistics_form.form(year), year.params.published_on)
    return openpyxl.load_workbook(io.BytesIO(content))


def test_each_number_of_the_form_is_a_number_of_its_figure(year):
    """Line by line, with unit and key; there are no formulas."""
    form = statistics_form.form(year)
    book = sheets(year)
    found = {
        row[1].value: (row[2].value, row[3].value)
        for row in book["统计表"].iter_rows(min_row=FIRST, max_col=4)
        if row[2].value is not None
    }
    assert {line.item for line in form.lines} == set(found)
    listed = {row[1].value: row[2] for row in book["来源"].iter_rows(min_row=FIRST, max_col=3)}
    for line in form.lines:
        cell = listed[line.figure.key]
        assert (cell.data_type, D(str(cell.value))) == ("n", line.figure.value)
        assert line.figure.unit in line.item
    assert found["专家库专家（人）"] == (42, "重构数据")
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert {sheet.page_setup.paperSize for sheet in book} == {9}


def test_the_form_names_rules_by_layer(year):
    """Title, number and layer of each, those that others rest on first."""
    rows = list(sheets(year)["制度清单"].iter_rows(min_row=FIRST, max_row=8, max_col=4, values_only=True))
    issued = year.tables["rules_issued"]
    assert [(layer, title, number) for _, layer, title, number in rows] == list(
        issued[["level", "title", "number"]].itertuples(index=False, name=None)
    )
    assert [at for at, *_ in rows] == [1, 2, 3, 4, 5]


def test_what_nobody_declared_is_blank_and_told(year):
    """Never zero; the remark says so, and the lines name the keys. A recorded year is not called a reconstruction."""
    bare = without_facts(year)
    form = statistics_form.form(bare)
    assert [line.figure.key for line in form.lines if line.undeclared] == list(statistics.DECLARED)
    rows = {row[1].value: row for row in sheets(bare)["统计表"].iter_rows(min_row=FIRST, max_col=4)}
    for item in ("专家库专家（人）", "培训人次（人次）", "宣传报道（篇）"):
        assert (rows[item][2].value, rows[item][3].value) == (None, "没有申报")
    assert rows["项目支出自评平均分（分）"][2].value == 97.77
    recorded = replace(bare, params=replace(bare.params, data_origin="recorded"))
    assert "重构" not in statistics_form.form(recorded).origin


def test_only_a_reconstruction_says_so(year):
    """In the notes, beside the numbers, and in the properties of the file."""
    book = sheets(year)
    assert "重构数据" in book.properties.description
    recorded = replace(year, params=replace(year.params, data_origin="recorded"))
    book = sheets(recorded)
    assert "重构数据" not in (book.properties.description or "")
    assert [
        cell for row in book["统计表"].iter_rows(values_only=True) for cell in row if cell == "重构数据"
    ] == []


def test_a_unit_has_begun_once_a_subject_of_its_own_has_a_target(year):
    """By level; a unit without targets lowers the share of its level alone."""
    indicators = year.tables["indicators"]
    below = statistics.of_levels(year.tables["units"])["below"]["unit_id"].iloc[0]
    subjects = year.tables["subjects"]
    own = set(subjects.loc[subjects["unit_id"] == below, "subject_id"])
    target = indicators["target"].mask(indicators["subject_id"].isin(own), None)
    found = values(with_tables(year, indicators=indicators.assign(target=target)), "statistics")
    assert (found["statistics.begun.first"], found["statistics.units.first"]) == (30, 30)
    assert (found["statistics.begun.below"], found["statistics.units.below"]) == (54, 55)
    assert found["statistics.begun_percent.below"] == D("98.18")
    assert found["statistics.begun_percent.first"] == D("100.00")


def test_counts_and_amounts_of_the_final_accounts(year):
    """The steps of each kind, the mean, the grades, the problems: equal to what the report counts otherwise."""
    found = values(year, "final_accounts")
    figures = year.figures
    for kinds in ("projects", "departments"):
        assert found[f"final_accounts.{kinds}.evaluated"] == figures[f"evaluation.{kinds}.reporting"].value
        assert found[f"final_accounts.{kinds}.mean"] == figures[f"evaluation.{kinds}.self_mean"].value
        graded = [value for key, value in found.items() if key.startswith(f"final_accounts.{kinds}.grade.")]
        assert sum(graded) == found[f"final_accounts.{kinds}.evaluated"]
    money = sum(found[f"final_accounts.{kinds}.evaluated_wan_yuan"] for kinds in ("projects", "departments"))
    assert money == D("108105.67")
    for key in ("found", "earlier"):
        states = [found[f"final_accounts.{key}.{state}"] for state in ("open", "done", "not_done")]
        assert sum(states) == found[f"final_accounts.{key}.count"]
    assert found["final_accounts.earlier.count"] == figures["problems.earlier"].value


def test_an_amount_is_said_only_where_all_of_it_is_known(year):
    """One blank budget takes the amount away, not the count; where none was monitored of a kind, it is nothing."""
    subjects = year.tables["subjects"]
    blank = subjects["initial_budget"].mask(subjects["subject_id"] == "P001", None)
    found = values(with_tables(year, subjects=subjects.assign(initial_budget=blank)), "final_accounts")
    assert found["final_accounts.projects.goals"] == 30
    assert found["final_accounts.projects.goals_wan_yuan"] is None
    assert found["final_accounts.departments.goals_wan_yuan"] == D("103405.43")
    assert (
        found["final_accounts.departments.monitored"],
        found["final_accounts.departments.monitored_wan_yuan"],
    ) == (0, 0)
    nothing = values(with_tables(year, monitoring=year.tables["monitoring"].iloc[:0]), "final_accounts")
    assert (
        nothing["final_accounts.projects.monitored"]
        is nothing["final_accounts.projects.monitored_wan_yuan"]
        is None
    )


def test_a_fact_cannot_say_what_is_counted_nor_have_another_unit(year):
    """It takes the place of a figure without a value, under the unit of the form."""
    facts = year.tables["facts"]
    experts = facts["key"] == "library.experts"
    for change in ({"key": "statistics.units.first"}, {"unit": "名"}):
        wrong = facts.copy()
        for column, value in change.items():
            wrong.loc[experts, column] = value
        with pytest.raises(TableError, match=r"facts\.csv 第 8 行"):
            with_area(with_tables(year, facts=wrong), "statistics")


def test_figures_of_an_area_are_in_no_other_report(year):
    """Only what asks for them has them; an area that is none is told."""
    for area in AREAS:
        more = with_area(year, area).figures
        assert [key for key in more if key not in year.figures]
        assert [key for key in year.figures if key not in more] == []
    space = {"report_year": 2022}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIXIAO_ROOT", str(PROJECT))
        report = open_report(space)
        report.figures_of("quality.problems")
        assert report.figures["quality.problems.ended"].value == 5
        with pytest.raises(ProseError, match=r"final_account.*没有这一部分统计数.*final_accounts"):
            report.figures_of("final_account")


def test_the_form_opens_in_libreoffice_with_numbers_as_numbers(year, program, tmp_path):
    """Saved again by it, every number is what it was."""
    path = tmp_path / "form.xlsx"
    path.write_bytes(statistics_sheet.workbook(statistics_form.form(year), year.params.published_on))
    (again,) = converted(program, [path], "xlsx", tmp_path / "again")
    before, after = (openpyxl.load_workbook(one)["统计表"] for one in (path, again))
    numbers = [
        cell.value
        for row in before.iter_rows()
        for cell in row
        if cell.data_type == "n" and cell.value is not None
    ]
    assert len(numbers) == len(list(statistics_form.form(year).lines))
    assert numbers == [
        cell.value
        for row in after.iter_rows()
        for cell in row
        if cell.data_type == "n" and cell.value is not None
    ]


def test_the_command_writes_form_and_section(tmp_path):
    """The section says the figures in Word and as text, which ends before the appendix; what is undeclared is told."""
    kit = Kit(tmp_path)
    kit.change_table(
        "facts", lambda rows: rows.remove(next(one for one in rows if one["key"] == "publicity.articles"))
    )
    done = kit.run("upward", "2022", "--quiet")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3)
    assert done.stderr.splitlines() == [
        "没有申报、统计表里空着的：宣传报道（publicity.articles）；要填的写进 data/2022/facts.csv"
    ]
    folder = kit.outputs / "2022.upward"
    text = (folder / f"{SECTION}.txt").read_text("utf-8")
    found = values(evaluate(kit.root, params.of_year(kit.root, 2022)), "final_accounts")
    for key in (
        "projects.goals",
        "projects.evaluated_wan_yuan",
        "departments.mean",
        "found.count",
        "found.done",
    ):
        assert str(found[f"final_accounts.{key}"]) in text
    assert text.startswith("2022年柳州市城中区预算绩效管理工作开展情况\n（单位级、指标级数据为重构数据")
    assert "附录" not in text and "数据说明" not in text
    with zipfile.ZipFile(folder / f"{SECTION}.docx") as parts:
        document = etree.fromstring(parts.read("word/document.xml"))
    said, told = (re.sub(r"\W", "", each) for each in ("".join(document.itertext()), text))
    paragraphs = [re.sub(r"\W", "", line) for line in text.splitlines() if line.endswith("。")]
    assert len(paragraphs) == 8
    assert [line for line in paragraphs if line not in said] == []
    assert "主要指标" in said and "主要指标" not in told


def test_errors_of_the_checks_stand_against_it(tmp_path):
    """Unless a draft is asked for, which says so; nothing is written before."""
    kit = Kit(tmp_path)
    kit.change_table("problems", lambda rows: rows[0].update(found_year="2023"))
    done = kit.run("upward", "2022", "--quiet")
    assert done.returncode == 1
    assert "有 1 处错误级发现，没有写；请改好后再运行；只要草稿的，加 --draft" in done.stderr
    assert not (kit.outputs / "2022.upward").exists()
    assert statistics_form.form(evaluate(kit.root, params.of_year(kit.root, 2022))).draft

"""The sheets of the internal workbook: every row of the year, typed, with formulas that a spreadsheet counts to the same."""

import csv
import io
import json
import re
import subprocess
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from jixiao.kit import workbooks
from jixiao.press.workbook import year_sheets
from jixiao.year import table_schema, tables
from jixiao.year.schemas import SCHEMAS
from jixiao.year.words import Severity
from kit import PROJECT

SHEETS = ["评价对象", "指标", "会审意见", "会审结论", "结果应用", "存在问题", "审核发现", "数据字典"]


@pytest.fixture(scope="module")
def book(built):
    """The internal workbook of 2022, with its formulas."""
    return load_workbook(built.internal / "annual_report.xlsx")


@pytest.fixture(scope="module")
def cached(built):
    """The same with the values that its formulas were given."""
    return load_workbook(built.internal / "annual_report.xlsx", data_only=True)


def rows(sheet) -> list[dict]:
    """The records of a sheet by the heads of its columns, as far as its table goes."""
    (table,) = sheet.tables.values()
    heads, *records = [[cell.value for cell in row] for row in sheet[table.ref]]
    return [dict(zip(heads, record, strict=True)) for record in records]


def test_the_internal_workbook_has_the_rows_of_the_year_and_the_public_one_none(book, built):
    """As many as the tables have, each sheet a table of Excel, labelled as reconstructed."""
    assert book.sheetnames[-len(SHEETS) :] == SHEETS
    public = load_workbook(built.public / "annual_report.xlsx")
    assert set(SHEETS) & set(public.sheetnames) == set()
    for name, table in zip(
        SHEETS,
        ["subjects", "indicators", "target_reviews", "target_conclusions", "applications", "problems"],
        strict=False,
    ):
        with (PROJECT / "data" / "2022" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len(rows(book[name])) == sum(1 for _ in csv.DictReader(file)), name
        assert any("重构数据" in str(cell.value) for row in book[name].iter_rows() for cell in row)


def test_a_subject_has_its_money_totals_grades_and_gap(cached, built):
    """The totals are those of the report; shares, gaps and sums follow from other cells."""
    first = rows(cached["评价对象"])[0]
    assert list(first.values())[:5] == [
        "D001",
        "预算单位001部门整体支出",
        "部门整体支出",
        "预算单位001",
        "预算单位001",
    ]
    assert [first[f"{head}（万元）"] for head in ("年初预算数", "全年预算数", "全年执行数")] == [
        863.56,
        915.37,
        865.94,
    ]
    assert first["执行率"] == pytest.approx(865.94 / 915.37)
    assert (first["单位自评总分（分）"], first["单位自评等级"]) == (93.01, "优")
    assert first["第三方机构绩效评价与单位自评相差（分）"] == pytest.approx(76.04 - 93.01)
    totals = [row["单位自评总分（分）"] for row in rows(cached["评价对象"]) if row["类别"] == "部门整体支出"]
    mean = sum(map(Decimal, map(str, totals))) / len(totals)
    assert round(mean, 2) == Decimal("97.04")


def test_dates_are_dates_and_numbers_numbers(book):
    """Answers have a day, targets that are plain numbers are some; nothing that is a number is a text."""
    assert isinstance(rows(book["会审意见"])[0]["答复日期"], datetime)
    assert rows(book["指标"])[0]["年度指标值"] == 22
    texts = [
        cell.value
        for name in SHEETS[:6]
        for column in book[name].iter_cols(min_row=2)
        for cell in column[1:]
        if isinstance(cell.value, str)
        and column[0].value != "发现问题的工作年度"
        and re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", cell.value)
    ]
    assert texts == []


def test_every_finding_has_its_rule_severity_subject_place_and_remedy(book, built):
    """As many as figures.json of the internal edition has, in its order, with the words of the severity."""
    findings = json.loads((built.internal / "figures.json").read_bytes())["findings"]
    found = rows(book["审核发现"])
    parts = {"规则": "rule", "评价对象": "subject", "位置": "place", "发现": "found", "应为": "expected"}
    parts["怎么办"] = "remedy"
    assert [{part: row[head] or "" for head, part in parts.items()} for row in found] == [
        {part: one[part] for part in parts.values()} for one in findings
    ]
    assert [row["程度"] for row in found] == [Severity.of(one["severity"]).words for one in findings]
    names = {row["代码"]: row["名称"] for row in rows(book["评价对象"])}
    assert [row["评价对象名称"] for row in found] == [names.get(row["评价对象"]) for row in found]
    assert len(found) > 30


def test_a_finding_of_no_subject_and_without_expectation_has_blank_cells(built):
    """One about the parameters stands in the sheet as well; without any finding there is no sheet."""
    finding = {"rule": "F02", "severity": "W", "subject": "", "place": "params/2022.yml", "found": "=缺"}
    finding |= {"expected": "", "remedy": "补上"}
    year = tables.read(PROJECT, "2022")

    def sheets(findings):
        def build(book):
            year_sheets.write(book, year, {}, findings, (), "")

        content = workbooks.workbook(build, title="", author="", day=datetime(2023, 8, 25).date())
        return load_workbook(io.BytesIO(content))

    assert "审核发现" not in sheets([]).sheetnames
    [row] = rows(sheets([finding])["审核发现"])
    assert list(row.values()) == ["F02", "要说明", None, None, None, "params/2022.yml", "=缺", None, "补上"]


def test_the_dictionary_has_every_column(book):
    """Of every table, with title and unit."""
    found = {(row["表"], row["列"]): row for row in rows(book["数据字典"])}
    assert set(found) == {
        (f"{name}.csv", column) for name, schema in SCHEMAS.items() for column in schema.columns
    }
    said = table_schema.words()["subjects"].columns["initial_budget"]
    assert found["subjects.csv", "initial_budget"]["名称"] == said.title
    assert found["subjects.csv", "initial_budget"]["单位"] == "万元"


def test_a_spreadsheet_counts_the_same(cached, built, program, tmp_path):
    """LibreOffice, which counts every formula anew, comes to the values that stand in the file."""
    source = built.internal / "annual_report.xlsx"
    command = [program("soffice"), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    done = subprocess.run(
        [*command, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(source)],
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    counted = load_workbook(tmp_path / "annual_report.xlsx", data_only=True)
    formulas = load_workbook(source)
    compared = 0
    for name in SHEETS[:6]:
        for row in formulas[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    here, there = (one[name][cell.coordinate].value for one in (cached, counted))
                    assert here == pytest.approx(there, abs=1e-6), (name, cell.coordinate)
                    compared += 1
    assert compared > 230


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_text_stays_a_text(texts):
    """Whatever a name holds, no cell of it is a formula, and the workbook opens."""
    listing = year_sheets.Listing(
        "表", [("名称", 20.0), ("名称", 20.0)], [[text, text] for text in texts], {}
    )

    def build(book):
        year_sheets._sheet(book, "表", listing, "", "rows1")

    content = workbooks.workbook(build, title="", author="", day=datetime(2023, 8, 25).date())
    sheet = load_workbook(io.BytesIO(content))["表"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=3) for cell in row} <= {"s", "n"}
    assert [sheet["A2"].value, sheet["B2"].value] == ["名称", "名称（2）"]

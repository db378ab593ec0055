"""The overview of all forms: states, counts, reasons of returns; as a page and as a workbook."""

from __future__ import annotations

import datetime as dt
import io
import re

import pandas as pd
import pytest
from lxml import html
from openpyxl import load_workbook

from jixiao.checks import cards
from jixiao.checks.engine import Finding
from jixiao.exchange.returning import overview, overview_files
from jixiao.kit.errors import Place
from jixiao.year.words import Severity

DUE = dt.date(2022, 3, 31)
HEAD = overview.Head(2021, "城中区财政局", dt.date(2022, 4, 8), DUE)
UNITS = pd.DataFrame({"unit_id": ["U1", "U2", "U3"], "name": ["甲局", "乙局", "<b>丙</b>&局"]})
SUBJECTS = pd.DataFrame(
    [(f"P{at}", "project", unit, f"项目{at}") for at, unit in enumerate(("U1", "U1", "U2", "U2", "U3"), 1)],
    columns=["subject_id", "kind", "unit_id", "name"],
)
ATTACK = "<script>alert(1)</script>"


def delivered(subject, day, status, errors=0, warnings=0, version=1, file="表.xlsx", name="") -> tuple:
    """A row of the journal; `day` is one of March 2022."""
    on = dt.date(2022, 3, 1) + dt.timedelta(days=day - 1)
    return (subject, "某单位", name, file, "0", on, status, errors, warnings, version)


JOURNAL = pd.DataFrame(
    [
        delivered("P1", 25, "accepted", 0, 1, 2, "表（改）.xlsx"),
        delivered("P3", 31, "accepted"),
        delivered("P1", 20, "returned", 2, 1),
        delivered("P4", 32, "returned", 1),
        delivered("P5", 10, "received"),
        delivered("P9", 11, "returned", 1, name=ATTACK),
        delivered(None, 12, "unreadable", 1, file="../坏[1].xlsx"),
        delivered(None, 13, "unreadable", 1, file="=1+1.xlsx"),
    ],
    columns=[
        *("subject_id", "unit", "name", "file", "digest", "received_on"),
        *("status", "errors", "warnings", "version"),
    ],
    dtype=object,
)
FINDINGS = tuple(
    Finding(rule, Severity.of(severity), subject, Place("表.xlsx", "表", "A1"), "不对")
    for rule, severity, subject in (
        ("S02", "E", "P1"),
        ("S02", "E", "P1"),
        ("S02", "E", "P4"),
        ("G06", "W", "P4"),
        ("X99", "E", ""),
    )
)


@pytest.fixture(scope="module")
def forms() -> pd.DataFrame:
    return overview.frame(JOURNAL, SUBJECTS, UNITS, DUE)


@pytest.fixture(scope="module")
def page(forms) -> str:
    return overview_files.to_html(forms, FINDINGS, HEAD)


def test_every_subject_has_its_state(forms):
    """The last version gives the state; returns are counted; the due day itself is in time."""
    known = forms[forms["kind"] != overview.STRANGER]
    assert known[["subject_id", "unit", "state", "late", "deliveries", "returns"]].to_numpy().tolist() == [
        ["P1", "甲局", "accepted", False, 2, 1],
        ["P2", "甲局", "missing", False, 0, 0],
        ["P3", "乙局", "accepted", False, 1, 0],
        ["P4", "乙局", "returned", True, 1, 1],
        ["P5", "<b>丙</b>&局", "received", False, 1, 0],
    ]


def test_newest_delivery_is_shown(forms):
    """First and last day, and file, errors and warnings of the last version, in whatever order rows came."""
    first = forms.iloc[0]
    assert [first.first_on, first.last_on] == [dt.date(2022, 3, 20), dt.date(2022, 3, 25)]
    assert [first.file, first.errors, first.warnings] == ["表（改）.xlsx", 0, 1]


OTHERS = pd.DataFrame(
    [
        ("P1", "a.xlsx", "1", "returned", 1, "monitoring", "1-7月"),
        ("P1", "b.xlsx", "2", "accepted", 2, "monitoring", "1-7月 更正"),
        ("P1", "c.xlsx", "3", "accepted", 1, "monitoring", "1-9月"),
        ("P2", "d.xlsx", "4", "returned", 1, "monitoring", None),
        (None, "e.xlsx", "5", "returned", 1, "review", None),
        (None, "f.xlsx", "6", "returned", 1, "review", None),
        ("P1", "g.xlsx", "7", "accepted", 1, "project", None),
        ("P1", "h.xlsx", "8", "accepted", 1, None, None),
    ],
    columns=["subject_id", "file", "digest", "status", "version", "kind", "mark"],
    dtype=object,
)


def test_other_kinds_of_forms_have_lines_of_their_own():
    """Of a subject and a month the last delivery counts; self-evaluations are counted elsewhere."""
    found = overview.of_other_kinds(OTHERS)
    assert found.to_numpy().tolist() == [["复核底稿", 2, 0, 2, 2], ["绩效运行监控表", 3, 2, 1, 4]]
    shown = overview_files.to_html(overview.frame(JOURNAL, SUBJECTS, UNITS), FINDINGS, HEAD, found)
    assert "其他表" in shown and "绩效运行监控表" in shown
    book = load_workbook(
        io.BytesIO(overview_files.to_xlsx(overview.frame(JOURNAL, SUBJECTS, UNITS), (), HEAD, found))
    )
    assert [cell.value for cell in book["其他表"][4]] == ["绩效运行监控表", 3, 2, 1, 4]


def test_without_due_day_nothing_is_late():
    """A bureau that set no day has no late forms."""
    assert overview.frame(JOURNAL, SUBJECTS, UNITS)["late"].tolist() == [False] * 8


def test_forms_of_no_subject_stand_apart(forms):
    """A code that the ledger lacks is a row; files that could not be read are a row each, and count nowhere."""
    others = forms[forms["kind"] == overview.STRANGER]
    assert others[["subject_id", "name", "state", "file"]].to_numpy().tolist() == [
        ["P9", ATTACK, "returned", "表.xlsx"],
        [None, "", "returned", "../坏[1].xlsx"],
        [None, "", "returned", "=1+1.xlsx"],
    ]
    assert overview.counts(forms).to_numpy().tolist() == [
        ["应交", 5], ["未交", 1], ["已收", 1], ["待确认", 0], ["已退回", 1], ["已采纳", 2], ["迟交", 1],
    ]  # fmt: skip


def test_journal_is_left_as_it_is(forms):
    """The frame is a new one."""
    before = JOURNAL.copy()
    overview.frame(JOURNAL, SUBJECTS, UNITS, DUE)
    assert JOURNAL.equals(before)


def test_rules_by_frequency():
    """The most frequent rule first, with the name on its card, how often and in how many forms."""
    known = cards.read()
    assert overview.by_rule(FINDINGS).to_numpy().tolist() == [
        ["S02", known["S02"].name, "E", 3, 2],
        ["G06", known["G06"].name, "W", 1, 1],
        ["X99", "", "E", 1, 1],
    ]


def test_units_by_returns(forms):
    """Each unit's forms by state; the unit with most returns and errors first."""
    assert overview.by_unit(forms).to_numpy().tolist() == [
        ["乙局", 2, 0, 0, 0, 1, 1, 1, 1, 1, 0],
        ["甲局", 2, 1, 0, 0, 0, 1, 0, 1, 0, 1],
        ["<b>丙</b>&局", 1, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    ]


def test_page_shows_every_table(page, forms):
    """Counts and four tables with captions and heads of rows and columns, in plain markup."""
    tree = html.fromstring(page)
    counted = {
        div.find("dt").text: div.find("dd").text for div in tree.iter("div") if div.find("dt") is not None
    }
    assert counted == {state: str(number) for state, number in overview.counts(forms).to_numpy().tolist()}
    assert [len(table.findall("tbody/tr")) for table in tree.iter("table")] == [5, 3, 3, 3]
    assert next(tree.iter("caption")).text == "每个评价对象的表"
    assert {cell.get("scope") for cell in tree.iter("th")} == {"col", "row"}
    first = [cell.text_content() for cell in tree.find(".//tbody/tr")]
    assert first == [
        "甲局",
        "P1",
        "项目1",
        "项目",
        "已采纳",
        "",
        "2",
        "1",
        "2022-03-20",
        "2022-03-25",
        "0",
        "1",
        "表（改）.xlsx",
    ]


def test_page_runs_and_loads_nothing(page):
    """Texts are escaped; no script, no address outside, the same bytes for the same journal."""
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;丙&lt;/b&gt;&amp;局" in page
    assert re.findall(r"(?:https?:|src=|@import|url\()", page) == []
    assert "prefers-color-scheme: dark" in page and "@media print" in page


def test_workbook_holds_the_same(forms):
    """The counts first, then a sheet for each table; texts stay texts; the same bytes each time."""
    content = overview_files.to_xlsx(forms, FINDINGS, HEAD)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["汇总", "各表状态", "退回原因", "各单位", "名单外来件"]
    summary = [[cell.value for cell in row[:2]] for row in book["汇总"].iter_rows(min_row=6)]
    assert summary[1:] == [list(row) for row in overview.counts(forms).to_numpy().tolist()]
    assert [cell.value for cell in book["退回原因"][3]] == ["S02", cards.read()["S02"].name, "错误", 3, 2]
    odd = book["名单外来件"]["M5"]
    assert [odd.value, odd.data_type, odd.quotePrefix] == ["=1+1.xlsx", "s", True]
    for sheet in book.worksheets[1:]:
        assert [int(sheet.page_setup.paperSize), sheet.print_title_rows, sheet.freeze_panes] == [
            9,
            "$2:$2",
            "A3",
        ]
    assert overview_files.to_xlsx(forms, FINDINGS, HEAD) == content


def test_overview_of_nothing_is_still_one():
    """Before the first form comes, every subject is missing and the tables say so."""
    forms = overview.frame(JOURNAL.head(0), SUBJECTS, UNITS, DUE)
    assert set(forms["state"]) == {"missing"}
    tree = html.fromstring(overview_files.to_html(forms, (), overview.Head(2021, "局", HEAD.on)))
    assert "没有。" in tree.text_content() and "报送截止" not in tree.find(".//header").text_content()
    assert load_workbook(io.BytesIO(overview_files.to_xlsx(forms, (), HEAD))).sheetnames[-1] == "各单位"

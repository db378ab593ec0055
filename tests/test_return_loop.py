"""How often forms go back: what is one form, how long it took, and which few rules sent most of them back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.analysis import return_loop
from jixiao.analysis.return_loop import Reasons
from jixiao.exchange.importing.merging import framed
from jixiao.figures.self_evaluation import follow_up
from jixiao.report import charts
from jixiao.report.parts import follow_up as parts
from kit import PROJECT
from test_figures import evaluation_of

D = Decimal
FIRST = dt.date(2022, 3, 1)


@pytest.fixture(scope="module")
def year():
    """The evaluation of 2022."""
    charts.setup()
    return evaluation_of(PROJECT)


def row(subject, status, day=0, rules="", kind="project", mark="", file="a.xlsx"):
    """A row of received.csv, so many days after the first."""
    on = FIRST + dt.timedelta(days=day)
    given = {"subject_id": subject, "file": file, "digest": "-", "received_on": on, "status": status}
    return given | {"rules": rules or None, "kind": kind or None, "mark": mark or None}


def with_rows(year, *rows):
    """The year with these rows in received.csv."""
    frames = {**year.tables.frames, "received": framed("received", rows)}
    return replace(year, tables=replace(year.tables, frames=frames))


def loop(year, *rows):
    """Of each form how often it went back and after how many days it was accepted."""
    found = follow_up.loop(with_rows(year, *rows).tables)
    return [(one.form, one.returned, one.days) for one in found.histories]


def test_deliveries_of_one_form_belong_together(year):
    """A subject, a kind and, of monitoring, a month; a form of nobody is its file."""
    assert loop(
        year,
        row("P001", "returned", 0, "F02"),
        row("P002", "accepted", 0),
        row("P001", "returned", 3, "F02"),
        row("P001", "accepted", 10),
        row("P001", "accepted", 5, kind="targets"),
        row("P001", "returned", 2, kind="monitoring", mark="1-7月"),
        row("P001", "accepted", 6, kind="monitoring", mark="1-7月 第2稿"),
        row("P001", "accepted", 9, kind="monitoring", mark="1-9月"),
        row("P001", "accepted", 12, mark="第2稿"),
        row(None, "returned", 4, "F01"),
    ) == [
        ("P001", 2, 10), ("P002", 0, 0), ("P001", 0, 0), ("P001", 1, 4), ("P001", 0, 0), ("a.xlsx", 1, None),
    ]  # fmt: skip


def test_what_was_not_judged_counts_for_nothing(year):
    """Files that could not be opened, and forms that wait for confirmation."""
    assert loop(year, row("P001", "unconfirmed"), row(None, "unreadable"), row("P001", "accepted", 7)) == [
        ("P001", 0, 0)
    ]


COUNTS = [
    ({"F02": 80, "S03": 20}, ("F02",), "80.00"),
    ({"F02": 79, "S03": 21}, ("F02", "S03"), "100.00"),
    ({"A": 5, "B": 3, "C": 2}, ("A", "B"), "80.00"),
    ({"A": 1}, ("A",), "100.00"),
]


@pytest.mark.parametrize(("counts", "few", "percent"), COUNTS)
def test_the_fewest_rules_that_make_four_fifths(counts, few, percent):
    """Exactly four fifths are enough."""
    reasons = Reasons(10, tuple(counts.items()))
    assert reasons.few == few
    assert reasons.percent(len(few)) == D(percent)


@pytest.mark.parametrize(
    ("days", "middle"), [([], None), ([3], "3"), ([9, 1, 4], "4"), ([1, 2], "1.5"), ([10, 20], "15")]
)
def test_the_median_of_days(days, middle):
    assert return_loop.middle(days) == (None if middle is None else D(middle))


def deliveries(count, waiting=10):
    """So many forms of projects that go back twice, for two rules and for one of them, and are then accepted."""
    rows = []
    for at in range(1, count + 1):
        subject = f"P{at:03d}"
        rows += [row(subject, "returned", 0, "F02 S03"), row(subject, "returned", 1, "S03")]
        rows += [row(subject, "accepted", at + 1)] if at <= waiting else []
    return rows


def test_figures_say_how_often_forms_went_back_and_why(year):
    """Ten forms with two returns each, and one that was accepted at once."""
    tables = with_rows(year, *deliveries(11), row("D001", "accepted", kind="department")).tables
    found = {one.key.removeprefix("quality.returns."): one for one in follow_up.returns(tables)}
    assert {key: one.value for key, one in found.items()} == {
        "forms": 12, "at_once_percent": D("8.33"), "returned": 11, "times": 22, "most_times": 2, "pending": 1,
        "days": D("6.5"), "longest_days": 11, "reasons": 22, "few_rules": 2, "few_percent": D("100.00"),
        "few_listed": "S03、F02",
    }  # fmt: skip
    assert len(found["times"].rows) == 22


SIZES = [  # forms, of them accepted; what has a value
    (9, 9, {"reasons", "few_rules", "few_percent", "few_listed"}),
    (10, 9, {"forms", "at_once_percent", "returned", "times", "most_times", "pending"}),
    (10, 10, {"forms", "days", "longest_days"}),
]


@pytest.mark.parametrize(("forms", "accepted", "given"), SIZES)
def test_a_figure_needs_forms_enough(year, forms, accepted, given):
    """Nine forms say nothing of all; nine that waited say nothing of how long; returns are counted by themselves."""
    tables = with_rows(year, *deliveries(forms, accepted)).tables
    known = {
        one.key.removeprefix("quality.returns.") for one in follow_up.returns(tables) if one.value is not None
    }
    assert known >= given
    assert ("forms" in known) == (forms >= 10)
    assert ("days" in known) == (accepted >= 10)
    few = with_rows(year, *deliveries(4), row("P009", "returned", 0, "F02")).tables
    assert all(one.value is None for one in follow_up.returns(few))


def test_tables_and_chart_of_returns(year):
    """Rules with their names and shares, departments with three forms, the forms that went back most often."""
    found = with_rows(year, *deliveries(12))
    chart = parts.rules_chart(found)
    assert "2条规则占退回原因的100.00%*" in chart.alt and "重构数据" in chart.note
    (first, second) = [[cell.text for cell in line] for line in parts.rules_table(found).rows]
    assert (first[0], first[2:]) == ("S03", ["24", "66.67", "66.67"])
    assert (second[0], second[2:]) == ("F02", ["12", "33.33", "100.00"])
    assert first[1] and second[1]
    forms = [[cell.text for cell in line] for line in parts.forms_table(found).rows]
    assert len(forms) == 10 and forms[0][0].startswith("P001 ") and forms[0][1:] == ["2", "F02、S03", "2"]
    waits = parts.forms_table(with_rows(year, *deliveries(11), row("P030", "returned", 0, "S03"))).rows
    assert len(waits) == 10
    listed = parts.departments_table(found)
    groups = return_loop.by_department(follow_up.loop(found.tables).histories)
    assert len(listed.rows if listed else []) == len(groups)
    assert all(own.n >= 3 for own in groups.values())


def test_without_returns_there_is_neither_table_nor_chart(year):
    """The committed year has no journal of forms."""
    makers = (parts.rules_chart, parts.rules_table, parts.departments_table, parts.forms_table)
    assert [make(year) for make in makers] == [None] * 4


def test_the_ages_of_open_problems_add_up(year):
    """Every open problem is in one line; the last line has all of them."""
    lines = [[cell.text for cell in line] for line in parts.ages_table(year).rows]
    assert (
        sum(int(line[1]) for line in lines[:-1]) == int(lines[-1][1]) == year.figures["problems.open"].value
    )
    assert int(lines[-1][2]) == year.figures["problems.overdue"].value


def test_the_wait_is_that_of_forms_that_went_back_first(year):
    """One that was accepted and went back in a second version had not to wait; rules beside an accepted one count for nothing."""
    found = follow_up.loop(
        with_rows(
            year,
            row("P001", "accepted", 0, "F02"),
            row("P001", "returned", 3, "S03"),
            row("P002", "returned", 0),
            row("P002", "accepted", 4),
        ).tables
    )
    assert found.waited == (4,)
    assert found.reasons.counts == (("S03", 1),)


@pytest.mark.parametrize(("count", "named"), [(2, []), (3, ["U1"])])
def test_a_department_is_named_from_three_forms_on(count, named):
    """Forms of nobody belong to none."""
    accepted = (return_loop.Judged(FIRST, accepted=True),)
    own = [return_loop.History(f"P{at}", "U1", accepted) for at in range(count)]
    strangers = [return_loop.History(f"{at}.xlsx", None, accepted) for at in range(5)]
    found = return_loop.by_department([*own, *strangers])
    assert list(found) == named
    assert all(each.n == count for each in found.values())


def test_the_forms_that_went_back_most_often_come_first(year):
    """One that was never accepted says so."""
    rows = [row("P030", "returned", at, "S03") for at in range(4)]
    first, second = [
        [cell.text for cell in line]
        for line in parts.forms_table(with_rows(year, *deliveries(9), *rows)).rows
    ][:2]
    assert (first[0].split()[0], first[1:]) == ("P030", ["4", "S03", "还没有采纳"])
    assert second[1:] == ["2", "F02、S03", "2"]


def test_ages_are_counted_up_to_their_last_day(year):
    """On and beside each limit; an undated problem has a line of its own."""
    on = year.params.published_on
    days = (0, 90, 91, 180, 181, 365, 366, 730, 731, None)
    rows = [
        {
            "problem_id": f"W{at}",
            "problem": "甲",
            "state": "整改中",
            "raised_on": None if age is None else on - dt.timedelta(days=age),
        }
        for at, age in enumerate(days)
    ]
    frames = {**year.tables.frames, "problems": framed("problems", rows)}
    found = parts.ages_table(replace(year, tables=replace(year.tables, frames=frames)))
    assert [(line[0].text, line[1].text) for line in found.rows] == [
        ("90天以内", "2"), ("91～180天", "2"), ("181～365天", "2"), ("366～730天", "2"), ("731天以上", "1"),
        ("没有反馈日期", "1"), ("合计", "10"),
    ]  # fmt: skip

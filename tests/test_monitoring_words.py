"""Marks and words on forms of monitoring: what is crossed, denied or left open is not read as its opposite."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from jixiao.forms.model import Form, FormKind, Value
from jixiao.forms.records import monitoring_rows
from jixiao.forms.records.filling import Filling, Ledger
from jixiao.year import tables
from kit import PROJECT


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """That of the tables of 2022."""
    return Ledger.of(tables.read(PROJECT, "2022", needed=()))


def form(**cells: str) -> Form:
    """A form of one indicator that has these cells beside its name."""
    fields = {"title": Value("绩效运行监控表（1-7月）", 0, 0), "month": Value("1-7月", 0, 0)}
    fields["code"] = Value("P001", 1, 0)
    named = {"level3": "产品抽检批次", **cells}
    row = {name: Value(text, 8, column) for column, (name, text) in enumerate(named.items())}
    return Form("一.xlsx", "表", "", FormKind.MONITORING, fields, (), (row,))


def filling(ledger: Ledger, **cells: str) -> Filling:
    """What such a form fills."""
    return monitoring_rows.of(form(**cells), ledger)


def row(found: Filling) -> dict[str, Any]:
    """The one row of its one part."""
    ((values, _),) = found.parts[0].rows
    return values


CAUSES = ("cause_funding", "cause_rules", "cause_staff")


@pytest.mark.parametrize("empty", ["", "×", "□", "☐", "否", "0", "X"])
@pytest.mark.parametrize("tick", ["√", "☑", "1"])
def test_a_cross_or_an_empty_box_is_no_tick(ledger: Ledger, tick: str, empty: str) -> None:
    """Neither among the causes, whose marks are no reasons either, nor where one of three is chosen."""
    marks = dict(zip((*CAUSES, "certain", "possible"), (empty, empty, tick, empty, tick), strict=True))
    found = filling(ledger, actual="8", **marks)
    assert found.remarks == ()
    said = row(found)
    assert (said["cause"], said["possibility"], said.get("reason")) == ("人员保障", "有可能", None)


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("possibility", "确定能完成", "确定能"),
        ("possibility", "有可能", "有可能"),
        ("possibility", "完全不可能", "完全不可能"),
        ("possibility", "确定能完成，无困难", "确定能"),
        ("possibility", "不确定能", None),
        ("possibility", "没有可能", None),
        ("possibility", "不太有可能", None),
        ("state", "已整改", "已整改"),
        ("state", "已完成整改，无遗留问题", "已整改"),
        ("state", "尚未整改", "未整改"),
        ("state", "正在整改，预计9月整改完成", "整改中"),
        ("state", "没有整改完成", None),
        ("state", "未能整改完成", None),
        ("state", "预计9月整改完成", None),
        ("state", "部分已整改", None),
    ],
)
def test_words_that_deny_are_not_read_as_what_they_deny(
    ledger: Ledger, column: str, text: str, expected: str | None
) -> None:
    """Where it is not clear which of the words is meant, one remark says so."""
    found = filling(ledger, actual="8", **{column: text})
    assert row(found).get(column) == expected
    assert [remark.rule for remark in found.remarks] == ([] if expected else ["F13"])


def test_a_form_on_which_nothing_is_filled_in_fills_nothing(ledger: Ledger) -> None:
    """Else a blank one that comes after a full one would take away what the first one said."""
    blank = filling(ledger, actual="", deviation_reason="", certain="")
    assert (blank.parts, [remark.rule for remark in blank.remarks]) == ((), ["F13"])
    assert filling(ledger, actual="", certain="√").parts


@pytest.mark.parametrize(
    ("initial", "adjusted", "expected"),
    [("100", "90", "90"), ("100", "", "100"), ("100", "—", "100"), ("", "", None)],
)
def test_the_budget_is_the_one_in_force(
    ledger: Ledger, initial: str, adjusted: str, expected: str | None
) -> None:
    """That of the whole year where the form says one, else the one from its beginning."""
    amounts = {
        "item": "年度资金总额",
        "initial_budget": initial,
        "adjusted_budget": adjusted,
        "executed": "40",
    }
    said = form(actual="8")
    money = {name: Value(text, 5, column) for column, (name, text) in enumerate(amounts.items())}
    found = row(monitoring_rows.of(replace(said, funds=(money,)), ledger))
    assert (found["budget"], found["executed"]) == (
        None if expected is None else Decimal(expected),
        Decimal(40),
    )

"""Columns with labels that nobody taught: what is guessed of them, what is only told, and what no rule then says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from jixiao.checks import catalogue, settings
from jixiao.forms.reading import reading
from jixiao.forms.reading.unknown_columns import likeness
from jixiao.forms.records import from_forms
from jixiao.rules import policy
from test_value_cases import ASKED, BENEFIT, COST, EARTH, FOOT, HEAD, LENGTH, QUALITY, ROOT, TIME, WATER
from text_sheets import LAYOUTS, column, sheet, workbook

ROWS = (LENGTH, EARTH, QUALITY, TIME, COST, BENEFIT, WATER, ASKED)
FORM = HEAD + "".join(ROWS) + FOOT
REASON = "偏差原因分析及改进措施"


def one(text: str):
    """The only form of a sheet."""
    (form,) = reading.forms_of(workbook(sheet(text)), LAYOUTS).forms
    return form


def told(form) -> list[tuple[str, str]]:
    """Rule and cell of what the reader says."""
    return [(remark.rule, remark.place.cell) for remark in form.remarks]


def errors(text: str) -> list[tuple[str, str]]:
    """Rule and cell of all that the checks ask somebody to answer."""
    found = reading.forms_of(workbook(sheet(text)), LAYOUTS)
    records = from_forms.records(found.forms)
    records = replace(records, remarks=records.remarks + found.remarks)
    rules = policy.on_date(ROOT, "mof-2020-10", dt.date(2023, 12, 31))
    findings = catalogue.find(records, rules, settings.in_force(ROOT, rules))
    return [
        (finding.rule, finding.place.cell)
        for finding in findings
        if finding.severity.needs_answer and finding.rule[0] not in "CK"
    ]


def wider(header: str, cells: tuple[str, ...], before: str | None = None) -> str:
    """The form with one more column of indicators, last or before a column of this label."""
    lines = FORM.strip("\n").splitlines()
    at = next(n for n, line in enumerate(lines) if "三级指标" in line)
    labels = [cell.strip() for cell in lines[at].split("|")]
    where = labels.index(before) if before else len(labels)
    drawn = []
    for n, line in enumerate(lines):
        parts = [cell.strip() for cell in line.split("|")]
        parts += [""] * (len(labels) - len(parts))
        under = header if n == at else cells[n - at - 1] if 0 < n - at <= len(cells) else ""
        if parts[where - 1] == "<" or parts[min(where, len(parts) - 1)] == "<":
            under = "<"
        drawn.append(" | ".join([*parts[:where], under, *parts[where:]]))
    return "\n".join(drawn)


NOTES = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛")


@pytest.mark.parametrize(
    "label",
    [
        "未完成原因与拟采取的改进措施",
        "未完成原因分析与拟采取的改进措施",
        "偏差的原因分析以及改进措施",
        "偏差原因分析、整改措施",
        "未完成的原因及下一步改进措施",
    ],
)
def test_a_label_near_to_one_that_is_known_is_taken_for_it(label: str) -> None:
    """The column is read, one warning says so, and nobody asks for the reasons in it."""
    text = FORM.replace(REASON, label)
    form = one(text)
    assert column(form, "deviation_reason")[2] == "一段返工"
    assert errors(text) == [("F24", "I11")]


@pytest.mark.parametrize("label", ["备忘", "项目科室意见", "考察", "序时", "指标", "完成"])
def test_a_label_that_is_like_none_is_told_and_not_read(label: str) -> None:
    """One warning with the number of cells; every rule is as silent as without the column."""
    text = wider(label, NOTES)
    assert errors(text) == [("F24", "J11")]
    assert "8 格内容没有读入" in one(text).remarks[0].found


@pytest.mark.parametrize(
    "before", ["一级指标", "二级指标", "年度指标值", "实际完成值", "分值", "得分", REASON]
)
def test_a_column_is_told_wherever_it_stands(before: str) -> None:
    """Between any two columns; all others are read as before."""
    form, usual = one(wider("备忘", NOTES, before)), one(FORM)
    assert [rule for rule, _ in told(form)] == ["F24"]
    for name in ("level1", "level2", "level3", "target", "actual", "weight", "self_score"):
        assert column(form, name) == column(usual, name)


@pytest.mark.parametrize(
    ("old", "new", "cell"),
    [
        ("三级指标 | ", " | ", "D11"),
        ("| 实际完成值 |", "| |", "F11"),
        ("| 全年执行数 |", "| |", "F4"),
        ("| 年初预算数 |", "| |", "D4"),
    ],
)
def test_a_column_without_a_label_is_told(old: str, new: str, cell: str) -> None:
    """Once, at the head of it, with what is not read; that the column lacks is not told besides."""
    form = one(FORM.replace(old, new))
    assert told(form) == [("F24", cell)]
    assert "没有列名" in form.remarks[0].found


def test_a_column_more_without_a_label_is_told() -> None:
    """Between two that are known; nothing is read otherwise."""
    form = one(wider("", NOTES, "分值"))
    assert told(form) == [("F24", "G11")]
    assert column(form, "weight") == column(one(FORM), "weight")


def test_a_column_without_content_is_not_told() -> None:
    """Nobody misses what is not there."""
    assert told(one(wider("备忘", ()))) == []


def test_a_column_of_nothing_but_strokes_is_not_told() -> None:
    """— and 无 are no content."""
    assert told(one(wider("备忘", ("—", "/", "无", "－", "", "", "—", "/")))) == []


def test_nothing_is_guessed_where_two_are_equally_like() -> None:
    """A label as near to the score as to the points, with numbers that could be either, is told and not read."""
    assert likeness("满分得分", "满分") == likeness("满分得分", "得分")
    text = FORM.replace("| 分值 | 得分 | 偏差", "| 满分得分 | 分值得分 | 偏差")
    text = text.replace("| 15 | 15 |", "| 13 | 14 |")
    form = one(text)
    assert {"weight", "self_score"} <= form.unread
    assert told(form) == [("F24", "G11"), ("F24", "H11")]


def test_points_are_known_by_their_sum_and_scores_by_the_points() -> None:
    """Numbers that add up to 90 are points; numbers none above them and mostly equal are scores."""
    form = one(FORM.replace("| 分值 | 得分 | 偏差", "| 子 | 丑 | 偏差"))
    usual = one(FORM)
    assert column(form, "weight") == column(usual, "weight")
    assert column(form, "self_score") == column(usual, "self_score")
    assert told(form) == [("F24", "G11"), ("F24", "H11")]


def test_numbers_that_do_not_add_up_are_no_points() -> None:
    """They are told as not understood, and no rule about points or scores says anything."""
    text = FORM.replace("| 分值 | 得分 | 偏差", "| 子 | 得分 | 偏差").replace("| 15 | 15 |", "| 13 | 13 |")
    form = one(text)
    assert ("F24", "G11") in told(form)
    assert "weight" in form.unread
    assert [rule for rule, _ in errors(text) if rule[0] == "G" or rule == "S11"] == []


def test_signs_are_known_by_what_they_are() -> None:
    """A column of ≥, ≤ and = is the comparison, whatever its label; the targets are judged with it."""
    signs = ("≥", "≥", "=", "=", "≤", "≥", "≥", "≥")
    text = wider("比法", signs, "年度指标值")
    for sign in "≥=≤":
        text = text.replace(f"| {sign}1", "| 1").replace(f"| {sign}3", "| 3").replace(f"| {sign}5", "| 5")
        text = text.replace(f"| {sign}9", "| 9")
    form = one(text)
    assert column(form, "operator") == list(signs)
    assert [rule for rule, _ in errors(text)] == ["F24"]


@pytest.mark.parametrize(
    ("label", "rules"),
    [
        ("年度指标值", {"G06", "G07", "G11", "G12", "G15", "G22", "S09", "S11", "S13", "F13"}),
        ("实际完成值", {"S05", "S09", "S11", "S13", "S18", "F13", "F02"}),
        ("分值", {"G01", "G02", "G05", "S02", "S11", "F13", "F02"}),
        ("得分", {"S02", "S04", "S11", "S13", "F13", "F02"}),
        (REASON, {"S13"}),
    ],
)
def test_rules_that_need_a_column_that_was_not_understood_are_silent(label: str, rules: set[str]) -> None:
    """One unknown label is one warning and no cascade."""
    at = HEAD.rindex(label)
    texts = {label: "戌亥"}
    text = HEAD[:at] + texts[label] + HEAD[at + len(label) :] + "".join(ROWS) + FOOT
    if label in ("分值", "得分"):  # so that the content does not tell what they are
        text = text.replace("| 15 | 15 |", "| 13 | 15 |" if label == "分值" else "| 15 | 16 |")
    found = errors(text)
    assert [rule for rule, _ in found].count("F24") == 1
    assert {rule for rule, _ in found} & rules == set()


@pytest.mark.parametrize(
    ("old", "cell"), [("年初预算数", "D4"), ("全年预算数", "E4"), ("全年执行数", "F4"), ("执行率", "H4")]
)
def test_an_unknown_column_of_money_is_one_warning(old: str, cell: str) -> None:
    """Also the first one; neither the missing column nor sums without it are told besides."""
    text = FORM.replace(f"| {old} |", "| 戌亥 |")
    assert [one for one in errors(text) if one[0] != "F24"] == []
    assert ("F24", cell) in told(one(text))


def test_the_remedy_names_the_line_to_write() -> None:
    """Where, under which key, which text."""
    (remark,) = one(FORM.replace(REASON, "未完成原因与拟采取的改进措施")).remarks
    words = ("params/forms/labels.yml", "indicators", "deviation_reason", "未完成原因与拟采取的改进措施")
    assert [word for word in words if word not in remark.remedy] == []


def test_points_that_lack_are_told_once_beside_those_of_the_money() -> None:
    """The money table has a column of the same name, which says nothing of the indicators."""
    lines = [[cell.strip() for cell in line.split("|")] for line in FORM.strip("\n").splitlines()]
    head = next(n for n, cells in enumerate(lines) if "三级指标" in cells)
    drawn = [cells if n < head else [*cells[:6], *cells[7:], ""] for n, cells in enumerate(lines)]
    assert errors("\n".join(map(" | ".join, drawn))) == [("F02", "A11")]


def test_points_of_the_money_that_were_not_understood_leave_those_of_indicators() -> None:
    """The rules about the points of indicators still speak."""
    text = FORM.replace("| 全年执行数 | 分值 |", "| 全年执行数 | 戌亥 |")
    assert errors(text) == [("F24", "G4")]
    assert "G01" in {rule for rule, _ in errors(text.replace("| 15 | 15 |", "| 13 | 13 |"))}


OFFICES = ("甲局", "乙所", "丙中心", "甲局", "乙所", "丙镇", "甲局", "乙所")


@pytest.mark.parametrize("before", ["一级指标", "年度指标值", None])
@pytest.mark.parametrize(
    ("label", "cells"), [("责任单位", []), ("牵头部门（盖章）", []), ("具体落实单位", ["F24"])]
)
def test_who_is_to_do_it_is_no_unit_of_measure(label: str, cells: list[str], before: str | None) -> None:
    """Whether the label is known or only like that of units; where it is not, the column is told as not read."""
    form, usual = one(wider(label, OFFICES, before)), one(FORM)
    assert [rule for rule, _ in told(form)] == cells
    assert all("measure_unit" not in row for row in form.indicators)
    for name in ("level1", "level2", "level3", "target", "actual", "weight", "self_score"):
        assert column(form, name) == column(usual, name)


@pytest.mark.parametrize(
    ("labels", "cell"),
    [
        ("指标内容 | < | <", "B11"),
        ("一级指标 | 指标内容 | <", "C11"),
        (" | | 指标内容", "B11"),
        ("一级指标 | | 三级指标", "C11"),
    ],
)
def test_levels_without_labels_of_their_own_are_read(labels: str, cell: str) -> None:
    """Below one label for all of them, or left of it without any; told once, and no level is a part of a name."""
    form, usual = one(FORM.replace("一级指标 | 二级指标 | 三级指标", labels)), one(FORM)
    for name in ("level1", "level2", "level3", "target"):
        assert column(form, name) == column(usual, name)
    assert told(form) == [("F24", cell)]


def test_numbers_before_names_are_no_level() -> None:
    """A label over a number and a name leaves them together, and the level that lacks is not made of them."""
    text = "\n".join(
        line.replace("二级指标 | 三级指标", "三级指标 | <") if "三级指标" in line else line
        for line in FORM.splitlines()
    )
    for n, name in enumerate(("数量指标", "质量指标", "时效指标", "成本指标", "社会效益指标"), 1):
        text = text.replace(f"| {name} |", f"| {n} |")
    assert "level2" not in one(text).indicators[0]

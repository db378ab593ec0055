"""Self-evaluation forms against the ledger: what was approved and is another thing on a form is told at its cell."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from jixiao.checks import catalogue, settings
from jixiao.exchange.issuing import issue
from jixiao.forms.files import opening
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.rules import policy
from jixiao.year import params, tables
from jixiao.year.tables import Tables
from rule_run import at, run
from text_sheets import LAYOUTS

ROOT = Path(__file__).resolve().parents[1]
KNOWN = tables.read(ROOT, "2022")
PARAMS = params.checked(params.read(ROOT, 2022), lambda *_: "")
POLICY = policy.in_force(ROOT, PARAMS.policy, PARAMS.evaluated_year)
RULES = ("F14", "G19", "G22")

Told = list[tuple[str, str, str]]  # rule, file, cell


@pytest.fixture(scope="module")
def filled() -> dict[str, bytes]:
    """The filled forms of 2022 by name."""
    return dict(issue.forms(KNOWN, PARAMS, filled=True))


def told(files: dict[str, bytes], folder: Path, known: Tables | None = KNOWN) -> Told:
    """What the rules say of files delivered together."""
    forms = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        forms += reading.forms_of(opening.open_workbook(folder / name, name), LAYOUTS).forms
    found = catalogue.find(from_forms.records(forms, known), POLICY, settings.in_force(ROOT, POLICY), PARAMS)
    return [(one.rule, one.place.file, one.place.cell) for one in found if one.rule in RULES]


def changed(content: bytes, change: Callable[[Worksheet], object]) -> bytes:
    """A form with a change; formulas give way to what they last gave."""
    book, file = load_workbook(io.BytesIO(content), data_only=True), io.BytesIO()
    change(book.active)
    book.save(file)
    return file.getvalue()


def test_forms_as_they_were_issued_agree_with_the_ledger(filled: dict[str, bytes], tmp_path: Path) -> None:
    """115 forms filled from the tables of the year differ from them nowhere."""
    assert (len(filled), told(filled, tmp_path)) == (115, [])


CELLS: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("D7", 1, [("F14", "D7")]),
    ("E7", 1, [("F14", "E7")]),
    ("F7", 1, []),  # spending is the unit's to report
    ("D14", "另外一项指标", [("G19", "D14")]),
    ("E14", "≥1个", [("G19", "E14")]),
    ("F14", "见附件", [("G22", "F14")]),
    ("G14", 1, [("G19", "G14")]),
]


@pytest.mark.parametrize(("cell", "value", "expected"), CELLS)
def test_a_change_is_told_at_its_cell(
    filled: dict[str, bytes], tmp_path: Path, cell: str, value: object, expected: list[tuple[str, str]]
) -> None:
    """Budget, name of an indicator, target and points as approved; without a ledger they are free."""
    name, content = next((name, each) for name, each in filled.items() if name.startswith("P"))
    files = {name: changed(content, lambda sheet: sheet.__setitem__(cell, value))}
    assert told(files, tmp_path) == [(rule, name, at) for rule, at in expected]
    free = told(files, tmp_path, known=None)
    assert free == [(rule, name, at) for rule, at in expected if rule == "G22"]


def test_a_code_of_another_project_is_told_once_and_its_goals_are_left_alone(
    filled: dict[str, bytes], tmp_path: Path
) -> None:
    """A project under another one's code: name, unit and budgets differ; its indicators are no changes of the other's."""
    (name, content), (_, other) = [item for item in filled.items() if item[0].startswith("P")][3:5]
    code = load_workbook(io.BytesIO(other)).active["I3"].value
    found = told({name: changed(content, lambda sheet: sheet.__setitem__("I3", code))}, tmp_path)
    assert ("F14", name, "B4") in found
    assert {rule for rule, _, _ in found} == {"F14"}


def test_a_second_delivery_in_one_batch_is_held_against_the_same_subject(
    filled: dict[str, bytes], tmp_path: Path
) -> None:
    """The corrected form of a batch has an id of its own and the ledger of its subject."""
    name, content = next(iter(filled.items()))
    again = changed(content, lambda sheet: sheet.__setitem__("G15", 1))
    assert told({name: content, f"更正 {name}": again}, tmp_path) == [("G19", f"更正 {name}", "G15")]


def test_amounts_in_yuan_are_recognised() -> None:
    """Ten thousand times the budget is told as such, any other sum is not."""
    (yuan,) = run("F14", subjects=[{"adjusted_budget": "1000000"}], known={})
    assert (yuan.column, yuan.found) == ("adjusted_budget", "全年预算数是 1000000，像是按元填的")
    (other,) = run("F14", subjects=[{"initial_budget": "1000001"}], known={})
    assert (other.column, other.found, other.expected) == (
        "initial_budget",
        "年初预算数是 1000001",
        "台账的 100",
    )


@pytest.mark.parametrize(
    ("known", "subject"),
    [({"subjects": [{"initial_budget": ""}]}, {"initial_budget": "7"}), ({}, {"initial_budget": ""})],
)
def test_a_budget_that_either_side_lacks_is_not_compared(known: dict, subject: dict) -> None:
    """What the ledger does not have cannot be changed; a blank cell is told by other rules."""
    assert at("F14", subjects=[subject], known=known) == []


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"name": "乙单位部门整体支出"}, [(1, "name")]),
        ({"name": "甲单位"}, []),  # a department's form may print the department alone
        ({"name": "《甲单位》 部门整体支出"}, []),
        ({"name": ""}, []),
        ({"unit": "乙单位"}, [(1, "unit")]),
        ({"unit": " 甲 单位"}, []),
        ({"name": "乙单位", "unit": "乙单位", "kind": "targets"}, []),
        ({"name": "乙单位", "unit": "乙单位", "kind": "review"}, []),
        ({"name": "乙单位", "unit": "乙单位", "kind": "list"}, []),
    ],
)
def test_names_are_compared_without_blanks_and_punctuation(form: dict, expected: list) -> None:
    """Only forms of self-evaluation are held against the ledger."""
    assert at("F14", forms=[form], known={}) == expected
    assert at("F14", forms=[form]) == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"target": "20.0"}, ""),
        ({"target": "２０"}, ""),
        ({"operator": "", "target": "≥20场", "measure_unit": ""}, ""),
        ({"target": ""}, ""),
        ({"weight": ""}, ""),
        ({"weight": "20.00"}, ""),
        ({"level3": "业务培训 场次"}, ""),
        ({"actual": "25", "self_score": "18"}, ""),
        ({"target": "19"}, "target"),
        ({"operator": "≤"}, "target"),
        ({"measure_unit": "人"}, "target"),
        ({"operator": "", "target": "按计划举办", "measure_unit": ""}, "target"),
        ({"weight": "19"}, "weight"),
        ({"level3": "业务培训人数"}, "level3"),
    ],
)
def test_a_target_is_compared_by_what_it_says(cells: dict, column: str) -> None:
    """Other notations of the same target are the same; operator, number and unit are all approved."""
    assert at("G19", indicators=[cells], known={}) == ([(1, column)] if column else [])


def test_words_are_compared_as_words() -> None:
    """A goal in words is another goal in other words, whatever stands between them."""
    ledger = {
        "indicators": [{"nature": "定性", "operator": "", "target": "台账，逐月登记", "measure_unit": ""}]
    }
    row = {"nature": "", "operator": "", "measure_unit": ""}
    assert at("G19", indicators=[row | {"target": "台账逐月登记。"}], known=ledger) == []
    assert at("G19", indicators=[row | {"target": "台账逐年登记"}], known=ledger) == [(1, "target")]


def test_one_finding_a_row_says_all_that_changed() -> None:
    """Two changes of one indicator are one finding, with what was approved beside what is there."""
    (one,) = run("G19", indicators=[{"target": "18", "weight": "22"}], known={})
    assert (one.column, one.found) == ("target", "年度指标值是“≥18场”，分值是 22")
    assert one.expected == "批复的“≥20场”，批复的 20"


def test_an_indicator_that_is_missing_is_told_at_the_title() -> None:
    """The indicators below it move up, and are still those approved."""
    (one,) = run("G19", indicators=[{}, {}, None, {}, {}, {}, {}], known={})
    assert (one.table, one.column, one.found) == (
        "forms",
        "title",
        "表上没有批复的指标“培训按期举办率”",
    )


def test_an_indicator_that_nobody_approved_is_told_at_its_row() -> None:
    """One more than the ledger has, at the end."""
    more = {"indicator_id": "D001-08", "level3": "新增的指标"}
    (one,) = run("G19", indicators=[{}, {}, {}, {}, {}, {}, {}, more], known={})
    assert (one.row, one.column, one.found) == (8, "level3", "台账没有指标“新增的指标”")


def test_indicators_in_another_order_are_told_once() -> None:
    """Ids count the rows of a form: in another order they would name other indicators."""
    one = {"level3": "业务培训场次", "operator": "≥", "target": "20", "measure_unit": "场", "weight": "20"}
    two = {"level3": "培训考核合格率", "operator": "≥", "target": "95", "measure_unit": "%", "weight": "10"}
    assert at("G19", indicators=[two, one], known={}) == [(1, "level3")]


def test_a_subject_without_approved_goals_is_free() -> None:
    """Where the ledger has no indicators of a subject, or there is no ledger, nothing was approved."""
    assert at("G19", indicators=[{"target": "1"}], known={"indicators": [None] * 7}) == []
    assert at("G19", indicators=[{"target": "1"}]) == []
    assert at("F14", subjects=[{"initial_budget": "1"}], forms=[{"name": "乙", "unit": "乙"}]) == []


@pytest.mark.parametrize(
    ("actual", "found"),
    [
        ("已完成", 1),
        ("见附件", 1),
        ("约许多次", 1),
        ("18至22场", 1),
        ("2021年6月", 1),
        ("100人", 1),
        ("21", 0),
        ("21场", 0),
        ("约21场", 0),
        ("≥20场", 0),
        ("", 0),
        ("无", 0),
    ],
)
def test_an_actual_value_that_is_no_number_cannot_be_held_against_one(actual: str, found: int) -> None:
    """G22: words, spans, dates and another unit than the column has; a blank and a copy are told elsewhere."""
    assert at("G22", indicators=[{"actual": actual}]) == [(1, "actual")] * found


def test_an_actual_value_beside_words_is_free() -> None:
    """A goal in words is answered in words."""
    words = {"nature": "定性", "operator": "", "target": "台账逐月登记", "measure_unit": ""}
    assert at("G22", indicators=[words | {"actual": "已完成"}]) == []

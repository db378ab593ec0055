"""Checks of files: codes, repeated submissions, and every check on rows with blanks everywhere and on the year 2022."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

import check_examples as examples
from jixiao.checks import catalogue, files, goals, ledger, plausible, reviews
from jixiao.forms.records import records
from jixiao.forms.records.records import FORM_COLUMNS, FORMS, PART_COLUMNS, PARTS, Records
from jixiao.kit.errors import Place
from jixiao.year import tables
from jixiao.year.schemas import SCHEMAS
from rule_run import ROOT, at, inspection_of, run

OWN = {**files.CHECKS, **plausible.CHECKS, **ledger.CHECKS, **goals.CHECKS, **reviews.CHECKS}
OF_COVERAGE = {"G17"}  # of goals, and of who was evaluated at all (checks/coverage.py)
PROJECT = {"kind": "project", "code": "450202210001", "name": "校舍维修", "unit": "甲单位"}


def two(**second):
    """Two forms of the same project but for what `second` changes."""
    return {"subjects": [{}, {}], FORMS: [PROJECT, PROJECT | second]}


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ({}, 0),
        ({"code": ""}, 1),
        ({"code": "", "layout": "sichuan"}, 0),
        ({"code": "", "kind": "department"}, 0),
        ({"name": "操场翻新"}, 1),
        ({"name": "校舍 维修"}, 0),
        ({"name": "校舍（维修）"}, 0),
        ({"code": "450202210002"}, 1),
        ({"code": "450202210002", "unit": "乙单位"}, 0),
        ({"code": "450202210002", "name": "操场翻新"}, 0),
        ({"code": "４５０２０２２１０００１"}, 0),
        ({"code": "123", "name": "操场翻新"}, 1),
        ({"code": "1234", "name": "操场翻新"}, 0),
        ({"code": "1" * 32, "name": "操场翻新"}, 0),
        ({"code": "1" * 33, "name": "操场翻新"}, 1),
        ({"code": "4502-0222", "name": "操场翻新"}, 1),
        ({"code": "编码待定项", "name": "操场翻新"}, 1),
        ({"name": "", "code": "450202210009"}, 0),
    ],
)
def test_codes_and_projects_are_one_to_one(second, found):
    """F07: missing where the layout has codes, malformed, one code for two names, two codes for one name."""
    assert at("F07", **two(**second)) == [(2, "code")] * found


def test_forms_without_codes_are_left_alone():
    """F07: the ministry's form has no code; where no form of a layout has one, none is missing."""
    forms = [PROJECT | {"code": ""}, PROJECT | {"code": "", "name": "操场翻新"}]
    assert at("F07", subjects=[{}, {}], forms=forms) == []


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ({}, 1),
        ({"name": "校舍维修 "}, 1),
        ({"file": "乙.xlsx"}, 1),
        ({"file": "校舍维修（更正）.xlsx"}, 0),
        ({"title": "项目支出绩效自评表（修订）"}, 0),
        ({"file": "校舍维修 第2次.xlsx"}, 0),
        ({"file": "校舍维修（2）.xlsx"}, 0),
        ({"file": "校舍维修 v2.xlsx"}, 0),
        ({"sheet": "例 (2)"}, 0),
        ({"file": "校舍维修 - 副本.xlsx"}, 1),
        ({"file": "校舍维修 (1).xlsx"}, 1),
        ({"file": "校舍维修 2022-03-31.xlsx"}, 1),
        ({"year": "2020"}, 0),
        ({"unit": "乙单位"}, 0),
        ({"kind": "targets"}, 0),
        ({"name": ""}, 0),
        ({"name": "校舍维修二期"}, 0),
    ],
)
def test_a_project_is_submitted_once(second, found):
    """F08: same kind, year, unit and name, and nothing says which replaces the other: both go back."""
    assert at("F08", **two(**second)) == [(1, "name"), (2, "name")] * found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["2022-03-01 表", "2022-03-31 表"], 0),
        (["20220301 表", "表20220301"], 2),
        (["表", "表 更正", "表 第二次更正"], 0),
        (["表", "表 更正", "表（更正）"], 2),
        (["表 更正", "表 第2次"], 2),
        (["表 2022-03-31", "表 更正 2022-03-01"], 2),
        (["表 2022-03-01", "表 更正 2022-03-31"], 0),
        (["表", "表 v2", "表 v1.2", "表 (3)"], 0),
    ],
)
def test_marks_and_dates_tell_which_form_is_later(files, found):
    """F08: only forms that neither tells apart go back; where the two contradict each other both do."""
    forms = [PROJECT | {"file": f"{name}.xlsx"} for name in files]
    assert len(at("F08", subjects=[{}] * len(files), forms=forms)) == found


def test_a_work_paper_may_go_on_in_a_second_file():
    """F08: review papers and lists of one subject come in several parts."""
    forms = [PROJECT | {"kind": "review"}, PROJECT | {"kind": "review", "file": "续.xlsx"}]
    assert at("F08", subjects=[{}, {}], forms=forms) == []


def test_a_form_is_told_where_the_others_stand():
    """F08: each of three, with the places of the two others; of very many the first five."""
    found = run("F08", subjects=[{}, {}, {}], forms=[PROJECT, PROJECT, PROJECT])
    named = [[n for n in (1, 2, 3) if f"forms {n} name" in one.found] for one in found]
    assert (named, [one.row for one in found]) == ([[2, 3], [1, 3], [1, 2]], [1, 2, 3])
    many = run("F08", subjects=[{}] * 99, forms=[PROJECT] * 99)
    assert [one.found.count("forms") for one in many] == [5] * 99


@pytest.mark.parametrize(
    ("level1", "found"),
    [("（50分）", 1), ("(50分)", 1), ("", 1), ("产出指标（50分）", 0), ("产出指标", 0)],
)
def test_points_are_no_name_of_a_first_level(level1, found):
    """F13: a first level that is blank, or of which only the points are left, is not filled in."""
    assert at("F13", indicators=[{}, {"level1": level1}], forms=[{}]) == [(2, "level1")] * found


@pytest.mark.parametrize(
    ("level2", "told"),
    [
        (["", "数量指标", "数量指标"], [("E", 1)]),  # beside rows of the same first level that have one
        (["数量指标", "数量指标", ""], [("W", 3)]),  # a first level that is not divided beside one that is
        (["数量指标", "数量指标", "满意度指标"], []),
    ],
)
def test_a_first_level_may_be_undivided_beside_others(level2, told):
    """F13: where a whole first level has no second one that is a warning, a single row without one an error."""
    first = ["产出指标", "产出指标", "满意度指标"]
    rows = [{"level1": one, "level2": two} for one, two in zip(first, level2, strict=True)]
    found = [
        one
        for one in run("F13", indicators=[*rows, None, None, None, None], forms=[{}])
        if one.column == "level2"
    ]
    assert [(one.severity or "E", one.row) for one in found] == told


@pytest.mark.parametrize(
    ("columns", "waiting", "told"),
    [
        ("level3 target", False, []),
        ("level3 target unit", False, ["unit_id"]),
        ("level3 target department", False, ["unit_id"]),
        ("level3 target", True, ["unit_id", "name"]),
        ("", False, ["unit_id"]),
    ],
)
def test_a_form_is_asked_for_the_unit_and_name_that_it_has_a_place_for(columns, waiting, told):
    """F13: the tables of a year that are to take it must know them in any case."""
    form = {"kind": "project", "columns": columns, "name": "", "code": ""}
    records = examples.build({"subjects": [{"unit_id": ""}], FORMS: [form]}, ROOT).records
    records = replace(records, known={"subjects": records["subjects"]} if waiting else {})
    found = catalogue.CHECKS["F13"](inspection_of(records))
    assert [one.column for one in found if one.column in ("unit_id", "name")] == told


@pytest.mark.parametrize(
    ("columns", "points", "own"),
    [
        ("level3 weight self_score", "90", True),
        ("level3 weight self_score", "80", False),
        ("level3 weight self_score", "", False),
        ("level3 weight self_score score", "90", False),
        ("", "90", False),
    ],
)
def test_a_form_that_judges_indicators_alone_divides_its_points_itself(columns, points, own):
    """Where their points are those that the title of the table prints, and none are for the execution of the budget."""
    form = {"kind": "project", "columns": columns, "indicator_points": points}
    records = examples.build({FORMS: [form]}, ROOT).records
    assert bool(inspection_of(records).own_scheme) == own


def blank_records():
    """Three subjects of whose rows nothing is known but the ids."""
    ids = {"subject_id": "P1", "indicator_id": "P1-01", "of": "P1-01"}
    columns = {name: tuple(schema.columns) for name, schema in SCHEMAS.items()}
    columns |= {FORMS: FORM_COLUMNS, PARTS: PART_COLUMNS}
    frames = {
        name: pd.DataFrame([[ids.get(c) for c in names]] * 3, index=[1, 2, 3], columns=names, dtype=object)
        for name, names in columns.items()
    }
    return Records(frames, lambda table, row, column: Place(table, "", f"{row} {column}"))


@pytest.mark.parametrize("rule", OWN)
def test_blanks_everywhere_are_no_error(rule):
    """No check fails or finds a wrong number where nothing was filled in; only G06, F13 and F16 ask for contents."""
    found = list(OWN[rule](inspection_of(blank_records())))
    assert {one.row for one in found} == {"G06": {1, 2, 3}, "F13": {1, 2, 3}, "F16": {1, 2, 3}}.get(
        rule, set()
    )


@pytest.mark.parametrize("rule", OWN)
def test_no_rows_are_no_error(rule):
    """Every check stands empty tables."""
    whole = blank_records()
    empty = Records({name: frame.iloc[:0] for name, frame in whole.frames.items()}, whole.place)
    assert list(OWN[rule](inspection_of(empty))) == []


def test_the_year_2022_has_nothing_to_mend():
    """The reconstruction of 2022 keeps all rules on files, goals and reviews."""
    inspection = inspection_of(records.of_tables(tables.read(ROOT, "2022")))
    fired = Counter(rule for rule, check in OWN.items() for _ in check(inspection))
    assert dict(fired) == {}


def test_numbers_stay_exact():
    """Shares are compared as decimals: 0.1 + 0.2 of 1 point is 30 %, not a little more."""
    weights = ["0.3", "0.1", "0.1", "0.1", "0.2", "0.1", "0.1"]
    assert sum(map(Decimal, weights)) == 1
    assert at("G05", indicators=[{"weight": weight} for weight in weights]) == []


def test_every_rule_of_files_goals_and_reviews_is_in_the_catalogue():
    """The families are joined into the catalogue under their own ids."""
    assert {rule for rule in catalogue.CHECKS if rule[0] in "FGR"} == {*OWN, *OF_COVERAGE}

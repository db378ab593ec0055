"""Ex-ante evaluations and third parties: their rules at each threshold, their figures, tables and charts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

import check_examples as examples
from jixiao.checks import catalogue, engine, settings
from jixiao.checks.plausible import LAST_YEAR
from jixiao.figures import agencies, ex_ante
from jixiao.report.parts import ex_ante as parts
from jixiao.rules import policy
from jixiao.year.schemas import SCHEMAS
from rule_run import ROOT
from test_figures import evaluation_of

RULES = policy.in_force(ROOT, "mof-2020-10", 2021)
PLACES = policy.in_force(ROOT, "zhengzhou", 2021)
D = Decimal


def at(rule, content, rules=RULES, before=None):
    """Where a rule finds something in the rows of an example: (row, column)."""
    example = examples.build(content, ROOT)
    records = example.records
    if before is not None:
        known = pd.DataFrame(before, columns=["kind", "name", "initial_budget"], dtype=object)
        records = records.__class__(**{**vars(records), "known": {LAST_YEAR: known}})
    limits = settings.in_force(ROOT, rules).values
    inspection = engine.inspection_of(records, rules, limits, example.params)
    return [(found.row, found.column) for found in catalogue.CHECKS[rule](inspection)]


NEW = {"kind": "project", "name": "新建项目", "is_new": True, "finished": True}
OLD = {**NEW, "is_new": False}
FOUND = [(1, "initial_budget")]


@pytest.mark.parametrize(
    ("project", "evaluation", "expected"),
    [
        ({**NEW, "initial_budget": "49.99"}, {}, []),
        ({**NEW, "initial_budget": "50"}, {}, FOUND),
        ({**NEW, "initial_budget": None}, {}, []),
        ({**NEW, "initial_budget": "50"}, {"subject_id": "D001"}, []),
        ({**NEW, "initial_budget": "50"}, {"name": "新建 项目"}, []),
        ({**NEW, "initial_budget": "50"}, {"name": "新建项目", "unit_id": "U009"}, FOUND),
        ({**NEW, "initial_budget": "50", "kind": "department"}, {}, []),
        ({**NEW, "initial_budget": "50", "is_new": None}, {}, []),
    ],
)
def test_a_large_new_project_was_evaluated_before(project, evaluation, expected):
    """From the threshold on, unless an evaluation of its id, or of its name in its unit, is on file."""
    assert at("G17", {"subjects": [project], "ex_ante": [evaluation]}) == expected


@pytest.mark.parametrize(
    ("budget", "last", "expected"),
    [
        ("60", [("project", "新建项目", D("50"))], []),
        ("60.01", [("project", "新建项目", D("50"))], FOUND),
        ("49", [("project", "新建项目", D("10"))], []),
        ("60.01", [("project", "新建项目", D("0"))], []),
        ("60.01", [("department", "新建项目", D("50"))], []),
        ("60.01", [("project", "新建项目", D("50"))] * 2, []),
        ("60.01", [("project", "新建项目", None)], []),
    ],
)
def test_growth_counts_from_above_the_share(budget, last, expected):
    """By more than the share and not below the amount; not where last year's budget is not known for certain."""
    found = at("G17", {"subjects": [{**OLD, "initial_budget": budget}], "ex_ante": [{}]}, before=last)
    assert found == expected


def test_where_no_evaluations_are_kept_nothing_is_asked():
    """An empty table says that the year does not keep it."""
    assert at("G17", {"subjects": [{**NEW, "initial_budget": "500"}], "ex_ante": [None]}) == []


@pytest.mark.parametrize(("budget", "expected"), [("499.99", []), ("500", FOUND)])
def test_a_place_has_a_threshold_of_its_own(budget, expected):
    """Zhengzhou asks from 5 million yuan on."""
    content = {"subjects": [{**NEW, "initial_budget": budget}], "ex_ante": [{}]}
    assert at("G17", content, PLACES) == expected


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        ({}, []),
        ({"fee": None}, [(1, "fee")]),
        ({"quality_score": None, "fee_deducted": None}, [(1, "quality_score")]),
        ({"quality_score": "80", "fee_deducted": None}, []),
        ({"quality_score": "79.99", "fee_deducted": None}, [(1, "fee_deducted")]),
        ({"quality_score": "79.99", "fee_deducted": "0"}, []),
        ({"subjects": "D001", "also_serves": "U001"}, [(1, "also_serves")]),
        ({"subjects": "某项目；D001", "also_serves": "甲单位"}, [(1, "also_serves")]),
        ({"subjects": "全部", "also_serves": "甲单位"}, [(1, "also_serves")]),
        ({"subjects": "某项目", "also_serves": "甲单位"}, []),
        ({"subjects": "D001", "also_serves": "丙单位"}, [(1, "also_serves")]),
        ({"subjects": "没有这个"}, [(1, "subjects")]),
        ({"agency": "别的机构"}, [(1, "agency")]),
    ],
)
def test_an_agency_stands_apart_and_its_work_is_recorded(contract, expected):
    """It serves nobody whom it evaluates; fee, quality and what was taken off are written down."""
    assert at("K06", {"agencies": [contract]}) == expected


FULL = dict.fromkeys(agencies.CRITERIA, "18")


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        ({**FULL, "quality_score": "90"}, []),
        ({**FULL, "quality_score": "90.01"}, [(1, "quality_score")]),
        ({**FULL, "quality_score": None}, []),
        ({**FULL, "plan": None, "quality_score": "90"}, []),
        ({**FULL, "plan": "20", "quality_score": "92"}, []),
        ({**FULL, "plan": "20.5", "quality_score": "92.5"}, [(1, "plan")]),
    ],
)
def test_quality_adds_up(contract, expected):
    """The printed score is the sum of all criteria; none is above its full mark."""
    assert at("K09", {"agencies": [contract]}) == expected


def frame(table, *rows):
    """Rows of a table, blank where they say nothing."""
    return pd.DataFrame(
        [{column: row.get(column) for column in SCHEMAS[table].columns} for row in rows],
        columns=list(SCHEMAS[table].columns),
        dtype=object,
    )


def values(figures):
    """Key and value of the figures that have one."""
    return {one.key: one.value for one in figures if one.value is not None}


def test_contracts_are_counted():
    """Two agencies, three contracts: a subject that two contracts name counts once, and 全部 is every subject."""
    tables = {
        "subjects": frame("subjects", {"subject_id": "P1"}, {"subject_id": "P2"}),
        "agencies": frame(
            "agencies",
            {
                "agency": "甲",
                "contract": "1",
                "fee": D("1.005"),
                "subjects": "P1；某项目",
                "quality_score": D(80),
            },
            {"agency": "甲", "contract": "2", "fee": D("2"), "subjects": "全部", "plan": D(20)},
            {
                "agency": "乙",
                "contract": "3",
                "quality_score": D(81),
                "plan": D(15),
                "fee_deducted": D("0.1"),
            },
        ),
    }
    found = values(agencies.agencies(tables))
    assert found == {
        "agencies.count": 2,
        "agencies.contracts": 3,
        "agencies.subjects": 3,
        "agencies.fee_wan_yuan": D("3.01"),
        "agencies.deducted_wan_yuan": D("0.10"),
        "agencies.quality_mean": D("80.50"),
        "agencies.quality.plan": D("17.50"),
    }


def test_evaluations_of_the_year_are_counted():
    """Those concluded in the year and those without a conclusion; money only where it is known what was approved."""
    rows = [
        ("甲", "予以支持", "10", "10", dt.date(2022, 1, 1)),
        ("乙", "部分支持", "30", "12", dt.date(2022, 12, 31)),
        ("丙", "不予支持", "20", "0", dt.date(2022, 6, 1)),
        ("丁", "予以支持", "99", "99", dt.date(2021, 12, 31)),
        ("戊", None, "40", None, None),
    ]
    table = frame(
        "ex_ante",
        *(
            {
                "name": name, "unit_id": "U1", "amount_asked": D(asked), "conclusion": conclusion,
                "amount_approved": None if approved is None else D(approved), "decided_on": day,
            }
            for name, conclusion, asked, approved, day in rows
        ),
    )  # fmt: skip
    found = values(ex_ante.ex_ante({"ex_ante": table}, 2022))
    assert found == {
        "ex_ante.count": 4,
        "ex_ante.units": 1,
        "ex_ante.concluded.supported": 1,
        "ex_ante.concluded.supported_adjusted": 0,
        "ex_ante.concluded.partly_supported": 1,
        "ex_ante.concluded.not_supported": 1,
        "ex_ante.pending": 1,
        "ex_ante.asked_wan_yuan": D("100.00"),
        "ex_ante.approved_wan_yuan": D("22.00"),
        "ex_ante.cut_wan_yuan": D("38.00"),
        "ex_ante.cut_percent": D("63.33"),
    }


def test_without_rows_no_money_is_known():
    """No evaluation is no sum: missing is missing."""
    found = {one.key: one.value for one in ex_ante.ex_ante({"ex_ante": frame("ex_ante")}, 2022)}
    assert found["ex_ante.asked_wan_yuan"] is None
    assert found["ex_ante.cut_percent"] is None


def test_a_conclusion_without_money_keeps_its_line():
    """It counts, its money is blank and not 0, and a note says so; the lines add up to the whole."""
    whole = evaluation_of(ROOT)
    table = whole.tables["ex_ante"].copy()
    refused = table["conclusion"] == "不予支持"
    table.loc[refused, "amount_approved"] = None
    tables = replace(whole.tables, frames={**whole.tables.frames, "ex_ante": table})
    figures = [*whole.figures.values()]
    counted = {one.key: one for one in ex_ante.ex_ante(tables, 2022)}
    changed = type(whole.figures)(counted.get(one.key, one) for one in figures)
    found = parts.conclusions_table(replace(whole, tables=tables, figures=changed))
    *lines, total = [[cell.text.rstrip("*") for cell in row] for row in found.rows]
    (line,) = [one for one in lines if one[0] == "不予支持"]
    assert int(line[1]) == len(ex_ante.of_year(table[refused], 2022)) > 0
    assert line[2:] == ["—"] * 3
    assert sum(int(one[1]) for one in lines) == int(total[1])
    assert list(found.notes) == [f"注：{line[1]}项有结论，没有写核定金额，只计项数，不计金额。"]

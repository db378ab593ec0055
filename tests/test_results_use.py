"""Problems over the years, checks of their ledger, and what follows from grades: at each threshold of each rule."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import check_examples as examples
from jixiao.archive import new_year
from jixiao.checks import catalogue, engine
from jixiao.figures import problems, proposals, stated
from jixiao.figures.evaluate import evaluate
from jixiao.figures.proposals import Outcome
from jixiao.kit.errors import PolicyError
from jixiao.report import report_tables
from jixiao.rules import policy, policy_file, results_use, scoring
from jixiao.rules.method_words import BudgetMeasure
from jixiao.year import ledger_of_problems, params, table_files, tables
from jixiao.year.schemas import SCHEMAS
from jixiao.year.words import ProblemState
from rule_run import ROOT

D = Decimal
PARAMS = params.of_year(ROOT, 2022)
OPEN, DONE, NOT_DONE = (state.words for state in ProblemState)


def frame(table: str, *rows: dict[str, object]) -> pd.DataFrame:
    """Rows of a table, blank where they say nothing."""
    columns = list(SCHEMAS[table].columns)
    cells = [{column: row.get(column) for column in columns} for row in rows]
    return pd.DataFrame(cells, columns=columns, dtype=object)


# problems over the years


def a_year(root: Path, year: int, ledger: pd.DataFrame, subjects: pd.DataFrame | None = None) -> None:
    """A recorded year of a bureau with a ledger of problems."""
    values = params.read(ROOT, 2022) | {
        "report_year": year,
        "evaluated_year": year - 1,
        "data_folder": str(year),
        "data_origin": "recorded",
    }
    folder = root / "data" / str(year)
    folder.mkdir(parents=True, exist_ok=True)
    (root / "params").mkdir(exist_ok=True)
    (root / "params" / f"{year}.yml").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    for name, rows in (("problems", ledger), ("subjects", subjects)):
        if rows is not None:
            (folder / f"{name}.csv").write_text(table_files.csv_text(rows), encoding="utf-8")


def ledger_of(root: Path, year: int) -> pd.DataFrame:
    """The ledger of a year as it is read."""
    return tables.read_one(root, str(year), "problems")


def closed(root: Path, year: int, problem: str, state: str = DONE) -> None:
    """Write into the ledger of a year that a problem came to an end."""
    ledger = ledger_of(root, year)
    ledger.loc[ledger["problem_id"] == problem, "state"] = state
    path = root / "data" / str(year) / "problems.csv"
    path.write_text(table_files.csv_text(ledger), encoding="utf-8")


SUBJECT = {"subject_id": "P1", "kind": "project", "unit_id": "U1", "name": "某项目", "finished": True}
LEDGER = (
    {"problem_id": "W1", "problem": "甲", "state": OPEN, "subject_id": "P1", "due": dt.date(2022, 6, 30)},
    {"problem_id": "W2", "problem": "乙", "state": DONE, "closed_on": dt.date(2022, 5, 1)},
    {"problem_id": "W3", "problem": "丙", "state": NOT_DONE, "evidence": "项目已经撤销"},
    {"problem_id": "W4", "problem": "丁", "state": OPEN, "found_year": "2020", "found_of": "P9 旧项目"},
    {"problem_id": "W5", "problem": "戊", "state": OPEN},
)


def test_open_problems_go_on_with_their_ids_and_years(tmp_path):
    """What is open is on the next ledger under its id, with its age; of its subject the name stays, not the code."""
    a_year(tmp_path, 2022, frame("problems", *LEDGER), frame("subjects", SUBJECT))
    made = new_year.make(tmp_path, 2023)
    found = ledger_of(tmp_path, 2023)
    told = [tuple(row) for row in found[["problem_id", "subject_id", "found_year", "found_of"]].to_numpy()]
    assert told == [
        ("W1", None, "2022", "P1 某项目"),
        ("W4", None, "2020", "P9 旧项目"),
        ("W5", None, "2022", None),
    ]
    assert list(problems.years_old(found, 2023)) == [1, 3, 1]
    assert found["due"][2] == dt.date(2022, 6, 30)
    assert any("从 2022 年度带来 3 个没有整改完的问题" in line for line in made.lines())
    again = new_year.make(tmp_path, 2023)
    assert again.made == () and ledger_of(tmp_path, 2023).equals(found)
    assert not any("没有整改完的问题" in line for line in again.lines())


def test_a_problem_that_was_closed_stays_closed(tmp_path):
    """Done in 2023, it is not on the ledger of 2024, though that of 2022 has it open."""
    a_year(tmp_path, 2022, frame("problems", *LEDGER), frame("subjects", SUBJECT))
    new_year.make(tmp_path, 2023)
    closed(tmp_path, 2023, "W1")
    closed(tmp_path, 2023, "W4", NOT_DONE)
    a_year(tmp_path, 2023, ledger_of(tmp_path, 2023))
    new_year.make(tmp_path, 2024)
    found = ledger_of(tmp_path, 2024)
    assert list(found["problem_id"]) == ["W5"]
    assert list(problems.years_old(found, 2024)) == [2]


def test_what_was_found_after_the_new_year_began_is_told(tmp_path):
    """The ledger of 2023 is not touched again; a problem that 2022 found later is named, one that was closed is not."""
    a_year(tmp_path, 2022, frame("problems", LEDGER[0]), frame("subjects", SUBJECT))
    new_year.make(tmp_path, 2023)
    closed(tmp_path, 2023, "W1")
    assert new_year.make(tmp_path, 2023).left == ()
    a_year(tmp_path, 2022, frame("problems", *LEDGER))
    before = ledger_of(tmp_path, 2023)
    made = new_year.make(tmp_path, 2023)
    assert made.left == ("W4", "W5") and ledger_of(tmp_path, 2023).equals(before)
    assert any("2022 年度还在整改的 2 个问题不在里面（W4、W5）" in line for line in made.lines())
    (tmp_path / "data" / "2023" / "problems.csv").write_bytes(b"\xff")
    assert new_year.make(tmp_path, 2023).left == ()


def test_what_a_reconstruction_invented_does_not_go_on(tmp_path):
    """No problem of invented rows gets into a recorded year."""
    a_year(tmp_path, 2022, frame("problems", *LEDGER))
    path = tmp_path / "params" / "2022.yml"
    path.write_text(path.read_text("utf-8").replace('"recorded"', '"reconstruction"'), encoding="utf-8")
    new_year.make(tmp_path, 2023)
    assert ledger_of(tmp_path, 2023).empty


STATES = st.sampled_from([OPEN, DONE, NOT_DONE])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(STATES, min_size=1, max_size=5), min_size=1, max_size=4), st.data())
def test_ids_never_change(found_in, data):
    """Over any years of new problems and changing states, who is carried over keeps id, text and year of finding."""
    ledger = frame("problems")
    origin: dict[str, tuple[str, int]] = {}
    ended: set[str] = set()
    for year, states in enumerate(found_in, 2020):
        new = []
        for at, state in enumerate(states):
            key = f"W{year}-{at}"
            origin[key] = (f"问题{key}", year)
            new.append({"problem_id": key, "problem": f"问题{key}", "state": state})
        ledger = ledger.assign(state=[data.draw(STATES) for _ in ledger.index])
        ledger = pd.concat([ledger, frame("problems", *new)], ignore_index=True)
        ended |= set(ledger.loc[ledger["state"] != OPEN, "problem_id"])
        carried = ledger_of_problems.carried_over(ledger, frame("subjects"), year)
        assert set(carried["problem_id"]) == set(ledger.loc[ledger["state"] == OPEN, "problem_id"])
        assert not set(carried["problem_id"]) & ended
        for key, text, first in carried[["problem_id", "problem", "found_year"]].itertuples(index=False):
            assert (text, int(first)) == origin[key]
        ledger = carried


def values(figures):
    """Key and value of the figures that have one."""
    return {one.key: one.value for one in figures if one.value is not None}


def test_the_ledger_is_counted():
    """Rate done, ages of the open ones, and what is late on the day of publication: not on the due day itself."""
    day = dt.date(2022, 8, 25)
    late = {
        "problem_id": "W6",
        "problem": "己",
        "state": OPEN,
        "due": day - dt.timedelta(days=1),
        "amount": D("1.005"),
    }
    just = {"problem_id": "W7", "problem": "庚", "state": OPEN, "due": day, "addressee": "某单位"}
    table = frame("problems", *LEDGER, late, just)
    assert values(problems.problems({"problems": table}, 2022, day)) == {
        "problems.done_percent": D("14.29"),
        "problems.earlier": 1,
        "problems.earlier_open": 1,
        "problems.oldest_years": 2,
        "problems.overdue": 2,
        "problems.overdue_days": 56,
        "problems.addressees": 1,
        "problems.amount_wan_yuan": D("1.01"),
    }


def at(rule, problem):
    """The columns at which a rule finds something in one problem."""
    example = examples.build({"problems": [problem]}, ROOT)
    inspection = engine.inspection_of(example.records, RULES, {}, example.params)
    return [found.column for found in catalogue.CHECKS[rule](inspection)]


RULES = policy.in_force(ROOT, "mof-2020-10", 2021)
PLACE = policy.in_force(ROOT, "zhengzhou", 2021)
ENDED = {"state": DONE, "evidence": "整改报告", "closed_on": "2022-12-31"}


@pytest.mark.parametrize(
    ("rule", "problem", "expected"),
    [
        ("K10", {}, []),
        ("K10", {"found_year": "2022"}, []),
        ("K10", {"found_year": "2023"}, ["found_year"]),
        ("K10", {"due": "2021-12-31"}, ["due"]),
        ("K10", {"due": "2022-01-01"}, []),
        ("K10", {"due": "2021-12-31", "found_year": "2021"}, []),
        ("K10", {**ENDED, "closed_on": "2022-01-01"}, []),
        ("K10", {**ENDED, "closed_on": "2021-12-31"}, ["closed_on"]),
        ("K10", {**ENDED, "closed_on": "2021-12-31", "found_year": "2021"}, []),
        ("K10", {**ENDED, "state": OPEN}, ["closed_on"]),
        ("K10", {**ENDED, "raised_on": "2022-12-31"}, []),
        ("K10", {**ENDED, "raised_on": "2023-01-01"}, ["closed_on"]),
        ("K10", {**ENDED, "state": NOT_DONE}, []),
        ("K11", {}, []),
        ("K11", {"due": None, "addressee": None}, ["addressee", "due"]),
        ("K11", ENDED, []),
        ("K11", {**ENDED, "due": None, "addressee": None}, []),
        ("K11", {**ENDED, "evidence": None}, ["evidence"]),
        ("K11", {**ENDED, "closed_on": None}, ["closed_on"]),
        ("K11", {"state": NOT_DONE}, ["evidence"]),
        ("K11", {"state": NOT_DONE, "evidence": "项目已经撤销"}, []),
        ("K12", ENDED, []),
        ("K12", {**ENDED, "closed_on": "2023-12-31"}, []),
        ("K12", {**ENDED, "closed_on": "2024-01-01"}, ["closed_on"]),
        ("K12", {**ENDED, "closed_on": "2024-01-01", "due": None}, []),
        ("K12", {"due": "2022-01-01"}, []),
    ],
)
def test_states_are_held_to_dates(rule, problem, expected):
    """On and beside each day and year."""
    assert at(rule, problem) == expected


# what follows from grades


def proposed(scheme, score, budget="200", decided=None, kind="project", self_score="100"):
    """The proposal for one subject with a score of the review, if there is one."""
    given = None if score is None else D(score)
    subject = {**SUBJECT, "kind": kind, "initial_budget": None if budget is None else D(budget)}
    uses = [{"subject_id": "P1", "amount": D(one)} for one in decided or ()]
    known = {"subjects": frame("subjects", subject), "applications": frame("applications", *uses)}
    printed = [{"subject_id": "P1", "tier": "self", "score": D(self_score)}]
    printed += [{"subject_id": "P1", "tier": "review", "score": given}] if given is not None else []
    tiers = PARAMS.tiers.values()
    totals = scoring.totals(known["subjects"], frame("indicators"), scheme, frame("scores", *printed), tiers)
    found = proposals.proposals(PARAMS, known, scheme, totals)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("scheme", "score", "measure", "amounts"),
    [
        (RULES, "100", "keep", None),
        (RULES, "90", "keep", None),
        (RULES, "89.99", "keep", None),
        (RULES, "80", "keep", None),
        (RULES, "79.99", "cut", None),
        (RULES, "60", "cut", None),
        (RULES, "59.99", "cut", None),
        (RULES, "0", "cut", None),
        (PLACE, "100", "priority", None),
        (PLACE, "90", "priority", None),
        (PLACE, "89", "keep", None),
        (PLACE, "80", "keep", None),
        (PLACE, "79", "cut", (D("20.00"), D("60.00"))),
        (PLACE, "60", "cut", (D("20.00"), D("60.00"))),
        (PLACE, "59", "stop", (D("60.00"), D("200.00"))),
        (PLACE, "0", "stop", (D("60.00"), D("200.00"))),
    ],
)
def test_a_grade_has_the_measure_of_its_rule(scheme, score, measure, amounts):
    """On and below the lowest score of each grade, under the Ministry's article 27 and under Zhengzhou's article 15."""
    found = proposed(scheme, score)
    assert (found.consequence.measure, found.amounts) == (measure, amounts)


@pytest.mark.parametrize("score", ["89.5", "79.5", "59.5", None])
def test_without_a_grade_of_a_scored_project_nothing_is_proposed(score):
    """Between whole grades there is none; without any later tier the self-evaluation counts."""
    found = proposed(PLACE, score)
    assert (found is None) == (score is not None)


def test_departments_are_not_proposed_for():
    """The articles are about projects."""
    assert proposed(RULES, "50", kind="department") is None


def test_the_last_tier_counts():
    """A review below 80 stands, whatever the unit gave itself."""
    assert proposed(RULES, "70", self_score="99").grade == "中"
    assert proposed(RULES, None, self_score="99").grade == "优"


@pytest.mark.parametrize(
    ("scheme", "score", "decided", "expected"),
    [
        (PLACE, "70", None, Outcome.UNDECIDED),
        (PLACE, "70", ["19.99"], Outcome.LESS),
        (PLACE, "70", ["20"], Outcome.AS_PROPOSED),
        (PLACE, "70", ["10", "10"], Outcome.AS_PROPOSED),
        (PLACE, "70", ["60"], Outcome.AS_PROPOSED),
        (PLACE, "70", ["60.01"], Outcome.MORE),
        (PLACE, "50", ["60"], Outcome.LESS),
        (PLACE, "50", ["60.01"], Outcome.AS_PROPOSED),
        (PLACE, "50", ["200"], Outcome.AS_PROPOSED),
        (PLACE, "50", ["200.01"], Outcome.MORE),
        (PLACE, "95", None, Outcome.NONE),
        (PLACE, "95", ["5"], Outcome.UNASKED),
        (RULES, "70", None, Outcome.UNDECIDED),
        (RULES, "70", ["0"], Outcome.LESS),
        (RULES, "70", ["0.01"], Outcome.AS_PROPOSED),
        (RULES, "85", ["0"], Outcome.NONE),
    ],
)
def test_a_decision_is_held_against_the_proposal(scheme, score, decided, expected):
    """On and beside the least and the most of each rule; more than 30 % is more than 30 %."""
    assert proposed(scheme, score, decided=decided).outcome is expected


def test_without_a_budget_no_amount_is_proposed():
    """Missing is missing: the measure stands, the amount does not."""
    found = proposed(PLACE, "70", budget=None, decided=["5"])
    assert (found.consequence.measure, found.amounts, found.outcome) == (
        BudgetMeasure.CUT,
        None,
        Outcome.AS_PROPOSED,
    )


def test_a_policy_that_says_nothing_proposes_nothing():
    """Rules of whole departments have no such article: no figure has a value, and none is zero."""
    scheme = policy.in_force(ROOT, "hunan-departments", 2024)
    assert results_use.consequences(scheme) == {}
    empty = {name: frame(name) for name in ("subjects", "applications")}
    found = proposals.figures(PARAMS, empty, scheme, pd.DataFrame())
    assert values(found) == {}


@pytest.mark.parametrize(
    ("scheme", "measures", "least", "most"),
    [
        ("mof-2020-10", {"keep": 23, "cut": 7}, None, None),
        ("zhengzhou", {"priority": 1, "keep": 20, "cut": 7}, D("113.79"), D("341.39")),
    ],
)
def test_the_same_year_under_two_schemes(scheme, measures, least, most):
    """The proposals of 2022 differ as the articles say; what was decided is the same."""
    found = evaluate(ROOT, replace(PARAMS, policy=scheme)).figures
    prefix = "results_use.proposed."
    told = {
        key.removeprefix(prefix): one.value
        for key, one in found.items()
        if key.startswith(prefix) and one.value
    }
    assert told == measures
    ends = [found[f"results_use.proposed_{end}_wan_yuan"].value for end in ("least", "most")]
    assert ends == [least, most]
    assert found["results_use.decided_wan_yuan"].value == D("226.51")
    assert found["results_use.outcome.as_proposed"].value == 7
    assert found["results_use.graded"].value + found["results_use.ungraded"].value == 30


@pytest.mark.parametrize("name", policy.known(ROOT))
def test_every_grade_of_a_scheme_has_a_measure_or_none_has(name):
    """No grade is forgotten in a rule on the use of results."""
    scheme = policy.in_force(ROOT, name, 2024)
    found = results_use.consequences(scheme)
    assert not found or list(found) == list(scheme["grades"].value["bands"])


def test_a_grade_that_the_scheme_does_not_have_is_told(tmp_path):
    """With its line and the grades that there are."""
    path = ROOT / "params" / "policies" / "zhengzhou.yml"
    text = path.read_text(encoding="utf-8").replace("{优: {measure: priority}", "{优秀: {measure: priority}")
    (tmp_path / "zhengzhou.yml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as told:
        policy_file.read(tmp_path / "zhengzhou.yml", "zhengzhou.yml", "zhengzhou")
    (fault,) = told.value.faults
    assert "没有等级“优秀”" in str(fault) and "优、良、中、差" in str(fault)


# what readers see


@pytest.fixture(scope="module")
def whole():
    """The year 2022 under Zhengzhou's rules, which have shares."""
    return evaluate(ROOT, replace(PARAMS, policy="zhengzhou"))


def cells(table):
    """The texts of a table, row by row."""
    return [[cell.text for cell in row] for row in table.rows]


def test_the_tables_of_proposals(whole):
    """By grade with a total; by project, the lowest score first."""
    grades = cells(report_tables.of(whole, "results_use.grades"))
    assert [row[:3] for row in grades] == [
        ["优", "优先保障", "1"],
        ["良", "予以支持", "20"],
        ["中", "核减预算（10%～30%）", "7"],
        ["合计", "—", "28"],
    ]
    assert grades[2][3:] == ["1137.93", "113.79", "341.39", "226.51"]
    table = report_tables.of(whole, "results_use.proposals")
    assert [cell.value for cell in table.rows[0][4:8]] == ["68.32", "6.83", "20.50", "20.49"]
    listed = cells(report_tables.of(whole, "results_use.proposals"))
    assert listed[0] == [
        "P014 项目014", "61.88", "中", "核减预算", "68.32", "6.83", "20.50", "20.49", "按规则核减",
    ]  # fmt: skip
    assert [row[1] for row in listed] == sorted(row[1] for row in listed) and len(listed) == 28


def test_the_tables_of_problems(whole):
    """Each table has the whole ledger in its last row; the oldest comes first, of one year the latest."""
    for name in ("problems.years", "problems.addressees"):
        table = cells(report_tables.of(whole, name))
        assert table[-1] == ["合计", "14", "8", "5", "1", "3", "35.71"]
        assert sum(int(row[1]) for row in table[:-1]) == 14
    oldest = cells(report_tables.of(whole, "problems.oldest"))
    assert [row[0] for row in oldest] == [
        "W2020-04", "W2021-05", "W2022-07", "W01", "W02", "W03", "W2022-02", "W2022-04",
    ]  # fmt: skip
    assert oldest[0][1:2] + oldest[0][4:] == ["P023 项目023", "2022-06-30", "2", "421"]


def test_what_earlier_years_found_is_no_finding_of_this_one():
    """It is not among the problems found; what it asks for is among what is to be done. One of a subject is in neither."""
    rows = [
        {"problem_id": "W1", "problem": "今年的", "recommendation": "甲", "state": OPEN},
        {"problem_id": "W2", "problem": "去年的", "recommendation": "乙", "state": OPEN, "found_year": "2021"},
        {"problem_id": "W3", "problem": "单个的", "recommendation": "丙", "state": OPEN, "found_year": "2021", "found_of": "P1 某项目"},
    ]  # fmt: skip
    found = values(stated.problems({"problems": frame("problems", *rows)}, 2022))
    assert (found["problems.listed"], found["problems.recommended"]) == ("今年的", "一是甲。二是乙")
    assert found["problems.count"] == 3

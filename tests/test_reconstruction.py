"""The reconstruction: from published aggregates to rows, and back from the rows to every aggregate."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.reconstruction import reconstruct
from tools.reconstruction.__main__ import main

from jixiao.kit.errors import ParameterError
from jixiao.year.table_files import csv_text
from recount import (
    DATA,
    EVALUATION,
    PUBLISHED,
    TOTAL_INITIAL_BUDGET,
    all_faults,
    correlations,
    differences,
    half_up,
    records,
    side,
    totals,
)


@pytest.fixture(scope="module")
def tables():
    return reconstruct(PUBLISHED)


def test_the_committed_files_are_what_the_generator_makes(tables):
    """data/2022/*.csv come out again byte for byte."""
    made = {f"{name}.csv": csv_text(frame).encode() for name, frame in tables.items()}
    declared = "facts.csv"  # published statements, written by hand
    paths = [path for path in (DATA / "2022").glob("*.csv") if path.name != declared]
    committed = {path.name: path.read_bytes() for path in paths}
    assert sorted(committed) == sorted(made)
    assert [name for name in made if made[name] != committed[name]] == []


def test_every_published_aggregate_follows_from_the_rows(tables):
    """Counting the rows gives the published figures, all of them."""
    assert differences(tables) == []


def test_the_rows_keep_the_rules(tables):
    """No row of the committed year breaks a rule of the measure or of the checks."""
    assert all_faults(tables) == []


def test_another_seed_gives_other_rows_with_the_same_aggregates(tables):
    """The seed changes who scores what, never what was published."""
    other = reconstruct(PUBLISHED, seed=7)
    assert differences(other) == []
    assert not other["indicators"].equals(tables["indicators"])
    assert not other["subjects"].equals(tables["subjects"])
    assert not other["units"].equals(tables["units"])


@pytest.mark.parametrize("seed", [1, 2022])
def test_self_and_review_agree_as_people_do(seed):
    """Self and review totals correlate, but far from perfectly, and a review is never the higher."""
    tables = reconstruct(PUBLISHED, seed)
    assert [r for r in correlations(tables) if not 0.4 <= r <= 0.6] == []
    own, reviewed = totals(tables, "self_score"), totals(tables, "review_score")
    assert [key for key in own if reviewed[key] > own[key]] == []


def test_another_size_scales_bands_and_money():
    """500 subjects keep the bands' shares to the nearest subject and the mean budget."""
    tables = reconstruct(PUBLISHED, departments=370, projects=130)
    for name, size in (("departments", 370), ("projects", 130)):
        found = side(tables, name)
        assert size == found["reporting"]
        for tier in ("self", "review"):
            bands = EVALUATION[name][tier]
            exact = {band: Decimal(n * size) / EVALUATION[name]["reporting"] for band, n in bands.items()}
            assert size == sum(found[tier].values())
            assert [band for band in bands if abs(found[tier][band] - exact[band]) >= 1] == []
    amount = sum(map(Decimal, tables["subjects"]["initial_budget"]))
    assert half_up(Decimal("108105.67") * 500 / 115) == amount


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), departments=st.integers(5, 30), projects=st.integers(2, 12))
def test_any_seed_and_size_keep_the_rules(seed, departments, projects):
    """Whatever the seed and the size, rows are consistent in themselves and with each other."""
    tables = reconstruct(PUBLISHED, seed, departments, projects)
    assert all_faults(tables) == []
    assert (departments, projects) == tuple(tables["subjects"]["kind"].value_counts().sort_index())
    assert tables["target_reviews"]["department_id"].nunique() == 5


def test_reviewed_targets_belong_to_their_department(tables):
    """An opinion is on the department's own targets or on those of a project of its units."""
    department = dict(zip(tables["units"]["unit_id"], tables["units"]["department_id"], strict=True))
    unit = dict(zip(tables["subjects"]["subject_id"], tables["subjects"]["unit_id"], strict=True))
    reviews = records(tables["target_reviews"])
    assert 60 <= len(reviews) <= 90
    assert [row for row in reviews if department[unit[row["subject_id"]]] != row["department_id"]] == []
    assert [row for row in reviews if not row["indicator_id"].startswith(row["subject_id"] + "-")] == []
    assert [row for row in reviews if not (row["answered_on"] and row["change"])] == []
    assert {"已采纳", "部分采纳", "未采纳"} == {row["status"] for row in reviews}


def test_key_projects_stay_in_their_grades_and_among_the_projects(tables):
    """A key project has its grade's score, and a published name or the budget of a project evaluated."""
    budgets = dict(zip(tables["subjects"]["subject_id"], tables["subjects"]["initial_budget"], strict=True))
    spans = {"优秀": (90, 100), "良好": (80, Decimal("89.99"))}
    for row in records(tables["key_projects"]):
        low, high = spans[row["grade"]]
        assert low <= Decimal(row["score"]) <= high
        assert bool(row["name"]) != bool(row["subject_id"])
        assert not row["subject_id"] or budgets[row["subject_id"]] == row["amount"]


def test_late_readings_say_why(tables):
    """A project that by July spent or did less than 80 % of its schedule gives a reason."""
    rows = {row["indicator_id"]: row for row in records(tables["indicators"])}
    subjects = {row["subject_id"]: row for row in records(tables["subjects"])}
    due = Decimal(7) / 12 * Decimal("0.8")
    silent = []
    for reading in records(tables["monitoring"]):
        spent = Decimal(reading["executed"]) / Decimal(subjects[reading["subject_id"]]["adjusted_budget"])
        done = Decimal(reading["actual"]) / Decimal(rows[reading["indicator_id"]]["target"])
        if min(spent, done) < due and not reading["reason"]:
            silent.append(reading)
    assert silent == []


def test_only_neutral_names_occur(tables):
    """No unit, subject or agency is named after anything real."""
    text = "\n".join(
        [*tables["units"]["name"], *tables["subjects"]["name"], *tables["key_projects"]["agency"]]
    )
    neutral = re.compile(r"预算单位\d{3}(部门整体支出)?|项目\d{3}|第三方机构[甲乙丙]")
    assert [name for name in text.splitlines() if not neutral.fullmatch(name)] == []
    named = [name for name in tables["key_projects"]["name"] if name]
    assert list(PUBLISHED["key_projects"]["named"]) == named


@pytest.mark.parametrize(
    ("size", "words"),
    [({"departments": 4}, "departments：4；应为至少 5"), ({"projects": 1}, "projects：1；应为至少 2")],
)
def test_too_small_a_district_is_refused(size, words):
    """Fewer units than the target review covered, or too few projects, is an error."""
    with pytest.raises(ParameterError, match=words):
        reconstruct(PUBLISHED, **size)


def changed(kind, **tiers):
    evaluation = EVALUATION | {kind: EVALUATION[kind] | tiers}
    return PUBLISHED | {"evaluation": evaluation}


@pytest.mark.parametrize(
    ("aggregates", "words"),
    [
        (changed("projects", review={"=100": 30}), "没有相配的自评总分"),
        (changed("projects", self={"[60,65)": 30}), "没有相配的自评总分"),
        (changed("projects", self={"[45,50)": 30}, review={"[40,45)": 30}), "低得无法由指标得分构成"),
        (changed("projects", review={"[5,10)": 30}), "无法由扣分档次构成"),
        (PUBLISHED | {"key_projects": PUBLISHED["key_projects"] | {"mean_score": 99}}, "平均分与等级"),
    ],
)
def test_aggregates_that_no_rows_can_have_are_refused(aggregates, words):
    """Impossible aggregates raise instead of giving rows that miss them."""
    with pytest.raises(ParameterError, match=words):
        reconstruct(aggregates)


def test_the_command_writes_where_it_is_told(tmp_path, monkeypatch):
    """The command reads data/YEAR/published.yml of the current folder and leaves whole files only."""
    monkeypatch.chdir(DATA.parent)
    asked = ["2022", "--into", str(tmp_path), "--departments", "6", "--projects", "3", "--seed", "5"]
    result = CliRunner().invoke(main, asked)
    assert (result.exit_code, result.stderr) == (0, "")
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert {f"{name}.csv" for name in reconstruct(PUBLISHED)} == set(written)
    assert len(written["units.csv"].splitlines()) == 7


def test_the_command_says_what_is_missing(tmp_path, monkeypatch):
    """Away from the data folder the command ends in one line, not in a traceback."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["2022"])
    assert result.exit_code == 1
    assert re.search("没有 .*published.yml；请在仓库的根文件夹运行", result.stderr)


def test_the_data_readme_tells_fact_from_reconstruction(tables):
    """The page beside the data names the published projects and the two derived sums."""
    page = (DATA / "README.md").read_text(encoding="utf-8")
    amount = sum(map(Decimal, tables["subjects"]["initial_budget"]))
    expected = [f"{amount:,}", f"{TOTAL_INITIAL_BUDGET:,}", *PUBLISHED["key_projects"]["named"], "重构"]
    assert [words for words in expected if words not in page] == []

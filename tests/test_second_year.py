"""The reconstructed year 2023 behind 2022: made from invented totals, labelled so, with the problems that were left open."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tools.reconstruction import reconstruct
from tools.reconstruction.__main__ import earlier

from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import Figure, Figures
from jixiao.kit import strict_yaml
from jixiao.report import prose
from jixiao.report.report import UNPUBLISHED, Report
from jixiao.year import params, tables
from jixiao.year.table_files import csv_text
from jixiao.year.words import ProblemState
from kit import PROJECT

TOTALS = PROJECT / "tools" / "reconstruction" / "totals_2023.yml"
FOLDER = PROJECT / "data" / "2023"


@pytest.fixture(scope="module")
def totals():
    """What the year is made from."""
    return strict_yaml.read(TOTALS, TOTALS.name).value


@pytest.fixture(scope="module")
def evaluation():
    """The year 2023."""
    return evaluate(PROJECT, params.of_year(PROJECT, 2023))


@pytest.fixture(scope="module")
def ledgers():
    """The problems of 2022 and of 2023."""
    return [tables.read_one(PROJECT, year, "problems") for year in ("2022", "2023")]


def test_the_committed_files_are_what_the_generator_makes(totals):
    """data/2023/*.csv come out again byte for byte; facts.csv is written by hand."""
    made = reconstruct(totals, 2023, earlier=earlier(PROJECT, totals))
    contents = {f"{name}.csv": csv_text(frame).encode() for name, frame in made.items()}
    committed = {path.name: path.read_bytes() for path in FOLDER.glob("*.csv") if path.name != "facts.csv"}
    assert sorted(committed) == sorted(contents)
    assert [name for name in contents if contents[name] != committed[name]] == []


def test_the_rows_add_up_to_the_totals(totals, evaluation):
    """Every number of the totals is the figure of its key, and none of them counts as published."""
    figures = evaluation.figures
    for kind in ("departments", "projects"):
        own = totals["evaluation"][kind]
        assert figures[f"evaluation.{kind}.reporting"].value == own["reporting"]
        for tier in ("self", "review"):
            counted = {band: figures[f"evaluation.{kind}.{tier}.{band}"].value for band in own[tier]}
            assert counted == own[tier]
    for key in ("unit_coverage_percent", "amount_yi_yuan", "share_of_initial_budget_percent"):
        assert figures[f"evaluation.{key}"].value == Decimal(str(totals["evaluation"][key]))
    assert [one.key for one in figures.values() if one.basis in ("公布", "算得")] == []


def test_open_problems_come_along_under_their_ids(ledgers):
    """Each that was open in 2022 is there with the year that found it; what was closed stays closed, and away."""
    before, now = ledgers
    assert now["problem_id"].is_unique
    is_open = before["state"] == ProblemState.OPEN.words
    carried = now[now["found_year"].notna() & (now["found_year"] != "2023")]
    assert list(carried["problem_id"]) == list(before.loc[is_open, "problem_id"])
    assert set(now["problem_id"]).isdisjoint(before.loc[~is_open, "problem_id"])
    found = dict(zip(before["problem_id"], before["found_year"], strict=True))
    assert [found[one] or "2022" for one in carried["problem_id"]] == list(carried["found_year"])
    done = carried["state"] == ProblemState.DONE.words
    assert done.any() and not done.all()
    assert carried.loc[done, ["evidence", "closed_on"]].notna().all(axis=None)


def test_ages_grow_with_the_years(evaluation):
    """A problem that 2021 found is two years old in 2023; what earlier years left open is counted."""
    figures = evaluation.figures
    asked = ("earlier", "earlier_open", "oldest_years")
    assert [int(figures[f"problems.{name}"].value) for name in asked] == [8, 4, 2]


def test_next_steps_name_nothing_that_is_done(evaluation):
    """A recommendation of an earlier year whose problem is done by now is no next step."""
    said = evaluation.figures["problems.recommended"].value
    assert "编制佐证材料清单" in said and "列入下年重点抽查" not in said


def test_the_year_says_everywhere_that_it_was_not_published(evaluation):
    """Title, note of the title block and notes on the data say so; nothing speaks of a published report."""
    report = Report(evaluation, {})
    title = report.title("{report.report_year}报告")._repr_mimebundle_()["text/html"]
    assert f"2023年报告{UNPUBLISHED}" in title and "没有公布过报告" in title
    notes = report.data_notes()._repr_mimebundle_()["text/plain"]
    assert "没有公布过报告" in notes and "公布的报告没有" not in notes


CLAUSES = [
    ("[[有{a.none}]]。\n\n要注意的是：这样。", True),
    ("[[有{a.none}]][[，另有{a.none}]]", True),
    ("[[有{a.none}]][[，另有{a.one}]]。注意。", False),
    ("共{a.one}[[，有{a.none}]]。", False),
    ("[[见图]]。注意。", False),
    ("注意。", False),
]


@pytest.mark.parametrize(("text", "emptied"), CLAUSES)
def test_a_text_is_emptied_with_its_last_clause(text, emptied):
    """Where all figures stand in clauses and none is left, the rest says nothing."""
    made = Figures(
        Figure(f"a.{name}", value, "个", "", "", "") for name, value in (("none", None), ("one", Decimal(1)))
    )
    assert prose.is_emptied(text, made) is emptied

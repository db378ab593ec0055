"""The year of one unit: its own rows, figures counted from them, and its place among all without anybody's name."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal as D

import pytest

from jixiao.figures import unit_figures, unit_year
from jixiao.figures.evaluate import evaluate
from jixiao.figures.unit_year import MASKED, Names, Quarter, Year, quarter
from jixiao.kit.errors import ParameterError
from jixiao.report.letter import letter_tables
from jixiao.year import params
from kit import PROJECT

ALL = [D(100 - at) for at in range(12)]  # 100 down to 89


@pytest.fixture(scope="module")
def year() -> Year:
    """The year 2022."""
    return Year(evaluate(PROJECT, params.of_year(PROJECT, 2022)))


@pytest.mark.parametrize(
    ("score", "scores", "expected"),
    [
        ("98", ALL, Quarter.FIRST),  # two of twelve are higher
        ("97", ALL, Quarter.SECOND),  # three are, a quarter
        ("95", ALL, Quarter.SECOND),
        ("94", ALL, Quarter.THIRD),  # six are, a half
        ("92", ALL, Quarter.THIRD),  # three are lower
        ("91", ALL, Quarter.LAST),
        ("95", [D(95)] * 10, Quarter.FIRST),  # all are equal
        ("80", [D(90)] * 5 + [D(80)] * 5, Quarter.LAST),
        ("95", [D(95)] * 9, None),  # too few
    ],
)
def test_where_a_score_stands(score, scores, expected):
    """Equal scores stand together; of fewer than ten nothing is said."""
    assert quarter(D(score), scores) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("参照预算单位030的做法", f"参照{MASKED}的做法"),
        ("预算单位009与 预算单位030、项目005", f"预算单位009与 {MASKED}、{MASKED}"),
        ("预算单位0301不是单位", "预算单位0301不是单位"),
        ("见U030的表", f"见{MASKED}的表"),
        ("型号U0301、AU030", "型号U0301、AU030"),
        ("预算单位030部门整体支出高", f"{MASKED}高"),
    ],
)
def test_names_of_others_are_masked(year, text, expected):
    """Whole names and codes of others, not parts of longer words; one's own stay."""
    names = Names(year.evaluation.tables)
    assert names.masked(text, frozenset({"U009", "预算单位009"})) == expected


def rows(table: str, **wanted: str) -> list[dict[str, str]]:
    """The rows of a table of 2022 with these cells, read by nothing of the package."""
    path = PROJECT / "data" / "2022" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if wanted.items() <= row.items()]


def test_a_unit_has_its_own_rows_alone(year):
    """Every row is of its subjects, and no figure that was counted from others is left."""
    own = year.of("U009")
    subjects = {row["subject_id"] for row in rows("subjects", unit_id="U009")}
    assert own.units == ("U009",)
    for name, frame in own.tables.frames.items():
        if "subject_id" in frame:
            assert set(frame["subject_id"].dropna()) <= subjects, name
    assert len(own.tables["indicators"]) == sum(len(rows("indicators", subject_id=one)) for one in subjects)
    assert [key for key in own.figures if key.startswith(("evaluation.", "results_use."))] == []


def test_figures_of_a_unit_are_counted_from_its_rows(year):
    """Counted again here: what was lost, by which indicators, and where it stands."""
    found = {one.key: one.value for one in unit_figures.of(year.of("U009"))}
    indicators = [row for code in ("D009", "P001") for row in rows("indicators", subject_id=code)]
    lost = [D(row["weight"]) - D(row["review_score"]) for row in indicators]
    scores = [D(row["score"]) for row in rows("scores", tier="review") if row["subject_id"].startswith("D")]
    own = D(rows("scores", tier="review", subject_id="D009")[0]["score"])
    self_score = D(rows("scores", tier="self", subject_id="D009")[0]["score"])
    assert found["unit.score"] == own
    assert found["unit.gap"] == self_score - own
    assert found["unit.lost"] == sum(lost)
    assert found["unit.short"] == sum(one > 0 for one in lost)
    assert found["unit.judged"] == 2
    assert found["unit.all_mean"] == round(sum(scores) / len(scores), 2)
    assert sum(one < own for one in scores) * 4 < len(scores)
    assert found["unit.place"] == Quarter.LAST.words
    assert found["unit.lost_most"].startswith("签约项目落地数（项目001）10.00分、")
    assert found["unit.to_mend"] == 1


def test_a_unit_is_reminded_of_what_an_earlier_year_found(year):
    """It by its name alone: the year that found it, what is asked, and that the day has passed."""
    told = {
        unit: [[cell.text for cell in row[1:]] for row in letter_tables.to_mend(year.of(unit)).rows]
        for unit in ("U049", "U009")
    }
    earlier = [
        "2020年度发现：项目结余资金没有及时清理",
        "清理结余资金，按规定交回",
        "2022年6月30日（已逾期）",
    ]
    assert told["U049"].count(earlier) == 1
    assert not any("年度发现" in row[0] for row in told["U009"])
    problems = year.evaluation.tables["problems"].copy()
    problems.loc[problems["found_of"].notna(), "addressee"] = "预算单位"
    frames = {**year.evaluation.tables.frames, "problems": problems}
    other = Year(replace(year.evaluation, tables=replace(year.evaluation.tables, frames=frames)))
    assert not any("年度发现" in row[1].text for row in letter_tables.to_mend(other.of("U009")).rows)


def test_a_department_has_the_rows_of_the_units_below_it(year):
    """With `below` it stands for its units; without, it is a unit like others."""
    below = rows("units", department_id="U003")
    assert len(below) == 7
    found = {one.key: one.value for one in unit_figures.of(year.of("U003", below=True))}
    assert found["unit.several"] == 7
    assert found["unit.name"] == "预算单位003"
    assert found["unit.place"] is None  # a mean stands nowhere among scores
    alone = {one.key: one.value for one in unit_figures.of(year.of("U003"))}
    assert alone["unit.several"] is None


def test_a_self_score_is_compared_with_the_scores_of_the_same_subjects(year):
    """Where one of several subjects has none, no mean of the others stands beside the mean of all."""
    below = year.of("U003", below=True)
    totals = below.totals.copy()
    first = totals.index[totals["kind"] == "department"][0]
    totals.loc[first, "self_total"] = None
    before, found = (
        {one.key: one.value for one in unit_figures.of(each)}
        for each in (below, unit_year.replace(below, totals=totals))
    )
    assert before["unit.self_score"] is not None and before["unit.gap"] is not None
    assert (found["unit.self_score"], found["unit.gap"]) == (None, None)
    assert found["unit.score"] == before["unit.score"]


def test_a_unit_with_nothing_evaluated_has_no_values(year):
    """No score, no losses, no table; what all units are to mend holds for it, too."""
    own = year.of("U009")
    frames = {
        name: frame.iloc[:0] if "subject_id" in frame else frame for name, frame in own.tables.frames.items()
    }
    bare = unit_year.replace(
        own, tables=unit_year.Tables(own.tables.folder, frames), totals=own.totals.iloc[:0], own_findings=()
    )
    found = {one.key: one.value for one in unit_figures.of(bare)}
    assert {key for key, value in found.items() if value is not None} == {
        "unit.name", "unit.section", "unit.subjects",
    }  # fmt: skip
    assert [name for name, make in letter_tables.TABLES.items() if make(bare)] == []


def test_a_blank_score_is_no_loss(year):
    """It is counted as blank, its table says so, and the total of its level is unknown."""
    own = year.of("U009")
    indicators = own.tables["indicators"].copy()
    indicators.loc[indicators.index[0], ["review_score", "review_remark"]] = None
    frames = {**own.tables.frames, "indicators": indicators}
    blank = unit_year.replace(own, tables=unit_year.Tables(own.tables.folder, frames))
    before = {one.key: one.value for one in unit_figures.of(own)}
    found = {one.key: one.value for one in unit_figures.of(blank)}
    first = indicators.iloc[0]
    lost = first["weight"] - own.tables["indicators"].iloc[0]["review_score"]
    assert (found["unit.blank"], before["unit.blank"]) == (1, 0)
    assert found["unit.lost"] == before["unit.lost"] - lost
    table = letter_tables.levels(blank)
    assert [row[2].text for row in table.rows if row[0].text in (first["level1"], "合计")] == ["—", "—"]


def test_an_unknown_unit_is_a_fault_of_the_parameter(year):
    """It says what was meant."""
    with pytest.raises(ParameterError, match="参数 unit：没有单位“U0O9”"):
        year.of("U0O9")

"""Counted figures from a few rows: expected values, rows and columns by hand; nothing counted where nothing is."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from jixiao.figures import counted, stated
from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import Figures, Rows
from jixiao.kit import numbers
from jixiao.rules.policy import in_force
from jixiao.year import params, tables, tiers
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables
from kit import PROJECT, Kit

D = Decimal
YEAR = params.of_year(PROJECT, 2022)
MEASURE, ZHENGZHOU, FREE = (in_force(PROJECT, name, 2021) for name in ("mof-2020-10", "zhengzhou", "sichuan"))
TIERS = {
    "self": {
        "name": "单位自评",
        "by": "预算单位",
        "bands": {"departments": ["=100", "[95,100)"], "projects": ["=100"]},
    },
    "review": {
        "name": "财政复核",
        "by": "财政部门",
        "bands": {"departments": ["[85,90)", "[80,85)"], "projects": ["[90,100]"]},
    },
}
SMALL = replace(
    YEAR,
    total_initial_budget=D(1000),
    tiers=tiers.parsed(TIERS),
)

FILES = {
    "units": "unit_id,name,department_id,section\nU1,甲,U1,\nU2,乙,U1,\nU3,丙,U3,\n",
    "subjects": "subject_id,kind,unit_id,name,initial_budget,adjusted_budget,executed,finished,is_new\n"
    "D1,department,U1,一,100,100,100,true,false\n"
    "D2,department,U2,二,133.35,100,100,true,false\n"
    "D3,department,U3,三,50,100,100,true,false\n"
    "P1,project,U1,四,100,100,100,true,false\n"
    "P2,project,U3,五,10,100,100,true,false\n",
    "indicators": "",
    "monitoring": "",
    "target_conclusions": "",
    "problems": "",
    "rules_issued": "title,number,issued_on,topic,level,status\n"
    "总办法,区办发〔2021〕1号,,,上位文件,现行\n"
    "指导意见,,,,上位文件,现行\n"
    "管理办法,,,自评,配套办法,现行\n"
    "操作规程,,,,配套办法,现行\n"
    "考核办法,区财〔2021〕2号,,自评,配套办法,现行\n",
    "target_reviews": "department_id,subject_id,indicator_id,opinion,status,answered_on,change\n"
    "U1,D1,,不具体,已采纳,,\n"
    "U1,D1,,偏低,部分采纳,,\n"
    "U1,P1,,偏低,已采纳,,\n"
    "U3,P2,,偏高,部分采纳,,\n",
    "key_projects": "subject_id,name,amount,agency,score,grade,recommendations\n"
    ",沿江公园,100.005,甲所,90.01,优秀,\n"
    ",文化站,50,乙所,90,优,\n"
    "P2,,0,乙所,79.99,中,\n",
    "applications": "subject_id,tier,measure,amount,target_year,status,note\n"
    "D1,review,预算安排,,,,\nD2,review,整改,,,,\nP1,review,预算安排,,,,\n",
    "disclosures": "unit_id,document,approved_on,published_on,url\nU1,部门决算,,,\nU2,部门决算,,,\nU3,政府决算,,,\n",
}

LAG = "monitoring.schedule_lead"  # who lags behind an even year is not ahead of it

# subject, reported, self total and grade, review total and grade
TOTALS = [
    ("D1", True, "100.00", "优", "85.00", "良"),
    ("D2", True, "94.99", "优", "94.99", "优"),
    ("D3", False, None, None, "80.00", "良"),
    ("P1", True, "89.50", None, "90.00", "优"),
    ("P2", False, "60.00", "中", None, None),
]


def number(text: str | None) -> Decimal | None:
    """A number as written, None for none."""
    return None if text is None else D(text)


def read(**files: str) -> Tables:
    """The tables as reading a folder gives them, those without a text having no rows."""
    frames = {
        name: tables.validated(tables.parse(text.encode(), name), name, "data/2022")
        if text
        else tables.empty(name)
        for name, text in (dict.fromkeys(SCHEMAS, "") | FILES | files).items()
    }
    return Tables("data/2022", frames)


def totals(data: Tables, rows=TOTALS) -> pd.DataFrame:
    """Totals as scoring gives them, under the row numbers of subjects.csv."""
    frame = data["subjects"][["subject_id", "kind", "unit_id", "name"]].copy()
    given = {row[0]: row[1:] for row in rows}
    frame["reported"] = [given[subject][0] for subject in frame["subject_id"]]
    for at, column in ((1, "self_total"), (2, "self_grade"), (3, "review_total"), (4, "review_grade")):
        values = [given[subject][at] for subject in frame["subject_id"]]
        kept = [number(value) if column.endswith("total") else value for value in values]
        frame[column] = pd.Series(kept, frame.index, dtype=object)
    frame["self_declared"] = frame["review_declared"] = False
    return frame


@pytest.fixture(scope="module")
def found() -> Figures:
    """The figures of the small tables."""
    data = read()
    return counted.figures(SMALL, data, MEASURE, totals(data))


EVALUATION = {  # key: value, rows behind it, the column that counts
    "unit_coverage_percent": ("66.67", "subjects", (2, 3, 5), "unit_id"),
    "items": ("3", "subjects", (2, 3, 5), "kind"),
    "amount_yi_yuan": ("0.03", "subjects", (2, 3, 5), "initial_budget"),
    "share_of_initial_budget_percent": ("33.34", "subjects", (2, 3, 5), "initial_budget"),
    "departments.reporting": ("2", "subjects", (2, 3), "kind"),
    "departments.self_near_full": ("1", "totals", (2,), "self_total"),
    "departments.self_near_full_percent": ("50.00", "totals", (2,), "self_total"),
    "departments.self_best_grade": ("2", "totals", (2, 3), "self_total"),
    "departments.self_best_grade_percent": ("100.00", "totals", (2, 3), "self_total"),
    "departments.review_near_full": ("0", "totals", (), "review_total"),
    "departments.review_near_full_percent": ("0.00", "totals", (), "review_total"),
    "departments.review_best_grade": ("1", "totals", (3,), "review_total"),
    "departments.review_best_grade_percent": ("33.33", "totals", (3,), "review_total"),
    "projects.self_near_full": ("0", "totals", (), "self_total"),
    "projects.self_near_full_percent": ("0.00", "totals", (), "self_total"),
    "projects.self_best_grade": ("0", "totals", (), "self_total"),
    "projects.self_best_grade_percent": ("0.00", "totals", (), "self_total"),
    "projects.review_near_full": ("0", "totals", (), "review_total"),
    "projects.review_near_full_percent": ("0.00", "totals", (), "review_total"),
    "projects.review_best_grade": ("1", "totals", (5,), "review_total"),
    "projects.review_best_grade_percent": ("100.00", "totals", (5,), "review_total"),
    "departments.self.=100": ("1", "totals", (2,), "self_total"),
    "departments.self_share.=100": ("50.00", "totals", (2,), "self_total"),
    "departments.self.[95,100)": ("0", "totals", (), "self_total"),
    "departments.self_share.[95,100)": ("0.00", "totals", (), "self_total"),
    "departments.self.other": ("1", "totals", (3,), "self_total"),
    "departments.self_count": ("2", "totals", (2, 3), "self_total"),
    "departments.self_mean": ("97.50", "totals", (2, 3), "self_total"),
    "departments.review.[85,90)": ("1", "totals", (2,), "review_total"),
    "departments.review_share.[85,90)": ("33.33", "totals", (2,), "review_total"),
    "departments.review.[80,85)": ("1", "totals", (4,), "review_total"),
    "departments.review_share.[80,85)": ("33.33", "totals", (4,), "review_total"),
    "departments.review.other": ("1", "totals", (3,), "review_total"),
    "departments.review_count": ("3", "totals", (2, 3, 4), "review_total"),
    "departments.review_mean": ("86.66", "totals", (2, 3, 4), "review_total"),
    "departments.mean_gap": ("7.50", "totals", (2, 3), "review_total"),
    "departments.compared": ("—", "totals", (2, 3), "review_total"),
    "departments.compared_self_mean": ("—", "totals", (2, 3), "review_total"),
    "departments.lowered": ("1", "totals", (2,), "review_total"),
    "departments.grade_changed": ("1", "totals", (2,), "review_total"),
    "projects.reporting": ("1", "subjects", (5,), "kind"),
    "projects.self.=100": ("0", "totals", (), "self_total"),
    "projects.self_share.=100": ("0.00", "totals", (), "self_total"),
    "projects.self.other": ("2", "totals", (5, 6), "self_total"),
    "projects.self_count": ("2", "totals", (5, 6), "self_total"),
    "projects.self_mean": ("74.75", "totals", (5, 6), "self_total"),
    "projects.review.[90,100]": ("1", "totals", (5,), "review_total"),
    "projects.review_share.[90,100]": ("100.00", "totals", (5,), "review_total"),
    "projects.review.other": ("0", "totals", (), "review_total"),
    "projects.review_count": ("1", "totals", (5,), "review_total"),
    "projects.review_mean": ("90.00", "totals", (5,), "review_total"),
    "projects.mean_gap": ("-0.50", "totals", (5,), "review_total"),
    "projects.compared": ("1", "totals", (5,), "review_total"),
    "projects.compared_self_mean": ("89.50", "totals", (5,), "review_total"),
    "projects.lowered": ("0", "totals", (), "review_total"),
    "projects.grade_changed": ("1", "totals", (5,), "review_total"),
}
LISTS = {
    "rules_issued.parent": ("区办发〔2021〕1号", "rules_issued", (2,), "number"),
    "rules_issued.parent_title": ("《总办法》（区办发〔2021〕1号）", "rules_issued", (2,), "title"),
    "rules_issued.count": ("3", "rules_issued", (4, 5, 6), ""),
    "rules_issued.topics": ("自评", "rules_issued", (4, 6), "topic"),
    "target_review.departments": ("2", "target_reviews", (2, 3, 4, 5), "department_id"),
    "target_review.subjects": ("3", "target_reviews", (2, 3, 4, 5), "subject_id"),
    "target_review.opinions": ("4", "target_reviews", (2, 3, 4, 5), "opinion"),
    "target_review.adopted": ("2", "target_reviews", (2, 4), "status"),
    "target_review.partly_adopted": ("2", "target_reviews", (3, 5), "status"),
    "target_review.not_adopted": ("0", "target_reviews", (), "status"),
    "results_use.linked_to": ("预算安排、整改", "applications", (2, 3, 4), "measure"),
    "results_use.applications": ("3", "applications", (2, 3, 4), "measure"),
    "results_use.disclosed_with": ("部门决算、政府决算", "disclosures", (2, 3, 4), "document"),
    "key_projects.count": ("3", "key_projects", (2, 3, 4), "amount"),
    "key_projects.budget_wan_yuan": ("150.01", "key_projects", (2, 3, 4), "amount"),
    "key_projects.mean_score": ("86.67", "key_projects", (2, 3, 4), "score"),
    "key_projects.grades.优秀": ("2", "key_projects", (2, 3), "grade"),
    "key_projects.grades.良好": ("0", "key_projects", (), "grade"),
    "key_projects.grades.中": ("1", "key_projects", (4,), "grade"),
    "key_projects.grades.差": ("0", "key_projects", (), "grade"),
    "key_projects.names": ("沿江公园、文化站", "key_projects", (2, 3), "name"),
    "key_projects.graded.优秀": ("沿江公园、文化站", "key_projects", (2, 3), "grade"),
    "key_projects.graded.良好": ("—", "key_projects", (), "grade"),
    "key_projects.graded.中": ("—", "key_projects", (), "grade"),
    "key_projects.graded.差": ("—", "key_projects", (), "grade"),
    "key_projects.named.沿江公园": ("优秀", "key_projects", (2,), "grade"),
    "key_projects.named.文化站": ("优", "key_projects", (3,), "grade"),
}


# what tests/test_losses.py counts
LOSSES = re.compile(r"_(?:moved|taken|cause)\.|_cut$|\.short|\.execution_percent$|results_use\.amount_")
COMPARED = re.compile(r"\.compared(?:_self_mean)?$")  # of 2022 every subject was reviewed
# what tests/test_results_use.py counts
PROPOSED = re.compile(r"results_use\.(?:graded|ungraded|proposed|outcome|decided)")


def told(figures: Figures, prefixes: tuple[str, ...]) -> dict[str, tuple[str, str, tuple[int, ...], str]]:
    """Value and rows of the figures under these prefixes."""
    return {
        key: (f.number, f.rows.table, f.rows.numbers, f.rows.column)
        for key, f in figures.items()
        if key.startswith(prefixes)
    }


def test_evaluation_is_counted_from_its_rows(found):
    """Totals on and beside bands, equal ones, missing ones, a share of the unrounded amount, means on a half."""
    counted_here = {
        key: value for key, value in told(found, ("evaluation.",)).items() if not LOSSES.search(key)
    }
    assert counted_here == {f"evaluation.{key}": value for key, value in EVALUATION.items()}


def test_lists_are_counted_from_their_rows(found):
    """Different departments and subjects, statuses, topics once each, grades in other words, blanks nowhere."""
    lists = told(found, ("rules_issued", "target_review", "results_use", "key_projects"))
    kept = {key: value for key, value in lists.items() if not LOSSES.search(key) and not PROPOSED.search(key)}
    # what opinions are about, answers and conclusions: test_target_review.py
    assert {key: kept[key] for key in kept if key in LISTS or not key.startswith("target_review.")} == LISTS


def test_figures_name_what_they_follow_from(found):
    """A share and a count follow from the bands, the number of measures from their topics."""
    follows = {key: figure.follows for key, figure in found.items() if figure.follows}
    prefix = "evaluation.departments.self"
    both = (f"{prefix}.=100", f"{prefix}.[95,100)")
    assert (follows.pop(f"{prefix}_share.=100"), follows.pop(f"{prefix}_share.[95,100)")) == (both, both)
    assert follows.pop(f"{prefix}_count") == both
    assert follows.pop("rules_issued.count") == ("rules_issued.topics",)
    assert follows.pop("evaluation_tiers_count") == ("evaluation_tiers",)
    assert {key.rpartition(".")[0] for key in follows} == {
        "evaluation.departments", "evaluation.departments.review_share", "evaluation.projects",
        "evaluation.projects.self_share", "evaluation.projects.review_share",
    }  # fmt: skip


def test_figures_name_the_rules_that_they_rest_on(found):
    """Totals rest on weights, execution and rounding; grades that changed on the grades too; lists on no rule."""
    total = ("weights", "execution", "rounding")
    for key, figure in found.items():
        of_totals = not key.endswith(("reporting", ".execution_percent", ".short", ".short_explained"))
        if key.startswith("evaluation.") and of_totals and key.count(".") > 1:
            graded = key.endswith("grade_changed") or "_moved." in key
            more = ("grades",) if graded else ("remark_causes",) if "_cause." in key else ()
            assert figure.rules == (*total, *more), key
    others = {
        key: figure.rules
        for key, figure in found.items()
        if figure.rules and not key.startswith("evaluation.")
    }
    assert others == {
        "policy.full_mark": ("full_mark",),
        **{f"policy.weights.{name}": ("weights",) for name in MEASURE["weights"].value["通用"]},
        **{f"policy.grades.{name}": ("grades",) for name in "优良中差"},
        "policy.near_full": ("grades", "full_mark"),
        "policy.decimals": ("rounding",),
        "key_projects.mean_score": ("rounding",),
    }
    caps = in_force(PROJECT, "platform-caps", 2021)
    data = read()
    rules = counted.figures(SMALL, data, caps, totals(data))["evaluation.projects.self_mean"].rules
    assert rules == ("weights", "execution", "missing_satisfaction", "total_cap", "rounding")


NOTHING = {
    "evaluation.unit_coverage_percent": "0",
    "evaluation.items": "0",
    "evaluation.amount_yi_yuan": "0.00",
    "evaluation.share_of_initial_budget_percent": "0.00",
    "evaluation.departments.reporting": "0",
    "evaluation.departments.self.=100": "0",
    "evaluation.departments.self_share.=100": "—",
    "evaluation.departments.self.other": "0",
    "evaluation.departments.self_count": "0",
    "evaluation.departments.self_mean": "—",
    "evaluation.departments.review_mean": "—",
    "evaluation.departments.mean_gap": "—",
    "evaluation.departments.lowered": "—",
    "evaluation.departments.grade_changed": "—",
    "rules_issued.parent": "—",
    "rules_issued.count": "0",
    "rules_issued.topics": "—",
    "target_review.departments": "0",
    "target_review.subjects": "0",
    "target_review.opinions": "0",
    "target_review.adopted": "0",
    "results_use.linked_to": "—",
    "results_use.applications": "0",
    "results_use.disclosed_with": "—",
    "key_projects.count": "0",
    "key_projects.budget_wan_yuan": "0.00",
    "key_projects.mean_score": "—",
    "key_projects.grades.优秀": "0",
}


@pytest.mark.parametrize("header_only", [False, True])
def test_nothing_in_the_tables_is_nothing_to_divide(header_only):
    """Tables that are missing or have only their header: counts are 0, shares, means and lists have no value."""
    names = ("rules_issued", "target_reviews", "key_projects", "applications", "disclosures")
    empty = {name: FILES[name].splitlines()[0] + "\n" if header_only else "" for name in names}
    data = read(**empty)
    rows = [(subject, False, None, None, None, None) for subject, *_ in TOTALS]
    figures = counted.figures(SMALL, data, MEASURE, totals(data, rows))
    assert {key: figures[key].number for key in NOTHING} == NOTHING


@pytest.mark.parametrize("header_only", [False, True])
def test_what_was_not_recorded_has_no_figure(tmp_path, header_only):
    """Of lists that are missing or empty no figure has a value, 0 least of all; the others keep theirs."""
    kit = Kit(tmp_path)
    names = (
        "rules_issued", "target_reviews", "target_conclusions", "key_projects", "applications", "disclosures",
    )  # fmt: skip
    for name in names:
        path = kit.data / f"{name}.csv"
        header = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text(f"{header}\n", encoding="utf-8") if header_only else path.unlink()
    figures = evaluate(kit.root, params.of_year(kit.root, 2022)).figures
    drawn = {key for key in figures if key.startswith(("sampling.", "quality."))}
    without = {key for key, figure in figures.items() if figure.value is None} - drawn
    declared = {key for key, figure in figures.items() if "facts" in figure.source}
    assert without == {key for key in figures if key.startswith((
        "rules_issued.", "target_review.", "key_projects.", "results_use.",
    )) and not PROPOSED.search(key)} - declared | {
        key for key in without if LOSSES.search(key) or PROPOSED.search(key) or COMPARED.search(key)
    } | {LAG} and len(without) == 74  # fmt: skip


def test_no_initial_budget_of_the_whole_gives_no_share():
    """Whether the parameter is missing or zero."""
    data = read()
    for whole in (None, D(0)):
        figures = counted.figures(replace(SMALL, total_initial_budget=whole), data, MEASURE, totals(data))
        assert figures["evaluation.share_of_initial_budget_percent"].value is None


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 3, "33.33"), (2, 3, "66.67"), (1, 800, "0.13"), (3, 800, "0.38"), (1, 0, None), (0, 7, "0.00"),
     (D("0.5"), D("0.8"), "62.50"), (7, 7, "100.00"), (1, 80_000, "0.00"), (4, 80_000, "0.01")],
)  # fmt: skip
def test_a_share_is_a_percentage_with_two_decimals(part, whole, expected):
    """Half up; nothing of nothing has no share."""
    assert numbers.percent(part, whole) == number(expected)


MEANS = [  # values; half up with two decimals, to even with one
    ([], None, None),
    (["7"], "7.00", "7.0"),
    (["1", "2", "2"], "1.67", "1.7"),
    (["90.00", "90.01"], "90.01", "90.0"),
    (["90.01", "90.02"], "90.02", "90.0"),
    (["0.4", "0.5"], "0.45", "0.4"),
    (["0.5", "0.6"], "0.55", "0.6"),
    (["0.00", "0.01", "0.00"], "0.00", "0.0"),
    (["-1", "0"], "-0.50", "-0.5"),
]


@pytest.mark.parametrize(("values", "up", "even"), MEANS)
def test_a_mean_is_rounded_as_the_policy_says(values, up, even):
    """One rounding, on a half up or to the even digit; no values have no mean."""
    other = replace(MEASURE["rounding"], value={"places": 1, "how": "gb_t_8170"})
    policy = replace(MEASURE, rules={**MEASURE.rules, "rounding": other})
    for rules, expected in ((MEASURE, up), (policy, even)):
        found = counted.mean([D(value) for value in values], rules)
        assert (None if found is None else str(found)) == expected


STATED = {
    "report.region": ("广西壮族自治区柳州市城中区", ""),
    "report.report_year": ("2022", "年"),
    "report.evaluated_year": ("2021", "年"),
    "evaluation_tiers_count": ("2", "个"),
    "tiers.self.name": ("单位自评", ""),
    "tiers.review.by": ("财政部门", ""),
    "policy.title": ("项目支出绩效评价管理办法", ""),
    "policy.number": ("财预〔2020〕10号", ""),
    "policy.full_mark": ("100", "分"),
    "policy.weights.预算执行率": ("10", "分"),
    "policy.weights.产出指标": ("50", "分"),
    "policy.weights.效益指标": ("30", "分"),
    "policy.weights.满意度指标": ("10", "分"),
    "policy.grades.优": ("90", "分"),
    "policy.grades.良": ("80", "分"),
    "policy.grades.中": ("60", "分"),
    "policy.grades.差": ("0", "分"),
    "policy.decimals": ("2", "位"),
}


def test_what_parameters_and_rules_state(found):
    """Numbers and texts of the params file and of the policy, said by parameter or rule."""
    assert {key: (found[key].number, found[key].unit) for key in STATED} == {
        **STATED, "report.region": (YEAR.region, ""),
    }  # fmt: skip
    assert found["report.published_on"].number == "2023-08-25"
    assert found["report.published_on"].display == "2023年8月25日"
    assert found["evaluation_tiers"].number == "单位自评、财政复核"
    bases = {key: figure.basis for key, figure in found.items() if figure.origin == "stated"}
    assert {key for key, basis in bases.items() if basis == "规则"} == {
        k for k in bases if k.startswith("policy.")
    }
    assert {key for key, basis in bases.items() if basis == "参数"} == {
        "report.region", "report.issuer", "report.report_year", "report.evaluated_year", "report.published_on",
        "evaluation_tiers", "evaluation_tiers_count",
        *(f"tiers.{tier}.{part}" for tier in ("self", "review") for part in ("name", "by")),
    }  # fmt: skip


def test_a_policy_without_number_is_cited_by_its_title():
    """The form of Sichuan has no number of its own; the first variant of weights is stated."""
    said = {figure.key: figure.number for figure in stated.of_policy(FREE)}
    assert (said["policy.number"], said["policy.weights.其他指标"]) == (f"《{FREE.title}》", "90")
    guide = in_force(PROJECT, "mof-2021-101", 2021)
    said = {figure.key: figure.number for figure in stated.of_policy(guide)}
    assert said["policy.weights.成本指标"] == "20"


def test_a_figure_names_the_tables_that_its_source_names(found):
    """Whoever asks which tables a figure needs does not read its source; both say the same."""
    told = {key: re.findall(r"(\w+)[.]csv", figure.source) for key, figure in found.items()}
    assert {key: list(figure.tables) for key, figure in found.items()} == told
    assert found["evaluation.unit_coverage_percent"].tables == ("units", "subjects", "indicators")
    assert found["evaluation.departments.self_mean"].tables == ("indicators", "subjects")
    assert found["report.issuer"].tables == ()


def test_a_figure_of_one_key_project_says_which(found):
    """Only the grades that stand beside the name of a project bear it."""
    projects = {key: figure.project for key, figure in found.items() if figure.project}
    graded = {f"key_projects.graded.{word}": word for word in ("优秀", "良好", "中", "差")}
    named = {"key_projects.named.沿江公园": "沿江公园", "key_projects.named.文化站": "文化站"}
    assert projects == graded | named


def test_rows_count_as_many_as_they_are():
    """The length of rows is the number of their row numbers."""
    assert (len(Rows("t", (2, 5, 9))), len(Rows("t", ()))) == (3, 0)


def test_every_figure_says_in_these_words_what_it_is(found):
    """Unit, label, label inside its own table, definition and source, as the register prints them."""
    path = Path(__file__).parent / "data" / "figure_words.csv"
    with path.open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    told = [[f.key, f.unit, f.label, f.short, f.definition, f.source] for f in found.values()]
    assert told == expected[1:]

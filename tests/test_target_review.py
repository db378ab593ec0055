"""The review of targets: its rules at each edge, its figures, and its sheets, which go out, are filled in and come back."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import check_examples as examples
from jixiao.checks import catalogue, engine, settings
from jixiao.figures import target_review
from jixiao.forms.model import Form, FormKind, Value
from jixiao.forms.records import target_rows
from jixiao.forms.records.filling import Ledger
from jixiao.report.parts import target_review as parts
from jixiao.rules import element_points, policy
from jixiao.year import tables
from jixiao.year.schemas import SCHEMAS
from kit import PROJECT, Kit
from rule_run import ROOT
from test_figures import evaluation_of
from test_receiving import deliver, digests, rows, run

RULES = policy.in_force(ROOT, "mof-2020-10", 2021)
D = Decimal
ADOPTED = {"field": "target", "before": "15", "after": "20"}  # the ledger of the example has 20场


def at(rule: str, content: dict[str, Any]) -> list[tuple[int | None, str]]:
    """Where a rule finds something in the rows of an example: (row, column)."""
    example = examples.build(content, ROOT)
    limits = settings.in_force(ROOT, RULES).values
    inspection = engine.inspection_of(example.records, RULES, limits, example.params)
    return [(found.row, found.column) for found in catalogue.CHECKS[rule](inspection)]


@pytest.mark.parametrize(
    ("opinion", "expected"),
    [
        (ADOPTED, []),
        (ADOPTED | {"after": "20.0"}, []),
        (ADOPTED | {"before": "20.0", "after": "20"}, [(1, "after")]),
        (ADOPTED | {"before": "20", "after": "25"}, [(1, "after")]),
        (ADOPTED | {"before": "≥20场", "after": "25"}, [(1, "after")]),
        (ADOPTED | {"before": "20", "after": None}, [(1, "after")]),
        (ADOPTED | {"before": None, "after": None}, []),
        (ADOPTED | {"status": "未采纳", "before": "20", "after": None}, []),
        (ADOPTED | {"status": "部分采纳", "before": "20", "after": "25"}, [(1, "after")]),
        ({"status": "待答复"}, [(1, "status")]),
        (ADOPTED | {"field": None, "before": "20", "after": "20"}, []),
    ],
)
def test_an_adopted_opinion_changes_the_value(opinion: dict[str, Any], expected: list[Any]) -> None:
    """Numbers are compared as numbers, with operator and unit or without; an opinion waits no longer than the review."""
    assert at("G18", {"target_reviews": [opinion]}) == expected


@pytest.mark.parametrize(
    ("opinion", "expected"),
    [
        (ADOPTED, []),
        (ADOPTED | {"before": "10", "after": "15"}, [(1, "after")]),
        (ADOPTED | {"status": "未采纳", "before": "10", "after": "15"}, []),
        (ADOPTED | {"field": "weight", "before": "1", "after": "2"}, [(1, "after")]),
    ],
)
def test_what_was_agreed_on_stands_in_the_ledger(opinion: dict[str, Any], expected: list[Any]) -> None:
    """Neither the value before nor the one agreed on: somebody has changed it since."""
    assert at("G19", {"target_reviews": [opinion]}) == expected


@pytest.mark.parametrize(
    ("grades", "worst"),
    [("优优优优", "优"), ("优优优良", "优"), ("优优良良", "良"), ("优优优中", "良"), ("良良良中", "良"), ("良良中中", "中"),
     ("优优优差", "中"), ("中中中差", "中"), ("中中差差", "差")],
)  # fmt: skip
def test_a_conclusion_follows_from_the_grades(grades: str, worst: str) -> None:
    """Three of four reach it, and none is more than one grade worse; any other conclusion is told."""
    order = "优良中差"
    assert order[element_points.by_count([order.index(one) for one in grades], 4, D(75))] == worst
    names = ("completeness", "relevance", "suitability", "feasibility")
    for conclusion in order:
        row = dict(zip(names, grades, strict=True)) | {"conclusion": conclusion}
        expected = [] if conclusion == worst else [(1, "conclusion")]
        assert at("G23", {"target_conclusions": [row]}) == expected, conclusion


def frame(table: str, *given: dict[str, Any]) -> pd.DataFrame:
    """Rows of a table, blank where they say nothing."""
    columns = list(SCHEMAS[table].columns)
    made = [{column: row.get(column) for column in columns} for row in given]
    return pd.DataFrame(made, columns=columns, dtype=object)


def test_opinions_and_conclusions_are_counted() -> None:
    """Waiting opinions are none of the answered ones; money is told by kind, and a cut of 0 is no subject with a cut."""
    day = dt.date(2022, 9, 1)
    opinions = [
        ("已采纳", "适当性", "target", "1", "2", dt.date(2022, 9, 4)),
        ("部分采纳", "适当性", "weight", "1", "1", dt.date(2022, 9, 2)),
        ("未采纳", None, None, None, None, None),
        ("待答复", "完整性", "level3", "甲", None, None),
    ]
    reviews = [
        {"department_id": "U1", "subject_id": "P1", "status": status, "quality": quality, "field": field,
         "before": before, "after": after, "raised_on": day, "answered_on": answered}
        for status, quality, field, before, after, answered in opinions
    ]  # fmt: skip
    concluded = [
        {"subject_id": "P1", "conclusion": "优", "amount_asked": D(100), "amount_cut": D("2.5")},
        {"subject_id": "P2", "conclusion": "中", "amount_asked": D(100), "amount_cut": D(0)},
        {"subject_id": "D1", "conclusion": "优"},
    ]
    subjects = [{"subject_id": "P1", "kind": "project"}, {"subject_id": "P2", "kind": "project"},
                {"subject_id": "D1", "kind": "department"}]  # fmt: skip
    year: Any = {
        "target_reviews": frame("target_reviews", *reviews),
        "target_conclusions": frame("target_conclusions", *concluded),
        "subjects": frame("subjects", *subjects),
    }
    found = {one.key.removeprefix("target_review."): one.value for one in target_review.figures(year)}
    assert {key: value for key, value in found.items() if value not in (0, None)} == {
        "departments": 1, "subjects": 1, "opinions": 4, "quality.completeness": 1, "quality.suitability": 2,
        "field.level3": 1, "field.target": 1, "field.weight": 1, "adopted": 1, "partly_adopted": 1, "not_adopted": 1,
        "pending": 1, "answered": 3, "adopted_percent": D("66.67"), "changed": 1, "answer_days": D("2.0"),
        "answer_days_longest": 3, "concluded": 3, "conclusion.优": 2, "conclusion.中": 1,
        "projects.asked_wan_yuan": D("200.00"), "projects.cut_wan_yuan": D("2.50"), "projects.cut_percent": D("1.25"),
        "projects.cut_subjects": 1,
    }  # fmt: skip
    assert found["departments.cut_wan_yuan"] is None
    assert found["projects.cut_subjects"] == 1


def test_money_that_was_not_cut_is_not_money_of_which_nobody_says_whether_it_was() -> None:
    """A blank cut is no 0 in the share, and no cut at all is known where all are blank."""
    rows = [("P1", D(100), D(10)), ("P2", D(300), None), ("P3", None, D(5)), ("D1", D(50), None)]
    concluded = [
        {"subject_id": one, "conclusion": "优", "amount_asked": asked, "amount_cut": cut}
        for one, asked, cut in rows
    ]
    kinds = {"P": "project", "D": "department"}
    year: Any = {
        "target_reviews": frame("target_reviews"),
        "target_conclusions": frame("target_conclusions", *concluded),
        "subjects": frame("subjects", *({"subject_id": one, "kind": kinds[one[0]]} for one, *_ in rows)),
    }
    found = {one.key.removeprefix("target_review."): one.value for one in target_review.figures(year)}
    names = ("asked_wan_yuan", "cut_wan_yuan", "cut_percent", "cut_subjects")
    assert [found[f"projects.{name}"] for name in names] == [D("400.00"), D("15.00"), D("10.00"), 2]
    assert [found[f"departments.{name}"] for name in names] == [D("50.00"), None, None, None]


# sheets

SHEET = "sheet.xlsx"


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheet of the department of P009 as it goes out."""
    return issued(Kit(tmp_path_factory.mktemp("issued")))


@pytest.fixture
def kit(tmp_path: Path, sheet: Path) -> Kit:
    """A kit whose targets nobody has reviewed yet."""
    own = Kit(tmp_path)
    for table in ("target_reviews", "target_conclusions"):
        (own.data / f"{table}.csv").unlink()
    (tmp_path / "post").mkdir()
    shutil.copyfile(sheet, tmp_path / SHEET)
    return own


def issued(kit: Kit, *more: str) -> Path:
    """The sheet of the department of P009."""
    done = run(kit, "forms", "2022", "--of", "targets", "--quiet", *more)
    assert done.exit_code == 0, done.output
    return next((kit.outputs / "2022.forms-targets").glob("U029 *.xlsx"))


def filled(kit: Kit, name: str, *opinions: dict[str, Any], conclusion: dict[str, Any] | None = None) -> Path:
    """The sheet as a reviewer and the unit fill it in: what is said of indicators of P009, by column, and its conclusion."""
    book = openpyxl.load_workbook(kit.root / SHEET)
    sheet, concluded = book["会审意见"], book["会审结论"]
    for said in opinions:
        put(sheet, row_of(sheet, "P009") + said["at"], {key: said[key] for key in said if key != "at"})
    if conclusion:
        put(concluded, row_of(concluded, "P009"), conclusion)
    path = kit.root / "post" / name
    book.save(path)
    return path


def row_of(sheet: Any, code: str) -> int:
    """The row in which a subject begins."""
    return next(row[0].row for row in sheet.iter_rows(min_row=6) if row[0].value == code)


def put(sheet: Any, row: int, values: dict[str, Any]) -> None:
    """Write values below the heads that begin with their names, into cells that are open."""
    heads = {cell.value.split("（")[0]: cell.column for cell in sheet[5]}
    for name, value in values.items():
        cell = sheet.cell(row, heads[name])
        assert not cell.protection.locked, name
        cell.value = value


RAISED = {"at": 1, "会审意见": "年度指标值偏低", "所指方面": "适当性", "所指栏目": "年度指标值"}
ANSWERED = RAISED | {
    "处理情况": "已采纳", "修改后的值": 30, "单位答复": "同意", "答复日期": dt.datetime(2022, 10, 20), "核减预算": 1.5,
}  # fmt: skip
OF_ALL = {"会审意见": "缺少效益指标", "所指方面": "完整性"}
CONCLUDED = {
    "申报预算": 219.72, "核减预算": 1.5, "完整性等级": "良", "相关性等级": "优", "适当性等级": "良",
    "可行性等级": "良", "会审结论": "良", "会审日期": dt.datetime(2022, 11, 16),
}  # fmt: skip


def test_opinions_come_back_with_their_state(kit: Kit) -> None:
    """First what was raised, with the value of the ledger; then the answer, which replaces it and is recorded."""
    whole = len([row for row in rows(kit, "indicators") if row["subject_id"] == "P009"])
    (second,) = [row for row in rows(kit, "indicators") if row["indicator_id"] == "P009-02"]

    done = deliver(kit, filled(kit, "一.xlsx", RAISED, OF_ALL | {"at": whole}), on="2022-09-20")

    assert (done.exit_code, done.stderr) == (0, ""), done.output
    raised, of_all = rows(kit, "target_reviews")
    assert {name: value for name, value in raised.items() if value} == {
        "department_id": "U029", "subject_id": "P009", "indicator_id": "P009-02", "opinion": "年度指标值偏低",
        "status": "待答复", "quality": "适当性", "field": "target", "before": second["target"],
    }  # fmt: skip
    assert (of_all["indicator_id"], of_all["opinion"], of_all["quality"]) == ("", "缺少效益指标", "完整性")
    assert [(row["subject_id"], row["kind"], row["status"]) for row in rows(kit, "received")] == [
        ("P009", "target_opinions", "accepted")
    ]
    before = digests(kit.data)

    done = deliver(kit, filled(kit, "二.xlsx", ANSWERED, conclusion=CONCLUDED), on="2022-10-21")

    assert done.exit_code == 0, done.output
    (answered,) = rows(kit, "target_reviews")
    names = ("status", "before", "after", "answer", "answered_on", "amount_cut")
    assert [answered[name] for name in names] == [
        "已采纳", second["target"], "30", "同意", "2022-10-20", "1.5",
    ]  # fmt: skip
    assert rows(kit, "target_conclusions") == [
        {"subject_id": "P009", "completeness": "良", "relevance": "优", "suitability": "良", "feasibility": "良",
         "conclusion": "良", "amount_asked": "219.72", "amount_cut": "1.5", "reviewed_on": "2022-11-16", "note": ""},
    ]  # fmt: skip
    changed = {(row["table"], row["column"], row["before"], row["after"]) for row in rows(kit, "changes")}
    assert {
        ("target_reviews", "status", "待答复", "已采纳"),
        ("target_reviews", "after", "", "30"),
        ("target_reviews", "opinion", "缺少效益指标", ""),
    } <= changed
    assert "[G18] " in run(kit, "check", "2022", "--quiet").output  # the ledger has not followed yet
    assert run(kit, "undo", "2022").exit_code == 0
    assert digests(kit.data) == before


def test_what_was_filled_in_goes_out_again_and_comes_back_the_same(kit: Kit) -> None:
    """A sheet with opinions and conclusions so far is the same document: taken in again it changes nothing."""
    deliver(kit, filled(kit, "一.xlsx", ANSWERED, conclusion=CONCLUDED), on="2022-10-21")
    before = {name: rows(kit, name) for name in ("target_reviews", "target_conclusions")}

    done = deliver(kit, issued(kit, "--filled"), on="2022-10-22")

    assert done.exit_code == 0, done.output
    assert {name: rows(kit, name) for name in before} == before


def test_a_later_form_of_targets_gives_the_value_after(kit: Kit) -> None:
    """Where the unit only says that it has changed the value, that of the ledger stands behind the opinion."""
    deliver(kit, filled(kit, "一.xlsx", RAISED), on="2022-09-20")
    kit.change_table(
        "indicators",
        lambda rows: next(row for row in rows if row["indicator_id"] == "P009-02").update(target="31"),
    )
    deliver(kit, filled(kit, "二.xlsx", RAISED | {"处理情况": "已采纳"}), on="2022-10-21")

    (row,) = rows(kit, "target_reviews")
    assert (row["after"], row["before"] != "31") == ("31", True)


WRONG = (
    ({"处理情况": "同意"}, "“处理情况”"),
    ({"所指方面": "规范性"}, "“所指方面”"),
    ({"所指栏目": "备注"}, "“所指栏目”"),
    ({"答复日期": "下周"}, "“答复日期”"),
)


def test_what_the_table_cannot_hold_goes_back(kit: Kit) -> None:
    """With one line of the reason for each cell."""
    opinions = [RAISED | wrong | {"at": place} for place, (wrong, _) in enumerate(WRONG)]
    path = filled(kit, "一.xlsx", *opinions, conclusion=CONCLUDED | {"完整性等级": "好"})

    told = run(kit, "check", str(path), "--year", "2022").output

    assert [words for words in (*(each for _, each in WRONG), "“完整性等级”") if words not in told] == [], (
        told
    )
    assert deliver(kit, path).exit_code == 1
    assert not (kit.data / "target_reviews.csv").exists()


def test_what_went_back_goes_once_the_sheet_is_taken(kit: Kit) -> None:
    """The return sheets of a department's sheet are those of its last delivery."""
    deliver(kit, filled(kit, "一.xlsx", RAISED | {"处理情况": "同意"}), on="2022-09-20")
    returned = kit.outputs / "2022.returns"
    assert any("退回意见" in path.name for path in returned.iterdir())

    assert deliver(kit, filled(kit, "一.xlsx", RAISED), on="2022-09-21").exit_code == 0
    assert [path.name for path in returned.iterdir() if "退回意见" in path.name] == []


def test_a_sheet_that_nobody_filled_in_goes_back(kit: Kit) -> None:
    """It says nothing of any subject."""
    done = run(kit, "check", str(filled(kit, "一.xlsx")), "--year", "2022")

    assert "[F13] 这张绩效目标会审意见表没有填" in done.output


LISTED = (
    ("项目编码", "审核人", "审核日期", "完整性审核", "可测性审核", "可行性审核", "初审小结"),
    ("P009", "某人", "2022-09-20", "1. 审核通过", "指标值不可测", " 审核通过", "修改后通过"),
    ("P010", "某人", "2022-09-21", "缺少成本指标", "审核通过", "审核通过", ""),
)
EXPORTED = (
    ("单位编码", "单位名称", "项目编码", "项目名称", "修改意见"),
    ("U029", "预算单位029", "P009", "项目009", "补充数量指标"),
)
OF_DEPARTMENTS = (("单位编码", "单位名称", "修改意见"), ("U029", "预算单位029", "补充年度目标"))


@pytest.mark.parametrize(
    ("title", "table", "expected"),
    [
        (
            "绩效目标初审结果",
            LISTED,
            {("P009", "指标值不可测", "", "2022-09-20"), ("P010", "缺少成本指标", "完整性", "2022-09-21")},
        ),
        ("绩效目标评审审核意见", EXPORTED, {("P009", "补充数量指标", "", "")}),
        ("部门整体绩效目标审核意见", OF_DEPARTMENTS, {("D029", "补充年度目标", "", "")}),
    ],
)
def test_lists_of_opinions_of_other_systems_are_read(kit: Kit, title: str, table: Any, expected: Any) -> None:
    """An opinion for each quality in a column of its own, or one for each subject; what passed is no opinion."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title])
    for row in table:
        sheet.append(row)
    path = kit.root / "post" / "清单.xlsx"
    book.save(path)

    done = deliver(kit, path)

    assert done.exit_code == 0, done.output
    names = ("subject_id", "opinion", "quality", "raised_on")
    assert {tuple(row[name] for name in names) for row in rows(kit, "target_reviews")} == expected


def test_several_opinions_on_one_indicator_are_each_a_row() -> None:
    """As the filled sheet prints them; a name that the targets do not have is told."""
    named = [("产品抽检批次", "适当性"), ("产品抽检批次", "完整性"), ("没有的指标", "完整性")]
    lines = [{"level3": name, "opinion": "不妥", "quality": quality} for name, quality in named]
    lines = [{name: Value(text, row, 0) for name, text in line.items()} for row, line in enumerate(lines, 5)]
    fields = {"code": Value("P001", 1, 0)}
    form = Form("一.xlsx", "表", "", FormKind.TARGET_OPINIONS, fields, (), tuple(lines))
    found = target_rows.opinions(form, Ledger.of(tables.read(PROJECT, "2022", needed=())))
    said = [(row["indicator_id"], row["quality"]) for part in found.parts for row, _ in part.rows]
    assert said == [("P001-01", "适当性"), ("P001-01", "完整性")]
    assert [remark.place.row for remark in found.remarks] == [8]


# tables and charts


@pytest.fixture(scope="module")
def evaluation() -> Any:
    """The evaluation of the committed data."""
    return evaluation_of(PROJECT)


def cells(table: Any) -> list[list[str]]:
    """The texts of the rows of a table."""
    return [[cell.text for cell in row] for row in table.rows]


def test_opinions_by_quality_and_by_department_add_up_to_the_figures(evaluation: Any) -> None:
    """The last row has the figures, and each column above it adds up to it."""
    for table in (parts.opinions_table(evaluation), parts.departments_table(evaluation)):
        *above, total = cells(table)
        for column, head in enumerate(table.columns):
            if head.label not in ("方面", "部门", "采纳率"):
                assert sum(D(row[column]) for row in above) == D(total[column]), head.label
        assert total[table.columns.index(next(c for c in table.columns if c.label == "采纳率"))] == "87.14%"


def test_examples_show_the_columns_changed_most_often(evaluation: Any) -> None:
    """One of each, with something before and after, and numbers with their unit."""
    found = cells(parts.examples_table(evaluation))
    assert [row[3] for row in found] == ["年度指标值", "三级指标", "分值"]
    assert all(row[4] and row[5] and row[4] != row[5] for row in found)
    assert found[0][4:] == ["79%", "98%"]


def test_without_rows_there_is_nothing_to_show(evaluation: Any) -> None:
    """No table and no chart; money that nobody said is no row of 0."""
    frames = dict(evaluation.tables.frames)
    frames |= {name: frames[name].iloc[:0] for name in ("target_reviews", "target_conclusions")}
    bare_tables = replace(evaluation.tables, frames=frames)
    unknown = [one.key for one in evaluation.figures.values() if one.key.startswith("target_review.")]
    bare = replace(evaluation, tables=bare_tables, figures=evaluation.figures.without_values(unknown))
    made = [*parts.TABLES.values(), *parts.CHARTS.values()]
    assert [make(bare) for make in made] == [None] * len(made)


def test_a_waiting_opinion_has_a_column_of_its_own(evaluation: Any) -> None:
    """Only where one waits; it is none of the answered ones."""
    frames = dict(evaluation.tables.frames)
    reviews = frames["target_reviews"].copy()
    reviews.loc[reviews.index[:2], "status"] = "待答复"
    waiting = replace(
        evaluation, tables=replace(evaluation.tables, frames=frames | {"target_reviews": reviews})
    )
    heads = [[column.label for column in parts.opinions_table(one).columns] for one in (evaluation, waiting)]
    assert ["待答复" in one for one in heads] == [False, True]
    names = [row[0].text for row in parts.fields_chart(waiting).data.rows if row[0] is not None]
    assert names == ["采纳（含部分采纳）", "未采纳", "待答复"]


def test_a_cell_that_a_table_cannot_hold_is_called_by_the_title_of_its_column() -> None:
    """A column that no form has a label for is none that users know by its name."""
    review = {"department_id": None, "subject_id": "D001", "opinion": "不妥"}
    example = examples.build({"target_reviews": [review]}, ROOT)
    limits = settings.in_force(ROOT, RULES).values
    inspection = engine.inspection_of(example.records, RULES, limits, example.params)
    said = [one.found for one in catalogue.CHECKS["F13"](inspection) if one.column == "department_id"]
    assert said == ["“预算部门”没有填"]

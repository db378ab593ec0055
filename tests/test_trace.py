"""From a figure back to rules, rows and cells: the rows are the right ones, and the figure follows from them."""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineWorkbook

from filled_form import Form
from jixiao.commands.cli import cli
from jixiao.figures import trace
from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import Figure, Rows
from jixiao.kit import numbers
from jixiao.kit.errors import ParameterError, Place
from jixiao.report import report_tables
from jixiao.year import params
from kit import PROJECT, Kit
from recount import half_up, totals
from review_faults import Paper, paper_of

KEY = "evaluation.departments.review.[85,90)"
REVIEWED = "第三方机构绩效评价总分"


@pytest.fixture(scope="module")
def year():
    """The year 2022, evaluated."""
    return evaluate(PROJECT, params.of_year(PROJECT, 2022))


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> Kit:
    """A kit whose departments came in as forms, filled as the tables have them."""
    kit = Kit(tmp_path_factory.mktemp("imported"))
    kit.leave_few()
    assert run(kit, "forms", "2022", "--filled", "--quiet").exit_code == 0
    blank = {"actual": "", "self_score": "", "deviation_reason": ""}
    kit.change_table("indicators", lambda rows: [row.update(blank) for row in rows])
    done = run(kit, "import", "2022", str(kit.outputs / "2022.forms"), "--received", "2022-03-31", "--quiet")
    assert done.exit_code == 0, done.output
    return kit


def run(kit: Kit, *words: str):
    """A command in this process."""
    return CliRunner().invoke(cli, words, env={"JIXIAO_ROOT": str(kit.root)})


def test_the_eight_departments_of_a_band_are_listed_with_their_scores(year):
    """The subjects are those whose totals, counted anew from the CSV files, lie in the band."""
    rows = trace.trace(year, KEY).rows
    wanted = {
        subject: numbers.plain(score)
        for subject, score in recounted("review").items()
        if subject.startswith("D") and Decimal(85) <= score < Decimal(90)
    }
    assert len(rows) == 8
    assert {row.key: row.values[REVIEWED].partition("（")[0] for row in rows} == wanted


def test_the_points_of_a_row_add_up_to_its_total(year):
    """Each row shows every indicator and the execution points; together they are the total that counts."""
    for key, label in ((KEY, REVIEWED), ("evaluation.projects.self.=100", "单位自评总分")):
        for row in trace.trace(year, key).rows:
            points = [
                Decimal(part.value.partition("/")[0].removesuffix("分"))
                for part in row.parts
                if part.value.endswith("分")
            ]
            assert sum(points) == Decimal(row.values[label].partition("（")[0]), row.key


def test_a_total_and_its_parts_say_where_they_stand(year):
    """The total and the points of a rule name the row of the subject, amounts and scores the column too."""
    row = trace.trace(year, KEY).rows[0]
    scores = {"单位自评总分": "100.00（优）", REVIEWED: "86.99（良）"}
    at = "data/2022/subjects.csv 第 9 行"
    assert (row.key, row.name, row.values, row.place) == ("D008", "预算单位008部门整体支出", scores, at)
    assert re.fullmatch(r"data/2022/indicators\.csv 第 \d+ 行 review_score 列", row.parts[0].place)
    assert [(part.name, part.place) for part in row.parts[-3:]] == [
        ("全年预算数", f"{at} adjusted_budget 列"),
        ("全年执行数", f"{at} executed 列"),
        ("预算执行率得分", at),
    ]


BUDGET = {"年初预算数": "863.56"}
PLAIN = [
    ("evaluation.amount_yi_yuan", "D001", "预算单位001部门整体支出", BUDGET, "subjects.csv 第 2 行 initial_budget 列"),
    ("target_review.departments", "U016", "", {}, "target_reviews.csv 第 2 行 department_id 列"),
    ("target_review.adopted", "U016", "", {"处理情况": "已采纳"}, "target_reviews.csv 第 3 行 status 列"),
    ("rules_issued.topics", "", "", {"主题": "事前绩效评估管理"}, "rules_issued.csv 第 3 行 topic 列"),
    ("rules_issued.count", "", "", {}, "rules_issued.csv 第 3 行"),
    ("key_projects.mean_score", "", "重点项目（1）", {"再评价得分": "98.04"}, "key_projects.csv"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "subject", "name", "values", "place"), PLAIN)
def test_a_row_says_whom_it_is_about_and_what_counts_in_it(year, key, subject, name, values, place):
    """Key and name where the table has them; the counted column, but not the key twice; the place down to the column."""
    assert trace.trace(year, key).rows[0] == trace.Row(subject, name, values, f"data/2022/{place}")


def test_the_register_names_rows_by_subject_or_by_number(year):
    """A subject with its two totals; rows of other tables by number, invented key projects by rank."""
    listed = trace.Year(year)
    subject = "D008\xa0100.00/86.99"
    assert (
        [*listed.brief(Rows("subjects", (9, 10)), 1)] == [*listed.brief(Rows("totals", (9,)), 1)] == [subject]
    )
    assert [*listed.brief(Rows("applications", (2, 3, 4)), 2)] == ["第2行", "第3行"]
    assert [*listed.brief(trace.Year(year).behind(year.figures["key_projects.mean_score"]), 1)] == [
        "重点项目（1）"
    ]


FOUND = trace.Trace(
    Figure("甲.乙", Decimal("95.00"), "分", "均分", "平均", "a.csv", follows=("甲.丙",)),
    (trace.Cited("weights", "分值", "产出 50", "第十三条", "2020-02-25", "条文"),),
    (
        trace.Row(
            "D1", "一局", {"总分": "95.00"}, "a.csv 第 2 行", Place("f.xlsx", "表", "K2"),
            (
                trace.Part("场次", "85/90分", "b.csv 第 2 行", Place("f.xlsx", "表", "K9"), "85"),
                trace.Part("执行率得分", "10分", points="10", formula="10 × 1", rule="execution", article="附1"),
            ),
        ),
    ),
    "重构",
)  # fmt: skip


def test_a_trace_for_programs():
    """The figure as figures.json has it, then what it follows from, its rules, and its rows with their parts."""
    keys = ("name", "value", "place", "cell", "points", "formula", "rule", "article")
    parts = [
        ("场次", "85/90分", "b.csv 第 2 行", "f.xlsx 工作表“表” K9", "85", "", "", ""),
        ("执行率得分", "10分", "", "", "10", "10 × 1", "execution", "附1"),
    ]
    row = {"key": "D1", "name": "一局", "values": {"总分": "95.00"}, "place": "a.csv 第 2 行"}
    rule = {"name": "weights", "meaning": "分值", "value": "产出 50", "citation": "第十三条"}
    assert FOUND.as_json() == FOUND.figure.as_json() | {
        "follows": ["甲.丙"],
        "rules": [rule | {"since": "2020-02-25", "basis": "条文"}],
        "note": "重构",
        "rows": [
            row
            | {
                "cell": "f.xlsx 工作表“表” K2",
                "parts": [dict(zip(keys, part, strict=True)) for part in parts],
            }
        ],
    }


def test_a_trace_for_people():
    """Cells of a row together in one line for each sheet; with parts a line for each part instead, with its cell."""
    head = [
        "甲.乙  均分 95.00分", "  定义：平均", "  来源：a.csv", "  性质：推算", "  相关：甲.丙",
        "  规则：分值：产出 50  第十三条（条文，2020-02-25起）", "依据 1 行（重构）：",
        "  D1 一局 总分 95.00 a.csv 第 2 行",
    ]  # fmt: skip
    assert [*FOUND.as_text()] == [*head, "    f.xlsx 工作表“表” K2、K9"]
    assert [*FOUND.as_text(parts=True)] == [
        *head,
        "    f.xlsx 工作表“表” K2",
        "    场次 85/90分 b.csv 第 2 行 f.xlsx 工作表“表” K9",
        "    执行率得分 10分 10 × 1 附1",
    ]


def test_every_figure_leads_somewhere(year):
    """Each figure has rows, or rules, or is said by the parameters."""
    rows_of = trace.Year(year)
    lost = [
        key
        for key, figure in year.figures.items()
        if not (found := rows_of.trace(key)).rows
        and not found.rules
        and "params/" not in figure.source
        and figure.value
        and figure.basis != "规则"
        and not key.startswith(("key_projects.named.", "key_projects.graded."))
    ]
    assert lost == []


def test_a_count_is_the_number_of_its_rows(year):
    """Whole numbers of things are counted from their rows, and a share is the part that its rows are."""
    rows_of = trace.Year(year)
    whole = {
        f"evaluation.{name}.{tier}" for name in ("departments", "projects") for tier in ("self", "review")
    }
    for prefix in whole:
        every = len(rows_of.trace(f"{prefix}_count").rows)
        keys = [key for key in year.figures if key.startswith((f"{prefix}.", f"{prefix}_share."))]
        for key in keys:
            count = len(rows_of.trace(key).rows)
            wanted = half_up(Decimal(100 * count) / every) if "_share." in key else count
            assert year.figures[key].value == wanted, key
    for key in ("evaluation.items", "key_projects.count", "target_review.adopted", "rules_issued.count"):
        assert year.figures[key].value == len(rows_of.trace(key).rows), key


def test_a_mean_and_a_sum_follow_from_their_rows(year):
    """The mean of the listed totals, and the sum of the listed budgets, are the figures."""
    scores = [
        Decimal(row.values[REVIEWED].partition("（")[0])
        for row in trace.trace(year, "evaluation.projects.review_mean").rows
    ]
    assert half_up(sum(scores) / len(scores)) == year.figures["evaluation.projects.review_mean"].value
    budgets = [
        Decimal(row.values["年初预算数"]) for row in trace.trace(year, "evaluation.amount_yi_yuan").rows
    ]
    assert half_up(sum(budgets) / 10000) == year.figures["evaluation.amount_yi_yuan"].value


def test_rules_come_with_article_and_kind(year):
    """The weights are law with their article; the grades belong to the figures that compare grades alone."""
    rules = {rule.name: rule for rule in trace.trace(year, KEY).rules}
    assert set(rules) == {"weights", "execution", "rounding"}
    assert (rules["weights"].basis, rules["weights"].citation) == (
        "条文",
        "《项目支出绩效评价管理办法》（财预〔2020〕10号）第十三条",
    )
    assert "grades" in {rule.name for rule in trace.trace(year, "evaluation.projects.grade_changed").rules}


def test_invented_scores_stand_beside_no_real_name(year):
    """Key projects of a reconstruction are traced without name, row or cell: nothing leads from a name to a score."""
    names = set(year.tables["key_projects"]["name"].dropna())
    found = trace.trace(year, "key_projects.mean_score")
    said = "\n".join(found.as_text(parts=True))
    assert len(names) == 3 and len(found.rows) == 5
    assert [name for name in names if name in said] == []
    assert {row.place for row in found.rows} == {"data/2022/key_projects.csv"}
    assert [row.name for row in found.rows] == [f"重点项目（{n}）" for n in range(1, 6)]
    assert "重构数据" in said
    register = report_tables.register(year).as_html()
    assert "、".join(f"重点项目（{n}）" for n in range(1, 6)) in register  # by score, not by row
    (named,) = (key for key in year.figures if key.startswith("key_projects.named."))
    assert trace.trace(year, named).rows == ()


def test_cells_of_forms_are_named(imported):
    """After an import each indicator's score names file, sheet and cell, and the cell holds that score."""
    found = json.loads(run(imported, "trace", "2022", "evaluation.departments.self.=100", "--json").stdout)
    assert len(found["rows"]) == 4
    books: dict[str, CalamineWorkbook] = {}
    for row in found["rows"]:
        for part in row["parts"]:
            if not part["name"].startswith(row["key"]):
                continue
            file, _, rest = part["cell"].partition(" 工作表“")
            sheet, _, cell = rest.partition("” ")
            if file not in books:
                books[file] = CalamineWorkbook.from_path(str(imported.root / file))
            row_of, column = coordinate_to_tuple(cell)
            value = (
                books[file].get_sheet_by_name(sheet).to_python(skip_empty_area=False)[row_of - 1][column - 1]
            )
            assert Decimal(str(value)) == Decimal(part["value"].partition("/")[0])


def test_the_terminal_shows_cells_without_being_asked(imported):
    """A line a subject, below it one for the sheet with its cells."""
    said = run(imported, "trace", "2022", "evaluation.departments.self.=100").stdout
    lines = said.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("  D"))
    assert "data/2022/forms/" in lines[at + 1] and "工作表“" in lines[at + 1]
    assert sum(line.startswith("  D") for line in lines) == 4


def test_a_review_names_its_own_file_beside_the_self_evaluation(imported, tmp_path):
    """Rows of sources.csv are one a sheet: a score of the review is not looked for in the self-evaluation."""
    kit = Kit(tmp_path / "kit")
    path = kit.data / "sources.csv"
    path.write_text(
        "table,key,file,sheet,cells\n"
        "indicators,D008-01,自评.xlsx,自评,self_score:K12;actual:I12\n"
        "indicators,D008-01,复核.xlsx,底稿,review_score:F7\n",
        encoding="utf-8",
    )
    rows = json.loads(run(kit, "trace", "2022", KEY, "--json").stdout)["rows"]
    cells = [part["cell"] for row in rows for part in row["parts"] if part["cell"]]
    assert cells == ["data/2022/forms/复核.xlsx 工作表“底稿” F7"]


def test_an_unknown_key_is_one_line_with_near_ones(year):
    """A misspelt key names those that were probably meant; control characters of it do not reach the terminal."""
    with pytest.raises(
        ParameterError, match=r"没有这个统计数；请改为 evaluation.departments.review.\[85,90\)"
    ):
        trace.trace(year, "evaluation.departments.review.[85,90]")
    with pytest.raises(ParameterError) as raised:
        trace.trace(year, "\x1b[31m甲\n乙")
    assert str(raised.value).isprintable()


def test_a_figure_of_a_missing_table_has_no_rows(tmp_path):
    """What was not recorded is told as such, and nothing is made up."""
    kit = Kit(tmp_path / "kit")
    (kit.data / "applications.csv").unlink()
    found = json.loads(run(kit, "trace", "2022", "results_use.applications", "--json").stdout)
    assert (found["value"], found["rows"]) == (None, [])


def recounted(tier: str) -> dict[str, Decimal]:
    """Totals counted anew from the CSV files, which are read as text."""
    folder = PROJECT / "data" / "2022"
    tables = {name: pd.read_csv(folder / f"{name}.csv", dtype=str) for name in ("subjects", "indicators")}
    return totals(tables, f"{tier}_score")


def reviewed(kit: Kit, subject: str) -> Path:
    """The work paper of the review of a subject, with the points that the tables have."""
    form = next((kit.outputs / "2022.forms").glob(f"{subject} *.xlsx"))
    book = paper_of(Form(openpyxl.load_workbook(form, data_only=True).active))
    paper = Paper(book.active)
    table = pd.read_csv(kit.data / "indicators.csv", dtype=str).set_index("subject_id").loc[subject]
    for line, (_, row) in zip(paper.lines, table.iterrows(), strict=True):
        paper.mark(line, float(row["review_score"]), row["review_remark"])
    path = kit.root / f"{subject} 复核.xlsx"
    book.save(path)
    return path


def test_a_review_that_came_in_later_keeps_both_files(imported, tmp_path):
    """After self-evaluation and review paper were imported, each score names the cell of its own file."""
    kit = Kit(tmp_path / "kit")
    shutil.copytree(imported.root, kit.root, dirs_exist_ok=True)
    done = run(kit, "import", "2022", str(reviewed(kit, "D008")), "--received", "2022-05-10", "--quiet")
    assert done.exit_code == 0, done.output
    for key, mark in ((KEY, "复核"), ("evaluation.departments.self.=100", "D008 ")):
        rows = json.loads(run(kit, "trace", "2022", key, "--json").stdout)["rows"]
        parts = [
            part
            for row in rows
            if row["key"] == "D008"
            for part in row["parts"]
            if part["name"].startswith("D008-")
        ]
        assert len(parts) == 10
        for part in parts:
            file, sheet, cell = re.fullmatch("(.+) 工作表“(.+)” ([A-Z]+[0-9]+)", part["cell"]).groups()
            assert mark in file and ("复核" in file) == (key == KEY)
            value = openpyxl.load_workbook(kit.root / file, data_only=True)[sheet][cell].value
            assert Decimal(str(value)) == Decimal(part["value"].partition("/")[0])

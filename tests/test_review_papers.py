"""Review papers of the drawn subjects: out, filled in by a reviewer, in, and the tables have what was filled in."""

import csv
import io
import json

import openpyxl
import pytest
from click.testing import CliRunner

from jixiao.commands.cli import cli
from jixiao.exchange.issuing import review_papers
from jixiao.exchange.issuing.review_sheet import COLUMNS
from jixiao.forms.files import opening
from jixiao.forms.model import FormKind
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.rules import policy
from jixiao.year import params, tables
from kit import PROJECT, Kit
from test_receiving import differing, rows
from text_sheets import LAYOUTS

YEAR = params.of_year(PROJECT, 2022)
KNOWN = tables.read(PROJECT, "2022")
RULES = policy.in_force(PROJECT, YEAR.policy, YEAR.evaluated_year)
REVIEW = ["review_actual", "review_score", "review_remark"]
CELLS = {
    name: COLUMNS.index(head) + 1
    for name, head in zip(REVIEW, ("复核完成值", "复核得分", "复核意见"), strict=True)
}
DRAWN = set(KNOWN["samples"]["subject_id"])
FIRST = 7  # the row of the first indicator


@pytest.fixture(scope="module")
def issued():
    """The papers of 2022 as they go out, by file name."""
    return dict(review_papers.workbooks_of(KNOWN, YEAR, RULES, filled=False))


def run(kit, *words):
    """A command in this process."""
    return CliRunner().invoke(cli, words, env={"JIXIAO_ROOT": str(kit.root)})


def test_papers_that_are_filled_in_give_back_the_review(tmp_path):
    """One paper for each subject that was drawn, and no other; read back it is the review of the tables."""
    forms = []
    for name, content in review_papers.workbooks_of(KNOWN, YEAR, RULES, filled=True):
        (tmp_path / name).write_bytes(content)
        forms += reading.forms_of(opening.open_workbook(tmp_path / name, name), LAYOUTS).forms
    records = from_forms.records(forms, KNOWN)
    assert [remark.found for remark in records.remarks] == []
    assert {form.kind for form in forms} == {FormKind.REVIEW}
    assert sorted(records["forms"]["subject_id"]) == sorted(DRAWN)
    keys = ["subject_id", "indicator_id", *REVIEW]
    expected = KNOWN["indicators"][KNOWN["indicators"]["subject_id"].isin(DRAWN)]
    read = records["indicators"].set_index("indicator_id").loc[list(expected["indicator_id"])].reset_index()
    assert differing(expected[keys], read[keys]) == []
    printed = dict(records["scores"][["subject_id", "score"]].itertuples(index=False))
    totals = KNOWN["scores"][KNOWN["scores"]["tier"] == "review"].set_index("subject_id")["score"]
    assert {subject: totals.get(subject, score) for subject, score in printed.items()} == printed
    assert set(printed) == DRAWN


def test_an_issued_paper_says_nothing_of_the_review(issued):
    """Only the reviewer's cells are open, and they are blank; a score above the points of its row is refused."""
    for content in issued.values():
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            count = sum(
                1
                for row in sheet.iter_rows(min_row=FIRST)
                if row[CELLS["review_score"] - 1].protection.locked is False
            )
            weights = [sheet.cell(at, 7).value for at in range(FIRST, FIRST + count - 1)]
            for at, weight in enumerate(weights, FIRST):
                assert [sheet.cell(at, column).value for column in CELLS.values()] == [None] * 3
                assert not any(sheet.cell(at, column).protection.locked for column in CELLS.values())
                assert sheet.cell(at, 9).protection.locked
                (rule,) = [one for one in sheet.data_validations.dataValidation if f"K{at}" in one.sqref]
                assert (float(rule.formula1), float(rule.formula2)) == (0, weight)
            assert sheet.protection.sheet


def test_names_that_look_like_formulas_stay_names():
    """A name is a text in its cell, whatever it begins with, and no path in a file name."""
    name = "=1+1 ../甲 <r>乙</r>"
    frames = {"subjects": KNOWN["subjects"].assign(name=name), "units": KNOWN["units"].assign(name=name)}
    hostile = tables.Tables("", {**KNOWN.frames, **frames})
    file, content = next(review_papers.workbooks_of(hostile, YEAR, RULES, filled=False))
    assert not set(file) & set("/\\<>")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in (sheet["B4"], sheet["I5"])] == [(name, "s")] * 2


@pytest.fixture
def kit(tmp_path, issued):
    """A kit whose tables have no review yet, with the papers of one department in the folder `post`."""
    own = Kit(tmp_path)
    own.change_table("indicators", lambda every: [row.update(dict.fromkeys(REVIEW, "")) for row in every])
    name = next(iter(issued))
    (tmp_path / "post").mkdir()
    (tmp_path / "post" / name).write_bytes(issued[name])
    return own


def fill(kit, change=None):
    """Fill in the papers as a reviewer does, with what the committed tables say; `change` are other values by id."""
    (path,) = (kit.root / "post").iterdir()
    book = openpyxl.load_workbook(path)
    known = KNOWN["indicators"].set_index("subject_id")
    for sheet in book:
        own = known.loc[sheet["M3"].value]
        for at, row in enumerate(own.to_dict("records"), FIRST):
            assert sheet.cell(at, 3).value == row["level3"]
            row |= (change or {}).get(row["indicator_id"], {})
            for name, column in CELLS.items():
                sheet.cell(at, column).value = row[name]
    book.save(path)
    return [sheet["M3"].value for sheet in book]


def test_what_a_reviewer_fills_in_stands_in_the_tables(kit):
    """Import takes the papers in; a second delivery takes the place of the first, and each change is recorded."""
    subjects = fill(kit)
    done = run(kit, "import", "2022", str(kit.root / "post"), "--received", "2022-05-05", "--quiet")
    assert done.exit_code == 0, done.stdout + done.stderr
    own = KNOWN["indicators"]["subject_id"].isin(subjects)
    now = tables.read(kit.root, "2022")["indicators"]
    assert differing(KNOWN["indicators"][own], now[own]) == []
    assert now[~own][REVIEW].isna().all().all()
    assert not (kit.data / "changes.csv").exists()
    first = KNOWN["indicators"][own].iloc[0]["indicator_id"]
    fill(kit, {first: {"review_score": 0, "review_remark": "没有佐证材料"}})
    done = run(kit, "import", "2022", str(kit.root / "post"), "--received", "2022-05-09", "--quiet")
    assert done.exit_code == 0, done.stdout + done.stderr
    kept = {row["indicator_id"]: row for row in rows(kit, "indicators")}[first]
    assert (kept["review_score"], kept["review_remark"]) == ("0", "没有佐证材料")
    changed = {(row["key"], row["column"], row["after"]) for row in rows(kit, "changes")}
    assert changed == {(first, "review_score", "0"), (first, "review_remark", "没有佐证材料")}
    journal = [
        (row["subject_id"], row["kind"], row["status"], row["version"]) for row in rows(kit, "received")
    ]
    assert journal == [(one, "review", "accepted", str(version)) for version in (1, 2) for one in subjects]
    overview = openpyxl.load_workbook(kit.outputs / "2022.returns" / "收表总表.xlsx")["汇总"]
    states = {row[0]: row[1] for row in overview.iter_rows(values_only=True)}
    assert states["未交"] == states["应交"] == 115  # no unit has handed anything in


def test_a_paper_that_comes_back_blank_takes_nothing_away(kit):
    """It goes back with one finding, and what was found before stays."""
    subjects = fill(kit)
    post = str(kit.root / "post")
    run(kit, "import", "2022", post, "--received", "2022-05-05", "--quiet")
    before = rows(kit, "indicators")
    fill(kit, {row["indicator_id"]: dict.fromkeys(REVIEW) for row in before})
    done = run(kit, "import", "2022", post, "--received", "2022-05-09", "--quiet", "--json")
    found = [one for one in json.loads(done.stdout)["findings"] if one["rule"] == "F13"]
    assert {one["subject"] for one in found} == set(subjects)
    assert rows(kit, "indicators") == before


def test_without_a_sample_there_is_nothing_to_issue(tmp_path):
    """One line says what to run first."""
    kit = Kit(tmp_path)
    for name in ("samples", "sample_frame"):
        path = kit.data / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            path.write_text(",".join(next(csv.reader(file))) + "\n", encoding="utf-8")
    done = kit.run("forms", "2022", "--of", "review", "--quiet")
    assert done.returncode == 2
    assert "jixiao sample 2022 --share 15%" in done.stderr
    assert not (kit.outputs / "2022.forms-review").exists()

"""Kept forms are held against the journal, and tables against the cells that they were read from."""

import csv

import pytest
from click.testing import CliRunner

from jixiao.commands.cli import cli
from test_closing import few

FIRST = "D001 预算单位001部门整体支出.xlsx"


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A kit with three forms of 2022 imported."""
    kit = few(tmp_path_factory.mktemp("imported"))
    assert run(kit, "forms", "2022", "--filled", "--quiet").exit_code == 0
    forms = sorted((kit.outputs / "2022.forms").iterdir())[:3]
    assert run(kit, "import", "2022", *map(str, forms), "--quiet").exit_code == 0
    return kit


def run(kit, *words):
    """A command in this process."""
    return CliRunner().invoke(cli, words, env={"JIXIAO_ROOT": str(kit.root)})


def told(kit):
    """What `jixiao check 2022` says of kept forms."""
    lines = run(kit, "check", "2022", "--quiet").stdout.splitlines()
    return [line for line in lines if "[F15]" in line or "[F16]" in line]


@pytest.fixture
def restored(imported):
    """The kit, whose data are as they were again after the test."""
    paths = [path for path in imported.data.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in paths}
    yield imported
    for path, content in before.items():
        path.write_bytes(content)


def edit(kit, table, column, value):
    """Change a column of the first row of a table by hand."""
    kit.change_table(table, lambda rows: rows[0].update({column: value}))


def value(kit, table, column):
    """A column of the first row of a table."""
    with (kit.data / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))[column]


@pytest.mark.parametrize(
    ("table", "column", "change"),
    [
        ("subjects", "executed", lambda old: f"{old}0" if "." in old else f"{old}.0"),
        ("indicators", "weight", lambda old: f"{old}.0"),
        ("indicators", "level3", lambda old: f" {old[:1]} {old[1:]} "),
        ("subjects", "section", None),
    ],
)
def test_what_says_the_same_is_not_told(restored, table, column, change):
    """Numbers are compared as numbers, texts without blanks; nothing is said where nothing was changed."""
    if change:
        edit(restored, table, column, change(value(restored, table, column)))
    assert told(restored) == []


@pytest.mark.parametrize(
    ("table", "column", "new"),
    [
        ("subjects", "executed", "865.95"),
        ("indicators", "self_score", "1"),
        ("indicators", "actual", "12345"),
        ("indicators", "actual", ""),
        ("indicators", "level3", "另一项指标"),
        ("funds", "executed", "1"),
        ("scores", "score", "1"),
    ],
)
def test_a_value_changed_by_hand_is_told_with_both(restored, table, column, new):
    """The place in the table, what stands there, and the cell of the form with what that says."""
    old = value(restored, table, column)
    edit(restored, table, column, new)
    (line,) = told(restored)
    assert f"data/2022/{table}.csv 第 2 行 {column} 列" in line
    assert f"forms/{FIRST}" in line
    assert (f"是“{new}”" if new else "是空的") in line
    assert old.rstrip("0").rstrip(".") in line


def test_a_file_that_is_missing_or_changed_is_told_once(restored):
    """Its cells are not held any more; one that sources.csv names and the journal does not is told too."""
    (restored.data / "forms" / FIRST).write_bytes(b"other")
    edit(restored, "subjects", "executed", "1")
    (line,) = told(restored)
    assert line.startswith(f"错误 data/2022/forms/{FIRST}：[F15] 内容与收到时不同")
    (restored.data / "forms" / FIRST).unlink()
    (line,) = told(restored)
    assert "[F15] 没有这个文件" in line


def test_a_file_that_could_not_be_opened_was_never_kept(restored):
    """The journal has it without a digest; nothing of it is missing."""
    row = {"subject_id": "", "file": "坏.xlsx", "digest": "-", "status": "unreadable", "kind": "", "mark": ""}
    restored.change_table("received", lambda rows: rows.append(rows[0] | row))
    assert told(restored) == []


def test_a_name_in_the_journal_that_leads_out_of_the_folder_is_a_missing_file(restored):
    """Nothing outside of forms/ is opened."""
    restored.change_table("received", lambda rows: rows[0].update(file="../subjects.csv"))
    assert any("[F15] 没有这个文件" in line for line in told(restored))


def test_close_and_verify_hold_the_kept_forms(imported):
    """A published year with a table changed by hand, or without a kept form, is not closed and does not verify."""
    done = imported.run("report", "2022", "--quiet")
    assert done.returncode == 0, done.stderr
    path = imported.data / "forms" / FIRST
    content = path.read_bytes()
    path.unlink()
    closed = run(imported, "close", "2022")
    assert closed.exit_code == 1
    assert "[F15] 没有这个文件" in str(closed.exception)
    verified = imported.run("verify", "2022", "--quiet")
    assert verified.returncode == 1
    assert "[F15] 没有这个文件" in verified.stdout
    path.write_bytes(content)
    assert run(imported, "close", "2022").exit_code == 0

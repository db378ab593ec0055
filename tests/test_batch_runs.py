"""A batch in which some fail: the others complete, each failure told with its place, and only what is missing done again."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jixiao.archive import published_folder
from jixiao.batch import ledger
from jixiao.batch.jobs import State
from jixiao.kit import quick_nbformat
from kit import Kit

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked, and their memory is looked at")
UNITS = 50
ERROR, HANG, MEMORY, KILLED, DIGIT = "U003", "U014", "U025", "U036", "U047"
FAILING = {ERROR, HANG, MEMORY, KILLED, DIGIT}
WRONG = f"""
import os, signal, time
if unit == "{ERROR}":
    raise ValueError("算错了")
if unit == "{HANG}":
    time.sleep(600)
if unit == "{MEMORY}":
    held = b"x" * (1 << 30)
    time.sleep(600)
if unit == "{KILLED}":
    os.kill(os.getpid(), signal.SIGKILL)
"""
TYPED = f'report.prose("完成37个项目。" if unit == "{DIGIT}" else "请核对。")'
PLAN = "each: units\nlimits: {deadline: 6, memory_mb: 700}\n"


def leave_units(kit: Kit, count: int) -> None:
    """Leave the first units, and in all tables what is of them alone."""
    with (kit.data / "units.csv").open(encoding="utf-8") as file:
        units = {row["unit_id"] for row in csv.DictReader(file) if int(row["unit_id"][1:]) <= count}

    def kept(rows: list[dict[str, str]]) -> None:
        of = [column for column in ("unit_id", "department_id") if rows and column in rows[0]]
        rows[:] = [row for row in rows if all(not row[column] or row[column] in units for column in of)]

    for path in sorted(kit.data.glob("*.csv")):
        kit.change_table(path.stem, kept)
    with (kit.data / "subjects.csv").open(encoding="utf-8") as file:
        subjects = {row["subject_id"] for row in csv.DictReader(file)}
    kit.leave(lambda subject: subject in subjects and subject <= "D003")


def short_letter(kit: Kit, *more: str) -> None:
    """A letter of a title, a text and the cells `more`."""
    nbformat = quick_nbformat.load()
    path = kit.root / "notebooks" / "unit_letter.ipynb"
    notebook = nbformat.read(path, 4)
    code = nbformat.v4.new_code_cell
    notebook.cells = [*notebook.cells[:3], *(code(source, id=f"m{n}") for n, source in enumerate(more))]
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Kit:
    """A kit of 50 units, with a plan of a letter to each."""
    kit = Kit(tmp_path_factory.mktemp("batch"))
    leave_units(kit, UNITS)
    (kit.root / "letters.yml").write_text(PLAN, encoding="utf-8")
    return kit


def outcomes(kit: Kit, plan: str = "letters") -> dict[str, State]:
    """What became of each job by the ledger, by the last word of its name."""
    written = ledger.read(kit.outputs / "batch" / plan)
    return {name.split()[-1]: one.state for name, one in written.outcomes.items()}


def test_failures_of_five_kinds_stop_no_other(kit):
    """Of 50 jobs 45 complete; five are told with cell and remedy; mended, those five alone are done."""
    short_letter(kit, WRONG, TYPED)
    done = kit.run("batch", "letters.yml", "--quiet")
    assert done.stdout == "outputs/batch/letters/index.html  共 50 份，失败 5，完成 45\n", done.stderr
    assert done.returncode == 1
    told = {line.partition("：")[0].split()[-1]: line for line in done.stderr.splitlines()}
    assert set(told) == FAILING
    cell = "unit_letter.ipynb 第 4 个单元格"
    for unit, words in {
        ERROR: [cell, "ValueError: 算错了", "请在 JupyterLab 里打开"],
        HANG: [cell, "超时：整本笔记本 6 秒内没有运行完", "请查这个单元格"],
        MEMORY: [cell, "占用的内存超过 700 MB", "请减少一次读入的数据"],
        KILLED: [cell, "SIGKILL", "请减少一次读入的数据"],
        DIGIT: ["unit_letter.ipynb 第 5 个单元格", "37", "请"],
    }.items():
        assert [word for word in words if word not in told[unit]] == [], told[unit]
    letters = kit.outputs / "2022" / "letters"
    assert len([*letters.glob("*.pdf")]) == 45
    before = {path.name: path.stat().st_mtime_ns for path in letters.glob("*.pdf")}

    short_letter(kit, TYPED.replace("37", "各"))
    again = kit.run("batch", "letters.yml", "--only", "failed", "--quiet")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == "outputs/batch/letters/index.html  共 50 份，完成 50\n"
    record = json.loads((letters / "letters.json").read_bytes())["letters"]
    new = {one["unit"] for one in record if one["key"] and one["inputs"] == record[2]["inputs"]}
    assert (record[2]["unit"], new) == (ERROR, FAILING)
    assert len([*letters.glob("*.pdf")]) == len(before) + 5
    nothing = kit.run("batch", "letters.yml", "--only", "failed", "--quiet")
    assert (nothing.returncode, nothing.stdout) == (0, again.stdout)

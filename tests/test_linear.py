"""Work grows as the input does: twice the rows are twice the steps, and limits end what would grow without end.

Steps are calls of functions, which are the same in each run; benchmarks/linear.py measures seconds and memory.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pandas as pd
import pytest

from jixiao.exchange.returning.returned_copy import Labels
from jixiao.forms.files import grids, opening
from jixiao.forms.files.grids import Grid
from jixiao.forms.model import Merged, Sheet
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.kit import limits
from jixiao.kit.errors import FormError
from jixiao.rules import lights
from raw_workbooks import package, parts
from text_sheets import FORM, LAYOUTS

LINES = FORM.strip("\n").splitlines()
PAPER = (
    "2022年项目支出绩效自评复核工作底稿\n"
    "预算单位,项目名称,一级,二级,三级,年度指标值,实际完成值,分值,自评得分,复核完成值,复核得分,扣分,复核意见\n"
)


def steps(work: Callable[[], object]) -> int:
    """How many functions are called in `work`."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def rows(count: int, above: list[str]) -> Sheet:
    """A sheet with these lines on top and one line of an indicator many times below."""
    lines = [*above, *([LINES[11].replace("^", "")] * count)]
    return Sheet("表", "", tuple(tuple(cell.strip() for cell in line.split("|")) for line in lines))


def labels(count: int, above: list[str]) -> Callable[[], object]:
    """What all cells at fault of a sheet are called, as the list of a return sheet says it."""

    def work() -> object:
        known = Labels(rows(count, above))
        return [known.of(f"G{row}") for row in range(3, count)]

    return work


def paper(count: int) -> Callable[[], object]:
    """A reviewers' work paper over two projects whose rows take turns."""
    line = "河道所,项目{},产出指标,数量指标,长度{},≥10公里,10公里,20,20,9,18,2,少了"
    text = PAPER + "\n".join(line.format(n % 2, n // 2 % (count // 4)) for n in range(count))
    found = reading.forms_of(opening.workbook(text.encode(), "表"), LAYOUTS)
    return lambda: from_forms.records(found.forms)


@pytest.mark.parametrize(
    "work",
    [
        lambda n: labels(n, LINES[:11]),
        lambda n: labels(n, []),
        paper,
    ],
    ids=["labels below a head", "labels without a head", "review paper"],
)
def test_twice_the_rows_are_twice_the_steps(work):
    """One step in ten more is left to what is done once for each doubling."""
    work(20)()  # fills caches
    assert steps(work(400)) <= 2.2 * steps(work(200))


def test_thousands_of_merged_areas_side_by_side_take_no_time():
    """Each looks at its own cells, not at all of its row, which took five seconds here."""
    grid = Grid("表", "")
    for column in range(16_000):
        grid.put(0, column, "x")
    for column in range(0, 16_000, 2):
        grid.merge(Merged(0, column, 0, column + 1))
    start = time.process_time()
    made, _ = grids.sheet(grid)
    assert made.rows[0][:4] == ("x", "", "x", "")
    assert time.process_time() - start < 2


def test_indicators_that_no_reading_speaks_of_take_no_steps():
    """Of fifty thousand indicators of a year monitoring speaks of some hundreds."""
    readings = pd.DataFrame({"indicator_id": ["X3", "X1", None]})

    def work(count: int) -> Callable[[], object]:
        indicators = pd.DataFrame({"indicator_id": [f"X{n}" for n in range(count)], "level3": "长度"})
        return lambda: list(lights.of_readings(readings, indicators))

    assert work(5)() == ["X1", "X3"]
    assert steps(work(5_000)) <= 1.1 * steps(work(50))


_READ = """
import resource, sys
from jixiao.archive.disclosure import reading
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
document = reading.read("表.xlsx", open(sys.argv[1], "rb").read())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, len(document.texts), *document.notes[0][1:])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss is in KB on Linux alone")
def test_a_workbook_is_looked_through_without_all_of_it_in_memory(tmp_path):
    """300,000 cells, which as one tree take 150 MB and more; the hidden row at the end is told all the same."""
    row = "<row>" + "<c><v>1</v></c>" * 20 + "</row>"
    last = '<row r="9" hidden="1"><c r="A9" t="inlineStr"><is><t>在最后一行</t></is></c></row>'
    path = tmp_path / "表.xlsx"
    path.write_bytes(package(parts(row * 15_000 + last)))
    read = [sys.executable, "-c", _READ, str(path)]
    more, texts, *hidden = subprocess.run(read, capture_output=True, text=True, check=True).stdout.split()
    assert hidden == ["工作表“表”", "第", "9", "行", "隐藏的行"]
    assert int(texts) < 100  # the text, and what stands around
    assert int(more) < 60_000


def test_a_sheet_of_heads_is_refused_at_the_first_too_many():
    """60,000 heads of tables, which nobody has, are one line with the cell where it is too much."""
    line = ",".join(cell.strip().replace("^", "") for cell in LINES[10].split("|"))
    book = opening.workbook("\n".join([line] * (limits.FORMS + 2)).encode(), "表.csv")
    with pytest.raises(FormError, match=r"表\.csv A5001：.*不超过 5000 张表；请拆成几个文件"):
        reading.forms_of(book, LAYOUTS)


SHEET = '<sheet name="表" sheetId="1" r:id="1"/>'
WORKBOOK = "xl/workbook.xml"


def many_sheets(count: int, row: str) -> bytes:
    """A workbook that lists its one sheet many times."""
    made = parts(row)
    return package(made | {WORKBOOK: str(made[WORKBOOK]).replace(SHEET, SHEET * count)})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            lambda: package(parts(f'<row><c t="str"><v>{"字" * 32_768}</v></c></row>')),
            ("A1", "32768 字", "不超过 32767 字"),
        ),
        (
            lambda: package(parts(f'<row><c t="inlineStr"><is><t>{"字" * 300_000}</t></is></c></row>')),
            ("A1", "字以上", "不超过 32767 字"),
        ),
        (lambda: many_sheets(limits.SHEETS + 1, ""), ("1000 张工作表以上", "不超过 1000 张")),
        (lambda: many_sheets(1, '<row r="110000"><c r="T110000"><v>1</v></c></row>'), ("T110000", "2000000")),
        (
            lambda: package(
                parts("<row><c><v>1</v></c></row>" * 2, around=("", '<mergeCell ref="A1:A2"/>' * 200_001))
            ),
            ("合并单元格", "200000"),
        ),
        (lambda: b"\n".join([b"x" * 40_000]), ("A1", "40000 字")),
        (lambda: b"PK\3\4" + b"PK\1\2" * 30_000, ("30000 个部件", "2000")),
    ],
    ids=[
        "cell",
        "cell in runs",
        "sheets",
        "cells of a sheet",
        "merges",
        "cell of CSV",
        "parts",
    ],
)
def test_what_passes_a_limit_is_one_line_that_says_the_limit(content, words):
    """Where it was too much, how much may be, what to do."""
    with pytest.raises(FormError) as refused:
        opening.workbook(content(), "表.xlsx")
    (fault,) = refused.value.faults
    assert [word for word in (*words, "表.xlsx", "请") if word not in str(fault)] == []


def test_a_workbook_shares_no_more_texts_than_any_form_has(monkeypatch):
    """Ten million empty texts, two megabytes on disk, end at the first too many."""
    monkeypatch.setattr(limits, "STRINGS", 1000)
    content = package(parts('<row><c t="s"><v>0</v></c></row>', strings="<si><t/></si>" * 1001))
    with pytest.raises(FormError, match="1000 段共用文本以上"):
        opening.workbook(content, "表.xlsx")


def test_shared_texts_count_wherever_they_are_shown(monkeypatch):
    """One long text that thousands of cells point to is as much work as thousands of texts."""
    monkeypatch.setattr(grids, "FILE_TEXT", 50_000)
    row = '<row><c t="s"><v>0</v></c></row>'
    content = package(parts(row * 6, strings=f"<si><t>{'字' * 10_000}</t></si>"))
    with pytest.raises(FormError, match="A6：文字太多"):
        opening.workbook(content, "表.xlsx")

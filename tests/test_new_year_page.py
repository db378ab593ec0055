"""docs/new-year.md is done as it stands: a second year beside 2022, with headings, tiers and facts of its own."""

import json
import re
from pathlib import Path

import pytest
from lxml import html

from kit import PROJECT
from pdf_sheets import forbidden_breaks, opened
from test_closing import short

PAGES = [PROJECT / "docs" / name for name in ("new-year.md", "new-year.zh-CN.md")]
FILE = re.compile(r"^`([\w./]+)`[:：]\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CELL = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[tuple[str, ...]]:
    """The commands of the page in their order."""
    lines = [line for block in COMMANDS.findall(page) for line in block.splitlines()]
    assert [line for line in lines if not line.startswith("jixiao ")] == []
    return [tuple(line.split()[1:]) for line in lines]


def with_cells(notebook: Path, cells: list[str]) -> None:
    """Leave the parameters and the opening of a notebook, and write these cells below."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    kept = content["cells"][:2]
    own = [
        {"cell_type": "code", "id": f"page{number}", "metadata": {}, "outputs": [], "execution_count": None, "source": cell.strip()}
        for number, cell in enumerate(cells)
    ]  # fmt: skip
    notebook.write_text(json.dumps({**content, "cells": [*kept, *own]}, ensure_ascii=False), encoding="utf-8")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The kit after all that the page says, and what each command said."""
    page = PAGES[0].read_text(encoding="utf-8")
    kit = short(tmp_path_factory.mktemp("second") / "kit")
    every = commands(page)
    at = every.index(("new-year", "2023")) + 1
    said = [kit.run(*words) for words in every[:at]]
    (kit.root / "before.ipynb").write_bytes(kit.notebook.read_bytes())
    for name, content in FILE.findall(page):
        mark = "\ufeff" if name.endswith(".csv") else ""
        (kit.root / name).write_text(mark + content, encoding="utf-8")
    with_cells(kit.notebook, CELL.findall(page))
    said += [kit.run(*words) for words in every[at:]]
    return kit, said


def test_every_command_of_the_page_ends_well(done):
    """Reports of both years, the comparison with its known misprint, closing, and verifying in either order."""
    _, said = done
    assert [(one.args, one.stderr) for one in said if one.returncode] == []
    compared = next(one for one in said if one.args[1] == "compare")
    assert compared.stdout.splitlines()[-1] == "共核对 2 项，1 项是已知误印，其余一致。"


def test_the_report_says_what_the_page_promises(done):
    """Headings numbered, the sample in its grades, declared facts, the year before, own figure, table and chart."""
    kit, _ = done
    path = kit.outputs / "2023" / "public" / "annual_report.html"
    main = html.document_fromstring(path.read_text(encoding="utf-8")).find(".//main")
    headings = [heading.text_content() for heading in main.iter("h2")]
    assert headings[:6] == [
        "一、总体情况", "二、目标管理", "三、单位自评", "四、部门评价与财政抽查", "五、重点项目评价", "六、结果应用与公开",
    ]  # fmt: skip
    text = re.sub(r"\s", "", main.text_content())
    promised = (
        "共有8个评价对象开展单位自评，比上年减少107个（上年115个）", "组织6个部门开展绩效目标集中会审。", "部门评价54个，覆盖率60%",
        "财政局抽取3个项目，占项目总数的60.00%", "评定结果：一等的1个、二等的1个、四等的1个，平均比自评低",
        "对河道生态修复、老旧小区改造2个重点项目开展评价，按等级分：优秀的1个、良好的1个。", "压减下年预算125.5万元",
        "其中高分对象5个", "各类评价对象预算执行情况", "公布时印作210，应为120（数字前后颠倒）",
    )  # fmt: skip
    assert [words for words in promised if words not in text] == []


def test_no_line_of_the_second_year_is_torn(done):
    """No line of its text ends or begins within a number or range, or with a mark at the wrong side."""
    kit, _ = done
    sheets = opened((kit.outputs / "2023" / "public" / "annual_report.pdf").read_bytes())
    lines = [text for sheet in sheets for _, text in sheet.body() if not re.fullmatch(r"附录\d", text)]
    assert len(lines) > 20
    assert forbidden_breaks(lines) == []


def test_each_year_stands_whichever_notebook_there_is(done):
    """With the notebook of the other year back in its place, both are made as they were closed, and compared."""
    kit, _ = done
    kit.notebook.write_bytes((kit.root / "before.ipynb").read_bytes())
    said = [kit.run(command, year) for command in ("verify", "compare") for year in ("2023", "2022")]
    assert [(one.args, one.stdout, one.stderr) for one in said if one.returncode] == []


def test_both_languages_have_the_same_files_cells_and_commands():
    """What is to be pasted is one and the same."""
    one, two = (page.read_text(encoding="utf-8") for page in PAGES)
    for parts in (FILE, CELL, COMMANDS):
        assert parts.findall(one) == parts.findall(two)

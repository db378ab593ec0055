"""Layouts are files that a bureau writes: one more is one more form read; what a file cannot mean is refused."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jixiao.forms.layouts import labels, layouts
from jixiao.forms.reading import parts, reading
from jixiao.kit.errors import ParameterError
from text_sheets import FORM, sheet, workbook

ROOT = Path(__file__).resolve().parents[1]
OWN = """
id: guilin
extends: mof-2020-10
title: 某市项目自评表
indicators:
  level3: [考核事项]
  actual: [年末实绩]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A kit's folder with the layouts of the repository."""
    shutil.copytree(ROOT / "params/forms", tmp_path / "params/forms")
    return tmp_path


def said(root: Path, name: str, text: str) -> str:
    """The fault lines after the file `name` was written anew."""
    (root / f"params/forms/{name}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError) as error:
        layouts.read(root)
    return str(error.value)


def test_a_bureau_adds_its_layout_without_code(root: Path) -> None:
    """A file with two new labels makes a form readable that was not."""
    own = FORM.replace("三级指标", "考核事项").replace("实际完成值", "年末实绩")
    before = reading.forms_of(workbook(sheet(own)), layouts.read(root)).forms[0]
    (root / "params/forms/guilin.yml").write_text(OWN, encoding="utf-8")

    after = reading.forms_of(workbook(sheet(own)), layouts.read(root)).forms[0]

    assert [remark.rule for remark in before.remarks] == ["F24", "F24"]
    assert (after.layout, after.remarks) == ("guilin", ())
    assert [row["level3"].text for row in after.indicators][0:2] == ["清淤长度", "清运土方"]


def test_a_layout_takes_over_what_it_does_not_say() -> None:
    """hubei has the ministry's labels, asks for no weights, and weighs execution with 20 points."""
    read = layouts.read(ROOT)
    ministry, hubei = read.named("mof-2020-10"), read.named("hubei")

    assert (ministry.execution_weight, hubei.execution_weight) == ("10", "20")
    assert hubei.indicators["三级指标"] == "level3"
    assert ("indicators", "分值") in ministry.vocabulary - hubei.vocabulary
    assert ("indicators", "weight") in ministry.required - hubei.required
    assert read.layouts[0].id in ("list-indicators", "mof-2020-10")


def test_layouts_go_to_other_processes(root: Path) -> None:
    """Pickled and read again they are the same."""
    read = layouts.read(root)

    assert pickle.loads(pickle.dumps(read)) == read


def test_what_forms_of_a_batch_have_in_common_is_done_once() -> None:
    """The layout of one title and set of labels is decided once; another kit's layouts decide anew."""
    known = layouts.read(ROOT)
    parts._most_like.cache_clear()
    for _ in range(3):
        reading.forms_of(workbook(sheet(FORM)), known)
    assert (parts._most_like.cache_info().misses, parts._most_like.cache_info().hits) == (1, 2)
    reading.forms_of(workbook(sheet(FORM)), replace(known, layouts=known.layouts[::-1]))
    assert parts._most_like.cache_info().misses == 2


def test_a_process_that_reads_workbooks_loads_no_reader_of_pages() -> None:
    """Each process of a batch pays for what it imports."""
    script = "import sys; from jixiao.forms.reading import batch; print('lxml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OWN + "colour: red\n", ("第 8 行", "没有名为“colour”的键", "只用这些：id、title")),
        (OWN + "heads: {}\n", ("没有名为“heads”的键", "改为 head")),
        (OWN + "id: guilin\n", ("键“id”重复",)),
        (OWN.replace("level3:", "level4:"), ("indicators 里没有“level4”", "改为 level")),
        (OWN.replace("[年末实绩]", "年末实绩"), ("actual 的写法不对", "一列标签")),
        (OWN.replace("[年末实绩]", "[考核 事项：]"), ("标签“考核 事项：”重复", "已写在 level3")),
        (OWN.replace("extends: mof-2020-10", "extends: mof-2021"), ("没有表样“mof-2021”", "mof-2020-10")),
        (OWN.replace("extends: mof-2020-10", "extends: guilin"), ("扩展了自己",)),
        (OWN.replace("id: guilin", "id: gl"), ("id 是“gl”", "文件名“guilin”")),
        (OWN.replace("id: guilin", "kind: project"), ("缺少“id”",)),
        (
            OWN + "kind: bridge\n",
            (
                "kind 是“bridge”",
                "project、department、review、targets、scores、list、monitoring、target_opinions、target_conclusions 之一",
            ),
        ),
        (OWN + "execution_weight: 200\n", ("execution_weight 是“200”", "0 到 100 之间的数或 null")),
        (OWN + "level1: guess\n", ("level1 是“guess”", "column、none 之一")),
        (OWN + "totals: 总分\n", ("totals 的写法不对", "一列文字")),
        (
            OWN + "required: {money: [executed]}\n",
            ("required 里没有“money”", "只用这些：head、funds、indicators"),
        ),
        (OWN + "without: {funds: [cost]}\n", ("没有列“cost”", "只用这些：initial_budget")),
        (OWN + "without: {funds: weight}\n", ("funds 的写法不对", "一列列名")),
        (OWN.replace("extends: mof-2020-10", "extends: [hubei]"), ("没有表样“['hubei']”",)),
        (OWN + "required: [executed]\n", ("required 的写法不对",)),
        ("id: guilin\ntitle: 表\n", ("缺少“kind”", "缺少“indicators”", "缺少“execution_weight”")),
        ("- guilin\n", ("不是“键: 值”的形式",)),
        ("id: no\n", ("加上引号",)),
    ],
)
def test_what_a_layout_cannot_mean_is_refused(root: Path, text: str, words: tuple[str, ...]) -> None:
    """Every fault names file and line, and what is allowed instead."""
    told = said(root, "guilin", text)

    assert [word for word in ("params/forms/guilin.yml", *words) if word not in told] == [], told


def test_all_faults_of_all_files_come_at_once(root: Path) -> None:
    """Two broken files are two lines."""
    (root / "params/forms/one.yml").write_text("id: one\nextends: none-such\n", encoding="utf-8")

    told = said(root, "two", "id: two\nextends: mof-2020-10\nweight: 1\n")

    assert [line.partition(" ")[0] for line in told.splitlines()] == [
        "params/forms/one.yml",
        "params/forms/two.yml",
    ]


def test_a_layout_that_extends_a_broken_one_is_refused_with_it(root: Path) -> None:
    """The base that is no mapping is named, and nothing else breaks."""
    (root / "params/forms/one.yml").write_text("- id\n", encoding="utf-8")

    told = said(root, "two", OWN.replace("guilin", "two").replace("mof-2020-10", "one"))

    assert told == "params/forms/one.yml：不是“键: 值”的形式；应为每行一个“键: 值”"


def test_a_folder_without_layouts_is_refused(tmp_path: Path) -> None:
    """Nothing can be read without a layout."""
    with pytest.raises(ParameterError, match="没有表样文件"):
        layouts.read(tmp_path)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("项目资金\n（万元）", "项目资金"),
        ("得分（20分*执行率）", "得分"),
        ("全年（调整）预算数", "全年预算数"),
        ("（调整指标值）", "调整指标值"),
        ("全年预算数Ａ", "全年预算数"),
        ("执行率(B/A)", "执行率"),
        ("一、项目名称：", "项目名称"),
        ("一级指标", "一级指标"),
        ("Level1 ", "level1"),
        ("指标１", "指标"),
        ("很" * 41, ""),
        ("", ""),
    ],
)
def test_a_label_is_what_remains_without_its_dress(text: str, key: str) -> None:
    """Blanks, brackets, numbering, colon and formula letters are no part of a label."""
    assert labels.key(text) == key

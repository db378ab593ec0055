"""A notebook with mistakes: each is one clear line, none hides another, and nothing is published."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure

from jixiao.figures.evaluate import evaluate
from jixiao.kit.errors import ProseError
from jixiao.report import charts, mimes, notebook_form
from jixiao.report.report import Report
from jixiao.year import params
from kit import Kit
from test_closing import add_cells, short
from test_other_years import close

FIRST = 4  # the number of the first cell that is added
COUNT = "应为{统计数的键}；请改用统计数；还没有的，用 report.figure 定义，或写进 facts.csv"
LAST_YEAR = {"evaluation.items": {"label": "自评数量", "value": "100", "unit": "个"}}
# The mistake: a cell, and what is told of it.
MISTAKES = {
    "unclosed key": (
        'report.prose("共有{evaluation.items个。")',
        "正文“…共有{evaluation.items个。…”：“{”没有闭合；应为{统计数的键}；请补上“}”",
    ),
    "unknown key": (
        'report.prose("共有{evaluation.itmes}。")',
        "统计数 {evaluation.itmes}：没有这个统计数；请改为 evaluation.items、evaluation_tiers、evaluation_tiers_count；"
        "申报的事实，在 facts.csv 里补上这一行",
    ),
    "own figure without rows": (
        'report.figure("own.count", 3, "个", "甲", "甲的个数")\nreport.prose("有{own.count}。")',
        "report.figure(“own.count”)：既没有给出数据行，也没有写出处；请给出 rows=report.tables[…] 的行，或 source=出处",
    ),
    "key taken": (
        'report.figure("evaluation.items", 3, "个", "甲", "甲的个数", source="名册")',
        "report.figure(“evaluation.items”)：“evaluation.items”已是报告的统计数（自评数量）；请换一个键",
    ),
    "digit": ('report.prose("共85个部门。")', f"正文“…共85个部门。…”：有手写的数字“85”；{COUNT}"),
    "Chinese numeral": (
        'report.prose("共五十四个部门。")',
        f"正文“…共五十四个部门。…”：有用汉字手写的数字“五十四个”；{COUNT}",
    ),
    "chart without alt": (
        'from matplotlib.figure import Figure\ndata = report.scores[["kind"]]\n'
        'report.chart(Figure().subplots(), "各类个数", data=data)',
        "图“各类个数”：没有替代文字；应为说明图中内容的一句话，与题目不同；请加上 alt=\"…\"",
    ),
    "table without caption": (
        "report.table(data)",
        'report.table(frame)：没有题目；请写成 report.table(frame, "题目")',
    ),
    "last year without that key": (
        'report.prose("上年有{last_year:evaluation.itms}。")',
        "统计数 evaluation.itms：2021 工作年度（data/2021/closed.json）没有这个统计数；"
        "请改用那一年有的键，如 evaluation.items；或删去这一处",
    ),
    "section left out but referred to": (
        'report.prose("详见“结果应用”一节。")',
        "正文“…详见“结果应用”…”：提到的章节“结果应用”没有写；请删去这一处，或从参数 leave_out 里去掉“结果应用”",
    ),
}  # fmt: skip
LEFT_OUT = (
    'report.section("结果应用")\nreport.prose("见本节。", otherwise="共85个。")\nreport.section("附则")'
)


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory):
    """The year 2022, with one figure of the year before."""
    kit = Kit(tmp_path_factory.mktemp("year") / "kit")
    close(kit, LAST_YEAR, 2021)
    return evaluate(kit.root, params.of_year(kit.root, 2022))


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A kit whose notebook has all mistakes, in Markdown and in texts that code shows too."""
    kit = short(tmp_path_factory.mktemp("broken") / "kit")
    close(kit, LAST_YEAR, 2021)
    typed = 'from IPython.display import HTML\nHTML("<b>共 54 家</b>")'
    add_cells(kit, *(cell for cell, _ in MISTAKES.values()), LEFT_OUT, typed)
    kit.edit(kit.params, "leave_out: []", "leave_out: [结果应用]")
    said = {"cell_type": "markdown", "id": "said", "metadata": {}, "source": "共有三家，{evaluation.items}。"}
    insert(kit, FIRST - 1 + len(MISTAKES), said)
    return kit


def insert(kit, at, cell):
    """Put a cell into the notebook."""
    notebook = json.loads(kit.notebook.read_text(encoding="utf-8"))
    notebook["cells"].insert(at, cell)
    kit.notebook.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line(evaluation, monkeypatch, name):
    """In JupyterLab the cell ends with it; in a run the cell goes on, and shows it with nothing else."""
    charts.setup()
    cell, said = MISTAKES[name]
    without = replace(evaluation, params=replace(evaluation.params, leave_out=("结果应用",)))
    namespace = {"data": pd.DataFrame({"a": ["甲"]}), "Figure": Figure}
    with pytest.raises(ProseError) as told:
        exec(cell, {**namespace, "report": Report(without, {})})
    assert str(told.value) == said

    shown = []
    monkeypatch.setenv(notebook_form.GOES_ON, "1")
    monkeypatch.setattr("IPython.display.display", shown.append)
    exec(cell, {**namespace, "report": Report(without, {})})
    [output] = shown
    [fault] = output._repr_mimebundle_()[mimes.FAULTS]
    assert said.startswith(f"{fault['place']}：{fault['found']}")


def test_all_mistakes_of_a_notebook_are_told_at_once(broken):
    """In the order of the cells, each with its cell; the rest of the notebook is run, and nothing is published."""
    done = broken.run("report", "2022", "--quiet")
    *lines, left = done.stderr.strip().splitlines()
    number = FIRST + len(MISTAKES)
    expected = [
        f"annual_report.ipynb 第 {n} 个单元格「{notebook_form.first_line(cell)}」 {said}"
        for n, (cell, said) in enumerate(MISTAKES.values(), FIRST)
    ] + [
        f"annual_report.ipynb 第 {number} 个单元格「共有三家，{{evaluation.items}}。」 正文“…{{evaluation.items}}…”："
        'Markdown 单元格里不能用统计数；请把这段文字写进 report.prose("""…""")',
        f"annual_report.ipynb 第 {number} 个单元格「共有三家，{{evaluation.items}}。」 "
        f"正文“…共有三家，{{evaluati…”：有用汉字手写的数字“三家”；{COUNT}",
        f"annual_report.ipynb 第 {number + 2} 个单元格「from IPython.display import HTML」 "
        f"HTML 的文字“…<b>共 54 家</b>…”：有手写的数字“54”；{COUNT}",
    ]
    assert lines == expected
    assert left.startswith("outputs/2022.failed/annual_report.ipynb")
    assert (done.returncode, (broken.outputs / "2022").exists()) == (2, False)


def test_an_error_of_the_program_is_told_with_the_mistakes_so_far(broken):
    """The run ends there; what stands in texts behind it is told all the same."""
    code = {"cell_type": "code", "id": "error", "metadata": {}, "outputs": [], "execution_count": None}
    insert(broken, FIRST, code | {"source": "1 / 0"})
    done = broken.run("report", "2022", "--quiet")
    *lines, error, left = done.stderr.strip().splitlines()
    told = ["unclosed key", "Markdown 单元格里不能用统计数", "有用汉字手写的数字“三家”", "HTML 的文字"]
    told[0] = MISTAKES[told[0]][1]
    assert [said for said, line in zip(told, lines, strict=True) if said not in line] == []
    assert "第 5 个单元格「1 / 0」：ZeroDivisionError: division by zero" in error
    assert (done.returncode, left.partition("：")[0]) == (1, "outputs/2022.failed/annual_report.ipynb")

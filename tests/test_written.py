"""What is told of the text of a notebook before it runs: Markdown cells, and texts that code shows."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from jixiao.report import written

PATH = Path("n.ipynb")


def found(*cells, left_out=()):
    """What is told of a notebook of these cells: number of the cell, and what was found in it."""
    notebook = new_notebook(cells=list(cells))
    return [(number, fault.found) for number, fault in written.faults(notebook, PATH, left_out)]


def test_markdown_is_held_to_the_rule_of_prose():
    """It takes no figures; the bytes of a picture and where a link leads are no text."""
    cells = [
        new_markdown_cell("![图](data:image/png;base64,iV/85+) [甲](#85) <b id='85'>乙</b>"),
        new_markdown_cell("共{evaluation.items}，85个，详见“结果应用”。"),
        new_markdown_cell("甲\n\n|a|b|\n|-|-|\n"),
        new_markdown_cell("<table><tr><td>7</td></tr></table>"),
    ]
    assert found(*cells, left_out=["结果应用"]) == [
        (2, "Markdown 单元格里不能用统计数"),
        (2, "有手写的数字“85”"),
        (2, "提到的章节“结果应用”没有写"),
        (3, "有手写的表格"),
        (4, "有手写的表格"),
        (4, "有手写的数字“7”"),
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('report.section("共{evaluation.items}")', "标题"),
        ('report.table(frame, "共{evaluation.items}")', "题目"),
        ('report.table(frame, "部门", note="注：共{evaluation.items}")', "注"),
        ('report.chart(figure, "部门", alt="共{evaluation.items}", data=frame)', "替代文字"),
    ],
)
def test_a_key_where_none_is_filled_in_is_told(source, words):
    """Its braces would be printed: the line says how the figure is put there."""
    notebook = new_notebook(cells=[new_code_cell(source)])
    [(_, fault)] = written.faults(notebook, PATH, ())
    assert (fault.found, fault.remedy) == (
        f"{words}里不填统计数", "写成 f\"…{report.figures['evaluation.items'].display}…\""
    )  # fmt: skip
    said = source.replace("{evaluation.items}", "{report.figures['evaluation.items'].display}")
    assert found(new_code_cell(said.replace('"共', 'f"共').replace('"注', 'f"注'))) == []


@pytest.mark.parametrize(
    "source",
    [
        'HTML("<p>共85个</p>")',
        'display(Markdown("共85个"))',
        'text = "共85个"\nHTML(text)',
        'HTML(f"{n}个，共85个")',
        'HTML("共" + str(n) + "个，共85个")',
        'print("共85个", n)',
        'HTML("%d个，共85个" % n)',
        'HTML("{}个，共85个".format(n))',
        'report.section("85个部门")',
        'report.table(frame, "85个部门")',
        'report.table("units", note="注：共85个")',
        'report.chart(figure, "部门", "共85个", frame)',
        'report.chart(figure, "部门", alt="共85个", data=frame)',
    ],
)
def test_a_number_typed_in_a_text_that_code_shows_is_told(source):
    """In results and printed lines, headings, captions, notes and alternative texts."""
    assert found(new_code_cell(source)) == [(1, "有手写的数字“85”")]


@pytest.mark.parametrize(
    "source",
    [
        "HTML(f\"<p style='width:85%'>共{n}个</p>\")",
        'HTML("<style>p {width: 85px}</style><p>甲&#12288;乙</p>")',
        'HTML("%.2f个" % n)',
        'print("{:,.2f}个".format(n))',
        "print(85)",
        'report.section("2022年3月12日")',
        'report.table("scores.projects")',
        'frame.query("a > 85")',
        'name = "85个"',
        "!ls -85",
        "for",
    ],
)
def test_what_code_puts_in_is_no_number_typed_by_hand(source):
    """Nor are the attributes of elements, formats, and texts that nobody is shown."""
    assert found(new_code_cell(source)) == []


def test_a_table_typed_as_text_is_told():
    """In Markdown and in HTML."""
    source = 'Markdown("""|甲|乙|\n|---|---|\n|a|9|""")\nHTML("<table><tr><td>甲</td></tr></table>")'
    assert found(new_code_cell(source)) == [(1, "有手写的表格"), (1, "有手写的表格")]


@pytest.mark.parametrize(
    ("source", "typed"),
    [
        ('report.table(pd.DataFrame({"a": [54]}), "甲")', True),
        (
            'frame = pd.DataFrame([["甲", -5.4]]).set_axis(["a", "b"], axis=1)\nreport.table(frame, "甲")',
            True,
        ),
        ('report.chart(axes, "甲", "乙", pd.Series([1, 2]).to_frame())', True),
        ('report.chart(axes, "甲", alt="乙", data=pd.DataFrame.from_records([(1, 2)]))', True),
        ('report.table(pd.DataFrame({"a": [len(rows)], "b": rows.iloc[:3]}), "甲")', False),
        ('report.table(pd.DataFrame({"a": ["甲"]}), "甲")', False),
        ('report.table(scores.groupby("kind").mean().round(2), "甲")', False),
        ('bands = pd.DataFrame({"from": [90]})', False),
    ],
)
def test_a_frame_of_numbers_typed_in_the_code_is_known(source, typed):
    """One that the report shows as a table, or behind a chart; not what is computed, nor what nobody sees."""
    cells = [new_code_cell("import pandas as pd"), new_code_cell(source)]
    assert written.typed_frames(new_notebook(cells=cells)) == ([(2, source)] if typed else [])

"""Review papers, target tables and plain lists are forms too, of many projects or without scores."""

from __future__ import annotations

import pytest

from text_sheets import PAPER, column, fields, found, one, remarks


def test_a_review_paper_gives_a_form_for_each_project() -> None:
    """Rows are grouped by unit and name, which are written once."""
    forms = found(PAPER).forms

    assert [(form.layout, form.kind) for form in forms] == [("review-paper", "review")] * 2
    assert [(fields(form)["unit"], fields(form)["name"]) for form in forms] == [
        ("河道所", "河道清淤"),
        ("河道所", "道路养护"),
    ]
    assert column(forms[0], "review_score") == ["18", "20"]
    assert [remarks(form) for form in forms] == [[], []]


def test_a_review_paper_of_one_project_names_it_in_the_head() -> None:
    """Its total is the reviewed one; a total under many projects belongs to none of them."""
    alone = """
自评复核工作底稿 | < | < | < | < | <
项目名称 | 河道清淤 | < | 预算单位 | 河道所 | <
一级 | 二级 | 三级 | 分值 | 自评得分 | 复核得分 | 复核意见
产出指标 | 数量指标 | 清淤长度 | 90 | 90 | 80 | 资料不全
总分 | < | < | 90 | 90 | 80 |
"""
    many = PAPER.replace("注：复核人", "总分 | | | | | | | 60 | 60 | | 58 | |\n注：复核人")

    assert fields(one(alone))["total_score"] == "80"
    assert remarks(one(alone)) == []
    assert ["total_score" in form.fields for form in found(many).forms] == [False, False]


def test_a_target_table_finds_amounts_by_the_names_of_rows() -> None:
    """A form of goals has no head over its money; there are no scores to miss."""
    form = one("""
项目支出绩效目标申报表（2023年度） | < | < | < | <
项目名称 | 河道清淤 | < | < | <
项目资金（万元） | 年度资金总额： | < | 100 | <
^ | 其中：财政拨款 | < | 90 | <
^ | 其他资金 | < | 10 | <
总体目标 | 清淤十公里 | < | < | <
一级指标 | 二级指标 | 三级指标 | 指标值 | 备注
产出指标 | 数量指标 | 清淤长度 | ≥10公里 |
""")

    assert (form.layout, form.kind, remarks(form)) == ("targets", "targets", [])
    assert (form.funds[0]["item"].text, form.funds[0]["initial_budget"].text) == ("年度资金总额：", "100")
    assert fields(form)["goal"] == "清淤十公里"


@pytest.mark.parametrize(
    "head",
    [
        "subject_id | level1 | level2 | level3 | nature | operator | target | measure_unit | weight",
        "项目编码 | 一级指标 | 二级指标 | 三级指标 | 指标类型 | 指标性质 | 指标值 | 计量单位 | 分值",
    ],
)
def test_a_list_of_indicators_is_read_by_its_column_names(head: str) -> None:
    """English and Chinese names give the same; each subject is a form."""
    forms = found(
        f"{head}\nP001 | 产出 | 数量 | 长度 | 定量 | ≥ | 10 | 公里 | 90\nP002 | 产出 | 数量 | 棵数 | 定量 | ≥ | 8 | 棵 | 90"
    ).forms

    assert [(form.layout, fields(form)["code"]) for form in forms] == [
        ("list-indicators", "P001"),
        ("list-indicators", "P002"),
    ]
    assert [value.text for value in forms[0].indicators[0].values()] == [
        "P001",
        "产出",
        "数量",
        "长度",
        "定量",
        "≥",
        "10",
        "公里",
        "90",
    ]


def test_a_list_of_subjects_is_read_by_its_column_names() -> None:
    """Names, budgets and units of many projects, one a row."""
    forms = found(
        "项目编码 | 项目名称 | 预算单位 | 年初预算数 | 全年预算数 | 全年执行数\n"
        "P001 | 甲 | 河道所 | 1 | 2 | 3\nP002 | 乙 | 河道所 | 4 | 5 | 6"
    ).forms

    assert [(form.layout, fields(form)["name"]) for form in forms] == [
        ("list-subjects", "甲"),
        ("list-subjects", "乙"),
    ]

"""Forms put together at their edges: which layout, which year and unit, which total, and whose rows they are."""

from __future__ import annotations

import pytest

from text_sheets import FORM, PAPER, changed, column, fields, found, one, remarks

PLAIN = ("项目支出绩效自评表（2022年度）", "某表")


@pytest.mark.parametrize(
    ("pairs", "layout"),
    [
        ([], "mof-2020-10"),
        ([PLAIN], "mof-2020-10"),
        ([(PLAIN[0], "部门整体支出绩效自评表")], "department-wide"),
        ([PLAIN, ("项目名称", "部门名称")], "department-wide"),
    ],
)
def test_the_layout_is_the_one_that_most_labels_belong_to(pairs: list[tuple[str, str]], layout: str) -> None:
    """Title, head, money and indicators all count; among equals the one that misses the fewest."""
    assert one(changed(*pairs)).layout == layout


LIST = "项目编码 | 项目名称 | 一级指标 | 二级指标 | 三级指标 | 指标值 | 分值"


@pytest.mark.parametrize(
    ("text", "layouts"),
    [
        (f"{LIST} | 复核得分\nP1 | 甲 | 产出 | 数量 | 长度 | 10 | 9 | 8", [("review-paper", "review")]),
        (f"{LIST} | 得分\nP1 | 甲 | 产出 | 数量 | 长度 | 10 | 9 | 8", [("list-indicators", "list")]),
        (f"指标编号 | {LIST} | 复核得分\nX | P1 | 甲 | 产出 | 数量 | 长度 | 10 | 9 | 8", [("list-indicators", "list")]),
        ("项目编码 | 项目名称 | 年初预算数 | 全年预算数\nP1 | 甲 | 1 | 2", [("list-subjects", "list")]),
    ],
)  # fmt: skip
def test_a_table_without_title_is_a_list_or_a_review_paper(text: str, layouts: list[tuple[str, str]]) -> None:
    """Reviewed points tell a review paper, unless the rows have ids as our own table has."""
    assert [(form.layout, form.kind) for form in found(text).forms] == layouts


YEARS = [
    ([], "2022", "A1"),
    ([(PLAIN[0], "自评表 | < | < | < | < | < | < | < | <\n（2021年度）")], "2021", "A2"),
    ([(PLAIN[0], "项目支出绩效自评表 | < | < | < | < | < | < | < | <\n2021年")], "2021", "A2"),
    ([(PLAIN[0], "项目支出绩效自评表 | < | < | < | < | < | < | < | <\n编号 | （2021年度）")], "2021", "B2"),
    ([(PLAIN[0], "2020年自评表 | < | < | < | < | < | < | < | <\n（2021年度）")], "2021", "A2"),
    ([("项目编码 | P009", "年度 | 2021")], "2021", "G2"),
    ([("项目编码 | P009", "年度 |")], "2022", "A1"),
    ([PLAIN], None, ""),
    ([PLAIN, ("清淤十公里", "2021年")], None, ""),
    ([(PLAIN[0], "2020年某表（2021年）")], "2020", "A1"),
]


@pytest.mark.parametrize(("pairs", "year", "cell"), YEARS)
def test_where_the_year_of_a_form_stands(pairs: list[tuple[str, str]], year: str | None, cell: str) -> None:
    """Beside its label, else alone above the head of the form, else within the title."""
    value = one(changed(*pairs)).fields.get("year")

    assert (value.text if value else None, value.cell if value else "") == (year, cell)


@pytest.mark.parametrize(
    ("pairs", "unit", "cell"),
    [
        ([], "万元", "A4"),
        ([("项目资金（万元）", "项目资金（元）")], "元", "A4"),
        ([("（2022年度）", "（2022年度） 单位：元")], "元", "A1"),
        ([("项目资金（万元）", "项目资金"), ("全部完成", "单位：万元")], "万元", "F10"),
        ([("项目资金（万元）", "项目资金"), ("注：定性指标分三档。", "单位：万元")], None, ""),
        ([("项目资金（万元）", "项目资金"), ("10公里 | 20", "（万元） | 20")], None, ""),
    ],
)
def test_the_unit_of_amounts_is_the_first_above_the_indicators(
    pairs: list[tuple[str, str]], unit: str | None, cell: str
) -> None:
    """What stands in the table of indicators or below it says nothing of the money."""
    value = one(changed(*pairs)).fields.get("amount_unit")

    assert (value.text if value else None, value.cell if value else "") == (unit, cell)


def test_totals_are_those_of_the_columns_that_there_are() -> None:
    """A table without a column of points has no total of them; the cell is that of the total row."""
    form = one(changed(("| 实际完成值 | 分值 | 得分 |", "| 实际完成值 | 序号 | 得分 |")))

    assert ("total_weight" in form.fields, form.fields["total_score"].cell) == (False, "H17")
    assert one(FORM).fields["total_weight"].cell == "G17"
    bare = one(changed(("总分 | < | < | < | < | < | 100 | 98.5 |\n", "")))
    assert [name for name in bare.fields if name.startswith("total_")] == []


def test_the_title_and_what_stands_below_belong_to_the_form() -> None:
    """A problem told under the table is a field; the money table is none of the head."""
    form = one(changed(("注：定性指标分三档。", "存在问题 | 雨季")))

    assert fields(form)["problems"] == "雨季"
    assert fields(form)["title"] == "项目支出绩效自评表（2022年度）"
    assert "header_score" not in form.fields
    assert form.sheet == "自评表" and form.file == "表.xlsx"


def test_each_project_has_its_rows_and_the_remarks_come_once() -> None:
    """Runs of one owner; the code is that of the rows, the head is shared."""
    head = "项目编码 | 项目名称 | 预算单位 | 年初预算数 | 全年预算数"
    forms = found(
        f"2022年度清单 | < | < | < | <\n{head}\nP1 | 甲 | 所 | 1元 | 2\nP1 | 乙 | 所 | 3 | 4\nP2 | 乙 | 所 | 5 | 6"
    ).forms

    assert [(fields(form)["code"], fields(form)["name"], len(form.indicators)) for form in forms] == [
        ("P1", "甲", 1), ("P1", "乙", 1), ("P2", "乙", 1),
    ]  # fmt: skip
    assert [("subject_id" in form.fields, fields(form)["year"]) for form in forms] == [(False, "2022")] * 3
    assert [remarks(form) for form in forms] == [[("F06", "D3")], [], []]
    assert [form.fields["code"].cell for form in forms] == ["A3", "A4", "A5"]


def test_the_rows_of_one_project_are_one_form_with_its_total() -> None:
    """A total of one project is its own."""
    alone = PAPER.replace("^ | 道路养护 | 产出指标 | 数量指标", "^ | ^ | ^ | ^").replace(
        "注：复核人", "总分 | | | | | | | 60 | 59 | | 58 | |\n注：复核人"
    )

    form = one(alone)

    assert (fields(form)["total_score"], fields(form)["total_weight"]) == ("58", "60")
    assert column(form, "level3") == ["清淤长度", "清运土方", "养护里程"]
    assert (form.fields["name"].cell, form.fields["unit"].cell) == ("B3", "A3")


def test_a_second_table_goes_on_with_the_first() -> None:
    """Under a goal of its own, with the same columns and no total between: one form, all remarks, the last total."""
    head, *rest = FORM[FORM.index("绩效指标 |") :].splitlines(keepends=True)
    total = "总分 | < | < | < | < | < | 100 | 98.5 |\n"
    note = "注：定性指标分三档。 | < | < | < | < | < | < | < | <\n"
    goal = "年初目标 | 绿化 | < | < | < | < | < | < | <\n"
    open_ = FORM.replace(total, "").replace(note, goal)
    second = head + "".join(rest)
    lost = ("^ | 产出指标 | 数量指标 | 清淤", "^ | | 数量指标 | 清淤")

    joined = one(open_.replace(*lost) + second.replace(*lost))

    assert (len(joined.indicators), fields(joined)["total_score"]) == (10, "98.5")
    assert remarks(joined) == [("F03", "B12"), ("F03", "B19")]
    for text in (open_ + second.replace("年度指标值", "备注"), FORM.replace(note, goal) + second):
        assert [len(form.indicators) for form in found(text).forms] == [5, 5]
    assert [
        fields(form).get("total_score") for form in found(open_ + second.replace("年度指标值", "备注")).forms
    ] == [
        None,
        "98.5",
    ]


def test_the_money_of_a_form_is_its_table_else_what_its_rows_name() -> None:
    """Rows under a head of amounts; without one the number beside each name, as the initial budget."""
    form = one(FORM)

    assert [(row["item"].text, row["executed"].text) for row in form.funds] == [
        ("年度资金总额", "90"), ("其中：当年财政拨款", "90"), ("上年结转资金", ""), ("其他资金", ""),
    ]  # fmt: skip
    bare = one(changed(("年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n", " | | | | |\n")))
    assert (bare.funds[0]["item"].cell, bare.funds[0]["initial_budget"].text) == ("B5", "100")


def test_a_column_of_the_money_table_is_no_field_of_the_head() -> None:
    """自评得分 over points for spending is not the total in the head of a form."""
    form = one(changed(("| 分值 | 执行率 | 得分\n", "| 自评得分 | 执行率 | 分值\n")))

    assert ("header_score" in form.fields, form.funds[0]["score"].text) == (False, "10")


def test_the_total_under_two_projects_belongs_to_neither() -> None:
    """It adds up what both have."""
    paper = PAPER.replace("注：复核人", "总分 | | | | | | | 60 | 59 | | 58 | |\n注：复核人")

    assert [sorted(fields(form)) for form in found(paper).forms] == [["name", "title", "unit", "year"]] * 2


@pytest.mark.parametrize(
    ("label", "points"), [("绩效指标（80分）", "80"), ("绩效指标", None), ("绩效指标（80分，每项）", None)]
)
def test_the_points_that_the_title_of_the_table_prints(label: str, points: str | None) -> None:
    """They are those of all indicators; how a form divides them is its own."""
    assert (
        fields(one(changed(("绩效指标 | 一级指标", f"{label} | 一级指标")))).get("indicator_points") == points
    )


def test_results_held_against_targets_below_a_head_are_a_self_evaluation() -> None:
    """Whatever its title: a score table judges by a standard."""
    text = """
河道清淤情况 | < | < | < | <
项目名称 | 河道清淤 | < | 项目单位 | 河道所
一级指标 | 三级指标 | 指标值 | 实际完成值 | 得分
产出 | 清淤长度 | 10 | 10 | 9
"""
    assert (one(text).kind, one(text.replace("实际完成值", "评分标准")).kind) == ("project", "scores")


def test_a_score_table_judges_the_unit_that_it_names() -> None:
    """Where it has no other label for its subject the unit is the name; a self-evaluation has a project."""
    scores = """
项目支出绩效评价评分表 | < | < | <
评价单位 | 某某中心 | < | <
一级指标 | 三级指标 | 分值 | 得分
过程 | 制度执行 | 60 | 55
产出 | 完成率 | 40 | 40
"""
    named = fields(one(scores.replace("评价单位", "项目单位")))

    assert (named["unit"], named["name"]) == ("某某中心", "某某中心")
    assert fields(one(scores.replace("评价单位", "项目名称")))["name"] == "某某中心"
    assert "name" not in fields(one(changed(("项目名称 | 河道清淤", "事项 | 河道清淤"))))

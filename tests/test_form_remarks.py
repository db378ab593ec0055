"""What is odd in a form is remarked under its rule, at its cell, and never guessed away."""

from __future__ import annotations

import pytest

from jixiao.forms.model import Merged, Sheet
from jixiao.forms.reading import reading
from jixiao.year.words import Severity
from text_sheets import FORM, LAYOUTS, PAPER, changed, column, found, one, remarks, sheet, workbook


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("封面\n某某单位", ["A1"]),
        ("项目支出绩效自评表\n项目名称 | 河道清淤\n年度总体目标 | 清淤", ["A1"]),
    ],
)
def test_a_workbook_without_any_form_is_remarked_once(text: str, cells: list[str]) -> None:
    """F01 stands at the sheet that looks like a form, else at the first one."""
    read = found(text)

    assert (read.forms, [(remark.rule, remark.place.cell) for remark in read.remarks]) == (
        (),
        [("F01", c) for c in cells],
    )


def test_a_table_of_money_alone_is_not_taken_for_a_form() -> None:
    """Labels of amounts stand in tables of basic data, too: nobody is asked to mend the head of indicators."""
    (remark,) = found(
        "部门基本情况 | < | <\n项目 | 年初预算数 | 全年执行数\n合计 | 10 | 9\n项目 | 预算数 | 执行数\n甲 | 10 | 9"
    ).remarks

    assert (remark.rule, remark.found) == ("F01", "没有找到任何表样的表头")


@pytest.mark.parametrize(
    ("old", "new", "cell", "said"),
    [
        ("| 实际完成值 |", "| 分值 |", "A11", "没有找到“实际完成值”列"),
        ("偏差原因分析及改进措施", "得分", "I11", "“得分”列出现两次"),
        ("项目名称", "事项", "A1", "没有找到“项目名称”"),
    ],
)
def test_columns_that_are_missing_or_double_are_remarked(old: str, new: str, cell: str, said: str) -> None:
    """F02 names the label and stands at the head of its table."""
    told = [(r.place.cell, r.found) for r in one(changed((old, new))).remarks if r.rule == "F02"]

    assert any(place == cell and said in text for place, text in told), told


def test_a_form_without_money_table_is_remarked() -> None:
    """F02 at the title where no row has labels of amounts."""
    lines = [line for n, line in enumerate(FORM.strip("\n").splitlines()) if not 3 <= n <= 7]

    assert remarks(one("\n".join(lines))) == [("F02", "A1")]


def test_a_level_is_never_filled_down_from_the_form_above() -> None:
    """F03 where the first row has no level 1, also under a merged area that comes from above."""
    form = one(changed(("^ | 产出指标 | 数量指标 | 清淤长度", "^ | | 数量指标 | 清淤长度"), ("^ | ^ | ^ | 清运", "^ | | | 清运"),
                       ("^ | ^ | 质量", "^ | | 质量")))  # fmt: skip
    below = one(changed(("^ | 产出指标 | 数量指标 | 清淤长度", "^ | ^ | 数量指标 | 清淤长度")))

    assert (column(form, "level1")[:2], remarks(form)) == (["", ""], [("F03", "B12")])
    assert (column(below, "level1")[0], remarks(below)[0]) == ("", ("F03", "B12"))


def test_a_merged_level_that_covers_the_next_form_is_remarked() -> None:
    """F03 where a merged area goes on over the head of another form."""
    first, second = (sheet(FORM) for _ in range(2))
    height = len(first.rows)
    moved = [Merged(a.top + height, a.left, a.bottom + height, a.right) for a in second.merged if a.left != 1]
    levels = [Merged(15, 1, height + 10, 1)]
    kept = [a for a in first.merged if a.left != 1]
    stacked = Sheet("表.xlsx", "表", first.rows + second.rows, (*kept, *levels, *moved))

    told = [r for form in reading.forms_of(workbook(stacked), LAYOUTS).forms for r in form.remarks]

    assert ("F03", "B16") in [(r.rule, r.place.cell) for r in told]


@pytest.mark.parametrize(
    ("old", "new", "cell", "said"),
    [
        ("项目资金（万元）", "项目资金", "B5", "没有写金额单位"),
        ("项目资金（万元）", "项目资金（元）", "A4", "金额以元填报"),
        ("全年执行数 |", "全年执行数（元） |", "F4", "这里的单位是元，别处是万元"),
        ("| 100 | 100 | 90 | 10 |", "| 100 | 100 | 900000元 | 10 |", "F5", "这里的单位是元，别处是万元"),
    ],
)
def test_the_unit_of_amounts_is_stated_once(old: str, new: str, cell: str, said: str) -> None:
    """F05 where no unit stands, where it is 元, and where two are mixed."""
    told = [(r.place.cell, r.found) for r in one(changed((old, new))).remarks if r.rule == "F05"]

    assert [(cell, said)] == [(place, text[: len(said)]) for place, text in told]


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [
        ("| 10公里 | 20 | 20 |", "| 10公里 | 20分 | ２０ |", ["G12", "H12"]),
        ("| 10公里 | 20 | 20 |", "| 10公里 | '20 | 20% |", ["G12", "H12"]),
        ("| 年度资金总额 | < | 100 |", "| 年度资金总额 | < | 一百 |", ["D5"]),
        ("| 100 | 98.5 |", "| 100分 | 98.5 |", ["G17"]),
        ("| 10公里 | 20 | 20 |", "| 10公里 | / | 无 |", []),
    ],
)
def test_cells_of_numbers_that_are_not_plain_numbers_are_remarked(
    old: str, new: str, cells: list[str]
) -> None:
    """F06 for text, full-width digits, units and percent signs; signs for nothing are blank."""
    assert [place for rule, place in remarks(one(changed((old, new)))) if rule == "F06"] == cells


@pytest.mark.parametrize(
    ("old", "new", "file", "cells"),
    [
        ("（2022年度）", "（2022年度）", "数据/2021年自评表.xlsx", ["A1"]),
        ("（2022年度）", "（2022年度）", "2022年自评 报于2023年3月.xlsx", []),
        ("（2022年度）", " | < | < | < | < | < | < | < | <\n（2021年度）", "2022年自评.xlsx", ["A2"]),
        ("=100%", "2021年12月底前", "表.xlsx", ["E14"]),
        ("=100%", "2023年6月底前", "表.xlsx", []),
        ("=100%", "2021.6.30", "表.xlsx", ["E14"]),
        ("=100%", "2021/6", "表.xlsx", ["E14"]),
        ("=100%", "≤1998.50", "表.xlsx", []),
    ],
)
def test_years_that_contradict_each_other_are_remarked(
    old: str, new: str, file: str, cells: list[str]
) -> None:
    """F10 for title, year, file name and the dates of targets."""
    assert [place for rule, place in remarks(one(changed((old, new)), file)) if rule == "F10"] == cells


def test_a_review_paper_fills_no_level_into_another_project() -> None:
    """F03 where the first row of a project has no level 1."""
    forms = found(PAPER.replace("道路养护 | 产出指标 | 数量指标", "道路养护 | | ")).forms

    assert [remarks(form) for form in forms] == [[], [("F03", "C5"), ("F03", "D5")]]
    assert column(forms[1], "level1") == [""]


FILL = "按表样补上，或把本地的叫法加进 params/forms"
WRITE = "在“项目资金”后写明单位"


def unread(cell: str, label: str, cells: int, section: str = "indicators") -> tuple[str, ...]:
    """F24 for a column that was not understood."""
    remedy = f"在 params/forms/labels.yml 里写明它是什么；不需要的，在 known 下 {section} 里加上“{label}”"
    return ("F24", cell, f"没有看懂“{label}”这一列，{cells} 格内容没有读入", "认得的列名", remedy)


def guessed(cell: str, label: str, usual: str, name: str) -> tuple[str, ...]:
    """F24 for a column that was taken for another by what it holds."""
    said = f"没有见过“{label}”这一列，当作“{usual}”读入"
    return ("F24", cell, said, f"“{usual}”等认得的列名", _adding(label, name))


def placed(cell: str, label: str, usual: str, name: str) -> tuple[str, ...]:
    """F24 for a level that was taken for one by its place."""
    said = f"没有见过“{label}”这一列，按位置当作“{usual}”读入"
    return ("F24", cell, said, "认得的列名", _adding(label, name))


def _adding(label: str, name: str) -> str:
    return f"读得对的，在 params/forms/labels.yml 的 indicators 下 {name} 里加上“{label}”"


REMARKS = [
    ([], []),
    ([("三级指标", "考核点")], [unread("D11", "考核点", 5)]),
    ([("年初预算数", "数一")], [unread("D4", "数一", 2, "funds")]),
    ([("全年预算数", "数二")], [unread("E4", "数二", 2, "funds")]),
    ([("全年执行数", "数三")], [unread("F4", "数三", 2, "funds")]),
    ([("项目名称", "事项")], [("F02", "A1", "没有找到“项目名称”", "项目名称", FILL)]),
    ([("一级指标", "层一")], [placed("B11", "层一", "一级指标", "level1")]),
    ([("二级指标", "层二")], [placed("C11", "层二", "二级指标", "level2")]),
    ([("年度指标值", "数")], [unread("E11", "数", 5)]),
    (
        [("| 实际完成值 | 分值 | 得分 |", "| 数 | 甲 | 乙 |")],
        [
            guessed("G11", "甲", "分值", "weight"),
            guessed("H11", "乙", "得分", "self_score"),
            unread("F11", "数", 5),
        ],
    ),
    (
        [("偏差原因分析及改进措施", "得分")],
        [("F02", "I11", "“得分”列出现两次，只读第一次的", "每列一次", "删去多余的列或改列名")],
    ),
    (
        [("| 分值 | 执行率 | 得分\n", "| 分值 | 得分 | 得分\n")],
        [
            ("F02", "I4", "“得分”列出现两次，只读第一次的", "每列一次", "删去多余的列或改列名"),
            ("F06", "H5", "“90%”数字后面带“%”", "只有半角数字", "重新输入数字"),
        ],
    ),
    (
        [("项目资金（万元）", "项目资金")],
        [("F05", "B5", "没有写金额单位", "项目资金（万元）", WRITE)],
    ),
    (
        [("项目资金（万元）", "项目资金（元）")],
        [("F05", "A4", "金额以元填报，已换算成万元", "万元", "核对换算后的数，以后以万元填报")],
    ),
    (
        [("全年执行数 |", "全年执行数（元） |")],
        [("F05", "F4", "这里的单位是元，别处是万元", "全表一个单位", "统一用万元填报")],
    ),
    (
        [("全年执行数 |", "全年执行数（万元） |")],
        [],
    ),
    (
        [("项目资金（万元）", "项目资金"), ("| 100 | 100 | 90 | 10 |", "| 100元 | 100元 | 90万元 | 10 |")],
        [
            ("F05", "B5", "没有写金额单位", "项目资金（万元）", WRITE),
            ("F05", "F5", "这里的单位是万元，别处是元", "全表一个单位", "统一用万元填报"),
            ("F06", "D5", "“100元”数字后面带“元”", "只有半角数字", "重新输入数字"),
            ("F06", "E5", "“100元”数字后面带“元”", "只有半角数字", "重新输入数字"),
            ("F06", "F5", "“90万元”数字后面带“万元”", "只有半角数字", "重新输入数字"),
        ],
    ),
    (
        [("| 100 | 100 | 90 | 10 |", "| 100 | 100 | 90 | 10元 |")],
        [("F06", "G5", "“10元”数字后面带“元”", "只有半角数字", "重新输入数字")],
    ),
    (
        [("| 10 | 90% | 9\n", "| 10 | 90% | 九\n")],
        [("F06", "I5", "“九”不是数字", "只有半角数字", "改填数字")],
    ),
    (
        [("| 10公里 | 20 | 20 |", "| 10公里 | '20 | ２０ |")],
        [
            ("F06", "G12", "“20”数字存成了文本", "只有半角数字", "重新输入数字"),
            ("F06", "H12", "“２０”数字用了全角字符", "只有半角数字", "重新输入数字"),
        ],
    ),
    (
        [("| 10公里 | 20 | 20 |", "| '10公里 | '20分 | '满分 |")],
        [
            ("F06", "G12", "“20分”数字后面带“分”", "只有半角数字", "重新输入数字"),
            ("F06", "H12", "“满分”不是数字", "只有半角数字", "改填数字"),
        ],
    ),
    ([("| 100 | 98.5 |", "| '100 | 98.5 |")], [("F06", "G17", "“100”数字存成了文本", "只有半角数字", "重新输入数字")]),
    ([("| 100 | 98.5 |", "| 100 | 98.5分 |")], [("F06", "H17", "“98.5分”数字后面带“分”", "只有半角数字", "重新输入数字")]),
    (
        [("=100%", "2021年12月底前")],
        [("F10", "E14", "年度指标值“2021年12月底前”是2021年的", "2022年的目标", "改成本年度的目标")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "told"), REMARKS)
def test_the_words_of_each_remark(pairs: list[tuple[str, str]], told: list[tuple[str, ...]]) -> None:
    """Rule, cell, what is there, what should be, what to do: by rule, in the order of the form."""
    found = one(changed(*pairs)).remarks

    assert [(r.rule, r.place.cell, r.found, r.expected, r.remedy) for r in found] == told
    assert {(r.place.file, r.place.sheet) for r in found} <= {("表.xlsx", "自评表")}


def test_the_money_table_that_lacks_is_told_at_the_title() -> None:
    """Once, in place of its columns; where the form has no title, in its first row."""
    lines = [line for n, line in enumerate(FORM.strip("\n").splitlines()) if not 3 <= n <= 7]

    (remark,) = one("\n".join(lines)).remarks

    assert (remark.place.cell, remark.found, remark.expected, remark.remedy) == (
        "A1", "没有找到项目资金表", "表头有预算数和执行数", "补上项目资金表",
    )  # fmt: skip
    assert [r.place.cell for r in one("\n".join(lines[1:])).remarks] == ["A1"]


UNTAUGHT = ("项目支出绩效自评表", "某县项目考评情况")


@pytest.mark.parametrize(
    ("pairs", "severity"),
    [
        ([("项目名称", "事项")], None),
        ([("项目名称", "事项"), UNTAUGHT], Severity.WARNING),
        ([("| 实际完成值 |", "| 分值 |")], None),
        ([("| 实际完成值 |", "| 分值 |"), UNTAUGHT], None),
    ],
)
def test_what_a_form_of_an_unknown_place_lacks_is_a_warning(
    pairs: list[tuple[str, str]], severity: Severity | None
) -> None:
    """Nobody knows what belongs to it; but without results it is no self-evaluation, whoever drew it."""
    lacking = [remark for remark in one(changed(*pairs)).remarks if remark.found.startswith("没有找到")]

    assert [(remark.rule, remark.severity) for remark in lacking] == [("F02", severity)]


def test_that_a_form_of_an_unknown_place_has_no_money_is_a_warning() -> None:
    """Of a layout that somebody taught it is an error."""
    lines = [line for n, line in enumerate(FORM.strip("\n").splitlines()) if not 3 <= n <= 7]
    (known,) = one("\n".join(lines)).remarks
    (unknown,) = one("\n".join(lines).replace(*UNTAUGHT)).remarks

    assert (known.severity, unknown.severity) == (None, Severity.WARNING)


def test_a_money_table_with_a_head_and_no_rows_is_there() -> None:
    """Its columns are held against the layout, no unit is asked for."""
    lines = [line for n, line in enumerate(FORM.strip("\n").splitlines()) if not 4 <= n <= 7]

    assert one("\n".join(lines)).remarks == ()
    assert remarks(one("\n".join(lines).replace("全年执行数", "数三"))) == [("F02", "A4")]


def test_a_table_without_targets_has_no_old_ones() -> None:
    """What is not there is not looked into."""
    assert [rule for rule, _ in remarks(one(changed(("年度指标值", "考核值"))))] == ["F24"]


def test_what_lacks_in_the_head_is_told_at_the_title() -> None:
    """Wherever that stands: here under the number of the annex."""
    assert remarks(
        one("附1 | < | < | < | < | < | < | < | <\n" + changed(("项目名称", "事项")).lstrip("\n"))
    ) == [("F02", "A2")]


def test_a_sign_for_nothing_stored_as_text_is_no_number() -> None:
    """无 and — are blank however they are stored."""
    assert one(changed(("| 10公里 | 20 | 20 |", "| 10公里 | '无 | '— |"))).remarks == ()


def test_a_number_of_too_many_digits_is_remarked_and_not_read() -> None:
    """F06 at its cell; the other numbers of the form are read."""
    form = one(changed(("年度资金总额 | < | 100 |", f"年度资金总额 | < | {'5' * 30} |")))
    said = [(r.rule, r.place.cell, r.expected) for r in form.remarks]

    assert ("F06", "D5", "整数部分至多 15 位、小数至多 20 位的数") in said, said


@pytest.mark.parametrize(
    ("head", "row", "cells"),
    [("备注", "", ["A1"]), ("项目名称", "清淤", []), ("项目编码", "P1", []), ("预算单位", "甲", [])],
)
def test_a_table_of_indicators_that_names_nobody_is_told(head: str, row: str, cells: list[str]) -> None:
    """F02 at its head, unless a column says whose indicators they are."""
    text = f"一级指标 | 二级指标 | 三级指标 | 指标值 | {head}\n产出指标 | 数量指标 | 长度 | ≥10公里 | {row}"
    assert [cell for rule, cell in remarks(one(text)) if rule == "F02"] == cells


THINGS = """
设备明细 | < | < | < | < | < | < | < | <
序号 | 设备 | < | 台数 | {} | | | |
1 | 挖机 | < | 6 | 50 | | | |
2 | 泵 | < | 4 | 40 | | | |
""".strip("\n")


@pytest.mark.parametrize("label", ["单价", "全年预算数"])
@pytest.mark.parametrize(("before", "cell"), [("项目资金（万元）", "A5"), ("", "A20")])
def test_a_table_that_is_none_of_the_form_is_told(before: str, cell: str, label: str) -> None:
    """F26 once, by its title; above or below the tables of the form, which are read as without it."""
    table = THINGS.format(label)
    text = changed((before, f"{table}\n{before}")) if before else FORM + table
    form = one(text)
    (told,) = form.remarks
    assert (told.rule, told.place.cell, "设备明细" in told.found) == ("F26", cell, True)
    assert [column(form, name) for name in ("level3", "target")] == [
        column(one(FORM), name) for name in ("level3", "target")
    ]
    assert [row["item"].text for row in form.funds] == [row["item"].text for row in one(FORM).funds]


def test_labels_beside_their_values_are_no_table() -> None:
    """Two rows of pairs that nobody knows have no numbers below each other."""
    pairs = "归口 | 甲 | < | < | 联络 | 乙 | < | <\n人数 | 12 | < | < | 台数 | 3 | < | <\n"
    assert remarks(one(changed(("主管部门 |", f"{pairs}主管部门 |")))) == []

"""Forms are found by their labels, whatever a unit does to the sheet; each oddity is remarked at its cell."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jixiao.forms.model import Merged, Remark, Sheet, Workbook
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from text_sheets import FORM, LAYOUTS, PAPER, changed, column, fields, found, one, remarks, sheet, workbook


def test_a_form_of_the_ministry_gives_all_its_values_with_their_cells() -> None:
    """Head, money, goals, indicators and total are read; a value of a merged area has the area's first cell."""
    form = one(FORM)

    assert (form.layout, form.kind, form.remarks) == ("mof-2020-10", "project", ())
    assert fields(form) == {
        "title": "项目支出绩效自评表（2022年度）", "year": "2022", "name": "河道清淤", "code": "P009",
        "department": "水务局", "unit": "河道所", "amount_unit": "万元", "goal": "清淤十公里",
        "achieved": "全部完成", "total_weight": "100", "total_score": "98.5",
    }  # fmt: skip
    assert [row["executed"].text for row in form.funds] == ["90", "90", "", ""]
    assert column(form, "level2") == [
        "数量指标",
        "数量指标",
        "质量指标",
        "社会效益指标",
        "服务对象满意度指标",
    ]
    assert form.indicators[1]["level1"].cell == "B12"
    assert form.place(form.indicators[2]["deviation_reason"]).cell == "I14"


def test_a_label_and_its_value_may_share_a_cell() -> None:
    """项目名称：某某 in one cell is a name."""
    form = one(
        changed(
            ("项目名称 | 河道清淤 | <", "项目名称：河道清淤 | < | <"),
            ("主管部门 | 水务局", "主管部门: 水务局 | "),
        )
    )

    assert (fields(form)["name"], fields(form)["department"]) == ("河道清淤", "水务局")
    assert form.fields["name"].cell == "A2"


@pytest.mark.parametrize(
    "label", ["三 级 指 标", "三级指标：", "三级\n指标", "三级指标（可自拟）", "３.三级指标", "★三级指标"]
)
def test_labels_are_compared_without_blanks_brackets_and_marks(label: str) -> None:
    """However a label is set, it is the same label."""
    drawn = sheet(changed(("三级指标", "LABEL")))
    rows = tuple(tuple(cell.replace("LABEL", label) for cell in row) for row in drawn.rows)

    (form,) = reading.forms_of(workbook(Sheet("表.xlsx", "表", rows, drawn.merged)), LAYOUTS).forms

    assert column(form, "level3")[0] == "清淤长度"


def test_a_head_of_two_rows_gives_its_lower_labels() -> None:
    """指标性质, 指标值 and 度量单位 under a merged 年度指标值 are three columns."""
    form = one("""
项目支出绩效自评表 | < | < | < | < | < | < | < | <
项目名称 | 某项目 | < | < | < | < | < | < | <
项目资金（万元） | 资金情况 | < | < | 分值 | 执行率 | 得分 | |
^ | 年初预算数 | 全年预算数 | 全年执行数 | ^ | ^ | ^ | |
年度资金总额 | 100 | 100 | 90 | 10 | 90% | 9 | |
一级指标 | 二级指标 | 三级指标 | 年度指标值 | < | < | 实际完成值 | 分值 | 得分
^ | ^ | ^ | 指标性质 | 指标值 | 度量单位 | ^ | ^ | ^
产出指标 | 数量指标 | 清淤长度 | ≥ | 10 | 公里 | 11 | 90 | 90
总分 | < | < | < | < | < | < | 100 | 99
""")

    row = {name: value.text for name, value in form.indicators[0].items()}
    assert [row[name] for name in ("operator", "target", "measure_unit", "actual")] == [
        "≥",
        "10",
        "公里",
        "11",
    ]
    assert {name: value.text for name, value in form.funds[0].items()}["executed"] == "90"
    assert remarks(form) == []


def test_a_head_over_columns_that_are_not_merged_below_joins_them() -> None:
    """≥ and 10公里 in two cells under one label are one target."""
    form = one("""
项目支出绩效自评表 | < | < | < | < | < | <
项目名称 | 某项目 | < | < | < | < | <
一级指标 | 二级指标 | 三级指标 | 年度指标值 | < | 实际完成值 | 分值 | 得分
产出指标 | 数量指标 | 清淤长度 | ≥ | 10公里 | 11 | 90 | 90
""")

    assert column(form, "target") == ["≥10公里"]
    assert form.indicators[0]["target"].cell == "D4"


def test_a_note_ends_the_table_and_a_name_that_begins_like_one_does_not() -> None:
    """注：… closes the table; 说明材料完整率 is an indicator."""
    form = one(changed(("清运土方", "说明材料完整率"), ("总分 | < | < | < | < | < | 100 | 98.5 |\n", "")))

    assert column(form, "level3")[1] == "说明材料完整率"
    assert len(form.indicators) == 5


@pytest.mark.parametrize(
    "below",
    [
        "评价小组 | 甲 | 乙 | 丙",
        " | 本表由各单位按照批复的绩效目标逐项填写，完成情况应当有资料证明，得分不超过分值，偏差要写明原因和改进措施。",
    ],
)
def test_what_stands_below_the_table_is_no_indicator(below: str) -> None:
    """Rows under the total, and prose that begins left of the indicators, end the table without a word like 注."""
    text = FORM if "评价小组" in below else changed(("总分 | < | < | < | < | < | 100 | 98.5 |\n", ""))
    form = one(
        text.replace("注：定性指标分三档。", below).replace(f"{below} | < | < | < | < | < | < | < | <", below)
    )

    assert column(form, "level3")[4:] == ["居民满意度"]


def test_a_table_under_a_total_is_another_form() -> None:
    """Two tables without a title between them are one form only while no total stands between."""
    head, *rest = FORM[FORM.index("绩效指标 |") :].splitlines(keepends=True)
    twice = FORM + head + "".join(rest)
    joined = twice.replace("总分 | < | < | < | < | < | 100 | 98.5 |\n", "", 1)

    assert [len(form.indicators) for form in found(twice).forms] == [5, 5]
    assert [len(form.indicators) for form in found(joined).forms] == [10]


def test_subtotals_are_left_out_and_remarked() -> None:
    """小计 and 合计 between indicators are F04; 合计 in the last row is the total."""
    form = one(changed(
        ("^ | 效益指标 |", "^ | 小计 | < | < | < | < | 50 | 49.5 |\n^ | 效益指标 |"),
        ("^ | 满意度指标 |", "^ | 合计 | | | | | 80 | 79.5 |\n^ | 满意度指标 |"),
        ("总分 |", "合计 |"),
    ))  # fmt: skip

    assert len(form.indicators) == 5
    assert remarks(form) == [("F04", "B15"), ("F04", "B17")]
    assert fields(form)["total_score"] == "98.5"


def test_rows_of_the_template_that_were_not_filled_in_are_kept() -> None:
    """……, 指标2： and a level without indicator stay rows of the form."""
    form = one(changed(
        ("^ | 效益指标 |", "^ | ^ | ^ | 指标2： | | | | |\n^ | ^ | ^ | …… | | | | |\n^ | 效益指标 |"),
    ))  # fmt: skip

    assert column(form, "level3")[3:5] == ["指标2：", "……"]
    assert (column(form, "level2")[4], remarks(form)) == ("质量指标", [])


def test_points_of_a_merged_area_count_once() -> None:
    """A weight merged over two indicators is not doubled; a text merged over them belongs to both."""
    form = one(changed(
        ("| 3100 | 20 | 20 |", "| 3100 | ^ | ^ | ^"), ("10公里 | 20 | 20 |", "10公里 | 40 | 40 | 雨水多"),
    ))  # fmt: skip

    assert column(form, "weight")[:2] == ["40", ""]
    assert column(form, "deviation_reason")[:2] == ["雨水多", "雨水多"]


def test_a_head_printed_again_within_the_table_is_no_row() -> None:
    """The head at the top of a printed page goes on with the same form and the same levels."""
    head = "绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n"
    form = one(changed(("^ | ^ | ^ | 清运土方", head + "绩效指标 | | | 清运土方")))

    assert column(form, "level3") == ["清淤长度", "清运土方", "验收合格率", "受益居民", "居民满意度"]
    assert (column(form, "level2")[1], remarks(form)) == ("数量指标", [])


def test_a_second_goal_goes_on_with_the_same_form() -> None:
    """Hubei's form has a table of indicators for each yearly goal; together they are one form."""
    form = one("""
2020年度某项目自评表 | < | < | < | < | <
项目名称 | 某项目 | < | 主管部门 | 水务局 | <
预算执行情况（万元）（20分） | 预算数（A） | 执行数（B） | 执行率 | 得分（20分*执行率） |
年度财政资金总额 | 10 | 10 | 100% | 20 |
年度绩效目标1（40分） | 清淤 | < | < | < | <
一级指标 | 二级指标 | 三级指标 | 年初目标值（A） | 实际完成值（B） | 得分
产出指标 | 数量指标 | 清淤长度 | 10 | 10 | 40
年度绩效目标2（40分） | 绿化 | < | < | < | <
一级指标 | 二级指标 | 三级指标 | 年初目标值（A） | 实际完成值（B） | 得分
产出指标 | 数量指标 | 植树棵数 | 10 | 10 | 40
总分 | < | < | < | < | 100
""")

    assert (form.layout, column(form, "level3")) == ("hubei", ["清淤长度", "植树棵数"])
    assert (fields(form)["total_score"], "weight" in form.indicators[0], remarks(form)) == ("100", False, [])


def test_forms_side_by_side_are_two() -> None:
    """A sheet with the same labels twice in a row holds two forms."""
    lines = FORM.strip("\n").splitlines()
    other = FORM.replace("河道清淤", "道路养护").strip("\n").splitlines()
    both = "\n".join(f"{a} | | {b}" for a, b in zip(lines, other, strict=True))

    forms = found(both).forms

    assert [fields(form)["name"] for form in forms] == ["河道清淤", "道路养护"]
    assert [column(form, "level3") for form in forms] == [column(one(FORM), "level3")] * 2


def test_each_remark_goes_with_its_own_of_two_forms_on_a_sheet() -> None:
    """Also what was noticed of a cell when the file was opened; of a work paper with the project of its row."""
    other = FORM.replace("河道清淤", "道路养护").replace("P009", "P010")
    stacked = sheet(changed(("| 10 | 90%", "| 10分 | 90%")).strip("\n") + other.replace("≥10公里", ""))
    lost = [Remark("F33", stacked.place(row, 6), "后面的位数已丢失") for row in (1, 19)]

    forms = reading.forms_of(Workbook("表.xlsx", (stacked,), tuple(lost)), LAYOUTS).forms

    assert [fields(form)["name"] for form in forms] == ["河道清淤", "道路养护"]
    assert [remarks(form) for form in forms] == [[("F06", "G5"), ("F33", "G2")], [("F33", "G20")]]
    assert [one.subject for one in from_forms.records(forms).remarks] == ["P001", "P001", "P002"]

    paper = sheet(PAPER.replace("| 18 |", "| 18分 |").replace("| 5 | 20 |", "| 5 | 20分 |"))
    assert [remarks(form) for form in reading.of_sheet(paper, LAYOUTS).forms] == [
        [("F06", "K3")],
        [("F06", "K5")],
    ]


def test_every_sheet_of_a_workbook_is_read_and_others_are_silent() -> None:
    """Two forms and a cover give two forms, and one note on the cover."""
    book = workbook(sheet("封面\n\n某某单位", name="封面"), sheet(FORM, name="一"), sheet(FORM, name="二"))

    read = reading.forms_of(book, LAYOUTS)

    assert [form.sheet for form in read.forms] == ["一", "二"]
    assert [(remark.rule, remark.found) for remark in read.remarks] == [
        ("F26", "工作表“封面”不是认得的表，没有读")
    ]


def test_merged_areas_over_one_another_cost_no_more_than_the_sheet() -> None:
    """A damaged file with thousands of areas that reach to the end of any sheet is read like any other."""
    drawn = sheet(FORM)
    height, rest = len(drawn.rows), 9000
    rows = drawn.rows + (("",) * 9,) * rest
    huge = tuple(Merged(row, 0, 1048575, 16383) for row in range(height, height + rest))

    start = time.perf_counter()
    read = reading.forms_of(workbook(Sheet("表.xlsx", "表", rows, (*drawn.merged, *huge))), LAYOUTS)

    assert time.perf_counter() - start < 10
    assert [len(form.indicators) for form in read.forms] == [5]


WORDS = st.sampled_from(
    [
        *sorted(LAYOUTS.words),
        *LAYOUTS.titles,
        "注：",
        "小计",
        "≥10个",
        "10",
        "……",
        "",
        "",
        "2022年",
        "（元）",
        "项目名称：甲",
    ]
)


@settings(max_examples=150)
@given(
    st.lists(st.lists(WORDS, min_size=6, max_size=6), max_size=14),
    st.lists(st.tuples(*[st.integers(0, 14)] * 4), max_size=5),
)
@example(
    [
        ["actual", "指标名称", "actual", "actual", "adjusted_budget", "三级"],
        ["actual", "本年度计划水平", "actual", "actual", "actual", "actual"],
    ],
    [],
)
def test_no_sheet_breaks_the_reading(rows: list[list[str]], areas: list[tuple[int, int, int, int]]) -> None:
    """Labels thrown into a sheet at random, merged at random, never raise; every value keeps a cell of the sheet."""
    merged = tuple(Merged(min(a, b), min(c, d), max(a, b), max(c, d)) for a, b, c, d in areas)
    drawn = Sheet(
        "表.xlsx", "表", tuple(map(tuple, rows)), tuple(m for m in merged if m.top < len(rows) and m.left < 6)
    )

    read = reading.forms_of(workbook(drawn), LAYOUTS)

    recorded = from_forms.records((*read.forms, *read.forms))
    assert len(recorded["forms"]) == 2 * len(read.forms)
    values = [
        v for form in read.forms for row in (form.fields, *form.funds, *form.indicators) for v in row.values()
    ]
    assert [value for value in values if not (0 <= value.row < len(rows) and 0 <= value.column < 6)] == []

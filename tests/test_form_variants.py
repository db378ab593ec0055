"""Kinds of forms, each drawn in several ways: pairs of labels and values, foot rows, halves, totals, merged scores and the rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from jixiao.checks import catalogue, settings
from jixiao.forms.model import Form, FormKind
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.rules import policy
from test_value_cases import ASKED, BENEFIT, COST, EARTH, FOOT, HEAD, LENGTH, QUALITY, ROOT, TIME, WATER
from text_sheets import LAYOUTS, column, fields, remarks, sheet, workbook

ROWS = (LENGTH, EARTH, QUALITY, TIME, COST, BENEFIT, WATER, ASKED)
NAMES = [
    "清淤长度",
    "清运土方",
    "验收合格率",
    "按时完工率",
    "清淤成本",
    "受益居民",
    "水质达标天数",
    "居民满意度",
]
USUAL = HEAD + "".join(ROWS) + FOOT


def forms(text: str) -> tuple[Form, ...]:
    """The forms of a sheet."""
    return reading.forms_of(workbook(sheet(text)), LAYOUTS).forms


def one(text: str) -> Form:
    """The only form of a sheet."""
    (form,) = forms(text)
    return form


def answers(text: str) -> list[tuple[str, str]]:
    """Rule and cell of all that somebody has to answer."""
    found = reading.forms_of(workbook(sheet(text)), LAYOUTS)
    records = from_forms.records(found.forms)
    records = replace(records, remarks=records.remarks + found.remarks)
    rules = policy.on_date(ROOT, "mof-2020-10", dt.date(2023, 12, 31))
    findings = catalogue.find(records, rules, settings.in_force(ROOT, rules))
    return [
        (finding.rule, finding.place.cell)
        for finding in findings
        if finding.severity.needs_answer and finding.rule[0] not in "CK"
    ]


def changed(*pairs: tuple[str, str]) -> str:
    """The usual form with texts replaced once."""
    text = USUAL
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


# --- the head -------------------------------------------------------------------------------------

HEADED = "项目名称 | 河道清淤 | < | < | < | 项目编码 | P009 | < | <\n主管部门 | 水务局 | < | < | < | 实施单位 | 河道所 | < | <\n"
PAIRS = {
    "two in a cell": "项目名称：河道清淤　　主管部门：水务局 | < | < | < | < | < | < | < | <\n"
    "实施单位：河道所　项目编码：P009 | < | < | < | < | < | < | < | <\n",
    "four in a cell": "项目名称：河道清淤  主管部门：水务局  实施单位：河道所  项目编码：P009 | < | < | < | < | < | < | < | <\n",
    "on lines of a cell": "项目名称：河道清淤  主管部门：水务局； 实施单位：河道所  项目编码：P009 | < | < | < | < | < | < | < | <\n",
    "label and value alternate": "项目名称 | 河道清淤 | 主管部门 | 水务局 | 实施单位 | 河道所 | 项目编码 | P009 | \n",
    "one below the other": "".join(
        f"{label} | {value} | < | < | < | < | < | < | <\n"
        for label, value in (
            ("项目名称", "河道清淤"),
            ("主管部门", "水务局"),
            ("实施单位", "河道所"),
            ("项目编码", "P009"),
        )
    ),
    "numbered": HEADED.replace("项目名称", "1.项目名称")
    .replace("主管部门", "2.主管部门")
    .replace("实施单位", "（3）实施单位")
    .replace("项目编码", "④项目编码"),
    "starred": HEADED.replace("项目名称", "*项目名称").replace("实施单位", "※实施单位："),
    "parted by a blank": "项目名称　河道清淤 | < | < | < | < | < | < | < | <\n"
    "主管部门 水务局 | < | < | < | 实施单位  河道所 | < | < | 项目编码 P009 | <\n",
    "other words": HEADED.replace("主管部门", "主管部门（盖章）").replace("实施单位", "项目实施单位"),
    "traditional": HEADED.replace("项目名称", "項目名稱")
    .replace("主管部门", "主管部門")
    .replace("实施单位", "實施單位")
    .replace("项目编码", "項目編碼"),
}


@pytest.mark.parametrize("way", PAIRS)
def test_the_head_of_a_form_in_every_way(way: str) -> None:
    """Name, department, unit and code are the same, however their labels and values stand."""
    told = fields(one(changed((HEADED, PAIRS[way]))))
    assert (told["name"], told["department"], told["unit"], told["code"]) == (
        "河道清淤",
        "水务局",
        "河道所",
        "P009",
    )
    assert answers(changed((HEADED, PAIRS[way]))) == []


@pytest.mark.parametrize("name", ["绩效指标", "项目资金", "合计", "年度总体目标"])
def test_a_project_may_be_called_like_a_label(name: str) -> None:
    """What stands right beside the label of the name is the name, whatever it is the word for elsewhere."""
    text = changed(("河道清淤", name))
    assert fields(one(text))["name"] == name
    assert answers(text) == []


def test_a_box_beside_a_box_has_its_value_below() -> None:
    """The head of the second box, whatever its words, is no value of the first."""
    assert fields(one(changed(("实际完成情况", "年末的情况"))))["goal"] == "清淤十公里"


YEARS = [
    "（2022年度）　单位：万元",
    "（2022年度）                金额单位：万元",
    "2022年度　　　单位：万元",
    f"（2022年度）{' ' * 70}单位：万元",
    "（ 2022 年度 ）  单位:万元",
    "（二〇二二年度）　单位：万元",
    "贰零贰贰年度　单位：万元",
    "单位：万元　　（2022年度）",
    "填报日期：2023年2月3日　（2022年度）　单位：万元",
]


@pytest.mark.parametrize("line", YEARS)
def test_year_and_unit_of_money_on_one_line(line: str) -> None:
    """Both are read, in either order; the unit of money is no unit that fills in the form."""
    text = changed(
        (
            "项目支出绩效自评表（2022年度） | < | < | < | < | < | < | < | <\n",
            f"项目支出绩效自评表 | < | < | < | < | < | < | < | <\n{line} | < | < | < | < | < | < | < | <\n",
        ),
        ("项目资金（万元）", "项目资金"),
    )
    told = fields(one(text))
    assert (told["year"], told["amount_unit"], told["unit"]) == ("2022", "万元", "河道所")
    assert answers(text) == []


# --- the foot -------------------------------------------------------------------------------------

FOOTS = {
    "改进措施": "measures",
    "下一步改进措施": "measures",
    "存在问题": "problems",
    "存在的问题": "problems",
    "未完成原因": "reasons",
}
SIGNED = (
    "填表人：张三　联系电话：略 | < | < | < | < | < | < | < | <\n",
    "说明：定性指标分三档。 | < | < | < | < | < | < | < | <\n",
)


@pytest.mark.parametrize(("label", "total"), list(product(FOOTS, (FOOT, ""))))
def test_a_row_at_the_foot_with_and_without_a_total(label: str, total: str) -> None:
    """Its text is kept as what it says; it is neither an indicator nor the end of the total."""
    foot = f"{label} | 加强管理，提前安排。 | < | < | < | < | < | < | <\n"
    form = one(HEAD + "".join(ROWS) + total + foot + "".join(SIGNED))
    assert column(form, "level3") == NAMES
    assert fields(form)[FOOTS[label]] == "加强管理，提前安排。"
    assert ("total_score" in form.fields) == bool(total)
    assert remarks(form) == []


@pytest.mark.parametrize(
    "label",
    [
        "总分",
        "合计",
        "总计",
        "自评总分",
        "自评得分合计",
        "总得分",
        "合　计",
        "总  分：",
        "自评总得分",
        "得分合计",
    ],
)
def test_a_total_of_any_name(label: str) -> None:
    """Points and score are those of the form, and no indicator."""
    form = one(changed(("总分 |", f"{label} |")))
    assert column(form, "level3") == NAMES
    assert (fields(form)["total_weight"], fields(form)["total_score"]) == ("100", "99.3")
    assert answers(changed(("总分 |", f"{label} |"))) == []


@pytest.mark.parametrize(
    ("foot", "totals"),
    [
        ("总分 | | | | | | 100 | 99.3 |", ("100", "99.3")),
        (" | | | | | | 100 | 99.3 |", ("100", "99.3")),
        ("总分 | < | < | < | 99.3 | < | < | < | <", (None, "99.3")),
        ("总分：99.3 | < | < | < | < | < | < | < | <", (None, "99.3")),
        ("总分 99.3 | < | < | < | < | < | < | < | <", (None, "99.3")),
        ("总分 | < | 100 | < | < | 99.3 | < | < | <", ("100", "99.3")),
    ],
)
def test_a_total_wherever_its_numbers_stand(foot: str, totals: tuple[str | None, str]) -> None:
    """Below their columns, without a name, merged over others, or behind the name in its cell: one number is the score."""
    text = changed((FOOT, f"{foot}\n"))
    told = fields(one(text))
    assert column(one(text), "level3") == NAMES
    assert (told.get("total_weight") or None, told.get("total_score")) == totals
    assert answers(text) == []


@pytest.mark.parametrize("cell", ["自评总分：99.3", "总分：99.3"])
def test_a_total_printed_in_the_head(cell: str) -> None:
    """It is kept beside that of the table, and held against the sum like it."""
    head = f"{cell} | < | < | < | < | < | < | < | <\n主管部门"
    assert fields(one(changed(("主管部门", head))))["header_score"] == "99.3"


@pytest.mark.parametrize("cells", ["100 | ", " | ", "— | —", "100 | /"])
def test_a_total_that_is_not_written_is_told(cells: str) -> None:
    """At its cell, whether the points stand beside it or not; a form without such a row is not told."""
    assert answers(changed(("100 | 99.3", cells))) == [("S02", "H20")]
    assert answers(HEAD + "".join(ROWS)) == []


def test_a_reason_at_the_foot_counts() -> None:
    """A fall is explained where the form has one place for all reasons."""
    bare = changed(("一段返工", ""), ("偏差原因分析及改进措施", ""))
    foot = "未完成原因 | 验收合格率：一段返工，已整改。 | < | < | < | < | < | < | <\n"
    assert ("S13", "D14") in answers(bare)
    assert answers(bare + foot) == []


@pytest.mark.parametrize(
    ("foot", "told"),
    [
        ("目前遇到的困难 | 资金拨付较慢，施工受雨季影响。 | < | < | < | < | < | < | <", ["目前遇到的困难"]),
        (
            "目前遇到的困难：资金拨付较慢，施工受雨季影响。 | < | < | < | < | < | < | < | <",
            ["目前遇到的困难"],
        ),
        ("领导批示 | 同意上报 | < | < | < | < | < | < | <", []),
        ("注：施工受雨季影响，其他各项指标都已经完成。 | < | < | < | < | < | < | < | <", []),
        ("会议时间 | 2023年3月10日上午九时 | < | < | < | < | < | < | <", []),
    ],
)
def test_a_text_at_the_foot_that_nobody_knows_is_told(foot: str, told: list[str]) -> None:
    """It may be the reason, so that nobody is told to give one; short answers, dates and notes are none."""
    bare = changed(("一段返工", ""), ("偏差原因分析及改进措施", "")) + foot + "\n"
    unknown = [remark.found for remark in one(bare).remarks if remark.rule == "F24"]
    assert [name for name in told if f"没有看懂“{name}”这一行，没有读入" in unknown] == told
    assert len(unknown) == len(told)
    assert (("S13", "D14") in answers(bare)) == (not told)


@pytest.mark.parametrize("label", ["3.项目名称(必填)", "3．项目名称（必填）", "(3)项目名称[必填]"])
def test_a_numbered_label_may_end_in_a_bracket(label: str) -> None:
    """A text that begins with a digit is a number only where it has no word."""
    assert one(changed(("项目名称", label))).fields["name"].text == "河道清淤"


@pytest.mark.parametrize(
    ("name", "points", "part", "told"),
    [
        ("桥面养护率", " | ", True, True),
        ("桥面养护率", "20 | 20", False, False),
        ("其中：桥面养护率", " | ", True, False),
    ],
)
def test_a_row_without_points_is_told_as_a_part(name: str, points: str, part: bool, told: bool) -> None:
    """What is not called 其中 and has no points is a part of the indicator above it, and the analyst is told so."""
    row = f"^ | ^ | ^ | {name} | ≥90% | 95% | {points} |\n"
    records = from_forms.records(forms(changed((QUALITY, QUALITY + row))))
    assert list(records["parts"]["level3"].dropna()) == ([name] if part else [])
    said = [remark.found for remark in records.remarks if remark.rule == "F04"]
    assert said == ([f"“{name}”没有分值和得分，当作上面一项指标的一部分"] if told else [])


# --- money ----------------------------------------------------------------------------------------

MONEY_HEAD = "项目资金（万元） | | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n"
MONEY = """^ | 年度资金总额 | < | 100 | 100 | 98 | 10 | 98% | 9.8
^ | 其中：当年财政拨款 | < | 100 | 100 | 98 | — | — | —
^ | 上年结转资金 | < | | | | — | | —
^ | 其他资金 | < | | | | — | | —
"""


def money(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """The form with another money table of eight columns behind its title."""
    lines = ["项目资金（万元） | " + " | ".join(heads)]
    lines += ["^ | " + " | ".join(row) for row in rows]
    return changed((MONEY_HEAD + MONEY, "\n".join(lines) + "\n"))


@pytest.mark.parametrize("order", ["behind", "before", "between"])
def test_the_change_of_a_budget_is_no_budget(order: str) -> None:
    """年初 | 调整 | 调整后 in any order: the adjusted budget is what first budget and change make."""
    three = {"年初预算数": "100", "调整预算数": "20", "调整后预算数": "120"}
    names = {
        "between": ("年初预算数", "调整预算数", "调整后预算数"),
        "behind": ("年初预算数", "调整后预算数", "调整预算数"),
        "before": ("调整预算数", "年初预算数", "调整后预算数"),
    }[order]
    heads = ("", *names, "全年执行数", "分值", "执行率", "得分")
    total = ("年度资金总额", *(three[name] for name in names), "108", "10", "90%", "9")
    text = money(heads, [total]).replace("100 | 99.3", "100 | 98.5")
    form = one(text)
    (row,) = form.funds
    assert (row["initial_budget"].text, row["adjusted_budget"].text) == ("100", "120")
    assert [rule for rule, _ in answers(text) if rule in ("S03", "D04", "D06", "F02", "F24")] == []


@pytest.mark.parametrize(
    ("change", "spent", "rate", "budget", "told"),
    [
        ("20", "108", "90%", "120", ["F24"]),
        ("20", "108", "0.9", "120", ["F24"]),
        ("-20", "72", "90%", "80", ["F24"]),
        ("120", "108", "90%", "120", []),  # the whole budget after the change
    ],
)
def test_a_change_without_its_sum_is_added(
    change: str, spent: str, rate: str, budget: str, told: list[str]
) -> None:
    """年初预算数 | 预算调整数 without 调整后: what the printed rate or a minus shows to be a change is added, and told."""
    heads = ("", "", "年初预算数", "预算调整数", "全年执行数", "分值", "执行率", "得分")
    text = money(heads, [("年度资金总额", "<", "100", change, spent, "10", rate, "9")])
    text = text.replace("100 | 99.3", "100 | 98.5")
    (row,) = one(text).funds
    assert row["adjusted_budget"].text == budget
    assert [rule for rule, _ in answers(text) if rule in ("F24", "S03", "S05", "D06")] == told


PARTS = [
    "其中：财政拨款",
    "其中:财政拨款",
    "其中：1.财政拨款",
    "（1）财政拨款",
    "　财政拨款",
    "其中： 财政拨款",
]


@pytest.mark.parametrize("name", PARTS)
def test_parts_of_money_with_their_words_before_them(name: str) -> None:
    """Each is a row with its amounts, and the parts make the whole."""
    text = changed(("其中：当年财政拨款 | < | 100 | 100 | 98", f"{name} | < | 60 | 60 | 58"),
                   ("上年结转资金 | < | | | |", "上年结转资金 | < | 40 | 40 | 40 |"))  # fmt: skip
    assert [row["initial_budget"].text for row in one(text).funds] == ["100", "60", "40", ""]
    assert [rule for rule, _ in answers(text)] == []


@pytest.mark.parametrize("amounts", ["100 | 100 | 98", " | | "])
def test_a_row_called_only_parts_is_the_sum_of_those_below(amounts: str) -> None:
    """其中 with the amounts of the whole, or without amounts: the parts are added once."""
    lines = f"^ | 其中： | < | {amounts} | — | — | —\n^ | 财政拨款 | < | 100 | 100 | 98 | — | 98% | —"
    text = changed(("^ | 其中：当年财政拨款 | < | 100 | 100 | 98 | — | — | —", lines))
    assert answers(text) == []


@pytest.mark.parametrize("label", ["项目名称", "资金名称", "资金来源", "资金构成", "资金性质", "预算项目"])
def test_a_money_table_whose_items_are_headed(label: str) -> None:
    """The head of its items is no name of a project, and the form stays one."""
    text = changed(
        (MONEY_HEAD, MONEY_HEAD.replace("项目资金（万元） | |", f"项目资金（万元） | {label} | <"))
    )
    form = one(text)
    assert fields(form)["name"] == "河道清淤"
    assert [row["item"].text for row in form.funds] == [
        "年度资金总额",
        "其中：当年财政拨款",
        "上年结转资金",
        "其他资金",
    ]
    assert answers(text) == []


# --- the table of indicators ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ("预算执行率", "预算执行率", "预算执行率"),
        ("预算执行", "预算执行率", "预算执行率"),
        ("预算执行率", "", "预算执行率"),
        ("预算执行情况", "执行率", "预算执行率"),
        ("预算执行率（10分）", "", ""),
        ("资金执行率", "", ""),
    ],
)
def test_the_rate_of_execution_as_a_row(names: tuple[str, str, str]) -> None:
    """In a self-evaluation its points are those of the execution, where the money table has none."""
    bare = changed((" | 分值 | 执行率 | 得分\n", " | 执行率 | |\n"), ("| 98 | 10 | 98% | 9.8", "| 98 | 98% | |"),
                   ("| 98 | — | — | —", "| 98 | | |"), ("| | | | — | | —", "| | | | | |"), ("| | | | — | | —", "| | | | | |"))  # fmt: skip
    row = f"^ | {' | '.join(names)} | ≥95% | 98% | 10 | 9.8 |\n"
    text = bare.replace(FOOT, row + FOOT)
    form = one(text)
    assert column(form, "level3") == NAMES
    assert (form.funds[0]["weight"].text, form.funds[0]["score"].text) == ("10", "9.8")
    assert answers(text) == []


def test_the_rate_of_execution_as_a_row_of_targets() -> None:
    """A form of targets keeps it as what it is asked for: nothing is missing and nothing is double."""
    lines = [line for line in USUAL.splitlines() if line]
    targets = TARGETS.replace("三级指标 | 指标值", "三级指标 | 指标值")
    row = "^ | 预算执行率 | 预算执行率 | 预算执行率 | ≥95% | <\n"
    form = one(targets + row)
    assert form.kind == FormKind.TARGETS
    assert lines and [rule for rule, _ in answers(targets + row)] == []


@pytest.mark.parametrize("rows", [2, 3])
def test_one_score_merged_over_several_rows(rows: int) -> None:
    """The first of them has it, the others share it, and none is told to lack a score."""
    more = [
        "^ | ^ | ^ | 清运土方 | ≥3000立方米 | 3100 | ^ | ^ |\n",
        "^ | ^ | ^ | 修复护坡 | ≥20米 | 21米 | ^ | ^ |\n",
    ][: rows - 1]
    first = LENGTH.replace("15 | 15", "30 | 30")
    text = HEAD + "".join((first, *more, QUALITY, TIME, COST, BENEFIT, WATER, ASKED)) + FOOT
    form = one(text)
    assert column(form, "self_score")[:rows] == ["30"] + [""] * (rows - 1)
    assert [rule for rule, _ in answers(text) if rule in ("S02", "G01", "F13", "S04")] == []


@pytest.mark.parametrize(
    ("points", "reason", "told"),
    [
        ("30 | 29", "", ["S13"]),
        ("30 | 29", "运距太远", []),
        ("15 | 29", "运距太远", []),
        ("15 | 29", "", ["S13"]),
    ],
)
def test_points_lost_of_a_merged_score_are_those_of_the_row_that_falls_short(
    points: str, reason: str, told: list[str]
) -> None:
    """The row that reached its target is asked for nothing, with points of its own or as a part of one indicator."""
    own = points.startswith("15")
    first = LENGTH.replace("15 | 15", points)
    second = f"^ | ^ | ^ | 清运土方 | ≥3000立方米 | 2800 | {'15' if own else '^'} | ^ | {reason}\n"
    text = HEAD + "".join((first, second, QUALITY, TIME, COST, BENEFIT, WATER, ASKED)) + FOOT
    text = text.replace("100 | 99.3", "100 | 98.3")
    assert [rule for rule, _ in answers(text) if rule == "S13"] == told


HEADS = "绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n"


@pytest.mark.parametrize(
    "title",
    [
        "项目支出绩效自评表（续）",
        "项目支出绩效自评表（续表）",
        "项目支出绩效自评表（续1）",
        "续表",
        "项目支出绩效自评表 （续）",
    ],
)
@pytest.mark.parametrize("headed", [True, False])
def test_a_table_that_goes_on_below_a_title_is_one(title: str, headed: bool) -> None:
    """With its head printed again or not; the levels go on."""
    again = f"{title} | < | < | < | < | < | < | < | <\n" + (HEADS if headed else "")
    benefit = BENEFIT.replace("^ |", " |", 1)
    text = HEAD + "".join((LENGTH, EARTH, QUALITY, TIME, COST, again, benefit, WATER, ASKED)) + FOOT
    form = one(text)
    assert column(form, "level3") == NAMES
    assert fields(form)["title"] == "项目支出绩效自评表（2022年度）"
    assert answers(text) == []


TARGETS = """
项目支出绩效目标申报表 | < | < | < | < | <
（2022年度） | < | < | < | < | <
项目名称 | 河道清淤 | < | < | < | <
主管部门 | 水务局 | < | 实施单位 | 河道所 | <
项目资金（万元） | 年度资金总额： | < | 100 | < | <
^ | 其中：财政拨款 | < | 100 | < | <
^ | 其他资金 | < | 0 | < | <
总体目标 | 完成清淤。 | < | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值 | <
^ | 产出指标 | 数量指标 | 清淤长度 | ≥10公里 | <
^ | ^ | 质量指标 | 验收合格率 | ≥95% | <
^ | ^ | 时效指标 | 按时完工率 | =100% | <
^ | ^ | 成本指标 | 清淤成本 | ≤100万元 | <
^ | 效益指标 | 社会效益指标 | 受益居民 | ≥500户 | <
^ | 满意度指标 | 服务对象满意度指标 | 居民满意度 | ≥90% | <
"""


def test_the_drawn_targets_are_fine() -> None:
    """Without points, without results, without scores."""
    assert one(TARGETS).kind == FormKind.TARGETS
    assert answers(TARGETS) == []


def halves(first: str, second: str) -> str:
    """A target form of the ministry with the term on one side and the year on the other."""
    named = {"中期": ("300", "≥300公里", "三年完成。"), "年度": ("100", "≥10公里", "年内完成。")}
    (left, aim, goal), (right, other, goal2) = named[first], named[second]
    lines = [
        "项目支出绩效目标申报表 | < | < | < | < | < | < | < | <",
        "（2022年度） | < | < | < | < | < | < | < | <",
        "项目名称 | < | < | 河道清淤 | < | < | < | < | <",
        "主管部门 | < | < | 水务局 | < | 实施单位 | < | 河道所 | <",
        f"项目资金（万元） | < | < | {first}资金总额： | {left} | {second}资金总额： | < | {right} | <",
        f"^ | ^ | ^ | 其中：财政拨款 | {left} | 其中：财政拨款 | < | {right} | <",
        f"总体目标 | {first}目标 | < | < | < | {second}目标 | < | < | <",
        f"^ | {goal} | < | < | < | {goal2} | < | < | <",
        "绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值 | 二级指标 | 三级指标 | < | 指标值",
        f"^ | 产出指标 | 数量指标 | 清淤长度 | {aim} | 数量指标 | 清淤长度 | < | {other}",
    ]
    for level, name, target in (
        ("质量", "验收合格率", "≥95%"),
        ("时效", "按时完工率", "=100%"),
        ("成本", "清淤成本", "≤100万元"),
    ):
        lines.append(f"^ | ^ | {level}指标 | {name} | {target} | {level}指标 | {name} | < | {target}")
    for level, two, name, target in (
        ("效益", "社会效益", "受益居民", "≥500户"),
        ("满意度", "服务对象满意度", "居民满意度", "≥90%"),
    ):
        lines.append(f"^ | {level}指标 | {two}指标 | {name} | {target} | {two}指标 | {name} | < | {target}")
    return "\n".join(lines)


@pytest.mark.parametrize(("first", "second"), [("中期", "年度"), ("年度", "中期")])
def test_of_two_terms_beside_each_other_the_year_is_read(first: str, second: str) -> None:
    """Whichever stands on the left: one form, with the aims, the money and the targets of the year."""
    text = halves(first, second)
    form = one(text)
    assert (fields(form)["goal"], column(form, "target")[0]) == ("年内完成。", "≥10公里")
    assert [row["initial_budget"].text for row in form.funds] == ["100", "100"]
    assert column(form, "level1") == ["产出指标"] * 4 + ["效益指标", "满意度指标"]
    assert answers(text) == []


# --- several tables in a sheet --------------------------------------------------------------------

TITLES = ("项目绩效评价得分表", "部门整体支出绩效评价得分表", "附表3：专项情况评分表")


@pytest.mark.parametrize("gap", ["", "\n | | | |"])
@pytest.mark.parametrize("total", [True, False])
def test_three_tables_in_a_sheet_stay_three(gap: str, total: bool) -> None:
    """With known titles or not, with a blank row between them or not; each has its own rows."""
    drawn = []
    for n, title in enumerate(TITLES, 1):
        foot = f"合计 | < | < | 100 | {80 + n}\n" if total else ""
        drawn.append(
            f"{title} | < | < | < | <\n一级指标 | 二级指标 | 三级指标 | 分值 | 得分\n"
            f"决策 | 立项 | 依据{n} | 50 | 50\n过程 | 管理 | 制度{n} | 50 | {30 + n}\n{foot}".rstrip("\n")
            + gap
        )
    found = forms("\n".join(drawn))
    assert [form.fields["title"].text for form in found] == list(TITLES)
    assert [column(form, "level3") for form in found] == [[f"依据{n}", f"制度{n}"] for n in (1, 2, 3)]


CARD = """
某县项目绩效申报卡 | < | < | < | < | <
申报对象 | 修渠 | < | 归口科室 | 农业股 | <
承办方 | 渠道所 | < | 所需经费 | 200 | <
打算 | 修好三条渠 | < | < | < | <
一级指标 | 二级指标 | 三级指标 | 指标值 | 分值 | 备注
产出指标 | 数量指标 | 修渠长度 | ≥10公里 | 50 |
效益指标 | 社会效益指标 | 受益人数 | ≥10人 | 40 |
""".strip("\n")
TAUGHT = CARD.replace("申报对象", "项目名称").replace("归口科室", "主管部门").replace("承办方", "实施单位")
PAGE = "\n".join(CARD.split("\n")[4:])


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (CARD, CARD),
        (CARD, CARD.replace("修渠", "修路").replace("渠道所", "公路所")),
        (CARD, f" | | | | |\n{CARD}"),
        (CARD, CARD.replace("某县项目绩效申报卡", "丁镇申报卡片（第二份）").replace("修渠", "修路")),
        (CARD, CARD.replace("某县项目绩效申报卡 | < | <", "某县项目绩效申报卡 | < | 编号2")),
        (CARD, CARD.split("\n", 1)[1].replace("修渠", "修路")),
        (TAUGHT, CARD.split("\n", 1)[1]),
        (CARD, TAUGHT.split("\n", 1)[1].replace("项目名称", "申报对象")),
        (f"{CARD}\n合计 | < | < | < | 90 |\n", CARD.replace("修渠", "修路")),
        (CARD, CARD.replace(" | 备注", " | 说明")),
    ],
)
def test_two_forms_of_a_layout_that_nobody_knows_stay_two(above: str, below: str) -> None:
    """Also without a title, below a total, or with other labels than the first; no row of a head is an indicator."""
    found = forms(f"{above.strip()}\n{below}")
    assert [len(form.indicators) for form in found] == [2, 2]


@pytest.mark.parametrize("last", ["", "加分项 | 加分项 | 表彰次数 | ≥1次 | 5 |\n"])
@pytest.mark.parametrize("title", ["", "某县项目绩效申报卡（续） | < | < | < | < | <\n"])
def test_a_table_that_goes_on_after_its_head_is_printed_again_stays_one(last: str, title: str) -> None:
    """A first level of its own kind in the last row of a page does not part it."""
    (form,) = forms(f"{CARD}\n{last}{title}{PAGE}")
    assert len(form.indicators) == 4 + bool(last)


@pytest.mark.parametrize("title", ["", "项目支出绩效自评表（2022年度） | < | < | < | < | < | < | < | <\n"])
def test_the_head_of_a_form_without_a_table_is_told_and_fills_no_gap(title: str) -> None:
    """Below another form: F01 at its first label, and none of its values goes to the form above."""
    usual = USUAL.replace(" | 项目编码 | P009 | < | <", " | 填报人 | 甲 | < | <").rstrip("\n")
    other = f"{title}项目名称 | 道路养护 | < | < | < | 项目编码 | P010 | < | <\n主管部门 | 交通局 | < | < | < | 实施单位 | 公路所 | < | <"
    read = reading.forms_of(workbook(sheet(f"{usual}\n{other}")), LAYOUTS)
    (form,) = read.forms
    assert "code" not in form.fields
    row = len(usual.strip("\n").splitlines()) + 1 + bool(title)
    assert [(remark.rule, remark.place.cell) for remark in read.remarks] == [("F01", f"A{row}")]


def test_a_second_row_of_labels_that_nobody_knows_is_no_indicator() -> None:
    """Where the label of the names goes down over it."""
    head = "一级指标 | 二级指标 | 三级指标 | 指标值 | < | 备注\n^ | ^ | ^ | 符号 | 数值 | ^"
    form = one(TAUGHT.replace("一级指标 | 二级指标 | 三级指标 | 指标值 | 分值 | 备注", head))
    assert column(form, "level3") == ["修渠长度", "受益人数"]


def test_a_reason_beside_a_head_of_two_rows_is_read() -> None:
    """Its label goes down over both rows, and the row of the other labels is the second."""
    head = (
        "绩效指标 | 绩效指标 | < | < | 指标值 | < | 评分 | < | 偏差原因分析及改进措施\n"
        "^ | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | ^\n"
    )
    text = changed((HEADS, head))
    assert column(one(text), "deviation_reason")[2] == "一段返工"
    assert answers(text) == []


def test_two_self_evaluations_below_each_other_stay_two() -> None:
    """Each with its name, its money and its indicators; nothing is told of either."""
    other = USUAL.replace("河道清淤", "道路养护").replace("P009", "P010")
    first, second = forms(USUAL.rstrip("\n") + "\n" + other.strip("\n"))
    assert [fields(form)["name"] for form in (first, second)] == ["河道清淤", "道路养护"]
    assert [column(form, "level3") for form in (first, second)] == [NAMES, NAMES]
    assert [len(form.funds) for form in (first, second)] == [4, 4]


def test_blank_templates_beside_filled_forms_are_noted_once_each() -> None:
    """Whatever the sheets are called, before or behind."""
    blank = "\n".join(
        line for line in HEAD.replace("河道清淤", "").replace("水务局", "").replace("河道所", "").replace("P009", "")
        .replace("清淤十公里", "").replace("全部完成", "").replace("| 100 | 100 | 98 | 10 | 98% | 9.8", "| | | | 10 | |")
        .replace("| 100 | 100 | 98 |", "| | | |").splitlines()
    ) + "\n" + "".join("^ | 产出指标 | 数量指标 | | | | | |\n" for _ in range(3))  # fmt: skip
    for order in (("空表", "甲"), ("甲", "空表")):
        drawn = {"空表": sheet(blank, name="空表"), "甲": sheet(USUAL, name="甲")}
        found = reading.forms_of(workbook(*(drawn[name] for name in order)), LAYOUTS)
        assert [form.sheet for form in found.forms] == ["甲"]
        assert [(remark.rule, remark.place.sheet) for remark in found.remarks] == [("F26", "空表")]


def test_amounts_are_what_was_drawn() -> None:
    """The usual form comes into the tables as it was drawn."""
    (subject,) = from_forms.records((one(USUAL),))["subjects"].itertuples()
    assert [subject.initial_budget, subject.adjusted_budget, subject.executed] == [
        Decimal(100),
        Decimal(100),
        Decimal(98),
    ]


# --- right forms of other kinds -------------------------------------------------------------------

TWENTY = """
2022年度项目自评表 | < | < | < | < | < | <
项目名称 | 业务培训 | < | < | < | < | <
主管部门 | 甲部门 | < | < | 项目实施单位 | 甲单位 | <
预算执行情况（万元）（20分） | < | < | 预算数（A） | 执行数（B） | 执行率（B/A） | 得分（20分*执行率）
^ | 年度财政资金总额 | < | 100 | 100 | 100% | 20
年度绩效目标1（80分） | 一级指标 | 二级指标 | 三级指标 | 年初目标值（A） | 实际完成值（B） | 得分
^ | 产出指标 | 数量指标 | 培训人数 | 200人 | 210人 | 10
^ | ^ | 质量指标 | 考核合格率 | 95% | 96% | 10
^ | ^ | 时效指标 | 完成时间 | 2022年12月底前 | 2022年11月 | 10
^ | ^ | 成本指标 | 人均成本 | ≤500元 | 480元 | 10
^ | 效益指标 | 社会效益指标 | 持证上岗人数 | 200人 | 210人 | 30
^ | 满意度指标 | 服务对象满意度指标 | 学员满意度 | 90% | 95% | 10
总分 | < | < | < | < | < | 100
"""

REGIONAL = """
中央对地方专项转移支付区域绩效自评表 | < | < | < | < | < | <
（2022年度） | < | < | < | < | < | <
转移支付（项目）名称 | 某某补助资金 | < | < | < | < | <
中央主管部门 | 某部 | < | < | < | < | <
地方主管部门 | 某某局 | < | 资金使用单位 | 某某中心 | < | <
资金情况（万元） | | < | 全年预算数（A） | 全年执行数（B） | 预算执行率（B/A×100%） | <
^ | 年度资金总额： | < | 100 | 100 | 100% | <
^ | 其中：中央财政资金 | < | 60 | 60 | 100% | <
^ | 地方资金 | < | 40 | 40 | 100% | <
^ | 其他资金 | < | 0 | 0 | — | <
总体目标完成情况 | 总体目标 | < | < | 全年实际完成情况 | < | <
^ | 完成培训。 | < | < | 已完成。 | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值 | 全年实际完成值 | 未完成原因和改进措施
^ | 产出指标 | 数量指标 | 培训人数 | ≥200人 | 210人 |
^ | ^ | 质量指标 | 考核合格率 | ≥95% | 96% |
^ | ^ | 时效指标 | 完成及时率 | =100% | 100% |
^ | ^ | 成本指标 | 培训成本 | ≤100万元 | 100万元 |
^ | 效益指标 | 社会效益指标 | 持证上岗人数 | ≥200人 | 220人 |
^ | 满意度指标 | 服务对象满意度指标 | 学员满意度 | ≥90% | 95% |
说明 | 无 | < | < | < | < | <
注：1.资金使用单位按项目绩效目标填报。 | < | < | < | < | < | <
"""

DEPARTMENT = """
部门整体支出绩效自评表 | < | < | < | < | < | < | <
（2022年度） | < | < | < | < | < | < | <
部门名称 | 某某局 | < | < | < | < | < | <
部门整体支出（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
^ | 资金总额 | 100 | 100 | 98 | 10 | 98% | 9.8
年度总体目标 | 预期目标 | < | < | 实际完成情况 | < | < | <
^ | 履职。 | < | < | 完成。 | < | < | <
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
产出指标 | 数量指标 | 巡查次数 | ≥20次 | 20次 | 20 | 20 |
^ | 质量指标 | 合格率 | ≥95% | 96% | 10 | 10 |
^ | 时效指标 | 及时率 | =100% | 100% | 10 | 10 |
^ | 成本指标 | 公用经费控制率 | ≤100% | 98% | 10 | 10 |
效益指标 | 社会效益指标 | 受益人数 | ≥200人 | 210人 | 15 | 15 |
^ | ^ | 办件数 | ≥300件 | 310件 | 15 | 15 |
满意度指标 | 服务对象满意度指标 | 群众满意度 | ≥90% | 95% | 10 | 10 |
总分 | < | < | < | < | 100 | 99.8 |
"""


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        (TWENTY, "hubei"),
        (TWENTY + "改进措施及结果应用方案 | 继续 | < | < | < | < | <\n", "hubei"),
        (
            TWENTY.replace("（80分）", "（50分）").replace(
                "^ | 效益指标", "年度绩效目标2（30分） | 效益指标"
            ),
            "hubei",
        ),
        (REGIONAL, "transfers"),
        (REGIONAL.replace("说明 | 无", "说明 | 本表由某某中心填报。"), "transfers"),
        (DEPARTMENT, "department-wide"),
        (TARGETS, "targets"),
    ],
)
def test_a_right_form_of_every_kind_passes(text: str, layout: str) -> None:
    """Nothing is asked of it that its kind does not have."""
    assert one(text).layout == layout
    assert answers(text) == []


# --- what stands apart: a total, a code, a line of the next page, a row of the execution, a foot --------------------------

GOAL = "年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | <\n^ | 清淤十公里 | < | < | < | 全部完成 | < | < | <\n"


@pytest.mark.parametrize(("printed", "found"), [("99.3", []), ("96", [("S02", "B4")])])
def test_a_total_in_two_cells_above_the_tables_is_held_against_the_scores(
    printed: str, found: list[tuple[str, str]]
) -> None:
    """总分 | 96 between the labels of the head, whatever the total row says."""
    assert answers(changed(("项目资金（万元）", f"总分 | {printed}\n项目资金（万元）"))) == found


def test_a_goal_in_a_sentence_heads_no_box() -> None:
    """The row of the total below it is not read as the goal."""
    goal = (
        "年度总体目标 | 清淤十公里，保障行洪。 | < | < | < | 实际完成情况 | 已完成。 | < | <\n总分 | 99.3\n"
    )
    assert fields(one(changed((GOAL, goal))))["goal"] == "清淤十公里，保障行洪。"


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("项目名称及编码", "河道清淤/440000220000000012345"),
        ("项目名称（编码）", "河道清淤（440000220000000012345）"),
        ("项目代码及名称", "440000220000000012345-河道清淤"),
        ("项目名称/代码", "河道清淤 440000220000000012345"),
    ],
)
def test_a_name_and_a_code_in_one_cell_are_two(label: str, value: str) -> None:
    """Where the label asks for both."""
    head = f"{label} | {value} | < | < | < | < | < | < | <\n"
    told = fields(one(changed((HEADED.splitlines(keepends=True)[0], head))))
    assert (told["name"], told["code"]) == ("河道清淤", "440000220000000012345")


@pytest.mark.parametrize("line", ["单位：万元", "（2022年度）", "金额单位：万元"])
def test_unit_and_year_below_a_title_printed_again_are_no_indicator(line: str) -> None:
    """The table goes on below 项目支出绩效自评表（续） and the line under it."""
    again = f"项目支出绩效自评表（续） | < | < | < | < | < | < | < | <\n{line}\n"
    text = (
        changed((BENEFIT, again + BENEFIT))
        .replace("^ | 效益", "| 效益")
        .replace("^ | ^ | 生态", "| ^ | 生态")
    )
    form = one(text.replace("^ | 满意", "| 满意"))
    assert (column(form, "level3"), {row["level1"].text for row in form.indicators}) == (
        NAMES,
        {"产出指标", "效益指标", "满意度指标"},
    )


EXECUTION = "^ | 预算执行率 | 预算执行率 | 预算执行率 | ≥95% | 98% | 10 | 9.8 |\n"
BLANK_POINTS = ("100 | 100 | 98 | 10 | 98% | 9.8", "100 | 100 | 98 | | 98% |")


@pytest.mark.parametrize("pairs", [(), (BLANK_POINTS,)])
@pytest.mark.parametrize("at", [LENGTH, ASKED])
def test_a_row_of_the_execution_counts_once(pairs: tuple[tuple[str, str], ...], at: str) -> None:
    """As the row of the money table, whether that has its points too or a blank column for them."""
    row = EXECUTION + at if at == LENGTH else at + EXECUTION
    text = changed((at, row), *pairs)
    form = one(text)
    assert (answers(text), column(form, "level3"), form.funds[0]["score"].text) == ([], NAMES, "9.8")


def test_a_row_of_the_execution_within_the_hundred_stays() -> None:
    """90 points of indicators with it, and 10 of the money table: it is an indicator."""
    text = changed((LENGTH, EXECUTION + LENGTH.replace("15 | 15", "5 | 5")))
    assert len(one(text).indicators) == len(NAMES) + 1


@pytest.mark.parametrize("foot", ["存在问题 | | | 雨季工期长\n改进措施 | | | 提前安排工期\n"])
def test_a_foot_whose_texts_stand_below_the_names_is_no_indicator(foot: str) -> None:
    """On a form without a total."""
    form = one(changed((FOOT, foot)))
    told = fields(form)
    assert (column(form, "level3"), told["problems"], told["measures"]) == (
        NAMES,
        "雨季工期长",
        "提前安排工期",
    )


def test_a_foot_with_words_of_its_own_is_no_indicator_and_told() -> None:
    """F24 names it, for it may be a reason."""
    form = one(changed((FOOT, " | 经验做法 | | 加强了巡查，增加了人手\n")))
    assert (column(form, "level3"), remarks(form)) == (NAMES, [("F24", "B20")])


@pytest.mark.parametrize(
    ("name", "amount", "taken"),
    [("（请填写项目全称）", "", 1), ("", "0", 1), ("××项目", "0", 1), ("道路养护", "", 2), ("", "5", 2)],
)
def test_a_template_with_a_hint_or_zeros_is_blank(name: str, amount: str, taken: int) -> None:
    """What tells how to fill in a form, and what its formulas give, is no content."""
    blank = HEAD.replace("河道清淤", name).replace("P009", "").replace("水务局", "").replace("河道所", "")
    blank = (
        blank.replace("全部完成", "")
        .replace("清淤十公里", "")
        .replace("98%", amount)
        .replace("| 9.8", f"| {amount}")
    )
    blank = blank.replace("100 | 100 | 98", " | ".join([amount] * 3))
    rows = "^ | 产出指标 | 数量指标 | | | | | |\n^ | 效益指标 | 社会效益指标 | | | | | |\n"
    both = workbook(sheet(USUAL), sheet(blank + rows, name="样表"))
    assert len(reading.forms_of(both, LAYOUTS).forms) == taken


TERMS = """
项目支出绩效目标申报表（2023年度） | < | < | < | <
项目名称 | 河道清淤 | < | 主管部门 | 水务局
资金情况（万元） | {0}资金总额 | {1} | {2}资金总额 | {3}
^ | 其中：财政拨款 | {1} | 其中：财政拨款 | {3}
一级指标 | 二级指标 | 三级指标 | 中期指标值 | 年度指标值
产出指标 | 数量指标 | 清淤长度 | ≥30公里 | ≥10公里
效益指标 | 社会效益指标 | 受益居民 | ≥900户 | ≥500户
"""


@pytest.mark.parametrize("terms", [("中期", "300", "年度", "100"), ("年度", "100", "中期", "300")])
def test_money_of_two_terms_beside_each_other_is_that_of_the_year(terms: tuple[str, ...]) -> None:
    """Also where the indicators stand once, with a column of targets for each term."""
    form = one(TERMS.format(*terms))
    assert [row["initial_budget"].text for row in form.funds] == ["100", "100"]

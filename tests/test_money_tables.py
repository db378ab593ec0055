"""Several money tables of one form: the one that is meant is read, the others are told, and two are never one."""

from __future__ import annotations

import pytest

from text_sheets import one

FORM = """
项目支出绩效自评表（2022年度） | < | < | < | < | < | < | < | < | <
项目名称 | 河道清淤 | < | < | < | 项目编码 | P009 | < | < | <
主管部门 | 水务局 | < | < | < | 实施单位 | 河道所 | < | < | 单位：万元
{money}
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施 | |
产出指标 | 数量指标 | 清淤长度 | ≥10公里 | 10公里 | 50 | 50 | | |
效益指标 | 社会效益指标 | 受益居民 | ≥500户 | 520户 | 40 | 40 | | |
"""
HEAD = "年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |"

CASES = {
    "the year, then where the money comes from": (
        f"""
年度资金（万元） | | | {HEAD}
^ | 年度资金总额 | < | 100 | 100 | 90 | 10 | 90% | 9 |
中央/地方资金（万元） | | | {HEAD}
^ | 中央资金 | < | 60 | 60 | 50 | | | |
^ | 地方资金 | < | 40 | 40 | 40 | | | |""",
        [("年度资金总额", "100", "90")],
        ["A6"],
    ),
    "the year before, then the year": (
        f"""
2021年资金（万元） | | | {HEAD}
^ | 年度资金总额 | < | 80 | 80 | 70 | 10 | 90% | 9 |
2022年资金（万元） | | | {HEAD}
^ | 年度资金总额 | < | 100 | 100 | 90 | 10 | 90% | 9 |""",
        [("年度资金总额", "100", "90")],
        ["A4"],
    ),
    "two years beside each other, below the year": (
        """
项目资金（万元） | | 2021年 | < | < | < | 2022年 | < | < | <
^ | | 年初预算数 | 全年预算数 | 全年执行数 | 执行率 | 年初预算数 | 全年预算数 | 全年执行数 | 执行率
^ | 年度资金总额 | 80 | 80 | 70 | 90% | 100 | 100 | 90 | 90%
^ | 其他资金 | 8 | 8 | 7 | 90% | 10 | 10 | 9 | 90%""",
        [("年度资金总额", "100", "90"), ("其他资金", "10", "9")],
        ["C5"],
    ),
    "two years beside each other, each with its names": (
        """
2021年资金 | 年初预算数 | 全年预算数 | 全年执行数 | 执行率 | 2022年资金 | 年初预算数 | 全年预算数 | 全年执行数 | 执行率
年度资金总额 | 80 | 80 | 70 | 90% | 年度资金总额 | 100 | 100 | 90 | 90%
其他资金 | 8 | 8 | 7 | 90% | 单位资金 | 10 | 10 | 9 | 90%""",
        [("年度资金总额", "100", "90"), ("单位资金", "10", "9")],
        ["B4"],
    ),
    "two tables beside each other without years": (
        """
年度资金 | 年初预算数 | 全年预算数 | 全年执行数 | | 中央资金 | 年初预算数 | 全年预算数 | 全年执行数 |
年度资金总额 | 80 | 80 | 70 | | 一般公共预算 | 50 | 50 | 40 |
其他资金 | 8 | 8 | 7 | | 基金 | 10 | 10 | 9 |""",
        [("年度资金总额", "80", "70"), ("其他资金", "8", "7")],
        ["F4"],
    ),
    "a table, then amounts beside their names": (
        f"""
年度资金（万元） | | | {HEAD}
^ | 年度资金总额 | < | 100 | 100 | 90 | 10 | 90% | 9 |
资金来源 | 中央财政资金 | < | 60 | 地方财政资金 | 40 | < | < | <""",
        [("年度资金总额", "100", "90")],
        ["B6"],
    ),
    "a table, then one with labels nobody knows": (
        f"""
年度资金（万元） | | | {HEAD}
^ | 年度资金总额 | < | 100 | 100 | 90 | 10 | 90% | 9 |
资金构成（万元） | | | 计划 | 拨付 | 花销 | | | |
^ | 中央资金 | < | 60 | 60 | 50 | | | |""",
        [("年度资金总额", "100", "90")],
        ["A6"],
    ),
    "kinds of money above their amounts, twice": (
        """
资金 | 合计 | 财政拨款 | 其他资金 | | | | | |
年初预算数 | 100 | 90 | 10 | | | | | |
全年执行数 | 90 | 80 | 10 | | | | | |
资金 | 合计 | 中央财政资金 | 地方财政资金 | | | | | |
年初预算数 | 100 | 60 | 40 | | | | | |
全年执行数 | 90 | 50 | 40 | | | | | |""",
        [("合计", "100", "90"), ("财政拨款", "90", "80"), ("其他资金", "10", "10")],
        ["A7"],
    ),
    "the year, then the term, without heads": (
        """
年度资金总额 | 100 | < | 其中：财政拨款 | 90 | < | 其他资金 | 10 | < | <
中期资金总额 | 300 | < | 其中：财政拨款 | 280 | < | 其他资金 | 20 | < | <""",
        [("年度资金总额", "100", ""), ("其中：财政拨款", "90", ""), ("其他资金", "10", "")],
        ["A5"],
    ),
    "the term, then the year, one below the other": (
        """
实施期资金总额 | < | 300 | < | < | < | < | < | < | <
其中：财政拨款 | < | 300 | < | < | < | < | < | < | <
年度资金总额 | < | 100 | < | < | < | < | < | < | <
其中：财政拨款 | < | 100 | < | < | < | < | < | < | <""",
        [("年度资金总额", "100", ""), ("其中：财政拨款", "100", "")],
        ["A4"],
    ),
    "one table": (
        f"""
年度资金（万元） | | | {HEAD}
^ | 年度资金总额 | < | 100 | 100 | 90 | 10 | 90% | 9 |
^ | 其中：中央财政资金 | < | 60 | 60 | 50 | | | |
^ | 地方财政资金 | < | 40 | 40 | 40 | | | |""",
        [("年度资金总额", "100", "90"), ("其中：中央财政资金", "60", "50"), ("地方财政资金", "40", "40")],
        [],
    ),
}


@pytest.mark.parametrize(("money", "rows", "told"), CASES.values(), ids=CASES)
def test_one_money_table_is_read_and_the_others_are_told(
    money: str, rows: list[tuple[str, str, str]], told: list[str]
) -> None:
    """Rows with name, first budget and what was spent; the cells at which F24 tells what was left out."""
    form = one(FORM.format(money=money.strip("\n")))
    names = ("item", "initial_budget", "executed")
    assert [tuple(row[name].text if name in row else "" for name in names) for row in form.funds] == rows
    assert [remark.place.cell for remark in form.remarks if remark.rule == "F24"] == told

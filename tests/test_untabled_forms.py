"""Forms of monitoring and of opinions that have no table of indicators become one row of their subject, or are told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from jixiao.forms.records import other_work
from jixiao.forms.records.filling import Filling, Ledger
from jixiao.year import tables
from kit import PROJECT
from text_sheets import found, one

MONITORED = """
项目绩效监控表 | < | < | <
项目名称 | 项目009 | 项目编码 | P009
预算单位 | 预算单位029 | 监控阶段 | 1-7月
资金（万元） | | 实际支出数 | 完成进度(%)
^ | 年度资金总额 | 40 | 55
目标实际完成情况 | 已培训八场。 | < | <
全年目标完成情况预计分析 | 全年可以完成。 | < | <
绩效目标偏离原因分析 | 招标推迟 | < | <
整改措施及建议 | 三季度补招 | < | <
"""
REVIEWED = """
绩效目标审核表 | <
项目名称： | 项目009
评估日期：2022年9月15日 | <
一、总体目标审核意见 | 目标过于笼统。
二、产出指标审核意见 | 审核通过
三、效益指标审核意见 | 缺少测算依据
五、需补充完善事项 | 补充满意度指标
"""


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """That of the tables of 2022."""
    return Ledger.of(tables.read(PROJECT, "2022", needed=()))


def filling(text: str, ledger: Ledger) -> Filling:
    """What the one form of a sheet fills."""
    return other_work.of(one(text), ledger).filling


def row(filling: Filling) -> dict[str, Any]:
    """The one row of its one part."""
    ((values, _),) = filling.parts[0].rows
    return values


def test_a_page_of_monitoring_without_indicators_is_a_row_of_its_subject(ledger: Ledger) -> None:
    """Money, progress, what was reached in words, the forecast, reason and measure."""
    said = row(filling(MONITORED, ledger))

    wanted = {"subject_id": "P009", "month": 7, "indicator_id": None, "executed": 40, "progress": 55}
    wanted |= {
        "actual": "已培训八场。",
        "forecast": "全年可以完成。",
        "reason": "招标推迟",
        "measure": "三季度补招",
    }
    assert {name: said[name] for name in wanted} == wanted
    assert isinstance(said["executed"], Decimal)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (REVIEWED, "总体目标：目标过于笼统；效益指标：缺少测算依据；补充满意度指标"),
        (REVIEWED.replace("目标过于笼统。", "同意").replace("缺少测算依据", ""), "补充满意度指标"),
        (REVIEWED.replace("缺少测算依据", "").replace("补充满意度指标", "无"), "总体目标：目标过于笼统"),
        ("财政评审报告 | <\n项目名称 | 项目009\n评审意见 | 核减两万元。", "核减两万元"),
    ],
)
def test_opinions_by_part_are_one_opinion_on_the_subject(text: str, expected: str, ledger: Ledger) -> None:
    """Each part is called by its name; a part that passed says nothing."""
    said = row(filling(text, ledger))

    assert (said["subject_id"], said["indicator_id"], said["opinion"]) == ("P009", None, expected)


@pytest.mark.parametrize(
    "text",
    [
        "项目绩效监控表 | <\n填报人 | 李四\n整改措施及建议 | 三季度补招",  # it names nobody
        "项目绩效监控表 | <\n项目名称 | 项目009\n年度 | 2022",  # and here nobody has written anything
        "季度情况说明 | <\n项目名称 | 项目009\n整改措施及建议 | 三季度补招",
    ],
)
def test_a_sheet_that_is_no_form_is_told(text: str) -> None:
    """Without a subject, without a word about it, or without a title of other work nothing is read, and F01 says so."""
    said = found(text)

    assert (said.forms, [remark.rule for remark in said.remarks]) == ((), ["F01"])


def test_a_text_under_a_label_nobody_knows_is_told() -> None:
    """With its cell; where there is a known label nothing is said."""
    form = one(MONITORED.replace("整改措施及建议", "下半年的安排"))

    assert [(remark.rule, remark.place.cell) for remark in form.remarks] == [("F24", "A9")]
    assert "“下半年的安排”" in form.remarks[0].found
    assert one(MONITORED).remarks == ()

"""The ministry's self-evaluation form (附1 of 财预〔2020〕10号) laid out on a sheet.

Nine columns: A the part's name, B level 1, C level 2, D level 3, E target, F actual, G weight, H score,
I reason; J, outside the ministry's form, what was reached the year before, where that is known.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from jixiao.exchange.issuing import form_input
from jixiao.exchange.issuing.drafts import ITEMS, Draft
from jixiao.kit.workbooks import HEAD, Area, Formula, Page, Style, across, cell, on_band
from jixiao.year.words import SubjectKind

WIDTHS = (8.3, 9, 9.5, 17, 12, 12, 7, 8, 28)
BESIDE = 9.5  # the width of the column of last year
NAMES = {SubjectKind.PROJECT: "项目名称", SubjectKind.DEPARTMENT: "部门名称"}
FUNDS = {SubjectKind.PROJECT: "项目资金\n（万元）", SubjectKind.DEPARTMENT: "部门资金\n（万元）"}
COLUMNS = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")
REASON = "偏差原因分析及改进措施"
LAST_YEAR = "上年完成值\n（供参考）"
_LABEL: Style = {"border": 1, "align": "center"}
_NAME: Style = {"border": 1, "align": "left", "indent": 1}
_FREE: Style = {"border": 1, "align": "left", "valign": "top", **form_input.OPEN}
_BESIDE: Style = {"font_size": 8, "font_color": "#6B6B6B", "align": "center"}
_PAGE = 960.0  # points: what A4 takes between the margins at three quarters of its size
_FUNDS = 5  # the row of the head of the money table
_FIRST = 13  # the row of the first indicator


def write(page: Page, draft: Draft) -> None:
    """Lay out the whole form: A4 upright, one page wide; on a second page the head of the indicators is repeated."""
    _head(page, draft)
    _funds(page, draft)
    page.put(Area(10, 0, 11, 0), "年度总体\n目标", **_LABEL)
    for left, right, head in ((1, 4, "预期目标"), (5, 8, "实际完成情况")):
        page.put(across(10, left, right), head, least=20, **_LABEL)
        page.put(across(11, left, right), None, least=66, **_FREE)
    _indicators(page, draft)
    total = _FIRST + max(len(draft.indicators), 1)
    page.put(across(total, 0, 5), "总分", least=24, bold=True, **_LABEL)
    weights = sum((one.weight for one in draft.indicators), draft.scheme.weight)
    page.put(
        cell(total, 6), Formula(f"=SUM(G{_FIRST + 1}:G{total})+G{_FUNDS + 2}", weights), bold=True, **_LABEL
    )
    form_input.total(page, total, _FIRST, draft)
    page.put(cell(total, 8), None, border=1)
    page.put(cell(total + 1, 0), "存在问题", **_LABEL)
    page.put(across(total + 1, 1, 8), None, least=40, **_FREE)
    last = _notes(page, total + 2, draft)
    _groups(page, draft)
    page.finish(
        header=f'&L&"宋体"&9 {on_band(draft.issuer)}&R&"宋体"&9 {draft.year}年度',
        footer=f'&L&"宋体"&9 {on_band(draft.code)}&C&"宋体"&9 第 &P 页，共 &N 页',
        repeat=(_FIRST - 1, _FIRST - 1),
        last=(last, 9 if draft.last_year else 8),
        one_page=_PAGE,
    )
    # Locked is what is not to be filled in, without a password; columns and rows may still be resized.
    page.raw.protect("", {"format_columns": True, "format_rows": True})
    page.raw.ignore_errors({"number_stored_as_text": f"A1:J{last + 1}"})


def title(draft: Draft) -> str:
    """The title of a form, with which that of its workbook begins."""
    return f"{draft.kind.words}绩效自评表"


def _head(page: Page, draft: Draft) -> None:
    """Title, year, the code that tells the form apart, and whose form it is."""
    page.put(
        across(0, 0, 8),
        title(draft),
        least=34,
        font_name=HEAD,
        font_size=18,
        align="center",
    )
    page.put(across(1, 0, 8), f"（{draft.year}年度）", font_size=11, align="center")
    small: Style = {"font_size": 9, "font_color": "#404040"}
    page.put(across(2, 0, 5), "浅黄色的格由填报单位填写，其余的格已锁定。", align="left", **small)
    page.put(across(2, 6, 7), "项目编码", align="right", **small)
    page.put(cell(2, 8), draft.code, align="left", **small)
    page.put(cell(3, 0), NAMES[draft.kind], **_LABEL)
    page.put(across(3, 1, 8), draft.name, least=24, **_LABEL)
    page.put(cell(4, 0), "主管部门", **_LABEL)
    page.put(across(4, 1, 4), draft.department, least=24, **_LABEL)
    page.put(cell(4, 5), "实施单位", **_LABEL)
    page.put(across(4, 6, 8), draft.unit, **_LABEL)


def _funds(page: Page, draft: Draft) -> None:
    """项目资金（万元）: the whole and its three parts."""
    page.put(Area(_FUNDS, 0, _FUNDS + 4, 0), FUNDS[draft.kind], **_LABEL)
    page.put(across(_FUNDS, 1, 2), None, **_LABEL)
    heads = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    for column, head in enumerate(heads, 3):
        page.put(cell(_FUNDS, column), head, least=20, **_LABEL)
    whole = _FUNDS + 1
    for row, (item, amounts) in enumerate(zip(ITEMS, draft.funds, strict=True), whole):
        page.put(across(row, 1, 2), item, least=20, **(_LABEL if row == whole else _NAME))
        form_input.amounts(page, row, amounts, draft.filled)
        if row > whole:
            page.put(cell(row, 6), "—", **_LABEL)
            page.put(cell(row, 8), "—", **_LABEL)
    page.put(cell(whole, 6), draft.scheme.weight, **_LABEL)
    form_input.spending_points(page, whole, draft)


def _indicators(page: Page, draft: Draft) -> None:
    """The head of the indicators and a row for each, without the names of their groups."""
    for column, head in enumerate((*COLUMNS, REASON), 1):
        page.put(cell(_FIRST - 1, column), head, least=30, **_LABEL)
    if draft.last_year:
        page.put(cell(_FIRST - 1, 9), LAST_YEAR, bottom=4, **_BESIDE)
    if not draft.indicators:
        page.put(across(_FIRST, 1, 8), "没有批复的绩效指标", **_LABEL)
    for at, row in enumerate(draft.indicators, _FIRST):
        page.put(cell(at, 3), row.level3, least=24 if draft.filled else 34, **_NAME)
        page.put(cell(at, 4), target(row), **_LABEL)
        page.put(cell(at, 6), row.weight, **_LABEL)
        form_input.actual(page, at, row, draft.filled)
        form_input.score(page, at, row, draft.filled)
        reason = row.deviation_reason if draft.filled else None
        page.put(cell(at, 8), reason, **(_FREE | {"valign": "vcenter"}))
        if reached := draft.last_year.get(row.level3):
            page.put(cell(at, 9), reached, **_BESIDE)


def target(row: Any) -> str:
    """年度指标值 as the form prints it: operator, value and measure unit in one, such as ≥22场."""
    return f"{row.operator or ''}{row.target}{row.measure_unit or ''}"


def _groups(page: Page, draft: Draft) -> None:
    """一级指标, 二级指标 and the part's name over their rows; at the top where the end of a page might cut them."""
    top: Style = {"valign": "top"} if page.height() > _PAGE else {}
    levels = [(one.level1, one.level2) for one in draft.indicators]
    for column, names in ((1, [level[:1] for level in levels]), (2, levels)):
        row = _FIRST
        for name, run in groupby(names):
            count = len(list(run))
            style = _LABEL | (top if count > 1 else {})
            page.put(Area(row, column, row + count - 1, column), name[-1], **style)
            row += count
    page.put(Area(_FIRST - 1, 0, _FIRST + max(len(draft.indicators), 1) - 1, 0), "绩效指标", **_LABEL, **top)


def _notes(page: Page, row: int, draft: Draft) -> int:
    """The instructions below the table; the last row is returned."""
    spending = "执行率、得分和总分" if draft.scheme.by_rate and draft.scheme.by_sum else "执行率"
    own = "" if draft.scheme.by_rate else "资金的得分按评分办法填写；"
    notes = (
        "1. 年初预算数、绩效指标、年度指标值和分值已按批复预填。与批复不一致的，先与财政部门核对，不要自行改动。",
        "2. 全年执行数等金额以万元为单位，与部门决算口径一致；没有的填 0，不要留空。",
        "3. 实际完成值只填数字，计量单位与年度指标值相同；定性指标从下拉列表中选，也可以另写完成情况。",
        f"4. 每项得分不超过本行分值，评分依据{draft.scheme.basis}；{own}{spending}由表自动算出。",
        f"5. 没有完成或超出较多的指标，在“{REASON}”中写明原因和措施；“存在问题”写主要问题，没有的写“无”。",
        "6. 请保持表格行列和项目编码不变，以 .xlsx 格式报送。",
    )
    style: Style = {"font_size": 9, "align": "left", "valign": "top"}
    page.put(across(row, 0, 8), "填报说明", least=20, **(style | {"font_name": HEAD, "valign": "bottom"}))
    for at, note in enumerate(notes, row + 1):
        page.put(across(at, 0, 8), note, **style)
    return row + len(notes)

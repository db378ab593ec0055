"""The form of monitoring during the year laid out on a sheet, as the ministry and the provinces print it.

Eighteen columns: A to C the three levels, D target, E what was reached by the month, F forecast of the year, G to K what
a deviation comes from, L the reason in words, M to O whether the target will be reached, P measure, Q state, R day of
feedback. Budgets and targets are printed, the rest is open.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from jixiao.exchange.issuing import form_sheet
from jixiao.exchange.issuing.drafts import ITEMS, Draft
from jixiao.exchange.issuing.form_input import AMOUNT_RULE, NONE, OPEN
from jixiao.kit.workbooks import HEAD, Area, Formula, Page, Style, across, cell, on_band
from jixiao.rules.lights import MONTHS
from jixiao.year.words import Cause, Possibility, ProblemState, SubjectKind

WIDTHS = (9, 9.5, 17, 12, 12, 12, *(4.2,) * 5, 18, *(4.6,) * 3, 18, 8, 11)
TITLES = {kind: f"{kind.words}绩效运行监控表" for kind in SubjectKind}
_LAST = len(WIDTHS) - 1
_LABEL: Style = {"border": 1, "align": "center"}
_NAME: Style = {"border": 1, "align": "left", "indent": 1}
_FREE: Style = {"border": 1, "align": "left", **OPEN}
_TICK: Style = {"border": 1, "align": "center", **OPEN}
_MONEY: Style = {"border": 1, "align": "center", "num_format": "0.00"}
_FUNDS = 5  # the row of the head of the money table
_ANSWER = 10  # the row in which a slow or fast spending is explained
_FIRST = 13  # the row of the first indicator
_PAGE = 640.0  # points: what A4 on its side takes between the margins at three quarters of its size
_CAUSES, _REASON, _POSSIBILITIES, _MEASURE, _STATE, _DAY = 6, 11, 12, 15, 16, 17


def write(page: Page, draft: Draft, month: int) -> None:
    """Lay out the whole form for the months up to `month`."""
    _head(page, draft, month)
    _funds(page, draft, month)
    page.put(across(_ANSWER, 0, 1), "偏差原因\n（支出进度）", **_LABEL)
    page.put(across(_ANSWER, 2, 10), None, least=36, **_FREE)
    page.put(cell(_ANSWER, 11), "改进措施\n（支出进度）", **_LABEL)
    page.put(across(_ANSWER, 12, _LAST), None, **_FREE)
    _heads(page, month)
    _indicators(page, draft)
    last = _notes(page, _FIRST + max(len(draft.indicators), 1), month)
    page.finish(
        header=f'&L&"宋体"&9 {on_band(draft.issuer)}&R&"宋体"&9 {draft.year}年度',
        footer=f'&L&"宋体"&9 {on_band(draft.code)}&C&"宋体"&9 第 &P 页，共 &N 页',
        landscape=True,
        repeat=(_FIRST - 2, _FIRST - 1),
        last=(last, _LAST),
        one_page=_PAGE,
    )
    # Locked is what is not to be filled in, without a password; columns and rows may still be resized.
    page.raw.protect("", {"format_columns": True, "format_rows": True})
    page.raw.ignore_errors({"number_stored_as_text": f"A1:R{last + 1}"})


def span(month: int) -> str:
    """The months up to `month` as labels begin: 1-7月, 1月."""
    return f"1-{month}月" if month > 1 else "1月"


def _head(page: Page, draft: Draft, month: int) -> None:
    """Title with the months, year, the code that tells the form apart, whose form it is, and how far the work is."""
    title = f"{TITLES[draft.kind]}（{span(month)}）"
    page.put(across(0, 0, _LAST), title, least=34, font_name=HEAD, font_size=18, align="center")
    page.put(across(1, 0, _LAST), f"（{draft.year}年度）", font_size=11, align="center")
    small: Style = {"font_size": 9, "font_color": "#404040"}
    page.put(across(2, 0, 11), "浅黄色的格由填报单位填写，其余的格已锁定。", align="left", **small)
    page.put(across(2, 12, 14), "项目编码", align="right", **small)
    page.put(across(2, 15, _LAST), draft.code, align="left", **small)
    page.put(across(3, 0, 1), form_sheet.NAMES[draft.kind], **_LABEL)
    page.put(across(3, 2, _LAST), draft.name, least=22, **_LABEL)
    page.put(across(4, 0, 1), "主管部门", **_LABEL)
    page.put(across(4, 2, 4), draft.department, least=22, **_LABEL)
    page.put(cell(4, 5), "实施单位", **_LABEL)
    page.put(across(4, 6, 11), draft.unit, **_LABEL)
    page.put(across(4, 12, 15), "项目实施进度（%）", **_LABEL)
    page.put(across(4, 16, _LAST), None, **_TICK)
    page.raw.data_validation(4, 16, 4, 16, _PROGRESS_RULE)


def _funds(page: Page, draft: Draft, month: int) -> None:
    """The money: budgets printed, what was spent by the month and what will be spent in the year open."""
    page.put(Area(_FUNDS, 0, _FUNDS + 4, 1), form_sheet.FUNDS[draft.kind], **_LABEL)
    heads = ("", "年初预算数", "全年预算数", f"{span(month)}执行数")
    for column, head in enumerate(heads, 2):
        page.put(cell(_FUNDS, column), head, least=20, **_LABEL)
    page.put(across(_FUNDS, 6, 10), f"{span(month)}执行率", **_LABEL)
    page.put(cell(_FUNDS, 11), "全年预计执行数", **_LABEL)
    page.put(Area(_FUNDS, 12, _FUNDS + 4, _LAST), _schedule(month), border=1, align="center", font_size=9)
    for row, (item, amounts) in enumerate(zip(ITEMS, draft.funds, strict=True), _FUNDS + 1):
        page.put(cell(row, 2), item, least=20, **(_LABEL if row == _FUNDS + 1 else _NAME))
        for column, value in (
            (3, amounts.initial_budget),
            (4, amounts.adjusted_budget),
            (5, None),
            (11, None),
        ):
            free = value is None
            page.put(cell(row, column), value, **(_MONEY | (OPEN if free else {})))
            if free:
                page.raw.data_validation(row, column, row, column, AMOUNT_RULE)
        n = row + 1
        rate = f'=IF(AND(N(E{n})>0,ISNUMBER(F{n})),ROUND(F{n}/E{n},4),"{NONE}")'
        page.put(across(row, 6, 10), Formula(rate, NONE), border=1, align="center", num_format="0.00%")


def _schedule(month: int) -> str:
    """What an even year would have spent, which the rate stands beside."""
    return f"序时进度为{month}÷{MONTHS}，约{round(month * 100 / MONTHS)}%；\n执行率明显落后的，在下一行说明"


def _heads(page: Page, month: int) -> None:
    """The two rows of heads over the indicators."""
    top, low = _FIRST - 2, _FIRST - 1
    single = (
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        f"{span(month)}执行情况",
        "全年预计\n完成情况",
    )
    for column, head in enumerate(single):
        page.put(Area(top, column, low, column), head, **_LABEL)
    page.put(across(top, _CAUSES, _REASON), "偏差原因分析", least=20, **_LABEL)
    for column, cause in enumerate(Cause, _CAUSES):
        page.put(cell(low, column), cause.words, least=58, font_size=9, **_LABEL)
    page.put(cell(low, _REASON), "原因说明", **_LABEL)
    page.put(across(top, _POSSIBILITIES, _MEASURE - 1), "完成目标可能性", **_LABEL)
    for column, possibility in enumerate(Possibility, _POSSIBILITIES):
        page.put(cell(low, column), possibility.words, font_size=9, **_LABEL)
    for column, head in ((_MEASURE, "整改措施"), (_STATE, "整改情况"), (_DAY, "整改反馈\n日期")):
        page.put(Area(top, column, low, column), head, **_LABEL)


def _indicators(page: Page, draft: Draft) -> None:
    """A row for each indicator: levels and target printed, the rest open."""
    if not draft.indicators:
        page.put(across(_FIRST, 0, _LAST), "没有批复的绩效指标", **_LABEL)
        return
    for at, row in enumerate(draft.indicators, _FIRST):
        page.put(cell(at, 2), row.level3, least=34, **_NAME)
        page.put(cell(at, 3), form_sheet.target(row), **_LABEL)
        for column in range(4, _LAST):
            page.put(cell(at, column), None, **(_FREE if column in (_REASON, _MEASURE) else _TICK))
        page.put(cell(at, _DAY), None, **_TICK, num_format="yyyy-mm-dd")
    end = _FIRST + len(draft.indicators) - 1
    for left, right, rule in (
        (_CAUSES, _REASON - 1, _TICK_RULE),
        (_POSSIBILITIES, _MEASURE - 1, _TICK_RULE),
        (_STATE, _STATE, _STATE_RULE),
        (_DAY, _DAY, _DAY_RULE),
    ):
        page.raw.data_validation(_FIRST, left, end, right, rule)
    levels = [(one.level1, one.level2) for one in draft.indicators]
    for column, names in ((0, [level[:1] for level in levels]), (1, levels)):
        row = _FIRST
        for name, run in groupby(names):
            count = len(list(run))
            page.put(Area(row, column, row + count - 1, column), name[-1], **_LABEL)
            row += count


def _notes(page: Page, row: int, month: int) -> int:
    """The instructions below the table; the last row is returned."""
    notes = (
        "1. 预算数、绩效指标和年度指标值已按批复预填。与批复不一致的，先与财政部门核对，不要自行改动。",
        f"2. 执行数为{month}月底的累计数，以万元为单位；“{span(month)}执行情况”填累计完成值，计量单位与年度指标值相同。",
        "3. “偏差原因分析”“完成目标可能性”在选中的格里选“√”；完成目标可能性只选一项。",
        "4. 进度明显落后或预计与目标偏差较大的，写明原因和整改措施；整改后另报一份，填整改情况和反馈日期。",
        "5. 请保持表格行列和项目编码不变，以 .xlsx 格式报送。",
    )
    style: Style = {"font_size": 9, "align": "left", "valign": "top"}
    page.put(across(row, 0, _LAST), "填报说明", least=20, **(style | {"font_name": HEAD, "valign": "bottom"}))
    for at, note in enumerate(notes, row + 1):
        page.put(across(at, 0, _LAST), note, **style)
    return row + len(notes)


_TICK_RULE: dict[str, Any] = {
    "validate": "list",
    "source": ["√"],
    "error_title": "只能打勾",
    "error_message": "选中的格里选“√”，没有选中的留空。",
}
_STATE_RULE: dict[str, Any] = {
    "validate": "list",
    "source": [state.words for state in ProblemState],
    "error_title": "不是列表中的词",
    "error_message": "请从列表中选；不用整改的留空。",
}
_PROGRESS_RULE: dict[str, Any] = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": 0,
    "maximum": 100,
    "error_title": "进度不对",
    "error_message": "请填 0 到 100 的数字，不带百分号。",
}
_DAY_RULE: dict[str, Any] = {
    "validate": "date",
    "criteria": ">=",
    "value": "=DATE(2000,1,1)",
    "error_title": "日期不对",
    "error_message": "请填日期，如 2022-09-15。",
}

"""The cells of a form that a unit fills in, with what may be entered there, and those that formulas compute."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jixiao.exchange.issuing import drafts
from jixiao.exchange.issuing.drafts import Amounts, Draft
from jixiao.kit import numbers
from jixiao.kit.workbooks import Formula, Page, Style, cell, decimals
from jixiao.rules import execution
from jixiao.values.notation import Nature

OPEN: Style = {"locked": False, "bg_color": "#FFF8DC"}
# What a formula shows that cannot be computed yet: a result, so that no reader takes it for missing
NONE = "—"
QUALITATIVE = ("达成年度指标", "部分达成并具有一定效果", "未达成且效果较差")
_BOX: Style = {"border": 1, "align": "center"}
_MONEY: Style = {**_BOX, "num_format": "0.00"}
AMOUNT_RULE = {
    "validate": "decimal",
    "criteria": ">=",
    "value": 0,
    "error_title": "金额不对",
    "error_message": "请填不小于 0 的数字，单位万元，不要带“万元”等文字。",
}
_QUALITATIVE_RULE = {
    "validate": "list",
    "source": list(QUALITATIVE),
    "error_type": "warning",
    "error_title": "不是列表中的话",
    "error_message": "定性指标一般从列表中选。确实要另写完成情况的，选“是”。",
}


def amounts(page: Page, row: int, known: Amounts, filled: bool) -> None:
    """年初预算数, 全年预算数, 全年执行数 and 执行率 as printed, rounded: budgets that are known are locked."""
    executed = known.executed if filled else None
    for column, value in enumerate((known.initial_budget, known.adjusted_budget, executed), 3):
        free = column == 5 or value is None
        page.put(cell(row, column), value, **(_MONEY | (OPEN if free else {})))
        if free:
            page.raw.data_validation(row, column, row, column, AMOUNT_RULE)
    rate = execution.rate(known.adjusted_budget, executed)
    n = row + 1
    text = f'=IF(AND(N(E{n})>0,ISNUMBER(F{n})),ROUND(F{n}/E{n},4),"{NONE}")'
    shown = NONE if rate is None else numbers.rounded(rate, 4)
    page.put(cell(row, 7), Formula(text, shown), **_BOX, num_format="0.00%")


def spending_points(page: Page, row: int, draft: Draft) -> None:
    """The points of the execution rate: a formula of the exact rate where the scheme is proportional, else open."""
    scheme = draft.scheme
    n = row + 1
    if scheme.by_rate:
        text = f'=IF(ISNUMBER(H{n}),ROUND(MIN(F{n}/E{n},1)*G{n},{scheme.places}),"{NONE}")'
        points = drafts.spending_points(draft) if draft.filled else None
        page.put(cell(row, 8), Formula(text, NONE if points is None else points), **_points(scheme.places))
    else:
        page.put(cell(row, 8), None, **_points(scheme.places), **OPEN)
        page.raw.data_validation(row, 8, row, 8, score_rule(scheme.weight))


def actual(page: Page, row: int, indicator: Any, filled: bool) -> None:
    """实际完成值: free, a number with its own decimals; a qualitative one offers the three words of the rule."""
    value = indicator.actual if filled else None
    try:
        number = numbers.parse(value) if value else None
    except ValueError:
        number = None
    exact = number is not None and numbers.plain(number) == value
    page.put(cell(row, 5), number if exact else value, **_BOX, **OPEN)
    if indicator.nature == Nature.QUALITATIVE:
        page.raw.data_validation(row, 5, row, 5, _QUALITATIVE_RULE)


def score(page: Page, row: int, indicator: Any, filled: bool) -> None:
    """得分: a number from 0 to the points of its row."""
    page.put(cell(row, 7), indicator.self_score if filled else None, **_BOX, **OPEN)
    page.raw.data_validation(row, 7, row, 7, score_rule(indicator.weight))


def total(page: Page, row: int, first: int, draft: Draft) -> None:
    """总分: indicators and spending, capped where the scheme caps; a total printed otherwise stays as printed."""
    scheme = draft.scheme
    computed = drafts.total(draft) if draft.filled else None
    printed = draft.printed_total if draft.filled else None
    style = {**_points(scheme.places), "bold": True}
    if printed is not None and printed != computed:
        page.put(cell(row, 7), printed, **style, **OPEN)
    elif scheme.by_sum:
        scores = f"H{first + 1}:H{row}"
        whole = f"SUM({scores})+I7"
        if scheme.caps:
            highest = "999"
            for below, cap in reversed(scheme.caps):
                highest = f"IF(F7/E7*100<{below},{cap},{highest})"
            whole = f"MIN({whole},{highest})"
        complete = f"AND(COUNT({scores})={len(draft.indicators)},ISNUMBER(I7))"
        text = f'=IF({complete},ROUND({whole},{scheme.places}),"{NONE}")'
        page.put(cell(row, 7), Formula(text, NONE if computed is None else computed), **style)
    else:
        page.put(cell(row, 7), None, **style, **OPEN)
        page.raw.data_validation(row, 7, row, 7, score_rule(Decimal(100)))


def _points(places: int) -> Style:
    return {**_BOX, "num_format": decimals(places)}


def score_rule(weight: Decimal) -> dict[str, Any]:
    """What may be entered where points are given: a number from 0 to `weight`."""
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": float(weight),
        "error_title": "得分不对",
        "error_message": f"得分应是 0 到 {weight} 之间的数字，不超过本行分值。",
    }

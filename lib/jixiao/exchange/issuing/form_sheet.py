"""A draft in; the ministry's self-evaluation form (附1 of 财预〔2020〕10号) laid out on a sheet out.

Nine columns: A the part's name, B level 1, C level 2, D level 3, E target, F actual, G weight, H score,
I reason; J, outside the ministry's form, what was reached the year before, where that is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jixiao.exchange.issuing import form_input
from jixiao.exchange.issuing.drafts import ITEMS, Draft
from jixiao.kit.workbooks import HEAD, Area, Formula, Page, across, cell, clean

WIDTHS = (8.3, 9, 9.5, 17, 12, 12, 7, 8, 28)
BESIDE = 9.5  # the width of the column of last year
TITLES = {"project": "项目支出绩效自评表", "department": "部门整体支出绩效自评表"}
NAMES = {"project": "项目名称", "department": "部门名称"}
COLUMNS = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")
REASON = "偏差原因分析及改进措施"
LAST_YEAR = "上年完成值\n（供参考）"
_BOX = {"border": 1}
_LABEL = {"border": 1, "align": "center"}
_NAME = {"border": 1, "align": "left", "indent": 1}
_FREE = {"border": 1, "align": "left", "valign": "top", **form_input.OPEN}
_PAGE = 960.0  # points: what A4 takes between the margins at three quarters of its size
_FUNDS, _SECOND = 5, 6  # rows of the money table: its head, its first line


def write(page: Page, draft: Draft) -> None:
    """Lay out the whole form."""
    _head(page, draft)
    _funds(page, draft)
    _goals(page, 10)
    first = 13
    _indicator_head(page, 12, bool(draft.last_year))
    _indicators(page, first, draft)
    end = first + max(len(draft.indicators), 1)
    _total(page, end, draft, first)
    page.put(cell(end + 1, 0), "存在问题", **_LABEL)
    page.put(across(end + 1, 1, 8), None, least=40, **_FREE)
    last = _notes(page, end + 2, draft)
    _groups(page, first, draft)
    _print(page, last, bool(draft.last_year), draft)


def _head(page: Page, draft: Draft) -> None:
    """Title, year, the code that tells the form apart, and whose form it is."""
    page.put(across(0, 0, 8), TITLES[draft.kind], least=34, font_name=HEAD, font_size=18, align="center")
    page.put(across(1, 0, 8), f"（{draft.year}年度）", font_size=11, align="center")
    small = {"font_size": 9, "font_color": "#404040"}
    page.put(across(2, 0, 5), "浅黄色的格由填报单位填写，其余的格已锁定。", align="left", **small)
    page.put(across(2, 6, 7), "项目编码", align="right", **small)
    page.put(cell(2, 8), draft.code, align="left", **small)
    page.put(cell(3, 0), NAMES[draft.kind], **_LABEL)
    page.put(across(3, 1, 8), draft.name, least=24, **_LABEL)
    page.put(cell(4, 0), "主管部门", **_LABEL)
    page.put(across(4, 1, 4), draft.department, least=24, **_LABEL)
    page.put(across(4, 5, 5), "实施单位", **_LABEL)
    page.put(across(4, 6, 8), draft.unit, **_LABEL)


def _funds(page: Page, draft: Draft) -> None:
    """项目资金（万元）: the whole and its three parts."""
    part = "项目资金\n（万元）" if draft.kind == "project" else "部门资金\n（万元）"
    page.put(Area(_FUNDS, 0, _FUNDS + 4, 0), part, **_LABEL)
    page.put(across(_FUNDS, 1, 2), None, **_LABEL)
    heads = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    for column, head in enumerate(heads, 3):
        page.put(cell(_FUNDS, column), head, least=20, **_LABEL)
    for at, (item, amounts) in enumerate(zip(ITEMS, draft.funds, strict=True)):
        row = _SECOND + at
        page.put(across(row, 1, 2), item, least=20, **(_LABEL if at == 0 else _NAME))
        form_input.amounts(page, row, amounts, draft.filled)
        if at:
            page.put(cell(row, 6), "—", **_LABEL)
            page.put(cell(row, 8), "—", **_LABEL)
    page.put(cell(_SECOND, 6), draft.scheme.weight, **_LABEL)
    form_input.spending_points(page, _SECOND, draft)


def _goals(page: Page, row: int) -> None:
    page.put(Area(row, 0, row + 1, 0), "年度总体\n目标", **_LABEL)
    for left, right, head in ((1, 4, "预期目标"), (5, 8, "实际完成情况")):
        page.put(across(row, left, right), head, least=20, **_LABEL)
        page.put(across(row + 1, left, right), None, least=66, **_FREE)


def _indicator_head(page: Page, row: int, beside: bool) -> None:
    for column, head in enumerate((*COLUMNS, REASON), 1):
        page.put(cell(row, column), head, least=30, **_LABEL)
    if beside:
        grey = {"font_size": 8, "font_color": "#6B6B6B", "align": "center"}
        page.put(cell(row, 9), LAST_YEAR, bottom=4, **grey)


def _indicators(page: Page, first: int, draft: Draft) -> None:
    rows = draft.indicators
    for at, row in enumerate(rows, first):
        _indicator(page, at, row, draft)
    if not rows:
        page.put(across(first, 1, 8), "没有批复的绩效指标", **_LABEL)


def _groups(page: Page, first: int, draft: Draft) -> None:
    """一级指标, 二级指标 and the part's name over their rows; at the top where the end of a page might cut them."""
    style = _LABEL | ({"valign": "top"} if page.height() > _PAGE else {})
    rows = draft.indicators
    for column, level in ((1, "level1"), (2, "level2")):
        for start, stop in _runs(rows, level):
            area = Area(first + start, column, first + stop, column)
            page.put(area, getattr(rows[start], level), **(style if start < stop else _LABEL))
    page.put(Area(first - 1, 0, first + max(len(rows), 1) - 1, 0), "绩效指标", **style)


def _indicator(page: Page, at: int, row: Any, draft: Draft) -> None:
    page.put(cell(at, 3), row.level3, least=24 if draft.filled else 34, **_NAME)
    page.put(cell(at, 4), target(row), **_LABEL)
    page.put(cell(at, 6), row.weight, **_LABEL)
    form_input.actual(page, at, row, draft.filled)
    form_input.score(page, at, row, draft.filled)
    page.put(cell(at, 8), row.deviation_reason if draft.filled else None, **(_FREE | {"valign": "vcenter"}))
    if reached := draft.last_year.get(row.level3):
        page.put(cell(at, 9), reached, font_size=8, font_color="#6B6B6B", align="center")


def target(row: Any) -> str:
    """年度指标值 as the form prints it: operator, value and measure unit in one, such as ≥22场."""
    return f"{row.operator or ''}{row.target}{row.measure_unit or ''}"


def _runs(rows: Sequence[Any], level: str) -> Iterator[tuple[int, int]]:
    """First and last row of each run with one level-1 name (and, for level 2, one level-2 name)."""
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or _upto(rows[at], level) != _upto(rows[start], level):
            yield start, at - 1
            start = at


def _upto(row: Any, level: str) -> tuple[str, ...]:
    return (row.level1,) if level == "level1" else (row.level1, row.level2)


def _total(page: Page, row: int, draft: Draft, first: int) -> None:
    page.put(across(row, 0, 5), "总分", least=24, border=1, align="center", bold=True)
    weights = [one.weight for one in draft.indicators]
    whole = Formula(f"=SUM(G{first + 1}:G{row})+G{_SECOND + 1}", sum(weights, draft.scheme.weight))
    page.put(cell(row, 6), whole, bold=True, **_LABEL)
    form_input.total(page, row, first, draft)
    page.put(cell(row, 8), None, **_BOX)


def _notes(page: Page, row: int, draft: Draft) -> int:
    """The instructions below the table; the last row is returned."""
    style = {"font_size": 9, "align": "left", "valign": "top"}
    page.put(across(row, 0, 8), "填报说明", least=20, **(style | {"font_name": HEAD, "valign": "bottom"}))
    words = _words(draft)
    for at, note in enumerate(words, row + 1):
        page.put(across(at, 0, 8), note, **style)
    return row + len(words)


def _words(draft: Draft) -> tuple[str, ...]:
    spending = "执行率、得分和总分" if draft.scheme.by_rate and draft.scheme.by_sum else "执行率"
    own = "" if draft.scheme.by_rate else "资金的得分按评分办法填写；"
    return (
        "1. 年初预算数、绩效指标、年度指标值和分值已按批复预填。与批复不一致的，先与财政部门核对，不要自行改动。",
        "2. 全年执行数等金额以万元为单位，与部门决算口径一致；没有的填 0，不要留空。",
        "3. 实际完成值只填数字，计量单位与年度指标值相同；定性指标从下拉列表中选，也可以另写完成情况。",
        f"4. 每项得分不超过本行分值，评分依据{draft.scheme.basis}；{own}{spending}由表自动算出。",
        f"5. 没有完成或超出较多的指标，在“{REASON}”中写明原因和措施；“存在问题”写主要问题，没有的写“无”。",
        "6. 请保持表格行列和项目编码不变，以 .xlsx 格式报送。",
    )


def _print(page: Page, last: int, beside: bool, draft: Draft) -> None:
    """A4 upright, one page wide; on a second page the head of the indicators is repeated."""
    sheet = page.raw
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.set_margins(left=0.55, right=0.55, top=0.65, bottom=0.7)
    sheet.center_horizontally()
    sheet.print_area(0, 0, last, 9 if beside else 8)
    high = page.set_heights()
    one = high <= _PAGE
    sheet.fit_to_pages(1, 1 if one else 0)
    if not one:
        sheet.repeat_rows(12)
    form_input.protect(sheet, last)
    sheet.set_header(f'&L&"宋体"&9 {_plain(draft.issuer)}&R&"宋体"&9 {draft.year}年度')
    sheet.set_footer(f'&L&"宋体"&9 {_plain(draft.code)}&C&"宋体"&9 第 &P 页，共 &N 页')


def _plain(text: str) -> str:
    """A text as a page header takes it: & doubled, short."""
    return clean(text).replace("\n", " ")[:60].replace("&", "&&")

"""A reviewer's work paper laid out on a sheet: one for each subject that was drawn, one row for each indicator.

Thirteen columns, as real papers have them: A to C the levels, D nature, E target, F measure unit, G weight, H and I what
the unit reported, J and K what the review finds, L the difference, M the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from jixiao.exchange.issuing import form_input
from jixiao.kit import numbers
from jixiao.kit.workbooks import HEAD, Area, Formula, Page, Style, across, cell, decimals, on_band

TITLE = "绩效自评复核工作底稿"
WIDTHS = (9, 9, 17, 6, 11, 7.5, 6, 11, 8, 11, 8, 8, 30)
COLUMNS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "指标性质",
    "年度指标值",
    "计量单位",
    "分值",
    "自评完成值",
    "自评得分",
    "复核完成值",
    "复核得分",
    "复核扣分",
    "复核意见",
)
EXECUTION = "预算执行率"
_WEIGHT, _SELF, _REVIEWED, _SCORE, _TAKEN, _REMARK = 6, 8, 9, 10, 11, 12
_LAST = len(COLUMNS) - 1
_FIRST = 6  # the row of the first indicator
_PAGE = 620.0  # points: what A4 lying takes between the margins at three quarters of its size
_LABEL: Style = {"border": 1, "align": "center"}
_TEXT: Style = {"border": 1, "align": "left"}
_OPEN: Style = {"border": 1, **form_input.OPEN}


@dataclass(frozen=True)
class Paper:
    """What a work paper starts with; `indicators` are rows as in indicators.csv.

    `execution_weight` and `execution_points` are those of the execution rate, which follow from the amounts and are the
    same for unit and review; None where there are none. `filled` prints what the review has found so far.
    """

    year: int
    issuer: str
    code: str
    name: str
    unit: str
    department: str
    indicators: tuple[Any, ...]
    execution_weight: Decimal
    execution_points: Decimal | None
    execution_rate: Decimal | None
    places: int
    filled: bool = False

    @property
    def reviewed_total(self) -> Decimal | None:
        """The total that the paper's formula gives once every indicator has its points."""
        return self._total([row.review_score if self.filled else None for row in self.indicators])

    @property
    def self_total(self) -> Decimal | None:
        """The total of what the unit reported."""
        return self._total([row.self_score for row in self.indicators])

    def _total(self, points: Sequence[Decimal | None]) -> Decimal | None:
        known = [one for one in (*points, self.execution_points) if one is not None]
        if len(known) <= len(points) or not points:
            return None
        return numbers.rounded(sum(known, Decimal(0)), self.places)


def write(page: Page, paper: Paper) -> None:
    """Lay out the whole paper: A4 lying, one page wide; on further pages the heads of the columns are repeated."""
    _head(page, paper)
    for column, head in enumerate(COLUMNS):
        page.put(cell(_FIRST - 1, column), head, least=30, font_name=HEAD, **_LABEL)
    for at, row in enumerate(paper.indicators, _FIRST):
        _indicator(page, at, row, paper.filled)
    _levels(page, paper)
    below = _FIRST + len(paper.indicators)
    _execution(page, below, paper)
    _totals(page, below + 1, paper)
    _signed(page, below + 2)
    last = _notes(page, below + 3)
    page.finish(
        header=f'&L&"宋体"&9 {on_band(paper.issuer)}&R&"宋体"&9 {paper.year}年度',
        footer=f'&L&"宋体"&9 {on_band(paper.code)}&C&"宋体"&9 第 &P 页，共 &N 页',
        landscape=True,
        repeat=(_FIRST - 1, _FIRST - 1),
        last=(last, _LAST),
        one_page=_PAGE,
    )
    page.raw.freeze_panes(_FIRST, 3)
    page.raw.protect("", {"format_columns": True, "format_rows": True})
    page.raw.ignore_errors({"number_stored_as_text": f"A1:M{last + 1}"})


def _head(page: Page, paper: Paper) -> None:
    """Title, year, the code that tells the paper apart, and whose self-evaluation is reviewed."""
    page.put_across(0, TITLE, least=34, font_name=HEAD, font_size=18, align="center")
    page.put_across(1, f"（{paper.year}年度）", font_size=11, align="center")
    small: Style = {"font_size": 9, "font_color": "#404040"}
    page.put(across(2, 0, 9), "浅黄色的格由复核人填写，其余的格已锁定。", align="left", **small)
    page.put(across(2, 10, 11), "项目编码", align="right", **small)
    page.put(cell(2, 12), paper.code, align="left", **small)
    page.put(cell(3, 0), "复核对象", **_LABEL)
    page.put(across(3, 1, _LAST), paper.name, least=22, **_TEXT, indent=1)
    page.put(cell(4, 0), "主管部门", **_LABEL)
    page.put(across(4, 1, 5), paper.department, least=22, **_TEXT, indent=1)
    page.put(across(4, 6, 7), "实施单位", **_LABEL)
    page.put(across(4, 8, _LAST), paper.unit, **_TEXT, indent=1)


def _indicator(page: Page, at: int, row: Any, filled: bool) -> None:
    """A row: what was approved and what the unit reported, and the cells of the review."""
    page.put(cell(at, 2), row.level3, least=28, **_TEXT)
    page.put(cell(at, 3), row.nature, **_LABEL)
    page.put(cell(at, 4), f"{row.operator or ''}{row.target}", **_LABEL)
    page.put(cell(at, 5), row.measure_unit, **_LABEL)
    page.put(cell(at, _WEIGHT), row.weight, **_LABEL)
    page.put(cell(at, 7), row.actual, **_LABEL)
    page.put(cell(at, _SELF), row.self_score, **_LABEL)
    page.put(cell(at, _REVIEWED), row.review_actual if filled else None, align="center", **_OPEN)
    page.put(cell(at, _SCORE), row.review_score if filled else None, align="center", **_OPEN)
    if row.weight is not None:
        page.raw.data_validation(at, _SCORE, at, _SCORE, form_input.score_rule(row.weight))
    page.put(cell(at, _REMARK), row.review_remark if filled else None, align="left", **_OPEN)
    taken: Decimal | str = form_input.NONE
    if filled and row.review_score is not None and row.self_score is not None:
        taken = row.self_score - row.review_score
    n = at + 1
    text = f'=IF(AND(ISNUMBER(I{n}),ISNUMBER(K{n})),I{n}-K{n},"{form_input.NONE}")'
    page.put(cell(at, _TAKEN), Formula(text, taken), num_format=decimals(2), **_LABEL)


def _levels(page: Page, paper: Paper) -> None:
    """一级指标 and 二级指标 over their rows; at the top where the end of a page might cut them."""
    top: Style = {"valign": "top"} if page.height() > _PAGE else {}
    levels = [(one.level1, one.level2) for one in paper.indicators]
    for column, names in ((0, [level[:1] for level in levels]), (1, levels)):
        row = _FIRST
        for name, run in groupby(names):
            count = len(list(run))
            page.put(
                Area(row, column, row + count - 1, column), name[-1], **_LABEL, **(top if count > 1 else {})
            )
            row += count


def _execution(page: Page, at: int, paper: Paper) -> None:
    """The execution rate, whose points follow from the amounts."""
    for column in (0, 1, 2):
        page.put(cell(at, column), EXECUTION, least=24, **_LABEL)
    rate = None if paper.execution_rate is None else numbers.percent(paper.execution_rate, 1)
    shown = form_input.NONE if rate is None else f"{numbers.plain(rate)}%"
    points = form_input.NONE if paper.execution_points is None else paper.execution_points
    for column, value in (
        (3, None),
        (4, "100%"),
        (5, None),
        (_WEIGHT, paper.execution_weight),
        (7, shown),
        (_SELF, points),
        (_REVIEWED, shown),
        (_SCORE, points),
        (_TAKEN, None),
    ):
        page.put(cell(at, column), value, **_LABEL)
    page.put(cell(at, _REMARK), "按金额计算，复核不另打分", **_TEXT)


def _totals(page: Page, at: int, paper: Paper) -> None:
    """合计: points that may be had, that the unit gave itself, and that the review gives once all rows have theirs."""
    bold: Style = {**_LABEL, "bold": True}
    page.put(across(at, 0, 5), "合计", least=24, **bold)
    n = at + 1
    weights = [row.weight for row in paper.indicators if row.weight is not None]
    whole = sum(weights, paper.execution_weight)
    page.put(cell(at, _WEIGHT), Formula(f"=SUM(G{_FIRST + 1}:G{at})", whole), **bold)
    for column, letter, total in ((_SELF, "I", paper.self_total), (_SCORE, "K", paper.reviewed_total)):
        complete = f"COUNT({letter}{_FIRST + 1}:{letter}{at})={len(paper.indicators) + 1}"
        text = f'=IF({complete},ROUND(SUM({letter}{_FIRST + 1}:{letter}{at}),{paper.places}),"{form_input.NONE}")'
        shown = form_input.NONE if total is None else total
        page.put(cell(at, column), Formula(text, shown), num_format=decimals(paper.places), **bold)
    taken: Decimal | str = form_input.NONE
    if paper.self_total is not None and paper.reviewed_total is not None:
        taken = paper.self_total - paper.reviewed_total
    text = f'=IF(AND(ISNUMBER(I{n}),ISNUMBER(K{n})),I{n}-K{n},"{form_input.NONE}")'
    page.put(cell(at, _TAKEN), Formula(text, taken), num_format=decimals(paper.places), **bold)
    for column in (7, _REVIEWED, _REMARK):
        page.put(cell(at, column), None, **bold)


def _signed(page: Page, at: int) -> None:
    """Who reviewed, and when."""
    for label, box in ((across(at, 0, 1), across(at, 2, 5)), (across(at, 6, 8), across(at, 9, _LAST))):
        page.put(label, "复核人" if label.left == 0 else "复核日期", least=24, **_LABEL)
        page.put(box, None, align="left", indent=1, **_OPEN)


def _notes(page: Page, row: int) -> int:
    """The instructions below the table; the last row is returned."""
    notes = (
        "1. 复核完成值填核实的数，没有佐证材料的写“无法核实”；复核得分不超过本行分值，与自评相同的也要填。",
        "2. 复核得分低于自评得分的，在复核意见里写明扣分原因和依据；高于自评得分的，写明理由。",
        "3. 复核扣分和合计由表自动算出；各行都填了复核得分，合计才出数。",
        "4. 请保持表格行列和项目编码不变，以 .xlsx 格式交回。",
    )
    style: Style = {"font_size": 9, "align": "left", "valign": "top"}
    page.put_across(row, "填写说明", least=20, **(style | {"font_name": HEAD, "valign": "bottom"}))
    for at, note in enumerate(notes, row + 1):
        page.put_across(at, note, **style)
    return row + len(notes)

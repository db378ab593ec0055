"""Faults of reviews: a review's work paper without any in, the same paper with one fault out.

Each function of FAULTS takes the paper and one of its lines and returns the cell where the finding has to be, None
where the line does not suit.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from filled_form import Form

TITLE = "项目支出绩效自评复核工作底稿"
HEADS = (
    "预算单位", "项目名称", "一级", "二级", "三级", "年度指标值", "实际完成值", "分值", "自评得分",
    "复核完成值", "复核得分", "扣分", "复核意见",
)  # fmt: skip


class Line(NamedTuple):
    """One indicator of a paper."""

    row: int
    level1: str
    weight: Decimal
    claimed: Decimal


class Paper:
    """A paper: its sheet and its lines."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.lines = [
            Line(row[0].row, row[2].value, *(Decimal(str(row[at].value)) for at in (7, 8)))
            for row in sheet.iter_rows(min_row=3)
        ]

    def mark(self, line: Line, given: Decimal | None, remark: str = "") -> None:
        """Give other points, with or without a remark."""
        self.sheet[f"K{line.row}"].value = given
        self.sheet[f"M{line.row}"].value = remark or None


def paper_of(form: Form) -> Workbook:
    """The paper of a reviewer who agrees with everything in a form."""
    book = Workbook()
    sheet = book.active
    sheet.append([TITLE])
    sheet.append(HEADS)
    for line in form.lines:
        cells: list[Any] = [form.text("G5"), form.text("B4"), line.level1, line.level2]
        cells += [form.sheet[f"{column}{line.row}"].value for column in "DEFGH"]
        sheet.append([*cells, cells[6], cells[8], 0])
        sheet[f"F{sheet.max_row}"].data_type = "s"  # a target of =100% is no formula
    return book


Fault = Callable[[Paper, Line], str | None]


def half_reviewed(paper: Paper, line: Line) -> str:
    paper.mark(line, None)
    return f"K{line.row}"


def lowered_silently(paper: Paper, line: Line) -> str:
    paper.mark(line, line.claimed - 1)
    return f"M{line.row}"


def raised_silently(paper: Paper, line: Line) -> str | None:
    if line.weight - line.claimed < Decimal("0.5"):
        return None
    paper.mark(line, line.claimed + Decimal("0.5"))
    return f"M{line.row}"


def _halved(remark: str) -> Fault:
    """Half the claimed points, with a remark."""

    def fault(paper: Paper, line: Line) -> str:
        paper.mark(line, line.claimed / 2, remark)
        return f"K{line.row}"

    return fault


def taken_and_left_swapped(paper: Paper, line: Line) -> str:
    paper.mark(line, line.claimed * Decimal("0.8"), "有一项任务没有开展，扣80%")
    return f"K{line.row}"


def satisfaction_unasked(paper: Paper, line: Line) -> str | None:
    return _halved("未开展满意度调查，扣50%")(paper, line) if "满意度" in line.level1 else None


def above_its_points(paper: Paper, line: Line) -> str:
    paper.mark(line, line.weight + 1, "按实际工作量计分")
    return f"K{line.row}"


FAULTS: tuple[tuple[str, Fault], ...] = (
    ("R01", half_reviewed),
    ("R02", lowered_silently),
    ("R03", _halved("有一项任务没有开展，扣20%")),
    ("R04", taken_and_left_swapped),
    ("R05", _halved("未提供佐证材料，扣50%")),
    ("R06", _halved("指标内容与项目无关，扣50%")),
    ("R07", _halved("指标设置不具考核性，扣50%")),
    ("R08", satisfaction_unasked),
    ("R11", raised_silently),
    ("R18", above_its_points),
)

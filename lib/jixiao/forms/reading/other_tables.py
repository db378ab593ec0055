"""Tells of what stands above and below the tables of a form and was not read: other tables, and texts below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import Layouts
from jixiao.forms.model import Remark
from jixiao.forms.reading import number_cells
from jixiao.forms.reading.regions import Plan, is_note
from jixiao.kit.errors import one_line

_FEWEST = 3  # labels of the head of a table
_LONGEST = 24  # characters of a label that a remark repeats
_LABEL = 16  # the longest label of a text
_TEXT = 8  # the shortest text that may be a reason; shorter ones are names, dates and opinions


def told(plan: Plan, rows: Sequence[int], known: set[int]) -> Iterator[Remark]:
    """F26 for each table in `rows` none of whose labels means anything to a form; `known` are rows that were told.

    A table is a row of words with two rows below it that have a number in the same column.
    """
    below = -1
    for row in rows:
        if row < below or not _is_head(plan, row) or {row, row - 1} & known:
            continue
        columns = {column for column, _ in plan.cells[row]}
        body = [at for at in (row + 1, row + 2) if at in rows and _is_row(plan, at, columns)]
        numbers = [_numbers(plan, at) for at in body]
        if len(body) < 2 or not numbers[0] & numbers[1] & columns:
            continue
        below = row + 1
        while below in rows and _is_row(plan, below, columns):
            below += 1
        above = plan.cells.get(row - 1, ())
        text = above[0][1] if len(above) == 1 and row - 1 in rows else plan.cells[row][0][1]
        label = one_line("".join(text.split()), _LONGEST)
        yield Remark(
            "F26",
            plan.view.sheet.place(row, plan.cells[row][0][0]),
            f"“{label}”这张表不是认得的表，没有读",
            "只有要报的表",
            "要报的，改成认得的表；不报的，可以不管",
        )


def texts_below(plan: Plan, foot: range, layouts: Layouts) -> Iterator[Remark]:
    """F24 for each text in the rows `foot` below the tables whose label nobody knows (目前进展遇到的困难 | …).

    The points that are counted below a note (填报说明, below it 1. …, 2. …) belong to it.
    """
    noted = False
    for row in foot:
        own = plan.cells.get(row, ())
        if not own:
            continue
        note = is_note(own[0][1], layouts.notes)
        noted = note or (noted and len(own) == 1 and own[0][1][:1].isdecimal())
        if noted or row in plan.labels:
            continue
        label, text = labels.inline(own[0][1]) if len(own) == 1 else (labels.key(own[0][1]), own[1][1])
        prose = len(labels.compact(text)) >= _TEXT and not any(map(str.isdecimal, text[:1]))
        if len(own) > 2 or not prose or not label or len(label) > _LABEL or label in layouts.words:
            continue
        short = one_line(label, _LONGEST)
        remedy = f"在 params/forms/labels.yml 里写明它是什么；不需要的，在 known 下 head 里加上“{short}”"
        place = plan.view.sheet.place(row, own[0][0])
        yield Remark("F24", place, f"没有看懂“{short}”这一行，没有读入", "认得的名称", remedy)


def _is_head(plan: Plan, row: int) -> bool:
    """Whether a row holds only words, none of which asks for a value of a form."""
    own = plan.cells.get(row, ())
    if len(own) < _FEWEST or plan.field_columns.get(row) or row in plan.heads:
        return False
    return all(number_cells.read(text)[0] is None for _, text in own)


def _is_row(plan: Plan, row: int, columns: set[int]) -> bool:
    """Whether the cells of a row stand below those of a head, and none asks for a value of a form."""
    own = {column for column, _ in plan.cells.get(row, ())}
    return len(own) > 1 and own <= columns and not plan.field_columns.get(row)


def _numbers(plan: Plan, row: int) -> set[int]:
    return {column for column, text in plan.cells[row] if number_cells.read(text)[0] is not None}

"""Finds every form in a workbook, each value with its cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.forms.layouts.layouts import Layouts
from jixiao.forms.model import Form, Remark, Sheet, Workbook
from jixiao.forms.reading import assembling, parts
from jixiao.forms.reading.parts import Parts
from jixiao.forms.reading.regions import Plan, opens_form, plan, title_of
from jixiao.forms.reading.view import View

_OF_CELLS = ("F12", "F31", "F32", "F33")


@dataclass(frozen=True)
class Found:
    """The forms of a workbook in reading order, and remarks that belong to none of them."""

    forms: tuple[Form, ...]
    remarks: tuple[Remark, ...] = ()


def forms_of(workbook: Workbook, layouts: Layouts) -> Found:
    """Every form in `workbook`; a sheet that looks like a form but has no indicator table gets the remark F01."""
    forms: list[Form] = []
    remarks: list[Remark] = list(workbook.remarks)
    for sheet in workbook.sheets:
        found = of_sheet(sheet, layouts)
        forms += found.forms
        remarks += found.remarks
    if not forms and workbook.sheets and not any(remark.rule == "F01" for remark in remarks):
        remarks.append(_headless(workbook.sheets[0], "没有找到任何表样的表头"))
    return Found(tuple(forms), tuple(_of_sheets_with_forms(remarks, forms)))


def _of_sheets_with_forms(remarks: list[Remark], forms: list[Form]) -> Iterator[Remark]:
    """The remarks without those on cells of sheets that hold no form, such as lists that formulas look up."""
    told = {form.sheet for form in forms} | {remark.place.sheet for remark in remarks if remark.rule == "F01"}
    for remark in remarks:
        if not forms or remark.rule not in _OF_CELLS or remark.place.sheet in told:
            yield remark


def of_sheet(sheet: Sheet, layouts: Layouts) -> Found:
    """The forms of one sheet, one under the other or side by side."""
    width = len(sheet.rows[0]) if sheet.rows else 0
    whole = plan(View(sheet, 0, width), layouts)
    border = _border(whole, layouts)
    halves = [whole]
    if border is not None:
        halves = [plan(View(sheet, *ends), layouts) for ends in ((0, border), (border, width))]
    forms = [form for half in halves for form in _stacked(half, layouts)]
    if not forms and _looks_like_a_form(whole, layouts):
        return Found((), (_headless(sheet, "像一张表，但没有找到指标表的表头"),))
    return Found(tuple(forms))


def _headless(sheet: Sheet, found: str) -> Remark:
    expected = "表头写有一级指标、三级指标、年度指标值、实际完成值等列名"
    return Remark(
        "F01", sheet.place(0, 0), found, expected, "补上表头，或为本地表样在 params/forms 加一个文件"
    )


def _looks_like_a_form(whole: Plan, layouts: Layouts) -> bool:
    known = {label.key for row in whole.labels.values() for label in row}
    titled = title_of(whole, range(len(whole.view.sheet.rows)), layouts)
    worded = titled is not None and any(word in titled.text for word in layouts.titles)
    return len(known) >= 3 or (worded and bool(known))


def _border(whole: Plan, layouts: Layouts) -> int | None:
    """The first column of a second form beside the first; None for a sheet without forms side by side."""
    for head in sorted(whole.heads):
        seen: dict[str, int] = {}  # meaning → last column of its label
        again: list[int] = []
        for label in whole.labels[head]:
            meaning = layouts.indicators.get(label.key, "")
            if meaning in seen:
                again.append(max(seen.values()) + 1)
            elif not again:
                seen[meaning] = whole.view.end(head, label.column)[1]
        if len(again) >= 3 and "level3" in seen:
            return again[0]
    return None


def _stacked(part: Plan, layouts: Layouts) -> Iterator[Form]:
    """The forms of one half of a sheet, from top to bottom."""
    bottom = len(part.view.sheet.rows)
    pending: Parts | None = None
    end = 0
    for head in sorted(part.heads):
        if head < end:
            continue  # the head printed once more within a table
        start = next((row for row in range(end, head + 1) if opens_form(part, row, layouts)), head)
        if pending is not None and start == head and (longer := pending.going_on(part, head, layouts)):
            pending = longer
        else:
            top = _top(part, end, start) if pending is not None else 0
            if pending is not None:
                yield from assembling.forms(part, pending, range(end, top), layouts)
            pending = parts.parts(part, range(top, head), head, layouts)
        end = pending.table.end
    if pending is not None:
        yield from assembling.forms(part, pending, range(end, bottom), layouts)


def _top(part: Plan, end: int, start: int) -> int:
    """The first row of a form: the row above its first label where that holds only a title."""
    above = next((row for row in range(start - 1, end - 1, -1) if row in part.cells), None)
    return above if above is not None and len(part.cells[above]) == 1 else start

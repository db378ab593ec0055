"""Finds every form in a workbook, each value with its cell."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import FUNDS, Layouts
from jixiao.forms.model import Form, Remark, Sheet, Workbook
from jixiao.forms.reading import assembling, next_form, number_cells, parts, untabled
from jixiao.forms.reading.parts import Parts
from jixiao.forms.reading.regions import Plan, opens_form, plan, title_of
from jixiao.forms.reading.view import View
from jixiao.kit.errors import Place

_NAMES = ("name", "unit", "department", "code", "achieved")
_VALUES = ("target", "actual", "self_score", "review_score", "review_actual", "initial_budget", "unit_id")
_PRINTED = ("item", "weight")  # what the money table of a template has: the points of the execution
_TO_FILL_IN = re.compile(
    r"\s*[(（【<《]?\s*(?:请|此处|在此|按.{1,10})?填写?|\s*[×xX*]{2,}"
)  # （请填写项目全称）, ××项目
_NAMED = 5  # sheets that a remark names

NEEDED = "表头写有一级指标、三级指标、年度指标值、实际完成值等列名"
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
    others: list[Sheet] = []
    for sheet in workbook.sheets:
        found = of_sheet(sheet, layouts)
        forms += [_with_cells(form, workbook.remarks) for form in found.forms]
        remarks += found.remarks
        if sheet.rows and not found.forms and not found.remarks:
            others.append(sheet)
    templates = [form for form in forms if _is_blank(form)]
    filled = [form for form in forms if form not in templates] if templates else forms
    if filled:
        remarks += [_left_out(Place(form.file, form.sheet), "是没有填的空表") for form in templates]
        if others:
            names = "、".join(f"“{sheet.name}”" for sheet in others[:_NAMED]) + (
                "等" if len(others) > _NAMED else ""
            )
            remarks.append(_left_out(Place(workbook.file), f"工作表{names}不是认得的表"))
        forms = filled
    if not forms and workbook.sheets and not any(remark.rule == "F01" for remark in remarks):
        remarks.append(_headless(workbook.sheets[0], "没有找到任何表样的表头"))
    own = {remark for form in forms for remark in form.remarks}
    left = [remark for remark in remarks if remark not in own]
    return Found(tuple(forms), tuple(_of_sheets_with_forms(left, forms)))


def _with_cells(form: Form, remarks: Iterable[Remark]) -> Form:
    """A form with what was noticed of single cells of it when its file was opened."""
    own = [
        remark
        for remark in remarks
        if remark.rule in _OF_CELLS
        and remark.place.sheet == form.sheet
        and assembling.is_about(remark, form.area)
    ]
    return replace(form, remarks=(*form.remarks, *own)) if own else form


def _of_sheets_with_forms(remarks: list[Remark], forms: list[Form]) -> Iterator[Remark]:
    """The remarks without those on cells of sheets that hold no form, such as lists that formulas look up."""
    told = {form.sheet for form in forms} | {remark.place.sheet for remark in remarks if remark.rule == "F01"}
    for remark in remarks:
        if not forms or remark.rule not in _OF_CELLS or remark.place.sheet in told:
            yield remark


def _left_out(place: Place, found: str) -> Remark:
    return Remark(
        "F26", place, f"{found}，没有读", "只有要报的表", "要报的，填好或改成认得的表；不报的，可以不管"
    )


def _is_blank(form: Form) -> bool:
    """Whether nobody has filled in a form: no names, no amounts, and no values of indicators."""
    names = (form.fields[name].text for name in _NAMES if name in form.fields)
    money = (value.text for row in form.funds for name, value in row.items() if name not in _PRINTED)
    values = (value.text for row in form.indicators for name, value in row.items() if name in _VALUES)
    return (
        all(_TO_FILL_IN.match(text) or labels.compact(text) in number_cells.BLANKS for text in names)
        and all(_is_nothing(text) for text in money)
        and all(labels.compact(text) in number_cells.BLANKS for text in values)
    )


def _is_nothing(text: str) -> bool:
    """Whether an amount or a rate was not filled in; the formulas of a blank form give 0."""
    return labels.compact(text) in number_cells.BLANKS or number_cells.read(text)[0] == 0


def of_sheet(sheet: Sheet, layouts: Layouts) -> Found:
    """The forms of one sheet, one under the other or side by side."""
    tables = list(parts_of(sheet, layouts))
    found = [form for plan_, one, foot in tables for form in assembling.forms(plan_, one, foot, layouts)]
    if found:
        torn = [remark for plan_, _, foot in tables for remark in _torn(plan_, foot.stop, layouts)]
        return Found(tuple(found), tuple(torn))
    width = len(sheet.rows[0]) if sheet.rows else 0
    whole = plan(View(sheet, 0, width), layouts)
    if form := untabled.form(whole, layouts):
        return Found((form,))
    if _looks_like_a_form(whole, layouts):
        return Found((), (_headless(sheet, "像一张表，但没有找到指标表的表头"),))
    return Found(())


def _torn(part: Plan, end: int, layouts: Layouts) -> Iterator[Remark]:
    """F01: the head of a form below the last table, which ends at row `end`, without a table of its own."""
    rest = range(end, len(part.view.sheet.rows))
    row = _without_table(part, rest, layouts)
    if row is not None and not any(head in rest for head in part.heads):
        place = part.view.sheet.place(row, part.view.left)
        said = "这里起像另一张表，但没有找到指标表的表头"
        yield Remark("F01", place, said, NEEDED, "补上表头；不报的，删去这几行")


def parts_of(sheet: Sheet, layouts: Layouts) -> Iterator[tuple[Plan, Parts, range]]:
    """The parts of each form of a sheet, with the plan of its half of the sheet and the rows below its table."""
    width = len(sheet.rows[0]) if sheet.rows else 0
    halves = _halves(plan(View(sheet, 0, width), layouts), layouts)
    for half in halves:
        for found, foot in _stacked(half, layouts):
            yield half, found, foot


def _halves(whole: Plan, layouts: Layouts) -> Iterator[Plan]:
    """The parts of a sheet in which forms stand beside each other, from left to right; the whole where they do not."""
    view = whole.view
    border = _border(whole, layouts) or _uneven_border(whole, layouts)
    if border is None:
        yield whole
        return
    yield plan(View(view.sheet, view.left, border), layouts)
    yield from _halves(plan(View(view.sheet, border, view.right), layouts), layouts)


def _headless(sheet: Sheet, found: str) -> Remark:
    return Remark(
        "F01",
        sheet.place(0, 0),
        found,
        NEEDED,
        "补上表头；用本地表样的，请财政部门照 README“读本地的表样”加上",
    )


def _looks_like_a_form(whole: Plan, layouts: Layouts) -> bool:
    known = {label.key for row in whole.labels.values() for label in row}
    titled = title_of(whole, range(len(whole.view.sheet.rows)), layouts)
    worded = titled is not None and any(word in titled.text for word in layouts.titles)
    several = sum(1 for row in whole.labels.values() if not row[0].text) > 1  # more than the head of a list
    of_money = known <= {
        *layouts.funds,
        *layouts.items,
        *layouts.known[FUNDS],
    }  # such as a table of basic data
    return (len(known) >= 3 and several and not of_money) or (worded and bool(known))


def _border(whole: Plan, layouts: Layouts) -> int | None:
    """The first column of a second form beside the first; None for a sheet without forms side by side."""
    for head in sorted(whole.heads):
        seen: dict[str, int] = {}  # meaning → last column of its label
        again: dict[str, int] = {}  # meaning that comes again → the column behind those before
        for label in whole.labels[head]:
            meaning = layouts.indicators.get(label.key, "")
            if meaning in seen:
                again.setdefault(meaning, max(seen.values()) + 1)
            elif not again:
                seen[meaning] = whole.view.end(head, label.column)[1]
        # Without a first level of its own the second half is the same form for another year.
        whole_form = "level1" in again or "level1" not in seen
        if len(again) >= 3 and "level3" in again and whole_form:
            return min(again.values())
    return None


def _uneven_border(whole: Plan, layouts: Layouts) -> int | None:
    """The first column of a form beside another whose heads stand in different rows; None where there is none.

    Both have a first and a third level of their own, no merged cell lies over the border, and the rows of the one go on
    beside the head of the other.
    """
    meanings = [
        (label.column, row, layouts.indicators.get(label.key, ""))
        for row, known in whole.labels.items()
        for label in known
    ]
    firsts = sorted((column, row) for column, row, name in meanings if name == "level1")
    thirds = sorted((column, row) for column, row, name in meanings if name == "level3")
    for (left, row), (right, other) in itertools.pairwise(firsts):
        between = [column for column, at in thirds if left < column < right and at == row]
        beside = [column for column, at in thirds if column > right and at == other]
        if row == other or not between or not beside:
            continue
        last = max(c for c, at, name in meanings if at == row and name and c < right)
        crossed = {
            column for area in whole.view.spans.values() for column in range(area.left + 1, area.right + 1)
        }
        free = [column for column in range(last + 1, right + 1) if column not in crossed]
        if not free:
            continue
        border = free[0]
        goes_on = any(column < border for column, _ in whole.cells[other])
        goes_on |= any(column >= border for column, _ in whole.cells[row])
        halves = [
            View(whole.view.sheet, *ends) for ends in ((whole.view.left, border), (border, whole.view.right))
        ]
        if goes_on and all(plan(half, layouts).heads for half in halves):
            return border
    return None


def _stacked(part: Plan, layouts: Layouts) -> Iterator[tuple[Parts, range]]:
    """The forms of one half of a sheet, from top to bottom, each with the rows below its table."""
    bottom = len(part.view.sheet.rows)
    pending: Parts | None = None
    end = 0
    for head in sorted(part.heads):
        if head < end:
            continue  # the head printed once more within a table
        start = next((row for row in range(end, head + 1) if opens_form(part, row, layouts)), head)
        if pending is not None:
            start = min(
                start,
                next_form.begins(part, range(end, head), pending.head, pending.table.columns, pending.layout),
            )
        if pending is not None and start == head and (longer := pending.going_on(part, head, layouts)):
            pending = longer
        else:
            top = _top(part, end, start) if pending is not None else 0
            if pending is not None:
                yield pending, range(end, top)
            pending = parts.parts(part, range(top, head), head, layouts)
        end = pending.table.end
    if pending is not None:
        torn = _without_table(part, range(end, bottom), layouts)
        yield pending, range(end, bottom if torn is None else _top(part, end, torn))


def _without_table(part: Plan, foot: range, layouts: Layouts) -> int | None:
    """The row below the last table of a sheet that names another project, whose form has no table."""
    for row in foot:
        known = part.labels.get(row, ())
        if known and known[0].column == part.cells[row][0][0] and layouts.head.get(known[0].key) == "name":
            return row
    return None


def _top(part: Plan, end: int, start: int) -> int:
    """The first row of a form: the row above its first label where that holds only a title."""
    above = next((row for row in range(start - 1, end - 1, -1) if row in part.cells), None)
    return above if above is not None and len(part.cells[above]) == 1 else start

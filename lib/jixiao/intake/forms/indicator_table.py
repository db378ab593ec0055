"""The indicator table of a form: its head row in, one row of values for each indicator and the total row out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jixiao.intake.forms import labels
from jixiao.intake.forms.funds_table import Row, cell, columns
from jixiao.intake.forms.layouts import Layout, Layouts
from jixiao.intake.forms.model import Remark, Value
from jixiao.intake.forms.regions import Label, Plan, is_note, opens_form

Span = tuple[int, int]
LEVELS = ("level1", "level2")
CARRIED = ("unit", "name", "subject_id", *LEVELS)  # written once for many rows
NUMBERS = frozenset({"weight", "self_score", "review_score", "initial_budget", "adjusted_budget", "executed"})
_HEADING = 20  # a longer text alone in its row is a note


@dataclass(frozen=True)
class Table:
    """What stands under a head row: rows, the total row (of the same columns), and the first row below."""

    columns: Mapping[str, Span]
    again: list[Label]
    rows: tuple[Row, ...]
    end: int
    total: Row | None = None
    remarks: list[Remark] = field(default_factory=list)


def read(plan: Plan, head: int, layout: Layout, layouts: Layouts) -> Table:
    """The table whose head is row `head`, down to a note, a total, another form, or the end of the sheet."""
    found, bottom, again = columns(plan, head, layout.indicators)
    body, end = _body(plan, head, range(bottom + 1, len(plan.view.sheet.rows)), found, layouts)
    total = _total_row(plan, body, layouts)
    remarks = [_subtotal(plan, row) for row in body if row != total and _sums(plan, row, layouts)]
    kept = [row for row in body if row != total and not _sums(plan, row, layouts)]
    rows, crossing = _filled(plan, bottom, kept, found, layout)
    totals = None if total is None else {name: cell(plan, total, span) for name, span in found.items()}
    return Table(found, again, rows, end, totals, remarks + crossing)


def _body(
    plan: Plan, head: int, rows: range, found: Mapping[str, Span], layouts: Layouts
) -> tuple[list[int], int]:
    """The rows that belong to the table and the first row that does not."""
    body: list[int] = []
    for row in rows:
        own = plan.cells.get(row)
        if not own:
            continue
        if row in plan.heads and _repeats(plan, head, row):
            continue
        if _stops(plan, row, own, found, layouts):
            return body, row
        if len(own) == 1 and _across(plan, row, own[0][0], found):
            continue  # a heading within the table
        if any(span[0] <= column <= span[1] for column, _ in own for span in found.values()):
            body.append(row)
        if labels.key(own[0][1]) in layouts.totals or labels.inline(own[0][1])[0] in layouts.totals:
            return [*body, row] if row not in body else body, row + 1
    return body, rows.stop


def _repeats(plan: Plan, head: int, row: int) -> bool:
    """Whether a row prints the head of the table once more, as at the top of a page."""
    return [(x.column, x.key) for x in plan.labels[head]] == [(x.column, x.key) for x in plan.labels[row]]


def _stops(
    plan: Plan, row: int, own: list[tuple[int, str]], found: Mapping[str, Span], layouts: Layouts
) -> bool:
    column, text = own[0]
    if is_note(text, layouts.notes) or opens_form(plan, row, layouts):
        return True
    known = plan.labels.get(row, ())
    if known and known[0].column == column and known[0].key in layouts.head:
        return True
    alone = len(own) == 1 and len(text) > _HEADING
    return alone and (
        _across(plan, row, column, found) or (len(text) > labels.LONGEST and column < _third(found))
    )


def _third(found: Mapping[str, Span]) -> int:
    return found["level3"][0] if "level3" in found else min(span[0] for span in found.values())


def _across(plan: Plan, row: int, column: int, found: Mapping[str, Span]) -> bool:
    """Whether a cell is merged over the whole table, as notes and headings are."""
    right = max(span[1] for span in found.values())
    end = plan.view.end(row, column)[1]
    return column < end and column <= _third(found) and end >= right


def _sums(plan: Plan, row: int, layouts: Layouts) -> bool:
    """Whether a row adds up others: 小计, 合计, 产出指标小计."""
    text = plan.cells[row][0][1]
    key = labels.key(text) or labels.inline(text)[0]
    return key in layouts.totals or (len(key) <= 8 and key.endswith(tuple(layouts.subtotals)))


def _total_row(plan: Plan, body: list[int], layouts: Layouts) -> int | None:
    """The last row of the table when it is the total."""
    if not body or not _sums(plan, body[-1], layouts):
        return None
    key = labels.key(plan.cells[body[-1]][0][1]) or labels.inline(plan.cells[body[-1]][0][1])[0]
    return body[-1] if key in layouts.totals or key == "合计" else None


def _subtotal(plan: Plan, row: int) -> Remark:
    column, text = plan.cells[row][0]
    place = plan.view.sheet.place(row, column)
    return Remark(
        "F04",
        place,
        f"指标中间有“{text.strip()}”行，没有当作指标读入",
        "只有指标行，合计放在最后一行",
        "删去这一行",
    )


def _filled(
    plan: Plan, bottom: int, body: list[int], found: Mapping[str, Span], layout: Layout
) -> tuple[tuple[Row, ...], list[Remark]]:
    """The rows with what is written once for many of them carried down, never into another project."""
    rows: list[Row] = []
    remarks: list[Remark] = []
    above: Row = {}
    for row in body:
        values = {name: _cell(plan, row, span, name, bottom) for name, span in found.items()}
        for name in _lacking(values, above):
            place = plan.view.sheet.place(row, found[name][0])
            if ("indicators", name) in layout.required and values.get("level3", values[name]).text:
                remarks.append(_crossing(place, name))
        above = {name: values[name] for name in CARRIED if name in values}
        rows.append(values)
    last = body[-1] if body else bottom
    return tuple(rows), remarks + list(_overlong(plan, rows, last))


def _cell(plan: Plan, row: int, span: Span, name: str, bottom: int) -> Value:
    """A value of the table; numbers of a merged area count once, and a merged head has no say below it."""
    value = cell(plan, row, span)
    if value.row <= bottom or (name in NUMBERS and value.row != row):
        return Value("", row, span[0])
    return value


def _lacking(values: Row, above: Row) -> Iterator[str]:
    """Carry down into `values` what is blank there; yields the names for which nothing stands above.

    A new project, or a new level 1, does not go on with what stood under the one before.
    """
    fresh = not above
    for name in (name for name in CARRIED if name in values):
        if values[name].text:
            fresh = fresh or (name != "level2" and values[name].text != above[name].text)
        elif not fresh:
            values[name] = above[name]
        elif name != "level2" or not values.get("level1", values[name]).text or not above:
            yield name


def _crossing(place: object, name: str) -> Remark:
    level = {"level1": "一级指标", "level2": "二级指标"}.get(name, "项目名称")
    return Remark(
        "F03", place, f"{level}是空的，上面属于另一个项目，没有向下填充", f"本项目的{level}", f"填写{level}"
    )


def _overlong(plan: Plan, rows: list[Row], last: int) -> Iterator[Remark]:
    """Merged areas of the levels that go on below the table."""
    seen: set[tuple[int, int]] = set()
    for values in rows:
        for name in LEVELS:
            value = values.get(name)
            if value is None or (value.row, value.column) in seen:
                continue
            seen.add((value.row, value.column))
            if _belongs_below(plan, plan.view.end(value.row, value.column)[0], last):
                place = plan.view.sheet.place(value.row, value.column)
                found = f"“{value.text}”的合并单元格越出指标表，盖住下面的表"
                yield Remark("F03", place, found, "只合并本项目的行", "重新合并单元格")


def _belongs_below(plan: Plan, bottom: int, last: int) -> bool:
    return any(
        row in plan.heads or row in plan.funds
        for row in range(last + 1, min(bottom, len(plan.view.sheet.rows)) + 1)
    )

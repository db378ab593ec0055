"""Reads the indicator table of a form: a row of values for each indicator, and the total row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import Layout, Layouts
from jixiao.forms.model import Remark, Value
from jixiao.forms.reading.funds_table import Row, cell, columns
from jixiao.forms.reading.regions import Label, Plan, is_note, opens_form
from jixiao.year.words import AMOUNTS, FORM_LABELS

Span = tuple[int, int]
LEVELS = ("level1", "level2")
CARRIED = ("unit", "name", "subject_id", *LEVELS)  # written once for many rows
NUMBERS = frozenset({"weight", "self_score", "review_score", *AMOUNTS})
_LONGEST_SUM = 8
_HEADING = 20  # a longer text alone in its row is a note


@dataclass(frozen=True)
class Table:
    """An indicator table: its columns, its rows, its total row, and the first row of the sheet below it (`end`).

    `again` are column labels that come a second time.
    """

    columns: Mapping[str, Span]
    again: list[Label]
    rows: tuple[Row, ...]
    end: int
    total: Row | None = None
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class _Head:
    """The head row of a table with its columns, and the layouts by which the table is read."""

    plan: Plan
    row: int
    columns: Mapping[str, Span]
    layout: Layout
    layouts: Layouts

    @property
    def third(self) -> int:
        """The column of the names of indicators."""
        return self.columns.get("level3", min(self.columns.values()))[0]

    def spans(self, row: int, column: int) -> bool:
        """Whether a cell is merged over the whole table, as notes and headings are."""
        end = self.plan.view.end(row, column)[1]
        return column < end and column <= self.third and end >= max(span[1] for span in self.columns.values())

    def holds(self, own: list[tuple[int, str]]) -> bool:
        """Whether any of the filled cells of a row stands under the head."""
        return any(span[0] <= column <= span[1] for column, _ in own for span in self.columns.values())


def read(plan: Plan, row: int, layout: Layout, layouts: Layouts) -> Table:
    """The table below the head `row`, which ends at a note, a total, another form or the end of the sheet."""
    found, bottom, again = columns(plan, row, layout.indicators)
    if not found:
        return Table({}, again, (), bottom + 1)
    head = _Head(plan, row, found, layout, layouts)
    body, end = _body(head, range(bottom + 1, len(plan.view.sheet.rows)))
    sums = [at for at in body if _sum(head, at)]
    last = body[-1] if body else None
    total = last if last in sums and _sum(head, last) in (*layout.totals, "合计") else None
    kept = [at for at in body if at not in sums]
    rows, crossing = _filled(plan, bottom, kept, found, layout)
    totals = None if total is None else {name: cell(plan, total, span) for name, span in found.items()}
    remarks: list[Remark] = []
    for at in sums:
        if at != total:
            column, text = plan.cells[at][0]
            said = f"指标中间有“{text.strip()}”行，没有当作指标读入"
            place = plan.view.sheet.place(at, column)
            remarks.append(Remark("F04", place, said, "只有指标行，合计放在最后一行", "删去这一行"))
    return Table(found, again, rows, end, totals, remarks + crossing)


def _body(head: _Head, rows: range) -> tuple[list[int], int]:
    """The rows that belong to the table and the first row that does not."""

    def labels_of(row: int) -> list[tuple[int, str]]:
        return [(label.column, label.key) for label in head.plan.labels[row]]

    body: list[int] = []
    for row in rows:
        own = head.plan.cells.get(row)
        if not own or (row in head.plan.heads and labels_of(row) == labels_of(head.row)):
            continue  # blank, or the head printed again at the top of a page
        if _stops(head, row, own):
            return body, row
        if len(own) == 1 and head.spans(row, own[0][0]):
            continue  # a heading within the table
        if head.holds(own) or _sum(head, row):
            body.append(row)
        if _sum(head, row) in head.layout.totals:
            return body, row + 1
    return body, rows.stop


def _stops(head: _Head, row: int, own: list[tuple[int, str]]) -> bool:
    """Whether the table has ended before a row with the filled cells `own`."""
    column, text = own[0]
    if is_note(text, head.layout.notes) or opens_form(head.plan, row, head.layouts):
        return True
    known = head.plan.labels.get(row, ())
    if known and known[0].column == column and known[0].key in head.layouts.head:
        return True
    if len(own) > 1 or len(text) <= _HEADING:
        return False
    return head.spans(row, column) or (len(text) > labels.LONGEST and column < head.third)


def _sum(head: _Head, row: int) -> str:
    """The name of a row that adds up others (小计, 合计, 产出指标小计, 总分), "" for any other row."""
    column, text = head.plan.cells[row][0]
    key = labels.key(text) or labels.inline(text)[0]
    names = head.layout.totals | head.layout.subtotals
    above = column < head.third and len(key) <= _LONGEST_SUM and key.endswith(tuple(head.layout.subtotals))
    return key if key in names or above else ""


def _filled(
    plan: Plan, bottom: int, body: list[int], found: Mapping[str, Span], layout: Layout
) -> tuple[tuple[Row, ...], list[Remark]]:
    """The rows, and remarks; what is written once for many rows is carried down, but never into another project."""
    rows: list[Row] = []
    remarks: list[Remark] = []
    above: Row = {}
    for row in body:
        values = {name: _cell(plan, row, span, name, bottom) for name, span in found.items()}
        for name in _lacking(values, above):
            place = plan.view.sheet.place(row, found[name][0])
            if ("indicators", name) in layout.required and values.get("level3", values[name]).text:
                level = FORM_LABELS[name if name in LEVELS else "name"]
                said = f"{level}是空的，上面属于另一个项目，没有向下填充"
                remarks.append(Remark("F03", place, said, f"本项目的{level}", f"填写{level}"))
        above = {name: values[name] for name in CARRIED if name in values}
        rows.append(values)
    last = body[-1] if body else bottom
    return tuple(rows), remarks + list(_overlong(plan, rows, last))


def _cell(plan: Plan, row: int, span: Span, name: str, bottom: int) -> Value:
    """A value of the table; a number in a merged area counts once, and a merged column label is no value below it."""
    value = cell(plan, row, span)
    if value.row <= bottom or (name in NUMBERS and value.row != row):
        return Value("", row, span[0])
    return value


def _lacking(values: Row, above: Row) -> Iterator[str]:
    """Fill what is blank in `values` from the row above, and give the names that could not be filled.

    A new project, or a new first level, takes over nothing from the one before.
    """
    fresh = not above
    for name in (name for name in CARRIED if name in values):
        if values[name].text:
            fresh = fresh or values[name].text != above[name].text
        elif not fresh:
            values[name] = above[name]
        elif name != "level2" or not values.get("level1", values[name]).text or not above:
            yield name


def _overlong(plan: Plan, rows: list[Row], last: int) -> Iterator[Remark]:
    """F03: merged areas of levels that reach below the table, into the next one."""
    seen: set[tuple[int, int]] = set()
    for values in rows:
        for name in LEVELS:
            value = values.get(name)
            if value is None or (value.row, value.column) in seen:
                continue
            seen.add((value.row, value.column))
            bottom = min(plan.view.end(value.row, value.column)[0], len(plan.view.sheet.rows))
            if any(row in plan.heads or row in plan.funds for row in range(last + 1, bottom + 1)):
                place = plan.view.sheet.place(value.row, value.column)
                found = f"“{value.text}”的合并单元格越出指标表，盖住下面的表"
                yield Remark("F03", place, found, "只合并本项目的行", "重新合并单元格")

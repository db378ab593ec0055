"""One form put together: the rows that belong to it in, its layout, fields, tables and remarks out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from jixiao.intake.forms import form_remarks as remarking
from jixiao.intake.forms import funds_table, head_fields, indicator_table, labels
from jixiao.intake.forms.funds_table import Row
from jixiao.intake.forms.indicator_table import Table
from jixiao.intake.forms.layouts import FUNDS, HEAD, INDICATORS, ITEMS, TITLES, Layout, Layouts
from jixiao.intake.forms.model import Form, Value
from jixiao.intake.forms.regions import Label, Plan, title_of

_OWNERS = ("unit", "name", "subject_id")  # columns that say whose row it is
MANY = ("review", "list")  # kinds whose rows belong to many projects


@dataclass(frozen=True)
class Parts:
    """What a form is made of, before it is one: its rows above the table, the money, the table."""

    rows: range
    head: int
    layout: Layout
    funds: tuple[Row, ...]
    fund_columns: frozenset[str]
    fund_rows: range
    again: list[Label]
    table: Table

    def going_on(self, plan: Plan, head: int, layouts: Layouts) -> Parts | None:
        """With the table at row `head` as its continuation, when that has the same columns and no total stood between."""
        more = indicator_table.read(plan, head, self.layout, layouts)
        if self.table.total is not None or more.columns != self.table.columns:
            return None
        rows, remarks = self.table.rows + more.rows, self.table.remarks + more.remarks
        return replace(self, table=replace(more, rows=rows, remarks=remarks))


def parts(plan: Plan, rows: range, head: int, layouts: Layouts) -> Parts:
    """The parts of the form whose indicators are headed by row `head` and whose other rows are `rows`."""
    layout = recognised(plan, rows, head, layouts)
    fund_head = next((row for row in rows if row in plan.funds), None)
    columns: frozenset[str] = frozenset()
    again: list[Label] = []
    if fund_head is None:
        funds = funds_table.by_names(plan, rows, layout)
        taken = range(0)
    else:
        funds, found, again = funds_table.read(plan, fund_head, head, layout)
        columns = frozenset(found)
        taken = range(fund_head, max((row["item"].row for row in funds), default=fund_head) + 1)
    table = indicator_table.read(plan, head, layout, layouts)
    return Parts(rows, head, layout, funds, columns, taken, again, table)


def recognised(plan: Plan, rows: range, head: int, layouts: Layouts) -> Layout:
    """The layout that most labels of the form belong to; among equals the one that misses the fewest."""
    title = title_of(plan, rows, layouts)
    found = {(TITLES, word) for word in layouts.titles if title and word in labels.plain(title.text)}
    for row in (*rows, head, head + 1):
        section = FUNDS if row in plan.funds or row - 1 in plan.funds else HEAD
        section = INDICATORS if row >= head else section
        found |= {(section, label.key) for label in plan.labels.get(row, ())}
        found |= {(ITEMS, label.key) for label in plan.labels.get(row, ()) if row < head}
    matched = [len(found & layout.vocabulary) for layout in layouts.layouts]
    most = max(matched)
    best = [layout for layout, count in zip(layouts.layouts, matched, strict=True) if count == most]
    chosen = min(best, key=lambda layout: _missing(layout, found))
    if chosen.kind == "list" and _tells_reviews(chosen, found):
        return next(layout for layout in layouts.layouts if layout.kind == "review")
    return chosen


def _tells_reviews(layout: Layout, found: set[tuple[str, str]]) -> bool:
    """Whether a table without title is a review paper: it gives reviewed points, and no ids as our own lists do."""
    columns = {layout.indicators.get(label) for section, label in found if section == INDICATORS}
    return "review_score" in columns and "indicator_id" not in columns


def _missing(layout: Layout, found: set[tuple[str, str]]) -> int:
    """How many of the required labels of a layout are not among those found."""
    known = {HEAD: layout.head, FUNDS: layout.funds, INDICATORS: layout.indicators}
    meanings = {(section, known[section].get(label, "")) for section, label in found if section in known}
    return len(layout.required - meanings)


def forms(plan: Plan, parts: Parts, foot: range, layouts: Layouts) -> Iterator[Form]:
    """The form made of `parts` and the rows `foot` under it; a table of many projects gives one form for each."""
    outside = [row for row in (*parts.rows, *foot) if row not in parts.fund_rows]
    fields = head_fields.read(plan, outside, parts.layout)
    title = title_of(plan, parts.rows, layouts)
    units = list(head_fields.amount_units(plan, range(parts.rows.start, parts.head)))
    fields |= {"title": title} if title else {}
    fields |= {"amount_unit": units[0]} if units else {}
    fields |= _year(plan, parts.rows, title, fields) | _totals(parts)
    remarks = tuple(remarking.of_form(plan, parts, fields, units))
    sheet = plan.view.sheet
    form = Form(
        sheet.file,
        sheet.name,
        parts.layout.id,
        parts.layout.kind,
        fields,
        parts.funds,
        parts.table.rows,
        remarks,
    )
    yield from _each_project(form) if parts.layout.kind in MANY else [form]


def _year(plan: Plan, rows: range, title: Value | None, fields: dict[str, Value]) -> dict[str, Value]:
    """The year where no cell with a label gives one: under the title in brackets, else within the title."""
    if fields.get("year", Value("", 0, 0)).text:
        return {}
    for row in rows:
        for column, text in plan.cells.get(row, ()):
            if found := head_fields.year_alone(text):
                return {"year": Value(found, row, column)}
        if row in plan.labels:
            break
    found = head_fields.years(title.text) if title else ()
    return {"year": Value(found[0], title.row, title.column)} if title and found else {}


def _totals(parts: Parts) -> dict[str, Value]:
    total = parts.table.total or {}
    score = "review_score" if "review_score" in total else "self_score"
    names = {"total_weight": "weight", "total_score": score}
    return {name: total[column] for name, column in names.items() if column in total}


def _each_project(form: Form) -> Iterator[Form]:
    """One form for each run of rows of one project, named by its first row; a total of many is none of any."""

    def owner(row: Row) -> tuple[str, ...]:
        return tuple(row[name].text for name in _OWNERS if name in row)

    runs: list[Sequence[Row]] = [list(run) for _, run in groupby(form.indicators, owner)]
    dropped = ("total_weight", "total_score") if len(runs) > 1 else ()
    shared = {name: value for name, value in form.fields.items() if name not in dropped}
    remarks = form.remarks
    for rows in runs:
        fields = shared | {name: rows[0][name] for name in _OWNERS if name in rows[0]}
        if "subject_id" in fields:
            fields["code"] = fields.pop("subject_id")
        yield replace(form, fields=fields, indicators=tuple(rows), remarks=remarks)
        remarks = ()

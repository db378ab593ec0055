"""Reads forms of other work that have no table of indicators: single values, texts, and perhaps a money table."""

from __future__ import annotations

from collections.abc import Iterator

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import Layout, Layouts
from jixiao.forms.model import OF_OTHER_WORK, Form, Merged, Remark
from jixiao.forms.reading import form_remarks, head_fields, money_tables
from jixiao.forms.reading.funds_table import Funds
from jixiao.forms.reading.indicator_table import Table
from jixiao.forms.reading.parts import Parts
from jixiao.forms.reading.regions import Plan, bare_title, title_of
from jixiao.kit.errors import one_line

_OWNERS = frozenset({"name", "code", "unit", "department"})
_ABOUT = frozenset({"year", "month", "raised_on", "goal"})  # printed before anybody has written anything
_LONGEST = 24  # characters of a label that a remark repeats
_FEWEST = 4  # characters of a text that is worth a remark


def form(plan: Plan, layouts: Layouts) -> Form | None:
    """The form of a sheet whose title is one of other work and which says something of a subject; None for any other."""
    rows = range(len(plan.view.sheet.rows))
    title = title_of(plan, rows, layouts)
    layout = _titled(title.text, layouts) if title else None
    if title is None or layout is None:
        return None
    has_money = any(row in plan.funds for row in rows)
    funds, taken = money_tables.of_form(plan, rows, rows.stop, layout) if has_money else (Funds(), range(0))
    found = Parts(rows, rows.stop, layout, funds, taken, Table({}, [], (), rows.stop))
    outside = [row for row in rows if row not in taken]
    fields = head_fields.read(plan, outside, layout)
    if not fields.keys() & _OWNERS or not (funds.rows or fields.keys() - _OWNERS - _ABOUT):
        return None
    units = list(head_fields.amount_units(plan, rows))
    fields |= {"title": title} | ({"amount_unit": units[0]} if units else {})
    fields |= head_fields.year(plan, rows, title, fields)
    fields |= head_fields.month(plan, layout, rows, title, fields)
    remarks = [*form_remarks.of_money(plan, found, fields, units), *_not_kept(plan, outside, layout)]
    sheet = plan.view.sheet
    return Form(
        sheet.file, sheet.name, layout.id, layout.kind, fields, funds.rows, (), tuple(remarks),
        frozenset({*fields, *funds.columns}), of_department=layout.of_department,
        area=Merged(0, plan.view.left, rows.stop - 1, plan.view.right - 1),
    )  # fmt: skip


def _titled(title: str, layouts: Layouts) -> Layout | None:
    """The layout of other work that has the longest words of a title, None where none has any."""
    named = bare_title(title)
    found = [
        (len(word), layout)
        for layout in layouts.layouts
        if layout.kind in OF_OTHER_WORK
        for word in layout.titles
        if word in named
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _not_kept(plan: Plan, rows: list[int], layout: Layout) -> Iterator[Remark]:
    """F24: the labels with a text beside them that nobody knows; what they say is not kept."""
    for row in rows:
        own = plan.cells.get(row, ())
        named = {label.column for label in plan.labels.get(row, ())}
        if len(own) < 2 or own[0][0] in named or len(own[0][1]) > labels.LONGEST:
            continue
        if len(own[1][1]) < _FEWEST or own[1][0] in named:
            continue
        label = one_line("".join(own[0][1].split()), _LONGEST)
        yield Remark(
            "F24",
            plan.view.sheet.place(row, own[0][0]),
            f"没有看懂“{label}”这一格，右边的内容没有读入",
            "认得的栏目名",
            f"要读的，在 params/forms/{layout.id}.yml 的 head 下加上“{label}”；不读的，可以不管",
        )

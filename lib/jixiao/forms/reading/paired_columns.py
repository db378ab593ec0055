"""Chooses among columns of a money table that come twice: those of the form's own year, else those on the left."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import Layout
from jixiao.forms.model import Remark
from jixiao.forms.reading.regions import Label, Plan
from jixiao.kit.errors import one_line
from jixiao.year.words import AMOUNTS

Span = tuple[int, int]
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年")
_LONGEST = 24  # characters of a label that a remark repeats


def of_the_year(
    plan: Plan, head: int, found: Mapping[str, Span], again: list[Label], layout: Layout, year: str
) -> tuple[dict[str, Span], list[Label], list[Span], list[Remark]]:
    """The columns that count, the labels that are still double, the columns left out, and what is said of them.

    `year` is that of the form. Columns of several years beside each other have the year in their labels, above them,
    or in the title left of them. Without years a second group of columns right of the first is another table.
    """
    spans: dict[str, list[Span]] = {name: [span] for name, span in found.items()}
    rows = {span: head for span in found.values()}
    for label in again:
        span = (label.column, plan.view.end(label.row, label.column)[1])
        spans[layout.funds[label.key]].append(span)
        rows[span] = label.row
    double = {name: many for name, many in spans.items() if len(many) > 1}
    if not double.keys() & set(AMOUNTS):
        return dict(found), again, [], []
    at = {span: _year(plan, head, rows[span], span) for many in double.values() for span in many}
    known = {year for year in at.values() if year}
    year = year if year in known else max(known, default="")
    if len(set(at.values())) > 1 and year:
        chosen = {
            name: next((span for span in many if at[span] == year), many[0]) for name, many in double.items()
        }
        left = sorted(span for name, many in double.items() for span in many if span != chosen[name])
        others = "、".join(sorted({f"{at[span]} 年的" if at[span] else "没有写年份的" for span in left}))
        said = f"资金表有几年的列，读的是 {year} 年的，{others}没有读入"
    else:
        edge = max(many[0][1] for many in double.values())
        border = min(many[1][0] for many in double.values())
        if len(double) < 2 or border <= edge:
            return dict(found), again, [], []
        begin = next((c for c, _ in plan.cells[head] if edge < c), border)
        chosen = {name: many[0] for name, many in double.items()}
        left = [(begin, plan.view.right - 1)]
        name = one_line(labels.compact(plan.view.value(head, begin).text), _LONGEST)
        said = f"资金表右边“{name}”起还有一张，没有读入，读的是左边的一张"
    remedy = "核对读的是不是要报的一组；另一组要报的，并进这一组"
    place = plan.view.sheet.place(rows.get(left[0], head), left[0][0])
    remark = Remark("F24", place, said, "每列一次", remedy)
    return {**found, **chosen}, [], left, [remark]


def _year(plan: Plan, head: int, row: int, span: Span) -> str:
    """The year of a column: in its label, in the row above, or in the last text left of it that has one; "" for none."""
    left = [text for column, text in plan.cells[head] if column < span[0]]
    above = [plan.view.value(head - 1, span[0]).text] if head else []
    texts = [plan.view.value(row, span[0]).text, *above, *reversed(left)]
    found = (_YEAR.search(labels.compact(text)) for text in texts if len(text) <= labels.LONGEST)
    return next((one[1] for one in found if one), "")

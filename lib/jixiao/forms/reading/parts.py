"""The parts of one form before it is put together: which layout it follows, its money table and its indicators."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import FUNDS, HEAD, INDICATORS, ITEMS, Layout, Layouts
from jixiao.forms.model import OF_OTHER_WORK, SELF_EVALUATIONS, FormKind
from jixiao.forms.reading import indicator_table, money_tables, number_cells
from jixiao.forms.reading.funds_table import Funds, Row
from jixiao.forms.reading.indicator_table import Table
from jixiao.forms.reading.regions import Plan, bare_title, names_next_table, title_of
from jixiao.year.words import TOTAL_ITEMS, TargetQuality

_HUNDRED = Decimal(100)
_TITLE = 3  # labels that are worth as much as a title
_REVIEWED = {"review_score", "review_actual", "deduction"}
_EVALUATED = {"target", "actual", "self_score"}
_OTHERWISE = {  # columns that only forms of other work have, whatever their title
    "forecast", "possibility", "certain", "cause", "cause_funding", "opinion", "opinion_other", "conclusion",
    *(quality.opinion for quality in TargetQuality),
}  # fmt: skip
_SPECIAL = 2  # how much more a label counts that is special to a layout
_FIELDS = 2  # labels with values beside them by which a form is told from a list
_LONG = 100
_TELLING = 5  # characters of a title that says of what kind a form is: 绩效目标表, but not 评价表
_EXECUTING = (*SELF_EVALUATIONS, FormKind.REVIEW)
_EFFECTS = ("产出", "效益", "效果", "满意", "成本", "决策", "过程")
_MONEY_WORDS = ("执行", "预算", "资金", "支出")
_EXECUTION = ("预算执行", "执行率", "资金执行", "预算资金执行", "项目资金执行")


@dataclass(frozen=True)
class Parts:
    """What was found of one form: the rows above its indicator table, its money table and the indicator table.

    `head` is the row with the column labels of the indicators, `fund_rows` the rows of the money table.
    """

    rows: range
    head: int
    layout: Layout
    funds: Funds
    fund_rows: range
    table: Table

    @property
    def unread(self) -> frozenset[str]:
        """The columns that a column may hold which was not understood."""
        return self.funds.unread | self.table.unread

    def going_on(self, plan: Plan, head: int, layouts: Layouts) -> Parts | None:
        """These parts with the rows of the table at row `head`, which goes on with this one after a page break.

        None where it is another table: its columns are not the same, or this one has ended with a total.
        """
        above = next((row for row in range(head - 1, self.head, -1) if row in plan.cells), self.head)
        rows = [row["weight"].row for row in self.table.rows if "weight" in row]
        if names_next_table(plan, above, self.layout.notes) or indicator_table.is_whole(
            plan, rows, self.table.columns
        ):
            return None
        more = indicator_table.read(plan, head, self.layout, layouts)
        if self.table.total is not None or more.columns != self.table.columns:
            return None
        table = replace(more, rows=self.table.rows + more.rows, remarks=self.table.remarks + more.remarks)
        return replace(self, table=table)


def parts(plan: Plan, rows: range, head: int, layouts: Layouts) -> Parts:
    """The parts of the form whose indicators are headed by row `head` and whose other rows are `rows`."""
    layout = recognised(plan, rows, head, layouts)
    funds, taken = money_tables.of_form(plan, rows, head, layout)
    table = indicator_table.read(plan, head, layout, layouts)
    return _with_execution(Parts(rows, head, layout, funds, taken, table))


def _with_execution(found: Parts) -> Parts:
    """The parts with the row of the execution rate in the money table, where it stands among the indicators.

    It is one of them where the money table has points of its own, unless these are the same and the others make up a
    hundred with them, or where its first level is that of indicators; in a review it is left out, as the points for
    execution follow from the amounts.
    """
    lines = [row for row in found.table.rows if _is_execution(row, found.table.rows)]
    if len(lines) != 1 or found.layout.kind not in _EXECUTING:
        return found
    line = lines[0]
    printed = _points(found.funds.rows)
    if printed and not (printed == _points([line]) and printed + _points(_others(found, line)) == _HUNDRED):
        return found
    first = line["level1"].text if "level1" in line else ""
    alike = sum("level1" in row and row["level1"].text == first for row in found.table.rows)
    if first and alike > 1 and not labels.key(first).startswith(_EXECUTION):
        return found  # an indicator of its first level like others: 项目管理, 投入管理, 预算执行率
    table = replace(found.table, rows=tuple(row for row in found.table.rows if row is not line))
    if found.layout.kind == FormKind.REVIEW:
        return replace(found, table=table)
    points = {"weight": line.get("weight"), "score": line.get("self_score"), "rate": line.get("actual")}
    given = {name: value for name, value in points.items() if value is not None}
    whole = next(
        (row for row in found.funds.rows if any(word in row["item"].text for word in TOTAL_ITEMS)), None
    )
    whole = whole or next(iter(found.funds.rows), {"item": line["level3"]})
    filled = {name: value for name, value in whole.items() if value.text or name not in given}
    rows = tuple(given | filled if row is whole else row for row in found.funds.rows) or ((given | whole),)
    funds = replace(found.funds, rows=rows, elsewhere=frozenset(given))
    return replace(found, funds=funds, table=table)


def _others(found: Parts, line: Row) -> list[Row]:
    return [row for row in found.table.rows if row is not line]


def _points(rows: Sequence[Row]) -> Decimal:
    """The sum of the points of some rows."""
    read = (number_cells.read(row["weight"].text)[0] for row in rows if "weight" in row)
    return sum(filter(None, read), Decimal(0))


def _is_execution(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a row of indicators is the execution rate, and no output or effect, nor one of several of its level."""
    names = [labels.key(row[level].text) for level in ("level1", "level2", "level3") if level in row]
    if "level3" not in row or not names[0]:
        return False
    names = [name for name in names if name]  # 预算执行率（10分） alone in the column of the first level
    if not any(word in names[-1] for word in _MONEY_WORDS):
        return False
    if "level1" in row and names[0].startswith(_EXECUTION) and any(w in names[-1] for w in ("执行", "预算")):
        return True
    if names[0].startswith(_EFFECTS):
        return False
    alone = "level1" in row and sum(one["level1"].text == row["level1"].text for one in rows) == 1
    return (alone and names[-1].endswith("执行率")) or all(name.startswith(_EXECUTION) for name in names)


def recognised(plan: Plan, rows: range, head: int, layouts: Layouts) -> Layout:
    """The layout to which most labels of the form belong; among equals the one of which the fewest are missing."""
    title = title_of(plan, rows, layouts)
    named = bare_title(title.text) if title else ""
    found: set[tuple[str, str]] = set()
    for row in (*rows, head, head + 1):
        section = FUNDS if row in plan.funds or row - 1 in plan.funds else HEAD
        section = INDICATORS if row >= head else section
        found |= {(section, label.key) for label in plan.labels.get(row, ())}
        found |= {(ITEMS, label.key) for label in plan.labels.get(row, ()) if row < head}
    return _most_like(named, frozenset(found), _has_fields(plan, rows), layouts)


@lru_cache(maxsize=1024)  # the forms of a batch have a few titles and sets of labels
def _most_like(named: str, found: frozenset[tuple[str, str]], has_fields: bool, layouts: Layouts) -> Layout:
    """The layout of which a form with the title `named` has most labels among those `found`."""
    candidates = [
        layout
        for layout in _of_the_title(named, layouts)
        if _titled(layout, named) or _possible(layout, found, has_fields)
    ]
    matched = [
        len(found & layout.vocabulary)
        + _SPECIAL * len(found & layout.special)
        + _titled(layout, named)
        - _missing(layout, found)
        for layout in candidates
    ]
    most = max(matched)
    best = [layout for layout, count in zip(candidates, matched, strict=True) if count == most]
    chosen = min(best, key=lambda layout: _missing(layout, found))
    columns = {chosen.indicators.get(label) for section, label in found if section == INDICATORS}
    if chosen.kind == FormKind.LIST and "review_score" in columns and "indicator_id" not in columns:
        # Without a title: a list of ours has ids, a reviewers' work paper has not.
        return next(layout for layout in layouts.layouts if layout.kind == FormKind.REVIEW)
    return chosen


def _of_the_title(title: str, layouts: Layouts) -> tuple[Layout, ...]:
    """The layouts of the kind that a title names, all where it names none: 绩效目标申报表 is no self-evaluation."""
    longest = max(layouts.layouts, key=lambda layout: _titled(layout, title))
    if _titled(longest, title) < _TITLE + _TELLING / _LONG:
        return layouts.layouts
    return tuple(layout for layout in layouts.layouts if layout.kind == longest.kind)


def _has_fields(plan: Plan, rows: range) -> bool:
    """Whether single values with labels in cells of their own stand above a table, as they do on a form of one subject."""
    fields = {
        label.key
        for row in rows
        if row not in plan.funds
        for label in plan.labels.get(row, ())
        if label.key in plan.fields and not label.text
    }
    return len(fields) >= _FIELDS


def _possible(layout: Layout, found: Set[tuple[str, str]], has_fields: bool) -> bool:
    """Whether a form without the title of a layout may follow it.

    A work paper has what reviewers say, a form of other work what no evaluation has; a list has nothing above its head
    that is said of one subject; what holds results against targets is a self-evaluation.
    """
    columns = {layout.indicators.get(label) for section, label in found if section == INDICATORS}
    if layout.kind in OF_OTHER_WORK:
        return bool(columns & _OTHERWISE)
    if layout.kind == FormKind.LIST:
        return not has_fields
    if layout.kind == FormKind.SCORES:
        return not (has_fields and columns >= _EVALUATED)
    return layout.kind != FormKind.REVIEW or bool(columns & _REVIEWED)


def _titled(layout: Layout, title: str) -> float:
    """What a title says for a layout: as much as three labels, and of two titles the longer says more."""
    longest = max((len(word) for word in layout.titles if word in title), default=0)
    return _TITLE + longest / _LONG if longest else 0


def _missing(layout: Layout, found: Set[tuple[str, str]]) -> int:
    """How many of the required labels of a layout are not among those found."""
    known = {HEAD: layout.head, FUNDS: layout.funds, INDICATORS: layout.indicators}
    meanings = {(section, known[section].get(label, "")) for section, label in found if section in known}
    return len(layout.required - meanings)

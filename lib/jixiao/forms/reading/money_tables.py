"""Chooses the money table of a form where it has several, and tells which of them, and which amounts, were not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import Layout
from jixiao.forms.model import Remark
from jixiao.forms.reading import funds_table, head_fields, indicator_columns, number_cells
from jixiao.forms.reading.funds_table import Funds, Row
from jixiao.forms.reading.regions import Plan
from jixiao.kit.errors import one_line
from jixiao.year.words import AMOUNTS, TOTAL_ITEMS

_MOST = 6  # money tables of a form that are looked at
_LONGEST = 24  # characters of a name that a remark repeats
_OF_MONEY = ("资金", "金额", "总额", "预算", "投入", "投资")

Table = tuple[Funds, range]


def of_form(plan: Plan, rows: range, head: int, layout: Layout) -> Table:
    """The money of the form with these rows above the head of its indicators, and the rows that its table takes.

    Of several tables the one of the form's own year counts, else one that names kinds of money, else the one with the
    most kinds of amounts, else the first; two are never put together.
    """
    tables = list(_tables(plan, rows, layout))
    if not tables:
        found, _, again = funds_table.columns(plan, head, layout.indicators)
        border = indicator_columns.border_of_years(plan, head, found, again, layout)
        left = indicator_columns.year_is_left(plan, head)
        if border is None and (totals := _totals_beside(plan, rows)):
            border, left = max(totals), totals[0] < totals[1]
        named = funds_table.by_names(plan, rows, layout, border, left)
        return (_of_the_year(plan, rows, named) if border is None else Funds(named)), range(0)
    year = _form_year(plan, range(rows.start, tables[0][1].start))
    chosen = max(tables, key=lambda table: _worth(plan, table, year, layout))
    others = [table for table in tables if table is not chosen]
    left_out = [
        *(_not_read(plan, taken, chosen[1]) for funds, taken in others if _has_amounts(funds, taken)),
        *_beside(plan, rows, layout, [taken for _, taken in tables]),
    ]
    funds, taken = chosen
    return replace(funds, remarks=(*funds.remarks, *left_out)), taken


def _totals_beside(plan: Plan, rows: range) -> tuple[int, int] | None:
    """The columns of the totals of the year and of a longer term beside each other (中期资金总额 | 年度资金总额)."""
    for row in rows:
        own = [(column, labels.key(text)) for column, text in plan.cells.get(row, ())]
        totals = [(column, key) for column, key in own if key.endswith(TOTAL_ITEMS)]
        of_term = [column for column, key in totals if key.startswith(indicator_columns.OF_THE_TERM)]
        of_year = [column for column, key in totals if key.startswith("年度")]
        if len(of_term) == len(of_year) == 1:
            return of_year[0], of_term[0]
    return None


def _of_the_year(plan: Plan, rows: range, found: tuple[Row, ...]) -> Funds:
    """Money without a head row; that of a longer term which stands above or below that of the year is left out.

    What belongs to a term begins with its words (中期资金总额) and goes on to the next total.
    """
    totals = {row["item"].row for row in found if labels.key(row["item"].text).endswith(TOTAL_ITEMS)}
    of_term: list[int] = []
    inside = False
    for row in (row for row in rows if row in plan.cells):
        first = labels.key(plan.cells[row][0][1])
        begins = first.startswith(indicator_columns.OF_THE_TERM) and any(word in first for word in _OF_MONEY)
        inside = begins or (inside and row not in totals)
        if inside:
            of_term.append(row)
    kept = tuple(row for row in found if row["item"].row not in of_term)
    if not kept or not any(_holds_number(plan, row) for row in of_term):
        return Funds(found)
    column, text = plan.cells[of_term[0]][0]
    said = f"“{_short(text)}”起是几年的资金，没有读入，读的是年度的"
    place = plan.view.sheet.place(of_term[0], column)
    remark = Remark("F24", place, said, "年度的资金", "核对读的是不是要报的一组")
    return Funds(kept, remarks=(remark,))


def _tables(plan: Plan, rows: range, layout: Layout) -> Iterator[Table]:
    """The money tables that have a head, from top to bottom."""
    start = rows.start
    for _ in range(_MOST):
        rest = range(start, rows.stop)
        head = next((row for row in rest if row in plan.funds), None)
        head = funds_table.title_row(plan, rest) if head is None else head
        found = funds_table.by_sources(plan, rest, layout)
        if head is not None and (found is None or head < found[1].start):
            year = _form_year(plan, range(rows.start, head))
            funds = funds_table.read(plan, head, rows.stop, layout, year)
            taken = range(
                head, max([row["item"].row for row in funds.rows] or _numbers_below(plan, head)) + 1
            )
            found = found if found is not None and found[1].start < taken.stop else (funds, taken)
        if found is None:
            return
        yield found
        start = found[1].stop


def _numbers_below(plan: Plan, head: int) -> list[int]:
    """The row of a head and those right below it that hold numbers and no labels of the form."""
    rows = [head]
    while _holds_number(plan, rows[-1] + 1) and not plan.field_columns.get(rows[-1] + 1):
        rows.append(rows[-1] + 1)
    return rows


def _holds_number(plan: Plan, row: int) -> bool:
    return any(number_cells.read(text)[0] is not None for _, text in plan.cells.get(row, ()))


def _worth(plan: Plan, table: Table, year: str, layout: Layout) -> tuple[bool, bool, int]:
    """What speaks for a table: that it is one of the year, names kinds of money, and has many kinds of amounts."""
    funds, taken = table
    of_the_year = bool(year) and year in _years(plan, taken.start)
    of_money = any(funds_table.is_money(row["item"], layout) for row in funds.rows)
    return of_the_year, of_money, len(funds.columns.intersection(AMOUNTS)) if funds.rows else 0


def _form_year(plan: Plan, rows: range) -> str:
    """The first year that the rows above the money print; rows with several years head columns of these years."""
    for row in rows:
        texts = [text for _, text in plan.cells.get(row, ()) if len(text) <= labels.LONGEST]
        found = {
            year
            for text in texts
            for year in (*head_fields.years(text), head_fields.year_alone(text))
            if year
        }
        if len(found) == 1:
            return found.pop()
    return ""


def _years(plan: Plan, head: int) -> tuple[str, ...]:
    """The years that stand in the head of a money table, or alone in the row above it."""
    above = plan.cells.get(head - 1, [])
    texts = [text for _, text in (*plan.cells.get(head, []), *(above if len(above) == 1 else []))]
    return tuple(year for text in texts for year in head_fields.years(text))


def _has_amounts(funds: Funds, taken: range) -> bool:
    """Whether a table holds any number, so that something is lost where it is not read."""
    values = (value for row in funds.rows for name, value in row.items() if name in AMOUNTS)
    unknown = not funds.rows and len(taken) > 1
    return unknown or any(number_cells.read(value.text)[0] is not None for value in values)


def _not_read(plan: Plan, table: range, chosen: range) -> Remark:
    """F24: another money table than the one that was read."""
    column, text = plan.cells[table.start][0]
    other = plan.cells[chosen.start][0][1]
    said = f"“{_short(text)}”起的资金表没有读入，读的是第 {chosen.start + 1} 行“{_short(other)}”起的一张"
    place = plan.view.sheet.place(table.start, column)
    return Remark("F24", place, said, "一张资金表", "核对读的是不是要报的一张；另一张要报的，并进这一张")


def _beside(plan: Plan, rows: range, layout: Layout, tables: list[range]) -> Iterator[Remark]:
    """F24: kinds of money with an amount that stand outside the tables."""
    found = [
        label
        for row in rows
        if not any(row in taken for taken in tables)
        for label in plan.labels.get(row, ())
        if label.key in layout.items
        and (value := funds_table.beside(plan, label)) is not None
        and number_cells.read(value.text)[0] is not None
    ]
    if found:
        first = found[0]
        name = _short(plan.view.value(first.row, first.column).text)
        several = f"等 {len(found)} 项资金" if len(found) > 1 else ""
        said = f"“{name}”{several}写在资金表以外，没有读入"
        place = plan.view.sheet.place(first.row, first.column)
        yield Remark("F24", place, said, "写进资金表", "要报的，写进资金表；不报的，可以不管")


def _short(text: str) -> str:
    return one_line("".join(text.split()), _LONGEST)

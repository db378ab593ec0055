"""The overview of all received forms as a page of HTML and as a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from jixiao.checks.engine import Finding
from jixiao.exchange.returning import overview
from jixiao.exchange.returning.overview import LATE, STRANGER, Head, State
from jixiao.kit import workbooks
from jixiao.kit.templates import template
from jixiao.kit.workbooks import HEAD, Book, Page, Style, across, cell
from jixiao.year.words import SubjectKind

TEMPLATES = Path(__file__).parent / "templates"
_FOOTER = '&C&"宋体"&9 第 &P 页，共 &N 页'
_COLUMN_HEAD: Style = {"font_name": HEAD, "bg_color": "#E7E6E6", "align": "center", "border": 1}
_KINDS = {SubjectKind.DEPARTMENT: "部门", SubjectKind.PROJECT: "项目"}
# Fills that tell the states apart in grey too; the word stands beside.
_FILLS = {
    State.MISSING.words: "#FFFFFF",
    State.RECEIVED.words: "#E3ECF7",
    State.UNCONFIRMED.words: "#FFF2CC",
    State.RETURNED.words: "#F4B183",
    State.ACCEPTED.words: "#D5E8D4",
}


class Column(NamedTuple):
    """A column of a printed table: head, value in a row, width in a sheet, and what it holds: words, short ones, numbers."""

    head: str
    value: Callable[[Any], Any]
    width: float
    holds: str = "words"


class Table(NamedTuple):
    """A printed table: its name, its columns and rows of texts (numbers as int)."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


def to_html(
    forms: pd.DataFrame, findings: Sequence[Finding], head: Head, others: pd.DataFrame | None = None
) -> str:
    """One self-contained page, without scripts; all texts escaped. `others` are the counts of the other kinds of forms."""
    facts = overview.counts(forms).itertuples(index=False, name=None)
    page = template(TEMPLATES / "overview.html.j2").render(
        head=head,
        facts=list(facts),
        tables=list(_tables(forms, findings, others)),
        on=_day(head.on),
        due=_day(head.due),
        states={state.words: state.value for state in State},
    )
    return page.rstrip() + "\n"


def to_xlsx(
    forms: pd.DataFrame, findings: Sequence[Finding], head: Head, others: pd.DataFrame | None = None
) -> bytes:
    """A workbook with the counts first and a sheet for each table of the page."""

    def build(book: Book) -> None:
        _front(book.sheet("汇总", (22, 14, 40)), forms, head)
        for table in _tables(forms, findings, others):
            _sheet(book.sheet(table.name, [column.width for column in table.columns]), table)

    return workbooks.workbook(build, title=head.title, author=head.issuer, day=head.on)


def _tables(forms: pd.DataFrame, findings: Sequence[Finding], others: pd.DataFrame | None) -> Iterator[Table]:
    strange = forms["kind"] == STRANGER
    yield _table("各表状态", "每个评价对象的表", _FORM_COLUMNS, forms[~strange])
    yield _table("退回原因", "按规则统计的审核发现，次数多的在前", _RULE_COLUMNS, overview.by_rule(findings))
    yield _table("各单位", "按单位统计，退回多的在前", _UNIT_COLUMNS, overview.by_unit(forms))
    if others is not None and len(others):
        yield _table("其他表", "自评表以外收到的表，不计入应交", _OTHER_COLUMNS, others)
    if strange.any():
        yield _table("名单外来件", "认不出评价对象的来件，请逐件核对", _FORM_COLUMNS, forms[strange])


def _table(name: str, caption: str, columns: tuple[Column, ...], frame: pd.DataFrame) -> Table:
    rows = frame.itertuples(index=False)
    return Table(
        name, caption, columns, tuple(tuple(column.value(row) for column in columns) for row in rows)
    )


_FORM_COLUMNS = (
    Column("单位", attrgetter("unit"), 22),
    Column("编码", lambda one: one.subject_id or "", 9, "short"),
    Column("评价对象", attrgetter("name"), 30),
    Column("类别", lambda one: _KINDS.get(one.kind, one.kind), 7, "short"),
    Column("状态", attrgetter("state.words"), 9, "short"),
    Column("迟交", lambda one: LATE if one.late else "", 6, "short"),
    Column("报送次数", attrgetter("deliveries"), 6, "number"),
    Column("退回次数", attrgetter("returns"), 6, "number"),
    Column("首次收到", lambda one: _day(one.first_on), 12, "short"),
    Column("最近收到", lambda one: _day(one.last_on), 12, "short"),
    Column("错误", attrgetter("errors"), 6, "number"),
    Column("要说明", attrgetter("warnings"), 7, "number"),
    Column("文件", attrgetter("file"), 34),
)
_RULE_COLUMNS = (
    Column("规则", attrgetter("rule"), 8),
    Column("名称", attrgetter("name"), 28),
    Column("程度", lambda one: one.severity.words, 9),
    Column("次数", attrgetter("findings"), 8, "number"),
    Column("涉及表数", attrgetter("forms"), 10, "number"),
)
_UNIT_COLUMNS = (
    Column("单位", attrgetter("unit"), 28),
    Column("应交", attrgetter("forms"), 7, "number"),
    *(Column(state.words, attrgetter(state), 8, "number") for state in State),
    Column(LATE, attrgetter(LATE), 7, "number"),
    Column("退回次数", attrgetter("returns"), 9, "number"),
    Column("错误", attrgetter("errors"), 7, "number"),
    Column("要说明", attrgetter("warnings"), 8, "number"),
)

_OTHER_COLUMNS = (
    Column("哪一种表", attrgetter("kind"), 28),
    Column("收到", attrgetter("documents"), 8, "number"),
    Column(State.ACCEPTED.words, attrgetter("accepted"), 8, "number"),
    Column(State.RETURNED.words, attrgetter("returned"), 8, "number"),
    Column("报送次数", attrgetter("deliveries"), 9, "number"),
)


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _front(page: Page, forms: pd.DataFrame, head: Head) -> None:
    page.put_across(0, head.title, least=34, font_name=HEAD, font_size=18, align="center")
    facts = [("单位", head.issuer), ("统计日期", _day(head.on)), ("报送截止", _day(head.due) or "未定")]
    for row, (name, words) in enumerate(facts, 1):
        page.put(cell(row, 0), name, font_name=HEAD)
        page.put(across(row, 1, 2), words, align="left")
    for column, words in enumerate(("状态", "表数")):
        page.put(cell(5, column), words, **_COLUMN_HEAD)
    for row, (state, number) in enumerate(overview.counts(forms).itertuples(index=False, name=None), 6):
        fill = {"bg_color": _FILLS[state]} if state in _FILLS else {}
        page.put(cell(row, 0), state, least=20, border=1, align="center", **fill)
        page.put(cell(row, 1), Decimal(number), border=1, align="center")
    page.finish(footer=_FOOTER)


def _sheet(page: Page, table: Table) -> None:
    last = len(table.columns) - 1
    page.put_across(0, table.caption, least=28, font_name=HEAD, font_size=14, align="left")
    for at, column in enumerate(table.columns):
        page.put(cell(1, at), column.head, **_COLUMN_HEAD)
    for row, texts in enumerate(table.rows, 2):
        for at, (text, column) in enumerate(zip(texts, table.columns, strict=True)):
            style: Style = {"border": 1, "align": "left" if column.holds == "words" else "center"}
            if column.head == "状态":
                style["bg_color"] = _FILLS[text]
            page.put(cell(row, at), Decimal(text) if column.holds == "number" else text, **style)
    if table.rows:
        page.raw.autofilter(1, 0, len(table.rows) + 1, last)
    page.raw.freeze_panes(2, 0)
    page.finish(footer=_FOOTER, repeat=(1, 1), landscape=len(table.columns) > 6)

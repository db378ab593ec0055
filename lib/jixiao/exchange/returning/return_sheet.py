"""Received sheets and what was found in them in; the return sheet of a unit, as an .xlsx file, out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jixiao.checks import cards
from jixiao.checks.cards import Card
from jixiao.checks.engine import Finding
from jixiao.exchange.returning import returned_copy
from jixiao.exchange.returning.returned_copy import MARKS
from jixiao.forms.model import Sheet
from jixiao.kit import workbooks
from jixiao.kit.workbooks import HEAD, Book, Page, across, cell, clean

FRONT = "退回意见"
COLUMNS = ("序号", "工作表", "单元格", "位置", "问题", "应为", "请这样改", "规则")
_WIDTHS = (6, 16, 9, 24, 36, 22, 32, 14)
_LAST = len(COLUMNS) - 1
_GROUPS = (
    ("E", "必须改正"),
    ("W", "请核对：有误的改正，无误的写明理由"),
    ("I", "提示"),
)
_BOX = {"border": 1, "valign": "top"}
_LINK = {"font_color": "#0563C1", "underline": 1}


@dataclass(frozen=True)
class Head:
    """Who gets a form back, from whom and when; `answer_by` is the day by which it is to come again, if any."""

    unit: str
    issuer: str
    returned_on: dt.date
    answer_by: dt.date | None = None


@dataclass(frozen=True)
class _Copy:
    """A received sheet and the name of its copy."""

    sheet: Sheet
    name: str


def workbook(received: Sequence[Sheet], findings: Sequence[Finding], head: Head) -> bytes:
    """The .xlsx of one unit: 退回意见 first, then each received sheet again with the faulty cells marked.

    `findings` are those of this unit; one whose place is in no received sheet is listed without a link.
    """
    known, used = cards.read(), [FRONT]
    copies = []
    for sheet in received:
        used.append(workbooks.sheet_name(sheet.name, used))
        copies.append(_Copy(sheet, used[-1]))

    def build(book: Book) -> None:
        _front(book.sheet(FRONT, _WIDTHS), copies, findings, head, known)
        for copy in copies:
            page = book.sheet(copy.name, returned_copy.widths(copy.sheet))
            here = [one for one in findings if _is_in(one, copy.sheet)]
            returned_copy.write(page, copy.sheet, here, known)
            _print_copy(page, copy.sheet, bool(here))

    day = head.returned_on
    created = dt.datetime(day.year, day.month, day.day)
    return workbooks.workbook(build, title=f"{FRONT} {head.unit}", author=head.issuer, created=created)


def _is_in(finding: Finding, sheet: Sheet) -> bool:
    return (finding.place.file, finding.place.sheet) == (sheet.file, sheet.name)


def _front(
    page: Page,
    copies: Sequence[_Copy],
    findings: Sequence[Finding],
    head: Head,
    known: Mapping[str, Card],
) -> None:
    """Who, which file, when; what to do; then the findings, those to be mended first."""
    page.put(
        across(0, 0, _LAST), "绩效自评表退回意见", least=34, font_name=HEAD, font_size=18, align="center"
    )
    row = _facts(page, 1, copies, findings, head)
    for column, words in enumerate(COLUMNS):
        style = {"border": 1, "align": "center", "font_name": HEAD, "bg_color": "#E7E6E6"}
        page.put(cell(row, column), words, least=24, **style)
    page.raw.repeat_rows(row)
    page.raw.freeze_panes(row + 1, 0)
    row = _table(page, row + 1, copies, findings, known)
    page.set_heights()
    _print_front(page, row, head)


def _table(
    page: Page, row: int, copies: Sequence[_Copy], findings: Sequence[Finding], known: Mapping[str, Card]
) -> int:
    """The findings in their groups, counted through; the row after them is returned."""
    number = 0
    for severity, words in _GROUPS:
        group = [one for one in findings if one.severity == severity]
        if group:
            page.put(across(row, 0, _LAST), f"{words}（{len(group)} 处）", least=22, border=1, font_name=HEAD)
            row += 1
        for one in group:
            number += 1
            _line(page, row, number, one, copies, known)
            row += 1
    return row


def _facts(page: Page, row: int, copies: Sequence[_Copy], findings: Sequence[Finding], head: Head) -> int:
    """The lines above the table; the row after them is returned."""
    errors = sum(one.severity == "E" for one in findings)
    files = "、".join(dict.fromkeys(copy.sheet.file for copy in copies)) or "—"
    answer = f"，并于{_day(head.answer_by)}前重新报送" if head.answer_by else "后重新报送"
    facts = (
        ("单位", head.unit),
        ("文件", files),
        ("退回日期", _day(head.returned_on) + (f"　　退回单位：{head.issuer}" if head.issuer else "")),
        ("意见", f"共 {len(findings)} 处，其中必须改正的 {errors} 处。请在原表上改正{answer}。"),
        (
            "怎样看",
            "点“单元格”一栏可跳到所指的格；后面各表照抄所报内容，有问题的格加了粗框和底色，批注写明怎样改。",
        ),
    )
    for at, (name, words) in enumerate(facts, row):
        page.put(across(at, 0, 1), name, align="left", font_name=HEAD, valign="top")
        page.put(across(at, 2, _LAST), words, align="left", valign="top")
    marks = row + len(facts)
    page.put(across(marks, 0, 1), "记号", align="left", font_name=HEAD)
    page.put(cell(marks, 2), "必须改正", align="center", least=20, **MARKS["E"])
    page.put(cell(marks, 3), "请核对", align="center", **MARKS["W"])
    return marks + 2


def _line(
    page: Page, row: int, number: int, one: Finding, copies: Sequence[_Copy], known: Mapping[str, Card]
) -> None:
    """One finding; its cell leads to the marked one."""
    copy = next((copy for copy in copies if _is_in(one, copy.sheet)), None)
    where = returned_copy.label(copy.sheet, one.place.cell) if copy else ""
    name = f" {known[one.rule].name}" if one.rule in known else ""
    several = len({each.sheet.file for each in copies}) > 1
    file = f"\n（{one.place.file}）" if several else ""
    sheet = f"{copy.name}{file}" if copy else one.place.sheet or one.place.file
    texts = {1: sheet, 3: where, 4: one.found, 5: one.expected, 6: one.remedy, 7: f"{one.rule}{name}"}
    page.put(cell(row, 0), str(number), least=20, align="center", **_BOX)
    for column, text in texts.items():
        page.put(cell(row, column), text, align="left", **_BOX)
    if copy:
        address = one.place.cell if returned_copy.position(one.place.cell) else "A1"
        page.link(row, 2, one.place.cell or "整表", (copy.name, address), align="center", **_BOX, **_LINK)
    else:
        page.put(cell(row, 2), one.place.cell, align="center", **_BOX)


def _print_front(page: Page, last: int, head: Head) -> None:
    sheet = page.raw
    sheet.set_landscape()
    sheet.print_area(0, 0, max(last - 1, 0), _LAST)
    _print(sheet)
    sheet.set_footer(f'&L&"宋体"&9 {_plain(head.unit)}&C&"宋体"&9 第 &P 页，共 &N 页')


def _print_copy(page: Page, sheet: Sheet, marked: bool) -> None:
    if sum(returned_copy.widths(sheet)) > 120:
        page.raw.set_landscape()
    if marked:
        page.raw.set_tab_color("#C00000")
    _print(page.raw)
    page.raw.set_footer('&C&"宋体"&9 &A　第 &P 页，共 &N 页')


def _print(sheet: object) -> None:
    sheet.set_paper(9)
    sheet.set_margins(left=0.55, right=0.55, top=0.65, bottom=0.7)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _plain(text: str) -> str:
    """A text as a page footer takes it: & doubled, short."""
    return clean(text).replace("\n", " ")[:60].replace("&", "&&")

"""The return sheet of a unit: the list of what to mend, and the received sheets again with the faulty cells marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jixiao.checks import cards
from jixiao.checks.cards import Card
from jixiao.checks.engine import Finding
from jixiao.exchange.returning import returned_copy
from jixiao.exchange.returning.returned_copy import MARKS, Labels
from jixiao.forms.model import Sheet
from jixiao.kit import workbooks
from jixiao.kit.limits import RETURN_CELLS, RETURN_FINDINGS
from jixiao.kit.workbooks import HEAD, Book, Page, Style, across, cell, on_band
from jixiao.year.words import Severity

FRONT = "退回意见"
COLUMNS = ("序号", "工作表", "单元格", "位置", "问题", "应为", "请这样改", "规则")
_WIDTHS = (6, 16, 9, 24, 36, 22, 32, 14)
_LAST = len(COLUMNS) - 1
_UPRIGHT = 120  # characters of a line that can be read on an upright page, which it then fills
_GROUPS = (
    (Severity.ERROR, "必须改正"),
    (Severity.WARNING, "请核对：有误的改正，无误的写明理由"),
    (Severity.NOTE, Severity.NOTE.words),
)
_BOX: Style = {"border": 1, "valign": "top"}
_LINK: Style = {"font_color": "#0563C1", "underline": 1}


@dataclass(frozen=True)
class Head:
    """Who gets a form back, from whom and when; `answer_by` is the day by which it is to come again, if any.

    `form` is what such a form is called.
    """

    unit: str
    issuer: str
    returned_on: dt.date
    answer_by: dt.date | None = None
    form: str = "绩效自评表"


@dataclass(frozen=True)
class _Copy:
    """A received sheet, the name of its copy, and what its cells are called."""

    sheet: Sheet
    name: str

    @cached_property
    def labels(self) -> Labels:
        """What the cells of the sheet are called."""
        return Labels(self.sheet)


_Copies = Mapping[tuple[str, str], _Copy]  # by file and sheet


def workbook(received: Sequence[Sheet], findings: Sequence[Finding], head: Head) -> bytes:
    """The .xlsx of one unit: 退回意见 first, then each received sheet again with the faulty cells marked.

    `findings` are those of this unit; one whose place is in no received sheet is listed without a link. Of very many the
    gravest are listed, and sheets larger than any form are not copied (limits.py): no program would open the file.
    """
    known = cards.read()
    copies: dict[tuple[str, str], _Copy] = {}
    used = [FRONT]
    room = RETURN_CELLS
    for sheet in received:
        size = len(sheet.rows) * max(map(len, sheet.rows), default=0)
        if size > room:
            continue
        room -= size
        used.append(workbooks.sheet_name(sheet.name, used))
        copies.setdefault((sheet.file, sheet.name), _Copy(sheet, used[-1]))
    found: dict[tuple[str, str], list[Finding]] = {}
    listed = [one for severity, _ in _GROUPS for one in findings if one.severity == severity][
        :RETURN_FINDINGS
    ]
    summary = _summary(findings, len(listed), head, len(copies) < len(received))
    for one in listed:
        found.setdefault((one.place.file, one.place.sheet), []).append(one)

    def build(book: Book) -> None:
        facts = _facts(head, list(dict.fromkeys(sheet.file for sheet in received)), summary)
        _front(book.sheet(FRONT, _WIDTHS), copies, listed, facts, known, head)
        for place, copy in copies.items():
            page = book.sheet(copy.name, returned_copy.widths(copy.sheet))
            marked = found.get(place, [])
            returned_copy.write(page, copy.sheet, marked, known)
            if marked:
                page.raw.set_tab_color("#C00000")
            page.finish(footer='&C&"宋体"&9 &A　第 &P 页，共 &N 页', landscape=sum(page.widths) > _UPRIGHT)

    return workbooks.workbook(build, title=f"{FRONT} {head.unit}", author=head.issuer, day=head.returned_on)


def _front(
    page: Page,
    copies: _Copies,
    findings: Sequence[Finding],
    facts: Sequence[tuple[str, str]],
    known: Mapping[str, Card],
    head: Head,
) -> None:
    """Who, which file, when; what to do; then the findings in their groups, counted through."""
    page.put_across(0, f"{head.form}退回意见", least=34, font_name=HEAD, font_size=18, align="center")
    row = _put_facts(page, 1, facts)
    heads = row
    for column, words in enumerate(COLUMNS):
        style = {"border": 1, "align": "center", "font_name": HEAD, "bg_color": "#E7E6E6"}
        page.put(cell(row, column), words, least=24, **style)
    page.raw.freeze_panes(row + 1, 0)
    number = 0
    several = len({file for file, _ in copies}) > 1
    for severity, words in _GROUPS:
        group = [one for one in findings if one.severity == severity]
        if group:
            row += 1
            page.put_across(row, f"{words}（{len(group)} 处）", least=22, border=1, font_name=HEAD)
        for one in group:
            row += 1
            number += 1
            _line(page, row, number, one, copies.get((one.place.file, one.place.sheet)), several, known)
    page.finish(
        footer=f'&L&"宋体"&9 {on_band(head.unit)}&C&"宋体"&9 第 &P 页，共 &N 页',
        landscape=True,
        repeat=(heads, heads),
        last=(row, _LAST),
    )


def _summary(findings: Sequence[Finding], listed: int, head: Head, left_out: bool) -> str:
    """How many findings there are, by when to answer, and what the workbook leaves out."""
    errors = sum(one.severity == Severity.ERROR for one in findings)
    answer = f"，并于{_day(head.answer_by)}前重新报送" if head.answer_by else "后重新报送"
    said = f"共 {len(findings)} 处，其中必须改正的 {errors} 处。请在原表上改正{answer}。"
    if not errors:
        said = f"共 {len(findings)} 处，没有必须改正的。请逐处核对：有误的在原表上改正后重新报送，无误的写明理由。"
    said += f"只列出前 {listed} 处，改好后再报时列出其余的。" if listed < len(findings) else ""
    return said + (f"超过 {RETURN_CELLS} 格的工作表没有照抄。" if left_out else "")


def _facts(head: Head, files: Sequence[str], summary: str) -> list[tuple[str, str]]:
    """The lines above the table: their heads and what they say."""
    return [
        ("单位", head.unit),
        ("文件", "、".join(files) or "—"),
        ("退回日期", _day(head.returned_on) + (f"　　退回单位：{head.issuer}" if head.issuer else "")),
        ("意见", summary),
        (
            "怎样看",
            "点“单元格”一栏可跳到所指的格；后面各表照抄所报内容，有问题的格加了粗框和底色，批注写明怎样改。",
        ),
    ]


def _put_facts(page: Page, row: int, facts: Sequence[tuple[str, str]]) -> int:
    """Write the lines above the table, and what the marks mean; the row of its head is returned."""
    for at, (name, words) in enumerate(facts, row):
        page.put(across(at, 0, 1), name, align="left", font_name=HEAD, valign="top")
        page.put(across(at, 2, _LAST), words, align="left", valign="top")
    marks = row + len(facts)
    page.put(across(marks, 0, 1), "记号", align="left", font_name=HEAD)
    page.put(cell(marks, 2), "必须改正", align="center", least=20, **MARKS[Severity.ERROR])
    page.put(cell(marks, 3), "请核对", align="center", **MARKS[Severity.WARNING])
    return marks + 2


def _line(
    page: Page,
    row: int,
    number: int,
    one: Finding,
    copy: _Copy | None,
    several: bool,
    known: Mapping[str, Card],
) -> None:
    """One finding; its cell leads to the marked one of `copy`. Sheets of `several` files are told by their file too."""
    name = f" {known[one.rule].name}" if one.rule in known else ""
    if copy:
        sheet = copy.name + (f"\n（{one.place.file}）" if several else "")
        place = returned_copy.position(one.place.cell) or (0, 0)
        page.link(row, 2, one.place.cell or "整表", (copy.name, *place), align="center", **_BOX, **_LINK)
    else:
        sheet = one.place.sheet or one.place.file
        page.put(cell(row, 2), one.place.cell, align="center", **_BOX)
    where = copy.labels.of(one.place.cell) if copy else ""
    texts = {1: sheet, 3: where, 4: one.found, 5: one.expected, 6: one.remedy, 7: f"{one.rule}{name}"}
    page.put(cell(row, 0), str(number), least=20, align="center", **_BOX)
    for column, text in texts.items():
        page.put(cell(row, column), text, align="left", **_BOX)


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

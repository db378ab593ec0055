"""The statistics form as a workbook: the form, the list of rules, and where each number is from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from jixiao.kit import workbooks
from jixiao.kit.workbooks import HEAD, HEAD_ROW, MARGINS, NOTE, Area, Book, Page, Style, cell, on_band
from jixiao.upward.statistics_form import TITLE, Form, Line

_WIDTHS = (14, 40, 16, 18)
_HEADS = ("类别", "项目", "内容", "备注")
_RULE_WIDTHS = (6, 11, 42, 20, 12, 18, 9)
_RULE_HEADS = ("序号", "层级", "名称", "文号", "印发日期", "主题", "状态")
_SOURCE_WIDTHS = (34, 30, 14, 36, 34)
_SOURCE_HEADS = ("项目", "统计数的键", "数值", "定义", "来源")
_ONE_PAGE = 900  # points of height that are made smaller, to stand on one page, and can still be read
_LABEL: Style = {"border": 1, "align": "center"}
_TEXT: Style = {"border": 1, "align": "left", "indent": 1}
_NUMBER: Style = {"border": 1, "align": "right", "indent": 1}
_BLANK: Style = _NUMBER | {"bg_color": "#FFF8DC"}  # of what nobody has declared or recorded
_SECTION: Style = {"border": 1, "align": "left", "font_name": HEAD}


def workbook(form: Form, day: date) -> bytes:
    """The .xlsx of the form; the same form gives the same bytes. `day` is the only date in it."""

    def build(book: Book) -> None:
        _form(book.sheet("统计表", _WIDTHS), form)
        _rules(book.sheet("制度清单", _RULE_WIDTHS), form)
        _sources(book.sheet("来源", _SOURCE_WIDTHS), form)

    title = f"{form.region}{TITLE}（{form.year}年度）"
    comments = " ".join(filter(None, (form.source, form.origin)))
    return workbooks.workbook(build, title=title, author=form.issuer, day=day, comments=comments)


def _form(page: Page, form: Form) -> None:
    """Sections over the whole width, groups over their lines, numbers as numbers; what is not known is blank and marked."""
    _head(page, f"{form.region}{TITLE}", form)
    for column, head in enumerate(_HEADS):
        page.put(cell(2, column), head, **_LABEL | {"font_name": HEAD})
    row = 3
    for name, lines in form.sections:
        page.put_across(row, name, least=22, **_SECTION)
        row += 1
        for group, own in groupby(lines, key=lambda line: line.group):
            row = _group(page, row, group, list(own))
    notes = [
        "注：浅黄色的格没有申报或没有记录，没有填；不等于 0。金额单位为万元，金额为年初预算数。",
        "项目支出的预算也在部门整体支出里，两类金额不能相加。制度的名称、文号见“制度清单”，各数的定义和来源见“来源”。",
        form.source,
        *filter(None, [form.origin]),
    ]
    for note in notes:
        page.put_across(row, note, **NOTE)
        row += 1
    _finish(page, form, repeat=(2, 2))


def _head(page: Page, title: str, form: Form) -> None:
    draft = "（草稿：有错误级审核发现）" if form.draft else ""
    page.put_across(0, f"{title}{draft}", least=34, font_name=HEAD, font_size=16, align="center")
    said = f"填报单位：{form.issuer}　　{form.year}工作年度　　金额单位：万元"
    page.put_across(1, said, least=20, align="left")


def _group(page: Page, top: int, group: str, lines: Sequence[Line]) -> int:
    """The lines of a group below each other, its name beside all of them; the row behind the last."""
    row = top
    for line in lines:
        value = line.figure.value
        page.put(cell(row, 1), line.item, least=17, **_TEXT)
        known = value is not None
        page.put(cell(row, 2), value, **_NUMBER if known else _BLANK)
        page.put(cell(row, 3), line.remark, **_TEXT)
        row += 1
    page.put(Area(top, 0, row - 1, 0), group, **_LABEL)
    return row


def _rules(page: Page, form: Form) -> None:
    """A line for each rule with its layer, title and number."""
    _head(page, "制度清单", form)
    _heads(page, _RULE_HEADS)
    for at, rule in enumerate(form.rules, 1):
        texts = (rule.layer, rule.title, rule.number, rule.issued_on, rule.topic, rule.status)
        page.put(cell(at + 2, 0), Decimal(at), least=20, **_LABEL)
        for column, text in enumerate(texts, 1):
            page.put(cell(at + 2, column), text, **_TEXT)
    last = len(form.rules) + 3
    for at, note in enumerate(("注：没有填的格，制度台账里没有写。", *filter(None, [form.origin]))):
        page.put_across(last + at, note, **NOTE)
    _finish(page, form, repeat=(2, 2), landscape=True)


def _sources(page: Page, form: Form) -> None:
    """Key, definition and source of the figure behind each line."""
    _head(page, "各数的定义和来源", form)
    _heads(page, _SOURCE_HEADS)
    for row, line in enumerate(form.lines, 3):
        figure = line.figure
        page.put(cell(row, 0), f"{line.group}：{line.item}", **_TEXT)
        page.put(cell(row, 1), figure.key, **_TEXT)
        page.put(cell(row, 2), figure.value, **_NUMBER)
        page.put(cell(row, 3), figure.definition, **_TEXT)
        page.put(cell(row, 4), figure.source, **_TEXT)
    _finish(page, form, repeat=(2, 2), landscape=True)


def _heads(page: Page, heads: Sequence[str]) -> None:
    for column, head in enumerate(heads):
        page.put(cell(2, column), head, **HEAD_ROW | {"align": "center"})


def _finish(page: Page, form: Form, repeat: tuple[int, int], *, landscape: bool = False) -> None:
    footer = f"&L&9{on_band(form.issuer)}&R&9第 &P 页，共 &N 页"
    page.finish(footer=footer, margins=MARGINS, landscape=landscape, repeat=repeat, one_page=_ONE_PAGE)

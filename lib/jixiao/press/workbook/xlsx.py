"""The workbook of a report: a front sheet, then one sheet for each table of the executed notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jixiao.kit import numbers, workbooks
from jixiao.kit.limits import DECIMAL_DIGITS
from jixiao.kit.workbooks import HEAD, HEAD_ROW, MARGINS, NOTE, Book, Page, cell, ems
from jixiao.press.page import table_columns
from jixiao.press.page.document import report_data, report_day, tables
from jixiao.report import mimes
from jixiao.year.params import RECONSTRUCTION

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from jixiao.year.tables import Tables

_FRONT = "说明"
_FRONT_WIDTHS = (14.0, 66.0)
_NARROWEST = 8.0  # column widths in characters
_WIDEST = 46.0
_UPRIGHT = 92.0  # characters of a line that can be read on an upright page
_HEADS = 2  # rows above the first one of a table: its caption and the heads of its columns
_REGISTER = (  # what a figure has, the head of its column, and the width of that in characters
    ("label", "统计数", 34.0),
    ("key", "键", 34.0),
    ("value", "数值", 16.0),
    ("unit", "单位", 8.0),
    ("definition", "定义", 40.0),
    ("source", "来源", 34.0),
    ("basis", "性质", 8.0),
)
_LINK = "#1F3B57"
_ALARM = "#A3191F"
_READING = (
    "每张表一个工作表：首行是表题，次行是表头，表注在表下；表头固定，打印时每页重复。",
    "数以数值保存，显示的位数与报告相同；代码和超过15位的数以文本保存。",
    "百分数以小数保存、按百分数显示（18.82% 存为 0.1882），各表相同。",
    "统计数一览可以筛选、排序；蓝字的统计数有链接，转到显示它的表。",
)
_KNOWN = (
    ("版本", "edition_note"),
    ("发布单位", "issuer"),
    ("发布日期", "published_on"),
    ("地区", "region"),
    ("工作年度", "report_year"),
    ("被评价年度", "evaluated_year"),
    ("数据性质", "origin_note"),
)
_NUMBER_AND_UNIT = re.compile(r'([+\-−]?[\d,]*\.?\d+)([^\d"]*)')
Table = Mapping[str, Any]


def to_xlsx(notebook: NotebookNode, year: Tables | None = None) -> bytes:
    """The workbook of every table; text stays text, and numbers show the digits of the report.

    With the tables of the `year` it has their rows and the findings of the checks too, which is for the internal edition.
    """
    report = report_data(notebook)
    register = mimes.bundle_with(notebook, mimes.FIGURES)
    sheets: dict[str, Table] = {}
    for number, table in enumerate(tables(notebook), 1):
        sheets[workbooks.sheet_name(table.get("caption") or f"表{number}", (_FRONT, *sheets))] = table
    places = _places(
        {name: table for name, table in sheets.items() if table is not register.get(mimes.TABLE)}
    )

    def build(book: Book) -> None:
        _front(book.sheet(_FRONT, _FRONT_WIDTHS), report, sheets)
        origin = report.get("origin_note", "") if report.get("origin") == RECONSTRUCTION else ""
        for name, table in sheets.items():
            if table is register.get(mimes.TABLE):
                _figures(book, name, table, register[mimes.FIGURES], origin, places)
            else:
                _sheet(book.sheet(name, _widths(table)), table, origin)
        if year is not None:
            from jixiao.press.workbook import year_sheets

            totals = register.get(mimes.TOTALS, {})
            findings = report.get("findings", ())
            year_sheets.write(book, year, totals, findings, (_FRONT, *sheets), origin)

    return workbooks.workbook(
        build,
        title=report.get("title", ""),
        author=report.get("issuer", ""),
        comments=report.get("origin_note", ""),
        day=report_day(report),
        font_size=11,
        valign="top",
    )


def _places(sheets: Mapping[str, Table]) -> dict[str, tuple[str, int, int]]:
    """The first cell that shows a figure, by its key: name of the sheet, row, column."""
    found: dict[str, tuple[str, int, int]] = {}
    for name, table in sheets.items():
        for at, row in enumerate(table.get("rows", ()), _HEADS):
            for column, one in enumerate(row):
                if one.get("key"):
                    found.setdefault(one["key"], (name, at, column))
    return found


def _front(page: Page, report: Mapping[str, Any], sheets: Mapping[str, Table]) -> None:
    """What the workbook is, where its numbers come from, how it is read, and what each sheet holds."""
    page.put_across(0, report.get("title") or "未命名报告", font_size=16, font_name=HEAD)
    rows = [(label, str(report[key])) for label, key in _KNOWN if report.get(key)]
    if report.get("origin") == RECONSTRUCTION and report.get("origin_note"):
        rows.insert(0, ("示例数据", "本工作簿中的单位级数据为重构数据，不是真实评价结果。"))
    rows += [("" if at else "怎样阅读", words) for at, words in enumerate(_READING)]
    for at, (label, words) in enumerate(rows, _HEADS):
        alarm = {"font_color": _ALARM} if label == "示例数据" else {}
        page.put(cell(at, 0), label, font_name=HEAD, **alarm)
        page.put(cell(at, 1), words, **alarm)
    first = _HEADS + len(rows)
    for at, (name, table) in enumerate(sheets.items(), first):
        caption = table.get("caption", "")
        words = name if caption in ("", name) else f"{name}：{caption}"
        page.put(cell(at, 0), "" if at > first else "工作表", font_name=HEAD)
        page.link(at, 1, words, (name, 0, 0), font_color=_LINK, underline=1)
    page.finish(footer="&C— &P —", margins=MARGINS)


def _figures(
    book: Book,
    name: str,
    table: Table,
    listed: Sequence[Mapping[str, Any]],
    origin: str,
    places: Mapping[str, tuple[str, int, int]],
) -> None:
    """The register as a table of Excel: label, key, value, unit and the rest in columns of their own.

    A label leads to the sheet in `places` that shows its figure.
    """
    known = [one for one in listed if one.get("value") is not None]
    page = book.sheet(name, [width for _, _, width in _REGISTER])
    page.put_across(0, table.get("caption", ""), font_size=14, font_name=HEAD)
    page.heads(1, [head for _, head, _ in _REGISTER], len(known), "figures")
    for at, one in enumerate(known, _HEADS):
        end = {"bottom": 2} if at == _HEADS + len(known) - 1 else {}
        for column, (part, _, _) in enumerate(_REGISTER):
            value = one.get(part) or ""
            number = exact_number({"value": value, "text": one["display"]}) if part == "value" else None
            if column == 0 and one["key"] in places:
                page.link(at, 0, value, places[one["key"]], font_color=_LINK, **end)
            elif number:
                shown = number[1].partition('"')[0]  # the unit stands in the next column
                page.put(cell(at, column), number[0], num_format=shown, align="right", **end)
            else:
                page.put(cell(at, column), value, **end)
    for at, note in enumerate((*table.get("notes", ()), *filter(None, [origin])), _HEADS + len(known)):
        page.put_across(at, note, **NOTE)
    page.raw.freeze_panes(_HEADS, 1)
    page.finish(footer="&C— &P —", margins=MARGINS, landscape=True, repeat=(0, _HEADS - 1))


def _sheet(page: Page, table: Table, origin: str) -> None:
    """A table: caption, head, rows, notes."""
    columns = table.get("columns", ())
    rows = table.get("rows", ())
    page.put_across(0, table.get("caption", ""), font_size=14, font_name=HEAD)
    for at, column in enumerate(columns):
        page.put(cell(1, at), column.get("label", ""), **HEAD_ROW, **_aligned(columns, at))
    for at, row in enumerate(rows, _HEADS):
        end = {"bottom": 2} if at == _HEADS + len(rows) - 1 else {}
        for column, one in enumerate(row):
            style = {**_aligned(columns, column), **end}
            percent = column < len(columns) and columns[column].get("label", "").endswith("（%）")
            number = exact_number({**one, "text": f"{one.get('text', '')}%"} if percent else one)
            if number:
                page.put(cell(at, column), number[0], num_format=number[1], **style)
            else:
                page.put(cell(at, column), one.get("text", ""), **style)
    for at, note in enumerate((*table.get("notes", ()), *filter(None, [origin])), _HEADS + len(rows)):
        page.put_across(at, note, **NOTE)
    page.raw.freeze_panes(_HEADS, 1 if len(columns) >= table_columns.WIDE else 0)
    page.finish(
        footer="&C— &P —", margins=MARGINS, landscape=sum(page.widths) > _UPRIGHT, repeat=(0, _HEADS - 1)
    )


def _aligned(columns: Sequence[Mapping[str, Any]], at: int) -> dict[str, Any]:
    align = columns[at].get("align") if at < len(columns) else None
    return {"align": align} if align in table_columns.ALIGNMENTS else {}


def _widths(table: Table) -> list[float]:
    """Widths in characters: a Chinese character takes two."""
    texts = [[column.get("label", "")] for column in table.get("columns", ())]
    for row in table.get("rows", ()):
        for column, one in zip(texts, row, strict=False):
            column.append(str(one.get("text", "")))
    return [min(max(max(2 * ems(text) for text in column) + 2, _NARROWEST), _WIDEST) for column in texts]


def exact_number(one: Mapping[str, Any]) -> tuple[Decimal, str] | None:
    """The number of a cell and the format that shows it as the report does; None where that is not exact.

    The number is the value behind the shown text; a value with more digits than a workbook holds gives way to
    what is shown.
    """
    text = _NUMBER_AND_UNIT.fullmatch(str(one.get("text", "")))
    if one.get("value") is None or text is None:
        return None
    try:
        printed = numbers.parse(text[1])
        value = _to_the_limit(str(one["value"]))
    except ValueError:
        return None
    unit = text[2]
    places = numbers.places_of(printed)
    scale = 2 if unit == "%" else 0
    candidates = (value, value.scaleb(-scale))  # a percentage is kept as 18.82 or as 0.1882
    found = next((n for n in candidates if numbers.rounded(n.scaleb(scale), places) == printed), None)
    if found is not None and not workbooks.exact(found):
        found = printed.scaleb(-scale)
    if found is None or not workbooks.exact(found):
        return None
    whole = "#,##0" if "," in text[1] else "0"
    decimals = "." + "0" * places if places else ""
    return found, whole + decimals + (f'"{unit}"' if unit and unit != "%" else unit)


def _to_the_limit(text: str) -> Decimal:
    """The number of a cell, without decimals beyond those that the kit reads, as a quotient may have."""
    whole, point, decimals = text.partition(".")
    return numbers.parse(whole + point + decimals[:DECIMAL_DIGITS])

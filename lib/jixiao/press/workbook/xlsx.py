"""An executed notebook in; a workbook with one sheet for each of its tables, as bytes, out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from jixiao.press.page import fragments, table_columns
from jixiao.press.page.document import report_data, tables
from jixiao.press.workbook import xlsx_numbers
from jixiao.report import mimes
from jixiao.year.params import RECONSTRUCTION

if TYPE_CHECKING:
    from nbformat import NotebookNode

_FRONT = "说明"
_NARROWEST, _WIDEST = 8.0, 46.0  # column widths in characters
_CELL_LIMIT = 32767  # characters that a cell may hold
_NAME_LIMIT = 31  # characters of the name of a sheet
_NO_DATE = date(2000, 1, 1)
_FONT = {"font_name": "宋体", "font_size": 11}
_OPTIONS = {"in_memory": True} | dict.fromkeys(
    ("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False
)
_HEADS = 2  # rows above the first one of a table: its caption and the heads of its columns
_LINK, _SOFT, _ALARM = "#1F3B57", "#464646", "#A3191F"
_FRONT_WIDTHS = (14.0, 66.0)
_PORTRAIT = 92.0  # characters of a line that can be read on an upright page
_LINE = 17.0  # points from line to line
_LARGE, _SMALL = 1.3, 0.85  # by which the type of captions and notes is wider
_READING = (
    "每张表一个工作表：首行是表题，次行是表头，表注在表下；表头固定，打印时每页重复。",
    "数以数值保存，显示的位数与报告相同；代码和超过15位的数以文本保存。",
    "统计数一览可以筛选；蓝字的统计数有链接，转到显示它的表。",
)
_KNOWN = (
    ("发布单位", "issuer"),
    ("发布日期", "published_on"),
    ("地区", "region"),
    ("工作年度", "report_year"),
    ("被评价年度", "evaluated_year"),
    ("数据性质", "origin_note"),
)


def to_xlsx(notebook: NotebookNode) -> bytes:
    """The workbook of every table; text stays text, and numbers show the digits of the report."""
    import xlsxwriter

    out = io.BytesIO()
    report, data = report_data(notebook), tables(notebook)
    sheets = list(zip(_sheet_names(data), data, strict=True))
    register = _register(notebook)
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        formats = _Formats(book)
        _set_properties(book, report)
        _front(book.add_worksheet(_FRONT), report, sheets, formats)
        for name, table in sheets:
            sheet = book.add_worksheet(name)
            _sheet(sheet, table, _origin(report), formats)
            if table is register:
                _lead(sheet, table, _places(sheets, register), formats)
    return out.getvalue()


def _register(notebook: NotebookNode) -> Any:
    """The table of all figures, the very one that `tables` gives; nothing where there is none."""
    bundles = (output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ()))
    return next(
        (data[mimes.TABLE] for data in bundles if mimes.FIGURES in data and mimes.TABLE in data), None
    )


def _places(sheets: Sequence[tuple[str, Mapping]], register: Any) -> dict[str, str]:
    """key -> link to the first cell of another table that shows the figure."""
    found: dict[str, str] = {}
    for name, table in sheets:
        for row, cells in enumerate(table.get("rows", ()) if table is not register else (), _HEADS):
            for column, cell in enumerate(cells):
                if cell.get("key"):
                    found.setdefault(cell["key"], _link(name, row, column))
    return found


def _link(name: str, row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return "internal:'{}'!{}".format(name.replace("'", "''"), xl_rowcol_to_cell(row, column))


def _lead(sheet: Any, table: Mapping[str, Any], places: Mapping[str, str], formats: _Formats) -> None:
    """Rows that can be filtered, and from the name of each figure a link to where it is shown."""
    columns, rows = table.get("columns", ()), table.get("rows", ())
    if not columns or not rows:
        return
    sheet.autofilter(_HEADS - 1, 0, _HEADS - 1 + len(rows), len(columns) - 1)
    for at, row in enumerate(rows, _HEADS):
        key = next((cell["key"] for cell in row if cell.get("key")), None)
        if key in places:
            end = {"bottom": 2} if at == _HEADS + len(rows) - 1 else {}
            look = formats(text_wrap=True, font_color=_LINK, **_aligned(columns[0]), **end)
            sheet.write_url(at, 0, places[key], look, string=_text(row[0].get("text", "")))


class _Formats:
    """Cell formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple, Any] = {}

    def __call__(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**_FONT, "valign": "top", **properties})
        return self._made[key]


def _set_properties(book: Any, report: Mapping[str, Any]) -> None:
    try:
        day = date.fromisoformat(report.get("published_on", ""))
    except ValueError:
        day = _NO_DATE
    created = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
    book.set_properties(
        {
            "title": _text(report.get("title", "")),
            "author": _text(report.get("issuer", "")),
            "comments": _text(report.get("origin_note", "")),
            "created": created,
        }
    )


def _origin(report: Mapping[str, Any]) -> str:
    return _text(report.get("origin_note", "")) if report.get("origin") == RECONSTRUCTION else ""


def _sheet_names(data: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Names that a workbook allows, each of them once."""
    used = {_FRONT, "History"}  # Excel keeps the second for itself
    for at, table in enumerate(data, 1):
        said = re.sub(r"[\[\]:*?/\\\s]+", " ", _text(table.get("caption") or "")).lstrip(" '")
        stem, count = said[:_NAME_LIMIT].strip(" '") or f"表{at}", 2
        name = stem
        while name.lower() in {one.lower() for one in used}:
            name = f"{stem[: _NAME_LIMIT - 5]}（{count}）"
            count += 1
        used.add(name)
        yield name


def _front(
    sheet: Any, report: Mapping[str, Any], sheets: Sequence[tuple[str, Mapping]], formats: _Formats
) -> None:
    """What the workbook is, where its numbers come from, how it is read, and what each sheet holds."""
    _page(sheet, _FRONT_WIDTHS)
    for at, size in enumerate(_FRONT_WIDTHS):
        sheet.set_column(at, at, size)
    title = formats(font_size=16, font_name="黑体", text_wrap=True)
    sheet.merge_range(0, 0, 0, 1, "", title)
    sheet.write_string(0, 0, _text(report.get("title") or "未命名报告"), title)
    sheet.set_row(0, _height(report.get("title") or "", sum(_FRONT_WIDTHS), 1.5))
    rows = [(label, _text(report[key]), "") for label, key in _KNOWN if report.get(key)]
    if _origin(report):
        rows.insert(0, ("示例数据", "本工作簿中的单位级数据为重构数据，不是真实评价结果。", ""))
    rows += [("" if at else "怎样阅读", words, "") for at, words in enumerate(_READING)]
    for at, (name, table) in enumerate(sheets):
        caption = _text(table.get("caption", ""))
        words = name if caption in ("", name) else f"{name}：{caption}"
        rows.append(("" if at else "工作表", words, _link(name, 0, 0)))
    for at, row in enumerate(rows, _HEADS):
        _front_row(sheet, at, row, formats)


def _front_row(sheet: Any, at: int, row: tuple[str, str, str], formats: _Formats) -> None:
    label, words, link = row
    sheet.set_row(at, _height(words, _FRONT_WIDTHS[1], 1))
    alarm = {"font_color": _ALARM} if label == "示例数据" else {}
    sheet.write_string(at, 0, label, formats(font_name="黑体", **alarm))
    if link:
        sheet.write_url(at, 1, link, formats(text_wrap=True, font_color=_LINK, underline=1), string=words)
    else:
        sheet.write_string(at, 1, words, formats(text_wrap=True, **alarm))


def _sheet(sheet: Any, table: Mapping[str, Any], origin: str, formats: _Formats) -> None:
    """A table: caption, head, rows, notes; the head stays in sight and is printed on every page."""
    columns, rows = table.get("columns", ()), table.get("rows", ())
    widths = _widths(columns, rows)
    for at, size in enumerate(widths):
        sheet.set_column(at, at, size)
    _page(sheet, widths)
    large = formats(font_name="黑体", font_size=14, text_wrap=True)
    _line(sheet, 0, table.get("caption", ""), widths, large, _LARGE)
    for at, column in enumerate(columns):
        head = formats(font_name="黑体", top=2, bottom=1, text_wrap=True, **_aligned(column))
        sheet.write_string(_HEADS - 1, at, _text(column.get("label", "")), head)
    _rows(sheet, columns, rows, widths, formats)
    notes = [*table.get("notes", ()), *([origin] if origin else [])]
    for at, note in enumerate(notes, len(rows) + _HEADS):
        _line(sheet, at, note, widths, formats(font_size=9, font_color=_SOFT, text_wrap=True), _SMALL)
    sheet.freeze_panes(_HEADS, 1 if len(columns) >= table_columns.WIDE else 0)
    sheet.repeat_rows(0, _HEADS - 1)


def _rows(sheet: Any, columns: Sequence, rows: Sequence, widths: Sequence[float], formats: _Formats) -> None:
    for at, row in enumerate(rows, _HEADS):
        heights = [_height(cell.get("text", ""), width, 1) for cell, width in zip(row, widths, strict=False)]
        sheet.set_row(at, max(heights, default=_LINE))
        for place, cell in enumerate(row):
            _cell(sheet, at, place, cell, columns, formats, last=at == len(rows) + _HEADS - 1)


def _line(sheet: Any, at: int, words: object, widths: Sequence[float], look: Any, scale: float) -> None:
    """Words over the whole width of a table, as high as they need."""
    if len(widths) > 1:
        sheet.merge_range(at, 0, at, len(widths) - 1, "", look)
    sheet.write_string(at, 0, _text(words), look)
    sheet.set_row(at, _height(words, sum(widths) or _NARROWEST, scale))


def _height(words: object, room: float, scale: float) -> float:
    """The height in points of words in a line of `room` characters."""
    lines = ceil(2 * table_columns.width(_text(words)) * scale / max(room - 1, 1))
    return max(lines, 1) * _LINE * max(scale, 1)


def _page(sheet: Any, widths: Sequence[float]) -> None:
    sheet.set_paper(9)  # A4
    if sum(widths) > _PORTRAIT:
        sheet.set_landscape()
    sheet.set_margins(left=0.8, right=0.8, top=0.9, bottom=0.9)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C— &P —")
    sheet.hide_gridlines(2)


def _cell(
    sheet: Any, row: int, column: int, cell: Mapping, columns: Sequence, formats: _Formats, last: bool
) -> None:
    style = _aligned(columns[column] if column < len(columns) else {})
    style["text_wrap"] = True
    if last:
        style["bottom"] = 2
    number = xlsx_numbers.number(cell)
    if number is None:
        sheet.write_string(row, column, _text(cell.get("text", "")), formats(**style))
    else:
        sheet.write_number(row, column, number[0], formats(num_format=number[1], **style))


def _aligned(column: Mapping[str, Any]) -> dict[str, Any]:
    align = column.get("align")
    return {"align": align} if align in table_columns.ALIGNMENTS else {}


def _widths(columns: Sequence[Mapping], rows: Sequence[Sequence[Mapping]]) -> list[float]:
    """Widths in characters: a Chinese character takes two."""
    texts = [[column.get("label", "")] for column in columns]
    for row in rows:
        for at, cell in enumerate(row[: len(texts)]):
            texts[at].append(str(cell.get("text", "")))
    return [
        min(max(max(2 * table_columns.width(text) for text in column) + 2, _NARROWEST), _WIDEST)
        for column in texts
    ]


def _text(value: object) -> str:
    return fragments.printable(value)[:_CELL_LIMIT]

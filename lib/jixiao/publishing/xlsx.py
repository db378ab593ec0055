"""An executed notebook in; a workbook with one sheet for each of its tables, as bytes, out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jixiao import numbers
from jixiao.intake.params import RECONSTRUCTION
from jixiao.publishing import fragments, table_columns
from jixiao.publishing.html import report_data, tables

if TYPE_CHECKING:
    from nbformat import NotebookNode

_FRONT = "说明"
_DIGITS = 15  # digits that a number of a workbook holds exactly
_NARROWEST, _WIDEST = 8.0, 46.0  # column widths in characters
_SHOWN = re.compile(r'([+\-−]?[\d,]*\.?\d+)([^\d"]*)')  # a number and its unit
_CELL_LIMIT = 32767  # characters that a cell may hold
_NAME_LIMIT = 31  # characters of the name of a sheet
_NO_DATE = date(2000, 1, 1)
_FONT = {"font_name": "宋体", "font_size": 11}


def to_xlsx(notebook: NotebookNode) -> bytes:
    """The workbook of every table; text stays text, and numbers show the digits of the report."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    report, data = report_data(notebook), tables(notebook)
    with xlsxwriter.Workbook(out, options) as book:
        formats = _Formats(book)
        _set_properties(book, report)
        names = list(_sheet_names(data))
        _front(book.add_worksheet(_FRONT), report, list(zip(names, data, strict=True)), formats)
        for name, table in zip(names, data, strict=True):
            _sheet(book.add_worksheet(name), table, _origin(report), formats)
    return out.getvalue()


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
    used = {_FRONT}
    for at, table in enumerate(data, 1):
        name = re.sub(r"[\[\]:*?/\\\s]+", " ", _text(table.get("caption") or "")).strip(" '") or f"表{at}"
        name, stem, count = name[:_NAME_LIMIT], name, 2
        while name.lower() in {one.lower() for one in used}:
            name = f"{stem[: _NAME_LIMIT - 5]}（{count}）"
            count += 1
        used.add(name)
        yield name


def _front(
    sheet: Any, report: Mapping[str, Any], sheets: list[tuple[str, Mapping]], formats: _Formats
) -> None:
    """What the workbook is, where its numbers come from, and what each sheet holds."""
    _page(sheet, landscape=False)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 66)
    sheet.write_string(
        0, 0, _text(report.get("title") or "未命名报告"), formats(font_size=16, font_name="黑体")
    )
    known = (
        ("发布单位", "issuer"),
        ("发布日期", "published_on"),
        ("工作年度", "report_year"),
        ("数据性质", "origin_note"),
    )
    rows = [(label, _text(report[key])) for label, key in known if report.get(key)]
    for name, table in sheets:
        caption = _text(table.get("caption", ""))
        rows.append(("工作表", name if caption in ("", name) else f"{name}：{caption}"))
    for at, (label, words) in enumerate(rows, 2):
        sheet.write_string(at, 0, label, formats(font_name="黑体"))
        sheet.write_string(at, 1, words, formats(text_wrap=True))


def _sheet(sheet: Any, table: Mapping[str, Any], origin: str, formats: _Formats) -> None:
    """A table: caption, head, rows, notes; the head stays in sight and is printed on every page."""
    columns, rows = table.get("columns", ()), table.get("rows", ())
    _page(sheet, landscape=len(columns) > 5)
    sheet.write_string(0, 0, _text(table.get("caption", "")), formats(font_name="黑体", font_size=14))
    for at, column in enumerate(columns):
        head = formats(font_name="黑体", top=2, bottom=1, text_wrap=True, **_aligned(column, {"text": ""}))
        sheet.write_string(1, at, _text(column.get("label", "")), head)
    for at, row in enumerate(rows, 2):
        for place, cell in enumerate(row):
            _cell(sheet, at, place, cell, columns, formats, last=at == len(rows) + 1)
    for at, note in enumerate([*table.get("notes", ()), *([origin] if origin else [])], len(rows) + 2):
        sheet.write_string(at, 0, _text(note), formats(font_size=9, font_color="#464646"))
    for at, size in enumerate(_widths(columns, rows)):
        sheet.set_column(at, at, size)
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(1)


def _page(sheet: Any, landscape: bool) -> None:
    sheet.set_paper(9)  # A4
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.8, right=0.8, top=0.9, bottom=0.9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C— &P —")
    sheet.hide_gridlines(2)


def _cell(
    sheet: Any, row: int, column: int, cell: Mapping, columns: Sequence, formats: _Formats, last: bool
) -> None:
    style = _aligned(columns[column] if column < len(columns) else {}, cell)
    style["text_wrap"] = True
    if last:
        style["bottom"] = 2
    number = _number(cell)
    if number is None:
        sheet.write_string(row, column, _text(cell.get("text", "")), formats(**style))
    else:
        sheet.write_number(row, column, number[0], formats(num_format=number[1], **style))


def _aligned(column: Mapping[str, Any], cell: Mapping[str, Any]) -> dict[str, Any]:
    align = column.get("align")
    return {"align": align} if align in table_columns.ALIGNMENTS else {}


def _number(cell: Mapping[str, Any]) -> tuple[float, str] | None:
    """The number of a cell and the format that shows it as the report does; None where that is not exact."""
    shown = _SHOWN.fullmatch(str(cell.get("text", "")))
    if cell.get("value") is None or shown is None:
        return None
    number, unit = numbers.parse(shown[1]), shown[2]
    places = max(-number.as_tuple().exponent, 0)
    exact = _exact(str(cell["value"]), number, places, unit == "%")
    if exact is None or len(exact.as_tuple().digits) > _DIGITS:
        return None
    whole = "#,##0" if "," in shown[1] else "0"
    unit = f'"{unit}"' if unit and unit != "%" else unit
    return float(exact), whole + ("." + "0" * places if places else "") + unit


def _exact(value: str, number: Decimal, places: int, percent: bool) -> Decimal | None:
    """The value behind a shown number: its own where that has few enough digits, else the shown one."""
    try:
        own = numbers.parse(value)
    except ValueError:
        return None
    scale = 2 if percent else 0
    for candidate in (own, own.scaleb(-scale)):
        if numbers.rounded(candidate.scaleb(scale), places) == number:
            fits = len(candidate.as_tuple().digits) <= _DIGITS
            return candidate if fits else number.scaleb(-scale)
    return None


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

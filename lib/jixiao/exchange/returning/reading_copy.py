"""A copy of a received workbook on which each label says what it was taken for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from jixiao.exchange.returning import returned_copy
from jixiao.exchange.returning.returned_copy import MARKS, Mark
from jixiao.forms.model import Sheet
from jixiao.forms.reading.explaining import Certainty, Explained
from jixiao.kit import workbooks
from jixiao.kit.workbooks import Book, Style
from jixiao.year.words import Severity

Spot = tuple[int, int]
_STYLES: Mapping[Certainty, Style] = {
    Certainty.KNOWN: {"bg_color": "#E2EFDA", "border": 1},
    Certainty.NOT_KEPT: {"bg_color": "#EDEDED", "border": 1, "italic": True},
    Certainty.GUESSED: MARKS[Severity.WARNING],
    Certainty.UNKNOWN: MARKS[Severity.ERROR],
}
_FOOTER = '&C&"宋体"&9 &A　第 &P 页，共 &N 页'


def workbook(found: Sequence[Explained], day: dt.date) -> bytes:
    """The .xlsx of the sheets of some forms: what is known in green, what is not kept in grey, guesses framed.

    What was not understood has the frame and the fill of an error.
    """
    sheets: dict[str, tuple[Sheet, dict[Spot, Mark]]] = {}
    for one in found:
        marks = sheets.setdefault(one.sheet.name, (one.sheet, {}))[1]
        for spot, mark in _marks(one):
            before = marks.get(spot)  # a cell may name several amounts
            marks[spot] = replace(mark, comment=f"{before.comment}\n{mark.comment}") if before else mark

    def build(book: Book) -> None:
        used: list[str] = []
        for sheet, marks in sheets.values():
            used.append(workbooks.sheet_name(sheet.name, used))
            page = book.sheet(used[-1], returned_copy.widths(sheet))
            returned_copy.copy(page, sheet, marks)
            page.finish(footer=_FOOTER, landscape=True)

    return workbooks.workbook(build, title="读表的结果", author="", day=day)


def _marks(one: Explained) -> Iterator[tuple[Spot, Mark]]:
    """The cells of a form that are marked: its labels, and what was left unread; of a sheet without a form the first."""
    if one.nothing:
        yield (0, 0), Mark(_STYLES[Certainty.UNKNOWN], one.nothing)
    for each in one.readings:
        words = f"读作：{each.words}" if each.words else each.certainty.words
        said = f"{words}（{each.certainty.words}）" if each.words else words
        comment = f"{each.region}“{each.text}”\n{said}"
        yield (each.row, each.column), Mark(_STYLES[each.certainty], comment)
    for remark in one.left:
        if spot := returned_copy.position(remark.place.cell):
            yield spot, Mark(_STYLES[Certainty.UNKNOWN], remark.found)

"""The tables of a Word file, written from their values in styles of our own: as wide as the page, rows that stay whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jixiao.press.page import table_columns
from jixiao.press.paper.translation import Setting
from jixiao.press.word.ooxml import element, keep_with_next, q, run, set_style
from jixiao.report.table import Cell

_LINES = {"thin": "000000", "hair": "A6A6A6"}
_TOGETHER = 3  # rows that stand on a page at least
_SIDES = {"left": "", "right": "Right", "center": "Center"}
_SHOWN = {"firstRow": "1"} | dict.fromkeys(
    ("lastRow", "firstColumn", "lastColumn", "noHBand", "noVBand"), "0"
)


def written(setting: Setting, room: int, contents: Iterator[Sequence[Any]]) -> Any:
    """The table `room` twentieths of a point wide.

    `contents` are the paragraphs of its cells that hold more than text, one cell after the other. A short table stays
    on one page, a longer one breaks between groups, or with three rows on each page; a note stays with the last row.
    """
    table = setting.table
    widths = [round(share * room) for share in setting.shares]
    properties = element(
        "tblPr",
        element("tblStyle", val="Table"),
        element("tblW", type="dxa", w=str(sum(widths))),
        element("tblLayout", type="fixed"),
        element(
            "tblLook",
            **_SHOWN | ({} if table.heads else {"firstRow": "0"}),
            val="0020" if table.heads else "0000",
        ),
        *([element("tblCaption", val=table.caption)] if table.caption else []),
    )
    columns = element("tblGrid", *(element("gridCol", w=str(width)) for width in widths))
    rows = [*_rows(setting, True, widths, contents), *_rows(setting, False, widths, contents)]
    if setting.kind == "plain":
        lines = [*[""] * len(table.heads), *setting.lines]
        breaks = _breaks(lines, len(table.heads))
        for at, row in enumerate(rows):
            if at not in breaks and (at < len(rows) - 1 or table.notes):
                for paragraph in row.iter(q("p")):
                    keep_with_next(paragraph)
    return element("tbl", properties, columns, *rows)


def _breaks(lines: Sequence[str], heads: int) -> set[int]:
    """The rows after which a table may go on to the next page: ends of groups, or else any with enough on both sides.

    A page is then never left nearly empty because a long table does not fit. The total stays with what it adds up.
    """
    if len(lines) - heads <= table_columns.WHOLE:
        return set()
    if "hair" in lines:
        return {at for at in range(len(lines) - 1) if lines[at + 1] == "hair"}
    inner = range(heads + _TOGETHER - 1, len(lines) - _TOGETHER)
    return {at for at in inner if lines[at + 1] != "thin"}


def _rows(
    setting: Setting, head: bool, widths: Sequence[int], contents: Iterator[Sequence[Any]]
) -> Iterator[Any]:
    """The rows of the head or of the body; a cell that reaches down goes on in those below."""
    style = f"ReportTable{'Head' if head else ''}{'' if setting.kind in ('plain', 'points') else 'Close'}"
    reaching: dict[int, tuple[int, int]] = {}  # column -> rows below that its cell covers, columns it takes
    for number, row in enumerate(setting.table.heads if head else setting.table.rows):
        height = element("trPr", *([element("tblHeader", val="on")] if head else []), element("cantSplit"))
        made = element("tr", height)
        line = "" if head else setting.lines[number]
        at = 0
        while at < len(row):
            cell = row[at]
            left, span = reaching.get(at, (0, 1)) if cell is None else (cell.rows - 1, cell.columns)
            reaching[at] = (left - 1 if cell is None else left, span)
            place = element("tcPr", element("tcW", w=str(sum(widths[at : at + span])), type="dxa"))
            if span > 1:
                place.append(element("gridSpan", val=str(span)))
            if cell is None or cell.rows > 1:
                place.append(element("vMerge", val="continue" if cell is None else "restart"))
            if line and cell is not None:
                edge = element("top", val="single", sz="4", space="0", color=_LINES[line])
                place.append(element("tcBorders", edge))
            if cell is not None and cell.rows > 1:
                place.append(element("vAlign", val="center"))
            paragraphs = next(contents) if cell and cell.markup else [element("p", *_runs(cell))]
            for paragraph in paragraphs:
                set_style(paragraph, style + _SIDES[setting.table.columns[at].align])
            made.append(element("tc", place, *paragraphs))
            at += span
        yield made


def _runs(cell: Cell | None) -> Iterator[Any]:
    """The text of a cell, its mark, and its code on a line of its own."""
    if cell is not None and cell.text:
        yield run(cell.text)
    if cell is not None and cell.mark:
        yield run(cell.mark, "ReportMark")
    if cell is not None and cell.detail:
        yield element("r", element("br"))
        yield run(cell.detail, "VerbatimChar")

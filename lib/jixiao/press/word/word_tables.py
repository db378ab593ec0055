"""The tables of pandoc's Word text in; the same in our styles, as wide as the page, with rows that stay whole, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from jixiao.press.page import table_columns
from jixiao.press.paper import gongwen
from jixiao.press.word.ooxml import element, keep_with_next, q, set_style, style_of

_THIN = {"val": "single", "sz": "4", "space": "0", "color": "000000"}
_HAIR = {"val": "single", "sz": "4", "space": "0", "color": "A6A6A6"}
_SIDES = {"right": "Right", "center": "Center"}
_BEFORE_BORDERS = ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge")


@dataclass(frozen=True)
class Plan:
    """How a table is set: its kind, whether on a page turned, and the line above each row."""

    kind: str
    landscape: bool
    lines: Sequence[Mapping[str, str] | None]


def plan(table: Any) -> Plan:
    """What the HTML table says of its look: thin above a subtotal, a hair above a group and in a long table."""
    kind = table_columns.kind(table)
    rows = list(table.iter("tr"))
    heads = len(table.findall("thead/tr"))
    lines = [_line(row, kind != "plain") if at > heads else None for at, row in enumerate(rows)]
    return Plan(kind, gongwen.LANDSCAPE in table.get("class", "").split(), lines)


def _line(row: Any, ruled: bool) -> Mapping[str, str] | None:
    if "subtotal" in row.get("class", "").split():
        return _THIN
    spans = any(cell.get("rowspan", "1") != "1" for cell in row.iterchildren("th", "td"))
    return _HAIR if spans or ruled else None


def dress(table: Any, plan: Plan, room: int) -> None:
    """Set a table `room` twentieths of a point wide."""
    rows = table.findall(q("tr"))
    widths = _widen(table, room)
    for row, line in zip_longest(rows, plan.lines[: len(rows)]):
        properties = _row_properties(row)
        properties.append(element("cantSplit"))
        head = "Head" if properties.find(q("tblHeader")) is not None else ""
        for paragraph in row.iter(q("p")):
            _style(paragraph, f"ReportTable{head}{'' if plan.kind == 'plain' else 'Close'}")
        _cells(row, line, widths)
    if plan.kind == "plain":
        _keep_together(rows, plan.lines, table.getnext())


def _widen(table: Any, room: int) -> list[int]:
    columns = table.findall(f"{q('tblGrid')}/{q('gridCol')}")
    given = [int(column.get(q("w"), "0")) for column in columns]
    widths = [round(part * room / (sum(given) or 1)) for part in given]
    for column, width in zip(columns, widths, strict=True):
        column.set(q("w"), str(width))
    whole = table.find(f"{q('tblPr')}/{q('tblW')}")
    whole.set(q("type"), "dxa")
    whole.set(q("w"), str(sum(widths)))
    return widths


def _style(paragraph: Any, name: str) -> None:
    """The style of a cell's text says to which side it stands."""
    side = paragraph.find(f"{q('pPr')}/{q('jc')}")
    set_style(paragraph, name + (_SIDES.get(side.get(q("val")), "") if side is not None else ""))
    if side is not None:
        side.getparent().remove(side)


def _cells(row: Any, line: Mapping[str, str] | None, widths: list[int]) -> None:
    """Width, line above and place of the cells of a row."""
    at = 0
    for cell in row.findall(q("tc")):
        properties = cell.find(q("tcPr"))
        if properties is None:
            properties = element("tcPr")
            cell.insert(0, properties)
        span = properties.find(q("gridSpan"))
        wide = 1 if span is None else int(span.get(q("val")))
        properties.insert(0, element("tcW", w=str(sum(widths[at : at + wide])), type="dxa"))
        at += wide
        merge = properties.find(q("vMerge"))
        starts = merge is not None and merge.get(q("val")) == "restart"
        if line and (merge is None or starts):
            _line_above(properties, line)
        if starts:
            properties.append(element("vAlign", val="center"))


def _line_above(properties: Any, line: Mapping[str, str]) -> None:
    before = {q(name) for name in _BEFORE_BORDERS}
    at = next((at for at, child in enumerate(properties) if child.tag not in before), len(properties))
    properties.insert(at, element("tcBorders", element("top", **line)))


def _keep_together(rows: Sequence[Any], lines: Sequence, after: Any) -> None:
    """A short table stays on one page, a longer one breaks between groups; the note stays with the last row."""
    noted = after is not None and style_of(after) == "ReportNote"
    for at, row in enumerate(rows):
        last = at == len(rows) - 1
        group_ends = len(rows) > table_columns.WHOLE and not last and lines[at + 1 : at + 2] == [_HAIR]
        if not group_ends and (not last or noted):
            for paragraph in row.iter(q("p")):
                keep_with_next(paragraph)


def _row_properties(row: Any) -> Any:
    properties = row.find(q("trPr"))
    if properties is None:
        properties = element("trPr")
        row.insert(0, properties)
    return properties

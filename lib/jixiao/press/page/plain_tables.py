"""A table of any origin, such as pandas or Markdown write, read into the one value that every format is written from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import count
from typing import Any

from jixiao.report.table import ALIGNMENTS, Cell, Column, Row, Table

_NUMBER = re.compile(
    r"([-−]?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?)(%?)"
)  # no code with zeros before
_CUT = re.compile(r"(\d+) rows × (\d+) columns")  # what pandas writes below a table that it shows in part
_MOST = 1000  # columns that a cell may claim


def read(table: Any) -> Table:
    """The value of a clean lxml table; what pandas says of its size, behind the table, becomes a note of it.

    Numbers stand to the right unless classes say otherwise, a table in a cell becomes lines of the cell,
    rows without cells are left out, and the foot stands at the end.
    """
    for inner in reversed(list(table.iterdescendants("table"))):
        _flatten(inner)
    head = _placed(table.findall("thead/tr"))
    foot = _placed(table.findall("tfoot/tr"))
    rows = _placed([row for row in table.iter("tr") if row.getparent().tag not in ("thead", "tfoot")])
    width = max((len(row) for row in (*head, *rows, *foot)), default=0)
    rows = [*rows, *foot]
    for row in (*head, *rows):
        row += [(None, Cell(""))] * (width - len(row))
    cells = [[cell and cell[1] for cell in row] for row in rows]
    labels = [[cell and cell[1] for cell in row] for row in head]
    named = 0
    while named < width and all(row[named] is None or _is_head(row[named][0]) for row in rows):
        named += 1
    return Table(
        table.get("id", ""),
        _text(table.find("caption")) if table.find("caption") is not None else "",
        [
            Column(label, _alignment([row[at] for row in rows]))
            for at, label in enumerate(_joined(labels, width))
        ],
        cells,
        _size_note(table),
        frozenset({len(cells) - len(foot)} if foot else ()),
        row_heads=named if rows else 0,
        head=labels,
    )


Placed = list[tuple[Any, Cell] | None]  # a row: the element and the cell that begins at each place


def _flatten(inner: Any) -> None:
    """The rows of a table inside a cell become lines of the cell."""
    holder = inner.makeelement("span")
    holder.tail = inner.tail
    for row in inner.iter("tr"):
        mark = inner.makeelement("br")
        mark.tail = "　".join(_text(cell) for cell in row.iter("th", "td"))
        holder.append(mark)
    inner.getparent().replace(inner, holder)


def _placed(rows: Sequence[Any]) -> list[Placed]:
    """The rows that have cells of their own, each with the cells that begin in it at their places."""
    lines = _covered(rows)
    done: set[tuple[int, int]] = set()
    out: list[Placed] = []
    for y, line in enumerate(lines):
        out.append([(None, Cell(""))] * (max(line, default=-1) + 1))
        for x, element in sorted(line.items()):
            if (y, x) in done:
                out[y][x] = None
                continue
            right = next(at for at in count(x) if line.get(at) is not element or (y, at) in done)
            whole = {at: element for at in range(x, right)}
            down = next(at for at in count(y) if at == len(lines) or not whole.items() <= lines[at].items())
            done |= {(at, place) for at in range(y, down) for place in whole}
            out[y][x] = (element, _cell(element, down - y, right - x))
    return out


def _covered(rows: Sequence[Any]) -> list[dict[int, Any]]:
    """For each row that has cells of its own the element that covers each place; the first one where two do."""
    lines: list[dict[int, Any]] = [{} for _ in rows]
    for y, row in enumerate(rows):
        x = 0
        for element in row.iterchildren("th", "td"):
            while x in lines[y]:
                x += 1
            places = range(x, x + _span(element, "colspan"))
            for line in lines[y : y + _span(element, "rowspan")]:
                line.update({place: line.get(place, element) for place in places})
    return [line for line, row in zip(lines, rows, strict=True) if row.xpath("th | td")]


def _cell(element: Any, rows: int, columns: int) -> Cell:
    from lxml import html

    text = _text(element)
    number = _NUMBER.fullmatch(text)
    value = number[1] if number else None
    only = element[0] if len(element) == 1 and text == _text(element[0]) else None
    if only is not None and only.tag == "data" and not len(only) and only.get("data-key"):
        return Cell(text, only.get("value") or value, only.get("data-key"), rows=rows, columns=columns)
    inner = (html.tostring(child, encoding="unicode") for child in element)
    markup = escape(element.text or "") + "".join(inner) if len(element) else ""
    return Cell(text, value, rows=rows, columns=columns, markup=markup.strip())


def _alignment(cells: Sequence[tuple[Any, Cell] | None]) -> str:
    """What the class of the first cell of a column asks for; to the right if all that it holds are numbers."""
    own = [cell for cell in cells if cell is not None and cell[0] is not None and cell[1].columns == 1]
    asked = (name for element, _ in own for name in element.get("class", "").split() if name in ALIGNMENTS)
    filled = [cell for _, cell in own if cell.text]
    return next(asked, "right" if filled and all(_NUMBER.fullmatch(cell.text) for cell in filled) else "left")


def _is_head(element: Any) -> bool:
    return element is not None and element.tag == "th"


def _joined(head: Sequence[Row], width: int) -> list[str]:
    """The label of each column: the words of the heads above it, each of them once."""
    above: dict[int, list[str]] = {}
    for row in head:
        for at, cell in enumerate(row):
            for place in range(at, at + (cell.columns if cell else 0)):
                above.setdefault(place, []).append(cell.text)
    return [" ".join(filter(None, dict.fromkeys(above.get(at, ())))) for at in range(width)]


def _size_note(table: Any) -> list[str]:
    """What pandas says of a table that it cut, in Chinese; its own words are taken out."""
    after = table.getnext()
    size = None if after is None else _CUT.fullmatch(_text(after))
    if size is None:
        return []
    after.drop_tree()
    return [f"注：全表共{size[1]}行、{size[2]}列，这里没有全部列出。"]


def _span(element: Any, name: str) -> int:
    value = element.get(name, "1")
    return min(max(int(value), 1), _MOST) if value.isdecimal() else 1


def _text(element: Any) -> str:
    parts = element.xpath(".//text() | .//br")
    return " ".join("".join(part if isinstance(part, str) else " " for part in parts).split())

"""A table of any origin in; the same table in a form that every format can set, and as data, out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jixiao.press.page import table_columns

_NUMBER = re.compile(
    r"([-−]?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?)(%?)"
)  # no code with zeros before
_CUT = re.compile(r"(\d+) rows × (\d+) columns")  # what pandas writes below a table that it shows in part


def outermost(body: Any) -> list[Any]:
    """The tables of `body` that stand in no other table."""
    return [table for table in body.iter("table") if next(table.iterancestors("table"), None) is None]


def tidy(table: Any) -> None:
    """Make a table plain: no table in a cell, no row without cells, the foot at the end, numbers to the right."""
    _flatten(table)
    for row in [row for row in table.iter("tr") if row.find("th") is None and row.find("td") is None]:
        _drop_row(row)
    for section in table.xpath("thead | tbody | tfoot"):
        if section.find("tr") is None:
            table.remove(section)
    for foot in table.findall("tfoot"):
        table.append(foot)
    if not any(table_columns.alignment(cell.element) for cell in table_columns.cells(table)):
        _align_numbers(table)


def has_cells(table: Any) -> bool:
    """Whether there is anything in a table but its caption."""
    return next(table_columns.cells(table), None) is not None


def translate_size(body: Any) -> None:
    """What pandas says of a table that it cut becomes a note in Chinese."""
    for paragraph in body.iter("p"):
        size = _CUT.fullmatch((paragraph.text or "").strip())
        if size:
            paragraph.text = _cut(size)
            paragraph.set("class", "note")


def data(table: Any, name: str) -> dict[str, Any]:
    """The table as a workbook takes it (see `mimes.TABLE`); `name` stands in for a caption."""
    heads = _grid(table.findall("thead/tr"))
    rows = _grid([row for row in table.iter("tr") if row.getparent().tag != "thead"])
    width = max(map(len, [*heads, *rows]), default=0)
    caption = _text(table.find("caption")) if table.find("caption") is not None else ""
    labels = [" ".join(dict.fromkeys(row[at] for row in heads if row[at : at + 1])) for at in range(width)]
    after = table.getnext()
    size = None if after is None else _CUT.fullmatch(_text(after))
    return {
        "id": table.get("id", ""),
        "caption": caption or name,
        "columns": [{"label": label.strip()} for label in labels],
        "rows": [[_cell(text) for text in row] for row in rows],
        "notes": [_cut(size)] if size else [],
    }


def _cut(size: re.Match[str]) -> str:
    return f"注：全表共{size[1]}行、{size[2]}列，这里没有全部列出。"


def _flatten(table: Any) -> None:
    """The rows of a table inside a cell become lines of the cell."""
    for inner in reversed(list(table.iterdescendants("table"))):
        lines = ["　".join(_text(cell) for cell in row.iter("th", "td")) for row in inner.iter("tr")]
        holder = inner.makeelement("span")
        holder.tail = inner.tail
        for line in lines:
            mark = inner.makeelement("br")
            mark.tail = line
            holder.append(mark)
        inner.getparent().replace(inner, holder)


def _drop_row(row: Any) -> None:
    """Take out a row without cells; a cell that reaches down through it becomes shorter."""
    for distance, above in enumerate(row.itersiblings("tr", preceding=True), 1):
        for cell in above.iterchildren("th", "td"):
            span = cell.get("rowspan", "1")
            if span.isdecimal() and int(span) > distance:
                cell.set("rowspan", str(int(span) - 1))
    row.getparent().remove(row)


def _align_numbers(table: Any) -> None:
    """Columns whose cells below the head are all numbers stand to the right."""
    numeric: dict[int, bool] = {}
    cells = list(table_columns.cells(table))
    for cell in cells:
        text = _text(cell.element)
        if text and cell.element.getparent().getparent().tag != "thead" and cell.span == 1:
            numeric[cell.column] = numeric.get(cell.column, True) and bool(_NUMBER.fullmatch(text))
    width = max((cell.column + cell.span for cell in cells), default=0)
    columns = [{"align": "right" if numeric.get(at) else "left"} for at in range(width)]
    table_columns.align(table, columns)


def _grid(rows: list[Any]) -> list[list[str]]:
    """The texts of rows, a text a column: that of a merged cell in each place it covers."""
    covering: dict[int, tuple[int, str]] = {}  # column -> rows it still covers, text
    grid = []
    for row in rows:
        texts = dict(_placed(row, covering))
        grid.append([texts.get(at, "") for at in range(max(texts, default=-1) + 1)])
    return grid


def _placed(row: Any, covering: dict[int, tuple[int, str]]) -> Iterator[tuple[int, str]]:
    above = {at: text for at, (left, text) in covering.items() if left}
    for at in above:
        covering[at] = (covering[at][0] - 1, above[at])
    yield from above.items()
    at = 0
    for cell in row.iterchildren("th", "td"):
        for _ in range(table_columns.count(cell, "colspan")):
            while at in above:
                at += 1
            covering[at] = (table_columns.count(cell, "rowspan") - 1, _text(cell))
            yield at, _text(cell)
            at += 1


def _cell(text: str) -> dict[str, str | None]:
    number = _NUMBER.fullmatch(text)
    return {"text": text, "value": number[1] if number else None, "key": None}


def _text(element: Any) -> str:
    parts = element.xpath(".//text() | .//br")
    return " ".join("".join(part if isinstance(part, str) else " " for part in parts).split())

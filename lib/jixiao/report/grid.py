"""A table of the report: cells in, HTML for readers and typed JSON for the other formats out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Any

from jixiao.figures.model import Figure
from jixiao.report import mimes, prose


@dataclass(frozen=True)
class Column:
    """A head and how its cells stand: "left", "right" or "center"."""

    label: str
    align: str = "left"


@dataclass(frozen=True)
class Behind:
    """What only the page says of a cell: a summary, words, and links (each an id of the page and its words).

    Long `words` are disclosed on demand, so that the keyboard has few stops.
    """

    summary: str
    words: str = ""
    links: Sequence[tuple[str, str]] = ()
    long: bool = False

    def as_html(self) -> str:
        """A block below the text of its cell; `translation.read` takes it out for the other formats."""
        links = [f'<a href="#{escape(anchor)}">{escape(words)}</a>' for anchor, words in self.links]
        rules = f"<p>规则：{'；'.join(links)}</p>" if links else ""
        if self.long:
            shown = f"<summary>{escape(self.summary)}</summary><p>{escape(self.words)}</p>{rules}"
            return f'<details class="behind">{shown}</details>'
        said = escape("：".join(filter(None, (self.summary, self.words))))
        named = "；".join(escape(words) for _, words in self.links)
        return f'<div class="behind"><p>{said}</p>{f"<p>规则：{named}</p>" if named else ""}</div>'


@dataclass(frozen=True)
class Cell:
    """What one cell shows.

    `value` is the exact decimal when it is a number, `key` the figure it shows; `detail` is a code below the text,
    `behind` what the page discloses on demand.
    """

    text: str
    value: str | None = None
    key: str | None = None
    mark: bool = False
    rows: int = 1
    detail: str = ""
    behind: Behind | None = None


@dataclass(frozen=True)
class Grid:
    """A table as readers see it; a row is a list of cells, `None` where a cell above reaches down.

    `anchors` are the ids of the rows in the page, where there are links to them.
    """

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | None]]
    notes: Sequence[str] = ()
    subtotals: frozenset[int] = field(default_factory=frozenset)
    anchors: Sequence[str] = ()

    def as_html(self) -> str:
        """The table with caption, heads with scope, notes below."""
        head = "".join(f'<th scope="col" class="{c.align}">{escape(c.label)}</th>' for c in self.columns)
        body = "".join(self._row(number, row) for number, row in enumerate(self.rows))
        notes = "".join(f'<p class="note">{escape(note)}</p>' for note in self.notes)
        return (
            f'<div class="table-block"><table id="{self.id}" class="data-table">'
            f"<caption>{escape(self.caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>{notes}</div>"
        )

    def _row(self, number: int, row: Sequence[Cell | None]) -> str:
        cells = zip(row, self.columns, strict=True)
        inner = "".join(_html(c, column, at == 0) for at, (c, column) in enumerate(cells) if c is not None)
        kind = ' class="subtotal"' if number in self.subtotals else ""
        anchor = f' id="{escape(self.anchors[number])}"' if self.anchors else ""
        return f"<tr{anchor}{kind}>{inner}</tr>"

    def as_json(self) -> dict[str, Any]:
        """The same for programs: every row has a cell a column, merged ones repeated."""
        rows: list[list[dict[str, Any]]] = []
        for row in self.rows:
            above = rows[-1] if rows else []
            rows.append([above[at] if cell is None else _json(cell) for at, cell in enumerate(row)])
        columns = [{"label": column.label, "align": column.align} for column in self.columns]
        return {
            "id": self.id,
            "caption": self.caption,
            "columns": columns,
            "rows": rows,
            "notes": [*self.notes],
        }

    def bundle(self) -> dict[str, Any]:
        """The table as a notebook output."""
        return {"text/html": self.as_html(), "text/plain": self.caption, mimes.TABLE: self.as_json()}


def text(value: str | None, rows: int = 1) -> Cell:
    """A cell of text; a dash where there is none."""
    return Cell(value or "—", rows=rows)


def number(figure: Figure, *, marked: bool) -> Cell:
    """A cell showing a figure without its unit (the unit stands in the head)."""
    value = figure.number if isinstance(figure.value, Decimal) else None
    return Cell(figure.number, value, figure.key, marked and figure.invented)


def _html(cell: Cell, column: Column, first: bool) -> str:
    tag, scope = ("th", ' scope="row"') if first else ("td", "")
    span = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    inner = escape(cell.text)
    if cell.key:
        value = escape(cell.value or cell.text)
        inner = f'<data value="{value}" data-key="{escape(cell.key)}">{inner}</data>'
    if cell.mark:
        inner += f"<sup>{prose.MARK}</sup>"
    if cell.detail:
        inner += f"<br><code>{escape(cell.detail)}</code>"
    if cell.behind:
        inner += cell.behind.as_html()
    return f'<{tag}{scope}{span} class="{column.align}">{inner}</{tag}>'


def _json(cell: Cell) -> dict[str, Any]:
    shown = f"{cell.text}（{cell.detail}）" if cell.detail else cell.text
    return {"text": shown, "value": cell.value, "key": cell.key}

"""A table of the report as one frozen value, from which every format is written.

A notebook output carries the value as JSON (`mimes.TABLE`), beside the HTML that JupyterLab shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import Any

from jixiao.report import mimes

ALIGNMENTS = ("left", "right", "center")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Column:
    """A head and how its cells stand: "left", "right" or "center"."""

    label: str
    align: str = "left"


@dataclass(frozen=True)
class Evidence:
    """What only the page says of a cell: a summary, words, and links (each an id of the page and its words).

    Long `words` are disclosed on demand, so that the keyboard has few stops.
    """

    summary: str
    words: str = ""
    links: Sequence[Sequence[str]] = ()
    long: bool = False

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Evidence:
        """The evidence of a cell in JSON."""
        links = tuple((str(to), str(words)) for to, words in said.get("links", ()))
        summary = _text(said.get("summary")) or ""
        return cls(summary, _text(said.get("words")) or "", links, bool(said.get("long")))

    def as_html(self) -> str:
        """A block below the text of its cell."""
        if not self.long:
            said = escape("：".join(filter(None, (self.summary, self.words))))
            named = "；".join(escape(words) for _, words in self.links)
            return f'<div class="evidence"><p>{said}</p>{f"<p>规则：{named}</p>" if named else ""}</div>'
        links = "；".join(f'<a href="#{escape(to)}">{escape(words)}</a>' for to, words in self.links)
        inner = f"<summary>{escape(self.summary)}</summary><p>{escape(self.words)}</p>"
        return f'<details class="evidence">{inner}{f"<p>规则：{links}</p>" if links else ""}</details>'


@dataclass(frozen=True)
class Cell:
    """What one cell says, and over how many rows and columns it reaches.

    `value` is the exact decimal when it is a number, `key` the figure it shows, `mark` a sign raised behind
    the text, `detail` a code below it.
    `markup` is the clean HTML of a cell of an analyst's table that holds more than text; JSON leaves it out.
    """

    text: str
    value: str | None = None
    key: str | None = None
    mark: str = ""
    detail: str = ""
    rows: int = 1
    columns: int = 1
    evidence: Evidence | None = None
    markup: str = ""

    @property
    def inner_html(self) -> str:
        """What the element of the cell holds in the page."""
        inner = self.markup or escape(self.text)
        if self.key:
            value = escape(self.value or self.text)
            inner = f'<data value="{value}" data-key="{escape(self.key)}">{inner}</data>'
        mark = f"<sup>{escape(self.mark)}</sup>" if self.mark else ""
        detail = f"<br><code>{escape(self.detail)}</code>" if self.detail else ""
        return f"{inner}{mark}{detail}{self.evidence.as_html() if self.evidence else ''}"

    def as_json(self, *, merged: bool = False) -> dict[str, Any]:
        """The cell for programs; `merged` where a cell above or to the left reaches over this place."""
        text = f"{self.text}（{self.detail}）" if self.detail else self.text
        said = {"text": text, "value": self.value, "key": self.key}
        if merged:
            return said | {"merged": True}
        more = {name: getattr(self, name) for name in ("mark", "detail", "rows", "columns")}
        if self.evidence:
            more["evidence"] = dict(vars(self.evidence))
        return said | {name: value for name, value in more.items() if value != getattr(_EMPTY, name)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Cell:
        """The cell that `as_json` wrote, or a person by hand."""
        detail = _text(said.get("detail")) or ""
        text = _text(said.get("text")) or ""
        return cls(
            text.removesuffix(f"（{detail}）") if detail else text,
            value=_text(said.get("value")),
            key=_text(said.get("key")),
            mark=_text(said.get("mark")) or "",
            detail=detail,
            rows=_whole(said.get("rows"), 1),
            columns=_whole(said.get("columns"), 1),
            evidence=Evidence.from_json(said["evidence"]) if said.get("evidence") else None,
        )


_EMPTY = Cell("")
Row = Sequence[Cell | None]


@dataclass(frozen=True)
class Table:
    """A table as readers see it; a row has a cell a column, `None` where another cell reaches over the place.

    `head` are the rows of the head where they are more than the labels of the columns; `row_heads` is the number
    of columns at the left that name their row, `subtotals` the numbers of the rows that sum up others,
    `anchors` the ids that the rows have in the page, where there are links to them.
    """

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    subtotals: frozenset[int] = frozenset()
    anchors: Sequence[str] = ()
    row_heads: int = 1
    head: Sequence[Row] | None = None

    def __post_init__(self) -> None:
        for name in ("columns", "rows", "notes", "anchors", "head"):
            if (given := getattr(self, name)) is not None:
                parts = (tuple(part) if isinstance(part, list) else part for part in given)
                object.__setattr__(self, name, tuple(parts))

    @property
    def heads(self) -> Sequence[Row]:
        """The rows of the head: of the labels alone, if nothing else is said."""
        labels = [Cell(column.label) for column in self.columns]
        return self.head if self.head is not None else [labels] if labels else []

    def cells(self) -> Iterator[tuple[int, Cell]]:
        """Every cell of head and rows in reading order, with the column where it begins."""
        for row in (*self.heads, *self.rows):
            yield from ((at, cell) for at, cell in enumerate(row) if cell is not None)

    def printed(self) -> Table:
        """The table without what only the page says."""
        rows = [[cell and replace(cell, evidence=None) for cell in row] for row in self.rows]
        return replace(self, rows=rows)

    def as_html(self) -> str:
        """The table with caption, heads with scope, notes below."""
        head = "".join(f"<tr>{self._row_html(row, len(row), 'col')}</tr>" for row in self.heads)
        body = []
        for number, row in enumerate(self.rows):
            named = number < len(self.anchors) and self.anchors[number]
            anchor = f' id="{escape(self.anchors[number])}"' if named else ""
            kind = ' class="subtotal"' if number in self.subtotals else ""
            body.append(f"<tr{anchor}{kind}>{self._row_html(row, self.row_heads, 'row')}</tr>")
        name = f' id="{escape(self.id)}"' if self.id else ""
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        notes = "".join(f'<p class="note">{escape(note)}</p>' for note in self.notes)
        return (
            f'<div class="table-block"><table{name} class="data-table">{caption}'
            f"{f'<thead>{head}</thead>' if head else ''}<tbody>{''.join(body)}</tbody></table>{notes}</div>"
        )

    def _row_html(self, row: Row, heads: int, scope: str) -> str:
        parts = []
        for at, cell in enumerate(row):
            if cell is not None:
                tag, kind = ("th", f' scope="{scope}"') if at < heads else ("td", "")
                span = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
                span += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
                align = self.columns[at].align
                parts.append(f'<{tag}{kind}{span} class="{align}">{cell.inner_html}</{tag}>')
        return "".join(parts)

    def as_json(self) -> dict[str, Any]:
        """The value for programs; every row has a cell a column, merged ones repeated and named so."""
        said: dict[str, Any] = {"id": self.id, "caption": self.caption}
        said["columns"] = [dict(vars(column)) for column in self.columns]
        said |= {"rows": _repeated(self.rows), "notes": [*self.notes]}
        if self.subtotals:
            said["subtotals"] = sorted(self.subtotals)
        if self.anchors:
            said["anchors"] = [*self.anchors]
        if self.row_heads != 1:
            said["row_heads"] = self.row_heads
        return said if self.head is None else said | {"head": _repeated(self.head)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Table:
        """The value that `as_json` wrote, or a person by hand.

        What is not said, or is no number where one belongs, has its default; spans end with the table.
        """
        columns = [(str(c.get("label", "")), c.get("align")) for c in said.get("columns", ())]
        width = len(columns)

        def read(rows: Sequence[Sequence[Mapping[str, Any]]]) -> list[Row]:
            cells = [[_EMPTY if c.get("merged") else Cell.from_json(c) for c in row[:width]] for row in rows]
            return _within([[*row, *[_EMPTY] * (width - len(row))] for row in cells])

        return cls(
            str(said.get("id", "")),
            str(said.get("caption", "")),
            [Column(label, align if align in ALIGNMENTS else "left") for label, align in columns],
            read(said.get("rows", ())),
            tuple(map(str, said.get("notes", ()))),
            frozenset(_whole(number, -1) for number in said.get("subtotals", ())),
            tuple(map(str, said.get("anchors", ())))[: len(said.get("rows", ()))],
            _whole(said.get("row_heads"), 1),
            read(said["head"]) if "head" in said else None,
        )

    def bundle(self) -> dict[str, Any]:
        """The table as a notebook output."""
        return {"text/html": self.as_html(), "text/plain": self.caption, mimes.TABLE: self.as_json()}


def text(value: str | None, rows: int = 1) -> Cell:
    """A cell of text; a dash where there is none."""
    return Cell(value or "—", rows=rows)


def shown(markup: str) -> str:
    """The text that a reader sees of clean HTML."""
    return unescape(_TAG.sub("", markup))


def _text(said: object) -> str | None:
    """What JSON has where a text belongs."""
    return None if said is None else str(said)


def _whole(said: Any, default: int) -> int:
    """What JSON has where a whole number belongs; `default` where it is none."""
    try:
        return int(said)
    except (TypeError, ValueError, OverflowError):
        return default


def _within(rows: Sequence[Sequence[Cell]]) -> list[Row]:
    """The rows with spans that end with the table and before places that are covered already."""
    covered: set[tuple[int, int]] = set()
    out: list[Row] = []
    for y, row in enumerate(rows):
        fitting: list[Cell | None] = []
        for x, cell in enumerate(row):
            if (y, x) in covered:
                fitting.append(None)
                continue
            free = next((at for at in range(x + 1, len(row)) if (y, at) in covered), len(row))
            columns = max(min(cell.columns, free - x), 1)
            down = max(min(cell.rows, len(rows) - y), 1)
            covered |= {(y + below, x + right) for below in range(down) for right in range(columns)}
            fitting.append(replace(cell, rows=down, columns=columns))
        out.append(fitting)
    return out


def _repeated(rows: Sequence[Row]) -> list[list[dict[str, Any]]]:
    """Every place of the rows with the cell that covers it."""
    covering: dict[tuple[int, int], Cell] = {}
    out = []
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell is not None:
                places = ((y + down, x + right) for down in range(cell.rows) for right in range(cell.columns))
                covering |= dict.fromkeys(places, cell)
        out.append([covering.get((y, x), _EMPTY).as_json(merged=cell is None) for x, cell in enumerate(row)])
    return out

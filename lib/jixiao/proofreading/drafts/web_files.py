"""Reads a page (HTML): paragraphs, headings, lists and tables as a browser shows them; scripts and styles are no text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jixiao.kit.errors import DraftError, Fault
from jixiao.kit.limits import DRAFT_CELLS, DRAFT_TEXT
from jixiao.proofreading.drafts.flow import Flow
from jixiao.proofreading.drafts.model import Cell, Draft, Kind, Passage, Sheet, Where

_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|p|div|table|h[1-6]|section|article)\b", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNREAD = (
    "script",
    "style",
    "template",
    "noscript",
    "head",
    "svg",
    "math",
    "object",
    "iframe",
    "nav",
    "select",
)
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer "
        "form h1 h2 h3 h4 h5 h6 header hgroup hr html li main ol p pre search section summary table tbody td tfoot th thead "
        "tr ul",
    )
)
_MANY = 1_000  # rows or columns that one cell may cover


def is_page(text: str) -> bool:
    """Whether a text is HTML."""
    return _PAGE.search(text[:20_000]) is not None


def texts(root: Any) -> Iterator[tuple[Any, bool]]:
    """Each text of the document in order, as an element and whether it is the tail behind it: pieces count them from 0."""
    for event, element in _walk(root):
        yield element, event != "start"


def _walk(root: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    yield from etree.iterwalk(root, events=("start", "end", "comment", "pi"))


def parsed(content: bytes, text: str) -> Any:
    """The root of a page, from its bytes where they say how they are encoded, else from its text."""
    from lxml import etree, html

    parser = html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise ValueError("no page") from None


def read(content: bytes, text: str, file: str) -> Draft:
    """The draft in a page; DraftError with one fault when there is nothing to read in it."""
    if len(text) > 4 * DRAFT_TEXT:
        raise DraftError(Fault(file, "网页太大", f"不超过 {4 * DRAFT_TEXT} 字", "分成几份再校对"))
    try:
        root = parsed(content, text)
    except ValueError:
        raise DraftError(Fault(file, "网页里没有内容", "有正文的 HTML", "重新保存网页后再校对")) from None
    reader = _Page(Sheet(file), root)
    reader.read()
    return reader.sheet.draft()


class _Page:
    """A page that is read into a sheet: one walk over its texts, a passage at each border of a block."""

    def __init__(self, sheet: Sheet, root: Any) -> None:
        self.sheet = sheet
        self.root = root
        self.flow = Flow()
        self.kinds: list[Kind] = [Kind.PARAGRAPH]
        self.tables: list[_Table] = []
        self.unread = 0  # elements around this one that are not shown
        self.caption = ""

    def read(self) -> None:
        """Add all passages and tables."""
        for number, (event, element) in enumerate(_walk(self.root)):
            if event == "start":
                self._begin(element)
                self._text(element.text, number)
            else:
                if event == "end":
                    self._end(element)
                self._text(element.tail, number)
        self._close()

    def _text(self, text: str | None, number: int) -> None:
        if text and not self.unread:
            self.flow.add(text, number)

    def _begin(self, element: Any) -> None:
        tag = element.tag
        if not isinstance(tag, str):
            return
        if tag in _UNREAD or _is_hidden(element):
            self.unread += 1
            if tag in ("script", "object", "iframe"):
                self.sheet.remark(f"网页里有 <{tag}>，没有读取，也不会运行")
            return
        if self.unread:
            return
        if tag == "br":
            self.flow.add("\n", -1)
        if tag in _BLOCKS:
            self._close()
            self._begin_block(element)

    def _begin_block(self, element: Any) -> None:
        tag = element.tag
        if tag == "table":
            self.tables.append(_Table(self.caption))
        elif tag == "tr" and self.tables:
            self.tables[-1].begin_row()
        elif tag in ("td", "th") and self.tables:
            self.tables[-1].begin_cell(element)
        self.kinds.append(_KINDS.get(tag, self.kinds[-1]))

    def _end(self, element: Any) -> None:
        tag = element.tag
        if not isinstance(tag, str):
            return
        if tag in _UNREAD or _is_hidden(element):
            self.unread -= 1
            return
        if self.unread or tag not in _BLOCKS:
            return
        self._close()
        self.kinds.pop()
        if tag in ("td", "th") and self.tables:
            self.tables[-1].end_cell()
        elif tag == "table" and self.tables:
            self._add(self.tables.pop())

    def _close(self) -> None:
        """End the passage that has grown so far."""
        flow = self.flow
        self.flow = Flow()
        if not flow.text.strip():
            return
        if self.tables and self.tables[-1].cell is not None:
            self.tables[-1].say(flow)
            return
        self.sheet.paragraph(flow.text.rstrip(), flow.pieces, self.kinds[-1])
        self.caption = flow.text.strip()
        if self.tables:
            self.tables[-1].caption = self.caption

    def _add(self, table: _Table) -> None:
        if table.count > DRAFT_CELLS:
            raise DraftError(Fault(self.sheet.file, "表格太大", f"不超过 {DRAFT_CELLS} 格", "分成几份再校对"))
        cells = table.cells(self.sheet.next_table)
        if cells:
            self.sheet.table(cells, table.caption)


_KINDS = {
    "h1": Kind.TITLE,
    **{f"h{level}": Kind.HEADING for level in range(2, 7)},
    "caption": Kind.CAPTION,
    "figcaption": Kind.CAPTION,
    "td": Kind.CELL,
    "th": Kind.CELL,
    "footer": Kind.NOTE,
    "p": Kind.PARAGRAPH,
    "li": Kind.PARAGRAPH,
}


class _Table:
    """A table that is being read: where its next cell stands, under those that go on downwards."""

    def __init__(self, caption: str) -> None:
        self.caption = caption
        self.cell: Flow | None = None
        self.count = 0
        self._found: list[tuple[int, int, int, int, Flow]] = []
        self._taken: set[tuple[int, int]] = set()
        self._row = 0
        self._column = 0
        self._span = (1, 1)

    def begin_row(self) -> None:
        """The next cell stands at the head of a row."""
        self._row += 1
        self._column = 0

    def begin_cell(self, element: Any) -> None:
        """The next cell, which covers as many rows and columns as it says."""
        self._row = max(self._row, 1)
        self._column += 1
        while (self._row, self._column) in self._taken:
            self._column += 1
        self._span = (_span(element, "rowspan"), _span(element, "colspan"))
        self.cell = Flow()

    def say(self, flow: Flow) -> None:
        """What stands in the cell that is open; several paragraphs in it are one text."""
        assert self.cell is not None
        if not self.cell.text:
            self.cell = flow
            return
        base = len(self.cell.text) + 1
        pieces = [
            type(one)(one.start + base, one.end + base, one.node, one.offset, one.part) for one in flow.pieces
        ]
        self.cell = Flow(f"{self.cell.text} {flow.text}", [*self.cell.pieces, *pieces])

    def end_cell(self) -> None:
        """The cell that is open has ended."""
        if self.cell is None:
            return
        rows, columns = self._span
        self._found.append((self._row, self._column, rows, columns, self.cell))
        self.count += rows * columns
        if self.count <= DRAFT_CELLS:
            spots = [(self._row + y, self._column + x) for y in range(rows) for x in range(columns)]
            self._taken.update(spots)
        self._column += columns - 1
        self.cell = None

    def cells(self, number: int) -> list[Cell]:
        """All cells of the table, which has this number."""
        return [
            Cell(
                Passage(
                    flow.text.rstrip(),
                    Where(table=number, row=row, column=column),
                    Kind.CELL,
                    tuple(flow.pieces),
                ),
                rows,
                columns,
            )
            for row, column, rows, columns, flow in self._found
        ]


def _is_hidden(element: Any) -> bool:
    attributes = element.attrib
    hides = "hidden" in attributes or "popover" in attributes
    return hides or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))


def _span(element: Any, name: str) -> int:
    value = element.get(name, "1")
    return min(max(int(value), 1), _MANY) if value.isdecimal() and len(value) < 6 else 1

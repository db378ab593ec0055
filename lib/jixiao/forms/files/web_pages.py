"""Tables of web pages that were saved as workbooks: HTML, and MHTML, which holds several pages.

All tables of a page become one sheet, one under the other, with the texts between them as rows, as Excel opens them.
"""

from __future__ import annotations

import base64
import email
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from lxml import etree

from jixiao.forms.files import cell_text
from jixiao.forms.files.grids import Gathered, Grid, too_large
from jixiao.forms.files.packages import damaged
from jixiao.forms.model import Merged, Workbook
from jixiao.kit.errors import Fault, FormError, Place, one_line
from jixiao.kit.limits import FILE_CELLS, NESTED_TABLES, PACKAGE_PARTS

_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_MHTML = re.compile(rb"^(?:\xef\xbb\xbf)?mime-version:\s*1\.0", re.IGNORECASE | re.MULTILINE)
_HEADER = re.compile(rb"[\w-]+:|[ \t]+\S")  # a header, or the rest of one
_MARK = b"\xef\xbb\xbf"
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_SHEET = re.compile(r"<x:ExcelWorksheet>", re.IGNORECASE)
_NAME = re.compile(r"<x:Name>([^<]{0,255})</x:Name>", re.IGNORECASE)
_SOURCE = re.compile(r"""<x:WorksheetSource\s+HRef\s*=\s*["']([^"']{0,255})""", re.IGNORECASE)
_HIDDEN = re.compile(r"<x:Visible>\s*Sheet(?:Very)?Hidden", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_SILENT = frozenset({"head", "script", "style", "title", "template", "noscript", "xml"})
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})
_EMPTY = frozenset({"br", "hr", "input", "img", "col", "meta", "link"})
_CELLS = frozenset({"td", "th"})
_NUMBER = re.compile(r"\s*(\d{1,7})")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_WAITING = 100_000  # cells of a row and of the tables within it
_HEAD = 20_000  # bytes of the head of a part that are read
_DEPTH = 5  # parts within each other
_COLUMNS = 16_384
_ROWS = 1_048_576


def is_mhtml(content: bytes) -> bool:
    """Whether a file is a web page with its parts in one file."""
    head = content[:4096]
    return _MHTML.search(head) is not None and b"multipart/" in content[:20_000].lower()


def is_html(text: str) -> bool:
    """Whether a text is a web page, or has a table as a page writes it."""
    head = text[:4096].lstrip("\ufeff \r\n\t").lower()
    return (
        head.startswith(("<!doctype html", "<html", "<table"))
        or "<html" in head
        or bool(_TABLE.search(text) and re.search(r"<tr\b", text, re.IGNORECASE))
    )


def decoded(content: bytes, declared: str = "") -> str:
    """A page as text: in UTF-8 where it is that, else as it declares, else in GB18030."""
    found = _CHARSET.search(content[:4096])
    names = ["utf-8-sig", declared, found[1].decode("ascii") if found else "", "gb18030"]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        names.insert(0, "utf-16")
    for name in names:
        try:
            return content.decode("gb18030" if name.lower() in ("gb2312", "gbk") else name or "utf-8")
        except (LookupError, ValueError):
            continue
    return content.decode("gb18030", "replace")


def read(text: str, file: str) -> Workbook:
    """The tables of a page as a workbook of one sheet; FormError when there is none, or it is too large."""
    if not _TABLE.search(text):
        raise FormError(_without_tables(file))
    gathered = Gathered(file)
    names = _NAME.findall(text[:100_000])
    gathered.add(one_line(names[0], 255) if len(names) == 1 else "", lambda grid: _fill(grid, text))
    return gathered.workbook()


def read_mhtml(content: bytes, file: str) -> Workbook:
    """The pages with tables of an MHTML file as sheets; FormError when there is none, or it is damaged or too large."""
    try:
        parts = list(_pages(_from_its_head(content)))
    except (ValueError, LookupError, RecursionError):
        raise damaged(file) from None
    about = {}  # last part of the address of a page → name of its sheet, whether it is hidden
    for sheet in (piece for _, text in parts for piece in _SHEET.split(text)[1:]):
        sheet = sheet[: sheet.find("</x:ExcelWorksheet>")]
        named, source = _NAME.search(sheet), _SOURCE.search(sheet)
        key = source[1].rpartition("/")[2].lower() if source else ""
        about[key] = (one_line(named[1], 255) if named else "", bool(_HIDDEN.search(sheet)))
    gathered = Gathered(file)
    tables = [(place, text) for place, text in parts if _TABLE.search(text)]
    for number, (place, text) in enumerate(tables, 1):
        key = place.replace("\\", "/").rpartition("/")[2].lower()
        several = "" if len(tables) == 1 else f"第 {number} 页"
        name, hidden = about.get(key, about[""] if len(tables) == 1 and "" in about else (several, False))
        if hidden:
            gathered.pass_over(name)
        else:
            gathered.add(name, partial(_fill, text=text))
    if not tables:
        raise FormError(_without_tables(file))
    return gathered.workbook()


def _from_its_head(content: bytes) -> bytes:
    """The message from its first header on, with lines that end alike: what stands before its head is cut off."""
    content = content.replace(b"\r\n", b"\n")
    found = _MHTML.search(content)
    start = found.start() if found else 0
    for line in reversed(content[:start].split(b"\n")[:-1]):
        if not _HEADER.match(line):
            break
        start -= len(line) + 1
    return content[start:].removeprefix(_MARK)


def _without_tables(file: str) -> Fault:
    found = "是网页，里面没有表格（表格在另外的文件里）"
    return Fault(file, found, "Excel 工作簿（.xlsx、.xls）或 CSV", "用表格软件打开，另存为 .xlsx")


def _pages(content: bytes, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Address and text of each page in a message; ValueError for what is none.

    Only the heads of parts are given to the library, which makes objects without bound of what stands in them.
    """
    head, _, body = content.partition(b"\n\n")
    about = email.message_from_bytes(head[:_HEAD])
    boundary = about.get_boundary()
    if about.get_content_maintype() == "multipart":
        pieces = (b"\n" + body).split(
            b"\n--" + (boundary or "").encode("ascii", "replace"), PACKAGE_PARTS + 1
        )
        if not boundary or depth == _DEPTH or len(pieces) > PACKAGE_PARTS + 1:
            raise ValueError("parts without a boundary, too many of them, or within each other without end")
        for piece in pieces[1:]:
            yield from _pages(piece.lstrip(b" \t").removeprefix(b"\n"), depth + 1)
    elif about.get_content_subtype() == "html":
        coding = str(about.get("Content-Transfer-Encoding", "")).strip().lower()
        if coding == "base64":
            body = base64.b64decode(body)
        elif coding == "quoted-printable":
            body = quopri.decodestring(body)
        yield str(about.get("Content-Location", "")), decoded(body, about.get_content_charset() or "")


def _without_comments(text: str) -> str:
    """A page without its comments, for the end of which the parser looks again with every piece that it is given."""
    parts = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join(parts) + text[at:]


def _fill(grid: Grid, text: str) -> None:
    """Put the tables of a page into a grid."""
    page = _Page(grid)
    parser = etree.HTMLParser(target=page, encoding="utf-8", no_network=True, huge_tree=False)
    try:
        clean = re.sub(r"[\x00\ud800-\udfff]", "", _without_comments(text)).encode()
        for at in range(0, len(clean), 1 << 16):
            parser.feed(clean[at : at + (1 << 16)])
        parser.close()
    except etree.XMLSyntaxError:
        raise damaged(str(Place(grid.file, grid.name))) from None


class _Cell:
    """A cell of a table: what it spans, its texts so far, and larger tables within it."""

    __slots__ = ("across", "down", "number", "tables", "texts")

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self.across = _span(attributes.get("colspan", ""), _COLUMNS)
        self.down = _span(attributes.get("rowspan", ""), _ROWS)
        # As Excel and LibreOffice store it beside the text that they show
        self.number = attributes.get("x:num", "") or attributes.get("sdval", "")
        self.texts: list[str] = []
        self.tables: list[list[_Row]] = []

    def text(self) -> str:
        """What the cell shows: its lines without the blanks around them."""
        lines = "".join(self.texts).replace("\u00a0", " ").split("\n")
        return cell_text.text("\n".join(filter(None, map(str.strip, lines))))


class _Row(list[_Cell]):
    """The cells of a row, and whether it is hidden."""

    hidden = False


def _span(written: str, most: int) -> int:
    """How many rows or columns a cell spans; what is no number, or 0, is 1."""
    found = _NUMBER.match(written)
    return min(max(int(found[1]), 1), most) if found else 1


class _Table:
    """What is being put into the grid of one table: which columns are taken by cells above, and its merged areas."""

    def __init__(self) -> None:
        self.taken: dict[int, int] = {}  # column → first row of the table in which it is free again
        self.row = 0  # of the table
        self.merged: list[Merged] = []


class _Page:
    """What a parser tells of a page, element by element: tables become rows of the grid, one under the other."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.row = 0  # of the sheet
        self.waiting = 0  # cells that are not in the grid yet
        self.spent = 0  # columns that cells have taken or passed over
        self.rows: list[
            list[_Row]
        ] = []  # of the tables that are open, the innermost last; of the first only the last row
        self.cells: list[_Cell | None] = []  # the open cell of each of them
        self.first = _Table()
        self.loose: list[str] = []  # text between and within tables, outside of cells
        self.depth = 0
        self.unseen: list[int] = []  # depths of elements that are not shown

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        tag = tag.lower()
        if tag in _EMPTY:
            self._put("\n" if tag in _BREAKS else _typed(tag, attributes))
            return
        self.depth += 1
        hidden = "hidden" in attributes or bool(_UNSEEN.search(attributes.get("style", "")))
        chosen = tag != "option" or "selected" in attributes
        if tag in _SILENT or (hidden and tag != "tr") or not chosen:
            self.unseen.append(self.depth)
        if not self.unseen:
            self._begin(tag, attributes, hidden)

    def _begin(self, tag: str, attributes: Mapping[str, str], hidden: bool) -> None:
        if tag == "table":
            self._begin_table()
        elif tag == "tr" and self.rows:
            self._begin_row(hidden)
        elif tag in _CELLS and self.rows:
            if not self.rows[-1]:
                self._begin_row(False)
            self.waiting += 1
            if self.waiting > _WAITING:
                raise too_large(Place(self.grid.file, self.grid.name), self.row, len(self.rows[-1][-1]))
            cell = _Cell(attributes)
            self.cells[-1] = cell
            self.rows[-1][-1].append(cell)
        elif tag in _BREAKS:
            self._put("\n")

    def end(self, tag: str) -> None:
        """An element ends."""
        tag = tag.lower()
        if tag in _EMPTY:
            return
        seen = not self.unseen
        if self.unseen and self.unseen[-1] >= self.depth:
            self.unseen.pop()
        self.depth -= 1
        if not seen:
            return
        if tag == "table" and self.rows:
            self._end_table()
        elif tag in (*_CELLS, "tr") and self.cells:
            self.cells[-1] = None
        elif tag in _BREAKS:
            self._put("\n")

    def data(self, text: str) -> None:
        """Text within an element, or between elements."""
        self._put(_BLANKS.sub(" ", text))

    def close(self) -> None:
        """The page ends, perhaps within a table."""
        while self.rows:
            self._end_table()
        self._between()

    def _put(self, text: str) -> None:
        if text and not self.unseen:
            cell = self.cells[-1] if self.cells else None
            (self.loose if cell is None else cell.texts).append(text)

    def _begin_table(self) -> None:
        if len(self.rows) == NESTED_TABLES:
            raise damaged(str(Place(self.grid.file, self.grid.name)), f"表格套了 {NESTED_TABLES} 层以上")
        self._between()
        self.rows.append([])
        self.cells.append(None)

    def _begin_row(self, hidden: bool) -> None:
        if len(self.rows) == 1:
            self._flush()
        self.cells[-1] = None
        self.rows[-1].append(_Row())
        self.rows[-1][-1].hidden = hidden

    def _end_table(self) -> None:
        """A table ends: a small one is text of the cell around it, others come below the row of that cell."""
        if len(self.rows) == 1:
            self._flush()
            self._merge(self.first)
            self.first = _Table()
        table = self.rows.pop()
        self.cells.pop()
        around = self.cells[-1] if self.cells else None
        cells = [cell for row in table for cell in row]
        if around is None:
            if self.rows:
                self.rows[-1].extend(table)
        elif len(table) == 1 or len(cells) == len(table):
            around.texts += ["\n" + text for cell in cells for text in (cell.text(), "")]
            around.tables += [inner for cell in cells for inner in cell.tables]
        else:
            around.tables.append(table)

    def _flush(self) -> None:
        """Put the rows so far of the outermost table into the grid."""
        self._between()
        self.waiting = 0
        for row in self.rows[0]:
            self._place(self.first, row)
        self.rows[0].clear()

    def _between(self) -> None:
        """The text outside of cells becomes rows of one cell."""
        lines = "".join(self.loose).replace("\u00a0", " ").split("\n")
        self.loose.clear()
        for line in lines:
            if text := cell_text.text(line):
                self._next_row_is(self.row)
                self.grid.put_seen(self.row, 0, text)
                self.row += 1

    def _place(self, table: _Table, row: _Row) -> None:
        """Put a row of a table into the grid, and below it the tables within its cells."""
        self._next_row_is(self.row)
        column = 0
        for cell in row:
            while table.taken.get(column, 0) > table.row:
                column += 1
                self._spend(1, column)
            self._spend(cell.across, column + cell.across - 1)
            text = cell.text()
            if cell.number and text and not cell_text.error_in(text):
                self.grid.put_shown(self.row, column, cell_text.refined(text, cell.number))
            else:
                self.grid.put_seen(self.row, column, text)
            if cell.across > 1 or cell.down > 1:
                last = column + cell.across - 1
                table.merged.append(Merged(self.row, column, min(self.row + cell.down, _ROWS) - 1, last))
                table.taken.update(dict.fromkeys(range(column, last + 1), table.row + cell.down))
            column += cell.across
        if row.hidden:
            self.grid.hidden_rows.add(self.row)
        self.row += 1
        table.row += 1
        for inner in [inner for cell in row for inner in cell.tables]:
            # The rows of the inner table come between those of this one: no cell of this one spans them.
            table.taken.clear()
            table.merged = [replace(one, bottom=min(one.bottom, self.row - 1)) for one in table.merged]
            within = _Table()
            for one in inner:
                self._place(within, one)
            self._merge(within)

    def _merge(self, table: _Table) -> None:
        for area in table.merged:
            self.grid.merge(area)

    def _next_row_is(self, row: int) -> None:
        if row >= _ROWS:
            raise too_large(Place(self.grid.file, self.grid.name), row, 0)

    def _spend(self, columns: int, last: int) -> None:
        """Bound what spans cost: a page of 30 MB may name columns by the billion."""
        self.spent += columns
        if last >= _COLUMNS or self.spent > FILE_CELLS:
            raise too_large(Place(self.grid.file, self.grid.name), self.row, last)


def _typed(tag: str, attributes: Mapping[str, str]) -> str:
    """What somebody typed into a field of the page."""
    shown = tag == "input" and attributes.get("type", "text").lower() in ("text", "number", "date", "tel")
    return attributes.get("value", "") if shown else ""

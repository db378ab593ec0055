"""The model of a draft: passages of text with their places, tables of cells, and remarks on what was not read.

A reader of a format yields passages in the order in which a reader of the page meets them; cells of tables are passages too.
Each passage remembers the pieces of the file that it was made of, so that a place in its text can be marked there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jixiao.kit.codes import Code
from jixiao.kit.errors import Fault

Box = tuple[float, float, float, float]  # left, bottom, right, top in points, from the lower left corner


class Kind(Code):
    """What a passage is in its draft."""

    TITLE = "title", "标题"
    HEADING = "heading", "小标题"
    PARAGRAPH = "paragraph", "正文"
    CAPTION = "caption", "表题"
    CELL = "cell", "单元格"
    NOTE = "note", "注"
    MARGIN = "margin", "页眉页脚"

    @property
    def is_prose(self) -> bool:
        """Whether sentences of this kind claim something: headers and footers only repeat."""
        return self is not Kind.MARGIN


@dataclass(frozen=True, order=True)
class Where:
    """A place as readers find it, counted from 1; 0 is said of what a format does not know or a passage is not in.

    `page` is known of PDF alone; `paragraph` counts the paragraphs outside of tables, `line` the lines of a plain text.
    """

    page: int = 0
    paragraph: int = 0
    line: int = 0
    table: int = 0
    row: int = 0
    column: int = 0
    part: str = ""  # 页眉, 脚注 … where it is not the body

    def __str__(self) -> str:
        said = [f"第 {self.page} 页"] if self.page else []
        said += [self.part] if self.part else []
        said += [f"第 {self.line} 行"] if self.line else []
        said += [f"第 {self.paragraph} 段"] if self.paragraph else []
        said += [f"表 {self.table} 第 {self.row} 行第 {self.column} 列"] if self.table else []
        return " ".join(said) or "全文"


@dataclass(frozen=True)
class Piece:
    """A stretch of the text of a passage as it stands in the file: characters `start` to `end` of the text.

    DOCX: `part` is the name of the part, `node` the number of the `w:t` in it (`iter`, from 0), `offset` the first character.
    HTML: `node` is the number of the text in the document, as `web_files.texts` counts them, `offset` the first character.
    Plain text: `offset` is the first character in the decoded file.
    PDF: `node` is the page from 1, `boxes` a box for each character of the stretch, as the page is drawn.
    """

    start: int
    end: int
    node: int = 0
    offset: int = 0
    part: str = ""
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A paragraph, a heading or a cell: its text as readers see it, on one line, and where it stands."""

    text: str
    where: Where
    kind: Kind = Kind.PARAGRAPH
    pieces: tuple[Piece, ...] = ()

    def pieces_of(self, start: int, end: int) -> list[Piece]:
        """What the characters `start` to `end` of the text were made of, cut to them."""
        found = []
        for piece in self.pieces:
            first = max(start, piece.start)
            last = min(end, piece.end)
            if first < last:
                skipped = first - piece.start
                boxes = piece.boxes[skipped : last - piece.start]
                found.append(Piece(first, last, piece.node, piece.offset + skipped, piece.part, boxes))
        return found


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its passage and how many rows and columns it covers."""

    passage: Passage
    rows: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        """What the cell says."""
        return self.passage.text

    @property
    def where(self) -> Where:
        """Where it stands."""
        return self.passage.where


@dataclass(frozen=True)
class Table:
    """A table: its number in the draft, what stands above it, and its cells in the order of rows."""

    number: int
    cells: tuple[Cell, ...]
    caption: str = ""

    @cached_property
    def grid(self) -> Mapping[tuple[int, int], Cell]:
        """The cell at each row and column, counted from 1; one that covers several stands at each of them."""
        found: dict[tuple[int, int], Cell] = {}
        for cell in self.cells:
            for row in range(cell.where.row, cell.where.row + cell.rows):
                for column in range(cell.where.column, cell.where.column + cell.columns):
                    found.setdefault((row, column), cell)
        return found

    @cached_property
    def height(self) -> int:
        """How many rows there are."""
        return max((row for row, _ in self.grid), default=0)

    @cached_property
    def width(self) -> int:
        """How many columns there are."""
        return max((column for _, column in self.grid), default=0)

    def row(self, number: int) -> list[Cell | None]:
        """The cells of a row, None where there is none."""
        return [self.grid.get((number, column)) for column in range(1, self.width + 1)]


@dataclass(frozen=True)
class Draft:
    """What was read of a file, called `file` in messages: passages in order, tables, and what was not read."""

    file: str
    passages: tuple[Passage, ...]
    tables: tuple[Table, ...] = ()
    remarks: tuple[Fault, ...] = ()
    pages: int = 0  # of a PDF

    @cached_property
    def title(self) -> str:
        """The title, or what stands in its place: the first passage of the body."""
        titles = [one.text for one in self.passages if one.kind is Kind.TITLE]
        first = (one.text for one in self.passages if one.kind.is_prose and one.text.strip())
        return titles[0] if titles else next(first, "")

    def prose(self) -> Iterator[Passage]:
        """The passages that are no cells and no headers or footers."""
        return (one for one in self.passages if one.kind.is_prose and one.kind is not Kind.CELL)


@dataclass
class Sheet:
    """Collects the passages and tables of a draft while its file is read; numbers them as they come."""

    file: str
    passages: list[Passage] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    paragraphs: int = 0

    def remark(self, found: str, remedy: str = "") -> None:
        """Say that something of the file was not read."""
        fault = Fault(self.file, found, remedy=remedy)
        if fault not in self.remarks:
            self.remarks.append(fault)

    def paragraph(
        self, text: str, pieces: Sequence[Piece], kind: Kind = Kind.PARAGRAPH, page: int = 0, part: str = ""
    ) -> None:
        """Add a paragraph, which is counted though it be empty."""
        if not part:
            self.paragraphs += 1
        number = 0 if part else self.paragraphs
        if text.strip():
            where = Where(page=page, paragraph=number, part=part)
            self.passages.append(Passage(text, where, kind, tuple(pieces)))

    def table(self, cells: Sequence[Cell], caption: str = "") -> None:
        """Add a table whose cells have the places that `next_table` numbers."""
        self.tables.append(Table(self.next_table, tuple(cells), caption))
        self.passages.extend(cell.passage for cell in cells if cell.text.strip())

    @property
    def next_table(self) -> int:
        """The number of the next table."""
        return len(self.tables) + 1

    def draft(self, pages: int = 0) -> Draft:
        """What was collected."""
        return Draft(self.file, tuple(self.passages), tuple(self.tables), tuple(self.remarks), pages)

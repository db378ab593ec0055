"""Workbooks of OpenDocument (.ods), as LibreOffice and many programs write them, often named .xls or .xlsx."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from jixiao.forms.files import cell_text, xml_pass
from jixiao.forms.files.grids import Gathered, Grid, too_large
from jixiao.forms.files.packages import Package, hostile, left_out, protected
from jixiao.forms.model import Merged, Workbook
from jixiao.kit import limits
from jixiao.kit.errors import FormError, Place, one_line
from jixiao.kit.limits import FILE_CELLS

_ROWS = 1_048_576
_COLUMNS = 16_384
_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_HIDDEN = ("collapse", "filter")
# Elements within a cell whose texts are no part of it: comments, drawings, reading aids
_ASIDE = ("annotation", "frame", "custom-shape", "g", "ruby-text", "shapes")
_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*月?")
_YEAR = re.compile(r"(\d{4})\s*年")
_TIME = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d*)?S")


def read(package: Package) -> Workbook:
    """The workbook in a package; FormError when it is damaged, protected or too large."""
    _refuse_encrypted(package)
    reader = _Reader(package.file)
    starts: dict[str, xml_pass.Start] = {
        "style": reader.style_start, "table-properties": reader.style_properties, "table": reader.table_start,
        "table-column": reader.columns, "table-row": reader.row_start, "table-cell": reader.cell_start,
        "covered-table-cell": reader.cell_start, "p": reader.paragraph, "s": reader.blanks, "tab": reader.blank,
        "line-break": reader.line_break, **dict.fromkeys(_ASIDE, reader.aside),
    }  # fmt: skip
    ends: dict[str, xml_pass.End] = {
        "table": reader.table_end, "table-row": reader.row_end, "table-cell": reader.cell_end,
        "covered-table-cell": reader.cell_end, "p": reader.paragraph_end, **dict.fromkeys(_ASIDE, reader.aside_end),
    }  # fmt: skip
    xml_pass.run(package.read(_CONTENT), package.file, starts, ends, reader.text)
    macros = package.under("basic/") or package.under("scripts/")
    return reader.gathered.workbook([left_out("macros", Place(package.file))] if macros else [])


def _refuse_encrypted(package: Package) -> None:
    found: list[object] = []
    if _MANIFEST in package:
        starts: dict[str, xml_pass.Start] = {"encryption-data": found.append}
        xml_pass.run(_without_doctype(package.read(_MANIFEST)), package.file, starts)
    if found:
        raise protected(package.file)


def _without_doctype(content: Iterable[bytes]) -> list[bytes]:
    """A manifest without the declaration that old programs write, which names no entities."""
    return [re.sub(rb"<!DOCTYPE manifest:manifest [^\[>]*>", b"", b"".join(content), count=1)]


Put = Callable[[Grid, int, int], None]


@dataclass(frozen=True)
class _Filled:
    """A cell of a row: its column, for how many columns it stands, what it spans, and what it puts into the grid."""

    column: int
    columns: int
    across: int
    down: int
    put: Put


class _Reader:
    """The state of the pass: the sheet being read, its row and cell. Errors of value mean a damaged file."""

    def __init__(self, file: str) -> None:
        self.gathered = Gathered(file)
        self.style = ""
        self.unseen: set[str] = set()  # styles of hidden sheets
        self.tables = 0  # open, one within the other
        self.grid: Grid | None = None
        self.error: FormError | None = None  # for which the sheet is passed over
        self.hidden = False
        self.row = self.column = 0
        self.rows = 1  # that the row stands for
        self.filled: list[_Filled] = []
        self.at_column = 0  # of the descriptions of columns
        self.cell: xml_pass.Attributes | None = None
        self.lines: list[list[str]] = []
        self.inside = 0  # paragraphs that are open
        self.asides = 0

    def style_start(self, given: xml_pass.Attributes) -> None:
        self.style = xml_pass.by_local_name(given, "name")

    def style_properties(self, given: xml_pass.Attributes) -> None:
        if xml_pass.by_local_name(given, "display") == "false":
            self.unseen.add(self.style)

    def table_start(self, given: xml_pass.Attributes) -> None:
        self.tables += 1
        if self.tables > 1:
            return
        if len(self.gathered.sheets) + self.gathered.hidden >= limits.SHEETS:
            raise hostile(
                self.gathered.file, f"文件里有 {limits.SHEETS} 张工作表以上", f"不超过 {limits.SHEETS} 张"
            )
        self.grid = self.gathered.begin(one_line(xml_pass.by_local_name(given, "name"), 255))
        self.hidden = xml_pass.by_local_name(given, "style-name") in self.unseen
        self.error = None
        self.row = self.at_column = 0

    def table_end(self) -> None:
        self.tables -= 1
        if self.tables or self.grid is None:
            return
        if self.hidden:
            self.gathered.pass_over(self.grid.name)
        else:
            self.gathered.end(self.grid, self.error)
        self.grid = None

    def columns(self, given: xml_pass.Attributes) -> None:
        first = self.at_column
        self.at_column = min(first + _repeated(given, "number-columns-repeated"), _COLUMNS)
        if self.grid is not None and xml_pass.by_local_name(given, "visibility") in _HIDDEN:
            self.grid.hidden_columns.update(range(first, self.at_column))

    def row_start(self, given: xml_pass.Attributes) -> None:
        if self.tables == 1:
            self.rows = _repeated(given, "number-rows-repeated")
            self.column = 0
            self.filled = []
            hidden = xml_pass.by_local_name(given, "visibility") in _HIDDEN
            if self.grid is not None and hidden and self.row < _ROWS:
                self.grid.hidden_rows.update(range(self.row, min(self.row + self.rows, _ROWS)))

    def row_end(self) -> None:
        """Put the cells of a row into the grid, as often as it is repeated."""
        if self.tables != 1:
            return
        try:
            if (
                self.rows * sum(cell.columns for cell in self.filled) > FILE_CELLS
            ):  # told before they are put one by one
                raise too_large(
                    Place(self.gathered.file, self.grid.name if self.grid else ""),
                    self.row + self.rows - 1,
                    self.column - 1,
                )
            for row in range(self.row, self.row + self.rows) if self.filled and not self.hidden else ():
                self._place(row)
        except FormError as error:
            self.error = error
        self.row += self.rows

    def cell_start(self, given: xml_pass.Attributes) -> None:
        if self.tables == 1:
            self.cell = given
            self.lines = []

    def cell_end(self) -> None:
        if self.tables != 1 or self.cell is None:
            return
        given = {name.rpartition(":")[2]: value for name, value in self.cell.items()}
        self.cell = None
        columns = _count(given, "number-columns-repeated")
        across, down = _count(given, "number-columns-spanned"), _count(given, "number-rows-spanned")
        text = cell_text.text("\n".join("".join(line) for line in self.lines)) if self.lines else None
        if text or "value-type" in given or "formula" in given or across > 1 or down > 1:
            self.filled.append(_Filled(self.column, columns, across, down, _put(given, text)))
        self.column += columns

    def paragraph(self, _: xml_pass.Attributes) -> None:
        if self.cell is not None and not self.asides and self.tables == 1:
            self.lines.append([])
        self.inside += 1

    def paragraph_end(self) -> None:
        self.inside -= 1

    def text(self, text: str) -> None:
        if self.cell is not None and self.inside and self.lines and not self.asides and self.tables == 1:
            self.lines[-1].append(re.sub(r"[ \t\r\n]+", " ", text))

    def blanks(self, given: xml_pass.Attributes) -> None:
        for _ in range(min(_repeated(given, "c"), 100)):
            self.text(" ")

    def blank(self, _: xml_pass.Attributes) -> None:
        self.text(" ")

    def line_break(self, _: xml_pass.Attributes) -> None:
        if self.cell is not None and self.lines and not self.asides:
            self.lines.append([])

    def aside(self, _: xml_pass.Attributes) -> None:
        self.asides += 1

    def aside_end(self) -> None:
        self.asides -= 1

    def _place(self, row: int) -> None:
        grid = self.grid
        if grid is None or self.error is not None:
            return
        if row >= _ROWS:
            raise ValueError("no such row")
        for cell in self.filled:
            last = cell.column + cell.columns - 1
            if last >= _COLUMNS:
                raise ValueError("no such column")
            for column in range(cell.column, last + 1):
                cell.put(grid, row, column)
            if cell.across > 1 or cell.down > 1:
                right = min(cell.column + cell.across, _COLUMNS) - 1
                grid.merge(Merged(row, cell.column, min(row + cell.down, _ROWS) - 1, right))


def _put(given: Mapping[str, str], text: str | None) -> Put:
    """What a cell puts into the grid: what it shows, and what is stored beside that."""
    kind = given.get("value-type", "")
    if not kind and not text and "formula" in given:
        return Grid.put_uncached
    if text and (error := cell_text.error_in(text)):
        return lambda grid, row, column: grid.put_error(row, column, error)
    if kind in ("float", "percentage", "currency"):
        value = given.get("value", "")
        shown = cell_text.shown(value) if text is None else cell_text.refined(text, value)
        return lambda grid, row, column: grid.put_shown(row, column, shown)
    if kind in ("date", "time", "boolean"):
        said = _moment(given, text or "") if kind != "boolean" else given.get("boolean-value", "").upper()
        return lambda grid, row, column: grid.put(row, column, said)
    said = text or cell_text.text(given.get("string-value", ""))
    return lambda grid, row, column: grid.put_typed(row, column, said)


def _moment(given: Mapping[str, str], shown: str) -> str:
    """A day or a time as other files have it."""
    found = _TIME.fullmatch(given.get("time-value", ""))
    if not found:
        return _day(given.get("date-value", ""), shown)
    seconds = f":{int(found[3]):02}" if int(found[3]) else ""
    return f"{int(found[1]):02}:{int(found[2]):02}{seconds}"


def _day(stored: str, shown: str) -> str:
    """A day as ISO text; as 2022年12月 where the day is not shown."""
    if found := _MONTH.fullmatch(shown):
        return f"{found[1]}年{int(found[2])}月"
    if found := _YEAR.fullmatch(shown):
        return f"{found[1]}年"
    whole = cell_text.text(cell_text.day(stored))
    whole = whole if ":" in shown or not shown else whole[:10]
    return whole.removesuffix(":00") if whole.count(":") > 1 else whole or shown


def _repeated(given: xml_pass.Attributes, name: str) -> int:
    """How often a row, column or blank is repeated; ValueError for what is no number."""
    return _count({name: xml_pass.by_local_name(given, name)}, name)


def _count(given: Mapping[str, str], name: str) -> int:
    written = given.get(name, "")
    return min(max(int(written), 1), _ROWS) if written else 1

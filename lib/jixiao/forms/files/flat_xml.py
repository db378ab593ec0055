"""Workbooks in one XML file, as Excel 2003 and many programs write them (SpreadsheetML 2003), often named .xls."""

from __future__ import annotations

import re

from jixiao.forms.files import cell_text, number_formats, xml_pass
from jixiao.forms.files.grids import Gathered, Grid
from jixiao.forms.files.packages import hostile
from jixiao.forms.model import Merged, Workbook
from jixiao.kit import limits
from jixiao.kit.errors import FormError, one_line

NAMESPACE = "schemas-microsoft-com:office:spreadsheet"
_DECLARED = re.compile(r"\s*<\?xml[^>]*\?>")
_ROWS = 1_048_576
_COLUMNS = 16_384
_TRUE = ("1", "true")
# Formats that have a name in place of a code
_NAMED = {
    "percent": "0.00%",
    "general date": "yyyy-mm-dd hh:mm",
    **dict.fromkeys(("long date", "medium date", "short date"), "yyyy-mm-dd"),
    **dict.fromkeys(("long time", "medium time", "short time"), "hh:mm:ss"),
    **dict.fromkeys(
        ("general", "general number", "fixed", "standard", "scientific", "currency", "euro currency"), ""
    ),
}


def is_workbook(text: str) -> bool:
    """Whether a text is such a workbook."""
    head = text[:4096]
    return NAMESPACE in head.lower() and "<" in head and re.search(r"<(?:\w+:)?Workbook\b", head) is not None


def read(text: str, file: str) -> Workbook:
    """The workbook in `text`; FormError when it is damaged or too large."""
    reader = _Reader(file)
    content = _DECLARED.sub("", text[text.index("<") :], count=1).encode("utf-8", "replace")
    xml_pass.run([content], file, reader.starts(), reader.ends(), reader.text)
    return reader.gathered.workbook()


class _Reader:
    """The state of the pass: styles, the sheet being read, its cell. Errors of value or index mean a damaged file."""

    def __init__(self, file: str) -> None:
        self.gathered = Gathered(file)
        self.formats: dict[str, str] = {}  # code of the number format by style
        self.style = ""
        self.grid: Grid | None = None
        self.error: FormError | None = None  # for which the sheet is passed over
        self.hidden = False
        self.row = self.column = -1
        self.span = 0  # further rows that the last one stands for
        self.at_column = 0  # of the descriptions of columns
        self.cell: xml_pass.Attributes = {}
        self.kind = ""
        self.runs: list[str] | None = None
        self.asides = 0  # comments that are open
        self.visible: list[str] | None = None

    def starts(self) -> dict[str, xml_pass.Start]:
        """What to do where elements begin."""
        return {
            "Style": self._style, "NumberFormat": self._format, "Worksheet": self._sheet, "Column": self._columns,
            "Row": self._row, "Cell": self._cell, "Data": self._data, "Comment": self._comment, "Visible": self._visible,
        }  # fmt: skip

    def ends(self) -> dict[str, xml_pass.End]:
        """What to do where elements end."""
        return {
            "Worksheet": self._sheet_end, "Cell": self._cell_end, "Comment": self._comment_end,
            "Visible": self._visible_end,
        }  # fmt: skip

    def text(self, text: str) -> None:
        """Text within an element."""
        if self.visible is not None:
            self.visible.append(text)
        elif self.runs is not None and not self.asides:
            self.runs.append(text)

    def _style(self, given: xml_pass.Attributes) -> None:
        if len(self.formats) >= limits.STYLES:
            raise hostile(
                self.gathered.file, f"文件里有 {limits.STYLES} 种单元格样式以上", f"不超过 {limits.STYLES} 种"
            )
        self.style = xml_pass.by_local_name(given, "ID")
        self.formats[self.style] = self.formats.get(xml_pass.by_local_name(given, "Parent"), "")

    def _format(self, given: xml_pass.Attributes) -> None:
        code = xml_pass.by_local_name(given, "Format")
        code = _NAMED.get(code.lower(), code)
        self.formats[self.style] = code if len(code) <= limits.FORMAT_CODE else ""

    def _sheet(self, given: xml_pass.Attributes) -> None:
        if len(self.gathered.sheets) + self.gathered.hidden >= limits.SHEETS:
            raise hostile(
                self.gathered.file, f"文件里有 {limits.SHEETS} 张工作表以上", f"不超过 {limits.SHEETS} 张"
            )
        self.grid = self.gathered.begin(one_line(xml_pass.by_local_name(given, "Name"), 255))
        self.error = None
        self.hidden = False
        self.row = -1
        self.span = 0
        self.at_column = 0

    def _sheet_end(self) -> None:
        if self.grid is not None and self.hidden:
            self.gathered.pass_over(self.grid.name)
        elif self.grid is not None:
            self.gathered.end(self.grid, self.error)
        self.grid = None

    def _columns(self, given: xml_pass.Attributes) -> None:
        at = _index(given, self.at_column, _COLUMNS)
        self.at_column = at + 1 + _count(given, "Span")
        if xml_pass.by_local_name(given, "Hidden") in _TRUE and self.grid is not None:
            self.grid.hidden_columns.update(range(at, min(self.at_column, _COLUMNS)))

    def _row(self, given: xml_pass.Attributes) -> None:
        self.row = _index(given, self.row + 1 + self.span, _ROWS)
        self.span = _count(given, "Span")
        self.column = -1
        if xml_pass.by_local_name(given, "Hidden") in _TRUE and self.grid is not None:
            self.grid.hidden_rows.add(self.row)

    def _cell(self, given: xml_pass.Attributes) -> None:
        self.column = _index(given, self.column + 1, _COLUMNS)
        self.cell = given
        self.kind = ""
        self.runs = None

    def _data(self, given: xml_pass.Attributes) -> None:
        if not self.asides:
            self.kind = xml_pass.by_local_name(given, "Type")
            self.runs = []

    def _cell_end(self) -> None:
        across, down = _count(self.cell, "MergeAcross"), _count(self.cell, "MergeDown")
        row, column = self.row, self.column
        self.column += across
        if self.grid is None or self.error is not None:
            return
        try:
            self._put(self.grid, row, column)
            if across or down:
                self.grid.merge(
                    Merged(row, column, min(row + down, _ROWS - 1), min(column + across, _COLUMNS - 1))
                )
        except FormError as error:
            self.error = error

    def _put(self, grid: Grid, row: int, column: int) -> None:
        raw = "".join(self.runs or ())
        self.runs = None
        code = self.formats.get(xml_pass.by_local_name(self.cell, "StyleID"), "")
        if not self.kind and xml_pass.by_local_name(self.cell, "Formula"):
            grid.put_uncached(row, column)
        elif self.kind == "Number":
            grid.put_number(row, column, raw.strip(), number_formats.format_of(code))
        elif self.kind == "Boolean":
            grid.put(row, column, "TRUE" if raw.strip() in _TRUE else "FALSE")
        elif self.kind == "Error":
            grid.put_error(row, column, f"错误值 {one_line(raw, 20)}")
        elif self.kind == "DateTime":
            moment = cell_text.serial(raw)
            if moment is None:
                grid.put(row, column, cell_text.text(cell_text.day(raw.strip())))
            else:
                grid.put_number(row, column, moment, number_formats.format_of(code or "yyyy-mm-dd hh:mm"))
        else:
            grid.put_typed(row, column, cell_text.text(raw), number_formats.text_format_of(code))

    def _comment(self, _: xml_pass.Attributes) -> None:
        self.asides += 1

    def _comment_end(self) -> None:
        self.asides -= 1

    def _visible(self, _: xml_pass.Attributes) -> None:
        self.visible = []

    def _visible_end(self) -> None:
        if "Hidden" in "".join(self.visible or ()):
            self.hidden = True
        self.visible = None


def _index(given: xml_pass.Attributes, following: int, most: int) -> int:
    """The row or column that an element names, or the one that follows; ValueError when no spreadsheet has it."""
    named = xml_pass.by_local_name(given, "Index")
    at = int(named) - 1 if named else following
    if not 0 <= at < most:
        raise ValueError("no such row or column")
    return at


def _count(given: xml_pass.Attributes, name: str) -> int:
    named = xml_pass.by_local_name(given, name)
    return min(max(int(named), 0), _ROWS) if named else 0

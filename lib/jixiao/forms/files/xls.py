"""The workbook in an .xls file (BIFF): cells, formats, merged areas and what is hidden as xlrd reads them."""

from __future__ import annotations

from collections.abc import Iterator

import xlrd
from xlrd.sheet import Sheet as Source

from jixiao.forms.files import biff, cell_text, compound, grids
from jixiao.forms.files.grids import Grid
from jixiao.forms.files.packages import damaged, left_out, protected
from jixiao.forms.model import Merged, Remark, Workbook
from jixiao.kit.errors import Fault, FormError, Place, one_line

_STREAMS = ("Workbook", "Book")  # the second up to Excel 95
# What else may be in such a file, by the name of a stream
_OTHERS = {
    "WordDocument": "是 Word 文档",
    "PowerPoint Document": "是演示文稿",
    "__properties_version1.0": "是邮件",
    "FileHeader": "是 HWP 文档",
}
_MACROS = ("_VBA_PROJECT_CUR", "_VBA_PROJECT", "Macros")


def read(content: bytes, file: str) -> Workbook:
    """The workbook in `content`; FormError when it is damaged, protected, too large, or another document."""
    try:
        package = compound.open_compound(content)
        names = package.names()
        if "EncryptedPackage" in names:
            raise biff.Protected
        other = next((found for name, found in _OTHERS.items() if name in names), None)
        if other:
            raise FormError(Fault(file, other, "Excel 工作簿（.xlsx、.xls）或 CSV", "报送填好的 .xlsx"))
        stream = biff.open_stream(package.stream(next(name for name in _STREAMS if name in names)))
        read_grids = list(_grids(stream, file))
    except FormError:
        raise
    except biff.Protected:
        raise protected(file) from None
    except Exception:  # on damaged records xlrd raises errors of nearly every kind
        raise damaged(file) from None
    made = [grids.sheet(grid) for grid in read_grids]
    remarks = [*_left_out(names, stream, file), *(remark for _, each in made for remark in each)]
    return Workbook(file, tuple(sheet for sheet, _ in made), tuple(remarks))


def _grids(stream: biff.Stream, file: str) -> Iterator[Grid]:
    codes = {form.format_key: form.format_str for form in stream.format_list}
    formats = [cell_text.sections(style.format_key, codes) for style in stream.xf_list]
    room = grids.Room()
    for index in range(len(stream.sheet_names())):
        yield _grid(stream.get_sheet(index), formats, file, room)
        stream.unload_sheet(index)


def _grid(source: Source, formats: list[tuple[cell_text.Format, ...]], file: str, room: grids.Room) -> Grid:
    grid = Grid(file, one_line(source.name, 255), hidden=source.visibility != 0, room=room)
    grid.hidden_rows = {row for row, about in source.rowinfo_map.items() if about.hidden}
    grid.hidden_columns = {column for column, about in source.colinfo_map.items() if about.hidden}
    for top, bottom, left, right in source.merged_cells:
        grid.merge(Merged(top, left, bottom - 1, right - 1))
    for row in range(source.nrows):
        for column, kind in enumerate(source.row_types(row)):
            value = source.cell_value(row, column)
            if kind == xlrd.XL_CELL_TEXT:
                grid.put_typed(row, column, cell_text.text(value))
            elif kind == xlrd.XL_CELL_ERROR:
                grid.put(row, column, xlrd.error_text_from_code.get(value, "#N/A"))
            elif kind == xlrd.XL_CELL_BOOLEAN:
                grid.put(row, column, "TRUE" if value else "FALSE")
            elif kind != xlrd.XL_CELL_EMPTY:
                form = formats[source.cell_xf_index(row, column)]
                grid.put(row, column, cell_text.number(repr(value), form, bool(source.book.datemode)))
    return grid


def _left_out(names: set[str], stream: biff.Stream, file: str) -> Iterator[Remark]:
    found = {
        "macros": not names.isdisjoint(_MACROS),
        "macro sheets": biff.MACRO_SHEET in stream.kinds,
        "links": stream.links,
        "embedded": any(name.startswith("MBD") for name in names),
    }
    yield from (left_out(what, Place(file)) for what, there in found.items() if there)

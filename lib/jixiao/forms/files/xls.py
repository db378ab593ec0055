"""The workbook in an .xls file (BIFF): cells, formats, merged areas and what is hidden as xlrd reads them."""

from __future__ import annotations

from collections.abc import Iterator

import xlrd
from xlrd.sheet import Sheet as Source

from jixiao.forms.files import biff, cell_text, compound, number_formats
from jixiao.forms.files.grids import Gathered, Grid
from jixiao.forms.files.number_formats import Format
from jixiao.forms.files.packages import damaged, left_out
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
    """The workbook in `content`; FormError when it is damaged, too large, or another document, Protected when encrypted."""
    try:
        package = compound.open_compound(content)
        names = package.names()
        if "EncryptedPackage" in names:
            raise biff.Protected
        other = next((found for name, found in _OTHERS.items() if name in names), None)
        if other:
            raise FormError(Fault(file, other, "Excel 工作簿（.xlsx、.xls）或 CSV", "报送填好的 .xlsx"))
        stream = biff.open_stream(package.stream(next(name for name in _STREAMS if name in names)))
        gathered = _sheets(stream, file)
    except (FormError, biff.Protected):
        raise
    except Exception:  # on damaged records xlrd raises errors of nearly every kind
        raise damaged(file) from None
    return gathered.workbook(_left_out(names, stream, file))


def _sheets(stream: biff.Stream, file: str) -> Gathered:
    codes = {form.format_key: form.format_str for form in stream.format_list}
    formats = [number_formats.sections(style.format_key, codes) for style in stream.xf_list]
    texts = [number_formats.text_format_of(codes.get(style.format_key, "")) for style in stream.xf_list]
    gathered = Gathered(file)
    for index, name in enumerate(stream.sheet_names()):
        name = one_line(name, 255)
        if stream.is_hidden(index):
            gathered.pass_over(name)
            continue

        def fill(grid: Grid, index: int = index) -> None:
            try:
                source = stream.sheet(index)
                _fill(grid, source, formats, texts, stream.uncached)
            except (FormError, biff.Protected):
                raise
            except Exception:  # on damaged records xlrd raises errors of nearly every kind
                raise damaged(str(Place(file, grid.name))) from None

        gathered.add(name, fill)
        stream.unload_sheet(index)
    return gathered


def _fill(
    grid: Grid,
    source: Source,
    formats: list[tuple[Format, ...]],
    texts: list[str | None],
    uncached: set[tuple[int, int]],
) -> None:
    grid.hidden_rows = {row for row, about in source.rowinfo_map.items() if about.hidden}
    grid.hidden_columns = {column for column, about in source.colinfo_map.items() if about.hidden}
    for top, bottom, left, right in source.merged_cells:
        grid.merge(Merged(top, left, bottom - 1, right - 1))
    for row in range(source.nrows):
        for column, kind in enumerate(source.row_types(row)):
            if (row, column) in uncached:
                grid.put_uncached(row, column)
                continue
            if kind != xlrd.XL_CELL_EMPTY:
                form = source.cell_xf_index(row, column)
                _put(grid, source, row, column, formats[form], texts[form])


def _put(
    grid: Grid, source: Source, row: int, column: int, form: tuple[Format, ...], text_form: str | None
) -> None:
    cell = source.cell(row, column)
    if cell.ctype == xlrd.XL_CELL_TEXT:
        grid.put_typed(row, column, cell_text.text(cell.value), text_form)
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        grid.put_error(row, column, f"错误值 {xlrd.error_text_from_code.get(cell.value, '#N/A')}")
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        grid.put(row, column, "TRUE" if cell.value else "FALSE")
    elif cell.ctype != xlrd.XL_CELL_BLANK:
        grid.put_number(row, column, repr(cell.value), form, bool(source.book.datemode))


def _left_out(names: set[str], stream: biff.Stream, file: str) -> Iterator[Remark]:
    found = {
        "macros": not names.isdisjoint(_MACROS),
        "macro sheets": biff.MACRO_SHEET in stream.kinds,
        "links": stream.links,
        "embedded": any(name.startswith("MBD") for name in names),
    }
    yield from (left_out(what, Place(file)) for what, there in found.items() if there)

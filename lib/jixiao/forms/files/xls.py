"""An .xls file (BIFF) in, its workbook out: cells, formats, merged areas and what is hidden as xlrd reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import xlrd
from xlrd.sheet import Sheet as Source

from jixiao.forms.files import biff, cell_text, compound, grids
from jixiao.forms.files.grids import Grid
from jixiao.forms.files.packages import damaged, left_out
from jixiao.forms.model import Merged, Remark, Sheet, Workbook
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
    with _faults(file):
        package = compound.open_compound(content)
        names = package.names()
        _refuse_others(names, file)
        stream = biff.open_stream(package.stream(next(name for name in _STREAMS if name in names)))
    remarks = list(_left_out(names, stream, file))
    sheets: list[Sheet] = []
    for grid in _grids(stream, file):
        sheet, said = grids.sheet(grid)
        sheets.append(sheet)
        remarks.extend(said)
    return Workbook(file, tuple(sheets), tuple(remarks))


def protected(file: str) -> FormError:
    """The error for a file that asks for a password."""
    return FormError(Fault(file, "文件有密码", "没有密码的工作簿", "取消密码后再报"))


@contextmanager
def _faults(file: str) -> Iterator[None]:
    """Turn what xlrd raises on damaged records, which is errors of nearly every kind, into the one fault that they mean."""
    try:
        yield
    except FormError:
        raise
    except biff.Protected:
        raise protected(file) from None
    except Exception:
        raise damaged(file) from None


def _refuse_others(names: set[str], file: str) -> None:
    if "EncryptedPackage" in names:
        raise protected(file)
    for name, found in _OTHERS.items():
        if name in names:
            raise FormError(Fault(file, found, "Excel 工作簿（.xlsx、.xls）或 CSV", "报送填好的 .xlsx"))


def _grids(stream: biff.Stream, file: str) -> Iterator[Grid]:
    codes = {form.format_key: form.format_str for form in stream.format_list}
    formats = [_sections(codes, style.format_key) for style in stream.xf_list]
    for index in range(len(stream.sheet_names())):
        with _faults(file):
            grid = _grid(stream.get_sheet(index), formats, file)
        stream.unload_sheet(index)
        yield grid


def _sections(codes: dict[int, str], key: int) -> tuple[cell_text.Format, ...]:
    """The sections of a number format; those that no record describes are known by their number."""
    if key in codes:
        return cell_text.format_of(codes[key])
    return (cell_text.BUILT_IN.get(key, cell_text.GENERAL),)


def _grid(source: Source, formats: list[tuple[cell_text.Format, ...]], file: str) -> Grid:
    grid = Grid(file, one_line(source.name, 255), hidden=source.visibility != 0)
    grid.hidden_rows = {row for row, about in source.rowinfo_map.items() if about.hidden}
    grid.hidden_columns = {column for column, about in source.colinfo_map.items() if about.hidden}
    grid.merged = [
        Merged(top, left, bottom - 1, right - 1) for top, bottom, left, right in source.merged_cells
    ]
    for row in range(source.nrows):
        for column, kind in enumerate(source.row_types(row)):
            value = source.cell_value(row, column)
            if kind == xlrd.XL_CELL_TEXT:
                grid.put_typed(row, column, cell_text.text(value))
            elif kind != xlrd.XL_CELL_EMPTY:
                style = source.cell_xf_index(row, column)
                grid.put(row, column, _text(kind, value, formats[style], bool(source.book.datemode)))
    return grid


def _text(kind: int, value: float, sections: tuple[cell_text.Format, ...], since_1904: bool) -> str:
    """The text of a number, date, flag or error."""
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#N/A")
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    return cell_text.number(repr(value), sections, since_1904)


def _left_out(names: set[str], stream: biff.Stream, file: str) -> Iterator[Remark]:
    found = {
        "macros": not names.isdisjoint(_MACROS),
        "macro sheets": biff.MACRO_SHEET in stream.kinds,
        "links": stream.links,
        "embedded": any(name.startswith("MBD") for name in names),
    }
    yield from (left_out(what, Place(file)) for what, there in found.items() if there)

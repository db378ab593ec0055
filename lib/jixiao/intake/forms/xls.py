"""An .xls file (BIFF) in, its workbook out: texts and merged areas as python-calamine reads them, the rest from records.

python-calamine is given a file that holds nothing but the stream checked by `biff`, so no macro and no damaged
chain of sectors reaches it, and the area that it lays out is known to be bounded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetMetadata, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

from jixiao.errors import Fault, FormError, Place, one_line
from jixiao.intake.forms import biff, compound, grids, shown
from jixiao.intake.forms.grids import Grid
from jixiao.intake.forms.model import Merged, Remark, Sheet, Workbook
from jixiao.intake.forms.packages import damaged, left_out

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
        _refuse_others(package.names(), file)
        name = next((name for name in _STREAMS if name in package.names()), "")
        stream = biff.scan(package.stream(name) or b"")
    except biff.Protected:
        raise protected(file) from None
    except ValueError:
        raise damaged(file) from None
    remarks = list(_left_out(package.names(), stream, file))
    sheets: list[Sheet] = []
    for sheet, said in _sheets(_opened(name, stream, file), stream, file):
        sheets.append(sheet)
        remarks.extend(said)
    return Workbook(file, tuple(sheets), tuple(remarks))


def protected(file: str) -> FormError:
    """The error for a file that asks for a password."""
    return FormError(Fault(file, "文件有密码", "没有密码的工作簿", "取消密码后再报"))


def _refuse_others(names: set[str], file: str) -> None:
    if "EncryptedPackage" in names:
        raise protected(file)
    for name, found in _OTHERS.items():
        if name in names:
            raise FormError(Fault(file, found, "Excel 工作簿（.xlsx、.xls）或 CSV", "报送填好的 .xlsx"))


def _opened(name: str, stream: biff.Stream, file: str) -> CalamineWorkbook:
    for details in stream.details:
        if details.height * details.width > grids.CELLS:
            raise grids.too_large(Place(file), details.height - 1, details.width - 1)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(compound.single(name, bytes(stream.content))))
    except PasswordError:
        raise protected(file) from None
    except CalamineError:
        raise damaged(file) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the Rust reader; derives from BaseException only
            raise damaged(file) from None
        raise


def _sheets(
    book: CalamineWorkbook, stream: biff.Stream, file: str
) -> Iterator[tuple[Sheet, tuple[Remark, ...]]]:
    if len(book.sheets_metadata) != len(stream.details):
        raise damaged(file)
    for index, (about, details) in enumerate(zip(book.sheets_metadata, stream.details, strict=True)):
        if about.typ == SheetTypeEnum.WorkSheet:
            yield grids.sheet(_grid(book, index, about, details, file))


def _grid(book: CalamineWorkbook, index: int, about: SheetMetadata, details: biff.Details, file: str) -> Grid:
    source = book.get_sheet_by_index(index)
    grid = Grid(file, one_line(about.name, 255), hidden=about.visible != Visible.Visible)
    grid.hidden_rows, grid.hidden_columns = details.hidden_rows, details.hidden_columns
    grid.merged = [Merged(*first, *last) for first, last in source.merged_cell_ranges or ()]
    for (row, column), text in details.texts.items():
        grid.put(row, column, text)
    for row, values in enumerate(source.to_python(skip_empty_area=False)):
        for column, value in enumerate(values):
            if value and isinstance(value, str) and (row, column) not in details.texts:
                grid.put_typed(row, column, shown.text(value))
    return grid


def _left_out(names: set[str], stream: biff.Stream, file: str) -> Iterator[Remark]:
    found = {
        "macros": not names.isdisjoint(_MACROS),
        "macro sheets": biff.MACRO_SHEET in stream.kinds,
        "links": stream.links,
        "embedded": any(name.startswith("MBD") for name in names),
    }
    yield from (left_out(what, Place(file)) for what, there in found.items() if there)

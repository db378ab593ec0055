"""An .xls file (BIFF) in, its workbook out; values and merged areas as python-calamine reads them."""

from __future__ import annotations

import datetime as dt
import io

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from jixiao.errors import Fault, FormError, one_line
from jixiao.intake.forms import grids, shown
from jixiao.intake.forms.grids import Grid
from jixiao.intake.forms.model import Merged, Remark, Sheet, Workbook
from jixiao.intake.forms.packages import damaged


def read(content: bytes, file: str) -> Workbook:
    """The workbook in `content`; FormError when it is damaged, protected or too large."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        read_sheets = [
            _sheet(book, index, file)
            for index, about in enumerate(book.sheets_metadata)
            if about.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError:
        raise protected(file) from None
    except CalamineError:
        raise damaged(file) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the Rust reader; derives from BaseException only
            raise damaged(file) from None
        raise
    sheets = tuple(sheet for sheet, _ in read_sheets)
    return Workbook(file, sheets, tuple(remark for _, said in read_sheets for remark in said))


def protected(file: str) -> FormError:
    """The error for a file that asks for a password."""
    return FormError(Fault(file, "文件有密码", "没有密码的工作簿", "取消密码后再报"))


def _sheet(book: CalamineWorkbook, index: int, file: str) -> tuple[Sheet, tuple[Remark, ...]]:
    about, source = book.sheets_metadata[index], book.get_sheet_by_index(index)
    grid = Grid(file, one_line(about.name, 255), hidden=about.visible != SheetVisibleEnum.Visible)
    for row, values in enumerate(source.to_python(skip_empty_area=False)):
        for column, value in enumerate(values):
            if value != "":
                _put(grid, row, column, value)
    grid.merged = [Merged(*first, *last) for first, last in source.merged_cell_ranges or ()]
    return grids.sheet(grid)


def _put(grid: Grid, row: int, column: int, value: object) -> None:
    if isinstance(value, str):
        text = shown.text(value)
        number = shown.number_in(text)
        if number is not None:
            grid.textual.add((row, column))
        grid.put(row, column, text if number is None else number)
    else:
        grid.put(row, column, _text(value))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (dt.date, dt.time)):
        return shown.day(value.isoformat())
    return str(value) if isinstance(value, dt.timedelta) else shown.number(repr(value))

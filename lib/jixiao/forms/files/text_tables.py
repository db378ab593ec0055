"""Plain text tables (comma, tab or semicolon; UTF-8, GB18030, UTF-16 with mark) as workbooks of one sheet."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice

from jixiao.forms.files import cell_text
from jixiao.forms.files.grids import Gathered, Grid
from jixiao.forms.model import Workbook
from jixiao.kit.errors import Fault, FormError

_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_FORCED = re.compile(r'="([^"]*)"')  # how exporting programs keep the zeros in front of a code
_LOOKED_AT = 30  # rows that decide on the separator
_SEPARATORS = ",\t;"


def decoded(content: bytes) -> str | None:
    """The text in `content`; None when it is no text in an encoding that spreadsheet programs write."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    return None


def read(text: str, file: str) -> Workbook:
    """The table in `text` as a workbook; FormError when quotes do not match or it is too large."""
    gathered = Gathered(file)
    gathered.add("", lambda grid: _fill(grid, text, file))
    return gathered.workbook()


def _fill(grid: Grid, text: str, file: str) -> None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        for row, cells in enumerate(reader):
            for column, cell in enumerate(cells):
                if not cell:
                    continue
                forced = _FORCED.fullmatch(cell)
                grid.put_seen(row, column, cell_text.text(forced[1] if forced else cell))
    except csv.Error:
        place = f"{file} 第 {reader.line_num} 行"
        raise FormError(
            Fault(place, "引号不成对，或一格太长", "CSV 表格", "检查引号，或另存为 .xlsx")
        ) from None


def _separator(text: str) -> str:
    """The separator that cuts most of the first rows into equally many cells."""
    return max(_SEPARATORS, key=lambda separator: _evenness(text, separator))


def _evenness(text: str, separator: str) -> tuple[int, int]:
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), _LOOKED_AT))
    except csv.Error:
        return 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return count, width

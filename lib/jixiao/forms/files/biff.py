"""xlrd's book over the Workbook stream of an .xls file, which reads its sheets in bounded time and memory.

xlrd trusts what it reads: a link over all cells, a name that doubles a text forty times, or a string of negative
length costs it all memory. So it is handed the records that a form consists of, each once, and no others.
"""

from __future__ import annotations

import io

from xlrd import biffh
from xlrd.book import Book

from jixiao.kit.limits import STRINGS, XLS_STYLES

MACRO_SHEET = 1  # the kind of a sheet, in the record that names it
# What the record of another workbook says of this one and of functions
_SELF = b"\x01\x04"
_ADD_IN = b"\x01\x3a"
_ABOUT_BOOK = {
    biffh.XL_BOUNDSHEET, biffh.XL_CODEPAGE, biffh.XL_DATEMODE, biffh.XL_FORMAT, biffh.XL_SST, biffh.XL_XF,
}  # fmt: skip
_ABOUT_CELLS = {
    biffh.XL_BOOLERR, biffh.XL_COLINFO, biffh.XL_FORMULA, biffh.XL_LABEL, biffh.XL_LABELSST, biffh.XL_MERGEDCELLS,
    biffh.XL_MULRK, biffh.XL_NUMBER, biffh.XL_RK, biffh.XL_ROW, biffh.XL_RSTRING, biffh.XL_STRING,
}  # fmt: skip
_READ = _ABOUT_BOOK | _ABOUT_CELLS | {biffh.XL_BOF, biffh.XL_CONTINUE, biffh.XL_EOF}


class Protected(Exception):
    """Raised when the stream is encrypted."""


class _Once(bytes):
    """Bytes that are given out once over, as a negative length within them leads back to where one came from."""

    given = 0

    def __getitem__(self, key):
        found = super().__getitem__(key)
        self.given += len(found) if isinstance(key, slice) else 1
        if self.given > len(self):
            raise ValueError("a text is read twice")
        return found


class Stream(Book):
    """xlrd's book over a stream, and which other things than cells the stream holds."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.left = len(content)
        self.kinds: set[int] = set()  # of sheets
        self.links = False
        self.biff2_8_load(
            file_contents=content,
            logfile=io.StringIO(),
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
        )
        self.biff_version = self.getbof(biffh.XL_WORKBOOK_GLOBALS)
        self.parse_globals()
        self._sheet_list = [None] * len(self.sheet_names())

    def get_record_parts(self):
        """The next record that is read: kind, length, bytes."""
        while True:
            kind, length, data = super().get_record_parts()
            self.left -= 4 + length
            if self.left < 0 or len(data) < length:
                raise ValueError("a record is cut short, or read for two sheets")
            self._note(kind, data)
            if kind in _READ:
                return kind, length, _Once(data) if kind == biffh.XL_SST else data

    def get_record_parts_conditional(self, reqd_record):
        """The next record if it is of this kind: one that goes on with the texts of the workbook."""
        kind, length, data = super().get_record_parts_conditional(reqd_record)
        return kind, length, _Once(data)

    def _note(self, kind: int, data: bytes) -> None:
        if kind == biffh.XL_FILEPASS:
            raise Protected
        if kind == biffh.XL_BOUNDSHEET:
            self.kinds.add(data[5])
        elif kind == biffh.XL_SUPBOOK:
            self.links |= data[2:4] not in (_SELF, _ADD_IN)
        elif kind == biffh.XL_SST and int.from_bytes(data[4:8], "little") > STRINGS:
            raise ValueError("more texts than any form has")
        elif kind == biffh.XL_XF and self.xfcount == XLS_STYLES:
            raise ValueError("more styles than any program writes")


def open_stream(content: bytes) -> Stream:
    """The book over a stream of Excel 95 or later; Protected when it is encrypted, any error when it is damaged."""
    if not content.startswith(b"\x09\x08"):
        raise ValueError("no workbook")
    return Stream(content)

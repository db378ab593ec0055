"""xlrd's book over the Workbook stream of an .xls file, which reads its sheets in bounded time and memory.

xlrd trusts what it reads: a link over all cells, a name that doubles a text forty times, or a string of negative
length costs it all memory. So it is handed the records that a form consists of, each once, and no others.
"""

from __future__ import annotations

import io
import re

from xlrd import biffh
from xlrd.book import Book
from xlrd.sheet import Sheet

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
_ON_OPENING = 2
# How a formula ends that has a number, and never a text: + - * / ^ and signs, a sum, functions by number ([MS-XLS] 2.5.198)
_A_NUMBER = re.compile(
    rb"(?:[\x03-\x07\x12-\x14]|\x19\x10..|[\x22\x42\x62].(?:[\x00\x04-\x07\xb7]\x00|\x59\x01)|[\x21\x41\x61]\x1b\x00)\Z",
    re.DOTALL,
)
_READ = _ABOUT_BOOK | _ABOUT_CELLS | {biffh.XL_BOF, biffh.XL_CONTINUE, biffh.XL_EOF}


class Protected(Exception):
    """Raised when the workbook is encrypted."""


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
        self.uncached: set[tuple[int, int]] = set()  # cells of the sheet being read
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

    def is_hidden(self, index: int) -> bool:
        """Whether a sheet is not seen; one that only a macro can show is not either."""
        return self._sheet_visibility[index] != 0

    def sheet(self, index: int) -> Sheet:
        """A sheet with its cells; `uncached` are then those of formulas that were never computed."""
        self.uncached = set()
        return self.get_sheet(index)

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
        elif kind == biffh.XL_FORMULA and _is_uncomputed(data):
            self.uncached.add((int.from_bytes(data[:2], "little"), int.from_bytes(data[2:4], "little")))
        elif kind == biffh.XL_SUPBOOK:
            self.links |= data[2:4] not in (_SELF, _ADD_IN)
        elif kind == biffh.XL_SST and int.from_bytes(data[4:8], "little") > STRINGS:
            raise ValueError("more texts than any form has")
        elif kind == biffh.XL_XF and self.xfcount == XLS_STYLES:
            raise ValueError("more styles than any program writes")


def _is_uncomputed(formula: bytes) -> bool:
    """Whether the record of a formula has no result ([MS-XLS] 2.4.127): a program wrote it and left it to Excel.

    Such programs write an empty text as the result of a sum, or a zero and ask that it be computed on opening.
    """
    empty = formula[6:7] == b"\3" and formula[12:14] == b"\xff\xff"
    on_opening = formula[14:15] and formula[14] & _ON_OPENING
    if on_opening:
        return empty or not any(formula[6:14])
    length = int.from_bytes(formula[20:22], "little")
    return empty and bool(_A_NUMBER.search(formula[22 : 22 + length]))


def open_stream(content: bytes) -> Stream:
    """The book over a stream of Excel 95 or later; Protected when it is encrypted, any error when it is damaged."""
    if not content.startswith(b"\x09\x08"):
        raise ValueError("no workbook")
    return Stream(content)

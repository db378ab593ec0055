"""The Workbook stream of an .xls file ([MS-XLS]) in, what its reader does not tell out.

That is: numbers with their formats, errors, hidden rows and columns, links to other files, passwords; and the true
extent of each sheet, before anything is laid out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.intake.forms import shown

_BOF, _EOF, _SHEET, _LINKED, _STRINGS = 0x809, 0x0A, 0x85, 0x1AE, 0xFC
_NAME = 0x18
_SIZE, _ROW, _COLUMNS, _DAYS, _STYLE, _FORMAT, _PASSWORD = 0x200, 0x208, 0x7D, 0x22, 0xE0, 0x41E, 0x2F
_NUMBER, _SHORT, _SHORTS, _FORMULA, _FLAG = 0x203, 0x27E, 0xBD, 0x06, 0x205
_TEXTS = (0xFD, 0x204, 0xD6)
_CELLS = (_NUMBER, _SHORT, _SHORTS, _FORMULA, _FLAG, *_TEXTS)
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BIFF8 = 0x600
MACRO_SHEET = 1  # the kind of a sheet, in the record that names it
_SELF, _ADD_IN = 0x0401, 0x3A01


class Protected(Exception):
    """Raised when the stream is encrypted."""


@dataclass
class Details:
    """What a sheet's records say of its cells: texts of numbers, flags and errors by row and column, and what is hidden."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    height: int = 0
    width: int = 0


@dataclass
class Stream:
    """The stream, made safe to read: sheets by their order in the workbook."""

    content: bytearray
    details: list[Details] = field(default_factory=list)
    links: bool = False
    since_1904: bool = False
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    kinds: set[int] = field(default_factory=set)
    biff8: bool = True

    def formats(self, style: int) -> tuple[shown.Format, ...]:
        """The sections of the number format of a cell style."""
        code = self.styles[style] if style < len(self.styles) else 0
        if code in self.codes:
            return shown.format_of(self.codes[code])
        return (shown.BUILT_IN.get(code, shown.GENERAL),)

    def number(self, value: float, style: int) -> str:
        """The text of a number under a cell style."""
        return shown.number(repr(value), self.formats(style), self.since_1904)


def scan(content: bytes) -> Stream:
    """The stream with its sheets' details; ValueError when it is damaged, Protected when it is encrypted."""
    stream = Stream(bytearray(content))
    try:
        for kind, at, length in _records(content, 0):
            _global(stream, kind, at, length)
        for start in stream.starts:
            stream.details.append(_sheet(stream, start))
    except (struct.error, IndexError):
        raise ValueError("a record is cut short") from None
    return stream


def _records(content: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of the records up to the end of the part that begins at `at`; charts within left out."""
    depth = 0
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        at += 4
        if at + length > len(content):
            raise ValueError("a record is cut short")
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, at, length
        if depth <= 0:
            return
        at += length
    raise ValueError("the end of a part is missing")


def _global(stream: Stream, kind: int, at: int, length: int) -> None:
    content = stream.content
    if kind == _PASSWORD:
        raise Protected
    if kind == _SHEET:
        stream.starts.append(struct.unpack_from("<I", content, at)[0])
        stream.kinds.add(content[at + 5])
    elif kind == _NAME and length >= 6:
        struct.pack_into("<H", content, at + 4, 0)  # as with formulas
    elif kind == _LINKED:
        stream.links |= length < 4 or struct.unpack_from("<H", content, at + 2)[0] not in (_SELF, _ADD_IN)
    elif kind == _STRINGS and struct.unpack_from("<I", content, at + 4)[0] > len(content):
        raise ValueError("more strings than bytes")
    else:
        _formatting(stream, kind, at, length)


def _formatting(stream: Stream, kind: int, at: int, length: int) -> None:
    content = stream.content
    if kind == _BOF:
        stream.biff8 = struct.unpack_from("<H", content, at)[0] == _BIFF8
    elif kind == _DAYS:
        stream.since_1904 = content[at] == 1
    elif kind == _STYLE:
        stream.styles.append(struct.unpack_from("<H", content, at + 2)[0])
    elif kind == _FORMAT:
        code, text = _format(content[at : at + length], stream.biff8)
        stream.codes[code] = text


def _format(record: bytes, biff8: bool) -> tuple[int, str]:
    code = struct.unpack_from("<H", record)[0]
    if not biff8:
        return code, bytes(record[3 : 3 + record[2]]).decode("gb18030", "replace")
    count, wide = struct.unpack_from("<HB", record, 2)
    width = 2 if wide & 1 else 1
    return code, bytes(record[5 : 5 + count * width]).decode(
        "utf-16-le" if width == 2 else "latin-1", "replace"
    )


def _sheet(stream: Stream, start: int) -> Details:
    """The details of the sheet that begins at `start`; the extent that it claims is set to the true one."""
    details, claimed = Details(), []
    for kind, at, length in _records(stream.content, start):
        if kind == _SIZE:
            claimed.append((at, length))
        elif kind == _ROW and stream.content[at + 12] & 0x20:
            details.hidden_rows.add(struct.unpack_from("<H", stream.content, at)[0])
        elif kind == _COLUMNS and stream.content[at + 8] & 1:
            first, last = struct.unpack_from("<HH", stream.content, at)
            details.hidden_columns.update(range(first, min(last, 255) + 1))
        else:
            _cell(stream, details, kind, at, length)
    for at, length in claimed:
        _tell_extent(stream.content, at, length, details)
    return details


def _cell(stream: Stream, details: Details, kind: int, at: int, length: int) -> None:
    """Take note of the cell, or the run of cells, of one record."""
    if kind not in _CELLS:
        return
    row, column, style = struct.unpack_from("<HHH", stream.content, at)
    last = column
    if kind == _SHORTS:
        last += max(0, (length - 6) // 6 - 1)
        for number in range(last - column + 1):
            style, packed = struct.unpack_from("<HI", stream.content, at + 4 + number * 6)
            details.texts[row, column + number] = stream.number(_short(packed), style)
    elif kind not in _TEXTS:
        if kind == _FORMULA and length >= 22:
            struct.pack_into(
                "<H", stream.content, at + 20, 0
            )  # its tokens, which trip up readers, are not wanted
        text = _value(stream, kind, style, bytes(stream.content[at + 6 : at + 14]))
        if text is not None:
            details.texts[row, column] = text
    details.height, details.width = max(details.height, row + 1), max(details.width, last + 1)


def _value(stream: Stream, kind: int, style: int, value: bytes) -> str | None:
    """The text of a number, flag or formula; None for a formula's text, which stands in a record of its own."""
    if kind == _FLAG:
        return _flag(value[0], value[1])
    if kind == _SHORT:
        return stream.number(_short(struct.unpack_from("<I", value)[0]), style)
    if kind == _FORMULA and value[6:8] == b"\xff\xff":
        return {1: _flag(value[2], False), 2: _flag(value[2], True), 3: ""}.get(value[0])
    return stream.number(struct.unpack("<d", value)[0], style)


def _flag(value: int, error: int) -> str:
    if error:
        return _ERRORS.get(value, "#N/A")
    return "TRUE" if value else "FALSE"


def _short(packed: int) -> float:
    """A number of 30 bits ([MS-XLS] 2.5.217): a whole number or the front of a double, perhaps in hundredths."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return value / 100 if packed & 1 else value


def _tell_extent(content: bytearray, at: int, length: int, details: Details) -> None:
    """Write the true extent over the claimed one, because the reader of values sets aside memory for it."""
    if length >= 14:
        struct.pack_into("<IIHH", content, at, 0, details.height, 0, details.width)
    elif length >= 8:
        struct.pack_into("<HHHH", content, at, 0, details.height, 0, details.width)

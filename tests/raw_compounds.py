"""Compound files (OLE) and .xls streams from raw parts, for tests of what no spreadsheet program would write."""

from __future__ import annotations

import struct

from jixiao.forms.files.compound import MAGIC

_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR = 4096
BOOK = (0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
SHEET = (0x809, struct.pack("<HHHHII", 0x600, 16, 0, 0, 0, 0))
STYLE = (0xE0, bytes(20))
Record = tuple[int, bytes]


def single(name: str, body: bytes) -> bytes:
    """A compound file with sectors of 4096 bytes that holds one stream, and a mini stream without content."""
    body = body.ljust(_SECTOR, b"\0")  # shorter streams would have to lie in the mini stream
    count = -(-len(body) // _SECTOR)
    tables = -(-(count + 2) // (_SECTOR // 4 - 1))
    directory, mini, first = tables, tables + 1, tables + 2
    fat = [_TABLE] * tables + [_END, _END, *range(first + 1, first + count), _END]
    fat += [_FREE] * (tables * _SECTOR // 4 - len(fat))
    header = struct.pack(
        "<8s16x5H6x9I", MAGIC, 0x3E, 4, 0xFFFE, 12, 6, 1, tables, directory, 0, _SECTOR, _END, 0, _END, 0
    )
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    entries = _entry("Root Entry", 5, 1, mini, 0) + _entry(name, 2, _FREE, first, len(body))
    parts = (header, struct.pack(f"<{len(fat)}I", *fat), entries, bytes(_SECTOR), body)
    return b"".join(part.ljust(-(-len(part) // _SECTOR) * _SECTOR, b"\0") for part in parts)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBB3I16xI16xIQ", written, len(written), kind, 1, _FREE, _FREE, child, 0, start, size
    )


def part(*records: Record) -> bytes:
    """Records with their kinds and lengths in front, and the end of a part behind them."""
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in (*records, (0x0A, b"")))


def book(*records: Record, cells: tuple[Record, ...] = (), sheets: int = 1) -> bytes:
    """An .xls file with these records and sheets that all are the same one of these cells."""
    named = [(0x85, struct.pack("<IBBBB", 0, 0, 0, 1, 0) + b"%c" % (65 + one)) for one in range(sheets)]
    start = len(part(BOOK, STYLE, *named, *records))
    named = [(kind, struct.pack("<I", start) + data[4:]) for kind, data in named]
    return single("Workbook", part(BOOK, STYLE, *named, *records) + part(SHEET, *cells))

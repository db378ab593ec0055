"""Compound files (OLE, [MS-CFB]): bytes in, entries and one stream out; or one stream in, the smallest such file out.

The reader of .xls files is handed a file written anew from the one stream that was checked here, because a chain of
sectors that bites its own tail would keep it busy for ever.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_NONE = 0xFFFFFFFF
_ENTRY = 128
_ROOT, _STREAM, _STORAGE = 5, 2, 1
_IN_HEADER = 109  # addresses of FAT sectors that the header holds


@dataclass(frozen=True)
class Entry:
    """A stream or storage of the file."""

    name: str
    kind: int
    start: int
    size: int


@dataclass(frozen=True)
class Compound:
    """An open compound file: its entries in the order of the directory, the root first."""

    content: bytes
    sector: int
    cutoff: int
    fat: Sequence[int]
    mini_fat: Sequence[int]
    entries: tuple[Entry, ...]

    def names(self) -> set[str]:
        """The names of all streams and storages."""
        return {entry.name for entry in self.entries}

    def stream(self, name: str) -> bytes | None:
        """The bytes of the first stream with this name; None when there is none; ValueError when it is damaged."""
        entry = next((e for e in self.entries if e.name == name and e.kind == _STREAM), None)
        if entry is None:
            return None
        if entry.size < self.cutoff:
            root = self.entries[0]
            small = _joined(self.content, self.fat, root.start, self.sector, 1)
            body = _joined(small, self.mini_fat, entry.start, 64, 0)
        else:
            body = _joined(self.content, self.fat, entry.start, self.sector, 1)
        if len(body) < entry.size:
            raise ValueError("a stream is cut short")
        return body[: entry.size]


def open_compound(content: bytes) -> Compound:
    """The file in `content`; ValueError when it is damaged."""
    try:
        return _opened(content)
    except struct.error:
        raise ValueError("a compound file is cut short") from None


def _opened(content: bytes) -> Compound:
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in (9, 12):
        raise ValueError("sectors of an unknown size")
    sector = 1 << shift
    directory, _, cutoff, mini, _, difat = struct.unpack_from("<6I", content, 48)
    fat = _numbers(b"".join(_sector(content, n, sector, 1) for n in _fat_sectors(content, difat, sector)))
    listing = _joined(content, fat, directory, sector, 1)
    entries = tuple(_entry(listing, at) for at in range(0, len(listing) - _ENTRY + 1, _ENTRY))
    if not entries or entries[0].kind != _ROOT:
        raise ValueError("no root entry")
    mini_fat = _numbers(_joined(content, fat, mini, sector, 1)) if mini != _END else ()
    return Compound(content, sector, cutoff, fat, mini_fat, entries)


def _fat_sectors(content: bytes, difat: int, sector: int) -> list[int]:
    found = list(struct.unpack_from(f"<{_IN_HEADER}I", content, 76))
    seen = set()
    while difat not in (_END, _FREE):
        if difat in seen:
            raise ValueError("a chain of sectors runs in a circle")
        seen.add(difat)
        *more, difat = _numbers(_sector(content, difat, sector, 1))
        found += more
    return [number for number in found if number != _FREE]


def _joined(content: bytes, chain: Sequence[int], start: int, sector: int, header: int) -> bytes:
    """The sectors of a chain one after the other."""
    parts: list[bytes] = []
    while start != _END:
        if start >= len(chain) or len(parts) > len(chain):
            raise ValueError("a chain of sectors leads nowhere or runs in a circle")
        parts.append(_sector(content, start, sector, header))
        start = chain[start]
    return b"".join(parts)


def _sector(content: bytes, number: int, size: int, header: int) -> bytes:
    at = (number + header) * size
    if at >= len(content):
        raise ValueError("a sector lies outside the file")
    return content[at : at + size].ljust(size, b"\0")


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content)


def _entry(listing: bytes, at: int) -> Entry:
    length, kind = struct.unpack_from("<HB", listing, at + 64)
    name = listing[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    start, size = struct.unpack_from("<II", listing, at + 116)
    return Entry(name, kind, start, size)


def single(name: str, body: bytes) -> bytes:
    """A compound file with sectors of 4096 bytes that holds one stream, and a mini stream without content."""
    size = 4096
    body = body.ljust(size, b"\0")  # shorter streams would have to lie in the mini stream
    count = -(-len(body) // size)
    tables = -(-(count + 2) // (size // 4 - 1))
    directory, mini, first = tables, tables + 1, tables + 2
    fat = [_FAT] * tables + [_END, _END, *range(first + 1, first + count), _END]
    fat += [_FREE] * (tables * size // 4 - len(fat))
    header = struct.pack(
        "<8s16x5H6x9I", MAGIC, 0x3E, 4, 0xFFFE, 12, 6, 1, tables, directory, 0, size, _END, 0, _END, 0
    )
    header += struct.pack(f"<{_IN_HEADER}I", *range(tables), *[_FREE] * (_IN_HEADER - tables))
    entries = _packed("Root Entry", _ROOT, 1, mini, 0) + _packed(name, _STREAM, _NONE, first, len(body))
    parts = (header, struct.pack(f"<{len(fat)}I", *fat), entries, bytes(size), body)
    return b"".join(part.ljust(-(-len(part) // size) * size, b"\0") for part in parts)


def _packed(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBB3I16xI16xIQ", written, len(written), kind, 1, _NONE, _NONE, child, 0, start, size
    )

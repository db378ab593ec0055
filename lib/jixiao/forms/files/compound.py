"""Compound files (OLE, [MS-CFB]): bytes in, the names of their streams and the bytes of one stream out.

The reader that xlrd has for them is not used: a directory whose entries share children, or a short stream whose chain
of sectors runs in a circle, costs it all memory. Here no chain is longer than the table that it is read from.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_ENTRY, _ROOT, _STREAM = 128, 5, 2  # bytes of an entry; kinds of entries


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

    def stream(self, name: str) -> bytes:
        """The bytes of the first stream with this name; ValueError when there is none or it is damaged."""
        entry = next((e for e in self.entries if e.name == name and e.kind == _STREAM), None)
        if entry is None:
            raise ValueError("no such stream")
        if entry.size < self.cutoff:
            small = _joined(self.content, self.fat, self.entries[0].start, self.sector, 1)
            body = _joined(small, self.mini_fat, entry.start, 64, 0)
        else:
            body = _joined(self.content, self.fat, entry.start, self.sector, 1)
        if len(body) < entry.size:
            raise ValueError("a stream is cut short")
        return body[: entry.size]


def open_compound(content: bytes) -> Compound:
    """The file in `content`; ValueError or struct.error when it is damaged."""
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in (9, 12):
        raise ValueError("sectors of an unknown size")
    sector = 1 << shift
    directory, _, cutoff, mini, _, more = struct.unpack_from("<6I", content, 48)
    fat = _numbers(b"".join(_sector(content, n, sector, 1) for n in _tables(content, more, sector)))
    listing = _joined(content, fat, directory, sector, 1)
    entries = tuple(_entry(listing, at) for at in range(0, len(listing), _ENTRY))
    if not entries or entries[0].kind != _ROOT:
        raise ValueError("no root entry")
    return Compound(content, sector, cutoff, fat, _numbers(_joined(content, fat, mini, sector, 1)), entries)


def _tables(content: bytes, more: int, sector: int) -> list[int]:
    """The sectors that hold the table of chains: 109 are named in the header, the others in sectors of their own."""
    found = list(struct.unpack_from("<109I", content, 76))
    seen = set()
    while more not in (_END, _FREE):
        if more in seen:
            raise ValueError("a chain of sectors runs in a circle")
        seen.add(more)
        *further, more = _numbers(_sector(content, more, sector, 1))
        found += further
    tables = [number for number in found if number != _FREE]
    if len(set(tables)) < len(tables):
        raise ValueError("a part of the table stands in it twice")
    return tables


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

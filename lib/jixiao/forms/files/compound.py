"""Compound files (OLE, [MS-CFB]): the names of their streams, and the bytes of one of them.

The reader that xlrd has for them is not used: a directory whose entries share children, or a short stream whose chain
of sectors runs in a circle, costs it all memory. Here no chain is longer than the table it is read from.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFE
_FREE = 0xFFFFFFFF
_ENTRY = 128  # bytes of an entry of the directory
_ROOT = 5  # kinds of entries
_STREAM = 2
_SHORT = 64  # bytes of a sector of the short stream, which lies in the stream of the root


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
    cutoff: int  # streams below this size lie in the short stream
    chains: Sequence[int]
    short_chains: Sequence[int]
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
            short = _joined(self.content, self.chains, self.entries[0].start, self.sector, self.sector)
            body = _joined(short, self.short_chains, entry.start, _SHORT, 0)
        else:
            body = _joined(self.content, self.chains, entry.start, self.sector, self.sector)
        if len(body) < entry.size:
            raise ValueError("a stream is cut short")
        return body[: entry.size]


def open_compound(content: bytes) -> Compound:
    """The file in `content`; ValueError or struct.error when it is damaged."""
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in (9, 12):
        raise ValueError("sectors of an unknown size")
    sector = 1 << shift
    directory, _, cutoff, short, _, more = struct.unpack_from("<6I", content, 48)
    tables = list(
        struct.unpack_from("<109I", content, 76)
    )  # sectors of the table of chains; others are named apart
    seen: set[int] = set()
    while more not in (_END, _FREE):
        if more in seen:
            raise ValueError("a chain of sectors runs in a circle")
        seen.add(more)
        *further, more = _numbers(_sector(content, more, sector, sector))
        tables += further
    tables = [number for number in tables if number != _FREE]
    if len(set(tables)) < len(tables):
        raise ValueError("a part of the table stands in it twice")
    chains = _numbers(b"".join(_sector(content, number, sector, sector) for number in tables))
    listing = _joined(content, chains, directory, sector, sector)
    entries = tuple(_entry(listing[at : at + _ENTRY]) for at in range(0, len(listing), _ENTRY))
    if not entries or entries[0].kind != _ROOT:
        raise ValueError("no root entry")
    short_chains = _numbers(_joined(content, chains, short, sector, sector))
    return Compound(content, sector, cutoff, chains, short_chains, entries)


def _joined(content: bytes, chains: Sequence[int], start: int, size: int, offset: int) -> bytes:
    """The sectors of a chain one after the other; the first sector of all lies at `offset`."""
    parts: list[bytes] = []
    while start != _END:
        if start >= len(chains) or len(parts) > len(chains):
            raise ValueError("a chain of sectors leads nowhere or runs in a circle")
        parts.append(_sector(content, start, size, offset))
        start = chains[start]
    return b"".join(parts)


def _sector(content: bytes, number: int, size: int, offset: int) -> bytes:
    at = offset + number * size
    if at >= len(content):
        raise ValueError("a sector lies outside the file")
    return content[at : at + size].ljust(size, b"\0")


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content)


def _entry(content: bytes) -> Entry:
    length, kind = struct.unpack_from("<HB", content, 64)
    name = content[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    start, size = struct.unpack_from("<II", content, 116)
    return Entry(name, kind, start, size)

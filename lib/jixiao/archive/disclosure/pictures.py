"""What a PNG or JPEG holds beside its picture: texts, Exif, XMP, IPTC, comments."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
_HARMLESS = ("Software",)  # a text of a PNG that names the program
_OF_JPEG = {0xE1: "Exif", 0xED: "IPTC", 0xFE: "注释"}
_SCAN = 0xDA  # from here on a JPEG is its picture
_MOST = 1_000_000  # bytes of a compressed text that are looked at


def said_by(content: bytes) -> Iterator[tuple[str, str]]:
    """Name and text of each; nothing for files of another kind."""
    if content.startswith(PNG):
        yield from _of_png(content)
    elif content.startswith(JPEG):
        yield from _of_jpeg(content)


def _of_png(content: bytes) -> Iterator[tuple[str, str]]:
    at = len(PNG)
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        kind = content[at + 4 : at + 8]
        data = content[at + 8 : at + 8 + length]
        at += length + 12
        if kind == b"eXIf":
            yield "Exif", data.decode("latin-1")
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            name, _, rest = data.partition(b"\0")
            keyword = name.decode("latin-1")
            if keyword not in _HARMLESS:
                yield keyword, _inflated(rest)


def _inflated(rest: bytes) -> str:
    """The text of a chunk, whether it is compressed or not."""
    at = rest.find(b"\x78")
    if rest[:1] in (b"\0", b"\1") and at >= 0:
        try:
            return zlib.decompressobj().decompress(rest[at:], _MOST).decode("utf-8", "replace")
        except zlib.error:
            pass
    return rest.decode("utf-8", "replace")


def _of_jpeg(content: bytes) -> Iterator[tuple[str, str]]:
    at = len(JPEG)
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != _SCAN:
        length = int.from_bytes(content[at + 2 : at + 4])
        if content[at + 1] in _OF_JPEG:
            data = content[at + 4 : at + 2 + length]
            yield _OF_JPEG[content[at + 1]], data.decode("utf-8", "replace")
        at += 2 + length

"""What a PNG or JPEG holds beside its picture: texts, Exif, XMP, IPTC, comments."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
HARMLESS = ("Software",)  # a text of a PNG that names the program
_OF_JPEG = {0xE1: "Exif", 0xED: "IPTC", 0xFE: "注释"}
_SHOWN = {0xE0, 0xE2, 0xEE}  # parts of a JPEG about its colours
_OF_PNG = (  # what its picture is made of
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD hIST pHYs sPLT tIME cICP acTL fcTL fdAT".split()
)
_BEHIND = "图后面的内容"
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
    kind = b""
    while at + 8 <= len(content) and kind != b"IEND":
        length = int.from_bytes(content[at : at + 4])
        kind = content[at + 4 : at + 8]
        data = content[at + 8 : at + 8 + length]
        at += length + 12
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            name, _, rest = data.partition(b"\0")
            yield name.decode("latin-1"), _inflated(rest)
        elif kind not in _OF_PNG:
            yield "Exif" if kind == b"eXIf" else kind.decode("latin-1"), _text(data)
    if kind == b"IEND" and content[at:].strip(b"\0"):
        yield _BEHIND, _text(content[at:])


def _text(data: bytes) -> str:
    """Bytes as far as they are text; of UTF-16 every second one is a NUL, which `plain` leaves out."""
    return data.decode("utf-8", "replace")


def _inflated(rest: bytes) -> str:
    """The text of a chunk, whether it is compressed or not."""
    at = rest.find(b"\x78")
    if rest[:1] in (b"\0", b"\1") and at >= 0:
        try:
            return zlib.decompressobj().decompress(rest[at:], _MOST).decode("utf-8", "replace")
        except zlib.error:
            pass
    return _text(rest)


def _of_jpeg(content: bytes) -> Iterator[tuple[str, str]]:
    at = len(JPEG)
    while at + 4 <= len(content) and content[at] == 0xFF and (kind := content[at + 1]) != _SCAN:
        if kind == 0xFF:  # bytes may be filled up with it
            at += 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        if kind in _OF_JPEG or (0xE0 <= kind <= 0xEF and kind not in _SHOWN):
            yield _OF_JPEG.get(kind, f"APP{kind - 0xE0}"), _text(content[at + 4 : at + 2 + length])
        at += 2 + length
    _, end, behind = content.rpartition(b"\xff\xd9")
    if end and behind.strip(b"\0"):
        yield _BEHIND, _text(behind)

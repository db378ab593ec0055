"""Workbooks of one cell that are encrypted with a password, as a whole or as an .xls."""

from __future__ import annotations

import io
import random
import struct
from hashlib import md5

from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.rc4 import DocumentRC4

from raw_compounds import BOOK, SHEET, STYLE, part, single
from raw_workbooks import package, parts


def encrypted(password: str) -> bytes:
    """A workbook encrypted as a whole, with a part that makes it as long as real ones are."""
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    more = {"[Content_Types].xml": types, "docProps/thumbnail.jpeg": random.Random(1).randbytes(8000)}
    whole = package(parts("<row><c><v>7</v></c></row>") | more)
    made = io.BytesIO()
    OOXMLFile(io.BytesIO(whole)).encrypt(password, made)
    return made.getvalue()


def encrypted_xls(password: str) -> bytes:
    """An .xls file with one cell, encrypted by RC4 ([MS-XLS] 2.2.10)."""
    salt, verifier = bytes(range(16)), b"v" * 16
    key = io.BytesIO(verifier + md5(verifier, usedforsecurity=False).digest())
    asked = struct.pack("<HHH", 1, 1, 1) + salt + DocumentRC4.decrypt(password, salt, key).read()
    start = 0
    for _ in range(2):  # once for its length
        sheet = (0x85, struct.pack("<IBBBB", start, 0, 0, 1, 0) + b"A")
        head = part(BOOK, (0x2F, asked), STYLE, sheet)
        start = len(head)
    plain = head + part(SHEET, (0x203, struct.pack("<HHHd", 0, 0, 0, 7)), (0x5D, bytes(-(len(head) + 2) % 4)))
    assert len(plain) % 4 == 0  # as in real files, whose end is padded with records of nothing
    coded = DocumentRC4.decrypt(password, salt, io.BytesIO(plain), blocksize=1024).read()
    made = bytearray(plain)
    at = 0
    while at < len(plain):
        kind, length = struct.unpack_from("<HH", plain, at)
        first = at + 4 + (4 if kind == 0x85 else 0)
        if kind not in (0x809, 0x2F):
            made[first : at + 4 + length] = coded[first : at + 4 + length]
        at += 4 + length
    return single("Workbook", bytes(made))

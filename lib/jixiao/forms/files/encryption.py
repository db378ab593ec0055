"""Opens workbooks that are encrypted with the password that Excel itself uses where nobody has set one.

Excel encrypts a workbook whose structure is protected, or that is only recommended for reading, with a password known to
all programs, and asks nobody for it ([MS-OFFCRYPTO] 2.4.2.3).
"""

from __future__ import annotations

import io
import re

from jixiao.forms.files import compound
from jixiao.forms.files.packages import damaged, protected
from jixiao.kit.errors import FormError
from jixiao.kit.limits import ENCRYPTED_XLS, KEY_ROUNDS

_KNOWN = "VelvetSweatshop"
_AGILE = b"\x04\x00\x04\x00"
_SPINS = re.compile(rb"""spinCount\s*=\s*["'](\d{1,9})["']""")


def opened(content: bytes, file: str) -> bytes:
    """The workbook in an encrypted compound file; FormError where it asks for a password of its own, or is damaged."""
    import msoffcrypto  # 0.1 s, for few files

    made = io.BytesIO()
    try:
        whole = _is_whole(compound.open_compound(content))
        if not whole and len(content) > ENCRYPTED_XLS:
            raise damaged(file, f"文件加了密，又超过 {ENCRYPTED_XLS // 1_000_000} MB")
        encrypted = msoffcrypto.OfficeFile(io.BytesIO(content))
        encrypted.load_key(
            password=_KNOWN, **({"verify_password": True} if whole else {})
        )  # .xls is always verified
    except FormError:
        raise
    except Exception:  # of damaged or unknown encryption come errors of nearly every kind
        raise protected(file) from None
    try:
        encrypted.decrypt(made)
    except Exception:
        raise damaged(file) from None
    return made.getvalue()


def _is_whole(package: compound.Compound) -> bool:
    """Whether a whole package is encrypted, and no stream of an .xls; ValueError for a key that is made to cost time."""
    if "EncryptedPackage" not in package.names():
        return False
    info = package.stream("EncryptionInfo")
    spins = [int(found) for found in _SPINS.findall(info)]
    agile = info.startswith(_AGILE)
    if agile and (not spins or info.count(b"spinCount") != len(spins) or max(spins) > KEY_ROUNDS):
        raise ValueError("a key that takes long to derive")
    if agile and b"<!" in info:
        raise ValueError("entities in the description of a key")
    return True

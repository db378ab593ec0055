"""The licence of a report: the address of the one that the parameters name."""

from __future__ import annotations

import re

_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")


def address(licence: str) -> str:
    """Where the text of a licence stands: its own address, or the one of its SPDX identifier; "" for plain words."""
    if re.match(r"https?://\S+$", licence):
        return licence
    return f"https://spdx.org/licenses/{licence}" if _SPDX.fullmatch(licence) else ""

"""What a cell of a drawn form shows."""

from __future__ import annotations

import re
from typing import Any, NamedTuple


class Shown(NamedTuple):
    """What a cell shows, what is stored in it, and its number format."""

    text: str
    value: Any
    format: str = ""


def plain(text: str) -> Shown:
    """A number stored as such where `text` is one and shows nothing that its format would have to add; or the text."""
    if re.fullmatch(r"-?(0|[1-9]\d{0,11})(\.\d*[1-9])?", text):
        return Shown(text, float(text) if "." in text else int(text))
    return Shown(text, text or None)

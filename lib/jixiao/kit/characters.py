"""Characters that nobody sees, such as those of zero width and those that turn the direction of a text."""

from __future__ import annotations

import re
import unicodedata

_LINES = "\n\r\t"
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, format, half of a pair, separators of lines
# Text that no file of the kit can hold: a NUL, and halves of pairs, which UTF-8 does not have
_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")


def unseen(text: str) -> str:
    """The first character of `text` that nobody sees, as U+200B; "" where there is none. Ends of lines are seen."""
    if text.isprintable():
        return ""
    hidden = (ch for ch in text if ch not in _LINES and unicodedata.category(ch) in _UNSEEN)
    return next((code_of(ch) for ch in hidden), "")


def no_text(text: str) -> str:
    """The first character of `text` that is none, as U+0000 or U+D800; "" where there is none."""
    found = _NO_TEXT.search(text)
    return code_of(found[0]) if found else ""


def code_of(character: str) -> str:
    """The number of a character as Unicode writes it."""
    return f"U+{ord(character):04X}"

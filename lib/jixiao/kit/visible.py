"""Texts of others as they may be shown: nothing in them steers a terminal, turns the order of what follows or hides."""

from __future__ import annotations

import json
import re

# Controls, marks of direction, characters without width, ends of lines, halves of pairs
_STEERING = (
    r"\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e00ff"
)
# Letters and marks that Python calls printable although nothing of them shows
_UNSEEN = r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
_NOT_SHOWN = re.compile(f"[{_UNSEEN}]")
_IN_A_FILE = re.compile(f"(?!\n)[{_STEERING}{_UNSEEN}]")


def visible(text: str) -> str:
    """`text` as a terminal may get it: a blank for each character that steers it, nothing for those that do not show."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(ch if ch.isprintable() else " " for ch in _NOT_SHOWN.sub("", text))


def escaped(text: str) -> str:
    """The text of a JSON document with an escape for each such character, so that it says the same when it is read."""
    return _IN_A_FILE.sub(lambda found: json.dumps(found[0])[1:-1], text)

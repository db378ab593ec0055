"""The text of a Word file as Word shows it: with the numbers that its lists give to headings."""

from __future__ import annotations

import io
import zipfile
from collections import Counter

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"


def shown(data: bytes) -> list[tuple[str, str]]:
    """Style and text of each paragraph, those of tables too."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        document, styles, numbering = (
            etree.fromstring(archive.read(f"word/{name}.xml")) for name in ("document", "styles", "numbering")
        )
    own = {style.get(f"{W}styleId"): style.find(f"{W}pPr/{W}numPr") for style in styles.iter(f"{W}style")}
    abstract = {one.get(f"{W}abstractNumId"): one for one in numbering.iter(f"{W}abstractNum")}
    lists = {
        one.get(f"{W}numId"): abstract[one.find(f"{W}abstractNumId").get(f"{W}val")]
        for one in numbering.iter(f"{W}num")
    }
    counts: Counter = Counter()
    lines = []
    for paragraph in document.iter(f"{W}p"):
        style = _value(paragraph.find(f"{W}pPr/{W}pStyle"), "")
        words = "".join(part.text or "" for part in paragraph.iter(f"{W}t"))
        direct = paragraph.find(f"{W}pPr/{W}numPr")
        place = own.get(style) if direct is None else direct
        if place is not None and _value(place.find(f"{W}numId"), "0") in lists:
            number = place.find(f"{W}numId").get(f"{W}val")
            level = int(_value(place.find(f"{W}ilvl"), "0"))
            counts[number, level] += 1
            for below in range(level + 1, 9):
                counts[number, below] = 0
            words = _number(lists[number], level, counts[number, level]) + words
        lines.append((style, words))
    return lines


def _number(one, level: int, count: int) -> str:
    """The number of a level of a list; nothing where it is a bullet or stands apart from the text."""
    about = next(found for found in one.iter(f"{W}lvl") if found.get(f"{W}ilvl") == str(level))
    if _value(about.find(f"{W}suff"), "tab") != "nothing":
        return ""
    tens, ones = divmod(count, 10)
    chinese = (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
    said = str(count) if _value(about.find(f"{W}numFmt"), "") == "decimal" else chinese
    return about.find(f"{W}lvlText").get(f"{W}val").replace(f"%{level + 1}", said)


def _value(mark, default: str) -> str:
    return default if mark is None else mark.get(f"{W}val")

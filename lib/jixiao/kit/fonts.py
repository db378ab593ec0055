"""The fonts of documents, and the check that they have every character of a text before it is rendered."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from struct import iter_unpack

from jixiao.kit.errors import ExportError, Fault, one_line

SERIF = "serif"
SANS = "sans"
FAMILIES: Mapping[str, str] = {SERIF: "Noto Serif CJK SC", SANS: "Noto Sans CJK SC"}
_FILES: Mapping[str, str] = {SERIF: "NotoSerifCJKsc-Regular.otf", SANS: "NotoSansCJKsc-Regular.otf"}
_NAMES: Mapping[str, str] = {SERIF: "宋体", SANS: "黑体"}
_AROUND = 8  # characters shown either side of a missing one
_SHOWN = 5  # faults named in one error


def font_files() -> dict[str, Path]:
    """The font file of each role (serif, sans); ExportError when one is not on this machine."""
    files = {role: folder() / name for role, name in _FILES.items()}
    lost = [_lost_file(role, path.name) for role, path in files.items() if not path.is_file()]
    if lost:
        raise ExportError(*lost)
    return files


def folder() -> Path:
    """The folder of the fonts that come with the package mplfonts, found without importing it."""
    spec = find_spec("mplfonts")
    if spec is None or not spec.submodule_search_locations:
        raise ExportError(*(_lost_file(role, name) for role, name in _FILES.items()))
    return Path(spec.submodule_search_locations[0]) / "fonts"


def require(text: str, role: str, place: str = "正文") -> None:
    """Raise ExportError if the font of `role` lacks a character of `text`; it names the first few, found in `place`."""
    gaps = list(missing(text, role))
    faults = [_gap(text, at, role, place) for at in gaps[:_SHOWN]]
    if faults:
        if len(gaps) > _SHOWN:
            faults.append(Fault(place, f"另有 {len(gaps) - _SHOWN} 个字符缺字"))
        raise ExportError(*faults)


def missing(text: str, role: str) -> Iterator[int]:
    """The first position in `text` of each character that the font of `role` lacks."""
    known = coverage(role)
    seen: set[str] = set()
    for at, char in enumerate(text):
        if char not in seen and ord(char) not in known:
            # Blanks, variation selectors and invisible marks of writing direction draw nothing.
            selector = 0xFE00 <= ord(char) <= 0xFE0F
            if not (char.isspace() or selector or unicodedata.category(char) == "Cf"):
                yield at
        seen.add(char)


@cache
def coverage(role: str) -> frozenset[int]:
    """The code points for which the font of `role` has a glyph."""
    from fontTools.ttLib import TTFont

    path = font_files()[role]
    try:
        with TTFont(path, lazy=True) as font:
            return _mapped(font.reader["cmap"]) or frozenset(font.getBestCmap())
    except Exception as error:  # fontTools raises many kinds for a damaged file
        raise ExportError(
            Fault(path.name, f"字体文件读不出来（{error}）", "完整的字体文件", "重新安装 mplfonts")
        ) from error


def _mapped(table: bytes) -> frozenset[int]:
    """The code points in the format 12 subtables of a font's cmap table.

    They are read here because fontTools would first make up names for 43,000 glyphs.
    """
    found: set[int] = set()
    for at in range(int.from_bytes(table[2:4])):
        start = int.from_bytes(table[8 + at * 8 : 12 + at * 8])
        if table[start : start + 2] == b"\x00\x0c":
            groups = int.from_bytes(table[start + 12 : start + 16])
            for first, last, glyph in iter_unpack(">III", table[start + 16 : start + 16 + groups * 12]):
                found.update(range(first if glyph else first + 1, last + 1))
    return frozenset(found)


def _gap(text: str, at: int, role: str, place: str) -> Fault:
    around = one_line(text[max(0, at - _AROUND) : at + _AROUND + 1])
    char = text[at]
    name = unicodedata.name(char, "未命名字符")
    named = f"“{char}”（U+{ord(char):04X} {name}）" if char.isprintable() else f"U+{ord(char):04X}（{name}）"
    found = f"{_NAMES[role]}字体 {FAMILIES[role]} 没有字符 {named}"
    return Fault(f"{place}“{around}”", found, remedy="改用字体里有的字或写法")


def _lost_file(role: str, name: str) -> Fault:
    return Fault(f"{_NAMES[role]}字体", f"找不到字体文件 {name}", "mplfonts 自带的字体", "重新安装 mplfonts")

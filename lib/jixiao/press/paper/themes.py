"""The look of printed documents as data: a theme of ours, and what the file of an office changes in it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.kit import fonts, places, strict_yaml
from jixiao.kit.errors import Fault, ParameterError, PlaceError

FILE = "params/theme.yml"
DEFAULT = "gongwen"
_FOLDER = Path(__file__).parent / "themes"
_POINTS = 72 / 25.4  # of a millimetre
_LONGEST = 40  # characters of a line of the letterhead
_ROOM = 100  # mm: no page has a type area narrower or lower than that


@dataclass(frozen=True)
class Theme:
    """A theme; lengths in millimetres, sizes of type in points; the fields are the keys of a theme file."""

    paper: Mapping[str, float]
    margins: Mapping[str, float]
    grid: Mapping[str, float | None]
    sizes: Mapping[str, float]
    page_number_below: float
    title_room: float
    word_contents: bool
    fonts: Mapping[str, Sequence[str]]
    letterhead: Mapping[str, str]

    @property
    def width(self) -> float:
        """The width of the type area in mm."""
        return self.paper["width"] - self.margins["left"] - self.margins["right"]

    @property
    def height(self) -> float:
        """The height of the type area in mm."""
        return self.paper["height"] - self.margins["top"] - self.margins["bottom"]

    @property
    def pitch(self) -> float:
        """From line to line in points, a little less than the grid says so that the last line has its place."""
        return self.grid["pitch"] or _floored(self.height * _POINTS / self.grid["lines"])

    @property
    def step(self) -> float:
        """From character to character in points."""
        return _floored(self.width * _POINTS / self.grid["characters"])

    def em(self, size: str, width: float | None = None) -> float:
        """The width of a line in em of the type of `size`."""
        return (width or self.width) * _POINTS / self.sizes[size]

    def families(self) -> dict[str, list[str]]:
        """role -> its fonts in the order they are taken, those that come along at the end."""
        bundled = [fonts.FAMILIES[kind] for kind in (fonts.SERIF, fonts.SANS)]
        return {role: list(dict.fromkeys([*named, *bundled])) for role, named in self.fonts.items()}

    def as_json(self, families: Mapping[str, Sequence[str]]) -> str:
        """What the Typst template reads, with the fonts of each role that are there."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        derived = {"pitch": self.pitch, "step": self.step, "fonts": families}
        return json.dumps({**fields, **derived}, ensure_ascii=False, sort_keys=True)


def _floored(points: float) -> float:
    return math.floor(points * 1000) / 1000


@cache
def default() -> Theme:
    """The theme of GB/T 9704 with the fonts that come along."""
    return Theme(**_packaged(DEFAULT))


def packaged() -> list[Theme]:
    """Every theme that comes along."""
    return [Theme(**_packaged(path.stem)) for path in sorted(_FOLDER.glob("*.yml"))]


def here() -> Theme:
    """The theme of the office in whose folder the program runs; the default outside of any."""
    try:
        return of(places.find_root())
    except PlaceError:
        return default()


def of(root: Path) -> Theme:
    """The theme of the office whose folder is `root`; ParameterError when its file says what cannot be."""
    path = root / FILE
    if not path.is_file():
        return default()
    document = strict_yaml.read(path, FILE)
    place = document.place
    changes = document.value
    if not isinstance(changes, dict):
        raise ParameterError(Fault(place(), "不是“键: 值”的形式", "每行一个“键: 值”"))
    base = changes.pop("based_on", DEFAULT)
    names = sorted(file.stem for file in _FOLDER.glob("*.yml"))
    if base not in names:
        raise ParameterError(Fault(place("based_on"), f"没有版式“{base}”", "、".join(names)))
    known = _packaged(base)
    if faults := list(_faults(known, changes, place)):
        raise ParameterError(*faults)
    theme = Theme(**_merged(known, changes))
    if min(theme.width, theme.height) < _ROOM:
        found = f"版心只有 {theme.width:g} × {theme.height:g} 毫米"
        raise ParameterError(Fault(place("margins"), found, f"宽、高都不小于 {_ROOM} 毫米"))
    return theme


def _packaged(name: str) -> dict[str, Any]:
    values = strict_yaml.read(_FOLDER / f"{name}.yml", f"{name}.yml").value
    base = values.pop("based_on", None)
    return _merged(_packaged(base), values) if base else values


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes`, key by key; an empty change changes nothing."""
    both = {
        key: {**base[key], **value} if isinstance(base[key], dict) else value
        for key, value in changes.items()
        if value is not None
    }
    return {**base, **both}


def _faults(known: Mapping[str, Any], changes: Mapping[str, Any], place: Any, *path: str) -> Iterator[Fault]:
    """Every key that a theme does not have, and every value that is not of the kind of the theme's own."""
    for key, value in changes.items():
        here = (*path, key)
        if key not in known:
            yield Fault(place(*here), f"没有名为“{key}”的键", f"只用这些：{'、'.join(known)}")
        elif isinstance(known[key], dict) and isinstance(value, dict):
            yield from _faults(known[key], value, place, *here)
        elif not _fits(known[key], value):
            yield Fault(place(*here), f"{key} 是“{value}”", _expected(known[key]))


def _fits(example: Any, value: Any) -> bool:
    if isinstance(example, list):
        return isinstance(value, list) and all(isinstance(name, str) and name.strip() for name in value)
    if isinstance(example, dict):
        return False
    if isinstance(example, bool):
        return isinstance(value, bool)
    if isinstance(example, str):
        return isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST
    return type(value) in (int, float) and 0 < value < 1000


def _expected(example: Any) -> str:
    if isinstance(example, bool):
        return "true 或 false"
    if isinstance(example, str):
        return f"不超过 {_LONGEST} 字的一行文字"
    if isinstance(example, dict):
        return f"{{{'、'.join(example)}}} 中的键"
    return "字体名称的列表，如 [仿宋_GB2312]" if isinstance(example, list) else "大于零的数"

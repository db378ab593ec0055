"""Headings of a report: their levels, the numbers that they get in the order in which they stand, and the empty ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

APPENDIX = "附录"  # of a report
ATTACHMENT = "附件"  # of a letter
_DIGITS = "一二三四五六七八九"


class Level(Enum):
    """What a heading begins, with the element it is on the page and its depth."""

    SECTION = "section", "h2", 1
    APPENDIX = "appendix", "h2", 1
    ATTACHMENT = "attachment", "h2", 1
    SUBSECTION = "subsection", "h3", 2
    SUBSUBSECTION = "subsubsection", "h4", 3

    def __init__(self, word: str, tag: str, depth: int) -> None:
        self.word = word
        self.tag = tag
        self.depth = depth

    @property
    def before(self) -> str:
        """The word before the number of an appendix or attachment; "" for any other heading."""
        return APPENDIX if self is Level.APPENDIX else ATTACHMENT if self is Level.ATTACHMENT else ""

    def numbered(self, number: int, name: str) -> str:
        """The text of the heading: 一、name, （一）name, 1.name, 附录1 name."""
        match self:
            case Level.SECTION:
                return f"{numeral(number)}、{name}"
            case Level.APPENDIX | Level.ATTACHMENT:
                return f"{self.before}{number} {name}"
            case Level.SUBSECTION:
                return f"（{numeral(number)}）{name}"
            case Level.SUBSUBSECTION:
                return f"{number}.{name}"


@dataclass(frozen=True)
class Heading:
    """A heading without its number."""

    level: Level
    name: str

    def as_json(self) -> dict[str, str]:
        """The heading as an output of a notebook carries it."""
        return {"level": self.level.word, "name": self.name}

    @classmethod
    def from_json(cls, written: Any) -> Heading:
        """The heading that `as_json` wrote; ValueError for anything else."""
        for level in Level:
            if isinstance(written, dict) and written.get("level") == level.word:
                return cls(level, str(written.get("name", "")))
        raise ValueError("no heading")


@dataclass
class Numbering:
    """Numbers headings in the order in which they come.

    In a notebook, where cells run again, the same name below the same heading keeps its number (`again`).
    """

    again: bool = False
    alone: Collection[Level] = ()  # levels with one appendix or attachment only, which has no number
    _names: dict[str, list[str]] = field(default_factory=dict)  # of each level within the heading above it
    _above: list[str] = field(
        default_factory=lambda: ["intro"]
    )  # the anchors that a new heading may stand below

    def add(self, heading: Heading) -> tuple[str, str]:
        """The heading's text with its number, and the anchor that links lead to."""
        level = heading.level
        above = "" if level.depth == 1 else self._above[min(level.depth - 1, len(self._above)) - 1]
        key = f"{above} {level.word}"
        names = self._names.setdefault(key, [])
        if not self.again or heading.name not in names:
            names.append(heading.name)
        number = names.index(heading.name) + 1 if self.again else len(names)
        anchor = f"{above}-{number}" if above else f"{level.word}-{number}"
        self._above = [*self._above[: level.depth - 1], anchor]
        if level.before and level in self.alone:
            return f"{level.before} {heading.name}", anchor
        return level.numbered(number, heading.name), anchor


def kept(parts: Sequence[Heading | None]) -> list[bool]:
    """Tell of each part of a report, None for anything but a heading, whether it stays.

    A heading without anything under it before the next of its depth or above goes.
    """
    found = []
    below = dict.fromkeys(
        (1, 2, 3), False
    )  # depth -> whether a heading of that depth would have something under it
    for part in reversed(parts):
        stays = part is None or below[part.level.depth]
        found.append(stays)
        for depth in below:
            if part is None or depth < part.level.depth:
                below[depth] = below[depth] or stays
            else:
                below[depth] = False
    return found[::-1]


def numeral(number: int) -> str:
    """A number below one hundred as headings write it: 九, 十, 十一, 二十."""
    tens, ones = divmod(number, 10)
    before = _DIGITS[tens - 1] if tens > 1 else ""
    return f"{before}{'十' if tens else ''}{_DIGITS[ones - 1] if ones else ''}"

"""Tells which of two forms of a subject is the later one, by the marks and dates in file name, sheet and title."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from jixiao.kit.codes import Code

_FIRST = (1,)
_COPY = "副本"  # a number behind it counts copies, which may be older or newer
_MOST = 200  # different ranks of one subject: more are not told apart
_DASHES = str.maketrans("–—－―", "----")
_DIGITS = {digit: n for n, digit in enumerate("〇一二三四五六七八九")} | {"两": 2}
_DAYS = (
    re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?:\d{4}(?:\d\d)?)?(?!\d)"),
    re.compile(r"(?<!\d)(20\d\d)\s*[-_./年]\s*(\d{1,2})\s*[-_./月]\s*(\d{1,2})日?(?!\d)"),
)
_ORDINAL = re.compile(
    r"第\s*(\d{1,3}|[一二两三四五六七八九十]{1,3})\s*(?:次|稿|版)"
    r"|(?<![\d.第])(\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:稿|次(?=上报|报送|填报|提交))"
)
_VERSION = re.compile(r"(?<![a-z0-9])v(?:er)?\.?\s*(\d{1,3}(?:\.\d{1,3}){0,2})(?![a-z0-9])")
_COUNT = re.compile(r"\((\d{1,2})\)\s*$|(?<=[^\d\s])\s*[-_]\s*(\d{1,2})\s*$")  # as programs number copies
_BEHIND = re.compile(
    r"[稿版]?\s*[-_(]?\s*(\d{1,2})(?!\d|\s*[月号日年处个项条格行份家页]|[./-]\d)"
)  # 更正2, 更正稿(2)
_BEFORE = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]{1,3})\s*次\s*$")  # 二次更正
_NOT = re.compile(r"[未无不待须需]\s*$")  # 未更正
_NEAR = 8  # characters before a mark that say which one it is
_LAST = (
    "最终",
    "终稿",
    "定稿",
    "final",
)  # 最终版: later than others, but than which corrections nobody knows


class Order(Code):
    """How a form stands to another one of its subject."""

    LATER = "later", "较晚"
    EARLIER = "earlier", "较早"
    SILENT = "silent", "没有说明"
    CONTRADICTORY = "contradictory", "说法不一"


@dataclass(frozen=True)
class Rank:
    """What a form says of when it was made: its number (第2次, (2), v2), its number as a correction, and its date.

    A form without marks is number 1 and no correction; the first correction (更正) is correction 1. `last` counts in
    the same way those that call themselves the last one (最终版).
    """

    number: tuple[int, ...] = _FIRST
    correction: int = 0
    day: dt.date | None = None
    last: int = 0

    @property
    def words(self) -> str:
        """The rank as received.csv has it; `of` gives it back from these words."""
        plain = len(self.number) == 1 and not self.correction  # 第2稿 更正 would be the second correction
        number = f"第{self.number[0]}稿" if plain else "v" + ".".join(map(str, self.number))
        correction = "更正" if self.correction == 1 else f"更正{self.correction}"
        last = "最终" if self.last == 1 else f"最终{self.last}"
        said = (
            number if self.number != _FIRST else "",
            correction if self.correction else "",
            last if self.last else "",
            self.day,
        )
        return " ".join(str(each) for each in said if each)

    @property
    def position(self) -> tuple[tuple[int, ...], int, int, dt.date]:
        """A key that sorts forms of which each two are clear; other forms it puts in some order."""
        return *self._marks, self.day or dt.date.min

    @property
    def _marks(self) -> tuple[tuple[int, ...], int, int]:
        return self.number, self.correction, self.last

    def against(self, other: Rank) -> Order:
        """How the form of this rank stands to that of another: marks count, and dates where marks are silent."""
        more = [ours > theirs for ours, theirs in zip(self._marks, other._marks, strict=True)]  # type: ignore[operator]
        less = [ours < theirs for ours, theirs in zip(self._marks, other._marks, strict=True)]  # type: ignore[operator]
        later = _after(self.day, other.day)
        earlier = _after(other.day, self.day)
        if any(more) and any(less):
            return Order.SILENT  # 更正, 第2次 and 最终版 count different things
        if (any(more) and earlier) or (any(less) and later):
            return Order.CONTRADICTORY
        if any(more) or later:
            return Order.LATER
        return Order.EARLIER if any(less) or earlier else Order.SILENT


def _after(day: dt.date | None, other: dt.date | None) -> bool:
    return day is not None and other is not None and day > other


def of(file: str, sheet: str, title: str, marks: Sequence[str], names: Iterable[str] = ()) -> Rank:
    """The rank of a form by the name of its file and sheet, its title, and the words `marks` for a correction.

    `names` are what the form is about: 第三次土壤普查 is no third delivery.
    """
    path = PurePosixPath(file)
    own = path.name.rpartition(".")[0] or path.name
    said = [(own, True), (sheet, True), (title, False), *((part, False) for part in path.parts[:-1])]
    found = [_of_text(text, marks, names, numbered) for text, numbered in said]
    days = [rank.day for rank in found if rank.day]
    return Rank(
        max(rank.number for rank in found),
        max(rank.correction for rank in found),
        max(days, default=None),
        max(rank.last for rank in found),
    )


def of_forms(forms: pd.DataFrame, marks: Sequence[str], further: Mapping[str, str]) -> list[Rank]:
    """The rank of each row of the frame of forms; `further` is that of the records."""
    columns = ["file", "sheet", "title", "name", "unit", "department", "code", "subject_id"]
    found = []
    filled = forms[columns].astype(object).where(forms[columns].notna(), "")
    for file, sheet, title, *names, subject in filled.itertuples(index=False, name=None):
        texts = (name for name in (*names, further.get(subject, subject)) if name)
        found.append(of(file, sheet, title, marks, texts))
    return found


def read(words: str | None) -> Rank:
    """The rank that `Rank.words` wrote."""
    return _of_text(words or "", ("更正",), (), False)


def unclear(ranks: Iterable[Rank]) -> dict[Rank, list[Rank]]:
    """For each rank of a group those from which neither marks nor dates tell it apart; its own where it comes twice."""
    counts = Counter(ranks)
    if len(counts) > _MOST:
        return {rank: list(counts) for rank in counts}
    apart = (Order.LATER, Order.EARLIER)
    return {
        one: [
            other
            for other in counts
            if (counts[one] > 1 if other == one else one.against(other) not in apart)
        ]
        for one in counts
    }


def _of_text(text: str, marks: Sequence[str], names: Iterable[str], numbered: bool) -> Rank:
    """The rank that one text gives; `numbered` says that a number at its end counts too."""
    rest = _plain(text)
    for name in sorted({_plain(name) for name in names if name}, key=len, reverse=True):
        rest = rest.replace(name, " ")
    days = [day for pattern in _DAYS for match in pattern.finditer(rest) if (day := _day(match))]
    for pattern in _DAYS:
        rest = pattern.sub(" ", rest)
    numbers = [_FIRST, *(tuple(map(int, match[1].split("."))) for match in _VERSION.finditer(rest))]
    ordinals = [_whole(match[1] or match[2]) for match in _ORDINAL.finditer(rest)]
    last, rest = _marked(_ORDINAL.sub("", _VERSION.sub(" ", rest)), _LAST)
    correction, rest = _marked(rest, marks)
    if correction:
        correction = max(correction, *ordinals, 1)
    else:
        numbers += [(each,) for each in ordinals]
    if numbered and _COPY not in rest and (count := _COUNT.search(rest)):
        numbers.append((int(count[1] or count[2]),))
    return Rank(max(numbers), correction, max(days, default=None), last)


def _day(match: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        return None


def _marked(text: str, marks: Sequence[str]) -> tuple[int, str]:
    """The number that a text says behind or before one of the `marks`, 0 for none, and the text without them.

    更正前 and 未更正 are no corrections.
    """
    found = 0
    end = 0
    rest = ""
    for match in re.finditer("|".join(re.escape(_plain(mark)) for mark in marks if mark) or "(?!)", text):
        start = match.start()
        near = text[max(end, start - _NEAR) : start]
        before = _BEFORE.search(near)
        behind = _BEHIND.match(text, match.end())
        if not (_NOT.search(near) or text.startswith("前", match.end())):
            found = max(found, 1, _whole(before[1]) if before else 1, int(behind[1]) if behind else 1)
        rest += f"{text[end : start - (len(before[0]) if before else 0)]} "
        end = behind.end() if behind else match.end()
    return found, rest + text[end:]


def _plain(text: str) -> str:
    """`text` in half-width characters and small letters; a name in it is the same however it is written."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).lower().split())


def _whole(text: str) -> int:
    """第12次, 第十二次: the number as an int."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.get(text[-1], 1)
    return 10 * (_DIGITS.get(tens, 1) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)

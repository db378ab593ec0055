"""The names of single units and projects: tables come in, and what finds their names in texts goes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# The tables that name units and projects, with the column of ids, and how long a name is that is looked for in the
# middle of a sentence: a shorter one, such as 教育局 or 培训经费, is too often a part of other words.
TABLES = {"units": ("unit_id", 4), "subjects": ("subject_id", 6), "key_projects": ("", 6)}
_SET_OFF = 3  # characters of a unit's name that is found where nothing but punctuation is beside it
_MARKS = re.compile(r"[\s、，,；;：:。/|（）()“”‘’\[\]【】《》]+")


@dataclass(frozen=True)
class SingleNames:
    """Names and ids of units and projects that the public edition may not name; `known` are words in which none counts."""

    whole: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    set_off: frozenset[str] = frozenset()
    known: tuple[str, ...] = ()
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        longest_first = sorted(self.inside, key=lambda name: (-len(name), name))
        parts = [_bounded(name) for name in longest_first]
        object.__setattr__(self, "_pattern", re.compile("|".join(parts) or r"(?!)"))

    @classmethod
    def of(
        cls,
        tables: Mapping[str, Iterable[Mapping[str, str | None]]],
        allowed: Sequence[str] = (),
        known: Sequence[str] = (),
    ) -> SingleNames:
        """What the rows of `tables` name, but for those that a table of `allowed` names too."""
        found: dict[str, set[str]] = {name: set() for name in TABLES}
        ids: dict[str, set[str]] = {name: set() for name in TABLES}
        for table, rows in tables.items():
            for row in rows:
                found[table].add(_plain(row.get("name")))
                ids[table].add(_plain(row.get(TABLES[table][0])))
        free = {""}.union(*(found[name] | ids[name] for name in TABLES if name in allowed))
        kept = {name: found[name] - free for name in TABLES if name not in allowed}
        hidden = [ids[name] - free for name in TABLES if name not in allowed]
        whole = frozenset().union(*kept.values(), *hidden)
        inside = {one for name, names in kept.items() for one in names if len(one) >= TABLES[name][1]}
        set_off = {one for one in kept.get("units", ()) if len(one) >= _SET_OFF}
        return cls(whole, frozenset(inside), frozenset(set_off), tuple(filter(None, known)))

    def first(self, text: str) -> str:
        """The first name of a unit or project in a text; "" where there is none."""
        plain = _plain(text)
        if plain in self.whole:
            return plain
        for words in self.known:
            plain = plain.replace(words, "")
        if match := self._pattern.search(plain):
            return match[0]
        return next((part for part in _MARKS.split(plain) if part in self.set_off), "")


def _plain(text: str | None) -> str:
    return " ".join((text or "").removeprefix("'").split())


def _bounded(name: str) -> str:
    """A name that is no part of a longer number or word of letters."""
    before = r"(?<![0-9A-Za-z])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![0-9A-Za-z])" if name[-1].isascii() and name[-1].isalnum() else ""
    return f"{before}{re.escape(name)}{after}"

"""Reads the grammar of claims, and makes of each pattern one that the signs of a passage can be held against."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jixiao.kit import strict_yaml
from jixiao.proofreading.reading.quantities import Nature
from jixiao.proofreading.reading.sentences import BAND, ENDS, NUMBERS, SIGNS, YEAR

FILE = Path(__file__).with_name("grammar.yml")
_SLOT = re.compile(r"\{(\w+):([\w|]+)\}")
_GAP = f"[^{NUMBERS}{BAND}{ENDS}]{{0,30}}?"
_LONG_GAP = f"{_GAP}(?:[{ENDS}]{_GAP})?"
_ANY = f"[^{ENDS}]{{0,80}}?"
_KINDS = {
    **{nature.value: SIGNS[nature] for nature in Nature},
    "number": "".join(
        SIGNS[one] for one in (Nature.COUNT, Nature.AMOUNT, Nature.SCORE, Nature.PLAIN, Nature.MEASURE)
    ),
    "band": BAND,
    "year": YEAR,
}
LIST = "list"
_NO_NUMBER = (LIST, "band", "year")


@dataclass(frozen=True)
class Form:
    """One pattern of a relation: what it says in the grammar, and the same for a machine; slots are its groups of numbers."""

    relation: str
    written: str
    pattern: re.Pattern[str]
    list_first: bool  # the list stands before the match, and not behind it
    slots: tuple[str, ...]


@cache
def forms() -> Mapping[str, tuple[Form, ...]]:
    """The patterns of each relation, in the order of the grammar."""
    document = strict_yaml.read(FILE, FILE.name)
    return {
        relation: tuple(_form(relation, written) for written in patterns)
        for relation, patterns in document.value.items()
    }


def _form(relation: str, written: str) -> Form:
    slots = tuple(match[1] for match in _SLOT.finditer(written) if match[2] not in _NO_NUMBER)
    pattern = _SLOT.sub(_slot, _optional(written))
    pattern = pattern.replace("…", _GAP).replace("¶", _LONG_GAP).replace("~~", ".{0,160}?").replace("~", _ANY)
    list_first = written.startswith("{") and f":{LIST}}}" in written.split("}")[0] + "}"
    return Form(relation, written, re.compile(pattern), list_first, slots)


def _slot(match: re.Match[str]) -> str:
    name, kind = match.groups()
    if kind == LIST:
        return ""
    signs = "".join(_KINDS[one] for one in kind.split("|"))
    return f"(?P<{name}>[{signs}])"


def _optional(written: str) -> str:
    """`[…{x:kind}…]` with a slot in it, or with several signs, may be missing; a class of single signs stays one."""
    return re.sub(r"\[([^\[\]]*\{[^\[\]]*)\]", r"(?:\1)?", written)

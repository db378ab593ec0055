"""Reads the cards of the rules by which drafts are proofread: what each looks at, why, and an example of either side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.kit import strict_yaml
from jixiao.kit.errors import Fault, PolicyError
from jixiao.kit.strict_yaml import Document, key_faults
from jixiao.rules.check_values import RULE_ID

FILE = Path(__file__).with_name("P.yml")
FAMILY = "P"
_KEYS = ("name", "meaning", "why", "false_positives", "remedy", "passing", "failing")


@dataclass(frozen=True)
class Card:
    """What users are told about one rule; an example is a text in Markdown."""

    id: str
    name: str
    meaning: str
    why: str
    false_positives: str
    remedy: str
    passing: str
    failing: str

    def as_json(self) -> dict[str, Any]:
        """The card as names and values, for JSON."""
        return asdict(self)


@cache
def read() -> Mapping[str, Card]:
    """The cards of all rules by their ids; PolicyError lists every fault of the file."""
    document = strict_yaml.read(FILE, f"proofreading/rules/{FILE.name}", PolicyError)
    faults = list(_faults(document))
    if faults:
        raise PolicyError(*faults)
    return {rule: Card(id=rule, **content) for rule, content in sorted(document.value.items())}


def _faults(document: Document) -> Iterator[Fault]:
    for rule, content in document.value.items():
        if not RULE_ID.fullmatch(rule) or rule[0] != FAMILY:
            yield Fault(document.place(rule), f"规则号是“{rule}”", f"{FAMILY} 加两位数字")
        yield from key_faults(document, content, _KEYS, rule)


def as_text(card: Card) -> str:
    """A card as lines for a terminal."""
    said = [
        f"{heading}：{text}" if "\n" not in text else f"{heading}：\n{text}"
        for heading, text in sections(card)
    ]
    return "\n".join([f"{card.id} {card.name}（校对）", *said])


def sections(card: Card) -> Iterator[tuple[str, str]]:
    """The heading and the text of each part of a card."""
    yield "含义", card.meaning
    yield "为什么", card.why
    yield "可能的误报", card.false_positives
    yield "改法", card.remedy
    yield "对的例子", card.passing.rstrip("\n")
    yield "错的例子", card.failing.rstrip("\n")

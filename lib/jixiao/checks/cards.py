"""Reads the cards of the checks: what each rule means, why it matters, and an example of either side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.forms.records.records import FORMS, PARTS
from jixiao.kit import strict_yaml
from jixiao.kit.codes import Code
from jixiao.kit.errors import Fault, PolicyError
from jixiao.kit.strict_yaml import Document, key_faults
from jixiao.rules.check_values import RULE_ID
from jixiao.year.schemas import SCHEMAS
from jixiao.year.words import Severity

FOLDER = Path(__file__).parent / "cards"
LONGEST_NAME = 12

_TEXTS = ("name", "severity", "meaning", "why", "false_positives", "remedy")
_AS_WRITTEN = ("name", "meaning", "why", "false_positives", "remedy", "passing", "failing")
_KEYS = (*_TEXTS, "reference", "parameters", "passing", "failing")
_OPTIONAL = ("parameters",)
_REFERENCE = ("title", "number", "article")
_BESIDE = ("params", "policy", "settings", "published", "before", "quoted", "known")
_EXAMPLE = (*SCHEMAS, FORMS, PARTS, *_BESIDE, "sheet", "hidden_rows", "at")


class Family(Code):
    """What the rules of one family look at; their ids begin with its letter."""

    FILES = "F", "文件和表"
    GOALS = "G", "绩效目标和指标"
    SELF_EVALUATION = "S", "单位自评"
    REVIEW = "R", "复核"
    COVERAGE = "C", "抽查和覆盖"
    KEY_PROJECTS = "K", "重点评价"
    DISCLOSURE = "D", "报告和公开"
    MONITORING = "M", "运行监控"

    @property
    def of_a_year(self) -> bool:
        """Whether these rules judge the work of a whole year, which a batch of forms is not."""
        return self in (Family.COVERAGE, Family.KEY_PROJECTS)


OTHER_WORK: tuple[Family, ...] = (Family.MONITORING,)  # families that look at forms which are no evaluations


@dataclass(frozen=True)
class Reference:
    """The law or standard that a rule rests on; `number` and `article` are "" where there is none."""

    title: str
    number: str
    article: str

    @property
    def citation(self) -> str:
        """The source as readers cite it: 《title》（number）article."""
        return f"《{self.title}》{f'（{self.number}）' if self.number else ''}{self.article}"


@dataclass(frozen=True)
class Card:
    """What users are told about one rule of the checks.

    An example says which values differ from a form without faults, or shows a whole sheet as text.
    """

    id: str
    family: Family
    name: str
    severity: Severity
    meaning: str
    why: str
    reference: Reference
    false_positives: str
    remedy: str
    parameters: Mapping[str, str]
    passing: Mapping[str, Any]
    failing: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The card as names and values, for JSON."""
        return asdict(self)


@cache
def read() -> Mapping[str, Card]:
    """Read the cards of all rules, in the order of families and ids; PolicyError lists every fault of a file."""
    found: dict[str, Card] = {}
    for family in Family:
        name = f"{family}.yml"
        document = strict_yaml.read(FOLDER / name, f"checks/cards/{name}", PolicyError)
        found |= {card.id: card for card in parse(document, family)}
    return found


def parse(document: Document, family: Family) -> list[Card]:
    """The cards in the file of one family, in the order of their ids; PolicyError lists every fault with its line."""
    faults = list(_faults(document, family))
    if faults:
        raise PolicyError(*faults)
    return [
        Card(
            id=rule,
            family=family,
            severity=Severity.of(content["severity"]),
            reference=Reference(**content["reference"]),
            parameters=content.get("parameters", {}),
            **{key: content[key] for key in _AS_WRITTEN},
        )
        for rule, content in sorted(document.value.items())
    ]


def as_text(card: Card, given: Mapping[str, Any] | None = None) -> str:
    """A card as lines for a terminal; `given` are the parameters in force, by name."""
    lines = [
        f"{heading}：{text}" if "\n" not in text else f"{heading}：\n{text}"
        for heading, text in sections(card, given or {})
    ]
    return "\n".join([f"{card.id} {card.name}（{card.severity.words}）", *lines])


def sections(card: Card, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The heading and the text of each part of a card; an example that is a sheet has several lines."""
    yield "含义", card.meaning
    yield "为什么", card.why
    yield "依据", card.reference.citation
    yield "可能的误报", card.false_positives
    yield "改法", card.remedy
    for name, meaning in card.parameters.items():
        yield f"参数 {name}", meaning + (f"，现为 {_setting(given[name])}" if name in given else "")
    yield "对的例子", _example(card.passing)
    yield "错的例子", _example(card.failing)


def _setting(value: Any) -> str:
    if isinstance(value, Mapping):
        return "；".join(f"{name}（{_setting(words)}）" for name, words in value.items())
    return ("、".join(value) or "无") if isinstance(value, tuple) else str(value)


def _example(side: Mapping[str, Any]) -> str:
    """An example as text: the values that differ from a form without faults, or the sheet, then where the finding is."""
    at = side.get("at", ())
    if "sheet" in side:
        return side["sheet"].rstrip("\n") + (f"\n→ {at}" if at else "")
    tables = {name: rows for name, rows in side.items() if name not in ("at", "known")}
    tables |= {f"台账的 {name}": rows for name, rows in side.get("known", {}).items()}
    differing = "；".join(f"{table} {_rows(rows)}" for table, rows in tables.items())
    where = f" → {at[0]} {f'第 {at[1]} 行 ' if at[1] else ''}{at[2]}".rstrip() if at else ""
    return (differing or "与底样相同") + where


def _rows(rows: Any) -> str:
    if isinstance(rows, Mapping):
        return "，".join(
            f"{name}={'（空）' if value in (None, '') else value}" for name, value in rows.items()
        )
    if not isinstance(rows, list):
        return str(rows)
    texts = {n: "删去" if row is None else _rows(row) for n, row in enumerate(rows, 1) if row != {}}
    count = [] if len(rows) in texts else [f"共 {len(rows)} 行"]
    return "，".join([*(f"第 {n} 行 {text}" for n, text in texts.items()), *count])


def _faults(document: Document, family: Family) -> Iterator[Fault]:
    if not isinstance(document.value, dict):
        yield Fault(document.place(), "不是“规则: 内容”的形式")
        return
    for rule, content in document.value.items():
        if not RULE_ID.fullmatch(rule) or rule[0] != family:
            yield Fault(document.place(rule), f"规则号是“{rule}”", f"{family} 加两位数字")
        problems = list(key_faults(document, content, _KEYS, rule, optional=_OPTIONAL))
        yield from problems or _content_faults(document, rule, content)


def _content_faults(document: Document, rule: str, content: Mapping[str, Any]) -> Iterator[Fault]:
    for key in _TEXTS:
        if not isinstance(content[key], str) or not content[key].strip():
            yield Fault(document.place(rule, key), f"{key} 没有写文字")
    if content["severity"] not in tuple(Severity):
        yield Fault(document.place(rule, "severity"), f"是“{content['severity']}”", "E、W 或 I")
    if len(str(content["name"])) > LONGEST_NAME:
        yield Fault(document.place(rule, "name"), f"“{content['name']}”太长", f"不超过 {LONGEST_NAME} 个字")
    yield from key_faults(document, content["reference"], _REFERENCE, rule, "reference")
    for side in ("passing", "failing"):
        yield from key_faults(document, content[side], _EXAMPLE, rule, side, optional=_EXAMPLE)
        if isinstance(content[side], dict) and ("at" in content[side]) != (side == "failing"):
            yield Fault(document.place(rule, side), "at 只写在 failing 里，并且必须写")

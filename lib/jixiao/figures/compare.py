"""Holds the figures of a year against those of the published report (published.yml)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jixiao.figures.model import LIST_MARK, Figures
from jixiao.kit import numbers, places, strict_yaml
from jixiao.kit.codes import Code
from jixiao.kit.errors import Fault, TableError, one_line
from jixiao.kit.strict_yaml import Document, key_faults
from jixiao.year.params import Params

FILE = "published.yml"
LAST_YEAR = "last_year"  # figures of the year before as this year's report quotes them
_REMARKS = "known_misprints"  # what is known about the published text, no figure of it
_MISPRINT = {"printed", "right", "because"}
_MISPRINT_FORM = "{printed: 印的, right: 正确的, because: 原因}"


class State(Code):
    """How a published fact stands to the figure of its key."""

    EQUAL = "equal", "一致"
    MISPRINT = "misprint", "已知误印"
    DIFFERENT = "different", "不一致"


@dataclass(frozen=True)
class Misprint:
    """What a published report printed where something else is right, and why; declared in published.yml."""

    printed: Decimal | str
    right: Decimal | str
    because: str


@dataclass(frozen=True)
class Comparison:
    """One published fact beside the figure of the same key; `computed` is None where there is no figure.

    `because` says why a known misprint was printed so, and what is right where the figure is not that.
    """

    key: str
    label: str
    published: str
    computed: str | None
    state: State
    because: str = ""

    def as_json(self) -> dict[str, Any]:
        """The comparison as names and values, for JSON."""
        return {**asdict(self), "equal": self.state == State.EQUAL}


_NO_MISPRINTS: Mapping[str, Misprint] = MappingProxyType({})


def published(root: Path, params: Params) -> dict[str, Decimal | str]:
    """Read the published facts of the year by figure key, of misprints what is right; none without a published.yml."""
    return _right(_facts(_read(root, params.data_folder)))


def misprints(root: Path, params: Params) -> dict[str, Misprint]:
    """Read the known misprints of the year's published report by figure key."""
    facts = _facts(_read(root, params.data_folder))
    return {key: fact for key, fact in facts.items() if isinstance(fact, Misprint)}


def remarks(root: Path, params: Params) -> tuple[str, ...]:
    """Read what is known about the text of the year's published report beside its figures, a sentence each."""
    said = _read(root, params.data_folder).get(_REMARKS, ())
    return tuple(said) if isinstance(said, list) else ()


def before(root: Path, params: Params) -> tuple[dict[str, Decimal | str], dict[str, Decimal | str]]:
    """Read what was published a year earlier, and those of its figures that this year's report quotes."""
    quoted = _read(root, params.data_folder).get(LAST_YEAR, {})
    earlier = _facts(_read(root, str(params.report_year - 1)))
    return _right(earlier), _right(dict(_flat(quoted)))


def _facts(content: Mapping[str, Any]) -> dict[str, Decimal | str | Misprint]:
    return dict(_flat({key: value for key, value in content.items() if key not in (_REMARKS, LAST_YEAR)}))


def _right(facts: Mapping[str, Decimal | str | Misprint]) -> dict[str, Decimal | str]:
    return {key: fact.right if isinstance(fact, Misprint) else fact for key, fact in facts.items()}


def _read(root: Path, data_folder: str) -> Mapping[str, Any]:
    """Read a year's published.yml; TableError lists its faults."""
    folder = places.inside(root / "data", data_folder, "参数 data_folder")
    name = f"{places.shown(folder, root)}/{FILE}"
    if not (folder / FILE).is_file():
        return {}
    document = strict_yaml.read(places.inside(folder, FILE, name), name, TableError)
    faults = list(_faults(document, document.value))
    if not faults and not isinstance(document.value.get(LAST_YEAR, {}), dict):
        faults = [Fault(document.place(LAST_YEAR), "不是“键: 值”的形式", "统计数的键: 上年数")]
    if faults:
        raise TableError(*faults)
    content: Mapping[str, Any] = document.value
    return content


def _faults(document: Document, value: Any, *path: str) -> Iterator[Fault]:
    """Find what is neither a nested key nor a number, a text or a list of these, and misprints without a reason."""
    if isinstance(value, dict) and path and _MISPRINT & value.keys():
        yield from _misprint_faults(document, value, *path)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _faults(document, each, *path, key)
    elif not path or isinstance(value, bool):
        yield Fault(document.place(*path), f"是“{value}”", "“键: 值”，值为数、文字或文字的列表")
    elif isinstance(value, list) and not all(isinstance(each, str | int) for each in value):
        yield Fault(document.place(*path), "列表里不是文字", "[文字, 文字]")


def _misprint_faults(document: Document, value: Mapping[str, Any], *path: str) -> Iterator[Fault]:
    """Find what keeps a misprint from being one: another form, no reason, or nothing wrong in it."""
    place = document.place(*path)
    problems = list(key_faults(document, value, ("printed", "right", "because"), *path))
    if problems:
        yield from problems
    elif not all(type(value[part]) in (int, float, str, list) for part in ("printed", "right")):
        yield Fault(place, "误印的写法不对", _MISPRINT_FORM)
    elif not isinstance(value["because"], str) or not value["because"].strip():
        yield Fault(place, "没有写误印的原因（because）", _MISPRINT_FORM)
    elif value["printed"] == value["right"]:
        yield Fault(place, "printed 和 right 相同", "印错的和正确的")


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Decimal | str | Misprint]]:
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and value.keys() == _MISPRINT:
            yield key, Misprint(_fact(value["printed"]), _fact(value["right"]), value["because"].strip())
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        elif value is not None:
            yield key, _fact(value)


def _fact(value: Any) -> Decimal | str:
    """A published value: a list is its parts joined."""
    if isinstance(value, list):
        return LIST_MARK.join(map(str, value))
    return Decimal(repr(value)) if isinstance(value, int | float) else str(value)


def compare(
    facts: Mapping[str, Decimal | str], figures: Figures, known: Mapping[str, Misprint] = _NO_MISPRINTS
) -> list[Comparison]:
    """Hold every published fact against its figure, in the published order; numbers compare by value.

    Of the `known` misprints it is what is right that the figure must equal.
    """
    rows: list[Comparison] = []
    for key, fact in facts.items():
        misprint = known.get(key)
        said = misprint.printed if misprint else fact
        text = numbers.plain(said) if isinstance(said, Decimal) else said
        if key not in figures:
            rows.append(Comparison(key, "", text, None, State.DIFFERENT))
            continue
        figure = figures[key]
        computed = None if figure.value is None else figure.number
        because = misprint.because if misprint else ""
        right = State.MISPRINT if misprint else State.EQUAL
        state = right if figure.equals(fact) else State.DIFFERENT
        if misprint and state == State.DIFFERENT:  # the figure may well be what was printed
            because = f"误印，应为 {numbers.plain(fact) if isinstance(fact, Decimal) else fact}：{because}"
        rows.append(Comparison(key, figure.label, text, computed, state, because))
    return rows


def skeleton(figures: Figures) -> str:
    """A published.yml to fill in: the key of every figure without a value, its label behind it."""
    first = "# 照录公布的报告里印的数，没有印的删去；印错的写 {printed: 印的, right: 正确的, because: 原因}。"
    lines = [f"{_key(one.key)}: null  # {one_line(one.label)}" for one in figures.values()]
    return "\n".join([first, *lines]) + "\n"


def _key(key: str) -> str:
    """A key as YAML reads it; that of a band has brackets, one without a dot may be a word like null: both in quotes."""
    return key if re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", key) else json.dumps(key, ensure_ascii=False)

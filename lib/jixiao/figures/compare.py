"""Holds the figures of a year against those of the published report (published.yml)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.figures.model import LIST_MARK, Figures
from jixiao.kit import numbers, places, strict_yaml
from jixiao.kit.errors import Fault, TableError
from jixiao.kit.strict_yaml import Document
from jixiao.year.params import Params

FILE = "published.yml"
LAST_YEAR = "last_year"  # figures of the year before as this year's report quotes them
_REMARKS = "known_misprints"  # what is known about the published text, no figure of it


@dataclass(frozen=True)
class Comparison:
    """One published fact beside the figure of the same key; `computed` is None where there is no figure."""

    key: str
    label: str
    published: str
    computed: str | None
    equal: bool


def published(root: Path, params: Params) -> dict[str, Decimal | str]:
    """Read the published facts of the year by figure key; none where the year has no published.yml."""
    return _facts(_read(root, params.data_folder))


def before(root: Path, params: Params) -> tuple[dict[str, Decimal | str], dict[str, Decimal | str]]:
    """Read what was published a year earlier, and those of its figures that this year's report quotes."""
    quoted = _read(root, params.data_folder).get(LAST_YEAR, {})
    return _facts(_read(root, str(params.report_year - 1))), dict(_flat(quoted))


def _facts(values: Mapping[str, Any]) -> dict[str, Decimal | str]:
    """What a published.yml says of its own year."""
    return dict(_flat({k: v for k, v in values.items() if k not in (_REMARKS, LAST_YEAR)}))


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
    """Find what is neither a nested key nor a number, a text or a list of these."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _faults(document, each, *path, key)
    elif not path or isinstance(value, bool):
        yield Fault(document.place(*path), f"是“{value}”", "“键: 值”，值为数、文字或文字的列表")
    elif isinstance(value, list) and not all(isinstance(each, str | int) for each in value):
        yield Fault(document.place(*path), "列表里不是文字", "[文字, 文字]")


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Decimal | str]]:
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        elif isinstance(value, list):
            yield key, LIST_MARK.join(map(str, value))
        elif isinstance(value, int | float):
            yield key, Decimal(repr(value))
        elif value is not None:
            yield key, value


def compare(facts: Mapping[str, Decimal | str], figures: Figures) -> list[Comparison]:
    """Hold every published fact against its figure, in the published order; numbers compare by value."""
    rows: list[Comparison] = []
    for key, fact in facts.items():
        said = numbers.plain(fact) if isinstance(fact, Decimal) else fact
        if key not in figures:
            rows.append(Comparison(key, label="", published=said, computed=None, equal=False))
            continue
        figure = figures[key]
        computed = None if figure.value is None else figure.number
        rows.append(Comparison(key, figure.label, said, computed, figure.equals(fact)))
    return rows

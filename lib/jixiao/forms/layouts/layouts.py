"""Reads params/forms/*.yml into one frozen dictionary from labels to what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.forms.layouts import labels, layout_faults
from jixiao.forms.layouts.layout_faults import (
    FUNDS,
    HEAD,
    INDICATORS,
    ITEMS,
    LISTS,
    PLAIN,
    SECTIONS,
    TITLES,
    ancestry,
)
from jixiao.forms.model import FormKind
from jixiao.kit import places, strict_yaml
from jixiao.kit.errors import Fault, ParameterError
from jixiao.kit.strict_yaml import Document


@dataclass(frozen=True)
class Layout:
    """One layout: for each section of the form which label means what, and what else its file says.

    `head`, `funds`, `indicators` go from bare label to field or column; `vocabulary` holds all labels as
    (section, label) for recognition; `required` holds (section, meaning); `execution_weight` is its text.
    """

    id: str
    title: str
    source: str
    kind: FormKind
    execution_weight: str
    level1: str
    head: Mapping[str, str]
    funds: Mapping[str, str]
    indicators: Mapping[str, str]
    items: frozenset[str]
    titles: tuple[str, ...]
    below: frozenset[str]
    totals: frozenset[str]
    subtotals: frozenset[str]
    notes: tuple[str, ...]
    required: frozenset[tuple[str, str]]
    vocabulary: frozenset[tuple[str, str]]

    def columns(self, section: str) -> Mapping[str, str]:
        """What each label of one section means: the name of a field or of a column."""
        return {HEAD: self.head, FUNDS: self.funds, INDICATORS: self.indicators}[section]


@dataclass(frozen=True)
class Layouts:
    """All layouts, those that others extend first, and the labels of all of them together."""

    layouts: tuple[Layout, ...]
    head: Mapping[str, str]
    funds: Mapping[str, str]
    indicators: Mapping[str, str]
    items: frozenset[str]
    totals: frozenset[str]
    subtotals: frozenset[str]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    words: frozenset[str]

    def named(self, name: str) -> Layout:
        """The layout `name`; KeyError when there is none."""
        return {layout.id: layout for layout in self.layouts}[name]


def read(root: Path) -> Layouts:
    """All layouts of params/forms/*.yml below `root`; ParameterError lists every fault of every file."""
    folder = root / "params/forms"
    documents: dict[str, Document] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            documents[path.stem] = strict_yaml.read(path, places.shown(path, root))
        except ParameterError as error:
            faults.extend(error.faults)
    if not documents and not faults:
        raise ParameterError(Fault("params/forms", "没有表样文件", "每种表样一个 .yml 文件"))
    for name, document in documents.items():
        faults.extend(layout_faults.of(name, document, documents))
    if faults:
        raise ParameterError(*faults)
    order = sorted(documents, key=lambda name: (len(ancestry(name, documents)), name))
    return _joined([_layout(name, documents) for name in order])


def _layout(name: str, documents: Mapping[str, Document]) -> Layout:
    """The layout `name`, with the labels and values that it takes over from those it extends."""
    chain = [documents[ancestor].value for ancestor in reversed(ancestry(name, documents))]
    values: dict[str, Any] = {}
    sections: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    required: set[tuple[str, str]] = set()
    for block in chain:
        values |= {key: block[key] for key in (*PLAIN, *LISTS) if key in block}
        required |= _pairs(block.get("required", {}))
        lacking = _pairs(block.get("without", {}))
        required -= lacking
        for section, known in sections.items():
            kept = {label: meaning for label, meaning in known.items() if (section, meaning) not in lacking}
            aliases = block.get(section, {})
            sections[section] = kept | {labels.key(one): name for name in aliases for one in aliases[name]}
    return _frozen(values, sections, required)


def _pairs(block: Mapping[str, list[str]]) -> set[tuple[str, str]]:
    return {(section, name) for section, names in block.items() for name in names}


def _frozen(
    values: Mapping[str, Any], sections: Mapping[str, Mapping[str, str]], required: set[tuple[str, str]]
) -> Layout:
    def bare(key: str) -> frozenset[str]:
        return frozenset(labels.key(text) for text in values.get(key, ()))

    titles = tuple(labels.compact(text) for text in values.get(TITLES, ()))
    vocabulary = {(section, label) for section, known in sections.items() for label in known}
    vocabulary |= {(TITLES, title) for title in titles} | {(ITEMS, item) for item in bare(ITEMS)}
    weight = values["execution_weight"]
    return Layout(
        id=values["id"], title=values["title"], source=values.get("source", ""), kind=FormKind.of(values["kind"]),
        execution_weight="" if weight is None else str(weight), level1=values.get("level1", "column"),
        **sections, items=bare(ITEMS), titles=titles, below=frozenset(values.get("below", ())),
        totals=bare("totals"), subtotals=bare("subtotals"), notes=tuple(values.get("notes", ())),
        required=frozenset(required), vocabulary=frozenset(vocabulary),
    )  # fmt: skip


def _joined(layouts: list[Layout]) -> Layouts:
    """The layouts with all their labels together; where two give a label another meaning the earlier one counts."""

    def union(section: str) -> dict[str, str]:
        known: dict[str, str] = {}
        for layout in reversed(layouts):
            known |= layout.columns(section)
        return known

    head, funds, indicators = (union(section) for section in SECTIONS)
    items = frozenset().union(*(layout.items for layout in layouts))
    return Layouts(
        layouts=tuple(layouts), head=head, funds=funds, indicators=indicators, items=items,
        totals=frozenset().union(*(layout.totals for layout in layouts)),
        subtotals=frozenset().union(*(layout.subtotals for layout in layouts)),
        titles=tuple(dict.fromkeys(t for layout in layouts for t in layout.titles)),
        notes=tuple(dict.fromkeys(n for layout in layouts for n in layout.notes)),
        words=frozenset({*head, *funds, *indicators, *items}),
    )  # fmt: skip

"""Reads params/forms/*.yml into one frozen dictionary from labels to what they mean.

`labels.yml` has the labels of every field as forms of all places print them; a layout adds what is special to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jixiao.forms.layouts import labels, layout_faults
from jixiao.forms.layouts.layout_faults import (
    CONFIRMED,
    FUNDS,
    HEAD,
    INDICATORS,
    ITEMS,
    KNOWN,
    LISTS,
    PLAIN,
    ROWS,
    SECTIONS,
    TITLES,
    VOCABULARY,
    ancestry,
)
from jixiao.forms.model import FormKind
from jixiao.kit import places, strict_yaml
from jixiao.kit.errors import Fault, ParameterError
from jixiao.kit.strict_yaml import Document
from jixiao.year.words import TOTAL_ITEMS


@dataclass(frozen=True)
class Layout:
    """One layout: for each section of the form which label means what, and what else its file says.

    `head`, `funds`, `indicators` go from bare label to field or column; `vocabulary` holds as (section, label) those by
    which the layout is recognised, less those of optional columns, and `special` those of them that its own file
    writes, by which it is told from others; `required` holds (section, meaning); `execution_weight` is its text;
    `known` has for each section the labels whose content no table keeps; `of_department` says that its forms are about
    departments as a whole.
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
    known: Mapping[str, frozenset[str]]
    special: frozenset[tuple[str, str]]
    of_department: bool

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The rank of each label of the head: where two mean the same, the first counts."""
        return {label: at for at, label in enumerate(self.head)}

    @cached_property
    def sums(self) -> tuple[str, ...]:
        """How the names of rows end that add up those above them."""
        return tuple(sorted(self.subtotals))

    def columns(self, section: str) -> Mapping[str, str]:
        """What each label of one section means: the name of a field or of a column."""
        return {HEAD: self.head, FUNDS: self.funds, INDICATORS: self.indicators}[section]


@dataclass(frozen=True)
class Layouts:
    """All layouts, those that others extend first, and the labels of all of them together.

    `confirmed` are the fingerprints of forms with unknown labels of which somebody has said that they are read right.
    """

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
    known: Mapping[str, frozenset[str]]
    confirmed: frozenset[str]

    def __hash__(self) -> int:
        """Of the labels alone, whose hash is kept: what was found with the layouts is kept under them."""
        return hash(self.words)

    @cached_property
    def words_and_totals(self) -> frozenset[str]:
        """All labels, and the names of total rows."""
        return self.words | self.totals

    @cached_property
    def names(self) -> frozenset[str]:
        """The labels of the names and codes of subjects."""
        return frozenset(label for label, meaning in self.head.items() if meaning in ("name", "subject_id"))

    @cached_property
    def fields(self) -> frozenset[str]:
        """The labels of single values, above and below the tables."""
        return frozenset({*self.head, *self.known[HEAD], *self.items})

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
    confirmed = documents.pop(CONFIRMED, None)
    if confirmed is not None:
        faults.extend(layout_faults.of_confirmed(confirmed))
    words = documents.pop(VOCABULARY, None)
    if words is not None:
        faults.extend(layout_faults.of_vocabulary(words))
    if not documents and not faults:
        raise ParameterError(Fault("params/forms", "没有表样文件", "每种表样一个 .yml 文件"))
    for name, document in documents.items():
        faults.extend(layout_faults.of(name, document, documents))
    if faults:
        raise ParameterError(*faults)
    order = sorted(documents, key=lambda name: (len(ancestry(name, documents)), name))
    common = words.value if words is not None else {}
    fingerprints = frozenset(map(str, confirmed.value)) if confirmed is not None else frozenset()
    return _joined([_layout(name, documents, common) for name in order], fingerprints)


def _layout(name: str, documents: Mapping[str, Document], common: Mapping[str, Any]) -> Layout:
    """The layout `name`, with the labels and values that it takes over from those it extends.

    Of the `common` labels it has those of the fields that it names; a label that it writes itself means what it says.
    """
    chain = [documents[ancestor].value for ancestor in reversed(ancestry(name, documents))]
    values: dict[str, Any] = {}
    own: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    named: set[tuple[str, str]] = set()
    required: set[tuple[str, str]] = set()
    optional: set[tuple[str, str]] = set()
    for block in chain:
        values |= {key: block[key] for key in (*PLAIN, *LISTS) if key in block}
        for section, known in own.items():
            aliases = block.get(section, {})
            named |= {(section, column) for column in aliases}
            known |= {labels.key(one): column for column in aliases for one in aliases[column]}
        asked = _pairs(block.get("required", {}))
        spared = _pairs(block.get("optional", {}))
        lacking = _pairs(block.get("without", {}))
        required = (required | asked) - spared - lacking
        optional = (optional | spared) - asked
        named -= lacking
    sections = {section: _labels_of(section, own[section], named, common) for section in SECTIONS}
    for key in (ITEMS, *ROWS):
        values[key] = [*values.get(key, ()), *common.get(key, ())]
    known_labels = {
        section: frozenset(map(labels.key, common.get(KNOWN, {}).get(section, ()))) - set(sections[section])
        for section in SECTIONS
    }
    # Who is evaluated is called alike on many forms, and so is a sum: neither tells one layout from another.
    special = {
        (section, label) for section, known in own.items() for label in known if known[label] != "name"
    }
    special |= {(ITEMS, labels.key(item)) for block in chain for item in block.get(ITEMS, ())}
    special = {(section, label) for section, label in special if not label.endswith(TOTAL_ITEMS)}
    if len(chain) == 1:  # it writes every label that it has, not only what is special to it
        shared = {
            (s, labels.key(one)) for s in SECTIONS for many in common.get(s, {}).values() for one in many
        }
        special -= shared
    return _frozen(values, sections, required, optional, known_labels, frozenset(special))


def _labels_of(
    section: str, own: Mapping[str, str], named: set[tuple[str, str]], common: Mapping[str, Any]
) -> dict[str, str]:
    """The labels of a section: those that the layout writes, then the common ones of the fields that it has."""
    unkept = set(map(labels.key, common.get(KNOWN, {}).get(section, ())))  # what somebody does not need
    shared = {labels.key(one): column for column, many in common.get(section, {}).items() for one in many}
    shared = {label: column for label, column in shared.items() if label not in unkept}
    every = {**own, **{label: column for label, column in shared.items() if label not in own}}
    return {label: column for label, column in every.items() if (section, column) in named}


def _pairs(block: Mapping[str, list[str]]) -> set[tuple[str, str]]:
    return {(section, name) for section, names in block.items() for name in names}


def _frozen(
    values: Mapping[str, Any],
    sections: Mapping[str, Mapping[str, str]],
    required: set[tuple[str, str]],
    optional: set[tuple[str, str]],
    known: Mapping[str, frozenset[str]],
    special: frozenset[tuple[str, str]],
) -> Layout:
    def bare(key: str) -> frozenset[str]:
        return frozenset(labels.key(text) for text in values.get(key, ()))

    titles = tuple(labels.compact(text) for text in values.get(TITLES, ()))
    vocabulary = {
        (section, label)
        for section, meanings in sections.items()
        for label, meaning in meanings.items()
        if (section, meaning) not in optional
    }
    vocabulary |= {(ITEMS, item) for item in bare(ITEMS)}
    weight = values["execution_weight"]
    return Layout(
        id=values["id"], title=values["title"], source=values.get("source", ""), kind=FormKind.of(values["kind"]),
        execution_weight="" if weight is None else str(weight), level1=values.get("level1", "column"),
        **sections, items=bare(ITEMS), titles=titles, below=frozenset(values.get("below", ())),
        totals=bare("totals"), subtotals=bare("subtotals"), notes=tuple(dict.fromkeys(values.get("notes", ()))),
        required=frozenset(required), vocabulary=frozenset(vocabulary), known=known,
        special=special,
        of_department=values.get("subject", values["kind"]) == FormKind.DEPARTMENT,
    )  # fmt: skip


def _joined(layouts: list[Layout], confirmed: frozenset[str]) -> Layouts:
    """The layouts with all their labels together; where two give a label another meaning the earlier one counts."""

    def union(section: str) -> dict[str, str]:
        known: dict[str, str] = {}
        for layout in reversed(layouts):
            known |= layout.columns(section)
        return known

    head, funds, indicators = (union(section) for section in SECTIONS)
    items = frozenset().union(*(layout.items for layout in layouts))
    known = {
        section: frozenset().union(*(layout.known[section] for layout in layouts)) for section in SECTIONS
    }
    return Layouts(
        layouts=tuple(layouts), head=head, funds=funds, indicators=indicators, items=items,
        totals=frozenset().union(*(layout.totals for layout in layouts)),
        subtotals=frozenset().union(*(layout.subtotals for layout in layouts)),
        titles=tuple(dict.fromkeys(t for layout in layouts for t in layout.titles)),
        notes=tuple(dict.fromkeys(n for layout in layouts for n in layout.notes)),
        words=frozenset({*head, *funds, *indicators, *items, *known[HEAD], *known[FUNDS], *known[INDICATORS]}),
        known=known,
        confirmed=confirmed,
    )  # fmt: skip

"""Layouts of forms as data: params/forms/*.yml in, one frozen dictionary from labels to meanings out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.errors import Fault, ParameterError
from jixiao.intake import places, strict_yaml
from jixiao.intake.forms import labels
from jixiao.intake.forms.model import KINDS
from jixiao.intake.params import suggestion
from jixiao.intake.strict_yaml import Document

HEAD, FUNDS, INDICATORS, ITEMS, TITLES = "head", "funds", "indicators", "items", "titles"
SECTIONS: dict[str, tuple[str, ...]] = {
    HEAD: (
        "name", "code", "department", "unit", "year", "goal", "achieved", "problems", "header_score",
    ),
    FUNDS: ("initial_budget", "adjusted_budget", "executed", "weight", "rate", "score", "reason"),
    INDICATORS: (
        "level1", "level2", "level3", "nature", "operator", "target", "measure_unit", "actual", "weight",
        "self_score", "deviation_reason", "review_actual", "review_score", "deduction", "review_remark",
        "subject_id", "indicator_id", "name", "unit", "kind", "unit_id", "initial_budget", "adjusted_budget",
        "executed", "finished", "is_new",
    ),
}  # fmt: skip
LISTS = (TITLES, "below", ITEMS, "totals", "subtotals", "notes")
LEVEL1 = ("column", "none")
_PLAIN = ("id", "title", "source", "kind", "execution_weight", "level1")
KEYS = (*_PLAIN, "extends", *SECTIONS, *LISTS, "required", "without")


@dataclass(frozen=True)
class Layout:
    """One layout: for each section of the form which label means what, and what else its file says.

    `head`, `funds`, `indicators` go from bare label to field or column; `vocabulary` holds all labels as
    (section, label) for recognition; `required` holds (section, meaning); `execution_weight` is its text.
    """

    id: str
    title: str
    source: str
    kind: str
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
        """Label → meaning of one section."""
        return {HEAD: self.head, FUNDS: self.funds, INDICATORS: self.indicators}[section]


@dataclass(frozen=True)
class Layouts:
    """All layouts in the order of their files, bases first, and what any of them calls a label."""

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
        faults.extend(_faults(name, document, documents))
    if faults:
        raise ParameterError(*faults)
    order = sorted(documents, key=lambda name: (len(_ancestry(name, documents)), name))
    return _joined([_layout(name, documents) for name in order])


def _ancestry(name: str, documents: Mapping[str, Document]) -> list[str]:
    """`name` and what it extends, the base last."""
    chain: list[str] = []
    while name and name in documents and name not in chain:
        chain.append(name)
        name = documents[name].value.get("extends", "")
    return chain


def _faults(name: str, document: Document, documents: Mapping[str, Document]) -> list[Fault]:
    """Everything wrong with one file."""
    values = document.value
    if not isinstance(values, dict):
        return [Fault(document.name, "不是“键: 值”的形式", "每行一个“键: 值”")]
    faults = [
        Fault(document.place(key), f"没有名为“{key}”的键", remedy=suggestion(key, KEYS))
        for key in values
        if key not in KEYS
    ]
    faults += [_fault(document, found, expected, *path) for path, found, expected in _wrong(name, values)]
    faults += _section_faults(document)
    if (base := values.get("extends")) is not None:
        if not isinstance(base, str) or base not in documents:
            faults.append(_fault(document, f"没有表样“{base}”", "、".join(sorted(documents)), "extends"))
        elif name in _ancestry(base, documents):
            faults.append(_fault(document, f"“{name}”经“{base}”扩展了自己", "不绕圈的表样", "extends"))
    else:
        needed = ("title", "kind", "execution_weight", INDICATORS, "totals")
        faults += [
            _fault(document, f"缺少“{key}”", "不写 extends 的表样都要有")
            for key in needed
            if key not in values
        ]
    return faults


def _fault(document: Document, found: str, expected: str, *path: str) -> Fault:
    return Fault(document.place(*path), found, expected)


def _wrong(name: str, values: Mapping[str, Any]) -> list[tuple[tuple[str, ...], str, str]]:
    """Single values that a layout cannot mean: where, what was found, what is expected."""
    choices = {"id": (name,), "kind": KINDS, "level1": LEVEL1}
    wrong = [
        (
            (key,),
            f"{key} 是“{values[key]}”",
            "、".join(allowed) + " 之一" if len(allowed) > 1 else f"文件名“{name}”",
        )
        for key, allowed in choices.items()
        if key in values and values[key] not in allowed
    ]
    if "id" not in values:
        wrong.append(((), "缺少“id”", f"文件名“{name}”"))
    weight = values.get("execution_weight")
    if isinstance(weight, bool) or not (
        weight is None or (isinstance(weight, int | float) and 0 <= weight <= 100)
    ):
        wrong.append((("execution_weight",), f"execution_weight 是“{weight}”", "0 到 100 之间的数或 null"))
    wrong += [
        ((key,), f"{key} 的写法不对", "一列文字，如 [总分, 合计]")
        for key in LISTS
        if key in values and not _texts(values[key])
    ]
    return wrong


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and labels.key(v) for v in value)


def _section_faults(document: Document) -> list[Fault]:
    """Unknown names of columns, labels that are no texts, and labels written twice in a section."""
    faults: list[Fault] = []
    for section, names in SECTIONS.items():
        block = document.value.get(section, {})
        if not isinstance(block, dict):
            faults.append(_fault(document, f"{section} 的写法不对", "“列名: [标签, …]”", section))
            continue
        faults += _alias_faults(document, section, names, block)
    for key in ("required", "without"):
        faults += _name_faults(document, key)
    return faults


def _alias_faults(
    document: Document, section: str, names: tuple[str, ...], block: Mapping[str, Any]
) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for name, aliases in block.items():
        if name not in names:
            place = document.place(section, name)
            faults.append(Fault(place, f"{section} 里没有“{name}”", remedy=suggestion(name, names)))
        elif not _texts(aliases):
            faults.append(_fault(document, f"{name} 的写法不对", "一列标签，如 [年初预算数]", section, name))
        else:
            for alias in aliases:
                bare = labels.key(alias)
                if bare in seen:
                    expected = f"每个标签只写一处（已写在 {seen[bare]}）"
                    faults.append(_fault(document, f"标签“{alias}”重复", expected, section, name))
                seen[bare] = name
    return faults


def _name_faults(document: Document, key: str) -> list[Fault]:
    block = document.value.get(key, {})
    if not isinstance(block, dict):
        return [_fault(document, f"{key} 的写法不对", "“head、funds、indicators: [列名, …]”", key)]
    faults = []
    for section, names in block.items():
        if section not in SECTIONS:
            remedy = suggestion(section, tuple(SECTIONS))
            faults.append(Fault(document.place(key, section), f"{key} 里没有“{section}”", remedy=remedy))
            continue
        for name in names if isinstance(names, list) else [names]:
            if name not in SECTIONS[section]:
                remedy = suggestion(str(name), SECTIONS[section])
                faults.append(Fault(document.place(key, section), f"没有列“{name}”", remedy=remedy))
    return faults


def _layout(name: str, documents: Mapping[str, Document]) -> Layout:
    """The layout `name` with what it takes over from the ones it extends."""
    chain = [documents[ancestor].value for ancestor in reversed(_ancestry(name, documents))]
    values: dict[str, Any] = {}
    sections: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    required: set[tuple[str, str]] = set()
    for block in chain:
        values |= {key: block[key] for key in (*_PLAIN, *LISTS) if key in block}
        required |= _pairs(block.get("required", {}))
        lacking = _pairs(block.get("without", {}))
        required -= lacking
        for section, known in sections.items():
            kept = {label: meaning for label, meaning in known.items() if (section, meaning) not in lacking}
            sections[section] = kept | _aliases(block.get(section, {}))
    return _frozen(values, sections, required)


def _pairs(block: Mapping[str, list[str]]) -> set[tuple[str, str]]:
    return {(section, name) for section, names in block.items() for name in names}


def _aliases(block: Mapping[str, list[str]]) -> dict[str, str]:
    return {labels.key(alias): name for name, aliases in block.items() for alias in aliases}


def _frozen(
    values: Mapping[str, Any], sections: Mapping[str, Mapping[str, str]], required: set[tuple[str, str]]
) -> Layout:
    def bare(key: str) -> frozenset[str]:
        return frozenset(labels.key(text) for text in values.get(key, ()))

    titles = tuple(labels.plain(text) for text in values.get(TITLES, ()))
    vocabulary = {(section, label) for section, known in sections.items() for label in known}
    vocabulary |= {(TITLES, title) for title in titles} | {(ITEMS, item) for item in bare(ITEMS)}
    weight = values["execution_weight"]
    return Layout(
        id=values["id"], title=values["title"], source=values.get("source", ""), kind=values["kind"],
        execution_weight="" if weight is None else str(weight), level1=values.get("level1", "column"),
        **sections, items=bare(ITEMS), titles=titles, below=frozenset(values.get("below", ())),
        totals=bare("totals"), subtotals=bare("subtotals"), notes=tuple(values.get("notes", ())),
        required=frozenset(required), vocabulary=frozenset(vocabulary),
    )  # fmt: skip


def _joined(layouts: list[Layout]) -> Layouts:
    """The dictionaries over all layouts; where two differ on a label the earlier one is taken."""

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

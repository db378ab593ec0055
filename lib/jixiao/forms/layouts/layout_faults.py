"""Finds everything that is wrong with a file of params/forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jixiao.forms.layouts import labels
from jixiao.forms.model import FormKind
from jixiao.kit.errors import Fault
from jixiao.kit.strict_yaml import Document, suggestion
from jixiao.year.words import OPINION_TEXTS, Cause, Possibility, TargetQuality

HEAD = "head"
FUNDS = "funds"
INDICATORS = "indicators"
ITEMS = "items"
TITLES = "titles"
SECTIONS: dict[str, tuple[str, ...]] = {
    HEAD: (
        "name", "code", "department", "unit", "year", "goal", "achieved", "problems", "reasons", "measures",
        "header_score", "month", "progress", "forecast", "state", "raised_on", *OPINION_TEXTS,
    ),
    FUNDS: (
        "initial_budget", "adjusted_budget", "executed", "forecast", "progress", "weight", "rate", "score", "reason",
    ),
    INDICATORS: (
        "level1", "level2", "level3", "nature", "operator", "target", "measure_unit", "actual", "weight",
        "self_score", "deviation_reason", "review_actual", "review_score", "deduction", "review_remark",
        "subject_id", "indicator_id", "name", "unit", "kind", "unit_id", "initial_budget", "adjusted_budget",
        "executed", "finished", "is_new", "forecast", "cause", *(cause.column for cause in Cause),
        "possibility", *(each.value for each in Possibility), "measure", "state", "answered_on",
        "opinion", *(quality.opinion for quality in TargetQuality), "opinion_other", "quality", "field", "status",
        "raised_on", "before", "after", "answer", "amount_cut", *(quality.value for quality in TargetQuality), "conclusion",
        "amount_asked", "reviewed_on", "note",
    ),
}  # fmt: skip
ROWS = ("totals", "subtotals", "notes")
LISTS = (TITLES, "below", ITEMS, *ROWS)
VOCABULARY = "labels"  # the file with the labels of all places
CONFIRMED = "confirmed"  # the file with the fingerprints of forms that were confirmed
KNOWN = "known"  # its labels whose content no table keeps
LEVEL1 = ("column", "none")
PLAIN = ("id", "title", "source", "kind", "execution_weight", "level1", "subject")
SUBJECTS = ("project", "department")
KEYS = (*PLAIN, "extends", *SECTIONS, *LISTS, "required", "without", "optional")
_FINGERPRINT = re.compile("[0-9a-f]{12}")
_NEEDED = ("title", "kind", "execution_weight", INDICATORS)  # of a layout that extends none


def ancestry(name: Any, documents: Mapping[str, Document]) -> list[str]:
    """`name`, the layout that it extends, the one that this extends and so on; each once, unknown names left out."""
    chain: list[str] = []
    while isinstance(name, str) and name in documents and name not in chain:
        chain.append(name)
        values = documents[name].value
        name = values.get("extends") if isinstance(values, dict) else None
    return chain


def of(name: str, document: Document, documents: Mapping[str, Document]) -> list[Fault]:
    """Everything wrong with the layout `name`, whose file is `document`; `documents` are all layouts by name."""
    values = document.value
    if not isinstance(values, dict):
        return [Fault(document.name, "不是“键: 值”的形式", "每行一个“键: 值”")]
    unknown = (key for key in values if key not in KEYS)
    return [
        *(
            Fault(document.place(key), f"没有名为“{key}”的键", remedy=suggestion(key, KEYS))
            for key in unknown
        ),
        *_choice_faults(name, document),
        *_weight_faults(document),
        *(
            _fault(document, f"{key} 的写法不对", "一列文字，如 [总分, 合计]", key)
            for key in LISTS
            if not _texts(values.get(key, []))
        ),
        *_section_faults(document),
        *_base_faults(name, document, documents),
    ]


def of_confirmed(document: Document) -> list[Fault]:
    """Everything wrong with the file of the fingerprints that were confirmed: it is a list of texts."""
    values = document.value
    if isinstance(values, list) and all(
        isinstance(one, str) and _FINGERPRINT.fullmatch(one) for one in values
    ):
        return []
    return [Fault(document.name, "写法不对", '每行一个待确认的编号，如 - "3f2a91c04b1d"', "照导入时的提示写")]


def of_vocabulary(document: Document) -> list[Fault]:
    """Everything wrong with the file of the labels that all layouts share."""
    values = document.value
    if not isinstance(values, dict):
        return [Fault(document.name, "不是“键: 值”的形式", "每行一个“键: 值”")]
    allowed = (*SECTIONS, ITEMS, *ROWS, KNOWN)
    unknown = (key for key in values if key not in allowed)
    known = values.get(KNOWN, {})
    right = isinstance(known, dict) and all(key in SECTIONS and _texts(known[key]) for key in known)
    return [
        *(
            Fault(document.place(key), f"没有名为“{key}”的键", remedy=suggestion(key, allowed))
            for key in unknown
        ),
        *(
            _fault(document, f"{key} 的写法不对", "一列文字，如 [总分, 合计]", key)
            for key in (ITEMS, *ROWS)
            if not _texts(values.get(key, []))
        ),
        *_section_faults(document),
        *(
            []
            if right
            else [_fault(document, f"{KNOWN} 的写法不对", "“head、funds、indicators: [标签, …]”", KNOWN)]
        ),
    ]


def _base_faults(name: str, document: Document, documents: Mapping[str, Document]) -> list[Fault]:
    """What is wrong with the layout that this one extends, or missing where it extends none."""
    base = document.value.get("extends")
    if base is None:
        missing = (key for key in _NEEDED if key not in document.value)
        return [_fault(document, f"缺少“{key}”", "不写 extends 的表样都要有") for key in missing]
    if not isinstance(base, str) or base not in documents:
        return [_fault(document, f"没有表样“{base}”", "、".join(sorted(documents)), "extends")]
    if name in ancestry(base, documents):
        return [_fault(document, f"“{name}”经“{base}”扩展了自己", "不绕圈的表样", "extends")]
    return []


def _fault(document: Document, found: str, expected: str, *path: str) -> Fault:
    return Fault(document.place(*path), found, expected)


def _choice_faults(name: str, document: Document) -> list[Fault]:
    """An id that is not the name of the file, or a kind or level1 that is none of those allowed."""
    values = document.value
    faults = []
    if values.get("id", name) != name:
        faults.append(_fault(document, f"id 是“{values['id']}”", f"文件名“{name}”", "id"))
    for key, allowed in {"kind": tuple(FormKind), "level1": LEVEL1, "subject": SUBJECTS}.items():
        if key in values and values[key] not in allowed:
            faults.append(_fault(document, f"{key} 是“{values[key]}”", "、".join(allowed) + " 之一", key))
    if "id" not in values:
        faults.append(_fault(document, "缺少“id”", f"文件名“{name}”"))
    return faults


def _weight_faults(document: Document) -> list[Fault]:
    weight = document.value.get("execution_weight")
    number = isinstance(weight, int | float) and not isinstance(weight, bool) and 0 <= weight <= 100
    if weight is None or number:
        return []
    return [
        _fault(document, f"execution_weight 是“{weight}”", "0 到 100 之间的数或 null", "execution_weight")
    ]


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and labels.key(v) for v in value)


def _section_faults(document: Document) -> list[Fault]:
    """What is wrong with the labels of each section, and with the columns that are required or left out."""
    faults: list[Fault] = []
    for section, names in SECTIONS.items():
        block = document.value.get(section, {})
        if not isinstance(block, dict):
            faults.append(_fault(document, f"{section} 的写法不对", "“列名: [标签, …]”", section))
            continue
        faults += _alias_faults(document, section, names, block)
    for key in ("required", "without", "optional"):
        faults += _name_faults(document, key)
    return faults


def _alias_faults(
    document: Document, section: str, names: tuple[str, ...], block: Mapping[str, Any]
) -> list[Fault]:
    """Columns of a section that are not known, and labels that are no texts or are written twice."""
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
    """Sections and columns named under `key` (required, without or optional) that are not known."""
    block = document.value.get(key, {})
    if not isinstance(block, dict):
        return [_fault(document, f"{key} 的写法不对", "“head、funds、indicators: [列名, …]”", key)]
    faults = []
    for section, names in block.items():
        if section not in SECTIONS:
            remedy = suggestion(section, tuple(SECTIONS))
            faults.append(Fault(document.place(key, section), f"{key} 里没有“{section}”", remedy=remedy))
            continue
        if not isinstance(names, list):
            faults.append(_fault(document, f"{section} 的写法不对", "一列列名，如 [weight]", key, section))
            continue
        for name in names:
            if name not in SECTIONS[section]:
                remedy = suggestion(str(name), SECTIONS[section])
                faults.append(Fault(document.place(key, section), f"没有列“{name}”", remedy=remedy))
    return faults

"""Reads params/policies/<id>.yml and tells every fault with its line.

Other dated values with references (params/checks.yml) have the same form and are read here too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jixiao.kit import strict_yaml
from jixiao.kit.errors import Fault, PolicyError
from jixiao.kit.strict_yaml import Document, key_faults, suggestion
from jixiao.rules import policy_values
from jixiao.rules.method_words import Basis

_TEXTS = ("id", "title", "number", "issuer", "note")
_TOP = ("id", "title", "number", "issuer", "note", "documents", "rules")
_RULE = ("meaning", "values")
_DATED = ("value", "basis", "reference")
_REFERENCE = ("document", "article", "checked")
_DOCUMENT = ("title", "number", "issued")

Forms = Mapping[str, Callable[[Any], str]]  # name of a rule -> what is wrong with a value of it


def read(path: Path, name: str, policy_id: str, forms: Forms = policy_values.FORMS) -> dict[str, Any]:
    """Read a policy file whose rules have these `forms`; PolicyError lists every fault with its line."""
    document = strict_yaml.read(path, name, PolicyError)
    for stage in (
        _top_faults,
        _document_faults,
        partial(_rules_faults, forms=forms),
        _sum_faults,
        _word_faults,
        _use_faults,
    ):  # each relies on those before it
        faults = list(stage(document))
        if faults:
            raise PolicyError(*faults)
    if document.value["id"] != policy_id:
        found = f"id 是“{document.value['id']}”"
        raise PolicyError(Fault(document.place("id"), found, f"与文件名相同：{policy_id}"))
    content: dict[str, Any] = document.value
    return content


def _top_faults(document: Document) -> Iterator[Fault]:
    problems = list(key_faults(document, document.value, _TOP))
    yield from problems
    for key in _TEXTS if not problems else ():
        if not isinstance(document.value[key], str):
            yield Fault(document.place(key), f"{key} 是“{document.value[key]}”", "文字（没有的写空引号）")


def _rules_faults(document: Document, forms: Forms) -> Iterator[Fault]:
    rules = document.value["rules"]
    if not isinstance(rules, dict) or not rules:
        yield Fault(document.place("rules"), "没有列出任何规则", "规则名: {meaning, values}")
        return
    for name in rules:
        yield from _rule_faults(document, name, forms)


def _document_faults(document: Document) -> Iterator[Fault]:
    documents = document.value["documents"]
    if not isinstance(documents, dict) or not documents:
        yield Fault(document.place("documents"), "没有列出任何文件", remedy="至少写一份依据文件")
        return
    for key, source in documents.items():
        problems = list(key_faults(document, source, _DOCUMENT, "documents", key))
        yield from problems
        if not problems and not all(isinstance(source[part], str) for part in _DOCUMENT):
            yield Fault(document.place("documents", key), "title、number、issued 应为文字（没有的写空引号）")
        elif not problems and source["issued"] and not _is_date(source["issued"]):
            yield Fault(
                document.place("documents", key, "issued"),
                f"“{source['issued']}”不是日期",
                '"2020-02-25" 的写法',
            )


def _rule_faults(document: Document, name: str, forms: Forms) -> Iterator[Fault]:
    if name not in forms:
        remedy = suggestion(name, tuple(forms))
        yield Fault(document.place("rules", name), f"没有名为“{name}”的规则", remedy=remedy)
        return
    rule = document.value["rules"][name]
    problems = list(key_faults(document, rule, _RULE, "rules", name))
    yield from problems
    if problems:
        return
    if not isinstance(rule["meaning"], str):
        yield Fault(document.place("rules", name, "meaning"), f"是“{rule['meaning']}”", "说明规则的一句话")
    if not isinstance(rule["values"], dict) or not rule["values"]:
        yield Fault(
            document.place("rules", name, "values"), "没有按日期给值", '"日期": {value, basis, reference}'
        )
        return
    for date in rule["values"]:
        yield from _dated_faults(document, name, date, forms)


def _dated_faults(document: Document, name: str, date: str, forms: Forms) -> Iterator[Fault]:
    path = ("rules", name, "values", date)
    dated = document.value["rules"][name]["values"][date]
    if not _is_date(date):
        yield Fault(document.place(*path), f"“{date}”不是日期", '"2020-02-25" 的写法')
    if dated is None:
        return  # repealed from this date on
    problems = list(key_faults(document, dated, _DATED, *path))
    if not problems:
        problems = list(key_faults(document, dated["reference"], _REFERENCE, *path, "reference"))
    yield from problems or _content_faults(document, name, path, dated, forms)


def _content_faults(
    document: Document, name: str, path: tuple[str, ...], dated: Mapping[str, Any], forms: Forms
) -> Iterator[Fault]:
    reference = dated["reference"]
    if dated["basis"] not in tuple(Basis):
        yield Fault(
            document.place(*path, "basis"), f"basis 是“{dated['basis']}”", "law、guidance 或 practice"
        )
    if not isinstance(reference["article"], str) or not reference["article"]:
        yield Fault(document.place(*path, "reference"), "没有写条款（article）", remedy="补上")
    if reference["document"] not in list(document.value["documents"]):
        place = document.place(*path, "reference")
        yield Fault(place, f"documents 里没有“{reference['document']}”", remedy="补上文件或改名")
    if not _is_date(reference["checked"]):
        place = document.place(*path, "reference", "checked")
        yield Fault(place, f"“{reference['checked']}”不是日期", '"2026-11-20" 的写法')
    if problem := policy_values.problem(name, dated["value"], forms):
        yield Fault(document.place(*path, "value"), f"{name}：{problem}")


def _sum_faults(document: Document) -> Iterator[Fault]:
    """Weights of every variant must sum to the full mark in force with them, on every date either changes."""
    rules = document.value["rules"]
    marks = _dated_values(rules, "full_mark")
    weights = _dated_values(rules, "weights")
    for date in sorted({*marks, *weights}):
        full = _in_force(marks, date)
        variants = _in_force(weights, date)
        if not isinstance(full, int) or not isinstance(variants, dict):
            continue
        for variant, points in variants.items():
            if isinstance(points, dict) and policy_values.are_points(points) and sum(points.values()) != full:
                path = ("rules", "weights", "values", date, "value", variant)
                found = f"“{variant}”的分值合计 {sum(points.values())}（{date} 起）"
                yield Fault(document.place(*path), found, f"满分 {full}")


def _word_faults(document: Document) -> Iterator[Fault]:
    """Other words for grades must mean grades in force with them, on every date either changes."""
    rules = document.value["rules"]
    words = _dated_values(rules, "grade_words")
    grades = _dated_values(rules, "grades")
    for date in sorted({*words, *grades}):
        meant = _in_force(words, date)
        scale = _in_force(grades, date)
        for word, grade in meant.items() if meant and scale else ():
            if grade not in scale["bands"]:
                since = max(day for day in words if day <= date)
                place = document.place("rules", "grade_words", "values", since, "value", word)
                expected = f"{date} 起施行的等级：{'、'.join(scale['bands'])}"
                yield Fault(place, f"用词“{word}”指向没有的等级“{grade}”", expected)


def _use_faults(document: Document) -> Iterator[Fault]:
    """What follows from grades must follow from grades in force with it, on every date either changes."""
    rules = document.value["rules"]
    uses = _dated_values(rules, "results_use")
    grades = _dated_values(rules, "grades")
    for date in sorted({*uses, *grades}):
        said = _in_force(uses, date)
        scale = _in_force(grades, date)
        for grade in said if said and scale else ():
            if grade not in scale["bands"]:
                since = max(day for day in uses if day <= date)
                place = document.place("rules", "results_use", "values", since, "value", grade)
                expected = f"{date} 起施行的等级：{'、'.join(scale['bands'])}"
                yield Fault(place, f"没有等级“{grade}”", expected)


def _dated_values(rules: Any, name: str) -> dict[str, Any]:
    values = rules.get(name, {}).get("values", {}) if isinstance(rules, dict) else {}
    return {
        date: (dated or {}).get("value") for date, dated in values.items() if isinstance(dated, dict | None)
    }


def _in_force(values: Mapping[str, Any], date: str) -> Any:
    since = max((day for day in values if day <= date), default=None)
    return values[since] if since is not None else None


def _is_date(text: Any) -> bool:
    try:
        return isinstance(text, str) and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False

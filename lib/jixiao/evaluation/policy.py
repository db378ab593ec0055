"""Scoring rules as dated data: params/policies/<id>.yml in, the rules in force on a date out.

Every dated value carries its reference (document, article, date checked).
A value of null ends a rule; asking for a rule that is not in force is an error, never a zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao import numbers
from jixiao.errors import Fault, PolicyError
from jixiao.intake import places, strict_yaml
from jixiao.intake.params import suggestion

RULES = ("weights", "full_mark", "indicator_total", "execution", "grades", "grade_words", "rounding")
BASES = ("law", "practice")
EXECUTION = "预算执行率"
METHODS = {"execution": ("linear_capped",), "indicator_total": ("sum",)}
_TOP = ("id", "title", "number", "issuer", "documents", "rules")
_RULE = ("meaning", "values")
_DATED = ("value", "basis", "reference")
_REFERENCE = ("document", "article", "checked")
_DOCUMENT = ("title", "number", "issued")


@dataclass(frozen=True)
class Rule:
    """One rule in force: its value and where it is written."""

    name: str
    meaning: str
    value: Any
    since: dt.date
    basis: str
    title: str
    number: str
    article: str
    issued: str
    checked: str

    @property
    def citation(self) -> str:
        """The rule's place in the law as readers know it."""
        return f"《{self.title}》（{self.number}）{self.article}"


@dataclass(frozen=True)
class Policy:
    """The rules of one scheme in force on one date."""

    id: str
    title: str
    number: str
    on: dt.date
    rules: Mapping[str, Rule]

    def __getitem__(self, name: str) -> Rule:
        if name not in self.rules:
            raise PolicyError(
                Fault(
                    f"评分规则 {self.id}",
                    f"{self.on} 没有施行中的 {name}",
                    remedy="补上这条规则或换用别的规则",
                )
            )
        return self.rules[name]


def in_force(root: Path, policy_id: str, evaluated_year: int) -> Policy:
    """The policy in force at the end of the evaluated year; PolicyError when the file or a rule is wrong."""
    path = places.inside(root / "params" / "policies", f"{policy_id}.yml", "参数 policy")
    name = f"params/policies/{policy_id}.yml"
    if not path.is_file():
        known = "、".join(sorted(p.stem for p in path.parent.glob("*.yml")))
        raise PolicyError(Fault(name, "没有这个评分规则文件", f"已有：{known}", "改参数 policy"))
    document = strict_yaml.read(path, name, PolicyError)
    faults = list(_faults(document, policy_id))
    if faults:
        raise PolicyError(*faults)
    on = dt.date(evaluated_year, 12, 31)
    rules = dict(_rules_on(document.value, on))
    if not rules:
        raise PolicyError(Fault(name, f"{on} 没有任何施行中的规则", remedy="换用当年施行的评分规则"))
    return Policy(policy_id, document.value["title"], document.value["number"], on, rules)


def _rules_on(content: Mapping[str, Any], on: dt.date) -> Iterator[tuple[str, Rule]]:
    for name, rule in content["rules"].items():
        dates = [d for d in sorted(rule["values"]) if dt.date.fromisoformat(d) <= on]
        if not dates or rule["values"][dates[-1]] is None:
            continue
        dated = rule["values"][dates[-1]]
        reference = dated["reference"]
        source = content["documents"][reference["document"]]
        yield (
            name,
            Rule(
                name,
                rule["meaning"],
                dated["value"],
                dt.date.fromisoformat(dates[-1]),
                dated["basis"],
                source["title"],
                source["number"],
                reference["article"],
                source["issued"],
                reference["checked"],
            ),
        )


def _faults(document: strict_yaml.Document, policy_id: str) -> Iterator[Fault]:
    top = document.value
    yield from _keys(document, top, _TOP)
    if not isinstance(top, dict) or set(top) != set(_TOP):
        return
    if top["id"] != policy_id:
        yield Fault(document.place("id"), f"id 是“{top['id']}”", f"与文件名相同：{policy_id}")
    for key, source in top["documents"].items():
        yield from _keys(document, source, _DOCUMENT, "documents", key)
    for name, rule in top["rules"].items():
        if name not in RULES:
            yield Fault(
                document.place("rules", name), f"没有名为“{name}”的规则", remedy=suggestion(name, RULES)
            )
            continue
        yield from _keys(document, rule, _RULE, "rules", name)
        if isinstance(rule, dict) and isinstance(rule.get("values"), dict):
            yield from _dated_faults(document, name)


def _keys(document: strict_yaml.Document, content: Any, keys: tuple[str, ...], *path: str) -> Iterator[Fault]:
    if not isinstance(content, dict):
        yield Fault(document.place(*path), "不是“键: 值”的形式", f"键：{'、'.join(keys)}")
        return
    for key in content:
        if key not in keys:
            yield Fault(document.place(*path, key), f"没有名为“{key}”的键", remedy=suggestion(key, keys))
    for key in keys:
        if key not in content:
            yield Fault(document.place(*path), f"缺少“{key}”", remedy="补上")


def _dated_faults(document: strict_yaml.Document, name: str) -> Iterator[Fault]:
    for date, dated in document.value["rules"][name]["values"].items():
        path = ("rules", name, "values", date)
        if not _is_date(date):
            yield Fault(document.place(*path), f"“{date}”不是日期", '"2020-02-25" 的写法')
        if dated is None:
            continue
        problems = list(_keys(document, dated, _DATED, *path))
        if not problems:
            problems = list(_keys(document, dated["reference"], _REFERENCE, *path, "reference"))
        yield from problems or _content_faults(document, name, path, dated)


def _content_faults(
    document: strict_yaml.Document, name: str, path: tuple[str, ...], dated: Mapping[str, Any]
) -> Iterator[Fault]:
    if dated["basis"] not in BASES:
        yield Fault(document.place(*path, "basis"), f"basis 是“{dated['basis']}”", "law 或 practice")
    source = dated["reference"]["document"]
    if source not in document.value["documents"]:
        yield Fault(
            document.place(*path, "reference"), f"documents 里没有“{source}”", remedy="补上文件或改名"
        )
    if problem := _value_problem(name, dated["value"]):
        yield Fault(document.place(*path, "value"), problem)


def _is_date(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _value_problem(name: str, value: Any) -> str:
    """What is wrong with the value of the rule `name`, or nothing."""
    if name in METHODS and value not in METHODS[name]:
        return f"{name} 是“{value}”，应为 {'、'.join(METHODS[name])} 之一"
    if name == "weights" and (not _is_points(value) or sum(value.values()) != 100 or EXECUTION not in value):
        return f"weights 应为含“{EXECUTION}”的各项分值，合计 100"
    if name == "grades" and (
        not _is_points(value) or list(value.values()) != sorted(set(value.values()), reverse=True)
    ):
        return "grades 应从高到低列出各等级的下限"
    if name == "grades" and list(value.values())[-1] != 0:
        return "grades 最末一级的下限应为 0，使每个分数都有等级"
    if name == "rounding" and (set(value) != {"places", "how"} or value["how"] not in numbers.ROUNDINGS):
        return f"rounding 应有 places 和 how（{'、'.join(numbers.ROUNDINGS)}）"
    return ""


def _is_points(value: Any) -> bool:
    return isinstance(value, dict) and all(type(points) is int for points in value.values())

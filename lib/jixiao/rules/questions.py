"""Answers questions about scores as people type them on the command line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from jixiao.kit import characters, limits, numbers
from jixiao.kit.errors import Fault, ParameterError
from jixiao.rules import explain, formulas
from jixiao.rules.explain import Explanation
from jixiao.rules.policy import Policy, Rule


@dataclass(frozen=True)
class Question:
    """Holds what was asked, each part as typed, or None."""

    weight: str | None = None
    target: str | None = None
    actual: str | None = None
    claimed: str | None = None
    unit: str = ""
    nature: str = ""
    name: str = ""
    satisfaction: bool = False
    elements: tuple[str, str] | None = None
    goal_review: str | None = None
    execution: tuple[str, str] | None = None
    finished: bool | None = None
    total: str | None = None
    groups: str | None = None
    execution_rate: str | None = None
    grade: str | None = None


def answer(policy: Policy, question: Question) -> Explanation:
    """Give the explanation asked for; ParameterError when the question is incomplete or holds no number."""
    for text in chain.from_iterable(map(_texts, vars(question).values())):
        if wrong := characters.no_text(text):
            raise ParameterError(Fault("问题", f"有不能用的字符 {wrong}", remedy="重新输入"))
    asked = [
        name
        for name in ("target", "elements", "goal_review", "execution", "total", "groups", "grade")
        if getattr(question, name) is not None
    ]
    if len(asked) > 1:
        raise ParameterError(Fault("问题", f"同时问了 {'、'.join(asked)}", "一次问一件事"))
    if not asked and question.execution_rate is not None:
        asked = ["execution_rate"]
    if not asked:
        forms = (
            "--weight --target --actual，或 --execution，或 --total --execution-rate，或 --groups，或 --grade"
        )
        raise ParameterError(Fault("问题", "没有说要算什么", forms))
    return _ANSWERS[asked[0]](policy, question)


def _texts(part: object) -> tuple[str, ...]:
    """The texts of a part of a question."""
    parts = part if isinstance(part, tuple) else (part,)
    return tuple(each for each in parts if isinstance(each, str))


def day(text: str | None) -> dt.date:
    """Read a date as typed; today when none was given."""
    try:
        return dt.date.fromisoformat(text) if text else dt.date.today()
    except ValueError:
        raise ParameterError(Fault("--on", f"“{text}”不是日期", "如 2021-12-31")) from None


def _indicator(policy: Policy, question: Question) -> Explanation:
    if question.weight is None or question.actual is None:
        raise ParameterError(Fault("问题", "缺少 --weight 或 --actual", remedy="补上分值和实际完成值"))
    return explain.indicator(
        policy,
        _weight(question.weight),
        question.target or "",
        question.actual,
        unit=question.unit,
        nature=question.nature,
        satisfaction=question.satisfaction,
        name=question.name,
        claimed=None if question.claimed is None else _number("--claimed", question.claimed),
    )


def _elements(policy: Policy, question: Question) -> Explanation:
    typed = question.elements or ("", "")
    met = _number("--elements", typed[0])
    of = _number("--elements", typed[1])
    if question.weight is None or met > of or of == 0 or {met % 1, of % 1} != {0}:
        raise ParameterError(Fault("--elements", "不是“符合几项 共几项”", "两个整数，并给出 --weight"))
    return explain.elements(policy, _weight(question.weight), int(met), int(of))


def _goal_review(policy: Policy, question: Question) -> Explanation:
    full = policy["goal_review"].value["elements"]
    parts = [part.partition("=") for part in re.split("[,，、]", question.goal_review or "")]
    given = {
        name.strip(): _number("--goal-review", points, full.get(name.strip())) for name, _, points in parts
    }
    if set(given) != set(full):
        expected = "，".join(f"{name}={points}" for name, points in full.items())
        raise ParameterError(Fault("--goal-review", f"要素是 {'、'.join(given)}", f"满分写作 {expected}"))
    return explain.goal_review(policy, given)


def _execution(policy: Policy, question: Question) -> Explanation:
    typed = question.execution or ("", "")
    budget = _number("--execution", typed[0])
    spent = _number("--execution", typed[1])
    return explain.execution_rate(policy, budget, spent, question.finished)


def _execution_rate(policy: Policy, question: Question) -> Explanation:
    return explain.known_rate(policy, _rate(question.execution_rate or ""), question.finished)


def _total(policy: Policy, question: Question) -> Explanation:
    spent = None if question.execution_rate is None else _rate(question.execution_rate)
    return explain.total(policy, _number("--total", question.total or "", 100), spent)


def _groups(policy: Policy, question: Question) -> Explanation:
    given: dict[str, tuple[Decimal, Decimal]] = {}
    for part in re.split("[,，、]", question.groups or ""):
        name, _, numbers_ = part.partition("=")
        points, slash, weight = numbers_.partition("/")
        name = name.strip()
        if not (name and slash) or name in given:
            raise ParameterError(
                Fault(
                    "--groups", f"是“{part.strip()}”", "每个一级指标一次，写作 产出指标=48/50，效益指标=24/30"
                )
            )
        whole = _number("--groups", weight, 100)
        given[name] = _number("--groups", points, whole), whole
    spent = None if question.execution_rate is None else _rate(question.execution_rate)
    return explain.total_of_groups(policy, given, spent, question.finished)


def _grade(policy: Policy, question: Question) -> Explanation:
    return explain.grade(policy, _number("--grade", question.grade or "", 100))


_ANSWERS = {
    "target": _indicator,
    "elements": _elements,
    "goal_review": _goal_review,
    "execution": _execution,
    "execution_rate": _execution_rate,
    "total": _total,
    "groups": _groups,
    "grade": _grade,
}


def _weight(text: str) -> Decimal:
    value = _number("--weight", text, limits.POINTS)
    if value != numbers.rounded(value, 4):
        raise ParameterError(Fault("--weight", f"是 {text}", "至多四位小数"))
    return value


def _number(option: str, text: str, highest: Decimal | int | None = None) -> Decimal:
    try:
        value = numbers.parse(text)
    except numbers.TooLongError:
        raise ParameterError(Fault(option, "数字太长", numbers.SIZE)) from None
    except ValueError:
        raise ParameterError(Fault(option, f"“{text}”不是数字", "如 8 或 7.5")) from None
    if value < 0 or (highest is not None and value > highest):
        raise ParameterError(
            Fault(option, f"是 {text}", "不小于 0" if highest is None else f"0 到 {highest} 之间")
        )
    return value


def _rate(text: str) -> Decimal:
    percent = text.strip().endswith(("%", "％"))
    value = _number("--execution-rate", text.strip().rstrip("%％"))
    return value / 100 if percent else value


def policy_as_text(policy: Policy, whole: bool) -> Iterator[str]:
    """Yield two lines about a policy, and with `whole` two more for each rule in force."""
    number = f"（{policy.number}）" if policy.number else ""
    yield f"{policy.id}  {policy.title}{number}"
    yield f"  {policy.note}"
    for rule in policy.rules.values() if whole else ():
        yield f"  {rule.name}：{formulas.value(rule.name, rule.value)}"
        yield f"    {rule.meaning}；{_source(rule)}"


def _source(rule: Rule) -> str:
    issued = f"{rule.issued} 印发，" if rule.issued else ""
    begins = "施行" if rule.issued == rule.since.isoformat() else "取用"
    return f"{rule.citation}，{rule.basis.words}，{issued}自 {rule.since} {begins}，核对于 {rule.checked}"


def policy_as_json(policy: Policy) -> dict[str, Any]:
    """Give a policy and its rules in force to programs."""
    rules = {
        rule.name: {
            "value": rule.value,
            "meaning": rule.meaning,
            "basis": rule.basis,
            "since": rule.since.isoformat(),
            "reference": rule.reference(),
        }
        for rule in policy.rules.values()
    }
    return {
        "id": policy.id,
        "title": policy.title,
        "number": policy.number,
        "on": policy.on.isoformat(),
        "rules": rules,
    }

"""Gives the parameters in force of each rule: those of params/checks.yml, overridden by the policy's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.checks import cards
from jixiao.kit.errors import Fault, PolicyError
from jixiao.kit.strict_yaml import suggestion
from jixiao.rules import policy, policy_file
from jixiao.rules.check_values import CHECKS, OFF
from jixiao.rules.policy import Policy, Rule
from jixiao.rules.policy_values import exact

NAME = "checks"
FILE = f"params/{NAME}.yml"


@dataclass(frozen=True)
class Settings:
    """The parameters of each rule by its id and name, the rules that are off with the reason, and the source of each default."""

    values: Mapping[str, Mapping[str, Any]]
    off: Mapping[str, str]
    sources: Mapping[str, Rule]


def in_force(root: Path, rules: Policy) -> Settings:
    """The parameters on the policy's date, with those that the policy sets itself instead of the defaults.

    PolicyError lists the rules and parameters of the policy that no card knows.
    """
    defaults = _defaults(root / FILE, rules.on)
    own = rules[CHECKS].value if CHECKS in rules else {}
    values = {rule: exact_values(source.value) for rule, source in defaults.items()}
    faults = list(_own_faults(own, values, f"params/policies/{rules.id}.yml 的 {CHECKS}"))
    if faults:
        raise PolicyError(*faults)
    changed = {rule: exact_values(each) for rule, each in own.items() if rule != OFF}
    merged = {rule: {**value, **changed.get(rule, {})} for rule, value in values.items()}
    return Settings(merged, dict(own.get(OFF, {})), defaults)


def defaults(root: Path, on: dt.date) -> Mapping[str, Mapping[str, Any]]:
    """The default parameters of each rule on a date, whatever a policy says."""
    return {rule: exact_values(source.value) for rule, source in _defaults(root / FILE, on).items()}


@cache
def _defaults(path: Path, on: dt.date) -> dict[str, Rule]:
    """The defaults in force on a date; PolicyError when a parameter of a card has none."""
    if not path.is_file():
        raise PolicyError(Fault(FILE, "没有这个文件", remedy="恢复报告工具自带的这个文件"))
    known = cards.read()
    forms = {rule: _form(card.parameters) for rule, card in known.items() if card.parameters}
    content = policy_file.read(path, FILE, NAME, forms)
    rules = dict(policy.rules_on(content, on))
    absent = [
        Fault(FILE, f"{on} 没有施行中的 {rule}", remedy="补上它的参数") for rule in forms if rule not in rules
    ]
    if absent:
        raise PolicyError(*absent)
    return rules


def _form(parameters: Mapping[str, str]) -> Any:
    """A function that says in Chinese what is wrong with a rule's value, or "" for nothing.

    A value gives exactly these parameters, each a number, a list of words, or lists of words by name.
    """

    def problem(value: Any) -> str:
        if not isinstance(value, dict) or set(value) != set(parameters):
            return f"应为 {{{'、'.join(parameters)}}} 各一个值"
        wrong = [name for name, each in value.items() if not _is_setting(each)]
        return f"{wrong[0]} 应为不小于 0 的数、一列不重复的用词，或各名称下的一列用词" if wrong else ""

    return problem


def _is_setting(value: Any) -> bool:
    if isinstance(value, dict):
        return (
            bool(value)
            and not any(isinstance(each, dict) for each in value.values())
            and all(map(_is_setting, value.values()))
        )
    if isinstance(value, list):
        return all(isinstance(word, str) and word for word in value) and len(set(value)) == len(value)
    number = exact(value)
    return number is not None and number >= 0


def exact_values(value: Any) -> Any:
    """`value` with its numbers as decimals and its lists as tuples, also within mappings."""
    if isinstance(value, dict):
        return {name: exact_values(each) for name, each in value.items()}
    return tuple(value) if isinstance(value, list) else exact(value)


def _own_faults(own: Mapping[str, Any], defaults: Mapping[str, Any], place: str) -> Iterator[Fault]:
    """What is wrong with a policy's own parameters: unknown rules or names, or another kind of value than the default."""
    ids = tuple(cards.read())
    for rule in (*own.get(OFF, {}), *(rule for rule in own if rule != OFF)):
        if rule not in ids:
            yield Fault(place, f"没有规则 {rule}", remedy=suggestion(rule, ids))
    for rule, values in own.items():
        given = defaults.get(rule, {}) if rule != OFF else values
        for name in values:
            if name not in given:
                yield Fault(place, f"规则 {rule} 没有参数 {name}", remedy=suggestion(name, tuple(given)))
            elif rule != OFF and type(exact_values(values[name])) is not type(given[name]):
                yield Fault(place, f"规则 {rule} 的参数 {name} 写法不对", f"与 {FILE} 里的一样")

"""Reads params/sampling.yml: what makes a subject risky, and what an estimate calls overstated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.kit.errors import Fault, PolicyError
from jixiao.rules import policy, policy_file
from jixiao.rules.policy_values import exact, number

NAME = "sampling"
FILE = f"params/{NAME}.yml"
_RISK: Mapping[str, tuple[str, ...]] = {  # each signal with its numbers
    "low_execution": ("below", "points"),
    "all_full": ("points",),
    "soft_targets": ("share", "points", "most"),
    "last_gap": ("above", "points"),
    "size": ("largest", "points"),
}
_ESTIMATE = ("overstated", "confidence")
_HUNDRED = 100


@dataclass(frozen=True)
class Settings:
    """What is in force on a date: the numbers of each signal of risk, and those of the estimates.

    `overstated` are the points by which a self score must pass the review's to count as overstated, `confidence` is
    the level of intervals in percent; `source` cites where the latter are written.
    """

    risk: Mapping[str, Mapping[str, Decimal]]
    overstated: Decimal
    confidence: Decimal
    source: str


def in_force(root: Path, on: dt.date) -> Settings:
    """The settings on a date; PolicyError where the file is not there, or says nothing for that date."""
    path = root / FILE
    if not path.is_file():
        raise PolicyError(Fault(FILE, "没有这个文件", remedy="恢复报告工具自带的这个文件"))
    forms: dict[str, Callable[[Any], str]] = {"risk": _risk_problem, "estimate": _estimate_problem}
    content = policy_file.read(path, FILE, NAME, forms)
    rules = dict(policy.rules_on(content, on))
    absent = [
        Fault(FILE, f"{on} 没有施行中的 {rule}", remedy="补上它的参数") for rule in forms if rule not in rules
    ]
    if absent:
        raise PolicyError(*absent)
    risk = {name: _numbers(numbers) for name, numbers in rules["risk"].value.items()}
    estimate = _numbers(rules["estimate"].value)
    return Settings(risk, estimate["overstated"], estimate["confidence"], rules["estimate"].citation)


def _numbers(written: Mapping[str, Any]) -> dict[str, Decimal]:
    return {name: number(value) for name, value in written.items()}


def _risk_problem(value: Any) -> str:
    """What is wrong with the signals of risk; one that is left out does not count."""
    if not isinstance(value, dict) or not value or not set(value) <= set(_RISK):
        return f"应为 {'、'.join(_RISK)} 中的一些，各有自己的数"
    wrong = [name for name, numbers in value.items() if not _are(numbers, _RISK[name])]
    return f"{wrong[0]} 应为 {{{'、'.join(_RISK[wrong[0]])}}} 各一个不小于 0 的数" if wrong else ""


def _estimate_problem(value: Any) -> str:
    """What is wrong with the numbers of the estimates."""
    if not _are(value, _ESTIMATE):
        return f"应为 {{{'、'.join(_ESTIMATE)}}} 各一个不小于 0 的数"
    confidence = exact(value["confidence"])
    return "" if confidence is not None and 0 < confidence < _HUNDRED else "confidence 应在 0 和 100 之间"


def _are(value: Any, names: tuple[str, ...]) -> bool:
    """Whether a value gives exactly these names, each a number not below zero."""
    if not isinstance(value, dict) or set(value) != set(names):
        return False
    numbers = [exact(each) for each in value.values()]
    return all(number is not None and number >= 0 for number in numbers)

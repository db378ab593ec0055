"""Finds out from the texts of its levels which kind of indicator a row is (数量 … 满意度), and its bare name."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from jixiao.values import notation

QUANTITY = "数量"
QUALITY = "质量"
TIME = "时效"
COST = "成本"
BENEFIT = "效益"
SATISFACTION = "满意度"
OUTPUTS = (QUANTITY, QUALITY, TIME, COST)

# In this order: satisfaction is filed under 效益指标 in some provinces, 社会成本 is a cost.
_WORDS = {
    SATISFACTION: ("满意度",),
    COST: ("成本",),
    QUANTITY: ("数量",),
    QUALITY: ("质量",),
    TIME: ("时效", "进度"),
    BENEFIT: ("效益", "可持续影响"),
}
_STANDARD = ("决策", "过程", "管理", "投入")
_GROUPS = ("产出", "效益", "满意度", "成本")
_LABEL = re.compile(r"(?:指标\d+[:.、]?|指标:|[★☆※●]|\d+[.、)](?!\d)|\(\d+\)|其中:?)+")
_POINTS = re.compile(r"\([^()]*\)")


@lru_cache(maxsize=1 << 16)
def kind(level1: str | None, level2: str | None) -> str:
    """The kind of an indicator, by its second level or else by its first; "" where neither names one."""
    for level in (level2, level1):
        for found, words in _WORDS.items():
            if level and any(word in level for word in words):
                return found
    return ""


@lru_cache(maxsize=1 << 16)
def group(level1: str | None) -> str:
    """The name of a first level without its points: 产出指标 for 产出指标(50分) and for 产出."""
    name = _POINTS.sub("", notation.fold(level1 or ""))
    return f"{name}指标" if name in _GROUPS else name


def by_standard(level1: str | None, target: str | None) -> bool:
    """Whether an indicator is judged by a standard, without a target: how a project was decided on and managed."""
    return notation.blank(notation.fold(target or "")) and group(level1).removeprefix("项目").startswith(
        _STANDARD
    )


def does_not_apply(name: str | None, target: str | None, actual: str | None, weight: Decimal | None) -> bool:
    """Whether a row says that this kind of indicator does not apply: it has no points, and 不适用, 无 or / for a target."""
    if weight:
        return False
    said = target or name or ""
    return notation.not_applicable(said) and (not actual or notation.not_applicable(actual))


def is_execution_rate(name: str | None) -> bool:
    """Whether an indicator is the execution of the budget: 预算执行率, 项目资金执行率."""
    called = bare(name)
    return called.endswith("执行率") and ("预算" in called or "资金" in called)


@lru_cache(maxsize=1 << 16)
def bare(name: str | None) -> str:
    """The name of an indicator without list marks: 培训人数 for “★指标1：培训人数”, "" where nothing is left."""
    folded = notation.fold(name or "")
    label = _LABEL.match(folded)
    rest = folded[label.end() :] if label else folded
    return "" if notation.blank(rest) else rest

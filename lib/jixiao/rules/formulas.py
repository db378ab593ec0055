"""Writes the arithmetic of a score out with its numbers, as a reader would check it by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.kit import numbers
from jixiao.rules import results_use
from jixiao.rules.execution import ExecutionPoints
from jixiao.rules.method_words import MethodWord
from jixiao.rules.outcomes import Method, Notice, Status
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import number
from jixiao.values.measure_frame import NO_NUMBER, SCALE


def indicator(parsed: pd.Series, scored: pd.Series, weight: Decimal, policy: Policy, name: str = "") -> str:
    """Write out how the points of one indicator come about."""
    if not Status.of(scored["status"]).has_points:
        return "没有算式"
    parsed["name"] = name
    arithmetic = _WRITERS[Method.of(scored["rule"])](parsed, scored, weight, policy)
    if scored["points"] < 0:  # a judgement: the arithmetic only bounds it
        return arithmetic
    points = Decimal(int(scored["points"])).scaleb(-policy["rounding"].value["places"])
    return f"{arithmetic} = {_n(points)}"


def _quantitative(parsed: pd.Series, scored: pd.Series, weight: Decimal, policy: Policy) -> str:
    target = _value(parsed, "target_low")
    actual = _value(parsed, "actual")
    unit = parsed["unit"]
    if actual >= target:
        text = f"实际 {_n(actual)}{unit} 达到目标 {_n(target)}{unit}，得满分：{_n(weight)}"
        if scored["notice"] == Notice.DEDUCTED.label:
            return f"max({text} − {_n(number(policy['over_achievement'].value['points']))}, 0)"
        return text
    rule = policy["quantitative"].value
    if rule["method"] == MethodWord.GATE:
        gate = number(rule["gate"])
        if actual * 100 < gate * target:
            done = numbers.rounded(numbers.ratio(actual * 100, target), 4).normalize()
            return f"完成约 {_n(done)}%，不足 {_n(gate)}%：0"
        return f"{_n(weight)} ×（{_n(actual)} ÷ {_n(target)} − {_n(gate)}%）÷（1 − {_n(gate)}%）"
    return f"{_n(weight)} × {_part(actual)} ÷ {_n(target)}"


def _reverse(parsed: pd.Series, scored: pd.Series, weight: Decimal, policy: Policy) -> str:
    target = _value(parsed, "target_high")
    actual = _value(parsed, "actual")
    unit = parsed["unit"]
    if actual <= target:
        return f"实际 {_n(actual)}{unit} 不超过目标 {_n(target)}{unit}，得满分：{_n(weight)}"
    return f"{_n(weight)} × {_n(target)} ÷ {_n(actual)}"


def _interval(parsed: pd.Series, scored: pd.Series, weight: Decimal, policy: Policy) -> str:
    low = _value(parsed, "target_low")
    high = _value(parsed, "target_high")
    actual = _value(parsed, "actual")
    if low <= actual <= high:
        return f"实际 {_n(actual)} 在 {_n(low)}~{_n(high)} 之内，得满分：{_n(weight)}"
    part, whole = (actual, low) if actual < low else (high, actual)
    return f"{_n(weight)} × {_part(part)} ÷ {_n(whole)}"


def _dates(parsed: pd.Series, scored: pd.Series, weight: Decimal, policy: Policy) -> str:
    due = parsed["target_day"].date()
    done = parsed["actual_day"]
    reached = "按期完成" if pd.isna(done) else f"{done.date()} 完成"
    return f"期限 {due}，{reached}，得满分：{_n(weight)}"


def _qualitative(parsed: pd.Series, scored: pd.Series, weight: Decimal, policy: Policy) -> str:
    rule = policy["qualitative"].value
    band = rule["words"][parsed["actual_words"]]
    return f"“{parsed['actual_words']}”属于“{band}”档 {rule['bands'][band]}%：{_n(weight)} 分的这一比例"


def _satisfaction(parsed: pd.Series, scored: pd.Series, weight: Decimal, policy: Policy) -> str:
    if policy["satisfaction"].value["method"] == MethodWord.AS_QUANTITATIVE:
        return _quantitative(parsed, scored, weight, policy)
    tiers = policy["satisfaction"].value["tiers"]
    actual = _value(parsed, "actual")
    lowest = tiers[-1]
    if actual < number(lowest["from"]):
        return f"满意度 {_n(actual)}% 低于最低的 {lowest['from']}% 档，按这一档：{_n(weight)} × {lowest['share']}%"
    tier = next(tier for tier in tiers if actual >= number(tier["from"]))
    return f"满意度 {_n(actual)}% 达到 {tier['from']}% 档：{_n(weight)} × {tier['share']}%"


def _direct(parsed: pd.Series, scored: pd.Series, weight: Decimal, policy: Policy) -> str:
    met = parsed["actual_words"] in policy["direct"].value["met"]
    return f"“{parsed['actual_words']}”，{'得满分' if met else '不得分'}：{_n(weight) if met else 0}"


def _named(parsed: pd.Series, scored: pd.Series, weight: Decimal, policy: Policy) -> str:
    rule = policy["named"].value[parsed["name"]]
    actual = _value(parsed, "actual")
    if rule["method"] == MethodWord.TABLE:
        share = next((row["share"] for row in rule["rows"] if actual <= number(row["to"])), 0)
        return f"{parsed['name']} {_n(actual)}%：{_n(weight)} × {share}%"
    over = actual - number(rule["limit"])
    if over <= 0:
        return f"实际 {_n(actual)}% 不超过 {rule['limit']}%，得满分：{_n(weight)}"
    return f"超过 {rule['limit']}% 的 {_n(over)} 个百分点：{_n(weight)} × max(100% − {_n(over)} × {rule['per_point']}%, 0)"


_WRITERS: Mapping[Method, Callable[[pd.Series, pd.Series, Decimal, Policy], str]] = {
    Method.QUANTITATIVE: _quantitative,
    Method.REVERSE: _reverse,
    Method.INTERVAL: _interval,
    Method.DATES: _dates,
    Method.QUALITATIVE: _qualitative,
    Method.SATISFACTION: _satisfaction,
    Method.DIRECT: _direct,
    Method.NAMED: _named,
}


def execution(budget: Decimal | None, spent: Decimal | None, weight: Decimal, found: ExecutionPoints) -> str:
    """Write out how the points of the execution rate come about."""
    if found.rate is None:
        return "没有算式"
    if found.share is None or found.points is None:
        return f"执行率{_percent(found.rate)}"
    ratio = _trim(found.rate) if budget is None or spent is None else f"{_n(spent)} ÷ {_n(budget)}"
    if found.share == found.rate:
        return f"执行率{_percent(found.rate)}；{_n(weight)} × {ratio} = {_n(found.points)}"
    return f"执行率{_percent(found.rate)}；{_n(weight)} × {_trim(found.share * 100)}% = {_n(found.points)}"


def _percent(rate: Decimal) -> str:
    """Write a rate in per cent with two decimals, as “about” where it has more."""
    percent = rate * 100
    short = numbers.rounded(percent, 2)
    return f" {_trim(short)}%" if short == percent else f"约 {_trim(short)}%"


def _trim(value: Decimal) -> str:
    """Write a number without trailing zeros."""
    return numbers.plain(value.normalize())


def total(score: Decimal, spent: Decimal | None, highest: Decimal | None, found: Decimal) -> str:
    """Write out what the cap of the execution rate leaves of a total."""
    if highest is None or spent is None:
        return f"{_n(score)}，没有适用的上限 = {_n(found)}"
    return f"{limit(spent, highest)}：min({_n(score)}, {_n(highest)}) = {_n(found)}"


def moved(weight: Decimal, reached: Decimal, whole: Decimal) -> str:
    """Write out what a weight earns after it moved to indicators that reached these points of their whole."""
    return f"{_n(reached)} × {_n(weight)} ÷ {_n(whole)}"


def moving(way: MethodWord) -> str:
    """Name the step of a total that moves the weight of missing satisfaction."""
    whose = "满意度指标的分值" if way is MethodWord.TO_BENEFITS else "没有满意度指标，"
    return f"{whose}{way.words}"


def limit(spent: Decimal, highest: Decimal) -> str:
    """Say which total an execution rate allows."""
    return f"执行率{_percent(spent)}，总分上限 {_n(highest)}"


def sum_of(points: Mapping[str, Decimal], steps: Iterable[tuple[str, Decimal, str]], found: Decimal) -> str:
    """Write a total as the sum of points by level 1 and of the steps (name, points, arithmetic) that rules add."""
    text = " + ".join(f"{group} {_n(reached)}" for group, reached in points.items())
    for name, change, arithmetic in steps:
        text += f" {'−' if change < 0 else '+'} {name} {_trim(abs(change))}（{arithmetic}）"
    return f"{text} = {_n(found)}"


def grade(score: Decimal, printed: Decimal, policy: Policy) -> str:
    """Write out how a score is rounded, beside the intervals of all grades."""
    bands = "，".join(f"{name} {text}" for name, text in policy["grades"].value["bands"].items())
    return f"{_n(score)} 舍入为 {_n(printed)}；{bands}"


def rounding(value: dict[str, Any]) -> str:
    """Say in words how scores are rounded."""
    how = {numbers.HALF_UP: "四舍五入", numbers.GB_T_8170: "按 GB/T 8170 修约"}[value["how"]]
    return f"保留 {value['places']} 位小数，{how}，只舍入一次"


def _part(value: Decimal) -> str:
    """Write a part of a ratio, of which what is below zero does not count."""
    return _n(value) if value >= 0 else f"max({_n(value)}, 0)"


def _value(parsed: pd.Series, name: str) -> Decimal:
    kept: Decimal | None = parsed[f"{name}_exact"]
    if kept is not None:
        return kept
    whole = int(parsed[name])
    return Decimal(0) if whole == NO_NUMBER else Decimal(whole) / SCALE


def _n(value: Decimal) -> str:
    """Write a number as people do, without exponent and without trailing zeros but those of its rounding."""
    written = numbers.plain(value)
    needless = value == value.to_integral_value() and len(written.partition(".")[2]) > 2
    return _trim(value) if needless else written


def value(name: str, value: Any) -> str:
    """Say in words what the value of a rule is."""
    if name in _SAID:
        return _SAID[name](value)
    if isinstance(value, dict) and "method" in value:
        return _method(value)
    if isinstance(value, list):
        return "，".join(map(_pairs, value))
    if isinstance(value, dict):
        return _pairs(value)
    return MethodWord.of(value).words if value in tuple(MethodWord) else str(value)


def _variants(value: Mapping[str, Any]) -> str:
    named = len(value) > 1
    return "；".join(
        f"{name}：{_pairs(points)}" if named else _pairs(points) for name, points in value.items()
    )


def _method(value: Mapping[str, Any]) -> str:
    return "，".join(filter(None, [MethodWord.of(value["method"]).words, *map(_worded, value.items())]))


def _beyond(value: Mapping[str, Any]) -> str:
    """What becomes of results far above their targets."""
    if value["method"] != MethodWord.EXPLAIN or "from" not in value:
        return _method(value)
    return f"达到目标值 {value['from']}% 的，说明原因"


def _worded(item: tuple[str, Any]) -> str:
    name, value = item
    if name == "method":
        return ""
    if isinstance(value, list):
        return f"{_NAMES.get(name, name)} " + "；".join(map(_pairs, value))
    return f"{_NAMES.get(name, name)} {value}"


def _pairs(values: Mapping[str, Any]) -> str:
    return "，".join(f"{_NAMES.get(name, name)} {value}" for name, value in values.items())


_NAMES = {
    "to": "至（%）",
    "rows": "各档",
    "limit": "上限（%）",
    "per_point": "每百分点扣（%）",
    "from": "达到（%）",
    "share": "得（%）",
    "below": "低于（%）",
    "cap": "总分不超过",
    "points": "扣（分）",
    "gate": "门槛（%）",
    "finished": "已完成得（%）",
    "unfinished": "未完成",
    "tiers": "各档",
    "tolerance": "容许相差",
}
_SAID: Mapping[str, Callable[[Any], str]] = {
    "rounding": rounding,
    "over_achievement": _beyond,
    "weights": _variants,
    "grades": lambda value: _pairs(value["bands"]),
    "qualitative": lambda value: _pairs(value["bands"]),
    "grade_words": lambda value: "，".join(f"{word}即{name}" for word, name in value.items()),
    "remark_causes": "、".join,
    "results_use": lambda value: "；".join(
        f"{grade}：{one.measure.words}{one.said and f'（{one.said}）'}"
        for grade, one in ((grade, results_use.consequence(said)) for grade, said in value.items())
    ),
    "named": lambda value: "；".join(f"{name}：{_method(way)}" for name, way in value.items()),
    "goal_review": lambda value: f"{_pairs(value['elements'])}；{_pairs(value['bands'])}",
    "direct": lambda value: f"{'、'.join(value['met'])} 得满分，{'、'.join(value['missed'])} 不得分",
}

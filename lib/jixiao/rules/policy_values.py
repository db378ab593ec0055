"""Tells what is wrong with the value of a scoring rule, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from jixiao.kit import numbers
from jixiao.rules import check_values
from jixiao.rules.method_words import BudgetMeasure, GradeKind, MethodWord
from jixiao.year.bands import Band, check_disjoint

# The methods that each rule knows, and the keys that stand beside the method.
_Methods = Mapping[MethodWord, tuple[str, ...]]
_EXECUTION_METHODS: _Methods = {
    MethodWord.LINEAR_CAPPED: (),
    MethodWord.RATE_TIMES_WEIGHT: (),
    MethodWord.TIERS: ("finished", "unfinished"),
}
_QUANTITATIVE_METHODS: _Methods = {MethodWord.RATIO: (), MethodWord.GATE: ("gate",)}
_SATISFACTION_METHODS: _Methods = {MethodWord.AS_QUANTITATIVE: (), MethodWord.TIERS: ("tiers",)}
_OVER_METHODS: _Methods = {
    MethodWord.NONE: (),
    MethodWord.EXPLAIN: ("from",),
    MethodWord.DEDUCT: ("from", "points"),
}
_NAMED_METHODS: _Methods = {MethodWord.STEPS: ("limit", "per_point"), MethodWord.TABLE: ("rows",)}
EXECUTION = "预算执行率"
_STEPS = "的 limit 应为数，per_point 应为大于 0、不超过 100 的百分数"
_PERCENTAGES = ("execution", "quantitative", "satisfaction", "over_achievement", "total_cap", "named")


def problem(name: str, value: Any, forms: Mapping[str, Callable[[Any], str]]) -> str:
    """Say what is wrong with the value of rule `name` of `forms`; empty when it is fine."""
    try:
        return forms[name](value) or (_too_fine(value) if name in _PERCENTAGES else "")
    except (TypeError, ValueError, AttributeError, LookupError):  # another shape altogether
        return "写法不对，照 params/policies 里的例子写"


def are_points(value: Any) -> bool:
    """Tell whether `value` maps names to whole points."""
    return isinstance(value, dict) and bool(value) and all(type(v) is int and v >= 0 for v in value.values())


def exact(value: Any) -> Decimal | None:
    """Read a number of a policy file, plain or quoted; None for anything else, also one of too many digits."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        return numbers.parse(value if isinstance(value, str) else numbers.plain(Decimal(str(value))))
    except ValueError:
        return None


def number(value: Any) -> Decimal:
    """Read a number of a policy that has been checked; ValueError where it is none after all."""
    found = exact(value)
    if found is None:
        raise ValueError(f"no number in a checked policy: {value!r}")
    return found


def _numbers(values: Iterable[Any]) -> list[Decimal]:
    """Read all `values` as numbers; the list is empty where one of them is none."""
    found = [exact(value) for value in values]
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else []


def _too_fine(value: Any) -> str:
    """Name the number inside `value` that has more than two decimals; empty when none has."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return next(filter(None, map(_too_fine, inner)), "")
    found = exact(value)
    fine = found is None or len(numbers.plain(found).partition(".")[2]) <= 2
    return "" if fine else f"“{value}”最多写两位小数"


def _full_mark(value: Any) -> str:
    return "" if type(value) is int and value > 0 else "应为大于零的整数"


def _weights(value: Any) -> str:
    if not isinstance(value, dict) or not value or not all(are_points(points) for points in value.values()):
        return "应为 {方案: {一级指标: 分值}}，分值为整数"
    short = [variant for variant, points in value.items() if EXECUTION not in points]
    return f"“{short[0]}”没有“{EXECUTION}”的分值（不设的写 0）" if short else ""


def _one_of(*allowed: str) -> Callable[[Any], str]:
    return lambda value: "" if value in allowed else f"是“{value}”，应为 {'、'.join(allowed)} 之一"


def _method(value: Any, methods: _Methods) -> str:
    """Want one of `methods` in `value`, and beside it just the keys that belong to that method."""
    if not isinstance(value, dict) or value.get("method") not in tuple(methods):
        return f"应为 {{method: …}}，method 为 {'、'.join(methods)} 之一"
    wanted = {"method", *methods[value["method"]]}
    if set(value) != wanted:
        return f"method {value['method']} 的键应为 {'、'.join(sorted(wanted))}"
    return ""


def _tiers(value: Any) -> str:
    """Want shares of the points by lower limit, from high to low, down to the limit 0."""
    rows = value if isinstance(value, list) else []
    if not rows or not all(isinstance(row, dict) and set(row) == {"from", "share"} for row in rows):
        return "各档应为 {from: 下限（%）, share: 得分比例（%）}"
    limits = _numbers(row["from"] for row in rows)
    shares = _numbers(row["share"] for row in rows)
    if not limits or not shares or limits != sorted(set(limits), reverse=True) or limits[-1] != 0:
        return "各档的 from 应从高到低，最末一档为 0"
    if not all(0 <= share <= 100 for share in shares) or shares != sorted(shares, reverse=True):
        return "各档的 share 应在 0 到 100 之间，并且从高到低"
    return ""


def _execution(value: Any) -> str:
    return _method(value, _EXECUTION_METHODS) or (
        _tiers(value["unfinished"]) or _percent(value["finished"])
        if value["method"] == MethodWord.TIERS
        else ""
    )


def _quantitative(value: Any) -> str:
    found = _method(value, _QUANTITATIVE_METHODS)
    return found or (_percent(value["gate"], below=True) if value["method"] == MethodWord.GATE else "")


def _percent(value: Any, below: bool = False) -> str:
    found = exact(value)
    fine = found is not None and 0 <= found <= 100 and not (below and found == 100)
    return "" if fine else f"是“{value}”，应为 0 到 100 之间的百分数"


def _satisfaction(value: Any) -> str:
    found = _method(value, _SATISFACTION_METHODS)
    return found or (_tiers(value["tiers"]) if value["method"] == MethodWord.TIERS else "")


def _over_achievement(value: Any) -> str:
    found = _method(value, _OVER_METHODS)
    if found or value["method"] == MethodWord.NONE:
        return found
    limit = exact(value["from"])
    points = exact(value.get("points", 0))
    fine = limit is not None and limit > 100 and points is not None and points >= 0
    return "" if fine else "from 应大于 100，points 不小于 0"


def _qualitative(value: Any) -> str:
    """Want bands from high to low that meet at their ends, and words that choose them."""
    if not isinstance(value, dict) or set(value) != {"bands", "words"}:
        return "应为 {bands: {档: 区间}, words: {用词: 档}}"
    if text := _covering(value["bands"]):
        return text
    strange = [word for word, band in value["words"].items() if band not in value["bands"]]
    return f"用词“{strange[0]}”指向没有的档" if strange else ""


def _grades(value: Any) -> str:
    if (
        not isinstance(value, dict)
        or set(value) != {"kind", "bands"}
        or value["kind"] not in tuple(GradeKind)
    ):
        return "应为 {kind: continuous 或 integer, bands: {等级: 区间}}"
    if value["kind"] == GradeKind.CONTINUOUS:
        return _covering(value["bands"])
    return _covering(value["bands"], step=1) or _whole(value["bands"])


def _whole(named: Mapping[str, str]) -> str:
    """Want intervals that hold both their ends, and whole numbers for these."""
    for band in map(Band.parse, named.values()):
        if not (band.low_in and band.high_in and band.low % 1 == band.high % 1 == 0):
            return f"整数区间两端都含并且是整数，写作 [80,89]，而不是“{band.text}”"
    return ""


def _covering(named: Any, step: int = 0) -> str:
    """Want intervals from 100 down to 0 that neither overlap nor leave a gap (of more than `step`)."""
    try:
        bands = [Band.parse(text) for text in named.values()]
        check_disjoint(bands)
    except (ValueError, TypeError, AttributeError) as error:
        return str(error) if isinstance(error, ValueError) else "应为 {名称: 区间}"
    best = bands[0]
    worst = bands[-1]
    if not (best.high == 100 and best.high_in and worst.low == 0 and worst.low_in):
        return "各区间应从 100（含）到 0（含）"
    for upper, lower in pairwise(bands):
        joined = lower.high == upper.low and lower.high_in != upper.low_in
        if not (joined if not step else upper.low - lower.high == step):
            return f"“{upper.text}”与“{lower.text}”之间有空档或顺序不对"
    return ""


def _grade_words(value: Any) -> str:
    fine = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
    return "" if fine else "应为 {写法: 等级}"


def _remark_causes(value: Any) -> str:
    fine = (
        isinstance(value, dict)
        and bool(value)
        and all(
            isinstance(words, list)
            and words
            and all(isinstance(word, str) and word.strip() for word in words)
            for words in value.values()
        )
        and all(
            isinstance(cause, str) and cause.isprintable() and not set(cause) & set("{}[].*:：")
            for cause in value
        )
    )
    return "" if fine else "应为 {原因: [复核意见里的词]}，每个原因至少一个词，原因里没有括号和点"


def _rounding(value: Any) -> str:
    if (
        not isinstance(value, dict)
        or set(value) != {"places", "how"}
        or value["how"] not in numbers.ROUNDINGS
    ):
        return f"应有 places 和 how（{'、'.join(numbers.ROUNDINGS)}）"
    return "" if type(value["places"]) is int and 0 <= value["places"] <= 4 else "places 应为 0 到 4"


def _total_cap(value: Any) -> str:
    """Want highest totals, each with the rate (%) below which it applies, from low to high."""
    rows = value if isinstance(value, list) else []
    if not rows or not all(isinstance(row, dict) and set(row) == {"below", "cap"} for row in rows):
        return "各档应为 {below: 执行率上限（%，不含）, cap: 总分上限}"
    limits = _numbers(row["below"] for row in rows)
    caps = _numbers(row["cap"] for row in rows)
    if not (_rising(limits) and _rising(caps)):
        return "各档的 below、cap 应从低到高，不重复"
    fine = limits[0] > 0 and limits[-1] <= 100 and caps[0] >= 0
    return "" if fine else "below 应在 0 到 100 之间，cap 不小于 0"


def _rising(values: list[Decimal]) -> bool:
    """Tell whether there are numbers, each greater than the one before."""
    return bool(values) and all(low < high for low, high in pairwise(values))


def _tolerance(value: Any) -> str:
    found = exact(value.get("tolerance")) if isinstance(value, dict) and set(value) == {"tolerance"} else None
    return "" if found is not None and found >= 0 else "应为 {tolerance: 不小于 0 的数}"


def _direct(value: Any) -> str:
    named = isinstance(value, dict) and set(value) == {"met", "missed"}
    fine = named and all(map(_are_texts, value.values())) and not {*value["met"]} & {*value["missed"]}
    return "" if fine else "应为 {met: [用词…], missed: [用词…]}，用词是文字，两边不重复"


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) and text for text in value)


def _named(value: Any) -> str:
    """Want for each name of an indicator the way to score it: steps above a limit, or a table."""
    if not isinstance(value, dict) or not value:
        return "应为 {指标名: {method: steps 或 table, …}}"
    faults = {name: _named_way(way) for name, way in value.items()}
    return next((f"“{name}”{fault}" for name, fault in faults.items() if fault), "")


def _named_way(way: Any) -> str:
    if found := _method(way, _NAMED_METHODS):
        return found
    if way["method"] == MethodWord.STEPS:
        limit = exact(way["limit"])
        step = exact(way["per_point"])
        return "" if limit is not None and step is not None and 0 < step <= 100 else _STEPS
    return _table(way["rows"])


def _table(rows: Any) -> str:
    """Want shares of the points by upper limit, the limits from low to high, the shares from high to low."""
    expected = "的 rows 应从低到高列出 {to: 上限（%，含）, share: 得分比例（%，0 到 100，从高到低）}"
    if not isinstance(rows, list) or not rows or not all(set(row) == {"to", "share"} for row in rows):
        return expected
    limits = _numbers(row["to"] for row in rows)
    shares = _numbers(row["share"] for row in rows)
    if not _rising(limits) or not shares or shares != sorted(shares, reverse=True):
        return expected
    return "" if shares[-1] >= 0 and shares[0] <= 100 else expected


def _goal_review(value: Any) -> str:
    """Want points of the elements of a goal review, 100 in all, and the lowest total of each band, at last 0."""
    if (
        not isinstance(value, dict)
        or set(value) != {"elements", "bands"}
        or not are_points(value["elements"])
    ):
        return "应为 {elements: {要素: 分值}, bands: {等级: 最低分}}，分值为整数"
    if sum(value["elements"].values()) != 100:
        return f"各要素分值合计 {sum(value['elements'].values())}，应为 100"
    limits = _numbers(value["bands"].values())[::-1]
    fine = _rising(limits) and limits[0] == 0 and limits[-1] <= 100
    return "" if fine else "bands 的最低分应从高到低，不超过 100，最末一档为 0"


def _results_use(value: Any) -> str:
    """Want for each grade a measure, and for one that takes money the shares of the budget, where the law has them."""
    if not isinstance(value, dict) or not value:
        return f"应为 {{等级: {{measure: {'、'.join(BudgetMeasure)} 之一, …}}}}"
    faults = {grade: _measure(said) for grade, said in value.items()}
    return next((f"“{grade}”{fault}" for grade, fault in faults.items() if fault), "")


def _measure(said: Any) -> str:
    if not isinstance(said, dict) or said.get("measure") not in tuple(BudgetMeasure):
        return f"的 measure 应为 {'、'.join(BudgetMeasure)} 之一"
    shares = set(said) - {"measure"}
    if shares and not BudgetMeasure.of(said["measure"]).takes:
        return f"的 measure {said['measure']} 不核减，不写比例"
    if shares not in (set(), {"from", "to"}, {"above", "to"}):
        return "的核减比例应写 from（含）或 above（不含），和 to（含），条文没有的不写"
    ends = _numbers(said[key] for key in ("from", "above", "to") if key in said)
    fine = not shares or (len(ends) == 2 and 0 <= ends[0] <= ends[1] <= 100 and ends[1] > 0)
    return "" if fine else "的核减比例应为 0 到 100 之间的百分数，从低到高"


def _just(method: MethodWord) -> Callable[[Any], str]:
    return lambda value: _method(value, {method: ()})


FORMS: Mapping[str, Callable[[Any], str]] = {
    "full_mark": _full_mark,
    "weights": _weights,
    "indicator_total": _one_of(MethodWord.SUM),
    "execution": _execution,
    "quantitative": _quantitative,
    "reverse": _just(MethodWord.RATIO),
    "interval": _just(MethodWord.NEAREST_END),
    "direct": _direct,
    "named": _named,
    "elements": _just(MethodWord.EQUAL_SHARES),
    "dates": _just(MethodWord.ON_TIME),
    "qualitative": _qualitative,
    "satisfaction": _satisfaction,
    "missing_satisfaction": _one_of(MethodWord.TO_BENEFITS, MethodWord.RESCALE, MethodWord.FULL),
    "over_achievement": _over_achievement,
    "total_cap": _total_cap,
    "claimed_difference": _tolerance,
    "consistency": _tolerance,
    "goal_review": _goal_review,
    "grades": _grades,
    "grade_words": _grade_words,
    "remark_causes": _remark_causes,
    "results_use": _results_use,
    "rounding": _rounding,
    check_values.CHECKS: check_values.problem,
}

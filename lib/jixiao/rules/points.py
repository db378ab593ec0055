"""Scores many indicators at once, column by column, under one policy.

The rule's points stand beside the claimed ones and never replace them.
All arithmetic is exact: weights are whole 1/10000 points, values whole 1/1000000 units, points whole
10^-places, each rounded once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jixiao.kit.limits import POINTS
from jixiao.rules import methods
from jixiao.rules.methods import Codes, Columns, Flags, Rows, Scores
from jixiao.rules.outcomes import Method, Notice, Sign, Status
from jixiao.rules.policy import Policy
from jixiao.values.measures import Kind

CHUNK = 1 << 16  # rows scored at a time: they stay in the processor's cache, and memory stays flat

_RULE_OF_KIND = {
    Kind.INTERVAL: Method.INTERVAL,
    Kind.DATE: Method.DATES,
    Kind.WORDS: Method.QUALITATIVE,
}
_SETTLED = {
    **dict.fromkeys(("不适用", "不涉及", "N/A", "NA"), Status.NOT_APPLICABLE),
    **dict.fromkeys(("未到期", "尚未到期"), Status.NOT_DUE),
}
_DOWNWARD = ("≤", "<")
_QUOTES = re.compile("[“”\"'‘’\\s]")  # names are also written “三公经费”变动率
_WIDE = 10**18  # values that do not fit whole millionths are held as unbounded integers of this unit


def score(
    parsed: pd.DataFrame,
    weights: pd.Series,
    satisfaction: pd.Series,
    policy: Policy,
    names: pd.Series | None = None,
) -> pd.DataFrame:
    """Score each row of `parsed` (made by values.measure_frame.parse_frame); the index stays.

    `weights` are whole 1/10000 points (int64), `satisfaction` says which rows are of that kind, `names` the
    indicators' names, by which a policy may score some.
    Gives points, low, high (int64 in units of 10^-places; -1 where there are none), open, and the labels of status, rule and notice.
    """
    columns = _by_policy(_columns(parsed, weights, satisfaction), parsed, policy, names)
    scores = _scored(columns, policy)
    wide = np.flatnonzero(~parsed["exact"].to_numpy())
    if len(wide):
        scores.put(wide, methods.score(_wide(parsed, columns, wide), policy))
    found = {
        "points": scores.points,
        "low": scores.low,
        "high": scores.high,
        "open": scores.open,
        "status": _labels(scores.status, Status),
        "rule": _labels(scores.rule, Method),
        "notice": _labels(scores.notice, Notice),
    }
    return pd.DataFrame(found, index=parsed.index, copy=False)


def _labels(codes: Codes, meanings: type[Status] | type[Method] | type[Notice]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes, categories=pd.Index([each.label for each in meanings]))


def whole_weights(weights: pd.Series) -> pd.Series:
    """Turn decimal weights into whole 1/10000 points; ValueError for more than four decimals or more points than POINTS."""
    scaled = [Decimal(weight) * methods.WEIGHT_UNIT for weight in weights]
    if any(value != value.to_integral_value() for value in scaled):
        raise ValueError("a weight has more than four decimals")
    if any(abs(value) > POINTS * methods.WEIGHT_UNIT for value in scaled):
        raise ValueError("a weight is larger than any that is scored")
    return pd.Series([int(value) for value in scaled], weights.index, dtype=np.int64)


def unquoted(name: str) -> str:
    """Strip quotes and spaces from the name of an indicator, as policies write it."""
    return _QUOTES.sub("", name)


def decimals(points: pd.Series, policy: Policy) -> pd.Series:
    """Turn whole points of 10^-places into decimals, None where there are none."""
    places = policy["rounding"].value["places"]
    values = [None if p == methods.NONE else Decimal(int(p)).scaleb(-places) for p in points]
    return pd.Series(values, points.index, dtype=object)


def _scored(columns: Columns, policy: Policy) -> Scores:
    """Score all rows, a chunk at a time, and rows with large values once more, unbounded."""
    scores = Scores(columns)
    for start in range(0, len(columns), CHUNK):
        chunk = columns.part(slice(start, start + CHUNK))
        scores.put(slice(start, start + CHUNK), methods.score(chunk, policy))
    large = methods.too_large(columns)
    if len(large):
        scores.put(large, methods.score(columns.part(large).unbounded(), policy))
    return scores


def _columns(parsed: pd.DataFrame, weights: pd.Series, satisfaction: pd.Series) -> Columns:
    words = parsed["actual_words"].astype("category")
    late = (parsed["target_day"] < parsed["actual_day"]).to_numpy()
    return Columns(
        weight=weights.to_numpy(dtype=np.int64),
        low=parsed["target_low"].to_numpy(),
        high=parsed["target_high"].to_numpy(),
        actual=parsed["actual"].to_numpy(),
        rule=_rules(parsed, satisfaction.to_numpy(dtype=bool)),
        status=_status(parsed, words),
        percent=_is(parsed["unit"], "%") | (_is(parsed["unit"], "") & _is(parsed["actual_unit"], "%")),
        sign=_signs(parsed),
        late=late,
        word=words.cat.codes.to_numpy(),
        name=np.full(len(parsed), -1, dtype=np.int16),
        words=tuple(words.cat.categories),
    )


def _by_policy(columns: Columns, parsed: pd.DataFrame, policy: Policy, names: pd.Series | None) -> Columns:
    """Choose the ways that only a policy can: for yes-or-no targets, and for indicators that it knows by name."""
    if "direct" in policy:
        asked = parsed["target_words"].isin(policy["direct"].value["met"]).to_numpy()
        columns.rule[asked & (columns.rule == Method.QUALITATIVE)] = Method.DIRECT
    if "named" in policy and names is not None:
        known = {name: code for code, name in enumerate(policy["named"].value)}
        codes = names.map(lambda name: known.get(unquoted(str(name))))
        columns.name[:] = codes.fillna(-1).to_numpy(dtype=np.int16)
        columns.rule[columns.name >= 0] = Method.NAMED
    return columns


def _rules(parsed: pd.DataFrame, satisfaction: Flags) -> Codes:
    """Choose the way that each row asks for by the kind and operator of its target."""
    kinds = parsed["kind"].cat
    by_kind = np.array(
        [_RULE_OF_KIND.get(kind, Method.QUANTITATIVE) for kind in kinds.categories], dtype=np.int8
    )
    rules = by_kind[kinds.codes.to_numpy()]
    number = _is(parsed["kind"], Kind.NUMBER)
    downward = np.logical_or.reduce([_is(parsed["operator"], sign) for sign in _DOWNWARD]) | _zero(parsed)
    rules[number & downward] = Method.REVERSE
    rules[number & ~downward & satisfaction] = Method.SATISFACTION
    return rules


def _zero(parsed: pd.DataFrame) -> Flags:
    """Tell which targets are a bare 0 (0起), which nothing but 0 reaches: whatever is more, is too much."""
    bare = _is(parsed["operator"], "") & _is(parsed["kind"], Kind.NUMBER)
    zero: Flags = (parsed["target_low"] == 0).to_numpy(dtype=bool)
    return bare & zero


def _signs(parsed: pd.DataFrame) -> Codes:
    """Tell for each row what the operator of its target says beyond its direction."""
    known = {"": Sign.NONE, ">": Sign.STRICT, "<": Sign.STRICT, "=": Sign.EXACT}
    operators = parsed["operator"].cat
    by_code = np.array([known.get(sign, Sign.OTHER) for sign in operators.categories], dtype=np.int8)
    return by_code[operators.codes.to_numpy()]


def _status(parsed: pd.DataFrame, words: pd.Series) -> Codes:
    """Tell which rows cannot be scored, and why; `words` are the categories of actual results."""
    problem = ~_is(parsed["problem"], "")
    blank = _is(parsed["actual_kind"], Kind.BLANK) | _is(parsed["kind"], Kind.BLANK)
    named = np.array(
        [_SETTLED.get(word.upper(), Status.NO_DATA) for word in words.cat.categories] + [Status.NO_DATA]
    )
    status = np.where(problem, Status.UNREADABLE, Status.SCORED).astype(np.int8)
    status[problem & blank] = named[words.cat.codes.to_numpy()[problem & blank]]
    status[~problem & _is(parsed["operator"], "≈")] = Status.SILENT
    return status


def _is(column: pd.Series, value: str) -> Flags:
    """Tell in which rows a column of categories (or texts) is `value`."""
    return (column == value).to_numpy(dtype=bool)


def _wide(parsed: pd.DataFrame, columns: Columns, rows: Rows) -> Columns:
    """Return the rows whose values do not fit whole millionths, with unbounded integers of a smaller unit."""

    def scaled(column: str) -> NDArray[np.object_]:
        values = [int((value or Decimal(0)) * _WIDE) for value in parsed[column].iloc[rows]]
        return np.array(values, dtype=object)

    return replace(
        columns.part(rows).unbounded(),
        low=scaled("target_low_exact"),
        high=scaled("target_high_exact"),
        actual=scaled("actual_exact"),
        unit=_WIDE,
    )

"""Scores indicators by method: each gives the share of the weight that a row earns, as a part of a whole.

A row's kind and operator pick its way; what the policy leaves open earns nothing and gets a notice.
Each way writes `part` and `whole`; the points of all rows are then weight × part ÷ whole, rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from jixiao.rules.column_arithmetic import product_ratio
from jixiao.rules.outcomes import Method, Notice, Sign, Status
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import exact
from jixiao.values.measure_frame import NO_NUMBER
from jixiao.year.bands import Band

WEIGHT_UNIT = 10_000  # weights are whole 1/10000 points
VALUE_UNIT = 10**6  # targets and actual values are whole 1/1000000
NONE = -1  # stands where there are no points
_LARGE = 2**45  # values above are scored with unbounded integers
_HUNDREDTHS = 100
_WHOLE = 100 * _HUNDREDTHS  # hundredths of a per cent in a whole


@dataclass(frozen=True)
class Columns:
    """What scoring needs to know of each row, as arrays of equal length.

    `rule` is the way a row asks for, `status` Status.SCORED unless parsing already settled it; `word` counts into
    `words`, the distinct words of actual results (-1: none), `name` into the policy's named indicators.
    """

    weight: np.ndarray
    low: np.ndarray
    high: np.ndarray
    actual: np.ndarray
    rule: np.ndarray
    status: np.ndarray
    percent: np.ndarray
    sign: np.ndarray
    late: np.ndarray
    word: np.ndarray
    name: np.ndarray
    words: tuple[str, ...]
    unit: int = VALUE_UNIT  # what 1 is in low, high and actual

    def part(self, rows: slice | np.ndarray) -> Columns:
        """The same for some rows."""
        shared = ("words", "unit")
        return replace(
            self, **{f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in shared}
        )

    def unbounded(self) -> Columns:
        """The same with numbers that cannot overflow."""
        numbers = ("weight", "low", "high", "actual")
        return replace(self, **{name: getattr(self, name).astype(object) for name in numbers})

    def __len__(self) -> int:
        return len(self.weight)


class Scores(dict[str, np.ndarray]):
    """Result columns: points, low, high, open (high is not reached), status, rule, notice."""

    def __init__(self, columns: Columns) -> None:
        rows = len(columns)
        super().__init__({name: np.full(rows, NONE, dtype=np.int64) for name in ("points", "low", "high")})
        self["open"] = np.zeros(rows, dtype=bool)
        self["status"] = columns.status.copy()
        self["rule"] = columns.rule
        self["notice"] = np.where(columns.status == Status.SILENT, Notice.UNDECIDED, Notice.FINE).astype(
            np.int8
        )
        self.part = np.zeros(rows, dtype=columns.low.dtype)
        self.whole = np.zeros(rows, dtype=columns.low.dtype)  # 0: no ratio, so no points

    def ratio(self, rows: np.ndarray, part: Any, whole: Any) -> None:
        """`rows` earn `part` of `whole` of their weights."""
        self.part[rows] = part
        self.whole[rows] = whole

    def silent(self, rows: np.ndarray, notice: Notice) -> None:
        """No points for `rows`, and why."""
        self.whole[rows] = 0
        self["status"][rows] = Status.SILENT
        self["notice"][rows] = notice


Way = Callable[[Columns, np.ndarray, Scores, Policy], None]


def score(columns: Columns, policy: Policy) -> Scores:
    """Points, status and notice of every row."""
    scores = Scores(columns)
    for rule, way in _WAYS.items():
        rows = np.flatnonzero((columns.rule == rule) & (columns.status == Status.SCORED))
        if len(rows):
            way(columns, rows, scores, policy)
    earned = scores.whole > 0
    part, whole = np.where(earned, scores.part, 0), np.where(earned, scores.whole, 1)
    points = _rounded(columns.weight, part, whole, policy)
    scores["points"][:] = np.where(earned, points, NONE)
    _over_achieved(columns, scores, policy)
    return scores


def too_large(columns: Columns) -> np.ndarray:
    """Rows whose values must be scored `unbounded`."""
    numbers = (columns.low, columns.high, columns.actual)
    if columns.low.dtype == object or not any(_beyond(values).any() for values in numbers):
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(np.logical_or.reduce([_beyond(values) for values in numbers]))


def _beyond(values: np.ndarray) -> np.ndarray:
    return (values > _LARGE) | ((values < -_LARGE) & (values != NO_NUMBER))


def quantitative(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """Target reached: full points; below it the ratio, or what is above the gate."""
    rule = policy["quantitative"].value
    low, actual = columns.low[rows], columns.actual[rows]
    part, whole = np.minimum(np.maximum(actual, 0), low), low
    if rule["method"] == "gate":
        gate = int(exact(rule["gate"]) * 100)
        part, whole = np.maximum(part * _WHOLE - low * gate, 0), low * (_WHOLE - gate)
    scores.ratio(rows, part, whole)
    _without_ratio(rows, low <= 0, actual >= low, scores)
    sign = columns.sign[rows]
    scores["notice"][rows[(sign == Sign.NONE) & (actual != low)]] = Notice.NO_OPERATOR
    _undecided_edges(
        rows, (sign == Sign.STRICT) & (actual == low) | (sign == Sign.EXACT) & (actual > low), scores
    )


def reverse(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """Not above the target: full points; above it target ÷ actual."""
    if "reverse" not in policy:
        scores.silent(rows, Notice.UNDECIDED)
        return
    high, actual = columns.high[rows], columns.actual[rows]
    scores.ratio(rows, high, np.maximum(actual, high))
    _without_ratio(rows, (high < 0) | ((high == 0) & (actual <= 0)), actual <= high, scores)
    _undecided_edges(rows, (columns.sign[rows] == Sign.STRICT) & (actual == high), scores)


def interval(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """Inside the interval: full points; outside, the ratio to the nearer end."""
    if "interval" not in policy:
        scores.silent(rows, Notice.UNDECIDED)
        return
    low, high, actual = columns.low[rows], columns.high[rows], columns.actual[rows]
    below = actual < low
    part, whole = np.where(below, np.maximum(actual, 0), high), np.where(below, low, actual)
    inside = ~below & (actual <= high)
    scores.ratio(rows, part, whole)
    _without_ratio(rows, inside | (whole <= 0) | (part < 0), inside, scores)


def dates(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """On time: full points; late: the clause is silent, no points and a notice."""
    late = columns.late[rows]
    scores.ratio(rows, 1, 1)
    scores.silent(rows[late], Notice.LATE)


def qualitative(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """The band that the word chooses bounds the points; which of them is a judgement."""
    rule = policy["qualitative"].value
    names = list(rule["bands"])
    limits = [Band.parse(text) for text in rule["bands"].values()]
    chosen = np.array(
        [names.index(rule["words"][w]) if w in rule["words"] else -1 for w in columns.words] + [-1]
    )
    band = chosen[columns.word[rows]]
    strange = rows[band < 0]
    rows, band = rows[band >= 0], band[band >= 0]
    whole = np.full(len(rows), _WHOLE, dtype=np.int64)
    for edge in ("low", "high"):
        percents = np.array([int(getattr(limit, edge) * 100) for limit in limits], dtype=np.int64)
        scores[edge][rows] = _rounded(columns.weight[rows], percents[band], whole, policy)
    scores["open"][rows] = np.array([not limit.high_in for limit in limits])[band]
    scores["status"][rows] = Status.JUDGED
    scores["status"][strange] = Status.UNREADABLE
    scores["notice"][strange] = Notice.STRANGE_WORD


def satisfaction(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """A share of the points by tiers of satisfaction, or as any quantitative indicator."""
    rule = policy["satisfaction"].value
    if rule["method"] == "as_quantitative":
        quantitative(columns, rows, scores, policy)
        return
    scores.silent(rows[~columns.percent[rows]], Notice.NO_PERCENT)
    rows = rows[columns.percent[rows]]
    tiers = rule["tiers"][::-1]
    limits = np.array([int(exact(tier["from"]) * columns.unit) for tier in tiers])
    shares = np.array([int(exact(tier["share"]) * 100) for tier in tiers], dtype=np.int64)
    reached = np.maximum(np.searchsorted(limits, columns.actual[rows], side="right") - 1, 0)
    scores.ratio(rows, shares[reached], _WHOLE)


def direct(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """直接赋分: the words for met earn everything, those for missed nothing, others are strange."""
    rule = policy["direct"].value
    earned = [1 if word in rule["met"] else 0 if word in rule["missed"] else -1 for word in columns.words]
    part = np.array([*earned, -1])[columns.word[rows]]
    scores.ratio(rows, np.maximum(part, 0), 1)
    scores.silent(rows[part < 0], Notice.STRANGE_WORD)


def named(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """Indicators that the policy scores by their name, from a percentage: steps above a limit, or a table.

    A fall is a percentage below zero and scored like any other.
    """
    scores.silent(rows[~columns.percent[rows]], Notice.NO_PERCENT)
    rows = rows[columns.percent[rows]]
    for code, rule in enumerate(policy["named"].value.values()):
        chosen = rows[columns.name[rows] == code]
        _NAMED[rule["method"]](columns, chosen, scores, rule)


def _steps(columns: Columns, rows: np.ndarray, scores: Scores, rule: Mapping[str, Any]) -> None:
    """A share of the weight less for each percentage point above the limit, never below nothing."""
    over = np.maximum(columns.actual[rows] - int(exact(rule["limit"]) * columns.unit), 0)
    whole = 100 * _HUNDREDTHS * columns.unit
    scores.ratio(rows, np.maximum(whole - over * int(exact(rule["per_point"]) * _HUNDREDTHS), 0), whole)


def _table(columns: Columns, rows: np.ndarray, scores: Scores, rule: Mapping[str, Any]) -> None:
    """The share of the first row whose upper limit (included) is not passed; nothing above the last."""
    limits = np.array([int(exact(each["to"]) * columns.unit) for each in rule["rows"]])
    shares = np.array(
        [int(exact(each["share"]) * _HUNDREDTHS) for each in rule["rows"]] + [0], dtype=np.int64
    )
    scores.ratio(rows, shares[np.searchsorted(limits, columns.actual[rows], side="left")], _WHOLE)


_NAMED = {"steps": _steps, "table": _table}
_WAYS: Mapping[Method, Way] = {
    Method.QUANTITATIVE: quantitative,
    Method.REVERSE: reverse,
    Method.INTERVAL: interval,
    Method.DATES: dates,
    Method.QUALITATIVE: qualitative,
    Method.SATISFACTION: satisfaction,
    Method.DIRECT: direct,
    Method.NAMED: named,
}


def _without_ratio(rows: np.ndarray, apart: np.ndarray, met: np.ndarray, scores: Scores) -> None:
    """Rows `apart` have no meaningful ratio: full points where the target is `met`, else nothing is laid down."""
    if apart.any():
        scores.ratio(rows[apart & met], 1, 1)
        scores.silent(rows[apart & ~met], Notice.UNDECIDED)


def _undecided_edges(rows: np.ndarray, edge: np.ndarray, scores: Scores) -> None:
    """A value just on a strict target (>50 and 50), or above an exact one: no clause says what that earns."""
    if edge.any():
        scores.silent(rows[edge.astype(bool)], Notice.UNDECIDED)


def _over_achieved(columns: Columns, scores: Scores, policy: Policy) -> None:
    """Warn of results far above the target, or deduct, as the policy says."""
    rule: Mapping[str, Any] = policy["over_achievement"].value
    if rule["method"] == "none":
        return
    percent = int(exact(rule["from"]) * 100)
    upward = (scores["status"] == Status.SCORED) & (
        (columns.rule == Method.QUANTITATIVE) | (columns.rule == Method.SATISFACTION)
    )
    rows = np.flatnonzero(upward & (columns.low > 0).astype(bool) & (columns.actual > 0).astype(bool))
    far = rows[(columns.actual[rows] * _WHOLE >= columns.low[rows] * percent).astype(bool)]
    scores["notice"][far] = Notice.FAR_ABOVE
    if rule["method"] == "deduct":
        scores["notice"][far] = Notice.DEDUCTED
        points = int(exact(rule["points"]) * 10 ** policy["rounding"].value["places"])
        scores["points"][far] = np.maximum(scores["points"][far] - points, 0)


def _rounded(weight: np.ndarray, part: np.ndarray, whole: np.ndarray, policy: Policy) -> np.ndarray:
    rounding = policy["rounding"].value
    return product_ratio(weight, part, whole, WEIGHT_UNIT // 10 ** rounding["places"], rounding["how"])

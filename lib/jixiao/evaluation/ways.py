"""Ways to score, one small function each: columns of values in, points (whole units of 10^-places) out.

A row's kind and operator pick its way; what the policy leaves open gives no points and a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from jixiao.evaluation.fixed import product_ratio
from jixiao.evaluation.policy import Policy
from jixiao.evaluation.policy_values import exact
from jixiao.intake.bands import Band

WEIGHT_UNIT = 10_000  # weights are whole 1/10000 points
VALUE_UNIT = 10**6  # targets and actual values are whole 1/1000000
NONE = -1  # stands where there are no points
SCORED, JUDGED, SILENT, UNREADABLE, NO_DATA, NOT_DUE, NOT_APPLICABLE = range(7)  # status
QUANTITATIVE, REVERSE, INTERVAL, DATES, QUALITATIVE, SATISFACTION = range(6)  # rule; also the kind of a row
FINE, FAR_ABOVE, DEDUCTED, LATE, UNDECIDED, NO_PERCENT, STRANGE_WORD = range(7)  # warning
_LARGE = 2**45  # values above are scored with unbounded integers


@dataclass(frozen=True)
class Columns:
    """What scoring needs to know of each row, as arrays of equal length.

    `rule` is the way a row asks for, `status` SCORED unless parsing already settled it; `word` counts into
    `words`, the distinct words of actual results (-1: none).
    """

    weight: np.ndarray
    low: np.ndarray
    high: np.ndarray
    actual: np.ndarray
    rule: np.ndarray
    status: np.ndarray
    percent: np.ndarray
    late: np.ndarray
    word: np.ndarray
    words: tuple[str, ...]
    unit: int = VALUE_UNIT  # what 1 is in low, high and actual

    def part(self, rows: slice | np.ndarray) -> Columns:
        """The same for some rows."""
        shared = ("words", "unit")
        return replace(
            self, **{f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in shared}
        )

    def with_values(self, low: np.ndarray, high: np.ndarray, actual: np.ndarray, unit: int) -> Columns:
        """The same with other values of another unit."""
        return replace(self, low=low, high=high, actual=actual, unit=unit)

    def __len__(self) -> int:
        return len(self.weight)


class Scores(dict[str, np.ndarray]):
    """Result columns: points, low, high, open (high is not reached), status, rule, warning."""

    def __init__(self, columns: Columns) -> None:
        rows = len(columns)
        super().__init__({name: np.full(rows, NONE, dtype=np.int64) for name in ("points", "low", "high")})
        self["open"] = np.zeros(rows, dtype=bool)
        self["status"] = columns.status.copy()
        self["rule"] = columns.rule.copy()
        self["warning"] = np.zeros(rows, dtype=np.int8)

    def silent(self, rows: np.ndarray, warning: int) -> None:
        """No points for `rows`, and why."""
        self["points"][rows] = NONE
        self["status"][rows] = SILENT
        self["warning"][rows] = warning


Way = Callable[[Columns, np.ndarray, Scores, Policy], None]


def score(columns: Columns, policy: Policy) -> Scores:
    """Points, status and warning of every row."""
    scores = Scores(columns)
    for rule, way in _WAYS.items():
        rows = np.flatnonzero((columns.rule == rule) & (columns.status == SCORED))
        if len(rows):
            way(columns, rows, scores, policy)
    return scores


def quantitative(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """Target reached: full points; below it the ratio, or what is above the gate; then over-achievement."""
    rule = policy["quantitative"].value
    gate = int(exact(rule["gate"]) * 100) if rule["method"] == "gate" else 0

    def ratio(target: np.ndarray, actual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        part = np.maximum(actual * 10_000 - target * gate, 0) if gate else np.maximum(actual, 0)
        return part, target * (10_000 - gate) if gate else target

    low, actual = columns.low[rows], columns.actual[rows]
    _by_ratio(columns, rows, scores, policy, actual >= low, low > 0, (low, actual), ratio)
    _over_achieved(columns, rows, scores, policy)


def reverse(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """Not above the target: full points; above it target ÷ actual."""
    if "reverse" not in policy:
        scores.silent(rows, UNDECIDED)
        return
    high, actual = columns.high[rows], columns.actual[rows]
    _by_ratio(columns, rows, scores, policy, actual <= high, high >= 0, (high, actual), lambda t, a: (t, a))


def interval(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """Inside the interval: full points; outside, the ratio to the nearer end."""
    if "interval" not in policy:
        scores.silent(rows, UNDECIDED)
        return
    low, high, actual = columns.low[rows], columns.high[rows], columns.actual[rows]
    below = actual < low
    met = ~below & (actual <= high)
    part = np.where(below, np.maximum(actual, 0), high)
    whole = np.where(below, low, actual)
    _by_ratio(
        columns, rows, scores, policy, met, (whole > 0) & (part >= 0), (part, whole), lambda p, w: (p, w)
    )


def dates(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """On time: full points; late: the clause is silent, no points and a warning."""
    late = columns.late[rows]
    on_time = rows[~late]
    scores["points"][on_time] = _full(columns.weight[on_time], policy)
    scores.silent(rows[late], LATE)


def qualitative(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """The band that the word chooses bounds the points; which of them is a judgement."""
    rule = policy["qualitative"].value
    names = list(rule["bands"])
    limits = [Band.parse(text) for text in rule["bands"].values()]
    chosen = np.array(
        [names.index(rule["words"].get(w, "")) if w in rule["words"] else -1 for w in columns.words] + [-1]
    )
    band = chosen[columns.word[rows]]
    known = rows[band >= 0]
    for name, edge in (("low", "low"), ("high", "high")):
        percents = np.array([int(getattr(limit, edge) * 100) for limit in limits], dtype=np.int64)
        scores[name][known] = _share(columns.weight[known], percents[band[band >= 0]], policy)
    scores["open"][known] = np.array([not limit.high_in for limit in limits])[band[band >= 0]]
    scores["status"][known] = JUDGED
    scores["status"][rows[band < 0]] = UNREADABLE
    scores["warning"][rows[band < 0]] = STRANGE_WORD


def satisfaction(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    """A share of the points by tiers of satisfaction, or as any quantitative indicator."""
    rule = policy["satisfaction"].value
    if rule["method"] == "as_quantitative":
        quantitative(columns, rows, scores, policy)
        return
    scores.silent(rows[~columns.percent[rows]], NO_PERCENT)
    rows = rows[columns.percent[rows]]
    tiers = rule["tiers"][::-1]
    limits = np.array([int(exact(tier["from"]) * columns.unit) for tier in tiers])
    shares = np.array([int(exact(tier["share"]) * 100) for tier in tiers], dtype=np.int64)
    reached = np.maximum(np.searchsorted(limits, columns.actual[rows], side="right") - 1, 0)
    scores["points"][rows] = _share(columns.weight[rows], shares[reached], policy)


_WAYS: Mapping[int, Way] = {
    QUANTITATIVE: quantitative,
    REVERSE: reverse,
    INTERVAL: interval,
    DATES: dates,
    QUALITATIVE: qualitative,
    SATISFACTION: satisfaction,
}


def _by_ratio(
    columns: Columns,
    rows: np.ndarray,
    scores: Scores,
    policy: Policy,
    met: np.ndarray,
    sound: np.ndarray,
    values: tuple[np.ndarray, np.ndarray],
    ratio: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> None:
    """Full points where `met`; else weight × the ratio of `values`, where that is `sound`; else silent."""
    scores["points"][rows[met]] = _full(columns.weight[rows[met]], policy)
    scores.silent(rows[~met & ~sound], UNDECIDED)
    short = ~met & sound
    large = np.maximum(*map(np.abs, values)) > _LARGE
    for chosen, kind in ((short & ~large, np.int64), (short & large, object)):
        if chosen.any():
            part, whole = ratio(*(value[chosen].astype(kind, copy=False) for value in values))
            weight = columns.weight[rows[chosen]].astype(kind, copy=False)
            scores["points"][rows[chosen]] = _rounded(weight, part, whole, policy)


def _over_achieved(columns: Columns, rows: np.ndarray, scores: Scores, policy: Policy) -> None:
    rule: Mapping[str, Any] = policy["over_achievement"].value
    if rule["method"] == "none":
        return
    percent = int(exact(rule["from"]) * 100)
    low, actual = columns.low[rows], columns.actual[rows]
    far = rows[(low > 0) & _at_least(actual, low, percent)]
    scores["warning"][far] = FAR_ABOVE
    if rule["method"] == "deduct":
        scores["warning"][far] = DEDUCTED
        points = int(exact(rule["points"]) * 10 ** policy["rounding"].value["places"])
        scores["points"][far] = np.maximum(scores["points"][far] - points, 0)


def _at_least(actual: np.ndarray, target: np.ndarray, percent: int) -> np.ndarray:
    """Whether actual ÷ target reaches `percent` hundredths of a per cent, exactly."""
    if max(actual.max(initial=0), target.max(initial=0)) > _LARGE:
        actual, target = actual.astype(object), target.astype(object)
    return (actual * 10_000 >= target * percent).astype(bool)


def _full(weight: np.ndarray, policy: Policy) -> np.ndarray:
    return _share(weight, np.full(len(weight), 10_000, dtype=np.int64), policy)


def _share(weight: np.ndarray, hundredths: np.ndarray, policy: Policy) -> np.ndarray:
    """Shares of the weights given in hundredths of a per cent."""
    return _rounded(weight, hundredths, np.full(len(weight), 10_000, dtype=np.int64), policy)


def _rounded(weight: np.ndarray, part: np.ndarray, whole: np.ndarray, policy: Policy) -> np.ndarray:
    rounding = policy["rounding"].value
    return product_ratio(weight, part, whole, WEIGHT_UNIT // 10 ** rounding["places"], rounding["how"])

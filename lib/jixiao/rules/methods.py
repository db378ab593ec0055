"""Scores indicators by method: each gives the share of the weight that a row earns, as a part of a whole.

A row's kind and operator pick its way; what the policy leaves open earns nothing and gets a notice.
Each way writes `part` and `whole`; the points of all rows are then weight × part ÷ whole, rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jixiao.rules.column_arithmetic import Wholes, product_ratio
from jixiao.rules.method_words import MethodWord
from jixiao.rules.outcomes import Method, Notice, Sign, Status
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import number
from jixiao.values.measure_frame import NO_NUMBER
from jixiao.year.bands import Band

WEIGHT_UNIT = 10_000  # weights are whole 1/10000 points
VALUE_UNIT = 10**6  # targets and actual values are whole 1/1000000
NONE = -1  # stands where there are no points
_LARGE = 2**45  # values above are scored with unbounded integers
_HUNDREDTHS = 100
_WHOLE = 100 * _HUNDREDTHS  # hundredths of a per cent in a whole


Codes: TypeAlias = NDArray[np.integer[Any]]  # small whole numbers of whatever width
Flags: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.intp]  # positions of rows


@dataclass(frozen=True)
class Columns:
    """Holds what scoring needs to know of each row, as arrays of equal length.

    `rule` is the way a row asks for, `status` Status.SCORED unless parsing already settled it; `word` counts into
    `words`, the distinct words of actual results (-1: none), `name` into the policy's named indicators.
    """

    weight: Wholes
    low: Wholes
    high: Wholes
    actual: Wholes
    rule: Codes
    status: Codes
    percent: Flags
    sign: Codes
    late: Flags
    word: Codes
    name: Codes
    words: tuple[str, ...]
    unit: int = VALUE_UNIT  # what 1 is in low, high and actual

    def part(self, rows: slice | Rows) -> Columns:
        """Return the columns of some rows only."""
        shared = ("words", "unit")
        return replace(
            self, **{f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in shared}
        )

    def unbounded(self) -> Columns:
        """Return the columns with Python's integers in place of machine words, which could overflow."""
        numbers = ("weight", "low", "high", "actual")
        return replace(self, **{name: getattr(self, name).astype(object) for name in numbers})

    def __len__(self) -> int:
        return len(self.weight)


class Scores:
    """Holds what comes of scoring: points, low and high (`NONE` for none), whether high itself is out of reach, codes.

    `part` of `whole` is the share of its weight that a row earns; a `whole` of 0 is no share, so no points.
    """

    def __init__(self, columns: Columns) -> None:
        rows = len(columns)
        self.points = np.full(rows, NONE, dtype=np.int64)
        self.low = np.full(rows, NONE, dtype=np.int64)
        self.high = np.full(rows, NONE, dtype=np.int64)
        self.open = np.zeros(rows, dtype=np.bool_)
        self.status = columns.status.copy()
        self.rule = columns.rule
        self.notice = np.full(rows, Notice.FINE, dtype=np.int8)
        self.notice[columns.status == Status.SILENT] = Notice.UNDECIDED
        self.part: Wholes = np.zeros_like(columns.low)
        self.whole: Wholes = np.zeros_like(columns.low)

    def put(self, rows: slice | Rows, found: Scores) -> None:
        """Take over what was `found` for `rows`."""
        self.points[rows] = found.points
        self.low[rows] = found.low
        self.high[rows] = found.high
        self.open[rows] = found.open
        self.status[rows] = found.status
        self.notice[rows] = found.notice

    def ratio(self, rows: Rows, part: Wholes | int, whole: Wholes | int) -> None:
        """Let `rows` earn `part` of `whole` of their weights."""
        self.part[rows] = part
        self.whole[rows] = whole

    def silent(self, rows: Rows, notice: Notice) -> None:
        """Give `rows` no points, and say why."""
        self.whole[rows] = 0
        self.status[rows] = Status.SILENT
        self.notice[rows] = notice


Way = Callable[[Columns, Rows, Scores, Policy], None]


def score(columns: Columns, policy: Policy) -> Scores:
    """Score every row by the way that it asks for."""
    scores = Scores(columns)
    for rule, way in _WAYS.items():
        rows = np.flatnonzero((columns.rule == rule) & (columns.status == Status.SCORED))
        if len(rows):
            way(columns, rows, scores, policy)
    earned = scores.whole > 0
    part = np.where(earned, scores.part, 0)
    whole = np.where(earned, scores.whole, 1)
    points = _rounded(columns.weight, part, whole, policy)
    scores.points[:] = np.where(earned, points, NONE)
    _over_achieved(columns, scores, policy)
    return scores


def too_large(columns: Columns) -> Rows:
    """Find the rows whose values must be scored `unbounded`."""
    if columns.low.dtype == object:
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(_beyond(columns.low) | _beyond(columns.high) | _beyond(columns.actual))


def _beyond(values: Wholes) -> Flags:
    beyond: Flags = (values > _LARGE) | ((values < -_LARGE) & (values != NO_NUMBER))
    return beyond


def quantitative(columns: Columns, rows: Rows, scores: Scores, policy: Policy) -> None:
    """Give full points where the target is reached, below it the ratio, or the part of it above the gate."""
    rule = policy["quantitative"].value
    low = columns.low[rows]
    actual = columns.actual[rows]
    reached = np.minimum(np.maximum(actual, 0), low)
    if rule["method"] == MethodWord.GATE:
        gate = int(number(rule["gate"]) * 100)
        scores.ratio(rows, np.maximum(reached * _WHOLE - low * gate, 0), low * (_WHOLE - gate))
    else:
        scores.ratio(rows, reached, low)
    _without_ratio(rows, low <= 0, actual >= low, scores)
    sign = columns.sign[rows]
    scores.notice[rows[(sign == Sign.NONE) & (actual != low)]] = Notice.NO_OPERATOR
    on_strict_target = (sign == Sign.STRICT) & (actual == low)
    above_exact_target = (sign == Sign.EXACT) & (actual > low)
    _undecided_edges(rows, on_strict_target | above_exact_target, scores)


def reverse(columns: Columns, rows: Rows, scores: Scores, policy: Policy) -> None:
    """Give full points up to the target, and above it target ÷ actual."""
    if "reverse" not in policy:
        scores.silent(rows, Notice.UNDECIDED)
        return
    high = columns.high[rows]
    actual = columns.actual[rows]
    scores.ratio(rows, high, np.maximum(actual, high))
    _without_ratio(rows, (high < 0) | ((high == 0) & (actual <= 0)), actual <= high, scores)
    _undecided_edges(rows, (columns.sign[rows] == Sign.STRICT) & (actual == high), scores)


def interval(columns: Columns, rows: Rows, scores: Scores, policy: Policy) -> None:
    """Give full points inside the interval, and outside the ratio to the nearer end."""
    if "interval" not in policy:
        scores.silent(rows, Notice.UNDECIDED)
        return
    low = columns.low[rows]
    high = columns.high[rows]
    actual = columns.actual[rows]
    below = actual < low
    part = np.where(below, np.maximum(actual, 0), high)
    whole = np.where(below, low, actual)
    inside = ~below & (actual <= high)
    scores.ratio(rows, part, whole)
    _without_ratio(rows, inside | (whole <= 0) | (part < 0), inside, scores)


def dates(columns: Columns, rows: Rows, scores: Scores, policy: Policy) -> None:
    """Give full points on time; of being late the clause says nothing, so no points and a notice."""
    late = columns.late[rows]
    scores.ratio(rows, 1, 1)
    scores.silent(rows[late], Notice.LATE)


def qualitative(columns: Columns, rows: Rows, scores: Scores, policy: Policy) -> None:
    """Bound the points by the band that the word chooses; which of them is a judgement."""
    rule = policy["qualitative"].value
    names = list(rule["bands"])
    limits = [Band.parse(text) for text in rule["bands"].values()]
    meant = [names.index(rule["words"][w]) if w in rule["words"] else -1 for w in columns.words]
    bands = np.array([*meant, -1])[columns.word[rows]]
    judged = rows[bands >= 0]
    band = bands[bands >= 0]
    whole = np.full(len(judged), _WHOLE, dtype=np.int64)
    lowest = np.array([int(limit.low * 100) for limit in limits], dtype=np.int64)
    highest = np.array([int(limit.high * 100) for limit in limits], dtype=np.int64)
    scores.low[judged] = _rounded(columns.weight[judged], lowest[band], whole, policy)
    scores.high[judged] = _rounded(columns.weight[judged], highest[band], whole, policy)
    scores.open[judged] = np.array([not limit.high_in for limit in limits])[band]
    scores.status[judged] = Status.JUDGED
    strange = rows[bands < 0]
    scores.status[strange] = Status.UNREADABLE
    scores.notice[strange] = Notice.STRANGE_WORD


def satisfaction(columns: Columns, rows: Rows, scores: Scores, policy: Policy) -> None:
    """Give a share of the points by tiers of satisfaction, or score as any quantitative indicator."""
    rule = policy["satisfaction"].value
    if rule["method"] == MethodWord.AS_QUANTITATIVE:
        quantitative(columns, rows, scores, policy)
        return
    scores.silent(rows[~columns.percent[rows]], Notice.NO_PERCENT)
    rows = rows[columns.percent[rows]]
    tiers = rule["tiers"][::-1]
    limits = np.array([int(number(tier["from"]) * columns.unit) for tier in tiers])
    shares = np.array([int(number(tier["share"]) * 100) for tier in tiers], dtype=np.int64)
    reached = np.maximum(np.searchsorted(limits, columns.actual[rows], side="right") - 1, 0)
    scores.ratio(rows, shares[reached], _WHOLE)


def direct(columns: Columns, rows: Rows, scores: Scores, policy: Policy) -> None:
    """Give everything for a word that says met and nothing for one that says missed (直接赋分); others are strange."""
    rule = policy["direct"].value
    earned = [1 if word in rule["met"] else 0 if word in rule["missed"] else -1 for word in columns.words]
    part = np.array([*earned, -1])[columns.word[rows]]
    scores.ratio(rows, np.maximum(part, 0), 1)
    scores.silent(rows[part < 0], Notice.STRANGE_WORD)


def named(columns: Columns, rows: Rows, scores: Scores, policy: Policy) -> None:
    """Score a percentage as the policy says for an indicator of this name: in steps above a limit, or by a table.

    A fall is a percentage below zero and scored like any other.
    """
    scores.silent(rows[~columns.percent[rows]], Notice.NO_PERCENT)
    rows = rows[columns.percent[rows]]
    for code, rule in enumerate(policy["named"].value.values()):
        chosen = rows[columns.name[rows] == code]
        _NAMED[rule["method"]](columns, chosen, scores, rule)


def _steps(columns: Columns, rows: Rows, scores: Scores, rule: Mapping[str, Any]) -> None:
    """Take a share of the weight off for each percentage point above the limit, at most all of it."""
    over = np.maximum(columns.actual[rows] - int(number(rule["limit"]) * columns.unit), 0)
    whole = 100 * _HUNDREDTHS * columns.unit
    lost = over * int(number(rule["per_point"]) * _HUNDREDTHS)
    scores.ratio(rows, np.maximum(whole - lost, 0), whole)


def _table(columns: Columns, rows: Rows, scores: Scores, rule: Mapping[str, Any]) -> None:
    """Give the share of the first row whose upper limit (included) is not passed, and nothing above the last."""
    limits = np.array([int(number(each["to"]) * columns.unit) for each in rule["rows"]])
    named = [int(number(each["share"]) * _HUNDREDTHS) for each in rule["rows"]]
    shares = np.array([*named, 0], dtype=np.int64)
    scores.ratio(rows, shares[np.searchsorted(limits, columns.actual[rows], side="left")], _WHOLE)


_NAMED = {MethodWord.STEPS: _steps, MethodWord.TABLE: _table}
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


def _without_ratio(rows: Rows, apart: Flags, met: Flags, scores: Scores) -> None:
    """Settle rows that have no meaningful ratio: full points where the target is met, else nothing is laid down."""
    if apart.any():
        scores.ratio(rows[apart & met], 1, 1)
        scores.silent(rows[apart & ~met], Notice.UNDECIDED)


def _undecided_edges(rows: Rows, edge: Flags, scores: Scores) -> None:
    """Give no points on the edge of a strict target (>50 and 50) or above an exact one, of which no clause speaks."""
    if edge.any():
        scores.silent(rows[edge.astype(bool)], Notice.UNDECIDED)


def _over_achieved(columns: Columns, scores: Scores, policy: Policy) -> None:
    """Warn of results far above the target, or deduct, as the policy says."""
    rule: Mapping[str, Any] = policy["over_achievement"].value
    if rule["method"] == MethodWord.NONE:
        return
    percent = int(number(rule["from"]) * 100)
    upward = (scores.status == Status.SCORED) & (
        (columns.rule == Method.QUANTITATIVE) | (columns.rule == Method.SATISFACTION)
    )
    rows = np.flatnonzero(upward & (columns.low > 0).astype(bool) & (columns.actual > 0).astype(bool))
    far = rows[(columns.actual[rows] * _WHOLE >= columns.low[rows] * percent).astype(bool)]
    scores.notice[far] = Notice.FAR_ABOVE
    if rule["method"] == MethodWord.DEDUCT:
        scores.notice[far] = Notice.DEDUCTED
        points = int(number(rule["points"]) * 10 ** policy["rounding"].value["places"])
        scores.points[far] = np.maximum(scores.points[far] - points, 0)


def _rounded(weight: Wholes, part: Wholes, whole: Wholes, policy: Policy) -> Wholes:
    rounding = policy["rounding"].value
    return product_ratio(weight, part, whole, WEIGHT_UNIT // 10 ** rounding["places"], rounding["how"])

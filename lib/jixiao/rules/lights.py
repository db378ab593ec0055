"""Gives the warning lights of monitoring during the year: spending and indicators against what is due by the month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.kit import numbers
from jixiao.kit.codes import Code
from jixiao.values.measure_frame import is_a_fall
from jixiao.values.measures import (
    Day,
    Done,
    Interval,
    Measure,
    Number,
    OtherColumns,
    Words,
    comparable,
    parse_target,
    read_actual,
    settle,
)
from jixiao.values.units import PERCENT
from jixiao.year import table_files

MONTHS = 12
_HUNDRED = Decimal(100)
_CEILINGS = ("≤", "<")
SPENDING_RULE, INDICATOR_RULE = "M01", "M02"  # whose parameters in params/checks.yml say where a light begins


class Light(Code):
    """A warning light, the gravest first: the key stands in those of figures."""

    RED = "red", "红灯"
    YELLOW = "yellow", "黄灯"
    GREEN = "green", "绿灯"
    BLUE = "blue", "蓝灯"

    @property
    def warns(self) -> bool:
        """Whether a reason and a measure are asked for."""
        return self in (Light.RED, Light.YELLOW)


@dataclass(frozen=True)
class Limits:
    """Where lights begin, in per cent of what is due: `words` are those of results that nobody can count, by light."""

    spending_red: Decimal
    spending_yellow: Decimal
    red: Decimal
    yellow: Decimal
    high: Decimal
    words: Mapping[Light, tuple[str, ...]]

    @classmethod
    def of(cls, settings: Mapping[str, Mapping[str, Any]]) -> Limits:
        """Those that the parameters of the checks give."""
        money, indicators = settings[SPENDING_RULE], settings[INDICATOR_RULE]
        words = {Light.of(light): found for light, found in indicators["words"].items()}
        return cls(
            money["red"], money["yellow"], indicators["red"], indicators["yellow"], indicators["high"], words
        )


def worst(lights: Iterable[Light | None]) -> Light | None:
    """The gravest of some lights, None where there is none."""
    order = list(Light)
    return min((light for light in lights if light), key=order.index, default=None)


def due(part: Decimal, whole: Decimal, month: int) -> Decimal:
    """How many per cent of what is due by the end of a month `part` is; `whole` is for the year and not zero."""
    return numbers.ratio(part * MONTHS * _HUNDRED, whole * month)


def of_spending(budget: Decimal | None, executed: Decimal | None, month: int, limits: Limits) -> Light | None:
    """The light of what was spent of a budget by the end of a month; None where nothing is known, or no budget."""
    if not budget or budget < 0 or executed is None:
        return None
    share = due(executed, budget, month)
    if share < limits.spending_red:
        return Light.RED
    return Light.YELLOW if share < limits.spending_yellow else Light.GREEN


def measures(indicator: Mapping[str, Any], text: str | None, year: int | None) -> tuple[Measure, Measure]:
    """The target of a row of indicators.csv, and a text of monitoring as it is to be held against it."""
    columns = ("nature", "operator", "measure_unit")
    nature, operator, unit = (str(indicator.get(name) or "") for name in columns)
    target = parse_target(indicator.get("target"), nature=nature, operator=operator, unit=unit, year=year)
    numeric = target.kind.numeric
    actual = read_actual(text, OtherColumns("", "", unit, year, numeric, reached=True))
    return target, settle(target, actual, is_a_fall(str(indicator.get("level3") or "")))


def of_indicator(target: Measure, actual: Measure, month: int, limits: Limits) -> Light | None:
    """The light of what was reached of a target by the end of a month; None where the two cannot be compared.

    A number is held against its part of the year, a rate against the whole target, a ceiling is kept or broken.
    """
    if comparable(target, actual):
        return None
    if isinstance(target, Day):
        late = isinstance(actual, Day) and actual.last > target.last
        return Light.RED if late else Light.GREEN
    if isinstance(actual, Words | Done):
        return _of_words(actual.text, limits)
    if isinstance(actual, Number) and isinstance(target, Number | Interval):
        return _of_number(target, actual.value, month, limits)
    return None


def _of_number(target: Number | Interval, reached: Decimal, month: int, limits: Limits) -> Light | None:
    """The light of a number: against a ceiling kept or broken, else by what is due of the target."""
    if isinstance(target, Number) and (target.operator in _CEILINGS or target.value == 0):
        below = reached < target.value or (reached == target.value and target.operator != "<")
        return Light.GREEN if below or target.operator == "≥" else Light.RED
    least = target.value if isinstance(target, Number) else target.low
    if least <= 0:
        return None
    share = due(reached, least, MONTHS if is_rate(target) else month)
    if share < limits.red:
        return Light.RED
    if share < limits.yellow:
        return Light.YELLOW
    return Light.BLUE if share >= limits.high and not is_rate(target) else Light.GREEN


def is_rate(target: Number | Interval) -> bool:
    """Whether a target is a share or a quantity for each of something, which does not grow with the months."""
    return target.unit == PERCENT or "/" in target.unit


def _of_words(text: str, limits: Limits) -> Light | None:
    """The light that the words of a result stand for, the gravest first; None for words that nobody foresaw."""
    for light in Light:
        if any(word in text for word in limits.words.get(light, ())):
            return light
    return None


def frame(
    readings: pd.DataFrame, subjects: pd.DataFrame, indicators: pd.DataFrame, year: int | None, limits: Limits
) -> pd.DataFrame:
    """The rows of monitoring.csv with their lights: same rows, same index.

    Columns beside those of the table: money (the budget that counts: that of the form, else that of the ledger),
    spending and indicator, each a Light or None, and warning, what the row has to answer for: its indicator, and in one
    row of each form also the spending.
    """
    ledger = dict(zip(subjects["subject_id"], subjects["adjusted_budget"], strict=True))
    known = of_readings(readings, indicators)
    budgets: list[Decimal | None] = []
    spending: list[Light | None] = []
    reached: list[Light | None] = []
    for row in table_files.rows(readings):
        month = int(row["month"])
        budget = row["budget"] if row["budget"] is not None else ledger.get(row["subject_id"])
        budgets.append(budget)
        spending.append(of_spending(budget, row["executed"], month, limits))
        indicator = known.get(row["indicator_id"])
        both = measures(indicator, row["actual"], year) if indicator else None
        reached.append(of_indicator(*both, month, limits) if both else None)
    added = {"money": budgets, "spending": spending, "indicator": reached}
    columns = {name: pd.Series(values, readings.index, dtype=object) for name, values in added.items()}
    lit = readings.assign(**columns)
    answer = set(answering(lit))
    warnings = [
        worst([indicator, spending if row in answer else None])
        for row, indicator, spending in lit[["indicator", "spending"]].itertuples()
    ]
    return lit.assign(warning=pd.Series(warnings, lit.index, dtype=object))


def of_readings(readings: pd.DataFrame, indicators: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """The indicators that readings speak of, by id: few of those of a year, each as values by column."""
    spoken_of = indicators[indicators["indicator_id"].isin(set(readings["indicator_id"]))]
    return {row["indicator_id"]: row for row in table_files.rows(spoken_of)}


def answering(readings: pd.DataFrame) -> Iterator[int]:
    """The row of each form that answers for the spending: the first one with a reason or a measure, else the first."""
    said = readings["reason"].notna() | readings["measure"].notna()
    saying_first = readings[["subject_id", "month"]].loc[[*said.index[said], *said.index[~said]]]
    yield from map(int, saying_first.index[~saying_first.duplicated()])

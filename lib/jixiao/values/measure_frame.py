"""Reads the targets and actual values of many indicators at once into columns of exact whole numbers.

Each combination of texts is read once, however many rows have it. A number is kept as a whole number of millionths
(`SCALE`), so that arithmetic with whole columns is exact.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache

import numpy as np
import pandas as pd

from jixiao.values.measures import (
    OPERATORS,
    Blank,
    Day,
    Done,
    Interval,
    Kind,
    Measure,
    Number,
    OtherColumns,
    UndatedDay,
    Words,
    comparable,
    dated,
    has_copied_operator,
    read_actual,
    read_target,
    settle,
)
from jixiao.values.quantities import times

SCALE = 10**6
LARGEST = 9 * 10**12
NO_NUMBER = int(
    np.iinfo(np.int64).min
)  # where there is no number, or none that fits: never a plausible value

COLUMNS = ("operator", "target", "measure_unit", "nature", "actual")
NUMBERS = ("target_low", "target_high", "actual")
_TEXTS = ("unit", "actual_unit", "target_words", "actual_words", "problem", "note", "doubt")
_FALLS = re.compile("下降|降低|减少|压减|压缩|缩减|削减|降幅|减幅|节约|节能|消减")


def parse_frame(indicators: pd.DataFrame, year: int | None) -> pd.DataFrame:
    """The measures of `indicators`, which has the columns `COLUMNS` (only target must be there): same rows, same index.

    Columns: kind, actual_kind, operator (categories); target_low, target_high, actual (int64, millionths of `unit`,
    `NO_NUMBER` for none); exact, False where a number does not fit, with the decimals in target_low_exact,
    target_high_exact, actual_exact; unit, that of the target, and actual_unit; target_words, actual_words;
    target_day, actual_day; copied_operator;
    problem, why the two cannot be compared in Chinese, "" when they can; note; doubt, what was read by guess.
    The names of indicators (level3), where they are there, say of which a fall is what is to be reached.
    """
    codes, distinct = _distinct(indicators)
    parsed = _frame(list(_pairs(distinct, year)))
    rows = parsed.take(codes)
    rows.index = indicators.index
    return rows


def _distinct(indicators: pd.DataFrame) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """For each row the number of its combination of texts, and the combinations in the order of these numbers."""
    columns = [_texts(indicators, name) for name in COLUMNS]
    columns.append(_falls(_texts(indicators, "level3")))
    codes = np.zeros(len(indicators), dtype=np.int64)
    for column in columns:
        own, values = pd.factorize(column)
        codes, _ = pd.factorize(codes * max(len(values), 1) + own)
    count = int(codes.max(initial=-1)) + 1
    first = np.empty(count, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, list(zip(*(column[first] for column in columns), strict=True))


def _texts(indicators: pd.DataFrame, name: str) -> np.ndarray:
    if name not in indicators:
        return np.full(len(indicators), "", dtype=object)
    column = indicators[name].astype(object)
    return column.where(column.notna(), "").to_numpy(dtype=object)


def _falls(names: np.ndarray) -> np.ndarray:
    """For each name 降 where the indicator is itself a fall (投诉下降率), else nothing."""
    own, known = pd.factorize(names)
    return np.array(["降" if is_a_fall(str(name)) else "" for name in known] or [""], dtype=object)[own]


def is_a_fall(name: str) -> bool:
    """Whether an indicator is itself a fall (投诉下降率, 成本节约率), so that more of it is better."""
    return bool(_FALLS.search(name))


def _pairs(distinct: Iterable[tuple[str, ...]], year: int | None) -> Iterator[tuple[Measure, Measure]]:
    """Target and actual value of each combination; a text that several combinations share is read only once."""
    target_of: Callable[..., Measure] = cache(read_target)
    actual_of: Callable[..., Measure] = cache(read_actual)
    for operator, text, unit, nature, done, falls in distinct:
        target = target_of(text, OtherColumns(nature, operator, unit, year))
        actual = actual_of(done, OtherColumns("", "", unit, year, target.kind.numeric, reached=True))
        actual = settle(target, actual, bool(falls))
        yield _settled(target, actual), actual


def _settled(target: Measure, actual: Measure) -> Measure:
    """A target that came as the number of a day, as a day where the actual value is one."""
    return dated(target) if isinstance(actual, Day) and isinstance(target, Number) else target


def _frame(pairs: list[tuple[Measure, Measure]]) -> pd.DataFrame:
    targets = [target for target, _ in pairs]
    actuals = [actual for _, actual in pairs]
    kinds = [kind.value for kind in Kind]
    columns: dict[str, object] = {
        "kind": pd.Categorical([m.kind.value for m in targets], categories=kinds),
        "actual_kind": pd.Categorical([m.kind.value for m in actuals], categories=kinds),
        "operator": pd.Categorical([getattr(m, "operator", "") for m in targets], categories=OPERATORS),
        **_numbers(pairs),
        "unit": [m.unit if isinstance(m, Number | Interval) else "" for m in targets],
        "actual_unit": [m.unit if isinstance(m, Number) else "" for m in actuals],
        "target_words": list(map(_words, targets)),
        "actual_words": list(map(_words, actuals)),
        "target_day": np.array(list(map(_day, targets)), dtype="datetime64[s]"),
        "actual_day": np.array(list(map(_day, actuals)), dtype="datetime64[s]"),
        "copied_operator": np.array(list(map(has_copied_operator, actuals)), dtype=bool),
        "problem": [comparable(target, actual) for target, actual in pairs],
        "note": ["；".join(filter(None, (target.note, actual.note))) for target, actual in pairs],
        "doubt": ["；".join(filter(None, (target.doubt, actual.doubt))) for target, actual in pairs],
    }
    return pd.DataFrame(
        {k: pd.Categorical(np.array(v, dtype=object)) if k in _TEXTS else v for k, v in columns.items()}
    )


def _words(measure: Measure) -> str:
    if isinstance(measure, Words | UndatedDay):
        return measure.words
    if isinstance(measure, Done):
        return "按时" if measure.timely else ""
    return measure.status if isinstance(measure, Blank) else ""


def _day(measure: Measure) -> dt.date | None:
    return measure.last if isinstance(measure, Day) else None


def _value(actual: Measure) -> Decimal | None:
    """The number that was reached, which is 100 for 100%完成; None where there is none."""
    if isinstance(actual, Number):
        return actual.value
    return Decimal(100) if isinstance(actual, Done) and actual.whole else None


def _ends(target: Measure) -> tuple[Decimal | None, Decimal | None]:
    if isinstance(target, Number):
        return target.value, target.value
    return (target.low, target.high) if isinstance(target, Interval) else (None, None)


def _numbers(pairs: list[tuple[Measure, Measure]]) -> dict[str, np.ndarray]:
    """The columns of numbers: in millionths where all three of a row fit, else as decimals in the exact columns."""
    values = [(*_ends(target), _value(actual)) for target, actual in pairs]
    scaled = [tuple(map(_millionths, row)) for row in values]
    exact = np.array([None not in row for row in scaled], dtype=bool)
    nothing = (NO_NUMBER,) * len(NUMBERS)
    whole = np.array(
        [row if fits else nothing for row, fits in zip(scaled, exact, strict=True)], dtype=np.int64
    )
    columns = dict(zip(NUMBERS, whole.reshape(-1, len(NUMBERS)).T, strict=True)) | {"exact": exact}
    for position, name in enumerate(NUMBERS):
        kept = np.empty(len(values), dtype=object)
        kept[:] = [None if fits else row[position] for row, fits in zip(values, exact, strict=True)]
        columns[f"{name}_exact"] = kept
    return columns


def _millionths(value: Decimal | None) -> int | None:
    """`value` in millionths, `NO_NUMBER` for no value; None when it is too large or has too many decimals."""
    if value is None:
        return NO_NUMBER
    scaled = times(value, Decimal(SCALE))
    fits = -LARGEST <= value <= LARGEST and scaled == scaled.to_integral_value()
    return int(scaled) if fits else None

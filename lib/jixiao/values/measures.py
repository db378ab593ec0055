"""Reads targets and actual values as people write them: the text of a cell becomes an exact measure.

Nothing is guessed: a cell that can mean two things is unreadable, with a reason in Chinese that the user reads.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from jixiao.kit import numbers
from jixiao.values import due_dates, notation, quantities, units
from jixiao.values.notation import OPERATOR, Nature, Unreadable
from jixiao.values.units import PERCENT, Unit

OPERATORS = ("", "≥", "≤", "=", ">", "<", "≈")
_NO_COMPARISON = ("", "≈")  # signs that say nothing about a direction

_DONE = re.compile(
    r"(?:均|都|已经?|全部|(?P<whole>100%|百分之百|百分百)|(?P<timely>按时|按期|如期|及时|准时)|顺利|圆满|全面)*"
    r"(?:完成|达成|完工|竣工)了?"
)
_CALENDAR = ("年", "月", "日", "年月", "年月日", "日期", "时间")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


class Kind(StrEnum):
    """What the text of a cell can be."""

    NUMBER = "number"
    INTERVAL = "interval"
    DATE = "date"
    WORDS = "words"
    DONE = "done"
    BLANK = "blank"
    UNREADABLE = "unreadable"

    @property
    def numeric(self) -> bool:
        """Whether this is a number or an interval."""
        return self in (Kind.NUMBER, Kind.INTERVAL)

    @property
    def counted(self) -> bool:
        """Whether this can be counted, so that the indicator is 定量."""
        return self.numeric or self is Kind.DATE


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """What every measure keeps of its cell: the text, and a note where a user should know how it was read.

    Neither counts when measures are compared: 0.5万元 and 5000元 are equal.
    """

    text: str = field(default="", compare=False)
    note: str = field(default="", compare=False)


@dataclass(frozen=True)
class Number(_Cell):
    """A number in its base unit (元, %, 亩 …); `bare` when the cell itself names no unit."""

    kind: ClassVar = Kind.NUMBER
    operator: str
    value: Decimal
    unit: str = ""
    as_written: Unit = field(default=Unit(), compare=False)
    bare: bool = field(default=False, compare=False)

    @property
    def highest(self) -> Decimal:
        """The upper end, which for a number is the number itself."""
        return self.value


@dataclass(frozen=True)
class Interval(_Cell):
    """Numbers from `low` to `high`, both ends included, in their base unit."""

    kind: ClassVar = Kind.INTERVAL
    low: Decimal
    high: Decimal
    unit: str = ""
    as_written: Unit = field(default=Unit(), compare=False)
    bare: bool = field(default=False, compare=False)

    @property
    def highest(self) -> Decimal:
        """The upper end."""
        return self.high


@dataclass(frozen=True)
class Day(_Cell):
    """The last day allowed or the day reached, which is the last day of the month or quarter that was written.

    `first` is the first day of it. 9月前 may mean the end of August or of September: that is `doubtful_until`.
    """

    kind: ClassVar = Kind.DATE
    operator: str
    last: dt.date
    first: dt.date | None = field(default=None, compare=False)
    doubtful_until: dt.date | None = field(default=None, compare=False)


@dataclass(frozen=True)
class UndatedDay(_Cell):
    """A day without a year, so that nothing can be compared with it."""

    kind: ClassVar = Kind.DATE
    operator: str
    words: str
    reason: str = field(default="", compare=False)


@dataclass(frozen=True)
class Words(_Cell):
    """A text that is judged and not counted."""

    kind: ClassVar = Kind.WORDS
    words: str
    operator: str = ""


@dataclass(frozen=True)
class Done(_Cell):
    """完成 or a word like it: `whole` if it also says 100 %, `timely` if it says 按时."""

    kind: ClassVar = Kind.DONE
    whole: bool = False
    timely: bool = False


@dataclass(frozen=True)
class Blank(_Cell):
    """Nothing, or a word that says why there is nothing (不适用, 未到期)."""

    kind: ClassVar = Kind.BLANK
    status: str = ""


@dataclass(frozen=True)
class UnreadableCell(_Cell):
    """A cell whose meaning is not certain, with the reason in Chinese."""

    kind: ClassVar = Kind.UNREADABLE
    reason: str = field(default="", compare=False)


Measure = Number | Interval | Day | UndatedDay | Words | Done | Blank | UnreadableCell


@dataclass(frozen=True)
class OtherColumns:
    """What other columns of a form say about a target or an actual value, and the year of dates without one."""

    nature: str = ""
    operator: str = ""
    unit: str = ""
    year: int | None = None
    numeric: bool = False  # 2022.12 is a number here, since the target is one


def has_copied_operator(actual: Measure) -> bool:
    """Whether an actual value has a comparison sign, which can only be copied from its target."""
    return isinstance(actual, Number | Day | UndatedDay) and actual.operator not in _NO_COMPARISON


def parse_target(
    text: str | None, *, nature: str = "", operator: str = "", unit: str = "", year: int | None = None
) -> Measure:
    """The target written in `text`, with the nature, operator and unit of forms that have columns for them."""
    return read_target(text, OtherColumns(nature or "", operator or "", unit or "", year))


def parse_actual(
    text: str | None, target: Measure | None = None, *, unit: str = "", year: int | None = None
) -> Measure:
    """The actual value written in `text`; a number without a unit takes that of a numeric `target`."""
    numeric = target is not None and target.kind.numeric
    measure = read_actual(text, OtherColumns("", "", unit or "", year, numeric))
    return measure if target is None else settle(target, measure)


def read_target(text: str | None, columns: OtherColumns) -> Measure:
    """The target written in `text`, with what the other columns of its form say."""
    return _parse(text, columns, _value)


def read_actual(text: str | None, columns: OtherColumns) -> Measure:
    """The actual value written in `text`, before it takes over the unit of its target (see `settle`)."""

    def achieved(folded: str, columns: OtherColumns) -> Measure:
        if done := _DONE.fullmatch(folded):
            return Done(whole=bool(done["whole"]), timely=bool(done["timely"]))
        return _value(folded, columns)

    return _parse(text, columns, achieved)


def settle(target: Measure, actual: Measure) -> Measure:
    """`actual` with the unit of `target` where both are numbers and it has none itself; for money a note says so."""
    if isinstance(target, Words) and isinstance(actual, Done):
        return Words(notation.fold(actual.text), text=actual.text, note=actual.note)
    if not isinstance(target, Number | Interval) or not isinstance(actual, Number | Interval) or actual.unit:
        return actual
    if target.as_written.bare or _is_doubtful_fraction(target, actual):
        return actual
    if target.as_written.multiplied and actual.as_written.bare:
        return actual
    unit = units.joined(actual.as_written, target.as_written)
    if unit is None:
        return actual
    note = f"实际值没有写全单位，按目标的单位读作{unit.written}" if unit.money else actual.note
    scale = unit.scale if actual.as_written.bare else Decimal(1)
    settled = {"unit": unit.name, "as_written": unit, "note": note}
    if isinstance(actual, Number):
        return replace(actual, value=quantities.times(actual.value, scale), **settled)
    low = quantities.times(actual.low, scale)
    high = quantities.times(actual.high, scale)
    return replace(actual, low=low, high=high, **settled)


def _parse(text: Any, columns: OtherColumns, read: Callable[[str, OtherColumns], Measure]) -> Measure:
    raw = "" if text is None or text != text else str(text)
    try:
        return replace(read(notation.fold(raw), columns), text=raw)
    except Unreadable as why:
        return UnreadableCell(str(why), text=raw)


def _value(folded: str, columns: OtherColumns) -> Measure:
    """The measure written in a folded text; Unreadable where it has no one meaning."""
    if notation.blank(folded) or notation.status(folded):
        return Blank(notation.status(folded))
    notation.refuse_damage(folded)
    operator, qualitative = _given_operator(columns)
    body, remarks = notation.split_remarks(folded)
    if qualitative:
        return _judged(body)
    unit = units.column(columns.unit)
    if unit.written == "年" and _YEAR.fullmatch(
        body
    ):  # 2022 and 年 in two columns: the year, not 2,022 years
        body += unit.written
        unit = Unit()
    if (unit.bare or unit.written in _CALENDAR) and (measure := _dated(body, operator, columns)):
        return measure
    quantity = quantities.read(body, remarks)
    if quantity is None:
        return _words(body, operator)
    return _counted(quantity, operator, unit)


def _given_operator(columns: OtherColumns) -> tuple[str, bool]:
    """The operator given in other columns, and whether these call the indicator qualitative."""
    operator = notation.fold(columns.operator)
    nature = notation.fold(columns.nature)
    if operator.startswith(Nature.QUALITATIVE) or nature.startswith(Nature.QUALITATIVE):
        return "", True
    if operator not in OPERATOR and not notation.blank(operator):
        raise Unreadable(f"不认识比较符“{columns.operator}”")
    return notation.one_operator(OPERATOR.get(operator, ""), OPERATOR.get(nature, "")), False


def _judged(body: str) -> Measure:
    """The words of a qualitative indicator; Unreadable for a number, which contradicts the form's own 定性."""
    try:
        number = quantities.read(body, [])
    except Unreadable:
        number = None
    if number:
        raise Unreadable(f"指标性质是定性，值却是数“{body}”，不知按哪一种评分")
    return _words(body, "")


def _words(body: str, operator: str) -> Measure:
    """A text that is no number as words; Unreadable where it is no text either."""
    body = body.removeprefix(Nature.QUALITATIVE)  # 定性 好坏: two columns copied into one cell
    strange = any(sign.isdecimal() and not sign.isascii() for sign in body)
    if strange or not any(sign.isalpha() for sign in body):
        raise Unreadable(f"“{body}”不是数，也不是文字" if body else "没有值")
    return Words(body, operator)


def _dated(body: str, operator: str, columns: OtherColumns) -> Measure | None:
    """The date written in `body`, with or without a comparison sign; None when it is no date."""
    found = re.fullmatch(rf"(?P<op>{notation.OPERATOR_WORD})?(?P<rest>.+)", body)
    sign = notation.one_operator(OPERATOR.get(found["op"] or "", ""), operator)
    if (sign or columns.numeric or columns.unit) and re.fullmatch("[0-9.]+", found["rest"]):
        return None
    period = due_dates.read(found["rest"], columns.year)
    if period is None:
        return None
    if sign in ("≥", ">", "≈"):
        raise Unreadable(f"日期“{found['rest']}”前的“{sign}”不知何意")
    sign = notation.one_operator(sign, "≤" if period.limit else "")
    if period.last is None:
        return UndatedDay(sign, found["rest"], f"“{body}”没有写年份")
    doubt = period.doubtful_until
    note = f"“{body}”按这段时间开始之前读，最晚{period.last.isoformat()}" if doubt else ""
    return Day(sign, period.last, period.first, doubt, note=note)


def _counted(quantity: quantities.Quantity, operator: str, given: Unit) -> Measure:
    """A number or an interval, with the operator and the unit that other columns give."""
    sign = notation.one_operator(quantity.operator, operator)
    if quantity.is_range and sign not in ("", "="):
        raise Unreadable(f"区间又带比较符“{sign}”")
    unit = units.joined(quantity.unit, given)
    if unit is None:
        raise Unreadable(f"值的单位“{quantity.unit.written}”与单位栏“{given.written}”不同")
    scale = unit.scale if quantity.unit.bare else Decimal(1)
    low = quantities.times(quantity.low, scale)
    if not quantity.is_range:
        return Number(sign, low, unit.name, unit, quantity.unit.bare)
    return Interval(low, quantities.times(quantity.high, scale), unit.name, unit, quantity.unit.bare)


def comparable(target: Measure, actual: Measure) -> str:
    """Why `actual` cannot be compared with `target`, in Chinese; "" when it can."""
    for name, missing, measure in (("目标", "没有指标值", target), ("实际", "没有实际完成值", actual)):
        if isinstance(measure, Blank):
            return missing + (f"：{measure.status}" if measure.status else "")
        if isinstance(measure, UndatedDay | UnreadableCell):
            return f"{name}：{measure.reason}"
    if isinstance(target, Number | Interval):
        return _against_number(target, actual)
    if isinstance(target, Day):
        return _against_date(target, actual)
    return "" if isinstance(actual, Words | Done) else "目标是文字，实际不是文字"


def _against_date(target: Day, actual: Measure) -> str:
    if isinstance(actual, Done):
        return "" if actual.timely else "目标是日期，实际只写完成，不知哪天完成"
    if not isinstance(actual, Day):
        return "目标是日期，实际不是日期"
    first = actual.first or actual.last
    if target.doubtful_until and target.last < actual.last and first <= target.doubtful_until:
        return f"目标“{target.text}”是最晚{target.last.isoformat()}还是{target.doubtful_until.isoformat()}，不能确定"
    if first <= target.last < actual.last:
        return f"目标是{target.last.isoformat()}，实际只写到“{actual.text}”，不知是否晚于目标"
    return ""


def _against_number(target: Number | Interval, actual: Measure) -> str:
    if isinstance(actual, Done):
        if not actual.whole:
            return "目标是数，实际只写完成，没有数"
        return _unit_mix(target, Number("", Decimal(100), PERCENT))
    if isinstance(actual, Interval):
        return "实际是区间，不是一个数"
    if not isinstance(actual, Number):
        return "目标是数，实际不是数"
    sign = target.operator if isinstance(target, Number) else ""
    if actual.operator not in ("", "=", sign):
        return f"实际写的是范围“{actual.text}”，不是一个数"
    return _unit_mix(target, actual)


def _unit_mix(target: Number | Interval, actual: Number) -> str:
    if _is_doubtful_fraction(target, actual):
        hundred = numbers.plain((actual.value * 100).normalize())
        return f"目标的单位是%，实际写“{actual.text}”：是{actual.value}%还是{hundred}%，不能确定"
    if target.unit == actual.unit:
        return ""
    if not actual.unit:
        same = target.as_written.scale == 1 and actual.as_written.bare
        if same or actual.value == 0:
            return ""
        return f"目标的单位是“{target.as_written.written}”，实际“{actual.text}”没有写，是不是同一单位不能确定"
    if not target.unit:
        return f"目标没有单位，实际的单位是“{actual.as_written.written or actual.unit}”"
    return f"单位不同：目标是“{target.unit}”，实际是“{actual.unit}”"


def _is_doubtful_fraction(target: Number | Interval, actual: Measure) -> bool:
    """Whether the actual value of a target in % is a number like 0.95 without unit: 0.95 % or 95 %.

    There is no doubt where the unit has a column of its own and the target is written as such a small number too.
    """
    if not isinstance(actual, Number) or target.unit != PERCENT or not actual.bare:
        return False
    if not _is_small(actual.value):
        return False
    return not (target.bare and actual.unit and _is_small(target.highest))


def _is_small(value: Decimal) -> bool:
    return -1 <= value <= 1 and value != 0

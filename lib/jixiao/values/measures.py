"""Reads targets and actual values as people write them: the text of a cell becomes an exact measure.

Nothing is guessed: a cell that can mean two things is unreadable, with a reason in Chinese that the user reads.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
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
_SIGN = re.compile("[≥≤<>=]")
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
    doubt: str = field(default="", compare=False)  # a note on what has to be mended, for it was read by guess


@dataclass(frozen=True)
class Number(_Cell):
    """A number in its base unit (元, %, 亩 …); `bare` when the cell itself names no unit.

    `change` says that it was written as a rise or a fall; a fall of 5 % is -5. `done` says that words tell what is to be
    done (建成1座), or how often (每月1次).
    """

    kind: ClassVar = Kind.NUMBER
    operator: str
    value: Decimal
    unit: str = ""
    as_written: Unit = field(default=Unit(), compare=False)
    bare: bool = field(default=False, compare=False)
    change: bool = field(default=False, compare=False)
    done: bool = field(default=False, compare=False)

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
    reached: bool = (
        False  # of an actual value: a unit written with it counts, though the column has that of the target
    )


def has_copied_operator(actual: Measure) -> bool:
    """Whether an actual value has a comparison sign, which can only be copied from its target.

    That a change is read as a fall of at least so much (下降6%) is no sign that somebody wrote.
    """
    if isinstance(actual, Number) and actual.change and not _SIGN.search(notation.fold(actual.text)):
        return False
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
    measure = read_actual(text, OtherColumns("", "", unit or "", year, numeric, reached=True))
    return measure if target is None else settle(target, measure)


def is_plain_number(text: str) -> bool:
    """Whether a cell is a number with its comparison and unit, and no sentence that has one."""
    try:
        return quantities.read(*notation.split_remarks(notation.fold(text)), in_sentences=False) is not None
    except Unreadable:
        return False


def read_target(text: str | None, columns: OtherColumns) -> Measure:
    """The target written in `text`, with what the other columns of its form say."""

    def aimed_at(folded: str, columns: OtherColumns) -> Measure:
        measure = _value(folded, columns)
        ceiling = isinstance(measure, Number) and not measure.operator and folded.startswith(_HELD)
        return replace(measure, operator="≤") if ceiling else measure  # type: ignore[call-arg]

    return _parse(text, columns, aimed_at)


def read_actual(text: str | None, columns: OtherColumns) -> Measure:
    """The actual value written in `text`, before it takes over the unit of its target (see `settle`)."""

    def achieved(folded: str, columns: OtherColumns) -> Measure:
        if done := _DONE.fullmatch(folded):
            return Done(whole=bool(done["whole"]), timely=bool(done["timely"]))
        return _value(folded, columns)

    return _parse(text, columns, achieved)


def settle(target: Measure, actual: Measure, falls: bool = False) -> Measure:
    """`actual` as it is to be held against `target`: in its unit, as a day where it is one, and a fall as a fall.

    A number without a unit takes that of the target. What is read by guess has a `doubt` that says how. `falls` says
    that the indicator itself is a fall (投诉下降率), so that 下降12% is 12 of it.
    """
    if isinstance(target, Words) and isinstance(actual, Done):
        return Words(notation.fold(actual.text), text=actual.text, note=actual.note)
    if isinstance(target, Day) and isinstance(actual, Number):
        return _day_of_serial(actual)
    if isinstance(target, Number) and target.value == 0 and isinstance(actual, Words | Blank):
        return _none_of_it(target, actual)
    if not isinstance(target, Number | Interval) or not isinstance(actual, Number | Interval):
        return actual
    if isinstance(actual, Number):
        actual = _as_change(target, _in_per_cent(target, actual), falls)
        if actual.unit:
            return _in_unit_of(target, actual) if target.unit else _without_unit(target, actual)
    return actual if actual.unit else _with_unit_of(target, actual)


def _with_unit_of(target: Number | Interval, actual: Number | Interval) -> Number | Interval:
    """The actual value with the unit of its target where it has none itself; for money a note says so."""
    if target.as_written.bare or _is_doubtful_fraction(target, actual):
        return actual
    if target.as_written.multiplied and actual.as_written.bare:
        return actual
    unit = units.joined(actual.as_written, target.as_written)
    if unit is None:
        return actual
    note = f"实际值没有写全单位，按目标的单位读作{unit.written}" if unit.money else actual.note
    scale = unit.scale if actual.as_written.bare else Decimal(1)
    settled: dict[str, Any] = {"unit": unit.name, "as_written": unit, "note": note}
    if isinstance(actual, Number):
        return replace(actual, value=quantities.times(actual.value, scale), **settled)
    low = quantities.times(actual.low, scale)
    high = quantities.times(actual.high, scale)
    return replace(actual, low=low, high=high, **settled)


_NOTHING = re.compile("(?:未|没有|无)(?:发生|出现)?.{0,8}|零.{0,6}")
_NOT_NOTHING = re.compile("适用|到期|数据|统计|完成|达|涉及|未知|不")


def _none_of_it(target: Number, actual: Words | Blank) -> Measure:
    """未发生, 零事故 or 无 against a target of 0起 as the number 0; other words stay."""
    said = notation.fold(actual.text)
    if not _NOTHING.fullmatch(said) or _NOT_NOTHING.search(said):
        return actual
    return Number("", Decimal(0), target.unit, target.as_written, text=actual.text, note=f"“{said}”读作0")


_SERIALS = (dt.date(2000, 1, 1), dt.date(2060, 12, 31))
_EPOCH = dt.date(1899, 12, 30)  # day 0 of a spreadsheet


def _serial(number: Number) -> dt.date | None:
    """The day that a spreadsheet keeps as a number (44926 for 2022-12-31); None for any other number."""
    whole = number.bare and not number.operator and number.value == number.value.to_integral_value()
    if not whole or not (_SERIALS[0] - _EPOCH).days <= number.value <= (_SERIALS[1] - _EPOCH).days:
        return None
    return _EPOCH + dt.timedelta(days=int(number.value))


def _day_of_serial(actual: Number) -> Measure:
    """The actual value of a dated target that came as the number of a day; any other number stays."""
    day = _serial(actual)
    if day is None:
        return actual
    doubt = f"“{actual.text}”是日期的序号，读作{day.isoformat()}"
    return Day("", day, day, text=actual.text, note=doubt, doubt=doubt)


def _for_each_of(target: Number | Interval, actual: Number) -> Number:
    """480元 against ≤500元/人次: as much for each, where that is near the target; far from it, it may be the whole."""
    thing, stroke, _ = target.unit.partition("/")
    near = abs(target.highest) <= 2 * abs(actual.value) <= 3 * abs(target.highest)
    if not stroke or "/" in actual.unit or not units.alike(thing, actual.unit) or not near:
        return actual
    doubt = f"“{actual.text}”没有写全单位，读作{actual.text}/{target.unit.partition('/')[2]}"
    return replace(actual, unit=target.unit, note=doubt, doubt=doubt)


def dated(target: Number) -> Measure:
    """A target that came as the number of a day, as the day; any other stays as it is."""
    day = _serial(replace(target, operator=""))
    if day is None or target.operator not in ("", "≤", "=", "<"):
        return target
    doubt = f"目标“{target.text}”是日期的序号，读作{day.isoformat()}"
    return Day(target.operator, day, day, text=target.text, note=doubt, doubt=doubt)


def _in_per_cent(target: Number | Interval, actual: Number) -> Number:
    """0.95 against ≥95% as 95 %, with a doubt that says so; and 96% against a target of 0.95 as 0.96.

    Against a ceiling (≤5%) 0.5 may be 0.5 % too: it is read as 50 % only where both keep it, or both break it.
    """
    if _is_doubtful_fraction(target, actual):
        hundredfold = actual.value * 100
        ceiling = isinstance(target, Number) and (target.operator in ("≤", "<") or target.value == 0)
        alike = (hundredfold <= target.highest) == (actual.value <= target.highest)
        if not (alike if ceiling else abs(target.highest) > 1):
            return actual
        percent = Unit(PERCENT, Decimal(1), PERCENT)
        doubt = f"“{actual.text}”没有写%，读作{numbers.plain(hundredfold.normalize())}%"
        return replace(
            actual,
            value=quantities.times(hundredfold, Decimal(1)),
            unit=PERCENT,
            as_written=percent,
            bare=False,
            note=doubt,
            doubt=doubt,
        )
    if target.bare and _is_small(target.highest) and actual.unit == PERCENT and not actual.bare:
        doubt = f"目标写作小数，实际“{actual.text}”按{numbers.plain((actual.value / 100).normalize())}比较"
        return replace(
            actual, value=actual.value / 100, unit=target.unit, as_written=target.as_written, note=doubt
        )
    return actual


def _as_change(target: Number | Interval, actual: Number, falls: bool) -> Number:
    """The actual value with the sign that its target gives it.

    A target that is a fall (下降5%) is below zero, and so is 6% that was reached of it. A fall of an indicator that is
    itself called a fall, and whose target is above zero, is not below zero.
    """
    downward = isinstance(target, Number) and target.change and target.value < 0
    if downward and not actual.change and actual.value > 0:
        if actual.unit in ("", target.unit):
            doubt = f"“{actual.text}”没有写升降，按目标读作下降{actual.text}"
            return replace(actual, value=-actual.value, change=True, note=doubt, doubt=doubt)
    elif falls and actual.value < 0 and target.highest >= 0:
        doubt = "" if actual.change else f"“{actual.text}”读作下降{numbers.plain(-actual.value)}{actual.unit}"
        return replace(actual, value=-actual.value, note=doubt, doubt=doubt)
    return actual


def _without_unit(target: Number | Interval, actual: Number) -> Number:
    """The actual value for a target without unit: as many as were written, 100 of 万元 for 100万元.

    Where that would be a hundred times off and the single ones would not, it stays as it is.
    """
    scale = actual.as_written.scale
    if scale == 1 or not actual.unit or target.highest == 0:
        return actual
    written = numbers.ratio(actual.value, scale)
    near = abs(target.highest) / 100 <= abs(written) <= abs(target.highest) * 100
    if not near or abs(actual.value) <= abs(target.highest) * 100:
        return actual
    doubt = f"目标没有写单位，按实际值的单位读作{actual.as_written.written}"
    return replace(actual, value=written, note=doubt, doubt=doubt)


def _in_unit_of(target: Number | Interval, actual: Number) -> Number:
    """The actual value in the unit of the target, where the two measure the same: 1500米 for a target in 公里."""
    if actual.unit == target.unit:
        return actual
    if units.alike(target.unit, actual.unit):
        return replace(actual, unit=target.unit)
    kind, many = units.measured(actual.unit)
    wanted, of_them = units.measured(target.unit)
    if {target.unit, actual.unit} == {PERCENT, "百分点"} and (
        actual.change or (isinstance(target, Number) and target.change)
    ):
        doubt = f"“{actual.text}”与目标一个写%、一个写百分点，按相同的单位比较"
        return replace(actual, unit=target.unit, note=doubt, doubt=doubt)
    if kind == wanted:
        value = _to_millionths(actual.value * many, of_them)
        return replace(actual, value=value, unit=target.unit)
    if units.minutes(target.unit) and units.minutes(actual.unit):
        return _in_time_of(target, actual)
    return _in_period_of(target, actual)


def _in_time_of(target: Number | Interval, actual: Number) -> Number:
    """2天 for a target in 小时 as 48, with a doubt: a day of work or of teaching has not 24."""
    one, of_them = units.minutes(actual.unit), units.minutes(target.unit)
    value = _to_millionths(actual.value * one, of_them)
    days = _A_DAY in (one, of_them)
    read = f"“{actual.text}”按一天24小时读作{numbers.plain(value.normalize())}{target.unit}" if days else ""
    return replace(
        actual, value=value, unit=target.unit, note=read or actual.note, doubt=read or actual.doubt
    )


def _to_millionths(part: Decimal, whole: Decimal) -> Decimal:
    """A value in another unit: exact where that has an end, else to six decimals (20亩 are 1.333333公顷)."""
    exact = not _EXACTLY.remainder(part, whole * _MILLIONTH)
    return _EXACTLY.divide(part, whole) if exact else round(numbers.ratio(part, whole), 6)


_EXACTLY = Context(prec=60)
_MILLIONTH = Decimal("0.000001")
_HELD = ("控制在", "控制到")  # what a target holds a number down to
_A_DAY = Decimal(1440)  # minutes


def _in_period_of(target: Number | Interval, actual: Number) -> Number:
    """The actual value for the part of the year that the target names: 12次 a year against 每月1次, 2次/年 against 2次.

    12次 against 每月1次 may also be 12 a month: that is said only where it is enough for the whole year.
    """
    thing, often = units.a_year(target.unit)
    done, times = units.a_year(actual.unit)
    same = units.alike(thing, done) or units.alike(target.unit, done) or units.alike(thing, actual.unit)
    if not same or not (often or times):
        return _for_each_of(target, actual)
    if often > 1 and not times and not abs(actual.value) >= target.highest * often:
        return _for_each_of(target, actual)
    value = numbers.ratio(actual.value * (times or 1), often or Decimal(1))
    if often in (0, 1) and times in (0, 1):
        return replace(actual, unit=target.unit)
    note = f"“{actual.text}”按一年折算为{numbers.plain(value)}{target.unit}"
    return replace(actual, value=value, unit=target.unit, note=note)


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
    return _counted(quantity, operator, unit, columns.reached)


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
        number = quantities.read(body, [], in_sentences=False)
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


def _counted(quantity: quantities.Quantity, operator: str, given: Unit, reached: bool) -> Measure:
    """A number or an interval, with the operator and the unit that other columns give."""
    sign = notation.one_operator(quantity.operator, operator)
    if quantity.is_range and sign not in ("", "="):
        raise Unreadable(f"区间又带比较符“{sign}”")
    unit = units.joined(quantity.unit, given)
    if unit is None and reached:
        unit = quantity.unit
    if unit is None:
        raise Unreadable(f"值的单位“{quantity.unit.written}”与单位栏“{given.written}”不同")
    scale = unit.scale if quantity.unit.bare else Decimal(1)
    low = quantities.times(quantity.low, scale)
    if not quantity.is_range:
        return Number(
            sign, low, unit.name, unit, quantity.unit.bare, quantity.change, quantity.done, note=quantity.note
        )
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
    if actual.operator not in ("", "=", sign) and not actual.change:
        return f"实际写的是范围“{actual.text}”，不是一个数"
    return _unit_mix(target, actual)


def _unit_mix(target: Number | Interval, actual: Number) -> str:
    if _is_doubtful_fraction(target, actual):
        hundred = numbers.plain((actual.value * 100).normalize())
        return f"目标的单位是%，实际写“{actual.text}”：是{actual.value}%还是{hundred}%，不能确定"
    if target.unit == actual.unit or 0 in (target.highest, actual.value):
        return ""
    if not actual.unit:
        if target.as_written.scale == 1 and actual.as_written.bare:
            return ""
        return f"目标的单位是“{target.as_written.written}”，实际“{actual.text}”没有写，是不是同一单位不能确定"
    if not target.unit:
        as_written = not target.as_written.bare or actual.as_written.scale == 1 or actual.doubt
        if as_written:
            return ""
        return f"目标没有单位，实际的单位是“{actual.as_written.written or actual.unit}”"
    return f"单位不同：目标是“{target.unit}”，实际是“{actual.unit}”"


def _is_doubtful_fraction(target: Number | Interval, actual: Measure) -> bool:
    """Whether the actual value of a target in % is a number like 0.95 without unit: 0.95 % or 95 %.

    There is no doubt where the unit has a column of its own and the target is written as such a small number too.
    """
    if not isinstance(actual, Number) or target.unit != PERCENT or not actual.bare:
        return False
    more_than_whole = 1 < actual.value < 2 and actual.value % 1 and target.highest >= _MOST  # 1.05 for 105 %
    if not _is_small(actual.value) and not more_than_whole:
        return False
    return not (target.bare and actual.unit and _is_small(target.highest))


_MOST = 50  # of a target of so many per cent nobody reports 1.05 %


def _is_small(value: Decimal) -> bool:
    return -1 <= value <= 1 and value != 0

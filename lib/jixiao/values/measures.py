"""Targets and actual values as people write them: the text of a cell in, an exact measure or the reason why not out.

Nothing is guessed: a cell that can mean two things is unreadable, and says so in words a user reads.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from jixiao.kit import numbers
from jixiao.values import due_dates, notation, quantities, units
from jixiao.values.notation import OPERATOR, Unreadable
from jixiao.values.units import PERCENT, Unit

KINDS = ("number", "interval", "date", "words", "done", "blank", "unreadable")
OPERATORS = ("", "≥", "≤", "=", ">", "<", "≈")
QUANTITIES = ("number", "interval")

_QUALITATIVE = "定性"
_DONE = re.compile(
    r"(?:均|都|已经?|全部|(?P<whole>100%|百分之百|百分百)|(?P<timely>按时|按期|如期|及时|准时)|顺利|圆满|全面)*"
    r"(?:完成|达成|完工|竣工)了?"
)
_CALENDAR = ("年", "月", "日", "年月", "年月日", "日期", "时间")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True)
class Measure:
    """What a cell says. Two measures are equal when they say the same in different notations.

    Numbers are in the base unit (元, %, 亩 …); `low` equals `high` but for an interval. `day` is the last day
    allowed or the day reached. `reason` says in Chinese why a cell is unreadable, `note` how it was read where
    a reader should know.
    """

    kind: str
    operator: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    words: str = ""
    day: dt.date | None = None
    copied_operator: bool = False
    reason: str = field(default="", compare=False)
    text: str = field(default="", compare=False)
    note: str = field(default="", compare=False)
    first_day: dt.date | None = field(default=None, compare=False)  # of the month or quarter written
    doubtful_until: dt.date | None = field(default=None, compare=False)  # 9月前: 30 September may be in time
    as_written: Unit = field(default=Unit(), compare=False)
    bare: bool = field(default=False, compare=False)  # the cell itself names no unit

    @property
    def numeric(self) -> bool:
        """Whether this is a number or an interval."""
        return self.kind in QUANTITIES


@dataclass(frozen=True)
class Columns:
    """What a form says about a cell in other columns, and the year that its dates belong to."""

    nature: str = ""
    operator: str = ""
    unit: str = ""
    year: int | None = None
    numeric: bool = False  # 2022.12 is a number here, since the target is one


def parse_target(
    text: str | None, *, nature: str = "", operator: str = "", unit: str = "", year: int | None = None
) -> Measure:
    """The target written in `text`, or in the columns nature | operator | target | unit of a split form."""
    return read_target(text, Columns(nature or "", operator or "", unit or "", year))


def parse_actual(
    text: str | None, target: Measure | None = None, *, unit: str = "", year: int | None = None
) -> Measure:
    """The actual value written in `text`; a number without a unit takes that of a numeric `target`."""
    numeric = target is not None and target.numeric
    measure = read_actual(text, Columns("", "", unit or "", year, numeric))
    return measure if target is None else settle(target, measure)


def read_target(text: str | None, columns: Columns) -> Measure:
    """`parse_target` with the other columns of the form as one value."""
    return _parse(text, columns, _value)


def read_actual(text: str | None, columns: Columns) -> Measure:
    """The actual value as its own cell and columns have it, before it is held against a target."""
    return _parse(text, columns, _achieved)


def settle(target: Measure, actual: Measure) -> Measure:
    """`actual` with the unit of a numeric `target` where it has none; where money is involved a note says so."""
    if target.kind == "words" and actual.kind == "done":
        return replace(actual, kind="words", words=notation.fold(actual.text))
    if not (target.numeric and actual.numeric) or actual.unit:
        return actual
    if target.as_written.bare or _fraction(target, actual):
        return actual
    if target.as_written.multiplied and actual.as_written.bare:
        return actual
    unit = units.joined(actual.as_written, target.as_written)
    if unit is None:
        return actual
    scale = unit.scale if actual.as_written.bare else Decimal(1)
    low, high = (quantities.times(value, scale) for value in (actual.low, actual.high))
    note = f"实际值没有写全单位，按目标的单位读作{unit.written}" if unit.money else actual.note
    return replace(actual, low=low, high=high, unit=unit.name, as_written=unit, note=note)


def _parse(text: Any, columns: Columns, read: Any) -> Measure:
    raw = "" if text is None or text != text else str(text)
    try:
        measure = read(notation.fold(raw), columns)
    except Unreadable as why:
        measure = Measure("unreadable", reason=str(why))
    return replace(measure, text=raw)


def _achieved(folded: str, columns: Columns) -> Measure:
    """An actual value: a target's notations, and 完成."""
    if done := _DONE.fullmatch(folded):
        whole = Decimal(100) if done["whole"] else None
        return Measure("done", "", whole, whole, PERCENT if whole else "", "按时" if done["timely"] else "")
    measure = _value(folded, columns)
    copied = measure.operator not in ("", "≈") and (measure.numeric or measure.kind == "date")
    return replace(measure, copied_operator=copied)


def _value(folded: str, columns: Columns) -> Measure:
    if notation.blank(folded) or notation.status(folded):
        return Measure("blank", words=notation.status(folded))
    notation.refuse_damage(folded)
    operator, qualitative = _given_operator(columns)
    body, remarks = notation.split_remarks(folded)
    if qualitative:
        return _judged(body)
    body, unit = _year_joined(body, units.column(columns.unit))
    if (unit.bare or unit.written in _CALENDAR) and (measure := _dated(body, operator, columns)):
        return measure
    quantity = quantities.read(body, remarks)
    if quantity is None:
        return _said(body, operator)
    return _counted(quantity, operator, unit)


def _given_operator(columns: Columns) -> tuple[str, bool]:
    """The operator that other columns give, and whether they call the indicator qualitative."""
    operator, nature = notation.fold(columns.operator), notation.fold(columns.nature)
    if operator.startswith(_QUALITATIVE) or nature.startswith(_QUALITATIVE):
        return "", True
    if operator not in OPERATOR and not notation.blank(operator):
        raise Unreadable(f"不认识比较符“{columns.operator}”")
    return notation.one_operator(OPERATOR.get(operator, ""), OPERATOR.get(nature, "")), False


def _judged(body: str) -> Measure:
    """The cell of a qualitative indicator; a number there contradicts its own form."""
    try:
        number = quantities.read(body, [])
    except Unreadable:
        number = None
    if number:
        raise Unreadable(f"指标性质是定性，值却是数“{body}”，不知按哪一种评分")
    return _said(body, "")


def _said(body: str, operator: str) -> Measure:
    body = body.removeprefix(_QUALITATIVE)  # 定性 好坏: two columns copied into one cell
    strange = any(sign.isdecimal() and not sign.isascii() for sign in body)
    if strange or not any(sign.isalpha() for sign in body):
        raise Unreadable(f"“{body}”不是数，也不是文字" if body else "没有值")
    return Measure("words", operator, words=body)


def _year_joined(body: str, unit: Unit) -> tuple[str, Unit]:
    """2022 with the unit 年 in a column of its own is the year 2022, not a number of years."""
    if unit.written == "年" and _YEAR.fullmatch(body):
        return body + unit.written, Unit()
    return body, unit


def _dated(body: str, operator: str, columns: Columns) -> Measure | None:
    """The date in `body`, with a comparison in front or not; None when it is no date."""
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
        return Measure("date", sign, words=found["rest"], reason=f"“{body}”没有写年份")
    doubt = period.doubtful_until
    note = f"“{body}”按这段时间开始之前读，最晚{period.last.isoformat()}" if doubt else ""
    return Measure("date", sign, day=period.last, first_day=period.first, doubtful_until=doubt, note=note)


def _counted(quantity: quantities.Quantity, operator: str, given: Unit) -> Measure:
    """A number or an interval, with what other columns say of it."""
    sign = notation.one_operator(quantity.operator, operator)
    if quantity.is_range and sign not in ("", "="):
        raise Unreadable(f"区间又带比较符“{sign}”")
    unit = units.joined(quantity.unit, given)
    if unit is None:
        raise Unreadable(f"值的单位“{quantity.unit.written}”与单位栏“{given.written}”不同")
    scale = unit.scale if quantity.unit.bare else Decimal(1)
    low, high = (quantities.times(value, scale) for value in (quantity.low, quantity.high))
    kind = "interval" if quantity.is_range else "number"
    sign = "" if quantity.is_range else sign
    return Measure(kind, sign, low, high, unit.name, as_written=unit, bare=quantity.unit.bare)


def comparable(target: Measure, actual: Measure) -> str:
    """Why `actual` cannot be held against `target`, in Chinese; the empty text when it can."""
    for name, missing, measure in (("目标", "没有指标值", target), ("实际", "没有实际完成值", actual)):
        if measure.kind == "blank":
            return missing + (f"：{measure.words}" if measure.words else "")
        if measure.reason:
            return f"{name}：{measure.reason}"
    if target.numeric:
        return _against_number(target, actual)
    return _against_date(target, actual) if target.kind == "date" else _against_words(actual)


def _against_words(actual: Measure) -> str:
    return "" if actual.kind in ("words", "done") else "目标是文字，实际不是文字"


def _against_date(target: Measure, actual: Measure) -> str:
    if actual.kind == "done":
        return "" if actual.words else "目标是日期，实际只写完成，不知哪天完成"
    if actual.kind != "date":
        return "目标是日期，实际不是日期"
    if target.doubtful_until and target.day < actual.day and actual.first_day <= target.doubtful_until:
        return f"目标“{target.text}”是最晚{target.day.isoformat()}还是{target.doubtful_until.isoformat()}，不能确定"
    if actual.first_day <= target.day < actual.day:
        return f"目标是{target.day.isoformat()}，实际只写到“{actual.text}”，不知是否晚于目标"
    return ""


def _against_number(target: Measure, actual: Measure) -> str:
    if actual.kind == "done" and actual.low is None:
        return "目标是数，实际只写完成，没有数"
    if actual.kind == "interval":
        return "实际是区间，不是一个数"
    if actual.kind not in ("number", "done"):
        return "目标是数，实际不是数"
    if actual.operator not in ("", "=", target.operator):
        return f"实际写的是范围“{actual.text}”，不是一个数"
    return _unit_mix(target, actual)


def _unit_mix(target: Measure, actual: Measure) -> str:
    if _fraction(target, actual):
        hundred = numbers.plain((actual.low * 100).normalize())
        return f"目标的单位是%，实际写“{actual.text}”：是{actual.low}%还是{hundred}%，不能确定"
    if target.unit == actual.unit:
        return ""
    if not actual.unit:
        same = target.as_written.scale == 1 and actual.as_written.bare
        return "" if same or actual.low == 0 else _no_unit(target, actual)
    if not target.unit:
        return f"目标没有单位，实际的单位是“{actual.as_written.written or actual.unit}”"
    return f"单位不同：目标是“{target.unit}”，实际是“{actual.unit}”"


def _no_unit(target: Measure, actual: Measure) -> str:
    return f"目标的单位是“{target.as_written.written}”，实际“{actual.text}”没有写，是不是同一单位不能确定"


def _fraction(target: Measure, actual: Measure) -> bool:
    """Whether a bare 0.95 stands against a target in %: it may be 0.95 % and may be 95 %.

    It is plain where the form has the unit in a column and the target itself is written in the same small numbers.
    """
    if target.unit != PERCENT or not actual.bare or actual.kind != "number" or not _up_to_one(actual.low):
        return False
    return not (target.bare and actual.unit and _up_to_one(target.high))


def _up_to_one(value: Decimal) -> bool:
    return -1 <= value <= 1 and value != 0

"""Reads dates as people write them (2022年12月底前, 9月前, 第三季度): the first and the last day that is meant."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from jixiao.values.notation import Unreadable

_YEAR = r"(?:(?P<y>(?:19|20)[0-9]{2})年度?|(?P<this>本年度?|当年度?|今年))"
_LEAD = r"(?:(?:计划|预计|实际)?(?:完成)?(?:时间|日期)?[为:]?|截至|截止|于|在|到)"
_VERB = "完成|完工|竣工|验收|交付|开工|建成|到位|结束|投入|上报|支付|发放|开展|实施|投产|启用"
_TAIL = rf"(?P<tail>(?:(?P<before>[之以]?前)|止|内|之内)?(?:(?:全部|全面|按时|如期)?(?:{_VERB})[^0-9未不没]{{0,12}})?)"
_CORES = (
    r"(?P<y>(?:19|20)[0-9]{2})年(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})[日号]",
    r"(?P<y>(?:19|20)[0-9]{2})(?P<s>[-./])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})",
    rf"{_YEAR}?(?P<m>[0-9]{{1,2}})月(?P<d>[0-9]{{1,2}})[日号]",
    rf"{_YEAR}?(?P<m>[0-9]{{1,2}})月份?(?P<part>底|末|上旬|中旬|下旬)?",
    r"(?P<y>(?:19|20)[0-9]{2})[-.](?P<m>[0-9]{2}|[2-9])",
    rf"{_YEAR}?(?:的)?(?:(?P<half>[上下])半年|(?P<q>第?[一二三四1-4])季度?)(?P<part>底|末)?",
    rf"(?:{_YEAR}|年)年?(?P<part>底|末)",
    rf"{_YEAR}(?P<part>内)?",
    r"(?P<part>年)(?:度)?内",
)
_PATTERNS = tuple(re.compile(_LEAD + core + _TAIL) for core in _CORES)
_LIKE_DATE = re.compile(r"(?:19|20)[0-9]{2}[./]1")
_EIGHT = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_YEARS = re.compile(r"(?:19|20)[0-9]{2}年?[-~–—至到](?:19|20)[0-9]{2}年?")
_MONTHS = re.compile(r"[0-9]{1,2}月?[-~–—至到][0-9]{1,2}月.*")
_OTHER_YEAR = re.compile(r"(?:次年|明年|下一?年)度?.{0,6}[月季底末前].{0,6}")
_PARTS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The first and the last day that a text means; both are None where the year is not known."""

    first: dt.date | None
    last: dt.date | None
    limit: bool = False  # written as a limit: …前
    doubtful_until: dt.date | None = None  # 9月前 may mean the end of August or of September


def read(body: str, year: int | None) -> Period | None:
    """The period written in `body`, in `year` unless it names one; None when it is no date, Unreadable when doubtful."""
    _refuse(body)
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(body):
            parts = {key: value for key, value in found.groupdict().items() if value}
            return _period(parts, int(parts["y"]) if "y" in parts else year, body)
    return None


def _refuse(body: str) -> None:
    """Raise Unreadable for what may be a date and may be something else."""
    if _LIKE_DATE.fullmatch(body):
        raise Unreadable(f"“{body}”是1月、10月还是一个小数，不能确定")
    if _EIGHT.fullmatch(body):
        raise Unreadable(f"“{body}”是日期还是一个数，不能确定")
    if _YEARS.fullmatch(body) or _MONTHS.fullmatch(body):
        raise Unreadable(f"“{body}”是一段时间，没有说最后一天")
    if _OTHER_YEAR.fullmatch(body):
        raise Unreadable(f"“{body}”没有写明是哪一年")


def _period(parts: dict[str, str], year: int | None, body: str) -> Period:
    limit = "before" in parts
    try:
        first, last = _span(parts, year or 2000)
    except ValueError:
        raise Unreadable(f"“{body}”不是日历上有的日期") from None
    if year is None:
        return Period(None, None, limit)
    if limit and "d" not in parts and "part" not in parts:
        return Period(first, first - _ONE_DAY, limit, doubtful_until=last)
    return Period(first, last, limit)


def _span(parts: dict[str, str], year: int) -> tuple[dt.date, dt.date]:
    """The first and the last day; ValueError where the calendar has no such day."""
    if "half" in parts:
        return _months(year, 1, 6) if parts["half"] == "上" else _months(year, 7, 12)
    if "q" in parts:
        quarter = "1234".find(parts["q"][-1]) + 1 or "一二三四".index(parts["q"][-1]) + 1
        return _months(year, 3 * quarter - 2, 3 * quarter)
    if "m" not in parts:
        return _months(year, 1, 12)
    month = int(parts["m"])
    if "d" in parts:
        day = dt.date(year, month, int(parts["d"]))
        return day, day
    first, last = _months(year, month, month)
    low, high = _PARTS.get(parts.get("part", ""), (1, 31))
    return first.replace(day=low), last.replace(day=min(high, last.day))


def _months(year: int, first: int, last: int) -> tuple[dt.date, dt.date]:
    start = dt.date(year, first, 1)
    return start, dt.date(year, last, calendar.monthrange(year, last)[1])

"""Checks of what is read right and cannot be (F17 to F22): money in another unit, days far off, circles of units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import median_low
from typing import Any

from jixiao.checks.engine import PARAMS, Check, Found, Inspection
from jixiao.checks.files import plain_name
from jixiao.forms.records.records import FORMS
from jixiao.kit import numbers
from jixiao.year import table_files
from jixiao.year.words import AMOUNTS, Amount, SubjectKind

_DAYS = (  # the days of a year's work; rules may be older
    ("scores", "scored_on"),
    ("target_reviews", "answered_on"),
    ("target_reviews", "raised_on"),
    ("target_conclusions", "reviewed_on"),
    ("disclosures", "approved_on"),
    ("disclosures", "published_on"),
    ("received", "received_on"),
)
LAST_YEAR = "last_year"  # the subjects of the year before, where records know them


def more_than_the_budget(inspection: Inspection) -> Iterator[Found]:
    """F17: a subject, or all departments or all projects together, with more than the whole budget of the parameters."""
    total = inspection.params.total_initial_budget if inspection.params else None
    if total is None:
        return
    most = total * inspection.settings["F17"]["share"] / 100
    expected = f"不超过预算总额 {numbers.plain(total)} 万元"
    sums: dict[str, Decimal] = {}
    single = set()
    for row, one in _subjects(inspection):
        budget = one[Amount.INITIAL]
        if budget is None:
            continue
        sums[one["kind"]] = sums.get(one["kind"], Decimal(0)) + budget
        if budget > most:
            single.add(one["kind"])
            found = f"年初预算数是 {numbers.plain(budget)} 万元"
            yield Found("subjects", row, Amount.INITIAL, found, expected, subject=one["subject_id"])
    for kind, whole in sums.items():
        if whole > most and kind not in single and inspection.records[FORMS].empty:
            found = f"{SubjectKind.of(kind).words}的年初预算数合计 {numbers.plain(whole)} 万元"
            yield Found("subjects", None, Amount.INITIAL, found, expected)


def _subjects(inspection: Inspection) -> list[tuple[int, Mapping[str, Any]]]:
    frame = inspection.records["subjects"]
    return list(zip(frame.index, table_files.rows(frame), strict=True))


def far_from_peers(inspection: Inspection) -> Iterator[Found]:
    """F18: an amount a thousand times the median of its kind, another amount of the subject, or its own of last year."""
    factor, least = (inspection.settings["F18"][name] for name in ("factor", "count"))
    known = inspection.records.known.get("subjects")
    peers = table_files.rows(known) if known is not None else [row for _, row in _subjects(inspection)]
    usual = {
        (kind, column): median_low(amounts)
        for kind in SubjectKind
        for column in AMOUNTS
        if len(amounts := _positive(peers, kind, column)) > least
    }
    for row, one in _subjects(inspection):
        for column in AMOUNTS:
            amount = one[column]
            middle = usual.get((one["kind"], column))
            if amount is not None and middle is not None and amount >= factor * middle:
                found = f"{Amount.of(column).words}是 {numbers.plain(amount)}，同类的中位数是 {numbers.plain(middle)}"
                yield Found("subjects", row, column, found, "单位是万元", subject=one["subject_id"])
        own = [one[column] for column in AMOUNTS if one[column]]
        if own and max(own) >= factor * min(own):
            found = f"几个金额相差悬殊：{'、'.join(map(numbers.plain, own))}"
            yield Found("subjects", row, Amount.INITIAL, found, "单位都是万元", subject=one["subject_id"])
    yield from _far_from_last_year(inspection, factor)


def _far_from_last_year(inspection: Inspection, factor: Decimal) -> Iterator[Found]:
    """Amounts of subjects that had a thousand times as much or as little in the year before, found by kind and name."""
    before = inspection.records.known.get(LAST_YEAR)
    if before is None:
        return
    earlier = {(one["kind"], one["name"]): one for one in table_files.rows(before)}
    for row, one in _subjects(inspection):
        last = earlier.get((one["kind"], one["name"]), {})
        for column in AMOUNTS:
            now = one[column]
            then = last.get(column)
            if now and then and not then / factor < now < then * factor:
                found = f"{Amount.of(column).words}是 {numbers.plain(now)}，上年是 {numbers.plain(then)}"
                yield Found("subjects", row, column, found, "单位都是万元", subject=one["subject_id"])


def _positive(rows: Sequence[Mapping[str, Any]], kind: str, column: str) -> list[Decimal]:
    return [row[column] for row in rows if row["kind"] == kind and row[column]]


def days_far_off(inspection: Inspection) -> Iterator[Found]:
    """F19: days of the year's work that lie years before or behind it; one finding for all of a column."""
    params = inspection.params
    if params is None:
        return
    years = int(inspection.settings["F19"]["years"])
    first = dt.date(params.evaluated_year - years, 1, 1)
    last = dt.date(params.report_year + years, 12, 31)
    expected = f"{first} 到 {last} 之间"
    if not first <= params.published_on <= last:
        yield Found(PARAMS, None, "published_on", f"发布日期是 {params.published_on}", expected)
    for table, column in _DAYS:
        days: dict[int, Any] = dict(inspection.records[table][[column]].itertuples())
        far = {row: day for row, day in days.items() if isinstance(day, dt.date) and not first <= day <= last}
        if far:
            shown = "、".join(list(dict.fromkeys(map(str, far.values())))[:_SHOWN_DAYS])
            rows = "、".join(map(str, list(far)[:_SHOWN_DAYS]))
            several = f"第 {rows} 行{'等' * (len(far) > _SHOWN_DAYS)}共 {len(far)} 处" if len(far) > 1 else ""
            yield Found(table, min(far), column, f"{several}日期是 {shown}", expected)


def no_month(inspection: Inspection) -> Iterator[Found]:
    """F20: a month that is no whole number from 1 to 12."""
    for row, month in inspection.records["monitoring"][["month"]].itertuples():
        if month is not None and not (1 <= month <= 12 and month == int(month)):
            yield Found("monitoring", row, "month", f"月份是 {numbers.plain(month)}", "1 到 12 的整数")


def units_in_a_circle(inspection: Inspection) -> Iterator[Found]:
    """F21: units whose departments lead back to themselves."""
    units = inspection.records["units"]
    above = dict(units[["unit_id", "department_id"]].itertuples(index=False, name=None))
    done: set[str] = set()
    circles: dict[str, list[str]] = {}
    for unit in above:
        path: dict[str, int] = {}
        while unit in above and unit not in done and unit not in path and above[unit] != unit:
            path[unit] = len(path)
            unit = above[unit]
        if unit in path:
            circle = list(path)[path[unit] :]
            circles |= dict.fromkeys(circle, circle)
        done |= set(path)
    told: set[str] = set()
    for row, unit in units[["unit_id"]].itertuples():
        if unit in circles and unit not in told:
            told |= set(circles[unit])
            found = f"所属部门转回自己：{' → '.join([*circles[unit][:_SHOWN], circles[unit][0]])}"
            yield Found("units", row, "department_id", found, "部门自身填自己的代码")


_SHOWN_DAYS = 3  # rows that one finding on days names
_SHOWN = 5  # units of a circle that a finding names


def same_names(inspection: Inspection) -> Iterator[Found]:
    """F22: two subjects of one name in one unit, in the tables; forms that came twice are for F08."""
    if not inspection.records[FORMS].empty:
        return
    first: dict[tuple[str, str], str] = {}
    for row, one in _subjects(inspection):
        key = (one["unit_id"], plain_name(one["name"] or ""))
        other = first.setdefault(key, one["subject_id"])
        if key[1] and other != one["subject_id"]:
            found = f"“{one['name']}”与 {other} 同名同单位"
            yield Found("subjects", row, "name", found, subject=one["subject_id"])


CHECKS: dict[str, Check] = {
    "F17": more_than_the_budget,
    "F18": far_from_peers,
    "F19": days_far_off,
    "F20": no_month,
    "F21": units_in_a_circle,
    "F22": same_names,
}

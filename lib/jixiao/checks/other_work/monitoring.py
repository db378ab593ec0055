"""Checks of monitoring during the year (M): who lags without saying why, and who was never looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.checks.engine import Check, Found, Inspection
from jixiao.kit import numbers
from jixiao.rules import execution, lights
from jixiao.rules.lights import Limits
from jixiao.values.measures import Interval, Number
from jixiao.year import table_files
from jixiao.year.words import ProblemState, Severity

_TABLE = "monitoring"
_HUNDRED = Decimal(100)
_AT_LEAST = ("≥", ">")

Row = Mapping[str, Any]


def slow_spending(inspection: Inspection) -> Iterator[Found]:
    """M01: less was spent by the end of the month than a share of an even year."""
    limits = Limits.of(inspection.settings)
    for row, reading in _once_a_form(_lit(inspection)):
        light = reading["spending"]
        if light is None or not light.warns:
            continue
        month = int(reading["month"])
        rate = numbers.percent(reading["executed"], reading["money"])
        share = numbers.rounded(lights.due(reading["executed"], reading["money"], month))
        found = f"到{month}月执行率{rate}%，是序时进度的{share}%，{light.words}"
        expected = f"不低于序时进度的{numbers.plain(limits.spending_yellow)}%"
        yield _deviating(reading, row, "executed", found, expected)


def indicator_deviates(inspection: Inspection) -> Iterator[Found]:
    """M02: the year's forecast of an indicator is far from its target, or what was reached is far below what is due."""
    most = inspection.settings[lights.INDICATOR_RULE]["share"]
    known = _indicators(inspection)
    for row, reading in _rows(_lit(inspection)):
        indicator = known.get(reading["indicator_id"])
        if indicator is None:
            continue
        forecast = bool(reading["forecast"])
        column = "forecast" if forecast else "actual"
        month = lights.MONTHS if forecast else int(reading["month"])
        deviation = _deviation(inspection, indicator, reading[column], month)
        if deviation is None or (abs(deviation) if forecast else -deviation) <= most:
            continue
        what = "预计全年完成值" if forecast else f"到{month}月完成值"
        found = f"“{indicator['level3']}”的{what}“{reading[column]}”与年度指标值偏差{numbers.plain(numbers.rounded(abs(deviation)))}%"
        expected = f"偏差不超过{numbers.plain(most)}%"
        yield _deviating(reading, row, column, found, expected)


def _deviation(inspection: Inspection, indicator: Row, text: str | None, month: int) -> Decimal | None:
    """By how many per cent a value is above (below: negative) what is due of its target by a month; None where nothing
    says so, 0 where a ceiling is kept."""
    target, actual = lights.measures(indicator, text, inspection.policy.on.year)
    if not isinstance(target, Number | Interval) or not isinstance(actual, Number):
        return None
    if actual.unit != target.unit:
        return None
    least = target.value if isinstance(target, Number) else target.low
    if least <= 0:
        return None
    ceiling = isinstance(target, Number) and target.operator in ("≤", "<")
    if (ceiling and actual.value <= target.highest) or (
        isinstance(target, Interval) and target.low <= actual.value <= target.high
    ):
        return Decimal(0)
    whole = target.highest if ceiling or actual.value > target.highest else least
    due_by = lights.MONTHS if ceiling or lights.is_rate(target) else month
    return lights.due(actual.value, whole, due_by) - _HUNDRED


def apart_from_progress(inspection: Inspection) -> Iterator[Found]:
    """M03: payment and the progress of the work are far apart."""
    most = inspection.settings["M03"]["points"]
    for row, reading in _once_a_form(_lit(inspection)):
        rate = execution.rate(reading["money"], reading["executed"])
        progress = reading["progress"]
        if rate is None or progress is None:
            continue
        apart = rate * _HUNDRED - progress
        if abs(apart) > most:
            side = "快于" if apart > 0 else "慢于"
            found = (
                f"支出进度{numbers.rounded(rate * _HUNDRED)}%，{side}实施进度{numbers.plain(progress)}%，"
                f"相差{numbers.rounded(abs(apart))}个百分点"
            )
            expected = f"相差不超过{numbers.plain(most)}个百分点"
            yield _deviating(reading, row, "progress", found, expected)


def nothing_to_reach(inspection: Inspection) -> Iterator[Found]:
    """M04: an indicator of which more is better has a target of 0, so that every result reaches it."""
    known = _indicators(inspection)
    for row, reading in _rows(inspection.records[_TABLE]):
        indicator = known.get(reading["indicator_id"])
        if indicator is None:
            continue
        target, _ = lights.measures(indicator, None, inspection.policy.on.year)
        if isinstance(target, Number) and target.value == 0 and target.operator in _AT_LEAST:
            written = (
                f"{indicator.get('operator') or ''}{indicator['target']}{indicator.get('measure_unit') or ''}"
            )
            found = f"“{indicator['level3']}”越大越好，年度指标值却是“{written}”"
            yield Found(_TABLE, row, "indicator_id", found, "大于 0 的指标值", subject=reading["subject_id"])


def unanswered(inspection: Inspection) -> Iterator[Found]:
    """M05: a red or yellow light without reason or measure, or a rectification that was reported without its day."""
    known = _indicators(inspection)
    for row, reading in _rows(_lit(inspection)):
        light = reading["warning"]
        subject = reading["subject_id"]
        if light is not None and light.warns:
            of_indicator = light == reading["indicator"]
            what = f"“{known[reading['indicator_id']]['level3']}”" if of_indicator else "支出"
            for column, word in (("reason", "偏差原因"), ("measure", "整改措施")):
                if not reading[column]:
                    yield Found(_TABLE, row, column, f"{what}{light.words}，没有写{word}", subject=subject)
        if reading["state"] == ProblemState.DONE.words and reading["answered_on"] is None:
            found = f"写了{ProblemState.DONE.words}，没有反馈日期"
            yield Found(_TABLE, row, "answered_on", found, "反馈整改结果的日期", subject=subject)


def never_monitored(inspection: Inspection) -> Iterator[Found]:
    """M06: a project that was evaluated and never monitored, or the reverse; checked where anything was monitored."""
    monitored = set(inspection.records[_TABLE]["subject_id"])
    if not monitored:
        return
    totals = inspection.totals
    kinds = set(totals.loc[totals["subject_id"].isin(monitored), "kind"])
    any_reported = totals["reported"].astype(bool).any()
    subjects = inspection.records["subjects"]
    new = dict(zip(subjects["subject_id"], subjects["is_new"], strict=True))
    for row, subject, kind, reported in totals[["subject_id", "kind", "reported"]].itertuples():
        if subject in monitored and not reported and any_reported:
            yield Found("subjects", row, "subject_id", f"{subject} 监控过，没有自评", subject=subject)
        elif reported and kind in kinds and subject not in monitored:
            word = "年中新增，" if new.get(subject) else ""
            yield Found("subjects", row, "subject_id", f"{subject} {word}有自评，没有监控", subject=subject)


def other_budget(inspection: Inspection) -> Iterator[Found]:
    """M07: the budget that was monitored is not the one of the ledger."""
    most = inspection.settings["M07"]["amount"]
    ledger = _subjects(inspection)
    amounts = dict(zip(ledger["subject_id"], ledger["adjusted_budget"], strict=True))
    for row, reading in _once_a_form(inspection.records[_TABLE]):
        budget, known = reading["budget"], amounts.get(reading["subject_id"])
        if budget is not None and known is not None and abs(budget - known) > most:
            found = (
                f"监控的预算数是 {numbers.plain(budget)} 万元，台账的全年预算数是 {numbers.plain(known)} 万元"
            )
            expected = f"相差不超过 {numbers.plain(most)} 万元"
            yield Found(_TABLE, row, "budget", found, expected, subject=reading["subject_id"])


def _deviating(reading: Row, row: int, column: str, found: str, expected: str) -> Found:
    """What is to be explained; it asks nobody for anything once a reason or a measure stands beside it."""
    severity = Severity.NOTE if reading["reason"] or reading["measure"] else None
    return Found(_TABLE, row, column, found, expected, subject=reading["subject_id"], severity=severity)


def _lit(inspection: Inspection) -> pd.DataFrame:
    """The readings with their lights."""
    return lights.frame(
        _readable(inspection.records[_TABLE]),
        _subjects(inspection),
        _known(inspection, "indicators"),
        inspection.policy.on.year,
        Limits.of(inspection.settings),
    )


def _readable(readings: pd.DataFrame) -> pd.DataFrame:
    """The readings of a month of the year: F20 tells the others."""
    fine = [month is not None and month in range(1, lights.MONTHS + 1) for month in readings["month"]]
    return readings[pd.Series(fine, readings.index, dtype=bool)]


def _subjects(inspection: Inspection) -> pd.DataFrame:
    return _known(inspection, "subjects")


def _indicators(inspection: Inspection) -> Mapping[str, Row]:
    return lights.of_readings(inspection.records[_TABLE], _known(inspection, "indicators"))


def _known(inspection: Inspection, table: str) -> pd.DataFrame:
    """The rows of a table of the year; of forms that came, those of the ledger."""
    own = inspection.records[table]
    return inspection.records.known.get(table, own) if own.empty else own


def _rows(readings: pd.DataFrame) -> Iterator[tuple[int, dict[str, Any]]]:
    yield from zip(readings.index, table_files.rows(readings), strict=True)


def _once_a_form(readings: pd.DataFrame) -> Iterator[tuple[int, dict[str, Any]]]:
    """The row of each subject and month that answers for its money, which is said of the whole form."""
    yield from _rows(readings.loc[sorted(lights.answering(readings))])


CHECKS: dict[str, Check] = {
    "M01": slow_spending,
    "M02": indicator_deviates,
    "M03": apart_from_progress,
    "M04": nothing_to_reach,
    "M05": unanswered,
    "M06": never_monitored,
    "M07": other_budget,
}

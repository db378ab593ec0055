"""Checks of the ledger of problems (K10 to K12): states that dates and evidence bear out, and what was done late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jixiao.checks.engine import Check, Found, Inspection
from jixiao.year import table_files
from jixiao.year.ledger_of_problems import years_found
from jixiao.year.words import ProblemState

_TABLE = "problems"
Row = Mapping[str, Any]


def _ledger(inspection: Inspection) -> Iterator[tuple[int, int, Row]]:
    """The problems with their rows and the years that found them; none of forms, which have no year."""
    if inspection.params is None:
        return
    problems = inspection.records[_TABLE]
    years = years_found(problems, inspection.params.report_year)
    yield from zip(problems.index, years, table_files.rows(problems), strict=True)


def contradicted_by_dates(inspection: Inspection) -> Iterator[Found]:
    """K10: found later than this year, due or done before it was found or told, or open and done at once."""
    for row, year, one in _ledger(inspection):
        assert inspection.params
        called = f"问题 {one['problem_id']}"
        if year > inspection.params.report_year:
            found = f"{called}的发现年度是 {year}"
            yield Found(_TABLE, row, "found_year", found, f"不晚于 {inspection.params.report_year}")
        for column, what in (("due", "整改期限"), ("closed_on", "完成整改日期")):
            day = one[column]
            if day is not None and day.year < year:
                found = f"{called}的{what}是 {day}，早于发现的年度 {year}"
                yield Found(_TABLE, row, column, found, f"{year} 年或以后的日期")
        if one["raised_on"] and one["closed_on"] and one["closed_on"] < one["raised_on"]:
            found = f"{called}的完成整改日期是 {one['closed_on']}，早于反馈日期 {one['raised_on']}"
            yield Found(_TABLE, row, "closed_on", found, "反馈日期或以后的日期")
        if one["state"] == ProblemState.OPEN.words and one["closed_on"] is not None:
            found = f"{called}写着{one['state']}，又写着 {one['closed_on']} 完成整改"
            yield Found(_TABLE, row, "closed_on", found, "整改完的写已整改，没有整改完的不写日期")


def not_borne_out(inspection: Inspection) -> Iterator[Found]:
    """K11: done without a day or evidence, not done without a reason, open without somebody charged or a due day."""
    for row, _, one in _ledger(inspection):
        state = next(each for each in ProblemState if each.words == one["state"])
        for column, what in _WANTED[state].items():
            if one[column] is None:
                found = f"问题 {one['problem_id']} {state.words}，没有写{what}"
                yield Found(_TABLE, row, column, found, what)


_WANTED: Mapping[ProblemState, Mapping[str, str]] = {
    ProblemState.OPEN: {"addressee": "责任单位", "due": "整改期限"},
    ProblemState.DONE: {"closed_on": "完成整改日期", "evidence": "整改依据"},
    ProblemState.NOT_DONE: {"evidence": "未整改的原因"},
}


def late(inspection: Inspection) -> Iterator[Found]:
    """K12: done after the due day; what is still open and late is no fault of the ledger, and stands in figures."""
    for row, _, one in _ledger(inspection):
        due = one["due"]
        if due is not None and one["closed_on"] is not None and one["closed_on"] > due:
            found = f"问题 {one['problem_id']} 于 {one['closed_on']} 完成整改，晚于整改期限"
            yield Found(_TABLE, row, "closed_on", found, f"不晚于 {due}")


CHECKS: dict[str, Check] = {"K10": contradicted_by_dates, "K11": not_borne_out, "K12": late}

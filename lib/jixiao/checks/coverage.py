"""Checks of samples and coverage (C, G17): who was left out, and who was counted twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from jixiao.checks.engine import PARAMS, Check, Found, Inspection
from jixiao.checks.plausible import LAST_YEAR
from jixiao.kit import numbers
from jixiao.year import table_files
from jixiao.year.words import SubjectKind

_HUNDRED = Decimal(100)


def few_reviewed(inspection: Inspection) -> Iterator[Found]:
    """C01: too few of a department's subjects were reviewed; checked only where anything was reviewed at all."""
    least = inspection.settings["C01"]["share"]
    units = inspection.records["units"]
    reported = inspection.totals[inspection.totals["reported"].astype(bool)]
    reviewed = reported["review_total"].notna()
    if not reviewed.any() or units.empty:
        return
    department = dict(zip(units["unit_id"], units["department_id"], strict=True))
    counts = reviewed.groupby(reported["unit_id"].map(department)).agg(["sum", "count"])
    firsts = units["department_id"].drop_duplicates()
    rows = dict(zip(firsts, firsts.index, strict=True))
    for name, done, whole in counts.itertuples():
        if done * _HUNDRED < least * whole:
            found = f"部门 {name} 自评 {whole} 个，复核 {done} 个"
            expected = f"不少于 {numbers.plain(least)}%"
            yield Found("units", rows[name], "department_id", found, expected)


def no_amounts(inspection: Inspection) -> Iterator[Found]:
    """C04: the share of the money that was evaluated cannot be computed, as the total budget is not known."""
    if inspection.params and inspection.params.total_initial_budget is None:
        found = "没有全区年初预算总额，只能按个数说明自评覆盖面"
        yield Found(PARAMS, None, "total_initial_budget", found)


def not_reported(inspection: Inspection) -> Iterator[Found]:
    """C05: subjects of the ledger without self-evaluation; those that have so far only set targets are left out."""
    planned = inspection.planned
    missing = inspection.totals[~inspection.totals["reported"].astype(bool)]
    for row, subject in zip(missing.index, missing["subject_id"], strict=True):
        if subject not in planned:
            yield Found(
                "subjects", row, "subject_id", f"{inspection.called(subject)}没有自评得分", subject=subject
            )


def counted_twice(inspection: Inspection) -> Iterator[Found]:
    """C06: one unit has two ids, or one department is spelt in two ways."""
    units = inspection.records["units"]
    first: dict[str, str] = {}
    for row, unit, name in units[["unit_id", "name"]].itertuples():
        other = first.setdefault(_comparable(name), unit)
        if other != unit:
            found = f"单位“{name}”的代码是 {unit}，又是 {other}"
            yield Found("units", row, "name", found, "一个单位一个代码")
    spelt: dict[str, str] = {}
    departments = units["department_id"].drop_duplicates()
    for row, department in zip(departments.index, departments, strict=True):
        other = spelt.setdefault(_comparable(department), department)
        if other != department:
            found = f"部门“{department}”又写作“{other}”"
            yield Found("units", row, "department_id", found, "一种写法")


def not_evaluated_before(inspection: Inspection) -> Iterator[Found]:
    """G17: a large new project, or one that grew much, without an ex-ante evaluation on file; not where none is kept."""
    evaluations = inspection.records["ex_ante"]
    if evaluations.empty:
        return
    settings = inspection.settings["G17"]
    on_file = set(evaluations["subject_id"].dropna()) | set(
        zip(evaluations["unit_id"], map(_comparable, evaluations["name"]), strict=True)
    )
    before = _budgets_before(inspection)
    subjects = inspection.records["subjects"]
    for row, one in zip(subjects.index, table_files.rows(subjects), strict=True):
        budget = one["initial_budget"]
        name = _comparable(one["name"])
        known = {one["subject_id"], (one["unit_id"], name)} & on_file
        if one["kind"] != SubjectKind.PROJECT or known or budget is None or budget < settings["amount"]:
            continue
        if one["is_new"]:
            found = f"新增项目，年初预算数 {numbers.plain(budget)} 万元，没有事前绩效评估"
        elif (last := before.get(name)) and (budget - last) * _HUNDRED > settings["growth"] * last:
            found = f"年初预算数由上年的 {numbers.plain(last)} 万元增加到 {numbers.plain(budget)} 万元，没有事前绩效评估"
        else:
            continue
        yield Found(
            "subjects", row, "initial_budget", found, "ex_ante.csv 里有一行", subject=one["subject_id"]
        )


def _budgets_before(inspection: Inspection) -> dict[str, Decimal]:
    """The initial budgets of the projects of the year before by name, where they are known; none of names that came twice."""
    before = inspection.records.known.get(LAST_YEAR)
    if before is None:
        return {}
    projects = before[(before["kind"] == SubjectKind.PROJECT) & before["initial_budget"].notna()]
    names = projects["name"].map(_comparable)
    once = ~names.duplicated(keep=False)
    return dict(zip(names[once], projects.loc[once, "initial_budget"], strict=True))


def _comparable(text: str) -> str:
    """A name without blanks, full-width forms and capitals, in which two spellings of one name may differ."""
    return "".join(unicodedata.normalize("NFKC", text or "").split()).casefold()


CHECKS: dict[str, Check] = {
    "C01": few_reviewed,
    "C04": no_amounts,
    "C05": not_reported,
    "C06": counted_twice,
    "G17": not_evaluated_before,
}

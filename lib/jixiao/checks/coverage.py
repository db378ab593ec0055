"""Checks of samples and coverage (C, G17): who was left out, and who was counted twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from jixiao.checks.engine import PARAMS, Check, Found, Inspection
from jixiao.checks.plausible import LAST_YEAR
from jixiao.kit import numbers
from jixiao.sampling import draw
from jixiao.year import table_files
from jixiao.year.schemas import OF_DISTRICTS
from jixiao.year.words import Arm, SubjectKind

SAMPLES, FRAME = "samples", "sample_frame"
_LABELS = {"rule": "抽取规则", "seed": "随机种子", "inclusion_probability": "入样概率"}

_HUNDRED = Decimal(100)


def few_reviewed(inspection: Inspection) -> Iterator[Found]:
    """C01: too few subjects of a stratum were drawn for review; where no sample was drawn, too few of a department reviewed.

    Checked only where anything was drawn or reviewed at all.
    """
    least = inspection.settings["C01"]["share"]
    if inspection.records[SAMPLES].empty:
        yield from _few_of_a_department(inspection, least)
        return
    kinds_of = _kinds(inspection)
    drawn = set(inspection.records[SAMPLES]["subject_id"])
    frame = inspection.records[FRAME]
    for (kind, stratum), rows in frame.groupby([frame["subject_id"].map(kinds_of), "stratum"], sort=False):
        done = int(rows["subject_id"].isin(drawn).sum())
        if done * _HUNDRED < least * len(rows):
            found = f"层“{stratum}”的{SubjectKind.of(str(kind)).words} {len(rows)} 个，抽取 {done} 个"
            yield Found(FRAME, rows.index[0], "stratum", found, f"不少于 {numbers.plain(least)}%")


def _few_of_a_department(inspection: Inspection, least: Decimal) -> Iterator[Found]:
    """The departments of whose self-evaluations less than `least` percent were reviewed."""
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


def sample_not_recorded(inspection: Inspection) -> Iterator[Found]:
    """C02: a sample without its frame, seed, rule or probability, or another one than frame and seed give."""
    samples, frame = inspection.records[SAMPLES], inspection.records[FRAME]
    strata = dict(zip(frame["subject_id"], frame["stratum"], strict=True))
    for row, one in zip(samples.index, table_files.rows(samples), strict=True):
        subject = one["subject_id"]
        asked = ("rule", "seed", "inclusion_probability") if one["arm"] == Arm.RANDOM else ("rule",)
        for column in asked:
            if one[column] is None:
                yield Found(SAMPLES, row, column, f"{subject} 没有写{_LABELS[column]}", subject=subject)
        if strata.get(subject) != one["stratum"]:
            found = f"抽样框里没有层“{one['stratum']}”的 {subject}"
            yield Found(SAMPLES, row, "stratum", found, "抽样框和抽取的对象一起留存", subject=subject)
    if inspection.params:
        yield from _not_of_the_seed(inspection, inspection.params.report_year)


def _not_of_the_seed(inspection: Inspection, year: int) -> Iterator[Found]:
    """Subjects of the random arm that the recorded seed does not draw from the recorded frame."""
    samples, frame = inspection.records[SAMPLES], inspection.records[FRAME]
    kinds_of = _kinds(inspection)
    random_arm = samples[(samples["arm"] == Arm.RANDOM) & samples["seed"].notna()]
    strata: dict[tuple[str, str], list[str]] = {}
    for subject, stratum in zip(frame["subject_id"], frame["stratum"], strict=True):
        strata.setdefault((str(kinds_of.get(subject)), stratum), []).append(subject)
    groups = [random_arm["subject_id"].map(kinds_of), "stratum", "seed"]
    for (kind, stratum, seed), drawn in random_arm.groupby(groups, sort=False):
        own = strata.get((str(kind), str(stratum)), [])
        ranked = sorted(own, key=partial(draw.rank, year, str(seed)))
        others = set(ranked[len(drawn) :])
        for row, subject in zip(drawn.index, drawn["subject_id"], strict=True):
            if subject in others:
                found = f"种子 {seed} 在层“{stratum}”里抽到的不是 {subject}"
                yield Found(SAMPLES, row, "subject_id", found, "种子和抽样框决定的对象", subject=subject)


def spoken_of_all(inspection: Inspection) -> Iterator[Found]:
    """C03: a text speaks of all subjects, and what was reviewed was drawn by risk alone."""
    arms = set(inspection.records[SAMPLES]["arm"])
    if not arms or Arm.RANDOM in arms:
        return
    words = inspection.settings["C03"]["words"]
    expected = "只说抽到的对象"
    for table, column in (("problems", "problem"), ("facts", "value")):
        for row, text in inspection.records[table][[column]].itertuples():
            said = next((word for word in words if word in (text or "")), None)
            if said:
                found = f"“{said}”是说全部对象，抽取的都是风险抽取"
                yield Found(table, row, column, found, expected)


def _kinds(inspection: Inspection) -> dict[str, str]:
    """Subject -> its kind."""
    subjects = inspection.records["subjects"]
    return dict(zip(subjects["subject_id"], subjects["kind"], strict=True))


def no_amounts(inspection: Inspection) -> Iterator[Found]:
    """C04: the share of the money that was evaluated cannot be computed, as the total budget is not known."""
    of_districts = not inspection.records[OF_DISTRICTS].empty
    if inspection.params and inspection.params.total_initial_budget is None and not of_districts:
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
    "C02": sample_not_recorded,
    "C03": spoken_of_all,
    "C04": no_amounts,
    "C05": not_reported,
    "C06": counted_twice,
    "G17": not_evaluated_before,
}

"""Rebuilds a year's tables from published aggregates: a mapping of totals in, rows that add up to them out.

The rows are invented. Each depends on nothing but the aggregates, the size and the seed, and in a year that `follows`
another one on the units and the open problems of that.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from tools.reconstruction import afterwards, beforehand, following, lists, monitoring, target_review
from tools.reconstruction.following import Earlier
from tools.reconstruction.indicators import Row, number, self_evaluated
from tools.reconstruction.lists import indicator_id, money
from tools.reconstruction.review import reviewed
from tools.reconstruction.samples import samples
from tools.reconstruction.subjects import Unit, key_projects, planned, sizes, units
from tools.reconstruction.totals import TOLERANCE, Subject

from jixiao.kit.errors import Fault, ParameterError
from jixiao.year.schemas import SCHEMAS

FINISHED_FROM = 930  # a project with fewer execution points, in hundredths, counts as unfinished


def reconstruct(
    aggregates: Mapping,
    seed: int = 2022,
    departments: int | None = None,
    projects: int | None = None,
    earlier: Earlier | None = None,
) -> dict[str, pd.DataFrame]:
    """All tables of a report year by name, as text, from which `aggregates` (as in published.yml) follow.

    With another number of departments or projects the bands keep their shares and the money its mean. What goes on
    from the year before, where `aggregates` say that one, is taken from `earlier`.
    """
    evaluation = aggregates["evaluation"]
    follows = aggregates.get("follows")
    unit_count, project_count = sizes(evaluation, departments, projects)
    made = (
        following.units(units(follows["units"], _rng(follows["seed"], "units")), follows)
        if follows
        else units(unit_count, _rng(seed, "units"))
    )
    keys = key_projects(aggregates["key_projects"], project_count, _rng(seed, "key_projects"))
    before = follows["projects"] if follows else 0
    subjects = planned(evaluation, made, project_count, keys, seed, before)
    rows = {subject.subject_id: _rows(subject, made[subject.unit], seed) for subject in subjects}
    listed = list(_subject_records(subjects, made, _rng(seed, "is_new")))
    new = {record["subject_id"] for record in listed if record["is_new"] == _flag(True)}
    year = aggregates["report"]["report_year"]
    records = {
        "units": _unit_records(made),
        "subjects": listed,
        "indicators": _indicator_records(subjects, rows),
        "key_projects": lists.key_projects(keys, subjects),
        "agencies": beforehand.agencies(keys, subjects, year, _rng(seed, "agencies")),
        "ex_ante": beforehand.ex_ante(made, subjects, new, year, _rng(seed, "ex_ante")),
        **_beside(aggregates, made, subjects, rows, seed),
        "problems": afterwards.raised(
            _problems(aggregates, made, subjects, earlier, _rng(seed, "problems")),
            year,
            _rng(seed, "problems raised"),
        ),
    }
    frames = {name: _frame(name, records[name]) for name in SCHEMAS if name in records}
    report = aggregates["report"]
    drawn = samples(frames, report["report_year"], report["evaluated_year"], seed, published=not follows)
    return frames | drawn


def _rng(seed: int, part: str) -> random.Random:
    """A generator of its own for each part, so that a change in one leaves the others alone."""
    return random.Random(f"{seed}/{part}")


def _rows(subject: Subject, unit: Unit, seed: int) -> list[Row]:
    """The indicators of `subject`; ParameterError when its planned self total is out of their reach."""
    rng = _rng(seed, subject.subject_id)
    rows = self_evaluated(subject, unit.domain, rng)
    reached = sum(row.score for row in rows) + subject.execution_points
    if abs(reached - subject.self_total) > TOLERANCE:
        found = f"自评总分 {money(subject.self_total)} 低得无法由指标得分构成"
        raise ParameterError(Fault(subject.subject_id, found, remedy="提高自评分数段"))
    return reviewed(subject, rows, rng)


def _beside(
    aggregates: Mapping, made: Sequence[Unit], subjects: Sequence[Subject], rows: lists.Rows, seed: int
) -> dict[str, lists.Records]:
    """The tables of work done around the scores."""
    year, use = aggregates["report"]["report_year"], aggregates["results_use"]
    opinions = lists.target_reviews(aggregates, made, subjects, rows, _rng(seed, "target_reviews"))
    review = target_review.completed(opinions, subjects, rows, year, _rng(seed, "target_review"))
    return {
        "scores": lists.scores(subjects, rows, year, _rng(seed, "scores")),
        "target_reviews": review.opinions,
        "target_conclusions": review.conclusions,
        "rules_issued": lists.rules_issued(aggregates["rules_issued"]),
        "monitoring": monitoring.completed(
            lists.monitoring(subjects, rows, _rng(seed, "monitoring")),
            subjects,
            rows,
            aggregates["report"]["evaluated_year"],
            _rng(seed, "monitoring forms"),
        ),
        "applications": lists.applications(subjects, use["linked_to"], year, _rng(seed, "applications")),
        "disclosures": lists.disclosures(made, use["disclosed_with"], year, _rng(seed, "disclosures")),
    }


def _problems(
    aggregates: Mapping,
    made: Sequence[Unit],
    subjects: Sequence[Subject],
    earlier: Earlier | None,
    rng: random.Random,
) -> lists.Records:
    """General problems, those of single projects, and those of earlier years that came along under their ids."""
    year = aggregates["report"]["report_year"]
    of_projects = afterwards.problems(made, subjects, year, rng)
    if earlier is None:
        return [*lists.problems(year), *of_projects, *afterwards.earlier(made, year, rng)]
    general = lists.problems(year, aggregates["problems"], f"W{year}-A")
    return [*general, *of_projects, *following.problems(earlier, year, rng)]


def _unit_records(made: Sequence[Unit]) -> Iterable[dict[str, str]]:
    for unit in made:
        yield {
            "unit_id": unit.unit_id,
            "name": unit.name,
            "department_id": made[unit.department].unit_id,
            "section": unit.domain["section"],
        }


def _subject_records(
    subjects: Sequence[Subject], made: Sequence[Unit], rng: random.Random
) -> Iterable[dict[str, str]]:
    for subject in subjects:
        project = subject.kind == "project"
        new = rng.randrange(5) == 0
        yield {
            "subject_id": subject.subject_id,
            "kind": subject.kind,
            "unit_id": made[subject.unit].unit_id,
            "name": subject.name,
            "initial_budget": money(subject.initial),
            "adjusted_budget": money(subject.adjusted),
            "executed": money(subject.executed),
            "finished": _flag(not project or subject.execution_points >= FINISHED_FROM),
            "is_new": _flag(project and new),
        }


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _indicator_records(subjects: Sequence[Subject], rows: lists.Rows) -> Iterable[dict[str, str]]:
    for subject in subjects:
        for place, row in enumerate(rows[subject.subject_id]):
            identity = {"subject_id": subject.subject_id, "indicator_id": indicator_id(subject, place)}
            yield identity | _target(row) | _result(row)


def _target(row: Row) -> dict[str, str]:
    return {
        "level1": row.level1,
        "level2": row.level2,
        "level3": row.name,
        "nature": "定量" if row.operator else "定性",
        "operator": row.operator,
        "target": number(row.target, row.unit),
        "measure_unit": row.unit,
        "weight": number(row.weight),
    }


def _result(row: Row) -> dict[str, str]:
    return {
        "actual": number(row.actual, row.unit),
        "self_score": money(row.score),
        "deviation_reason": row.reason,
        "review_actual": number(row.reviewed, row.unit),
        "review_score": money(row.review_score),
        "review_remark": row.remark,
    }


def _frame(name: str, records: Iterable[dict[str, str]]) -> pd.DataFrame:
    columns = list(SCHEMAS[name].columns)
    return pd.DataFrame(records, columns=columns, dtype="str").fillna("")

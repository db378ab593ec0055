"""The figures of one unit: how it stands, where its points went, and what it is to mend by when."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from jixiao.figures import stated
from jixiao.figures.model import LIST_MARK, Figure, Rows
from jixiao.figures.unit_year import SMALLEST_GROUP, UnitYear, quarter
from jixiao.figures.wording import figure
from jixiao.kit import numbers
from jixiao.rules import causes, grades
from jixiao.rules.execution import rounded
from jixiao.rules.policy_values import EXECUTION
from jixiao.year.tiers import YearTier
from jixiao.year.words import SubjectKind, Tier

_ZERO = Decimal(0)
_UNITS = "units"
_MOST = 3  # indicators or causes that a sentence names


def of(year: UnitYear) -> list[Figure]:
    """The figures of the unit of `year`; those that its rows do not give have no value."""
    return [*_about(year), *_score(year), *_losses(year), *_to_mend(year), *_applied(year)]


def with_own(year: UnitYear, reply_by: dt.date | None = None) -> UnitYear:
    """The year with the figures of its unit, and the day by which it is to answer."""
    answer = figure("unit.reply_by", reply_by.isoformat() if reply_by else None)
    if reply_by:
        answer = replace(answer, shown=stated.official_day(reply_by))
    found = year.with_own([*of(year), answer])
    assert isinstance(found, UnitYear)
    return found


def _about(year: UnitYear) -> Iterator[Figure]:
    units = year.tables[_UNITS]
    own = units[units["unit_id"] == year.unit]
    yield figure("unit.name", year.name, Rows.of(_UNITS, own, "name"))
    yield figure("unit.section", own["section"].iloc[0], Rows.of(_UNITS, own, "section"))
    yield figure("unit.several", len(units) if len(units) > 1 else None, Rows.of(_UNITS, units, "unit_id"))
    yield figure("unit.subjects", len(year.totals), Rows.of("subjects", year.totals, "subject_id"))


@dataclass(frozen=True)
class Headline:
    """The score by which a unit is spoken of: of which kind of subjects, by which tier, and their rows that have it."""

    kind: SubjectKind
    tier: YearTier
    rows: pd.DataFrame


def headline(year: UnitYear) -> Headline | None:
    """That of its whole-department spending, else of its projects; None where nobody has given it a total."""
    for kind in SubjectKind:
        tier = year.judge(kind)
        if tier:
            rows = year.subjects(kind)
            return Headline(kind, tier, rows[rows[tier.total].notna()])
    return None


def _score(year: UnitYear) -> Iterator[Figure]:
    judges = {kind.value: year.judge(kind) for kind in SubjectKind}
    totals = year.totals
    without = [
        subject
        for subject, kind in zip(totals["subject_id"], totals["kind"], strict=True)
        if (judge := judges[kind]) is None
        or totals.loc[totals["subject_id"] == subject, judge.total].iloc[0] is None
    ]
    yield figure("unit.unscored", len(without) or None, Rows.of("subjects", totals, "subject_id"))
    head = headline(year)
    least = {"least": str(SMALLEST_GROUP)}
    if head is None:
        for key in ("about", "by", "score", "self_score", "gap", "grade"):
            yield figure(f"unit.{key}", None)
        yield figure("unit.place", None, **least)
        yield figure("unit.all_mean", None, **least)
        return
    tier = head.tier
    alone = len(head.rows) == 1
    behind = Rows.of("subjects", head.rows, "subject_id")
    score = _mean(year, head.rows[tier.total])
    given = head.rows[Tier.SELF.total]  # a mean over some of the rows would stand beside one over others
    own = None if tier.is_self or given.isna().any() else _mean(year, given)
    gap = None if own is None or score is None else own - score  # below zero where the unit gave itself less
    yield figure("unit.about", f"{head.kind.words}{'' if alone else '平均'}", behind)
    yield figure("unit.by", tier.name, behind)
    yield figure("unit.score", score, behind)
    yield figure("unit.self_score", own, behind)
    yield figure("unit.gap", gap, behind)
    yield figure("unit.grade", _grades(year, head), behind)
    peers = (year.peers or {}).get((head.kind.value, tier.id), ())
    place = quarter(head.rows[tier.total].iloc[0], peers) if alone else None
    yield figure("unit.place", place.words if place else None, behind, **least)
    mean = _mean(year, peers) if len(peers) >= SMALLEST_GROUP else None
    yield figure("unit.all_mean", mean, behind, **least)


def _mean(year: UnitYear, scores: Iterable[Decimal]) -> Decimal | None:
    given = list(scores)
    return rounded(numbers.ratio(sum(given, _ZERO), Decimal(len(given))), year.policy) if given else None


def _grades(year: UnitYear, head: Headline) -> str | None:
    """The grade of the one subject, or how many have which: 优2个、良1个."""
    found = Counter(grade for grade in head.rows[head.tier.grade] if grade)
    if len(head.rows) == 1:
        return next(iter(found), None)
    listed = [f"{name}{found[name]}个" for name in grades.names(year.policy) if found[name]]
    return LIST_MARK.join(listed) or None


def _losses(year: UnitYear) -> Iterator[Figure]:
    judged = [subject for subject in year.totals["subject_id"] if year.judge_of_points(subject)]
    lost = [one for one in year.losses if one.lost is not None]
    blank = [one for one in year.losses if one.lost is None]
    rows = Rows("indicators", tuple(sorted(one.number for one in lost)))
    several = len(judged) if len(judged) > 1 and lost else None
    yield figure("unit.judged", several, Rows.of("subjects", year.totals, "subject_id"))
    yield figure("unit.short", len(lost) if judged else None, rows)
    yield figure(
        "unit.blank", len(blank) if judged else None, Rows("indicators", tuple(one.number for one in blank))
    )
    full = judged and not year.losses
    yield figure("unit.full", len(judged) if full else None, rows)
    yield figure("unit.lost", sum((one.lost or _ZERO for one in lost), _ZERO) if judged else None, rows)
    spent = next(
        (worth - got for level, worth, got in year.levels() if level == EXECUTION and got is not None), None
    )
    yield figure("unit.execution_lost", spent, Rows.of("subjects", year.totals, "executed"))
    ranked = sorted(lost, key=lambda one: -(one.lost or _ZERO))[:_MOST]
    yield figure("unit.lost_most", _listed((year.named(one), one.lost or _ZERO) for one in ranked), rows)
    by_cause: dict[str, Decimal] = {}
    for one in lost:
        cause = causes.of(one.reason, year.policy)
        by_cause[cause] = by_cause.get(cause, _ZERO) + (one.lost or _ZERO)
    known = causes.RULE in year.policy and any(cause not in causes.UNNAMED for cause in by_cause)
    yield figure("unit.lost_by_cause", _most(by_cause) if known else None, rows)
    unknown = [one for one in judged if year.spent(one)[1].points is None]
    yield figure(
        "unit.without_rate", len(unknown) or None, Rows.of("subjects", year.totals, "adjusted_budget")
    )


def _most(points: Mapping[str, Decimal]) -> str | None:
    """What cost most points, with how many, the most first."""
    return _listed(sorted(points.items(), key=lambda one: -one[1])[:_MOST])


def _listed(points: Iterable[tuple[str, Decimal]]) -> str | None:
    """Names with their points: 佐证材料不充分9.06分、完成值核减0.88分."""
    return LIST_MARK.join(f"{name}{numbers.plain(lost)}分" for name, lost in points if lost > 0) or None


def _to_mend(year: UnitYear) -> Iterator[Figure]:
    problems = year.open_problems()
    asked = [finding for finding in year.findings if finding.severity.needs_answer]
    rows = Rows.of("problems", problems, "problem")
    yield figure("unit.to_mend", len(problems) + len(asked) or None, rows)
    due = min((day for day in problems["due"] if day), default=None)
    first = figure("unit.due", due.isoformat() if due else None, rows)
    yield replace(first, shown=stated.official_day(due)) if due else first


def _applied(year: UnitYear) -> Iterator[Figure]:
    used = year.tables["applications"]
    moved = used[used["amount"].notna()]
    measures = LIST_MARK.join(dict.fromkeys(used["measure"]))
    yield figure("unit.applied", measures or None, Rows.of("applications", used, "measure"))
    amount = numbers.rounded(sum(moved["amount"], _ZERO)) if len(moved) else None
    yield figure("unit.applied_wan_yuan", amount, Rows.of("applications", moved, "amount"))

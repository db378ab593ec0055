"""Checks of goals and indicators (G): how points are divided, which kinds there are, what a review of targets came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jixiao.checks import goal_texts, goal_values, kinds, ledger
from jixiao.checks.engine import Check, Found, Inspection
from jixiao.checks.files import plain_name
from jixiao.forms.model import FormKind
from jixiao.kit import numbers
from jixiao.rules import element_points
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import EXECUTION
from jixiao.rules.scoring import variant_of, without_place
from jixiao.year import table_files
from jixiao.year.words import DeliveryStatus, Opinion, TargetField, TargetGrade, TargetQuality

_ZERO = Decimal(0)


@dataclass(slots=True)
class _Division:
    """How a subject divides its points among first levels; `row` is its first row, `blank` counts rows without points."""

    row: int
    groups: dict[str, Decimal] = field(default_factory=dict)
    blank: int = 0

    @property
    def whole(self) -> Decimal:
        """All points together."""
        return sum(self.groups.values(), _ZERO)


def _divisions(inspection: Inspection) -> dict[str, _Division]:
    """How each subject divides its points; subjects without any points are left out."""
    found: dict[str, _Division] = {}
    rows = inspection.indicators[["subject_id", "level1", "weight"]]
    for row, subject, level1, weight in rows.itertuples():
        division = found.setdefault(subject, _Division(row))
        if weight is None:
            division.blank += 1
            continue
        group = kinds.group(level1)
        division.groups[group] = division.groups.get(group, _ZERO) + weight
    return {subject: division for subject, division in found.items() if division.groups}


def _variants(policy: Policy) -> list[dict[str, int]]:
    """The divisions of points by first level that the policy allows, without the points for the execution rate."""
    weights = policy["weights"].value.values()
    return [{g: points for g, points in each.items() if g != EXECUTION and points} for each in weights]


def sum_is_wrong(inspection: Inspection) -> Iterator[Found]:
    """G01: the points of the indicators, or those printed for the execution rate, do not add up to the policy's."""
    wholes = {sum(variant.values()) for variant in _variants(inspection.policy)}
    printed = dict(_printed_execution(inspection))
    expected = " 或 ".join(map(str, sorted(wholes)))
    for subject, division in _divisions(inspection).items():
        if division.whole in wholes or variant_of(division.groups, inspection.policy) is not None:
            continue
        found = f"{inspection.called(subject)}的指标分值合计 {numbers.plain(division.whole)}"
        if subject in printed:
            points = printed[subject][1]
            found += f"（连预算执行率 {numbers.plain(points)} 共 {numbers.plain(division.whole + points)}）"
        found += f"，另有 {division.blank} 项没有分值" if division.blank else ""
        if "" not in division.groups and without_place(division.groups, inspection.policy):
            found += "；没有指标可以接受满意度指标的分值，不能计算总分"
        wanted = f"指标分值合计 {expected}"
        yield Found("indicators", division.row, "weight", found, wanted, subject=subject, of_subject=True)
    allowed = sorted({variant[EXECUTION] for variant in inspection.policy["weights"].value.values()})
    for subject, (row, points) in printed.items():
        if points not in allowed:
            found = f"{inspection.called(subject)}的预算执行率分值印作 {numbers.plain(points)}"
            yield Found("funds", row, "weight", found, " 或 ".join(map(str, allowed)), subject=subject)


def _printed_execution(inspection: Inspection) -> Iterator[tuple[str, tuple[int, Decimal]]]:
    """Each subject with the row and the points that its money table prints for the execution rate, the first if several."""
    funds = inspection.records.frames.get("funds")
    if funds is None or funds.empty:
        return
    first = funds[funds["weight"].notna()].drop_duplicates("subject_id")
    for row, subject, points in first[["subject_id", "weight"]].itertuples():
        yield subject, (row, points)


def divided_otherwise(inspection: Inspection) -> Iterator[Found]:
    """G02: the points add up, but are divided among first levels as no variant of the policy does."""
    variants = _variants(inspection.policy)
    wholes = {sum(variant.values()) for variant in variants}
    expected = " 或 ".join("，".join(f"{g} {p}" for g, p in variant.items()) for variant in variants)
    apart = _groups_apart(inspection)
    for subject, division in _divisions(inspection).items():
        known = (
            subject not in apart
            and not division.blank
            and "" not in division.groups
            and division.whole in wholes
        )
        if known and variant_of(division.groups, inspection.policy) is None:
            listed = "，".join(
                f"{group} {numbers.plain(points)}" for group, points in division.groups.items()
            )
            found = f"{inspection.called(subject)}的一级指标分值为 {listed}"
            yield Found(
                "indicators", division.row, "level1", found, expected, subject=subject, of_subject=True
            )


def _groups_apart(inspection: Inspection) -> set[str]:
    """The subjects of which a whole first level does not apply, so that its points are shared out among the others."""
    pairs = inspection.records["indicators"][["subject_id", "level1"]]
    applied = set(inspection.indicators[["subject_id", "level1"]].itertuples(index=False, name=None))
    return {
        subject
        for subject, level1 in pairs.itertuples(index=False, name=None)
        if (subject, level1) not in applied
    }


def worth_nothing(inspection: Inspection) -> Iterator[Found]:
    """G03: an indicator with zero or negative points."""
    for row, subject, weight in inspection.indicators[["subject_id", "weight"]].itertuples():
        if weight is not None and weight <= 0:
            found = f"分值是 {numbers.plain(weight)}"
            yield Found("indicators", row, "weight", found, "大于 0 的数", subject=subject)


def kinds_missing(inspection: Inspection) -> Iterator[Found]:
    """G04: a subject has no indicator of a kind that it must have; forms that name no kinds at all are left out."""
    wanted = inspection.settings["G04"]["kinds"]
    present: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    rows = inspection.records["indicators"][
        ["subject_id", "level1", "level2"]
    ]  # also those that do not apply
    for row, subject, level1, level2 in rows.itertuples():
        first.setdefault(subject, row)
        present.setdefault(subject, set()).add(kinds.kind(level1, level2))
    for subject, there in present.items():
        missing = [each for each in wanted if each not in there]
        if missing and there != {""}:
            found = f"没有{'、'.join(missing)}指标"
            yield Found(
                "indicators",
                first[subject],
                "level2",
                found,
                "各设至少一项",
                subject=subject,
                of_subject=True,
            )


def few_or_heavy(inspection: Inspection) -> Iterator[Found]:
    """G05: a subject has too few indicators, or one of them has too large a share of the points."""
    settings = inspection.settings["G05"]
    by_subject: dict[str, list[tuple[int, Decimal | None]]] = {}
    for row, subject, weight in inspection.indicators[["subject_id", "weight"]].itertuples():
        by_subject.setdefault(subject, []).append((row, weight))
    for subject, rows in by_subject.items():
        if len(rows) < settings["count"]:
            found = f"只有 {len(rows)} 项三级指标"
            expected = f"不少于 {settings['count']} 项"
            yield Found("indicators", rows[0][0], "level3", found, expected, subject=subject, of_subject=True)
            continue
        share = settings["share"]
        whole = sum((weight for _, weight in rows if weight is not None), _ZERO)
        heavy = [
            (row, weight) for row, weight in rows if weight is not None and weight * 100 > share * whole > 0
        ]
        if heavy:
            row, weight = max(heavy, key=lambda pair: pair[1])
            part = numbers.plain(numbers.rounded(numbers.ratio(weight * 100, whole)))
            found = f"这一项 {numbers.plain(weight)} 分，占指标分值 {numbers.plain(whole)} 的 {part}%"
            if len(heavy) > 1:
                found += f"，另有 {len(heavy) - 1} 项也超过"
            yield Found("indicators", row, "weight", found, f"不超过 {share}%", subject=subject)


@dataclass(frozen=True)
class _Opinion:
    """An opinion on targets: its row, what became of it, and the criticised column with what the ledger has there."""

    row: int
    said: Mapping[str, Any]
    status: Opinion
    field: TargetField | None
    now: frozenset[str]

    @property
    def still(self) -> bool:
        """Whether the ledger has the value that was criticised."""
        return _is_among(self.said["before"], self.now)

    @property
    def done(self) -> bool:
        """Whether the ledger has the value that was agreed on."""
        return _is_among(self.said["after"], self.now)


def _opinions(inspection: Inspection) -> Iterator[_Opinion]:
    indicators = {row["indicator_id"]: row for row in table_files.rows(inspection.records["indicators"])}
    frame = inspection.records["target_reviews"]
    for number, said in zip(frame.index, table_files.rows(frame), strict=True):
        status = next((each for each in Opinion if each.words == said["status"]), None)
        if status is None:
            continue  # a form with a word that the table does not know, which the checks of files tell
        column = TargetField.named(said["field"])
        row = indicators.get(said["indicator_id"])
        yield _Opinion(
            number, said, status, column, _writings(row, column) if row and column else frozenset()
        )


def _writings(row: Mapping[str, Any], column: TargetField) -> frozenset[str]:
    """The ways to write what an indicator has in a column: a target alone, with its unit, with its operator too."""
    value = table_files.text(row[column]) or ""
    if column is not TargetField.TARGET:
        return frozenset({value})
    whole = value + (row["measure_unit"] or "")
    return frozenset({value, whole, f"{row['operator'] or ''}{whole}"})


def _is_among(text: str | None, values: frozenset[str]) -> bool:
    return any(_same(text or "", value) for value in values)


def _same(one: str, other: str) -> bool:
    """Whether two values are the same number, or the same text but for blanks and the like."""
    try:
        return numbers.parse(one) == numbers.parse(other)
    except ValueError:
        return plain_name(one) == plain_name(other)


def opinion_without_change(inspection: Inspection) -> Iterator[Found]:
    """G18: an opinion not answered when the review is over, or answered with a change that was not made."""
    concluded = set(inspection.records["target_conclusions"]["subject_id"])
    revised = _last_targets(inspection)
    for one in _opinions(inspection):
        subject = one.said["subject_id"]
        raised = one.said["raised_on"]
        again = subject in revised and raised is not None and revised[subject] > raised
        if one.status is Opinion.PENDING and (subject in concluded or again):
            found = "意见待答复，" + ("会审已有结论" if subject in concluded else "而修改后的目标表已经收到")
            yield Found("target_reviews", one.row, "status", found, "写明是否采纳", subject=subject)
        if not one.status.changes or one.field is None or not (one.said["before"] or one.said["after"]):
            continue
        before, after = (one.said[column] or "" for column in ("before", "after"))
        if _same(before, after):
            found = f"意见{one.status.words}，{one.field.words}前后都是“{after}”"
            yield Found("target_reviews", one.row, "after", found, "改动后的值", subject=subject)
        elif one.now and one.still and not one.done:
            found = (
                f"意见{one.status.words}，台账的{one.field.words}还是{f'“{before}”' if before else '空的'}"
            )
            expected = f"“{after}”" if after else "改动后的值"
            yield Found("target_reviews", one.row, "after", found, expected, subject=subject)


def _last_targets(inspection: Inspection) -> dict[str, Any]:
    """The day on which the last form of targets of each subject was accepted."""
    found: dict[str, Any] = {}
    for row in table_files.rows(inspection.records["received"]):
        day = row["received_on"]
        if row["kind"] == FormKind.TARGETS and row["status"] == DeliveryStatus.ACCEPTED and day:
            found[row["subject_id"]] = max(day, found.get(row["subject_id"], day))
    return found


def not_as_approved(inspection: Inspection) -> Iterator[Found]:
    """G19: a form with other targets than approved, or a ledger changed after the review without record and reason."""
    yield from ledger.differs_from_approval(inspection)
    recorded = set()
    for one in _opinions(inspection):
        reason = one.said["change"] or one.said["answer"]
        if one.field and one.status.changes and reason:
            recorded.add((one.said["indicator_id"], one.field))
        if one.status.changes and one.said["after"] and one.now and not (one.done or one.still):
            has = min(one.now, key=len)
            found = (
                f"会审改定的{one.field.words if one.field else ''}是“{one.said['after']}”，台账上是“{has}”"
            )
            yield Found(
                "target_reviews", one.row, "after", found, "与台账相同", subject=one.said["subject_id"]
            )
    yield from _changed_without_record(inspection, recorded)


def _changed_without_record(
    inspection: Inspection, recorded: set[tuple[str, TargetField]]
) -> Iterator[Found]:
    """Changes of targets in changes.csv that came after the conclusion of the review, and that no opinion records."""
    conclusions = inspection.records["target_conclusions"]
    over = dict(zip(conclusions["subject_id"], conclusions["reviewed_on"], strict=True))
    days = {
        (row["subject_id"], row["version"]): row["received_on"]
        for row in table_files.rows(inspection.records["received"])
        if row["status"] == DeliveryStatus.ACCEPTED
    }
    frame = inspection.records["changes"]
    for number, row in zip(frame.index, table_files.rows(frame), strict=True):
        subject = row["subject_id"]
        day = days.get((subject, row["version"]))
        late = day is not None and over.get(subject) is not None and day > over[subject]
        if row["table"] == "indicators" and row["column"] in tuple(TargetField) and late:
            column = TargetField.of(row["column"])
            if (row["key"], column) not in recorded:
                found = f"会审以后改了 {row['key']} 的{column.words}，没有调整的记录和理由"
                yield Found("changes", number, "after", found, "在 target_reviews.csv 记下", subject=subject)


def concluded_otherwise(inspection: Inspection) -> Iterator[Found]:
    """G23: the conclusion on a subject's targets does not follow from the grades of the four qualities."""
    settings = inspection.settings["G23"]
    order = list(TargetGrade)
    keys = set(inspection.records["key_projects"]["subject_id"].dropna())
    frame = inspection.records["target_conclusions"]
    for number, row in zip(frame.index, table_files.rows(frame), strict=True):
        given = {quality.words: row[quality] for quality in TargetQuality if row[quality]}
        if len(given) < len(TargetQuality) or not set(given.values()) <= set(order):
            continue
        if row["subject_id"] in keys:
            spans = {grade.value: (settings["low"][grade], settings["high"][grade]) for grade in order}
            span = element_points.by_points(given, settings["points"], spans, settings["low"])
            allowed = order[order.index(TargetGrade(span[1])) : order.index(TargetGrade(span[0])) + 1]
        else:
            places = [order.index(TargetGrade(grade)) for grade in given.values()]
            allowed = [order[element_points.by_count(places, len(order), settings["share"])]]
        if row["conclusion"] not in allowed:
            graded = "、".join(f"{name}{grade}" for name, grade in given.items())
            found = f"{graded}，结论是“{row['conclusion']}”"
            expected = " 或 ".join(f"“{grade}”" for grade in allowed)
            yield Found(
                "target_conclusions", number, "conclusion", found, expected, subject=row["subject_id"]
            )


CHECKS: dict[str, Check] = {
    "G01": sum_is_wrong,
    "G02": divided_otherwise,
    "G03": worth_nothing,
    "G04": kinds_missing,
    "G05": few_or_heavy,
    "G18": opinion_without_change,
    "G19": not_as_approved,
    "G23": concluded_otherwise,
    **goal_texts.CHECKS,
    **goal_values.CHECKS,
}

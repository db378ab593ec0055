"""Checks of goals and indicators (G): how the points are divided and which kinds of indicator there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.checks import goal_texts, goal_values, kinds
from jixiao.checks.engine import Check, Found, Inspection
from jixiao.kit import numbers
from jixiao.rules.policy import Policy
from jixiao.rules.policy_values import EXECUTION
from jixiao.rules.scoring import variant_of, without_place

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


CHECKS: dict[str, Check] = {
    "G01": sum_is_wrong,
    "G02": divided_otherwise,
    "G03": worth_nothing,
    "G04": kinds_missing,
    "G05": few_or_heavy,
    **goal_texts.CHECKS,
    **goal_values.CHECKS,
}

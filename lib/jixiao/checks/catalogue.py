"""The catalogue: every check by its rule id, and the one call that runs those in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jixiao.checks import (
    cards,
    coverage,
    disclosure,
    engine,
    files,
    goals,
    key_projects,
    ledger,
    plausible,
    reviews,
    self_evaluation,
)
from jixiao.checks.cards import Family
from jixiao.checks.engine import Check, Finding, Inspection, Published
from jixiao.checks.other_work import monitoring, problems
from jixiao.checks.settings import Settings
from jixiao.forms.records.records import Records
from jixiao.rules.policy import Policy
from jixiao.year.params import Params

FAMILIES = (
    files,
    ledger,
    plausible,
    goals,
    self_evaluation,
    reviews,
    coverage,
    key_projects,
    problems,
    disclosure,
    monitoring,
)
_VALUES = (
    "G06",
    "G11",
    "G12",
    "G15",
    "S09",
    "S10",
    "S11",
    "S12",
    "S13",
    "S18",
)  # hold a value against its target
# The rules that need what stands in a column: they say nothing of a form in which it may be, but was not understood.
_READS: Mapping[str, tuple[str, ...]] = {
    "level1": ("G01", "G02", "G04", "G05"),
    "level2": ("G04",),
    "level3": ("G06", "G07"),
    "nature": _VALUES,
    "operator": _VALUES,
    "target": _VALUES,
    "measure_unit": _VALUES,
    "actual": ("S19", *_VALUES),
    "weight": ("G01", "G02", "G05", "S03", "S06", "S11", "S12", "S14"),
    "self_score": ("S02", "S06", "S11", "S12", "S14"),
    "score": ("S01", "S02", "S03", "S05"),
    "rate": ("D06",),
    "deviation_reason": ("S09", "S11", "S13", "S19"),
    "initial_budget": ("D04",),
    "adjusted_budget": ("D04", "D06", "S03", "S04", "S05", "S06", "S07", "S08"),
    "executed": ("D04", "D06", "S03", "S05", "S06", "S07", "S08"),
    "review_score": ("R01", "R02", "R03"),
    "review_remark": ("R02",),
}
_OF_UNITS = (Family.GOALS, Family.SELF_EVALUATION)
_DIVISION = ("G01", "G02")  # how points are divided
_BLANK = ("S02", "S03", "F13", "G06")  # rules about cells that were not filled in
CHECKS: Mapping[str, Check] = {rule: check for family in FAMILIES for rule, check in family.CHECKS.items()}


def find(
    records: Records,
    policy: Policy,
    settings: Settings,
    params: Params | None = None,
    published: Published | None = None,
) -> tuple[Finding, ...]:
    """All findings of the rules that are on, in order of place, with the remarks made while forms were read."""
    on = {rule: card for rule, card in cards.read().items() if rule not in settings.off}
    checks = {rule: check for rule, check in CHECKS.items() if rule in on}
    inspection = engine.inspection_of(records, policy, settings.values, params, published)
    found = engine.run(checks, on, inspection)
    found = tuple(one for one in found if not _beyond(one, inspection))
    # F12 says that a formula has no result, F32 that it has an error; to say as well that the cell is blank would be wrong.
    uncomputed = {remark.place for remark in records.remarks if remark.rule in ("F12", "F32")}
    found = tuple(one for one in found if not (one.place in uncomputed and one.rule in _BLANK))
    apart = engine.cells_apart(inspection)  # 不适用 for points and score is no number that went wrong
    told = replace(
        records, remarks=tuple(r for r in records.remarks if not (r.rule == "F06" and r.place in apart))
    )
    return engine.merged(found, engine.of_remarks(told, on))


def _beyond(finding: Finding, inspection: Inspection) -> bool:
    """Whether a finding rests on what nobody has read: a column that the form lacks or that was not understood, or a
    reviewer's copy of it. That a column lacks which the form should have is a finding of its own (F02).

    A work paper of reviewers alone is no self-evaluation: what the unit has to mend is on its own form.
    """
    without = inspection.unread.get(finding.subject, frozenset()) | inspection.lacking.get(
        finding.subject, frozenset()
    )
    if any(finding.rule in _READS.get(column, ()) for column in without):
        return True
    if finding.rule in _DIVISION and finding.subject in inspection.own_scheme:
        return True
    return finding.subject in inspection.reviewed_only and finding.rule[0] in _OF_UNITS

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
from jixiao.checks.engine import Check, Finding, Published
from jixiao.checks.settings import Settings
from jixiao.forms.records.records import Records
from jixiao.rules.policy import Policy
from jixiao.year.params import Params

FAMILIES = (files, ledger, plausible, goals, self_evaluation, reviews, coverage, key_projects, disclosure)
_BLANK = ("S02", "S03", "F13")  # rules about cells that were not filled in
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
    # F12 says that a formula has no result; to say as well that its cell is blank would be wrong.
    uncomputed = {remark.place for remark in records.remarks if remark.rule == "F12"}
    found = tuple(one for one in found if not (one.place in uncomputed and one.rule in _BLANK))
    apart = engine.cells_apart(inspection)  # 不适用 for points and score is no number that went wrong
    told = replace(
        records, remarks=tuple(r for r in records.remarks if not (r.rule == "F06" and r.place in apart))
    )
    return engine.merged(found, engine.of_remarks(told, on))

"""The catalogue: every check by its rule id, and the one call that runs those in force."""

from __future__ import annotations

from collections.abc import Mapping

from jixiao.evaluation.checks import (
    cards,
    coverage,
    disclosure,
    engine,
    files,
    goals,
    key_projects,
    reviews,
    self_evaluation,
)
from jixiao.evaluation.checks.engine import Check, Finding, Published
from jixiao.evaluation.checks.settings import Settings
from jixiao.evaluation.policy import Policy
from jixiao.intake.params import Params
from jixiao.intake.records import Records

FAMILIES = (files, goals, self_evaluation, reviews, coverage, key_projects, disclosure)
CHECKS: Mapping[str, Check] = {rule: check for family in FAMILIES for rule, check in family.CHECKS.items()}


def find(
    records: Records,
    policy: Policy,
    settings: Settings,
    params: Params | None = None,
    published: Published | None = None,
) -> tuple[Finding, ...]:
    """All findings of the rules that are on, in order of place; what the reading noticed among them."""
    on = {rule: card for rule, card in cards.read().items() if rule not in settings.off}
    checks = {rule: check for rule, check in CHECKS.items() if rule in on}
    matter = engine.matter_of(records, policy, settings.values, params, published)
    return engine.merged(engine.run(checks, on, matter), engine.told(records, on))

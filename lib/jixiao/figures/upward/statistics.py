"""Figures of the yearly statistics form: units that have begun, rules by layer, and what the bureau declares."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from jixiao.figures.model import Figure, Rows
from jixiao.figures.upward import final_accounts
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.year.tables import Tables
from jixiao.year.words import RuleLevel

LEVELS = {"first": "一级预算单位", "below": "二级及以下预算单位"}
LAYERS = {RuleLevel.PARENT: "parent", RuleLevel.ISSUED: "issued"}
DECLARED = (  # no table of the year holds them: facts.csv says them under these keys
    "library.experts",
    "library.agencies",
    "indicator_systems.count",
    "indicator_systems.indicators",
    "training.sessions",
    "training.attendees",
    "publicity.articles",
    "reporting.sent_up",
)


def figures(tables: Tables) -> Iterator[Figure]:
    """Count units and rules; what only the bureau knows has no value here, a declared fact gives it one."""
    for level, units in of_levels(tables["units"]).items():
        yield from _begun(tables, level, units)
    rules = tables["rules_issued"]
    for layer, key in LAYERS.items():
        rows = Rows.of("rules_issued", rules[rules["level"] == layer], "level")
        yield count("statistics.rules.{layer}", rows, layer=key, word=layer.value)
    for key in DECLARED:
        yield figure(key, None)


def of_levels(units: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The departments, which belong to themselves, and the units below them."""
    first = units["unit_id"] == units["department_id"]
    return {"first": units[first], "below": units[~first]}


def _begun(tables: Tables, level: str, units: pd.DataFrame) -> Iterator[Figure]:
    """How many units there are on a level, and how many of them have a subject with targets of its own."""
    subjects = tables["subjects"]
    begun = subjects.loc[subjects["subject_id"].isin(final_accounts.with_targets(tables)), "unit_id"]
    own = units[units["unit_id"].isin(begun)]
    said = {"level": level, "word": LEVELS[level]}
    yield count("statistics.units.{level}", Rows.of("units", units, "unit_id"), **said)
    yield count("statistics.begun.{level}", Rows.of("units", own, "unit_id"), **said)
    share = numbers.percent(len(own), len(units))
    yield figure("statistics.begun_percent.{level}", share, Rows.of("units", own, "unit_id"), **said)

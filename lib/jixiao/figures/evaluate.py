"""Evaluates one report year: reads its tables, scores them, counts its figures and checks it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from jixiao.checks import catalogue, settings
from jixiao.checks.engine import Finding, Published
from jixiao.figures import compare, counted
from jixiao.figures.compare import Comparison
from jixiao.figures.model import Figures
from jixiao.forms.records import records
from jixiao.rules import policy, scoring
from jixiao.rules.policy import Policy
from jixiao.year import tables
from jixiao.year.params import Params
from jixiao.year.tables import Tables


@dataclass(frozen=True)
class Evaluation:
    """Holds everything that a report of one year is made of."""

    params: Params
    policy: Policy
    tables: Tables
    totals: pd.DataFrame
    figures: Figures
    findings: tuple[Finding, ...]
    differences: tuple[Comparison, ...]


def evaluate(root: Path, params: Params) -> Evaluation:
    """Read the tables, score them under the policy in force and count; JixiaoError for input that cannot be used."""
    rules = policy.in_force(root, params.policy, params.evaluated_year)
    data = tables.read(root, params.data_folder)
    totals = scoring.totals(data["subjects"], data["indicators"], rules)
    facts = compare.published(root, params)
    figures = counted.figures(params, data, rules, totals).held_against(facts)
    figures = figures.without_values(_uncounted(figures, data)).without(_unfit_names(figures, params))
    differences = tuple(row for row in compare.compare(facts, figures) if not row.equal)
    published = Published(facts, *compare.before(root, params))
    found = catalogue.find(records.of_tables(data), rules, settings.in_force(root, rules), params, published)
    return Evaluation(params, rules, data, totals, figures, found, differences)


def _uncounted(figures: Figures, data: Tables) -> list[str]:
    """Name the figures of a table that is missing or empty: nothing was recorded, which is not zero."""
    empty = {name for name, frame in data.frames.items() if frame.empty}
    return [key for key, figure in figures.items() if empty.intersection(figure.tables)]


def _unfit_names(figures: Figures, params: Params) -> list[str]:
    """Name the grades that would, in a reconstruction, stand beside a real name without having been published."""
    if not params.reconstructed:
        return []
    return [key for key, figure in figures.items() if figure.project and figure.invented]

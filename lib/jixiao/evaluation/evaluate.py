"""One report year evaluated: parameters in; tables, totals, figures and findings out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from jixiao.evaluation import compare, findings, policy, scoring, statistics
from jixiao.evaluation.figures import Figures
from jixiao.evaluation.findings import Finding
from jixiao.evaluation.policy import Policy
from jixiao.intake import tables
from jixiao.intake.params import Params
from jixiao.intake.tables import Tables


@dataclass(frozen=True)
class Evaluation:
    """Everything a report of one year is made of."""

    params: Params
    policy: Policy
    tables: Tables
    totals: pd.DataFrame
    figures: Figures
    findings: tuple[Finding, ...]


def evaluate(root: Path, params: Params) -> Evaluation:
    """Read the tables, score them under the policy in force, count; raises for input that cannot be used."""
    rules = policy.in_force(root, params.policy, params.evaluated_year)
    data = tables.read(root, params.data_folder)
    totals = scoring.totals(data["subjects"], data["indicators"], rules)
    figures = statistics.figures(params, data, rules, totals)
    known = compare.published(root, params)
    found = findings.find(params, data, rules, totals)
    return Evaluation(params, rules, data, totals, figures.marked(known), found)

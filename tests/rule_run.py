"""One rule run over rows that stand over valid ones, as in the examples of the cards."""

from functools import cache
from pathlib import Path

import check_examples as examples
from jixiao.checks import catalogue, engine, settings
from jixiao.rules import policy

ROOT = Path(__file__).resolve().parents[1]


def inspection_of(records, policy_id="mof-2020-10", year=2021):
    """The inspection of `records` under a policy."""
    rules, values = _in_force(policy_id, year)
    return engine.inspection_of(records, rules, values)


@cache
def _in_force(policy_id, year):
    """A policy and the parameters of the rules under it."""
    rules = policy.in_force(ROOT, policy_id, year)
    return rules, settings.in_force(ROOT, rules).values


def run(rule, policy_id="mof-2020-10", year=2021, **rows):
    """Everything a rule finds in `rows` (table → changed rows)."""
    example = examples.build(rows, ROOT)
    return list(catalogue.CHECKS[rule](inspection_of(example.records, policy_id, year)))


def at(rule, **rows):
    """Where a rule finds something: (row, column)."""
    return [(found.row, found.column) for found in run(rule, **rows)]


def indicator(number, **cells):
    """Rows of indicators of which only the one with this number (from 1) is changed."""
    return [*({} for _ in range(number - 1)), cells]

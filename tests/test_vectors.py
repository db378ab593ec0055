"""The committed scoring cases: what each clause gives, case by case (tests/data/scoring_vectors.json)."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jixiao.kit import numbers
from jixiao.rules import execution, explain, grades, scoring
from jixiao.rules.policy import Policy, in_force
from kit import PROJECT

CASES = json.loads((Path(__file__).parent / "data/scoring_vectors.json").read_text(encoding="utf-8"))
D = Decimal


def policy(name: str) -> Policy:
    """A committed policy as in force in 2021."""
    return in_force(PROJECT, name, 2021)


def indicator(name: str, given: dict[str, str], satisfaction: bool = False) -> str:
    """The points of an indicator under a policy."""
    found = explain.indicator(
        policy(name), D(given["points"]), given["target"], given["actual"], satisfaction=satisfaction
    )
    return str(found.points)


def tiers(given: dict[str, Any]) -> str | None:
    """Execution points under 101号 (of 10); None must come with a warning."""
    found = execution.points_of_rate(D(given["rate"]), D(10), policy("mof-2021-101"), given["finished"])
    assert found.points is not None or found.warning
    return None if found.points is None else str(found.points.to_integral_value())


def satisfaction(given: dict[str, str]) -> str:
    """Satisfaction points under 101号."""
    cells = {"target": "≥90%", "actual": f"{given['percent']}%", "points": given["points"]}
    return str(D(indicator("mof-2021-101", cells, satisfaction=True)).to_integral_value())


def band(given: dict[str, str], source: str) -> str:
    """The interval that a qualitative word allows."""
    name = "hubei-2020" if "Hubei" in source else "mof-2020-10"
    found = explain.indicator(policy(name), D(given["points"]), "按计划开展", given["level"], nature="定性")
    end = "]" if found.high_in else ")"
    return f"allowed [{found.low.to_integral_value()}, {found.high.to_integral_value()}{end}"


def steps(given: dict[str, str]) -> str:
    """Deduction per percentage point above the limit, by the indicator's name."""
    scheme, weight = policy("hunan-departments"), D(given["points"])
    rule = scheme["named"].value[given["name"]]
    assert (D(rule["limit"]), weight * rule["per_point"] / 100) == (D(given["limit"]), D(given["per_point"]))
    target, actual = f"≤{given['limit']}%", f"{given['actual_percent']}%"
    return str(explain.indicator(scheme, weight, target, actual, name=given["name"]).points)


def table(given: dict[str, str]) -> str:
    """预算控制率: =0 → 5, (0,10] → 4, (10,20] → 3, (20,30] → 2, above → 0 of 5 points."""
    scheme, actual = policy("hunan-departments"), f"{given['percent']}%"
    found = explain.indicator(scheme, D(given["points"]), "≤0%", actual, name=given["name"])
    return str(found.points.to_integral_value())


def capped(given: dict[str, str]) -> str:
    """A total under the cap of the execution rate."""
    return str(execution.capped(D(given["total"]), D(given["rate"]), policy("platform-caps")))


def rounded(given: dict[str, str]) -> str:
    """GB/T 8170 at a quantum."""
    places = -D(given["quantum"]).as_tuple().exponent
    return str(numbers.rounded(D(given["value"]), places, numbers.GB_T_8170))


def hubei_total(given: dict[str, Any]) -> str:
    """The 20 + 80 form: execution points and all indicators."""
    scheme = policy("hubei-2020")
    budget, spent, weight = map(D, given["exec"])
    assert scoring.execution_weight(scheme) == weight
    total = execution.points(budget, spent, weight, scheme).points
    for target, actual, points in given["indicators"]:
        total += explain.indicator(scheme, D(points), target, actual).points
    return str(total.to_integral_value())


def hubei_check(given: dict[str, str]) -> str:
    """A printed score that differs from the rule's is told with both numbers."""
    claimed = D(given["document_score"])
    found = explain.indicator(
        policy("hubei-2020"), D(given["points"]), given["target"], given["actual"], claimed=claimed
    )
    assert "相差" in found.warnings[-1]
    return f"flag: expected {found.points}, document {given['document_score']}"


def weight_sum(given: dict[str, Any]) -> str:
    """Goal weights that do not sum to what the form states."""
    level1 = [D(points) for points in given["level1"]]
    total = D(given["exec_points"]) + sum(level1)
    parts = "+".join(["20", *given["level1"]])
    return f"flag: {parts}={total}, not 100" if total != 100 else "fine"


def funds(given: dict[str, Any]) -> str:
    """A total row of funds that is not the sum of its parts."""
    same = [D(v) for v in given["total"]] == [D(v) for v in given["fiscal"]]
    return "fine" if same else "flag: total row does not sum its parts"


def unexplained(given: dict[str, Any]) -> str:
    """Points lost although the target was met, and no reason given."""
    lost = 0
    for target, actual, points, claimed in given["rows"]:
        found = explain.indicator(policy("mof-2020-10"), D(points), target, actual, claimed=D(claimed))
        lost += found.points == D(points) > D(claimed)
    return f"flag {lost} rows: target met, points lost, no reason"


def numeric_field(given: dict[str, str]) -> str:
    """A word where a number belongs is read as no number."""
    found = explain.indicator(
        policy("mof-2020-10"), D(given["points"]), given["target"], given["actual"], unit=given["unit"]
    )
    assert found.points is None
    assert "没有数" in found.warnings[0]
    return "flag: text in a quantitative indicator"


def recomputed(given: dict[str, Any]) -> str:
    """Two readings of an indicator over several years; neither gives the printed score."""
    pairs = [(D(target), D(actual)) for target, actual in given["pairs"]]
    points = D(given["points"])
    mean = numbers.rounded(points * sum(numbers.ratio(a, t) for t, a in pairs) / len(pairs))
    sums = numbers.rounded(points * numbers.ratio(sum(a for _, a in pairs), sum(t for t, _ in pairs)))
    assert D(given["document_score"]) not in (mean, sums)
    return f"{mean} (mean of yearly ratios); {sums} (ratio of sums); document {given['document_score']} not reproducible"


def graded_late(given: dict[str, str]) -> str:
    """A grade given before rounding would differ: the printed score is graded."""
    scheme = policy("mof-2020-10")
    found = explain.grade(scheme, D(given["score"]))
    return (
        f"{found.grade} ({found.points}); {grades.grade(D(given['score']), scheme)} if graded before rounding"
    )


def integer_bands(given: dict[str, str]) -> str:
    """89.5 lies between the integer bands 80–89 and 90–100: no grade, and a warning."""
    found = explain.grade(policy("zhengzhou"), D(given["score"]))
    assert found.warnings
    return "gap: must not fall through" if found.grade == "无" else found.grade


RULES: dict[str, Callable[..., str | None]] = {
    "quantitative_ratio": lambda given: indicator("mof-2020-10", given),
    "quantitative_gate60": lambda given: indicator("mof-2021-101", given),
    "execution_tiers": tiers,
    "satisfaction_tiers": satisfaction,
    "grade": lambda given: explain.grade(policy("mof-2020-10"), D(given["score"])).grade,
    "grade_after_rounding": graded_late,
    "grade_integer_bands": integer_bands,
    "qualitative_band": band,
    "reverse_ratio": lambda given: indicator("hubei-2020", given),
    "step_deduction": steps,
    "band_table": table,
    "total_cap_by_execution": capped,
    "over_achievement": lambda given: str(D(indicator("platform-caps", given)).to_integral_value()),
    "round_gbt8170": rounded,
    "hubei_self_eval": hubei_total,
    "hubei_self_eval_check": hubei_check,
    "weight_sum_check": weight_sum,
    "fund_row_check": funds,
    "unexplained_deduction_check": unexplained,
    "numeric_field_check": numeric_field,
    "recompute_check": recomputed,
    "execution_linear": lambda given: str(
        execution.points(
            D(given["budget"]), D(given["spent"]), D(given["points"]), policy("mof-2020-10")
        ).points
    ),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case):
    """The engine gives what the clause gives; where the clause is silent it gives nothing and warns."""
    way = RULES[case["rule"]]
    found = way(case["input"], case["source"]) if case["rule"] == "qualitative_band" else way(case["input"])
    assert found == case["expected"]


def test_every_case_of_the_collection_is_run():
    """No rule of the collection is without a way to run it."""
    assert {case["rule"] for case in CASES} == set(RULES)
    assert pd.Series([case["id"] for case in CASES]).is_unique

"""The rows of the real forms scored by the rules: tests/data/form_cells.csv in, tests/data/form_scores.csv out.

python tests/form_scores.py    writes the table anew
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from jixiao.kit import numbers
from jixiao.rules import explain
from jixiao.rules.explain import Explanation
from jixiao.rules.policy import Policy, in_force

ROOT = Path(__file__).resolve().parents[1]
CELLS = ROOT / "tests/data/form_cells.csv"
SCORES = ROOT / "tests/data/form_scores.csv"
COLUMNS = ("form", "row", "target", "actual", "weight", "printed", "policy", "by_rule", "difference", "why")
POLICIES = {
    "010": "hubei-2020",
    "011": "hubei-2020",
    "016": "hubei-2020",
    "020": "sichuan",
}  # by the form's layout
USUAL = "mof-2020-10"
WHOLE = Decimal(100)  # where a form gives no weight, the share of it is computed instead


def table() -> str:
    """form_scores.csv as text: every row of the forms, printed score beside the rule's, and why they differ."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    with CELLS.open(encoding="utf-8", newline="") as file:
        writer.writerows(_scored(cell) for cell in csv.DictReader(file))
    return text.getvalue()


def _scored(cell: dict[str, str]) -> dict[str, str]:
    name = POLICIES.get(cell["form"], USUAL)
    weight = Decimal(cell["weight"]) if cell["weight"] else WHOLE
    found = explain.indicator(_policy(name), weight, cell["target"], cell["actual"])
    said = {key: cell[key] for key in ("form", "row", "target", "actual", "weight", "printed")}
    return said | {"policy": name, "by_rule": _by_rule(found, cell), **_compared(found, cell)}


def _policy(name: str, known: dict[str, Policy] = {}) -> Policy:  # noqa: B006 a cache
    return known.setdefault(name, in_force(ROOT, name, 2022))


def _by_rule(found: Explanation, cell: dict[str, str]) -> str:
    unit = "" if cell["weight"] else "%"
    if found.points is not None:
        return numbers.plain(found.points) + unit
    if found.low is not None and found.high is not None:
        return f"{numbers.plain(found.low)}~{numbers.plain(found.high)}{unit}"
    return ""


def _compared(found: Explanation, cell: dict[str, str]) -> dict[str, str]:
    if found.points is None or not (cell["printed"] and cell["weight"]):
        return {"difference": "", "why": "；".join(_reasons(found, cell))}
    difference = Decimal(cell["printed"]) - found.points
    why = "" if difference == 0 else "；".join([found.formula, *found.warnings])
    return {"difference": numbers.plain(difference), "why": why}


def _reasons(found: Explanation, cell: dict[str, str]) -> Iterator[str]:
    """Why nothing is compared."""
    if found.points is None:
        yield from found.warnings or (found.status,)
    if not cell["printed"]:
        yield "表中没有得分"
    elif not cell["weight"]:
        yield "表中没有分值，只算比例"


if __name__ == "__main__":
    SCORES.write_text(table(), encoding="utf-8", newline="\n")

"""Proofreads published reports of a folder, and prints which of the anomalies that were noticed by hand are found, and why not.

.venv/bin/python benchmarks/proofread_published.py FOLDER

Each report is a JSON file: `raw_excerpt` is its text, `anomalies` what was noticed by hand.
Which of those are arithmetic stands in tests/data/proofread_anomalies.csv, by the number of the report and of the anomaly;
an anomaly that is not listed there is printed as not judged.
A finding that answers to no anomaly counts as false; texts that have none of the listed numbers are read all the same.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from jixiao.proofreading import proof
from jixiao.proofreading.drafts import opening

TABLE = Path(__file__).parents[1] / "tests" / "data" / "proofread_anomalies.csv"
LEAST_RECALL = 90  # per cent of the arithmetic anomalies
MOST_FALSE = 1  # findings of a report that answer to no anomaly


def main(folder: Path) -> int:
    """Print the table and the measures; 1 where they miss the marks."""
    judged: dict[str, list[Mapping[str, str]]] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            judged.setdefault(row["report"], []).append(row)
    found = wanted = numbers = tied = worst = false = 0
    reports = sorted(folder.glob("*.json"))
    print("report  anomaly  kind        rule  found  why")
    for path in reports:
        content = json.loads(path.read_text(encoding="utf-8"))
        one = proof.proofread(opening.read(content["raw_excerpt"].encode(), path.name))
        numbers += len(one.numbers)
        tied += len(one.numbers) - len(one.untied)
        rows = judged.get(path.stem, [])
        open_findings = list(one.findings)
        for row in rows:
            answer = next((each for each in open_findings if each.rule == row["rule"]), None)
            if answer is not None:
                open_findings.remove(answer)
            is_arithmetic = row["kind"] == "arithmetic"
            wanted += is_arithmetic
            found += is_arithmetic and answer is not None
            said = "yes" if answer else "no" if is_arithmetic else "-"
            print(
                f"{path.stem:7} {row['anomaly']:>7}  {row['kind']:11} {row['rule'] or '-':5} {said:5}  {row['why']}"
            )
        unlisted = len(content.get("anomalies") or ()) - len(rows)
        if unlisted > 0:
            print(f"{path.stem:7} {unlisted} anomalies are not judged in the table")
        for each in open_findings:
            print(f"{path.stem:7} false    {each.rule}  {each.follows}")
        false += len(open_findings)
        worst = max(worst, len(open_findings))
    recall = 100 * found // wanted if wanted else 100
    print(f"{len(reports)} reports, {numbers} numbers, {tied} tied")
    print(
        f"arithmetic anomalies found: {found} of {wanted} ({recall} %); at least {LEAST_RECALL} % are wanted"
    )
    print(
        f"findings that answer to no anomaly: {false}, at most {worst} in a report; at most {MOST_FALSE} is wanted"
    )
    return 0 if recall >= LEAST_RECALL and worst <= MOST_FALSE else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))

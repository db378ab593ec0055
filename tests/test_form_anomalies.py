"""What the checks find in the 18 real forms, judged finding by finding, against what was noticed on transcribing them.

tests/data/form_anomalies.csv: each anomaly noticed, the rules and cells that find it, or why nothing does.
tests/data/form_findings.csv: each finding with its verdict: `listed` (such an anomaly), `true` (a fault that nobody
listed), `cut` (the transcript stops there, the form did not), `false` (a false alarm).
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import form_sheets
from jixiao.checks import catalogue, settings
from jixiao.checks.engine import Finding
from jixiao.forms.files import opening
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.forms.records.records import Records
from jixiao.rules import policy
from jixiao.values.measure_frame import parse_frame
from text_sheets import LAYOUTS

ROOT = Path(__file__).resolve().parents[1]
FORMS = form_sheets.all_facts()
POLICIES = {"010": "hubei-2020", "011": "hubei-2020", "016": "hubei-2020", "020": "sichuan"}
USUAL = "mof-2020-10"
DAY = dt.date(2023, 12, 31)
OF_A_YEAR = ("C", "K")  # rules that a single form does not decide, as in receiving
MOST_FALSE = 5  # per cent of rows
REBUILT = ("form", "cell", "rule", "severity", "found")


def table(name: str) -> list[dict[str, str]]:
    """The rows of a file of judgements."""
    with (ROOT / "tests/data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FINDINGS, ANOMALIES = table("form_findings.csv"), table("form_anomalies.csv")


@dataclass(frozen=True)
class Checked:
    """A form as read, and what the checks say of it."""

    records: Records
    findings: tuple[Finding, ...]

    def rows(self) -> Iterator[int]:
        """The rows of the sheet that hold an indicator or an amount of money."""
        for name, column in (("indicators", "level3"), ("funds", "item")):
            for row in self.records[name].index:
                yield sheet_row(self.records.place(name, row, column).cell)


def sheet_row(cell: str) -> int:
    """F12 is in row 12."""
    return int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def checked(form: str, folder: Path) -> Checked:
    """A form written as its place prints it, read, recorded and checked."""
    path = form_sheets.write(form_sheets.lay_out(FORMS[form]), folder / f"{form}.xlsx")
    found = reading.forms_of(opening.open_workbook(path, path.name), LAYOUTS)
    records = from_forms.records(found.forms)
    records = replace(records, remarks=records.remarks + found.remarks)
    rules = policy.on_date(ROOT, POLICIES.get(form, USUAL), DAY)
    findings = catalogue.find(records, rules, settings.in_force(ROOT, rules))
    return Checked(records, tuple(one for one in findings if not one.rule.startswith(OF_A_YEAR)))


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Checked]:
    """All forms, checked."""
    folder = tmp_path_factory.mktemp("forms")
    return {form: checked(form, folder) for form in FORMS}


def test_the_findings_are_those_that_were_judged(forms: dict[str, Checked]) -> None:
    """Nothing is found in the real forms that nobody has judged, and all that was judged is still found."""
    found = [
        (form, one.place.cell, one.rule, one.severity, one.found)
        for form, each in forms.items()
        for one in each.findings
    ]
    judged = [tuple(row[name] for name in REBUILT) for row in FINDINGS]
    assert [one for one in found if one not in judged] == []
    assert [one for one in judged if one not in found] == []
    assert found == judged


def test_every_listed_anomaly_is_judged() -> None:
    """The file has the anomalies of the transcripts, all of them, in their words."""
    listed = [
        (form, str(number), text)
        for form, facts in FORMS.items()
        for number, text in enumerate(facts["anomalies"], 1)
    ]
    assert [(row["form"], row["number"], row["text"]) for row in ANOMALIES] == listed


def test_an_anomaly_is_found_by_its_rules_at_its_cells(forms: dict[str, Checked]) -> None:
    """Each of the rules fires at one of the cells, and each of the cells is told by one of the rules."""
    missed = []
    for row in ANOMALIES:
        rules, cells = set(row["rules"].split()), set(row["cells"].split())
        there = [
            (one.rule, one.place.cell)
            for one in forms[row["form"]].findings
            if one.rule in rules and one.place.cell in cells
        ]
        if rules and ({rule for rule, _ in there}, {cell for _, cell in there}) != (rules, cells):
            missed.append((row["form"], row["number"], rules, cells, there))
    assert missed == []


def test_the_judgements_agree_with_each_other() -> None:
    """An anomaly has rules where it is found and a reason where not wholly; a finding names the anomaly it is."""
    found = {(row["form"], row["number"]): row for row in ANOMALIES}
    assert [
        row
        for row in ANOMALIES
        if row["found"] not in ("yes", "partly", "no")
        or (row["found"] == "no") == bool(row["rules"])
        or (row["found"] == "yes") == bool(row["why"])
    ] == []
    for row in FINDINGS:
        anomaly = found.get((row["form"], row["anomaly"]))
        assert row["verdict"] in ("listed", "true", "cut", "false"), row
        assert (row["verdict"] == "listed") <= (anomaly is not None), row
        assert (row["anomaly"] == "") == (anomaly is None), row
        assert anomaly is None or row["rule"] in anomaly["rules"].split(), row
        assert anomaly is None or row["cell"] in anomaly["cells"].split(), row
        assert row["verdict"] not in ("cut", "false") or row["why"], row
        assert row["verdict"] != "cut" or not FORMS[row["form"]]["complete"], row


DAMAGED = re.compile("OCR|粘连|截断|[?…]")  # what the transcript could not make out


def test_nearly_all_numbers_are_held_against_their_targets(forms: dict[str, Checked]) -> None:
    """Of the rows in which target and actual value both have digits at least 97 % are compared, read through the file."""
    read = []
    for form, each in forms.items():
        rows = each.records["indicators"]
        texts = zip(rows["level3"], rows["target"], rows["actual"], strict=True)
        problems = parse_frame(rows, DAY.year)["problem"]
        for (name, target, actual), problem in zip(texts, problems, strict=True):
            both = f"{target or ''}|{actual or ''}"
            if re.search("[0-9].*[|].*[0-9]", both) and not DAMAGED.search(both):
                read.append((form, name, both, problem))
    not_compared = [one for one in read if one[-1]]
    print(f"\n{len(read)} rows with numbers, {len(not_compared)} not compared: {not_compared}")
    assert len(not_compared) * 100 <= 3 * len(read)


def test_false_alarms_on_clean_rows_are_few(forms: dict[str, Checked]) -> None:
    """Fewer false alarms than 5 % of the rows that no anomaly concerns; notes count as alarms."""
    rows = [(form, row) for form, each in forms.items() for row in each.rows()]
    concerned = {(row["form"], sheet_row(cell)) for row in ANOMALIES for cell in row["cells"].split()}
    clean = [row for row in rows if row not in concerned]
    alarms = [(row["form"], sheet_row(row["cell"])) for row in FINDINGS if row["verdict"] == "false"]
    false = [alarm for alarm in alarms if alarm in clean]
    print(f"\n{len(ANOMALIES)} anomalies: {dict(Counter(row['found'] for row in ANOMALIES))}")
    print(f"{len(FINDINGS)} findings: {dict(Counter(row['verdict'] for row in FINDINGS))}")
    print(f"{len(rows)} rows, {len(clean)} clean; {len(alarms)} false alarms, {len(false)} on clean rows")
    assert len(false) * 100 < MOST_FALSE * len(clean)

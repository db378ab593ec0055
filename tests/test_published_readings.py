"""The transcribed real forms in their own layouts: what is read of each, and what is found in it, is as judged.

After a change of the reader: python tests/published_forms.py --write, and look at what has changed.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import published_forms
from published_forms import DATA, Judged


@pytest.fixture(scope="module")
def forms() -> Mapping[str, Judged]:
    """All forms, judged."""
    return published_forms.all_judged()


def test_the_tables_of_verdicts_are_those_of_today(forms: Mapping[str, Judged]) -> None:
    """The verdict on each row of each form and on each finding stands in the files as the program gives it."""
    for name, text in (
        ("readings", published_forms.readings(forms)),
        ("findings", published_forms.findings(forms)),
    ):
        assert (DATA / f"published_{name}.csv").read_text(encoding="utf-8").splitlines() == text.splitlines()


def test_anomalies_that_a_rule_covers_are_found(forms: Mapping[str, Judged]) -> None:
    """Of the anomalies noticed on transcribing that a rule covers, 95 % are told in one of their lines."""
    missed = published_forms.missed(forms)

    assert len(missed) * 20 <= len(published_forms.anomalies()), missed


def test_a_judgement_is_of_a_form_that_is_there() -> None:
    """Each judgement and each anomaly names a form and one of its anomalies."""
    facts = published_forms.facts()

    for row in published_forms.table("published_judgements.csv"):
        assert row["form"] in facts, row
        assert row["verdict"] in ("listed", "true", "cut"), row
        assert not row["anomaly"] or int(row["anomaly"]) <= len(facts[row["form"]]["anomalies"]), row
    for row in published_forms.anomalies():
        assert row["text"] == facts[row["form"]]["anomalies"][int(row["number"]) - 1]


def test_rows_of_real_forms_are_read_or_told(forms: Mapping[str, Judged]) -> None:
    """Every row of indicators and of money is read as it was transcribed, or told as not understood."""
    lines = [(number, *line) for number, one in forms.items() for line in one.verdict.lines]

    assert [line for line in lines if line[3] == published_forms.SILENT] == []


def test_false_findings_are_few(forms: Mapping[str, Judged]) -> None:
    """At most one false finding in twenty clean rows."""
    false = [row for row in published_forms.verdicts(forms) if row[4] == published_forms.FALSE]

    assert len(false) * 20 <= sum(one.clean for one in forms.values())

"""Form scores: the rows of 18 real forms scored by the rules, printed score beside the rule's."""

import csv

from form_scores import SCORES, table
from test_form_cells import PLAIN_NUMBER


def test_the_committed_table_is_what_the_rules_give():
    """tests/data/form_scores.csv is rebuilt line by line from the cells of the forms."""
    committed = SCORES.read_text(encoding="utf-8").splitlines()
    assert [line for line in table().splitlines() if line not in committed] == []
    assert len(committed) == 183


def test_nearly_all_numbers_of_real_forms_are_computed():
    """Of the rows whose target is a number with or without operator and unit, at least 95 % get points (or a share)."""
    with SCORES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if PLAIN_NUMBER.fullmatch(row["target"])]
    computed = [row for row in rows if row["by_rule"]]
    assert len(rows) == 126
    assert 100 * len(computed) >= 95 * len(rows)


def test_every_row_without_points_says_why():
    """No row is silently left out, and every difference shows its arithmetic."""
    with SCORES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row for row in rows if not row["by_rule"] and not row["why"]] == []
    different = [row for row in rows if row["difference"] not in ("", "0.00")]
    assert len(different) == 9
    assert [row for row in different if "=" not in row["why"]] == []

"""Form cells: targets and actual values of published forms, read as the committed table says."""

import csv
import re
from pathlib import Path

from jixiao.kit import numbers
from jixiao.values.measures import (
    Blank,
    Day,
    Done,
    Interval,
    Measure,
    Number,
    UndatedDay,
    Words,
    comparable,
    parse_actual,
    parse_target,
)

CELLS = Path(__file__).parent / "data" / "form_cells.csv"
EXPECTED = ("kind", "operator", "value", "unit", "actual_kind", "actual_value", "problem")
# form:row whose target is a plain number: the actual is a blank (无, or nothing), or its text was damaged.
NOT_COMPARABLE = {"028:11", "031:8", "010:4", "030:2", "030:3"}
PLAIN_NUMBER = re.compile(r"[≥≤=><]?[0-9]+(?:\.[0-9]+)?[^0-9()年月]{0,4}")


def written(measure: Measure) -> tuple[str, str, str]:
    """Operator, value and unit of a measure as the table of form cells writes them."""
    match measure:
        case Number(operator, value, unit):
            return operator, numbers.plain(value), unit
        case Interval(low, high, unit):
            return "", "~".join(numbers.plain(end) for end in dict.fromkeys((low, high))), unit
        case Day(operator, last):
            return operator, last.isoformat(), ""
        case Words(words, operator) | UndatedDay(operator, words):
            return operator, words, ""
        case Done(whole, timely):
            return "", "100" if whole else "按时" if timely else "", "%" if whole else ""
        case Blank(status):
            return "", status, ""
    return "", "", ""


def read_form_row(row: dict[str, str]) -> dict[str, str]:
    """What is expected of a row of form_cells.csv, computed."""
    year = int(row["year"])
    target = parse_target(row["target"], year=year)
    actual = parse_actual(row["actual"], target, year=year)
    found = (target.kind, *written(target), actual.kind, written(actual)[1], comparable(target, actual))
    return dict(zip(EXPECTED, found, strict=True))


def form_rows() -> list[dict[str, str]]:
    """The cells of the indicators of 18 published forms, and how they are read."""
    with CELLS.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_cells_of_published_forms_read_as_recorded():
    """Every target and actual of 18 real forms is read as a person wrote down, or refused for that reason."""
    rows = form_rows()
    assert (len(rows), len({row["form"] for row in rows})) == (182, 18)
    assert [(row["form"], row["row"]) for row in rows if row != row | read_form_row(row)] == []


def test_nearly_all_numbers_of_published_forms_can_be_compared():
    """Of the rows whose target is a number with or without operator and unit, at least 95 % are computable."""
    numeric = [row for row in form_rows() if PLAIN_NUMBER.fullmatch(row["target"])]
    rest = {f"{row['form']}:{row['row']}" for row in numeric if row["problem"]}
    assert rest == NOT_COMPARABLE
    assert len(numeric) == 126
    assert 100 * len(rest) <= 5 * len(numeric)

"""Small invented forms whose files say one thing and show another: each is read, or told in one line, as it should be."""

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from jixiao.checks import catalogue, settings
from jixiao.forms.files import opening
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.kit.errors import FormError
from jixiao.rules import policy
from text_sheets import LAYOUTS

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests/data/cases/forms"
DAY = dt.date(2023, 12, 31)


@cache
def in_force():
    """The scoring rules, and the settings of the checks under them."""
    rules = policy.on_date(ROOT, "mof-2020-10", DAY)
    return rules, settings.in_force(ROOT, rules)


def read(name: str):
    """The forms in a case, with what was told of them."""
    return reading.forms_of(opening.open_workbook(CASES / name, name), LAYOUTS)


def findings(name: str) -> list:
    """What the checks find in a case."""
    found = read(name)
    records = from_forms.records(found.forms)
    records = replace(records, remarks=records.remarks + found.remarks)
    return list(catalogue.find(records, *in_force()))


def places(name: str) -> list[tuple[str, str, str, str]]:
    """Rule, severity, sheet and cell of what the checks find in a case."""
    return [(one.rule, str(one.severity.value), one.place.sheet, one.place.cell) for one in findings(name)]


ERRORS = ("C3", "G4", "B11", "D13", "E14", "F14", "I20")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01_overlap_in_another_sheet.xlsx", [("F34", "E", "Sheet2", "")]),
        ("03_format_says_geq.xlsx", []),
        ("03_format_says_yuan.xlsx", [("F05", "E", "Sheet1", "D6")]),
        ("03_yuan_shown_as_wan_0!.0000.xlsx", [("F31", "W", "Sheet1", "D6")]),
        ("04_hidden_sheet_other_project.xlsx", [("F11", "I", "去年", "")]),
        ("05_error_values_in_text_cells.xlsx", [("F32", "E", "Sheet1", cell) for cell in ERRORS]),
        ("14_code_rounded_by_excel.xlsx", [("F33", "E", "Sheet1", "G3")]),
        ("16_merged_cells_repeat_their_text.xlsx", []),
        ("18_html_leading_text.xls", []),
        ("18_mhtml.xls", []),
        ("19_not_read_html_gbk.xls", []),
        ("20_formula_without_result.xls", [("F12", "W", "Sheet1", "H21")]),
    ],
)
def test_a_case_has_its_findings_and_no_other(name, expected):
    """One form is read of each, and nothing is told but what is at fault."""
    assert len(read(name).forms) == 1
    assert expected == places(name)


def test_the_merged_area_for_which_a_sheet_is_passed_over_is_named():
    """Which sheet, which areas, what to do."""
    (found,) = findings("01_overlap_in_another_sheet.xlsx")
    assert [word for word in ("Sheet2", "A1:B3", "A1:B2", "取消") if word not in str(found)] == []


def test_what_a_format_shows_is_read_with_its_unit():
    """100 for a million under 0!.0000, ≥95% for 95, a million 元 as that."""
    wan, yuan, least = (
        read(f"03_{name}.xlsx").forms[0]
        for name in ("yuan_shown_as_wan_0!.0000", "format_says_yuan", "format_says_geq")
    )
    assert [row["initial_budget"].text for row in wan.funds] == ["100", "80", "20", "0"]
    assert yuan.funds[0]["initial_budget"].text == "1000000元"
    assert "≥95%" in [row["target"].text for row in least.indicators]


def test_what_is_stored_stands_beside_what_is_shown():
    """For whoever asks why the two differ."""
    book = opening.open_workbook(CASES / "03_yuan_shown_as_wan_0!.0000.xlsx", "表")
    assert book.sheets[0].stored[5, 3] == "1000000"


def test_a_page_reads_as_the_workbook_that_it_was_made_from():
    """HTML with a text in front, HTML in GBK and MHTML hold the same form."""
    base = read("19_not_read_html_gbk.xls").forms[0]
    for name in ("18_html_leading_text.xls", "18_mhtml.xls"):
        form = read(name).forms[0]
        for got, wanted in zip((*form.funds, *form.indicators), (*base.funds, *base.indicators), strict=True):
            assert {key: value.text for key, value in wanted.items()} == {
                key: value.text for key, value in got.items()
            }


def test_json_that_is_named_as_a_workbook_gives_one_line():
    """What a system answers in place of a file is no table."""
    with pytest.raises(FormError, match=r"^18_json_named_xlsx\.xlsx：不是工作簿，是 JSON 文本"):
        read("18_json_named_xlsx.xlsx")

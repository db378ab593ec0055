"""Small invented forms whose files say one thing and show another: each is read, or told in one line, as it should be."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from jixiao.checks import catalogue, settings
from jixiao.forms.files import opening
from jixiao.forms.model import Form, FormKind
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
    return [
        (one.rule, str(one.severity.value), one.place.sheet, one.place.cell)
        for one in findings(name)
        if not one.rule.startswith("C")  # of a whole year, which one form is not
    ]


ERRORS = ("C3", "G4", "B11", "D13", "E14", "F14", "I20")
MONEY = ["年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金"]


def full(cell: str, sheet: str = "Sheet1") -> list[tuple[str, str, str, str]]:
    """What is said where every indicator has full points: that papers should be ready."""
    return [("S14", "I", sheet, cell)]


def form(name: str) -> Form:
    """The only form of a case."""
    (one,) = read(name).forms
    return one


def fields(name: str) -> dict[str, str]:
    """The single values of the only form of a case."""
    return {key: value.text for key, value in form(name).fields.items()}


def column(rows, key: str) -> list[str]:
    """One column of a table, "" where a row has none."""
    return [row[key].text if key in row else "" for row in rows]


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
        ("02_self_alone_ok.xlsx", []),
        ("02_target_alone_ok.xlsx", []),
        ("06_operator_column_col_op2.xlsx", [*full("J9"), ("G05", "W", "Sheet1", "I14")]),
        ("06_operator_column_col_tj.xlsx", [*full("J9"), ("G05", "W", "Sheet1", "I14")]),
        ("06_review_paper_operator_unit_columns.xlsx", []),
        ("07_money_head_names_items_5forms.xlsx", []),
        ("09_qizhong_colon_money_row.xlsx", []),
        ("09_same_without_qizhong_ok.xlsx", []),
        ("10_ministry_target_form_two_halves.xlsx", []),
        ("11_total_row_zipingzongfen.xlsx", []),
        ("12_reason_column_unknown_name.xlsx", [("F24", "W", "Sheet1", "I12")]),
        ("15_label_1.name.xlsx", []),
        ("15_label_circled_digits.xlsx", []),
        ("20_total_blank.xlsx", [("S02", "W", "Sheet1", "H21")]),
        ("21_change_column_and_adjusted.xlsx", []),
        ("23_year_beside_unit.xlsx", []),
        ("24_unit_qianyuan.xlsx", [("F05", "W", "Sheet1", "A5")]),
        ("25_blank_template_sheet.xlsx", [("F26", "I", "空表", "")]),
        ("26_title_continued.xlsx", []),
        ("r02_reason_header_unknown.xlsx", [("F24", "W", "Sheet", "H7")]),
        ("r03_compound_head_line.xlsx", full("G9", "Sheet")),
        ("r04_foot_row_after_heji.xlsx", full("G8", "Sheet")),
        ("r06_official_unscored_regional.xlsx", [("S13", "E", "Sheet", "G18")]),
        ("r07_correct_hubei_form.xlsx", []),
        ("r08_merged_score_hubei.xlsx", [("G04", "E", "Sheet", "C7")]),
        ("r09_execution_rate_as_row.xlsx", full("G8", "Sheet")),
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


def test_targets_and_results_of_one_project_are_two_documents():
    """A workbook with both gives two forms, and nothing is at fault with either."""
    name = "02_target_and_self_one_workbook.xlsx"
    assert [one.kind for one in read(name).forms] == [FormKind.TARGETS, FormKind.PROJECT]
    assert places(name) == []
    records = from_forms.records(read(name).forms)
    assert len(records["subjects"]) == 1
    assert [str(row.executed) for row in records["funds"].itertuples()] == ["114", "94", "20", "0"]
    assert next((row.target, row.actual) for row in records["indicators"].itertuples()) == ("100", "104公里")
    assert len(records["indicators"]) == 8


def test_two_tables_of_scores_stay_two():
    """Each table has its own title and its own rows; the blank row between them belongs to neither."""
    first, second = read("r11_two_tables_fused.xlsx").forms
    assert [first.fields["title"].text, second.fields["title"].text] == [
        "项目绩效评价得分表",
        "部门整体支出绩效评价得分表",
    ]
    assert [column(one.indicators, "weight") for one in (first, second)] == [["50", "50"], ["60", "40"]]
    # Nothing is wrong with either; it is said that no table takes such points.
    assert [(rule, severity) for rule, severity, *_ in places("r11_two_tables_fused.xlsx")] == [
        ("F26", "I")
    ] * 2


@pytest.mark.parametrize("name", ["06_operator_column_col_op2.xlsx", "06_operator_column_col_tj.xlsx"])
def test_comparison_target_and_unit_stand_in_columns_of_their_own(name):
    """Each is read from its column, whatever the column is called."""
    rows = form(name).indicators
    assert column(rows, "operator") == ["≥", "≥", "≥", "≤", "≤", "≥", "≥"]
    assert column(rows, "target") == ["100", "200", "95", "30", "120", "10", "90"]
    assert column(rows, "measure_unit") == ["公里", "盏", "%", "天", "万元", "%", "%"]


def test_a_review_paper_takes_its_project_from_its_title():
    """指标性质 and 度量单位 are known, and the total line is none of the rows."""
    paper = form("06_review_paper_operator_unit_columns.xlsx")
    assert (paper.kind, paper.fields["name"].text) == (FormKind.REVIEW, "示例道路养护项目")
    assert column(paper.indicators, "review_score") == ["20", "0", "20", "14", "10"]
    assert column(paper.indicators, "measure_unit") == ["公里", "%", "%", "", "%"]


@pytest.mark.parametrize(
    "name",
    [
        "07_money_head_names_items_5forms.xlsx",
        "15_label_1.name.xlsx",
        "15_label_circled_digits.xlsx",
        "21_change_column_and_adjusted.xlsx",
        "24_unit_qianyuan.xlsx",
    ],
)
def test_the_money_table_is_read_whole(name):
    """Its four items, with the budget, the adjusted budget and what was spent."""
    rows = form(name).funds
    assert column(rows, "item") == MONEY
    assert column(rows, "initial_budget") == ["100", "80", "20", "0"]
    assert column(rows, "adjusted_budget") == ["120", "100", "20", "0"]
    assert column(rows, "executed") == ["114", "94", "20", "0"]


def test_parts_of_the_money_are_read_behind_their_words():
    """其中：财政拨款 is the part 财政拨款, and the parts add up."""
    rows = form("09_qizhong_colon_money_row.xlsx").funds
    assert column(rows, "initial_budget") == ["190", "150", "20", "20"]


def test_of_two_terms_the_year_is_read():
    """The halves of the ministry's form are one form, with the aims, the money and the targets of the year."""
    name = "10_ministry_target_form_two_halves.xlsx"
    assert (fields(name)["goal"], fields(name)["name"]) == ("年内完成养护。", "示例道路养护项目")
    assert column(form(name).funds, "initial_budget") == ["190", "190", "0"]
    targets = ["≥100公里", "≥95%", "≥95%", "≤190万元", "≥10%", "≥90%"]
    assert column(form(name).indicators, "target") == targets
    assert column(form(name).indicators, "level1") == ["产出指标"] * 4 + ["效益指标", "满意度指标"]


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("11_total_row_zipingzongfen.xlsx", ("100", "98.5")),
        ("20_total_blank.xlsx", ("100", "")),
        ("26_title_continued.xlsx", ("100", "98.5")),
        ("r04_foot_row_after_heji.xlsx", ("100", "100")),
    ],
)
def test_the_row_of_totals_is_read_as_such(name, total):
    """Points and score of the row, whatever it is called and whatever stands below it."""
    told = fields(name)
    assert (told["total_weight"], told["total_score"]) == total


def test_a_reason_under_another_name_is_read():
    """The column is taken for the reasons, and says so."""
    for name, row in (("12_reason_column_unknown_name.xlsx", 6), ("r02_reason_header_unknown.xlsx", 0)):
        assert "deviation_reason" not in form(name).unread
        assert column(form(name).indicators, "deviation_reason")[row]


def test_year_and_unit_in_one_cell_are_both_read():
    """（2022年度）　单位：万元 gives a year and a unit of money."""
    told = fields("23_year_beside_unit.xlsx")
    assert (told["year"], told["amount_unit"]) == ("2022", "万元")


def test_thousands_are_imported_as_tens_of_thousands():
    """100 千元 are 10 万元 in the records."""
    records = from_forms.records(read("24_unit_qianyuan.xlsx").forms)
    (subject,) = records["subjects"].itertuples()
    assert [subject.initial_budget, subject.adjusted_budget, subject.executed] == [
        Decimal(10),
        Decimal(12),
        Decimal("11.4"),
    ]


def test_a_table_that_goes_on_is_one_table():
    """The rows below （续） belong to the same form, and go on in the first level above."""
    rows = form("26_title_continued.xlsx").indicators
    assert column(rows, "level1") == ["产出指标"] * 5 + ["效益指标"] * 2 + ["满意度指标"]


def test_several_pairs_in_a_cell_are_read_each():
    """The unit ends where the date begins."""
    assert fields("r03_compound_head_line.xlsx")["unit"] == "甲单位"


def test_a_line_at_the_foot_is_no_indicator():
    """It is what the form says of improvements."""
    assert fields("r04_foot_row_after_heji.xlsx")["measures"] == "继续加强管理。"
    assert len(form("r04_foot_row_after_heji.xlsx").indicators) == 7


def test_a_score_over_two_rows_is_shared():
    """The first row has it, the second none of its own, and the total is reached."""
    rows = form("r08_merged_score_hubei.xlsx").indicators
    assert column(rows, "self_score") == ["20", "", "20", "30", "10"]


def test_the_rate_of_execution_as_a_row_is_no_indicator():
    """Its ten points are those of the execution part."""
    one = form("r09_execution_rate_as_row.xlsx")
    assert "预算执行率" not in column(one.indicators, "level3")
    records = from_forms.records((one,))
    assert [(row.weight, row.score) for row in records["funds"].itertuples()] == [(Decimal(10), Decimal(10))]

"""Forms for units: the ministry's layout, what may be filled in, what its formulas give, and that texts do no harm."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pandas as pd
import pdfplumber
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from hostile_texts import HOSTILE
from jixiao.exchange.issuing import drafts, issue
from jixiao.exchange.issuing.drafts import Amounts, Scheme
from jixiao.forms.files import opening
from jixiao.forms.layouts import layouts
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.kit import numbers
from jixiao.kit.workbooks import clean
from jixiao.rules import execution, policy, scoring
from jixiao.year import params, tables
from office import converted

ROOT = Path(__file__).parent.parent
FIRST = 14  # the row of the first indicator
ATTACKS = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
]


@pytest.fixture(scope="module")
def year():
    """Tables, parameters and policy of the year 2022."""
    values = params.checked(params.read(ROOT, 2022), lambda *keys: ".".join(keys))
    return tables.read(ROOT, "2022"), values, policy.in_force(ROOT, values.policy, values.evaluated_year)


@pytest.fixture(scope="module")
def blank(year):
    """Every form of the year to be filled in: name -> content; last year is the year itself."""
    data, values, rules = year
    return dict(issue.forms(data, values, data, policy=rules))


@pytest.fixture(scope="module")
def filled(year):
    """Every form of the year as it was filled in."""
    data, values, rules = year
    return dict(issue.forms(data, values, policy=rules, filled=True))


@pytest.fixture(scope="module")
def all_drafts(year):
    """The drafts of all filled forms by subject."""
    data, values, rules = year
    return {one.code: one for one in drafts.drafts(data, values, None, rules, True)}


def sheet_of(content: bytes, shown: bool = False):
    """The one sheet of a form; `shown` gives values in place of formulas."""
    book = load_workbook(io.BytesIO(content), data_only=shown)
    assert book.sheetnames == ["绩效自评表"]
    return book.active


def form_of(forms: dict[str, bytes], code: str, shown: bool = False):
    """The form of a subject."""
    return sheet_of(next(content for name, content in forms.items() if name.startswith(code + " ")), shown)


def rules_on(sheet) -> dict[str, object]:
    """cell -> its validation."""
    return {
        str(area).split(":")[0]: rule
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
    }


def open_cells(sheet) -> set[str]:
    """The cells that a unit can fill in; of a merged area the first one."""
    inside = {(row, column) for area in sheet.merged_cells.ranges for row, column in list(area.cells)[1:]}
    return {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked and (cell.row, cell.column) not in inside
    }


def test_every_subject_gets_a_form(year, blank):
    """One file a subject, named by its id and name, in the order of the table."""
    subjects = year[0]["subjects"]
    expected = [f"{one.subject_id} {one.name}.xlsx" for one in subjects.itertuples()]
    assert list(blank) == expected


def test_form_has_the_ministry_s_layout(blank):
    """Labels stand where 附1 of 财预〔2020〕10号 has them, merged as there."""
    sheet = form_of(blank, "P001")
    cells = {
        "A1": "项目支出绩效自评表", "A2": "（2021年度）", "A4": "项目名称", "A5": "主管部门", "F5": "实施单位",
        "A6": "项目资金\n（万元）", "D6": "年初预算数", "E6": "全年预算数", "F6": "全年执行数", "G6": "分值",
        "H6": "执行率", "I6": "得分", "B7": "年度资金总额", "B8": "其中：当年财政拨款", "B9": "上年结转资金",
        "B10": "其他资金", "G7": 10, "G8": "—", "I10": "—", "B11": "预期目标", "F11": "实际完成情况",
        "B13": "一级指标", "C13": "二级指标", "D13": "三级指标", "E13": "年度指标值", "F13": "实际完成值",
        "G13": "分值", "H13": "得分", "I13": "偏差原因分析及改进措施", "G3": "项目编码", "I3": "P001",
    }  # fmt: skip
    assert {at: sheet[at].value for at in cells} == cells
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:I1", "B4:I4", "B5:E5", "G5:I5", "A6:A10", "B8:C8", "A11:A12", "B12:E12", "F12:I12"} <= merged


def test_department_form_says_so(blank):
    """A whole department gets the form of its own title and head."""
    sheet = form_of(blank, "D001")
    assert [sheet["A1"].value, sheet["A4"].value, sheet["B4"].value] == [
        "部门整体支出绩效自评表", "部门名称", "预算单位001部门整体支出",
    ]  # fmt: skip


def test_indicators_are_printed_with_operator_and_unit(blank, all_drafts):
    """Each indicator has its row; the target reads as ≥22场, and weights are numbers."""
    for code in ("D001", "P001", "P030"):
        sheet, rows = form_of(blank, code), all_drafts[code].indicators
        printed = [
            [sheet.cell(at, column).value for column in (4, 5, 7)] for at in range(FIRST, FIRST + len(rows))
        ]
        whole = [
            [one.level3, f"{one.operator or ''}{one.target}{one.measure_unit or ''}", float(one.weight)]
            for one in rows
        ]
        assert printed == whole
        assert sheet.cell(FIRST + len(rows), 1).value == "总分"


def test_levels_are_merged_over_their_rows(blank, all_drafts):
    """一级指标 and 二级指标 each stand once, merged over the rows that they head."""
    rows = all_drafts["D001"].indicators
    sheet = form_of(blank, "D001")
    merged = {str(area) for area in sheet.merged_cells.ranges}
    for column, names in (("B", ("level1",)), ("C", ("level1", "level2"))):
        at = FIRST
        for key, group in groupby(rows, key=lambda row, names=names: [getattr(row, name) for name in names]):
            size = len(list(group))
            assert sheet[f"{column}{at}"].value == key[-1]
            assert size == 1 or f"{column}{at}:{column}{at + size - 1}" in merged
            at += size


def test_score_is_held_between_zero_and_the_weight_of_its_row(blank, all_drafts):
    """A score beyond the points of its row is refused in Chinese."""
    rules = rules_on(form_of(blank, "D001"))
    for at, row in enumerate(all_drafts["D001"].indicators, FIRST):
        rule = rules[f"H{at}"]
        assert [rule.type, rule.operator or "between", Decimal(rule.formula1), Decimal(rule.formula2)] == [
            "decimal", "between", 0, row.weight,
        ]  # fmt: skip
        assert rule.error == f"得分应是 0 到 {row.weight} 之间的数字，不超过本行分值。"
        assert [rule.showErrorMessage, rule.errorStyle or "stop"] == [True, "stop"]


def test_qualitative_value_offers_three_words_and_allows_others(blank, all_drafts):
    """The list only warns; quantitative values are free."""
    rules = rules_on(form_of(blank, "D001"))
    for at, row in enumerate(all_drafts["D001"].indicators, FIRST):
        rule = rules.get(f"F{at}")
        if row.nature == "定量":
            assert rule is None
        else:
            assert rule.formula1 == '"达成年度指标,部分达成并具有一定效果,未达成且效果较差"'
            assert [rule.type, rule.errorStyle] == ["list", "warning"]


def test_executed_is_not_negative(blank):
    """全年执行数 and the parts of the funds are numbers from zero."""
    rules = rules_on(form_of(blank, "P001"))
    cells = [f"{column}{row}" for row in (8, 9, 10) for column in "DEF"] + ["F7"]
    found = [[rules[at].type, rules[at].operator, rules[at].formula1] for at in cells]
    assert found == [["decimal", "greaterThanOrEqual", "0"]] * len(cells)


def test_only_what_is_to_be_filled_in_is_open(blank, all_drafts):
    """Protection without a password leaves open: unknown amounts, goals, values, scores, reasons, problems."""
    sheet, count = form_of(blank, "P001"), len(all_drafts["P001"].indicators)
    last = FIRST + count
    expected = {"F7", "B12", "F12", f"B{last + 1}"}
    expected |= {f"{column}{row}" for row in (8, 9, 10) for column in "DEF"}
    expected |= {f"{column}{row}" for row in range(FIRST, last) for column in "FHI"}
    assert open_cells(sheet) == expected
    assert [sheet.protection.sheet, sheet.protection.password] == [True, None]
    assert [sheet.protection.formatColumns, sheet.protection.formatRows] == [False, False]  # not forbidden


def test_blank_form_tells_nothing_that_was_reported(blank):
    """Values, scores, reasons, spending and totals of the tables are not printed; budgets are."""
    sheet = form_of(blank, "D001", shown=True)
    assert [sheet["D7"].value, sheet["E7"].value] == [863.56, 915.37]
    assert [at for at in open_cells(sheet) if sheet[at].value is not None] == []
    assert [sheet[at].value for at in ("H7", "I7", "H25")] == ["—"] * 3


def test_form_prints_on_a4_one_page_wide(blank, filled):
    """A4 upright, centred, page numbers; a form of more than a page repeats the head of the indicators."""
    for sheet in (form_of(blank, "P001"), form_of(filled, "D001")):
        assert [int(sheet.page_setup.paperSize), sheet.page_setup.orientation] == [9, "portrait"]
        assert [sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth or 1] == [True, 1]
        assert sheet.print_options.horizontalCentered
        assert "&P" in sheet.oddFooter.center.text
    assert form_of(blank, "P001").print_title_rows is None
    assert [form_of(filled, "D001").print_title_rows, form_of(filled, "D001").page_setup.fitToHeight] == [
        "$13:$13",
        0,
    ]


def test_last_year_stands_beside_the_same_indicator(year, all_drafts):
    """Beside the form, and only where the same subject of the same unit had the indicator."""
    data, values, rules = year
    before, now = (
        _renamed(data, {"P001": f"{each}年度排水改造", "P002": name})
        for each, name in ((2020, "旧项目"), (2021, "新项目"))
    )
    forms = dict(issue.forms(now, values, before, policy=rules))
    first, second = form_of(forms, "P001"), form_of(forms, "P002")
    shown = [first.cell(at, 10).value for at in range(FIRST, FIRST + len(all_drafts["P001"].indicators))]
    assert shown == [f"{one.actual}{one.measure_unit or ''}" for one in all_drafts["P001"].indicators]
    assert first["J13"].value == "上年完成值\n（供参考）"
    assert second.max_column == 9


def _renamed(data: tables.Tables, names: dict[str, str]) -> tables.Tables:
    """The tables with other names for some subjects."""
    subjects = data["subjects"]
    renamed = subjects.assign(name=subjects["subject_id"].map(names).fillna(subjects["name"]))
    return replace(data, frames={**data.frames, "subjects": renamed})


def test_filled_forms_hold_the_totals_of_scoring(year, filled):
    """Of all forms of the year: points for spending and totals that Excel shows on opening are those of scoring."""
    data, _, rules = year
    totals = scoring.totals(data["subjects"], data["indicators"], rules).set_index("subject_id")
    shown = {}
    for name, content in filled.items():
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        total = next(row for row in rows if row[0] == "总分")
        shown[name.split()[0]] = (rows[6][8], total[7], total[6])
    expected = {
        code: (float(one.execution_points), float(one.self_total), 100) for code, one in totals.iterrows()
    }
    assert shown == expected


def test_formulas_compute_what_was_stored(program, tmp_path, all_drafts):
    """Filled in by hand and computed afresh, a form gives rate, points and total; a cap and an unknown budget too."""
    base = all_drafts["P001"]
    caps = Scheme(caps=((Decimal(50), Decimal(59)), (Decimal(70), Decimal(79))))
    unprinted = replace(base, scheme=caps, printed_total=None)
    spent = {"full": "57.45", "low": "38", "least": "20", "over": "60", "none": None}
    cases = {name: replace(unprinted, funds=_funds(base, amount)) for name, amount in spent.items()}
    files = []
    for name, case in cases.items():
        book = load_workbook(io.BytesIO(issue.workbook(case)))  # openpyxl keeps formulas, not their values
        book.save(tmp_path / f"{name}.xlsx")
        files.append(tmp_path / f"{name}.xlsx")
    made = converted(program, files, "xlsx", tmp_path / "again")
    total = FIRST + len(base.indicators)
    found = {path.stem: _numbers(path, total) for path in made}
    assert found == {name: _expected(case) for name, case in cases.items()}
    assert [found["low"][2], found["least"][2]] == [79, 59]


def _funds(draft, executed: str | None) -> tuple[Amounts, ...]:
    return (draft.funds[0]._replace(executed=executed and Decimal(executed)), *draft.funds[1:])


def _numbers(path: Path, total: int) -> list[object]:
    sheet = load_workbook(path, data_only=True).active
    found = [sheet["H7"].value, sheet["I7"].value, sheet.cell(total, 8).value]
    return [one if isinstance(one, str) else round(one, 6) for one in found]


def _expected(draft) -> list[object]:
    rate = execution.rate(draft.funds[0].adjusted_budget, draft.funds[0].executed)
    found = [rate and numbers.rounded(rate, 4), drafts.spending_points(draft), drafts.total(draft)]
    return ["—" if one is None else round(float(one), 6) for one in found]


def test_points_that_no_formula_gives_are_entered(year, all_drafts):
    """Under tiers that depend on completion, the points for spending are a cell to fill in, held to its weight."""
    rules = policy.in_force(ROOT, "mof-2021-101", 2021)
    scheme = drafts.scheme(rules, {})
    assert scheme.by_rate is False
    sheet = sheet_of(issue.workbook(replace(all_drafts["P001"], scheme=scheme)))
    assert [sheet["I7"].value, sheet["I7"].protection.locked] == [None, False]
    assert Decimal(rules_on(sheet)["I7"].formula2) == scheme.weight


def test_total_printed_otherwise_stays_as_printed(all_drafts):
    """A total of the self-evaluation that its parts do not give is written as it was printed."""
    sheet = sheet_of(issue.workbook(replace(all_drafts["D001"], printed_total=Decimal("88.8"))))
    assert sheet["H25"].value == 88.8


@pytest.mark.parametrize("text", [*ATTACKS, *HOSTILE, "甲\x00乙\x1b丙\u202e丁", "0012"])
def test_texts_stay_texts(all_drafts, text):
    """Whatever a name, a value or a reason holds, the form shows it as text, and entering it again runs nothing."""
    base = all_drafts["P001"]
    row = pd.Series(base.indicators[0]._asdict() | {"level3": text, "actual": text, "deviation_reason": text})
    named = next(pd.DataFrame([row]).itertuples())
    draft = replace(
        base, name=text, unit=text, code=text, issuer=text, indicators=(named, *base.indicators[1:])
    )
    sheet = sheet_of(issue.workbook(draft))
    plain = clean(text)
    cells = [sheet[at] for at in ("B4", "G5", "I3", f"D{FIRST}", f"I{FIRST}")]
    assert [(one.value, one.data_type, one.hyperlink) for one in cells] == [(plain, "s", None)] * 5
    assert {bool(one.quotePrefix) for one in cells} == {plain[0] in "=+-@＝"}
    assert sheet[f"F{FIRST}"].value in (plain, -1)
    assert sheet[f"F{FIRST}"].data_type != "f"


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("P1", "../../etc/passwd", "P1 .. .. etc passwd.xlsx"),
        ("..\\P1", "C:\\x", "P1 C x.xlsx"),
        ("CON", "", "_CON.xlsx"),
        ("P1", '甲:乙*?"<>|.. ', "P1 甲 乙.xlsx"),
        ("P1", "甲\n乙\x00", "P1 甲 乙.xlsx"),
        ("", "", "_.xlsx"),
    ],
)
def test_file_name_is_never_a_path(code, name, expected):
    """Windows and Linux take the name, and it stays in its folder."""
    assert issue.file_name(code, name, set()) == expected


def test_file_names_are_short_and_differ():
    """Long names are cut at whole characters and keep apart, also when each is made alone; equal ones get numbers."""
    used: set[str] = set()
    wanted = ["长" * 300, "长" * 299 + "短", "长" * 300, "😀" * 300, "a" + "😀" * 300]
    names = [issue.file_name("P1", name, used) for name in wanted]
    assert all(len(name.encode()) <= 220 for name in names)
    assert names[2] == names[0].replace(".xlsx", "（2）.xlsx")
    assert len({name.casefold() for name in names}) == len(wanted)
    assert issue.file_name("P1", wanted[1], set()) == names[1] != names[0]


def test_same_draft_same_bytes(all_drafts):
    """The clock has no part in a form."""
    assert issue.workbook(all_drafts["D001"]) == issue.workbook(all_drafts["D001"])


def test_office_prints_the_form_on_one_page(program, tmp_path, blank):
    """An office program opens the form and prints it whole on one page of A4."""
    file = tmp_path / "form.xlsx"
    file.write_bytes(next(content for name, content in blank.items() if name.startswith("D001")))
    with pdfplumber.open(converted(program, [file], "pdf", tmp_path / "pdf")[0]) as pdf:
        assert [len(pdf.pages), round(pdf.pages[0].width), round(pdf.pages[0].height)] == [1, 595, 842]
        text = "".join(pdf.pages[0].extract_text().split())
    for words in (
        "部门整体支出绩效自评表",
        "窗口业务培训场次",
        "22场",
        "偏差原因分析及改进措施",
        "以.xlsx格式报送",
    ):
        assert words in text


def test_forms_read_back_are_the_tables(year, filled, tmp_path):
    """Written, filled in and read back, the forms of the year give the same subjects, indicators and totals."""
    data = year[0]
    known, found = layouts.read(ROOT), []
    for name, content in filled.items():
        (tmp_path / name).write_bytes(content)
        read = reading.forms_of(opening.open_workbook(tmp_path / name, name), known)
        assert [(len(read.forms), read.remarks, read.forms[0].remarks)] == [(1, (), ())]
        found += read.forms
    records = from_forms.records(found)
    assert records.remarks == ()
    assert _differences(data["subjects"], records["subjects"], "subject_id", ("finished", "is_new")) == []
    reviewed = ("review_actual", "review_score", "review_remark")
    assert _differences(data["indicators"], records["indicators"], "indicator_id", reviewed) == []
    own = data["scores"][data["scores"]["tier"] == "self"]
    assert _differences(own, records["scores"], "subject_id", ("evaluator", "scored_on")) == []


def _differences(
    written: pd.DataFrame, read: pd.DataFrame, key: str, unasked: tuple[str, ...]
) -> list[tuple]:
    """Row, column, value written and value read, where they differ; forms do not ask the columns `unasked`."""
    columns = [column for column in written.columns if column not in unasked]
    left, right = written[columns].set_index(key), read[columns].set_index(key)
    missing = [(one, "", "", "") for one in left.index.symmetric_difference(right.index)]
    both = left.index.intersection(right.index)
    return missing + [
        (row, column, before, after)
        for column in left.columns
        for row, before, after in zip(both, left.loc[both, column], right.loc[both, column], strict=True)
        if _plain(before) != _plain(after)
    ]


def _plain(value: object) -> object:
    """A value without the zeros that end a number: a cell that shows 10.00 holds 10."""
    try:
        return numbers.parse(value).normalize() if isinstance(value, str) else value
    except ValueError:
        return value


def test_labels_beside_many_rows_are_not_cut_by_the_end_of_a_page(blank, filled):
    """On a form longer than a page, labels stand at the top of their rows; on one page in the middle."""
    found = [
        form_of(forms, "D001")[f"A{FIRST - 1}"].alignment.vertical or "bottom" for forms in (blank, filled)
    ]
    assert found == ["center", "top"]

"""Forms become the tables of a year: ids, numbers, split targets, parts and reviews, each with its cell."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jixiao.forms.files import opening
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.forms.records.records import Records
from jixiao.year import tables
from jixiao.year.tables import Tables
from text_sheets import FORM, LAYOUTS, PAPER, changed, forms, one

ROOT = Path(__file__).resolve().parents[1]
KNOWN = tables.read(ROOT, "2022")
LISTS = ("subjects", "indicators")
REVIEW = ["review_actual", "review_score", "review_remark"]


def rows(records: Records, name: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a frame as tuples."""
    return list(records[name][list(columns)].itertuples(index=False, name=None))


def test_a_form_fills_the_tables() -> None:
    """Subject, units, money, indicators, total and what only forms have."""
    records = from_forms.records(forms(FORM))

    assert rows(records, "units", "unit_id", "name", "department_id") == [
        ("U001", "水务局", "U001"),
        ("U002", "河道所", "U001"),
    ]
    assert rows(records, "subjects", *records["subjects"].columns) == [
        ("P001", "project", "U002", "河道清淤", Decimal(100), Decimal(100), Decimal(90), True, False)
    ]
    assert rows(records, "funds", "item", "executed", "weight", "rate", "score")[:2] == [
        ("年度资金总额", Decimal(90), Decimal(10), "90%", Decimal(9)),
        ("其中：当年财政拨款", Decimal(90), None, "—", None),
    ]
    assert rows(records, "indicators", "indicator_id", "nature", "operator", "target", "measure_unit", "actual")[0] == (
        "P001-01", "定量", "≥", "10", "公里", "10公里",
    )  # fmt: skip
    assert rows(records, "scores", "subject_id", "tier", "score") == [("P001", "self", Decimal("98.5"))]
    assert rows(records, "forms", "subject_id", "layout", "code", "year", "total_weight") == [
        ("P001", "mof-2020-10", "P009", "2022", Decimal(100))
    ]


@pytest.mark.parametrize(
    ("frame", "row", "column", "cell"),
    [
        ("indicators", 3, "self_score", "H14"),
        ("indicators", 2, "level1", "B12"),
        ("indicators", 2, "operator", "B12"),  # has no cell of its own: the first of its row
        ("subjects", 1, "executed", "F5"),
        ("subjects", 1, "name", "B2"),
        ("subjects", 1, "finished", "B2"),
        ("scores", 1, "score", "H17"),
        ("funds", 2, "adjusted_budget", "E6"),
        ("forms", 1, "year", "A1"),
    ],
)
def test_every_value_names_its_cell(frame: str, row: int, column: str, cell: str) -> None:
    """The cell that was read; the first cell of the row for what no cell says."""
    place = from_forms.records(forms(FORM)).place(frame, row, column)

    assert (place.file, place.sheet, place.cell) == ("1.xlsx", "自评表", cell)


def test_rows_of_the_template_are_dropped() -> None:
    """…… and 指标2： without values are no indicators; a named one without values is."""
    text = changed(
        (
            "^ | 效益指标 |",
            "^ | ^ | ^ | 指标2： | / | | | |\n^ | ^ | ^ | …… | | | | |\n"
            "^ | ^ | ^ | 水质 | | | | |\n^ | 效益指标 |",
        )
    )

    assert from_forms.records(forms(text))["indicators"]["level3"].tolist() == [
        "清淤长度", "清运土方", "验收合格率", "水质", "受益居民", "居民满意度",
    ]  # fmt: skip


def test_parts_of_an_indicator_stand_apart() -> None:
    """其中 rows, and rows without points below one that has them, are parts of the indicator above."""
    text = changed(
        (
            "^ | ^ | 质量指标 |",
            "^ | ^ | ^ | 其中：东段 | 2000 | 2100 | | |\n"
            "^ | ^ | ^ | 西段 | 1000 | 1000 | | |\n^ | ^ | 质量指标 |",
        )
    )

    records = from_forms.records(forms(text))

    assert rows(records, "parts", "of", "level3", "target") == [
        ("P001-02", "其中：东段", "2000"),
        ("P001-02", "西段", "1000"),
    ]
    assert len(records["indicators"]) == 5
    assert records.place("parts", 2, "target").cell == "E15"


@pytest.mark.parametrize(
    "rows_",
    [
        "^ | ^ | 时效指标 | 西段 | 1000 | 1000 | | |\n",  # of another level 2
        "^ | ^ | ^ | 东段 | 2000 | 2100 | | 5 |\n^ | ^ | ^ | 西段 | 1000 | 1000 | 5 | |\n",  # has points, half of them
    ],
)
def test_an_indicator_without_its_points_is_no_part(rows_: str) -> None:
    """What only lacks a weight or a score, or stands under another level 2, stays an indicator."""
    records = from_forms.records(forms(changed(("^ | ^ | 质量指标 |", rows_ + "^ | ^ | 质量指标 |"))))

    assert len(records["parts"]) == 0


def test_rows_below_an_indicator_without_points_are_no_parts() -> None:
    """Where nobody scored, nothing is divided."""
    records = from_forms.records(
        forms(changed(("| 10公里 | 20 | 20 |", "| 10公里 | | |"), ("| 3100 | 20 | 20 |", "| 3100 | | |")))
    )

    assert (len(records["parts"]), len(records["indicators"])) == (0, 5)


def test_level_1_is_recorded_without_the_points_printed_behind_it() -> None:
    """产出指标（50分） is 产出指标; where only （50分） is left, that is what the form says."""
    records = from_forms.records(
        forms(changed(("产出指标", "产出指标（50分）"), ("效益指标 | 社会", "（30分） | 社会")))
    )

    assert records["indicators"]["level1"].tolist()[2:4] == ["产出指标", "（30分）"]


def test_a_review_tells_indicators_of_one_name_apart_by_level_2() -> None:
    """The review of 清淤长度 under 质量指标 is not that of 清淤长度 under 数量指标."""
    paper = PAPER.replace("| 数量指标 | 清淤长度 |", "| 质量指标 | 清淤长度 |")

    records = from_forms.records(forms(changed(("验收合格率", "清淤长度")), paper))

    assert rows(records, "indicators", "level2", "level3", "review_score")[:3] == [
        ("数量指标", "清淤长度", None),
        ("数量指标", "清运土方", Decimal(20)),
        ("质量指标", "清淤长度", Decimal(18)),
    ]


def test_a_review_of_a_form_without_names_of_indicators_joins_nothing() -> None:
    """Where the form lacks 三级指标 the review finds no row of it, and says so at each of its rows."""
    records = from_forms.records(forms(changed(("三级指标", "考核点")), PAPER))

    assert [remark.place.cell for remark in records.remarks if remark.rule == "F07"] == ["E3", "E4"]


def test_the_latest_form_gives_the_money_and_its_cells() -> None:
    """A list of subjects and a form of one of them: the amounts and their cells are those of the form."""
    listed = "项目编码 | 项目名称 | 年初预算数 | 全年预算数 | 全年执行数\nP7 | 河道清淤 | 1 | 2 | 3"

    records = from_forms.records(forms(listed, changed(("| P009 |", "| P7 |"))))

    assert rows(records, "subjects", "subject_id", "executed") == [("P7", Decimal(90))]
    assert (records.place("subjects", 1, "executed").file, records.place("subjects", 1, "executed").cell) == (
        "2.xlsx",
        "F5",
    )


def test_numbers_are_exact_and_signs_for_nothing_are_blank() -> None:
    """9.50分 is 9.50, ２０ is 20, — and 无 are None, and so is what is no number."""
    text = changed(
        ("| 95% | 10 | 9.5 |", "| 95% | １０ | 9.50分 |"), ("| 10公里 | 20 | 20 |", "| 10公里 | 无 | 满分 |")
    )

    pairs = rows(from_forms.records(forms(text)), "indicators", "weight", "self_score")

    assert [pairs[0], tuple(map(str, pairs[2]))] == [(None, None), ("10", "9.50")]


def test_a_review_paper_is_joined_to_the_forms_of_the_same_delivery() -> None:
    """Reviewed values stand in the rows of the self-evaluation, each with the cell of its own file."""
    records = from_forms.records(forms(FORM, PAPER))

    assert rows(records, "indicators", "level3", *REVIEW)[:3] == [
        ("清淤长度", "9", Decimal(18), "资料只有九公里"),
        ("清运土方", "3100", Decimal(20), None),
        ("验收合格率", None, None, None),
    ]
    assert (
        records.place("indicators", 1, "review_score").file,
        records.place("indicators", 1, "self_score").file,
    ) == ("2.xlsx", "1.xlsx")


def test_a_review_paper_is_joined_to_the_tables_of_the_year() -> None:
    """Id and what the paper does not print come from indicators.csv; a stranger among the rows is remarked."""
    known = KNOWN["indicators"].iloc[0]
    subject = KNOWN["subjects"].set_index("subject_id").loc[known.subject_id]
    unit = KNOWN["units"].set_index("unit_id").loc[subject.unit_id, "name"]
    text = (
        PAPER.replace("| 河道清淤 |", f"| {subject['name']} |")
        .replace("河道所 |", f"{unit} |")
        .replace("清淤长度", known.level3)
    )

    records = from_forms.records(forms(text), KNOWN)

    assert rows(records, "indicators", "indicator_id", "review_score", "deviation_reason")[0] == (
        known.indicator_id, Decimal(18), known.deviation_reason,
    )  # fmt: skip
    assert [(r.rule, r.place.cell) for r in records.remarks if "自评指标里没有" in r.found] == [("F07", "E4")]


def test_a_list_of_indicators_keeps_its_own_ids() -> None:
    """Our own table read as a list gives our own rows."""
    text = (
        "subject_id | indicator_id | level1 | level2 | level3 | nature | operator | target | measure_unit | weight\n"
        "P7 | P7-4 | 产出指标 | 数量指标 | 长度 | 定量 | ≥ | 10 | 公里 | 90"
    )

    records = from_forms.records(forms(text))

    columns = ("subject_id", "indicator_id", "operator", "target", "weight")
    assert rows(records, "indicators", *columns) == [("P7", "P7-4", "≥", "10", Decimal(90))]


def test_the_tables_of_the_year_read_as_lists_are_the_same() -> None:
    """subjects.csv and indicators.csv are plain lists; nothing of them is lost, also without known tables."""
    books = [opening.open_workbook(ROOT / f"data/2022/{name}.csv", f"{name}.csv") for name in LISTS]

    records = from_forms.records([form for book in books for form in reading.forms_of(book, LAYOUTS).forms])

    told = [
        name
        for name in LISTS
        if not records[name].reset_index(drop=True).equals(KNOWN[name].reset_index(drop=True))
    ]
    assert (told, records.remarks) == ([], ())


def test_an_id_printed_twice_is_given_anew_and_remarked() -> None:
    """No two rows have one id, whatever a list prints."""
    head = "subject_id | indicator_id | level1 | level2 | level3 | target | weight"
    row = "P7 | P7-4 | 产出指标 | 数量指标 | 长度 | ≥10公里 | 45"

    records = from_forms.records(forms(f"{head}\n{row}\n{row}"))

    assert records["indicators"]["indicator_id"].tolist() == ["P7-4", "P7-02"]
    assert [(remark.rule, remark.place.cell) for remark in records.remarks] == [("F07", "B3")]


def test_records_of_no_form_are_empty() -> None:
    """All frames are there, without rows."""
    records = from_forms.records([])

    assert {name: len(frame) for name, frame in records.frames.items() if len(frame)} == {}
    assert set(records.frames) == {*KNOWN.frames, "forms", "parts"}


def test_known_tables_are_not_changed() -> None:
    """Recording reads the tables of the year and leaves them as they are."""
    before = {name: frame.copy() for name, frame in KNOWN.frames.items()}

    from_forms.records(forms(FORM, PAPER), Tables(KNOWN.folder, KNOWN.frames))

    assert [name for name, frame in before.items() if not frame.equals(KNOWN[name])] == []
    assert one(FORM).remarks == ()

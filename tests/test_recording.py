"""Forms become the tables of a year: ids, numbers, split targets, parts and reviews, each with its cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jixiao.forms.files import opening
from jixiao.forms.model import Value
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.forms.records.records import Records
from jixiao.kit.errors import Place
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
        ("indicators", 2, "operator", "D13"),  # has no cell of its own: the name of its row
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


ITEMS = [
    (("年度资金总额", "其中：当年财政拨款"), "年度资金总额"),
    (("其中：当年财政拨款", "年度资金总额"), "年度资金总额"),
    (("财政拨款", "合计"), "合计"),
    (("财政拨款", "总计"), "总计"),
    (("财政拨款", "项目总金额"), "项目总金额"),
    (("总计", "合计"), "总计"),
    (("财政拨款", "其他资金"), "财政拨款"),
]


@pytest.mark.parametrize(("items", "whole"), ITEMS)
def test_the_money_of_a_subject_is_that_of_the_total_row(items: tuple[str, str], whole: str) -> None:
    """The first row called a total, wherever it stands; where none is called so the first row."""
    first, second = items
    text = changed(
        ("| 年度资金总额 | < | 100 | 100 | 90 |", f"| {first} | < | 1 | 2 | 3 |"),
        ("| 其中：当年财政拨款 | < | 100 | 100 | 90 |", f"| {second} | < | 4 | 5 | 6 |"),
    )

    records = from_forms.records(forms(text))

    amounts = (Decimal(1), Decimal(2), Decimal(3)) if whole == first else (Decimal(4), Decimal(5), Decimal(6))
    assert rows(records, "subjects", "initial_budget", "adjusted_budget", "executed") == [amounts]
    assert records.place("subjects", 1, "executed").cell == ("F5" if whole == first else "F6")


def test_rows_of_the_money_table_are_kept_as_printed() -> None:
    """Names without blanks, a name that comes again with its number, blanks and signs for nothing as None."""
    text = changed(
        ("| 上年结转资金 |", "| 其他 资金 |"), ("| 其中：当年财政拨款 | < | 100", "| 其他资金 | < | 无")
    )

    columns = ("item", "initial_budget", "adjusted_budget", "executed", "weight", "rate", "score")
    assert rows(from_forms.records(forms(text)), "funds", "subject_id", *columns) == [
        ("P001", "年度资金总额", Decimal(100), Decimal(100), Decimal(90), Decimal(10), "90%", Decimal(9)),
        ("P001", "其他资金", None, Decimal(100), Decimal(90), None, "—", None),
        ("P001", "其他资金（2）", None, None, None, None, None, None),
        ("P001", "其他资金（3）", None, None, None, None, None, None),
    ]


LISTED = "项目编码 | 项目名称 | 年初预算数 | 全年预算数 | 全年执行数"


@pytest.mark.parametrize(
    ("finished", "new", "said"),
    [
        ("否", "是", (False, True)),
        ("FALSE", "True", (False, True)),
        ("是", "否", (True, False)),
        ("true", "false", (True, False)),
        ("", "", (True, False)),
        ("也许", "也许", (True, False)),
    ],
)
def test_a_list_says_whether_a_project_is_finished_and_new(
    finished: str, new: str, said: tuple[bool, bool]
) -> None:
    """In its own words; what it does not say is finished and not new."""
    text = f"{LISTED} | 是否完成 | 是否新增\nP7 | 清淤 | 1 | 2 | 3 | {finished} | {new}"

    columns = ("initial_budget", "adjusted_budget", "executed", "finished", "is_new")
    assert rows(from_forms.records(forms(text)), "subjects", "subject_id", *columns) == [
        ("P7", Decimal(1), Decimal(2), Decimal(3), *said)
    ]


def test_what_the_tables_say_of_a_subject_stays() -> None:
    """Not finished and new, until a list says otherwise."""
    frame = KNOWN["subjects"].copy()
    frame.at[frame.index[0], "finished"], frame.at[frame.index[0], "is_new"] = False, True
    known = Tables(KNOWN.folder, {**KNOWN.frames, "subjects": frame})
    code = frame["subject_id"].iloc[0]
    form = changed(("| P009 |", f"| {code} |"))
    listed = f"{LISTED} | 是否完成\n{code} | 别名 | 1 | 2 | 3 | 是"

    def said(text: str) -> list[tuple[Any, ...]]:
        return rows(from_forms.records(forms(text), known), "subjects", "name", "finished", "is_new")

    assert said(form) == [(frame["name"].iloc[0], False, True)]
    assert said(listed) == [(frame["name"].iloc[0], True, True)]


def test_the_money_of_two_lists_is_that_of_the_later_one() -> None:
    """Of one subject there is one row, its cells those of the later list; one without amounts changes nothing."""
    first, second = f"{LISTED}\nP7 | 清淤 | 1 | 2 | 3", f"{LISTED}\nP7 | 清淤 | 4 | 5 |"

    records = from_forms.records(
        forms(first, second, "项目编码 | 项目名称 | 三级指标 | 年度指标值 | 分值\nP7 | 清淤 | 长度 | ≥1 | 9")
    )

    assert rows(records, "subjects", "subject_id", "initial_budget", "executed") == [("P7", Decimal(4), None)]
    places = {name: str(place) for name, place in records.cells("subjects", 1).items()}
    assert places == {
        "name": "2.xlsx 工作表“自评表” B2", "subject_id": "2.xlsx 工作表“自评表” A2",
        "initial_budget": "2.xlsx 工作表“自评表” C2", "adjusted_budget": "2.xlsx 工作表“自评表” D2",
        "executed": "2.xlsx 工作表“自评表” E2",
    }  # fmt: skip
    assert records.cells("subjects", 2) == {}


@pytest.mark.parametrize(
    ("pairs", "score", "cell"),
    [
        ([], "98.5", "H17"),
        ([("| 100 | 98.5 |", "| 100 | 无 |"), ("| P009 | < | <", "| P009 | 自评总分 | 97")], "97", "I2"),
        ([("| P009 | < | <", "| P009 | 自评总分 | 97")], "98.5", "H17"),
        ([("| 100 | 98.5 |", "| 100 | |")], None, ""),
        ([("| 100 | 98.5 |", "| 100 | 满分 |")], None, ""),
        ([("| 100 | 98.5 |", "| 100 | 0 |")], "0", "H17"),
    ],
)
def test_the_printed_total_is_that_of_the_table_else_that_of_the_head(
    pairs: list[tuple[str, str]], score: str | None, cell: str
) -> None:
    """Where neither is a number the form has no total."""
    records = from_forms.records(forms(changed(*pairs)))

    expected = [] if score is None else [("P001", "self", Decimal(score), None, None)]
    assert rows(records, "scores", *records["scores"].columns) == expected
    assert score is None or records.place("scores", 1, "score").cell == cell


def test_each_kind_of_form_gives_the_total_of_its_tier() -> None:
    """A self-evaluation its own, a review paper that of the review; lists and targets none."""
    department = changed(("项目支出绩效自评表", "部门整体支出绩效自评表"), ("项目名称", "部门名称"))
    paper = PAPER.replace("^ | 道路养护 | 产出指标 | 数量指标", "^ | 河道清淤 | 产出指标 | 数量指标").replace(
        "注：复核人 |", "总分 | | | | | | | 60 | | | 58 | | |\n注：复核人 |"
    )

    assert rows(from_forms.records(forms(department)), "scores", "tier", "score") == [
        ("self", Decimal("98.5"))
    ]
    assert rows(from_forms.records(forms(paper)), "scores", "tier", "score") == [("review", Decimal(58))]
    assert (
        rows(
            from_forms.records(forms(f"{LISTED}\nP7 | 清淤 | 1 | 2 | 3\n总计 | | 1 | 2 | 3")),
            "scores",
            "tier",
        )
        == []
    )


def test_by_whom_and_when_a_total_was_given_stays() -> None:
    """No form says it; the tables have it."""
    subject = KNOWN["scores"].iloc[0]
    frame = KNOWN["scores"].copy()
    frame.at[frame.index[0], "evaluator"] = "某会计师事务所"
    known = Tables(KNOWN.folder, {**KNOWN.frames, "scores": frame})
    assert subject.tier == "self"

    records = from_forms.records(forms(changed(("| P009 |", f"| {subject.subject_id} |"))), known)

    assert rows(records, "scores", "subject_id", "tier", "score", "evaluator") == [
        (subject.subject_id, "self", Decimal("98.5"), "某会计师事务所")
    ]


def test_the_frame_of_forms_holds_what_each_form_prints() -> None:
    """File, sheet, layout, kind and every single value; numbers as numbers, blanks as None."""
    columns = from_forms.FORM_COLUMNS
    frame = from_forms.records(forms(FORM))["forms"]

    assert dict(zip(columns, frame.iloc[0], strict=True)) == {
        "subject_id": "P001", "file": "1.xlsx", "sheet": "自评表", "layout": "mof-2020-10", "kind": "project",
        "title": "项目支出绩效自评表（2022年度）", "year": "2022", "name": "河道清淤", "code": "P009", "unit": "河道所",
        "department": "水务局", "goal": "清淤十公里", "achieved": "全部完成", "problems": None,
        "reasons": None, "measures": None,
        "total_weight": Decimal(100), "total_score": Decimal("98.5"), "header_score": None, "indicator_points": None,
        "amount_unit": "万元",
        "columns": "achieved actual adjusted_budget amount_unit code department deviation_reason executed goal "
        "initial_budget level1 level2 level3 name rate score self_score target title total_score total_weight unit "
        "weight year",
        "unread": None, "fingerprint": None,
    }  # fmt: skip
    head = from_forms.records(forms(changed(("| P009 | < | <", "| P009 | 自评总分 | 97分"))))["forms"]
    assert head["header_score"].tolist() == [Decimal(97)]


def test_a_part_belongs_to_the_indicator_above_it_of_its_own_form() -> None:
    """The last of those before it, also where a form of another project stands before."""
    part = ("^ | 效益指标 |", "^ | ^ | ^ | 其中：东段 | 2000 | 2100 | | |\n^ | 效益指标 |")
    other = changed(("河道清淤", "道路养护"), part)

    records = from_forms.records(forms(FORM, other))

    assert rows(records, "parts", "of", "subject_id", "level3", "actual") == [
        ("P002-03", "P002", "其中：东段", "2100")
    ]
    assert records.place("parts", 1, "actual").file == "2.xlsx"


HEAD = "项目编码 | 项目名称 | 三级指标 | 年度指标值 | 分值"


def ids(text: str, known: Tables | None = None) -> list[str]:
    """The ids that the indicators of a list get."""
    return from_forms.records(forms(text), known)["indicators"]["indicator_id"].tolist()


def ledger(*names: str) -> Tables:
    """Tables of one subject P7 with indicators of these names, of which the ids are P7-01 …"""
    subject = KNOWN["subjects"].iloc[0].to_dict() | {"subject_id": "P7", "name": "清淤"}
    first = KNOWN["indicators"].iloc[0].to_dict()
    rows_ = [
        first | {"subject_id": "P7", "indicator_id": f"P7-{n:02d}", "level3": name, "level2": None}
        for n, name in enumerate(names, 1)
    ]
    frames = {"subjects": pd.DataFrame([subject]), "indicators": pd.DataFrame(rows_, columns=list(first))}
    return Tables(KNOWN.folder, {**KNOWN.frames, **frames})


@pytest.mark.parametrize(
    ("known", "listed", "given"),
    [
        ((), ("甲", "乙"), ["P7-01", "P7-02"]),
        (("甲", "乙"), ("乙", "甲"), ["P7-02", "P7-01"]),
        (("甲", "乙"), ("丙",), ["P7-03"]),
        (("甲", "乙"), ("甲", "丙", "丁"), ["P7-01", "P7-03", "P7-04"]),
        (("甲", "乙"), ("丙", "甲", "丁", "乙"), ["P7-03", "P7-01", "P7-04", "P7-02"]),
        (("甲", "乙"), ("甲", "甲"), ["P7-01", "P7-03"]),
        (("甲", "甲"), ("甲", "甲"), ["P7-01", "P7-02"]),
    ],
)
def test_two_rows_of_a_list_on_one_indicator(
    known: tuple[str, ...], listed: tuple[str, ...], given: list[str]
) -> None:
    """Each known indicator is taken once, in its order; what is left over is new, after all that are known."""
    text = "\n".join([HEAD, *(f"P7 | 清淤 | {name} | ≥1 | 9" for name in listed)])

    assert ids(text, ledger(*known)) == given


def test_indicators_of_a_whole_form_keep_the_ids_of_the_ledger() -> None:
    """By their names; what the ledger does not have is numbered after all that it has."""
    text = changed(("| P009 |", "| P7 |"))

    assert ids(text, ledger("受益居民", "清淤长度")) == ["P7-02", "P7-03", "P7-04", "P7-01", "P7-05"]


def test_the_words_for_an_id_that_is_used() -> None:
    """What is there, what should be, what to do; the second row keeps no printed id."""
    head = "subject_id | indicator_id | level1 | level2 | level3 | target | weight"
    row = "P7 | X | 产出指标 | 数量指标 | 长度 | ≥10公里 | 45"
    blank = "P7 | | 产出指标 | 数量指标 | 宽度 | ≥10公里 | 45"

    records = from_forms.records(forms(f"{head}\n{row}\n{blank}\n{blank}\n{row}"))

    assert records["indicators"]["indicator_id"].tolist() == ["X", "P7-02", "P7-03", "P7-04"]
    assert [(r.place.cell, r.found, r.expected, r.remedy) for r in records.remarks] == [
        ("B5", "指标编号“X”已经用过", "每项指标一个编号", "改成不重复的编号")
    ]


def test_the_words_for_a_stranger_in_a_review_paper() -> None:
    """At the name of the indicator; where nothing is known of the project nobody is a stranger."""
    records = from_forms.records(forms(FORM, PAPER.replace("清淤长度", "清淤宽度")))

    assert [(r.rule, r.place.cell, r.found, r.expected, r.remedy) for r in records.remarks] == [
        (
            "F07",
            "E3",
            "复核底稿的指标“清淤宽度”在这个项目的自评指标里没有",
            "自评表上的三级指标",
            "按自评表改正指标名称",
        )
    ]
    assert rows(records, "indicators", "indicator_id", "review_score")[:2] == [
        ("P001-01", None),
        ("P001-02", Decimal(20)),
    ]
    assert rows(records, "indicators", "indicator_id", "level3", "review_score")[-2:] == [
        ("P001-R06", "清淤宽度", Decimal(18)), ("P002-R01", "养护里程", Decimal(20)),
    ]  # fmt: skip


def test_a_review_paper_alone_numbers_its_rows() -> None:
    """With an R, as no self-evaluation is there; all that it prints is kept."""
    records = from_forms.records(forms(PAPER))

    columns = ("subject_id", "indicator_id", "level3", "target", "weight", "self_score", *REVIEW)
    assert rows(records, "indicators", *columns) == [
        ("P001", "P001-R01", "清淤长度", "10", Decimal(20), Decimal(20), "9", Decimal(18), "资料只有九公里"),
        ("P001", "P001-R02", "清运土方", "3000", Decimal(20), Decimal(20), "3100", Decimal(20), None),
        ("P002", "P002-R01", "养护里程", "5", Decimal(20), Decimal(20), "5", Decimal(20), None),
    ]
    assert records.remarks == ()


def test_each_indicator_is_reviewed_once() -> None:
    """A second row of the same name is a stranger."""
    records = from_forms.records(forms(FORM, PAPER.replace("清运土方", "清淤长度")))

    assert rows(records, "indicators", "level3", "review_score")[0] == ("清淤长度", Decimal(18))
    assert [remark.place.cell for remark in records.remarks] == ["E4"]


def test_a_review_of_the_tables_is_joined_once_to_each_indicator() -> None:
    """By name among those of the tables; what the paper prints stands over what they have."""
    paper = (
        PAPER.replace("| 河道清淤 |", "| 清淤 |")
        .replace("| 数量指标 | 清淤长度", "| | 甲")
        .replace("清运土方", "甲")
    )
    known = ledger("乙", "甲")

    records = from_forms.records(forms(paper), known)

    found = rows(records, "indicators", "subject_id", "indicator_id", "level3", "review_score")
    subject = found[0][0]
    assert subject != "P7"  # of another unit
    unit = KNOWN["units"].set_index("unit_id").loc[known["subjects"]["unit_id"].iloc[0], "name"]
    records = from_forms.records(forms(paper.replace("河道所 |", f"{unit} |")), known)
    found = rows(records, "indicators", "subject_id", "indicator_id", "level3", "review_score")
    assert found[:2] == [("P7", "P7-02", "甲", Decimal(18)), ("P7", "P7-R02", "甲", Decimal(20))]
    assert [remark.place.cell for remark in records.remarks if "自评指标里没有" in remark.found] == ["E4"]


def test_where_a_row_that_nobody_wrote_stands() -> None:
    """Units and rows that are not there are named by table, row and column."""
    records = from_forms.records(forms(FORM))

    assert records.place("units", 1, "name") == Place("units.csv", "", "第 1 行 name 列")
    assert records.place("units", None, "name") == Place("units.csv", "", "name")
    assert records.place("funds", 9, "item") == Place("funds.csv", "", "第 9 行 item 列")
    bare = from_forms.records([replace(one(FORM), fields={}, funds=(), indicators=())])
    assert str(bare.place("subjects", 1, "executed")) == "表.xlsx 工作表“自评表”"
    assert str(bare.place("subjects", None, "executed")) == "subjects.csv executed"
    titled = from_forms.records(
        [replace(one(FORM), fields={"title": Value("题", 2, 1)}, funds=(), indicators=())]
    )
    assert str(titled.place("subjects", 1, "executed")) == "表.xlsx 工作表“自评表” B3"


def test_the_first_cell_of_a_row_is_the_first_by_row_then_by_column() -> None:
    """Of the earliest form where none gives the value."""
    form = one(FORM)
    fields = {
        "name": Value("甲", 5, 0),
        "unit": Value("所", 1, 7),
        "code": Value("P", 1, 3),
        "title": Value("题", 0, 0),
    }

    records = from_forms.records([replace(form, fields=fields, funds=())])

    assert records.place("subjects", 1, "executed").cell == "D2"


def test_what_is_known_goes_with_the_records() -> None:
    """The ledger that forms are held against; nothing without tables."""
    assert from_forms.records(forms(FORM), KNOWN).known["subjects"] is KNOWN["subjects"]
    assert from_forms.records(forms(FORM)).known == {}
    assert [*from_forms.records(forms(FORM))["indicators"].index] == [1, 2, 3, 4, 5]

"""Merging at its edges: small tables before, a form's rows, and the tables and changes after, written by hand."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from jixiao.exchange.importing import merging
from jixiao.forms.records.records import KEYS, Records
from jixiao.kit.errors import TableError

D = Decimal
UNIT = {"unit_id": "U1", "name": "水务局", "department_id": "U1", "section": "一科"}
SUBJECT = {
    "subject_id": "P1", "kind": "project", "unit_id": "U1", "name": "河道清淤", "initial_budget": D(100),
    "adjusted_budget": D(100), "executed": D(90), "finished": True, "is_new": False,
}  # fmt: skip
INDICATOR = {
    "subject_id": "P1", "indicator_id": "P1-01", "level1": "产出指标", "level2": "数量指标", "level3": "长度",
    "nature": "定量", "operator": "≥", "target": "10", "measure_unit": "公里", "actual": "9", "weight": D(50),
    "self_score": D(45), "deviation_reason": "雨季", "review_actual": "8", "review_score": D(40), "review_remark": "短",
}  # fmt: skip
FUND = {
    "subject_id": "P1", "item": "总额", "initial_budget": D(100), "adjusted_budget": D(100), "executed": D(90),
    "weight": D(10), "rate": "90%", "score": D(9),
}  # fmt: skip
SCORE = {"subject_id": "P1", "tier": "self", "score": D(90), "evaluator": "张", "scored_on": None}
REVIEW = ("review_actual", "review_score", "review_remark")


def frames(**rows):
    """The tables that forms fill, of the given rows."""
    return {name: merging.framed(name, rows.get(name, ())) for name in ("units", *KEYS)}


def records(**rows):
    """Records of a form with these rows."""
    return Records(frames(**rows), lambda *_: None)


KNOWN = frames(units=[UNIT], subjects=[SUBJECT], indicators=[INDICATOR], funds=[FUND], scores=[SCORE])


def merged(name, kinds, known=None, **new):
    """The rows of a table after forms of P1 of these kinds."""
    found = merging.merged(
        known or KNOWN, records(**new), {"P1": kinds} if isinstance(kinds, tuple) else kinds
    )
    return found[name].to_dict("records")


def changed(old, new):
    """The columns that differ and what they are now."""
    return {column: new[column] for column in old if str(old[column]) != str(new[column])}


MONEY = {"initial_budget": D(1), "adjusted_budget": D(2), "executed": D(3)}
OTHER = {"kind": "department", "unit_id": "U9", "name": "别名", "finished": False, "is_new": True}
GOAL = {
    "level1": "效益指标", "nature": "定性", "operator": None, "target": "好", "measure_unit": None, "weight": D(49),
}  # fmt: skip
DONE = {"actual": "8", "self_score": D(44), "deviation_reason": "改了"}
JUDGED = {"review_actual": "7", "review_score": D(39), "review_remark": "改"}

SAYS = [
    ("subjects", SUBJECT, "project", MONEY | OTHER, MONEY),
    ("subjects", SUBJECT, "department", MONEY | OTHER, MONEY),
    ("subjects", SUBJECT, "list", MONEY | OTHER, MONEY),
    ("subjects", SUBJECT, "targets", MONEY | OTHER, {"initial_budget": D(1)}),
    ("subjects", SUBJECT, "review", MONEY | OTHER, {}),
    ("indicators", INDICATOR, "project", GOAL | DONE | JUDGED, GOAL | DONE),
    ("indicators", INDICATOR, "department", GOAL | DONE | JUDGED, GOAL | DONE),
    ("indicators", INDICATOR, "targets", GOAL | DONE | JUDGED, GOAL),
    ("indicators", INDICATOR, "review", GOAL | DONE | JUDGED, JUDGED),
    ("funds", FUND, "project", MONEY | {"weight": D(9), "rate": "—", "score": D(8)},
     MONEY | {"weight": D(9), "rate": "—", "score": D(8)}),
    ("funds", FUND, "targets", MONEY, {}),
    ("funds", FUND, "review", MONEY, {}),
    ("scores", SCORE, "project", {"score": D(89), "evaluator": "李", "scored_on": "2022-01-01"},
     {"score": D(89), "evaluator": "李", "scored_on": "2022-01-01"}),
    ("scores", SCORE, "review", {"score": D(89)}, {"score": D(89)}),
    ("scores", SCORE, "targets", {"score": D(89)}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "kind", "new", "after"), SAYS)
def test_a_form_has_a_say_in_the_columns_of_its_kind(name, row, kind, new, after):
    """Of a row that is known already only these change; the others stay as they are."""
    (found,) = merged(name, (kind,), **{name: [row | new]})
    assert changed(row, found) == after


def test_a_blank_takes_the_place_of_a_value_but_not_in_a_list():
    """A form says all of its columns, also that one is blank; a list of subjects has what it has."""
    blank = {"actual": None, "deviation_reason": None}
    assert changed(INDICATOR, *merged("indicators", ("project",), indicators=[INDICATOR | blank])) == blank
    assert merged("indicators", ("list",), indicators=[INDICATOR | blank | {"self_score": D(1)}]) == [
        INDICATOR | {"self_score": D(1)}
    ]
    (found,) = merged("indicators", ("list", "project"), indicators=[INDICATOR | blank])
    assert changed(INDICATOR, found) == blank


def test_an_equal_number_stays_as_it_was_written():
    """45.00 is no change of 45; 45.01 is."""
    (same,) = merged("indicators", ("project",), indicators=[INDICATOR | {"self_score": D("45.00")}])
    (other,) = merged("indicators", ("project",), indicators=[INDICATOR | {"self_score": D("45.01")}])
    assert [str(row["self_score"]) for row in (same, other)] == ["45", "45.01"]


def row(number, name="长度", subject="P1", **values):
    """An indicator by its number and name."""
    return INDICATOR | {
        "subject_id": subject,
        "indicator_id": f"{subject}-{number:02d}",
        "level3": name,
        **values,
    }


TWO = frames(
    units=[UNIT],
    subjects=[SUBJECT | {"subject_id": s} for s in ("P1", "P2")],
    indicators=[row(1, "甲"), row(2, "乙"), row(1, "丙", "P2")],
    funds=[FUND, FUND | {"item": "其他"}, FUND | {"subject_id": "P2"}],
)


@pytest.mark.parametrize(
    ("kind", "new", "ids"),
    [
        ("project", [row(1, "甲")], ["P1-01", "P2-01"]),
        ("department", [row(1, "甲")], ["P1-01", "P2-01"]),
        ("targets", [row(1, "甲")], ["P1-01", "P2-01"]),
        ("list", [row(1, "甲")], ["P1-01", "P1-02", "P2-01"]),
        ("review", [row(1, "甲")], ["P1-01", "P1-02", "P2-01"]),
        ("project", [row(3, "丁")], ["P1-03", "P2-01"]),
        ("project", [row(1, "甲"), row(2, "乙"), row(3, "丁")], ["P1-01", "P1-02", "P1-03", "P2-01"]),
        ("list", [row(3, "丁")], ["P1-01", "P1-02", "P1-03", "P2-01"]),
        ("project", [], ["P2-01"]),
    ],
)
def test_the_rows_of_a_whole_form_are_all_rows_of_its_subject(kind, new, ids):
    """What a form no longer has goes; a list and a review paper only add; other subjects keep theirs, in their order."""
    assert [each["indicator_id"] for each in merged("indicators", (kind,), TWO, indicators=new)] == ids


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        ("project", [("P1", "总额"), ("P2", "总额")]),
        ("list", [("P1", "总额"), ("P1", "其他"), ("P2", "总额")]),
        ("targets", [("P1", "总额"), ("P1", "其他"), ("P2", "总额")]),
    ],
)
def test_rows_of_the_money_table_go_with_the_form_that_lacks_them(kind, items):
    """A form of targets has no say in the money table and takes nothing away."""
    found = merged("funds", (kind,), TWO, funds=[FUND])
    assert [(each["subject_id"], each["item"]) for each in found] == items


def test_rows_of_subjects_that_were_not_accepted_are_not_taken():
    """Neither added nor changed, in no table."""
    new = {"indicators": [row(1, "甲", weight=D(1)), row(9, "戊", "P2"), row(9, "己", "P3")]}
    found = merged("indicators", ("project",), TWO, **new)
    assert [(each["indicator_id"], each["weight"]) for each in found] == [("P1-01", D(1)), ("P2-01", D(50))]
    assert merged("subjects", ("project",), TWO, subjects=[SUBJECT | {"subject_id": "P3"}]) == TWO[
        "subjects"
    ].to_dict("records")


def test_rows_stand_in_the_order_of_the_subjects():
    """New subjects come last; an indicator of an old one stands with its own."""
    new = {
        "subjects": [SUBJECT | {"subject_id": "P3"}],
        "indicators": [row(1, "新", "P3"), row(3, "丁")],
        "funds": [FUND | {"subject_id": "P3"}, FUND | {"item": "再"}],
    }
    kinds = {"P3": ("project",), "P1": ("list",)}
    assert [each["indicator_id"] for each in merged("indicators", kinds, TWO, **new)] == [
        "P1-01", "P1-02", "P1-03", "P2-01", "P3-01",
    ]  # fmt: skip
    assert [(each["subject_id"], each["item"]) for each in merged("funds", kinds, TWO, **new)] == [
        ("P1", "总额"), ("P1", "其他"), ("P1", "再"), ("P2", "总额"), ("P3", "总额"),
    ]  # fmt: skip
    frame = merging.merged(TWO, records(**new), kinds)["indicators"]
    assert [*frame.index] == [0, 1, 2, 3, 4]


def test_many_rows_keep_their_order():
    """Those of each subject as they stood, a new one behind them."""
    old = [row(n, str(n), subject) for n in range(1, 61) for subject in ("P2", "P1")]
    known = frames(units=[UNIT], subjects=TWO["subjects"].to_dict("records"), indicators=old)
    found = merged("indicators", ("list",), known, indicators=[row(99, "新")])
    expected = [f"P1-{n:02d}" for n in (*range(1, 61), 99)] + [f"P2-{n:02d}" for n in range(1, 61)]
    assert [each["indicator_id"] for each in found] == expected


def unit(number, department=None):
    """A unit under a department."""
    return {"unit_id": number, "name": number, "department_id": department or number, "section": None}


def test_units_come_only_where_an_accepted_subject_needs_them():
    """The unit of a new subject and the department above it; those known stay, first as they were."""
    new = {
        "units": [unit("U1") | {"name": "改名"}, unit("U2", "U3"), unit("U3"), unit("U4", "U5"), unit("U5")],
        "subjects": [
            SUBJECT | {"subject_id": "P3", "unit_id": "U2"},
            SUBJECT | {"subject_id": "P4", "unit_id": "U4"},
        ],
    }
    found = merged("units", {"P3": ("project",)}, TWO, **new)
    assert found == [UNIT, unit("U2", "U3"), unit("U3")]


REVIEWS = [
    ("the same name", [row(1)], [("P1-01", "8", D(40), "短")]),
    ("another number", [row(5)], [("P1-05", "8", D(40), "短")]),
    ("another name", [row(1, "宽度")], [("P1-01", None, None, None)]),
    ("another level 2", [row(1, level2="质量指标")], [("P1-01", None, None, None)]),
    ("another level 1", [row(1, level1="效益指标")], [("P1-01", "8", D(40), "短")]),
    ("points just enough", [row(1, weight=D(40))], [("P1-01", "8", D(40), "短")]),
    ("points too few", [row(1, weight=D("39.99"))], [("P1-01", None, None, None)]),
    ("no points", [row(1, weight=None)], [("P1-01", "8", D(40), "短")]),
    ("two of one name", [row(1), row(2)], [("P1-01", "8", D(40), "短"), ("P1-02", "8", D(40), "短")]),
]  # fmt: skip


@pytest.mark.parametrize(("new", "after"), [each[1:] for each in REVIEWS], ids=[each[0] for each in REVIEWS])
def test_a_review_goes_with_its_indicator(new, after):
    """By level 2 and level 3, not by number; one of more points than there are now is void."""
    found = merged("indicators", ("project",), indicators=new)
    assert [(each["indicator_id"], *(each[name] for name in REVIEW)) for each in found] == after


def test_a_review_without_points_is_never_void():
    """Where only a remark was written it stays."""
    known = frames(units=[UNIT], subjects=[SUBJECT], indicators=[INDICATOR | {"review_score": None}])
    (found,) = merged("indicators", ("project",), known, indicators=[INDICATOR | {"weight": D(1)}])
    assert [found[name] for name in REVIEW] == ["8", None, "短"]


def test_a_form_and_a_review_paper_of_one_subject():
    """What the paper says counts, blank too; the form's own columns come from the form."""
    said = INDICATOR | DONE | {"review_actual": None, "review_score": D(50), "review_remark": None}
    (found,) = merged("indicators", ("project", "review"), indicators=[said | {"weight": D(49)}])
    assert changed(INDICATOR, found) == DONE | {
        "review_actual": None, "review_score": D(50), "review_remark": None, "weight": D(49),
    }  # fmt: skip
    new = merged("indicators", ("review",), indicators=[row(2, "宽度") | JUDGED])
    assert [(each["indicator_id"], each["review_score"]) for each in new] == [
        ("P1-01", D(40)),
        ("P1-02", D(39)),
    ]


def test_of_two_known_indicators_of_one_name_the_last_gives_the_review():
    """As by_name says."""
    rows = [row(1), row(2) | JUDGED]
    assert merging.by_name(rows) == {("P1", "数量指标", "长度"): rows[1]}
    known = frames(units=[UNIT], subjects=[SUBJECT], indicators=rows)
    (found,) = merged("indicators", ("project",), known, indicators=[row(1)])
    assert found["review_score"] == D(39)


def test_what_forms_have_a_say_in():
    """Of several kinds what each has, once, in the order of the kinds."""
    assert merging.owned(("targets", "project"), "subjects") == (
        "initial_budget",
        "adjusted_budget",
        "executed",
    )
    assert merging.owned(("review", "targets"), "indicators") == (
        *REVIEW, "level1", "level2", "level3", "nature", "operator", "target", "measure_unit", "weight",
    )  # fmt: skip
    assert merging.owned(("project",), "indicators") == (
        "level1", "level2", "level3", "nature", "operator", "target", "measure_unit", "actual", "weight",
        "self_score", "deviation_reason",
    )  # fmt: skip
    assert merging.owned(("review",), "funds") == ()
    assert merging.owned(("list",), "funds") == tuple(FUND)
    assert merging.owned(("department",), "scores") == ("score", "scored_on", "evaluator")


def test_a_table_has_its_columns_and_blanks_are_none():
    """Also without rows; a missing key and NaN are blank."""
    assert list(merging.framed("scores", []).columns) == [
        "subject_id",
        "tier",
        "score",
        "evaluator",
        "scored_on",
    ]
    frame = merging.framed("scores", [{"subject_id": "P1", "score": float("nan")}, SCORE])
    assert frame.to_dict("records") == [dict.fromkeys(SCORE) | {"subject_id": "P1"}, SCORE]


def test_changes_are_the_cells_that_differ_of_subjects_received_before():
    """Before and after as text, blank for what is new or gone; each with the version of its subject."""
    before = frames(
        subjects=[SUBJECT, SUBJECT | {"subject_id": "P2"}],
        indicators=[INDICATOR],
        funds=[FUND],
        scores=[SCORE],
    )
    after = frames(
        subjects=[SUBJECT | {"executed": D("90.50")}, SUBJECT | {"subject_id": "P2", "executed": None}],
        indicators=[INDICATOR | {"weight": D("50.00"), "actual": None}],
        funds=[],
        scores=[SCORE | {"evaluator": None}, SCORE | {"tier": "review", "evaluator": None}],
    )
    found = merging.changes(before, after, {"P1": 3})
    expected = [
        ("subjects", "P1", "executed", "90", "90.50"),
        ("indicators", "P1-01", "actual", "9", None),
        ("funds", "P1 总额", "subject_id", "P1", None),
        ("funds", "P1 总额", "item", "总额", None),
        ("funds", "P1 总额", "initial_budget", "100", None),
        ("funds", "P1 总额", "adjusted_budget", "100", None),
        ("funds", "P1 总额", "executed", "90", None),
        ("funds", "P1 总额", "weight", "10", None),
        ("funds", "P1 总额", "rate", "90%", None),
        ("funds", "P1 总额", "score", "9", None),
        ("scores", "P1 self", "evaluator", "张", None),
        ("scores", "P1 review", "subject_id", None, "P1"),
        ("scores", "P1 review", "tier", None, "review"),
        ("scores", "P1 review", "score", None, "90"),
    ]
    columns = ["subject_id", "version", "table", "key", "column", "before", "after"]
    assert list(found.columns) == columns
    assert [*found.itertuples(index=False, name=None)] == [("P1", 3, *each) for each in expected]
    assert merging.changes(before, after, {}).to_dict("records") == []
    assert merging.changes(before, before, {"P1": 2, "P2": 2}).to_dict("records") == []
    other = merging.changes(before, after, {"P2": 7}).to_dict("records")
    assert [(each["version"], each["before"], each["after"]) for each in other] == [(7, "90", None)]


def test_a_first_form_changes_what_it_writes_over_and_not_what_was_blank():
    """Totals typed before any form came, and rows that the form does not have, are in changes.csv; new cells are not."""
    before = frames(
        subjects=[SUBJECT | {"executed": None}, SUBJECT | {"subject_id": "P2", "executed": None}],
        funds=[FUND],
        scores=[SCORE],
    )
    after = frames(
        subjects=[SUBJECT, SUBJECT | {"subject_id": "P2"}],
        indicators=[INDICATOR],
        funds=[],
        scores=[SCORE | {"score": D("88")}],
    )
    found = merging.changes(before, after, {"P1": 1, "P2": 4}, {"P1"})
    told = [(row.version, row.key, row.column, row.before, row.after) for row in found.itertuples()]
    gone = [(1, "P1 总额", column, str(value), None) for column, value in FUND.items() if value is not None]
    assert told == [(4, "P2", "executed", None, "90"), *gone, (1, "P1 self", "score", "90", "88")]


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("7.00", "7", "7.00"),
        ("7", "7.00", "7"),
        ("-7.50", "-7.5", "-7.50"),
        ("7.00", "7.01", "7.01"),
        ("007", "7", "7"),
        ("7.", "7", "7"),
        ("完成", "完成。", "完成。"),
        ("7", None, None),
        (None, "7", "7"),
    ],
)
def test_a_number_in_a_column_of_texts_stays_as_it_was_written(old, new, written):
    """A sheet says 10 where the table says 10.00: the same number is no change."""
    known = {**KNOWN, **frames(subjects=[SUBJECT], indicators=[INDICATOR | {"actual": old}])}
    found = merged("indicators", ("project",), known, indicators=[INDICATOR | {"actual": new}])
    assert [row["actual"] for row in found] == [written]


def test_what_will_be_written_is_held_against_the_schemas():
    """Every fault is told with its row as in the file; what fits says nothing."""
    assert (
        merging.typed(frames(units=[UNIT], subjects=[SUBJECT], indicators=[INDICATOR]), "data/2022") is None
    )
    wrong = frames(units=[UNIT], scores=[SCORE, SCORE | {"tier": "review", "score": D(101)}])
    with pytest.raises(TableError) as refused:
        merging.typed(wrong, "data/2022")
    (line,) = str(refused.value).splitlines()
    assert line.startswith("data/2022/scores.csv 第 3 行")
    assert isinstance(merging.framed("units", [UNIT]), pd.DataFrame) and [*KEYS] == [
        "subjects", "indicators", "funds", "scores",
    ]  # fmt: skip

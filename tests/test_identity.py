"""Whose form it is: codes and names of the year are found again, new ones get ids, and no two are mixed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from jixiao.forms.records import from_forms
from jixiao.year import tables
from jixiao.year.tables import Tables
from text_sheets import FORM, changed, forms

KNOWN = tables.read(Path(__file__).resolve().parents[1], "2022")


def test_a_subject_is_known_by_code_then_by_name_and_unit() -> None:
    """The printed code counts first; else the name with its unit; else a new id is given."""
    frame = KNOWN["subjects"]
    first = frame[frame["kind"] == "project"].iloc[0]
    unit = KNOWN["units"].set_index("unit_id").loc[first.unit_id, "name"]
    by_code = changed(("| P009 |", f"| {first.subject_id} |"))
    by_name = changed(
        ("| P009 |", "| |"),
        ("项目名称 | 河道清淤", f"项目名称 | {first['name']}"),
        ("| 河道所 |", f"| {unit} |"),
    )
    elsewhere = by_name.replace(f"| {unit} |", "| 另一个单位 |")

    ids = [
        from_forms.records(forms(text), KNOWN)["subjects"]["subject_id"].tolist()
        for text in (by_code, by_name, elsewhere)
    ]

    assert ids[:2] == [[first.subject_id], [first.subject_id]]
    assert ids[2][0] not in set(frame["subject_id"])


def test_units_of_one_name_in_two_departments_are_two() -> None:
    """办公室 of the water office is not that of the school office; within a department it is one unit."""
    texts = [
        changed(("河道清淤", name), ("| 河道所 |", "| 办公室 |"), ("水务局", department))
        for name, department in (("甲", "水务局"), ("乙", "教育局"), ("丙", "水务局"))
    ]

    records = from_forms.records(forms(*texts))

    assert records["subjects"]["unit_id"].tolist() == ["U002", "U004", "U002"]


def test_two_deliveries_of_one_form_keep_their_rows_apart() -> None:
    """The second gets an id of its own, so that no total adds both."""
    records = from_forms.records(forms(FORM, FORM))

    assert records["subjects"]["subject_id"].tolist() == ["P001", "P001-2"]
    assert records["indicators"]["indicator_id"].is_unique


def test_the_records_say_whose_further_form_an_id_stands_for() -> None:
    """A third form is of the same subject as the second."""
    records = from_forms.records(forms(FORM, FORM, FORM))

    assert records.further == {"P001-2": "P001", "P001-3": "P001"}


def test_a_later_delivery_never_takes_the_id_of_a_known_subject() -> None:
    """Where the tables have P1-2 the second form of P1 is P1-3 and the third P1-4; the form of P1-2 is its own."""
    subject = KNOWN["subjects"].iloc[0].to_dict() | {"name": "河道清淤", "kind": "project"}
    both = pd.DataFrame([subject | {"subject_id": each} for each in ("P1", "P1-2")], columns=list(subject))
    known = Tables(KNOWN.folder, {**KNOWN.frames, "subjects": both})
    texts = [changed(("| P009 |", f"| {code} |")) for code in ("P1", "P1", "P1-2", "P1")]

    records = from_forms.records(forms(*texts), known)

    assert records["subjects"]["subject_id"].tolist() == ["P1", "P1-3", "P1-2", "P1-4"]


def test_a_subject_that_came_without_a_unit_is_found_by_a_form_that_names_one() -> None:
    """The form of a review paper names no unit; the self-evaluation that does is of the same subject."""
    nameless = changed(("| P009 |", "| |"), ("| 河道所 |", "| |"), ("水务局", ""))
    named = changed(("| P009 |", "| |"))
    otherwise = named.replace("河道清淤", "堤防加固")

    subjects = [
        from_forms.records(forms(nameless, text))["subjects"]["subject_id"].tolist()
        for text in (named, otherwise)
    ]

    assert subjects == [["P001", "P001-2"], ["P001", "P002"]]

"""Judging at its edges: findings and forms of a batch, and what becomes of each form, file and version."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from jixiao.checks.engine import Finding
from jixiao.exchange.importing import judging, merging
from jixiao.exchange.importing.judging import Fate, Verdict
from jixiao.forms.reading.batch import Received
from jixiao.forms.records.records import FORM_COLUMNS, Records
from jixiao.kit.errors import Fault, Place
from jixiao.year.words import DeliveryStatus, Severity

DAY = dt.date(2022, 3, 31)


def batch(forms, further=(), known=()):
    """Records of forms (subject, file, sheet, kind), the subjects of ids of further forms, and the ids of the ledger."""
    named = ("subject_id", "file", "sheet", "kind")
    rows = [{"fingerprint": None} | dict(zip(named, each, strict=True)) for each in forms]
    ids = dict.fromkeys(row["subject_id"] for row in rows)
    named = [{"subject_id": each, "name": "同名"} for each in ids]
    ledger = (
        {"subjects": merging.framed("subjects", [{"subject_id": each} for each in known])} if known else {}
    )
    return Records(
        {
            "forms": pd.DataFrame(rows, columns=list(FORM_COLUMNS)),
            "subjects": merging.framed("subjects", named),
        },
        lambda *_: Place(""),
        known=ledger,
        further=dict(further),
    )


def finding(severity, subject="", file="a", sheet="甲"):
    """A finding of a subject, or of a sheet."""
    return Finding("A01", Severity.of(severity), subject, Place(file, sheet, "A1"), "")


def files(*names):
    """Files as received: their digest is their name in capitals."""
    return [Received(name, name.upper(), 1) for name in names]


ONE = ("P1", "a", "甲", "project")
FATES = [
    ("nothing found", [], "accepted", 0, 0),
    ("an error of its subject", [finding("E", "P1", "x", "x")], "returned", 1, 0),
    ("an error of its sheet", [finding("E")], "returned", 1, 0),
    ("an error of another subject in its sheet", [finding("E", "P2")], "accepted", 0, 0),
    ("an error of another sheet", [finding("E", sheet="乙")], "accepted", 0, 0),
    ("an error of another file", [finding("E", file="b")], "accepted", 0, 0),
    ("warnings", [finding("W"), finding("W", "P1")], "accepted", 0, 2),
    ("notes", [finding("I"), finding("I", "P1")], "accepted", 0, 0),
    ("all of these", [finding("E"), finding("W"), finding("I"), finding("E", "P1")], "returned", 2, 1),
]


@pytest.mark.parametrize(
    ("found", "status", "errors", "warnings"), [e[1:] for e in FATES], ids=[e[0] for e in FATES]
)
def test_an_error_sends_a_form_back(found, status, errors, warnings):
    """Of its subject, or of its sheet where the finding names nobody; warnings and notes do not."""
    verdict = judging.judged(batch([ONE]), found, files("a"))
    assert verdict.fates == (Fate("P1", "a", "A", status, errors, warnings, "project"),)
    assert verdict.kinds == ({"P1": ("project",)} if status == "accepted" else {})


def test_what_is_said_of_a_sheet_is_said_of_all_its_forms():
    """An error without a subject sends back both forms of the sheet, not the last of them alone."""
    forms = [ONE, ("P2", "a", "甲", "project"), ("P3", "a", "乙", "project")]
    verdict = judging.judged(batch(forms), [finding("E")], files("a"))
    assert [(fate.subject, fate.status) for fate in verdict.fates] == [
        ("P1", "returned"), ("P2", "returned"), ("P3", "accepted"),
    ]  # fmt: skip


def test_the_kinds_of_the_forms_of_a_subject_each_once():
    """In the order of the forms; only those accepted."""
    forms = [ONE, ("P1", "b", "甲", "list"), ("P1", "c", "甲", "project"), ("P2", "d", "甲", "review")]
    verdict = judging.judged(batch(forms), [], files(*"abcd"))
    assert verdict.kinds == {"P1": ("project", "list"), "P2": ("review",)}
    assert [fate.subject for fate in verdict.fates] == ["P1", "P1", "P1", "P2"]


LATER = [("P1", "a", "甲", "project"), ("P1-2", "b", "甲", "project"), ("P1-3", "c", "甲", "project")]
FURTHER = {"P1-2": "P1", "P1-3": "P1"}


@pytest.mark.parametrize(
    ("found", "statuses", "kinds"),
    [
        ([], ["accepted"] * 3, {"P1": ("project",)}),
        ([finding("E", "P1-3")], ["accepted", "accepted", "returned"], {"P1": ("project",)}),
        ([finding("E", "P1")], ["returned"] * 3, {}),
    ],
)
def test_of_several_deliveries_the_one_under_the_id_of_the_subject_counts(found, statuses, kinds):
    """All are deliveries of the subject; where the one that counts goes back, no other takes its place unnoticed."""
    verdict = judging.judged(batch(LATER, FURTHER), found, files(*"abc"))
    assert [fate.subject for fate in verdict.fates] == ["P1"] * 3
    assert [fate.status for fate in verdict.fates] == statuses
    assert verdict.kinds == kinds


MARKED = [
    ("P1", "x 更正2", "甲", "project"),
    ("P1-2", "x 更正", "甲", "project"),
    ("P1-3", "x", "甲", "project"),
]


def test_deliveries_of_a_subject_are_journalled_from_the_earliest_to_the_latest():
    """By their marks, however they stand in the batch; a review paper comes last."""
    forms = [("P1", "r", "甲", "review"), *MARKED]
    verdict = judging.judged(batch(forms, FURTHER), [], files("r", *(each[1] for each in MARKED)), ["更正"])
    assert [(fate.file, fate.mark) for fate in verdict.fates] == [
        ("x", None), ("x 更正", "更正"), ("x 更正2", "更正2"), ("r", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("further", "owners", "kinds"),
    [({}, ["P1", "P1-2"], ["P1", "P1-2"]), ({"P1-2": "P1"}, ["P1", "P1"], ["P1"])],
)
def test_an_id_that_only_looks_like_a_later_delivery_is_its_own(further, owners, kinds):
    """Whose further form an id stands for is what the records say, whatever it looks like."""
    verdict = judging.judged(batch(LATER[:2], further), [], files("a", "b"))
    assert [fate.subject for fate in verdict.fates] == owners
    assert list(verdict.kinds) == kinds


@pytest.mark.parametrize(
    ("found", "failed"),
    [
        ([], [False, False]),
        ([finding("W", "P1")], [False, False]),
        ([finding("E", "P1")], [True, False]),
        ([finding("E", file="b")], [False, True]),
        ([finding("E", "P1", "x", "x")], [True, False]),
        ([finding("E", "P1", "b")], [False, False]),
        ([finding("E", file="c")], [False, False]),
    ],
)
def test_a_form_fails_by_its_own_errors(found, failed):
    """Those on its sheet, and those about its subject that stand on no sheet; not those of a form beside it."""
    assert judging.failed(batch(LATER[:2], FURTHER), found) == failed


@pytest.mark.parametrize(
    ("found", "known", "owner"),
    [
        ([], ["P2"], "P1"),
        ([finding("E")], ["P2"], None),
        ([finding("E")], ["P1"], "P1"),
        ([finding("E")], [], "P1"),
        ([finding("W")], ["P2"], "P1"),
    ],
)
def test_a_returned_form_of_a_stranger_belongs_to_nobody(found, known, owner):
    """Its id is given again; where there is no ledger nobody is a stranger."""
    (fate,) = judging.judged(batch([ONE], known=known), found, files("a")).fates
    assert fate.subject == owner


def test_a_later_delivery_of_a_known_subject_is_no_stranger():
    """P1-2 is P1 to the ledger."""
    verdict = judging.judged(batch(LATER[:2], FURTHER, ["P1"]), [finding("E", "P1-2")], files("a", "b"))
    assert [fate.subject for fate in verdict.fates] == ["P1", "P1"]


def test_a_subject_of_the_ledger_is_never_a_later_delivery_of_another():
    """P1-2 of the same name as P1 keeps its own form; P1-3 that nobody knows is a delivery of P1."""
    verdict = judging.judged(batch(LATER, {"P1-3": "P1"}, ["P1", "P1-2"]), [], files(*"abc"))
    assert [fate.subject for fate in verdict.fates] == ["P1", "P1", "P1-2"]
    assert verdict.kinds == {"P1": ("project",), "P1-2": ("project",)}


FAULT = Fault("b", "坏了")


@pytest.mark.parametrize(
    ("received", "found", "fates"),
    [
        (Received("b", "B", 1, fault=FAULT), [], [Fate(None, "b", "B", "unreadable", 1, 0)]),
        (Received("b", "", 0, fault=FAULT), [], [Fate(None, "b", "-", "unreadable", 1, 0)]),
        (Received("b", "B", 1), [], [Fate(None, "b", "B", "returned", 1, 0)]),
        (Received("b", "B", 1), [finding("E", file="b")] * 2, [Fate(None, "b", "B", "returned", 2, 0)]),
        (Received("b", "B", 1), [finding("W", file="b"), *[finding("E", file="c")] * 2], [Fate(None, "b", "B", "returned", 1, 0)]),
        (Received("a", "A", 1), [], []),
    ],
)  # fmt: skip
def test_a_file_without_any_form_goes_back_or_cannot_be_read(received, found, fates):
    """One error at least; a file that could not be opened has no digest."""
    verdict = judging.judged(batch([ONE]), found, [*files("a"), received])
    assert list(verdict.fates[1:]) == fates


def earlier(*rows):
    """A journal of (subject, file, digest, status)."""
    columns = ("subject_id", "file", "digest", "status")
    return merging.framed("received", [dict(zip(columns, row, strict=True)) for row in rows])


def journal(fates, before=(), names=()):
    """Subject, file, digest, status, errors, warnings and version of the new rows."""
    verdict = Verdict(tuple(fates), {})
    return [
        tuple(row.values())[:8]
        for row in judging.journal(verdict, earlier(*before), DAY, dict(names)).to_dict("records")
    ]


ACCEPTED = Fate("P1", "a", "A", "accepted", 0, 2)
RETURNED = Fate("P1", "a", "A", "returned", 3, 2)
NOBODY = Fate(None, "b", "B", "unreadable", 1, 0)
JOURNALS = [
    ("a first form", [ACCEPTED], [], [("P1", "a", "A", DAY, "accepted", 0, 2, 1)]),
    ("the same again", [ACCEPTED], [("P1", "z", "A", "accepted")], []),
    ("the same with another fate", [RETURNED], [("P1", "a", "A", "accepted")], [("P1", "a", "A", DAY, "returned", 3, 2, 2)]),
    ("another file", [ACCEPTED], [("P1", "a", "X", "accepted")], [("P1", "a", "A", DAY, "accepted", 0, 2, 2)]),
    ("the one before the last", [ACCEPTED], [("P1", "a", "A", "accepted"), ("P1", "a", "X", "accepted")], []),
    ("the one before one that went back", [ACCEPTED], [("P1", "a", "A", "accepted"), ("P1", "a", "X", "returned")],
     [("P1", "a", "A", DAY, "accepted", 0, 2, 3)]),
    ("both of them", [ACCEPTED, Fate("P1", "b", "X", "returned", 1, 0)],
     [("P1", "a", "A", "accepted"), ("P1", "a", "X", "returned")], []),
    ("of another subject", [ACCEPTED], [("P2", "a", "A", "accepted")], [("P1", "a", "A", DAY, "accepted", 0, 2, 1)]),
    ("twice in one batch", [ACCEPTED, ACCEPTED], [], [("P1", "a", "A", DAY, "accepted", 0, 2, 1)]),
    ("two of one subject in one batch", [RETURNED, ACCEPTED], [],
     [("P1", "a", "A", DAY, "returned", 3, 2, 1), ("P1", "a", "A", DAY, "accepted", 0, 2, 2)]),
    ("the same again, then another", [ACCEPTED, NOBODY], [("P1", "a", "A", "accepted")],
     [(None, "b", "B", DAY, "unreadable", 1, 0, 1)]),
    ("nobody's file", [NOBODY], [], [(None, "b", "B", DAY, "unreadable", 1, 0, 1)]),
    ("nobody's file again", [NOBODY], [(None, "b", "B", "unreadable")], []),
    ("another file of nobody", [NOBODY], [(None, "c", "B", "unreadable")], [(None, "b", "B", DAY, "unreadable", 1, 0, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("fates", "before", "rows"), [e[1:] for e in JOURNALS], ids=[e[0] for e in JOURNALS])
def test_the_journal_has_a_row_for_each_delivery(fates, before, rows):
    """What came last and met the same fate is none; versions count the rows of a subject."""
    assert journal(fates, before) == rows


def test_the_journal_has_the_names_under_which_files_are_kept():
    """By these a file of nobody is known again; a file that is not kept has its own."""
    kept = {"b": "b（2）"}
    assert [row[1] for row in journal([ACCEPTED, NOBODY], names=kept)] == ["a", "b（2）"]
    assert journal([NOBODY], [(None, "b（2）", "B", "unreadable")], kept) == []
    assert len(journal([NOBODY], [(None, "b", "B", "unreadable")], kept)) == 1


@pytest.mark.parametrize(
    ("rows", "subjects", "versions"),
    [
        ([("P1", "accepted", 1), ("P1", "accepted", "2")], ["P1"], {"P1": 2}),
        ([("P1", "accepted", 1), ("P1", "returned", 2)], ["P1"], {"P1": 1}),
        ([("P1", "accepted", 1), ("P2", "accepted", 1)], ["P2"], {"P2": 1}),
        ([("P1", "returned", 1)], ["P1"], {}),
        ([], ["P1"], {}),
    ],
)
def test_the_version_of_a_subject_is_that_of_its_last_accepted_delivery(rows, subjects, versions):
    """Whether it came now or before; of the subjects asked for."""
    rows = [
        {"subject_id": subject, "status": status, "version": version} for subject, status, version in rows
    ]
    assert judging.versions(merging.framed("received", rows), subjects) == versions


@pytest.mark.parametrize(
    ("new", "before", "first"),
    [
        ([("P1", "accepted")], [("P1", "accepted")], set()),
        ([("P1", "accepted")], [("P1", "returned"), ("P1", "accepted")], set()),
        ([("P1", "accepted")], [("P1", "returned")], {"P1"}),
        ([("P1", "returned")], [("P1", "accepted")], set()),
        ([("P1", "accepted")], [("P2", "accepted")], {"P1"}),
        ([], [("P1", "accepted")], set()),
    ],
)
def test_the_subjects_of_which_no_form_was_accepted_before(new, before, first):
    """What stood in the tables for them did not come from a form."""
    rows = [{"subject_id": subject, "status": status} for subject, status in new]
    old = earlier(*((subject, "a", "A", status) for subject, status in before))
    journal = merging.framed("received", rows)
    assert judging.first_accepted(journal, old) == first


def test_the_words_of_the_statuses():
    """What stands in messages and in the journal."""
    words = {status.value: status.words for status in DeliveryStatus}
    assert words == {
        "accepted": "采纳",
        "returned": "退回",
        "unconfirmed": "待确认",
        "unreadable": "打不开",
    }
    assert judging.NOT_OPENED == "-"


def rule(id, severity="E", subject="P1", file="a", sheet="甲"):
    """A finding of a rule."""
    return Finding(id, Severity.of(severity), subject, Place(file, sheet, "A1"), "")


BROKEN = [
    ("errors once and in order", [rule("S03"), rule("F02", subject=""), rule("S03")], ("F02", "S03")),
    ("no warnings", [rule("F02"), rule("S03", "W"), rule("S04", "I")], ("F02",)),
    ("none of another subject", [rule("F02"), rule("S03", subject="P2")], ("F02",)),
    ("none where it is accepted", [rule("S03", "W")], ()),
]


@pytest.mark.parametrize(("found", "rules"), [e[1:] for e in BROKEN], ids=[e[0] for e in BROKEN])
def test_a_form_that_goes_back_says_for_which_rules(found, rules):
    """Those of its errors; the journal has them with blanks between, and nothing for a form that is accepted."""
    (fate,) = judging.judged(batch([ONE]), found, files("a")).fates
    assert fate.rules == rules
    (row,) = judging.journal(Verdict((fate,), {}), earlier(), DAY, {}).to_dict("records")
    assert row["rules"] == (" ".join(rules) or None)


def test_a_form_that_goes_back_with_another_one_says_the_rules_of_that():
    """A second document of a subject fails with the first."""
    forms = batch([ONE, ("P1~2", "b", "乙", "targets")], further=[("P1~2", "P1")])
    fates = judging.judged(forms, [rule("S03")], files("a", "b")).fates
    assert {fate.file: fate.rules for fate in fates} == {"a": ("S03",), "b": ("S03",)}
    fates = judging.judged(forms, [rule("S03"), rule("F08", subject="P1~2")], files("a", "b")).fates
    assert {fate.file: fate.rules for fate in fates} == {"a": ("S03",), "b": ("F08",)}


def test_a_file_without_a_form_says_for_which_rules_it_goes_back():
    """Those of errors in it."""
    found = [rule("F01", subject="", sheet=""), rule("F26", "W", subject=""), rule("F05", file="b")]
    (fate,) = judging.judged(batch([]), found, files("a")).fates
    assert fate.rules == ("F01",)


def test_the_journal_joins_the_rules_of_forms_that_make_one_row():
    """Forms of one file, subject and kind that met the same fate; one that waits for confirmation says none."""
    pair = [replace(RETURNED, rules=("S03",)), replace(RETURNED, rules=("F02",), errors=1)]
    waiting = replace(ACCEPTED, status=DeliveryStatus.UNCONFIRMED, rules=("F02",))
    found = judging.journal(Verdict((*pair, waiting), {}), earlier(), DAY, {}).to_dict("records")
    assert [(row["status"], row["rules"]) for row in found] == [
        ("returned", "F02 S03"),
        ("unconfirmed", None),
    ]

"""Grades: printed scores on and beside every limit, gaps of whole-number bands, and other words for a grade."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.rules import explain, grades
from jixiao.rules.policy import in_force
from kit import PROJECT

D = Decimal
MEASURE, ZHENGZHOU = (in_force(PROJECT, name, 2021) for name in ("mof-2020-10", "zhengzhou"))

LIMITS = [  # printed score; continuous grade, grade by whole numbers
    ("100", "优", "优"),
    ("100.01", None, None),
    ("90", "优", "优"),
    ("89.99", "良", None),
    ("89.5", "良", None),
    ("89.01", "良", None),
    ("89", "良", "良"),
    ("80", "良", "良"),
    ("79.99", "中", None),
    ("79", "中", "中"),
    ("60", "中", "中"),
    ("59.5", "差", None),
    ("59", "差", "差"),
    ("0", "差", "差"),
    ("-0.01", None, None),
]


@pytest.mark.parametrize(("score", "continuous", "whole"), LIMITS)
def test_a_score_has_the_grade_of_its_band(score, continuous, whole):
    """Lower limits belong to the grade; a score between two whole-number bands has none, never the worst."""
    assert (grades.grade(D(score), MEASURE), grades.grade(D(score), ZHENGZHOU)) == (continuous, whole)


PRINTED = [
    ("89.994", "良", "89.99"),
    ("89.995", "优", "90.00"),
    ("59.994", "差", "59.99"),
    ("59.995", "中", "60.00"),
]


@pytest.mark.parametrize(("score", "grade", "printed"), PRINTED)
def test_the_printed_score_is_graded(score, grade, printed):
    """A score is rounded once and then graded; no warning where it has a grade."""
    found = explain.grade(MEASURE, D(score))
    assert (found.grade, str(found.points), found.status, found.warnings) == (grade, printed, "已计分", ())


def test_a_score_in_a_gap_says_what_to_do():
    """89.5 under whole-number bands: no grade, and a hint."""
    found = explain.grade(ZHENGZHOU, D("89.5"))
    assert (found.grade, str(found.points), found.status) == ("无", "89.50", "规则未定")
    assert found.warnings == ("分数落在两个等级之间，请先按规则取整",)


def test_grades_and_bands_are_in_order():
    """The grades from best to worst, each with its band."""
    assert grades.names(MEASURE) == ["优", "良", "中", "差"]
    assert {name: band.text for name, band in grades.bands(ZHENGZHOU).items()} == {
        "优": "[90,100]", "良": "[80,89]", "中": "[60,79]", "差": "[0,59]",
    }  # fmt: skip


WORDS = [("优秀", "优"), ("良好", "良"), ("优", "优"), ("中", "中"), ("甲等", "甲等")]


@pytest.mark.parametrize(("word", "name"), WORDS)
def test_other_words_mean_a_grade(word, name):
    """优秀 is 优; a word that no policy knows stays itself."""
    assert grades.same(word, MEASURE) == name


def test_a_report_writes_the_longer_word():
    """优 and 良 are written 优秀 and 良好, 中 and 差 as they are; without a rule every word is itself."""
    assert [grades.report_word(name, MEASURE) for name in grades.names(MEASURE)] == [
        "优秀",
        "良好",
        "中",
        "差",
    ]
    without = {name: rule for name, rule in MEASURE.rules.items() if name != "grade_words"}
    plain = replace(MEASURE, rules=without)
    assert [grades.report_word(name, plain) for name in grades.names(plain)] == ["优", "良", "中", "差"]
    assert (grades.same("优秀", plain), grades.words(plain)) == ("优秀", {})

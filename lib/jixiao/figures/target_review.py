"""Figures of the review of targets: opinions, what they were about and what became of them, conclusions and money."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from jixiao.figures.model import Figure, Rows
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.year.tables import Tables
from jixiao.year.words import Opinion, SubjectKind, TargetField, TargetGrade, TargetQuality

REVIEWS = "target_reviews"
CONCLUSIONS = "target_conclusions"


def figures(tables: Tables) -> Iterator[Figure]:
    """Count who took part in the review of targets, what was said, what came of it, and what the review concluded."""
    reviews = tables[REVIEWS]
    yield from _opinions(reviews)
    yield from _answers(reviews)
    yield from _conclusions(tables)


def fields(reviews: pd.DataFrame) -> list[TargetField | None]:
    """The column that each opinion is about, None where it names none."""
    return [TargetField.named(text) for text in reviews["field"]]


def changed(reviews: pd.DataFrame) -> pd.DataFrame:
    """The opinions after which a value was changed."""
    other = reviews["before"].fillna("") != reviews["after"].fillna("")
    return reviews[reviews["after"].notna() & other]


def _opinions(reviews: pd.DataFrame) -> Iterator[Figure]:
    for key, column in (("departments", "department_id"), ("subjects", "subject_id")):
        rows = Rows.of(REVIEWS, reviews, column)
        yield figure(f"target_review.{key}", reviews[column].nunique(), rows)
    yield count("target_review.opinions", Rows.of(REVIEWS, reviews, "opinion"))
    about = reviews[reviews["quality"].notna()]
    for quality in TargetQuality:
        said = about[about["quality"] == quality.words]
        rows = Rows.of(REVIEWS, said, "quality")
        value = len(said) if len(about) else None
        yield figure(
            "target_review.quality.{quality}", value, rows, quality=quality.value, word=quality.words
        )
    columns = pd.Series(fields(reviews), reviews.index, dtype=object)
    for column in TargetField:
        said = reviews[columns == column]
        rows = Rows.of(REVIEWS, said, "field")
        value = len(said) if columns.notna().any() else None
        yield figure("target_review.field.{field}", value, rows, field=column.value, word=column.words)


def _answers(reviews: pd.DataFrame) -> Iterator[Figure]:
    for opinion in Opinion:
        rows = Rows.of(REVIEWS, reviews[reviews["status"] == opinion.words], "status")
        yield count("target_review.{status}", rows, status=opinion.value, word=opinion.words)
    answered = reviews[reviews["status"] != Opinion.PENDING.words]
    words = [opinion.words for opinion in Opinion if opinion.changes]
    agreed = answered[answered["status"].isin(words)]
    yield count("target_review.answered", Rows.of(REVIEWS, answered, "status"))
    adopted = Rows.of(REVIEWS, agreed, "status")
    yield figure("target_review.adopted_percent", numbers.percent(len(agreed), len(answered)), adopted)
    revised = changed(reviews)
    known = reviews["after"].notna().any()
    rows = Rows.of(REVIEWS, revised, "after")
    yield figure("target_review.changed", len(revised) if known else None, rows)
    dated = answered[answered["raised_on"].notna() & answered["answered_on"].notna()]
    days = [(day - raised).days for raised, day in zip(dated["raised_on"], dated["answered_on"], strict=True)]
    rows = Rows.of(REVIEWS, dated, "answered_on")
    mean = numbers.rounded(numbers.ratio(Decimal(sum(days)), Decimal(len(days))), 1) if days else None
    yield figure("target_review.answer_days", mean, rows)
    yield figure("target_review.answer_days_longest", max(days) if days else None, rows)


def _conclusions(tables: Tables) -> Iterator[Figure]:
    concluded = tables[CONCLUSIONS]
    yield count("target_review.concluded", Rows.of(CONCLUSIONS, concluded, "conclusion"))
    for grade in TargetGrade:
        rows = Rows.of(CONCLUSIONS, concluded[concluded["conclusion"] == grade], "conclusion")
        yield count("target_review.conclusion.{grade}", rows, grade=grade.value)
    subjects = tables["subjects"]
    for kind in SubjectKind:
        own = concluded["subject_id"].isin(subjects.loc[subjects["kind"] == kind, "subject_id"])
        asked = concluded[own & concluded["amount_asked"].notna()]
        whole = sum(asked["amount_asked"], Decimal(0))
        known = concluded[own & concluded["amount_cut"].notna()]
        cut = known[known["amount_cut"] != 0]
        less = sum(cut["amount_cut"], Decimal(0))
        both = known[known["amount_asked"].notna()]
        parts = (sum(both[column], Decimal(0)) for column in ("amount_cut", "amount_asked"))
        said = {"kind": kind.key, "kinds": kind.words}
        rows = Rows.of(CONCLUSIONS, asked, "amount_asked")
        yield figure("target_review.{kind}.asked_wan_yuan", _money(whole, asked), rows, **said)
        taken = Rows.of(CONCLUSIONS, cut, "amount_cut")
        yield figure("target_review.{kind}.cut_wan_yuan", _money(less, known), taken, **said)
        share = numbers.percent(*parts) if len(both) else None
        yield figure("target_review.{kind}.cut_percent", share, taken, **said)
        yield figure("target_review.{kind}.cut_subjects", len(cut) if len(known) else None, taken, **said)


def _money(amount: Decimal, rows: pd.DataFrame) -> Decimal | None:
    """An amount to two decimals; None where no row says any."""
    return numbers.rounded(amount) if len(rows) else None

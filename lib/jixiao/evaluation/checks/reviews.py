"""Reviews (R): a matter in, what reviewed values and scores contradict out."""

from __future__ import annotations

from collections.abc import Iterator

from jixiao.evaluation.checks.engine import Check, Found, Matter
from jixiao.evaluation.checks.self_totals import half_scored, printed_total


def half_reviewed(matter: Matter) -> Iterator[Found]:
    """R01: subjects of which the review scored some indicators and left others blank."""
    yield from half_scored(matter, "review_score", "财政复核")


def review_total(matter: Matter) -> Iterator[Found]:
    """R18: the printed total of the review is not what its indicators and the execution rate give."""
    yield from printed_total(matter, "review")


CHECKS: dict[str, Check] = {"R01": half_reviewed, "R18": review_total}

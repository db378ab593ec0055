"""Gives the grade of a printed score; a score in a gap between integer bands has none."""

from __future__ import annotations

from decimal import Decimal

from jixiao.rules.policy import Policy
from jixiao.year.bands import Band


def names(policy: Policy) -> list[str]:
    """List the grades from best to worst."""
    return list(policy["grades"].value["bands"])


def bands(policy: Policy) -> dict[str, Band]:
    """Return the interval of scores of each grade."""
    return {name: Band.parse(text) for name, text in policy["grades"].value["bands"].items()}


def grade(score: Decimal, policy: Policy) -> str | None:
    """Grade a printed score; None where integer bands leave a gap (89.5 under 90–100/80–89)."""
    return next((name for name, band in bands(policy).items() if score in band), None)


def words(policy: Policy) -> dict[str, str]:
    """Return other ways to write a grade with the grade that each means (优秀 is 优)."""
    return policy["grade_words"].value if "grade_words" in policy else {}


def report_word(name: str, policy: Policy) -> str:
    """Return how a report writes the grade `name`: 优秀 for 优, or the name itself where there is no other word."""
    return next((word for word, grade_ in words(policy).items() if grade_ == name), name)


def same(word: str, policy: Policy) -> str:
    """Return the policy's own name for a grade that is written as `word`."""
    return words(policy).get(word, word)

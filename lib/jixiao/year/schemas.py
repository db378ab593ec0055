"""The tables of a report year as pandera schemas, with the messages that users read about their cells.

The metadata of a column describe its cells as written, in the terms of Table Schema.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
from pandera.pandas import Check, Column, DataFrameSchema, Parser

from jixiao.kit import numbers
from jixiao.values.notation import Nature
from jixiao.year.words import DeliveryStatus, Opinion, RuleLevel, SubjectKind, Tier

KINDS = tuple(kind.value for kind in SubjectKind)
TIERS = tuple(tier.value for tier in Tier)
NATURES = tuple(nature.value for nature in Nature)
STATUSES = tuple(status.value for status in DeliveryStatus)
OPINIONS = tuple(opinion.words for opinion in Opinion)
RULE_LEVELS = tuple(level.value for level in RuleLevel)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def _convert(parse: Callable[[str], Any]) -> Parser:
    """A parser that turns texts into values; a text that `parse` refuses stays, so that the column's check reports it."""

    def convert(text: Any) -> Any:
        try:
            return parse(text) if isinstance(text, str) else None
        except ValueError:
            return text

    return Parser(lambda series: pd.Series([convert(v) for v in series], series.index, dtype=object))


def _is(kind: type, expected: str) -> Check:
    return Check(lambda series: series.map(lambda v: isinstance(v, kind)), error=expected)


def _text(
    *, blank: bool = False, unique: bool = False, words: tuple[str, ...] = (), required: bool = True
) -> Column:
    checks = [Check.isin(words, error="、".join(words) + " 之一")] if words else []
    written = {"type": "string", "enum": words}
    return Column(object, checks, nullable=blank, unique=unique, required=required, metadata=written)


def _number(expected: str = "数字", *, blank: bool = False, low: int = 0, high: int | None = None) -> Column:
    def fits(value: Any) -> bool:
        return not isinstance(value, Decimal) or (value >= low and (high is None or value <= high))

    span = f"{low} 到 {high} 之间" if high is not None else f"不小于 {low}"
    checks = [_is(Decimal, expected), Check(lambda s: s.map(fits), error=f"{span}的数")]
    written = {"type": "number", "minimum": low, "maximum": high}
    return Column(object, checks, parsers=_convert(numbers.parse), nullable=blank, metadata=written)


def _yes_no() -> Column:
    words = {"true": True, "false": False, "是": True, "否": False}

    def parse(text: str) -> bool:
        if text.lower() not in words:
            raise ValueError
        return words[text.lower()]

    check = _is(bool, "是 或 否（true/false）")
    return Column(object, check, parsers=_convert(parse), metadata={"type": "boolean"})


def _date() -> Column:
    def day(text: str) -> dt.date:
        """A date as people and spreadsheet programs write it: 2022-03-17, 2022/3/17, 2022年3月17日."""
        parts = _DAY.fullmatch(text)
        if not parts:
            raise ValueError
        return dt.date(*map(int, parts.groups()))

    check = _is(dt.date, "日期，如 2022-09-30")
    return Column(object, check, parsers=_convert(day), nullable=True, metadata={"type": "date"})


def _within(score: str, whole: str) -> Check:
    """A check of rows, by the name of the column at fault: `score` is at most `whole` where both are numbers."""

    def fits(frame: pd.DataFrame) -> pd.Series:
        pairs = zip(frame[score], frame[whole], strict=True)
        fine = [not (isinstance(s, Decimal) and isinstance(w, Decimal)) or s <= w for s, w in pairs]
        return pd.Series(fine, frame.index)

    return Check(fits, name=score, error=f"不大于同一行的 {whole}")


def _named(column: str, other: str) -> Check:
    """A check of rows, by the name of the column at fault: `column` or `other` is filled in, no `column` twice."""

    def fits(frame: pd.DataFrame) -> pd.Series:
        filled = frame[column].notna() | frame[other].notna()
        return filled & ~(frame[column].notna() & frame[column].duplicated(keep=False))

    return Check(fits, name=column, error=f"不重复的名称（没有 {other} 的必须填）")


SCHEMAS: dict[str, DataFrameSchema] = {
    "units": DataFrameSchema(
        {
            "unit_id": _text(unique=True),
            "name": _text(),
            "department_id": _text(),
            "section": _text(blank=True),
        }
    ),
    "subjects": DataFrameSchema(
        {
            "subject_id": _text(unique=True),
            "kind": _text(words=KINDS),
            "unit_id": _text(),
            "name": _text(),
            "initial_budget": _number("万元的数字"),
            "adjusted_budget": _number("万元的数字", blank=True),
            "executed": _number("万元的数字", blank=True),
            "finished": _yes_no(),
            "is_new": _yes_no(),
        }
    ),
    "indicators": DataFrameSchema(
        {
            "subject_id": _text(),
            "indicator_id": _text(unique=True),
            "level1": _text(),
            "level2": _text(),
            "level3": _text(),
            "nature": _text(words=NATURES),
            "operator": _text(blank=True),
            "target": _text(),
            "measure_unit": _text(blank=True),
            "actual": _text(blank=True),
            "weight": _number("分值的数字", high=100),
            "self_score": _number("得分的数字", blank=True),
            "deviation_reason": _text(blank=True),
            "review_actual": _text(blank=True),
            "review_score": _number("得分的数字", blank=True),
            "review_remark": _text(blank=True),
        },
        checks=[_within("self_score", "weight"), _within("review_score", "weight")],
    ),
    "scores": DataFrameSchema(
        {
            "subject_id": _text(),
            "tier": _text(words=TIERS),
            "score": _number("总分的数字", high=100),
            "evaluator": _text(blank=True),
            "scored_on": _date(),
        },
        unique=["subject_id", "tier"],
    ),
    "key_projects": DataFrameSchema(
        {
            "subject_id": _text(blank=True),
            "name": _text(blank=True),
            "amount": _number("万元的数字"),
            "agency": _text(blank=True),
            "score": _number("得分的数字", high=100),
            "grade": _text(),
            "recommendations": _text(blank=True),
        },
        checks=[_named("name", "subject_id")],
    ),
    "target_reviews": DataFrameSchema(
        {
            "department_id": _text(),
            "subject_id": _text(),
            "indicator_id": _text(blank=True),
            "opinion": _text(),
            "status": _text(words=OPINIONS),
            "answered_on": _date(),
            "change": _text(blank=True),
        }
    ),
    "rules_issued": DataFrameSchema(
        {
            "title": _text(),
            "number": _text(blank=True),
            "issued_on": _date(),
            "topic": _text(blank=True),
            "level": _text(words=RULE_LEVELS),
            "status": _text(blank=True),
        }
    ),
    "monitoring": DataFrameSchema(
        {
            "subject_id": _text(),
            "month": _number("月份", low=1, high=12),
            "executed": _number("万元的数字", blank=True),
            "indicator_id": _text(blank=True),
            "actual": _text(blank=True),
            "forecast": _text(blank=True),
            "reason": _text(blank=True),
        }
    ),
    "applications": DataFrameSchema(
        {
            "subject_id": _text(),
            "tier": _text(words=TIERS),
            "measure": _text(),
            "amount": _number("万元的数字", blank=True),
            "target_year": _text(blank=True),
            "status": _text(blank=True),
            "note": _text(blank=True),
        }
    ),
    "funds": DataFrameSchema(
        {
            "subject_id": _text(),
            "item": _text(),
            "initial_budget": _number("万元的数字", blank=True),
            "adjusted_budget": _number("万元的数字", blank=True),
            "executed": _number("万元的数字", blank=True),
            "weight": _number("分值的数字", blank=True, high=100),
            "rate": _text(blank=True),
            "score": _number("得分的数字", blank=True),
        },
        unique=["subject_id", "item"],
    ),
    "sources": DataFrameSchema(
        {
            "table": _text(),
            "key": _text(),
            "file": _text(),
            "sheet": _text(blank=True),
            "cells": _text(),
        },
        unique=["table", "key", "file", "sheet"],
    ),
    "received": DataFrameSchema(
        {
            "subject_id": _text(blank=True),
            "file": _text(),
            "digest": _text(),
            "received_on": _date(),
            "status": _text(words=STATUSES),
            "errors": _number("个数"),
            "warnings": _number("个数"),
            "version": _number("第几次"),
            "kind": _text(blank=True, required=False),
            "mark": _text(blank=True, required=False),
        }
    ),
    "changes": DataFrameSchema(
        {
            "subject_id": _text(),
            "version": _number("第几次"),
            "table": _text(),
            "key": _text(),
            "column": _text(),
            "before": _text(blank=True),
            "after": _text(blank=True),
        }
    ),
    "disclosures": DataFrameSchema(
        {
            "unit_id": _text(),
            "document": _text(),
            "approved_on": _date(),
            "published_on": _date(),
            "url": _text(blank=True),
        }
    ),
}

# (table, column, table it points to, column there)
REFERENCES = (
    ("units", "department_id", "units", "unit_id"),
    ("subjects", "unit_id", "units", "unit_id"),
    ("indicators", "subject_id", "subjects", "subject_id"),
    ("scores", "subject_id", "subjects", "subject_id"),
    ("key_projects", "subject_id", "subjects", "subject_id"),
    ("target_reviews", "department_id", "units", "unit_id"),
    ("target_reviews", "subject_id", "subjects", "subject_id"),
    ("target_reviews", "indicator_id", "indicators", "indicator_id"),
    ("monitoring", "subject_id", "subjects", "subject_id"),
    ("monitoring", "indicator_id", "indicators", "indicator_id"),
    ("applications", "subject_id", "subjects", "subject_id"),
    ("funds", "subject_id", "subjects", "subject_id"),
    ("disclosures", "unit_id", "units", "unit_id"),
)

# What `jixiao import` writes and nobody fills in by hand.
IMPORTED = ("funds", "sources", "received", "changes")

# Without rows in these there is nothing to report; the other files may be missing or empty.
NEEDED = ("units", "subjects", "indicators")

"""The tables of a report year (tables.yml) as schemas, with the messages that users read about their cells.

The metadata of a column describe its cells as written, in the terms of Table Schema.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from jixiao.kit import characters, numbers
from jixiao.values.notation import Nature
from jixiao.year.cells import Column, RowRule, Rule, Schema
from jixiao.year.words import (
    Arm,
    DeliveryStatus,
    ExAnteConclusion,
    Opinion,
    Possibility,
    ProblemState,
    RuleLevel,
    SubjectKind,
    TargetField,
    TargetGrade,
    TargetQuality,
)

_CODES = {  # the codes of a column, under the name that tables.yml has for them
    "subject_kinds": tuple(kind.value for kind in SubjectKind),
    "natures": tuple(nature.value for nature in Nature),
    "statuses": tuple(status.value for status in DeliveryStatus),
    "opinions": tuple(opinion.words for opinion in Opinion),
    "target_qualities": tuple(quality.words for quality in TargetQuality),
    "target_fields": (
        *(field.value for field in TargetField),
        *(field.words for field in TargetField),
    ),
    "target_grades": tuple(grade.value for grade in TargetGrade),
    "possibilities": tuple(possibility.words for possibility in Possibility),
    "states": tuple(state.words for state in ProblemState),
    "ex_ante_conclusions": tuple(conclusion.words for conclusion in ExAnteConclusion),
    "arms": tuple(arm.value for arm in Arm),
    "rule_levels": tuple(level.value for level in RuleLevel),
}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
Said = Mapping[str, Any]  # what tables.yml says of a column


def _is(kind: type, expected: str) -> Rule:
    return Rule(lambda value: isinstance(value, kind), expected)


def _text(said: Said) -> Column:
    words = _CODES.get(said.get("codes", ""), ())
    rules = [Rule(lambda text: text in words, "、".join(words) + " 之一")] if words else []
    if said.get("seen"):  # a name or an id, by which something is found again
        rules.append(Rule(lambda text: not characters.unseen(str(text)), "没有看不见的字符"))
    if "pattern" in said:
        pattern = re.compile(said["pattern"])
        rules.append(Rule(lambda text: bool(pattern.fullmatch(text)), said["expected"]))
    return _column(said, rules, enum=words, pattern=said.get("pattern"))


def _number(said: Said) -> Column:
    low = said.get("minimum", 0)
    high = said.get("maximum")

    def fits(value: Any) -> bool:
        return not isinstance(value, Decimal) or (value >= low and (high is None or value <= high))

    span = f"{low} 到 {high} 之间" if high is not None else f"不小于 {low}"
    rules = [_is(Decimal, said["expected"]), Rule(fits, f"{span}的数")]
    return _column(said, rules, numbers.parse, minimum=low, maximum=high)


def _yes_no(said: Said) -> Column:
    words = {"true": True, "false": False, "是": True, "否": False}

    def parse(text: str) -> bool:
        if text.lower() not in words:
            raise ValueError
        return words[text.lower()]

    return _column(said, [_is(bool, "是 或 否（true/false）")], parse)


def _date(said: Said) -> Column:
    def day(text: str) -> dt.date:
        """A date as people and spreadsheet programs write it: 2022-03-17, 2022/3/17, 2022年3月17日."""
        parts = _DAY.fullmatch(text)
        if not parts:
            raise ValueError
        return dt.date(*map(int, parts.groups()))

    return _column(said, [_is(dt.date, "日期，如 2022-09-30")], day)


def _column(
    said: Said, rules: list[Rule], parse: Callable[[str], Any] | None = None, **limits: Any
) -> Column:
    """A column with what its `rules` look at: the texts of its cells, or what `parse` makes of them."""
    return Column(
        rules,
        parse,
        nullable=said.get("blank", False),
        unique=said.get("unique", False),
        required=said.get("required", True),
        metadata={"type": said["type"], **limits},
    )


def _within(score: str, whole: str) -> RowRule:
    """A rule over rows: `score` is at most `whole` where both are numbers."""

    def fits(frame: pd.DataFrame) -> pd.Series:
        pairs = zip(frame[score], frame[whole], strict=True)
        fine = [not (isinstance(s, Decimal) and isinstance(w, Decimal)) or s <= w for s, w in pairs]
        return pd.Series(fine, frame.index)

    return RowRule(fits, score, f"不大于同一行的 {whole}")


def _named(column: str, other: str) -> RowRule:
    """A rule over rows: `column` or `other` is filled in, no `column` twice."""

    def fits(frame: pd.DataFrame) -> pd.Series:
        filled = frame[column].notna() | frame[other].notna()
        return filled & ~(frame[column].notna() & frame[column].duplicated(keep=False))

    return RowRule(fits, column, f"不重复的名称（没有 {other} 的必须填）")


_COLUMNS = {"string": _text, "number": _number, "boolean": _yes_no, "date": _date}
_ROW_RULES = {
    "indicators": [_within("self_score", "weight"), _within("review_score", "weight")],
    "key_projects": [_named("name", "subject_id")],
}
_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # in C, where there is one, it takes a tenth of the time
TABLES: Mapping[str, Any] = yaml.load(Path(__file__).with_name("tables.yml").read_text("utf-8"), _LOADER)

SCHEMAS = {
    name: Schema(
        {column: _COLUMNS[said["type"]](said) for column, said in table["columns"].items()},
        _ROW_RULES.get(name, ()),
        table.get("unique", ()),
    )
    for name, table in TABLES.items()
}

# (table, column, table it points to, column there)
REFERENCES = tuple(
    (name, column, *said["refers"].split("."))
    for name, table in TABLES.items()
    for column, said in table["columns"].items()
    if "refers" in said
)

# What `jixiao import` and `jixiao sample` write and nobody fills in by hand.
IMPORTED = ("funds", "sources", "received", "changes", "samples", "sample_frame")

# What only a level has that puts districts together.
OF_DISTRICTS = "districts"

# Without rows in these there is nothing to report; the other files may be missing or empty.
NEEDED = ("units", "subjects", "indicators")

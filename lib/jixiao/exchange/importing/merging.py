"""Puts accepted forms into the tables of a year, and finds what they changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.forms.model import OF_ONE_SUBJECT, SELF_EVALUATIONS, FormKind
from jixiao.forms.records.indicator_rows import REVIEW
from jixiao.forms.records.records import KEYS, Records, key_of
from jixiao.year import table_files, tables
from jixiao.year.schemas import SCHEMAS
from jixiao.year.words import AMOUNTS

Row = dict[str, Any]

_TARGET = ("level1", "level2", "level3", "nature", "operator", "target", "measure_unit", "weight")
_SELF = tuple(c for c in SCHEMAS["indicators"].columns if c not in (*REVIEW, "subject_id", "indicator_id"))

# What a form of each kind has a say in; the other columns of a row that is known already stay as they are.
_OWNED: Mapping[FormKind, Mapping[str, tuple[str, ...]]] = {
    kind: {
        "subjects": AMOUNTS,
        "indicators": _SELF,
        "funds": tuple(SCHEMAS["funds"].columns),
        "scores": ("score", "scored_on", "evaluator"),
    }
    for kind in (*SELF_EVALUATIONS, FormKind.LIST)
} | {
    FormKind.TARGETS: {"subjects": ("initial_budget",), "indicators": _TARGET},
    FormKind.REVIEW: {"indicators": REVIEW, "scores": ("score", "scored_on", "evaluator")},
}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?")  # 007 is a code and none
_LISTS = ("indicators", "funds")  # tables with several rows for a subject

Kinds = Mapping[str, tuple[FormKind, ...]]  # accepted subject → the kinds of its forms


def owned(kinds: tuple[FormKind, ...], table: str) -> tuple[str, ...]:
    """The columns of a table that forms of these kinds fill."""
    return tuple(dict.fromkeys(c for kind in kinds for c in _OWNED.get(kind, {}).get(table, ())))


def merged(known: Mapping[str, pd.DataFrame], records: Records, kinds: Kinds) -> dict[str, pd.DataFrame]:
    """The tables with the values of the accepted forms; a new unit is added only where an accepted subject needs it."""
    units = pd.concat([known["units"], records["units"]]).drop_duplicates("unit_id")
    homes = set(records["subjects"].loc[records["subjects"]["subject_id"].isin(list(kinds)), "unit_id"])
    above = set(units.loc[units["unit_id"].isin(homes), "department_id"])
    units = units[units["unit_id"].isin({*known["units"]["unit_id"], *homes, *above})]
    frames = {name: _merged(name, known[name], records[name], kinds) for name in KEYS}
    order = {subject: n for n, subject in enumerate(frames["subjects"]["subject_id"])}
    for name in _LISTS:
        places = frames[name]["subject_id"].map(order)
        frames[name] = frames[name].loc[places.sort_values(kind="stable").index].reset_index(drop=True)
    return {"units": framed("units", table_files.rows(units)), **frames}


def _merged(name: str, known: pd.DataFrame, new: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    """The table `name`: rows of accepted forms change the known rows of the same key, all others stay as they are.

    A form that is the whole of its subject also takes away the rows that it does not have.
    """
    filled = {subject: owned(each, name) for subject, each in kinds.items()}
    new = new[new["subject_id"].isin([subject for subject, columns in filled.items() if columns])]
    rows = dict(zip(key_of(name, known), table_files.rows(known), strict=True))
    fresh = dict(zip(key_of(name, new), table_files.rows(new), strict=True))
    whole = {
        s for s, each in kinds.items() if filled[s] and name in _LISTS and set(each) & set(OF_ONE_SUBJECT)
    }
    kept = {key: row for key, row in rows.items() if key in fresh or row["subject_id"] not in whole}
    for key, row in fresh.items():
        columns = filled[row["subject_id"]]
        if kinds[row["subject_id"]] == (FormKind.LIST,):  # what a list leaves blank it does not change
            columns = tuple(column for column in columns if row[column] is not None)
        old = kept.get(key)
        if old is not None:  # an equal number stays as it was written: 7.00, not 7
            row = old | {column: row[column] for column in columns if _differ(row[column], old[column])}
        kept[key] = row
    if name == "indicators":
        unreviewed = {subject for subject, each in kinds.items() if FormKind.REVIEW not in each}
        kept |= _reviewed({k: kept[k] for k in fresh if kept[k]["subject_id"] in unreviewed}, rows.values())
    return framed(name, kept.values())


def _differ(one: Any, other: Any) -> bool:
    """Whether two values of a column are different: 7.00 and 7 are not, in a column of texts either."""
    if (
        isinstance(one, str)
        and isinstance(other, str)
        and _NUMBER.fullmatch(one)
        and _NUMBER.fullmatch(other)
    ):
        return Decimal(one) != Decimal(other)
    return one != other


def _reviewed(rows: Mapping[str, Row], before: Iterable[Row]) -> dict[str, Row]:
    """Rows with the review of the indicator of the same name, unless it gave more points than there are now."""
    reviews = by_name(before)
    found = {}
    for key, row in rows.items():
        old = reviews.get(name_of(row), {})
        score = old.get("review_score")
        weight = row["weight"]
        fits = score is None or weight is None or score <= weight
        found[key] = row | {column: old.get(column) if fits else None for column in REVIEW}
    return found


def by_name(rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    """Indicators by subject and name; of several with the same name the last."""
    return {name_of(row): row for row in rows}


def name_of(row: Row) -> tuple[str, ...]:
    """Subject, second and third level: a reviewed indicator and a reported one with the same are one and the same."""
    return row["subject_id"], row["level2"], row["level3"]


def framed(name: str, rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as a frame with the columns of the table `name`; blanks are None."""
    frame = pd.DataFrame(list(rows), columns=list(SCHEMAS[name].columns), dtype=object)
    return frame.where(frame.notna(), None)


def changes(
    before: Mapping[str, pd.DataFrame],
    after: Mapping[str, pd.DataFrame],
    versions: Mapping[str, int],
    first: Collection[str] = (),
) -> pd.DataFrame:
    """Rows of changes.csv: every value that differs, of the subjects in `versions`.

    Of those in `first`, whose forms are the first accepted, only what stood in the tables before and is now another.
    """
    rows: list[Row] = []
    for name in KEYS:
        old, new = (_by_key(name, frames[name], versions) for frames in (before, after))
        for key in old | new:
            one, other = old.get(key, {}), new.get(key, {})
            subject = (one or other)["subject_id"]
            for column in SCHEMAS[name].columns:
                values = [each.get(column) for each in (one, other)]
                new_here = subject in first and values[0] is None
                if values[0] != values[1] and not new_here:
                    written = [None if value is None else str(value) for value in values]
                    rows.append(
                        {
                            "subject_id": subject, "version": versions[subject], "table": name, "key": key,
                            "column": column, "before": written[0], "after": written[1],
                        }
                    )  # fmt: skip
    return framed("changes", rows)


def _by_key(name: str, frame: pd.DataFrame, subjects: Mapping[str, int]) -> dict[str, Row]:
    own = frame[frame["subject_id"].isin(list(subjects))]
    return dict(zip(key_of(name, own), table_files.rows(own), strict=True))


def typed(frames: Mapping[str, pd.DataFrame], folder: str) -> None:
    """Check that what will be written fits the schemas of the tables; TableError lists every fault.

    `folder` is the folder of the tables as messages name it.
    """
    for name, frame in frames.items():
        texts = table_files.texts(frame)
        tables.validated(texts.set_axis(range(2, len(texts) + 2)), name, folder)

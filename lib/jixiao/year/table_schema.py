"""Describes the tables for other programs, as Table Schema prescribes (datapackage.org)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from jixiao.year import tables
from jixiao.year.cells import Column
from jixiao.year.schemas import REFERENCES, SCHEMAS, TABLES

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|[+-]?\.[0-9]+")
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_YES = ["true", "True", "TRUE", "是"]
_NO = ["false", "False", "FALSE", "否"]


@dataclass(frozen=True)
class ColumnWords:
    """What is said of a column: its title, the unit of its numbers, the words that stand in it, and whatever else."""

    title: str
    unit: str = ""
    words: str = ""
    more: str = ""

    @property
    def head(self) -> str:
        """The column as the head of a table names it."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title

    @property
    def sentence(self) -> str:
        """All that is said of the column."""
        words = f"：{self.words}" if self.words else ""
        return self.head + words + (f"，{self.more}" if self.more else "")


@dataclass(frozen=True)
class TableWords:
    """What is said of a table: what a row of it is, and of each column."""

    row: str
    columns: Mapping[str, ColumnWords]


@cache
def words() -> Mapping[str, TableWords]:
    """What is said of each table, by its name."""
    return {name: TableWords(said["row"], _columns(said["columns"])) for name, said in TABLES.items()}


def _columns(said: Mapping[str, Any]) -> dict[str, ColumnWords]:
    named = [one.name for one in fields(ColumnWords)]
    return {
        column: ColumnWords(**{name: one[name] for name in named if name in one})
        for column, one in said.items()
    }


def described(name: str, content: bytes, present: Collection[str]) -> dict[str, Any]:
    """The resource of a data package for the table `name` with the bytes `content`, without path and hash.

    Keys lead to the tables that are `present` only. A column whose cells are written as no type of Table Schema
    allows, such as numbers in full-width digits, is described as text; the tables read it all the same.
    """
    text, encoding = tables.decoded(content, f"{name}.csv")
    first, *rows = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip() for cell in first]
    known = SCHEMAS[name].columns
    written = {
        column: [row[at] for row in rows if at < len(row) and row[at]] for at, column in enumerate(header)
    }
    return {
        "name": name,
        "title": words()[name].row,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": encoding.removesuffix("-sig"),
        "dialect": {"skipBlankRows": True},
        "schema": {
            "fields": [_field(name, column, written[column]) for column in header if column in known],
            "missingValues": [""],
            **_keys(name, present),
        },
    }


def _field(table: str, name: str, written: Sequence[str]) -> dict[str, Any]:
    column = SCHEMAS[table].columns[name]
    typed = _typed(column, written)
    limits = dict(_limits(column)) if typed["type"] == column.metadata["type"] else {}
    required = {} if column.nullable else {"required": True}
    constraints = limits | required | ({"unique": True} if column.unique else {})
    said = words()[table].columns[name]
    field = {"name": name, "title": said.title, "description": said.sentence, **typed}
    return field | ({"constraints": constraints} if constraints else {})


def _limits(column: Column) -> Iterator[tuple[str, Any]]:
    """The words that a column allows, or its lowest and its highest number."""
    if column.metadata.get("enum"):
        yield "enum", list(column.metadata["enum"])
    for name in ("minimum", "maximum"):
        if column.metadata.get(name) is not None:
            yield name, str(column.metadata[name])


def _typed(column: Column, written: Sequence[str]) -> dict[str, Any]:
    """The type and the format in which all of the cells `written` can be read; "string" where there is none."""
    kind = column.metadata["type"]
    if kind == "number" and all(map(_NUMBER.fullmatch, written)):
        return {"type": kind, **({"groupChar": ","} if any("," in each for each in written) else {})}
    if kind == "boolean" and set(written) <= {*_YES, *_NO}:
        return {"type": kind, "trueValues": _YES, "falseValues": _NO}
    fitting = next((form for form in _DAYS if all(_is_day(each, form) for each in written)), None)
    if kind == "date" and fitting:
        usual = fitting == _DAYS[0] and all(len(each) == len("2022-09-30") for each in written)
        return {"type": kind, **({} if usual else {"format": fitting})}
    return {"type": "string"}


def _is_day(text: str, form: str) -> bool:
    try:
        dt.datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _keys(name: str, present: Collection[str]) -> dict[str, Any]:
    """The primary key of a table, and its foreign keys to tables that are `present`."""
    schema = SCHEMAS[name]
    own = schema.unique or [column for column, each in schema.columns.items() if each.unique]
    foreign = [
        {"fields": column, "reference": {"resource": "" if target == name else target, "fields": key}}
        for table, column, target, key in REFERENCES
        if table == name and target in present
    ]
    return {**({"primaryKey": own} if own else {}), **({"foreignKeys": foreign} if foreign else {})}

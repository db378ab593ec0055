"""Figures that a notebook defines itself, from pandas computations over the tables of the year or from a named source.

The frames given to notebooks have pandas' own types (numbers float64, dates datetime64, yes and no boolean); the exact
ones, with decimals, stand beside them. Their index is the row of the table and is named 行, and `frame.attrs["table"]` is
its name; filtering and sorting keep both, grouping and a new index do not: so each figure knows the rows that it was made
from, or is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from numbers import Integral
from typing import Any

import pandas as pd

from jixiao.figures.model import TOTALS, Basis, Figure, Figures, Rows, files
from jixiao.kit import numbers
from jixiao.kit.errors import Fault, ProseError, one_line
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables

KEY = re.compile(SCHEMAS["facts"].columns["key"].metadata["pattern"])
_DECIMALS = 6  # of a float that counts as rounded on purpose
_MOST_DECIMALS = 20  # of a decimal, as of numbers in tables; a quotient has more
TABLE = "table"  # what a frame of the report is of, in its `attrs`
ROW = "行"  # the name of its index
_TOTAL = "_total"  # what the names of columns with totals end in
_TYPES = {"number": "float64", "boolean": "boolean", "date": "datetime64[ns]"}


class Frames(Mapping[str, pd.DataFrame]):
    """The tables of the year by name, each a fresh frame with pandas' own types."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._tables.frames:
            known = "、".join(self._tables.frames)
            raise ProseError(Fault(f"report.tables[“{name}”]", "没有这张表", remedy=f"用这些之一：{known}"))
        types = {column: each.metadata["type"] for column, each in SCHEMAS[name].columns.items()}
        return typed(self._tables[name], name, types)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables.frames)

    def __len__(self) -> int:
        return len(self._tables.frames)


def typed(frame: pd.DataFrame, table: str, types: Mapping[str, str]) -> pd.DataFrame:
    """A copy of an exact `frame` with pandas' own types, which knows the table that it is of."""
    found = frame.astype({column: _TYPES[kind] for column, kind in types.items() if kind in _TYPES})
    found.attrs = {TABLE: table}
    return found.rename_axis(ROW)


def scores(totals: pd.DataFrame) -> pd.DataFrame:
    """The totals, a row a subject: whether it reported, execution points, and total, grade, declared of each tier."""
    numeric = ["execution_points", *(str(column) for column in totals if str(column).endswith(_TOTAL))]
    return typed(totals, TOTALS, dict.fromkeys(numeric, "number"))


def figure(
    known: Figures,
    key: str,
    value: Any,
    unit: str,
    label: str,
    definition: str,
    rows: Any,
    source: str,
) -> Figure:
    """The figure of these parts; ProseError lists all that keeps it from being one.

    `known` are the figures that there are. `rows` is a part of a frame of the report, or `source` says where the
    value is from.
    """
    place = f"report.figure(“{key}”)"
    faults = []
    if not isinstance(key, str) or not KEY.fullmatch(key):
        faults.append(Fault(place, "键的写法不对", "小写字母开头、用点分段的键，如 training.sessions"))
    elif key in known and known[key].value is not None:
        faults.append(Fault(place, f"“{key}”已是报告的统计数（{known[key].label}）", remedy="换一个键"))
    faults += [
        Fault(place, f"没有写 {name}", remedy=f"补上{words}")
        for name, text, words in (("label", label, "名称"), ("definition", definition, "一句定义"))
        if not isinstance(text, str) or not text.strip()
    ]
    if not isinstance(unit, str):
        faults.append(Fault(place, f"unit 是 {unit}", '文字，如 "个"', '补上单位，没有的写 ""'))
    held, problem = exact(value)
    if problem:
        faults.append(Fault(place, problem, "能精确写出的数或文字", "先取舍，如 report.rounded(value, 2)"))
    behind, problem = _rows(rows, source)
    if problem:
        faults.append(Fault(place, problem, remedy="给出 rows=report.tables[…] 的行，或 source=出处"))
    if faults:
        raise ProseError(*faults)
    basis = Basis.OWN if behind else Basis.DECLARED
    table = "" if behind is None else "subjects" if behind.table == TOTALS else behind.table
    return Figure(
        key,
        held,
        unit,
        label.strip(),
        definition.strip(),
        source.strip() or files(table),
        origin=basis.origin,
        basis=basis,
        rows=behind,
    )


def exact(value: Any) -> tuple[Decimal | str | None, str]:
    """A value as figures hold it, and what is wrong with one that cannot be held exactly."""
    if isinstance(value, bool) or value is None or value is pd.NA:
        return None, f"值是 {value}，不是数也不是文字"
    if isinstance(value, str):
        return value, "" if value.strip() else "值是空的"
    if isinstance(value, Integral):
        return Decimal(int(value)), ""
    typed_exactly = isinstance(value, Decimal)
    try:
        found = value if typed_exactly else Decimal(repr(float(value)))
    except (TypeError, ValueError):
        return None, f"值的类型是 {type(value).__name__}"
    if not found.is_finite():
        return None, "值是空的（NaN 或无穷大）"
    if -int(found.as_tuple().exponent) > (_MOST_DECIMALS if typed_exactly else _DECIMALS):
        return None, f"值是没有取舍的小数 {one_line(str(value), 24)}"
    whole = not typed_exactly and found == found.to_integral_value()
    return found.quantize(Decimal(1)) if whole else found, ""


def _rows(rows: Any, source: Any) -> tuple[Rows | None, str]:
    """The rows that a figure was made from, and what is wrong with them where no source is named either."""
    if not isinstance(source, str):
        return None, "source 不是文字"
    if rows is None:
        return None, "" if source.strip() else "既没有给出数据行，也没有写出处"
    if isinstance(rows, pd.DataFrame | pd.Series) and rows.empty:
        return None, "rows 里一行也没有"
    table = getattr(rows, "attrs", {}).get(TABLE, "")
    if not table or rows.index.name != ROW:
        found = "rows 不是 report.tables、report.scores、report.data 的一部分"
        return None, f"{found}（合并、分组、重排行号后的表认不出原来的行）"
    column = str(rows.name) if isinstance(rows, pd.Series) and rows.name is not None else ""
    if table == TOTALS:
        column = column if column.endswith(_TOTAL) else ""
    return Rows(table, tuple(int(number) for number in rows.index), column), ""


def rounded(value: Any, places: int = 2) -> Decimal:
    """A number rounded half up to `places` decimals, exactly: a float counts as the decimal that Python shows."""
    return numbers.rounded(value if isinstance(value, Decimal) else Decimal(repr(float(value))), places)


def as_json(figure: Figure) -> dict[str, Any]:
    """Rows of an own figure, and whether it is a text, as figures.json keeps them: it is known without its notebook."""
    rows = figure.rows
    named = (
        {"table": rows.table, "numbers": list(rows.numbers), "column": rows.column}
        if rows is not None
        else None
    )
    return {"rows": named} | ({"text": True} if isinstance(figure.value, str) else {})

"""Writes the rows of a district that the level above counts: totals and indicators as Parquet files, without names of units."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from jixiao.archive.publication import Publication
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.province import row_files, sources
from jixiao.figures.self_evaluation import quality
from jixiao.kit import numbers
from jixiao.kit.errors import Fault, TableError
from jixiao.year.tables import INDICATORS

_SUBJECTS = "subjects"
_LARGEST = Decimal(10) ** (18 - row_files.PLACES)


def files(root: Path, evaluation: Evaluation) -> dict[str, bytes]:
    """The two files by name, the same bytes each time; TableError names numbers that they cannot hold exactly."""
    pair = quality.compared(evaluation.params, evaluation.totals)
    other = pair.other.id if pair else ""
    said = {
        row_files.YEAR: str(evaluation.params.report_year),
        row_files.OTHER: other,
        row_files.MADE_FROM: sources.made_from(
            one.as_json() for one in Publication(root, evaluation.params.report_year).inputs
        ),
    }
    frames = {sources.TOTALS: _totals(evaluation, other), sources.INDICATORS: _indicators(evaluation, other)}
    faults = [fault for name, frame in frames.items() for fault in _unfit(frame, name)]
    if faults:
        raise TableError(*faults)
    types = {sources.TOTALS: row_files.TOTALS, sources.INDICATORS: row_files.INDICATORS}
    return {name: _written(frame, types[name], said) for name, frame in frames.items()}


def _totals(evaluation: Evaluation, other: str) -> pd.DataFrame:
    """A row a subject that reported: its money, and total and grade of self-evaluation and of the tier it is held against."""
    totals = evaluation.totals[evaluation.totals["reported"].astype(bool)]
    subjects = evaluation.tables[_SUBJECTS].loc[totals.index]
    found = subjects[["subject_id", "kind", "initial_budget", "adjusted_budget", "executed"]].copy()
    for name, tier in (("self", "self"), ("other", other)):
        for column, part in (("score", "total"), ("grade", "grade")):
            there = f"{tier}_{part}" in totals
            found[f"{name}_{column}"] = totals[f"{tier}_{part}"] if there else None
    return found


def _indicators(evaluation: Evaluation, other: str) -> pd.DataFrame:
    """A row an indicator of the subjects that reported, with its levels and points."""
    reported = evaluation.totals.loc[evaluation.totals["reported"].astype(bool), ["subject_id", "kind"]]
    kinds = dict(zip(reported["subject_id"], reported["kind"], strict=True))
    indicators = evaluation.tables[INDICATORS]
    own = indicators[indicators["subject_id"].isin(kinds)]
    found = own[["subject_id", "indicator_id"]].copy()
    found["kind"] = own["subject_id"].map(kinds)
    for column in ("level1", "level2", "level3", "weight", "self_score"):
        found[column] = own[column]
    found["other_score"] = own.get(f"{other}_score")
    return found


def _unfit(frame: pd.DataFrame, name: str) -> Iterator[Fault]:
    """A fault for each column with a number that has more digits than the file holds."""
    for column in frame:
        long = [
            value
            for value in frame[column]
            if isinstance(value, Decimal)
            and (numbers.places_of(value.normalize()) > row_files.PLACES or abs(value) >= _LARGEST)
        ]
        if long:
            found = f"“{column}”有 {len(long)} 个数位数太多，如 {numbers.plain(long[0])}"
            yield Fault(name, found, f"至多 {row_files.PLACES} 位小数", "核对数据表里的这些数")


def _written(frame: pd.DataFrame, types: Mapping[str, str], said: Mapping[str, str]) -> bytes:
    """A Parquet file of the rows in their order, with what its metadata say."""
    cells: list[list[Any]] = [[_text(value) for value in frame[column]] for column in types]
    with row_files.connected(threads=1) as connection, TemporaryDirectory() as folder:
        listed = ", ".join(f"{name} VARCHAR" for name in types)
        connection.execute(f"create table rows ({listed})")
        _insert(connection, types, cells)
        columns = ", ".join(f"cast({name} as {kind}) {name}" for name, kind in types.items())
        metadata = ", ".join(f"{key}: '{_quoted(value)}'" for key, value in said.items())
        path = Path(folder) / "rows.parquet"
        connection.execute(
            f"copy (select {columns} from rows order by rowid) to '{_quoted(str(path))}' "
            f"(format parquet, compression zstd, kv_metadata {{{metadata}}})"
        )
        return path.read_bytes()


def _insert(connection: Any, types: Mapping[str, str], cells: Sequence[Sequence[Any]]) -> None:
    """Fill the table `rows` with texts, which JSON hands over as they are."""
    names = list(types)
    lines = [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
    if not lines:
        return
    structure = json.dumps([dict.fromkeys(names, "VARCHAR")])
    picked = ", ".join(f"line.{name}" for name in names)
    connection.execute(
        f"insert into rows select {picked} from (select unnest(from_json($1, $2)) line)",
        [json.dumps(lines, ensure_ascii=False), structure],
    )


def _text(value: Any) -> str | None:
    if value is None or value is pd.NA:
        return None
    return numbers.plain(value) if isinstance(value, Decimal) else str(value)


def _quoted(text: str) -> str:
    return text.replace("'", "''")

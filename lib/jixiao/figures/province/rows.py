"""The rows of all districts, counted and added up by DuckDB over their Parquet files; only small results come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from jixiao.figures.province import row_files
from jixiao.figures.province.sources import District
from jixiao.kit import places
from jixiao.kit.errors import Fault, TableError, one_line
from jixiao.kit.limits import DISTRICT_ROWS
from jixiao.year.words import SubjectKind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_KINDS = ", ".join(f"'{kind.value}'" for kind in SubjectKind)
_SEND_AGAIN = "请区县重新运行 jixiao upward --rows 报送；先用统计数的，删去它的两个明细文件"
_MOST_LEVELS = 100_000  # names of levels that all districts have together

# Sums and counts alone, which are exact and the same in any order; shares and percentiles follow from them in decimals.
_SCORES = """
select filename, kind, tier, score, count(*) from (
  select filename, kind, 'own' tier, self_score score from totals
  union all select filename, kind, 'other', other_score from totals)
where score is not null group by all order by all"""
_GAPS = """
select filename, kind, self_score - other_score gap, count(*) from totals
where self_score is not null and other_score is not null group by all order by all"""
_GRADES = """
select filename, kind, self_grade, other_grade, count(*) from totals
where self_grade is not null and other_grade is not null group by all order by all"""
_LEVELS = """
select filename, kind, level1, level2, count(*),
  sum(weight), sum(self_score), count(*) filter (self_score = weight),
  count(other_score), sum(weight) filter (other_score is not null), sum(other_score)
from indicators where weight > 0 and self_score is not null group by all order by all"""
_WHOLE = "select filename, count(*), count(distinct subject_id) from totals group by all"
_LISTED = "select filename, count(*), count(distinct indicator_id) from indicators group by all"
_NAMES = "select count(*) from (select distinct level1, level2 from indicators)"
_STRANGE = f"""
select filename, count(*) from {{table}} where kind is null or kind not in ({_KINDS}) group by all"""
_SUBJECTLESS = """
select filename, count(*) from (
  select filename, parse_dirname(filename) folder, subject_id from indicators) i
where not exists (select 1 from totals t where parse_dirname(t.filename) = i.folder and t.subject_id = i.subject_id)
group by all"""


@dataclass(frozen=True)
class Counts:
    """What was counted of the rows, in small frames with the row of the district in districts.csv; numbers are exact.

    `scores`: district, kind, tier (own, other), score, count. `gaps`: district, kind, gap, count. `grades`: district, kind,
    before, after, count. `levels`: district, kind, level1, level2, count, weight, own, full, reviewed, reviewed_weight,
    other; its rows are indicators with points. `subjects` and `indicators` are how many rows each district has.
    """

    scores: pd.DataFrame
    gaps: pd.DataFrame
    grades: pd.DataFrame
    levels: pd.DataFrame
    subjects: Mapping[int, int]
    indicators: Mapping[int, int]
    others: Mapping[int, str]  # district -> the tier that its self-evaluation is held against, "" for none


def counted(root: Path, districts: Sequence[District], year: int) -> Counts | None:
    """Count the rows of the districts that sent some; None where none did. TableError lists all that cannot be used."""
    sent = {one.row: one for one in districts if one.rows}
    if not sent:
        return None
    import duckdb

    paths = {
        str(places.inside(root, name, name)): (row, name, kind)
        for row, one in sent.items()
        for name, kind in zip(one.rows or (), ("totals", "indicators"), strict=True)
    }
    with row_files.connected() as connection:
        folders = sorted({str(Path(path).parent) for path in paths})
        connection.execute("set allowed_directories = $1", [[f"{folder}/" for folder in folders]])
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        others, faults = _looked_through(connection, paths, sent, year)
        if faults:
            raise TableError(*faults)
        try:
            return _counted(connection, paths, others)
        except duckdb.Error as error:
            raise TableError(Fault("各区县的明细", f"读不了（{_said(error)}）", remedy=_SEND_AGAIN)) from None


_Paths = Mapping[str, tuple[int, str, str]]


def _looked_through(
    connection: DuckDBPyConnection, paths: _Paths, sent: Mapping[int, District], year: int
) -> tuple[dict[int, str], list[Fault]]:
    """The other tier of each district, and what is wrong with its files before their rows are read."""
    import duckdb

    others: dict[int, str] = {}
    faults: list[Fault] = []
    for path, (row, name, kind) in paths.items():
        try:
            known = dict(
                connection.execute("select key, value from parquet_kv_metadata($1)", [path]).fetchall()
            )
            (count,) = connection.execute(
                "select num_rows from parquet_file_metadata($1)", [path]
            ).fetchall()[0]
            described = connection.execute("describe select * from read_parquet($1)", [path]).fetchall()
        except duckdb.Error as error:
            faults.append(Fault(name, f"不能作为 Parquet 读取（{_said(error)}）", remedy=_SEND_AGAIN))
            continue
        said = {key.decode(): value.decode(errors="replace") for key, value in _bytes(known)}
        wrong = list(_misfits(name, kind, {one[0]: one[1] for one in described}, count))
        faults += wrong or list(_strangers(name, said, sent[row], year))
        others[row] = said.get(row_files.OTHER, "")
    return others, faults


def _bytes(known: Mapping[Any, Any]) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of metadata, which DuckDB gives as bytes or as texts."""
    for key, value in known.items():
        yield tuple(one if isinstance(one, bytes) else str(one).encode() for one in (key, value))  # type: ignore[misc]


def _misfits(name: str, kind: str, found: Mapping[str, str], count: int) -> Iterator[Fault]:
    """Columns that are missing or of another type, and too many rows."""
    columns = row_files.TOTALS if kind == "totals" else row_files.INDICATORS
    for column, wanted in columns.items():
        if column not in found:
            yield Fault(name, f"没有“{column}”列", "、".join(columns), _SEND_AGAIN)
        elif found[column] != wanted:
            yield Fault(name, f"“{column}”列的类型是 {found[column]}", wanted, _SEND_AGAIN)
    if count > DISTRICT_ROWS:
        yield Fault(name, f"有 {count} 行", f"至多 {DISTRICT_ROWS} 行", "核对；确实有这么多的，分成几个区县")


def _strangers(name: str, said: Mapping[str, str], one: District, year: int) -> Iterator[Fault]:
    """Rows of another year, or made from other tables than the figures."""
    if said.get(row_files.YEAR) != str(year):
        found = f"是 {one_line(said.get(row_files.YEAR, '没有写明'), 20)} 工作年度的"
        yield Fault(name, found, f"{year} 工作年度的", _SEND_AGAIN)
    elif said.get(row_files.MADE_FROM) != one.made_from:
        kind = "封存记录" if one.closed else "发布的统计数"
        yield Fault(name, f"与{kind}不是由同一份数据表、参数和评分规则做的", remedy=_SEND_AGAIN)


def _said(error: Exception) -> str:
    """The first line of what DuckDB says, without the path of the file."""
    first = str(error).strip().splitlines()[0]
    parts = [part for part in first.replace("'", '"').split('"') if not part.startswith("/")]
    return one_line(" ".join(parts), 80)


def _counted(connection: DuckDBPyConnection, paths: _Paths, others: Mapping[int, str]) -> Counts:
    for table in ("totals", "indicators"):
        files = ", ".join(
            f"'{path.replace(chr(39), chr(39) * 2)}'" for path, one in paths.items() if one[2] == table
        )
        connection.execute(f"create view {table} as select * from read_parquet([{files}], filename = true)")
    sizes = _sizes(connection, paths)
    rows = {path: row for path, (row, _, _) in paths.items()}

    def frame(query: str, *columns: str) -> pd.DataFrame:
        found = [(rows[path], *rest) for path, *rest in connection.execute(query).fetchall()]
        return pd.DataFrame(found, columns=["district", "kind", *columns], dtype=object)

    def of_each(table: str) -> dict[int, int]:
        return {row: sizes.get(path, 0) for path, (row, _, kind) in paths.items() if kind == table}

    return Counts(
        frame(_SCORES, "tier", "score", "count"),
        frame(_GAPS, "gap", "count"),
        frame(_GRADES, "before", "after", "count"),
        frame(
            _LEVELS,
            "level1",
            "level2",
            "count",
            "weight",
            "own",
            "full",
            "reviewed",
            "reviewed_weight",
            "other",
        ),
        of_each("totals"),
        of_each("indicators"),
        others,
    )


def _sizes(connection: DuckDBPyConnection, paths: _Paths) -> dict[str, int]:
    """How many rows each file has; TableError for rows that come twice, of a kind that is none, of subjects without totals."""
    faults: list[Fault] = []
    sizes: dict[str, int] = {}
    for query, column in ((_WHOLE, "subject_id"), (_LISTED, "indicator_id")):
        for path, count, different in sorted(connection.execute(query).fetchall()):
            sizes[path] = count
            if count != different:
                found = f"{count} 行里“{column}”只有 {different} 个不同的"
                faults.append(Fault(paths[path][1], found, "每行一个、不重复", _SEND_AGAIN))
    faults += _strange_rows(connection, paths)
    if faults:
        raise TableError(*faults)
    return sizes


def _strange_rows(connection: DuckDBPyConnection, paths: _Paths) -> Iterator[Fault]:
    """Rows of a kind that is none, indicators of subjects without totals, and too many names of levels."""
    for table in ("totals", "indicators"):
        for path, count in sorted(connection.execute(_STRANGE.format(table=table)).fetchall()):
            found = f"有 {count} 行的“kind”不是评价对象的类别"
            yield Fault(paths[path][1], found, _KINDS.replace("'", ""), _SEND_AGAIN)
    for path, count in sorted(connection.execute(_SUBJECTLESS).fetchall()):
        found = f"有 {count} 行的评价对象不在 totals.parquet 里"
        yield Fault(paths[path][1], found, remedy=_SEND_AGAIN)
    ((levels,),) = connection.execute(_NAMES).fetchall()
    if levels > _MOST_LEVELS:
        yield Fault("各区县的明细", f"有 {levels} 种一、二级指标", f"至多 {_MOST_LEVELS} 种", _SEND_AGAIN)

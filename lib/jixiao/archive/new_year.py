"""A new report year: its parameters as the year before had them, what goes on, and empty tables; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.archive import closed_record
from jixiao.kit import commits, places
from jixiao.kit.errors import Fault, ParameterError, TableError
from jixiao.kit.templates import template
from jixiao.year import params

if TYPE_CHECKING:
    import pandas as pd

_PARAMS = Path(__file__).parent / "templates" / "params.yml.j2"
UNITS = "units"
FACTS = "facts"
PROBLEMS = "problems"
_NAMED = 10  # ids of problems that a line names


@dataclass(frozen=True)
class NewYear:
    """What was made and what was there already, the year whose parameters were taken, how many rows came along.

    `left` are the ids of open problems of that year that the ledger, which was there already, does not have.
    """

    year: int
    before: int
    made: tuple[str, ...]
    kept: tuple[str, ...]
    units: int
    facts: int
    problems: int
    left: tuple[str, ...]
    reconstructed: bool

    def lines(self) -> Iterator[str]:
        """What the analyst reads: each file, then what must be filled in, step by step."""
        yield f"{self.year} 工作年度，照 {self.before} 年度的参数："
        yield from (f"新建  {name}" for name in self.made)
        yield from (f"保留  {name}（已有，没有改动）" for name in self.kept)
        if not self.made:
            yield "全部文件都已有，什么也没有改动。"
        yield "接下来："
        yield from (f"{n}. {step}" for n, step in enumerate(self._steps(), start=1))

    def _steps(self) -> Iterator[str]:
        data = f"data/{self.year}"
        yield f"params/{self.year}.yml：填 published_on 和 total_initial_budget（不知道的保留 null），核对其余各项"
        yield f"{data}/{UNITS}.csv：{self._about_units()}"
        yield f"{data}/subjects.csv：填评价对象和预算数；要在下发的自评表里印上指标的，再填 indicators.csv"
        yield (
            f"会审目标、年中监控的，下发、收表：jixiao forms {self.year} --of targets；--of monitoring --month 7；"
            f"jixiao import {self.year} 收到的表/"
        )
        yield f"下发自评表，收表：jixiao forms {self.year}；jixiao import {self.year} 收到的表/"
        if self.facts and f"{data}/{FACTS}.csv" not in self.kept:
            yield f"{data}/{FACTS}.csv：从 {self.before} 年度带来 {self.facts} 项事实的键，填上本年的值和出处，没有的删去"
        if self.problems and f"{data}/{PROBLEMS}.csv" not in self.kept:
            yield f"{data}/{PROBLEMS}.csv：从 {self.before} 年度带来 {self.problems} 个没有整改完的问题，编号不改，随整改填整改情况"
        if self.left:
            ids = "、".join(self.left[:_NAMED]) + ("等" if len(self.left) > _NAMED else "")
            yield f"{data}/{PROBLEMS}.csv：{self.before} 年度还在整改的 {len(self.left)} 个问题不在里面（{ids}），照原编号补上"
        yield f"{data} 里的其余各表：做了的工作填上；没有开展的写进参数 not_done，正文才写没有开展"
        yield f"审核：jixiao check {self.year}"
        yield f"生成报告：jixiao report {self.year}"

    def _about_units(self) -> str:
        if f"data/{self.year}/{UNITS}.csv" in self.kept:
            return "核对预算单位"
        if self.units:
            return f"从 {self.before} 年度带来 {self.units} 个预算单位，核对增减"
        why = f"（{self.before} 年度的是重构数据，不带过来）" if self.reconstructed else ""
        return f"填预算单位{why}"


def make(root: Path, year: int) -> NewYear:
    """Make what `year` lacks; ParameterError when no earlier year has parameters to start from.

    ClosingError for a closed year that lacks something.
    """
    before = _year_before(root, year)
    values = params.read(root, before)
    folder = places.inside(root / "data", str(year), f"data/{year}")
    units = _units(root, values)
    facts = _facts(root, values)
    problems = _problems(root, values)
    along = {UNITS: units, FACTS: facts, PROBLEMS: problems, **_districts(root, values)}
    contents = {f"data/{year}/{name}": content for name, content in _tables(along)}
    contents |= {f"params/{year}.yml": _params(year, values).encode()}
    with commits.held(root, folder):
        made = [name for name in contents if not (root / name).exists()]
        if made:
            closed_record.refuse_changes(root, year)
        new = ((name, contents[name]) for name in made)
        commits.write(root, folder, f"new-year {year}", new, dict.fromkeys(made))
    return NewYear(
        year,
        before,
        tuple(made),
        tuple(name for name in contents if name not in made),
        len(units),
        len(facts),
        len(problems),
        _left(root, folder, problems) if f"data/{year}/{PROBLEMS}.csv" not in made else (),
        values["data_origin"] == params.RECONSTRUCTION,
    )


def _year_before(root: Path, year: int) -> int:
    years = [int(path.stem) for path in (root / "params").glob("[12][0-9][0-9][0-9].yml")]
    earlier = [one for one in years if one < year]
    if not earlier:
        known = "、".join(map(str, sorted(years))) or "无"
        found = f"没有早于 {year} 年的参数文件可以照着做（已有的年度：{known}）"
        raise ParameterError(Fault("params", found, remedy="核对年份"))
    return max(earlier)


def _params(year: int, before: Mapping[str, Any]) -> str:
    """The text of the parameters; whatever the texts of the year before hold, they stay texts."""
    evaluated = year - (before["report_year"] - before["evaluated_year"])
    return template(_PARAMS).render(year=year, evaluated_year=evaluated, before=before)


def _tables(along: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each table that an analyst fills in: its header, and the rows that came along."""
    from jixiao.year import schemas, table_files, tables

    for name in schemas.SCHEMAS:
        if name not in schemas.IMPORTED and (name != schemas.OF_DISTRICTS or name in along):
            frame = along[name] if name in along else tables.empty(name)
            yield f"{name}.csv", (table_files.MARK + table_files.csv_text(frame)).encode()


def _units(root: Path, values: Mapping[str, Any]) -> pd.DataFrame:
    """The units of the year before; none of a reconstruction, whose units are invented."""
    from jixiao.year import tables

    if values["data_origin"] == params.RECONSTRUCTION:
        return tables.empty(UNITS)
    return tables.read_one(root, values["data_folder"], UNITS)


def _facts(root: Path, values: Mapping[str, Any]) -> pd.DataFrame:
    """The declared facts of the year before, without their values, which are to be declared anew.

    What a reconstruction made up has no source yet: the year that begins is recorded.
    """
    from jixiao.figures import stated
    from jixiao.year import tables

    facts = tables.read_one(root, values["data_folder"], FACTS).assign(value=None, source_date=None)
    invented = facts["source"].fillna("").str.startswith(stated.INVENTED)
    return facts.assign(source=facts["source"].mask(invented, None))


def _districts(root: Path, values: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The districts of a kit that puts some together, without budgets and days, which are those of a year; else nothing."""
    from jixiao.year import schemas, tables

    found = tables.read_one(root, values["data_folder"], schemas.OF_DISTRICTS)
    if found.empty:
        return {}
    return {schemas.OF_DISTRICTS: found.assign(initial_budget=None, due=None, received_on=None)}


def _problems(root: Path, values: Mapping[str, Any]) -> pd.DataFrame:
    """The problems of the year before that are still open; none of a reconstruction, whose problems are invented."""
    from jixiao.year import ledger_of_problems, tables

    if values["data_origin"] == params.RECONSTRUCTION:
        return tables.empty(PROBLEMS)
    found, subjects = (tables.read_one(root, values["data_folder"], name) for name in (PROBLEMS, "subjects"))
    return ledger_of_problems.carried_over(found, subjects, values["report_year"])


def _left(root: Path, folder: Path, carried: pd.DataFrame) -> tuple[str, ...]:
    """The problems that would be carried over and are not in the ledger that is there; none where it cannot be read."""
    from jixiao.year import tables

    try:
        there = tables.read_one(root, folder.name, PROBLEMS)
    except TableError:
        return ()
    return tuple(carried.loc[~carried["problem_id"].isin(there["problem_id"]), "problem_id"])

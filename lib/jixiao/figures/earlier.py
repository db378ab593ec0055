"""Figures of earlier years: as a year was closed, else from its parameters, policy and tables as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.figures import closings, compare
from jixiao.figures.model import LIST_MARK, Basis, Figure, Figures, Origin
from jixiao.kit import numbers
from jixiao.kit.errors import Fault, ParameterError, ProseError, one_line
from jixiao.kit.sealed import sha256
from jixiao.year import params
from jixiao.year.params import DEFAULT_NOTEBOOK, RECONSTRUCTION, Params

LAST_YEAR = "last_year"
CHANGE = "change"
_SHORT = 12  # digits of a hash that readers see; the manifest has all of them
_PERCENT = "%"
_POINTS = "个百分点"  # the unit of the difference of two percentages

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class EarlierYear:
    """The figures of one earlier year by their keys there, and the files that they come from."""

    year: int
    files: tuple[str, ...]
    figures: Figures

    def __getitem__(self, key: str) -> Figure:
        """The figure of `key`; ProseError tells the keys that are most like it."""
        if key in self.figures:
            return self.figures[key]
        close = get_close_matches(key, self.figures, n=3)
        other = f"改用那一年有的键，如 {LIST_MARK.join(close)}；或" if close else ""
        found = f"{self.year} 工作年度（{self.files[0]}）没有这个统计数"
        raise ProseError(Fault(f"统计数 {one_line(key)}", found, remedy=f"{other}删去这一处"))


@dataclass(frozen=True)
class _Closed:
    """What is closed of a year: the file of the record, its bytes, and its last entry."""

    name: str
    content: bytes
    entry: Mapping[str, Any]


def files(root: Path, year: int) -> tuple[str, ...]:
    """Every file that `read` reads for `year`, by its name from the kit's folder; none where there is no such year.

    ParameterError for parameters that cannot be read, TableError for a record that is damaged.
    """
    closed = _closed(root, year)
    names = [one.name for one in closed.values()]
    if DEFAULT_NOTEBOOK in closed or not _has_params(root, year):
        return tuple(names)
    values = _values(root, year)
    if _leading(values, closed):
        return (*names, f"params/{year}.yml")
    from jixiao.year.schemas import SCHEMAS

    folder = f"data/{values.data_folder}"
    tables = (f"{folder}/{name}.csv" for name in SCHEMAS)
    more = (f"params/policies/{values.policy}.yml", f"{folder}/{compare.FILE}", *tables)
    return (f"params/{year}.yml", *(name for name in more if (root / name).is_file()), *names)


def read(root: Path, year: int) -> EarlierYear:
    """The figures of `year`; JixiaoError where there are none, or what they are made from cannot be used.

    They are those of the annual report: as it was closed, else from the data of the year. Keys that it lacks are looked
    for in what is closed of other notebooks of the year. Where the year has no annual report, the first of its
    notebooks that is closed stands in its place.
    """
    closed = _closed(root, year)
    names = files(root, year)
    if not names:
        found = f"没有封存记录 {closings.place(year)}，也没有参数文件 params/{year}.yml"
        remedy = "补上那一年的参数和数据，或不用那一年的统计数"
        raise ParameterError(Fault(f"{year} 工作年度", found, remedy=remedy))
    found_figures: dict[str, Figure] = {}
    if any(name.endswith(".csv") for name in names) or not closed:
        found_figures |= {one.key: one for one in _from_data(root, year, names)}
    for one in closed.values():
        found_figures |= {each.key: each for each in _from_closed(year, one) if each.key not in found_figures}
    return EarlierYear(year, names, Figures(found_figures.values()))


def table_files(root: Path, year: int, names: Iterable[str]) -> tuple[str, ...]:
    """The files of those tables of `year` that are there, by their names from the kit's folder, closed or not."""
    folder = f"data/{_folder(root, year)}"
    files = (f"{folder}/{name}.csv" for name in names)
    return tuple(name for name in files if (root / name).is_file())


def tables_of(root: Path, year: int, names: Sequence[str]) -> dict[str, pd.DataFrame] | None:
    """Those tables of `year` by name; None where one of them is not there."""
    if len(table_files(root, year, names)) < len(names):
        return None
    from jixiao.year import tables

    folder = _folder(root, year)
    return {name: tables.read_one(root, folder, name) for name in names}


def _folder(root: Path, year: int) -> str:
    """The folder of the tables of a year: as its parameters say, where they are there."""
    return _values(root, year).data_folder if _has_params(root, year) else str(year)


def _closed(root: Path, year: int) -> dict[str, _Closed]:
    """Notebook -> what is closed of it, the one first that stands for the year."""
    found: dict[str, _Closed] = {}
    for notebook in closings.notebooks(root, year):
        name = closings.place(year, notebook)
        content = (root / name).read_bytes()
        entry = closings.closed(closings.entries(content, year, name))
        if entry:
            found[notebook] = _Closed(name, content, entry)
    first = DEFAULT_NOTEBOOK if DEFAULT_NOTEBOOK in found or not _has_params(root, year) else None
    if first is None and found:
        first = _leading(_values(root, year), found)
    return dict(sorted(found.items(), key=lambda item: item[0] != first))


def _leading(values: Params, closed: Mapping[str, _Closed]) -> str | None:
    """The notebook that stands for a year without a closed annual report; None where the data of the year do."""
    if DEFAULT_NOTEBOOK in values.notebooks:
        return None
    return next((name for name in values.notebooks if name in closed), None)


def _values(root: Path, year: int) -> Params:
    """The parameters of a year as its annual report has them, or the first of its notebooks where it has none."""
    recorded = params.recorded(root, year)
    named = recorded.typed.notebooks
    return recorded.of_notebook(DEFAULT_NOTEBOOK if DEFAULT_NOTEBOOK in named else next(iter(named)))


def _has_params(root: Path, year: int) -> bool:
    return (root / "params" / f"{year}.yml").is_file()


def _from_closed(year: int, closed: _Closed) -> Iterator[Figure]:
    """The figures of a record; those that it has of still earlier years are none of its year."""
    source = f"{year} 工作年度的封存记录 {closed.name}（SHA-256 {_short(closed.content)}）"
    yield from closings.recorded(
        closed.entry["figures"], source, closed.entry.get("origin") == RECONSTRUCTION
    )


def _from_data(root: Path, year: int, names: tuple[str, ...]) -> Iterator[Figure]:
    """The figures of a year that is not closed."""
    from jixiao.figures.evaluate import evaluate

    values = _values(root, year)
    found = evaluate(root, values)
    listed = "".join(f"{sha256((root / name).read_bytes())}  {name}\n" for name in sorted(names))
    source = f"{year} 工作年度的数据 params/{year}.yml、data/{values.data_folder}（SHA-256 {_short(listed.encode())}）"
    for one in found.figures.values():
        said = f"{source}：{one.source}"
        yield replace(one, source=said, reconstructed=values.reconstructed)


def _short(content: bytes) -> str:
    return sha256(content)[:_SHORT]


# in the report of a later year


def of_year(figure: Figure, year: int, report_year: int) -> Figure:
    """The figure of an earlier `year` as the report of `report_year` has it: last_year:KEY, or 2020:KEY."""
    prefix = LAST_YEAR if year == report_year - 1 else str(year)
    return replace(
        figure,
        key=f"{prefix}{closings.BETWEEN}{figure.key}",
        label=f"{year} 工作年度{figure.label}",
        short="",
        follows=(),
        rows=None,
        rules=(),
        tables=(),
        project="",
        earlier=year,
    )


def change(now: Figure, before: Figure, year: int, report_year: int) -> Figure:
    """How far a figure is from that of an earlier `year`, exactly: 增加3个, 减少0.45分, 持平; percentages in 个百分点.

    ProseError for texts, and for two numbers of different units; without value where one of the two has none.
    """
    place = f"统计数 {{{CHANGE}{closings.BETWEEN}{now.key}}}"
    if isinstance(now.value, str) or isinstance(before.value, str):
        raise ProseError(Fault(place, "是文字，不是数，没有变化可算", remedy="改用数，或两年的文字都写出来"))
    if now.unit != before.unit and None not in (now.value, before.value):
        found = f"单位不同：{report_year} 工作年度是“{now.unit}”，{year} 工作年度是“{before.unit}”"
        raise ProseError(Fault(place, found, "两年单位相同的数", "两年的数都写出来，不写变化"))
    difference = None if now.value is None or before.value is None else now.value - before.value
    unit = _POINTS if now.unit == _PERCENT else now.unit
    earlier = of_year(before, year, report_year)
    return Figure(
        f"{CHANGE}{closings.BETWEEN}{now.key}",
        difference,
        unit,
        f"{now.label}比 {year} 工作年度的增减",
        f"本年的{now.label}减 {year} 工作年度的，增加为正，减少为负",
        f"{now.source}；{before.source}",
        shown=_in_words(difference, unit),
        origin=Origin.STATED if {now.origin, before.origin} == {Origin.STATED} else Origin.COUNTED,
        follows=(now.key, earlier.key),
        basis=_basis_of_both(now.basis, before.basis),
        earlier=year,
        reconstructed=before.reconstructed,
    )


def _in_words(difference: Decimal | None, unit: str) -> str:
    if difference is None:
        return ""
    if not difference:
        return "持平"
    return f"{'增加' if difference > 0 else '减少'}{numbers.plain(abs(difference))}{unit}"


def _basis_of_both(one: Basis, other: Basis) -> Basis:
    """How far readers may rely on what is computed from two figures."""
    if {one, other} <= {Basis.PUBLISHED, Basis.FOLLOWS}:
        return Basis.FOLLOWS
    return one if one == other else Basis.OWN


def as_json(figure: Figure) -> dict[str, Any]:
    """What figures.json keeps of such a figure beside what it keeps of all, so that it is known without its notebook."""
    return {
        "year": figure.earlier,
        "origin": figure.origin.value,
        "reconstructed": figure.reconstructed,
        "follows": list(figure.follows),
    }


def from_json(written: Mapping[str, Any]) -> Figure:
    """The figure that figures.json holds with its year."""
    about = written["earlier"]
    figure = Figure(
        written["key"],
        closings.exact(written["value"]),
        written["unit"],
        written["label"],
        written["definition"],
        written["source"],
        origin=Origin(about["origin"]),
        basis=Basis(written["basis"]),
        follows=tuple(about["follows"]),
        earlier=about["year"],
        reconstructed=about["reconstructed"],
    )
    return replace(figure, shown=written["display"] if written["display"] != figure.display else "")

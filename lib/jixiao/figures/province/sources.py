"""What each district sent, and when: its closed record or its published figures, and the files of its rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.figures import closings
from jixiao.figures.model import Figure
from jixiao.kit import places
from jixiao.kit.codes import Code
from jixiao.kit.errors import Fault, JixiaoError, TableError
from jixiao.kit.sealed import sealed, sha256
from jixiao.year import table_files, tables
from jixiao.year.params import DEFAULT_NOTEBOOK, RECONSTRUCTION, Params
from jixiao.year.schemas import OF_DISTRICTS

_FOLDER = "districts"  # of the kit, where a district has a folder by its id
_MANIFEST = "manifest.json"
_FIGURES = "internal/figures.json"
_ROLES = ("params", "policy")  # of inputs, beside the tables, that totals follow from
_FILE = ("name", "sha256")  # what a manifest says of each file
_VALUE = ("key", "value", "unit", "label")  # and figures.json of each figure
_TABLES = ("units", "subjects", "indicators", "scores")
TOTALS = "totals.parquet"
INDICATORS = "indicators.parquet"


class Standing(Code):
    """How a district stands to the day on which it was to report."""

    IN_TIME = "in_time", "按时报送"
    LATE = "late", "迟报"
    UNDATED = "undated", "已报送"
    MISSING = "missing", "没有报送"
    NOT_DUE = "not_due", "还没有到期"

    @property
    def received(self) -> bool:
        """Whether something came."""
        return self in (Standing.IN_TIME, Standing.LATE, Standing.UNDATED)


@dataclass(frozen=True)
class District:
    """A district: its row in districts.csv, how it stands, and what it sent.

    `budget` is its whole initial budget in 万元; `days` is how late it came, or how long it has been due. `figures` are
    those of its annual report by key, `closed` tells that they are of a closed record. `made_from` is the digest of what
    they follow from; `rows` are the names of the two files of rows from the kit's folder, none where it sent none.
    """

    row: int
    id: str
    name: str
    budget: Decimal | None
    folder: str
    due: dt.date | None
    received_on: dt.date | None
    standing: Standing
    days: int | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict, repr=False)
    closed: bool = False
    reconstructed: bool = False
    digest: str = ""
    made_from: str = ""
    rows: tuple[str, str] | None = None

    def number(self, key: str) -> Decimal | None:
        """The number of a figure; None where the district has none."""
        found = self.figures.get(key)
        return found.value if found is not None and isinstance(found.value, Decimal) else None


@dataclass(frozen=True)
class _Record:
    """What a closed record or a published version says: figures by key, inputs, whether rows are invented."""

    figures: Mapping[str, Mapping[str, Any]]
    inputs: Iterable[Mapping[str, Any]]
    reconstructed: bool


def files(root: Path, params: Params) -> Iterator[str]:
    """Every file of the districts that `read` reads, by its name from the kit's folder; TableError for districts.csv."""
    for one in _listed(root, params):
        if one.standing.received:
            yield from (
                *_record_files(root, one.folder, params.report_year),
                *(_rows_of(root, one, params) or ()),
            )


def read(root: Path, params: Params) -> tuple[District, ...]:
    """All districts with what they sent, in the order of districts.csv; TableError lists all that cannot be used."""
    found: list[District] = []
    faults: list[Fault] = []
    for one in _listed(root, params):
        try:
            found.append(_with_record(root, one, params))
        except JixiaoError as error:
            faults += error.faults
    faults += _sent_twice(found, params)
    if faults:
        raise TableError(*faults)
    return tuple(found)


def made_from(inputs: Iterable[Mapping[str, Any]]) -> str:
    """One SHA-256 over those of the `inputs` (role, name, sha256) from which totals and points follow."""
    lines = sorted(
        f"{one['sha256']}  {one['name']}\n"
        for one in inputs
        if one["role"] in _ROLES or (one["role"] == "table" and Path(one["name"]).stem in _TABLES)
    )
    return sha256("".join(lines).encode())


def place(params: Params, row: int, column: str) -> str:
    """A cell of districts.csv as messages name it."""
    return f"data/{params.data_folder}/{OF_DISTRICTS}.csv 第 {row} 行 {column} 列"


def _listed(root: Path, params: Params) -> Iterator[District]:
    """The districts as districts.csv has them."""
    frame = tables.read_one(root, params.data_folder, OF_DISTRICTS)
    for number, row in zip(frame.index, table_files.rows(frame), strict=True):
        standing, days = _standing(row["due"], row["received_on"], params.published_on)
        folder = row["folder"] or f"{_FOLDER}/{row['district_id']}"
        places.inside(root, folder, place(params, number, "folder"))
        yield District(
            int(number),
            row["district_id"],
            row["name"],
            row["initial_budget"],
            folder,
            row["due"],
            row["received_on"],
            standing,
            days,
        )


def _standing(due: dt.date | None, received: dt.date | None, today: dt.date) -> tuple[Standing, int | None]:
    """How a district stands on the day of publication, and the days that it came late or has been due."""
    if received is None:
        if due is not None and due >= today:
            return Standing.NOT_DUE, None
        return Standing.MISSING, (today - due).days if due else None
    if due is None:
        return Standing.UNDATED, None
    return (Standing.LATE, (received - due).days) if received > due else (Standing.IN_TIME, None)


def _record_files(root: Path, folder: str, year: int) -> tuple[str, ...]:
    """The closed record, or manifest and figures of the published version; those of them that are there."""
    closed = f"{folder}/{closings.place(year)}"
    if _path(root, closed).is_file():
        return (closed,)
    published = f"{folder}/outputs/{year}"
    names = (f"{published}/{_MANIFEST}", f"{published}/{_FIGURES}")
    return tuple(name for name in names if _path(root, name).is_file())


def _rows_of(root: Path, one: District, params: Params) -> tuple[str, str] | None:
    """The names of the two files of rows; None where neither is there, TableError where one is."""
    folder = f"{one.folder}/outputs/{params.report_year}.upward"
    names = (f"{folder}/{TOTALS}", f"{folder}/{INDICATORS}")
    there = [name for name in names if _path(root, name).is_file()]
    if not there:
        return None
    if len(there) < len(names):
        missing = next(name for name in names if name not in there)
        remedy = "请区县重新运行 jixiao upward --rows，两个文件一起报送"
        raise TableError(Fault(missing, "没有这个文件", f"与 {Path(there[0]).name} 在一起", remedy))
    return names


def _path(root: Path, name: str) -> Path:
    """The file `name`; PlaceError where a link leads it out of the kit."""
    return places.inside(root, name, name)


def _with_record(root: Path, one: District, params: Params) -> District:
    """A district with its figures; without, where nothing came. TableError for what cannot be used."""
    names = _record_files(root, one.folder, params.report_year)
    if not one.standing.received:
        if names:
            found = f"没有填，{names[0]} 却在"
            raise TableError(Fault(place(params, one.row, "received_on"), found, remedy="填上收到的日期"))
        return one
    if not names:
        expected = f"{closings.place(params.report_year)}，或 outputs/{params.report_year}/ 里的 {_MANIFEST}、{_FIGURES}"
        found = "里没有封存记录，也没有发布的统计数"
        raise TableError(Fault(one.folder, found, expected, "放入区县报送的文件，或删去收到的日期"))
    closed = len(names) == 1 and names[0].endswith(closings.place(params.report_year))
    contents = {name: _path(root, name).read_bytes() for name in names}
    record = (_closed if closed else _published)(contents, params.report_year)
    source = f"{one.name}的{'封存记录' if closed else '统计数'} {names[-1]}（SHA-256 {sha256(contents[names[-1]])[:12]}）"
    figures = {each.key: each for each in closings.recorded(record.figures, source, record.reconstructed)}
    _refuse_another(one, figures, names[0], params, record.reconstructed)
    return replace(
        one,
        figures=figures,
        closed=closed,
        reconstructed=record.reconstructed,
        digest=sha256(contents[names[-1]]),
        made_from=made_from(record.inputs),
        rows=_rows_of(root, one, params),
    )


def _closed(contents: Mapping[str, bytes], year: int) -> _Record:
    """What a closed record says."""
    ((name, content),) = contents.items()
    found = closings.parsed(content)
    said = found.get("report_year", year)
    if said != year:
        raise TableError(Fault(name, f"是 {said} 工作年度的", f"{year} 工作年度的", "换成这一年度的"))
    entry = closings.closed(tuple(found["entries"]) if found else closings.entries(content, year, name))
    if entry is None:
        raise TableError(
            Fault(name, "封存后又重开，还没有再封存", remedy="请区县封存后再报送，或删去它，用发布的统计数")
        )
    return _Record(entry["figures"], entry["inputs"], entry.get("origin") == RECONSTRUCTION)


def _published(contents: Mapping[str, bytes], year: int) -> _Record:
    """What a published version says whose manifest and figures are whole."""
    name = next(iter(contents))
    folder = name.removesuffix(f"/{_MANIFEST}").removesuffix(f"/{_FIGURES}")
    manifest, figures = (contents.get(f"{folder}/{one}") for one in (_MANIFEST, _FIGURES))
    if manifest is None or figures is None:
        missing = _MANIFEST if manifest is None else _FIGURES
        raise TableError(
            Fault(f"{folder}/{missing}", "没有这个文件", remedy="请区县重新报送整个 outputs 文件夹")
        )
    said = _json(
        manifest, f"{folder}/{_MANIFEST}", lambda found: sealed(found) == manifest and _lists_files(found)
    )
    if said.get("report_year") != year or said.get("publication") != DEFAULT_NOTEBOOK:
        found = f"是 {said.get('report_year')} 工作年度 {said.get('publication')} 的"
        raise TableError(Fault(f"{folder}/{_MANIFEST}", found, f"{year} 工作年度 {DEFAULT_NOTEBOOK} 的"))
    digests = {one["name"]: one["sha256"] for one in said["files"]}
    if digests.get(_FIGURES) != sha256(figures):
        found = f"与 {_MANIFEST} 里的校验值不符"
        raise TableError(Fault(f"{folder}/{_FIGURES}", found, remedy="请区县重新报送整个 outputs 文件夹"))
    listed = _json(figures, f"{folder}/{_FIGURES}", lambda found: _each_has(found.get("figures"), _VALUE))
    by_key = {one["key"]: one for one in listed["figures"]}
    return _Record(by_key, said["inputs"], listed.get("origin") == RECONSTRUCTION)


def _lists_files(manifest: Mapping[str, Any]) -> bool:
    return _each_has(manifest.get("files"), _FILE) and _each_has(manifest.get("inputs"), (*_FILE, "role"))


def _each_has(found: object, keys: Iterable[str]) -> bool:
    """Whether `found` is a list of objects with texts (or no value) under `keys`."""
    return isinstance(found, list) and all(
        isinstance(one, dict) and all(isinstance(one.get(key, 0), str | None) for key in keys)
        for one in found
    )


def _json(content: bytes, name: str, fits: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
    """A JSON file of a version; TableError where it is not as this program wrote it."""
    try:
        found = json.loads(content)
        if isinstance(found, dict) and fits(found):
            return found
    except (ValueError, RecursionError):
        pass
    raise TableError(Fault(name, "已损坏，或不是本程序写的", remedy="请区县重新报送整个 outputs 文件夹"))


def _refuse_another(
    one: District, figures: Mapping[str, Figure], name: str, params: Params, reconstructed: bool
) -> None:
    """TableError for what another district sent, and for invented rows in a province of recorded ones."""
    region = figures["report.region"].number if "report.region" in figures else ""
    if not (region.endswith(one.name) or one.name.endswith(region or "\0")):
        remedy = "换成这个区县的；就是它的，把 districts.csv 的 name 写成一样"
        raise TableError(Fault(name, f"是“{region}”的", f"“{one.name}”的", remedy))
    if reconstructed and not params.reconstructed:
        found = "是重构数据，本套的 data_origin 是 recorded"
        raise TableError(Fault(name, found, "实际填报的", "换成实际的，或把 data_origin 改为 reconstruction"))


def _sent_twice(found: Iterable[District], params: Params) -> Iterator[Fault]:
    """A fault for each district whose folder or record is that of one before it."""
    first: dict[str, District] = {}
    for one in found:
        same = next((first[key] for key in (one.folder, one.digest) if key in first), None)
        if same is not None:
            what = "文件夹" if same.folder == one.folder else "封存记录"
            remedy = "每个区县用自己的"
            yield Fault(
                place(params, one.row, "folder"),
                f"{what}与第 {same.row} 行“{same.name}”的相同",
                remedy=remedy,
            )
        first |= {key: one for key in (one.folder, one.digest) if key}

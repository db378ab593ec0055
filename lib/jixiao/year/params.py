"""Reads params/<year>.yml, the parameters of one report year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.kit import numbers, places, strict_yaml
from jixiao.kit.errors import Fault, ParameterError
from jixiao.year import tiers
from jixiao.year.tiers import YearTier
from jixiao.year.words import SubjectKind, Work

DEFAULT_NOTEBOOK = "annual_report"
RECONSTRUCTION = "reconstruction"
ORIGINS = ("recorded", RECONSTRUCTION)
NOTEBOOK_ID = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
# Tables whose rows are of single units or projects.
SINGLE_ROWS = (
    "units", "subjects", "indicators", "scores", "key_projects", "problems", "target_reviews",
    "target_conclusions", "monitoring", "applications", "agencies", "ex_ante", "funds", "sources", "received",
    "changes", "disclosures", "samples", "sample_frame",
)  # fmt: skip


@dataclass(frozen=True)
class Params:
    """What the reports of one year are asked for; the field names are the keys of params/<year>.yml.

    `tiers` says who gives scores, and in which bands they are counted.
    `leave_out` names sections that are not written, `not_done` work that the year did not see (an empty table only
    says that nothing was recorded), `notebooks` each notebook of the year with values of its own.
    `contact` is whom readers may ask, "" for nobody: it stands at the end of the report.
    `public_rows` names the tables of SINGLE_ROWS whose rows and names the public edition may show one by one.
    """

    report_year: int
    evaluated_year: int
    region: str
    issuer: str
    published_on: dt.date
    license: str
    contact: str
    policy: str
    data_folder: str
    data_origin: str
    total_initial_budget: Decimal | None
    tiers: Mapping[str, YearTier]
    leave_out: tuple[str, ...]
    not_done: tuple[str, ...]
    public_rows: tuple[str, ...]
    notebooks: Mapping[str, Mapping[str, Any]]

    @property
    def reconstructed(self) -> bool:
        """Whether the rows of the year are invented."""
        return self.data_origin == RECONSTRUCTION


NAMES = tuple(one.name for one in fields(Params))
_OF_THE_YEAR = ("report_year", "notebooks")  # one for all notebooks of a year
_WHERE_LEFT_OUT: Mapping[str, Any] = {
    "contact": "",
    "leave_out": [],
    "not_done": [],
    "public_rows": [],
    "notebooks": {DEFAULT_NOTEBOOK: {}},
}


@dataclass(frozen=True)
class Recorded:
    """The parameters of a year as plain values, as papermill passes them, and as typed ones.

    `content` is the file as it was when they were read.
    """

    plain: Mapping[str, Any]
    typed: Params
    content: bytes = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The file, as messages name it."""
        return f"params/{self.typed.report_year}.yml"

    def given_to(self, notebook: str) -> str:
        """Where values of a notebook's own stand, as messages name it."""
        return f"{self.name} 的 notebooks.{notebook}"

    def of_notebook(self, notebook: str) -> Params:
        """The parameters as they hold for one notebook, which may change some of the year's; ParameterError lists faults."""
        given = self.typed.notebooks.get(notebook, {})
        changed = {name: value for name, value in given.items() if name in NAMES}
        if not changed:
            return self.typed
        where = self.given_to(notebook)
        fixed = [name for name in changed if name in _OF_THE_YEAR]
        if fixed:
            found = f"{'、'.join(fixed)} 是整个年度的参数"
            raise ParameterError(Fault(where, found, remedy="不写在笔记本名下"))
        return checked({**self.plain, **changed}, lambda *key: f"{where} 的 {'.'.join(key)}")


def read(root: Path, year: int) -> dict[str, Any]:
    """The plain values of params/<year>.yml; ParameterError lists every fault."""
    return dict(recorded(root, year).plain)


def of_year(root: Path, year: int) -> Params:
    """The typed values of params/<year>.yml; ParameterError lists every fault."""
    return recorded(root, year).typed


def recorded(root: Path, year: int) -> Recorded:
    """What params/<year>.yml says, read once; ParameterError lists every fault."""
    name = f"params/{year}.yml"
    path = places.inside(root / "params", f"{year}.yml", name)
    if not path.is_file():
        known = sorted(p.stem for p in path.parent.glob("[0-9]*.yml"))
        raise ParameterError(
            Fault(
                name,
                "没有这个年度的参数文件",
                f"已有的年度：{'、'.join(known) or '无'}",
                f"运行 jixiao new-year {year}",
            )
        )
    content = path.read_bytes()
    document = strict_yaml.of_bytes(content, name)
    typed = checked(document.value, document.place)
    if typed.report_year != year:
        raise ParameterError(
            Fault(document.place("report_year"), f"工作年度是 {typed.report_year}", f"{year}")
        )
    return Recorded({**document.value, **_left_out_of(document.value)}, typed, content)


def _left_out_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the keys that a file may go without."""
    return {name: value for name, value in _WHERE_LEFT_OUT.items() if name not in values}


def checked(values: Any, place: Callable[..., str]) -> Params:
    """`values` converted to `Params`; `place(key)` says where a key stands; raises once for all faults."""
    if not isinstance(values, dict):
        raise ParameterError(Fault(place(), "不是“键: 值”的形式", "每行一个“键: 值”"))
    faults = _name_faults(values, place)
    values = values | _left_out_of(values)
    converted: dict[str, Any] = {}
    for name in NAMES:
        if name in values:
            try:
                converted[name] = _CONVERTERS[name](values[name])
            except _Mismatch as mismatch:
                faults.append(Fault(place(name, *mismatch.path), _found(name, values[name]), str(mismatch)))
    if faults:
        raise ParameterError(*faults)
    typed = Params(**converted)
    if typed.evaluated_year > typed.report_year:
        found = f"被评价年度 {typed.evaluated_year} 晚于工作年度 {typed.report_year}"
        raise ParameterError(Fault(place("evaluated_year"), found, "不晚于工作年度"))
    known = works(typed.tiers)
    faults = [_no_such_work(name, known, place) for name in typed.not_done if name not in known]
    if faults:
        raise ParameterError(*faults)
    return typed


def _no_such_work(name: str, known: Mapping[str, str], place: Callable[..., str]) -> Fault:
    listed = "、".join(f"{work}（{words}）" for work, words in known.items())
    return Fault(place("not_done"), f"not_done 里的“{name}”不是一项工作", f"没有做的工作，可以写：{listed}")


def _found(name: str, value: Any) -> str:
    if value == "":
        return f"{name} 没有填"
    return f"{name} 的写法不对" if isinstance(value, dict) else f"{name} 是“{value}”"


def _name_faults(values: Mapping[str, Any], place: Callable[..., str]) -> list[Fault]:
    """Unknown keys and missing ones; a misspelt key is one fault, not two."""
    unknown = [key for key in values if key not in NAMES]
    faults = [
        Fault(
            place(key),
            f"没有名为“{key}”的参数",
            remedy=_REPLACED.get(key) or strict_yaml.suggestion(key, NAMES),
        )
        for key in unknown
    ]
    there = {*values, *_WHERE_LEFT_OUT, *(strict_yaml.meant(key, NAMES) for key in unknown)}
    missing = [name for name in NAMES if name not in there]
    return faults + [Fault(place(), f"缺少参数 {name}", remedy="补上这一行") for name in missing]


_REPLACED = {  # what earlier versions had, and where it stands now
    "bands": "分数段写进 tiers 里各层级的 bands",
    "evaluation_tiers": "各层级的名称写进 tiers，每个层级一行",
    "sections": "不写的章节写进 leave_out",
}


class _Mismatch(ValueError):
    """A value of the wrong type or form; its text says what is expected, `path` where inside the value."""

    def __init__(self, expected: str, *path: str) -> None:
        super().__init__(expected)
        self.path = path


def _year(value: Any) -> int:
    if type(value) is not int or not 1990 <= value <= 2100:
        raise _Mismatch("四位年份，如 2022")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise _Mismatch("一段文字")
    return value.strip()


def _text_or_none(value: Any) -> str:
    return "" if value in ("", None) else _text(value)


def _identifier(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise _Mismatch("params/policies 里的文件名（不带 .yml），如 mof-2020-10")
    return value


def _date(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise _Mismatch('加引号的日期，如 "2023-08-25"') from None


def _amount(value: Any) -> Decimal | None:
    if value is None:
        return None  # not known: the report leaves the share out
    try:
        if isinstance(value, bool):
            raise ValueError
        amount = numbers.parse(str(value))
    except ValueError:
        raise _Mismatch("数字（万元）；不知道的写 null") from None
    if amount <= 0:
        raise _Mismatch("大于零的数字（万元）")
    return amount


def _tiers(value: Any) -> dict[str, YearTier]:
    try:
        return tiers.parsed(value)
    except tiers.Misfit as misfit:
        raise _Mismatch(str(misfit), *misfit.path) from None


def _texts_or_none(value: Any) -> tuple[str, ...]:
    fine = isinstance(value, list) and all(
        isinstance(v, str) and v.strip() and v.isprintable() for v in value
    )
    if not fine:
        raise _Mismatch("一列文字")
    if len(set(value)) < len(value):
        raise _Mismatch("一列不重复的文字")
    return tuple(value)


def _tables(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(one in SINGLE_ROWS for one in value):
        raise _Mismatch(f"一列数据表的名称：{'、'.join(SINGLE_ROWS)}")
    return tuple(dict.fromkeys(value))


def works(declared: Mapping[str, YearTier]) -> dict[str, str]:
    """What a year may say that it did not do, each with its words: what has a table, and the scores of each tier."""
    scored = {
        f"{kind.key}.{tier.id}": f"{kind.words}{tier.name}"
        for tier in declared.values()
        for kind in SubjectKind
        if not tier.is_self
    }
    return {work.value: work.words for work in Work} | scored


def _choice(*allowed: str) -> Callable[[Any], str]:
    def convert(value: Any) -> str:
        if value not in allowed:
            raise _Mismatch("、".join(allowed) + " 之一")
        return value

    return convert


def _notebooks(value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict) or not value:
        raise _Mismatch(f"每行一个“笔记本: {{参数: 值}}”，没有参数的写 {DEFAULT_NOTEBOOK}: {{}}")
    for name, own in value.items():
        if not NOTEBOOK_ID.fullmatch(name):
            raise _Mismatch("notebooks/ 里的文件名（不带 .ipynb），用小写字母、数字、_ 和 -", name)
        if not isinstance(own, dict):
            raise _Mismatch(f"{name}: {{参数: 值}}，没有参数的写 {name}: {{}}", name)
    return value


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "report_year": _year,
    "evaluated_year": _year,
    "region": _text,
    "issuer": _text,
    "published_on": _date,
    "license": _text,
    "contact": _text_or_none,
    "policy": _identifier,
    "data_folder": _text,
    "data_origin": _choice(*ORIGINS),
    "total_initial_budget": _amount,
    "tiers": _tiers,
    "leave_out": _texts_or_none,
    "not_done": _texts_or_none,
    "public_rows": _tables,
    "notebooks": _notebooks,
}

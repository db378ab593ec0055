"""Review sheets for the targets of a year: one .xlsx for each department, with its opinions and its conclusions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jixiao.checks import cards, engine, goals, settings
from jixiao.exchange.issuing import issue, target_sheet
from jixiao.exchange.issuing.target_sheet import Reviewed
from jixiao.forms.records import records
from jixiao.kit import places, workbooks
from jixiao.kit.workbooks import Book
from jixiao.rules import policy
from jixiao.rules.policy import Policy
from jixiao.year import table_files
from jixiao.year.params import Params
from jixiao.year.tables import Tables, read

_RULES = ("G01", "G02", "G03", "G04", "G05", "G06", "G07", "G08", "G09", "G10", "G11", "G12", "G15")
_TITLE = "绩效目标会审表"


@dataclass(frozen=True)
class SelfCheck:
    """What the checks of targets found: by the id of an indicator, and of subjects as a whole."""

    indicators: Mapping[str, Sequence[str]]
    subjects: Mapping[str, Sequence[str]]


def write(
    root: Path, params: Params, folder: Path, filled: bool, tick: Callable[[int, int, str], object]
) -> int:
    """Write the sheets of a year to a folder and count them; `tick` is told how many of how many, and which."""
    tables = read(root, params.data_folder, needed=("units", "subjects"))
    rules = policy.in_force(root, params.policy, params.evaluated_year)
    found = self_check(tables, rules, settings.in_force(root, rules), params)
    made = list(workbooks_of(tables, params, found, filled))
    folder.mkdir(parents=True, exist_ok=True)
    for count, (name, content) in enumerate(made, 1):
        places.write_whole(folder / name, content)
        tick(count, len(made), name)
    return len(made)


def self_check(tables: Tables, rules: Policy, limits: settings.Settings, params: Params) -> SelfCheck:
    """What the rules of targets that are on find in the tables of the year, in words."""
    known = records.of_tables(tables)
    inspection = engine.inspection_of(known, rules, limits.values, params)
    names = cards.read()
    ids = known["indicators"]["indicator_id"]
    indicators: dict[str, list[str]] = {}
    subjects: dict[str, list[str]] = {}
    for rule in (rule for rule in _RULES if rule not in limits.off):
        for found in goals.CHECKS[rule](inspection):
            said = f"{rule} {names[rule].name}：{found.found}"
            if found.table == "indicators" and found.row is not None:
                indicators.setdefault(ids[found.row], []).append(said)
            else:
                subjects.setdefault(found.subject, []).append(said)
    return SelfCheck(indicators, subjects)


def workbooks_of(
    tables: Tables, params: Params, found: SelfCheck, filled: bool
) -> Iterator[tuple[str, bytes]]:
    """File name and content of the sheets of each department that has a subject, in the order of units.csv.

    With `filled` the opinions and conclusions so far are printed.
    """
    units = tables["units"].set_index("unit_id")
    departments: dict[str, list[Reviewed]] = {}
    for unit, one in _reviewed(tables, found, filled):
        departments.setdefault(str(units.loc[unit, "department_id"]), []).append(one)
    used: set[str] = set()
    for code in (unit for unit in tables["units"]["unit_id"] if unit in departments):
        name = str(units.loc[code, "name"])
        head = target_sheet.Head(params.evaluated_year, params.issuer, code, name)
        yield issue.file_name(code, f"{name}{_TITLE}", used), workbook(departments[code], head)


def _reviewed(tables: Tables, found: SelfCheck, filled: bool) -> Iterator[tuple[str, Reviewed]]:
    """Each subject with its unit, in the order of subjects.csv."""
    rows: dict[Any, Sequence[Any]] = {
        key: tuple(group.itertuples()) for key, group in tables["indicators"].groupby("subject_id")
    }
    opinions: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in table_files.rows(tables["target_reviews"]) if filled else ():
        opinions.setdefault((row["subject_id"], row["indicator_id"] or ""), []).append(row)
    concluded = {
        row["subject_id"]: row for row in (table_files.rows(tables["target_conclusions"]) if filled else ())
    }
    subject: Any
    for subject in tables["subjects"].itertuples():
        indicators = rows.get(subject.subject_id, ())
        yield (
            subject.unit_id,
            Reviewed(
                subject.subject_id,
                subject.name,
                subject.initial_budget,
                indicators,
                {one.indicator_id: found.indicators.get(one.indicator_id, ()) for one in indicators},
                found.subjects.get(subject.subject_id, ()),
                {key: said for (owner, key), said in opinions.items() if owner == subject.subject_id},
                concluded.get(subject.subject_id, {}),
            ),
        )


def workbook(own: Sequence[Reviewed], head: target_sheet.Head) -> bytes:
    """The .xlsx of a department; the same subjects give the same bytes."""

    def build(book: Book) -> None:
        target_sheet.opinions(book.sheet("会审意见", target_sheet.WIDTHS), own, head)
        target_sheet.conclusions(book.sheet("会审结论", target_sheet.CONCLUSION_WIDTHS), own, head)

    title = f"{_TITLE}（{head.year}年度） {head.department}"
    return workbooks.workbook(build, title=title, author=head.issuer, day=date(head.year, 12, 31))

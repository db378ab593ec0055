"""Work papers for the subjects that were drawn for review: one .xlsx for each department, a sheet for each subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jixiao.exchange.issuing import issue, review_sheet
from jixiao.exchange.issuing.review_sheet import TITLE, Paper
from jixiao.kit import places, workbooks
from jixiao.kit.errors import Fault, ParameterError
from jixiao.kit.workbooks import Book
from jixiao.rules import execution, policy, scoring
from jixiao.rules.policy import Policy
from jixiao.year.params import Params
from jixiao.year.tables import Tables, read


def write(
    root: Path, params: Params, folder: Path, filled: bool, tick: Callable[[int, int, str], object]
) -> int:
    """Write the papers of a year to a folder and count them; `tick` is told how many of how many, and which.

    ParameterError as long as nothing has been drawn.
    """
    tables = read(root, params.data_folder, needed=("units", "subjects"))
    rules = policy.in_force(root, params.policy, params.evaluated_year)
    if tables["samples"].empty:
        year = params.report_year
        remedy = f"先运行 jixiao sample {year}，如 jixiao sample {year} --share 15%"
        raise ParameterError(Fault(tables.place("samples"), "还没有抽取要复核的对象", remedy=remedy))
    made = list(workbooks_of(tables, params, rules, filled))
    folder.mkdir(parents=True, exist_ok=True)
    for count, (name, content) in enumerate(made, 1):
        places.write_whole(folder / name, content)
        tick(count, len(made), name)
    return len(made)


def workbooks_of(tables: Tables, params: Params, rules: Policy, filled: bool) -> Iterator[tuple[str, bytes]]:
    """File name and content of the papers of each department that has a subject drawn, in the order of units.csv."""
    departments: dict[tuple[str, str], list[Paper]] = {}
    for department, paper in papers(tables, params, rules, filled):
        departments.setdefault(department, []).append(paper)
    order = {unit: place for place, unit in enumerate(tables["units"]["unit_id"])}
    used: set[str] = set()
    for (code, name), own in sorted(departments.items(), key=lambda one: order[one[0][0]]):
        yield issue.file_name(code, f"{name}{TITLE}", used), workbook(own, name)


def papers(
    tables: Tables, params: Params, rules: Policy, filled: bool
) -> Iterator[tuple[tuple[str, str], Paper]]:
    """The paper of each subject that was drawn, in the order of subjects.csv, with code and name of its department."""
    units = tables["units"].set_index("unit_id")
    rows = {key: tuple(group.itertuples()) for key, group in tables["indicators"].groupby("subject_id")}
    totals = scoring.totals(tables["subjects"], tables["indicators"], rules, tables["scores"])
    spent = dict(zip(totals["subject_id"], totals["execution_points"], strict=True))
    weights = scoring.group_weights(tables["indicators"])
    drawn = tables["subjects"][tables["subjects"]["subject_id"].isin(tables["samples"]["subject_id"])]
    subject: Any
    for subject in drawn.itertuples():
        unit = units.loc[subject.unit_id]
        groups = scoring.scored_by(weights.get(subject.subject_id, {}), rules)
        department = unit["department_id"]
        yield (
            (department, units.loc[department, "name"]),
            Paper(
                year=params.evaluated_year,
                issuer=params.issuer,
                code=subject.subject_id,
                name=subject.name,
                unit=unit["name"],
                department=units.loc[department, "name"],
                indicators=rows.get(subject.subject_id, ()),
                execution_weight=scoring.execution_weight(rules, groups),
                execution_points=spent[subject.subject_id],
                execution_rate=execution.rate(subject.adjusted_budget, subject.executed),
                places=rules["rounding"].value["places"],
                filled=filled,
            ),
        )


def workbook(own: Sequence[Paper], department: str) -> bytes:
    """The .xlsx with the papers of a department; the same papers give the same bytes."""

    def build(book: Book) -> None:
        used: list[str] = []
        for paper in own:
            name = workbooks.sheet_name(f"{paper.code} {paper.name}", used)
            used.append(name)
            review_sheet.write(book.sheet(name, review_sheet.WIDTHS), paper)

    first = own[0]
    title = f"{TITLE}（{first.year}年度） {department}"
    return workbooks.workbook(build, title=title, author=first.issuer, day=date(first.year, 12, 31))

"""What a received form is made of: sheets of texts, and the forms found in them; every value keeps its cell.

Rows and columns count from 0 here; `address` writes them as a spreadsheet does (row 0, column 5 is F1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from jixiao.kit.codes import Code
from jixiao.kit.errors import Place
from jixiao.year.words import Severity


class FormKind(Code):
    """What a form is for."""

    PROJECT = "project", "项目支出自评表"
    DEPARTMENT = "department", "部门整体支出自评表"
    REVIEW = "review", "复核底稿"
    TARGETS = "targets", "绩效目标表"
    SCORES = "scores", "绩效评价评分表"
    LIST = "list", "清单"
    MONITORING = "monitoring", "绩效运行监控表"
    TARGET_OPINIONS = "target_opinions", "绩效目标会审意见表"
    TARGET_CONCLUSIONS = "target_conclusions", "绩效目标会审结论表"


SELF_EVALUATIONS = (FormKind.PROJECT, FormKind.DEPARTMENT)
# Nobody has filled in what was reached by a target and what was spent.
WITHOUT_RESULTS = (FormKind.TARGETS, FormKind.SCORES, FormKind.LIST)
OF_ONE_SUBJECT = (
    *SELF_EVALUATIONS,
    FormKind.TARGETS,
)  # it holds all rows of its subject; a second one is a new version
OF_MANY_SUBJECTS = (FormKind.REVIEW, FormKind.LIST)  # such a table may go on in a second file
# They are no evaluations: nothing of them is scored, and their rows stand in tables of their own (records.other_work).
OF_OTHER_WORK = (FormKind.MONITORING, FormKind.TARGET_OPINIONS, FormKind.TARGET_CONCLUSIONS)


def address(row: int, column: int) -> str:
    """The name that a spreadsheet gives to a cell: F1 for row 0, column 5."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something noticed while a file was read: the id of its rule (F01 … F34), the place, and the words of a finding.

    Its severity is that of the rule's card unless it is given here; `subject` is whose form it is about, "" where it
    is about no single form.
    """

    rule: str
    place: Place
    found: str
    expected: str = ""
    remedy: str = ""
    severity: Severity | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged area of cells, from its first to its last row and column."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in the area."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class Sheet:
    """One sheet: the texts that its cells show ("" for blank), from A1 on; all rows have the same length.

    `textual` are the cells (row, column) whose number is stored as text, `uncached` those of formulas without a
    stored value, `errors` those that show an error value or a picture, which read blank. `stored` is what is stored in
    cells that show it otherwise: 1000000 where the format shows 100.
    """

    file: str
    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[Merged, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    textual: frozenset[tuple[int, int]] = frozenset()
    uncached: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()
    stored: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def place(self, row: int, column: int) -> Place:
        """The place of a cell, for messages."""
        return Place(self.file, self.name, address(row, column), row + 1)


@dataclass(frozen=True)
class Workbook:
    """One received file: its sheets, and what was noticed on opening it (macros left out, links ignored)."""

    file: str
    sheets: tuple[Sheet, ...]
    remarks: tuple[Remark, ...] = ()


class Value(NamedTuple):
    """A text and the cell it stands in."""

    text: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The name of its cell."""
        return address(self.row, self.column)


@dataclass(frozen=True)
class Form:
    """One form found in a sheet.

    `fields` are single values by name: title, year, name, code, unit, department, goal, achieved, problems,
    reasons, measures, total_weight, total_score, header_score (a total printed in the head), indicator_points (those
    that the title of the indicator table prints), amount_unit; of a form of monitoring also month, progress and state.
    `funds` are the rows of the money table, their keys: item, initial_budget, adjusted_budget, executed, forecast,
    weight, rate, score, reason. `indicators` are the rows of the indicator table, their keys the columns of
    indicators.csv (without ids) and those that only monitoring has; a key is missing where the form has no such column,
    its text "" where blank.
    `columns` are all names of fields and columns that the form has, `unread` those that a column may hold which was
    not understood. `fingerprint` stands for the labels of a form of which some were guessed or not understood; it is ""
    where all are known. `of_department` says that it is about a department as a whole. `area` are the cells of the sheet
    that belong to it and to no other form.
    """

    file: str
    sheet: str
    layout: str
    kind: FormKind
    fields: Mapping[str, Value] = field(default_factory=dict)
    funds: tuple[Mapping[str, Value], ...] = ()
    indicators: tuple[Mapping[str, Value], ...] = ()
    remarks: tuple[Remark, ...] = ()
    columns: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    fingerprint: str = ""
    of_department: bool = False
    area: Merged = Merged(0, 0, -1, -1)

    @property
    def unit(self) -> str:
        """The unit that it declares for its amounts, "" where it declares none."""
        return self.fields["amount_unit"].text if "amount_unit" in self.fields else ""

    def place(self, value: Value) -> Place:
        """The place of one of its values, for messages."""
        return Place(self.file, self.sheet, value.cell, value.row + 1)

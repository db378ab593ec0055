"""Examples: one side of a card in, records to run the checks on out.

Rows of an example stand over valid ones: each gives the cells that differ, `null` takes a row away, a row more than
there are repeats the first one. Every subject brings its own indicators, funds, scores and form.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from jixiao.checks.engine import Inspection, Published, place_of
from jixiao.forms.files.cell_text import Shown
from jixiao.forms.files.grids import Gathered, Grid
from jixiao.forms.layouts import layouts
from jixiao.forms.model import Merged, Workbook
from jixiao.forms.reading import reading
from jixiao.forms.records.records import FORM_COLUMNS, FORMS, PART_COLUMNS, PARTS, Records
from jixiao.kit import numbers, strict_yaml
from jixiao.kit.errors import Place, PolicyError
from jixiao.rules.policy_values import exact
from jixiao.year.params import Params, checked
from jixiao.year.schemas import SCHEMAS

FILE = "例.xlsx"
SHEET = "例"
POLICY = "mof-2020-10"
_NUMBERS = (
    "initial_budget", "adjusted_budget", "executed", "weight", "self_score", "review_score", "score", "amount",
    "month", "budget", "progress", "total_weight", "total_score", "header_score", "fee", "fee_deducted", "quality_score", "team", "plan",
    "consultation", "archive", "conduct", "amount_asked", "amount_approved", "amount_cut", "version",
    "inclusion_probability", "risk", "indicator_points",
)  # fmt: skip
_DATES = (
    "scored_on", "answered_on", "raised_on", "reviewed_on", "issued_on", "approved_on", "published_on", "received_on",
    "decided_on", "due", "closed_on",
)  # fmt: skip
_PER_SUBJECT = ("indicators", "funds", "scores", FORMS)
# In a sheet: merged with the cell above, before; a number kept as text; a formula whose result was not stored.
_SAME_ABOVE, _SAME_LEFT, _TEXT, _FORMULA = "^", "<", "'", "="
_STORED = re.compile("(.*)〔存的是(.*)〕")  # a number that its format shows as another one


@dataclass(frozen=True)
class Example:
    """What a run of the checks is given; `policy` is an id, `settings` are the policy's own for the rule."""

    records: Records
    policy: str
    params: Params
    settings: Mapping[str, Any]
    published: Published


def build(content: Mapping[str, Any], root: Path) -> Example:
    """The example in `content` (one side of a card); `root` is the kit, whose layouts read a sheet."""
    records = _from_sheet(content, root) if "sheet" in content else _from_rows(content)
    values = template()["params"] | content.get("params", {})
    params = checked(values, lambda *path: "例")
    facts = [_facts(content.get(name, {})) for name in ("published", "before", "quoted")]
    own = content.get("settings", {})
    return Example(records, content.get("policy", POLICY), params, own, Published(*facts))


def _facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Published facts: numbers are exact."""
    return {key: number if (number := exact(value)) is not None else value for key, value in values.items()}


def place(content: Mapping[str, Any], inspection: Inspection) -> Place:
    """The place that the failing side names: a cell of the sheet, or table, row (from 1) and column."""
    at = content["at"]
    if "sheet" in content:
        return Place(FILE, SHEET, at)
    table, row, column = at
    return place_of(inspection, table, row or None, column)


@cache
def template() -> Mapping[str, Any]:
    """The valid rows that examples stand over, by table."""
    path = Path(__file__).parent / "data" / "check_template.yml"
    return strict_yaml.read(path, path.name, PolicyError).value


def _from_rows(content: Mapping[str, Any]) -> Records:
    """Rows of `content`; under `known` it says where the ledger differs from the valid rows, else there is none."""
    known = _frames(content["known"]) if "known" in content else {}
    return Records(_frames(content), _table_place, known=known)


def _table_place(table: str, row: int | None, column: str) -> Place:
    return Place(table, "", f"{row or ''} {column}".strip())


def _frames(content: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    subjects = _over(template()["subjects"], content.get("subjects", []), "subject_id")
    frames = {"subjects": _frame("subjects", subjects)}
    for name in (*SCHEMAS, FORMS, PARTS):
        if name != "subjects":
            rows = list(_of_subjects(name, subjects)) if name in _PER_SUBJECT else template().get(name, [])
            frames[name] = _frame(name, _over(rows, content.get(name, [])))
    return frames


def _of_subjects(name: str, subjects: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The valid rows of one table, for every subject."""
    for subject in subjects:
        for row in template()[name]:
            own = {"subject_id": subject["subject_id"]}
            numbered = (
                {"indicator_id": f"{subject['subject_id']}{row['indicator_id']}"}
                if "indicator_id" in row
                else {}
            )
            yield row | own | numbered


def _over(rows: list[dict[str, Any]], changes: list[Any], key: str = "") -> list[dict[str, Any]]:
    """`rows` with `changes`, place for place; a row added repeats the first, with a `key` of its own."""
    first = rows[0] if rows else {}
    added = [first | ({key: f"{first[key]}-{n}"} if key else {}) for n in range(2, 2 + len(changes))]
    longer = [*rows, *(added[: max(len(changes) - len(rows), 0)])]
    padded = [*changes, *({} for _ in range(len(longer) - len(changes)))]
    return [row | change for row, change in zip(longer, padded, strict=True) if change is not None]


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {FORMS: FORM_COLUMNS, PARTS: PART_COLUMNS}.get(name) or tuple(SCHEMAS[name].columns)
    cells = [[_value(column, row.get(column)) for column in columns] for row in rows]
    return pd.DataFrame(cells, index=range(1, len(rows) + 1), columns=list(columns), dtype=object)


def _value(column: str, value: Any) -> Any:
    if value is None or value == "" or isinstance(value, bool):
        return None if value == "" else value
    if column in _DATES:
        return dt.date.fromisoformat(value)
    return numbers.parse(str(value)) if column in _NUMBERS else value


def _from_sheet(content: Mapping[str, Any], root: Path) -> Records:
    """The sheet of an example, opened and read as any received form is."""
    from jixiao.forms.records import from_forms

    gathered = Gathered(FILE)
    gathered.end(_grid(content["sheet"], content.get("hidden_rows", [])))
    book = Workbook(FILE, tuple(gathered.sheets), tuple(gathered.remarks))
    found = reading.forms_of(book, layouts.read(root))
    records = from_forms.records(found.forms)
    return replace(records, remarks=tuple(dict.fromkeys((*found.remarks, *records.remarks))))


def _grid(text: str, hidden_rows: list[str]) -> Grid:
    """What a reader would have gathered of the sheet: a line is a row, its cells stand between `|`."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    width = max(map(len, lines))
    cells = [[*line, *[""] * (width - len(line))] for line in lines]
    gathered = Grid(
        FILE, SHEET, merged=list(_merged(cells)), hidden_rows={int(row) - 1 for row in hidden_rows}
    )
    for r, c, cell in ((r, c, cell) for r, line in enumerate(cells) for c, cell in enumerate(line)):
        if shown := _STORED.fullmatch(cell):
            gathered.put_shown(r, c, Shown(shown[1], shown[2], True))
        else:
            text = "" if cell in (_SAME_ABOVE, _SAME_LEFT, _FORMULA) else cell.removeprefix(_TEXT)
            gathered.put_seen(r, c, text)
        if cell == _FORMULA:
            gathered.uncached.add((r, c))
        elif cell.startswith(_TEXT):
            gathered.textual.add((r, c))
    return gathered


def _merged(grid: list[list[str]]) -> Iterator[Merged]:
    """Areas of a cell and the marks that follow it downward, or to the right."""
    for r, line in enumerate(grid):
        for c, cell in enumerate(line):
            below = next((n for n in range(r + 1, len(grid)) if grid[n][c] != _SAME_ABOVE), len(grid)) - 1
            right = next((n for n in range(c + 1, len(line)) if line[n] != _SAME_LEFT), len(line)) - 1
            if cell not in (_SAME_ABOVE, _SAME_LEFT) and (below > r or right > c):
                yield Merged(r, c, below, right)

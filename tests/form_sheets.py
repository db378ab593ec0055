"""Facts of a real form in (tests/data/forms/*.json), the same form laid out as its place prints it out.

python tests/form_sheets.py FOLDER    writes all of them there, to look at
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from form_shapes import SAID, SHAPES, Shape
from jixiao.forms.model import Merged, Sheet

Facts = Mapping[str, Any]
FOLDER = Path(__file__).parent / "data/forms"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?")
_PERCENT = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,2}))?%")
_SIGNED = re.compile(r"([≥≤=]|定性)\s*(.+?)(%?)")
NO_LEVEL = "(无一级)"


@dataclass(frozen=True)
class Variant:
    """What an unit changes without changing what the form says; `order` sorts the columns of indicators anew."""

    order: Callable[[list[Any]], list[Any]] = list
    blank_column: int | None = None
    levels: str = "merged"  # or "blank": continuation cells left empty; "repeated": written in every row
    top: int = 0
    merged: bool = True


@dataclass
class Laid:
    """A sheet in the making: texts by cell, and merged areas."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)

    def put(self, row: int, column: int, text: str | None, bottom: int = 0, right: int = 0) -> None:
        """A cell, merged down to `bottom` and over to `right` where these lie further."""
        self.cells[row, column] = text or ""
        area = Merged(row, column, max(row, bottom), max(column, right))
        if (area.bottom, area.right) != (row, column):
            self.merged.append(area)

    @property
    def height(self) -> int:
        """Rows used so far."""
        return max([row for row, _ in self.cells] + [area.bottom for area in self.merged], default=-1) + 1

    def shifted(self, at: int) -> Laid:
        """With a blank column inserted before column `at`, as a spreadsheet does it."""
        cells = {(r, c + (c >= at)): text for (r, c), text in self.cells.items()}
        merged = [
            Merged(m.top, m.left + (m.left >= at), m.bottom, m.right + (m.right >= at)) for m in self.merged
        ]
        return Laid(cells, merged)

    def sheet(self, file: str = "表.xlsx", name: str = "自评表") -> Sheet:
        """The sheet as opening a file with it gives it."""
        width = max([column for _, column in self.cells] + [area.right for area in self.merged]) + 1
        rows = tuple(tuple(self.cells.get((r, c), "") for c in range(width)) for r in range(self.height))
        return Sheet(file, name, rows, tuple(self.merged))


def all_facts() -> dict[str, Facts]:
    """The facts of every form by the name of its file."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def layout_of(facts: Facts) -> str:
    """The layout that the facts say the form has."""
    return next((name for words, name in SAID.items() if facts["layout"].startswith(words)), "mof-2020-10")


def total_of(facts: Facts) -> tuple[str, str, str]:
    """Weight and score of the total row, and the score in the head, as printed; "" where there is none."""
    text = re.sub(r"^\([^)]*\)", "", facts["total"] or "")
    if "表头" in text:
        return "", "", text.partition("(")[0]
    weight, bar, score = text.partition("|")
    return (weight.strip(), score.strip(), "") if bar else ("", text.strip(), "")


def lay_out(facts: Facts, variant: Variant = Variant()) -> Laid:
    """The whole form on one sheet."""
    laid = Laid()
    stack(laid, facts, variant)
    laid.merged = laid.merged if variant.merged else []
    return laid if variant.blank_column is None else laid.shifted(variant.blank_column)


def stack(laid: Laid, facts: Facts, variant: Variant = Variant()) -> None:
    """The form put below what `laid` holds already."""
    shape = SHAPES[layout_of(facts)]
    columns = variant.order([(key, label) for key, label in shape.indicators if not _empty(key, facts)])
    right = max(len(columns), len(shape.funds) + 2)
    row = laid.height + (1 if laid.cells else 0) + variant.top
    row = _head(laid, facts, shape, row, right)
    row = _funds(laid, facts, shape, row, right)
    row = _goals(laid, row, right)
    row = _indicators(laid, facts, columns, row, variant)
    row = _total(laid, facts, columns, row)
    for note in shape.notes:
        laid.put(row, 0, note, right=right)
        row += 1


def _empty(key: str, facts: Facts) -> bool:
    return key == "level1" and all(row["level1"] == NO_LEVEL for row in facts["indicators"])


def _head(laid: Laid, facts: Facts, shape: Shape, row: int, right: int) -> int:
    title = facts["title"] if any(word in facts["title"] for word in ("自评", "绩效")) else shape.title
    laid.put(row, 0, title, right=right)
    year = re.search(r"表头印([0-9]{4})", facts["year"]) or re.match(r"([0-9]{4})", facts["year"])
    laid.put(row + 1, 0, f"（{year[1]}年度）" if year else "", right=right)
    row += 2
    said = {
        "name": _name(facts),
        "header_score": total_of(facts)[2],
        "department": "主管部门甲",
        "unit": "实施单位乙",
    }
    half = (right + 1) // 2
    for at, (key, label) in enumerate(shape.head):
        left = 0 if at % 2 == 0 else half
        last = at == len(shape.head) - 1 or at % 2 == 1
        laid.put(row + at // 2, left, label)
        laid.put(row + at // 2, left + 1, said[key], right=right if last else half - 1)
    return row + (len(shape.head) + 1) // 2


def _name(facts: Facts) -> str:
    return facts["title"].rpartition(")")[2].strip() or facts["title"]


def _funds(laid: Laid, facts: Facts, shape: Shape, row: int, right: int) -> int:
    first = right - len(shape.funds) + 1
    laid.put(row, 0, shape.corner, bottom=row + len(facts["funds"]))
    laid.put(row, 1, "", right=first - 1)
    for column, (_, label) in enumerate(shape.funds, first):
        laid.put(row, column, label)
    for at, line in enumerate(facts["funds"], row + 1):
        laid.put(at, 1, line["row"], right=first - 1)
        for column, (key, _) in enumerate(shape.funds, first):
            laid.put(at, column, line.get(key))
    return row + len(facts["funds"]) + 1


def _goals(laid: Laid, row: int, right: int) -> int:
    half = (right + 1) // 2
    laid.put(row, 0, "年度总体目标", bottom=row + 1)
    laid.put(row, 1, "预期目标", right=half)
    laid.put(row, half + 1, "实际完成情况", right=right)
    laid.put(row + 1, 1, "按计划完成本年任务。", right=half)
    laid.put(row + 1, half + 1, "已经完成。", right=right)
    return row + 2


def _indicators(laid: Laid, facts: Facts, columns: Sequence[Any], row: int, variant: Variant) -> int:
    rows = [_split(line, columns) for line in facts["indicators"]]
    laid.put(row, 0, "绩效指标", bottom=row + len(rows))
    for column, (key, label) in enumerate(columns, 1):
        laid.put(row, column, label)
        for top, bottom in _runs(rows, key, variant.levels):
            laid.put(row + 1 + top, column, rows[top].get(key), bottom=row + 1 + bottom)
    return row + 1 + len(rows)


def _split(line: Facts, columns: Sequence[Any]) -> dict[str, str | None]:
    """A row with target in three columns where the form has three."""
    if "operator" not in dict(columns):
        return {**line, "nature": line["level2"]}
    found = _SIGNED.fullmatch(line["target"])
    return {**line, "operator": found[1], "target": found[2], "measure_unit": found[3]}


def _runs(rows: Sequence[Facts], key: str, levels: str) -> Iterator[tuple[int, int]]:
    """First and last row of each cell of a column: levels go on over rows, other cells do not."""

    def same(a: int, b: int) -> bool:
        upto = ("level1",) if key == "level1" else ("level1", "level2")
        return key in upto and all(rows[a].get(name) == rows[b].get(name) for name in upto)

    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or levels == "repeated" or not same(start, at):
            yield start, at - 1 if levels == "merged" else start
            start = at


def _total(laid: Laid, facts: Facts, columns: Sequence[Any], row: int) -> int:
    weight, score, _ = total_of(facts)
    if not score:
        return row
    keys = [key for key, _ in columns]
    laid.put(row, 0, "总分", right=min(keys.index(key) for key in ("weight", "score") if key in keys))
    for key, text in (("weight", weight), ("score", score)):
        if key in keys:
            laid.put(row, keys.index(key) + 1, text)
    return row + 1


def write(laid: Laid, path: Path, name: str = "自评表") -> Path:
    """The sheet as an .xlsx: numbers and percentages without closing zeros as numbers, all else as text."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(name)
        looks: dict[str, Any] = {}
        areas = {(area.top, area.left): area for area in laid.merged}
        for cell, text in laid.cells.items():
            value, look = _typed(text)
            if look not in looks:
                shown = {"num_format": look} if look else {}
                looks[look] = book.add_format({"border": 1, "text_wrap": True, **shown})
            if area := areas.get(cell):
                sheet.merge_range(area.top, area.left, area.bottom, area.right, "", looks[look])
            if isinstance(value, str):
                sheet.write_string(*cell, value, looks[look])
            else:
                sheet.write_number(*cell, value, looks[look])
    return path


def _typed(text: str) -> tuple[Any, str]:
    if _NUMBER.fullmatch(text) and not text.endswith("0" if "." in text else "."):
        return float(text), ""
    if (found := _PERCENT.fullmatch(text)) and not (found[2] or "1").endswith("0"):
        places = len(found[2] or "")
        return float(text[:-1]) / 100, "0." + "0" * places + "%" if places else "0%"
    return text, ""


def variants(seed: int) -> Iterator[Variant]:
    """Ways of filling in the same form that change its look only."""
    chance = random.Random(seed)

    def moved(columns: list[Any]) -> list[Any]:
        return chance.sample(columns, len(columns))

    yield Variant(levels="blank")
    yield Variant(levels="repeated")
    yield Variant(levels="blank", merged=False)
    yield Variant(order=moved)
    yield Variant(order=moved, levels="repeated", top=chance.randrange(1, 6))
    for _ in range(3):
        yield Variant(blank_column=chance.randrange(0, 8))


if __name__ == "__main__":
    for stem, each in all_facts().items():
        write(lay_out(each), Path(sys.argv[1]) / f"{stem}.xlsx")

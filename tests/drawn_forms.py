"""Forms of any place, drawn with random rows from the facts of its layout: the workbook, and what was drawn in it.

tests/data/layouts/*.yml has the labels of each layout and what each means, read in Chinese and not taken from params/forms:
layouts.yml those of evaluations and targets, other_work.yml those of monitoring and of reviews of targets.

python tests/drawn_forms.py FOLDER    draws one form of each layout there, to look at
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import yaml
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

import form_work
from form_contents import Content, Shown, content, listed, plain

FOLDER = Path(__file__).parent / "data/layouts"
KEPT = ("level1", "level2", "level3", "operator", "target", "measure_unit", "actual", "weight", "self_score",
        "deviation_reason", "review_actual", "review_score", "review_remark", *form_work.COLUMNS)  # fmt: skip
MONEY = (
    "item",
    "initial_budget",
    "adjusted_budget",
    "executed",
    "forecast",
    "progress",
    "weight",
    "rate",
    "score",
)
FIELDS = ("name", "unit", "department", "year", "goal", "achieved", "header_score", "code", *form_work.FIELDS)
WITHOUT_CONTENT = ("blank",)


class Label(NamedTuple):
    """A label as it is printed, what it means, and where it stands (counted from 0)."""

    text: str
    meaning: str
    row: int
    column: int


@dataclass(frozen=True)
class Line:
    """A row of a table as drawn: its row in the sheet, and by meaning the text that it shows and its column."""

    row: int
    values: Mapping[str, str]
    columns: Mapping[str, int]


@dataclass
class Drawn:
    """A workbook with one form, and what it says."""

    book: openpyxl.Workbook
    layout: str
    sheet: str
    fields: dict[str, str] = field(default_factory=dict)
    cells: dict[str, tuple[int, int]] = field(default_factory=dict)  # where a field stands
    funds: list[Line] = field(default_factory=list)
    indicators: list[Line] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)  # of the columns of both tables
    aside: set[int] = field(
        default_factory=set
    )  # rows that hold neither indicators nor money, though they look so
    total: dict[str, str] = field(default_factory=dict)
    total_row: int = -1
    forms: int = 0


@dataclass(frozen=True)
class Ways:
    """How this unit draws: chances taken once for a form."""

    levels: str  # merged, blank or repeated
    pairs: int  # of the head in a row
    packed: bool  # labels with a colon: several in one cell
    breaks: bool
    spaced: bool
    year_apart: bool
    ascii_brackets: bool
    mark: str = ""  # before the labels of columns that must be filled in
    numbered: bool = False  # the labels of the head


def ways(chance: random.Random) -> Ways:
    """The ways of one unit."""
    return Ways(
        levels=chance.choice(("merged", "merged", "blank", "repeated")),
        pairs=chance.choice((1, 2, 2)),
        packed=chance.random() < 0.3,
        breaks=chance.random() < 0.2,
        spaced=chance.random() < 0.1,
        year_apart=chance.random() < 0.5,
        ascii_brackets=chance.random() < 0.1,
        mark=chance.choice(("*", "※")) if chance.random() < 0.06 else "",
        numbered=chance.random() < 0.06,
    )


@cache
def layouts(name: str = "layouts") -> dict[str, dict[str, Any]]:
    """The facts of all layouts by their number."""
    names = (name, "other_work") if name == "layouts" else (name,)
    files = [yaml.safe_load((FOLDER / f"{one}.yml").read_text(encoding="utf-8")) for one in names]
    known = {number: facts for file in files for number, facts in file.items()}
    for facts in known.values():
        assumed = facts.pop("assume", ())
        if "head" in assumed:
            subject = "部门名称" if facts["kind"] == "department" else "项目名称"
            given = facts.get("head", [])
            facts["head"] = [f"{subject} = name", "主管部门 = department", "实施单位 = unit", *given]
        if "funds" in assumed:
            scored = (
                ["分值 = weight", "执行率 = rate", "得分 = score"] if "sum" in facts else ["执行率 = rate"]
            )
            columns = [
                "年初预算数 = initial_budget",
                "全年预算数 = adjusted_budget",
                "全年执行数 = executed",
                *scored,
            ]
            facts["funds"] = {
                "label": "项目资金（万元）",
                "columns": columns,
                "rows": ["年度资金总额", "其中：当年财政拨款", "其他资金"],
            }
            facts["execution"] = 10 if "sum" in facts else 0
    return known


def split(one: str) -> tuple[str, str]:
    """A label and its meaning; without a meaning it is a row or cell of its own."""
    label, _, meaning = one.partition(" = ")
    return label, meaning


def flat(columns: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    """The columns of a head: the label above, "" where there is none, the label, and its meaning."""
    for one in columns:
        if isinstance(one, str):
            yield ("", *split(one))
        else:
            for above, below in one.items():
                for label in below:
                    yield (above, *split(label))


def drawn(number: str, seed: int) -> Drawn:
    """The form of a layout with rows made up from `seed`; where places print several below each other, at times two."""
    facts = layouts()[number]
    chance = random.Random(f"{number} {seed}")
    if facts["kind"] == "monitoring":
        facts = form_work.up_to(facts, chance.randint(1, 12))
    how = ways(chance)
    first = drawing(number, facts, content(facts, meanings(facts), chance), how, chance)
    made = first.drawn()
    if facts.get("stacked") and chance.random() < 0.3:
        Drawing(number, facts, content(facts, meanings(facts), chance), how, chance, first).drawn()
    return made


def meanings(facts: Mapping[str, Any]) -> list[str]:
    """What the columns of the indicator table mean."""
    return [meaning for _, _, meaning in flat(facts.get("columns", ()))]


class Drawing:
    """A sheet in the making, filled from top to bottom."""

    def __init__(
        self, number: str, facts: Mapping[str, Any], said: Content, how: Ways, chance: random.Random,
        above: Drawing | None = None,
    ) -> None:  # fmt: skip
        self.facts, self.said, self.how, self.chance = facts, said, how, chance
        book = above.out.book if above else openpyxl.Workbook()
        self.sheet = book.active
        self.row = above.row + 1 if above else 0
        self.before = len(above.out.funds) if above else 0  # rows of money of the form above
        if above:
            self.out = above.out
        else:
            self.sheet.title = said.name[:20] if facts["kind"] == "review" else "Sheet1"
            self.out = Drawn(book, number, self.sheet.title)
        self.out.forms += 0 if facts["kind"] == "none" else 1
        columns = list(flat(facts.get("columns", ())))
        funds = facts.get("funds") or {}
        self.left = 1 if facts.get("corner") else 0
        named = [split(one)[1] == "item" for one in funds.get("columns", ()) if isinstance(one, str)]
        self.money = list(flat(funds.get("columns", ())))
        needed = 1 + len(self.money) + (0 if any(named) else 1)
        self.width = max(self.left + len(columns), needed, 4)
        self.columns = columns
        self.spans = self._spans()

    def _spans(self) -> list[tuple[int, int]]:
        """First and last sheet column of each column of the indicators; a spare one goes to the longest."""
        spare = self.width - self.left - len(self.columns)
        meant = [meaning for _, _, meaning in self.columns]
        wide = meant.index("level3") if "level3" in meant else 0
        found, at = [], self.left
        for number in range(len(self.columns)):
            more = spare if number == wide else 0
            found.append((at, at + more))
            at += 1 + more
        return found

    def put(
        self, row: int, column: int, value: Shown | str | None, right: int | None = None, bottom: int = 0
    ) -> None:
        """A cell, merged over to `right` and down to `bottom`."""
        shown = value if isinstance(value, Shown) else Shown(value or "", value or None)
        cell = self.sheet.cell(row + 1, column + 1, shown.value)
        if isinstance(shown.value, str):
            cell.data_type = "s"  # a target such as =100% is no formula
        cell.alignment = Alignment(wrap_text=True)
        if shown.format:
            cell.number_format = shown.format
        right = column if right is None else max(column, right)
        if (right, max(row, bottom)) != (column, row):
            ends = {"end_row": max(row, bottom) + 1, "end_column": right + 1}
            self.sheet.merge_cells(start_row=row + 1, start_column=column + 1, **ends)

    def label(self, text: str, prefix: str = "") -> str:
        """A label as this unit prints it."""
        text = prefix + text
        if self.how.ascii_brackets:
            text = text.replace("（", "(").replace("）", ")")
        bare = text.rstrip("：")
        if self.how.breaks and len(bare) >= 6:
            return text[: len(bare) // 2] + "\n" + text[len(bare) // 2 :]
        return " ".join(text) if self.how.spaced and len(text) == 2 else text

    def drawn(self) -> Drawn:
        """The whole form."""
        self._title()
        self._head()
        self._funds()
        self._goal()
        self._block()
        for label, meaning in map(split, self.facts.get("other_rows", ())):
            self._pair_row(label, self._field(meaning, label, self.row, 1) if meaning else "已按要求办理。")
        if "early_corner" in self.facts:
            self._indicators(early=True)
        if self.columns:
            self._indicators()
        self._foot()
        for text in self.facts.get("other_sheet", ()):
            other = self.out.book["基础数据表"] if "基础数据表" in self.out.book.sheetnames else None
            (other or self.out.book.create_sheet("基础数据表", 0)).append([text, "", 12])
        return self.out

    def _title(self) -> None:
        title = self.facts.get("title")
        if not title:
            return
        year = f"（{self.said.year}年度）"
        unit = f"单位：{self._unit()}" if "unit" in (self.facts.get("funds") or {}) else ""
        apart = self.how.year_apart or bool(unit)
        top = self.row
        self.put(top, 0, title + ("" if apart else year), self.width - 1)
        if apart:
            half = self.chance.random() < 0.5 and bool(unit)
            last = self.width - (3 if half else 1)
            self.put(top + 1, 0, year if half else f"{year}　　{unit}".rstrip(), last)
            if half:
                self.put(top + 1, self.width - 2, unit, self.width - 1)
        self.row = top + (2 if apart else 1)
        self.out.fields["year"] = str(self.said.year)
        self.out.cells.setdefault("year", (self.row - 1, 0))

    def _unit(self) -> str:
        return (self.facts.get("funds") or {}).get("unit", "万元")

    def _field(self, meaning: str, label: str, row: int, column: int) -> str:
        """What stands in the head under a label; it is noted where it is a field."""
        text = "" if meaning == "blank" else self.said.fields.get(meaning) or self.said.other(label)
        if meaning in FIELDS and text:
            self.out.fields.setdefault(meaning, text)
            self.out.cells.setdefault(meaning, (row, column))
        return text

    def _head(self) -> None:
        """Fields in neighbouring cells, in a cell with their label, or several of these in one cell."""
        waiting: list[tuple[str, str]] = []
        pairs: list[tuple[str, str]] = []
        for one in self.facts.get("head", ()):
            label, meaning = split(one)
            (waiting if label.endswith("：") or meaning == "money" else pairs).append((label, meaning))
        if self.how.packed and len(waiting) > 1:
            texts = [self._in_cell(*each, 0) for each in waiting]
            self.put(self.row, 0, "　　".join(texts), self.width - 1)
            self.row += 1
        else:
            for each in waiting:
                self.put(self.row, 0, self._in_cell(*each, 0), self.width - 1)
                self.row += 1
        funds = self.facts.get("funds") or {}
        pairs += [(label, "amount") for label in funds.get("rows", ()) if funds.get("style") == "head"]
        half = (self.width + 1) // 2 if self.how.pairs == 2 else self.width
        for at in range(0, len(pairs), self.how.pairs):
            several = pairs[at : at + self.how.pairs]
            for place, (label, meaning) in enumerate(several):
                left = place * half
                right = half - 1 if place + 1 < len(several) else self.width - 1
                prefix = f"{at + place + 1}." if self.how.numbered else ""
                self.put(self.row, left, self.label(label, prefix))
                if meaning == "amount":
                    value: Any = self._alone(prefix + label, left, left + 1)
                else:
                    value = self._field(meaning, label, self.row, left + 1)
                self.put(self.row, left + 1, value, right)
            self.row += 1

    def _in_cell(self, label: str, meaning: str, column: int) -> str:
        if meaning == "money":
            return label
        return f"{label}{self._field(meaning, label, self.row, column)}"

    def _alone(self, label: str, left: int, column: int) -> Shown:
        """An amount of a row without columns of money."""
        at = len(self.out.funds) - self.before
        shown = self.said.amount(at, (self.facts["funds"]).get("suffix", ""))
        values = {"item": label, "initial_budget": shown.text}
        columns = {"item": left, "initial_budget": column}
        self.out.funds.append(Line(self.row, values, columns))
        return shown

    def _funds(self) -> None:
        funds = self.facts.get("funds")
        if not funds or funds.get("style") == "head":
            return
        style = funds.get("style", "table")
        {"table": self._money_table, "rows": self._money_rows, "cells": self._money_cells, "text": self._money_text,
         "across": self._money_across, "halves": self._money_halves, "mirror": self._money_mirror}[style](funds)  # fmt: skip

    def _money_table(self, funds: Mapping[str, Any]) -> None:
        two = any(above for above, _, _ in self.money)
        named = self.money[0][2] == "item"
        first = self.width - len(self.money) + (1 if named else 0)
        rows = self.said.funds
        top, below = self.row, self.row + (1 if two else 0)
        self.put(top, 0, self.label(funds["label"]), bottom=below + len(rows))
        columns = self.money[1:] if named else self.money
        self.put(top, 1, self.label(self.money[0][1]) if named else None, first - 1, below)
        if named:
            self.out.labels.append(Label(self.money[0][1], "fund item", top, 1))
        self._labels(top, [(column, column) for column in range(first, self.width)], columns, "fund ")
        for at, values in enumerate(rows, below + 1):
            item = values["item"].text
            grouped = re.fullmatch(r"(..构成)\((.+)\)", item)
            if grouped and first > 2:
                self.put(at, 1, grouped[1])
                self.put(at, 2, grouped[2], first - 1)
                item = grouped[2]
            else:
                self.put(at, 1, item, first - 1)
            texts, places = {"item": item}, {"item": 1}
            for column, (_, label, meaning) in enumerate(columns, first):
                shown = values.get(meaning) or self.said.filler(label, meaning)
                self.put(at, column, shown)
                if meaning in MONEY:
                    texts[meaning], places[meaning] = shown.text, column
            self.out.funds.append(Line(at, texts, places))
        self.row = below + len(rows) + 1

    def _labels(
        self,
        top: int,
        spans: Sequence[tuple[int, int]],
        columns: Sequence[tuple[str, str, str]],
        prefix: str = "",
    ) -> None:
        """A head of one or two rows."""
        two = any(above for above, _, _ in columns)
        for number, ((left, right), (above, label, meaning)) in enumerate(zip(spans, columns, strict=True)):
            self.put(
                top + (1 if above else 0),
                left,
                self.label(label, self.how.mark),
                right,
                top + 1 if two and not above else 0,
            )
            self.out.labels.append(Label(label, prefix + meaning, top + (1 if above else 0), left))
            if above and (not number or columns[number - 1][0] != above):
                last = max(at for at, column in enumerate(columns) if column[0] == above)
                self.put(top, left, self.label(above), spans[last][1])

    def _money_rows(self, funds: Mapping[str, Any]) -> None:
        rows = funds["rows"]
        self.put(self.row, 0, self.label(funds["label"]), bottom=self.row + len(rows) - 1)
        for label in rows:
            self.put(self.row, 1, label, self.width // 2)
            shown = self._alone(label, 1, self.width // 2 + 1)
            self.put(self.row, self.width // 2 + 1, shown, self.width - 1)
            self.row += 1

    def _money_cells(self, funds: Mapping[str, Any]) -> None:
        rows = funds["rows"]
        self.put(self.row, 0, self.label(funds["label"]), bottom=self.row + len(rows) - 1)
        for label in rows:
            colon = label if label.endswith("：") else f"{label}："
            self.put(self.row, 1, colon + self._alone(label, 1, 1).text, self.width - 1)
            self.row += 1

    def _money_text(self, funds: Mapping[str, Any]) -> None:
        total, *parts = [(label, self._alone(label, 1, 1).text) for label in funds["rows"]]
        written = "；".join(f"{label}{amount}万元" for label, amount in parts)
        self.put(self.row, 0, self.label(funds["label"]))
        self.put(self.row, 1, f"{total[0]}{total[1]}万元，其中：{written}。", self.width - 1)
        self.row += 1

    def _money_across(self, funds: Mapping[str, Any]) -> None:
        self.put(self.row, 0, self.label(funds["label"]))
        for at, label in enumerate(funds["rows"]):
            self.put(self.row, 1 + 2 * at, label)
            self.put(self.row, 2 + 2 * at, self._alone(label, 1 + 2 * at, 2 + 2 * at))
        self.row += 1

    def _money_halves(self, funds: Mapping[str, Any]) -> None:
        half = (self.width + 1) // 2
        self.put(self.row, 0, self.label(funds["label"]), bottom=self.row + len(funds["rows"]) - 1)
        for early, label in zip(funds["rows"], funds["half_rows"], strict=True):
            self.put(self.row, 1, early)
            self.put(self.row, 2, plain("300"), half - 1)
            self.put(self.row, half, label)
            self.put(self.row, half + 1, self._alone(label, half, half + 1), self.width - 1)
            self.row += 1

    def _money_mirror(self, funds: Mapping[str, Any]) -> None:
        rows, half = self.said.funds, (self.width + 1) // 2
        self.put(self.row, 0, self.label(funds["label"]), bottom=self.row + len(rows) - 1)
        for at, values in enumerate(rows):
            item = values["item"].text
            self.put(self.row, 1, item)
            self.put(self.row, 2, values["adjusted_budget"], half - 1)
            self.put(self.row, half, item if at else "执行数：")
            self.put(self.row, half + 1, values["executed"])
            texts = {name: values[name].text for name in ("item", "adjusted_budget", "executed")}
            columns = {"item": 1, "adjusted_budget": 2, "executed": half + 1}
            self.out.funds.append(Line(self.row, texts, columns))
            self.row += 1

    def _pair_row(self, label: str, text: str) -> None:
        self.put(self.row, 0, self.label(label))
        self.put(self.row, 1, text, self.width - 1)
        self.row += 1

    def _goal(self) -> None:
        goal = self.facts.get("goal")
        if not goal:
            return
        parts = [split(one) for one in goal.get("columns", goal.get("halves", ()))]
        if not parts:
            self._pair_row(goal["label"], self._field("goal", "", self.row, 1))
            return
        self.put(self.row, 0, self.label(goal["label"]), bottom=self.row + 1)
        ends = [
            1 + (self.width - 1) * at // len(parts) for at in range(len(parts) + 1)
        ]  # first column of each part
        for (label, meaning), left, end in zip(parts, ends, ends[1:], strict=False):
            self.put(self.row, left, self.label(label), end - 1)
            text = self._field(meaning, label, self.row + 1, left) if meaning else "三年内全面建成。"
            self.put(self.row + 1, left, text, end - 1)
        self.row += 2

    def _block(self) -> None:
        block = self.facts.get("block")
        if not block:
            return
        self.put(self.row, 0, block["label"], bottom=self.row + len(block["rows"]))
        first = self.width - len(block["columns"])
        for column, label in enumerate(block["columns"], first):
            self.put(self.row, column, label)
        for at, label in enumerate(block["rows"], self.row + 1):
            self.put(at, 1, label, first - 1)
            for column in range(first, self.width):
                self.put(at, column, "无" if column > first else "分配合理，符合规定。")
            self.out.aside.add(at)
        self.row += len(block["rows"]) + 1

    def _indicators(self, early: bool = False) -> None:
        """A head and the rows below it; `early` is the same table for a longer term, which stands above."""
        rows = self.said.early if early else self.said.indicators
        top = self.row
        first = top + (2 if any(above for above, _, _ in self.columns) else 1)
        lines = [at for at, _ in self._placed(rows, first)]
        last = max(lines, default=first)
        merged = self.how.levels == "merged"
        if self.facts.get("corner"):
            corner = self.facts["early_corner" if early else "corner"]
            self.put(top, 0, self.label(corner), bottom=last if merged else 0)
        before = len(self.out.labels)
        self._labels(top, self.spans, self.columns)
        for (left, right), (_, label, meaning) in zip(self.spans, self.columns, strict=True):
            for start, end in self._runs(rows, meaning):
                shown = rows[start].get(meaning) or self.said.filler(label, meaning)
                for at in range(start, end + 1) if self.how.levels == "repeated" else (start,):
                    self.put(lines[at], left, shown, right, lines[end] if merged else 0)
        self.row = last + 1
        if early:
            del self.out.labels[before:]
            self.out.aside.update(lines)
            return
        kept = [m for _, _, m in self.columns if m in KEPT]
        if self.facts.get("tree"):
            kept = [m for m in kept if m not in ("level1", "level2")]
        places = {m: span[0] for span, (_, _, m) in zip(self.spans, self.columns, strict=True)}
        for at, values in zip(lines, rows, strict=True):
            texts = {m: values[m].text for m in kept if m in values}
            self.out.indicators.append(Line(at, texts, places))
        self._total()

    def _placed(
        self, rows: Sequence[Mapping[str, Shown]], at: int
    ) -> Iterator[tuple[int, Mapping[str, Shown]]]:
        """Each row with its place; in a tree the names of levels stand in rows of their own above."""
        above = ("", "")
        for row in rows:
            if self.facts.get("tree"):
                names = row["level1"].text, row["level2"].text
                for depth in range(2):
                    if names[: depth + 1] != above[: depth + 1]:
                        self.put(at, self.left, "　" * depth + names[depth])
                        at += 1
                above = names
            yield at, row
            at += 1

    def _runs(self, rows: Sequence[Mapping[str, Shown]], meaning: str) -> Iterator[tuple[int, int]]:
        """First and last row of each cell of a column: levels go on over rows, other cells do not."""
        upto = {"level1": 1, "group": 1, "level2": 2, "group2": 2}.get(meaning, 0)
        names = [tuple(row[n].text for n in ("level1", "level2")[:upto] if n in row) for row in rows]
        start = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or not upto or names[at] != names[start]:
                yield start, at - 1
                start = at

    def _total(self) -> None:
        for one in self.facts.get("before_total", ()):
            self._pair_row(split(one)[0], "无")
        total = self.facts.get("total")
        if not total:
            return
        meant = [meaning for _, _, meaning in self.columns]
        printed = {m: self.said.total[m] for m in self.said.total if m in meant}
        # where two columns have one meaning, only the first of them is meant
        columns = {m: self.spans[meant.index(m)][0] for m in printed}
        before = min(columns.values(), default=1)
        self.put(self.row, 0, total["label"], before - 1)
        self.out.total_row = self.row
        for meaning, shown in printed.items():
            self.put(self.row, columns[meaning], shown)
        # the total of a review is what the reviewers give
        score = "review_score" if "review_score" in printed else "self_score"
        self.out.total |= {
            name: printed[meaning].text
            for name, meaning in (("total_weight", "weight"), ("total_score", score))
            if meaning in printed and name not in self.out.total
        }
        if total.get("grade"):
            self.put(self.row, self.width - 1, "优")
        self.row += 1

    def _foot(self) -> None:
        waiting: list[str] = []
        for one in self.facts.get("foot", ()):
            label, meaning = split(one)
            text = self.said.foot(label, meaning)
            if meaning == "total_score":  # printed apart from the table, as it may be in the head
                self.out.fields["header_score"] = text
            if label.endswith("："):
                waiting.append(label + text)
            else:
                self._pair_row(label, text)
        if waiting and self.how.packed:
            self.put(self.row, 0, "　　".join(waiting), self.width - 1)
            self.row += 1
        elif waiting:
            for at, text in enumerate(waiting):
                self.put(self.row, 2 * at, text)
            self.row += 1


class Listing(Drawing):
    """A plain list: a head, and rows of several subjects below it."""

    def drawn(self) -> Drawn:
        """The whole list."""
        self._title()
        top = self.row
        for column, (_, label, meaning) in enumerate(self.columns):
            self.put(top, column, self.label(label))
            self.out.labels.append(Label(label, meaning, top, column))
        self.out.forms = len({values["code"].text for values in self.said.indicators})
        # what names a subject is a field of its form, but for lists of subjects
        kept = (*MONEY, "name", *form_work.COLUMNS) if listed(self.facts) == "subjects" else KEPT
        for at, values in enumerate(self.said.indicators, top + 1):
            for column, (_, label, meaning) in enumerate(self.columns):
                self.put(at, column, values.get(meaning) or self.said.filler(label, meaning))
            texts = {m: values[m].text for _, _, m in self.columns if m in kept and m in values}
            places = {m: column for column, (_, _, m) in enumerate(self.columns)}
            self.out.indicators.append(Line(at, texts, places))
        return self.out


def drawing(
    number: str, facts: Mapping[str, Any], said: Content, how: Ways, chance: random.Random
) -> Drawing:
    """The empty sheet of a layout for what a form says."""
    return (Listing if listed(facts) else Drawing)(number, facts, said, how, chance)


def amount(text: str) -> Decimal | None:
    """The number that a text shows, without thousands separators, percent sign and unit of money."""
    found = re.fullmatch(r"(-?[\d,]*\.?\d+)(%?)(?:\(?(?:万元?|元)\)?)?", text)
    return Decimal(found[1].replace(",", "")) / (100 if found[2] else 1) if found else None


if __name__ == "__main__":
    for each in layouts():
        made = drawn(each, 1)
        for column in range(1, 20):
            made.book[made.sheet].column_dimensions[get_column_letter(column)].width = 16
        made.book.save(Path(sys.argv[1]) / f"{each}.xlsx")

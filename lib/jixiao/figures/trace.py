"""Traces a figure to its definition, its rules, its rows and the cells behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from jixiao.figures.counted import KEY_PROJECTS
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.model import TOTALS, Figure, Rows
from jixiao.forms.records import records
from jixiao.kit import numbers
from jixiao.kit.errors import Fault, ParameterError, Place, one_line
from jixiao.rules import formulas, scoring
from jixiao.rules.policy import Rule
from jixiao.year import table_files, table_schema
from jixiao.year.schemas import REFERENCES, SCHEMAS
from jixiao.year.tiers import YearTier
from jixiao.year.words import Amount, SubjectKind, Tier

INVENTED = "各行为重构数据，不反映任何单位或项目的实际得分"


@dataclass(frozen=True)
class Cited:
    """A rule of the policy that a figure rests on, with its article."""

    name: str
    meaning: str
    value: str
    citation: str
    since: str
    basis: str


@dataclass(frozen=True)
class Part:
    """A value behind a row: what it is, the place in the tables, and the form's cell where one was taken in.

    `points` is what it adds to the total of the row, "" where it only explains another part; the points of all
    parts are together the total. `formula`, `rule` and `article` say how a rule of the policy comes to them.
    """

    name: str
    value: str
    place: str = ""
    cell: Place | None = None
    points: str = ""
    formula: str = ""
    rule: str = ""
    article: str = ""


@dataclass(frozen=True)
class Row:
    """A row behind a figure: its key and name, what counts in it, its place, and the parts it is the sum of."""

    key: str
    name: str
    values: Mapping[str, str]
    place: str
    cell: Place | None = None
    parts: tuple[Part, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of forms behind the row, in one line for each sheet."""
        sheets: dict[Place, list[str]] = {}
        for place in (self.cell, *(part.cell for part in self.parts)):
            if place is not None:
                sheets.setdefault(replace(place, cell=""), []).append(place.cell)
        return tuple(f"{sheet} {'、'.join(dict.fromkeys(names))}" for sheet, names in sheets.items())

    def as_json(self) -> dict[str, Any]:
        """Give the row to programs, cells as people write them."""
        parts = [{**asdict(part), "cell": _written(part.cell)} for part in self.parts]
        return {**asdict(self), "cell": _written(self.cell), "parts": parts}


@dataclass(frozen=True)
class Trace:
    """A figure and all that it was made from; `note` says when the rows are invented."""

    figure: Figure
    rules: tuple[Cited, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give all of it to programs."""
        return {
            **self.figure.as_json(),
            "follows": list(self.figure.follows),
            "rules": [asdict(rule) for rule in self.rules],
            "note": self.note,
            "rows": [row.as_json() for row in self.rows],
        }

    def as_text(self, parts: bool = False) -> Iterator[str]:
        """Yield lines for a terminal; with `parts` each row is followed by what it is the sum of."""
        figure = self.figure
        yield f"{figure.key}  {one_line(f'{figure.label} {figure.display}')}"
        yield f"  定义：{figure.definition}"
        yield f"  来源：{figure.source}"
        yield f"  性质：{figure.basis}"
        for key in figure.follows:
            yield f"  相关：{key}"
        for rule in self.rules:
            yield f"  规则：{rule.meaning}：{rule.value}  {rule.citation}（{rule.basis}，{rule.since}起）"
        if self.rows:
            yield f"依据 {len(self.rows)} 行{f'（{self.note}）' if self.note else ''}："
        for row in self.rows:
            yield from _lines(row, parts)


def _lines(row: Row, parts: bool) -> Iterator[str]:
    said = "，".join(f"{name} {value}" for name, value in row.values.items())
    yield "  " + one_line("  ".join(filter(None, (row.key, row.name, said, row.place))))
    for cells in row.cells if not parts else filter(None, (_written(row.cell),)):
        yield f"    {one_line(cells)}"
    for part in row.parts if parts else ():
        words = (part.name, part.value, part.formula, part.article, part.place, _written(part.cell))
        yield "    " + one_line("  ".join(filter(None, words)))


def _written(cell: Place | None) -> str:
    return "" if cell is None else str(cell)


def trace(evaluation: Evaluation, key: str) -> Trace:
    """Find what the figure `key` was made from; ParameterError for a key that is not known."""
    return Year(evaluation).trace(key)


def _cited(rule: Rule) -> Cited:
    words = formulas.value(rule.name, rule.value)
    return Cited(rule.name, rule.meaning, words, rule.citation, rule.since.isoformat(), rule.basis.words)


class Year:
    """The tables of an evaluated year, looked up by row and key."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._tables = evaluation.tables
        self._masks = masks(evaluation)
        self._rows: dict[str, dict[int, dict[str, Any]]] = {}

    @cached_property
    def _cells(self) -> Callable[[str, int], Mapping[str, Place]]:
        return records.of_tables(self._tables).cells

    @cached_property
    def scored(self) -> list[YearTier]:
        """The tiers that gave any subject a total, in the order of the parameters."""
        return scored(self._evaluation)

    @cached_property
    def _totals(self) -> Mapping[int, Mapping[str, Any]]:
        return _by_number(self._evaluation.totals)

    @cached_property
    def _indicators(self) -> Mapping[str, pd.DataFrame]:
        by_subject = self._tables["indicators"].groupby("subject_id", sort=False)
        return {str(subject): rows for subject, rows in by_subject}

    def trace(self, key: str) -> Trace:
        """Find what the figure `key` was made from; ParameterError for a key that is not known."""
        known = self._evaluation.figures
        if key not in known:
            raise ParameterError(
                Fault(f"统计数 {one_line(key)}", "没有这个统计数", remedy=known.suggestion(key))
            )
        figure = known[key]
        rules = tuple(_cited(self._evaluation.policy[name]) for name in figure.rules)
        behind = self.behind(figure)
        rows = tuple(self.rows(behind)) if behind else ()
        return Trace(figure, rules, rows, INVENTED if rows and self._evaluation.params.reconstructed else "")

    def behind(self, figure: Figure) -> Rows | None:
        """Name the rows of a figure; invented key projects by score, and none for one whose key has its real name."""
        rows = figure.rows
        if rows is None or not self._is_masked(rows):
            return rows
        ranked = tuple(number for number in self._masks if number in rows.numbers)
        return None if figure.project else replace(rows, numbers=ranked)

    def _is_masked(self, rows: Rows) -> bool:
        return bool(self._masks) and rows.table == KEY_PROJECTS

    def rows(self, found: Rows) -> Iterator[Row]:
        """Yield what the rows of a figure hold, in the order of their table."""
        if found.table == TOTALS:
            by_column = {tier.total: tier for tier in self._evaluation.params.tiers.values()}
            yield from (self._total(number, by_column.get(found.column)) for number in found.numbers)
            return
        for number in found.numbers:
            yield self._plain(found, number)

    def brief(self, found: Rows, limit: int) -> Iterator[str]:
        """Yield a few characters for each of `limit` rows at most: a subject with its totals by self and review."""
        for number in found.numbers[:limit]:
            if found.table in (TOTALS, "subjects"):
                total = self._totals[number]
                given = "/".join(_text(total[tier.total]) for tier in self.scored)
                yield f"{total['subject_id']}\xa0{given}"
            else:
                yield self._masks[number] if self._is_masked(found) else f"第{number}行"

    def _total(self, number: int, tier: YearTier | None) -> Row:
        """A subject with the total that a tier gave beside its own; with all totals where no tier is meant."""
        total = self._totals[number]
        subject = total["subject_id"]
        own = self._evaluation.params.tiers.get(Tier.SELF)
        shown = dict.fromkeys([*([own] if own else []), *([tier] if tier else self.scored)])
        values = {
            f"{one.name}总分": f"{_text(total[one.total])}（{total[one.grade] or '—'}）"
            + ("，只报总分" if total[one.declared] else "")
            for one in shown
        }
        if tier is None or total[tier.total] is None:
            return Row(subject, total["name"], values, self._tables.place("subjects", number))
        if total[tier.declared]:
            scores = self._tables["scores"]
            row = scores.index[(scores["subject_id"] == subject) & (scores["tier"] == tier.id)][0]
            place, cell = self._place("scores", int(row), "score")
            return Row(subject, total["name"], values, place, cell)
        parts = (*self._points(subject, tier), *self._steps(number, subject, tier))
        return Row(subject, total["name"], values, self._tables.place("subjects", number), parts=parts)

    def _points(self, subject: str, tier: YearTier) -> Iterator[Part]:
        rows = self._indicators[subject][["indicator_id", "level3", "weight", tier.points]]
        for number, indicator, name, weight, given in rows.itertuples():
            place, cell = self._place("indicators", number, tier.points)
            points = _text(given)
            yield Part(f"{indicator} {name}", f"{points}/{_text(weight)}分", place, cell, points)

    def _steps(self, number: int, subject: str, tier: YearTier) -> Iterator[Part]:
        """Yield what the rules make of the points: first the two amounts of the execution rate, then each step."""
        row = self._row("subjects", number)
        policy = self._evaluation.policy
        for amount in (Amount.ADJUSTED, Amount.EXECUTED):
            place, cell = self._place("subjects", number, amount.value)
            yield Part(amount.words, f"{_text(row[amount.value])}万元", place, cell)
        indicators = self._indicators[subject]
        groups = scoring.group_weights(indicators)[subject]
        amounts = (row[Amount.ADJUSTED.value], row[Amount.EXECUTED.value])
        spent = scoring.execution_of(*amounts, row["finished"], groups, policy)
        points = scoring.group_points(indicators, tier.points)[subject]
        for step in () if points is None else scoring.total(points, groups, spent, policy, amounts).steps:
            change = numbers.plain(step.points)
            yield Part(
                step.name,
                f"{change}分",
                place=self._tables.place("subjects", number) if step.rule == "execution" else "",
                points=change,
                formula=step.formula,
                rule=step.rule,
                article=policy[step.rule].citation,
            )

    def _plain(self, found: Rows, number: int) -> Row:
        row = self._row(found.table, number)
        values: dict[str, str] = {}
        identifier = _identifier(found.table)
        if found.column and found.column != identifier:
            values = {table_schema.words()[found.table].columns[found.column].title: _text(row[found.column])}
        if self._is_masked(found):  # no place either: it leads to the name
            return Row("", self._masks[number], values, self._tables.place(KEY_PROJECTS))
        key = _text(row[identifier]) if identifier else ""
        name = _text(row["name"]) if "name" in row else ""
        place, cell = self._place(found.table, number, found.column)
        return Row(key, name, values, place, cell)

    def _row(self, table: str, number: int) -> Mapping[str, Any]:
        """Return the values of one row of a table by column."""
        if table not in self._rows:
            self._rows[table] = _by_number(self._tables[table])
        return self._rows[table][number]

    def _place(self, table: str, number: int, column: str) -> tuple[str, Place | None]:
        """Tell where a value stands in the tables, and in the form that it was taken from."""
        return self._tables.place(table, number, column), self._cells(table, number).get(column)


def _by_number(frame: pd.DataFrame) -> dict[int, dict[str, Any]]:
    """Return the values of each row by column."""
    return dict(zip(map(int, frame.index), table_files.rows(frame), strict=True))


def _identifier(table: str) -> str:
    """Name the first column of a table that tells what its rows are about; "" where none does."""
    leading = {column for name, column, _, _ in REFERENCES if name == table}
    columns = SCHEMAS[table].columns.items()
    return next((name for name, column in columns if column.unique or name in leading), "")


def masks(evaluation: Evaluation) -> dict[int, str]:
    """Return what the report calls each row of the key projects, by score, where these are invented; else empty."""
    if not evaluation.params.reconstructed:
        return {}
    return {number: f"重点项目（{at}）" for at, number in enumerate(ranked(evaluation).index, start=1)}


def scored(evaluation: Evaluation) -> list[YearTier]:
    """The tiers that gave any subject a total, in the order of the parameters."""
    tiers = evaluation.params.tiers.values()
    given = evaluation.totals
    return [tier for tier in tiers if tier.total in given and given[tier.total].notna().any()]


def banded(evaluation: Evaluation, kind: SubjectKind) -> list[YearTier]:
    """The tiers that gave scores to a kind of subjects which are counted by bands, in the order of the parameters."""
    counts = {tier: f"evaluation.{kind.key}.{tier.id}_count" for tier in evaluation.params.tiers.values()}
    return [tier for tier, key in counts.items() if kind.key in tier.bands and evaluation.figures[key].value]


def ranked(evaluation: Evaluation) -> pd.DataFrame:
    """Sort the key projects by score, the highest first."""
    return evaluation.tables[KEY_PROJECTS].sort_values("score", ascending=False, kind="stable")


def _text(value: Any) -> str:
    return table_files.text(value) or "—"

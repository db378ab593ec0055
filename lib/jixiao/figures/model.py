"""What a figure is: a number or fact of the report under a dotted key, with definition and source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from jixiao.kit import numbers
from jixiao.kit.errors import Fault, ProseError

if TYPE_CHECKING:
    import pandas as pd

LIST_MARK = "、"
TOTALS = "totals"  # the computed totals, a row a subject, under the row numbers of subjects.csv


class Origin(StrEnum):
    """Whether parameters and rules say a figure, or it follows from the tables."""

    STATED = "stated"
    COUNTED = "counted"


class Basis(StrEnum):
    """How far readers may rely on a figure, in the word that they see."""

    PUBLISHED = "公布"  # printed in the report of the year
    FOLLOWS = "算得"  # computed from published ones
    OWN = "推算"
    RULE = "规则"
    PARAMETER = "参数"
    DECLARED = "申报"

    @property
    def origin(self) -> Origin:
        """Whether a figure of this kind is said, by parameters, rules or a source, or counted."""
        stated = (Basis.PARAMETER, Basis.RULE, Basis.DECLARED)
        return Origin.STATED if self in stated else Origin.COUNTED


def files(*tables: str) -> str:
    """Write the files of `tables` as the source of a figure names them."""
    return LIST_MARK.join(f"{table}.csv" for table in tables)


@dataclass(frozen=True)
class Rows:
    """The rows that a figure was made from: their table, their row numbers there, and the column that counts."""

    table: str
    numbers: tuple[int, ...]
    column: str = ""

    @classmethod
    def of(cls, table: str, frame: pd.DataFrame, column: str = "") -> Rows:
        """Name all rows of `frame`, which is a part of `table`."""
        return cls(table, tuple(frame.index), column)

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True)
class Figure:
    """A named number (or published fact) of the report.

    `value` is the exact decimal as printed, or text (a list is joined by 、); None when the data do not give it.
    `shown` replaces value and unit in sentences where they read differently (a date).
    `short` is the label inside its own table or list. `follows` names the figures that this one is computed from,
    `rows` the rows of a table, `rules` the rules of the policy that it rests on, `tables` all tables without whose
    rows it is not known. `project` is the key project whose name stands in key and label. `earlier` is the earlier
    year that the figure is of or compared with; `reconstructed` tells that the rows of that year are invented.
    """

    key: str
    value: Decimal | str | None
    unit: str
    label: str
    definition: str
    source: str
    shown: str = ""
    short: str = ""
    origin: Origin = Origin.COUNTED
    follows: tuple[str, ...] = ()
    basis: Basis = Basis.OWN
    rows: Rows | None = None
    rules: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    project: str = ""
    earlier: int | None = None
    reconstructed: bool = False

    @property
    def number(self) -> str:
        """The value as readers see it, without its unit."""
        if self.value is None:
            return "—"
        return numbers.plain(self.value) if isinstance(self.value, Decimal) else self.value

    @property
    def display(self) -> str:
        """The value as readers see it in a sentence, with its unit."""
        return self.shown or self.number + (self.unit if self.value is not None else "")

    @property
    def invented(self) -> bool:
        """Whether, in a reconstruction, the value follows from invented rows alone."""
        return self.origin is Origin.COUNTED and self.basis is Basis.OWN

    def equals(self, fact: Decimal | str) -> bool:
        """Tell whether the published `fact` says the same; the order of a list does not count."""
        if isinstance(fact, str) and isinstance(self.value, str):
            return sorted(fact.split(LIST_MARK)) == sorted(self.value.split(LIST_MARK))
        return self.value == fact

    def as_json(self) -> dict[str, str | None]:
        """Give the figure as figures.json lists it, the value as an exact decimal in text."""
        return {
            "key": self.key,
            "value": None if self.value is None else self.number,
            "unit": self.unit,
            "display": self.display,
            "label": self.label,
            "definition": self.definition,
            "source": self.source,
            "basis": self.basis.value,
        }


def own_from_json(written: Mapping[str, Any]) -> Figure:
    """The figure of a notebook's own that figures.json holds with its rows."""
    value = written["value"]
    rows = written["own"]["rows"]
    exact: Decimal | str = value
    if not written["own"].get("text"):  # a code such as 001 is no number
        with suppress(ValueError):
            exact = numbers.parse(value)
    return Figure(
        written["key"],
        exact,
        written["unit"],
        written["label"],
        written["definition"],
        written["source"],
        origin=Origin.COUNTED if rows else Origin.STATED,
        basis=Basis(written["basis"]),
        rows=Rows(rows["table"], tuple(rows["numbers"]), rows["column"]) if rows else None,
    )


class Figures(Mapping[str, Figure]):
    """All figures of a report in the order of their making; a key is given once."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures: dict[str, Figure] = {}
        for figure in figures:
            if figure.key in self._figures:
                raise ValueError(f"two figures are called {figure.key}")
            self._figures[figure.key] = figure

    def __getitem__(self, key: str) -> Figure:
        if key not in self._figures:
            raise ProseError(Fault(f"统计数 {{{key}}}", "没有这个统计数", remedy=self.suggestion(key)))
        return self._figures[key]

    def __contains__(self, key: object) -> bool:
        return key in self._figures

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def suggestion(self, key: str) -> str:
        """Say what to do about a key that no figure has."""
        close = get_close_matches(key, self._figures, n=3)
        said = f"改为 {LIST_MARK.join(close)}" if close else "查附录的统计数一览"
        return f"{said}；申报的事实，在 facts.csv 里补上这一行"

    def held_against(self, facts: Mapping[str, Decimal | str]) -> Figures:
        """Return the figures with their basis: published and equal, computed from such, or our own."""
        equal = {key for key, fact in facts.items() if key in self and self[key].equals(fact)}

        def based(figure: Figure) -> Figure:
            if figure.key in equal:
                return replace(figure, basis=Basis.PUBLISHED)
            follows = figure.follows and all(key in equal for key in figure.follows)
            return replace(figure, basis=Basis.FOLLOWS) if follows else figure

        return Figures(map(based, self.values()))

    def without_values(self, keys: Iterable[str]) -> Figures:
        """Return all figures, those of `keys` without value."""
        gone = set(keys)
        return Figures(replace(f, value=None, shown="") if f.key in gone else f for f in self.values())

    def without(self, keys: Iterable[str]) -> Figures:
        """Return all figures but those of `keys`."""
        gone = set(keys)
        return Figures(figure for figure in self.values() if figure.key not in gone)

"""Figures: every number and published fact of the report by its dotted key, with definition and source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao import numbers
from jixiao.errors import Fault, ProseError


@dataclass(frozen=True)
class Figure:
    """A named number (or published fact) of the report.

    `value` is the exact decimal as printed, or text; None when the data do not give it.
    `shown` replaces value and unit in sentences where they read differently (a date, a list).
    `published` says whether the published report of the year holds this figure.
    """

    key: str
    value: Decimal | str | None
    unit: str
    label: str
    definition: str
    source: str
    shown: str = ""
    published: bool = False

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

    def as_json(self) -> dict[str, str | bool | None]:
        """The figure as figures.json lists it: the value an exact decimal in text."""
        return {
            "key": self.key,
            "value": None if self.value is None else self.number,
            "unit": self.unit,
            "display": self.display,
            "label": self.label,
            "definition": self.definition,
            "source": self.source,
            "published": self.published,
        }


def counted(key: str, number: int | None, unit: str, label: str, definition: str, source: str) -> Figure:
    """A figure that counts whole things; None where nobody counted."""
    return Figure(key, None if number is None else Decimal(number), unit, label, definition, source)


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
            raise ProseError(Fault(f"统计数 {{{key}}}", "没有这个统计数", remedy=self._suggestion(key)))
        return self._figures[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def _suggestion(self, key: str) -> str:
        from difflib import get_close_matches

        close = get_close_matches(key, self._figures, n=3)
        return f"改为 {'、'.join(close)}" if close else "查附录的统计数一览"

    def marked(self, published: Mapping[str, object]) -> Figures:
        """The same figures, those whose keys are in `published` marked so."""
        return Figures(replace(figure, published=figure.key in published) for figure in self.values())

    def without_values(self, keys: Iterable[str]) -> Figures:
        """The same figures, those of `keys` without value."""
        gone = set(keys)
        return Figures(replace(f, value=None, shown="") if f.key in gone else f for f in self.values())

    def without(self, keys: Iterable[str]) -> Figures:
        """The same figures but for those of `keys`."""
        gone = set(keys)
        return Figures(figure for figure in self.values() if figure.key not in gone)

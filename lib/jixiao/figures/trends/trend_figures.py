"""The figures of years side by side: which years, what breaks, what is lacking, and how each measure stands to last year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from jixiao.figures import earlier
from jixiao.figures.model import LIST_MARK, Figure, Origin, Rows
from jixiao.figures.trends.indicators import LEAST, Stable
from jixiao.figures.trends.measures import Measure
from jixiao.figures.trends.side_by_side import SideBySide
from jixiao.figures.wording import figure
from jixiao.kit import numbers
from jixiao.year.tables import INDICATORS

_POINTS = ("分", "%")  # units of which a difference is told to one decimal
_LEVEL = Decimal(1)  # a smaller difference of these says nothing
_ABOUT_THE_SAME = "大致持平"


def figures(found: SideBySide, reviewed_by: str | None) -> Iterator[Figure]:
    """The figures of all measures and of indicators that go on; without values, but for the number of years, where there is one year alone.

    `reviewed_by` is the name of the tier that self-evaluation is held against.
    """
    several = not found.is_one
    first = found.years[0] if several else None
    of_all = [
        figure("trends.other", reviewed_by if several else None),
        *_of_all(found, several),
        *of_indicators(found.stable),
    ]
    invented = any(
        one.invented and one.reconstructed
        for year in found.years[:-1]
        for one in found.figures[year].values()
    )
    yield from (replace(one, earlier=first, reconstructed=invented) for one in of_all)
    for each in found.measures:  # which know themselves whether they are of a reconstructed year
        yield from (replace(one, earlier=first) for one in _of_measure(found, each))


def _of_all(found: SideBySide, several: bool) -> Iterator[Figure]:
    yield figure("trends.years", len(found.years))
    spans = [found.years[0], found.present] if several else []
    yield figure("trends.span", f"{spans[0]}—{spans[1]}" if spans else None)
    breaks = found.breaks_of(found.measures)
    yield figure("trends.breaks", len(breaks) if several else None)
    yield figure("trends.breaks_say", "；".join(one.says for one in breaks) or None)
    gaps = _missing_years(found.years)
    yield figure("trends.gaps_say", LIST_MARK.join(f"{year} 年" for year in gaps) or None)
    lacking = [(one, year) for one in found.measures for year in found.lacking(one)]
    yield figure("trends.lacking", len(lacking) if several else None)
    yield figure("trends.lacking_say", lacking_words(found, found.measures) or None)
    fewest = [
        one.value
        for year in found.years
        for key, one in found.figures[year].items()
        if key in ("evaluation.departments.reporting", "evaluation.projects.reporting")
        and isinstance(one.value, Decimal)
    ]
    yield figure("trends.fewest", min(fewest) if several and fewest else None)


def _missing_years(years: Sequence[int]) -> list[int]:
    return [year for year in range(years[0], years[-1]) if year not in years]


def lacking_words(found: SideBySide, measures: Sequence[Measure]) -> str:
    """Which years have no number of which measures: 2021 年没有“预算执行率”、“评价对象”的数."""
    by_year = {
        year: [f"“{one.label}”" for one in measures if year in found.lacking(one)] for year in found.years
    }
    return "；".join(f"{year} 年没有{LIST_MARK.join(said)}这个数" for year, said in by_year.items() if said)


def _of_measure(found: SideBySide, measure: Measure) -> Iterator[Figure]:
    """The number of this year, that of last year, and the difference where both were found in one way."""
    now = found.figure(measure, found.present)
    before = found.figure(measure, found.present - 1)
    said = {"name": measure.name, "measure": measure.label}
    key = "trends.{name}.now"
    yield _as(figure(key, None if found.is_one or now is None else now.value, **said), now)
    key = "trends.{name}.before"
    yield _as(figure(key, None if before is None else before.value, **said), before)
    difference = figure("trends.{name}.change", None, **said)
    if now is None or before is None or not found.may_compare(measure, found.present - 1, found.present):
        yield difference
        return
    change = earlier.change(now, replace(before, key=measure.key), found.present - 1, found.present)
    exact = change.value
    assert isinstance(exact, Decimal)
    fine = now.unit in _POINTS
    value = numbers.rounded(exact, 1) if fine else exact
    shown = change.display
    if fine:
        shown = (
            (_ABOUT_THE_SAME if exact else shown)
            if abs(exact) < _LEVEL
            else f"{'增加' if value > 0 else '减少'}{numbers.plain(abs(value))}{change.unit}"
        )
    yield replace(
        difference,
        value=value,
        unit=change.unit,
        shown=shown,
        source=change.source,
        basis=change.basis,
        reconstructed=change.reconstructed,
        origin=Origin.STATED if {now.origin, before.origin} == {Origin.STATED} else Origin.COUNTED,
        follows=(measure.key, before.key),
    )


def _as(made: Figure, shown: Figure | None) -> Figure:
    """A figure of trends under its words, for the rest as the one that it `shown` again."""
    if shown is None or made.value is None:
        return made
    return replace(
        made,
        unit=shown.unit,
        source=shown.source,
        origin=shown.origin,
        basis=shown.basis,
        reconstructed=shown.reconstructed,
        follows=(shown.key,),
    )


def of_indicators(found: Stable | None) -> Iterator[Figure]:
    """How targets of indicators that go on stand to those of last year, and to what was reached then."""
    behind = Rows.of(INDICATORS, found.rows, "target") if found else None
    known = found if found is not None and len(found.rows) else None
    yield figure("trends.indicators.count", len(known.rows) if known else None, behind)
    for name in ("raised", "kept", "lowered", "below"):
        rows: pd.DataFrame | None = getattr(known, name, None)
        value = None if rows is None else len(rows)
        yield figure(
            f"trends.indicators.{name}", value, None if rows is None else Rows.of(INDICATORS, rows, "target")
        )
    enough = known if known and len(known.rows) >= LEAST else None
    share = numbers.percent(len(enough.below), len(enough.rows)) if enough else None
    yield figure("trends.indicators.below_percent", share, behind)

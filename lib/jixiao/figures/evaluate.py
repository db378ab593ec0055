"""Evaluates one report year: reads its tables, scores them, counts its figures and checks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from jixiao.checks import catalogue, plausible, settings
from jixiao.checks.engine import Finding, Published
from jixiao.figures import compare, counted, monitored, sampled, stated
from jixiao.figures.compare import Comparison, Misprint, State
from jixiao.figures.model import Figure, Figures
from jixiao.figures.self_evaluation import follow_up, quality
from jixiao.figures.trends.side_by_side import SideBySide
from jixiao.figures.upward import final_accounts, statistics
from jixiao.forms.records import records
from jixiao.kit.errors import Fault, PolicyError, TableError, one_line
from jixiao.rules import policy, scoring
from jixiao.rules.lights import Limits
from jixiao.rules.policy import Policy
from jixiao.sampling import settings as settings_of_samples
from jixiao.year import tables
from jixiao.year.params import Params
from jixiao.year.tables import Tables

if TYPE_CHECKING:
    from jixiao.figures.province.province import Province


@dataclass(frozen=True)
class Evaluation:
    """Everything a report of one year is made of; the checks run when their findings are first asked for.

    `last_year` has the subjects of the year before, for checks that hold amounts against them; `side_by_side` are the
    figures of earlier years beside those of this one, and `province` is what the districts of the year sent, each where a
    notebook has asked for them.
    """

    root: Path
    params: Params
    policy: Policy
    tables: Tables
    totals: pd.DataFrame
    published: Mapping[str, Decimal | str]
    figures: Figures
    known_misprints: Mapping[str, Misprint]
    published_remarks: tuple[str, ...] = ()
    last_year: pd.DataFrame | None = None
    side_by_side: SideBySide | None = None
    province: Province | None = None

    @property
    def marked(self) -> bool:
        """Whether numbers that were not published must be marked."""
        return self.params.reconstructed

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Each published fact beside its figure."""
        return tuple(compare.compare(self.published, self.figures, self.known_misprints))

    def with_own(self, own: Iterable[Figure]) -> Evaluation:
        """The same year with figures that its notebook has defined; those of the year that have a value stay."""
        more = {figure.key: figure for figure in own}
        known = [one if one.value is not None else more.pop(one.key, one) for one in self.figures.values()]
        rest = [figure for key, figure in more.items() if key not in self.figures]
        figures = Figures(chain(known, rest)).held_against(self.published)
        return replace(self, figures=figures)

    @property
    def differences(self) -> tuple[Comparison, ...]:
        """The published facts that the figures do not equal, and that are no known misprints."""
        return tuple(row for row in self.comparisons if row.state == State.DIFFERENT)

    @property
    def misprints(self) -> tuple[Comparison, ...]:
        """The published facts of which it is known what should have been printed."""
        return tuple(row for row in self.comparisons if row.state == State.MISPRINT)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks find in the tables; raises for settings of the checks that cannot be used."""
        published = Published(self.published, *compare.before(self.root, self.params))
        limits = settings.in_force(self.root, self.policy)
        found = records.of_tables(self.tables)
        if self.last_year is not None:
            found = replace(found, known={**found.known, plausible.LAST_YEAR: self.last_year})
        return catalogue.find(found, self.policy, limits, self.params, published)


_NONE_OF_ITS_OWN: Mapping[str, Any] = MappingProxyType({})


def evaluate(root: Path, params: Params, own: Mapping[str, Any] = _NONE_OF_ITS_OWN) -> Evaluation:
    """Read the tables, score them under the policy in force and count; JixiaoError for input that cannot be used.

    `own` are the parameters that the notebook has beside those of the year; they stand among the figures.
    """
    rules = policy.in_force(root, params.policy, params.evaluated_year)
    data = tables.read(root, params.data_folder)
    _refuse_undeclared_tiers(data, params)
    tiers = params.tiers.values()
    totals = scoring.totals(data["subjects"], data["indicators"], rules, data["scores"], tiers)
    facts = compare.published(root, params)
    figures = counted.figures(params, data, rules, totals)
    drawn = None if data["samples"].empty else settings_of_samples.in_force(root, rules.on)
    sampling = sampled.figures(data, totals, drawn)
    monitoring = monitored.figures(data, params.evaluated_year, light_limits(root, rules))
    figures = Figures(chain(figures.values(), monitoring, sampling))
    figures = Figures(chain(figures.values(), quality.figures(params, data, rules, totals)))
    figures = figures.without_values(_uncounted(figures, data))
    figures = Figures(chain(figures.values(), stated.of_notebook(own)))
    figures = _with_declared(figures, data).held_against(facts)
    figures = figures.without(_unfit_names(figures, params))
    known = compare.misprints(root, params)
    remarks = compare.remarks(root, params)
    return Evaluation(root, params, rules, data, totals, facts, figures, known, remarks)


AREAS: Mapping[str, Callable[[Evaluation], Iterator[Figure]]] = MappingProxyType(
    {  # figures that only what asks for them has
        "quality.problems": lambda year: follow_up.problems(year.tables, year.params.published_on),
        "quality.returns": lambda year: follow_up.returns(year.tables),
        "final_accounts": lambda year: final_accounts.figures(
            year.params, year.tables, year.policy, year.totals
        ),
        "statistics": lambda year: statistics.figures(year.tables),
    }
)


def with_area(evaluation: Evaluation, area: str) -> Evaluation:
    """The same year with the figures of one of AREAS; a declared fact takes the place of one without a value.

    TableError names each fact that cannot.
    """
    made = Figures(AREAS[area](evaluation))
    made = made.without_values(_uncounted(made, evaluation.tables))
    declared = _with_declared(made, evaluation.tables)
    rest = (figure for key, figure in evaluation.figures.items() if key not in made)
    figures = Figures(chain(rest, (declared[key] for key in made)))
    return replace(evaluation, figures=figures.held_against(evaluation.published))


def light_limits(root: Path, rules: Policy) -> Limits | None:
    """Where warning lights begin; None where the settings of the checks cannot be read, which the findings tell."""
    try:
        return Limits.of(settings.in_force(root, rules).values)
    except PolicyError:
        return None


def _refuse_undeclared_tiers(data: Tables, params: Params) -> None:
    """TableError for each row of a tier that the parameters do not declare."""
    declared = "、".join(f"{tier.id}（{tier.name}）" for tier in params.tiers.values())
    faults = [
        Fault(
            data.place(table, number, "tier"),
            f"层级是“{one_line(tier)}”，参数 tiers 里没有",
            declared,
            f"核对；确有这一层级的，写进 params/{params.report_year}.yml 的 tiers",
        )
        for table in ("scores", "applications", "problems")
        for number, tier in zip(data[table].index, data[table]["tier"], strict=True)
        if tier is not None and tier not in params.tiers
    ]
    if faults:
        raise TableError(*faults)


def _with_declared(figures: Figures, data: Tables) -> Figures:
    """Add the declared facts; one takes the place of a figure of the report that the data give no value.

    TableError names each whose key belongs to a figure that has a value, or another unit.
    """
    declared = {one.key: one for one in stated.of_facts(data)}
    faults = [
        fault
        for key, one in declared.items()
        if key in figures
        for fault in _unfit_to_stand_in(one, figures[key], data)
    ]
    if faults:
        raise TableError(*faults)
    standing_in = (_in_place_of(figure, declared.pop(key, None)) for key, figure in figures.items())
    return Figures(chain(list(standing_in), declared.values()))


def _unfit_to_stand_in(declared: Figure, figure: Figure, data: Tables) -> Iterator[Fault]:
    """What keeps a declared fact from taking the place of the figure of its key: a value there, another unit."""
    row = declared.rows.numbers[0] if declared.rows else 0
    if figure.value is not None:
        found = f"“{figure.key}”已是报告的统计数（{figure.display}）"
        yield Fault(data.place("facts", row, "key"), found, remedy="换一个键")
    elif declared.unit != figure.unit:
        found = f"“{figure.key}”的单位是“{declared.unit}”"
        expected = f"报告里这个统计数（{figure.label}）的单位“{figure.unit}”"
        yield Fault(data.place("facts", row, "unit"), found, expected, "换算成这一单位，或换一个键")


def _in_place_of(figure: Figure, declared: Figure | None) -> Figure:
    """The declared value under the unit and the labels that the report has for the figure."""
    if declared is None:
        return figure
    return replace(declared, unit=figure.unit, label=figure.label, short=figure.short)


def _uncounted(figures: Figures, data: Tables) -> list[str]:
    """Name the figures of a table that is missing or empty: nothing was recorded, which is not zero."""
    empty = {name for name, frame in data.frames.items() if frame.empty}
    return [key for key, figure in figures.items() if empty.intersection(figure.tables)]


def _unfit_names(figures: Figures, params: Params) -> list[str]:
    """Name the grades that would, in a reconstruction, stand beside a real name without having been published."""
    if not params.reconstructed or figures["key_projects.names"].value is None:
        return []
    return [key for key, figure in figures.items() if figure.project and figure.invented]

"""An evaluated year as one unit may see it: its own rows and findings, and its place among all without any other's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import pandas as pd

from jixiao.checks import kinds
from jixiao.checks.engine import Finding
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.model import Figures, Origin
from jixiao.kit.codes import Code
from jixiao.kit.errors import Fault, ParameterError, one_line
from jixiao.kit.strict_yaml import suggestion
from jixiao.rules import scoring
from jixiao.rules.execution import ExecutionPoints
from jixiao.rules.policy_values import EXECUTION
from jixiao.year import single_names
from jixiao.year import tables as year_tables
from jixiao.year.tables import Tables
from jixiao.year.tiers import YearTier
from jixiao.year.words import ProblemState, SubjectKind, Tier

SMALLEST_GROUP = 10  # of fewer scores a quarter would tell too much of one of the others
MASKED = "其他单位（项目）"  # what a text of the unit has in the place of another's name
_UNITS = "units"
_SUBJECTS = "subjects"
_PROBLEMS = "problems"
_OF_SUBJECTS = (
    "indicators", "scores", "key_projects", "target_reviews", "monitoring", "applications", _PROBLEMS, "funds",
)  # fmt: skip
_CODE = re.compile(r"[0-9A-Za-z_-]*[0-9][0-9A-Za-z_-]*")  # a code that no sentence has by chance
_ZERO = Decimal(0)


class Quarter(Code):
    """Where a score stands among all of its kind; equal scores stand together, at the better place."""

    FIRST = "first", "前25%"
    SECOND = "second", "前50%"
    THIRD = "third", "后50%"
    LAST = "last", "后25%"


def quarter(score: Decimal, all_scores: Sequence[Decimal]) -> Quarter | None:
    """The quarter of `score` among `all_scores`, which it is one of; None in a group too small to say it."""
    count = len(all_scores)
    if count < SMALLEST_GROUP:
        return None
    higher = sum(one > score for one in all_scores)
    lower = sum(one < score for one in all_scores)
    if 4 * higher < count:
        return Quarter.FIRST
    if 4 * lower < count:
        return Quarter.LAST
    return Quarter.SECOND if 2 * higher < count else Quarter.THIRD


@dataclass(frozen=True)
class Loss:
    """An indicator that did not get all of its points: which, how many, and why as the tier says that took them.

    `points` and `lost` are None where the tier left the score blank; `number` is the row of indicators.csv.
    """

    number: int
    subject: str
    level1: str
    name: str
    weight: Decimal
    points: Decimal | None
    reason: str

    @property
    def lost(self) -> Decimal | None:
        """The points that are missing to the full ones."""
        return None if self.points is None else self.weight - self.points


@dataclass(frozen=True)
class UnitYear(Evaluation):
    """The year of the unit `unit`, and of those below it where it stands for its department.

    Tables, totals and findings are its own alone. `peers` has all totals by kind and tier, without whose they are.
    """

    unit: str = ""
    units: tuple[str, ...] = ()
    own_findings: tuple[Finding, ...] = ()
    peers: Mapping[tuple[str, str], Sequence[Decimal]] | None = None

    @property
    def marked(self) -> bool:
        """A letter about reconstructed rows says so at its head, once and of all."""
        return False

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks found at the subjects of the unit."""
        return self.own_findings

    @property
    def name(self) -> str:
        """The name of the unit."""
        units = self.tables[_UNITS]
        return str(units.loc[units["unit_id"] == self.unit, "name"].iloc[0])

    def subjects(self, kind: SubjectKind) -> pd.DataFrame:
        """The totals of its subjects of a kind."""
        return self.totals[self.totals["kind"] == kind.value]

    def called(self, subject: str) -> str:
        """How its letter calls a subject: by its kind where the unit has one whole-department subject, else by its name."""
        row = self.totals[self.totals["subject_id"] == subject].iloc[0]
        whole = (
            row["kind"] == SubjectKind.DEPARTMENT.value and len(self.subjects(SubjectKind.DEPARTMENT)) == 1
        )
        return SubjectKind.DEPARTMENT.words if whole else str(row["name"])

    def named(self, one: Loss) -> str:
        """An indicator of `losses`, behind it its project where the unit has several subjects."""
        called = self.called(one.subject)
        alone = len(self.totals) == 1 or called == SubjectKind.DEPARTMENT.words
        return one.name if alone else f"{one.name}（{called}）"

    def scored(self, kind: SubjectKind) -> list[YearTier]:
        """The tiers that gave its subjects of a kind any total, in the order of the parameters."""
        rows = self.subjects(kind)
        return [tier for tier in self.params.tiers.values() if rows[tier.total].notna().any()]

    def judge(self, kind: SubjectKind) -> YearTier | None:
        """The tier by whose totals the unit is spoken of: of the others the one with most totals, else its own."""
        rows = self.subjects(kind)
        tiers = self.scored(kind)
        others = [tier for tier in tiers if not tier.is_self]
        return max(others or tiers, key=lambda tier: rows[tier.total].notna().sum(), default=None)

    def judge_of_points(self, subject: str) -> YearTier | None:
        """The last tier that gave points to single indicators of a subject."""
        rows = self._indicators_of(subject)
        tiers = [tier for tier in self.params.tiers.values() if tier.by_indicators]
        return next((tier for tier in reversed(tiers) if rows[tier.points].notna().any()), None)

    @cached_property
    def losses(self) -> tuple[Loss, ...]:
        """Its indicators with less than their points, the greatest loss of each subject first, blank scores last."""
        found: list[Loss] = []
        for subject in self.totals["subject_id"]:
            of_subject = list(self._losses_of(subject))
            found += sorted(of_subject, key=lambda one: (one.lost is None, -(one.lost or _ZERO), one.number))
        return tuple(found)

    def _losses_of(self, subject: str) -> Iterator[Loss]:
        tier = self.judge_of_points(subject)
        if tier is None:
            return
        reasons = "review_remark" if tier.id == Tier.REVIEW else "deviation_reason"
        rows = self._indicators_of(subject)
        columns = ["level1", "level3", "weight", tier.points, reasons]
        for number, level, name, weight, points, reason in rows[columns].itertuples():
            if weight and (points is None or points < weight):
                yield Loss(number, subject, kinds.group(level), name, weight, points, reason or "")

    def spent(self, subject: str) -> tuple[Decimal, ExecutionPoints]:
        """The points that the execution rate of a subject is worth, and those that it got."""
        row = self.tables[_SUBJECTS].loc[self.tables[_SUBJECTS]["subject_id"] == subject].iloc[0]
        groups = scoring.group_weights(self._indicators_of(subject).dropna(subset=["weight"])).get(
            subject, {}
        )
        worth = scoring.execution_weight(self.policy, scoring.scored_by(groups, self.policy))
        amounts = (row["adjusted_budget"], row["executed"])
        return worth, scoring.execution_of(*amounts, row["finished"], groups, self.policy)

    def levels(self) -> list[tuple[str, Decimal, Decimal | None]]:
        """First level, its points and those reached, in all of its subjects with points; at the end the execution rate.

        None is reached where a score is blank, or the budget gives no execution rate.
        """
        worth: dict[str, Decimal] = {}
        reached: dict[str, Decimal | None] = {}

        def add(level: str, weight: Decimal, points: Decimal | None) -> None:
            before = reached.get(level, _ZERO)
            worth[level] = worth.get(level, _ZERO) + weight
            reached[level] = None if before is None or points is None else before + points

        judged = [one for one in self.totals["subject_id"] if self.judge_of_points(one)]
        for subject in judged:
            tier = self.judge_of_points(subject)
            assert tier is not None
            rows = self._indicators_of(subject)
            for level, weight, points in rows[["level1", "weight", tier.points]].itertuples(index=False):
                if weight:
                    add(kinds.group(level), weight, points)
        for subject in judged:
            weight, spent = self.spent(subject)
            if weight:
                add(EXECUTION, weight, spent.points)
        return [(level, weight, reached[level]) for level, weight in worth.items()]

    def open_problems(self) -> pd.DataFrame:
        """The problems that are not mended: of its subjects, and those that all units are charged with."""
        rows = self.tables[_PROBLEMS]
        return rows[rows["state"] != ProblemState.DONE.words]

    def _indicators_of(self, subject: str) -> pd.DataFrame:
        rows = self.tables["indicators"]
        return rows[rows["subject_id"] == subject]


class Names:
    """All names and codes of units and subjects of a year, and what finds those of others in the texts of one unit.

    A short name counts where nothing but punctuation is beside it, as in the public edition.
    """

    def __init__(self, year: Tables) -> None:
        patterns: dict[str, str] = {}
        for table, (code, length) in single_names.TABLES.items():
            for name in filter(None, map(_plain, year[table]["name"].dropna())):
                patterns.setdefault(name, _bounded(name) if len(name) >= length else _set_off(name))
            for name in map(_plain, year[table][code]) if code else ():
                patterns[name] = _bounded(name) if _CODE.fullmatch(name) else _set_off(name)
        listed = sorted(patterns, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(patterns[name] for name in listed) or r"(?!)")

    def masked(self, text: str, own: frozenset[str]) -> str:
        """`text` with MASKED in the place of every name that is not of the unit's `own`."""
        return self._pattern.sub(lambda found: found[0] if _plain(found[0]) in own else MASKED, text)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _bounded(name: str) -> str:
    """A name, with any blanks where it has one, that is no part of a longer number or word of letters."""
    before = r"(?<![0-9A-Za-z])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![0-9A-Za-z])" if name[-1].isascii() and name[-1].isalnum() else ""
    words = r"\s+".join(map(re.escape, name.split()))
    return f"{before}{words}{after}"


def _set_off(name: str) -> str:
    """A name with nothing but punctuation, blanks or an end of the text beside it."""
    return rf"(?<![^\W_]){re.escape(name)}(?![^\W_])"


@dataclass(frozen=True)
class Year:
    """An evaluated year with what the letters to all of its units share."""

    evaluation: Evaluation

    @cached_property
    def names(self) -> Names:
        """What finds the names of others."""
        return Names(self.evaluation.tables)

    @cached_property
    def peers(self) -> Mapping[tuple[str, str], Sequence[Decimal]]:
        """All totals by kind and tier, the highest first."""
        totals = self.evaluation.totals
        return {
            (kind.value, tier.id): sorted(
                totals.loc[totals["kind"] == kind.value, tier.total].dropna(), reverse=True
            )
            for kind in SubjectKind
            for tier in self.evaluation.params.tiers.values()
        }

    def of(self, unit: str, *, below: bool = False) -> UnitYear:
        """The year of one unit, with the units below it where `below` is asked for; ParameterError for none of the year."""
        whole = self.evaluation
        all_units = whole.tables[_UNITS]
        if unit not in set(all_units["unit_id"]):
            found = f"没有单位“{one_line(unit, 60)}”"
            remedy = suggestion(unit, tuple(all_units["unit_id"]))
            raise ParameterError(Fault("参数 unit", found, "units.csv 里的 unit_id", remedy))
        listed = all_units["unit_id"] == unit
        if below:
            listed |= all_units["department_id"] == unit
        units = tuple(all_units.loc[listed, "unit_id"])
        totals = whole.totals[whole.totals["unit_id"].isin(units)]
        subjects = frozenset(totals["subject_id"])
        own_names = frozenset(
            map(_plain, [*units, *subjects, *all_units.loc[listed, "name"], *totals["name"]])
        )

        def masked(text: str) -> str:
            return self.names.masked(text, own_names)

        own = _own(whole.tables, whole.params.tiers.get(Tier.SELF), units, subjects, masked)
        rows = {
            (whole.tables.place(name), row) for name in (_UNITS, "disclosures") for row in own[name].index
        }
        findings = tuple(
            _without_others(one, masked)
            for one in whole.findings
            if one.subject in subjects or (one.place.file, one.place.row) in rows
        )
        # What parameters and rules say; all else was counted from the rows of others too, or declared of anybody.
        said = (one for one in whole.figures.values() if one.origin is Origin.STATED and one.rows is None)
        figures = Figures(said)
        return UnitYear(
            whole.root,
            whole.params,
            whole.policy,
            own,
            totals,
            {},
            figures,
            {},
            unit=unit,
            units=units,
            own_findings=findings,
            peers=self.peers,
        )


def _own(
    tables: Tables,
    own: YearTier | None,
    units: Sequence[str],
    subjects: frozenset[str],
    masked: Callable[[str], str],
) -> Tables:
    """The tables with the rows of the unit alone, and in the texts of these no other's name; the rest is empty.

    Problems of no subject of this year are its own where all units, or it by its name, are to mend them; those of single
    subjects of an earlier year only by its name.
    """
    frames = {name: year_tables.empty(name) for name in tables.frames}
    listed = tables[_UNITS]
    frames[_UNITS] = listed[listed["unit_id"].isin(units)]
    frames["disclosures"] = _of(tables, "disclosures", "unit_id", units)
    frames[_SUBJECTS] = _of(tables, _SUBJECTS, "subject_id", subjects)
    frames |= {name: _of(tables, name, "subject_id", subjects) for name in _OF_SUBJECTS}
    problems = tables[_PROBLEMS]
    charged = problems["addressee"].isin(frames[_UNITS]["name"])
    if own:
        charged |= (problems["addressee"] == own.by) & problems["found_of"].isna()
    frames[_PROBLEMS] = problems[
        (problems["subject_id"].isna() & charged) | problems["subject_id"].isin(subjects)
    ]
    return Tables(tables.folder, {name: _texts_masked(frame, masked) for name, frame in frames.items()})


def _of(tables: Tables, name: str, column: str, wanted: Collection[str]) -> pd.DataFrame:
    frame = tables[name]
    return frame[frame[column].isin(wanted)]


def _texts_masked(frame: pd.DataFrame, masked: Callable[[str], str]) -> pd.DataFrame:
    """`frame` without the names of others in its texts; codes that lead from table to table stay."""
    if frame.empty:
        return frame
    changed = {}
    for column in [str(column) for column in frame if not str(column).endswith("_id")]:
        cells = list(frame[column])
        texts = [masked(cell) if isinstance(cell, str) else cell for cell in cells]
        if any(text is not cell and text != cell for text, cell in zip(texts, cells, strict=True)):
            # the type of the column, else one with nothing in it became one of numbers
            changed[column] = pd.Series(texts, frame.index, frame[column].dtype)
    return frame.assign(**changed) if changed else frame


def _without_others(finding: Finding, masked: Callable[[str], str]) -> Finding:
    """A finding in whose words no other unit is named."""
    return replace(
        finding,
        found=masked(finding.found),
        expected=masked(finding.expected),
        remedy=masked(finding.remedy),
    )

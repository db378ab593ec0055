"""Runs checks over records and puts what they found in order of place.

A check is a function that yields what it found; severity, remedy and everything a reader needs stand on its card.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd

from jixiao.checks import kinds
from jixiao.checks.cards import Card
from jixiao.forms.model import WITHOUT_RESULTS, FormKind, Remark
from jixiao.forms.records.records import FORMS, Records
from jixiao.kit import private_data
from jixiao.kit.errors import Fault, Place, natural, one_line
from jixiao.kit.limits import POINTS
from jixiao.rules import claims, scoring
from jixiao.rules.policy import Policy
from jixiao.values.measure_frame import parse_frame
from jixiao.year.params import Params
from jixiao.year.words import Severity

# As the table of a Found: the parameters, the policy and the published facts; its column says which of them.
PARAMS = "params"
POLICY = "policy"
PUBLISHED = "published"
# Columns without which a form is of another kind, or told to be incomplete.
_NEEDED = frozenset({
    "level1", "level2", "level3", "target", "actual", "weight", "self_score", "initial_budget", "adjusted_budget",
    "executed",
})  # fmt: skip
_FULL = Decimal(100)
_ONCE_A_FORM = ("F06",)  # remarks on single cells, of which a whole form may be full
_MOST_CELLS = 10  # cells that a finding about many of them names
_LONGEST_NAME = 40  # characters of a name that a finding repeats
_EXPONENT = -4  # weights are scored in 1/10000 points


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found, and where: the name of a table, the number of its row and the column.

    `remedy` and `severity` are those of the rule's card unless they are given here.
    """

    table: str
    row: int | None
    column: str
    found: str
    expected: str = ""
    remedy: str = ""
    subject: str = ""
    severity: Severity | None = None
    of_subject: bool = False  # it stands at an indicator and is said of all of them


@dataclass(frozen=True)
class Published:
    """Figures that were published, by key: of this year, of the year before, and of the year before as quoted this year."""

    year: Mapping[str, Decimal | str] = field(default_factory=dict)
    before: Mapping[str, Decimal | str] = field(default_factory=dict)
    quoted: Mapping[str, Decimal | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Inspection:
    """All that a check may look at.

    `settings` are the parameters of each rule by its id; `totals` has the computed totals, a row for each subject.
    """

    records: Records
    policy: Policy
    settings: Mapping[str, Mapping[str, Any]]
    params: Params | None = None
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    published: Published = field(default_factory=lambda: Published())

    @cached_property
    def planned(self) -> frozenset[str]:
        """The subjects of the forms of which nobody has said yet what was reached."""
        forms = self.records[FORMS]
        ahead = forms["kind"].isin(WITHOUT_RESULTS)
        return frozenset(forms.loc[ahead, "subject_id"]) - set(forms.loc[~ahead, "subject_id"])

    @cached_property
    def unread(self) -> Mapping[str, frozenset[str]]:
        """For each subject the columns that its form may hold in columns which were not understood."""
        forms = self.records[FORMS]
        told = forms.loc[forms["unread"].notna(), ["subject_id", "unread"]]
        return {subject: frozenset(columns.split()) for subject, columns in told.itertuples(index=False)}

    @cached_property
    def lacking(self) -> Mapping[str, frozenset[str]]:
        """For each subject the columns that none of its forms has; a reason may be missing and is not among them."""
        had: dict[str, frozenset[str]] = {}
        for subject, columns in self.records[FORMS][["subject_id", "columns"]].itertuples(index=False):
            if columns:
                had[subject] = had.get(subject, frozenset()) | frozenset(columns.split())
        return {subject: _NEEDED - columns for subject, columns in had.items()}

    @cached_property
    def own_scheme(self) -> frozenset[str]:
        """The subjects whose forms give all points to indicators, and none to the execution of a project.

        How such forms divide their points (whole departments, targets, projects of which the form judges the indicators
        alone) no policy for projects says. All points are a hundred, or as many as the title of the table prints.
        """
        forms = self.records[FORMS]
        scored = forms["columns"].fillna("").map(lambda columns: "score" in columns.split()).astype(bool)
        of_policy = (forms["kind"] == FormKind.PROJECT) & (scored | forms["columns"].isna())
        others = set(forms["subject_id"]) - set(forms.loc[of_policy, "subject_id"])
        told = forms.dropna(subset=["indicator_points"])
        printed = dict(zip(told["subject_id"], told["indicator_points"], strict=True))
        indicators = self.records["indicators"]
        whole = indicators.dropna(subset=["weight"]).groupby("subject_id")["weight"].sum()
        full = {subject for subject, points in whole.items() if points in (_FULL, printed.get(subject))}
        return frozenset(others & full)

    @cached_property
    def reviewed_only(self) -> frozenset[str]:
        """The subjects of which only a reviewer's work paper came, while no table has their own indicators."""
        forms = self.records[FORMS]
        reviews = forms["kind"] == FormKind.REVIEW
        known = self.records.known.get("indicators")
        others = set(forms.loc[~reviews, "subject_id"]) | (
            set() if known is None else set(known["subject_id"])
        )
        return frozenset(forms.loc[reviews, "subject_id"]) - others

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The indicators that apply: rows without points that say 不适用 are there, and no rule judges them."""
        frame = self.records["indicators"]
        columns = ["level3", "target", "actual", "weight"]
        apart = [kinds.does_not_apply(*row) for row in frame[columns].itertuples(index=False, name=None)]
        return frame[~pd.Series(apart, frame.index, dtype=bool)]

    @cached_property
    def parsed(self) -> pd.DataFrame:
        """Targets and actual values as numbers, a row for each row of `indicators` (see `parse_frame`).

        A day without a year is one of the year that the form prints, else of the year of the policy.
        """
        rows = self.indicators
        forms = self.records[FORMS]
        printed = {
            subject: int(year)
            for subject, year in zip(forms["subject_id"], forms["year"], strict=True)
            if year and re.fullmatch("(?:19|20)[0-9]{2}", str(year))
        }
        years = rows["subject_id"].map(lambda subject: printed.get(subject, self.policy.on.year))
        parts = [parse_frame(part, int(year)) for year, part in rows.groupby(years, sort=False)]
        if len(parts) <= 1:
            return parts[0] if parts else parse_frame(rows, None)
        return pd.concat(parts).loc[rows.index]

    @cached_property
    def _names(self) -> Mapping[str, str]:
        subjects = self.records["subjects"]
        return dict(zip(subjects["subject_id"], subjects["name"], strict=True))

    def called(self, subject: str) -> str:
        """How findings call a subject: by its name on a form, where an id is nothing that a unit knows."""
        if self.records[FORMS].empty:
            return f"{subject} "
        name = self._names.get(subject)
        return f"“{one_line(name, _LONGEST_NAME)}”" if name else "这张表"

    @cached_property
    def scored(self) -> pd.DataFrame:
        """The indicators that have points and a self score; “产出指标（50分）” stands there as 产出指标.

        More points than POINTS are a mistake that other rules tell, and are not scored.
        """
        indicators = self.indicators
        fine = [
            weight is not None
            and score is not None
            and 0 <= weight <= POINTS
            and weight.as_tuple().exponent >= _EXPONENT
            for weight, score in zip(indicators["weight"], indicators["self_score"], strict=True)
        ]
        rows = indicators[pd.Series(fine, indicators.index, dtype=bool)]
        return rows.assign(level1=[kinds.group(level) for level in rows["level1"]])

    @cached_property
    def ruled(self) -> pd.DataFrame:
        """The points that the policy's rules give for each row of `scored` (see `claims.by_rule`)."""
        return claims.by_rule(self.scored, self.policy, self.parsed.loc[self.scored.index])


Check = Callable[[Inspection], Iterator[Found]]


@dataclass(frozen=True)
class Finding:
    """What one rule found at one place, in the words that a user reads."""

    rule: str
    severity: Severity
    subject: str
    place: Place
    found: str
    expected: str = ""
    remedy: str = ""
    also: tuple[Place, ...] = ()  # further places of which the same is said

    @property
    def fault(self) -> Fault:
        """The finding as the sentence that tells a user how to mend it."""
        return Fault(str(self.place), self.found, self.expected, self.remedy)

    def __str__(self) -> str:
        return str(replace(self.fault, found=f"[{self.rule}] {self.found}"))

    def as_json(self) -> dict[str, str]:
        """The finding as names and texts, for JSON."""
        further = {"also": "、".join(place.cell for place in self.also)} if self.also else {}
        return {
            "rule": self.rule,
            "severity": self.severity,
            "place": str(self.place),
            "found": self.found,
            "expected": self.expected,
            "remedy": self.remedy,
            "subject": self.subject,
            "file": self.place.file,
            "sheet": self.place.sheet,
            "cell": self.place.cell,
            **further,
        }


def run(
    checks: Mapping[str, Check], cards: Mapping[str, Card], inspection: Inspection
) -> tuple[Finding, ...]:
    """Run all `checks` (by rule id) and give their findings in order of place.

    What was noticed while forms were read is not among them: see `of_remarks`. Numbers of persons are masked in what
    they say.
    """
    findings = []
    for rule, check in checks.items():
        card = cards[rule]
        for found in check(inspection):
            severity = found.severity or card.severity
            place = place_of(inspection, found.table, found.row, found.column)
            remedy = found.remedy or card.remedy
            said = private_data.hidden(_named(inspection, found))
            findings.append(Finding(rule, severity, found.subject, place, said, found.expected, remedy))
    return tuple(sorted(findings, key=_order))


def _named(inspection: Inspection, found: Found) -> str:
    """What was found, with the name of the indicator as the form has it, unless that is there already."""
    if found.table != "indicators" or found.row is None or found.of_subject:
        return found.found
    name = str(inspection.records["indicators"].at[found.row, "level3"] or "")
    if not kinds.bare(name) or name in found.found or kinds.bare(name) in found.found:
        return found.found
    return f"“{one_line(name, _LONGEST_NAME)}”{'的' * found.found.startswith('“')}{found.found}"


def cells_apart(inspection: Inspection) -> frozenset[Place]:
    """The cells of the rows that do not apply."""
    rows = inspection.records["indicators"].index.difference(inspection.indicators.index)
    cells = inspection.records.cells
    return frozenset(place for row in rows for place in cells("indicators", int(row)).values())


def of_remarks(records: Records, cards: Mapping[str, Card]) -> tuple[Finding, ...]:
    """The remarks made while forms were read, as findings of those rules that are in `cards`.

    What a form does throughout, such as numbers kept as text, is one finding of the form.
    """
    alike: dict[object, list[Remark]] = {}
    for number, remark in enumerate(records.remarks):
        throughout = (remark.rule, remark.subject, remark.place.file, remark.place.sheet, remark.remedy)
        alike.setdefault(throughout if remark.rule in _ONCE_A_FORM else number, []).append(remark)
    return tuple(
        _of_remarks(remarks, card) for remarks in alike.values() if (card := cards.get(remarks[0].rule))
    )


def _of_remarks(remarks: Sequence[Remark], card: Card) -> Finding:
    """One finding of remarks that say the same of several cells: it stands at the first of them and names the others."""
    one, *rest = sorted(dict.fromkeys(remarks), key=lambda remark: _at(remark.place))
    also = tuple(remark.place for remark in rest)
    found = private_data.hidden(one.found)
    if also:
        cells = "、".join(place.cell for place in also[:_MOST_CELLS]) + " 等" * (len(also) > _MOST_CELLS)
        found += f"；同样的另有 {len(also)} 格：{cells}"
    return Finding(
        one.rule,
        one.severity or card.severity,
        one.subject,
        one.place,
        found,
        one.expected,
        one.remedy or card.remedy,
        also,
    )


def merged(*findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings from several sources in order of place; what two sources found alike is there once."""
    return tuple(sorted(dict.fromkeys(one for some in findings for one in some), key=_order))


def inspection_of(
    records: Records,
    policy: Policy,
    settings: Mapping[str, Mapping[str, Any]],
    params: Params | None = None,
    published: Published | None = None,
) -> Inspection:
    """What the checks of one run look at.

    Rows are put in the order of their numbers, so that no finding depends on the order in which they came.
    """
    frames = {name: frame.sort_index() for name, frame in records.frames.items()}
    ordered = replace(records, frames=frames)
    return Inspection(
        ordered, policy, settings, params, _totals(ordered, policy, params), published or Published()
    )


def _totals(records: Records, policy: Policy, params: Params | None) -> pd.DataFrame:
    """Totals of the subjects by each tier, and whether each is `reported`.

    A subject with an indicator that has no points or no first level has no total.
    """
    subjects = records["subjects"]
    indicators = records["indicators"]
    partial = indicators[["level1", "weight"]].isna().any(axis=1)
    unknown = set(indicators.loc[partial, "subject_id"])
    known = indicators[~indicators["subject_id"].isin(unknown)]
    known = known.assign(level1=[kinds.group(level) for level in known["level1"]])
    tiers = params.tiers.values() if params else ()
    printed = records["scores"]
    printed = printed[~printed["subject_id"].isin(unknown)]
    totals = scoring.totals(subjects, known, policy, printed, tiers)
    scored = set(indicators.dropna(subset=["self_score"])["subject_id"])
    totals["reported"] |= totals["subject_id"].isin(scored)
    return totals


def place_of(inspection: Inspection, table: str, row: int | None, column: str) -> Place:
    """The file and the cell in which a row of a table, a parameter, a rule of the policy or a published figure stands."""
    cell = f"的 {column}" if column else ""
    if table == POLICY:
        return Place(f"params/policies/{inspection.policy.id}.yml", "", cell)
    if inspection.params and table == PARAMS:
        return Place(f"params/{inspection.params.report_year}.yml", "", cell)
    if inspection.params and table == PUBLISHED:
        return Place(f"data/{inspection.params.data_folder}/published.yml", "", cell)
    return inspection.records.place(table, row, column)


def _order(finding: Finding) -> tuple[object, ...]:
    """The sorting key of a finding: its place, then its rule and its words."""
    return *_at(finding.place), finding.rule, finding.found


def _at(place: Place) -> tuple[object, ...]:
    """The sorting key of a place: file and sheet as people number them (表2 before 表10), then F9 before F12."""
    return natural(place.file), natural(place.sheet), place.row, len(place.cell), place.cell

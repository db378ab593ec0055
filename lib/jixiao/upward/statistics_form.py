"""The lines of the yearly statistics form: what each asks for, and the figure that answers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jixiao.figures.evaluate import Evaluation, with_area
from jixiao.figures.model import Figure
from jixiao.figures.upward import statistics
from jixiao.kit import places
from jixiao.report.report import ORIGIN_NOTE
from jixiao.rules import grades
from jixiao.year import table_files
from jixiao.year.words import ProblemState, Severity, SubjectKind

TITLE = "预算绩效管理工作推进情况统计表"


@dataclass(frozen=True)
class Line:
    """A line of the form: its group, what it asks for with the unit, and the figure; without value it stays blank.

    `marked` says that numbers which follow from reconstructed rows must be told.
    """

    group: str
    item: str
    figure: Figure
    marked: bool

    @property
    def remark(self) -> str:
        """What stands beside the number: that nothing was declared or recorded, or that it follows from invented rows."""
        if self.figure.value is None:
            return "没有申报" if self.undeclared else "没有记录"
        return "重构数据" if self.marked and self.figure.invented else ""

    @property
    def undeclared(self) -> bool:
        """Whether only a declared fact could give it a number, and none does."""
        return self.figure.value is None and self.figure.key in statistics.DECLARED


@dataclass(frozen=True)
class Rule:
    """A rule that was issued or that others rest on, as the list of the form has it; "" for what is not known."""

    layer: str
    title: str
    number: str
    issued_on: str
    topic: str
    status: str


@dataclass(frozen=True)
class Form:
    """The form of a year: who fills it in, its sections with their lines, the list of rules, and where it is from."""

    year: int
    region: str
    issuer: str
    sections: tuple[tuple[str, tuple[Line, ...]], ...]
    rules: tuple[Rule, ...]
    origin: str
    source: str
    draft: bool

    @property
    def lines(self) -> Iterator[Line]:
        """All lines in their order."""
        for _, lines in self.sections:
            yield from lines


def form(evaluation: Evaluation) -> Form:
    """The form of an evaluated year."""
    for area in ("statistics", "final_accounts"):
        evaluation = with_area(evaluation, area)
    year = evaluation.params
    sections = {
        "一、基础工作": (*_units(evaluation), *_rules(evaluation), *_declared(evaluation, _FOUNDATIONS)),
        "二、工作推进": (*_steps(evaluation), *_problems(evaluation)),
        "三、培训、宣传和信息报送": _declared(evaluation, _OUTREACH),
    }
    return Form(
        year=year.report_year,
        region=year.region,
        issuer=year.issuer,
        sections=tuple((name, tuple(lines)) for name, lines in sections.items()),
        rules=tuple(_listed(evaluation)),
        origin=ORIGIN_NOTE.replace("带 * 的数和词句", "备注为重构数据的数") if evaluation.marked else "",
        source=f"由 {places.shown(evaluation.root / 'data' / year.data_folder, evaluation.root)}/ 的数据表统计。",
        draft=any(finding.severity == Severity.ERROR for finding in evaluation.findings),
    )


def _line(evaluation: Evaluation, group: str, key: str, words: str = "") -> Line:
    figure = evaluation.figures[key]
    unit = f"（{figure.unit}）" if figure.unit else ""
    return Line(group, f"{words or figure.label}{unit}", figure, evaluation.marked)


def _units(evaluation: Evaluation) -> Iterator[Line]:
    """Units and those that have begun, by level."""
    for level in statistics.LEVELS:
        yield _line(evaluation, "单位开展情况", f"statistics.units.{level}")
        yield _line(evaluation, "单位开展情况", f"statistics.begun.{level}", "其中：已开展预算绩效管理的数量")
        yield _line(evaluation, "单位开展情况", f"statistics.begun_percent.{level}", "已开展的占比")


def _rules(evaluation: Evaluation) -> Iterator[Line]:
    """How many rules there are, by layer; their titles stand in the list."""
    for layer, key in statistics.LAYERS.items():
        yield _line(evaluation, "制度建设", f"statistics.rules.{key}", layer.value)


_FOUNDATIONS = {
    "专家和机构": ("library.experts", "library.agencies"),
    "指标体系": ("indicator_systems.count", "indicator_systems.indicators"),
}
_OUTREACH = {
    "培训": ("training.sessions", "training.attendees"),
    "宣传": ("publicity.articles",),
    "信息报送": ("reporting.sent_up",),
}


def _declared(evaluation: Evaluation, groups: Mapping[str, tuple[str, ...]]) -> Iterator[Line]:
    """What only the bureau knows, by group."""
    for group, keys in groups.items():
        for key in keys:
            yield _line(evaluation, group, key)


_STEPS = {"绩效目标": "goals", "运行监控": "monitored", "绩效自评": "evaluated"}


def _steps(evaluation: Evaluation) -> Iterator[Line]:
    """What each step of the year reached, of projects and of whole departments; of self-evaluation also the scores."""
    for group, step in _STEPS.items():
        for kind in SubjectKind:
            key = f"final_accounts.{kind.key}.{step}"
            yield _line(evaluation, group, key, kind.words)
            yield _line(evaluation, group, f"{key}_wan_yuan", f"{kind.words}金额")
    for kind in SubjectKind:
        yield _line(evaluation, "绩效自评", f"final_accounts.{kind.key}.mean")
        for grade in grades.names(evaluation.policy):
            yield _line(evaluation, "绩效自评", f"final_accounts.{kind.key}.grade.{grade}")


def _problems(evaluation: Evaluation) -> Iterator[Line]:
    """The problems that the year found, and what became of them."""
    yield _line(evaluation, "问题整改", "final_accounts.found.count")
    for state in (ProblemState.DONE, ProblemState.OPEN, ProblemState.NOT_DONE):
        yield _line(evaluation, "问题整改", f"final_accounts.found.{state.value}", f"其中：{state.words}")


def _listed(evaluation: Evaluation) -> Iterator[Rule]:
    """The rules, those that others rest on first."""
    rows = table_files.rows(evaluation.tables["rules_issued"])
    for layer in statistics.LAYERS:
        for row in rows:
            if row["level"] == layer:
                texts = (row[name] for name in ("title", "number", "issued_on", "topic", "status"))
                yield Rule(layer.value, *(table_files.text(one) or "" for one in texts))

"""The report as a notebook writes it: one call a cell, each giving one heading, paragraph, table or chart.

`open_report(globals())` reads the parameters in force, evaluates the year and returns the `Report`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from functools import cached_property, wraps
from html import escape
from itertools import chain
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from jixiao.figures import earlier, small_groups
from jixiao.figures.counted import KEY_PROJECTS
from jixiao.figures.evaluate import AREAS, Evaluation, evaluate, with_area
from jixiao.figures.model import TOTALS, Figure, Figures
from jixiao.figures.province import province, province_figures
from jixiao.figures.self_evaluation import quality
from jixiao.figures.trends import indicators, measures, side_by_side, trend_figures
from jixiao.kit import places
from jixiao.kit.errors import Fault, JixiaoError, ParameterError, ProseError
from jixiao.kit.strict_yaml import suggestion
from jixiao.report import (
    charts,
    finding_lines,
    key_points,
    mimes,
    notebook_form,
    notebook_parameters,
    own_data,
    own_figures,
    own_tables,
    prose,
    report_charts,
    report_tables,
)
from jixiao.report.headings import Heading, Level, Numbering
from jixiao.report.own_figures import Frames
from jixiao.report.parts import cells
from jixiao.report.parts.chart import Chart
from jixiao.report.years import Years
from jixiao.year import params
from jixiao.year.params import NAMES, SINGLE_ROWS
from jixiao.year.single_names import SingleNames
from jixiao.year.words import Severity

if TYPE_CHECKING:
    import pandas as pd

ORIGIN_NOTE = (
    "单位级、指标级数据为重构数据：由程序按已公布的汇总数生成，不反映任何单位或项目的实际得分。"
    "带 * 的数和词句由重构数据推算，没有公布过。"
)
UNPUBLISHED_NOTE = (
    "本年度是重构的年度，没有公布过报告：汇总数和单位级、指标级数据都由程序生成，只作演示，不反映任何地方、单位或项目的实际情况。"
    "带 * 的数和词句由重构数据推算。"
)
UNPUBLISHED = "（重构年度，没有公布过）"  # stands behind titles
RULES_NOTE = "公布的报告没有写明评分办法，附录的办法是为重构数据选用的。"
PROBLEMS_NOTE = "存在的问题和下一步工作由重构数据写成，公布的报告没有这两节。"
NO_YEAR_BEFORE = "没有上一年度的数据，不与上年比较。"
INTERNAL_NOTE = "内部版：含单个单位、项目的得分和审核发现，不对外公开。"
BUDGET_NOTE = "全区年初预算总额没有公布过，由公布的自评金额和占年初预算的比重反推，只用于计算这一比重。"


# A chart that a text names, until it has its number.
_OPEN, _CLOSE = "\ue010", "\ue011"
_NAMED = re.compile(f"{_OPEN}([^{_CLOSE}]+){_CLOSE}")


class Output:
    """What a cell of the notebook shows: one heading, paragraph, table or chart."""

    def __init__(self, bundle: Mapping[str, Any]) -> None:
        self._bundle = dict(bundle)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return self._bundle


_Given = ParamSpec("_Given")
_Shown = TypeVar("_Shown")


def _told(
    call: Callable[Concatenate[Report, _Given], _Shown],
) -> Callable[Concatenate[Report, _Given], _Shown | None]:
    """A call of the report whose faults are shown in its cell, and nothing else, where the run goes on past them."""

    @wraps(call)
    def goes_on(report: Report, *args: _Given.args, **kwargs: _Given.kwargs) -> _Shown | None:
        try:
            return call(report, *args, **kwargs)
        except (ProseError, ParameterError) as error:
            if not report.goes_on:
                raise
            _show(error)
            return None

    return goes_on


def _show(error: JixiaoError) -> None:
    """Show the faults in the cell, for the analyst and for the run that tells them."""
    from IPython.display import display

    faults = [asdict(fault) for fault in error.faults]
    markup = "".join(f"<p>{escape(str(fault))}</p>" for fault in error.faults)
    display(Output({"text/plain": str(error), "text/html": markup, mimes.FAULTS: faults}))


def open_report(namespace: Mapping[str, Any]) -> Report:
    """The report of the parameters in `namespace` (a notebook passes `globals()`)."""
    root = places.find_root()
    in_force = notebook_parameters.effective(namespace, root)
    evaluation = evaluate(root, in_force.params, in_force.own)
    charts.setup()
    return Report(evaluation, namespace, (*NAMES, *in_force.own))


class Report:
    """Writes a report heading by heading; sections that the parameters leave out are passed over."""

    def __init__(
        self, evaluation: Evaluation, namespace: Mapping[str, Any], parameters: Collection[str] = NAMES
    ) -> None:
        self.evaluation = evaluation
        self._year = evaluation  # without the figures of the notebook's own, which no check looks at
        self.tables = Frames(evaluation.tables)
        self.exact = evaluation.tables.frames
        self.years = Years(evaluation.root, evaluation.params.report_year, lambda: self.figures)
        self._own: dict[str, Figure] = {}
        self.goes_on = bool(os.environ.get(notebook_form.GOES_ON))
        self._broken: set[str] = set()  # where it goes on: figures whose definition has faults, told there
        self._namespace = namespace
        self._opened_with = {name: namespace[name] for name in parameters if name in namespace}
        self._about: tuple[str, ...] = ()
        self._written = True
        self._headings = Numbering(again=True)
        self._sections: list[str] = []
        self._left_out: set[str] = set()
        self._numbers: dict[str, list[str]] = {"表": [], "图": []}
        self._charts: dict[str, Chart | None] = {}  # of the report's own, as far as they were asked for
        self._looked_at: Figures | None = None  # the figures of which the public edition may tell `_public`
        self._public = self.evaluation.figures
        self._awaited: set[str] = set()  # charts that a text has named, and no cell has shown yet

    @property
    def figures(self) -> Figures:
        """Every figure that there is so far: of the year, defined by the notebook, or of earlier years that it asked for."""
        return self.evaluation.figures

    @property
    def scores(self) -> pd.DataFrame:
        """The computed totals, a row a subject, with pandas' own types."""
        return own_figures.scores(self.evaluation.totals)

    # figures of the notebook's own

    @_told
    def figure(
        self,
        key: str,
        value: Any,
        unit: str = "",
        label: str = "",
        definition: str = "",
        *,
        rows: pd.DataFrame | pd.Series | None = None,
        source: str = "",
    ) -> None:
        """Define a figure: register, trace, figures.json and compare have it, and sentences take it as {key}.

        `value` is a whole number, a decimal, a text, or a float that has been rounded. `rows` is the part of
        `report.tables[…]`, `report.scores` or `report.data(…)` that it was made from; without rows `source` says where
        it is from.
        ProseError lists all that keeps it from being a figure. The cell may run again.
        """
        if file := own_data.source(rows):
            rows = None
            source = source or file
        others = self._without_own(key)
        if self.goes_on and key not in self.figures:
            self._broken.add(key)  # until it is made
        made = own_figures.figure(others, key, value, unit, label, definition, rows, source)
        before = self._own.get(key)
        if before and (before.label, before.definition) != (made.label, made.definition):
            raise ProseError(
                Fault(f"report.figure(“{key}”)", f"“{key}”已用于“{before.label}”", remedy="换一个键")
            )
        self._broken.discard(key)
        self._own[key] = made
        self.evaluation = replace(self.evaluation, figures=others).with_own([made])

    @_told
    def figures_of(self, area: str) -> None:
        """Take up the figures of an area that only the reports have which ask for them, as in "quality.problems".

        Register, trace and sentences have them like all others. ProseError for an area that is none.
        """
        if area not in AREAS:
            remedy = suggestion(area, tuple(AREAS))
            raise ProseError(Fault(f"report.figures_of(“{area}”)", "没有这一部分统计数", remedy=remedy))
        before = self.figures
        self.evaluation = with_area(self.evaluation, area)
        taken = (one for key, one in self.figures.items() if key not in before or before[key] != one)
        self._own |= {one.key: one for one in taken if one.value is not None}

    def _without_own(self, key: str) -> Figures:
        """The figures without the notebook's own under `key`; with that of the year for which it stands in."""
        if key not in self._own:
            return self.figures
        of_year = self._year.figures
        if key in of_year:
            return Figures(of_year[key] if one.key == key else one for one in self.figures.values())
        return self.figures.without([key])

    def keys(self, words: str = "") -> Output:
        """The figures whose key, label or definition has `words`: key, value, label, definition, for the notebook only."""
        found = [one for one in self.figures.values() if words in f"{one.key} {one.label} {one.definition}"]
        lines = [f"{one.key}  {one.display}  {one.label}：{one.definition}" for one in found]
        return Output({"text/plain": "\n".join(lines) or f"没有与“{words}”有关的统计数"})

    @_told
    def side_by_side(self) -> None:
        """Put the figures of the earlier years beside those of this one: figures {trends.KEY}, tables and charts of them.

        Of the year before the rows of indicators are read too. A year that is closed is taken as it was closed.
        """
        year = self.evaluation.params.report_year
        pair = quality.compared(self.evaluation.params, self.evaluation.totals)
        own, other = (pair.own, pair.other) if pair else (None, None)
        compared = list(measures.measures(own, other))
        keys = {one.key for one in compared}
        known: dict[int, Mapping[str, Figure]] = {}
        for before in self.years:
            there = self.years[before]
            shown = {key: there[key] for key in there if key in keys or measures.band_of(key)}
            known[before] = {key: there.plain(key) for key in there} | shown
        known[year] = dict(self.figures)
        theirs = earlier.tables_of(self.evaluation.root, year - 1, indicators.TABLES)
        ours = {name: self.evaluation.tables[name] for name in indicators.TABLES}
        stable = indicators.stable(ours, theirs, year - 1) if theirs else None
        found = side_by_side.of(compared, known, other, stable)
        self._mention("")
        made = list(trend_figures.figures(found, other.name if other else None))
        rest = self.figures.without(one.key for one in made)
        self.evaluation = replace(self.evaluation, figures=rest, side_by_side=found).with_own(made)

    @_told
    def districts(self) -> None:
        """Put what the districts sent side by side: figures {province.KEY}, tables and charts of them.

        They are those of districts.csv. JixiaoError for what of them cannot be used.
        """
        found = province.read(self.evaluation.root, self.evaluation.params)
        made = list(province_figures.figures(found))
        rest = self.figures.without(one.key for one in made)
        self.evaluation = replace(self.evaluation, figures=rest, province=found).with_own(made)
        self._own |= {one.key: one for one in made if one.value is not None}

    @staticmethod
    def rounded(value: Any, places: int = 2) -> Decimal:
        """A number rounded half up (四舍五入) to `places` decimals, for a figure."""
        return own_figures.rounded(value, places)

    # what readers see first

    @_told
    def title(self, text: str, *, about: Sequence[str] = ()) -> Output:
        """The title block: the title, its numbers as {figure.key}; issuer, date, and the note that data are invented.

        `about` names the areas of a report that is not about the whole year, by what stands in front of the dot of their
        figures' keys, as in ["ex_ante"].
        """
        self._about = tuple(about)
        year = self.evaluation.params
        (text,), wrong = self._taken([text], "标题", values=True)
        wrong = wrong or self._naming(text, "标题")
        if wrong:
            raise ProseError(*wrong)
        errors = sum(finding.severity == Severity.ERROR for finding in self._year.findings)
        draft = f"（草稿：有{errors}处错误级审核发现）" if errors else ""
        invented = UNPUBLISHED if self._is_unpublished else ""
        title = f"{prose.line(text, self.figures, broken=self._broken)}{invented}{draft}"
        note = self._origin_note()
        lines = [f"<h1>{escape(title)}</h1>", f'<p class="issuer">{escape(year.issuer)}</p>']
        lines.append(f'<p class="date">{self.figures["report.published_on"].display}</p>')
        lines += [f'<p class="origin-note">{note}</p>'] if note else []
        said = {
            "title": title,
            "region": year.region,
            "issuer": year.issuer,
            "report_year": year.report_year,
            "evaluated_year": year.evaluated_year,
            "published_on": year.published_on.isoformat(),
            **({"contact": year.contact} if year.contact else {}),
            "origin": year.data_origin,
            "origin_note": note,
            "edition_note": INTERNAL_NOTE,  # the public edition is without it
            "findings": [finding.as_json() for finding in self._year.findings],
        }
        markup = f'<header class="title-block">{"".join(lines)}</header>'
        return self._output({"text/html": markup, "text/plain": title, mimes.REPORT: said})

    @_told
    def key_points(self, numbers: Mapping[str, str], findings: Sequence[str] = ()) -> Output | None:
        """The key points, at the top of the page, on the first page of paper and on the first sheet of the workbook.

        `numbers` has for each figure its short label, which may use figures, `findings` are sentences with {figure.key} and [[clauses]].
        What the data give no value is left out; nothing is written where nothing is left.
        """
        sentences, wrong = self._taken(findings, "要点")
        for key, label in numbers.items():
            wrong += prose.faults(f"{{{key}}}", self.figures, "要点", broken=self._broken, values=False)
            wrong += prose.faults(label, self.figures, "要点", broken=self._broken)
        if wrong:
            raise ProseError(*dict.fromkeys(wrong))
        shown = {key: label for key, label in numbers.items() if key not in self._broken}
        bundle = self._points(shown, sentences, self.figures)
        if not bundle:
            return None
        public = self._points(shown, sentences, self._public_figures)
        return self._output(bundle | ({mimes.PUBLIC: public or False} if public != bundle else {}))

    def _points(
        self, numbers: Mapping[str, str], sentences: Sequence[str], figures: Figures
    ) -> dict[str, Any]:
        """The key points as far as `figures` have values for them; empty where nothing is left."""
        known = [
            (figures[key], prose.line(label, figures, broken=self._broken))
            for key, label in numbers.items()
            if figures[key].value is not None
        ]
        said = [prose.with_known(one, figures, broken=self._broken) for one in sentences]
        said = [one for one in said if one.strip() and prose.has_values(one, figures, broken=self._broken)]
        if not known and not said:
            return {}
        marked = cells.marks(self.evaluation)
        return key_points.bundle(known, said, figures, marked=marked, broken=self._broken)

    # headings

    @_told
    def section(self, name: str) -> Output | None:
        """The heading of a section, numbered in the order in which sections stand."""
        self._written = name not in self.evaluation.params.leave_out
        if not self._written:
            self._left_out.add(name)
            return None
        self._sections.append(name)
        return self._heading(Level.SECTION, name)

    @_told
    def subsection(self, name: str) -> Output | None:
        """A heading inside a section."""
        return self._heading(Level.SUBSECTION, name) if self._written else None

    @_told
    def subsubsection(self, name: str) -> Output | None:
        """A heading inside a subsection."""
        return self._heading(Level.SUBSUBSECTION, name) if self._written else None

    @_told
    def appendix(self, name: str) -> Output:
        """The heading of an appendix; appendices are always written."""
        self._written = True
        return self._heading(Level.APPENDIX, name)

    # text

    @_told
    def prose(self, text: str, otherwise: str = "", work: str = "") -> Output | None:
        """Paragraphs in Markdown; numbers only as {figure.key} (or {figure.key:数} without the unit).

        A clause in [[…]] is left out where the data give one of its figures no value. {图:NAME} is the number of a
        chart of the report, which stands below; in a clause, which is left out where that chart has nothing to show.
        {last_year:KEY} is the figure of the year before, {2020:KEY} that of another earlier year, and {change:KEY} the
        difference from the year before in words: 增加3个, 减少0.45分, 持平, 增加1.20个百分点.

        `otherwise` stands in its place where the data give one of the figures no value, or no clause is left. Where
        it says that something was not done, `work` names what (see `not_done` of the parameters): it then stands only
        where the parameters say the same, and without them nothing is written.
        """
        if not self._written:
            return None
        undone = not work or self._is_not_done(work)
        (text, otherwise), wrong = self._taken([self._with_charts(one) for one in (text, otherwise)])
        wrong += prose.references(f"{text}\n{otherwise}", self.evaluation.params.leave_out)
        if wrong:
            raise ProseError(*wrong)
        public = prose.with_known(text, self._public_figures, broken=self._broken)
        emptied = prose.is_emptied(text, self.figures, broken=self._broken)
        text, otherwise = (
            prose.with_known(one, self.figures, broken=self._broken) for one in (text, otherwise)
        )
        known = text.strip() and not emptied and prose.has_values(text, self.figures, broken=self._broken)
        if (work or otherwise) and not known:
            if not undone:
                return None
            public = text = otherwise or text
        if not text.strip():
            return None
        if naming := self._naming(public, "正文"):
            raise ProseError(*naming)
        bundle = self._paragraphs(text)
        if public != text:
            bundle[mimes.PUBLIC] = self._paragraphs(public) if public.strip() else False
        return self._output(bundle)

    def _paragraphs(self, text: str) -> dict[str, Any]:
        marked = cells.marks(self.evaluation)
        markup = prose.fragment(text, self.figures, marked=marked, broken=self._broken)
        return {
            "text/html": _NAMED.sub(self._chart_number, markup),
            "text/plain": _NAMED.sub(r"{图:\1}", text),
        }

    def _chart(self, name: str) -> Chart | None:
        """The chart `name` of the report, drawn once."""
        if name not in self._charts:
            self._charts[name] = report_charts.of(self.evaluation, name)
        return self._charts[name]

    def _with_charts(self, text: str) -> str:
        """`text` with charts under their names, without the clauses that name one which has nothing to show."""

        def left(clause: re.Match[str]) -> str:
            return clause[0] if all(map(self._chart, prose.REFERENCE.findall(clause[0]))) else prose.GONE

        text = prose.CLAUSE.sub(left, text).replace(prose.GONE, "")
        for name in prose.REFERENCE.findall(text):
            if self._chart(name) is None:
                remedy = "把提到它的话放进 [[…]]"
                raise ProseError(Fault(f"正文 {{图:{name}}}", "这张图没有可画的，不会出现", remedy=remedy))
        return prose.REFERENCE.sub(lambda found: f"{_OPEN}{found[1]}{_CLOSE}", text)

    def _chart_number(self, name: re.Match[str]) -> str:
        chart = self._chart(name[1])
        assert chart is not None  # which the text was looked at for
        if chart.caption not in self._numbers["图"]:
            self._awaited.add(name[1])
        number = self._caption("图", chart.caption).split()[0]
        return f'<span class="{mimes.NUMBERED}">{number}</span>'

    @property
    def _public_figures(self) -> Figures:
        """All figures, without the values of those that name projects which the public edition may not name.

        Each text asks for them; they are looked at again where the notebook has taken up others.
        """
        figures = self.figures
        if self._looked_at is not figures:
            names = [key for key in figures if self._is_withheld(key)]
            self._public = figures.without_values(names) if names else figures
            self._looked_at = figures
        return self._public

    @cached_property
    def _names(self) -> SingleNames:
        return report_tables.single_names(self._year)

    def _is_withheld(self, key: str) -> bool:
        return report_tables.is_withheld(self.evaluation, key, self._names)

    def _naming(self, text: str, place: str) -> list[Fault]:
        """A fault for each figure of `text` that names units or projects which the public edition may not name."""
        remedy = "放进 [[…]]，公开版就不写；可以公开的，在参数 public_rows 里列出 {}"
        withheld = [
            key
            for key in dict.fromkeys(one.key for one in prose.used(text, self.figures, broken=self._broken))
            if self._is_withheld(key) and self.figures[key].value is not None
        ]
        return [
            Fault(
                f"{place} {{{key}}}", "写出单个项目的名称，公开版不能有", remedy=remedy.format(KEY_PROJECTS)
            )
            if report_tables.NAMES_PROJECTS.match(key)
            else Fault(
                f"{place} {{{key}}}",
                "是不到三个对象的金额或得分，公开版不能有",
                remedy="放进 [[…]]，公开版就不写",
            )
            if small_groups.of_few(self.figures[key], self.evaluation.tables)
            else Fault(
                f"{place} {{{key}}}",
                "写有单位、项目的名称，公开版不能有",
                remedy=remedy.format("units、subjects"),
            )
            for key in withheld
        ]

    def _taken(
        self, texts: Sequence[str], place: str = "正文", *, values: bool = False
    ) -> tuple[list[str], list[Fault]]:
        """Texts with the figures of other years under their keys here, and all that is wrong with them.

        `values` tells that each figure must have one.
        """
        mentioned = [self._mention(text) for text in texts]
        taken = [text for text, _ in mentioned]
        wrong = [fault for _, faults in mentioned for fault in faults]
        for text in taken:
            wrong += prose.faults(text, self.figures, place, broken=self._broken, values=values)
        return taken, wrong

    def _mention(self, text: str) -> tuple[str, list[Fault]]:
        """Take up the figures of other years that `text` names, and those that the notebook asked for before.

        The text with their keys, and what is wrong with those that it names in vain.
        """
        mentioned = self.years.mention(text)
        used = self.years.used
        if any(key not in self.figures or self.figures[key] != one for key, one in used.items()):
            rest = self.figures.without(used)
            self.evaluation = replace(self.evaluation, figures=rest).with_own(used.values())
        return mentioned

    def _is_not_done(self, work: str) -> bool:
        """Whether the parameters say that the year did not see this work; ProseError for a word that is none."""
        known = tuple(params.works(self.evaluation.params.tiers))
        if work not in known:
            remedy = suggestion(work, known)
            raise ProseError(Fault(f"report.prose 的 work=“{work}”", "没有这项工作", remedy=remedy))
        return work in self.evaluation.params.not_done

    def data_notes(self) -> Output:
        """What the data are, what differs from the published report, and the findings a reader must know.

        The public edition has them without the findings, which speak of single units and projects.
        """
        invented = cells.marks(self.evaluation)
        notes = [self._origin_note()] if invented else []
        if not self._about:
            notes += [BUDGET_NOTE, RULES_NOTE] if invented and not self._is_unpublished else []
            notes += [f"公布的报告：{remark.rstrip('。')}。" for remark in self.evaluation.published_remarks]
        compared = [
            (row.key, f"{row.label or row.key}：公布 {row.published}，本报告 {row.computed or '无'}。")
            for row in self.evaluation.differences
        ]
        compared += [
            (row.key, f"{row.label}：公布时印作 {row.published}，应为 {row.computed}（{row.because}）。")
            for row in self.evaluation.misprints
        ]
        compared = [(key, said) for key, said in compared if self._speaks_of(key)]
        notes += [said for _, said in compared]
        naming = {said for key, said in compared if self._is_withheld(key)}
        used = self.years.used.values()
        earlier_ones = dict.fromkeys(one.earlier for one in used if one.invented and one.reconstructed)
        notes += [
            f"{year} 工作年度的数带 * 的，由那一年的重构数据推算，没有公布过。" for year in earlier_ones
        ]
        if self.evaluation.params.report_year - 1 not in list(self.years):
            notes.append(NO_YEAR_BEFORE)
        public = [note for note in notes if note not in naming]
        found = finding_lines.to_mend([finding.as_json() for finding in self._year.findings])
        notes += [f"{one['found']}（审核发现 {one['rule']}）。" for one in finding_lines.first(found)]
        notes += finding_lines.rest(found)
        notes = notes or ["各表数据相互一致，没有需要说明的审核发现。"]
        return self._output({**_remarks(notes), mimes.PUBLIC: _remarks(public) if public else False})

    def _speaks_of(self, key: str) -> bool:
        """Whether a figure is of the areas that the report is about."""
        return not self._about or key.startswith(tuple(f"{area}." for area in self._about))

    @property
    def _is_unpublished(self) -> bool:
        """Whether the year is a reconstruction of which not even totals were published."""
        return cells.marks(self.evaluation) and not self.evaluation.published

    def _origin_note(self) -> str:
        if not cells.marks(self.evaluation):
            return ""
        if self._is_unpublished:
            return UNPUBLISHED_NOTE
        if self._about:
            return ORIGIN_NOTE
        differences = sum(row.key in self.figures for row in self.evaluation.differences)
        rest = (
            f"有 {differences} 项统计数与公布数不一致，见附录"
            if differences
            else "其余由数据表统计的数与公布数一致"
        )
        listed = PROBLEMS_NOTE if self.figures["problems.listed"].value is not None else ""
        return f"{ORIGIN_NOTE}{listed}{rest}。"

    # tables and charts

    @_told
    def table(
        self,
        what: str | pd.DataFrame,
        caption: str = "",
        columns: Sequence[str] = (),
        *,
        units: Mapping[str, str] | None = None,
        note: str = "",
        public: bool | None = None,
    ) -> Output | None:
        """A table, numbered; nothing where it has no rows.

        `what` is the name of one of the report's own (report_tables.TABLES), or of a table of data/<year>/, which is
        listed with its `columns`, or with all, under a `caption`; or a frame, which is shown as it is, with `units` of
        columns. A `note` stands below.

        A table of single units or projects stands in the internal edition only, unless the parameters name it under
        `public_rows`; `public` says otherwise for this one.
        """
        if isinstance(what, str):
            _refuse_unused(f"表“{what}”", units=units)
            table = report_tables.of(self.evaluation, what, caption, columns)
            if table is not None and note:
                table = replace(table, notes=[*table.notes, note])
            single = what in report_tables.withheld(self.evaluation) if what in SINGLE_ROWS else None
        else:
            single = self._has_single_rows(what) or None
            shown = what[list(columns)] if columns else what
            invented = cells.marks(self.evaluation)
            table = own_tables.of_frame(shown, caption, units or {}, note, invented=invented)
        if table is None or not self._written:
            return None
        bundle = replace(table, caption=self._caption("表", table.caption)).bundle()
        return self._output(bundle | _edition(public, single=single))

    @_told
    def register(self) -> Output:
        """The register of all figures, which programs read too; it ends every report. Paper has the main ones only.

        Of a report `about` one area (see `title`) readers see only the figures of that area; programs read all.
        ParameterError for a name under leave_out that is no section.
        """
        self._refuse_no_sections()
        if self._awaited:
            raise ProseError(
                *(
                    Fault(
                        f"正文 {{图:{name}}}",
                        "笔记本里没有这张图",
                        remedy=f'加上 report.chart("{name}")，或删去这句话',
                    )
                    for name in sorted(self._awaited)
                )
            )
        self._mention("")
        table = report_tables.register(self.evaluation, self._about)
        bundle = replace(table, caption=self._caption("表", table.caption)).bundle()
        shorter = (
            report_tables.area_figures(self.evaluation, self._about)
            if self._about
            else report_tables.main_figures(self.evaluation)
        )
        number = self._caption("表", table.caption).removesuffix(table.caption)
        bundle[mimes.PAPER] = replace(shorter, caption=f"{number}{shorter.caption}").as_json()
        listed = [
            one.as_json()
            | ({"own": own_figures.as_json(one)} if one.key in self._own else {})
            | ({"withheld": True} if self._is_withheld(one.key) else {})
            | ({"earlier": earlier.as_json(one)} if one.earlier else {})
            for one in self.figures.values()
        ]
        compared = [row.as_json() for row in self.evaluation.differences]
        bundle[mimes.TOTALS] = report_tables.totals(self.evaluation)
        return self._output(bundle | {mimes.FIGURES: listed, mimes.DIFFERENCES: compared})

    def _refuse_no_sections(self) -> None:
        """A name under leave_out is a section that was left out here, or one of a notebook of the year.

        Where one of these is not there, as in the inputs that a version keeps, nothing can be said of what it has.
        """
        strange = [name for name in self.evaluation.params.leave_out if name not in self._left_out]
        paths = [
            self.evaluation.root / "notebooks" / f"{id}.ipynb" for id in self.evaluation.params.notebooks
        ]
        if not strange or not all(path.is_file() for path in paths):
            return
        written = chain.from_iterable(
            notebook_form.sections(notebook_form.read_notebook(path)) for path in paths
        )
        known = tuple(dict.fromkeys([*self._sections, *written]))
        faults = [
            Fault("参数 leave_out", f"没有名为“{name}”的章节", remedy=suggestion(name, known))
            for name in strange
            if name not in known
        ]
        if faults:
            raise ParameterError(*faults)

    @_told
    def chart(
        self,
        what: Any,
        caption: str = "",
        alt: str = "",
        data: pd.DataFrame | None = None,
        *,
        units: Mapping[str, str] | None = None,
        note: str = "",
        public: bool | None = None,
    ) -> Output | None:
        """A chart, numbered; nothing where there is nothing to show.

        `what` is the name of one of the report's own (report_charts.CHARTS); or a figure, axes or grid drawn with
        matplotlib or seaborn, with `caption`, `alt` (a sentence that says what is to be seen) and the frame of its
        `data`, which stands behind it with `units` of its columns. One of single units or projects stands in the
        internal edition only, unless `public` says otherwise.
        """
        if not self._written:
            return None
        if isinstance(what, str):
            _refuse_unused(f"图“{what}”", caption=caption, alt=alt, data=data, units=units, note=note)
            chart = self._chart(what)
            self._awaited.discard(what)
            return self._output(chart.bundle(self._caption("图", chart.caption))) if chart else None
        figure = own_tables.drawing(what, caption, alt, data)
        assert data is not None  # which drawing() has seen to
        charts.close(figure)
        invented = cells.marks(self.evaluation)
        numbered = self._caption("图", caption.strip())
        table = own_tables.of_frame(data, f"{numbered}（数据）", units or {}, "", invented=False)
        notes = "".join(filter(None, (note, own_tables.INVENTED_NOTE if invented else "")))
        chart_id = f"own-{numbered.split()[0]}"
        bundle = charts.bundle(figure, chart_id, numbered, alt.strip(), notes, table, own=True)
        single = self._has_single_rows(data) or None
        return self._output(bundle | _edition(public, single=single))

    def _has_single_rows(self, frame: pd.DataFrame) -> bool:
        table = own_tables.of_table(frame)
        whole = self.scores if table == TOTALS else self.tables[table] if table else None
        return own_tables.has_single_rows(frame, report_tables.withheld(self.evaluation), whole)

    # the bureau's own tables

    def data(self, name: str, numbers: Collection[str] = ()) -> pd.DataFrame:
        """The rows of a CSV file of the bureau's own in the folder of the year's tables (UTF-8 or GB18030).

        Every cell is text, None where it is blank; those of the columns `numbers` are exact decimals. The index is the
        row of the spreadsheet. The file is an input of the version, which keeps it. A figure made from some of its
        `rows` names the file and the rows as its source. PlaceError for a name that leads out of the folder, TableError
        for what cannot be read.
        """
        return own_data.read(self.evaluation.root, self.evaluation.params.data_folder, name, numbers)

    # what all of them share

    def _caption(self, kind: str, name: str) -> str:
        """The caption with its running number, which it keeps when its cell runs again."""
        return f"{kind}{_number_of(name, self._numbers[kind])} {name}"

    def _heading(self, level: Level, name: str) -> Output:
        """A heading with the number that it has so far; the page counts those that have something under them."""
        if not name.strip():
            raise ProseError(Fault("标题", "没有文字", remedy="写上标题，或删去这个单元格"))
        heading = Heading(level, name)
        text, anchor = self._headings.add(heading)
        markup = f'<{level.tag} id="{anchor}">{escape(text)}</{level.tag}>'
        return self._output({"text/html": markup, "text/plain": text, mimes.HEADING: heading.as_json()})

    def _output(self, bundle: Mapping[str, Any]) -> Output:
        notebook_parameters.unchanged(self._namespace, self._opened_with)
        return Output({**bundle, mimes.OWN: True})


def _edition(public: bool | None, *, single: bool | None) -> dict[str, Any]:
    """What the output of a table or chart says of the public edition; nothing where its cells are to decide."""
    if public is None and single is None:
        return {}
    return {mimes.PUBLIC: not single if public is None else public}


def _remarks(notes: Sequence[str]) -> dict[str, Any]:
    """Remarks on the data, a paragraph each."""
    markup = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return {"text/html": f'<div class="remarks">{markup}</div>', "text/plain": "\n".join(notes)}


def _refuse_unused(place: str, **given: Any) -> None:
    """ProseError for what was `given` to a table or chart of the report's own, which has its own."""
    unused = [name for name, value in given.items() if value is not None and len(value)]
    if unused:
        found = f"{'、'.join(unused)} 是报告自有的，不能另写"
        raise ProseError(Fault(place, found, remedy="删去，或用 frame 自己列表、画图"))


def _number_of(name: str, names: list[str]) -> int:
    """Which of `names` it is, counted from one; a new name becomes the last of them."""
    if name not in names:
        names.append(name)
    return names.index(name) + 1

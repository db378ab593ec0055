"""The report as a notebook writes it: one call a cell, each giving one heading, paragraph, table or chart.

`open_report(globals())` reads the parameters in force, evaluates the year and returns the `Report`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from html import escape
from typing import Any

from jixiao.figures.evaluate import Evaluation, evaluate
from jixiao.kit import places
from jixiao.kit.errors import Fault, ProseError
from jixiao.report import charts, finding_lines, mimes, notebook_parameters, prose, report_tables
from jixiao.report.table import Table
from jixiao.year.params import NAMES, SECTIONS
from jixiao.year.words import KINDS, TIER_NAMES

ORIGIN_NOTE = (
    "本报告所依据的单位级、指标级数据为重构数据：由程序按已公布的汇总数生成，不反映任何单位或项目的实际得分。"
    "带 * 的数由重构数据推算，没有公布过。"
)
BUDGET_NOTE = "全区年初预算总额没有公布过，由公布的自评金额和占年初预算的比重反推，只用于计算这一比重。"
_NUMERALS = "一二三四五六七八九十"


class Shown:
    """One piece of the report as a notebook output."""

    def __init__(self, bundle: Mapping[str, Any]) -> None:
        self._bundle = dict(bundle)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return self._bundle


def open_report(namespace: Mapping[str, Any]) -> Report:
    """The report of the parameters in `namespace` (a notebook passes `globals()`)."""
    root = places.find_root()
    report = Report(evaluate(root, notebook_parameters.effective(namespace, root)), namespace)
    charts.setup()
    return report


class Report:
    """Writes the report piece by piece; sections that the parameters leave out are passed over."""

    def __init__(self, evaluation: Evaluation, namespace: Mapping[str, Any]) -> None:
        self.evaluation = evaluation
        self.figures = evaluation.figures
        self._namespace = namespace
        self._before = {name: namespace[name] for name in NAMES if name in namespace}
        self._written = True
        self._anchor = "intro"
        self._subsections: list[str] = []
        self._appendices: list[str] = []
        self._numbers: dict[str, list[str]] = {"表": [], "图": []}

    # headings

    def title(self) -> Shown | None:
        """The title block: title, issuer, date, and the note that data are reconstructed."""
        params = self.evaluation.params
        errors = sum(finding.severity == "E" for finding in self.evaluation.findings)
        draft = f"（草稿：有{errors}处错误级审核发现）" if errors else ""
        title = f"{params.report_year}年{params.region}预算绩效管理工作开展情况{draft}"
        note = self._origin_note()
        lines = [f"<h1>{escape(title)}</h1>", f'<p class="issuer">{escape(params.issuer)}</p>']
        lines.append(f'<p class="date">{self.figures["report.published_on"].display}</p>')
        lines += [f'<p class="origin-note">{note}</p>'] if note else []
        about = {
            "title": title,
            "region": params.region,
            "issuer": params.issuer,
            "report_year": params.report_year,
            "evaluated_year": params.evaluated_year,
            "published_on": params.published_on.isoformat(),
            "origin": params.data_origin,
            "origin_note": note,
            "findings": [finding.as_json() for finding in self.evaluation.findings],
            "differences": [asdict(row) for row in self.evaluation.differences],
        }
        markup = f'<header class="title-block">{"".join(lines)}</header>'
        return self._show({"text/html": markup, "text/plain": title, mimes.REPORT: about})

    def section(self, name: str) -> Shown | None:
        """The heading of one of the report's sections, numbered by what the parameters include."""
        if name not in SECTIONS:
            raise ProseError(Fault(f"章节“{name}”", "不在章节名单里", "、".join(SECTIONS)))
        included = self.evaluation.params.sections
        self._written = name in included
        if not self._written:
            return None
        at = included.index(name)
        return self._open(f"{_NUMERALS[at]}、{name}", f"section-{at + 1}")

    def subsection(self, name: str) -> Shown | None:
        """A heading inside a section."""
        if not self._written:
            return None
        if name not in self._subsections:
            self._subsections.append(name)
        at = self._subsections.index(name)
        return self._heading("h3", f"（{_NUMERALS[at]}）{name}", f"{self._anchor}-{at + 1}")

    def appendix(self, name: str) -> Shown | None:
        """The heading of an appendix; appendices are always written."""
        self._written = True
        if name not in self._appendices:
            self._appendices.append(name)
        at = self._appendices.index(name)
        return self._open(f"附录{_NUMERALS[at]} {name}", f"appendix-{at + 1}")

    def _open(self, text: str, anchor: str) -> Shown:
        if anchor != self._anchor:
            self._anchor, self._subsections = anchor, []
        return self._heading("h2", text, anchor)

    # text

    def prose(self, text: str, otherwise: str = "") -> Shown | None:
        """Paragraphs in Markdown; numbers only as {figure.key} (or {figure.key:数} without the unit).

        `otherwise` stands in its place where the data give one of the figures no value.
        """
        if not self._written:
            return None
        if otherwise and not prose.has_values(text, self.figures):
            text = otherwise
        marked = report_tables.marks(self.evaluation)
        return self._show(
            {"text/html": prose.fragment(text, self.figures, marked=marked), "text/plain": text}
        )

    def data_notes(self) -> Shown | None:
        """What the data are, what differs from the published report, and the findings a reader must know."""
        notes = [self._origin_note(), BUDGET_NOTE] if report_tables.marks(self.evaluation) else []
        differences = self.evaluation.differences
        notes += [
            f"{row.label or row.key}：公布 {row.published}，本报告 {row.computed or '无'}。"
            for row in differences
        ]
        found = finding_lines.told([finding.as_json() for finding in self.evaluation.findings])
        shown = finding_lines.first(found)
        notes += [f"{f['found']}（审核发现 {f['rule']}）。" for f in shown]
        notes += finding_lines.rest(found)
        notes = notes or ["各表数据相互一致，没有需要说明的审核发现。"]
        markup = "".join(f"<p>{escape(note)}</p>" for note in notes)
        return self._show({"text/html": markup, "text/plain": "\n".join(notes)})

    def _origin_note(self) -> str:
        if not report_tables.marks(self.evaluation):
            return ""
        differences = len(self.evaluation.differences)
        rest = (
            f"有 {differences} 项统计数与公布数不一致，见附录"
            if differences
            else "其余由数据表统计的数与公布数一致"
        )
        return f"{ORIGIN_NOTE}{rest}。"

    # tables

    def rules_table(self) -> Shown | None:
        """The measures issued; nothing where there are none."""
        if self.evaluation.tables["rules_issued"].empty:
            return None
        return self._table(report_tables.rules_issued(self.evaluation, self._caption("表", "制度建设情况")))

    def scores_table(self, name: str) -> Shown | None:
        """The distribution of scores of "departments" or "projects"."""
        _check_kind(name)
        caption = self._caption("表", f"{KINDS[name][1]}得分分布")
        return self._table(report_tables.distribution(self.evaluation, name, caption))

    def key_projects_table(self) -> Shown | None:
        """The re-evaluated key projects."""
        if self.evaluation.tables["key_projects"].empty:
            return None
        caption = self._caption("表", "重点项目再评价情况")
        return self._table(report_tables.key_projects(self.evaluation, caption))

    def scoring_table(self) -> Shown | None:
        """The scoring rules in force with their articles."""
        return self._table(report_tables.scoring_rules(self.evaluation, self._caption("表", "评分规则")))

    def register(self) -> Shown | None:
        """The register of all figures."""
        grid = report_tables.register(self.evaluation, self._caption("表", "统计数一览"))
        figures = [figure.as_json() for figure in self.figures.values()]
        return self._show(grid.bundle() | {mimes.FIGURES: figures})

    # charts

    def scores_chart(self, name: str) -> Shown | None:
        """Self-evaluation against review: the distribution of "departments" or "projects"."""
        _check_kind(name)
        if not self._written:
            return None
        panels = [self._panel(name, tier) for tier in TIER_NAMES]
        caption = self._caption("图", f"{KINDS[name][1]}自评与复核得分分布")
        counts = ["，".join(f"{b} {n} 个" for b, n in zip(p.labels, p.counts, strict=True)) for p in panels]
        parts = "；".join(f"{p.title}{c}" for p, c in zip(panels, counts, strict=True))
        drawn = charts.distribution(panels, "个")
        data = charts.bars_data(panels, ("评价层级", "分数段", "个数（个）"), f"{caption}（数据）")
        alt = f"上下两幅条形图。{parts}。"
        return self._show(charts.bundle(drawn, f"chart-{name}", caption, alt, data=data))

    def _panel(self, name: str, tier: str) -> charts.Bars:
        key = f"evaluation.{name}.{tier}"
        bands = self.evaluation.params.bands[f"{name}.{tier}"]
        labels = [band.label for band in bands]
        keys = [f"{key}.{band.text}" for band in bands]
        if self.figures[f"{key}.other"].value:
            labels, keys = [*labels, "其他分数"], [*keys, f"{key}.other"]
        counts = [int(self.figures[each].value or 0) for each in keys]
        color = charts.DARK if tier == "self" else charts.MID
        return charts.Bars(TIER_NAMES[tier], labels, counts, color, keys)

    def agreement_chart(self) -> Shown | None:
        """Each subject's self score against its review score."""
        if not self._written:
            return None
        groups = [group for group in map(self._points, KINDS) if group.x]
        if not groups:
            return None
        caption = self._caption("图", "各评价对象自评得分与复核得分")
        below = sum(y < x for group in groups for x, y in zip(group.x, group.y, strict=True))
        count = sum(len(group.x) for group in groups)
        alt = (
            f"散点图，横轴为自评得分，纵轴为复核得分，共 {count} 个评价对象，"
            f"其中 {below} 个在两分相等的虚线之下，即复核低于自评。"
        )
        note = (
            "注：逐个评价对象的得分为重构数据，没有公布过。" if report_tables.marks(self.evaluation) else ""
        )
        scores = ("单位自评得分（分）", "财政复核得分（分）")
        drawn = charts.scatter(groups, *scores, "自评＝复核")
        data = charts.points_data(groups, ("评价对象", "类别", *scores), f"{caption}（数据）")
        return self._show(charts.bundle(drawn, "chart-agreement", caption, alt, note, data))

    def _points(self, name: str) -> charts.Points:
        kind, label = KINDS[name]
        totals = self.evaluation.totals
        rows = totals[totals["kind"] == kind].dropna(subset=["self_total", "review_total"])
        department = name == "departments"
        style = ("o", charts.DARK, False) if department else ("^", charts.MID, True)
        rows = rows.sort_values(["self_total", "review_total"], ascending=False, kind="stable")
        names = [row.name or row.subject_id for row in rows[["subject_id", "name"]].itertuples(index=False)]
        if report_tables.marks(self.evaluation):  # reconstructed scores are not set beside real names
            names = [f"{label}（{at}）" for at in range(1, len(rows) + 1)]
        return charts.Points(label, list(rows["self_total"]), list(rows["review_total"]), *style, names)

    # the parts all pieces share

    def _caption(self, kind: str, name: str) -> str:
        """The caption with its running number; the same piece keeps its number when its cell runs again."""
        names = self._numbers[kind]
        if self._written and name not in names:
            names.append(name)
        return f"{kind}{names.index(name) + 1} {name}" if name in names else name

    def _table(self, grid: Table) -> Shown | None:
        return self._show(grid.bundle()) if self._written else None

    def _heading(self, level: str, text: str, anchor: str) -> Shown:
        return self._show(
            {"text/html": f'<{level} id="{anchor}">{escape(text)}</{level}>', "text/plain": text}
        )

    def _show(self, bundle: Mapping[str, Any]) -> Shown:
        notebook_parameters.unchanged(self._namespace, self._before)
        return Shown(bundle)


def _check_kind(name: str) -> None:
    if name not in KINDS:
        raise ProseError(Fault(f"评价对象类别“{name}”", "没有这一类", "、".join(KINDS)))

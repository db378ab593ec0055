"""The tables of a report by name, each made from an evaluated year."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from jixiao.figures import small_groups, stated, trace, wording
from jixiao.figures.counted import KEY_PROJECTS
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.model import TOTALS, Figure, Figures, Rows
from jixiao.kit import numbers
from jixiao.kit.errors import Fault, ProseError
from jixiao.kit.strict_yaml import suggestion
from jixiao.report.parts import (
    agencies,
    ex_ante,
    follow_up,
    monitoring,
    problems,
    proposals,
    quality,
    quality_content,
    sampling,
    target_review,
    trends,
)
from jixiao.report.parts.cells import amount_cell, marks, number
from jixiao.report.parts.province import province_tables
from jixiao.report.table import Cell, Column, Evidence, Table, text
from jixiao.rules import causes, formulas, results_use
from jixiao.rules.execution import rounded
from jixiao.rules.method_words import Basis
from jixiao.rules.policy import Rule
from jixiao.year import table_files, table_schema
from jixiao.year.params import SINGLE_ROWS
from jixiao.year.schemas import SCHEMAS
from jixiao.year.single_names import TABLES as single_tables
from jixiao.year.single_names import SingleNames
from jixiao.year.tiers import YearTier
from jixiao.year.words import DeliveryStatus, SubjectKind

# keys of figures that name projects, also of other years
NAMES_PROJECTS = re.compile(r"(?:.*:)?key_projects\.(?:names$|graded\.|named\.)")
_SCORED = "subjects"  # the table whose rows have totals
_LISTED_ROWS = 100  # rows behind a figure that the page lists
_FEW_ROWS = 10  # so many are shown at once, more on demand
# the main figures by what is behind the dot of their keys
_COVERED = ("unit_coverage_percent", "amount_yi_yuan", "share_of_initial_budget_percent")
_OF_TIER = ("mean", "best_grade")
_COMPARED = ("mean_gap", "grade_changed", "execution_percent")
_PROJECTS = ("count", "budget_wan_yuan", "mean_score")
_IN_FORCE = "现行"
_BESIDE_SCORES = (causes.RULE, results_use.RULE)  # rules of a policy that no score rests on
_WHOLE_REGISTER = "注：全部统计数及其定义、来源见网页和工作簿中的统计数一览。"
_SHARES_NOTE = "各项占比分别四舍五入，相加不等于100%的不作调整。"
# what a listing prints for the codes in a column
_CODES: Mapping[str, Mapping[str, str]] = {
    "kind": {kind.value: kind.words for kind in SubjectKind},
    "status": {status.value: status.words for status in DeliveryStatus},
}


def withheld(evaluation: Evaluation) -> frozenset[str]:
    """The tables of single units or projects whose rows the public edition may not show."""
    return frozenset(SINGLE_ROWS) - set(evaluation.params.public_rows)


def is_withheld(evaluation: Evaluation, key: str, names: SingleNames) -> bool:
    """Whether the figure `key` is of few or names single units or projects, which the public edition may not tell.

    Of the report's own figures those of key projects do; one of the notebook's or the bureau's own does where its value
    or its words have one of `names`.
    """
    if NAMES_PROJECTS.match(key):
        return KEY_PROJECTS in withheld(evaluation)
    figure = evaluation.figures[key]
    if small_groups.of_few(figure, evaluation.tables):
        return True
    if figure.earlier or wording.is_of_the_report(key):
        return False
    said = (figure.value, figure.label, figure.definition)  # a source may be called by its name
    return any(names.first(text) for text in said if isinstance(text, str))


def single_names(evaluation: Evaluation) -> SingleNames:
    """The names of units and projects in the tables of the year that the public edition may not have."""
    rows = {name: table_files.rows(evaluation.tables[name]) for name in single_tables}
    return SingleNames.of(rows, evaluation.params.public_rows, (evaluation.params.issuer,))


def of(evaluation: Evaluation, name: str, caption: str = "", columns: Sequence[str] = ()) -> Table | None:
    """The table `name` without its number; None where there is nothing to show.

    One of TABLES is made by its function; any table of data/<year>/ is listed with its `columns`, or with all, and
    needs a `caption`. ProseError for a name that is neither, for a column that is not there or cannot be chosen, without
    a caption.
    """
    if name in TABLES and not columns:
        table = TABLES[name](evaluation)
        return replace(table, caption=caption or table.caption) if table else None
    if name in SCHEMAS:
        return _listed(evaluation, name, caption, columns)
    if name in TABLES:
        remedy = f'写成 report.table("{name}")'
        raise ProseError(Fault(f"表“{name}”", "这张表的列是固定的，不能另选", remedy=remedy))
    known = tuple(dict.fromkeys([*TABLES, *SCHEMAS]))
    raise ProseError(Fault(f"表“{name}”", "没有这张表", remedy=suggestion(name, known)))


def _listed(evaluation: Evaluation, name: str, caption: str, columns: Sequence[str]) -> Table | None:
    """A table of the year as it was filled in, headed by what data/README.md says of its columns."""
    schema = SCHEMAS[name].columns
    unknown = [column for column in columns if column not in schema]
    faults = [
        Fault(f"表“{name}”的列“{column}”", "没有这一列", remedy=suggestion(column, tuple(schema)))
        for column in unknown
    ]
    if not caption:
        faults.append(Fault(f"表“{name}”", "没有题目", remedy=f'写成 report.table("{name}", "题目")'))
    if name == KEY_PROJECTS and marks(evaluation):
        remedy = f'写成 report.table("{name}")'
        faults.append(Fault(f"表“{name}”", "重构数据的得分不与项目名称并列", remedy=remedy))
    if faults:
        raise ProseError(*faults)
    frame = evaluation.tables[name]
    if frame.empty:
        return None
    listed = list(columns or schema)
    codes = {**_CODES, "tier": {tier.id: tier.name for tier in evaluation.params.tiers.values()}}
    said = table_schema.words()[name].columns
    heads = [
        Column(
            said[column].head,
            "right" if schema[column].metadata["type"] == "number" else "left",
        )
        for column in listed
    ]
    rows = [
        [_filled_in(value, codes.get(column, {})) for column, value in zip(listed, row, strict=True)]
        for row in frame[listed].itertuples(index=False, name=None)
    ]
    notes = [f"注：{trace.INVENTED}。"] if marks(evaluation) else []
    return Table(name.replace("_", "-"), caption, heads, rows, notes)


def _filled_in(value: object, codes: Mapping[str, str]) -> Cell:
    """A value as readers see it: `codes` in their words, true and false as 是 and 否."""
    if isinstance(value, Decimal):
        return amount_cell(value)
    if isinstance(value, bool):
        return text("是" if value else "否")
    written = table_files.text(value)
    return text(codes.get(written, written) if written else written)


def rules_issued(evaluation: Evaluation) -> Table | None:
    """The measures issued by title and number, their kind, and their state unless all are in force.

    Of a reconstruction those without a published number go by their topic: their titles are invented.
    """
    rules = evaluation.tables["rules_issued"]
    if rules.empty:
        return None
    states = not marks(evaluation) and not set(rules["status"].dropna()) <= {_IN_FORCE}
    rows = []
    for at, rule in enumerate(table_files.rows(rules), start=1):
        title = stated.full_title(rule["title"], rule["number"])
        name = rule["topic"] if marks(evaluation) and not rule["number"] and rule["topic"] else title
        state = [text(rule["status"])] if states else []
        rows.append([text(str(at)), text(name), text(rule["level"]), *state])
    columns = [Column("序号", "center"), Column("名称和文号"), Column("类别", "center")]
    columns += [Column("状态", "center")] if states else []
    return Table("rules-issued", "制度建设情况", columns, rows)


def distribution(evaluation: Evaluation, kind: SubjectKind) -> Table | None:
    """How many subjects of a kind lie in each declared band, by each tier that has bands and scores."""
    rows: list[list[Cell | None]] = []
    subtotals = []
    for tier in trace.banded(evaluation, kind):
        block = _tier_rows(evaluation, kind, tier)
        block[0][0] = text(tier.name, rows=len(block))
        rows += block
        subtotals.append(len(rows) - 1)
    if not rows:
        return None
    columns = [
        Column("评价层级"),
        Column("分数段"),
        Column("个数（个）", "right"),
        Column("占比（%）", "right"),
    ]
    notes = _notes(evaluation, kind)
    return Table(f"scores-{kind.key}", f"{kind.words}得分分布", columns, rows, notes, frozenset(subtotals))


def _tier_rows(evaluation: Evaluation, kind: SubjectKind, tier: YearTier) -> list[list[Cell | None]]:
    figures = evaluation.figures
    marked = marks(evaluation)
    key = f"evaluation.{kind.key}.{tier.id}"
    rows: list[list[Cell | None]] = []
    for band in tier.bands[kind.key]:
        count = figures[f"{key}.{band.text}"]
        share = figures[f"{key}_share.{band.text}"]
        rows.append([None, text(band.full_label), number(count, marked=marked), number(share, marked=marked)])
    if figures[f"{key}.other"].value:
        rows.append([None, text("其他分数"), number(figures[f"{key}.other"], marked=marked), text(None)])
    rows.append([None, text("合计"), number(figures[f"{key}_count"], marked=False), text(None)])
    return rows


def _notes(evaluation: Evaluation, kind: SubjectKind) -> Sequence[str]:
    notes = []
    figures = evaluation.figures
    reporting = figures[f"evaluation.{kind.key}.reporting"].value
    for tier in trace.banded(evaluation, kind):
        key = f"evaluation.{kind.key}.{tier.id}"
        shares = [figures[f"{key}_share.{band.text}"].value for band in tier.bands[kind.key]]
        known = [share for share in shares if isinstance(share, Decimal)]
        if len(known) == len(shares) and sum(known) != 100 and _SHARES_NOTE not in notes:
            notes.append(_SHARES_NOTE)
        counted = figures[f"{key}_count"].value
        if counted != reporting:
            notes.append(f"{tier.name}有{kind.words}总分{counted}个，占比按这一个数计算。")
        if f"{key}_declared" in figures:
            declared = figures[f"{key}_declared"].value
            notes.append(f"{tier.name}中{declared}个只报总分，没有指标得分。")
    return [f"注：{''.join(notes)}"] if notes else []


def key_projects(evaluation: Evaluation) -> Table | None:
    """The re-evaluated key projects by score; nothing of a reconstruction, whose scores have no names to stand beside."""
    projects = trace.ranked(evaluation)
    if projects.empty or marks(evaluation):
        return None
    subjects = evaluation.tables["subjects"]
    names = dict(zip(subjects["subject_id"], subjects["name"], strict=True))
    rows = []
    project: Any
    for project in projects.itertuples():
        name = project.name or names.get(project.subject_id, "")
        amount = None if project.amount is None else numbers.rounded(project.amount)
        score = None if project.score is None else rounded(project.score, evaluation.policy)
        rows.append([text(name), amount_cell(amount), amount_cell(score), text(project.grade)])
    figures = evaluation.figures
    total = [figures[f"key_projects.{key}"] for key in ("budget_wan_yuan", "mean_score")]
    summed = any(figure.value is not None for figure in total)
    if summed:
        rows.append([text("合计／平均"), *(number(figure, marked=False) for figure in total), text(None)])
    measures = [Column("金额（万元）", "right"), Column("得分（分）", "right")]
    columns = [Column("项目"), *measures, Column("等级", "center")]
    last = frozenset({len(rows) - 1} if summed else ())
    return Table("key-projects", "重点项目再评价情况", columns, rows, [], last)


def scoring_rules(evaluation: Evaluation) -> Table:
    """Every rule of scoring in force: what it says, since when, and where it is written.

    How remarks are sorted by causes, and what follows from grades, are no rules that a score rests on.
    """
    listed = [rule for name, rule in evaluation.policy.rules.items() if name not in _BESIDE_SCORES]
    rows = [
        [
            text(rule.meaning),
            text(formulas.value(rule.name, rule.value)),
            text(_citation(rule, evaluation)),
            text(rule.basis.words),
        ]
        for rule in listed
    ]
    columns = [Column("规则"), Column("取值"), Column("出处"), Column("性质", "center")]
    policy = evaluation.policy
    named = f"出处只写条款的，是《{policy.title}》（{policy.number}）的条款。" if policy.number else ""
    notes = [
        f"注：{named}性质为“条文”的由条款规定；为“指引”的是指引中的举例；为“惯例”的，条款没有规定，按通行做法。"
    ]
    anchors = [_anchor(rule.name) for rule in listed]
    return Table("scoring-rules", "评分规则", columns, rows, notes, anchors=anchors)


def _anchor(rule: str) -> str:
    """The id that the row of a rule has in the page."""
    return f"rule-{rule}"


def _citation(rule: Rule, evaluation: Evaluation) -> str:
    """Where a rule is written; practice without a document of its own is written nowhere.

    Of the document that the whole policy is taken from the article is enough: a note below the table names it.
    """
    own = rule.number == evaluation.policy.number
    if rule.basis == Basis.PRACTICE and own:
        return "条款没有规定"
    return rule.article if own and rule.number else rule.citation


def register(evaluation: Evaluation, areas: Sequence[str] = ()) -> Table:
    """Every figure of `areas`, or of all, with its definition and source, and on the page the rows and rules behind it.

    An area is what stands in front of a dot of keys: ex_ante.
    """
    evidence = _evidence(evaluation)
    listed = [
        [
            Cell(figure.label, detail=figure.key),
            Cell(figure.display, key=figure.key, value=figure.number),
            Cell(f"{figure.definition}。来源：{figure.source}", evidence=evidence.get(figure.key)),
            *([text(figure.basis)] if marks(evaluation) else []),
        ]
        for figure in of_areas(evaluation.figures, areas)
        if figure.value is not None
    ]
    columns = [Column("统计数及其键"), Column("数值"), Column("定义与来源")]
    absent = len(of_areas(evaluation.figures, areas)) - len(listed)
    lacking = f"另有{absent}项统计数本年没有数据，没有列出。" if absent else ""
    if not marks(evaluation):
        return Table("figures", "统计数一览", columns, listed, [f"注：{lacking}"] if lacking else [])
    notes = [
        "注：性质为“公布”的，已与公布的报告核对一致；为“算得”的，由公布的数算得；"
        "为“推算”的，由重构的数据表得出，没有公布过；为“参数”“规则”的，取自参数文件、评分规则。" + lacking
    ]
    return Table("figures", "统计数一览", [*columns, Column("性质", "center")], listed, notes)


def totals(evaluation: Evaluation) -> dict[str, Any]:
    """The names of the tiers that gave totals, and each subject's totals and grades by them, as texts."""
    tiers = trace.scored(evaluation)
    columns = [column for tier in tiers for column in (tier.total, tier.grade)]
    given = {
        row[0]: [[table_files.text(total), grade] for total, grade in zip(row[1::2], row[2::2], strict=True)]
        for row in evaluation.totals[["subject_id", *columns]].itertuples(index=False, name=None)
    }
    return {"tiers": {tier.id: tier.name for tier in tiers}, "totals": given}


def of_areas(figures: Figures, areas: Sequence[str]) -> list[Figure]:
    """The figures whose keys begin with one of `areas`; all of them without any."""
    prefixes = tuple(f"{area}." for area in areas)
    return [one for one in figures.values() if not areas or one.key.startswith(prefixes)]


def area_figures(evaluation: Evaluation, areas: Sequence[str]) -> Table:
    """The figures of `areas`, which paper has in the place of the register; members of lists stand in their tables."""
    rows = [
        [text(one.label), number(one, marked=marks(evaluation), unit=True), text(one.definition)]
        for one in of_areas(evaluation.figures, areas)
        if isinstance(one.value, Decimal) and one.value and not one.short
    ]
    heads = [Column("指标"), Column("数值", "right"), Column("定义")]
    return Table("main-figures", "主要指标", heads, rows, [_WHOLE_REGISTER])


def main_figures(evaluation: Evaluation) -> Table:
    """The main figures, which paper has in the place of the register: of all subjects, and of each kind beside it."""
    figures = evaluation.figures
    tiers = trace.scored(evaluation)
    of_tiers = [f"{tier.id}_{part}" for tier in tiers for part in _OF_TIER]
    named: list[tuple[str, Sequence[str]]] = [(f"evaluation.{name}", ()) for name in _COVERED]
    named.append(("evaluation.items", [f"evaluation.{kind.key}.reporting" for kind in SubjectKind]))
    named += [
        ("", [f"evaluation.{kind.key}.{name}" for kind in SubjectKind]) for name in (*of_tiers, *_COMPARED)
    ]
    named += [(f"{KEY_PROJECTS}.{name}", ()) for name in _PROJECTS]
    rows: list[list[Cell | None]] = []
    for whole, parts in named:
        shown = [_known(figures, key) for key in (whole, *(parts or [""] * len(SubjectKind)))]
        if first := next((one for one in shown if one), None):
            words = next((kind.words for kind in SubjectKind if first.label.startswith(kind.words)), "")
            cells = [number(one, marked=marks(evaluation), unit=True) if one else text(None) for one in shown]
            rows.append([text(first.label.removeprefix(words)), *cells])
    heads = [Column("指标"), Column("合计", "right"), *(Column(kind.words, "right") for kind in SubjectKind)]
    return Table("main-figures", "主要指标", heads, rows, [_WHOLE_REGISTER])


def _known(figures: Figures, key: str) -> Figure | None:
    """The figure of a key, if there is one and it has a value."""
    return None if key not in figures or figures[key].value is None else figures[key]


def _evidence(evaluation: Evaluation) -> dict[str, Evidence]:
    """Key -> the rows that a figure was made from; those of a figure above it are not listed again."""
    year = trace.Year(evaluation)
    first: dict[tuple[str, tuple[int, ...]], str] = {}
    found: dict[str, Evidence] = {}
    for key, figure in evaluation.figures.items():
        rows = year.behind(figure)
        if not rows:
            continue
        same = first.setdefault((_SCORED if _is_scored(rows) else rows.table, rows.numbers), key)
        alike = f"依据同“{evaluation.figures[same].label}”"
        found[key] = _rows_evidence(evaluation, figure, rows, year) if same == key else Evidence(alike)
    return found


def _is_scored(rows: Rows) -> bool:
    return rows.table in (TOTALS, _SCORED)


def _rows_evidence(evaluation: Evaluation, figure: Figure, rows: Rows, year: trace.Year) -> Evidence:
    """The rows of one figure, the first of them if there are many; links to its rules."""
    rules = [
        (_anchor(name), re.split("[，：]", evaluation.policy[name].meaning)[0])
        for name in figure.rules
        if name not in _BESIDE_SCORES
    ]
    count = len(rows)
    rest = count - _LISTED_ROWS
    words = "、".join(year.brief(rows, _LISTED_ROWS)) + (f"，另有 {rest} 行" if rest > 0 else "")
    given = "/".join(tier.name for tier in year.scored)
    remarks = (f"{given}总分" if _is_scored(rows) else "", "重构数据" if marks(evaluation) else "")
    remark = "，".join(filter(None, remarks))
    summary = f"依据 {count} 行" + (f"（{remark}）" if remark else "")
    return Evidence(summary, words, rules, long=count > _FEW_ROWS)


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "rules_issued": rules_issued,
    **{f"scores.{kind.key}": partial(distribution, kind=kind) for kind in SubjectKind},
    "key_projects": key_projects,
    "scoring_rules": scoring_rules,
    "figures": register,
    **agencies.TABLES,
    **ex_ante.TABLES,
    **follow_up.TABLES,
    **proposals.TABLES,
    **problems.TABLES,
    **monitoring.TABLES,
    **quality.TABLES,
    **quality_content.TABLES,
    **sampling.TABLES,
    **target_review.TABLES,
    **province_tables.TABLES,
    **trends.TABLES,
}

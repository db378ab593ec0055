"""Tables and charts of the review of targets: opinions and what came of them, examples, conclusions and money."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pandas as pd

from jixiao.figures import target_review
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.target_review import CONCLUSIONS, REVIEWS
from jixiao.kit import numbers
from jixiao.report import charts, prose
from jixiao.report.charts import Series
from jixiao.report.parts.cells import amount_cell, mark, marks, note, number
from jixiao.report.parts.chart import Chart
from jixiao.report.table import Cell, Column, Table, text
from jixiao.year.words import Opinion, SubjectKind, TargetField, TargetGrade, TargetQuality

_EXAMPLES = 3
_INVENTED = "注：由重构数据推算，没有公布过。"
_TOGETHER = (  # what a chart counts together, since a bar of one or two opinions cannot be seen
    ("采纳（含部分采纳）", tuple(one for one in Opinion if one.changes)),
    (Opinion.NOT_ADOPTED.words, (Opinion.NOT_ADOPTED,)),
    (Opinion.PENDING.words, (Opinion.PENDING,)),
)


def opinions_table(evaluation: Evaluation) -> Table | None:
    """The opinions on each quality by what became of them, and how many of the answered ones were adopted."""
    reviews = evaluation.tables[REVIEWS]
    about = reviews[reviews["quality"].notna()]
    if about.empty:
        return None
    statuses = _statuses(reviews)
    rows = [
        [text(quality.words), *_counted(about[about["quality"] == quality.words], statuses)]
        for quality in TargetQuality
    ]
    if len(about) < len(reviews):
        rows.append([text("没有写明"), *_counted(reviews[reviews["quality"].isna()], statuses)])
    rows.append([text("合计"), *_total(evaluation, statuses)])
    notes = [_INVENTED] if marks(evaluation) else []
    return Table(
        "target-review-opinions",
        "会审意见及处理情况",
        [Column("方面"), *_heads(statuses)],
        rows,
        notes,
        frozenset({len(rows) - 1}),
    )


def departments_table(evaluation: Evaluation) -> Table | None:
    """The opinions on each department by what became of them, and the money that was cut of its projects."""
    reviews = evaluation.tables[REVIEWS]
    if reviews.empty:
        return None
    units = evaluation.tables["units"].set_index("unit_id")["name"]
    statuses = _statuses(reviews)
    cut = _cut_of_projects(evaluation)
    rows = [
        [
            text(units.get(department, department)),
            amount_cell(Decimal(own["subject_id"].nunique())),
            *_counted(own, statuses),
            amount_cell(cut.get(str(department))),
        ]
        for department, own in reviews.groupby("department_id")
    ]
    subjects = number(evaluation.figures["target_review.subjects"], marked=marks(evaluation))
    money = evaluation.figures[f"target_review.{SubjectKind.PROJECT.key}.cut_wan_yuan"]
    rows.append(
        [
            text("合计"),
            subjects,
            *_total(evaluation, statuses),
            number(money, marked=marks(evaluation)),
        ]
    )
    columns = [
        Column("部门"),
        Column("评价对象（个）", "right"),
        *_heads(statuses),
        Column("项目核减（万元）", "right"),
    ]
    notes = [_INVENTED] if marks(evaluation) else []
    return Table(
        "target-review-departments",
        "各部门的会审意见",
        columns,
        rows,
        notes,
        frozenset({len(rows) - 1}),
    )


def _cut_of_projects(evaluation: Evaluation) -> dict[str, Decimal]:
    """The money that was cut of the projects of each department, in 万元."""
    subjects, units = evaluation.tables["subjects"], evaluation.tables["units"]
    units_of = dict(zip(units["unit_id"], units["department_id"], strict=True))
    projects = subjects[subjects["kind"] == SubjectKind.PROJECT]
    owners = dict(zip(projects["subject_id"], projects["unit_id"], strict=True))
    found: dict[str, Decimal] = {}
    concluded = evaluation.tables[CONCLUSIONS]
    known = concluded[concluded["amount_cut"].notna() & concluded["subject_id"].isin(owners)]
    for subject, cut in zip(known["subject_id"], known["amount_cut"], strict=True):
        department = units_of[owners[subject]]
        found[department] = found.get(department, Decimal(0)) + cut
    return {department: numbers.rounded(amount) for department, amount in found.items()}


def _statuses(reviews: pd.DataFrame) -> list[Opinion]:
    """What became of opinions; that some wait is a column only where some do."""
    waiting = (reviews["status"] == Opinion.PENDING.words).any()
    return [one for one in Opinion if one is not Opinion.PENDING or waiting]


def _heads(statuses: list[Opinion]) -> list[Column]:
    words = ("意见（条）", *(one.words for one in statuses), "采纳率")
    return [Column(word, "right") for word in words]


def _counted(reviews: pd.DataFrame, statuses: list[Opinion]) -> list[Cell]:
    """The opinions, those of each status, and the share of the answered ones that was adopted."""
    counts = {one: int((reviews["status"] == one.words).sum()) for one in Opinion}
    answered = len(reviews) - counts[Opinion.PENDING]
    adopted = sum(counts[one] for one in Opinion if one.changes)
    share = numbers.percent(adopted, answered)
    return [
        amount_cell(Decimal(len(reviews))),
        *(amount_cell(Decimal(counts[one])) for one in statuses),
        text("—") if share is None else Cell(f"{share}%", str(share)),
    ]


def _total(evaluation: Evaluation, statuses: list[Opinion]) -> list[Cell]:
    keys = ["opinions", *(one.value for one in statuses)]
    figures = [evaluation.figures[f"target_review.{key}"] for key in keys]
    share = evaluation.figures["target_review.adopted_percent"]
    marked = marks(evaluation)
    return [*(number(one, marked=marked) for one in figures), number(share, marked=marked, unit=True)]


def examples_table(evaluation: Evaluation) -> Table | None:
    """A few opinions with the value before and after: one on each of the columns that were changed most often."""
    rows = [_example(evaluation, row) for row in _chosen(evaluation.tables[REVIEWS])]
    if not rows:
        return None
    heads = ("评价对象", "三级指标", "会审意见", "栏目", "修改前", "修改后")
    notes = [
        "注：改动最多的栏目各取一条。" + ("重构数据，不反映任何项目的实际情况。" if marks(evaluation) else "")
    ]
    columns = [Column(head) for head in heads]
    return Table("target-review-examples", "目标修改前后对照", columns, rows, notes)


def _chosen(reviews: pd.DataFrame) -> list[pd.Series]:
    """The first adopted opinion on each of the columns that were changed most often, with something before and after."""
    changed = target_review.changed(reviews)
    fields = pd.Series(target_review.fields(changed), changed.index, dtype=object)
    whole = changed["before"].notna() & fields.notna() & changed["indicator_id"].notna()
    order = fields[whole].value_counts(sort=False).sort_values(ascending=False, kind="stable").index
    found = []
    for field in list(order)[:_EXAMPLES]:
        own = changed[whole & (fields == field)]
        adopted = own[own["status"] == Opinion.ADOPTED.words]
        found.append((adopted if len(adopted) else own).iloc[0])
    return found


def _example(evaluation: Evaluation, row: pd.Series) -> list[Cell]:
    subjects = evaluation.tables["subjects"].set_index("subject_id")["name"]
    indicators = evaluation.tables["indicators"].set_index("indicator_id")
    indicator = indicators.loc[row["indicator_id"]] if row["indicator_id"] in indicators.index else None
    field = TargetField.named(row["field"])
    unit = indicator["measure_unit"] if indicator is not None and field is TargetField.TARGET else None
    name = indicator["level3"] if indicator is not None else row["indicator_id"]
    before, after = (_with_unit(row[column], unit) for column in ("before", "after"))
    subject = subjects.get(row["subject_id"]) or row["subject_id"]
    return [text(one) for one in (subject, name, row["opinion"], field.words if field else "", before, after)]


def _with_unit(value: str, unit: str | None) -> str:
    """A value with its unit, where it is a number that has none."""
    try:
        numbers.parse(value)
    except ValueError:
        return value
    return f"{value}{unit or ''}"


def conclusions_table(evaluation: Evaluation) -> Table | None:
    """How many subjects have which grade for each quality, and as the conclusion."""
    concluded = evaluation.tables[CONCLUSIONS]
    if concluded.empty:
        return None
    rows = [
        [
            text(quality.words),
            *(amount_cell(Decimal(int((concluded[quality] == grade).sum()))) for grade in TargetGrade),
        ]
        for quality in TargetQuality
        if concluded[quality].notna().any()
    ]
    figures = [evaluation.figures[f"target_review.conclusion.{grade}"] for grade in TargetGrade]
    rows.append([text("会审结论"), *(number(one, marked=marks(evaluation)) for one in figures)])
    columns = [Column("方面"), *(Column(f"{grade}（个）", "right") for grade in TargetGrade)]
    notes = [_INVENTED] if marks(evaluation) else []
    return Table("target-review-conclusions", "会审结论", columns, rows, notes, frozenset({len(rows) - 1}))


def money_table(evaluation: Evaluation) -> Table | None:
    """The money asked for and cut, for departments as a whole and for projects: the ones hold the others, so no sum."""
    names = ("asked_wan_yuan", "cut_wan_yuan", "cut_percent", "cut_subjects")
    rows = []
    for kind in SubjectKind:
        found = [evaluation.figures[f"target_review.{kind.key}.{name}"] for name in names]
        if found[0].value is not None:
            cells = [number(one, marked=marks(evaluation), unit=one.unit == "%") for one in found]
            rows.append([text(kind.words), *cells])
    if not rows:
        return None
    heads = ("申报（万元）", "核减（万元）", "核减比例", "有核减的（个）")
    columns = [Column("类别"), *(Column(head, "right") for head in heads)]
    note = "注：部门整体支出包括项目支出，两类金额不相加。"
    return Table("target-review-money", "申报和核减的预算", columns, rows, [note])


def fields_chart(evaluation: Evaluation) -> Chart | None:
    """Which columns the opinions are about, the most frequent first, and whether they were adopted."""
    reviews = evaluation.tables[REVIEWS]
    fields = pd.Series(target_review.fields(reviews), reviews.index, dtype=object)
    counts = {field: int((fields == field).sum()) for field in TargetField}
    known = sorted((one for one in TargetField if counts[one]), key=lambda one: -counts[one])
    if len(known) < 2:
        return None
    series = []
    for name, statuses in _TOGETHER:
        words = [one.words for one in statuses]
        own = reviews["status"].isin(words)
        if own.any():
            series.append(Series(name, [int((own & (fields == field)).sum()) for field in known]))
    labels = [field.words for field in known]
    whole = sum(counts.values())
    most = evaluation.figures[f"target_review.field.{known[0]}"]
    sign = prose.mark_of(most, marked=marks(evaluation))
    share = numbers.percent(counts[known[0]], whole)
    title = [f"意见最多的栏目是{labels[0]}，有{most.display}{sign}，占{share}%{sign}"]
    said = "；".join(
        f"{one.name}："
        + "，".join(f"{label} {count} 条" for label, count in zip(labels, one.counts, strict=True))
        for one in series
    )
    return Chart(
        "chart-target-review",
        "会审意见所指的栏目",
        charts.grouped(labels, series, f"条{mark(evaluation)}", title),
        f"条形图，各栏目的意见条数，分采纳和未采纳。{title[0]}。{said}。",
        charts.series_data(labels, series, ("处理情况", "栏目", "意见（条）"), ""),
        note(evaluation, "占写明所指栏目的意见的百分数"),
    )


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "target_review.opinions": opinions_table,
    "target_review.departments": departments_table,
    "target_review.examples": examples_table,
    "target_review.conclusions": conclusions_table,
    "target_review.money": money_table,
}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {"target_review.fields": fields_chart}

"""The tables and charts of what follows: how long problems stay open, and for which rules forms go back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from jixiao.analysis import return_loop
from jixiao.analysis.return_loop import History, Loop
from jixiao.checks import cards
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.problems import days_late
from jixiao.figures.self_evaluation import follow_up
from jixiao.kit import numbers
from jixiao.report import charts
from jixiao.report.charts import Series
from jixiao.report.parts import drawing
from jixiao.report.parts.cells import amount_cell, count_cell, mark, note
from jixiao.report.parts.chart import Chart
from jixiao.report.table import Cell, Column, Table, text
from jixiao.year.words import ProblemState

_LISTED = 10  # rules, and forms, that a table has
_AGES = ((0, 90), (91, 180), (181, 365), (366, 730), (731, None))  # days since units were told


def curve_chart(evaluation: Evaluation) -> Chart | None:
    """A16: the share of problems still open by the days since units were told of them."""
    found = follow_up.curve(evaluation.tables, evaluation.params.published_on)
    if not found.allowed:
        return None
    line = [(0, Decimal(100)), *((step.day, found.open_percent(step.day)) for step in found.steps)]
    line.append((found.longest, found.open_percent(found.longest)))
    shares = [(day, share) for day, share in line if share is not None]
    named = [(day, found.open_percent(day)) for day in follow_up.AFTER]
    said = [(day, share) for day, share in named if share is not None]
    sign = mark(evaluation)
    day, share = said[-1] if said else shares[-1]
    title = [f"反馈{day}天后还有{numbers.plain(share)}%{sign}的问题没有整改完"]
    words = "，".join(f"{day}天后{numbers.plain(share)}%" for day, share in said)
    rows: list[list[Cell | None]] = [
        [
            *(count_cell(number) for number in (step.day, step.at_risk, step.ended)),
            amount_cell(found.open_percent(step.day)),
        ]
        for step in found.steps
    ]
    heads = ("反馈后（天）", "此前没有整改完（个）", "当天整改完（个）", "没有整改完的占比（%）")
    return Chart(
        "chart-quality-problems",
        "没有整改完的问题占比",
        drawing.steps(shares, said, ("反馈后的天数（天）", "没有整改完（%）"), title, sign),
        f"阶梯图，横轴为反馈后的天数，纵轴为没有整改完的问题的占比。{title[0]}。{words}。",
        Table("", "", [Column(head, "right") for head in heads], rows),
        note(evaluation, f"有反馈日期的{found.n}个问题，没有整改完的计到发布之日（卡普兰-迈耶法）"),
    )


def ages_table(evaluation: Evaluation) -> Table | None:
    """A16: the open problems by how many days have passed since units were told of them."""
    on = evaluation.params.published_on
    found = evaluation.tables[follow_up.PROBLEMS]
    found = found[found["state"] == ProblemState.OPEN.words]
    if found.empty:
        return None
    days = [None if told is None else (on - told).days for told in found["raised_on"]]
    late = days_late(found, on).notna()
    groups = {
        _age(low, high): [one is not None and low <= one and (high is None or one <= high) for one in days]
        for low, high in _AGES
    }
    groups |= {"没有反馈日期": [one is None for one in days], "合计": [True] * len(days)}
    rows: list[list[Cell | None]] = []
    for label, chosen in groups.items():
        own = found[chosen]
        if len(own):
            amounts = [one for one in own["amount"] if one is not None]
            money = numbers.rounded(sum(amounts, Decimal(0))) if amounts else None
            rows.append(
                [
                    text(label),
                    count_cell(len(own)),
                    count_cell(int(late[own.index].sum())),
                    amount_cell(money),
                ]
            )
    heads = ("整改中（个）", "其中：逾期（个）", "涉及金额（万元）")
    columns = [Column("反馈后"), *(Column(head, "right") for head in heads)]
    notes = ["注：天数从反馈之日算到发布之日；金额只计写明的。"]
    return Table(
        "quality-problems-ages", "整改中的问题已过的天数", columns, rows, notes, frozenset({len(rows) - 1})
    )


def _age(low: int, high: int | None) -> str:
    return f"{low}天以上" if high is None else f"{high}天以内" if not low else f"{low}～{high}天"


def rules_chart(evaluation: Evaluation) -> Chart | None:
    """A18: how often forms went back for each of the most frequent rules."""
    reasons = follow_up.loop(evaluation.tables).reasons
    if not reasons.allowed:
        return None
    shown = reasons.counts[:_LISTED]
    labels = [f"{rule} {_name(rule)}".strip() for rule, _ in shown]
    series = [Series("退回", [count for _, count in shown])]
    few = reasons.few
    sign = mark(evaluation)
    title = [f"{len(few)}条规则占退回原因的{reasons.percent(len(few))}%{sign}"]
    said = "，".join(f"{label} {count}" for label, (_, count) in zip(labels, shown, strict=True))
    return Chart(
        "chart-quality-returns",
        "退回最多的规则",
        charts.grouped(labels, series, f"次{sign}", title),
        f"条形图，各条审核规则退回的次数，至多列十条。{title[0]}。{said}。",
        charts.series_data(labels, series, ("", "规则", "退回（次）"), ""),
        note(evaluation, "一次退回因几条规则的各计一次"),
    )


def rules_table(evaluation: Evaluation) -> Table | None:
    """A18: the most frequent rules with their share of all reasons, alone and with those before them."""
    reasons = follow_up.loop(evaluation.tables).reasons
    if not reasons.allowed:
        return None
    rows: list[list[Cell | None]] = [
        [
            text(rule), text(_name(rule)), count_cell(count), amount_cell(numbers.percent(count, reasons.total)),
            amount_cell(reasons.percent(place)),
        ]
        for place, (rule, count) in enumerate(reasons.counts[:_LISTED], 1)
    ]  # fmt: skip
    heads = ("退回（次）", "占比（%）", "累计占比（%）")
    columns = [Column("规则"), Column("名称"), *(Column(head, "right") for head in heads)]
    notes = ["注：占全部退回原因的次数；一次退回因几条规则的各计一次；至多列十条。"]
    return Table("quality-returns-rules", "退回最多的规则", columns, rows, notes)


def departments_table(evaluation: Evaluation) -> Table | None:
    """A18: the departments with forms enough: how many were accepted at once, and how long the others took."""
    loop = follow_up.loop(evaluation.tables)
    found = return_loop.by_department(loop.histories) if loop.allowed and loop.returned else {}
    if not found:
        return None
    names = dict(zip(evaluation.tables["units"]["unit_id"], evaluation.tables["units"]["name"], strict=True))
    ranked = sorted(found.items(), key=lambda one: (one[1].at_once_percent or Decimal(0), one[0]))
    rows = [[text(str(names.get(id, id))), *_returns(own)] for id, own in ranked]
    heads = ("收到（张）", "退回过（张）", "退回（次）", "一次通过（%）", "到采纳的天数")
    columns = [Column("部门"), *(Column(head, "right") for head in heads)]
    notes = ["注：不足三张表的部门不列；天数是先退回后采纳的表从第一次收到到采纳的中位数。"]
    return Table("quality-returns-departments", "各部门的退回情况", columns, rows, notes)


def _returns(own: Loop) -> list[Cell]:
    times = sum(one.returned for one in own.returned)
    counts = [count_cell(number) for number in (own.n, len(own.returned), times)]
    return [*counts, amount_cell(own.at_once_percent), amount_cell(return_loop.middle(own.waited))]


def forms_table(evaluation: Evaluation) -> Table | None:
    """A18: the forms that went back most often."""
    loop = follow_up.loop(evaluation.tables)
    if not loop.allowed or not loop.returned:
        return None
    subjects = evaluation.tables["subjects"]
    names = dict(zip(subjects["subject_id"], subjects["name"], strict=True))
    ranked = sorted(loop.returned, key=lambda one: (-one.returned, one.form))[:_LISTED]
    rows: list[list[Cell | None]] = [
        [
            text(" ".join(filter(None, (one.form, names.get(one.form))))),
            count_cell(one.returned),
            text("、".join(_rules(one))),
            text("还没有采纳" if one.pending else None) if one.days is None else count_cell(one.days),
        ]
        for one in ranked
    ]
    columns = [
        Column("表"),
        Column("退回（次）", "right"),
        Column("因哪些规则"),
        Column("到采纳的天数", "right"),
    ]
    return Table("quality-returns-forms", "退回次数最多的表", columns, rows, ["注：至多列十张。"])


def _rules(one: History) -> Sequence[str]:
    return sorted({rule for each in one.deliveries for rule in each.rules})


def _name(rule: str) -> str:
    """The name of a rule; "" for one that the kit has no longer."""
    known = cards.read()
    return known[rule].name if rule in known else ""


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "quality.problems.ages": ages_table,
    "quality.returns.rules": rules_table,
    "quality.returns.departments": departments_table,
    "quality.returns.forms": forms_table,
}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {
    "quality.problems": curve_chart,
    "quality.returns": rules_chart,
}

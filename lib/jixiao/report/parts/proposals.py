"""The tables and the chart of results use: what the policy proposes by grade and by project, and what was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from jixiao.figures.evaluate import Evaluation
from jixiao.figures.proposals import Proposal, proposals
from jixiao.kit import numbers
from jixiao.report import charts
from jixiao.report.charts import Series
from jixiao.report.parts.cells import amount_cell, count_cell, mark, marks, note, number
from jixiao.report.parts.chart import Chart
from jixiao.report.table import Cell, Column, Table, text
from jixiao.rules import results_use
from jixiao.year.bands import Band

_MONEY = ("年初预算（万元）", "核减下限（万元）", "核减上限（万元）", "决定金额（万元）")
# shares of the budget (%) in which decisions are counted
_SHARES = {"[0,10)": "不到10%", "[10,20)": "10%至不到20%", "[20,30)": "20%至不到30%", "[30,100]": "30%及以上"}


def _made(evaluation: Evaluation) -> list[Proposal]:
    """The proposals of the year."""
    return proposals(evaluation.params, evaluation.tables, evaluation.policy, evaluation.totals)


def by_grade(evaluation: Evaluation) -> Table | None:
    """Each grade with its measure and share, the projects that have it, the money proposed and decided."""
    made = _made(evaluation)
    if not made:
        return None
    rows = []
    for grade, one in results_use.consequences(evaluation.policy).items():
        own = [each for each in made if each.grade == grade]
        if own:
            measure = one.measure.words + (f"（{one.said}）" if one.said else "")
            rows.append([text(grade), text(measure), count_cell(len(own)), *_money(own)])
    graded = number(evaluation.figures["results_use.graded"], marked=marks(evaluation))
    rows.append([text("合计"), text(None), graded, *_money(made)])
    heads = ("项目（个）", *_MONEY)
    columns = [Column("等级"), Column("措施"), *(Column(head, "right") for head in heads)]
    rule = evaluation.policy[results_use.RULE]
    note = f"注：措施和比例见{rule.citation}；核减的下限、上限为年初预算数乘以比例，条文没有定比例的空着；决定金额见结果应用。"
    return Table(
        "results-use-grades", "各等级项目的建议和决定", columns, rows, [note], frozenset({len(rows) - 1})
    )


def _money(made: Sequence[Proposal]) -> list[Cell]:
    """What projects have together: budget, the least and the most to be taken, what was decided; blank for none."""
    ends = [one.amounts or (None, None) for one in made]
    amounts = (
        [one.budget for one in made],
        [least for least, _ in ends],
        [most for _, most in ends],
        [one.decided for one in made],
    )
    return [amount_cell(_sum(column)) for column in amounts]


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return numbers.rounded(sum(known, Decimal(0))) if known else None


def listed(evaluation: Evaluation) -> Table | None:
    """The proposal list for the budget section: each project with a grade, the lowest score first."""
    made = _made(evaluation)
    if not made:
        return None
    rows = [
        [
            text(f"{one.subject_id} {one.name}"),
            amount_cell(one.score),
            text(one.grade),
            text(one.consequence.measure.words),
            *_money([one]),
            text(one.outcome.words),
        ]
        for one in sorted(made, key=lambda one: (one.score, one.subject_id))
    ]
    columns = [
        Column("项目"), Column("得分", "right"), Column("等级", "center"), Column("建议"),
        *(Column(head, "right") for head in _MONEY), Column("决定与建议"),
    ]  # fmt: skip
    note = "注：建议按评分规则提出，供编制预算参考；决定金额取自结果应用登记的金额。"
    return Table("results-use-proposals", "项目预算建议清单", columns, rows, [note])


def shares_chart(evaluation: Evaluation) -> Chart | None:
    """How large the decided cuts are as shares of the budgets, by bands."""
    cut = [
        (one.decided, one.budget)
        for one in _made(evaluation)
        if one.consequence.measure.takes and one.decided is not None and one.budget
    ]
    if len(cut) < 2:
        return None
    shares = [decided * 100 / budget for decided, budget in cut]
    bands = {label: Band.parse(interval) for interval, label in _SHARES.items()}
    counts = {label: sum(share in band for share in shares) for label, band in bands.items()}
    labels = list(counts)
    series = [Series("项目", list(counts.values()))]
    most = [label for label in labels if counts[label] == max(counts.values())]
    sign = mark(evaluation)
    title = [f"核减预算{'、'.join(most)}的项目最多，{'各' if len(most) > 1 else ''}{counts[most[0]]}个{sign}"]
    said = "，".join(f"{label} {count}个" for label, count in counts.items())
    return Chart(
        "chart-results-use-shares",
        "决定核减金额占年初预算的比例",
        charts.grouped(labels, series, f"个{sign}", title),
        f"条形图，按决定核减金额占年初预算的比例统计的项目数。{title[0]}。{said}。",
        charts.series_data(labels, series, ("", "占年初预算", "项目（个）"), ""),
        note(evaluation, "决定核减金额占该项目年初预算数的比例"),
    )


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "results_use.grades": by_grade,
    "results_use.proposals": listed,
}
CHARTS: Mapping[str, Callable[[Evaluation], Chart | None]] = {"results_use.shares": shares_chart}

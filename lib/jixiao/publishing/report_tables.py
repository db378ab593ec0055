"""The tables of the annual report: an evaluation in, grids out."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.evaluation import formulas
from jixiao.evaluation.evaluate import Evaluation
from jixiao.evaluation.figures import Figure
from jixiao.evaluation.policy import BASES
from jixiao.evaluation.statistics import KINDS, TIER_NAMES
from jixiao.intake.params import RECONSTRUCTION
from jixiao.publishing.grid import Cell, Column, Grid, number, text

_SHARES_NOTE = "各项占比分别四舍五入，相加不等于100%的不作调整。"


def marks(evaluation: Evaluation) -> bool:
    """Whether numbers that were not published must be marked."""
    return evaluation.params.data_origin == RECONSTRUCTION


def rules_issued(evaluation: Evaluation, caption: str) -> Grid:
    """The measures issued: topic, kind, state."""
    rules = evaluation.tables["rules_issued"]
    rows = [
        [text(str(at)), text(rule.topic or rule.number), text(rule.level), text(rule.status)]
        for at, rule in enumerate(rules.itertuples(), start=1)
    ]
    columns = [
        Column("序号", "center"),
        Column("主题或文号"),
        Column("类别", "center"),
        Column("状态", "center"),
    ]
    return Grid("rules-issued", caption, columns, rows)


def distribution(evaluation: Evaluation, name: str, caption: str) -> Grid:
    """How many subjects of a kind lie in each declared band, by self-evaluation and by review."""
    rows: list[list[Cell | None]] = []
    subtotals = []
    for tier, tier_name in TIER_NAMES.items():
        block = _tier_rows(evaluation, f"evaluation.{name}", tier)
        block[0][0] = text(tier_name, rows=len(block))
        rows += block
        subtotals.append(len(rows) - 1)
    columns = [
        Column("评价层级"),
        Column("分数段"),
        Column("个数（个）", "right"),
        Column("占比（%）", "right"),
    ]
    label = KINDS[name][1]
    return Grid(
        f"scores-{name}", caption, columns, rows, _notes(evaluation, name, label), frozenset(subtotals)
    )


def _tier_rows(evaluation: Evaluation, prefix: str, tier: str) -> list[list[Cell | None]]:
    figures, marked = evaluation.figures, marks(evaluation)
    key = f"{prefix}.{tier}"
    rows: list[list[Cell | None]] = []
    for band in evaluation.params.bands[key.removeprefix("evaluation.")]:
        count, share = figures[f"{key}.{band.text}"], figures[f"{key}_share.{band.text}"]
        rows.append([None, text(band.label), number(count, marked=marked), _derived(share, count, marked)])
    if figures[f"{key}.other"].value:
        rows.append([None, text("其他分数"), number(figures[f"{key}.other"], marked=marked), text(None)])
    rows.append([None, text("合计"), number(figures[f"{key}_count"], marked=False), text(None)])
    return rows


def _derived(share: Figure, count: Figure, marked: bool) -> Cell:
    """A share of published counts is as good as published: marked only where its count is."""
    cell = number(share, marked=False)
    return Cell(cell.text, cell.value, cell.key, number(count, marked=marked).mark)


def _notes(evaluation: Evaluation, name: str, label: str) -> Sequence[str]:
    notes = []
    figures = evaluation.figures
    for tier in TIER_NAMES:
        bands = evaluation.params.bands[f"{name}.{tier}"]
        shares = [figures[f"evaluation.{name}.{tier}_share.{band.text}"].value for band in bands]
        if None not in shares and sum(shares) != 100:
            notes = [_SHARES_NOTE]
    reporting, reviewed = (figures[f"evaluation.{name}.{tier}_count"].value for tier in TIER_NAMES)
    if reviewed != reporting:
        notes.append(f"财政复核覆盖{label}自评中的{reviewed}个，占比按复核数计算。")
    return [f"注：{''.join(notes)}"] if notes else []


def key_projects(evaluation: Evaluation, caption: str) -> Grid:
    """The re-evaluated key projects by score; reconstructed scores are not set beside real names."""
    projects = evaluation.tables["key_projects"].sort_values("score", ascending=False, kind="stable")
    names = dict(evaluation.tables["subjects"][["subject_id", "name"]].itertuples(index=False))
    rows = []
    for at, project in enumerate(projects.itertuples(), start=1):
        name = project.name or names.get(project.subject_id, "")
        shown = f"重点项目（{at}）" if marks(evaluation) else name
        rows.append([text(shown), _value(project.amount), _value(project.score), text(project.grade)])
    figures = evaluation.figures
    total = [
        number(figures[f"key_projects.{key}"], marked=False) for key in ("budget_wan_yuan", "mean_score")
    ]
    rows.append([text("合计（得分为平均）"), *total, text(None)])
    measures = [Column("金额（万元）", "right"), Column("得分（分）", "right")]
    columns = [Column("项目"), *measures, Column("等级", "center")]
    notes = ["注：单个项目的金额、得分没有公布过，表中为重构数据，不与项目名称并列；合计与平均为公布数。"]
    last = frozenset({len(rows) - 1})
    return Grid("key-projects", caption, columns, rows, notes if marks(evaluation) else (), last)


def _value(amount: object) -> Cell:
    return Cell(format(amount, "f"), format(amount, "f"))


def scoring_rules(evaluation: Evaluation, caption: str) -> Grid:
    """Every rule in force: what it says, since when, and where it is written."""
    rows = [
        [
            text(rule.meaning),
            text(formulas.value(rule.name, rule.value)),
            text(rule.citation),
            text(BASES[rule.basis]),
        ]
        for rule in evaluation.policy.rules.values()
    ]
    columns = [Column("规则"), Column("取值"), Column("出处"), Column("性质", "center")]
    notes = [
        "注：性质为“条文”的由所列条款规定；为“指引”的是指引中的举例；为“惯例”的，条款没有规定，按通行做法，可在评分规则文件中修改。"
    ]
    return Grid("scoring-rules", caption, columns, rows, notes)


def register(evaluation: Evaluation, caption: str) -> Grid:
    """Every figure with its definition and source."""
    rows = [
        [
            Cell(figure.label, detail=figure.key),
            Cell(figure.display, key=figure.key, value=figure.number),
            text(f"{figure.definition}。来源：{figure.source}"),
            text("公布" if figure.published else "推算"),
        ]
        for figure in evaluation.figures.values()
    ]
    columns = [
        Column("统计数及其键"),
        Column("数值", "right"),
        Column("定义与来源"),
        Column("性质", "center"),
    ]
    notes = ["注：性质为“公布”的统计数与已公布的报告逐项核对；为“推算”的由数据表或参数得出，没有公布过。"]
    return Grid("figures", caption, columns, rows, notes)

"""The tables of a letter by name, each made from the year of one unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from jixiao.figures import stated
from jixiao.figures.unit_year import Loss, UnitYear, quarter
from jixiao.kit import numbers
from jixiao.report.table import Cell, Column, Row, Table, text
from jixiao.year.words import SubjectKind

_NO_SCORE = "没有评分"
_NOTHING_SAID = "没有写明原因"
_SEVERAL = 2  # subjects
_EXPLAIN = "核对、改正或说明"


def scores(year: UnitYear) -> Table | None:
    """Each subject: its total by every tier that gave one, the grade, and its place among all.

    One subject alone needs no table: its letter says all of it in a sentence.
    """
    if len(year.totals) < _SEVERAL:
        return None
    params = year.params
    tiers = [tier for tier in params.tiers.values() if any(tier in year.scored(kind) for kind in SubjectKind)]
    rows: list[Row] = []
    for kind in SubjectKind:
        judge = year.judge(kind)
        peers = (year.peers or {}).get((kind.value, judge.id), ()) if judge else ()
        for _, subject in year.subjects(kind).iterrows():
            total = subject[judge.total] if judge else None
            place = quarter(total, peers) if total is not None else None
            row = [text(year.called(subject["subject_id"]))]
            row += [_number(subject[tier.total]) for tier in tiers]
            row += [text(subject[judge.grade] if judge else None), text(place.words if place else None)]
            rows.append(row)
    heads = [Column("评价对象"), *(Column(f"{tier.name}（分）", "right") for tier in tiers)]
    return Table(
        "unit-scores", "评价得分", [*heads, Column("等级", "center"), Column("同类中位次", "center")], rows
    )


def levels(year: UnitYear) -> Table | None:
    """Where the points went: each first level and the execution rate with its points, those reached and those lost."""
    found = year.levels()
    if not found:
        return None
    rows: list[Row] = [
        [text(level), _number(worth), _number(got), _number(None if got is None else worth - got)]
        for level, worth, got in found
    ]
    worths = sum((worth for _, worth, _ in found), Decimal(0))
    reached = [got for _, _, got in found]
    whole = None if None in reached else sum((got for got in reached if got is not None), Decimal(0))
    rows.append(
        [text("合计"), _number(worths), _number(whole), _number(None if whole is None else worths - whole)]
    )
    judged = sum(year.judge_of_points(subject) is not None for subject in year.totals["subject_id"])
    caption = "各部分得分" if judged == 1 else f"各部分得分（{judged}个评价对象合计）"
    columns = [Column("一级指标"), Column("分值", "right"), Column("得分", "right"), Column("扣分", "right")]
    notes = []
    if any(got is None for _, _, got in found):
        notes.append("注：得分为“—”的，有指标没有评分，或没有全年预算数，不计算预算执行率得分。")
    return Table("unit-levels", caption, columns, rows, notes, frozenset({len(rows) - 1}))


def losses(year: UnitYear) -> Table | None:
    """Every indicator without its full points: how many it lost and why; subject by subject, the greatest loss first."""
    found = year.losses
    if not found:
        return None
    rows: list[Row] = []
    for one in found:
        points = [_number(one.weight), _number(one.points), _number(one.lost)]
        rows.append([text(year.named(one)), *points, text(_reason(one))])
    numbered = [Column("分值", "right"), Column("得分", "right"), Column("扣分", "right")]
    return Table(
        "unit-losses", "逐项扣分", [Column("指标"), *numbered, Column("扣分原因")], rows, _whose(year)
    )


def _whose(year: UnitYear) -> list[str]:
    """Whose the indicators are that the table calls by their name alone, where others are beside them."""
    called = {year.called(one.subject) for one in year.losses}
    whole = SubjectKind.DEPARTMENT.words
    return [f"注：没有写明项目的，是{whole}的指标。"] if whole in called and len(called) > 1 else []


def _reason(one: Loss) -> str:
    return one.reason or (_NO_SCORE if one.points is None else _NOTHING_SAID)


def to_mend(year: UnitYear) -> Table | None:
    """What the unit is to do: problems that are not mended, with what is asked and by when, then findings of the checks."""
    rows: list[Row] = [
        [text(str(at)), text(problem), text(asked), text(due)]
        for at, (problem, asked, due) in enumerate(_tasks(year), 1)
    ]
    columns = [Column("序号", "center"), Column("问题"), Column("整改要求"), Column("期限", "center")]
    return Table("unit-to-mend", "整改事项", columns, rows, row_heads=0) if rows else None


def _tasks(year: UnitYear) -> Iterator[tuple[str, str, str]]:
    """Problem, behind the subject that has it; what is asked; by when."""
    known = set(year.totals["subject_id"])
    columns = ["subject_id", "found_of", "found_year", "problem", "recommendation", "due"]
    for subject, earlier, found, problem, asked, due in year.open_problems()[columns].itertuples(index=False):
        about = f"{year.called(subject)}：" if subject in known else f"{found}年度发现：" if earlier else ""
        late = "（已逾期）" if due and due < year.params.published_on else ""
        yield f"{about}{problem}", asked or _EXPLAIN, stated.official_day(due) + late if due else ""
    for finding in year.findings:
        if finding.severity.needs_answer:
            about = f"{year.called(finding.subject)}：" if finding.subject in known else ""
            yield f"{about}{finding.found}", finding.remedy or _EXPLAIN, ""


def _number(value: Decimal | None) -> Cell:
    return text(None) if value is None else Cell(numbers.plain(value), numbers.plain(value))


TABLES: Mapping[str, Callable[[UnitYear], Table | None]] = {
    "scores": scores,
    "levels": levels,
    "losses": losses,
    "to_mend": to_mend,
}

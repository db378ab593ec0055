"""Shares points that are merged over several indicators out among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.forms.model import Remark
from jixiao.forms.reading import number_cells
from jixiao.forms.reading.funds_table import Row
from jixiao.forms.reading.regions import Plan
from jixiao.kit import numbers
from jixiao.values import measures
from jixiao.year.words import Severity


def shared_out(plan: Plan, rows: list[Row]) -> Iterator[Remark]:
    """Share a score that is merged over several rows out among them by the points of each, and say so (F06).

    What is lost is taken off the rows that give a reason, or off all where none does, and of these off those that fall
    short of their targets. Points that are merged over rows
    of several second levels are shared out alike; rows of one second level without points of their own are left as
    they are, as parts of one indicator.
    """
    for score in ("self_score", "review_score"):
        for at, end in _groups(rows, score):
            group = rows[at:end]
            _share_points(group)
            points = [
                number_cells.read(row["weight"].text)[0] or Decimal(0) for row in group if "weight" in row
            ]
            whole = number_cells.read(group[0][score].text)[0]
            if whole is None or len(points) < len(group) or not all(points):
                continue
            lost = sum(points) - whole
            bearing = _bearing(group, points, lost)
            if not 0 <= lost <= sum(bearing):
                continue
            first = group[0][score]
            falls = _in_parts(lost, bearing)
            for row, full, fall in zip(group, points, falls, strict=True):
                row[score] = first._replace(text=numbers.plain((full - fall).normalize()))
            said = f"{len(group)} 项指标合填一个得分 {numbers.plain(whole)}，已分摊到各项"
            place = plan.view.sheet.place(first.row, first.column)
            yield Remark("F06", place, said, "每项指标一个得分", "要逐项审核的，分开填写", Severity.NOTE)


def _bearing(group: list[Row], points: Sequence[Decimal], lost: Decimal) -> list[Decimal]:
    """The points of the rows off which `lost` points are taken, and 0 for the others."""
    reasons = [row["deviation_reason"].text if "deviation_reason" in row else "" for row in group]
    blamed = [bool(reason) or not any(reasons) for reason in reasons]
    short = [one and _falls_short(row) for one, row in zip(blamed, group, strict=True)]
    parts = [
        [full if one else Decimal(0) for one, full in zip(chosen, points, strict=True)]
        for chosen in (short, blamed)
    ]
    return parts[0] if 0 < lost <= sum(parts[0]) else parts[1]


def _falls_short(row: Row) -> bool:
    """Whether a row holds less than the number for which it asks."""
    if "target" not in row or "actual" not in row:
        return False
    target = measures.parse_target(row["target"].text)
    actual = measures.parse_actual(row["actual"].text, target)
    if not isinstance(target, measures.Number) or not isinstance(actual, measures.Number):
        return False
    least = target.operator not in ("≤", "<") and not measures.comparable(target, actual)
    return least and actual.value < target.value


def _share_points(group: list[Row]) -> None:
    """Share out points that are merged over rows of several second levels."""
    cells = [row["weight"] for row in group if "weight" in row]
    kinds = {row["level2"].text for row in group if "level2" in row}
    if len(cells) < len(group) or len(kinds) < 2 or len({value.row for value in cells}) > 1:
        return
    whole = number_cells.read(cells[0].text)[0]
    if whole:
        for row, part in zip(group, _in_parts(whole, [Decimal(1)] * len(group)), strict=True):
            row["weight"] = cells[0]._replace(text=numbers.plain(part.normalize()))


def _in_parts(whole: Decimal, ratio: Sequence[Decimal]) -> list[Decimal]:
    """`whole` in parts of this ratio, to two decimals; the last part that is not zero makes up for the rounding."""
    total = sum(ratio, Decimal(0))
    parts = [round(whole * each / total, 2) if total else Decimal(0) for each in ratio]
    last = max((at for at, each in enumerate(ratio) if each), default=0)
    parts[last] += whole - sum(parts, Decimal(0))
    return parts


def _groups(rows: list[Row], score: str) -> Iterator[tuple[int, int]]:
    """The first of several rows that have one cell of a score in common, and the first row behind them."""
    at = 0
    while at < len(rows):
        end = at + 1
        while end < len(rows) and score in rows[at] and rows[end][score].row == rows[at][score].row:
            end += 1
        if end > at + 1:
            yield at, end
        at = end

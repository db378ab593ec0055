"""Figures and amounts as readers see them in tables and charts, with what tells numbers of a reconstruction."""

from __future__ import annotations

from decimal import Decimal

from jixiao.figures.evaluate import Evaluation
from jixiao.figures.model import Figure
from jixiao.kit import numbers
from jixiao.report import prose
from jixiao.report.table import Cell, text


def marks(evaluation: Evaluation) -> bool:
    """Whether numbers that were not published must be marked."""
    return evaluation.marked


def mark(evaluation: Evaluation) -> str:
    """What stands behind numbers of a reconstruction."""
    return prose.MARK if marks(evaluation) else ""


def note(evaluation: Evaluation, said: str) -> str:
    """A note below a chart, with the origin of its numbers where they are reconstructed."""
    return f"注：{said}{'；由重构数据推算，没有公布过' if marks(evaluation) else ''}。"


def number(figure: Figure, *, marked: bool, unit: bool = False) -> Cell:
    """A cell showing a figure, without its unit where that stands in the head."""
    if figure.value is None:
        return text(None)
    value = figure.number if isinstance(figure.value, Decimal) else None
    shown = figure.display if unit else figure.number
    return Cell(shown, value, figure.key, prose.mark_of(figure, marked=marked))


def count_cell(count: int) -> Cell:
    """A cell showing how many of something there are."""
    return Cell(str(count), str(count))


def amount_cell(value: Decimal | None) -> Cell:
    """A cell showing a number, blank where it is not known."""
    if value is None:
        return text(None)
    return Cell(numbers.plain(value), numbers.plain(value))

"""Finds out what a column with a label that nobody taught holds: by labels like it, and by what stands in it.

What is found out is said with the guess (rule F24), and so is a column that was not understood.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import INDICATORS, Layout
from jixiao.forms.model import Remark
from jixiao.forms.reading import number_cells
from jixiao.forms.reading.regions import Plan
from jixiao.values import notation

Span = tuple[int, int]
_ALIKE = 0.62  # two labels of which more than this is the same are taken for one
_CLEAR = 0.08  # and by so much no other column may be alike
_SHORTEST = 2
_MOSTLY = 0.8  # of the filled cells
_WHOLE = (Decimal(100), Decimal(90), Decimal(80))
_LEVEL1 = ("产出", "效益", "效果", "结果", "满意度", "成本", "决策", "过程", "投入", "管理", "履职", "可持续")
_OPERATORS = frozenset({*notation.OPERATOR, "定性", "定量"})
_NUMBERS = frozenset(
    {
        "weight",
        "self_score",
        "review_score",
        "deduction",
        "initial_budget",
        "adjusted_budget",
        "executed",
        "score",
    }
)
_TEXTS = frozenset(
    {
        "level1",
        "level2",
        "level3",
        "nature",
        "operator",
        "measure_unit",
        "deviation_reason",
        "review_remark",
        "reason",
    }
)
_LONGEST_UNIT = 6  # characters
_OFFICE = re.compile(
    ".+(?:局|委|办|部|科|股|室|所|站|院|校|中心|单位|公司|镇|乡|街道)"
)  # who does it, no 所 or 部 alone
_MOST = 60  # unknown columns of a table that are looked at one by one
_SAID = 24  # characters of a label that a remark repeats


@dataclass(frozen=True)
class Unknown:
    """What became of the columns with unknown labels: those that were guessed, what is said, and what they may hold."""

    guessed: dict[str, Span] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Column:
    """A column with an unknown label, and the texts of its cells that are filled."""

    row: int
    span: Span
    text: str
    filled: Mapping[int, str]

    @property
    def numeric(self) -> float:
        """The share of its filled cells that hold a plain number."""
        read = [number_cells.read(text)[0] for text in self.filled.values()]
        return sum(number is not None for number in read) / len(read)


def find(
    plan: Plan,
    head: range,
    body: Sequence[int],
    found: Mapping[str, Span],
    layout: Layout,
    section: str,
    first: int = 0,
) -> Unknown:
    """What the columns of one table hold, from the column `first` on, whose labels are unknown.

    Columns without any content are left out.
    """
    labelled = list(_columns(plan, head, body, found, layout, section))
    spans = [*found.values(), *(column.span for column in labelled)]
    columns = [
        column
        for column in (*labelled, *_unlabelled(plan, head, body, spans, first))
        if column.span[0] >= first
    ]
    if not columns:
        return Unknown()
    meanings = dict(layout.columns(section))
    lacking = [name for name in dict.fromkeys(meanings.values()) if name not in found]
    guessed: dict[str, Span] = {}
    remarks: list[Remark] = []
    open_columns: list[_Column] = []
    told = columns[_MOST:]
    for column in columns[:_MOST]:
        free = [name for name in lacking if name not in guessed] if column.text else []
        name = _alike(column, meanings, free)
        if not name and section == INDICATORS:
            name = _by_content(plan, column, {**found, **guessed}, free)
        place = plan.view.sheet.place(column.row, column.span[0])
        if not name:
            open_columns.append(column)
            continue
        guessed[name] = column.span
        usual = next(label for label, meaning in meanings.items() if meaning == name)
        said = f"没有见过“{_short(column.text)}”这一列，当作“{usual}”读入"
        remedy = f"读得对的，在 params/forms/labels.yml 的 {section} 下 {name} 里加上“{_line(column.text)}”"
        remarks.append(Remark("F24", place, said, f"“{usual}”等认得的列名", remedy))
    if told:
        place = plan.view.sheet.place(told[0].row, told[0].span[0])
        said = f"这里起还有 {len(told)} 列没有见过的列名，没有读入"
        remarks.append(Remark("F24", place, said, f"不超过 {_MOST} 列", "删去表外的列后再报"))
    for column in open_columns:
        place = plan.view.sheet.place(column.row, column.span[0])
        if not column.text:
            said = f"这一列没有列名，{len(column.filled)} 格内容没有读入"
            remarks.append(Remark("F24", place, said, "认得的列名", "补上列名；不需要的，删去这一列"))
            continue
        said = f"没有看懂“{_short(column.text)}”这一列，{len(column.filled)} 格内容没有读入"
        remedy = f"在 params/forms/labels.yml 里写明它是什么；不需要的，在 known 下 {section} 里加上“{_line(column.text)}”"
        remarks.append(Remark("F24", place, said, "认得的列名", remedy))
    left = [name for name in lacking if name not in guessed]
    unread = {name for column in open_columns for name in left if _may_hold(column, name)}
    return Unknown(guessed, tuple(remarks), frozenset(unread))


def _columns(
    plan: Plan, head: range, body: Sequence[int], found: Mapping[str, Span], layout: Layout, section: str
) -> Iterator[_Column]:
    """The columns whose label nobody knows and below which something stands."""
    taken = {column for start, end in found.values() for column in range(start, end + 1)}
    meanings = layout.columns(section)
    for row, column, text in plan.heading(head):
        bare = labels.key(text)
        span = (column, plan.view.end(row, column)[1])
        if bare in meanings or bare in layout.known[section] or not bare:
            continue
        if plan.view.end(row, column)[0] >= head.stop:
            continue  # a title beside the rows, drawn from top to bottom
        if taken & set(range(span[0], span[1] + 1)) or _within_known(plan, row, span, head):
            continue
        filled = _filled(plan, body, span, row)
        if filled:
            taken |= set(range(span[0], span[1] + 1))
            yield _Column(row, span, text, filled)


def _unlabelled(
    plan: Plan, head: range, body: Sequence[int], spans: Iterable[Span], first: int
) -> Iterator[_Column]:
    """The columns among those of a table that have no label at all, and below which something stands."""
    taken = {column for start, end in spans for column in range(start, end + 1)}
    for column in range(first or min(taken, default=0), max(taken, default=0)):
        if column in taken or any(plan.view.value(row, column).text for row in head):
            continue
        if filled := _filled(plan, body, (column, column), head.stop - 1):
            yield _Column(head.start, (column, column), "", filled)


def _within_known(plan: Plan, row: int, span: Span, head: range) -> bool:
    """Whether a label only stands above others of the head, which are looked at by themselves."""
    return any(
        span[0] <= column <= span[1]
        for below in head
        if below > row
        for column, _ in plan.cells.get(below, ())
    )


def _filled(plan: Plan, body: Iterable[int], span: Span, head: int) -> dict[int, str]:
    """The texts of a column by row, each once; a cell that only goes on from the head or from another column is none."""
    found: dict[int, str] = {}
    seen: set[tuple[int, int]] = set()
    for row in body:
        value = plan.view.value(row, span[0])
        at = (value.row, value.column)
        if value.row <= head or value.column < span[0] or at in seen:
            continue
        seen.add(at)
        if labels.compact(value.text) not in number_cells.BLANKS:
            found[row] = value.text
    return found


def _alike(column: _Column, meanings: Mapping[str, str], free: Sequence[str]) -> str:
    """The free meaning whose labels are most like that of the column, "" where none is clearly so."""
    bare = labels.key(column.text)
    best: dict[str, float] = {}
    for label, name in meanings.items():
        best[name] = max(best.get(name, 0.0), likeness(bare, label))
    ranked = sorted(best.items(), key=lambda one: -one[1])
    name, ratio = ranked[0]
    runner = ranked[1][1] if len(ranked) > 1 else 0.0
    clear = ratio >= _ALIKE and ratio - runner >= _CLEAR
    return name if clear and name in free and _may_hold(column, name) else ""


@lru_cache(maxsize=1 << 14)
def likeness(one: str, other: str) -> float:
    """How much two labels have in common, 1 for all; one that holds the whole other is like it."""
    if min(len(one), len(other)) >= 2 * _SHORTEST and (one in other or other in one):
        return max(0.9, min(len(one), len(other)) / max(len(one), len(other)))
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def is_first_level(text: str) -> bool:
    """Whether a text names a first level: 产出指标, 效益, 决策（20分）."""
    return labels.compact(text).startswith(_LEVEL1)


def _may_hold(column: _Column, name: str) -> bool:
    """Whether what stands in a column can be what `name` means."""
    texts = [labels.compact(text) for text in column.filled.values()]
    if name in ("operator", "nature"):
        return all(text.removesuffix("指标") in _OPERATORS for text in texts)
    if name == "measure_unit":
        fits = all(len(text) <= _LONGEST_UNIT and not _OFFICE.fullmatch(text) for text in texts)
        return fits and column.numeric < _MOSTLY
    if name in _NUMBERS:
        return column.numeric >= _MOSTLY
    return name not in _TEXTS or column.numeric < _MOSTLY


def _by_content(plan: Plan, column: _Column, found: Mapping[str, Span], free: Sequence[str]) -> str:
    """What a column holds by its content alone: operators, first levels, points that add up, scores below points."""
    texts = [labels.compact(text) for text in column.filled.values()]
    if "operator" in free and all(text in _OPERATORS for text in texts):
        return "operator"
    if "level1" in free and sum(text.startswith(_LEVEL1) for text in texts) >= _MOSTLY * len(texts):
        return "level1"
    numbers = {row: number_cells.read(text)[0] for row, text in column.filled.items()}
    beside = {"operator", "measure_unit"} & set(found)
    if "target" in free and beside and "level3" in found and 2 * column.numeric >= 1:
        return "target"
    if any(number is None for number in numbers.values()):
        return ""
    values = [number for number in numbers.values() if number is not None]
    if "weight" in free and sum(values, Decimal(0)) in _WHOLE:
        return "weight"
    if "self_score" in free and "weight" in found:
        points = {row: number_cells.read(plan.view.value(row, found["weight"][0]).text)[0] for row in numbers}
        both = [(number, points[row]) for row, number in numbers.items() if points[row] is not None]
        equal = sum(number == weight for number, weight in both)
        if both and all(0 <= number <= weight for number, weight in both) and 2 * equal >= len(both):  # type: ignore[operator]
            return "self_score"
    return ""


def _line(text: str) -> str:
    """A label on one line."""
    return "".join(text.split())


def _short(text: str) -> str:
    """A label on one line, cut where it is long."""
    line = _line(text)
    return line if len(line) <= _SAID else f"{line[:_SAID]}…"

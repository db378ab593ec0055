"""Tables: P15 totals of rows and columns, P16 columns that follow from others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import permutations

from jixiao.kit import numbers
from jixiao.proofreading.drafts.model import Passage
from jixiao.proofreading.reading.quantities import Nature, Quantity
from jixiao.proofreading.reading.reading import Reading
from jixiao.proofreading.reading.table_numbers import NumberTable
from jixiao.proofreading.rules import ratios, sums, verdict
from jixiao.proofreading.rules.verdict import Sure, Verdict

TOTAL = "P15"
COLUMN = "P16"
_TOTAL = re.compile(r"合计|总计|小计|共计|总和|总数")
_MEAN = re.compile(r"平均|人均|均分|均值|得分率")
_SUBTOTAL = re.compile(r"小计")
_PART = re.compile(r"其中|^[-—·•]")
_ADDED = (Nature.AMOUNT, Nature.COUNT, Nature.PLAIN)
_DIFFERENCE = re.compile(r"结余|差额|相差|增减|剩余|节约|差")
_ROWS = 200  # rows of a table whose columns are tried against each other
_COLUMNS = 12

Numbers = Mapping[tuple[int, int], tuple[Passage, Quantity]]
Cells = Sequence[tuple[Passage, Quantity]]


def judge(reading: Reading) -> Iterator[Verdict]:
    """Verdicts on the tables of a draft."""
    for table in reading.draft.tables:
        read = NumberTable(table)
        yield from _total_rows(read)
        yield from _total_columns(read)
        if table.height <= _ROWS:
            yield from _ratio_columns(read)
            yield from _shares_of_total(read)


def _sum_verdict(total: tuple[Passage, Quantity], parts: Cells, sure: Sure | None, words: str) -> Verdict:
    passage, printed = total
    value = sum((one.value for _, one in parts), Decimal(0))
    widest = max([printed, *(one for _, one in parts)], key=lambda one: one.places)
    shown = numbers.plain(numbers.rounded(value / printed.scale, widest.places))
    if len(parts) <= 8:
        said = "＋".join(one.text.strip(" *") for _, one in parts)
    else:
        said = f"{parts[0][1].text.strip(' *')}＋…＋{parts[-1][1].text.strip(' *')}（{len(parts)}个数）"
    follows = f"{words}{said}＝{shown}，印的是{printed.text.strip(' *')}"
    return verdict.of(TOTAL, passage, (printed,), printed, follows, sure, parts)


def _fits(total: Quantity, parts: Cells) -> bool:
    value = sum((one.value for _, one in parts), Decimal(0))
    return abs(value - total.value) <= sums.slack_of(total, [one for _, one in parts])


def _total_rows(read: NumberTable) -> Iterator[Verdict]:
    """A row that is called a total: the sum of rows above it, or below it where it stands first."""
    rows = [row for row, label in read.labels.items() if _TOTAL.search(label)]
    for row in rows:
        waiting: list[tuple[tuple[Passage, Quantity], Cells]] = []
        held: list[Verdict] = []
        for column in range(2, read.table.width + 1):
            total = read.numbers.get((row, column))
            if total is None or _MEAN.search(read.heads[column]):
                continue
            choices = [one for one in _choices(read, row, column, rows) if _may_be_sum(total[1], one)]
            fitting = [parts for parts in choices if _fits(total[1], parts)]
            if fitting:
                held.append(_sum_verdict(total, fitting[0], None, ""))
            elif choices:
                waiting.append((total, choices[0]))
        yield from held
        for total, parts in waiting:
            value = sum((one.value for _, one in parts), Decimal(0))
            is_added = held and total[1].nature in _ADDED
            if len(parts) > 1 and (is_added or verdict.near(value, total[1].value)):
                yield _sum_verdict(total, parts, Sure.LIKELY, "这一列")


def _may_be_sum(total: Quantity, parts: Cells) -> bool:
    """Whether a total may add up cells; one of scores that lies between them is their mean."""
    if total.nature is Nature.SCORE and parts:
        return total.value > max(one.value for _, one in parts)
    return total.nature in _ADDED and bool(parts)


def _choices(read: NumberTable, row: int, column: int, totals: Sequence[int]) -> list[Cells]:
    """The rows that a total may add up: those since the last total, all others, or the subtotals."""
    first, last = read.first_row, read.table.height

    def cells(rows: Sequence[int]) -> Cells:
        kept = [n for n in rows if not _PART.search(read.labels.get(n, ""))]
        return [read.numbers[n, column] for n in kept if (n, column) in read.numbers]

    above = [n for n in range(first, row)]
    before = max((n for n in totals if n < row), default=first - 1)
    after = min((n for n in totals if n > row), default=last + 1)
    since = cells(range(before + 1, row))
    plain = cells([n for n in above if n not in totals])
    subtotals = cells([n for n in totals if n < row and _SUBTOTAL.search(read.labels[n])])
    below = cells(range(row + 1, after))
    lower = cells([n for n in range(row + 1, last + 1) if n not in totals])
    lower_totals = cells([n for n in totals if n > row])
    ordered = [since, plain, subtotals, below, lower, lower_totals]
    return ordered if above and since else [below, lower, lower_totals, plain]


def _total_columns(read: NumberTable) -> Iterator[Verdict]:
    """A column that is called a total: in most rows the sum of others, and so in all."""
    for column, head in read.heads.items():
        if not _TOTAL.search(head):
            continue
        for others in _groups(read, column):
            found = list(_by_row(read, column, others))
            fitting = [one for one in found if one[2]]
            if len(fitting) < 2 or len(fitting) * 2 <= len(found):
                continue
            for total, parts, fits in found:
                yield _sum_verdict(total, parts, None if fits else Sure.LIKELY, "这一行")
            break


def _groups(read: NumberTable, column: int) -> list[list[int]]:
    """Columns that a total column may add up: those behind it, those before it, up to the next total."""
    totals = [n for n, head in read.heads.items() if _TOTAL.search(head)]
    after = min((n for n in totals if n > column), default=read.table.width + 1)
    before = max((n for n in totals if n < column), default=0)
    groups = [list(range(column + 1, after)), list(range(before + 1, column))]
    return [group for group in groups if len(group) > 1]


def _by_row(
    read: NumberTable, column: int, others: Sequence[int]
) -> Iterator[tuple[tuple[Passage, Quantity], Cells, bool]]:
    for row in range(read.first_row, read.table.height + 1):
        total = read.numbers.get((row, column))
        if total is None:
            continue
        parts = [
            read.numbers[row, n]
            for n in others
            if (row, n) in read.numbers and read.numbers[row, n][1].nature is total[1].nature
        ]
        if len(parts) > 1:
            yield total, parts, _fits(total[1], parts)


def _ratio_columns(read: NumberTable) -> Iterator[Verdict]:
    """A column in per cent or of differences that in most rows follows from two others, and so in all."""
    columns = [n for n in read.heads if any(key[1] == n for key in read.numbers)][:_COLUMNS]
    for column in columns:
        rows = [row for row in range(read.first_row, read.table.height + 1) if (row, column) in read.numbers]
        percents = [row for row in rows if read.numbers[row, column][1].nature is Nature.PERCENT]
        others = [n for n in columns if n != column]
        if len(percents) > 2:
            yield from _best(read, column, percents, others, _is_ratio)
        elif len(rows) > 2 and _DIFFERENCE.search(read.heads[column]):
            yield from _best(read, column, rows, others, _is_difference)


def _shares_of_total(read: NumberTable) -> Iterator[Verdict]:
    """A column in per cent that says 100 in the row of the total: in most rows the share of a cell in the total of its column."""
    totals = [row for row, label in read.labels.items() if _TOTAL.search(label)]
    for row, column in [key for key in read.numbers if key[0] in totals][:_COLUMNS]:
        whole = read.numbers[row, column][1]
        if whole.nature is not Nature.PERCENT or whole.value != 100:
            continue
        others = [n for n in list(read.heads)[:_COLUMNS] if (row, n) in read.numbers and n != column]
        for other in others:
            found = list(_shares(read, row, column, other))
            holding = sum(not said for _, said, _ in found)
            if holding > 2 and holding * 3 >= 2 * len(found):
                for (passage, number), said, tied in found:
                    sure = Sure.LIKELY if said else None
                    yield verdict.of(COLUMN, passage, (number,), number, said or "占合计的比例", sure, tied)
                break


def _shares(
    read: NumberTable, row: int, column: int, other: int
) -> Iterator[tuple[tuple[Passage, Quantity], str, Cells]]:
    """Each share of a column, the arithmetic where it does not hold, the cell that it is of and its total."""
    total = read.numbers[row, other]
    for at in range(read.first_row, read.table.height + 1):
        part, share = read.numbers.get((at, other)), read.numbers.get((at, column))
        if at == row or part is None or share is None or share[1].nature is not Nature.PERCENT:
            continue
        said = _is_ratio(part[1], total[1], share[1])
        if said is not None:
            yield share, said, (part, total)


def _is_ratio(one: Quantity, other: Quantity, found: Quantity) -> str | None:
    """The arithmetic of a ratio, "" where it holds; None where the two cannot be divided."""
    if not one.alike(other) or one.nature not in _ADDED or other.value <= 0:
        return None
    if ratios.follows_from(one, other, found):
        return ""
    value = numbers.rounded(numbers.ratio(one.value * 100, other.value), max(found.places, 2))
    return f"{one.text.strip(' *')}÷{other.text.strip(' *')}＝{numbers.plain(value)}%，印的是{found.text.strip(' *')}"


def _is_difference(one: Quantity, other: Quantity, found: Quantity) -> str | None:
    if not (one.alike(other) and one.alike(found)):
        return None
    value = one.value - other.value
    if abs(value - found.value) <= one.slack + other.slack + found.slack:
        return ""
    return f"{one.text.strip(' *')}－{other.text.strip(' *')}＝{found.said(value)}，印的是{found.text.strip(' *')}"


def _best(
    read: NumberTable, column: int, rows: Sequence[int], others: Sequence[int], relation
) -> Iterator[Verdict]:  # type: ignore[no-untyped-def]
    """The pair of columns from which the column follows in most rows: at least three, and two thirds of all."""
    best: list[tuple[int, str, tuple[Passage, Quantity], tuple[Passage, Quantity]]] = []
    most = 0
    for one, other in permutations(others, 2):
        found = []
        for row in rows:
            first, second = read.numbers.get((row, one)), read.numbers.get((row, other))
            if first is None or second is None:
                continue
            said = relation(first[1], second[1], read.numbers[row, column][1])
            if said is not None:
                found.append((row, said, first, second))
        holding = sum(not said for _, said, *_ in found)
        if holding > max(most, 2) and holding * 3 >= 2 * len(found):
            most = holding
            best = found
    for row, said, first, second in best:
        passage, number = read.numbers[row, column]
        yield verdict.of(
            COLUMN,
            passage,
            (number,),
            number,
            said or "由同一行两个数算得",
            Sure.LIKELY if said else None,
            [first, second],
        )

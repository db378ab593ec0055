"""Reads the money table of a form: a row of values for each kind of money."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import FUNDS, Layout
from jixiao.forms.model import Remark, Value
from jixiao.forms.reading import number_cells, paired_columns, unknown_columns
from jixiao.forms.reading.regions import Label, Plan
from jixiao.kit import numbers
from jixiao.year.words import AMOUNTS, TOTAL_ITEMS, Amount

Row = dict[str, Value]
Span = tuple[int, int]
_NUMBERING = ("行次", "序号")
_TITLES = (
    "项目资金",
    "资金情况",
    "资金来源",
    "资金总额",
    "资金申请",
    "资金投入",
    "资金构成",
    "项目预算",
    "预算资金",
    "年度资金",
    "年度预算申请",
)
_ROUNDED = Decimal("0.005")  # by so much a printed rate may be off
_HEADS = 3  # cells of a row that heads a money table, with its title
_SUMS = ("合计", "总计", "小计", "总额")
_STAGES = (
    ("年初", Amount.INITIAL.value),
    ("调整后", Amount.ADJUSTED.value),
    ("全年", Amount.ADJUSTED.value),
    ("执行", Amount.EXECUTED.value),
    ("支出", Amount.EXECUTED.value),
)
_IN_FULL = {"万": "万元"}  # 100万
_WITH_AMOUNT = re.compile(r"([^0-9].{1,30}?)[:：]?([0-9][0-9,]*(?:\.[0-9]+)?)(亿元|百万元|万元|千元|元|万|)")
_SENTENCE = re.compile(
    r"(?:其中[:：])?([^0-9,，;；:：。()（）]{2,16}?)[:：]?([0-9][0-9,]*(?:\.[0-9]+)?)(亿元|百万元|万元|千元|元|万(?!元))"
)


@dataclass(frozen=True)
class Funds:
    """A money table: its rows, its columns, labels that come a second time, and what was not understood."""

    rows: tuple[Row, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=dict)
    again: list[Label] = field(default_factory=list)
    remarks: tuple[Remark, ...] = ()
    unread: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()  # columns that stand among the indicators
    labels: Mapping[str, Value] = field(
        default_factory=dict
    )  # of its rows, where the kinds of money head the columns

    @property
    def columns(self) -> frozenset[str]:
        """The names of its columns."""
        return frozenset(self.spans) | self.elsewhere


def columns(
    plan: Plan, head: int, meanings: Mapping[str, str]
) -> tuple[dict[str, tuple[int, int]], int, list[Label]]:
    """The first and last column of each meaning, the last row of the head, and labels that come a second time.

    A label over several columns leaves them to the labels of the next row, where that row holds only labels.
    """
    found: dict[str, tuple[int, int]] = {}
    again: list[Label] = []
    bottom = head + 1 if _is_divided(plan, head) else head
    for row in (head, head + 1):
        known = [label for label in plan.labels.get(row, ()) if label.key in meanings and not label.text]
        if row > head and not _only_labels(plan, row, known, found, meanings):
            break
        bottom = row if row > head else bottom
        flat = {meanings[label.key] for label in known if plan.view.end(row, label.column)[0] <= head + 1}
        for label in known:
            if plan.view.end(row, label.column)[0] > head + 1 and meanings[label.key] in flat:
                continue  # a title beside the rows, drawn from top to bottom
            span = (label.column, plan.view.end(row, label.column)[1])
            meaning = meanings[label.key]
            if meaning in found and not _within(span, found[meaning]):
                again.append(label)
                continue
            if row > head:
                found = {name: cols for name, cols in found.items() if not _within(span, cols)}
            found[meaning] = span
    beside = {
        meanings[label.key]: (label.column, plan.view.end(label.row, label.column)[1])
        for label in plan.reaching(head)
        if label.key in meanings and not label.text
    }
    return (beside | found if found else {}), bottom, again


def _is_divided(plan: Plan, head: int) -> bool:
    """Whether the next row belongs to the head: all of it stands below wide labels, and all other labels reach into it."""
    above = [(column, plan.view.end(head, column)) for column, _ in plan.cells[head]]
    wide = [(column, right) for column, (low, right) in above if low == head and right > column]
    lows = {low for column, (low, right) in above if (column, right) not in wide}
    below = plan.cells.get(head + 1, [])
    inside = all(any(left <= column <= right for left, right in wide) for column, _ in below)
    words = all(number_cells.read(text)[0] is None for _, text in below)
    return bool(below) and inside and words and lows == {head + 1}


def _only_labels(
    plan: Plan,
    row: int,
    known: list[Label],
    found: Mapping[str, tuple[int, int]],
    meanings: Mapping[str, str],
) -> bool:
    """Whether a row is a second row of the head: it holds only labels, and at least one that the first has not."""
    own = plan.cells.get(row, ())
    fresh = any(
        meanings[label.key] not in found or _within((label.column, label.column), found[meanings[label.key]])
        for label in known
    )
    return bool(known) and len(own) == len(plan.labels.get(row, ())) and fresh


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def cell(plan: Plan, row: int, span: tuple[int, int]) -> Value:
    """The value of a row below a label; the texts of several columns below one label are joined."""
    value = plan.view.value(row, span[0])
    if span[1] == span[0]:
        return value
    values = {
        (v.row, v.column): v for c in range(span[0], span[1] + 1) if (v := plan.view.value(row, c)).text
    }
    if not values:
        return value
    first = next(iter(values.values()))
    texts = [v.text for v in values.values()]
    numbers = sum(number_cells.read(text)[0] is not None for text in texts)
    return Value(
        (" " if numbers > 1 else "").join(texts), first.row, first.column
    )  # 100 60 is no number (F06)


def read(plan: Plan, head: int, end: int, layout: Layout, year: str = "") -> Funds:
    """The money table below row `head`.

    A row is named by the last text left of its first column of numbers. The table ends before row `end`, or before
    a row without a name or with labels of the head of the form. Of columns of several years those of the `year` count.
    """
    found, bottom, again = columns(plan, head, layout.funds)
    if not found:
        return Funds(again=again, remarks=(_not_understood(plan, head),), unread=frozenset(AMOUNTS))
    found, bottom = _under_wide(plan, head, bottom, found)
    found, again = _adjusted(plan, range(bottom + 1, end), found, again, layout)
    found, again, left_out, said = paired_columns.of_the_year(plan, head, found, again, layout, year)
    first = min(span[0] for span in found.values())
    named: dict[int, Value] = {}
    bottom = max(
        bottom,
        *(plan.view.end(label.row, label.column)[0] for label in plan.labels[head] if label.column >= first),
    )
    numbering = {label.column for label in plan.labels[head] if label.key in _NUMBERING}
    for row in range(bottom + 1, end):
        own = plan.cells.get(row, ())
        names = [
            column
            for column, text in own
            if column < first
            and column not in numbering
            and not any(a <= column <= b for a, b in left_out)
            and number_cells.read(text)[0] is None
        ]
        if (
            not names
            or _leaves(plan, row, layout)
            or _names_money(plan, row, found, layout)
            or plan.view.end(row, names[-1])[1] >= first  # the title of another table
            or (
                named and _is_text(plan, row, found) and not is_money(plan.view.value(row, names[-1]), layout)
            )
        ):
            break
        named[row] = plan.view.value(row, names[-1])
    begin = max((plan.view.end(row, item.column)[1] + 1 for row, item in named.items()), default=first)
    unknown = unknown_columns.find(
        plan,
        range(head, bottom + 1),
        list(named),
        found | {f"left out {at}": span for at, span in enumerate(left_out)},
        layout,
        FUNDS,
        min(begin, first),
    )
    found = found | unknown.guessed
    rows = [
        {"item": item} | {name: cell(plan, row, span) for name, span in found.items()}
        for row, item in named.items()
    ]
    if added := _with_changes_added(plan, head, rows):
        rows, remark = added
        said = [*said, remark]
    return Funds(tuple(rows), found, again, (*said, *unknown.remarks), unknown.unread)


def _with_changes_added(plan: Plan, head: int, rows: list[Row]) -> tuple[list[Row], Remark] | None:
    """The rows with first budget and change added, where 预算调整数 holds the change and no column the sum; else None.

    It is the change where it is below zero, or where the printed rates are those of the sum and not of the column.
    """
    label = next((one for one in plan.labels[head] if "调整" in one.key and "后" not in one.key), None)
    column = next((row["adjusted_budget"].column for row in rows if "adjusted_budget" in row), None)
    if label is None or column is None or not label.column <= column <= plan.view.end(head, label.column)[1]:
        return None
    sums = [_sum_if_change(row) for row in rows]
    if not any(is_change for _, is_change in sums):
        return None
    more = [
        row
        if whole is None
        else row | {"adjusted_budget": row["adjusted_budget"]._replace(text=numbers.plain(whole))}
        for row, (whole, _) in zip(rows, sums, strict=True)
    ]
    name = plan.view.value(head, label.column).text
    found = f"“{name}”这一列是增减额，与年初预算数相加作全年预算数"
    place = plan.view.sheet.place(head, label.column)
    return more, Remark("F24", place, found, "调整后的全年预算数", "核对相加的数，以后填调整后的全年预算数")


def _sum_if_change(row: Row) -> tuple[Decimal | None, bool]:
    """First budget and change of a row together, and whether the row shows that the second is a change."""
    names = ("initial_budget", "adjusted_budget", "executed", "rate")
    texts = [row[name].text if name in row else "" for name in names]
    first, change, spent, _ = (number_cells.read(text)[0] for text in texts)
    if first is None or change is None:
        return None, False
    rate = number_cells.read(texts[-1].strip().removesuffix("%"))[0]
    if change < 0 or spent is None or not rate:
        return first + change, change < 0
    return first + change, _is_rate(rate, spent, first + change) and not _is_rate(rate, spent, change)


def _is_rate(rate: Decimal, spent: Decimal, budget: Decimal) -> bool:
    """Whether a printed rate, as a share or in per cent, is that of what was spent of a budget."""
    if budget <= 0:
        return False
    share = spent / budget
    return abs(share - rate) <= _ROUNDED or abs(share * 100 - rate) <= 100 * _ROUNDED


def _not_understood(plan: Plan, head: int) -> Remark:
    """F24: no label of a money table is known."""
    column, text = plan.cells[head][0]
    said = f"“{''.join(text.split())}”右边的列名都没有见过，资金表没有读入"
    remedy = "在 params/forms/labels.yml 的 funds 下写明各列是什么"
    return Remark("F24", plan.view.sheet.place(head, column), said, "认得的列名", remedy)


def _under_wide(plan: Plan, head: int, bottom: int, found: dict[str, Span]) -> tuple[dict[str, Span], int]:
    """The columns where a label over several of them leaves them to words such as 年初 | 全年 in the next row."""
    own = plan.cells.get(head + 1, [])
    wide = {name: span for name, span in found.items() if span[1] > span[0]}
    inside = own and all(any(a <= column <= b for a, b in wide.values()) for column, _ in own)
    if bottom > head or not inside or any(_is_number(text) for _, text in own):
        return found, bottom
    narrow = {name: span for name, span in found.items() if name not in wide}
    for column, text in own:
        name = next((name for word, name in _STAGES if word in labels.compact(text)), "")
        if name and name not in narrow:
            narrow[name] = (column, plan.view.end(head + 1, column)[1])
    return narrow, head + 1


def title_row(plan: Plan, rows: range) -> int | None:
    """The row that heads a money table with labels nobody knows: a title of money, words, and numbers below them."""
    for row in rows:
        own = plan.cells.get(row, [])
        below = plan.cells.get(row + 1, [])
        if len(own) <= _HEADS or not labels.key(own[0][1]).startswith(_TITLES):
            continue
        words = all(number_cells.read(text)[0] is None for _, text in own)
        if words and sum(number_cells.read(text)[0] is not None for _, text in below) > 1:
            return row
    return None


def by_sources(plan: Plan, rows: range, layout: Layout) -> tuple[Funds, range] | None:
    """The money table that has the kinds of money beside each other and the amounts below: 合计 | 财政拨款 | 其他资金."""
    for head in rows:
        own = plan.cells.get(head, ())
        if len(own) < 2 or head + 1 not in plan.cells:
            continue
        kinds = [(c, t) for c, t in own if labels.key(t) in layout.items or labels.key(t) in _SUMS]
        if len(kinds) < 2:
            continue
        named: dict[str, int] = {}
        names: dict[str, Value] = {}
        for row in range(head + 1, rows.stop):
            left = [c for c, _ in plan.cells.get(row, []) if c < kinds[0][0]]
            label = plan.view.value(row, left[-1]) if left else Value("", row, 0)
            meaning = layout.funds.get(labels.key(label.text), "")
            if not meaning or meaning in named:
                break
            named[meaning] = row
            names[meaning] = label
        if len({*AMOUNTS} & set(named)) < 2:
            continue
        items = [plan.view.value(head, column) for column, _ in kinds]
        found = tuple(
            {"item": item} | {name: plan.view.value(row, item.column) for name, row in named.items()}
            for item in items
        )
        span = (kinds[0][0], kinds[-1][0])
        return Funds(found, dict.fromkeys(named, span), labels=names), range(head, max(named.values()) + 1)
    return None


def _is_text(plan: Plan, row: int, found: Mapping[str, Span]) -> bool:
    """Whether words stand where a row of money has its amounts, and no number: then another block has begun."""
    own = {column: text for column, text in plan.cells[row]}
    texts = [own[span[0]] for name, span in found.items() if name in AMOUNTS and span[0] in own]
    filled = [text for text in texts if labels.compact(text) not in number_cells.BLANKS]
    return bool(filled) and all(not any(map(str.isdecimal, text)) for text in filled)


def _names_money(plan: Plan, row: int, found: Mapping[str, Span], layout: Layout) -> bool:
    """Whether a kind of money is named where a row has its amounts: then each has its amount beside it (中央 | 60 | 地方 | 40)."""
    starts = {span[0] for name, span in found.items() if name in AMOUNTS}
    return any(column in starts and labels.key(text) in layout.items for column, text in plan.cells[row])


def is_money(item: Value, layout: Layout) -> bool:
    """Whether a name is that of a kind of money or of a sum of them."""
    bare = labels.key(item.text)
    return bare in layout.items or bare.endswith(TOTAL_ITEMS)


def _adjusted(
    plan: Plan, rows: range, found: dict[str, Span], again: list[Label], layout: Layout
) -> tuple[dict[str, Span], list[Label]]:
    """The columns where the budget after the change stands beside the change itself (调整预算数 | 调整后预算数).

    The column that is the sum of the first budget and the other one is the budget; of two that do not show it the one
    whose label comes first in the list of labels.
    """
    name = Amount.ADJUSTED.value
    others = [label for label in again if layout.funds[label.key] == name]
    if name not in found or len(others) != 1:
        return found, again
    second = (others[0].column, plan.view.end(others[0].row, others[0].column)[1])
    first = found[name]
    order = list(layout.funds)
    labelled = next((label.key for label in plan.labels[others[0].row] if label.column == first[0]), "")
    if labelled == others[0].key:
        return found, again  # the same label twice
    sums = [
        _adds_up(plan, row, found.get(Amount.INITIAL.value), one, other)
        for one, other in ((first, second), (second, first))
        for row in rows
    ]
    half = len(sums) // 2
    if any(sums[:half]) != any(sums[half:]):
        taken = second if any(sums[:half]) else first
    elif labelled in order and order.index(others[0].key) < order.index(labelled):
        taken = second
    else:
        taken = first
    return found | {name: taken}, [label for label in again if label is not others[0]]


def _adds_up(plan: Plan, row: int, initial: Span | None, change: Span, total: Span) -> bool:
    """Whether in a row the first budget and a change that is not zero make the total."""
    if initial is None:
        return False
    numbers = [number_cells.read(plan.view.value(row, span[0]).text)[0] for span in (initial, change, total)]
    if any(number is None for number in numbers) or not numbers[1]:
        return False
    return numbers[0] + numbers[1] == numbers[2]  # type: ignore[operator]


def _leaves(plan: Plan, row: int, layout: Layout) -> bool:
    """Whether a row belongs to the head of the form again."""
    if row in plan.heads or row in plan.funds:
        return True
    return any(
        label.key in layout.head and label.key not in layout.items for label in plan.labels.get(row, ())
    )


def by_names(
    plan: Plan, rows: range, layout: Layout, border: int | None = None, left: bool = False
) -> tuple[Row, ...]:
    """The rows of money that stands without a head row (年度资金总额：100), with the number as initial budget.

    Of money of two terms beside each other (a `border` parts their indicators) only that of the year counts, which
    stands on the right, or on the `left`. In the rows beside a title such as 项目资金（万元） every text names a kind of money.
    """
    found: list[Row] = []
    inside = _beside_title(plan, rows)
    paired: dict[str, int] = {}  # meaning → column of the labels, where two amounts stand beside each other
    for row in rows:
        known = plan.labels.get(row, ())
        named = {
            layout.funds[label.key]: label for label in known if label.key in layout.funds and not label.text
        }
        if len(named) > 1 and {*AMOUNTS} & set(named):
            paired = {name: label.column for name, label in named.items()}
        if paired:
            line = {
                name: value
                for name, column in paired.items()
                if (value := _right_of(plan, row, column)) is not None
            }
            if not line:
                paired = {}
            else:
                found.append({"item": plan.view.value(row, min(paired.values()))} | line)
                continue
        items = [label for label in plan.labels.get(row, ()) if label.key in layout.items]
        if not items and row in inside:
            found += _unnamed(plan, row, inside[row])
            continue
        of_the_year = items[:1] if left else items[-1:]
        for label in of_the_year if border is not None else items:
            if (value := beside(plan, label)) is not None:
                found.append({"item": _item(plan, label), "initial_budget": value})
    return tuple(found)


def _right_of(plan: Plan, row: int, column: int) -> Value | None:
    """What stands right of a text that begins in this cell; None where there is no text, or nothing right of it."""
    if not plan.view.value(row, column).text or (row, column) in plan.view.anchors:
        return None
    right = plan.view.end(row, column)[1] + 1
    value = plan.view.value(row, right) if right < plan.view.right else None
    number = value and (
        number_cells.read(value.text)[0] is not None or value.text in number_cells.AMOUNT_UNITS
    )
    return value if number or (value and labels.compact(value.text) in number_cells.BLANKS) else None


def _item(plan: Plan, label: Label) -> Value:
    """The name of a kind of money, without the amount that the same cell may hold."""
    value = plan.view.value(label.row, label.column)
    if not label.text:
        return value
    return value._replace(text=value.text[: value.text.rfind(label.text)].rstrip(" :：\u3000"))


def _beside_title(plan: Plan, rows: range) -> dict[int, int]:
    """The rows beside a title of the money, each with the first column right of it."""
    found: dict[int, int] = {}
    for row in rows:
        for column, text in plan.cells.get(row, ()):
            bare = labels.key(text)
            if bare.startswith(_TITLES) and not any(
                label.column == column for label in plan.labels.get(row, ())
            ):
                bottom, right = plan.view.end(row, column)
                found |= dict.fromkeys(range(row, bottom + 1), right + 1)
            break  # such a title is the first cell of its row
    return found


def _unnamed(plan: Plan, row: int, first: int) -> Iterator[Row]:
    """The money of a row whose names nobody knows: a text and the number right of it, or sentences with amounts."""
    own = [(column, text) for column, text in plan.cells.get(row, ()) if column >= first]
    if len(own) in (1, 2) and labels.key(own[0][1]) and (len(own) == 1 or _is_number(own[1][1])):
        column, text = own[0]
        item = plan.view.value(row, column)
        if len(own) == 2:
            yield {"item": item, "initial_budget": plan.view.value(row, own[1][0])}
        elif found := _WITH_AMOUNT.fullmatch(labels.compact(text)):
            yield {
                "item": item._replace(text=found[1]),
                "initial_budget": item._replace(text=found[2] + _IN_FULL.get(found[3], found[3])),
            }
        elif plan.view.end(row, column)[1] + 1 < plan.view.right:
            blank = Value("", row, plan.view.end(row, column)[1] + 1)
            yield {"item": item, "initial_budget": blank}
    elif len(own) == 1:
        column, text = own[0]
        value = plan.view.value(row, column)
        for name, number, unit in _SENTENCE.findall(labels.compact(text)):
            yield {
                "item": value._replace(text=name),
                "initial_budget": value._replace(text=number + _IN_FULL.get(unit, unit)),
            }


def _is_number(text: str) -> bool:
    return number_cells.read(text)[0] is not None or labels.compact(text) in number_cells.BLANKS


def beside(plan: Plan, label: Label) -> Value | None:
    """The value in the cell of a label or right of it; blank where another label follows, None at the edge of the sheet."""
    if label.text:
        return Value(label.text, label.row, label.column)
    start = plan.view.end(label.row, label.column)[1] + 1
    if start >= plan.view.right:
        return None
    known = plan.field_columns.get(label.row, frozenset())
    for column in range(start, plan.view.right):
        if column in known:
            break
        value = plan.view.value(label.row, column)
        if value.text and value.column >= start:
            return value
    return Value("", label.row, start)

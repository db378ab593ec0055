"""Reads the indicator table of a form: a row of values for each indicator, and the total row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import HEAD, INDICATORS, Layout, Layouts
from jixiao.forms.model import FormKind, Remark, Value
from jixiao.forms.reading import (
    head_fields,
    indicator_columns,
    next_form,
    number_cells,
    shared_points,
    unknown_columns,
)
from jixiao.forms.reading.funds_table import Row, cell, columns
from jixiao.forms.reading.indicator_columns import LEVELS, POINTS
from jixiao.forms.reading.regions import (
    Label,
    Plan,
    is_continued,
    is_note,
    is_title_again,
    names_next_table,
    opens_form,
)
from jixiao.year.words import AMOUNTS, FORM_LABELS

Span = tuple[int, int]
CARRIED = ("unit", "name", "subject_id", *LEVELS)  # written once for many rows
NUMBERS = frozenset({"weight", "self_score", "review_score", *AMOUNTS})
_LONGEST_SUM = 8
_HUNDRED = Decimal(100)
_TOTALS = ("总分", "总得分", "总计")
_VALUES = frozenset({"target", "actual", "review_actual", *POINTS})
_FIRST_LEVELS = ("产出", "效益", "效果", "满意度", "成本", "投入", "过程", "决策", "管理")
_GOALS = ("goal", "achieved")  # fields that may be called as a first level is
_NOTES = 4  # rows of notes that may stand above the total
_HEADING = 20  # a longer text alone in its row is a note


@dataclass(frozen=True)
class Table:
    """An indicator table: its columns, its rows, its total row, and the first row of the sheet below it (`end`).

    `again` are column labels that come a second time; `unread` are the columns of indicators.csv that a column which
    was not understood may hold.
    """

    columns: Mapping[str, Span]
    again: list[Label]
    rows: tuple[Row, ...]
    end: int
    total: Row | None = None
    remarks: list[Remark] = field(default_factory=list)
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Head:
    """The head row of a table with its columns, and the layouts by which the table is read."""

    plan: Plan
    row: int
    columns: Mapping[str, Span]
    layout: Layout
    layouts: Layouts

    @cached_property
    def third(self) -> int:
        """The column of the names of indicators."""
        return self.columns.get("level3", min(self.columns.values()))[0]

    @cached_property
    def values(self) -> Sequence[int]:
        """The columns in which the values of indicators begin."""
        return [span[0] for name, span in self.columns.items() if name in _VALUES]

    def spans(self, row: int, column: int) -> bool:
        """Whether a cell is merged over the whole table, as notes and headings are."""
        end = self.plan.view.end(row, column)[1]
        return column < end and column <= self.third and end >= max(span[1] for span in self.columns.values())

    def is_named(self, row: int) -> bool:
        """Whether a row has a text that is no number in the columns of its levels or its name."""
        spans = [self.columns[name] for name in (*LEVELS, "level3") if name in self.columns]
        values = {self.plan.view.value(row, at) for start, end in spans for at in range(start, end + 1)}
        own = {value for value in values if value.row == row}
        return any(value.text and number_cells.read(value.text)[0] is None for value in own)

    def is_indicator(self, row: int) -> bool:
        """Whether a row names an indicator in a cell of its own, and not with a text that goes on over its values."""
        start, end = self.columns.get("level3", (self.third, self.third))
        name = next((v for c in range(start, end + 1) if (v := self.plan.view.value(row, c)).text), None)
        if name is None:
            return False
        right = self.plan.view.end(name.row, name.column)[1]
        return not any(name.column < at <= right for at in self.values)

    def is_foot(self, row: int, key: str) -> bool:
        """Whether a row with a label of the foot (存在问题, 改进措施) has its text below the names and no values."""
        own = self.plan.cells[row]
        if self.layout.head.get(key) in _GOALS or own[0][0] >= self.third:
            return False
        return len(own) == 2 and not {column for column, _ in own[1:]}.intersection(self.values)

    def is_text(self, row: int) -> bool:
        """Whether a row has but a name that no first level has, and a text below the names: 经验做法 | | 加强了巡查."""
        own = self.plan.cells[row]
        if not {"level1", "level2"} <= set(self.columns) or len(own) != 2:
            return False
        where = [column for column, _ in own] == [self.columns["level1"][0], self.third]
        level = self.plan.view.value(row, self.columns["level2"][0]).text
        return where and not level and not unknown_columns.is_first_level(own[0][1])

    def is_filled(self, row: int, first: int) -> bool:
        """Whether a row that begins in the column of the names, below a level for several rows, has values of its own."""
        if first != self.third or self.third == min(span[0] for span in self.columns.values()):
            return False
        cells = {column for column, _ in self.plan.cells[row]}
        return sum(at in cells for at in self.values) > 1

    def is_prose(self, row: int, column: int) -> bool:
        """Whether a cell left of the names, or in their column, is merged over what should be values of the row."""
        right = self.plan.view.end(row, column)[1]
        return column <= self.third + 1 and len([at for at in self.values if column < at <= right]) > 1

    def holds(self, own: list[tuple[int, str]]) -> bool:
        """Whether any of the filled cells of a row stands under the head."""
        return any(span[0] <= column <= span[1] for column, _ in own for span in self.columns.values())


def read(plan: Plan, row: int, layout: Layout, layouts: Layouts) -> Table:
    """The table below the head `row`, which ends at a note, a total, another form or the end of the sheet."""
    found, bottom, again = columns(plan, row, layout.indicators)
    if not found:
        return Table({}, again, (), bottom + 1)
    if "level3" in found:  # its label may go down over a row of labels that nobody knows (符号 | 数值)
        bottom = max(bottom, plan.view.end(row, found["level3"][0])[0])
    found, again = indicator_columns.of_the_year(plan, row, found, again, layout)
    found, bottom = indicator_columns.of_a_plan(plan, row, found, bottom)
    head = _Head(plan, row, found, layout, layouts)
    body, end, total = _without_next(head, *_body(head, range(bottom + 1, len(plan.view.sheet.rows))))
    sums = [at for at in body if at != total and _sum(head, at)]
    kept = [at for at in body if at != total and at not in sums]
    found, again = indicator_columns.of_this_level(plan, kept, found, again, layout)
    if "nature" in found and "level1" not in found:  # 指标类型 may be 定量 and 定性, or 产出指标 and 效益指标
        texts = [plan.view.value(at, found["nature"][0]).text for at in kept]
        if any(texts) and all(unknown_columns.is_first_level(text) for text in texts if text):
            found = {("level1" if name == "nature" else name): span for name, span in found.items()}
    found, bare = indicator_columns.levels_without_labels(plan, range(row, bottom + 1), kept, found, layout)
    found, again, guessed = indicator_columns.by_position(
        plan, range(row, bottom + 1), kept, found, again, layout
    )
    found = indicator_columns.reason_in_notes(plan, range(row, bottom + 1), found, layout)
    unknown = unknown_columns.find(plan, range(row, bottom + 1), kept, found, layout, INDICATORS)
    head = replace(head, columns=found | unknown.guessed)
    rows, crossing = _filled(plan, bottom, kept, head.columns, layout)
    totals = None if total is None else _totals(plan, total, head.columns)
    remarks: list[Remark] = [*bare, *guessed, *unknown.remarks]
    for at in sums:
        column, text = plan.cells[at][0]
        said = f"指标中间有“{text.strip()}”行，没有当作指标读入"
        place = plan.view.sheet.place(at, column)
        remarks.append(Remark("F04", place, said, "只有指标行，合计放在最后一行", "删去这一行"))
    return Table(head.columns, again, rows, end, totals, remarks + crossing, unknown.unread)


def _totals(plan: Plan, row: int, columns_: Mapping[str, Span]) -> Row:
    """The cells of the total row; the name of the row, which is merged over other columns, is none of their values.

    Where no number begins below the points or scores, those that the row has elsewhere are meant.
    """
    values = {name: cell(plan, row, span) for name, span in columns_.items()}
    values = {
        name: value if value.column >= columns_[name][0] else Value("", row, columns_[name][0])
        for name, value in values.items()
    }
    if any(values[name].text for name in POINTS if name in values):
        return values
    return values | _totals_elsewhere(plan, row, columns_)


def _totals_elsewhere(plan: Plan, row: int, columns_: Mapping[str, Span]) -> Row:
    """The numbers of a total row that stand behind its name or in merged cells: one is the score, of two the first the points."""
    own = plan.cells[row]
    said = labels.inline(own[0][1])[1] or labels.parted(own[0][1])[1]
    found = [Value(said, row, own[0][0])] if said else []
    found += [Value(text, row, column) for column, text in own]
    numbers_ = [value for value in found if number_cells.read(value.text)[0] is not None]
    score = next((name for name in ("review_score", "self_score") if name in columns_), "")
    points = "weight" if "weight" in columns_ else ""
    if len(numbers_) == 1:
        right = plan.view.end(row, numbers_[0].column)[1]
        of_points = points and score and columns_["weight"][0] <= right < columns_[score][0]
        name = points if of_points and not said else score or points
        return {name: numbers_[0]} if name else {}
    return (
        dict(zip((points, score), numbers_, strict=True)) if len(numbers_) == 2 and points and score else {}
    )


def _body(head: _Head, rows: range) -> tuple[list[int], int, int | None]:
    """The rows that belong to the table, the first row that does not, and the row with the total."""
    body: list[int] = []
    for row in filter(head.plan.cells.__contains__, rows):
        own = head.plan.cells[row]
        again = _is_head_again(head, row)
        if _printed_again(head, row, body, again):
            continue
        if again:
            return _without_foot(head, body, row)
        if _total(head, row, body):
            return [*body, row], row + 1, row
        if _stops(head, row, own):
            kept, end, total = _without_foot(head, body, row)
            return kept, end, _total_below(head, row, body) if total is None else total
        if len(own) == 1 and head.spans(row, own[0][0]):
            continue  # a heading within the table
        if head.holds(own) or _sum(head, row):
            body.append(row)
    return _without_foot(head, body, rows.stop)


def _without_next(
    head: _Head, body: list[int], end: int, total: int | None
) -> tuple[list[int], int, int | None]:
    """What `_body` found without the rows at its end that belong to the form below, none of whose labels is known."""
    below = min((row for row in head.plan.heads if row >= end), default=0)
    if total is not None or not below or not _names_levels(head, body):
        return body, end, total
    start = next_form.begins(head.plan, range(head.row + 1, below), head.row, head.columns, head.layout)
    return [row for row in body if row < start], min(end, start), total


def _names_levels(head: _Head, body: list[int]) -> bool:
    """Whether the first levels of a table, where it has any, are among those that tables have."""
    if "level1" not in head.columns:
        return True
    texts = (head.plan.view.value(row, head.columns["level1"][0]).text for row in body)
    return any(unknown_columns.is_first_level(text) for text in texts)


def _is_head_again(head: _Head, row: int) -> bool:
    """Whether a row heads a table with the same labels of columns."""

    def labels_of(row: int) -> list[tuple[int, str]]:
        known = head.plan.labels.get(row, ())
        return [(label.column, label.key) for label in known if label.key in head.layout.indicators]

    return row in head.plan.heads and labels_of(row) == labels_of(head.row)


def _printed_again(head: _Head, row: int, body: list[int], again: bool) -> bool:
    """Whether a row is the title or the head of the table (`again`) at the top of a page on which it goes on.

    So is the line of the year or the unit below such a title.
    """
    own = head.plan.cells[row]
    if is_continued(head.plan, row) or (body and len(own) == 1 and head_fields.is_year_or_unit(own[0][1])):
        return True
    if again and _without_next(head, body, row, None)[1] < row:
        return False  # the head of the form that begins above it
    return (again or is_title_again(head.plan, head.row, row)) and not is_whole(head.plan, body, head.columns)


def is_whole(plan: Plan, body: Sequence[int], columns_: Mapping[str, Span]) -> bool:
    """Whether the points of a score table make a hundred, so that a head below them is that of another table."""
    if "weight" not in columns_ or "target" in columns_:
        return False
    cells = {(v.row, v.column): v.text for at in body if (v := plan.view.value(at, columns_["weight"][0]))}
    return sum(filter(None, (number_cells.read(text)[0] for text in cells.values())), Decimal(0)) == _HUNDRED


def _total_below(head: _Head, row: int, body: list[int]) -> int | None:
    """The row of the total where notes stand between it and the table."""
    for at in range(row + 1, min(row + 1 + _NOTES, len(head.plan.view.sheet.rows))):
        if at in head.plan.cells:
            if opens_form(head.plan, at, head.layouts):
                return None
            if _total(head, at, body):
                return at
    return None


def _without_foot(head: _Head, body: list[int], end: int) -> tuple[list[int], int, int | None]:
    """The rows up to the last that is an indicator or a sum; below it stands what the form says at its foot.

    A sum that has no indicators below it is the total.
    """
    if "level3" not in head.columns:
        return body, end, None
    last = next(
        (at for at in reversed(body) if (head.is_indicator(at) and not head.is_text(at)) or _sum(head, at)),
        None,
    )
    if last is None:
        return body, end, None
    kept = [at for at in body if at <= last]
    below = min((at for at in body if at > last), default=end)
    total = last if _sum(head, last) in (*head.layout.totals, *head.layout.subtotals) else None
    return kept, below, total


def _total(head: _Head, row: int, body: list[int]) -> bool:
    """Whether a row is the total of the table: it is called so, and has a number below the points or the scores."""
    if not body or (head.layout.level1 == "none" and "level3" not in head.columns):
        return False
    column, text = head.plan.cells[row][0]
    if number_cells.read(text)[0] is not None:
        return _is_nameless_total(head, row)
    name = _called(text)
    called = name in head.layout.totals or (len(name) <= _LONGEST_SUM and name.endswith(_TOTALS))
    if column > head.third or (head.is_indicator(row) and not _is_sum_alone(head, row, name)):
        return False
    if not called:
        return _holds_hundred(head, row)
    return (name in head.layout.totals and name not in head.layout.head) or any(
        number_cells.read(head.plan.view.value(row, at).text)[0] is not None
        for name in POINTS
        if name in head.columns
        for at in range(head.columns[name][0], head.columns[name][1] + 1)
    )


def _is_sum_alone(head: _Head, row: int, name: str) -> bool:
    """Whether a row has nothing but the name of a total, in a cell that begins left of the names, and its numbers."""
    own = head.plan.cells[row]
    if own[0][0] >= head.third or name not in head.layout.totals or not 1 < len(own) <= 1 + len(POINTS):
        return False
    return all(number_cells.read(text)[0] is not None for _, text in own[1:])


def _holds_hundred(head: _Head, row: int) -> bool:
    """Whether a row of any name holds nothing but a hundred points and the score: it is the total."""
    if "weight" not in head.columns:
        return False
    points = head.plan.view.value(row, head.columns["weight"][0])
    others = head.plan.cells[row][1:]
    hundred = number_cells.read(points.text)[0] == _HUNDRED and points.column >= head.columns["weight"][0]
    return hundred and all(number_cells.read(text)[0] is not None for _, text in others)


def _is_nameless_total(head: _Head, row: int) -> bool:
    """Whether a row without any name holds a hundred and perhaps the score: 100 | 96."""
    found = [number_cells.read(text)[0] for _, text in head.plan.cells[row]]
    return len(found) <= len(POINTS) and None not in found and _HUNDRED in found and not head.is_named(row)


@lru_cache(maxsize=4096)
def _called(text: str) -> str:
    """The name of a row, without a number that stands behind it in the same cell (总分：96, 总分 96)."""
    name, number = labels.parted(text)
    parted = name if number_cells.read(number)[0] is not None else ""
    return labels.inline(text)[0] or parted or labels.key(text)


def _stops(head: _Head, row: int, own: list[tuple[int, str]]) -> bool:
    """Whether the table has ended before a row with the filled cells `own`."""
    column, text = own[0]
    if head.is_filled(row, column):
        return False  # an indicator may be called 主管部门 or 审核意见, too
    if is_note(text, head.layout.notes) or opens_form(head.plan, row, head.layouts):
        return True
    if names_next_table(head.plan, row, head.layout.notes):
        return True
    known = head.plan.labels.get(row, ())
    of_the_head = known and known[0].column == column and _is_of_the_head(known[0].key, head.layout)
    if of_the_head and (not head.is_indicator(row) or head.is_foot(row, known[0].key)):
        return True
    if len(own) == 2 and head.is_prose(row, own[1][0]):
        return True
    if len(own) > 1 or len(text) <= _HEADING:
        return False
    return head.spans(row, column) or (len(text) > labels.LONGEST and column < head.third)


def _is_of_the_head(key: str, layout: Layout) -> bool:
    return key in layout.head or (key in layout.known[HEAD] and key not in layout.known[INDICATORS])


def _sum(head: _Head, row: int) -> str:
    """The name of a row that adds up others (小计, 合计, 产出指标小计, 总分), "" for any other row."""
    column, text = head.plan.cells[row][0]
    key = _called(text)
    called = key in head.layout.totals or key in head.layout.subtotals
    above = column < head.third and len(key) <= _LONGEST_SUM and key.endswith(head.layout.sums)
    return key if called or above else ""


def _filled(
    plan: Plan, bottom: int, body: list[int], found: Mapping[str, Span], layout: Layout
) -> tuple[tuple[Row, ...], list[Remark]]:
    """The rows, and remarks; what is written once for many rows is carried down, but never into another project."""
    rows: list[Row] = []
    remarks: list[Remark] = []
    above: Row = {}
    branch: Row = {}
    for row in body:
        if "level1" not in found and (level := _level_alone(plan, row, found, layout)):
            name, value = level
            branch = {name: value} if name == "level1" else branch | {name: value}
            continue
        values = {name: _cell(plan, row, span, name, bottom) for name, span in found.items()}
        for name in _lacking(values, above):
            place = plan.view.sheet.place(row, found[name][0])
            if ("indicators", name) in layout.required and values.get("level3", values[name]).text:
                level = FORM_LABELS[name if name in LEVELS else "name"]
                said = f"{level}是空的，上面属于另一个项目，没有向下填充"
                remarks.append(Remark("F03", place, said, f"本项目的{level}", f"填写{level}"))
        above = {name: values[name] for name in CARRIED if name in values}
        rows.append(branch | values)
    last = body[-1] if body else bottom
    shared = list(shared_points.shared_out(plan, rows))
    return tuple(rows), remarks + shared + list(_overlong(plan, rows, last))


def _level_alone(plan: Plan, row: int, found: Mapping[str, Span], layout: Layout) -> tuple[str, Value] | None:
    """The level that a row names which stands alone in the column of the names (产出指标, below it 　数量指标).

    On a score table, where every indicator has points, it need not be called 指标 (决策, below it 　绩效目标).
    """
    own = plan.cells[row]
    if len(own) != 1 or "level3" not in found or not found["level3"][0] <= own[0][0] <= found["level3"][1]:
        return None
    text = labels.key(own[0][1])
    if not text.endswith("指标") and layout.kind != FormKind.SCORES:
        return None
    name = "level1" if text.removesuffix("指标") in _FIRST_LEVELS else "level2"
    return name, plan.view.value(row, own[0][0])


def _cell(plan: Plan, row: int, span: Span, name: str, bottom: int) -> Value:
    """A value of the table; a number in a merged area counts once, and a merged column label is no value below it."""
    value = cell(plan, row, span)
    if value.row <= bottom:
        return Value("", row, span[0])
    if name in NUMBERS and value.row != row:
        return Value("", value.row, value.column)  # shared with the rows above
    return value


def _lacking(values: Row, above: Row) -> Iterator[str]:
    """Fill what is blank in `values` from the row above, and give the names that could not be filled.

    A new project, or a new first level, takes over nothing from the one before.
    """
    fresh = not above
    for name in (name for name in CARRIED if name in values):
        if values[name].text:
            fresh = fresh or values[name].text != above[name].text
        elif not fresh:
            values[name] = above[name]
        elif name != "level2" or not values.get("level1", values[name]).text:
            yield name


def _overlong(plan: Plan, rows: list[Row], last: int) -> Iterator[Remark]:
    """F03: merged areas of levels that reach below the table, into the next one."""
    seen: set[tuple[int, int]] = set()
    for values in rows:
        for name in LEVELS:
            value = values.get(name)
            if value is None or (value.row, value.column) in seen:
                continue
            seen.add((value.row, value.column))
            bottom = min(plan.view.end(value.row, value.column)[0], len(plan.view.sheet.rows))
            if any(row in plan.heads or row in plan.funds for row in range(last + 1, bottom + 1)):
                place = plan.view.sheet.place(value.row, value.column)
                found = f"“{value.text}”的合并单元格越出指标表，盖住下面的表"
                yield Remark("F03", place, found, "只合并本项目的行", "重新合并单元格")

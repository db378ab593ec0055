"""Reads the indicator table of a form: a row of values for each indicator, and the total row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import HEAD, INDICATORS, Layout, Layouts
from jixiao.forms.model import SELF_EVALUATIONS, Remark, Value
from jixiao.forms.reading import head_fields, number_cells, unknown_columns
from jixiao.forms.reading.funds_table import Row, cell, columns
from jixiao.forms.reading.regions import (
    Label,
    Plan,
    is_continued,
    is_note,
    is_title_again,
    names_next_table,
    opens_form,
)
from jixiao.kit import numbers
from jixiao.year.words import AMOUNTS, FORM_LABELS, Severity

Span = tuple[int, int]
LEVELS = ("level1", "level2")
CARRIED = ("unit", "name", "subject_id", *LEVELS)  # written once for many rows
NUMBERS = frozenset({"weight", "self_score", "review_score", *AMOUNTS})
_LONGEST_SUM = 8
_HUNDRED = Decimal(100)
_TOTALS = ("总分", "总得分", "总计")
_POINTS = ("weight", "self_score", "review_score")
_VALUES = frozenset({"target", "actual", "review_actual", *_POINTS})
_OF_THE_YEAR = ("年度", "本年")
_OF_THE_TERM = ("中期", "中长期", "长期", "实施期", "三年", "总体目标", "总目标")
_GOAL_VALUES = ("指标值", "目标值")
_YEAR_OF_A_PLAN = re.compile(r"(?:第[一二三四五]年)?[(（]?((?:19|20)[0-9]{2})年度?[)）]?")
_FIRST_LEVELS = ("产出", "效益", "效果", "满意度", "成本", "投入", "过程", "决策", "管理")
_REMARKS = ("备注", "说明")
_NOTES = 4  # rows of notes that may stand above the total
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年")
_REMARKS = "备注"
_GOALS_ABOVE = 6  # rows above the indicators in which their goals stand
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

    @property
    def third(self) -> int:
        """The column of the names of indicators."""
        return self.columns.get("level3", min(self.columns.values()))[0]

    def spans(self, row: int, column: int) -> bool:
        """Whether a cell is merged over the whole table, as notes and headings are."""
        end = self.plan.view.end(row, column)[1]
        return column < end and column <= self.third and end >= max(span[1] for span in self.columns.values())

    def is_indicator(self, row: int) -> bool:
        """Whether a row names an indicator in a cell of its own, and not with a text that goes on over its values."""
        start, end = self.columns.get("level3", (self.third, self.third))
        name = next((v for c in range(start, end + 1) if (v := self.plan.view.value(row, c)).text), None)
        if name is None:
            return False
        right = self.plan.view.end(name.row, name.column)[1]
        values = [span[0] for column, span in self.columns.items() if column in _VALUES]
        return not any(name.column < at <= right for at in values)

    def is_filled(self, row: int, first: int) -> bool:
        """Whether a row that begins in the column of the names, below a level for several rows, has values of its own."""
        if first != self.third or self.third == min(span[0] for span in self.columns.values()):
            return False
        cells = {column for column, _ in self.plan.cells[row]}
        return sum(span[0] in cells for name, span in self.columns.items() if name in _VALUES) > 1

    def is_prose(self, row: int, column: int) -> bool:
        """Whether a cell left of the names, or in their column, is merged over what should be values of the row."""
        right = self.plan.view.end(row, column)[1]
        values = [span[0] for name, span in self.columns.items() if name in _VALUES]
        return column <= self.third + 1 and len([at for at in values if column < at <= right]) > 1

    def holds(self, own: list[tuple[int, str]]) -> bool:
        """Whether any of the filled cells of a row stands under the head."""
        return any(span[0] <= column <= span[1] for column, _ in own for span in self.columns.values())


def read(plan: Plan, row: int, layout: Layout, layouts: Layouts) -> Table:
    """The table below the head `row`, which ends at a note, a total, another form or the end of the sheet."""
    found, bottom, again = columns(plan, row, layout.indicators)
    if not found:
        return Table({}, again, (), bottom + 1)
    found, again = _of_the_year(plan, row, found, again, layout)
    found, bottom = _of_a_plan(plan, row, found, bottom)
    head = _Head(plan, row, found, layout, layouts)
    body, end, total = _body(head, range(bottom + 1, len(plan.view.sheet.rows)))
    sums = [at for at in body if at != total and _sum(head, at)]
    kept = [at for at in body if at != total and at not in sums]
    found, again = _of_this_level(plan, kept, found, again, layout)
    found = _reasons_beside(plan, row, found, layout)
    if "nature" in found and "level1" not in found:  # 指标类型 may be 定量 and 定性, or 产出指标 and 效益指标
        texts = [plan.view.value(at, found["nature"][0]).text for at in kept]
        if any(texts) and all(unknown_columns.is_first_level(text) for text in texts if text):
            found = {("level1" if name == "nature" else name): span for name, span in found.items()}
    found, again, guessed = _by_position(plan, range(row, bottom + 1), kept, found, again, layout)
    found = _reason_in_notes(plan, range(row, bottom + 1), found, layout)
    unknown = unknown_columns.find(plan, range(row, bottom + 1), kept, found, layout, INDICATORS)
    head = replace(head, columns=found | unknown.guessed)
    rows, crossing = _filled(plan, bottom, kept, head.columns, layout)
    totals = None if total is None else _totals(plan, total, head.columns)
    remarks: list[Remark] = [*guessed, *unknown.remarks]
    for at in sums:
        column, text = plan.cells[at][0]
        said = f"指标中间有“{text.strip()}”行，没有当作指标读入"
        place = plan.view.sheet.place(at, column)
        remarks.append(Remark("F04", place, said, "只有指标行，合计放在最后一行", "删去这一行"))
    return Table(head.columns, again, rows, end, totals, remarks + crossing, unknown.unread)


def _of_this_level(
    plan: Plan, rows: list[int], found: Mapping[str, Span], again: list[Label], layout: Layout
) -> tuple[dict[str, Span], list[Label]]:
    """The columns where a label comes for each level (一级指标 | 分值 | 二级指标 | 分值 | 三级指标 | 分值).

    The points of an indicator stand behind its name; a column with the same values as another is not looked at.
    """
    columns_ = dict(found)
    left: list[Label] = []
    for label in again:
        name = layout.indicators[label.key]
        span = (label.column, plan.view.end(label.row, label.column)[1])
        known = columns_.setdefault(name, span)
        year, other = (_year_of(plan, label.row, column) for column in (label.column, known[0]))
        if (
            year or other
        ) and year != other:  # 2021年指标值 | 2022年指标值, or that of all years | 2022年指标值
            columns_[name] = span if _nearer(year, other, _form_year(plan, label.row)) else known
            continue
        third = columns_.get("level3", (-1, -1))[0]
        if name in _POINTS and known[0] < third:
            if span[0] > third:
                columns_[name] = span
            continue
        texts = [[plan.view.value(row, at[0]).text for row in rows] for at in (known, span)]
        differing = [(one, other) for one, other in zip(*texts, strict=True) if one != other]
        if all(not other for _, other in differing):
            continue
        if all(not one for one, _ in differing):
            columns_[name] = span
            continue
        left.append(label)
    return columns_, left


def _reason_in_notes(
    plan: Plan, head: range, found: Mapping[str, Span], layout: Layout
) -> Mapping[str, Span]:
    """The columns with 备注 as that of the reasons, where a self-evaluation has no other one for them."""
    name = "deviation_reason"
    if name in found or "self_score" not in found or name not in layout.indicators.values():
        return found
    notes = [
        label
        for row in head
        for label in plan.labels.get(row, ())
        if label.key in _REMARKS and not label.text
    ]
    if len(notes) != 1:
        return found
    return {**found, name: (notes[0].column, plan.view.end(notes[0].row, notes[0].column)[1])}


def _year_of(plan: Plan, row: int, column: int) -> str:
    """The year that a label prints before what it means (2022年指标值), "" for none."""
    found = _YEAR.search(labels.compact(plan.view.value(row, column).text))
    return found[1] if found else ""


def _nearer(year: str, other: str, own: str) -> bool:
    """Whether a column of `year` is meant rather than one of the `other`: the form's own year, else the later one."""
    return own != other and (year == own or year > other)


def _form_year(plan: Plan, head: int) -> str:
    """The year that the form prints above the table whose head is in row `head`, "" for none."""
    for row in range(head - 1, -1, -1):
        for _, text in plan.cells.get(row, ()):
            if len(text) > labels.LONGEST:
                continue
            if found := head_fields.year_alone(text) or next(iter(head_fields.years(text)), ""):
                return found
    return ""


def _reasons_beside(plan: Plan, row: int, found: Mapping[str, Span], layout: Layout) -> dict[str, Span]:
    """The columns with that of 备注 for the reasons, where a self-evaluation has no other column for them."""
    columns_ = dict(found)
    if layout.kind not in SELF_EVALUATIONS or "deviation_reason" in found:
        return columns_
    for column, text in plan.cells.get(row, ()):
        if labels.key(text) == _REMARKS:
            columns_["deviation_reason"] = (column, plan.view.end(row, column)[1])
    return columns_


def _by_position(
    plan: Plan, head: range, rows: list[int], found: Mapping[str, Span], again: list[Label], layout: Layout
) -> tuple[dict[str, Span], list[Label], list[Remark]]:
    """The first and second levels left of the names, whatever their labels: 评价指标 | 评价内容 | 指标名称.

    A level is a text that stands for several indicators; it is told which label was taken for one.
    """
    columns_ = dict(found)
    if "level3" not in columns_ or layout.level1 == "none":
        return columns_, again, []
    named = [label for label in again if layout.indicators[label.key] == "level3"]
    spans = {(label.column, plan.view.end(label.row, label.column)[1]): label for label in named}
    spans[columns_["level3"]] = Label(head.start, columns_["level3"][0], "")
    if named and not {"level1", "level2"} <= set(columns_):
        columns_["level3"] = max(spans)  # the last of several is the name, those left of it are levels
    third = columns_["level3"][0]
    taken = {column for name, (start, end) in columns_.items() for column in range(start, end + 1)}
    left = sorted(
        (column, plan.view.end(row, column)[1], row, text)
        for row in head
        for column, text in plan.cells.get(row, ())
        if column < third
        and column not in taken
        and plan.view.end(row, column)[0] < head.stop
        and (labels.key(text) not in layout.known[INDICATORS])
        and not any(
            column <= below <= plan.view.end(row, column)[1]
            for at in head
            if at > row
            for below, _ in plan.cells.get(at, ())
        )
    )
    free = [name for name in LEVELS if name not in columns_]
    remarks: list[Remark] = []
    for (start, end, row, text), name in zip(left[-len(free) :] if free else [], free, strict=False):
        texts = [value.text for at in rows if (value := plan.view.value(at, start)).text and value.row > row]
        if not texts or sum(number_cells.read(one)[0] is not None for one in texts) * 2 > len(texts):
            continue
        columns_[name] = (start, end)
        said = f"没有见过“{labels.compact(text)}”这一列，按位置当作“{FORM_LABELS[name]}”读入"
        remedy = (
            f"读得对的，在 params/forms/labels.yml 的 indicators 下 {name} 里加上“{labels.compact(text)}”"
        )
        remarks.append(Remark("F24", plan.view.sheet.place(row, start), said, "认得的列名", remedy))
    if remarks and set(LEVELS) <= set(columns_) and columns_["level2"] < columns_["level1"]:
        columns_["level1"], columns_["level2"] = columns_["level2"], columns_["level1"]
    used = set(columns_.values())
    again = [
        label for label in again if (label.column, plan.view.end(label.row, label.column)[1]) not in used
    ]
    return columns_, again, remarks


def _of_a_plan(
    plan: Plan, row: int, found: Mapping[str, Span], bottom: int
) -> tuple[Mapping[str, Span], int]:
    """The target of the form's own year among columns that are headed by years alone (2022年 | 2023年 | 2024年)."""
    for at in (row, row + 1):
        own = plan.cells.get(at, [])
        years = {m[1]: c for c, text in own if (m := _YEAR_OF_A_PLAN.fullmatch(labels.compact(text)))}
        within = "target" in found and all(
            found["target"][0] <= c <= found["target"][1] for c in years.values()
        )
        if len(years) < 2 or (at > row and len(years) < len(own)) or not (within or "target" not in found):
            continue
        year = _form_year(plan, row)
        column = years.get(year, years[max(years)])
        return {**found, "target": (column, plan.view.end(at, column)[1])}, max(bottom, at)
    return found, bottom


def border_of_years(
    plan: Plan, row: int, found: Mapping[str, Span], again: list[Label], layout: Layout
) -> int | None:
    """The first column of the second half of a form that has two terms beside each other; None for any other form.

    The targets of the two terms may have labels of their own (中期指标值, 年度指标值).
    """
    second = {layout.indicators[label.key] for label in again}
    if "level3" not in second or "level1" in second:
        return None
    border = min(label.column for label in again)
    left = [labels.key(text) for column, text in plan.cells[row] if found["level3"][1] < column < border]
    own = (
        "target" in found and found["target"][0] > border and any(key.endswith(_GOAL_VALUES) for key in left)
    )
    return border if "target" in second or own else None


def year_is_left(plan: Plan, head: int) -> bool:
    """Whether of two terms beside each other above row `head` the year stands left (年度目标 | 中期目标)."""
    for row in range(head - 1, max(head - 1 - _GOALS_ABOVE, -1), -1):
        flat = [(c, labels.key(t)) for c, t in plan.cells.get(row, ()) if plan.view.end(row, c)[0] == row]
        year = [column for column, key in flat if key.startswith(_OF_THE_YEAR)]
        term = [column for column, key in flat if key.startswith(_OF_THE_TERM)]
        term = [column for column in term if column > 0 or len(term) == 1]
        if year and term:
            return min(year) < max(term)
    return False


def _totals(plan: Plan, row: int, columns_: Mapping[str, Span]) -> Row:
    """The cells of the total row; the name of the row, which is merged over other columns, is none of their values."""
    values = {name: cell(plan, row, span) for name, span in columns_.items()}
    return {
        name: value if value.column >= columns_[name][0] else Value("", row, columns_[name][0])
        for name, value in values.items()
    }


def _of_the_year(
    plan: Plan, row: int, found: Mapping[str, Span], again: list[Label], layout: Layout
) -> tuple[Mapping[str, Span], list[Label]]:
    """The columns of the year in a target form that has those of several years beside them (中期目标 | 年度目标).

    Such a form prints the names of indicators and their targets twice, below one first level.
    """
    second = {layout.indicators[label.key]: label for label in again}
    if border_of_years(plan, row, found, again, layout) is None:
        return found, again
    if year_is_left(plan, row):
        return found, []
    spans = {name: (label.column, plan.view.end(row, label.column)[1]) for name, label in second.items()}
    return {**found, **spans}, []


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


def _is_head_again(head: _Head, row: int) -> bool:
    """Whether a row heads a table with the same labels of columns."""

    def labels_of(row: int) -> list[tuple[int, str]]:
        known = head.plan.labels.get(row, ())
        return [(label.column, label.key) for label in known if label.key in head.layout.indicators]

    return row in head.plan.heads and labels_of(row) == labels_of(head.row)


def _printed_again(head: _Head, row: int, body: list[int], again: bool) -> bool:
    """Whether a row is the title or the head of the table (`again`) at the top of a page on which it goes on."""
    if is_continued(head.plan, row):
        return True
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
    last = next((at for at in reversed(body) if head.is_indicator(at) or _sum(head, at)), None)
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
    name = labels.key(text) or labels.inline(text)[0]
    called = name in head.layout.totals or (len(name) <= _LONGEST_SUM and name.endswith(_TOTALS))
    if column > head.third or head.is_indicator(row):
        return False
    if not called:
        return _holds_hundred(head, row)
    return (name in head.layout.totals and name not in head.layout.head) or any(
        number_cells.read(head.plan.view.value(row, at).text)[0] is not None
        for name in _POINTS
        if name in head.columns
        for at in range(head.columns[name][0], head.columns[name][1] + 1)
    )


def _holds_hundred(head: _Head, row: int) -> bool:
    """Whether a row of any name holds nothing but a hundred points and the score: it is the total."""
    if "weight" not in head.columns or number_cells.read(head.plan.cells[row][0][1])[0] is not None:
        return False
    points = number_cells.read(head.plan.view.value(row, head.columns["weight"][0]).text)[0]
    others = head.plan.cells[row][1:]
    return points == _HUNDRED and all(number_cells.read(text)[0] is not None for _, text in others)


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
    if of_the_head and not head.is_indicator(row):
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
    key = labels.key(text) or labels.inline(text)[0]
    names = head.layout.totals | head.layout.subtotals
    above = column < head.third and len(key) <= _LONGEST_SUM and key.endswith(tuple(head.layout.subtotals))
    return key if key in names or above else ""


def _filled(
    plan: Plan, bottom: int, body: list[int], found: Mapping[str, Span], layout: Layout
) -> tuple[tuple[Row, ...], list[Remark]]:
    """The rows, and remarks; what is written once for many rows is carried down, but never into another project."""
    rows: list[Row] = []
    remarks: list[Remark] = []
    above: Row = {}
    branch: Row = {}
    for row in body:
        if "level1" not in found and (level := _level_alone(plan, row, found)):
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
    shared = list(_shared_out(plan, rows))
    return tuple(rows), remarks + shared + list(_overlong(plan, rows, last))


def _shared_out(plan: Plan, rows: list[Row]) -> Iterator[Remark]:
    """Share a score that is merged over several rows out among them by the points of each, and say so (F06).

    What is lost is taken off the rows that give a reason, or off all where none does. Points that are merged over rows
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
            reasons = [row["deviation_reason"].text if "deviation_reason" in row else "" for row in group]
            bearing = [
                p if reason or not any(reasons) else Decimal(0)
                for p, reason in zip(points, reasons, strict=True)
            ]
            if not 0 <= lost <= sum(bearing):
                continue
            first = group[0][score]
            falls = _in_parts(lost, bearing)
            for row, full, fall in zip(group, points, falls, strict=True):
                row[score] = replace(first, text=numbers.plain((full - fall).normalize()))
            said = f"{len(group)} 项指标合填一个得分 {numbers.plain(whole)}，已分摊到各项"
            place = plan.view.sheet.place(first.row, first.column)
            yield Remark("F06", place, said, "每项指标一个得分", "要逐项审核的，分开填写", Severity.NOTE)


def _share_points(group: list[Row]) -> None:
    """Share out points that are merged over rows of several second levels."""
    cells = [row["weight"] for row in group if "weight" in row]
    kinds = {row["level2"].text for row in group if "level2" in row}
    if len(cells) < len(group) or len(kinds) < 2 or len({value.row for value in cells}) > 1:
        return
    whole = number_cells.read(cells[0].text)[0]
    if whole:
        for row, part in zip(group, _in_parts(whole, [Decimal(1)] * len(group)), strict=True):
            row["weight"] = replace(cells[0], text=numbers.plain(part.normalize()))


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


def _level_alone(plan: Plan, row: int, found: Mapping[str, Span]) -> tuple[str, Value] | None:
    """The level that a row names which stands alone in the column of the names (产出指标, below it 　数量指标)."""
    own = plan.cells[row]
    if len(own) != 1 or "level3" not in found or not found["level3"][0] <= own[0][0] <= found["level3"][1]:
        return None
    text = labels.key(own[0][1])
    if not text.endswith("指标"):
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

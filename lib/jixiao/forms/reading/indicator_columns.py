"""Says which column of an indicator table is which, where labels alone do not: terms, levels, places and notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import INDICATORS, Layout
from jixiao.forms.model import Remark
from jixiao.forms.reading import head_fields, number_cells, unknown_columns
from jixiao.forms.reading.regions import Label, Plan
from jixiao.year.words import FORM_LABELS

Span = tuple[int, int]
LEVELS = ("level1", "level2")
POINTS = ("weight", "self_score", "review_score")
_OF_THE_YEAR = ("年度", "本年")
OF_THE_TERM = ("中期", "中长期", "长期", "实施期", "三年", "总体目标", "总目标")
_GOAL_VALUES = ("指标值", "目标值")
_YEAR_OF_A_PLAN = re.compile(r"(?:第[一二三四五]年)?[(（]?((?:19|20)[0-9]{2})年度?[)）]?")
_REMARKS = ("备注", "说明")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年")
_MOSTLY = Decimal("0.8")  # of the texts of a column
_SECOND_LEVELS = ("指标", "效益", "满意度", "数量", "质量", "时效", "成本")
_GOALS_ABOVE = 6  # rows above the indicators in which their goals stand


def of_this_level(
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
        if name in POINTS and known[0] < third:
            if span[0] > third:
                columns_[name] = span
            continue
        texts = [[plan.view.value(row, at[0]).text for row in rows] for at in (known, span)]
        differing = [(one, other) for one, other in zip(*texts, strict=True) if one != other]
        if not differing and _comes_before(plan, label, known[0], layout):
            columns_[name] = span
            continue
        if all(not other for _, other in differing):
            continue
        if all(not one for one, _ in differing):
            columns_[name] = span
            continue
        left.append(label)
    return columns_, left


def _comes_before(plan: Plan, label: Label, column: int, layout: Layout) -> bool:
    """Whether a label stands in the list of labels before the one in another column of its row."""
    order = list(layout.indicators)
    other = next((each.key for each in plan.labels[label.row] if each.column == column), "")
    return other in order and order.index(label.key) < order.index(other)


def reason_in_notes(plan: Plan, head: range, found: Mapping[str, Span], layout: Layout) -> Mapping[str, Span]:
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


def levels_without_labels(
    plan: Plan, head: range, rows: list[int], found: Mapping[str, Span], layout: Layout
) -> tuple[Mapping[str, Span], list[Remark]]:
    """The levels in columns without a label of their own, and what is said of them.

    The label of the names may stand above all of them, or above the last while the others have none.
    """
    missing = [name for name in LEVELS if name not in found]
    if "level3" not in found or layout.level1 == "none" or not missing:
        return found, []
    start, end = found["level3"]
    others = {c for name, (a, b) in found.items() if name != "level3" for c in range(a, b + 1)}
    texts = {
        column: own
        for column in range(plan.view.left, end + 1)
        if column not in others
        and (column >= start or not any(plan.view.value(row, column).text for row in head))
        and (own := _texts(plan, column, head, rows))
    }
    third = max(texts, default=start)
    taken: dict[str, Span] = {}
    for column, own in texts.items():
        if not missing or column == third:
            break
        named = unknown_columns.is_first_level if missing[0] == "level1" else _is_second_level
        if sum(map(named, own)) >= _MOSTLY * len(own):
            taken[missing.pop(0)] = (column, column)
    if not taken or third < start:
        return found, []
    place = plan.view.sheet.place(head.start, min(taken.values())[0])
    names = "、".join(FORM_LABELS[name] for name in taken)
    said = f"{names}没有各自的列名，按内容读入"
    remark = Remark("F24", place, said, "每列一个列名", "核对读得对不对；要不再提示，给每列写上列名")
    return {**found, **taken, "level3": (max(start, max(taken.values())[0] + 1), end)}, [remark]


def _texts(plan: Plan, column: int, head: range, rows: list[int]) -> list[str]:
    """The texts that begin in a column below the head, each once."""
    values = (plan.view.value(row, column) for row in rows)
    cells = {
        value.row: value.text
        for value in values
        if value.text and value.column == column and value.row >= head.stop
    }
    return list(cells.values())


def _is_second_level(text: str) -> bool:
    return labels.key(text).endswith(_SECOND_LEVELS)


def by_position(
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


def of_a_plan(plan: Plan, row: int, found: Mapping[str, Span], bottom: int) -> tuple[Mapping[str, Span], int]:
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
    if "level3" not in second or "level3" not in found or "level1" in second:
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
        term = [column for column, key in flat if key.startswith(OF_THE_TERM)]
        term = [column for column in term if column > 0 or len(term) == 1]
        if year and term:
            return min(year) < max(term)
    return False


def of_the_year(
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

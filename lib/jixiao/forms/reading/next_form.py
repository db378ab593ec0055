"""Finds where the next form of a sheet begins above the head of its table, also where none of its labels is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import Layout
from jixiao.forms.reading import number_cells, unknown_columns
from jixiao.forms.reading.regions import Plan, is_continued, is_note

Span = tuple[int, int]
_AT_THE_FOOT = ("problems", "reasons", "measures")
_LONGEST_TITLE = 40
_NO_TITLE = ("。", ".", "指标", "目标")  # how sentences and headings above a table end


def begins(plan: Plan, rows: range, first: int, columns: Mapping[str, Span], layout: Layout) -> int:
    """The first of the `rows` that belongs to the form whose table is headed by the row below them, else that row.

    `first` is the head of the table above, with these `columns`. The rows between that have no place in that table are
    those of the next form, with the title above them.
    """
    found = rows.stop
    alike = False
    words = False
    between = 0
    above = _filled(plan, range(first))
    for row in _filled(plan, rows):
        own = plan.cells[row]
        pattern = plan.cells.get(next(above, -1), [])
        if is_continued(plan, row) or is_note(own[0][1], layout.notes) or _at_the_foot(plan, row, layout):
            break
        between += 1
        if len(own) == 1:
            found = row
            if _is_title(own[0][1]):
                break
            continue
        same = _begins_alike(own, pattern)
        if not same and not _has_no_place(plan, row, columns):
            break
        found = row
        alike |= same and own != pattern
        words |= _has_words_for_values(plan, row, columns)
    certain = alike or (words and between > 1)  # one row alone may be a goal of the same form
    return found if certain else rows.stop


def _filled(plan: Plan, rows: range) -> Iterator[int]:
    """The filled rows from the last to the first."""
    return (row for row in reversed(rows) if row in plan.cells)


def _is_title(text: str) -> bool:
    bare = labels.compact(text)
    return len(bare) <= _LONGEST_TITLE and ":" not in bare and not bare.endswith(_NO_TITLE)


def _at_the_foot(plan: Plan, row: int, layout: Layout) -> bool:
    """Whether a row begins with a label that stands below tables (存在问题)."""
    names = [layout.head.get(label.key) for label in plan.labels.get(row, ())]
    return names[:1] != [] and names[0] in _AT_THE_FOOT


def _begins_alike(own: list[tuple[int, str]], pattern: list[tuple[int, str]]) -> bool:
    """Whether a row begins with the word with which the row begins that stands as far above the other head."""
    if len(own) < 2 or own[:1] != pattern[:1] or unknown_columns.is_first_level(own[0][1]):
        return False
    return number_cells.read(own[0][1])[0] is None


def _has_no_place(plan: Plan, row: int, columns: Mapping[str, Span]) -> bool:
    """Whether a row names a first level that no table has; where no column holds these, whether words are its values."""
    if "level1" not in columns:
        return _has_words_for_values(plan, row, columns)
    first = next((text for column, text in plan.cells[row] if column == columns["level1"][0]), "")
    return bool(first) and not unknown_columns.is_first_level(first)


def _has_words_for_values(plan: Plan, row: int, columns: Mapping[str, Span]) -> bool:
    """Whether words stand where the table has points, or the row goes on over them."""
    if "weight" not in columns:
        return False
    points = labels.compact(plan.view.value(row, columns["weight"][0]).text)
    return points not in number_cells.BLANKS and not any(map(str.isdecimal, points))

"""Finds where forms stand in a sheet: rows of labels and heads of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import FUNDS, Layouts
from jixiao.forms.model import Value
from jixiao.forms.reading import number_cells
from jixiao.forms.reading.view import View
from jixiao.kit.errors import Fault, FormError
from jixiao.kit.limits import FORMS
from jixiao.year.words import AMOUNTS, TOTAL_ITEMS, TargetQuality

_GOALS = frozenset({"level1", "level2", "level3", "operator", "target", "actual", "review_actual"})
_SEVERAL = 4  # labels by which a row of names and scores is the head of a table
_SCORED = frozenset({"level3", "weight", "self_score"})
_OPENING = frozenset({"name", "code", "department", "unit", "year"})  # fields that begin the head of a form
_PROSE = frozenset({"goal", "achieved", "problems", "reasons", "measures"})
_NAMES = frozenset({"name", "subject_id"})
_OPINIONS = frozenset(
    {"opinion", "opinion_other", "conclusion", *(quality.opinion for quality in TargetQuality)}
)
_OF_MONEY = ("项目资金", "资金", "预算资金", "年度资金", "预算执行情况")
_NOT_A_LABEL = frozenset("≥≤=<>-—/")
_NO_LABEL = "0"
_CONTINUED = "续"
_PAGE = re.compile(r"接上[页表]|第[0-9一二三四五六七八九十]+页|共[0-9]+页")
_HEADINGS = ("指标", "目标")
_LONGEST_TITLE = 80
_NEAR = 4  # rows below a title in which the labels of its table begin
_GOES_ON = ("及", "和", "与", "或", "、", "/", "(", "（")  # a label printed with a blank in it
_AFTER_NOTE = frozenset(":;.、(*1234567890")


class Label(NamedTuple):
    """A cell that holds a known label; `text` is the value where the same cell holds that too (单位：某局)."""

    row: int
    column: int
    key: str
    text: str = ""


@dataclass(frozen=True)
class Plan:
    """The rows of a sheet: column and text of their filled cells, their labels, and which of them head a table."""

    view: View
    cells: Mapping[int, list[tuple[int, str]]]
    labels: Mapping[int, list[Label]]
    heads: frozenset[int]  # rows that head a table of indicators
    funds: frozenset[int]  # rows that head a table of money
    fields: frozenset[str]  # labels of single values, above and below the tables

    @cached_property
    def field_columns(self) -> Mapping[int, frozenset[int]]:
        """The columns of those labels of each row that stand beside a value of their own."""
        return {
            row: frozenset(label.column for label in known if label.key in self.fields)
            for row, known in self.labels.items()
        }

    def heading(self, head: range) -> Iterator[tuple[int, int, str]]:
        """Row, column and text of the cells of a head, with those that begin above it and end in its first row."""
        for (row, column), area in self.view.spans.items():
            text = dict(self.cells.get(row, ())).get(column, "")
            if row < head.start == area.bottom and text:
                yield row, column, text
        for row in head:
            for column, text in self.cells.get(row, ()):
                yield row, column, text

    def reaching(self, head: int) -> Iterator[Label]:
        """The labels that begin above a head and end in its first row, as those beside a head of two rows do."""
        for (row, column), area in self.view.spans.items():
            if row < head == area.bottom:
                yield from (label for label in self.labels.get(row, ()) if label.column == column)

    @cached_property
    def label_columns(self) -> Mapping[int, frozenset[int]]:
        """The columns of the labels of each row."""
        return {row: frozenset(label.column for label in known) for row, known in self.labels.items()}


def plan(view: View, layouts: Layouts) -> Plan:
    """The rows of a sheet, and which of them are the head of a table of indicators or of money."""
    cells = {row: own for row in range(len(view.sheet.rows)) if (own := view.own(row))}
    found = {row: known for row, own in cells.items() if (known := list(_labels(view, row, own, layouts)))}
    heads = frozenset(_heads(view, found, cells, layouts))
    if len(heads) > FORMS:
        place = str(view.sheet.place(sorted(heads)[FORMS], 0))
        raise FormError(
            Fault(
                place,
                f"这里起是第 {FORMS} 张表以后的表",
                f"一个工作表不超过 {FORMS} 张表",
                "拆成几个文件后再报",
            )
        )
    funds = frozenset(
        row
        for row, known in found.items()
        if row not in heads and _heads_funds(known, layouts) and not _has_amount(cells[row])
    )
    return Plan(view, cells, found, heads, funds, layouts.fields)


def _labels(view: View, row: int, own: list[tuple[int, str]], layouts: Layouts) -> Iterator[Label]:
    prose = False  # whether the cell before is a label whose value is a longer text
    named = False  # whether it is any label
    keys = [_key(text) for _, text in own]
    named_project = not layouts.names.isdisjoint(keys)
    names = set(_called_like_a_label(view, row, own, keys, layouts)) if named_project else set()
    for (column, text), key in zip(own, keys, strict=True):
        beside, prose = prose, False
        follows, named = named, False
        if key == _NO_LABEL or column in names:
            continue
        if key in layouts.words:
            named = True
            prose = layouts.head.get(key) in _PROSE
            yield Label(row, column, key)
        elif beside:
            continue  # what such a text says behind a colon (改进措施：…) is a part of it
        elif ":" in text or "：" in text:
            for key, value in labels.pairs(text, layouts.words_and_totals):
                yield Label(row, column, key, value)
        elif not follows and (pair := _parted(text, layouts)):
            yield Label(row, column, *pair)


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    """The bare form of a label; for a number, and a text that is no label by its first character, one that none has."""
    number = text[0].isdecimal() and text.isascii()
    return _NO_LABEL if number or text[0] in _NOT_A_LABEL else labels.key(text)


def _parted(text: str, layouts: Layouts) -> tuple[str, str] | None:
    """The label and the value in a cell where only a blank parts them (项目名称 某某工程); None for any other text."""
    if len(text.split(maxsplit=1)) < 2:
        return None
    key, value = labels.parted(text)
    if layouts.head.get(key) not in _OPENING:
        return None
    return None if value.startswith(_GOES_ON) or labels.key(value) in layouts.words else (key, value)


def _called_like_a_label(
    view: View, row: int, own: list[tuple[int, str]], keys: list[str], layouts: Layouts
) -> Iterator[int]:
    """The column of a project's name that is the word of a label (绩效指标).

    It stands right beside its own label, in a row that heads no table: before its label stands no other label, behind it
    nothing, or a label and its value.
    """

    def beside(at: int) -> bool:
        return own[at + 1][0] == view.end(row, own[at][0])[1] + 1

    for at in range(len(own) - 1):
        if keys[at] not in layouts.names or layouts.head.get(keys[at + 1]) in _OPENING:
            continue
        heads = at and keys[at - 1] in layouts.words and beside(at - 1)
        if beside(at) and not heads and not _goes_on_as_a_head(keys[at + 2 : at + 4], layouts):
            yield own[at + 1][0]


def _goes_on_as_a_head(behind: list[str], layouts: Layouts) -> bool:
    """Whether what stands behind two labels are columns: a label of columns at the end, or labels beside each other."""
    if not behind:
        return False
    column = behind[0] in layouts.indicators or behind[0] in layouts.funds
    if len(behind) == 1:
        return column
    return behind[1] in layouts.words or (column and behind[0] not in layouts.head)


def _heads(
    view: View, found: Mapping[int, list[Label]], cells: Mapping[int, list[tuple[int, str]]], layouts: Layouts
) -> Iterator[int]:
    """The rows that head a table of indicators; of a head of two rows the first, whose labels reach into the second."""
    for row, known in found.items():
        below = found.get(row + 1, [])
        two = bool(below) and len(below) == len(cells[row + 1]) and _reaches(view, row, known)
        above = row - 1 in found and len(known) == len(cells[row]) and _reaches(view, row - 1, found[row - 1])
        first = two and not above and _heads_indicators([*known, *below], cells, layouts)
        second = above and _heads_indicators([*found[row - 1], *known], cells, layouts)
        if first or (_heads_indicators(known, cells, layouts) and not second):
            yield row


def _reaches(view: View, row: int, known: list[Label]) -> bool:
    """Whether labels of a row are merged over the next one, and another one stands above several columns of it."""
    ends = [(label, view.end(row, label.column)) for label in known]
    deep = any(bottom == row + 1 for _, (bottom, _) in ends)
    wide = any(right > label.column and bottom == row for label, (bottom, right) in ends)
    return deep and wide


def _heads_indicators(
    known: list[Label], cells: Mapping[int, list[tuple[int, str]]], layouts: Layouts
) -> bool:
    if len(known) < 3 or any(label.text for label in known):
        return False
    columns = {layouts.indicators[label.key]: label for label in known if label.key in layouts.indicators}
    meanings = set(columns)
    if len(meanings) >= 3 and (len(meanings & _GOALS) >= 2 or meanings >= _SCORED):
        return True
    if len(known) >= _SEVERAL and "level3" in meanings and "self_score" in meanings:
        return True
    if meanings & {*_NAMES, "unit"} and meanings & _OPINIONS:
        return True
    if not meanings & _NAMES or len(meanings.intersection(AMOUNTS)) < 2:
        return False
    if labels.key(cells[known[0].row][0][1]).startswith(_OF_MONEY):
        return False
    # The items of a money table may be called 项目名称 too: then kinds of money stand below.
    items = [label for name, label in columns.items() if name in _NAMES]
    below = dict(cells.get(known[0].row + 1, ()))
    return not any(is_item(below.get(label.column, ""), layouts) for label in items)


def is_item(text: str, layouts: Layouts) -> bool:
    """Whether a text names a kind of money, as the rows of a money table do."""
    bare = labels.key(text)
    return bare in layouts.items or any(word in bare for word in TOTAL_ITEMS)


def _heads_funds(known: list[Label], layouts: Layouts) -> bool:
    meanings = {layouts.funds[label.key] for label in known if label.key in layouts.funds}
    others = {label.key for label in known if label.key in layouts.known[FUNDS] and not label.text}
    return bool(meanings.intersection(AMOUNTS)) and len(meanings) + len(others - layouts.funds.keys()) >= 2


def _has_amount(own: list[tuple[int, str]]) -> bool:
    """Whether numbers stand between the labels of a row, which then are names of single amounts and head no columns."""
    return any(text[0].isdecimal() and number_cells.read(text)[0] is not None for _, text in own)


def is_note(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text begins a note below a table: 注：…, 说明1…, 填表人."""
    start = labels.compact(text[:40]).lstrip("*★(")
    return start.startswith(words) and any(
        start.startswith(word) and (len(start) == len(word) or start[len(word)] in _AFTER_NOTE)
        for word in words
    )


def title_of(plan: Plan, rows: range, layouts: Layouts) -> Value | None:
    """The title: the first text with a word that titles have, or else the only text of the first filled row."""
    lonely: Value | None = None
    for row in rows:
        own = plan.cells.get(row, [])
        for column, text in own:
            if len(text) <= _LONGEST_TITLE and _has_title(text, layouts):
                return plan.view.value(row, column)
        alone = len(own) == 1 and row not in plan.labels and not labels.compact(own[0][1]).startswith("附")
        if alone and lonely is None and not is_note(own[0][1], layouts.notes):
            lonely = plan.view.value(row, own[0][0])
    return lonely


def _has_title(text: str, layouts: Layouts) -> bool:
    bare = bare_title(text)
    return any(word in bare for word in layouts.titles)


def bare_title(text: str) -> str:
    """A title without blanks, brackets and year: 转移支付区域（项目）绩效自评表 → 转移支付区域绩效自评表."""
    return labels.key(text) or labels.compact(text)


def is_continued(plan: Plan, row: int) -> bool:
    """Whether a row holds only a title printed again for a table that goes on: 项目支出绩效自评表（续）."""
    own = plan.cells.get(row, ())
    text = labels.compact(own[0][1]) if len(own) == 1 else ""
    if not text or len(text) > _LONGEST_TITLE:
        return False
    return bool(_PAGE.search(text)) or text.rstrip("()上表一二三四五六七八九十0123456789").endswith(
        _CONTINUED
    )


def is_title_again(plan: Plan, head: int, row: int) -> bool:
    """Whether a row holds only the title that stands above the head of its table, and the table goes on below it."""
    own = plan.cells.get(row, ())
    if len(own) != 1:
        return False
    text = labels.compact(own[0][1])
    above = (cells[0][1] for at, cells in plan.cells.items() if at < head and len(cells) == 1)
    below = next((at for at in range(row + 1, row + _NEAR) if at in plan.cells), None)
    if below is None or not any(labels.compact(title) == text for title in above):
        return False
    same = {label.key for label in plan.labels.get(below, ())} <= {label.key for label in plan.labels[head]}
    return (below in plan.heads and same) or (below not in plan.labels and len(plan.cells[below]) > 1)


def names_next_table(plan: Plan, row: int, notes: tuple[str, ...]) -> bool:
    """Whether a row holds only the title of the table whose head stands next, whatever its words."""
    own = plan.cells.get(row, ())
    if len(own) != 1 or len(own[0][1]) > _LONGEST_TITLE or is_continued(plan, row):
        return False
    if is_note(own[0][1], notes):
        return False
    below = next((at for at in range(row + 1, row + _NEAR) if at in plan.cells), None)
    return below in plan.heads and not labels.key(own[0][1]).endswith(_HEADINGS)


def opens_form(plan: Plan, row: int, layouts: Layouts) -> bool:
    """Whether a row below a table begins another form: a title, the head or the money table of one."""
    if row in plan.funds or row in plan.heads:
        return True
    known = plan.labels.get(row, ())
    if known and known[0].column == plan.cells[row][0][0]:
        return layouts.head.get(known[0].key) in _OPENING
    own = plan.cells.get(row, ())
    if len(own) != 1 or len(own[0][1]) > _LONGEST_TITLE or is_continued(plan, row):
        return False
    return _has_title(own[0][1], layouts) or (_is_table(own[0][1]) and _before_labels(plan, row))


def _is_table(text: str) -> bool:
    """Whether a text calls itself a table, whatever its name: 某某情况表, 附表2：某某表（2022年）."""
    return bare_title(text).rstrip("一二三四五六七八九十0123456789").endswith(("表", "清单", "台账"))


def _before_labels(plan: Plan, row: int) -> bool:
    """Whether the next filled rows hold labels, which a line of a table has not below it."""
    below = [at for at in range(row + 1, row + _NEAR) if at in plan.cells]
    return any(at in plan.labels for at in below)

"""Turns forms of monitoring during the year into rows of monitoring.csv: one for each indicator of a subject."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from jixiao.forms.layouts import labels
from jixiao.forms.model import Form, Remark, Value
from jixiao.forms.reading import number_cells
from jixiao.forms.records import identity, indicator_rows
from jixiao.forms.records.filling import Cells, Filling, Ledger, Part, Row, unfilled
from jixiao.forms.records.indicator_rows import Found, Names, Taking
from jixiao.values import measures, months, notation
from jixiao.values.measures import Day
from jixiao.year.words import TOTAL_ITEMS, Amount, Cause, Possibility, ProblemState

_TABLE = "monitoring"
_TICKS = frozenset("√✔✓☑■●") | {"是", "有", "对", "1", "v", "V", "y", "Y", "yes", "Yes"}
_OPEN = number_cells.BLANKS | frozenset("×✗✘□☐○") | {"否", "0", "x", "X", "n", "N", "no", "No"}  # not ticked
_DOUBTED = re.compile("[不没未无][^，,。；;]{0,2}(?:确定能|有可能)")  # 不确定能, 没有可能
_NOT_YET = re.compile(
    "(?:[不没未无拟将]|部分|预计|计划)[^，,。；;]*(?:已整改|整改完成|已完成)"
)  # 预计9月整改完成
_BUDGETS = (Amount.ADJUSTED.value, Amount.INITIAL.value)  # what is approved now counts, where the form has it
_SAID = (  # the columns that a unit fills in; a budget is printed
    "executed", "progress", "actual", "forecast", "reason", "cause", "possibility", "measure", "state", "answered_on",
)  # fmt: skip
_OF_WHOLE = {"actual": "achieved", "forecast": "forecast"}  # what a form without indicators says in words
_STATES = {  # how forms say what became of a deviation
    ProblemState.NOT_DONE: ("未整改", "未完成整改", "未完成"),
    ProblemState.OPEN: ("整改中", "正在整改"),
    ProblemState.DONE: ("已整改", "已完成整改", "整改完成", "已完成"),
}


def of(form: Form, ledger: Ledger) -> Filling:
    """The rows of one subject and month; what no cell says is not there, and keeps what the table has."""
    subject = identity.standing(form, ledger.register)
    month_cell = form.fields.get("month")
    month = months.up_to(month_cell.text) if month_cell else None
    remarks: list[Remark] = []
    if month is None:
        place = form.place(month_cell or form.fields.get("title") or Value("", 0, 0))
        said = f"看不出监控到几月：“{month_cell.text}”" if month_cell else "没有写监控到几月"
        remarks.append(Remark("F13", place, said, "标题写明（1-7月）等监控月份", "在标题里写明"))
    common, common_cells = _of_subject(form, remarks)
    known = ledger.indicators.get(subject or "", ())
    taking = Taking(Names(known))
    rows: list[tuple[Row, Cells]] = []
    for found in _rows_of(form):
        own = {name: value for name, value in found.cells.items() if value.text or name not in common_cells}
        cells = {**common_cells, **own}
        row: Row = {**_asked(found.cells), **common, **_of_indicator(form, found, remarks)}
        named = found.cells.get("level3")
        if named is not None and subject:
            at = taking.take(found.row)
            if at is None:
                remarks.append(_stranger(form, named))
                continue
            row["indicator_id"] = known[at]["indicator_id"]
            remarks += _other_target(form, found, known[at])
        else:
            row["indicator_id"] = None
        rows.append((_filled(subject, month, row), cells))
    if not rows:
        texts = {column: form.fields[name] for column, name in _OF_WHOLE.items() if name in form.fields}
        row = {column: _line(value.text) for column, value in texts.items()}
        rows.append((_filled(subject, month, common | row | {"indicator_id": None}), common_cells | texts))
    period = f"1-{month}月" if month and month > 1 else f"{month}月" if month else ""
    if subject is None or month is None:
        return Filling(subject or "", period, (), tuple(remarks))
    if not any(row.get(column) is not None for row, _ in rows for column in _SAID):
        return Filling(subject, period, (), () if _is_listed(form) else (unfilled(form),))
    whole = {"subject_id": subject, "month": Decimal(month)}
    part = Part(_TABLE, whole, ("indicator_id",), tuple(rows))
    return Filling(subject, period, (part,), tuple(remarks))


def _filled(subject: str | None, month: int | None, row: Row) -> Row:
    return {"subject_id": subject, "month": None if month is None else Decimal(month), **row}


def _rows_of(form: Form) -> Iterator[Found]:
    """The indicators of a form; a list of projects has a row without an indicator's name for each."""
    if _is_listed(form):
        for cells in form.indicators:
            yield Found(False, {}, cells)
        return
    yield from (found for found in indicator_rows.of(form) if not found.part)


def _is_listed(form: Form) -> bool:
    """Whether the subject stands in a row of a list of projects, not on a form of its own."""
    return bool(form.indicators) and "level3" not in form.indicators[0]


def _of_subject(form: Form, remarks: list[Remark]) -> tuple[Row, dict[str, Value]]:
    """What a form says of its subject as a whole: budget, what was spent, progress, measures and their state."""
    totals = [row for row in form.funds if any(word in row["item"].text for word in TOTAL_ITEMS)]
    listed = form.indicators[0] if form.indicators else {}
    money: Mapping[str, Value] = next(iter([*totals, *form.funds]), listed)
    row: Row = {}
    cells: dict[str, Value] = {}
    for column, names in (("budget", _BUDGETS), ("executed", (Amount.EXECUTED.value,))):
        given = [money[name] for name in names if name in money]
        filled = [value for value in given if number_cells.read(value.text)[0] is not None]
        for value in (filled or given)[:1]:
            row[column] = number_cells.amount(value.text, form.unit)
            cells[column] = value
    progress = form.fields.get("progress") or money.get("progress")
    if progress is not None:
        row["progress"] = number_cells.read(progress.text)[0]
        cells["progress"] = progress
    for column, cell, names in (
        ("reason", "deviation_reason", ("reasons", "problems")),
        ("measure", "measure", ("measures",)),
    ):
        for value in [form.fields[name] for name in names if name in form.fields][:1]:
            row[column] = _line(value.text)
            cells[cell] = value
    if "state" in form.fields:
        row["state"] = _state(form, form.fields["state"], remarks)
        cells["state"] = form.fields["state"]
    return row, cells


def _asked(cells: Cells) -> Row:
    """The columns that a row of the form has, all blank: what it says no more is no longer in the table."""
    columns = {
        "reason": "deviation_reason",
        "measure": "measure",
        "state": "state",
        "answered_on": "answered_on",
    }
    return {column: None for column, name in columns.items() if name in cells}


def _of_indicator(form: Form, found: Found, remarks: list[Remark]) -> Row:
    """What a row says of its indicator; a blank cell says nothing where the head of the form has said something."""
    cells = found.cells
    row: Row = {name: _line(cells[name].text) for name in ("actual", "forecast") if name in cells}
    if reason := _reason(cells):
        row["reason"] = reason
    causes = _causes(cells)
    if causes is not None:
        row["cause"] = causes
    if (possibility := _possibility(form, cells, remarks)) is not None or _asks_possibility(cells):
        row["possibility"] = possibility
    if "measure" in cells and (measure := _line(cells["measure"].text)):
        row["measure"] = measure
    if "state" in cells and cells["state"].text:
        row["state"] = _state(form, cells["state"], remarks)
    if "answered_on" in cells and cells["answered_on"].text:
        row["answered_on"] = _day(form, cells["answered_on"], remarks)
    return row


def _reason(cells: Cells) -> str | None:
    """The reason of a deviation in words, with what somebody wrote in place of a tick."""
    texts = [_line(cells["deviation_reason"].text)] if "deviation_reason" in cells else []
    texts += [
        _line(cells[c.column].text)
        for c in Cause
        if c.column in cells and _is_marked(cells[c.column]) and not _ticked(cells[c.column])
    ]
    said = [text for text in texts if text and labels.compact(text) not in number_cells.BLANKS]
    return "；".join(dict.fromkeys(said)) or None


def _causes(cells: Cells) -> str | None:
    """The groups of causes that are ticked or named, None where the form does not ask for them."""
    asked = [cause for cause in Cause if cause.column in cells]
    if "cause" in cells:
        return _line(cells["cause"].text)
    if not asked:
        return None
    given = [c for c in asked if _is_marked(cells[c.column])]
    return "、".join(cause.words for cause in given) or None


def _asks_possibility(cells: Cells) -> bool:
    return "possibility" in cells or any(each.value in cells for each in Possibility)


def _possibility(form: Form, cells: Cells, remarks: list[Remark]) -> str | None:
    """Whether the target will be reached: the one column that is ticked, or the word in a column of its own."""
    given = [each for each in Possibility if each.value in cells and _is_marked(cells[each.value])]
    if len(given) > 1:
        words = "、".join(each.words for each in given)
        place = form.place(cells[given[-1].value])
        remarks.append(Remark("F13", place, f"“完成目标可能性”同时勾了{words}", "只勾一项", "留下一项"))
        return None
    if given:
        return given[0].words
    if "possibility" not in cells:
        return None
    text = labels.compact(cells["possibility"].text)
    if text in number_cells.BLANKS:
        return None
    sure = not _DOUBTED.search(text)
    found = next((each for each in Possibility if sure and each.words in text), None)
    if found is None:
        words = "、".join(each.words for each in Possibility)
        said = f"“完成目标可能性”写的是“{text}”"
        remarks.append(Remark("F13", form.place(cells["possibility"]), said, f"{words} 之一", "改用这三个词"))
    return found.words if found else None


def _state(form: Form, value: Value, remarks: list[Remark]) -> str | None:
    """What became of a deviation, in the words of the tables."""
    text = labels.compact(value.text)
    if text in number_cells.BLANKS:
        return None
    for state, words in _STATES.items():
        if any(word in text for word in words) and not (state is ProblemState.DONE and _NOT_YET.search(text)):
            return state.words
    words_ = "、".join(state.words for state in ProblemState)
    said = f"“整改情况”写的是“{text}”"
    remarks.append(Remark("F13", form.place(value), said, f"{words_} 之一", "改用这三个词"))
    return None


def _day(form: Form, value: Value, remarks: list[Remark]) -> dt.date | None:
    """The day that a cell says, None where it says a month or none."""
    text = labels.compact(value.text)
    if text in number_cells.BLANKS:
        return None
    day = measures.parse_actual(text)
    if isinstance(day, Day) and day.first in (None, day.last):
        return day.last
    said = f"“整改反馈日期”写的是“{text}”"
    remarks.append(Remark("F13", form.place(value), said, "日期，如 2022-09-15", "写明年月日"))
    return None


def _is_marked(value: Value) -> bool:
    """Whether something is written where one ticks; a cross or an empty box is not a tick."""
    return labels.compact(value.text) not in _OPEN


def _ticked(value: Value) -> bool:
    return labels.compact(value.text) in _TICKS


def _line(text: str) -> str | None:
    """A text on one line, None where it is blank."""
    return " ".join(text.split()) or None


def _stranger(form: Form, name: Value) -> Remark:
    said = f"监控表的指标“{_line(name.text)}”在这个对象的绩效目标里没有"
    return Remark("F07", form.place(name), said, "绩效目标表上的三级指标", "按批复的绩效目标改正指标名称")


def _other_target(form: Form, found: Found, known: Mapping[str, Any]) -> Iterator[Remark]:
    """Say so where a form prints another target than the tables have."""
    names = ("operator", "target", "measure_unit")
    ours, theirs = ("".join(str(row.get(name) or "") for name in names) for row in (found.row, known))
    if ours and theirs and notation.fold(ours) != notation.fold(theirs):
        said = f"“{known['level3']}”的年度指标值在监控表是“{ours}”，在绩效目标里是“{theirs}”"
        place = form.place(found.cells["target"])
        yield Remark("F25", place, said, "与绩效目标相同", "核对后改成一致；目标已批准调整的，先改绩效目标")

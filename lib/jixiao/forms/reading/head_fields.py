"""Reads the single values of a form by the labels of its head and foot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import Layout
from jixiao.forms.model import Remark, Value
from jixiao.forms.reading.funds_table import beside
from jixiao.forms.reading.regions import Label, Plan

_UNIT = re.compile(
    r"[(（]\s*(?:单位\s*[:：])?\s*(?:人民币)?\s*(万元|元)\s*[)）]|单位\s*[:：]\s*(?:人民币)?\s*(万元|元)"
)
_YEAR_ALONE = re.compile(r"\(?((?:19|20)[0-9]{2})年度?\)?")
_LONGEST_YEAR = 20
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年(?![0-9])")


def read(plan: Plan, rows: Iterable[int], layout: Layout) -> dict[str, Value]:
    """The fields whose labels stand in `rows`; the first of several counts, unless it is blank."""
    fields: dict[str, Value] = {}
    for row in rows:
        for label in plan.labels.get(row, ()):
            name = layout.head.get(label.key)
            if name is None or (name in fields and fields[name].text):
                continue
            value = _below(plan, label) if name in layout.below else beside(plan, label)
            if value is not None:
                fields[name] = value
    return fields


def _below(plan: Plan, label: Label) -> Value | None:
    """The value of a label that heads a box: right of it if that is filled, else below it."""
    right = beside(plan, label)
    if right is not None and right.text:
        return right
    row = plan.view.end(label.row, label.column)[0] + 1
    if row >= len(plan.view.sheet.rows) or any(
        other.column == label.column for other in plan.labels.get(row, ())
    ):
        return right
    return plan.view.value(row, label.column)


def amount_units(plan: Plan, rows: Iterable[int]) -> Iterator[Value]:
    """Each place in `rows` that says in what unit amounts are: （万元）, 单位：元."""
    for row in rows:
        for column, text in plan.cells.get(row, ()):
            if len(text) <= labels.LONGEST and "元" in text and (found := _UNIT.search(text)):
                yield Value(found[1] or found[2], row, column)


def years(text: str) -> tuple[str, ...]:
    """The years that a title or a file name is about: 2022年度 → 2022; 2022年3月 is a date and gives none."""
    return tuple(dict.fromkeys(_YEAR.findall(labels.plain(text))))


def year_alone(text: str) -> str:
    """The year of a cell that says nothing else: （2022年度）; "" for any other."""
    found = _YEAR_ALONE.fullmatch(labels.plain(text)) if len(text) <= _LONGEST_YEAR else None
    return found[1] if found else ""


def year_remarks(plan: Plan, fields: dict[str, Value], goals: Iterable[Value]) -> Iterator[Remark]:
    """F10: the years in the title, the year's own cell, the file name and the dates of targets that contradict."""
    title = fields.get("title", Value("", 0, 0))
    said = [(title, "标题", year) for year in years(title.text)[:1]]
    if "year" in fields and (found := re.search(r"(?:19|20)[0-9]{2}", labels.plain(fields["year"].text))):
        said.append((fields["year"], "年度栏", found[0]))
    if not said:
        return
    value, where, year = said[-1]
    others = [f"{place}写{other}年" for _, place, other in said[:-1] if other != year]
    name = years(re.split(r"[\\/]", plan.view.sheet.file)[-1])
    others += [f"文件名写{other}年" for other in name if other != year]
    if others:
        place = plan.view.sheet.place(value.row, value.column)
        yield Remark(
            "F10", place, f"{where}写{year}年，{'，'.join(others)}", "同一个年度", "核对年度并改成一致"
        )
    yield from _old_targets(plan, goals, year)


# 2021.12 alone is as well a number with two decimals.
_DATE = re.compile(
    r"[≤<=]?((?:19|20)[0-9]{2})(?:(?:年|[-/])[0-9]{1,2}(?:月|[-/.]|$)|\.[0-9]{1,2}(?:月|[-/.]))"
)


def _old_targets(plan: Plan, goals: Iterable[Value], year: str) -> Iterator[Remark]:
    """Targets due in an earlier year than the form is about: rows left over from an old form."""
    for value in goals:
        found = _DATE.match(labels.plain(value.text))
        if found and found[1] < year:
            place = plan.view.sheet.place(value.row, value.column)
            yield Remark(
                "F10",
                place,
                f"年度指标值“{value.text}”是{found[1]}年的",
                f"{year}年的目标",
                "改成本年度的目标",
            )

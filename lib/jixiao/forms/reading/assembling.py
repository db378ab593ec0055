"""Makes a form of the parts that were found: its layout, single values, tables and remarks."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from jixiao.forms.files import sheet_xml
from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import Layouts
from jixiao.forms.model import (
    OF_MANY_SUBJECTS,
    OF_OTHER_WORK,
    Form,
    FormKind,
    Merged,
    Remark,
    Value,
    address,
)
from jixiao.forms.reading import form_remarks, head_fields, other_tables
from jixiao.forms.reading.funds_table import Row
from jixiao.forms.reading.parts import Parts
from jixiao.forms.reading.regions import Plan, title_of
from jixiao.kit.sealed import sha256

# What stands before the words of the title: 示例道路养护项目 | 项目支出绩效自评复核表
_NAMED = re.compile(
    r"(?:(?:19|20)[0-9]{2}年度?)?(.{2,40}?)(?:(?:部门)?(?:预算)?项目支出|(?<=项目)支出|(?:部门|单位)?整体(?:支出)?|预算|财政)?"
    r"(?:绩效|自评|复核|复评|审核)"
)
_ATTACHED = re.compile(r"^附(?:件|表)?[0-9一二三四五六七八九十]*[-—]*[0-9]*[:：.、\s]*")
_BEHIND = re.compile(r"(?:表|底稿|结果)(?:[（(]([^（）()]{2,40})[)）]|(?:[-—–]+|[:：])(.{2,40}))$")
_WORDS = re.compile(
    r"(?:项目支出|项目|部门|单位|整体|支出|预算|财政|绩效|目标|自评|评价|复核|复评|审核|抽查|核查|工作|底稿|结果|情况|表|(?:19|20)[0-9]{2}年度?)+"
)
_NUMBERED = re.compile(r"^(?:[0-9]{1,3}[.、\-_\s]+|[（(][0-9]{1,3}[)）])")
_NOT_A_NAME = re.compile(r"(?:[0-9]{4}年?度?|[0-9]{1,3}|续表?|一|二|三|样表|式样|模板|参考)")
_POINTS = re.compile(r"[(]([0-9]{1,3})分[)]$")
_FINGERPRINT = 12  # characters: a bureau has some hundred layouts
_UNNAMED_SHEET = re.compile(r"(?:sheet|工作表|表|复核表|复核底稿|底稿)?\s*[0-9]*", re.IGNORECASE)
_OWNERS = ("unit", "name", "subject_id")  # columns that say whose row it is
_REASONS = frozenset({"deviation_reason"})  # what a text with an unknown label may be
_OF_MONEY = frozenset({"weight"})  # points of the money table, no column of indicators of that name


def forms(plan: Plan, parts: Parts, foot: range, layouts: Layouts) -> Iterator[Form]:
    """The form with these parts and the rows `foot` below its table; a table of many projects is a form for each."""
    outside = [row for row in (*parts.rows, *foot) if row not in parts.fund_rows]
    fields = head_fields.read(plan, outside, parts.layout)
    title = title_of(plan, parts.rows, layouts)
    units = list(head_fields.amount_units(plan, range(parts.rows.start, parts.head)))
    fields |= {"title": title} if title else {}
    fields |= _name_in_title(title, fields, parts, plan.view.sheet.name)
    fields |= _unit_as_name(fields, parts)
    fields |= {"amount_unit": units[0]} if units else {}
    fields |= head_fields.year(plan, parts.rows, title, fields)
    fields |= head_fields.month(plan, parts.layout, (*parts.rows, parts.head, parts.head + 1), title, fields)
    total = parts.table.total or {}
    score = "review_score" if "review_score" in total else "self_score"
    fields |= {
        name: total[column]
        for name, column in {"total_weight": "weight", "total_score": score}.items()
        if column in total
    }
    fields |= _points_of_title(plan, parts)
    remarks = tuple(form_remarks.of_form(plan, parts, fields, units))
    texts = tuple(other_tables.texts_below(plan, foot, layouts))
    remarks = (*remarks, *other_tables.told(plan, outside, {_row(remark) for remark in remarks}), *texts)
    if parts.layout.kind == FormKind.SCORES:
        place = plan.view.sheet.place(parts.head, plan.view.left)
        said = f"这是{parts.layout.kind.words}，只审核，不收进数据表"
        remedy = "总分填入 scores.csv 或 key_projects.csv；是自评表的，改用自评表的标题"
        remarks = (*remarks, Remark("F26", place, said, "自评表、目标表、复核底稿或清单", remedy))
    fingerprint = _fingerprint(plan, parts, remarks, texts)
    unread = (parts.funds.unread - _OF_MONEY) | parts.table.unread | (_REASONS if texts else frozenset())
    sheet = plan.view.sheet
    form = Form(
        sheet.file,
        sheet.name,
        parts.layout.id,
        parts.layout.kind,
        fields,
        parts.funds.rows,
        parts.table.rows,
        remarks,
        frozenset({*fields, *(parts.funds.columns - _OF_MONEY), *parts.table.columns}),
        unread,
        fingerprint,
        parts.layout.of_department,
        Merged(parts.rows.start, plan.view.left, foot.stop - 1, plan.view.right - 1),
    )
    several = parts.layout.kind in (*OF_MANY_SUBJECTS, *OF_OTHER_WORK)
    yield from _each_project(form) if several else [form]


def _fingerprint(plan: Plan, parts: Parts, remarks: Sequence[Remark], texts: Sequence[Remark]) -> str:
    """What all forms have in common whose labels are these, some of them unknown; "" where all are known.

    `texts` are those of the remarks that are about texts below the tables.
    """
    strange = {remark.place.cell for remark in remarks if remark.rule == "F24"}
    if not strange:
        return ""
    heads = {parts.head, parts.fund_rows.start} if parts.fund_rows else {parts.head}
    known = {label.key for row in heads for label in plan.labels.get(row, ()) if not label.text}
    rows = {at for row in heads for at in (row, row + 1)} | {_row(remark) for remark in texts}
    # With what it was taken for: what stands in a column decides that too, and another file may hold other things.
    spans = {row: parts.table.columns if row >= parts.head else parts.funds.spans for row in rows}
    guessed = {
        (labels.inline(text)[0] or labels.key(text) or labels.compact(text))
        + "".join(f"={name}" for name, span in spans[row].items() if span[0] == column)
        for row in rows
        for column, text in plan.cells.get(row, ())
        if address(row, column) in strange
    }
    # A column without a label is known by where it stands.
    named = {address(row, column) for row in rows for column, _ in plan.cells.get(row, ())}
    unnamed = sorted(cell.rstrip("0123456789") for cell in strange - named)
    return sha256("|".join([parts.layout.id, *sorted(known), *sorted(guessed), *unnamed]).encode())[
        :_FINGERPRINT
    ]


def _name_in_title(
    title: Value | None, fields: dict[str, Value], parts: Parts, sheet: str
) -> dict[str, Value]:
    """The name of the project that a work paper of one project has only in its title (某某项目项目支出绩效自评复核表).

    Where the title has none it is the name of the sheet.
    """
    if parts.layout.kind != FormKind.REVIEW or "name" in fields or "name" in parts.table.columns:
        return {}
    if title and (name := _named_by(title.text)):
        return {"name": Value(name, title.row, title.column)}
    if not _UNNAMED_SHEET.fullmatch(sheet) and not _WORDS.fullmatch(sheet):
        return {"name": Value(_NUMBERED.sub("", sheet), 0, 0)}
    return {}


def _points_of_title(plan: Plan, parts: Parts) -> dict[str, Value]:
    """The points of all indicators where the title of their table prints them (项目绩效实现情况（80分）)."""
    column, text = plan.cells[parts.head][0]
    taken = any(start <= column <= end for start, end in parts.table.columns.values())
    found = None if taken else _POINTS.search(labels.compact(text))
    return {"indicator_points": Value(found[1], parts.head, column)} if found else {}


def _unit_as_name(fields: Mapping[str, Value], parts: Parts) -> dict[str, Value]:
    """The unit as the name of the subject, on a score table that has no other label for whom it judges."""
    named = {"name", "code"} & set(fields) or "name" in parts.table.columns
    return (
        {}
        if named or parts.layout.kind != FormKind.SCORES or "unit" not in fields
        else {"name": fields["unit"]}
    )


def _named_by(title: str) -> str:
    """The name of a project in the title of a work paper, before its words or behind them, "" where it has only words."""
    text = _ATTACHED.sub("", "".join(title.split()))
    if behind := _BEHIND.search(text):
        name = behind[1] or behind[2]
        if not _NOT_A_NAME.fullmatch(name) and not _WORDS.fullmatch(name):
            return name
        text = text[: behind.start()] + "表"
    if _WORDS.fullmatch(text):
        return ""
    found = _NAMED.match(text)
    if found is None:
        return text
    return "" if _WORDS.fullmatch(found[1]) else found[1]


def _each_project(form: Form) -> Iterator[Form]:
    """A form for each run of rows of one project, named by the first of them.

    The total of a table of several projects belongs to none of them and is left out.
    """

    def owner(row: Row) -> tuple[str, ...]:
        return tuple(row[name].text for name in _OWNERS if name in row)

    runs: list[Sequence[Row]] = [list(run) for _, run in itertools.groupby(form.indicators, owner)]
    dropped = ("total_weight", "total_score") if len(runs) > 1 else ()
    shared = {name: value for name, value in form.fields.items() if name not in dropped}
    if not runs:
        return
    own: list[list[Remark]] = [[] for _ in runs]
    starts = [max(value.row for value in rows[0].values()) for rows in runs]
    for remark in form.remarks:
        at = bisect.bisect(starts, _row(remark)) - 1
        own[max(at, 0)].append(remark)
    tops = [form.area.top, *starts[1:], form.area.bottom + 1]
    for rows, remarks, (top, below) in zip(runs, own, itertools.pairwise(tops), strict=True):
        fields = shared | {name: rows[0][name] for name in _OWNERS if name in rows[0]}
        if "subject_id" in fields:
            fields["code"] = fields.pop("subject_id")
        area = replace(form.area, top=top, bottom=below - 1)
        yield replace(form, fields=fields, indicators=tuple(rows), remarks=tuple(remarks), area=area)


def _row(remark: Remark) -> int:
    """The row of the sheet that a remark is about, -1 where it is about no cell."""
    return sheet_xml.position(remark.place.cell)[0] if remark.place.cell else -1


def is_about(remark: Remark, area: Merged) -> bool:
    """Whether a remark is about a cell of an area."""
    return bool(remark.place.cell) and area.holds(*sheet_xml.position(remark.place.cell))

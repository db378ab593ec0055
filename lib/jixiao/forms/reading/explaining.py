"""Says how a workbook was understood: each form, each label of it, what that was taken for, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import FUNDS, HEAD, INDICATORS, Layouts
from jixiao.forms.model import Remark, Sheet, Workbook, address
from jixiao.forms.reading import assembling, number_cells, reading
from jixiao.forms.reading.funds_table import Row, Span
from jixiao.forms.reading.parts import Parts
from jixiao.forms.reading.regions import Plan, title_of
from jixiao.kit.codes import Code
from jixiao.year.words import AMOUNTS, FORM_LABELS

REGIONS = {HEAD: "表头", FUNDS: "资金表", INDICATORS: "指标表"}
_FIELDS = {
    "code": "项目编码", "department": "主管部门", "unit": "实施单位", "year": "年度", "goal": "年度目标",
    "achieved": "完成情况", "problems": "存在问题", "reasons": "未完成原因", "measures": "改进措施", "rate": "执行率",
    "reason": "偏差原因", "nature": "定性或定量", "deduction": "扣分", "kind": "类别", "unit_id": "单位编号",
    "finished": "是否完成", "is_new": "是否新增",
}  # fmt: skip
_NOTHING = f"看过了，没有找到表；{reading.NEEDED}"
_BLANK = "看过了，是空的"


class Certainty(Code):
    """How sure the meaning of a label is."""

    KNOWN = "known", "认得"
    GUESSED = "guessed", "推断"
    NOT_KEPT = "not_kept", "认得，不收"
    UNKNOWN = "unknown", "没有看懂"


@dataclass(frozen=True)
class Reading:
    """One label: the region of the form, its cell, its text, what it was taken for, and how many values it heads."""

    region: str
    row: int
    column: int
    text: str
    meaning: str
    words: str
    certainty: Certainty
    values: int

    @property
    def cell(self) -> str:
        """The name of its cell."""
        return address(self.row, self.column)


@dataclass(frozen=True)
class Explained:
    """One form: its sheet, the layout that it was taken for, and what became of each label.

    Of a sheet without any form `nothing` says that it was looked at, and what a table needs; it has no layout then.
    """

    sheet: Sheet
    title: str = ""
    layout: str = ""
    name: str = ""
    kind: str = ""
    readings: tuple[Reading, ...] = ()
    remarks: tuple[Remark, ...] = ()
    fingerprint: str = ""
    nothing: str = ""

    @property
    def certain(self) -> bool:
        """Whether a form was found and nothing of it guessed or left unread."""
        sure = (Certainty.KNOWN, Certainty.NOT_KEPT)
        return not self.nothing and all(one.certainty in sure for one in self.readings) and not self.remarks

    @property
    def left(self) -> tuple[Remark, ...]:
        """What was left unread and has no label among the readings, such as a second money table."""
        shown = {one.cell for one in self.readings if one.certainty in (Certainty.GUESSED, Certainty.UNKNOWN)}
        return tuple(remark for remark in self.remarks if remark.place.cell not in shown)

    def as_json(self) -> dict[str, Any]:
        """The form as names and values, for JSON."""
        return {
            "sheet": self.sheet.name,
            "title": self.title,
            "layout": self.layout,
            "kind": self.kind,
            "certain": self.certain,
            "nothing": self.nothing,
            "told": [{"cell": one.place.cell, "found": one.found} for one in self.left],
            "labels": [
                {
                    "region": one.region,
                    "cell": one.cell,
                    "label": one.text,
                    "meaning": one.meaning,
                    "certainty": one.certainty.value,
                    "values": one.values,
                }
                for one in self.readings
            ],
        }


def forms(workbook: Workbook, layouts: Layouts) -> Iterator[Explained]:
    """How each form of a workbook was understood, in the order in which they stand, and each sheet without a form."""
    for sheet in workbook.sheets:
        found = list(_of_sheet(sheet, layouts))
        yield from found
        if not found:
            filled = any(text.strip() for row in sheet.rows for text in row)
            yield Explained(sheet, nothing=_NOTHING if filled else _BLANK)
    looked_at = {sheet.name for sheet in workbook.sheets}
    for remark in workbook.remarks:
        if remark.place.sheet and remark.place.sheet not in looked_at:
            yield Explained(Sheet(workbook.file, remark.place.sheet, ()), nothing=remark.found)


def _of_sheet(sheet: Sheet, layouts: Layouts) -> Iterator[Explained]:
    """How each form of a sheet was understood."""
    for plan, parts, foot in reading.parts_of(sheet, layouts):
        title = title_of(plan, parts.rows, layouts)
        made = list(assembling.forms(plan, parts, foot, layouts))
        remarks = tuple(one for form in made for one in form.remarks if one.rule == "F24")
        readings = sorted(_readings(plan, parts, foot), key=lambda one: (one.row, one.column))
        layout = parts.layout
        yield Explained(
            sheet,
            title.text if title else "",
            layout.id,
            layout.title,
            layout.kind.words,
            tuple(readings),
            remarks,
            made[0].fingerprint if made else "",
        )


def _readings(plan: Plan, parts: Parts, foot: range) -> Iterator[Reading]:
    funds = range(parts.fund_rows.start, parts.fund_rows.start + 2)
    indicators = range(parts.head, parts.head + 2)
    yield from _of_fields(plan, parts, [row for row in (*parts.rows, *foot) if row not in parts.fund_rows])
    if parts.funds.labels or not parts.funds.spans:
        yield from _of_single_amounts(plan, parts)
    else:
        yield from _of_columns(plan, parts, FUNDS, funds, parts.funds.spans, parts.funds.rows)
    yield from _of_columns(plan, parts, INDICATORS, indicators, parts.table.columns, parts.table.rows)


def _of_fields(plan: Plan, parts: Parts, rows: Sequence[int]) -> Iterator[Reading]:
    """The labels of single values, above the tables and at the foot."""
    for row in rows:
        for label in plan.labels.get(row, ()):
            meaning = parts.layout.head.get(label.key, "")
            if meaning:
                yield _reading(plan, HEAD, row, label.column, meaning, Certainty.KNOWN, 1)
            elif label.key in parts.layout.known[HEAD]:
                yield _reading(plan, HEAD, row, label.column, "", Certainty.NOT_KEPT, 0)


def _of_single_amounts(plan: Plan, parts: Parts) -> Iterator[Reading]:
    """The names of money that stands without columns (年度资金总额 | 100), or whose kinds stand beside each other.

    A name that nobody taught was taken for money by its place.
    """
    for meaning, label in parts.funds.labels.items():
        values = sum(_filled(row, meaning) for row in parts.funds.rows)
        yield _reading(plan, FUNDS, label.row, label.column, meaning, Certainty.KNOWN, values)
    for row in parts.funds.rows if not parts.funds.labels else ():
        item = row["item"]
        known = {label.column: label.key for label in plan.labels.get(item.row, ())}
        taught = known.get(item.column, "") in {*parts.layout.items, *parts.layout.funds}
        for meaning in (name for name in row if name in AMOUNTS):
            sure = Certainty.KNOWN if taught else Certainty.GUESSED
            yield _reading(
                plan, FUNDS, item.row, item.column, meaning, sure, int(_filled(row, meaning)), item.text
            )


def _of_columns(
    plan: Plan, parts: Parts, section: str, head: range, spans: Mapping[str, Span], rows: Sequence[Row]
) -> Iterator[Reading]:
    """The columns of a table: those that were read, and the labels of the others."""
    remarks = (*parts.funds.remarks, *parts.table.remarks)
    guessed = {remark.place.cell for remark in remarks if remark.rule == "F24"}
    for name, (column, _) in spans.items():
        at = next((row for row in reversed(head) if _labelled(plan, row, column, guessed)), head.start)
        sure = Certainty.GUESSED if address(at, column) in guessed else Certainty.KNOWN
        yield _reading(plan, section, at, column, name, sure, sum(_filled(row, name) for row in rows))
    read = {column for column, _ in spans.values()}
    # Beside columns that no table keeps those of which another was read: the points of a level, the value of last year.
    unkept = {*parts.layout.known[section], *parts.layout.columns(section)}
    for row, column, text in plan.heading(head) if spans else ():
        if column not in read and address(row, column) in guessed:
            yield _reading(plan, section, row, column, "", Certainty.UNKNOWN, 0)
        elif column not in read and labels.key(text) in unkept:
            yield _reading(plan, section, row, column, "", Certainty.NOT_KEPT, 0)


def _labelled(plan: Plan, row: int, column: int, guessed: Collection[str]) -> bool:
    """Whether a cell holds a label, known or guessed."""
    return column in plan.label_columns.get(row, ()) or address(row, column) in guessed


def _filled(row: Mapping[str, Any], name: str) -> bool:
    return name in row and labels.compact(row[name].text) not in number_cells.BLANKS


def _reading(
    plan: Plan,
    section: str,
    row: int,
    column: int,
    meaning: str,
    certainty: Certainty,
    values: int,
    label: str = "",
) -> Reading:
    text = " ".join((label or plan.view.value(row, column).text).split())
    words = FORM_LABELS.get(meaning) or _FIELDS.get(meaning, meaning)
    return Reading(REGIONS[section], row, column, text, meaning, words, certainty, values)

"""Remarks on one form as it is read (rules F02, F05, F06, F10 and F13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import FUNDS, HEAD, INDICATORS, SECTIONS
from jixiao.forms.model import SELF_EVALUATIONS, FormKind, Remark, Value
from jixiao.forms.reading import head_fields, number_cells
from jixiao.forms.reading.indicator_table import NUMBERS
from jixiao.forms.reading.parts import Parts
from jixiao.forms.reading.regions import Label, Plan
from jixiao.kit import numbers
from jixiao.kit.errors import one_line
from jixiao.values import months
from jixiao.year.words import AMOUNTS, FORM_LABELS, Severity

_QUOTED = 60  # characters of a text that a remark repeats
_LEVELS = {"level1", "level2"}
_FULL = Decimal(100)
_NAMING = {"name", "code", "subject_id", "unit", "department"}
_SCORED = {"weight", "self_score"}
_MEASURED = {"target", "actual"}
_EVALUATED = {"level3", "target", "actual", "self_score"}
_FUND_NUMBERS = {*AMOUNTS, "weight", "score"}


def of_form(plan: Plan, parts: Parts, fields: Mapping[str, Value], units: list[Value]) -> Iterator[Remark]:
    """All remarks of one form, by rule."""
    yield from _missing(plan, parts, fields)
    yield from _nameless(plan, parts, fields)
    for section, again in ((INDICATORS, parts.table.again), (FUNDS, parts.funds.again)):
        yield from _double(plan, parts, section, again)
    yield from parts.funds.remarks
    yield from parts.table.remarks
    yield from _amount_units(plan, parts, units)
    yield from _odd_numbers(plan, parts, fields)
    targets = [row["target"] for row in parts.table.rows if "target" in row]
    yield from head_fields.year_remarks(plan, dict(fields), targets)
    yield from _other_months(plan, parts, fields)


def of_money(plan: Plan, parts: Parts, fields: Mapping[str, Value], units: list[Value]) -> Iterator[Remark]:
    """The remarks on the money table of a form that has no other, and on its year."""
    yield from _double(plan, parts, FUNDS, parts.funds.again)
    yield from parts.funds.remarks
    yield from _amount_units(plan, parts, units)
    yield from _odd_numbers(plan, parts, fields)
    yield from head_fields.year_remarks(plan, dict(fields), ())


def _other_months(plan: Plan, parts: Parts, fields: Mapping[str, Value]) -> Iterator[Remark]:
    """F13: the labels of a form of monitoring all go up to another month than the one that it is taken for."""
    said = fields.get("month")
    month = months.spanned(said.text) if said and parts.layout.kind == FormKind.MONITORING else None
    if said is None or month is None:
        return
    found = [
        Value(text, row, column)
        for row in sorted({*parts.rows, parts.head, parts.head + 1})
        for column, text in plan.cells.get(row, ())
        if (row, column) != (said.row, said.column) and len(text) <= labels.LONGEST and months.spanned(text)
    ]
    if found and month not in {months.spanned(one.text) for one in found}:
        quoted = f"“{one_line(said.text, _QUOTED)}”和“{one_line(found[0].text, _QUOTED)}”写的月份不同"
        yield _remark(plan, "F13", found[0], quoted, "整张表一个监控月份", "改成同一个月份")


def _remark(plan: Plan, rule: str, at: Label | Value, found: str, expected: str, remedy: str) -> Remark:
    return Remark(rule, plan.view.sheet.place(at.row, at.column), found, expected, remedy)


def _double(plan: Plan, parts: Parts, section: str, again: list[Label]) -> Iterator[Remark]:
    """F02: a label that comes twice. F24: another label that means the same as one that was read."""
    meanings = parts.layout.columns(section)
    for label in again:
        text = plan.view.value(label.row, label.column).text
        rows = range(label.row - 1, label.row + 2)
        known = [each for row in rows for each in plan.labels.get(row, ()) if each is not label]
        if any(each.key == label.key for each in known):
            yield _remark(
                plan, "F02", label, f"“{text}”列出现两次，只读第一次的", "每列一次", "删去多余的列或改列名"
            )
            continue
        same = next((each for each in known if meanings.get(each.key) == meanings[label.key]), label)
        other = plan.view.value(same.row, same.column).text
        said = f"“{one_line(text)}”与“{one_line(other)}”都是{FORM_LABELS.get(meanings[label.key], '同一列')}，只读了后者"
        remedy = f"不需要的，在 params/forms/labels.yml 的 known 下 {section} 里加上“{one_line(text)}”"
        yield _remark(plan, "F24", label, said, "每列一次", remedy)


def _missing(plan: Plan, parts: Parts, fields: Mapping[str, Value]) -> Iterator[Remark]:
    """F02: labels that the layout requires and the form lacks, at the head of the table to which they belong.

    The columns of a table that the form does not have at all are not asked for. Of a form of a place that nobody taught
    it is not known what belongs to it: what it lacks is a warning, but for what a self-evaluation says of its indicators.
    """
    known = {HEAD: fields, FUNDS: parts.funds.columns, INDICATORS: parts.table.columns}
    places: dict[str, Label | Value] = {
        HEAD: fields.get("title", Value("", parts.rows.start, plan.view.left))
    }
    places[INDICATORS] = Label(parts.head, plan.cells[parts.head][0][0], "")
    if parts.fund_rows:
        row = parts.fund_rows.start
        places[FUNDS] = Label(row, plan.cells[row][0][0], "")
    self_evaluation = parts.layout.kind in SELF_EVALUATIONS
    taught = parts.layout.title in fields.get("title", Value("", 0, 0)).text
    if not parts.fund_rows and not parts.funds.rows and self_evaluation and not _whole(parts):
        remark = _remark(
            plan, "F02", places[HEAD], "没有找到项目资金表", "表头有预算数和执行数", "补上项目资金表"
        )
        yield remark if taught else replace(remark, severity=Severity.WARNING)
    spared = set(parts.unread)
    if {"level3", "weight", "self_score"} <= set(parts.table.columns) and not _MEASURED & set(
        parts.table.columns
    ):
        spared |= _MEASURED  # points by a standard, without targets
    if not self_evaluation and not _LEVELS & set(parts.table.columns):
        spared |= _LEVELS  # a list of indicators that is not divided
    columns = set(parts.table.columns)
    if not taught:
        spared |= {"initial_budget", "weight"} | (_SCORED if not _SCORED & columns else set())
    required = sorted(parts.layout.required, key=lambda pair: (pair[0], SECTIONS[pair[0]].index(pair[1])))
    for section, name in required:
        columned = section == HEAD and name in parts.table.columns
        if columned or name in known[section] or name in fields or section not in places or name in spared:
            continue
        label = FORM_LABELS.get(name, name)
        found = f"没有找到“{label}”" + ("" if section == HEAD else "列")
        remark = _remark(
            plan, "F02", places[section], found, label, "按表样补上，或把本地的叫法加进 params/forms"
        )
        grave = taught or (self_evaluation and name in _EVALUATED)
        yield remark if grave else replace(remark, severity=Severity.WARNING)


def _nameless(plan: Plan, parts: Parts, fields: Mapping[str, Value]) -> Iterator[Remark]:
    """F02: a table of indicators that names nobody."""
    if parts.layout.kind == FormKind.LIST and not _NAMING & {*fields, *parts.table.columns, *parts.unread}:
        head = Label(parts.head, plan.cells[parts.head][0][0], "")
        said = "没有写明是哪个项目或单位的指标"
        remark = _remark(plan, "F02", head, said, "项目名称、编码或单位", "在表上写明，或加上这一列")
        yield replace(remark, severity=Severity.WARNING)


def _whole(parts: Parts) -> bool:
    """Whether the indicators of a department have all points by themselves, so that none are for execution."""
    points = [number_cells.read(row["weight"].text)[0] for row in parts.table.rows if "weight" in row]
    return parts.layout.kind == FormKind.DEPARTMENT and sum(filter(None, points), Decimal(0)) == _FULL


def _amount_units(plan: Plan, parts: Parts, units: list[Value]) -> Iterator[Remark]:
    """F05: the form names no unit of its amounts, or 元, or both 元 and 万元."""
    if not parts.funds.rows:
        return
    first = parts.funds.rows[0]["item"]
    printed = units[0] if units else None
    amounts = [v for row in parts.funds.rows for k, v in row.items() if k in AMOUNTS]
    filled = [value for value in amounts if labels.compact(value.text) not in number_cells.BLANKS]
    if printed is None and filled and all(number_cells.unit(value.text) for value in filled):
        pass  # each amount has its unit
    elif printed is None:
        yield _remark(plan, "F05", first, "没有写金额单位", "项目资金（万元）", "在“项目资金”后写明单位")
    elif printed.text != "万元":
        said = f"金额以{printed.text}填报，已换算成万元"
        remark = _remark(plan, "F05", printed, said, "万元", "核对换算后的数，以后以万元填报")
        yield replace(remark, severity=Severity.WARNING)
    declared = printed.text if printed else ""
    written = [
        (v, number_cells.unit(v.text)) for row in parts.funds.rows for k, v in row.items() if k in AMOUNTS
    ]
    shown = plan.view.sheet.stored  # a unit that a number format adds is told once
    told = False
    for value, unit in [*((unit, unit.text) for unit in units[1:]), *written]:
        declared = declared or unit
        formatted = (value.row, value.column) in shown
        if unit and unit != declared and not (formatted and told):
            told |= formatted
            yield _remark(
                plan, "F05", value, f"这里的单位是{unit}，别处是{declared}", "全表一个单位", "统一用万元填报"
            )


def _odd_numbers(plan: Plan, parts: Parts, fields: Mapping[str, Value]) -> Iterator[Remark]:
    """F06: values that should be numbers and are stored as text, have full-width digits or a unit, or are none."""
    values = [
        value
        for row in parts.funds.rows
        for name, value in row.items()
        if name in _FUND_NUMBERS and (value.row, value.column) != (row["item"].row, row["item"].column)
    ]
    values += [v for row in parts.table.rows for name, v in row.items() if name in NUMBERS]
    values += [fields[name] for name in ("total_weight", "total_score") if name in fields]
    textual, stored = plan.view.sheet.textual, plan.view.sheet.stored
    declared = fields["amount_unit"].text if "amount_unit" in fields else ""
    for value in dict.fromkeys(values):
        number, odd = number_cells.read(value.text)
        if not odd and number is not None and (value.row, value.column) in textual:
            odd = "数字存成了文本"
        if not odd:
            continue
        if declared and number is not None and number_cells.unit(value.text) == declared:
            continue  # the unit of the form written once more
        by_format = (value.row, value.column) in stored and not value.text.endswith("%")
        if not (by_format and number is not None):
            long = odd == numbers.TOO_LONG
            remedy = "重新输入数字" if number is not None else "核对后改填" if long else "改填数字"
            expected = numbers.SIZE if long else "只有半角数字"
            yield _remark(plan, "F06", value, f"“{one_line(value.text, _QUOTED)}”{odd}", expected, remedy)

"""The sheets on which the targets of a department are reviewed: one with a row for each indicator and the opinion on it,
one with a row for each subject and the conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from jixiao.exchange.issuing import form_input, form_sheet
from jixiao.forms.model import FormKind
from jixiao.forms.records.target_rows import WHOLE
from jixiao.kit.workbooks import HEAD, Area, Page, Style, across, cell, on_band
from jixiao.year import table_files
from jixiao.year.words import OPINION_LABELS, Opinion, TargetField, TargetGrade, TargetQuality

_PRINTED = ("项目编码", "评价对象", "一级指标", "二级指标", "三级指标", "年度指标值", "分值", "自查情况")
_FILLED = ("opinion", "quality", "field", "amount_cut", "status", "before", "after", "answer", "answered_on")
_AMOUNTS = frozenset({"amount_asked", "amount_cut"})
WIDTHS = (7, 11, 7, 8.5, 15, 10, 5, 21, 24, 8, 9.5, 8, 8.5, 11, 11, 16, 10)
_CONCLUDED = ("amount_asked", "amount_cut", *TargetQuality, "conclusion", "reviewed_on", "note")
CONCLUSION_WIDTHS = (8, 34, 11, 11, 9, 9, 9, 9, 9, 12, 26)
_FIRST = 5  # the row of the first indicator, or of the first subject
_CHECK = len(_PRINTED) - 1  # the column of what the checks found
_LABEL: Style = {"border": 1, "align": "center"}
_TEXT: Style = {"border": 1, "align": "left"}
_OPEN: Style = {"border": 1, "align": "center", **form_input.OPEN}
_PROSE: Style = _OPEN | {"align": "left"}
_SMALL: Style = {"font_size": 9, "font_color": "#404040"}
_NOTE: Style = {"font_size": 9, "align": "left", "valign": "top"}
_DAY_RULE = {
    "validate": "date",
    "criteria": ">=",
    "value": "=DATE(2000,1,1)",
    "error_title": "日期不对",
    "error_message": "请填日期，如 2022-11-14。",
}
_AMOUNT_RULE = {
    "validate": "decimal",
    "criteria": ">=",
    "value": 0,
    "error_title": "金额不对",
    "error_message": "请填不小于 0 的数字，单位万元，不要带“万元”等文字。",
}
_CHOICES: Mapping[str, Sequence[str]] = {
    "quality": [quality.words for quality in TargetQuality],
    "field": [column.words for column in TargetField],
    "status": [opinion.words for opinion in Opinion],
    **{quality.value: [grade.value for grade in TargetGrade] for quality in TargetQuality},
    "conclusion": [grade.value for grade in TargetGrade],
}
_LONG = frozenset({"opinion", "answer", "note"})
_DAYS = frozenset({"answered_on", "reviewed_on"})


@dataclass(frozen=True)
class Head:
    """Of which department and year the sheets are; `issuer` reviews."""

    year: int
    issuer: str
    code: str
    department: str


@dataclass(frozen=True)
class Reviewed:
    """A subject: its indicators as rows of indicators.csv, what the checks found, opinions so far, and the conclusion.

    `found` and `opinions` are by the id of the indicator; the opinions on all of them are under "".
    """

    code: str
    name: str
    budget: Decimal | None
    indicators: Sequence[Any]
    found: Mapping[str, Sequence[str]]
    found_of_all: Sequence[str]
    opinions: Mapping[str, Sequence[Mapping[str, Any]]]
    conclusion: Mapping[str, Any]


def opinions(page: Page, own: Sequence[Reviewed], head: Head) -> None:
    """Lay out the sheet of opinions: A4 lying, one page wide; the heads of the columns stand on every page."""
    _head(
        page,
        head,
        FormKind.TARGET_OPINIONS.words,
        "浅黄色的格由审核人和单位填写，其余的格已锁定。金额单位：万元",
        6,
    )
    page.put(across(3, 7, 7), OPINION_LABELS["raised_on"], **_LABEL)
    page.put(cell(3, 8), _raised_on(own), **_OPEN, num_format="yyyy-mm-dd")
    page.raw.data_validation(3, 8, 3, 8, _DAY_RULE)
    for column, label in enumerate((*_PRINTED, *(OPINION_LABELS[name] for name in _FILLED))):
        page.put(cell(_FIRST - 1, column), label, least=30, font_name=HEAD, **_LABEL)
    row = _FIRST
    for one in own:
        row = _subject(page, row, one)
    last = _notes(
        page,
        row,
        len(WIDTHS) - 1,
        (
            "1. 自查情况由程序按审核规则列出，供审核参考；没有列出的不等于没有问题。",
            f"2. 没有意见的行不填。对目标表整体的意见写在“{WHOLE}”一行；同一指标有几条意见的，合写在一格。",
            "3. 所指方面、所指栏目、处理情况从列表中选。单位修改了的填修改前、修改后的值；不采纳的在单位答复里写明理由。",
            "4. 核减预算是因这条意见核减的金额。请保持行列和项目编码不变，以 .xlsx 格式交回。",
        ),
    )
    _finish(page, head, last, len(WIDTHS) - 1, freeze=5)


def _raised_on(own: Sequence[Reviewed]) -> str | None:
    """The day on which all the opinions were raised, None where there is none or more than one."""
    days = {said["raised_on"] for one in own for group in one.opinions.values() for said in group}
    return table_files.text(days.pop()) if len(days) == 1 else None


def _head(page: Page, head: Head, title: str, hint: str, right: int) -> None:
    """Title, year and hint, and the department in a cell that reaches to the column `right`."""
    page.put_across(0, title, least=34, font_name=HEAD, font_size=18, align="center")
    page.put_across(1, f"（{head.year}年度绩效目标）", font_size=11, align="center")
    page.put_across(2, hint, align="left", **_SMALL)
    page.put(cell(3, 0), "主管部门", **_LABEL)
    page.put(
        across(3, 1, right),
        head.department,
        least=24,
        **_TEXT,
        indent=1,
    )


def _subject(page: Page, top: int, one: Reviewed) -> int:
    """The rows of a subject: one for each opinion on an indicator, or one without; then one for all of them."""
    row = top
    for indicator in one.indicators:
        for said in one.opinions.get(indicator.indicator_id) or ({},):
            texts = (indicator.level3, form_sheet.target(indicator))
            for column, text in enumerate(texts, 4):
                page.put(cell(row, column), text, least=30, **(_TEXT if column == 4 else _LABEL))
            page.put(cell(row, 6), indicator.weight, **_LABEL)
            _checked(page, row, one.found.get(indicator.indicator_id, ()))
            _open_cells(page, row, _FILLED, said, _CHECK + 1)
            row += 1
    for said in one.opinions.get("") or ({},):
        page.put(across(row, 2, 3), None, **_LABEL)
        page.put(cell(row, 4), WHOLE, least=30, **_TEXT)
        page.put(across(row, 5, 6), None, **_LABEL)
        _checked(page, row, one.found_of_all)
        _open_cells(page, row, _FILLED, said, _CHECK + 1)
        row += 1
    _levels(page, top, one)
    high: Style = {"valign": "top"}
    page.put(Area(top, 0, row - 1, 0), one.code, **_LABEL, **high)
    page.put(Area(top, 1, row - 1, 1), one.name, **_TEXT, **high)
    return row


def _levels(page: Page, top: int, one: Reviewed) -> None:
    """The first and the second level over their rows."""
    lines = [row for row in one.indicators for _ in one.opinions.get(row.indicator_id) or ({},)]
    both = [(row.level1, row.level2) for row in lines]
    for column, names in ((2, [level[:1] for level in both]), (3, both)):
        row = top
        for name, run in groupby(names):
            count = len(list(run))
            style = _LABEL | ({"valign": "top"} if count > 1 else {})
            page.put(Area(row, column, row + count - 1, column), name[-1], **style)
            row += count


def _checked(page: Page, row: int, found: Sequence[str]) -> None:
    page.put(cell(row, _CHECK), "\n".join(found) or "—", **_TEXT, font_size=8.5)


def conclusions(page: Page, own: Sequence[Reviewed], head: Head) -> None:
    """Lay out the sheet of conclusions: a row for each subject."""
    _head(
        page,
        head,
        FormKind.TARGET_CONCLUSIONS.words,
        "浅黄色的格由审核人填写，其余的格已锁定。金额单位：万元",
        3,
    )
    labels = [OPINION_LABELS[name] for name in _CONCLUDED]
    for column, label in enumerate((*_PRINTED[:2], *labels)):
        page.put(cell(_FIRST - 1, column), label, least=30, font_name=HEAD, **_LABEL)
    for row, one in enumerate(own, _FIRST):
        page.put(cell(row, 0), one.code, least=24, **_LABEL)
        page.put(cell(row, 1), one.name, **_TEXT)
        _open_cells(page, row, _CONCLUDED, {"amount_asked": one.budget} | dict(one.conclusion), 2)
    last = _notes(
        page,
        _FIRST + len(own),
        len(CONCLUSION_WIDTHS) - 1,
        (
            "1. 申报预算按年初预算数预填，与申报数不同的请改正；核减预算没有的填 0。",
            "2. 等级和结论从列表中选：优、良、中、差。结论由四个方面的等级得出，审核规则 G23 会核对。",
            "3. 没有会审的对象整行不填。请保持行列和项目编码不变，以 .xlsx 格式交回。",
        ),
    )
    _finish(page, head, last, len(CONCLUSION_WIDTHS) - 1, freeze=2)


def _open_cells(page: Page, row: int, names: Sequence[str], said: Mapping[str, Any], first: int) -> None:
    """The cells of a row that are to be filled in, with what was said so far and what may be entered."""
    for column, name in enumerate(names, first):
        value = said.get(name)
        style = dict(_PROSE if name in _LONG else _OPEN)
        if name in _DAYS:
            style["num_format"] = "yyyy-mm-dd"
        if name == "field" and (field := TargetField.named(value)):
            value = field.words
        page.put(cell(row, column), value if isinstance(value, Decimal) else table_files.text(value), **style)
        if name in _CHOICES:
            page.raw.data_validation(row, column, row, column, _chosen(name))
        elif name in _DAYS or name in _AMOUNTS:
            rule = _DAY_RULE if name in _DAYS else _AMOUNT_RULE
            page.raw.data_validation(row, column, row, column, rule)


def _chosen(name: str) -> dict[str, Any]:
    """What may be entered where something is chosen from a list."""
    return {
        "validate": "list",
        "source": list(_CHOICES[name]),
        "error_title": "不在列表中",
        "error_message": f"请从列表中选{OPINION_LABELS[name]}。",
    }


def _notes(page: Page, row: int, last: int, notes: Sequence[str]) -> int:
    """The instructions below the table; the last row is returned."""
    page.put(across(row, 0, last), "填报说明", least=20, **(_NOTE | {"font_name": HEAD, "valign": "bottom"}))
    for at, note in enumerate(notes, row + 1):
        page.put(across(at, 0, last), note, **_NOTE)
    return row + len(notes)


def _finish(page: Page, head: Head, last: int, right: int, freeze: int) -> None:
    page.finish(
        header=f'&L&"宋体"&9 {on_band(head.issuer)}&R&"宋体"&9 {head.year}年度',
        footer=f'&L&"宋体"&9 {on_band(head.department)}&C&"宋体"&9 第 &P 页，共 &N 页',
        landscape=True,
        repeat=(_FIRST - 1, _FIRST - 1),
        last=(last, right),
    )
    page.raw.freeze_panes(_FIRST, freeze)
    page.raw.protect("", {"format_columns": True, "format_rows": True})
    page.raw.ignore_errors({"number_stored_as_text": f"A1:Q{last + 1}"})

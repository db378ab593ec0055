"""The tables of a year as sheets of the internal workbook: each subject with its totals, indicators, opinions, uses, problems.

Amounts, scores and dates are numbers and dates; what follows from other cells is a formula with the value that it has.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.kit import numbers, workbooks
from jixiao.kit.workbooks import HEAD, MARGINS, NOTE, Book, Formula, Page, cell
from jixiao.year import table_schema
from jixiao.year.tables import Tables
from jixiao.year.words import Severity, SubjectKind

_FIRST = 2  # the row of the first record, below caption and heads
_DAY = "yyyy-mm-dd"
_NARROW = 12.0
_WIDE = 30.0
_PLACES = 6  # decimals that a number shows at most
_RATE = "执行率"
_LISTED = {
    "indicators": "指标",
    "target_reviews": "会审意见",
    "target_conclusions": "会审结论",
    "applications": "结果应用",
    "problems": "存在问题",
}
_MEASURED = (
    "target",
    "actual",
    "review_actual",
    "target_year",
    "before",
    "after",
)  # texts that may be numbers
_PLAIN = re.compile(r"-?(0|[1-9][0-9]{0,13})(\.[0-9]{1,6})?")
_SUBJECTS = "评价对象"
_FINDINGS = "审核发现"
_DICTIONARY = "数据字典"
_NOBODY = (None, None)  # the names beside what speaks of no subject
_CODES = {kind.value: kind.words for kind in SubjectKind}

Value = str | Decimal | dt.date | bool | Formula | None


@dataclass(frozen=True)
class Listing:
    """A sheet: its name, the heads of its columns with their widths, its rows, and the formulas below them by column."""

    name: str
    heads: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[Value]]
    sums: Mapping[int, Formula]


def write(
    book: Book,
    year: Tables,
    given: Mapping[str, Any],
    findings: Sequence[Mapping[str, str]],
    used: Collection[str],
    note: str,
) -> None:
    """Write all sheets; `given` has the names of the tiers and each subject's totals and grades by them.

    `findings` are those of the checks as programs get them, `used` the names of sheets that the workbook has already;
    `note` stands below each sheet.
    """
    names = [*used]
    for listing in (_subjects(year, given), *_lists(year), _found(year, findings), _dictionary(year)):
        if listing.rows:
            name = workbooks.sheet_name(listing.name, names)
            names.append(name)
            _sheet(book, name, listing, note, f"rows{len(names)}")


def _subjects(year: Tables, given: Mapping[str, Any]) -> Listing:
    """Each subject: whose it is, its money and how much of it was spent, its totals and grades by tier, and their gap."""
    tiers: Mapping[str, str] = given.get("tiers", {})
    totals: Mapping[str, Sequence[Sequence[str | None]]] = given.get("totals", {})
    units = dict(zip(year["units"]["unit_id"], year["units"]["name"], strict=True))
    above = dict(zip(year["units"]["unit_id"], year["units"]["department_id"], strict=True))
    heads = [("代码", _NARROW), ("名称", _WIDE), ("类别", _NARROW), ("单位", _WIDE), ("部门", _WIDE)]
    heads += [
        (head, _NARROW) for head in ("年初预算数（万元）", "全年预算数（万元）", "全年执行数（万元）", _RATE)
    ]
    first = len(heads)
    for name in tiers.values():
        heads += [(f"{name}总分（分）", _NARROW), (f"{name}等级", _NARROW)]
    heads += [
        (f"{name}与{next(iter(tiers.values()))}相差（分）", _NARROW) for name in list(tiers.values())[1:]
    ]
    rows: list[list[Value]] = []
    one: Any
    for at, one in enumerate(year["subjects"].itertuples(), _FIRST + 1):
        listed = totals.get(one.subject_id, [[None, None]] * len(tiers))
        own = [_number(total) for total, _ in listed]
        row: list[Value] = [one.subject_id, one.name, _CODES.get(one.kind, one.kind), units.get(one.unit_id)]
        row += [units.get(above.get(one.unit_id, "")), one.initial_budget, one.adjusted_budget, one.executed]
        spent = _ratio(one.executed, one.adjusted_budget)
        row.append(None if spent is None else Formula(f"=H{at}/G{at}", spent))
        for total, (_, grade) in zip(own, listed, strict=True):
            row += [total, grade]
        for place, total in enumerate(own[1:], 1):
            gap = _gap(total, own[0])
            letters = (_letters(first + 2 * place), _letters(first))
            row.append(None if gap is None else Formula(f"={letters[0]}{at}-{letters[1]}{at}", gap))
        rows.append(row)
    sums = {at: _total(rows, at) for at in (5, 6, 7)}
    return Listing(_SUBJECTS, heads, rows, sums)


def _owners(year: Tables) -> dict[str, tuple[str | None, str | None]]:
    """The name of each subject and that of its unit, by id."""
    units = dict(zip(year["units"]["unit_id"], year["units"]["name"], strict=True))
    rows = year["subjects"][["subject_id", "name", "unit_id"]].itertuples(index=False, name=None)
    return {subject: (name, units.get(unit)) for subject, name, unit in rows}


def _lists(year: Tables) -> list[Listing]:
    """The other tables as they were filled in, beside the code of a subject its name and unit."""
    owners = _owners(year)
    listings = []
    for table, name in _LISTED.items():
        frame = year[table]
        said = table_schema.words()[table].columns
        heads = [("评价对象名称", _WIDE), ("单位", _WIDE)]
        heads += [(said[column].head, _width(frame[column])) for column in frame.columns]
        rows: list[list[Value]] = []
        place = list(frame.columns).index("subject_id")
        for record in frame.itertuples(index=False, name=None):
            values = [
                _measured(value) if column in _MEASURED else value
                for column, value in zip(frame.columns, record, strict=True)
            ]
            rows.append([*owners.get(record[place], _NOBODY), *values])
        sums = {
            at: _total(rows, at)
            for at, column in enumerate(frame.columns, 2)
            if said[column].unit == "万元" and any(isinstance(row[at], Decimal) for row in rows)
        }
        listings.append(Listing(name, heads, rows, sums))
    return listings


def _found(year: Tables, findings: Sequence[Mapping[str, str]]) -> Listing:
    """Each finding of the checks: the rule, of whom, where, what was found and what is to be done."""
    owners = _owners(year)
    rows: list[list[Value]] = []
    for one in findings:
        owner = owners.get(one["subject"], _NOBODY)
        severity = Severity.of(one["severity"]).words
        rows.append([one["rule"], severity, one["subject"], *owner])
        rows[-1] += [one[part] for part in ("place", "found", "expected", "remedy")]
    heads = [
        ("规则", _NARROW),
        ("程度", _NARROW),
        ("评价对象", _NARROW),
        ("评价对象名称", _WIDE),
        ("单位", _WIDE),
    ]
    heads += [("位置", _WIDE), ("发现", _WIDE), ("应为", _WIDE), ("怎么办", _WIDE)]
    return Listing(_FINDINGS, heads, rows, {})


def _dictionary(year: Tables) -> Listing:
    """Every column of every table: what it is called, what it means, its unit and the words that stand in it."""
    rows: list[list[Value]] = [
        [f"{name}.csv", said.row, column, words.title, words.unit, words.words, words.more]
        for name, said in table_schema.words().items()
        for column, words in said.columns.items()
    ]
    heads = [("表", 20.0), ("一行是", _WIDE), ("列", 20.0), ("名称", _WIDE), ("单位", _NARROW)]
    return Listing(_DICTIONARY, [*heads, ("取值", _WIDE), ("说明", _WIDE)], rows, {})


def _sheet(book: Book, name: str, listing: Listing, note: str, table: str) -> None:
    page = book.sheet(name, [width for _, width in listing.heads])
    page.put_across(0, listing.name, font_size=14, font_name=HEAD)
    heads = _unlike([head for head, _ in listing.heads])
    page.heads(_FIRST - 1, heads, len(listing.rows), table)
    writer = Writer(book, page)
    for at, row in enumerate(listing.rows, _FIRST):
        for column, value in enumerate(row):
            writer.put(at, column, value, heads[column])
    last = _FIRST + len(listing.rows) - 1
    if listing.sums:
        page.put(cell(last + 1, 0), "合计", font_name=HEAD, top=1)
        for column, formula in listing.sums.items():
            writer.put(last + 1, column, formula)
    for at, words in enumerate(filter(None, [note]), last + 1 + bool(listing.sums)):
        page.put_across(at, words, **NOTE)
    page.raw.freeze_panes(_FIRST, 2)
    page.finish(footer="&C— &P —", margins=MARGINS, landscape=True, repeat=(0, _FIRST - 1))


class Writer:
    """Writes single cells of many rows: a format is made once, and no row is measured."""

    def __init__(self, book: Book, page: Page) -> None:
        def made(**style: Any) -> Any:
            return book.format({**book.style, "text_wrap": False, **style})

        self._raw = page.raw
        self._text = made()
        self._quoted = made(quote_prefix=True)
        self._day = made(num_format=_DAY)
        self._share = made(num_format="0.00%", align="right")
        self._numbers = [
            made(num_format=workbooks.decimals(places), align="right") for places in range(_PLACES + 1)
        ]

    def put(self, at: int, column: int, value: Value, head: str = "") -> None:
        """A value in its type: shares in per cent, days as dates, true and false as words."""
        if value is None or value == "":
            return
        if isinstance(value, Formula):
            look = self._share if head == _RATE else self._numbers[2]
            self._raw.write_formula(at, column, value.text, look, float(Decimal(value.value)))
        elif isinstance(value, bool):
            self._raw.write_string(at, column, "是" if value else "否", self._text)
        elif isinstance(value, dt.date):
            self._raw.write_datetime(at, column, dt.datetime(value.year, value.month, value.day), self._day)
        elif isinstance(value, Decimal) and workbooks.exact(value):
            look = self._numbers[min(numbers.places_of(value), _PLACES)]
            self._raw.write_number(at, column, float(value), look)
        else:
            text = workbooks.clean(value)
            self._raw.write_string(
                at, column, text, self._quoted if workbooks.executable(text) else self._text
            )


def _total(rows: Sequence[Sequence[Value]], column: int) -> Formula:
    """The sum of a column as Excel counts it, of the rows that a filter leaves."""
    letters = _letters(column)
    values = [value for row in rows if isinstance(value := row[column], Decimal)]
    whole = sum(values, Decimal(0))
    return Formula(f"=SUBTOTAL(109,{letters}{_FIRST + 1}:{letters}{_FIRST + len(rows)})", whole)


def _ratio(part: Any, whole: Any) -> Decimal | None:
    known = isinstance(part, Decimal) and isinstance(whole, Decimal) and whole
    return numbers.ratio(part, whole) if known else None


def _measured(value: Any) -> Value:
    """What was measured, as a number where it is a plain one: 22, not 22场 or 007."""
    plain = isinstance(value, str) and _PLAIN.fullmatch(value)
    measured: Value = Decimal(value) if plain else value
    return measured


def _gap(total: Decimal | None, own: Decimal | None) -> Decimal | None:
    return None if total is None or own is None else total - own


def _number(text: str | None) -> Decimal | None:
    return None if text is None else numbers.parse(text)


def _letters(column: int) -> str:
    """The letters of a column, A for the first."""
    from xlsxwriter.utility import xl_col_to_name

    letters: str = xl_col_to_name(column)
    return letters


def _width(column: pd.Series) -> float:
    """Wide for long texts, narrow for codes and numbers."""
    texts = [value for value in column.head(200) if isinstance(value, str)]
    return _WIDE if max(map(len, texts), default=0) > 12 else _NARROW


def _unlike(heads: Sequence[str]) -> list[str]:
    """Heads of which no two are the same, as a table of Excel wants them."""
    found: list[str] = []
    for head in heads:
        found.append(head if head not in found else f"{head}（{found.count(head) + 1}）")
    return found

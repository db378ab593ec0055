"""Reads the single values of a form: what stands beside or below the labels above and under its table."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from jixiao.forms.layouts import labels
from jixiao.forms.layouts.layouts import HEAD, Layout
from jixiao.forms.model import FormKind, Remark, Value
from jixiao.forms.reading import number_cells
from jixiao.forms.reading.funds_table import beside
from jixiao.forms.reading.regions import Label, Plan
from jixiao.values import months

_SCORE = "header_score"
_MONEY = "(亿元|百万元|万元|千元|元)"
_UNIT = re.compile(
    rf"[(（]\s*(?:(?:金额)?单位\s*[:：]?)?\s*(?:人民币)?\s*{_MONEY}\s*[)）]"
    rf"|单位\s*[:：]\s*(?:人民币)?\s*{_MONEY}|^\s*(?:金额)?单位\s*{_MONEY}\s*$"
    rf"|[^0-9.,\s](?:\s*[/、]\s*|\s+){_MONEY}\s*$|[(（,，;；]\s*{_MONEY}\s*[,，;；)）]"
)
_SENTENCE = re.compile("[。；;，,]")  # no heading of a box has them
_DIGITS = "〇○零一二三四五六七八九"
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖", "一二三四五六七八九")  # as on cheques
_YEAR_ALONE = re.compile(
    rf"[(（]?((?:19|20)[0-9]{{2}}|[{_DIGITS}]{{4}})(?:年度?|财年|会计年度)[,，、;；]?[)）]?"
)
_YEAR_IN_BRACKETS = re.compile(
    rf"[(]((?:19|20)[0-9]{{2}}|[{_DIGITS}]{{4}})年度[)]"
)  # beside labels: 填报日期：…
_LONGEST_YEAR = 40
_WIDEST = 200  # with the blanks that move a unit to the right
_UNIT_WORDS = re.compile(
    rf"[(（,，、;；]?(?:金额|计量)?单位[:：]?(?:人民币)?{_MONEY}[)）]?|[(（,，、;；](?:人民币)?{_MONEY}[)）]?"
)
_CODE_ASKED = re.compile("编码|代码|编号")
_CODE = "(?P<code>[0-9A-Za-z][0-9A-Za-z-]{6,}[0-9A-Za-z])"
_BETWEEN = r"[\s/、,，;；:：|—_()（）\[\]【】-]"
_NAME_THEN_CODE = re.compile(rf"(?P<name>.*[^\x00-\x7f].*?){_BETWEEN}+{_CODE}[)）\]】]?", re.DOTALL)
_CODE_THEN_NAME = re.compile(rf"[(（\[【]?{_CODE}{_BETWEEN}*(?P<name>[^\x00-\x7f].*)", re.DOTALL)
_BARE_YEAR = re.compile("20[0-9]{2}")
_YEAR_APART = re.compile(r"(?:^|[\s(（,，、;；])((?:19|20)[0-9]{2})年度(?=$|[\s)）(（,，、;；])")
_WORDED_YEAR = re.compile(rf"([一二][{_DIGITS}]{{3}})年")
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年(?![0-9])")
_DATE = re.compile(  # 2021.12 alone may be a number with two decimals
    r"[≤<=]?((?:19|20)[0-9]{2})(?:(?:年|[-/])[0-9]{1,2}(?:月|[-/.]|$)|\.[0-9]{1,2}(?:月|[-/.]))"
)


def read(plan: Plan, rows: Iterable[int], layout: Layout) -> dict[str, Value]:
    """The fields whose labels stand in `rows`, by name.

    Of several labels of one field the filled one counts that stands first in the list of labels: 地方主管部门 rather
    than 中央主管部门, 实施单位 rather than 填报单位; of two that are alike the first.
    """
    fields: dict[str, Value] = {}
    order = layout.order
    given: dict[str, int] = {}
    for row in rows:
        for label in plan.labels.get(row, ()):
            name = layout.head.get(label.key) or (_SCORE if label.key in layout.totals else None)
            if name is None or (
                name in fields and fields[name].text and given[name] <= order.get(label.key, len(order))
            ):
                continue
            value = _below(plan, label) if name in layout.below else beside(plan, label)
            if value is not None and not value.text:
                value = _under(plan, label) or _like_a_label(plan, label, layout) or value
            if value is None or (name in fields and not value.text):
                continue
            fields |= _apart(plan, label, value) if name == "name" else {name: value}
            given[name] = order.get(label.key, len(order))
    return {**dict(_totals(plan, rows, layout)), **fields}


def _apart(plan: Plan, label: Label, value: Value) -> dict[str, Value]:
    """The name of a project, and its code where the label asks for both in one cell (项目名称及编码)."""
    asked = _CODE_ASKED.search(re.split("[:：]", plan.view.value(label.row, label.column).text)[0])
    found = _NAME_THEN_CODE.fullmatch(value.text.strip()) or _CODE_THEN_NAME.fullmatch(value.text.strip())
    if not asked or not found:
        return {"name": value}
    return {name: value._replace(text=found[name]) for name in ("name", "code")}


def _totals(plan: Plan, rows: Iterable[int], layout: Layout) -> Iterator[tuple[str, Value]]:
    """A total that stands outside the tables beside its label, as the only number of its row: 总分 | 96."""
    for row in rows:
        own = plan.cells.get(row, [])
        if (
            row in plan.heads | plan.funds
            or sum(number_cells.read(text)[0] is not None for _, text in own) != 1
        ):
            continue
        for (_, text), (column, number) in itertools.pairwise(own):
            if labels.key(text) in layout.totals and number_cells.read(number)[0] is not None:
                yield _SCORE, Value(number, row, column)
                return


def is_year_or_unit(text: str) -> bool:
    """Whether a text holds nothing but the year, or the unit of amounts, as lines below a title do."""
    bare = labels.compact(text) if len(text) <= _WIDEST else text
    return bool(bare) and (not _UNIT_WORDS.sub("", bare) or bool(_YEAR_ALONE.fullmatch(bare)))


def _under(plan: Plan, label: Label) -> Value | None:
    """The value in the cell below a label in a row of labels alone, None where that is none (项目名称 | 主管部门)."""
    own, below = plan.cells[label.row], label.row + 1
    alone = len(plan.labels[label.row]) == len(own) > 1
    known = plan.label_columns.get(below, frozenset())
    if not alone or label.row in plan.funds or below not in plan.cells or known:
        return None
    value = plan.view.value(below, label.column)
    return value if value.text and value.row == below else None


def _like_a_label(plan: Plan, label: Label, layout: Layout) -> Value | None:
    """The name that is called like a column of some table (合计, 年初预算数), right of its label."""
    start = plan.view.end(label.row, label.column)[1] + 1
    if (
        layout.head.get(label.key) != "name"
        or label.row in plan.funds | plan.heads
        or start >= plan.view.right
    ):
        return None
    others = [column for column, _ in plan.cells[label.row] if column >= start]
    value = plan.view.value(label.row, others[0]) if others else None
    key = labels.key(value.text) if value is not None else ""
    return None if key in layout.head or key in layout.known[HEAD] else value


def _below(plan: Plan, label: Label) -> Value | None:
    """The value of a label that heads a box: right of it if that is filled and heads no box itself, else below it."""
    right = beside(plan, label)
    if right is not None and right.text and not _heads_box(plan, label, right):
        return right
    bottom = plan.view.end(label.row, label.column)[0]
    row = bottom + 1
    if bottom > label.row:
        return right  # a title beside its boxes, drawn from top to bottom
    if row >= len(plan.view.sheet.rows) or label.column in plan.label_columns.get(row, ()):
        return right
    return plan.view.value(row, label.column)


def _heads_box(plan: Plan, label: Label, right: Value) -> bool:
    """Whether the text right of a label has a text below it as the label has one, in cells just as wide."""
    row = label.row + 1
    if label.text or right.row != label.row or len(right.text) > labels.LONGEST or row not in plan.cells:
        return False
    if _SENTENCE.search(right.text):
        return False
    below = dict(plan.cells[row])
    wide = all(
        plan.view.end(row, c)[1] == plan.view.end(label.row, c)[1] for c in (label.column, right.column)
    )
    return (
        {label.column, right.column} <= set(below)
        and label.column not in plan.label_columns.get(row, ())
        and wide
    )


def year(plan: Plan, rows: range, title: Value | None, fields: Mapping[str, Value]) -> dict[str, Value]:
    """The year, where no labelled cell gives one: from a cell that holds only a year, else from the title."""
    if fields.get("year", Value("", 0, 0)).text:
        return {}
    for row in rows:
        for column, text in plan.cells.get(row, ()):
            if found := year_alone(text):
                return {"year": Value(found, row, column)}
        if row in plan.labels:
            break
    printed = years(title.text) if title else ()
    return {"year": Value(printed[0], title.row, title.column)} if title and printed else {}


def month(
    plan: Plan, layout: Layout, rows: Iterable[int], title: Value | None, fields: Mapping[str, Value]
) -> dict[str, Value]:
    """Up to which month a form of monitoring goes, where no labelled cell of its own says so."""
    if layout.kind != FormKind.MONITORING or fields.get("month", Value("", 0, 0)).text:
        return {}
    found = _month(plan, rows, title)
    return {"month": found} if found else {}


def _month(plan: Plan, rows: Iterable[int], title: Value | None) -> Value | None:
    """The cell that says up to which month a form goes: a label such as 1-7月执行数 in `rows`, else the title."""
    if title is not None and months.spanned(title.text) is not None:
        return title
    for row in rows:
        for column, text in plan.cells.get(row, ()):
            if len(text) <= labels.LONGEST and months.spanned(text) is not None:
                return Value(text, row, column)
    return title if title is not None and months.up_to(title.text) is not None else None


def amount_units(plan: Plan, rows: Iterable[int]) -> Iterator[Value]:
    """The unit of amounts wherever `rows` name it: （万元）, 单位：千元."""
    for row in rows:
        for column, text in plan.cells.get(row, ()):
            if "元" not in text or len(text) > _WIDEST or len("".join(text.split())) > labels.LONGEST:
                continue
            if found := _UNIT.search(labels.simplified(text)):
                yield Value(next(filter(None, found.groups())), row, column)


@lru_cache(maxsize=4096)
def years(text: str) -> tuple[str, ...]:
    """The years that a title or a file name is about: 2022年度 → 2022; 2022年3月 is a date and gives none."""
    return tuple(dict.fromkeys(_YEAR.findall(_in_digits(labels.compact(text).translate(_FORMAL)))))


@lru_cache(maxsize=4096)
def year_alone(text: str) -> str:
    """The year of a cell that holds nothing but it, a unit and other pairs (（二〇二二年度）　单位：万元); "" for none."""
    bare = labels.compact(text).translate(_FORMAL) if len(text) <= _WIDEST else ""
    if _BARE_YEAR.fullmatch(bare):
        return bare
    if len(bare) > _LONGEST_YEAR or "年" not in bare:
        return ""
    found = _YEAR_ALONE.fullmatch(_UNIT_WORDS.sub("", bare))
    found = found or (_YEAR_IN_BRACKETS.search(bare) if ":" in bare else None)
    found = found or _YEAR_APART.search(text)
    return _in_digits(found[1] + "年")[:4] if found else ""


def _in_digits(text: str) -> str:
    """`text` with years such as 二〇二二年 in digits."""
    return _WORDED_YEAR.sub(lambda found: "".join(map(_digit, found[1])) + "年", text)


def _digit(character: str) -> str:
    return str(max(_DIGITS.index(character) - 2, 0))


def year_remarks(plan: Plan, fields: dict[str, Value], goals: Iterable[Value]) -> Iterator[Remark]:
    """F10: contradictions between the years in the title, in a cell of its own, in the file name and in targets."""
    title = fields.get("title", Value("", 0, 0))
    printed = [(title, "标题", year) for year in years(title.text)[:1]]
    if "year" in fields and (found := re.search(r"(?:19|20)[0-9]{2}", labels.compact(fields["year"].text))):
        printed.append((fields["year"], "年度栏", found[0]))
    if not printed:
        return
    value, where, year = printed[-1]
    others = [f"{place}写{other}年" for _, place, other in printed[:-1] if other != year]
    name = years(re.split(r"[\\/]", plan.view.sheet.file)[-1])
    others += [f"文件名写{other}年" for other in name if other != year]
    if others:
        place = plan.view.sheet.place(value.row, value.column)
        yield Remark(
            "F10", place, f"{where}写{year}年，{'，'.join(others)}", "同一个年度", "核对年度并改成一致"
        )
    for goal in goals:  # rows left over from an old form
        due = _DATE.match(labels.compact(goal.text))
        if due and due[1] < year:
            place = plan.view.sheet.place(goal.row, goal.column)
            written = f"年度指标值“{goal.text}”是{due[1]}年的"
            yield Remark("F10", place, written, f"{year}年的目标", "改成本年度的目标")

"""The text of a report: Markdown whose {figure.key} placeholders become <data> elements of the page.

Numbers typed by hand are refused (see `digits`): a number reaches the report only as a figure. So are braces that
hold no key, and tables drawn in Markdown. Whatever is wrong with a text is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from html import escape, unescape
from itertools import chain, pairwise

from jixiao.figures.model import Figure, Figures
from jixiao.kit.errors import Fault, ProseError, one_line
from jixiao.report import digits

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
CLAUSE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
BARE = ":数"  # {key:数} gives the number without its unit
EACH = ".*"  # {prefix.*} lists the figures below prefix at every depth: label and number of each that has one, not zero
PRESENT = ":有"  # {key:有} says whether there are any: 有3个, 没有
SILENT = ":略"  # {key:略} writes nothing, and its clause is left out where the figure has no value
SOME = ":非零"  # {key:非零} is the number, and its clause is left out where there is none to count
MOST = ":最多"  # {prefix.*:最多} is the greatest of them with its label: 佐证材料不充分（39.17%）
LOWER = ":降低"  # {key:降低} says which way a difference goes: 降低2.67分, 提高2.67分, 持平
# {part:均 whole} says how much of the whole: 均, 没有, 有3个; {part:其中 whole}: 全部3个, 其中的2个
OF = re.compile(r":(均|全部|其中)\s+(\S+)$")
_HOW_MANY = ("有", "均", "全部")
REFERENCE = re.compile(r"\{图:\s*([^{}\s]+)\s*\}")  # {图:NAME} is the number of a chart of the report: 图4
MARK = "*"  # stands behind a number that follows from reconstructed rows, not from the published report
_HIDDEN = "\ue000{}\ue001"
GONE = "\ue002"  # stands where a clause was left out
_EMPTIED = re.compile(r"^[^\S\n]*(?:(?:[-*+]|\d+[.)])[^\S\n]+)?\ue002[\ue002\s]*?(?:\n|\Z)", re.MULTILINE)
_GAP = r"(?:[^\S\n]|\n(?![^\S\n]*\n))"  # blanks and one line end, which end no paragraph
# What is left of the head of a sentence whose clauses are gone: the comma or the full stop behind them.
_HEADLESS = re.compile(rf"(\A\s*|\n[^\S\n]*\n\s*|[。！？]{_GAP}*)\ue002(?:[\ue002，、；。]|{_GAP})*")
_STOPS = re.compile(rf"。(?:{_GAP}*。)+")
_MARKUP = re.compile(r"<sup>.*?</sup>|<[^>]*>")
_BRACKETS = re.compile(r"\[\[|\]\]")
_BRACE = re.compile(r"[{}｛｝]")
_AROUND = 10
_RULE = re.compile(r"\s*[|｜]?\s*:?-{2,}:?\s*(?:[|｜]\s*:?-{2,}:?\s*)+[|｜]?\s*")  # below the head of a table
_UNCLOSED = re.compile(r"\{[\x21-\x7a]*")  # the key behind a brace
_ANY = re.compile(r"[^\n]+")
_SENT = "见|参见|详见|参阅|参照"
_QUOTES = "[“‘「『《\"']?", "[”’」』》\"']?"
_ROW = re.compile(r"[^|｜│\n]*(?:[|｜│][^|｜│\n]*){2,}")


def with_known(text: str, figures: Figures, *, broken: Collection[str] = ()) -> str:
    """`text` without the clauses in [[…]] of which a figure has no value, and the others without their brackets.

    A line, or a point of a list, that held nothing but such clauses is gone with them: it ends no paragraph. So are
    the comma and the full stop that stood behind clauses which began a sentence.
    """

    def left(clause: re.Match[str]) -> str:
        return clause[1] if has_values(clause[1], figures, broken=broken) else GONE

    lines = _EMPTIED.sub("", CLAUSE.sub(left, text))
    return _STOPS.sub("。", _HEADLESS.sub(r"\1", lines).replace(GONE, ""))


def has_values(text: str, figures: Figures, *, broken: Collection[str] = ()) -> bool:
    """Whether every figure that `text` uses has a value, or is `broken`; ProseError for one that does not exist.

    A {prefix.*} that lists nothing, for all are zero, has none; nor has a {key:非零} that is zero.
    """
    named = _named(text, figures, broken)
    needed = [
        one for one in PLACEHOLDER.findall(text) if one.strip().endswith(SOME) and _key(one) not in broken
    ]
    return all(each and all(figure.value is not None for figure in each) for each in named) and all(
        figures[_key(one)].value != 0 for one in needed
    )


def is_emptied(text: str, figures: Figures, *, broken: Collection[str] = ()) -> bool:
    """Whether all figures of `text` stand in clauses, and no clause is left."""
    clauses = CLAUSE.findall(text)
    outside = CLAUSE.sub("", text)
    return (
        bool(clauses)
        and not PLACEHOLDER.search(outside)
        and not any(has_values(clause, figures, broken=broken) for clause in clauses)
    )


def used(text: str, figures: Figures, *, broken: Collection[str] = ()) -> list[Figure]:
    """The figures that `text` uses, but for the `broken`; ProseError for one that does not exist."""
    return list(chain.from_iterable(_named(text, figures, broken)))


def _named(text: str, figures: Figures, broken: Collection[str]) -> list[list[Figure]]:
    """The figures of each placeholder of `text` that is not `broken`."""
    return [_used(one, figures) for one in PLACEHOLDER.findall(text) if _key(one) not in broken]


def fragment(text: str, figures: Figures, *, marked: bool, broken: Collection[str] = ()) -> str:
    """`text` (Markdown) as HTML, placeholders filled; `marked` sets MARK behind unpublished numbers.

    ProseError lists all that is wrong with it (see `faults`).
    """
    import mistune

    found = faults(text, figures, broken=broken)
    if found:
        raise ProseError(*found)
    filled: list[str] = []

    def hide(match: re.Match[str]) -> str:
        filled.append("" if _key(match[1]) in broken else _filled(match[1].strip(), figures, marked))
        return _HIDDEN.format(len(filled) - 1)

    markdown = mistune.create_markdown(escape=True)
    markup = markdown(PLACEHOLDER.sub(hide, _joined(text)))
    return re.sub(_HIDDEN.format(r"(\d+)"), lambda match: filled[int(match[1])], markup)


def line(text: str, figures: Figures, *, broken: Collection[str] = ()) -> str:
    """`text` on one line as plain characters, each {key} written as in a paragraph, without marks.

    ProseError lists all that is wrong with it (see `faults`).
    """
    found = faults(text, figures, "标题", broken=broken)
    if found:
        raise ProseError(*found)

    def filled(match: re.Match[str]) -> str:
        if _key(match[1]) in broken:
            return ""
        return unescape(_MARKUP.sub("", _filled(match[1].strip(), figures, marked=False)))

    return PLACEHOLDER.sub(filled, text)


def faults(
    text: str, figures: Figures, place: str = "正文", *, broken: Collection[str] = (), values: bool = True
) -> list[Fault]:
    """All that is wrong with `text`: how it is written, figures that are not there or, if it needs `values`, have none.

    Of a figure whose definition is `broken` nothing is said: that was told where it is defined.
    """
    found = written_faults(text, place)
    for placeholder in PLACEHOLDER.findall(text):
        if _key(placeholder) in broken:
            continue
        try:
            named = _used(placeholder, figures)
            if values:
                list(map(_with_value, named))
        except ProseError as error:
            found += error.faults
    return list(dict.fromkeys(found))


def written_faults(text: str, place: str) -> list[Fault]:
    """What is wrong with `text` whatever the figures are: braces without a key, a drawn table, numbers typed by hand."""
    masked = digits.cover(PLACEHOLDER, text)
    found = []
    for brace in _BRACE.finditer(masked):
        key = _UNCLOSED.match(masked, brace.start())
        end = key.end() if key else brace.end()
        where = _around(text, place, brace.start(), end)
        if brace[0] in "｛｝":
            found.append(Fault(where, f"是全角的“{brace[0]}”", "{统计数的键}", "改用半角的花括号"))
        elif brace[0] == "{":
            found.append(Fault(where, "“{”没有闭合", "{统计数的键}", "补上“}”"))
        else:
            found.append(Fault(where, "多出一个“}”", "{统计数的键}", "补上前面的“{”，或删去"))
    return [
        *found,
        *_clause_faults(text, place, masked),
        *table_faults(text, place),
        *digits.found(text, place, _without_tables(digits.cover(_UNCLOSED, masked))),
    ]


def _around(text: str, place: str, start: int, end: int) -> str:
    """A place in `text` as messages name it: what stands there, and a few characters before and behind."""
    return f"{place}“…{one_line(text[max(0, start - _AROUND) : end + _AROUND])}…”"


def _clause_faults(text: str, place: str, masked: str) -> Iterator[Fault]:
    """A fault for each [[ or ]] of `text` that opens or closes no clause: alone, or inside another one.

    `masked` is the text with its placeholders covered.
    """
    opened: re.Match[str] | None = None
    for bracket in _BRACKETS.finditer(masked):
        where = _around(text, place, *bracket.span())
        if bracket[0] == "[[" and opened:
            yield Fault(where, "[[…]] 里又有“[[”", "一层 [[…]]", "分成两处，或删去一层")
            return
        if bracket[0] == "]]" and not opened:
            yield Fault(where, "多出一个“]]”", "[[可以略去的话]]", "补上前面的“[[”，或删去")
        opened = bracket if bracket[0] == "[[" else None
    if opened:
        yield Fault(_around(text, place, *opened.span()), "“[[”没有闭合", "[[可以略去的话]]", "补上“]]”")


def table_faults(text: str, place: str) -> list[Fault]:
    """One fault where `text` holds a table drawn with lines of Markdown, or in HTML."""
    if _tabular(text):
        drawn = next(line for line in text.splitlines() if _is_row(line))
    elif "<table" in text.lower():
        drawn = text[text.lower().index("<table") :]
    else:
        return []
    remedy = 'report.table(frame, "题目") 列表'
    return [Fault(f"{place}“…{one_line(drawn, 30)}…”", "有手写的表格", remedy=f"改用 {remedy}")]


def references(text: str, left_out: Iterable[str]) -> list[Fault]:
    """A fault for each section of `left_out` to which `text` sends its reader: 详见“结果应用”, “结果应用”一节."""
    found = []
    for name in left_out:
        quoted = re.escape(name).join(_QUOTES)
        sent = re.search(rf"(?:{_SENT})[^。；，\n]{{0,8}}?{quoted}|{quoted}(?:一节|一章|章节|部分所)", text)
        if sent:
            remedy = f"删去这一处，或从参数 leave_out 里去掉“{name}”"
            found.append(Fault(f"正文“…{sent[0]}…”", f"提到的章节“{name}”没有写", remedy=remedy))
    return found


def _without_tables(masked: str) -> str:
    """`masked` with the rows of a drawn table covered: what is wrong with them was told once."""
    if not _tabular(masked):
        return masked
    lines = masked.splitlines(keepends=True)
    return "".join(digits.cover(_ANY, line) if _is_row(line) else line for line in lines)


def _tabular(text: str) -> bool:
    """Whether `text` has two rows of cells one below the other, or the rule that stands below a head."""
    rows = [_is_row(line) for line in text.splitlines()]
    ruled = any(_RULE.fullmatch(line) for line in text.splitlines())
    return ruled or any(one and other for one, other in pairwise(rows))


def _is_row(line: str) -> bool:
    return bool(_ROW.fullmatch(line.strip()) or _RULE.fullmatch(line))


def _key(placeholder: str) -> str:
    key = OF.sub("", placeholder.strip())
    for way in (BARE, PRESENT, SILENT, SOME, LOWER, MOST):
        key = key.removesuffix(way)
    return key


def _used(placeholder: str, figures: Figures) -> list[Figure]:
    """The figures that a placeholder stands for; ProseError where there is none."""
    key = _key(placeholder)
    if key.endswith(EACH):
        return _each(key, figures)
    whole = OF.search(placeholder.strip())
    return [figures[key], *([figures[whole[2]]] if whole else [])]


def _filled(placeholder: str, figures: Figures, marked: bool) -> str:
    if placeholder.endswith(EACH):
        return "、".join(
            f"{escape(figure.short or figure.label)}的{data(figure, marked=marked)}"
            for figure in _each(placeholder, figures)
        )
    if placeholder.endswith(SILENT):
        return ""
    if placeholder.endswith(MOST):
        most = max(_each(_key(placeholder), figures), key=_size)
        return f"{escape(most.short or most.label)}（{data(most, marked=marked)}）"
    figure = figures[_key(placeholder)]
    if placeholder.endswith(LOWER):
        return _difference(figure, marked)
    written = "数" if placeholder.endswith(BARE) else "有" if placeholder.endswith(PRESENT) else ""
    if whole := OF.search(placeholder):
        reached = figure.value == _with_value(figures[whole[2]]).value
        if whole[1] == "其中":
            return f"{'全部' if reached else '其中的'}{data(figure, marked=marked)}"
        written = whole[1] if reached else "有"
    return data(figure, written, marked=marked)


def _size(figure: Figure) -> Decimal:
    value = _with_value(figure).value
    return value if isinstance(value, Decimal) else Decimal(0)


def _difference(figure: Figure, marked: bool) -> str:
    """By how much something is lower, or higher where the `figure` is below zero: the number stands without its sign."""
    value = _with_value(figure).value
    if not isinstance(value, Decimal) or value == 0:
        return data(figure, "持平", marked=marked)
    size = replace(figure, value=abs(value), shown="")
    return f"{'降低' if value > 0 else '提高'}{data(figure, size.display, marked=marked)}"


def _each(placeholder: str, figures: Figures) -> list[Figure]:
    prefix = placeholder.removesuffix("*")
    below = [figure for key, figure in figures.items() if key.startswith(prefix)]
    if not below:
        raise ProseError(
            Fault(f"统计数 {{{placeholder}}}", "没有以此开头的统计数", remedy="查附录的统计数一览")
        )
    known = [figure for figure in below if figure.value is not None]
    return [figure for figure in known or below if figure.value != 0]


def data(figure: Figure, way: str = "", *, marked: bool = False) -> str:
    """`figure` as a <data> element; ProseError when the data gave it no value.

    `way` is 数 for the number without its unit, 有 for whether there are any (有3个, 没有), 均 or 全部 where they are all
    that there are, 分 for the unit set apart, any other word what is written in place of the number.
    """
    _with_value(figure)
    written = escape(figure.number if way == "数" else figure.display)
    if way in _HOW_MANY:
        none = figure.value == 0
        written = "没有" if none else f"有{written}" if way == "有" else way
    elif way not in ("", "数", "分"):
        written = escape(way)
    if way == "分" and not figure.shown and figure.unit:
        written = f'{escape(figure.number)}<span class="unit">{escape(figure.unit)}</span>'
    element = f'<data value="{escape(figure.number)}" data-key="{escape(figure.key)}">{written}</data>'
    mark = mark_of(figure, marked=marked)
    return element + (f"<sup>{mark}</sup>" if mark else "")


def mark_of(figure: Figure, *, marked: bool) -> str:
    """What stands behind the number of `figure`: MARK where it follows from invented rows, of this year if `marked`."""
    return MARK if figure.invented and (marked or figure.reconstructed) else ""


def _with_value(figure: Figure) -> Figure:
    """`figure`; ProseError when the data gave it no value."""
    if figure.value is None:
        remedy = "补上数据，或删去用到它的单元格，或把整个章节写进 leave_out"
        raise ProseError(Fault(f"统计数 {{{figure.key}}}", f"没有值（来源：{figure.source}）", remedy=remedy))
    return figure


def _joined(text: str) -> str:
    """Line ends inside a Chinese paragraph removed: they would become blanks between characters."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(
        "".join(line.strip() for line in p.splitlines()) if _flows(p) else p for p in paragraphs
    )


def _flows(paragraph: str) -> bool:
    return not re.match(r"\s*([-*+|#>]|\d+\.)", paragraph)

"""The text of a report: Markdown whose {figure.key} placeholders become <data> elements of the page.

Digits typed by hand are refused: a number reaches the report only as a figure.
Document numbers such as 财预〔2020〕10号 and titles in 《》 are citations and pass.
"""

from __future__ import annotations

import re
from html import escape

from jixiao.figures.model import Figure, Figures
from jixiao.kit.errors import Fault, ProseError
from jixiao.report import digits

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
CLAUSE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
BARE = ":数"  # {key:数} gives the number without its unit
EACH = ".*"  # {prefix.*} lists the figures below prefix at every depth: label and number of each not zero
MARK = "*"  # stands behind a number that follows from reconstructed rows, not from the published report
_HIDDEN = "\ue000{}\ue001"


def with_known(text: str, figures: Figures) -> str:
    """`text` without the clauses in [[…]] of which a figure has no value, and the others without their brackets."""
    return CLAUSE.sub(lambda clause: clause[1] if has_values(clause[1], figures) else "", text)


def has_values(text: str, figures: Figures) -> bool:
    """Whether every figure that `text` uses has a value; ProseError for one that does not exist."""
    keys = [match.strip().partition(BARE)[0] for match in PLACEHOLDER.findall(text)]
    used = [f for key in keys for f in (_each(key, figures) if key.endswith(EACH) else [figures[key]])]
    return all(figure.value is not None for figure in used)


def fragment(text: str, figures: Figures, *, marked: bool) -> str:
    """`text` (Markdown) as HTML, placeholders filled; `marked` sets MARK behind unpublished numbers."""
    import mistune

    digits.refuse(PLACEHOLDER.sub("", text), "正文")
    filled: list[str] = []

    def hide(match: re.Match[str]) -> str:
        filled.append(_filled(match[1].strip(), figures, marked))
        return _HIDDEN.format(len(filled) - 1)

    markdown = mistune.create_markdown(escape=True)
    markup = markdown(PLACEHOLDER.sub(hide, _joined(text)))
    return re.sub(_HIDDEN.format(r"(\d+)"), lambda match: filled[int(match[1])], markup)


def line(text: str, figures: Figures) -> str:
    """`text` on one line as plain characters, each {key} the figure with its unit, {key:数} without."""
    digits.refuse(PLACEHOLDER.sub("", text), "标题")

    def filled(match: re.Match[str]) -> str:
        key, bare, _ = match[1].strip().partition(BARE)
        figure = _with_value(figures[key])
        return figure.number if bare else figure.display

    return PLACEHOLDER.sub(filled, text)


def _filled(placeholder: str, figures: Figures, marked: bool) -> str:
    if placeholder.endswith(EACH):
        return "、".join(
            f"{escape(figure.short or figure.label)}的{data(figure, marked=marked)}"
            for figure in _each(placeholder, figures)
        )
    key, bare, _ = placeholder.partition(BARE)
    return data(figures[key], bare=bool(bare), marked=marked)


def _each(placeholder: str, figures: Figures) -> list[Figure]:
    prefix = placeholder.removesuffix("*")
    below = [figure for key, figure in figures.items() if key.startswith(prefix)]
    if not below:
        raise ProseError(
            Fault(f"统计数 {{{placeholder}}}", "没有以此开头的统计数", remedy="查附录的统计数一览")
        )
    return [figure for figure in below if figure.value != 0]


def data(figure: Figure, *, bare: bool = False, marked: bool = False) -> str:
    """`figure` as a <data> element; ProseError when the data gave it no value."""
    _with_value(figure)
    written = figure.number if bare else figure.display
    element = (
        f'<data value="{escape(figure.number)}" data-key="{escape(figure.key)}">{escape(written)}</data>'
    )
    of_invented_rows = figure.invented and (marked or figure.reconstructed)
    return element + (f"<sup>{MARK}</sup>" if of_invented_rows else "")


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

"""A table of contents that Word keeps up to date."""

from __future__ import annotations

from typing import Any

from jixiao.press.word import heading_numbers, references
from jixiao.press.word.heading_numbers import Attached
from jixiao.press.word.ooxml import element, paragraph, q, set_style, style_of, text_of, words

_LEVELS = {
    "ReportAttachedTitle": 1,
    "Heading1": 1,
    "Heading2": 2,
    "Heading3": 3,
    "ReportAttachedHeading2": 2,
    "ReportAttachedHeading3": 3,
}
_FIRST_MARK = 1000  # above the ids of other bookmarks


def add(body: Any, attached: Attached) -> None:
    """A table of contents before the title; Word puts in the numbers of the pages when it opens the file."""
    headings = [one for one in body.iter(q("p")) if style_of(one) in _LEVELS]
    if not headings:
        return
    numbers = dict(heading_numbers.shown(body, attached))
    entries = [
        _entry(heading, numbers.get(heading, ""), f"_Toc{at:08}", at)
        for at, heading in enumerate(headings, _FIRST_MARK)
    ]
    code = ' TOC \\o "1-3" \\h \\z \\u '
    begin, instruction, separate, end = references.field(element("r"), code, [], stale=True)
    for at, part in enumerate((begin, instruction, separate)):
        entries[0].insert(1 + at, part)
    entries[-1].append(end)
    for at, line in enumerate([paragraph("目录", "TOCHeading"), *entries]):
        body.insert(at, line)
    entries[-1].getnext().find(q("pPr")).insert(1, element("pageBreakBefore"))


def _entry(heading: Any, number: str, mark: str, at: int) -> Any:
    """The line of a heading, led to it."""
    start = element("bookmarkStart", id=str(at), name=mark)
    heading.insert(1, start)
    heading.append(element("bookmarkEnd", id=str(at)))
    link = element("hyperlink", element("r", words(number + text_of(heading))), anchor=mark, history="1")
    made = element("p", link)
    set_style(made, f"TOC{_LEVELS[style_of(heading)]}")
    return made

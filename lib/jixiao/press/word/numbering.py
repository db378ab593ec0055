"""Numbers of captions that Word counts, and a table of contents that it keeps up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from jixiao.press.word.ooxml import element, paragraph, q, set_style, style_of, text_of, words

_CAPTIONS = ("TableCaption", "ImageCaption")
_NUMBERED = re.compile(r"(表|图)(\d+)(.*)", re.DOTALL)
_LEVELS = {"ReportAttachedTitle": 1, "Heading1": 1, "Heading2": 2, "Heading3": 3}
_FIRST_MARK = 1000  # above the ids of other bookmarks


def number_captions(body: Any) -> None:
    """The number of 表1 or 图1 becomes a field that shows the same number now, and counts after an edit."""
    counted: dict[str, int] = {}
    for caption in body.iter(q("p")):
        if style_of(caption) in _CAPTIONS:
            _number(caption, counted)


def _number(caption: Any, counted: dict[str, int]) -> None:
    run = caption.find(q("r"))
    text = None if run is None else run.findtext(q("t"))
    found = _NUMBERED.fullmatch(text or "")
    if found is None:
        return
    kind = found[1]
    number = int(found[2])
    rest = found[3]
    start = "" if number == counted.get(kind, 0) + 1 else f" \\r {number}"
    counted[kind] = number
    code = f" SEQ {kind} \\* ARABIC{start} "
    parts = [_like(run, words(kind)), *_field(run, code, [_like(run, words(found[2]))])]
    for part in reversed([*parts, _like(run, words(rest))] if rest else parts):
        run.addnext(part)
    caption.remove(run)


def _like(run: Any, *content: Any) -> Any:
    """A run that looks as `run` does."""
    look = run.find(q("rPr"))
    return element("r", *([] if look is None else [deepcopy(look)]), *content)


def _field(like: Any, code: str, shown: list[Any], *, stale: bool = False) -> Iterator[Any]:
    """The runs of a field; what a `stale` one shows is made anew by Word when the file is opened."""
    instruction = words(code, "instrText")
    dirty = {"dirty": "true"} if stale else {}
    yield _like(like, element("fldChar", fldCharType="begin", **dirty))
    yield _like(like, instruction)
    yield _like(like, element("fldChar", fldCharType="separate"))
    yield from shown
    yield _like(like, element("fldChar", fldCharType="end"))


def add_contents(body: Any) -> None:
    """A table of contents before the title; Word puts in the numbers of the pages when it opens the file."""
    headings = [one for one in body.iter(q("p")) if style_of(one) in _LEVELS]
    if not headings:
        return
    entries = [_entry(heading, f"_Toc{at:08}", at) for at, heading in enumerate(headings, _FIRST_MARK)]
    code = ' TOC \\o "1-3" \\h \\z \\u '
    begin, instruction, separate, end = _field(element("r"), code, [], stale=True)
    for at, part in enumerate((begin, instruction, separate)):
        entries[0].insert(1 + at, part)
    entries[-1].append(end)
    for at, line in enumerate([paragraph("目录", "TOCHeading"), *entries]):
        body.insert(at, line)
    entries[-1].getnext().find(q("pPr")).insert(1, element("pageBreakBefore"))


def _entry(heading: Any, mark: str, number: int) -> Any:
    """The line of a heading, led to it."""
    start = element("bookmarkStart", id=str(number), name=mark)
    heading.insert(1, start)
    heading.append(element("bookmarkEnd", id=str(number)))
    link = element("hyperlink", element("r", words(text_of(heading))), anchor=mark, history="1")
    made = element("p", link)
    set_style(made, f"TOC{_LEVELS[style_of(heading)]}")
    return made

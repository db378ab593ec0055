"""References of the text to tables, charts and attachments as fields, which say a new number after an edit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jixiao.press.word import heading_numbers
from jixiao.press.word.heading_numbers import Attached
from jixiao.press.word.ooxml import element, like, q, style_of, text_of, words

_CAPTIONS = ("TableCaption", "ImageCaption")
_NUMBERED = re.compile(r"(表|图)(\d+)(.*)", re.DOTALL)
_FIRST_MARK = 2000  # above the ids of other bookmarks
_NAMES = {"表": "Table", "图": "Chart"}
_LISTED = ("ReportAttachments", "ReportAttachmentsMore")
_TITLE = "ReportAttachedTitle"
# A label that the text speaks of: 见表2、图3, and not 报表2 or 表1-1.
_SPOKEN = re.compile(
    r"(?:(?<=[见如同由从按据照在和与及或至到是为对的下以上入（(、，。；：,;:“])|^)"
    r"((?:表|图)\d+|(?:附件|附录)(?:\d+|[一二三四五六七八九十]+))(?![\d.．\-－—一二三四五六七八九十])"
)
_LINE = re.compile(r"((?:附录|附件)：)?(?:(\d+)(\.))?(.+)", re.DOTALL)


def bind(body: Any, attached: Attached) -> None:
    """Number captions by fields, mark them and the attachments, and make fields of what the text says of them."""
    marks = dict(_mark_captions(body)) | dict(_mark_attached(body, attached))
    _list_attached(body)
    spared = {*_CAPTIONS, *_LISTED, _TITLE, *heading_numbers.LEVELS}
    for block in body.iter(q("p")):
        if style_of(block) not in spared:
            for run in block.findall(q("r")):
                _refer(run, marks)


def field(run: Any, code: str, shown: list[Any], *, stale: bool = False) -> Iterator[Any]:
    """The runs of a field that look as `run` does; what a `stale` one shows is made anew by Word on opening."""
    dirty = {"dirty": "true"} if stale else {}
    yield like(run, element("fldChar", fldCharType="begin", **dirty))
    yield like(run, words(code, "instrText"))
    yield like(run, element("fldChar", fldCharType="separate"))
    yield from shown
    yield like(run, element("fldChar", fldCharType="end"))


def _mark_captions(body: Any) -> Iterator[tuple[str, str]]:
    """The number of 表1 or 图1 becomes a field that shows the same number now; its label is marked."""
    counted: dict[str, int] = {}
    for caption in body.iter(q("p")):
        run = caption.find(q("r")) if style_of(caption) in _CAPTIONS else None
        found = None if run is None else _NUMBERED.fullmatch(run.findtext(q("t")) or "")
        if found is None:
            continue
        kind, number, rest = found.groups()
        start = "" if int(number) == counted.get(kind, 0) + 1 else f" \\r {int(number)}"
        counted[kind] = int(number)
        code = f" SEQ {kind} \\* ARABIC{start} "
        name = f"_Ref{_NAMES[kind]}{number}"
        parts = [
            *_marked(body, name, [like(run, words(kind)), *field(run, code, [like(run, words(found[2]))])]),
            *([like(run, words(rest))] if rest else []),
        ]
        _put(run, parts)
        yield f"{kind}{number}", f" REF {name} \\h "


def _mark_attached(body: Any, attached: Attached) -> Iterator[tuple[str, str]]:
    """The numbers of attachments are those of their list; a reference asks for them."""
    for block, number in heading_numbers.shown(body, attached):
        if style_of(block) == heading_numbers.ATTACHED:
            name = f"_RefAttached{number.removeprefix(attached.word)}"
            block.extend(_marked(body, name, list(block.iterchildren(q("r")))))
            yield number, f" REF {name} \\n \\h "


def _list_attached(body: Any) -> None:
    """The list of attachments counts its lines, and takes their names from the attachments."""
    titles: dict[str, Any] = {}
    for block in body.iter(q("p")):
        if style_of(block) == _TITLE:
            titles.setdefault(text_of(block), block)
    for at, line in enumerate([one for one in body.iter(q("p")) if style_of(one) in _LISTED], 1):
        run = line.find(q("r"))
        found = _LINE.fullmatch(text_of(line))
        if run is None or found is None:
            continue
        word, number, stop, name = found.groups()
        parts = [like(run, words(word))] if word else []
        if number:
            parts += [
                *field(run, " SEQ 附件说明 \\* ARABIC ", [like(run, words(number))]),
                like(run, words(stop)),
            ]
        shown = [like(run, words(name))]
        title = titles.pop(name, None)
        if title is not None:
            mark = f"_RefAttachedTitle{at}"
            title.extend(_marked(body, mark, list(title.iterchildren(q("r")))))
            shown = list(field(run, f" REF {mark} \\h ", shown))
        for other in line.findall(q("r"))[1:]:
            line.remove(other)
        _put(run, [*parts, *shown])


def _refer(run: Any, marks: Mapping[str, str]) -> None:
    """Make fields of the labels that a run speaks of."""
    part = run.find(q("t"))
    if part is None or len(run.findall(q("t"))) > 1:
        return
    pieces = _SPOKEN.split(part.text or "")
    if not any(label in marks for label in pieces[1::2]):
        return
    made: list[Any] = []
    for at, piece in enumerate(pieces):
        if at % 2 and piece in marks:
            made += field(run, marks[piece], [like(run, words(piece))])
        elif piece:
            made.append(like(run, words(piece)))
    _put(run, made)


def _marked(body: Any, name: str, inner: list[Any]) -> list[Any]:
    """The runs between the ends of a new bookmark."""
    number = str(_FIRST_MARK + sum(1 for _ in body.iter(q("bookmarkStart"))))
    return [element("bookmarkStart", id=number, name=name), *inner, element("bookmarkEnd", id=number)]


def _put(run: Any, parts: list[Any]) -> None:
    """Put runs in the place of a run."""
    for part in parts:
        run.addprevious(part)
    run.getparent().remove(run)

"""The text that pandoc wrote in styles of our own, with tables, pictures, captions and sections in their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jixiao.press.paper.themes import Theme
from jixiao.press.paper.translation import Setting
from jixiao.press.word import heading_numbers, native_charts, page_setup, references, word_tables
from jixiao.press.word.heading_numbers import ATTACHED, Attached
from jixiao.press.word.native_charts import Bars
from jixiao.press.word.ooxml import (
    element,
    keep_with_next,
    paragraph,
    properties,
    q,
    set_style,
    style_of,
    text_of,
)

BREAK = "ReportBreak"
TABLE = "ReportTableMark"
POINT = "ReportPoint"
UPRIGHT = "upright"  # what the paragraph of a break says of the pages before it
TURNED = "turned"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_BODY = ("BodyText", "FirstParagraph", "Compact", "")
_FREE = ("ReportNote", "CaptionedFigure", "TableCaption", BREAK)  # what has room above it, or needs none
_POINTS_BELOW = ("下表", "下图")
_LOOKS = {"vertAlign": "ReportMark", "b": "Strong", "i": "Emphasis"}
_IN_LOOKS = ("b", "bCs", "i", "iCs", "vertAlign")


def arranged(
    root: Any, settings: Mapping[str, Setting], theme: Theme, charts: Sequence[Bars] = ()
) -> Attached:
    """Bring the text of pandoc into the form of the report; returns how its attachments are numbered."""
    body = root.find(q("body"))
    for old in body.findall(q("sectPr")):
        body.remove(old)
    for block in list(body.iter(q("p"))):
        _restyle(block)
    for run in body.iter(q("r")):
        _name_look(run)
    _name_pictures(root)
    _set_charts(body, charts, theme)
    _set_tables(body, settings, theme)
    _set_free(body)
    for block in body.findall(q("p")):
        _hold(block)
    _drop_bookmarks(body)
    _break_sections(body, theme)
    attached = heading_numbers.bind(body)
    references.bind(body, attached)
    return attached


def _restyle(block: Any) -> None:
    """One style for running text, one for lists, one for lines that a picture makes higher."""
    if style_of(block) not in _BODY:
        before = next(block.itersiblings(q("p"), preceding=True), None)
        if style_of(block) == "Heading1" and before is not None and style_of(before) == ATTACHED:
            set_style(block, "ReportAttachedTitle")
        return
    if block.find(f"{q('pPr')}/{q('numPr')}") is not None:
        set_style(block, "ReportList")
    elif next(block.iter(f"{{{_DRAWING}}}inline"), None) is not None:
        set_style(block, "ReportPicture")
    else:
        set_style(block, "BodyText")


def _name_look(run: Any) -> None:
    """Marks, strong and stressed words by styles of characters."""
    look = run.find(q("rPr"))
    if look is None or look.find(q("rStyle")) is not None:
        return
    asked = {child.tag: child.get(q("val")) for child in look}
    name = next((style for part, style in _LOOKS.items() if q(part) in asked), None)
    if name is None or asked.get(q("vertAlign")) == "subscript":
        return
    for part in [child for child in look if child.tag in {q(name) for name in _IN_LOOKS}]:
        look.remove(part)
    look.insert(0, element("rStyle", val=name))


def _name_pictures(root: Any) -> None:
    """A picture has a number and its alternative text; pandoc also writes where it came from."""
    for at, inline in enumerate(root.iter(f"{{{_DRAWING}}}inline"), 1):
        about = inline.find(f"{{{_DRAWING}}}docPr")
        about.set("name", f"图片 {at}")
        for item in inline.iter():
            if "descr" in item.attrib:
                item.set("descr", about.get("descr", ""))


def _set_charts(body: Any, charts: Sequence[Bars], theme: Theme) -> None:
    """Put each chart that Word draws at its mark."""
    for mark in [one for one in body.iter(q("p")) if style_of(one) == native_charts.MARK]:
        number = int(text_of(mark))
        shown = element("p", element("r", native_charts.inline(number, charts[number - 1], theme)))
        set_style(shown, "CaptionedFigure")
        mark.getparent().replace(mark, shown)


def _set_tables(body: Any, settings: Mapping[str, Setting], theme: Theme) -> None:
    """Write each table at its mark, with caption and notes.

    Before the mark come the contents of its cells with more than text, each led by a mark without a number.
    """
    contents: list[list[Any]] = []
    for block in list(body):
        if style_of(block) != TABLE:
            if contents:
                contents[-1].append(block)
            continue
        if text_of(block) in settings:
            setting = settings[text_of(block)]
            room = page_setup.text_width(theme, landscape=setting.landscape)
            if setting.table.caption:
                block.addprevious(paragraph(setting.table.caption, "TableCaption"))
            block.addprevious(word_tables.written(setting, room, iter(contents)))
            for note in setting.table.notes:
                block.addprevious(paragraph(note, "ReportNote"))
            contents = []
        else:
            contents.append([])
        body.remove(block)


def _set_free(body: Any) -> None:
    """A table stands free of what follows, and none ends the text."""
    for table in list(body.iter(q("tbl"))):
        after = _next(table)
        if after is None or after.tag == table.tag or style_of(after) not in _FREE:
            gap = element("p")
            set_style(gap, BREAK if after is None else "ReportGap")
            table.addnext(gap)


def _hold(block: Any) -> None:
    """A paragraph that leads to a picture or to the end of the report, and a caption with a note, keep with it."""
    after = _next(block)
    if after is None or after.tag != q("p"):
        return
    here, there = style_of(block), style_of(after)
    leads = here == "BodyText" and (
        there in ("CaptionedFigure", "ReportAttachments", "ReportIssuer")
        or (there == "TableCaption" and any(words in text_of(block) for words in _POINTS_BELOW))
    )
    if leads or (here == "ImageCaption" and there == "ReportFigureNote"):
        keep_with_next(block)


def _next(block: Any) -> Any:
    """The paragraph or table behind a block."""
    return next((one for one in block.itersiblings() if one.tag in (q("p"), q("tbl"))), None)


def _drop_bookmarks(body: Any) -> None:
    """Only what a link leads to is marked, under names that Word allows."""
    wanted = {link.get(q("anchor")) for link in body.iter(q("hyperlink"))}
    kept = set()
    for mark in list(body.iter(q("bookmarkStart"))):
        if mark.get(q("name")) in wanted:
            kept.add(mark.get(q("id")))
            mark.set(q("name"), _allowed(mark.get(q("name"))))
        else:
            mark.getparent().remove(mark)
    for end in [mark for mark in body.iter(q("bookmarkEnd")) if mark.get(q("id")) not in kept]:
        end.getparent().remove(end)
    for link in body.iter(q("hyperlink")):
        link.set(q("anchor"), _allowed(link.get(q("anchor"))))


def _allowed(name: str) -> str:
    letters = "".join(char if char.isalnum() else "_" for char in name)
    return f"m_{letters}"[:40]


def _break_sections(body: Any, theme: Theme) -> None:
    """Turned pages are sections of their own; a break goes into the paragraph before it where there is one."""
    last = False
    for mark in [one for one in body.findall(q("p")) if style_of(one) == BREAK and text_of(one)]:
        turned = text_of(mark) == TURNED
        before = mark.getprevious()
        ends = _next(mark) is None
        if ends or before is None or before.find(f"{q('pPr')}/{q('sectPr')}") is not None:
            last = turned and ends
            body.remove(mark)
            continue
        if before.tag == q("p"):
            body.remove(mark)
        else:
            before = mark
            for run in mark.findall(q("r")):
                mark.remove(run)
        properties(before).append(page_setup.section(theme, landscape=turned))
    body.append(page_setup.section(theme, landscape=last))

"""Headings that Word numbers itself: 一、（一）1. in the report, 附件1 and the headings below it in attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jixiao.press.word.ooxml import (
    element,
    from_template,
    parsed,
    properties,
    q,
    set_style,
    style_of,
    text_of,
)
from jixiao.report.headings import numeral

BODY_LIST = "901"  # below the numbers that pandoc gives its lists
ATTACHED_LIST = "902"
ATTACHED = "ReportAttached"
_SECTIONS = ("Heading1", "Heading2", "Heading3")
_WITHIN = {"Heading2": "ReportAttachedHeading2", "Heading3": "ReportAttachedHeading3"}
LEVELS = {  # style -> its list, its level in it
    **{style: (BODY_LIST, at) for at, style in enumerate(_SECTIONS)},
    **{style: (ATTACHED_LIST, at) for at, style in enumerate((ATTACHED, *_WITHIN.values()))},
}
_MARK = re.compile(r"(附录|附件)(?:(\d+)|[一二三四五六七八九十]+)")


@dataclass(frozen=True)
class Attached:
    """How the numbers of attachments are written: the word before them, whether in digits."""

    word: str = "附件"
    digits: bool = True

    def mark(self, number: int) -> str:
        """What stands above the attachment of a number."""
        return f"{self.word}{number if self.digits else numeral(number)}"


@dataclass
class _Counted:
    """The numbers that Word gives, in the order of the text."""

    attached: Attached
    counts: dict[str, list[int]] = field(
        default_factory=lambda: {BODY_LIST: [0, 0, 0], ATTACHED_LIST: [0, 0, 0]}
    )

    def following(self, style: str) -> str:
        """The number that a heading of a style would get here; none where there is no heading above it."""
        which, level = LEVELS[style]
        counts = self.counts[which]
        if level and not counts[level - 1]:
            return ""
        number = counts[level] + 1
        if style == ATTACHED:
            return self.attached.mark(number)
        return (f"{numeral(number)}、", f"（{numeral(number)}）", f"{number}.")[level]

    def count(self, style: str) -> None:
        """One heading more."""
        which, level = LEVELS[style]
        counts = self.counts[which]
        self.counts[which] = [*counts[:level], counts[level] + 1, *[0] * (2 - level)]


def bind(body: Any) -> Attached:
    """Take the numbers out of headings that Word will number so; a heading with another number, or none, keeps its words.

    Returns how the attachments are numbered.
    """
    marks = (_MARK.fullmatch(text_of(block)) for block in body.iter(q("p")) if style_of(block) == ATTACHED)
    attached = next((Attached(found[1], bool(found[2])) for found in marks if found), Attached())
    counted = _Counted(attached)
    inside = False
    for block in body.iter(q("p")):
        inside = inside or style_of(block) == ATTACHED
        style = _WITHIN.get(style_of(block), style_of(block)) if inside else style_of(block)
        if style not in LEVELS:
            continue
        set_style(block, style)
        number = counted.following(style)
        if number and text_of(block).startswith(number):
            counted.count(style)
            _cut(block, len(number))
        else:
            _unnumbered(block)
    return attached


def shown(body: Any, attached: Attached) -> Iterator[tuple[Any, str]]:
    """Each heading that Word numbers, with its number."""
    counted = _Counted(attached)
    for block in body.iter(q("p")):
        if style_of(block) in LEVELS and block.find(f"{q('pPr')}/{q('numPr')}") is None:
            yield block, counted.following(style_of(block))
            counted.count(style_of(block))


def lists(attached: Attached) -> Any:
    """The two lists, bound to the styles of headings."""
    return parsed(from_template("heading_lists.xml.j2", attached=attached, levels=LEVELS))


def _cut(block: Any, length: int) -> None:
    """Take the first characters out of a paragraph, and runs that have no other."""
    for run in list(block.iter(q("r"))):
        for part in run.findall(q("t")):
            taken = min(length, len(part.text or ""))
            part.text = (part.text or "")[taken:]
            length -= taken
            if not part.text:
                run.remove(part)
        if not [part for part in run if part.tag != q("rPr")]:
            run.getparent().remove(run)
        if not length:
            return


def _unnumbered(block: Any) -> None:
    """Say that a heading has no number, as Word does where a person takes it away."""
    holder = properties(block)
    before = [part for part in holder if part.tag in (q("pStyle"), q("keepNext"))]
    holder.insert(len(before), element("numPr", element("ilvl", val="0"), element("numId", val="0")))

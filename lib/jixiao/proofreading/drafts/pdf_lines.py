"""The lines of a PDF page: characters with their boxes, put in rows, and rows cut where a wide gap stands."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jixiao.proofreading.drafts.model import Box

_GAP = 0.9  # sizes of type between two characters, at which a row is cut into segments
_BLANK = 0.22  # sizes of type between letters or digits, from which there is a blank


@dataclass(frozen=True)
class Sign:
    """A character and its box on the page."""

    text: str
    box: Box

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.box[1] + self.box[3]) / 2


@dataclass
class Line:
    """A row of a page or a segment of it: its text and a box for each character, blanks included."""

    text: str = ""
    boxes: list[Box] = field(default_factory=list)
    segments: list[Line] = field(default_factory=list)
    page: int = 0
    size: float = 0.0

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.boxes[0][0]

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.boxes[-1][2]

    @property
    def top(self) -> float:
        """Its upper edge."""
        return max(box[3] for box in self.boxes)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return min(box[1] for box in self.boxes)

    def add(self, sign: Sign) -> None:
        """Add a character at its end, after a blank where the gap is wide."""
        if self.boxes:
            gap = sign.box[0] - self.boxes[-1][2]
            if (
                gap > _BLANK * self.size
                and self.text[-1:] != " "
                and (self.text[-1].isascii() and sign.text.isascii())
            ):
                self.text += " "
                self.boxes.append((self.boxes[-1][2], sign.box[1], sign.box[0], sign.box[3]))
        self.text += sign.text
        self.boxes.append(sign.box)


def signs(text_page: Any, raw: Any) -> list[Sign]:
    """The characters that a page shows, in the order of the file; blanks and what pdfium puts in are left out."""
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    found = []
    for at in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, at)
        if code <= 0x20 or code in (0xA0, 0x3000, 0xFFFE, 0xFEFF) or 0xD800 <= code < 0xE000:
            continue
        if raw.FPDFText_GetLooseCharBox(text_page, at, loose := raw.FS_RECTF()):
            box = (loose.left, loose.bottom, loose.right, loose.top)
        elif raw.FPDFText_GetCharBox(text_page, at, left, right, bottom, top):
            box = (left.value, bottom.value, right.value, top.value)
        else:
            continue
        if box[2] > box[0] and box[3] > box[1]:
            found.append(Sign(chr(code), box))
    text_page.close()
    return found


def has_picture(page: Any, raw: Any) -> bool:
    """Whether a page shows a picture."""
    return next(iter(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,))), None) is not None


def lines(found: Sequence[Sign]) -> list[Line]:
    """The rows of a page from top to bottom, each with its segments from left to right."""
    rows: list[list[Sign]] = []
    for sign in sorted(found, key=lambda one: -one.middle):
        if rows and _is_beside(rows[-1], sign):
            rows[-1].append(sign)
        else:
            rows.append([sign])
    return [_line(row) for row in rows]


def _is_beside(row: Sequence[Sign], sign: Sign) -> bool:
    """Whether a character stands in a row: its middle is within the tallest character so far, or that one's within its."""
    tallest = max(row[-40:], key=lambda one: one.box[3] - one.box[1])
    quarter = (tallest.box[3] - tallest.box[1]) / 4
    return tallest.box[1] + quarter <= sign.middle <= tallest.box[3] - quarter / 2 or (
        sign.box[1] < tallest.middle < sign.box[3] and sign.middle < tallest.middle + quarter
    )


def _line(row: Sequence[Sign]) -> Line:
    ordered = sorted(row, key=lambda one: one.box[0])
    size = max(one.box[3] - one.box[1] for one in ordered)
    whole = Line(size=size)
    segment = Line(size=size)
    for sign in ordered:
        if segment.boxes and sign.box[0] - segment.right > _GAP * size:
            whole.segments.append(segment)
            segment = Line(size=size)
        segment.add(sign)
    whole.segments.append(segment)
    for part in whole.segments:
        if whole.text:
            whole.text += " "
            whole.boxes.append((whole.boxes[-1][2], part.boxes[0][1], part.boxes[0][0], part.boxes[0][3]))
        whole.text += part.text
        whole.boxes += part.boxes
    return whole

"""The pages of a PDF of ours as lines on the grid of GB/T 9704, for tests that measure."""

from __future__ import annotations

import io
import re
from collections import defaultdict

import pdfplumber
from nbformat.v4 import new_code_cell, new_notebook, new_output

from jixiao.press.paper.pdf import to_pdf

MM = 72 / 25.4
LEFT, TOP, RIGHT, BOTTOM = 28 * MM, 37 * MM, 184 * MM, 262 * MM
PITCH = 225 * MM / 22
FIRST = TOP + PITCH / 2 + 0.38 * 16  # the baseline of 16 pt type in the middle of the first line
STEP = 156 * MM / 28
SERIF, SANS = "NotoSerifCJKsc-Regular", "NotoSansCJKsc-Regular"
NO_START = "，。、；：？！）》〉」』】〕〗”’…％%‰℃·～~"
NO_END = "（《〈「『【〔〖“‘"
# What no line begins or ends with: a word between two numbers, part of a number, a unit without its number.
TORN = r"^[至～~〕*％%]|[至～~〔\d.]$|^(?:分（含|万元|亿元|年\d|个百分点)|^(?:个|项|条|号)[，。、；]"


def forbidden_breaks(lines: list[str]) -> list[str]:
    """The lines of text that end or begin where none may: within a number, range or unit, at the wrong side of a mark."""
    stripped = [line.strip() for line in lines]
    return [line for line in stripped if re.search(TORN, line) or line[:1] in NO_START or line[-1:] in NO_END]


def shown(markup: str):
    return new_output("display_data", data={"text/html": markup})


def pages_of(*outputs) -> list:
    """The pages of the PDF of a notebook with `outputs` and no title block."""
    cells = [new_code_cell("x", outputs=[output]) for output in outputs]
    return opened(to_pdf(new_notebook(cells=cells)))


def opened(document: bytes) -> list:
    with pdfplumber.open(io.BytesIO(document)) as pdf:
        return [Sheet(page) for page in pdf.pages]


class Sheet:
    """A page with its characters by baseline, from the top; what stands below the type area apart."""

    def __init__(self, page) -> None:
        self.width, self.height = float(page.width), float(page.height)
        lines = defaultdict(list)
        for char in page.chars:
            lines[round(self.height - char["matrix"][5], 1)].append(char)
        ordered = [(at, sorted(lines[at], key=lambda char: char["x0"])) for at in sorted(lines)]
        self.lines = [(at, chars) for at, chars in ordered if at < BOTTOM]
        self.foot = [(at, chars) for at, chars in ordered if at >= BOTTOM]

    def body(self) -> list[tuple[float, str]]:
        """Baseline and text of the lines in the size of the body."""
        found = []
        for at, chars in self.lines:
            if any(abs(char["size"] - 16) < 0.1 for char in chars):
                found.append((at, "".join(char["text"] for char in chars)))
        return found

    def chars(self, text: str) -> list[dict]:
        """The characters of the line that holds `text`."""
        for _, chars in self.lines:
            if text in "".join(char["text"] for char in chars):
                return chars
        raise AssertionError(f"no line with {text}")


def slot(baseline: float) -> float:
    """Which line of the grid a baseline of the body is on, counted from 0; whole when it is on the grid."""
    return (baseline - FIRST) / PITCH

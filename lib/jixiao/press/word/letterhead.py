"""The head of an official document above its title (GB/T 9704, 7.2), where the theme of an office has one."""

from __future__ import annotations

from typing import Any

from jixiao.kit.workbooks import ems
from jixiao.press.paper.themes import Theme
from jixiao.press.word.ooxml import element, paragraph, q, run, set_style, style_of

TITLE = "ReportHeadedTitle"
_MOST = 48  # points: a marking is no larger, and no wider than nine tenths of the page
_WIDEST = 0.9
_BELOW_THE_EDGE = 35 * 72 / 25.4  # points from the edge of the type area to the marking (7.2.4)
_MARKS = ("secrecy", "urgency")


def add(body: Any, theme: Theme) -> None:
    """Secrecy and urgency, the marking of the office in red, the number of the document and a red rule."""
    said = theme.letterhead
    if not any(said.values()):
        return
    lines = [paragraph(said[name], "ReportSecrecy") for name in _MARKS if said[name]]
    if said["marking"]:
        lines.append(paragraph(said["marking"], "ReportMarking"))
    lines.append(_numbered(said["number"], said["signer"]))
    for at, line in enumerate(lines):
        body.insert(at, line)
    for title in [one for one in body.findall(q("p")) if style_of(one) == "Title"][:1]:
        set_style(title, TITLE)


def _numbered(number: str, signer: str) -> Any:
    """The number in the middle, or at the left where a signer stands at the right (7.2.6); below it the rule."""
    parts = [run(number)] if number else []
    if signer:
        parts += [element("r", element("tab")), run("签发人："), run(signer, "Emphasis")]
    made = element("p", *parts)
    set_style(made, "ReportSignedNumber" if signer else "ReportNumber")
    return made


def size(theme: Theme) -> int:
    """The type of the marking in half points: as large as its line allows."""
    wide = ems(theme.letterhead["marking"]) or 1
    return int(2 * min(_MOST, theme.em("body") * theme.sizes["body"] * _WIDEST / wide))


def lines_above(theme: Theme) -> float:
    """The room above the marking in lines of the grid, one at least; secrecy and urgency take a line each of it."""
    taken = sum(bool(theme.letterhead[name]) for name in _MARKS)
    return max(_BELOW_THE_EDGE / theme.pitch - taken, 1)

"""The pages of a Word file: paper, margins, the grid of characters and lines, and page numbers, as a theme says."""

from __future__ import annotations

import math
from typing import Any

from jixiao.press.paper.themes import Theme
from jixiao.press.word.ooxml import R, element, from_mm, from_points, from_template

KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_PORTRAIT = ""
_LANDSCAPE = "Landscape"
_SIDES = {"default": "Odd", "even": "Even"}
FOOTERS = {  # name of the part -> the pages it stands on: odd or even, upright or turned
    f"footer{side}{turned}.xml": (kind, turned)
    for turned in (_PORTRAIT, _LANDSCAPE)
    for kind, side in _SIDES.items()
}


def text_width(theme: Theme, *, landscape: bool = False) -> int:
    """The width of the type area in twentieths of a point; that of a turned page is the height of the others."""
    size, margins = _geometry(theme, landscape=landscape)
    return size["w"] - margins["left"] - margins["right"]


def section(theme: Theme, *, landscape: bool = False) -> Any:
    """The properties of a section: GB/T 9704, 5.1 to 5.2, and page numbers outside (7.5)."""
    size, margins = _geometry(theme, landscape=landscape)
    made = element("sectPr")
    for name, (kind, turned) in FOOTERS.items():
        if turned == (_LANDSCAPE if landscape else _PORTRAIT):
            reference = element("footerReference", type=kind)
            reference.set(f"{{{R}}}id", relation(name))
            made.append(reference)
    orientation = {"orient": "landscape"} if landscape else {}
    made.append(element("pgSz", **_text(size), **orientation))
    made.append(element("pgMar", **_text(margins), header="851", footer=str(_footer(theme)), gutter="0"))
    made.append(element("cols", space="425"))
    made.append(_grid(theme))
    return made


def relation(name: str) -> str:
    """The id of the relation to a footer."""
    return f"rId{name.removesuffix('.xml').capitalize()}"


def footer(theme: Theme, name: str) -> bytes:
    """A footer with the number of the page between dashes; on a turned page it stands where it always stands."""
    kind, turned = FOOTERS[name]
    return from_template(
        "footer.xml.j2",
        side=_SIDES[kind],
        turned=turned,
        left=_footer(theme),
        top=from_mm(theme.margins["left"]),
        thick=_number_line(theme),
        length=text_width(theme),
    )


def _geometry(theme: Theme, *, landscape: bool) -> tuple[dict[str, int], dict[str, int]]:
    """Paper and margins; a table turned has its head at the left edge of the upright page."""
    size = {"w": from_mm(theme.paper["width"]), "h": from_mm(theme.paper["height"])}
    margins = {side: from_mm(theme.margins[side]) for side in ("top", "right", "bottom", "left")}
    if not landscape:
        return size, margins
    size = {"w": size["h"], "h": size["w"]}
    upright = {"top": "left", "right": "top", "bottom": "right", "left": "bottom"}
    return size, {side: margins[before] for side, before in upright.items()}


def closeness(theme: Theme) -> int:
    """What a character of the body stands closer than its size, in twentieths of a point (below zero, or none).

    The style says it and not the grid: LibreOffice gives a character two cells of a grid narrower than it.
    Justified, a line of as many characters as the theme asks for then fills the type area.
    """
    step = text_width(theme) / theme.grid["characters"]
    return math.floor(step - theme.sizes["body"] * 20)


def _grid(theme: Theme) -> Any:
    return element("docGrid", type="linesAndChars", linePitch=str(from_points(theme.pitch)))


def _number_line(theme: Theme) -> int:
    return round(theme.sizes["page_number"] * 20)


def _footer(theme: Theme) -> int:
    """From the edge of the paper to the foot of the number, whose dash is in the middle of its line."""
    dash = from_mm(theme.margins["bottom"] - theme.page_number_below)
    return max(dash - _number_line(theme) // 2, 0)


def _text(lengths: dict[str, int]) -> dict[str, str]:
    return {name: str(value) for name, value in lengths.items()}

"""The report as one self-contained page of semantic HTML."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256 as hashed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.kit.sealed import sha256
from jixiao.kit.templates import template
from jixiao.press.page import (
    chart_data,
    document,
    fragments,
    hints,
    linebreaks,
    permalinks,
    register,
    table_columns,
)
from jixiao.press.page.document import elements_of, markup
from jixiao.press.page.imprint import Imprint
from jixiao.report.table import Table
from jixiao.year.params import RECONSTRUCTION

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).parent / "templates"
PAGE = TEMPLATES / "page.html.j2"
ROOM = 47.0  # em of table text in the column of the page


@dataclass(frozen=True)
class Content:
    """All that a page shows but for its imprint, which can only be known once the files beside it are there."""

    shown: Mapping[str, Any]

    def page(self, imprint: Imprint | None = None) -> str:
        """The page, published with `imprint` or alone."""
        return template(PAGE).render(
            **self.shown,
            style=(TEMPLATES / "page.css").read_text("utf-8"),
            imprint=imprint or Imprint(),
            script=script(),
            script_hash=script_hash(),
        )


def to_html(notebook: NotebookNode, imprint: Imprint | None = None) -> str:
    """The page of an executed notebook, published with `imprint` or alone.

    ExportError when it was not run, or a picture cannot be taken in.
    """
    return content_of(notebook).page(imprint)


def content_of(notebook: NotebookNode) -> Content:
    """What the page of an executed notebook shows; ExportError when it was not run, or a picture cannot be taken in."""
    from lxml import html

    source = document.read(notebook)
    body = html.Element("body")
    body.extend(elements_of(source.body))
    for at, place in enumerate(body.xpath(f".//div[@{document.PLACE}]"), 1):
        number = int(place.get(document.PLACE))
        holder = place.getparent()
        holder.replace(place, _table(source.tables[number], at, number == source.register))
        if holder.get("class") == "chart-data":
            holder.append(chart_data.link(source.tables[number]))
    linebreaks.keep(body)
    for section in body.xpath(f".//section[@class='{document.KEY_POINTS}']"):
        section.find("h2").set("id", document.KEY_POINTS)
        section.set("aria-labelledby", document.KEY_POINTS)
    contents = _contents(body)
    explained = hints.lead(body, source.figures)
    register.lead_back(body)
    permalinks.add(body)
    points = body.xpath(f"./section[@class='{document.KEY_POINTS}']")
    for section in points:  # it stands above the table of contents
        body.remove(section)
    (header,) = elements_of(source.header)
    linebreaks.phrase(header.find(".//h1"), source.about.get("region", ""))
    shown = "\n".join(markup(element) for element in (header, *points, *body))
    return Content(
        {
            "report": {**source.about, "title": source.title},
            "date": header.findtext(".//p[@class='date']") or source.about.get("published_on", ""),
            "reconstruction": source.about.get("origin") == RECONSTRUCTION,
            "version": sha256(shown.encode())[:12],
            "header": markup(header),
            "points": "".join(map(markup, points)),
            "contents": contents,
            "hints": explained,
            "body": "\n".join(markup(element) for element in body),
        }
    )


@cache
def script() -> str:
    """The only script of a page, which has nothing to say of its own: everything can be read without it."""
    return (TEMPLATES / "page.js").read_text("utf-8")


@cache
def script_hash() -> str:
    """By what the content security policy of a page knows its script."""
    return hash_of(script())


def hash_of(script: str) -> str:
    """The hash that a content security policy has for a script."""
    return f"sha256-{b64encode(hashed(script.encode()).digest()).decode()}"


def _table(table: Table, at: int, registers: bool) -> Any:
    """A table that scrolls inside its own region, reachable by keyboard; long keys in it may break."""
    from lxml.html import builder

    (block,) = fragments.elements(table.as_html())
    (inner,) = block.iterchildren("table")
    region = builder.DIV(builder.CLASS("table-scroll"), role="region", tabindex="0")
    caption = inner.find("caption")
    if caption is None:
        region.set("aria-label", f"表格 {at}")
    else:
        caption.set("id", f"table-caption-{at}")
        region.set("aria-labelledby", f"table-caption-{at}")
    block.replace(inner, region)
    region.append(inner)
    names = ["data-table", *([hints.REGISTER] if registers else []), table_columns.kind(table)]
    inner.set("class", " ".join(names))
    if table_columns.is_crowded(table, ROOM):
        group = inner.makeelement("colgroup")
        for share in table_columns.shares(table, ROOM):
            group.append(inner.makeelement("col", {"style": f"width:{share:.2%}"}))
        inner.insert(0 if caption is None else 1, group)
    for cell in inner.iter("th", "td"):
        linebreaks.allow(cell)
    return block


def _contents(body: Any) -> list[dict[str, Any]]:
    """The sections of the table of contents: each h2 with its h3; headings get ids that are theirs alone."""
    sections: list[dict[str, Any]] = []
    used = {element.get("id") for element in body.iter() if element.tag not in ("h2", "h3")}
    for at, heading in enumerate(body.iter("h2", "h3"), 1):
        if heading.getparent().get("class") == document.KEY_POINTS:
            continue
        if not heading.get("id") or heading.get("id") in used:
            heading.set("id", f"section-{at}")
        used.add(heading.get("id"))
        entry = {"id": heading.get("id"), "text": " ".join(heading.text_content().split()), "parts": []}
        if heading.tag == "h3" and sections:
            sections[-1]["parts"].append(entry)
        else:
            sections.append(entry)
    return sections

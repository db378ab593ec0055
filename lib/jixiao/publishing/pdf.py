"""The HTML page of a report in; a tagged, archivable PDF with embedded fonts, as bytes, out."""

from __future__ import annotations

from typing import Any

from jixiao.publishing import fonts, svg, translation, typesetting
from jixiao.publishing.html import TEMPLATES

ROOMS = {"plain": 44.2, "long": 55.2, "wide": 58.9}  # the 442 pt of a line in em: 10, 8 and 7.5 pt


def to_pdf(page: str) -> bytes:
    """The PDF of a page made by `to_html`; ExportError when a character has no glyph or setting fails."""
    source = translation.read(page)
    for role in (fonts.SERIF, fonts.SANS):
        fonts.require(f"{source.title}\n{source.text}", role)
    drawings: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    markup = translation.prepare(source, lambda shown: _named(shown, drawings, pictures), ROOMS)
    options = ("--to=typst", f"--lua-filter={TEMPLATES / 'typst.lua'}")
    body = translation.pandoc(markup, options, source.epoch).decode()
    template = (TEMPLATES / "report.typ").read_text("utf-8")
    note = source.meta.get("jixiao.origin-note", "")
    inputs = {"title": source.title, "author": source.author, "note": note, **drawings}
    return typesetting.pdf(f"{template}\n#show: report\n\n{body}", inputs, pictures, source.epoch)


def _named(shown: Any, drawings: dict[str, str], pictures: dict[str, bytes]) -> Any:
    """A picture that the Typst source names; what it shows is handed over beside the source."""
    if shown.tag == "img":
        kind, content = translation.embedded(shown)
        name = f"picture-{len(pictures) + 1}.{kind}"
        pictures[name] = content
        shown.set("src", name)
        return shown
    name = f"drawing-{len(drawings) + 1}"
    drawings[name] = svg.standalone(shown)
    return shown.makeelement("img", {"src": name, "alt": translation.described(shown)})

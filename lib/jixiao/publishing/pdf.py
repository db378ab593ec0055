"""The HTML page of a report in; a tagged, archivable PDF with embedded fonts, as bytes, out."""

from __future__ import annotations

from functools import cache
from typing import Any

from jixiao.errors import ExportError, Fault, one_line
from jixiao.publishing import fonts, svg, translation
from jixiao.publishing.html import TEMPLATES

STANDARDS = ("a-2a", "ua-1")
ROOMS = {"plain": 44.2, "long": 50.2, "wide": 58.9}  # the 442 pt of a line in em: 10, 8.8 and 7.5 pt


def to_pdf(page: str) -> bytes:
    """The PDF of a page made by `to_html`; ExportError when a character has no glyph or setting fails."""
    source = translation.read(page)
    for role in (fonts.SERIF, fonts.SANS):
        fonts.require(f"{source.title}\n{source.text}", role)
    drawings: dict[str, str] = {}
    markup = translation.prepare(source, lambda drawing: _picture(drawing, drawings), ROOMS)
    options = ("--to=typst", f"--lua-filter={TEMPLATES / 'typst.lua'}")
    body = translation.pandoc(markup, options, source.epoch).decode()
    return _compiled(body, source, drawings)


def _picture(drawing: Any, drawings: dict[str, str]) -> Any:
    """A picture that the Typst source names; the drawing itself is handed over beside the source."""
    name = f"drawing-{len(drawings) + 1}"
    alt = drawing.findtext("desc") or drawing.findtext("title") or ""
    drawings[name] = svg.standalone(drawing)
    return drawing.makeelement("img", {"src": name, "alt": alt})


def _compiled(body: str, source: translation.Page, drawings: dict[str, str]) -> bytes:
    import typst

    template = (TEMPLATES / "report.typ").read_text("utf-8")
    text = f"{template}\n#show: report\n\n{body}".encode()
    note = source.meta.get("jixiao.origin-note", "")
    inputs = {"title": source.title, "author": source.author, "note": note, **drawings}
    options = {"sys_inputs": inputs, "pdf_standards": list(STANDARDS), "timestamp": source.epoch}
    try:
        return typst.Compiler(font_paths=_fonts()).compile(text, format="pdf", **options)
    except typst.TypstError as error:
        raise ExportError(
            Fault("PDF", f"排版出错（{one_line(str(error), 300)}）", remedy="检查报告的文字和表格")
        ) from error


@cache
def _fonts() -> Any:
    """The fonts of the wheel and no others, read once per process."""
    import typst

    fonts.font_files()
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())]
    )

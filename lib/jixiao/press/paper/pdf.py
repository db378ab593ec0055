"""The HTML page of a report in; a tagged, archivable PDF with embedded fonts, as bytes, out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jixiao.kit import fonts
from jixiao.press.page import svg, unbroken
from jixiao.press.paper import gongwen, themes, translation, typesetting
from jixiao.press.paper.themes import Theme

TEMPLATES = Path(__file__).parent / "templates"

_ROLES = {
    "title": "标题",
    "body": "正文",
    "heading1": "一级标题",
    "heading2": "二级标题",
    "table": "表格",
    "page_number": "页码",
}
_SIZES = {"plain": "table", "long": "close", "wide": "close", gongwen.LANDSCAPE: "close"}


def to_pdf(page: str, theme: Theme | None = None) -> bytes:
    """The PDF of a page made by `to_html`; ExportError when a character has no glyph or setting fails."""
    theme = theme or themes.default()
    source = translation.read(page)
    for role in (fonts.SERIF, fonts.SANS):
        fonts.require(f"{source.title}\n{source.text}", role)
    rooms = {kind: theme.em(size) for kind, size in _SIZES.items()}
    rooms[gongwen.LANDSCAPE] = theme.em("close", theme.height)
    gongwen.arrange(source.body)
    gongwen.turn(source.body, rooms["wide"])
    gongwen.take_notes(source.body)
    unbroken.keep(source.body)
    drawings: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    markup = translation.prepare(source, lambda shown: _named(shown, drawings, pictures), rooms)
    options = ("--to=typst", f"--lua-filter={TEMPLATES / 'typst.lua'}")
    body = translation.pandoc(markup, options, source.epoch).decode()
    template = (TEMPLATES / "report.typ").read_text("utf-8")
    families = chosen(theme)
    inputs = {**_inputs(source, theme), "theme": theme.as_json(families), **drawings}
    used = [family for role in families.values() for family in role]
    return typesetting.pdf(f"{template}\n#show: report\n\n{body}", inputs, pictures, source.epoch, used)


def chosen(theme: Theme) -> dict[str, list[str]]:
    """role -> the fonts of the theme that are there, the one that is used first."""
    return {role: typesetting.present(named) for role, named in theme.families().items()}


def fonts_used(theme: Theme) -> str:
    """One line that says in which font each part of the PDF is set."""
    parts: dict[str, list[str]] = {}
    for role, families in chosen(theme).items():
        parts.setdefault(families[0], []).append(_ROLES[role])
    return "PDF 字体：" + "；".join(f"{'、'.join(roles)}用 {family}" for family, roles in parts.items())


def fonts_lacking(theme: Theme) -> list[str]:
    """A line for each part whose font the theme names and the machine does not have."""
    return [
        f"PDF 字体：本机没有{_ROLES[role]}的 {'、'.join(theme.fonts[role])}，改用 {families[0]}"
        for role, families in chosen(theme).items()
        if theme.fonts[role] and families[0] not in theme.fonts[role]
    ]


def _inputs(source: translation.Page, theme: Theme) -> dict[str, str]:
    """The words of the page that the template reads."""
    names = [source.meta.get("dcterms.spatial", ""), source.author]
    lines = gongwen.title_lines(source.title, theme.em("title"), names)
    return {
        "title": source.title,
        "title-lines": json.dumps(lines, ensure_ascii=False),
        "author": source.author,
        "note": source.meta.get("jixiao.origin-note", ""),
    }


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

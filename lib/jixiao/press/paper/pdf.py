"""The report as a tagged, archivable PDF with embedded fonts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.kit import fonts
from jixiao.press.page import document, table_columns
from jixiao.press.paper import themes, translation, typesetting
from jixiao.press.paper.themes import Theme
from jixiao.press.paper.translation import Setting
from jixiao.report.table import Cell, Row

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).parent / "templates"

_ROLES = {
    "title": "标题",
    "body": "正文",
    "heading1": "一级标题",
    "heading2": "二级标题",
    "table": "表格",
    "page_number": "页码",
}


def to_pdf(notebook: NotebookNode, theme: Theme | None = None) -> bytes:
    """The PDF of an executed notebook; ExportError when a character has no glyph or setting fails."""
    return typesetting.pdf(*source(notebook, theme or themes.default()))


def source(
    notebook: NotebookNode, theme: Theme
) -> tuple[str, dict[str, str], dict[str, bytes], int, list[str]]:
    """What is set into the PDF: text, inputs, pictures, time and fonts, in the order of `typesetting.pdf`."""
    read = document.read(notebook)
    body, settings = translation.arranged(read, theme)
    _link(body, settings)
    tables = json.dumps({number: _table(one) for number, one in settings.items()}, ensure_ascii=False)
    headed = "".join(theme.letterhead.values())
    for role in (fonts.SERIF, fonts.SANS):
        fonts.require(f"{read.title}\n{headed}\n{body.text_content()}\n{tables}", role)
    pictures: dict[str, bytes] = {}
    markup = translation.prepared(body, lambda picture: _named(picture, pictures))
    options = ("--to=typst", f"--lua-filter={TEMPLATES / 'typst.lua'}")
    written = translation.pandoc(markup, options, read.epoch).decode()
    template = (TEMPLATES / "report.typ").read_text("utf-8")
    families = chosen(theme)
    inputs = {
        "title": read.title,
        "title-lines": json.dumps(translation.title_lines(read, theme), ensure_ascii=False),
        "author": read.about.get("issuer", ""),
        "note": read.about.get("origin_note", ""),
        "theme": theme.as_json(families),
        "tables": tables,
        "whole-number": table_columns.WHOLE_NUMBER,
    }
    used = [family for role in families.values() for family in role]
    return f"{template}\n#show: report\n\n{written}", inputs, pictures, read.epoch, used


def _link(body: Any, settings: Mapping[str, Setting]) -> None:
    """Each number of a sentence that carries its unit leads to the first table that shows it."""
    places: dict[str, str] = {}
    for place in body.xpath(f".//div[@{document.PLACE}]"):
        number = place.get(document.PLACE)
        for _, cell in settings[number].table.cells():
            if cell.key:
                places.setdefault(cell.key, number)
    for number in list(body.iter("data")):
        words = number.text_content()
        held = words[-1:].isdigit() or not any(map(str.isdigit, words)) or len(words) > table_columns.UNTORN
        if (
            number.get("data-key") in places
            and not held
            and next(number.iterancestors("a", "h1", "h2"), None) is None
        ):
            inner = number.makeelement(
                "span", {"class": "shown-in", "data-to": places[number.get("data-key")]}
            )
            inner.text = number.text
            number.text = None
            inner.extend(list(number))
            number.append(inner)


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


def _table(setting: Setting) -> dict[str, Any]:
    """A table as the Typst template reads it; cells with more than text are numbered as their contents come."""
    table = setting.table
    numbers = count()

    def row(cells: Row) -> list[dict[str, Any]]:
        return [cell(at, one) for at, one in enumerate(cells) if one is not None]

    def cell(at: int, one: Cell) -> dict[str, Any]:
        said: dict[str, Any] = {"text": one.text, "mark": one.mark, "detail": one.detail}
        said |= {"align": table.columns[at].align, "rows": one.rows, "columns": one.columns}
        return said | ({"rich": next(numbers)} if one.markup else {})

    return {
        "caption": table.caption,
        "kind": setting.kind,
        "shares": setting.shares,
        "head": [row(cells) for cells in table.heads],
        "rows": [[line, row(cells)] for line, cells in zip(setting.lines, table.rows, strict=True)],
        "notes": table.notes,
    }


def _named(picture: Any, pictures: dict[str, bytes]) -> Any:
    """A picture that the Typst source names; what it shows is handed over beside the source."""
    kind, content = document.embedded(picture)
    name = f"picture-{len(pictures) + 1}.{kind}"
    pictures[name] = content
    size = {"width": picture.get("width")} if kind != "svg" and picture.get("width") else {}
    return picture.makeelement("img", {"src": name, "alt": picture.get("alt", ""), **size})

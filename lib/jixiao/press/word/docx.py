"""The HTML page of a report and its charts as PNG in; a Word file with real styles, as bytes, out."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.press.page import svg, table_columns
from jixiao.press.page.pieces import chart_name
from jixiao.press.paper import gongwen, themes, translation, typesetting
from jixiao.press.paper.themes import Theme
from jixiao.press.word import numbering, package_parts, page_setup, styled_text, word_tables
from jixiao.press.word.ooxml import parsed, q, written

_SIZES = {"plain": "table", "long": "close", "wide": "close"}
_MM_PER_PIXEL = 25.4 / 96
_LINES_BESIDE = 4  # lines of the page that a picture leaves to its caption and note
_SHARE = 0.32  # of the height of a page: two pictures, their captions and what leads to them go on it
_NARROWEST = (
    0.84  # of its size: a picture that would have to be smaller keeps its size, for its labels must be read
)
_MM_PER_POINT = 25.4 / 72
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class _Draft:
    """What of the page goes into the file beside pandoc's text."""

    source: translation.Page
    theme: Theme
    plans: Sequence[word_tables.Plan]
    title: Sequence[str]
    indents: Mapping[str, int]


def to_docx(page: str, images: Mapping[str, bytes], theme: Theme | None = None) -> bytes:
    """The Word file of a page made by `to_html`; a drawing that `images` lacks is turned into pixels here."""
    theme = theme or themes.default()
    source = translation.read(page)
    pictures = {chart_name(key): png for key, png in images.items()}
    rooms = {kind: theme.em(size) for kind, size in _SIZES.items()}
    rooms[gongwen.LANDSCAPE] = theme.em("close", theme.height)
    gongwen.arrange(source.body)
    gongwen.turn(source.body, rooms["wide"])
    draft = _Draft(
        source,
        theme,
        [word_tables.plan(table) for table in source.body.iter("table")],
        gongwen.title_lines(
            source.title, theme.em("title"), [source.meta.get("dcterms.spatial", ""), source.author]
        ),
        _signature(source.body, theme),
    )
    _mark(source.body)
    markup = translation.prepare(source, lambda drawing: _picture(drawing, pictures, theme), rooms)
    made = translation.pandoc(markup, ("--to=docx", "--output=-"), source.epoch)
    return _finished(made, draft)


def _picture(shown: Any, pictures: Mapping[str, bytes], theme: Theme) -> Any:
    """The PNG of a drawing at the size of the drawing, no larger than the page; another picture as it is."""
    if shown.tag == "img":  # the mark ends every alt text, so that none of them can be taken for one
        shown.set("alt", f"{shown.get('alt', '')}{styled_text.WIDTH_MARK}")
        return shown
    name = shown.getparent().get("id", "")
    png = pictures[name] if name in pictures else typesetting.png(svg.standalone(shown))
    width, height = (float(shown.get(side)) * _MM_PER_PIXEL for side in ("width", "height"))
    width *= _scale(width, height, theme)
    data, alt = b64encode(png).decode(), translation.described(shown)
    return shown.makeelement(
        "img", {"src": f"data:image/png;base64,{data}", "alt": f"{alt}{styled_text.WIDTH_MARK}{width:.2f}"}
    )


def _scale(width: float, height: float, theme: Theme) -> float:
    """By what a picture of that many millimetres becomes smaller to fit the page."""
    room = theme.height - _LINES_BESIDE * theme.pitch * _MM_PER_POINT
    fits = min(1, theme.width / width, room / height)
    shared = min(fits, _SHARE * theme.height / height)
    return shared if shared >= _NARROWEST else fits


def _signature(body: Any, theme: Theme) -> dict[str, int]:
    """How far from the right, in hundredths of a character, issuer and date stand (GB/T 9704, 7.3.5).

    The date begins two characters to the right of the issuer; neither comes nearer to the edge than two.
    """
    lines = {part.get("class"): part.text_content() for part in body.xpath(".//div[@class='signature']/p")}
    name, day = (table_columns.width(lines.get(kind, "")) for kind in ("issuer", "date"))
    room = theme.grid["characters"]
    start = max(0, min(room - 2 - name, room - 4 - day) if day else room - 2 - name)
    return {
        "name_right": max(0, round((room - start - name) * 100)),
        "date_right": max(0, round((room - start - 2 - day) * 100)),
    }


def _mark(body: Any) -> None:
    """Name the styles of what pandoc would not tell apart: attachments, their headings, and turned pages."""
    for at, line in enumerate(body.xpath(".//div[@class='attachments']/p")):
        _wrap(line, "ReportAttachments" if at == 0 else "ReportAttachmentsMore")
    for heading in body.xpath(".//h2[@data-mark]"):
        mark = heading.makeelement("p")
        mark.text, name = heading.get("data-mark"), heading.get("data-words")
        heading.addprevious(mark)
        _wrap(mark, styled_text.ATTACHED)
        if name:
            for child in list(heading):
                heading.remove(child)
            heading.text = name
        else:
            heading.drop_tree()
    for sheet in body.xpath(f".//div[@class='{gongwen.LANDSCAPE}']"):
        for said, add in ((styled_text.UPRIGHT, sheet.addprevious), (styled_text.TURNED, sheet.addnext)):
            line = sheet.makeelement("p")
            line.text = said
            add(line)
            _wrap(line, styled_text.BREAK)


def _wrap(paragraph: Any, style: str) -> None:
    holder = paragraph.makeelement("div", {"data-custom-style": style})
    paragraph.addprevious(holder)
    holder.append(paragraph)


def _finished(made: bytes, draft: _Draft) -> bytes:
    """The file with our styles, page, footers and properties; the same bytes for the same content."""
    with zipfile.ZipFile(io.BytesIO(made)) as old:
        parts = {name: old.read(name) for name in old.namelist() if not name.endswith("/")}
    theme = draft.theme
    root = parsed(parts["word/document.xml"])
    styled_text.arranged(root, draft.plans, theme, draft.title)
    if theme.word_contents:
        numbering.add_contents(root.find(q("body")))
    parts["word/document.xml"] = written(root)
    parts["word/styles.xml"] = package_parts.styled(
        parts["word/styles.xml"], theme, _used(root), width=page_setup.text_width(theme), **draft.indents
    )
    parts["word/settings.xml"] = package_parts.settings()
    parts["word/fontTable.xml"] = package_parts.font_table(theme)
    parts["word/numbering.xml"] = package_parts.numbering(parts["word/numbering.xml"], theme)
    parts["[Content_Types].xml"] = package_parts.content_types(parts["[Content_Types].xml"])
    parts["word/_rels/document.xml.rels"] = package_parts.relations(parts["word/_rels/document.xml.rels"])
    footers = {f"word/{name}": page_setup.footer(theme, name) for name in page_setup.FOOTERS}
    return _packed(parts | footers | _about(draft.source))


def _about(source: translation.Page) -> dict[str, bytes]:
    """What the file says of itself."""
    note = source.meta.get("jixiao.origin-note", "")
    core = package_parts.core_properties(source.title, source.author, note, source.published_on)
    return {"docProps/core.xml": core, "docProps/app.xml": package_parts.app_properties(source.author)}


def _used(root: Any) -> set[str]:
    """The ids of the styles that the text names."""
    marks = root.iter(q("pStyle"), q("rStyle"), q("tblStyle"))
    return {mark.get(q("val")) for mark in marks} | {"FootnoteText", "FootnoteReference"}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return out.getvalue()

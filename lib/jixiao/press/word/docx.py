"""The report as a Word file with real styles."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jixiao.kit.workbooks import ems
from jixiao.press.page import document
from jixiao.press.paper import gongwen, themes, translation, typesetting
from jixiao.press.paper.themes import Theme
from jixiao.press.word import (
    contents,
    heading_numbers,
    letterhead,
    native_charts,
    package_parts,
    page_setup,
    styled_text,
)
from jixiao.press.word.ooxml import from_template, parsed, q, written

if TYPE_CHECKING:
    from nbformat import NotebookNode

_MM_PER_PIXEL = 25.4 / 96
_LINES_BESIDE = 4  # lines of the page that a picture leaves to its caption and note
_SHARE = 0.32  # of the height of a page: two pictures, their captions and what leads to them go on it
_NARROWEST = (
    0.84  # of its size: a picture that would have to be smaller keeps its size, for its labels must be read
)
_MM_PER_POINT = 25.4 / 72
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def to_docx(notebook: NotebookNode, theme: Theme | None = None) -> bytes:
    """The Word file of an executed notebook; a drawing that has no PNG in it is turned into pixels here."""
    theme = theme or themes.default()
    source = document.read(notebook)
    body, settings = translation.arranged(source, theme)
    indents = _signature(body, theme)
    _divide_title(body, translation.title_lines(source, theme))
    _mark(body)
    _mark_smaller(body)
    charts = native_charts.place(body, native_charts.of(source))
    markup = translation.prepared(body, lambda picture: _picture(picture, source.drawn, theme))
    made = translation.pandoc(markup, ("--to=docx", "--output=-"), source.epoch)
    with zipfile.ZipFile(io.BytesIO(made)) as old:
        parts = {name: old.read(name) for name in old.namelist() if not name.endswith("/")}
    root = parsed(parts["word/document.xml"])
    attached = styled_text.arranged(root, settings, theme, charts)
    if theme.word_contents:
        contents.add(root.find(q("body")), attached)
    letterhead.add(root.find(q("body")), theme)
    styles = {mark.get(q("val")) for mark in root.iter(q("pStyle"), q("rStyle"), q("tblStyle"))}
    parts["word/document.xml"] = written(root)
    parts["word/styles.xml"] = package_parts.styled(
        parts["word/styles.xml"],
        theme,
        styles | {"FootnoteText", "FootnoteReference"},
        width=page_setup.text_width(theme),
        **indents,
    )
    parts["word/settings.xml"] = package_parts.settings()
    parts["word/fontTable.xml"] = package_parts.font_table(theme)
    parts["word/numbering.xml"] = package_parts.numbering(parts["word/numbering.xml"], theme, attached)
    parts["[Content_Types].xml"] = package_parts.content_types(
        parts["[Content_Types].xml"], native_charts.types(charts)
    )
    parts["word/_rels/document.xml.rels"] = package_parts.relations(
        parts["word/_rels/document.xml.rels"], native_charts.relations(charts)
    )
    parts |= {f"word/{name}": page_setup.footer(theme, name) for name in page_setup.FOOTERS}
    faces = {role: package_parts.font(theme, role) for role in ("heading1", "table")}
    parts |= native_charts.parts(charts, theme, faces, source.published_on)
    author = source.about.get("issuer", "")
    note = source.about.get("origin_note", "")
    parts["docProps/core.xml"] = from_template(
        "core.xml.j2", title=source.title, author=author, note=note, day=source.published_on.isoformat()
    )
    parts["docProps/app.xml"] = from_template("app.xml.j2", author=author)
    return _packed(parts)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """The file; the same bytes for the same parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return out.getvalue()


def _picture(picture: Any, drawn: Mapping[str, bytes], theme: Theme) -> Any:
    """The PNG of a drawing at the size of the drawing, no larger than the page; another picture as it is."""
    kind, content = document.embedded(picture)
    if kind != "svg":
        return picture
    name = picture.getparent().get("id", "")
    data = b64encode(drawn[name] if name in drawn else typesetting.png(content.decode())).decode()
    width = float(picture.get("width")) * _MM_PER_PIXEL
    height = float(picture.get("height")) * _MM_PER_PIXEL
    room = theme.height - _LINES_BESIDE * theme.pitch * _MM_PER_POINT
    fits = min(1, theme.width / width, room / height)
    shared = min(fits, _SHARE * theme.height / height)
    width *= shared if shared >= _NARROWEST else fits
    about = {"src": f"data:image/png;base64,{data}", "alt": picture.get("alt", ""), "width": f"{width:.2f}mm"}
    return picture.makeelement("img", about)


def _signature(body: Any, theme: Theme) -> dict[str, int]:
    """How far from the right, in hundredths of a character, issuer and date stand (GB/T 9704, 7.3.5).

    The date begins two characters to the right of the issuer; neither comes nearer to the edge than two.
    """
    lines = {part.get("class"): part.text_content() for part in body.xpath(".//div[@class='signature']/p")}
    name, day = (ems(lines.get(kind, "")) for kind in ("issuer", "date"))
    room = theme.grid["characters"]
    start = max(0, min(room - 2 - name, room - 4 - day) if day else room - 2 - name)
    return {
        "name_right": max(0, round((room - start - name) * 100)),
        "date_right": max(0, round((room - start - 2 - day) * 100)),
    }


def _divide_title(body: Any, lines: Sequence[str]) -> None:
    """The title ends its lines where its sense allows."""
    from lxml.html import builder

    for heading in body.xpath(".//header/h1"):
        heading.text = lines[0]
        heading[:] = [builder.BR() for _ in lines[1:]]
        for end, line in zip(heading, lines[1:], strict=True):
            end.tail = line


def _mark(body: Any) -> None:
    """Name the styles of what pandoc would not tell apart: attachments, their headings, turned pages, tables."""
    for at, line in enumerate(body.xpath(".//div[@class='attachments']/p")):
        _said(line.text, "ReportAttachments" if at == 0 else "ReportAttachmentsMore", line.addprevious)
        line.drop_tree()
    for heading in body.xpath(".//h2[@data-mark]"):
        _said(heading.get("data-mark"), heading_numbers.ATTACHED, heading.addprevious)
        name = heading.get("data-words")
        heading[:] = []
        heading.text = name
        if not name:
            heading.drop_tree()
    for sheet in body.xpath(f".//div[@class='{gongwen.LANDSCAPE}']"):
        _said(styled_text.UPRIGHT, styled_text.BREAK, sheet.addprevious)
        _said(styled_text.TURNED, styled_text.BREAK, sheet.addnext)
    for place in body.xpath(f".//div[@{document.PLACE}]"):
        for cell in place:
            _said("", styled_text.TABLE, cell.addprevious)
        _said(place.get(document.PLACE), styled_text.TABLE, place.append)


def _mark_smaller(body: Any) -> None:
    """Name the styles of what is set smaller than the text, as in the PDF: remarks on the data, key points."""
    from lxml.html import builder

    for small in body.xpath(".//div[@class='remarks']"):
        small.set("data-custom-style", "ReportRemark")
    for point in body.xpath(f".//div[@class='{document.KEY_POINTS}']/ul/li"):
        holder = builder.DIV(builder.P(point.text or "", *point), **{"data-custom-style": styled_text.POINT})
        point.text = None
        point.append(holder)


def _said(words: str, style: str, add: Callable[[Any], Any]) -> None:
    """Add a paragraph of a style; most only tell `styled_text` where something belongs, and are taken out there."""
    from lxml.html import builder

    add(builder.DIV(builder.P(words or "-"), **{"data-custom-style": style}))

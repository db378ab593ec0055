"""The HTML page of a report and its charts as PNG in; a Word file with real styles, as bytes, out."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from itertools import zip_longest
from math import ceil
from typing import Any

from jixiao.publishing import svg, table_columns, translation, typesetting, wordparts
from jixiao.publishing.pieces import chart_name
from jixiao.publishing.wordparts import element, q

ROOMS = {"plain": 42.1, "long": 55.2, "wide": 58.9}  # the 442 pt of a line in em: 10.5, 8 and 7.5 pt
_TEXT_WIDTH = 156.0  # mm
_TEXT_TWIPS = 8844  # the same in twentieths of a point
_TITLE_TWIPS = 440  # the size of the title
_EMU_PER_MM = 36000
_MM_PER_PIXEL = 25.4 / 96
_STYLES = {"plain": "ReportTableText", "long": "ReportTableTextClose", "wide": "ReportTableTextSmall"}
_WIDTH_MARK = "|mm|"  # between the alt text and the width of a picture on its way through pandoc
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_THIN = {"val": "single", "sz": "6", "space": "0", "color": "000000"}
_HAIR = {"val": "single", "sz": "4", "space": "0", "color": "A6A6A6"}


def to_docx(page: str, images: Mapping[str, bytes]) -> bytes:
    """The Word file of a page made by `to_html`; a drawing that `images` lacks is turned into pixels here."""
    source = translation.read(page)
    pictures = {chart_name(key): png for key, png in images.items()}
    rules = [(table_columns.kind(table), _rules(table)) for table in source.body.iter("table")]
    markup = translation.prepare(source, lambda drawing: _picture(drawing, pictures), ROOMS)
    made = translation.pandoc(markup, ("--to=docx", "--output=-"), source.epoch)
    return _finished(made, source, rules)


def _picture(shown: Any, pictures: Mapping[str, bytes]) -> Any:
    """The PNG of a drawing at the size of the drawing, no wider than the text; another picture as it is."""
    if shown.tag == "img":
        return shown
    name = shown.getparent().get("id", "")
    png = pictures[name] if name in pictures else typesetting.png(svg.standalone(shown))
    width = min(float(shown.get("width")) * _MM_PER_PIXEL, _TEXT_WIDTH)
    data, alt = b64encode(png).decode(), translation.described(shown)
    return shown.makeelement(
        "img", {"src": f"data:image/png;base64,{data}", "alt": f"{alt}{_WIDTH_MARK}{width:.2f}"}
    )


def _rules(table: Any) -> list[dict[str, str] | None]:
    """The line above each row: thin above a subtotal, a hair above a group and in a wide table."""
    ruled = table_columns.kind(table) != "plain"
    rows = list(table.iter("tr"))
    heads = len(table.findall("thead/tr"))
    return [_rule(row, ruled) if at > heads else None for at, row in enumerate(rows)]


def _rule(row: Any, ruled: bool) -> dict[str, str] | None:
    if "subtotal" in row.get("class", "").split():
        return _THIN
    spans = any(cell.get("rowspan", "1") != "1" for cell in row.iterchildren("th", "td"))
    return _HAIR if spans or ruled else None


def _finished(made: bytes, source: translation.Page, rules: list) -> bytes:
    """The file with our styles, page, footers and properties; the same bytes for the same content."""
    with zipfile.ZipFile(io.BytesIO(made)) as old:
        parts = {name: old.read(name) for name in old.namelist() if not name.endswith("/")}
    parts["word/document.xml"] = _document(parts["word/document.xml"], rules)
    parts["word/styles.xml"] = wordparts.styled(parts["word/styles.xml"])
    parts["word/settings.xml"] = wordparts.settings(parts["word/settings.xml"])
    parts["[Content_Types].xml"] = wordparts.content_types(parts["[Content_Types].xml"])
    parts["word/_rels/document.xml.rels"] = wordparts.relations(parts["word/_rels/document.xml.rels"])
    parts["docProps/core.xml"] = wordparts.core_properties(
        source.title, source.author, source.meta.get("jixiao.origin-note", ""), source.published_on
    )
    for name, side, _ in wordparts.FOOTERS.values():
        parts[f"word/{name}"] = wordparts.footer(side)
    return _packed(parts)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return out.getvalue()


def _document(data: bytes, rules: list) -> bytes:
    from lxml import etree

    root = etree.fromstring(data)
    body = root.find(q("body"))
    for old in body.findall(q("sectPr")):
        body.remove(old)
    body.append(wordparts.section())
    _balance_title(body)
    _size_pictures(root)
    _give_room(body)
    tables = [table for table in body.iter(q("tbl")) if table.find(f"{q('tr')}/{q('tc')}") is not None]
    for table, (kind, lines) in zip(tables, rules, strict=False):
        _dress(table, kind, lines)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _balance_title(body: Any) -> None:
    """A title of several lines gets lines of about the same length: the indents leave no more room."""
    for style in body.iter(q("pStyle")):
        if style.get(q("val")) == "Title":
            words = "".join(text.text or "" for text in style.getparent().getparent().iter(q("t")))
            whole = table_columns.width(words) * _TITLE_TWIPS
            lines = ceil(whole / _TEXT_TWIPS)
            side = round((_TEXT_TWIPS - whole / lines - _TITLE_TWIPS) / 2) if lines > 1 else 0
            if side > 0:
                style.addnext(element("ind", left=str(side), right=str(side), firstLine="0"))


def _size_pictures(root: Any) -> None:
    """Drawings as wide as asked for, which pandoc cuts to the page of its own reference document."""
    for inline in root.iter(f"{{{_DRAWING}}}inline"):
        extents = [item for item in inline.iter() if item.get("cx") and item.get("cy")]
        said = inline.find(f"{{{_DRAWING}}}docPr").get("descr", "")
        alt, marked, width = said.rpartition(_WIDTH_MARK)
        for item in inline.iter():
            if "descr" in item.attrib:  # pandoc also writes where the picture came from
                item.set("descr", alt if marked else said)
        if not marked:
            continue
        factor = float(width) * _EMU_PER_MM / int(extents[0].get("cx"))
        for item in extents:
            for side in ("cx", "cy"):
                item.set(side, str(round(int(item.get(side)) * factor)))


def _give_room(body: Any) -> None:
    """A line is as high as the picture in it; two tables do not grow into one."""
    for inline in body.iter(f"{{{_DRAWING}}}inline"):
        paragraph = next(inline.iterancestors(q("p")))
        properties = paragraph.find(q("pPr"))
        if properties is None:
            properties = element("pPr")
            paragraph.insert(0, properties)
        style = properties.find(q("pStyle"))
        if style is not None and style.get(q("val")) in ("BodyText", "FirstParagraph", "Compact"):
            style.addnext(element("spacing", line="240", lineRule="auto"))
    for table in list(body.iter(q("tbl"))):
        if table.getnext() is not None and table.getnext().tag == table.tag:
            table.addnext(element("p"))


def _dress(table: Any, kind: str, lines: list) -> None:
    """Cell text in its own style, rows that stay whole, and the lines between groups of rows."""
    columns = table.findall(f"{q('tblGrid')}/{q('gridCol')}")
    whole = sum(int(column.get(q("w"), "0")) for column in columns) or 1
    for column in columns:
        column.set(q("w"), str(round(int(column.get(q("w"), "0")) * _TEXT_TWIPS / whole)))
    rows = table.findall(q("tr"))
    style = _STYLES[kind]
    for mark in table.iter(q("pStyle")):
        mark.set(q("val"), style)
    for row, line in zip_longest(rows, lines[: len(rows)]):
        _row_properties(row).append(element("cantSplit"))
        for cell in row.findall(q("tc")) if line else ():
            _line_above(cell, line)
    for merged in table.iter(q("vMerge")):
        if merged.get(q("val")) == "restart":
            merged.getparent().append(element("vAlign", val="center"))
    if kind == "plain":
        _keep_together(rows, lines, table.getnext())


def _keep_together(rows: list, lines: list, after: Any) -> None:
    """A short table stays on one page, a longer one breaks between groups; the note stays with the last row."""
    mark = None if after is None else after.find(f"{q('pPr')}/{q('pStyle')}")
    noted = mark is not None and mark.get(q("val")) == "ReportNote"
    for at, row in enumerate(rows):
        last = at == len(rows) - 1
        group_ends = len(rows) > table_columns.WHOLE and not last and lines[at + 1 : at + 2] == [_HAIR]
        if not group_ends and (not last or noted):
            for style in row.iter(q("pStyle")):
                style.addnext(element("keepNext"))


def _row_properties(row: Any) -> Any:
    properties = row.find(q("trPr"))
    if properties is None:
        properties = element("trPr")
        row.insert(0, properties)
    return properties


def _line_above(cell: Any, line: Mapping[str, str]) -> None:
    merge = cell.find(f"{q('tcPr')}/{q('vMerge')}")
    if merge is not None and merge.get(q("val")) != "restart":
        return
    properties = cell.find(q("tcPr"))
    if properties is None:
        properties = element("tcPr")
        cell.insert(0, properties)
    borders = element("tcBorders")
    borders.append(element("top", **line))
    before = {q(name) for name in ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge")}
    at = next((at for at, child in enumerate(properties) if child.tag not in before), len(properties))
    properties.insert(at, borders)

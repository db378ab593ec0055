"""The parts of a Word file beside its text: styles, fonts, settings, lists, properties and the list of parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jixiao.kit import fonts
from jixiao.press.paper.themes import Theme
from jixiao.press.word import page_setup
from jixiao.press.word.ooxml import R, element, from_points, parsed, q, written

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
# The fonts of GB/T 9704 under the names that offices have them, what to take in their place behind them.
# A Word file brings no fonts along: where the theme asks only for those of the PDF, these are named.
_FONTS = {
    "title": ("方正小标宋简体", "方正小标宋_GBK", "华文中宋", "STZhongsong"),
    "body": ("仿宋_GB2312", "仿宋", "FangSong", "华文仿宋"),
    "heading1": ("黑体", "SimHei"),
    "heading2": ("楷体_GB2312", "楷体", "KaiTi", "华文楷体"),
    "table": ("宋体", "SimSun"),
    "page_number": ("宋体", "SimSun"),
}
_LATIN = ("Times New Roman", "Arial", "Consolas")
_LEVELS = 1.5  # characters by which a list is further in than the one around it
_REFERS = ("basedOn", "next", "link")
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def font(theme: Theme, role: str) -> str:
    """The East-Asian font of a role."""
    return _names(theme, role)[0]


def _names(theme: Theme, role: str) -> list[str]:
    asked = [name for name in theme.fonts[role] if name not in fonts.FAMILIES.values()]
    return list(dict.fromkeys(asked or _FONTS[role]))


def styled(styles: bytes, theme: Theme, used: set[str], **lengths: int) -> bytes:
    """The styles of a file: ours, and of pandoc's those that its text needs."""
    root = parsed(styles)
    ours = parsed(_our_styles(theme, lengths).encode())
    theirs = {style.get(q("styleId")): style for style in root.iter(q("style"))}
    for style in theirs.values():
        root.remove(style)
    root.replace(root.find(q("docDefaults")), ours.find(q("docDefaults")))
    mine = {style.get(q("styleId")): style for style in ours.iter(q("style"))}
    needed = set(_needed(theirs | mine, used | set(mine)))
    root.extend(style for name, style in theirs.items() if name in needed and name not in mine)
    root.extend(mine.values())
    return written(root)


def _needed(styles: Mapping[str, Any], names: set[str]) -> Iterator[str]:
    """`names` and the styles that they build on."""
    todo = list(names)
    done: set[str] = set()
    while todo:
        name = todo.pop()
        if name in styles and name not in done:
            done.add(name)
            yield name
            todo += [item.get(q("val")) for kind in _REFERS for item in styles[name].iter(q(kind))]


def _our_styles(theme: Theme, lengths: Mapping[str, int]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    return loader.get_template("word_styles.xml.j2").render(
        font={role: font(theme, role) for role in _FONTS},
        half={name: round(points * 2) for name, points in theme.sizes.items()},
        pitch=from_points(theme.pitch),
        closer=page_setup.closeness(theme),
        room=theme.title_room,
        char=round(theme.sizes["body"] * 20),
        **lengths,
    )


def font_table(theme: Theme) -> bytes:
    """The fonts that styles name, each with those that may stand in for it."""
    rows = []
    for names in {font(theme, role): _names(theme, role) for role in _FONTS}.values():
        rows.append(element("font", name=names[0]))
        if names[1:]:
            rows[-1].append(element("altName", val=",".join(names[1:])))
        rows[-1].extend((element("charset", val="86"), element("family", val="auto")))
    rows += [element("font", element("charset", val="00"), name=name) for name in _LATIN]
    return written(element("fonts", *rows))


def settings() -> bytes:
    """Settings of present Word for Chinese text, with footers that differ on odd and even pages."""
    kept = {"compatibilityMode": "15", "overrideTableStyleFontSizeAndJustification": "1"}
    kept |= {"enableOpenTypeFeatures": "1", "doNotFlipMirrorIndents": "1"}
    address = "http://schemas.microsoft.com/office/word"
    modes = (element("compatSetting", name=name, uri=address, val=value) for name, value in kept.items())
    return written(
        element(
            "settings",
            element("zoom", percent="100"),
            element("defaultTabStop", val="420"),
            element("evenAndOddHeaders"),
            element("characterSpacingControl", val="doNotCompress"),
            element("compat", *modes),
            element("themeFontLang", val="en-US", eastAsia="zh-CN"),
            element("decimalSymbol", val="."),
            element("listSeparator", val=","),
        )
    )


def numbering(old: bytes, theme: Theme) -> bytes:
    """Lists two characters in like any paragraph, each level a little further."""
    root = parsed(old)
    char = theme.sizes["body"] * 20
    for level in root.iter(q("lvl")):
        indent = level.find(f"{q('pPr')}/{q('ind')}")
        if indent is not None:
            depth = int(level.get(q("ilvl"))) + 1
            indent.set(q("left"), str(round((2 + _LEVELS * depth) * char)))
            indent.set(q("hanging"), str(round(_LEVELS * char)))
    return written(root)


def content_types(old: bytes) -> bytes:
    """The list of parts with the footers in it."""
    footers = [{"PartName": f"/word/{name}", "ContentType": page_setup.KIND} for name in page_setup.FOOTERS]
    return _with(old, f"{{{TYPES}}}Override", footers)


def relations(old: bytes) -> bytes:
    """The relations of the main part with the footers in it."""
    kind = f"{R}/footer"
    footers = [{"Id": page_setup.relation(name), "Type": kind, "Target": name} for name in page_setup.FOOTERS]
    return _with(old, f"{{{RELATIONS}}}Relationship", footers)


def _with(old: bytes, tag: str, entries: Sequence[Mapping[str, str]]) -> bytes:
    from lxml import etree

    root = parsed(old)
    for entry in entries:
        etree.SubElement(root, tag, entry)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def core_properties(title: str, author: str, note: str, day: date) -> bytes:
    """Title, author, language and dates of the file, all from the report itself."""
    from xml.sax.saxutils import escape

    stamp = f'xsi:type="dcterms:W3CDTF">{day.isoformat()}T00:00:00Z</dcterms:'
    package = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{package}" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f"<dc:description>{escape(note)}</dc:description><dc:language>zh-CN</dc:language>"
        f"<dcterms:created {stamp}created><dcterms:modified {stamp}modified></cp:coreProperties>"
    ).encode()


def app_properties(author: str) -> bytes:
    """What the file says of its making: whose it is, nothing of counts that an edit makes untrue."""
    from xml.sax.saxutils import escape

    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    company = f"<Company>{escape(author)}</Company>" if author else ""
    return f'{_XML}<Properties xmlns="{space}">{company}</Properties>'.encode()

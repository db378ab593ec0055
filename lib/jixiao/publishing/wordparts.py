"""The parts of a Word file that come from its reference document: styles, page, footers, properties."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from jixiao.publishing.html import TEMPLATES

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
FONTS = {"body": "仿宋", "heading": "黑体", "title": "黑体", "table": "宋体"}
_FIRST_SETTINGS = """writeProtection view zoom removePersonalInformation removeDateAndTime
    doNotDisplayPageBoundaries displayBackgroundShape printPostScriptOverText printFractionalCharacterWidth
    printFormsData embedTrueTypeFonts embedSystemFonts saveSubsetFonts saveFormsData mirrorMargins
    alignBordersAndEdges bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors
    hideGrammaticalErrors activeWritingStyle proofState formsDesign attachedTemplate linkStyles
    stylePaneFormatFilter stylePaneSortMethod documentType mailMerge revisionView trackRevisions
    doNotTrackMoves doNotTrackFormatting documentProtection autoFormatOverride styleLockTheme styleLockQFSet
    defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps
    showEnvelope summaryLength clickAndTypeStyle defaultTableStyle"""
LINE = 540  # twentieths of a point from line to line of the body
PAGE = {"w": "11906", "h": "16838"}
MARGINS = {"top": "2098", "bottom": "1984", "left": "1588", "right": "1474"}
MARGINS |= {"header": "851", "footer": "1417", "gutter": "0"}
FOOTERS = {"default": ("footer1.xml", "right", "rIdOdd"), "even": ("footer2.xml", "left", "rIdEven")}


def q(name: str) -> str:
    """The qualified name of an element or attribute of the main Word namespace."""
    return f"{{{W}}}{name}"


def element(name: str, **attributes: str) -> Any:
    """An element of the main Word namespace."""
    from lxml import etree

    made = etree.Element(q(name), nsmap={"w": W})
    for key, value in attributes.items():
        made.set(q(key), value)
    return made


def styled(styles: bytes) -> bytes:
    """The styles of a file, those of ours in place of theirs; nothing else keeps a theme font."""
    root = _parsed(styles)
    ours = _parsed(_our_styles().encode())
    replaced = {style.get(q("styleId")) for style in ours.iter(q("style"))}
    for style in list(root.iter(q("style"))):
        if style.get(q("styleId")) in replaced:
            root.remove(style)
    _replace(root, ours.find(q("docDefaults")))
    root.extend(ours.findall(q("style")))
    return _bytes(root)


def _replace(root: Any, part: Any) -> None:
    root.replace(root.find(part.tag), part)


@cache
def _our_styles() -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return loader.get_template("word_styles.xml.j2").render(**FONTS, line=LINE)


def settings(old: bytes) -> bytes:
    """The settings of a file for Chinese text, with footers that differ on odd and even pages."""
    root = _parsed(old)
    for name in ("evenAndOddHeaders", "themeFontLang"):
        for found in root.findall(q(name)):
            root.remove(found)
    root.insert(_after_view(root), element("evenAndOddHeaders"))
    _insert_before(
        root, element("themeFontLang", val="zh-CN", eastAsia="zh-CN"), ("clrSchemeMapping", "decimalSymbol")
    )
    return _bytes(root)


def _after_view(root: Any) -> int:
    """The schema wants evenAndOddHeaders after what is about the view and proofing, before most others."""
    first = {q(name) for name in _FIRST_SETTINGS.split()}
    return next((at for at, child in enumerate(root) if child.tag not in first), len(root))


def _insert_before(root: Any, part: Any, names: tuple[str, ...]) -> None:
    at = next((at for at, child in enumerate(root) if child.tag in {q(name) for name in names}), len(root))
    root.insert(at, part)


def section() -> Any:
    """The properties of the one section: A4, the margins of GB/T 9704, page numbers outside."""
    from lxml import etree

    made = element("sectPr")
    for kind, (_, _, relation) in FOOTERS.items():
        reference = etree.SubElement(made, q("footerReference"))
        reference.set(q("type"), kind)
        reference.set(f"{{{R}}}id", relation)
    made.append(element("pgSz", **PAGE))
    made.append(element("pgMar", **MARGINS))
    return made


def footer(side: str) -> bytes:
    """A footer with the page number between dashes, one character in from the edge."""
    indent = "left" if side == "left" else "right"
    field = "".join(
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>{text}'
        for kind, text in (
            ("begin", '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'),
            ("separate", "<w:r><w:t>1</w:t></w:r>"),
            ("end", ""),
        )
    )
    place = f'<w:ind w:{indent}Chars="100" w:{indent}="280"/><w:jc w:val="{side}"/>'
    dash = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:ftr xmlns:w="{W}"><w:p><w:pPr>'
        f'<w:pStyle w:val="Footer"/>{place}</w:pPr>{dash.format("— ")}{field}{dash.format(" —")}'
        "</w:p></w:ftr>"
    ).encode()


def content_types(old: bytes) -> bytes:
    """The list of parts with the footers in it."""
    from lxml import etree

    root = _parsed(old)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
    for name, _, _ in FOOTERS.values():
        etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/word/{name}", ContentType=kind)
    return _bytes(root)


def relations(old: bytes) -> bytes:
    """The relations of the main part with the footers in it, and without addresses outside the file."""
    from lxml import etree

    root = _parsed(old)
    for relation in [item for item in root if item.get("TargetMode") == "External"]:
        root.remove(relation)
    for name, _, relation in FOOTERS.values():
        etree.SubElement(root, f"{{{RELATIONS}}}Relationship", Id=relation, Type=f"{R}/footer", Target=name)
    return _bytes(root)


def core_properties(title: str, author: str, note: str, day: date) -> bytes:
    """Title, author, language and dates of the file, all from the report itself."""
    from xml.sax.saxutils import escape

    stamp = f'xsi:type="dcterms:W3CDTF">{day.isoformat()}T00:00:00Z</dcterms:'
    package = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="{package}" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f"<dc:description>{escape(note)}</dc:description><dc:language>zh-CN</dc:language>"
        f"<dcterms:created {stamp}created><dcterms:modified {stamp}modified></cp:coreProperties>"
    ).encode()


def _parsed(data: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(
        data, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    )


def _bytes(root: Any) -> bytes:
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

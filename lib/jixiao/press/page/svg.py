"""A chart's SVG document in, a clean tree of allow-listed elements and attributes out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from jixiao.kit.errors import ExportError, Fault

_ELEMENTS = """svg g defs symbol use path rect circle ellipse line polyline polygon text tspan clipPath
    pattern linearGradient radialGradient stop image"""
_PRESENTATION = """clip-path clip-rule color display dominant-baseline fill fill-opacity fill-rule font-family
    font-size font-style font-weight opacity stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset
    stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor visibility"""
_ATTRIBUTES = """id href d points x y x1 y1 x2 y2 cx cy r rx ry dx dy fx fy width height viewBox transform
    offset preserveAspectRatio gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits
    patternTransform clipPathUnits"""
_OURS = "role aria-labelledby aria-describedby title desc"  # what the page adds to a drawing
ELEMENTS = frozenset(_ELEMENTS.split())
PRESENTATION = frozenset(_PRESENTATION.split())
ATTRIBUTES = PRESENTATION | frozenset(_ATTRIBUTES.split())
NAMESPACE = "http://www.w3.org/2000/svg"
_NAMES = {name.lower(): name for name in ELEMENTS | ATTRIBUTES | set(_OURS.split())}
_LOCAL = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)['\"]?\s*\)")
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")
_FOR_ALL = re.compile(r"\*\s*\{([^}]*)\}")
_PIXELS_PER_POINT = 96 / 72


def clean(document: str, prefix: str) -> etree._Element:
    """The drawing in `document`, its ids starting with `prefix`, its size in CSS pixels; or ExportError."""
    source = _parsed(document, prefix)
    root = _copied(source, prefix)
    for rule in _style_rules(source):
        for name, value in rule:
            root.set(name, root.get(name, value))
    _sized(source, root, prefix)
    _drop_unused(root)
    return root


def standalone(drawing: etree._Element) -> str:
    """The XML document of a drawing read by an HTML parser: names get capitals and namespace back."""
    root = etree.fromstring(etree.tostring(drawing, encoding="unicode", with_tail=False))
    for element in list(root.iter(etree.Element)):
        if element.tag in ("title", "desc"):
            element.getparent().remove(element)
            continue
        element.tag = f"{{{NAMESPACE}}}{_NAMES.get(element.tag.lower(), element.tag)}"
        values = dict(element.attrib)
        element.attrib.clear()
        element.attrib.update({_NAMES.get(name.lower(), name): value for name, value in values.items()})
    etree.cleanup_namespaces(root, {None: NAMESPACE})
    return etree.tostring(root, encoding="unicode")


def _parsed(document: str, prefix: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(document.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(prefix, f"SVG 无法解析（{error.msg}）") from error
    if etree.QName(root).localname != "svg":
        raise _unreadable(prefix, f"根元素为 {etree.QName(root).localname}")
    return root


def _unreadable(prefix: str, found: str) -> ExportError:
    return ExportError(Fault(f"图 {prefix}", found, "完整的 SVG 文档", "重新运行生成该图的单元格"))


def _copied(source: etree._Element, prefix: str) -> etree._Element:
    copy = etree.Element(etree.QName(source).localname)
    for name, value in _attributes(source):
        safe = _safe(name, value, prefix)
        if safe is not None:
            copy.set(name, safe)
    if copy.tag in ("text", "tspan"):
        copy.text = source.text
    for child in source.iterchildren(etree.Element):
        if etree.QName(child).localname in ELEMENTS:
            copy.append(_copied(child, prefix))
            copy[-1].tail = child.tail if copy.tag in ("text", "tspan") else None
    return copy


def _attributes(source: etree._Element) -> Iterator[tuple[str, str]]:
    """The allowed attributes of an element; its style declarations become presentation attributes."""
    for name, value in source.attrib.items():
        local = etree.QName(name).localname
        if local == "style":
            yield from _declarations(value)
        elif local in ATTRIBUTES:
            yield local, " ".join(value.split())


def _declarations(style: str) -> list[tuple[str, str]]:
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return [(name.strip(), value.strip()) for name, _, value in pairs if name.strip() in PRESENTATION]


def _style_rules(source: etree._Element) -> Iterator[list[tuple[str, str]]]:
    """matplotlib writes one rule for all elements; on the root it is inherited, and touches no other."""
    for style in source.iter("{*}style"):
        yield from (_declarations(body) for body in _FOR_ALL.findall(style.text or ""))


def _safe(name: str, value: str, prefix: str) -> str | None:
    """`value` with its references led to the prefixed ids, or None when it points outside the drawing."""
    if name == "id":
        return f"{prefix}-{value}"
    if name == "href":
        if value.startswith("#"):
            return f"#{prefix}-{value[1:]}"
        return value if _PICTURE.fullmatch(value) else None
    local = _LOCAL.sub(lambda match: f"url(#{prefix}-{match[1]})", value)
    rest = _LOCAL.sub("", value).lower()
    return None if any(mark in rest for mark in ("url(", "script:", "expression(", "\\", "@", "<")) else local


def _drop_unused(root: etree._Element) -> None:
    """Names that nothing refers to, and definitions of nothing, are only weight."""
    values = [value for element in root.iter() for value in element.attrib.values()]
    used = {value[1:] for value in values if value.startswith("#")}
    used |= {name for value in values for name in _LOCAL.findall(value)}
    for element in list(root.iter()):
        if element.get("id") not in used:
            element.attrib.pop("id", None)
        if element.tag == "defs" and not len(element):
            element.getparent().remove(element)


def _sized(source: etree._Element, root: etree._Element, prefix: str) -> None:
    sides = [re.match(r"[\d.]+", source.get(side, "")) for side in ("width", "height")]
    if "viewBox" not in root.attrib:
        if None in sides:
            raise _unreadable(prefix, "SVG 没有尺寸")
        root.set("viewBox", f"0 0 {sides[0][0]} {sides[1][0]}")
    try:
        _, _, width, height = (float(part) for part in root.get("viewBox").replace(",", " ").split())
    except ValueError as error:
        raise _unreadable(prefix, "SVG 的 viewBox 不是四个数") from error
    root.set("width", f"{width * _PIXELS_PER_POINT:.0f}")
    root.set("height", f"{height * _PIXELS_PER_POINT:.0f}")

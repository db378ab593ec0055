"""A drawing of a notebook as a picture: what would run, reach outside or tell of its maker is taken out."""

from __future__ import annotations

import math
import re
from base64 import b64encode

from jixiao.kit.errors import ExportError, Fault

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}"
_DROPPED = frozenset({"script", "foreignObject", "metadata", "title", "desc", "a"})
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|script:|expression\(|\\", re.IGNORECASE)
_INSIDE = re.compile(r"#.*|data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")
_PIXELS_PER_POINT = 96 / 72
_LEAST = 1  # points: of less there are no pixels
_MOST = 14400  # points, 200 inches: the largest page of a PDF


def picture(document: str, place: str) -> dict[str, str]:
    """Source, width and height (in CSS pixels) of an `img` that shows the SVG document; else ExportError."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(document.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(place, f"SVG 无法解析（{error.msg}）") from error
    if root.tag != f"{_NAMESPACE}svg":
        raise _unreadable(place, f"根元素为 {etree.QName(root).localname}")
    for element in list(root.iter()):
        name = str(element.tag).removeprefix(_NAMESPACE)
        outside = name == "style" and _OUTSIDE.search(element.text or "")
        if name.startswith(("{", "<")) or name in _DROPPED or outside:
            if element.getparent() is not None:
                element.getparent().remove(element)
            continue
        for key, value in list(element.attrib.items()):
            is_link = key in ("href", f"{_LINK}href")
            away = not _INSIDE.fullmatch(value) if is_link else _OUTSIDE.search(value)
            if away or (key.startswith(("on", "{")) and not is_link):
                del element.attrib[key]
    width, height = _size(root, place)
    content = b64encode(etree.tostring(root)).decode()
    return {"src": f"data:image/svg+xml;base64,{content}", "width": f"{width:.0f}", "height": f"{height:.0f}"}


def _size(root, place: str) -> tuple[float, float]:
    """The size in CSS pixels: that of the view box, else that of the drawing, in points as matplotlib writes it."""
    sides = [re.match(r"[\d.]+", root.get(side, "")) for side in ("width", "height")]
    if "viewBox" not in root.attrib:
        if None in sides:
            raise _unreadable(place, "SVG 没有尺寸")
        root.set("viewBox", f"0 0 {sides[0][0]} {sides[1][0]}")
    try:
        box = [float(part) for part in root.get("viewBox").replace(",", " ").split()]
        _, _, width, height = box
    except ValueError as error:
        raise _unreadable(place, "SVG 的 viewBox 不是四个数") from error
    if not all(map(math.isfinite, box)) or not all(_LEAST <= side <= _MOST for side in (width, height)):
        found = f"SVG 的 viewBox 为 {root.get('viewBox')}，宽和高不是 {_LEAST} 到 {_MOST} 的数"
        raise _unreadable(place, found)
    root.set("width", f"{width}pt")
    root.set("height", f"{height}pt")
    return width * _PIXELS_PER_POINT, height * _PIXELS_PER_POINT


def _unreadable(place: str, found: str) -> ExportError:
    return ExportError(Fault(f"图 {place}", found, "完整的 SVG 文档", "重新运行生成该图的单元格"))

"""The XML of a Word file: names, elements, lengths and the marks of a paragraph that several of its parts need."""

from __future__ import annotations

import re
import unicodedata
from copy import deepcopy
from pathlib import Path
from typing import Any

from jixiao.kit.templates import template

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TEMPLATES = Path(__file__).parent / "templates"
_BETWEEN = re.compile(r"(?<!\?)>\s*\n\s*<")
_MM = 1440 / 25.4  # twentieths of a point in a millimetre


def q(name: str) -> str:
    """The qualified name of an element or attribute of the main Word namespace."""
    return f"{{{W}}}{name}"


def element(tag: str, /, *children: Any, **attributes: str) -> Any:
    """An element of the main Word namespace."""
    from lxml import etree

    made = etree.Element(q(tag), nsmap={"w": W})
    for key, value in attributes.items():
        made.set(q(key), value)
    made.extend(children)
    return made


def run(text: str, style: str = "") -> Any:
    """A run of text; one with Chinese characters says so, as Word does, for signs that both scripts share."""
    look = [element("rStyle", val=style)] if style else []
    if any(unicodedata.east_asian_width(char) in "WF" for char in text):
        look.append(element("rFonts", hint="eastAsia"))
    return element("r", *([element("rPr", *look)] if look else []), words(text))


def words(text: str, tag: str = "t") -> Any:
    """The text of a run, blanks and all."""
    made = element(tag)
    made.text = text
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def like(run: Any, *content: Any) -> Any:
    """A run that looks as `run` does."""
    look = run.find(q("rPr"))
    return element("r", *([] if look is None else [deepcopy(look)]), *content)


def paragraph(text: str, style: str) -> Any:
    """A paragraph of one run."""
    made = element("p", run(text))
    set_style(made, style)
    return made


def parsed(data: bytes) -> Any:
    """The root of a part."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True, huge_tree=True)
    return etree.fromstring(data, parser)


def written(root: Any) -> bytes:
    """The bytes of a part."""
    from lxml import etree

    etree.cleanup_namespaces(root, top_nsmap={"w": W})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def from_template(name: str, **values: Any) -> bytes:
    """The bytes of a part that a template writes; its line ends between elements are left out."""
    whole = template(_TEMPLATES / name).render(**values)
    return _BETWEEN.sub("><", whole).encode()


def from_mm(millimetres: float) -> int:
    """A length in twentieths of a point."""
    return round(millimetres * _MM)


def from_points(points: float) -> int:
    """A length in twentieths of a point, rounded down, so that as many go into a page as were meant to."""
    return int(points * 20)


def style_of(paragraph: Any) -> str:
    """The id of the style of a paragraph; nothing where it has none."""
    mark = paragraph.find(f"{q('pPr')}/{q('pStyle')}")
    return "" if mark is None else mark.get(q("val"))


def set_style(paragraph: Any, name: str) -> None:
    """Give a paragraph its style."""
    holder = properties(paragraph)
    mark = holder.find(q("pStyle"))
    if mark is None:
        holder.insert(0, element("pStyle", val=name))
    else:
        mark.set(q("val"), name)


def properties(paragraph: Any) -> Any:
    """The properties of a paragraph, made where it has none."""
    found = paragraph.find(q("pPr"))
    if found is None:
        found = element("pPr")
        paragraph.insert(0, found)
    return found


def keep_with_next(paragraph: Any) -> None:
    """Keep the end of a paragraph on the page of what follows: a matter of place, which no style can know."""
    holder = properties(paragraph)
    if holder.find(q("keepNext")) is None:
        at = 1 if holder.find(q("pStyle")) is not None else 0
        holder.insert(at, element("keepNext"))


def text_of(part: Any) -> str:
    """The words of an element."""
    return "".join(text.text or "" for text in part.iter(q("t")))

"""What a page of the report may be made of: markup of any origin loses whatever is not on a list."""

from __future__ import annotations

import re
from functools import cache

from jixiao.kit.errors import ExportError, Fault, one_line

_TAGS = """h1 h2 h3 h4 h5 h6 header section div p span br wbr hr ul ol li dl dt dd blockquote pre code strong
    em b i s del ins sub sup small a data time abbr table caption colgroup col thead tbody tfoot tr th td
    figure figcaption details summary img"""
TAGS = frozenset(_TAGS.split())
_GENERAL = frozenset({"id", "class"})
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href"}),
    "abbr": frozenset({"title"}),
    "col": frozenset({"span"}),
    "data": frozenset({"value", "data-key"}),
    "img": frozenset({"src", "alt", "width"}),
    "ol": frozenset({"start", "type"}),
    "td": frozenset({"rowspan", "colspan"}),
    "th": frozenset({"rowspan", "colspan", "scope"}),
    "time": frozenset({"datetime"}),
}
_VALUES = {
    "id": re.compile(r"[\w.:\-]+"),
    "href": re.compile(r"#.*", re.DOTALL),
    "width": re.compile(r"[0-9]+"),
    "src": re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]+"),
}
_LINE_END = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\n(?=[\u2e80-\u9fff\uff00-\uffef])")
_PREFORMATTED = re.compile(r"(<pre.*?</pre>)", re.DOTALL)
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # turn the order of what follows
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def elements(markup: str, place: str = "正文") -> list:
    """`markup` cleaned and parsed into lxml elements; text outside any element becomes paragraphs."""
    from lxml import html
    from lxml.html import builder

    parent = html.fragment_fromstring(clean(markup), create_parent="div")
    for picture in parent.iter("img"):
        if not picture.get("src"):
            found = f"图片“{one_line(picture.get('alt') or '未命名', 40)}”不在文件内"
            remedy = "用 report 的图表方法输出，或把图片粘贴为 data: 内容"
            raise ExportError(Fault(place, found, "随文件保存的图", remedy))
    if (parent.text or "").strip():
        parent.insert(0, builder.P(parent.text.strip()))
    for child in list(parent):
        if (child.tail or "").strip():
            child.addnext(builder.P(child.tail.strip()))
        child.tail = None
    return list(parent)


def clean(markup: str) -> str:
    """`markup` without anything outside the allow-list: no scripts, styles, handlers or outside addresses."""
    import nh3

    return nh3.clean(
        printable(markup),
        tags=set(TAGS),
        attributes={tag: set(_GENERAL | _ATTRIBUTES.get(tag, frozenset())) for tag in TAGS},
        attribute_filter=_kept,
        url_schemes={"data"},
        link_rel=None,
        strip_comments=True,
    )


def printable(text: object) -> str:
    """`text` with a visible mark for each control character, and without marks that turn its direction."""
    return _CONTROL.sub("\u25a1", _DIRECTION.sub("", str(text)))


def from_markdown(text: str) -> str:
    """The HTML of a Markdown cell, not yet cleaned; a line end between Chinese characters is no blank."""
    parts = _PREFORMATTED.split(_markdown()(text))
    return "".join(part if part.startswith("<pre") else _LINE_END.sub("", part) for part in parts)


@cache
def _markdown():
    import mistune

    return mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "footnotes", "def_list"])


def _kept(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, or None to drop it: links stay inside the page, pictures inside the file."""
    wanted = _VALUES.get(name)
    return value if wanted is None or wanted.fullmatch(value) else None

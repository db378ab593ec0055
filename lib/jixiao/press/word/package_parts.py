"""The parts of a Word file beside its text that depend on it or on a theme: styles, fonts, lists and the list of parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jixiao.kit import fonts
from jixiao.press.paper.themes import Theme
from jixiao.press.word import heading_numbers, letterhead, page_setup
from jixiao.press.word.heading_numbers import Attached
from jixiao.press.word.ooxml import R, from_points, from_template, parsed, q, written

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
# The fonts of GB/T 9704 under the names that offices have them, what to take in their place behind them: those of
# Windows, of macOS, of Chinese desktops (方正, CESI) and free ones, each of the same kind of face, so that headings
# stay apart. A Word file brings no fonts along: where the theme asks only for those of the PDF, these are named.
_FONTS = {
    "title": (
        *("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "方正公文小标宋", "CESI小标宋-GB2312"),
        *("华文中宋", "STZhongsong", "Songti SC", "思源宋体", "Noto Serif CJK SC"),
    ),
    "body": (
        *("仿宋_GB2312", "仿宋", "FangSong", "方正仿宋_GBK", "方正公文仿宋", "CESI仿宋-GB2312"),
        *("华文仿宋", "STFangsong", "FandolFang", "思源宋体", "Noto Serif CJK SC"),
    ),
    "heading1": (
        *(
            "黑体",
            "SimHei",
            "方正黑体_GBK",
            "方正公文黑体",
            "CESI黑体-GB2312",
            "华文黑体",
            "STHeiti",
            "Heiti SC",
        ),
        *("思源黑体", "Noto Sans CJK SC", "FandolHei", "文泉驿正黑", "WenQuanYi Zen Hei"),
    ),
    "heading2": (
        *("楷体_GB2312", "楷体", "KaiTi", "方正楷体_GBK", "方正公文楷体", "CESI楷体-GB2312"),
        *("华文楷体", "STKaiti", "Kaiti SC", "霞鹜文楷", "LXGW WenKai", "FandolKai", "AR PL UKai CN"),
    ),
    "table": (
        *("宋体", "SimSun", "方正书宋_GBK", "CESI宋体-GB2312", "华文宋体", "STSong", "Songti SC"),
        *("思源宋体", "Noto Serif CJK SC", "FandolSong", "AR PL UMing CN"),
    ),
    "page_number": (
        "宋体",
        "SimSun",
        "方正书宋_GBK",
        "CESI宋体-GB2312",
        "华文宋体",
        "STSong",
        "Noto Serif CJK SC",
    ),
}
_KINDS = {
    "heading1": "swiss",
    "heading2": "script",
}  # of face, where none of the names is there; others are roman
_LATIN = ("Times New Roman", "Arial", "Consolas")
# What no line begins or ends with: the signs that Word knows for Chinese, and what belongs to a number before or
# behind it, so that 95分（含）至100分, 10.81亿元 and 〔2020〕10号 stay whole, without any invisible character in them.
# Word takes at most 100 of the first and 50 of the second.
_NEVER_FIRST = (
    "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠"
    "*＊（至以年月日号期个分元万亿条项家户次倍份人件篇级类"
)
_NEVER_LAST = "$([{£¥·‘“〈《「『【〔〖〝﹙﹛﹝＄（．［｛￡￥〕至～以含第"
_BULLET = "■"  # as in the PDF
_LEVELS = 1.5  # characters by which a list is further in than the one around it
_ADDRESSEE = "ReportAddressee"  # the style of the line that only a letter has
_REFERS = ("basedOn", "next", "link")


def font(theme: Theme, role: str) -> str:
    """The East-Asian font of a role."""
    return _names(theme, role)[0]


def _names(theme: Theme, role: str) -> list[str]:
    asked = [name for name in theme.fonts[role] if name not in fonts.FAMILIES.values()]
    return list(dict.fromkeys([*asked, *_FONTS[role]]))


def styled(styles: bytes, theme: Theme, used: set[str], **lengths: int) -> bytes:
    """The styles of a file: ours, and of pandoc's those that its text needs."""
    root = parsed(styles)
    ours = parsed(_our_styles(theme, lengths, addressed=_ADDRESSEE in used))
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


def _our_styles(theme: Theme, lengths: Mapping[str, int], *, addressed: bool) -> bytes:
    return from_template(
        "word_styles.xml.j2",
        font={role: font(theme, role) for role in _FONTS},
        half={name: round(points * 2) for name, points in theme.sizes.items()},
        levels=heading_numbers.LEVELS,
        marking=letterhead.size(theme),
        above_marking=letterhead.lines_above(theme),
        headed=any(theme.letterhead.values()),
        addressed=addressed,
        pitch=from_points(theme.pitch),
        closer=page_setup.closeness(theme),
        room=theme.title_room,
        char=round(theme.sizes["body"] * 20),
        **lengths,
    )


def font_table(theme: Theme) -> bytes:
    """The fonts that styles name, each with those that may stand in for it."""
    chinese = {
        font(theme, role): (_names(theme, role)[1:], _KINDS.get(role, "roman")) for role in reversed(_FONTS)
    }
    return from_template("fonts.xml.j2", chinese=chinese, latin=_LATIN)


def settings() -> bytes:
    """How Word sets Chinese text, and where no line may end."""
    return from_template("settings.xml.j2", never_first=_NEVER_FIRST, never_last=_NEVER_LAST)


def numbering(old: bytes, theme: Theme, attached: Attached) -> bytes:
    """Lists two characters in like any paragraph, each level a little further; those of headings beside them."""
    root = parsed(old)
    char = theme.sizes["body"] * 20
    for level in root.iter(q("lvl")):
        indent = level.find(f"{q('pPr')}/{q('ind')}")
        if indent is not None:
            depth = int(level.get(q("ilvl"))) + 1
            indent.set(q("left"), str(round((2 + _LEVELS * depth) * char)))
            indent.set(q("hanging"), str(round(_LEVELS * char)))
        fonts = level.find(q("rPr"))
        if fonts is not None:  # pandoc's marks stand in fonts of signs, which other machines do not have
            level.find(q("lvlText")).set(q("val"), _BULLET)
            level.remove(fonts)
    ours = heading_numbers.lists(attached)
    for at, kind in enumerate(ours.findall(q("abstractNum"))):
        root.insert(at, kind)
    root.extend(ours.findall(q("num")))
    return written(root)


def content_types(old: bytes, charts: Iterable[Mapping[str, str]]) -> bytes:
    """The list of parts with the footers and charts in it."""
    footers = [{"PartName": f"/word/{name}", "ContentType": page_setup.KIND} for name in page_setup.FOOTERS]
    return _with(old, f"{{{TYPES}}}Override", [*footers, *charts])


def relations(old: bytes, charts: Iterable[Mapping[str, str]]) -> bytes:
    """The relations of the main part with the footers and charts in it."""
    kind = f"{R}/footer"
    footers = [{"Id": page_setup.relation(name), "Type": kind, "Target": name} for name in page_setup.FOOTERS]
    return _with(old, f"{{{RELATIONS}}}Relationship", [*footers, *charts])


def _with(old: bytes, tag: str, entries: Sequence[Mapping[str, str]]) -> bytes:
    from lxml import etree

    root = parsed(old)
    for entry in entries:
        etree.SubElement(root, tag, entry)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

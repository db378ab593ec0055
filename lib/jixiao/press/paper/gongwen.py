"""The parts of a report in the order of an official document (GB/T 9704—2012, 7.3).

The title first, the names of the attachments, the issuer and the date after the body, attachments on new pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from jixiao.kit.workbooks import ems

LANDSCAPE = "landscape"
_ATTACHED = re.compile(r"((?:附录|附件)\s*[一二三四五六七八九十百\d]*)[\s:：、.．]*(.*)", re.DOTALL)
_COMPOUNDS = re.compile(  # words that a title does not divide
    "预算绩效|绩效管理|绩效评价|绩效目标|绩效自评|评价结果|评价报告|项目支出|部门整体|整体支出|开展情况|管理工作|管理办法"
)
_AFTER_WORD = re.compile(r"(?<=[省市县区州盟旗镇乡局厅委会部院年度的和与及、，：）》”])")
_BEFORE_WORD = re.compile(
    r"(?=关于|预算|绩效|部门|项目|财政|评价|管理|工作|开展|情况|结果|报告|通知|办法|意见|整体|支出|（|《|“)"
)
_STARTS_NO_LINE = "的和与及、，：；。）》”…！？%"
_OFF_NAME = 1.0  # em by which lines may be less equal, not to divide a phrase
_OFF_WORD = 4.0  # the same for a word


def arrange(body: Any, contact: str = "") -> None:
    """Put the parts of `body` into the order of an official document, with whom readers may ask in brackets (7.3.8)."""
    attached = [heading for heading in body.iter("h2") if _ATTACHED.fullmatch(_text(heading))]
    signed = body.xpath(".//header[@class='title-block']/p[@class='issuer' or @class='date']")
    if not attached and not signed:
        return
    # All of it stands with the last paragraph of the body, so that it has no page of its own.
    closing = body.makeelement("div", {"class": "closing"})
    if attached:
        before = attached[0].getprevious()
        attached[0].addprevious(closing)
    else:
        holder = body.find("main") if body.find("main") is not None else body
        before = holder[-1] if len(holder) else None
        holder.append(closing)
    if before is not None and before.tag == "p":
        closing.append(before)
    if attached:
        closing.append(_attachments(body, attached))
    if signed:
        closing.append(body.makeelement("div", {"class": "signature"}))
        closing[-1].extend(signed)
        if contact:
            closing.append(body.makeelement("p"))
            closing[-1].text = f"（联系方式：{contact}）"


def _attachments(body: Any, headings: Sequence[Any]) -> Any:
    """The list of attachments (7.3.4): the word once, then a number and a name each, without a full stop."""
    to = " ".join(heading.get("id") or "-" for heading in headings)
    block = body.makeelement("div", {"class": "attachments", "data-to": to})
    for number, heading in enumerate(headings, 1):
        found = _ATTACHED.fullmatch(_text(heading))
        mark = re.sub(r"\s", "", found[1])
        name = found[2]
        label = f"{mark[:2]}：" if number == 1 else ""
        line = body.makeelement("p")
        line.text = f"{label}{number}.{name or mark}" if len(headings) > 1 else f"{label}{name or mark}"
        block.append(line)
        heading.attrib.update({"class": "attached", "data-mark": mark, "data-words": name})
    return block


def turn(place: Any) -> None:
    """Put a table on pages of its own, which lie on their side, with the headings before it."""
    sheet = place.makeelement("div", {"class": LANDSCAPE})
    place.addprevious(sheet)
    while (heading := sheet.getprevious()) is not None and re.fullmatch("h[1-6]", str(heading.tag)):
        heading.set("class", f"{heading.get('class', '')} turned".strip())
        sheet.insert(0, heading)
    sheet.append(place)


def title_lines(title: str, room: float, names: Sequence[str] = ()) -> list[str]:
    """`title` in as few lines of `room` em as it takes, about equally long, divided between words.

    `names` are words that are not divided; a lower line is rather longer than shorter.
    """
    whole = ems(title)
    count = int(whole // room) + 1
    if count == 1:
        return [title]
    lines = []
    rest = title
    for left in range(count, 1, -1):
        at = _best(rest, ems(rest) / left, room, names)
        lines.append(rest[:at])
        rest = rest[at:]
    return [line.strip() for line in [*lines, rest]]


def _best(text: str, wanted: float, room: float, names: Sequence[str]) -> int:
    """Where the first line of `text` ends best: near `wanted` em, between words, within `room`."""
    named = [m.span() for name in names if name for m in re.finditer(re.escape(name), text)]
    whole = [*named, *(m.span() for m in _COMPOUNDS.finditer(text))]
    inside = {at for start, end in whole for at in range(start + 1, end)}
    phrases = {end for _, end in named}
    words = {m.start() for ends in (_AFTER_WORD, _BEFORE_WORD) for m in ends.finditer(text)} - inside
    fits = [at for at in range(1, len(text)) if ems(text[:at]) <= room]

    def cost(at: int) -> float:
        off = 0.0 if at in phrases else _OFF_NAME if at in words else _OFF_WORD
        return abs(ems(text[:at]) - wanted) + off

    return min((at for at in fits if _may_divide(text, at)), key=cost, default=len(fits) or 1)


def _may_divide(text: str, at: int) -> bool:
    joined = text[at - 1].isascii() and text[at].isascii() and text[at - 1] != " " != text[at]
    year = text[at - 1].isdecimal() and text[at] in "年月日%"
    return not joined and not year and text[at] not in _STARTS_NO_LINE and text[at - 1] not in "（《“"


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())

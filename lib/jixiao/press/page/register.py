"""The register of figures on a page: each row leads back to where its figure is said, and a long one is folded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from jixiao.press.page import table_columns
from jixiao.press.page.document import KEY_POINTS
from jixiao.press.page.hints import REGISTER

_START = "正文开头"  # what stands before the first heading
_UNSAID = "没有写进正文的"


@dataclass(frozen=True)
class _Said:
    """Where a page says a figure: the element, the words for its place, and the heading that this stands under."""

    element: Any
    place: str
    heading: str


def lead_back(body: Any) -> None:
    """Let each row of the register name the places where its figure is said, as links, and fold a long register.

    Its groups are the headings under which figures are first said, in the order of the page.
    """
    for table in body.xpath(f".//table[contains(concat(' ', @class, ' '), ' {REGISTER} ')]"):
        numbers = table.xpath("tbody/tr//data[@data-key]")
        rows = {number.get("data-key"): next(number.iterancestors("tr")) for number in numbers}
        said: dict[str, dict[str, _Said]] = {
            key: {} for key in rows
        }  # key -> place -> the first time it is said there
        for key, one in _said(body, table):
            said.get(key, {}).setdefault(one.place, one)
        for at, one in enumerate((one for places in said.values() for one in places.values()), 1):
            one.element.set("id", f"said-{at}")
        for key, row in rows.items():
            if said[key]:
                row[min(2, len(row) - 1)].append(_links(row, said[key].values()))
        if len(rows) > table_columns.LONG:
            headings = dict.fromkeys(one.heading for _, one in _said(body, table))
            under = [(row, _heading(said[key].values())) for key, row in rows.items()]
            groups = {name: [row for row, own in under if own == name] for name in [*headings, _UNSAID]}
            _fold(table, {name: rows for name, rows in groups.items() if rows})


def _said(body: Any, register: Any) -> Iterator[tuple[str, _Said]]:
    """Each figure that the page says outside the register, with its key, in the order of the page."""
    heading = _START
    for element in body.iter("h2", "h3", "data"):
        sections = element.iterancestors("section")
        points = next((one for one in sections if one.get("class") == KEY_POINTS), None)
        if element.tag != "data":
            heading = _words(element) if points is None else heading
        elif element.get("data-key") and register not in element.iterancestors("table"):
            under = heading if points is None else _words(points.find("h2"))
            link = next(element.iterancestors("a"), element)
            yield element.get("data-key"), _Said(link, _caption(element) or under, under)


def _caption(number: Any) -> str:
    """What a table or chart that holds a number is called: 表1, 图1; nothing for one in the text."""
    caption = next((one.find("caption") for one in number.iterancestors("table")), None)
    return "" if caption is None else next(iter(_words(caption).split()), "")


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def _heading(said: Collection[_Said]) -> str:
    """The heading under which a figure is said first; that of the key points only where it is said nowhere else."""
    in_text = [one.heading for one in said if not one.element.xpath(f"ancestor::*[@class='{KEY_POINTS}']")]
    return next(iter([*in_text, *(one.heading for one in said)]), _UNSAID)


def _links(row: Any, said: Collection[_Said]) -> Any:
    """The line of a row that leads to every place where its figure is said."""
    line = row.makeelement("div", {"class": "said"})
    line.text = "见 "
    for one in said:
        link = row.makeelement("a", {"href": f"#{one.element.get('id')}"})
        link.text = one.place
        link.tail = "、"
        line.append(link)
    line[-1].tail = None
    return line


def _fold(table: Any, groups: dict[str, list[Any]]) -> None:
    """Put each of the groups of rows into a table of its own behind a disclosure."""
    make = table.makeelement
    caption = table.find("caption")
    block = make("div", {"class": "register-groups", "role": "group"})
    block.set("id", table.get("id") or REGISTER)
    if caption is not None:
        title = make("p", {"class": "caption", "id": caption.get("id")})
        title.text = caption.text
        title.extend(caption)
        block.set("aria-labelledby", caption.get("id"))
        block.append(title)
    for at, (name, rows) in enumerate(groups.items(), 1):
        summary = make("summary", {})
        summary.text = f"{name}（{len(rows)}项）"
        label = make("caption", {"id": f"{block.get('id')}-{at}", "class": "unseen"})
        label.text = name
        part = make("table", {"class": table.get("class")})
        part.append(label)
        part.extend(deepcopy(one) for one in table.iterchildren("colgroup", "thead"))
        part.append(make("tbody", {}))
        part[-1].extend(rows)
        region = make("div", {"class": "table-scroll", "role": "region", "tabindex": "0"})
        region.set("aria-labelledby", label.get("id"))
        region.append(part)
        details = make("details", {"class": "register-group"})
        details.extend((summary, region))
        block.append(details)
    region = table.getparent()
    region.getparent().replace(region, block)

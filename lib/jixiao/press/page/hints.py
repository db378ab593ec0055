"""Each number of a page leads to its row in the register of figures, and says on the way what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.press.page.fragments import printable

REGISTER = "register"  # the class of the table that lists every figure


@dataclass(frozen=True)
class Hint:
    """What a reader sees who points at a number: its name and value, its definition and source."""

    id: str
    name: str
    display: str
    words: str


def lead(body: Any, figures: Sequence[Mapping[str, Any]]) -> list[Hint]:
    """Make each number of `body` a link to its row of the register, and say what each link shows.

    The first of the links to a row is a stop of the tab key; the others are for those who point.
    A fact in words is no link: lines under whole sentences would only disturb.
    """
    numbers = [number for number in body.iter("data") if number.get("data-key")]
    registered = set(body.xpath(f".//table[contains(concat(' ', @class, ' '), ' {REGISTER} ')]//data"))
    rows: dict[str, str] = {}  # key -> id of the row of the register that shows it
    for number in numbers:
        if number in registered:
            row = next(number.iterancestors("tr"))
            row.set("id", f"figure-{len(rows) + 1}")
            rows[number.get("data-key")] = row.get("id")
    known = {figure["key"]: figure for figure in figures if figure["key"] in rows}
    hints: dict[str, Hint] = {}
    for number in numbers:
        key = number.get("data-key")
        linked = next(number.iterancestors("a"), None) is not None
        if key not in known or number in registered or linked:
            continue
        if not any(map(str.isdecimal, number.text_content())):
            continue
        name = f"{rows[key]}-hint"
        link = number.makeelement("a", {"href": f"#{rows[key]}", "class": "number"})
        link.attrib.update({"interestfor": name, "aria-describedby": name})
        number.addprevious(link)
        link.tail, number.tail = number.tail, None
        link.append(number)
        if key in hints:
            link.set("tabindex", "-1")
            continue
        figure = known[key]
        words = f"{figure.get('definition', '')}。来源：{figure.get('source', '')}"
        said = (figure.get("label", ""), figure.get("display", ""), words)
        hints[key] = Hint(name, *map(printable, said))
    return list(hints.values())

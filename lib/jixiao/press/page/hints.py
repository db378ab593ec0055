"""The numbers of a page and the figures behind them in; numbers led to their rows of the register, hints out."""

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
    rows = _rows(body)
    known = {figure["key"]: figure for figure in figures if figure["key"] in rows}
    hints: dict[str, Hint] = {}
    for number in list(body.iter("data")):
        key = number.get("data-key")
        if key in known and _is_free(number):
            link = _link(number, rows[key])
            if key in hints:
                link.set("tabindex", "-1")
            else:
                hints[key] = _hint(known[key], rows[key])
    return list(hints.values())


def _rows(body: Any) -> dict[str, str]:
    """key -> id of the row of the register that shows it."""
    rows = {}
    for number in body.iter("data"):
        key = number.get("data-key")
        if key and _is_registered(number):
            row = next(number.iterancestors("tr"))
            row.set("id", f"figure-{len(rows) + 1}")
            rows[key] = row.get("id")
    return rows


def _is_free(number: Any) -> bool:
    """Whether a number is one, stands outside the register, and is not yet part of a link."""
    inside = _is_registered(number) or next(number.iterancestors("a"), None) is not None
    return not inside and any(map(str.isdecimal, number.text_content()))


def _is_registered(number: Any) -> bool:
    table = next(number.iterancestors("table"), None)
    return table is not None and REGISTER in table.get("class", "").split()


def _link(number: Any, row: str) -> Any:
    link = number.makeelement("a", {"href": f"#{row}", "class": "number"})
    link.attrib.update({"interestfor": _name(row), "aria-describedby": _name(row)})
    number.addprevious(link)
    link.tail, number.tail = number.tail, None
    link.append(number)
    return link


def _hint(figure: Mapping[str, Any], row: str) -> Hint:
    words = f"{figure.get('definition', '')}。来源：{figure.get('source', '')}"
    name, display = figure.get("label", ""), figure.get("display", "")
    return Hint(_name(row), *map(printable, (name, display, words)))


def _name(row: str) -> str:
    return f"{row}-hint"

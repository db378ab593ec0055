"""The page that leads to all published reports: years from the latest, words to search for, no file but itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from jixiao.kit.templates import template
from jixiao.press.page.html import TEMPLATES, hash_of


@dataclass(frozen=True)
class Shown:
    """One published report as the page shows it; `href` and the links of `files` lead from the page to it.

    `files` has for each further format its link, its name and its size; `remark` says what a reader should know first.
    """

    year: int
    title: str
    href: str
    issuer: str
    published_on: str
    remark: str
    files: Sequence[tuple[str, str, str]]


def to_html(title: str, note: str, reports: Sequence[Shown]) -> str:
    """The page headed `title` with `reports` in their order, by years; `note` says for whom it is, where that matters."""
    years = [(year, list(each)) for year, each in groupby(reports, key=lambda one: one.year)]
    return template(TEMPLATES / "index.html.j2").render(
        title=title,
        note=note,
        years=years,
        style="\n".join((TEMPLATES / name).read_text("utf-8") for name in ("page.css", "index.css")),
        script=_script(),
        script_hash=hash_of(_script()),
    )


@cache
def _script() -> str:
    """The search; without a script the page has all its links."""
    return (TEMPLATES / "index.js").read_text("utf-8")

"""The page that sums up a batch: what failed and why comes first, then all that is there, with links to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jixiao.kit.templates import template
from jixiao.press.page.html import TEMPLATES, hash_of


@dataclass(frozen=True)
class Shown:
    """One job as the page shows it: its name, what is said beside it, faults and remarks, and links (address, words)."""

    name: str
    about: str
    faults: Sequence[str]
    told: Sequence[str]
    links: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Group:
    """Jobs under a heading; `failed` ones are marked."""

    title: str
    failed: bool
    jobs: Sequence[Shown]


@dataclass(frozen=True)
class Head:
    """What stands above the jobs: title, lines on when and how, and how many there are of each state (words, number)."""

    title: str
    lines: Sequence[str]
    counts: Sequence[tuple[str, int]]


def to_html(head: Head, groups: Sequence[Group]) -> str:
    """The page of a batch; it needs no file but itself, and no script to be read."""
    return template(TEMPLATES / "batch.html.j2").render(
        title=head.title,
        head=head,
        groups=groups,
        note="内部使用：含单个单位的名称和问题，不对外公开。",
        style="\n".join(
            (TEMPLATES / name).read_text("utf-8") for name in ("page.css", "index.css", "batch.css")
        ),
        script=_script(),
        script_hash=hash_of(_script()),
    )


@cache
def _script() -> str:
    """The search of the page that leads to all reports."""
    return (TEMPLATES / "index.js").read_text("utf-8")

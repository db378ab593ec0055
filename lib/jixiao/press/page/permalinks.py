"""A link at each heading, table and chart of a page to itself, to be copied or kept."""

from __future__ import annotations

from typing import Any


def add(body: Any) -> None:
    """Put a link behind the words of every heading and caption; its sign is drawn by the style sheet."""
    for heading in body.iter("h2", "h3"):
        if heading.get("id"):
            _link(heading, heading.get("id"), "本节链接")
    for caption in body.iter("caption"):
        table = caption.getparent()
        if not any(one.get("class") == "chart-data" for one in caption.iterancestors("details")):
            _link(caption, table.get("id") or caption.get("id"), "本表链接")
    for caption in body.iter("figcaption"):
        if caption.getparent().get("id"):
            _link(caption, caption.getparent().get("id"), "本图链接")


def _link(holder: Any, name: str, label: str) -> None:
    link = holder.makeelement("a", {"class": "permalink", "href": f"#{name}", "aria-label": label})
    holder.append(link)

"""What a file says: its texts with their places, what stands in it and does not show, the rows of its tables."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jixiao.archive.disclosure import pictures
from jixiao.kit.private_data import Kind

_EMBEDDED = re.compile(r"data:image/([a-z+]+);base64,([A-Za-z0-9+/=\s]{16,})")
_COORDINATES = ("d", "points", "transform", "style", "id", "viewBox", "x", "y", "width", "height", "href")
_PERSONS = ("creator", "lastModifiedBy", "Company", "Manager", "category", "keywords")
_SHORTEST = 5  # characters: nothing that is looked for has fewer

Row = Sequence[tuple[str, str]]  # the cells of a row: place and text of each


@dataclass
class Document:
    """One file; `known` are names that its properties may hold, and its rows are gathered where `tabular` asks for them."""

    known: Sequence[str] = ()
    tabular: bool = False
    texts: list[tuple[str, str]] = field(default_factory=list)
    running: list[tuple[str, str]] = field(default_factory=list)  # pages of prose whose lines end anywhere
    notes: list[tuple[Kind, str, str]] = field(default_factory=list)  # kind, place, what
    tables: list[Sequence[Row]] = field(default_factory=list)

    def add(self, place: str, text: str) -> None:
        """One text more; pictures within it are looked into, and their bytes are no text."""
        if "base64," in text:
            text = _EMBEDDED.sub(lambda found: self._embedded(place, found[1], found[2]), text)
        if len(text) >= _SHORTEST:
            self.texts.append((place, text))

    def lines(self, place: str, text: str) -> None:
        """Every line of a text, all at one place."""
        for line in text.splitlines():
            self.add(place, line)

    def note(self, kind: Kind, place: str, what: str) -> None:
        """Something that does not show; its own text is added apart."""
        self.notes.append((kind, place, what))

    def _embedded(self, place: str, kind: str, encoded: str) -> str:
        try:
            content = base64.b64decode(encoded)
        except binascii.Error:
            return encoded
        if kind == "svg+xml":
            self.drawing(f"{place} 的图", content)
        else:
            self.picture(f"{place} 的图", content)
        return ""

    def picture(self, place: str, content: bytes) -> None:
        """What a picture holds beside what it shows."""
        for what, text in pictures.said_by(content):
            if what not in pictures.HARMLESS:
                self.note(Kind.PICTURE, place, what)
            self.add(f"{place}（{what}）", text)

    def drawing(self, place: str, content: bytes) -> None:
        """The texts of an SVG; the coordinates of its lines are long rows of digits and say nothing."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        tree = etree.fromstring(content, parser)
        within: set[Any] = (
            set()
        )  # of a line, which is one text although its words stand in parts of their own
        for element in () if tree is None else tree.iter():
            if element not in within:
                line = isinstance(element.tag, str) and element.tag.rpartition("}")[2] == "text"
                within |= {*element.iterdescendants()} if line else set()
                self.add(place, "".join(element.itertext()) if line else element.text or "")
                self.add(place, element.tail or "")
            for name, value in element.attrib.items():
                if name.rpartition("}")[2] not in _COORDINATES:
                    self.add(f"{place} {name}", value)

    def properties(self, place: str, found: Mapping[str, str]) -> None:
        """Properties that name somebody who is not known, such as the issuer is; the texts of all of them."""
        for name, text in found.items():
            self.add(f"{place} {name}", text)
            if name in _PERSONS and text.strip() and text.strip() not in self.known:
                self.note(Kind.PROPERTY, place, name)

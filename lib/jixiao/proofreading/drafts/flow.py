"""Puts the texts of a file one after the other into one line, and remembers where each stretch of it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from jixiao.proofreading.drafts.model import Piece


@dataclass
class Flow:
    """The text of a passage as it grows; blanks and breaks become one blank, and none stands at its head."""

    text: str = ""
    pieces: list[Piece] = field(default_factory=list)

    def add(self, raw: str, node: int, part: str = "", offset: int = 0) -> None:
        """Add the text of one node of the file, which begins `offset` characters into it."""
        at = 0
        for word in _stretches(raw):
            if word.isspace():
                if self.text and not self.text.endswith(" "):
                    self._put(" ", node, part, offset + at)
            else:
                self._put(word, node, part, offset + at)
            at += len(word)

    def _put(self, word: str, node: int, part: str, offset: int) -> None:
        start = len(self.text)
        self.text += word
        last = self.pieces[-1] if self.pieces else None
        joins = last and (last.node, last.part) == (node, part) and last.end == start
        if joins and last and last.offset + last.end - last.start == offset:
            self.pieces[-1] = Piece(last.start, len(self.text), node, last.offset, part)
        else:
            self.pieces.append(Piece(start, len(self.text), node, offset, part))


def _stretches(raw: str) -> list[str]:
    """`raw` cut between blanks and other characters."""
    found: list[str] = []
    for sign in raw:
        if found and found[-1][-1].isspace() == sign.isspace():
            found[-1] += sign
        else:
            found.append(sign)
    return found

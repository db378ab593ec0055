"""Codes that stand in files, each with the Chinese words that users read for it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """The base of lists of codes: a member is equal to its code and has the `words` for it."""

    words: str

    def __new__(cls, value: str, words: str) -> Self:
        code = str.__new__(cls, value)
        code._value_ = value
        code.words = words
        return code

    @classmethod
    def of(cls, code: str) -> Self:
        """The member with this code; ValueError where there is none.

        `cls(code)` finds the same one, but a type checker misses the `words` of `__new__` in it.
        """
        for member in cls:
            if member.value == code:
                return member
        raise ValueError(code)

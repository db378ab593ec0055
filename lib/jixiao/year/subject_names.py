"""How a subject is known again in another year: by its name without the year in it."""

from __future__ import annotations

import re

_YEAR_MARK = re.compile(r"(?:19|20)\d\d\s*年?度?")


def bare(name: str) -> str:
    """A subject's name without its year, by which it is known again the year after."""
    return "".join(_YEAR_MARK.sub("", name).split())

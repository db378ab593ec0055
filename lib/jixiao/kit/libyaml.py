"""Reads a sound YAML text by the part of PyYAML that is written in C, which takes a fifth of the time."""

from __future__ import annotations

import re

import yaml
from yaml.composer import Composer
from yaml.cyaml import CParser
from yaml.resolver import Resolver

from jixiao.kit.limits import YAML_DEPTH

_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
# Around these libyaml takes what PyYAML's own reader refuses; what follows `|#` it takes for a remark and drops.
_LENIENT = re.compile(r"[\t?\ufeff]|[|>][-+0-9]*#")


class _Doubtful(Exception):
    """Raised at an anchor, alias or tag, and where a text is nested deeper than YAML_DEPTH."""


class _Loader(Composer, CParser, Resolver):  # type: ignore[misc]
    """PyYAML's composer on the events of libyaml, up to the first that is doubtful."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        Resolver.__init__(self)
        self._depth = 0

    def get_event(self) -> yaml.Event:
        """Take the next event."""
        event = super().get_event()
        if isinstance(event, _OPENING):
            self._depth += 1
        elif isinstance(event, _CLOSING):
            self._depth -= 1
        if getattr(event, "anchor", None) or getattr(event, "tag", None) or self._depth > YAML_DEPTH:
            raise _Doubtful
        return event


def node(text: str) -> yaml.Node | None:
    """The node of a text; None where the reader in Python is to be asked, whose messages name the fault and its line."""
    if _LENIENT.search(text):
        return None
    try:
        return _Loader(text).get_single_node()
    except (yaml.YAMLError, ValueError, OverflowError, _Doubtful):
        return None

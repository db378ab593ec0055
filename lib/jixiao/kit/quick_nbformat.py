"""nbformat, imported without the IRI grammar that costs jsonschema most of a second and no notebook needs."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

_SLOW = "rfc3987_syntax"  # optional part of jsonschema; compiles a grammar when it is imported


def load() -> ModuleType:
    """The nbformat package; jsonschema finds its optional IRI checker missing while it is imported."""
    if "jsonschema" in sys.modules or _SLOW in sys.modules:
        return importlib.import_module("nbformat")
    sys.modules[_SLOW] = None  # type: ignore[assignment]
    try:
        return importlib.import_module("nbformat")
    finally:
        del sys.modules[_SLOW]

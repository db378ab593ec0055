"""Imports seaborn without ipywidgets, which takes a fifth of the time and serves only to choose colours by hand."""

from __future__ import annotations

import importlib
import sys

_SLOW = "ipywidgets"  # optional part of seaborn

if _SLOW in sys.modules or "seaborn" in sys.modules:
    importlib.import_module("seaborn")
else:
    sys.modules[_SLOW] = None  # type: ignore[assignment]
    try:
        importlib.import_module("seaborn")
    finally:
        del sys.modules[_SLOW]

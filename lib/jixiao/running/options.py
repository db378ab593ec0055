"""How IPython is set up in every run of a notebook, by its classes: as words of a command, or as settings of a shell."""

from __future__ import annotations

OPTIONS: dict[str, dict[str, object]] = {
    "InteractiveShell": {
        "system_raise_on_error": True,  # a failing `!command` is an error
        "colors": "nocolor",
    },
    "HistoryManager": {"enabled": False},
    "InlineBackend": {"figure_formats": {"retina"}},  # pictures sharp enough for print
}


def words() -> list[str]:
    """The options as a command takes them."""
    return [f"--{of}.{name}={value}" for of, given in OPTIONS.items() for name, value in given.items()]

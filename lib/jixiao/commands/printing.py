"""What commands print: lines that are safe on any terminal, aligned columns, one JSON document."""

from __future__ import annotations

import json
import logging
import unicodedata
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import click

from jixiao.kit.errors import Fault
from jixiao.kit.visible import escaped, visible

MOST = 200  # faults or findings printed one by one before the rest is counted


def line(text: object, *, error: bool = False) -> None:
    """Print a line, on standard error if asked; what steers a terminal, as names of files may, becomes blanks."""
    click.echo(visible(str(text)), err=error)


def lines(texts: Iterable[object]) -> None:
    """Print each text on a line of its own."""
    for text in texts:
        line(text)


def faults(found: Sequence[Fault]) -> None:
    """Print faults on standard error, one a line."""
    for text in fault_lines(found):
        line(text, error=True)


def fault_lines(found: Sequence[Fault]) -> list[str]:
    """A line for each fault; of very many the first, and how many more there are."""
    rest = len(found) - MOST
    more = [f"另有 {rest} 处错误，改好以上各处后再看"] if rest > 0 else []
    return [*map(str, found[:MOST]), *more]


def aligned(rows: Iterable[Sequence[object]]) -> list[str]:
    """A line for each row, its columns under those of the others: a Chinese character is as wide as two letters."""
    texts = [[str(text) for text in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
    return [
        "  ".join(
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in texts
    ]


def _width(text: str) -> int:
    """How wide a text is as `line` prints it, with a blank for what steers a terminal."""
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in visible(text))


def document(value: Any) -> None:
    """Print one JSON document: Chinese text as it is, what steers a terminal as an escape."""
    text = escaped(json.dumps(value, ensure_ascii=False, indent=1))
    click.echo("".join(ch if ch.isprintable() or ch == "\n" else json.dumps(ch)[1:-1] for ch in text))


def logs() -> None:
    """From now on warnings and logs of libraries are lines like all others, for they may quote a text that was read."""
    logging.lastResort = _Line(logging.WARNING)
    warnings.showwarning = _warned  # type: ignore[assignment]


class _Line(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Print what a library logs."""
        line(record.getMessage(), error=True)


def _warned(message: Warning | str, category: type[Warning], *_: object) -> None:
    line(f"{category.__name__}: {message}", error=True)

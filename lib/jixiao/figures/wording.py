"""Makes figures of a value and of the words that figures.yml has for it."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from jixiao.figures.model import Basis, Figure, Rows, files
from jixiao.year.schemas import NEEDED

_FILE = Path(__file__).with_name("figures.yml")


@cache
def words() -> dict[str, dict[str, Any]]:
    """What figures.yml says of each figure, by its key there."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    groups = yaml.load(_FILE.read_text("utf-8"), loader)
    return {key: {**group["shared"], **own} for group in groups for key, own in group["figures"].items()}


@cache
def is_of_the_report(key: str) -> bool:
    """Whether figures.yml has words for a figure of this key, which then is no fact of the bureau's own."""
    return _keys_of_the_report().fullmatch(key) is not None


@cache
def _keys_of_the_report() -> re.Pattern[str]:
    """What the keys that figures.yml has look like."""
    known = [re.escape(said) for said in words() if not said.startswith("{")]
    return re.compile("|".join(re.sub(r"\\{\w+\\}", "[^.]+", said) for said in known))


@cache
def tables_of(area: str) -> frozenset[str]:
    """The tables that the figures of an area rest on, but for the ledger itself: ex_ante alone for `ex_ante`."""
    named = (said.get("tables", ()) for key, said in words().items() if key.startswith(f"{area}."))
    return frozenset(chain.from_iterable(named)) - {*NEEDED}


def figure(key: str, value: Decimal | int | str | None, rows: Rows | None = None, /, **filled: str) -> Figure:
    """Make the figure that stands in figures.yml under `key`, with `filled` in the places of its braces."""
    said = words()[key]
    tables = tuple(said.get("tables", ()))
    filled = {"files": files(*tables), **filled}
    texts = {"unit": "", "source": "{files}", "short": "", **said}
    basis = Basis(said.get("basis", Basis.OWN))
    return Figure(
        key.format(**filled),
        Decimal(value) if isinstance(value, int) else value,
        texts["unit"].format(**filled),
        texts["label"].format(**filled),
        texts["says"].format(**filled),
        texts["source"].format(**filled),
        short=texts["short"].format(**filled),
        origin=basis.origin,
        follows=tuple(said.get("follows", ())),
        basis=basis,
        rows=rows,
        rules=tuple(said.get("rules", ())),
        tables=tables,
        project=filled.get("project", ""),
    )


def count(key: str, rows: Rows, /, **filled: str) -> Figure:
    """Make the figure that counts its rows."""
    return figure(key, len(rows), rows, **filled)

"""What a year said when it was closed: the record data/<year>/closed.json (closed-<notebook>.json), read from its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.figures.model import Basis, Figure
from jixiao.kit import numbers, places
from jixiao.kit.errors import Fault, TableError
from jixiao.kit.sealed import sealed
from jixiao.year.params import DEFAULT_NOTEBOOK, NOTEBOOK_ID

BETWEEN = ":"  # stands between a year, or what is made of it, and the key of a figure
CLOSED = "closed"
REOPENED = "reopened"
VALUE = ("label", "value", "unit")  # what every record holds of a figure
WORDS = ("display", "definition", "basis")  # what later ones hold as well
_FORMS: Mapping[str, Mapping[str, type]] = {  # the keys of an entry of each state
    CLOSED: {"day": str, "manifest": str, "code": dict, "files": list, "inputs": list, "figures": dict},
    REOPENED: {"day": str, "manifest": str, "reason": str, "files": list, "figures": list},
}
_ADDED: Mapping[str, Mapping[str, type]] = {  # which earlier versions of this program did not write
    CLOSED: {"origin": str, "kept": list},
    REOPENED: {},
}
_FILE = {"name", "bytes", "sha256"}


def suffix(notebook: str) -> str:
    """What tells the files of a notebook apart from those of the annual report."""
    return "" if notebook == DEFAULT_NOTEBOOK else f"-{notebook}"


def place(year: int, notebook: str = DEFAULT_NOTEBOOK) -> str:
    """The file of the record, from the kit's folder."""
    return f"data/{year}/closed{suffix(notebook)}.json"


def notebooks(root: Path, year: int) -> tuple[str, ...]:
    """The notebooks of `year` that have a record, in the order of its files."""
    names = sorted(path.name for path in (root / "data" / str(year)).glob("closed*.json"))
    said = [
        name.removeprefix("closed").removesuffix(".json").removeprefix("-") or DEFAULT_NOTEBOOK
        for name in names
    ]
    return tuple(
        one
        for name, one in zip(names, said, strict=True)
        if NOTEBOOK_ID.fullmatch(one) and place(year, one).endswith(f"/{name}")
    )


def known(root: Path, before: int) -> tuple[int, ...]:
    """The years earlier than `before` that have parameters or a closed record."""
    paths = [path.stem for path in (root / "params").glob("[12][0-9][0-9][0-9].yml")]
    paths += [path.parent.name for path in (root / "data").glob("[12][0-9][0-9][0-9]/closed*.json")]
    return tuple(sorted({int(name) for name in paths if int(name) < before}))


def read(root: Path, year: int, notebook: str = DEFAULT_NOTEBOOK) -> Mapping[str, Any] | None:
    """What is closed of a notebook of `year`; None where nothing is, TableError for a record that is damaged."""
    name = place(year, notebook)
    path = places.inside(root / "data", name.removeprefix("data/"), name)
    return closed(entries(path.read_bytes(), year, name)) if path.is_file() else None


def entries(content: bytes, year: int, where: str) -> tuple[Mapping[str, Any], ...]:
    """The entries of a record of `year` in order; TableError for one that is not as it was written."""
    found = parsed(content)
    if found.get("report_year") != year:
        remedy = "从版本库取回原来的文件（git checkout），不要手工修改"
        raise TableError(Fault(where, "封存记录已损坏，或不是本程序写的", remedy=remedy))
    return tuple(found["entries"])


def closed(entries: tuple[Mapping[str, Any], ...]) -> Mapping[str, Any] | None:
    """What was closed and not opened again."""
    return entries[-1] if entries and entries[-1]["state"] == CLOSED else None


def parsed(content: bytes) -> dict[str, Any]:
    """What a record says; empty when it is not as it was written (the ends of its lines aside)."""
    content = content.replace(b"\r\n", b"\n")
    try:
        found = json.loads(content)
        intact = isinstance(found, dict) and sealed(found) == content
        return found if intact and _is_record(found) else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _is_record(found: Mapping[str, Any]) -> bool:
    """Whether the entries are such as this program writes: closed and reopened by turns."""
    states = [entry["state"] for entry in found["entries"]]
    turns = [(CLOSED, REOPENED)[n % 2] for n in range(len(states))]
    return bool(states) and states == turns and all(map(_is_entry, found["entries"]))


def _is_entry(entry: Mapping[str, Any]) -> bool:
    needed = {"state": str, **_FORMS[entry["state"]]}
    form = {**needed, **_ADDED[entry["state"]]}
    fit = needed.keys() <= entry.keys() <= form.keys()
    if not fit or not all(isinstance(value, form[key]) for key, value in entry.items()):
        return False
    if entry["state"] == REOPENED:
        return True
    named = all(set(one) == _FILE for one in (*entry["files"], *entry.get("kept", ())))
    figures = entry["figures"].values()
    return named and all({*VALUE} <= set(one) <= {*VALUE, *WORDS} for one in figures)


def recorded(listed: Mapping[str, Mapping[str, Any]], source: str, reconstructed: bool) -> Iterator[Figure]:
    """The figures that a version kept, by their keys, from `source`; those of still earlier years are left out."""
    for key, written in listed.items():
        if BETWEEN in key:
            continue
        value = exact(written["value"])
        basis = next((one for one in Basis if one == written.get("basis")), Basis.OWN)
        figure = Figure(
            key,
            value,
            written["unit"],
            written["label"],
            written.get("definition", written["label"]),
            source,
            origin=basis.origin,
            basis=basis,
            reconstructed=reconstructed,
        )
        shown = written.get("display", figure.display)
        yield replace(figure, shown=shown if shown != figure.display else "")


def exact(value: str | None) -> Decimal | str | None:
    """The value of a record as a number, where it is written as one."""
    with suppress(ValueError):
        if value is not None and numbers.plain(number := numbers.parse(value)) == value:
            return number
    return value

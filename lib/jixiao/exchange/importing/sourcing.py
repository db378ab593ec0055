"""Records in sources.csv which cell of which form is behind each value of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from jixiao.exchange.importing import merging
from jixiao.exchange.importing.merging import REVIEW, Kinds
from jixiao.forms.records.records import KEYS, FormCells, Records, form_cells, key_of
from jixiao.kit.errors import Place

Frames = Mapping[str, pd.DataFrame]


def sources(
    known: Frames, after: Frames, records: Records, kinds: Kinds, stored: Mapping[str, str]
) -> pd.DataFrame:
    """Rows of sources.csv: what the accepted forms say over what earlier ones said; no blank value has a cell.

    `known` and `after` are the tables before and after; `stored` is the name in forms/ of each received file.
    """
    old = form_cells(known["sources"])
    rows = []
    for name in KEYS:
        new = _new(name, records, kinds, stored)
        came_from = _reviewed(known[name], after[name], kinds) if name == "indicators" else {}
        for key, row in zip(key_of(name, after[name]), after[name].to_dict("records"), strict=True):
            kept = old.get((name, key), {})
            if key in came_from:
                reviewed = old.get((name, came_from[key]), {})
                kept = {c: p for c, p in kept.items() if c not in REVIEW}
                kept |= {c: p for c, p in reviewed.items() if c in REVIEW}
            cells = {**kept, **new.get((name, key), {})}
            rows += _rows(name, key, {c: place for c, place in cells.items() if row[c] is not None})
    return merging.framed("sources", rows)


def _new(name: str, records: Records, kinds: Kinds, stored: Mapping[str, str]) -> FormCells:
    """The cells of the accepted forms, of the columns in which they have a say."""
    frame = records[name][records[name]["subject_id"].isin(list(kinds))]
    found = {}
    for key, (at, row) in zip(key_of(name, frame), frame.iterrows(), strict=True):
        columns = merging.owned(kinds[row["subject_id"]], name)
        cells = {c: p for c, p in records.cells(name, at).items() if c in columns and row[c] is not None}
        found[name, key] = {c: Place(stored[p.file], p.sheet, p.cell) for c, p in cells.items()}
    return found


def _reviewed(before: pd.DataFrame, after: pd.DataFrame, kinds: Kinds) -> dict[str, str]:
    """New key -> earlier key of indicators whose review was taken over by their name, or "" for none."""
    names = merging.by_name(before.to_dict("records"))
    unreviewed = [subject for subject, each in kinds.items() if "review" not in each]
    rows = after[after["subject_id"].isin(unreviewed)].to_dict("records")
    return {row["indicator_id"]: names.get(merging.name_of(row), {}).get("indicator_id", "") for row in rows}


def _rows(name: str, key: str, cells: Mapping[str, Place]) -> Iterator[dict[str, str | None]]:
    """One row for each file and sheet."""
    for file, sheet in dict.fromkeys((place.file, place.sheet) for place in cells.values()):
        pairs = [f"{c}:{p.cell}" for c, p in cells.items() if (p.file, p.sheet) == (file, sheet)]
        yield {"table": name, "key": key, "file": file, "sheet": sheet or None, "cells": ";".join(pairs)}

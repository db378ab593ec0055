"""Records in sources.csv from which cell of which form each value of the tables was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from jixiao.exchange.importing import merging
from jixiao.exchange.importing.merging import Kinds
from jixiao.forms.model import FormKind
from jixiao.forms.records.indicator_rows import REVIEW
from jixiao.forms.records.records import KEYS, FormCells, Records, form_cells, key_of
from jixiao.year import table_files

Frames = Mapping[str, pd.DataFrame]


def sources(
    known: Frames, after: Frames, records: Records, kinds: Kinds, stored: Mapping[str, str]
) -> pd.DataFrame:
    """All rows of sources.csv: cells of the accepted forms, and of earlier forms where their values stay.

    `known` and `after` are the tables before and after the import; `stored` is the name in forms/ of each received
    file. A blank value has no cell.
    """
    old = form_cells(known["sources"])
    rows = []
    for name in KEYS:
        new = _new(name, records, kinds, stored)
        came_from = _reviewed(known[name], after[name], kinds) if name == "indicators" else {}
        for key, row in zip(key_of(name, after[name]), table_files.rows(after[name]), strict=True):
            kept = old.get((name, key), {})
            if key in came_from:
                reviewed = old.get((name, came_from[key]), {})
                kept = {c: p for c, p in kept.items() if c not in REVIEW}
                kept |= {c: p for c, p in reviewed.items() if c in REVIEW}
            cells = {**kept, **new.get((name, key), {})}
            filled = {c: place for c, place in cells.items() if row[c] is not None}
            for file, sheet in dict.fromkeys((place.file, place.sheet) for place in filled.values()):
                pairs = [f"{c}:{p.cell}" for c, p in filled.items() if (p.file, p.sheet) == (file, sheet)]
                rows.append(
                    {
                        "table": name,
                        "key": key,
                        "file": file,
                        "sheet": sheet or None,
                        "cells": ";".join(pairs),
                    }
                )
    return merging.framed("sources", rows)


def _new(name: str, records: Records, kinds: Kinds, stored: Mapping[str, str]) -> FormCells:
    """The cells of the accepted forms, for the columns that these forms fill."""
    frame = records[name][records[name]["subject_id"].isin(list(kinds))]
    found = {}
    rows = table_files.rows(frame)
    for key, at, row in zip(key_of(name, frame), frame.index, rows, strict=True):
        columns = merging.owned(kinds[row["subject_id"]], name)
        cells = {c: p for c, p in records.cells(name, at).items() if c in columns and row[c] is not None}
        found[name, key] = {c: replace(p, file=stored[p.file]) for c, p in cells.items()}
    return found


def _reviewed(before: pd.DataFrame, after: pd.DataFrame, kinds: Kinds) -> dict[str, str]:
    """The earlier key of each indicator that keeps its review by its name, by its new key; "" where it had none."""
    names = merging.by_name(table_files.rows(before))
    unreviewed = [subject for subject, each in kinds.items() if FormKind.REVIEW not in each]
    rows = table_files.rows(after[after["subject_id"].isin(unreviewed)])
    return {row["indicator_id"]: names.get(merging.name_of(row), {}).get("indicator_id", "") for row in rows}

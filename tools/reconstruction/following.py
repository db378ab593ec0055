"""Lets a year follow another one: units of the year before and its open problems in, those of this year out."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from tools.reconstruction.afterwards import DONE, evidence_of
from tools.reconstruction.lists import Records
from tools.reconstruction.subjects import Unit

from jixiao.year import ledger_of_problems, table_files

_STATES = (DONE, "")  # by turns: done within this year, or as it was


@dataclass(frozen=True)
class Earlier:
    """The tables of the year before from which this year takes what goes on."""

    year: int
    problems: pd.DataFrame
    subjects: pd.DataFrame


def units(made: Sequence[Unit], follows: Mapping[str, Any]) -> list[Unit]:
    """Of the units `made` for the year before those of the departments that go on, under their ids."""
    heads = [at for at, unit in enumerate(made) if unit.unit_id in follows["departments"]]
    kept = [unit for unit in made if unit.department in heads]
    places = {unit.unit_id: at for at, unit in enumerate(kept)}
    return [replace(unit, department=places[made[unit.department].unit_id]) for unit in kept]


def problems(earlier: Earlier, year: int, rng: random.Random) -> Records:
    """The problems that were open when this year began, under their ids; every other one is done by now."""
    carried = ledger_of_problems.carried_over(earlier.problems, earlier.subjects, earlier.year)
    rows = table_files.rows(table_files.texts(carried).fillna(""))
    return [row | _became(row, _STATES[at % len(_STATES)], year, rng) for at, row in enumerate(rows)]


def _became(row: Mapping[str, str], state: str, year: int, rng: random.Random) -> dict[str, str]:
    if not state:
        return {}
    closed = dt.date(year, 3, 1) + dt.timedelta(days=rng.randrange(240))
    return {"state": state, "evidence": evidence_of(row["problem"]), "closed_on": str(closed)}

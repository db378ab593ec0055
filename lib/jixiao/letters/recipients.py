"""To whom the letters of a year go: every unit, or every department with those below it, or the ones that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from jixiao.exchange.issuing import issue
from jixiao.kit.errors import Fault, ParameterError, one_line

_LONGEST = 60  # characters of an unknown name that its message shows


@dataclass(frozen=True)
class Recipient:
    """A unit that gets a letter, `below` with those below it, and how the files of its letter are called."""

    unit: str
    name: str
    below: bool
    stem: str


def of_year(units: pd.DataFrame) -> list[Recipient]:
    """All that may get a letter, in the order of units.csv: each unit, and each department once more with its units."""
    departments = set(units["department_id"])
    used: set[str] = set()
    found = []
    for below in (False, True):
        for unit, name in units[["unit_id", "name"]].itertuples(index=False):
            if below and unit not in departments:
                continue
            called = f"{name}（含所属单位）" if below else name
            stem = issue.file_name(unit, called, used).removesuffix(".xlsx")
            found.append(Recipient(unit, name, below, stem))
    return found


def chosen(everyone: Sequence[Recipient], wanted: Sequence[str], *, below: bool) -> list[Recipient]:
    """Those that get a letter now: the ones `wanted` by code or name, or all; ParameterError for what is none of them."""
    possible = [one for one in everyone if one.below is below]
    if not wanted:
        return possible
    faults = []
    found: list[Recipient] = []
    for text in dict.fromkeys(wanted):
        named = [one for one in possible if text in (one.unit, one.name)]
        found += named
        if not named:
            faults.append(_unknown(text, everyone, below=below))
        elif len(named) > 1:
            codes = "、".join(one.unit for one in named)
            faults.append(
                Fault(f"--unit {text}", f"有{len(named)}个单位叫这个名称", remedy=f"写代码：{codes}")
            )
    if faults:
        raise ParameterError(*faults)
    return list(dict.fromkeys(found))


def _unknown(text: str, everyone: Sequence[Recipient], *, below: bool) -> Fault:
    shown = one_line(text, _LONGEST)
    if below and any(text in (one.unit, one.name) for one in everyone):
        return Fault(f"--unit {shown}", "不是预算部门，没有所属单位", remedy="去掉 --departments")
    return Fault(f"--unit {shown}", "没有这个单位", "units.csv 里的 unit_id 或 name", "核对代码或名称")

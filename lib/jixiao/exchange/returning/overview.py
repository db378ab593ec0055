"""The journal of received forms and the ledger in; the state of every subject's form, and counts of it, out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jixiao.checks import cards
from jixiao.checks.engine import Finding

MISSING, RECEIVED, RETURNED, LATE, ACCEPTED = "未交", "已收", "已退回", "迟交", "已采纳"
STATES = (MISSING, RECEIVED, RETURNED, ACCEPTED)
STRANGER = "不在名单"  # of a form or file that belongs to no subject of the ledger
COLUMNS = (
    "unit_id", "unit", "subject_id", "kind", "name", "state", "late",
    "deliveries", "returns", "first_on", "last_on", "errors", "warnings", "file",
)  # fmt: skip
_STATE_OF = {"accepted": ACCEPTED, "returned": RETURNED, "unreadable": RETURNED}


@dataclass(frozen=True)
class Head:
    """What the overview is of: the fiscal year evaluated, whose it is, its day, and the day forms were due, if any."""

    year: int
    issuer: str
    on: dt.date
    due: dt.date | None = None

    @property
    def title(self) -> str:
        """The title of the page and of the workbook."""
        return f"{self.year}年度绩效自评表收表情况"


def frame(
    journal: pd.DataFrame, subjects: pd.DataFrame, units: pd.DataFrame, due: dt.date | None = None
) -> pd.DataFrame:
    """One row a subject in the order of the ledger (COLUMNS), then one a file that belongs to none of them.

    `journal` has a row a delivery: subject_id, unit, name, file, digest, received_on, status (accepted |
    returned | unreadable, anything else counts as received), errors, warnings, version. The last version gives
    the state; a form whose first delivery came after `due` is late.
    """
    names = dict(zip(units["unit_id"], units["name"], strict=True))
    deliveries: dict[Any, list[Any]] = {}
    for row in journal.itertuples(index=False):
        deliveries.setdefault(row.subject_id, []).append(row)
    rows = []
    for one in subjects.itertuples(index=False):
        ledger = (one.unit_id, names.get(one.unit_id, one.unit_id), one.subject_id, one.kind, one.name)
        rows.append((*ledger, *_state(deliveries.pop(one.subject_id, ()), due)))
    for key, strangers in deliveries.items():
        rows += _strangers(key, strangers, due)
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def counts(overview: pd.DataFrame) -> pd.DataFrame:
    """state, forms: how many forms there should be, how many are in each state, how many of all came late."""
    known = overview[overview["kind"] != STRANGER]
    found = Counter(known["state"])
    rows = [
        ("应交", len(known)),
        *((state, found[state]) for state in STATES),
        (LATE, int(known["late"].sum())),
    ]
    return pd.DataFrame(rows, columns=["state", "forms"], dtype=object)


def by_rule(findings: Iterable[Finding]) -> pd.DataFrame:
    """rule, name, severity, findings, forms: what forms are returned for, the most frequent first."""
    known, found, forms = cards.read(), Counter(), {}
    for one in findings:
        found[one.rule, one.severity] += 1
        forms.setdefault((one.rule, one.severity), set()).add(one.subject or one.place.file)
    rows = [
        (rule, known[rule].name if rule in known else "", severity, times, len(forms[rule, severity]))
        for (rule, severity), times in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    ]
    return pd.DataFrame(rows, columns=["rule", "name", "severity", "findings", "forms"], dtype=object)


def by_unit(overview: pd.DataFrame) -> pd.DataFrame:
    """unit, forms, a column a state, 迟交, returns, errors, warnings: one row a unit, most returns first."""
    known = overview[overview["kind"] != STRANGER]
    rows = [(unit, *_sums(group)) for (_, unit), group in known.groupby(["unit_id", "unit"], sort=False)]
    columns = ["unit", "forms", *STATES, LATE, "returns", "errors", "warnings"]
    result = pd.DataFrame(rows, columns=columns, dtype=object)
    order = ["returns", "errors", MISSING]
    return result.sort_values(order, ascending=False, kind="stable").reset_index(drop=True)


def _sums(group: pd.DataFrame) -> tuple[int, ...]:
    found = Counter(group["state"])
    sums = (int(group[column].sum()) for column in ("late", "returns", "errors", "warnings"))
    return (len(group), *(found[state] for state in STATES), *sums)


def _state(rows: Sequence[Any], due: dt.date | None) -> tuple[Any, ...]:
    """state, late, deliveries, returns, first_on, last_on, errors, warnings, file of one subject's deliveries."""
    if not rows:
        return (MISSING, False, 0, 0, None, None, 0, 0, "")
    ordered = sorted(rows, key=lambda row: int(row.version))
    days = [row.received_on for row in ordered if row.received_on is not None]
    first, last = min(days, default=None), max(days, default=None)
    late = due is not None and first is not None and first > due
    returns = sum(_STATE_OF.get(row.status) == RETURNED for row in ordered)
    newest = ordered[-1]
    state = _STATE_OF.get(newest.status, RECEIVED)
    faults = (int(newest.errors), int(newest.warnings))
    return (state, late, len(ordered), returns, first, last, *faults, newest.file)


def _strangers(key: Any, rows: Sequence[Any], due: dt.date | None) -> list[tuple[Any, ...]]:
    """A row for a subject that the ledger lacks; a row for each file whose subject is not known at all."""
    groups = [rows] if key is not None and key == key else [[row] for row in rows]
    found = []
    for group in groups:
        newest = group[-1]
        said = ("", _said(newest.unit), key if key == key else None, STRANGER, _said(newest.name))
        found.append((*said, *_state(group, due)))
    return found


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ""

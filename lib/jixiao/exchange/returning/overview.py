"""What has become of the form of every subject of the ledger, and counts by state, rule and unit."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jixiao.checks import cards
from jixiao.checks.engine import Finding
from jixiao.forms.model import OF_OTHER_WORK, FormKind
from jixiao.kit.codes import Code
from jixiao.year.words import DeliveryStatus, Severity

LATE = "迟交"
OTHER_KINDS = (FormKind.REVIEW, *OF_OTHER_WORK)  # none of the forms that every subject has to hand in
STRANGER = "不在名单"  # of a form or file that belongs to no subject of the ledger
COLUMNS = (
    "unit_id", "unit", "subject_id", "kind", "name", "state", "late",
    "deliveries", "returns", "first_on", "last_on", "errors", "warnings", "file",
)  # fmt: skip


class State(Code):
    """What has become of the form of a subject, in the order in which it happens."""

    MISSING = "missing", "未交"
    RECEIVED = "received", "已收"
    UNCONFIRMED = "unconfirmed", "待确认"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已采纳"

    @classmethod
    def after(cls, status: str) -> State:
        """The state after a delivery with this status; one that was not judged counts as received."""
        return _STATE_OF.get(status, cls.RECEIVED)


_STATE_OF: Mapping[str, State] = {
    DeliveryStatus.ACCEPTED: State.ACCEPTED,
    DeliveryStatus.RETURNED: State.RETURNED,
    DeliveryStatus.UNREADABLE: State.RETURNED,
    DeliveryStatus.UNCONFIRMED: State.UNCONFIRMED,
}


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
    for subject, others in deliveries.items():
        known = subject is not None and subject == subject  # or it is NaN
        for group in [others] if known else [[row] for row in others]:
            unit, name = (
                value if isinstance(value, str) else "" for value in (group[-1].unit, group[-1].name)
            )
            rows.append(("", unit, subject if known else None, STRANGER, name, *_state(group, due)))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def counts(overview: pd.DataFrame) -> pd.DataFrame:
    """state, forms: how many forms there should be, how many are in each state, how many of all came late."""
    known = overview[overview["kind"] != STRANGER]
    states = Counter(known["state"])
    rows = [
        ("应交", len(known)),
        *((state.words, states[state]) for state in State),
        (LATE, int(known["late"].sum())),
    ]
    return pd.DataFrame(rows, columns=["state", "forms"], dtype=object)


def of_other_kinds(journal: pd.DataFrame) -> pd.DataFrame:
    """kind, documents, accepted, returned, deliveries: what came that is no self-evaluation, in the order of the kinds.

    A document is what a later one takes the place of: the form of a subject, of monitoring also of a period, which its
    mark begins with. Its last delivery gives the state; a file that names nobody is a document of its own.
    """
    known: dict[str, dict[Any, list[Any]]] = {}
    for row in journal[journal["kind"].isin(OTHER_KINDS)].itertuples(index=False):
        period = str(row.mark or "").split(" ")[0] if row.kind == FormKind.MONITORING else ""
        of = (row.subject_id, period) if row.subject_id else (row.file, row.digest)
        known.setdefault(str(row.kind), {}).setdefault(of, []).append(row)
    rows = []
    for kind in OTHER_KINDS:
        documents = known.get(kind, {}).values()
        last = [State.after(max(each, key=lambda row: int(row.version)).status) for each in documents]
        counted = (last.count(State.ACCEPTED), last.count(State.RETURNED), sum(map(len, documents)))
        rows += [(kind.words, len(documents), *counted)] if documents else []
    columns = ["kind", "documents", "accepted", "returned", "deliveries"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def by_rule(findings: Iterable[Finding]) -> pd.DataFrame:
    """rule, name, severity, findings, forms: what forms are returned for, the most frequent first."""
    known = cards.read()
    forms: dict[tuple[str, Severity], list[str]] = {}
    for one in findings:
        forms.setdefault((one.rule, one.severity), []).append(one.subject or one.place.file)
    rows = [
        (rule, known[rule].name if rule in known else "", severity, len(those), len(set(those)))
        for (rule, severity), those in sorted(forms.items(), key=lambda each: (-len(each[1]), each[0]))
    ]
    return pd.DataFrame(rows, columns=["rule", "name", "severity", "findings", "forms"], dtype=object)


def by_unit(overview: pd.DataFrame) -> pd.DataFrame:
    """unit, forms, a column a State, 迟交, returns, errors, warnings: one row a unit, most returns first."""
    rows = []
    for (_, unit), group in overview[overview["kind"] != STRANGER].groupby(["unit_id", "unit"], sort=False):
        states = Counter(group["state"])
        sums = (int(group[column].sum()) for column in ("late", "returns", "errors", "warnings"))
        rows.append((unit, len(group), *(states[state] for state in State), *sums))
    columns = ["unit", "forms", *State, LATE, "returns", "errors", "warnings"]
    result = pd.DataFrame(rows, columns=columns, dtype=object)
    order = ["returns", "errors", State.MISSING]
    return result.sort_values(order, ascending=False, kind="stable").reset_index(drop=True)


def _state(rows: Sequence[Any], due: dt.date | None) -> tuple[Any, ...]:
    """state, late, deliveries, returns, first_on, last_on, errors, warnings, file of one subject's deliveries."""
    if not rows:
        return (State.MISSING, False, 0, 0, None, None, 0, 0, "")
    ordered = sorted(rows, key=lambda row: int(row.version))
    newest = ordered[-1]
    days = [row.received_on for row in ordered if row.received_on is not None]
    first = min(days, default=None)
    return (
        State.after(newest.status),
        due is not None and first is not None and first > due,
        len(ordered),
        sum(State.after(row.status) is State.RETURNED for row in ordered),
        first,
        max(days, default=None),
        int(newest.errors),
        int(newest.warnings),
        newest.file,
    )

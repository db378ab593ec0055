"""Which form of a subject counts: what earlier batches have replaced stands last, and never in the place of another."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from jixiao.exchange.importing import arranging
from jixiao.exchange.importing.arranging import Arrival, Journal
from jixiao.forms.model import FormKind
from jixiao.forms.records.identity import Owner
from jixiao.kit.errors import Place
from jixiao.year.words import DeliveryStatus


def arrival(file: str, *, late: bool = False, failed: bool = False, mark: str = "") -> Arrival:
    """A form of P001 that an Excel file of this name brought."""
    rank = arranging.ranks.read(mark)
    owner = owner_of("P001")
    return Arrival(owner, FormKind.PROJECT, Place(file), file, rank, b"", late, failed)


def owner_of(subject: str) -> Owner:
    """Whose a form is, where only the subject matters."""
    owner = object.__new__(Owner)
    object.__setattr__(owner, "subject", subject)
    return owner


def names(arrivals) -> list[str]:
    """The names of the files."""
    return [one.file for one in arrivals]


def test_what_an_earlier_batch_replaced_comes_behind_whatever_it_says():
    """A second correction that is late stands behind a form without any mark; one with errors between them."""
    late = arrival("a", late=True, mark="第2次")
    fine = arrival("b")
    wrong = arrival("c", failed=True, mark="第3次")
    assert names(arranging.in_order([late, wrong, fine])) == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("second", "order"),
    [
        (arrival("b"), ["b", "a"]),
        (arrival("b", late=True), None),  # it does not count, so the first is not put behind it
        (arrival("b", failed=True), None),
    ],
)
def test_a_form_with_errors_gives_way_only_to_one_that_may_count(second, order):
    """To one that is neither late nor has errors of its own."""
    found = arranging.without([arrival("a"), second], [True, False])
    assert (found and names(found)) == order


def journal(*rows) -> Journal:
    """A journal of deliveries of P001: digest, status and mark of each."""
    columns = ["subject_id", "file", "digest", "received_on", "status", "version", "kind", "mark"]
    listed = [
        ("P001", digest, digest, None, status, n, FormKind.PROJECT, mark)
        for n, (digest, status, mark) in enumerate(rows, 1)
    ]
    return Journal(pd.DataFrame(listed, columns=columns, dtype=object))


@pytest.mark.parametrize(
    ("rows", "again", "told"),
    [
        ([("a", "accepted", None), ("b", "accepted", None)], "a", True),
        ([("a", "accepted", None), ("b", "accepted", None)], "b", False),
        ([("a", "returned", None), ("b", "accepted", None)], "a", True),
        (
            [("b", "accepted", "第3次"), ("a", "accepted", "第2次")],
            "a",
            True,
        ),  # taken in later, and still earlier
        (
            [("b", "accepted", None), ("a", "returned", None)],
            "a",
            False,
        ),  # mended or not, it is looked at again
    ],
)
def test_a_form_that_came_before_gives_way_to_the_one_in_force(rows, again, told):
    """Where it came before it, or was accepted and does not count all the same."""
    known = journal(*((digest, DeliveryStatus.of(status), mark) for digest, status, mark in rows))
    one = replace(arrival(again), rank=arranging.ranks.read(None))
    sorted_ = arranging.held_against(known, [one])
    assert [bool(sorted_.told), bool(sorted_.kept)] == [told, not told]

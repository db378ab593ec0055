"""Reads the money table of a form for the checks: its total, its parts, and printed rates as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from jixiao.checks.engine import Inspection
from jixiao.kit import numbers
from jixiao.values import notation
from jixiao.year.words import TOTAL_ITEMS, Amount

AMOUNTS = tuple(amount.value for amount in Amount)
_PART = "其中"
_MOST_PARTS = 10  # of a nested table: more are not tried in all combinations
_HUNDRED = Decimal(100)


class Fund(NamedTuple):
    """One row of funds, with its row number in front."""

    row: int
    subject_id: str
    item: str
    initial_budget: Decimal | None
    adjusted_budget: Decimal | None
    executed: Decimal | None
    weight: Decimal | None
    rate: str | None
    score: Decimal | None


@dataclass(frozen=True)
class Rate:
    """A printed execution rate: its number, half a unit of its last digit, and whether it has a per cent sign."""

    value: Decimal
    half: Decimal
    percent: bool


def rows(inspection: Inspection) -> Iterator[Fund]:
    """Every row of the money tables."""
    yield from map(Fund._make, inspection.records["funds"][list(Fund._fields[1:])].itertuples(name=None))


def totals(inspection: Inspection) -> dict[str, Fund]:
    """subject -> the row of its total: the one called so, else the first, unless that is a part already."""
    found: dict[str, Fund] = {}
    for fund in rows(inspection):
        earlier = found.get(fund.subject_id)
        if not fund.item.startswith(_PART) and (
            earlier is None or (_is_total(fund) and not _is_total(earlier))
        ):
            found[fund.subject_id] = fund
    return found


def _is_total(fund: Fund) -> bool:
    return any(word in fund.item for word in TOTAL_ITEMS)


def parts(inspection: Inspection) -> dict[str, list[Fund]]:
    """subject -> the rows below its total."""
    whole = totals(inspection)
    found = {}
    for fund in rows(inspection):
        if fund.subject_id in whole and fund.row != whole[fund.subject_id].row:
            found.setdefault(fund.subject_id, []).append(fund)
    return found


def half_unit(value: Decimal, units: Decimal) -> Decimal:
    """`units` (½ as a rule) of the last printed digit of `value`."""
    return units * Decimal(1).scaleb(min(int(value.as_tuple().exponent), 0))


def differs(whole: Decimal, amounts: Sequence[tuple[str, Decimal]], units: Decimal) -> bool:
    """Whether `amounts` (item, amount) do not add up to `whole`, to the last digit of the coarsest of them.

    Where 其中 stands more than once rows lie inside others; then some of them must add up.
    """
    given = [amount for _, amount in amounts]
    tolerance = max(half_unit(value, units) for value in (whole, *given))
    if abs(sum(given, Decimal(0)) - whole) <= tolerance:
        return False
    nested = sum(item.startswith(_PART) for item, _ in amounts) > 1 and len(given) <= _MOST_PARTS
    some = (
        (sum(few, Decimal(0)) for n in range(1, len(given)) for few in combinations(given, n))
        if nested
        else ()
    )
    return not any(abs(part - whole) <= tolerance for part in some)


def rate(text: str | None, units: Decimal) -> Rate | None:
    """The rate printed as `text`; None where it is no plain number."""
    folded = notation.fold(text or "")
    try:
        value = numbers.parse(folded.removesuffix("%"))
    except ValueError:
        return None
    return Rate(value, half_unit(value, units), folded.endswith("%"))


def agrees(printed: Rate, spent: Decimal) -> bool:
    """Whether a printed rate is `spent` (1 is everything) to its last digit, as a share or in per cent."""
    as_percent = abs(printed.value - spent * _HUNDRED) <= printed.half
    return as_percent or (not printed.percent and abs(printed.value - spent) <= printed.half)


def lacks_sign(printed: Rate, spent: Decimal) -> bool:
    """Whether a rate in per cent is printed without its sign."""
    as_share = abs(printed.value - spent) <= printed.half
    return not printed.percent and not as_share and agrees(printed, spent)

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
from jixiao.year.words import TOTAL_ITEMS

_PART = "其中"
_MOST_PARTS = 10  # of a nested table: more are not tried in all combinations
_HUNDRED = Decimal(100)


class Fund(NamedTuple):
    """One row of a money table; amounts are in 万元, `rate` is the execution rate as printed."""

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
    """The row with the total of each subject: the one called 总额 or 合计, else the first that is not 其中 of another."""

    def is_total(fund: Fund) -> bool:
        return any(word in fund.item for word in TOTAL_ITEMS)

    found: dict[str, Fund] = {}
    for fund in rows(inspection):
        earlier = found.get(fund.subject_id)
        if not fund.item.startswith(_PART) and (
            earlier is None or (is_total(fund) and not is_total(earlier))
        ):
            found[fund.subject_id] = fund
    return found


def parts(inspection: Inspection) -> dict[str, list[Fund]]:
    """The rows of each subject other than that of its total."""
    whole = totals(inspection)
    found: dict[str, list[Fund]] = {}
    for fund in rows(inspection):
        if fund.subject_id in whole and fund.row != whole[fund.subject_id].row:
            found.setdefault(fund.subject_id, []).append(fund)
    return found


def half_unit(value: Decimal, units: Decimal) -> Decimal:
    """How far `value` may be off by rounding: `units` (as a rule ½) of its last printed digit, 0.005 for 1.25."""
    return units * Decimal(1).scaleb(min(int(value.as_tuple().exponent), 0))


def differs(whole: Decimal, amounts: Sequence[tuple[str, Decimal]], units: Decimal) -> bool:
    """Whether `amounts` (item and amount) do not add up to `whole`, as exactly as the roughest of them is printed.

    Where 其中 is printed more than once some rows are parts of others: then some selection of them must add up. A row
    called 其中 alone is the sum of those below it.
    """
    given = [amount for item, amount in amounts if item.rstrip(":：") != _PART]
    if not given:
        return False
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
    """The rate printed as `text`; None where that is not a number, with or without a per cent sign."""
    folded = notation.fold(text or "")
    try:
        value = numbers.parse(folded.removesuffix("%"))
    except ValueError:
        return None
    return Rate(value, half_unit(value, units), folded.endswith("%"))


def agrees(printed: Rate, spent: Decimal) -> bool:
    """Whether a printed rate is `spent` (1 for all the money) to its last digit, as a fraction or in per cent."""
    as_percent = abs(printed.value - spent * _HUNDRED) <= printed.half
    return as_percent or (not printed.percent and abs(printed.value - spent) <= printed.half)


def lacks_sign(printed: Rate, spent: Decimal) -> bool:
    """Whether a printed rate is right in per cent but has no per cent sign."""
    as_share = abs(printed.value - spent) <= printed.half
    return not printed.percent and not as_share and agrees(printed, spent)

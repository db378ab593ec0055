"""What a rule says of a claim: whether it holds, what was printed, what follows from what, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.kit import numbers
from jixiao.kit.codes import Code
from jixiao.proofreading.drafts.model import Passage
from jixiao.proofreading.reading.quantities import Quantity

_DIGITS = 3  # fewer are alike by chance


class Sure(Code):
    """How sure a finding is."""

    CERTAIN = "certain", "确定"
    LIKELY = "likely", "很可能"
    LOOK = "look", "请看一看"


@dataclass(frozen=True)
class Verdict:
    """A claim that was judged, at characters `start` to `end` of the text of a passage.

    `quantities` are the numbers that it ties to each other; `sure` is None where the claim holds.
    """

    rule: str
    passage: Passage
    start: int
    end: int
    printed: str
    follows: str
    sure: Sure | None
    quantities: tuple[tuple[Passage, Quantity], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the claim holds."""
        return self.sure is None


def of(
    rule: str,
    passage: Passage,
    used: Sequence[Quantity],
    at: Quantity,
    follows: str,
    sure: Sure | None,
    others: Sequence[tuple[Passage, Quantity]] = (),
) -> Verdict:
    """A verdict at the number `at` of a passage, which ties the numbers `used` of it and `others` elsewhere."""
    tied = (*((passage, one) for one in used), *others)
    return Verdict(rule, passage, at.start, at.end, at.text.strip(" *"), follows, sure, tied)


def near(computed: Decimal, printed: Decimal, share: Decimal = Decimal("0.05")) -> bool:
    """Whether two values are so near that the one was meant by the other: a slip of a digit, of places, of a little."""
    if computed == printed:
        return True
    if abs(computed - printed) <= abs(printed) * share:
        return True
    return is_slip(computed, printed)


def is_slip(one: Decimal, other: Decimal) -> bool:
    """Whether two values of three digits or more differ by one digit, by two that changed places, or by noughts alone."""
    first = _digits(one)
    second = _digits(other)
    if len(first) < _DIGITS or len(second) < _DIGITS:
        return False
    if len(first) != len(second):
        return first.strip("0") == second.strip("0")
    different = [at for at, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    swapped = len(different) == 2 and first[different[0]] == second[different[1]]
    return len(different) == 1 or (swapped and first[different[1]] == second[different[0]])


def _digits(value: Decimal) -> str:
    """The digits of a value without point and zeros in front or at the end of the decimals."""
    text = numbers.plain(abs(value).normalize())
    return text.replace(".", "").lstrip("0") or "0"

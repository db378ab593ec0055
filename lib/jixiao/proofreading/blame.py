"""Of several claims that do not hold, which number is to blame: the one that all of them share and no sound claim ties.

A wrong digit breaks every claim in which its number stands: the sum, the share, the difference. It is one mistake, told once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.proofreading.drafts.model import Passage
from jixiao.proofreading.reading.quantities import Quantity
from jixiao.proofreading.rules.verdict import Sure, Verdict

_ORDER = tuple(Sure)
_Spot = tuple[int, int]  # a passage and where in its text a number begins
_MOST = 3  # claims that one finding quotes


def settled(verdicts: Sequence[Verdict]) -> Iterator[Verdict]:
    """The claims that do not hold, those with a number in common as one, told at that number; the surest first."""
    sound = {_spot(passage, one) for found in verdicts if found.holds for passage, one in found.quantities}
    broken = sorted(
        (one for one in verdicts if one.sure is not None), key=lambda one: _ORDER.index(one.sure or Sure.LOOK)
    )
    broken = _without_weaker(broken)
    while broken:
        first = broken[0]
        group = [one for one in broken if one is first or _spots(one) & _spots(first)]
        broken = [one for one in broken if not any(one is other for other in group)]
        yield _told(group, sound)


def _told(group: Sequence[Verdict], sound: set[_Spot]) -> Verdict:
    """One finding for a group of claims, at the number that most of them share and that no sound claim ties."""
    first = group[0]
    follows = "；".join(dict.fromkeys(one.follows for one in group[:_MOST]))
    counts = Counter(spot for one in group for spot in _spots(one))
    suspects = [spot for spot in counts if spot not in sound] if first.quantities else []
    most = max((counts[spot] for spot in suspects), default=0)
    chosen = [spot for spot in suspects if counts[spot] == most]
    if len(chosen) == 1 and (most > 1 or len(suspects) == 1):
        found = next(
            (passage, one)
            for each in group
            for passage, one in each.quantities
            if _spot(passage, one) == chosen[0]
        )
        passage, number = found
        first = replace(first, passage=passage, start=number.start, end=number.end)
    printed = first.passage.text[first.start : first.end].strip(" *")
    return replace(first, printed=printed, follows=follows)


def _without_weaker(broken: Sequence[Verdict]) -> list[Verdict]:
    """Without what one should look at where the same rule has something surer to say in the same passage, and repeats."""
    kept: list[Verdict] = []
    for one in broken:
        same = [other for other in kept if other.passage is one.passage and other.rule == one.rule]
        is_weaker = one.sure is Sure.LOOK and any(other.sure is not Sure.LOOK for other in same)
        is_repeat = any((other.start, other.follows) == (one.start, one.follows) for other in same)
        if not (is_weaker or is_repeat):
            kept.append(one)
    return kept


def _spots(one: Verdict) -> set[_Spot]:
    return {_spot(passage, number) for passage, number in one.quantities}


def _spot(passage: Passage, number: Quantity) -> _Spot:
    return id(passage), number.start

"""Spreads in a passage: counts that are each of a grade or of a band, such as 优的3个、良的5个."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jixiao.proofreading.reading.lists import Item
from jixiao.proofreading.reading.quantities import Nature, Quantity
from jixiao.proofreading.reading.sentences import BAND, Sentences

GRADE = re.compile(r"优|良|中|差|合格|达标|特等|[一二三四]等|[ABCD]级|红灯|黄灯|绿灯")


def of(sentences: Sentences) -> Iterator[tuple[list[Item], int]]:
    """Runs of at least two counts that are each of a grade or a band, and where each begins.

    A semicolon ends a run, unless its items all end with one.
    """
    run: list[Item] = []
    gaps: set[bool] = set()
    begin = 0
    last = -1
    for at in range(len(sentences.line)):
        quantity = sentences.quantity(at)
        if quantity is None or quantity.nature is not Nature.COUNT:
            continue
        before = sentences.line[max(last + 1, at - 24) : at]
        clause = re.split("[,;。:、]", before)[-1].replace("其中", "")
        is_labelled = BAND in clause or GRADE.search(clause) is not None
        gap = ";" in before
        if run and not (is_labelled and _joins(run, quantity, before) and gaps <= {gap}):
            if len(run) > 1:
                yield run, begin
            run = []
            gaps = set()
        if is_labelled and quantity.exact:
            if run:
                gaps.add(gap)
            else:
                begin = at - len(clause)
            run.append(Item(clause, quantity))
        last = at
    if len(run) > 1:
        yield run, begin


def _joins(run: Sequence[Item], quantity: Quantity, before: str) -> bool:
    return quantity.alike(run[-1].quantity) and not re.search("[。!?]", before)

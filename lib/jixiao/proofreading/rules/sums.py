"""Totals and their parts: P01 what adds up, P02 what is spread over grades or bands, P07 shares of amounts, P08 units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.proofreading.reading import lists, spreads
from jixiao.proofreading.reading.lists import Item
from jixiao.proofreading.reading.quantities import Nature, Quantity
from jixiao.proofreading.reading.reading import Match, Reading
from jixiao.proofreading.reading.sentences import SIGNS, Sentences
from jixiao.proofreading.rules import verdict
from jixiao.proofreading.rules.verdict import Sure, Verdict

SUM = "P01"
SPREAD = "P02"
_TOTAL_WORDS = re.compile(r"(?:共|总|合|全部|计|对|选取|抽取|评价|参评|纳入|涉及|其中)[^,;:]{0,12}$")
_STRONG = re.compile(
    r"(?:^|[,;、)])(?:共计|合计|总计|小计|累计)"
    r"|(?:^|[,;、)])(?:自评|评价|综合)?(?:总分|总得分|综合得分)|^[^,;]{0,6}[,;]?共$"
)
_GOT = re.compile(r"(?:得分|得|评分|实得)(?:为|是|:)?$")
_OUTCOME = re.compile(
    r"(?:支出|实际|全年|已|累计)*(?:决算|执行|支出|支付|完成|到位)(?:数|额|金额|资金)?(?:为|是)?"
)
_NONE = Decimal(0)
_SIDE_BY_SIDE = (
    "",
    "、",
    "和",
    "及",
    "与",
    ";",
)  # marks between parts that do not overlap; a comma says less
_OVERLAP = Decimal("1.5")  # times the total: parts that come to more are counted by several properties
_TWO = 2  # parts, of which a list that is not whole may well have no more
_LITTLE = Decimal("0.03")  # of a count, by which the sum of its parts may miss and still be meant


def judge(reading: Reading) -> Iterator[Verdict]:
    """Verdicts on totals and parts of a draft."""
    for match in reading.matches("parts"):
        yield from _parts(match)
    for match in reading.matches("among"):
        found = lists.list_from(match.sentences, match.end)
        if found and len(found[0]) > 2 and match.slots["total"].exact:
            yield from _compared(match.sentences, [match.slots["total"]], found)
    for match in reading.matches("sum"):
        yield from _sum(match)
    for match in reading.matches("score_parts"):
        yield from _score_parts(match)
    for match in reading.matches("opening"):
        yield from _opening(match)
    for sentences in reading.passages:
        yield from _spread(reading, sentences)


def _parts(match: Match) -> Iterator[Verdict]:
    """A total, 其中, and parts: the parts make the total, or are a few of them and not more."""
    sentences = match.sentences
    found = lists.list_from(sentences, match.end)
    if found:
        first = found[0][0].quantity
        whole = match.slots.get("whole")
        totals = [whole] if whole else lists.numbers_before(sentences, match.start, first)[:3]
        if totals and totals[0].alike(first) and totals[0].exact:
            yield from _compared(sentences, totals, found)
    elif "whole" not in match.slots:
        yield from _one_part(match)


def _one_part(match: Match) -> Iterator[Verdict]:
    """A total, 其中, and one number: no more than the total."""
    sentences = match.sentences
    _, end = sentences.sentence(match.end)
    part = next((one for n in range(match.end, end) if (one := sentences.quantity(n))), None)
    if part is None or part.nature not in (Nature.COUNT, Nature.AMOUNT):
        return
    totals = lists.numbers_before(sentences, match.start, part)[:1]
    if totals and totals[0].exact and part.exact and part.unit == totals[0].unit:
        total = totals[0]
        if part.value > total.value and verdict.near(part.value, total.value, Decimal("0.5")):
            follows = f"其中的{part.text}多于总数{total.text}"
            yield verdict.of(SPREAD, sentences.passage, (total, part), part, follows, Sure.LOOK)


def _compared(
    sentences: Sentences, totals: Sequence[Quantity], choices: Sequence[Sequence[Item]]
) -> Iterator[Verdict]:
    """A verdict on a list of parts and the totals that it may have, the nearest first."""
    for total in totals:
        for items in choices:
            if _adds_up(total, items):
                yield _sum_verdict(sentences, total, items, None)
                return
    doubted = _doubted(totals, choices)
    if doubted is not None:
        yield _sum_verdict(sentences, *doubted)


def _doubted(
    totals: Sequence[Quantity], choices: Sequence[Sequence[Item]]
) -> tuple[Quantity, Sequence[Item], Sure] | None:
    """Of lists and totals that do not fit, those that were meant: the likeliest, or one that a slip of a digit explains."""
    exact = [
        items for items in choices if all(item.quantity.exact and not _is_outcome(item) for item in items)
    ]
    if not exact or exact[0] is not choices[0]:
        return None
    value = sum((item.quantity.value for item in exact[0]), _NONE)
    for total in totals:
        is_meant = total is totals[0] or verdict.near(value, total.value)
        if is_meant and total.exact and (sure := _doubt(total, exact[0])):
            return total, exact[0], sure
    total = totals[0]
    slips = [items for items in exact[1:] if total.nature is Nature.AMOUNT and _is_one_slip(total, items)]
    return (total, slips[0], Sure.LIKELY) if slips else None  # the list may end sooner than its marks say


def _is_outcome(item: Item) -> bool:
    """Whether a number of a list is what became of the one before it, and no part beside it: 接待费预算5万元，决算3万元."""
    return _OUTCOME.fullmatch(item.label) is not None


def _sum_verdict(
    sentences: Sentences, total: Quantity, items: Sequence[Item], sure: Sure | None, rule: str = SUM
) -> Verdict:
    value = sum((item.quantity.value for item in items), _NONE)
    said = max((total, *(item.quantity for item in items)), key=lambda one: one.places)
    shown = total.said(value) if total.scale == said.scale else said.said(value)
    follows = f"{lists.joined(items)}＝{shown}，印的是{total.text.strip(' *')}"
    used = (total, *(item.quantity for item in items))
    return verdict.of(rule, sentences.passage, used, total, follows, sure)


def _adds_up(total: Quantity, items: Sequence[Item]) -> bool:
    value = sum((item.quantity.value for item in items), _NONE)
    return abs(value - total.value) <= slack_of(total, [item.quantity for item in items])


def slack_of(total: Quantity, parts: Sequence[Quantity]) -> Decimal:
    """How far a total may lie from the sum of its parts, each as it is printed.

    Amounts with the decimals of their total were each rounded: one last decimal, for each four of them.
    Scores are exact: only a total with fewer decimals was rounded.
    """
    parts = [one for one in parts if one.value] or parts  # 0万元 is exact, whatever its decimals
    finest = min(one.step for one in parts)
    if total.nature is Nature.SCORE:
        return total.slack if total.step > finest else _NONE
    slack = total.slack + sum((one.slack for one in parts), _NONE)
    if max(one.step for one in parts) <= total.step:
        return min(slack, total.step * max(1, len(parts) // 4))
    return slack


def _doubt(total: Quantity, items: Sequence[Item]) -> Sure | None:
    """How sure it is that parts which do not make the total should: near misses, and complete lists."""
    value = sum((item.quantity.value for item in items), _NONE)
    if _is_one_slip(total, items):
        return Sure.LIKELY
    if total.nature is not Nature.COUNT or total.scale != 1:
        return Sure.LIKELY if verdict.near(value, total.value) else None
    most = max(Decimal(1 if len(items) == _TWO else 2), total.value * _LITTLE)
    is_spread = all(spreads.GRADE.search(item.label) for item in items)
    is_listed = all(item.mark in _SIDE_BY_SIDE for item in items)
    is_too_much = is_listed and total.value < value < total.value * _OVERLAP
    return Sure.LIKELY if abs(value - total.value) <= most or is_spread or is_too_much else None


def _is_one_slip(total: Quantity, items: Sequence[Item]) -> bool:
    """Whether parts make the total once a digit of one of them is changed, or two of its digits are."""
    rest = total.value - sum((item.quantity.value for item in items), _NONE)
    return any(
        item.quantity.value + rest > 0 and verdict.is_slip(item.quantity.value + rest, item.quantity.value)
        for item in items
    )


def _sum(match: Match) -> Iterator[Verdict]:
    """Parts, and then what they come to: 共计, 合计."""
    total = match.slots["total"]
    sentences = match.sentences
    place = match.at("total")
    last = _last_part(sentences, place, total)
    if last is None or not total.exact:
        return
    choices = [items for items in lists.list_before(sentences, last + 1) if items[-1].quantity.alike(total)]
    if not choices:
        return
    for items in choices:
        if _adds_up(total, items):
            yield _sum_verdict(sentences, total, items, None)
            return
    between = re.sub(rf"\([^()]*\)|{SIGNS[Nature.MEASURE]}", "", sentences.line[last + 1 : place])
    items = choices[0]
    strong = _STRONG.search(between)
    is_whole = len(items) > _TWO and all(item.mark in _SIDE_BY_SIDE for item in items)
    if strong and all(item.quantity.exact for item in items) and (is_whole or _doubt(total, items)):
        yield _sum_verdict(sentences, total, items, Sure.LIKELY)


def _last_part(sentences: Sentences, place: int, total: Quantity) -> int | None:
    """The sign of the last number before a total that may be a part of it, and does not stand in brackets."""
    depth = 0
    for at in range(place - 1, max(place - 60, -1), -1):
        sign = sentences.line[at]
        depth += (sign == ")") - (sign == "(")
        one = sentences.quantity(at)
        if one is not None and depth <= 0 and one.alike(total):
            return at
        if one is not None and depth <= 0 and one.nature is not Nature.MEASURE:  # 三年累计
            return None
    return None


def _score_parts(match: Match) -> Iterator[Verdict]:
    """What the indicators got, each behind 得 or 得分, and the total score behind them."""
    total = match.slots["total"]
    sentences = match.sentences
    got = [
        Item("", one)
        for n in range(match.start)
        if (one := sentences.quantity(n)) is not None
        and one.alike(total)
        and _GOT.search(sentences.line[max(0, n - 6) : n])
    ]
    if len(got) < _TWO + 1 or not total.exact or not all(item.quantity.exact for item in got):
        return
    value = sum((item.quantity.value for item in got), _NONE)
    if _adds_up(total, got):
        yield _sum_verdict(sentences, total, got, None)
    elif verdict.near(value, total.value, _LITTLE):
        yield _sum_verdict(sentences, total, got, Sure.LIKELY)


def _opening(match: Match) -> Iterator[Verdict]:
    """What there was at first and what came later make the whole."""
    total, first, second = (match.slots[name] for name in ("total", "first", "second"))
    if not (total.alike(first) and first.alike(second) and total.exact and first.exact and second.exact):
        return
    items = [Item("", first), Item("", second)]
    if _adds_up(total, items):
        yield _sum_verdict(match.sentences, total, items, None)
    elif _doubt(total, items):
        yield _sum_verdict(match.sentences, total, items, Sure.LIKELY)


def _spread(reading: Reading, sentences: Sentences) -> Iterator[Verdict]:
    """Counts of grades or bands: they make the number of things that were judged, where that is printed before them."""
    for items, at in reading.spreads(sentences):
        like = items[0].quantity
        start, _end = sentences.sentence(at)
        near = lists.numbers_before(sentences, at, like)
        far = [
            (other.passage, one)
            for other in reading.earlier(sentences)[:4]
            for one in reversed(other.quantities)
            if one.alike(like)
        ]
        candidates = [(sentences.passage, one) for one in near] + far
        fitting = [(passage, one) for passage, one in candidates if _adds_up(one, items)]
        if fitting:
            passage, total = fitting[0]
            found = _sum_verdict(sentences, total, items, None, SPREAD)
            yield Verdict(
                SPREAD, passage, total.start, total.end, found.printed, found.follows, None,
                (*((sentences.passage, item.quantity) for item in items), (passage, total)),
            )  # fmt: skip
            continue
        meant = _total_before(sentences, start, at, like, items)
        if meant is not None:
            yield _sum_verdict(sentences, meant, items, Sure.LIKELY, SPREAD)


def _total_before(
    sentences: Sentences, start: int, at: int, like: Quantity, items: Sequence[Item]
) -> Quantity | None:
    """The number of things that the sentence, or else the passage, says are spread: one after 共, 对, 选取 and the like."""
    most = max(item.quantity.value for item in items)
    for first in (start, 0):
        for n in range(at - 1, first - 1, -1):
            one = sentences.quantity(n)
            is_total = one and one.alike(like) and one.exact and one.value >= most
            if one and is_total and _TOTAL_WORDS.search(sentences.line[max(0, n - 14) : n]):
                return one if _doubt(one, items) else None
    return None

"""One number in per cent of another: P03 shares, P04 rates, P05 growth, P06 differences, P07 parts by share, P08 units."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.kit import numbers
from jixiao.proofreading.drafts.model import Passage
from jixiao.proofreading.reading import lists, names
from jixiao.proofreading.reading.quantities import Nature, Quantity
from jixiao.proofreading.reading.reading import Match, Reading
from jixiao.proofreading.reading.sentences import Sentences
from jixiao.proofreading.rules import verdict
from jixiao.proofreading.rules.verdict import Sure, Verdict

SHARE = "P03"
RATE = "P04"
GROWTH = "P05"
DIFFERENCE = "P06"
PRODUCT = "P07"
UNITS = "P08"
_HUNDRED = Decimal(100)
_WHOLE_NAMED = re.compile(r"(?:占|比重|比例)(?P<noun>[^,;:()]{2,24}?)(?:的|比重|比例|比|总数|为)*$")
_ALL = re.compile(r"总数|总量|全部|所有|合计|参评|其|该|此")
_COMPARED = re.compile(r"[,;]?(?:比[^,]{0,6})?(?:提高|降低|下降|上升|相差|差距)(?:了|为|达)?")
_RESPECTIVELY = re.compile(r"分别|依次")
_BEHIND = 60  # signs behind the sentence of a part, in which its whole may still stand
_WITHIN = 40  # numbers before a share among which its whole is looked for
_CLOSE = Decimal(5)  # percentage points by which a rate may be off and still be meant


def judge(reading: Reading) -> Iterator[Verdict]:
    """Verdicts on shares, rates, growth and differences of a draft."""
    for match in reading.matches("share"):
        yield from _share(reading, match)
    yield from _grown_or_different(reading)
    for relation, judged in _JUDGED.items():
        for match in reading.matches(relation):
            yield from judged(match)


def _grown_or_different(reading: Reading) -> Iterator[Verdict]:
    """Growth, and those differences that are none of its changes."""
    tied = set()
    for relation, direction in (("rise", 1), ("fall", -1)):
        for match in reading.matches(relation):
            for found in _growth(match, direction):
                tied |= {id(quantity) for _, quantity in found.quantities}
                yield found
    for match in reading.matches("difference"):
        if id(match.slots["difference"]) not in tied:
            yield from _difference(match)


def follows_from(part: Quantity, whole: Quantity, percent: Quantity) -> bool:
    """Whether a percentage, as it is printed, may be part of whole, each as it is printed."""
    if whole.value - whole.slack <= 0:
        return False
    low = numbers.ratio((part.value - part.slack) * _HUNDRED, whole.value + whole.slack)
    high = numbers.ratio((part.value + part.slack) * _HUNDRED, whole.value - whole.slack)
    return low < percent.value + percent.slack and percent.value - percent.slack <= high  # half is rounded up


def _said(part: Quantity, whole: Quantity, percent: Quantity) -> str:
    value = numbers.ratio(part.value * _HUNDRED, whole.value)
    shown = numbers.plain(numbers.rounded(value, max(percent.places, 2)))
    return f"{_bare(part)}÷{_bare(whole)}＝{shown}%，印的是{_bare(percent)}"


def _bare(quantity: Quantity) -> str:
    return quantity.text.strip(" *")


def _share(reading: Reading, match: Match) -> Iterator[Verdict]:
    """A part and its share: of a whole that the sentence, or what stands before it, prints."""
    part = match.slots["part"]
    percent = match.slots["percent"]
    sentences = match.sentences
    if not part.exact or not percent.exact:
        return
    between = sentences.line[match.at("part") + 1 : match.at("percent")]
    said = match.slots.get("whole")
    if _RESPECTIVELY.search(between):
        yield from _respectively(match)
    elif said is None:
        yield from _share_of_some(reading, match, part, percent)
    elif said.alike(part) and said.exact and said.value > 0:
        sure = None if follows_from(part, said, percent) else Sure.CERTAIN
        used = (part, said, percent)
        yield verdict.of(SHARE, sentences.passage, used, percent, _said(part, said, percent), sure)


def _share_of_some(reading: Reading, match: Match, part: Quantity, percent: Quantity) -> Iterator[Verdict]:
    """A part and its share of a whole that is looked for."""
    sentences = match.sentences
    passage = sentences.passage
    inside, behind, outside = _wholes(reading, match, part)
    candidates = [(passage, one) for one in [*inside, *behind]] + outside
    for other, whole in candidates:
        if whole is not part and follows_from(part, whole, percent):
            tied = [(other, whole)]
            follows = _said(part, whole, percent)
            yield verdict.of(SHARE, passage, (part, percent), percent, follows, None, tied)
            return
    total = _sum_of_run(reading, match, part)
    if total:
        fits = follows_from(part, total, percent)
        if fits or _others_hold(reading, match, part, total):
            sure = None if fits else Sure.LIKELY
            yield verdict.of(SHARE, passage, (part, percent), percent, _said(part, total, percent), sure)
            return
    meant = _whole_of_others(reading, match, part, [*inside, *behind])
    if meant is not None:
        used = (meant, part, percent)
        yield verdict.of(SHARE, passage, used, percent, _said(part, meant, percent), Sure.LIKELY)
        return
    parts = {id(one.slots["part"]) for one in reading.matches_in(sentences, "share")}
    start, _ = sentences.sentence(match.at("part"))
    yield from _missed_share(match, [one for one in inside if id(one) not in parts], percent, part, start)


def _wholes(
    reading: Reading, match: Match, part: Quantity
) -> tuple[list[Quantity], list[Quantity], list[tuple[Passage, Quantity]]]:
    """Numbers of which a part may be a share: before it in its passage, soon behind it, and in the passages before."""
    sentences = match.sentences
    place = match.at("part")
    _, end = sentences.sentence(place)
    inside = [one for one in lists.numbers_before(sentences, place, part) if one.value >= part.value]
    behind = [
        one
        for n in range(place + 1, min(len(sentences.line), end + _BEHIND))
        if (one := sentences.quantity(n)) and one.alike(part)
    ]
    outside = [
        (other.passage, one)
        for other in reading.earlier(sentences)
        for one in reversed(other.quantities)
        if one.alike(part) and one.value >= part.value
    ]
    return inside, behind, outside[:_WITHIN]


def _respectively(match: Match) -> Iterator[Verdict]:
    """Counts and then their shares, in one order: 9个、25个、6个，占比分别为22.5%、62.5%、15%."""
    sentences = match.sentences
    place = match.at("part")
    behind = lists.list_from(sentences, match.at("percent"))
    percents = [item.quantity for item in behind[0]] if behind else []
    choices = [items for items in lists.list_before(sentences, place + 1) if len(items) >= len(percents)]
    if len(percents) < 2 or not choices:
        return
    parts = [item.quantity for item in choices[0][-len(percents) :]]
    if not all(one.exact for one in [*parts, *percents]):
        return
    value = sum((one.value for one in parts), Decimal(0))
    begin = min(one.start for one in parts)
    near = [
        one for one in lists.numbers_before(sentences, place, parts[0]) if one.start < begin and one.exact
    ]
    last = parts[-1]
    total = replace(last, value=value, text=last.said(value))
    for whole in (*near, total):
        holding = [follows_from(part, whole, percent) for part, percent in zip(parts, percents, strict=True)]
        if whole.value and sum(holding) * 2 > len(holding):
            for part, percent, holds in zip(parts, percents, holding, strict=True):
                used = (part, percent) if whole is total else (whole, part, percent)
                sure = None if holds else Sure.LIKELY
                yield verdict.of(SHARE, sentences.passage, used, percent, _said(part, whole, percent), sure)
            return


def _whole_of_others(
    reading: Reading, match: Match, part: Quantity, wholes: Sequence[Quantity]
) -> Quantity | None:
    """The number of which at least two other shares of the sentence are shares, and all that are printed of its like."""
    start, end = match.sentences.sentence(match.start)
    others = [
        one
        for one in reading.matches_in(match.sentences, "share")
        if start <= one.start < end and one.slots["part"] is not part and one.slots["part"].alike(part)
    ]
    for whole in wholes:
        if whole.exact and whole.value > part.value and len(others) > 1:
            slots = [one.slots for one in others if one.slots["part"] is not whole]
            if all(follows_from(one["part"], whole, one["percent"]) for one in slots):
                return whole
    return None


def _sum_of_run(reading: Reading, match: Match, part: Quantity) -> Quantity | None:
    """The total of the counts of grades or bands among which a part stands."""
    for items, _at in reading.spreads(match.sentences):
        if any(item.quantity is part for item in items):
            value = sum((item.quantity.value for item in items), Decimal(0))
            first = items[0].quantity
            return Quantity(
                value,
                first.step,
                first.scale,
                first.nature,
                first.unit,
                first.said(value),
                first.start,
                first.end,
            )
    return None


def _others_hold(reading: Reading, match: Match, part: Quantity, total: Quantity) -> bool:
    """Whether another share of the passage is one of this total."""
    others = [one for one in reading.matches_in(match.sentences, "share") if one.slots["part"] is not part]
    return any(
        one.slots["part"].alike(total) and follows_from(one.slots["part"], total, one.slots["percent"])
        for one in others
    )


def _missed_share(
    match: Match, inside: Sequence[Quantity], percent: Quantity, part: Quantity, start: int
) -> Iterator[Verdict]:
    """A share that follows from no number before it: a finding where the sentence says of what it is a share."""
    between = match.sentences.line[match.at("part") + 1 : match.at("percent")]
    wholes = [one for one in inside if one is not part and one.exact and one.value > part.value]
    named = _WHOLE_NAMED.search(between)
    if named and not _ALL.search(
        between
    ):  # 占年初预算的88.91%: of what is printed under that name, or of nothing
        wholes = [one for one in wholes if _is_called(match, one, named["noun"])]
    if not wholes:
        return
    chosen, sure = _whole(match, wholes, percent, part, start)
    if chosen is not None:
        used = (chosen, part, percent)
        yield verdict.of(SHARE, match.sentences.passage, used, percent, _said(part, chosen, percent), sure)


def _is_called(match: Match, whole: Quantity, noun: str) -> bool:
    """Whether two signs of a name stand next to a number, before it or behind."""
    text = match.sentences.text
    beside = text[max(0, whole.start - 10) : whole.start] + "," + text[whole.end : whole.end + 8]
    return any(noun[n : n + 2] in beside for n in range(len(noun) - 1))


def _whole(
    match: Match, wholes: Sequence[Quantity], percent: Quantity, part: Quantity, start: int
) -> tuple[Quantity | None, Sure]:
    """The whole that was meant, and how sure that is: N个中 and 共N个 in the sentence, else one that nearly fits."""
    line = match.sentences.line
    for whole in wholes:
        at = next(n for n, sign in enumerate(match.sentences.signs) if sign.of is whole)
        behind = line[at + 1 : at + 10]
        before = line[max(0, at - 12) : at]
        is_said = re.match(r"[^,;:。]{0,8}中[,:]?", behind) or re.search(
            r"(?:共|全部|总|选取|抽取|对|应)[^,;:。]{0,8}$", before
        )
        if is_said and at >= start:
            return whole, Sure.CERTAIN
        if is_said and _off(part, whole, percent) <= 4 * _CLOSE:
            return whole, Sure.LIKELY
    close = [one for one in wholes if _off(part, one, percent) <= _CLOSE or _near_share(part, one, percent)]
    return (close[0], Sure.LIKELY) if close else (None, Sure.LOOK)


def _off(part: Quantity, whole: Quantity, percent: Quantity) -> Decimal:
    """How many points the printed share is off."""
    return abs(numbers.ratio(part.value * _HUNDRED, whole.value) - percent.value)


def _near_share(part: Quantity, whole: Quantity, percent: Quantity) -> bool:
    value = numbers.rounded(numbers.ratio(part.value * _HUNDRED, whole.value), percent.places)
    return verdict.near(value, percent.value, Decimal("0.02"))


def _rate(match: Match) -> Iterator[Verdict]:
    """A rate of two numbers of the sentence: any two of those before it, or else the two nearest."""
    percent = match.slots["percent"]
    sentences = match.sentences
    place = match.at("percent")
    start, _ = sentences.sentence(place)
    second = match.slots["second"]
    before = [
        one
        for n in range(place - 1, start - 1, -1)
        if (one := sentences.quantity(n)) and one.alike(second) and one.exact
    ]
    if not percent.exact or len(before) < 2:
        return
    pairs = [
        (one, other)
        for one in before
        for other in before
        if one is not other and other.value and (one.value != other.value or {one, other} == {*before[:2]})
    ]
    for part, whole in pairs:
        if follows_from(part, whole, percent):
            yield verdict.of(
                RATE, sentences.passage, (part, whole, percent), percent, _said(part, whole, percent), None
            )
            return
    part, whole = sorted(before[:2], key=lambda one: one.value)
    if len(before) == 2 and percent.value > _HUNDRED:
        part, whole = whole, part
    if whole.value and (_off(part, whole, percent) <= _CLOSE or _near_share(part, whole, percent)):
        sure = Sure.CERTAIN if len(before) == 2 else Sure.LIKELY
        yield verdict.of(
            RATE, sentences.passage, (part, whole, percent), percent, _said(part, whole, percent), sure
        )


def _growth(match: Match, direction: int) -> Iterator[Verdict]:
    """Now, before, the change and the change in per cent: those that are printed hold together."""
    slots = match.slots
    if not all(one.exact for one in slots.values()):
        return
    now = slots["now"]
    before = slots.get("before")
    change = slots.get("change")
    if any(one is not None and not one.alike(now) for one in (before, change)):
        return
    percent = slots.get("percent")
    base = before or (_before(now, change, direction) if change else None)
    if before and change:
        yield from _change(match, now, before, change, direction)
    if percent and base:
        yield from _grown(match, now, base, change, percent, direction)


def _before(now: Quantity, change: Quantity, direction: int) -> Quantity:
    value = now.value - direction * change.value
    text = f"（{_bare(now)}{'－' if direction > 0 else '＋'}{_bare(change)}）"
    step = max(now.step, change.step)
    return Quantity(value, step, now.scale, now.nature, now.unit, text, now.start, now.end)


def _change(
    match: Match, now: Quantity, before: Quantity, change: Quantity, direction: int
) -> Iterator[Verdict]:
    value = direction * (now.value - before.value)
    slack = now.slack + before.slack + change.slack
    sign = ("－", _bare(now), _bare(before)) if direction > 0 else ("－", _bare(before), _bare(now))
    follows = f"{sign[1]}{sign[0]}{sign[2]}＝{change.said(value)}，印的是{_bare(change)}"
    fits = abs(value - change.value) <= slack
    sure = None if fits else Sure.CERTAIN if value > 0 and verdict.near(value, change.value) else Sure.LIKELY
    if fits or value > 0 or verdict.near(-value, change.value):
        yield verdict.of(GROWTH, match.sentences.passage, (now, before, change), change, follows, sure)


def _grown(
    match: Match, now: Quantity, base: Quantity, change: Quantity | None, percent: Quantity, direction: int
) -> Iterator[Verdict]:
    if base.value <= 0:
        return
    part = change or _change_of(now, base, direction)
    if part.value < 0:
        return
    used = [one for one in (now, change, percent) if one is not None]
    if base is match.slots.get("before"):
        used.append(base)
    follows = _said(part, base, percent)
    sure = None if follows_from(part, base, percent) else Sure.CERTAIN
    yield verdict.of(GROWTH, match.sentences.passage, used, percent, follows, sure)


def _change_of(now: Quantity, base: Quantity, direction: int) -> Quantity:
    value = direction * (now.value - base.value)
    text = f"（{_bare(now)}－{_bare(base)}）" if direction > 0 else f"（{_bare(base)}－{_bare(now)}）"
    step = max(now.step, base.step)
    return Quantity(value, step, now.scale, now.nature, now.unit, text, now.start, now.end)


def _difference(match: Match) -> Iterator[Verdict]:
    """A difference of two numbers before it: of any two, or else of the two nearest, where it nearly is that."""
    wanted = match.slots["difference"]
    first = match.slots["first"]
    second = match.slots["second"]
    if not (first.alike(second) and wanted.exact and second.exact):
        return
    if wanted.nature is not Nature.POINTS and not wanted.alike(second):
        return
    sentences = match.sentences
    before = lists.numbers_before(sentences, match.at("difference"), second)[:6]
    for one in before:
        for other in before:
            if one.value >= other.value and one is not other and _is_difference(one, other, wanted):
                yield _difference_verdict(sentences.passage, one, other, wanted, None)
                return
    named = _named_pair(match, before)
    if named and verdict.near(named[0].value - named[1].value, wanted.value):
        yield _difference_verdict(sentences.passage, *named, wanted, Sure.LIKELY)
        return
    high, low = sorted((first, second), key=lambda one: -one.value)
    between = sentences.line[match.at("second") + 1 : match.at("difference")]
    is_said = _COMPARED.fullmatch(between) is not None
    if (
        first.exact
        and high.value != low.value
        and (is_said or verdict.near(high.value - low.value, wanted.value))
    ):
        yield _difference_verdict(sentences.passage, high, low, wanted, Sure.LIKELY)


def _named_pair(match: Match, before: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """The two numbers before a difference whose names its clause repeats: 自评比财政评价高11.7分."""
    wanted = match.slots["difference"]
    clause = names.clause_of(match.sentences, match.at("difference"))
    if "比" not in clause:
        return None
    sides = clause.split("比", 1)
    found: list[Quantity] = []
    for side in sides:
        called = [one for one in before if one is not wanted and _shares(match.sentences, one, side)]
        if len(called) != 1:
            return None
        found += called
    high, low = sorted(found, key=lambda one: -one.value)
    return (high, low) if high is not low else None


def _shares(sentences: Sentences, quantity: Quantity, words: str) -> bool:
    """Whether the words before a number hold those of one side of a comparison."""
    at = next(n for n, sign in enumerate(sentences.signs) if sign.of is quantity)
    name = names.clause_of(sentences, at)
    head = re.sub(r"(?:高|低|多|少|提高|降低).*", "", words)
    return len(head) > 1 and head in name


def _is_difference(high: Quantity, low: Quantity, wanted: Quantity) -> bool:
    slack = high.slack + low.slack + wanted.slack
    if wanted.nature is Nature.AMOUNT and max(high.step, low.step) <= wanted.step:
        slack = wanted.step
    return abs(high.value - low.value - wanted.value) <= slack


def _difference_verdict(
    passage: Passage, high: Quantity, low: Quantity, wanted: Quantity, sure: Sure | None
) -> Verdict:
    value = wanted.said(high.value - low.value)
    follows = f"{_bare(high)}－{_bare(low)}＝{value}，印的是{_bare(wanted)}"
    return verdict.of(DIFFERENCE, passage, (high, low, wanted), wanted, follows, sure)


def _product(match: Match) -> Iterator[Verdict]:
    """A share of an amount, in an amount."""
    whole, percent, part = (match.slots[name] for name in ("whole", "percent", "part"))
    if not (whole.exact and percent.exact and part.exact) or percent.value > _HUNDRED:
        return
    value = whole.value * percent.value / _HUNDRED
    slack = part.slack + whole.slack + whole.value * percent.slack / _HUNDRED
    fits = abs(value - part.value) <= slack
    if fits or verdict.near(value, part.value):
        follows = f"{_bare(whole)}×{_bare(percent)}＝{part.said(value)}，印的是{_bare(part)}"
        sure = None if fits else Sure.LIKELY
        yield verdict.of(PRODUCT, match.sentences.passage, (whole, percent, part), part, follows, sure)


def _conversion(match: Match) -> Iterator[Verdict]:
    """One amount in two units: 10.81亿元（108100万元）."""
    first, second = match.slots["first"], match.slots["second"]
    if first.scale == second.scale or not (first.exact and second.exact):
        return
    fits = abs(first.value - second.value) <= first.slack + second.slack
    follows = f"{_bare(first)}＝{second.said(first.value)}，印的是{_bare(second)}"
    yield verdict.of(
        UNITS, match.sentences.passage, (first, second), second, follows, None if fits else Sure.CERTAIN
    )


def _mean(match: Match) -> Iterator[Verdict]:
    """An amount for each: total by count."""
    count, total, mean = (match.slots[name] for name in ("count", "total", "mean"))
    if not count.value or not (count.exact and total.exact):
        return
    value = numbers.ratio(total.value, count.value)
    fits = abs(value - mean.value) <= mean.slack + numbers.ratio(total.slack, count.value)
    if fits or verdict.near(numbers.rounded(value / mean.scale, mean.places) * mean.scale, mean.value):
        follows = f"{_bare(total)}÷{_bare(count)}＝{mean.said(value)}，印的是{_bare(mean)}"
        sure = None if fits else Sure.LIKELY
        yield verdict.of(PRODUCT, match.sentences.passage, (count, total, mean), mean, follows, sure)


def _only_item(match: Match) -> Iterator[Verdict]:
    """There is one project only, and its amount is not that of all projects."""
    total, count, item = (match.slots[name] for name in ("total", "count", "item"))
    if count.value != 1 or not (total.exact and item.exact):
        return
    fits = abs(total.value - item.value) <= total.slack + item.slack
    follows = f"只有{_bare(count)}项目，项目支出{_bare(total)}，项目金额{_bare(item)}，相差{total.said(abs(total.value - item.value))}"
    yield verdict.of(
        DIFFERENCE, match.sentences.passage, (total, item), item, follows, None if fits else Sure.LOOK
    )


_JUDGED: Mapping[str, Callable[[Match], Iterator[Verdict]]] = {
    "rate": _rate,
    "product": _product,
    "conversion": _conversion,
    "mean": _mean,
    "only_item": _only_item,
}

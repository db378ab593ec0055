"""What is listed: P23 how many names or points there are, P24 the order that is said, P17 percentages that make a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from jixiao.kit import numbers
from jixiao.proofreading.reading import lists
from jixiao.proofreading.reading.quantities import Nature, Quantity
from jixiao.proofreading.reading.reading import Reading
from jixiao.proofreading.reading.sentences import Sentences
from jixiao.proofreading.rules import verdict
from jixiao.proofreading.rules.verdict import Sure, Verdict

WHOLE = "P17"
COUNTED = "P23"
ORDER = "P24"
_NUMERALS = "一二三四五六七八九十"
_POINT = re.compile(r"(?:^|[,。;:])([一二三四五六七八九十])是")
_DOWN = re.compile(r"(?:从高到低|由高到低|由多到少|从多到少|从大到小|由大到小)[^。]{0,12}?(?:为|是|:|,)")
_UP = re.compile(r"(?:从低到高|由低到高|由少到多|从少到多|从小到大|由小到大)[^。]{0,12}?(?:为|是|:|,)")
_SHARED = re.compile(r"(?:占比?|比重|比例)[^,;。]{0,8}$|\($")


def judge(reading: Reading) -> Iterator[Verdict]:
    """Verdicts on lists of a draft."""
    for sentences in reading.passages:
        yield from _names(sentences)
        yield from _points(sentences)
        yield from _order(sentences)
        yield from _percentages(sentences)


def _names(sentences: Sentences) -> Iterator[Verdict]:
    """Names that are listed before 等N个: no more than that."""
    for at, sign in enumerate(sentences.signs):
        quantity = sign.of
        if not isinstance(quantity, Quantity) or quantity.nature is not Nature.COUNT or quantity.value > 30:
            continue
        clause = re.split("[,。;:!?]", sentences.line[:at])[-1]
        if not clause.endswith("等") or any(sentences.quantity(n) for n in range(at - len(clause), at)):
            continue
        listed = re.sub(r"\([^()]*\)", "", clause).count("、") + 1
        if listed > 1:
            fits = listed <= quantity.value
            follows = f"前面列了{listed}个，印的是{quantity.text}"
            yield verdict.of(
                COUNTED, sentences.passage, (quantity,), quantity, follows, None if fits else Sure.LOOK
            )


def _points(sentences: Sentences) -> Iterator[Verdict]:
    """一是, 二是 …: none is missing, and there are as many as were announced."""
    found = [(match, _NUMERALS.index(match[1]) + 1) for match in _POINT.finditer(sentences.text)]
    if found and found[0][1] != 1:
        return  # the first points stand elsewhere
    expected = 1
    for match, number in found:
        if number == 1:
            expected = 1
        if number != expected:
            follows = f"“{match[1]}是”前面应是“{_NUMERALS[min(expected, 10) - 1]}是”"
            yield Verdict(
                COUNTED, sentences.passage, match.start(1), match.end(), match[0], follows, Sure.LIKELY
            )
            return
        expected += 1
    if not found or [number for _, number in found].count(1) != 1:
        return
    begin = found[0][0].start()
    announced = [one for one in sentences.quantities if one.end <= begin and begin - one.end <= 12]
    if (
        announced
        and announced[-1].unit in ("个", "项", "条")
        and announced[-1].exact
        and announced[-1].value <= 10
    ):
        last = announced[-1]
        behind = sentences.text[last.end : begin]
        if re.fullmatch(
            r"(?:主要)?(?:个|项|条)?(?:方面|措施|问题|建议|工作|特点|原因|不足|举措)[\w]{0,4}", behind
        ):
            fits = last.value == len(found)
            follows = f"说的是{last.text}，列出来的有{len(found)}个"
            yield verdict.of(
                COUNTED, sentences.passage, (last,), last, follows, None if fits else Sure.LIKELY
            )


def _order(sentences: Sentences) -> Iterator[Verdict]:
    """Numbers that are said to go down, or up."""
    for pattern, direction in ((_DOWN, -1), (_UP, 1)):
        for match in pattern.finditer(sentences.line):
            found = lists.list_from(sentences, match.end())
            if not found:
                continue
            values = [direction * item.quantity.value for item in found[0]]
            wrong = [n for n in range(1, len(values)) if values[n] < values[n - 1]]
            at = found[0][wrong[0] if wrong else 0].quantity
            used = [item.quantity for item in found[0]]
            shown = "、".join(one.text for one in used)
            word = "从高到低" if direction < 0 else "从低到高"
            sure = Sure.LIKELY if wrong else None
            yield verdict.of(ORDER, sentences.passage, used, at, f"说是{word}，印的是{shown}", sure)


def _percentages(sentences: Sentences) -> Iterator[Verdict]:
    """Shares of one whole in one sentence that nearly make 100 per cent, and do not by more than they were rounded."""
    start = 0
    line = sentences.line
    while start < len(line):
        _, end = sentences.sentence(start)
        shares = [
            one
            for n in range(start, end)
            if (one := sentences.quantity(n)) is not None
            and one.nature is Nature.PERCENT
            and _SHARED.search(line[max(start, n - 12) : n])
        ]
        value = sum((one.value for one in shares), Decimal(0))
        slack = sum((one.slack for one in shares), Decimal(0))
        if len(shares) > 2 and all(one.exact for one in shares) and abs(value - 100) <= 2:
            fits = abs(value - 100) <= slack
            follows = f"{'＋'.join(one.text for one in shares)}＝{numbers.plain(value)}%，不是100%"
            yield verdict.of(
                WHOLE, sentences.passage, shares, shares[-1], follows, None if fits else Sure.LOOK
            )
        start = max(end, start) + 1

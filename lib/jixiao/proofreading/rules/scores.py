"""Scores: P09 what the words of a band say, P10 bands side by side, P11 means, P12 grades, P18 bounds, P19 full marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from jixiao.kit import numbers
from jixiao.proofreading.reading.lists import Item
from jixiao.proofreading.reading.quantities import Nature, Quantity
from jixiao.proofreading.reading.reading import Match, Reading
from jixiao.proofreading.reading.score_bands import ScoreBand
from jixiao.proofreading.reading.sentences import BAND, SIGNS, Sentences
from jixiao.proofreading.rules import ratios, verdict
from jixiao.proofreading.rules.verdict import Sure, Verdict

BAND_WORDS = "P09"
BANDS = "P10"
MEAN = "P11"
GRADE = "P12"
BOUND = "P18"
FULL_MARKS = "P19"
_FULL = Decimal(100)
_ONE = Decimal(1)
# 财预〔2020〕10号 第二十五条, where a draft does not say it otherwise
_GRADES: Mapping[str, tuple[Decimal, Decimal]] = {
    "优": (Decimal(90), _FULL),
    "良": (Decimal(80), Decimal(90)),
    "中": (Decimal(60), Decimal(80)),
    "差": (Decimal(0), Decimal(60)),
}
_DEFINED = re.compile(rf"([优良中差])[秀好等]?[”“]?[(:为]?{BAND}")
_ALL_DONE = re.compile(
    r"(?:均|全部|全面|都)已?(?:完成|达成|实现|达到)(?:了)?(?:年初|年度|全年|既定|预定|绩效|预期|各项)"
)
_QUOTED = re.compile(
    r"(?:印作|印为|误印|误作|误写|写作|误为|更正)[为成]?“$"
)  # a misprint that the draft tells
_PARTS = re.compile(r"其中|包括|\(")  # behind which the scores of indicators stand
_CHANGE = re.compile(
    r"[高低差扣多少减加升降](?:了|为|达)?$"
)  # before what is no score but a difference of two
_TOTAL_SCORE = re.compile(r"(?:总|综合|最终|合计|共)[^,;、]{0,6}$|^得分为?$")
_EXPLAINED = re.compile(r"扣|执行率|未完成|偏差|不足|预算执行")


def judge(reading: Reading) -> Iterator[Verdict]:
    """Verdicts on bands, means, grades and bounds of scores."""
    grades = _grades_of(reading)
    unclear: list[Verdict] = []
    for sentences in reading.passages:
        yield from _band_words(sentences)
        yield from _side_by_side(sentences, unclear)
        yield from _means(reading, sentences, grades)
        yield from _good_rates(reading, sentences)
    yield from unclear[:1]
    for match in reading.matches("extremes"):
        low, mean, high = (match.slots[name] for name in ("low", "mean", "high"))
        fits = low.value <= mean.value <= high.value
        follows = f"平均{mean.text}不在最低{low.text}与最高{high.text}之间"
        sure = None if fits else Sure.CERTAIN
        yield verdict.of(MEAN, match.sentences.passage, (low, mean, high), mean, follows, sure)
    for match in reading.matches("grade"):
        yield from _grade(match, grades)
    yield from _bounds(reading)
    yield from _full_marks(reading)


def _grades_of(reading: Reading) -> Mapping[str, tuple[Decimal, Decimal]]:
    """Where each grade begins and ends: as the draft defines it, or else as the ministry does."""
    defined: dict[str, tuple[Decimal, Decimal]] = {}
    for sentences in reading.passages:
        for match in _DEFINED.finditer(sentences.line):
            band = sentences.band(match.end() - 1)
            if band and not band.percent:
                low = band.low if band.low is not None else Decimal(0)
                defined.setdefault(match[1], (low, band.high if band.high is not None else _FULL))
    return {**_GRADES, **defined}


def _band_words(sentences: Sentences) -> Iterator[Verdict]:
    """A band whose words name a number that is neither of its ends: 85分以上（含80分）."""
    for band in sentences.bands:
        if band.other and not _QUOTED.search(sentences.text[: band.start]):
            unit = "%" if band.percent else "分"
            edges = [numbers.plain(edge) for edge in (band.low, band.high) if edge is not None]
            follows = f"“{band.text}”说的界限是{'、'.join(edges)}{unit}，括号里却是{band.other}{unit}"
            yield Verdict(
                BAND_WORDS, sentences.passage, band.start, band.end, band.text, follows, Sure.CERTAIN
            )


def _side_by_side(sentences: Sentences, doubts: list[Verdict]) -> Iterator[Verdict]:
    """Bands that are listed one after the other: none overlaps the next, and nothing lies between."""
    unclear: list[tuple[ScoreBand, Decimal]] = []
    for run in _band_runs(sentences):
        is_said = any(one.low_in is not None or one.high_in is not None for one in run)
        is_said = (
            is_said or max(map(_low, run)) < _GRADES["中"][0]
        )  # differences of scores, which no grade follows from
        for one, other in pairwise(run):
            upper, lower = (one, other) if _low(one) >= _low(other) else (other, one)
            found = _between(upper, lower)
            if found and found[1] is Sure.LOOK:
                unclear += [] if is_said else [(lower, _low(upper))]
            elif found:
                yield Verdict(
                    BANDS, sentences.passage, other.start, other.end, f"{one.text}、{other.text}", *found
                )
    if unclear:
        band, edge = unclear[0]
        listed = "、".join(dict.fromkeys(f"{numbers.plain(value)}分" for _, value in unclear))
        follows = f"{listed}属于上一段还是下一段，没有写明（含、不含）"
        printed = numbers.plain(edge)
        doubt = Verdict(BANDS, sentences.passage, band.start, band.end, f"{printed}分", follows, Sure.LOOK)
        doubts.append(doubt)


def _low(band: ScoreBand) -> Decimal:
    return band.low if band.low is not None else Decimal(-1)


def _band_runs(sentences: Sentences) -> Iterator[list[ScoreBand]]:
    """Bands of one sentence that go all down or all up."""
    run: list[ScoreBand] = []
    last = -1
    for at, sign in enumerate(sentences.line):
        band = sentences.band(at) if sign == BAND else None
        if band is None or not _is_label(sentences, at):
            continue
        between = sentences.line[last + 1 : at]
        broken = re.search("[。!?]", between) or len(between) > 45
        if run and (broken or not _goes_on(run, band)):
            if len(run) > 1:
                yield run
            run = []
        run.append(band)
        last = at
    if len(run) > 1:
        yield run


def _is_label(sentences: Sentences, at: int) -> bool:
    """Whether a band is that of a count or a grade, before it or behind, and not a span in which scores lie."""
    behind = re.split("[,;。]", sentences.line[at + 1 : at + 16])[0]
    before = re.split("[,;。、:]", sentences.line[max(0, at - 8) : at])[-1]
    return SIGNS[Nature.COUNT] in behind or any(one in before + behind for one in "优良中差等级")


def _goes_on(run: Sequence[ScoreBand], band: ScoreBand) -> bool:
    last = run[-1]
    if last.percent is not band.percent or band.other or last.other:
        return False
    if (last.high is None and band.high is None) or (last.low is None and band.low is None):
        return False  # 90分以上, 80分以上: each holds the one before it
    if _low(last) == _low(band):
        return False
    down = _low(band) < _low(last)
    return len(run) == 1 or down == (_low(last) < _low(run[-2]))


def _between(upper: ScoreBand, lower: ScoreBand) -> tuple[str, Sure] | None:
    """What is wrong between two bands that follow each other, and how sure that is."""
    if upper.low is None or lower.high is None:
        return None
    if upper.low < lower.high:
        return f"“{upper.text}”与“{lower.text}”重叠", Sure.LIKELY
    if upper.low > lower.high + _ONE:
        return f"“{upper.text}”与“{lower.text}”之间有空档", Sure.LIKELY
    if upper.low > lower.high:
        return None  # 80-89, 90-100: whole points
    value = numbers.plain(upper.low)
    if upper.low_in is True and lower.high_in is True:
        return f"{value}分既在“{upper.text}”又在“{lower.text}”", Sure.CERTAIN
    if upper.low_in is False and lower.high_in is False:
        return f"{value}分既不在“{upper.text}”也不在“{lower.text}”", Sure.CERTAIN
    if upper.low_in is None and lower.high_in is None and not upper.percent:
        return "", Sure.LOOK
    return None


def _means(
    reading: Reading, sentences: Sentences, grades: Mapping[str, tuple[Decimal, Decimal]]
) -> Iterator[Verdict]:
    """A mean score beside counts of grades or bands: within what they allow."""
    from jixiao.proofreading.reading import lists

    runs = reading.spreads(sentences)
    for match in reading.matches_in(sentences, "mean_score"):
        mean = match.slots["score"]
        start, end = sentences.sentence(match.start)
        beside = [items for items, at in runs if start <= at < end]
        means = [one for one in reading.matches_in(sentences, "mean_score") if start <= one.start < end]
        if len(beside) != 1 or len(means) != 1 or not mean.exact:
            continue
        bounds = _bounds_of(sentences, beside[0], grades)
        if bounds is None:
            continue
        low, high = bounds
        fits = low - mean.slack <= mean.value <= high + mean.slack
        shown = [numbers.plain(numbers.rounded(one, 2)) for one in (low, high)]
        follows = f"按{lists.joined(beside[0])}，平均分在{shown[0]}分至{shown[1]}分之间，印的是{mean.text}"
        used = (mean, *(item.quantity for item in beside[0]))
        yield verdict.of(MEAN, sentences.passage, used, mean, follows, None if fits else Sure.LIKELY)


def _bounds_of(
    sentences: Sentences, items: Sequence[Item], grades: Mapping[str, tuple[Decimal, Decimal]]
) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest mean that counts of grades or bands allow; None where a label has no bounds."""
    low = high = count = Decimal(0)
    for item in items:
        edges = _edges(sentences, item, grades)
        if edges is None:
            return None
        low += item.quantity.value * edges[0]
        high += item.quantity.value * edges[1]
        count += item.quantity.value
    return (numbers.ratio(low, count), numbers.ratio(high, count)) if count else None


def _good_rates(reading: Reading, sentences: Sentences) -> Iterator[Verdict]:
    """The share of those that are 优 or 良 in the counts of grades of a passage."""

    runs = reading.spreads(sentences)
    for match in reading.matches_in(sentences, "good_rate"):
        percent = match.slots["percent"]
        if len(runs) != 1:
            continue
        items = runs[0][0]
        words = "优良" if "良" in match.groups["which"] else "优"
        good = [item for item in items if any(one in item.label for one in words)]
        whole = sum((item.quantity.value for item in items), Decimal(0))
        part = sum((item.quantity.value for item in good), Decimal(0))
        if not good or not whole:
            continue
        value = numbers.rounded(numbers.ratio(part * 100, whole), percent.places)
        follows = f"{match.groups['which']}＝{part}÷{whole}＝{numbers.plain(value)}%，印的是{percent.text}"
        used = (percent, *(item.quantity for item in items))
        sure = None if value == percent.value else Sure.LIKELY
        yield verdict.of(ratios.RATE, sentences.passage, used, percent, follows, sure)


def _edges(
    sentences: Sentences, item: Item, grades: Mapping[str, tuple[Decimal, Decimal]]
) -> tuple[Decimal, Decimal] | None:
    bands = [one for one in sentences.bands if one.end <= item.quantity.start]
    if BAND in item.label and bands:
        band = bands[-1]
        low = band.low if band.low is not None else Decimal(0)
        return (low, band.high if band.high is not None else _FULL)
    words = [grades[one] for one in grades if one in item.label]
    return words[0] if len(words) == 1 else None


def _grade(match: Match, grades: Mapping[str, tuple[Decimal, Decimal]]) -> Iterator[Verdict]:
    """A score and its grade."""
    score = _graded(match)
    word = match.groups.get("grade", "")[:1]
    if score is None or word not in grades or not score.exact or score.value > _FULL:
        return
    low, high = grades[word]
    full = high == _FULL
    fits = low <= score.value and (score.value <= high if full else score.value < high)
    follows = (
        f"{numbers.plain(score.value)}分按{word}（{numbers.plain(low)}至{numbers.plain(high)}分）不是“{word}”"
    )
    if fits or word in "优良":
        sure = None if fits else Sure.LIKELY
        yield verdict.of(GRADE, match.sentences.passage, (score,), score, "" if fits else follows, sure)


def _graded(match: Match) -> Quantity | None:
    """The score that was given a grade: the nearest, or the one before its parts, in brackets or behind 其中; None if unsure."""
    score = match.slots["score"]
    place = match.at("score")
    line = match.sentences.line
    start, _ = match.sentences.sentence(place)
    if _CHANGE.search(line[max(start, place - 4) : place]):
        return None
    opens = [found.start() for found in _PARTS.finditer(line, start, place)]
    scores = [n for n in range(start, place + 1) if line[n] == SIGNS[Nature.SCORE]]
    inside = [n for n in scores if opens and n > opens[-1]]
    is_total = _TOTAL_SCORE.search(line[max(start, place - 8) : place]) is not None
    if len(inside) < 2 or is_total or ")" in line[opens[-1] : place]:
        return score
    whole = [n for n in scores if n < opens[-1]]
    return match.sentences.quantity(whole[-1]) if whole else None


def _bounds(reading: Reading) -> Iterator[Verdict]:
    """Scores above their full points, shares above all."""
    for match in reading.matches("full_score"):
        full = match.slots["full"]
        score = match.slots["score"]
        fits = score.value <= full.value
        follows = f"得{score.text}，多于满分{full.text}"
        yield verdict.of(
            BOUND, match.sentences.passage, (full, score), score, follows, None if fits else Sure.CERTAIN
        )
    for match in reading.matches("mean_score"):
        score = match.slots["score"]
        if score.value > _FULL and score.exact:
            follows = f"{match.words}，多于100分"
            yield verdict.of(BOUND, match.sentences.passage, (score,), score, follows, Sure.LIKELY)
    for match in reading.matches("over_all"):
        percent = match.slots["percent"]
        if percent.value > _FULL:
            follows = f"{match.words}，多于100%"
            yield verdict.of(BOUND, match.sentences.passage, (percent,), percent, follows, Sure.LIKELY)


def _full_marks(reading: Reading) -> Iterator[Verdict]:
    """All points with something not done, or all done and points missing without a word why."""
    whole = "".join(one.line for one in reading.passages)
    for match in reading.matches("full_marks"):
        score = match.slots["score"]
        if score.value == _FULL:
            yield from _not_done(reading, score, match.sentences)
        elif (
            Decimal(60) < score.value < _FULL
            and _ALL_DONE.search(match.sentences.line)
            and not _EXPLAINED.search(whole)
        ):
            follows = f"目标说都已完成，得分是{score.text}，没有说明在哪里扣分"
            yield verdict.of(FULL_MARKS, match.sentences.passage, (score,), score, follows, Sure.LOOK)


def _not_done(reading: Reading, score: Quantity, said: Sentences) -> Iterator[Verdict]:
    for match in reading.matches("done"):
        percent = match.slots["percent"]
        if percent.value < _FULL and percent.exact:
            follows = f"{match.words}，没有达到100%，而得分是满分{score.text}"
            others = ((said.passage, score),)
            yield verdict.of(
                FULL_MARKS, match.sentences.passage, (percent,), percent, follows, Sure.LOOK, others
            )
            return
